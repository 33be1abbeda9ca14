//! Why a pair was not chosen, and what choosing it would cost.

use super::cause::names;
use super::problem::{Instance, Pair};
use super::residual::Residual;
use super::solver::Plan;
use super::value::{Loss, edge_in_chinese};

/// What decided over a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rival {
    /// The plan has the pair.
    Chosen,
    /// The person is no candidate of the need.
    NotCandidate,
    /// A rule forbids the pair, for this reason.
    Forbidden(String),
    /// The need has no posts.
    NoPosts,
    /// The posts went to people at least as good.
    Better(Vec<usize>),
    /// The person serves these needs.
    Taken(Vec<usize>),
    /// The person's unit is at its limit, with pushes that add more.
    UnitFull(usize),
    /// The posts are held by frozen pairs.
    Frozen(Vec<usize>),
}

/// The limit or rival that kept a pair out of a plan that [`super::check`] accepts.
pub fn rival(instance: &Instance, plan: &Plan, pair: Pair) -> Rival {
    if plan.pushes.binary_search(&pair).is_ok() {
        return Rival::Chosen;
    }
    let Some(edge) = instance.edge(pair) else { return Rival::NotCandidate };
    if let Some(reason) = instance.forbidden_reason(pair) {
        return Rival::Forbidden(reason.into());
    }
    let posts = instance.needs()[pair.need].posts as usize;
    if posts == 0 {
        return Rival::NoPosts;
    }
    let holders = pushed_to(plan, pair.need);
    let is_as_good = |person: &usize| {
        instance.edge(Pair { person: *person, ..pair }).is_some_and(|held| held.merit() >= edge.merit())
    };
    if holders.len() == posts && holders.iter().all(is_as_good) {
        return Rival::Better(holders);
    }
    capacity_rival(instance, plan, pair.person).unwrap_or(Rival::Frozen(holders))
}

/// The person's other needs, or the full unit.
fn capacity_rival(instance: &Instance, plan: &Plan, person: usize) -> Option<Rival> {
    let needs: Vec<usize> = plan.pushes.iter().filter(|push| push.person == person).map(|push| push.need).collect();
    if needs.len() >= instance.person_capacity() as usize {
        return Some(Rival::Taken(needs));
    }
    let (unit, limit) = instance.unit_limit(person)?;
    let of_unit = |push: &&Pair| instance.people()[push.person].unit == Some(unit);
    (plan.pushes.iter().filter(of_unit).count() >= limit as usize).then_some(Rival::UnitFull(unit))
}

fn pushed_to(plan: &Plan, need: usize) -> Vec<usize> {
    let from = plan.pushes.partition_point(|push| push.need < need);
    plan.pushes[from..].iter().take_while(|push| push.need == need).map(|push| push.person).collect()
}

impl Rival {
    /// The sentence behind "why not this person".
    pub fn in_chinese(&self, instance: &Instance, pair: Pair) -> String {
        let with_merit = |pair: Pair, id: &String| match instance.edge(pair) {
            Some(edge) => format!("{id}（{}）", edge_in_chinese(edge)),
            None => id.clone(),
        };
        let holders = |people: &[usize]| {
            let named = |person: &usize| with_merit(Pair { person: *person, ..pair }, &instance.people()[*person].id);
            names(people.iter().map(named))
        };
        match self {
            Self::Chosen => "已选入方案".into(),
            Self::NotCandidate => "不在该需求的候选人中".into(),
            Self::Forbidden(reason) => format!("不得选择：{reason}"),
            Self::NoPosts => "该需求没有岗位".into(),
            Self::Better(people) => format!("岗位已安排给排序更前或相同的 {}", holders(people)),
            Self::Taken(needs) if needs.is_empty() => "每人可承担的需求数为 0".into(),
            Self::Taken(needs) => {
                let named = |need: &usize| with_merit(Pair { need: *need, ..pair }, &instance.needs()[*need].id);
                format!("已推送至需求 {}", names(needs.iter().map(named)))
            }
            Self::UnitFull(unit) => {
                let unit = &instance.units()[*unit];
                format!("派出单位 {} 已达推送上限 {} 人", unit.id, unit.pushes_max.unwrap_or(0))
            }
            Self::Frozen(people) => format!("岗位已由冻结的配对占用：{}", holders(people)),
        }
    }
}

/// Why a pair has no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPrice {
    /// Without a weight nothing can be weighed.
    #[error("the person is no candidate of the need")]
    NotCandidate,
    /// A rule cannot be bought.
    #[error("the pair is forbidden")]
    Forbidden,
    /// Posts, person or unit are used up by frozen pairs, or their limit is 0.
    #[error("no change can make room for the pair")]
    NoRoom,
}

/// What the best totals lose when a pair is chosen by hand and everything else is arranged anew around it.
///
/// All 0 for a pair of the plan, and for one that ties. The plan must be one that [`super::check`] accepts: its prices guide the
/// search.
pub fn price_of(instance: &Instance, plan: &Plan, forced: Pair) -> Result<Loss, NoPrice> {
    if plan.pushes.binary_search(&forced).is_ok() {
        return Ok(Loss::default());
    }
    price_with(&mut Residual::of_plan(instance, plan), instance, forced)
}

/// The same for many pairs, in their order, over one network.
pub fn prices_of(instance: &Instance, plan: &Plan, forced: &[Pair]) -> Vec<Result<Loss, NoPrice>> {
    let mut residual = Residual::of_plan(instance, plan);
    let mut price = |pair: &Pair| match plan.pushes.binary_search(pair) {
        Ok(_) => Ok(Loss::default()),
        Err(_) => price_with(&mut residual, instance, *pair),
    };
    forced.iter().map(&mut price).collect()
}

/// The same for a pair that is not chosen, with a network that is already built.
pub(super) fn price_with(residual: &mut Residual, instance: &Instance, forced: Pair) -> Result<Loss, NoPrice> {
    if instance.edge(forced).is_none() {
        return Err(NoPrice::NotCandidate);
    }
    if instance.forbidden_reason(forced).is_some() {
        return Err(NoPrice::Forbidden);
    }
    residual.price_of(forced).ok_or(NoPrice::NoRoom)
}
