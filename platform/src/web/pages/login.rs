//! Signing in and out.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use store::account::{FAILURES_MAX, LOCK_MINUTES};

use crate::texts;
use crate::usecases::accounts;
use crate::usecases::guard::ADDRESS_FAILURES_MAX;
use crate::usecases::passwords::LENGTH_MAX;
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page, page_with};
use crate::web::kit::button::Button;
use crate::web::kit::error_summary::ErrorSummary;
use crate::web::kit::field::TextField;
use crate::web::kit::notice::Notice;
use crate::web::session::{self, LOGIN_PATH, Origin, Visitor};
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, local_path};

/// Longest login that is looked up.
const LOGIN_CHARS_MAX: usize = 64;

texts! {
    login: "登录", "Sign in";
    login_name: "登录名", "Login";
    login_password: "密码", "Password";
    login_lead: "请使用省科技厅分配的账户登录。", "Sign in with the account that the provincial science department gave you.";
    login_not_done: "没有登录", "Not signed in";
    login_waits: "请稍后再试", "Try again later";
    login_waits_body(failures: u32, minutes: i64): "从您的网络地址已有 {failures} 次登录失败，请 {minutes} 分钟后再试；忘记密码请联系系统管理员重置。",
        "{failures} sign-ins from your network address have failed; try again in {minutes} minutes, or ask the system administrator for a new password.";
    login_refused(tries: i64, minutes: i64): "登录名或密码不正确，或账户暂不可用。连续输错 {tries} 次，账户将锁定 {minutes} 分钟；忘记密码请联系系统管理员重置。",
        "Login or password is wrong, or the account cannot be used now. After {tries} wrong tries in a row an account is locked for {minutes} minutes; ask the system administrator for a new password.";
}

/// `GET` shows the form, `POST` signs in; `POST /logout` ends the session.
pub fn routes() -> Router<AppState> {
    Router::new().route(LOGIN_PATH, get(show).post(sign_in)).route("/logout", post(sign_out))
}

#[derive(Template)]
#[template(path = "pages/login.html")]
struct LoginPage {
    frame: Frame,
    t: Texts,
    errors: ErrorSummary,
    refused: Option<Notice>,
    name: TextField,
    password: TextField,
    return_to: String,
    submit: Button,
}

impl LoginPage {
    fn new(frame: Frame, return_to: &str) -> Self {
        let t = frame.t;
        let [name, password] = fields(t);
        Self {
            errors: ErrorSummary::none(),
            refused: None,
            name,
            password,
            return_to: local_path(return_to).to_owned(),
            submit: Button::primary(t.login()),
            frame: frame.titled(t.login()),
            t,
        }
    }
}

#[derive(Deserialize)]
struct Back {
    #[serde(rename = "return", default)]
    to: String,
}

async fn show(frame: Frame, Query(back): Query<Back>) -> Response {
    page(&LoginPage::new(frame, &back.to))
}

async fn sign_in(
    State(state): State<AppState>,
    frame: Frame,
    Origin(origin): Origin,
    mut form: Form,
) -> Result<Response, Failure> {
    let t = frame.t;
    let now = state.clock.now();
    if let Some(minutes) = state.guard.minutes_to_wait(&origin, now) {
        let mut waits = LoginPage::new(frame, form.value("return"));
        let body = t.login_waits_body(ADDRESS_FAILURES_MAX, minutes);
        waits.refused = Some(Notice::error(t, t.login_waits()).body(body));
        return Ok(page_with(StatusCode::TOO_MANY_REQUESTS, &waits));
    }
    let [name, password] = fields(t);
    let (login, secret) = (form.text(&name), form.secret(&password));
    if !form.has_problems() {
        if let Some(token) =
            accounts::sign_in(&state.desk.database, &state.hasher, now, &origin, &login, &secret).await?
        {
            let to = local_path(form.value("return")).to_owned();
            let headers = [(LOCATION, to), (SET_COOKIE, session::set_cookie(&token, state.site.https))];
            return Ok((StatusCode::SEE_OTHER, headers).into_response());
        }
        state.guard.note_failure(&origin, now);
    }
    let mut refused = LoginPage::new(frame, form.value("return"));
    if form.has_problems() {
        refused.errors = ErrorSummary::of(&form);
    } else {
        // Which of the two is wrong is not said, so no field is marked.
        let body = t.login_refused(FAILURES_MAX, LOCK_MINUTES);
        refused.refused = Some(Notice::error(t, t.login_not_done()).body(body));
    }
    refused.name = name.filled(&form);
    refused.password = password.filled(&form);
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused))
}

async fn sign_out(State(state): State<AppState>, visitor: Visitor, _form: Form) -> Result<Response, Failure> {
    accounts::sign_out(&state.desk.database, &visitor.by(&state), &visitor.token).await?;
    let headers = [(LOCATION, LOGIN_PATH.to_owned()), (SET_COOKIE, session::clear_cookie(state.site.https))];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

fn fields(t: Texts) -> [TextField; 2] {
    [
        TextField::line("login", t.login_name()).autocomplete("username").at_most(LOGIN_CHARS_MAX).required(),
        TextField::password("password", t.login_password(), "current-password").at_most(LENGTH_MAX).required(),
    ]
}
