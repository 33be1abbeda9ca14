//! One's own account: who one is here, a new password.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use store::account::PASSWORDS_REMEMBERED;

use crate::clock::in_beijing;
use crate::texts;
use crate::usecases::accounts::{self, PasswordRefusal};
use crate::usecases::passwords::{LENGTH_MAX, LENGTH_MIN};
use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::Button;
use crate::web::kit::details::DescriptionList;
use crate::web::kit::error_summary::ErrorSummary;
use crate::web::kit::field::TextField;
use crate::web::kit::notice::Notice;
use crate::web::session::{self, ACCOUNT_PATH, Visitor, role_word};
use crate::web::texts::{Lang, Texts};

texts! {
    account: "我的账户", "My account";
    account_name: "姓名", "Name";
    account_role: "角色", "Role";
    account_binding: "所属", "Of";
    account_last: "上次登录", "Last sign-in";
    account_password_changed: "密码更改时间", "Password changed";
    account_change: "修改密码", "Change password";
    account_present: "当前密码", "Present password";
    account_new: "新密码", "New password";
    account_again: "再次输入新密码", "New password again";
    account_new_hint(min: usize): "至少 {min} 个字符，大写字母、小写字母、数字、其他符号中至少三类",
        "At least {min} characters, three of: capitals, small letters, digits, other signs";
    account_wrong_present: "当前密码不正确；连续输错会锁定账户", "The present password is wrong; repeated errors lock the account";
    account_used_before(last: i64): "新密码不能与最近用过的 {last} 个密码相同，请换一个",
        "The new password is one of your last {last}; choose another";
    account_differs: "两次输入的新密码不一致，请重新输入", "The two new passwords differ; type them again";
    account_must_change: "请先修改密码", "Change your password first";
    account_must_change_body: "当前密码由管理员设定，修改后才能使用其他功能。",
        "Your password was set by the administrator; nothing else opens before you change it.";
    account_expired_body(days: u32): "当前密码已使用满 {days} 天，修改后才能继续使用其他功能。",
        "Your password is {days} days old; nothing else opens before you change it.";
    account_changed: "密码已修改，其他设备上的登录已失效", "Password changed; sessions on other devices have ended";
}

/// `GET` shows the account, `POST` changes the password.
pub fn routes() -> Router<AppState> {
    Router::new().route(ACCOUNT_PATH, get(show).post(change))
}

#[derive(Template)]
#[template(path = "pages/account.html")]
struct AccountPage {
    frame: Frame,
    t: Texts,
    notice: Option<Notice>,
    errors: ErrorSummary,
    facts: DescriptionList,
    present: TextField,
    new: TextField,
    again: TextField,
    submit: Button,
}

impl AccountPage {
    fn new(frame: Frame, visitor: &Visitor, state: &AppState) -> Self {
        let t = frame.t;
        let [present, new, again] = fields(t);
        let why = if state.guard.password_is_old(&visitor.account, state.clock.now()) {
            t.account_expired_body(state.guard.password_days_max)
        } else {
            t.account_must_change_body().to_owned()
        };
        let must = Notice::warning(t, t.account_must_change()).body(why);
        Self {
            notice: visitor.account.must_change_password.then_some(must),
            errors: ErrorSummary::none(),
            facts: facts(visitor, t),
            present,
            new,
            again,
            submit: Button::primary(t.account_change()),
            frame: frame.titled(t.account()),
            t,
        }
    }
}

async fn show(State(state): State<AppState>, frame: Frame, visitor: Visitor, uri: axum::http::Uri) -> Response {
    let t = frame.t;
    let mut shown = AccountPage::new(frame, &visitor, &state);
    if uri.query() == Some("changed") {
        shown.notice = Some(Notice::success(t, t.account_changed()));
    }
    page(&shown)
}

async fn change(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    mut form: Form,
) -> Result<Response, Failure> {
    let t = frame.t;
    let [present, new, again] = fields(t);
    let (old, fresh, repeated) = (form.secret(&present), form.secret(&new), form.secret(&again));
    if !form.has_problems() && fresh != repeated {
        form.refuse(again.name(), t.account_differs());
    }
    if !form.has_problems() {
        let by = visitor.by(&state);
        match accounts::change_password(&state.desk.database, &state.hasher, &by, &visitor.account, &old, &fresh)
            .await?
        {
            Ok(token) => {
                let headers = [
                    (LOCATION, format!("{ACCOUNT_PATH}?changed")),
                    (SET_COOKIE, session::set_cookie(&token, state.site.https)),
                ];
                return Ok((StatusCode::SEE_OTHER, headers).into_response());
            }
            Err(PasswordRefusal::WrongPresent) => form.refuse(present.name(), t.account_wrong_present()),
            Err(PasswordRefusal::UsedBefore) => {
                form.refuse(new.name(), t.account_used_before(PASSWORDS_REMEMBERED));
            }
            Err(PasswordRefusal::Weak(problems)) => {
                for problem in problems {
                    form.refuse(new.name(), problem.message);
                }
            }
        }
    }
    let mut refused = AccountPage::new(frame, &visitor, &state);
    refused.errors = ErrorSummary::of(&form);
    refused.present = present.filled(&form);
    refused.new = new.filled(&form);
    refused.again = again.filled(&form);
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused))
}

fn fields(t: Texts) -> [TextField; 3] {
    [
        TextField::password("present", t.account_present(), "current-password").at_most(LENGTH_MAX).required(),
        TextField::password("new", t.account_new(), "new-password")
            .hint(t.account_new_hint(LENGTH_MIN))
            .at_most(LENGTH_MAX)
            .required(),
        TextField::password("again", t.account_again(), "new-password").at_most(LENGTH_MAX).required(),
    ]
}

fn facts(visitor: &Visitor, t: Texts) -> DescriptionList {
    let account = &visitor.account;
    let moment = |moment: Option<store::Timestamp>| {
        moment.map_or_else(|| "—".to_owned(), |moment| in_beijing(moment).format("%Y-%m-%d %H:%M").to_string())
    };
    let mut facts = DescriptionList::new()
        .entry(t.login_name(), account.login.clone())
        .entry(t.account_name(), account.name.clone())
        .entry(t.account_role(), role_word(visitor.actor.role(), t));
    if let Some(binding) = &account.binding {
        facts = facts.entry(t.account_binding(), Markup::text(binding));
    }
    facts
        .entry(t.account_last(), moment(account.last_login))
        .entry(t.account_password_changed(), moment(Some(account.password_changed)))
}
