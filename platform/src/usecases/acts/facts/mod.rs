//! The facts around a matter that its guards ask for, one file for each section of the policy.
//!
//! A loader reads what the guards of its kind need and judges nothing.

pub mod appointment;
pub mod assessment;
pub mod listing;
pub mod need;
pub mod pair;
pub mod qualification;
pub mod round;
pub mod service;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use programme::process::{Action, Body, Facts, Kind, Matter};
use store::{Tx, matter};

use crate::usecases::Desk;

/// Loads the facts around a matter for one act. Without inputs, those that its guards ask before its form is filled in: what
/// the form alone needs, or the effect, is left out, since a page asks this for every button.
pub async fn load(
    tx: &mut Tx,
    desk: &Desk,
    matter: &Matter,
    action: Action,
    inputs: Option<&Body>,
    today: NaiveDate,
) -> anyhow::Result<Facts> {
    let mut facts = Facts {
        round: linked(tx, matter.parties.round.as_deref()).await?,
        parent: linked(tx, matter.parties.parent.as_deref()).await?,
        ..Facts::default()
    };
    let is_beforehand = inputs.is_none();
    let asked = Asked { desk, matter, action, inputs: inputs.unwrap_or(&NOTHING), is_beforehand, today };
    match matter.kind() {
        Kind::Round | Kind::Revision => round::add(tx, &asked, &mut facts).await?,
        Kind::Need => need::add(tx, &asked, &mut facts).await?,
        Kind::Pair => {
            pair::add(tx, &asked, &mut facts).await?;
            listing::add_stage(tx, &asked, &mut facts).await?;
        }
        Kind::Listing | Kind::Objection => listing::add(tx, &asked, &mut facts).await?,
        Kind::Appointment => appointment::add(tx, &asked, &mut facts).await?,
        Kind::Service | Kind::Difficulty | Kind::Contact | Kind::Confirmation | Kind::Support | Kind::Example => {
            service::add(tx, &asked, &mut facts).await?;
        }
        Kind::Qualification => qualification::add(tx, &asked, &mut facts).await?,
        Kind::Assessment | Kind::Batch => assessment::add(tx, &asked, &mut facts).await?,
    }
    Ok(facts)
}

/// What a form sends before it is filled in.
pub(super) static NOTHING: Body = Body(BTreeMap::new());

/// What the facts are for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Database and indexed people.
    pub desk: &'a Desk,
    /// The matter.
    pub matter: &'a Matter,
    /// The act.
    pub action: Action,
    /// What it was given.
    pub inputs: &'a Body,
    /// Whether it is asked before its form is filled in.
    pub is_beforehand: bool,
    /// The date in the province.
    pub today: NaiveDate,
}

async fn linked(tx: &mut Tx, id: Option<&str>) -> anyhow::Result<Option<Matter>> {
    let Some(id) = id else { return Ok(None) };
    Ok(matter::find(tx, id).await?.map(|kept| kept.matter))
}
