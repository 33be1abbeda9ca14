//! One test binary for the crate: linking is what tests wait for.

mod browser;
mod import_commands;
mod match_commands;
mod model_commands;
mod operations;
mod pages;
mod rules_commands;
#[expect(dead_code, reason = "the tests of `matching` use all of it")]
#[path = "../../../matching/tests/encoder/model.rs"]
mod small_model;
mod tidy;
mod train_commands;
mod web;
