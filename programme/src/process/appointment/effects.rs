//! What the acts on an appointment change beside keeping their fields.

use super::agreement::{self, Names, joined};
use super::term::next_turn;
use super::{
    AGREEMENT_HASH, AGREEMENT_TEXT, CERTIFICATE, EFFECTIVE_DAY, ENDED_ON, FILING_NUMBER, FILINGS, IN_FORCE_ON,
    OFFERED_ON, PUBLISHED_ON, READ_TEXT, SEAL_KEEPER, SEAL_PLACE, SEAL_RECORD, SIGN_METHOD, SIGNATORY, SIGNATURE_VALUE,
    SIGNATURES, SIGNED_ON, TERM_START, VOIDED, YEARS_TURNED,
};
use crate::process::ACTED;
use crate::process::decide::{Case, Change, Doer};
use crate::seal::seal;
use crate::signature::{Authorities, in_one_line};

/// The list is published in the same transaction.
pub(super) fn publish(case: &Case<'_>, change: &mut Change) {
    change.set(&PUBLISHED_ON, case.today);
}

/// From here on the text is the one that its hash names.
pub(super) fn freeze(case: &Case<'_>, change: &mut Change) {
    let facts = case.facts;
    let names = Names {
        enterprise: facts.text("enterprise_name"),
        person: facts.text("person_name"),
        need: facts.text("need_title"),
    };
    let text = agreement::text(case.matter, names, case.parameters);
    change.set(&AGREEMENT_HASH, seal(&text).as_str());
    change.set(&AGREEMENT_TEXT, text.as_str());
    change.set(&OFFERED_ON, case.today);
}

/// One more signature, on the hash that was shown.
pub(super) fn sign(case: &Case<'_>, change: &mut Change) {
    let Some(party) = case.doer.role().and_then(agreement::party) else { return };
    let inputs = case.inputs;
    let signature = agreement::Signature {
        party,
        signatory: inputs.text(&SIGNATORY).to_owned(),
        method: inputs.text(&SIGN_METHOD).to_owned(),
        day: inputs.text(&SIGNED_ON).to_owned(),
        hash: case.matter.body.text(&AGREEMENT_HASH).to_owned(),
        login: login(case).to_owned(),
        seal: inputs.text(&SEAL_RECORD).to_owned(),
        seal_place: inputs.text(&SEAL_PLACE).to_owned(),
        seal_keeper: inputs.text(&SEAL_KEEPER).to_owned(),
        scan: case.facts.text(agreement::scan_name(party)).to_owned(),
        certificate: in_one_line(inputs.text(&CERTIFICATE)),
        value: inputs.text(&SIGNATURE_VALUE).to_owned(),
        authority: authority(case).unwrap_or_default(),
    };
    let mut kept = change.body.list(&SIGNATURES).to_vec();
    kept.push(signature.line());
    change.set(&SIGNATURES, kept);
    let asked = [&SIGNATORY, &SIGN_METHOD, &SIGNED_ON, &SEAL_RECORD, &SEAL_PLACE, &SEAL_KEEPER];
    for field in asked.into_iter().chain([&CERTIFICATE, &SIGNATURE_VALUE, &READ_TEXT]) {
        change.body.clear(field);
    }
}

/// Which of the trusted authorities issued the certificate, as it was when the signature was taken.
fn authority(case: &Case<'_>) -> Option<String> {
    let authorities = Authorities::read(case.facts.text(agreement::AUTHORITIES)).ok()?;
    authorities.issuer_of(case.inputs.text(&CERTIFICATE), case.inputs.day(&SIGNED_ON)?)
}

/// A text that goes back takes its signatures and filings with it; they stay visible as void.
pub(super) fn void(_: &Case<'_>, change: &mut Change) {
    let mut voided = change.body.list(&VOIDED).to_vec();
    voided.extend_from_slice(change.body.list(&SIGNATURES));
    if !voided.is_empty() {
        change.set(&VOIDED, voided);
    }
    for field in [&SIGNATURES, &FILINGS, &AGREEMENT_HASH, &AGREEMENT_TEXT, &OFFERED_ON] {
        change.body.clear(field);
    }
}

/// One more filing of the hash; in force with the last, and not before the term begins.
pub(super) fn file(case: &Case<'_>, change: &mut Change) {
    let role = case.doer.role().map(crate::access::Role::code).unwrap_or_default();
    let (number, day) = (case.inputs.text(&FILING_NUMBER), case.today.to_string());
    let mut kept = change.body.list(&FILINGS).to_vec();
    kept.push(joined(&[role, number, &day, case.matter.body.text(&AGREEMENT_HASH)]));
    change.set(&FILINGS, kept);
    change.body.clear(&FILING_NUMBER);
    if is_last(change) {
        let start = change.body.day(&TERM_START).unwrap_or(case.today);
        change.set(&IN_FORCE_ON, start.max(case.today));
    } else {
        change.due = Some(case.matter.due);
    }
}

/// Whether everybody awaited has acted: the next stage starts with nobody having acted.
pub(super) fn is_last(change: &Change) -> bool {
    !change.body.has(&ACTED)
}

/// Whoever asks has agreed.
pub(super) fn count_as_acted(case: &Case<'_>, change: &mut Change) {
    let role = case.doer.role().map(|role| role.code().to_owned());
    change.set(&ACTED, role.into_iter().collect::<Vec<_>>());
}

/// Ends on the day agreed, never before the filing.
pub(super) fn end(case: &Case<'_>, change: &mut Change) {
    let agreed = case.matter.body.day(&EFFECTIVE_DAY).unwrap_or(case.today);
    let ended = agreed.max(case.today);
    change.set(&ENDED_ON, ended);
    change.set(&EFFECTIVE_DAY, ended);
}

/// One more year is over; the next deadline is the end of the next.
pub(super) fn turn_year(case: &Case<'_>, change: &mut Change) {
    change.set(&YEARS_TURNED, case.matter.body.whole(&YEARS_TURNED).unwrap_or_default() + 1);
    change.due = Some(next_turn(&change.body, case.parameters));
}

/// The last year is over, and nothing is due any more.
pub(super) fn expire(case: &Case<'_>, change: &mut Change) {
    turn_year(case, change);
    change.due = Some(None);
}

fn login<'a>(case: &Case<'a>) -> &'a str {
    match case.doer {
        Doer::Account(actor) => actor.login(),
        _ => "",
    }
}
