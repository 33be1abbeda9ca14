//! What the acts on a need change beside keeping their fields, and until when the next is expected.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};

use super::guards::{is_returned, vacant};
use super::text::{text, text_hash, written};
use super::trail::{Return, Review, reviews};
use super::{
    DECLARED, MERGED, MERGED_NEED, MISSING, POSTS, RETURNS, REVIEWS, ROUTE, ROUTE_LOCKED, ROUTE_WHY, STEP, SUBMITTED,
    SUBMITTED_BEFORE, SUBMITTED_ON, TEXT_HASH, TITLE, VERIFIED, WANTS_COOPERATION, WILL_PROVIDE,
};
use crate::access::Role;
use crate::access::Role::{CityIndustry, CityScience, Province, Sasac};
use crate::process::deadline::note_late;
use crate::process::decide::{Case, Change, Doer};
use crate::process::field::Value;
use crate::process::matter::{Matter, SASAC};
use crate::process::round::{ANSWERS_DAY, NEEDS_DAY, REPORTS_DAY, TALKS_DAY, day_of, round_of};
use crate::process::vocabulary::Stage;
use crate::process::vocabulary::Stage::{NeedDraft, NeedExpired, NeedFilled, NeedReported, NeedReview};
use crate::process::{ACTED, DOCUMENT_DAY, DOCUMENT_NUMBER, REASON, REMARK};

/// The next deadline of the round that has not passed, from the joint reports on.
pub(super) fn next_day(case: &Case<'_>) -> Option<NaiveDate> {
    [&REPORTS_DAY, &ANSWERS_DAY, &TALKS_DAY]
        .into_iter()
        .filter_map(|field| day_of(case, field))
        .find(|day| *day >= case.today)
        .or_else(|| day_of(case, &TALKS_DAY))
}

pub(super) fn rescheduled(case: &Case<'_>) -> Option<NaiveDate> {
    if case.matter.stage == NeedDraft && !is_returned(case.matter) {
        return day_of(case, &NEEDS_DAY);
    }
    case.matter.due.max(next_day(case))
}

/// A need that is not renewed leaves matching by itself.
pub(super) fn valid_until(case: &Case<'_>) -> Option<NaiveDate> {
    let submitted = case.matter.body.day(&SUBMITTED_ON).unwrap_or(case.today);
    submitted.checked_add_months(Months::new(case.parameters.need_valid_months))
}

pub(super) fn entitle(case: &Case<'_>, change: &mut Change) {
    case.inputs.text(&TITLE).clone_into(&mut change.title);
}

pub(super) fn submit(case: &Case<'_>, change: &mut Change) {
    // The register of needs knows the need by the matter's id.
    change.parties.need.get_or_insert_with(|| case.matter.id.clone());
    lock_route(case, change);
    let hash = text_hash(&change.body);
    let before = change.body.text(&SUBMITTED).to_owned();
    if !before.is_empty() {
        change.set(&SUBMITTED_BEFORE, before);
    }
    change.set(&SUBMITTED, written(&text(&change.body)));
    change.set(&TEXT_HASH, hash.as_str());
    if !change.body.has(&SUBMITTED_ON) {
        change.set(&SUBMITTED_ON, case.today);
    }
    close_return(case, change);
    declare(case, change, &hash);
    count_standing(change, &hash);
}

/// The route is decided by the register when the need is first submitted; afterwards only the province changes it.
pub(super) fn lock_route(case: &Case<'_>, change: &mut Change) {
    if change.body.has(&ROUTE_LOCKED) {
        return;
    }
    let organiser = case.facts.text("organiser");
    if !organiser.is_empty() {
        organiser.clone_into(&mut change.parties.organiser);
        change.set(&ROUTE_WHY, case.facts.text("route_why"));
    }
    change.set(&ROUTE_LOCKED, case.today);
}

pub(super) fn close_return(case: &Case<'_>, change: &mut Change) {
    let mut entries = change.body.list(&RETURNS).to_vec();
    let Some(last) = entries.last_mut() else { return };
    if let Some(open) = Return::read(last).filter(|open| open.resubmitted.is_empty() && open.step == "enterprise") {
        let since = open.day.parse().ok().and_then(|day: NaiveDate| day.succ_opt());
        let workdays = since.map_or(0, |since| case.calendar.working_days(since, case.today));
        let (role, step, missing, day, reason) = (open.role, open.step, open.missing, open.day, open.reason);
        *last = format!("{role}|{step}|{missing}|{day}|{}|{workdays}|{reason}", case.today);
        change.set(&RETURNS, entries);
    }
}

pub(super) fn declare(case: &Case<'_>, change: &mut Change, hash: &str) {
    let mut declared = change.body.list(&DECLARED).to_vec();
    let login = login(case);
    for field in [&WILL_PROVIDE, &WANTS_COOPERATION] {
        declared.push(format!("{}|{login}|{}|{hash}", field.key, case.today));
    }
    change.set(&DECLARED, declared);
}

pub(super) fn login<'a>(case: &Case<'a>) -> &'a str {
    match case.doer {
        Doer::Account(actor) => actor.login(),
        _ => "",
    }
}

/// Whoever agreed to this very text, and did not take it back, counts as having acted.
pub(super) fn count_standing(change: &mut Change, hash: &str) {
    let kept = reviews(&change.body);
    let standing: BTreeSet<&str> = kept.iter().filter(|review| review.hash == hash).map(|review| review.role).collect();
    let standing: Vec<String> = standing.into_iter().map(str::to_owned).collect();
    if standing.is_empty() {
        change.body.clear(&ACTED);
    } else {
        change.set(&ACTED, standing);
    }
}

pub(super) fn agree(case: &Case<'_>, change: &mut Change) {
    let Some(role) = case.doer.role() else { return };
    let hash = text_hash(&case.matter.body);
    let remark = case.inputs.text(&REMARK).replace('\n', " ");
    let mut reviews = change.body.list(&REVIEWS).to_vec();
    reviews.push(format!("{}|{hash}|{}|{}|{remark}", role.code(), case.today, login(case)));
    change.set(&REVIEWS, reviews);
    note_late(case, change, "agree_need");
}

pub(super) fn returned(case: &Case<'_>) -> Stage {
    if case.inputs.text(&STEP) == "enterprise" { NeedDraft } else { NeedReview }
}

/// Takes agreements back: those of the step it goes to, and that of whoever returns it.
pub(super) fn send_back(case: &Case<'_>, change: &mut Change) {
    let step = case.inputs.text(&STEP);
    let void: Vec<&str> = match step {
        "science" => vec![CityScience.code()],
        "industry" => vec![CityIndustry.code()],
        "enterprise" if case.doer.role() != Some(Province) => case.doer.role().map(Role::code).into_iter().collect(),
        _ => vec![CityScience.code(), CityIndustry.code(), Sasac.code()],
    };
    let now = text_hash(&change.body);
    let kept = reviews(&change.body);
    let is_void = |review: &Review<'_>| review.hash == now && void.contains(&review.role);
    let entries: Vec<String> = change
        .body
        .list(&REVIEWS)
        .iter()
        .zip(&kept)
        .map(|(entry, review)| if is_void(review) { taken_back(review) } else { entry.clone() })
        .collect();
    change.set(&REVIEWS, entries);
    note_return(case, change, step);
    if returned(case) == NeedReview {
        count_standing(change, &now);
    }
}

/// An agreement that was taken back refers to no text any more; who gave it when stays.
pub(super) fn taken_back(review: &Review<'_>) -> String {
    format!("{}||{}|{}|{}", review.role, review.day, review.login, review.remark)
}

pub(super) fn note_return(case: &Case<'_>, change: &mut Change, step: &str) {
    let role = case.doer.role().map_or("", Role::code);
    let missing = case.inputs.list(&MISSING).join(",");
    let mut entries = change.body.list(&RETURNS).to_vec();
    entries.push(format!("{role}|{step}|{missing}|{}|||{}", case.today, case.inputs.text(&REASON)));
    change.set(&RETURNS, entries);
}

pub(super) fn take_in(case: &Case<'_>, change: &mut Change) {
    let mut merged = change.body.list(&MERGED).to_vec();
    merged.push(format!("{}|{}", case.inputs.text(&MERGED_NEED), case.today));
    change.set(&MERGED, merged);
    change.body.clear(&MERGED_NEED);
}

/// The city of the enterprise, read off its county.
pub(super) fn city(matter: &Matter) -> Option<String> {
    let county = matter.parties.county.as_deref()?.get(..4)?;
    Some(format!("{county}00"))
}

pub(super) fn reroute(case: &Case<'_>, change: &mut Change) {
    let sasac = case.inputs.text(&ROUTE) == SASAC;
    let organiser = if sasac { Some(SASAC.to_owned()) } else { city(case.matter) };
    change.parties.organiser = organiser.unwrap_or_default();
    let (reason, who) = (case.inputs.text(&REASON), login(case));
    change.set(&ROUTE_WHY, format!("{} 省科技厅（{who}）改变上报渠道：{reason}", case.today));
    change.set(&ROUTE_LOCKED, case.today);
    change.body.clear(&ACTED);
    let kept: Vec<String> = reviews(&change.body).iter().map(taken_back).collect();
    change.set(&REVIEWS, kept);
}

pub(super) fn expired(case: &Case<'_>) -> Stage {
    let posts = case.matter.body.whole(&POSTS).unwrap_or(1);
    let filled = case.facts.count("pairs_published").is_some_and(|published| published >= posts);
    if case.matter.stage == NeedReported && filled { NeedFilled } else { NeedExpired }
}

/// A renewed need begins anew in the open round; what was written stays, what was decided does not.
pub(super) fn renew(case: &Case<'_>, change: &mut Change) {
    change.parties.round = round_of(case).map(|round| round.id.clone());
    let decided =
        [&SUBMITTED_ON, &ROUTE_LOCKED, &DOCUMENT_NUMBER, &DOCUMENT_DAY, &WILL_PROVIDE, &WANTS_COOPERATION, &VERIFIED];
    for field in decided {
        change.body.clear(field);
    }
    // Only the posts that nobody fills are asked for again.
    if let Some(vacant) = vacant(case).filter(|vacant| *vacant > 0) {
        change.set(&POSTS, vacant);
    }
    let kept: Vec<String> = reviews(&change.body).iter().map(taken_back).collect();
    change.set(&REVIEWS, Value::List(kept));
}
