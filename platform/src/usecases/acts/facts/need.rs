//! Facts for the guards of `programme::process::need`: the enterprise's standing, its route, and whatever else the act at
//! hand compares the need with. Each act loads what its own guards read, since acts on many needs come by the hundred.

use anyhow::Context as _;
use programme::access::Scope;
use programme::parameters::Parameters;
use programme::process::need::{INTO, POSTS_HELD};
use programme::process::{Action, DOCUMENT_NUMBER, Facts, Kind, Matter, SASAC, Stage, proposal};
use programme::rules::route::Route;
use store::Tx;
use store::matter::{self, Link};

use super::Asked;
use crate::usecases::{policy, register};

/// Adds what the act's guards ask for.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    match asked.action {
        Action::SubmitNeed => {
            standing(tx, asked, facts).await?;
            route(tx, asked, facts).await?;
            facts.related = failed_talks(tx, asked.matter).await?;
        }
        Action::AgreeNeed | Action::ConfirmReport => standing(tx, asked, facts).await?,
        Action::ReportNeeds | Action::FeedBackNeeds => {
            standing(tx, asked, facts).await?;
            documents(tx, asked, facts).await?;
        }
        Action::MergeNeed => other_need(tx, asked, facts).await?,
        Action::SendBackNeed | Action::ExpireNeed => pairs(tx, asked, facts).await?,
        // A renewed need goes into the round that is open now.
        Action::RenewNeed => {
            facts.round = policy::open_round(tx).await?;
            posts_held(tx, asked, facts).await?;
        }
        _ => {}
    }
    Ok(())
}

async fn standing(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let Some(code) = asked.matter.parties.enterprise.as_deref() else { return Ok(()) };
    let Some(enterprise) = store::enterprise::get(tx, &Scope::Province, code).await? else { return Ok(()) };
    let parameters = policy::of_round(tx, facts.round.as_ref()).await?;
    facts.findings = register::of_enterprise(tx, &enterprise, asked.today, &parameters).await?;
    Ok(())
}

async fn route(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let Some(code) = asked.matter.parties.enterprise.as_deref() else { return Ok(()) };
    let parameters = policy::of_round(tx, facts.round.as_ref()).await?;
    let Some((organiser, why)) = organiser(tx, code, &parameters).await? else { return Ok(()) };
    facts.texts.insert("organiser", organiser);
    facts.texts.insert("route_why", why);
    Ok(())
}

/// Who organises an enterprise's needs (3.1b, 3.1c), with the sentence that explains it; the organiser is empty when the
/// register does not know the city.
pub async fn organiser(tx: &mut Tx, code: &str, parameters: &Parameters) -> anyhow::Result<Option<(String, String)>> {
    let routed = store::route::of_enterprise(tx, &Scope::Province, code, parameters).await?;
    let Some(routed) = routed else { return Ok(None) };
    let organiser = match routed.route {
        Route::Sasac => SASAC.to_owned(),
        Route::City => {
            let enterprise = store::enterprise::get(tx, &Scope::Province, code).await?;
            let region = enterprise.context("an enterprise with a route is registered")?.region;
            region.as_deref().and_then(|region| region.get(..4)).map_or_else(String::new, |city| format!("{city}00"))
        }
    };
    Ok(Some((organiser, routed.explanation())))
}

/// Pairs of this need whose talks failed, in this round or before: what went wrong is asked of the need.
pub async fn failed_talks(tx: &mut Tx, need: &Matter) -> anyhow::Result<Vec<Matter>> {
    let Some(id) = need.parties.need.as_deref() else { return Ok(Vec::new()) };
    let mut pairs = matter::linked(tx, Link::OfNeed(id, Kind::Pair)).await?;
    pairs.retain(|pair| pair.stage == Stage::PairFailed);
    Ok(pairs)
}

async fn documents(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let (organiser, number) = (&asked.matter.parties.organiser, asked.inputs.text(&DOCUMENT_NUMBER));
    facts.related = matter::linked(tx, Link::OfDocument(organiser, number)).await?;
    facts.related.retain(|need| need.id != asked.matter.id);
    let Some(round) = asked.matter.parties.round.as_deref() else { return Ok(()) };
    let reported = matter::progress(tx, round, Kind::Need).await?.into_iter().filter(|(by, stage, _)| {
        by == organiser && matches!(stage, Stage::NeedReporting | Stage::NeedReported | Stage::NeedFilled)
    });
    facts.counts.insert("reported", reported.map(|(.., count)| count).sum());
    Ok(())
}

async fn other_need(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let Some(into) = matter::find(tx, asked.inputs.text(&INTO)).await?.map(|kept| kept.matter) else { return Ok(()) };
    if into.kind() != Kind::Need {
        return Ok(());
    }
    if is_kin(tx, asked.matter, &into).await? {
        facts.texts.insert("kin", "yes".to_owned());
    }
    facts.related = vec![into];
    Ok(())
}

async fn is_kin(tx: &mut Tx, own: &Matter, other: &Matter) -> anyhow::Result<bool> {
    let (Some(own), Some(other)) = (own.parties.enterprise.as_deref(), other.parties.enterprise.as_deref()) else {
        return Ok(false);
    };
    Ok(store::enterprise::kin(tx, own).await?.iter().any(|code| code == other))
}

/// 5.3a: who still holds a post of a need that was filled.
async fn posts_held(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let need = asked.matter.parties.need.as_deref().unwrap_or(&asked.matter.id);
    let mut held = matter::linked(tx, Link::OfNeed(need, Kind::Appointment)).await?;
    held.retain(|one| one.parties.round == asked.matter.parties.round);
    held.retain(|one| !matches!(one.stage, Stage::AppointmentEnded | Stage::AppointmentCancelled));
    facts.counts.insert(POSTS_HELD, held.len().try_into()?);
    Ok(())
}

async fn pairs(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let need = asked.matter.parties.need.as_deref().unwrap_or(&asked.matter.id);
    let mut pairs = matter::linked(tx, Link::OfNeed(need, Kind::Pair)).await?;
    pairs.retain(|pair| pair.parties.round == asked.matter.parties.round);
    let count = |is: fn(Stage) -> bool| i64::try_from(pairs.iter().filter(|pair| is(pair.stage)).count());
    facts.counts.insert("pairs_live", count(proposal::is_live)?);
    facts.counts.insert("pairs_published", count(|stage| stage == Stage::PairPublished)?);
    Ok(())
}
