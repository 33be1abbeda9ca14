//! One need: what the enterprise asks, what the rules say of the enterprise, who could help.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use programme::access::Record;
use programme::finding::Verdict;
use programme::industries;
use programme::record::{Enterprise, Need, Person, Qualification};
use serde::Deserialize;
use store::catalogue::ById;
use store::match_run::{self, Candidate, Placed};
use store::person::Line;

use super::words::{self, level_badge, verdict_status};
use crate::clock::{in_beijing, today};
use crate::texts;
use crate::usecases::register::Register;
use crate::usecases::runs;
use crate::usecases::{downloads, policy};
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::{Button, ButtonLink};
use crate::web::kit::details::DescriptionList;
use crate::web::kit::findings::FindingsList;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::prose::Prose;
use crate::web::kit::status::{Status, Tone};
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{XLSX, attachment};
use crate::web::{AppState, url};

texts! {
    need_content: "需求内容", "What is asked";
    need_no_content: "企业没有填写需求内容。", "The enterprise gave no description.";
    need_enterprise: "企业情况", "The enterprise";
    need_keywords: "关键词", "Keywords";
    need_industry: "行业", "Industry";
    need_code: "统一社会信用代码", "Credit code";
    need_business: "主营业务", "Main business";
    need_platforms: "创新平台", "Platforms";
    need_qualifications: "资质", "Qualifications";
    need_valid_until(number: &str, day: &str): "{number}，有效期至 {day}", "{number}, valid until {day}";
    need_no_last_day(number: &str): "{number}，未写有效期", "{number}, no last day given";
    need_rules: "接收单位资格核查", "Eligibility of the enterprise";
    need_candidates: "候选人选", "Candidates";
    need_candidates_of(run: i64, at: &str): "第 {run} 次匹配运算，{at}", "Run {run}, {at}";
    need_no_run: "还没有匹配。请点“匹配这条需求”。", "Not matched yet: use the button “Match this need”.";
    need_only_pushable: "只看可推送的", "Only who may be pushed";
    need_all_candidates: "查看全部候选人选", "All candidates";
    need_none_pushable: "候选人选均不符合规定，不能推送。请点“查看全部候选人选”逐一查看原因。",
        "No candidate may be pushed; show all candidates to see why.";
    need_match: "匹配这条需求", "Match this need";
    need_understood: "系统读出的技术短语", "What the engine reads";
    need_understood_lead: "匹配主要依据下列短语和指标。与本意不符时，请修改题目和内容：写明对象、工艺和指标，少用“研发”“产业化”等空泛词。",
        "Matching rests mostly on these phrases and figures. Where they miss the point, change title and text: name object, process and targets.";
    need_phrases: "技术短语", "Phrases";
    need_indicators: "指标", "Figures";
    need_match_again: "重新匹配这条需求", "Match this need again";
    need_open_run: "查看所在的匹配运算", "Open the run";
    need_rank: "名次", "Rank";
    need_score: "得分", "Score";
    need_best_work: "最相关成果", "Best work";
    need_verdict: "核查", "Rules";
    need_in_plan: "方案", "Plan";
    need_pushed: "推送", "Push";
    need_alternate(place: u8): "候补 {place}", "Alternate {place}";
}

/// One need, matching it at once, its candidates as a workbook.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/needs/{need}", get(show))
        .route("/needs/{need}/match", post(match_now))
        .route("/needs/{need}/candidates.xlsx", get(workbook))
}

/// What the address states of the table of candidates.
#[derive(Debug, Default, Deserialize)]
struct Shown {
    /// Any value hides those whom a rule refuses.
    #[serde(default)]
    pushable: String,
}

impl Shown {
    fn only_pushable(&self) -> bool {
        !self.pushable.is_empty()
    }
}

/// What the engine reads in a need: its phrases and the quantities with figures; nothing when it reads nothing.
async fn understood(state: &AppState, need: &Need, t: Texts) -> anyhow::Result<Option<DescriptionList>> {
    let collection = state.desk.collections.current(&state.desk).await?;
    let text = crate::exchange::need_text(need);
    let phrases = collection.engine.phrases(&text, PHRASES_SHOWN_MAX);
    let figures = text.indicators.iter().filter(|one| one.key().is_some()).map(|one| one.text.as_str());
    let figures: Vec<&str> = figures.take(PHRASES_SHOWN_MAX).collect();
    let told: Vec<String> = phrases.iter().map(|one| format!("{}（{:.0}%）", one.phrase, one.share * 100.0)).collect();
    let mut list = DescriptionList::new().entry(t.need_phrases(), told.join("、"));
    if !figures.is_empty() {
        list = list.entry(t.need_indicators(), figures.join("；"));
    }
    Ok((!told.is_empty()).then_some(list))
}

/// Phrases and figures that are shown of a need.
const PHRASES_SHOWN_MAX: usize = 12;

#[derive(Template)]
#[template(path = "pages/need.html")]
struct NeedPage {
    frame: Frame,
    t: Texts,
    breadcrumb: Breadcrumb,
    facts: DescriptionList,
    content: Prose,
    understood: Option<DescriptionList>,
    enterprise: Option<DescriptionList>,
    findings: Option<FindingsList>,
    matching: Option<Matching>,
}

/// The part of the page for those who see results of matching.
struct Matching {
    candidates: Table,
    action: String,
    button: Button,
    links: Vec<ButtonLink>,
}

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(shown): Query<Shown>,
) -> Result<Response, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let need = store::need::get(&mut tx, visitor.scope(), &id).await?.ok_or(Failure::NotFound)?.need;
    // The enterprise by itself: nobody stands beside it yet.
    let (today, nobody) = (today(state.clock.now()), Person::default());
    let round = policy::current_round(&mut tx).await?;
    let register = Register::around(&mut tx, today, round.as_ref(), &[&nobody], need.enterprise.as_ref()).await?;
    drop(tx);
    let matching =
        if visitor.reads(Record::Match) { Some(matching(&state, &visitor, &need, &shown, t).await?) } else { None };
    let understood = understood(&state, &need, t).await?;
    let enterprise = need.enterprise.as_ref();
    Ok(page(&NeedPage {
        breadcrumb: Breadcrumb::new(t, &[("/", t.nav_home()), ("/needs", t.needs())], need.id.clone()),
        facts: facts(&need, t),
        content: Prose::new(if need.content.is_empty() { t.need_no_content() } else { &need.content }),
        understood,
        enterprise: enterprise.map(|enterprise| enterprise_facts(enterprise, t)),
        findings: enterprise.map(|one| FindingsList::new(t, t.need_rules(), &register.enterprise(one))),
        matching,
        frame: frame.titled(need.title),
        t,
    }))
}

async fn match_now(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    let mut tx = state.desk.database.read().await?;
    store::need::get(&mut tx, visitor.scope(), &id).await?.ok_or(Failure::NotFound)?;
    drop(tx);
    visitor.must_be_province(frame.t)?;
    let by = visitor.by(&state);
    runs::match_one(&state.desk, &by, visitor.scope(), today(by.at), &id).await?;
    Ok(Redirect::to(&format!("{}#candidates", url::need(&id))).into_response())
}

async fn workbook(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(shown): Query<Shown>,
) -> Result<Response, Failure> {
    visitor.must_read(Record::Match)?;
    let bytes = downloads::candidates_workbook(&state.desk, visitor.scope(), &id, shown.only_pushable()).await?;
    let name = format!("{}-{id}.xlsx", frame.t.need_candidates());
    Ok(attachment(XLSX, &name, bytes.ok_or(Failure::NotFound)?))
}

fn facts(need: &Need, t: Texts) -> DescriptionList {
    let industry = need.industry.as_deref();
    let industry = industry.map(|code| format!("{code} {}", industries::name(code).unwrap_or_default()));
    DescriptionList::new()
        .entry(t.needs_id(), need.id.clone())
        .entry(t.need_industry(), industry.unwrap_or_else(|| t.not_stated().to_owned()))
        .entry(t.needs_posts(), need.posts.to_string())
        .entry(t.need_keywords(), or_not_stated(&need.keywords.join("；"), t))
}

fn enterprise_facts(enterprise: &Enterprise, t: Texts) -> DescriptionList {
    let text = |value: &Option<String>| or_not_stated(value.as_deref().unwrap_or_default(), t);
    let qualifications: Vec<String> = enterprise.qualifications.iter().map(|held| qualification(held, t)).collect();
    DescriptionList::new()
        .entry(t.needs_enterprise(), text(&enterprise.name))
        .entry(t.need_code(), text(&enterprise.credit_code))
        .entry(t.needs_region(), or_not_stated(&words::region(enterprise.region.as_deref()), t))
        .entry(t.need_business(), text(&enterprise.main_business))
        .entry(t.need_qualifications(), or_not_stated(&qualifications.join("；"), t))
        .entry(t.need_platforms(), or_not_stated(&enterprise.platforms.join("；"), t))
}

fn qualification(held: &Qualification, t: Texts) -> String {
    let number = held.number.as_deref().unwrap_or_else(|| t.not_stated());
    let validity =
        held.valid_until.map_or_else(|| t.need_no_last_day(number), |day| t.need_valid_until(number, &day.to_string()));
    format!("{}：{validity}", held.kind.chinese())
}

fn or_not_stated(text: &str, t: Texts) -> String {
    if text.is_empty() { t.not_stated().to_owned() } else { text.to_owned() }
}

async fn matching(
    state: &AppState,
    visitor: &Visitor,
    need: &Need,
    shown: &Shown,
    t: Texts,
) -> Result<Matching, Failure> {
    let people = state.desk.catalogue.everybody(&state.desk.database, visitor.scope()).await?;
    let mut tx = state.desk.database.read().await?;
    let Some(run) = match_run::latest_of(&mut tx, visitor.scope(), &need.id).await? else {
        return Ok(not_matched(need, t));
    };
    let planned = match_run::figures(&mut tx, visitor.scope(), run).await?.is_planned();
    let plan = match_run::plan_of(&mut tx, visitor.scope(), run, &[&need.id]).await?;
    let places = planned.then_some(plan.as_slice());
    let mut candidates = match_run::candidates(&mut tx, visitor.scope(), run, &need.id).await?;
    if shown.only_pushable() {
        candidates.retain(|one| one.verdict != Verdict::Refused);
    }
    let made = match_run::get(&mut tx, visitor.scope(), run).await?;
    let at = made.map(|run| in_beijing(run.created).format("%Y-%m-%d %H:%M").to_string());
    let rows = candidates.iter().map(|one| row(one, places, &people, t));
    let caption = t.need_candidates_of(run, &at.unwrap_or_default());
    let columns = columns(places.is_some(), t);
    Ok(Matching {
        candidates: Table::new("candidates", t.need_candidates(), columns, rows, t.need_none_pushable())
            .summary(caption),
        action: match_address(need),
        button: Button::secondary(t.need_match_again()),
        links: vec![
            filter_link(need, shown, t),
            ButtonLink::secondary(t.need_open_run(), url::run(run)),
            ButtonLink::secondary(t.why(), format!("{}/why", url::need(&need.id))),
            ButtonLink::secondary(t.listing_download(), workbook_address(need, shown)),
        ],
    })
}

fn not_matched(need: &Need, t: Texts) -> Matching {
    Matching {
        candidates: Table::new("candidates", t.need_candidates(), columns(false, t), [], t.need_no_run()),
        action: match_address(need),
        button: Button::primary(t.need_match()),
        links: Vec::new(),
    }
}

/// The same candidates as a workbook.
fn workbook_address(need: &Need, shown: &Shown) -> String {
    format!("{}/candidates.xlsx{}", url::need(&need.id), url::query(&[("pushable", &shown.pushable)]))
}

fn match_address(need: &Need) -> String {
    format!("{}/match", url::need(&need.id))
}

/// Between all candidates and those who may be pushed.
fn filter_link(need: &Need, shown: &Shown, t: Texts) -> ButtonLink {
    let own = url::need(&need.id);
    if shown.only_pushable() {
        ButtonLink::secondary(t.need_all_candidates(), format!("{own}#candidates"))
    } else {
        let query = url::query(&[("pushable", "1")]);
        ButtonLink::secondary(t.need_only_pushable(), format!("{own}{query}#candidates"))
    }
}

fn columns(planned: bool, t: Texts) -> impl Iterator<Item = Column> {
    let columns = [
        Column::number(t.need_rank()),
        Column::text(t.people_name()),
        Column::text(t.people_unit()),
        Column::text(t.level_label()),
        Column::number(t.need_score()),
        Column::text(t.need_best_work()),
        Column::text(t.need_verdict()),
    ];
    columns.into_iter().chain(planned.then(|| Column::text(t.need_in_plan())))
}

fn row(candidate: &Candidate, places: Option<&[Placed]>, people: &ById<Line>, t: Texts) -> Vec<Cell> {
    let person = people.get(&candidate.person);
    let name = person.map_or(candidate.person.as_str(), |person| person.name_or_id());
    let work = candidate.evidence["works"][0]["title"].as_str().unwrap_or_default();
    let mut cells = vec![
        Cell::number(candidate.rank.to_string()),
        Cell::heading(Markup::link(url::pair(&candidate.need, &candidate.person), name)),
        Cell::new(person.and_then(|person| person.unit.clone()).unwrap_or_default()),
        Cell::new(level_badge(
            words::level(candidate.level),
            candidate.probability,
            &words::flags(&candidate.flags),
            t,
        )),
        Cell::number(words::brief_score(candidate.score)),
        Cell::new(work),
        Cell::new(verdict_status(candidate.verdict, t)),
    ];
    cells.extend(places.map(|places| Cell::new(place_of(&candidate.person, places, t))));
    cells
}

fn place_of(person: &str, places: &[Placed], t: Texts) -> Markup {
    match places.iter().find(|placed| placed.person == person).map(|placed| placed.place) {
        None => Markup::default(),
        Some(0) => Status::new(t.need_pushed(), Tone::Good).into(),
        Some(place) => Status::new(t.need_alternate(place), Tone::Neutral).into(),
    }
}
