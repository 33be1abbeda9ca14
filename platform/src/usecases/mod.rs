//! The acts: what people do, whether by page, command line or background job.
//!
//! Each act loads what it needs, decides, writes, and leaves its audit event, so that a page and a command cannot do
//! the same thing differently.

pub mod demonstration;
pub mod import;
pub mod passwords;
pub mod token;
