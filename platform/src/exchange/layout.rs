//! What workbooks of lists and results look like: each sheet is a table of columns, declared once for every way out.

use std::sync::Arc;

use matching::engine::{Candidate, WorkEvidence};
use matching::evidence::SharedPhrase;
use matching::level::Level;
use paperwork::{Cell, Column, ColumnKind, Table};
use programme::record::{Degree, Need, Person, TitleLevel};
use programme::{industries, regions};
use serde_json::Value;
use store::audit::Event;
use store::match_run::{self, OpenPosts, Pair, Run};
use store::{need, person};

use super::acts::act_in_chinese;
use super::run::Eligibility;
use crate::clock::in_beijing;

/// The most rows of a sheet: what Excel takes, the headings counted.
pub const SHEET_ROWS_MAX: usize = (1 << 20) - 1;

/// Phrases shown in a cell.
const PHRASES_SHOWN: usize = 8;

const TEXT: ColumnKind = ColumnKind::Text;
const NUMBER: ColumnKind = ColumnKind::Number;

/// A column of a sheet: heading, kind, width in characters, the cell of a row.
pub type Layout<T> = (&'static str, ColumnKind, f64, fn(&T) -> Option<Cell>);

/// A sheet of these rows.
pub fn sheet<T>(name: impl Into<String>, layout: &[Layout<T>], rows: impl IntoIterator<Item = T>) -> Table {
    let columns = layout.iter().map(|(heading, kind, width, _)| column(heading, *kind, *width));
    let cells = |row: T| layout.iter().map(|(.., cell)| cell(&row)).collect();
    Table { name: name.into(), columns: columns.collect(), rows: rows.into_iter().map(cells).collect() }
}

fn column(heading: &str, kind: ColumnKind, width: f64) -> Column {
    Column { kind, ..Column::text(heading, width) }
}

/// A cell of text; nothing for an empty one.
pub fn text(text: impl AsRef<str>) -> Option<Cell> {
    let text = text.as_ref();
    (!text.is_empty()).then(|| Cell::Text(text.to_owned()))
}

/// A cell with a number.
pub fn number(number: f64) -> Option<Cell> {
    Some(Cell::Number(number))
}

fn or_empty(text: Option<&String>) -> Option<Cell> {
    text.and_then(self::text)
}

/// The list of needs; the last column is for those who read results of matching.
pub const NEEDS: [Layout<need::Found>; 8] = [
    ("需求编号", TEXT, 16.0, |found| text(&found.line.id)),
    ("需求题目", TEXT, 44.0, |found| text(&found.line.title)),
    ("企业", TEXT, 32.0, |found| or_empty(found.line.enterprise.as_ref())),
    ("所在地", TEXT, 20.0, |found| text(place(found.line.region.as_deref()))),
    ("行业", TEXT, 32.0, |found| text(industry(found.line.industry.as_deref()))),
    ("岗位数", NUMBER, 8.0, |found| number(found.line.posts as f64)),
    ("更新时间", TEXT, 18.0, |found| text(moment(found.line.updated))),
    ("最近一次匹配", TEXT, 14.0, |found| text(found.reached.map_or("未匹配", |reached| level(reached.level)))),
];

fn place(code: Option<&str>) -> String {
    let Some(code) = code else { return String::new() };
    regions::by_code(code).map_or_else(|| code.to_owned(), regions::Region::full_name)
}

fn industry(code: Option<&str>) -> String {
    code.map(|code| format!("{code} {}", industries::name(code).unwrap_or_default())).unwrap_or_default()
}

fn moment(at: store::Timestamp) -> String {
    in_beijing(at).format("%Y-%m-%d %H:%M").to_string()
}

fn level(kept: u8) -> &'static str {
    Level::try_from(kept).map(Level::in_chinese).unwrap_or_default()
}

/// The list of people.
pub const PEOPLE: [Layout<Arc<person::Line>>; 7] = [
    ("人员编号", TEXT, 16.0, |line| text(&line.id)),
    ("姓名", TEXT, 14.0, |line| or_empty(line.name.as_ref())),
    ("单位", TEXT, 32.0, |line| or_empty(line.unit.as_ref())),
    ("职称级别", TEXT, 10.0, |line| text(line.title_level().map_or("", TitleLevel::chinese))),
    ("学位", TEXT, 10.0, |line| text(line.degree().map_or("", Degree::chinese))),
    ("研究方向", TEXT, 50.0, |line| or_empty(line.directions.as_ref())),
    ("成果数", NUMBER, 8.0, |line| number(line.works as f64)),
];

/// The list of match runs.
pub const RUNS: [Layout<Run>; 8] = [
    ("运算编号", NUMBER, 10.0, |run| number(run.id as f64)),
    ("完成时间", TEXT, 18.0, |run| text(moment(run.created))),
    ("发起人", TEXT, 16.0, |run| text(&run.created_by)),
    ("需求数", NUMBER, 10.0, |run| number(run.needs as f64)),
    ("科技人员数", NUMBER, 12.0, |run| number(run.people as f64)),
    ("候选人次", NUMBER, 12.0, |run| number(run.candidates as f64)),
    ("政策版本", TEXT, 14.0, |run| text(&run.policy_version)),
    ("排序模型", TEXT, 20.0, |run| text(&run.model)),
];

/// The audit trail.
pub const TRAIL: [Layout<Event>; 12] = [
    ("编号", TEXT, 10.0, |event| text(event.seq.to_string())),
    ("时间", TEXT, 20.0, |event| text(in_beijing(event.at).format("%Y-%m-%d %H:%M:%S").to_string())),
    ("操作人", TEXT, 16.0, |event| text(&event.actor)),
    ("来源地址", TEXT, 16.0, |event| text(&event.origin)),
    ("操作", TEXT, 24.0, |event| text(act_in_chinese(&event.act))),
    ("操作代码", TEXT, 24.0, |event| text(&event.act)),
    ("对象类别", TEXT, 14.0, |event| text(&event.subject_kind)),
    ("对象", TEXT, 24.0, |event| text(&event.subject_id)),
    ("条款", TEXT, 10.0, |event| or_empty(event.clause.as_ref())),
    ("结果", TEXT, 8.0, |event| text(if event.succeeded { "成功" } else { "未成" })),
    ("详情", TEXT, 60.0, |event| text(&event.detail)),
    ("SM3", TEXT, 68.0, |event| text(&event.hash)),
];

/// Need and person by their names: what leads every row about a pair.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The need's id.
    pub need: String,
    /// The need's title.
    pub title: String,
    /// The person's id.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// The person's unit.
    pub unit: String,
}

impl Names {
    /// The names of these records.
    pub fn of(need: &Need, person: &Person) -> Self {
        Self {
            need: need.id.clone(),
            title: need.title.clone(),
            person: person.id.clone(),
            name: person.name.clone().unwrap_or_default(),
            unit: person.unit.clone().unwrap_or_default(),
        }
    }
}

/// A candidate in a result of matching, in words.
#[derive(Clone, Debug, Default)]
pub struct CandidateRow {
    /// Whose.
    pub names: Names,
    /// 1 for the best.
    pub rank: usize,
    /// The score that ranked.
    pub score: f64,
    /// 强相关 to 无相关.
    pub level: &'static str,
    /// The probability of the level; `None` for runs that kept none.
    pub probability: Option<f64>,
    /// What a reader should beware of.
    pub flags: String,
    /// The worst of the findings.
    pub verdict: &'static str,
    /// The findings that ask something.
    pub findings: String,
    /// Title of the most related work.
    pub work: String,
    /// What need and work have in common.
    pub phrases: String,
    /// Research team.
    pub team: String,
    /// Who could stand in.
    pub alternates: String,
    /// What the plan says.
    pub plan: String,
}

/// Candidates; the last column is of a run with a plan.
pub const CANDIDATES: [Layout<CandidateRow>; 17] = [
    ("需求编号", TEXT, 16.0, |row| text(&row.names.need)),
    ("需求题目", TEXT, 36.0, |row| text(&row.names.title)),
    ("名次", NUMBER, 6.0, |row| number(row.rank as f64)),
    ("人员编号", TEXT, 16.0, |row| text(&row.names.person)),
    ("姓名", TEXT, 10.0, |row| text(&row.names.name)),
    ("派出单位", TEXT, 24.0, |row| text(&row.names.unit)),
    ("得分", NUMBER, 10.0, |row| number(row.score)),
    ("相关等级", TEXT, 10.0, |row| text(row.level)),
    ("等级概率", NUMBER, 10.0, |row| row.probability.map_or_else(|| text(""), number)),
    ("证据提示", TEXT, 24.0, |row| text(&row.flags)),
    ("资格核查", TEXT, 12.0, |row| text(row.verdict)),
    ("资格说明", TEXT, 36.0, |row| text(&row.findings)),
    ("最相关成果", TEXT, 36.0, |row| text(&row.work)),
    ("共同短语", TEXT, 36.0, |row| text(&row.phrases)),
    ("科研团队", TEXT, 20.0, |row| text(&row.team)),
    ("可替补人员", TEXT, 20.0, |row| text(&row.alternates)),
    ("方案说明", TEXT, 50.0, |row| text(&row.plan)),
];

/// The sheet of candidates: of the command line, of a run, of a need.
pub fn candidates(rows: Vec<CandidateRow>, with_plan: bool) -> Table {
    let columns = if with_plan { &CANDIDATES[..] } else { &CANDIDATES[..CANDIDATES.len() - 1] };
    sheet("匹配结果", columns, rows)
}

impl CandidateRow {
    /// The row of a candidate that was ranked just now.
    pub fn ranked(
        need: &Need,
        person: &Person,
        candidate: &Candidate,
        evidence: &[WorkEvidence],
        eligibility: &Eligibility,
    ) -> Self {
        let best = candidate.works.first().map(|best| best.id.as_str());
        let work = best.and_then(|id| person.works.iter().find(|work| work.id == id));
        let shared = evidence.first().into_iter().flat_map(|evidence| evidence.phrases.iter().take(PHRASES_SHOWN));
        let team = candidate.team.as_ref();
        Self {
            names: Names::of(need, person),
            rank: candidate.rank,
            score: candidate.score.value(),
            level: candidate.level.in_chinese(),
            probability: Some(candidate.probability),
            flags: joined(candidate.flags.iter().map(|flag| flag.in_chinese()), "；"),
            verdict: eligibility.verdict.chinese(),
            findings: joined(eligibility.findings.iter().map(|finding| finding.message.as_str()), "；"),
            work: work.map(|work| work.title.clone()).unwrap_or_default(),
            phrases: joined(shared.map(SharedPhrase::phrase), "、"),
            team: team.map(|team| team.team.clone()).unwrap_or_default(),
            alternates: joined(team.into_iter().flat_map(|team| team.alternates.iter().map(String::as_str)), "、"),
            plan: String::new(),
        }
    }

    /// The row of a candidate as a run keeps it.
    pub fn kept(names: Names, kept: &match_run::Candidate) -> Self {
        let findings = asking(&kept.eligibility).map(|finding| finding["message"].as_str().unwrap_or_default());
        let best = &kept.evidence["works"][0];
        let team = &kept.evidence["team"];
        Self {
            names,
            rank: kept.rank as usize,
            score: kept.score,
            level: level(kept.level),
            probability: kept.probability,
            flags: flags(&kept.flags),
            verdict: kept.verdict.chinese(),
            findings: joined(findings, "；"),
            work: best["title"].as_str().unwrap_or_default().to_owned(),
            phrases: joined(texts(&best["phrases"]), "、"),
            team: team["team"].as_str().unwrap_or_default().to_owned(),
            alternates: joined(texts(&team["alternates"]), "、"),
            plan: kept.evidence["plan"].as_str().unwrap_or_default().to_owned(),
        }
    }
}

fn joined<'a>(parts: impl Iterator<Item = &'a str>, by: &str) -> String {
    parts.collect::<Vec<_>>().join(by)
}

fn texts(array: &Value) -> impl Iterator<Item = &str> {
    array.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn flags(codes: &[String]) -> String {
    let read = |code: &String| serde_json::from_value::<matching::level::Flag>(Value::String(code.clone())).ok();
    joined(codes.iter().filter_map(read).map(matching::level::Flag::in_chinese), "；")
}

/// A sheet about pairs: their names lead every row.
fn sheet_of_pairs<T>(name: &str, layout: &[Layout<T>], rows: impl IntoIterator<Item = (Names, T)>) -> Table {
    const NAMES: [Layout<Names>; 5] = [
        ("需求编号", TEXT, 16.0, |names| text(&names.need)),
        ("需求题目", TEXT, 40.0, |names| text(&names.title)),
        ("人员编号", TEXT, 14.0, |names| text(&names.person)),
        ("姓名", TEXT, 12.0, |names| text(&names.name)),
        ("派出单位", TEXT, 24.0, |names| text(&names.unit)),
    ];
    let (names, own): (Vec<Names>, Vec<T>) = rows.into_iter().unzip();
    let mut table = sheet(name, &NAMES, names);
    let further = sheet("", layout, own);
    table.columns.extend(further.columns);
    for (row, cells) in table.rows.iter_mut().zip(further.rows) {
        row.extend(cells);
    }
    table
}

/// The works that speak for candidates, as a run keeps them, each with the candidate's rank.
pub fn evidence<'a>(rows: impl IntoIterator<Item = (Names, (u32, &'a Value))>) -> Table {
    let layout: [Layout<(u32, &Value)>; 5] = [
        ("名次", NUMBER, 6.0, |(rank, _)| number(f64::from(*rank))),
        ("成果编号", TEXT, 16.0, |(_, work)| work["id"].as_str().and_then(text)),
        ("成果", TEXT, 44.0, |(_, work)| work["title"].as_str().and_then(text)),
        ("成果得分", NUMBER, 10.0, |(_, work)| work["score"].as_f64().and_then(number)),
        ("共同出现的词语", TEXT, 50.0, |(_, work)| text(joined(texts(&work["phrases"]), "、"))),
    ];
    sheet_of_pairs("依据", &layout, rows)
}

/// Findings that ask something, as a run keeps them.
pub fn findings<'a>(rows: impl IntoIterator<Item = (Names, &'a Value)>) -> Table {
    let layout: [Layout<&Value>; 5] = [
        ("结论", TEXT, 10.0, |finding| outcome_word(finding).and_then(text)),
        ("效力", TEXT, 10.0, |finding| text(force_word(finding))),
        ("条款", TEXT, 12.0, |finding| text(parted_message(finding).1)),
        ("代码", TEXT, 28.0, |finding| finding["code"].as_str().and_then(text)),
        ("说明", TEXT, 70.0, |finding| text(parted_message(finding).0)),
    ];
    sheet_of_pairs("待处理的核查项", &layout, rows)
}

/// The plan of a run.
pub fn plan<'a>(rows: impl IntoIterator<Item = (Names, &'a Pair)>) -> Table {
    let layout: [Layout<&Pair>; 4] = [
        ("岗位", NUMBER, 6.0, |pair| number(f64::from(pair.post))),
        ("次序", TEXT, 10.0, |pair| match pair.place {
            0 => text("推送"),
            place => text(format!("候补 {place}")),
        }),
        ("得分", NUMBER, 10.0, |pair| number(pair.score)),
        ("理由", TEXT, 70.0, |pair| pair.reason.as_str().and_then(text)),
    ];
    sheet_of_pairs("推送方案", &layout, rows)
}

/// Posts that a plan left open, each with the need's title.
pub fn open<'a>(rows: impl IntoIterator<Item = (&'a str, &'a OpenPosts)>) -> Table {
    let layout: [Layout<(&str, &OpenPosts)>; 4] = [
        ("需求编号", TEXT, 16.0, |(_, open)| text(&open.need)),
        ("需求题目", TEXT, 44.0, |(title, _)| text(title)),
        ("空缺岗位", NUMBER, 10.0, |(_, open)| number(f64::from(open.posts))),
        ("原因与办法", TEXT, 80.0, |(_, open)| text(&open.reason)),
    ];
    sheet("空缺岗位", &layout, rows)
}

/// Those of the kept findings that ask something: those that are met, preferences and records need nobody's attention and
/// would hide those that do.
pub fn asking(findings: &Value) -> impl Iterator<Item = &Value> {
    findings.as_array().into_iter().flatten().filter(|finding| outcome_word(finding).is_some())
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

/// What decided a run.
pub fn record(run: &Run) -> Table {
    let facts = [
        ("运算编号", run.id.to_string()),
        ("完成时间", in_beijing(run.created).format("%Y-%m-%d %H:%M:%S").to_string()),
        ("发起人", run.created_by.clone()),
        ("需求数", run.needs.to_string()),
        ("科技人员数", run.people.to_string()),
        ("候选人次", run.candidates.to_string()),
        ("政策版本", run.policy_version.clone()),
        ("排序模型", run.model.clone()),
        ("输入摘要（SM3）", run.inputs_hash.clone()),
        ("参数摘要（SM3）", run.parameters_hash.clone()),
    ];
    let layout: [Layout<(&str, String)>; 2] =
        [("项目", TEXT, 20.0, |(name, _)| text(name)), ("内容", TEXT, 70.0, |(_, value)| text(value))];
    sheet("运算凭据", &layout, facts)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
