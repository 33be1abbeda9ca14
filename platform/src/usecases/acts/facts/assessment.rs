//! Facts for the guards of `programme::process::assessment`: the service log of an assessment, the assessments of a batch.

use programme::process::{Facts, Kind};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;

/// Adds the log of the appointment, or every assessment that waits for consolidation.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    facts.related = match (asked.matter.kind(), asked.matter.parties.parent.as_deref()) {
        (Kind::Batch, _) => matter::linked(tx, Link::OfKind(Kind::Assessment)).await?,
        (_, Some(appointment)) => matter::linked(tx, Link::Children(appointment, Kind::Service)).await?,
        _ => Vec::new(),
    };
    Ok(())
}
