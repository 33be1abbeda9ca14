//! The result of a match run as a workbook for people.

use matching::engine::{Candidate, WorkEvidence};
use paperwork::{Cell, Column, ColumnKind, Table, WriteError};
use programme::record::{Need, Person};

use super::run::Eligibility;

/// The most rows of a result's sheet: what Excel takes, the headings counted.
pub const RUN_ROWS_MAX: usize = (1 << 20) - 1;

/// Phrases shown in a cell.
const PHRASES_SHOWN: usize = 8;

/// One candidate of one need, cells in the order of the headings.
pub struct RunRow(Vec<Option<Cell>>);

const HEADINGS: [(&str, ColumnKind, f64); 15] = [
    ("需求编号", ColumnKind::Text, 16.0),
    ("需求题目", ColumnKind::Text, 36.0),
    ("名次", ColumnKind::Number, 6.0),
    ("人员编号", ColumnKind::Text, 16.0),
    ("姓名", ColumnKind::Text, 10.0),
    ("派出单位", ColumnKind::Text, 24.0),
    ("得分", ColumnKind::Number, 10.0),
    ("相关等级", ColumnKind::Text, 10.0),
    ("证据提示", ColumnKind::Text, 24.0),
    ("资格核查", ColumnKind::Text, 12.0),
    ("资格说明", ColumnKind::Text, 36.0),
    ("最相关成果", ColumnKind::Text, 36.0),
    ("共同短语", ColumnKind::Text, 36.0),
    ("科研团队", ColumnKind::Text, 20.0),
    ("可替补人员", ColumnKind::Text, 20.0),
];

impl RunRow {
    /// The row of a candidate.
    pub fn of(
        need: &Need,
        person: &Person,
        candidate: &Candidate,
        evidence: &[WorkEvidence],
        eligibility: &Eligibility,
    ) -> Self {
        let best = candidate.works.first().map(|best| best.id.as_str());
        let title = best.and_then(|id| person.works.iter().find(|work| work.id == id)).map(|work| work.title.as_str());
        let shared = evidence.first().map(|evidence| evidence.phrases.iter().take(PHRASES_SHOWN));
        let phrases: Vec<&str> = shared.into_iter().flatten().map(|shared| shared.phrase.as_str()).collect();
        let flags: Vec<&str> = candidate.flags.iter().map(|flag| flag.in_chinese()).collect();
        let findings: Vec<&str> = eligibility.findings.iter().map(|finding| finding.message.as_str()).collect();
        let team = candidate.team.as_ref();
        Self(vec![
            text(&need.id),
            text(&need.title),
            Some(Cell::Number(candidate.rank as f64)),
            text(&person.id),
            text(person.name.as_deref().unwrap_or_default()),
            text(person.unit.as_deref().unwrap_or_default()),
            Some(Cell::Number(candidate.score.value())),
            text(candidate.level.in_chinese()),
            text(&flags.join("；")),
            text(eligibility.verdict.chinese()),
            text(&findings.join("；")),
            text(title.unwrap_or_default()),
            text(&phrases.join("、")),
            text(team.map(|team| team.team.as_str()).unwrap_or_default()),
            text(&team.map(|team| team.alternates.join("、")).unwrap_or_default()),
        ])
    }
}

/// The workbook of a run; a text that begins like a formula stays text.
pub fn run_workbook(rows: Vec<RunRow>) -> Result<Vec<u8>, WriteError> {
    let columns = HEADINGS.map(|(heading, kind, width)| Column {
        heading: heading.to_owned(),
        note: String::new(),
        required: false,
        kind,
        options: Vec::new(),
        several: false,
        width,
    });
    let rows = rows.into_iter().map(|RunRow(cells)| cells).collect();
    paperwork::write(&[Table { name: "匹配结果".to_owned(), columns: columns.to_vec(), rows }])
}

fn text(text: &str) -> Option<Cell> {
    (!text.is_empty()).then(|| Cell::Text(text.to_owned()))
}
