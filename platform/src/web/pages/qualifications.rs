//! `/qualifications`: enterprises with something under way whose certificates run out (2.3.1(1)), for those who organise it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use super::enterprise;
use super::matters::words;
use crate::clock::today;
use crate::texts;
use crate::usecases::qualifications::{self, Line, looks_after};
use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::status::{Status, Tone};
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{XLSX, attachment};

/// The page.
pub const PATH: &str = "/qualifications";
/// Enterprises shown; the workbook has all of them.
const SHOWN_MAX: usize = 200;

texts! {
    qualifications: "企业资质到期提醒", "Certificates that run out";
    qualifications_lead: "有在办需求、推荐或聘任的企业，资质证书已过期、即将到期或登记不全的（方案二（三）1（1））。请提醒企业在“本企业登记”申报新证书；提交需求、列入名单时资质必须有效。",
        "Enterprises with a need, proposal or appointment under way whose certificates have expired, expire soon or are incomplete (2.3.1(1)). Ask them to declare the new one; it must be valid when a need is submitted and when a name goes on the list.";
    qualifications_open: "查看资质到期", "See certificates";
    qualifications_none: "有在办事项的企业，资质证书都在有效期内。", "Every enterprise with something under way holds a valid certificate.";
    qualifications_shown(shown: usize, all: usize): "共 {all} 家，列出前 {shown} 家，全部见 Excel", "The first {shown} of {all}; the Excel file has all";
    qualifications_matters: "在办事项", "Under way";
    qualifications_incomplete: "编号或有效期未登记", "Number or day missing";
    qualifications_over(days: i64): "已过期 {days} 天", "{days} days past its last day";
    qualifications_left(days: i64): "还有 {days} 天", "{days} days left";
}

/// `GET` shows; the same as a workbook.
pub fn routes() -> Router<AppState> {
    Router::new().route(PATH, get(show)).route("/qualifications.xlsx", get(download))
}

#[derive(Template)]
#[template(path = "pages/qualifications.html")]
struct QualificationsPage {
    frame: Frame,
    t: Texts,
    download: ButtonLink,
    table: Table,
}

fn must_look_after(visitor: &Visitor) -> Result<(), Failure> {
    if looks_after(visitor.actor.role()) { Ok(()) } else { Err(Failure::NotFound) }
}

async fn show(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    must_look_after(&visitor)?;
    let t = frame.t;
    let lines = qualifications::lines(&state.desk, visitor.scope(), today(state.clock.now())).await?;
    Ok(page(&QualificationsPage {
        download: ButtonLink::secondary(t.matters_download(), "/qualifications.xlsx"),
        table: table(&lines, t),
        frame: frame.titled(t.qualifications()),
        t,
    }))
}

async fn download(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    must_look_after(&visitor)?;
    let bytes = qualifications::workbook(&state.desk, visitor.scope(), today(state.clock.now())).await?;
    Ok(attachment(XLSX, &format!("{}.xlsx", frame.t.qualifications()), bytes))
}

fn table(lines: &[Line], t: Texts) -> Table {
    let rows = lines.iter().take(SHOWN_MAX).map(|line| {
        let name = line.name.clone().unwrap_or_else(|| line.code.clone());
        vec![
            Cell::heading(Markup::link(enterprise::href(&line.code), name)),
            Cell::unbroken(words::organiser(&line.organiser, t)),
            Cell::unbroken(line.until.map_or("—".to_owned(), |day| day.to_string())),
            Cell::new(status(line, t)),
            Cell::number(line.matters.to_string()),
        ]
    });
    let columns = [
        Column::text(t.enterprise_name()),
        Column::text(t.matters_organiser()),
        Column::text(t.enterprise_until()),
        Column::text(t.enterprise_standing()),
        Column::number(t.qualifications_matters()),
    ];
    let table = Table::new("qualifications", t.qualifications(), columns, rows, t.qualifications_none()).stacking();
    if lines.len() > SHOWN_MAX { table.summary(t.qualifications_shown(SHOWN_MAX, lines.len())) } else { table }
}

fn status(line: &Line, t: Texts) -> Status {
    let words = match line.days_left {
        None => t.qualifications_incomplete().to_owned(),
        Some(left) if left < 0 => t.qualifications_over(-left),
        Some(left) => t.qualifications_left(left),
    };
    let is_over = line.days_left.is_some_and(|left| left < 0);
    Status::new(words, if is_over { Tone::Bad } else { Tone::Attention })
}
