//! A list of matters as a workbook: the same rows as on the page, with every field that the role sees.

use anyhow::Context as _;
use paperwork::{Cell, Column, Table};
use programme::access::Actor;
use programme::process::{Field, Kind, Matter};
use store::matter::Filter;
use store::page::Start;

use crate::usecases::Desk;
use crate::usecases::downloads::LIST_ROWS_MAX;

/// The list exactly as filtered; at most [`LIST_ROWS_MAX`] rows.
pub async fn of_list(desk: &Desk, actor: &Actor, kind: Kind, filter: &Filter) -> anyhow::Result<Vec<u8>> {
    let part = (&Start::First, LIST_ROWS_MAX);
    let found = desk.catalogue.matters(&desk.database, actor, kind, filter, part).await?;
    let fields: Vec<&Field> =
        programme::process::fields_of(kind).into_iter().filter(|field| field.is_seen_by(Some(actor.role()))).collect();
    let table = Table {
        name: kind.chinese().to_owned(),
        columns: columns(&fields),
        rows: found.rows.iter().map(|kept| row(&kept.matter, &fields)).collect(),
    };
    let write = move || paperwork::write(&[table]);
    tokio::task::spawn_blocking(write).await.context("write a workbook in the background")?.context("write a workbook")
}

fn columns(fields: &[&Field]) -> Vec<Column> {
    let fixed = [("编号", 18.0), ("名称", 40.0), ("环节", 20.0), ("组织单位", 14.0), ("期限", 12.0)];
    let fixed = fixed.into_iter().map(|(heading, width)| Column::text(heading, width));
    fixed.chain(fields.iter().map(|field| Column::text(field.chinese, 24.0))).collect()
}

fn row(matter: &Matter, fields: &[&Field]) -> Vec<Option<Cell>> {
    let organiser = match matter.parties.organiser.as_str() {
        programme::process::SASAC => "省国资委".to_owned(),
        code => programme::regions::by_code(code).map_or(code, |region| region.name).to_owned(),
    };
    let due = matter.due.map(|day| day.to_string()).unwrap_or_default();
    let fixed = [matter.id.clone(), matter.title.clone(), matter.stage.chinese().to_owned(), organiser, due];
    let values =
        fields.iter().map(|field| matter.body.get(field).map_or_else(String::new, |value| field.in_words(value)));
    fixed.into_iter().chain(values).map(|text| if text.is_empty() { None } else { Some(Cell::Text(text)) }).collect()
}
