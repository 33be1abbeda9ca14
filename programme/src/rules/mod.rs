//! The rules of the policy, one file per kind of case; each rule is a named constant with its clause, force and code.
//!
//! A rule takes facts and gives findings, it never stops at the first one. A fact that is not stated is `Unknown`, never
//! guessed. A broken rule's message is built from the fact with its limit and the way out, so that neither can be left out.

use std::fmt::Display;

use chrono::NaiveDate;

use crate::clause::Clause;
use crate::finding::{Finding, Force, Outcome};
use crate::record::Misconduct;

pub mod agreement;
pub mod assessment;
pub mod candidate;
pub mod consolidation;
pub mod enterprise;
pub mod listing;
pub mod need;
pub mod notice;
pub mod pair;
pub mod route;

pub use candidate::{Days, eligibility_of};

/// One question of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The clause that asks it.
    pub clause: Clause,
    /// How hard the answer is.
    pub force: Force,
    /// Stable code, cited by scripts and documents.
    pub code: &'static str,
    /// The fact that the question needs, in Chinese.
    pub needs: &'static str,
}

/// Every rule, in the plan's order within each kind of case.
pub const ALL: &[&[Rule]] = &[
    candidate::RULES,
    enterprise::RULES,
    need::RULES,
    pair::RULES,
    listing::RULES,
    notice::RULES,
    agreement::RULES,
    assessment::RULES,
];

impl Rule {
    /// The rule holds: the fact and its limit.
    fn met(&self, fact: impl Display) -> Finding {
        self.finding(Outcome::Met, format!("{fact}（{}）", self.clause.chinese()))
    }

    /// The rule is broken: the fact with its limit, and what can be done.
    fn broken(&self, fact: impl Display, way_out: impl Display) -> Finding {
        self.finding(Outcome::Broken, format!("{fact}；{way_out}（{}）", self.clause.chinese()))
    }

    /// The fact is not stated.
    fn unknown(&self) -> Finding {
        self.finding(Outcome::Unknown, format!("未说明{}；请补充后再核查（{}）", self.needs, self.clause.chinese()))
    }

    fn finding(&self, outcome: Outcome, message: String) -> Finding {
        Finding { clause: self.clause, force: self.force, code: self.code, outcome, message }
    }

    /// A question whose answer is yes or no, `good` being the answer that meets the rule.
    fn answered(&self, answer: Option<bool>, good: bool, met: &str, (fact, way_out): (&str, &str)) -> Finding {
        match answer {
            Some(answer) if answer == good => self.met(met),
            Some(_) => self.broken(fact, way_out),
            None => self.unknown(),
        }
    }
}

/// Most items that a message lists; the rest is counted, so that a message stays readable whatever the facts.
pub const LISTED_MAX: usize = 20;

/// Joins items for a message, the first [`LISTED_MAX`] by name.
fn enumerated<T: Display>(items: &[T], between: &str) -> String {
    let shown: Vec<String> = items.iter().take(LISTED_MAX).map(ToString::to_string).collect();
    let rest = if items.len() > LISTED_MAX { format!("等 {} 项", items.len()) } else { String::new() };
    shown.join(between) + &rest
}

/// Whether a region code lies in the province; nothing is said of a code that is not stated.
fn in_province(region: Option<&str>, province: &str) -> Option<bool> {
    region.filter(|code| !code.is_empty()).map(|code| code.starts_with(province))
}

/// Whether the register has an entry of the subject that is in force on the day; without a register nothing is known.
fn has_live_entry(register: Option<&[Misconduct]>, subject: &str, on: NaiveDate) -> Option<bool> {
    let live = |entry: &Misconduct| {
        entry.subject == subject && entry.from <= on && entry.until.is_none_or(|until| on <= until)
    };
    register.map(|entries| entries.iter().any(live))
}
