//! The list of excellent people for the systems of other plans (4.2, 5.5), signed with a key that both sides hold.
//!
//! The policy prefers them in science and talent plans, which decide elsewhere; here they are marked and nobody's rank in
//! matching changes. The signature covers the file's bytes, so a receiver needs no reader of ours to check it.

use anyhow::Context as _;
use paperwork::ColumnKind::Text;
use programme::access::Scope;
use programme::rules::consolidation::Grade;
use serde_json::json;
use store::Tx;
use store::outcome::{self, Outcome};

use crate::exchange::layout::{self, Layout, text};

/// Fewest bytes of a key that signs: what an HMAC over SM3 can use.
pub const KEY_BYTES_MIN: usize = 32;

const COLUMNS: [Layout<Outcome>; 8] = [
    ("姓名", Text, 16.0, |one| one.person_name.as_deref().and_then(text)),
    ("派出单位", Text, 30.0, |one| text(&one.unit_name)),
    ("接收单位", Text, 30.0, |one| text(one.enterprise_name.as_deref().unwrap_or_default())),
    ("接收单位代码", Text, 22.0, |one| text(&one.enterprise_code)),
    ("等次", Text, 8.0, |_| text(Grade::Excellent.chinese())),
    ("通报文号", Text, 28.0, |one| text(&one.document_number)),
    ("通报日期", Text, 12.0, |one| text(one.document_day.to_string())),
    ("证书核验码", Text, 18.0, |one| text(&one.certificate)),
];

/// Everybody notified as excellent since the programme began, the oldest first.
pub async fn all(tx: &mut Tx) -> anyhow::Result<Vec<Outcome>> {
    let since = store::policy::in_force(tx).await?.valid_from;
    Ok(outcome::excellent(tx, &Scope::Province, since).await?)
}

/// The list for machines, a person a line.
pub fn jsonl(people: &[Outcome]) -> Vec<u8> {
    let line = |one: &Outcome| {
        json!({
            "name": one.person_name, "unit": one.unit_name, "enterprise": one.enterprise_name,
            "enterprise_code": one.enterprise_code, "grade": one.grade, "document_number": one.document_number,
            "document_day": one.document_day, "certificate": one.certificate,
        })
    };
    people.iter().fold(String::new(), |lines, one| lines + &line(one).to_string() + "\n").into_bytes()
}

/// The list for people.
pub fn workbook(people: Vec<Outcome>) -> anyhow::Result<Vec<u8>> {
    paperwork::write(&[layout::sheet("考评优秀人员", &COLUMNS, people)]).context("write a workbook")
}
