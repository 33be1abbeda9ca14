//! The exact optimum by successive shortest paths, with the prices that prove it.
//!
//! Posts are filled one after another along a cheapest path of the [`Residual`] network. Starting prices make every
//! need's best candidate free of reduced cost, so most searches end at once, and a search stops at the first node that
//! cannot be nearer than the free room already seen. Cost: posts × (pairs in reach × log), in practice far below one
//! pass over all pairs per post; `docs/decisions/0002-plan.md` has the measurements.

use super::alternates::{Alternate, alternates_of};
use super::cause::{Infeasible, frozen_conflicts};
use super::problem::{Instance, Pair};
use super::residual::Residual;
use super::value::{Scale, Value};
use crate::score::Score;

/// Who is pushed to which need, with alternates and the proof that no plan is better.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Chosen pairs, frozen ones included, by need and person.
    pub pushes: Vec<Pair>,
    /// Ordered alternates of every need.
    pub alternates: Vec<Vec<Alternate>>,
    /// Sum of the weights of the pushes.
    pub total_weight: i64,
    /// Sum of their preferences: the best among plans of this weight.
    pub total_preference: i64,
    /// Sum of their scores: the best among plans of this weight and preference.
    pub total_score: Score,
    /// Prices that prove it.
    pub certificate: Certificate,
}

/// Prices at or above zero, as [`Value`]s per post, person and place of a unit.
///
/// They bound every plan that keeps the frozen pairs: posts × price of the need + capacity × price of the person +
/// limit × price of the unit, over what frozen pairs leave, + what a free pair is worth beyond its three prices. A plan
/// whose value reaches that bound is optimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The units of the values.
    pub scale: Scale,
    /// Price of a post, by need.
    pub needs: Vec<Value>,
    /// Price of a place of a person.
    pub people: Vec<Value>,
    /// Price of a push to a unit; 0 without a limit.
    pub units: Vec<Value>,
}

/// The best plan in total weight, then in total preference, then in total score; of those still equal, always the same
/// one for the same ids.
pub fn solve(instance: &Instance) -> Result<Plan, Infeasible> {
    let conflicts = frozen_conflicts(instance);
    if !conflicts.is_empty() {
        return Err(Infeasible { causes: conflicts });
    }
    let mut residual = Residual::new(instance);
    for (need, posts) in open_posts(instance).into_iter().enumerate() {
        (0..posts).for_each(|_| residual.fill_post(need));
    }
    let mut pushes: Vec<Pair> = residual.pairs().chain(instance.frozen().iter().copied()).collect();
    pushes.sort_unstable();
    Ok(finished(instance, pushes, residual.certificate()))
}

/// Posts that frozen pairs leave, by need.
fn open_posts(instance: &Instance) -> Vec<u32> {
    let mut open: Vec<u32> = instance.needs().iter().map(|need| need.posts).collect();
    instance.frozen().iter().for_each(|pair| open[pair.need] -= 1);
    open
}

/// A plan of these pushes, which ascend, with what follows from them.
pub(super) fn finished(instance: &Instance, pushes: Vec<Pair>, certificate: Certificate) -> Plan {
    let edges = || pushes.iter().filter_map(|pair| instance.edge(*pair));
    let total_weight = edges().map(|edge| edge.weight).sum();
    let total_preference = edges().map(|edge| i64::from(edge.preference)).sum();
    let total_score = Score::from_millionths(edges().map(|edge| edge.score.millionths()).sum());
    let alternates = alternates_of(instance, &pushes);
    Plan { pushes, alternates, total_weight, total_preference, total_score, certificate }
}
