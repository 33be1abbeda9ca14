//! Every text of an office file, also where nobody looks: hidden sheets, comments, document properties, headers, text boxes.
//!
//! Made for looking through a file before it is published, so a part that is not known is read rather than passed over.
//! Pictures hold no text and are refused: nobody can tell what a scan shows.

use std::collections::HashSet;
use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use crate::guard::{broken, check_office};
use crate::{Cell, Refusal, Sheet, SheetRow, read};

/// A text with where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedText {
    /// For people: `工作表“备用”（隐藏）C7`, `文档属性`.
    pub place: String,
    /// What stands there.
    pub text: String,
    /// What kind of text it is.
    pub kind: TextKind,
}

/// Kinds of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// Any text.
    Plain,
    /// It heads a column of a sheet.
    Heading,
    /// The program wrote it: who made or changed the file.
    Author,
}

impl PlacedText {
    fn new(place: &str, text: &str, kind: TextKind) -> Self {
        Self { place: place.to_owned(), text: text.to_owned(), kind }
    }
}

/// Ends of elements after which another text begins; within the others a text may be cut into runs.
const BLOCKS: [&str; 7] = ["p", "si", "comment", "author", "tc", "definedname", "hyperlink"];
/// Folders of pictures and embedded files, which cannot be looked through.
const UNREADABLE: [&str; 3] = ["/media/", "/embeddings/", "/activex/"];

/// Everything written in a workbook (.xlsx) or a document (.docx).
///
/// # Errors
/// When the file is neither, is not to be trusted, or holds pictures or embedded files.
pub fn texts(bytes: &[u8]) -> Result<Vec<PlacedText>, Refusal> {
    let is_document = check_office(bytes)?;
    let sheets = if is_document { Vec::new() } else { read(bytes)? };
    let mut found: Vec<PlacedText> = sheets.iter().flat_map(of_sheet).collect();
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(broken)?;
        let name = entry.name().map_err(broken)?.to_ascii_lowercase();
        if UNREADABLE.iter().any(|folder| name.contains(folder)) {
            return Err(Refusal::Unreadable(name));
        }
        // Themes and styles hold names of fonts and colours; relations hold the addresses of links.
        let is_text = matches!(name.rsplit('.').next(), Some("xml" | "rels" | "vml"));
        if !is_text || name.contains("/theme") || name.ends_with("styles.xml") || name.starts_with("[content") {
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(broken)?;
        let xml = String::from_utf8(bytes).map_err(|_| Refusal::Unreadable(name.clone()))?;
        found.extend(of_part(&name, &xml, &sheets));
    }
    Ok(found)
}

/// The cells of a sheet. The first row with several cells heads the columns.
fn of_sheet(sheet: &Sheet) -> Vec<PlacedText> {
    let hidden = if sheet.hidden { "（隐藏）" } else { "" };
    let heading = sheet.rows.iter().find(|row| row.cells.len() > 1).map(|row| row.number);
    let place = |row: u32, column: u16| format!("工作表“{}”{hidden}{}{row}", sheet.name, letters(column));
    let of_row = |row: &SheetRow| {
        let number = row.number;
        let text = |(column, cell): &(u16, Cell)| PlacedText {
            place: place(number, *column),
            text: shown(cell),
            kind: if heading == Some(number) { TextKind::Heading } else { TextKind::Plain },
        };
        row.cells.iter().map(text).collect::<Vec<_>>()
    };
    let name = PlacedText::new("工作表名称", &sheet.name, TextKind::Plain);
    std::iter::once(name).chain(sheet.rows.iter().flat_map(of_row)).collect()
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Formula(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Boolean(truth) => truth.to_string(),
        Cell::Date(day) => day.to_string(),
    }
}

/// `A` for 0, `AA` for 26.
fn letters(column: u16) -> String {
    let (rest, last) = (column / 26, char::from(b'A' + (column % 26) as u8));
    if rest == 0 { last.to_string() } else { letters(rest - 1) + &last.to_string() }
}

/// What a part of the archive holds beside cells: of the shared texts those that no cell shows.
fn of_part(name: &str, xml: &str, sheets: &[Sheet]) -> Vec<PlacedText> {
    let xml = if name.starts_with("xl/worksheets/") { without_cells(xml) } else { xml.to_owned() };
    let (mut found, attributes) = paragraphs(&xml);
    if name == "xl/sharedstrings.xml" {
        let cells = sheets.iter().flat_map(|sheet| &sheet.rows).flat_map(|row| &row.cells);
        let known: HashSet<String> = cells.map(|(_, cell)| shown(cell)).collect();
        found.retain(|text| !known.contains(text));
    } else {
        found.extend(attributes);
    }
    let authors: Vec<&str> = if name == "docprops/core.xml" { authors(&xml) } else { Vec::new() };
    let kind = |text: &str| if authors.contains(&text) { TextKind::Author } else { TextKind::Plain };
    found.iter().map(|text| PlacedText::new(place_of(name), text, kind(text))).collect()
}

fn authors(xml: &str) -> Vec<&str> {
    let between = |open: &str, close: &str| {
        let start = xml.find(open)? + open.len();
        Some(xml[start..start + xml[start..].find(close)?].trim())
    };
    let found = [between("<dc:creator>", "</dc:creator>"), between("<cp:lastModifiedBy>", "</cp:lastModifiedBy>")];
    found.into_iter().flatten().collect()
}

fn place_of(name: &str) -> &'static str {
    let of = [
        ("docprops/", "文档属性"),
        ("comment", "批注"),
        ("sharedstrings", "工作簿中残留的文字"),
        ("drawing", "图形和文本框"),
        ("header", "页眉"),
        ("footer", "页脚"),
        ("notes.xml", "脚注和尾注"),
        ("worksheets/", "页眉页脚和有效性提示"),
        (".rels", "链接地址"),
        ("word/document.xml", "正文"),
    ];
    of.iter().find(|(part, _)| name.contains(part)).map_or("文档其他部件", |(_, place)| place)
}

fn without_cells(xml: &str) -> String {
    let start = xml.find("<sheetData").unwrap_or(xml.len());
    let end = xml.find("</sheetData>").unwrap_or(start);
    format!("{}{}", &xml[..start], &xml[end..])
}

/// The texts between tags, each as long as its block, and those in attributes; elements of unknown names keep a text together.
fn paragraphs(xml: &str) -> (Vec<String>, Vec<String>) {
    let (mut found, mut text) = (Vec::new(), String::new());
    let mut flush = |text: &mut String| {
        let whole = std::mem::take(text);
        if !whole.trim().is_empty() {
            found.push(whole.trim().to_owned());
        }
    };
    let (mut rest, mut attributes) = (xml, Vec::new());
    while let Some(start) = rest.find('<') {
        text.push_str(&decoded(&rest[..start]));
        let end = rest[start..].find('>').map_or(rest.len(), |end| start + end);
        let tag = &rest[start + 1..end];
        attributes.extend(tag.split('"').skip(1).step_by(2).map(decoded).filter(|value| !value.trim().is_empty()));
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let ends_block = tag.starts_with('/') && BLOCKS.contains(&local.to_ascii_lowercase().as_str());
        // Each property of a document is a text of its own.
        if ends_block || matches!(prefix, "dc" | "cp" | "dcterms" | "vt") || matches!(local, "br" | "tab") {
            flush(&mut text);
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    text.push_str(&decoded(rest));
    flush(&mut text);
    (found, attributes)
}

fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        plain.push_str(&rest[..start]);
        let end = rest[start..].find(';').map_or(rest.len(), |end| start + end);
        plain.extend(character(rest.get(start + 1..end).unwrap_or_default()));
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    plain + rest
}

fn character(entity: &str) -> Option<char> {
    let code = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        other => match other.strip_prefix('#')? {
            hex if hex.starts_with(['x', 'X']) => code(&hex[1..], 16),
            decimal => code(decimal, 10),
        },
    }
}

#[cfg(test)]
mod tests {
    //! 1. A text cut into runs is one text; entities are read; properties and attributes stand for themselves.
    //! 2. Cells, hidden sheets, names of sheets, comments, properties and left-over texts are found, each with its place.
    //! 3. A document is read with its header and footer; a picture is refused.

    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::{Column, Table, write};

    fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    /// A workbook with more parts than our writer makes.
    fn with_parts(workbook: &[u8], parts: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = ZipWriter::new_append(Cursor::new(workbook.to_vec())).unwrap();
        for (name, text) in parts {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn workbook() -> Vec<u8> {
        let column = |heading: &str| Column::text(heading, 10.0);
        let row = vec![Some(Cell::Text("张三".to_owned())), Some(Cell::Text("13800138000".to_owned()))];
        write(&[Table {
            name: "名单".to_owned(), columns: vec![column("姓名"), column("电话")], rows: vec![row]
        }])
        .unwrap()
    }

    #[test]
    fn a_text_in_runs_is_one_text() {
        let xml = r#"<w:p><w:r><w:t>电话138</w:t></w:r><w:r><w:t>00138000</w:t></w:r></w:p><w:p w:a="提示"><w:t>a&amp;b&#x4E2D;</w:t></w:p>"#;
        let (texts, attributes) = paragraphs(xml);
        assert_eq!((texts.concat(), attributes.concat()), ("电话13800138000a&b中".to_owned(), "提示".to_owned()));
        let xml = "<cp:core><dc:creator>李四</dc:creator><cp:lastModifiedBy>王五</cp:lastModifiedBy></cp:core>";
        assert_eq!(paragraphs(xml).0, ["李四", "王五"]);
    }

    #[test]
    fn every_part_of_a_workbook_is_read_with_its_place() {
        let parts = [
            ("xl/comments1.xml", "<comments><comment><text><t>私下电话</t></text></comment></comments>"),
            ("docProps/custom.xml", r#"<p name="联系人"><vt:lpwstr>赵六</vt:lpwstr></p>"#),
        ];
        let found = texts(&with_parts(&workbook(), &parts)).unwrap();
        let place = |text: &str| found.iter().find(|one| one.text == text).map(|one| one.place.as_str());
        assert_eq!(place("13800138000"), Some("工作表“名单”B2"));
        assert_eq!(place("名单"), Some("工作表名称"));
        assert_eq!(place("私下电话"), Some("批注"));
        assert_eq!(place("赵六"), Some("文档属性"));
        assert_eq!(place("联系人"), Some("文档属性"));
        let headings: Vec<&str> =
            found.iter().filter(|one| one.kind == TextKind::Heading).map(|one| one.text.as_str()).collect();
        assert_eq!(headings, ["姓名", "电话"]);
        assert!(!found.iter().any(|one| one.place == "工作簿中残留的文字"), "{found:?}");
    }

    #[test]
    fn who_made_a_document_is_told_apart() {
        let core = "<cp:coreProperties><dc:title>名单</dc:title><dc:creator>张工</dc:creator></cp:coreProperties>";
        let found = texts(&zipped(&[("word/document.xml", "<w:p/>"), ("docProps/core.xml", core)])).unwrap();
        let kinds: Vec<(&str, TextKind)> = found.iter().map(|one| (one.text.as_str(), one.kind)).collect();
        assert_eq!(kinds, [("名单", TextKind::Plain), ("张工", TextKind::Author)]);
    }

    #[test]
    fn a_hidden_sheet_says_so() {
        let cells = vec![SheetRow { number: 3, cells: vec![(27, Cell::Number(5.0))] }];
        let sheet = Sheet { name: "备用".to_owned(), hidden: true, rows: cells, merged: Vec::new() };
        assert_eq!(of_sheet(&sheet)[1].place, "工作表“备用”（隐藏）AB3");
    }

    #[test]
    fn a_document_is_read_and_a_picture_refused() {
        let parts =
            [("word/document.xml", "<w:p><w:t>公告</w:t></w:p>"), ("word/footer1.xml", "<w:p><w:t>页码</w:t></w:p>")];
        let found = texts(&zipped(&parts)).unwrap();
        let shown: Vec<(&str, &str)> = found.iter().map(|one| (one.place.as_str(), one.text.as_str())).collect();
        assert_eq!(shown, [("正文", "公告"), ("页脚", "页码")]);
        let pictured = zipped(&[parts[0], ("word/media/image1.png", "x")]);
        assert_eq!(texts(&pictured).unwrap_err().code(), "file.picture");
        assert_eq!(texts(b"%PDF-1.7").unwrap_err().code(), "file.format");
    }
}
