//! What an act writes into the registers, in its own transaction.

mod pair;

use programme::access::Scope;
use programme::process::{Action, Kind, Matter, Transition, need};
use store::{By, Tx};

/// Carries what was decided into the registers that matching and eligibility read.
pub async fn carry(tx: &mut Tx, by: &By<'_>, transition: &Transition, now: &Matter) -> anyhow::Result<()> {
    if transition.action() == Action::SubmitNeed {
        keep_need(tx, by, now).await?;
    }
    if now.kind() == Kind::Pair {
        pair::carry(tx, by, transition, now).await?;
    }
    if transition.action() == Action::NotifyAssessment {
        store::outcome::keep(tx, now).await?;
    }
    if !transition.opens() && transition.before().stage != now.stage {
        store::statistics::note_stay(tx, &now.id, now.version, transition.before().stage, by.at).await?;
    }
    Ok(())
}

/// The text that both bureaus review is the text that is matched.
async fn keep_need(tx: &mut Tx, by: &By<'_>, now: &Matter) -> anyhow::Result<()> {
    let enterprise = match now.parties.enterprise.as_deref() {
        Some(code) => store::enterprise::get(tx, &Scope::Province, code).await?,
        None => None,
    };
    let record = programme::record::Need { enterprise, ..need::record(now) };
    store::need::insert_all(tx, by, &[record]).await?;
    Ok(())
}
