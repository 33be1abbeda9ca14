//! Identifiers kept encrypted: resident ids, telephone numbers, names of contacts.
//!
//! They lie in a table of their own, so that no list, search or export of records can carry them along. What is kept is
//! cipher text and the id of its key; the keys are in a file beside the database, and only `platform` opens anything.

use crate::sql::{ROWS_PER_STATEMENT, Sql, insert_rows};
use crate::{Result, Timestamp, Tx};

/// One sealed value.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Sealed {
    /// Kind of record: `person`, `enterprise`, `account`.
    pub record: String,
    /// The record's id.
    pub id: String,
    /// Which of its fields: `mobile`.
    pub field: String,
    /// Which key it is sealed with.
    pub key_id: String,
    /// Cipher text.
    pub cipher: String,
}

/// Writes values; one that is known by record, id and field is replaced. No audit event of its own: it is part of the act
/// that brings the values.
pub async fn put_all(tx: &mut Tx, at: Timestamp, values: &[Sealed]) -> Result<()> {
    let rows = values.iter().map(|value| {
        vec![
            (&value.record).into(),
            (&value.id).into(),
            (&value.field).into(),
            (&value.key_id).into(),
            (&value.cipher).into(),
            at.into(),
        ]
    });
    insert_rows(
        tx,
        "INSERT INTO sealed (record, id, field, key_id, cipher, updated)",
        rows.collect(),
        " ON CONFLICT (record, id, field) DO UPDATE SET key_id = excluded.key_id, cipher = excluded.cipher, \
         updated = excluded.updated",
    )
    .await
}

/// Every sealed value of one record, by field. Callers have checked that the record itself may be seen.
pub async fn of_record(tx: &mut Tx, record: &str, id: &str) -> Result<Vec<Sealed>> {
    let mut sql = Sql::new("SELECT record, id, field, key_id, cipher FROM sealed WHERE record = ");
    sql.bind(record).push(" AND id = ").bind(id).push(" ORDER BY field");
    sql.all(tx).await
}

/// Ids of the keys that values are sealed with.
pub async fn key_ids(tx: &mut Tx) -> Result<Vec<String>> {
    // Key by key along the index: the table grows, the number of keys does not.
    let (mut found, mut last) = (Vec::new(), String::new());
    loop {
        let mut sql = Sql::new("SELECT key_id FROM sealed WHERE key_id > ");
        sql.bind(&last).push(" ORDER BY key_id LIMIT 1");
        let Some((next,)) = sql.first::<(String,)>(tx).await? else { return Ok(found) };
        found.push(next.clone());
        last = next;
    }
}

/// Some values sealed with other keys than `key_id`, for sealing them anew; empty when none is left.
pub async fn under_other_keys(tx: &mut Tx, key_id: &str) -> Result<Vec<Sealed>> {
    let rows = i64::try_from(ROWS_PER_STATEMENT).unwrap_or(i64::MAX);
    for other in key_ids(tx).await?.into_iter().filter(|other| other != key_id) {
        let mut sql = Sql::new("SELECT record, id, field, key_id, cipher FROM sealed WHERE key_id = ");
        sql.bind(other).push(" ORDER BY record, id, field LIMIT ").bind(rows);
        let found = sql.all(tx).await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}
