//! Which policy and which days a matter is judged by: those of its round.
//!
//! A round keeps the policy file that its four departments signed (6). While the program carries that very file nothing is
//! read; for an older round the kept text is read, and entries that it did not have yet are taken from the present file.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use programme::parameters::{EMBEDDED, Parameters};
use programme::process::{Facts, Kind, Matter, Stage, round};
use programme::rules::Days;
use programme::seal::seal;
use store::Tx;
use store::matter::{self, Link};

/// The numbers that a round runs under; those in force for new rounds when there is
/// none or it was not signed yet.
pub async fn of_round(tx: &mut Tx, round: Option<&Matter>) -> anyhow::Result<Cow<'static, Parameters>> {
    let hash = round.map_or("", |round| round.body.text(&round::POLICY_HASH));
    if hash == seal(EMBEDDED) {
        return Ok(Cow::Borrowed(Parameters::embedded()));
    }
    // Signed but not issued yet: nothing is judged by it.
    let kept = if hash.is_empty() { None } else { store::policy::content(tx, hash).await? };
    match kept {
        Some(content) => Ok(store::policy::read(&content)?),
        None => Ok(store::policy::in_force(tx).await?),
    }
}

/// The numbers that a matter runs under, for pages that show it.
pub async fn of_matter(tx: &mut Tx, matter: &Matter) -> anyhow::Result<Cow<'static, Parameters>> {
    let round = match round_of(matter) {
        Some(id) => matter::find(tx, id).await?.map(|kept| kept.matter),
        None => None,
    };
    of_round(tx, round.as_ref()).await
}

/// The numbers that several matters run under, each round's read once.
pub struct Policies {
    of_rounds: BTreeMap<String, Cow<'static, Parameters>>,
    without: Cow<'static, Parameters>,
}

impl Policies {
    /// Reads rounds by their ids.
    pub async fn of(tx: &mut Tx, rounds: &BTreeSet<String>) -> anyhow::Result<Self> {
        let ids: Vec<&str> = rounds.iter().map(String::as_str).collect();
        let mut of_rounds = BTreeMap::new();
        for kept in matter::of_ids(tx, &ids).await? {
            let own = of_round(tx, Some(&kept.matter)).await?;
            of_rounds.insert(kept.matter.id, own);
        }
        Ok(Self { of_rounds, without: of_round(tx, None).await? })
    }

    /// Those of a matter; one without a round goes by the numbers in force.
    pub fn for_matter(&self, matter: &Matter) -> &Cow<'static, Parameters> {
        self.of_round(round_of(matter))
    }

    /// Those of a round by its id.
    pub fn of_round(&self, round: Option<&str>) -> &Cow<'static, Parameters> {
        round.and_then(|id| self.of_rounds.get(id)).unwrap_or(&self.without)
    }
}

/// The rounds that matters belong to.
pub fn rounds_of<'a>(matters: impl IntoIterator<Item = &'a Matter>) -> BTreeSet<String> {
    matters.into_iter().filter_map(round_of).map(str::to_owned).collect()
}

fn round_of(matter: &Matter) -> Option<&str> {
    if matter.kind() == Kind::Round { Some(&matter.id) } else { matter.parties.round.as_deref() }
}

/// The text of the policy in force for rounds to come: what two persons adopted last, else what the program carries.
pub async fn text(tx: &mut Tx) -> anyhow::Result<Cow<'static, str>> {
    Ok(store::policy::adopted(tx).await?.map_or(Cow::Borrowed(EMBEDDED), Cow::Owned))
}

/// The numbers that an act is judged by: those of its round, of the round itself, or of all rounds that a batch gathers.
pub async fn of_case(tx: &mut Tx, matter: &Matter, facts: &Facts) -> anyhow::Result<Cow<'static, Parameters>> {
    match matter.kind() {
        Kind::Round => of_round(tx, Some(matter)).await,
        Kind::Batch => of_matters(tx, &facts.related).await,
        _ => of_round(tx, facts.round.as_ref()).await,
    }
}

/// The numbers for matters of several rounds, as a consolidated result is: those of the round with the smallest share of
/// excellent people, which keeps within every round's own (6). Without any round those of the program.
pub async fn of_matters(tx: &mut Tx, matters: &[Matter]) -> anyhow::Result<Cow<'static, Parameters>> {
    let policies = Policies::of(tx, &rounds_of(matters)).await?;
    let strictest = policies.of_rounds.into_values().min_by_key(|own| own.excellent_percent_max);
    Ok(strictest.unwrap_or(policies.without))
}

/// The days on which people are judged: the round's for ages, today for registers; without a round, today.
pub fn days(today: NaiveDate, round: Option<&Matter>) -> Days {
    let (notice, born_on_or_after) = round.map_or((None, None), round::reference_days);
    Days { today: Some(today), reference: notice.or(Some(today)), born_on_or_after }
}

/// The round that is being collected or matched; the latest when several are.
pub async fn current_round(tx: &mut Tx) -> anyhow::Result<Option<Matter>> {
    let rounds = matter::linked(tx, Link::OfKind(Kind::Round)).await?;
    let running = |round: &Matter| matches!(round.stage, Stage::RoundOpen | Stage::RoundCollected);
    Ok(rounds.into_iter().filter(running).max_by_key(|round| round.body.day(&round::NOTICE_DAY)))
}

/// The round that takes needs now.
pub async fn open_round(tx: &mut Tx) -> anyhow::Result<Option<Matter>> {
    let rounds = matter::linked(tx, Link::OfKind(Kind::Round)).await?;
    Ok(rounds.into_iter().find(|round| round.stage == Stage::RoundOpen))
}

#[cfg(test)]
mod tests {
    use programme::access::{Actor, Role};
    use programme::process::{Action, Body, Doer, Parties, REASON, revision};
    use store::By;

    use super::*;
    use crate::usecases::Desk;
    use crate::usecases::acts::{self, Outcome};

    fn province(login: &str) -> Doer {
        Doer::Account(Actor::new(login, Role::Province, None).unwrap())
    }

    #[tokio::test]
    async fn a_change_by_two_persons_is_for_rounds_to_come_and_a_signed_round_keeps_its_own() {
        store::testing::on_each(async |database| {
            let desk = Desk::new(database);
            let by = |login| By { at: "2026-01-05T01:00:00Z".parse().unwrap(), login, origin: "console" };
            let changes = vec!["excellent_percent_max=15".to_owned()];
            let inputs = Body::default().with(&revision::CHANGES, changes).with(&REASON, "四部门会商确定");
            let new = (Kind::Revision, Action::ProposeRevision);
            let proposed = acts::open(&desk, &by("one"), &province("one"), new, None, &inputs).await.unwrap();
            let id = proposed.done().unwrap().id;
            let share = async |round: Option<&Matter>| {
                of_round(&mut desk.database.read().await.unwrap(), round).await.unwrap().excellent_percent_max
            };
            assert_eq!(share(None).await, 20, "one person changes nothing");
            let confirm = async |login: &'static str| {
                let (doer, nothing) = (province(login), Body::default());
                acts::act(&desk, &by(login), &doer, &id, None, Action::ConfirmRevision, &nothing).await.unwrap()
            };
            assert!(matches!(confirm("one").await, Outcome::Refused(_)));
            confirm("two").await.done().unwrap();
            assert_eq!(share(None).await, 15);
            let (id, title, stage) = ("round-000001".to_owned(), String::new(), Stage::RoundCollected);
            let body = Body::default().with(&round::POLICY_HASH, seal(EMBEDDED));
            let signed = Matter { id, stage, version: 1, title, parties: Parties::default(), body, due: None };
            assert_eq!(share(Some(&signed)).await, 20);
        })
        .await;
    }
}
