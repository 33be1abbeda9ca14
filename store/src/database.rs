//! The two databases behind one type, and transactions on either.
//!
//! SQLite: one writing connection, several reading ones. A second writer inside the process waits in line instead of
//! meeting SQLITE_BUSY half-way; other processes (a command beside the server) wait up to [`BUSY_SECONDS_MAX`].
//! `synchronous` is FULL: with NORMAL a power failure may take back the last commits of a write-ahead log, and nothing that
//! a page has acknowledged may be lost.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Postgres, Sqlite, Transaction};

use crate::{Error, Result};

/// How long another process may hold the embedded database's write lock before a write fails.
const BUSY_SECONDS_MAX: u64 = 10;
/// Reading connections of the embedded database.
const SQLITE_READERS_MAX: u32 = 8;
/// Connections to PostgreSQL.
const POSTGRES_CONNECTIONS_MAX: u32 = 16;

/// An open database; clones share its connections.
#[derive(Clone, Debug)]
pub enum Database {
    /// The embedded database.
    Sqlite {
        /// Connections that only read.
        readers: SqlitePool,
        /// The one connection that writes.
        writer: SqlitePool,
        /// The file.
        file: PathBuf,
    },
    /// A PostgreSQL server, version 15 or later.
    Postgres {
        /// Connections.
        pool: PgPool,
    },
}

/// What to do when the embedded database's file is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Make an empty one.
    Create,
    /// Say so.
    Refuse,
}

impl Database {
    /// Opens `sqlite:path`, `sqlite://path` or `postgres://…`; migrations are not run.
    pub async fn open(address: &str, missing: Missing) -> Result<Self> {
        if let Some(path) = address.strip_prefix("sqlite:") {
            return open_sqlite(Path::new(path.strip_prefix("//").unwrap_or(path)), missing).await;
        }
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            return open_postgres(address).await;
        }
        Err(Error::Address(address.to_owned()))
    }

    /// Starts a transaction that only reads and sees one state throughout.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres { pool } => {
                Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        })
    }

    /// Starts a transaction that writes; it is undone when dropped without [`Tx::commit`].
    pub async fn write(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres { pool } => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Closes every connection, finishing the write-ahead log.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { pool } => pool.close().await,
        }
    }
}

/// A transaction on either database.
#[derive(Debug)]
pub enum Tx {
    /// On the embedded database.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Makes everything that was written last.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// Runs one expression against the real driver of either database: `on_both!(tx, |c| sqlx::query(SQL).execute(c))`.
/// The body is compiled once for each, so dates, booleans and JSON keep their types.
macro_rules! on_both {
    ($tx:expr, |$connection:ident| $body:expr) => {
        match $tx {
            $crate::Tx::Sqlite(tx) => {
                let $connection = &mut **tx;
                $body.await
            }
            $crate::Tx::Postgres(tx) => {
                let $connection = &mut **tx;
                $body.await
            }
        }
    };
}

/// Like [`on_both!`] for statements that return no rows: gives how many rows they touched.
macro_rules! rows_touched {
    ($tx:expr, |$connection:ident| $query:expr) => {
        on_both!($tx, |$connection| async { $query.execute($connection).await.map(|done| done.rows_affected()) })
    };
}

impl Tx {
    /// Marks a place to go back to, for a step that may be refused half-way inside a longer transaction.
    pub async fn mark(&mut self) -> Result<()> {
        rows_touched!(self, |c| sqlx::query("SAVEPOINT step"))?;
        Ok(())
    }

    /// Keeps what was done since the mark, or takes it all back; either way the mark is gone.
    pub async fn settle(&mut self, keep: bool) -> Result<()> {
        if !keep {
            rows_touched!(&mut *self, |c| sqlx::query("ROLLBACK TO SAVEPOINT step"))?;
        }
        rows_touched!(self, |c| sqlx::query("RELEASE SAVEPOINT step"))?;
        Ok(())
    }
}

async fn open_sqlite(file: &Path, missing: Missing) -> Result<Database> {
    if missing == Missing::Refuse && !file.exists() {
        return Err(Error::NoFile(file.to_owned()));
    }
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(missing == Missing::Create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(BUSY_SECONDS_MAX))
        // Without it, INSERT OR REPLACE would delete an audit event past its trigger.
        .pragma("recursive_triggers", "ON");
    let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS_MAX)
        .connect_lazy_with(options.create_if_missing(false).pragma("query_only", "ON"));
    Ok(Database::Sqlite { readers, writer, file: file.to_owned() })
}

async fn open_postgres(address: &str) -> Result<Database> {
    let options = PgConnectOptions::from_str(address)?.application_name("zongshi");
    let pool = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS_MAX).connect_with(options).await?;
    Ok(Database::Postgres { pool })
}
