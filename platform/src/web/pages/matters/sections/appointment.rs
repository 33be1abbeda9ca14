//! What the page of an appointment shows: the must-haves, who signed and filed which text, the term, the service of each
//! year, what the organiser should look after, and what was changed.

use chrono::NaiveDate;
use programme::access::Role;
use programme::clause;
use programme::finding::{Finding, Force, Outcome};
use programme::parameters::Parameters;
use programme::process::appointment::agreement::{Signature, facts, signatures};
use programme::process::appointment::{
    AGREEMENT_HASH, AGREEMENT_TEXT, AMENDMENTS, Amendment, CHANGE_KIND, CONDITIONS, ENDED_ON, FILINGS, IN_FORCE_ON,
    PAY_KEPT, PUBLISHED_ON, TERM_END, VOIDED, current_year, is_in_force, last_day,
};
use programme::process::service::meter::{contacted, meters, quarters_without_contact, served, silences};
use programme::process::{Kind, Matter, Value};
use programme::rules::agreement::{Party, review};
use programme::rules::assessment;
use programme::signature::Signer;
use store::Tx;
use store::matter::{Link, linked};

use super::super::meter::{clash_notice, clashes_of, table, warnings};
use super::super::words;
use super::Asked;
use super::service::excellent_mark;
use crate::clock::today;
use crate::texts;
use crate::usecases::attachments::Use;
use crate::usecases::policy;
use crate::web::errors::Failure;
use crate::web::kit::Markup;
use crate::web::kit::button::ButtonLink;
use crate::web::kit::card::Card;
use crate::web::kit::details::DescriptionList;
use crate::web::kit::findings::FindingsList;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::pages::attachments;
use crate::web::session::role_word;
use crate::web::texts::{Lang, Texts};

texts! {
    appointment_matrix: "协议必备条款", "What the agreement must hold";
    appointment_signatures: "三方签署", "Signatures";
    appointment_party: "签署方", "Party";
    appointment_signatory: "签署人", "Signatory";
    appointment_method: "方式", "How";
    appointment_day: "日期", "Day";
    appointment_to_sign: "下载待签文本", "Download the text to sign";
    appointment_verified(name: &str, serial: &str, from: &str, until: &str): "数字签名已核验：{name}，证书 {serial}，有效期 {from} 至 {until}；签发机构由备案部门核对",
        "signature verified: {name}, certificate {serial}, valid {from} to {until}; the filing bureau checks who issued it";
    appointment_verified_issuer(name: &str, serial: &str, from: &str, until: &str, authority: &str):
        "数字签名已核验：{name}，证书 {serial}，有效期 {from} 至 {until}，由采信的“{authority}”签发",
        "signature verified: {name}, certificate {serial}, valid {from} to {until}, issued by {authority}, which the office trusts";
    appointment_verified_key: "数字签名已核验（公钥，无证书）；持有人由备案部门核对", "signature verified by a bare public key; the filing bureau checks whose it is";
    appointment_seal: "用印或证书", "Seal or certificate";
    appointment_sealed: "用印地点和经办人", "Sealed where and by whom";
    appointment_scan: "扫描件（SM3）", "Scan (SM3)";
    appointment_unsigned: "尚无签署。", "Nobody has signed yet.";
    appointment_voided: "已作废的签署", "Void signatures";
    appointment_filings: "备案", "Filings";
    appointment_bureau: "备案单位", "Filed by";
    appointment_number: "备案编号", "Number";
    appointment_text: "协议文本", "The text";
    appointment_hash: "协议哈希（SM3）", "Hash of the text (SM3)";
    appointment_print: "打印协议", "Print the agreement";
    appointment_certificate: "打印聘任书", "Print the certificate";
    appointment_not_offered: "提交签署后生成，签署和备案均以此哈希为准。", "Made when the text is offered; signatures and filings refer to it.";
    appointment_term: "聘期", "Term";
    appointment_published: "名单公布", "List published";
    appointment_in_force: "生效", "In force from";
    appointment_year_now: "当前聘任年度", "Year now";
    appointment_last_day: "聘期结束", "Last day";
    appointment_window: "考评窗口", "Window of assessment";
    appointment_ended: "实际终止", "Ended on";
    appointment_vacant: "岗位已空出，企业可在以后批次续报需求、重新选派。", "The post is free again: the enterprise may renew its need in a later round.";
    appointment_amendments: "变更记录", "Changes";
    appointment_before: "变更前", "Before";
    appointment_after: "变更后", "After";
    appointment_from: "生效日", "From";
    appointment_why: "理由", "Reason";
}

/// The parts, in the order in which they are read.
pub(super) async fn sections(tx: &mut Tx, asked: &Asked<'_>) -> Result<Vec<Markup>, Failure> {
    let (matter, t) = (&asked.kept.matter, asked.t);
    let day = today(asked.state.clock.now());
    let person = matter.parties.person.as_deref().unwrap_or_default();
    let parameters = policy::of_matter(tx, matter).await?;
    let mut parts: Vec<Markup> = excellent_mark(tx, person, t).await?.into_iter().collect();
    parts.extend([matrix(matter, &parameters, t), text_card(matter, day, t), signature_table(matter, t)]);
    parts.extend(filings(matter, t));
    parts.extend(term(matter, day, &parameters, t));
    if matter.body.has(&IN_FORCE_ON) {
        parts.extend(service(tx, asked, day, &parameters).await?);
    }
    parts.extend(amendments(matter, t));
    Ok(parts)
}

/// Every must-have as a finding, so that what is missing is seen before anybody is asked to sign.
fn matrix(matter: &Matter, parameters: &Parameters, t: Texts) -> Markup {
    let mut findings = review(&facts(matter), parameters);
    let stated = |clause, force, code, holds: bool, what: &str| Finding {
        clause,
        force,
        code,
        outcome: if holds { Outcome::Met } else { Outcome::Broken },
        message: if holds {
            format!("协议已约定{what}")
        } else {
            format!("协议未约定{what}；请补充后签署")
        },
    };
    let conditions = !matter.body.text(&CONDITIONS).trim().is_empty();
    findings.push(stated(clause!("2.3.2"), Force::Must, "agreement.conditions", conditions, "企业提供的工作条件"));
    let kept = matter.body.flag(&PAY_KEPT);
    findings.push(stated(clause!("4.1"), Force::Declare, "agreement.pay_kept", kept, "派出单位保留人事关系和待遇"));
    FindingsList::new(t, t.appointment_matrix(), &findings).into()
}

fn text_card(matter: &Matter, day: NaiveDate, t: Texts) -> Markup {
    let hash = matter.body.text(&AGREEMENT_HASH);
    if hash.is_empty() {
        return Card::new(t.appointment_text(), t.appointment_not_offered()).into();
    }
    let body = DescriptionList::new().entry(t.appointment_hash(), hash.to_owned());
    let print = ButtonLink::secondary(t.appointment_print(), format!("{}/agreement", words::href(&matter.id)));
    let certificate = is_in_force(matter, day)
        .then(|| ButtonLink::secondary(t.appointment_certificate(), format!("{}/letter", words::href(&matter.id))));
    let to_sign = ButtonLink::secondary(t.appointment_to_sign(), format!("{}/agreement.txt", words::href(&matter.id)));
    let scans = attachments::link(&matter.id, Use::Scan, t);
    let acts = [print, to_sign, scans].into_iter().chain(certificate).map(Markup::from);
    Card::new(t.appointment_text(), body).actions(Markup::joined(acts)).into()
}

fn signature_table(matter: &Matter, t: Texts) -> Markup {
    let columns = [
        Column::text(t.appointment_party()),
        Column::text(t.appointment_signatory()),
        Column::text(t.appointment_method()),
        Column::text(t.appointment_day()),
        Column::text(t.appointment_seal()),
        Column::text(t.appointment_sealed()),
        Column::text(t.appointment_scan()),
    ];
    let rows = signatures(&matter.body).into_iter().map(|one| {
        let signer = one.signer(matter.body.text(&AGREEMENT_TEXT));
        let Signature { party, signatory, method, day, seal, seal_place, seal_keeper, scan, authority, .. } = one;
        let seal = signer.map_or(seal, |signer| verified(&signer, &authority, t));
        vec![
            Cell::heading(party_word(party, t)),
            Cell::new(signatory),
            Cell::new(method),
            Cell::unbroken(day),
            Cell::new(seal),
            Cell::new(format!("{seal_place} {seal_keeper}").trim().to_owned()),
            Cell::unbroken(scan.chars().take(12).collect::<String>()),
        ]
    });
    let voided = matter.body.list(&VOIDED).len();
    let table = Table::new("signatures", t.appointment_signatures(), columns, rows, t.appointment_unsigned());
    let table = if voided > 0 { table.summary(format!("{}：{voided}", t.appointment_voided())) } else { table };
    table.into()
}

/// What the certificate says; a bare key says nothing of its holder.
fn verified(signer: &Signer, authority: &str, t: Texts) -> String {
    let Some((from, until)) = signer.valid else { return t.appointment_verified_key().to_owned() };
    let (from, until) = (from.to_string(), until.to_string());
    if authority.is_empty() {
        t.appointment_verified(&signer.name, &signer.serial, &from, &until)
    } else {
        t.appointment_verified_issuer(&signer.name, &signer.serial, &from, &until, authority)
    }
}

fn party_word(party: Party, t: Texts) -> &'static str {
    let role = match party {
        Party::Enterprise => Role::Enterprise,
        Party::Person => Role::Person,
        Party::Unit => Role::Unit,
    };
    role_word(role, t)
}

fn filings(matter: &Matter, t: Texts) -> Option<Markup> {
    let lines = matter.body.list(&FILINGS);
    let columns =
        [Column::text(t.appointment_bureau()), Column::text(t.appointment_number()), Column::text(t.appointment_day())];
    let rows = lines.iter().map(|line| {
        let mut parts = line.split('|');
        let mut next = || parts.next().unwrap_or_default().to_owned();
        let bureau = Role::parse(&next()).map_or("", |role| role_word(role, t));
        vec![Cell::heading(bureau), Cell::new(next()), Cell::unbroken(next())]
    });
    (!lines.is_empty()).then(|| Table::new("filings", t.appointment_filings(), columns, rows, "").into())
}

fn term(matter: &Matter, day: NaiveDate, parameters: &Parameters, t: Texts) -> Option<Markup> {
    let (body, end) = (&matter.body, matter.body.day(&TERM_END)?);
    let (first, last) = assessment::window(end, parameters);
    let mut shown = DescriptionList::new();
    for (name, field) in [(t.appointment_published(), &PUBLISHED_ON), (t.appointment_in_force(), &IN_FORCE_ON)] {
        if let Some(day) = body.day(field) {
            shown = shown.entry(name, day.to_string());
        }
    }
    if let Some((number, year)) = current_year(body, day, parameters) {
        shown =
            shown.entry(t.appointment_year_now(), format!("{} {} — {}", t.meter_number(number), year.first, year.last));
    }
    shown = shown.entry(t.appointment_window(), format!("{first} — {last}"));
    shown = shown.entry(t.appointment_last_day(), end.to_string());
    if let Some(ended) = body.day(&ENDED_ON) {
        shown = shown.entry(t.appointment_ended(), format!("{ended}。{}", t.appointment_vacant()));
    }
    Some(Card::new(t.appointment_term(), shown).into())
}

async fn service(
    tx: &mut Tx,
    asked: &Asked<'_>,
    day: NaiveDate,
    parameters: &Parameters,
) -> Result<Vec<Markup>, Failure> {
    let (matter, t) = (&asked.kept.matter, asked.t);
    let log = match matter.parties.person.as_deref() {
        Some(person) => linked(tx, Link::OfPerson(person, Kind::Service)).await?,
        None => Vec::new(),
    };
    let clashing = clash_notice(&clashes_of(matter, &log), t);
    let own: Vec<Matter> = log.into_iter().filter(|entry| entry.parties.parent.as_ref() == Some(&matter.id)).collect();
    let until = last_day(&matter.body).map_or(day, |last| last.min(day));
    let mut parts: Vec<Markup> = vec![table(&meters(matter, &own, day, parameters), day, t).into()];
    parts.extend(clashing);
    if matches!(
        asked.visitor.actor.role(),
        Role::Province | Role::CityScience | Role::CityIndustry | Role::Sasac | Role::County
    ) {
        let contacts = linked(tx, Link::Children(&matter.id, Kind::Contact)).await?;
        let silent = silences(matter, served(&own), until, parameters);
        let quarters = quarters_without_contact(matter, contacted(&contacts), day, parameters);
        parts.extend(warnings(&silent, &quarters, t));
    }
    Ok(parts)
}

fn amendments(matter: &Matter, t: Texts) -> Option<Markup> {
    let kept: Vec<Amendment> = matter.body.list(&AMENDMENTS).iter().filter_map(|line| Amendment::parse(line)).collect();
    let columns = [
        Column::text(words::label(&CHANGE_KIND, t)),
        Column::text(t.appointment_from()),
        Column::text(t.appointment_before()),
        Column::text(t.appointment_after()),
        Column::text(t.appointment_why()),
    ];
    let rows = kept.iter().map(|one| {
        vec![
            Cell::heading(CHANGE_KIND.in_words(&Value::from(one.kind.as_str()))),
            Cell::unbroken(one.day.as_str()),
            Cell::new(one.before.as_str()),
            Cell::new(one.after.as_str()),
            Cell::new(one.reason.as_str()),
        ]
    });
    (!kept.is_empty()).then(|| Table::new("amendments", t.appointment_amendments(), columns, rows, "").into())
}
