//! One matter: where it is, with whom, until when; what it says, what may be done, what happened.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use programme::clause::CLAUSES;
use programme::process::foresight::may_refuse_beforehand;
use programme::process::listing::OBJECTION_PAIR;
use programme::process::proposal::{PERSON, RUN};
use programme::process::{
    ACTED, Action, Doer, Kind, Matter, OVERRIDES, REASON, Reach, Rule, Value, offers, opening, override_in_words, reach,
};
use serde::Deserialize;
use store::Tx;
use store::audit::Event;
use store::matter::{self, Filter, Kept};
use store::page::Start;

use super::demands::Barred;
use super::{form, sections, words};
use crate::clock::in_beijing;
use crate::exchange::acts::act_in_chinese;
use crate::texts;
use crate::usecases::acts::{self, Outcome};
use crate::usecases::calendar::Today;
use crate::usecases::notices;
use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::{Button, ButtonLink};
use crate::web::kit::details::DescriptionList;
use crate::web::kit::hidden::Hidden;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::notice::Notice;
use crate::web::kit::prose::Prose;
use crate::web::kit::timeline::{self, Timeline, Whereabouts};
use crate::web::pages::{self, identifiers};
use crate::web::session::{Visitor, role_word};
use crate::web::texts::{Lang, Texts};

texts! {
    matter_acts: "可以办理", "What you can do";
    matter_no_acts: "目前没有需要您在本事项上办理的操作。", "There is nothing for you to do here now.";
    matter_content: "内容", "Content";
    matter_history: "办理记录", "History";
    matter_done(what: &str): "{what}", "{what}";
    matter_undo(what: &str): "撤回“{what}”", "Take back: {what}";
    matter_undo_hint: "在下一步办理之前可以撤回。", "It may be taken back until the next step.";
    matter_undone: "已撤回上一步操作", "The last step was taken back";
    matter_overridden: "原则性规定已由省科技厅说明理由放宽", "A rule in principle was let go by the province, with a reason";
    matter_round: "所属批次", "Round";
    matter_parent: "所属事项", "Belongs to";
    matter_enterprise: "企业", "Enterprise";
    matter_unit: "派出单位", "Sending unit";
    matter_declared: "声明和确认", "Declared and confirmed";
    matter_all_of(kind: &str): "查看全部{kind}", "All: {kind}";
    matter_clock: "系统（到期）", "System (deadline)";
    matter_public: "公众", "The public";
    matter_taken_back: "撤回", "taken back";
    matter_refused_attempt: "未获准", "refused";
}

/// Matters of one kind that are shown below the one they hang on; the list has the rest.
const CHILDREN_SHOWN: usize = 20;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Told {
    #[serde(default)]
    done: String,
}

#[derive(Template)]
#[template(path = "pages/matter.html")]
struct MatterPage {
    frame: Frame,
    t: Texts,
    breadcrumb: Breadcrumb,
    whereabouts: Whereabouts,
    notices: Vec<Notice>,
    undo: Option<(String, Button)>,
    version: Hidden,
    acts: Vec<ButtonLink>,
    barred: Barred,
    links: DescriptionList,
    content: DescriptionList,
    sections: Vec<Markup>,
    children: Vec<Markup>,
    history: Timeline,
}

pub(super) async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(told): Query<Told>,
) -> Result<Response, Failure> {
    let kept =
        matter::get(&mut state.desk.database.read().await?, &visitor.actor, &id).await?.ok_or(Failure::NotFound)?;
    page_of(&state, frame, &visitor, kept, None, &told.done).await
}

/// The page; with a status it says that somebody moved the matter first.
pub(super) async fn page_of(
    state: &AppState,
    frame: Frame,
    visitor: &Visitor,
    kept: Kept,
    status: Option<StatusCode>,
    done: &str,
) -> Result<Response, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let matter = &kept.matter;
    let today = state.desk.calendars.today(&mut tx, state.clock.now()).await?;
    let mut notices = told(matter, done, t);
    if status.is_some() {
        notices.insert(0, Notice::warning(t, t.act_stale()).body(t.act_stale_body()));
    }
    let kind = words::kind(matter.kind(), t);
    let list = words::list_href(matter.kind());
    let (acts, barred) = acts_of(state, visitor, matter, t).await?;
    let shown = MatterPage {
        breadcrumb: Breadcrumb::new(t, &[("/", t.nav_home()), (&list, &kind)], matter.id.clone()),
        whereabouts: words::whereabouts(matter, &today, t),
        notices,
        undo: undo_button(&kept, visitor, t),
        version: Hidden::new("version", matter.version.to_string()),
        acts,
        barred,
        links: links(&mut tx, visitor, matter, t).await?,
        content: content(matter, visitor, t),
        sections: sections::sections(state, &mut tx, visitor, &kept, t).await?,
        children: children(state, visitor, matter, &today, t).await?,
        history: history(&mut tx, matter, t).await?,
        frame: frame.titled(matter.title.clone()),
        t,
    };
    Ok(page_with(status.unwrap_or(StatusCode::OK), &shown))
}

pub(super) async fn undo(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Form,
) -> Result<Response, Failure> {
    matter::get(&mut state.desk.database.read().await?, &visitor.actor, &id).await?.ok_or(Failure::NotFound)?;
    let version = sent.value("version").parse().map_err(|_| Failure::Malformed)?;
    if let Outcome::Done(now) = acts::undo(&state.desk, &visitor.by(&state), &id, version).await? {
        return Ok(Redirect::to(&format!("{}?done=undo", words::href(&now.id))).into_response());
    }
    let kept = matter::get(&mut state.desk.database.read().await?, &visitor.actor, &id).await?;
    page_of(&state, frame, &visitor, kept.ok_or(Failure::NotFound)?, Some(StatusCode::CONFLICT), "").await
}

fn told(matter: &Matter, done: &str, t: Texts) -> Vec<Notice> {
    let mut notices = Vec::new();
    if done == "undo" {
        notices.push(Notice::success(t, t.matter_undone()));
    } else if let Some(action) = Action::parse(done) {
        notices.push(Notice::success(t, t.matter_done(&words::action(action, t))));
    }
    for entry in matter.body.list(&OVERRIDES) {
        notices.push(Notice::warning(t, t.matter_overridden()).body(override_in_words(matter.kind(), entry)));
    }
    notices
}

fn undo_button(kept: &Kept, visitor: &Visitor, t: Texts) -> Option<(String, Button)> {
    let (action, login) = kept.undo.as_ref()?;
    let label = t.matter_undo(&words::action(*action, t));
    (login == visitor.actor.login())
        .then(|| (format!("{}/undo", words::href(&kept.matter.id)), Button::secondary(label)))
}

/// What the visitor may do, the act that is waited for first and standing out; and what would be refused now, with why.
async fn acts_of(
    state: &AppState,
    visitor: &Visitor,
    matter: &Matter,
    t: Texts,
) -> Result<(Vec<ButtonLink>, Barred), Failure> {
    let awaited = matter.awaited().iter().any(|(waiting, _)| *waiting == visitor.actor.role());
    let (mut offered, mut barred) = (Vec::new(), Barred::new(t));
    let offers = offers(matter, &Doer::Account(visitor.actor.clone()));
    let first = offers.iter().find(|rule| moves_on(rule)).map(|rule| rule.action);
    for rule in offers {
        let (label, href) = (words::action(rule.action, t), words::act_href(&matter.id, rule.action));
        let is_told = may_refuse_beforehand(rule);
        let refused = if is_told { form::foresee(state, visitor, matter, rule).await? } else { Vec::new() };
        if barred.takes(&refused, &label, &href) {
            continue;
        }
        let is_first = awaited && first == Some(rule.action);
        offered.push(if is_first { ButtonLink::primary(label, href) } else { ButtonLink::secondary(label, href) });
    }
    for &kind in Kind::ALL {
        for action in super::new::offered(kind, visitor.actor.role(), Some(matter.kind())) {
            let (label, href) = (words::action(action, t), super::new::href(kind, action, Some(&matter.id)));
            let rule = opening(kind, action).filter(|rule| may_refuse_beforehand(rule));
            let refused = match rule {
                Some(rule) => super::new::foresee(state, visitor, kind, rule, Some(&matter.id)).await?,
                None => Vec::new(),
            };
            if !barred.takes(&refused, &label, &href) {
                offered.push(ButtonLink::secondary(label, href));
            }
        }
    }
    Ok((offered, barred))
}

/// The act that is waited for: what keeps the matter where it is may be done any time, and what has to say why is a step back.
fn moves_on(rule: &Rule) -> bool {
    !rule.targets().is_empty() && rule.fields.iter().all(|field| field.key != REASON.key)
}

async fn links(tx: &mut Tx, visitor: &Visitor, matter: &Matter, t: Texts) -> Result<DescriptionList, Failure> {
    let parties = &matter.parties;
    let mut list = DescriptionList::new();
    if matter.kind() != Kind::Round {
        list = list.entry(t.matters_organiser(), words::organiser(&parties.organiser, t));
    }
    for (name, id) in [(t.matter_round(), &parties.round), (t.matter_parent(), &parties.parent)] {
        let Some(id) = id else { continue };
        if let Some(linked) = matter::get(tx, &visitor.actor, id).await? {
            list = list.entry(name, Markup::link(words::href(id), linked.matter.title));
        }
    }
    if let Some(code) = &parties.enterprise {
        let enterprise = store::enterprise::get(tx, &programme::access::Scope::Province, code).await?;
        let name = enterprise.and_then(|one| one.name).unwrap_or_else(|| code.clone());
        let reads = visitor.reads(programme::access::Record::Enterprise);
        let shown = if reads { Markup::link(pages::enterprise::href(code), name) } else { name.into() };
        list = list.entry(t.matter_enterprise(), shown);
    }
    if let Some(unit) = &parties.unit {
        list = list.entry(t.matter_unit(), unit.clone());
    }
    Ok(list)
}

/// A statement longer than this is read as a sentence that was agreed to, not as a name with “yes” beside it.
const DECLARATION_CHARS_MIN: usize = 12;

/// What the page shows in its own way: the run and the person of a proposal, the name that an objection is about.
const SHOWN_ELSEWHERE: [&str; 5] = [ACTED.key, OVERRIDES.key, RUN.key, PERSON.key, OBJECTION_PAIR.key];

/// Every kept value that the visitor's role may see, in the order in which the tables ask for them.
fn content(matter: &Matter, visitor: &Visitor, t: Texts) -> DescriptionList {
    let (mut list, mut declared) = (DescriptionList::new(), Vec::new());
    for field in programme::process::fields_of(matter.kind()) {
        let Some(value) = matter.body.get(field) else { continue };
        if field.is_seen_by(Some(visitor.actor.role())) && !SHOWN_ELSEWHERE.contains(&field.key) {
            let label = words::label(field, t);
            if field.sealed {
                list = list.entry(label, identifiers::way_to(&matter.id, t));
                continue;
            }
            let is_declared = field.chinese.contains("声明") || field.chinese.chars().count() > DECLARATION_CHARS_MIN;
            if *value == Value::Flag(true) && is_declared {
                declared.push(label);
            } else {
                list = list.entry(label, words::value(field, value, t));
            }
        }
    }
    if declared.is_empty() { list } else { list.entry(t.matter_declared(), Prose::new(&declared.join("\n"))) }
}

async fn children(
    state: &AppState,
    visitor: &Visitor,
    matter: &Matter,
    today: &Today,
    t: Texts,
) -> Result<Vec<Markup>, Failure> {
    let mut tables = Vec::new();
    for &kind in Kind::ALL {
        let hangs = programme::process::columns::hangs_on(kind) == Some(matter.kind());
        if !hangs || reach(visitor.actor.role(), kind) == Reach::None {
            continue;
        }
        let filter = Filter { parent: Some(matter.id.clone()), ..Filter::default() };
        let part = (&Start::First, CHILDREN_SHOWN);
        let found = state.desk.catalogue.matters(&state.desk.database, &visitor.actor, kind, &filter, part).await?;
        if !found.rows.is_empty() {
            let name = words::kind(kind, t);
            let all = format!("{}?parent={}", words::list_href(kind), matter.id);
            tables.push(super::inbox::table(&found.rows, name.clone(), today, t).into());
            tables.push(Markup::link(all, t.matter_all_of(&name)));
        }
    }
    Ok(tables)
}

async fn history(tx: &mut Tx, matter: &Matter, t: Texts) -> Result<Timeline, Failure> {
    let events = matter::history(tx, matter).await?;
    let mut names = HashMap::new();
    for event in &events {
        if !names.contains_key(&event.actor) {
            let account = store::account::by_login(tx, &event.actor).await?;
            let name = match account.as_ref().map(store::account::Account::actor).transpose()? {
                Some(actor) => {
                    format!("{}·{}", account.map(|one| one.name).unwrap_or_default(), role_word(actor.role(), t))
                }
                None if event.actor == "console" => t.matter_clock().to_owned(),
                None if event.actor == notices::PUBLIC_LOGIN => t.matter_public().to_owned(),
                None => event.actor.clone(),
            };
            names.insert(event.actor.clone(), name);
        }
    }
    let done = events.iter().rev().filter(|event| event.succeeded);
    let shown = done.map(|event| shown(event, names.get(&event.actor).cloned().unwrap_or_default(), t)).collect();
    Ok(Timeline::new(t.matter_history(), shown))
}

fn shown(event: &Event, who: String, t: Texts) -> timeline::Event {
    let at = in_beijing(event.at);
    let known = Action::parse(&event.act).map(|action| words::action(action, t));
    let what = known.unwrap_or_else(|| act_in_chinese(&event.act).to_owned());
    let detail: serde_json::Value = serde_json::from_str(&event.detail).unwrap_or_default();
    let clause = event.clause.as_deref().and_then(|id| CLAUSES.iter().find(|(known, ..)| *known == id));
    let reason = detail["inputs"]["reason"].as_str().or_else(|| detail["inputs"]["override_reason"].as_str());
    let warnings = detail["warnings"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_str);
    let cited = |(id, name, _): &(&'static str, &'static str, _)| if t.lang == Lang::Chinese { *name } else { *id };
    let remark: Vec<&str> = clause.map(cited).into_iter().chain(reason).chain(warnings).collect();
    timeline::Event {
        at: at.format("%Y-%m-%d %H:%M").to_string(),
        machine_time: at.to_rfc3339(),
        what,
        who,
        remark: remark.join(" · "),
    }
}
