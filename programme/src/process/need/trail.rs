//! What was done with a need, read back from its kept entries.

use super::{RETURNS, REVIEWS};
use crate::process::field::{Body, parts};

/// An agreement to one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Review<'a> {
    /// Code of the role.
    pub role: &'a str,
    /// SM3 of the text that it agreed to.
    pub hash: &'a str,
    /// The day, `2025-03-10`.
    pub day: &'a str,
    /// The account.
    pub login: &'a str,
    /// Its remark.
    pub remark: &'a str,
}

/// Every agreement given, the oldest first; those to another text than the present one are void.
pub fn reviews(body: &Body) -> Vec<Review<'_>> {
    body.list(&REVIEWS).iter().filter_map(|entry| review(entry)).collect()
}

pub(super) fn review(entry: &str) -> Option<Review<'_>> {
    let [role, hash, day, login, remark] = parts(entry)?;
    Some(Review { role, hash, day, login, remark })
}

/// A return to an earlier step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Return<'a> {
    /// Code of the role.
    pub role: &'a str,
    /// Code of the step.
    pub step: &'a str,
    /// Codes of what was missing, with commas.
    pub missing: &'a str,
    /// The day.
    pub day: &'a str,
    /// The day on which the enterprise submitted again; empty until then.
    pub resubmitted: &'a str,
    /// Working days lost; empty until then.
    pub workdays: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// Every return, the oldest first.
pub fn returns(body: &Body) -> Vec<Return<'_>> {
    body.list(&RETURNS).iter().filter_map(|entry| one_return(entry)).collect()
}

pub(super) fn one_return(entry: &str) -> Option<Return<'_>> {
    let [role, step, missing, day, resubmitted, workdays, reason] = parts(entry)?;
    Some(Return { role, step, missing, day, resubmitted, workdays, reason })
}
