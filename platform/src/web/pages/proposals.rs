//! A run's plan beside a round: what would be opened, kept, withdrawn and left out; and doing it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use programme::access::Record;
use programme::clause;
use programme::process::proposal::{BAND, ORDER};
use programme::process::round::settings::in_words;
use programme::process::{Kind, Matter, Stage};
use serde::Deserialize;
use store::matter::{self, Link};

use super::matters::words;
use crate::texts;
use crate::usecases::proposals::{self, Draft, Made};
use crate::web::errors::Failure;
use crate::web::form::Form;
use crate::web::frame::{Frame, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::Button;
use crate::web::kit::hidden::Hidden;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::notice::Notice;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

/// Refusals that are shown; a run that is refused is refused whole, so the first ones say enough.
const REFUSALS_SHOWN_MAX: usize = 20;

texts! {
    proposals: "形成初步推荐", "Make proposals";
    proposals_lead: "把这次匹配运算的推送方案逐对重新核查后，一次形成初步推荐和候补。在办的推荐不受影响；推送仍由省科技厅逐项或批量确认。",
        "Every pair of the run's plan is checked again and all of them become proposals and alternates together. Pairs under way are not disturbed; each push is still confirmed by the province.";
    proposals_round(title: &str): "批次：{title}", "Round: {title}";
    proposals_no_round: "没有正在征集需求或匹配对接的批次，请先发布年度批次。", "No round is open; issue one first.";
    proposals_opens(count: usize): "将形成 {count} 项", "{count} to be opened";
    proposals_keeps(count: usize): "保持不变 {count} 项", "{count} unchanged";
    proposals_withdraws(count: usize): "将撤销未推送的旧推荐 {count} 项", "{count} earlier proposals, not pushed, to be withdrawn";
    proposals_skips(count: usize): "方案中不列入 {count} 项", "{count} pairs of the plan left out";
    proposals_pair: "推荐人选", "Pair";
    proposals_unit: "派出单位", "Sending unit";
    proposals_order: "顺位", "Order";
    proposals_first: "首位", "First";
    proposals_alternate(order: i64): "候补 {order}", "Alternate {order}";
    proposals_level: "相关程度", "Level";
    proposals_stage: "环节", "Stage";
    proposals_reason: "原因", "Reason";
    proposals_confirm(opened: usize, withdrawn: usize): "确认：形成 {opened} 项，撤销 {withdrawn} 项", "Confirm: open {opened}, withdraw {withdrawn}";
    proposals_freezes: "形成推荐的同时，把这次运算的参数冻结为本批次的匹配参数", "With these proposals the run's settings are frozen for the round";
    proposals_nothing: "方案与现有推荐一致，没有需要改动的。", "The plan and the proposals agree; there is nothing to change.";
    proposals_refused: "没有形成推荐，请先解决下列问题", "Nothing was proposed; these stand against it";
    proposals_more(count: usize): "另有 {count} 处", "{count} more";
    proposals_done(opened: usize, withdrawn: usize): "已形成 {opened} 项推荐，撤销 {withdrawn} 项旧推荐", "{opened} proposals opened, {withdrawn} earlier ones withdrawn";
}

/// `GET` shows what would change, `POST` does it.
pub fn routes() -> Router<AppState> {
    Router::new().route("/runs/{id}/proposals", get(show).post(make))
}

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    round: String,
}

#[derive(Template)]
#[template(path = "pages/proposals.html")]
struct ProposalsPage {
    frame: Frame,
    t: Texts,
    breadcrumb: Breadcrumb,
    notices: Vec<Notice>,
    tables: Vec<Table>,
    confirm: Option<(String, Hidden, Button)>,
}

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(run): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let t = frame.t;
    visitor.must_read(Record::Match)?;
    visitor.must_be_province(t)?;
    let run: i64 = run.parse().map_err(|_| Failure::NotFound)?;
    let round =
        if asked.round.is_empty() { matching_round(&state).await?.map(|round| round.id) } else { Some(asked.round) };
    let Some(round) = round else {
        return Ok(shown(frame, run, StatusCode::OK, vec![Notice::warning(t, t.proposals_no_round())], None));
    };
    let by = visitor.by(&state);
    let draft = proposals::preview(&state.desk, &by, &visitor.actor, run, &round).await?.ok_or(Failure::NotFound)?;
    let notices = notices(&draft, t);
    Ok(shown(frame, run, StatusCode::OK, notices, Some(&draft)))
}

async fn make(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(run): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let t = frame.t;
    visitor.must_read(Record::Match)?;
    visitor.must_be_province(t)?;
    let run: i64 = run.parse().map_err(|_| Failure::NotFound)?;
    match proposals::from_run(&state.desk, &visitor.by(&state), &visitor.actor, run, form.value("round")).await? {
        Made::Unknown => Err(Failure::NotFound),
        Made::Refused(draft) => {
            Ok(shown(frame, run, StatusCode::UNPROCESSABLE_ENTITY, notices(&draft, t), Some(&draft)))
        }
        Made::Done(draft) => {
            let done = Notice::success(t, t.proposals_done(draft.opens.len(), draft.withdraws.len()))
                .body(Markup::link(
                    format!("{}?round={}", words::list_href(Kind::Pair), draft.round.id),
                    t.proposals_pair(),
                ))
                .clause(clause!("3.2a"), t);
            let mut page = ProposalsPage::new(frame, run, vec![done]);
            page.tables = [skips(&draft, t)].into_iter().flatten().collect();
            Ok(page_with(StatusCode::OK, &page))
        }
    }
}

/// The round in which needs are collected or matched now, the latest.
pub async fn matching_round(state: &AppState) -> Result<Option<Matter>, Failure> {
    let rounds = matter::linked(&mut state.desk.database.read().await?, Link::OfKind(Kind::Round)).await?;
    Ok(rounds.into_iter().rev().find(|round| matches!(round.stage, Stage::RoundOpen | Stage::RoundCollected)))
}

impl ProposalsPage {
    fn new(frame: Frame, run: i64, notices: Vec<Notice>) -> Self {
        let t = frame.t;
        let above = [("/", t.nav_home()), ("/runs", t.runs()), (&url::run(run), &t.run_title(run))];
        Self {
            breadcrumb: Breadcrumb::new(t, &above, t.proposals()),
            notices,
            tables: Vec::new(),
            confirm: None,
            frame: frame.titled(t.proposals()),
            t,
        }
    }
}

fn shown(frame: Frame, run: i64, status: StatusCode, notices: Vec<Notice>, draft: Option<&Draft>) -> Response {
    let t = frame.t;
    let mut page = ProposalsPage::new(frame, run, notices);
    if let Some(draft) = draft {
        let old: Vec<&Matter> = draft.withdraws.iter().collect();
        let tables = [
            pairs(
                "opens",
                t.proposals_opens(draft.opens.len()),
                &draft.opens.iter().map(|one| &one.matter).collect::<Vec<_>>(),
                t,
            ),
            pairs("withdraws", t.proposals_withdraws(old.len()), &old, t),
            pairs("keeps", t.proposals_keeps(draft.keeps.len()), &draft.keeps.iter().collect::<Vec<_>>(), t),
            skips(draft, t),
        ];
        page.tables = tables.into_iter().flatten().collect();
        let (opened, withdrawn) = (draft.opens.len(), draft.withdraws.len());
        if draft.refusals.is_empty() && opened + withdrawn > 0 {
            let action = format!("{}/proposals", url::run(run));
            let submit = Button::primary(t.proposals_confirm(opened, withdrawn));
            page.confirm = Some((action, Hidden::new("round", draft.round.id.clone()), submit));
        }
    }
    page_with(status, &page)
}

fn notices(draft: &Draft, t: Texts) -> Vec<Notice> {
    let mut notices = vec![Notice::info(t, t.proposals_round(&draft.round.title))];
    if let Some(settings) = &draft.freezes {
        notices.push(Notice::info(t, t.proposals_freezes()).body(in_words(settings, &draft.run.model)));
    }
    if !draft.refusals.is_empty() {
        let shown = draft.refusals.iter().take(REFUSALS_SHOWN_MAX).cloned();
        let more = draft.refusals.len().saturating_sub(REFUSALS_SHOWN_MAX);
        let more = (more > 0).then(|| t.proposals_more(more));
        let lines: Vec<String> = shown.chain(more).collect();
        notices.push(Notice::error(t, t.proposals_refused()).body(lines.join("；")));
    } else if draft.opens.is_empty() && draft.withdraws.is_empty() {
        notices.push(Notice::success(t, t.proposals_nothing()));
    }
    notices
}

fn pairs(id: &'static str, caption: String, matters: &[&Matter], t: Texts) -> Option<Table> {
    let columns = [
        Column::text(t.proposals_pair()),
        Column::text(t.proposals_unit()),
        Column::text(t.proposals_order()),
        Column::text(t.proposals_level()),
        Column::text(t.proposals_stage()),
    ];
    let rows = matters.iter().map(|pair| {
        let title = if pair.id.is_empty() {
            Markup::text(&pair.title)
        } else {
            Markup::link(words::href(&pair.id), pair.title.as_str())
        };
        vec![
            Cell::heading(title),
            Cell::new(pair.parties.unit.clone().unwrap_or_default()),
            Cell::new(order(pair, t)),
            Cell::new(pair.body.text(&BAND)),
            Cell::new(words::stage_status(pair, t)),
        ]
    });
    (!matters.is_empty()).then(|| Table::new(id, caption, columns, rows, ""))
}

/// The place in the order, in words.
pub fn order(pair: &Matter, t: Texts) -> String {
    place(pair.body.whole(&ORDER).unwrap_or_default(), t)
}

/// A place in the order: 0 is the first.
pub fn place(order: i64, t: Texts) -> String {
    if order == 0 { t.proposals_first().to_owned() } else { t.proposals_alternate(order) }
}

fn skips(draft: &Draft, t: Texts) -> Option<Table> {
    let columns = [Column::text(t.needs_title()), Column::text(t.people_name()), Column::text(t.proposals_reason())];
    let rows = draft.skips.iter().map(|skip| {
        vec![Cell::heading(skip.need.as_str()), Cell::new(skip.person.as_str()), Cell::new(skip.reason.as_str())]
    });
    (!draft.skips.is_empty()).then(|| Table::new("skips", t.proposals_skips(draft.skips.len()), columns, rows, ""))
}
