//! Which matters an act has consequences for.

use programme::process::appointment::{TERM_END, TERM_START};
use programme::process::assessment;
use programme::process::line::Line;
use programme::process::listing::{DECISION, LISTING, OBJECTION_PAIR, SIGN_LINES};
use programme::process::need::{INTO, MERGED_NEED};
use programme::process::proposal::{ORDER, POST, is_live};
use programme::process::{
    Action, Body, DOCUMENT_DAY, DOCUMENT_NUMBER, Follow, Kind, Matter, REASON, Stage, Target, Transition, opening, row,
};
use store::Tx;
use store::matter::{self, Link};

use crate::usecases::policy;

/// A matter that something follows for, with what the act is given.
#[derive(Clone, Debug)]
pub struct Consequence {
    /// The matter.
    pub matter: Matter,
    /// What the act is given.
    pub inputs: Body,
}

/// Finds the matters, in the order of their ids.
pub async fn targets(
    tx: &mut Tx,
    transition: &Transition,
    now: &Matter,
    follow: Follow,
) -> anyhow::Result<Vec<Consequence>> {
    let found = match follow.on {
        Target::Itself => vec![now.clone()],
        Target::Parent => one(tx, now.parties.parent.as_deref()).await?,
        Target::Children => children(tx, now, follow.action).await?,
        // An alternate that is withdrawn leaves no post open.
        Target::NextAlternate if transition.before().stage == Stage::PairStandby => Vec::new(),
        Target::NextAlternate => next_alternate(tx, now).await?,
        Target::OtherPairsOfPerson => others_of_person(tx, now).await?,
        Target::SuggestedPairs => of_round(tx, now, Stage::PairSuggested).await?,
        Target::ListedPairs => listed(tx, now, follow.action).await?,
        Target::NamedPair => named_pair(tx, transition, now, follow.action).await?,
        Target::NamedNeed => one(tx, Some(transition.inputs().text(&INTO))).await?,
        Target::New => vec![child(now, follow.action)],
        Target::GatheredAssessments => gathered(tx, now).await?,
    };
    let permitted = |matter: &Matter| matter.id.is_empty() || row(matter.stage, follow.action).is_some();
    let found = found.into_iter().filter(permitted);
    let given = |matter: Matter| Consequence { inputs: inputs_for(transition, now, follow.action, &matter), matter };
    Ok(found.map(given).collect())
}

/// What a matter gives to an act that follows it: a list to its pairs, an objection to the one it names, a batch to each
/// assessment.
fn inputs_for(transition: &Transition, now: &Matter, action: Action, target: &Matter) -> Body {
    let mut inputs = if now.kind() == Kind::Batch { assessment::inputs_for(now, &target.id) } else { Body::default() };
    let handed_on: &[_] = match now.kind() {
        Kind::Listing => &[&DOCUMENT_NUMBER, &DOCUMENT_DAY],
        Kind::Objection => &[&REASON],
        _ => &[],
    };
    for field in handed_on {
        if let Some(value) = transition.inputs().get(field) {
            inputs.set(field, value.clone());
        }
    }
    if now.kind() == Kind::Listing {
        inputs.set(&LISTING, now.id.as_str());
    }
    match action {
        Action::WithdrawPair => inputs.set(&REASON, WITHDRAWN_BY_OPT_OUT),
        Action::ClosePair => {
            let stands_by = target.stage == Stage::PairStandby;
            inputs.set(&REASON, if stands_by { STOOD_BY } else { NOT_PUSHED });
        }
        Action::MovePairUp => now.body.get(&POST).into_iter().for_each(|post| inputs.set(&POST, post.clone())),
        Action::TakeInNeed => {
            let enterprise = now.parties.enterprise.as_deref().unwrap_or_default();
            inputs.set(&MERGED_NEED, format!("{}|{}|{enterprise}", now.id, now.title));
        }
        _ => {}
    }
    inputs
}

/// The pairs on a list; of a publication only those that the four departments have signed for.
async fn listed(tx: &mut Tx, now: &Matter, action: Action) -> anyhow::Result<Vec<Matter>> {
    let mut pairs = of_round(tx, now, Stage::PairListed).await?;
    if action == Action::PublishPair {
        let signed: Vec<String> =
            now.body.list(&SIGN_LINES).iter().filter_map(|line| Line::parse(line)).map(|line| line.pair).collect();
        pairs.retain(|pair| signed.contains(&pair.id));
    }
    Ok(pairs)
}

async fn one(tx: &mut Tx, id: Option<&str>) -> anyhow::Result<Vec<Matter>> {
    let Some(id) = id else { return Ok(Vec::new()) };
    Ok(matter::find(tx, id).await?.map(|kept| kept.matter).into_iter().collect())
}

async fn of_round(tx: &mut Tx, now: &Matter, stage: Stage) -> anyhow::Result<Vec<Matter>> {
    let Some(round) = now.parties.round.as_deref() else { return Ok(Vec::new()) };
    Ok(matter::linked(tx, Link::OfRoundAt(round, stage)).await?)
}

/// What hangs on a round is found by its round, on anything else by its parent.
async fn children(tx: &mut Tx, now: &Matter, action: Action) -> anyhow::Result<Vec<Matter>> {
    let parameters = policy::of_matters(tx, std::slice::from_ref(now)).await?;
    let mut found = Vec::new();
    for &kind in Kind::ALL {
        let link = if now.kind() == Kind::Round { Link::OfRound(&now.id, kind) } else { Link::Children(&now.id, kind) };
        if programme::process::rules().any(|rule| rule.action == action && rule.from.iter().any(|s| s.kind() == kind)) {
            found.extend(matter::linked(tx, link).await?);
        }
    }
    // Somebody who served into the window of the assessment is assessed although the term ended early (5.4a).
    found.retain(|child| action != Action::DropAssessment || !assessment::served_to_window(child, now, &parameters));
    Ok(found)
}

/// Why the other proposals of a person end with an opting out (P1).
const WITHDRAWN_BY_OPT_OUT: &str = "本人退出自动匹配";

/// Why whoever was still to be pushed when the round was concluded is not.
const NOT_PUSHED: &str = "批次办结时尚未推送";
/// The same of an alternate.
const STOOD_BY: &str = "批次办结时仍为候补，未递补";

/// 3.2b: the first in order that still stands by for the need, and whose person is not offered another need now. Nobody moves
/// up while somebody else is proposed for the same post (3.2c).
async fn next_alternate(tx: &mut Tx, now: &Matter) -> anyhow::Result<Vec<Matter>> {
    let Some(need) = now.parties.need.as_deref() else { return Ok(Vec::new()) };
    let mut pairs = matter::linked(tx, Link::OfNeed(need, Kind::Pair)).await?;
    pairs.retain(|pair| pair.id != now.id && pair.parties.round == now.parties.round);
    let same_post = |pair: &&Matter| pair.body.whole(&POST) == now.body.whole(&POST);
    let offered = |pair: &Matter| pair.stage == Stage::PairProposed || is_live(pair.stage);
    if pairs.iter().filter(same_post).any(offered) {
        return Ok(Vec::new());
    }
    pairs.retain(|pair| pair.stage == Stage::PairStandby);
    pairs.sort_by_key(|pair| pair.body.whole(&ORDER));
    for pair in pairs {
        if is_free(tx, &pair).await? {
            return Ok(vec![pair]);
        }
    }
    Ok(Vec::new())
}

async fn is_free(tx: &mut Tx, pair: &Matter) -> anyhow::Result<bool> {
    let Some(person) = pair.parties.person.as_deref() else { return Ok(false) };
    let others = matter::linked(tx, Link::OfPerson(person, Kind::Pair)).await?;
    Ok(others.iter().all(|other| other.id == pair.id || !is_live(other.stage)))
}

async fn others_of_person(tx: &mut Tx, now: &Matter) -> anyhow::Result<Vec<Matter>> {
    let Some(person) = now.parties.person.as_deref() else { return Ok(Vec::new()) };
    let mut pairs = matter::linked(tx, Link::OfPerson(person, Kind::Pair)).await?;
    pairs.retain(|pair| pair.id != now.id);
    Ok(pairs)
}

/// The pair that an objection names. A decision frees it or strikes it, never both.
async fn named_pair(tx: &mut Tx, transition: &Transition, now: &Matter, action: Action) -> anyhow::Result<Vec<Matter>> {
    let upheld = transition.inputs().text(&DECISION) == "upheld";
    let applies = match action {
        Action::ReleasePair => !upheld && !is_held_by_another(tx, now).await?,
        Action::StrikeListed => upheld,
        _ => true,
    };
    if applies { one(tx, Some(now.body.text(&OBJECTION_PAIR))).await } else { Ok(Vec::new()) }
}

/// Everybody whom the batch graded.
async fn gathered(tx: &mut Tx, batch: &Matter) -> anyhow::Result<Vec<Matter>> {
    let mut found = Vec::new();
    for (id, ..) in assessment::kept_results(&batch.body) {
        found.extend(one(tx, Some(id)).await?);
    }
    Ok(found)
}

/// A second objection to the same name holds it on.
async fn is_held_by_another(tx: &mut Tx, now: &Matter) -> anyhow::Result<bool> {
    let Some(listing) = now.parties.parent.as_deref() else { return Ok(false) };
    let others = matter::linked(tx, Link::Children(listing, Kind::Objection)).await?;
    let holds = |other: &Matter| matches!(other.stage, Stage::ObjectionAccepted | Stage::ObjectionInvestigated);
    let same = |other: &Matter| other.body.text(&OBJECTION_PAIR) == now.body.text(&OBJECTION_PAIR);
    Ok(others.iter().any(|other| other.id != now.id && holds(other) && same(other)))
}

/// A new matter that hangs on this one and has its parties.
fn child(now: &Matter, action: Action) -> Matter {
    let kinds = Kind::ALL.iter().copied().find_map(|kind| opening(kind, action));
    let stage = kinds.and_then(|rule| rule.targets().first().copied()).unwrap_or(now.stage);
    let mut parties = now.parties.clone();
    parties.parent = Some(now.id.clone());
    let mut body = Body::default();
    for field in [&TERM_START, &TERM_END] {
        if let Some(value) = now.body.get(field) {
            body.set(field, value.clone());
        }
    }
    Matter { id: String::new(), stage, version: 0, title: now.title.clone(), parties, body, due: None }
}
