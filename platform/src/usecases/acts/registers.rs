//! What an act writes into the registers, in its own transaction.

mod pair;

use anyhow::Context as _;
use programme::access::Scope;
use programme::process::need::{self, MISSING, STEP};
use programme::process::revision::{CONTENT, CONTENT_HASH, VERSION};
use programme::process::round::{POLICY_HASH, POLICY_VERSION};
use programme::process::{Action, Kind, Matter, Stage, Transition, qualification};
use store::need_return::{self, NewReturn};
use store::{By, Tx};

use crate::clock::today;
use crate::usecases::policy;

/// Carries what was decided into the registers that matching, eligibility and statistics read.
pub async fn carry(tx: &mut Tx, by: &By<'_>, transition: &Transition, now: &Matter) -> anyhow::Result<()> {
    match transition.action() {
        Action::IssueRound => keep_policy(tx, by, now).await?,
        Action::ConfirmRevision => adopt_policy(tx, by, now).await?,
        Action::ReturnNeed | Action::SendBackNeed => note_return(tx, by, transition, now).await?,
        Action::SubmitNeed => answer_return(tx, by, now).await?,
        Action::ConfirmQualification => keep_certificate(tx, by, now).await?,
        Action::CancelQualification => store::enterprise::cancel(tx, declared_in(now)).await?,
        _ => {}
    }
    let is_matched = |stage: Stage| stage == Stage::NeedReported;
    match (is_matched(transition.before().stage), is_matched(now.stage)) {
        (false, true) => keep_need(tx, by, now).await?,
        (true, false) => store::need::set_stale(tx, id_of(now), true).await?,
        _ => {}
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

async fn keep_policy(tx: &mut Tx, by: &By<'_>, now: &Matter) -> anyhow::Result<()> {
    let (hash, version) = (now.body.text(&POLICY_HASH), now.body.text(&POLICY_VERSION));
    let text = policy::text(tx).await?;
    store::policy::keep(tx, by, hash, version, &text).await?;
    // The round may draw the line of control elsewhere (3.1c).
    store::route::settle(tx).await?;
    Ok(())
}

async fn adopt_policy(tx: &mut Tx, by: &By<'_>, now: &Matter) -> anyhow::Result<()> {
    let [hash, version, content] = [&CONTENT_HASH, &VERSION, &CONTENT].map(|field| now.body.text(field));
    store::policy::adopt(tx, by, hash, version, content).await?;
    Ok(())
}

/// 2.3.1(1): from here on the certificate counts.
async fn keep_certificate(tx: &mut Tx, by: &By<'_>, now: &Matter) -> anyhow::Result<()> {
    let held = qualification::record(now).context("a declared certificate has its kind")?;
    Ok(store::enterprise::confirm(tx, declared_in(now), &held, today(by.at)).await?)
}

fn declared_in(now: &Matter) -> (&str, &str) {
    (&now.id, now.parties.enterprise.as_deref().unwrap_or_default())
}

async fn note_return(tx: &mut Tx, by: &By<'_>, transition: &Transition, now: &Matter) -> anyhow::Result<()> {
    let new = NewReturn {
        matter: &now.id,
        round: now.parties.round.as_deref().unwrap_or_default(),
        organiser: &now.parties.organiser,
        step: transition.inputs().text(&STEP),
        missing: &transition.inputs().list(&MISSING).join(","),
        day: today(by.at),
    };
    need_return::insert(tx, &new).await?;
    Ok(())
}

async fn answer_return(tx: &mut Tx, by: &By<'_>, now: &Matter) -> anyhow::Result<()> {
    let returns = need::returns(&now.body);
    let Some(last) = returns.last().filter(|last| last.step == "enterprise") else { return Ok(()) };
    need_return::answer(tx, &now.id, today(by.at), last.workdays.parse().unwrap_or(0)).await?;
    Ok(())
}

/// The text that the reviewers agreed to is the text that is matched.
async fn keep_need(tx: &mut Tx, by: &By<'_>, now: &Matter) -> anyhow::Result<()> {
    let enterprise = match now.parties.enterprise.as_deref() {
        Some(code) => store::enterprise::get(tx, &Scope::Province, code).await?,
        None => None,
    };
    let record = programme::record::Need { enterprise, ..need::record(now) };
    store::need::insert_all(tx, by, std::slice::from_ref(&record)).await?;
    store::need::set_stale(tx, id_of(now), false).await?;
    Ok(())
}

fn id_of(need: &Matter) -> &str {
    need.parties.need.as_deref().unwrap_or(&need.id)
}
