//! The programme's rules as data and pure functions: records, identifiers, working days, eligibility, deadlines.
//!
//! No I/O, no clock, no chance, no async: time comes in as a parameter.

pub mod access;
pub mod calc;
pub mod calendar;
pub mod certificate;
pub mod check;
pub mod clause;
pub mod finding;
pub mod identifiers;
pub mod industries;
pub mod intake;
pub mod organisation;
pub mod parameters;
pub mod personal_data;
pub mod process;
pub mod quality;
pub mod record;
pub mod regions;
pub mod rules;
pub mod seal;
pub mod signature;
mod strict;
