//! SQL and migrations: one text for SQLite and PostgreSQL, one file per family of tables.
//!
//! Every function works inside a [`Tx`], so that a caller decides what belongs together; every write leaves its audit
//! event in the same transaction; every read of records takes a [`Scope`](programme::access::Scope).
//! Turned down: sqlx's `Any` driver (loses dates, booleans and JSON), an ORM (hides the SQL that officials' data rests on).

#[macro_use]
mod database;
mod sql;

pub mod account;
pub mod attachment;
pub mod audit;
pub mod backup;
pub mod calendar;
pub mod capture;
pub mod catalogue;
pub mod enterprise;
mod error;
pub mod job;
pub mod listing;
pub mod match_run;
pub mod matter;
mod migration;
pub mod misconduct;
pub mod namesake;
pub mod need;
pub mod need_return;
pub mod offer;
pub mod outcome;
pub mod page;
pub mod person;
pub mod policy;
pub mod route;
pub mod sealed;
pub mod session;
pub mod shareholder;
pub mod statistics;
#[cfg(feature = "testing")]
pub mod testing;
pub mod unit;
pub mod vector;

pub use database::{Database, Missing, Tx};
pub use error::{Error, Result};
pub use migration::State;

/// A moment, truncated to microseconds by the clock so that both databases give back what was stored.
pub type Timestamp = chrono::DateTime<chrono::Utc>;

/// Who does something, when and from where: what every write is told and every audit event keeps.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// When.
    pub at: Timestamp,
    /// The account's login, or `console` for the command line on the machine.
    pub login: &'a str,
    /// Address the request came from; `console` for the command line.
    pub origin: &'a str,
}

/// What a bulk write did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows that were new.
    pub inserted: usize,
    /// Rows that were there and have been overwritten.
    pub updated: usize,
}
