//! What the four departments sign: one text, its hash, their signatures.

use super::{BANDS, BANDS_BY_LEVEL, DRAFT, POLICY_HASH, POLICY_VERSION, SIGNATURES, SIGNED_HASH};
use crate::process::decide::{Case, Change, Doer};
use crate::process::field::{Body, Field, entry};
use crate::process::revision::policy_text;
use crate::seal::seal;

/// What the departments sign, one line for each value.
pub fn signed_text(body: &Body) -> String {
    let values = DRAFT.iter().chain([&&BANDS, &&POLICY_VERSION, &&POLICY_HASH]);
    let line = |field: &&&Field| {
        let value = body.get(field).map(|value| field.in_words(value)).unwrap_or_default();
        format!("{}：{value}\n", field.chinese)
    };
    values.map(|field| line(&field)).collect()
}

/// From here on what the departments sign does not change until it is returned.
pub(super) fn fix_signed_text(case: &Case<'_>, change: &mut Change) {
    change.set(&POLICY_VERSION, case.parameters.version.as_str());
    change.set(&POLICY_HASH, seal(policy_text(case.facts)));
    change.set(&BANDS, BANDS_BY_LEVEL);
    change.body.clear(&SIGNATURES);
    let hash = seal(&signed_text(&change.body));
    change.set(&SIGNED_HASH, hash);
}

pub(super) fn sign(case: &Case<'_>, change: &mut Change) {
    let Doer::Account(actor) = case.doer else { return };
    let mut signatures = change.body.list(&SIGNATURES).to_vec();
    let hash = seal(&signed_text(&change.body));
    signatures.push(format!("{}|{hash}|{}|{}", actor.role().code(), case.today, actor.login()));
    change.set(&SIGNATURES, signatures);
}

entry! {
    /// A department's signature.
    Signature {
        /// Code of the role that signed.
        role,
        /// SM3 of what it signed.
        hash,
        /// The day, `2025-02-10`.
        day,
        /// The account.
        login,
    }
}

/// The signatures on a round.
pub fn signatures(body: &Body) -> Vec<Signature<'_>> {
    Signature::all(body, &SIGNATURES)
}
