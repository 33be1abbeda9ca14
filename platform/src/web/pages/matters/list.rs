//! Matters of one kind: filters, parts, choosing several, the same list as a workbook; and the overview of all kinds.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use programme::access::Role;
use programme::process::{By, Field, FieldKind, Kind, Matter, Reach, Rule, Stage, reach, rules, stages_seen};
use serde::Deserialize;
use store::matter::{Filter, Kept};

use super::words;
use crate::texts;
use crate::usecases::acts::workbook;
use crate::usecases::calendar::Today;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::{Button, ButtonLink};
use crate::web::kit::card::Card;
use crate::web::kit::field::{Choices, OptionItem, TextField};
use crate::web::kit::table::{Cell, Column, Pagination, Table};
use crate::web::kit::toolbar::Toolbar;
use crate::web::pages::listing::{self, PAGE_ROWS, Part};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{XLSX, attachment};
use crate::web::{AppState, url};

texts! {
    matters: "办理事项", "Matters";
    matters_any: "全部", "Any";
    matters_organiser: "组织单位", "Organiser";
    matters_search: "关键词", "Words";
    matters_filter(kind: &str): "查询{kind}", "Search: {kind}";
    matters_none: "没有符合条件的事项。", "Nothing fits.";
    matters_download: "下载 Excel", "Download Excel";
    matters_choose: "选择", "Choose";
    matters_choose_one(title: &str): "选择：{title}", "Choose: {title}";
    matters_bulk: "对选中的事项统一办理", "Act on the chosen ones";
    matters_bulk_hint: "按环节查询后，可勾选多项统一办理；提交前会列出全部选中事项。",
        "Filter by stage to choose several; they are all shown before anything is done.";
    matters_open: "查看", "Open";
    matters_total(count: i64): "共 {count} 件", "{count} in all";
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Conditions {
    #[serde(default)]
    stage: String,
    #[serde(default)]
    organiser: String,
    #[serde(default)]
    round: String,
    #[serde(default)]
    parent: String,
    #[serde(default)]
    q: String,
}

impl Conditions {
    fn filter(&self) -> Filter {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Filter {
            stage: Stage::parse(&self.stage),
            round: some(&self.round),
            organiser: some(&self.organiser),
            parent: some(&self.parent),
            search: self.q.clone(),
        }
    }

    fn pairs(&self) -> [(&str, &str); 5] {
        [
            ("stage", &self.stage),
            ("organiser", &self.organiser),
            ("round", &self.round),
            ("parent", &self.parent),
            ("q", &self.q),
        ]
    }
}

#[derive(Template)]
#[template(path = "pages/matters.html")]
struct MattersPage {
    frame: Frame,
    t: Texts,
    toolbar: Toolbar,
    bulk_action: String,
    bulk: Vec<Button>,
    may_choose: bool,
    table: Table,
    pagination: Pagination,
}

#[derive(Template)]
#[template(path = "pages/overview.html")]
struct OverviewPage {
    frame: Frame,
    cards: Vec<Card>,
}

#[derive(Template)]
#[template(source = r#"<input type="checkbox" name="id" value="{{ id }}" aria-label="{{ label }}">"#, ext = "html")]
struct Check {
    id: String,
    label: String,
}

/// A kind that the visitor may know of.
pub(super) fn known_kind(code: &str, visitor: &Visitor) -> Result<Kind, Failure> {
    let kind = Kind::parse(code).filter(|kind| kind.code() == code).ok_or(Failure::NotFound)?;
    if reach(visitor.actor.role(), kind) == Reach::None { Err(Failure::NotFound) } else { Ok(kind) }
}

pub(super) async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(kind): Path<String>,
    Query(conditions): Query<Conditions>,
    Query(part): Query<Part>,
) -> Result<Response, Failure> {
    let t = frame.t;
    let kind = known_kind(&kind, &visitor)?;
    let filter = conditions.filter();
    let wanted = (&part.start(), PAGE_ROWS);
    let found = state.desk.catalogue.matters(&state.desk.database, &visitor.actor, kind, &filter, wanted).await?;
    let bulk = filter.stage.map(|stage| bulk_acts(stage, visitor.actor.role())).unwrap_or_default();
    let name = words::kind(kind, t);
    let path = words::list_href(kind);
    Ok(page(&MattersPage {
        toolbar: toolbar(kind, &visitor, &conditions, t),
        bulk_action: format!("{path}/bulk"),
        may_choose: stages_seen(visitor.actor.role(), kind)
            .into_iter()
            .any(|stage| !bulk_acts(stage, visitor.actor.role()).is_empty()),
        bulk: bulk.iter().map(|rule| bulk_button(rule, t)).collect(),
        table: table(&found.rows, kind, !bulk.is_empty(), &state.today().await?, t)
            .summary(listing::count(found.count, t)),
        pagination: listing::pagination(&path, &conditions.pairs(), &found, |kept| &kept.matter.id, t),
        frame: frame.titled(name),
        t,
    }))
}

pub(super) async fn download(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(kind): Path<String>,
    Query(conditions): Query<Conditions>,
) -> Result<Response, Failure> {
    let kind = known_kind(&kind, &visitor)?;
    let bytes = workbook::of_list(&state.desk, &visitor.actor, kind, &conditions.filter()).await?;
    Ok(attachment(XLSX, &format!("{}.xlsx", words::kind(kind, frame.t)), bytes))
}

pub(super) async fn overview(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
) -> Result<Response, Failure> {
    let t = frame.t;
    let cards = cards(&state, &visitor, t, |_| true).await?;
    Ok(page(&OverviewPage { cards, frame: frame.titled(t.matters()) }))
}

/// The kinds of which the visitor has any, with how many are at each stage.
pub async fn standing(state: &AppState, visitor: &Visitor, t: Texts) -> Result<Vec<Card>, Failure> {
    cards(state, visitor, t, |counts| !counts.is_empty()).await
}

async fn cards(
    state: &AppState,
    visitor: &Visitor,
    t: Texts,
    is_shown: impl Fn(&BTreeMap<Stage, i64>) -> bool,
) -> Result<Vec<Card>, Failure> {
    let counts = state.desk.catalogue.stages(&state.desk.database, &visitor.actor).await?;
    let none = BTreeMap::new();
    let known = Kind::ALL.iter().filter(|kind| reach(visitor.actor.role(), **kind) != Reach::None);
    let known = known.map(|kind| (*kind, counts.get(kind).unwrap_or(&none)));
    Ok(known.filter(|(_, counts)| is_shown(counts)).map(|(kind, counts)| card(kind, counts, t)).collect())
}

fn card(kind: Kind, counts: &BTreeMap<Stage, i64>, t: Texts) -> Card {
    let total = counts.values().sum();
    let links = counts.iter().map(|(stage, count)| {
        let href = format!("{}?stage={}", words::list_href(kind), stage.code());
        Markup::link(href, format!("{} {count}", words::stage(*stage, t)))
    });
    let body = Markup::joined(links.collect::<Vec<_>>());
    Card::new(words::kind(kind, t), body)
        .aside(t.matters_total(total))
        .actions(ButtonLink::secondary(t.matters_open(), words::list_href(kind)))
}

/// The acts that an account may do on several matters of a stage at once.
pub(super) fn bulk_acts(stage: Stage, role: Role) -> Vec<&'static Rule> {
    rules().filter(|rule| rule.from.contains(&stage) && rule.by.contains(&By::Account(role))).collect()
}

fn bulk_button(rule: &Rule, t: Texts) -> Button {
    Button::secondary(words::action(rule.action, t)).sending("action", rule.action.code())
}

fn toolbar(kind: Kind, visitor: &Visitor, conditions: &Conditions, t: Texts) -> Toolbar {
    let name = words::kind(kind, t);
    let any = OptionItem::new("", t.matters_any());
    let stages = stages_seen(visitor.actor.role(), kind);
    let stages = stages.into_iter().map(|stage| OptionItem::new(stage.code(), words::stage(stage, t)));
    let stages = std::iter::once(any.clone()).chain(stages);
    let mut fields: Vec<Markup> = vec![
        TextField::search("q", t.matters_search()).with(&conditions.q).into(),
        Choices::select("stage", t.matter_stage(), stages).chosen(&[&conditions.stage]).into(),
    ];
    if reach(visitor.actor.role(), kind) == Reach::All && kind != Kind::Round {
        let organisers = std::iter::once(any).chain(organisers(t));
        fields.push(
            Choices::select("organiser", t.matters_organiser(), organisers).chosen(&[&conditions.organiser]).into(),
        );
    }
    let query = url::query(&conditions.pairs());
    let download = ButtonLink::secondary(t.matters_download(), format!("{}/list.xlsx{query}", words::list_href(kind)));
    let mut actions: Vec<Markup> = super::new::offered(kind, visitor.actor.role(), None)
        .into_iter()
        .map(|action| ButtonLink::primary(words::action(action, t), super::new::href(kind, action, None)).into())
        .collect();
    actions.push(download.into());
    Toolbar::new(t, t.matters_filter(&name), words::list_href(kind), fields).actions(Markup::joined(actions))
}

fn organisers(t: Texts) -> impl Iterator<Item = OptionItem> {
    let cities =
        programme::regions::all().iter().filter(|region| region.level == programme::regions::RegionLevel::City);
    let cities = cities.map(|city| OptionItem::new(city.code, city.name));
    cities.chain([OptionItem::new(programme::process::SASAC, t.matter_organiser_sasac())])
}

fn table(rows: &[Kept], kind: Kind, choosing: bool, today: &Today, t: Texts) -> Table {
    let fields = programme::process::columns::columns(kind);
    let mut columns = if choosing { vec![Column::text(t.matters_choose())] } else { Vec::new() };
    columns.extend([Column::text(t.matter_title()), Column::text(t.matter_stage())]);
    columns.extend(fields.iter().map(|field| Column::text(words::label(field, t))));
    columns.extend([Column::text(t.matters_organiser()), Column::text(t.matter_due()), Column::text(t.matter_id())]);
    let rows = rows.iter().map(|kept| {
        let matter = &kept.matter;
        let label = t.matters_choose_one(&matter.title);
        let mut cells =
            if choosing { vec![Cell::new(Markup::of(&Check { id: matter.id.clone(), label }))] } else { Vec::new() };
        cells.push(Cell::heading(Markup::link(words::href(&matter.id), matter.title.clone())));
        cells.push(Cell::new(words::stage_status(matter, t)));
        cells.extend(fields.iter().map(|field| value_cell(matter, field, t)));
        cells.push(Cell::unbroken(words::organiser(&matter.parties.organiser, t)));
        cells.push(Cell::unbroken(words::due_cell(matter, today, t)));
        cells.push(Cell::unbroken(matter.id.as_str()));
        cells
    });
    Table::new("matters", words::kind(kind, t), columns, rows, t.matters_none())
}

fn value_cell(matter: &Matter, field: &Field, t: Texts) -> Cell {
    let text = matter.body.get(field).map_or_else(String::new, |value| words::value(field, value, t));
    if field.kind == FieldKind::Day { Cell::unbroken(text) } else { Cell::new(text) }
}
