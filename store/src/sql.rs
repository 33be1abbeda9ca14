//! SQL whose shape depends on what is asked: filters, scopes, many rows at once.
//!
//! Texts are `'static`, values are always bound, so nothing that a person typed can become SQL. The text is the same for
//! both databases: placeholders are `$1`, `$2`, … on either.

use chrono::NaiveDate;
use programme::access::Rows;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::types::Json;
use sqlx::{Arguments, AssertSqlSafe, FromRow};

use crate::{Error, Result, Timestamp, Tx};

/// Rows of one statement of a bulk write: far below SQLite's limit of 32,766 values.
pub(crate) const ROWS_PER_STATEMENT: usize = 500;

/// A row type that both drivers can fill.
pub(crate) trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A bound value.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(Option<String>),
    Integer(Option<i64>),
    Real(Option<f64>),
    Flag(Option<bool>),
    Day(Option<NaiveDate>),
    Moment(Timestamp),
    Json(Option<serde_json::Value>),
    Bytes(Vec<u8>),
}

macro_rules! value_from {
    ($($from:ty => |$name:ident| $to:expr),+ $(,)?) => {
        $(impl From<$from> for Value {
            fn from($name: $from) -> Self { $to }
        })+
    };
}

value_from! {
    &str => |text| Self::Text(Some(text.to_owned())),
    String => |text| Self::Text(Some(text)),
    &String => |text| Self::Text(Some(text.clone())),
    Option<&str> => |text| Self::Text(text.map(str::to_owned)),
    Option<String> => |text| Self::Text(text),
    &Option<String> => |text| Self::Text(text.clone()),
    i64 => |number| Self::Integer(Some(number)),
    Option<i64> => |number| Self::Integer(number),
    f64 => |number| Self::Real(Some(number)),
    Option<f64> => |number| Self::Real(number),
    bool => |flag| Self::Flag(Some(flag)),
    Option<bool> => |flag| Self::Flag(flag),
    Option<NaiveDate> => |day| Self::Day(day),
    NaiveDate => |day| Self::Day(Some(day)),
    Timestamp => |moment| Self::Moment(moment),
    serde_json::Value => |json| Self::Json(Some(json)),
    Option<serde_json::Value> => |json| Self::Json(json),
}

/// A statement that grows.
#[derive(Debug)]
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a placeholder for the value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Adds `$1, $2, …`.
    pub fn bind_all<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        for (place, value) in values.into_iter().enumerate() {
            if place > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        self
    }

    /// Adds the condition that lets only the scope's rows through. A kind of rows that the table has no column for lets
    /// none through.
    pub fn scope(&mut self, rows: Rows<'_>, columns: &Columns) -> &mut Self {
        let (column, value) = match rows {
            Rows::All => return self,
            Rows::Supervised => return self.push(columns.supervised.unwrap_or(" AND FALSE")),
            Rows::None => (None, ""),
            Rows::City(city) => (columns.city, city),
            Rows::County(county) => (columns.county, county),
            Rows::Enterprise(code) => (columns.enterprise, code),
            Rows::Unit(name) => (columns.unit, name),
            Rows::Person(id) => (columns.person, id),
        };
        match column {
            Some(column) => self.push(column).bind(value),
            None => self.push(" AND FALSE"),
        }
    }

    pub async fn all<R: Row>(self, tx: &mut Tx) -> Result<Vec<R>> {
        #[cfg(feature = "testing")]
        crate::testing::note_plan(tx, &self.text, &self.values).await?;
        let text = AssertSqlSafe(self.text);
        Ok(match tx {
            Tx::Sqlite(tx) => sqlx::query_as_with(text, sqlite(self.values)?).fetch_all(&mut **tx).await?,
            Tx::Postgres(tx) => sqlx::query_as_with(text, postgres(self.values)?).fetch_all(&mut **tx).await?,
        })
    }

    pub async fn first<R: Row>(self, tx: &mut Tx) -> Result<Option<R>> {
        #[cfg(feature = "testing")]
        crate::testing::note_plan(tx, &self.text, &self.values).await?;
        let text = AssertSqlSafe(self.text);
        Ok(match tx {
            Tx::Sqlite(tx) => sqlx::query_as_with(text, sqlite(self.values)?).fetch_optional(&mut **tx).await?,
            Tx::Postgres(tx) => sqlx::query_as_with(text, postgres(self.values)?).fetch_optional(&mut **tx).await?,
        })
    }

    /// Runs the statement and says how many rows it touched.
    pub async fn run(self, tx: &mut Tx) -> Result<u64> {
        #[cfg(feature = "testing")]
        crate::testing::note_plan(tx, &self.text, &self.values).await?;
        let text = AssertSqlSafe(self.text);
        Ok(match tx {
            Tx::Sqlite(tx) => sqlx::query_with(text, sqlite(self.values)?).execute(&mut **tx).await?.rows_affected(),
            Tx::Postgres(tx) => {
                sqlx::query_with(text, postgres(self.values)?).execute(&mut **tx).await?.rows_affected()
            }
        })
    }
}

/// Conditions that a scope may add, each ending where its value is bound: `" AND city = "`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Columns {
    pub city: Option<&'static str>,
    pub county: Option<&'static str>,
    /// A whole condition.
    pub supervised: Option<&'static str>,
    pub enterprise: Option<&'static str>,
    pub unit: Option<&'static str>,
    pub person: Option<&'static str>,
}

/// Writes many rows with few statements: `head (…), (…) tail`. The rows are finished values, not an iterator: a closure held
/// across an await would keep the callers' futures from moving between threads.
pub(crate) async fn insert_rows(
    tx: &mut Tx,
    head: &'static str,
    rows: Vec<Vec<Value>>,
    tail: &'static str,
) -> Result<()> {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut sql = Sql::new(head);
        for (place, row) in rows.by_ref().take(ROWS_PER_STATEMENT).enumerate() {
            sql.push(if place == 0 { " VALUES (" } else { ", (" }).bind_all(row).push(")");
        }
        sql.push(tail);
        sql.run(tx).await?;
    }
    Ok(())
}

/// How many of the keys are already in a table; `head` ends before the list: `SELECT COUNT(*) FROM need WHERE id IN (`.
pub(crate) async fn count_known(tx: &mut Tx, head: &'static str, keys: &[&str]) -> Result<usize> {
    let mut known = 0;
    for chunk in keys.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new(head);
        sql.bind_all(chunk.iter().copied()).push(")");
        let (count,): (i64,) = sql.first(tx).await?.unwrap_or_default();
        known += usize::try_from(count).unwrap_or_default();
    }
    Ok(known)
}

/// Refuses a bulk write that names a key twice: the two databases would not agree on what it means.
pub(crate) fn refuse_twice<'a>(kind: &'static str, keys: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let mut seen = std::collections::HashSet::new();
    for key in keys {
        if !seen.insert(key) {
            return Err(Error::Twice { kind, id: key.to_owned() });
        }
    }
    Ok(())
}

/// Reads a stored word back into its enum.
pub(crate) fn word<T>(what: &'static str, found: Option<String>, parse: fn(&str) -> Option<T>) -> Result<Option<T>> {
    let Some(found) = found else { return Ok(None) };
    parse(&found).map(Some).ok_or(Error::Unreadable { what, found })
}

macro_rules! arguments {
    ($name:ident, $arguments:ty) => {
        pub(crate) fn $name(values: Vec<Value>) -> Result<$arguments> {
            let mut arguments = <$arguments>::default();
            for value in values {
                match value {
                    Value::Text(text) => arguments.add(text),
                    Value::Integer(number) => arguments.add(number),
                    Value::Real(number) => arguments.add(number),
                    Value::Flag(flag) => arguments.add(flag),
                    Value::Day(day) => arguments.add(day),
                    Value::Moment(moment) => arguments.add(moment),
                    Value::Json(json) => arguments.add(json.map(Json)),
                    Value::Bytes(bytes) => arguments.add(bytes),
                }
                .map_err(sqlx::Error::Encode)?;
            }
            Ok(arguments)
        }
    };
}

arguments!(sqlite, SqliteArguments);
arguments!(postgres, PgArguments);
