//! Sheets to workbook bytes: tables that people fill in or read, and workbooks given back with their problems marked.

use std::collections::BTreeMap;

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, ExcelDateTime, Format, FormatAlign, FormatBorder, Note, Workbook,
    Worksheet, XlsxError,
};
use thiserror::Error;

use crate::read::CELL_CHARS_MAX;
use crate::{Cell, Sheet};

/// Rows below the headings of an empty table that are formatted and have drop-downs.
const READY_ROWS: u32 = 5_000;
const ACCENT: Color = Color::RGB(0x1F_4E_79);
const PALE: Color = Color::RGB(0xE8_EE_F4);
const RED: Color = Color::RGB(0xF8_D7_DA);
const FONT: &str = "Microsoft YaHei";

/// A fault of writing; no input of a person leads here.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The library refused.
    #[error("写工作簿")]
    Workbook(#[from] XlsxError),
}

/// What a column's cells are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text, so that Excel changes no digit.
    Text,
    /// Numbers.
    Number,
    /// Days.
    Date,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Heading.
    pub heading: String,
    /// Note at the heading; empty for none.
    pub note: String,
    /// Whether the heading is marked as required.
    pub required: bool,
    /// What its cells are.
    pub kind: ColumnKind,
    /// Words of the drop-down; empty for none.
    pub options: Vec<String>,
    /// Whether other values than one of the words are let through with a hint, because a cell may hold several.
    pub several: bool,
    /// Width in characters.
    pub width: f64,
}

impl Column {
    /// A column of text: no note, no drop-down, may stay empty.
    pub fn text(heading: impl Into<String>, width: f64) -> Self {
        Self {
            heading: heading.into(),
            note: String::new(),
            required: false,
            kind: ColumnKind::Text,
            options: Vec::new(),
            several: false,
            width,
        }
    }
}

/// A sheet with one row of headings.
#[derive(Clone, Debug)]
pub struct Table {
    /// Name of the sheet.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, as long as the columns; a formula is written as its text.
    pub rows: Vec<Vec<Option<Cell>>>,
}

/// A problem at a cell, or at a row when there is no column. Rows count from 1, columns from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Name of the sheet.
    pub sheet: String,
    /// Row.
    pub row: u32,
    /// Column.
    pub column: Option<u16>,
    /// What is wrong.
    pub message: String,
}

/// Writes tables, one a sheet, with frozen headings, drop-downs and notes.
///
/// # Errors
/// When the library refuses, for example two sheets of one name.
pub fn write(tables: &[Table]) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    for table in tables {
        write_table(workbook.add_worksheet(), table)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// Writes the sheets back as they were read, the marked cells red with a comment, and a last column under `heading` with
/// all messages of the row; a column of that heading from an earlier time is left out.
///
/// # Errors
/// When the library refuses.
pub fn annotate(sheets: &[Sheet], marks: &[Mark], heading: &str) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    for sheet in sheets {
        let marks: Vec<_> = marks.iter().filter(|mark| mark.sheet == sheet.name).collect();
        annotate_sheet(workbook.add_worksheet(), &without(sheet, heading), &marks, heading)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// A4 across, as wide as one page, the headings on every page: what an office prints without setting anything.
fn print_on_a4(worksheet: &mut Worksheet) -> Result<(), XlsxError> {
    const A4: u8 = 9;
    worksheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    worksheet.set_footer("&C第 &P 页，共 &N 页");
    Ok(())
}

fn write_table(worksheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    worksheet.set_name(&table.name)?.set_freeze_panes(1, 0)?.set_row_height(0, 28)?;
    print_on_a4(worksheet)?;
    for (at, column) in (0..).zip(&table.columns) {
        worksheet.set_column_width(at, column.width)?.set_column_format(at, &cell_format(column.kind))?;
        write_heading(worksheet, at, column)?;
        add_drop_down(worksheet, at, column, table.rows.len())?;
    }
    for (at, row) in (1..).zip(&table.rows) {
        for ((column, cell), spec) in (0..).zip(row).zip(&table.columns) {
            if let Some(cell) = cell {
                write_cell(worksheet, at, column, cell, &cell_format(spec.kind))?;
            }
        }
    }
    if !table.rows.is_empty() && !table.columns.is_empty() {
        worksheet.autofilter(0, 0, table.rows.len() as u32, table.columns.len() as u16 - 1)?;
    }
    Ok(())
}

fn write_heading(worksheet: &mut Worksheet, at: u16, column: &Column) -> Result<(), XlsxError> {
    let format = Format::new().set_font_name(FONT).set_bold().set_align(FormatAlign::VerticalCenter);
    let format = format.set_border_bottom(FormatBorder::Thin);
    let format = if column.required {
        format.set_background_color(ACCENT).set_font_color(Color::White)
    } else {
        format.set_background_color(PALE)
    };
    let mark = if column.required { "*" } else { "" };
    worksheet.write_string_with_format(0, at, format!("{}{mark}", column.heading), &format)?;
    if !column.note.is_empty() {
        worksheet.insert_note(0, at, &plain_note(&column.note))?;
    }
    Ok(())
}

fn add_drop_down(worksheet: &mut Worksheet, at: u16, column: &Column, rows: usize) -> Result<(), XlsxError> {
    if column.options.is_empty() {
        return Ok(());
    }
    let style = if column.several { DataValidationErrorStyle::Information } else { DataValidationErrorStyle::Stop };
    let validation = DataValidation::new()
        .allow_list_strings(&column.options)?
        .set_error_style(style)
        .set_error_title("请从列表中选择")?
        .set_error_message("这一列只接受列表中的词")?;
    let last = READY_ROWS.max(rows as u32);
    worksheet.add_data_validation(1, at, last, at, &validation)?;
    Ok(())
}

fn cell_format(kind: ColumnKind) -> Format {
    let format = Format::new().set_font_name(FONT).set_align(FormatAlign::Top);
    match kind {
        // 49 is Excel's own number for `@`, text.
        ColumnKind::Text => format.set_num_format_index(49).set_text_wrap(),
        ColumnKind::Number => format,
        ColumnKind::Date => format.set_num_format("yyyy-mm-dd"),
    }
}

/// Writes a cell as what it is; whatever is text goes in as a string, so `=cmd|…` can never run.
fn write_cell(worksheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, format: &Format) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => worksheet.write_string_with_format(row, column, writable(text), format)?,
        Cell::Formula(text) => {
            worksheet.write_string_with_format(row, column, writable(&format!("={text}")), format)?
        }
        Cell::Number(number) => worksheet.write_number_with_format(row, column, *number, format)?,
        Cell::Boolean(truth) => worksheet.write_boolean_with_format(row, column, *truth, format)?,
        Cell::Date(date) => match date.format("%Y-%m-%d").to_string() {
            text if text.as_str() < "1900-03-01" => worksheet.write_string_with_format(row, column, text, format)?,
            text => {
                let format = format.clone().set_num_format("yyyy-mm-dd");
                worksheet.write_datetime_with_format(row, column, &ExcelDateTime::parse_from_str(&text)?, &format)?
            }
        },
    };
    Ok(())
}

/// A text as Excel's files hold it: what looks like their escape of a character (`_x000D_`) is escaped itself, and what is
/// longer than a cell ends with `…`.
fn writable(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        if letter == '_' && is_escape(&text.as_bytes()[at..]) {
            written.push_str("_x005F");
        }
        written.push(letter);
    }
    if written.len() > CELL_CHARS_MAX && written.encode_utf16().count() > CELL_CHARS_MAX {
        let mut units = 0;
        written = written
            .chars()
            .take_while(|letter| {
                units += letter.len_utf16();
                units < CELL_CHARS_MAX
            })
            .collect();
        written.push('…');
    }
    written
}

fn is_escape(bytes: &[u8]) -> bool {
    matches!(bytes, [b'_', b'x', a, b, c, d, b'_', ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()))
}

fn without(sheet: &Sheet, heading: &str) -> Sheet {
    let is_heading = |cell: &Cell| matches!(cell, Cell::Text(text) if text == heading);
    let mut sheet = sheet.clone();
    let headed = sheet.rows.iter().flat_map(|row| &row.cells).find(|(_, cell)| is_heading(cell)).map(|(at, _)| *at);
    for row in &mut sheet.rows {
        row.cells.retain(|(at, _)| Some(*at) != headed);
    }
    sheet
}

fn annotate_sheet(worksheet: &mut Worksheet, sheet: &Sheet, marks: &[&Mark], heading: &str) -> Result<(), XlsxError> {
    worksheet.set_name(&sheet.name)?.set_hidden(sheet.hidden);
    let mut messages: BTreeMap<(u32, Option<u16>), Vec<&str>> = BTreeMap::new();
    for mark in marks {
        messages.entry((mark.row, mark.column)).or_default().push(&mark.message);
    }
    let plain = cell_format(ColumnKind::Text);
    let red = plain.clone().set_background_color(RED);
    for row in &sheet.rows {
        for (column, cell) in &row.cells {
            let marked = messages.contains_key(&(row.number, Some(*column)));
            write_cell(worksheet, row.number - 1, *column, cell, if marked { &red } else { &plain })?;
        }
    }
    let width = sheet.rows.iter().filter_map(|row| row.cells.last()).map(|(column, _)| column + 1).max().unwrap_or(0);
    write_messages(worksheet, sheet, &messages, (width, heading), &red)
}

fn write_messages(
    worksheet: &mut Worksheet,
    sheet: &Sheet,
    messages: &BTreeMap<(u32, Option<u16>), Vec<&str>>,
    (width, heading): (u16, &str),
    red: &Format,
) -> Result<(), XlsxError> {
    let mut by_row: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for ((row, column), texts) in messages {
        by_row.entry(*row).or_default().extend(texts);
        let Some(column) = column else { continue };
        worksheet.insert_note(row - 1, *column, &plain_note(&texts.join("\n")))?;
        let found = sheet.rows.binary_search_by_key(row, |one| one.number);
        if !found.is_ok_and(|at| sheet.rows[at].cells.iter().any(|(at, _)| at == column)) {
            worksheet.write_blank(row - 1, *column, red)?;
        }
    }
    if by_row.is_empty() {
        return Ok(());
    }
    let heading_row = sheet.rows.first().map_or(0, |row| row.number - 1);
    worksheet.set_column_width(width, 60)?;
    if !by_row.contains_key(&(heading_row + 1)) {
        worksheet.write_string_with_format(heading_row, width, heading, &red.clone().set_bold())?;
    }
    for (row, texts) in by_row {
        worksheet.write_string_with_format(row - 1, width, writable(&texts.join("\n")), red)?;
    }
    Ok(())
}

fn plain_note(text: &str) -> Note {
    Note::new(text).add_author_prefix(false).set_width(260).set_height(90)
}
