//! What a run plans otherwise than an earlier one (三（二）): who is proposed anew, who is proposed no more, and what the other run
//! says of each. A pair under way binds its person and its post, so a later plan leaves both out: it is unchanged, not gone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use programme::access::Scope;
use programme::process::proposal::{is_live, is_over};
use programme::process::{Kind, Stage};
use store::Tx;
use store::match_run::{self, Placeable, Placed, Run};
use store::matter::{self, Link};

use super::runs::wishes_of;

/// Two runs beside each other.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The later run.
    pub run: Run,
    /// The earlier one.
    pub earlier: Run,
    /// Whether both were made with the same settings.
    pub is_same_settings: bool,
    /// Pushes that both plan.
    pub same: usize,
    /// Pushes of the earlier one that are under way, which the later one therefore plans around.
    pub under_way: usize,
    /// Pushes that only the later one plans; the standing is that in the earlier one.
    pub comes: Vec<Change>,
    /// Pushes that only the earlier one plans; the standing is that in the later one.
    pub leaves: Vec<Change>,
}

/// A push that one of two runs plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The need.
    pub need: String,
    /// The person.
    pub person: String,
    /// Level in the run that plans the push, 4 to 1.
    pub level: u8,
    /// What the other run has of them.
    pub elsewhere: Standing,
}

/// How a run that does not push a person to a need has the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The pair was proposed, and what became of it is over.
    Over(Stage),
    /// It pushes the person to this other need.
    PushedTo(String),
    /// The person is an alternate at this place.
    Alternate(u8),
    /// A rule refused the pair.
    Refused,
    /// The person is a candidate of this rank, not chosen.
    Candidate(u32),
    /// The person is not among the candidates that were kept.
    NoCandidate,
    /// It has no candidates for the need: the need did not take part.
    NoNeed,
}

/// Compares a run with an earlier one, by default the last one before it that planned for the same round; nothing when there is
/// no such run or it has no plan.
///
/// Reads the plans of both and the candidates of the needs that differ.
pub async fn difference(tx: &mut Tx, scope: &Scope, run: i64, than: Option<i64>) -> anyhow::Result<Option<Difference>> {
    let Some(run) = planned(tx, scope, run).await? else { return Ok(None) };
    let than = match than {
        Some(than) => Some(than),
        None => before(tx, scope, &run).await?.first().map(|run| run.id),
    };
    let earlier = match than.filter(|than| *than < run.id) {
        Some(than) => planned(tx, scope, than).await?,
        None => None,
    };
    let Some(earlier) = earlier else { return Ok(None) };
    let own = Plan::of(match_run::every_place(tx, scope, run.id).await?);
    let theirs = Plan::of(match_run::every_place(tx, scope, earlier.id).await?);
    let only = |one: &Plan, other: &Plan| -> BTreeSet<String> {
        one.pushes.keys().filter(|pair| !other.pushes.contains_key(*pair)).map(|(need, _)| need.clone()).collect()
    };
    let comes = standings(tx, scope, earlier.id, &only(&own, &theirs)).await?;
    let leaves = standings(tx, scope, run.id, &only(&theirs, &own)).await?;
    let (comes, mut leaves) = (changes(&own, &theirs, &comes), changes(&theirs, &own, &leaves));
    let stages = stages(tx, scope, run.id).await?;
    let planned_around = leaves.len();
    leaves.retain_mut(|change| {
        let stage = stages.get(&(change.need.clone(), change.person.clone()));
        if let Some(stage) = stage.filter(|stage| is_over(**stage)) {
            change.elsewhere = Standing::Over(*stage);
        }
        !stage.is_some_and(|stage| is_live(*stage))
    });
    let under_way = planned_around - leaves.len();
    let is_same_settings = wishes_of(tx, scope, run.id).await? == wishes_of(tx, scope, earlier.id).await?;
    let same = own.pushes.len() - comes.len();
    Ok(Some(Difference { run, earlier, is_same_settings, same, under_way, comes, leaves }))
}

/// Where the pairs of a run's round stand now, by need and person; of several the last.
async fn stages(tx: &mut Tx, scope: &Scope, run: i64) -> anyhow::Result<HashMap<(String, String), Stage>> {
    let Some(round) = wishes_of(tx, scope, run).await?.round else { return Ok(HashMap::new()) };
    let pairs = matter::linked(tx, Link::OfRound(&round, Kind::Pair)).await?;
    let stage = |pair: programme::process::Matter| {
        Some(((pair.parties.need?, pair.parties.person?), pair.stage)).filter(|_| pair.stage != Stage::PairWithdrawn)
    };
    Ok(pairs.into_iter().filter_map(stage).collect())
}

/// Runs before this one that planned for the same round, the latest first.
pub async fn before(tx: &mut Tx, scope: &Scope, run: &Run) -> anyhow::Result<Vec<Run>> {
    let round = wishes_of(tx, scope, run.id).await?.round;
    let mut found = Vec::new();
    for earlier in match_run::list(tx, scope, Some(run.id)).await? {
        let is_planned = match_run::figures(tx, scope, earlier.id).await?.is_planned();
        if is_planned && wishes_of(tx, scope, earlier.id).await?.round == round {
            found.push(earlier);
        }
    }
    Ok(found)
}

async fn planned(tx: &mut Tx, scope: &Scope, run: i64) -> anyhow::Result<Option<Run>> {
    let is_planned = match_run::figures(tx, scope, run).await?.is_planned();
    Ok(match_run::get(tx, scope, run).await?.filter(|_| is_planned))
}

async fn standings(tx: &mut Tx, scope: &Scope, run: i64, needs: &BTreeSet<String>) -> anyhow::Result<Vec<Placeable>> {
    let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
    Ok(match_run::placeable_of(tx, scope, run, &needs).await?)
}

/// A plan, to be asked about people.
struct Plan {
    /// Level of each person proposed, by need and person.
    pushes: BTreeMap<(String, String), u8>,
    /// The need that a person is proposed for.
    need_of: HashMap<String, String>,
    /// Place of each alternate, by need and person.
    alternates: HashMap<(String, String), u8>,
}

impl Plan {
    fn of(places: Vec<Placed>) -> Self {
        let mut plan = Self { pushes: BTreeMap::new(), need_of: HashMap::new(), alternates: HashMap::new() };
        for Placed { need, place, person, level } in places {
            if place > 0 {
                plan.alternates.insert((need, person), place);
            } else {
                plan.need_of.insert(person.clone(), need.clone());
                plan.pushes.insert((need, person), level);
            }
        }
        plan
    }
}

/// Pushes of a plan that another does not have, with their standing there: `candidates` are the other's for these needs.
fn changes(of: &Plan, other: &Plan, candidates: &[Placeable]) -> Vec<Change> {
    let needs: BTreeSet<&str> = candidates.iter().map(|one| one.need.as_str()).collect();
    let ranked: HashMap<(&str, &str), &Placeable> =
        candidates.iter().map(|one| ((one.need.as_str(), one.person.as_str()), one)).collect();
    let elsewhere = |pair: &(String, String)| {
        let (need, person) = (pair.0.as_str(), pair.1.as_str());
        if !needs.contains(need) {
            return Standing::NoNeed;
        }
        match (ranked.get(&(need, person)), other.alternates.get(pair), other.need_of.get(person)) {
            (Some(one), ..) if one.is_refused => Standing::Refused,
            (_, Some(place), _) => Standing::Alternate(*place),
            (_, _, Some(need)) => Standing::PushedTo(need.clone()),
            (Some(one), ..) => Standing::Candidate(one.rank),
            (None, ..) => Standing::NoCandidate,
        }
    };
    let only = of.pushes.iter().filter(|(pair, _)| !other.pushes.contains_key(*pair));
    let change = |(pair, level): (&(String, String), &u8)| Change {
        need: pair.0.clone(),
        person: pair.1.clone(),
        level: *level,
        elsewhere: elsewhere(pair),
    };
    only.map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(need: &str, place: u8, person: &str) -> Placed {
        Placed { need: need.to_owned(), place, person: person.to_owned(), level: 4 - place }
    }

    fn candidate(need: &str, person: &str, rank: u32) -> Placeable {
        let (need, person) = (need.to_owned(), person.to_owned());
        Placeable { need, person, rank, score: 0.5, level: 3, is_refused: rank == 9 }
    }

    /// Who comes, with the standing in the other plan.
    fn coming(other: Vec<Placed>, candidates: &[Placeable]) -> Vec<(String, Standing)> {
        let own = Plan::of(vec![placed("n1", 0, "p1"), placed("n1", 1, "p2")]);
        let found = changes(&own, &Plan::of(other), candidates);
        found.into_iter().map(|change| (change.person, change.elsewhere)).collect()
    }

    #[test]
    fn a_push_of_both_is_no_change_whoever_the_alternates_are() {
        assert_eq!(coming(vec![placed("n1", 0, "p1"), placed("n1", 1, "p3")], &[candidate("n1", "p1", 1)]), []);
    }

    #[test]
    fn the_other_plan_says_what_it_has_of_the_person() {
        let [first, ninth] = [1, 9].map(|rank| candidate("n1", "p1", rank));
        let elsewhere = vec![placed("n2", 0, "p1")];
        for (other, candidates, standing) in [
            (vec![], vec![], Standing::NoNeed),
            (vec![], vec![candidate("n1", "p2", 1)], Standing::NoCandidate),
            (vec![], vec![first.clone()], Standing::Candidate(1)),
            (vec![placed("n1", 2, "p1")], vec![first.clone()], Standing::Alternate(2)),
            (elsewhere.clone(), vec![first], Standing::PushedTo("n2".to_owned())),
            (elsewhere.clone(), vec![candidate("n1", "p2", 1)], Standing::PushedTo("n2".to_owned())),
            (elsewhere, vec![ninth], Standing::Refused),
        ] {
            assert_eq!(coming(other, &candidates), [("p1".to_owned(), standing)]);
        }
    }
}
