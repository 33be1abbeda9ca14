//! How definite a need is (2.3.1(2)): the figures in it and the questions that are still open.

pub mod quantity;
pub mod unit;
