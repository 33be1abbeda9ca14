//! 三（三）: both sides are told how to reach each other when talks begin, not before, and not once they are over.

use platform::usecases::seal::{self, Place};
use programme::access::Role;
use programme::process::proposal::{CONTACTS, RELEASES};
use programme::process::{Body, Matter, Stage};
use store::{By, testing};

use super::TestApp;

const MOBILE: &str = "13900000000";

async fn pair(app: &TestApp, id: &str, stage: Stage, is_released: bool) {
    let releases = vec![format!("2025-09-12：{CONTACTS}开放给企业、本人、派出单位和组织单位")];
    let body = if is_released { Body::default().with(&RELEASES, releases) } else { Body::default() };
    let (id, title) = (id.to_owned(), "人选（演示）".to_owned());
    let matter = Matter { id, stage, version: 1, title, parties: app.parties(), body, due: None };
    let by = By { at: app.state.clock.now(), login: "console", origin: "console" };
    testing::put_matters(&app.state.desk.database, &by, &[matter]).await;
}

#[tokio::test]
async fn the_enterprise_s_contact_is_told_when_talks_begin_and_to_those_who_hold_them() {
    let throwaway = testing::sqlite().await;
    let app = TestApp::on(throwaway.database.clone()).await;
    pair(&app, "pair-900001", Stage::PairVouched, false).await;
    pair(&app, "pair-900002", Stage::PairTalks, true).await;
    pair(&app, "pair-900003", Stage::PairFailed, true).await;
    let account = app.account(Role::Enterprise);
    let place = Place { record: "enterprise", id: account.binding.as_deref().unwrap(), field: "contact_mobile" };
    let mut tx = app.state.desk.database.write().await.unwrap();
    seal::keep(&mut tx, &app.state.guard.keys, app.state.clock.now(), &[(place, MOBILE)]).await.unwrap();
    tx.commit().await.unwrap();
    for (login, in_talks) in [("danwei", true), ("geren", true), ("shikeji", true), ("kejiting", false)] {
        let mut visitor = app.signed_in(login).await;
        assert_eq!(visitor.get("/matter/pair-900002").await.shows(MOBILE), in_talks, "{login}");
        for other in ["/matter/pair-900001", "/matter/pair-900003"] {
            assert!(!visitor.get(other).await.shows(MOBILE), "{login} {other}");
        }
    }
}
