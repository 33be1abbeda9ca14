//! The audit trail for people: as a workbook, and what a walk over its chain found in a sentence.

use programme::access::Scope;
use store::audit::{self, Break, Event, Walk};

use super::Desk;
use super::downloads::write;
use crate::exchange::acts::search_by_code;
use crate::exchange::layout;

/// Most entries of a workbook, the newest; for older ones the search is narrowed.
pub const TRAIL_ROWS_MAX: usize = 20_000;

/// The entries that a search finds, newest first, at most [`TRAIL_ROWS_MAX`].
pub async fn workbook(desk: &Desk, scope: &Scope, search: &str) -> anyhow::Result<Vec<u8>> {
    let mut tx = desk.database.read().await?;
    let search = &search_by_code(search);
    let mut part = audit::list(&mut tx, scope, search, None).await?;
    let mut events: Vec<Event> = std::mem::take(&mut part.events);
    while let Some(before) = part.before.filter(|_| events.len() < TRAIL_ROWS_MAX) {
        part = audit::list(&mut tx, scope, search, Some(before)).await?;
        events.append(&mut part.events);
    }
    drop(tx);
    events.truncate(TRAIL_ROWS_MAX);
    write(vec![layout::sheet("审计记录", &layout::TRAIL, events)]).await
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
