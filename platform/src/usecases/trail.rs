//! The audit trail for people: as a workbook, and what a walk over its chain found in a sentence.

use paperwork::{Cell, ColumnKind, Table};
use programme::access::Scope;
use store::audit::{self, Break, Event, Walk};

use super::Desk;
use super::downloads::{column, text, write};
use crate::clock::in_beijing;

/// Most entries of a workbook, the newest; for older ones the search is narrowed.
pub const TRAIL_ROWS_MAX: usize = 20_000;

const COLUMNS: [(&str, f64); 11] = [
    ("编号", 10.0),
    ("时间", 20.0),
    ("操作人", 16.0),
    ("来源地址", 16.0),
    ("操作", 24.0),
    ("对象类别", 14.0),
    ("对象", 24.0),
    ("条款", 10.0),
    ("结果", 8.0),
    ("详情", 60.0),
    ("SM3", 68.0),
];

/// The entries that a search finds, newest first, at most [`TRAIL_ROWS_MAX`].
pub async fn workbook(desk: &Desk, scope: &Scope, search: &str) -> anyhow::Result<Vec<u8>> {
    let mut tx = desk.database.read().await?;
    let mut events: Vec<Event> = Vec::new();
    while events.len() < TRAIL_ROWS_MAX {
        let more = audit::list(&mut tx, scope, search, events.last().map(|event| event.seq)).await?;
        if more.is_empty() {
            break;
        }
        events.extend(more);
    }
    drop(tx);
    let columns = COLUMNS.map(|(heading, width)| column(heading, ColumnKind::Text, width)).into();
    let rows = events.iter().take(TRAIL_ROWS_MAX).map(row).collect();
    write(vec![Table { name: "审计记录".to_owned(), columns, rows }]).await
}

fn row(event: &Event) -> Vec<Option<Cell>> {
    let texts = [
        event.seq.to_string(),
        in_beijing(event.at).format("%Y-%m-%d %H:%M:%S").to_string(),
        event.actor.clone(),
        event.origin.clone(),
        event.act.clone(),
        event.subject_kind.clone(),
        event.subject_id.clone(),
        event.clause.clone().unwrap_or_default(),
        if event.succeeded { "成功" } else { "未成" }.to_owned(),
        event.detail.clone(),
        event.hash.clone(),
    ];
    texts.iter().map(|cell| text(cell)).collect()
}

/// What a walk found, for people.
pub fn sentence(walk: &Walk) -> String {
    match walk {
        Walk::Whole { events, head } => {
            format!("审计记录完整：共 {events} 条，末条 SM3 为 {head}（另行抄存，可供日后核对）")
        }
        Walk::Broken { seq, what } => {
            let what = match what {
                Break::Missing => "记录缺失",
                Break::Unlinked => "与上一条不相接",
                Break::Changed => "内容被改动",
                Break::WrongEnd => "末尾被截去或被添加",
            };
            format!("审计记录在第 {seq} 条处断开：{what}。请停用系统，保全数据库，并与最近的备份比对")
        }
    }
}
