//! Other settings tried on a run, and frozen for the round: a form by `GET`, since trying changes nothing.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use programme::access::Record;
use programme::clause;
use programme::process::round::settings::{SETTING_FIELDS, SETTINGS_REASON, freezes, in_words, is_frozen};
use programme::process::{Action, Body, Field, Matter, Stage, row};
use store::catalogue::ById;
use store::match_run;
use store::person::Line;

use super::matters::form::{control, read, sent_control};
use super::matters::words as process_words;
use super::words;
use crate::clock::today;
use crate::texts;
use crate::usecases::matching::Wishes;
use crate::usecases::runs::settings_of;
use crate::usecases::what_if::{self, Outcome, Tried};
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::Button;
use crate::web::kit::error_summary::ErrorSummary;
use crate::web::kit::hidden::Hidden;
use crate::web::kit::level::LevelBadge;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::notice::Notice;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

/// People shown who would come or leave; the counts say how many there are.
const CHANGES_SHOWN_MAX: usize = 50;

texts! {
    what_if: "试算匹配参数", "Try settings";
    what_if_lead: "用这次运算的候选人选，按不同参数重排推送方案并比较。试算不写入任何结果，不形成推荐；满意后可冻结为本批次的参数。",
        "The candidates of this run are planned anew with other settings and compared. A try writes nothing and proposes nobody; settings that convince can be frozen for the round.";
    what_if_own(settings: &str): "这次运算的参数：{settings}", "Settings of this run: {settings}";
    what_if_go: "试算", "Try";
    what_if_no_needs: "没有可以试算的需求", "No need is left to try";
    what_if_no_needs_body: "这次运算的需求都已选派到位、到期或退回；请在现有批次重新运算后再试。",
        "The needs of this run are filled, expired or returned; start a run in the present round first.";
    what_if_refused: "按这些参数排不出方案", "There is no plan with these settings";
    what_if_compared: "对比", "Compared";
    what_if_figure: "指标", "Figure";
    what_if_before: "这次运算的参数", "As the run";
    what_if_after: "试算参数", "As tried";
    what_if_change: "变化", "Change";
    what_if_people: "推送人选", "People proposed";
    what_if_needs(all: usize): "有人选的需求（共 {all} 条）", "Needs served (of {all})";
    what_if_open: "空缺岗位", "Posts open";
    what_if_alternates: "候补", "Alternates";
    what_if_share(count: usize, percent: usize): "{count}（{percent}%）", "{count} ({percent}%)";
    what_if_comes(count: usize): "新列入 {count} 人次", "{count} would come";
    what_if_leaves(count: usize): "不再列入 {count} 人次", "{count} would leave";
    what_if_shown(shown: usize): "列出前 {shown} 人次", "The first {shown}";
    what_if_none: "没有。", "Nobody.";
    what_if_basis: "两个方案都从全部岗位空缺、无人在办算起，差别只来自参数；已退出自动匹配的人员不在其中。",
        "Both plans begin with every post open and nobody bound, so they differ by the settings alone; whoever opted out is in neither.";
    what_if_freeze(round: &str): "把试算参数冻结为“{round}”的匹配参数", "Freeze what was tried for {round}";
    what_if_frozen(when: &str, who: &str): "本批次参数已于 {when} 由 {who} 冻结", "The round's settings were frozen on {when} by {who}";
    what_if_unfrozen: "本批次尚未冻结匹配参数；首次形成推荐时将冻结所用运算的参数", "The round's settings are not frozen; the first proposals freeze those of their run";
}

/// For the province.
pub fn routes() -> Router<AppState> {
    Router::new().route("/runs/{id}/what-if", get(show))
}

#[derive(Template)]
#[template(path = "pages/what_if.html")]
struct WhatIfPage {
    frame: Frame,
    t: Texts,
    breadcrumb: Breadcrumb,
    errors: ErrorSummary,
    notices: Vec<Notice>,
    own: String,
    action: String,
    fields: Vec<Markup>,
    submit: Button,
    tables: Vec<Table>,
    freeze: Option<FreezeForm>,
}

/// What was tried, on its way to the act that freezes it.
struct FreezeForm {
    action: String,
    hidden: Vec<Hidden>,
    reason: Option<Markup>,
    submit: Button,
}

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(run): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let t = frame.t;
    visitor.must_read(Record::Match)?;
    visitor.must_be_province(t)?;
    let run: i64 = run.parse().map_err(|_| Failure::NotFound)?;
    let mut tx = state.desk.database.read().await?;
    let figures = match_run::figures(&mut tx, visitor.scope(), run).await?;
    let is_planned = match_run::get(&mut tx, visitor.scope(), run).await?.is_some() && figures.is_planned();
    if !is_planned {
        return Err(Failure::NotFound);
    }
    let own = settings_of(&mut tx, visitor.scope(), run).await?;
    drop(tx);
    let round = super::proposals::matching_round(&state).await?;
    let mut shown = page_of(frame, run, &own, round.as_ref());
    if asked.is_empty() {
        return Ok(page_with(StatusCode::OK, &shown));
    }
    let rule = row(Stage::RoundCollected, Action::FreezeMatching).ok_or(Failure::NotFound)?;
    let mut sent = Form::from_fields(asked, t);
    let tried = read(rule, &mut sent);
    shown.fields = asked_for().map(|field| sent_control(field, &sent, t)).collect();
    if sent.has_problems() {
        shown.errors = ErrorSummary::of(&sent);
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown));
    }
    let day = today(state.clock.now());
    let wishes = Wishes::of(&tried, None);
    match what_if::of_run(&state.desk, visitor.scope(), day, run, &wishes).await?.ok_or(Failure::NotFound)? {
        Err(problems) => shown.notices.push(Notice::error(t, t.what_if_refused()).body(problems.join("；"))),
        Ok(found) if found.needs == 0 => {
            shown.notices.push(Notice::warning(t, t.what_if_no_needs()).body(t.what_if_no_needs_body()));
        }
        Ok(found) => {
            shown.tables = tables(&state, &visitor, &found, t).await?;
            shown.freeze = round.map(|round| freeze_form(&round, &tried, t));
        }
    }
    Ok(page_with(StatusCode::OK, &shown))
}

fn asked_for() -> impl Iterator<Item = &'static Field> {
    SETTING_FIELDS.iter().copied().filter(|field| field.key != SETTINGS_REASON.key)
}

fn page_of(frame: Frame, run: i64, own: &Body, round: Option<&Matter>) -> WhatIfPage {
    let t = frame.t;
    let above = [("/", t.nav_home()), ("/runs", t.runs()), (&url::run(run), &t.run_title(run))];
    let frozen = round.map(|round| match freezes(round).last() {
        Some(last) => Notice::info(t, t.what_if_frozen(&process_words::moment(last.moment), last.login))
            .body(last.words.to_owned()),
        None => Notice::info(t, t.what_if_unfrozen()),
    });
    let notices = frozen.into_iter().map(|notice| notice.clause(clause!("3.2a"), t));
    let start = round.filter(|round| is_frozen(round)).map_or(own, |round| &round.body);
    WhatIfPage {
        breadcrumb: Breadcrumb::new(t, &above, t.what_if()),
        errors: ErrorSummary::none(),
        notices: notices.collect(),
        own: t.what_if_own(&in_words(own, matching::weights::Weights::VERSION)),
        action: format!("{}/what-if", url::run(run)),
        fields: asked_for().map(|field| control(field, start.get(field), t)).collect(),
        submit: Button::primary(t.what_if_go()),
        tables: Vec::new(),
        freeze: None,
        frame: frame.titled(t.what_if()),
        t,
    }
}

fn freeze_form(round: &Matter, tried: &Body, t: Texts) -> FreezeForm {
    let value = |field: &'static Field| {
        tried.get(field)?;
        let text = tried.whole(field).map_or_else(|| tried.text(field).to_owned(), |number| number.to_string());
        Some(Hidden::new(field.key, text))
    };
    let mut hidden = vec![Hidden::new("version", round.version.to_string())];
    hidden.extend(asked_for().filter_map(value));
    FreezeForm {
        action: process_words::act_href(&round.id, Action::FreezeMatching),
        hidden,
        reason: is_frozen(round).then(|| control(&SETTINGS_REASON, None, t)),
        submit: Button::secondary(t.what_if_freeze(&round.title)),
    }
}

async fn tables(state: &AppState, visitor: &Visitor, found: &Tried, t: Texts) -> Result<Vec<Table>, Failure> {
    let people = state.desk.catalogue.everybody(&state.desk.database, visitor.scope()).await?;
    let (before, after) = (&found.before, &found.after);
    let comes: Vec<_> = after.without(before).collect();
    let leaves: Vec<_> = before.without(after).collect();
    let named: Vec<&str> =
        comes.iter().take(CHANGES_SHOWN_MAX).chain(leaves.iter().take(CHANGES_SHOWN_MAX)).map(|one| one.0).collect();
    let mut tx = state.desk.database.read().await?;
    let titles = store::need::titles(&mut tx, visitor.scope(), &named).await?;
    let changes = |id, caption: String, pairs: &[(&str, &str, u8)]| {
        let rows = pairs.iter().take(CHANGES_SHOWN_MAX).map(|(need, person, level)| {
            let title = titles.get(*need).map_or(*need, String::as_str);
            vec![
                Cell::heading(Markup::link(url::need(need), title)),
                Cell::new(Markup::link(url::pair(need, person), name(&people, person))),
                Cell::new(LevelBadge::new(words::level(*level), t)),
            ]
        });
        let columns = [t.needs_title(), t.people_name(), t.level_label()].map(Column::text);
        let table = Table::new(id, caption, columns, rows.collect::<Vec<_>>(), t.what_if_none());
        if pairs.len() > CHANGES_SHOWN_MAX { table.summary(t.what_if_shown(CHANGES_SHOWN_MAX)) } else { table }
    };
    Ok(vec![
        compared(found, t),
        changes("comes", t.what_if_comes(comes.len()), &comes),
        changes("leaves", t.what_if_leaves(leaves.len()), &leaves),
    ])
}

fn name<'a>(people: &'a ById<Line>, person: &'a str) -> &'a str {
    people.get(person).map_or(person, |line| line.name_or_id())
}

fn compared(found: &Tried, t: Texts) -> Table {
    let (before, after) = (&found.before, &found.after);
    let row = |label: String, of: &dyn Fn(&Outcome) -> usize, shown: &dyn Fn(&Outcome) -> String| {
        let (was, is) = (of(before), of(after));
        let change = match is.cmp(&was) {
            std::cmp::Ordering::Less => format!("−{}", was - is),
            std::cmp::Ordering::Equal => "0".to_owned(),
            std::cmp::Ordering::Greater => format!("+{}", is - was),
        };
        vec![Cell::heading(label), Cell::number(shown(before)), Cell::number(shown(after)), Cell::number(change)]
    };
    let plain = |label: String, of: &dyn Fn(&Outcome) -> usize| row(label, of, &|one| of(one).to_string());
    let level = |level: u8| {
        let of = move |one: &Outcome| one.by_level.get(&level).copied().unwrap_or_default();
        let share = move |one: &Outcome| t.what_if_share(of(one), of(one) * 100 / one.pushes().max(1));
        row(words::level_word(level, t).to_owned(), &of, &share)
    };
    let rows = vec![
        plain(t.what_if_people().to_owned(), &Outcome::pushes),
        level(4),
        level(3),
        level(2),
        plain(t.what_if_needs(found.needs), &|one| one.needs),
        plain(t.what_if_open().to_owned(), &|one| one.open),
        plain(t.what_if_alternates().to_owned(), &|one| one.alternates),
    ];
    let columns = [
        Column::text(t.what_if_figure()),
        Column::number(t.what_if_before()),
        Column::number(t.what_if_after()),
        Column::number(t.what_if_change()),
    ];
    Table::new("compared", t.what_if_compared(), columns, rows, "").summary(t.what_if_basis())
}
