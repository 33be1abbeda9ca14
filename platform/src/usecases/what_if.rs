//! What other settings would make of a run (三（二）): its candidates as they were found, planned once with the run's own
//! settings and once with those that are tried. Nothing is written, so a try cannot become a proposal.
//!
//! Both plans begin with every post open and everybody free: what differs between them differs by the settings alone, also for
//! a round that is long over. Who wants no automated matching is in neither (P1).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::Context as _;
use chrono::NaiveDate;
use matching::level::Level;
use matching::plan;
use programme::access::Scope;
use programme::record::Need;
use rayon::prelude::*;
use store::match_run::{self, Placeable, Run};

use super::Desk;
use super::collection::Collection;
use super::explain;
use super::matching::{self as act, PlanError, Weighed, Wishes};
use super::register::Register;

/// How a plan comes out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Pushes by level, 4 to 2.
    pub by_level: BTreeMap<u8, usize>,
    /// Needs with somebody proposed.
    pub needs: usize,
    /// Posts that stay open.
    pub open: usize,
    /// Alternates of all needs.
    pub alternates: usize,
    pushes: BTreeMap<(String, String), u8>,
}

impl Outcome {
    /// People proposed.
    pub fn pushes(&self) -> usize {
        self.pushes.len()
    }

    /// Needs and people, with their levels, that `other` does not propose.
    pub fn without<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (&'a str, &'a str, u8)> {
        let own = self.pushes.iter().filter(|(pair, _)| !other.pushes.contains_key(*pair));
        own.map(|((need, person), level)| (need.as_str(), person.as_str(), *level))
    }
}

/// A run under two settings.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The run.
    pub run: Run,
    /// What the run was made with.
    pub own: Wishes,
    /// Needs that it ranked.
    pub needs: usize,
    /// Its plan.
    pub before: Outcome,
    /// The plan with what is tried.
    pub after: Outcome,
}

/// What is read of a run, at one moment.
struct Ground {
    needs: Vec<Need>,
    placeable: Vec<Placeable>,
    register: Register,
    collection: std::sync::Arc<Collection>,
    opted_out: HashSet<String>,
}

/// Tries settings on a run; nothing when there is no such run or it had no plan, sentences when they cannot be planned.
pub async fn of_run(
    desk: &Desk,
    scope: &Scope,
    on: NaiveDate,
    run: i64,
    wishes: &Wishes,
) -> anyhow::Result<Option<Result<Tried, Vec<String>>>> {
    let collection = desk.collections.current(desk).await?;
    let mut tx = desk.database.read().await?;
    let Some(run) = match_run::get(&mut tx, scope, run).await? else { return Ok(None) };
    if !match_run::figures(&mut tx, scope, run.id).await?.is_planned() {
        return Ok(None);
    }
    let own = super::runs::wishes_of(&mut tx, scope, run.id).await?;
    let placeable = match_run::placeable(&mut tx, scope, run.id).await?;
    let ranked: BTreeSet<&str> = placeable.iter().map(|one| one.need.as_str()).collect();
    let kept = store::need::current(&mut tx, scope).await?.into_iter().map(|kept| kept.need);
    let needs: Vec<Need> = kept.filter(|need| ranked.contains(need.id.as_str())).collect();
    let register = Register::load(&mut tx, on).await?;
    let opted_out = store::offer::all_opted_out(&mut tx).await?;
    drop(tx);
    let ground = Ground { needs, placeable, register, collection, opted_out };
    let (mine, tried) = (own.clone(), wishes.clone());
    let planned = tokio::task::spawn_blocking(move || {
        let needs = ground.needs.len();
        Ok((needs, ground.outcome(&mine)?, ground.outcome(&tried)?))
    });
    Ok(Some(match planned.await.context("plan in the background")? {
        Ok((needs, before, after)) => Ok(Tried { run, own, needs, before, after }),
        Err(PlanError::Refused(problems)) => Err(problems),
        Err(fault @ PlanError::Fault(_)) => return Err(fault.into()),
    }))
}

impl Ground {
    fn outcome(&self, wishes: &Wishes) -> Result<Outcome, PlanError> {
        let weighed = self.weighed(wishes);
        let needs = self.needs.iter().map(|need| plan::Need { id: need.id.clone(), posts: need.posts });
        let person_of = |id: &str| self.collection.person(id);
        let planned = act::plan(needs.collect(), &weighed, person_of, self.register.parameters(), wishes)?;
        let level_of = weighed.iter().map(|one| ((self.needs[one.need].id.as_str(), one.person.as_str()), one.level));
        let level_of: HashMap<(&str, &str), Level> = level_of.collect();
        let (instance, plan) = (&planned.instance, &planned.plan);
        let posts: usize = self.needs.iter().map(|need| need.posts as usize).sum();
        let mut outcome = Outcome {
            open: posts.saturating_sub(plan.pushes.len()),
            alternates: plan.alternates.iter().map(Vec::len).sum(),
            ..Outcome::default()
        };
        let mut served = BTreeSet::new();
        for pair in &plan.pushes {
            let (need, person) = (&instance.needs()[pair.need].id, &instance.people()[pair.person].id);
            let level = level_of.get(&(need.as_str(), person.as_str())).map_or(1, |level| u8::from(*level));
            *outcome.by_level.entry(level).or_default() += 1;
            served.insert(need);
            outcome.pushes.insert((need.clone(), person.clone()), level);
        }
        outcome.needs = served.len();
        Ok(outcome)
    }

    /// The candidates as a plan weighs them: levels, scores and refusals of the run, preferences of today.
    fn weighed(&self, wishes: &Wishes) -> Vec<Weighed> {
        let place: HashMap<&str, usize> = (0..).zip(&self.needs).map(|(at, need)| (need.id.as_str(), at)).collect();
        let weigh = |one: &Placeable| {
            let level = Level::try_from(one.level).ok()?;
            let person = self.collection.person(&one.person)?;
            let at = *place.get(one.need.as_str())?;
            let is_out = one.rank > wishes.top || self.opted_out.contains(&one.person) || level == Level::None;
            (!is_out).then(|| Weighed {
                need: at,
                person: one.person.clone(),
                level,
                score: explain::score(one.score),
                preference: act::preference(&act::findings(&self.register, &self.needs[at], person)),
                refusal: one.is_refused.then(|| REFUSED.to_owned()),
            })
        };
        self.placeable.par_iter().filter_map(weigh).collect()
    }
}

/// Why a candidate whom the run marked is in no plan.
const REFUSED: &str = "运算时核查未通过";
