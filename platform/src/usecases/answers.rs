//! The person's answer by a personal link (3.2b): no account, one use, gone with the deadline.
//!
//! The token is drawn here and shown once to the unit, which hands it over; the database keeps its SM3 fingerprint alone,
//! so that a copy of the database answers for nobody.

use anyhow::Context as _;
use chrono::NaiveDate;
use programme::access::{Actor, Role, Scope};
use programme::finding::Finding;
use programme::process::decide::unseen;
use programme::process::{Action, Body, By as Who, Doer, Matter, Refusal, Stage};
use store::matter;
use store::offer::{self, PersonalLink};
use store::{By, Tx};

use super::Desk;
use super::acts::{Outcome, act_in};
use super::explain::{self, Explained};
use super::register::Register;
use super::token::Token;
use crate::clock::today;

/// Acts that a personal link may be used for.
pub const ACTIONS: [Action; 3] = [Action::AcceptPair, Action::DeclinePair, Action::OptOut];

/// What became of asking for a link.
#[derive(Debug)]
pub enum Issued {
    /// The token, to be shown once, and the last day on which it answers.
    Done {
        /// The secret.
        token: Token,
        /// The last day.
        last_day: NaiveDate,
        /// The pair as it is now.
        pair: Box<Matter>,
    },
    /// Not permitted, with every reason.
    Refused(Vec<Refusal>),
}

/// Asks the person, when that has not been done, and makes a link that takes the place of any earlier one.
pub async fn issue(desk: &Desk, by: &By<'_>, actor: &Actor, pair: &str) -> anyhow::Result<Issued> {
    let mut tx = desk.database.write().await?;
    let Some(kept) = matter::get(&mut tx, actor, pair).await? else { return Ok(Issued::Refused(vec![unseen()])) };
    let pair = if kept.matter.stage == Stage::PairAsked && actor.role() == Role::Unit {
        kept.matter
    } else {
        let doer = Doer::Account(actor.clone());
        match act_in(&mut tx, desk, by, &doer, &kept.matter, Action::AskPerson, &Body::default()).await? {
            Outcome::Done(now) => *now,
            Outcome::Refused(reasons) => return Ok(Issued::Refused(reasons)),
            Outcome::Stale(_) => anyhow::bail!("a pair read in a transaction cannot have been moved in it"),
        }
    };
    let token = Token::draw()?;
    let last_day = pair.due.context("a pushed pair has its day")?;
    offer::issue_link(&mut tx, by, &pair.id, &token.fingerprint(), last_day).await?;
    tx.commit().await?;
    Ok(Issued::Done { token, last_day, pair: Box::new(pair) })
}

/// What a link leads to.
#[derive(Debug)]
pub struct Opened {
    /// The link.
    pub link: PersonalLink,
    /// The pair.
    pub pair: Matter,
    /// Name of the enterprise.
    pub enterprise: String,
    /// Why the person was proposed.
    pub explained: Option<Explained>,
    /// What the rules say, in the round's own ages.
    pub findings: Vec<Finding>,
    /// Whether it still answers.
    pub is_open: bool,
}

/// Looks a token up; nothing for a token that never was or has been replaced.
pub async fn open(desk: &Desk, by: &By<'_>, token: &Token) -> anyhow::Result<Option<Opened>> {
    let mut tx = desk.database.read().await?;
    let Some(link) = offer::link(&mut tx, &token.fingerprint()).await? else { return Ok(None) };
    let pair = matter::find(&mut tx, &link.pair_id).await?.context("a link belongs to a pair")?.matter;
    let (need, person) = (pair.parties.need.as_deref(), pair.parties.person.as_deref());
    let explained = match need.zip(person) {
        Some((need, person)) => explain::pair(desk, &Scope::Province, today(by.at), need, person).await?,
        None => None,
    };
    let (enterprise, findings) = eligibility(&mut tx, by, &pair).await?;
    let is_open = is_open(&link, &pair, today(by.at));
    Ok(Some(Opened { link, pair, enterprise, explained, findings, is_open }))
}

fn is_open(link: &PersonalLink, pair: &Matter, today: NaiveDate) -> bool {
    link.answered.is_none() && today <= link.last_day && pair.stage == Stage::PairAsked
}

/// The name of the enterprise, and what the rules say of the pair.
async fn eligibility(tx: &mut Tx, by: &By<'_>, pair: &Matter) -> anyhow::Result<(String, Vec<Finding>)> {
    let scope = &Scope::Province;
    let enterprise = match pair.parties.enterprise.as_deref() {
        Some(code) => store::enterprise::get(tx, scope, code).await?,
        None => None,
    };
    let name = enterprise.as_ref().and_then(|one| one.name.clone()).unwrap_or_default();
    let Some(person) = store::person::get(tx, scope, pair.parties.person.as_deref().unwrap_or_default()).await? else {
        return Ok((name, Vec::new()));
    };
    let round = match pair.parties.round.as_deref() {
        Some(id) => matter::find(tx, id).await?.map(|kept| kept.matter),
        None => None,
    };
    let register = Register::around(tx, today(by.at), round.as_ref(), &[&person], enterprise.as_ref()).await?;
    let mut findings = register.person(&person);
    findings.extend(register.pair(enterprise.as_ref(), &person));
    Ok((name, findings))
}

/// What became of an answer.
#[derive(Debug)]
pub enum Answered {
    /// Taken.
    Done,
    /// Not permitted, with every reason.
    Refused(Vec<Refusal>),
    /// The link has been used, has ended, or never was.
    Closed,
}

/// Answers by a link, once.
pub async fn answer(
    desk: &Desk,
    by: &By<'_>,
    token: &Token,
    action: Action,
    inputs: &Body,
) -> anyhow::Result<Answered> {
    anyhow::ensure!(ACTIONS.contains(&action), "a link is not for {}", action.code());
    let by = &By { login: Who::Link.chinese(), ..*by };
    let fingerprint = token.fingerprint();
    let mut tx = desk.database.write().await?;
    let Some(link) = offer::link(&mut tx, &fingerprint).await? else { return Ok(Answered::Closed) };
    let Some(kept) = matter::find(&mut tx, &link.pair_id).await? else { return Ok(Answered::Closed) };
    if !is_open(&link, &kept.matter, today(by.at)) {
        return Ok(Answered::Closed);
    }
    match act_in(&mut tx, desk, by, &Doer::Link, &kept.matter, action, inputs).await? {
        Outcome::Done(_) => {}
        Outcome::Refused(reasons) => return Ok(Answered::Refused(reasons)),
        Outcome::Stale(_) => return Ok(Answered::Closed),
    }
    if !offer::use_link(&mut tx, &fingerprint, action.code(), by.at).await? {
        return Ok(Answered::Closed);
    }
    tx.commit().await?;
    Ok(Answered::Done)
}
