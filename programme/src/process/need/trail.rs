//! What was done with a need, read back from its kept entries.

use super::{RETURNS, REVIEWS};
use crate::process::field::{Body, entry};

entry! {
    /// An agreement to one text.
    Review {
        /// Code of the role.
        role,
        /// SM3 of the text that it agreed to.
        hash,
        /// The day, `2025-03-10`.
        day,
        /// The account.
        login,
        /// Its remark.
        remark,
    }
}

entry! {
    /// A return to an earlier step.
    Return {
        /// Code of the role.
        role,
        /// Code of the step.
        step,
        /// Codes of what was missing, with commas.
        missing,
        /// The day.
        day,
        /// The day on which the enterprise submitted again; empty until then.
        resubmitted,
        /// Working days lost; empty until then.
        workdays,
        /// Why.
        reason,
    }
}

/// Every agreement given, the oldest first; those to another text than the present one are void.
pub fn reviews(body: &Body) -> Vec<Review<'_>> {
    Review::all(body, &REVIEWS)
}

/// Every return, the oldest first.
pub fn returns(body: &Body) -> Vec<Return<'_>> {
    Return::all(body, &RETURNS)
}
