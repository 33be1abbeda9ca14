//! 二（三）1（1）: an enterprise sees what the register holds of it and since when, declares a new certificate, and only what the
//! competent office has checked counts; on both databases.

use axum::http::StatusCode;
use platform::usecases::register;
use programme::access::{Role, Scope};
use programme::finding::Outcome;
use programme::parameters::Parameters;
use programme::process::{Kind, Stage};
use programme::record::{Enterprise, Qualification, QualificationKind};
use store::matter::{self, Link};
use store::testing::on_each;
use store::{By, enterprise};

use super::{TestApp, Visitor};

const DECLARE: &str = "/matters/qualification/new/declare_qualification";
const CERTIFICATE: &str = "qualification_kind=high_tech&qualification_number=GR2025DEMO9999&issued_on=2025-09-01";

/// The enterprise with an account, holding a certificate that runs out on this day.
async fn holding(app: &TestApp, until: &str) -> Enterprise {
    let code = app.account(Role::Enterprise).binding.clone().unwrap();
    let mut tx = app.state.desk.database.write().await.unwrap();
    let mut held = enterprise::get(&mut tx, &Scope::Province, &code).await.unwrap().unwrap();
    let (kind, number) = (QualificationKind::HighTech, Some("GR2022DEMO0001".to_owned()));
    held.qualifications = vec![Qualification { kind, number, valid_until: until.parse().ok() }];
    let by = By { at: app.state.clock.now(), login: "console", origin: "console" };
    enterprise::insert_all(&mut tx, &by, std::slice::from_ref(&held)).await.unwrap();
    tx.commit().await.unwrap();
    held
}

/// What the rule of qualifications says of the enterprise today.
async fn answer(app: &TestApp, code: &str) -> Outcome {
    let mut tx = app.state.desk.database.read().await.unwrap();
    let held = enterprise::get(&mut tx, &Scope::Province, code).await.unwrap().unwrap();
    let today = platform::clock::today(app.state.clock.now());
    let found = register::of_enterprise(&mut tx, &held, today, Parameters::embedded()).await.unwrap();
    found.into_iter().find(|finding| finding.code == "qualification.valid").unwrap().outcome
}

async fn stage(app: &TestApp, id: &str) -> Stage {
    matter::find(&mut app.state.desk.database.read().await.unwrap(), id).await.unwrap().unwrap().matter.stage
}

/// Declares a certificate and gives its matter.
async fn declared(app: &TestApp, own: &mut Visitor, until: &str) -> String {
    let done = own.post_from(DECLARE, DECLARE, &format!("{CERTIFICATE}&valid_until={until}")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let mut tx = app.state.desk.database.read().await.unwrap();
    matter::linked(&mut tx, Link::OfKind(Kind::Qualification)).await.unwrap().pop().unwrap().id
}

#[tokio::test]
async fn an_enterprise_sees_its_register_and_is_told_before_a_certificate_runs_out() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let held = holding(&app, "2025-12-14").await;
        let mut own = app.signed_in("qiye").await;
        let page = own.get("/enterprise").await;
        for text in [held.name.as_deref().unwrap(), held.credit_code.as_deref().unwrap(), "GR2022DEMO0001"] {
            assert!(page.shows(text), "{text}: {}", page.body);
        }
        assert!(page.shows("2025-09-15 导入的登记") && page.shows("需求由"), "{}", page.body);
        // 15 September to 14 December are 90 days, the policy's.
        let told = "资质证书有效期至 2025-12-14，还有 90 天";
        assert!(page.shows(told) && own.get("/").await.shows(told), "{}", page.body);
        holding(&app, "2025-12-15").await;
        assert!(!own.get("/enterprise").await.shows("还有 91 天") && !own.get("/").await.shows("资质证书提示"));
        let mut other = app.signed_in("hakeji").await;
        let code = held.credit_code.unwrap();
        assert_eq!(other.get(&format!("/enterprises/{code}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(other.get("/enterprise").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_declared_certificate_counts_only_once_the_competent_office_has_checked_it() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let code = holding(&app, "2025-08-31").await.credit_code.unwrap();
        assert_eq!(answer(&app, &code).await, Outcome::Broken);
        let mut own = app.signed_in("qiye").await;
        let expired = own.post_from(DECLARE, DECLARE, &format!("{CERTIFICATE}&valid_until=2025-09-14")).await;
        assert_eq!(expired.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(expired.shows("证书有效期至 2025-09-14，今天是 2025-09-15，已经过期"), "{}", expired.body);
        let id = declared(&app, &mut own, "2028-08-31").await;
        assert_eq!((stage(&app, &id).await, answer(&app, &code).await), (Stage::QualificationScience, Outcome::Broken));

        let mut industry = app.signed_in("shigongxin").await;
        let confirm = format!("/matter/{id}/act/confirm_qualification");
        assert_eq!(industry.get(&confirm).await.status, StatusCode::FORBIDDEN);
        let mut science = app.signed_in("shikeji").await;
        assert!(science.get("/inbox").await.shows(&id));
        let page = science.get(&format!("/matter/{id}")).await;
        assert!(page.shows("企业尚未上传证书扫描件") && page.shows("核对生效之前不作数"), "{}", page.body);
        let seen = "version=1&seen=yes&checked_against=x";
        let early = science.post_from(&confirm, &confirm, seen).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        let files = format!("/matter/{id}/files");
        assert_eq!(own.upload(&files, &files, "证书.pdf", b"%PDF-1.7").await.status, StatusCode::SEE_OTHER);
        let done = science.post_from(&confirm, &confirm, seen).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(answer(&app, &code).await, Outcome::Met);
        assert_eq!(own.upload("/account", &files, "b.pdf", b"%PDF-1.7").await.status, StatusCode::FORBIDDEN);

        // An import of the register takes nothing out that was checked.
        holding(&app, "2025-08-31").await;
        assert_eq!(answer(&app, &code).await, Outcome::Met);
        let page = own.get("/enterprise").await;
        assert!(page.shows("2025-09-15 核对生效") && page.shows("证书已核对生效"), "{}", page.body);
        let again = own.post_from(DECLARE, DECLARE, &format!("{CERTIFICATE}&valid_until=2028-08-31")).await;
        assert!(again.shows("此证书已申报"), "{}", again.body);

        let cancel = format!("/matter/{id}/act/cancel_qualification");
        let cancelled = science.post_from(&cancel, &cancel, "version=2&reason=x").await;
        assert_eq!(cancelled.status, StatusCode::SEE_OTHER, "{}", cancelled.body);
        assert_eq!(answer(&app, &code).await, Outcome::Broken);
    })
    .await;
}

#[tokio::test]
async fn a_certificate_that_is_refused_or_withdrawn_never_counts() {
    on_each(async |database| {
        let app = TestApp::on(database).await;
        let code = holding(&app, "2025-08-31").await.credit_code.unwrap();
        let mut own = app.signed_in("qiye").await;
        let first = declared(&app, &mut own, "2028-08-31").await;
        let refuse = format!("/matter/{first}/act/refuse_qualification");
        let mut science = app.signed_in("shikeji").await;
        let refused = science.post_from(&refuse, &refuse, "version=1&reason=%E6%9F%A5%E4%B8%8D%E5%88%B0").await;
        assert_eq!(refused.status, StatusCode::SEE_OTHER, "{}", refused.body);
        assert!(own.get(&format!("/matter/{first}")).await.shows("查不到"));
        let second = declared(&app, &mut own, "2028-08-31").await;
        let withdraw = format!("/matter/{second}/act/withdraw_qualification");
        assert_eq!(own.post_from(&withdraw, &withdraw, "version=1").await.status, StatusCode::SEE_OTHER);
        let stages = (stage(&app, &first).await, stage(&app, &second).await);
        assert_eq!(stages, (Stage::QualificationRefused, Stage::QualificationWithdrawn));
        assert_eq!(answer(&app, &code).await, Outcome::Broken);
    })
    .await;
}
