//! Migrations, embedded in the binary: one numbered set in the common dialect, exceptions in pairs.
//!
//! sqlx's own macro takes every file of a folder for every database; this list says which text belongs to which.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::{Database, Result};

enum Text {
    Common(&'static str),
    Apart { sqlite: &'static str, postgres: &'static str },
}

use Text::{Apart, Common};

impl Text {
    const fn sqlite(&self) -> &'static str {
        match self {
            Common(sql) | Apart { sqlite: sql, .. } => sql,
        }
    }

    const fn postgres(&self) -> &'static str {
        match self {
            Common(sql) | Apart { postgres: sql, .. } => sql,
        }
    }
}

const MIGRATIONS: &[(i64, &str, Text)] = &[
    (1, "records", Common(include_str!("../migrations/0001_records.sql"))),
    (2, "accounts_jobs", Common(include_str!("../migrations/0002_accounts_jobs.sql"))),
    (3, "match", Common(include_str!("../migrations/0003_match.sql"))),
    (4, "audit", Common(include_str!("../migrations/0004_audit.sql"))),
    (
        5,
        "audit_append_only",
        Apart {
            sqlite: include_str!("../migrations/0005_audit_append_only.sqlite.sql"),
            postgres: include_str!("../migrations/0005_audit_append_only.postgres.sql"),
        },
    ),
    (6, "ownership_accounts", Common(include_str!("../migrations/0006_ownership_accounts.sql"))),
    (
        7,
        "administrators",
        Apart {
            sqlite: include_str!("../migrations/0007_administrators.sqlite.sql"),
            postgres: include_str!("../migrations/0007_administrators.postgres.sql"),
        },
    ),
    (8, "lists", Common(include_str!("../migrations/0008_lists.sql"))),
    (
        9,
        "changes",
        Apart {
            sqlite: include_str!("../migrations/0009_changes.sqlite.sql"),
            postgres: include_str!("../migrations/0009_changes.postgres.sql"),
        },
    ),
    (10, "matter", Common(include_str!("../migrations/0010_matter.sql"))),
    (11, "rounds_needs", Common(include_str!("../migrations/0011_rounds_needs.sql"))),
    (
        12,
        "listing",
        Apart {
            sqlite: include_str!("../migrations/0012_listing.sqlite.sql"),
            postgres: include_str!("../migrations/0012_listing.postgres.sql"),
        },
    ),
    (13, "listing_of_round", Common(include_str!("../migrations/0013_listing_of_round.sql"))),
    (14, "offers", Common(include_str!("../migrations/0014_offers.sql"))),
    (18, "outcomes", Common(include_str!("../migrations/0018_outcomes.sql"))),
    (19, "statistics", Common(include_str!("../migrations/0019_statistics.sql"))),
    (20, "policy_adopted", Common(include_str!("../migrations/0020_policy_adopted.sql"))),
    (24, "matter_changes", Common(include_str!("../migrations/0024_matter_changes.sql"))),
    (25, "namesakes", Common(include_str!("../migrations/0025_namesakes.sql"))),
    (27, "vectors", Common(include_str!("../migrations/0027_vectors.sql"))),
    (30, "match_settings", Common(include_str!("../migrations/0030_match_settings.sql"))),
    (31, "attachments", Common(include_str!("../migrations/0031_attachments.sql"))),
    (32, "captures", Common(include_str!("../migrations/0032_captures.sql"))),
    (
        33,
        "captures_append_only",
        Apart {
            sqlite: include_str!("../migrations/0033_captures_append_only.sqlite.sql"),
            postgres: include_str!("../migrations/0033_captures_append_only.postgres.sql"),
        },
    ),
    (34, "paid_declared", Common(include_str!("../migrations/0034_paid_declared.sql"))),
    (36, "working_calendar", Common(include_str!("../migrations/0036_working_calendar.sql"))),
    (37, "confirmed_qualification", Common(include_str!("../migrations/0037_confirmed_qualification.sql"))),
    (38, "person_sex", Common(include_str!("../migrations/0038_person_sex.sql"))),
    (
        39,
        "due_of_proposals",
        Apart {
            sqlite: include_str!("../migrations/0039_due_of_proposals.sqlite.sql"),
            postgres: include_str!("../migrations/0039_due_of_proposals.postgres.sql"),
        },
    ),
];

/// Where a database stands against the program's migrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Last migration that was applied; 0 for an empty database.
    pub applied: i64,
    /// Last migration of this program.
    pub known: i64,
}

impl State {
    /// Whether nothing remains to be done.
    pub const fn is_current(self) -> bool {
        self.applied == self.known
    }
}

impl Database {
    /// Brings the database to this program's state; does nothing when it is there.
    pub async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { writer, .. } => migrator(Text::sqlite).run(writer).await?,
            Self::Postgres { pool } => migrator(Text::postgres).run(pool).await?,
        }
        Ok(())
    }

    /// Where the database stands, without changing it.
    pub async fn migration_state(&self) -> Result<State> {
        const SQL: &str = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success";
        let known = MIGRATIONS.last().map_or(0, |(version, ..)| *version);
        let mut tx = self.read().await?;
        let applied = on_both!(&mut tx, |c| sqlx::query_scalar::<_, i64>(SQL).fetch_one(c));
        match applied {
            Ok(applied) => Ok(State { applied, known }),
            Err(sqlx::Error::Database(error)) if error.message().contains("_sqlx_migrations") => {
                Ok(State { applied: 0, known })
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn migrator(pick: impl Fn(&Text) -> &'static str) -> Migrator {
    let migrations = MIGRATIONS
        .iter()
        .map(|(version, name, text)| {
            Migration::new(*version, (*name).into(), MigrationType::Simple, pick(text).into_sql_str(), false)
        })
        .collect();
    Migrator::with_migrations(migrations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_in_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let files = std::fs::read_dir(folder).unwrap().count();
        let listed: usize = MIGRATIONS.iter().map(|(.., text)| if matches!(text, Common(_)) { 1 } else { 2 }).sum();
        assert_eq!(files, listed);
    }

    #[test]
    fn migrations_are_in_the_order_of_their_numbers() {
        assert!(MIGRATIONS.iter().map(|(version, ..)| *version).is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn an_exception_says_why_in_its_first_line() {
        for (_, name, text) in MIGRATIONS {
            if let Apart { sqlite, postgres } = text {
                assert!(sqlite.starts_with("-- Only for SQLite: "), "{name}");
                assert!(postgres.starts_with("-- Only for PostgreSQL: "), "{name}");
            }
        }
    }
}
