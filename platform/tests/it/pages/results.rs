//! 五（四）: what a term brought stands as declared beside as verified, with its documents and proofs.

use axum::http::StatusCode;
use programme::process::assessment::{
    CONTRACT_YUAN, DECLARED_CONTRACT_YUAN, DECLARED_RESULTS, RESULTS_DOCUMENTS, RESULTS_LANDED, SUMMARY,
};
use programme::process::{Body, Matter, Stage};
use store::{By, testing};

use super::TestApp;

#[tokio::test]
async fn declared_and_verified_results_stand_side_by_side_with_their_proofs() {
    let throwaway = testing::sqlite().await;
    let app = TestApp::on(throwaway.database.clone()).await;
    let declared =
        Body::default().with(&SUMMARY, "聘期总结").with(&DECLARED_RESULTS, 3).with(&DECLARED_CONTRACT_YUAN, 500_000);
    let verified = declared
        .clone()
        .with(&RESULTS_LANDED, 2)
        .with(&CONTRACT_YUAN, 300_000)
        .with(&RESULTS_DOCUMENTS, vec!["合同 2026-7（演示）".to_owned()]);
    let matter = |id: &str, stage, body| {
        let (id, title) = (id.to_owned(), "考评（演示）".to_owned());
        Matter { id, stage, version: 1, title, parties: app.parties(), body, due: None }
    };
    let by = By { at: app.state.clock.now(), login: "console", origin: "console" };
    let both = [
        matter("assessment-900001", Stage::AssessmentDue, declared),
        matter("assessment-900002", Stage::AssessmentReported, verified),
    ];
    testing::put_matters(&app.state.desk.database, &by, &both).await;

    let mut city = app.signed_in("shikeji").await;
    let due = city.get("/matter/assessment-900001").await;
    assert!(due.shows("本人自报") && due.shows("待核实"), "{}", due.body);
    let page = city.get("/matter/assessment-900002").await;
    assert!(page.shows("-200000") && page.shows("证明文件：合同 2026-7（演示）"), "{}", page.body);
    let mut person = app.signed_in("geren").await;
    let own = person.get("/matter/assessment-900001").await;
    assert!(own.shows("本人自报") && !own.shows("待核实"), "{}", own.body);

    let files = "/matter/assessment-900001/files";
    assert_eq!(person.upload(files, files, "合同.pdf", b"%PDF-1.7").await.status, StatusCode::SEE_OTHER);
    assert_eq!(person.upload(files, files, "a.txt", b"text").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(city.get(files).await.shows("合同.pdf"));
    assert_eq!(city.get(&format!("{files}/1")).await.bytes, b"%PDF-1.7");
    assert_eq!(person.post_from(files, &format!("{files}/1/remove"), "").await.status, StatusCode::FORBIDDEN);
    let late = "/matter/assessment-900002/files";
    assert_eq!(city.upload("/account", late, "b.pdf", b"%PDF-1.7").await.status, StatusCode::FORBIDDEN);
    let mut stranger = app.signed_in("shenji").await;
    assert_eq!(stranger.get(files).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get(&format!("{files}/1")).await.status, StatusCode::NOT_FOUND);
}
