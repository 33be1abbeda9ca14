//! The main job, end to end, without script, on both databases.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use chrono::TimeDelta;
use paperwork::Cell;
use platform::jobs::SILENT_SECONDS;
use platform::web::url;
use programme::access::Scope;
use programme::record::Degree;
use store::match_run;
use store::testing::on_each;

use super::{Answer, TestApp, Visitor};
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
        assert!(evidence.shows("代表性成果") && evidence.shows("两边都有："), "{}", evidence.body);
        a_team_stands_beside_its_member(&app, &mut province).await;
        for page in [&list, &page, &run, &evidence] {
            assert_page_is_light(&page.body);
        }
        workbook_holds_the_run(&province.get("/runs/1/result.xlsx").await.bytes);
        let lines = province.get("/runs/1/result.jsonl").await.body;
        assert_eq!(lines.lines().count(), 1 + 20 * app.province.needs.len());
    })
    .await;
}

/// F15: two members of one team among a need's candidates stand on each other's pages.
async fn a_team_stands_beside_its_member(app: &TestApp, province: &mut Visitor) {
    let team = |id: &str| {
        let person = app.province.people.iter().find(|person| person.id == id).unwrap();
        person.team.as_ref().map(|team| (team.clone(), person.unit.clone()))
    };
    let mut found = None;
    for need in &app.province.needs {
        let mut tx = app.state.desk.database.read().await.unwrap();
        let of_need = match_run::candidates(&mut tx, &Scope::Province, 1, &need.id).await.unwrap();
        let first = of_need[0].person.clone();
        let second = of_need[1..].iter().find(|other| team(&first).is_some() && team(&other.person) == team(&first));
        if let Some(second) = second {
            found = Some((need.id.clone(), first, second.person.clone()));
            break;
        }
    }
    let (need, first, second) = found.expect("the demonstration has teams");
    let page = province.get(&url::pair(&need, &first)).await;
    let beside = page.body.split("团队其他成员的匹配成果").nth(1).expect("the team's table");
    assert!(beside.contains(&url::pair(&need, &second)), "{beside}");
}

fn first_link(page: &str, to: &str) -> String {
    let start = page.find(&format!("href=\"{to}")).expect("the page links there") + 6;
    page[start..].split('"').next().unwrap().to_owned()
}

fn workbook_holds_the_run(bytes: &[u8]) {
    let sheets = paperwork::read(bytes).unwrap();
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["匹配结果", "依据", "待处理的核查项", "推送方案", "空缺岗位", "运算凭据"]);
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

#[tokio::test]
async fn lists_are_sorted_narrowed_and_turned_and_keep_their_conditions() {
    let database = store::testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut province = app.signed_in("kejiting").await;
    let first = province.get("/needs?industry=C&sort=title").await;
    assert!(first.shows(r#"aria-sort="ascending""#), "{}", first.body);
    let next = first.body.split_once(r#"rel="next" href=""#).and_then(|(_, rest)| rest.split_once('"')).unwrap().0;
    assert!(next.contains("industry=C") && next.contains("sort=title"), "{next}");
    let second = province.get(&next.replace("&amp;", "&").replace("&#38;", "&")).await;
    assert!(second.shows(r#"rel="prev""#) && second.shows(r#"name="sort" value="title""#));
    assert!(province.get("/needs?sort=-updated").await.shows(r#"aria-sort="descending""#));
    assert!(province.get("/needs?matching=matched").await.shows("没有符合条件的需求"));
    assert!(province.get("/needs?matching=unmatched").await.shows(&format!("共 {} 条", app.province.needs.len())));
    let of_age = async |province: &mut Visitor, age: &str| {
        let page = province.get(&format!("/people?age={age}")).await.body;
        let count = page.split_once("共 ").and_then(|(_, rest)| rest.split_once(' ')).unwrap().0;
        count.parse::<usize>().unwrap()
    };
    let mut born = 0;
    for age in ["preferred", "within", "over"] {
        born += of_age(&mut province, age).await;
    }
    assert_eq!(born, app.province.people.iter().filter(|person| person.birth.is_some()).count());
    let doctors = app.province.people.iter().filter(|person| person.degree == Some(Degree::Doctor)).count();
    let sheets = paperwork::read(&province.get("/people.xlsx?degree=doctor").await.bytes).unwrap();
    assert_eq!((sheets[0].name.as_str(), sheets[0].rows.len()), ("科技人员", 1 + doctors));
}

#[tokio::test]
async fn a_city_learns_nothing_of_matching_from_the_list() {
    let database = store::testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut province = app.signed_in("kejiting").await;
    province.post_from("/runs/new", "/runs", "top=3").await;
    assert!(app.work().await);
    assert!(province.get("/needs?matching=matched").await.shows(&format!("共 {} 条", app.province.needs.len())));
    assert_eq!(paperwork::read(&province.get("/runs.xlsx").await.bytes).unwrap()[0].rows.len(), 2);
    let own = first_link(&province.get("/needs").await.body, "/needs/");
    let sheets = paperwork::read(&province.get(&format!("{own}/candidates.xlsx")).await.bytes).unwrap();
    assert_eq!(sheets[0].rows.len(), 1 + 3);
    let mut city = app.signed_in("shikeji").await;
    let all = city.get("/needs").await;
    assert!(!all.shows("最近一次匹配"));
    assert!(city.get("/needs?matching=matched").await.shows("没有符合条件的需求"));
    let sheets = paperwork::read(&city.get("/needs.xlsx").await.bytes).unwrap();
    assert!(!format!("{:?}", sheets[0].rows[0]).contains("最近一次匹配"));
}
