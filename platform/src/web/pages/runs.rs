//! Matching runs: asking for one, watching it, its result.

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use programme::access::{Record, Role};
use programme::process::round::settings::{UNIT_PUSHES_MAX, in_words, is_frozen};
use programme::process::{Body, Matter};
use serde::Deserialize;
use store::catalogue::ById;
use store::job::{self, Job};
use store::match_run::{self, Figures, LevelCounts, OpenPosts, Placed, Run};
use store::person::Line;

use super::listing::{self, PAGE_ROWS, Part};
use super::words;
use crate::clock::in_beijing;
use crate::texts;
use crate::usecases::matching::{TOP_DEFAULT, TOP_MAX, TOP_MIN, Wishes};
use crate::usecases::runs;
use crate::usecases::{Desk, downloads, vectors};
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::{Button, ButtonLink};
use crate::web::kit::details::{DescriptionList, Details};
use crate::web::kit::error_summary::ErrorSummary;
use crate::web::kit::field::{Choices, OptionItem, TextField};
use crate::web::kit::level::LevelBadge;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::notice::Notice;
use crate::web::kit::progress::Progress;
use crate::web::kit::status::{Status, Tone};
use crate::web::kit::table::{Cell, Column, Pagination, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{JSONL, XLSX, attachment};
use crate::web::{AppState, url};

/// Seconds after which the page of a running job is looked at again.
const REFRESH_SECONDS: u32 = 2;

/// Needs with open posts shown on the page of a run; the workbook has all.
const OPEN_SHOWN_MAX: usize = 50;

/// Jobs shown above the list of runs.
const JOBS_SHOWN_MAX: usize = 5;

/// The choice of every need of the register.
const EVERY_NEED: &str = "all";

texts! {
    runs: "匹配运算", "Match runs";
    runs_lead: "一次运算把全部需求与全部科技人员匹配，并在“每人服务一家企业”等限制下给出总体最优的推送方案。结果一经生成不再改动。",
        "A run matches every need with everybody and plans the best pushes under the limits, such as one enterprise for each person. A result is never changed.";
    runs_new: "发起匹配运算", "Start a run";
    runs_jobs: "最近的任务", "Latest jobs";
    runs_job: "任务", "Job";
    runs_state: "状态", "State";
    runs_asked: "发起", "Asked for";
    runs_number: "运算", "Run";
    runs_number_of(run: i64): "第 {run} 次", "Run {run}";
    runs_made: "完成时间", "Made";
    runs_by: "发起人", "By";
    runs_people: "科技人员", "People";
    runs_candidates: "候选人次", "Candidates";
    runs_none: "还没有匹配运算。", "There is no run yet.";
    runs_top: "每条需求的候选人数", "Candidates of each need";
    runs_top_hint(min: u32, max: u32): "{min} 到 {max} 的整数", "A whole number from {min} to {max}";
    runs_unit_max: "每个单位最多推送人数", "Most pushes to one unit";
    runs_unit_max_hint: "不填则不限", "Empty: no limit";
    runs_which_needs: "匹配哪些需求", "Which needs";
    runs_every_need: "库中全部需求（只供查看，不用于形成推荐）", "Every need of the register (to look at, not for proposals)";
    runs_start: "开始运算", "Start";
    job_queued: "等待中", "Waiting";
    job_running: "运算中", "Running";
    job_done: "已完成", "Done";
    job_cancelled: "已取消", "Cancelled";
    job_failed: "未完成", "Failed";
    job_title(job: i64): "匹配任务 {job}", "Match job {job}";
    job_vectors_title(job: i64): "语义向量任务 {job}", "Vector job {job}";
    job_vectors_step(done: i64, total: i64): "已计算 {done} / {total} 条文本", "{done} of {total} texts encoded";
    job_vectors_done(texts: &str): "已为 {texts} 条新增或改动的文本计算语义向量", "{texts} new or changed texts were encoded";
    runs_by_words: "现在只按字词排序：没有安装语义模型。需要时由系统管理员运行 zongshi model install，再重新启动。",
        "Ranked by words alone: no embedding model is installed. The system administrator can run zongshi model install and restart.";
    runs_by_words_yet: "现在只按字词排序：还有文本没有语义向量，后台计算完成后自动改为按字词和语义排序。",
        "Ranked by words alone until every text has its vector; the background job is at work.";
    runs_by_meaning(ranking: &str): "现在按字词和语义排序（{ranking}）。", "Ranked by words and meaning ({ranking}).";
    job_elapsed(seconds: i64): "已用 {seconds} 秒", "{seconds} s so far";
    job_step(done: i64, total: i64): "已匹配 {done} / {total} 条需求", "{done} of {total} needs matched";
    job_preparing: "正在准备数据", "Reading the data";
    job_cancel: "取消运算", "Cancel";
    job_cancelling: "已请求取消，正在停止", "Cancel was asked for; stopping";
    job_was_cancelled: "任务已取消，没有保留结果", "The job was cancelled; nothing was kept";
    job_has_failed: "任务没有完成", "The job was not completed";
    run_title(run: i64): "第 {run} 次匹配运算", "Run {run}";
    run_needs: "需求与推送方案", "Needs and plan";
    run_strong: "强", "Strong";
    run_fair: "较强", "Fairly";
    run_weak: "弱", "Weak";
    run_pushed: "推送", "Push";
    run_alternates: "候补", "Alternates";
    run_no_candidates: "没有一条需求有候选人选。请先导入需求和科技人员。", "No need has a candidate; import needs and people first.";
    run_open: "未能落实的岗位", "Posts left open";
    run_open_posts: "空缺", "Open";
    run_open_cause: "原因与办法", "Cause and ways out";
    run_open_more(shown: usize, posts: i64): "前 {shown} 条；共空缺 {posts} 个岗位，全部见 Excel", "The first {shown}; all {posts} open posts are in the Excel file";
    run_none_open: "所有岗位均有推送人选。", "Every post has somebody.";
    run_figures(filled: i64, posts: i64): "方案落实 {filled} 个岗位，空缺 {posts} 个", "{filled} posts filled, {posts} open";
    run_without_plan: "单条需求的匹配没有推送方案", "A run of a single need has no plan";
    run_without_needs: "没有参加运算的需求", "No need took part";
    run_without_needs_body: "需求须在有效期内；按批次运算时，还须已由该批次报省。请核对批次和需求库后重新运算。",
        "A need takes part while it has not expired and, in a run of a round, once that round has reported it. Look at both, then run again.";
    runs_frozen: "本批次的匹配参数已冻结：选择本批次时按冻结的参数运算，下面的人数不起作用",
        "The round's settings are frozen: a run of the round is made with them, whatever stands below";
    run_settings: "匹配参数", "Settings";
    run_record: "运算凭据", "What decided the run";
    run_record_lead: "输入和参数相同、版本相同，结果逐字节相同。", "Same inputs, parameters and versions give the same bytes.";
    run_inputs: "输入摘要（SM3）", "Inputs (SM3)";
    run_parameters: "参数摘要（SM3）", "Parameters (SM3)";
    run_policy: "政策版本", "Policy version";
    run_model: "排序模型", "Ranking";
    run_xlsx: "下载 Excel", "Download Excel";
    run_jsonl: "下载 JSON Lines", "Download JSON Lines";
}

/// The list, the form, a job, a result.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/runs", get(list).post(start))
        .route("/runs.xlsx", get(list_workbook))
        .route("/runs/new", get(new))
        .route("/runs/jobs/{job}", get(show_job))
        .route("/runs/jobs/{job}/cancel", post(cancel))
        .route("/runs/{run}", get(show))
        .route("/runs/{run}/result.xlsx", get(workbook))
        .route("/runs/{run}/result.jsonl", get(lines))
}

#[derive(Template)]
#[template(path = "pages/runs.html")]
struct RunsPage {
    frame: Frame,
    t: Texts,
    start: ButtonLink,
    download: ButtonLink,
    ranking: String,
    jobs: Option<Table>,
    runs: Table,
    pagination: Pagination,
}

/// Which part of the list of runs is wanted.
#[derive(Debug, Default, Deserialize)]
struct Older {
    /// The runs before this one.
    before: Option<i64>,
}

async fn list(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Query(older): Query<Older>,
) -> Result<Response, Failure> {
    visitor.must_read(Record::Match)?;
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let mut runs = match_run::list(&mut tx, visitor.scope(), older.before).await?;
    let next = (runs.len() > PAGE_ROWS).then(|| format!("/runs?before={}", runs[PAGE_ROWS - 1].id));
    runs.truncate(PAGE_ROWS);
    let jobs = job::list(&mut tx, &visitor.actor, None).await?;
    drop(tx);
    let rows = jobs.iter().take(JOBS_SHOWN_MAX).map(|job| job_row(job, t)).collect::<Result<Vec<_>, Failure>>()?;
    let columns = [Column::text(t.runs_job()), Column::text(t.runs_state()), Column::text(t.runs_asked())];
    Ok(page(&RunsPage {
        start: ButtonLink::primary(t.runs_new(), "/runs/new"),
        download: ButtonLink::secondary(t.listing_download(), "/runs.xlsx"),
        ranking: ranking_now(&state.desk, t).await?,
        jobs: (!rows.is_empty()).then(|| Table::new("jobs", t.runs_jobs(), columns, rows, "")),
        runs: Table::new("runs", t.runs(), run_columns(t), runs.iter().map(|run| run_row(run, t)), t.runs_none()),
        pagination: Pagination::steps(older.before.map(|_| "/runs".to_owned()), next, t),
        frame: frame.titled(t.runs()),
        t,
    }))
}

/// What people are ranked by now.
async fn ranking_now(desk: &Desk, t: Texts) -> Result<String, Failure> {
    let collection = desk.collections.current(desk).await?;
    Ok(match &desk.model {
        None => t.runs_by_words().to_owned(),
        Some(_) if collection.has_meaning() => t.runs_by_meaning(&collection.ranking()),
        Some(_) => t.runs_by_words_yet().to_owned(),
    })
}

async fn list_workbook(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    visitor.must_read(Record::Match)?;
    let bytes = downloads::runs_workbook(&state.desk, visitor.scope()).await?;
    Ok(attachment(XLSX, &format!("{}.xlsx", frame.t.runs()), bytes))
}

fn job_row(job: &Job, t: Texts) -> Result<Vec<Cell>, Failure> {
    Ok(vec![
        Cell::heading(Markup::link(url::job(job.id), job_title(job, t))),
        Cell::new(job_status(job, t)?),
        Cell::unbroken(moment(job.created)),
    ])
}

fn job_title(job: &Job, t: Texts) -> String {
    if job.kind == vectors::JOB_KIND { t.job_vectors_title(job.id) } else { t.job_title(job.id) }
}

fn job_status(job: &Job, t: Texts) -> Result<Status, Failure> {
    Ok(match job.state()? {
        job::State::Queued => Status::new(t.job_queued(), Tone::Active),
        job::State::Running => Status::new(t.job_running(), Tone::Active),
        job::State::Done => Status::new(t.job_done(), Tone::Good),
        job::State::Cancelled => Status::new(t.job_cancelled(), Tone::Neutral),
        job::State::Failed => Status::new(t.job_failed(), Tone::Bad),
    })
}

pub(super) fn moment(at: store::Timestamp) -> String {
    in_beijing(at).format("%Y-%m-%d %H:%M").to_string()
}

fn run_columns(t: Texts) -> [Column; 6] {
    [
        Column::text(t.runs_number()),
        Column::text(t.runs_made()),
        Column::text(t.runs_by()),
        Column::number(t.needs_title()),
        Column::number(t.runs_people()),
        Column::number(t.runs_candidates()),
    ]
}

fn run_row(run: &Run, t: Texts) -> Vec<Cell> {
    vec![
        Cell::heading(Markup::link(url::run(run.id), t.runs_number_of(run.id))),
        Cell::unbroken(moment(run.created)),
        Cell::unbroken(run.created_by.as_str()),
        Cell::number(run.needs.to_string()),
        Cell::number(run.people.to_string()),
        Cell::number(run.candidates.to_string()),
    ]
}

#[derive(Template)]
#[template(path = "pages/run_new.html")]
struct NewPage {
    frame: Frame,
    t: Texts,
    breadcrumb: Breadcrumb,
    errors: ErrorSummary,
    top: TextField,
    unit_max: TextField,
    frozen: Option<Notice>,
    round: Option<Choices>,
    submit: Button,
}

impl NewPage {
    fn new(frame: Frame, round: Option<&Matter>) -> Self {
        let t = frame.t;
        let [top, unit_max] = fields(t);
        Self {
            breadcrumb: Breadcrumb::new(t, &[("/", t.nav_home()), ("/runs", t.runs())], t.runs_new()),
            errors: ErrorSummary::none(),
            top: top.with(TOP_DEFAULT.to_string()),
            unit_max,
            frozen: round.filter(|round| is_frozen(round)).map(|_| Notice::info(t, t.runs_frozen())),
            round: round.map(|round| round_field(round, t)),
            submit: Button::primary(t.runs_start()),
            frame: frame.titled(t.runs_new()),
            t,
        }
    }
}

fn fields(t: Texts) -> [TextField; 2] {
    [
        TextField::number("top", t.runs_top()).hint(t.runs_top_hint(TOP_MIN, TOP_MAX)).required(),
        TextField::number("unit_max", t.runs_unit_max()).hint(t.runs_unit_max_hint()),
    ]
}

/// Which needs: those that the open round has reported, or every need of the register.
fn round_field(round: &Matter, t: Texts) -> Choices {
    let options = [OptionItem::new(&round.id, &round.title), OptionItem::new(EVERY_NEED, t.runs_every_need())];
    Choices::radio("round", t.runs_which_needs(), options).chosen(&[&round.id])
}

async fn new(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    visitor.must_read(Record::Match)?;
    let round = super::proposals::matching_round(&state).await?;
    Ok(page(&NewPage::new(frame, round.as_ref())))
}

async fn start(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    mut form: Form,
) -> Result<Response, Failure> {
    visitor.must_read(Record::Match)?;
    let [top, unit_max] = fields(frame.t);
    let candidates = form.whole_number(&top, i64::from(TOP_MIN)..=i64::from(TOP_MAX));
    let limit = form.whole_number(&unit_max, 1..=i64::from(UNIT_PUSHES_MAX));
    let open = super::proposals::matching_round(&state).await?;
    let field = open.as_ref().map(|round| round_field(round, frame.t));
    let round = field.as_ref().and_then(|field| form.choice(field)).filter(|round| round != EVERY_NEED);
    let (Some(candidates), false) = (candidates, form.has_problems()) else {
        let mut refused = NewPage::new(frame, open.as_ref());
        refused.round = field.map(|field| field.filled(&form));
        refused.errors = ErrorSummary::of(&form);
        refused.top = top.filled(&form);
        refused.unit_max = unit_max.filled(&form);
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused));
    };
    let frozen = open.as_ref().filter(|open| round.as_deref() == Some(open.id.as_str())).and_then(runs::frozen);
    let (top, unit_pushes_max) = (u32::try_from(candidates)?, limit.map(u32::try_from).transpose()?);
    let wishes = frozen.unwrap_or(Wishes { top, unit_pushes_max, round, ..Wishes::default() });
    let job = runs::start(&state.desk, &visitor.by(&state), &wishes).await?;
    state.jobs.wake();
    Ok(Redirect::to(&url::job(job)).into_response())
}

#[derive(Template)]
#[template(path = "pages/job.html")]
struct JobPage {
    frame: Frame,
    breadcrumb: Breadcrumb,
    progress: Option<Progress>,
    cancel: Option<(String, Button)>,
    notice: Option<Notice>,
    again: Option<ButtonLink>,
}

async fn show_job(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id = number(&id)?;
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let job = job::get(&mut tx, &visitor.actor, id).await?.ok_or(Failure::NotFound)?;
    match job.state()? {
        job::State::Done if job.kind == vectors::JOB_KIND => {
            let done = t.job_vectors_done(job.result.as_deref().unwrap_or_default());
            Ok(page(&over(frame, &job, Notice::success(t, done))))
        }
        job::State::Done => {
            Ok(Redirect::to(&format!("/runs/{}", job.result.as_deref().unwrap_or_default())).into_response())
        }
        job::State::Cancelled => Ok(page(&over(frame, &job, Notice::info(t, t.job_was_cancelled())))),
        job::State::Failed => {
            Ok(page(&over(frame, &job, Notice::error(t, t.job_has_failed()).body(job.message.clone()))))
        }
        job::State::Queued | job::State::Running => Ok(page(&running(&state, &job, frame)?)),
    }
}

fn job_breadcrumb(job: &Job, t: Texts) -> Breadcrumb {
    Breadcrumb::new(t, &[("/", t.nav_home()), ("/runs", t.runs())], job_title(job, t))
}

/// The page of a job that ended without a result.
fn over(frame: Frame, job: &Job, notice: Notice) -> JobPage {
    let t = frame.t;
    JobPage {
        breadcrumb: job_breadcrumb(job, t),
        progress: None,
        cancel: None,
        notice: Some(notice),
        again: Some(ButtonLink::secondary(t.runs_new(), "/runs/new")),
        frame: frame.titled(job_title(job, t)),
    }
}

fn running(state: &AppState, job: &Job, frame: Frame) -> Result<JobPage, Failure> {
    let t = frame.t;
    let since = job.started.unwrap_or(job.created);
    let elapsed = t.job_elapsed((state.clock.now() - since).num_seconds().max(0));
    let step = match job.total {
        0 => t.job_preparing().to_owned(),
        _ if job.kind == vectors::JOB_KIND => t.job_vectors_step(job.done, job.total),
        _ => t.job_step(job.done, job.total),
    };
    let detail = if job.cancel_requested { t.job_cancelling().to_owned() } else { format!("{step}，{elapsed}") };
    let label = if job.state()? == job::State::Queued { t.job_queued() } else { t.job_running() };
    let (done, total) = (u64::try_from(job.done)?, u64::try_from(job.total)?);
    let cancel = (format!("{}/cancel", url::job(job.id)), Button::secondary(t.job_cancel()));
    Ok(JobPage {
        progress: Some(Progress::new(label, done, total).detail(detail).polled_after(REFRESH_SECONDS)),
        cancel: (!job.cancel_requested).then_some(cancel),
        notice: None,
        again: None,
        breadcrumb: job_breadcrumb(job, t),
        frame: frame.titled(job_title(job, t)).refreshed_after(REFRESH_SECONDS),
    })
}

async fn cancel(
    State(state): State<AppState>,
    visitor: Visitor,
    Path(id): Path<i64>,
    _form: Form,
) -> Result<Response, Failure> {
    let mut tx = state.desk.database.read().await?;
    job::get(&mut tx, &visitor.actor, id).await?.ok_or(Failure::NotFound)?;
    drop(tx);
    // A job that was over already shows how it ended.
    runs::cancel(&state.desk, &visitor.by(&state), &visitor.actor, id).await?;
    Ok(Redirect::to(&url::job(id)).into_response())
}

#[derive(Template)]
#[template(path = "pages/run.html")]
struct RunPage {
    frame: Frame,
    breadcrumb: Breadcrumb,
    figures: Notice,
    downloads: [ButtonLink; 2],
    propose: Option<ButtonLink>,
    what_if: Option<ButtonLink>,
    changes: Option<ButtonLink>,
    needs: Table,
    pagination: Pagination,
    open: Option<Table>,
    record: Details,
}

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(part): Query<Part>,
) -> Result<Response, Failure> {
    let id = number(&id)?;
    let t = frame.t;
    let people = state.desk.catalogue.everybody(&state.desk.database, visitor.scope()).await?;
    let mut tx = state.desk.database.read().await?;
    let run = match_run::get(&mut tx, visitor.scope(), id).await?.ok_or(Failure::NotFound)?;
    let needs = match_run::needs(&mut tx, visitor.scope(), id, &part.start(), PAGE_ROWS).await?;
    let ids: Vec<&str> = needs.rows.iter().map(|one| one.need.as_str()).collect();
    let plan = match_run::plan_of(&mut tx, visitor.scope(), id, &ids).await?;
    let figures = match_run::figures(&mut tx, visitor.scope(), id).await?;
    let open = match_run::open_posts(&mut tx, visitor.scope(), id, OPEN_SHOWN_MAX).await?;
    let named: Vec<&str> = ids.iter().copied().chain(open.iter().map(|one| one.need.as_str())).collect();
    let titles = store::need::titles(&mut tx, visitor.scope(), &named).await?;
    let settings = runs::settings_of(&mut tx, visitor.scope(), id).await?;
    drop(tx);
    let rows = need_rows(&needs.rows, &Pushes { plan: &plan, people: &people, t }, &titles);
    let is_to_plan = figures.is_planned() && visitor.actor.role() == Role::Province;
    let link = |file: &str, label: &str| ButtonLink::secondary(label, format!("{}/{file}", url::run(id)));
    Ok(page(&RunPage {
        breadcrumb: Breadcrumb::new(t, &[("/", t.nav_home()), ("/runs", t.runs())], t.run_title(id)),
        figures: figures_notice(&run, figures, t),
        propose: is_to_plan.then(|| link("proposals", t.proposals())),
        what_if: is_to_plan.then(|| link("what-if", t.what_if())),
        changes: figures.is_planned().then(|| link("changes", t.rerun())),
        downloads: [link("result.xlsx", t.run_xlsx()), link("result.jsonl", t.run_jsonl())],
        needs: Table::new("needs", t.run_needs(), need_columns(t), rows, t.run_no_candidates())
            .summary(listing::count(needs.count, t)),
        pagination: listing::pagination(&url::run(id), &[], &needs, |one| &one.need, t),
        open: figures.is_planned().then(|| open_table(&open, figures, &titles, t)),
        record: Details::new(t.run_record(), record(&run, &settings, t)),
        frame: frame.titled(t.run_title(id)),
    }))
}

async fn workbook(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id = number(&id)?;
    let kept = downloads::kept(&state.desk, visitor.scope(), id).await?.ok_or(Failure::NotFound)?;
    let bytes = downloads::run_workbook(kept).await?;
    Ok(attachment(XLSX, &format!("{}.xlsx", frame.t.run_title(id)), bytes))
}

async fn lines(State(state): State<AppState>, visitor: Visitor, Path(id): Path<String>) -> Result<Response, Failure> {
    let id = number(&id)?;
    let kept = downloads::kept(&state.desk, visitor.scope(), id).await?.ok_or(Failure::NotFound)?;
    Ok(attachment(JSONL, &format!("run-{id}.jsonl"), downloads::run_jsonl(&kept).into_bytes()))
}

/// The number of a run or job; anything else names no page.
fn number(text: &str) -> Result<i64, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

fn figures_notice(run: &Run, figures: Figures, t: Texts) -> Notice {
    if run.needs == 0 {
        return Notice::warning(t, t.run_without_needs()).body(t.run_without_needs_body());
    }
    if !figures.is_planned() {
        return Notice::info(t, t.run_without_plan());
    }
    let words = t.run_figures(figures.filled, figures.open);
    if figures.open == 0 { Notice::success(t, words) } else { Notice::warning(t, words) }
}

fn need_columns(t: Texts) -> [Column; 7] {
    [
        Column::text(t.needs_title()),
        Column::text(t.needs_id()),
        Column::number(t.run_strong()),
        Column::number(t.run_fair()),
        Column::number(t.run_weak()),
        Column::text(t.run_pushed()),
        Column::text(t.run_alternates()),
    ]
}

fn need_rows(counts: &[LevelCounts], pushes: &Pushes<'_>, titles: &HashMap<String, String>) -> Vec<Vec<Cell>> {
    let row = |one: &LevelCounts| {
        let title = titles.get(&one.need).unwrap_or(&one.need);
        vec![
            Cell::heading(Markup::link(url::need(&one.need), title)),
            Cell::unbroken(one.need.as_str()),
            Cell::number(one.strong.to_string()),
            Cell::number(one.fair.to_string()),
            Cell::number(one.weak.to_string()),
            Cell::new(pushes.people(&one.need, |placed| placed.place == 0)),
            Cell::new(pushes.people(&one.need, |placed| placed.place > 0)),
        ]
    };
    counts.iter().map(row).collect()
}

/// The plan need by need, each person with the level, so that weak pushes are seen.
struct Pushes<'a> {
    plan: &'a [Placed],
    people: &'a ById<Line>,
    t: Texts,
}

impl Pushes<'_> {
    fn people(&self, need: &str, wanted: fn(&Placed) -> bool) -> Markup {
        let placed = self.plan.iter().filter(|placed| placed.need == need && wanted(placed));
        Markup::joined(placed.map(|placed| self.person(placed)))
    }

    fn person(&self, placed: &Placed) -> Markup {
        let name = self.people.get(&placed.person).map_or(placed.person.as_str(), |line| line.name_or_id());
        let link = Markup::link(url::pair(&placed.need, &placed.person), name);
        Markup::joined([link, LevelBadge::new(words::level(placed.level), self.t).into()])
    }
}

fn open_table(open: &[OpenPosts], figures: Figures, titles: &HashMap<String, String>, t: Texts) -> Table {
    let columns = [Column::text(t.needs_title()), Column::number(t.run_open_posts()), Column::text(t.run_open_cause())];
    let rows = open.iter().map(|one| {
        let title = titles.get(&one.need).unwrap_or(&one.need);
        vec![
            Cell::heading(Markup::link(url::need(&one.need), title)),
            Cell::number(one.posts.to_string()),
            Cell::new(one.reason.clone()),
        ]
    });
    let shown: i64 = open.iter().map(|one| i64::from(one.posts)).sum();
    let table = Table::new("open", t.run_open(), columns, rows, t.run_none_open());
    if shown < figures.open { table.summary(t.run_open_more(open.len(), figures.open)) } else { table }
}

fn record(run: &Run, settings: &Body, t: Texts) -> Markup {
    let list = DescriptionList::new()
        .entry(t.runs_made(), moment(run.created))
        .entry(t.runs_by(), run.created_by.clone())
        .entry(t.needs_title(), run.needs.to_string())
        .entry(t.runs_people(), run.people.to_string())
        .entry(t.runs_candidates(), run.candidates.to_string())
        .entry(t.run_policy(), run.policy_version.clone())
        .entry(t.run_model(), run.model.clone())
        .entry(t.run_settings(), in_words(settings, &run.model))
        .entry(t.run_inputs(), run.inputs_hash.clone())
        .entry(t.run_parameters(), run.parameters_hash.clone());
    Markup::joined([Markup::text(t.run_record_lead()), list.into()])
}
