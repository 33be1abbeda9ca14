//! SQL and migrations: one text for SQLite and PostgreSQL.
