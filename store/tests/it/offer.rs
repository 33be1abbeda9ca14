//! 1. Opting out counts from the first time and is taken back whole.
//! 2. A link is known by its fingerprint, answers once, and is out of use when a new one is made.
//! 3. A push is received once.
//! 4. Reasons are counted by need and by enterprise.

use programme::record::Person;
use sqlx::AssertSqlSafe;
use store::offer::{self, Failed};
use store::testing::on_each;
use store::{Database, Tx, person};

use super::{by, now};

async fn a_pair(database: &Database, id: &str) {
    let mut tx = database.write().await.unwrap();
    let sql = AssertSqlSafe(format!(
        "INSERT INTO matter (id, kind, stage, version, title, organiser, body, search_text, opened, moved) VALUES \
         ('{id}', 'pair', 'pair_asked', 1, '', '', '{{}}', '', '2025-02-10 00:00:00+00:00', '2025-02-10 00:00:00+00:00')"
    ));
    match &mut tx {
        Tx::Sqlite(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop).unwrap(),
        Tx::Postgres(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop).unwrap(),
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn opting_out_counts_from_the_first_time_and_can_be_taken_back() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        person::insert_all(&mut tx, &by(), &[Person { id: "p1".to_owned(), ..Person::default() }]).await.unwrap();
        assert!(offer::opted_out(&mut tx, "p1").await.unwrap().is_none());
        offer::opt_out(&mut tx, &by(), "p1", "时间紧").await.unwrap();
        offer::opt_out(&mut tx, &by(), "p1", "另一理由").await.unwrap();
        assert_eq!(offer::opted_out(&mut tx, "p1").await.unwrap().unwrap().reason, "时间紧");
        assert!(offer::all_opted_out(&mut tx).await.unwrap().contains("p1"));
        assert!(offer::opt_in(&mut tx, &by(), "p1").await.unwrap());
        assert!(!offer::opt_in(&mut tx, &by(), "p1").await.unwrap());
        assert!(offer::all_opted_out(&mut tx).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_link_answers_once_and_a_new_one_puts_it_out_of_use() {
    on_each(async |database| {
        a_pair(&database, "pair-000001").await;
        let (first, second) = ("a".repeat(64), "b".repeat(64));
        let day = now().date_naive();
        let mut tx = database.write().await.unwrap();
        offer::issue_link(&mut tx, &by(), "pair-000001", &first, day).await.unwrap();
        assert_eq!(offer::link(&mut tx, &first).await.unwrap().unwrap().last_day, day);
        assert!(offer::use_link(&mut tx, &first, "accept_pair", now()).await.unwrap());
        assert!(!offer::use_link(&mut tx, &first, "decline_pair", now()).await.unwrap());
        let kept = offer::link(&mut tx, &first).await.unwrap().unwrap();
        assert_eq!((kept.answer.as_deref(), kept.answered), (Some("accept_pair"), Some(now())));
        offer::issue_link(&mut tx, &by(), "pair-000001", &second, day).await.unwrap();
        assert!(offer::link(&mut tx, &first).await.unwrap().is_none());
        assert_eq!(offer::link(&mut tx, &second).await.unwrap().unwrap().answered, None);
    })
    .await;
}

#[tokio::test]
async fn a_push_is_received_once_and_reasons_are_counted() {
    on_each(async |database| {
        a_pair(&database, "pair-000001").await;
        a_pair(&database, "pair-000002").await;
        let mut tx = database.write().await.unwrap();
        assert!(offer::receive(&mut tx, &by(), "pair-000001").await.unwrap());
        assert!(!offer::receive(&mut tx, &by(), "pair-000001").await.unwrap());
        assert_eq!(offer::receipt(&mut tx, "pair-000001").await.unwrap().unwrap().received, now());
        let reasons = ["secrecy".to_owned(), "no_site".to_owned()];
        let about = |need, reasons| Failed { need, enterprise: "91230199MA0000015K", reasons };
        offer::keep_failure(&mut tx, &by(), "pair-000001", about("need-1", &reasons)).await.unwrap();
        offer::keep_failure(&mut tx, &by(), "pair-000002", about("need-2", &reasons[..1])).await.unwrap();
        let of_need = offer::failures_of_need(&mut tx, "need-1").await.unwrap();
        assert_eq!(of_need, [("no_site".to_owned(), 1), ("secrecy".to_owned(), 1)]);
        let of_enterprise = offer::failures_of_enterprise(&mut tx, "91230199MA0000015K").await.unwrap();
        assert_eq!(of_enterprise, [("secrecy".to_owned(), 2), ("no_site".to_owned(), 1)]);
    })
    .await;
}
