//! Pages, texts, jobs, command line and configuration around the other four crates.

pub mod cli;
pub mod clock;
pub mod config;
pub mod demonstration;
pub mod embedding;
pub mod exchange;
pub mod jobs;
pub mod usecases;
pub mod web;
