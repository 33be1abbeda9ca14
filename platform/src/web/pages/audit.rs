//! The audit administrator's page: the trail with a search, its workbook, and the walk over the chain.

mod detail;

use anyhow::Context as _;
use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::{get, post};
use programme::access::Role;
use programme::clause::CLAUSES;
use programme::process::Kind;
use serde::Deserialize;
use store::audit::{self, Entry, Event, Walk};

use super::matters::words;
use crate::clock::in_beijing;
use crate::exchange::acts;
use crate::texts;
use crate::usecases::trail;
use crate::web::call::Call;
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::{Button, ButtonLink};
use crate::web::kit::details::Details;
use crate::web::kit::field::TextField;
use crate::web::kit::notice::Notice;
use crate::web::kit::table::{Cell, Column, Pagination, Table};
use crate::web::kit::toolbar::Toolbar;
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{XLSX, attachment};
use crate::web::{AppState, url};

texts! {
    audit_lead: "谁在何时从何处对哪条记录做了什么，只增不改，逐条以 SM3 相连。详情是该次操作所填的内容，只供核对；您不能打开业务页面。",
        "Who did what to which record, when and from where; only added to, linked by SM3. The details are what the act was given, for checking alone; pages of the business stay closed to you.";
    audit_search: "操作人、操作、对象", "Actor, act, subject";
    audit_filter: "查询审计记录", "Search the trail";
    audit_download: "下载 Excel", "Download Excel";
    audit_verify: "立即核对", "Verify now";
    audit_whole: "审计记录完整", "The trail is whole";
    audit_broken: "审计记录不完整", "The trail is broken";
    audit_none: "没有符合条件的审计记录。请减少条件，或点“清除条件”查看全部。", "No entry fits. Use fewer conditions, or clear them.";
    audit_none_yet(before: i64): "第 {before} 号以后没有符合条件的审计记录；点“下一页”继续查更早的。",
        "No entry from number {before} on fits; the next page looks through older ones.";
    audit_number: "编号", "Number";
    audit_at: "时间", "When";
    audit_actor: "操作人", "Actor";
    audit_origin: "来源地址", "From";
    audit_act: "操作", "Act";
    audit_subject: "对象", "Subject";
    audit_clause: "条款", "Clause";
    audit_succeeded: "结果", "Result";
    audit_done: "成功", "Done";
    audit_refused: "未成", "Not done";
    audit_raw: "原始记录", "As kept";
}

/// The trail, its workbook, and the walk over the chain.
pub fn routes() -> Router<AppState> {
    Router::new().route("/audit", get(list)).route("/audit.xlsx", get(download)).route("/audit/verify", post(verify))
}

#[derive(Debug, Default, Deserialize)]
struct Conditions {
    #[serde(default)]
    q: String,
    /// Only entries with a smaller number.
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "pages/audit.html")]
struct AuditPage {
    frame: Frame,
    t: Texts,
    notice: Option<Notice>,
    verify: Button,
    toolbar: Toolbar,
    table: Table,
    pagination: Pagination,
}

async fn list(Call { state, frame, visitor }: Call, Query(conditions): Query<Conditions>) -> Result<Response, Failure> {
    visitor.must_be(Role::AuditAdministrator)?;
    Ok(page(&audit_page(&state, &visitor, frame, &conditions, None).await?))
}

async fn audit_page(
    state: &AppState,
    visitor: &Visitor,
    frame: Frame,
    conditions: &Conditions,
    notice: Option<Notice>,
) -> Result<AuditPage, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let search = acts::search_by_code(&conditions.q);
    let part = audit::list(&mut tx, visitor.scope(), &search, conditions.before).await?;
    let none = part.before.map_or_else(|| t.audit_none().to_owned(), |before| t.audit_none_yet(before));
    let columns = [t.audit_number(), t.audit_at(), t.audit_actor(), t.audit_origin(), t.audit_act()];
    let columns = columns.into_iter().chain([t.audit_subject(), t.audit_clause(), t.audit_succeeded()]);
    let columns = columns.map(Column::text);
    let table = Table::new("audit", t.nav_audit(), columns, part.events.iter().map(|event| row(event, t)), none);
    let search: Markup = TextField::search("q", t.needs_search()).hint(t.audit_search()).with(&conditions.q).into();
    let workbook = format!("/audit.xlsx{}", url::query(&[("q", &conditions.q)]));
    Ok(AuditPage {
        notice,
        verify: Button::secondary(t.audit_verify()),
        toolbar: Toolbar::new(t, t.audit_filter(), "/audit", [search])
            .actions(ButtonLink::secondary(t.audit_download(), workbook)),
        table,
        pagination: steps(part.before, conditions, t),
        frame: frame.titled(t.nav_audit()),
        t,
    })
}

/// Newest first; the way back is the first page, since the trail grows at that end.
fn steps(before: Option<i64>, conditions: &Conditions, t: Texts) -> Pagination {
    let first = conditions.before.map(|_| format!("/audit{}", url::query(&[("q", &conditions.q)])));
    let older =
        before.map(|before| format!("/audit{}", url::query(&[("q", &conditions.q), ("before", &before.to_string())])));
    Pagination::steps(first, older, t)
}

fn row(event: &Event, t: Texts) -> Vec<Cell> {
    vec![
        Cell::heading(event.seq.to_string()),
        Cell::unbroken(in_beijing(event.at).format("%Y-%m-%d %H:%M:%S").to_string()),
        Cell::new(event.actor.as_str()),
        Cell::unbroken(event.origin.as_str()),
        Cell::new(told(event, t)),
        Cell::new(subject(event, t)),
        Cell::unbroken(event.clause.as_deref().map_or("", clause_word)),
        Cell::unbroken(if event.succeeded { t.audit_done() } else { t.audit_refused() }),
    ]
}

/// The act and what it was given in words, with the text that the chain vouches for behind them.
fn told(event: &Event, t: Texts) -> Markup {
    let raw = (event.detail != "null").then(|| Details::new(t.audit_raw(), event.detail.clone()));
    Markup::of(&Told { act: act(&event.act, t), lines: detail::in_words(event, t), raw })
}

#[derive(Template)]
#[template(
    source = r#"<p class="told">{{ act }}</p>{% for line in lines %}<p class="told">{{ line }}</p>{% endfor %}{% if let Some(raw) = raw %}{{ raw }}{% endif %}"#,
    ext = "html"
)]
struct Told {
    act: String,
    lines: Vec<String>,
    raw: Option<Details>,
}

/// The act in words, with the code that a search and a script know it by.
fn act(code: &str, t: Texts) -> String {
    match (t.lang, acts::act_in_chinese(code)) {
        (Lang::Chinese, chinese) if chinese != code => format!("{chinese}（{code}）"),
        _ => code.to_owned(),
    }
}

/// What a record that is no matter is called.
fn record_word(kind: &str, t: Texts) -> &str {
    match (kind, t.lang) {
        ("account", Lang::Chinese) => "账户",
        ("enterprise", Lang::Chinese) => "企业",
        ("person", Lang::Chinese) => "科技人员",
        ("unit", Lang::Chinese) => "派出单位",
        ("shareholder", Lang::Chinese) => "持股登记",
        ("misconduct", Lang::Chinese) => "失信登记",
        ("match_run", Lang::Chinese) => "匹配运算",
        _ => kind,
    }
}

/// What was acted on: the kind in words with its number, which names the kind itself where it is a matter's.
fn subject(event: &Event, t: Texts) -> String {
    match Kind::parse(&event.subject_kind) {
        Some(kind) => format!("{} {}", words::kind(kind, t), event.subject_id),
        None => format!("{} {}", record_word(&event.subject_kind, t), event.subject_id),
    }
}

fn clause_word(id: &str) -> &str {
    CLAUSES.iter().find(|(known, ..)| *known == id).map_or(id, |(_, name, _)| name)
}

async fn download(
    Call { state, frame, visitor }: Call,
    Query(conditions): Query<Conditions>,
) -> Result<Response, Failure> {
    visitor.must_be(Role::AuditAdministrator)?;
    let bytes = trail::workbook(&state.desk, visitor.scope(), &conditions.q).await?;
    Ok(attachment(XLSX, &format!("{}.xlsx", frame.t.nav_audit()), bytes))
}

/// Walks the chain and remembers that it was walked; the head is the one before that entry.
async fn verify(Call { state, frame, visitor }: Call, _form: Form) -> Result<Response, Failure> {
    visitor.must_be(Role::AuditAdministrator)?;
    let t = frame.t;
    let walk = audit::verify(&mut state.desk.database.read().await?).await?;
    let whole = matches!(walk, Walk::Whole { .. });
    let mut tx = state.desk.database.write().await?;
    let entry = Entry { succeeded: whole, ..Entry::done("audit.verify", "audit", "") };
    audit::append(&mut tx, &visitor.by(&state), entry).await.context("remember the walk")?;
    tx.commit().await?;
    let notice = if whole { Notice::success(t, t.audit_whole()) } else { Notice::error(t, t.audit_broken()) };
    let notice = notice.body(trail::sentence(&walk));
    Ok(page(&audit_page(&state, &visitor, frame, &Conditions::default(), Some(notice)).await?))
}
