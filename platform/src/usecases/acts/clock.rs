//! What dates do: acts of [`Doer::Clock`] on matters whose deadline has passed.

use chrono::NaiveDate;
use programme::process::{Action, Body, By as Who, Doer, Kind, Matter, Stage, appointment, rules};
use store::By;
use store::matter::{self, Link};

use super::{Outcome, act, consider};
use crate::clock::today;
use crate::usecases::Desk;

/// Lets every deadline that has passed take effect, and what is due every day; says how many acts were done. What is not
/// permitted yet (a notice whose end was recomputed) stays for the next time and leaves no trace.
pub async fn pass(desk: &Desk, by: &By<'_>) -> anyhow::Result<usize> {
    let overdue = matter::linked(&mut desk.database.read().await?, Link::Overdue(today(by.at))).await?;
    let mut done = 0;
    for one in overdue {
        for action in actions_of_clock(&one, today(by.at)) {
            if attempt(desk, by, &one.id, action).await? {
                done += 1;
                break;
            }
        }
    }
    Ok(done + keep_notices(desk, by).await?)
}

/// 3.4c: a notice that stands is recomputed when its calendar changed, and what it states is kept once a day.
async fn keep_notices(desk: &Desk, by: &By<'_>) -> anyhow::Result<usize> {
    let mut listings = matter::linked(&mut desk.database.read().await?, Link::OfKind(Kind::Listing)).await?;
    listings.retain(|listing| listing.stage == Stage::ListingNotice);
    let mut done = 0;
    for listing in listings {
        for action in [Action::RecomputeNotice, Action::CaptureNotice] {
            done += usize::from(attempt(desk, by, &listing.id, action).await?);
        }
    }
    Ok(done)
}

/// Does what a date brings about, when it is permitted now.
async fn attempt(desk: &Desk, by: &By<'_>, id: &str, action: Action) -> anyhow::Result<bool> {
    let mut tx = desk.database.read().await?;
    let Some(kept) = matter::find(&mut tx, id).await? else { return Ok(false) };
    let inputs = Body::default();
    if consider(&mut tx, desk, by, &Doer::Clock, &kept.matter, action, &inputs).await?.is_err() {
        return Ok(false);
    }
    drop(tx);
    let outcome = act(desk, by, &Doer::Clock, id, Some(kept.matter.version), action, &inputs).await?;
    Ok(matches!(outcome, Outcome::Done(_)))
}

/// The acts that the clock does at this stage, in the order of the tables.
pub fn actions_of_clock(matter: &Matter, today: NaiveDate) -> Vec<Action> {
    if matter.kind() == Kind::Appointment {
        return appointment::act_of_clock(matter, today).into_iter().collect();
    }
    let of_clock =
        |rule: &&programme::process::Rule| rule.from.contains(&matter.stage) && rule.by.contains(&Who::Clock);
    rules().filter(of_clock).map(|rule| rule.action).collect()
}
