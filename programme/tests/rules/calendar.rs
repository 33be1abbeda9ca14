//! 1. All worked examples hold, in both counts.
//! 2. The last day is the first day that makes the period long enough.
//! 3. Later publication never ends earlier.
//! 4. A provisional period grows, never shrinks.
//! 5. Wrong files are refused whole.

use chrono::{Days, NaiveDate};
use programme::calendar::{CALENDAR_ROWS_MAX, DayKind, Standing, WorkingCalendar, parse_day};
use proptest::prelude::*;

use crate::day;

const EXAMPLES: &str = include_str!("../data/notices.csv");

fn calendar() -> &'static WorkingCalendar {
    WorkingCalendar::embedded()
}

#[test]
fn a_day_says_why_it_is_worked_or_not() {
    let calendar = WorkingCalendar::embedded();
    let kind = |day: &str| calendar.kind(day.parse().unwrap());
    assert_eq!(kind("2025-09-26"), DayKind::Worked);
    assert_eq!(kind("2025-09-27"), DayKind::Weekend);
    assert!(matches!(kind("2025-09-28"), DayKind::MadeUp(name) if name.starts_with("国庆")));
    assert!(matches!(kind("2025-10-01"), DayKind::Holiday(name) if name.starts_with("国庆")));
}

#[test]
fn all_worked_examples_of_notices_hold() {
    let rows: Vec<Vec<&str>> =
        EXAMPLES.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 21);
    for row in rows {
        let published = day(row[0]);
        assert_eq!(calendar().is_working_day(published), row[1] == "True", "{row:?}");
        let excluded = calendar().notice_period(published, 5, false);
        let included = calendar().notice_period(published, 5, true);
        let found = [excluded.last_day, excluded.earliest_next_step, included.last_day, included.earliest_next_step];
        assert_eq!(found.map(|date| date.to_string()), [row[2], row[3], row[4], row[5]], "{row:?}");
        assert_eq!(excluded.is_provisional(), row[6] == "True", "{row:?}");
        assert_eq!(included.is_provisional(), row[6] == "True", "{row:?}");
    }
}

#[test]
fn announced_years_have_248_working_days() {
    for year in [2025, 2026] {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let last = NaiveDate::from_ymd_opt(year, 12, 31).unwrap();
        assert_eq!(calendar().working_days(first, last), 248, "{year}");
        assert_eq!(calendar().standing(year), Standing::Announced);
    }
    assert_eq!(calendar().standing(2027), Standing::Statutory);
    assert_eq!(calendar().standing(2028), Standing::Absent);
}

#[test]
fn an_announced_year_replaces_the_statutory_one_whole() {
    let announced =
        WorkingCalendar::parse("date,day,holiday,state\n2027-01-04,off,元旦,announced\n2027-01-09,work,元旦,announced")
            .unwrap();
    let updated = calendar().updated(&announced);
    assert_eq!(updated.standing(2027), Standing::Announced);
    assert!(updated.is_working_day(day("2027-01-01")), "the statutory rows of the year are gone");
    assert!(!updated.is_working_day(day("2027-01-04")));
    assert!(updated.is_working_day(day("2027-01-09")));
    assert!(!updated.is_working_day(day("2026-10-01")), "other years stay");
}

#[test]
fn a_recomputed_notice_grows_but_never_shrinks() {
    let published = day("2026-12-25");
    let provisional = calendar().notice_period(published, 5, false);
    let announced = |row: &str| {
        calendar()
            .updated(&WorkingCalendar::parse(&format!("date,day,holiday,state\n{row}")).unwrap())
            .notice_period(published, 5, false)
    };
    let longer = announced("2027-01-04,off,元旦,announced\n2027-01-01,off,元旦,announced");
    assert_eq!(provisional.clone().lengthened_by(longer).last_day, day("2027-01-05"));
    let shorter = announced("2027-01-02,work,元旦,announced\n2027-01-01,off,元旦,announced");
    assert_eq!(shorter.last_day, day("2027-01-02"));
    let kept = provisional.lengthened_by(shorter);
    assert_eq!(kept.last_day, day("2027-01-04"));
    assert!(!kept.is_provisional());
}

#[test]
fn a_wrong_calendar_is_refused_with_every_problem() {
    let problems = WorkingCalendar::parse(
        "# 说明\ndate,day,holiday,state\n2027-02-30,off,春节,announced\n2027-02-01,work,春节,announced\n\
         2027-02-05,rest,春节,announced\n2027-02-06,off,春节,rumour\n2027-02-07,off,春节\n2027-02-08,off,春节,announced\n\
         2027-02-08,off,春节,announced\n2027-02-09,off,春节,statutory",
    )
    .unwrap_err();
    insta::assert_snapshot!(problems.0.join("\n"), @"
    第 3 行：“2027-02-30”不是日期，应如 2027-02-05
    第 4 行：2027-02-01 不是周六、周日，无须列为调休上班
    第 5 行：day 应为 off 或 work，现为“rest”
    第 6 行：state 应为 announced 或 statutory，现为“rumour”
    第 7 行：应有 4 栏（date,day,holiday,state），现有 3 栏
    第 9 行：2027-02-08 重复
    第 10 行：2027 年的 state 前后不一，全年应相同
    ");
    assert_eq!(WorkingCalendar::parse("").unwrap_err().0, ["文件没有内容"]);
    assert!(WorkingCalendar::parse("日期,类别\n").unwrap_err().0[0].contains("表头"));
}

#[test]
fn the_bound_on_rows_is_kept() {
    let rows = |count: usize| {
        let first = day("2030-01-01");
        let lines: Vec<String> =
            (0..count as u64).map(|at| format!("{},off,假,announced", first + Days::new(at))).collect();
        WorkingCalendar::parse(&format!("date,day,holiday,state\n{}", lines.join("\n")))
    };
    assert!(rows(CALENDAR_ROWS_MAX - 1).is_ok());
    assert!(rows(CALENDAR_ROWS_MAX).is_ok());
    let problems = rows(CALENDAR_ROWS_MAX + 1).unwrap_err();
    assert_eq!(problems.0.len(), 1);
    assert!(problems.0[0].contains("5000"), "{problems}");
}

#[test]
fn a_day_has_one_spelling() {
    for wrong in [
        "2025-6-1",
        "2025-02-29",
        "2025-13-01",
        "20250601",
        "+2025-06-1",
        "2025-06-01 ",
        "0000-01-01",
        "２０２５-06-01",
        "",
    ] {
        assert_eq!(parse_day(wrong), None, "{wrong}");
    }
    assert_eq!(parse_day("2024-02-29"), NaiveDate::from_ymd_opt(2024, 2, 29));
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..2000).prop_map(|days| day("2024-06-01") + Days::new(days))
}

proptest! {
    #[test]
    fn the_last_day_is_the_first_that_suffices(published in any_day(), workdays in 1u32..30, first_counts: bool) {
        let period = calendar().notice_period(published, workdays, first_counts);
        let first = if first_counts { published } else { published.succ_opt().unwrap() };
        prop_assert_eq!(calendar().working_days(first, period.last_day), workdays as usize);
        prop_assert!(calendar().is_working_day(period.last_day));
        prop_assert!(calendar().is_working_day(period.earliest_next_step));
        prop_assert_eq!(calendar().working_days(period.last_day, period.earliest_next_step), 2);
    }

    #[test]
    fn later_publication_never_ends_earlier(published in any_day(), workdays in 1u32..30, first_counts: bool) {
        let today = calendar().notice_period(published, workdays, first_counts);
        let tomorrow = calendar().notice_period(published.succ_opt().unwrap(), workdays, first_counts);
        prop_assert!(today.last_day <= tomorrow.last_day);
        prop_assert!(today.earliest_next_step <= tomorrow.earliest_next_step);
    }

    #[test]
    fn not_counting_the_first_day_never_shortens(published in any_day(), workdays in 1u32..30) {
        let counted = calendar().notice_period(published, workdays, true);
        prop_assert!(counted.last_day <= calendar().notice_period(published, workdays, false).last_day);
    }

    #[test]
    fn any_text_is_read_or_refused_without_panic(text in "\\PC*") {
        let _ = parse_day(&text);
        let _ = WorkingCalendar::parse(&text);
    }
}
