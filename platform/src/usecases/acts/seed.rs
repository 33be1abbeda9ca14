//! What a matter begins with: its parties, taken from who opens it and from what it hangs on.

pub mod pair;

use anyhow::Context as _;
use programme::access::{Role, Scope};
use programme::process::appointment::is_under_way;
use programme::process::need::ROUTE_WHY;
use programme::process::{Action, Body, Doer, Kind, Matter, Parties, SASAC, opening};
use store::Tx;
use store::matter::{self, Link};

use crate::usecases::policy;

/// The empty matter that an opening act decides upon.
pub async fn seed(
    tx: &mut Tx,
    doer: &Doer,
    kind: Kind,
    action: Action,
    under: Option<&str>,
    inputs: &Body,
) -> anyhow::Result<Matter> {
    let rule = opening(kind, action).context("the act opens matters of the kind")?;
    let stage = *rule.targets().first().context("an opening act leads somewhere")?;
    let parties = match under {
        Some(id) => under_matter(tx, id).await?,
        None => of_doer(tx, doer, kind).await?,
    };
    let mut matter = Matter {
        id: String::new(),
        stage,
        version: 0,
        title: String::new(),
        parties,
        body: Body::default(),
        due: None,
    };
    if kind == Kind::Need {
        explain_route(tx, &mut matter).await?;
    }
    if kind == Kind::Qualification {
        matter.parties.organiser = competent_organiser(tx, &matter).await?;
    }
    if kind == Kind::Pair {
        pair::plant(tx, &mut matter, inputs).await?;
    }
    Ok(matter)
}

/// A draft already says who will review it and why.
async fn explain_route(tx: &mut Tx, matter: &mut Matter) -> anyhow::Result<()> {
    let Some(code) = matter.parties.enterprise.as_deref() else { return Ok(()) };
    let parameters = policy::of_matter(tx, matter).await?;
    if let Some((organiser, why)) = super::facts::need::organiser(tx, code, &parameters).await? {
        matter.parties.organiser = organiser;
        matter.body.set(&ROUTE_WHY, why);
    }
    Ok(())
}

/// 2.3.1(1): whoever organises the enterprise's needs checks its certificates.
async fn competent_organiser(tx: &mut Tx, matter: &Matter) -> anyhow::Result<String> {
    let Some(code) = matter.parties.enterprise.as_deref() else { return Ok(String::new()) };
    let parameters = policy::of_matter(tx, matter).await?;
    let found = super::facts::need::organiser(tx, code, &parameters).await?;
    Ok(found.map(|(organiser, _)| organiser).unwrap_or_default())
}

async fn under_matter(tx: &mut Tx, id: &str) -> anyhow::Result<Parties> {
    let Some(kept) = matter::find(tx, id).await? else { return Ok(Parties::default()) };
    let mut parties = kept.matter.parties.clone();
    if kept.matter.kind() == Kind::Round {
        parties.round = Some(kept.matter.id);
    } else {
        parties.parent = Some(kept.matter.id);
    }
    Ok(parties)
}

/// An enterprise's need belongs to the open round.
async fn of_doer(tx: &mut Tx, doer: &Doer, kind: Kind) -> anyhow::Result<Parties> {
    let mut parties = Parties::default();
    if kind == Kind::Need {
        parties.round = policy::open_round(tx).await?.map(|round| round.id);
    }
    let Doer::Account(actor) = doer else { return Ok(parties) };
    if let (Role::Enterprise, Scope::Enterprise(code)) = (actor.role(), actor.scope()) {
        let enterprise = store::enterprise::get(tx, &Scope::Province, code).await?;
        parties.county = enterprise.and_then(|enterprise| enterprise.region);
        parties.enterprise = Some(code.clone());
    }
    if let (Kind::Service | Kind::Difficulty, Scope::Person(person)) = (kind, actor.scope()) {
        return of_person(tx, person).await;
    }
    Ok(parties)
}

/// Who organises what concerns an enterprise: SASAC when it supervises it (3.1c), else its city (3.1b).
pub async fn organiser_of(tx: &mut Tx, code: &str, region: Option<&str>) -> anyhow::Result<String> {
    let supervised = store::enterprise::is_supervised(tx, code).await?;
    let city = region.map(|region| format!("{}00", region.get(..4).unwrap_or_default()));
    Ok(if supervised { SASAC.to_owned() } else { city.unwrap_or_default() })
}

/// Somebody who names no appointment means the one that goes on: a file of entries need not repeat it.
async fn of_person(tx: &mut Tx, person: &str) -> anyhow::Result<Parties> {
    let mut appointments = matter::linked(tx, Link::OfPerson(person, Kind::Appointment)).await?;
    appointments.retain(|appointment| is_under_way(appointment.stage));
    let only = if appointments.len() == 1 { appointments.pop() } else { None };
    Ok(only.map_or_else(
        || Parties { person: Some(person.to_owned()), ..Parties::default() },
        |appointment| Parties { parent: Some(appointment.id), ..appointment.parties },
    ))
}
