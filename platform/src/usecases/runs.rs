//! Runs: all needs against all people in the background, one need at once, and what is kept of either.

use std::ops::ControlFlow;
use std::sync::Arc;

use anyhow::Context as _;
use chrono::NaiveDate;
use matching::evidence::ComparedNeed;
use matching::plan;
use programme::access::{Actor, Record, Rows, Scope};
use programme::record::Need;
use rayon::prelude::*;
use serde_json::json;
use store::match_run::{self, Candidate, New, OpenPosts, Pair};
use store::{By, Tx, job};

use super::Desk;
use super::collection::Collection;
use super::matching::{
    self as act, Cancelled, Judged, Matched, Planned, Wishes, inputs_hash, parameters_hash, rank_and_judge,
};
use super::register::Register;
use crate::exchange;

/// The kind of job that a run over every need is.
pub const JOB_KIND: &str = "match";

/// Name of the ranking that a run records: lexical, no embedding model.
const MODEL: &str = matching::weights::Weights::VERSION;

/// Shared phrases that a run keeps of each work.
const PHRASES_KEPT_MAX: usize = 8;

/// What a run needs to know, read at one moment.
#[derive(Clone, Debug)]
pub struct Materials {
    collection: Arc<Collection>,
    register: Register,
    needs: Vec<Need>,
}

impl Materials {
    /// How many needs are to be ranked.
    pub fn needs(&self) -> usize {
        self.needs.len()
    }

    /// Leaves only these needs in: those of one round.
    pub fn keep_needs(&mut self, ids: &[String]) {
        self.needs.retain(|need| ids.contains(&need.id));
    }
}

/// What a run found, not yet kept.
#[derive(Clone, Debug)]
pub struct Found {
    inputs_hash: String,
    parameters_hash: String,
    policy_version: String,
    people: usize,
    matched: Vec<Matched>,
    planned: Option<Planned>,
    evidence: Vec<Vec<serde_json::Value>>,
}

/// Queues a run over every need and gives the job's number.
pub async fn start(desk: &Desk, by: &By<'_>, wishes: &Wishes) -> anyhow::Result<i64> {
    let mut tx = desk.database.write().await?;
    let id = job::create(&mut tx, by, JOB_KIND, &serde_json::to_value(wishes)?).await?;
    tx.commit().await?;
    Ok(id)
}

/// Asks for the end of a run; `false` when it was over already or the actor may not see it.
pub async fn cancel(desk: &Desk, by: &By<'_>, actor: &Actor, job: i64) -> anyhow::Result<bool> {
    let mut tx = desk.database.write().await?;
    let asked = job::cancel(&mut tx, by, actor, job).await?;
    tx.commit().await?;
    Ok(asked)
}

/// Matches one need at once and keeps the result as a run of its own, without a plan; nothing when the scope does not see
/// the need or no results of matching.
pub async fn match_one(
    desk: &Desk,
    by: &By<'_>,
    scope: &Scope,
    on: NaiveDate,
    need_id: &str,
) -> anyhow::Result<Option<i64>> {
    if scope.rows(Record::Match) == Rows::None {
        return Ok(None);
    }
    let collection = desk.collections.current(&desk.database).await?;
    let mut tx = desk.database.read().await?;
    let Some(kept) = store::need::get(&mut tx, scope, need_id).await? else { return Ok(None) };
    let register = Register::load(&mut tx, on).await?;
    drop(tx);
    let materials = Materials { collection, register, needs: vec![kept.need] };
    let found =
        tokio::task::spawn_blocking(move || find(materials, &Wishes::default(), false, &|_| ControlFlow::Continue(())))
            .await
            .context("match a need in the background")??;
    let found = found.map_err(anyhow::Error::new)?;
    let mut tx = desk.database.write().await?;
    let id = keep(&mut tx, by, &found).await?;
    tx.commit().await?;
    Ok(Some(id))
}

/// Reads what a run over every need needs to know.
pub async fn materials(desk: &Desk, on: NaiveDate) -> anyhow::Result<Materials> {
    let collection = desk.collections.current(&desk.database).await?;
    let mut tx = desk.database.read().await?;
    let register = Register::load(&mut tx, on).await?;
    let needs = store::need::all(&mut tx, &Scope::Province).await?.into_iter().map(|kept| kept.need).collect();
    Ok(Materials { collection, register, needs })
}

/// Ranks, judges and plans. Takes seconds to minutes on all threads: call it off the threads that answer requests.
pub fn find(
    materials: Materials,
    wishes: &Wishes,
    with_plan: bool,
    on_done: &(dyn Fn(usize) -> ControlFlow<()> + Sync),
) -> anyhow::Result<Result<Found, Cancelled>> {
    let Materials { collection, register, needs } = materials;
    let inputs_hash = inputs_hash(&needs, &collection)?;
    let matched = match rank_and_judge(&collection, &register, needs, wishes.top as usize, on_done) {
        Ok(matched) => matched,
        Err(cancelled) => return Ok(Err(cancelled)),
    };
    let planned = with_plan
        .then(|| {
            let person_of = |id: &str| collection.person(id);
            act::plan(planned_needs(&matched), &act::weighed(&matched), person_of, register.parameters(), wishes)
        })
        .transpose()?;
    Ok(Ok(Found {
        inputs_hash,
        parameters_hash: parameters_hash(wishes)?,
        policy_version: register.parameters().version.clone(),
        people: collection.len(),
        evidence: evidence(&matched, &collection, planned.as_ref()),
        matched,
        planned,
    }))
}

fn planned_needs(matched: &[Matched]) -> Vec<plan::Need> {
    matched.iter().map(|one| plan::Need { id: one.need.id.clone(), posts: one.need.posts }).collect()
}

/// What is kept with each candidate, so that the run can be read when the data have changed: the phrases that the best
/// works share with the need, the team, and why the plan chose the person or not.
fn evidence(matched: &[Matched], collection: &Collection, planned: Option<&Planned>) -> Vec<Vec<serde_json::Value>> {
    let of_need = |one: &Matched| {
        let need = ComparedNeed::of(&exchange::need_text(&one.need));
        let of_person = |judged: &Judged| {
            let sentence = planned.and_then(|planned| planned.sentence(&one.need.id, &judged.candidate.person));
            json!({
                "works": works(&need, judged, collection),
                "team": judged.candidate.team,
                "plan": sentence,
            })
        };
        one.candidates.iter().map(of_person).collect()
    };
    matched.par_iter().map(of_need).collect()
}

fn works(need: &ComparedNeed, judged: &Judged, collection: &Collection) -> Vec<serde_json::Value> {
    let profile = collection.engine.profile(&judged.candidate.person);
    let works = judged.candidate.works.iter().map(|scored| {
        let work = profile.and_then(|profile| profile.works.iter().find(|work| work.id == scored.id));
        let phrases = work.map(|work| need.shared_phrases(work)).unwrap_or_default();
        let phrases: Vec<String> = phrases.into_iter().take(PHRASES_KEPT_MAX).map(|shared| shared.phrase).collect();
        let title = work.map(|work| work.title.as_str()).unwrap_or_default();
        json!({"id": scored.id, "title": title, "score": scored.score, "phrases": phrases})
    });
    works.collect()
}

/// Keeps a run with everything in it and gives its number.
pub async fn keep(tx: &mut Tx, by: &By<'_>, found: &Found) -> anyhow::Result<i64> {
    let new = New {
        inputs_hash: &found.inputs_hash,
        parameters_hash: &found.parameters_hash,
        policy_version: &found.policy_version,
        model: MODEL,
        needs: found.matched.len(),
        people: found.people,
    };
    let candidates = candidates(found)?;
    let (pairs, open) = found.planned.as_ref().map(kept_plan).unwrap_or_default();
    let id = match_run::create(tx, by, new, &candidates, &pairs).await?;
    match_run::add_open_posts(tx, id, &open).await?;
    Ok(id)
}

fn candidates(found: &Found) -> anyhow::Result<Vec<Candidate>> {
    let mut kept = Vec::new();
    for (one, evidence) in found.matched.iter().zip(&found.evidence) {
        for (judged, evidence) in one.candidates.iter().zip(evidence) {
            let candidate = &judged.candidate;
            kept.push(Candidate {
                need: one.need.id.clone(),
                person: candidate.person.clone(),
                rank: u32::try_from(candidate.rank).context("a rank is small")?,
                score: candidate.score.value(),
                level: candidate.level.into(),
                probability: None,
                verdict: judged.verdict(),
                flags: flag_codes(&candidate.flags)?,
                eligibility: serde_json::to_value(&judged.findings)?,
                evidence: evidence.clone(),
            });
        }
    }
    Ok(kept)
}

fn flag_codes(flags: &[matching::level::Flag]) -> anyhow::Result<Vec<String>> {
    Ok(serde_json::from_value(serde_json::to_value(flags)?)?)
}

/// The plan as it is kept: the pushes of each need in their posts, the alternates behind the first post.
fn kept_plan(planned: &Planned) -> (Vec<Pair>, Vec<OpenPosts>) {
    let report = plan::report(&planned.instance, &planned.plan);
    let pairs = report.pairs.iter().map(|line| {
        let order = u32::try_from(line.order).unwrap_or(u32::MAX);
        let (post, place) = match line.role {
            plan::Role::Push => (order, 0),
            plan::Role::Alternate => (1, u8::try_from(order).unwrap_or(u8::MAX)),
        };
        let (need, person) = (line.need_id.clone(), line.person_id.clone());
        Pair { need, post, place, person, score: line.score.value(), reason: json!(line.reason) }
    });
    let open = report.unfilled.iter().map(|line| OpenPosts {
        need: line.need_id.clone(),
        posts: line.open_posts,
        reason: line.reason.clone(),
    });
    (pairs.collect(), open.collect())
}
