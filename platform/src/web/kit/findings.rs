//! What the rules say: one line a finding, with clause, force, outcome and the sentence that says the way out.

use askama::Template;
use programme::finding::{Finding, Force, Outcome};

use super::status::{Status, Tone};
use crate::texts;
use crate::web::texts::{Lang, Texts};

texts! {
    findings_clause: "条款", "Clause";
    findings_force: "效力", "Force";
    findings_outcome: "结论", "Outcome";
    findings_message: "说明", "Explanation";
    findings_none: "没有核查项。", "Nothing was checked.";
    force_must: "必须", "Must";
    force_principle: "原则上", "In principle";
    force_declare: "须承诺", "To be declared";
    force_prefer: "优先", "Preferred";
    force_record: "备查", "On record";
    force_warning: "提醒", "Reminder";
    outcome_met: "符合", "Met";
    outcome_broken: "不符合", "Not met";
    outcome_attention: "请留意", "Look at this";
    outcome_unknown: "待核实", "To be verified";
}

#[derive(Clone, Debug)]
struct Line {
    clause: &'static str,
    force: &'static str,
    outcome: Status,
    message: String,
}

/// The findings of one case.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/findings.html")]
pub struct FindingsList {
    t: Texts,
    caption: String,
    lines: Vec<Line>,
}

super::components!(FindingsList);

impl FindingsList {
    /// Findings in the order in which the rules gave them.
    pub fn new(t: Texts, caption: impl Into<String>, findings: &[Finding]) -> Self {
        let lines = findings.iter().map(|finding| line(finding, t)).collect();
        Self { t, caption: caption.into(), lines }
    }
}

fn line(finding: &Finding, t: Texts) -> Line {
    Line {
        clause: finding.clause.chinese(),
        force: force_word(finding.force, t),
        outcome: outcome_status(finding.outcome, finding.force, t),
        message: finding.message.clone(),
    }
}

/// The word for a rule's force.
pub fn force_word(force: Force, t: Texts) -> &'static str {
    match force {
        Force::Must => t.force_must(),
        Force::Principle => t.force_principle(),
        Force::Declare => t.force_declare(),
        Force::Prefer => t.force_prefer(),
        Force::Record => t.force_record(),
        Force::Warning => t.force_warning(),
    }
}

/// The word for an outcome; a broken preference or reminder stops nothing and is not shown as a refusal.
pub fn outcome_status(outcome: Outcome, force: Force, t: Texts) -> Status {
    match (outcome, force) {
        (Outcome::Met, _) => Status::new(t.outcome_met(), Tone::Good),
        (Outcome::Unknown, _) => Status::new(t.outcome_unknown(), Tone::Attention),
        (Outcome::Broken, Force::Must | Force::Principle | Force::Declare) => {
            Status::new(t.outcome_broken(), Tone::Bad)
        }
        (Outcome::Broken, _) => Status::new(t.outcome_attention(), Tone::Attention),
    }
}
