//! Working days and the public notice: days off and make-up days of the State Council are data with a source.
//!
//! The table lists exceptions only; any other day works from Monday to Friday. A year whose arrangement is not announced
//! counts with the statutory holidays alone, or with weekends alone when not even those are listed, and every result that
//! looked at such a year says so: it may grow when the arrangement is loaded, never shrink.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// The text of the calendar that the program carries.
pub const EMBEDDED: &str = include_str!("../../policy/calendar.csv");

/// Most rows of a calendar file; ten years have about 400.
pub const CALENDAR_ROWS_MAX: usize = 5_000;

/// First line of a calendar file.
pub const HEADER: &str = "date,day,holiday,state";

/// Why a calendar file is not taken: every problem with its line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("日历有 {} 处问题：{}", .0.len(), .0.join("；"))]
pub struct CalendarProblems(pub Vec<String>);

/// How sure a year's arrangement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Published by the State Council's office.
    Announced,
    /// Only the statutory holidays are known: no days moved, no make-up days.
    Statutory,
    /// Nothing is known but weekends.
    Absent,
}

/// Why a day is worked or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// A day from Monday to Friday.
    Worked,
    /// A Saturday or Sunday worked for the holiday of this name.
    MadeUp(&'a str),
    /// A Saturday or Sunday.
    Weekend,
    /// Off for the holiday of this name.
    Holiday(&'a str),
}

/// Which days are worked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkingCalendar {
    worked: BTreeMap<NaiveDate, bool>,
    /// The holiday that each exception is for.
    holidays: BTreeMap<NaiveDate, String>,
    years: BTreeMap<i32, Standing>,
}

/// When a public notice ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticePeriod {
    /// Day of publication.
    pub published: NaiveDate,
    /// Last day: the period ends at 24:00 of it.
    pub last_day: NaiveDate,
    /// First working day after the last day.
    pub earliest_next_step: NaiveDate,
    /// Years that were looked at and are not announced; the period is provisional unless this is empty.
    pub provisional_years: BTreeSet<i32>,
}

static CURRENT: LazyLock<WorkingCalendar> =
    LazyLock::new(|| WorkingCalendar::parse(EMBEDDED).expect("the embedded calendar is tested"));

impl WorkingCalendar {
    /// The calendar that the program carries.
    pub fn embedded() -> &'static Self {
        &CURRENT
    }

    /// Reads a calendar file: `#` lines are notes, then the header `date,day,holiday,state` and one exception a line.
    pub fn parse(file: &str) -> Result<Self, CalendarProblems> {
        let mut calendar = Self::default();
        let mut problems = Vec::new();
        let mut rows = file
            .trim_start_matches('\u{feff}')
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line.trim()))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        match rows.next() {
            Some((_, HEADER)) => {}
            Some((line, found)) => problems.push(format!("第 {line} 行：表头应为 {HEADER}，现为 {found}")),
            None => problems.push("文件没有内容".to_owned()),
        }
        for (at, (line, row)) in rows.enumerate() {
            if at == CALENDAR_ROWS_MAX {
                problems.push(format!("第 {line} 行：超过 {CALENDAR_ROWS_MAX} 行的上限，请按年拆分"));
                break;
            }
            if let Err(problem) = calendar.take_row(row) {
                problems.push(format!("第 {line} 行：{problem}"));
            }
        }
        if problems.is_empty() { Ok(calendar) } else { Err(CalendarProblems(problems)) }
    }

    /// This calendar with every year of the newer one replaced as a whole.
    #[must_use]
    pub fn updated(&self, newer: &Self) -> Self {
        let mut updated = self.clone();
        updated.worked.retain(|date, _| !newer.years.contains_key(&date.year()));
        updated.worked.extend(&newer.worked);
        updated.holidays.retain(|date, _| !newer.years.contains_key(&date.year()));
        updated.holidays.extend(newer.holidays.clone());
        updated.years.extend(&newer.years);
        updated
    }

    /// Whether the day is worked.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.worked.get(&date).copied().unwrap_or(!is_weekend(date))
    }

    /// Why a day is worked or not.
    pub fn kind(&self, date: NaiveDate) -> DayKind<'_> {
        let holiday = self.holidays.get(&date).map_or("", String::as_str);
        match (self.worked.get(&date), is_weekend(date)) {
            (Some(true), _) => DayKind::MadeUp(holiday),
            (Some(false), _) => DayKind::Holiday(holiday),
            (None, true) => DayKind::Weekend,
            (None, false) => DayKind::Worked,
        }
    }

    /// How sure the arrangement of a year is.
    pub fn standing(&self, year: i32) -> Standing {
        self.years.get(&year).copied().unwrap_or(Standing::Absent)
    }

    /// First working day after a day.
    pub fn next_working_day(&self, after: NaiveDate) -> NaiveDate {
        self.working_days_later(after, 1)
    }

    /// The day on which so many working days have passed, the start not counted.
    pub fn working_days_later(&self, start: NaiveDate, workdays: u32) -> NaiveDate {
        days_from(tomorrow(start))
            .filter(|date| self.is_working_day(*date))
            .nth(workdays.saturating_sub(1) as usize)
            .unwrap_or(NaiveDate::MAX)
    }

    /// Working days between two days, both counted; none when the last day is before the first.
    pub fn working_days(&self, first: NaiveDate, last: NaiveDate) -> usize {
        days_from(first).take_while(|date| *date <= last).filter(|date| self.is_working_day(*date)).count()
    }

    /// When a notice of so many working days ends. `first_day_counts` lets the day of publication count, if it is worked.
    pub fn notice_period(&self, published: NaiveDate, workdays_min: u32, first_day_counts: bool) -> NoticePeriod {
        let first = u32::from(first_day_counts && self.is_working_day(published));
        let last_day = match workdays_min.saturating_sub(first) {
            0 => published,
            rest => self.working_days_later(published, rest),
        };
        let earliest_next_step = self.next_working_day(last_day);
        NoticePeriod {
            published,
            last_day,
            earliest_next_step,
            provisional_years: self.provisional_years(published, earliest_next_step),
        }
    }

    /// Years between two days whose arrangement is not announced.
    pub fn provisional_years(&self, first: NaiveDate, last: NaiveDate) -> BTreeSet<i32> {
        (first.year()..=last.year()).filter(|year| self.standing(*year) != Standing::Announced).collect()
    }

    fn take_row(&mut self, row: &str) -> Result<(), String> {
        let fields: Vec<&str> = row.split(',').map(str::trim).collect();
        let [date, day, holiday, state] = fields[..] else {
            return Err(format!("应有 4 栏（{HEADER}），现有 {} 栏", fields.len()));
        };
        let date = parse_day(date).ok_or_else(|| format!("“{date}”不是日期，应如 2027-02-05"))?;
        let worked = match day {
            "off" => false,
            "work" if is_weekend(date) => true,
            "work" => return Err(format!("{date} 不是周六、周日，无须列为调休上班")),
            _ => return Err(format!("day 应为 off 或 work，现为“{day}”")),
        };
        let standing = match state {
            "announced" => Standing::Announced,
            "statutory" => Standing::Statutory,
            _ => return Err(format!("state 应为 announced 或 statutory，现为“{state}”")),
        };
        if *self.years.entry(date.year()).or_insert(standing) != standing {
            return Err(format!("{} 年的 state 前后不一，全年应相同", date.year()));
        }
        self.holidays.insert(date, holiday.to_owned());
        match self.worked.insert(date, worked) {
            Some(_) => Err(format!("{date} 重复")),
            None => Ok(()),
        }
    }
}

impl NoticePeriod {
    /// Whether an unannounced year was looked at.
    pub fn is_provisional(&self) -> bool {
        !self.provisional_years.is_empty()
    }

    /// The period after recomputing: what was told to people may be lengthened, never shortened.
    #[must_use]
    pub fn lengthened_by(self, recomputed: Self) -> Self {
        if recomputed.last_day >= self.last_day {
            recomputed
        } else {
            Self { provisional_years: recomputed.provisional_years, ..self }
        }
    }
}

/// Reads `2025-06-01` and nothing else: four digits, two, two, and a day that exists.
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    if !shape {
        return None;
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|date| date.year() > 0)
}

fn days_from(first: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    std::iter::successors(Some(first), NaiveDate::succ_opt)
}

fn tomorrow(date: NaiveDate) -> NaiveDate {
    date.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX)
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}
