//! A run beside an earlier one: who is proposed anew, who no more, and what the other run has of them.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::get;
use programme::access::Record;
use programme::clause;
use serde::Deserialize;
use store::catalogue::ById;
use store::match_run::{self, Run};
use store::person::Line;

use super::matters::words as process_words;
use super::runs::moment;
use super::statistics::{Part, workbook};
use super::words;
use crate::texts;
use crate::usecases::rerun::{self, Change, Difference, Standing};
use crate::web::call::Call;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::field::{Choices, OptionItem};
use crate::web::kit::level::LevelBadge;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::notice::Notice;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::kit::toolbar::Toolbar;
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

/// Changes shown of each kind; the workbook has all of them.
const CHANGES_SHOWN_MAX: usize = 100;

texts! {
    rerun: "与前次运算对比", "Compared with an earlier run";
    rerun_lead: "两次运算的推送方案逐对比较。这里不改动任何推荐：在办的推荐不受重新运算影响，形成推荐时另行列明。",
        "The plans of two runs, pair by pair. Nothing is changed here: pairs under way are never disturbed, and making proposals lists its own effects.";
    rerun_than: "与哪次运算对比", "Compare with";
    rerun_choose: "选择对比的运算", "Choose a run";
    rerun_first: "同一批次此前没有带推送方案的运算，无从对比。", "No earlier run of the same round has a plan.";
    rerun_counts(same: usize, under_way: usize, comes: usize, leaves: usize): "两次都列入 {same} 人次，在办不变 {under_way} 人次，新列入 {comes} 人次，不再列入 {leaves} 人次", "{same} in both, {under_way} under way and unchanged, {comes} come, {leaves} leave";
    rerun_from(parts: &str): "两次运算不同的有：{parts}", "The runs differ in: {parts}";
    rerun_from_nothing: "两次运算的输入、参数、政策版本和模型都相同，结果应完全相同。", "Inputs, settings, policy and model are the same, so the results are the same.";
    rerun_inputs: "需求或人员", "needs or people";
    rerun_settings: "匹配参数", "settings";
    rerun_policy: "政策版本", "policy version";
    rerun_model: "排序模型", "ranking model";
    rerun_comes(count: usize): "新列入 {count} 人次", "{count} come";
    rerun_leaves(count: usize): "不再列入 {count} 人次", "{count} leave";
    rerun_all_comes: "新列入", "Come";
    rerun_all_leaves: "不再列入", "Leave";
    rerun_shown(shown: usize): "列出前 {shown} 人次，全部见 Excel", "The first {shown}; the Excel file has all";
    rerun_none: "没有。", "None.";
    rerun_other(run: i64): "在第 {run} 次中", "In run {run}";
    rerun_in_other: "在另一次运算中", "In the other run";
    rerun_pushed_to(title: &str): "推送给“{title}”", "pushed to {title}";
    rerun_alternate(place: u8): "候补 {place}", "alternate {place}";
    rerun_refused: "核查未通过", "refused by a rule";
    rerun_candidate(rank: u32): "候选第 {rank} 位，未选中", "candidate {rank}, not chosen";
    rerun_no_candidate: "不在候选名单", "not among the candidates";
    rerun_over(stage: &str): "已办结：{stage}", "over: {stage}";
    rerun_no_need: "该需求未参加运算，或没有候选人选", "the need took no part, or has no candidate";
    rerun_definition: "两次运算推送方案中的首位人选逐对比较，候补不计。", "People proposed first in either plan, pair by pair; alternates are left out.";
}

/// `GET` shows; the same as a workbook.
pub fn routes() -> Router<AppState> {
    Router::new().route("/runs/{run}/changes", get(show)).route("/runs/{run}/changes.xlsx", get(download))
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    than: String,
}

#[derive(Template)]
#[template(path = "pages/rerun.html")]
struct RerunPage {
    frame: Frame,
    breadcrumb: Breadcrumb,
    lead: &'static str,
    toolbar: Option<Toolbar>,
    notices: Vec<Notice>,
    tables: Vec<Table>,
}

/// What the page and the workbook are made of.
struct Found {
    earlier: Vec<Run>,
    difference: Option<Difference>,
    titles: HashMap<String, String>,
    people: ById<Line>,
}

async fn found(state: &AppState, visitor: &Visitor, run: &str, asked: &Asked) -> Result<Found, Failure> {
    visitor.must_read(Record::Match)?;
    let run: i64 = run.parse().map_err(|_| Failure::NotFound)?;
    let than = match asked.than.as_str() {
        "" => None,
        than => Some(than.parse().map_err(|_| Failure::NotFound)?),
    };
    let people = state.desk.catalogue.everybody(&state.desk.database, visitor.scope()).await?;
    let mut tx = state.desk.database.read().await?;
    let own = match_run::get(&mut tx, visitor.scope(), run).await?.ok_or(Failure::NotFound)?;
    let earlier = rerun::before(&mut tx, visitor.scope(), &own).await?;
    let difference = rerun::difference(&mut tx, visitor.scope(), run, than).await?;
    if than.is_some() && difference.is_none() {
        return Err(Failure::NotFound);
    }
    let mut needs: BTreeSet<&str> = BTreeSet::new();
    for change in difference.iter().flat_map(|found| found.comes.iter().chain(&found.leaves)) {
        needs.insert(&change.need);
        if let Standing::PushedTo(need) = &change.elsewhere {
            needs.insert(need);
        }
    }
    let titles = store::need::titles(&mut tx, visitor.scope(), &Vec::from_iter(needs)).await?;
    Ok(Found { earlier, difference, titles, people })
}

async fn show(
    Call { state, frame, visitor }: Call,
    Path(run): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let t = frame.t;
    let found = found(&state, &visitor, &run, &asked).await?;
    let id: i64 = run.parse().map_err(|_| Failure::NotFound)?;
    let above = [("/", t.nav_home()), ("/runs", t.runs()), (&url::run(id), &t.run_title(id))];
    let path = format!("{}/changes", url::run(id));
    let toolbar = found.difference.as_ref().map(|difference| {
        let name = |run: &Run| format!("{}（{}）", t.runs_number_of(run.id), moment(run.created));
        let options = found.earlier.iter().map(|run| OptionItem::new(run.id.to_string(), name(run)));
        let than = difference.earlier.id.to_string();
        let choice = Choices::select("than", t.rerun_than(), options).chosen(&[&than]);
        let download = format!("{path}.xlsx{}", url::query(&[("than", &than)]));
        Toolbar::new(t, t.rerun_choose(), &path, [choice.into()])
            .actions(ButtonLink::secondary(t.matters_download(), download))
    });
    let notices = match &found.difference {
        Some(difference) => vec![counts(difference, t)],
        None => vec![Notice::info(t, t.rerun_first())],
    };
    let tables = found.difference.iter().flat_map(|difference| {
        let (run, earlier) = (difference.run.id, difference.earlier.id);
        let (comes, leaves) = (&difference.comes, &difference.leaves);
        [
            found.table(("comes", t.rerun_comes(comes.len())), comes, earlier, t),
            found.table(("leaves", t.rerun_leaves(leaves.len())), leaves, run, t),
        ]
    });
    Ok(page(&RerunPage {
        breadcrumb: Breadcrumb::new(t, &above, t.rerun()),
        lead: t.rerun_lead(),
        toolbar,
        notices,
        tables: tables.collect(),
        frame: frame.titled(t.rerun()),
    }))
}

async fn download(
    Call { state, frame, visitor }: Call,
    Path(run): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let t = frame.t;
    let found = found(&state, &visitor, &run, &asked).await?;
    let difference = found.difference.as_ref().ok_or(Failure::NotFound)?;
    let part = |id, title, changes: &[Change]| Part {
        id,
        title,
        definition: t.rerun_definition(),
        headings: vec![t.needs_title(), t.people_name(), t.people_unit(), t.level_label(), t.rerun_in_other()],
        words: 5,
        rows: changes.iter().map(|change| found.texts(change, t).into()).collect(),
    };
    let parts = [
        part("comes", t.rerun_all_comes(), &difference.comes),
        part("leaves", t.rerun_all_leaves(), &difference.leaves),
    ];
    workbook(&parts, &format!("{}-{}-{}", t.rerun(), difference.earlier.id, difference.run.id)).await
}

/// How many changes there are, and what the runs differ in.
fn counts(found: &Difference, t: Texts) -> Notice {
    let (run, earlier) = (&found.run, &found.earlier);
    let differs = [
        (run.inputs_hash != earlier.inputs_hash, t.rerun_inputs()),
        (!found.is_same_settings, t.rerun_settings()),
        (run.policy_version != earlier.policy_version, t.rerun_policy()),
        (run.model != earlier.model, t.rerun_model()),
    ];
    let parts: Vec<&str> = differs.into_iter().filter_map(|(differs, part)| differs.then_some(part)).collect();
    let why = if parts.is_empty() { t.rerun_from_nothing().to_owned() } else { t.rerun_from(&parts.join("、")) };
    let title = t.rerun_counts(found.same, found.under_way, found.comes.len(), found.leaves.len());
    Notice::info(t, title).body(why).clause(clause!("3.2a"), t)
}

impl Found {
    fn table(&self, (id, caption): (&'static str, String), changes: &[Change], other: i64, t: Texts) -> Table {
        let row = |change: &Change| {
            let [title, name, unit, _, standing] = self.texts(change, t);
            vec![
                Cell::heading(Markup::link(url::need(&change.need), title)),
                Cell::new(Markup::link(url::pair(&change.need, &change.person), name)),
                Cell::new(unit),
                Cell::new(LevelBadge::new(words::level(change.level), t)),
                Cell::new(standing),
            ]
        };
        let rows: Vec<Vec<Cell>> = changes.iter().take(CHANGES_SHOWN_MAX).map(row).collect();
        let headings = [t.needs_title(), t.people_name(), t.people_unit(), t.level_label()].map(str::to_owned);
        let columns = headings.into_iter().chain([t.rerun_other(other)]).map(Column::text);
        let table = Table::new(id, caption, columns.collect::<Vec<_>>(), rows, t.rerun_none());
        if changes.len() > CHANGES_SHOWN_MAX { table.summary(t.rerun_shown(CHANGES_SHOWN_MAX)) } else { table }
    }

    /// Title of the need, name and unit of the person, level, what the other run has of them.
    fn texts(&self, change: &Change, t: Texts) -> [String; 5] {
        let title = |need: &str| self.titles.get(need).cloned().unwrap_or_else(|| need.to_owned());
        let line = self.people.get(&change.person);
        let name = line.map_or(change.person.as_str(), |line| line.name_or_id()).to_owned();
        let unit = line.and_then(|line| line.unit.clone()).unwrap_or_default();
        let standing = match &change.elsewhere {
            Standing::Over(stage) => t.rerun_over(&process_words::stage(*stage, t)),
            Standing::PushedTo(need) => t.rerun_pushed_to(&title(need)),
            Standing::Alternate(place) => t.rerun_alternate(*place),
            Standing::Refused => t.rerun_refused().to_owned(),
            Standing::Candidate(rank) => t.rerun_candidate(*rank),
            Standing::NoCandidate => t.rerun_no_candidate().to_owned(),
            Standing::NoNeed => t.rerun_no_need().to_owned(),
        };
        [title(&change.need), name, unit, words::level_word(change.level, t).to_owned(), standing]
    }
}
