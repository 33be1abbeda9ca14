//! No list and no detail reads through a table that grows. Of an empty database SQLite says so in its plans and PostgreSQL,
//! forbidden to scan, in its counters: there is another way to answer. Of a filled one PostgreSQL says so in the plans that it
//! chooses freely: the other way is the better one.

use programme::access::{Actor, Role, Scope};
use programme::finding::Verdict;
use programme::parameters::Parameters;
use programme::process::service::SERVICE_DAY;
use programme::process::{Kind, Stage};
use programme::record::{Need, Person, Work};
use serde_json::json;
use store::catalogue::{Asked, Catalogue};
use store::match_run::{Candidate, OpenPosts, Pair};
use store::matter::{self, Link};
use store::page::Start;
use store::testing::{self, Planned, on_each, plans};
use store::{
    Database, Tx, account, audit, enterprise, job, match_run, misconduct, need, outcome, person, route, sealed,
    shareholder, statistics, unit,
};

use super::{CODE_A, CODE_B, a_need, a_person, by, need_of, province};

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
            enterprise::list(tx, scope, "", start, 50).await.unwrap();
            unit::list(tx, scope, "", start, 50).await.unwrap();
            match_run::needs(tx, scope, 1, start, 50).await.unwrap();
        }
        need::get(tx, scope, "n1").await.unwrap();
        enterprise::get(tx, scope, CODE_A).await.unwrap();
        route::of_enterprise(tx, scope, CODE_A, Parameters::embedded()).await.unwrap();
        unit::get(tx, scope, CODE_A).await.unwrap();
        unit::by_names(tx, scope, &["某大学", "某院"]).await.unwrap();
        person::get(tx, scope, "p1").await.unwrap();
    }
    read_narrowed(tx).await;
}

async fn read_narrowed(tx: &mut Tx) {
    shareholder::of_holders(tx, &Scope::Province, &["某大学"], &[CODE_A]).await.unwrap();
    shareholder::of_enterprise(tx, &Scope::Province, CODE_A).await.unwrap();
    match_run::list(tx, &Scope::Province, None).await.unwrap();
    match_run::candidates(tx, &Scope::Province, 1, "n1").await.unwrap();
    match_run::plan(tx, &Scope::Province, 1).await.unwrap();
    account::of_offices(tx, &Scope::Accounts).await.unwrap();
    account::waiting(tx, &Scope::Permissions).await.unwrap();
    account::in_the_way(tx, "", Role::Province, &"a".repeat(64)).await.unwrap();
    account::passwords(tx, "li").await.unwrap();
    sealed::of_record(tx, "person", "p1").await.unwrap();
    sealed::under_other_keys(tx, "k2").await.unwrap();
    match_run::plan_of(tx, &Scope::Province, 1, &["n1", "n2"]).await.unwrap();
    match_run::figures(tx, &Scope::Province, 1).await.unwrap();
    match_run::open_posts(tx, &Scope::Province, 1, 50).await.unwrap();
    match_run::latest_of(tx, &Scope::Province, "n1").await.unwrap();
    need::titles(tx, &Scope::Province, &["n1", "n2"]).await.unwrap();
    account::list(tx, &Scope::Accounts, "li", &Start::First, 50).await.unwrap();
    audit::list(tx, &Scope::AuditTrail, "need", None).await.unwrap();
    misconduct::of_subjects(tx, &Scope::Province, &["p1", "p2"]).await.unwrap();
    let own = Actor::new("li", Role::Sasac, None).unwrap();
    for actor in [&province(), &own] {
        job::list(tx, actor, None).await.unwrap();
        job::get(tx, actor, 1).await.unwrap();
        for start in [Start::First, Start::After("2025".to_owned()), Start::Before("2025".to_owned())] {
            matter::inbox(tx, actor, &start, 50).await.unwrap();
        }
    }
    read_matters(tx).await;
}

async fn read_matters(tx: &mut Tx) {
    let day = chrono::NaiveDate::from_ymd_opt(2025, 2, 10).unwrap();
    for link in [
        Link::Children("round-000001", Kind::Pair),
        Link::OfRound("round-000009", Kind::Pair),
        Link::OfRoundAt("round-000009", Stage::PairListed),
        Link::OfNeed("n1", Kind::Pair),
        Link::OfPerson("p1", Kind::Pair),
        Link::OfEnterprise(CODE_A, Kind::Pair),
        Link::OfUnit("某大学", Kind::Pair),
        Link::OfDocument("230100", "哈科发〔2025〕1号"),
        Link::OfKind(Kind::Round),
        Link::AtStage(Stage::PairTalks),
        Link::Overdue(day),
    ] {
        matter::linked(tx, link).await.unwrap();
    }
    matter::first_at(tx, Stage::AssessmentReported).await.unwrap();
    matter::awaiting(tx).await.unwrap();
    matter::newest_of_enterprises(tx, &[CODE_A, CODE_B], Kind::Need, 60).await.unwrap();
    matter::find(tx, "pair-000001").await.unwrap();
    matter::final_names(tx, "listing-000001").await.unwrap();
    matter::progress(tx, "round-000009", Kind::Need).await.unwrap();
    store::enterprise::certified(tx, &[CODE_A, CODE_B]).await.unwrap();
    store::enterprise::some(tx, &[CODE_A, CODE_B]).await.unwrap();
    matter::count_at(tx, "round-000009", Stage::PairTalks).await.unwrap();
    matter::titles(tx, &["pair-000001", "pair-000002"]).await.unwrap();
    matter::days_of_children(tx, &["a", "b"], Kind::Service, &SERVICE_DAY, Some(Stage::ServiceWithdrawn))
        .await
        .unwrap();
    for scope in [Scope::Province, Scope::City("230100".to_owned())] {
        statistics::supported(tx, &scope, "city").await.unwrap();
    }
    outcome::excellent_since(tx, "p1").await.unwrap();
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
        let scans: Vec<_> = lines(&plans).filter(|line| line.starts_with("SCAN") && *line != "SCAN counted").collect();
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

fn lines(plans: &[Planned]) -> impl Iterator<Item = &str> {
    plans.iter().flat_map(|planned| planned.plan.iter().map(String::as_str))
}

/// Records enough for an index to be the shorter way.
const RECORDS: usize = 3_000;

async fn fill(database: &Database) {
    let mut tx = database.write().await.unwrap();
    let code = |number: usize| format!("9123{number:014}");
    let enterprise_of = |number| super::enterprise(&code(number), "230102");
    let needs: Vec<Need> = (0..RECORDS).map(|number| need_of(&format!("n{number}"), enterprise_of(number))).collect();
    need::insert_all(&mut tx, &by(), &needs).await.unwrap();
    let work = |id: &str| Work { id: id.to_owned(), ..Work::default() };
    let people: Vec<Person> = (0..RECORDS)
        .map(|number| {
            let unit = format!("第{}大学", number % 50);
            Person { works: vec![work("w1"), work("w2")], ..a_person(&format!("p{number}"), &unit) }
        })
        .collect();
    person::insert_all(&mut tx, &by(), &people).await.unwrap();
    for _ in 0..2 {
        let (candidates, plan) =
            (0..RECORDS).map(|number| (candidate(number), pair(number))).unzip::<_, _, Vec<_>, Vec<_>>();
        let run = match_run::create(&mut tx, &by(), super::match_run::NEW, &candidates, &plan).await.unwrap();
        let open = OpenPosts { need: "n1".to_owned(), posts: 1, reason: String::new() };
        match_run::add_open_posts(&mut tx, run, &[open]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let Database::Postgres { pool } = database else { unreachable!("a PostgreSQL database") };
    sqlx::raw_sql(MATTERS).execute(pool).await.unwrap();
}

/// A round, pairs of it, some of which wait for their units: their parties are as varied as those of the records.
const MATTERS: &str = "
    INSERT INTO matter (id, kind, stage, version, title, organiser, body, search_text, opened, moved)
    VALUES ('round-000001', 'round', 'round_open', 1, '', '', '{}', '', '2025-01-01', '2025-01-01');
    INSERT INTO matter (id, kind, stage, version, title, round_id, parent_id, need_id, organiser, enterprise_code, unit_name,
        person_id, body, due, search_text, opened, moved, change)
    SELECT 'pair-' || lpad(n::text, 6, '0'), 'pair', 'pair_pushed', 1, '', 'round-000001', NULL, 'n' || n,
        '23' || lpad((n % 13)::text, 2, '0') || '00', '9123' || n, '第' || n % 50 || '大学', 'p' || n, '{}',
        DATE '2025-03-01' + n % 300, '', '2025-01-01', '2025-01-01', n
    FROM generate_series(1, 3000) AS n;
    INSERT INTO matter_wait (matter_id, role, binding, sort_key)
    SELECT id, 'unit', unit_name, due || ' ' || id FROM matter WHERE kind = 'pair' AND id < 'pair-000100';";

fn candidate(number: usize) -> Candidate {
    Candidate {
        need: format!("n{number}"),
        person: format!("p{number}"),
        rank: 1,
        score: 0.5,
        level: 3,
        probability: None,
        verdict: Verdict::Ok,
        flags: Vec::new(),
        eligibility: json!([]),
        evidence: json!({}),
    }
}

fn pair(number: usize) -> Pair {
    Pair { need: format!("n{number}"), post: 1, place: 0, person: format!("p{number}"), score: 0.5, reason: json!("") }
}

/// Tables of the filled database that grow with the programme.
const GROWING: [&str; 9] = [
    "need",
    "person",
    "work",
    "enterprise",
    "match_need",
    "match_latest",
    "match_candidate",
    "match_plan_pair",
    "matter",
];

#[tokio::test]
async fn of_a_filled_database_postgresql_reads_every_list_and_detail_off_an_index_by_choice() {
    let Some(postgres) = testing::postgres().await else { return };
    let database = &postgres.database;
    fill(database).await;
    let Database::Postgres { pool } = database else { unreachable!("a PostgreSQL database") };
    sqlx::raw_sql("ANALYZE").execute(pool).await.unwrap();
    let catalogue = Catalogue::default();
    read_lists(&catalogue, database).await;
    let mut tx = database.read().await.unwrap();
    let plans = plans(async {
        read_everything(&mut tx).await;
        // The first reading takes over the whole list; from then on changes alone are read.
        read_lists(&catalogue, database).await;
    })
    .await;
    let scans: Vec<_> = plans
        .iter()
        // A bounded count reads up to its bound, in whatever way; `all` and a run's export read everything.
        .filter(|planned| !planned.statement.starts_with("SELECT COUNT(*) FROM (SELECT 1"))
        .filter(|planned| planned.plan.iter().any(|line| GROWING.iter().any(|table| is_scan(line, table))))
        .collect();
    assert!(scans.is_empty(), "{scans:#?}");
    assert!(lines(&plans).filter(|line| line.contains("Index")).count() > 50, "the plans were looked at");
}

fn is_scan(line: &str, table: &str) -> bool {
    line.split_once("Seq Scan on ").is_some_and(|(_, rest)| rest.split(' ').next() == Some(table))
}

async fn read_lists(catalogue: &Catalogue, database: &Database) {
    let (needs, people) = (need::Filter::default(), person::Filter::default());
    let found = catalogue.needs(database, &Scope::Province, &needs, &Asked { rows: 9, ..Asked::default() }).await;
    assert_eq!(usize::try_from(found.unwrap().count.rows), Ok(RECORDS));
    let found = catalogue.people(database, &Scope::Province, &people, &Asked { rows: 9, ..Asked::default() }).await;
    assert_eq!(usize::try_from(found.unwrap().count.rows), Ok(RECORDS));
    let part = (&Start::First, 9);
    let found = catalogue.matters(database, &province(), Kind::Pair, &matter::Filter::default(), part).await;
    assert_eq!(usize::try_from(found.unwrap().count.rows), Ok(RECORDS));
    assert_eq!(catalogue.stages(database, &province()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn of_a_list_that_is_up_to_date_nothing_but_changes_is_read() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        need::insert_all(&mut tx, &by(), &[a_need("n1", "一")]).await.unwrap();
        tx.commit().await.unwrap();
        let catalogue = Catalogue::default();
        let plans = plans(async {
            let all = Asked { rows: 9, ..Asked::default() };
            catalogue.needs(&database, &Scope::Province, &need::Filter::default(), &all).await.unwrap();
            catalogue.people(&database, &Scope::Province, &person::Filter::default(), &Asked::default()).await.unwrap();
            catalogue.stages(&database, &province()).await.unwrap();
        })
        .await;
        assert_eq!(plans.len(), 4);
        if matches!(database, Database::Sqlite { .. }) {
            assert!(lines(&plans).all(|line| !line.starts_with("SCAN")), "{plans:#?}");
        }
    })
    .await;
}
