//! Facts for the guards of `programme::process::proposal` and `talks`: the same need's and the same person's other pairs, what
//! the rules say of the pair today, and what only one act asks.

use anyhow::Context as _;
use programme::access::Scope;
use programme::process::proposal::{OTHER_PERSON, PERSON, RUN, fact};
use programme::process::{Action, Facts, Kind, Stage};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;
use crate::usecases::register::Register;
use crate::usecases::{explain, policy, proposals, runs};

/// Adds the facts. For the unit's more suitable person (3.2c) everything is asked of that person, not of the pair's own.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    // What follows from the round comes by the hundred and asks nothing.
    if programme::process::row(asked.matter.stage, asked.action).is_some_and(|rule| rule.guards.is_empty()) {
        return Ok(());
    }
    let other = asked.inputs.text(&OTHER_PERSON);
    let is_other = asked.action == Action::SuggestOther && !other.is_empty();
    let Some(person) = (if is_other { Some(other) } else { asked.matter.parties.person.as_deref() }) else {
        return Ok(());
    };
    add_related(tx, asked, person, facts).await?;
    add_eligibility(tx, asked, person, facts).await?;
    match asked.action {
        Action::SuggestOther if is_other => add_score(asked, person, facts).await?,
        Action::ProposePair => add_plan(tx, asked, facts).await?,
        Action::ReopenReport => add_listings(tx, asked, facts).await?,
        _ => {}
    }
    Ok(())
}

/// The person's other pairs in any round and the need's other pairs, each once.
async fn add_related(tx: &mut Tx, asked: &Asked<'_>, person: &str, facts: &mut Facts) -> anyhow::Result<()> {
    facts.related = matter::linked(tx, Link::OfPerson(person, Kind::Pair)).await?;
    if let Some(need) = asked.matter.parties.need.as_deref() {
        let of_need = matter::linked(tx, Link::OfNeed(need, Kind::Pair)).await?;
        facts.related.extend(of_need.into_iter().filter(|pair| pair.parties.person.as_deref() != Some(person)));
    }
    facts.related.retain(|pair| pair.id != asked.matter.id);
    Ok(())
}

async fn add_eligibility(tx: &mut Tx, asked: &Asked<'_>, person: &str, facts: &mut Facts) -> anyhow::Result<()> {
    let opted_out = store::offer::opted_out(tx, person).await?.is_some();
    facts.counts.insert(fact::OPTED_OUT, i64::from(opted_out));
    let Some(person) = store::person::get(tx, &Scope::Province, person).await? else { return Ok(()) };
    let enterprise = match asked.matter.parties.enterprise.as_deref() {
        Some(code) => store::enterprise::get(tx, &Scope::Province, code).await?,
        None => None,
    };
    let register = Register::around(tx, asked.today, facts.round.as_ref(), &[&person], enterprise.as_ref()).await?;
    facts.findings = register.person(&person);
    facts.findings.extend(register.pair(enterprise.as_ref(), &person));
    facts.findings.extend(enterprise.iter().flat_map(|enterprise| register.enterprise(enterprise)));
    facts.texts.insert(fact::PERSON_NAME, explain::name_of(&person).to_owned());
    facts.texts.insert(fact::PERSON_UNIT, person.unit.unwrap_or_default());
    Ok(())
}

/// 3.2c: scored by the same engine as everybody.
async fn add_score(asked: &Asked<'_>, person: &str, facts: &mut Facts) -> anyhow::Result<()> {
    let need = asked.matter.parties.need.as_deref().context("a pair has its need")?;
    let explained = explain::pair(asked.desk, &Scope::Province, asked.today, need, person).await?;
    let Some(candidate) = explained.as_ref().map(|explained| &explained.explanation.candidate) else { return Ok(()) };
    facts.counts.insert(fact::OTHER_LEVEL, i64::from(u8::from(candidate.level)));
    facts.texts.insert(fact::OTHER_BAND, candidate.level.in_chinese().to_owned());
    facts.texts.insert(fact::OTHER_SCORE, candidate.score.to_string());
    Ok(())
}

async fn add_plan(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let (Some(run), person) = (asked.inputs.whole(&RUN), asked.inputs.text(&PERSON)) else { return Ok(()) };
    let plan = store::match_run::plan(tx, &Scope::Province, run).await?;
    let need = asked.matter.parties.need.as_deref().unwrap_or_default();
    let named = plan.iter().any(|pair| pair.need == need && pair.person == person);
    facts.counts.insert(fact::IN_PLAN, i64::from(named));
    let current = match (&facts.round, store::match_run::get(tx, &Scope::Province, run).await?) {
        (Some(round), Some(run)) => proposals::is_current(tx, asked.desk, &run, round).await?,
        _ => false,
    };
    facts.counts.insert(fact::RUN_CURRENT, i64::from(current));
    if let Some(round) = &facts.round {
        let parameters = policy::of_round(tx, Some(round)).await?;
        let as_frozen = runs::is_as_frozen(tx, run, round, &parameters).await?;
        facts.counts.insert(fact::RUN_AS_FROZEN, i64::from(as_frozen));
    }
    Ok(())
}

/// 3.4a: whether the meeting has decided upon a list of the round.
async fn add_listings(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let Some(round) = asked.matter.parties.round.as_deref() else { return Ok(()) };
    let listings = matter::linked(tx, Link::OfRound(round, Kind::Listing)).await?;
    let open = [Stage::ListingReview, Stage::ListingFrozen];
    let decided = listings.iter().filter(|listing| !open.contains(&listing.stage)).count();
    facts.counts.insert(fact::LISTINGS_DECIDED, i64::try_from(decided)?);
    Ok(())
}
