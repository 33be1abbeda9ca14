//! The matching engine: Chinese text to terms, scores, assignment and reasons.
//!
//! No I/O, no clock, no chance, no async. It never sees a user, a birth date or a database.

pub mod encoder;
pub mod engine;
pub mod evaluate;
pub mod evidence;
pub mod index;
pub mod indicator;
pub mod input;
pub mod level;
pub mod meaning;
mod people;
pub mod plan;
pub mod query;
pub mod reason;
pub mod roll_up;
pub mod score;
pub mod text;
pub mod train;
pub mod weights;
