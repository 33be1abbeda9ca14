//! 1. Each question of the arithmetic has the answer of the worked example.
//! 2. Appointment years cover the term without gap or overlap.
//! 3. The assessment window lies at the end of the term.
//! 4. The share of the excellent is the largest that five times over does not exceed those graded.

use chrono::{Days, NaiveDate};
use programme::calc;
use programme::calendar::WorkingCalendar;
use programme::parameters::Parameters;
use programme::rules::{agreement, assessment};
use proptest::prelude::*;

use crate::day;

fn rules() -> &'static Parameters {
    Parameters::embedded()
}

#[test]
fn each_question_has_its_answer() {
    let calendar = WorkingCalendar::embedded();
    let one = |answer: calc::Answer| answer.answers.join(" | ");
    assert_eq!(one(calc::notice_end(day("2025-09-26"), rules(), calendar)), "2025-10-10");
    assert_eq!(one(calc::earliest_next_step(day("2025-09-26"), rules(), calendar)), "2025-10-11");
    assert_eq!(one(calc::working_days(day("2025-01-01"), day("2025-12-31"), calendar).unwrap()), "248");
    assert_eq!(one(calc::excellent(23, rules())), "4");
    assert_eq!(one(calc::assessment_window(day("2027-05-31"), rules())), "2027-04-30 2027-05-31");
    assert_eq!(one(calc::assessment_window(day("2028-03-31"), rules())), "2028-02-29 2028-03-31");
    assert_eq!(one(calc::service_days(day("2025-06-01"), day("2027-05-31"), rules()).unwrap()), "62 | 62");
    assert_eq!(one(calc::service_days(day("2025-06-01"), day("2026-11-30"), rules()).unwrap()), "62 | 32");
    assert_eq!(one(calc::service_days(day("2028-02-29"), day("2029-02-28"), rules()).unwrap()), "62 | 1");
    assert_eq!(one(calc::term_end(day("2025-06-01"), rules())), "2027-05-31");
    assert_eq!(one(calc::age(day("1970-02-11"), day("2025-02-10"), rules()).unwrap()), "54");
    assert_eq!(one(calc::age(day("1970-02-11"), day("2025-02-11"), rules()).unwrap()), "55");
    assert_eq!(one(calc::age(day("1984-02-29"), day("2025-02-28"), rules()).unwrap()), "40");
    assert_eq!(one(calc::age(day("1984-02-29"), day("2025-03-01"), rules()).unwrap()), "41");
}

#[test]
fn an_answer_cites_its_clause_and_explains_itself() {
    let answer = calc::notice_end(day("2026-12-25"), rules(), WorkingCalendar::embedded());
    insta::assert_snapshot!(serde_json::to_string(&answer).unwrap(), @r#"{"answers":["2027-01-04"],"clause":"3.4c","explanation":"2026-12-25 发布（当日不计入），公示 5 个工作日至 2027-01-04 二十四时，最早 2027-01-05 办理下一步","provisional":true}"#);
}

#[test]
fn a_period_that_ends_before_it_begins_has_no_answer() {
    let (early, late) = (day("2025-01-01"), day("2025-01-02"));
    assert!(calc::age(late, early, rules()).is_err());
    assert!(calc::service_days(late, early, rules()).is_err());
    assert!(calc::working_days(late, early, WorkingCalendar::embedded()).is_err());
    assert!(calc::service_days(early, early, rules()).is_ok());
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..5000).prop_map(|days| day("2020-01-01") + Days::new(days))
}

proptest! {
    #[test]
    fn appointment_years_cover_the_term(start in any_day(), length in 0u64..2500) {
        let end = start + Days::new(length);
        let years = agreement::appointment_years(start, end, rules());
        prop_assert_eq!(years[0].first, start);
        prop_assert_eq!(years.last().unwrap().last, end);
        for pair in years.windows(2) {
            prop_assert_eq!(pair[0].last.succ_opt().unwrap(), pair[1].first);
            prop_assert_eq!(pair[0].days_min, 62);
        }
        let part = years.last().unwrap();
        prop_assert!(part.days_min >= 1 && part.days_min <= 62);
        prop_assert!(i64::from(part.days_min) * 366 >= 62 * ((part.last - part.first).num_days() + 1));
    }

    #[test]
    fn a_longer_term_never_needs_less_service(start in any_day(), length in 0u64..2500) {
        let needed = |length: u64| -> u32 {
            agreement::appointment_years(start, start + Days::new(length), rules()).iter().map(|year| year.days_min).sum()
        };
        prop_assert!(needed(length) <= needed(length + 1));
    }

    #[test]
    fn the_window_is_the_end_of_the_term(end in any_day()) {
        let (first, last) = assessment::window(end, rules());
        prop_assert_eq!(last, end);
        prop_assert!((28..=31).contains(&(last - first).num_days()));
        prop_assert!(first > agreement::term_end(end, 0) - Days::new(31));
    }

    #[test]
    fn a_later_term_never_opens_an_earlier_window(end in any_day()) {
        prop_assert!(assessment::window(end, rules()).0 <= assessment::window(end.succ_opt().unwrap(), rules()).0);
    }

    #[test]
    fn the_share_is_the_largest_that_fits(graded in 0u64..10_000_000) {
        let most = assessment::excellent_max(graded, rules());
        prop_assert!(5 * most <= graded && 5 * (most + 1) > graded);
    }
}
