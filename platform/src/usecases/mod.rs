//! The acts: what people do, whether by page, command line or background job.
//!
//! Each act loads what it needs, decides, writes, and leaves its audit event, so that a page and a command cannot do
//! the same thing differently.

pub mod accounts;
pub mod acts;
pub mod administration;
pub mod answers;
pub mod attachments;
pub mod calendar;
pub mod city_support;
pub mod collection;
pub mod demonstration;
pub mod diary;
pub mod downloads;
pub mod excellent;
pub mod explain;
pub mod figures;
pub mod gaps;
pub mod guard;
pub mod identifiers;
pub mod import;
pub mod kept;
pub mod matching;
pub mod notices;
pub mod passwords;
pub mod play;
pub mod policy;
pub mod proposals;
pub mod qualifications;
pub mod reach;
pub mod recheck;
pub mod register;
pub mod rerun;
pub mod round_figures;
pub mod runs;
pub mod seal;
pub mod third_party;
pub mod token;
pub mod trail;
pub mod vectors;
pub mod what_if;

use std::sync::Arc;

use chrono::NaiveDate;
use store::Database;
use store::catalogue::Catalogue;

use crate::embedding::{Model, Weighting};
use attachments::Looked;
use calendar::Calendars;
use collection::Collections;
use figures::Figures;
use kept::Kept;
use recheck::Rechecks;
use register::Registers;
use round_figures::{Censuses, RoundCounts};
use seal::Keys;

/// What the acts work with; clones share it.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The database.
    pub database: Database,
    /// Everybody, indexed.
    pub collections: Collections,
    /// The lists of needs and people.
    pub catalogue: Catalogue,
    /// The working days.
    pub calendars: Calendars,
    /// The register as figures count it.
    pub censuses: Censuses,
    /// What the registers speak against.
    pub rechecks: Rechecks,
    /// The figures of rounds.
    pub round_counts: RoundCounts,
    /// The figures of the programme, by scope.
    pub counts: Kept<String, Figures>,
    /// Enterprises whose certificates run out, by scope and day.
    pub expiries: Kept<(String, NaiveDate), Vec<qualifications::Line>>,
    /// Units, holdings and misconduct.
    pub registers: Registers,
    /// What was found in files that go out with lists.
    pub looked: Looked,
    /// The embedding model, if there is one.
    pub model: Option<Arc<Model>>,
    /// The weights to rank by.
    pub weighting: Weighting,
    /// Certificates of the authorities that the office trusts, in PEM; nothing when it named none.
    pub authorities: Option<Arc<str>>,
    /// The office's keys, for acts that are given what has to be sealed.
    pub keys: Option<Keys>,
}

impl Desk {
    /// A desk in front of a database, without an embedding model, with the published weights and without keys.
    pub fn new(database: Database) -> Self {
        Self {
            database,
            collections: Collections::default(),
            catalogue: Catalogue::default(),
            calendars: Calendars::default(),
            censuses: Censuses::default(),
            rechecks: Rechecks::default(),
            round_counts: RoundCounts::default(),
            counts: Kept::default(),
            expiries: Kept::default(),
            registers: Registers::default(),
            looked: Looked::default(),
            model: None,
            weighting: Weighting::published(),
            authorities: None,
            keys: None,
        }
    }

    /// The same with the authorities of a configuration.
    #[must_use]
    pub fn with_authorities(self, authorities: Option<Arc<str>>) -> Self {
        Self { authorities, ..self }
    }

    /// The same with the office's keys.
    #[must_use]
    pub fn with_keys(self, keys: Keys) -> Self {
        Self { keys: Some(keys), ..self }
    }
}
