//! Captures of the public page of a notice: when it was looked at, what was served, by its SM3. Only ever added.

use serde_json::json;

use crate::audit::{self, Entry};
use crate::sql::{Sql, Value};
use crate::{By, Result, Timestamp, Tx};

/// One capture without its page.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Capture {
    /// Number within the notice, from 1.
    pub number: i64,
    /// When the page was looked at.
    pub taken: Timestamp,
    /// Login of who looked, `console` for the system itself.
    pub taken_by: String,
    /// Status of the answer (HTTP): 200 when the page stood.
    pub status: i64,
    /// SM3 of the bytes served, hexadecimal.
    pub sm3: String,
}

/// Adds a capture and gives its number. The page is kept once, however often it was served.
pub async fn add(tx: &mut Tx, by: &By<'_>, listing: &str, status: u16, sm3: &str, page: &str) -> Result<i64> {
    let number = last(tx, listing).await?.map_or(0, |last| last.number) + 1;
    let is_known = self::page(tx, listing, sm3).await?.is_some();
    let kept = if is_known { Value::Text(None) } else { page.into() };
    let mut sql =
        Sql::new("INSERT INTO notice_capture (listing_id, number, taken, taken_by, status, sm3, page) VALUES (");
    let status = i64::from(status);
    sql.bind_all([Value::from(listing), number.into(), by.at.into(), by.login.into(), status.into(), sm3.into(), kept]);
    sql.push(")");
    sql.run(tx).await?;
    let detail = json!({"number": number, "status": status, "sm3": sm3});
    let clause = Some(programme::clause!("3.4c"));
    let entry = Entry { clause, ..Entry::done("notice.capture", "listing", listing) };
    audit::append(tx, by, entry.with(detail)).await?;
    Ok(number)
}

const SELECT: &str = "SELECT number, taken, taken_by, status, sm3 FROM notice_capture WHERE listing_id = ";

/// The latest capture of a notice.
pub async fn last(tx: &mut Tx, listing: &str) -> Result<Option<Capture>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(listing).push(" ORDER BY number DESC LIMIT 1");
    sql.first(tx).await
}

/// Every capture of a notice by number.
pub async fn of_listing(tx: &mut Tx, listing: &str) -> Result<Vec<Capture>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(listing).push(" ORDER BY number");
    sql.all(tx).await
}

/// The page of a notice with this SM3.
pub async fn page(tx: &mut Tx, listing: &str, sm3: &str) -> Result<Option<String>> {
    let mut sql = Sql::new("SELECT page FROM notice_capture WHERE listing_id = ");
    sql.bind(listing).push(" AND sm3 = ").bind(sm3).push(" AND page IS NOT NULL ORDER BY number LIMIT 1");
    Ok(sql.first::<(String,)>(tx).await?.map(|(page,)| page))
}
