//! What workbooks must hold to: read as typed, refused with a reason when not to be trusted, never a formula written.

use std::fmt::Write as _;
use std::io::{Cursor, Read, Write as _};

use chrono::NaiveDate;
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::*;

fn column(heading: &str, kind: ColumnKind) -> Column {
    let (heading, note) = (heading.to_owned(), "说明".to_owned());
    Column { heading, note, required: true, kind, options: Vec::new(), several: false, width: 20.0 }
}

fn table(rows: Vec<Vec<Option<Cell>>>) -> Table {
    Table { name: "需求表".to_owned(), columns: vec![column("编号", ColumnKind::Text)], rows }
}

fn texts(texts: &[&str]) -> Vec<u8> {
    write(&[table(texts.iter().map(|text| vec![Some(Cell::Text((*text).to_owned()))]).collect())]).unwrap()
}

/// The cells of the first sheet below its headings.
fn cells(bytes: &[u8]) -> Vec<Cell> {
    let sheets = read(bytes).unwrap();
    sheets[0].rows.iter().skip(1).flat_map(|row| row.cells.iter().map(|(_, cell)| cell.clone())).collect()
}

/// Every part of the archive, by name.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            (entry.name().unwrap().into_owned(), content)
        })
        .collect()
}

fn zipped(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive
            .start_file(name.as_str(), SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))
            .unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn with_part(name: &str, content: Vec<u8>) -> Vec<u8> {
    let mut all = parts(&texts(&["甲"]));
    all.push((name.to_owned(), content));
    zipped(&all)
}

#[test]
fn an_id_of_eighteen_digits_comes_back_as_the_same_text() {
    assert_eq!(cells(&texts(&["440524188001010014"])), [Cell::Text("440524188001010014".to_owned())]);
}

#[test]
fn a_sheet_prints_on_a4_across_with_its_headings_on_every_page() {
    let bytes = texts(&["甲", "乙"]);
    let sheet = |name: &str| {
        let part = parts(&bytes).into_iter().find(|(part, _)| part == name).unwrap();
        String::from_utf8(part.1).unwrap()
    };
    let page = sheet("xl/worksheets/sheet1.xml");
    assert!(page.contains(r#"paperSize="9""#) && page.contains(r#"orientation="landscape""#), "{page}");
    assert!(page.contains(r#"fitToHeight="0""#), "{page}");
    assert!(sheet("xl/workbook.xml").contains("_xlnm.Print_Titles"));
}

#[test]
fn a_text_column_has_excels_own_text_format() {
    let styles = parts(&texts(&["甲"])).into_iter().find(|(name, _)| name == "xl/styles.xml").unwrap().1;
    assert!(String::from_utf8(styles).unwrap().contains("numFmtId=\"49\""));
}

#[test]
fn cells_keep_their_types() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    sheet.write_string(0, 0, "表头").unwrap();
    sheet.write_number(1, 0, 4.405_241_880_010_1e17).unwrap();
    sheet.write_boolean(1, 1, true).unwrap();
    sheet.write_number_with_format(1, 2, 31_108.0, &date).unwrap();
    sheet.write_number_with_format(1, 3, 31_108.5, &date).unwrap();
    sheet.write_formula(1, 4, Formula::new("=1+1").set_result("2")).unwrap();
    assert_eq!(
        cells(&workbook.save_to_buffer().unwrap()),
        [
            Cell::Number(4.405_241_880_010_1e17),
            Cell::Boolean(true),
            Cell::Date(NaiveDate::from_ymd_opt(1985, 3, 2).unwrap()),
            Cell::Text("1985-03-02 12:00:00".to_owned()),
            Cell::Formula("1+1".to_owned()),
        ]
    );
}

#[test]
fn texts_that_look_like_formulas_are_never_written_as_formulas() {
    let dangerous = ["=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(A1)", "\t=1", "=1"];
    let bytes = texts(&dangerous);
    for (name, content) in parts(&bytes) {
        let xml = String::from_utf8_lossy(&content).into_owned();
        assert!(!xml.contains("<f>") && !xml.contains("<f "), "{name} holds a formula");
    }
    assert_eq!(cells(&bytes), dangerous.map(|text| Cell::Text(text.to_owned())));
}

#[test]
fn a_formula_is_given_back_as_its_text() {
    let bytes = write(&[table(vec![vec![Some(Cell::Formula("A1+1".to_owned()))]])]).unwrap();
    assert_eq!(cells(&bytes), [Cell::Text("=A1+1".to_owned())]);
}

#[test]
fn hidden_sheets_and_merged_cells_are_noted() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().merge_range(2, 1, 4, 1, "合并", &Format::new()).unwrap();
    workbook.add_worksheet().set_hidden(true).write_string(0, 0, "藏").unwrap();
    let sheets = read(&workbook.save_to_buffer().unwrap()).unwrap();
    assert_eq!((sheets[0].hidden, sheets[1].hidden), (false, true));
    let merged = sheets[0].merged[0];
    assert_eq!((merged.first_row, merged.first_column, merged.last_row, merged.last_column), (3, 1, 5, 1));
}

#[test]
fn what_is_no_workbook_is_refused_with_what_it_is() {
    let refusals: [(&[u8], &str); 4] = [
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
            "文件是旧版 Excel（.xls）格式；请用 Excel 打开，另存为“Excel 工作簿（.xlsx）”",
        ),
        ("编号,题目\n".as_bytes(), "文件不是 Excel 工作簿，是文本文件；请另存为“Excel 工作簿（.xlsx）”"),
        (b"\xB1\xE0\xBA\xC5,\xCC\xE2\n", "文件不是 Excel 工作簿，是其他文件；请另存为“Excel 工作簿（.xlsx）”"),
        (b"", "文件不是 Excel 工作簿，是文本文件；请另存为“Excel 工作簿（.xlsx）”"),
    ];
    for (bytes, expected) in refusals {
        assert_eq!(read(bytes).unwrap_err().to_string(), expected);
    }
    let word = zipped(&[("word/document.xml".to_owned(), b"<x/>".to_vec())]);
    assert_eq!(read(&word), Err(Refusal::NotAWorkbook("Word 文档")));
    let binary = zipped(&[("xl/workbook.bin".to_owned(), b"x".to_vec())]);
    assert_eq!(read(&binary), Err(Refusal::NotAWorkbook("二进制工作簿（.xlsb）")));
}

#[test]
fn a_locked_workbook_is_refused_as_locked() {
    let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(read(&bytes), Err(Refusal::Encrypted));
}

#[test]
fn macros_and_links_to_other_files_are_refused() {
    assert_eq!(read(&with_part("xl/vbaProject.bin", vec![0; 10])), Err(Refusal::Macros));
    assert_eq!(read(&with_part("xl/externalLinks/externalLink1.xml", vec![b' '; 10])), Err(Refusal::ExternalLinks));
}

#[test]
fn a_file_is_refused_above_its_bound_and_not_at_it() {
    let padded = |length: usize| [b"PK\x03\x04".to_vec(), vec![0; length - 4]].concat();
    assert_eq!(read(&padded(FILE_BYTES_MAX + 1)), Err(Refusal::TooLarge(21)));
    for length in [FILE_BYTES_MAX - 1, FILE_BYTES_MAX] {
        assert!(matches!(read(&padded(length)), Err(Refusal::Broken(_))), "{length}");
    }
}

#[test]
fn archives_of_more_parts_than_the_bound_are_refused() {
    let here = parts(&texts(&["甲"]));
    for (entries, refused) in [(ENTRIES_MAX - 1, false), (ENTRIES_MAX, false), (ENTRIES_MAX + 1, true)] {
        let mut all = here.clone();
        all.extend((here.len()..entries).map(|at| (format!("x/{at}"), Vec::new())));
        assert_eq!(read(&zipped(&all)) == Err(Refusal::TooManyEntries(entries)), refused, "{entries}");
    }
}

#[test]
fn a_part_that_swells_beyond_the_bound_is_refused() {
    let small = usize::try_from(RATIO_BYTES_MIN).unwrap();
    assert!(read(&with_part("xl/media/x", vec![0; small])).is_ok());
    assert_eq!(read(&with_part("xl/media/x", vec![0; small + 1])), Err(Refusal::Ratio("xl/media/x".to_owned())));
}

#[test]
fn parts_that_unpack_to_more_than_the_bound_together_are_refused() {
    let unpacked = usize::try_from(UNPACKED_BYTES_MAX).unwrap();
    let small = usize::try_from(RATIO_BYTES_MIN).unwrap();
    let here = parts(&texts(&["甲"]));
    let used: usize = here.iter().map(|(_, content)| content.len()).sum();
    for (room, refused) in [(unpacked - 1, false), (unpacked, false), (unpacked + 1, true)] {
        let mut all = here.clone();
        let mut left = room - used;
        while left > 0 {
            all.push((format!("xl/media/{left}"), vec![0; left.min(small)]));
            left -= left.min(small);
        }
        assert_eq!(read(&zipped(&all)) == Err(Refusal::Unpacked), refused, "{room}");
    }
}

#[test]
fn an_archive_that_lies_about_its_sizes_is_counted_and_not_believed() {
    let mut bytes = with_part("xl/media/x", vec![0; 5 << 20]);
    let size = u32::to_le_bytes(5 << 20);
    let at: Vec<_> = (0..bytes.len() - 4).filter(|at| bytes[*at..*at + 4] == size).collect();
    assert!(!at.is_empty());
    for at in at {
        bytes[at..at + 4].copy_from_slice(&u32::to_le_bytes(10));
    }
    assert!(read(&bytes).is_err());
}

#[test]
fn rows_and_columns_beyond_their_bounds_are_refused_and_at_them_read() {
    let at = |row: u32, column: u32| {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().write_string(row, u16::try_from(column).unwrap(), "甲").unwrap();
        read(&workbook.save_to_buffer().unwrap())
    };
    assert!(at(ROWS_MAX - 2, 0).is_ok() && at(ROWS_MAX - 1, 0).is_ok());
    assert_eq!(at(ROWS_MAX, 0), Err(Refusal::TooManyRows("Sheet1".to_owned(), u64::from(ROWS_MAX) + 1)));
    assert!(at(0, COLUMNS_MAX - 2).is_ok() && at(0, COLUMNS_MAX - 1).is_ok());
    assert_eq!(at(0, COLUMNS_MAX), Err(Refusal::TooManyColumns("Sheet1".to_owned(), u64::from(COLUMNS_MAX) + 1)));
}

#[test]
fn workbooks_of_more_sheets_than_the_bound_are_refused() {
    for (sheets, refused) in [(SHEETS_MAX - 1, false), (SHEETS_MAX, false), (SHEETS_MAX + 1, true)] {
        let mut workbook = Workbook::new();
        for _ in 0..sheets {
            workbook.add_worksheet();
        }
        let read = read(&workbook.save_to_buffer().unwrap());
        assert_eq!(read == Err(Refusal::TooManySheets(sheets)), refused, "{sheets}");
    }
}

#[test]
fn a_cell_of_more_characters_than_excel_allows_is_refused() {
    for (chars, refused) in [(CELL_CHARS_MAX - 1, false), (CELL_CHARS_MAX, false), (CELL_CHARS_MAX + 1, true)] {
        let all: Vec<_> = parts(&texts(&["占位"]))
            .into_iter()
            .map(|(name, content)| {
                (name, String::from_utf8(content).unwrap().replace("占位", &"词".repeat(chars)).into_bytes())
            })
            .collect();
        assert_eq!(matches!(read(&zipped(&all)), Err(Refusal::CellTooLong(..))), refused, "{chars}");
    }
}

/// A workbook whose only sheet has this XML for its rows.
fn with_rows(rows: &str) -> Vec<u8> {
    let mut all = parts(&texts(&["占位"]));
    let sheet = all.iter_mut().find(|(name, _)| name == "xl/worksheets/sheet1.xml").unwrap();
    sheet.1 = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").into_bytes();
    zipped(&all)
}

#[test]
fn workbooks_of_more_cells_than_the_bound_are_refused() {
    for (cells, refused) in [(CELLS_MAX - 1, false), (CELLS_MAX, false), (CELLS_MAX + 1, true)] {
        let mut rows = String::new();
        for number in 0..cells {
            if number % COLUMNS_MAX as usize == 0 {
                rows.push_str(if number == 0 { "<row>" } else { "</row><row>" });
            }
            // Changing numbers, so that the part does not look like a bomb.
            write!(rows, "<c><v>{}</v></c>", number * 7919 % 10_007).unwrap();
        }
        rows.push_str("</row>");
        assert_eq!(read(&with_rows(&rows)) == Err(Refusal::TooManyCells), refused, "{cells}");
    }
}

#[test]
fn one_long_text_that_many_cells_share_is_refused_when_it_would_fill_the_memory() {
    let long = "词".repeat(CELL_CHARS_MAX);
    let room = TEXT_BYTES_MAX / long.len();
    for (cells, refused) in [(room, false), (room + 1, true)] {
        // Cell 1 of the shared strings is 占位; numbers in another column keep the part from looking like a bomb.
        let row = |at: usize| format!("<row><c t=\"s\"><v>1</v></c><c><v>{at}</v></c></row>");
        let mut all = parts(&with_rows(&(0..cells).map(row).collect::<String>()));
        let strings = all.iter_mut().find(|(name, _)| name == "xl/sharedStrings.xml").unwrap();
        strings.1 = String::from_utf8(strings.1.clone()).unwrap().replace("占位", &long).into_bytes();
        assert_eq!(read(&zipped(&all)) == Err(Refusal::Unpacked), refused, "{cells}");
    }
}

#[test]
fn a_marked_workbook_holds_the_rows_and_the_problems() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("需求表").unwrap().write_string(0, 0, "需求编号").unwrap();
    sheet.write_number(1, 0, 17.0).unwrap();
    sheet.write_formula(2, 0, "=1+1").unwrap();
    let sheets = read(&workbook.save_to_buffer().unwrap()).unwrap();
    let mark =
        |row, column, message: &str| Mark { sheet: "需求表".to_owned(), row, column, message: message.to_owned() };
    let marked =
        annotate(&sheets, &[mark(2, Some(0), "是数字"), mark(2, Some(1), "没有填"), mark(3, None, "整行")], "问题")
            .unwrap();
    let rows: Vec<_> = read(&marked).unwrap()[0].rows.iter().map(|row| row.cells.clone()).collect();
    let text = |text: &str| Cell::Text(text.to_owned());
    assert_eq!(
        rows,
        [
            vec![(0, text("需求编号")), (1, text("问题"))],
            vec![(0, Cell::Number(17.0)), (1, text("是数字\n没有填"))],
            vec![(0, text("=1+1")), (1, text("整行"))],
        ]
    );
    assert!(
        parts(&marked)
            .iter()
            .any(|(name, content)| name.contains("comments") && String::from_utf8_lossy(content).contains("是数字"))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_that_excel_can_hold_comes_back_unchanged(text in "[^\u{0}-\u{1F}\u{7F}-\u{9F}\u{FFFE}\u{FFFF} ][^\u{0}-\u{1F}\u{7F}-\u{9F}\u{FFFE}\u{FFFF}]{0,40}") {
        prop_assume!(!text.trim().is_empty());
        prop_assert_eq!(cells(&texts(&[&text])), [Cell::Text(text)]);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read(&bytes);
        let _ = read(&[b"PK\x03\x04".to_vec(), bytes].concat());
    }

    #[test]
    fn no_damage_to_a_workbook_makes_the_reader_panic(damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..20)) {
        let mut bytes = texts(&["甲", "乙"]);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read(&bytes);
    }

    #[test]
    fn no_damage_inside_a_part_makes_the_reader_panic(
        part in any::<proptest::sample::Index>(),
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<proptest::sample::Index>(),
        is_cut: bool,
    ) {
        let mut all = parts(&texts(&["甲", "乙"]));
        let content = &mut all[part.index(7)].1;
        for (at, byte) in damage {
            let at = at.index(content.len());
            content[at] = byte;
        }
        if is_cut {
            content.truncate(cut.index(content.len()));
        }
        let _ = read(&zipped(&all));
    }
}
