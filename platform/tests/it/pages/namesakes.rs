//! People of one name through the front door: their unit alone answers, for its own; of one person matching knows one record.

use axum::http::StatusCode;
use platform::demonstration::Account;
use programme::access::Role;
use programme::record::{Person, Work};
use store::{By, person, testing};

use super::TestApp;

const PAGE: &str = "/people/namesakes";

fn person(id: &str, unit: &str) -> Person {
    let work = Work { id: "w1".to_owned(), title: "石墨提纯".to_owned(), ..Work::default() };
    let (name, unit) = (Some("同名者（演示）".to_owned()), Some(unit.to_owned()));
    Person { id: id.to_owned(), name, unit, works: vec![work], ..Person::default() }
}

#[tokio::test]
async fn the_unit_says_who_is_one_person_and_matching_follows() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let unit: &Account = app.province.accounts.iter().find(|account| account.role == Role::Unit).unwrap();
    let own = unit.binding.as_deref().unwrap();
    let people =
        [person("SAME-1", own), person("SAME-2", own), person("SAME-3", "别的大学"), person("SAME-4", "别的大学")];
    let by = By { at: app.state.clock.now(), login: "console", origin: "console" };
    let mut tx = app.state.desk.database.write().await.unwrap();
    person::insert_all(&mut tx, &by, &people).await.unwrap();
    tx.commit().await.unwrap();
    let matched = async || {
        let collection = app.state.desk.collections.current(&app.state.desk).await.unwrap();
        (
            collection.len(),
            collection.person("SAME-1").map(|one| one.works.len()),
            collection.person("SAME-2").is_some(),
        )
    };
    let (all, works, _) = matched().await;
    assert_eq!(works, Some(1));

    let mut visitor = app.signed_in(unit.login).await;
    let page = visitor.get(PAGE).await;
    assert!(page.shows("SAME-1") && page.shows("SAME-2") && !page.shows("SAME-3"));
    let foreign = visitor.post_from(PAGE, PAGE, "first=SAME-3&second=SAME-4&answer=SAME-3").await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let neither = visitor.post_from(PAGE, PAGE, "first=SAME-1&second=SAME-2&answer=SAME-3").await;
    assert!(neither.status.is_client_error());
    let mut province = app.signed_in("kejiting").await;
    assert!(province.get(PAGE).await.shows("SAME-3"));
    let of_province = province.post_from("/account", PAGE, "first=SAME-1&second=SAME-2&answer=SAME-1").await;
    assert_eq!(of_province.status, StatusCode::FORBIDDEN);
    assert_eq!(matched().await, (all, Some(1), true));

    let said = visitor.post_from(PAGE, PAGE, "first=SAME-1&second=SAME-2&answer=SAME-1").await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    assert!(visitor.get(PAGE).await.shows("同一人，保留 SAME-1"));
    assert_eq!(matched().await, (all - 1, Some(2), false));
    visitor.post_from(PAGE, PAGE, "first=SAME-1&second=SAME-2&answer=different").await;
    assert_eq!(matched().await, (all, Some(1), true));
}
