//! What already stands for and against an act before its form is filled in.
//!
//! A form is long and a refusal at its end is late: whoever opens it is told at once which conditions hold, which refuse
//! and which will be judged on what is filled in. Told by the same guards over the same facts as the act itself, so the two
//! cannot differ.

use super::decide::{Case, is_overridden, way_out};
use super::rule::{Guard, Rule};
use crate::finding::Force;

/// How a condition stands before the form is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It holds.
    Holds,
    /// It does not, and the act would be refused: value, limit, way out.
    Refuses(String),
    /// It does not; the act is permitted and keeps this sentence.
    Warns(String),
    /// It does not, and the province has let it go with a reason.
    LetGo,
    /// It is judged on what is filled in.
    OfTheForm,
}

/// Whether a condition is judged on what is filled in.
pub fn is_of_the_form(code: &str) -> bool {
    OF_THE_FORM.contains(&code)
}

/// Whether a row has a condition that can refuse before its form is filled in.
pub fn may_refuse_beforehand(rule: &Rule) -> bool {
    let stops = |guard: &&&Guard| !matches!(guard.force, Force::Warning | Force::Prefer | Force::Record);
    rule.guards.iter().filter(stops).any(|guard| !is_of_the_form(guard.code))
}

/// Every condition of a row as it stands now.
pub fn foresee(case: &Case<'_>, rule: &'static Rule) -> Vec<(&'static Guard, Standing)> {
    rule.guards.iter().map(|guard| (*guard, standing(case, guard))).collect()
}

fn standing(case: &Case<'_>, guard: &Guard) -> Standing {
    if is_of_the_form(guard.code) {
        return Standing::OfTheForm;
    }
    let Some(sentence) = (guard.fails)(case) else { return Standing::Holds };
    match guard.force {
        Force::Warning | Force::Prefer | Force::Record => Standing::Warns(sentence),
        Force::Principle if is_overridden(&case.matter.body, guard.code) => Standing::LetGo,
        _ => Standing::Refuses(format!("{sentence}{}", way_out(guard))),
    }
}

/// Conditions that read what is filled in; an empty form says nothing about them.
const OF_THE_FORM: &[&str] = &[
    "assessment.count_without_log",
    "assessment.in_future",
    "assessment.late",
    "assessment.log_unconfirmed",
    "assessment.no_document",
    "assessment.no_satisfaction",
    "assessment.over_guidance",
    "assessment.too_early",
    "batch.adjustment_unclear",
    "batch.deliberation_ahead",
    "batch.document_day",
    "batch.over_share",
    "change.day",
    "change.incomplete",
    "change.longer_term",
    "contact.day",
    "difficulty.date_passed",
    "end.day",
    "listing.group_not_told",
    "listing.nothing_to_correct",
    "meeting.before_freeze",
    "need.cannot_merge",
    "need.document_ahead",
    "need.document_closed",
    "need.document_of_other_day",
    "need.industry_unknown",
    "need.route_same",
    "need.step_of_other_route",
    "objection.group_not_told",
    "objection.objector_named",
    "objection.outside_notice",
    "objection.unknown_name",
    "pair.other_already_proposed",
    "pair.other_of_other_unit",
    "pair.other_unknown",
    "pair.other_unrelated",
    "pair.relevance_not_confirmed",
    "pair.service_days_too_few",
    "pair.time_budget",
    "policy.unreadable",
    "qualification.days_out_of_order",
    "qualification.declared_twice",
    "qualification.expired",
    "qualification.issued_in_future",
    "publication.before_notice_end",
    "round.born_after_notice",
    "round.born_unlike_policy",
    "round.dates_out_of_order",
    "round.deadline_off",
    "round.deadline_provisional",
    "round.document_day_differs",
    "round.impact_ahead",
    "round.needs_closed",
    "round.outside_policy",
    "round.quotas_unreadable",
    "round.shortened",
    "round.year_of_notice",
    "round.year_taken",
    "service.day_full",
    "service.entered_twice",
    "service.in_future",
    "service.no_proof",
    "service.outside_term",
    "service.plan_unreadable",
    "service.same_day_elsewhere",
    "settings.reason_missing",
    "settings.too_many_alternates",
    "settings.weight_order",
    "signature.day",
    "signature.no_scan",
    "signature.not_genuine",
    "signature.other_holder",
    "support.fund_of_other",
    "support.not_live",
    "support.twice",
    "talks.meeting_in_future",
];

#[cfg(test)]
mod tests {
    //! Shown here:
    //!
    //! 1. A condition that refuses is told with its sentence before the form is filled in, one that holds is told to hold.
    //! 2. A condition on what is filled in is left to the form.
    //! 3. Every code of the list is a guard's; that no guard is missing from it is shown by the tidy test.

    use std::collections::BTreeSet;

    use super::*;
    use crate::access::Role;
    use crate::process::rules;
    use crate::process::testing::{account, at};
    use crate::process::vocabulary::{Action, Stage};

    #[test]
    fn a_condition_that_refuses_is_told_before_the_form_is_filled_in() {
        let told = at(Stage::PairProposed).foreseen(&account(Role::Province), Action::PushPair);
        let of = |code: &str| told.iter().find(|(guard, _)| guard.code == code).map(|(_, standing)| standing.clone());
        assert_eq!(
            of("pair.impact_not_assessed"),
            Some(Standing::Refuses(
                "尚无批次未登记个人信息保护影响评估，不得匹配、向第三方提供或公布；请先登记评估报告".to_owned()
            ))
        );
        assert_eq!(of("pair.relevance_not_confirmed"), Some(Standing::OfTheForm));
        assert_eq!(of("pair.post_offered"), Some(Standing::Holds));
    }

    #[test]
    fn every_code_of_the_list_is_a_guards() {
        let codes: BTreeSet<&str> = rules().flat_map(|rule| rule.guards).map(|guard| guard.code).collect();
        let unknown: Vec<&&str> = OF_THE_FORM.iter().filter(|code| !codes.contains(**code)).collect();
        assert!(unknown.is_empty(), "no guard has these codes: {unknown:?}");
    }
}
