//! Reads many rows of one kind, keeping the records, every problem and what crosses rows: ids given twice.

use std::collections::{BTreeMap, HashMap};

use super::fields::Fields;
use super::{FromRow, Place, Problem, Row};

/// Problems that are listed; further ones are counted.
pub const PROBLEMS_MAX: usize = 1_000;

/// How much a file may deviate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// For imports, which become the programme's records: everything that is wrong is a problem.
    Strict,
    /// For a trial of the engine on somebody's file: unknown keys are passed over and an optional value that cannot be
    /// read counts as missing; both leave a note. Missing ids, ids given twice, formulas and overlong texts stay problems.
    Lenient,
}

/// Every problem in order, listed up to [`PROBLEMS_MAX`] and counted beyond.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problems {
    listed: Vec<Problem>,
    unlisted: usize,
}

impl Problems {
    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        if self.listed.len() < PROBLEMS_MAX {
            self.listed.push(problem);
        } else {
            self.unlisted += 1;
        }
    }

    /// Adds all of another list.
    pub fn append(&mut self, other: Self) {
        for problem in other.listed {
            self.push(problem);
        }
        self.unlisted += other.unlisted;
    }

    /// Those that are listed, in the order found.
    pub fn listed(&self) -> &[Problem] {
        &self.listed
    }

    /// How many there are, listed or not.
    pub fn count(&self) -> usize {
        self.listed.len() + self.unlisted
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(all: I) -> Self {
        let mut problems = Self::default();
        for problem in all {
            problems.push(problem);
        }
        problems
    }
}

/// Something passed over by a lenient reading, told once with its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Machine name of the column.
    pub column: String,
    /// Code of the problem it would have been.
    pub code: &'static str,
    /// Where it stood first.
    pub first: Place,
    /// How often it was met.
    pub count: usize,
    /// Chinese: what was found first.
    pub message: String,
}

/// What came of reading.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading<T> {
    /// The records of rows without a problem.
    pub records: Vec<T>,
    /// Where each record stood, in the same order.
    pub places: Vec<Place>,
    /// Everything that is wrong.
    pub problems: Problems,
    /// What a lenient reading passed over.
    pub notes: Vec<Note>,
}

/// Collects problems and notes while rows are read.
#[derive(Debug)]
pub(super) struct Ledger {
    pub(super) strictness: Strictness,
    pub(super) problems: Problems,
    pub(super) notes: BTreeMap<(String, &'static str), Note>,
}

/// Takes rows one by one, so that a long file never stands in memory as rows.
#[derive(Debug)]
pub struct Reader<T> {
    ledger: Ledger,
    records: Vec<T>,
    places: Vec<Place>,
    keys: HashMap<String, Place>,
}

impl<T: FromRow> Reader<T> {
    /// An empty reader.
    pub fn new(strictness: Strictness) -> Self {
        let ledger = Ledger { strictness, problems: Problems::default(), notes: BTreeMap::new() };
        Self { ledger, records: Vec::new(), places: Vec::new(), keys: HashMap::new() }
    }

    /// Reads one row; the record is kept when the row has no problem.
    pub fn take(&mut self, row: Row) {
        let before = self.ledger.problems.count();
        let place = row.place.clone();
        let key_column = row.entries.iter().find(|entry| entry.name == T::KEY).and_then(|entry| entry.column);
        let mut fields = Fields::new(row, T::KIND.columns(), &mut self.ledger);
        let record = T::from_row(&mut fields);
        fields.finish();
        self.note_key(&record, &place.at(T::KEY, key_column));
        if self.ledger.problems.count() == before {
            self.records.push(record);
            self.places.push(place);
        }
    }

    /// Adds problems that were found before rows could be made of the file.
    pub fn add_problems(&mut self, problems: Problems) {
        self.ledger.problems.append(problems);
    }

    /// The records and everything that was wrong.
    pub fn finish(self) -> Reading<T> {
        Reading {
            records: self.records,
            places: self.places,
            problems: self.ledger.problems,
            notes: self.ledger.notes.into_values().collect(),
        }
    }

    fn note_key(&mut self, record: &T, place: &Place) {
        let Some(key) = record.key() else { return };
        if let Some(first) = self.keys.get(&key) {
            let heading = T::KIND.column(T::KEY).map_or(T::KEY, |column| column.heading);
            self.ledger.problems.push(Problem {
                place: place.clone(),
                column: T::KEY.to_owned(),
                code: "duplicate.id",
                message: format!("“{heading}”{key} 与{first}重复；同一{heading}只能出现一次"),
            });
        } else {
            self.keys.insert(key, place.clone());
        }
    }
}

/// Reads all rows of one kind.
pub fn read<T: FromRow>(rows: Vec<Row>, strictness: Strictness) -> Reading<T> {
    let mut reader = Reader::new(strictness);
    for row in rows {
        reader.take(row);
    }
    reader.finish()
}
