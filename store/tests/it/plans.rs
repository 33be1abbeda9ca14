//! No list and no detail reads through a table that grows: SQLite says so in its plans, PostgreSQL in its counters.

use programme::access::{Actor, Role, Scope};
use store::page::Start;
use store::testing::{on_each, plans};
use store::{Tx, account, audit, enterprise, job, match_run, need, person, route, sealed, shareholder, unit};

use super::{CODE_A, province};

async fn read_everything(tx: &mut Tx) {
    let start = Start::After("a".to_owned());
    let scopes = [
        Scope::Province,
        Scope::City("230100".to_owned()),
        Scope::County("230102".to_owned()),
        Scope::Enterprise(CODE_A.to_owned()),
        Scope::Unit("某大学".to_owned()),
        Scope::Person("p1".to_owned()),
        Scope::Sasac,
    ];
    for scope in &scopes {
        for start in [&Start::First, &start, &Start::Before("z".to_owned())] {
            need::list(tx, scope, &need::Filter::default(), start, 50).await.unwrap();
            enterprise::list(tx, scope, "", start, 50).await.unwrap();
            unit::list(tx, scope, "", start, 50).await.unwrap();
            person::list(tx, scope, &person::Filter::default(), start, 50).await.unwrap();
        }
        need::get(tx, scope, "n1").await.unwrap();
        enterprise::get(tx, scope, CODE_A).await.unwrap();
        route::of_enterprise(tx, scope, CODE_A).await.unwrap();
        unit::get(tx, scope, CODE_A).await.unwrap();
        person::get(tx, scope, "p1").await.unwrap();
    }
    read_narrowed(tx).await;
}

async fn read_narrowed(tx: &mut Tx) {
    let filter =
        need::Filter { search: "石墨".to_owned(), city: Some("230100".to_owned()), industry: Some("C35".to_owned()) };
    need::list(tx, &Scope::Province, &filter, &Start::First, 50).await.unwrap();
    let filter = need::Filter { industry: Some("C".to_owned()), ..need::Filter::default() };
    need::list(tx, &Scope::Province, &filter, &Start::First, 50).await.unwrap();
    let filter = person::Filter { search: "石墨".to_owned(), unit: Some("某大学".to_owned()) };
    person::list(tx, &Scope::Province, &filter, &Start::First, 50).await.unwrap();
    shareholder::of_enterprise(tx, &Scope::Province, CODE_A).await.unwrap();
    match_run::list(tx, &Scope::Province, None).await.unwrap();
    match_run::candidates(tx, &Scope::Province, 1, "n1").await.unwrap();
    match_run::plan(tx, &Scope::Province, 1).await.unwrap();
    match_run::plan_levels(tx, &Scope::Province, 1).await.unwrap();
    account::waiting(tx, &Scope::Permissions).await.unwrap();
    account::in_the_way(tx, "", Role::Province, &"a".repeat(64)).await.unwrap();
    account::passwords(tx, "li").await.unwrap();
    sealed::of_record(tx, "person", "p1").await.unwrap();
    sealed::under_other_keys(tx, "k2").await.unwrap();
    account::list(tx, &Scope::Accounts, "li", &Start::First, 50).await.unwrap();
    audit::list(tx, &Scope::AuditTrail, "", None).await.unwrap();
    let own = Actor::new("li", Role::Sasac, None).unwrap();
    for actor in [&province(), &own] {
        job::list(tx, actor, None).await.unwrap();
        job::get(tx, actor, 1).await.unwrap();
    }
}

/// Pages run on several threads: a reading that could not move between them would not compile here.
fn movable<F: Future + Send>(reading: F) -> F {
    reading
}

const SCANNED: &str = "SELECT relname::text FROM pg_stat_xact_user_tables WHERE seq_scan > 0";
const READ: &str = "SELECT COUNT(*) FROM pg_stat_xact_user_tables WHERE idx_scan > 0";

#[tokio::test]
async fn every_list_and_every_detail_is_read_off_an_index() {
    on_each(async |database| {
        let mut tx = database.read().await.unwrap();
        if let Tx::Postgres(tx) = &mut tx {
            // On empty tables the planner would scan; this asks whether it could do otherwise.
            sqlx::query("SET LOCAL enable_seqscan = off").execute(&mut **tx).await.unwrap();
        }
        let plans = plans(movable(read_everything(&mut tx))).await;
        // The bounded count reads its own result, which is called so.
        let scans: Vec<_> = plans.iter().filter(|line| line.starts_with("SCAN") && *line != "SCAN counted").collect();
        assert!(scans.is_empty(), "{scans:#?}");
        match &mut tx {
            Tx::Sqlite(_) => assert!(plans.len() > 100, "the plans were looked at"),
            Tx::Postgres(tx) => {
                let scanned: Vec<String> = sqlx::query_scalar(SCANNED).fetch_all(&mut **tx).await.unwrap();
                assert!(scanned.is_empty(), "{scanned:?}");
                let read: i64 = sqlx::query_scalar(READ).fetch_one(&mut **tx).await.unwrap();
                assert!(read >= 10, "the counters were looked at");
            }
        }
    })
    .await;
}
