//! Workbook bytes to sheets of typed cells.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader as _, SheetType, SheetVisible, Xlsx};

use chrono::NaiveDate;

use crate::guard::{broken, check};
use crate::{Cell, Merged, Refusal, Sheet, SheetRow};

/// Sheets of a workbook.
pub const SHEETS_MAX: usize = 50;
/// Rows of a sheet.
pub const ROWS_MAX: u32 = 200_000;
/// Columns of a sheet.
pub const COLUMNS_MAX: u32 = 200;
/// Cells of a workbook that hold something.
pub const CELLS_MAX: usize = 1_000_000;
/// Characters of a cell: Excel's own bound.
pub const CELL_CHARS_MAX: usize = 32_767;
/// Bytes of all texts: one long text that a million cells share must not fill the memory.
pub const TEXT_BYTES_MAX: usize = 300 << 20;

/// Reads every worksheet of a workbook.
///
/// # Errors
/// When the file is no workbook, is not to be trusted, or is larger than a named bound.
pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>, Refusal> {
    check(bytes)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let all = workbook.sheets_metadata().to_vec();
    if all.len() > SHEETS_MAX {
        return Err(Refusal::TooManySheets(all.len()));
    }
    let mut room = Room { cells: CELLS_MAX, text_bytes: TEXT_BYTES_MAX };
    let mut sheets = Vec::new();
    for sheet in all.into_iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        let rows = read_rows(&mut workbook, &sheet.name, &mut room)?;
        let merged = read_merged(&mut workbook, &sheet.name)?;
        sheets.push(Sheet { hidden: sheet.visible != SheetVisible::Visible, name: sheet.name, rows, merged });
    }
    Ok(sheets)
}

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

/// What may still be read.
struct Room {
    cells: usize,
    text_bytes: usize,
}

fn read_rows(workbook: &mut Workbook<'_>, name: &str, room: &mut Room) -> Result<Vec<SheetRow>, Refusal> {
    let mut found = Vec::new();
    let mut cells = workbook.worksheet_cells_reader(name).map_err(broken)?;
    while let Some(record) = cells.next_cell_with_formula_metadata().map_err(broken)? {
        let formula = record.formula.map(|formula| formula_text(&formula));
        let Some(cell) = to_cell(record.value, formula) else { continue };
        let (row, column) = record.pos;
        if row >= ROWS_MAX {
            return Err(Refusal::TooManyRows(name.to_owned(), u64::from(row) + 1));
        }
        if column >= COLUMNS_MAX {
            return Err(Refusal::TooManyColumns(name.to_owned(), u64::from(column) + 1));
        }
        check_text(&cell, name, (row, column), room)?;
        room.cells = room.cells.checked_sub(1).ok_or(Refusal::TooManyCells)?;
        found.push((row + 1, column as u16, cell));
    }
    Ok(into_rows(found))
}

fn check_text(cell: &Cell, sheet: &str, (row, column): (u32, u32), room: &mut Room) -> Result<(), Refusal> {
    let (Cell::Text(text) | Cell::Formula(text)) = cell else { return Ok(()) };
    let chars = if text.len() > CELL_CHARS_MAX { text.chars().count() } else { 0 };
    if chars > CELL_CHARS_MAX {
        return Err(Refusal::CellTooLong(format!("工作表“{sheet}”第 {} 行第 {} 列", row + 1, column + 1), chars));
    }
    room.text_bytes = room.text_bytes.checked_sub(text.len()).ok_or(Refusal::Unpacked)?;
    Ok(())
}

fn formula_text(formula: &calamine::XlsxFormulaMetadata) -> String {
    use calamine::XlsxFormulaMetadata as Metadata;
    match formula {
        Metadata::Normal { formula } | Metadata::Shared { formula, .. } => formula.clone(),
        _ => "…".to_owned(),
    }
}

fn to_cell(value: DataRef<'_>, formula: Option<String>) -> Option<Cell> {
    if let Some(formula) = formula {
        return Some(Cell::Formula(formula));
    }
    match Data::from(value) {
        Data::Empty => None,
        Data::String(text) if text.trim().is_empty() => None,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Some(Cell::Text(text)),
        Data::Int(number) => Some(Cell::Number(number as f64)),
        Data::Float(number) => Some(Cell::Number(number)),
        Data::Bool(truth) => Some(Cell::Boolean(truth)),
        Data::Error(error) => Some(Cell::Formula(error.to_string())),
        Data::DateTime(moment) => Some(day_of(moment)),
    }
}

fn day_of(moment: calamine::ExcelDateTime) -> Cell {
    let serial = moment.as_f64();
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day));
    match date.filter(|_| moment.is_datetime() && (1.0..2_958_466.0).contains(&serial)) {
        Some(date) if serial.fract() == 0.0 => Cell::Date(date),
        Some(date) => Cell::Text(format!("{date} {hour:02}:{minute:02}:{second:02}")),
        None => Cell::Number(serial),
    }
}

/// Rows ascending and columns ascending within them; a hostile file may give cells in any order and twice.
fn into_rows(mut found: Vec<(u32, u16, Cell)>) -> Vec<SheetRow> {
    found.sort_by_key(|(row, column, _)| (*row, *column));
    found.dedup_by_key(|(row, column, _)| (*row, *column));
    let mut rows: Vec<SheetRow> = Vec::new();
    for (number, column, cell) in found {
        match rows.last_mut() {
            Some(row) if row.number == number => row.cells.push((column, cell)),
            _ => rows.push(SheetRow { number, cells: vec![(column, cell)] }),
        }
    }
    rows
}

fn read_merged(workbook: &mut Workbook<'_>, name: &str) -> Result<Vec<Merged>, Refusal> {
    let areas = workbook.merge_cells_by_sheet_name(name).map_err(broken)?;
    let narrow = |column: u32| column.min(u32::from(u16::MAX)) as u16;
    let merged = areas.into_iter().map(|area| Merged {
        first_row: area.start.0.saturating_add(1),
        first_column: narrow(area.start.1),
        last_row: area.end.0.saturating_add(1),
        last_column: narrow(area.end.1),
    });
    Ok(merged.collect())
}
