//! 科技人员: research people with their works.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use chrono::NaiveDate;
use programme::access::{Record, Rows, Scope};
use programme::record::{Degree, Person, Sex, TeamRole, TitleLevel, UnitKind, Work, WorkKind};
use programme::rules::candidate::completed_years;
use serde_json::json;
use sqlx::types::Json;

use crate::audit::{self, Entry};
use crate::catalogue::{Listed, sort_key};
use crate::page::{searchable, words};
use crate::sql::{Columns, ROWS_PER_STATEMENT, Sql, Value, count_known, insert_rows, refuse_twice, word};
use crate::{By, Error, Result, Timestamp, Tx, Written};

const COLUMNS: Columns = Columns {
    city: None,
    county: None,
    supervised: None,
    enterprise: None,
    unit: Some(" AND p.unit_name = "),
    person: Some(" AND p.id = "),
};

/// One line of the list of people, as a [`Catalogue`](crate::catalogue::Catalogue) holds it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Line {
    /// The id that files and pages cite.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Name of the sending unit.
    pub unit: Option<String>,
    /// Research directions.
    pub directions: Option<String>,
    /// How many works are known.
    pub works: i64,
    degree: Option<String>,
    title_level: Option<String>,
    birth: Option<NaiveDate>,
    sex: Option<String>,
    search_text: String,
    change: i64,
    #[sqlx(skip)]
    keys: Keys,
}

/// What the orders compare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Keys {
    name: String,
    unit: String,
    /// The name as a search is compared.
    name_search: String,
    /// The unit's name as a search is compared.
    unit_search: String,
}

/// What a list of people is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Id.
    #[default]
    Id,
    /// Name, by pinyin.
    Name,
    /// Name of the unit, by pinyin.
    Unit,
}

/// Completed years of age on a day, both ends included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ages {
    /// The ages.
    pub years: RangeInclusive<u32>,
    /// The day.
    pub on: NaiveDate,
}

/// What a list of people is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that must all occur in name, id, unit, team, discipline or directions.
    pub search: String,
    /// Words that must all occur in the name of the sending unit.
    pub unit: String,
    /// Highest degree.
    pub degree: Option<Degree>,
    /// Level of the professional title.
    pub title_level: Option<TitleLevel>,
    /// Age; who has no birth date on record is in no range.
    pub ages: Option<Ages>,
}

impl Line {
    /// Date of birth.
    pub const fn birth(&self) -> Option<NaiveDate> {
        self.birth
    }

    /// Sex, where a resident id is known: for shares alone.
    pub fn sex(&self) -> Option<Sex> {
        Sex::parse(self.sex.as_deref()?)
    }

    /// Name, or the id of somebody without one.
    pub fn name_or_id(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// Unit and name as namesakes have them in common; nothing where either is not known.
    pub(crate) fn unit_and_name(&self) -> Option<(&str, &str)> {
        let unit = self.unit.as_deref()?;
        self.name.is_some().then_some((unit, self.keys.name_search.as_str()))
    }

    /// Highest degree.
    pub fn degree(&self) -> Option<Degree> {
        Degree::parse(self.degree.as_deref()?)
    }

    /// Level of the professional title.
    pub fn title_level(&self) -> Option<TitleLevel> {
        TitleLevel::parse(self.title_level.as_deref()?)
    }

    /// Whether a scope's rows take it in.
    pub(crate) fn is_within(&self, rows: Rows<'_>) -> bool {
        match rows {
            Rows::All => true,
            Rows::Unit(name) => self.unit.as_deref() == Some(name),
            Rows::Person(id) => self.id == id,
            Rows::City(_) | Rows::County(_) | Rows::Supervised | Rows::Enterprise(_) | Rows::None => false,
        }
    }

    /// The number of its last change.
    pub(crate) fn change(&self) -> i64 {
        self.change
    }

    /// Whether it is what a filter, with the words of its search, looks for.
    pub(crate) fn fits(&self, filter: &Filter, search: &[String]) -> bool {
        let unit = &self.keys.unit_search;
        filter.degree.is_none_or(|degree| self.degree() == Some(degree))
            && filter.title_level.is_none_or(|level| self.title_level() == Some(level))
            && filter.ages.as_ref().is_none_or(|ages| self.is_aged(ages))
            && (filter.unit.is_empty() || words(&filter.unit).iter().all(|word| unit.contains(word)))
            && search.iter().all(|word| self.search_text.contains(word))
    }

    fn is_aged(&self, ages: &Ages) -> bool {
        let years = self.birth.and_then(|birth| completed_years(birth, ages.on));
        years.is_some_and(|years| ages.years.contains(&years))
    }
}

impl Listed for Arc<Line> {
    type Order = Order;

    fn id(&self) -> &str {
        &self.id
    }

    fn key(&self, order: Order) -> &str {
        match order {
            Order::Id => "",
            Order::Name => &self.keys.name,
            Order::Unit => &self.keys.unit,
        }
    }
}

/// Writes people with their works, all or none when the transaction is dropped on an error. A person who is known is
/// overwritten, the version goes up by one and the works are replaced by those given.
pub async fn insert_all(tx: &mut Tx, by: &By<'_>, people: &[Person]) -> Result<Written> {
    let ids: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
    refuse_twice("person", ids.iter().copied())?;
    for person in people {
        refuse_twice("work", person.works.iter().map(|work| work.id.as_str()))?;
    }
    let updated = count_known(tx, "SELECT COUNT(*) FROM person WHERE id IN (", &ids).await?;
    insert_rows(
        tx,
        "INSERT INTO person (id, name, unit_name, unit_kind, birth, degree, title_level, discipline, directions, team, \
         team_role, sex, search_text, version, created, updated)",
        people.iter().map(|person| columns(person, by.at)).collect(),
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, unit_name = excluded.unit_name, \
         unit_kind = excluded.unit_kind, birth = excluded.birth, degree = excluded.degree, \
         title_level = excluded.title_level, discipline = excluded.discipline, directions = excluded.directions, \
         team = excluded.team, team_role = excluded.team_role, sex = COALESCE(excluded.sex, person.sex), search_text = excluded.search_text, \
         version = person.version + 1, updated = excluded.updated",
    )
    .await?;
    replace_works(tx, people, &ids, updated > 0).await?;
    let works: usize = people.iter().map(|person| person.works.len()).sum();
    let written = Written { inserted: people.len() - updated, updated };
    let detail = json!({"inserted": written.inserted, "updated": written.updated, "works": works});
    audit::append(tx, by, Entry::done("person.import", "person", "").with(detail)).await?;
    Ok(written)
}

fn columns(person: &Person, at: Timestamp) -> Vec<Value> {
    let texts = [&person.name, &person.unit, &person.team, &person.discipline, &person.directions];
    vec![
        (&person.id).into(),
        (&person.name).into(),
        (&person.unit).into(),
        person.unit_kind.map(UnitKind::code).into(),
        person.birth.into(),
        person.degree.map(Degree::code).into(),
        person.title_level.map(TitleLevel::code).into(),
        (&person.discipline).into(),
        (&person.directions).into(),
        (&person.team).into(),
        person.team_role.map(TeamRole::code).into(),
        person.resident_id.as_ref().map(|id| id.sex().code()).into(),
        searchable(texts.into_iter().flatten().map(String::as_str).chain([person.id.as_str()])).into(),
        1_i64.into(),
        at.into(),
        at.into(),
    ]
}

async fn replace_works(tx: &mut Tx, people: &[Person], ids: &[&str], some_known: bool) -> Result<()> {
    if some_known {
        for chunk in ids.chunks(ROWS_PER_STATEMENT) {
            let mut sql = Sql::new("DELETE FROM work WHERE person_id IN (");
            sql.bind_all(chunk.iter().copied()).push(")");
            sql.run(tx).await?;
        }
    }
    let works = people.iter().flat_map(|person| {
        (0_i64..).zip(&person.works).map(|(place, work)| {
            vec![
                (&person.id).into(),
                (&work.id).into(),
                place.into(),
                work.kind.map(WorkKind::code).into(),
                (&work.title).into(),
                (&work.summary).into(),
                json!(work.keywords).into(),
                work.year.map(i64::from).into(),
            ]
        })
    });
    insert_rows(
        tx,
        "INSERT INTO work (person_id, id, place, kind, title, summary, keywords, year)",
        works.collect(),
        "",
    )
    .await
}

/// The lines of people that changed after a number, whoever may see them: what the catalogue takes over.
pub(crate) async fn changed_after(tx: &mut Tx, change: i64) -> Result<Vec<Line>> {
    let mut sql = Sql::new(
        "SELECT p.id, p.name, p.unit_name AS unit, p.directions, p.degree, p.title_level, p.birth, p.sex, p.search_text, p.change, \
         (SELECT COUNT(*) FROM work w WHERE w.person_id = p.id) AS works FROM person p WHERE p.change > ",
    );
    sql.bind(change);
    let mut lines: Vec<Line> = sql.all(tx).await?;
    for line in &mut lines {
        line.keys = Keys {
            name: sort_key(line.name.as_deref().unwrap_or_default()),
            unit: sort_key(line.unit.as_deref().unwrap_or_default()),
            name_search: searchable(line.name.as_deref()),
            unit_search: searchable(line.unit.as_deref()),
        };
        // A unit that was renamed is found by its new name.
        if !line.search_text.contains(&line.keys.unit_search) {
            line.search_text.push_str(&line.keys.unit_search);
        }
    }
    Ok(lines)
}

#[derive(sqlx::FromRow)]
struct Stored {
    id: String,
    name: Option<String>,
    unit_name: Option<String>,
    unit_kind: Option<String>,
    birth: Option<NaiveDate>,
    degree: Option<String>,
    title_level: Option<String>,
    discipline: Option<String>,
    directions: Option<String>,
    team: Option<String>,
    team_role: Option<String>,
}

impl Stored {
    fn into_person(self, works: Vec<Work>) -> Result<Person> {
        Ok(Person {
            id: self.id,
            name: self.name,
            unit: self.unit_name,
            unit_kind: word("kind of a unit", self.unit_kind, UnitKind::parse)?,
            birth: self.birth,
            degree: word("degree", self.degree, Degree::parse)?,
            title_level: word("level of a title", self.title_level, TitleLevel::parse)?,
            discipline: self.discipline,
            directions: self.directions,
            team: self.team,
            team_role: word("place in a team", self.team_role, TeamRole::parse)?,
            works,
            ..Person::default()
        })
    }
}

#[derive(sqlx::FromRow)]
struct StoredWork {
    person_id: String,
    id: String,
    kind: Option<String>,
    title: String,
    summary: String,
    keywords: Json<Vec<String>>,
    year: Option<i64>,
}

impl StoredWork {
    fn into_work(self) -> Result<Work> {
        let year = self
            .year
            .map(|year| i32::try_from(year).map_err(|_| Error::Unreadable { what: "year", found: year.to_string() }))
            .transpose()?;
        Ok(Work {
            id: self.id,
            kind: word("kind of a work", self.kind, WorkKind::parse)?,
            title: self.title,
            summary: self.summary,
            keywords: self.keywords.0,
            year,
        })
    }
}

/// One person with works, when the scope may see the person.
pub async fn get(tx: &mut Tx, scope: &Scope, id: &str) -> Result<Option<Person>> {
    Ok(read(tx, scope, Which::These(&[id])).await?.pop())
}

/// Everybody of the scope with works, by id: what a matching run reads.
pub async fn all(tx: &mut Tx, scope: &Scope) -> Result<Vec<Person>> {
    read(tx, scope, Which::ChangedAfter(-1)).await
}

/// Those of these people who are known, with works.
pub async fn some(tx: &mut Tx, ids: &[String]) -> Result<Vec<Person>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(ROWS_PER_STATEMENT) {
        let ids: Vec<&str> = chunk.iter().map(String::as_str).collect();
        found.extend(read(tx, &Scope::Province, Which::These(&ids)).await?);
    }
    Ok(found)
}

/// People with works who changed after a number; -1 stands before all.
pub async fn changed_since(tx: &mut Tx, change: i64) -> Result<Vec<Person>> {
    read(tx, &Scope::Province, Which::ChangedAfter(change)).await
}

/// The number of the last change of a person, -1 when there is nobody.
pub async fn last_change(tx: &mut Tx) -> Result<i64> {
    let last = Sql::new("SELECT COALESCE(MAX(change), -1) FROM person").first::<(i64,)>(tx).await?;
    Ok(last.map_or(-1, |(last,)| last))
}

/// Which people are read.
#[derive(Clone, Copy)]
enum Which<'a> {
    These(&'a [&'a str]),
    ChangedAfter(i64),
}

async fn read(tx: &mut Tx, scope: &Scope, which: Which<'_>) -> Result<Vec<Person>> {
    let mut sql = select(
        "SELECT p.id, p.name, p.unit_name, p.unit_kind, p.birth, p.degree, p.title_level, p.discipline, p.directions, \
         p.team, p.team_role FROM person p WHERE ",
        scope,
        which,
    );
    sql.push(" ORDER BY p.id");
    let stored: Vec<Stored> = sql.all(tx).await?;
    let mut works = works(tx, scope, which).await?;
    stored
        .into_iter()
        .map(|person| {
            let own = works.remove(&person.id).unwrap_or_default();
            person.into_person(own)
        })
        .collect()
}

async fn works(tx: &mut Tx, scope: &Scope, which: Which<'_>) -> Result<HashMap<String, Vec<Work>>> {
    let mut sql = select(
        "SELECT w.person_id, w.id, w.kind, w.title, w.summary, w.keywords, w.year \
         FROM person p JOIN work w ON w.person_id = p.id WHERE ",
        scope,
        which,
    );
    sql.push(" ORDER BY w.person_id, w.place");
    let mut works: HashMap<String, Vec<Work>> = HashMap::new();
    for row in sql.all::<StoredWork>(tx).await? {
        works.entry(row.person_id.clone()).or_default().push(row.into_work()?);
    }
    Ok(works)
}

/// `head` ends with `WHERE`; which people and the scope are added.
fn select(head: &'static str, scope: &Scope, which: Which<'_>) -> Sql {
    let mut sql = Sql::new(head);
    match which {
        Which::These(ids) => sql.push("p.id IN (").bind_all(ids.iter().copied()).push(")"),
        Which::ChangedAfter(change) => sql.push("p.change > ").bind(change),
    };
    sql.scope(scope.rows(Record::Person), &COLUMNS);
    sql
}

/// Ids and names of everybody of a unit, by id: an import says beforehand who has a name that is there already.
pub async fn names_of_unit(tx: &mut Tx, unit: &str) -> Result<Vec<(String, String)>> {
    let mut sql = Sql::new("SELECT id, name FROM person WHERE name IS NOT NULL AND unit_name = ");
    sql.bind(unit).push(" ORDER BY id");
    sql.all(tx).await
}

/// Those of the ids that are kept already: an import says beforehand what it would overwrite.
pub async fn known(tx: &mut Tx, ids: &[&str]) -> Result<Vec<String>> {
    let mut known = Vec::new();
    for chunk in ids.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new("SELECT id FROM person WHERE id IN (");
        sql.bind_all(chunk.iter().copied()).push(")");
        known.extend(sql.all::<(String,)>(tx).await?.into_iter().map(|(id,)| id));
    }
    Ok(known)
}
