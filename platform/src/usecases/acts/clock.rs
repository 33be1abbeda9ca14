//! What dates do: acts of [`Doer::Clock`] on matters whose deadline has passed.

use chrono::NaiveDate;
use programme::process::{Action, Body, By as Who, Doer, Kind, Matter, appointment, rules};
use store::By;
use store::matter::{self, Link};

use super::{Outcome, act};
use crate::clock::today;
use crate::usecases::Desk;

/// Lets every deadline that has passed take effect; says how many acts were done. Acts that are refused (a notice whose
/// end was recomputed) stay for the next time.
pub async fn pass(desk: &Desk, by: &By<'_>) -> anyhow::Result<usize> {
    let overdue = matter::linked(&mut desk.database.read().await?, Link::Overdue(today(by.at))).await?;
    let mut done = 0;
    for one in overdue {
        if let Some(action) = action_of_clock(&one, today(by.at)) {
            let outcome = act(desk, by, &Doer::Clock, &one.id, Some(one.version), action, &Body::default()).await?;
            done += usize::from(matches!(outcome, Outcome::Done(_)));
        }
    }
    Ok(done)
}

/// The act that the clock does at this stage, if there is one.
pub fn action_of_clock(matter: &Matter, today: NaiveDate) -> Option<Action> {
    if matter.kind() == Kind::Appointment {
        return appointment::act_of_clock(matter, today);
    }
    let of_clock =
        |rule: &&programme::process::Rule| rule.from.contains(&matter.stage) && rule.by.contains(&Who::Clock);
    rules().find(of_clock).map(|rule| rule.action)
}
