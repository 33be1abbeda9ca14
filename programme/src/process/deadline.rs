//! Late marks: an act after the deadline of its matter is permitted where the policy knows no refusal, and marked for ever.

use super::words::words;
use chrono::NaiveDate;

use super::decide::{Case, Change};
use super::field::Field;
use super::rule::Guard;
use crate::calendar::WorkingCalendar;
use crate::clause;
use crate::finding::Force::Warning;

/// Acts done after their deadline: `action|due|day|working days late`, for ever.
pub const LATE: Field = Field::list("late", "逾期记录");

/// Working days after the last day up to today; none until it has passed.
fn workdays_late(calendar: &WorkingCalendar, today: NaiveDate, day: NaiveDate) -> usize {
    day.succ_opt().map_or(0, |first| calendar.working_days(first, today))
}

/// Notes an act that comes after the deadline of its matter.
pub fn note_late(case: &Case<'_>, change: &mut Change, action: &str) {
    let Some(due) = case.matter.due.filter(|due| *due < case.today) else { return };
    let mut late = change.body.list(&LATE).to_vec();
    late.push(format!("{action}|{due}|{}|{}", case.today, workdays_late(case.calendar, case.today, due)));
    change.set(&LATE, late);
}

/// The deadline of the present stage has passed: permitted, and marked.
pub const IN_TIME: Guard = Guard {
    clause: clause!("3.1a"),
    force: Warning,
    code: "deadline.passed",
    demands: words("在期限内办理，逾期的注明逾期", "It is done within the deadline; if late, that is noted"),
    fails: |case| {
        let due = case.matter.due.filter(|due| *due < case.today)?;
        let late = workdays_late(case.calendar, case.today, due);
        Some(format!("期限为 {due}，已逾期 {late} 个工作日，将注明逾期"))
    },
};

#[cfg(test)]
mod tests {
    //! 1. Late days begin on the working day after the last day; days off do not count.

    use super::super::testing::day;
    use super::*;

    #[test]
    fn late_days_begin_after_the_last_day_and_leave_out_days_off() {
        let late = |today| workdays_late(WorkingCalendar::embedded(), day(today), day("2025-03-28"));
        assert_eq!([late("2025-03-27"), late("2025-03-28"), late("2025-03-30"), late("2025-03-31")], [0, 0, 0, 1]);
    }
}
