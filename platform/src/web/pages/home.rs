//! The first page: what is here for this role, how much, and what to do next.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use programme::access::{Record, Role, Scope};
use programme::process::{Kind, Reach, reach};
use store::Tx;
use store::catalogue::Asked;
use store::page::{Count, Start};
use store::{match_run, matter, need, person};

use super::{city_support, enterprise, gaps, listing, matters, qualifications, recheck};
use crate::clock::{in_beijing, today};
use crate::texts;
use crate::usecases::gaps::looks_after;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::card::Card;
use crate::web::kit::notice::Notice;
use crate::web::kit::table::Table;
use crate::web::session::{Visitor, own_page};
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

texts! {
    home: "首页", "Home";
    home_work: "可以办理的业务", "What you can do here";
    home_standing: "事项进展", "How things stand";
    home_profile_lead: "匹配所用的研究方向和成果，请核对。", "The directions and works that matching goes by; please check them.";
    home_profile_open: "查看我的资料", "See my profile";
    home_gaps_open: "查看提醒", "See who needs a look";
    home_support_open: "比较各市（地）", "Compare the cities";
    home_people_own: "本单位的科技人员及其成果。", "Your unit's people and their works.";
    home_needs_lead: "企业提出的技术需求。", "What enterprises ask for.";
    home_needs_open: "查看需求", "See the needs";
    home_people_lead: "可选派的科技人员及其成果。", "Research people and their works.";
    home_people_open: "查看科技人员", "See the people";
    home_runs_lead: "把全部需求与科技人员匹配，给出候选人选、依据和推送方案。", "Matches all needs with the people: candidates, evidence and a plan.";
    home_run_last(run: i64, at: &str): "最近一次：第 {run} 次，{at}", "Latest: run {run}, {at}";
    home_run_none: "还没有进行过匹配运算。", "There has been no run yet.";
    home_run_start: "发起匹配运算", "Start a run";
    home_run_open: "查看最近结果", "See the latest result";
    home_import_lead: "从 Excel 或 JSON Lines 导入需求、科技人员、企业、派出单位、持股和失信记录。",
        "Needs, people, enterprises, units, holdings and misconduct from Excel or JSON Lines.";
    home_import_open: "导入数据", "Import";
    home_nothing: "目前没有需要您办理的事项", "There is nothing for you to do yet";
    home_nothing_body: "您的角色在后续环节（审核、公示、聘任、考评、审计）办理业务；事项到达时会显示在这里。",
        "Your role acts in later stages (review, notice, appointment, assessment, audit); what waits for you will stand here.";
}

/// What waits is shown up to here; the inbox has the rest.
const WAITING_SHOWN: usize = 10;

/// The first page.
pub fn routes() -> Router<AppState> {
    Router::new().route("/", get(show))
}

#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomePage {
    frame: Frame,
    t: Texts,
    reminder: Option<Notice>,
    inbox: Markup,
    begin: Vec<ButtonLink>,
    standing: Vec<Card>,
    cards: Vec<Card>,
    nothing: Option<Notice>,
}

async fn show(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let acts = Kind::ALL.iter().any(|kind| reach(visitor.actor.role(), *kind) != Reach::None);
    let inbox = if acts { inbox(&mut tx, &state, &visitor, t).await?.into() } else { Markup::default() };
    let standing = if acts && visitor.actor.role() != Role::Province {
        matters::standing(&state, &visitor, t).await?
    } else {
        Vec::new()
    };
    let reminder = enterprise::reminder_of(&mut tx, &visitor, today(state.clock.now()), t).await?;
    drop(tx);
    let cards = work(&state, &visitor, t).await?;
    let nothing = Notice::info(t, t.home_nothing()).body(t.home_nothing_body());
    Ok(page(&HomePage {
        reminder,
        inbox,
        begin: begin(visitor.actor.role(), t),
        nothing: (cards.is_empty() && !acts).then_some(nothing),
        standing,
        cards,
        frame: frame.titled(t.home()),
        t,
    }))
}

async fn inbox(tx: &mut Tx, state: &AppState, visitor: &Visitor, t: Texts) -> Result<Table, Failure> {
    let waiting = matter::inbox(tx, &visitor.actor, &Start::First, WAITING_SHOWN).await?;
    let today = state.desk.calendars.today(tx, state.clock.now()).await?;
    let table = matters::waiting(&waiting.rows, t.inbox().to_owned(), &today, t);
    Ok(table.summary(listing::count(waiting.count, t)))
}

/// What the role finds besides matters: registers, runs, its own page.
async fn work(state: &AppState, visitor: &Visitor, t: Texts) -> Result<Vec<Card>, Failure> {
    let (desk, role) = (&state.desk, visitor.actor.role());
    let mut cards = Vec::new();
    if visitor.reads(Record::Need) && role != Role::Enterprise {
        let any = need::Filter::default();
        let needs = desk.catalogue.needs(&desk.database, visitor.scope(), &any, &Asked::default()).await?;
        let open = ButtonLink::secondary(t.home_needs_open(), "/needs");
        cards.push(card(t.nav_needs(), needs.count, t.home_needs_lead(), t).actions(open));
    }
    if let Scope::Person(id) = visitor.scope() {
        let open = ButtonLink::secondary(t.home_profile_open(), url::person(id));
        cards.push(Card::new(t.nav_own_profile(), t.home_profile_lead()).actions(open));
    } else if visitor.reads(Record::Person) {
        let anybody = person::Filter::default();
        let people = desk.catalogue.people(&desk.database, visitor.scope(), &anybody, &Asked::default()).await?;
        let open = ButtonLink::secondary(t.home_people_open(), "/people");
        let lead = if role == Role::Unit { t.home_people_own() } else { t.home_people_lead() };
        cards.push(card(t.nav_people(), people.count, lead, t).actions(open));
    }
    if visitor.reads(Record::Match) {
        let latest = match_run::list(&mut desk.database.read().await?, visitor.scope(), None).await?;
        cards.push(runs_card(latest.first(), t));
    }
    if role == Role::Province {
        let open = ButtonLink::secondary(t.home_import_open(), "/import");
        cards.push(Card::new(t.nav_import(), t.home_import_lead()).actions(open));
        let open = ButtonLink::secondary(t.recheck_open(), recheck::PATH);
        cards.push(Card::new(t.recheck(), t.recheck_lead()).actions(open));
    }
    if crate::usecases::qualifications::looks_after(role) {
        let open = ButtonLink::secondary(t.qualifications_open(), qualifications::PATH);
        cards.push(Card::new(t.qualifications(), t.qualifications_lead()).actions(open));
    }
    if looks_after(role) {
        let open = ButtonLink::secondary(t.home_gaps_open(), gaps::PATH);
        cards.push(Card::new(t.gaps(), t.gaps_lead()).actions(open));
        let open = ButtonLink::secondary(t.home_support_open(), city_support::PATH);
        cards.push(Card::new(t.city_support(), t.city_support_lead()).actions(open));
    }
    if let Some(own) = own_page(role, t) {
        let lead = match role {
            Role::SystemAdministrator => t.accounts_new_lead(),
            Role::SecurityAdministrator => t.permissions_lead(),
            Role::Matcher => t.matcher_lead(),
            Role::Person => t.log_lead(),
            Role::Enterprise => t.enterprise_own_lead(),
            _ => t.audit_lead(),
        };
        cards.push(Card::new(own.label.clone(), lead).actions(ButtonLink::secondary(own.label, own.href)));
    }
    Ok(cards)
}

/// What the role begins by itself: a round, a need, a gathering of assessments.
fn begin(role: Role, t: Texts) -> Vec<ButtonLink> {
    let kinds =
        Kind::ALL.iter().flat_map(|&kind| matters::offered(kind, role, None).into_iter().map(move |act| (kind, act)));
    kinds
        .map(|(kind, act)| ButtonLink::secondary(matters::words::action(act, t), matters::new_href(kind, act, None)))
        .collect()
}

fn card(title: &str, count: Count, lead: &str, t: Texts) -> Card {
    Card::new(title, lead).aside(listing::count(count, t))
}

fn runs_card(latest: Option<&match_run::Run>, t: Texts) -> Card {
    let start = ButtonLink::primary(t.home_run_start(), "/runs/new").into();
    let Some(run) = latest else {
        let body = format!("{}{}", t.home_runs_lead(), t.home_run_none());
        return Card::new(t.nav_runs(), body).actions(start);
    };
    let at = in_beijing(run.created).format("%Y-%m-%d %H:%M").to_string();
    let open: Markup = ButtonLink::secondary(t.home_run_open(), url::run(run.id)).into();
    Card::new(t.nav_runs(), t.home_runs_lead())
        .aside(t.home_run_last(run.id, &at))
        .actions(Markup::joined([start, open]))
}
