//! 五（四）（五） Assessment: window, scores, grades on the consolidated result, joint notice to the units.
//!
//! The score is not typed in: the organiser gives points to two indicators, each pointing at confirmed entries of the
//! service log and at documents; service days come from the log and the plan, satisfaction from the enterprise; the weights
//! are the policy file's. The grade of everybody is found in one step, by [`consolidation`](crate::rules::consolidation).

mod batch;
mod guards;
mod score;
#[cfg(test)]
mod tests;

use super::field::{Field, FieldKind};
use super::rule::By::{Account, Act, Clock};
use super::rule::{Follow, Rule, Target, To, rule};
use super::vocabulary::Action::{
    BeginAssessment, ConfirmAssessment, ConsolidateBatch, DropAssessment, GradeAssessment, NotifyAssessment,
    NotifyBatch, OpenAssessment, OpenBatch, RateService, ReopenBatch, ReturnAssessment, ScoreAssessment, SignBatch,
    SubmitBatch, SummariseTerm,
};
use super::vocabulary::Stage::{
    AssessmentDropped, AssessmentDue, AssessmentGraded, AssessmentNotified, AssessmentReported, AssessmentScored,
    AssessmentWaiting, BatchCountersign, BatchDeliberated, BatchGathering, BatchNotified,
};
use super::words::words;
use super::{DOCUMENT_DAY, DOCUMENT_NUMBER, REASON};
use crate::access::Role;
use crate::access::Role::{
    CityIndustry, CityScience, EducationDepartment, Enterprise, IndustryDepartment, Person, Province, Sasac,
};
use crate::clause;
use crate::finding::Force::{Must, Record};
use batch::{forget_results, keep_certificate, keep_results, keep_signature};
use guards::{
    ADJUSTMENTS_CLEAR, ALL_SIGNED, BATCH_IS_OPEN, DELIBERATED, DOCUMENT_AFTER_DELIBERATION, DOCUMENTS_NAMED,
    ENDED_BEFORE_WINDOW, EVERY_COUNT_SHOWN, LOG_CONFIRMED, NOT_AHEAD, NOT_LATE, NOT_TOO_EARLY, ONE_BATCH, ONE_HASH,
    SATISFACTION_KNOWN, SOMEBODY_REPORTED, SUMMARISED, WINDOW_BEGUN, WITHIN_GUIDANCE, WITHIN_SHARE,
};
use score::{forget_score, keep_score, scored, window_of};

pub use batch::{BIRTHS, gathered, inputs_for, kept_results, proposal};
pub use score::{Indicator, days_in_words, half_days_planned, half_days_served, score, served_to_window, window_in};

/// Who sees points and opinions before and after the result: the organiser and the province.
const ORGANISERS: &[Role] = &[CityScience, CityIndustry, Sasac, Province];
/// Who sees what the enterprise says: itself as well, the person not.
const RATERS: &[Role] = &[Enterprise, CityScience, CityIndustry, Sasac, Province];
const GRADES: &[(&str, &str)] = &[("excellent", "优秀"), ("pass", "合格"), ("fail", "不合格")];

/// What the person says of the term.
pub const SUMMARY: Field = Field::text("summary", "聘期总结").required();
/// Results landed, as the person declares them.
pub const DECLARED_RESULTS: Field = Field::whole("declared_results", "自报落地成果数", 0, 1_000).required();
/// Hard problems solved, as the person declares them.
pub const DECLARED_PROBLEMS: Field = Field::whole("declared_problems", "自报解决难题数", 0, 1_000).required();
/// Contracts in yuan, as the person declares them.
pub const DECLARED_CONTRACT_YUAN: Field =
    Field::whole("declared_contract_yuan", "自报合同金额（元）", 0, 100_000_000_000);
/// Money received in yuan, as the person declares it.
pub const DECLARED_PAID_YUAN: Field = Field::whole("declared_paid_yuan", "自报到账金额（元）", 0, 100_000_000_000);
/// Patents, as the person declares them.
pub const DECLARED_PATENTS: Field = Field::whole("declared_patents", "自报专利数", 0, 10_000);
/// New products, as the person declares them.
pub const DECLARED_PRODUCTS: Field = Field::whole("declared_products", "自报新产品数", 0, 10_000);

/// How satisfied the enterprise is, out of 100.
pub const RATING: Field = Field::whole("rating", "企业满意度", 0, 100).required().seen_by(RATERS);
/// Why.
pub const RATING_REASON: Field = Field::text("rating_reason", "评价说明").required().seen_by(RATERS);

/// Day on which the assessment was held.
pub const HELD: Field = Field::day("held", "考评日期").required();
/// Hard problems solved.
pub const PROBLEMS_SOLVED: Field =
    Field::whole("problems_solved", "解决技术难题数", 0, 1_000).required().seen_by(ORGANISERS);
/// Points for them.
pub const PROBLEMS_POINTS: Field =
    Field::whole("problems_points", "攻关难题得分", 0, 100).required().seen_by(ORGANISERS);
/// Entries that show them.
pub const PROBLEMS_LOG: Field = Field::list("problems_log", "难题依据（服务记录或问题编号）")
    .hint(
        "一行一个编号，如 service-000012；每解决一项至少指明一条",
        "One id a line, such as service-000012; one at least for each problem solved",
    )
    .seen_by(ORGANISERS);
/// Results landed.
pub const RESULTS_LANDED: Field =
    Field::whole("results_landed", "转化落地成果数", 0, 1_000).required().seen_by(ORGANISERS);
/// Points for them.
pub const RESULTS_POINTS: Field = Field::whole("results_points", "成果转化得分", 0, 100).required().seen_by(ORGANISERS);
/// Entries that show them.
pub const RESULTS_LOG: Field = Field::list("results_log", "成果依据（服务记录编号）")
    .hint("一行一个编号；每落地一项至少指明一条", "One id a line; one at least for each result landed")
    .seen_by(ORGANISERS);
/// Contracts, payments, certificates that show them.
pub const RESULTS_DOCUMENTS: Field = Field::list("results_documents", "成果证明文件")
    .hint(
        "一行一份：合同编号、到账凭证、专利号、新产品证书等",
        "One a line: contract number, proof of payment, patent number, certificate of a new product",
    )
    .seen_by(ORGANISERS);
/// Value of contracts, verified.
pub const CONTRACT_YUAN: Field =
    Field::whole("contract_yuan", "核实合同金额（元）", 0, 100_000_000_000).seen_by(ORGANISERS);
/// Money received, verified.
pub const PAID_YUAN: Field = Field::whole("paid_yuan", "核实到账金额（元）", 0, 100_000_000_000).seen_by(ORGANISERS);
/// Patents, verified.
pub const PATENTS: Field = Field::whole("patents", "核实专利数", 0, 10_000).seen_by(ORGANISERS);
/// New products, verified.
pub const NEW_PRODUCTS: Field = Field::whole("new_products", "核实新产品数", 0, 10_000).seen_by(ORGANISERS);
/// Satisfaction, when the enterprise has not rated.
pub const SATISFACTION: Field = Field::whole("satisfaction", "走访所得企业满意度", 0, 100)
    .hint(
        "企业未在线评价时，由组织单位走访后填写；已评价的以企业评价为准",
        "Filled in after a visit when the enterprise has not rated; its own rating counts first",
    )
    .seen_by(ORGANISERS);
/// The organiser's opinion.
pub const OPINION: Field = Field::text("opinion", "评语").required().seen_by(ORGANISERS);
/// Grade that the organiser proposes.
pub const PROPOSED_GRADE: Field = Field::choice("proposed_grade", "建议等次", GRADES).required().seen_by(ORGANISERS);
/// Score with two decimals, computed.
pub const SCORE: Field = Field::kept("score", "得分");
/// How the score came about, a line for each indicator.
pub const INDICATORS: Field = Field::kept("indicators", "分项得分");
/// By how many days it was late.
pub const LATE: Field = Field::kept("late", "逾期考评（天）");

/// The batch that graded it.
pub const BATCH: Field = Field::kept("batch", "考评汇总");
/// Grade on the consolidated result.
pub const GRADE: Field = Field::new("grade", "等次", FieldKind::Choice(GRADES));
/// Why, in a sentence.
pub const GRADE_REASON: Field = Field::kept("grade_reason", "等次理由");
/// Check code of the certificate.
pub const CERTIFICATE: Field = Field::kept("certificate", "证书核验码");

/// Name of a batch.
pub const BATCH_TITLE: Field = Field::line("batch_title", "汇总名称").required();
/// Day of the deliberation.
pub const DELIBERATION_DAY: Field = Field::day("deliberation_day", "审议日期").required();
/// Number of its minutes.
pub const DELIBERATION_NUMBER: Field = Field::line("deliberation_number", "审议纪要文号").required();
/// What the deliberation changed: `id|grade|reason`.
pub const ADJUSTED: Field = Field::list("adjusted", "审议调整").hint(
    "一行一人：考评编号|等次|理由，如 assessment-000007|合格|……；没有可不填",
    "One person a line: id, grade in Chinese and reason with | between them; may stay empty",
);
/// Everybody's grade: `id|grade|reason`.
pub const RESULTS: Field = Field::kept("results", "汇总结果");
/// How many got each grade, in words.
pub const COUNTS: Field = Field::kept("counts", "人数");
/// SM3 of the results, which the four departments sign.
pub const BATCH_HASH: Field = Field::kept("batch_hash", "汇总结果摘要（SM3）");
/// Who signed which hash: `role|login|day|hash`.
pub const SIGNATURES: Field = Field::kept("signatures", "会签记录");

/// What a term brought: as the person declares it, and as the organiser verified it.
pub const DECLARED_AND_VERIFIED: [(&Field, &Field); 6] = [
    (&DECLARED_RESULTS, &RESULTS_LANDED),
    (&DECLARED_PROBLEMS, &PROBLEMS_SOLVED),
    (&DECLARED_CONTRACT_YUAN, &CONTRACT_YUAN),
    (&DECLARED_PAID_YUAN, &PAID_YUAN),
    (&DECLARED_PATENTS, &PATENTS),
    (&DECLARED_PRODUCTS, &NEW_PRODUCTS),
];

const SCORING: &[&Field] = &[
    &HELD,
    &PROBLEMS_SOLVED,
    &PROBLEMS_POINTS,
    &PROBLEMS_LOG,
    &RESULTS_LANDED,
    &RESULTS_POINTS,
    &RESULTS_LOG,
    &RESULTS_DOCUMENTS,
    &CONTRACT_YUAN,
    &PAID_YUAN,
    &PATENTS,
    &NEW_PRODUCTS,
    &SATISFACTION,
    &OPINION,
    &PROPOSED_GRADE,
];

/// The rows of 五（四） and 五（五）.
pub const RULES: &[Rule] = &[
    rule(clause!("5.4a"), Must, OpenAssessment)
        .to(AssessmentWaiting)
        .by(&[Act])
        .due(words("考评期首日的前一日", "the day before the window begins"), |case| {
            window_of(case).and_then(|(first, _)| first.pred_opt())
        }),
    rule(clause!("5.4a"), Must, BeginAssessment)
        .from(&[AssessmentWaiting])
        .to(AssessmentDue)
        .by(&[Clock])
        .due(words("聘期结束日", "last day of the term"), |case| window_of(case).map(|(_, last)| last)),
    rule(clause!("5.4a"), Record, SummariseTerm)
        .from(&[AssessmentDue])
        .by(&[Account(Person)])
        .fields(&[
            &SUMMARY,
            &DECLARED_RESULTS,
            &DECLARED_PROBLEMS,
            &DECLARED_CONTRACT_YUAN,
            &DECLARED_PAID_YUAN,
            &DECLARED_PATENTS,
            &DECLARED_PRODUCTS,
        ])
        .undoable(),
    rule(clause!("5.4a"), Record, RateService)
        .from(&[AssessmentDue])
        .by(&[Account(Enterprise)])
        .fields(&[&RATING, &RATING_REASON])
        .undoable(),
    rule(clause!("5.4a"), Must, ScoreAssessment)
        .from(&[AssessmentWaiting, AssessmentDue])
        .leading(To::Chosen(&[AssessmentScored, AssessmentReported], scored))
        .by(&[Account(CityScience), Account(Sasac)])
        .guards(&[
            &WINDOW_BEGUN,
            &NOT_TOO_EARLY,
            &NOT_AHEAD,
            &LOG_CONFIRMED,
            &EVERY_COUNT_SHOWN,
            &DOCUMENTS_NAMED,
            &SATISFACTION_KNOWN,
            &NOT_LATE,
            &WITHIN_GUIDANCE,
            &SUMMARISED,
        ])
        .fields(SCORING)
        .effect(keep_score),
    rule(clause!("5.5"), Must, ConfirmAssessment)
        .from(&[AssessmentScored])
        .to(AssessmentReported)
        .by(&[Account(CityIndustry)]),
    rule(clause!("5.5"), Must, ReturnAssessment)
        .from(&[AssessmentScored])
        .to(AssessmentDue)
        .by(&[Account(CityIndustry)])
        .fields(&[&REASON])
        .effect(forget_score)
        .due(words("聘期结束日", "last day of the term"), |case| window_of(case).map(|(_, last)| last)),
    // What the province has been sent it alone sends back.
    rule(clause!("5.5"), Must, ReturnAssessment)
        .from(&[AssessmentReported, AssessmentGraded])
        .to(AssessmentDue)
        .by(&[Account(Province)])
        .guards(&[&BATCH_IS_OPEN])
        .fields(&[&REASON])
        .effect(forget_score)
        .due(words("聘期结束日", "last day of the term"), |case| window_of(case).map(|(_, last)| last)),
    rule(clause!("5.4a"), Must, DropAssessment)
        .from(&[AssessmentWaiting, AssessmentDue])
        .to(AssessmentDropped)
        .by(&[Act])
        .guards(&[&ENDED_BEFORE_WINDOW]),
    rule(clause!("5.5"), Must, OpenBatch)
        .to(BatchGathering)
        .by(&[Account(Province)])
        .guards(&[&ONE_BATCH])
        .fields(&[&BATCH_TITLE])
        .effect(|case, change| case.inputs.text(&BATCH_TITLE).clone_into(&mut change.title)),
    rule(clause!("5.4b"), Must, ConsolidateBatch)
        .from(&[BatchGathering])
        .to(BatchDeliberated)
        .by(&[Account(Province)])
        .guards(&[&SOMEBODY_REPORTED, &DELIBERATED, &ADJUSTMENTS_CLEAR, &WITHIN_SHARE])
        .fields(&[&DELIBERATION_DAY, &DELIBERATION_NUMBER, &ADJUSTED])
        .effect(keep_results)
        .then(&[Follow { action: GradeAssessment, on: Target::GatheredAssessments }]),
    rule(clause!("5.4b"), Must, GradeAssessment)
        .from(&[AssessmentReported, AssessmentGraded])
        .to(AssessmentGraded)
        .by(&[Act])
        .fields(&[&BATCH, &GRADE, &GRADE_REASON]),
    rule(clause!("5.5"), Must, ReopenBatch)
        .from(&[BatchDeliberated])
        .to(BatchGathering)
        .by(&[Account(Province)])
        .fields(&[&REASON])
        .effect(forget_results),
    rule(clause!("5.5"), Must, ReopenBatch)
        .from(&[BatchCountersign])
        .to(BatchGathering)
        .by(&[Account(Province), Account(EducationDepartment), Account(IndustryDepartment), Account(Sasac)])
        .fields(&[&REASON])
        .effect(forget_results),
    rule(clause!("5.5"), Must, SubmitBatch)
        .from(&[BatchDeliberated])
        .to(BatchCountersign)
        .by(&[Account(Province)])
        .undoable(),
    rule(clause!("5.5"), Must, SignBatch)
        .from(&[BatchCountersign])
        .leading(To::All(BatchCountersign))
        .by(&[Account(Province), Account(EducationDepartment), Account(IndustryDepartment), Account(Sasac)])
        .effect(keep_signature),
    rule(clause!("5.5"), Must, NotifyBatch)
        .from(&[BatchCountersign])
        .to(BatchNotified)
        .by(&[Account(Province)])
        .guards(&[&ALL_SIGNED, &ONE_HASH, &DOCUMENT_AFTER_DELIBERATION])
        .fields(&[&DOCUMENT_NUMBER, &DOCUMENT_DAY])
        .then(&[Follow { action: NotifyAssessment, on: Target::GatheredAssessments }]),
    rule(clause!("5.5"), Must, NotifyAssessment)
        .from(&[AssessmentGraded])
        .to(AssessmentNotified)
        .by(&[Act])
        .fields(&[&BATCH_HASH, &DOCUMENT_NUMBER, &DOCUMENT_DAY])
        .effect(keep_certificate),
];
