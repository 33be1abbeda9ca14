//! What a rule says of declared facts: a finding with its clause, and the verdict over all findings.
//!
//! A finding is printed to officials and to enterprises, so its message is a Chinese sentence that names the value, the
//! limit and the way out. The code is stable: scripts and documents cite it.

use serde::Serialize;

use crate::clause::Clause;

/// How hard a rule is (`CLAUSES.md`, "Force").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Force {
    /// Nobody can override it.
    Must,
    /// 原则上 / 一般: the province may override with a written reason that stays visible.
    Principle,
    /// A signed declaration of the named party.
    Declare,
    /// Breaks ties among equals, never overrules.
    Prefer,
    /// Kept, searchable and exportable.
    Record,
    /// Shown to a person, stops nothing.
    Warning,
}

/// What is known about a rule's question. Facts that are missing are never guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The rule holds.
    Met,
    /// The rule is broken.
    Broken,
    /// A fact needed to answer was not given.
    Unknown,
}

/// One rule's answer on one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The clause the rule comes from.
    pub clause: Clause,
    /// How hard the rule is.
    pub force: Force,
    /// Stable code such as `age.within_limit`.
    pub code: &'static str,
    /// Whether the rule holds.
    pub outcome: Outcome,
    /// Chinese sentence: value, limit, way out.
    pub message: String,
}

/// The worst of the findings, in the order of severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing stands against it.
    Ok,
    /// Something a person should see.
    Warning,
    /// Only a `principle` fails: the province may override with a reason.
    NeedsOverride,
    /// A `must` fails or a declaration is missing.
    Refused,
}

impl Force {
    /// The word of files for machines, as in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Principle => "principle",
            Self::Declare => "declare",
            Self::Prefer => "prefer",
            Self::Record => "record",
            Self::Warning => "warning",
        }
    }
}

impl Finding {
    /// The message without the clause at its end, for places that show the clause beside it.
    pub fn explanation(&self) -> &str {
        let clause = format!("（{}）", self.clause.chinese());
        self.message.strip_suffix(clause.as_str()).unwrap_or(&self.message)
    }

    /// The fact of a broken rule without its way out, for places whose way out is another.
    pub fn fact(&self) -> &str {
        self.explanation().split('；').next().unwrap_or_default()
    }

    /// How far this finding alone worsens a verdict. An unanswered question is shown to a person, since it is no refusal
    /// until somebody has had the chance to answer it; `check` asks for complete facts and treats it as broken.
    pub const fn severity(&self) -> Verdict {
        match (self.outcome, self.force) {
            (Outcome::Met, _) | (_, Force::Prefer | Force::Record) => Verdict::Ok,
            (Outcome::Unknown, _) | (Outcome::Broken, Force::Warning) => Verdict::Warning,
            (Outcome::Broken, Force::Principle) => Verdict::NeedsOverride,
            (Outcome::Broken, Force::Must | Force::Declare) => Verdict::Refused,
        }
    }
}

impl Verdict {
    /// The worst of the findings; nothing found is `Ok`.
    pub fn of(findings: &[Finding]) -> Self {
        findings.iter().map(Finding::severity).max().unwrap_or(Self::Ok)
    }

    /// The word of files for machines, as in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::NeedsOverride => "needs_override",
            Self::Refused => "refused",
        }
    }

    /// The word of pages and workbooks.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Ok => "符合",
            Self::Warning => "提示核对",
            Self::NeedsOverride => "须省科技厅书面说明",
            Self::Refused => "不符合",
        }
    }
}
