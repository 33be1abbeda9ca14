//! 三（四）: working days that were imported count at once in what the office decides and shows, and a notice that stands is
//! lengthened by them, never shortened.

use chrono::NaiveDate;
use platform::usecases::acts::clock;
use platform::usecases::import::{Target, import};
use platform::usecases::seal::KeySource;
use programme::intake::Kind as Records;
use programme::process::listing::{NOTICE_END, NOTICE_PROVISIONAL, NOTICE_START};
use programme::process::{Body, Matter, Parties, Stage};
use store::testing::{on_each, put_matters};
use store::{By, matter};

use super::TestApp;

const LISTING: &str = "listing-000001";

/// An arrangement that makes New Year longer than the statutory day and a Sunday worked.
const ANNOUNCED: &str = r#"{"date":"2027-01-01","day":"off","holiday":"元旦","state":"announced"}
{"date":"2027-01-03","day":"work","holiday":"元旦","state":"announced"}
{"date":"2027-01-04","day":"off","holiday":"元旦","state":"announced"}
{"date":"2027-01-05","day":"off","holiday":"元旦","state":"announced"}
"#;

async fn end(app: &TestApp) -> (Option<NaiveDate>, bool) {
    let mut tx = app.state.desk.database.read().await.unwrap();
    let listing = matter::find(&mut tx, LISTING).await.unwrap().unwrap().matter;
    (listing.body.day(&NOTICE_END), listing.body.flag(&NOTICE_PROVISIONAL))
}

#[tokio::test]
async fn imported_working_days_count_at_once_and_a_standing_notice_grows() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let later: store::Timestamp = "2026-12-31T01:00:00Z".parse().unwrap();
        app.state.clock.advance(later - app.state.clock.now());
        let by = By { at: app.state.clock.now(), login: "console", origin: "console" };
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        // Five working days after the day of publication, New Year's Day being off.
        let body = Body::default().with(&NOTICE_START, day("2026-12-30")).with(&NOTICE_END, day("2027-01-07"));
        let body = body.with(&NOTICE_PROVISIONAL, true);
        let (id, title) = (LISTING.to_owned(), "2026 年第 1 批名单（演示）".to_owned());
        let due = Some(day("2027-01-07"));
        let stage = Stage::ListingNotice;
        let listing = Matter { id, stage, version: 1, title, parties: Parties::default(), body, due };
        put_matters(&app.state.desk.database, &by, &[listing]).await;
        let mut province = app.signed_in("kejiting").await;
        let inside = format!("/matter/{LISTING}");
        assert!(province.get(&inside).await.shows("还剩 4 个工作日（涉及尚未公布放假安排的年份，暂定）"));
        clock::pass(&app.state.desk, &by).await.unwrap();
        assert_eq!(end(&app).await, (Some(day("2027-01-07")), true));

        let folder = tempfile::tempdir().unwrap();
        let key_file = folder.path().join("field.key");
        let target = Target { database: &app.state.desk.database, keys: KeySource::File(&key_file), check_only: false };
        let report = import(target, &by, Records::Calendar, ANNOUNCED.as_bytes().to_vec()).await.unwrap();
        assert!(report.written.is_some(), "{:?}", report.problems.listed());
        clock::pass(&app.state.desk, &by).await.unwrap();
        assert_eq!(end(&app).await, (Some(day("2027-01-08")), false));
        let page = province.get(&inside).await;
        assert!(page.shows("还剩 4 个工作日") && !page.shows("暂定"), "{}", page.body);
        let shown = province.get(&format!("/notice/{LISTING}")).await;
        assert!(shown.shows("2027-01-08") && !shown.shows("截止日为暂定"), "{}", shown.body);
        assert!(shown.shows("2027-01-03"), "the worked Sunday is counted on the page: {}", shown.body);
    })
    .await;
}
