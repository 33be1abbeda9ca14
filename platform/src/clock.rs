//! The one place that reads the system clock; everything else is handed the time.

use chrono::{DateTime, SubsecRound, Utc};

/// Now, truncated to microseconds so that both databases give back what was stored.
#[expect(clippy::disallowed_methods, reason = "the one reader of the system clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
