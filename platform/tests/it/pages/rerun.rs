//! 三（二）: a run made again says what it plans otherwise than the one before it.

use axum::http::StatusCode;
use store::testing::on_each;

use super::TestApp;
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
        assert!(same.shows("新列入 0 人次，不再列入 0 人次") && same.shows("结果应完全相同"), "{}", same.body);

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
