//! What a matter begins with: its parties, taken from who opens it and from what it hangs on.

pub mod pair;

use anyhow::Context as _;
use programme::access::{Role, Scope};
use programme::process::{Action, Body, Doer, Kind, Matter, Parties, SASAC, Stage, opening};
use store::Tx;
use store::matter::{self, Link};

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
    if kind == Kind::Pair {
        pair::plant(tx, &mut matter, inputs).await?;
    }
    Ok(matter)
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

/// An enterprise's need belongs to the open round and to the organiser of the enterprise (3.1b, 3.1c).
async fn of_doer(tx: &mut Tx, doer: &Doer, kind: Kind) -> anyhow::Result<Parties> {
    let mut parties = Parties::default();
    if kind == Kind::Need {
        let rounds = matter::linked(tx, Link::OfKind(Kind::Round)).await?;
        parties.round = rounds.into_iter().find(|round| round.stage == Stage::RoundOpen).map(|round| round.id);
    }
    let Doer::Account(actor) = doer else { return Ok(parties) };
    if let (Role::Enterprise, Scope::Enterprise(code)) = (actor.role(), actor.scope()) {
        let enterprise = store::enterprise::get(tx, &Scope::Province, code).await?;
        let region = enterprise.as_ref().and_then(|enterprise| enterprise.region.clone());
        let supervised = store::enterprise::is_supervised(tx, code).await?;
        let city = region.as_deref().map(|region| format!("{}00", region.get(..4).unwrap_or_default()));
        parties.organiser = if supervised { SASAC.to_owned() } else { city.unwrap_or_default() };
        parties.county = region;
        parties.enterprise = Some(code.clone());
    }
    Ok(parties)
}
