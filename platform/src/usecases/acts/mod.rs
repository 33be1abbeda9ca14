//! Acts on matters: load, decide, apply, follow. Pages, commands, files and the clock all come through here.
//!
//! One act is one transaction: the matter, who is awaited, registers that the act fills, what follows for other matters and
//! every audit event are written together or not at all.

pub mod batch;
pub mod clock;
pub mod facts;
pub mod follow;
pub mod registers;
pub mod sealed;
pub mod seed;
pub mod workbook;

use anyhow::Context as _;
use programme::process::{
    Action, Body, Case, Doer, Guard, Kind, Matter, Refusal, Rule, Standing, Transition, decide, opening,
};
use store::matter::{self, Applied};
use store::{By, Tx};

use super::{Desk, policy};
use crate::clock::today;

/// What became of an act.
#[derive(Debug)]
pub enum Outcome {
    /// Done; the matter as it is now.
    Done(Box<Matter>),
    /// Refused, with every reason.
    Refused(Vec<Refusal>),
    /// Somebody moved the matter after the page was read.
    Stale(Box<Matter>),
}

impl Outcome {
    /// The matter when it is done, else a fault: for steps that cannot be refused unless the program is wrong.
    pub fn done(self) -> anyhow::Result<Matter> {
        match self {
            Self::Done(matter) => Ok(*matter),
            Self::Refused(reasons) => {
                let reasons: Vec<String> = reasons.into_iter().map(|reason| reason.message).collect();
                anyhow::bail!("refused: {}", reasons.join("；"))
            }
            Self::Stale(matter) => anyhow::bail!("{} was moved first", matter.id),
        }
    }
}

/// Acts on a matter. `version` is the one that the page showed; without it the present one is taken, as a file does.
pub async fn act(
    desk: &Desk,
    by: &By<'_>,
    doer: &Doer,
    id: &str,
    version: Option<i64>,
    action: Action,
    inputs: &Body,
) -> anyhow::Result<Outcome> {
    let mut tx = desk.database.write().await?;
    let Some(kept) = matter::find(&mut tx, id).await? else {
        return Ok(Outcome::Refused(vec![programme::process::decide::unseen()]));
    };
    if version.is_some_and(|seen| seen != kept.matter.version) {
        return Ok(Outcome::Stale(Box::new(kept.matter)));
    }
    let outcome = act_in(&mut tx, desk, by, doer, &kept.matter, action, inputs).await?;
    finish(desk, tx, by, &kept.matter, action, outcome).await
}

/// What became of an act on several matters.
#[derive(Debug)]
pub enum Many {
    /// Done on every one.
    Done(Vec<Matter>),
    /// Refused on this one, so on none.
    Refused(String, Vec<Refusal>),
    /// This one was moved after the page was read, so nothing is done.
    Stale(String),
}

/// Acts on several matters in one transaction, in the order given: on all or on none. `seen` has each id with the version
/// that the page showed.
pub async fn act_on_many(
    desk: &Desk,
    by: &By<'_>,
    doer: &Doer,
    seen: &[(String, i64)],
    action: Action,
    inputs: &Body,
) -> anyhow::Result<Many> {
    let mut tx = desk.database.write().await?;
    let mut done = Vec::new();
    for (id, version) in seen {
        let Some(kept) = matter::find(&mut tx, id).await? else {
            return Ok(Many::Refused(id.clone(), vec![programme::process::decide::unseen()]));
        };
        if kept.matter.version != *version {
            return Ok(Many::Stale(id.clone()));
        }
        match act_in(&mut tx, desk, by, doer, &kept.matter, action, inputs).await? {
            Outcome::Done(now) => done.push(*now),
            Outcome::Stale(_) => return Ok(Many::Stale(id.clone())),
            refused @ Outcome::Refused(_) => {
                let Outcome::Refused(reasons) = finish(desk, tx, by, &kept.matter, action, refused).await? else {
                    anyhow::bail!("a refusal stays one")
                };
                return Ok(Many::Refused(id.clone(), reasons));
            }
        }
    }
    tx.commit().await?;
    Ok(Many::Done(done))
}

/// Opens a matter of a kind; `under` is the matter it hangs on, when the page or file names one.
pub async fn open(
    desk: &Desk,
    by: &By<'_>,
    doer: &Doer,
    (kind, action): (Kind, Action),
    under: Option<&str>,
    inputs: &Body,
) -> anyhow::Result<Outcome> {
    let mut tx = desk.database.write().await?;
    let seed = seed::seed(&mut tx, doer, kind, action, under, inputs).await?;
    let outcome = act_in(&mut tx, desk, by, doer, &seed, action, inputs).await?;
    finish(desk, tx, by, &seed, action, outcome).await
}

/// Commits what was done; a refusal leaves nothing but its own audit event.
async fn finish(
    desk: &Desk,
    mut tx: Tx,
    by: &By<'_>,
    before: &Matter,
    action: Action,
    outcome: Outcome,
) -> anyhow::Result<Outcome> {
    match &outcome {
        Outcome::Done(_) => tx.commit().await?,
        Outcome::Stale(_) => {}
        Outcome::Refused(reasons) => {
            drop(tx);
            tx = desk.database.write().await?;
            let codes: Vec<&str> = reasons.iter().map(|reason| reason.code).collect();
            matter::note_refusal(&mut tx, by, before, action, &codes).await?;
            tx.commit().await?;
        }
    }
    Ok(outcome)
}

/// Acts within a transaction, with everything that follows. When it is refused or stale the caller drops the transaction.
pub async fn act_in(
    tx: &mut Tx,
    desk: &Desk,
    by: &By<'_>,
    doer: &Doer,
    matter: &Matter,
    action: Action,
    inputs: &Body,
) -> anyhow::Result<Outcome> {
    let transition = match consider(tx, desk, by, doer, matter, action, inputs).await? {
        Ok(transition) => transition,
        Err(reasons) => return Ok(Outcome::Refused(reasons)),
    };
    let now = match matter::apply(tx, by, &transition).await? {
        Applied::Stale => return Ok(Outcome::Stale(Box::new(matter.clone()))),
        Applied::Done(now, _) => *now,
    };
    sealed::keep(tx, desk, by, &transition, &now).await?;
    registers::carry(tx, by, &transition, &now).await?;
    for consequence in transition.then() {
        for target in follow::targets(tx, &transition, &now, *consequence).await? {
            // A consequence goes the same way as an act; one that is refused would leave half a step, so it undoes all.
            let next =
                Box::pin(act_in(tx, desk, by, &Doer::Act, &target.matter, consequence.action, &target.inputs)).await?;
            if !matches!(next, Outcome::Done(_)) {
                return Ok(next);
            }
        }
    }
    let again = matter::find(tx, &now.id).await?.context("a matter that was just written is there")?;
    Ok(Outcome::Done(Box::new(again.matter)))
}

/// Asks whether an act would be permitted now, without doing it.
pub async fn consider(
    tx: &mut Tx,
    desk: &Desk,
    by: &By<'_>,
    doer: &Doer,
    matter: &Matter,
    action: Action,
    inputs: &Body,
) -> anyhow::Result<Result<Transition, Vec<Refusal>>> {
    weigh(tx, desk, by, doer, matter, (action, Some(inputs)), |case| decide(case, action)).await
}

/// How the conditions of an act stand before its form is filled in.
pub async fn foresee(
    tx: &mut Tx,
    desk: &Desk,
    by: &By<'_>,
    doer: &Doer,
    matter: &Matter,
    rule: &'static Rule,
) -> anyhow::Result<Foreseen> {
    weigh(tx, desk, by, doer, matter, (rule.action, None), |case| programme::process::foresee(case, rule)).await
}

/// Every condition of an act with how it stands.
pub type Foreseen = Vec<(&'static Guard, Standing)>;

async fn weigh<T>(
    tx: &mut Tx,
    desk: &Desk,
    by: &By<'_>,
    doer: &Doer,
    matter: &Matter,
    (action, inputs): (Action, Option<&Body>),
    ask: impl FnOnce(&Case<'_>) -> T,
) -> anyhow::Result<T> {
    let today = today(by.at);
    let facts = facts::load(tx, desk, matter, action, inputs, today).await?;
    let inputs = inputs.unwrap_or(&facts::NOTHING);
    let parameters = policy::of_case(tx, matter, &facts).await?;
    let calendar = desk.calendars.current(tx).await?;
    let case =
        Case { matter, inputs, facts: &facts, doer, now: by.at, today, parameters: &parameters, calendar: &calendar };
    Ok(ask(&case))
}

/// Takes the last act on a matter back, for whoever did it, while nothing else has happened.
pub async fn undo(desk: &Desk, by: &By<'_>, id: &str, version: i64) -> anyhow::Result<Outcome> {
    let mut tx = desk.database.write().await?;
    let Some(kept) = matter::find(&mut tx, id).await? else {
        return Ok(Outcome::Refused(vec![programme::process::decide::unseen()]));
    };
    let own = kept.undo.as_ref().filter(|(_, login)| login == by.login).map(|(action, _)| *action);
    let before = matter::before_last_act(&mut tx, &kept.matter).await?;
    let transition =
        own.zip(before).and_then(|(action, before)| programme::process::undo(&kept.matter, before, action));
    let (Some(transition), true) = (transition, kept.matter.version == version) else {
        return Ok(Outcome::Stale(Box::new(kept.matter)));
    };
    match matter::apply(&mut tx, by, &transition).await? {
        Applied::Stale => Ok(Outcome::Stale(Box::new(kept.matter))),
        Applied::Done(now, _) => {
            tx.commit().await?;
            Ok(Outcome::Done(now))
        }
    }
}

/// Whether an act opens matters of a kind.
pub fn opens(kind: Kind, action: Action) -> bool {
    opening(kind, action).is_some()
}
