//! Facts for the guards of `programme::process::listing`: the names on the list of the round with their lines, its list, the
//! objections, and, when a list is frozen, what the rules of eligibility say of every name today.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use programme::finding::Finding;
use programme::process::listing::guards::{FILE_LEAKS, IN_TALKS, LISTING_STAGE, SUGGESTIONS};
use programme::process::listing::{OBJECTOR, OBJECTOR_CONTACT};
use programme::process::{Action, Facts, Kind, Matter, Stage};
use programme::record::{Enterprise, Person};
use store::Tx;
use store::matter::{self, Link};

use super::Asked;
use crate::usecases::acts::sealed;
use crate::usecases::register::Register;
use crate::usecases::{Desk, attachments};

/// Adds what a list or an objection is decided upon.
pub async fn add(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    if matches!(asked.action, Action::DismissObjection | Action::DecideObjection) {
        add_objector(tx, asked, facts).await?;
    }
    let Some(round) = asked.matter.parties.round.as_deref() else { return Ok(()) };
    facts.related = matter::linked(tx, Link::OfRound(round, Kind::Listing)).await?;
    if asked.action == Action::OpenListing {
        facts.counts.insert(SUGGESTIONS, count(tx, round, &[Stage::PairSuggested, Stage::PairStruck]).await?);
    }
    if matches!(asked.action, Action::OpenListing | Action::FreezeListing) {
        facts.counts.insert(IN_TALKS, count(tx, round, &[Stage::PairTalks, Stage::PairIntention]).await?);
    }
    for &stage in judged(asked.action) {
        facts.related.extend(matter::linked(tx, Link::OfRoundAt(round, stage)).await?);
    }
    if asked.matter.kind() == Kind::Listing {
        facts.related.extend(matter::linked(tx, Link::Children(&asked.matter.id, Kind::Objection)).await?);
    }
    if !judged(asked.action).is_empty() {
        let lines = store::listing::lines(tx, round).await?;
        facts.lines = lines.into_iter().map(|line| (line.pair.clone(), line)).collect();
    }
    if asked.action == Action::StartNotice {
        facts.texts.insert(FILE_LEAKS, attachments::leaks(tx, asked.desk, &asked.matter.id).await?.join("\n"));
    }
    if asked.action == Action::FreezeListing {
        facts.findings_of = findings_of(tx, asked.desk, &facts.related, facts.round.as_ref(), asked.today).await?;
    }
    Ok(())
}

/// The stages of the pairs that an act on a list is judged by. A round has tens of thousands of pairs, and the names on its list
/// are some hundred.
const fn judged(action: Action) -> &'static [Stage] {
    match action {
        Action::OpenListing => &[],
        Action::FreezeListing => &[Stage::PairSuggested, Stage::PairStruck],
        _ => &[Stage::PairListed, Stage::PairHeld],
    }
}

async fn count(tx: &mut Tx, round: &str, stages: &[Stage]) -> anyhow::Result<i64> {
    let mut all = 0;
    for &stage in stages {
        all += matter::count_at(tx, round, stage).await?;
    }
    Ok(all)
}

/// Who objected, which a reason must not tell.
async fn add_objector(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let opened = sealed::opened(tx, asked.desk, asked.matter).await?;
    for field in [&OBJECTOR, &OBJECTOR_CONTACT] {
        let of = opened.iter().find(|(key, _)| key == field.key);
        facts.texts.extend(of.map(|(_, text)| (field.key, text.clone())));
    }
    Ok(())
}

/// What the rules of eligibility say today, under the policy of their round, of the pairs that are suggested, by id.
pub async fn findings_of(
    tx: &mut Tx,
    desk: &Desk,
    pairs: &[Matter],
    round: Option<&Matter>,
    today: NaiveDate,
) -> anyhow::Result<BTreeMap<String, Vec<Finding>>> {
    let register = desk.registers.for_round(tx, today, round).await?;
    let suggested = || pairs.iter().filter(|pair| pair.stage == Stage::PairSuggested);
    let codes: Vec<&str> = suggested().filter_map(|pair| pair.parties.enterprise.as_deref()).collect();
    let ids: Vec<String> = suggested().filter_map(|pair| pair.parties.person.clone()).collect();
    let enterprises = store::enterprise::some(tx, &codes).await?;
    let people = store::person::some(tx, &ids).await?;
    let enterprises: HashMap<Option<&str>, &Enterprise> =
        enterprises.iter().map(|one| (one.credit_code.as_deref(), one)).collect();
    let people: HashMap<&str, &Person> = people.iter().map(|one| (one.id.as_str(), one)).collect();
    let of = |pair: &Matter| {
        let enterprise = enterprises.get(&pair.parties.enterprise.as_deref()).copied();
        let person = pair.parties.person.as_deref().and_then(|id| people.get(id)).copied();
        (pair.id.clone(), findings(&register, enterprise, person))
    };
    Ok(suggested().map(of).collect())
}

/// Adds where the list of the round is, for acts on its pairs.
pub async fn add_stage(tx: &mut Tx, asked: &Asked<'_>, facts: &mut Facts) -> anyhow::Result<()> {
    let Some(round) = asked.matter.parties.round.as_deref() else { return Ok(()) };
    if let Some(listing) = matter::linked(tx, Link::OfRound(round, Kind::Listing)).await?.first() {
        facts.texts.insert(LISTING_STAGE, listing.stage.code().to_owned());
    }
    Ok(())
}

/// Enterprise, conflicts and misconduct as of today. The age was judged for the whole round when the person was proposed:
/// nobody ages out half-way (2.1.1(2)).
fn findings(register: &Register, enterprise: Option<&Enterprise>, person: Option<&Person>) -> Vec<Finding> {
    let mut found: Vec<Finding> = enterprise.into_iter().flat_map(|one| register.enterprise(one)).collect();
    if let Some(person) = person {
        let of_person = register.person(person).into_iter();
        found.extend(of_person.filter(|finding| !finding.code.starts_with("age.")));
        found.extend(register.pair(enterprise, person));
    }
    found
}
