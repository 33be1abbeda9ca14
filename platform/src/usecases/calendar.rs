//! The working days in force: those that the program carries, with the years that were imported since.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use chrono::NaiveDate;
use programme::calendar::{HEADER, WorkingCalendar};
use programme::record::{CalendarDay, DayKind, DayState};
use store::{Timestamp, Tx};

use crate::clock;

/// What deadlines are told from.
#[derive(Clone, Debug)]
pub struct Today {
    /// The day in China.
    pub day: NaiveDate,
    /// The working days in force.
    pub calendar: Arc<WorkingCalendar>,
}

/// The working days, read anew only after an import; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Calendars(Arc<Mutex<Option<Kept>>>);

#[derive(Clone, Debug)]
struct Kept {
    number: i64,
    calendar: Arc<WorkingCalendar>,
}

impl Calendars {
    /// The working days in force.
    pub async fn current(&self, tx: &mut Tx) -> anyhow::Result<Arc<WorkingCalendar>> {
        let number = store::calendar::newest(tx).await?;
        if let Some(kept) = self.held().filter(|kept| kept.number == number) {
            return Ok(kept.calendar);
        }
        let embedded = WorkingCalendar::embedded();
        let calendar = Arc::new(match store::calendar::content(tx, number).await? {
            Some(text) => embedded.updated(&WorkingCalendar::parse(&text).context("read the imported working days")?),
            None => embedded.clone(),
        });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Kept { number, calendar: Arc::clone(&calendar) });
        Ok(calendar)
    }

    /// The same with the day of a moment.
    pub async fn today(&self, tx: &mut Tx, now: Timestamp) -> anyhow::Result<Today> {
        Ok(Today { day: clock::today(now), calendar: self.current(tx).await? })
    }

    fn held(&self) -> Option<Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The days imported so far, the latest import of each year.
pub async fn imported(tx: &mut Tx) -> anyhow::Result<Vec<CalendarDay>> {
    let newest = store::calendar::newest(tx).await?;
    let text = store::calendar::content(tx, newest).await?.unwrap_or_default();
    text.lines().skip(1).map(|line| day_of(line).with_context(|| format!("read a kept day: {line}"))).collect()
}

fn day_of(line: &str) -> Option<CalendarDay> {
    let mut parts = line.splitn(4, ',');
    Some(CalendarDay {
        date: parts.next()?.parse().ok()?,
        day: DayKind::parse(parts.next()?)?,
        holiday: parts.next()?.to_owned(),
        state: DayState::parse(parts.next()?)?,
    })
}

/// Days as a calendar file.
pub fn text_of(days: &[CalendarDay]) -> String {
    let line = |day: &CalendarDay| format!("{},{},{},{}\n", day.date, day.day.code(), day.holiday, day.state.code());
    std::iter::once(format!("{HEADER}\n")).chain(days.iter().map(line)).collect()
}
