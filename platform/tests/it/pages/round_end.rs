//! What was proposed and not pushed has the round's day, goes with an extension of the round, and ends with the round itself:
//! visible, with the reason, on both databases.

use axum::http::StatusCode;
use chrono::NaiveDate;
use programme::process::proposal::{ORDER, POST};
use programme::process::round::{ANSWERS_DAY, NEEDS_DAY, NOTICE_DAY, REPORTS_DAY, TALKS_DAY};
use programme::process::{Action, Body, Matter, Parties, REASON, Stage};
use store::testing::{self, on_each};
use store::{By, matter};

use super::TestApp;

const ROUND: &str = "round-900001";
const PROPOSED: &str = "pair-900001";
const STANDBY: &str = "pair-900002";
const TALKS: &str = "pair-900003";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A round on 15 September 2025 whose answers ended on the 12th.
async fn answers_over(app: &TestApp) {
    let days = [
        (&NOTICE_DAY, "2025-07-01"),
        (&NEEDS_DAY, "2025-08-01"),
        (&REPORTS_DAY, "2025-08-15"),
        (&ANSWERS_DAY, "2025-09-12"),
        (&TALKS_DAY, "2025-09-30"),
    ];
    let body = days.into_iter().fold(Body::default(), |body, (field, on)| body.with(field, day(on)));
    let round = Matter {
        id: ROUND.to_owned(),
        stage: Stage::RoundCollected,
        version: 1,
        title: "2025年度批次（演示）".to_owned(),
        parties: Parties::default(),
        body,
        due: Some(day("2025-09-30")),
    };
    let pair = |id: &str, stage, order, due| Matter {
        id: id.to_owned(),
        stage,
        version: 1,
        title: format!("人选 {id}（演示）"),
        parties: Parties { round: Some(ROUND.to_owned()), ..app.parties() },
        body: Body::default().with(&ORDER, order).with(&POST, 1),
        due: Some(day(due)),
    };
    let by = By { at: app.state.clock.now(), login: "console", origin: "console" };
    let pairs = [
        pair(PROPOSED, Stage::PairProposed, 0, "2025-09-12"),
        pair(STANDBY, Stage::PairStandby, 1, "2025-09-12"),
        pair(TALKS, Stage::PairTalks, 0, "2025-09-30"),
    ];
    testing::put_matters(&app.state.desk.database, &by, &[&[round], &pairs[..]].concat()).await;
}

async fn kept(app: &TestApp, id: &str) -> Matter {
    matter::find(&mut app.state.desk.database.read().await.unwrap(), id).await.unwrap().unwrap().matter
}

#[tokio::test]
async fn an_extension_takes_along_whatever_waits_for_the_rounds_days() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        answers_over(&app).await;
        let mut province = app.signed_in("kejiting").await;
        let overdue = province.get(&format!("/matter/{PROPOSED}")).await;
        assert!(overdue.shows("2025-09-12") && overdue.shows("已逾期 1 个工作日"), "{}", overdue.body);
        let alternate = province.get(&format!("/matter/{STANDBY}")).await;
        assert!(alternate.shows("期限已过") && !alternate.shows("已逾期"), "{}", alternate.body);
        let barred = overdue.body.split("现在还不能办理的操作").nth(1).expect("the push would be refused");
        assert!(barred.contains("请先延长批次期限，否则请撤销，未撤销的随批次办结终止（方案三（二））"), "{barred}");
        let form = format!("/matter/{PROPOSED}/act/push_pair");
        assert!(barred.contains(&form) && province.get(&form).await.shows("请先延长批次期限"));
        assert!(!barred.contains("/act/withdraw_pair") && overdue.shows("/act/withdraw_pair"));

        let round = province.get(&format!("/matter/{ROUND}")).await;
        let barred = round.body.split("现在还不能办理的操作").nth(1).expect("people are proposed already");
        assert!(barred.contains("/act/freeze_matching") && barred.contains("形成推荐 3 项"), "{barred}");

        let extend = format!("/matter/{ROUND}/act/extend_round");
        let days = "version=1&needs_day=2025-08-01&reports_day=2025-08-15&answers_day=2025-09-19&talks_day=2025-10-17";
        let done = province.post_from(&extend, &extend, &format!("{days}&reason=%E5%BB%B6")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        for (id, due) in [(PROPOSED, "2025-09-19"), (STANDBY, "2025-09-19"), (TALKS, "2025-10-17")] {
            assert_eq!(kept(&app, id).await.due, Some(day(due)), "{id}");
        }
        assert!(province.get(&format!("/matter/{PROPOSED}")).await.shows("还剩 4 个工作日"));
    })
    .await;
}

#[tokio::test]
async fn what_was_not_pushed_ends_with_the_round() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        answers_over(&app).await;
        let mut province = app.signed_in("kejiting").await;
        let conclude = format!("/matter/{ROUND}/act/conclude_round");
        let early = province.post_from(&conclude, &conclude, "version=1").await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(early.shows("推荐人选 1 件"), "talks are owed an end: {}", early.body);
        assert_eq!(kept(&app, STANDBY).await.stage, Stage::PairStandby);
        let fail = format!("/matter/{TALKS}/act/fail_talks");
        let failed = app.signed_in("shikeji").await.post_from(&fail, &fail, "version=1&failure=other&reason=x").await;
        assert_eq!(failed.status, StatusCode::SEE_OTHER, "{}", failed.body);

        let done = province.post_from(&conclude, &conclude, "version=1").await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        for (id, why) in [(PROPOSED, "批次办结时尚未推送"), (STANDBY, "批次办结时仍为候补")] {
            let pair = kept(&app, id).await;
            assert_eq!((pair.stage, pair.due), (Stage::PairUnused, None), "{id}");
            assert!(pair.body.text(&REASON).starts_with(why), "{id}");
            let mut tx = app.state.desk.database.read().await.unwrap();
            let events = matter::history(&mut tx, &pair).await.unwrap();
            assert_eq!(events.last().unwrap().act, Action::ClosePair.code());
            let page = province.get(&format!("/matter/{id}")).await;
            assert!(page.shows("批次已办结，未推送") && page.shows(why), "{}", page.body);
        }
        assert!(!province.get("/inbox").await.shows(PROPOSED));
        let mut unit = app.signed_in("danwei").await;
        assert_eq!(unit.get(&format!("/matter/{PROPOSED}")).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
