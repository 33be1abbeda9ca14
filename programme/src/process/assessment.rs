//! 五（四）（五） Assessment: window, scores, grades on the consolidated result, joint notice to the units.

use super::field::Field;
use super::rule::By::{Account, Act};
use super::rule::{Follow, Rule, Target, To, rule};
use super::vocabulary::Action::{
    ConfirmAssessment, ConsolidateBatch, DropAssessment, GradeAssessment, NotifyAssessment, NotifyBatch,
    OpenAssessment, OpenBatch, ReopenBatch, ReturnAssessment, ScoreAssessment, SignBatch, SubmitBatch,
};
use super::vocabulary::Stage::{
    self, AssessmentDropped, AssessmentDue, AssessmentGraded, AssessmentNotified, AssessmentReported, AssessmentScored,
    BatchCountersign, BatchDeliberated, BatchGathering, BatchNotified,
};
use super::{Case, DOCUMENT_DAY, DOCUMENT_NUMBER, REASON};
use crate::access::Role::{CityIndustry, CityScience, EducationDepartment, IndustryDepartment, Province, Sasac};
use crate::clause;
use crate::finding::Force::Must;

/// Day on which the assessment was held.
pub const HELD: Field = Field::day("held", "考评日期").required();
/// Score out of 100.
pub const SCORE: Field = Field::whole("score", "得分", 0, 100).required();
/// Results landed.
pub const RESULTS_LANDED: Field = Field::whole("results_landed", "转化落地成果数", 0, 1_000).required();
/// Hard problems solved.
pub const PROBLEMS_SOLVED: Field = Field::whole("problems_solved", "解决技术难题数", 0, 1_000).required();
/// Grade that the organiser proposes.
pub const PROPOSED_GRADE: Field =
    Field::choice("proposed_grade", "建议等次", &[("excellent", "优秀"), ("pass", "合格"), ("fail", "不合格")])
        .required();
/// Grade on the consolidated result.
pub const GRADE: Field = Field::choice("grade", "等次", &[("excellent", "优秀"), ("pass", "合格"), ("fail", "不合格")]);
/// Name of a batch.
pub const BATCH_TITLE: Field = Field::line("batch_title", "汇总名称").required();

/// The rows of 五（四） and 五（五）.
pub const RULES: &[Rule] = &[
    rule(clause!("5.4a"), Must, OpenAssessment).to(AssessmentDue).by(&[Act]),
    rule(clause!("5.4a"), Must, ScoreAssessment)
        .from(&[AssessmentDue])
        .leading(To::Chosen(&[AssessmentScored, AssessmentReported], scored))
        .by(&[Account(CityScience), Account(Sasac)])
        .fields(&[&HELD, &SCORE, &RESULTS_LANDED, &PROBLEMS_SOLVED, &PROPOSED_GRADE]),
    rule(clause!("5.5"), Must, ConfirmAssessment)
        .from(&[AssessmentScored])
        .to(AssessmentReported)
        .by(&[Account(CityIndustry)]),
    rule(clause!("5.5"), Must, ReturnAssessment)
        .from(&[AssessmentScored, AssessmentReported])
        .to(AssessmentDue)
        .by(&[Account(CityIndustry), Account(Province)])
        .fields(&[&REASON]),
    rule(clause!("5.4a"), Must, DropAssessment).from(&[AssessmentDue]).to(AssessmentDropped).by(&[Act]),
    rule(clause!("5.5"), Must, OpenBatch).to(BatchGathering).by(&[Account(Province)]).fields(&[&BATCH_TITLE]),
    rule(clause!("5.4b"), Must, ConsolidateBatch)
        .from(&[BatchGathering])
        .to(BatchDeliberated)
        .by(&[Account(Province)])
        .then(&[Follow { action: GradeAssessment, on: Target::GatheredAssessments }]),
    rule(clause!("5.4b"), Must, GradeAssessment).from(&[AssessmentReported]).to(AssessmentGraded).by(&[Act]),
    rule(clause!("5.5"), Must, ReopenBatch)
        .from(&[BatchDeliberated])
        .to(BatchGathering)
        .by(&[Account(Province)])
        .fields(&[&REASON]),
    rule(clause!("5.5"), Must, ReopenBatch)
        .from(&[BatchCountersign])
        .to(BatchGathering)
        .by(&[Account(Province), Account(EducationDepartment), Account(IndustryDepartment), Account(Sasac)])
        .fields(&[&REASON]),
    rule(clause!("5.5"), Must, SubmitBatch).from(&[BatchDeliberated]).to(BatchCountersign).by(&[Account(Province)]),
    rule(clause!("5.5"), Must, SignBatch).from(&[BatchCountersign]).leading(To::All(BatchCountersign)).by(&[
        Account(Province),
        Account(EducationDepartment),
        Account(IndustryDepartment),
        Account(Sasac),
    ]),
    rule(clause!("5.5"), Must, NotifyBatch)
        .from(&[BatchCountersign])
        .to(BatchNotified)
        .by(&[Account(Province)])
        .fields(&[&DOCUMENT_NUMBER, &DOCUMENT_DAY])
        .then(&[Follow { action: NotifyAssessment, on: Target::GatheredAssessments }]),
    rule(clause!("5.5"), Must, NotifyAssessment).from(&[AssessmentGraded]).to(AssessmentNotified).by(&[Act]),
];

fn scored(case: &Case<'_>) -> Stage {
    if case.matter.is_sasac() { AssessmentReported } else { AssessmentScored }
}
