//! What each city adds of its own (4.3), side by side, so that cities can be compared.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use super::gaps::must_look_after;
use super::matters::words;
use crate::texts;
use crate::usecases::city_support::{self, Line};
use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::button::ButtonLink;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{XLSX, attachment};

/// The page, for organisers.
pub const PATH: &str = "/city-support";

texts! {
    city_support: "市（地）配套支持", "Support from cities";
    city_support_lead: "各市（地）登记的配套支持（方案四（三）），按年度比较人均金额和配套比例；省级支持不计入。",
        "Support that each city has registered (4.3), compared by year, by amount per person and by matching ratio. Provincial support is not counted.";
    city_support_year: "年度", "Year";
    city_support_city: "市（地）", "City";
    city_support_people: "支持人数", "People supported";
    city_support_amount: "金额（元）", "Amount (yuan)";
    city_support_each: "人均（元）", "Per person (yuan)";
    city_support_ratio: "配套比例", "Matching ratio";
    city_support_none: "还没有市（地）登记配套支持。", "No city has registered any support yet.";
}

/// `GET` shows; the same as a workbook.
pub fn routes() -> Router<AppState> {
    Router::new().route(PATH, get(show)).route("/city-support.xlsx", get(download))
}

#[derive(Template)]
#[template(path = "pages/city_support.html")]
struct CitySupportPage {
    frame: Frame,
    t: Texts,
    download: ButtonLink,
    table: Table,
}

async fn show(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    must_look_after(&visitor)?;
    let t = frame.t;
    let lines = city_support::lines(&mut state.desk.database.read().await?, visitor.scope()).await?;
    Ok(page(&CitySupportPage {
        download: ButtonLink::secondary(t.matters_download(), "/city-support.xlsx"),
        table: table(&lines, t),
        frame: frame.titled(t.city_support()),
        t,
    }))
}

fn table(lines: &[Line], t: Texts) -> Table {
    let rows = lines.iter().map(|line| {
        vec![
            Cell::unbroken(line.year().to_string()),
            Cell::heading(words::organiser(line.city(), t)),
            Cell::number(line.people().to_string()),
            Cell::number(thousands(line.amount_yuan())),
            Cell::number(thousands(line.yuan_per_person())),
            Cell::number(line.ratio()),
        ]
    });
    let columns = [
        Column::text(t.city_support_year()),
        Column::text(t.city_support_city()),
        Column::number(t.city_support_people()),
        Column::number(t.city_support_amount()),
        Column::number(t.city_support_each()),
        Column::number(t.city_support_ratio()),
    ];
    Table::new("city-support", t.city_support(), columns, rows, t.city_support_none())
}

/// `1234567` as `1,234,567`.
fn thousands(number: i64) -> String {
    let digits = number.to_string();
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    parts.join(",")
}

async fn download(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    must_look_after(&visitor)?;
    let bytes = city_support::workbook(&state.desk, visitor.scope()).await?;
    Ok(attachment(XLSX, &format!("{}.xlsx", frame.t.city_support()), bytes))
}
