//! The term: its years, when it is in force, what the clock does next.

use chrono::NaiveDate;

use super::{ENDED_ON, IN_FORCE_ON, TERM_END, TERM_START, YEARS_TURNED};
use crate::parameters::Parameters;
use crate::process::field::Body;
use crate::process::matter::Matter;
use crate::process::vocabulary::{Action, Stage};
use crate::rules::agreement::{AppointmentYear, appointment_years};

/// The years of an appointment; none before its term is agreed.
pub fn years(body: &Body, parameters: &Parameters) -> Vec<AppointmentYear> {
    match (body.day(&TERM_START), body.day(&TERM_END)) {
        (Some(start), Some(end)) => appointment_years(start, end, parameters),
        _ => Vec::new(),
    }
}

/// Number and bounds of the year that holds a day, counted from 1.
pub fn current_year(body: &Body, day: NaiveDate, parameters: &Parameters) -> Option<(usize, AppointmentYear)> {
    (1..).zip(years(body, parameters)).find(|(_, year)| (year.first..=year.last).contains(&day))
}

/// Last day: that of the early end, else that of the term.
pub fn last_day(body: &Body) -> Option<NaiveDate> {
    body.day(&ENDED_ON).or_else(|| body.day(&TERM_END))
}

/// Whether an appointment at this stage is filed and has not ended.
pub const fn is_under_way(stage: Stage) -> bool {
    matches!(
        stage,
        Stage::AppointmentForce
            | Stage::AppointmentConsulting
            | Stage::AppointmentEnding
            | Stage::AppointmentEndAgreed
            | Stage::AppointmentChanging
            | Stage::AppointmentChangeAgreed
    )
}

/// Whether the appointment is in force today. One that ends early is until the day agreed.
pub fn is_in_force(matter: &Matter, today: NaiveDate) -> bool {
    let until_agreed = || last_day(&matter.body).is_some_and(|last| today <= last);
    let live = is_under_way(matter.stage) || (matter.stage == Stage::AppointmentEnded && until_agreed());
    live && matter.body.day(&IN_FORCE_ON).is_some_and(|first| first <= today)
}

/// The day after which the clock acts: the end of the year that has not been turned, the last of which is the term's.
pub(super) fn next_turn(body: &Body, parameters: &Parameters) -> Option<NaiveDate> {
    let turned = usize::try_from(body.whole(&YEARS_TURNED).unwrap_or_default()).unwrap_or_default();
    let years = years(body, parameters);
    years.get(turned).or(years.last()).map(|year| year.last)
}

/// What the clock does with an appointment whose deadline has passed: a year of the term ends, or the term itself.
pub fn act_of_clock(matter: &Matter, today: NaiveDate) -> Option<Action> {
    let end = matter.body.day(&TERM_END)?;
    if matter.stage == Stage::AppointmentForce && matter.due.is_some_and(|due| due < end) {
        return Some(Action::TurnYear);
    }
    let may_expire = crate::process::row(matter.stage, Action::ExpireAppointment).is_some();
    (may_expire && end < today).then_some(Action::ExpireAppointment)
}
