//! Results of matching: a run with what decided it, its candidates with evidence, its plan. Written once, never changed.

use programme::access::{Record, Scope};
use programme::finding::Verdict;
use serde_json::json;
use sqlx::types::Json;

use crate::audit::{self, Entry};
use crate::page::PAGE_ROWS_MAX;
use crate::sql::{Columns, Sql, insert_rows};
use crate::{By, Error, Result, Timestamp, Tx, job};

/// What decided a run: same hashes and versions, same result.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// SM3 of needs, people and facts as read, hexadecimal.
    pub inputs_hash: &'a str,
    /// SM3 of the matching parameters, hexadecimal.
    pub parameters_hash: &'a str,
    /// Version of the policy file.
    pub policy_version: &'a str,
    /// Name of the model, or `none`.
    pub model: &'a str,
    /// How many needs were matched.
    pub needs: usize,
    /// To how many people.
    pub people: usize,
}

/// A run as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Run {
    /// Number.
    pub id: i64,
    /// When.
    pub created: Timestamp,
    /// Login of who asked for it.
    pub created_by: String,
    /// SM3 of needs, people and facts as read, hexadecimal.
    pub inputs_hash: String,
    /// SM3 of the matching parameters, hexadecimal.
    pub parameters_hash: String,
    /// Version of the policy file.
    pub policy_version: String,
    /// Name of the model, or `none`.
    pub model: String,
    /// How many needs were matched.
    pub needs: i64,
    /// To how many people.
    pub people: i64,
    /// How many candidates were kept.
    pub candidates: i64,
}

/// A person ranked for a need.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The need.
    pub need: String,
    /// The person.
    pub person: String,
    /// 1 for the best.
    pub rank: u32,
    /// The score that ranked.
    pub score: f64,
    /// 4 强相关, 3 较强相关, 2 弱相关, 1 无相关.
    pub level: u8,
    /// How sure the level is, 0 to 1, when the model says.
    pub probability: Option<f64>,
    /// Worst of the findings.
    pub verdict: Verdict,
    /// What a person should see, such as low evidence.
    pub flags: Vec<String>,
    /// Findings on person, enterprise and pair.
    pub eligibility: serde_json::Value,
    /// Contributions and phrases.
    pub evidence: serde_json::Value,
}

/// One place of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The need.
    pub need: String,
    /// Which of its posts, from 1.
    pub post: u32,
    /// 0 for the proposed person, 1 to 3 for the ordered alternates (3.2b).
    pub place: u8,
    /// The person.
    pub person: String,
    /// The score that was counted.
    pub score: f64,
    /// Why this person and no other.
    pub reason: serde_json::Value,
}

/// Writes a run with everything in it and gives its number.
pub async fn create(tx: &mut Tx, by: &By<'_>, new: New<'_>, candidates: &[Candidate], plan: &[Pair]) -> Result<i64> {
    let id = job::next_number(tx, "match_run").await?;
    insert_run(tx, by, id, new, candidates.len()).await?;
    insert_candidates(tx, id, candidates).await?;
    insert_plan(tx, id, plan).await?;
    let subject = id.to_string();
    let detail = json!({"inputs": new.inputs_hash, "parameters": new.parameters_hash, "policy": new.policy_version,
        "model": new.model, "needs": new.needs, "people": new.people, "candidates": candidates.len()});
    let entry = Entry { clause: Some(programme::clause!("3.2a")), ..Entry::done("match.run", "match_run", &subject) };
    audit::append(tx, by, entry.with(detail)).await?;
    Ok(id)
}

async fn insert_run(tx: &mut Tx, by: &By<'_>, id: i64, new: New<'_>, candidates: usize) -> Result<()> {
    const SQL: &str = "INSERT INTO match_run (id, created, created_by, inputs_hash, parameters_hash, policy_version, model, \
        needs, people, candidates) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    rows_touched!(tx, |c| sqlx::query(SQL)
        .bind(id)
        .bind(by.at)
        .bind(by.login)
        .bind(new.inputs_hash)
        .bind(new.parameters_hash)
        .bind(new.policy_version)
        .bind(new.model)
        .bind(count(new.needs))
        .bind(count(new.people))
        .bind(count(candidates)))?;
    Ok(())
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

async fn insert_candidates(tx: &mut Tx, run: i64, candidates: &[Candidate]) -> Result<()> {
    let rows = candidates.iter().map(|candidate| {
        vec![
            run.into(),
            (&candidate.need).into(),
            i64::from(candidate.rank).into(),
            (&candidate.person).into(),
            candidate.score.into(),
            i64::from(candidate.level).into(),
            candidate.probability.into(),
            verdict_code(candidate.verdict).into(),
            json!(candidate.flags).into(),
            candidate.eligibility.clone().into(),
            candidate.evidence.clone().into(),
        ]
    });
    insert_rows(
        tx,
        "INSERT INTO match_candidate (run_id, need_id, rank, person_id, score, level, probability, verdict, flags, \
         eligibility, evidence)",
        rows.collect(),
        "",
    )
    .await
}

async fn insert_plan(tx: &mut Tx, run: i64, plan: &[Pair]) -> Result<()> {
    let rows = plan.iter().map(|pair| {
        vec![
            run.into(),
            (&pair.need).into(),
            i64::from(pair.post).into(),
            i64::from(pair.place).into(),
            (&pair.person).into(),
            pair.score.into(),
            pair.reason.clone().into(),
        ]
    });
    insert_rows(
        tx,
        "INSERT INTO match_plan_pair (run_id, need_id, post, place, person_id, score, reason)",
        rows.collect(),
        "",
    )
    .await
}

const VERDICTS: [(Verdict, &str); 4] = [
    (Verdict::Ok, "ok"),
    (Verdict::Warning, "warning"),
    (Verdict::NeedsOverride, "needs_override"),
    (Verdict::Refused, "refused"),
];

fn verdict_code(verdict: Verdict) -> &'static str {
    VERDICTS.iter().find(|(known, _)| *known == verdict).map_or("refused", |(_, code)| code)
}

/// One run.
pub async fn get(tx: &mut Tx, scope: &Scope, id: i64) -> Result<Option<Run>> {
    let mut sql = Sql::new("SELECT * FROM match_run WHERE id = ");
    sql.bind(id).scope(scope.rows(Record::Match), &Columns::default());
    sql.first(tx).await
}

/// The latest runs before number `before` (all when absent), newest first.
pub async fn list(tx: &mut Tx, scope: &Scope, before: Option<i64>) -> Result<Vec<Run>> {
    let mut sql = Sql::new("SELECT * FROM match_run WHERE id < ");
    sql.bind(before.unwrap_or(i64::MAX)).scope(scope.rows(Record::Match), &Columns::default());
    sql.push(" ORDER BY id DESC LIMIT ").bind(count(PAGE_ROWS_MAX));
    sql.all(tx).await
}

#[derive(sqlx::FromRow)]
struct StoredCandidate {
    need_id: String,
    person_id: String,
    rank: i64,
    score: f64,
    level: i64,
    probability: Option<f64>,
    verdict: String,
    flags: Json<Vec<String>>,
    eligibility: Json<serde_json::Value>,
    evidence: Json<serde_json::Value>,
}

impl StoredCandidate {
    fn into_candidate(self) -> Result<Candidate> {
        let verdict = VERDICTS.iter().find(|(_, code)| *code == self.verdict).map(|(verdict, _)| *verdict);
        Ok(Candidate {
            verdict: verdict.ok_or(Error::Unreadable { what: "verdict", found: self.verdict })?,
            rank: small(self.rank)?,
            level: small(self.level)?,
            need: self.need_id,
            person: self.person_id,
            score: self.score,
            probability: self.probability,
            flags: self.flags.0,
            eligibility: self.eligibility.0,
            evidence: self.evidence.0,
        })
    }
}

fn small<N: TryFrom<i64>>(number: i64) -> Result<N> {
    N::try_from(number).map_err(|_| Error::Unreadable { what: "number", found: number.to_string() })
}

const CANDIDATES: &str = "SELECT need_id, person_id, rank, score, level, probability, verdict, flags, eligibility, evidence \
    FROM match_candidate WHERE run_id = ";

/// The candidates of one need in a run, best first.
pub async fn candidates(tx: &mut Tx, scope: &Scope, run: i64, need: &str) -> Result<Vec<Candidate>> {
    let mut sql = Sql::new(CANDIDATES);
    sql.bind(run).push(" AND need_id = ").bind(need).scope(scope.rows(Record::Match), &Columns::default());
    sql.push(" ORDER BY rank");
    sql.all::<StoredCandidate>(tx).await?.into_iter().map(StoredCandidate::into_candidate).collect()
}

/// Every candidate of a run, need by need, best first: what an export reads.
pub async fn all_candidates(tx: &mut Tx, scope: &Scope, run: i64) -> Result<Vec<Candidate>> {
    let mut sql = Sql::new(CANDIDATES);
    sql.bind(run).scope(scope.rows(Record::Match), &Columns::default()).push(" ORDER BY need_id, rank");
    sql.all::<StoredCandidate>(tx).await?.into_iter().map(StoredCandidate::into_candidate).collect()
}

#[derive(sqlx::FromRow)]
struct StoredPair {
    need_id: String,
    post: i64,
    place: i64,
    person_id: String,
    score: f64,
    reason: Json<serde_json::Value>,
}

/// The plan of a run: need by need, post by post, the proposed person before the alternates.
pub async fn plan(tx: &mut Tx, scope: &Scope, run: i64) -> Result<Vec<Pair>> {
    let mut sql =
        Sql::new("SELECT need_id, post, place, person_id, score, reason FROM match_plan_pair WHERE run_id = ");
    sql.bind(run).scope(scope.rows(Record::Match), &Columns::default()).push(" ORDER BY need_id, post, place");
    let stored: Vec<StoredPair> = sql.all(tx).await?;
    stored
        .into_iter()
        .map(|row| {
            Ok(Pair {
                post: small(row.post)?,
                place: small(row.place)?,
                need: row.need_id,
                person: row.person_id,
                score: row.score,
                reason: row.reason.0,
            })
        })
        .collect()
}

/// The level that each person of a run's plan has for the need: need, person, level as in [`Candidate`].
pub async fn plan_levels(tx: &mut Tx, scope: &Scope, run: i64) -> Result<Vec<(String, String, u8)>> {
    let mut sql = Sql::new(
        "SELECT p.need_id, p.person_id, c.level FROM match_plan_pair p JOIN match_candidate c \
         ON c.run_id = p.run_id AND c.need_id = p.need_id AND c.person_id = p.person_id WHERE p.run_id = ",
    );
    sql.bind(run).scope(scope.rows(Record::Match), &Columns::default());
    let stored: Vec<(String, String, i64)> = sql.all(tx).await?;
    stored.into_iter().map(|(need, person, level)| Ok((need, person, small(level)?))).collect()
}

/// Posts of a need that the plan could not fill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPosts {
    /// The need.
    pub need: String,
    /// How many posts stay open.
    pub posts: u32,
    /// The smallest cause and the ways out, in words.
    pub reason: String,
}

/// Writes the open posts of a run's plan, in the transaction that made the run.
pub async fn add_open_posts(tx: &mut Tx, run: i64, open: &[OpenPosts]) -> Result<()> {
    let row = |one: &OpenPosts| vec![run.into(), (&one.need).into(), i64::from(one.posts).into(), (&one.reason).into()];
    let rows = open.iter().map(row).collect();
    insert_rows(tx, "INSERT INTO match_open_post (run_id, need_id, posts, reason)", rows, "").await
}

/// The posts that the plan of a run left open, by need.
pub async fn open_posts(tx: &mut Tx, scope: &Scope, run: i64) -> Result<Vec<OpenPosts>> {
    let mut sql = Sql::new("SELECT need_id, posts, reason FROM match_open_post WHERE run_id = ");
    sql.bind(run).scope(scope.rows(Record::Match), &Columns::default()).push(" ORDER BY need_id");
    let stored: Vec<(String, i64, String)> = sql.all(tx).await?;
    stored.into_iter().map(|(need, posts, reason)| Ok(OpenPosts { need, posts: small(posts)?, reason })).collect()
}

/// The latest run that has candidates for a need.
pub async fn latest_of(tx: &mut Tx, scope: &Scope, need: &str) -> Result<Option<i64>> {
    let mut sql = Sql::new("SELECT MAX(run_id) FROM match_candidate WHERE need_id = ");
    sql.bind(need).scope(scope.rows(Record::Match), &Columns::default());
    Ok(sql.first::<(Option<i64>,)>(tx).await?.and_then(|(run,)| run))
}

/// How many candidates of each level a need has in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LevelCounts {
    /// The need.
    pub need: String,
    /// Candidates of level 1 (无相关), 2, 3 and 4 (强相关).
    pub counts: [i64; 4],
}

/// The needs of a run by id, with how many candidates of each level they have.
pub async fn level_counts(tx: &mut Tx, scope: &Scope, run: i64) -> Result<Vec<LevelCounts>> {
    let mut sql = Sql::new("SELECT need_id, level, COUNT(*) FROM match_candidate WHERE run_id = ");
    sql.bind(run).scope(scope.rows(Record::Match), &Columns::default());
    sql.push(" GROUP BY need_id, level ORDER BY need_id, level");
    let mut needs: Vec<LevelCounts> = Vec::new();
    for (need, level, count) in sql.all::<(String, i64, i64)>(tx).await? {
        if needs.last().is_none_or(|last| last.need != need) {
            needs.push(LevelCounts { need, counts: [0; 4] });
        }
        let at: usize = small(level - 1)?;
        if let Some(place) = needs.last_mut().and_then(|last| last.counts.get_mut(at)) {
            *place = count;
        }
    }
    Ok(needs)
}
