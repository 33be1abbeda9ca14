//! 五（四）（五） Assessment: window, scores, grades on the consolidated result, joint notice to the units.
//!
//! The score is not typed in: the organiser gives points to two indicators, each pointing at confirmed entries of the
//! service log and at documents; service days come from the log and the plan, satisfaction from the enterprise; the weights
//! are the policy file's. The grade of everybody is found in one step, by [`consolidation`](crate::rules::consolidation).

use chrono::NaiveDate;

use super::appointment::{EFFECTIVE_DAY, PLANNED_DAYS, TERM_END};
use super::decide::{Case, Change};
use super::field::{Body, Field, FieldKind};
use super::matter::Matter;
use super::rule::By::{Account, Act, Clock};
use super::rule::{Follow, Guard, Rule, Target, To, rule};
use super::service::HALF_DAYS;
use super::vocabulary::Action::{
    BeginAssessment, ConfirmAssessment, ConsolidateBatch, DropAssessment, GradeAssessment, NotifyAssessment,
    NotifyBatch, OpenAssessment, OpenBatch, RateService, ReopenBatch, ReturnAssessment, ScoreAssessment, SignBatch,
    SubmitBatch, SummariseTerm,
};
use super::vocabulary::Kind;
use super::vocabulary::Stage::{
    self, AssessmentDropped, AssessmentDue, AssessmentGraded, AssessmentNotified, AssessmentReported, AssessmentScored,
    AssessmentWaiting, BatchCountersign, BatchDeliberated, BatchGathering, BatchNotified, DifficultySolved,
    ServiceConfirmed,
};
use super::{DOCUMENT_DAY, DOCUMENT_NUMBER, Doer, Facts, REASON};
use crate::access::Role;
use crate::access::Role::{
    CityIndustry, CityScience, EducationDepartment, Enterprise, IndustryDepartment, Person, Province, Sasac,
};
use crate::certificate;
use crate::clause;
use crate::finding::Force::{Must, Record, Warning};
use crate::parameters::Parameters;
use crate::rules::assessment::{excellent_max, window};
use crate::rules::consolidation::{Consolidated, Entry, Grade, Graded, consolidate, points};
use crate::seal::seal;

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
    .hint("一行一个编号，如 service-000012；每解决一项至少指明一条")
    .seen_by(ORGANISERS);
/// Results landed.
pub const RESULTS_LANDED: Field =
    Field::whole("results_landed", "转化落地成果数", 0, 1_000).required().seen_by(ORGANISERS);
/// Points for them.
pub const RESULTS_POINTS: Field = Field::whole("results_points", "成果转化得分", 0, 100).required().seen_by(ORGANISERS);
/// Entries that show them.
pub const RESULTS_LOG: Field = Field::list("results_log", "成果依据（服务记录编号）")
    .hint("一行一个编号；每落地一项至少指明一条")
    .seen_by(ORGANISERS);
/// Contracts, payments, certificates that show them.
pub const RESULTS_DOCUMENTS: Field = Field::list("results_documents", "成果证明文件")
    .hint("一行一份：合同编号、到账凭证、专利号、新产品证书等")
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
    .hint("企业未在线评价时，由组织单位走访后填写；已评价的以企业评价为准")
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
pub const ADJUSTED: Field =
    Field::list("adjusted", "审议调整").hint("一行一人：考评编号|等次|理由，如 assessment-000007|合格|……；没有可不填");
/// Everybody's grade: `id|grade|reason`.
pub const RESULTS: Field = Field::kept("results", "汇总结果");
/// How many got each grade, in words.
pub const COUNTS: Field = Field::kept("counts", "人数");
/// SM3 of the results, which the four departments sign.
pub const BATCH_HASH: Field = Field::kept("batch_hash", "汇总结果摘要（SM3）");
/// Who signed which hash: `role|login|day|hash`.
pub const SIGNATURES: Field = Field::kept("signatures", "会签记录");

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
        .due("考评期首日的前一日", |case| window_of(case).and_then(|(first, _)| first.pred_opt())),
    rule(clause!("5.4a"), Must, BeginAssessment)
        .from(&[AssessmentWaiting])
        .to(AssessmentDue)
        .by(&[Clock])
        .due("聘期结束日", |case| window_of(case).map(|(_, last)| last)),
    rule(clause!("5.4a"), Record, SummariseTerm)
        .from(&[AssessmentDue])
        .by(&[Account(Person)])
        .fields(&[
            &SUMMARY,
            &DECLARED_RESULTS,
            &DECLARED_PROBLEMS,
            &DECLARED_CONTRACT_YUAN,
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
        .from(&[AssessmentScored, AssessmentReported, AssessmentGraded])
        .to(AssessmentDue)
        .by(&[Account(CityIndustry), Account(Province)])
        .guards(&[&BATCH_IS_OPEN])
        .fields(&[&REASON])
        .effect(forget_score)
        .due("聘期结束日", |case| window_of(case).map(|(_, last)| last)),
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
        .guards(&[&ALL_SIGNED, &ONE_HASH])
        .fields(&[&DOCUMENT_NUMBER, &DOCUMENT_DAY])
        .then(&[Follow { action: NotifyAssessment, on: Target::GatheredAssessments }]),
    rule(clause!("5.5"), Must, NotifyAssessment)
        .from(&[AssessmentGraded])
        .to(AssessmentNotified)
        .by(&[Act])
        .fields(&[&BATCH_HASH, &DOCUMENT_NUMBER, &DOCUMENT_DAY])
        .effect(keep_certificate),
];

const NOT_TOO_EARLY: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.too_early",
    demands: "考评日期不早于考评期首日",
    fails: |case| {
        let Some((first, last)) = window_of(case) else {
            return Some("没有聘期结束日，无法确定考评期".to_owned());
        };
        let held = case.inputs.day(&HELD)?;
        (held < first).then(|| format!("{held} 考评过早，考评期为 {first} 至 {last}，请在 {first} 及以后考评"))
    },
};

const NOT_AHEAD: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.in_future",
    demands: "考评日期不晚于办理当日",
    fails: |case| {
        let held = case.inputs.day(&HELD)?;
        (held > case.today).then(|| format!("考评日期 {held} 还没有到（今天 {}），请在考评后登记", case.today))
    },
};

const NOT_LATE: Guard = Guard {
    clause: clause!("5.4a"),
    force: Warning,
    code: "assessment.late",
    demands: "考评日期不晚于聘期结束日",
    fails: |case| {
        let (_, last) = window_of(case)?;
        let days = days_late(case)?;
        Some(format!("逾期考评：聘期 {last} 结束，晚 {days} 天，将注明逾期"))
    },
};

const LOG_CONFIRMED: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.log_unconfirmed",
    demands: "所列编号均为本次聘任中企业已确认的服务记录或已解决的问题",
    fails: |case| {
        let known = |id: &&String| is_evidence(case.facts, id);
        let named = case.inputs.list(&PROBLEMS_LOG).iter().chain(case.inputs.list(&RESULTS_LOG));
        let foreign: Vec<&str> = named.filter(|id| !known(id)).map(String::as_str).collect();
        (!foreign.is_empty()).then(|| {
            format!("{} 不是本次聘任中企业已确认的服务记录，也不是已解决的问题，请核对编号", foreign.join("、"))
        })
    },
};

const EVERY_COUNT_SHOWN: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.count_without_log",
    demands: "每项难题、每项成果至少对应一条依据；没有依据的不得分",
    fails: |case| {
        let short = |count: &Field, points: &Field, log: &Field| {
            let shown = i64::try_from(distinct(case.inputs.list(log))).unwrap_or(i64::MAX);
            let counted = case.inputs.whole(count).unwrap_or(0);
            let scored = case.inputs.whole(points).unwrap_or(0) > 0;
            (counted > shown || (scored && shown == 0))
                .then(|| format!("“{}”填 {counted} 项，只指明 {shown} 条依据", count.chinese))
        };
        let short: Vec<String> = [
            short(&PROBLEMS_SOLVED, &PROBLEMS_POINTS, &PROBLEMS_LOG),
            short(&RESULTS_LANDED, &RESULTS_POINTS, &RESULTS_LOG),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!short.is_empty()).then(|| format!("{}，请补齐编号，或减少项数、不计得分", short.join("；")))
    },
};

const DOCUMENTS_NAMED: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.no_document",
    demands: "有落地成果、合同、到账、专利或新产品的，列明证明文件",
    fails: |case| {
        let some = [&RESULTS_LANDED, &CONTRACT_YUAN, &PAID_YUAN, &PATENTS, &NEW_PRODUCTS];
        let claimed: Vec<&str> = some
            .into_iter()
            .filter(|field| case.inputs.whole(field).is_some_and(|number| number > 0))
            .map(|field| field.chinese)
            .collect();
        (!claimed.is_empty() && case.inputs.list(&RESULTS_DOCUMENTS).is_empty())
            .then(|| format!("填了{}，没有列出证明文件，请填“{}”", claimed.join("、"), RESULTS_DOCUMENTS.chinese))
    },
};

const SATISFACTION_KNOWN: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.no_satisfaction",
    demands: "有接收单位的评价，或组织单位走访所得的满意度",
    fails: |case| {
        satisfaction(case)
            .is_none()
            .then(|| format!("接收单位尚未评价，请待其评价，或走访后填写“{}”", SATISFACTION.chinese))
    },
};

const WITHIN_GUIDANCE: Guard = Guard {
    clause: clause!("5.4b"),
    force: Warning,
    code: "assessment.over_guidance",
    demands: "建议优秀的人数不超过本组织单位的指导名额",
    fails: |case| {
        let places = case.facts.count("guidance_places")?;
        let proposed = case.facts.count("proposed_excellent")? + 1;
        (case.inputs.text(&PROPOSED_GRADE) == Grade::Excellent.code() && proposed > places)
            .then(|| format!("建议优秀第 {proposed} 人，指导名额 {places} 人；最终由全省汇总按顺序决定"))
    },
};

const SUMMARISED: Guard = Guard {
    clause: clause!("5.4a"),
    force: Warning,
    code: "assessment.no_summary",
    demands: "本人已提交聘期总结",
    fails: |case| (!case.matter.body.has(&SUMMARY)).then(|| "本人尚未提交聘期总结".to_owned()),
};

const BATCH_IS_OPEN: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "assessment.batch_closed",
    demands: "已评定的，须在汇总退回之后",
    fails: |case| {
        let id = case.matter.body.text(&BATCH);
        let batch = case.facts.related.iter().find(|matter| matter.id == id);
        let closed = case.matter.stage == AssessmentGraded && batch.is_none_or(|batch| batch.stage != BatchGathering);
        closed.then(|| format!("已列入考评汇总 {id}，请先由省科技厅退回该汇总"))
    },
};

const ENDED_BEFORE_WINDOW: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.served_to_window",
    demands: "提前终止，且终止日早于考评期首日",
    fails: |case| {
        let appointment = case.facts.parent.as_ref()?;
        let (first, _) = window_of(case)?;
        served_to_window(case.matter, appointment, case.parameters)
            .then(|| format!("服务到了考评期（{first} 起），应参加考评"))
    },
};

const ONE_BATCH: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "batch.one_at_a_time",
    demands: "没有其他未通报的考评汇总",
    fails: |case| {
        let open = batches(case.facts).find(|batch| batch.stage != BatchNotified)?;
        Some(format!("“{}”（{}）还没有通报，请先办结", open.title, open.id))
    },
};

const SOMEBODY_REPORTED: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "batch.nobody_reported",
    demands: "至少有一人的考评已报省",
    fails: |case| gathered(case.facts).next().is_none().then(|| "还没有已报省的考评，请待组织单位报送".to_owned()),
};

const DELIBERATED: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "batch.deliberation_ahead",
    demands: "审议日期不晚于办理当日",
    fails: |case| {
        let day = case.inputs.day(&DELIBERATION_DAY)?;
        (day > case.today).then(|| format!("审议日期 {day} 还没有到（今天 {}），请在审议后登记", case.today))
    },
};

const ADJUSTMENTS_CLEAR: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "batch.adjustment_unclear",
    demands: "审议调整写明本次汇总中的考评编号、等次和理由",
    fails: |case| {
        let is_clear = |line: &&String| {
            adjustment(line).is_some_and(|(id, ..)| gathered(case.facts).any(|matter| matter.id == id))
        };
        let unclear = case.inputs.list(&ADJUSTED).iter().find(|line| !is_clear(line))?;
        Some(format!("“{unclear}”应写作“考评编号|等次|理由”，编号须在本次汇总中"))
    },
};

const WITHIN_SHARE: Guard = Guard {
    clause: clause!("5.4b"),
    force: Must,
    code: "batch.over_share",
    demands: "全省优秀人数不超过参加考评人数的上限",
    fails: |case| {
        let counts = results(case).counts();
        let most = excellent_max(counts.graded(), case.parameters);
        let over = u64::from(counts.excellent).checked_sub(most).filter(|over| *over > 0)?;
        Some(format!(
            "参加考评 {} 人，优秀 {} 人，按 {}% 最多 {most} 人，请调减 {over} 人",
            counts.graded(),
            counts.excellent,
            case.parameters.excellent_percent_max
        ))
    },
};

const ALL_SIGNED: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "batch.not_countersigned",
    demands: "四部门均已会签",
    fails: |case| {
        let open: Vec<&str> = case.matter.waits().iter().map(|(role, _)| role.chinese()).collect();
        (!open.is_empty()).then(|| format!("尚未会签：{}，请待其会签后通报", open.join("、")))
    },
};

const ONE_HASH: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "batch.hash_differs",
    demands: "四部门会签的是同一份结果（SM3 相同）",
    fails: |case| {
        let body = &case.matter.body;
        let now = hash_of(body.list(&RESULTS));
        let differs = |signed: &String| signed.rsplit('|').next() != Some(&now);
        let differs = body.text(&BATCH_HASH) != now || body.list(&SIGNATURES).iter().any(differs);
        differs.then(|| "汇总结果与会签时的摘要不一致，请退回汇总后重新会签".to_owned())
    },
};

fn scored(case: &Case<'_>) -> Stage {
    if case.matter.is_sasac() { AssessmentReported } else { AssessmentScored }
}

/// First and last day of the assessment. The agreement decides, since a change may have moved the end of the term.
fn window_of(case: &Case<'_>) -> Option<(NaiveDate, NaiveDate)> {
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

/// Whether an appointment that ended early ended inside the window of its assessment.
pub fn served_to_window(matter: &Matter, appointment: &Matter, parameters: &Parameters) -> bool {
    let window = window_in(matter, Some(appointment), parameters);
    window.zip(appointment.body.day(&EFFECTIVE_DAY)).is_some_and(|((first, _), ended)| ended >= first)
}

fn days_late(case: &Case<'_>) -> Option<i64> {
    let (_, last) = window_of(case)?;
    let days = (case.inputs.day(&HELD)? - last).num_days();
    (days > 0).then_some(days)
}

fn is_evidence(facts: &Facts, id: &str) -> bool {
    facts.related.iter().any(|matter| matter.id == id && matches!(matter.stage, ServiceConfirmed | DifficultySolved))
}

fn distinct(ids: &[String]) -> usize {
    ids.iter().collect::<std::collections::BTreeSet<_>>().len()
}

fn satisfaction(case: &Case<'_>) -> Option<i64> {
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
fn half_days(days: &str) -> Option<u32> {
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

fn indicators(case: &Case<'_>) -> [Indicator; 4] {
    let given = |field: &Field| u32::try_from(case.inputs.whole(field).unwrap_or(0)).unwrap_or(0) * 100;
    let entries = |field: &Field| case.inputs.list(field).join("、");
    let served = half_days_served(&case.facts.related);
    let planned = case.facts.parent.as_ref().map_or(0, |agreement| half_days_planned(&agreement.body));
    let by_plan = (served * 10_000).checked_div(planned).unwrap_or(0).min(10_000);
    let p = case.parameters;
    [
        Indicator {
            name: "攻关难题",
            points: given(&PROBLEMS_POINTS),
            weight: p.assessment_weight_problems,
            basis: format!("{} 项，依据 {}", case.inputs.whole(&PROBLEMS_SOLVED).unwrap_or(0), entries(&PROBLEMS_LOG)),
        },
        Indicator {
            name: "成果转化",
            points: given(&RESULTS_POINTS),
            weight: p.assessment_weight_results,
            basis: format!("{} 项，依据 {}", case.inputs.whole(&RESULTS_LANDED).unwrap_or(0), entries(&RESULTS_LOG)),
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

fn keep_score(case: &Case<'_>, change: &mut Change) {
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

fn forget_score(_: &Case<'_>, change: &mut Change) {
    for field in SCORING.iter().copied().chain([&SCORE, &INDICATORS, &LATE, &BATCH, &GRADE, &GRADE_REASON]) {
        change.body.clear(field);
    }
}

/// The score of a body in hundredths.
pub fn score(body: &Body) -> u32 {
    body.text(&SCORE).replace('.', "").parse().unwrap_or(0)
}

fn batches(facts: &Facts) -> impl Iterator<Item = &Matter> {
    facts.related.iter().filter(|matter| matter.kind() == Kind::Batch)
}

/// The assessments that a batch takes: reported ones, and those that it graded before it was sent back.
pub fn gathered(facts: &Facts) -> impl Iterator<Item = &Matter> {
    facts.related.iter().filter(|matter| matches!(matter.stage, AssessmentReported | AssessmentGraded))
}

/// The name under which the loader gives the dates of birth of a batch's people, a line `person=day` for each.
pub const BIRTHS: &str = "births";

/// What the organisers' reports come to, before the deliberation changed anything.
pub fn proposal(facts: &Facts, parameters: &Parameters) -> Consolidated {
    let births = facts.text(BIRTHS);
    let birth = |person: &str| {
        let line = births.lines().find_map(|line| line.split_once('=').filter(|(id, _)| *id == person));
        line.and_then(|(_, day)| day.parse().ok())
    };
    let whole = |matter: &Matter, field: &Field| u32::try_from(matter.body.whole(field).unwrap_or(0)).unwrap_or(0);
    let entries: Vec<Entry> = gathered(facts)
        .map(|matter| Entry {
            id: matter.id.clone(),
            score: score(&matter.body),
            results_landed: whole(matter, &RESULTS_LANDED),
            problems_solved: whole(matter, &PROBLEMS_SOLVED),
            birth: matter.parties.person.as_deref().and_then(birth),
            proposed: Grade::parse(matter.body.text(&PROPOSED_GRADE)).unwrap_or(Grade::Pass),
        })
        .collect();
    consolidate(&entries, parameters)
}

fn adjustment(line: &str) -> Option<(&str, Grade, &str)> {
    let mut parts = line.splitn(3, '|').map(str::trim);
    let (id, grade, reason) = (parts.next()?, Grade::parse(parts.next()?)?, parts.next()?);
    (!reason.is_empty()).then_some((id, grade, reason))
}

/// Everybody's grade after the deliberation.
fn results(case: &Case<'_>) -> Consolidated {
    let mut found = proposal(case.facts, case.parameters);
    for (id, grade, reason) in case.inputs.list(&ADJUSTED).iter().filter_map(|line| adjustment(line)) {
        if let Some(one) = found.grades.iter_mut().find(|one| one.id == id) {
            one.reason = format!("{}；审议调整为{}：{reason}", one.reason, grade.chinese());
            one.grade = grade;
        }
    }
    found
}

fn keep_results(case: &Case<'_>, change: &mut Change) {
    let found = results(case);
    let counts = found.counts();
    let line = |one: &Graded| format!("{}|{}|{}", one.id, one.grade.code(), one.reason);
    let lines: Vec<String> = found.grades.iter().map(line).collect();
    change.set(&BATCH_HASH, hash_of(&lines));
    change.set(&RESULTS, lines);
    let words = format!(
        "参加考评 {} 人：优秀 {}、合格 {}、不合格 {}；优秀最多 {} 人",
        counts.graded(),
        counts.excellent,
        counts.pass,
        counts.fail,
        found.cut
    );
    change.set(&COUNTS, words);
}

fn hash_of(lines: &[String]) -> String {
    seal(&lines.join("\n"))
}

/// The results of a batch as it keeps them: id, grade, reason.
pub fn kept_results(batch: &Body) -> impl Iterator<Item = (&str, Grade, &str)> {
    batch.list(&RESULTS).iter().filter_map(|line| {
        let mut parts = line.splitn(3, '|');
        Some((parts.next()?, Grade::parse(parts.next()?)?, parts.next()?))
    })
}

/// What a batch gives to one of its assessments: its grade, or the document that makes it known.
pub fn inputs_for(batch: &Matter, assessment: &str) -> Body {
    let mut inputs = Body::default().with(&BATCH, batch.id.as_str());
    if let Some((_, grade, reason)) = kept_results(&batch.body).find(|(id, ..)| *id == assessment) {
        inputs.set(&GRADE, grade.code());
        inputs.set(&GRADE_REASON, reason);
    }
    for field in [&BATCH_HASH, &DOCUMENT_NUMBER, &DOCUMENT_DAY] {
        if let Some(value) = batch.body.get(field) {
            inputs.set(field, value.clone());
        }
    }
    inputs
}

fn forget_results(_: &Case<'_>, change: &mut Change) {
    for field in [&RESULTS, &COUNTS, &BATCH_HASH, &SIGNATURES, &DELIBERATION_DAY, &DELIBERATION_NUMBER, &ADJUSTED] {
        change.body.clear(field);
    }
}

fn keep_signature(case: &Case<'_>, change: &mut Change) {
    let Doer::Account(actor) = case.doer else { return };
    let hash = hash_of(case.matter.body.list(&RESULTS));
    let mut signatures = case.matter.body.list(&SIGNATURES).to_vec();
    signatures.push(format!("{}|{}|{}|{hash}", actor.role().code(), actor.login(), case.today));
    change.set(&SIGNATURES, signatures);
}

fn keep_certificate(case: &Case<'_>, change: &mut Change) {
    let (matter, inputs) = (case.matter, case.inputs);
    let parties = [&matter.parties.person, &matter.parties.unit, &matter.parties.enterprise];
    let [person, unit, enterprise] = parties.map(|party| party.as_deref().unwrap_or(""));
    let grade = matter.body.text(&GRADE);
    let document = inputs.text(&DOCUMENT_NUMBER);
    let code = certificate::code(&[&matter.id, person, unit, enterprise, grade, document, inputs.text(&BATCH_HASH)]);
    change.set(&CERTIFICATE, code);
}

#[cfg(test)]
mod tests {
    //! 1. Each condition refuses with its sentence and lets through at its limit: window, log, counts, documents, satisfaction.
    //! 2. The score is the weighted sum of four indicators; nobody types it in.
    //! 3. A batch grades all who were reported, within the share, also after the deliberation changed something.
    //! 4. Four departments sign one hash; what was changed after signing is not notified.
    //! 5. Everybody notified has a certificate of their own.

    use super::super::testing::{Bench, account, at, day};
    use super::super::{Action, Value};
    use super::*;

    const SCORE_SENT: &[(&str, &str)] = &[
        ("held", "2027-05-10"),
        ("problems_solved", "1"),
        ("problems_points", "90"),
        ("problems_log", "difficulty-000001"),
        ("results_landed", "2"),
        ("results_points", "80"),
        ("results_log", "service-000001\nservice-000002"),
        ("results_documents", "技术合同〔2026〕3号（演示）"),
        ("opinion", "完成协议任务"),
        ("proposed_grade", "优秀"),
    ];

    fn but(key: &str, value: &'static str) -> Vec<(&'static str, &'static str)> {
        let mut sent: Vec<_> = SCORE_SENT.iter().copied().filter(|(name, _)| *name != key).collect();
        let key = SCORING.iter().map(|field| field.key).find(|known| *known == key).expect("a field of the score");
        sent.push((key, value));
        sent
    }

    fn entry(id: &str, stage: Stage, half_days: &str) -> Matter {
        let mut matter = at(stage).with(&HALF_DAYS, half_days).matter;
        id.clone_into(&mut matter.id);
        matter
    }

    /// An assessment whose term ends on 2027-05-31, with two confirmed days, one that is not, and a solved problem.
    fn assessment(stage: Stage) -> Bench {
        let planned = vec!["1.5".to_owned(), "1".to_owned()];
        let agreement =
            at(Stage::AppointmentForce).with(&TERM_END, day("2027-05-31")).with(&PLANNED_DAYS, planned).matter;
        at(stage).on("2027-05-20").with(&RATING, 100).with(&SUMMARY, "完成两项").but(|_, facts| {
            facts.parent = Some(agreement);
            facts.related = vec![
                entry("service-000001", Stage::ServiceConfirmed, "2"),
                entry("service-000002", Stage::ServiceConfirmed, "2"),
                entry("service-000003", Stage::ServiceLogged, "2"),
                entry("difficulty-000001", Stage::DifficultySolved, "0"),
            ];
        })
    }

    fn refusal(bench: &Bench, sent: &[(&str, &str)]) -> String {
        let refusals = bench.act(&account(CityScience), ScoreAssessment, sent).unwrap_err();
        refusals
            .into_iter()
            .map(|refusal| format!("{} {}", refusal.code, refusal.message))
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn too_early_is_refused_with_the_window_and_its_first_day_is_taken() {
        let due = assessment(AssessmentDue);
        insta::assert_snapshot!(refusal(&due, &but("held", "2027-04-29")), @"assessment.too_early 2027-04-29 考评过早，考评期为 2027-04-30 至 2027-05-31，请在 2027-04-30 及以后考评（方案五（四））");
        for held in ["2027-04-30", "2027-05-20"] {
            assert!(due.act(&account(CityScience), ScoreAssessment, &but("held", held)).is_ok(), "{held}");
        }
        insta::assert_snapshot!(refusal(&due, &but("held", "2027-05-21")), @"assessment.in_future 考评日期 2027-05-21 还没有到（今天 2027-05-20），请在考评后登记（方案五（四））");
        assert_eq!(
            assessment(AssessmentWaiting).on("2027-04-20").refusals(
                &account(CityScience),
                ScoreAssessment,
                &but("held", "2027-04-20")
            ),
            ["assessment.too_early"]
        );
    }

    #[test]
    fn late_is_taken_warned_of_and_marked() {
        let late = assessment(AssessmentDue).on("2027-06-02");
        let in_time = late.act(&account(CityScience), ScoreAssessment, &but("held", "2027-05-31")).unwrap();
        assert!(in_time.warnings().is_empty() && !in_time.after().body.has(&LATE));
        let late = late.act(&account(CityScience), ScoreAssessment, &but("held", "2027-06-01")).unwrap();
        assert_eq!(late.warnings(), ["逾期考评：聘期 2027-05-31 结束，晚 1 天，将注明逾期（方案五（四））"]);
        assert_eq!(late.after().body.whole(&LATE), Some(1));
    }

    #[test]
    fn a_score_points_at_confirmed_entries_of_the_same_appointment() {
        let due = assessment(AssessmentDue);
        insta::assert_snapshot!(refusal(&due, &but("results_log", "service-000001\nservice-000003")), @"assessment.log_unconfirmed service-000003 不是本次聘任中企业已确认的服务记录，也不是已解决的问题，请核对编号（方案五（四））");
        insta::assert_snapshot!(refusal(&due, &but("results_log", "service-000001\nservice-000001")), @"assessment.count_without_log “转化落地成果数”填 2 项，只指明 1 条依据，请补齐编号，或减少项数、不计得分（方案五（四））");
        let mut nothing = but("problems_solved", "0");
        nothing.retain(|(key, _)| *key != "problems_log");
        assert_eq!(
            due.refusals(&account(CityScience), ScoreAssessment, &nothing),
            ["assessment.count_without_log"],
            "points without any entry"
        );
        nothing.retain(|(key, _)| *key != "problems_points");
        nothing.push(("problems_points", "0"));
        assert!(due.act(&account(CityScience), ScoreAssessment, &nothing).is_ok());
    }

    #[test]
    fn what_landed_is_shown_by_a_document() {
        let due = assessment(AssessmentDue);
        let mut without: Vec<_> = SCORE_SENT.to_vec();
        without.retain(|(key, _)| *key != "results_documents");
        insta::assert_snapshot!(refusal(&due, &without), @"assessment.no_document 填了转化落地成果数，没有列出证明文件，请填“成果证明文件”（方案五（四））");
        without.retain(|(key, _)| !key.starts_with("results_"));
        without.extend([("results_landed", "0"), ("results_points", "0")]);
        assert!(due.act(&account(CityScience), ScoreAssessment, &without).is_ok());
    }

    #[test]
    fn satisfaction_comes_from_the_enterprise_or_from_a_visit() {
        let silent = assessment(AssessmentDue).but(|matter, _| matter.body.clear(&RATING));
        insta::assert_snapshot!(refusal(&silent, SCORE_SENT), @"assessment.no_satisfaction 接收单位尚未评价，请待其评价，或走访后填写“走访所得企业满意度”（方案五（四））");
        assert!(silent.act(&account(CityScience), ScoreAssessment, &but("satisfaction", "70")).is_ok());
        let rated = silent.then(&account(Enterprise), RateService, &[("rating", "95"), ("rating_reason", "到位")]);
        let scored = rated.then(&account(CityScience), ScoreAssessment, &but("satisfaction", "10"));
        assert!(
            scored.matter.body.list(&INDICATORS)[3].starts_with("企业满意度 95.00 分"),
            "the enterprise's own decides"
        );
    }

    #[test]
    fn the_score_is_the_weighted_sum_of_the_indicators() {
        let scored = assessment(AssessmentDue).then(&account(CityScience), ScoreAssessment, SCORE_SENT);
        assert_eq!(scored.matter.stage, AssessmentScored);
        insta::assert_snapshot!(scored.matter.body.list(&INDICATORS).join("\n"), @r"
        攻关难题 90.00 分 × 35%（1 项，依据 difficulty-000001）
        成果转化 80.00 分 × 35%（2 项，依据 service-000001、service-000002）
        服务天数 80.00 分 × 20%（确认 2 天，计划 2.5 天）
        企业满意度 100.00 分 × 10%（接收单位评价）
        ");
        assert_eq!(scored.matter.body.text(&SCORE), "85.50");
        assert_eq!(score(&scored.matter.body), 8_550);
        let returned = scored.then(&account(CityIndustry), ReturnAssessment, &[("reason", "请核对成果")]);
        assert!([&SCORE, &INDICATORS, &PROPOSED_GRADE].iter().all(|field| !returned.matter.body.has(field)));
        assert_eq!((returned.matter.stage, returned.matter.due), (AssessmentDue, Some(day("2027-05-31"))));
    }

    #[test]
    fn the_sasac_route_reports_alone() {
        let scored = assessment(AssessmentDue).of_sasac().then(&account(Sasac), ScoreAssessment, SCORE_SENT);
        assert_eq!(scored.matter.stage, AssessmentReported);
    }

    #[test]
    fn more_than_the_guidance_share_is_warned_of_not_refused() {
        let with = |proposed: i64| {
            let bench = assessment(AssessmentDue).but(|_, facts| {
                facts.counts.insert("guidance_places", 2);
                facts.counts.insert("proposed_excellent", proposed);
            });
            let scored = bench.act(&account(CityScience), ScoreAssessment, SCORE_SENT).unwrap();
            scored.warnings().to_vec()
        };
        assert_eq!(with(1), [""; 0]);
        assert_eq!(with(2), ["建议优秀第 3 人，指导名额 2 人；最终由全省汇总按顺序决定（方案五（四））"]);
    }

    #[test]
    fn the_window_opens_by_itself_and_an_early_end_before_it_drops_the_assessment() {
        let opened = assessment(AssessmentWaiting).unopened().then(&Doer::Act, OpenAssessment, &[]);
        assert_eq!((opened.matter.stage, opened.matter.due), (AssessmentWaiting, Some(day("2027-04-29"))));
        let mut begun = opened;
        begun.matter.id = "assessment-000001".to_owned();
        let begun = begun.then(&Doer::Clock, BeginAssessment, &[]);
        assert_eq!((begun.matter.stage, begun.matter.due), (AssessmentDue, Some(day("2027-05-31"))));
        let ended = |on: &'static str| {
            assessment(AssessmentWaiting).but(|_, facts| {
                let appointment = facts.parent.as_mut().expect("an appointment");
                appointment.body.set(&EFFECTIVE_DAY, day(on));
            })
        };
        assert!(ended("2027-04-29").act(&Doer::Act, DropAssessment, &[]).is_ok());
        let refusals = ended("2027-04-30").act(&Doer::Act, DropAssessment, &[]).unwrap_err();
        insta::assert_snapshot!(refusals[0].message, @"服务到了考评期（2027-04-30 起），应参加考评（方案五（四））");
    }

    fn reported(number: usize) -> Matter {
        let mut matter = at(AssessmentReported)
            .with(&SCORE, format!("{}.00", 95 - number))
            .with(&PROPOSED_GRADE, if number < 3 { "excellent" } else { "pass" })
            .matter;
        matter.id = format!("assessment-{number:06}");
        matter
    }

    /// A batch over ten people, three of them proposed as 优秀.
    fn batch(stage: Stage) -> Bench {
        at(stage).on("2027-06-10").but(|matter, facts| {
            matter.parties.organiser.clear();
            facts.related = (0..10).map(reported).collect();
            facts.related.push(matter.clone());
        })
    }

    const DELIBERATION: &[(&str, &str)] =
        &[("deliberation_day", "2027-06-10"), ("deliberation_number", "厅务会纪要〔2027〕6号（演示）")];

    #[test]
    fn a_batch_grades_everybody_reported_within_the_share() {
        let done = batch(BatchGathering).then(&account(Province), ConsolidateBatch, DELIBERATION);
        assert_eq!(done.matter.body.text(&COUNTS), "参加考评 10 人：优秀 2、合格 8、不合格 0；优秀最多 2 人");
        let third = inputs_for(&done.matter, "assessment-000002");
        assert_eq!(third.text(&GRADE), "pass");
        assert_eq!(third.text(&GRADE_REASON), "第 3 名，名额 2：得分低（93.00，末位优秀 94.00）");
        let graded = at(AssessmentReported).act(&Doer::Act, GradeAssessment, &[]);
        assert!(graded.is_ok(), "grades come from the batch, not from a form");
    }

    #[test]
    fn a_batch_waits_for_reports_for_the_deliberation_and_for_the_one_before_it() {
        let province = account(Province);
        let empty = batch(BatchGathering).but(|_, facts| facts.related.clear());
        let message = |bench: &Bench, action: Action, sent: &[(&str, &str)]| {
            bench.act(&province, action, sent).unwrap_err().pop().expect("a reason").message
        };
        insta::assert_snapshot!(message(&empty, ConsolidateBatch, DELIBERATION), @"还没有已报省的考评，请待组织单位报送（方案五（五））");
        let ahead = [("deliberation_day", "2027-06-11"), ("deliberation_number", "x")];
        insta::assert_snapshot!(message(&batch(BatchGathering), ConsolidateBatch, &ahead), @"审议日期 2027-06-11 还没有到（今天 2027-06-10），请在审议后登记（方案五（五））");
        let second = batch(BatchGathering).unopened();
        insta::assert_snapshot!(message(&second, OpenBatch, &[("batch_title", "第二批")]), @"“事项”（batch-000001）还没有通报，请先办结（方案五（五））");
        let notified = second.but(|_, facts| facts.related.last_mut().expect("a batch").stage = BatchNotified);
        assert!(notified.act(&province, OpenBatch, &[("batch_title", "第二批")]).is_ok());
    }

    #[test]
    fn a_deliberation_may_change_a_grade_with_a_reason_but_not_break_the_share() {
        let act = |line: &str| {
            let sent: Vec<(&str, &str)> = DELIBERATION.iter().copied().chain([("adjusted", line)]).collect();
            batch(BatchGathering).act(&account(Province), ConsolidateBatch, &sent)
        };
        insta::assert_snapshot!(act("assessment-000002|优秀|成果突出").unwrap_err()[0].message, @"参加考评 10 人，优秀 3 人，按 20% 最多 2 人，请调减 1 人（方案五（四））");
        for unclear in
            ["assessment-000002|优秀", "assessment-000002|良好|理由", "assessment-000099|合格|理由", "x|合格|"]
        {
            assert_eq!(act(unclear).unwrap_err()[0].code, "batch.adjustment_unclear", "{unclear}");
        }
        let done = act("assessment-000000|合格|处分期内").unwrap();
        insta::assert_snapshot!(inputs_for(done.after(), "assessment-000000").text(&GRADE_REASON), @"第 1 名，名额 2：得分 95.00，列入优秀；审议调整为合格：处分期内");
    }

    #[test]
    fn four_departments_sign_one_hash_before_the_units_are_told() {
        const NOTICE: &[(&str, &str)] =
            &[("document_number", "黑科函〔2027〕9号（演示）"), ("document_day", "2027-06-15")];
        let mut signing = batch(BatchGathering).then(&account(Province), ConsolidateBatch, DELIBERATION).then(
            &account(Province),
            SubmitBatch,
            &[],
        );
        for role in [Province, EducationDepartment, IndustryDepartment, Sasac] {
            assert_eq!(signing.refusals(&account(Province), NotifyBatch, NOTICE), ["batch.not_countersigned"]);
            signing = signing.then(&account(role), SignBatch, &[]);
        }
        let altered = signing.clone().but(|matter, _| {
            let mut lines = matter.body.list(&RESULTS).to_vec();
            lines[9] = lines[9].replace("pass", "excellent");
            matter.body.set(&RESULTS, lines);
        });
        let refusals = altered.act(&account(Province), NotifyBatch, NOTICE).unwrap_err();
        insta::assert_snapshot!(refusals[0].message, @"汇总结果与会签时的摘要不一致，请退回汇总后重新会签（方案五（五））");
        let again = signing.clone().then(&account(Sasac), ReopenBatch, &[("reason", "一人需重评")]);
        assert!(!again.matter.body.has(&SIGNATURES) && !again.matter.body.has(&BATCH_HASH));
        let notified = signing.then(&account(Province), NotifyBatch, NOTICE);
        assert_eq!(notified.matter.stage, BatchNotified);
    }

    #[test]
    fn a_graded_assessment_goes_back_only_from_an_open_batch() {
        let graded = |stage: Stage| {
            assessment(AssessmentGraded).with(&BATCH, "batch-000001").but(|_, facts| {
                facts.related.push(batch(stage).matter);
            })
        };
        let reason = [("reason", "成果有误")];
        let refusals = graded(BatchCountersign).act(&account(Province), ReturnAssessment, &reason).unwrap_err();
        insta::assert_snapshot!(refusals[0].message, @"已列入考评汇总 batch-000001，请先由省科技厅退回该汇总（方案五（五））");
        assert!(graded(BatchGathering).act(&account(Province), ReturnAssessment, &reason).is_ok());
    }

    #[test]
    fn everybody_notified_has_a_certificate_with_a_code_of_their_own() {
        let notified = |id: &str| {
            let bench = at(AssessmentGraded).with(&GRADE, "excellent").but(|matter, _| id.clone_into(&mut matter.id));
            let done =
                bench.act(&Doer::Act, NotifyAssessment, &[("document_number", "甲"), ("document_day", "2027-06-15")]);
            done.unwrap().after().body.text(&CERTIFICATE).to_owned()
        };
        assert_eq!(certificate::parse(&notified("assessment-000001")), Some(notified("assessment-000001")));
        assert_ne!(notified("assessment-000001"), notified("assessment-000002"));
    }

    #[test]
    fn half_days_are_read_from_the_plan() {
        for (text, read) in [("62", Some(124)), ("62.5", Some(125)), ("62.0", Some(124)), ("62.3", None), ("x", None)] {
            assert_eq!(half_days(text), read, "{text}");
        }
        let value: Value = vec!["62".to_owned(), "31.5".to_owned()].into();
        assert_eq!(half_days_planned(&Body::default().with(&PLANNED_DAYS, value)), 187);
        assert_eq!((days_in_words(125), days_in_words(124)), ("62.5".to_owned(), "62".to_owned()));
    }
}
