//! One test binary for the crate: linking is what tests wait for.

mod browser;
mod tidy;
mod web;
