//! 三（二）: a run made again says what it plans otherwise than the one before it.

use axum::http::StatusCode;
use programme::access::Scope;
use programme::process::{Body, Matter, Parties, Stage};
use store::By;
use store::match_run::{self, Placed};
use store::testing::{on_each, put_matters};

use super::{TestApp, Visitor};
use crate::web::light::assert_page_is_light;

#[tokio::test]
async fn a_run_made_again_says_who_comes_who_leaves_and_why() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let mut province = app.signed_in("kejiting").await;
        for settings in ["top=20", "top=20", "top=20&unit_max=1"] {
            province.post_from("/runs/new", "/runs", settings).await;
            assert!(app.work().await);
        }
        let first = province.get("/runs/1/changes").await;
        assert!(first.shows("同一批次此前没有带推送方案的运算"), "{}", first.body);

        let same = province.get("/runs/2/changes").await;
        assert!(
            same.shows("在办不变 0 人次，新列入 0 人次，不再列入 0 人次") && same.shows("结果应完全相同"),
            "{}",
            same.body
        );

        let page = province.get("/runs/3/changes").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(page.shows("两次运算不同的有：匹配参数"), "{}", page.body);
        assert!(
            page.shows("候选第") || page.shows("候补"),
            "a push gone by the limit is a candidate still: {}",
            page.body
        );
        assert!(!page.shows("不再列入 0 人次"), "one person a unit leaves others out: {}", page.body);
        assert_page_is_light(&page.body);

        let sheets = paperwork::read(&province.get("/runs/3/changes.xlsx?than=1").await.bytes).unwrap();
        assert_eq!(sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), ["新列入", "不再列入"]);
        assert!(sheets[1].rows.len() > 1, "{:?}", sheets[1]);

        for gone in ["/runs/3/changes?than=3", "/runs/3/changes?than=x", "/runs/1/changes.xlsx", "/runs/9/changes"] {
            assert_eq!(province.get(gone).await.status, StatusCode::NOT_FOUND, "{gone}");
        }
        let mut enterprise = app.signed_in("qiye").await;
        assert_ne!(enterprise.get("/runs/3/changes").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn what_is_under_way_is_unchanged_and_what_is_over_says_how_it_ended() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let mut province = app.signed_in("kejiting").await;
        let by = By { at: app.state.clock.now(), login: "console", origin: "console" };
        let round = "round-000001".to_owned();
        let matter = |id: &str, stage: Stage, parties: Parties| {
            let (id, title) = (id.to_owned(), "2025 年度通知（演示）".to_owned());
            Matter { id, stage, version: 1, title, parties, body: Body::default(), due: None }
        };
        let of_round = |need: String, person: Option<String>| Parties {
            round: Some(round.clone()),
            need: Some(need),
            person,
            ..Parties::default()
        };
        let mut matters = vec![matter(&round, Stage::RoundCollected, Parties::default())];
        for (number, need) in (1..).zip(&app.province.needs) {
            let id = format!("need-{number:06}");
            matters.push(matter(&id, Stage::NeedReported, of_round(need.id.clone(), None)));
        }
        put_matters(&app.state.desk.database, &by, &matters).await;
        let run = async |province: &mut Visitor| {
            province.post_from("/runs/new", "/runs", &format!("top=20&round={round}")).await;
            assert!(app.work().await);
        };
        run(&mut province).await;
        let mut tx = app.state.desk.database.read().await.unwrap();
        let plan = match_run::every_place(&mut tx, &Scope::Province, 1).await.unwrap();
        drop(tx);
        let mut pushes = plan.into_iter().filter(|one| one.place == 0);
        let [live, over] = [pushes.next().unwrap(), pushes.next().unwrap()];
        let pair = |id: &str, stage: Stage, one: &Placed| {
            matter(id, stage, of_round(one.need.clone(), Some(one.person.clone())))
        };
        let pairs = [pair("pair-000001", Stage::PairPushed, &live), pair("pair-000002", Stage::PairDeclined, &over)];
        put_matters(&app.state.desk.database, &by, &pairs).await;
        run(&mut province).await;
        let page = province.get("/runs/2/changes").await;
        assert!(page.shows("在办不变 1 人次"), "{}", page.body);
        let gone = page.body.split_once(r#"id="leaves""#).map(|(_, rest)| rest).unwrap();
        assert!(gone.contains("已办结：") && gone.contains(&over.person), "{}", page.body);
        assert!(!gone.contains(&live.person), "{}", page.body);
    })
    .await;
}
