//! People of one unit who bear one name: the unit says whether two records are one person. Until it has, they are two; what it
//! said can be said again.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use programme::access::{Record, Role};
use programme::record::{Degree, TitleLevel};
use store::catalogue::Pair;
use store::namesake::{self, Answer};
use store::person::Line;

use crate::clock::in_beijing;
use crate::texts;
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::Button;
use crate::web::kit::hidden::Hidden;
use crate::web::kit::notice::Notice;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

/// Pairs of records on the page; the rest follows when these are answered.
pub const PAIRS_SHOWN_MAX: usize = 50;
const DIFFERENT: &str = "different";

texts! {
    namesakes: "同名核对", "Records with the same name";
    namesakes_lead: "本单位姓名相同的人员记录。系统从不按姓名合并：请派出单位逐对确认是同一人还是不同的人。确认为同一人的，成果合并到保留的记录，另一条不再参加匹配；可随时更正。",
        "Records of one unit that share a name. The system never merges records by name: for each pair the sending unit confirms whether they are the same person. If so, the works go to the record that is kept, and the other record no longer takes part in matching. An answer can be corrected at any time.";
    namesakes_none: "没有需要核对的同名记录。", "No records with the same name need checking.";
    namesakes_more(shown: usize, all: usize): "共 {all} 对，先列 {shown} 对", "{all} pairs; the first {shown} are listed";
    namesakes_same(id: &str): "同一人，保留 {id}", "Same person; keep {id}";
    namesakes_different: "不同的人", "Different people";
    namesakes_open: "待确认", "Not yet confirmed";
    namesakes_said_same(id: &str, day: &str): "同一人，保留 {id}（{day} 确认）", "Same person; {id} kept (confirmed on {day})";
    namesakes_said_different(day: &str): "不同的人（{day} 确认）", "Different people (confirmed on {day})";
    namesakes_record(which: &str): "记录 {which}", "Record {which}";
    namesakes_answer: "确认情况", "Confirmation";
    namesakes_act: "确认", "Confirm";
    namesakes_works(count: i64): "成果 {count} 项", "{count} works";
    namesakes_read_only: "由派出单位确认，这里只供查看。", "Only the sending unit can confirm; you can view this here.";
}

/// The page.
pub fn routes() -> Router<AppState> {
    Router::new().route("/people/namesakes", get(show).post(answer))
}

#[derive(Template)]
#[template(path = "pages/namesakes.html")]
struct NamesakesPage {
    frame: Frame,
    lead: &'static str,
    notices: Vec<Notice>,
    pairs: Table,
}

#[derive(Template)]
#[template(
    source = r#"<form action="/people/namesakes" method="post">{{ csrf }}{{ first }}{{ second }}{% for button in buttons %}{{ button }} {% endfor %}</form>"#,
    ext = "html"
)]
struct AnswerForm {
    csrf: Hidden,
    first: Hidden,
    second: Hidden,
    buttons: [Button; 3],
}

async fn show(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    let t = frame.t;
    visitor.must_read(Record::Person)?;
    let pairs = state.desk.catalogue.namesakes(&state.desk.database, visitor.scope()).await?;
    let mut notices = Vec::new();
    if !is_unit(&visitor) {
        notices.push(Notice::info(t, t.namesakes_read_only()));
    }
    if pairs.len() > PAIRS_SHOWN_MAX {
        notices.push(Notice::info(t, t.namesakes_more(PAIRS_SHOWN_MAX, pairs.len())));
    }
    Ok(page(&NamesakesPage {
        lead: t.namesakes_lead(),
        notices,
        pairs: table(&pairs, &visitor, t),
        frame: frame.titled(t.namesakes()),
    }))
}

fn is_unit(visitor: &Visitor) -> bool {
    visitor.actor.role() == Role::Unit
}

fn table(pairs: &[Pair], visitor: &Visitor, t: Texts) -> Table {
    let (one, other) = (t.namesakes_record("A"), t.namesakes_record("B"));
    let mut columns = vec![
        Column::text(t.people_name()),
        Column::text(t.people_unit()),
        Column::text(one),
        Column::text(other),
        Column::text(t.namesakes_answer()),
    ];
    if is_unit(visitor) {
        columns.push(Column::text(t.namesakes_act()));
    }
    let row = |Pair { records, answer }: &Pair| {
        let [first, second] = records;
        let said = answer.as_ref().map_or_else(|| t.namesakes_open().to_owned(), |said| in_words(said, t));
        let mut cells = vec![
            Cell::heading(first.name_or_id()),
            Cell::new(first.unit.clone().unwrap_or_default()),
            Cell::new(record(first, t)),
            Cell::new(record(second, t)),
            Cell::new(said),
        ];
        if is_unit(visitor) {
            cells.push(Cell::new(form(records, visitor, t)));
        }
        cells
    };
    Table::new("namesakes", t.namesakes(), columns, pairs.iter().take(PAIRS_SHOWN_MAX).map(row), t.namesakes_none())
}

/// What tells two people of one name apart.
fn record(line: &Line, t: Texts) -> Markup {
    let birth = line.birth().map(|birth| birth.format("%Y-%m").to_string());
    let facts = [
        birth.unwrap_or_default(),
        line.degree().map_or("", Degree::chinese).to_owned(),
        line.title_level().map_or("", TitleLevel::chinese).to_owned(),
        line.directions.clone().unwrap_or_default(),
        t.namesakes_works(line.works),
    ];
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    Markup::joined([Markup::link(url::person(&line.id), line.id.as_str()), Markup::text(facts.join(" · "))])
}

fn in_words(said: &Answer, t: Texts) -> String {
    let day = in_beijing(said.answered).format("%Y-%m-%d").to_string();
    said.kept_id.as_deref().map_or_else(|| t.namesakes_said_different(&day), |kept| t.namesakes_said_same(kept, &day))
}

fn form([first, second]: &[Arc<Line>; 2], visitor: &Visitor, t: Texts) -> Markup {
    let keep = |id: &str| Button::secondary(t.namesakes_same(id)).sending("answer", id);
    Markup::of(&AnswerForm {
        csrf: Hidden::new("csrf", visitor.token.form_token()),
        first: Hidden::new("first", first.id.clone()),
        second: Hidden::new("second", second.id.clone()),
        buttons: [
            Button::secondary(t.namesakes_different()).sending("answer", DIFFERENT),
            keep(&first.id),
            keep(&second.id),
        ],
    })
}

/// The unit's answer, for two records of its own with one name.
async fn answer(State(state): State<AppState>, visitor: Visitor, form: Form) -> Result<Response, Failure> {
    visitor.must_read(Record::Person)?;
    if !is_unit(&visitor) {
        return Err(Failure::Forbidden(form.texts().namesakes_read_only().to_owned()));
    }
    let pairs = state.desk.catalogue.namesakes(&state.desk.database, visitor.scope()).await?;
    let ids = [form.value("first"), form.value("second")];
    if !pairs.iter().any(|pair| pair.records.iter().map(|line| line.id.as_str()).eq(ids)) {
        return Err(Failure::NotFound);
    }
    let kept = match form.value("answer") {
        DIFFERENT => None,
        id if ids.contains(&id) => Some(id),
        _ => return Err(Failure::Malformed),
    };
    let mut tx = state.desk.database.write().await?;
    namesake::answer(&mut tx, &visitor.by(&state), ids, kept).await?;
    tx.commit().await?;
    Ok(Redirect::to("/people/namesakes").into_response())
}
