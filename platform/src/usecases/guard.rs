//! What stands between a visitor and the records: the keys, how old a password may be, how often an address may fail.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use store::Timestamp;
use store::account::Account;

use super::seal::Keys;

/// Wrong sign-ins from one address within [`ADDRESS_MINUTES`] after which it has to wait. An office may share one address,
/// so this is far above what an account allows (`FAILURES_MAX`), and far below what guessing needs.
pub const ADDRESS_FAILURES_MAX: u32 = 30;
/// Minutes over which the failures of an address are counted, from the first.
pub const ADDRESS_MINUTES: i64 = 10;
/// Addresses that are remembered at once; beyond it the one that began longest ago is forgotten.
const ADDRESSES_MAX: usize = 10_000;

/// Shared by all requests; clones share it.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Seals and opens identifiers.
    pub keys: Keys,
    /// Days after which a password has to be changed.
    pub password_days_max: u32,
    failures: Arc<Mutex<HashMap<String, Failures>>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    since: Timestamp,
    count: u32,
}

impl Guard {
    /// A guard that remembers nobody yet.
    pub fn new(keys: Keys, password_days_max: u32) -> Self {
        Self { keys, password_days_max, failures: Arc::default() }
    }

    /// Whether the account's password is older than it may be.
    pub fn password_is_old(&self, account: &Account, now: Timestamp) -> bool {
        now - account.password_changed >= TimeDelta::days(i64::from(self.password_days_max))
    }

    /// How many minutes an address has to wait before it may try again; none when it may.
    pub fn minutes_to_wait(&self, address: &str, now: Timestamp) -> Option<i64> {
        let known = self.failures.lock().unwrap_or_else(PoisonError::into_inner).get(address).copied()?;
        let left = known.since + TimeDelta::minutes(ADDRESS_MINUTES) - now;
        let waits = known.count >= ADDRESS_FAILURES_MAX && left > TimeDelta::zero();
        waits.then(|| (left.num_seconds() + 59) / 60)
    }

    /// Counts a wrong sign-in.
    pub fn note_failure(&self, address: &str, now: Timestamp) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let over = |known: &Failures| known.since + TimeDelta::minutes(ADDRESS_MINUTES) <= now;
        if failures.len() >= ADDRESSES_MAX && !failures.contains_key(address) {
            failures.retain(|_, known| !over(known));
        }
        if failures.len() >= ADDRESSES_MAX && !failures.contains_key(address) {
            let oldest = failures.iter().min_by_key(|(_, known)| known.since).map(|(address, _)| address.clone());
            oldest.and_then(|oldest| failures.remove(&oldest));
        }
        let known = failures.entry(address.to_owned()).or_insert(Failures { since: now, count: 0 });
        if over(known) {
            *known = Failures { since: now, count: 0 };
        }
        known.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard() -> Guard {
        Guard::new(Keys::draw().unwrap(), 90)
    }

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    #[test]
    fn an_address_waits_from_its_last_allowed_failure_on_and_others_do_not() {
        for (failures, wait) in
            [(ADDRESS_FAILURES_MAX - 1, None), (ADDRESS_FAILURES_MAX, Some(10)), (ADDRESS_FAILURES_MAX + 1, Some(10))]
        {
            let guard = guard();
            for _ in 0..failures {
                guard.note_failure("10.0.0.1", at(0));
            }
            assert_eq!(guard.minutes_to_wait("10.0.0.1", at(0)), wait, "{failures}");
            assert_eq!(guard.minutes_to_wait("10.0.0.2", at(0)), None);
        }
    }

    #[test]
    fn the_wait_runs_out_and_counting_begins_anew() {
        let guard = guard();
        for _ in 0..ADDRESS_FAILURES_MAX {
            guard.note_failure("10.0.0.1", at(0));
        }
        assert_eq!(guard.minutes_to_wait("10.0.0.1", at(ADDRESS_MINUTES - 1)), Some(1));
        assert_eq!(guard.minutes_to_wait("10.0.0.1", at(ADDRESS_MINUTES)), None);
        guard.note_failure("10.0.0.1", at(ADDRESS_MINUTES));
        assert_eq!(guard.minutes_to_wait("10.0.0.1", at(ADDRESS_MINUTES)), None);
    }

    #[test]
    fn a_flood_of_addresses_takes_no_more_room_than_its_bound() {
        let guard = guard();
        for number in 0..=ADDRESSES_MAX {
            guard.note_failure(&number.to_string(), at(0) + TimeDelta::microseconds(number.try_into().unwrap()));
            assert!(guard.failures.lock().unwrap().len() <= ADDRESSES_MAX);
        }
        assert!(!guard.failures.lock().unwrap().contains_key("0"), "the oldest gave way");
    }
}
