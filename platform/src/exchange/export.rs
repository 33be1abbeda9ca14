//! Records to files: workbooks for people, JSON Lines for machines, and empty workbooks to fill in.

use paperwork::{Cell, ColumnKind, Table, WriteError};
use programme::intake::columns::{ITEM_SEPARATOR, TRUTH_WORDS, Within};
use programme::intake::{Column, Content, Kind, ToRow, Value, Values};
use serde_json::{Map, Value as Json};

use super::sheets::HELP_SHEET;

/// Records as JSON Lines, keys as [`Kind::columns`] names them.
pub fn to_jsonl<T: ToRow>(records: &[T]) -> String {
    let mut lines = String::new();
    for record in records {
        lines.push_str(&Json::Object(to_json(record.to_row())).to_string());
        lines.push('\n');
    }
    lines
}

/// Records as a workbook that can be imported again.
///
/// # Errors
/// When the workbook cannot be written.
pub fn to_workbook<T: ToRow>(kind: Kind, records: &[T]) -> Result<Vec<u8>, WriteError> {
    let rows: Vec<_> = records.iter().map(ToRow::to_row).collect();
    paperwork::write(&tables(kind, &rows))
}

/// An empty workbook to fill in, with drop-downs, notes and an explaining sheet.
///
/// # Errors
/// When the workbook cannot be written.
pub fn template(kind: Kind) -> Result<Vec<u8>, WriteError> {
    let mut all = tables(kind, &[]);
    let kinds = if kind == Kind::People { &[Kind::People, Kind::Works][..] } else { &[kind] };
    all.push(help(kinds));
    paperwork::write(&all)
}

fn tables(kind: Kind, rows: &[Values]) -> Vec<Table> {
    let mut tables = vec![table(kind, rows)];
    if kind == Kind::People {
        tables.push(table(Kind::Works, &works_of(rows)));
    }
    tables
}

/// Works of people as rows of their own, each led by its person's id.
fn works_of(people: &[Values]) -> Vec<Values> {
    let mut rows = Vec::new();
    for person in people {
        let id = person.iter().find(|(name, _)| *name == "id").map(|(_, id)| ("person", id.clone()));
        for (_, value) in person {
            let Value::Works(works) = value else { continue };
            rows.extend(works.iter().map(|work| id.iter().cloned().chain(work.iter().cloned()).collect::<Values>()));
        }
    }
    rows
}

fn table(kind: Kind, rows: &[Values]) -> Table {
    let columns: Vec<_> = kind.columns().iter().filter(|column| column.within != Within::Json).collect();
    let row = |values: &Values| columns.iter().map(|column| cell_of(column, values)).collect();
    Table {
        name: kind.sheet().to_owned(),
        columns: columns.iter().map(|column| column_of(column)).collect(),
        rows: rows.iter().map(row).collect(),
    }
}

fn column_of(column: &Column) -> paperwork::Column {
    let kind = match column.content {
        Content::Date => ColumnKind::Date,
        content if content.is_text_typed() => ColumnKind::Text,
        _ => ColumnKind::Number,
    };
    paperwork::Column {
        heading: column.heading.to_owned(),
        note: column.help.to_owned(),
        required: column.required,
        kind,
        options: column.content.options().iter().map(|word| (*word).to_owned()).collect(),
        several: matches!(column.content, Content::Qualifications),
        width: width_of(column),
    }
}

/// Width in characters: room for what the column usually holds, and for its heading.
fn width_of(column: &Column) -> f64 {
    let usual = match column.content {
        Content::Text(chars) if chars > 1_000 => 60.0,
        Content::Text(_) | Content::Items => 30.0,
        Content::CreditCode | Content::ResidentId | Content::Qualifications => 24.0,
        Content::Id | Content::Mobile | Content::Region => 16.0,
        _ => 12.0,
    };
    (column.heading.chars().count() as f64).mul_add(2.0, 4.0).max(usual)
}

fn cell_of(column: &Column, values: &Values) -> Option<Cell> {
    let find = |name: &str| values.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
    if let Some((base, part)) = column.name.rsplit_once('.')
        && let Some(Value::Qualifications(all)) = find(base)
    {
        let texts: Vec<_> = match part {
            "number" => all.iter().map(|one| one.number.clone().unwrap_or_default()).collect(),
            _ => all.iter().map(|one| one.valid_until.map(|day| day.to_string()).unwrap_or_default()).collect(),
        };
        return texts.iter().any(|text| !text.is_empty()).then(|| Cell::Text(joined(&texts)));
    }
    Some(match find(column.name)? {
        Value::Text(text) | Value::Named { name: text, .. } => Cell::Text(text.clone()),
        Value::Word { chinese, .. } => Cell::Text((*chinese).to_owned()),
        Value::Number(number) => Cell::Number(*number),
        Value::Date(date) => Cell::Date(*date),
        Value::Truth(truth) => Cell::Text(TRUTH_WORDS[usize::from(!truth)].to_owned()),
        Value::Items(items) => Cell::Text(joined(items)),
        Value::Qualifications(all) => {
            Cell::Text(joined(&all.iter().map(|one| one.kind.chinese().to_owned()).collect::<Vec<_>>()))
        }
        Value::Works(_) => return None,
    })
}

fn joined(items: &[String]) -> String {
    items.join(&ITEM_SEPARATOR.to_string())
}

fn to_json(values: Values) -> Map<String, Json> {
    let mut object = Map::new();
    for (name, value) in values {
        match name.split_once('.') {
            None => {
                object.insert(name.to_owned(), json_of(value));
            }
            Some((outer, inner)) => {
                let nested = object.entry(outer).or_insert_with(|| Json::Object(Map::new()));
                if let Json::Object(nested) = nested {
                    nested.insert(inner.to_owned(), json_of(value));
                }
            }
        }
    }
    object
}

fn json_of(value: Value) -> Json {
    match value {
        Value::Text(text) | Value::Named { code: text, .. } => Json::String(text),
        Value::Word { code, .. } => Json::String(code.to_owned()),
        Value::Number(number) if number.fract() == 0.0 => Json::from(number as i64),
        Value::Number(number) => Json::from(number),
        Value::Date(date) => Json::String(date.to_string()),
        Value::Truth(truth) => Json::Bool(truth),
        Value::Items(items) => items.into_iter().map(Json::String).collect(),
        Value::Qualifications(all) => all.into_iter().map(qualification).collect(),
        Value::Works(works) => works.into_iter().map(|work| Json::Object(to_json(work))).collect(),
    }
}

fn qualification(one: programme::record::Qualification) -> Json {
    let mut object = Map::new();
    object.insert("kind".to_owned(), Json::String(one.kind.code().to_owned()));
    object.extend(one.number.map(|number| ("number".to_owned(), Json::String(number))));
    object.extend(one.valid_until.map(|day| ("valid_until".to_owned(), Json::String(day.to_string()))));
    Json::Object(object)
}

/// The sheet that explains every column: what it holds, whether it must be filled in, its words and bounds.
fn help(kinds: &[Kind]) -> Table {
    let headings = [("工作表", 14.0), ("列", 20.0), ("必填", 8.0), ("说明", 60.0), ("可填的词或范围", 60.0)];
    let column = |(heading, width): (&str, f64)| paperwork::Column::text(heading, width);
    let mut rows = Vec::new();
    for kind in kinds {
        for column in kind.columns().iter().filter(|column| column.within != Within::Json) {
            let required = if column.required { "是" } else { "" };
            let texts = [kind.sheet(), column.heading, required, column.help]
                .map(str::to_owned)
                .into_iter()
                .chain([bounds(column)]);
            rows.push(texts.map(|text| (!text.is_empty()).then_some(Cell::Text(text))).collect());
        }
    }
    Table { name: HELP_SHEET.to_owned(), columns: headings.into_iter().map(column).collect(), rows }
}

fn bounds(column: &Column) -> String {
    use programme::intake::columns::{ID_CHARS_MAX, ITEM_CHARS_MAX, ITEMS_MAX, YEAR_MAX, YEAR_MIN};
    match column.content {
        Content::Id => format!("不超过 {ID_CHARS_MAX} 字"),
        Content::Text(chars) => format!("不超过 {chars} 字"),
        Content::Items => format!("不超过 {ITEMS_MAX} 项，每项不超过 {ITEM_CHARS_MAX} 字"),
        Content::Count(max) => format!("1 到 {max}"),
        Content::Year => format!("{YEAR_MIN} 到 {YEAR_MAX}"),
        Content::Percent => "0 到 100".to_owned(),
        content => content.options().join("、"),
    }
}
