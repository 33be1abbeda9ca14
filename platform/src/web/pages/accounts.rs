//! The system administrator's pages: the list of accounts, a new one, and one account with what can be done to it.
//!
//! A one-time password is shown in the answer to the post that made it, once: it can neither be in an address nor be kept.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use programme::access::{Binding, Role};
use programme::identifiers::Mobile;
use programme::intake::Problem;
use serde::Deserialize;
use store::Timestamp;
use store::account::{self, Account};

use super::listing::{self, PAGE_ROWS, Part};
use crate::clock::in_beijing;
use crate::texts;
use crate::usecases::administration::{self, LOGIN_LENGTH_MAX, LOGIN_LENGTH_MIN, OneTime, Request};
use crate::usecases::seal::{self, KeySource};
use crate::web::call::Call;
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::{Button, ButtonLink};
use crate::web::kit::details::DescriptionList;
use crate::web::kit::error_summary::ErrorSummary;
use crate::web::kit::field::{Choices, OptionItem, TextField};
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::notice::Notice;
use crate::web::kit::status::{Status, Tone};
use crate::web::kit::table::{Cell, Column, Pagination, Table};
use crate::web::kit::toolbar::Toolbar;
use crate::web::session::{Visitor, role_word};
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

texts! {
    accounts_search: "登录名、姓名、所属", "Login, name, what it is bound to";
    accounts_filter: "查询账户", "Search accounts";
    accounts_new: "新建账户", "New account";
    accounts_state: "状态", "State";
    accounts_none: "没有符合条件的账户。请减少条件，或点“清除条件”查看全部。", "No account fits. Use fewer conditions, or clear them.";
    accounts_open: "正常", "Open";
    accounts_disabled: "已停用", "Shut";
    accounts_locked: "已锁定", "Locked";
    accounts_waiting: "待安全管理员确认", "Waits for the security administrator";
    accounts_new_lead: "账户由系统管理员新建，安全管理员确认后才能登录。系统、安全、审计三类管理员须由不同的人担任，管理员不兼办业务。",
        "The system administrator makes an account; it opens when the security administrator has confirmed it. The three administrators are different people and do no other business.";
    accounts_login_hint(min: usize, max: usize): "{min} 至 {max} 个小写字母、数字或 . _ -，不重复发放", "{min} to {max} small letters, digits or . _ -; never given twice";
    accounts_binding_hint: "企业填统一社会信用代码，市县填行政区划代码，派出单位填登记名称，科技人员填人员编号；其他角色不填",
        "Credit code of an enterprise, code of a city or county, name of a unit, number of a person; empty for other roles";
    accounts_resident_id: "持有人身份证号", "Holder's resident id";
    accounts_resident_id_hint: "管理员账户必填。只保存不可还原的密钥摘要，用于核对三类管理员由不同的人担任",
        "Required for administrators. Only a keyed hash is kept, to tell whether one person has two powers";
    accounts_mobile: "持有人手机号", "Holder's telephone number";
    accounts_mobile_hint: "选填，加密保存", "Optional, kept encrypted";
    accounts_create: "新建", "Create";
    accounts_one_time(login: &str): "账户 {login} 的一次性密码", "One-time password of {login}";
    accounts_one_time_body: "密码只显示这一次，请当面或另行告知持有人；首次登录须修改。", "It is shown this once; tell it to the holder apart from the login. It must be changed at the first sign-in.";
    accounts_wait_body: "安全管理员确认前，该账户不能登录。", "The account cannot sign in before the security administrator has confirmed it.";
    accounts_disable: "停用", "Shut";
    accounts_enable: "启用", "Open again";
    accounts_reset: "重设密码", "Reset the password";
    accounts_acts: "管理", "Acts";
    accounts_acts_body: "停用和重设密码会结束该账户的全部登录；重设密码同时解除锁定。", "Shutting and resetting end every session of the account; resetting also opens a lock.";
    accounts_rebind: "变更所属", "Bind to something else";
    accounts_rebind_body: "变更后须由安全管理员确认才能登录。角色不能变更：请停用本账户，另建新账户。",
        "The account then waits for the security administrator. A role cannot be changed: shut this account and make another.";
    accounts_done: "已办理", "Done";
    accounts_refused: "没有办理", "Not done";
    accounts_failures: "连续输错次数", "Wrong passwords in a row";
    accounts_created: "新建时间", "Made";
    accounts_holder: "持有人登记", "Holder stated";
    accounts_yes: "已登记", "Yes";
    accounts_no: "未登记", "No";
}

/// The list, a new account, one account, and the acts on it.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/accounts", get(list).post(create))
        .route("/accounts/new", get(new))
        .route("/accounts/{login}", get(show))
        .route("/accounts/{login}/disable", post(disable))
        .route("/accounts/{login}/enable", post(enable))
        .route("/accounts/{login}/reset-password", post(reset_password))
        .route("/accounts/{login}/rebind", post(rebind))
}

#[derive(Debug, Default, Deserialize)]
struct Conditions {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "pages/list.html")]
struct AccountsPage {
    frame: Frame,
    toolbar: Toolbar,
    table: Table,
    pagination: Pagination,
}

async fn list(
    Call { state, frame, visitor }: Call,
    Query(conditions): Query<Conditions>,
    Query(part): Query<Part>,
) -> Result<Response, Failure> {
    visitor.must_be(Role::SystemAdministrator)?;
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let found = account::list(&mut tx, visitor.scope(), &conditions.q, &part.start(), PAGE_ROWS).await?;
    let now = state.clock.now();
    let rows: Vec<Vec<Cell>> = found.rows.iter().map(|account| row(account, now, t)).collect::<anyhow::Result<_>>()?;
    let columns = [t.login_name(), t.account_name(), t.account_role(), t.account_binding(), t.accounts_state()];
    let columns = columns.into_iter().chain([t.account_last()]).map(Column::text);
    let table = Table::new("accounts", t.nav_accounts(), columns, rows, t.accounts_none())
        .summary(listing::count(found.count, t));
    let search: Markup = TextField::search("q", t.needs_search()).hint(t.accounts_search()).with(&conditions.q).into();
    Ok(page(&AccountsPage {
        toolbar: Toolbar::new(t, t.accounts_filter(), "/accounts", [search]).actions(Markup::joined([
            ButtonLink::secondary(t.offices(), "/offices").into(),
            ButtonLink::primary(t.accounts_new(), "/accounts/new").into(),
        ])),
        table,
        pagination: listing::pagination("/accounts", &[("q", &conditions.q)], &found, |account| &account.login, t),
        frame: frame.titled(t.nav_accounts()),
    }))
}

fn row(account: &Account, now: Timestamp, t: Texts) -> anyhow::Result<Vec<Cell>> {
    Ok(vec![
        Cell::heading(Markup::link(address(&account.login), account.login.clone())),
        Cell::new(account.name.as_str()),
        Cell::new(role_word(account.role()?, t)),
        Cell::new(binding_in_words(account)?),
        Cell::new(state_of(account, now, t)),
        Cell::unbroken(moment(account.last_login)),
    ])
}

/// The page of an account.
pub(super) fn address(login: &str) -> String {
    format!("/accounts/{}", url::component(login))
}

/// What an account is bound to; places by name.
pub(super) fn binding_in_words(account: &Account) -> anyhow::Result<String> {
    let binding = account.binding.as_deref();
    Ok(match account.role()?.binding() {
        Binding::City | Binding::County => super::words::region(binding),
        _ => binding.unwrap_or_default().to_owned(),
    })
}

pub(super) fn state_of(account: &Account, now: Timestamp, t: Texts) -> Status {
    if account.disabled {
        Status::new(t.accounts_disabled(), Tone::Bad)
    } else if !account.activated {
        Status::new(t.accounts_waiting(), Tone::Attention)
    } else if account.is_locked(now) {
        Status::new(t.accounts_locked(), Tone::Attention)
    } else {
        Status::new(t.accounts_open(), Tone::Good)
    }
}

fn moment(moment: Option<Timestamp>) -> String {
    moment.map_or_else(|| "—".to_owned(), |moment| in_beijing(moment).format("%Y-%m-%d %H:%M").to_string())
}

#[derive(Template)]
#[template(path = "pages/account_new.html")]
struct NewPage {
    frame: Frame,
    t: Texts,
    errors: ErrorSummary,
    role: Choices,
    fields: Vec<TextField>,
    submit: Button,
}

impl NewPage {
    fn new(frame: Frame) -> Self {
        let t = frame.t;
        Self {
            errors: ErrorSummary::none(),
            role: roles(t),
            fields: fields(t).into(),
            submit: Button::primary(t.accounts_create()),
            frame: frame.titled(t.accounts_new()),
            t,
        }
    }
}

fn roles(t: Texts) -> Choices {
    let options = Role::ALL.iter().map(|role| OptionItem::new(role.code(), role_word(*role, t)));
    Choices::select("role", t.account_role(), options).required()
}

fn fields(t: Texts) -> [TextField; 5] {
    [
        TextField::line("login", t.login_name())
            .hint(t.accounts_login_hint(LOGIN_LENGTH_MIN, LOGIN_LENGTH_MAX))
            .at_most(LOGIN_LENGTH_MAX)
            .required(),
        TextField::line("name", t.account_name()).required(),
        TextField::line("binding", t.account_binding()).hint(t.accounts_binding_hint()),
        TextField::line("resident_id", t.accounts_resident_id()).hint(t.accounts_resident_id_hint()),
        TextField::line("mobile", t.accounts_mobile()).hint(t.accounts_mobile_hint()),
    ]
}

/// What the page that led here knows already.
#[derive(Debug, Default, Deserialize)]
struct Known {
    #[serde(default)]
    role: String,
    #[serde(default)]
    binding: String,
}

async fn new(frame: Frame, visitor: Visitor, Query(known): Query<Known>) -> Result<Response, Failure> {
    visitor.must_be(Role::SystemAdministrator)?;
    let mut new = NewPage::new(frame);
    new.role = new.role.chosen(&[&known.role]);
    let fill = |field: TextField| if field.name() == "binding" { field.with(known.binding.clone()) } else { field };
    new.fields = new.fields.into_iter().map(fill).collect();
    Ok(page(&new))
}

async fn create(Call { state, frame, visitor }: Call, mut form: Form) -> Result<Response, Failure> {
    visitor.must_be(Role::SystemAdministrator)?;
    let t = frame.t;
    let role = form.choice(&roles(t));
    let [login, name, binding, resident_id, mobile] = fields(t).map(|field| form.text(&field));
    let request = Request {
        login: &login,
        name: &name,
        role: role.as_deref().unwrap_or_default(),
        binding: stated(&binding),
        resident_id: stated(&resident_id),
        mobile: stated(&mobile),
        holder_required: true,
        activated: false,
    };
    if form.has_problems() {
        refuse(&mut form, administration::problems(&request));
    } else {
        let (database, keys) = (&state.desk.database, KeySource::Held(&state.guard.keys));
        match administration::create(database, &state.hasher, keys, &visitor.by(&state), request).await? {
            Ok(made) => return Ok(issued(frame, &made, Some(t.accounts_wait_body()))),
            Err(problems) => refuse(&mut form, problems),
        }
    }
    let mut refused = NewPage::new(frame);
    refused.errors = ErrorSummary::of(&form);
    refused.role = refused.role.filled(&form);
    refused.fields = refused.fields.into_iter().map(|field| field.filled(&form)).collect();
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused))
}

fn stated(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// One problem a field: what the form itself found comes first.
fn refuse(form: &mut Form, problems: Vec<Problem>) {
    for problem in problems {
        if form.problem_at(&problem.column).is_empty() {
            form.refuse(&problem.column, problem.message);
        }
    }
}

#[derive(Template)]
#[template(path = "pages/account_issued.html")]
struct IssuedPage {
    frame: Frame,
    breadcrumb: Breadcrumb,
    notice: Notice,
    password: String,
    notes: Vec<String>,
    onward: ButtonLink,
}

/// The one answer that holds a password.
fn issued(frame: Frame, made: &OneTime, further: Option<&'static str>) -> Response {
    let t = frame.t;
    let title = t.accounts_one_time(&made.login);
    page(&IssuedPage {
        breadcrumb: breadcrumb(&made.login, t),
        notice: Notice::success(t, title.clone()).body(t.accounts_one_time_body()),
        password: made.password.clone(),
        notes: further.map(str::to_owned).into_iter().chain(made.notes.clone()).collect(),
        onward: ButtonLink::secondary(t.nav_accounts(), "/accounts"),
        frame: frame.titled(title),
    })
}

fn breadcrumb(login: &str, t: Texts) -> Breadcrumb {
    Breadcrumb::new(t, &[("/", t.nav_home()), ("/accounts", t.nav_accounts())], login.to_owned())
}

#[derive(Template)]
#[template(path = "pages/account_of.html")]
struct AccountPage {
    frame: Frame,
    t: Texts,
    breadcrumb: Breadcrumb,
    notice: Option<Notice>,
    facts: DescriptionList,
    address: String,
    shut: (String, Button),
    reset: Button,
    binding: Option<TextField>,
    rebind: Button,
}

async fn show(
    Call { state, frame, visitor }: Call,
    Path(login): Path<String>,
    uri: axum::http::Uri,
) -> Result<Response, Failure> {
    visitor.must_be(Role::SystemAdministrator)?;
    let done = (uri.query() == Some("done")).then(|| Notice::success(frame.t, frame.t.accounts_done()));
    Ok(page(&account_page(&state, frame, &login, done).await?))
}

async fn account_page(
    state: &AppState,
    frame: Frame,
    login: &str,
    notice: Option<Notice>,
) -> Result<AccountPage, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let account = account::by_login(&mut tx, login).await?.ok_or(Failure::NotFound)?;
    let record = (administration::SEALED_RECORD, account.login.as_str());
    let sealed = seal::opened(&mut tx, &state.guard.keys, record).await?;
    let mobile = sealed.iter().find(|(field, _)| field == administration::MOBILE);
    let mobile = mobile.and_then(|(_, full)| Mobile::parse(full).ok()).map(|mobile| mobile.masked());
    let is_bound = account.role()?.binding() != Binding::Nothing;
    let binding = account.binding.clone().unwrap_or_default();
    let shut = if account.disabled {
        ("enable".to_owned(), Button::secondary(t.accounts_enable()))
    } else {
        ("disable".to_owned(), Button::danger(t.accounts_disable()))
    };
    Ok(AccountPage {
        breadcrumb: breadcrumb(&account.login, t),
        notice,
        facts: facts(&account, mobile, state.clock.now(), t)?,
        address: address(&account.login),
        shut,
        reset: Button::secondary(t.accounts_reset()),
        binding: is_bound.then(|| {
            TextField::line("binding", t.account_binding()).hint(t.accounts_binding_hint()).with(binding).required()
        }),
        rebind: Button::secondary(t.accounts_rebind()),
        frame: frame.titled(account.name.clone()),
        t,
    })
}

fn facts(account: &Account, mobile: Option<String>, now: Timestamp, t: Texts) -> anyhow::Result<DescriptionList> {
    let mut facts = DescriptionList::new()
        .entry(t.login_name(), account.login.clone())
        .entry(t.account_role(), role_word(account.role()?, t));
    if account.binding.is_some() {
        facts = facts.entry(t.account_binding(), binding_in_words(account)?);
    }
    let holder = if account.holder.is_some() { t.accounts_yes() } else { t.accounts_no() };
    Ok(facts
        .entry(t.accounts_state(), state_of(account, now, t))
        .entry(t.account_last(), moment(account.last_login))
        .entry(t.account_password_changed(), moment(Some(account.password_changed)))
        .entry(t.accounts_failures(), account.failed_attempts.to_string())
        .entry(t.accounts_holder(), holder)
        .entry(t.accounts_mobile(), mobile.unwrap_or_else(|| t.accounts_no().to_owned()))
        .entry(t.accounts_created(), moment(Some(account.created))))
}

async fn disable(call: Call, Path(login): Path<String>, _form: Form) -> Result<Response, Failure> {
    set_disabled(call, &login, true).await
}

async fn enable(call: Call, Path(login): Path<String>, _form: Form) -> Result<Response, Failure> {
    set_disabled(call, &login, false).await
}

async fn set_disabled(Call { state, frame, visitor }: Call, login: &str, disabled: bool) -> Result<Response, Failure> {
    visitor.must_be(Role::SystemAdministrator)?;
    let done = administration::set_disabled(&state.desk.database, &visitor.by(&state), login, disabled).await?;
    after(&state, frame, login, done).await
}

async fn reset_password(
    Call { state, frame, visitor }: Call,
    Path(login): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    visitor.must_be(Role::SystemAdministrator)?;
    let by = visitor.by(&state);
    match administration::reset_password(&state.desk.database, &state.hasher, &by, &login).await? {
        Ok(reset) => Ok(issued(frame, &reset, None)),
        Err(problem) => after(&state, frame, &login, Err(problem)).await,
    }
}

async fn rebind(
    Call { state, frame, visitor }: Call,
    Path(login): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    visitor.must_be(Role::SystemAdministrator)?;
    let binding = form.value("binding").trim().to_owned();
    let done = administration::rebind(&state.desk.database, &visitor.by(&state), &login, &binding).await?;
    after(&state, frame, &login, done).await
}

/// Back to the account: with what was done, or with why not.
async fn after(state: &AppState, frame: Frame, login: &str, done: Result<(), Problem>) -> Result<Response, Failure> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{}?done", address(login))).into_response()),
        Err(problem) => {
            let notice = Notice::error(frame.t, frame.t.accounts_refused()).body(problem.message);
            let shown = account_page(state, frame, login, Some(notice)).await?;
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown))
        }
    }
}
