//! The one place that reads the system clock; everything else is handed the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, SubsecRound, Utc};

/// Beijing time has been eight hours ahead all year since 1992.
const BEIJING_SECONDS: i32 = 8 * 3600;

/// Now, truncated to microseconds so that both databases give back what was stored.
#[expect(clippy::disallowed_methods, reason = "the one reader of the system clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// The same moment as clocks in the province show it.
pub fn in_beijing(moment: DateTime<Utc>) -> DateTime<FixedOffset> {
    let offset = FixedOffset::east_opt(BEIJING_SECONDS).unwrap_or_else(|| unreachable!("eight hours are an offset"));
    moment.with_timezone(&offset)
}

/// The date in the province, which deadlines and validity are counted in.
pub fn today(moment: DateTime<Utc>) -> NaiveDate {
    in_beijing(moment).date_naive()
}

/// Where a running system gets the time from: the system's clock, as it is or set back, or a hand that is set.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    hand: Option<Arc<AtomicI64>>,
    behind: Duration,
}

impl Clock {
    /// A clock that stands still at `moment` until it is moved.
    pub fn standing_at(moment: DateTime<Utc>) -> Self {
        Self { hand: Some(Arc::new(AtomicI64::new(moment.timestamp_micros()))), behind: Duration::zero() }
    }

    /// A clock that shows `moment` now and runs on from there: for a demonstration of another day.
    pub fn running_from(moment: DateTime<Utc>) -> Self {
        Self { hand: None, behind: now() - moment }
    }

    /// The time on this clock.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.hand {
            None => now() - self.behind,
            Some(hand) => DateTime::from_timestamp_micros(hand.load(Ordering::SeqCst)).unwrap_or_default(),
        }
    }

    /// Moves a standing clock on; the system's clock is left alone.
    pub fn advance(&self, by: Duration) {
        if let Some(hand) = &self.hand {
            hand.fetch_add(by.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_standing_clock_moves_only_when_moved() {
        let clock = Clock::standing_at(moment("2026-03-01T00:00:00.000001Z"));
        let same = clock.clone();
        assert_eq!(clock.now(), moment("2026-03-01T00:00:00.000001Z"));
        clock.advance(Duration::minutes(31));
        assert_eq!(same.now(), moment("2026-03-01T00:31:00.000001Z"));
    }

    #[test]
    fn the_day_begins_at_midnight_in_beijing() {
        assert_eq!(today(moment("2026-02-28T15:59:59Z")).to_string(), "2026-02-28");
        assert_eq!(today(moment("2026-02-28T16:00:00Z")).to_string(), "2026-03-01");
    }
}
