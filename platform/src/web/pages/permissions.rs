//! The security administrator's page: who waits to be let in, what each role sees, the rules for signing in.
//!
//! What a role sees is decided in `programme::access` and reviewed there as a printed table; the page shows that table as
//! it is in force, and no button changes it.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use programme::access::{Record, Role, sights};
use store::account::{self, Account, FAILURES_MAX, LOCK_MINUTES, PASSWORDS_REMEMBERED};
use store::session::{AGE_HOURS_MAX, IDLE_MINUTES_MAX, SESSIONS_MAX};

use super::accounts::binding_in_words;
use crate::clock::in_beijing;
use crate::texts;
use crate::usecases::administration;
use crate::usecases::guard::{ADDRESS_FAILURES_MAX, ADDRESS_MINUTES};
use crate::usecases::passwords::{KINDS_MIN, LENGTH_MAX, LENGTH_MIN};
use crate::web::call::Call;
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page, page_with};
use crate::web::kit::button::Button;
use crate::web::kit::details::DescriptionList;
use crate::web::kit::notice::Notice;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::{Visitor, role_word};
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

texts! {
    permissions_lead: "新建或变更所属的账户经您确认后才能登录。您看不到业务数据。", "New and re-bound accounts open when you have confirmed them. You see no business data.";
    permissions_waiting: "待确认的账户", "Accounts to confirm";
    permissions_waiting_lead: "请核对持有人、角色和所属是否与书面申请一致，再确认。", "Compare holder, role and binding with the written application, then confirm.";
    permissions_none: "没有待确认的账户。", "No account waits.";
    permissions_confirm: "确认启用", "Confirm";
    permissions_act: "办理", "Act";
    permissions_confirmed: "已确认，该账户可以登录", "Confirmed; the account may sign in";
    permissions_matrix: "各角色能看到哪些记录", "What each role sees";
    permissions_rules: "登录规则", "Rules for signing in";
    permissions_password: "密码", "Password";
    permissions_password_is(min: usize, max: usize, kinds: usize): "{min} 至 {max} 个字符，四类字符中至少 {kinds} 类，不含登录名和常见弱口令",
        "{min} to {max} characters, {kinds} of four kinds, without the login and what is tried first";
    permissions_history: "密码历史", "Former passwords";
    permissions_history_is(last: i64): "不能与最近 {last} 个密码相同", "Not one of the last {last}";
    permissions_age: "密码期限", "Age of a password";
    permissions_age_is(days: u32): "{days} 天，到期须修改（配置 password_days_max）", "{days} days (configuration: password_days_max)";
    permissions_lock: "锁定", "Lock";
    permissions_lock_is(tries: i64, minutes: i64): "连续输错 {tries} 次锁定 {minutes} 分钟", "{minutes} minutes after {tries} wrong passwords in a row";
    permissions_address: "同一网络地址", "One network address";
    permissions_address_is(failures: u32, minutes: i64): "{minutes} 分钟内失败 {failures} 次即暂停登录", "Waits after {failures} failures within {minutes} minutes";
    permissions_idle: "登录时限", "Sessions";
    permissions_idle_is(idle: i64, hours: i64, sessions: i64): "{idle} 分钟无操作即退出，最长 {hours} 小时；同一账户最多 {sessions} 处同时登录",
        "End after {idle} idle minutes, after {hours} hours at the latest; at most {sessions} at a time";
}

/// `GET` shows everything, `POST` lets an account in.
pub fn routes() -> Router<AppState> {
    Router::new().route("/permissions", get(show)).route("/permissions/{login}/activate", post(activate))
}

#[derive(Template)]
#[template(path = "pages/permissions.html")]
struct PermissionsPage {
    frame: Frame,
    t: Texts,
    notice: Option<Notice>,
    waiting: Vec<Waiting>,
    matrix: Table,
    rules: DescriptionList,
}

/// An account to confirm, with its form.
struct Waiting {
    facts: DescriptionList,
    action: String,
    confirm: Button,
}

async fn show(Call { state, frame, visitor }: Call, uri: axum::http::Uri) -> Result<Response, Failure> {
    visitor.must_be(Role::SecurityAdministrator)?;
    let done = (uri.query() == Some("done")).then(|| Notice::success(frame.t, frame.t.permissions_confirmed()));
    Ok(page(&permissions_page(&state, &visitor, frame, done).await?))
}

async fn permissions_page(
    state: &AppState,
    visitor: &Visitor,
    frame: Frame,
    notice: Option<Notice>,
) -> Result<PermissionsPage, Failure> {
    let t = frame.t;
    let waiting = account::waiting(&mut state.desk.database.read().await?, visitor.scope()).await?;
    Ok(PermissionsPage {
        notice,
        waiting: waiting.iter().map(|account| to_confirm(account, t)).collect::<anyhow::Result<_>>()?,
        matrix: matrix(t),
        rules: rules(state.guard.password_days_max, t),
        frame: frame.titled(t.nav_permissions()),
        t,
    })
}

fn to_confirm(account: &Account, t: Texts) -> anyhow::Result<Waiting> {
    let made = in_beijing(account.created).format("%Y-%m-%d %H:%M").to_string();
    let holder = if account.holder.is_some() { t.accounts_yes() } else { t.accounts_no() };
    let mut facts = DescriptionList::new()
        .entry(t.login_name(), account.login.clone())
        .entry(t.account_name(), account.name.clone())
        .entry(t.account_role(), role_word(account.role()?, t));
    if account.binding.is_some() {
        facts = facts.entry(t.account_binding(), binding_in_words(account)?);
    }
    Ok(Waiting {
        facts: facts.entry(t.accounts_holder(), holder).entry(t.accounts_created(), made),
        action: format!("/permissions/{}/activate", url::component(&account.login)),
        confirm: Button::secondary(t.permissions_confirm()),
    })
}

/// The table of `programme::access` as it is in force, in its own Chinese words.
fn matrix(t: Texts) -> Table {
    let columns = std::iter::once(t.account_role()).chain(Record::ALL.iter().map(|record| record.chinese()));
    let rows = sights()
        .into_iter()
        .map(|(who, rows)| std::iter::once(Cell::heading(who)).chain(rows.into_iter().map(Cell::unbroken)).collect());
    Table::new("matrix", t.permissions_matrix(), columns.map(Column::text), rows, "")
}

fn rules(password_days_max: u32, t: Texts) -> DescriptionList {
    DescriptionList::new()
        .entry(t.permissions_password(), t.permissions_password_is(LENGTH_MIN, LENGTH_MAX, KINDS_MIN))
        .entry(t.permissions_history(), t.permissions_history_is(PASSWORDS_REMEMBERED))
        .entry(t.permissions_age(), t.permissions_age_is(password_days_max))
        .entry(t.permissions_lock(), t.permissions_lock_is(FAILURES_MAX, LOCK_MINUTES))
        .entry(t.permissions_address(), t.permissions_address_is(ADDRESS_FAILURES_MAX, ADDRESS_MINUTES))
        .entry(t.permissions_idle(), t.permissions_idle_is(IDLE_MINUTES_MAX, AGE_HOURS_MAX, SESSIONS_MAX))
}

async fn activate(
    Call { state, frame, visitor }: Call,
    Path(login): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    visitor.must_be(Role::SecurityAdministrator)?;
    match administration::activate(&state.desk.database, &visitor.by(&state), &login).await? {
        Ok(()) => Ok(Redirect::to("/permissions?done").into_response()),
        Err(problem) => {
            let notice = Notice::error(frame.t, frame.t.accounts_refused()).body(problem.message);
            let shown = permissions_page(&state, &visitor, frame, Some(notice)).await?;
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown))
        }
    }
}
