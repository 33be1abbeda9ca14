use programme::process::{Body, Matter, Parties, Stage};
use sqlx::AssertSqlSafe;
use store::testing::{on_each, put_matters};
use store::{Database, audit, capture};

use super::{by, now};

const LISTING: &str = "listing-000001";

async fn tamper(database: &Database, sql: &str) -> Result<(), sqlx::Error> {
    let sql = AssertSqlSafe(sql.to_owned());
    match database {
        Database::Sqlite { writer, .. } => sqlx::raw_sql(sql).execute(writer).await.map(drop),
        Database::Postgres { pool } => sqlx::raw_sql(sql).execute(pool).await.map(drop),
    }
}

#[tokio::test]
async fn captures_are_only_added_and_a_page_is_kept_once() {
    on_each(async |database| {
        let (id, stage, title) = (LISTING.to_owned(), Stage::ListingNotice, "名单".to_owned());
        let (parties, body) = (Parties::default(), Body::default());
        put_matters(&database, &by(), &[Matter { id, stage, version: 1, title, parties, body, due: None }]).await;
        let mut tx = database.write().await.unwrap();
        for (number, sm3, page) in [(1, "aa", "甲"), (2, "aa", "甲"), (3, "bb", "乙")] {
            assert_eq!(capture::add(&mut tx, &by(), LISTING, 200, sm3, page).await.unwrap(), number);
        }
        let all = capture::of_listing(&mut tx, LISTING).await.unwrap();
        let shown: Vec<_> = all.iter().map(|one| (one.number, one.taken, one.status, one.sm3.as_str())).collect();
        assert_eq!(shown, [(1, now(), 200, "aa"), (2, now(), 200, "aa"), (3, now(), 200, "bb")]);
        assert_eq!(capture::last(&mut tx, LISTING).await.unwrap().unwrap().number, 3);
        assert_eq!(capture::page(&mut tx, LISTING, "aa").await.unwrap().as_deref(), Some("甲"));
        assert_eq!(capture::page(&mut tx, LISTING, "cc").await.unwrap(), None);
        assert_eq!(audit::of_subject(&mut tx, "listing", LISTING).await.unwrap().len(), 3);
        tx.commit().await.unwrap();
        for sql in ["UPDATE notice_capture SET sm3 = 'cc'", "DELETE FROM notice_capture"] {
            tamper(&database, sql).await.unwrap_err();
        }
        let mut tx = database.read().await.unwrap();
        assert_eq!(capture::of_listing(&mut tx, LISTING).await.unwrap(), all);
    })
    .await;
}
