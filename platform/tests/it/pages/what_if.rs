//! 三（二）: other settings are tried on a run without effect, frozen for the round, and bind its runs.

use axum::http::StatusCode;
use platform::usecases::runs::{frozen, wishes_of};
use programme::access::Scope;
use programme::parameters::Parameters;
use programme::process::round::IMPACT_NUMBER;
use programme::process::{Body, Kind, Matter, Parties, Stage};
use store::matter::{self, Link};
use store::testing::{on_each, put_matters};
use store::{By, match_run};

use super::TestApp;
use crate::web::light::assert_page_is_light;

const ROUND: &str = "round-000001";

async fn round(app: &TestApp) -> Matter {
    let mut tx = app.state.desk.database.read().await.unwrap();
    matter::find(&mut tx, ROUND).await.unwrap().unwrap().matter
}

async fn runs(app: &TestApp) -> usize {
    let mut tx = app.state.desk.database.read().await.unwrap();
    assert!(matter::linked(&mut tx, Link::OfKind(Kind::Pair)).await.unwrap().is_empty());
    match_run::list(&mut tx, &Scope::Province, None).await.unwrap().len()
}

#[tokio::test]
async fn settings_are_tried_without_effect_and_frozen_for_the_runs_of_the_round() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let mut province = app.signed_in("kejiting").await;
        province.post_from("/runs/new", "/runs", "top=20").await;
        assert!(app.work().await);
        let body = Body::default().with(&IMPACT_NUMBER, "影评〔2025〕1号（演示）");
        let (id, stage, title) = (ROUND.to_owned(), Stage::RoundCollected, "2025年度通知（演示）".to_owned());
        let open = Matter { id, stage, version: 1, title, parties: Parties::default(), body, due: None };
        let by = By { at: app.state.clock.now(), login: "console", origin: "console" };
        put_matters(&app.state.desk.database, &by, &[open]).await;

        let form = province.get("/runs/1/what-if").await;
        assert!(form.shows("尚未冻结匹配参数") && !form.shows("what-if-freeze"), "{}", form.body);
        let settings =
            "candidates=20&unit_pushes=2&alternates=1&level_least=strong&weight_strong=9&weight_fair=4&weight_weak=1";
        let tried = province.get(&format!("/runs/1/what-if?{settings}")).await;
        assert_eq!(tried.status, StatusCode::OK, "{}", tried.body);
        assert!(tried.shows("推送人选") && tried.shows("不再列入") && tried.shows("−"), "{}", tried.body);
        assert_page_is_light(&tried.body);
        let same = province
            .get("/runs/1/what-if?candidates=20&alternates=3&level_least=weak&weight_strong=3&weight_fair=2&weight_weak=1")
            .await;
        assert!(same.shows("新列入 0 人次") && same.shows("不再列入 0 人次"), "{}", same.body);
        let wrong = province.get("/runs/1/what-if?candidates=0").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!((runs(&app).await, round(&app).await.version), (1, 1), "a try leaves nothing");

        let act = format!("/matter/{ROUND}/act/freeze_matching");
        let refused = province
            .post_from(&act, &act, &format!("version=1&{}", settings.replace("alternates=1", "alternates=9")))
            .await;
        assert!(refused.shows("settings.too_many_alternates"), "{}", refused.body);
        let done = province.post_from("/runs/1/what-if?".trim_end_matches('?'), &act, "version=1").await;
        assert_eq!(done.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = province.post_from(&act, &act, &format!("version=1&{settings}")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let kept = round(&app).await;
        let page = province.get(&format!("/matter/{ROUND}")).await;
        assert!(
            page.shows("匹配参数冻结记录") && page.shows("等级分：强相关 9、较强相关 4、弱相关 1"),
            "{}",
            page.body
        );

        province.post_from("/runs/new", "/runs", &format!("top=50&round={ROUND}")).await;
        assert!(app.work().await);
        let mut tx = app.state.desk.database.read().await.unwrap();
        let own = wishes_of(&mut tx, &Scope::Province, 2).await.unwrap();
        assert_eq!(own, frozen(&kept).unwrap());
        assert_eq!(own.settings(Parameters::embedded()), frozen(&kept).unwrap().settings(Parameters::embedded()));
        drop(tx);
        let mut city = app.signed_in("shikeji").await;
        assert_eq!(city.get("/runs/1/what-if").await.status, StatusCode::NOT_FOUND);
        assert_eq!(province.get("/runs/99/what-if").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
