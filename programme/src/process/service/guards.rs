//! What has to hold for the acts during the term.

use crate::process::words;
use chrono::NaiveDate;

use super::meter::{HALF_DAYS_A_DAY, counted};
use super::{
    APPLIED_ON, CONTACT_DAY, DUTY, FUND, HALF_DAYS, PROJECT, PROOF, RESULT, SERVICE_DAY, SOLVE_BY, SUPPORT_YEAR,
};
use crate::access::Role;
use crate::clause;
use crate::finding::Force::{Must, Warning};
use crate::process::appointment::{IN_FORCE_ON, is_in_force, last_day};
use crate::process::decide::Case;
use crate::process::field::Field;
use crate::process::matter::Matter;
use crate::process::rule::Guard;
use crate::process::vocabulary::{Kind, Stage};

/// What a new entry has to hold.
pub(super) const TO_LOG: &[&Guard] =
    &[&IN_FORCE, &SERVED_IN_TERM, &SERVED_BY_TODAY, &DAY_NOT_FULL, &NOT_ENTERED_TWICE, &NOT_ELSEWHERE, &HAS_PROOF];

/// What a mended entry has to hold; a query may be answered after the term.
pub(super) const TO_AMEND: &[&Guard] = &[
    &UNDER_APPOINTMENT,
    &SERVED_IN_TERM,
    &SERVED_BY_TODAY,
    &DAY_NOT_FULL,
    &NOT_ENTERED_TWICE,
    &NOT_ELSEWHERE,
    &HAS_PROOF,
];

pub(super) const UNDER_APPOINTMENT: Guard = Guard {
    clause: clause!("3.5c"),
    force: Must,
    code: "appointment.missing",
    demands: words("对应一项已备案的聘任", "It belongs to a filed appointment"),
    fails: |case| {
        let filed = appointment(case).is_some_and(|appointment| appointment.body.has(&IN_FORCE_ON));
        (!filed).then(|| "没有对应的聘任，或聘任尚未备案；请从已备案的聘任页面办理".to_owned())
    },
};

pub(super) const IN_FORCE: Guard = Guard {
    clause: clause!("3.5c"),
    force: Must,
    code: "appointment.not_in_force",
    demands: words("聘任在生效期内", "The appointment is in force"),
    fails: |case| {
        let Some(appointment) = appointment(case) else {
            return Some("没有对应的聘任；请从聘任页面办理".to_owned());
        };
        (!is_in_force(appointment, case.today))
            .then(|| format!("聘任现为“{}”，{}不在生效期内；生效期内方可登记", appointment.stage.chinese(), case.today))
    },
};

fn appointment<'a>(case: &Case<'a>) -> Option<&'a Matter> {
    case.facts.parent.as_ref().filter(|parent| parent.kind() == Kind::Appointment)
}

/// The days in force: from the filing to the last day.
fn in_force_days(case: &Case<'_>) -> Option<(NaiveDate, NaiveDate)> {
    let body = &appointment(case)?.body;
    body.day(&IN_FORCE_ON).zip(last_day(body))
}

fn outside(case: &Case<'_>, field: &Field) -> Option<String> {
    let (day, (first, last)) = (case.inputs.day(field)?, in_force_days(case)?);
    let fits = (first..=last).contains(&day);
    (!fits).then(|| format!("{} {day} 不在聘任生效期 {first} 至 {last} 之内", field.chinese))
}

const SERVED_IN_TERM: Guard = Guard {
    clause: clause!("3.5b"),
    force: Must,
    code: "service.outside_term",
    demands: words("服务日期在聘任生效期内", "The day of service lies within the appointment"),
    fails: |case| outside(case, &SERVICE_DAY),
};

const SERVED_BY_TODAY: Guard = Guard {
    clause: clause!("3.5b"),
    force: Must,
    code: "service.in_future",
    demands: words("服务日期不晚于今日", "The day of service is not after today"),
    fails: |case| {
        let (day, today) = (case.inputs.day(&SERVICE_DAY)?, case.today);
        (day > today).then(|| format!("服务日期 {day} 晚于今日 {today}；请在服务后登记"))
    },
};

/// Over all of the person's entries, whatever the enterprise: nobody serves more than a day in a day.
const DAY_NOT_FULL: Guard = Guard {
    clause: clause!("3.5b"),
    force: Must,
    code: "service.day_full",
    demands: words("同一天各企业合计不超过一天", "One day has no more than one day of service in all enterprises"),
    fails: |case| {
        let day = case.inputs.day(&SERVICE_DAY)?;
        let now: u32 = case.inputs.text(&HALF_DAYS).parse().ok()?;
        let before: u32 = same_day(case, day).filter_map(counted).map(|(_, half_days)| half_days.0).sum();
        (before + now > HALF_DAYS_A_DAY)
            .then(|| format!("{day} 已登记 {before} 个半天，再登记 {now} 个半天将超过一天；请核对日期或先撤回原记录"))
    },
};

fn same_day<'a>(case: &Case<'a>, day: NaiveDate) -> impl Iterator<Item = &'a Matter> {
    let of_day = move |entry: &&Matter| counted(entry).is_some_and(|(other, _)| other == day);
    case.facts.related.iter().filter(of_day)
}

/// A file that is sent twice adds nothing.
const NOT_ENTERED_TWICE: Guard = Guard {
    clause: clause!("3.5b"),
    force: Must,
    code: "service.entered_twice",
    demands: words("同一服务不重复登记", "The same service is not entered twice"),
    fails: |case| {
        let day = case.inputs.day(&SERVICE_DAY)?;
        let same = |field: &Field, entry: &Matter| entry.body.text(field) == case.inputs.text(field);
        let twin = same_day(case, day).find(|entry| same(&DUTY, entry) && same(&RESULT, entry))?;
        Some(format!("{day} 已有内容相同的记录 {}；同一服务请勿重复登记", twin.id))
    },
};

const NOT_ELSEWHERE: Guard = Guard {
    clause: clause!("3.5b"),
    force: Warning,
    code: "service.same_day_elsewhere",
    demands: words("同一天不在两家企业登记", "One day is not entered at two enterprises"),
    fails: |case| {
        let day = case.inputs.day(&SERVICE_DAY)?;
        let own = &case.matter.parties.enterprise;
        let elsewhere = same_day(case, day).any(|entry| entry.parties.enterprise != *own);
        elsewhere.then(|| format!("{day} 在另一家企业也有服务记录，将向两家企业标明，请核实"))
    },
};

const HAS_PROOF: Guard = Guard {
    clause: clause!("3.5b"),
    force: Warning,
    code: "service.no_proof",
    demands: words("附佐证材料", "Proof is named"),
    fails: |case| (!case.inputs.has(&PROOF)).then(|| "没有佐证材料，考评时可能不予采信，建议补充".to_owned()),
};

pub(super) const CONTACT_DAY_FITS: Guard = Guard {
    clause: clause!("5.1"),
    force: Must,
    code: "contact.day",
    demands: words(
        "联系日期在聘任生效期内、不晚于今日",
        "The day of the contact lies within the appointment and not after today",
    ),
    fails: |case| {
        let (day, today) = (case.inputs.day(&CONTACT_DAY)?, case.today);
        let future = (day > today).then(|| format!("联系日期 {day} 晚于今日 {today}；请在联系后记录"));
        future.or_else(|| outside(case, &CONTACT_DAY))
    },
};

pub(super) const SOLVED_LATER: Guard = Guard {
    clause: clause!("5.1"),
    force: Must,
    code: "difficulty.date_passed",
    demands: words("解决期限不早于今日", "The day to solve it by is not before today"),
    fails: |case| {
        let (day, today) = (case.inputs.day(&SOLVE_BY)?, case.today);
        (day < today).then(|| format!("解决期限 {day} 早于今日 {today}；请改为今日或以后"))
    },
};

pub(super) const LIVE_AT_APPLICATION: Guard = Guard {
    clause: clause!("4.3"),
    force: Must,
    code: "support.not_live",
    demands: words("申请时聘任在生效期内", "The appointment was in force on the day of the application"),
    fails: |case| outside(case, &APPLIED_ON),
};

pub(super) const FUND_OF_RECORDER: Guard = Guard {
    clause: clause!("4.3"),
    force: Must,
    code: "support.fund_of_other",
    demands: words(
        "市（地）、省国资委登记市级配套，省级支持由省科技厅登记",
        "Cities and SASAC register a city's own support, the province registers provincial support",
    ),
    fails: |case| {
        let other = case.doer.role() != Some(Role::Province) && case.inputs.text(&FUND) != "city";
        other.then(|| "市（地）、省国资委只登记市（地）配套；省级支持请由省科技厅登记".to_owned())
    },
};

/// Double support is shown, not refused: two funds may well stand beside each other.
pub(super) const NOT_TWICE: Guard = Guard {
    clause: clause!("4.3"),
    force: Warning,
    code: "support.twice",
    demands: words("同一项目同一年度不重复支持", "A project is not supported twice in a year"),
    fails: |case| {
        let year = case.inputs.whole(&SUPPORT_YEAR)?;
        let project = case.inputs.text(&PROJECT);
        let twin = case.facts.related.iter().find(|other| {
            other.stage == Stage::SupportRecorded
                && other.body.whole(&SUPPORT_YEAR) == Some(year)
                && (other.body.text(&PROJECT) == project || other.body.text(&FUND) == case.inputs.text(&FUND))
        })?;
        Some(format!("{year} 年度已有支持登记 {}（{}），请核对是否重复", twin.id, twin.title))
    },
};
