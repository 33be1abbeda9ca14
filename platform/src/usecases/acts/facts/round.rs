//! Facts for the guards of `programme::process::round`: the other rounds.

use programme::process::{Facts, Kind};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;

/// Adds every other round.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    facts.related = matter::linked(tx, Link::OfKind(Kind::Round)).await?;
    facts.related.retain(|round| round.id != asked.matter.id);
    Ok(())
}
