//! Facts for the guards of `programme::process::listing`: the pairs of the round.

use programme::process::{Facts, Kind};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;

/// Adds the pairs of the round.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let Some(round) = asked.matter.parties.round.as_deref() else { return Ok(()) };
    facts.related = matter::linked(tx, Link::OfRound(round, Kind::Pair)).await?;
    Ok(())
}
