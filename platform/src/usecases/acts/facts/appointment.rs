//! Facts for the guards of `programme::process::appointment`: the person's other appointments.

use programme::process::{Facts, Kind};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;

/// Adds the person's other appointments.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let Some(person) = asked.matter.parties.person.as_deref() else { return Ok(()) };
    facts.related = matter::linked(tx, Link::OfPerson(person, Kind::Appointment)).await?;
    facts.related.retain(|other| other.id != asked.matter.id);
    Ok(())
}
