//! From what a file or a form holds to typed records, with every problem at once.
//!
//! Workbooks, JSON Lines and forms all become [`Row`]s of named [`Found`] values; one reader per kind of record turns
//! rows into records and [`Problem`]s, so the three ways in cannot drift apart. Readers never stop at the first error and
//! never repair: what is wrong is named with its place, what was found and what would be right.

use std::collections::BTreeMap;

use chrono::NaiveDate;

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
    Object(Row),
}

/// One row of a sheet, one line of a JSON Lines file, or one form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Where the row stands, for people: `需求表!7`, `第 7 行`, or empty for a form.
    pub place: String,
    /// Place of each present column, for people: `需求表!C7`, `第 7 行 title`.
    pub places: BTreeMap<String, String>,
    /// Values by machine name of the column (`credit_code`, not 统一社会信用代码); blank cells are absent.
    pub values: BTreeMap<String, Found>,
}

/// One thing that is wrong in a file or form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: `需求表!C7`, `第 7 行 title`, or a field's name.
    pub place: String,
    /// Machine name of the column, empty when the whole row is meant.
    pub column: String,
    /// Stable code such as `credit_code.check_digit`.
    pub code: &'static str,
    /// Chinese: what was found and what would be right.
    pub message: String,
}
