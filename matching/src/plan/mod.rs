//! The round's plan: who is pushed to which need, best in total under the limits, with a proof.
//!
//! A plan is a maximum-weight assignment: posts per need, a capacity per person (1 by default: one enterprise per
//! person), most pushes per unit, pairs that are forbidden and pairs that are frozen. Weights are integers, so the
//! optimum is exact; [`Instance`] puts everything in the order of the ids, so shuffled input gives the same plan.
//! [`check`] shares nothing with the solver and proves a plan from its prices alone. `docs/decisions/0002-plan.md` says
//! what was measured and turned down.
//!
//! ```
//! use matching::plan::{Draft, Edge, Need, Person, Instance, check, report, solve};
//!
//! let draft = Draft {
//!     needs: vec![Need { id: "n1".into(), posts: 1 }, Need { id: "n2".into(), posts: 1 }],
//!     people: vec![Person::new("p1", None), Person::new("p2", None)],
//!     edges: vec![Edge::new(0, 0, 9), Edge::new(0, 1, 8), Edge::new(1, 0, 7)],
//!     ..Draft::default()
//! };
//! let instance = Instance::new(draft).expect("a correct draft");
//! let plan = solve(&instance).expect("no frozen pair stands in the way");
//! assert_eq!(plan.total_weight, 15);
//! assert!(check(&instance, &plan).is_empty());
//! assert_eq!(report(&instance, &plan).pairs[0].reason, "排序在前的 p1（等级分 9）未选：已推送至需求 n2（等级分 7）；如改选，等级分合计将减少 6");
//! ```

mod alternates;
mod cause;
mod checker;
mod problem;
mod report;
mod residual;
mod rival;
mod solver;
mod value;

#[cfg(test)]
mod tests;

pub use alternates::Alternate;
pub use cause::{Infeasible, InfeasibleCause, Starved, StarvedCause, starved};
pub use checker::{Violation, check};
pub use problem::{
    Draft, EDGES_MAX, Edge, Forbidden, Instance, Need, POSTS_TOTAL_MAX, PREFERENCE_MAX, Pair, Person, Problem,
    SCORE_MAX, Unit, WEIGHT_MAX,
};
pub use report::{PlanLine, PlanReport, Role, UnfilledLine, report};
pub use rival::{NoPrice, Rival, price_of, prices_of, rival};
pub use solver::{Certificate, Plan, solve};
pub use value::{Loss, Scale, Value};
