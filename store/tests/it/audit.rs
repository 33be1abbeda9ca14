use programme::access::Scope;
use serde_json::json;
use sqlx::{AssertSqlSafe, Row as _};
use store::audit::{self, Break, Entry, SEARCHED_MAX, Walk};
use store::testing::on_each;
use store::{By, Database, Tx};

use super::{by, now};

/// Every event but that of `n3` rests on a clause.
async fn append(database: &Database, subject: &str) {
    let mut tx = database.write().await.unwrap();
    let clause = (subject != "n3").then_some(programme::clause!("3.1b"));
    let entry = Entry { clause, ..Entry::done("need.review", "need", subject) };
    audit::append(&mut tx, &by(), entry.with(json!({"说明": "同意"}))).await.unwrap();
    tx.commit().await.unwrap();
}

async fn walk(database: &Database) -> Walk {
    audit::verify(&mut database.read().await.unwrap()).await.unwrap()
}

/// What somebody with the database's own tools could do.
async fn tamper(database: &Database, sql: &str) -> Result<(), sqlx::Error> {
    let mut tx = database.write().await.unwrap();
    let sql = AssertSqlSafe(sql.to_owned());
    match &mut tx {
        Tx::Sqlite(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop)?,
        Tx::Postgres(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop)?,
    }
    tx.commit().await.unwrap();
    Ok(())
}

async fn without_triggers(database: &Database) {
    let sql = match database {
        Database::Sqlite { .. } => "DROP TRIGGER audit_event_no_update; DROP TRIGGER audit_event_no_delete",
        Database::Postgres { .. } => "DROP TRIGGER audit_event_append_only ON audit_event",
    };
    tamper(database, sql).await.unwrap();
}

#[tokio::test]
async fn an_event_comes_back_as_it_was_appended_and_the_chain_is_whole() {
    on_each(async |database| {
        assert_eq!(walk(&database).await, Walk::Whole { events: 0, head: "0".repeat(64) });
        append(&database, "n1").await;
        append(&database, "n2").await;
        let mut tx = database.read().await.unwrap();
        let events = audit::list(&mut tx, &Scope::AuditTrail, "n2", None).await.unwrap().events;
        let event = &events[0];
        assert_eq!((event.seq, event.at, event.actor.as_str(), event.origin.as_str()), (2, now(), "li", "console"));
        assert_eq!((event.act.as_str(), event.clause.as_deref(), event.succeeded), ("need.review", Some("3.1b"), true));
        assert_eq!(event.detail, r#"{"说明":"同意"}"#);
        assert_eq!(walk(&database).await, Walk::Whole { events: 2, head: event.hash.clone() });
    })
    .await;
}

#[tokio::test]
async fn the_trail_is_read_by_the_audit_administrator_alone() {
    on_each(async |database| {
        append(&database, "n1").await;
        let mut tx = database.read().await.unwrap();
        assert_eq!(audit::list(&mut tx, &Scope::AuditTrail, "", None).await.unwrap().events.len(), 1);
        assert_eq!(audit::list(&mut tx, &Scope::AuditTrail, "", Some(1)).await.unwrap().events.len(), 0);
        for scope in [Scope::Province, Scope::Accounts, Scope::Nothing] {
            assert!(audit::list(&mut tx, &scope, "", None).await.unwrap().events.is_empty(), "{scope:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_search_looks_through_so_many_entries_and_says_where_to_go_on() {
    on_each(async |database| {
        append(&database, "n1").await;
        let found = async |entries: i64, before| {
            // As if that many had been appended: the numbers alone decide how far a search looks.
            let grown = AssertSqlSafe(format!("UPDATE audit_head SET seq = {entries}"));
            let done = match &database {
                Database::Sqlite { writer, .. } => sqlx::raw_sql(grown).execute(writer).await.map(drop),
                Database::Postgres { pool } => sqlx::raw_sql(grown).execute(pool).await.map(drop),
            };
            done.unwrap();
            let mut tx = database.read().await.unwrap();
            let part = audit::list(&mut tx, &Scope::AuditTrail, "n1", before).await.unwrap();
            (part.events.len(), part.before)
        };
        assert_eq!(found(SEARCHED_MAX - 1, None).await, (1, None));
        assert_eq!(found(SEARCHED_MAX, None).await, (1, None));
        assert_eq!(found(SEARCHED_MAX + 1, None).await, (0, Some(2)));
        assert_eq!(found(SEARCHED_MAX + 1, Some(2)).await, (1, None));
    })
    .await;
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_or_delete_an_event() {
    on_each(async |database| {
        append(&database, "n1").await;
        let mut attempts = vec!["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"];
        attempts.push(match &database {
            Database::Sqlite { .. } => "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event",
            Database::Postgres { .. } => "TRUNCATE audit_event",
        });
        for sql in attempts {
            assert!(tamper(&database, sql).await.is_err(), "{sql}");
        }
        assert!(matches!(walk(&database).await, Walk::Whole { events: 1, .. }));
    })
    .await;
}

#[tokio::test]
async fn whatever_is_done_past_the_triggers_is_found_and_its_place_named() {
    let cases = [
        ("UPDATE audit_event SET detail = '{}' WHERE seq = 2", 2, Break::Changed),
        ("UPDATE audit_event SET succeeded = FALSE WHERE seq = 3", 3, Break::Changed),
        ("UPDATE audit_event SET clause = NULL WHERE seq = 1", 1, Break::Changed),
        ("UPDATE audit_event SET clause = '' WHERE seq = 3", 3, Break::Changed),
        ("UPDATE audit_event SET prev = hash WHERE seq = 2", 2, Break::Unlinked),
        ("DELETE FROM audit_event WHERE seq = 2", 2, Break::Missing),
        ("DELETE FROM audit_event WHERE seq = 1", 1, Break::Missing),
        ("DELETE FROM audit_event WHERE seq = 3", 3, Break::WrongEnd),
        ("DELETE FROM audit_event", 1, Break::WrongEnd),
    ];
    for (sql, seq, what) in cases {
        on_each(async |database| {
            for subject in ["n1", "n2", "n3"] {
                append(&database, subject).await;
            }
            without_triggers(&database).await;
            tamper(&database, sql).await.unwrap();
            assert_eq!(walk(&database).await, Walk::Broken { seq, what }, "{sql}");
        })
        .await;
    }
}

/// Each column of an event with a value that it does not have.
const COLUMNS: [(&str, &str); 12] = [
    ("seq", "9"),
    ("at", "'2020-01-01 00:00:00+00:00'"),
    ("actor", "'x'"),
    ("origin", "'x'"),
    ("act", "'x'"),
    ("subject_kind", "'x'"),
    ("subject_id", "'x'"),
    ("clause", "'1.1'"),
    ("succeeded", "FALSE"),
    ("detail", "'{}'"),
    ("prev", "hash"),
    ("hash", "prev"),
];

#[tokio::test]
async fn a_change_of_any_column_of_any_event_is_found() {
    on_each(async |database| {
        for subject in ["n1", "n2", "n3"] {
            append(&database, subject).await;
        }
        without_triggers(&database).await;
        let width = match &mut database.read().await.unwrap() {
            Tx::Sqlite(tx) => {
                sqlx::query("SELECT * FROM audit_event LIMIT 1").fetch_one(&mut **tx).await.unwrap().len()
            }
            Tx::Postgres(tx) => {
                sqlx::query("SELECT * FROM audit_event LIMIT 1").fetch_one(&mut **tx).await.unwrap().len()
            }
        };
        assert_eq!(width, COLUMNS.len(), "a new column needs its line here and its place in the hash");
        for seq in 1..=3 {
            for (column, other) in COLUMNS {
                tamper(&database, "CREATE TABLE kept AS SELECT * FROM audit_event").await.unwrap();
                tamper(&database, &format!("UPDATE audit_event SET {column} = {other} WHERE seq = {seq}"))
                    .await
                    .unwrap();
                assert!(matches!(walk(&database).await, Walk::Broken { .. }), "{column} of {seq}");
                let back = "DELETE FROM audit_event; INSERT INTO audit_event SELECT * FROM kept; DROP TABLE kept";
                tamper(&database, back).await.unwrap();
                assert!(matches!(walk(&database).await, Walk::Whole { events: 3, .. }), "put back");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_event_put_in_or_two_events_exchanged_are_found() {
    let insert = "INSERT INTO audit_event SELECT 4, at, actor, origin, act, subject_kind, subject_id, clause, succeeded, \
        detail, prev, hash FROM audit_event WHERE seq = 3";
    let exchange = "UPDATE audit_event SET seq = 9 WHERE seq = 1; UPDATE audit_event SET seq = 1 WHERE seq = 2; \
        UPDATE audit_event SET seq = 2 WHERE seq = 9";
    for sql in [insert, exchange, "UPDATE audit_head SET hash = 'x'", "UPDATE audit_head SET seq = 2"] {
        on_each(async |database| {
            for subject in ["n1", "n2", "n3"] {
                append(&database, subject).await;
            }
            without_triggers(&database).await;
            tamper(&database, sql).await.unwrap();
            assert!(matches!(walk(&database).await, Walk::Broken { .. }), "{sql}");
        })
        .await;
    }
}

#[tokio::test]
async fn many_writers_at_once_make_one_chain_without_a_fork_or_a_gap() {
    on_each(async |database| {
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let database = database.clone();
                tokio::spawn(async move {
                    for turn in 0..10 {
                        append(&database, &format!("{writer}-{turn}")).await;
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        assert!(matches!(walk(&database).await, Walk::Whole { events: 80, .. }));
    })
    .await;
}

#[tokio::test]
async fn an_event_of_a_dropped_transaction_leaves_no_gap() {
    on_each(async |database| {
        append(&database, "n1").await;
        let mut tx = database.write().await.unwrap();
        let by = By { login: "wang", ..by() };
        audit::append(&mut tx, &by, Entry::done("need.review", "need", "n2")).await.unwrap();
        drop(tx);
        append(&database, "n3").await;
        assert!(matches!(walk(&database).await, Walk::Whole { events: 2, .. }));
    })
    .await;
}

#[tokio::test]
async fn a_chain_longer_than_one_reading_is_walked_to_its_end() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        for _ in 0..1_001 {
            audit::append(&mut tx, &by(), Entry::done("need.review", "need", "n1")).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert!(matches!(walk(&database).await, Walk::Whole { events: 1_001, .. }));
    })
    .await;
}
