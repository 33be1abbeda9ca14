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
    outcome_override: "须书面说明", "Needs a written reason";
    outcome_attention: "请留意", "Look at this";
    outcome_not_preferred: "不在优先之列", "Not preferred";
    outcome_recorded: "备查", "On record";
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
        clause: if t.lang == Lang::Chinese { finding.clause.chinese() } else { finding.clause.id() },
        force: force_word(finding.force, t),
        outcome: outcome_status(finding.outcome, finding.force, t),
        message: finding.explanation().to_owned(),
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

/// The word for an outcome, as hard as the rule: an unmet preference is no warning, an unmet principle no refusal.
pub fn outcome_status(outcome: Outcome, force: Force, t: Texts) -> Status {
    match (outcome, force) {
        (Outcome::Met, _) => Status::new(t.outcome_met(), Tone::Good),
        (Outcome::Unknown, Force::Prefer | Force::Record) => Status::new(t.outcome_unknown(), Tone::Neutral),
        (Outcome::Unknown, _) => Status::new(t.outcome_unknown(), Tone::Attention),
        (Outcome::Broken, Force::Must | Force::Declare) => Status::new(t.outcome_broken(), Tone::Bad),
        (Outcome::Broken, Force::Principle) => Status::new(t.outcome_override(), Tone::Attention),
        (Outcome::Broken, Force::Warning) => Status::new(t.outcome_attention(), Tone::Attention),
        (Outcome::Broken, Force::Prefer) => Status::new(t.outcome_not_preferred(), Tone::Neutral),
        (Outcome::Broken, Force::Record) => Status::new(t.outcome_recorded(), Tone::Neutral),
    }
}

#[cfg(test)]
mod tests {
    use programme::clause;

    use super::*;

    #[test]
    fn an_outcome_is_shown_as_hard_as_its_rule() {
        let t = Texts::new(Lang::Chinese);
        let shown = |outcome, force| outcome_status(outcome, force, t).render().unwrap();
        for (force, word, tone) in [
            (Force::Must, "不符合", "bad"),
            (Force::Declare, "不符合", "bad"),
            (Force::Principle, "须书面说明", "attention"),
            (Force::Warning, "请留意", "attention"),
            (Force::Prefer, "不在优先之列", "neutral"),
            (Force::Record, "备查", "neutral"),
        ] {
            let status = shown(Outcome::Broken, force);
            assert!(status.contains(word) && status.contains(&format!("status-{tone}")), "{status}");
        }
        assert!(shown(Outcome::Unknown, Force::Prefer).contains("status-neutral"));
        assert!(shown(Outcome::Unknown, Force::Must).contains("status-attention"));
    }

    #[test]
    fn the_clause_stands_in_its_column_alone() {
        let clause = clause!("2.1.1(2)");
        let message = format!("年龄 56 周岁；请另荐（{}）", clause.chinese());
        let finding =
            Finding { clause, force: Force::Must, code: "age.within_limit", outcome: Outcome::Broken, message };
        let shown = FindingsList::new(Texts::new(Lang::Chinese), "核查", &[finding]).render().unwrap();
        assert!(shown.contains("<td>年龄 56 周岁；请另荐</td>"), "{shown}");
        assert_eq!(shown.matches(clause.chinese()).count(), 1, "{shown}");
    }
}
