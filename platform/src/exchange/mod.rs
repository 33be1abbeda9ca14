//! Files that go in and out: bytes to rows and records, records and results to bytes.
//!
//! What a file is, its bytes say and not its name. A file is read whole before anybody uses a record of it, and every
//! problem of it is reported at once.

use std::path::Path;

use anyhow::Context as _;
use programme::intake::{FromRow, Place, Problem, Reading, Strictness};
use programme::record::{Need, Person};

mod jsonl;
mod to_matching;

pub use to_matching::{need_text, profile};

/// Reads needs from a file of JSON Lines.
///
/// # Errors
/// When the file cannot be opened or read; what is wrong inside it is in the reading.
pub fn load_needs(path: &Path, strictness: Strictness) -> anyhow::Result<Reading<Need>> {
    Ok(read_records(&read_file(path)?, strictness))
}

/// Reads people with their works from a file of JSON Lines.
///
/// # Errors
/// When the file cannot be opened or read; what is wrong inside it is in the reading.
pub fn load_people(path: &Path, strictness: Strictness) -> anyhow::Result<Reading<Person>> {
    Ok(read_records(&read_file(path)?, strictness))
}

/// Reads records of one kind from the bytes of a file.
pub fn read_records<T: FromRow>(bytes: &[u8], strictness: Strictness) -> Reading<T> {
    jsonl::read(bytes, strictness)
}

fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("读取文件 {}", path.display()))
}

/// A reading that holds nothing but the one reason why the file cannot be read.
fn refused<T>(code: &'static str, message: impl Into<String>) -> Reading<T> {
    let problem = Problem { place: Place::Whole, column: String::new(), code, message: message.into() };
    let problems = std::iter::once(problem).collect();
    Reading { records: Vec::new(), places: Vec::new(), problems, notes: Vec::new() }
}
