//! The list of needs: search, filters, parts, and the same list as a workbook.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use programme::access::{Binding, Record};
use programme::industries;
use programme::regions::{self, RegionLevel};
use serde::Deserialize;
use store::need::{self, Filter, Line};

use super::listing::{self, PAGE_ROWS, Part};
use crate::texts;
use crate::usecases::downloads;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::field::{Choices, OptionItem, TextField};
use crate::web::kit::table::{Cell, Column, Pagination, Table};
use crate::web::kit::toolbar::Toolbar;
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{XLSX, attachment};
use crate::web::{AppState, url};

texts! {
    needs: "企业需求", "Needs";
    needs_search: "关键词", "Words";
    needs_search_hint: "题目、内容、编号、企业名称", "Title, content, number, enterprise";
    needs_city: "市（地）", "City";
    needs_industry: "行业门类", "Industry";
    needs_any: "全部", "Any";
    needs_download: "下载 Excel", "Download Excel";
    needs_filter: "查询需求", "Search needs";
    needs_id: "编号", "Number";
    needs_title: "需求", "Need";
    needs_enterprise: "企业", "Enterprise";
    needs_region: "所在地", "Place";
    needs_posts: "岗位数", "Posts";
    needs_none: "没有符合条件的需求。请减少条件，或点“清除条件”查看全部。", "No need fits. Use fewer conditions, or clear them to see all.";
    needs_none_at_all: "还没有需求。需求由省科技厅在“数据导入”中导入。", "There are no needs yet; the province imports them.";
}

/// The list and its workbook.
pub fn routes() -> Router<AppState> {
    Router::new().route("/needs", get(show)).route("/needs.xlsx", get(download))
}

/// The conditions that the address states.
#[derive(Debug, Default, Deserialize)]
struct Conditions {
    #[serde(default)]
    q: String,
    #[serde(default)]
    city: String,
    #[serde(default)]
    industry: String,
}

impl Conditions {
    fn filter(&self) -> Filter {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Filter { search: self.q.clone(), city: some(&self.city), industry: some(&self.industry) }
    }

    fn pairs(&self) -> [(&str, &str); 3] {
        [("q", &self.q), ("city", &self.city), ("industry", &self.industry)]
    }

    fn are_none(&self) -> bool {
        self.pairs().iter().all(|(_, value)| value.is_empty())
    }
}

#[derive(Template)]
#[template(path = "pages/list.html")]
struct NeedsPage {
    frame: Frame,
    toolbar: Toolbar,
    table: Table,
    pagination: Pagination,
}

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Query(conditions): Query<Conditions>,
    Query(part): Query<Part>,
) -> Result<Response, Failure> {
    visitor.must_read(Record::Need)?;
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let lines = need::list(&mut tx, visitor.scope(), &conditions.filter(), &part.start(), PAGE_ROWS).await?;
    let empty = if conditions.are_none() { t.needs_none_at_all() } else { t.needs_none() };
    let table = Table::new("needs", t.needs(), columns(t), lines.rows.iter().map(row), empty)
        .summary(listing::count(lines.count, t));
    Ok(page(&NeedsPage {
        toolbar: toolbar(&visitor, &conditions, t),
        table,
        pagination: listing::pagination("/needs", &conditions.pairs(), &lines, |line| &line.id, t),
        frame: frame.titled(t.needs()),
    }))
}

async fn download(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Query(conditions): Query<Conditions>,
) -> Result<Response, Failure> {
    visitor.must_read(Record::Need)?;
    let bytes = downloads::needs_workbook(&state.desk, visitor.scope(), &conditions.filter()).await?;
    Ok(attachment(XLSX, &format!("{}.xlsx", frame.t.needs()), bytes))
}

fn toolbar(visitor: &Visitor, conditions: &Conditions, t: Texts) -> Toolbar {
    let mut fields: Vec<Markup> =
        vec![TextField::search("q", t.needs_search()).hint(t.needs_search_hint()).with(&conditions.q).into()];
    if matches!(visitor.actor.role().binding(), Binding::Nothing) {
        fields.push(Choices::select("city", t.needs_city(), cities(t)).chosen(&[&conditions.city]).into());
    }
    fields.push(Choices::select("industry", t.needs_industry(), sections(t)).chosen(&[&conditions.industry]).into());
    let download = format!("/needs.xlsx{}", url::query(&conditions.pairs()));
    Toolbar::new(t, t.needs_filter(), "/needs", fields).actions(ButtonLink::secondary(t.needs_download(), download))
}

fn cities(t: Texts) -> Vec<OptionItem> {
    let cities = regions::all().iter().filter(|region| region.level == RegionLevel::City);
    let any = OptionItem::new("", t.needs_any());
    std::iter::once(any).chain(cities.map(|city| OptionItem::new(city.code, city.name))).collect()
}

/// The sections of the classification: the letters.
fn sections(t: Texts) -> Vec<OptionItem> {
    let sections = industries::all().filter(|(code, _)| code.len() == 1);
    let any = OptionItem::new("", t.needs_any());
    std::iter::once(any).chain(sections.map(|(code, name)| OptionItem::new(code, format!("{code} {name}")))).collect()
}

fn columns(t: Texts) -> [Column; 5] {
    [
        Column::text(t.needs_title()),
        Column::text(t.needs_id()),
        Column::text(t.needs_enterprise()),
        Column::text(t.needs_region()),
        Column::number(t.needs_posts()),
    ]
}

fn row(line: &Line) -> Vec<Cell> {
    vec![
        Cell::heading(Markup::link(url::need(&line.id), line.title.clone())),
        Cell::unbroken(line.id.as_str()),
        Cell::new(line.enterprise.clone().unwrap_or_default()),
        Cell::new(super::words::region(line.region.as_deref())),
        Cell::number(line.posts.to_string()),
    ]
}
