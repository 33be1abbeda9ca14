//! One act on several matters: the whole selection is shown with what stands against each before anything is done, and all
//! of it is done or none.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use programme::process::foresight::is_of_the_form;
use programme::process::{Action, Doer, Kind, Matter, Refusal, RefusalKind, Rule, offers};
use store::matter;

use super::list::known_kind;
use super::{form, words};
use crate::texts;
use crate::usecases::acts::{self, Many};
use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::Button;
use crate::web::kit::error_summary::ErrorSummary;
use crate::web::kit::hidden::Hidden;
use crate::web::kit::notice::Notice;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};

/// Most matters of one bulk act.
pub(super) const BULK_MAX: usize = 200;

texts! {
    bulk_title(what: &str, count: usize): "{what}：共 {count} 件", "{what}: {count}";
    bulk_none: "没有选中任何事项，请返回列表勾选。", "Nothing was chosen; go back and choose.";
    bulk_too_many(max: usize, found: usize): "一次最多办理 {max} 件，现选中 {found} 件，请分次办理。",
        "At most {max} at once, {found} chosen; do it in parts.";
    bulk_state: "核查", "Check";
    bulk_fine: "可以办理", "May be done";
    bulk_whole: "以下事项一并办理；任何一件不能办理，则全部不办理。", "All of these are done, or none.";
    bulk_stale: "有事项刚刚由他人办理，全部没有办理，请核对后重新提交", "Somebody moved one of these first; nothing was done";
}

#[derive(Template)]
#[template(path = "pages/bulk.html")]
struct BulkPage {
    frame: Frame,
    t: Texts,
    notices: Vec<Notice>,
    errors: ErrorSummary,
    table: Table,
    action: String,
    hidden: Vec<Hidden>,
    fields: Vec<Markup>,
    submit: Option<Button>,
    back: String,
}

/// A chosen matter and what stands against the act on it.
struct Chosen {
    matter: Matter,
    reasons: Vec<Refusal>,
}

pub(super) async fn ask(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(kind): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let kind = known_kind(&kind, &visitor)?;
    let value =
        |name: &str| asked.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect::<Vec<_>>();
    let action = value("action").first().and_then(|code| Action::parse(code)).ok_or(Failure::NotFound)?;
    let ids = value("id");
    let (rule, chosen) = chosen(&state, &visitor, action, &ids).await?;
    Ok(page(&BulkPage::new(frame, kind, action, rule, &chosen, ids.len())))
}

pub(super) async fn act(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(kind): Path<String>,
    mut sent: Form,
) -> Result<Response, Failure> {
    let t = frame.t;
    let kind = known_kind(&kind, &visitor)?;
    let action = Action::parse(sent.value("action")).ok_or(Failure::NotFound)?;
    let seen: Vec<(String, i64)> = sent.values("seen").iter().filter_map(|entry| parse_seen(entry)).collect();
    let ids: Vec<String> = seen.iter().map(|(id, _)| id.clone()).collect();
    let (rule, selection) = chosen(&state, &visitor, action, &ids).await?;
    let Some(rule) = rule.filter(|_| ids.len() <= BULK_MAX) else {
        return Ok(page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &BulkPage::new(frame, kind, action, rule, &selection, ids.len()),
        ));
    };
    let inputs = form::read(rule, &mut sent);
    let mut notices = Vec::new();
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if !sent.has_problems() {
        let doer = Doer::Account(visitor.actor.clone());
        match acts::act_on_many(&state.desk, &visitor.by(&state), &doer, &seen, action, &inputs).await? {
            Many::Done(_) => return Ok(Redirect::to(&words::list_href(kind)).into_response()),
            Many::Refused(id, reasons) => {
                let reasons = form::keep(reasons, &mut sent)?;
                notices.extend(reasons.iter().map(|reason| form::refusal_notice(reason, Some(&id), t)));
            }
            Many::Stale(_) => {
                status = StatusCode::CONFLICT;
                notices.push(Notice::warning(t, t.bulk_stale()));
            }
        }
    }
    let mut page = BulkPage::new(frame, kind, action, Some(rule), &selection, ids.len());
    page.errors = ErrorSummary::of(&sent);
    page.notices.extend(notices);
    Ok(page_with(status, &page))
}

fn parse_seen(entry: &str) -> Option<(String, i64)> {
    let (id, version) = entry.rsplit_once('@')?;
    Some((id.to_owned(), version.parse().ok()?))
}

/// The chosen matters that the visitor sees, each with what stands against the act; the rule when all share one.
async fn chosen(
    state: &AppState,
    visitor: &Visitor,
    action: Action,
    ids: &[String],
) -> Result<(Option<&'static Rule>, Vec<Chosen>), Failure> {
    let doer = Doer::Account(visitor.actor.clone());
    let by = visitor.by(state);
    let mut tx = state.desk.database.read().await?;
    let (mut rule, mut chosen) = (None, Vec::new());
    for id in ids.iter().take(BULK_MAX) {
        let matter = matter::get(&mut tx, &visitor.actor, id).await?.ok_or(Failure::NotFound)?.matter;
        rule = rule.or_else(|| offers(&matter, &doer).into_iter().find(|rule| rule.action == action));
        let inputs = programme::process::Body::default();
        let considered = acts::consider(&mut tx, &state.desk, &by, &doer, &matter, action, &inputs).await?;
        let mut reasons = considered.err().unwrap_or_default();
        // What the form below asks for is neither missing nor wrong yet.
        reasons.retain(|reason| reason.kind != RefusalKind::Input && !is_of_the_form(reason.code));
        chosen.push(Chosen { matter, reasons });
    }
    Ok((rule, chosen))
}

impl BulkPage {
    fn new(
        frame: Frame,
        kind: Kind,
        action: Action,
        rule: Option<&'static Rule>,
        chosen: &[Chosen],
        asked: usize,
    ) -> Self {
        let t = frame.t;
        let name = words::action(action, t);
        let mut hidden = vec![Hidden::new("action", action.code())];
        let seen = chosen.iter().map(|one| format!("{}@{}", one.matter.id, one.matter.version));
        hidden.extend(seen.map(|seen| Hidden::new("seen", seen)));
        let mut notices = Vec::new();
        if chosen.is_empty() {
            notices.push(Notice::warning(t, t.bulk_none()));
        } else if asked > BULK_MAX {
            notices.push(Notice::error(t, t.bulk_too_many(BULK_MAX, asked)));
        } else {
            notices.push(Notice::info(t, t.bulk_whole()));
        }
        let fields =
            rule.map_or_else(Vec::new, |rule| rule.fields.iter().map(|field| form::control(field, None, t)).collect());
        let may = rule.is_some() && asked <= BULK_MAX;
        Self {
            notices,
            errors: ErrorSummary::none(),
            table: table(chosen, t),
            action: format!("{}/bulk", words::list_href(kind)),
            hidden,
            fields,
            submit: may.then(|| Button::primary(t.bulk_title(&name, chosen.len()))),
            back: words::list_href(kind),
            frame: frame.titled(t.bulk_title(&name, chosen.len())),
            t,
        }
    }
}

fn table(chosen: &[Chosen], t: Texts) -> Table {
    let columns = [
        Column::text(t.matter_title()),
        Column::text(t.matter_stage()),
        Column::text(t.bulk_state()),
        Column::text(t.matter_id()),
    ];
    let rows = chosen.iter().map(|one| {
        let state = if one.reasons.is_empty() {
            t.bulk_fine().to_owned()
        } else {
            one.reasons.iter().map(|reason| reason.message.as_str()).collect::<Vec<_>>().join("；")
        };
        vec![
            Cell::heading(Markup::link(words::href(&one.matter.id), one.matter.title.clone())),
            Cell::new(words::stage_status(&one.matter, t)),
            Cell::new(state),
            Cell::unbroken(one.matter.id.as_str()),
        ]
    });
    Table::new("chosen", t.matters_choose(), columns, rows, t.bulk_none())
}
