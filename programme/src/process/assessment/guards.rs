//! What has to hold for the acts on assessments and their consolidation.

use super::batch::{adjustment, batches, gathered, hash_of, results};
use super::score::{days_late, distinct, is_evidence, satisfaction, served_to_window, window_of};
use super::{
    ADJUSTED, BATCH, BATCH_HASH, CONTRACT_YUAN, DELIBERATION_DAY, HELD, NEW_PRODUCTS, PAID_YUAN, PATENTS, PROBLEMS_LOG,
    PROBLEMS_POINTS, PROBLEMS_SOLVED, PROPOSED_GRADE, RESULTS, RESULTS_DOCUMENTS, RESULTS_LANDED, RESULTS_LOG,
    RESULTS_POINTS, SATISFACTION, SIGNATURES, SUMMARY,
};
use crate::clause;
use crate::finding::Force::{Must, Warning};
use crate::process::DOCUMENT_DAY;
use crate::process::field::Field;
use crate::process::rule::Guard;
use crate::process::vocabulary::Stage::{AssessmentGraded, BatchGathering, BatchNotified};
use crate::process::words;
use crate::rules::assessment::excellent_max;
use crate::rules::consolidation::Grade;

/// Told before a long form is filled in: no day that has come would do.
pub(super) const WINDOW_BEGUN: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.before_window",
    demands: words("考评期已经开始", "The assessment window has begun"),
    fails: |case| {
        let Some((first, last)) = window_of(case) else {
            return Some("没有聘期结束日，无法确定考评期".to_owned());
        };
        let today = case.today;
        (today < first).then(|| format!("考评期为 {first} 至 {last}，今天（{today}）尚未开始，请在 {first} 及以后考评"))
    },
};

pub(super) const NOT_TOO_EARLY: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.too_early",
    demands: words("考评日期不早于考评期首日", "The day of the assessment is not before the first day of the window"),
    fails: |case| {
        let ((first, last), held) = (window_of(case)?, case.inputs.day(&HELD)?);
        (held < first && first <= case.today)
            .then(|| format!("{held} 考评过早，考评期为 {first} 至 {last}，请在 {first} 及以后考评"))
    },
};

pub(super) const NOT_AHEAD: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.in_future",
    demands: words("考评日期不晚于办理当日", "The day of the assessment is not after today"),
    fails: |case| {
        let held = case.inputs.day(&HELD)?;
        (held > case.today).then(|| format!("考评日期 {held} 还没有到（今天 {}），请在考评后登记", case.today))
    },
};

pub(super) const NOT_LATE: Guard = Guard {
    clause: clause!("5.4a"),
    force: Warning,
    code: "assessment.late",
    demands: words("考评日期不晚于聘期结束日", "The day of the assessment is not after the last day of the term"),
    fails: |case| {
        let (_, last) = window_of(case)?;
        let days = days_late(case)?;
        Some(format!("逾期考评：聘期 {last} 结束，晚 {days} 天，将注明逾期"))
    },
};

pub(super) const LOG_CONFIRMED: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.log_unconfirmed",
    demands: words(
        "所列编号均为本次聘任中企业已确认的服务记录或已解决的问题",
        "Every id named is a confirmed service entry or a solved problem of this appointment",
    ),
    fails: |case| {
        let known = |id: &&String| is_evidence(case.facts, id);
        let named = case.inputs.list(&PROBLEMS_LOG).iter().chain(case.inputs.list(&RESULTS_LOG));
        let foreign: Vec<&str> = named.filter(|id| !known(id)).map(String::as_str).collect();
        (!foreign.is_empty()).then(|| {
            format!("{} 不是本次聘任中企业已确认的服务记录，也不是已解决的问题，请核对编号", foreign.join("、"))
        })
    },
};

pub(super) const EVERY_COUNT_SHOWN: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.count_without_log",
    demands: words(
        "每项难题、每项成果至少对应一条依据；没有依据的不得分",
        "Each problem and each result points at one entry at least; without an entry there are no points",
    ),
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

pub(super) const DOCUMENTS_NAMED: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.no_document",
    demands: words(
        "有落地成果、合同、到账、专利或新产品的，列明证明文件",
        "Documents are named where results, contracts, payments, patents or products are claimed",
    ),
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

pub(super) const SATISFACTION_KNOWN: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.no_satisfaction",
    demands: words(
        "有接收单位的评价，或组织单位走访所得的满意度",
        "The enterprise has rated, or the organiser states the satisfaction found on a visit",
    ),
    fails: |case| {
        satisfaction(case)
            .is_none()
            .then(|| format!("接收单位尚未评价，请待其评价，或走访后填写“{}”", SATISFACTION.chinese))
    },
};

pub(super) const WITHIN_GUIDANCE: Guard = Guard {
    clause: clause!("5.4b"),
    force: Warning,
    code: "assessment.over_guidance",
    demands: words(
        "建议优秀的人数不超过本组织单位的指导名额",
        "No more are proposed as excellent than the organiser's guidance share",
    ),
    fails: |case| {
        let places = case.facts.count("guidance_places")?;
        let proposed = case.facts.count("proposed_excellent")? + 1;
        (case.inputs.text(&PROPOSED_GRADE) == Grade::Excellent.code() && proposed > places)
            .then(|| format!("建议优秀第 {proposed} 人，指导名额 {places} 人；最终由全省汇总按顺序决定"))
    },
};

pub(super) const SUMMARISED: Guard = Guard {
    clause: clause!("5.4a"),
    force: Warning,
    code: "assessment.no_summary",
    demands: words("本人已提交聘期总结", "The person has summed up the term"),
    fails: |case| (!case.matter.body.has(&SUMMARY)).then(|| "本人尚未提交聘期总结".to_owned()),
};

pub(super) const BATCH_IS_OPEN: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "assessment.batch_closed",
    demands: words("已评定的，须在汇总退回之后", "What is graded is sent back only after its batch was"),
    fails: |case| {
        let id = case.matter.body.text(&BATCH);
        let batch = case.facts.related.iter().find(|matter| matter.id == id);
        let closed = case.matter.stage == AssessmentGraded && batch.is_none_or(|batch| batch.stage != BatchGathering);
        closed.then(|| format!("已列入考评汇总 {id}，请先由省科技厅退回该汇总"))
    },
};

pub(super) const ENDED_BEFORE_WINDOW: Guard = Guard {
    clause: clause!("5.4a"),
    force: Must,
    code: "assessment.served_to_window",
    demands: words("提前终止，且终止日早于考评期首日", "It ended early, before the window began"),
    fails: |case| {
        let appointment = case.facts.parent.as_ref()?;
        let (first, _) = window_of(case)?;
        served_to_window(case.matter, appointment, case.parameters)
            .then(|| format!("服务到了考评期（{first} 起），应参加考评"))
    },
};

pub(super) const ONE_BATCH: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "batch.one_at_a_time",
    demands: words("没有其他未通报的考评汇总", "No other batch is still to be notified"),
    fails: |case| {
        let open = batches(case.facts).find(|batch| batch.stage != BatchNotified)?;
        Some(format!("“{}”（{}）还没有通报，请先办结", open.title, open.id))
    },
};

pub(super) const SOMEBODY_REPORTED: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "batch.nobody_reported",
    demands: words("至少有一人的考评已报省", "At least one assessment is reported to the province"),
    fails: |case| gathered(case.facts).next().is_none().then(|| "还没有已报省的考评，请待组织单位报送".to_owned()),
};

pub(super) const DELIBERATED: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "batch.deliberation_ahead",
    demands: words("审议日期不晚于办理当日", "The day of the deliberation is not after today"),
    fails: |case| {
        let day = case.inputs.day(&DELIBERATION_DAY)?;
        (day > case.today).then(|| format!("审议日期 {day} 还没有到（今天 {}），请在审议后登记", case.today))
    },
};

pub(super) const ADJUSTMENTS_CLEAR: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "batch.adjustment_unclear",
    demands: words(
        "审议调整写明本次汇总中的考评编号、等次和理由",
        "Each adjustment names an assessment of this batch, its grade and the reason",
    ),
    fails: |case| {
        let is_clear = |line: &&String| {
            adjustment(line).is_some_and(|(id, ..)| gathered(case.facts).any(|matter| matter.id == id))
        };
        let unclear = case.inputs.list(&ADJUSTED).iter().find(|line| !is_clear(line))?;
        Some(format!("“{unclear}”应写作“考评编号|等次|理由”，编号须在本次汇总中"))
    },
};

pub(super) const WITHIN_SHARE: Guard = Guard {
    clause: clause!("5.4b"),
    force: Must,
    code: "batch.over_share",
    demands: words(
        "全省优秀人数不超过参加考评人数的上限",
        "No more are excellent than the policy's share of those assessed",
    ),
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

pub(super) const ALL_SIGNED: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "batch.not_countersigned",
    demands: words("四部门均已会签", "All four departments have signed"),
    fails: |case| {
        let open: Vec<&str> = case.matter.waits().iter().map(|(role, _)| role.chinese()).collect();
        (!open.is_empty()).then(|| format!("尚未会签：{}，请待其会签后通报", open.join("、")))
    },
};

pub(super) const ONE_HASH: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "batch.hash_differs",
    demands: words("四部门会签的是同一份结果（SM3 相同）", "All four signed one result (the same SM3)"),
    fails: |case| {
        let body = &case.matter.body;
        let now = hash_of(body.list(&RESULTS));
        let differs = |signed: &String| signed.rsplit('|').next() != Some(&now);
        let differs = body.text(&BATCH_HASH) != now || body.list(&SIGNATURES).iter().any(differs);
        differs.then(|| "汇总结果与会签时的摘要不一致，请退回汇总后重新会签".to_owned())
    },
};

pub(super) const DOCUMENT_AFTER_DELIBERATION: Guard = Guard {
    clause: clause!("5.5"),
    force: Must,
    code: "batch.document_day",
    demands: words("成文日期不早于审议日期、不晚于今天", "The document is dated between the deliberation and today"),
    fails: |case| {
        let (day, first) = (case.inputs.day(&DOCUMENT_DAY)?, case.matter.body.day(&DELIBERATION_DAY)?);
        let fits = (first..=case.today).contains(&day);
        (!fits).then(|| format!("成文日期 {day} 应在审议日期 {first} 至今天 {} 之间，请核对", case.today))
    },
};
