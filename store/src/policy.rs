//! Policy files that rounds were issued under, by the SM3 hash of their text.

use crate::{By, Result, Tx};

/// Keeps a policy file; one that is kept already stays as it is. It is part of the act that issues a round and leaves no
/// audit event of its own.
pub async fn keep(tx: &mut Tx, by: &By<'_>, hash: &str, version: &str, content: &str) -> Result<()> {
    const SQL: &str =
        "INSERT INTO policy (hash, version, content, kept) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING";
    rows_touched!(tx, |c| sqlx::query(SQL).bind(hash).bind(version).bind(content).bind(by.at))?;
    Ok(())
}

/// The text of a policy file.
pub async fn content(tx: &mut Tx, hash: &str) -> Result<Option<String>> {
    const SQL: &str = "SELECT content FROM policy WHERE hash = $1";
    Ok(on_both!(tx, |c| sqlx::query_scalar(SQL).bind(hash).fetch_optional(c))?)
}
