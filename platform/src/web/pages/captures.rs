//! The captures of a public notice: evidence for the province and for the audit administrator.

use std::fmt::Write as _;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use chrono::TimeDelta;
use programme::access::Role;
use programme::process::{Kind, Matter};
use store::capture::{self, Capture};
use store::matter::{self, Link};

use super::notices::PartsPage;
use crate::clock::in_beijing;
use crate::texts;
use crate::web::captures::CAPTURE_MINUTES;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::details::DescriptionList;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::prose::Prose;
use crate::web::kit::status::{Status, Tone};
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::attachment;
use crate::web::{AppState, url};

/// Captures shown on the page; the file has all.
const CAPTURES_SHOWN_MAX: usize = 200;

texts! {
    captures: "公示页面留存", "Captures of public notices";
    captures_lead(minutes: i64): "公示期间，系统以未登录者的身份每 {minutes} 分钟取一次公示页面，保存时间、状态和页面原文的 SM3；只增不改，每次均记入审计记录。",
        "While a notice stands, the system fetches its page as a stranger every {minutes} minutes and keeps moment, status and the SM3 of the bytes; captures are only added, each with its audit event.";
    captures_none: "还没有留存。", "There are no captures yet.";
    captures_of(title: &str): "公示页面留存：{title}", "Captures: {title}";
    captures_notice: "公示名单", "Notice";
    captures_count: "留存次数", "Captures";
    captures_first: "首次", "First";
    captures_last: "最近一次", "Latest";
    captures_gap: "最长间隔", "Longest gap";
    captures_gap_minutes(minutes: i64): "{minutes} 分钟", "{minutes} minutes";
    captures_pages: "页面版本数", "Versions of the page";
    captures_number: "序号", "No.";
    captures_when: "时间", "When";
    captures_who: "留存人", "By";
    captures_system: "系统", "The system";
    captures_status: "页面状态", "Page";
    captures_up: "正常显示", "Shown";
    captures_down(status: i64): "未能显示（{status}）", "Not shown ({status})";
    captures_sm3: "页面 SM3", "SM3 of the page";
    captures_file: "下载全部记录", "Download all";
    captures_shown(shown: usize, all: usize): "最近 {shown} 次，共 {all} 次", "The latest {shown} of {all}";
}

/// For the province and the audit administrator.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/captures", get(list))
        .route("/captures/{listing}", get(show))
        .route("/captures/{listing}/record.csv", get(record))
        .route("/captures/{listing}/pages/{sm3}", get(kept_page))
}

/// Anybody else is not to know that there are any.
fn admit(visitor: &Visitor) -> Result<(), Failure> {
    let may = matches!(visitor.actor.role(), Role::Province | Role::AuditAdministrator);
    if may { Ok(()) } else { Err(Failure::NotFound) }
}

async fn list(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    admit(&visitor)?;
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let mut rows = Vec::new();
    for listing in matter::linked(&mut tx, Link::OfKind(Kind::Listing)).await? {
        if let Some(last) = capture::last(&mut tx, &listing.id).await? {
            rows.push(vec![
                Cell::heading(Markup::link(href(&listing.id), listing.title.as_str())),
                Cell::number(last.number.to_string()),
                Cell::unbroken(moment(&last)),
            ]);
        }
    }
    let columns =
        [Column::text(t.captures_notice()), Column::number(t.captures_count()), Column::text(t.captures_last())];
    let table = Table::new("captures", t.captures(), columns, rows, t.captures_none());
    let parts = vec![Prose::new(&t.captures_lead(CAPTURE_MINUTES)).into(), table.into()];
    Ok(page(&PartsPage { breadcrumb: None, parts, frame: frame.titled(t.captures()) }))
}

fn href(listing: &str) -> String {
    format!("/captures/{}", url::component(listing))
}

fn moment(capture: &Capture) -> String {
    in_beijing(capture.taken).format("%Y-%m-%d %H:%M:%S").to_string()
}

async fn found(state: &AppState, visitor: &Visitor, id: &str) -> Result<(Matter, Vec<Capture>), Failure> {
    admit(visitor)?;
    let mut tx = state.desk.database.read().await?;
    let listing = matter::find(&mut tx, id).await?.map(|kept| kept.matter);
    let listing = listing.filter(|one| one.kind() == Kind::Listing).ok_or(Failure::NotFound)?;
    Ok((listing, capture::of_listing(&mut tx, id).await?))
}

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let t = frame.t;
    let (listing, captures) = found(&state, &visitor, &id).await?;
    let title = t.captures_of(&listing.title);
    let file = ButtonLink::secondary(t.captures_file(), format!("{}/record.csv", href(&id)));
    let parts = vec![summary(&captures, t).into(), Markup::from(file), table(&id, &captures, t).into()];
    let breadcrumb = Some(Breadcrumb::new(t, &[("/captures", t.captures())], listing.title));
    Ok(page(&PartsPage { breadcrumb, parts, frame: frame.titled(title) }))
}

/// How many, from when to when, how long the site may have been away.
pub fn summary(captures: &[Capture], t: Texts) -> DescriptionList {
    let gap = captures.windows(2).map(|pair| pair[1].taken - pair[0].taken).max().unwrap_or(TimeDelta::zero());
    let mut pages: Vec<&str> = captures.iter().map(|one| one.sm3.as_str()).collect();
    pages.sort_unstable();
    pages.dedup();
    let at = |capture: Option<&Capture>| capture.map_or_else(String::new, moment);
    DescriptionList::new()
        .entry(t.captures_count(), captures.len().to_string())
        .entry(t.captures_first(), at(captures.first()))
        .entry(t.captures_last(), at(captures.last()))
        .entry(t.captures_gap(), t.captures_gap_minutes(gap.num_minutes()))
        .entry(t.captures_pages(), pages.len().to_string())
}

fn table(id: &str, captures: &[Capture], t: Texts) -> Table {
    let rows = captures.iter().rev().take(CAPTURES_SHOWN_MAX).map(|one| {
        let state = if one.status == 200 {
            Status::new(t.captures_up(), Tone::Good)
        } else {
            Status::new(t.captures_down(one.status), Tone::Bad)
        };
        let who = if one.taken_by == "console" { t.captures_system() } else { &one.taken_by };
        vec![
            Cell::number(one.number.to_string()),
            Cell::unbroken(moment(one)),
            Cell::new(who),
            Cell::new(state),
            Cell::new(Markup::link(format!("{}/pages/{}", href(id), one.sm3), one.sm3.as_str())),
        ]
    });
    let columns = [
        Column::number(t.captures_number()),
        Column::text(t.captures_when()),
        Column::text(t.captures_who()),
        Column::text(t.captures_status()),
        Column::text(t.captures_sm3()),
    ];
    let table = Table::new("captures", t.captures(), columns, rows.collect::<Vec<_>>(), t.captures_none());
    table.summary(t.captures_shown(captures.len().min(CAPTURES_SHOWN_MAX), captures.len()))
}

async fn record(State(state): State<AppState>, visitor: Visitor, Path(id): Path<String>) -> Result<Response, Failure> {
    let (_, captures) = found(&state, &visitor, &id).await?;
    let mut text = String::from("number,taken,taken_by,status,sm3\n");
    for one in captures {
        let _ = writeln!(text, "{},{},{},{},{}", one.number, one.taken.to_rfc3339(), one.taken_by, one.status, one.sm3);
    }
    Ok(attachment("text/csv; charset=utf-8", &format!("{id}-captures.csv"), text.into_bytes()))
}

/// The bytes as they were served: a file, since it is no page of today.
async fn kept_page(
    State(state): State<AppState>,
    visitor: Visitor,
    Path((id, sm3)): Path<(String, String)>,
) -> Result<Response, Failure> {
    admit(&visitor)?;
    let kept = capture::page(&mut state.desk.database.read().await?, &id, &sm3).await?.ok_or(Failure::NotFound)?;
    Ok(attachment("application/octet-stream", &format!("{id}-{sm3}.html"), kept.into_bytes()))
}
