//! Research people: the list, and one person with works.

use std::ops::RangeInclusive;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::get;
use chrono::NaiveDate;
use programme::access::{Binding, Record};
use programme::parameters::Parameters;
use programme::record::{Degree, Person, TitleLevel, Work};
use serde::Deserialize;
use store::person::{self, Ages, Filter, Line, Order};

use super::identifiers;
use super::listing::{List, ListColumn, Orders, PAGE_ROWS, Part, Sorting};
use crate::clock::today;
use crate::texts;
use crate::usecases::register::Register;
use crate::usecases::{downloads, policy};
use crate::web::call::Call;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::details::{DescriptionList, Details};
use crate::web::kit::field::{Choices, OptionItem, TextField};
use crate::web::kit::findings::FindingsList;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{XLSX, attachment};
use crate::web::{AppState, url};

texts! {
    people: "人才库", "People";
    people_search_hint: "姓名、编号、单位、团队、学科、研究方向", "Name, number, unit, team, discipline, directions";
    people_filter: "查询科技人员", "Search people";
    people_name: "姓名", "Name";
    people_unit: "单位", "Unit";
    people_title: "职称", "Title";
    people_directions: "研究方向", "Directions";
    people_works: "成果数", "Works";
    people_age: "年龄", "Age";
    people_age_up_to(most: u32): "{most} 周岁及以下", "Up to {most}";
    people_age_between(least: u32, most: u32): "{least}—{most} 周岁", "{least} to {most}";
    people_age_from(least: u32): "{least} 周岁及以上", "{least} or more";
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

const ORDERS: Orders<Order> = &[("id", Order::Id), ("name", Order::Name), ("unit", Order::Unit)];

/// The list, its workbook and one person.
pub fn routes() -> Router<AppState> {
    Router::new().route("/people", get(list)).route("/people.xlsx", get(download)).route("/people/{id}", get(show))
}

/// The conditions that the address states.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Conditions {
    q: String,
    unit: String,
    degree: String,
    title: String,
    age: String,
    sort: String,
}

impl Conditions {
    fn filter(&self, today: NaiveDate, parameters: &Parameters) -> Filter {
        let age = age_bands(parameters).into_iter().find(|(word, _)| *word == self.age);
        Filter {
            search: self.q.clone(),
            unit: self.unit.clone(),
            degree: Degree::parse(&self.degree),
            title_level: TitleLevel::parse(&self.title),
            ages: age.map(|(_, years)| Ages { years, on: today }),
        }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        vec![
            ("q", self.q.clone()),
            ("unit", self.unit.clone()),
            ("degree", self.degree.clone()),
            ("title", self.title.clone()),
            ("age", self.age.clone()),
        ]
    }
}

/// The ages that the policy tells apart (2.1.1(2)): preferred, within the limit, over it.
fn age_bands(policy: &Parameters) -> [(&'static str, RangeInclusive<u32>); 3] {
    let (preferred, most) = (policy.age_years_preferred_max, policy.age_years_max);
    [("preferred", 0..=preferred), ("within", preferred + 1..=most), ("over", most + 1..=u32::MAX)]
}

async fn list(
    Call { state, frame, visitor }: Call,
    Query(conditions): Query<Conditions>,
    Query(part): Query<Part>,
) -> Result<Response, Failure> {
    visitor.must_read(Record::Person)?;
    let (t, desk) = (frame.t, &state.desk);
    let sorting = Sorting::of(ORDERS, &conditions.sort);
    let parameters = store::policy::current(&mut desk.database.read().await?).await?;
    let (filter, asked) = (conditions.filter(today(state.clock.now()), &parameters), sorting.asked(&part, PAGE_ROWS));
    let lines = desk.catalogue.people(&desk.database, visitor.scope(), &filter, &asked).await?;
    let list = List {
        id: "people",
        path: "/people",
        title: t.people(),
        search: t.people_filter(),
        fields: fields(&visitor, &conditions, &parameters, t),
        conditions: conditions.pairs(),
        sorting,
        columns: columns(t),
        none: t.people_none(),
        none_at_all: t.people_none_at_all(),
    };
    Ok(list.page(&lines, frame))
}

async fn download(
    Call { state, frame, visitor }: Call,
    Query(conditions): Query<Conditions>,
) -> Result<Response, Failure> {
    visitor.must_read(Record::Person)?;
    let parameters = store::policy::current(&mut state.desk.database.read().await?).await?;
    let filter = conditions.filter(today(state.clock.now()), &parameters);
    let asked = Sorting::of(ORDERS, &conditions.sort).asked(&Part::default(), downloads::LIST_ROWS_MAX);
    let bytes = downloads::people_workbook(&state.desk, visitor.scope(), &filter, &asked).await?;
    Ok(attachment(XLSX, &format!("{}.xlsx", frame.t.people()), bytes))
}

fn fields(visitor: &Visitor, conditions: &Conditions, parameters: &Parameters, t: Texts) -> Vec<Markup> {
    let any = || OptionItem::new("", t.needs_any());
    let degrees = Degree::ALL.iter().map(|degree| OptionItem::new(degree.code(), degree.chinese()));
    let titles = TitleLevel::ALL.iter().map(|title| OptionItem::new(title.code(), title.chinese()));
    let ages = age_bands(parameters).map(|(word, years)| OptionItem::new(word, age_band(&years, t)));
    let search = TextField::search("q", t.needs_search()).hint(t.people_search_hint()).with(&conditions.q);
    let mut fields: Vec<Markup> = vec![search.into()];
    if visitor.actor.role().binding() == Binding::Nothing {
        fields.push(TextField::search("unit", t.people_unit()).with(&conditions.unit).into());
    }
    let select = |name, label, options: Vec<OptionItem>, chosen: &str| {
        Markup::from(Choices::select(name, label, std::iter::once(any()).chain(options)).chosen(&[chosen]))
    };
    fields.push(select("degree", t.person_degree(), degrees.collect(), &conditions.degree));
    fields.push(select("title", t.people_title(), titles.collect(), &conditions.title));
    fields.push(select("age", t.people_age(), ages.into(), &conditions.age));
    fields
}

fn age_band(years: &RangeInclusive<u32>, t: Texts) -> String {
    match (*years.start(), *years.end()) {
        (0, most) => t.people_age_up_to(most),
        (least, u32::MAX) => t.people_age_from(least),
        (least, most) => t.people_age_between(least, most),
    }
}

fn columns(t: Texts) -> Vec<ListColumn<Arc<Line>>> {
    vec![
        ListColumn::sorting(Column::text(t.people_name()), Order::Name, |line: &Arc<Line>, _| {
            Cell::heading(Markup::link(url::person(&line.id), line.name_or_id()))
        }),
        ListColumn::sorting(Column::text(t.person_id()), Order::Id, |line: &Arc<Line>, _| {
            Cell::unbroken(line.id.as_str())
        }),
        ListColumn::sorting(Column::text(t.people_unit()), Order::Unit, |line: &Arc<Line>, _| {
            Cell::new(line.unit.clone().unwrap_or_default())
        }),
        ListColumn::plain(Column::text(t.people_title()), |line: &Arc<Line>, _| {
            Cell::unbroken(line.title_level().map_or("", TitleLevel::chinese))
        }),
        ListColumn::plain(Column::text(t.person_degree()), |line: &Arc<Line>, _| {
            Cell::unbroken(line.degree().map_or("", Degree::chinese))
        }),
        ListColumn::plain(Column::text(t.people_directions()), |line: &Arc<Line>, _| {
            Cell::new(line.directions.clone().unwrap_or_default())
        }),
        ListColumn::plain(Column::number(t.people_works()), |line: &Arc<Line>, _| Cell::number(line.works.to_string())),
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

async fn show(Call { state, frame, visitor }: Call, Path(id): Path<String>) -> Result<Response, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let person = person::get(&mut tx, visitor.scope(), &id).await?.ok_or(Failure::NotFound)?;
    let findings = if visitor.reads(Record::Match) {
        let today = today(state.clock.now());
        let round = policy::current_round(&mut tx).await?;
        let register = Register::around(&mut tx, today, round.as_ref(), &[&person], None).await?;
        Some(FindingsList::new(t, t.person_eligibility(), &register.person(&person)))
    } else {
        None
    };
    let name = person.name.clone().unwrap_or_else(|| person.id.clone());
    Ok(page(&PersonPage {
        breadcrumb: Breadcrumb::new(t, &[("/", t.nav_home()), ("/people", t.people())], name.clone()),
        facts: identifiers::beside(facts(&person, &visitor, t), &mut tx, &state.guard.keys, &person.id, t).await?,
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
