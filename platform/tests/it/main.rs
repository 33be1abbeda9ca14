//! One test binary for the crate: linking is what tests wait for.

mod browser;
mod import_commands;
mod match_commands;
mod operations;
mod pages;
mod rules_commands;
mod tidy;
mod web;
