//! Facts for the guards of `programme::process::need`: the enterprise's standing and its other needs.

use programme::access::Scope;
use programme::process::{Facts, Kind};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;
use crate::usecases::register::Register;

/// Adds the findings on the enterprise and its other needs.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let Some(code) = asked.matter.parties.enterprise.as_deref() else { return Ok(()) };
    if let Some(enterprise) = store::enterprise::get(tx, &Scope::Province, code).await? {
        facts.findings = Register::load(tx, asked.today).await?.enterprise(&enterprise);
    }
    facts.related = matter::linked(tx, Link::OfEnterprise(code, Kind::Need)).await?;
    facts.related.retain(|need| need.id != asked.matter.id);
    Ok(())
}
