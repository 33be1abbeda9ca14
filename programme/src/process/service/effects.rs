//! What the acts during the term change beside keeping their fields: the line of lists, the year asked for, new parties.

use super::{
    CONFIRMED_YEAR, CONTACT_DAY, CONTACT_KIND, DIFFICULTY, DUTY, EXAMPLE_TITLE, FUND, HALF_DAYS, PROJECT, SERVICE_DAY,
    SUPPORT_YEAR, YEAR_FIRST, YEAR_LAST,
};
use crate::process::REASON;
use crate::process::appointment::{TERM_END, TERM_START, YEARS_TURNED, years};
use crate::process::assessment::window_in;
use crate::process::decide::{Case, Change};
use crate::process::field::Field;
use crate::process::vocabulary::Stage;

/// Characters of a problem that its line in lists shows.
const TITLE_CHARS: usize = 40;

pub(super) fn entitle_entry(case: &Case<'_>, change: &mut Change) {
    change.title = words(case, &[&SERVICE_DAY, &HALF_DAYS, &DUTY]);
    change.body.clear(&REASON);
}

pub(super) fn entitle_difficulty(case: &Case<'_>, change: &mut Change) {
    let text = case.inputs.text(&DIFFICULTY);
    let line = text.lines().next().unwrap_or_default();
    change.title = line.chars().take(TITLE_CHARS).collect();
}

pub(super) fn entitle_contact(case: &Case<'_>, change: &mut Change) {
    change.title = words(case, &[&CONTACT_DAY, &CONTACT_KIND]);
}

pub(super) fn entitle_support(case: &Case<'_>, change: &mut Change) {
    change.title = words(case, &[&SUPPORT_YEAR, &FUND, &PROJECT]);
}

pub(super) fn entitle_example(case: &Case<'_>, change: &mut Change) {
    case.inputs.text(&EXAMPLE_TITLE).clone_into(&mut change.title);
}

fn words(case: &Case<'_>, fields: &[&Field]) -> String {
    let words = fields.iter().filter_map(|field| case.inputs.get(field).map(|value| field.in_words(value)));
    words.collect::<Vec<_>>().join(" ")
}

/// 4.1: the year of the appointment that has just been turned.
pub(super) fn ask_for_year(case: &Case<'_>, change: &mut Change) {
    let Some(appointment) = &case.facts.parent else { return };
    let turned = appointment.body.whole(&YEARS_TURNED).unwrap_or_default();
    let years = years(&appointment.body, case.parameters);
    let year = usize::try_from(turned).ok().and_then(|turned| years.get(turned.checked_sub(1)?));
    let Some(year) = year else { return };
    change.set(&CONFIRMED_YEAR, turned);
    change.set(&YEAR_FIRST, year.first);
    change.set(&YEAR_LAST, year.last);
    // A unit confirms for many people: the title says for whom.
    change.title = format!("{}：第 {turned} 聘任年度（{} 至 {}）待遇确认", appointment.title, year.first, year.last);
    for field in [&TERM_START, &TERM_END] {
        change.body.clear(field);
    }
}

/// The parties and the term of the appointment as they are now; what was done stays as it was.
pub(super) fn follow_appointment(case: &Case<'_>, change: &mut Change) {
    let Some(appointment) = &case.facts.parent else { return };
    let parent = change.parties.parent.take();
    change.parties = crate::process::Parties { parent, ..appointment.parties.clone() };
    for field in [&TERM_START, &TERM_END] {
        if let (true, Some(day)) = (change.body.has(field), appointment.body.get(field)) {
            change.body.set(field, day.clone());
        }
    }
    if let Some((first, last)) = window_in(case.matter, Some(appointment), case.parameters) {
        match case.matter.stage {
            Stage::AssessmentWaiting => change.due = Some(first.pred_opt()),
            Stage::AssessmentDue => change.due = Some(Some(last)),
            _ => {}
        }
    }
}
