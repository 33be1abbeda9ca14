//! The agreement and the certificate of appointment as plain pages for printing, each with the hash of the text.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use programme::access::Scope;
use programme::process::appointment::agreement::signatures;
use programme::process::appointment::{
    AGREEMENT_HASH, AGREEMENT_TEXT, AMENDMENTS, Amendment, CHANGE_KIND, FILINGS, IN_FORCE_ON, TERM_END, TERM_START,
    is_in_force,
};
use programme::process::{Kind, Matter, Value};
use store::matter;

use super::words;
use crate::clock::today;
use crate::texts;
use crate::web::AppState;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::details::DescriptionList;
use crate::web::kit::prose::Prose;
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{TEXT, attachment};

texts! {
    paper_agreement: "三方协议", "Tripartite agreement";
    paper_certificate: "科技总师聘任书", "Certificate of appointment";
    paper_back: "返回聘任页面", "Back to the appointment";
    paper_hash(hash: &str): "本文本哈希（SM3）：{hash}", "Hash of this text (SM3): {hash}";
    paper_signatures: "签署", "Signatures";
    paper_supplements: "补充与变更", "Supplements and changes";
    paper_not_offered: "协议尚未提交签署，暂无可打印的文本（方案三（五））", "The agreement has not been offered: there is no text to print";
    paper_not_in_force(stage: &str): "聘任现为“{stage}”，备案生效期内方可打印聘任书（方案三（五））",
        "The certificate is printed while the appointment is in force; now: {stage}";
    paper_number: "证书编号", "Number";
    paper_person: "科技总师", "Chief technologist";
    paper_filings: "备案", "Filed";
}

#[derive(Template)]
#[template(path = "pages/paper.html")]
struct Paper {
    frame: Frame,
    back: (String, &'static str),
    prose: Prose,
    lists: Vec<(String, DescriptionList)>,
    foot: String,
}

/// An appointment that the visitor sees.
async fn found(state: &AppState, visitor: &Visitor, id: &str) -> Result<Matter, Failure> {
    let kept = matter::get(&mut state.desk.database.read().await?, &visitor.actor, id).await?;
    let matter = kept.ok_or(Failure::NotFound)?.matter;
    if matter.kind() == Kind::Appointment { Ok(matter) } else { Err(Failure::NotFound) }
}

pub(super) async fn agreement(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (t, matter) = (frame.t, found(&state, &visitor, &id).await?);
    let text = matter.body.text(&AGREEMENT_TEXT);
    if text.is_empty() {
        return Err(Failure::Forbidden(t.paper_not_offered().to_owned()));
    }
    let mut lists = vec![(t.paper_signatures().to_owned(), signed(&matter))];
    let supplements = supplements(&matter);
    if !matter.body.list(&AMENDMENTS).is_empty() {
        lists.push((t.paper_supplements().to_owned(), supplements));
    }
    Ok(page(&Paper {
        back: (words::href(&id), t.paper_back()),
        prose: Prose::new(text),
        lists,
        foot: t.paper_hash(matter.body.text(&AGREEMENT_HASH)),
        frame: frame.titled(t.paper_agreement()),
    }))
}

/// The very bytes that a digital signature is over.
pub(super) async fn agreement_text(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let matter = found(&state, &visitor, &id).await?;
    let text = matter.body.text(&AGREEMENT_TEXT);
    if text.is_empty() {
        return Err(Failure::Forbidden(frame.t.paper_not_offered().to_owned()));
    }
    Ok(attachment(TEXT, &format!("{id}.txt"), text.as_bytes().to_vec()))
}

fn signed(matter: &Matter) -> DescriptionList {
    signatures(&matter.body).into_iter().fold(DescriptionList::new(), |list, one| {
        let parts = [one.signatory, one.day, one.method, one.seal, one.seal_place, one.seal_keeper];
        let mut stated: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if !one.scan.is_empty() {
            stated.push(format!("扫描件 SM3 {}", one.scan));
        }
        if !one.value.is_empty() {
            stated.push(format!("SM2 签名 {}", one.value));
        }
        list.entry(one.party.chinese(), stated.join("，"))
    })
}

fn supplements(matter: &Matter) -> DescriptionList {
    let kept = matter.body.list(&AMENDMENTS).iter().filter_map(|line| Amendment::parse(line));
    kept.fold(DescriptionList::new(), |list, one| {
        let what = CHANGE_KIND.in_words(&Value::from(one.kind.as_str()));
        list.entry(format!("{what}（自 {} 起）", one.day), format!("{} → {}", one.before, one.after))
    })
}

pub(super) async fn certificate(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (t, matter) = (frame.t, found(&state, &visitor, &id).await?);
    if !is_in_force(&matter, today(state.clock.now())) {
        return Err(Failure::Forbidden(t.paper_not_in_force(&words::stage(matter.stage, t))));
    }
    let mut tx = state.desk.database.read().await?;
    let parties = &matter.parties;
    let person = store::person::get(&mut tx, &Scope::Province, parties.person.as_deref().unwrap_or_default()).await?;
    let name = person.and_then(|person| person.name).unwrap_or_default();
    let code = parties.enterprise.clone().unwrap_or_default();
    let enterprise = store::enterprise::get(&mut tx, &Scope::Province, &code).await?;
    let enterprise = enterprise.and_then(|enterprise| enterprise.name).unwrap_or(code);
    let body = &matter.body;
    let text = format!(
        "兹聘任{}同志（派出单位：{}）为{enterprise}科技总师，聘期自 {} 起至 {} 止。\n\
         三方协议已签署并备案，聘任自 {} 起生效。",
        name,
        parties.unit.as_deref().unwrap_or_default(),
        body.text(&TERM_START),
        body.text(&TERM_END),
        body.text(&IN_FORCE_ON),
    );
    let list = DescriptionList::new()
        .entry(t.paper_number(), matter.id.clone())
        .entry(t.paper_person(), name)
        .entry(t.paper_filings(), filed(&matter, t));
    Ok(page(&Paper {
        back: (words::href(&id), t.paper_back()),
        prose: Prose::new(&text),
        lists: vec![(String::new(), list)],
        foot: t.paper_hash(body.text(&AGREEMENT_HASH)),
        frame: frame.titled(t.paper_certificate()),
    }))
}

/// Who filed, under which number, when.
fn filed(matter: &Matter, t: Texts) -> String {
    let lines = matter.body.list(&FILINGS).iter().map(|line| {
        let mut parts = line.split('|');
        let role = parts.next().and_then(programme::access::Role::parse);
        let bureau = role.map_or("", |role| crate::web::session::role_word(role, t));
        let rest: Vec<&str> = parts.take(2).filter(|part| !part.is_empty()).collect();
        format!("{bureau} {}", rest.join(" "))
    });
    lines.collect::<Vec<_>>().join("；")
}
