//! 二（三）1（1）: who organises something of an enterprise is told that its certificates run out.
//!
//! 1. From the policy's day on, on the last day and after it, with the days; not the day before.
//! 2. Only enterprises with something under way, and only to their own organisers; as a workbook and in the diary too.

use axum::http::StatusCode;
use chrono::{Days, NaiveTime};
use platform::clock::Clock;
use programme::access::{Role, Scope};
use programme::parameters::Parameters;
use programme::process::qualification::held_until;
use programme::process::{Body, Matter, Stage};
use store::testing::{self, on_each};
use store::{By, enterprise};

use super::TestApp;

fn pair(app: &TestApp, stage: Stage) -> Matter {
    let (id, title) = ("pair-000001".to_owned(), "在办（演示）".to_owned());
    Matter { id, stage, version: 1, title, parties: app.parties(), body: Body::default(), due: None }
}

#[tokio::test]
async fn organisers_are_told_of_certificates_that_run_out_while_something_is_under_way() {
    on_each(async |database| {
        let mut app = TestApp::on(database).await;
        let by = By { at: app.state.clock.now(), login: "console", origin: "console" };
        testing::put_matters(&app.state.desk.database, &by, &[pair(&app, Stage::PairTalks)]).await;
        let code = app.account(Role::Enterprise).binding.clone().unwrap();
        let parameters = Parameters::embedded();
        let mut tx = app.state.desk.database.read().await.unwrap();
        let of_account = enterprise::get(&mut tx, &Scope::Province, &code).await.unwrap().unwrap();
        drop(tx);
        let (name, until) = (of_account.name.unwrap(), held_until(&of_account.qualifications, parameters).unwrap());
        let told = u64::from(parameters.qualification_notice_days);
        let days = [
            (until - Days::new(told + 1), None),
            (until - Days::new(told), Some(format!("还有 {told} 天"))),
            (until, Some("还有 0 天".to_owned())),
            (until + Days::new(1), Some("已过期 1 天".to_owned())),
        ];
        for (day, words) in days {
            app.state.clock = Clock::standing_at(day.and_time(NaiveTime::MIN).and_utc());
            let mut city = app.signed_in("shikeji").await;
            let page = city.get("/qualifications").await;
            assert_eq!(page.shows(&name), words.is_some(), "{day}: {}", page.body);
            assert!(words.is_none_or(|words| page.shows(&words)), "{day}: {}", page.body);
            assert_eq!(city.get("/qualifications.xlsx").await.status, StatusCode::OK);
            let diary = city.get("/diary.ics").await.body.replace("\r\n ", "");
            assert_eq!(diary.contains(&format!("企业资质到期：{name}")), page.shows(&name) && day <= until);
            assert!(!app.signed_in("hakeji").await.get("/qualifications").await.shows(&name));
        }
        testing::clear_matters(&app.state.desk.database).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_is_told_of_an_enterprise_with_nothing_under_way() {
    on_each(async |database| {
        let mut app = TestApp::on(database).await;
        let by = By { at: app.state.clock.now(), login: "console", origin: "console" };
        testing::put_matters(&app.state.desk.database, &by, &[pair(&app, Stage::PairFailed)]).await;
        app.state.clock = Clock::standing_at("2030-01-01T00:00:00Z".parse().unwrap());
        assert!(app.signed_in("shikeji").await.get("/qualifications").await.shows("都在有效期内"));
    })
    .await;
}
