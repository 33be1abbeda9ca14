//! Why a person stands where they stand for a need: evidence, rules, and what the plan decided.

use std::sync::Arc;

use anyhow::Context as _;
use chrono::NaiveDate;
use matching::engine::{Explanation, Gap};
use matching::score::Score;
use programme::access::{Record, Rows, Scope};
use programme::finding::{Finding, Verdict};
use programme::record::{Need, Person, TeamRole};
use store::match_run::{self, Candidate};

use super::Desk;
use super::collection::Collection;
use super::matching::TOP_DEFAULT;
use super::register::Register;

/// A need and a person, explained.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The need.
    pub need: Need,
    /// The person.
    pub person: Person,
    /// Score, evidence and, for somebody who is not a candidate, the gap to the last one.
    pub explanation: Explanation,
    /// Eligibility of the person and conflicts of the pair.
    pub findings: Vec<Finding>,
    /// The score in the latest run of the need, when the person was a candidate there.
    pub score_of_run: Option<Score>,
    /// What the plan of that run says of the person.
    pub plan_sentence: Option<String>,
    /// Other members of the person's team among the candidates of that run, best first, at most [`COLLEAGUES_MAX`].
    pub colleagues: Vec<Colleague>,
    collection: Arc<Collection>,
}

/// Members of a team who are shown beside one of them.
pub const COLLEAGUES_MAX: usize = 5;

/// Another member of a candidate's team, as a run found them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// The person.
    pub person: String,
    /// Place in the team.
    pub role: Option<TeamRole>,
    /// 1 for the best of all people.
    pub rank: u32,
    /// Level of relevance, 4 to 1.
    pub level: u8,
    /// Title of the work that fits best.
    pub work: String,
    /// What it shares with the need.
    pub phrases: Vec<String>,
}

/// The answer to "why not this person?".
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// A rule stands against the pair.
    Refused(&'a Finding),
    /// Others are more closely related.
    Behind(&'a Gap),
    /// The person is a candidate.
    Candidate,
}

impl Explained {
    /// The first thing that keeps the person out.
    pub fn answer(&self) -> Answer<'_> {
        let refused = self.findings.iter().find(|finding| finding.severity() == Verdict::Refused);
        match (refused, &self.explanation.gap) {
            (Some(finding), _) => Answer::Refused(finding),
            (None, Some(gap)) => Answer::Behind(gap),
            (None, None) => Answer::Candidate,
        }
    }

    /// How many people were ranked.
    pub fn people(&self) -> usize {
        self.collection.len()
    }

    /// The name of anybody, or the id of somebody without one.
    pub fn name_for(&self, id: &str) -> String {
        self.collection.person(id).map_or(id, name_of).to_owned()
    }

    /// The title of somebody's work.
    pub fn title_of(&self, person: &str, work: &str) -> Option<&str> {
        let works = &self.collection.person(person)?.works;
        works.iter().find(|one| one.id == work).map(|one| one.title.as_str())
    }
}

/// The name of a person, or the id when no name is known.
pub fn name_of(person: &Person) -> &str {
    person.name.as_deref().unwrap_or(&person.id)
}

/// Explains a pair with the data as they are now; nothing when the scope may not see results of matching or either side.
pub async fn pair(
    desk: &Desk,
    scope: &Scope,
    on: NaiveDate,
    need_id: &str,
    person_id: &str,
) -> anyhow::Result<Option<Explained>> {
    if scope.rows(Record::Match) == Rows::None {
        return Ok(None);
    }
    let collection = desk.collections.current(desk).await?;
    let mut tx = desk.database.read().await?;
    let Some(kept) = store::need::get(&mut tx, scope, need_id).await? else { return Ok(None) };
    let Some(person) = collection.person(person_id).cloned() else { return Ok(None) };
    let round = super::policy::current_round(&mut tx).await?;
    let register = Register::around(&mut tx, on, round.as_ref(), &[&person], kept.need.enterprise.as_ref()).await?;
    let run = match_run::latest_of(&mut tx, scope, need_id).await?;
    let candidates = match run {
        Some(run) => match_run::candidates(&mut tx, scope, run, need_id).await?,
        None => Vec::new(),
    };
    drop(tx);
    let need = kept.need;
    let findings = super::matching::findings(&register, &need, &person);
    let top = if candidates.is_empty() { TOP_DEFAULT as usize } else { candidates.len() };
    let explanation = explanation(&collection, &need, person_id, top).await?;
    let own = candidates.iter().find(|candidate| candidate.person == person_id);
    Ok(Some(Explained {
        score_of_run: own.map(|candidate| score(candidate.score)),
        colleagues: colleagues(&collection, &person, &candidates),
        plan_sentence: own.and_then(|candidate| Some(candidate.evidence["plan"].as_str()?.to_owned())),
        need,
        person,
        explanation,
        findings,
        collection,
    }))
}

/// The same team of the same unit: teams of two units may bear one name.
fn colleagues(collection: &Collection, person: &Person, candidates: &[Candidate]) -> Vec<Colleague> {
    let is_colleague = |other: &Person| {
        other.id != person.id && person.team.is_some() && other.team == person.team && other.unit == person.unit
    };
    let found = candidates.iter().filter_map(|candidate| {
        let other = collection.person(&candidate.person).filter(|other| is_colleague(other))?;
        let best = &candidate.evidence["works"][0];
        let phrases = best["phrases"].as_array().into_iter().flatten();
        Some(Colleague {
            person: other.id.clone(),
            role: other.team_role,
            rank: candidate.rank,
            level: candidate.level,
            work: best["title"].as_str().unwrap_or_default().to_owned(),
            phrases: phrases.filter_map(|phrase| Some(phrase.as_str()?.to_owned())).collect(),
        })
    });
    found.take(COLLEAGUES_MAX).collect()
}

async fn explanation(
    collection: &Arc<Collection>,
    need: &Need,
    person: &str,
    top: usize,
) -> anyhow::Result<Explanation> {
    let (collection, need, person) = (Arc::clone(collection), need.clone(), person.to_owned());
    tokio::task::spawn_blocking(move || collection.engine.explain(&collection.need_text(&need), &person, top))
        .await
        .context("explain a pair in the background")?
        .context("a person of the collection is in its index")
}

/// A stored score, which has six decimals, as the engine counts it.
pub fn score(stored: f64) -> Score {
    #[expect(clippy::cast_sign_loss, reason = "scores are not negative")]
    Score::from_millionths((stored * 1e6).round() as u64)
}
