//! Lists and results to take away: workbooks for people, JSON Lines for machines. What a sheet looks like is in
//! [`layout`].

use std::collections::HashMap;

use anyhow::Context as _;
use paperwork::Table;
use programme::access::Scope;
use programme::finding::Verdict;
use serde_json::json;
use store::catalogue::{Asked, ById};
use store::match_run::{self, Candidate, OpenPosts, Pair, Run};
use store::page::Page;
use store::{need, person};

use super::Desk;
use crate::exchange::layout::{self, CandidateRow, Layout, Names};

/// Most rows of a downloaded list; the sheet's name says so when there are more.
pub const LIST_ROWS_MAX: usize = 100_000;

/// The list of needs exactly as filtered and ordered, as a workbook.
pub async fn needs_workbook(
    desk: &Desk,
    scope: &Scope,
    filter: &need::Filter,
    asked: &Asked<need::Order>,
) -> anyhow::Result<Vec<u8>> {
    let page = desk.catalogue.needs(&desk.database, scope, filter, asked).await?;
    let may_know = scope.rows(programme::access::Record::Match) != programme::access::Rows::None;
    let columns = if may_know { &layout::NEEDS[..] } else { &layout::NEEDS[..layout::NEEDS.len() - 1] };
    write(vec![list_sheet("需求", columns, page)]).await
}

/// The list of people exactly as filtered and ordered, as a workbook.
pub async fn people_workbook(
    desk: &Desk,
    scope: &Scope,
    filter: &person::Filter,
    asked: &Asked<person::Order>,
) -> anyhow::Result<Vec<u8>> {
    let page = desk.catalogue.people(&desk.database, scope, filter, asked).await?;
    write(vec![list_sheet("科技人员", &layout::PEOPLE, page)]).await
}

/// Every run, newest first, as a workbook.
pub async fn runs_workbook(desk: &Desk, scope: &Scope) -> anyhow::Result<Vec<u8>> {
    let mut tx = desk.database.read().await?;
    let mut page = Page::default();
    loop {
        let before = page.rows.last().map(|run: &Run| run.id);
        let older = match_run::list(&mut tx, scope, before).await?;
        page.later = page.rows.len() + older.len() > LIST_ROWS_MAX;
        if older.is_empty() || page.later {
            break;
        }
        page.rows.extend(older);
    }
    drop(tx);
    write(vec![list_sheet("匹配运算", &layout::RUNS, page)]).await
}

fn list_sheet<T>(name: &str, columns: &[Layout<T>], page: Page<T>) -> Table {
    let name = if page.later { format!("{name}（前 {} 条）", page.rows.len()) } else { name.to_owned() };
    layout::sheet(name, columns, page.rows)
}

/// A run with everything that was kept of it, or of one need in it.
#[derive(Clone, Debug)]
pub struct Kept {
    run: Run,
    candidates: Vec<Candidate>,
    plan: Vec<Pair>,
    open: Vec<OpenPosts>,
    titles: HashMap<String, String>,
    people: ById<person::Line>,
}

/// Reads a run; nothing when the scope does not see it.
pub async fn kept(desk: &Desk, scope: &Scope, run: i64) -> anyhow::Result<Option<Kept>> {
    let people = desk.catalogue.everybody(&desk.database, scope).await?;
    let mut tx = desk.database.read().await?;
    let Some(found) = match_run::get(&mut tx, scope, run).await? else { return Ok(None) };
    let candidates = match_run::all_candidates(&mut tx, scope, run).await?;
    let open = match_run::open_posts(&mut tx, scope, run, layout::SHEET_ROWS_MAX).await?;
    let mut needs: Vec<&str> = candidates.iter().map(|one| one.need.as_str()).collect();
    needs.extend(open.iter().map(|one| one.need.as_str()));
    needs.sort_unstable();
    needs.dedup();
    let titles = need::titles(&mut tx, scope, &needs).await?;
    let plan = match_run::plan(&mut tx, scope, run).await?;
    Ok(Some(Kept { run: found, candidates, plan, open, titles, people }))
}

/// The run as a workbook: candidates, evidence, findings that are not met, plan, open posts, what decided the run.
pub async fn run_workbook(kept: Kept) -> anyhow::Result<Vec<u8>> {
    let plan = layout::plan(kept.plan.iter().map(|pair| (kept.names(&pair.need, &pair.person), pair)));
    let open = layout::open(kept.open.iter().map(|open| (kept.title(&open.need), open)));
    let record = layout::record(&kept.run);
    write(kept.candidate_tables().into_iter().chain([plan, open, record]).collect()).await
}

/// The candidates of one need in its latest run as a workbook, those whom no rule refuses alone when asked; nothing when the
/// scope does not see the need or results of matching, or there has been no run.
pub async fn candidates_workbook(
    desk: &Desk,
    scope: &Scope,
    need_id: &str,
    only_pushable: bool,
) -> anyhow::Result<Option<Vec<u8>>> {
    let people = desk.catalogue.everybody(&desk.database, scope).await?;
    let mut tx = desk.database.read().await?;
    let titles = need::titles(&mut tx, scope, &[need_id]).await?;
    let Some(latest) = match_run::latest_of(&mut tx, scope, need_id).await? else { return Ok(None) };
    let Some(run) = match_run::get(&mut tx, scope, latest).await? else { return Ok(None) };
    let mut candidates = match_run::candidates(&mut tx, scope, latest, need_id).await?;
    drop(tx);
    if only_pushable {
        candidates.retain(|one| one.verdict != Verdict::Refused);
    }
    let kept = Kept { run, candidates, plan: Vec::new(), open: Vec::new(), titles, people };
    let record = layout::record(&kept.run);
    write(kept.candidate_tables().into_iter().chain([record]).collect()).await.map(Some)
}

/// The run as JSON Lines: the run first, then a candidate a line, need by need, best first.
pub fn run_jsonl(kept: &Kept) -> String {
    let run = &kept.run;
    let head = json!({"run": run.id, "created": run.created, "inputs_sm3": run.inputs_hash,
        "parameters_sm3": run.parameters_hash, "policy": run.policy_version, "model": run.model,
        "needs": run.needs, "people": run.people, "candidates": run.candidates});
    let mut lines = format!("{head}\n");
    let pairs = kept.plan.iter().map(|pair| ((pair.need.as_str(), pair.person.as_str()), pair.place));
    let places: HashMap<_, u8> = pairs.collect();
    for one in &kept.candidates {
        // 0 for a push, from 1 for an alternate.
        let place = places.get(&(one.need.as_str(), one.person.as_str()));
        let line = json!({"need_id": one.need, "person_id": one.person, "rank": one.rank, "score": one.score,
            "level": one.level, "probability": one.probability, "verdict": one.verdict, "flags": one.flags, "plan_place": place,
            "findings": one.eligibility, "evidence": one.evidence});
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    lines
}

impl Kept {
    fn title(&self, need: &str) -> &str {
        self.titles.get(need).map_or("", String::as_str)
    }

    fn names(&self, need: &str, person: &str) -> Names {
        let line = self.people.get(person);
        Names {
            need: need.to_owned(),
            title: self.title(need).to_owned(),
            person: person.to_owned(),
            name: line.map_or("", |line| line.name_or_id()).to_owned(),
            unit: line.and_then(|line| line.unit.clone()).unwrap_or_default(),
        }
    }

    /// Candidates, evidence, findings.
    fn candidate_tables(&self) -> [Table; 3] {
        let names = |one: &Candidate| self.names(&one.need, &one.person);
        let rows = self.candidates.iter().map(|one| CandidateRow::kept(names(one), one)).collect();
        let works = self.candidates.iter().flat_map(|one| {
            let works = one.evidence["works"].as_array().into_iter().flatten();
            works.map(move |work| (names(one), (one.rank, work)))
        });
        let findings = self
            .candidates
            .iter()
            .flat_map(|one| layout::asking(&one.eligibility).map(move |finding| (names(one), finding)));
        [layout::candidates(rows, true), layout::evidence(works), layout::findings(findings)]
    }
}

pub(super) async fn write(tables: Vec<Table>) -> anyhow::Result<Vec<u8>> {
    let write = move || paperwork::write(&tables);
    tokio::task::spawn_blocking(write).await.context("write a workbook in the background")?.context("write a workbook")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_of_a_list_says_when_there_is_more() {
        let columns: [Layout<u8>; 1] =
            [("数", paperwork::ColumnKind::Number, 8.0, |row| layout::number(f64::from(*row)))];
        let name = |later| list_sheet("需求", &columns, Page { rows: vec![1, 2], later, ..Page::default() }).name;
        assert_eq!((name(false), name(true)), ("需求".to_owned(), "需求（前 2 条）".to_owned()));
    }
}
