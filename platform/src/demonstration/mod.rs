//! The demonstration province: everything a new user needs to try the system, from a start, with nobody real in it.
//!
//! A pure generator. What it writes is put together from a vocabulary written by hand (`data/`), so that needs and works
//! read like those of the province's industries, and from chance with a start, so that the same seed gives the same bytes.
//! Nothing real is copied: real data would bring licences and people's rights with it, and could not be shown on a stage.
//!
//! How to see that it is invented: names of enterprises, units and people end in `（演示）`, the organisation part of every
//! credit code begins with `MADEM`, numbers of certificates contain `DEMO`.
//!
//! What it shows on purpose: needs of every quality (complete ones, vague ones, one-liners, near duplicates), needs for which
//! the province has an expert, only a neighbour, or nobody; people over the age limit, without a degree, without works, in the register
//! of misconduct; enterprises with lapsed certificates or held by a person or unit that would be proposed to them.

mod accounts;
pub mod cast;
mod chance;
mod codes;
mod enterprises;
mod files;
mod holdings;
mod lexicon;
mod needs;
mod people;
mod truth;
mod works;

use chrono::NaiveDate;
use programme::record::{Enterprise, Misconduct, Need, Person, Shareholder, Unit};

pub use accounts::{Account, PARTIES, SECOND_LOGIN, bound};
pub use chance::Start;
pub use files::write_files;
pub use needs::Form;
pub use truth::Truth;

use lexicon::Lexicon;

/// Enterprises of the province.
pub const ENTERPRISES: usize = 60;
/// Needs of its one round.
pub const NEEDS: usize = 150;
/// Sending units.
pub const UNITS: usize = 20;
/// People.
pub const PEOPLE: usize = 800;
/// Works of all people together.
pub const WORKS: usize = 4_000;
/// The seed of `zongshi demo` when none is given.
pub const SEED: u64 = 20_250_210;

/// The start of the programme's first round, for tests and for files that should be the same on every day.
pub const FIRST_ROUND: Start =
    Start { seed: SEED, notice_day: NaiveDate::from_ymd_opt(2025, 2, 10).expect("10 February 2025 exists") };

/// Everything in the demonstration.
#[derive(Clone, Debug, PartialEq)]
pub struct Province {
    /// Universities and institutes.
    pub units: Vec<Unit>,
    /// Receiving enterprises.
    pub enterprises: Vec<Enterprise>,
    /// Needs of one round, by id.
    pub needs: Vec<Need>,
    /// The same needs as forms that enterprises fill in, in the order of `needs`.
    pub forms: Vec<Form>,
    /// People with their works, by id.
    pub people: Vec<Person>,
    /// Holdings, some of which stand against a pair.
    pub shareholders: Vec<Shareholder>,
    /// The register of misconduct.
    pub misconduct: Vec<Misconduct>,
    /// One account for every role.
    pub accounts: Vec<Account>,
    /// How related people are to needs, known because the generator made both.
    pub truth: Vec<Truth>,
}

/// Builds the province of a start.
///
/// # Panics
/// Only when the data compiled into the program is malformed, which a test rules out.
pub fn province(start: Start) -> Province {
    let lexicon = Lexicon::embedded();
    let places = enterprises::places();
    let enterprises = enterprises::enterprises(start, &places);
    let (units, staff) = people::people(start, &lexicon);
    let staff = works::with_works(start, &lexicon, staff);
    let asked = needs::needs(start, &lexicon, &places, &enterprises);
    let truth = truth::truth(start, &lexicon, &asked, &staff);
    let people: Vec<Person> = staff.into_iter().map(|member| member.person).collect();
    let (needs, forms): (Vec<Need>, Vec<Form>) = asked.into_iter().map(|asked| (asked.need, asked.form)).unzip();
    let mut shareholders = holdings::shareholders(start, &enterprises, &units, &people, &needs, &truth);
    holdings::with_majorities(&mut shareholders, &places, &enterprises);
    let misconduct = holdings::misconduct(start, &enterprises, &people, &needs, &truth);
    let accounts = accounts::accounts(&units, &people, &needs, start.notice_day);
    Province { units, enterprises, needs, forms, people, shareholders, misconduct, accounts, truth }
}

#[cfg(test)]
mod tests;
