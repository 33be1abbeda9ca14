//! Facts for the guards of `programme::process::round` and `revision`: the others of the kind, the policy in force, and what is
//! not over yet.

use programme::process::revision::POLICY_TEXT;
use programme::process::round::settings;
use programme::process::{Action, Facts, Kind, Stage};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;
use crate::usecases::policy;

/// Adds every other matter of the kind and the policy in force; before the round is concluded, how much of it is still open.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    facts.related = matter::linked(tx, Link::OfKind(asked.matter.kind())).await?;
    facts.related.retain(|other| other.id != asked.matter.id);
    facts.texts.insert(POLICY_TEXT, policy::text(tx).await?.into_owned());
    let round = &asked.matter.id;
    if asked.action == Action::FreezeMatching {
        let is_standing = |stage| stage != Stage::PairWithdrawn;
        facts.counts.insert(settings::PROPOSALS, count(tx, round, Kind::Pair, is_standing).await?);
        if !asked.is_beforehand {
            facts.texts.insert(settings::RANKING, asked.desk.collections.current(asked.desk).await?.ranking());
        }
    }
    if asked.action != Action::ConcludeRound {
        return Ok(());
    }
    facts.counts.insert("pairs_open", count(tx, round, Kind::Pair, is_open_pair).await?);
    let is_open = |stage| stage != Stage::ListingPublished;
    facts.counts.insert("listings_open", count(tx, round, Kind::Listing, is_open).await?);
    let is_open = |stage: Stage| !stage.waits().is_empty() && stage != Stage::ObjectionLead;
    facts.counts.insert("objections_open", count(tx, round, Kind::Objection, is_open).await?);
    Ok(())
}

async fn count(tx: &mut Tx, round: &str, kind: Kind, is_open: impl Fn(Stage) -> bool) -> anyhow::Result<i64> {
    let stages = matter::progress(tx, round, kind).await?;
    Ok(stages.iter().filter(|(_, stage, _)| is_open(*stage)).map(|(.., count)| count).sum())
}

/// Alternates that were never needed are over with the round; whoever was asked is owed an end.
const fn is_open_pair(stage: Stage) -> bool {
    programme::process::proposal::is_live(stage) && !matches!(stage, Stage::PairPublished)
}
