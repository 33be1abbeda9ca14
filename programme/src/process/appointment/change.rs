//! A change of the enterprise, the unit or the terms while the appointment goes on: the term, the log and the assessment
//! continue, the parties become the new ones for everything that is still open.

use super::agreement::joined;
use super::effects::is_last;
use super::term::next_turn;
use super::{
    AMENDMENTS, CHANGE_KIND, EFFECTIVE_DAY, NEW_ENTERPRISE, NEW_NAME, NEW_PLANNED_DAYS, NEW_TERM_END, NEW_TERMS,
    NEW_UNIT, NEW_UNIT_DOCUMENT, PLANNED_DAYS, TERM_END,
};
use crate::identifiers::CreditCode;
use crate::process::REASON;
use crate::process::decide::{Case, Change};
use crate::process::field::{Body, Field};

/// A change in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amendment {
    /// Code of the kind.
    pub kind: String,
    /// Day from which it holds.
    pub day: String,
    /// What it was.
    pub before: String,
    /// What it is.
    pub after: String,
    /// Why.
    pub reason: String,
    /// Day on which it was confirmed.
    pub confirmed: String,
}

impl Amendment {
    /// Reads the kept form.
    pub fn parse(line: &str) -> Option<Self> {
        let mut parts = line.split('|').map(str::to_owned);
        let mut next = || parts.next();
        Some(Self { kind: next()?, day: next()?, before: next()?, after: next()?, reason: next()?, confirmed: next()? })
    }
}

/// Whether somebody new comes in, whose standing has to be known.
pub(super) fn is_about_parties(kind: &str) -> bool {
    matches!(kind, "enterprise_merged" | "person_unit")
}

/// Labels of what the kind of change needs and the request lacks.
pub(super) fn missing(inputs: &Body) -> Vec<&'static str> {
    let needed: &[&Field] = match inputs.text(&CHANGE_KIND) {
        "enterprise_name" => &[&NEW_NAME],
        "enterprise_merged" => &[&NEW_ENTERPRISE],
        "person_unit" => &[&NEW_UNIT, &NEW_UNIT_DOCUMENT],
        "terms" => &[&NEW_TERMS],
        _ => &[],
    };
    let longer = inputs.has(&NEW_TERM_END) && !inputs.has(&NEW_PLANNED_DAYS);
    let wrong_code = inputs.has(&NEW_ENTERPRISE) && CreditCode::parse(inputs.text(&NEW_ENTERPRISE)).is_err();
    let absent = needed.iter().filter(|field| !inputs.has(field)).map(|field| field.chinese);
    absent
        .chain(longer.then_some(NEW_PLANNED_DAYS.chinese))
        .chain(wrong_code.then_some("承继企业的 18 位统一社会信用代码"))
        .collect()
}

/// Takes effect with the last confirmation.
pub(super) fn carry_out(case: &Case<'_>, change: &mut Change) {
    if !is_last(change) {
        return;
    }
    let (before, after) = apply(case, change);
    let body = &case.matter.body;
    let (kind, day) = (body.text(&CHANGE_KIND), body.text(&EFFECTIVE_DAY));
    let mut kept = body.list(&AMENDMENTS).to_vec();
    kept.push(joined(&[kind, day, &before, &after, body.text(&REASON), &case.today.to_string()]));
    change.set(&AMENDMENTS, kept);
    forget(case, change);
    change.due = Some(next_turn(&change.body, case.parameters));
}

/// What it was and what it is now.
fn apply(case: &Case<'_>, change: &mut Change) -> (String, String) {
    let body = &case.matter.body;
    match body.text(&CHANGE_KIND) {
        "enterprise_merged" => {
            let after = body.text(&NEW_ENTERPRISE).to_owned();
            case.facts.text("new_organiser").clone_into(&mut change.parties.organiser);
            change.parties.county = Some(case.facts.text("new_county").to_owned()).filter(|code| !code.is_empty());
            (change.parties.enterprise.replace(after.clone()).unwrap_or_default(), after)
        }
        "person_unit" => {
            let after = body.text(&NEW_UNIT).to_owned();
            (change.parties.unit.replace(after.clone()).unwrap_or_default(), after)
        }
        "enterprise_name" => (case.facts.text("enterprise_name").to_owned(), body.text(&NEW_NAME).to_owned()),
        _ => {
            let before = body.text(&TERM_END).to_owned();
            if let (Some(end), Some(days)) = (body.get(&NEW_TERM_END), body.get(&NEW_PLANNED_DAYS)) {
                change.body.set(&TERM_END, end.clone());
                change.body.set(&PLANNED_DAYS, days.clone());
            }
            (before, body.text(&NEW_TERMS).to_owned())
        }
    }
}

/// The request is done with, one way or the other.
pub(super) fn forget(_: &Case<'_>, change: &mut Change) {
    for field in [
        &CHANGE_KIND,
        &EFFECTIVE_DAY,
        &NEW_NAME,
        &NEW_ENTERPRISE,
        &NEW_UNIT,
        &NEW_UNIT_DOCUMENT,
        &NEW_TERMS,
        &NEW_TERM_END,
        &NEW_PLANNED_DAYS,
    ] {
        change.body.clear(field);
    }
}
