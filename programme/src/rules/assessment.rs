//! 五（四）, 五（五）: when a chief technologist is assessed, how many may be excellent, and what the excellent carry.

use chrono::{Months, NaiveDate};

use super::Rule;
use crate::clause;
use crate::finding::Finding;
use crate::finding::Force::{Must, Warning};
use crate::parameters::Parameters;

const NOT_TOO_EARLY: Rule =
    Rule {
        clause: clause!("5.4a"), force: Must, code: "assessment.not_too_early", needs: "聘期结束日或考评日期"
    };
const NOT_LATE: Rule =
    Rule {
        clause: clause!("5.4a"), force: Warning, code: "assessment.not_late", needs: "聘期结束日或考评日期"
    };
const WITHIN_SHARE: Rule =
    Rule {
        clause: clause!("5.4b"), force: Must, code: "excellent.within_share", needs: "优秀、合格、不合格各多少人"
    };
const EXCELLENT: Rule =
    Rule { clause: clause!("5.5"), force: Must, code: "excellent.notified", needs: "历次考评通报结果" };

/// The rules of this file.
pub const RULES: &[Rule] = &[NOT_TOO_EARLY, NOT_LATE, WITHIN_SHARE, EXCELLENT];

/// How many people got each grade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grades {
    /// 优秀.
    pub excellent: u32,
    /// 合格.
    pub pass: u32,
    /// 不合格.
    pub fail: u32,
}

/// What the rules ask of an assessment; what is not stated is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssessmentFacts {
    /// Last day of the term.
    pub term_end: Option<NaiveDate>,
    /// Day of the assessment.
    pub held: Option<NaiveDate>,
    /// Grades of the whole batch.
    pub grades: Option<Grades>,
}

/// All findings on an assessment.
pub fn review(facts: &AssessmentFacts, parameters: &Parameters) -> Vec<Finding> {
    let mut findings = match (facts.term_end, facts.held) {
        (Some(term_end), Some(held)) => time(term_end, held, parameters),
        _ => vec![NOT_TOO_EARLY.unknown()],
    };
    findings.push(facts.grades.map_or_else(|| WITHIN_SHARE.unknown(), |grades| share(grades, parameters)));
    findings
}

/// 5.5: the mark of somebody who was notified as excellent on a day. The policy prefers them in science and talent plans alone,
/// so it stands beside a candidate and counts in no ranking; that it stands there is a must of the clause. Who was never notified has no mark at all.
pub fn excellent_mark(notified: NaiveDate) -> Finding {
    EXCELLENT.met(format!("{notified} 通报考评优秀，在各类科技计划和人才计划项目中重点支持"))
}

/// First and last day for the assessment: the last calendar month of the term, a missing day being the month's last.
pub fn window(term_end: NaiveDate, parameters: &Parameters) -> (NaiveDate, NaiveDate) {
    let months = Months::new(parameters.assessment_window_months);
    (term_end.checked_sub_months(months).unwrap_or(NaiveDate::MIN), term_end)
}

/// Most people who may be excellent among so many graded, rounded down in whole numbers.
pub fn excellent_max(graded: u64, parameters: &Parameters) -> u64 {
    let most = u128::from(graded) * u128::from(parameters.excellent_percent_max) / 100;
    u64::try_from(most).unwrap_or(graded)
}

impl Grades {
    /// How many were graded.
    pub fn graded(self) -> u64 {
        u64::from(self.excellent) + u64::from(self.pass) + u64::from(self.fail)
    }
}

fn time(term_end: NaiveDate, held: NaiveDate, parameters: &Parameters) -> Vec<Finding> {
    let (first, last) = window(term_end, parameters);
    if held < first {
        return vec![NOT_TOO_EARLY.broken(
            format!("{held} 考评，早于聘期结束前 {} 个月的首日 {first}", parameters.assessment_window_months),
            format!("请在 {first} 至 {last} 之间考评"),
        )];
    }
    let mut findings = vec![NOT_TOO_EARLY.met(format!("{held} 考评，不早于 {first}"))];
    if held > last {
        findings.push(NOT_LATE.broken(
            format!("{held} 考评，晚于聘期结束日 {last} 共 {} 天", (held - last).num_days()),
            "可以办理，将注明逾期",
        ));
    }
    findings
}

fn share(grades: Grades, parameters: &Parameters) -> Finding {
    let (people, percent) = (grades.graded(), parameters.excellent_percent_max);
    let most = excellent_max(people, parameters);
    let excellent = u64::from(grades.excellent);
    let fact = format!("参加考评 {people} 人，优秀 {excellent} 人，按 {percent}% 最多 {most} 人");
    if excellent <= most {
        WITHIN_SHARE.met(fact)
    } else {
        WITHIN_SHARE.broken(fact, format!("请调减优秀 {} 人", excellent - most))
    }
}
