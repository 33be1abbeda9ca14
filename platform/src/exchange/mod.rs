//! Files that go in and out: bytes to rows and records, records and results to bytes.
//!
//! What a file is, its bytes say and not its name. A file is read whole before anybody uses a record of it, and every
//! problem of it is reported at once.

use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use paperwork::Sheet;
use programme::intake::{FromRow, Kind, Place, Problem, Problems, Reader, Reading, Strictness, attach_works};
use programme::record::{Need, OwnedWork, Person};

pub mod acts;
mod export;
mod indicators;
mod jsonl;
pub mod layout;
mod run;
mod sheets;
#[cfg(test)]
mod tests;
mod to_matching;

pub use export::{template, to_jsonl, to_workbook};
pub use run::{CandidateLine, Eligibility, RunLine, RunRecord};
pub use sheets::annotated;
pub use to_matching::{need_text, profile};

/// A record that can be read from a file; people take their works from a sheet of their own.
pub trait FromFile: FromRow {
    /// Reads what stands on other sheets of the workbook than the record's own.
    fn read_further(_reading: &mut Reading<Self>, _sheets: &[Sheet], _strictness: Strictness) {}
}

impl FromFile for Need {}
impl FromFile for OwnedWork {}
impl FromFile for programme::record::Unit {}
impl FromFile for programme::record::Enterprise {}
impl FromFile for programme::record::Shareholder {}
impl FromFile for programme::record::Misconduct {}
impl FromFile for programme::record::CalendarDay {}

impl FromFile for Person {
    fn read_further(people: &mut Reading<Self>, sheets: &[Sheet], strictness: Strictness) {
        if sheets::has_rows(sheets, Kind::Works) {
            attach_works(people, read_sheet(sheets, strictness));
        }
    }
}

/// Reads needs from a file, a workbook or JSON Lines.
///
/// # Errors
/// When the file cannot be opened or read; what is wrong inside it is in the reading.
pub fn load_needs(path: &Path, strictness: Strictness) -> anyhow::Result<Reading<Need>> {
    Ok(read_records(&read_file(path)?, strictness))
}

/// Reads people with their works from a file, a workbook or JSON Lines.
///
/// # Errors
/// When the file cannot be opened or read; what is wrong inside it is in the reading.
pub fn load_people(path: &Path, strictness: Strictness) -> anyhow::Result<Reading<Person>> {
    Ok(read_records(&read_file(path)?, strictness))
}

/// Reads records of one kind from the bytes of a file.
pub fn read_records<T: FromFile>(bytes: &[u8], strictness: Strictness) -> Reading<T> {
    if !paperwork::is_workbook(bytes) {
        return jsonl::read(bytes, strictness);
    }
    match paperwork::read(bytes) {
        Ok(sheets) => {
            let mut reading = read_sheet(&sheets, strictness);
            T::read_further(&mut reading, &sheets, strictness);
            let kinds = if T::KIND == Kind::People { &[Kind::People, Kind::Works][..] } else { &[T::KIND] };
            reading.notes.extend(sheets::unread_notes(&sheets, kinds));
            reading
        }
        Err(refusal) => refused(refusal.code(), refusal.to_string()),
    }
}

/// The file given back with its problems: marked where they stand in a workbook, and listed on a sheet of their own.
///
/// # Errors
/// When the workbook cannot be written.
pub fn give_back(bytes: &[u8], problems: &Problems) -> anyhow::Result<Vec<u8>> {
    // A workbook that is refused as a whole is not opened again: the list says why.
    let sheets = if paperwork::is_workbook(bytes) { paperwork::read(bytes).unwrap_or_default() } else { Vec::new() };
    annotated(&sheets, problems).context("写批注工作簿")
}

/// The bytes of a file.
///
/// # Errors
/// When it cannot be opened or read.
pub fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let read = || {
        let mut bytes = Vec::new();
        // One byte more than may be read tells a file that is too long, whatever its length.
        std::fs::File::open(path)?.take(jsonl::FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>(bytes)
    };
    read().with_context(|| format!("读取文件 {}", path.display()))
}

fn read_sheet<T: FromRow>(sheets: &[Sheet], strictness: Strictness) -> Reading<T> {
    let found = sheets::rows_of(sheets, T::KIND);
    let mut reader = Reader::new(strictness);
    reader.add_problems(found.problems);
    for row in found.rows {
        reader.take(row);
    }
    reader.finish()
}

/// A reading that holds nothing but the one reason why the file cannot be read.
fn refused<T>(code: &'static str, message: impl Into<String>) -> Reading<T> {
    let problem = Problem { place: Place::Whole, column: String::new(), code, message: message.into() };
    let problems = std::iter::once(problem).collect();
    Reading { records: Vec::new(), places: Vec::new(), problems, notes: Vec::new() }
}
