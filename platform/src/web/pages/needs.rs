//! The list of needs: search, filters, orders, parts, and the same list as a workbook.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use programme::access::{Binding, Record};
use programme::industries;
use programme::regions::{self, RegionLevel};
use serde::Deserialize;
use store::need::{Filter, Found, Matching, Order};

use super::listing::{List, ListColumn, Orders, PAGE_ROWS, Part, Sorting};
use super::words;
use crate::clock::in_beijing;
use crate::texts;
use crate::usecases::downloads;
use crate::web::errors::Failure;
use crate::web::frame::Frame;
use crate::web::kit::Markup;
use crate::web::kit::field::{Choices, OptionItem, TextField};
use crate::web::kit::level::LevelBadge;
use crate::web::kit::table::{Cell, Column};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{XLSX, attachment};
use crate::web::{AppState, url};

texts! {
    needs: "需求库", "Needs";
    needs_search: "关键词", "Words";
    needs_search_hint: "题目、内容、编号、企业名称", "Title, content, number, enterprise";
    needs_city: "市（地）", "City";
    needs_industry: "行业门类", "Industry";
    needs_any: "全部", "Any";
    needs_enterprise_hint: "名称中的词语，或统一社会信用代码", "Words of the name, or the credit code";
    needs_matching: "最近一次匹配", "Latest match";
    needs_matched: "已匹配", "Matched";
    needs_unmatched: "未匹配", "Not matched";
    needs_best(level: &str): "最高为{level}", "At best {level}";
    needs_filter: "查询需求", "Search needs";
    needs_id: "编号", "Number";
    needs_title: "需求", "Need";
    needs_enterprise: "企业", "Enterprise";
    needs_region: "所在地", "Place";
    needs_posts: "岗位数", "Posts";
    needs_updated: "更新", "Updated";
    needs_none: "没有符合条件的需求。请减少条件，或点“清除条件”查看全部。", "No need fits. Use fewer conditions, or clear them to see all.";
    needs_none_at_all: "还没有需求。需求由省科技厅在“数据导入”中导入。", "There are no needs yet; the province imports them.";
}

const ORDERS: Orders<Order> =
    &[("id", Order::Id), ("title", Order::Title), ("enterprise", Order::Enterprise), ("updated", Order::Updated)];

/// The list and its workbook.
pub fn routes() -> Router<AppState> {
    Router::new().route("/needs", get(show)).route("/needs.xlsx", get(download))
}

/// The conditions that the address states.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Conditions {
    q: String,
    city: String,
    industry: String,
    enterprise: String,
    matching: String,
    sort: String,
}

impl Conditions {
    fn filter(&self) -> Filter {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Filter {
            search: self.q.clone(),
            city: some(&self.city),
            industry: some(&self.industry),
            enterprise: self.enterprise.clone(),
            matching: MATCHINGS.iter().find(|(word, _)| *word == self.matching).map(|(_, matching)| *matching),
        }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        vec![
            ("q", self.q.clone()),
            ("city", self.city.clone()),
            ("industry", self.industry.clone()),
            ("enterprise", self.enterprise.clone()),
            ("matching", self.matching.clone()),
        ]
    }
}

/// What the list is narrowed to by matching, by words in the address.
const MATCHINGS: [(&str, Matching); 6] = [
    ("4", Matching::Level(4)),
    ("3", Matching::Level(3)),
    ("2", Matching::Level(2)),
    ("1", Matching::Level(1)),
    ("matched", Matching::Matched),
    ("unmatched", Matching::Unmatched),
];

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Query(conditions): Query<Conditions>,
    Query(part): Query<Part>,
) -> Result<Response, Failure> {
    visitor.must_read(Record::Need)?;
    let (t, desk) = (frame.t, &state.desk);
    let sorting = Sorting::of(ORDERS, &conditions.sort);
    let asked = sorting.asked(&part, PAGE_ROWS);
    let lines = desk.catalogue.needs(&desk.database, visitor.scope(), &conditions.filter(), &asked).await?;
    let list = List {
        id: "needs",
        path: "/needs",
        title: t.needs(),
        search: t.needs_filter(),
        fields: fields(&visitor, &conditions, t),
        conditions: conditions.pairs(),
        sorting,
        columns: columns(visitor.reads(Record::Match), t),
        none: t.needs_none(),
        none_at_all: t.needs_none_at_all(),
    };
    Ok(list.page(&lines, frame))
}

async fn download(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Query(conditions): Query<Conditions>,
) -> Result<Response, Failure> {
    visitor.must_read(Record::Need)?;
    let asked = Sorting::of(ORDERS, &conditions.sort).asked(&Part::default(), downloads::LIST_ROWS_MAX);
    let bytes = downloads::needs_workbook(&state.desk, visitor.scope(), &conditions.filter(), &asked).await?;
    Ok(attachment(XLSX, &format!("{}.xlsx", frame.t.needs()), bytes))
}

fn fields(visitor: &Visitor, conditions: &Conditions, t: Texts) -> Vec<Markup> {
    let search = TextField::search("q", t.needs_search()).hint(t.needs_search_hint()).with(&conditions.q);
    let mut fields: Vec<Markup> = vec![search.into()];
    if visitor.actor.role().binding() != Binding::Enterprise {
        let field = TextField::search("enterprise", t.needs_enterprise()).hint(t.needs_enterprise_hint());
        fields.push(field.with(&conditions.enterprise).into());
    }
    if visitor.actor.role().binding() == Binding::Nothing {
        fields.push(Choices::select("city", t.needs_city(), cities(t)).chosen(&[&conditions.city]).into());
    }
    fields.push(Choices::select("industry", t.needs_industry(), sections(t)).chosen(&[&conditions.industry]).into());
    if visitor.reads(Record::Match) {
        let matching = Choices::select("matching", t.needs_matching(), matchings(t));
        fields.push(matching.chosen(&[&conditions.matching]).into());
    }
    fields
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

fn matchings(t: Texts) -> Vec<OptionItem> {
    let label = |matching| match matching {
        Matching::Level(level) => t.needs_best(words::level_word(level, t)),
        Matching::Matched => t.needs_matched().to_owned(),
        Matching::Unmatched => t.needs_unmatched().to_owned(),
    };
    let any = OptionItem::new("", t.needs_any());
    std::iter::once(any).chain(MATCHINGS.map(|(word, matching)| OptionItem::new(word, label(matching)))).collect()
}

fn columns(with_matching: bool, t: Texts) -> Vec<ListColumn<Found>> {
    let mut columns = vec![
        ListColumn::sorting(Column::text(t.needs_title()), Order::Title, |found: &Found, _| {
            Cell::heading(Markup::link(url::need(&found.line.id), found.line.title.clone()))
        }),
        ListColumn::sorting(Column::text(t.needs_id()), Order::Id, |found: &Found, _| {
            Cell::unbroken(found.line.id.as_str())
        }),
        ListColumn::sorting(Column::text(t.needs_enterprise()), Order::Enterprise, |found: &Found, _| {
            Cell::new(found.line.enterprise.clone().unwrap_or_default())
        }),
        ListColumn::plain(Column::text(t.needs_region()), |found: &Found, _| {
            Cell::new(words::region(found.line.region.as_deref()))
        }),
        ListColumn::plain(Column::number(t.needs_posts()), |found: &Found, _| {
            Cell::number(found.line.posts.to_string())
        }),
        ListColumn::sorting(Column::text(t.needs_updated()), Order::Updated, |found: &Found, _| {
            Cell::unbroken(in_beijing(found.line.updated).format("%Y-%m-%d").to_string())
        }),
    ];
    if with_matching {
        columns.push(ListColumn::plain(Column::text(t.needs_matching()), |found: &Found, t| match found.reached {
            Some(reached) => Cell::new(LevelBadge::new(words::level(reached.level), t)),
            None => Cell::new(t.needs_unmatched()),
        }));
    }
    columns
}
