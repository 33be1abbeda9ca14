//! 三（一） The yearly round: a notice of four departments, its dates, and what the whole round rests on.

use super::decide::{Case, Change};
use super::field::Field;
use super::rule::By::{Account, Clock};
use super::rule::{Follow, Guard, Rule, Target, To, rule};
use super::vocabulary::Action::{
    AssessImpact, CancelRound, CloseNeeds, ConcludeRound, DraftRound, EditRound, EngageMatcher, ExpireNeed,
    ExtendRound, IssueRound, ReturnRound, SignRound, SubmitRound,
};
use super::vocabulary::Stage::{
    RoundCancelled, RoundCollected, RoundConcluded, RoundCountersign, RoundDraft, RoundOpen,
};
use super::{DOCUMENT_DAY, DOCUMENT_NUMBER, REASON};
use crate::access::Role::{EducationDepartment, IndustryDepartment, Province, Sasac};
use crate::clause;
use crate::finding::Force::Must;

/// Year of the round.
pub const YEAR: Field = Field::whole("year", "年度", 2025, 2100).required();
/// Title of the notice.
pub const NOTICE_TITLE: Field = Field::line("notice_title", "通知标题").required();
/// Day of the notice, on which ages are counted (2.1.1(2)).
pub const NOTICE_DAY: Field = Field::day("notice_day", "通知日期").required().hint("年龄等资格以这一天为准");
/// Last day for enterprises to submit.
pub const NEEDS_DAY: Field = Field::day("needs_day", "需求提交截止日").required();
/// Last day for joint reports.
pub const REPORTS_DAY: Field = Field::day("reports_day", "联合上报截止日").required();
/// Last day for answers to pushes.
pub const ANSWERS_DAY: Field = Field::day("answers_day", "推送答复截止日").required();
/// Last day for intentions.
pub const TALKS_DAY: Field = Field::day("talks_day", "对接意向上报截止日").required();
/// A printed limit of birth dates; decides instead of the completed years.
pub const BORN_ON_OR_AFTER: Field =
    Field::day("born_on_or_after", "出生日期界限").hint("通知公布的，写“某日及以后出生”；不公布则按周岁");
/// Version of the policy that the round keeps (6).
pub const POLICY_VERSION: Field = Field::kept("policy_version", "政策版本");
/// Impact assessment (P1): document, day, conclusion.
pub const IMPACT_NUMBER: Field = Field::line("impact_number", "影响评估报告编号").required();
/// Day of the impact assessment.
pub const IMPACT_DAY: Field = Field::day("impact_day", "影响评估日期").required();
/// Conclusion of the impact assessment.
pub const IMPACT_CONCLUSION: Field = Field::text("impact_conclusion", "影响评估结论").required();
/// Name of the authorised third-party matcher.
pub const MATCHER: Field = Field::line("matcher", "第三方匹配机构").required();

/// The rows of 三（一） for rounds.
pub const RULES: &[Rule] = &[
    rule(clause!("3.1a"), Must, DraftRound)
        .to(RoundDraft)
        .by(&[Account(Province)])
        .fields(&[
            &YEAR,
            &NOTICE_TITLE,
            &NOTICE_DAY,
            &NEEDS_DAY,
            &REPORTS_DAY,
            &ANSWERS_DAY,
            &TALKS_DAY,
            &BORN_ON_OR_AFTER,
        ])
        .effect(entitle),
    rule(clause!("3.1a"), Must, EditRound)
        .from(&[RoundDraft])
        .by(&[Account(Province)])
        .fields(&[
            &YEAR,
            &NOTICE_TITLE,
            &NOTICE_DAY,
            &NEEDS_DAY,
            &REPORTS_DAY,
            &ANSWERS_DAY,
            &TALKS_DAY,
            &BORN_ON_OR_AFTER,
        ])
        .effect(entitle)
        .undoable(),
    rule(clause!("P1"), Must, AssessImpact)
        .from(&[RoundDraft, RoundCountersign, RoundOpen, RoundCollected])
        .by(&[Account(Province)])
        .fields(&[&IMPACT_NUMBER, &IMPACT_DAY, &IMPACT_CONCLUSION]),
    rule(clause!("3.1a"), Must, SubmitRound)
        .from(&[RoundDraft])
        .to(RoundCountersign)
        .by(&[Account(Province)])
        .undoable(),
    rule(clause!("3.1a"), Must, ReturnRound)
        .from(&[RoundCountersign])
        .to(RoundDraft)
        .by(&[Account(Province), Account(EducationDepartment), Account(IndustryDepartment), Account(Sasac)])
        .fields(&[&REASON]),
    rule(clause!("3.1a"), Must, SignRound)
        .from(&[RoundCountersign])
        .by(&[Account(Province), Account(EducationDepartment), Account(IndustryDepartment), Account(Sasac)])
        .leading(To::All(RoundCountersign)),
    rule(clause!("3.1a"), Must, IssueRound)
        .from(&[RoundCountersign])
        .to(RoundOpen)
        .by(&[Account(Province)])
        .guards(&[&ALL_SIGNED])
        .fields(&[&DOCUMENT_NUMBER, &DOCUMENT_DAY])
        .due("需求提交截止日", |case| case.matter.body.day(&NEEDS_DAY)),
    rule(clause!("3.2a"), Must, EngageMatcher)
        .from(&[RoundOpen, RoundCollected])
        .by(&[Account(Province)])
        .fields(&[&MATCHER]),
    rule(clause!("3.1a"), Must, ExtendRound).from(&[RoundOpen, RoundCollected]).by(&[Account(Province)]).fields(&[
        &NEEDS_DAY,
        &REPORTS_DAY,
        &ANSWERS_DAY,
        &TALKS_DAY,
        &REASON,
    ]),
    rule(clause!("3.1a"), Must, CloseNeeds)
        .from(&[RoundOpen])
        .to(RoundCollected)
        .by(&[Account(Province), Clock])
        .due("对接意向上报截止日", |case| case.matter.body.day(&TALKS_DAY)),
    rule(clause!("3.4e"), Must, ConcludeRound)
        .from(&[RoundCollected])
        .to(RoundConcluded)
        .by(&[Account(Province)])
        .then(&[Follow { action: ExpireNeed, on: Target::Children }]),
    rule(clause!("3.1a"), Must, CancelRound)
        .from(&[RoundDraft, RoundCountersign])
        .to(RoundCancelled)
        .by(&[Account(Province)])
        .fields(&[&REASON]),
];

const ALL_SIGNED: Guard = Guard {
    clause: clause!("3.1a"),
    force: Must,
    code: "round.not_countersigned",
    demands: "四部门均已会签",
    fails: |case| {
        let open: Vec<&str> = case.matter.waits().iter().map(|(role, _)| role.chinese()).collect();
        (!open.is_empty()).then(|| format!("尚未会签：{}，请待其会签后发布", open.join("、")))
    },
};

fn entitle(case: &Case<'_>, change: &mut Change) {
    case.inputs.text(&NOTICE_TITLE).clone_into(&mut change.title);
    change.set(&POLICY_VERSION, case.parameters.version.as_str());
}
