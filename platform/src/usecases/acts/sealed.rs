//! Values of acts that lie sealed: kept under the office's keys in the act's own transaction, opened for the guards that
//! compare with them. The matter itself keeps only that they were given.

use anyhow::Context as _;
use programme::process::{Matter, Transition, sealed_fields};
use store::{By, Tx};

use crate::usecases::Desk;
use crate::usecases::seal::{self, Keys, Place};

/// Seals what an act was given for fields that are not kept in the clear.
pub async fn keep(tx: &mut Tx, desk: &Desk, by: &By<'_>, transition: &Transition, now: &Matter) -> anyhow::Result<()> {
    let given = |field| Some((field, transition.inputs().text(field))).filter(|(_, text)| !text.is_empty());
    let values: Vec<(Place<'_>, &str)> = sealed_fields(now.kind())
        .filter_map(given)
        .map(|(field, text)| (Place { record: now.kind().code(), id: &now.id, field: field.key }, text))
        .collect();
    if values.is_empty() {
        return Ok(());
    }
    seal::keep(tx, keys(desk)?, by.at, &values).await
}

/// Opens what is sealed of a matter, by field. Callers check that it may be seen.
pub async fn opened(tx: &mut Tx, desk: &Desk, matter: &Matter) -> anyhow::Result<Vec<(String, String)>> {
    if !sealed_fields(matter.kind()).any(|field| matter.body.has(field)) {
        return Ok(Vec::new());
    }
    seal::opened(tx, keys(desk)?, (matter.kind().code(), &matter.id)).await
}

fn keys(desk: &Desk) -> anyhow::Result<&Keys> {
    desk.keys.as_ref().context("this act has something to seal, and no key file was given")
}
