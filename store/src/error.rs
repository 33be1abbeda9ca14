//! Faults of the store. Expected answers ("login taken", "stale version") are values of each function, not errors.

/// Result of every function of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong that no form can mend.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused or could not be reached.
    #[error("the database")]
    Database(#[from] sqlx::Error),
    /// A migration failed or does not fit what was applied before.
    #[error("the migrations")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// An address that is neither `sqlite:path` nor `postgres://…`.
    #[error("数据库地址“{0}”无法识别，应为 sqlite:路径 或 postgres://…")]
    Address(String),
    /// The embedded database's file is not there.
    #[error("数据库文件 {0} 不存在，请先运行 zongshi migrate")]
    NoFile(std::path::PathBuf),
    /// The same key twice in one bulk write.
    #[error("{kind} {id} occurs twice in one write")]
    Twice {
        /// Kind of record.
        kind: &'static str,
        /// The key.
        id: String,
    },
    /// A stored value that the program cannot read.
    #[error("the database holds {found:?} as {what}")]
    Unreadable {
        /// What it should be.
        what: &'static str,
        /// What it is.
        found: String,
    },
}
