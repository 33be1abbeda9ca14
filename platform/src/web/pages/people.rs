//! Research people: the list, and one person with works.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use programme::access::{Binding, Record};
use programme::record::{Degree, Person, TitleLevel, Work};
use serde::Deserialize;
use store::person::{self, Filter, Line};

use super::listing::{self, PAGE_ROWS, Part};
use crate::clock::today;
use crate::texts;
use crate::usecases::register::Register;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::details::{DescriptionList, Details};
use crate::web::kit::field::TextField;
use crate::web::kit::findings::FindingsList;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::table::{Cell, Column, Pagination, Table};
use crate::web::kit::toolbar::Toolbar;
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

texts! {
    people: "科技人员", "People";
    people_search_hint: "姓名、编号、单位、团队、学科、研究方向", "Name, number, unit, team, discipline, directions";
    people_filter: "查询科技人员", "Search people";
    people_name: "姓名", "Name";
    people_unit: "单位", "Unit";
    people_title: "职称", "Title";
    people_directions: "研究方向", "Directions";
    people_works: "成果数", "Works";
    people_none: "没有符合条件的科技人员。请减少条件，或点“清除条件”查看全部。", "Nobody fits. Use fewer conditions, or clear them to see all.";
    people_none_at_all: "还没有科技人员。科技人员由省科技厅在“数据导入”中导入。", "There is nobody yet; the province imports people.";
    person_id: "编号", "Number";
    person_birth: "出生日期", "Born";
    person_degree: "学位", "Degree";
    person_discipline: "学科", "Discipline";
    person_team: "科研团队", "Team";
    person_eligibility: "资格核查", "Eligibility";
    person_works_title: "成果", "Works";
    person_work: "成果名称", "Work";
    person_kind: "类别", "Kind";
    person_year: "年份", "Year";
    person_no_works: "没有成果记录。请由派出单位补充论文、专利、项目等成果，否则无法匹配。", "No works on record; the unit should add papers, patents or projects.";
    person_summary: "摘要", "Abstract";
    not_stated: "未填写", "Not stated";
}

/// The list and one person.
pub fn routes() -> Router<AppState> {
    Router::new().route("/people", get(list)).route("/people/{id}", get(show))
}

#[derive(Debug, Default, Deserialize)]
struct Conditions {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "pages/list.html")]
struct PeoplePage {
    frame: Frame,
    toolbar: Toolbar,
    table: Table,
    pagination: Pagination,
}

async fn list(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Query(conditions): Query<Conditions>,
    Query(part): Query<Part>,
) -> Result<Response, Failure> {
    visitor.must_read(Record::Person)?;
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let filter = Filter { search: conditions.q.clone(), unit: None };
    let lines = person::list(&mut tx, visitor.scope(), &filter, &part.start(), PAGE_ROWS).await?;
    let empty = if conditions.q.is_empty() { t.people_none_at_all() } else { t.people_none() };
    let table = Table::new("people", t.people(), columns(t), lines.rows.iter().map(row), empty)
        .summary(listing::count(lines.count, t));
    let search: Markup =
        TextField::search("q", t.needs_search()).hint(t.people_search_hint()).with(&conditions.q).into();
    Ok(page(&PeoplePage {
        toolbar: Toolbar::new(t, t.people_filter(), "/people", [search]),
        table,
        pagination: listing::pagination("/people", &[("q", &conditions.q)], &lines, |line| &line.id, t),
        frame: frame.titled(t.people()),
    }))
}

fn columns(t: Texts) -> [Column; 6] {
    [
        Column::text(t.people_name()),
        Column::text(t.person_id()),
        Column::text(t.people_unit()),
        Column::text(t.people_title()),
        Column::text(t.people_directions()),
        Column::number(t.people_works()),
    ]
}

fn row(line: &Line) -> Vec<Cell> {
    let name = line.name.clone().unwrap_or_else(|| line.id.clone());
    vec![
        Cell::heading(Markup::link(url::person(&line.id), name)),
        Cell::unbroken(line.id.as_str()),
        Cell::new(line.unit.clone().unwrap_or_default()),
        Cell::unbroken(line.title_level().map_or("", |level| level.chinese())),
        Cell::new(line.directions.clone().unwrap_or_default()),
        Cell::number(line.works.to_string()),
    ]
}

#[derive(Template)]
#[template(path = "pages/person.html")]
struct PersonPage {
    frame: Frame,
    breadcrumb: Breadcrumb,
    facts: DescriptionList,
    findings: Option<FindingsList>,
    works: Table,
}

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let person = person::get(&mut tx, visitor.scope(), &id).await?.ok_or(Failure::NotFound)?;
    let findings = if visitor.reads(Record::Match) {
        let register = Register::load(&mut tx, today(state.clock.now())).await?;
        Some(FindingsList::new(t, t.person_eligibility(), &register.person(&person)))
    } else {
        None
    };
    let name = person.name.clone().unwrap_or_else(|| person.id.clone());
    Ok(page(&PersonPage {
        breadcrumb: Breadcrumb::new(t, &[("/", t.nav_home()), ("/people", t.people())], name.clone()),
        facts: facts(&person, &visitor, t),
        findings,
        works: works(&person.works, t),
        frame: frame.titled(name),
    }))
}

/// Facts of the record. A city or an enterprise never gets here, so nothing but the birth date has to be held back: it is
/// the province's and the person's own, the unit knows it from its own files.
fn facts(person: &Person, visitor: &Visitor, t: Texts) -> DescriptionList {
    let text = |value: Option<&str>| Markup::text(value.unwrap_or(t.not_stated()));
    let birth = person.birth.map(|birth| {
        if visitor.actor.role().binding() == Binding::Unit {
            birth.format("%Y-%m").to_string()
        } else {
            birth.to_string()
        }
    });
    let team = match (&person.team, person.team_role) {
        (Some(team), Some(role)) => Some(format!("{team}（{}）", role.chinese())),
        (team, _) => team.clone(),
    };
    DescriptionList::new()
        .entry(t.person_id(), person.id.clone())
        .entry(t.people_unit(), text(person.unit.as_deref()))
        .entry(t.people_title(), text(person.title_level.map(TitleLevel::chinese)))
        .entry(t.person_degree(), text(person.degree.map(Degree::chinese)))
        .entry(t.person_birth(), text(birth.as_deref()))
        .entry(t.person_discipline(), text(person.discipline.as_deref()))
        .entry(t.person_team(), text(team.as_deref()))
        .entry(t.people_directions(), text(person.directions.as_deref()))
}

fn works(works: &[Work], t: Texts) -> Table {
    let columns = [Column::text(t.person_work()), Column::text(t.person_kind()), Column::number(t.person_year())];
    let rows = works.iter().map(|work| {
        let title = if work.title.is_empty() { work.id.clone() } else { work.title.clone() };
        let mut shown = vec![Markup::text(title)];
        if !work.summary.is_empty() {
            shown.push(Details::new(t.person_summary(), work.summary.clone()).into());
        }
        vec![
            Cell::heading(Markup::joined(shown)),
            Cell::unbroken(work.kind.map_or("", |kind| kind.chinese())),
            Cell::number(work.year.map(|year| year.to_string()).unwrap_or_default()),
        ]
    });
    Table::new("works", t.person_works_title(), columns, rows, t.person_no_works())
}
