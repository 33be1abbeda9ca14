//! The matching engine: Chinese text to terms, scores, assignment and reasons.
//!
//! No I/O, no clock, no chance, no async. It never sees a user, a birth date or a database.

pub mod input;
