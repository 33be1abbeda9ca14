//! Results of matching: a run with what decided it, its candidates with evidence, its plan. Written once, never changed.

use std::collections::BTreeMap;

use programme::access::{Record, Scope};
use programme::finding::Verdict;
use serde_json::json;
use sqlx::types::Json;

use crate::audit::{self, Entry};
use crate::page::{List, PAGE_ROWS_MAX, Page, Start, page};
use crate::sql::{Columns, ROWS_PER_STATEMENT, Sql, insert_rows};
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
    insert_needs(tx, id, candidates).await?;
    insert_plan(tx, id, plan).await?;
    let filled = plan.iter().filter(|pair| pair.place == 0).count();
    let figures = vec![vec![id.into(), count(filled).into(), 0_i64.into()]];
    insert_rows(tx, "INSERT INTO match_figures (run_id, filled, open_posts)", figures, "").await?;
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

/// What is read need by need: the levels of its candidates, and this run as its latest.
async fn insert_needs(tx: &mut Tx, run: i64, candidates: &[Candidate]) -> Result<()> {
    let mut needs: BTreeMap<&str, [i64; 4]> = BTreeMap::new();
    for candidate in candidates {
        let counts = needs.entry(&candidate.need).or_default();
        counts[usize::from(candidate.level.clamp(1, 4)) - 1] += 1;
    }
    let counted = needs.iter().map(|(need, counts)| {
        let counts = counts.iter().map(|count| (*count).into());
        [run.into(), (*need).into()].into_iter().chain(counts).collect()
    });
    let head = "INSERT INTO match_need (run_id, need_id, unrelated, weak, fair, strong)";
    insert_rows(tx, head, counted.collect(), "").await?;
    let latest = needs.iter().map(|(need, counts)| {
        let best = counts.iter().rposition(|count| *count > 0).unwrap_or_default() + 1;
        vec![(*need).into(), run.into(), self::count(best).into()]
    });
    insert_rows(
        tx,
        "INSERT INTO match_latest (need_id, run_id, level)",
        latest.collect(),
        " ON CONFLICT (need_id) DO UPDATE SET run_id = excluded.run_id, level = excluded.level",
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

/// A place of the plan with the level that the person has for the need, as in [`Candidate`].
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The need.
    pub need: String,
    /// 0 for the proposed person, 1 to 3 for the ordered alternates.
    pub place: u8,
    /// The person.
    pub person: String,
    /// 4 强相关 down to 1 无相关.
    pub level: u8,
}

/// The plan of a run for some needs, in the order of [`plan`].
pub async fn plan_of(tx: &mut Tx, scope: &Scope, run: i64, needs: &[&str]) -> Result<Vec<Placed>> {
    let mut found = Vec::new();
    for chunk in needs.chunks(ROWS_PER_STATEMENT) {
        found.extend(placed(tx, scope, run, Some(chunk)).await?);
    }
    Ok(found)
}

/// The whole plan of a run without its reasons, in the order of [`plan`].
pub async fn every_place(tx: &mut Tx, scope: &Scope, run: i64) -> Result<Vec<Placed>> {
    placed(tx, scope, run, None).await
}

async fn placed(tx: &mut Tx, scope: &Scope, run: i64, needs: Option<&[&str]>) -> Result<Vec<Placed>> {
    let mut sql = Sql::new(
        "SELECT p.need_id, p.place, p.person_id, c.level FROM match_plan_pair p JOIN match_candidate c \
         ON c.run_id = p.run_id AND c.need_id = p.need_id AND c.person_id = p.person_id WHERE p.run_id = ",
    );
    sql.bind(run);
    if let Some(needs) = needs {
        sql.push(" AND p.need_id IN (").bind_all(needs.iter().copied()).push(")");
    }
    sql.scope(scope.rows(Record::Match), &Columns::default()).push(" ORDER BY p.need_id, p.post, p.place");
    let stored: Vec<(String, i64, String, i64)> = sql.all(tx).await?;
    let read = |(need, place, person, level)| Ok(Placed { need, place: small(place)?, person, level: small(level)? });
    stored.into_iter().map(read).collect()
}

/// How a run's plan came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Figures {
    /// Posts with a proposed person.
    pub filled: i64,
    /// Posts without.
    #[sqlx(rename = "open_posts")]
    pub open: i64,
}

impl Figures {
    /// Whether the run had a plan at all; a run of a single need has none.
    pub fn is_planned(self) -> bool {
        self.filled + self.open > 0
    }
}

/// The figures of a run's plan.
pub async fn figures(tx: &mut Tx, scope: &Scope, run: i64) -> Result<Figures> {
    let mut sql = Sql::new("SELECT filled, open_posts FROM match_figures WHERE run_id = ");
    sql.bind(run).scope(scope.rows(Record::Match), &Columns::default());
    Ok(sql.first(tx).await?.unwrap_or_default())
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
    insert_rows(tx, "INSERT INTO match_open_post (run_id, need_id, posts, reason)", rows, "").await?;
    let mut sql = Sql::new("UPDATE match_figures SET open_posts = open_posts + ");
    sql.bind(open.iter().map(|one| i64::from(one.posts)).sum::<i64>()).push(" WHERE run_id = ").bind(run);
    sql.run(tx).await?;
    Ok(())
}

/// The posts that the plan of a run left open, by need; the first `most` of them.
pub async fn open_posts(tx: &mut Tx, scope: &Scope, run: i64, most: usize) -> Result<Vec<OpenPosts>> {
    let mut sql = Sql::new("SELECT need_id, posts, reason FROM match_open_post WHERE run_id = ");
    sql.bind(run).scope(scope.rows(Record::Match), &Columns::default()).push(" ORDER BY need_id LIMIT ");
    sql.bind(count(most));
    let stored: Vec<(String, i64, String)> = sql.all(tx).await?;
    stored.into_iter().map(|(need, posts, reason)| Ok(OpenPosts { need, posts: small(posts)?, reason })).collect()
}

/// Writes what a run was made with, in the transaction that made it.
pub async fn add_settings(tx: &mut Tx, run: i64, settings: &serde_json::Value) -> Result<()> {
    let rows = vec![vec![run.into(), settings.clone().into()]];
    insert_rows(tx, "INSERT INTO match_settings (run_id, settings)", rows, "").await
}

/// What a run was made with; nothing when it does not say.
pub async fn settings(tx: &mut Tx, scope: &Scope, run: i64) -> Result<Option<serde_json::Value>> {
    let mut sql = Sql::new("SELECT settings FROM match_settings WHERE run_id = ");
    sql.bind(run).scope(scope.rows(Record::Match), &Columns::default());
    Ok(sql.first::<(Json<serde_json::Value>,)>(tx).await?.map(|(settings,)| settings.0))
}

/// A candidate as another plan of the same run needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Placeable {
    /// The need.
    pub need: String,
    /// The person.
    pub person: String,
    /// 1 for the best.
    pub rank: u32,
    /// The score that ranked.
    pub score: f64,
    /// 4 to 1, as in [`Candidate`].
    pub level: u8,
    /// Whether a rule refused the pair.
    pub is_refused: bool,
}

/// Every candidate of a run, need by need, without the findings and the evidence.
pub async fn placeable(tx: &mut Tx, scope: &Scope, run: i64) -> Result<Vec<Placeable>> {
    standing(tx, scope, run, None).await
}

/// The same of some needs.
pub async fn placeable_of(tx: &mut Tx, scope: &Scope, run: i64, needs: &[&str]) -> Result<Vec<Placeable>> {
    let mut found = Vec::new();
    for chunk in needs.chunks(ROWS_PER_STATEMENT) {
        found.extend(standing(tx, scope, run, Some(chunk)).await?);
    }
    Ok(found)
}

async fn standing(tx: &mut Tx, scope: &Scope, run: i64, needs: Option<&[&str]>) -> Result<Vec<Placeable>> {
    let mut sql =
        Sql::new("SELECT need_id, person_id, rank, score, level, verdict FROM match_candidate WHERE run_id = ");
    sql.bind(run);
    if let Some(needs) = needs {
        sql.push(" AND need_id IN (").bind_all(needs.iter().copied()).push(")");
    }
    sql.scope(scope.rows(Record::Match), &Columns::default()).push(" ORDER BY need_id, rank");
    let stored: Vec<(String, String, i64, f64, i64, String)> = sql.all(tx).await?;
    let refused = verdict_code(Verdict::Refused);
    let read = |(need, person, rank, score, level, verdict): (String, String, i64, f64, i64, String)| {
        let (rank, level) = (small(rank)?, small(level)?);
        Ok(Placeable { need, person, rank, score, level, is_refused: verdict == refused })
    };
    stored.into_iter().map(read).collect()
}

/// The latest run that has candidates for a need.
pub async fn latest_of(tx: &mut Tx, scope: &Scope, need: &str) -> Result<Option<i64>> {
    let mut sql = Sql::new("SELECT MAX(run_id) FROM match_candidate WHERE need_id = ");
    sql.bind(need).scope(scope.rows(Record::Match), &Columns::default());
    Ok(sql.first::<(Option<i64>,)>(tx).await?.and_then(|(run,)| run))
}

/// The latest run that a need took part in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The run.
    pub run: i64,
    /// Level of the need's best candidate there, as in [`Candidate`].
    pub level: u8,
}

/// What the runs after a number reached, whoever may see it: what the catalogue takes over.
pub(crate) async fn reached_after(tx: &mut Tx, run: i64) -> Result<Vec<(String, Reached)>> {
    let mut sql = Sql::new("SELECT need_id, run_id, level FROM match_latest WHERE run_id > ");
    sql.bind(run);
    let stored: Vec<(String, i64, i64)> = sql.all(tx).await?;
    stored.into_iter().map(|(need, run, level)| Ok((need, Reached { run, level: small(level)? }))).collect()
}

/// How many candidates of each level a need has in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct LevelCounts {
    /// The need.
    #[sqlx(rename = "need_id")]
    pub need: String,
    /// Candidates of level 1, 无相关.
    pub unrelated: i64,
    /// Of level 2, 弱相关.
    pub weak: i64,
    /// Of level 3, 较强相关.
    pub fair: i64,
    /// Of level 4, 强相关.
    pub strong: i64,
}

/// One page of the needs of a run by id, with how many candidates of each level they have.
pub async fn needs(tx: &mut Tx, scope: &Scope, run: i64, start: &Start, rows: usize) -> Result<Page<LevelCounts>> {
    let list = List {
        select: "SELECT need_id, unrelated, weak, fair, strong FROM match_need",
        from: " FROM match_need",
        key: "need_id",
        filter: &|sql| {
            sql.push(" AND run_id = ").bind(run).scope(scope.rows(Record::Match), &Columns::default());
        },
    };
    page(tx, list, start, rows).await
}
