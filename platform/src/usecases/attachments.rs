//! Files beside a matter: attachments of a public notice, looked through before they go out (PIPL 25), and scans of signed
//! agreements (三（五）), proofs of what a term brought (五（四）), certificates of enterprises (二（三）1（1）).
//!
//! An attachment has to be a file that can be looked through whole: a workbook or a document without pictures. Scans and
//! proofs are for those who see the matter, and are never published.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use paperwork::TextKind;
use programme::access::Role;
use programme::personal_data::{Part, PartKind, review};
use programme::process::line::Line;
use programme::process::listing::guards::COLUMNS_BESIDE;
use programme::process::{Kind, Matter, Stage};
use programme::seal::hex;
use sm3::{Digest, Sm3};
use store::attachment::{self, Attachment, New};
use store::{By, Tx, matter};

use super::Desk;

/// Files of one matter.
pub const FILES_MAX: usize = 20;
/// Bytes of a file.
pub const FILE_BYTES_MAX: usize = paperwork::FILE_BYTES_MAX;
/// Characters of a file's name.
pub const NAME_CHARS_MAX: usize = 120;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It goes out with a public notice.
    Notice,
    /// It shows a signed agreement.
    Scan,
    /// It shows what a term brought: contracts, payments, patents, products.
    Proof,
    /// It shows a certificate of the enterprise.
    Certificate,
}

/// What the files of a matter are for, if it has any.
pub const fn use_of(kind: Kind) -> Option<Use> {
    match kind {
        Kind::Listing => Some(Use::Notice),
        Kind::Appointment => Some(Use::Scan),
        Kind::Assessment => Some(Use::Proof),
        Kind::Qualification => Some(Use::Certificate),
        _ => None,
    }
}

/// Whether a role adds files to a matter now: to a list between meeting and notice, to an agreement while it is signed, to an
/// assessment until it is scored, to a certificate until it is checked.
pub const fn may_add(role: Role, stage: Stage) -> bool {
    matches!(
        (role, stage),
        (Role::Province, Stage::ListingApproved)
            | (Role::Enterprise | Role::Person | Role::Unit, Stage::AppointmentSigning)
            | (Role::Enterprise | Role::Person | Role::CityScience | Role::Sasac, Stage::AssessmentDue)
            | (Role::Enterprise, Stage::QualificationScience | Stage::QualificationIndustry)
    )
}

/// Whether a role takes files away: only what has not been published. Scans stay, a later one stands beside them.
pub const fn may_remove(role: Role, stage: Stage) -> bool {
    matches!((role, stage), (Role::Province, Stage::ListingApproved))
}

/// Adds a file to a matter and gives its number, or says why it is not taken.
pub async fn add(
    desk: &Desk,
    by: &By<'_>,
    (role, id): (Role, &str),
    name: &str,
    bytes: Vec<u8>,
) -> anyhow::Result<Result<i64, String>> {
    let mut tx = desk.database.write().await?;
    let matter = matter::find(&mut tx, id).await?.context("the matter was just seen")?.matter;
    let Some(purpose) = use_of(matter.kind()).filter(|_| may_add(role, matter.stage)) else {
        return Ok(Err(format!("“{}”环节不能上传文件", matter.stage.chinese())));
    };
    if attachment::of_matter(&mut tx, id).await?.len() >= FILES_MAX {
        return Ok(Err(format!("最多 {FILES_MAX} 个文件，请先整理")));
    }
    if let Err(problem) = check_name(name).and_then(|()| check_bytes(purpose, &bytes)) {
        return Ok(Err(problem));
    }
    let sm3 = hex(&Sm3::digest(&bytes));
    let kind = matter.kind().code();
    let new = New { kind, matter: id, name, sm3: &sm3, role: role.code(), content: &bytes };
    let number = attachment::add(&mut tx, by, new).await?;
    tx.commit().await?;
    Ok(Ok(number))
}

fn check_name(name: &str) -> Result<(), String> {
    let chars = name.chars().count();
    if !(1..=NAME_CHARS_MAX).contains(&chars) {
        return Err(format!("文件名须为 1 至 {NAME_CHARS_MAX} 个字，现为 {chars} 个字，请改名"));
    }
    let wrong = name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\'));
    if wrong { Err("文件名含有路径或不可见字符，请改名".to_owned()) } else { Ok(()) }
}

fn check_bytes(purpose: Use, bytes: &[u8]) -> Result<(), String> {
    if bytes.is_empty() || bytes.len() > FILE_BYTES_MAX {
        return Err(format!("文件有 {} 字节，应为 1 至 {FILE_BYTES_MAX} 字节", bytes.len()));
    }
    match purpose {
        Use::Notice => paperwork::texts(bytes)
            .map(drop)
            .map_err(|refusal| format!("{refusal}。公示附件应为能够逐项检查的 .xlsx 或 .docx 文件")),
        Use::Scan | Use::Proof | Use::Certificate if media_type(bytes).is_some() => Ok(()),
        Use::Proof if paperwork::is_workbook(bytes) => Ok(()),
        Use::Proof => Err("证明材料应为 PDF、JPG、PNG、.xlsx 或 .docx 文件".to_owned()),
        Use::Scan => Err("签署扫描件应为 PDF、JPG 或 PNG 文件".to_owned()),
        Use::Certificate => Err("证书扫描件应为 PDF、JPG 或 PNG 文件".to_owned()),
    }
}

/// The media type of a scan by its first bytes.
pub fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let of = [(&b"%PDF-"[..], "application/pdf"), (b"\xFF\xD8\xFF", "image/jpeg"), (b"\x89PNG\r\n", "image/png")];
    of.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, media)| *media)
}

/// Takes a file away; whether that was permitted and there was one.
pub async fn remove(desk: &Desk, by: &By<'_>, role: Role, id: &str, number: i64) -> anyhow::Result<bool> {
    let mut tx = desk.database.write().await?;
    let matter = matter::find(&mut tx, id).await?.context("the matter was just seen")?.matter;
    if !may_remove(role, matter.stage) {
        return Ok(false);
    }
    let gone = attachment::remove(&mut tx, by, (matter.kind().code(), id), number).await?;
    tx.commit().await?;
    Ok(gone)
}

/// What must not be published of the files that go out with a list, a sentence each with file and place.
pub async fn leaks(tx: &mut Tx, desk: &Desk, listing: &str) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for file in attachment::of_matter(tx, listing).await? {
        found.extend(leaks_of(tx, desk, listing, &file).await?);
    }
    Ok(found)
}

/// What was found in files, by their names and SM3: a file stays what it is, and looking through one takes longer than any page
/// may. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Looked(Arc<Mutex<Found>>);

/// A sentence each, by the file's name and SM3.
type Found = HashMap<(String, String), Vec<String>>;

/// Files remembered; beyond this all are forgotten and looked through anew.
const LOOKED_MAX: usize = 256;

impl Looked {
    fn get(&self, file: &Attachment) -> Option<Vec<String>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(&(file.name.clone(), file.sm3.clone())).cloned()
    }

    fn keep(&self, file: &Attachment, found: &[String]) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= LOOKED_MAX {
            held.clear();
        }
        held.insert((file.name.clone(), file.sm3.clone()), found.to_vec());
    }
}

/// The same of one file.
pub async fn leaks_of(tx: &mut Tx, desk: &Desk, listing: &str, file: &Attachment) -> anyhow::Result<Vec<String>> {
    if let Some(found) = desk.looked.get(file) {
        return Ok(found);
    }
    let bytes = attachment::content(tx, listing, file.number).await?.context("a listed file has its bytes")?;
    let name = file.name.clone();
    let look = tokio::task::spawn_blocking(move || found_in(&name, &bytes));
    let found = look.await.context("look through a file in the background")?;
    desk.looked.keep(file, &found);
    Ok(found)
}

fn found_in(name: &str, bytes: &[u8]) -> Vec<String> {
    let texts = match paperwork::texts(bytes) {
        Ok(texts) => texts,
        Err(refusal) => return vec![format!("附件“{name}”{refusal}")],
    };
    let published = Line::default();
    let permitted: Vec<&str> =
        published.published().map(|(label, _)| label).into_iter().chain(COLUMNS_BESIDE).collect();
    let parts = texts.iter().map(|one| {
        let kind = match one.kind {
            TextKind::Plain => PartKind::Plain,
            TextKind::Heading => PartKind::Heading,
            TextKind::Author => PartKind::Author,
        };
        Part { place: &one.place, text: &one.text, kind }
    });
    let own_name = Part { place: "文件名", text: name, kind: PartKind::Plain };
    review(parts.chain([own_name]), &permitted).into_iter().map(|found| format!("附件“{name}”：{found}")).collect()
}

/// The scan that a party has added for the text that is signed now: the latest since it was offered, by its SM3.
pub async fn scan_of(tx: &mut Tx, matter: &Matter, role: Role) -> anyhow::Result<Option<String>> {
    let offered = matter.body.day(&programme::process::appointment::OFFERED_ON);
    let files = attachment::of_matter(tx, &matter.id).await?.into_iter().rev();
    let of_text = |file: &Attachment| offered.is_some_and(|offered| crate::clock::today(file.added) >= offered);
    Ok(files.filter(|file| file.role == role.code()).find(of_text).map(|file| file.sm3))
}

#[cfg(test)]
mod tests {
    //! 1. Names and sizes have bounds. 2. Each use takes its own kinds of files. 3. A leak is told with file and place.

    use paperwork::{Cell, Column, Table, write};

    use super::*;

    fn workbook(heading: &str, text: &str) -> Vec<u8> {
        let columns = ["姓名", heading].map(|heading| Column::text(heading, 10.0)).into();
        let row = [Cell::Text("张三（演示）".to_owned()), Cell::Text(text.to_owned())].map(Some).into();
        write(&[Table { name: "名单".to_owned(), columns, rows: vec![row] }]).unwrap()
    }

    #[test]
    fn what_was_found_is_remembered_of_so_many_files_at_once() {
        let file = |number: usize| Attachment {
            number: 1,
            name: format!("{number}.xlsx"),
            sm3: number.to_string(),
            size: 1,
            added: crate::clock::now(),
            added_by: "kejiting".to_owned(),
            role: "province".to_owned(),
        };
        let looked = Looked::default();
        let found = ["附件含手机号".to_owned()];
        (0..LOOKED_MAX).for_each(|number| looked.keep(&file(number), &found));
        assert_eq!(looked.get(&file(0)).as_deref(), Some(&found[..]));
        assert_eq!(
            looked.get(&Attachment { sm3: "other".to_owned(), ..file(0) }),
            None,
            "other bytes of the same name"
        );
        looked.keep(&file(LOOKED_MAX), &[]);
        assert_eq!((looked.get(&file(0)), looked.get(&file(LOOKED_MAX))), (None, Some(Vec::new())));
    }

    #[test]
    fn names_have_a_bound_and_no_path() {
        for (name, taken) in [
            (String::new(), false),
            ("a".to_owned(), true),
            ("字".repeat(NAME_CHARS_MAX), true),
            ("字".repeat(NAME_CHARS_MAX + 1), false),
            ("../a.xlsx".to_owned(), false),
            ("a\nb".to_owned(), false),
        ] {
            assert_eq!(check_name(&name).is_ok(), taken, "{name}");
        }
    }

    #[test]
    fn each_use_takes_its_own_kinds_of_files() {
        let (pdf, sheet) = (b"%PDF-1.7".as_slice(), workbook("派出单位", "示例大学（演示）"));
        assert_eq!(check_bytes(Use::Scan, pdf), Ok(()));
        assert_eq!(check_bytes(Use::Notice, &sheet), Ok(()));
        assert!(check_bytes(Use::Notice, pdf).unwrap_err().contains("逐项检查"));
        assert!(check_bytes(Use::Scan, &sheet).unwrap_err().contains("PDF、JPG 或 PNG"));
        let largest: Vec<u8> = pdf.iter().copied().chain(std::iter::repeat(0)).take(FILE_BYTES_MAX).collect();
        assert_eq!(check_bytes(Use::Scan, &largest), Ok(()));
        assert!(check_bytes(Use::Scan, &[largest, vec![0]].concat()).is_err());
        assert!(check_bytes(Use::Scan, b"").is_err());
        assert_eq!((check_bytes(Use::Proof, pdf), check_bytes(Use::Proof, &sheet)), (Ok(()), Ok(())));
        assert!(check_bytes(Use::Proof, b"text").is_err());
    }

    #[test]
    fn a_leak_is_told_with_file_and_place() {
        assert_eq!(found_in("名单.xlsx", &workbook("派出单位", "示例大学（演示）")), [""; 0]);
        assert_eq!(
            found_in("名单.xlsx", &workbook("电话", "13800138000")),
            [
                "附件“名单.xlsx”：工作表“名单”B1的栏目“电话”不在公开栏目之内",
                "附件“名单.xlsx”：工作表“名单”B2含手机号码（138＊＊＊00）",
            ]
        );
        assert_eq!(found_in("13800138000.xlsx", &workbook("职称", "教授")).len(), 1);
    }
}
