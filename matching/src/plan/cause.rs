//! Why a plan cannot be met: the smallest cause, in words, with the ways out.
//!
//! Frozen pairs can contradict the limits: then there is no plan and each contradiction is named. Otherwise there always
//! is a plan, but a need may stay unfilled. Either alternating paths find no room (Hall's condition: these needs want
//! more people than they can reach; taking any one need out of the named set dissolves it), or filling it would lower
//! the total, by a stated amount.

use std::collections::BTreeMap;

use super::problem::{Instance, Pair};
use super::residual::{Node, Residual};
use super::solver::Plan;
use super::value::Loss;

/// Ids named in one sentence; the rest is counted.
const NAMES_MAX: usize = 5;

/// No plan keeps the frozen pairs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} frozen pairs or limits contradict each other", .causes.len())]
pub struct Infeasible {
    /// Every contradiction, each one alone enough.
    pub causes: Vec<InfeasibleCause>,
}

/// One contradiction among frozen pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InfeasibleCause {
    /// A frozen pair is forbidden.
    FrozenForbidden {
        /// The pair.
        pair: Pair,
    },
    /// More frozen pairs than posts.
    NeedOverfull {
        /// The need.
        need: usize,
        /// Its frozen pairs.
        frozen: usize,
    },
    /// More frozen pairs than a person may serve.
    PersonOverfull {
        /// The person.
        person: usize,
        /// The person's frozen pairs.
        frozen: usize,
    },
    /// More frozen pairs than a unit may be pushed.
    UnitOverfull {
        /// The unit.
        unit: usize,
        /// The unit's frozen pairs.
        frozen: usize,
    },
}

impl InfeasibleCause {
    /// Value, limit and way out.
    pub fn in_chinese(&self, instance: &Instance) -> String {
        match *self {
            Self::FrozenForbidden { pair } => {
                let Pair { need, person } = pair;
                let (need, person) = (&instance.needs()[need].id, &instance.people()[person].id);
                let reason = instance.forbidden_reason(pair).unwrap_or_default();
                format!("已冻结的配对 {need}–{person} 不得选择：{reason}；请解除冻结")
            }
            Self::NeedOverfull { need, frozen } => {
                let need = &instance.needs()[need];
                format!("需求 {} 冻结了 {frozen} 人，岗位只有 {} 个；请解除部分冻结或增加岗位", need.id, need.posts)
            }
            Self::PersonOverfull { person, frozen } => {
                let (person, limit) = (&instance.people()[person].id, instance.person_capacity());
                format!("人员 {person} 冻结在 {frozen} 个需求上，最多 {limit} 个；请只保留 {limit} 个")
            }
            Self::UnitOverfull { unit, frozen } => {
                let (unit, limit) = (&instance.units()[unit].id, instance.units()[unit].pushes_max.unwrap_or(0));
                format!("派出单位 {unit} 冻结了 {frozen} 人，推送上限 {limit} 人；请解除部分冻结或提高上限")
            }
        }
    }
}

/// Every contradiction among the frozen pairs.
pub(super) fn frozen_conflicts(instance: &Instance) -> Vec<InfeasibleCause> {
    let frozen = instance.frozen();
    let is_forbidden = |pair: &&Pair| instance.forbidden_reason(**pair).is_some();
    let mut causes: Vec<InfeasibleCause> =
        frozen.iter().filter(is_forbidden).map(|pair| InfeasibleCause::FrozenForbidden { pair: *pair }).collect();
    for (need, frozen) in counts(frozen.iter().map(|pair| pair.need)) {
        if frozen > instance.needs()[need].posts as usize {
            causes.push(InfeasibleCause::NeedOverfull { need, frozen });
        }
    }
    for (person, frozen) in counts(frozen.iter().map(|pair| pair.person)) {
        if frozen > instance.person_capacity() as usize {
            causes.push(InfeasibleCause::PersonOverfull { person, frozen });
        }
    }
    for (unit, frozen) in counts(frozen.iter().filter_map(|pair| instance.people()[pair.person].unit)) {
        if instance.units()[unit].pushes_max.is_some_and(|limit| frozen > limit as usize) {
            causes.push(InfeasibleCause::UnitOverfull { unit, frozen });
        }
    }
    causes
}

fn counts(items: impl Iterator<Item = usize>) -> BTreeMap<usize, usize> {
    let mut counts = BTreeMap::new();
    items.for_each(|item| *counts.entry(item).or_default() += 1);
    counts
}

/// A need with posts that the plan leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Starved {
    /// The need.
    pub need: usize,
    /// Posts left open.
    pub open_posts: u32,
    /// The smallest cause.
    pub cause: StarvedCause,
    /// What filling one more post would take from the totals; `None` when no change can fill it.
    pub loss: Option<Loss>,
}

/// Why a post stays open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StarvedCause {
    /// Nobody was found for the need.
    NoCandidate,
    /// Everybody who was found is forbidden.
    AllForbidden {
        /// How many.
        candidates: usize,
        /// The reason that forbids most of them; the first in order of text among equals.
        reason: String,
        /// How many it forbids.
        of_reason: usize,
    },
    /// These needs together want one more place than the limits leave them. Without any one of the others the rest
    /// could all be filled.
    Shortage {
        /// The needs, this one included.
        needs: Vec<usize>,
        /// Posts they want: those the plan fills and one of this need.
        posts: usize,
        /// Their candidates who are used up and do not belong to a unit named below.
        people: Vec<usize>,
        /// Units at their limit.
        units: Vec<usize>,
    },
    /// Everything could be filled, but for a lower total.
    Costly,
}

/// Every need with open posts, with cause and price, in a plan that [`super::check`] accepts.
pub fn starved(instance: &Instance, plan: &Plan) -> Vec<Starved> {
    let mut open: Vec<u32> = instance.needs().iter().map(|need| need.posts).collect();
    plan.pushes.iter().for_each(|pair| open[pair.need] -= 1);
    let mut residual = Residual::of_plan(instance, plan);
    let of_need = |need: usize| Starved {
        need,
        open_posts: open[need],
        cause: cause_of(instance, plan, &residual, need),
        loss: residual.price_of_filling(need),
    };
    (0..open.len()).filter(|need| open[*need] > 0).map(of_need).collect()
}

fn cause_of(instance: &Instance, plan: &Plan, residual: &Residual, need: usize) -> StarvedCause {
    let edges = instance.edges_of(need);
    if edges.is_empty() {
        return StarvedCause::NoCandidate;
    }
    let reasons: Vec<&str> = edges.iter().filter_map(|edge| instance.forbidden_reason(edge.pair())).collect();
    if reasons.len() == edges.len() {
        let (reason, of_reason) = most_frequent(&reasons);
        return StarvedCause::AllForbidden { candidates: edges.len(), reason, of_reason };
    }
    residual.closed_reach(need).map_or(StarvedCause::Costly, |reached| shortage(instance, plan, &reached))
}

fn most_frequent(reasons: &[&str]) -> (String, usize) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for reason in reasons {
        *counts.entry(reason).or_default() += 1;
    }
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
    most.map_or_else(Default::default, |(reason, count)| (reason.to_owned(), count))
}

fn shortage(instance: &Instance, plan: &Plan, reached: &[Node]) -> StarvedCause {
    let (mut needs, mut people, mut units) = (Vec::new(), Vec::new(), Vec::new());
    for node in reached {
        match *node {
            Node::Need(need) => needs.push(need),
            Node::Person(person) => people.push(person),
            Node::Unit(unit) => units.push(unit),
            Node::Sink => {}
        }
    }
    needs.sort_unstable();
    units.sort_unstable();
    let filled = plan.pushes.iter().filter(|pair| needs.binary_search(&pair.need).is_ok());
    let posts = filled.clone().count() + 1;
    people.extend(filled.map(|pair| pair.person));
    people.sort_unstable();
    people.dedup();
    people.retain(|person| instance.unit_limit(*person).is_none_or(|(unit, _)| units.binary_search(&unit).is_err()));
    StarvedCause::Shortage { needs, posts, people, units }
}

impl Starved {
    /// Value, limit and way out.
    pub fn in_chinese(&self, instance: &Instance) -> String {
        let id = &instance.needs()[self.need].id;
        let open = format!("需求 {id} 有 {} 个岗位尚无人选", self.open_posts);
        let cause = match &self.cause {
            StarvedCause::NoCandidate => return format!("{open}：没有相关的候选人；请补充需求内容，或增加科技人员"),
            StarvedCause::AllForbidden { candidates, reason, of_reason } => {
                return format!("{open}：{candidates} 名候选人均依规不能推送，其中 {of_reason} 名的原因是：{reason}");
            }
            StarvedCause::Shortage { needs, posts, people, units } => {
                shortage_words(instance, needs, *posts, people, units)
            }
            StarvedCause::Costly => "候选人或单位推送名额已用于其他需求，改用于此合计不会更高".into(),
        };
        let price = match self.loss {
            Some(loss) => format!("如优先保证该需求，{}", loss.in_chinese()),
            None => "现有条件下无法补足".into(),
        };
        format!("{open}：{cause}；{price}")
    }
}

fn shortage_words(instance: &Instance, needs: &[usize], posts: usize, people: &[usize], units: &[usize]) -> String {
    let named = names(needs.iter().map(|need| instance.needs()[*need].id.clone()));
    let wanting = if needs.len() == 1 { "该需求".into() } else { format!("{} 个需求（{named}）", needs.len()) };
    let room = match posts - 1 {
        0 => "没有可用名额".into(),
        room => format!("可用名额只有 {room} 个"),
    };
    let mut places = Vec::new();
    if !people.is_empty() {
        let named = names(people.iter().map(|person| instance.people()[*person].id.clone()));
        places.push(format!("可推送的候选人 {named} 均已安排"));
    }
    if !units.is_empty() {
        let limit = |unit: &usize| instance.units()[*unit].pushes_max.unwrap_or(0);
        let named = |unit: &usize| format!("{} 已达推送上限 {} 人", instance.units()[*unit].id, limit(unit));
        places.push(format!("派出单位 {}", names(units.iter().map(named))));
    }
    let ways_out = if units.is_empty() {
        "请增加候选人或减少岗位"
    } else {
        "请增加候选人、减少岗位或提高单位推送上限"
    };
    format!("{wanting}共需 {posts} 人，{room}（{}）；{ways_out}", places.join("，"))
}

/// The first ids, and how many there are when some are left out.
pub(super) fn names(ids: impl ExactSizeIterator<Item = String>) -> String {
    let count = ids.len();
    let named = ids.take(NAMES_MAX).collect::<Vec<_>>().join("、");
    if count > NAMES_MAX { format!("{named} 等 {count} 个") } else { named }
}
