//! Policy files that rounds were issued under, by the SM3 hash of their text, and the one in force for rounds to come.

use std::borrow::Cow;

use programme::parameters::Parameters;
use programme::process::{Kind, Stage, round};

use crate::sql::Sql;
use crate::{By, Error, Result, Tx};

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

/// The numbers of the round that takes needs or is matched now, of the latest when several are; without one those that were
/// adopted for rounds to come, without these the program's own. Registers are kept by them.
pub async fn current(tx: &mut Tx) -> Result<Cow<'static, Parameters>> {
    let mut sql = Sql::new("SELECT p.content FROM matter m JOIN policy p ON p.hash = m.body ->> '");
    sql.push(round::POLICY_HASH.key).push("' WHERE m.kind = ").bind(Kind::Round.code()).push(" AND m.stage IN (");
    sql.bind_all([Stage::RoundOpen, Stage::RoundCollected].map(Stage::code)).push(") ORDER BY m.body ->> '");
    sql.push(round::NOTICE_DAY.key).push("' DESC LIMIT 1");
    let running: Option<(String,)> = sql.first(tx).await?;
    match running {
        Some((content,)) => read(&content),
        None => in_force(tx).await,
    }
}

/// The numbers in force for rounds to come.
pub async fn in_force(tx: &mut Tx) -> Result<Cow<'static, Parameters>> {
    adopted(tx).await?.map_or(Ok(Cow::Borrowed(Parameters::embedded())), |content| read(&content))
}

/// A kept text; entries that it did not have yet are taken from the program's.
pub fn read(content: &str) -> Result<Cow<'static, Parameters>> {
    let unreadable = |problems: programme::parameters::PolicyProblems| Error::Unreadable {
        what: "policy",
        found: problems.to_string(),
    };
    Parameters::parse_kept(content).map(Cow::Owned).map_err(unreadable)
}
