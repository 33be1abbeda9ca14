//! What the public reads of lists, and how it objects: no account, no field beyond the permitted ones, no trace of an
//! objector outside the objection itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{NaiveDate, TimeDelta};
use programme::process::line::Line;
use programme::process::listing::{LIST_LINES, NOTICE_END, NOTICE_START, OWN_NOTICES, PUBLICATIONS, TRACKING_HASH};
use programme::process::{Action, Body, Doer, Kind, Matter, Stage};
use programme::seal::hex;
use sm3::{Digest, Sm3};
use store::matter::{self, Link};
use store::{By, Timestamp, Tx};
use subtle::ConstantTimeEq;

use super::Desk;
use super::acts::{self, Outcome};
use crate::web::security::random_hex;

/// What the trail calls somebody who acts without an account.
pub const PUBLIC_LOGIN: &str = "public";

/// Objections taken from one address within [`ADDRESS_MINUTES`]; an office or a university may share one.
pub const OBJECTIONS_PER_ADDRESS_MAX: u32 = 5;
/// Minutes over which the objections of an address are counted, from the first.
pub const ADDRESS_MINUTES: i64 = 60;
/// Addresses that are remembered at once; they are forgotten together, so that memory stays bounded.
const ADDRESSES_MAX: usize = 10_000;
/// Bytes of chance in a tracking code.
const CODE_BYTES: usize = 8;

/// How many objections each address has sent lately: kept in memory alone, since an address may tell who somebody is.
#[derive(Clone, Debug, Default)]
pub struct Senders(Arc<Mutex<HashMap<String, (Timestamp, u32)>>>);

impl Senders {
    /// Counts one more from an address; whether it is still within the limit.
    pub fn admit(&self, address: &str, now: Timestamp) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= ADDRESSES_MAX {
            known.clear();
        }
        let entry = known.entry(address.to_owned()).or_insert((now, 0));
        if now - entry.0 >= TimeDelta::minutes(ADDRESS_MINUTES) {
            *entry = (now, 0);
        }
        entry.1 += 1;
        entry.1 <= OBJECTIONS_PER_ADDRESS_MAX
    }
}

/// The lists that stand in public notice, by id.
pub async fn on_notice(tx: &mut Tx) -> anyhow::Result<Vec<Matter>> {
    let mut listings = matter::linked(tx, Link::OfKind(Kind::Listing)).await?;
    listings.retain(|listing| listing.stage == Stage::ListingNotice);
    Ok(listings)
}

/// The lists of which names are published, the newest first.
pub async fn published(tx: &mut Tx) -> anyhow::Result<Vec<Matter>> {
    let mut listings = matter::linked(tx, Link::OfKind(Kind::Listing)).await?;
    listings.retain(|listing| listing.body.has(&PUBLICATIONS));
    listings.reverse();
    Ok(listings)
}

/// A list that was ever noticed; any other is not to be known of.
pub async fn noticed(tx: &mut Tx, id: &str) -> anyhow::Result<Option<Matter>> {
    let found = matter::find(tx, id).await?.map(|kept| kept.matter);
    Ok(found.filter(|one| one.kind() == Kind::Listing && one.body.has(&NOTICE_START)))
}

/// The names of a list that are still on it. Whether one is held is not told: that would tell of an objection.
pub async fn names(tx: &mut Tx, listing: &Matter) -> anyhow::Result<Vec<Line>> {
    let kept = matter::final_names(tx, &listing.id).await?;
    let lines = listing.body.list(&LIST_LINES).iter().filter_map(|line| Line::parse(line));
    Ok(lines.filter(|line| kept.contains(&line.pair)).collect())
}

/// Whether objections are taken on a day: within the notice, or within that of a corrected name.
pub fn takes_objections(listing: &Matter, today: NaiveDate) -> bool {
    let body = &listing.body;
    let of_list = body.day(&NOTICE_START).zip(body.day(&NOTICE_END));
    let own = body.list(&OWN_NOTICES).iter().filter_map(|entry| {
        let mut parts = entry.split('|').skip(1);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    });
    of_list.into_iter().chain(own).any(|(first, last): (NaiveDate, NaiveDate)| (first..=last).contains(&today))
}

/// Files an objection of somebody who is not signed in; with it goes the code that asks where it stands. The audit trail
/// says that the public did it, and neither who nor from where.
pub async fn object(desk: &Desk, now: Timestamp, listing: &str, mut inputs: Body) -> anyhow::Result<(Outcome, String)> {
    let code = random_hex::<CODE_BYTES>();
    inputs.set(&TRACKING_HASH, fingerprint(&code));
    let by = By { at: now, login: PUBLIC_LOGIN, origin: PUBLIC_LOGIN };
    let kind = (Kind::Objection, Action::FileObjection);
    let outcome = acts::open(desk, &by, &Doer::Public, kind, Some(listing), &inputs).await?;
    Ok((outcome, code))
}

/// An objection, for whoever has its number and its code.
pub async fn tracked(tx: &mut Tx, number: &str, code: &str) -> anyhow::Result<Option<Matter>> {
    let found = matter::find(tx, number).await?.map(|kept| kept.matter);
    let own = |objection: &Matter| {
        let kept = objection.body.text(&TRACKING_HASH);
        !kept.is_empty() && bool::from(kept.as_bytes().ct_eq(fingerprint(code).as_bytes()))
    };
    Ok(found.filter(|one| one.kind() == Kind::Objection && own(one)))
}

fn fingerprint(code: &str) -> String {
    hex(&Sm3::digest(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_sends_so_many_objections_within_an_hour() {
        let (senders, now) = (Senders::default(), "2025-09-28T01:00:00Z".parse::<Timestamp>().unwrap());
        for _ in 0..OBJECTIONS_PER_ADDRESS_MAX {
            assert!(senders.admit("10.0.0.1", now));
        }
        assert!(!senders.admit("10.0.0.1", now + TimeDelta::minutes(ADDRESS_MINUTES - 1)));
        assert!(senders.admit("10.0.0.2", now));
        assert!(senders.admit("10.0.0.1", now + TimeDelta::minutes(ADDRESS_MINUTES)));
    }
}
