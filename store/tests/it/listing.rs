//! 3.4a: the final list is within the suggestions, whatever SQL is tried.
//!
//! 1. The way of the process works: suggested, frozen, listed, struck, unfrozen.
//! 2. Each statement that would add a name, or hide that one was added, is refused by the database itself.
//! 3. Lines and traits of a list are those of the registers.

use programme::process::listing::LISTING;
use programme::process::{Action, Body, Case, Doer, Facts, Matter, Transition, decide};
use programme::record::{Enterprise, Need, Person, TitleLevel};
use store::matter::{self, Applied};
use store::testing::on_each;
use store::{Database, enterprise, listing, need, person};

use crate::{a_need, by, now};

const ROUND: &str = "round-000001";
const LIST: &str = "listing-000001";

/// Runs one statement as somebody with a console would; whether the database took it.
async fn takes(database: &Database, statement: &'static str) -> bool {
    match database {
        Database::Sqlite { writer, .. } => sqlx::query(statement).execute(writer).await.is_ok(),
        Database::Postgres { pool } => sqlx::query(statement).execute(pool).await.is_ok(),
    }
}

async fn must_take(database: &Database, statement: &'static str) {
    assert!(takes(database, statement).await, "{statement}");
}

macro_rules! matter_row {
    ($id:literal, $kind:literal, $stage:literal, $round:literal) => {
        concat!(
            "INSERT INTO matter (id, kind, stage, version, title, round_id, organiser, body, search_text, opened, moved) \
             VALUES ('", $id, "', '", $kind, "', '", $stage, "', 1, 't', ", $round, ", '', '{}', 't', \
             '2025-09-22T00:00:00Z', '2025-09-22T00:00:00Z')"
        )
    };
}

/// A round with a list in review and two suggestions.
async fn in_review(database: &Database) {
    for statement in [
        matter_row!("round-000001", "round", "round_collected", "NULL"),
        matter_row!("round-000002", "round", "round_collected", "NULL"),
        matter_row!("listing-000001", "listing", "listing_review", "'round-000001'"),
        matter_row!("pair-000001", "pair", "pair_suggested", "'round-000001'"),
        matter_row!("pair-000002", "pair", "pair_suggested", "'round-000001'"),
        matter_row!("pair-000003", "pair", "pair_suggested", "'round-000001'"),
        "INSERT INTO suggestion (pair_id, round_id) VALUES ('pair-000001', 'round-000001')",
        "INSERT INTO suggestion (pair_id, round_id) VALUES ('pair-000002', 'round-000001')",
    ] {
        must_take(database, statement).await;
    }
}

/// The same with the first suggestion on the frozen list.
async fn frozen(database: &Database) {
    in_review(database).await;
    for statement in [
        "UPDATE matter SET stage = 'listing_frozen' WHERE id = 'listing-000001'",
        "INSERT INTO final_name (pair_id, listing_id) VALUES ('pair-000001', 'listing-000001')",
        "UPDATE matter SET stage = 'pair_listed' WHERE id = 'pair-000001'",
    ] {
        must_take(database, statement).await;
    }
}

#[tokio::test]
async fn a_suggestion_is_a_pair_of_the_round_and_never_changes() {
    on_each(async |database| {
        in_review(&database).await;
        for statement in [
            "INSERT INTO suggestion (pair_id, round_id) VALUES ('listing-000001', 'round-000001')",
            "INSERT INTO suggestion (pair_id, round_id) VALUES ('pair-000003', 'round-000002')",
            "INSERT INTO suggestion (pair_id, round_id) VALUES ('nobody', 'round-000001')",
            "UPDATE suggestion SET pair_id = 'pair-000003' WHERE pair_id = 'pair-000001'",
            "UPDATE suggestion SET round_id = 'round-000002' WHERE pair_id = 'pair-000001'",
        ] {
            assert!(!takes(&database, statement).await, "{statement}");
        }
        must_take(&database, "INSERT INTO suggestion (pair_id, round_id) VALUES ('pair-000003', 'round-000001')").await;
        must_take(&database, "DELETE FROM suggestion WHERE pair_id = 'pair-000003'").await;
    })
    .await;
}

#[tokio::test]
async fn nothing_is_suggested_or_forgotten_after_the_freeze() {
    on_each(async |database| {
        frozen(&database).await;
        for statement in [
            "INSERT INTO suggestion (pair_id, round_id) VALUES ('pair-000003', 'round-000001')",
            "DELETE FROM suggestion WHERE pair_id = 'pair-000001'",
            "DELETE FROM suggestion WHERE pair_id = 'pair-000002'",
        ] {
            assert!(!takes(&database, statement).await, "{statement}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_final_name_is_a_suggestion_taken_when_its_list_is_frozen() {
    on_each(async |database| {
        in_review(&database).await;
        let early = "INSERT INTO final_name (pair_id, listing_id) VALUES ('pair-000001', 'listing-000001')";
        assert!(!takes(&database, early).await, "{early}");
        must_take(&database, "UPDATE matter SET stage = 'listing_frozen' WHERE id = 'listing-000001'").await;
        for statement in [matter_row!("listing-000002", "listing", "listing_frozen", "'round-000002'"), early] {
            must_take(&database, statement).await;
        }
        for statement in [
            "INSERT INTO final_name (pair_id, listing_id) VALUES ('pair-000003', 'listing-000001')",
            "INSERT INTO final_name (pair_id, listing_id) VALUES ('pair-000002', 'listing-000002')",
            "INSERT INTO final_name (pair_id, listing_id) VALUES ('pair-000002', 'round-000001')",
            "UPDATE final_name SET pair_id = 'pair-000002' WHERE pair_id = 'pair-000001'",
            "UPDATE final_name SET listing_id = 'listing-000002' WHERE pair_id = 'pair-000001'",
        ] {
            assert!(!takes(&database, statement).await, "{statement}");
        }
        must_take(&database, "UPDATE matter SET stage = 'listing_approved' WHERE id = 'listing-000001'").await;
        let late = "INSERT INTO final_name (pair_id, listing_id) VALUES ('pair-000002', 'listing-000001')";
        assert!(!takes(&database, late).await, "{late}");
    })
    .await;
}

#[tokio::test]
async fn a_pair_is_listed_held_and_published_only_with_its_final_name() {
    on_each(async |database| {
        frozen(&database).await;
        for statement in [
            "UPDATE matter SET stage = 'pair_listed' WHERE id = 'pair-000002'",
            "UPDATE matter SET stage = 'pair_held' WHERE id = 'pair-000002'",
            "UPDATE matter SET stage = 'pair_published' WHERE id = 'pair-000003'",
            matter_row!("pair-000009", "pair", "pair_listed", "'round-000001'"),
            "DELETE FROM final_name WHERE pair_id = 'pair-000001'",
        ] {
            assert!(!takes(&database, statement).await, "{statement}");
        }
        must_take(&database, "UPDATE matter SET stage = 'pair_published' WHERE id = 'pair-000001'").await;
    })
    .await;
}

#[tokio::test]
async fn a_list_and_its_pairs_stay_in_their_round_and_a_list_is_not_reopened_after_the_meeting() {
    on_each(async |database| {
        frozen(&database).await;
        for statement in [
            "UPDATE matter SET round_id = 'round-000002' WHERE id = 'listing-000001'",
            "UPDATE matter SET round_id = 'round-000002' WHERE id = 'pair-000001'",
            "UPDATE matter SET id = 'pair-000010' WHERE id = 'pair-000003'",
            matter_row!("listing-000002", "listing", "listing_review", "'round-000001'"),
            "DELETE FROM matter WHERE id = 'listing-000001'",
        ] {
            assert!(!takes(&database, statement).await, "{statement}");
        }
        must_take(&database, "UPDATE matter SET stage = 'listing_approved' WHERE id = 'listing-000001'").await;
        for statement in [
            "UPDATE matter SET stage = 'listing_review' WHERE id = 'listing-000001'",
            "UPDATE matter SET stage = 'listing_frozen' WHERE id = 'listing-000001'",
        ] {
            assert!(!takes(&database, statement).await, "{statement}");
        }
    })
    .await;
}

/// What `decide` makes of an act of the program on a matter.
fn decided(matter: &Matter, action: Action) -> Transition {
    let facts = Facts::default();
    let inputs = Body::default().with(&LISTING, LIST);
    let case = Case {
        matter,
        inputs: &inputs,
        facts: &facts,
        doer: &Doer::Act,
        now: now(),
        today: now().date_naive(),
        parameters: programme::parameters::Parameters::embedded(),
        calendar: programme::calendar::WorkingCalendar::embedded(),
    };
    decide(&case, action).unwrap()
}

async fn apply(database: &Database, id: &str, action: Action) {
    let mut tx = database.write().await.unwrap();
    let found = matter::find(&mut tx, id).await.unwrap().unwrap().matter;
    let applied = matter::apply(&mut tx, &by(), &decided(&found, action)).await.unwrap();
    assert!(matches!(applied, Applied::Done(..)));
    tx.commit().await.unwrap();
}

async fn names(database: &Database) -> Vec<String> {
    matter::final_names(&mut database.read().await.unwrap(), LIST).await.unwrap()
}

#[tokio::test]
async fn the_way_of_the_process_fits_the_constraints() {
    on_each(async |database| {
        in_review(&database).await;
        must_take(&database, "UPDATE matter SET stage = 'listing_frozen' WHERE id = 'listing-000001'").await;
        apply(&database, "pair-000001", Action::ListPair).await;
        apply(&database, "pair-000002", Action::ListPair).await;
        assert_eq!(names(&database).await, ["pair-000001", "pair-000002"]);
        must_take(&database, "UPDATE matter SET stage = 'listing_review' WHERE id = 'listing-000001'").await;
        apply(&database, "pair-000001", Action::UnlistPair).await;
        apply(&database, "pair-000002", Action::HoldPair).await;
        apply(&database, "pair-000002", Action::StrikeListed).await;
        assert!(names(&database).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn lines_and_traits_are_those_of_the_registers() {
    on_each(async |database| {
        in_review(&database).await;
        let mut tx = database.write().await.unwrap();
        let whole = Person {
            id: "p1".to_owned(),
            name: Some("张三（演示）".to_owned()),
            unit: Some("示例大学（演示）".to_owned()),
            birth: "1990-05-01".parse().ok(),
            title_level: Some(TitleLevel::Senior),
            ..Person::default()
        };
        person::insert_all(&mut tx, &by(), &[whole]).await.unwrap();
        let firm = Enterprise { platforms: vec!["省重点实验室".to_owned()], ..crate::enterprise("91230199MA0000015K", "230102") };
        enterprise::insert_all(&mut tx, &by(), std::slice::from_ref(&firm)).await.unwrap();
        let asked = Need { enterprise: Some(firm), ..a_need("n1", "石墨提纯") };
        need::insert_all(&mut tx, &by(), &[asked]).await.unwrap();
        tx.commit().await.unwrap();
        let parties = "UPDATE matter SET person_id = 'p1', enterprise_code = '91230199MA0000015K', need_id = 'n1' \
             WHERE id = 'pair-000001'";
        must_take(&database, parties).await;
        let mut tx = database.read().await.unwrap();
        let lines = listing::lines(&mut tx, ROUND).await.unwrap();
        let texts: Vec<String> = lines.iter().map(programme::process::line::Line::text).collect();
        let whole = "pair-000001\tp1\t张三（演示）\t示例大学（演示）\t正高\t91230199MA0000015K\t企业91230199MA0000015K\tn1\t石墨提纯";
        assert_eq!(texts, [whole, "pair-000002\t\t\t\t\t\t\t\t"]);
        let traits = listing::traits(&mut tx, ROUND).await.unwrap();
        let seen: Vec<(bool, bool)> = traits.iter().map(|one| (one.birth.is_some(), one.platform)).collect();
        assert_eq!(seen, [(true, true), (false, false)]);
    })
    .await;
}
