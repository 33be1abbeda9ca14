//! 二（三）1（2）: whether a need is definite, and what must leave its public part.

use super::Rule;
use crate::clause;
use crate::finding::Finding;
use crate::finding::Force::{Declare, Must, Warning};
use crate::parameters::Parameters;
use crate::quality::{Draft, Experience, Item, Meter, Parts, Words, meter};

const DEFINITE: Rule =
    Rule {
        clause: clause!("2.3.1(2)"), force: Declare, code: "need.definite", needs: "需求的题目、难题和目标"
    };
/// Needs are handed to a third party for matching, so nothing in them may lead to a person.
const NOTHING_TO_MOVE: Rule =
    Rule {
        clause: clause!("P1"), force: Must, code: "need.nothing_to_move", needs: "需求的题目、难题和目标"
    };

/// The rules of this file.
pub const RULES: &[Rule] = &[DEFINITE, NOTHING_TO_MOVE];

/// What the rules ask of a need; what is not stated is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NeedFacts {
    /// One line.
    pub title: String,
    /// The need as running text, laid out in the fields that are not stated themselves.
    pub content: String,
    /// What is to be solved.
    pub problem: String,
    /// How it is now.
    pub present_state: String,
    /// Targets, one a line.
    pub targets: String,
    /// What was tried.
    pub tried: String,
    /// Until when, as written.
    pub wanted_by: String,
    /// Budget in yuan.
    pub budget_yuan: Option<i64>,
    /// What is said about the budget.
    pub budget_note: String,
    /// Where.
    pub place: String,
    /// What the enterprise provides.
    pub conditions: String,
    /// GB/T 4754 code.
    pub industry: String,
    /// Words chosen by the enterprise.
    pub keywords: Vec<String>,
    /// Told only to those who agreed to take part.
    pub confidential: String,
    /// Why earlier talks failed, coded, and how often.
    pub earlier: Vec<(String, u32)>,
}

/// All findings on a need.
pub fn review(facts: &NeedFacts, parameters: &Parameters) -> Vec<Finding> {
    let nothing = NeedFacts { earlier: facts.earlier.clone(), ..NeedFacts::default() };
    if *facts == nothing {
        return vec![DEFINITE.unknown(), NOTHING_TO_MOVE.unknown()];
    }
    let measured = measure(facts);
    let mut findings = vec![definite(&measured, parameters.need_quality_min), moved(&measured)];
    findings.extend(measured.open().into_iter().filter_map(asked));
    findings
}

const FEN_PER_YUAN: i64 = 100;

fn measure(facts: &NeedFacts) -> Meter {
    let laid_out = Parts::of_text(&facts.title, &facts.content);
    let of_text = laid_out.draft();
    let keywords = facts.keywords.join("；");
    let draft = Draft {
        title: &facts.title,
        problem: or(&facts.problem, of_text.problem),
        present_state: or(&facts.present_state, of_text.present_state),
        targets: or(&facts.targets, of_text.targets),
        tried: or(&facts.tried, of_text.tried),
        deadline: or(&facts.wanted_by, of_text.deadline),
        budget_fen: facts.budget_yuan.map(|yuan| yuan * FEN_PER_YUAN).or(of_text.budget_fen),
        budget_note: or(&facts.budget_note, of_text.budget_note),
        place: or(&facts.place, of_text.place),
        conditions: or(&facts.conditions, of_text.conditions),
        industry: &facts.industry,
        keywords: or(&keywords, of_text.keywords),
        confidential: &facts.confidential,
    };
    let earlier: Vec<Experience<'_>> =
        facts.earlier.iter().map(|(failure, count)| Experience { failure, count: *count }).collect();
    meter(&draft, Words::embedded(), &earlier)
}

/// The stated text, or what was found in running text.
fn or<'t>(stated: &'t str, found: &'t str) -> &'t str {
    if stated.trim().is_empty() { found } else { stated }
}

fn definite(measured: &Meter, score_min: u32) -> Finding {
    let score = measured.score;
    if score >= score_min {
        return DEFINITE.met(format!("需求质量得分 {score}，不低于 {score_min}"));
    }
    DEFINITE.broken(format!("需求质量得分 {score}，低于 {score_min}"), "请按所列问题补充后再提交")
}

fn moved(measured: &Meter) -> Finding {
    match measured.must_move().count() {
        0 => NOTHING_TO_MOVE.met("公开部分没有联系方式和保密内容"),
        count => NOTHING_TO_MOVE.broken(format!("公开部分有 {count} 处不能公开的内容"), "请移走后再提交"),
    }
}

/// A question as a warning. Its code is one of [`crate::quality::QUESTIONS`]; only the two rules of this file decide.
fn asked(item: &Item) -> Option<Finding> {
    let name = item.field.chinese();
    let question = Rule { clause: clause!("2.3.1(2)"), force: Warning, code: item.code, needs: name };
    let (fact, way_out) = item.question.split_once('；')?;
    let place = if fact.contains(name) { String::new() } else { format!("{name}：") };
    Some(question.broken(format!("{place}{fact}"), way_out))
}
