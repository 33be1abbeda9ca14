//! 1. an account made on a page opens when the security administrator has confirmed it, and its password is shown once;
//! 2. one person never has two of the three powers;
//! 3. shutting, resetting and re-binding end what the account had open;
//! 4. a new password is none of the last ones, and an old one has to be changed;
//! 5. an address that fails too often has to wait;
//! 6. the audit administrator searches, downloads and verifies the trail;
//! 7. a resident id is masked, and shown in full for a reason that stays in the trail;
//! 8. no password comes with the program.

use axum::http::StatusCode;
use chrono::TimeDelta;
use platform::demonstration::{FIRST_ROUND, province};
use platform::usecases::demonstration::{fill, seal_invented_ids};
use platform::usecases::guard::{ADDRESS_FAILURES_MAX, ADDRESS_MINUTES, Guard};
use platform::usecases::passwords::TEST_COST;
use platform::usecases::seal::Keys;
use programme::access::Scope;
use store::account::{self, PASSWORDS_REMEMBERED};
use store::page::Start;
use store::testing;

use super::{TestApp, Visitor};

const WRONG: &str = "登录名或密码不正确，或账户暂不可用";

/// The password that the page shows once.
fn password_on(page: &str) -> String {
    page.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next()).expect("a password is shown").to_owned()
}

async fn new_account(visitor: &mut Visitor, fields: &str) -> super::Answer {
    visitor.post_from("/accounts/new", "/accounts", fields).await
}

#[tokio::test]
async fn an_account_is_made_by_one_administrator_and_let_in_by_another() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let (mut system, mut security) = (app.signed_in("xitong").await, app.signed_in("anquan").await);
    let made = new_account(&mut system, "login=liming&name=%E6%9D%8E%E6%98%8E&role=province&mobile=13800001234").await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    assert!(made.shows("安全管理员确认前，该账户不能登录"));
    let password = password_on(&made.body);
    assert!(app.visitor().sign_in("liming", &password).await.shows(WRONG));
    let one = system.get("/accounts/liming").await;
    assert!(one.shows("待安全管理员确认") && one.shows("138****1234") && !one.shows(&password));
    assert!(!one.shows("13800001234"));
    assert!(security.get("/permissions").await.shows("liming"));
    let done = security.post_from("/permissions", "/permissions/liming/activate", "").await;
    assert_eq!(done.location(), "/permissions?done");
    let again = security.post_from("/permissions", "/permissions/liming/activate", "").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut new = app.visitor();
    new.sign_in("liming", &password).await;
    assert_eq!(new.get("/needs").await.location(), "/account", "a one-time password is changed first");
}

#[tokio::test]
async fn what_is_wrong_with_a_new_account_is_said_at_its_fields() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut system = app.signed_in("xitong").await;
    let wrong = new_account(&mut system, "login=LiMing&role=city_science&binding=230102&resident_id=1").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for message in ["请填写姓名", "登录名“LiMing”不合规", "须绑定市（地）行政区划代码", "身份证号有误"]
    {
        assert!(wrong.shows(message), "{message}");
    }
    assert!(new_account(&mut system, "login=kejiting&name=x&role=province").await.shows("已被使用过"));
    assert!(
        new_account(&mut system, "login=second&name=x&role=audit_administrator").await.shows("须登记持有人身份证号")
    );
}

#[tokio::test]
async fn an_office_without_an_open_account_is_seen_with_the_way_to_one() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut system = app.signed_in("xitong").await;
    let offices = system.get("/offices").await;
    assert!(offices.shows("齐齐哈尔市科技局") && offices.shows("/accounts/shikeji"), "{}", offices.body);
    let way = "/accounts/new?role=city_science&#38;binding=230600";
    assert!(offices.shows(way), "{}", offices.body);
    let new = system.get("/accounts/new?role=city_science&binding=230600").await;
    assert!(new.shows(r#"value="230600""#) && new.shows(r#"<option value="city_science" selected"#), "{}", new.body);
}

#[tokio::test]
async fn one_person_is_refused_a_second_power() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut system = app.signed_in("xitong").await;
    let holder = "name=x&resident_id=11010519491231002X";
    let first = new_account(&mut system, &format!("login=first&role=security_administrator&{holder}")).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    let second = new_account(&mut system, &format!("login=second&role=audit_administrator&{holder}")).await;
    assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(second.shows("此人已持有“安全管理员”账户 first"), "{}", second.body);
}

#[tokio::test]
async fn shutting_resetting_and_rebinding_end_what_was_open() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut system = app.signed_in("xitong").await;
    let page = "/accounts/shikeji";
    let mut city = app.signed_in("shikeji").await;
    let reset = system.post_from(page, "/accounts/shikeji/reset-password", "").await;
    let password = password_on(&reset.body);
    assert_eq!(city.get("/").await.location(), "/login");
    assert_eq!(city.sign_in("shikeji", &password).await.status, StatusCode::SEE_OTHER);
    let rebound = system.post_from(page, "/accounts/shikeji/rebind", "binding=230300").await;
    assert_eq!(rebound.location(), "/accounts/shikeji?done");
    assert_eq!(city.get("/").await.location(), "/login");
    let wrong = system.post_from(page, "/accounts/shikeji/rebind", "binding=230302").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(system.post_from(page, "/accounts/shikeji/disable", "").await.location(), "/accounts/shikeji?done");
    assert!(system.get(page).await.shows("已停用"));
    let own = system.post_from(page, "/accounts/xitong/disable", "").await;
    assert!(own.shows("不能停用自己的账户"));
    assert_eq!(system.post_from(page, "/accounts/nobody/disable", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_password_comes_back_only_after_others() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut visitor = app.signed_in("kejiting").await;
    let first = app.password("kejiting").to_owned();
    let mut present = first.clone();
    for number in 0..PASSWORDS_REMEMBERED {
        let repeated = format!("present={present}&new={first}&again={first}");
        let refused = visitor.post_from("/account", "/account", &repeated).await;
        assert!(refused.shows("不能与最近用过的 5 个密码相同"), "{number}: {}", refused.body);
        let next = format!("Xin-Mima-{number}-2025");
        let fields = format!("present={present}&new={next}&again={next}");
        assert_eq!(visitor.post_from("/account", "/account", &fields).await.location(), "/account?changed");
        present = next;
    }
    let fields = format!("present={present}&new={first}&again={first}");
    assert_eq!(visitor.post_from("/account", "/account", &fields).await.location(), "/account?changed");
}

#[tokio::test]
async fn a_password_at_its_age_has_to_be_changed_and_one_below_does_not() {
    let database = testing::sqlite().await;
    let mut app = TestApp::on(database.database.clone()).await;
    app.state.guard = Guard::new(Keys::draw().unwrap(), 90);
    app.state.clock.advance(TimeDelta::days(90) - TimeDelta::seconds(1));
    let mut visitor = app.signed_in("kejiting").await;
    assert_eq!(visitor.get("/needs").await.status, StatusCode::OK);
    app.state.clock.advance(TimeDelta::seconds(1));
    assert_eq!(visitor.get("/needs").await.location(), "/account");
    assert!(visitor.get("/account").await.shows("当前密码已使用满 90 天"));
    let fields = format!("present={}&new=Xin-Mima-2025&again=Xin-Mima-2025", app.password("kejiting"));
    visitor.post_from("/account", "/account", &fields).await;
    assert_eq!(visitor.get("/needs").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_address_that_fails_too_often_waits_whatever_it_tries() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut visitor = app.visitor();
    for number in 0..ADDRESS_FAILURES_MAX {
        let answer = visitor.sign_in(&format!("nobody{number}"), "wrong").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{number}");
    }
    let waits = visitor.sign_in("kejiting", app.password("kejiting")).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(waits.shows("已有 30 次登录失败，请 10 分钟后再试"), "{}", waits.body);
    app.state.clock.advance(TimeDelta::minutes(ADDRESS_MINUTES));
    assert_eq!(visitor.sign_in("kejiting", app.password("kejiting")).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_trail_is_searched_paged_downloaded_and_verified() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    for _ in 0..60 {
        let mut visitor = app.signed_in("kejiting").await;
        visitor.post_from("/", "/logout", "").await;
    }
    let mut audit = app.signed_in("shenji").await;
    let all = audit.get("/audit").await;
    let older = all.body.split("href=\"/audit?before=").nth(1).and_then(|rest| rest.split('"').next());
    assert!(audit.get(&format!("/audit?before={}", older.unwrap())).await.shows("person.import"));
    let found = audit.get("/audit?q=enterprise.import").await;
    assert!(found.shows("enterprise.import") && !found.shows("account.sign_in"));
    assert!(found.shows("新增：") && found.shows("原始记录"), "{}", found.body);
    let workbook = audit.get("/audit.xlsx?q=account").await;
    assert!(workbook.bytes.starts_with(b"PK"));
    let whole = audit.post_from("/audit", "/audit/verify", "").await;
    assert!(whole.shows("审计记录完整") && whole.shows("末条 SM3 为"), "{}", whole.body);
    let named = audit.get("/audit?q=%E6%A0%B8%E5%AF%B9%E5%AE%A1%E8%AE%A1%E8%AE%B0%E5%BD%95").await;
    assert!(named.shows("核对审计记录（audit.verify）"), "{}", named.body);
}

#[tokio::test]
async fn a_full_number_is_shown_for_a_reason_to_those_who_see_the_person() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    seal_invented_ids(&database.database, &app.province, &app.state.guard.keys, app.state.clock.now()).await.unwrap();
    let mut person = app.signed_in("geren").await;
    let id = app.province.accounts.iter().find(|account| account.login == "geren").unwrap().binding.clone().unwrap();
    let page = format!("/people/{id}/identifiers");
    for path in [format!("/people/{id}"), page.clone()] {
        let masked = person.get(&path).await;
        assert!(masked.shows("99****************") && !masked.shows("990000"), "{}", masked.body);
    }
    let without = person.post_from(&page, &page, "reason=%E6%9F%A5").await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.shows("查看理由须为 4 至 200 个字") && !without.shows("990000"));
    let full = person.post_from(&page, &page, "reason=%E6%A0%B8%E5%AF%B9%E8%AF%81%E4%BB%B6").await;
    assert!(full.shows("990000"), "{}", full.body);
    let mut audit = app.signed_in("shenji").await;
    let trail = audit.get(&format!("/audit?q=identifier.reveal%20{id}")).await;
    assert!(trail.shows("核对证件") && !trail.shows("990000"), "{}", trail.body);
    let mut city = app.signed_in("shikeji").await;
    assert_eq!(city.get(&page).await.status, StatusCode::NOT_FOUND);
    assert_eq!(city.post_from("/", &page, "reason=0000").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn no_password_comes_with_the_program() {
    let (empty, one, two) = (testing::sqlite().await, testing::sqlite().await, testing::sqlite().await);
    let mut tx = empty.database.read().await.unwrap();
    let accounts = account::list(&mut tx, &Scope::Accounts, "", &Start::First, 100).await.unwrap();
    assert_eq!(accounts.rows, [], "a new database has no account");
    let at = "2026-11-22T08:00:00Z".parse().unwrap();
    let filled = async |database| fill(database, &province(FIRST_ROUND), TEST_COST, at).await.unwrap();
    let (first, second) = (filled(&one.database).await, filled(&two.database).await);
    for account in &first {
        assert!(second.iter().all(|other| other.password != account.password), "{}", account.login);
    }
}
