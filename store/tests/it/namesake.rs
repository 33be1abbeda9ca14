//! People of one name: 1 two of one unit are asked about, by whoever may see them; 2 what the unit said stays beside them and can
//! be said again; 3 a record that was joined to another is asked about no more.

use programme::access::Scope;
use programme::record::Person;
use store::catalogue::Catalogue;
use store::testing::on_each;
use store::{Database, namesake, person};

use super::{a_person, by};

fn named(id: &str, unit: &str, name: &str) -> Person {
    Person { name: Some(name.to_owned()), ..a_person(id, unit) }
}

/// Ids of each pair, with the record that remains where the unit has answered.
async fn pairs(catalogue: &Catalogue, database: &Database, scope: &Scope) -> Vec<(String, Option<Option<String>>)> {
    let found = catalogue.namesakes(database, scope).await.unwrap();
    let ids = |records: &[std::sync::Arc<person::Line>; 2]| format!("{} {}", records[0].id, records[1].id);
    found.into_iter().map(|pair| (ids(&pair.records), pair.answer.map(|answer| answer.kept_id))).collect()
}

async fn say(database: &Database, ids: [&str; 2], kept: Option<&str>) {
    let mut tx = database.write().await.unwrap();
    namesake::answer(&mut tx, &by(), ids, kept).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn two_of_one_name_and_unit_are_asked_about_until_their_unit_answers() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let people = [
            named("p1", "甲大学", "王伟"),
            named("p2", "甲大学", "王 伟"),
            named("p3", "甲大学", "王伟"),
            named("p4", "乙大学", "王伟"),
            named("p5", "甲大学", "李伟"),
            a_person("p6", "甲大学"),
            a_person("p7", "甲大学"),
        ];
        person::insert_all(&mut tx, &by(), &people).await.unwrap();
        tx.commit().await.unwrap();
        let catalogue = Catalogue::default();
        let open = |ids: &str| (ids.to_owned(), None);
        let said = |ids: &str, kept: Option<&str>| (ids.to_owned(), Some(kept.map(str::to_owned)));
        for (scope, seen) in [
            (Scope::Province, 3),
            (Scope::Unit("甲大学".into()), 3),
            (Scope::Unit("乙大学".into()), 0),
            (Scope::Public, 0),
        ] {
            assert_eq!(pairs(&catalogue, &database, &scope).await.len(), seen, "{scope:?}");
        }
        say(&database, ["p2", "p1"], None).await;
        let all = &Scope::Province;
        assert_eq!(pairs(&catalogue, &database, all).await, [open("p1 p3"), open("p2 p3"), said("p1 p2", None)]);
        say(&database, ["p1", "p2"], Some("p1")).await;
        assert_eq!(pairs(&catalogue, &database, all).await, [open("p1 p3"), said("p1 p2", Some("p1"))]);
        say(&database, ["p1", "p2"], None).await;
        assert_eq!(pairs(&catalogue, &database, all).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn the_record_that_remains_is_one_of_the_two() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        person::insert_all(&mut tx, &by(), &[a_person("p1", "甲大学"), a_person("p2", "甲大学")]).await.unwrap();
        assert!(namesake::answer(&mut tx, &by(), ["p1", "p2"], Some("p3")).await.is_err());
    })
    .await;
}
