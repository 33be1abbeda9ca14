//! The service of each appointment year against its plan, silent periods, missing contacts, clashes: pure counts over the log.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};

use super::{CONTACT_DAY, HALF_DAYS, SERVICE_DAY};
use crate::parameters::Parameters;
use crate::process::appointment::agreement::planned;
use crate::process::appointment::{IN_FORCE_ON, PLANNED_DAYS, TERM_START, last_day};
use crate::process::matter::Matter;
use crate::process::vocabulary::Stage;
use crate::rules::agreement::{AppointmentYear, HalfDays, appointment_years};

/// Half days in a day.
pub const HALF_DAYS_A_DAY: u32 = 2;

/// One appointment year's service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meter {
    /// Which year, from 1.
    pub number: usize,
    /// Its days, and the fewest days of service.
    pub year: AppointmentYear,
    /// What the agreement plans.
    pub planned: HalfDays,
    /// Entered and not withdrawn.
    pub logged: HalfDays,
    /// Confirmed by the enterprise.
    pub confirmed: HalfDays,
    /// The fewest that would be served by today, pro rata, rounded up to a half day.
    pub expected: HalfDays,
}

impl Meter {
    /// How much is missing by today; nothing when the log keeps up.
    pub fn shortfall(&self) -> Option<HalfDays> {
        let missing = self.expected.0.saturating_sub(self.logged.0);
        (missing > 0).then_some(HalfDays(missing))
    }
}

/// A stretch without service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
    /// How many days.
    pub days: u32,
}

/// A calendar quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    /// Calendar year.
    pub year: i32,
    /// 1 to 4.
    pub number: u32,
}

/// Day and length of an entry; nothing when it was withdrawn.
pub fn counted(entry: &Matter) -> Option<(NaiveDate, HalfDays)> {
    let day = entry.body.day(&SERVICE_DAY)?;
    let half_days = entry.body.text(&HALF_DAYS).parse().ok()?;
    (entry.stage != Stage::ServiceWithdrawn).then_some((day, HalfDays(half_days)))
}

/// Every year of an appointment against its plan. An early end shortens the last year.
pub fn meters(appointment: &Matter, entries: &[Matter], today: NaiveDate, parameters: &Parameters) -> Vec<Meter> {
    let body = &appointment.body;
    let (Some(start), Some(last)) = (body.day(&TERM_START), last_day(body)) else { return Vec::new() };
    let plan = planned(body, &PLANNED_DAYS).unwrap_or_default();
    let years = appointment_years(start, last, parameters);
    let meter = |(number, year): (usize, AppointmentYear)| Meter {
        number,
        year,
        planned: plan.get(number - 1).copied().unwrap_or(HalfDays(year.days_min * HALF_DAYS_A_DAY)),
        logged: total(entries, &year, false),
        confirmed: total(entries, &year, true),
        expected: expected(&year, today),
    };
    (1..).zip(years).map(meter).collect()
}

fn total(entries: &[Matter], year: &AppointmentYear, confirmed: bool) -> HalfDays {
    let of_year = entries.iter().filter(|entry| !confirmed || entry.stage == Stage::ServiceConfirmed);
    let days = of_year.filter_map(counted).filter(|(day, _)| (year.first..=year.last).contains(day));
    HalfDays(days.map(|(_, half_days)| half_days.0).sum())
}

fn expected(year: &AppointmentYear, today: NaiveDate) -> HalfDays {
    let days = |from: NaiveDate, to: NaiveDate| u32::try_from((to - from).num_days() + 1).unwrap_or_default();
    let (whole, passed) = (days(year.first, year.last), days(year.first, today.min(year.last)));
    HalfDays((year.days_min * HALF_DAYS_A_DAY * passed).div_ceil(whole))
}

/// The days of a log that count.
pub fn served(entries: &[Matter]) -> impl Iterator<Item = NaiveDate> + '_ {
    entries.iter().filter_map(counted).map(|(day, _)| day)
}

/// The days of contacts.
pub fn contacted(contacts: &[Matter]) -> impl Iterator<Item = NaiveDate> + '_ {
    contacts.iter().filter_map(|contact| contact.body.day(&CONTACT_DAY))
}

/// Stretches in force without a day of service that are longer than the policy's number of days.
pub fn silences(
    appointment: &Matter,
    served: impl IntoIterator<Item = NaiveDate>,
    today: NaiveDate,
    parameters: &Parameters,
) -> Vec<Silence> {
    let Some((first, last)) = in_force(appointment, today) else { return Vec::new() };
    let days: BTreeSet<NaiveDate> = served.into_iter().collect();
    let served = days.range(first..=last).copied();
    let starts = std::iter::once(first).chain(served.clone().filter_map(|day| day.succ_opt()));
    let ends = served.filter_map(|day| day.pred_opt()).chain([last]);
    starts.zip(ends).filter_map(|(first, last)| silence(first, last, parameters)).collect()
}

fn silence(first: NaiveDate, last: NaiveDate, parameters: &Parameters) -> Option<Silence> {
    let days = u32::try_from((last - first).num_days() + 1).ok()?;
    (days > parameters.silent_days_max).then_some(Silence { first, last, days })
}

/// From the first day in force to today or the last day.
fn in_force(appointment: &Matter, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let first = appointment.body.day(&IN_FORCE_ON)?;
    let last = last_day(&appointment.body)?.min(today);
    (first <= last).then_some((first, last))
}

/// Whole quarters in force that are over and had too few contacts, of which these are the days.
pub fn quarters_without_contact(
    appointment: &Matter,
    contacted: impl IntoIterator<Item = NaiveDate>,
    today: NaiveDate,
    parameters: &Parameters,
) -> Vec<Quarter> {
    let Some((first, last)) = in_force(appointment, today) else { return Vec::new() };
    let mut had: BTreeMap<Quarter, u32> = BTreeMap::new();
    for day in contacted {
        *had.entry(Quarter::of(day)).or_default() += 1;
    }
    let whole = |quarter: &Quarter| quarter.first() >= first && quarter.last() <= last && quarter.last() < today;
    let few = |quarter: &Quarter| had.get(quarter).copied().unwrap_or_default() < parameters.contacts_per_quarter_min;
    let quarters = std::iter::successors(Some(Quarter::of(first)), |quarter| Some(quarter.next()));
    quarters.take_while(|quarter| quarter.first() <= last).filter(whole).filter(few).collect()
}

/// Days on which the log of one person names more than one enterprise.
pub fn clashes(entries_of_person: &[Matter]) -> BTreeSet<NaiveDate> {
    let mut enterprises: BTreeMap<NaiveDate, BTreeSet<&str>> = BTreeMap::new();
    for entry in entries_of_person {
        if let (Some((day, _)), Some(enterprise)) = (counted(entry), entry.parties.enterprise.as_deref()) {
            enterprises.entry(day).or_default().insert(enterprise);
        }
    }
    enterprises.into_iter().filter(|(_, named)| named.len() > 1).map(|(day, _)| day).collect()
}

impl Quarter {
    /// The quarter of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), number: day.month0() / 3 + 1 }
    }

    /// The one after.
    #[must_use]
    pub const fn next(self) -> Self {
        match self.number {
            4 => Self { year: self.year + 1, number: 1 },
            number => Self { number: number + 1, ..self },
        }
    }

    fn first(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.number * 3 - 2, 1).unwrap_or(NaiveDate::MAX)
    }

    fn last(self) -> NaiveDate {
        self.next().first().checked_sub_days(Days::new(1)).unwrap_or(NaiveDate::MAX)
    }
}
