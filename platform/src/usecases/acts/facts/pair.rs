//! Facts for the guards of `programme::process::proposal` and `talks`: the same need's and the same person's other pairs.

use programme::process::{Facts, Kind};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;

/// Adds the person's other pairs.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let Some(person) = asked.matter.parties.person.as_deref() else { return Ok(()) };
    facts.related = matter::linked(tx, Link::OfPerson(person, Kind::Pair)).await?;
    facts.related.retain(|pair| pair.id != asked.matter.id);
    Ok(())
}
