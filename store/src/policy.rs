//! Policy files that rounds were issued under, by the SM3 hash of their text, and the one in force for rounds to come.

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

/// Puts a policy file in force for rounds to come; part of the act that two persons make, which leaves the audit event.
pub async fn adopt(tx: &mut Tx, by: &By<'_>, hash: &str, version: &str, content: &str) -> Result<()> {
    const SQL: &str = "INSERT INTO policy (hash, version, content, kept, adopted) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (hash) DO UPDATE SET adopted = excluded.adopted";
    rows_touched!(tx, |c| sqlx::query(SQL).bind(hash).bind(version).bind(content).bind(by.at).bind(by.at))?;
    Ok(())
}

/// The text that was adopted last; nothing while the program's own is in force.
pub async fn adopted(tx: &mut Tx) -> Result<Option<String>> {
    const SQL: &str = "SELECT content FROM policy WHERE adopted IS NOT NULL ORDER BY adopted DESC LIMIT 1";
    Ok(on_both!(tx, |c| sqlx::query_scalar(SQL).fetch_optional(c))?)
}
