//! `zongshi calc`: the policy's arithmetic, each answer with its clause and how it came about.

pub mod consolidate;

use chrono::NaiveDate;
use serde::Serialize;

use crate::calendar::{NoticePeriod, WorkingCalendar};
use crate::clause;
use crate::clause::Clause;
use crate::parameters::Parameters;
use crate::rules::{agreement, assessment, candidate};

/// One answer of the policy's arithmetic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// What is printed, one line each: dates as `2025-10-10`, numbers as digits.
    pub answers: Vec<String>,
    /// The clause that asks for it.
    pub clause: Clause,
    /// How it came about, in Chinese.
    pub explanation: String,
    /// Whether it may still change, since a year's working days are not announced.
    pub provisional: bool,
    /// The consolidated result, where that was asked for.
    #[serde(flatten)]
    pub consolidated: Option<consolidate::Consolidation>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Senseless {
    /// A period ends before it begins.
    #[error("结束日 {last} 早于开始日 {first}，请核对日期")]
    EndsBeforeItBegins {
        /// First day.
        first: NaiveDate,
        /// Last day.
        last: NaiveDate,
    },
}

/// Last day of a public notice.
pub fn notice_end(published: NaiveDate, parameters: &Parameters, calendar: &WorkingCalendar) -> Answer {
    let period = notice_period(published, parameters, calendar);
    notice_answer(period.last_day, &period, parameters)
}

/// First working day after a public notice.
pub fn earliest_next_step(published: NaiveDate, parameters: &Parameters, calendar: &WorkingCalendar) -> Answer {
    let period = notice_period(published, parameters, calendar);
    notice_answer(period.earliest_next_step, &period, parameters)
}

/// Working days between two days, both counted.
pub fn working_days(first: NaiveDate, last: NaiveDate, calendar: &WorkingCalendar) -> Result<Answer, Senseless> {
    in_order(first, last)?;
    let count = calendar.working_days(first, last);
    Ok(Answer {
        answers: vec![count.to_string()],
        clause: clause!("3.4c"),
        explanation: format!("{first} 至 {last}（首尾均计入）共 {count} 个工作日"),
        provisional: !calendar.provisional_years(first, last).is_empty(),
        consolidated: None,
    })
}

/// Most people who may be excellent among so many graded.
pub fn excellent(graded: u64, parameters: &Parameters) -> Answer {
    let most = assessment::excellent_max(graded, parameters);
    let percent = parameters.excellent_percent_max;
    firm(
        clause!("5.4b"),
        vec![most.to_string()],
        format!("参加考评 {graded} 人，优秀不超过 {percent}%，向下取整为 {most} 人"),
    )
}

/// First and last day for the assessment, on one line.
pub fn assessment_window(term_end: NaiveDate, parameters: &Parameters) -> Answer {
    let (first, last) = assessment::window(term_end, parameters);
    let months = parameters.assessment_window_months;
    firm(
        clause!("5.4a"),
        vec![format!("{first} {last}")],
        format!(
            "聘期 {term_end} 结束，考评在结束前 {months} 个月内进行：{first} 至 {last}；早于 {first} 不予受理，晚于 {last} 注明逾期"
        ),
    )
}

/// Fewest working days of service, one line for each appointment year.
pub fn service_days(start: NaiveDate, end: NaiveDate, parameters: &Parameters) -> Result<Answer, Senseless> {
    in_order(start, end)?;
    let years = agreement::appointment_years(start, end, parameters);
    let explained: Vec<String> = years
        .iter()
        .zip(1..)
        .map(|(year, number)| format!("第 {number} 年 {} 至 {} 不少于 {} 天", year.first, year.last, year.days_min))
        .collect();
    let full = parameters.service_workdays_per_year_min;
    Ok(firm(
        clause!("3.5b"),
        years.iter().map(|year| year.days_min.to_string()).collect(),
        format!("每个聘任年度 {full} 个工作日，不足一年按日折算、向上取整：{}", explained.join("，")),
    ))
}

/// Last day of the shortest term that needs no exception.
pub fn term_end(start: NaiveDate, parameters: &Parameters) -> Answer {
    let years = parameters.term_years_min;
    let end = agreement::term_end(start, years);
    firm(clause!("3.5a"), vec![end.to_string()], format!("{start} 起聘，聘期不少于 {years} 年，最早 {end} 结束"))
}

/// Completed years of age.
pub fn age(birth: NaiveDate, on: NaiveDate, parameters: &Parameters) -> Result<Answer, Senseless> {
    let years =
        candidate::completed_years(birth, on).ok_or(Senseless::EndsBeforeItBegins { first: birth, last: on })?;
    let most = parameters.age_years_max;
    let judged = if years <= most { "符合" } else { "不符合" };
    Ok(firm(
        clause!("2.1.1(2)"),
        vec![years.to_string()],
        format!("{birth} 出生，至 {on} {years} 周岁，{judged}不超过 {most} 周岁的要求"),
    ))
}

fn notice_period(published: NaiveDate, parameters: &Parameters, calendar: &WorkingCalendar) -> NoticePeriod {
    calendar.notice_period(published, parameters.notice_workdays_min, parameters.notice_first_day_counts)
}

fn notice_answer(answer: NaiveDate, period: &NoticePeriod, parameters: &Parameters) -> Answer {
    let first_day = if parameters.notice_first_day_counts { "计入" } else { "不计入" };
    let least = parameters.notice_workdays_min;
    let NoticePeriod { published, last_day, earliest_next_step, .. } = period;
    Answer {
        answers: vec![answer.to_string()],
        clause: clause!("3.4c"),
        explanation: format!(
            "{published} 发布（当日{first_day}），公示 {least} 个工作日至 {last_day} 二十四时，最早 {earliest_next_step} 办理下一步"
        ),
        provisional: period.is_provisional(),
        consolidated: None,
    }
}

fn in_order(first: NaiveDate, last: NaiveDate) -> Result<(), Senseless> {
    if last < first { Err(Senseless::EndsBeforeItBegins { first, last }) } else { Ok(()) }
}

fn firm(clause: Clause, answers: Vec<String>, explanation: String) -> Answer {
    Answer { answers, clause, explanation, provisional: false, consolidated: None }
}
