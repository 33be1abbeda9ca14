//! 失信记录: the register that candidates and enterprises are checked against (2.1.1(1), 2.3.1(1)); read by the province alone.

use std::collections::HashSet;

use chrono::NaiveDate;
use programme::access::{Record, Scope};
use programme::record::Misconduct;
use serde_json::json;

use crate::audit::{self, Entry};
use crate::sql::{Columns, ROWS_PER_STATEMENT, Sql, insert_rows, refuse_twice};
use crate::{By, Result, Tx, Written};

/// Writes entries, all or none when the transaction is dropped on an error. An entry that is known by subject, first day and
/// document is overwritten; one that is not in the file stays, so an entry that was lifted is written with its last day.
pub async fn insert_all(tx: &mut Tx, by: &By<'_>, entries: &[Misconduct]) -> Result<Written> {
    let keys: Vec<String> = entries.iter().map(|entry| joined(&entry.subject, entry.from, &entry.basis)).collect();
    refuse_twice("misconduct", keys.iter().map(String::as_str))?;
    let known = known(tx, entries).await?;
    insert_rows(
        tx,
        "INSERT INTO misconduct (subject, from_day, basis, name, until_day, updated)",
        entries
            .iter()
            .map(|entry| {
                vec![
                    (&entry.subject).into(),
                    entry.from.into(),
                    (&entry.basis).into(),
                    (&entry.name).into(),
                    entry.until.into(),
                    by.at.into(),
                ]
            })
            .collect(),
        " ON CONFLICT (subject, from_day, basis) DO UPDATE SET \
         name = excluded.name, until_day = excluded.until_day, updated = excluded.updated",
    )
    .await?;
    let updated = keys.iter().filter(|key| known.contains(*key)).count();
    let written = Written { inserted: entries.len() - updated, updated };
    let detail = json!({"inserted": written.inserted, "updated": written.updated});
    audit::append(tx, by, Entry::done("misconduct.import", "misconduct", "").with(detail)).await?;
    Ok(written)
}

fn joined(subject: &str, from: NaiveDate, basis: &str) -> String {
    format!("{subject}\n{from}\n{basis}")
}

async fn known(tx: &mut Tx, entries: &[Misconduct]) -> Result<HashSet<String>> {
    let mut keys = HashSet::new();
    for chunk in entries.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new("SELECT subject, from_day, basis FROM misconduct WHERE subject IN (");
        sql.bind_all(chunk.iter().map(|entry| entry.subject.as_str())).push(")");
        let rows: Vec<(String, NaiveDate, String)> = sql.all(tx).await?;
        keys.extend(rows.iter().map(|(subject, from, basis)| joined(subject, *from, basis)));
    }
    Ok(keys)
}

#[derive(sqlx::FromRow)]
struct Stored {
    subject: String,
    from_day: NaiveDate,
    basis: String,
    name: String,
    until_day: Option<NaiveDate>,
}

/// Every entry, by subject, for a scope that may see them. Whether one is in force on a day is a rule of `programme`.
pub async fn all(tx: &mut Tx, scope: &Scope) -> Result<Vec<Misconduct>> {
    read(tx, scope, None).await
}

/// Entries on these people and enterprises.
pub async fn of_subjects(tx: &mut Tx, scope: &Scope, subjects: &[&str]) -> Result<Vec<Misconduct>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    read(tx, scope, Some(subjects)).await
}

/// Whether the register holds anything: an empty one has not been handed in.
pub async fn is_kept(tx: &mut Tx) -> Result<bool> {
    const SQL: &str = "SELECT EXISTS (SELECT 1 FROM misconduct)";
    Ok(on_both!(tx, |c| sqlx::query_scalar(SQL).fetch_one(c))?)
}

async fn read(tx: &mut Tx, scope: &Scope, subjects: Option<&[&str]>) -> Result<Vec<Misconduct>> {
    let mut sql = Sql::new("SELECT subject, from_day, basis, name, until_day FROM misconduct WHERE subject");
    match subjects {
        Some(subjects) => sql.push(" IN (").bind_all(subjects.iter().copied()).push(")"),
        None => sql.push(" > ").bind(""),
    };
    sql.scope(scope.rows(Record::Misconduct), &Columns::default()).push(" ORDER BY subject, from_day, basis");
    let stored: Vec<Stored> = sql.all(tx).await?;
    Ok(stored
        .into_iter()
        .map(|row| Misconduct {
            subject: row.subject,
            name: row.name,
            from: row.from_day,
            until: row.until_day,
            basis: row.basis,
        })
        .collect())
}
