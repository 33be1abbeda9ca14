//! Days off and make-up days as imported: each import leaves one whole text, and the last one is in force.

use programme::seal::seal;
use serde_json::json;

use crate::audit::{self, Entry};
use crate::sql::{Sql, Value};
use crate::{By, Result, Tx};

/// Number of the text in force; 0 before the first import.
pub async fn newest(tx: &mut Tx) -> Result<i64> {
    let sql = Sql::new("SELECT COALESCE(MAX(number), 0) FROM working_calendar");
    Ok(sql.first::<(i64,)>(tx).await?.map_or(0, |(number,)| number))
}

/// A text by its number.
pub async fn content(tx: &mut Tx, number: i64) -> Result<Option<String>> {
    let mut sql = Sql::new("SELECT content FROM working_calendar WHERE number = ");
    sql.bind(number);
    Ok(sql.first::<(String,)>(tx).await?.map(|(content,)| content))
}

/// Puts a text in force and gives its number. `days` is how many days the import brought.
pub async fn keep(tx: &mut Tx, by: &By<'_>, text: &str, days: usize) -> Result<i64> {
    let (number, sm3) = (newest(tx).await? + 1, seal(text));
    let mut sql = Sql::new("INSERT INTO working_calendar (number, content, sm3, kept, kept_by) VALUES (");
    sql.bind_all([Value::from(number), text.into(), sm3.as_str().into(), by.at.into(), by.login.into()]).push(")");
    sql.run(tx).await?;
    let detail = json!({ "days": days, "sm3": sm3 });
    audit::append(tx, by, Entry::done("calendar.import", "calendar", &number.to_string()).with(detail)).await?;
    Ok(number)
}
