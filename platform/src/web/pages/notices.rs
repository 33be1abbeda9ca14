//! What the public reads without signing in: lists in notice, published lists; and how it objects to a name.
//!
//! The pages hold the permitted fields and nothing else (`personal_data` looks for more before a notice goes up). An objector
//! gets a number and a code; with both, and nothing else, the objection can be followed.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use chrono::{Datelike, NaiveDate};
use programme::calendar::{DayKind, WorkingCalendar};
use programme::parameters::Parameters;
use programme::process::line::Line;
use programme::process::listing::guards::{NoticeDay, notice_days};
use programme::process::listing::{
    ANSWER, DECISION, LIST_HASH, NOTICE_END, NOTICE_PROVISIONAL, NOTICE_START, OBJECTION_FACTS, OBJECTION_PAIR,
    OBJECTOR, OBJECTOR_CONTACT, PUBLICATIONS, PUBLISHED_LINES, RECEIVED_DAY, own_notice,
};
use programme::process::{Body, Field, Matter, Stage};
use serde::Deserialize;

use super::attachments;
use super::matters::words;
use crate::clock::today;
use crate::texts;
use crate::usecases::acts::Outcome;
use crate::usecases::notices::{self, Senders};
use crate::usecases::policy::{self, Policies, rounds_of};
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::{Button, ButtonLink};
use crate::web::kit::details::DescriptionList;
use crate::web::kit::error_summary::ErrorSummary;
use crate::web::kit::field::{Choices, OptionItem, TextField};
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::notice::Notice;
use crate::web::kit::prose::Prose;
use crate::web::kit::status::{Status, Tone};
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Origin;
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

texts! {
    notices: "公示", "Public notices";
    notices_current: "正在公示的名单", "Lists in public notice";
    notices_none: "目前没有正在公示的名单。", "No list is in public notice now.";
    notices_published: "已公布的名单", "Published lists";
    notices_published_none: "还没有公布过名单。", "No list has been published yet.";
    notice_list: "名单", "List";
    notice_period: "公示期", "Period";
    notice_period_is(first: &str, last: &str, days: usize): "{first} 至 {last} 二十四时止，共 {days} 个工作日", "{first} to {last}, 24:00: {days} working days";
    notice_first_out: "（发布当日不计入）", ", the first day not counted";
    notice_first_in: "（发布当日计入）", ", the first day counted";
    notice_provisional: "截止日为暂定：放假安排公布后重算，只延不缩", "The last day is provisional; it may grow when the holidays are announced, never shrink";
    notice_over: "公示期已满", "The notice is over";
    notice_names: "拟选派人选", "Names";
    publication_chosen: "选派的科技总师", "Chief technologists";
    publication_count: "人数", "Count";
    notice_number: "编号", "No.";
    notice_name: "姓名", "Name";
    notice_unit: "派出单位", "Sending unit";
    notice_title_level: "职称", "Title";
    notice_enterprise: "接收企业", "Enterprise";
    notice_need: "技术需求", "Need";
    notice_own(last: &str): "信息更正后单独公示至 {last}", "Corrected; noticed by itself until {last}";
    notice_how: "如何提出异议", "How to object";
    notice_how_body: "公示期内，任何单位和个人均可对名单提出异议。实名异议请写明姓名、联系方式和可以查证的事实依据，受理后该人选暂缓公布，其他人选照常进行，处理结果将答复本人。匿名反映按线索核查。异议人身份仅省科技厅经办人可见。",
        "Within the period anybody may object. State your name, a contact and facts that can be checked: once accepted, that name is held back until decided and you get an answer; the others go on. Anonymous objections are leads. Only the provincial department sees who objected.";
    notice_object: "提出异议", "Object to a name";
    notice_track: "查询异议办理情况", "Follow an objection";
    notice_calendar: "公示期日历", "Calendar of the period";
    notice_day: "日期", "Day";
    notice_counts: "是否计入", "Counted";
    notice_day_first: "发布当日，不计入", "Day of publication, not counted";
    notice_day_work(number: usize): "第 {number} 个工作日", "Working day {number}";
    notice_day_made_up(number: usize, holiday: &str): "第 {number} 个工作日（{holiday}调休上班）", "Working day {number} (made up for {holiday})";
    notice_day_weekend: "周末，不计入", "Weekend, not counted";
    notice_day_holiday(holiday: &str): "{holiday}放假，不计入", "{holiday}: holiday, not counted";
    notice_weekday(weekday: &str): "星期{weekday}", "{weekday}";
    notice_hash: "名单哈希（SM3）", "Hash of the list (SM3)";
    notice_hash_hint: "党组会审定、公示和公布的是同一份名单；名单如有减少或更正，省科技厅存有对照。",
        "The list that was decided on, noticed and published is one; the department keeps every difference.";
    publication_number: "文号", "Document";
    publication_day: "公布日期", "Day";
    publication_names(count: usize): "{count} 名", "{count} names";
    objection_lead: "请如实填写。公示期外、名单外的事项请直接与省科技厅联系。", "Please state facts. Other matters: contact the provincial department.";
    objection_closed: "现在不在公示期内，不能提出异议", "Objections are not taken now";
    objection_wait(most: u32, minutes: i64): "同一网络地址 {minutes} 分钟内最多提交 {most} 件，请稍后再试，或来信来访反映",
        "At most {most} within {minutes} minutes from one address; try later, or write";
    objection_pair: "异议人选", "Name";
    objection_facts: "异议事实和依据", "Facts and evidence";
    objection_facts_hint: "何时、何事、有何材料可以查证", "When, what, and which papers show it";
    objector: "您的姓名", "Your name";
    objector_hint: "实名异议须填；不填按匿名线索处理", "For a real-name objection; otherwise it is a lead";
    objector_contact: "联系方式", "Contact";
    objector_contact_hint: "电话、邮箱或通信地址，仅省科技厅经办人可见", "Telephone, mail or address; only the provincial department sees it";
    objection_send: "提交异议", "Send";
    objection_number: "异议编号", "Number";
    objection_code: "查询码", "Code";
    objection_keep: "请记下编号和查询码，查询办理情况时须填写；遗失无法找回", "Keep number and code; nobody can recover them";
    objection_state: "办理情况", "State";
    objection_received: "收到日期", "Received";
    objection_until: "办理时限", "Until";
    objection_decision: "处理决定", "Decision";
    notice_state: "状态", "State";
    notice_hash_means: "哈希说明", "What the hash tells";
    objection_answer: "答复", "Answer";
    objection_track_lead: "请填写提交异议时得到的编号和查询码。", "Number and code as you got them.";
    objection_track_go: "查询", "Look up";
    objection_unknown: "没有查到：请核对编号和查询码", "Nothing found; check number and code";
}

/// Everything here is public.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/notice", get(list))
        .route("/notice/{listing}", get(show))
        .route("/notice/{listing}/object", get(form).post(send))
        .route("/objection", get(ask))
        .route("/objection/{number}", get(track))
        .route("/published", get(list_published))
        .route("/published/{listing}", get(show_published))
        .layer(Extension(Senders::default()))
}

/// A page that is a column of finished parts.
#[derive(Template)]
#[template(path = "pages/parts.html")]
pub(super) struct PartsPage {
    pub(super) frame: Frame,
    pub(super) breadcrumb: Option<Breadcrumb>,
    pub(super) parts: Vec<Markup>,
}

async fn list(State(state): State<AppState>, frame: Frame) -> Result<Response, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let listings = notices::on_notice(&mut tx).await?;
    let policies = Policies::of(&mut tx, &rounds_of(&listings)).await?;
    let working_days = state.desk.calendars.current(&mut tx).await?;
    let row = |listing: &Matter| {
        vec![
            Cell::heading(to_notice(listing)),
            Cell::new(period(listing, &working_days, policies.for_matter(listing), t)),
        ]
    };
    let columns = [Column::text(t.notice_list()), Column::text(t.notice_period())];
    let table = Table::new("notices", t.notices_current(), columns, listings.iter().map(row), t.notices_none());
    let links = [("/published", t.notices_published()), ("/objection", t.notice_track())];
    let links = links.map(|(href, label)| Markup::from(ButtonLink::secondary(label, href)));
    let parts = vec![table.into(), Markup::joined(links)];
    Ok(page(&PartsPage { breadcrumb: None, parts, frame: frame.titled(t.notices()) }))
}

async fn show(State(state): State<AppState>, frame: Frame, Path(id): Path<String>) -> Result<Response, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let listing = notices::noticed(&mut tx, &id).await?.ok_or(Failure::NotFound)?;
    if listing.body.has(&PUBLICATIONS) && !notices::takes_objections(&listing, today(state.clock.now())) {
        return Ok(Redirect::to(&format!("/published/{}", url::component(&id))).into_response());
    }
    let names = notices::names(&mut tx, &listing).await?;
    let open = notices::takes_objections(&listing, today(state.clock.now()));
    let parameters = policy::of_matter(&mut tx, &listing).await?;
    let working_days = state.desk.calendars.current(&mut tx).await?;
    let mut parts =
        vec![standing(&listing, open, &working_days, &parameters, t), names_table(&names, Some(&listing), t)];
    parts.extend(attachments::of_notice(&mut tx, &id, t).await?);
    parts.push(Notice::info(t, t.notice_how()).body(t.notice_how_body()).into());
    let mut links = Vec::new();
    if open {
        links.push(ButtonLink::primary(t.notice_object(), format!("/notice/{}/object", url::component(&id))).into());
    }
    links.push(Markup::from(ButtonLink::secondary(t.notice_track(), "/objection")));
    parts.push(Markup::joined(links));
    parts.push(calendar(&listing, &working_days, &parameters, t));
    let breadcrumb = Some(Breadcrumb::new(t, &[("/notice", t.notices())], listing.title.clone()));
    Ok(page(&PartsPage { breadcrumb, parts, frame: frame.titled(listing.title.clone()) }))
}

/// Period, whether it may still grow, and the hash of what is noticed.
fn standing(listing: &Matter, open: bool, working_days: &WorkingCalendar, parameters: &Parameters, t: Texts) -> Markup {
    let mut list = DescriptionList::new().entry(t.notice_period(), period(listing, working_days, parameters, t));
    if listing.body.flag(&NOTICE_PROVISIONAL) {
        list = list.entry(t.notice_state(), Markup::from(Status::new(t.notice_provisional(), Tone::Attention)));
    }
    if !open {
        list = list.entry(t.notice_state(), Markup::from(Status::new(t.notice_over(), Tone::Neutral)));
    }
    let list = list.entry(t.notice_hash(), listing.body.text(&LIST_HASH));
    list.entry(t.notice_hash_means(), t.notice_hash_hint()).into()
}

fn period(listing: &Matter, working_days: &WorkingCalendar, parameters: &Parameters, t: Texts) -> String {
    let (first, last) = (listing.body.text(&NOTICE_START), listing.body.text(&NOTICE_END));
    let days = notice_days(listing, working_days, parameters);
    let first_day = if parameters.notice_first_day_counts { t.notice_first_in() } else { t.notice_first_out() };
    let worked = days.iter().filter_map(|one| one.counted).max().unwrap_or_default();
    format!("{}{first_day}", t.notice_period_is(first, last, worked))
}

/// The calendar of a notice, day by day with the reason of each, so that anybody can count.
pub(super) fn calendar(listing: &Matter, working_days: &WorkingCalendar, parameters: &Parameters, t: Texts) -> Markup {
    let days = notice_days(listing, working_days, parameters);
    let rows = days.into_iter().map(|NoticeDay { day, counted }| {
        let word = match (counted, working_days.kind(day)) {
            (Some(number), DayKind::MadeUp(holiday)) => t.notice_day_made_up(number, holiday),
            (Some(number), _) => t.notice_day_work(number),
            (None, DayKind::Weekend) => t.notice_day_weekend().to_owned(),
            (None, DayKind::Holiday(holiday)) => t.notice_day_holiday(holiday),
            (None, _) => t.notice_day_first().to_owned(),
        };
        let date = format!("{day} {}", t.notice_weekday(weekday(day, t)));
        vec![Cell::heading(date), Cell::new(word)]
    });
    let columns = [Column::text(t.notice_day()), Column::text(t.notice_counts())];
    Table::new("calendar", t.notice_calendar(), columns, rows, "").into()
}

fn weekday(day: NaiveDate, t: Texts) -> &'static str {
    const CHINESE: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
    const ENGLISH: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let names = if t.lang == Lang::Chinese { CHINESE } else { ENGLISH };
    names[day.weekday().num_days_from_monday() as usize]
}

/// The permitted fields and no others.
fn names_table(names: &[Line], listing: Option<&Matter>, t: Texts) -> Markup {
    let labels = [
        t.notice_number(),
        t.notice_name(),
        t.notice_unit(),
        t.notice_title_level(),
        t.notice_enterprise(),
        t.notice_need(),
    ];
    let row = |(place, line): (usize, &Line)| {
        let own = listing.and_then(|listing| own_notice(listing, &line.pair));
        let name = match own {
            Some((_, last)) => format!("{}（{}）", line.name, t.notice_own(&last.to_string())),
            None => line.name.clone(),
        };
        let mut cells = vec![Cell::number((place + 1).to_string()), Cell::heading(name)];
        let rest = [&line.unit, &line.title, &line.enterprise, &line.need_title];
        cells.extend(rest.map(|text| Cell::new(text.as_str())));
        cells
    };
    let rows: Vec<_> = names.iter().enumerate().map(row).collect();
    let summary = t.publication_names(rows.len());
    // A name is proposed while it is noticed, and chosen once the four departments have published it.
    let caption = if listing.is_some() { t.notice_names() } else { t.publication_chosen() };
    Table::new("names", caption, labels.map(Column::text), rows, "").summary(summary).into()
}

fn to_notice(listing: &Matter) -> Markup {
    Markup::link(format!("/notice/{}", url::component(&listing.id)), listing.title.clone())
}

async fn list_published(State(state): State<AppState>, frame: Frame) -> Result<Response, Failure> {
    let t = frame.t;
    let listings = notices::published(&mut state.desk.database.read().await?).await?;
    let row = |listing: &Matter| {
        let link = Markup::link(format!("/published/{}", url::component(&listing.id)), listing.title.clone());
        let count = listing.body.list(&PUBLISHED_LINES).len();
        vec![Cell::heading(link), Cell::new(t.publication_names(count))]
    };
    let columns = [Column::text(t.notice_list()), Column::text(t.publication_count())];
    let rows = listings.iter().map(row);
    let table = Table::new("published", t.notices_published(), columns, rows, t.notices_published_none());
    Ok(page(&PartsPage { breadcrumb: None, parts: vec![table.into()], frame: frame.titled(t.notices_published()) }))
}

async fn show_published(
    State(state): State<AppState>,
    frame: Frame,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let t = frame.t;
    let found = notices::noticed(&mut state.desk.database.read().await?, &id).await?;
    let listing = found.filter(|listing| listing.body.has(&PUBLICATIONS)).ok_or(Failure::NotFound)?;
    let mut list = DescriptionList::new();
    for entry in listing.body.list(&PUBLICATIONS) {
        if let [number, day, hash, names] = entry.split('|').collect::<Vec<_>>()[..] {
            let names = t.publication_names(names.parse().unwrap_or_default());
            list = list.entry(t.publication_number(), format!("{number} · {day} · {names}"));
            list = list.entry(t.notice_hash(), hash);
        }
    }
    let names: Vec<Line> = listing.body.list(&PUBLISHED_LINES).iter().filter_map(|line| Line::parse(line)).collect();
    let parts = vec![list.into(), names_table(&names, None, t)];
    let breadcrumb = Some(Breadcrumb::new(t, &[("/published", t.notices_published())], listing.title.clone()));
    Ok(page(&PartsPage { breadcrumb, parts, frame: frame.titled(listing.title.clone()) }))
}

#[derive(Template)]
#[template(path = "pages/objection_form.html")]
struct ObjectionForm {
    frame: Frame,
    breadcrumb: Breadcrumb,
    errors: ErrorSummary,
    notices: Vec<Notice>,
    lead: &'static str,
    action: String,
    method: &'static str,
    fields: Vec<Markup>,
    submit: Button,
}

/// The fields of the form, with what they are kept as.
struct Fields {
    pair: Choices,
    texts: [(TextField, &'static Field); 3],
}

fn fields(names: &[Line], t: Texts) -> Fields {
    let option = |line: &Line| OptionItem::new(line.pair.clone(), format!("{} · {}", line.who(), line.enterprise));
    let options = std::iter::once(OptionItem::new("", "—")).chain(names.iter().map(option));
    let area = TextField::area("objection_facts", t.objection_facts(), 8).hint(t.objection_facts_hint());
    Fields {
        pair: Choices::select("objection_pair", t.objection_pair(), options).required(),
        texts: [
            (area.required(), &OBJECTION_FACTS),
            (TextField::line("objector", t.objector()).hint(t.objector_hint()), &OBJECTOR),
            (
                TextField::line("objector_contact", t.objector_contact()).hint(t.objector_contact_hint()),
                &OBJECTOR_CONTACT,
            ),
        ],
    }
}

fn objection_form(frame: Frame, listing: &Matter, fields: Vec<Markup>) -> ObjectionForm {
    let t = frame.t;
    let here = format!("/notice/{}", url::component(&listing.id));
    ObjectionForm {
        breadcrumb: Breadcrumb::new(t, &[("/notice", t.notices()), (&here, &listing.title)], t.notice_object()),
        errors: ErrorSummary::none(),
        notices: Vec::new(),
        lead: t.objection_lead(),
        action: format!("{here}/object"),
        method: "post",
        fields,
        submit: Button::primary(t.objection_send()),
        frame: frame.titled(t.notice_object()),
    }
}

async fn form(State(state): State<AppState>, frame: Frame, Path(id): Path<String>) -> Result<Response, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let listing = notices::noticed(&mut tx, &id).await?.ok_or(Failure::NotFound)?;
    let names = notices::names(&mut tx, &listing).await?;
    let Fields { pair, texts } = fields(&names, t);
    let controls = std::iter::once(pair.into()).chain(texts.map(|(field, _)| field.into()));
    let mut shown = objection_form(frame, &listing, controls.collect());
    if !notices::takes_objections(&listing, today(state.clock.now())) {
        let parameters = policy::of_matter(&mut tx, &listing).await?;
        let working_days = state.desk.calendars.current(&mut tx).await?;
        let over = period(&listing, &working_days, &parameters, t);
        shown.notices.push(Notice::warning(t, t.objection_closed()).body(over));
    }
    Ok(page(&shown))
}

async fn send(
    State(state): State<AppState>,
    Extension(senders): Extension<Senders>,
    Origin(origin): Origin,
    frame: Frame,
    Path(id): Path<String>,
    mut form: Form,
) -> Result<Response, Failure> {
    let t = frame.t;
    let (listing, names) = {
        let mut tx = state.desk.database.read().await?;
        let listing = notices::noticed(&mut tx, &id).await?.ok_or(Failure::NotFound)?;
        let names = notices::names(&mut tx, &listing).await?;
        (listing, names)
    };
    let Fields { pair, texts } = fields(&names, t);
    let mut inputs = Body::default();
    if let Some(chosen) = form.choice(&pair) {
        inputs.set(&OBJECTION_PAIR, chosen);
    }
    for (control, field) in &texts {
        let text = form.text(control);
        if !text.is_empty() {
            inputs.set(field, text);
        }
    }
    let mut refused = Vec::new();
    if !form.has_problems() {
        if !senders.admit(&origin, state.clock.now()) {
            let wait = t.objection_wait(notices::OBJECTIONS_PER_ADDRESS_MAX, notices::ADDRESS_MINUTES);
            return Err(Failure::Forbidden(wait));
        }
        match notices::object(&state.desk, state.clock.now(), &id, inputs).await? {
            (Outcome::Done(objection), code) => {
                let to = format!("/objection/{}?code={code}", url::component(&objection.id));
                return Ok(Redirect::to(&to).into_response());
            }
            (Outcome::Refused(reasons), _) => refused = reasons,
            (Outcome::Stale(_), _) => return Err(Failure::Stale),
        }
    }
    let controls = std::iter::once(pair.filled(&form).into()).chain(texts.map(|(field, _)| field.filled(&form).into()));
    let mut shown = objection_form(frame, &listing, controls.collect());
    shown.errors = if form.has_problems() { ErrorSummary::of(&form) } else { ErrorSummary::none() };
    shown.notices = refused.iter().map(|reason| super::matters::refusal_notice(reason, None, t)).collect();
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    number: String,
    #[serde(default)]
    code: String,
}

/// Asks for number and code; what is typed leads to the objection's page.
async fn ask(frame: Frame, Query(asked): Query<Asked>) -> Response {
    if !asked.number.is_empty() {
        let (number, code) = (url::component(asked.number.trim()), url::component(asked.code.trim()));
        return Redirect::to(&format!("/objection/{number}?code={code}")).into_response();
    }
    page(&asking(frame, Vec::new()))
}

fn asking(frame: Frame, notices: Vec<Notice>) -> ObjectionForm {
    let t = frame.t;
    ObjectionForm {
        breadcrumb: Breadcrumb::new(t, &[("/notice", t.notices())], t.notice_track()),
        errors: ErrorSummary::none(),
        notices,
        lead: t.objection_track_lead(),
        action: "/objection".to_owned(),
        method: "get",
        fields: vec![
            TextField::line("number", t.objection_number()).required().into(),
            TextField::line("code", t.objection_code()).required().into(),
        ],
        submit: Button::primary(t.objection_track_go()),
        frame: frame.titled(t.notice_track()),
    }
}

/// What an objector is told: where it stands and what was decided, nothing of the investigation.
async fn track(
    State(state): State<AppState>,
    frame: Frame,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let t = frame.t;
    let found = notices::tracked(&mut state.desk.database.read().await?, &number, &asked.code).await?;
    let Some(objection) = found else {
        let unknown = vec![Notice::error(t, t.objection_unknown())];
        return Ok(page_with(StatusCode::NOT_FOUND, &asking(frame, unknown)));
    };
    let parts = vec![
        Notice::info(t, t.objection_keep()).body(format!("{} · {}", objection.id, asked.code)).into(),
        told(&objection, t),
    ];
    let breadcrumb = Some(Breadcrumb::new(t, &[("/notice", t.notices())], objection.id.clone()));
    Ok(page(&PartsPage { breadcrumb, parts, frame: frame.titled(objection.title.clone()) }))
}

fn told(objection: &Matter, t: Texts) -> Markup {
    let body = &objection.body;
    let mut list = DescriptionList::new()
        .entry(t.objection_state(), words::stage_status(objection, t))
        .entry(t.objection_received(), body.text(&RECEIVED_DAY));
    if let Some(due) = objection.due {
        list = list.entry(t.objection_until(), due.to_string());
    }
    let is_answered = matches!(objection.stage, Stage::ObjectionAnswered | Stage::ObjectionClosed);
    if let Some(decision) = body.get(&DECISION).filter(|_| is_answered) {
        list = list.entry(t.objection_decision(), words::value(&DECISION, decision, t));
    }
    let answer = if body.has(&ANSWER) { body.text(&ANSWER) } else { body.text(&programme::process::REASON) };
    if is_answered && !answer.is_empty() {
        list = list.entry(t.objection_answer(), Markup::from(Prose::new(answer)));
    }
    list.into()
}
