//! `/policy`: every number of the policy with its clause, the words of the plan and the reading taken; `/process`: every
//! permitted step with its rule. For everybody, signed in or not: they hold no data, and whoever is refused finds why.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use programme::clause::CLAUSES;
use programme::parameters::ENTRIES;
use programme::process::print::kind_of;
use programme::process::readings::{READINGS, Reading};
use programme::process::vocabulary::in_english;
use programme::process::{Field, Kind, Reach, Rule, Stage, To, reach, rules};
use programme::record::{Degree, QualificationKind, TitleLevel};
use programme::seal::seal;

use super::matters::words;
use crate::texts;
use crate::usecases::policy as in_force;
use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::button::ButtonLink;
use crate::web::kit::details::DescriptionList;
use crate::web::kit::findings::force_word;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};

texts! {
    policy: "政策参数", "Policy parameters";
    policy_lead: "方案中的每一个数，附条款、原文和采用的读法；程序里没有写死的数。省科技厅一人提出、另一人确认并写明理由后，随新批次由四部门会签生效，已开批次沿用其会签时的版本。",
        "Every number of the plan with its clause, words and reading. A change is proposed by one person of the province with a reason, confirmed by another, and takes effect with a new round that the four departments sign; a round keeps the version it was signed with.";
    policy_revisions: "参数调整", "Revisions";
    policy_version: "版本", "Version";
    policy_valid: "有效期（按批次通知日期）", "Valid for notices dated";
    policy_hash: "政策文件指纹（SM3）", "SM3 of the policy file";
    policy_numbers: "参数", "Parameters";
    policy_name: "名称", "Name";
    policy_value: "数值", "Value";
    policy_clause: "条款", "Clause";
    policy_force: "效力", "Force";
    policy_text: "方案原文", "Words of the plan";
    policy_reading: "读法", "Reading";
    process: "办理规则", "Rules of the process";
    process_lead: "每一步由谁办理、从哪一环节到哪一环节、须满足什么条件、依据哪一条款；程序执行的就是这张表。",
        "Who does each step, from where to where, on which conditions and under which clause. The program runs this very table.";
    process_action: "操作", "Step";
    process_by: "由谁", "By";
    process_from: "从", "From";
    process_to: "到", "To";
    process_guards: "条件", "Conditions";
    process_fields: "须填", "Asks for";
    process_due: "期限", "Deadline";
    process_clause: "条款", "Clause";
    process_new: "（新建）", "(new)";
    process_same: "（不变）", "(stays)";
    process_all: "各方均办理后：", "when all have acted: ";
    process_condition(demands: &str, clause: &str, force: &str, code: &str): "{demands}（{clause}，{force}，{code}）", "{demands} ({clause}, {force}, {code})";
    process_undoable: "可撤回", "may be taken back";
    process_clauses: "条款与规则", "Clauses and what rests on them";
    process_readings: "方案未写明之处采用的读法", "Readings taken where the plan is silent";
    process_open_point: "未写明之处", "What is open";
    process_rests: "由什么落实", "What enforces it";
}

/// Both pages.
pub fn routes() -> Router<AppState> {
    Router::new().route("/policy", get(show_policy)).route("/process", get(show_process))
}

#[derive(Template)]
#[template(path = "pages/policy.html")]
struct PolicyPage {
    frame: Frame,
    lead: &'static str,
    /// To the changes of the numbers, for whom they concern.
    revisions: Option<ButtonLink>,
    facts: DescriptionList,
    tables: Vec<Table>,
}

async fn show_policy(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Option<Visitor>,
) -> Result<Response, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let (text, parameters) = (in_force::text(&mut tx).await?, in_force::of_round(&mut tx, None).await?);
    drop(tx);
    let facts = DescriptionList::new()
        .entry(t.policy_version(), parameters.version.clone())
        .entry(t.policy_valid(), format!("{} – {}", parameters.valid_from, parameters.valid_until))
        .entry(t.policy_hash(), seal(&text));
    let tables = vec![numbers(&text, t)];
    let may_open = visitor.is_some_and(|visitor| reach(visitor.actor.role(), Kind::Revision) != Reach::None);
    let revisions = may_open.then(|| ButtonLink::secondary(t.policy_revisions(), words::list_href(Kind::Revision)));
    Ok(page(&PolicyPage { frame: frame.titled(t.policy()), lead: t.policy_lead(), revisions, facts, tables }))
}

fn numbers(text: &str, t: Texts) -> Table {
    let file: toml::Table = text.parse().unwrap_or_default();
    let rows = ENTRIES.iter().map(|entry| {
        let given = |key: &str| file.get(entry.name).and_then(|one| one.get(key));
        let written = |key: &str| given(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        let name = if t.lang == Lang::Chinese { entry.chinese.to_owned() } else { in_english(entry.name) };
        vec![
            Cell::heading(name),
            Cell::new(given("value").map(|value| in_words(value, t)).unwrap_or_default()),
            Cell::unbroken(words::clause(entry.clause, t)),
            Cell::unbroken(force_word(entry.force, t)),
            Cell::new(written("text")),
            Cell::new(written("reading")),
        ]
    });
    let columns =
        [t.policy_name(), t.policy_value(), t.policy_clause(), t.policy_force(), t.policy_text(), t.policy_reading()];
    Table::new("policy-numbers", t.policy_numbers(), columns.map(Column::text), rows.collect::<Vec<_>>(), "")
}

/// A value of the policy file as a person reads it: codes in words, yes or no, lists with commas.
fn in_words(value: &toml::Value, t: Texts) -> String {
    match value {
        toml::Value::Boolean(yes) => if *yes { t.act_yes() } else { t.act_no() }.to_owned(),
        toml::Value::Array(values) => joined(values.iter().map(|value| in_words(value, t))),
        toml::Value::String(code) if t.lang == Lang::Chinese => {
            let degree = Degree::parse(code).map(Degree::chinese);
            let title = || TitleLevel::parse(code).map(TitleLevel::chinese);
            let kind = || QualificationKind::parse(code).map(QualificationKind::chinese);
            degree.or_else(title).or_else(kind).map_or_else(|| code.clone(), str::to_owned)
        }
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

async fn show_process(frame: Frame) -> Response {
    let t = frame.t;
    let mut tables: Vec<Table> = Kind::ALL.iter().map(|kind| steps(*kind, t)).collect();
    tables.push(clauses(t));
    tables.push(readings(t));
    let facts = DescriptionList::new();
    page(&PolicyPage { frame: frame.titled(t.process()), lead: t.process_lead(), revisions: None, facts, tables })
}

fn steps(kind: Kind, t: Texts) -> Table {
    let rows = rules().filter(|rule| kind_of(rule) == Some(kind)).map(|rule| step(rule, t));
    let columns = [
        t.process_action(),
        t.process_by(),
        t.process_from(),
        t.process_to(),
        t.process_guards(),
        t.process_fields(),
        t.process_due(),
        t.process_clause(),
    ];
    Table::new(kind.code(), words::kind(kind, t), columns.map(Column::text), rows.collect::<Vec<_>>(), "")
}

fn step(rule: &Rule, t: Texts) -> Vec<Cell> {
    let mut action = words::action(rule.action, t);
    if rule.undoable {
        action = format!("{action}（{}）", t.process_undoable());
    }
    let stages = |stages: &[Stage]| joined(stages.iter().map(|stage| words::stage(*stage, t)));
    let from = if rule.opens() { t.process_new().to_owned() } else { stages(rule.from) };
    let to = match rule.to {
        To::Same => t.process_same().to_owned(),
        To::All(stage) => format!("{}{}", t.process_all(), words::stage(stage, t)),
        To::Stage(_) | To::Chosen(..) => stages(&rule.targets()),
    };
    let guards = rule.guards.iter().map(|guard| {
        let (demands, clause) = (words::said(guard.demands, t), words::clause(guard.clause, t));
        t.process_condition(demands, clause, force_word(guard.force, t), guard.code)
    });
    vec![
        Cell::heading(action),
        Cell::new(words::doers(rule, t)),
        Cell::new(from),
        Cell::new(to),
        Cell::new(guards.collect::<Vec<_>>().join("；")),
        Cell::new(joined(rule.fields.iter().map(|field| asked(field, t)))),
        Cell::new(rule.due.map_or("", |due| words::said(due.words, t))),
        Cell::new(format!("{} {}", words::clause(rule.clause, t), force_word(rule.force, t))),
    ]
}

fn asked(field: &Field, t: Texts) -> String {
    let label = words::label(field, t);
    if field.required { format!("{label}*") } else { label }
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join("、")
}

/// What the plan leaves open, and how it is read.
fn readings(t: Texts) -> Table {
    let row = |one: &Reading| {
        vec![Cell::unbroken(words::clause(one.clause, t)), Cell::heading(one.point), Cell::new(one.taken)]
    };
    let columns = [t.process_clause(), t.process_open_point(), t.policy_reading()].map(Column::text);
    Table::new("readings", t.process_readings(), columns, READINGS.iter().map(row).collect::<Vec<_>>(), "")
}

/// Each clause with the steps, conditions and checks that rest on it.
fn clauses(t: Texts) -> Table {
    let rows = CLAUSES.iter().map(|(id, name, forces)| {
        let forces = joined(forces.iter().map(|force| force_word(*force, t).to_owned()));
        vec![
            Cell::heading(*name),
            Cell::unbroken(*id),
            Cell::unbroken(forces),
            Cell::new(programme::process::print::citations(id).join("；")),
        ]
    });
    let columns = [t.process_clause(), t.policy_name(), t.policy_force(), t.process_rests()];
    Table::new("clauses", t.process_clauses(), columns.map(Column::text), rows.collect::<Vec<_>>(), "")
}
