//! Enterprises whose certificates run out while something of theirs is under way (2.3.1(1)): for those who organise it.
//!
//! The enterprise is told on its own page, and every act asks anew; between two acts nobody else would notice.

use std::collections::BTreeMap;

use anyhow::Context as _;
use chrono::NaiveDate;
use paperwork::{Cell, Column, Table};
use programme::access::{Role, Scope};
use programme::process::qualification::held_until;
use programme::process::{Kind, Matter, Stage};

use super::recheck::LIVE;
use super::{Desk, figures, gaps, policy};

/// An enterprise with something under way whose certificates have expired, expire soon or are not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Credit code.
    pub code: String,
    /// Registered name.
    pub name: Option<String>,
    /// Who organises what is under way.
    pub organiser: String,
    /// Needs, pairs and appointments under way.
    pub matters: usize,
    /// The last day of the last certificate; none when the register has none with number and day.
    pub until: Option<NaiveDate>,
    /// Days from today until then, negative once it is over.
    pub days_left: Option<i64>,
}

/// Whether a role looks after enterprises.
pub fn looks_after(role: Role) -> bool {
    gaps::looks_after(role) || matches!(role, Role::County)
}

/// The enterprises of a scope, those without a certificate first, then by the day on which the last one ends; kept until
/// something is done.
pub async fn lines(desk: &Desk, scope: &Scope, today: NaiveDate) -> anyhow::Result<Vec<Line>> {
    let Some(name) = figures::name_of(scope) else { return lines_now(desk, scope, today).await };
    let act = store::audit::last_act(&mut desk.database.read().await?).await?;
    let key = (name, today);
    if let Some(lines) = desk.expiries.held(&key, act) {
        return Ok(lines);
    }
    let lines = lines_now(desk, scope, today).await?;
    desk.expiries.keep(key, act, &lines);
    Ok(lines)
}

async fn lines_now(desk: &Desk, scope: &Scope, today: NaiveDate) -> anyhow::Result<Vec<Line>> {
    let matters = desk.catalogue.every_matter(&desk.database).await?;
    let mut under_way: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for kind in [Kind::Need, Kind::Pair, Kind::Appointment] {
        for line in matters.within(scope, kind).filter(|line| is_under_way(&line.matter)) {
            let parties = &line.matter.parties;
            let Some(code) = parties.enterprise.as_deref() else { continue };
            under_way.entry(code).or_insert((&parties.organiser, 0)).1 += 1;
        }
    }
    let mut tx = desk.database.read().await?;
    let round = policy::current_round(&mut tx).await?;
    let parameters = policy::of_round(&mut tx, round.as_ref()).await?;
    let codes: Vec<&str> = under_way.keys().copied().collect();
    let mut certified = store::enterprise::certified(&mut tx, &codes).await?;
    let told_days = i64::from(parameters.qualification_notice_days);
    let mut lines = Vec::new();
    for (code, (organiser, matters)) in under_way {
        let held = certified.remove(code).unwrap_or_default();
        let until = held_until(&held.qualifications, &parameters);
        let days_left = until.map(|until| (until - today).num_days());
        if days_left.is_none_or(|left| left <= told_days) {
            let (code, organiser) = (code.to_owned(), organiser.to_owned());
            lines.push(Line { code, name: held.name, organiser, matters, until, days_left });
        }
    }
    lines.sort_by(|one, other| (one.until, &one.code).cmp(&(other.until, &other.code)));
    Ok(lines)
}

/// A need before its office, or a pair or appointment that goes on.
fn is_under_way(matter: &Matter) -> bool {
    match matter.kind() {
        Kind::Need => matter.stage != Stage::NeedDraft && !matter.stage.waits().is_empty(),
        _ => LIVE.contains(&matter.stage),
    }
}

/// The list as a workbook.
pub async fn workbook(desk: &Desk, scope: &Scope, today: NaiveDate) -> anyhow::Result<Vec<u8>> {
    let text = |text: &str| Some(Cell::Text(text.to_owned()));
    let organiser = |code: &str| programme::regions::by_code(code).map_or("省国资委", |region| region.name).to_owned();
    let row = |line: &Line| {
        vec![
            text(line.name.as_deref().unwrap_or_default()),
            text(&line.code),
            text(&organiser(&line.organiser)),
            text(&line.until.map(|day| day.to_string()).unwrap_or_default()),
            text(&line.days_left.map(|days| days.to_string()).unwrap_or_default()),
            text(&line.matters.to_string()),
        ]
    };
    let rows = lines(desk, scope, today).await?.iter().map(row).collect();
    let headings = [
        ("企业", 36.0),
        ("统一社会信用代码", 24.0),
        ("组织单位", 16.0),
        ("有效期至", 14.0),
        ("剩余天数", 12.0),
        ("在办事项", 12.0),
    ];
    let columns: Vec<Column> = headings.into_iter().map(|(heading, width)| Column::text(heading, width)).collect();
    let table = Table { name: "企业资质到期提醒".to_owned(), columns, rows };
    let write = move || paperwork::write(&[table]);
    tokio::task::spawn_blocking(write).await.context("write a workbook in the background")?.context("write a workbook")
}
