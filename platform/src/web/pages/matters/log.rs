//! 我的服务记录: the person's own log for daily use: the form at the top, the year's meter, the entries below.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use programme::access::{Role, Scope};
use programme::parameters::Parameters;
use programme::process::appointment::is_in_force;
use programme::process::service::meter::{Meter, meters};
use programme::process::service::{DUTY, HALF_DAYS, RESULT, SERVICE_DAY};
use programme::process::{Action, Body, Doer, Kind, Matter, Rule, opening};
use serde::Deserialize;
use store::Tx;
use store::matter::{Link, linked};

use super::form::{control, keep, read, refusal_notice, sent_control};
use super::meter::{clash_notice, clashes_of, table};
use super::words;
use crate::clock::today;
use crate::texts;
use crate::usecases::acts::{self, Outcome};
use crate::usecases::policy::{Policies, rounds_of};
use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::Button;
use crate::web::kit::error_summary::ErrorSummary;
use crate::web::kit::hidden::Hidden;
use crate::web::kit::notice::Notice;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};

texts! {
    log: "我的服务记录", "My service log";
    log_lead: "登记每次到企业的服务，查看各聘任年度的进度。", "Log each day at the enterprise and see how the year stands.";
    log_new: "登记一次服务", "Log a service";
    log_at(enterprise: &str): "服务企业：{enterprise}", "At: {enterprise}";
    log_none: "您目前没有生效中的聘任；备案生效后可在此登记服务。", "You have no appointment in force; services are logged here once it is filed.";
    log_saved: "已登记，待企业确认", "Logged; the enterprise will confirm it";
    log_entries: "服务记录", "Entries";
    log_entries_none: "还没有服务记录。", "No entries yet.";
    log_all: "全部服务记录和 Excel", "All entries, and as Excel";
    log_others_only: "本页供科技人员本人使用", "This page is for chief technologists themselves";
}

/// Entries shown below the form; the list has the rest.
const ENTRIES_SHOWN: usize = 30;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Told {
    #[serde(default)]
    done: String,
}

#[derive(Template)]
#[template(path = "pages/log.html")]
struct LogPage {
    frame: Frame,
    t: Texts,
    errors: ErrorSummary,
    notices: Vec<Notice>,
    forms: Vec<Entry>,
    parts: Vec<Markup>,
    all: String,
}

/// One appointment in force with its form.
struct Entry {
    place: String,
    under: Hidden,
    fields: Vec<Markup>,
    submit: Button,
}

/// Appointments of the person and the log of all of them.
struct Log {
    appointments: Vec<Matter>,
    entries: Vec<Matter>,
}

fn person(visitor: &Visitor, t: Texts) -> Result<String, Failure> {
    match (visitor.actor.role(), visitor.actor.scope()) {
        (Role::Person, Scope::Person(id)) => Ok(id.clone()),
        _ => Err(Failure::Forbidden(t.log_others_only().to_owned())),
    }
}

async fn load(tx: &mut Tx, person: &str) -> Result<Log, Failure> {
    Ok(Log {
        appointments: linked(tx, Link::OfPerson(person, Kind::Appointment)).await?,
        entries: linked(tx, Link::OfPerson(person, Kind::Service)).await?,
    })
}

fn rule() -> Result<&'static Rule, Failure> {
    opening(Kind::Service, Action::LogService).ok_or(Failure::NotFound)
}

pub(super) async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Query(told): Query<Told>,
) -> Result<Response, Failure> {
    let t = frame.t;
    let mut shown = page_of(&state, frame, &visitor, None).await?;
    if told.done == Action::LogService.code() {
        shown.notices.push(Notice::success(t, t.log_saved()));
    }
    Ok(page(&shown))
}

pub(super) async fn enter(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    mut sent: Form,
) -> Result<Response, Failure> {
    let t = frame.t;
    let (own, under) = (person(&visitor, t)?, sent.value("under").to_owned());
    let log = load(&mut state.desk.database.read().await?, &own).await?;
    if !log.appointments.iter().any(|appointment| appointment.id == under) {
        return Err(Failure::NotFound);
    }
    let inputs = read(rule()?, &mut sent);
    let mut reasons = Vec::new();
    if !sent.has_problems() {
        let doer = Doer::Account(visitor.actor.clone());
        let kind = (Kind::Service, Action::LogService);
        match acts::open(&state.desk, &visitor.by(&state), &doer, kind, Some(&under), &inputs).await? {
            Outcome::Done(_) => {
                let to = format!("/service-log?done={}", Action::LogService.code());
                return Ok(Redirect::to(&to).into_response());
            }
            Outcome::Refused(refusals) => reasons = keep(refusals, &mut sent)?,
            Outcome::Stale(_) => {}
        }
    }
    let mut shown = page_of(&state, frame, &visitor, Some(&sent)).await?;
    shown.notices.extend(reasons.iter().map(|reason| refusal_notice(reason, None, t)));
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown))
}

async fn page_of(state: &AppState, frame: Frame, visitor: &Visitor, sent: Option<&Form>) -> Result<LogPage, Failure> {
    let (t, day) = (frame.t, today(state.clock.now()));
    let own = person(visitor, t)?;
    let mut tx = state.desk.database.read().await?;
    let log = load(&mut tx, &own).await?;
    let live: Vec<&Matter> = log.appointments.iter().filter(|one| is_in_force(one, day)).collect();
    let mut forms = Vec::new();
    for appointment in &live {
        let returned = sent.filter(|sent| sent.value("under") == appointment.id);
        forms.push(entry_form(&mut tx, appointment, day, returned, t).await?);
    }
    let mut parts = Vec::new();
    let policies = Policies::of(&mut tx, &rounds_of(live.iter().copied())).await?;
    for appointment in &live {
        let meters = meters_of(appointment, &log, day, policies.for_matter(appointment));
        parts.push(table(&meters, day, t).into());
        parts.extend(clash_notice(&clashes_of(appointment, &log.entries), t));
    }
    parts.push(entries(&log, t));
    Ok(LogPage {
        errors: sent.map_or_else(ErrorSummary::none, ErrorSummary::of),
        notices: if live.is_empty() { vec![Notice::info(t, t.log_none())] } else { Vec::new() },
        forms,
        parts,
        all: words::list_href(Kind::Service),
        frame: frame.titled(t.log()),
        t,
    })
}

fn meters_of(appointment: &Matter, log: &Log, day: NaiveDate, parameters: &Parameters) -> Vec<Meter> {
    let own = log.entries.iter().filter(|entry| entry.parties.parent.as_ref() == Some(&appointment.id)).cloned();
    meters(appointment, &own.collect::<Vec<_>>(), day, parameters)
}

async fn entry_form(
    tx: &mut Tx,
    appointment: &Matter,
    day: NaiveDate,
    sent: Option<&Form>,
    t: Texts,
) -> Result<Entry, Failure> {
    let code = appointment.parties.enterprise.clone().unwrap_or_default();
    let enterprise = store::enterprise::get(tx, &Scope::Province, &code).await?;
    let name = enterprise.and_then(|enterprise| enterprise.name).unwrap_or(code);
    // A day's work is mostly entered on the day.
    let usual = Body::default().with(&SERVICE_DAY, day).with(&HALF_DAYS, "2");
    let fields = rule()?.fields.iter().map(|field| match sent {
        Some(sent) => sent_control(field, sent, t),
        None => control(field, usual.get(field), t),
    });
    Ok(Entry {
        place: t.log_at(&name),
        under: Hidden::new("under", appointment.id.clone()),
        fields: fields.collect(),
        submit: Button::primary(words::action(Action::LogService, t)),
    })
}

/// The latest entries, newest first.
fn entries(log: &Log, t: Texts) -> Markup {
    let mut newest: Vec<&Matter> = log.entries.iter().collect();
    newest.sort_by_key(|entry| std::cmp::Reverse((entry.body.text(&SERVICE_DAY), &entry.id)));
    let columns = [
        Column::text(words::label(&SERVICE_DAY, t)),
        Column::text(words::label(&HALF_DAYS, t)),
        Column::text(words::label(&DUTY, t)),
        Column::text(words::label(&RESULT, t)),
        Column::text(t.matter_stage()),
    ];
    let rows = newest.into_iter().take(ENTRIES_SHOWN).map(|entry| {
        let word = |field| entry.body.get(field).map(|value| words::value(field, value, t)).unwrap_or_default();
        vec![
            Cell::heading(Markup::link(words::href(&entry.id), word(&SERVICE_DAY))),
            Cell::unbroken(word(&HALF_DAYS)),
            Cell::new(word(&DUTY)),
            Cell::new(word(&RESULT)),
            Cell::new(words::stage_status(entry, t)),
        ]
    });
    Table::new("entries", t.log_entries(), columns, rows, t.log_entries_none()).into()
}
