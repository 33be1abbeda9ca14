//! Matters of the process. [`apply`] is the only writer of a stage: it takes a [`Transition`], which only
//! `programme::process::decide` makes, and writes the matter, who is awaited, what it opens and the audit event together.

pub mod line;

use std::collections::HashMap;

use chrono::NaiveDate;
use programme::access::Actor;
use programme::process::{
    Action, Body, Field, Kind, Matter, NewMatter, Parties, SEALED, Stage, Transition, rules, sealed_fields,
};
use serde_json::json;
use sqlx::types::Json;

use crate::audit::{self, Entry, Event};
use crate::page::{List, Page, Start, page, searchable};
use crate::sql::{ROWS_PER_STATEMENT, Sql, Value};
use crate::{By, Error, Result, Timestamp, Tx};

/// Sorts after every day that is set.
const NO_DAY: &str = "9999-12-31";

/// What became of a transition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It is written; the matter as it is now, and the ids of the matters that it opened.
    Done(Box<Matter>, Vec<String>),
    /// Somebody moved the matter first: nothing is written.
    Stale,
}

/// A matter with what only the store knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The matter.
    pub matter: Matter,
    /// When it was opened.
    pub opened: Timestamp,
    /// When it was last moved.
    pub moved: Timestamp,
    /// The last act and who did it, while it may be taken back.
    pub undo: Option<(Action, String)>,
}

/// What a list of matters is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// At this stage.
    pub stage: Option<Stage>,
    /// Of this round.
    pub round: Option<String>,
    /// Organised by this city, or `sasac`.
    pub organiser: Option<String>,
    /// Hanging on this matter.
    pub parent: Option<String>,
    /// Words that all occur in id or title.
    pub search: String,
}

#[derive(sqlx::FromRow)]
struct Stored {
    id: String,
    stage: String,
    version: i64,
    title: String,
    round_id: Option<String>,
    parent_id: Option<String>,
    need_id: Option<String>,
    organiser: String,
    county: Option<String>,
    enterprise_code: Option<String>,
    unit_name: Option<String>,
    person_id: Option<String>,
    body: Json<Body>,
    due: Option<NaiveDate>,
    opened: Timestamp,
    moved: Timestamp,
    undo_action: Option<String>,
    undo_login: Option<String>,
}

impl Stored {
    fn into_kept(self) -> Result<Kept> {
        let stage = Stage::parse(&self.stage).ok_or(Error::Unreadable { what: "stage", found: self.stage })?;
        let parties = Parties {
            round: self.round_id,
            parent: self.parent_id,
            need: self.need_id,
            organiser: self.organiser,
            county: self.county,
            enterprise: self.enterprise_code,
            unit: self.unit_name,
            person: self.person_id,
        };
        let (version, title, due) = (self.version, self.title, self.due);
        let matter = Matter { id: self.id, stage, version, title, parties, body: self.body.0, due };
        let undo = self.undo_action.as_deref().and_then(Action::parse).zip(self.undo_login);
        Ok(Kept { matter, opened: self.opened, moved: self.moved, undo })
    }
}

const SELECT: &str = "SELECT m.id, m.stage, m.version, m.title, m.round_id, m.parent_id, m.need_id, m.organiser, m.county, \
    m.enterprise_code, m.unit_name, m.person_id, m.body, m.due, m.opened, m.moved, m.undo_action, m.undo_login FROM matter m";

/// Writes what was decided, with its audit event. The whole is lost together when the transaction is dropped.
pub async fn apply(tx: &mut Tx, by: &By<'_>, transition: &Transition) -> Result<Applied> {
    let mut after = transition.after().clone();
    leave_marks(&mut after);
    if transition.opens() {
        after.id = next_id(tx, after.kind()).await?;
        insert(tx, by, &after).await?;
    } else {
        put_on_list(tx, transition).await?;
        if !update(tx, by, transition, &after).await? {
            return Ok(Applied::Stale);
        }
    }
    keep_list(tx, transition, &after).await?;
    wait_for(tx, &after).await?;
    let mut opened = Vec::new();
    for new in transition.opened() {
        opened.push(open(tx, by, new, &after).await?);
    }
    let detail = detail(transition, &after, &opened);
    let (act, kind) = (transition.action().code(), after.kind().code());
    let entry = Entry { clause: Some(transition.clause()), ..Entry::done(act, kind, &after.id) };
    let change = audit::append_numbered(tx, by, entry.with(detail)).await?;
    let mut sql = Sql::new("UPDATE matter SET change = ");
    let written = std::iter::once(&after.id).chain(&opened).map(String::as_str);
    sql.bind(change).push(" WHERE id IN (").bind_all(written).push(")");
    sql.run(tx).await?;
    Ok(Applied::Done(Box::new(after), opened))
}

/// Of values that lie sealed a matter keeps that they were given; whoever acts seals them in the same transaction.
fn leave_marks(matter: &mut Matter) {
    for field in sealed_fields(matter.kind()) {
        if matter.body.has(field) {
            matter.body.set(field, SEALED);
        }
    }
}

/// Keeps a refused attempt in the audit trail.
pub async fn note_refusal(tx: &mut Tx, by: &By<'_>, matter: &Matter, action: Action, codes: &[&str]) -> Result<()> {
    let entry = Entry { succeeded: false, ..Entry::done(action.code(), matter.kind().code(), &matter.id) };
    audit::append(tx, by, entry.with(json!({ "refused": codes }))).await
}

async fn next_id(tx: &mut Tx, kind: Kind) -> Result<String> {
    const NEXT: &str = "INSERT INTO sequence (name, value) VALUES ($1, 1) \
        ON CONFLICT (name) DO UPDATE SET value = sequence.value + 1 RETURNING value";
    let number: i64 = on_both!(tx, |c| sqlx::query_scalar(NEXT).bind(kind.code()).fetch_one(c))?;
    Ok(format!("{}-{number:06}", kind.code()))
}

async fn open(tx: &mut Tx, by: &By<'_>, new: &NewMatter, from: &Matter) -> Result<String> {
    let mut matter = Matter {
        id: next_id(tx, new.stage.kind()).await?,
        stage: new.stage,
        version: 1,
        title: new.title.clone(),
        parties: new.parties.clone(),
        body: new.body.clone(),
        due: new.due,
    };
    matter.parties.parent.get_or_insert_with(|| from.id.clone());
    insert(tx, by, &matter).await?;
    wait_for(tx, &matter).await?;
    Ok(matter.id)
}

fn columns(matter: &Matter) -> Result<Vec<Value>> {
    let parties = &matter.parties;
    Ok(vec![
        matter.stage.code().into(),
        matter.version.into(),
        (&matter.title).into(),
        (&parties.round).into(),
        (&parties.parent).into(),
        (&parties.need).into(),
        (&parties.organiser).into(),
        (&parties.county).into(),
        (&parties.enterprise).into(),
        (&parties.unit).into(),
        (&parties.person).into(),
        json_of(&matter.body)?.into(),
        matter.due.into(),
        searchable([matter.title.as_str(), &matter.id]).into(),
    ])
}

fn json_of(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|error| Error::Unreadable { what: "matter", found: error.to_string() })
}

pub(crate) async fn insert(tx: &mut Tx, by: &By<'_>, matter: &Matter) -> Result<()> {
    let mut sql = Sql::new(
        "INSERT INTO matter (id, kind, stage, version, title, round_id, parent_id, need_id, organiser, county, \
         enterprise_code, unit_name, person_id, body, due, search_text, opened, moved) VALUES (",
    );
    sql.bind(&matter.id).push(", ").bind(matter.kind().code()).push(", ").bind_all(columns(matter)?);
    sql.push(", ").bind(by.at).push(", ").bind(by.at).push(")");
    sql.run(tx).await?;
    Ok(())
}

/// Compares the version that was decided upon: of two people acting at once, one wins.
async fn update(tx: &mut Tx, by: &By<'_>, transition: &Transition, after: &Matter) -> Result<bool> {
    const NAMES: [&str; 14] = [
        "UPDATE matter SET stage = ",
        ", version = ",
        ", title = ",
        ", round_id = ",
        ", parent_id = ",
        ", need_id = ",
        ", organiser = ",
        ", county = ",
        ", enterprise_code = ",
        ", unit_name = ",
        ", person_id = ",
        ", body = ",
        ", due = ",
        ", search_text = ",
    ];
    let mut sql = Sql::new("");
    for (name, value) in NAMES.into_iter().zip(columns(after)?) {
        sql.push(name).bind(value);
    }
    sql.push(", moved = ").bind(by.at);
    let undo = transition.undoable();
    let before = if undo { Some(json_of(&Before::of(transition.before()))?) } else { None };
    sql.push(", undo_action = ").bind(undo.then(|| transition.action().code()));
    sql.push(", undo_login = ").bind(undo.then_some(by.login));
    sql.push(", undo_before = ").bind(before);
    sql.push(" WHERE id = ").bind(&after.id).push(" AND version = ").bind(transition.before().version);
    Ok(sql.run(tx).await? == 1)
}

/// 3.4a: a pair comes on a list only with its final name, which the database asks for; so the name is written first.
async fn put_on_list(tx: &mut Tx, transition: &Transition) -> Result<()> {
    const LIST: &str = "INSERT INTO final_name (pair_id, listing_id) VALUES ($1, $2) ON CONFLICT (pair_id) DO NOTHING";
    let (before, after) = (transition.before(), transition.after());
    if (before.stage, after.stage) == (Stage::PairSuggested, Stage::PairListed) {
        let listing = transition.inputs().text(&programme::process::listing::LISTING);
        rows_touched!(tx, |c| sqlx::query(LIST).bind(&after.id).bind(listing))?;
    }
    Ok(())
}

/// Suggestions and final names follow the stage of the pair (3.4a); that a final name is a suggestion, the database holds.
async fn keep_list(tx: &mut Tx, transition: &Transition, after: &Matter) -> Result<()> {
    const SUGGEST: &str = "INSERT INTO suggestion (pair_id, round_id) VALUES ($1, $2) ON CONFLICT (pair_id) DO NOTHING";
    const RETRACT: &str = "DELETE FROM suggestion WHERE pair_id = $1";
    const STRIKE: &str = "DELETE FROM final_name WHERE pair_id = $1";
    let before = transition.before().stage;
    match (before, after.stage) {
        (Stage::PairIntention, Stage::PairSuggested) => {
            let round = after.parties.round.as_deref().unwrap_or_default();
            rows_touched!(tx, |c| sqlx::query(SUGGEST).bind(&after.id).bind(round))?;
        }
        (Stage::PairSuggested | Stage::PairStruck, Stage::PairTalks) => {
            rows_touched!(tx, |c| sqlx::query(RETRACT).bind(&after.id))?;
        }
        (Stage::PairListed | Stage::PairHeld, Stage::PairStruck | Stage::PairSuggested) => {
            rows_touched!(tx, |c| sqlx::query(STRIKE).bind(&after.id))?;
        }
        _ => {}
    }
    Ok(())
}

pub(crate) async fn wait_for(tx: &mut Tx, matter: &Matter) -> Result<()> {
    const NOBODY: &str = "DELETE FROM matter_wait WHERE matter_id = $1";
    const SOMEBODY: &str = "INSERT INTO matter_wait (matter_id, role, binding, sort_key) VALUES ($1, $2, $3, $4)";
    rows_touched!(&mut *tx, |c| sqlx::query(NOBODY).bind(&matter.id))?;
    let day = matter.due.map_or_else(|| NO_DAY.to_owned(), |day| day.to_string());
    let sort_key = format!("{day} {}", matter.id);
    for (role, binding) in matter.awaited() {
        rows_touched!(&mut *tx, |c| sqlx::query(SOMEBODY)
            .bind(&matter.id)
            .bind(role.code())
            .bind(&binding)
            .bind(&sort_key))?;
    }
    Ok(())
}

/// What the history shows of an act. Values that only some may see stay out: whoever reads a history may see less than
/// whoever acted.
fn detail(transition: &Transition, after: &Matter, opened: &[String]) -> serde_json::Value {
    let row = rules().find(|rule| rule.action == transition.action() && rule.clause == transition.clause());
    let is_hidden = |field: &Field| field.sealed || !field.seen_by.is_empty();
    let hidden = |key: &str| row.is_some_and(|rule| rule.fields.iter().any(|f| f.key == key && is_hidden(f)));
    let inputs: serde_json::Map<String, serde_json::Value> = transition
        .inputs()
        .0
        .iter()
        .map(|(key, value)| (key.clone(), if hidden(key) { json!(SEALED) } else { json!(value) }))
        .collect();
    json!({
        "from": transition.before().stage.code(),
        "to": after.stage.code(),
        "version": after.version,
        "inputs": inputs,
        "warnings": transition.warnings(),
        "opened": opened,
    })
}

/// What is kept of a matter while its last act may be taken back.
#[derive(serde::Serialize, serde::Deserialize)]
struct Before {
    stage: Stage,
    title: String,
    organiser: String,
    body: Body,
    due: Option<NaiveDate>,
}

impl Before {
    fn of(matter: &Matter) -> Self {
        Self {
            stage: matter.stage,
            title: matter.title.clone(),
            organiser: matter.parties.organiser.clone(),
            body: matter.body.clone(),
            due: matter.due,
        }
    }
}

/// What the last act replaced, while it may be taken back.
pub async fn before_last_act(tx: &mut Tx, matter: &Matter) -> Result<Option<Matter>> {
    const SQL: &str = "SELECT undo_before FROM matter WHERE id = $1 AND undo_before IS NOT NULL";
    let found: Option<Json<Before>> = on_both!(tx, |c| sqlx::query_scalar(SQL).bind(&matter.id).fetch_optional(c))?;
    Ok(found.map(|Json(before)| Matter {
        stage: before.stage,
        title: before.title,
        body: before.body,
        due: before.due,
        parties: Parties { organiser: before.organiser, ..matter.parties.clone() },
        ..matter.clone()
    }))
}

/// One matter, when the account sees it.
pub async fn get(tx: &mut Tx, actor: &Actor, id: &str) -> Result<Option<Kept>> {
    let found = find(tx, id).await?;
    Ok(found.filter(|kept| programme::process::sight::concerns_account(actor, &kept.matter)))
}

/// One matter for a decision, which itself asks who may act. Pages use [`get`].
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<Kept>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE m.id = ").bind(id);
    sql.first::<Stored>(tx).await?.map(Stored::into_kept).transpose()
}

/// Matters by their ids, in the order of these; the caller has asked whether they may be seen.
pub async fn of_ids(tx: &mut Tx, ids: &[&str]) -> Result<Vec<Kept>> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new(SELECT);
        sql.push(" WHERE m.id IN (").bind_all(chunk.iter().copied()).push(")");
        let stored: Vec<Stored> = sql.all(tx).await?;
        found.extend(stored.into_iter().map(|one| (one.id.clone(), one)));
    }
    ids.iter().filter_map(|id| found.remove(*id)).map(Stored::into_kept).collect()
}

fn kept_page(found: Page<Stored>) -> Result<Page<Kept>> {
    let rows = found.rows.into_iter().map(Stored::into_kept).collect::<Result<Vec<_>>>()?;
    Ok(Page { rows, earlier: found.earlier, later: found.later, count: found.count })
}

/// What waits for an account, the earliest deadline first; the key of a row is [`inbox_key`].
pub async fn inbox(tx: &mut Tx, actor: &Actor, start: &Start, rows: usize) -> Result<Page<Kept>> {
    let binding = binding(actor);
    let list = List {
        select: "SELECT m.id, m.stage, m.version, m.title, m.round_id, m.parent_id, m.need_id, m.organiser, m.county, \
                 m.enterprise_code, m.unit_name, m.person_id, m.body, m.due, m.opened, m.moved, m.undo_action, \
                 m.undo_login FROM matter_wait w JOIN matter m ON m.id = w.matter_id",
        from: " FROM matter_wait w",
        key: "w.sort_key",
        filter: &|sql| {
            sql.push(" AND w.role = ").bind(actor.role().code()).push(" AND w.binding = ").bind(&binding);
        },
    };
    kept_page(page(tx, list, start, rows).await?)
}

/// Every matter that waits for somebody, by id: what reminders go through.
pub async fn awaiting(tx: &mut Tx) -> Result<Vec<Kept>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE m.id IN (SELECT w.matter_id FROM matter_wait w WHERE w.role > '') ORDER BY m.id");
    let stored: Vec<Stored> = sql.all(tx).await?;
    stored.into_iter().map(Stored::into_kept).collect()
}

/// The key that orders the inbox.
pub fn inbox_key(matter: &Matter) -> String {
    let day = matter.due.map_or_else(|| NO_DAY.to_owned(), |day| day.to_string());
    format!("{day} {}", matter.id)
}

fn binding(actor: &Actor) -> String {
    use programme::access::Scope;
    match actor.scope() {
        Scope::City(bound)
        | Scope::County(bound)
        | Scope::Enterprise(bound)
        | Scope::Unit(bound)
        | Scope::Person(bound) => bound.clone(),
        _ => String::new(),
    }
}

/// How matters hang together, for the facts of a decision.
#[derive(Clone, Copy, Debug)]
pub enum Link<'a> {
    /// Matters of a kind that hang on this one.
    Children(&'a str, Kind),
    /// Matters of a kind in a round.
    OfRound(&'a str, Kind),
    /// Matters of a round at one stage.
    OfRoundAt(&'a str, Stage),
    /// Matters of a kind for a need of the register.
    OfNeed(&'a str, Kind),
    /// Matters of a kind for a person.
    OfPerson(&'a str, Kind),
    /// Matters of a kind of an enterprise.
    OfEnterprise(&'a str, Kind),
    /// Matters of a kind of a sending unit.
    OfUnit(&'a str, Kind),
    /// Needs that an organiser reports under one document.
    OfDocument(&'a str, &'a str),
    /// Every matter of a kind: rounds, listings, batches.
    OfKind(Kind),
    /// Every matter at a stage where few are at a time.
    AtStage(Stage),
    /// Matters whose deadline has passed before this day.
    Overdue(NaiveDate),
}

/// Matters by their links, by id. For decisions and for pages that have already asked whether the account sees the one they
/// start from; a page that lists matters uses [`list`].
pub async fn linked(tx: &mut Tx, link: Link<'_>) -> Result<Vec<Matter>> {
    let mut sql = Sql::new(SELECT);
    let (column, value, kind) = match link {
        Link::Children(id, kind) => (" WHERE m.parent_id = ", id, kind),
        Link::OfRound(id, kind) => (" WHERE m.round_id = ", id, kind),
        Link::OfNeed(id, kind) => (" WHERE m.need_id = ", id, kind),
        Link::OfPerson(id, kind) => (" WHERE m.person_id = ", id, kind),
        Link::OfEnterprise(code, kind) => (" WHERE m.enterprise_code = ", code, kind),
        Link::OfUnit(name, kind) => (" WHERE m.unit_name = ", name, kind),
        Link::OfKind(kind) => (" WHERE m.id > ", "", kind),
        Link::AtStage(stage) => {
            sql.push(" WHERE m.kind = ").bind(stage.kind().code());
            sql.push(" AND m.stage = ").bind(stage.code()).push(" ORDER BY m.id");
            return rows(sql, tx).await;
        }
        Link::OfRoundAt(round, stage) => {
            sql.push(" WHERE m.round_id = ").bind(round).push(" AND m.kind = ").bind(stage.kind().code());
            sql.push(" AND m.stage = ").bind(stage.code()).push(" ORDER BY m.id");
            return rows(sql, tx).await;
        }
        Link::OfDocument(organiser, number) => {
            sql.push(" WHERE m.organiser = ").bind(organiser).push(" AND m.body ->> 'document_number' = ").bind(number);
            sql.push(" AND m.kind = 'need' ORDER BY m.id");
            return rows(sql, tx).await;
        }
        Link::Overdue(day) => {
            sql.push(" WHERE m.due < ").bind(day).push(" ORDER BY m.due, m.id");
            return rows(sql, tx).await;
        }
    };
    sql.push(column).bind(value).push(" AND m.kind = ").bind(kind.code()).push(" ORDER BY m.id");
    rows(sql, tx).await
}

/// The first matter at a stage by id: whether there is any.
pub async fn first_at(tx: &mut Tx, stage: Stage) -> Result<Option<Matter>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE m.kind = ").bind(stage.kind().code()).push(" AND m.stage = ").bind(stage.code());
    sql.push(" ORDER BY m.id LIMIT 1");
    Ok(rows(sql, tx).await?.pop())
}

/// The matters of a kind of several enterprises, the newest first, at most so many: for pages that have asked whether the
/// account sees one of them and ask it of the others.
pub async fn newest_of_enterprises(tx: &mut Tx, codes: &[&str], kind: Kind, rows_max: u32) -> Result<Vec<Matter>> {
    let mut sql = Sql::new(SELECT);
    sql.push(" WHERE m.kind = ").bind(kind.code()).push(" AND m.enterprise_code IN (");
    sql.bind_all(codes.iter().copied()).push(") ORDER BY m.id DESC LIMIT ").bind(i64::from(rows_max));
    rows(sql, tx).await
}

/// The days that children of a kind state in one of their fields, by the matter that they hang on; what was taken back is left
/// out. One statement for many parents, which reads no more of a child than the day.
pub async fn days_of_children(
    tx: &mut Tx,
    parents: &[&str],
    kind: Kind,
    field: &Field,
    taken_back: Option<Stage>,
) -> Result<HashMap<String, Vec<NaiveDate>>> {
    let mut days: HashMap<String, Vec<NaiveDate>> = HashMap::new();
    for chunk in parents.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new("SELECT parent_id, string_agg(body ->> '");
        sql.push(field.key).push("', ',') FROM matter WHERE parent_id IN (").bind_all(chunk.iter().copied());
        sql.push(") AND kind = ").bind(kind.code()).push(" AND stage <> ").bind(taken_back.map_or("", Stage::code));
        sql.push(" GROUP BY parent_id");
        for (parent, stated) in sql.all::<(String, Option<String>)>(tx).await? {
            days.insert(
                parent,
                stated.iter().flat_map(|days| days.split(',')).filter_map(|day| day.parse().ok()).collect(),
            );
        }
    }
    Ok(days)
}

async fn rows(sql: Sql, tx: &mut Tx) -> Result<Vec<Matter>> {
    let stored: Vec<Stored> = sql.all(tx).await?;
    stored.into_iter().map(|one| one.into_kept().map(|kept| kept.matter)).collect()
}

/// How many matters of a kind a round has, by organiser and stage.
pub async fn progress(tx: &mut Tx, round: &str, kind: Kind) -> Result<Vec<(String, Stage, i64)>> {
    const SQL: &str = "SELECT organiser, stage, COUNT(*) FROM matter WHERE round_id = $1 AND kind = $2 \
        GROUP BY organiser, stage ORDER BY organiser, stage";
    let counted: Vec<(String, String, i64)> =
        on_both!(tx, |c| sqlx::query_as(SQL).bind(round).bind(kind.code()).fetch_all(c))?;
    let read = |(organiser, stage, count): (String, String, i64)| match Stage::parse(&stage) {
        Some(stage) => Ok((organiser, stage, count)),
        None => Err(Error::Unreadable { what: "stage", found: stage }),
    };
    counted.into_iter().map(read).collect()
}

/// The titles of matters by id; for pages that have asked whether the account sees them.
pub async fn titles(tx: &mut Tx, ids: &[&str]) -> Result<HashMap<String, String>> {
    let mut found = HashMap::new();
    for ids in ids.chunks(ROWS_PER_STATEMENT) {
        let mut sql = Sql::new("SELECT id, title FROM matter WHERE id IN (");
        sql.bind_all(ids.iter().copied()).push(")");
        found.extend(sql.all::<(String, String)>(tx).await?);
    }
    Ok(found)
}

/// How many matters of a round are at one stage.
pub async fn count_at(tx: &mut Tx, round: &str, stage: Stage) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM matter WHERE round_id = $1 AND kind = $2 AND stage = $3";
    let (kind, stage) = (stage.kind().code(), stage.code());
    Ok(on_both!(tx, |c| sqlx::query_scalar(SQL).bind(round).bind(kind).bind(stage).fetch_one(c))?)
}

/// Final names of a listing: the ids of its pairs.
pub async fn final_names(tx: &mut Tx, listing: &str) -> Result<Vec<String>> {
    const SQL: &str = "SELECT pair_id FROM final_name WHERE listing_id = $1 ORDER BY pair_id";
    Ok(on_both!(tx, |c| sqlx::query_scalar(SQL).bind(listing).fetch_all(c))?)
}

/// What happened to a matter, oldest first; the caller has asked whether the account sees it.
pub async fn history(tx: &mut Tx, matter: &Matter) -> Result<Vec<Event>> {
    audit::of_subject(tx, matter.kind().code(), &matter.id).await
}
