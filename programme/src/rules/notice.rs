//! 三（四）: whether a public notice stood long enough.

use chrono::NaiveDate;

use super::Rule;
use crate::calendar::WorkingCalendar;
use crate::clause;
use crate::finding::Finding;
use crate::finding::Force::{Must, Warning};
use crate::parameters::Parameters;

const LONG_ENOUGH: Rule =
    Rule {
        clause: clause!("3.4c"), force: Must, code: "notice.long_enough", needs: "公示发布日期或结束日期"
    };
const CALENDAR_ANNOUNCED: Rule =
    Rule { clause: clause!("3.4c"), force: Warning, code: "notice.calendar_announced", needs: "放假安排" };

/// The rules of this file.
pub const RULES: &[Rule] = &[LONG_ENOUGH, CALENDAR_ANNOUNCED];

/// What the rules ask of a public notice; what is not stated is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NoticeFacts {
    /// Day of publication.
    pub published: Option<NaiveDate>,
    /// Last day on which the notice stood, until 24:00.
    pub closed: Option<NaiveDate>,
}

/// All findings on a notice.
pub fn review(facts: &NoticeFacts, parameters: &Parameters, calendar: &WorkingCalendar) -> Vec<Finding> {
    let (Some(published), Some(closed)) = (facts.published, facts.closed) else { return vec![LONG_ENOUGH.unknown()] };
    let least = parameters.notice_workdays_min;
    let period = calendar.notice_period(published, least, parameters.notice_first_day_counts);
    let first = if parameters.notice_first_day_counts { Some(published) } else { published.succ_opt() };
    let stood = first.map_or(0, |first| calendar.working_days(first, closed));
    let way_out = format!("应公示至 {} 二十四时，最早 {} 办理下一步", period.last_day, period.earliest_next_step);
    let mut findings = vec![if closed < published {
        LONG_ENOUGH.broken(format!("公示结束日 {closed} 早于发布日 {published}"), format!("请核对日期；{way_out}"))
    } else if closed < period.last_day {
        LONG_ENOUGH.broken(format!("{published} 发布、{closed} 结束，公示 {stood} 个工作日，不足 {least} 个"), way_out)
    } else {
        LONG_ENOUGH.met(format!("{published} 发布、{closed} 结束，公示 {stood} 个工作日，不少于 {least} 个"))
    }];
    if let Some(year) = period.provisional_years.last() {
        findings.push(CALENDAR_ANNOUNCED.broken(
            format!("{year} 年放假安排尚未载入，最后一日 {} 为暂定", period.last_day),
            "安排公布后请载入日历重算，公示期只延不缩",
        ));
    }
    findings
}
