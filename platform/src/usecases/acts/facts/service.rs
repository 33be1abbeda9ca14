//! Facts for the guards of `programme::process::service`: the person's whole log, or the support it already has.

use programme::process::{Facts, Kind};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;

/// Adds the person's other records of the same kind, under whichever appointment.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let kind = asked.matter.kind();
    let (Some(person), Kind::Service | Kind::Support) = (asked.matter.parties.person.as_deref(), kind) else {
        return Ok(());
    };
    facts.related = matter::linked(tx, Link::OfPerson(person, kind)).await?;
    facts.related.retain(|other| other.id != asked.matter.id);
    Ok(())
}
