//! Lists and results to take away: workbooks for people, JSON Lines for machines.

use std::collections::HashMap;

use anyhow::Context as _;
use matching::level::Level;
use paperwork::{Cell, Column, ColumnKind, Table};
use programme::access::Scope;
use programme::{industries, regions};
use serde_json::{Value, json};
use store::match_run::{self, Candidate, OpenPosts, Pair, Run};
use store::need::{Filter, Line};
use store::page::{PAGE_ROWS_MAX, Start};

use super::Desk;
use super::collection::Collection;
use super::explain::name_of;

/// Most rows of a downloaded list; a longer one has to be filtered.
pub const LIST_ROWS_MAX: usize = 20_000;

/// The list of needs exactly as filtered, as a workbook; at most [`LIST_ROWS_MAX`] rows.
pub async fn needs_workbook(desk: &Desk, scope: &Scope, filter: &Filter) -> anyhow::Result<Vec<u8>> {
    let mut tx = desk.database.read().await?;
    let (mut lines, mut start): (Vec<Line>, _) = (Vec::new(), Start::First);
    loop {
        let page = store::need::list(&mut tx, scope, filter, &start, PAGE_ROWS_MAX).await?;
        let last = page.rows.last().map(|line| line.id.clone());
        lines.extend(page.rows);
        match last {
            Some(last) if page.later && lines.len() < LIST_ROWS_MAX => start = Start::After(last),
            _ => break,
        }
    }
    drop(tx);
    let columns = [("需求编号", 16.0), ("需求题目", 44.0), ("企业", 32.0), ("所在地", 20.0), ("行业", 32.0)];
    let columns = columns.map(|(heading, width)| column(heading, ColumnKind::Text, width));
    let columns = columns.into_iter().chain([column("岗位数", ColumnKind::Number, 8.0)]).collect();
    let rows = lines.iter().map(need_row).collect();
    write(vec![Table { name: "需求".to_owned(), columns, rows }]).await
}

fn need_row(line: &Line) -> Vec<Option<Cell>> {
    let region = line.region.as_deref();
    let place = region.and_then(regions::by_code).map(regions::Region::full_name);
    let industry =
        line.industry.as_deref().map(|code| format!("{code} {}", industries::name(code).unwrap_or_default()));
    vec![
        text(&line.id),
        text(&line.title),
        text(line.enterprise.as_deref().unwrap_or_default()),
        text(place.as_deref().or(region).unwrap_or_default()),
        text(industry.as_deref().unwrap_or_default()),
        Some(Cell::Number(line.posts as f64)),
    ]
}

/// A run with everything that was kept of it.
#[derive(Clone, Debug)]
pub struct Kept {
    run: Run,
    candidates: Vec<Candidate>,
    plan: Vec<Pair>,
    open: Vec<OpenPosts>,
    titles: HashMap<String, String>,
    collection: std::sync::Arc<Collection>,
}

/// Reads a run; nothing when the scope does not see it.
pub async fn kept(desk: &Desk, scope: &Scope, run: i64) -> anyhow::Result<Option<Kept>> {
    let collection = desk.collections.current(&desk.database).await?;
    let mut tx = desk.database.read().await?;
    let Some(found) = match_run::get(&mut tx, scope, run).await? else { return Ok(None) };
    Ok(Some(Kept {
        candidates: match_run::all_candidates(&mut tx, scope, run).await?,
        plan: match_run::plan(&mut tx, scope, run).await?,
        open: match_run::open_posts(&mut tx, scope, run).await?,
        titles: store::need::titles(&mut tx, scope).await?,
        run: found,
        collection,
    }))
}

/// The run as a workbook: candidates, evidence, findings that are not met, plan, open posts, what decided the run.
pub async fn run_workbook(kept: Kept) -> anyhow::Result<Vec<u8>> {
    let tables = vec![
        kept.candidates_table(),
        kept.evidence_table(),
        kept.findings_table(),
        kept.plan_table(),
        kept.open_table(),
        kept.record_table(),
    ];
    write(tables).await
}

/// The run as JSON Lines: the run first, then a candidate a line, need by need, best first.
pub fn run_jsonl(kept: &Kept) -> String {
    let run = &kept.run;
    let head = json!({"run": run.id, "created": run.created, "inputs_sm3": run.inputs_hash,
        "parameters_sm3": run.parameters_hash, "policy": run.policy_version, "model": run.model,
        "needs": run.needs, "people": run.people, "candidates": run.candidates});
    let mut lines = format!("{head}\n");
    for one in &kept.candidates {
        let place = kept.place(&one.need, &one.person);
        let line = json!({"need_id": one.need, "person_id": one.person, "rank": one.rank, "score": one.score,
            "level": one.level, "verdict": one.verdict, "flags": one.flags, "plan_place": place,
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

    fn name(&self, person: &str) -> &str {
        self.collection.person(person).map_or("", name_of)
    }

    fn unit(&self, person: &str) -> &str {
        self.collection.person(person).and_then(|person| person.unit.as_deref()).unwrap_or_default()
    }

    /// 0 for a push, from 1 for an alternate.
    fn place(&self, need: &str, person: &str) -> Option<u8> {
        self.plan.iter().find(|pair| pair.need == need && pair.person == person).map(|pair| pair.place)
    }

    /// The cells that lead every row about a pair.
    fn pair_cells(&self, need: &str, person: &str) -> Vec<Option<Cell>> {
        vec![text(need), text(self.title(need)), text(person), text(self.name(person)), text(self.unit(person))]
    }

    fn candidates_table(&self) -> Table {
        let further = [
            ("名次", NUMBER, 6.0),
            ("得分", NUMBER, 10.0),
            ("相关程度", TEXT, 10.0),
            ("核查", TEXT, 14.0),
            ("提示", TEXT, 30.0),
            ("方案说明", TEXT, 50.0),
        ];
        let rows = self.candidates.iter().map(|one| {
            let mut row = self.pair_cells(&one.need, &one.person);
            let level = Level::try_from(one.level).map(Level::in_chinese).unwrap_or_default();
            row.extend([
                Some(Cell::Number(f64::from(one.rank))),
                Some(Cell::Number(one.score)),
                text(level),
                text(one.verdict.chinese()),
                text(&flags(&one.flags)),
                text(one.evidence["plan"].as_str().unwrap_or_default()),
            ]);
            row
        });
        table("候选人选", &further, rows.collect())
    }

    fn evidence_table(&self) -> Table {
        let further = [
            ("名次", NUMBER, 6.0),
            ("成果编号", TEXT, 16.0),
            ("成果", TEXT, 44.0),
            ("成果得分", NUMBER, 10.0),
            ("共同出现的词语", TEXT, 50.0),
        ];
        let mut rows = Vec::new();
        for one in &self.candidates {
            for work in one.evidence["works"].as_array().into_iter().flatten() {
                let phrases = work["phrases"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let mut row = self.pair_cells(&one.need, &one.person);
                row.extend([
                    Some(Cell::Number(f64::from(one.rank))),
                    text(work["id"].as_str().unwrap_or_default()),
                    text(work["title"].as_str().unwrap_or_default()),
                    work["score"].as_f64().map(Cell::Number),
                    text(&phrases.collect::<Vec<_>>().join("、")),
                ]);
                rows.push(row);
            }
        }
        table("依据", &further, rows)
    }

    /// Findings that are met, preferences and records need nobody's attention and would hide those that do.
    fn findings_table(&self) -> Table {
        let further = [
            ("结论", TEXT, 10.0),
            ("效力", TEXT, 10.0),
            ("条款", TEXT, 12.0),
            ("代码", TEXT, 28.0),
            ("说明", TEXT, 70.0),
        ];
        let mut rows = Vec::new();
        for one in &self.candidates {
            let findings = one.eligibility.as_array().into_iter().flatten();
            for finding in findings {
                let Some(outcome) = outcome_word(finding) else { continue };
                let (message, clause) = parted_message(finding);
                let code = finding["code"].as_str().unwrap_or_default();
                let mut row = self.pair_cells(&one.need, &one.person);
                row.extend([outcome, force_word(finding), clause, code, message].map(text));
                rows.push(row);
            }
        }
        table("待处理的核查项", &further, rows)
    }

    fn plan_table(&self) -> Table {
        let further = [("岗位", NUMBER, 6.0), ("次序", TEXT, 10.0), ("得分", NUMBER, 10.0), ("理由", TEXT, 70.0)];
        let rows = self.plan.iter().map(|pair| {
            let mut row = self.pair_cells(&pair.need, &pair.person);
            let place = if pair.place == 0 { "推送".to_owned() } else { format!("候补 {}", pair.place) };
            row.extend([
                Some(Cell::Number(f64::from(pair.post))),
                text(&place),
                Some(Cell::Number(pair.score)),
                text(pair.reason.as_str().unwrap_or_default()),
            ]);
            row
        });
        table("推送方案", &further, rows.collect())
    }

    fn open_table(&self) -> Table {
        let columns = vec![
            column("需求编号", TEXT, 16.0),
            column("需求题目", TEXT, 44.0),
            column("空缺岗位", NUMBER, 10.0),
            column("原因与办法", TEXT, 80.0),
        ];
        let row = |one: &OpenPosts| {
            let posts = Some(Cell::Number(f64::from(one.posts)));
            vec![text(&one.need), text(self.title(&one.need)), posts, text(&one.reason)]
        };
        Table { name: "空缺岗位".to_owned(), columns, rows: self.open.iter().map(row).collect() }
    }

    fn record_table(&self) -> Table {
        let run = &self.run;
        let at = crate::clock::in_beijing(run.created).format("%Y-%m-%d %H:%M:%S").to_string();
        let facts = [
            ("运算编号", run.id.to_string()),
            ("完成时间", at),
            ("发起人", run.created_by.clone()),
            ("需求数", run.needs.to_string()),
            ("科技人员数", run.people.to_string()),
            ("候选人次", run.candidates.to_string()),
            ("政策版本", run.policy_version.clone()),
            ("排序模型", run.model.clone()),
            ("输入摘要（SM3）", run.inputs_hash.clone()),
            ("参数摘要（SM3）", run.parameters_hash.clone()),
        ];
        let rows = facts.iter().map(|(name, value)| vec![text(name), text(value)]).collect();
        Table {
            name: "运算凭据".to_owned(),
            columns: vec![column("项目", TEXT, 20.0), column("内容", TEXT, 70.0)],
            rows,
        }
    }
}

/// What a kept finding asks of its reader; nothing for those that ask nothing.
fn outcome_word(finding: &Value) -> Option<&'static str> {
    match (finding["outcome"].as_str()?, finding["force"].as_str()?) {
        ("met", _) | (_, "prefer" | "record") => None,
        ("broken", "must" | "declare") => Some("不符合"),
        ("broken", "principle") => Some("须书面说明"),
        ("broken", _) => Some("请留意"),
        _ => Some("待核实"),
    }
}

/// The force of a kept finding that asks something.
fn force_word(finding: &Value) -> &'static str {
    match finding["force"].as_str() {
        Some("must") => "必须",
        Some("principle") => "原则上",
        Some("declare") => "须承诺",
        _ => "提醒",
    }
}

/// The message of a kept finding and the clause that stands at its end in brackets.
fn parted_message(finding: &Value) -> (&str, &str) {
    let message = finding["message"].as_str().unwrap_or_default();
    let parted = message.strip_suffix('）').and_then(|inner| Some((inner, inner.rfind(CLAUSE_OPENS)?)));
    parted.map_or((message, finding["clause"].as_str().unwrap_or_default()), |(inner, at)| {
        (&message[..at], &inner[at + '（'.len_utf8()..])
    })
}

/// How the clause at the end of a message begins.
const CLAUSE_OPENS: &str = "（方案";

const TEXT: ColumnKind = ColumnKind::Text;
const NUMBER: ColumnKind = ColumnKind::Number;

const PAIR_COLUMNS: [(&str, ColumnKind, f64); 5] = [
    ("需求编号", TEXT, 16.0),
    ("需求题目", TEXT, 40.0),
    ("人员编号", TEXT, 14.0),
    ("姓名", TEXT, 12.0),
    ("派出单位", TEXT, 24.0),
];

fn table(name: &str, further: &[(&str, ColumnKind, f64)], rows: Vec<Vec<Option<Cell>>>) -> Table {
    let columns = PAIR_COLUMNS.iter().chain(further).map(|(heading, kind, width)| column(heading, *kind, *width));
    Table { name: name.to_owned(), columns: columns.collect(), rows }
}

pub(super) fn column(heading: &str, kind: ColumnKind, width: f64) -> Column {
    Column {
        heading: heading.to_owned(),
        note: String::new(),
        required: false,
        kind,
        options: Vec::new(),
        several: false,
        width,
    }
}

pub(super) fn text(text: &str) -> Option<Cell> {
    (!text.is_empty()).then(|| Cell::Text(text.to_owned()))
}

fn flags(codes: &[String]) -> String {
    let read = |code: &String| serde_json::from_value::<matching::level::Flag>(Value::String(code.clone())).ok();
    codes.iter().filter_map(read).map(matching::level::Flag::in_chinese).collect::<Vec<_>>().join("；")
}

pub(super) async fn write(tables: Vec<Table>) -> anyhow::Result<Vec<u8>> {
    let write = move || paperwork::write(&tables);
    tokio::task::spawn_blocking(write).await.context("write a workbook in the background")?.context("write a workbook")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_parted_from_its_clause() {
        let finding =
            json!({"clause": "2.1.1(2)", "message": "年龄 56 周岁，上限 55（含）；请另荐（方案二（一）1（2））"});
        assert_eq!(parted_message(&finding), ("年龄 56 周岁，上限 55（含）；请另荐", "方案二（一）1（2）"));
        let bare = json!({"clause": "2.1.1(2)", "message": "年龄 56 周岁（含）"});
        assert_eq!(parted_message(&bare), ("年龄 56 周岁（含）", "2.1.1(2)"));
    }

    #[test]
    fn a_preference_that_is_not_met_asks_nothing_and_a_principle_asks_for_a_reason() {
        let word = |outcome: &str, force: &str| outcome_word(&json!({"outcome": outcome, "force": force}));
        assert_eq!(word("met", "must"), None);
        assert_eq!((word("broken", "prefer"), word("unknown", "prefer"), word("broken", "record")), (None, None, None));
        assert_eq!(word("broken", "principle"), Some("须书面说明"));
        assert_eq!((word("broken", "must"), word("broken", "declare")), (Some("不符合"), Some("不符合")));
        assert_eq!((word("broken", "warning"), word("unknown", "must")), (Some("请留意"), Some("待核实")));
    }
}
