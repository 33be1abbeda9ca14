//! Which policy and which days a matter is judged by: those of its round.
//!
//! A round keeps the policy file that its four departments signed (6). While the program carries that very file nothing is
//! read; for an older round the kept text is read, and entries that it did not have yet are taken from the present file.

use std::borrow::Cow;

use anyhow::Context as _;
use chrono::NaiveDate;
use programme::parameters::{EMBEDDED, Parameters};
use programme::process::{Kind, Matter, Stage, round};
use programme::rules::Days;
use programme::seal::seal;
use store::Tx;
use store::matter::{self, Link};

/// The numbers that a round runs under; those of the program when there is no round or none was signed yet.
pub async fn of_round(tx: &mut Tx, round: Option<&Matter>) -> anyhow::Result<Cow<'static, Parameters>> {
    let hash = round.map_or("", |round| round.body.text(&round::POLICY_HASH));
    if hash.is_empty() || hash == seal(EMBEDDED) {
        return Ok(Cow::Borrowed(Parameters::embedded()));
    }
    let Some(content) = store::policy::content(tx, hash).await? else {
        // Signed but not issued yet: nothing is judged by it.
        return Ok(Cow::Borrowed(Parameters::embedded()));
    };
    let kept = Parameters::parse_kept(&content).context("read the policy file that the round keeps")?;
    Ok(Cow::Owned(kept))
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
