//! Facts for the guards of `programme::process::service`: the person's service log.

use programme::process::{Facts, Kind};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;

/// Adds the person's other entries.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let Some(person) = asked.matter.parties.person.as_deref() else { return Ok(()) };
    facts.related = matter::linked(tx, Link::OfPerson(person, Kind::Service)).await?;
    facts.related.retain(|entry| entry.id != asked.matter.id);
    Ok(())
}
