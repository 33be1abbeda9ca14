//! Where the service of an appointment, or the organiser's contact with it, has stopped (3.5b, 5.1): across appointments,
//! for the city, SASAC or the province that organises them.
//!
//! What counts as a gap is said by the meter of `programme`; here the records are brought together.

use std::collections::HashMap;

use anyhow::Context as _;
use chrono::NaiveDate;
use paperwork::{Cell, Column, Table};
use programme::access::{Actor, Role};
use programme::process::appointment::last_day;
use programme::process::service::meter::{Quarter, Silence, quarters_without_contact, silences};
use programme::process::service::{CONTACT_DAY, SERVICE_DAY};
use programme::process::{Kind, Matter, Stage};
use store::matter::{self, Filter, Kept};
use store::page::{Page, Start};

use super::Desk;
use super::downloads::LIST_ROWS_MAX;
use super::policy::{Policies, rounds_of};

/// An appointment in force with the gaps in it, if any.
#[derive(Clone, Debug)]
pub struct Gaps {
    /// The appointment.
    pub appointment: Matter,
    /// Stretches without service that are longer than the policy's number of days.
    pub silences: Vec<Silence>,
    /// Quarters that are over without a contact.
    pub quarters: Vec<Quarter>,
}

/// Whether a role looks after appointments.
pub fn looks_after(role: Role) -> bool {
    matches!(role, Role::Province | Role::Sasac | Role::CityScience | Role::CityIndustry)
}

/// One part of the appointments in force that the actor sees, each with its gaps up to a day.
pub async fn page(
    desk: &Desk,
    actor: &Actor,
    start: &Start,
    rows: usize,
    day: NaiveDate,
) -> anyhow::Result<Page<Gaps>> {
    let filter = Filter { stage: Some(Stage::AppointmentForce), ..Filter::default() };
    let part = (start, rows);
    let found = desk.catalogue.matters(&desk.database, actor, Kind::Appointment, &filter, part).await?;
    let tx = &mut desk.database.read().await?;
    let policies = Policies::of(tx, &rounds_of(found.rows.iter().map(|kept| &kept.matter))).await?;
    let ids: Vec<&str> = found.rows.iter().map(|kept| kept.matter.id.as_str()).collect();
    let withdrawn = Some(Stage::ServiceWithdrawn);
    let mut served = matter::days_of_children(tx, &ids, Kind::Service, &SERVICE_DAY, withdrawn).await?;
    let mut contacted = matter::days_of_children(tx, &ids, Kind::Contact, &CONTACT_DAY, None).await?;
    let rows = found.rows.into_iter().map(|Kept { matter: appointment, .. }| {
        let parameters = policies.for_matter(&appointment);
        let days = |found: &mut Days| found.remove(&appointment.id).unwrap_or_default();
        let until = last_day(&appointment.body).map_or(day, |last| last.min(day));
        let silences = silences(&appointment, days(&mut served), until, parameters);
        let quarters = quarters_without_contact(&appointment, days(&mut contacted), day, parameters);
        Gaps { appointment, silences, quarters }
    });
    Ok(Page { rows: rows.collect(), earlier: found.earlier, later: found.later, count: found.count })
}

/// Days by the appointment that they belong to.
type Days = HashMap<String, Vec<NaiveDate>>;

/// Every appointment in force that has a gap, as a workbook, at most [`LIST_ROWS_MAX`] rows.
pub async fn workbook(desk: &Desk, actor: &Actor, day: NaiveDate) -> anyhow::Result<Vec<u8>> {
    let found = page(desk, actor, &Start::First, LIST_ROWS_MAX, day).await?;
    let rows: Vec<_> = found.rows.iter().filter(|gaps| gaps.has_any()).map(row).collect();
    let headings = [("编号", 22.0), ("聘任", 44.0), ("派出单位", 30.0), ("连续无服务", 44.0), ("未联系的季度", 30.0)];
    let columns: Vec<Column> = headings.into_iter().map(|(heading, width)| Column::text(heading, width)).collect();
    let table = Table { name: "服务与联系提醒".to_owned(), columns, rows };
    let write = move || paperwork::write(&[table]);
    tokio::task::spawn_blocking(write).await.context("write a workbook in the background")?.context("write a workbook")
}

impl Gaps {
    /// Whether anything is missing.
    pub fn has_any(&self) -> bool {
        !self.silences.is_empty() || !self.quarters.is_empty()
    }
}

fn row(gaps: &Gaps) -> Vec<Option<Cell>> {
    let text = |text: String| Some(Cell::Text(text));
    let silent = gaps.silences.iter().map(|one| format!("{} 至 {}（{} 天）", one.first, one.last, one.days));
    let quarters = gaps.quarters.iter().map(|one| format!("{} 年第 {} 季度", one.year, one.number));
    vec![
        text(gaps.appointment.id.clone()),
        text(gaps.appointment.title.clone()),
        text(gaps.appointment.parties.unit.clone().unwrap_or_default()),
        text(silent.collect::<Vec<_>>().join("；")),
        text(quarters.collect::<Vec<_>>().join("；")),
    ]
}
