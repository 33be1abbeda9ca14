//! Runs: all needs against all people in the background, one need at once, and what is kept of either.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use anyhow::Context as _;
use chrono::NaiveDate;
use matching::evaluate::Ranked;
use matching::evidence::{ComparedNeed, SharedPhrase};
use matching::plan;
use programme::access::{Actor, Record, Rows, Scope};
use programme::parameters::Parameters;
use programme::process::proposal::{is_live, is_over};
use programme::process::round::settings::is_frozen;
use programme::process::{Body, Kind, Matter, Stage};
use programme::record::Need;
use rayon::prelude::*;
use serde_json::json;
use store::match_run::{self, Candidate, New, OpenPosts, Pair};
use store::matter::{self, Link};
use store::{By, Tx, job};

use super::Desk;
use super::collection::Collection;
use super::matching::{
    self as act, Cancelled, Judged, Matched, Planned, Weighed, Wishes, inputs_hash, parameters_hash, rank_and_judge,
};
use super::register::Register;
use super::{explain, policy};
use crate::exchange;

/// The kind of job that a run over every need is.
pub const JOB_KIND: &str = "match";

/// Largest score that a third party may give.
pub const FOREIGN_SCORE_MAX: f64 = 1_000.0;

/// Shared phrases that a run keeps of each work.
const PHRASES_KEPT_MAX: usize = 8;

/// What a run needs to know, read at one moment.
#[derive(Clone, Debug)]
pub struct Materials {
    collection: Arc<Collection>,
    register: Register,
    needs: Vec<Need>,
    standing: Standing,
}

impl Materials {
    /// The collection that is ranked.
    pub fn collection(&self) -> &Collection {
        &self.collection
    }

    /// The needs that are ranked.
    pub fn all_needs(&self) -> &[Need] {
        &self.needs
    }

    /// Who wants no automated matching.
    pub fn is_opted_out(&self, person: &str) -> bool {
        self.standing.opted_out.contains(person)
    }

    /// A need with the candidates of a third party in its order.
    fn judged(&self, need: &Need, ranked: &[Ranked], problems: &mut Vec<String>) -> anyhow::Result<Matched> {
        let texts = [self.collection.need_text(need)];
        let go_on = |_: usize| ControlFlow::Continue(());
        let own = self.collection.engine.rank_all(&texts, self.collection.len(), &go_on)?;
        let own = own.into_iter().flat_map(|ranking| ranking.candidates);
        let mut own: HashMap<String, matching::engine::Candidate> = own.map(|one| (one.person.clone(), one)).collect();
        let mut candidates = Vec::new();
        for (rank, one) in (1..).zip(ranked) {
            let pair = format!("需求 {}、人员 {}", need.id, one.person);
            let Some(mut candidate) = own.remove(&one.person).filter(|_| !self.is_opted_out(&one.person)) else {
                problems.push(format!("{pair}：不在可匹配的人员中"));
                continue;
            };
            if !(0.0..=FOREIGN_SCORE_MAX).contains(&one.score) {
                problems.push(format!("{pair}：得分应为 0 至 {FOREIGN_SCORE_MAX}，现为 {}", one.score));
                continue;
            }
            candidate.rank = rank;
            candidate.score = explain::score(one.score);
            let judged = act::judge(&self.collection, &self.register, need, candidate);
            if let Some(refusal) = act::refusal(&judged.findings) {
                problems.push(format!("{pair}：{}", refusal.message));
            }
            candidates.push(judged);
        }
        Ok(Matched { need: need.clone(), candidates })
    }
    /// How many needs are to be ranked.
    pub fn needs(&self) -> usize {
        self.needs.len()
    }
}

/// What a run found, not yet kept.
#[derive(Clone, Debug)]
pub struct Found {
    inputs_hash: String,
    parameters_hash: String,
    policy_version: String,
    people: usize,
    model: String,
    matched: Vec<Matched>,
    planned: Option<Planned>,
    evidence: Vec<Vec<serde_json::Value>>,
    wishes: Wishes,
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
    let collection = desk.collections.settled(desk).await?;
    let mut tx = desk.database.read().await?;
    let Some(kept) = store::need::get(&mut tx, scope, need_id).await? else { return Ok(None) };
    let register = Register::load(&mut tx, on).await?;
    let standing = Standing::load(&mut tx, None).await?;
    drop(tx);
    let materials = Materials { collection, register, needs: vec![kept.need], standing };
    let found = tokio::task::spawn_blocking(move || {
        find(&materials, &Wishes::default(), false, &|_| ControlFlow::Continue(()))
    })
    .await
    .context("match a need in the background")??;
    let found = found.map_err(anyhow::Error::new)?;
    let mut tx = desk.database.write().await?;
    let id = keep(&mut tx, by, &found).await?;
    tx.commit().await?;
    Ok(Some(id))
}

/// Reads what a run over every need needs to know, or over the needs that a round has reported.
pub async fn materials(desk: &Desk, on: NaiveDate, wishes: &Wishes) -> anyhow::Result<Materials> {
    let collection = desk.collections.settled(desk).await?;
    let mut tx = desk.database.read().await?;
    let round = match &wishes.round {
        Some(id) => matter::find(&mut tx, id).await?.map(|kept| kept.matter),
        None => None,
    };
    let register = match &round {
        Some(round) => Register::for_round(&mut tx, on, Some(round)).await?,
        None => Register::load(&mut tx, on).await?,
    };
    let needs = needs(&mut tx, round.as_ref().map(|round| round.id.as_str())).await?;
    let standing = Standing::load(&mut tx, round.as_ref()).await?;
    Ok(Materials { collection, register, needs, standing })
}

/// The needs of the register by id: all, or those that a round has reported.
pub async fn needs(tx: &mut Tx, round: Option<&str>) -> anyhow::Result<Vec<Need>> {
    let kept = store::need::current(tx, &Scope::Province).await?.into_iter().map(|kept| kept.need);
    let Some(round) = round else { return Ok(kept.collect()) };
    let matters = matter::linked(tx, Link::OfRound(round, Kind::Need)).await?;
    let reported = matters.into_iter().filter(|need| need.stage == Stage::NeedReported);
    let reported: HashSet<String> = reported.filter_map(|need| need.parties.need).collect();
    Ok(kept.filter(|need| reported.contains(&need.id)).collect())
}

/// What a plan leaves as it is: who wants no matching, whom an offer binds, which posts are taken, who has said no.
#[derive(Clone, Debug, Default)]
struct Standing {
    opted_out: HashSet<String>,
    busy: HashMap<String, String>,
    taken: HashMap<String, u32>,
    ended: HashMap<(String, String), String>,
}

impl Standing {
    async fn load(tx: &mut Tx, round: Option<&Matter>) -> anyhow::Result<Self> {
        let mut standing = Self { opted_out: store::offer::all_opted_out(tx).await?, ..Self::default() };
        let Some(round) = round else { return Ok(standing) };
        for pair in matter::linked(tx, Link::OfRound(&round.id, Kind::Pair)).await? {
            let (Some(need), Some(person)) = (pair.parties.need.clone(), pair.parties.person.clone()) else { continue };
            let sentence = format!("{}（{}）", pair.id, pair.stage.chinese());
            if is_live(pair.stage) {
                *standing.taken.entry(need).or_default() += 1;
                standing.busy.insert(person, format!("已有在办推送 {sentence}，同时只接受一项（方案三（二））"));
            } else if is_over(pair.stage) && pair.stage != Stage::PairWithdrawn {
                standing.ended.insert((need, person), format!("本批次已办结 {sentence}"));
            }
        }
        Ok(standing)
    }

    /// Nothing is kept of somebody who wants no automated matching.
    fn without_opted_out(&self, matched: &mut [Matched]) {
        for one in matched {
            one.candidates.retain(|judged| !self.opted_out.contains(&judged.candidate.person));
            for (rank, judged) in (1..).zip(&mut one.candidates) {
                judged.candidate.rank = rank;
            }
        }
    }

    fn weighed(&self, matched: &[Matched]) -> Vec<Weighed> {
        let mut weighed = act::weighed(matched);
        for one in weighed.iter_mut().filter(|one| one.refusal.is_none()) {
            let need = matched.get(one.need).map_or("", |matched| matched.need.id.as_str());
            let ended = self.ended.get(&(need.to_owned(), one.person.clone()));
            one.refusal = self.busy.get(&one.person).or(ended).cloned();
        }
        weighed
    }

    fn posts_left(&self, need: &Need) -> u32 {
        need.posts.saturating_sub(self.taken.get(&need.id).copied().unwrap_or_default())
    }
}

/// Ranks, judges and plans. Takes seconds to minutes on all threads: call it off the threads that answer requests.
pub fn find(
    materials: &Materials,
    wishes: &Wishes,
    with_plan: bool,
    on_done: &(dyn Fn(usize) -> ControlFlow<()> + Sync),
) -> anyhow::Result<Result<Found, Cancelled>> {
    let inputs_hash = inputs_hash(&materials.needs, &materials.collection)?;
    let Materials { collection, register, needs, standing } = materials;
    let mut matched = match rank_and_judge(collection, register, needs.clone(), wishes.top as usize, on_done) {
        Ok(matched) => matched,
        Err(cancelled) => return Ok(Err(cancelled)),
    };
    standing.without_opted_out(&mut matched);
    finish(materials, inputs_hash, matched, wishes, with_plan, &collection.ranking()).map(Ok)
}

/// The needs with candidates that a third party ranked, each judged by our rules and with our level of relevance; a pair
/// that a rule refuses, a score out of bounds, or somebody who wants no matching is a problem, and then nothing is found.
pub fn found_by(
    materials: &Materials,
    ranked: &BTreeMap<String, Vec<Ranked>>,
    wishes: &Wishes,
    third_party: &str,
) -> anyhow::Result<Result<Found, Vec<String>>> {
    let mut problems = Vec::new();
    let mut matched = Vec::new();
    for need in &materials.needs {
        let Some(ranked) = ranked.get(&need.id) else { continue };
        matched.push(materials.judged(need, ranked, &mut problems)?);
    }
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    let inputs_hash = inputs_hash(&materials.needs, &materials.collection)?;
    finish(materials, inputs_hash, matched, wishes, true, third_party).map(Ok)
}

fn finish(
    materials: &Materials,
    inputs_hash: String,
    matched: Vec<Matched>,
    wishes: &Wishes,
    with_plan: bool,
    model: &str,
) -> anyhow::Result<Found> {
    let Materials { collection, register, standing, .. } = materials;
    let planned = with_plan
        .then(|| {
            let person_of = |id: &str| collection.person(id);
            let needs = planned_needs(&matched, standing);
            act::plan(needs, &standing.weighed(&matched), person_of, register.parameters(), wishes)
        })
        .transpose()?;
    Ok(Found {
        inputs_hash,
        model: model.to_owned(),
        parameters_hash: parameters_hash(wishes, collection.weights())?,
        policy_version: register.parameters().version.clone(),
        people: collection.len(),
        evidence: evidence(&matched, collection, planned.as_ref()),
        matched,
        planned,
        wishes: wishes.clone(),
    })
}

fn planned_needs(matched: &[Matched], standing: &Standing) -> Vec<plan::Need> {
    let need = |one: &Matched| plan::Need { id: one.need.id.clone(), posts: standing.posts_left(&one.need) };
    matched.iter().map(need).collect()
}

/// Candidates of a need of whom the run says what choosing them by hand would cost.
const PRICED_MAX: usize = 10;

/// What is kept with each candidate, so that the run can be read when the data have changed: the phrases that the best
/// works share with the need, the team, why the plan chose the person or not, and what choosing him or her would cost.
fn evidence<'a>(
    matched: &'a [Matched],
    collection: &Collection,
    planned: Option<&Planned>,
) -> Vec<Vec<serde_json::Value>> {
    let first = |one: &'a Matched| {
        let people = one.candidates.iter().take(PRICED_MAX).map(|judged| judged.candidate.person.as_str());
        people.map(|person| (one.need.id.as_str(), person))
    };
    let prices = planned.map(|planned| planned.prices(matched.iter().flat_map(first))).unwrap_or_default();
    let of_need = |one: &Matched| {
        let mut need = ComparedNeed::of(&exchange::need_text(&one.need));
        let mut of_person = |judged: &Judged| {
            let (need_id, person) = (one.need.id.as_str(), judged.candidate.person.as_str());
            let sentence = planned.and_then(|planned| planned.sentence(need_id, person));
            let price = prices.get(&(need_id, person));
            let sentence = sentence.map(|sentence| match price {
                Some(price) => format!("{sentence}；{price}"),
                None => sentence,
            });
            json!({
                "works": works(&mut need, judged, collection),
                "team": judged.candidate.team,
                "plan": sentence,
            })
        };
        one.candidates.iter().map(&mut of_person).collect()
    };
    matched.par_iter().map(of_need).collect()
}

fn works(need: &mut ComparedNeed, judged: &Judged, collection: &Collection) -> Vec<serde_json::Value> {
    let profile = collection.engine.profile(&judged.candidate.person);
    let works = judged.candidate.works.iter().map(|scored| {
        let work = profile.and_then(|profile| profile.works.iter().find(|work| work.id == scored.id));
        let phrases = work.map(|work| need.shared_phrases(work)).unwrap_or_default();
        let phrases: Vec<&str> = phrases.iter().take(PHRASES_KEPT_MAX).map(SharedPhrase::phrase).collect();
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
        model: &found.model,
        needs: found.matched.len(),
        people: found.people,
    };
    let candidates = candidates(found)?;
    let (pairs, open) = found.planned.as_ref().map(kept_plan).unwrap_or_default();
    let id = match_run::create(tx, by, new, &candidates, &pairs).await?;
    match_run::add_open_posts(tx, id, &open).await?;
    match_run::add_settings(tx, id, &serde_json::to_value(&found.wishes)?).await?;
    Ok(id)
}

/// What a run was made with; the usual settings for one that does not say.
pub async fn wishes_of(tx: &mut Tx, scope: &Scope, run: i64) -> anyhow::Result<Wishes> {
    let kept = match_run::settings(tx, scope, run).await?;
    Ok(kept.map(serde_json::from_value).transpose().context("read the settings of a run")?.unwrap_or_default())
}

/// The settings of a run, under the policy of the round that it was made for.
pub async fn settings_of(tx: &mut Tx, scope: &Scope, run: i64) -> anyhow::Result<Body> {
    let wishes = wishes_of(tx, scope, run).await?;
    let round = match &wishes.round {
        Some(round) => matter::find(tx, round).await?.map(|kept| kept.matter),
        None => None,
    };
    let parameters = policy::of_round(tx, round.as_ref()).await?;
    Ok(wishes.settings(&parameters))
}

/// The settings that runs of a round have to be made with, once they are frozen.
pub fn frozen(round: &Matter) -> Option<Wishes> {
    is_frozen(round).then(|| Wishes::of(&round.body, Some(round.id.clone())))
}

/// Whether a run may become proposals of a round: made with its frozen settings, or nobody froze any.
pub async fn is_as_frozen(tx: &mut Tx, run: i64, round: &Matter, parameters: &Parameters) -> anyhow::Result<bool> {
    let Some(frozen) = frozen(round) else { return Ok(true) };
    let own = wishes_of(tx, &Scope::Province, run).await?;
    Ok(own.settings(parameters) == frozen.settings(parameters))
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
                probability: Some(candidate.probability),
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
