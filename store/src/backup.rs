//! A consistent copy of the embedded database while it is in use, and the check of such a copy.
//! PostgreSQL has its own tools for both; the command line calls them.

use std::path::Path;

use crate::audit::{self, Walk};
use crate::{Database, Missing, Result, State};

/// What is wrong with a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// SQLite's own check of pages and indexes found something.
    Pages(String),
    /// A row refers to one that is not there.
    References,
    /// It was made by another program, or a later version of this one.
    Foreign(State),
    /// The audit chain is broken at this entry.
    Audit(i64),
}

/// Copies the embedded database, as it is at one moment, into a file that must not exist yet.
///
/// # Panics
/// On PostgreSQL, whose own tool the caller must use.
pub async fn copy_sqlite(database: &Database, to: &Path) -> Result<()> {
    let Database::Sqlite { writer, .. } = database else { panic!("only the embedded database is copied as a file") };
    let to = to.to_string_lossy();
    sqlx::query("VACUUM INTO $1").bind(to.as_ref()).execute(writer).await?;
    Ok(())
}

/// Looks through a copy of the embedded database and names what is wrong, if anything is.
pub async fn check_sqlite(file: &Path) -> Result<Option<Damage>> {
    let database = Database::open(&format!("sqlite:{}", file.display()), Missing::Refuse).await?;
    let damage = find_damage(&database).await;
    database.close().await;
    damage
}

async fn find_damage(database: &Database) -> Result<Option<Damage>> {
    let mut tx = database.read().await?;
    let found: String = on_both!(&mut tx, |c| sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(c))?;
    if found != "ok" {
        return Ok(Some(Damage::Pages(found)));
    }
    let dangling = on_both!(&mut tx, |c| async {
        sqlx::query("PRAGMA foreign_key_check").fetch_optional(c).await.map(|row| row.is_some())
    })?;
    if dangling {
        return Ok(Some(Damage::References));
    }
    let state = database.migration_state().await?;
    if state.applied == 0 || state.applied > state.known {
        return Ok(Some(Damage::Foreign(state)));
    }
    Ok(match audit::verify(&mut tx).await? {
        Walk::Whole { .. } => None,
        Walk::Broken { seq, .. } => Some(Damage::Audit(seq)),
    })
}
