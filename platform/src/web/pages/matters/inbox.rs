//! What waits for whoever is signed in, the earliest deadline first.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use store::matter::{self, Kept};

use super::words;
use crate::texts;
use crate::usecases::calendar::Today;
use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::table::{Cell, Column, Pagination, Table};
use crate::web::pages::gaps::DIARY_PATH;
use crate::web::pages::listing::{self, PAGE_ROWS, Part};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};

texts! {
    inbox: "待办", "Inbox";
    inbox_none: "目前没有需要您办理的事项。", "Nothing waits for you.";
    matter_title: "事项", "Matter";
    matter_kind: "类别", "Kind";
    matter_stage: "环节", "Stage";
    matter_due: "期限", "Due";
    matter_id: "编号", "Number";
}

#[derive(Template)]
#[template(path = "pages/inbox.html")]
struct InboxPage {
    frame: Frame,
    diary: ButtonLink,
    table: Table,
    pagination: Pagination,
}

pub(super) async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Query(part): Query<Part>,
) -> Result<Response, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let waiting = matter::inbox(&mut tx, &visitor.actor, &part.start(), PAGE_ROWS).await?;
    let today = state.desk.calendars.today(&mut tx, state.clock.now()).await?;
    let caption = t.inbox().to_owned();
    let table = table(&waiting.rows, caption, &today, t).summary(listing::count(waiting.count, t));
    let keyed = store::page::Page {
        rows: waiting.rows.iter().map(|kept| matter::inbox_key(&kept.matter)).collect(),
        earlier: waiting.earlier,
        later: waiting.later,
        count: waiting.count,
    };
    let pagination = listing::pagination("/inbox", &[], &keyed, |key| key, t);
    let diary = ButtonLink::secondary(t.diary_download(), DIARY_PATH);
    Ok(page(&InboxPage { diary, table, pagination, frame: frame.titled(t.inbox()) }))
}

/// Matters that wait, as a table.
pub fn table(rows: &[Kept], caption: String, today: &Today, t: Texts) -> Table {
    let columns = [
        Column::text(t.matter_title()),
        Column::text(t.matter_kind()),
        Column::text(t.matter_stage()),
        Column::text(t.matter_due()),
        Column::text(t.matter_id()),
    ];
    let rows = rows.iter().map(|kept| {
        let matter = &kept.matter;
        vec![
            Cell::heading(Markup::link(words::href(&matter.id), matter.title.clone())),
            Cell::unbroken(words::kind(matter.kind(), t)),
            Cell::new(words::stage_status(matter, t)),
            Cell::unbroken(words::due_cell(matter, today, t)),
            Cell::unbroken(matter.id.as_str()),
        ]
    });
    Table::new("inbox", caption, columns, rows, t.inbox_none()).stacking()
}
