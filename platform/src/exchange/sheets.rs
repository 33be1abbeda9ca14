//! Sheets of a workbook to rows of one kind, and problems back onto the sheets.

use std::borrow::Cow;
use std::sync::Arc;

use paperwork::{Cell, Mark, Sheet, SheetRow, WriteError};
use programme::intake::{
    Column, Entry, Found, Kind, Note, PROBLEMS_HEADING, Place, Problem, Problems, Row, heading_count,
    recognise_headings,
};

/// Rows from the top in which the headings are looked for, below a title or an explanation.
pub(super) const HEADING_ROWS_MAX: usize = 10;
/// Sheet of a workbook given back that lists every problem.
const PROBLEMS_SHEET: &str = "问题清单";
/// Sheet of templates that explains the columns.
pub(super) const HELP_SHEET: &str = "填表说明";

/// The rows of one kind, and what is wrong with the sheet itself.
#[derive(Debug, Default)]
pub struct SheetRows {
    /// Rows below the headings.
    pub rows: Vec<Row>,
    /// What is wrong with the sheet and its headings.
    pub problems: Problems,
}

/// The rows of the sheet of `kind`, which is known by its name or is the only visible sheet.
pub fn rows_of(sheets: &[Sheet], kind: Kind) -> SheetRows {
    let mut found = SheetRows::default();
    match choose(sheets, kind) {
        Some(sheet) => read_sheet(sheet, kind, &mut found),
        None => found.problems.push(problem(Place::Whole, "", "sheet.missing", missing_sheet(sheets, kind))),
    }
    found
}

/// Whether the workbook has a sheet of this kind by name with more than headings.
pub fn has_rows(sheets: &[Sheet], kind: Kind) -> bool {
    sheets.iter().any(|sheet| sheet.name == kind.sheet() && sheet.rows.len() > 1)
}

/// Notes on visible sheets that hold something and are none of `kinds`.
pub fn unread_notes(sheets: &[Sheet], kinds: &[Kind]) -> Vec<Note> {
    let chosen: Vec<_> = kinds.iter().filter_map(|kind| choose(sheets, *kind)).collect();
    let unread = sheets.iter().filter(|sheet| {
        is_data(sheet) && !sheet.rows.is_empty() && !chosen.iter().any(|chosen| std::ptr::eq(*chosen, *sheet))
    });
    let note = |sheet: &Sheet| Note {
        column: String::new(),
        code: "sheet.unread",
        first: Place::Cell { sheet: sheet.name.as_str().into(), row: 1, column: None },
        count: 1,
        message: format!("工作表“{}”没有读取", sheet.name),
    };
    unread.map(note).collect()
}

fn choose(sheets: &[Sheet], kind: Kind) -> Option<&Sheet> {
    let visible: Vec<_> = sheets.iter().filter(|sheet| is_data(sheet)).collect();
    sheets.iter().find(|sheet| sheet.name == kind.sheet()).or(match visible.as_slice() {
        [only] => Some(only),
        _ => None,
    })
}

fn is_data(sheet: &Sheet) -> bool {
    !sheet.hidden && sheet.name != HELP_SHEET && sheet.name != PROBLEMS_SHEET
}

fn missing_sheet(sheets: &[Sheet], kind: Kind) -> String {
    let names: Vec<_> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    format!("没有名为“{}”的工作表，现有：{}；请把要导入的工作表改成这个名字", kind.sheet(), names.join("、"))
}

fn read_sheet(sheet: &Sheet, kind: Kind, found: &mut SheetRows) {
    let name: Arc<str> = sheet.name.as_str().into();
    let at = |row: u32, column: Option<u16>| Place::Cell { sheet: Arc::clone(&name), row, column };
    if sheet.hidden {
        let message = format!("工作表“{name}”是隐藏的；请取消隐藏，核对后再导入");
        found.problems.push(problem(at(1, None), "", "sheet.hidden", message));
    }
    let Some(heading_at) = heading_row(sheet, kind) else {
        found.problems.push(problem(
            at(1, None),
            "",
            "sheet.empty",
            format!("工作表“{name}”是空的；请检查是否选错了文件"),
        ));
        return;
    };
    let heading_row = &sheet.rows[heading_at];
    let headings: Vec<_> =
        heading_row.cells.iter().map(|(column, cell)| (at(heading_row.number, Some(*column)), text_of(cell))).collect();
    let recognised = recognise_headings(kind, &headings, &mut found.problems);
    let columns: Vec<_> = heading_row.cells.iter().map(|(column, _)| *column).zip(recognised).collect();
    note_merged(sheet, heading_row.number, &at, &mut found.problems);
    let data = &sheet.rows[heading_at + 1..];
    if data.is_empty() {
        let message = format!("工作表“{name}”只有表头，没有一行数据；请填写后再导入");
        found.problems.push(problem(at(heading_row.number, None), "", "sheet.empty", message));
    }
    note_unheaded(data, &columns, &at, &mut found.problems);
    found.rows.extend(
        data.iter().map(|row| to_row(at(row.number, None), row, &columns)).filter(|row| !row.entries.is_empty()),
    );
}

/// The row among the first that has most headings; the very first when none has any.
fn heading_row(sheet: &Sheet, kind: Kind) -> Option<usize> {
    let texts = |row: &SheetRow| row.cells.iter().map(|(_, cell)| text_of(cell)).collect::<Vec<_>>();
    let counts =
        sheet.rows.iter().take(HEADING_ROWS_MAX).map(|row| heading_count(kind, texts(row).iter().map(String::as_str)));
    // `max_by_key` keeps the last of equals, headings are the first.
    counts.enumerate().collect::<Vec<_>>().into_iter().rev().max_by_key(|(_, count)| *count).map(|(at, _)| at)
}

fn text_of(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.trim().to_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Boolean(truth) => truth.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Formula(formula) => format!("={formula}"),
    }
}

type Columns = [(u16, Option<&'static Column>)];

fn note_merged(sheet: &Sheet, heading_row: u32, at: &impl Fn(u32, Option<u16>) -> Place, problems: &mut Problems) {
    for merged in sheet.merged.iter().filter(|merged| merged.last_row >= heading_row) {
        let place = at(merged.first_row, Some(merged.first_column));
        let end = at(merged.last_row, Some(merged.last_column));
        let message = format!("从这里到{end}是合并单元格，只有第一格有值；请取消合并，逐格填写");
        problems.push(problem(place, "", "sheet.merged", message));
    }
}

/// A value below no heading would be lost silently: the first of each such column is told.
fn note_unheaded(
    data: &[SheetRow],
    columns: &Columns,
    at: &impl Fn(u32, Option<u16>) -> Place,
    problems: &mut Problems,
) {
    let mut told = Vec::new();
    for row in data {
        for (column, cell) in &row.cells {
            if columns.iter().any(|(headed, _)| headed == column) || told.contains(column) {
                continue;
            }
            told.push(*column);
            let message = format!(
                "这里有内容（{}），但这一列没有表头；请补上表头或清除",
                text_of(cell).chars().take(20).collect::<String>()
            );
            problems.push(problem(at(row.number, Some(*column)), "", "column.unheaded", message));
        }
    }
}

fn to_row(place: Place, row: &SheetRow, columns: &Columns) -> Row {
    let column_of = |at: u16| columns.iter().find(|(column, _)| *column == at).and_then(|(_, column)| *column);
    let entries = row.cells.iter().filter_map(|(at, cell)| {
        let column = column_of(*at)?;
        Some(Entry { name: Cow::Borrowed(column.name), column: Some(*at), found: to_found(cell) })
    });
    let entries = entries.collect();
    Row { place, entries }
}

fn to_found(cell: &Cell) -> Found {
    match cell {
        Cell::Text(text) => Found::Text(text.clone()),
        Cell::Number(number) => Found::Number(*number),
        Cell::Boolean(truth) => Found::Boolean(*truth),
        Cell::Date(date) => Found::Date(*date),
        Cell::Formula(formula) => Found::Formula(formula.clone()),
    }
}

fn problem(place: Place, column: &str, code: &'static str, message: String) -> Problem {
    Problem { place, column: column.to_owned(), code, message }
}

/// The workbook as it came with its problems marked, and a first sheet that lists them all. A file that was no workbook
/// gives the list alone.
///
/// # Errors
/// When the workbook cannot be written.
pub fn annotated(sheets: &[Sheet], problems: &Problems) -> Result<Vec<u8>, WriteError> {
    let mut all = vec![problem_list(problems)];
    all.extend(sheets.iter().filter(|sheet| sheet.name != PROBLEMS_SHEET).cloned());
    let marks = problems.listed().iter().filter_map(|problem| match &problem.place {
        Place::Cell { sheet, row, column } => {
            Some(Mark { sheet: sheet.to_string(), row: *row, column: *column, message: problem.message.clone() })
        }
        _ => None,
    });
    paperwork::annotate(&all, &marks.collect::<Vec<_>>(), PROBLEMS_HEADING)
}

fn problem_list(problems: &Problems) -> Sheet {
    let row = |number: u32, texts: [String; 2]| SheetRow {
        number,
        cells: (0..).zip(texts).map(|(column, text)| (column, Cell::Text(text))).collect(),
    };
    let mut rows = vec![row(1, ["位置".to_owned(), format!("共 {} 处需要改正", problems.count())])];
    rows.extend(
        (2..).zip(problems.listed()).map(|(number, one)| row(number, [one.place.to_string(), one.message.clone()])),
    );
    Sheet { name: PROBLEMS_SHEET.to_owned(), hidden: false, rows, merged: Vec::new() }
}
