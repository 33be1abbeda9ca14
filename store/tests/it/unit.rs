use programme::access::{Actor, Role, Scope};
use programme::record::{Affiliation, Unit, UnitKind};
use store::account::{self, New};
use store::page::Start;
use store::testing::on_each;
use store::{Written, person, unit};

use super::{CODE_A, CODE_B, a_person, by};

fn a_unit(code: &str, name: &str) -> Unit {
    Unit { credit_code: code.to_owned(), name: name.to_owned(), ..Unit::default() }
}

fn full() -> Unit {
    Unit {
        kind: Some(UnitKind::University),
        affiliation: Some(Affiliation::Provincial),
        region: Some("230103".to_owned()),
        disciplines: vec!["0802 机械工程".to_owned(), "0805 材料科学与工程".to_owned()],
        ..a_unit(CODE_A, "甲大学")
    }
}

#[tokio::test]
async fn a_unit_comes_back_as_written_and_a_second_writing_replaces_its_disciplines() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let done = unit::insert_all(&mut tx, &by(), &[full(), a_unit(CODE_B, "乙院")]).await.unwrap();
        assert_eq!(done, Written { inserted: 2, updated: 0 });
        assert_eq!(unit::get(&mut tx, &Scope::Province, CODE_A).await.unwrap(), Some(full()));
        let newer = Unit { disciplines: vec!["0828 农业工程".to_owned()], ..full() };
        let done = unit::insert_all(&mut tx, &by(), std::slice::from_ref(&newer)).await.unwrap();
        assert_eq!(done, Written { inserted: 0, updated: 1 });
        assert_eq!(unit::all(&mut tx, &Scope::Province).await.unwrap(), [newer, a_unit(CODE_B, "乙院")]);
    })
    .await;
}

#[tokio::test]
async fn a_unit_that_changes_its_name_takes_people_and_accounts_along() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        unit::insert_all(&mut tx, &by(), &[full()]).await.unwrap();
        person::insert_all(&mut tx, &by(), &[a_person("p1", "甲大学"), a_person("p2", "丙大学")]).await.unwrap();
        let actor = Actor::new("jia", Role::Unit, Some("甲大学")).unwrap();
        let new = New {
            actor: &actor,
            binding: Some("甲大学"),
            name: "王",
            password_hash: "$",
            must_change_password: true,
            activated: true,
            holder: None,
        };
        account::create(&mut tx, &by(), new).await.unwrap();
        unit::insert_all(&mut tx, &by(), &[Unit { name: "甲工业大学".to_owned(), ..full() }]).await.unwrap();
        let followed = account::by_login(&mut tx, "jia").await.unwrap().unwrap().actor().unwrap();
        let people = person::all(&mut tx, followed.scope()).await.unwrap();
        assert_eq!(people.into_iter().map(|person| person.id).collect::<Vec<_>>(), ["p1"]);
    })
    .await;
}

#[tokio::test]
async fn a_code_or_a_name_twice_in_one_write_is_refused() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        assert!(unit::insert_all(&mut tx, &by(), &[full(), a_unit(CODE_A, "乙院")]).await.is_err());
        assert!(unit::insert_all(&mut tx, &by(), &[full(), a_unit(CODE_B, "甲大学")]).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn officials_see_every_unit_a_unit_itself_and_enterprises_none() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        unit::insert_all(&mut tx, &by(), &[full(), a_unit(CODE_B, "乙院")]).await.unwrap();
        for (scope, seen) in [
            (Scope::Province, 2),
            (Scope::City("230200".to_owned()), 2),
            (Scope::Sasac, 2),
            (Scope::Unit("乙院".to_owned()), 1),
            (Scope::Enterprise(CODE_A.to_owned()), 0),
            (Scope::Public, 0),
        ] {
            let page = unit::list(&mut tx, &scope, "", &Start::First, 9).await.unwrap();
            assert_eq!((page.count.rows, page.rows.len()), (seen, page.rows.len()), "{scope:?}");
            assert_eq!(unit::all(&mut tx, &scope).await.unwrap(), page.rows, "{scope:?}");
        }
        let found = unit::list(&mut tx, &Scope::Province, "甲", &Start::First, 9).await.unwrap();
        assert_eq!(found.rows, [full()]);
    })
    .await;
}
