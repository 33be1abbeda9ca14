//! `/recheck`: live matters that the registers speak against today, for the province; told after every import as well.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use super::matters::words;
use crate::clock::today;
use crate::texts;
use crate::usecases::recheck::{self, Affected, way_out};
use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::notice::Notice;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{XLSX, attachment};

/// Matters shown; the workbook has all of them.
const SHOWN_MAX: usize = 200;

/// The page.
pub const PATH: &str = "/recheck";

texts! {
    recheck: "登记变动复核", "Matters to decide anew";
    recheck_caption: "现在不符合的推荐和聘任", "Recommendations and appointments that no longer hold";
    recheck_lead: "持股、失信登记变动后，与在办推荐和聘任逐项重新核对，列出现在不符合的（方案二（一）1（1）、二（三）1（1）、二（三）1（4））。登记有误或已变更的，导入更正后的登记即重新核对。",
        "Live recommendations and appointments asked anew of the registers of holdings and misconduct: those that no longer hold (2.1.1(1), 2.3.1(1), 2.3.1(4)). Where a register is wrong or out of date, import it corrected and they are asked again.";
    recheck_open: "查看复核结果", "See what no longer holds";
    recheck_none: "在办的推荐和聘任都符合现有登记。", "Every live recommendation and appointment agrees with the registers.";
    recheck_found(count: usize): "{count} 件在办事项与现有登记不符", "{count} live matters no longer agree with the registers";
    recheck_shown(shown: usize, all: usize): "共 {all} 件，列出前 {shown} 件，全部见 Excel", "The first {shown} of {all}; the Excel file has all";
    recheck_broken: "不符合的", "What is broken";
    recheck_way_out: "怎么办", "Way out";
    recheck_download: "下载 Excel", "Download Excel";
}

/// `GET /recheck` and the same as a workbook.
pub fn routes() -> Router<AppState> {
    Router::new().route(PATH, get(show)).route("/recheck.xlsx", get(download))
}

#[derive(Template)]
#[template(path = "pages/recheck.html")]
struct RecheckPage {
    frame: Frame,
    t: Texts,
    download: ButtonLink,
    table: Table,
}

async fn show(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    let t = frame.t;
    visitor.must_be_province(t)?;
    let (found, all) = recheck::affected(&state.desk, today(state.clock.now()), SHOWN_MAX).await?;
    Ok(page(&RecheckPage {
        download: ButtonLink::secondary(t.recheck_download(), "/recheck.xlsx"),
        table: table(&found, all, t),
        frame: frame.titled(t.recheck()),
        t,
    }))
}

async fn download(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    visitor.must_be_province(frame.t)?;
    let bytes = recheck::workbook(&state.desk, today(state.clock.now())).await?;
    Ok(attachment(XLSX, &format!("{}.xlsx", frame.t.recheck()), bytes))
}

fn table(found: &[Affected], all: usize, t: Texts) -> Table {
    let rows = found.iter().map(|one| {
        let matter = &one.matter;
        vec![
            Cell::heading(Markup::link(words::href(&matter.id), matter.title.clone())),
            Cell::unbroken(words::kind(matter.kind(), t)),
            Cell::new(words::stage_status(matter, t)),
            Cell::unbroken(words::organiser(&matter.parties.organiser, t)),
            Cell::new(one.broken.join("；")),
            Cell::new(way_out(matter.stage)),
        ]
    });
    let columns = [
        t.matter_title(),
        t.matter_kind(),
        t.matter_stage(),
        t.matters_organiser(),
        t.recheck_broken(),
        t.recheck_way_out(),
    ];
    let table =
        Table::new("recheck", t.recheck_caption(), columns.map(Column::text), rows, t.recheck_none()).stacking();
    if all > found.len() { table.summary(t.recheck_shown(found.len(), all)) } else { table }
}

/// What an import brought to light, when it did.
pub(super) async fn told(state: &AppState, t: Texts) -> Result<Option<Notice>, Failure> {
    let found = recheck::count(&state.desk, today(state.clock.now())).await?;
    let way = Markup::link(PATH, t.recheck_open());
    Ok((found > 0).then(|| Notice::warning(t, t.recheck_found(found)).body(way)))
}
