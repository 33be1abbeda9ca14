use programme::access::Scope;
use programme::finding::Verdict;
use serde_json::json;
use store::match_run::{self, Candidate, Figures, LevelCounts, New, OpenPosts, Pair, Placed};
use store::page::Start;
use store::testing::on_each;
use store::{Database, audit, need, person};

use super::{a_need, a_person, by};

const NEW: New<'_> =
    New { inputs_hash: "i", parameters_hash: "p", policy_version: "v", model: "none", needs: 2, people: 2 };

fn candidate(need: &str, person: &str, rank: u32, level: u8) -> Candidate {
    Candidate {
        need: need.to_owned(),
        person: person.to_owned(),
        rank,
        score: 0.5,
        level,
        probability: None,
        verdict: Verdict::Ok,
        flags: Vec::new(),
        eligibility: json!([]),
        evidence: json!({}),
    }
}

async fn run(database: &Database, candidates: &[Candidate], open: &[OpenPosts]) -> i64 {
    let mut tx = database.write().await.unwrap();
    need::insert_all(&mut tx, &by(), &[a_need("n1", "一"), a_need("n2", "二")]).await.unwrap();
    person::insert_all(&mut tx, &by(), &[a_person("p1", "甲"), a_person("p2", "甲")]).await.unwrap();
    let id = match_run::create(&mut tx, &by(), NEW, candidates, &[]).await.unwrap();
    match_run::add_open_posts(&mut tx, id, open).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn the_latest_run_of_a_need_is_the_last_one_with_candidates_for_it() {
    on_each(async |database| {
        let first = run(&database, &[candidate("n1", "p1", 1, 4), candidate("n2", "p1", 1, 2)], &[]).await;
        let second = run(&database, &[candidate("n2", "p2", 1, 3)], &[]).await;
        let mut tx = database.read().await.unwrap();
        assert_eq!(match_run::latest_of(&mut tx, &Scope::Province, "n1").await.unwrap(), Some(first));
        assert_eq!(match_run::latest_of(&mut tx, &Scope::Province, "n2").await.unwrap(), Some(second));
        assert_eq!(match_run::latest_of(&mut tx, &Scope::Province, "n3").await.unwrap(), None);
        assert_eq!(match_run::latest_of(&mut tx, &Scope::Sasac, "n1").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn levels_are_counted_need_by_need() {
    on_each(async |database| {
        let candidates = [candidate("n1", "p1", 1, 4), candidate("n1", "p2", 2, 4), candidate("n2", "p1", 1, 1)];
        let id = run(&database, &candidates, &[]).await;
        let mut tx = database.read().await.unwrap();
        let counted = match_run::needs(&mut tx, &Scope::Province, id, &Start::First, 9).await.unwrap();
        let first = LevelCounts { need: "n1".to_owned(), strong: 2, ..LevelCounts::default() };
        let second = LevelCounts { need: "n2".to_owned(), unrelated: 1, ..LevelCounts::default() };
        assert_eq!(counted.rows, [first, second.clone()]);
        let after = Start::After("n1".to_owned());
        assert_eq!(match_run::needs(&mut tx, &Scope::Province, id, &after, 9).await.unwrap().rows, [second]);
        assert!(match_run::needs(&mut tx, &Scope::Public, id, &Start::First, 9).await.unwrap().rows.is_empty());
    })
    .await;
}

#[tokio::test]
async fn open_posts_are_kept_with_their_cause() {
    on_each(async |database| {
        let open =
            OpenPosts { need: "n2".to_owned(), posts: 1, reason: "候选人都已推送至其他需求".to_owned() };
        let id = run(&database, &[], std::slice::from_ref(&open)).await;
        let mut tx = database.read().await.unwrap();
        assert_eq!(match_run::open_posts(&mut tx, &Scope::Province, id, 1).await.unwrap(), [open]);
        assert!(match_run::open_posts(&mut tx, &Scope::Province, id, 0).await.unwrap().is_empty());
        assert!(match_run::open_posts(&mut tx, &Scope::Public, id, 1).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_plan_is_read_for_some_needs_with_the_level_of_everybody_in_it() {
    on_each(async |database| {
        run(&database, &[], &[]).await;
        let mut tx = database.write().await.unwrap();
        let candidates = [candidate("n1", "p1", 1, 4), candidate("n1", "p2", 2, 2), candidate("n2", "p2", 1, 3)];
        let pair = |need: &str, person: &str, place| Pair {
            need: need.to_owned(),
            post: 1,
            place,
            person: person.to_owned(),
            score: 0.5,
            reason: json!(""),
        };
        let plan = [pair("n1", "p1", 0), pair("n1", "p2", 1), pair("n2", "p2", 0)];
        let id = match_run::create(&mut tx, &by(), NEW, &candidates, &plan).await.unwrap();
        let open = OpenPosts { need: "n2".to_owned(), posts: 3, reason: String::new() };
        match_run::add_open_posts(&mut tx, id, &[open]).await.unwrap();
        let of_first = match_run::plan_of(&mut tx, &Scope::Province, id, &["n1", "n9"]).await.unwrap();
        let placed =
            |person: &str, place, level| Placed { need: "n1".to_owned(), place, person: person.to_owned(), level };
        assert_eq!(of_first, [placed("p1", 0, 4), placed("p2", 1, 2)]);
        assert!(match_run::plan_of(&mut tx, &Scope::Public, id, &["n1"]).await.unwrap().is_empty());
        let figures = match_run::figures(&mut tx, &Scope::Province, id).await.unwrap();
        assert_eq!((figures, figures.is_planned()), (Figures { filled: 2, open: 3 }, true));
        let unplanned = match_run::figures(&mut tx, &Scope::Province, id - 1).await.unwrap();
        assert_eq!((unplanned, unplanned.is_planned()), (Figures::default(), false));
        assert_eq!(match_run::figures(&mut tx, &Scope::Public, id).await.unwrap(), Figures::default());
    })
    .await;
}

#[tokio::test]
async fn an_import_moves_the_version_of_its_kind_of_records_alone() {
    on_each(async |database| {
        let version = async |kind: &str| audit::last_bulk_act(&mut database.read().await.unwrap(), kind).await.unwrap();
        assert_eq!(version("person").await, 0);
        run(&database, &[], &[]).await;
        let (people, needs) = (version("person").await, version("need").await);
        let mut tx = database.write().await.unwrap();
        person::insert_all(&mut tx, &by(), &[a_person("p3", "乙")]).await.unwrap();
        tx.commit().await.unwrap();
        assert!(version("person").await > people);
        assert_eq!(version("need").await, needs);
    })
    .await;
}
