//! Where service or contact has stopped, across appointments (3.5b, 5.1); and the days ahead as a calendar file.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use programme::process::{Kind, Reach, reach};
use store::page::Page;

use super::listing::{self, PAGE_ROWS, Part};
use super::matters::words;
use crate::clock::today;
use crate::texts;
use crate::usecases::{diary, gaps};
use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::status::{Status, Tone};
use crate::web::kit::table::{Cell, Column, Pagination, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{ICS, XLSX, attachment};

/// The page, for organisers.
pub const PATH: &str = "/gaps";
/// The days ahead, for everybody who acts.
pub const DIARY_PATH: &str = "/diary.ics";

texts! {
    gaps: "服务与联系提醒", "Service and contact reminders";
    gaps_lead: "在聘科技总师连续无服务的时段（方案三（五））和组织单位未联系的季度（方案五（一））。",
        "Chief technologists in office: periods without service (3.5), and quarters in which the organiser made no contact (5.1).";
    gaps_appointment: "聘任", "Appointment";
    gaps_unit: "派出单位", "Sending unit";
    gaps_silent: "连续无服务", "Periods without service";
    gaps_span(first: &str, last: &str, days: u32): "{first} 至 {last}（{days} 天）", "{first} to {last} ({days} days)";
    gaps_quarters: "未联系的季度", "Quarters without contact";
    gaps_fine: "正常", "On track";
    gaps_none: "目前没有在聘的科技总师。", "No chief technologist is in office at present.";
    gaps_download: "下载 Excel（有提醒的）", "Download Excel (only those with reminders)";
    diary_download: "下载日历（.ics）", "Download calendar (.ics)";
}

/// `GET /gaps`, the same as a workbook, and `GET /diary.ics`.
pub fn routes() -> Router<AppState> {
    Router::new().route(PATH, get(show)).route("/gaps.xlsx", get(download)).route(DIARY_PATH, get(diary_file))
}

#[derive(Template)]
#[template(path = "pages/gaps.html")]
struct GapsPage {
    frame: Frame,
    t: Texts,
    download: ButtonLink,
    table: Table,
    pagination: Pagination,
}

/// Refuses, as if there were nothing, whoever organises no appointments.
pub(super) fn must_look_after(visitor: &Visitor) -> Result<(), Failure> {
    if gaps::looks_after(visitor.actor.role()) { Ok(()) } else { Err(Failure::NotFound) }
}

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Query(part): Query<Part>,
) -> Result<Response, Failure> {
    must_look_after(&visitor)?;
    let t = frame.t;
    let day = today(state.clock.now());
    let found = gaps::page(&state.desk, &visitor.actor, &part.start(), PAGE_ROWS, day).await?;
    let keyed = Page {
        rows: found.rows.iter().map(|one| one.appointment.id.clone()).collect(),
        earlier: found.earlier,
        later: found.later,
        count: found.count,
    };
    Ok(page(&GapsPage {
        download: ButtonLink::secondary(t.gaps_download(), "/gaps.xlsx"),
        table: table(&found.rows, t).summary(listing::count(found.count, t)),
        pagination: listing::pagination(PATH, &[], &keyed, |key| key, t),
        frame: frame.titled(t.gaps()),
        t,
    }))
}

fn table(rows: &[gaps::Gaps], t: Texts) -> Table {
    let rows = rows.iter().map(|one| {
        let appointment = &one.appointment;
        let silent =
            one.silences.iter().map(|gap| t.gaps_span(&gap.first.to_string(), &gap.last.to_string(), gap.days));
        let quarters = one.quarters.iter().map(|quarter| t.meter_quarter(quarter.year, quarter.number));
        vec![
            Cell::heading(Markup::link(words::href(&appointment.id), appointment.title.clone())),
            Cell::new(appointment.parties.unit.as_deref().unwrap_or_default()),
            Cell::unbroken(words::organiser(&appointment.parties.organiser, t)),
            Cell::new(attention(silent, t)),
            Cell::new(attention(quarters, t)),
        ]
    });
    let columns = [t.gaps_appointment(), t.gaps_unit(), t.matters_organiser(), t.gaps_silent(), t.gaps_quarters()];
    Table::new("gaps", t.gaps(), columns.map(Column::text), rows, t.gaps_none())
}

fn attention(found: impl Iterator<Item = String>, t: Texts) -> Markup {
    let words: Vec<Markup> = found.map(|text| Status::new(text, Tone::Attention).into()).collect();
    if words.is_empty() { Status::new(t.gaps_fine(), Tone::Good).into() } else { Markup::joined(words) }
}

async fn download(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    must_look_after(&visitor)?;
    let bytes = gaps::workbook(&state.desk, &visitor.actor, today(state.clock.now())).await?;
    Ok(attachment(XLSX, &format!("{}.xlsx", frame.t.gaps()), bytes))
}

async fn diary_file(State(state): State<AppState>, visitor: Visitor) -> Result<Response, Failure> {
    if Kind::ALL.iter().all(|kind| reach(visitor.actor.role(), *kind) == Reach::None) {
        return Err(Failure::NotFound);
    }
    let now = state.clock.now();
    let entries = diary::ahead(&state.desk, &visitor.actor, today(now)).await?;
    Ok(attachment(ICS, "zongshi.ics", diary::file(&entries, now).into_bytes()))
}
