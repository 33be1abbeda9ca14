//! What is looked at before a workbook is trusted: what the bytes are, and how much they unpack to.
//!
//! Sizes that an archive declares may be lies, so every entry is unpacked once into nothing and counted.

use std::io::{Cursor, Read};

use thiserror::Error;
use zip::ZipArchive;

/// Bytes of a file.
pub const FILE_BYTES_MAX: usize = 20 << 20;
/// Entries of the archive; a workbook of ten sheets has about thirty.
pub const ENTRIES_MAX: usize = 500;
/// Bytes of all entries unpacked.
pub const UNPACKED_BYTES_MAX: u64 = 300 << 20;
/// Times an entry may grow when unpacked; sheets of real offices grow twenty times.
pub const RATIO_MAX: u64 = 200;
/// Entries that unpack to less than this are not measured: repetition in something small is no bomb.
pub const RATIO_BYTES_MIN: u64 = 4 << 20;

const CFB_MAGIC: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
const ZIP_MAGIC: &[u8] = b"PK\x03\x04";

/// Why a file is not read as a workbook: what was found and what would be right.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    /// Too many bytes.
    #[error("文件有 {0} MB，最多 {max} MB；请分成几个文件", max = FILE_BYTES_MAX >> 20)]
    TooLarge(usize),
    /// Excel 97.
    #[error("文件是旧版 Excel（.xls）格式；请用 Excel 打开，另存为“Excel 工作簿（.xlsx）”")]
    OldExcel,
    /// Locked with a password.
    #[error("工作簿设有打开密码；请在 Excel 中取消密码后重新保存")]
    Encrypted,
    /// Something else.
    #[error("文件不是 Excel 工作簿，是{0}；请另存为“Excel 工作簿（.xlsx）”")]
    NotAWorkbook(&'static str),
    /// Broken archive or XML.
    #[error("工作簿已损坏，打不开（{0}）；请用 Excel 打开后重新保存")]
    Broken(String),
    /// Macros inside.
    #[error("工作簿含有宏；请另存为不含宏的“Excel 工作簿（.xlsx）”")]
    Macros,
    /// Links to other files.
    #[error("工作簿链接到其他文件；请在“数据—编辑链接”中断开链接后重新保存")]
    ExternalLinks,
    /// Too many entries of the archive.
    #[error("工作簿由 {0} 个部件组成，最多 {ENTRIES_MAX} 个；请只保留数据，另存为新工作簿")]
    TooManyEntries(usize),
    /// Unpacks to too much.
    #[error("工作簿解压后超过 {max} MB，最多 {max} MB；请只保留数据或分成几个文件", max = UNPACKED_BYTES_MAX >> 20)]
    Unpacked,
    /// An entry grows too much.
    #[error("工作簿中的部件 {0} 解压后膨胀超过 {RATIO_MAX} 倍，像是压缩炸弹；请用 Excel 打开后重新保存")]
    Ratio(String),
    /// A picture or an embedded file, which nobody can look through.
    #[error("文件含有图片或嵌入对象（{0}），无法检查其中的内容；请删去后重新保存")]
    Unreadable(String),
    /// Too many sheets.
    #[error("工作簿有 {0} 张工作表，最多 {max} 张；请删去无关的工作表", max = crate::SHEETS_MAX)]
    TooManySheets(usize),
    /// A row beyond the bound.
    #[error("工作表“{0}”用到了第 {1} 行，最多 {max} 行；请分成几个文件", max = crate::ROWS_MAX)]
    TooManyRows(String, u64),
    /// A column beyond the bound.
    #[error("工作表“{0}”用到了第 {1} 列，最多 {max} 列；请删去多余的列", max = crate::COLUMNS_MAX)]
    TooManyColumns(String, u64),
    /// Too many cells.
    #[error("工作簿有超过 {max} 个单元格，最多 {max} 个；请分成几个文件", max = crate::CELLS_MAX)]
    TooManyCells,
    /// A cell's text is too long.
    #[error("{0} 有 {1} 字，一个单元格最多 {max} 字；请删减", max = crate::CELL_CHARS_MAX)]
    CellTooLong(String, usize),
}

impl Refusal {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "file.too_large",
            Self::OldExcel => "workbook.old_excel",
            Self::Encrypted => "workbook.encrypted",
            Self::NotAWorkbook(_) => "file.format",
            Self::Broken(_) => "workbook.broken",
            Self::Macros => "workbook.macros",
            Self::ExternalLinks => "workbook.external_links",
            Self::TooManyEntries(_) => "workbook.entries",
            Self::Unpacked => "workbook.unpacked",
            Self::Ratio(_) => "workbook.ratio",
            Self::Unreadable(_) => "file.picture",
            Self::TooManySheets(_) => "workbook.sheets",
            Self::TooManyRows(..) => "workbook.rows",
            Self::TooManyColumns(..) => "workbook.columns",
            Self::TooManyCells => "workbook.cells",
            Self::CellTooLong(..) => "workbook.cell",
        }
    }
}

/// Whether the first bytes are those of a workbook of any age, and not of a text.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP_MAGIC) || bytes.starts_with(CFB_MAGIC)
}

/// Lets bytes pass that are a workbook of a size that can be read.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Refusal> {
    if check_office(bytes)? { Err(Refusal::NotAWorkbook(WORD)) } else { Ok(()) }
}

const WORD: &str = "Word 文档";

/// The same for a workbook or a document; whether it is a document.
pub(crate) fn check_office(bytes: &[u8]) -> Result<bool, Refusal> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Refusal::TooLarge(bytes.len().div_ceil(1 << 20)));
    }
    if bytes.starts_with(CFB_MAGIC) {
        return Err(if is_encrypted(bytes) { Refusal::Encrypted } else { Refusal::OldExcel });
    }
    if !bytes.starts_with(ZIP_MAGIC) {
        return Err(Refusal::NotAWorkbook(if std::str::from_utf8(bytes).is_ok() {
            "文本文件"
        } else {
            "其他文件"
        }));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > ENTRIES_MAX {
        return Err(Refusal::TooManyEntries(archive.len()));
    }
    let names: Result<Vec<_>, _> =
        archive.file_names().map(|name| name.map(|name| name.to_ascii_lowercase())).collect();
    let is_document = check_names(&names.map_err(broken)?)?;
    count_unpacked(&mut archive)?;
    Ok(is_document)
}

/// A locked workbook is an old container that holds a stream called `EncryptedPackage`, in UTF-16.
fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(name.len()).any(|window| window == name)
}

fn check_names(names: &[String]) -> Result<bool, Refusal> {
    let holds = |part: &str| names.iter().any(|name| name.contains(part));
    if holds("vbaproject.bin") || holds("xl/macrosheets/") {
        return Err(Refusal::Macros);
    }
    if holds("xl/externallinks/") {
        return Err(Refusal::ExternalLinks);
    }
    let is_document = holds("word/document.xml");
    if is_document || holds("xl/workbook.xml") {
        return Ok(is_document);
    }
    Err(Refusal::NotAWorkbook(match () {
        () if holds("xl/workbook.bin") => "二进制工作簿（.xlsb）",
        () if holds("ppt/presentation.xml") => "演示文稿",
        () if holds("content.xml") => "OpenDocument 文件（.ods）",
        () => "压缩包",
    }))
}

fn count_unpacked(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), Refusal> {
    let mut left = UNPACKED_BYTES_MAX;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(broken)?;
        let (name, packed) = (entry.name().map_err(broken)?.into_owned(), entry.compressed_size());
        let allowed = left.min((packed * RATIO_MAX).max(RATIO_BYTES_MIN));
        let unpacked = std::io::copy(&mut entry.take(allowed + 1), &mut std::io::sink()).map_err(broken)?;
        if unpacked > left {
            return Err(Refusal::Unpacked);
        }
        if unpacked > allowed {
            return Err(Refusal::Ratio(name));
        }
        left -= unpacked;
    }
    Ok(())
}

pub(crate) fn broken(error: impl std::fmt::Display) -> Refusal {
    Refusal::Broken(error.to_string())
}
