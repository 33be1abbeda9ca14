//! Files beside a matter: what goes out with a public notice, scans of signed papers. Written once, never changed; who may
//! add, see or take away a file is asked of the matter.

use serde_json::json;

use crate::audit::{self, Entry};
use crate::sql::{Sql, Value};
use crate::{By, Result, Timestamp, Tx};

/// A file without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Attachment {
    /// Number within the matter, from 1.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// SM3 of its bytes, hexadecimal.
    pub sm3: String,
    /// Bytes.
    pub size: i64,
    /// When it was added.
    pub added: Timestamp,
    /// Login of who added it.
    pub added_by: String,
    /// Code of that account's role.
    pub role: String,
}

/// A file to be added.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// Kind of the matter, for the trail.
    pub kind: &'a str,
    /// The matter.
    pub matter: &'a str,
    /// Name of the file.
    pub name: &'a str,
    /// SM3 of its bytes, hexadecimal.
    pub sm3: &'a str,
    /// Code of the role that adds it.
    pub role: &'a str,
    /// The bytes.
    pub content: &'a [u8],
}

/// Adds a file and gives its number. Numbers are not used again within a matter while a later file is there.
pub async fn add(tx: &mut Tx, by: &By<'_>, new: New<'_>) -> Result<i64> {
    let number = of_matter(tx, new.matter).await?.last().map_or(0, |last| last.number) + 1;
    let size = i64::try_from(new.content.len()).unwrap_or(i64::MAX);
    let mut sql = Sql::new(
        "INSERT INTO attachment (matter_id, number, name, sm3, size, added, added_by, role, content) VALUES (",
    );
    sql.bind_all([Value::from(new.matter), number.into(), new.name.into(), new.sm3.into(), size.into(), by.at.into()]);
    sql.push(", ").bind_all([Value::from(by.login), new.role.into(), Value::Bytes(new.content.to_vec())]).push(")");
    sql.run(tx).await?;
    let detail = json!({"number": number, "name": new.name, "sm3": new.sm3});
    audit::append(tx, by, Entry::done("attachment.add", new.kind, new.matter).with(detail)).await?;
    Ok(number)
}

/// Takes a file away; whether there was one.
pub async fn remove(tx: &mut Tx, by: &By<'_>, (kind, matter): (&str, &str), number: i64) -> Result<bool> {
    let mut sql = Sql::new("DELETE FROM attachment WHERE matter_id = ");
    sql.bind(matter).push(" AND number = ").bind(number);
    let gone = sql.run(tx).await? == 1;
    if gone {
        let entry = Entry::done("attachment.remove", kind, matter);
        audit::append(tx, by, entry.with(json!({"number": number}))).await?;
    }
    Ok(gone)
}

/// The files of a matter by number.
pub async fn of_matter(tx: &mut Tx, matter: &str) -> Result<Vec<Attachment>> {
    let mut sql = Sql::new("SELECT number, name, sm3, size, added, added_by, role FROM attachment WHERE matter_id = ");
    sql.bind(matter).push(" ORDER BY number");
    sql.all(tx).await
}

/// The bytes of a file.
pub async fn content(tx: &mut Tx, matter: &str, number: i64) -> Result<Option<Vec<u8>>> {
    let mut sql = Sql::new("SELECT content FROM attachment WHERE matter_id = ");
    sql.bind(matter).push(" AND number = ").bind(number);
    Ok(sql.first::<(Vec<u8>,)>(tx).await?.map(|(bytes,)| bytes))
}
