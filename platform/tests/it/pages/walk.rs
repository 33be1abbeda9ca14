//! The main job, end to end, without script, on both databases.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use chrono::TimeDelta;
use paperwork::Cell;
use platform::jobs::SILENT_SECONDS;
use platform::web::url;
use store::testing::on_each;

use super::{Answer, TestApp};
use crate::web::light::assert_page_is_light;

#[tokio::test]
async fn from_signing_in_to_the_workbook() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let mut province = app.signed_in("kejiting").await;
        let list = province.get("/needs?q=%E7%9F%B3%E5%A2%A8").await;
        assert!(list.shows("石墨"));
        let need = &app.province.needs[0];
        let page = province.get(&format!("/needs/{}", need.id)).await;
        assert!(page.shows("接收单位资格核查") && page.shows("还没有匹配"), "{}", page.body);
        let asked = province.post_from("/runs/new", "/runs", "top=20&unit_max=").await;
        assert_eq!(asked.location(), "/runs/jobs/1");
        assert!(province.get("/runs/jobs/1").await.shows("等待中"));
        assert!(app.work().await);
        assert_eq!(province.get("/runs/jobs/1").await.location(), "/runs/1");
        let run = province.get("/runs/1").await;
        assert!(run.shows("方案落实") && run.shows("推送") && run.shows("class=\"level level-"));
        let page = province.get(&format!("/needs/{}", need.id)).await;
        assert!(page.shows("方案</th>"), "{}", page.body);
        let pair = first_link(&page.body, &format!("/needs/{}/candidates/", need.id));
        let evidence = province.get(&pair).await;
        assert!(evidence.shows("<mark>") && evidence.shows("得分构成") && evidence.shows("推送方案"));
        for page in [&list, &page, &run, &evidence] {
            assert_page_is_light(&page.body);
        }
        workbook_holds_the_run(&province.get("/runs/1/result.xlsx").await.bytes);
        let lines = province.get("/runs/1/result.jsonl").await.body;
        assert_eq!(lines.lines().count(), 1 + 20 * app.province.needs.len());
    })
    .await;
}

fn first_link(page: &str, to: &str) -> String {
    let start = page.find(&format!("href=\"{to}")).expect("the page links there") + 6;
    page[start..].split('"').next().unwrap().to_owned()
}

fn workbook_holds_the_run(bytes: &[u8]) {
    let sheets = paperwork::read(bytes).unwrap();
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["候选人选", "依据", "待处理的核查项", "推送方案", "空缺岗位", "运算凭据"]);
    let cells = |name: &str| {
        let sheet = sheets.iter().find(|sheet| sheet.name == name).unwrap();
        sheet.rows.iter().flat_map(|row| row.cells.iter().cloned()).collect::<Vec<_>>()
    };
    assert!(cells("推送方案").iter().any(|(_, cell)| matches!(cell, Cell::Text(text) if text == "推送")));
}

#[tokio::test]
async fn one_need_is_matched_at_once_and_the_question_why_not_is_answered() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let mut province = app.signed_in("kejiting").await;
        let need = format!("/needs/{}", app.province.needs[3].id);
        let answer = province.post_from(&need, &format!("{need}/match"), "").await;
        assert_eq!(answer.location(), format!("{need}#candidates"));
        let matched = province.get(&need).await;
        assert!(matched.shows("第 1 次匹配运算") && !matched.shows("方案</th>"), "a single need has no plan");
        let pushable = province.get(&format!("{need}?pushable=1")).await;
        let refused = |answer: &Answer| candidates_of(&answer.body).matches("不符合").count();
        let rows = |answer: &Answer| candidates_of(&answer.body).matches("<tr>").count();
        assert_eq!((refused(&pushable), rows(&pushable)), (0, rows(&matched) - refused(&matched)));
        assert!(matched.shows("只看可推送的") && pushable.shows("查看全部候选人选"));
        let behind = province.get(&format!("{need}/why?person={}", last_of(&app))).await;
        assert!(behind.shows("未进入候选名单") || behind.shows("不符合规定"), "{}", behind.body);
        let name = app.province.people[5].name.clone().unwrap();
        let asked = province.get(&format!("{need}/why?person={}", url::component(&name))).await;
        assert!(asked.shows("请选择要查询的人"));
        assert!(province.get(&format!("{need}/why?person=nobody")).await.shows("没有找到这个人"));
    })
    .await;
}

fn candidates_of(page: &str) -> &str {
    &page[page.find("id=\"candidates\"").expect("the table of candidates")..]
}

/// Somebody whose works have nothing to do with most needs: the last one in the collection.
fn last_of(app: &TestApp) -> String {
    app.province.people.last().unwrap().id.clone()
}

#[tokio::test]
async fn a_cancelled_job_keeps_nothing_and_says_so() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let mut province = app.signed_in("kejiting").await;
        province.post_from("/runs/new", "/runs", "top=5").await;
        assert_eq!(province.post_from("/runs/jobs/1", "/runs/jobs/1/cancel", "").await.location(), "/runs/jobs/1");
        assert!(province.get("/runs/jobs/1").await.shows("任务已取消"));
        assert!(!app.work().await);
        assert_eq!(province.get("/runs/1").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_the_end_of_the_process_interrupts_keeps_nothing_and_says_so() {
    let database = store::testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut province = app.signed_in("kejiting").await;
    province.post_from("/runs/new", "/runs", "top=5").await;
    assert!(app.work_while_stopping(true).await);
    assert!(province.get("/runs/jobs/1").await.shows("程序停止，运算中断，没有保留结果；请重新发起"));
    assert_eq!(province.get("/runs/1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_job_whose_process_crashed_is_taken_up_again() {
    on_each(async |database| {
        let app = TestApp::on(database.clone()).await;
        let mut province = app.signed_in("kejiting").await;
        province.post_from("/runs/new", "/runs", "top=5").await;
        let mut tx = database.write().await.unwrap();
        store::job::claim(&mut tx, app.state.clock.now()).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        assert!(!app.work().await, "another worker may still be at it");
        app.state.clock.advance(TimeDelta::seconds(SILENT_SECONDS));
        assert!(app.work().await);
        assert_eq!(province.get("/runs/jobs/1").await.location(), "/runs/1");
    })
    .await;
}

#[tokio::test]
async fn the_number_of_candidates_is_held_at_below_and_above_its_bounds() {
    let database = store::testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut province = app.signed_in("kejiting").await;
    for (top, status) in [("0", 422), ("1", 303), ("200", 303), ("201", 422), ("many", 422), ("", 422)] {
        let answer = province.post_from("/runs/new", "/runs", &format!("top={top}")).await;
        assert_eq!(answer.status.as_u16(), status, "{top}");
    }
    let refused = province.post_from("/runs/new", "/runs", "top=201&unit_max=7").await;
    assert!(refused.shows("1 到 200 的整数") && refused.shows(r#"value="7""#), "{}", refused.body);
}

#[tokio::test]
async fn a_filtered_list_downloads_exactly_what_it_shows() {
    let database = store::testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut city = app.signed_in("shikeji").await;
    let own = app.province.needs.iter().filter(|need| {
        let region = need.enterprise.as_ref().and_then(|enterprise| enterprise.region.as_deref());
        region.is_some_and(|region| region.starts_with("2302"))
    });
    let answer = city.get("/needs.xlsx").await;
    assert!(answer.headers[CONTENT_TYPE].to_str().unwrap().contains("spreadsheetml"));
    let sheets = paperwork::read(&answer.bytes).unwrap();
    assert_eq!(sheets[0].rows.len(), 1 + own.count());
}
