//! Bytes to Excel rows and back: reading workbooks that nobody should trust, writing workbooks that people fill in.
//!
//! No I/O, no clock, no async: bytes come in, bytes go out. Reading looks inside the archive before any part of it is
//! parsed, and every amount has a named bound. Writing never makes a formula: a text that begins with `=` stays a text.

use chrono::NaiveDate;

mod guard;
mod read;
mod texts;
mod write;

#[cfg(test)]
mod tests;

pub use guard::{ENTRIES_MAX, FILE_BYTES_MAX, RATIO_BYTES_MIN, RATIO_MAX, Refusal, UNPACKED_BYTES_MAX, is_workbook};
pub use read::{CELL_CHARS_MAX, CELLS_MAX, COLUMNS_MAX, ROWS_MAX, SHEETS_MAX, TEXT_BYTES_MAX, read};
pub use texts::{PlacedText, TextKind, texts};
pub use write::{Column, ColumnKind, Mark, Table, WriteError, annotate, write};

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A number; Excel keeps 15 digits of it.
    Number(f64),
    /// A truth value.
    Boolean(bool),
    /// A day. A date with a time of day is given as text, so that a reader of days refuses it.
    Date(NaiveDate),
    /// A formula, or an error value that one left behind, by its text.
    Formula(String),
}

/// A row that holds something.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetRow {
    /// Counted from 1, as Excel shows it.
    pub number: u32,
    /// Columns counted from 0, ascending, blank cells left out.
    pub cells: Vec<(u16, Cell)>,
}

/// Cells merged into one; only the first holds a value. Rows count from 1, columns from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merged {
    /// First row.
    pub first_row: u32,
    /// First column.
    pub first_column: u16,
    /// Last row.
    pub last_row: u32,
    /// Last column.
    pub last_column: u16,
}

/// A sheet as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Whether people do not see it.
    pub hidden: bool,
    /// Rows that hold something, ascending.
    pub rows: Vec<SheetRow>,
    /// Merged cells.
    pub merged: Vec<Merged>,
}
