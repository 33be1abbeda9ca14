//! Statistics: the figures of a scope now or as kept on a day, each table with its definition and as a workbook; and the
//! public page of progress.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::NaiveDate;
use paperwork::{Cell as SheetCell, Column as SheetColumn, ColumnKind, Table as Sheet};
use programme::access::{Role, Scope};
use programme::industries;
use programme::process::proposal::REFUSAL_KIND;
use programme::process::talks::FAILURE;
use programme::process::vocabulary::in_english;
use programme::process::{Field, FieldKind, Kind, Stage};
use programme::record::Sex;
use serde::Deserialize;

use super::figures as figures_page;
use super::matters::words;
use crate::clock::today;
use crate::texts;
use crate::usecases::figures::{self, Figures};
use crate::web::call::Call;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::{Button, ButtonLink};
use crate::web::kit::details::Details;
use crate::web::kit::notice::Notice;
use crate::web::kit::progress::Progress;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{XLSX, attachment};
use crate::web::{AppState, url};

texts! {
    statistics: "统计", "Statistics";
    statistics_lead(scope: &str, day: &str): "范围：{scope}；截至 {day}。每张表下“口径”写明怎样计算。",
        "Scope: {scope}; as of {day}. Below each table stands how it is counted.";
    statistics_province: "全省", "the whole province";
    statistics_own: "本单位", "your own";
    statistics_kept: "这是当日冻结的数据，不随后来的办理变化。", "These figures were kept on that day and do not change.";
    statistics_day_absent: "这一天没有冻结的数据，现显示实时数据。", "Nothing was kept on that day; these are today's figures.";
    statistics_download: "下载 Excel（全部表）", "Download Excel (all tables)";
    statistics_live: "实时数据", "Live figures";
    statistics_freeze: "冻结今天的数据", "Keep today's figures";
    statistics_freeze_hint: "冻结后可按日期再次查看，当天再次冻结不改变已存的数据。",
        "Kept figures can be seen again by day; keeping them twice on one day changes nothing.";
    statistics_frozen: "已冻结", "Kept";
    statistics_definition: "口径", "How it is counted";
    statistics_nothing: "还没有数据。", "No figures yet.";
    statistics_what: "项目", "Item";
    statistics_unit: "计数对象（单位）", "Counted";
    statistics_people: "人数", "People";
    statistics_count: "数量", "Number";
    statistics_times: "次数", "Times";
    statistics_share: "占比", "Share";
    statistics_unknown: "未填写", "not stated";
    statistics_of_kind: "：", ": ";
    statistics_progress: "聘任进度", "Progress";
    statistics_progress_detail(people: u64, target: u32): "已聘任 {people} 人，目标约 {target} 人", "{people} appointed, of about {target}";
    statistics_by_year: "按年度", "By year";
    statistics_by_year_is: "协议已备案生效的科技总师，同一人只计一次，按聘期开始的年度（方案一）。",
        "People whose agreement is filed and in force, each counted once, by the year in which the term began (1).";
    statistics_by_organiser: "按市（地）", "By city";
    statistics_by_organiser_is: "同上，按组织单位；省国资委监管企业单列。", "The same by organiser; SASAC's enterprises apart.";
    statistics_by_industry: "按行业门类", "By industry";
    statistics_by_industry_is: "同上，按需求填写的国民经济行业门类（GB/T 4754）。", "The same by the section of industry that the need states (GB/T 4754).";
    statistics_by_unit: "按派出单位", "By sending unit";
    statistics_by_unit_is: "同上，按派出单位，多者在前。", "The same by sending unit, most first.";
    statistics_sex: "按性别", "By sex";
    statistics_sex_is: "同上，按性别。取自身份证号第 17 位，只用于统计；没有身份证号的为未知。", "The same by sex, from the 17th digit of the resident id; used for shares alone. Unknown without an id.";
    statistics_female: "女", "Women";
    statistics_male: "男", "Men";
    statistics_funnel: "从需求到考评", "From need to assessment";
    statistics_funnel_is: "先计需求，再计人选（一项需求可有多名人选，一人可为多项需求的人选，按人次），最后计聘任；每步含已走到更后面的。只有计数对象相同的两步才算占比。",
        "First needs, then candidates (a need may have several, a person may be one of several needs), then appointments; each step includes those further on. A per cent stands only between two steps that count the same.";
    statistics_step_share: "占上一步", "Of the step before";
    statistics_drops: "停在中途的", "Where they stopped";
    statistics_drops_is: "需求和人选停在哪一环节，各计一次；原因写在各事项的办理记录中。",
        "The stage at which needs and candidates ended, each counted once; the reason is in each matter's history.";
    statistics_declines: "本人谢绝的原因", "Why people declined";
    statistics_declines_is: "本人在答复推送时选择的原因，一次一项；逾期未答复的不计。", "As chosen in the answer to a push, one each; those who gave no answer in time are left out.";
    statistics_failures: "对接未成的原因", "Why talks failed";
    statistics_failures_is: "组织单位登记的原因，一次可有几项，因此合计可大于次数。", "As recorded by organisers; one case may have several.";
    statistics_stays: "各环节用时", "Days at each stage";
    statistics_stays_is: "每个环节最近 200 次已办结的停留，按日历天，取中位数和最长；仍停在该环节的不计。",
        "The last 200 finished stays of each stage in calendar days, median and longest; those still there are not counted.";
    statistics_stays_count: "次数", "Stays";
    statistics_stays_median: "中位数（天）", "Median (days)";
    statistics_stays_longest: "最长（天）", "Longest (days)";
    statistics_shares: "结构", "Shares";
    statistics_shares_is: "有平台：接收单位登记有省级以上平台（方案二（三）1（3））。优先年龄：聘期首日的周岁不超过所在批次的优先年龄，出生日期未知的不计（方案二（一）1（2））。单位机会：推送集中在前五家单位的比例。每行的占比按同一计数对象计算。",
        "Platform: the enterprise has one at provincial level or above. Preferred age: completed years on the first day of the term within the preferred age of the round, unknown births left out. Units: the part of pushes that went to the five units with most. Each per cent is of the same thing counted.";
    statistics_share_platform: "接收单位有省级以上平台的", "At enterprises with a platform";
    statistics_share_young(years: &str): "科技总师 {years} 周岁及以下的（出生日期已知）", "Of people up to {years} (birth known)";
    statistics_share_preferred: "科技总师在优先年龄以内的（出生日期已知）", "Of people within the preferred age (birth known)";
    statistics_share_top: "推送给其中最多的 5 家单位的", "Pushed to the five units with most";
    statistics_share_units: "收到过推送的", "That received a push";
    statistics_of: "总数", "Of all";
    statistics_results: "成果", "Results";
    statistics_results_is: "已通报的考评。自报：本人聘期总结所填；核实：组织单位依据服务记录和证明文件填写，二者分列。",
        "Assessments made known. Declared: in the person's own summary; verified: by the organiser, from log entries and documents.";
    statistics_declared: "自报", "Declared";
    statistics_verified: "核实", "Verified";
    figure_needs: "企业提交", "Submitted";
    figure_reported: "报省科技厅", "Reported to the province";
    figure_matched: "匹配推荐", "Proposed";
    figure_asked: "推送派出单位", "Pushed to the unit";
    figure_willing: "本人同意", "Person willing";
    figure_talks: "对接洽谈", "In talks";
    figure_suggested: "列为建议人选", "Suggested";
    figure_listed: "列入拟选派名单", "On the list";
    figure_published: "名单公布", "Published";
    figure_agreement: "协议生效", "Agreement in force";
    figure_served: "有确认的服务", "Served";
    figure_assessed: "已考评", "Assessed";
    figure_people: "考评已通报的科技总师", "Assessments made known";
    figure_excellent: "其中考评优秀的", "Of them excellent";
    figure_results: "转化落地成果", "Results landed";
    figure_problems: "解决技术难题", "Problems solved";
    figure_contract_yuan: "转化合同金额", "Value of contracts";
    figure_paid_yuan: "合同到账金额", "Received under them";
    figure_patents: "形成专利", "Patents";
    figure_products: "形成新产品", "New products";
    unit_needs: "需求（项）", "needs";
    unit_pairs: "人选（人次）", "candidates";
    unit_appointments: "聘任（项）", "appointments";
    unit_units: "派出单位（家）", "sending units";
    unit_people: "科技总师（人）", "people";
    unit_results: "成果（项）", "results";
    unit_problems: "难题（个）", "problems";
    unit_yuan: "金额（元）", "yuan";
    unit_patents: "专利（件）", "patents";
    unit_products: "产品（个）", "products";
    statistics_own_people(people: u64): "已聘任 {people} 人", "{people} appointed";
    statistics_own_people_of(target: u32): "全省三年目标约 {target} 人（方案一），不分解到市（地）和单位。", "The province aims at about {target} in three years (1); the target is not divided.";
    progress: "选派进度", "Progress of the programme";
    progress_lead(day: &str): "截至 {day}。只公布汇总数，不含个人和企业信息。", "As of {day}. Totals only; no personal or enterprise data.";
}

/// Figures for those who have some, progress for everybody.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/statistics", get(show))
        .route("/statistics.xlsx", get(download))
        .route("/statistics/freeze", post(freeze))
        .route("/progress", get(show_progress))
}

/// Whether a visitor has figures: the province all, organisers their own, units their own.
pub fn has_figures(visitor: &Visitor) -> bool {
    figures::name_of(visitor.scope()).is_some()
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    day: String,
    #[serde(default)]
    done: String,
}

#[derive(Template)]
#[template(path = "pages/statistics.html")]
struct StatisticsPage {
    frame: Frame,
    lead: String,
    notices: Vec<Notice>,
    progress: Markup,
    actions: Vec<ButtonLink>,
    freeze: Option<Button>,
    freeze_hint: &'static str,
    parts: Vec<Markup>,
}

/// One table of figures: for the page and for the workbook.
pub(super) struct Part {
    pub id: &'static str,
    pub title: &'static str,
    pub definition: &'static str,
    pub headings: Vec<&'static str>,
    /// How many cells of a row are words: what it counts and, where rows differ in it, in which unit. The others are figures.
    pub words: usize,
    pub rows: Vec<Vec<String>>,
}

async fn show(Call { state, frame, visitor }: Call, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let t = frame.t;
    let (found, day, is_kept) = figures_of(&state, &visitor, &asked.day).await?;
    let mut notices = Vec::new();
    if asked.done == "freeze" {
        notices.push(Notice::success(t, t.statistics_frozen()));
    }
    if is_kept {
        notices.push(Notice::info(t, t.statistics_kept()));
    } else if !asked.day.is_empty() {
        notices.push(Notice::warning(t, t.statistics_day_absent()));
    }
    let days = store::statistics::frozen_days(&mut state.desk.database.read().await?).await?;
    let download = format!("/statistics.xlsx{}", url::query(&[("day", &asked.day)]));
    let mut actions = vec![ButtonLink::secondary(t.statistics_download(), download)];
    if figures_page::may_see(&visitor) {
        actions.push(ButtonLink::secondary(t.figures(), "/figures"));
    }
    if is_kept {
        actions.push(ButtonLink::secondary(t.statistics_live(), "/statistics"));
    }
    actions.extend(days.iter().map(|day| ButtonLink::secondary(day.to_string(), format!("/statistics?day={day}"))));
    let scope = if *visitor.scope() == Scope::Province { t.statistics_province() } else { t.statistics_own() };
    let is_province = visitor.actor.role() == Role::Province;
    Ok(page(&StatisticsPage {
        lead: t.statistics_lead(scope, &day.to_string()),
        notices,
        progress: if *visitor.scope() == Scope::Province { progress_bar(&found, t).into() } else { share(&found, t) },
        actions,
        freeze: (is_province && !is_kept).then(|| Button::secondary(t.statistics_freeze())),
        freeze_hint: t.statistics_freeze_hint(),
        parts: parts(&found, t).into_iter().flat_map(|part| shown(part, t)).collect(),
        frame: frame.titled(t.statistics()),
    }))
}

async fn show_progress(State(state): State<AppState>, frame: Frame) -> Result<Response, Failure> {
    let t = frame.t;
    let found = figures::progress(&mut state.desk.database.read().await?).await?;
    let parts = progress_parts(&found, t);
    Ok(page(&StatisticsPage {
        lead: t.progress_lead(&today(state.clock.now()).to_string()),
        notices: Vec::new(),
        progress: progress_bar(&found, t).into(),
        actions: Vec::new(),
        freeze: None,
        freeze_hint: "",
        parts: parts.into_iter().flat_map(|part| shown(part, t)).collect(),
        frame: frame.titled(t.progress()),
    }))
}

async fn download(Call { state, frame, visitor }: Call, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (found, day, _) = figures_of(&state, &visitor, &asked.day).await?;
    workbook(&parts(&found, frame.t), &format!("{}{day}", frame.t.statistics())).await
}

async fn freeze(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    visitor.must_be_province(frame.t)?;
    let day = today(state.clock.now());
    figures::freeze(&state.desk, &visitor.by(&state), day).await?;
    Ok(Redirect::to(&format!("/statistics?day={day}&done=freeze")).into_response())
}

/// The figures of the visitor's scope: of a kept day when there is one, else of now.
async fn figures_of(state: &AppState, visitor: &Visitor, day: &str) -> Result<(Figures, NaiveDate, bool), Failure> {
    if !has_figures(visitor) {
        return Err(Failure::NotFound);
    }
    let mut tx = state.desk.database.read().await?;
    if let Ok(day) = day.parse::<NaiveDate>()
        && let Some(kept) = figures::kept(&mut tx, day, visitor.scope()).await?
    {
        return Ok((kept, day, true));
    }
    Ok((figures::kept_now(&state.desk, &mut tx, visitor.scope()).await?, today(state.clock.now()), false))
}

/// The target is the province's: a city, a unit or SASAC is told its own people beside it, not a share of it.
fn share(figures: &Figures, t: Texts) -> Markup {
    Notice::info(t, t.statistics_own_people(figures.people)).body(t.statistics_own_people_of(figures.target)).into()
}

fn progress_bar(figures: &Figures, t: Texts) -> Progress {
    Progress::new(t.statistics_progress(), figures.people, u64::from(figures.target))
        .detail(t.statistics_progress_detail(figures.people, figures.target))
}

pub(super) fn shown(part: Part, t: Texts) -> [Markup; 2] {
    let column = |(place, heading): (usize, &&'static str)| {
        if place < part.words { Column::text(*heading) } else { Column::number(*heading) }
    };
    let columns: Vec<Column> = part.headings.iter().enumerate().map(column).collect();
    let cell = |(place, text): (usize, String)| match place {
        0 => Cell::heading(text),
        place if place < part.words => Cell::unbroken(text),
        _ => Cell::number(text),
    };
    let row = |row: Vec<String>| row.into_iter().enumerate().map(cell).collect::<Vec<_>>();
    let table = Table::new(part.id, part.title, columns, part.rows.into_iter().map(row), t.statistics_nothing());
    [table.into(), Details::new(format!("{}：{}", part.title, t.statistics_definition()), part.definition).into()]
}

/// The tables as sheets of one workbook.
pub(super) async fn workbook(parts: &[Part], name: &str) -> Result<Response, Failure> {
    let sheets: Vec<Sheet> = parts.iter().map(sheet).collect();
    let bytes = tokio::task::spawn_blocking(move || paperwork::write(&sheets)).await??;
    Ok(attachment(XLSX, &format!("{name}.xlsx"), bytes))
}

fn sheet(part: &Part) -> Sheet {
    let column = |(place, heading): (usize, &str)| SheetColumn {
        note: if place == 0 { part.definition.to_owned() } else { String::new() },
        kind: if place < part.words { ColumnKind::Text } else { ColumnKind::Number },
        ..SheetColumn::text(heading, if place == 0 { 36.0 } else { 16.0 })
    };
    let cell = |text: &String| match text.parse::<f64>() {
        Ok(number) => Some(SheetCell::Number(number)),
        Err(_) if text.is_empty() => None,
        Err(_) => Some(SheetCell::Text(text.clone())),
    };
    Sheet {
        name: part.title.to_owned(),
        columns: part.headings.iter().copied().enumerate().map(column).collect(),
        rows: part.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
    }
}

fn counted(
    (id, title, definition): (&'static str, &'static str, &'static str),
    heading: &'static str,
    counts: impl IntoIterator<Item = (String, u64)>,
    t: Texts,
) -> Part {
    let rows = counts.into_iter().map(|(name, count)| vec![name, count.to_string()]).collect();
    Part { id, title, definition, headings: vec![t.statistics_what(), heading], words: 1, rows }
}

/// What everybody may see: totals by year and city.
fn progress_parts(figures: &Figures, t: Texts) -> Vec<Part> {
    let years = figures.by_year.iter().map(|(year, count)| (known(year, t), *count));
    let organisers = figures.by_organiser.iter().map(|(code, count)| (words::organiser(code, t), *count));
    let by_year = ("by-year", t.statistics_by_year(), t.statistics_by_year_is());
    let by_organiser = ("by-organiser", t.statistics_by_organiser(), t.statistics_by_organiser_is());
    vec![counted(by_year, t.statistics_people(), years, t), counted(by_organiser, t.statistics_people(), organisers, t)]
}

fn parts(figures: &Figures, t: Texts) -> Vec<Part> {
    let mut parts = progress_parts(figures, t);
    let people = t.statistics_people();
    let section = |code: &str| industries::name(code).map_or_else(|| known(code, t), |name| format!("{code} {name}"));
    let industry = figures.by_industry.iter().map(|(code, count)| (section(code), *count));
    parts.push(counted(
        ("by-industry", t.statistics_by_industry(), t.statistics_by_industry_is()),
        people,
        industry,
        t,
    ));
    let units = figures.by_unit.iter().cloned();
    parts.push(counted(("by-unit", t.statistics_by_unit(), t.statistics_by_unit_is()), people, units, t));
    let by_sex = figures.by_sex.iter().map(|(code, count)| (sex(code, t), *count));
    parts.push(counted(("by-sex", t.statistics_sex(), t.statistics_sex_is()), people, by_sex, t));
    parts.push(funnel(figures, t));
    parts.push(drops(figures, t));
    let reasons = |counts: &[(String, u64)], of: &Field| -> Vec<(String, u64)> {
        counts.iter().map(|(code, count)| (reason(code, of, t), *count)).collect()
    };
    let declines = ("declines", t.statistics_declines(), t.statistics_declines_is());
    parts.push(counted(declines, t.statistics_times(), reasons(&figures.declines, &REFUSAL_KIND), t));
    let failures = ("failures", t.statistics_failures(), t.statistics_failures_is());
    parts.push(counted(failures, t.statistics_times(), reasons(&figures.failures, &FAILURE), t));
    parts.push(stays(figures, t));
    parts.push(shares(figures, t));
    parts.push(results(figures, t));
    parts
}

/// A sex by its code, in words.
pub(super) fn sex(code: &str, t: Texts) -> String {
    let word = match Sex::parse(code) {
        Some(Sex::Female) => t.statistics_female(),
        Some(Sex::Male) => t.statistics_male(),
        None => t.statistics_unknown(),
    };
    word.to_owned()
}

fn funnel(figures: &Figures, t: Texts) -> Part {
    let before = std::iter::once(None).chain(figures.funnel.iter().map(Some));
    let row = |((code, count), before): (&(String, u64), Option<&(String, u64)>)| {
        let same = before.filter(|(before, _)| unit(before, t) == unit(code, t));
        let share = same.map_or_else(String::new, |(_, before)| percent(*count, *before));
        vec![figure(code, t), unit(code, t).to_owned(), count.to_string(), share]
    };
    Part {
        id: "funnel",
        title: t.statistics_funnel(),
        definition: t.statistics_funnel_is(),
        headings: vec![t.statistics_what(), t.statistics_unit(), t.statistics_count(), t.statistics_step_share()],
        words: 2,
        rows: figures.funnel.iter().zip(before).map(row).collect(),
    }
}

/// Needs and candidates are different things, so each row says which it counts.
fn drops(figures: &Figures, t: Texts) -> Part {
    let unit = |code: &str| match Stage::parse(code).map(Stage::kind) {
        Some(Kind::Need) => t.unit_needs(),
        _ => t.unit_pairs(),
    };
    let row = |(code, count): &(String, u64)| vec![stage(code, t), unit(code).to_owned(), count.to_string()];
    Part {
        id: "drops",
        title: t.statistics_drops(),
        definition: t.statistics_drops_is(),
        headings: vec![t.statistics_what(), t.statistics_unit(), t.statistics_count()],
        words: 2,
        rows: figures.drops.iter().map(row).collect(),
    }
}

fn stays(figures: &Figures, t: Texts) -> Part {
    let row = |stay: &figures::Stay| {
        vec![stage(&stay.stage, t), stay.stays.to_string(), stay.median_days.to_string(), stay.longest_days.to_string()]
    };
    Part {
        id: "stays",
        title: t.statistics_stays(),
        definition: t.statistics_stays_is(),
        headings: vec![
            t.statistics_what(),
            t.statistics_stays_count(),
            t.statistics_stays_median(),
            t.statistics_stays_longest(),
        ],
        words: 1,
        rows: figures.stays.iter().map(row).collect(),
    }
}

fn shares(figures: &Figures, t: Texts) -> Part {
    let shares = &figures.shares;
    let years: Vec<String> = shares.young_years.iter().map(ToString::to_string).collect();
    let young = match years.as_slice() {
        [] => t.statistics_share_preferred().to_owned(),
        years => t.statistics_share_young(&years.join("/")),
    };
    let row = |name: &str, unit: &str, part: u64, of: u64| {
        vec![name.to_owned(), unit.to_owned(), part.to_string(), of.to_string(), percent(part, of)]
    };
    let (appointments, units) = (t.unit_appointments(), t.unit_units().to_owned());
    Part {
        id: "shares",
        title: t.statistics_shares(),
        definition: t.statistics_shares_is(),
        headings: vec![
            t.statistics_what(),
            t.statistics_unit(),
            t.statistics_count(),
            t.statistics_of(),
            t.statistics_share(),
        ],
        words: 2,
        rows: vec![
            row(t.statistics_share_platform(), appointments, shares.with_platform, shares.appointments),
            row(&young, appointments, shares.young, shares.born),
            row(t.statistics_share_top(), t.unit_pairs(), shares.pushes_top, shares.pushes),
            vec![t.statistics_share_units().to_owned(), units, shares.units.to_string(), String::new(), String::new()],
        ],
    }
}

fn results(figures: &Figures, t: Texts) -> Part {
    let row = |(code, declared, verified): &(String, Option<i64>, i64)| {
        let declared = declared.map_or_else(String::new, |number| number.to_string());
        vec![figure(code, t), unit(code, t).to_owned(), declared, verified.to_string()]
    };
    Part {
        id: "results",
        title: t.statistics_results(),
        definition: t.statistics_results_is(),
        headings: vec![t.statistics_what(), t.statistics_unit(), t.statistics_declared(), t.statistics_verified()],
        words: 2,
        rows: figures.results.iter().map(row).collect(),
    }
}

pub(super) fn known(code: &str, t: Texts) -> String {
    if code == "?" { t.statistics_unknown().to_owned() } else { code.to_owned() }
}

/// A part of a whole with one decimal, rounded down; nothing when there is no whole.
pub(super) fn percent(part: u64, of: u64) -> String {
    (part * 1_000)
        .checked_div(of)
        .map_or_else(String::new, |thousandths| format!("{}.{}%", thousandths / 10, thousandths % 10))
}

/// One of a field's choices in words.
fn reason(code: &str, field: &Field, t: Texts) -> String {
    if t.lang == Lang::English {
        return in_english(code);
    }
    let (FieldKind::Many(of) | FieldKind::Choice(of)) = field.kind else { return code.to_owned() };
    of.iter().find(|(known, _)| *known == code).map_or_else(|| code.to_owned(), |(_, word)| (*word).to_owned())
}

/// A stage with the kind of matter that stands at it: “已撤销” alone says nothing.
fn stage(code: &str, t: Texts) -> String {
    let name =
        |stage: Stage| format!("{}{}{}", words::kind(stage.kind(), t), t.statistics_of_kind(), words::stage(stage, t));
    Stage::parse(code).map_or_else(|| code.to_owned(), name)
}

/// What a figure counts, with its unit.
fn unit(code: &str, t: Texts) -> &'static str {
    match code {
        "needs" | "reported" => t.unit_needs(),
        "agreement" | "served" | "assessed" => t.unit_appointments(),
        "people" | "excellent" => t.unit_people(),
        "results" => t.unit_results(),
        "problems" => t.unit_problems(),
        "contract_yuan" | "paid_yuan" => t.unit_yuan(),
        "patents" => t.unit_patents(),
        "products" => t.unit_products(),
        _ => t.unit_pairs(),
    }
}

fn figure(code: &str, t: Texts) -> String {
    let word = match code {
        "needs" => t.figure_needs(),
        "reported" => t.figure_reported(),
        "matched" => t.figure_matched(),
        "asked" => t.figure_asked(),
        "willing" => t.figure_willing(),
        "talks" => t.figure_talks(),
        "suggested" => t.figure_suggested(),
        "listed" => t.figure_listed(),
        "published" => t.figure_published(),
        "agreement" => t.figure_agreement(),
        "served" => t.figure_served(),
        "assessed" => t.figure_assessed(),
        "people" => t.figure_people(),
        "excellent" => t.figure_excellent(),
        "results" => t.figure_results(),
        "problems" => t.figure_problems(),
        "contract_yuan" => t.figure_contract_yuan(),
        "paid_yuan" => t.figure_paid_yuan(),
        "patents" => t.figure_patents(),
        "products" => t.figure_products(),
        other => other,
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_per_cent_of_the_step_before_only_when_both_count_the_same() {
        let codes = ["needs", "reported", "matched", "asked", "agreement", "served"];
        let funnel_of = codes.into_iter().zip([40, 20, 60, 30, 3, 3]).map(|(code, count)| (code.to_owned(), count));
        let figures = Figures { funnel: funnel_of.collect(), ..Figures::default() };
        let shares: Vec<String> = funnel(&figures, Texts { lang: Lang::Chinese })
            .rows
            .into_iter()
            .map(|row| row.join(" ").trim_end().to_owned())
            .collect();
        insta::assert_snapshot!(shares.join("\n"), @"
        企业提交 需求（项） 40
        报省科技厅 需求（项） 20 50.0%
        匹配推荐 人选（人次） 60
        推送派出单位 人选（人次） 30 50.0%
        协议生效 聘任（项） 3
        有确认的服务 聘任（项） 3 100.0%
        ");
    }

    #[test]
    fn every_table_has_a_cell_for_each_heading() {
        let one = || vec![("needs".to_owned(), 1)];
        let stay = figures::Stay { stage: "need_review".to_owned(), stays: 1, median_days: 1, longest_days: 1 };
        let figures = Figures {
            by_year: one(),
            by_organiser: one(),
            funnel: one(),
            drops: vec![("pair_withdrawn".to_owned(), 1)],
            stays: vec![stay],
            results: vec![("patents".to_owned(), None, 1)],
            ..Figures::default()
        };
        for lang in [Lang::Chinese, Lang::English] {
            for part in parts(&figures, Texts { lang }) {
                let fits = part.rows.iter().all(|row| row.len() == part.headings.len());
                assert!(fits && part.words < part.headings.len(), "{}: {:?}", part.id, part.rows);
            }
        }
    }

    #[test]
    fn a_percentage_is_rounded_down_and_nothing_of_nothing_is_nothing() {
        assert_eq!(
            (percent(1, 3), percent(2, 2), percent(0, 0)),
            ("33.3%".to_owned(), "100.0%".to_owned(), String::new())
        );
    }
}
