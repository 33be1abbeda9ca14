//! The score of one person: window, evidence, indicators.

use chrono::NaiveDate;

use super::{
    BATCH, GRADE, GRADE_REASON, HELD, INDICATORS, LATE, PROBLEMS_LOG, PROBLEMS_POINTS, PROBLEMS_SOLVED, RATING,
    RESULTS_LANDED, RESULTS_LOG, RESULTS_POINTS, SATISFACTION, SCORE, SCORING,
};
use crate::parameters::Parameters;
use crate::process::Facts;
use crate::process::appointment::{ENDED_ON, PLANNED_DAYS, TERM_END};
use crate::process::decide::{Case, Change};
use crate::process::field::{Body, Field};
use crate::process::matter::Matter;
use crate::process::service::HALF_DAYS;
use crate::process::vocabulary::Stage;
use crate::process::vocabulary::Stage::{AssessmentReported, AssessmentScored, DifficultySolved, ServiceConfirmed};
use crate::rules::assessment::window;
use crate::rules::consolidation::points;

pub(super) fn scored(case: &Case<'_>) -> Stage {
    if case.matter.is_sasac() { AssessmentReported } else { AssessmentScored }
}

/// First and last day of the assessment. The agreement decides, since a change may have moved the end of the term.
pub(super) fn window_of(case: &Case<'_>) -> Option<(NaiveDate, NaiveDate)> {
    window_in(case.matter, case.facts.parent.as_ref(), case.parameters)
}

/// First and last day of the assessment of this matter, under its appointment where that is at hand.
pub fn window_in(
    matter: &Matter,
    appointment: Option<&Matter>,
    parameters: &Parameters,
) -> Option<(NaiveDate, NaiveDate)> {
    let end = appointment.and_then(|appointment| appointment.body.day(&TERM_END));
    end.or_else(|| matter.body.day(&TERM_END)).map(|end| window(end, parameters))
}

/// Whether an appointment that ended early ended inside the window of its assessment: on the day of the filing or the one agreed,
/// whichever came later, not on a day that was asked for once and refused.
pub fn served_to_window(matter: &Matter, appointment: &Matter, parameters: &Parameters) -> bool {
    let window = window_in(matter, Some(appointment), parameters);
    window.zip(appointment.body.day(&ENDED_ON)).is_some_and(|((first, _), ended)| ended >= first)
}

pub(super) fn days_late(case: &Case<'_>) -> Option<i64> {
    let (_, last) = window_of(case)?;
    let days = (case.inputs.day(&HELD)? - last).num_days();
    (days > 0).then_some(days)
}

pub(super) fn is_evidence(facts: &Facts, id: &str) -> bool {
    facts.related.iter().any(|matter| matter.id == id && matches!(matter.stage, ServiceConfirmed | DifficultySolved))
}

pub(super) fn distinct(ids: &[String]) -> usize {
    ids.iter().collect::<std::collections::BTreeSet<_>>().len()
}

pub(super) fn satisfaction(case: &Case<'_>) -> Option<i64> {
    case.matter.body.whole(&RATING).or_else(|| case.inputs.whole(&SATISFACTION))
}

/// Half days served, as the enterprise has confirmed them.
pub fn half_days_served<'a>(related: impl IntoIterator<Item = &'a Matter>) -> u32 {
    let confirmed = related.into_iter().filter(|matter| matter.stage == ServiceConfirmed);
    confirmed.map(|matter| matter.body.text(&HALF_DAYS).parse::<u32>().unwrap_or(0)).sum()
}

/// Half days that the agreement plans for the whole term.
pub fn half_days_planned(agreement: &Body) -> u32 {
    agreement.list(&PLANNED_DAYS).iter().filter_map(|days| half_days(days)).sum()
}

/// `62` and `62.5` in half days.
pub(super) fn half_days(days: &str) -> Option<u32> {
    let (whole, half) = match days.trim().split_once('.') {
        Some((whole, "0")) => (whole, 0),
        Some((whole, "5")) => (whole, 1),
        Some(_) => return None,
        None => (days.trim(), 0),
    };
    Some(whole.parse::<u32>().ok()?.checked_mul(2)? + half)
}

/// Points of one indicator in hundredths, and its weight in per cent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// What is judged.
    pub name: &'static str,
    /// Points in hundredths.
    pub points: u32,
    /// Weight in per cent.
    pub weight: u32,
    /// What the points rest on, in words.
    pub basis: String,
}

pub(super) fn indicators(case: &Case<'_>) -> [Indicator; 4] {
    let given = |field: &Field| u32::try_from(case.inputs.whole(field).unwrap_or(0)).unwrap_or(0) * 100;
    let counted = |count: &Field, log: &Field| {
        let (count, log) = (case.inputs.whole(count).unwrap_or(0), case.inputs.list(log));
        if log.is_empty() { format!("{count} 项") } else { format!("{count} 项，依据 {}", log.join("、")) }
    };
    let served = half_days_served(&case.facts.related);
    let planned = case.facts.parent.as_ref().map_or(0, |agreement| half_days_planned(&agreement.body));
    let by_plan = (served * 10_000).checked_div(planned).unwrap_or(0).min(10_000);
    let p = case.parameters;
    [
        Indicator {
            name: "攻关难题",
            points: given(&PROBLEMS_POINTS),
            weight: p.assessment_weight_problems,
            basis: counted(&PROBLEMS_SOLVED, &PROBLEMS_LOG),
        },
        Indicator {
            name: "成果转化",
            points: given(&RESULTS_POINTS),
            weight: p.assessment_weight_results,
            basis: counted(&RESULTS_LANDED, &RESULTS_LOG),
        },
        Indicator {
            name: "服务天数",
            points: by_plan,
            weight: p.assessment_weight_service,
            basis: format!("确认 {} 天，计划 {} 天", days_in_words(served), days_in_words(planned)),
        },
        Indicator {
            name: "企业满意度",
            points: u32::try_from(satisfaction(case).unwrap_or(0)).unwrap_or(0) * 100,
            weight: p.assessment_weight_satisfaction,
            basis: if case.matter.body.has(&RATING) { "接收单位评价" } else { "组织单位走访" }.to_owned(),
        },
    ]
}

/// Half days as days: `62.5`.
pub fn days_in_words(half_days: u32) -> String {
    if half_days.is_multiple_of(2) { (half_days / 2).to_string() } else { format!("{}.5", half_days / 2) }
}

pub(super) fn keep_score(case: &Case<'_>, change: &mut Change) {
    let parts = indicators(case);
    let score = parts.iter().map(|part| part.points * part.weight).sum::<u32>() / 100;
    let line =
        |part: &Indicator| format!("{} {} 分 × {}%（{}）", part.name, points(part.points), part.weight, part.basis);
    change.set(&SCORE, points(score));
    change.set(&INDICATORS, parts.iter().map(line).collect::<Vec<_>>());
    if let Some(days) = days_late(case) {
        change.set(&LATE, days);
    }
}

pub(super) fn forget_score(_: &Case<'_>, change: &mut Change) {
    for field in SCORING.iter().copied().chain([&SCORE, &INDICATORS, &LATE, &BATCH, &GRADE, &GRADE_REASON]) {
        change.body.clear(field);
    }
}

/// The score of a body in hundredths.
pub fn score(body: &Body) -> u32 {
    body.text(&SCORE).replace('.', "").parse().unwrap_or(0)
}
