//! Facts for the guards of `programme::process::qualification`: the enterprise's other certificates, and the file of this one.

use programme::access::Role;
use programme::process::qualification::FILE;
use programme::process::{Facts, Kind};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;

/// Adds the facts.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let matter = asked.matter;
    if let Some(code) = matter.parties.enterprise.as_deref() {
        facts.related = matter::linked(tx, Link::OfEnterprise(code, Kind::Qualification)).await?;
        facts.related.retain(|other| other.id != matter.id);
    }
    let files = store::attachment::of_matter(tx, &matter.id).await?;
    if let Some(file) = files.into_iter().rev().find(|file| file.role == Role::Enterprise.code()) {
        facts.texts.insert(FILE, file.sm3);
    }
    Ok(())
}
