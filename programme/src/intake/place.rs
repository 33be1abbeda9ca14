//! Where something stands in a file or form, printed the way a person would look for it.

use std::fmt;
use std::sync::Arc;

/// A place in what was handed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// The file or form as a whole.
    #[default]
    Whole,
    /// A field of a form, by the column's machine name.
    Field(String),
    /// A line of a JSON Lines file, counted from 1, and the path inside it (`works[3].title`; empty for the line).
    Line {
        /// Counted from 1.
        number: usize,
        /// Path of keys; list positions count from 1 as people do.
        path: String,
    },
    /// A cell, or a whole row when there is no column.
    Cell {
        /// Name of the sheet.
        sheet: Arc<str>,
        /// Counted from 1, as Excel shows it.
        row: u32,
        /// Counted from 0: `C` is 2.
        column: Option<u16>,
    },
}

impl Place {
    /// The place of a named value inside this one; `column` is its column when this is a row of a sheet.
    #[must_use]
    pub fn at(&self, name: &str, column: Option<u16>) -> Self {
        match self {
            Self::Whole | Self::Field(_) => Self::Field(name.to_owned()),
            Self::Line { number, path } if path.is_empty() => Self::Line { number: *number, path: name.to_owned() },
            Self::Line { number, path } => Self::Line { number: *number, path: format!("{path}.{name}") },
            Self::Cell { sheet, row, .. } => Self::Cell { sheet: Arc::clone(sheet), row: *row, column },
        }
    }

    /// The place where a value is missing: the field of a form; elsewhere the row, since nothing stands there to point at.
    pub(super) fn of_missing(&self, name: &str) -> Self {
        if *self == Self::Whole { self.at(name, None) } else { self.clone() }
    }

    /// Whether this is in a workbook; only there can Excel have changed a value before anybody saw it.
    pub fn is_in_workbook(&self) -> bool {
        matches!(self, Self::Cell { .. })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => formatter.write_str("整个文件"),
            Self::Field(name) => formatter.write_str(name),
            Self::Line { number, path } if path.is_empty() => write!(formatter, "第 {number} 行"),
            Self::Line { number, path } => write!(formatter, "第 {number} 行 {path}"),
            Self::Cell { sheet, row, column: None } => write!(formatter, "{sheet}!第 {row} 行"),
            Self::Cell { sheet, row, column: Some(column) } => {
                write!(formatter, "{sheet}!{}{row}", column_letters(*column))
            }
        }
    }
}

/// Excel's letters of a column counted from 0: `A`, `Z`, `AA`.
pub fn column_letters(column: u16) -> String {
    let mut left = u32::from(column) + 1;
    let mut letters = Vec::new();
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_excel_letters_them() {
        let letters = [0, 25, 26, 51, 701, 702, 16_383].map(column_letters);
        assert_eq!(letters, ["A", "Z", "AA", "AZ", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn a_place_reads_as_a_person_would_look_for_it() {
        let cell = Place::Cell { sheet: "需求表".into(), row: 7, column: Some(2) };
        assert_eq!(cell.to_string(), "需求表!C7");
        let line = Place::Line { number: 7, path: String::new() };
        assert_eq!(line.at("works[3]", None).at("title", None).to_string(), "第 7 行 works[3].title");
        assert_eq!(Place::Whole.at("title", None).to_string(), "title");
    }
}
