//! From what a file or a form holds to typed records, with every problem at once.
//!
//! Workbooks, JSON Lines and forms all become [`Row`]s of named [`Found`] values; one reader per kind of record turns
//! rows into records and [`Problem`]s, so the three ways in cannot drift apart. Readers never stop at the first error and
//! never repair: what is wrong is named with its place, what was found and what would be right.
//!
//! What a column is called, holds and may hold stands once, in [`columns`]; templates, headings, JSON keys, forms and
//! messages all read it there.

use std::borrow::Cow;

use chrono::NaiveDate;

pub mod columns;
mod fields;
mod headings;
mod place;
mod reader;
mod records;
mod to_row;

pub use columns::{Column, Content, Kind};
pub use headings::{PROBLEMS_HEADING, heading_count, recognise_headings};
pub use place::{Place, column_letters};
pub use reader::{Note, PROBLEMS_MAX, Problems, Reader, Reading, Strictness, read};
pub use records::{FromRow, attach_works};
pub use to_row::{ToRow, Value, Values};

/// What stands in one place, before anybody has judged it.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Text as typed.
    Text(String),
    /// A number; in a column of ids this is refused, since Excel has already destroyed digits.
    Number(f64),
    /// A truth value.
    Boolean(bool),
    /// A date cell.
    Date(NaiveDate),
    /// A formula cell (its text); refused everywhere.
    Formula(String),
    /// Several values (JSON arrays; workbooks split a cell at `；`).
    List(Vec<Found>),
    /// A nested object (JSON only), such as one work of a person.
    Object(Vec<Entry>),
}

/// One named value of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Machine name of the column (`credit_code`, not 统一社会信用代码), or the unknown key of a JSON object.
    pub name: Cow<'static, str>,
    /// Column of the sheet, counted from 0; absent outside workbooks.
    pub column: Option<u16>,
    /// What stands there.
    pub found: Found,
}

/// One row of a sheet, one line of a JSON Lines file, or one form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Where the row stands.
    pub place: Place,
    /// The values that are present, each name once; blank cells, `null` and empty text are absent.
    pub entries: Vec<Entry>,
}

impl Row {
    /// A row of texts by machine name, as a form gives it; blank texts are absent.
    pub fn of_form<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let entries = fields
            .into_iter()
            .filter(|(_, text)| !text.trim().is_empty())
            .map(|(name, text)| Entry {
                name: Cow::Owned(name.to_owned()),
                column: None,
                found: Found::Text(text.to_owned()),
            })
            .collect();
        Self { place: Place::Whole, entries }
    }
}

/// One thing that is wrong in a file or form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: `需求表!C7`, `第 7 行 title`, or a field's name.
    pub place: Place,
    /// Machine name of the column, empty when the whole row is meant.
    pub column: String,
    /// Stable code such as `credit_code.check_digit`.
    pub code: &'static str,
    /// Chinese: what was found and what would be right.
    pub message: String,
}

#[cfg(test)]
mod tests;
