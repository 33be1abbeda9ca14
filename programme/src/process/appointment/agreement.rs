//! The tripartite agreement as one text, and what the rules of agreements ask of it.
//!
//! The text is made from the fields alone, so that the same fields give the same hash; names come from the registers once,
//! when the text is offered, and stay as they were signed.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{
    AGREEMENT_HASH, CONDITIONS, CONTENT, DUTIES, MODE, PAY_KEPT, PLANNED_DAYS, PUBLISHED_ON, RIGHTS, SIGN_METHOD,
    SIGNATURES, TERM_END, TERM_START,
};
use crate::access::Role;
use crate::parameters::Parameters;
use crate::process::field::{Body, Field, Value};
use crate::process::matter::Matter;
use crate::process::vocabulary::Stage;
use crate::rules::agreement::{AgreementFacts, HalfDays, Party, appointment_years};
use crate::signature::{Signer, verify};

/// One signature on one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Which of the three.
    pub party: Party,
    /// Who signed.
    pub signatory: String,
    /// How, in Chinese.
    pub method: String,
    /// On which day, as in `2025-06-01`.
    pub day: String,
    /// Hash of the text.
    pub hash: String,
    /// Account that recorded it.
    pub login: String,
    /// Seal or certificate; may be empty.
    pub seal: String,
    /// Where it was sealed; may be empty.
    pub seal_place: String,
    /// Who keeps the seal and put it there; may be empty.
    pub seal_keeper: String,
    /// SM3 of the scan that shows it; empty when none was uploaded.
    pub scan: String,
    /// Certificate or public key of a digital signature, in one line; empty on paper.
    pub certificate: String,
    /// The digital signature; empty on paper.
    pub value: String,
    /// The trusted authority that issued the certificate; empty on paper, or when the office named none.
    pub authority: String,
}

impl Signature {
    /// The kept form.
    pub fn line(&self) -> String {
        let Self { party, signatory, method, day, hash, login, .. } = self;
        let Self { seal, seal_place, seal_keeper, scan, certificate, value, authority, .. } = self;
        let of_paper = [seal, seal_place, seal_keeper, scan];
        let parts = [party.code(), signatory, method, day, hash, login].into_iter();
        let how = of_paper.into_iter().chain([certificate, value, authority]).map(String::as_str);
        joined(&parts.chain(how).collect::<Vec<_>>())
    }

    /// What the certificate says of the signer of a text; nothing for a signature on paper, or one that is not genuine.
    pub fn signer(&self, text: &str) -> Option<Signer> {
        if self.certificate.is_empty() { None } else { verify(text, &self.certificate, &self.value).ok() }
    }

    /// Reads the kept form; those of earlier versions end earlier.
    pub fn parse(line: &str) -> Option<Self> {
        let mut pieces = line.split('|').map(str::to_owned);
        let mut next = || pieces.next();
        let code = next()?;
        let party = Party::ALL.into_iter().find(|party| party.code() == code)?;
        let (signatory, method) = (next()?, SIGN_METHOD.in_words(&Value::Text(next()?)));
        let [day, hash, login, seal] = [next()?, next()?, next()?, next()?];
        let [seal_place, seal_keeper, scan, certificate, value, authority] =
            std::array::from_fn(|_| next().unwrap_or_default());
        Some(Self {
            party,
            signatory,
            method,
            day,
            hash,
            login,
            seal,
            seal_place,
            seal_keeper,
            scan,
            certificate,
            value,
            authority,
        })
    }
}

/// One entry of a kept list; the separator inside a part would be read as another part.
pub fn joined(parts: &[&str]) -> String {
    parts.iter().map(|part| part.replace('|', "／").replace('\n', " ")).collect::<Vec<_>>().join("|")
}

/// The party that a role signs for.
pub const fn party(role: Role) -> Option<Party> {
    match role {
        Role::Enterprise => Some(Party::Enterprise),
        Role::Person => Some(Party::Person),
        Role::Unit => Some(Party::Unit),
        _ => None,
    }
}

/// Name under which the loader gives the certificates of the authorities that the office trusts, in PEM; nothing is loaded
/// where it names none.
pub const AUTHORITIES: &str = "authorities";

/// Name under which the loader gives the SM3 of the scan that a party uploaded for the present text.
pub const fn scan_name(party: Party) -> &'static str {
    match party {
        Party::Enterprise => "scan_enterprise",
        Party::Person => "scan_person",
        Party::Unit => "scan_unit",
    }
}

/// The signatures on the present text.
pub fn signatures(body: &Body) -> Vec<Signature> {
    let present = body.text(&AGREEMENT_HASH);
    let read = body.list(&SIGNATURES).iter().filter_map(|line| Signature::parse(line));
    read.filter(|signature| !present.is_empty() && signature.hash == present).collect()
}

/// The planned service of every year; nothing when a line cannot be read.
pub fn planned(body: &Body, field: &Field) -> Option<Vec<HalfDays>> {
    let lines = body.list(field);
    (!lines.is_empty()).then(|| lines.iter().map(|line| half_days(line)).collect::<Option<Vec<_>>>()).flatten()
}

/// Reads `62`, `62.5` or `62.5天`.
pub fn half_days(line: &str) -> Option<HalfDays> {
    let number = line.trim().trim_end_matches('天').trim();
    let (days, half) = match number.strip_suffix(".5") {
        Some(days) => (days, 1),
        None => (number.strip_suffix(".0").unwrap_or(number), 0),
    };
    let days: u32 = days.parse().ok().filter(|days| *days <= 366)?;
    Some(HalfDays(days * 2 + half))
}

/// What the rules of agreements ask, taken from the matter.
pub fn facts(matter: &Matter) -> AgreementFacts {
    let body = &matter.body;
    let stated = |field: &Field| Some(!body.text(field).trim().is_empty());
    let before_filing = matches!(
        matter.stage,
        Stage::AppointmentDraft | Stage::AppointmentSigning | Stage::AppointmentSigned | Stage::AppointmentCancelled
    );
    AgreementFacts {
        start: body.day(&TERM_START),
        end: body.day(&TERM_END),
        service_planned: planned(body, &PLANNED_DAYS),
        signed: Some(signatures(body).into_iter().map(|signature| signature.party).collect::<BTreeSet<_>>()),
        filed: Some(!before_filing),
        content: stated(&CONTENT),
        mode: stated(&MODE),
        rights: stated(&RIGHTS),
        duties: stated(&DUTIES),
    }
}

/// Names as the registers have them when the text is offered.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// Of the enterprise.
    pub enterprise: &'a str,
    /// Of the person.
    pub person: &'a str,
    /// Of the need.
    pub need: &'a str,
}

/// The whole text: parties, then [`terms`].
pub fn text(matter: &Matter, names: Names<'_>, parameters: &Parameters) -> String {
    let parties = &matter.parties;
    let of = |id: &Option<String>| id.clone().unwrap_or_default();
    let mut text = String::from("黑龙江省“科技总师”选派三方协议\n\n");
    let _ = writeln!(text, "协议编号：{}", matter.id);
    let _ = writeln!(text, "甲方（接收单位）：{}，统一社会信用代码 {}", names.enterprise, of(&parties.enterprise));
    let _ = writeln!(text, "乙方（科技总师）：{}，人员编号 {}", names.person, of(&parties.person));
    let _ = writeln!(text, "丙方（派出单位）：{}", of(&parties.unit));
    let _ = writeln!(text, "对应需求：{} {}", of(&parties.need), names.need);
    let _ = writeln!(text, "名单公布日：{}\n", matter.body.text(&PUBLISHED_ON));
    text + &terms(&matter.body, parameters)
}

/// The clauses, from the fields alone.
pub fn terms(body: &Body, parameters: &Parameters) -> String {
    let mut text = format!("一、聘期：{} 至 {}，首尾两日均计入。\n", body.text(&TERM_START), body.text(&TERM_END));
    for (number, name, field) in [
        ("二", "合作内容", &CONTENT),
        ("三", "合作方式", &MODE),
        ("四", "科技成果转化权益", &RIGHTS),
        ("五", "职责权利", &DUTIES),
    ] {
        let _ = writeln!(text, "{number}、{name}：{}", body.text(field));
    }
    let _ = writeln!(text, "六、服务时间：{}。", service(body, parameters));
    let _ = writeln!(text, "七、企业提供的工作条件：{}", body.text(&CONDITIONS));
    if body.flag(&PAY_KEPT) {
        text.push_str(
            "八、丙方保留乙方服务期内的人事关系、工资待遇不变，乙方与在岗人员同等享有职务晋升、职称评聘、项目申报、表彰奖励等权利。\n",
        );
    }
    text.push_str("九、本协议经三方签署并备案后，聘任方生效。\n");
    text
}

fn service(body: &Body, parameters: &Parameters) -> String {
    let (Some(start), Some(end)) = (body.day(&TERM_START), body.day(&TERM_END)) else { return String::new() };
    let planned = planned(body, &PLANNED_DAYS).unwrap_or_default();
    let years = appointment_years(start, end, parameters);
    let lines = years.iter().zip(1..).map(|(year, number)| {
        let days = planned.get(number - 1).copied().unwrap_or_default();
        format!("第 {number} 年（{} 至 {}）{days} 天", year.first, year.last)
    });
    lines.collect::<Vec<_>>().join("，")
}
