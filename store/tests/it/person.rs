use chrono::NaiveDate;
use programme::access::Scope;
use programme::identifiers::ResidentId;
use programme::record::{Degree, Person, Sex, TeamRole, TitleLevel, UnitKind, Work, WorkKind};
use store::catalogue::Catalogue;
use store::testing::on_each;
use store::{Error, Written, person};

use super::{a_person, by};

fn work(id: &str) -> Work {
    Work { id: id.to_owned(), title: format!("成果{id}"), ..Work::default() }
}

fn full() -> Person {
    Person {
        name: Some("王强".to_owned()),
        unit_kind: Some(UnitKind::University),
        birth: NaiveDate::from_ymd_opt(1985, 3, 2),
        degree: Some(Degree::Doctor),
        title_level: Some(TitleLevel::Senior),
        discipline: Some("机械工程".to_owned()),
        directions: Some("石墨提纯".to_owned()),
        team: Some("石墨团队".to_owned()),
        team_role: Some(TeamRole::Lead),
        works: vec![
            Work {
                kind: Some(WorkKind::Patent),
                summary: "一种方法".to_owned(),
                keywords: vec!["石墨".to_owned()],
                year: Some(2023),
                ..work("w2")
            },
            work("w1"),
        ],
        ..a_person("p1", "某大学")
    }
}

#[tokio::test]
async fn a_person_comes_back_as_written_with_works_in_the_order_of_the_file() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let bare = Person { id: "p2".to_owned(), ..Person::default() };
        let done = person::insert_all(&mut tx, &by(), &[full(), bare.clone()]).await.unwrap();
        assert_eq!(done, Written { inserted: 2, updated: 0 });
        assert_eq!(person::get(&mut tx, &Scope::Province, "p1").await.unwrap(), Some(full()));
        assert_eq!(person::all(&mut tx, &Scope::Province).await.unwrap(), [full(), bare]);
    })
    .await;
}

#[tokio::test]
async fn the_sex_of_a_resident_id_is_kept_for_shares_and_stays_when_a_later_file_has_no_id() {
    on_each(async |database| {
        let id = |digits: &str| ResidentId::parse(digits).ok();
        let people = [
            Person { resident_id: id("11010519491231002X"), ..a_person("p1", "某大学") },
            Person { resident_id: id("440524188001010014"), ..a_person("p2", "某大学") },
            a_person("p3", "某大学"),
        ];
        let mut tx = database.write().await.unwrap();
        person::insert_all(&mut tx, &by(), &people).await.unwrap();
        person::insert_all(&mut tx, &by(), &[a_person("p1", "某大学")]).await.unwrap();
        tx.commit().await.unwrap();
        let lines = Catalogue::default().everybody(&database, &Scope::Province).await.unwrap();
        let sexes: Vec<Option<Sex>> = lines.values().map(|line| line.sex()).collect();
        assert_eq!(sexes, [Some(Sex::Female), Some(Sex::Male), None]);
    })
    .await;
}

#[tokio::test]
async fn two_people_may_bring_the_same_work_but_one_person_not_twice() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let people = ["p1", "p2"].map(|id| Person { works: vec![work("w1")], ..a_person(id, "某大学") });
        person::insert_all(&mut tx, &by(), &people).await.unwrap();
        let twice = Person { works: vec![work("w1"), work("w1")], ..a_person("p3", "某大学") };
        let error = person::insert_all(&mut tx, &by(), &[twice]).await.unwrap_err();
        assert!(matches!(error, Error::Twice { kind: "work", .. }));
    })
    .await;
}

#[tokio::test]
async fn writing_a_known_person_replaces_the_works() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        person::insert_all(&mut tx, &by(), &[full()]).await.unwrap();
        assert_eq!(person::known(&mut tx, &["p1", "p9"]).await.unwrap(), ["p1"]);
        let newer = Person { works: vec![work("w3")], ..a_person("p1", "另一大学") };
        let done = person::insert_all(&mut tx, &by(), std::slice::from_ref(&newer)).await.unwrap();
        assert_eq!(done, Written { inserted: 0, updated: 1 });
        assert_eq!(person::get(&mut tx, &Scope::Province, "p1").await.unwrap(), Some(newer));
    })
    .await;
}

#[tokio::test]
async fn a_unit_reads_its_own_people_a_person_himself_and_a_city_nobody() {
    on_each(async |database| {
        let mut tx = database.write().await.unwrap();
        let people =
            [a_person("p1", "甲大学"), a_person("p2", "乙大学"), Person { id: "p3".to_owned(), ..Person::default() }];
        person::insert_all(&mut tx, &by(), &people).await.unwrap();
        for (scope, expected) in [
            (Scope::Province, "p1 p2 p3"),
            (Scope::Unit("甲大学".to_owned()), "p1"),
            (Scope::Person("p2".to_owned()), "p2"),
            (Scope::City("230100".to_owned()), ""),
            (Scope::Matcher, ""),
            (Scope::Public, ""),
        ] {
            assert_eq!(
                person::get(&mut tx, &scope, "p2").await.unwrap().is_some(),
                expected.contains("p2"),
                "{scope:?}"
            );
            assert_eq!(person::all(&mut tx, &scope).await.unwrap().len(), expected.split_whitespace().count());
        }
    })
    .await;
}

#[tokio::test]
async fn people_who_changed_after_a_number_and_people_by_id_are_read_with_their_works() {
    on_each(async |database| {
        let bare = || Person { id: "p2".to_owned(), ..Person::default() };
        let last = async || person::last_change(&mut database.read().await.unwrap()).await.unwrap();
        let since = async |change| person::changed_since(&mut database.read().await.unwrap(), change).await.unwrap();
        assert_eq!((last().await, since(-1).await), (-1, Vec::new()));
        let insert = async |people: &[Person]| {
            let mut tx = database.write().await.unwrap();
            person::insert_all(&mut tx, &by(), people).await.unwrap();
            tx.commit().await.unwrap();
        };
        insert(&[full(), bare()]).await;
        let before = last().await;
        assert_eq!((since(-1).await, since(before).await), (vec![full(), bare()], Vec::new()));
        insert(&[full()]).await;
        assert!(last().await > before);
        assert_eq!(since(before).await, [full()]);
        let ids = ["p2", "nobody"].map(str::to_owned);
        assert_eq!(person::some(&mut database.read().await.unwrap(), &ids).await.unwrap(), [bare()]);
    })
    .await;
}
