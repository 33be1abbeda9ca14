//! 1. a session begins with the right password alone, and says so in a cookie that scripts cannot read;
//! 2. five wrong passwords lock the account for thirty minutes, whatever comes then;
//! 3. an unknown login is answered like a wrong password;
//! 4. a session ends by idleness, by signing out, by a new password;
//! 5. a form's token belongs to one session;
//! 6. a password set by somebody else has to be changed first.

use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use chrono::TimeDelta;
use programme::access::{Actor, Role};
use store::account::{self, FAILURES_MAX, LOCK_MINUTES};
use store::session::IDLE_MINUTES_MAX;
use store::{By, testing};

use platform::usecases::passwords::{TEST_COST, hash};

use super::TestApp;

const WRONG: &str = "登录名或密码不正确，或账户暂不可用";

#[tokio::test]
async fn the_right_password_opens_a_session_and_leads_to_the_wanted_page() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut visitor = app.visitor();
    assert_eq!(visitor.get("/needs?q=x").await.location(), "/login?return=%2Fneeds%3Fq%3Dx");
    let fields = format!("login=KEJITING&password={}&return=%2Fneeds%3Fq%3Dx", app.password("kejiting"));
    let answer = visitor.post_from("/login", "/login", &fields).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/needs?q=x"));
    let cookie =
        answer.headers.get_all(SET_COOKIE).iter().find_map(|value| {
            value.to_str().ok().filter(|value| value.starts_with("zongshi_session=")).map(str::to_owned)
        });
    let cookie = cookie.unwrap();
    assert!(cookie.ends_with("; Path=/; SameSite=Lax; HttpOnly"), "{cookie}");
    assert!(visitor.get("/").await.shows("省科技厅（演示）"));
}

#[tokio::test]
async fn five_wrong_passwords_lock_the_account_and_the_lock_runs_out() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut visitor = app.visitor();
    for _ in 0..FAILURES_MAX {
        let answer = visitor.sign_in("kejiting", "wrong").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.shows(WRONG));
    }
    assert!(visitor.sign_in("kejiting", app.password("kejiting")).await.shows(WRONG));
    app.state.clock.advance(TimeDelta::minutes(LOCK_MINUTES) - TimeDelta::seconds(1));
    assert!(visitor.sign_in("kejiting", app.password("kejiting")).await.shows(WRONG));
    app.state.clock.advance(TimeDelta::seconds(1));
    assert_eq!(visitor.sign_in("kejiting", app.password("kejiting")).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_unknown_login_is_answered_like_a_wrong_password() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut visitor = app.visitor();
    let unknown = visitor.sign_in("nobody", "wrong").await;
    let known = visitor.sign_in("kejiting", "wrong").await;
    assert_eq!(unknown.status, known.status);
    assert!(unknown.shows(WRONG) && known.shows(WRONG));
}

#[tokio::test]
async fn a_session_ends_after_thirty_idle_minutes() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut visitor = app.signed_in("kejiting").await;
    app.state.clock.advance(TimeDelta::minutes(IDLE_MINUTES_MAX - 1));
    assert_eq!(visitor.get("/needs").await.status, StatusCode::OK);
    app.state.clock.advance(TimeDelta::minutes(IDLE_MINUTES_MAX - 1));
    assert_eq!(visitor.get("/needs").await.status, StatusCode::OK);
    app.state.clock.advance(TimeDelta::minutes(IDLE_MINUTES_MAX));
    assert_eq!(visitor.get("/needs").await.location(), "/login?return=%2Fneeds");
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server_too() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let mut visitor = app.signed_in("kejiting").await;
    let kept = visitor.cookies.clone();
    assert_eq!(visitor.post_from("/", "/logout", "").await.location(), "/login");
    visitor.cookies = kept;
    assert_eq!(visitor.get("/").await.location(), "/login");
}

#[tokio::test]
async fn a_post_without_the_sessions_own_token_changes_nothing() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let (mut one, mut other) = (app.signed_in("kejiting").await, app.signed_in("danwei").await);
    let foreign = other.token("/").await;
    for token in [String::new(), foreign] {
        let answer = one.post("/runs", &format!("csrf={token}&top=5")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    assert!(!app.work().await);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_keeps_this_one() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let (mut here, mut there) = (app.signed_in("kejiting").await, app.signed_in("kejiting").await);
    let old = app.password("kejiting").to_owned();
    let weak = here.post_from("/account", "/account", &format!("present={old}&new=short&again=short")).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(weak.shows("新密码有 5 个字符，至少要 10 个"), "{}", weak.body);
    assert!(!weak.shows("short"));
    let wrong = here.post_from("/account", "/account", "present=no&new=Xin-Mima-2025&again=Xin-Mima-2025").await;
    assert!(wrong.shows("当前密码不正确"));
    let fields = format!("present={old}&new=Xin-Mima-2025&again=Xin-Mima-2025");
    assert_eq!(here.post_from("/account", "/account", &fields).await.location(), "/account?changed");
    assert!(here.get("/account?changed").await.shows("密码已修改"));
    assert_eq!(there.get("/").await.location(), "/login");
    assert_eq!(app.visitor().sign_in("kejiting", "Xin-Mima-2025").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_password_set_by_somebody_else_has_to_be_changed_first() {
    let database = testing::sqlite().await;
    let app = TestApp::on(database.database.clone()).await;
    let by = By { at: app.state.clock.now(), login: "console", origin: "console" };
    let mut tx = database.database.write().await.unwrap();
    let actor = Actor::new("xinren", Role::Province, None).unwrap();
    let password_hash = &hash("Yici-Kouling-1", TEST_COST).unwrap();
    let new = account::New {
        actor: &actor,
        binding: None,
        name: "新人",
        password_hash,
        must_change_password: true,
        activated: true,
        holder: None,
    };
    assert!(account::create(&mut tx, &by, new).await.unwrap());
    tx.commit().await.unwrap();
    let mut visitor = app.visitor();
    visitor.sign_in("xinren", "Yici-Kouling-1").await;
    assert_eq!(visitor.get("/needs").await.location(), "/account");
    assert!(visitor.get("/account").await.shows("请先修改密码"));
    let fields = "present=Yici-Kouling-1&new=Ziji-De-Mima-2&again=Ziji-De-Mima-2";
    visitor.post_from("/account", "/account", fields).await;
    assert_eq!(visitor.get("/needs").await.status, StatusCode::OK);
}
