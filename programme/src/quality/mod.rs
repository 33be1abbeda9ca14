//! How definite a need is (2.3.1(2)): what it lacks, which words say nothing, which figures are open, which needs it repeats.
//!
//! The policy asks for a definite need and leaves open what that is. Here it is a form with fields, a meter that asks one
//! concrete question for every gap, and a least score that the policy file states. All of it is rules and lists of words
//! (`programme/data`): no model judges an enterprise's writing, because nobody could say why it did.

mod compose;
pub mod contact;
pub mod duplicates;
mod field;
mod meter;
pub mod quantity;
mod question;
mod target;
mod text;
pub mod unit;
mod words;

pub use compose::Parts;
pub use field::{Draft, Field};
pub use meter::{
    Experience, FAILURES, Failure, Item, Meter, PROBLEM_CHARS_MAX, PROBLEM_CHARS_MIN, REPEATED_CHARS_MIN,
    STATE_CHARS_MIN, TITLE_CHARS_MAX, TITLE_CHARS_MIN, meter,
};
pub use question::{ANSWERED, QUESTIONS, Question, Severity};
pub use words::Words;
