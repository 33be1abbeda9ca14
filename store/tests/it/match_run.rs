use programme::access::Scope;
use programme::finding::Verdict;
use serde_json::json;
use store::match_run::{self, Candidate, New, Pair};
use store::testing::on_each;
use store::{Tx, need, person};

use super::{a_need, a_person, by, now};

pub const NEW: New<'_> =
    New { inputs_hash: "aa", parameters_hash: "bb", policy_version: "2025-2027", model: "none", needs: 2, people: 2 };

fn candidate(need: &str, person: &str, rank: u32) -> Candidate {
    Candidate {
        need: need.to_owned(),
        person: person.to_owned(),
        rank,
        score: 1.0 / f64::from(rank + 2),
        level: 3,
        probability: Some(0.75),
        verdict: Verdict::NeedsOverride,
        flags: vec!["证据不足".to_owned()],
        eligibility: json!([{"code": "age.within_limit", "ok": true}]),
        evidence: json!({"phrases": ["石墨提纯"]}),
    }
}

fn pair(need: &str, person: &str, place: u8) -> Pair {
    Pair {
        need: need.to_owned(),
        post: 1,
        place,
        person: person.to_owned(),
        score: 0.1 + 0.2,
        reason: json!({"rival": null}),
    }
}

async fn records(tx: &mut Tx) {
    need::insert_all(tx, &by(), &[a_need("n1", "一"), a_need("n2", "二")]).await.unwrap();
    person::insert_all(tx, &by(), &[a_person("p1", "某大学"), a_person("p2", "某大学")]).await.unwrap();
}

#[tokio::test]
async fn a_run_comes_back_bit_for_bit_with_candidates_and_plan() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        records(&mut tx).await;
        let candidates = [candidate("n1", "p2", 1), candidate("n1", "p1", 2), candidate("n2", "p1", 1)];
        let plan = [pair("n1", "p2", 0), pair("n1", "p1", 1)];
        assert_eq!(match_run::create(&mut tx, &by(), NEW, &candidates, &plan).await.unwrap(), 1);
        assert_eq!(match_run::create(&mut tx, &by(), NEW, &[], &[]).await.unwrap(), 2);
        let run = match_run::get(&mut tx, &Scope::Province, 1).await.unwrap().unwrap();
        assert_eq!((run.id, run.created, run.created_by.as_str(), run.candidates), (1, now(), "li", 3));
        assert_eq!((run.inputs_hash.as_str(), run.policy_version.as_str(), run.people), ("aa", "2025-2027", 2));
        let of_need = match_run::candidates(&mut tx, &Scope::Province, 1, "n1").await.unwrap();
        assert_eq!(of_need, candidates[..2]);
        assert_eq!(match_run::all_candidates(&mut tx, &Scope::Province, 1).await.unwrap(), candidates);
        assert_eq!(match_run::plan(&mut tx, &Scope::Province, 1).await.unwrap(), plan);
        let latest = match_run::list(&mut tx, &Scope::Province, None).await.unwrap();
        assert_eq!(latest.iter().map(|run| run.id).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(match_run::list(&mut tx, &Scope::Province, Some(2)).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn results_of_matching_are_read_by_the_province_alone() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        records(&mut tx).await;
        match_run::create(&mut tx, &by(), NEW, &[candidate("n1", "p1", 1)], &[pair("n1", "p1", 0)]).await.unwrap();
        for scope in [Scope::Unit("某大学".to_owned()), Scope::Person("p1".to_owned()), Scope::Matcher, Scope::Public]
        {
            assert!(match_run::get(&mut tx, &scope, 1).await.unwrap().is_none(), "{scope:?}");
            assert!(match_run::list(&mut tx, &scope, None).await.unwrap().is_empty(), "{scope:?}");
            assert!(match_run::candidates(&mut tx, &scope, 1, "n1").await.unwrap().is_empty(), "{scope:?}");
            assert!(match_run::all_candidates(&mut tx, &scope, 1).await.unwrap().is_empty(), "{scope:?}");
            assert!(match_run::plan(&mut tx, &scope, 1).await.unwrap().is_empty(), "{scope:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_database_refuses_a_person_twice_for_a_need_and_a_fourth_alternate() {
    on_each(async |database| {
        let twice = [candidate("n1", "p1", 1), candidate("n1", "p1", 2)];
        let mut tx = database.write().await.unwrap();
        records(&mut tx).await;
        assert!(match_run::create(&mut tx, &by(), NEW, &twice, &[]).await.is_err());
        drop(tx);
        let mut tx = database.write().await.unwrap();
        records(&mut tx).await;
        assert!(match_run::create(&mut tx, &by(), NEW, &[], &[pair("n1", "p1", 4)]).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn the_database_refuses_to_change_a_run() {
    const SQL: &str = "UPDATE match_run SET model = 'other'";
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        match_run::create(&mut tx, &by(), NEW, &[], &[]).await.unwrap();
        let refused = match &mut tx {
            Tx::Sqlite(tx) => sqlx::query(SQL).execute(&mut **tx).await.is_err(),
            Tx::Postgres(tx) => sqlx::query(SQL).execute(&mut **tx).await.is_err(),
        };
        assert!(refused);
    })
    .await;
}

#[tokio::test]
async fn a_run_says_what_it_was_made_with_and_gives_its_candidates_for_another_plan() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        records(&mut tx).await;
        let refused = Candidate { verdict: Verdict::Refused, ..candidate("n1", "p1", 2) };
        let run = match_run::create(&mut tx, &by(), NEW, &[candidate("n1", "p2", 1), refused], &[]).await.unwrap();
        assert_eq!(match_run::settings(&mut tx, &Scope::Province, run).await.unwrap(), None);
        let settings = json!({"top": 20, "worth": [9, 4, 1]});
        match_run::add_settings(&mut tx, run, &settings).await.unwrap();
        assert_eq!(match_run::settings(&mut tx, &Scope::Province, run).await.unwrap(), Some(settings));
        let found = match_run::placeable(&mut tx, &Scope::Province, run).await.unwrap();
        let shown: Vec<_> =
            found.iter().map(|one| (one.person.as_str(), one.rank, one.level, one.is_refused)).collect();
        assert_eq!(shown, [("p2", 1, 3, false), ("p1", 2, 3, true)]);
        assert_eq!(match_run::placeable(&mut tx, &Scope::Public, run).await.unwrap(), []);
        assert_eq!(match_run::settings(&mut tx, &Scope::Public, run).await.unwrap(), None);
    })
    .await;
}
