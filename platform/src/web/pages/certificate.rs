//! Certificates (4.2, 5.5): the public check of a code, the printable page for those whom the assessment concerns, and the
//! joint notice as each unit and organiser sees it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use programme::access::Scope;
use programme::certificate;
use programme::process::assessment::{CERTIFICATE, GRADE_REASON, SCORE};
use programme::process::{Kind, Stage};
use programme::rules::consolidation::Grade;
use serde::Deserialize;
use store::matter;
use store::outcome::{self, Outcome};

use super::matters::words;
use crate::texts;
use crate::web::call::Call;
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page};
use crate::web::kit::Markup;
use crate::web::kit::button::Button;
use crate::web::kit::details::DescriptionList;
use crate::web::kit::field::TextField;
use crate::web::kit::notice::Notice;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::texts::{Lang, Texts};
use crate::web::{AppState, url};

texts! {
    certificate_check: "证书核验", "Check a certificate";
    certificate_code: "核验码", "Check code";
    certificate_code_hint: "证书下方的 12 位字符，如 7KQM-2XPD-9HTR，连字符可不写", "The 12 characters below the certificate; hyphens may be left out";
    certificate_submit: "核验", "Check";
    certificate_checked: "核验结果", "Result";
    certificate_good: "证书有效", "The certificate is valid";
    certificate_mistyped: "核验码输入有误，请逐字核对", "The code is mistyped; compare it character by character";
    certificate_none: "没有使用这个核验码的证书", "No certificate has this code";
    certificate_name: "姓名", "Name";
    certificate_unit: "派出单位", "Sending unit";
    certificate_enterprise: "接收单位", "Enterprise";
    certificate_grade: "考评等次", "Grade";
    certificate_year: "通报年度", "Year";
    certificate_document: "通报文号", "Document";
    certificate_day: "通报日期", "Day";
    certificate_score: "得分", "Score";
    certificate_reason: "等次理由", "Why";
    certificate_excellent: "科技总师考评优秀证书", "Certificate of an excellent chief technologist";
    certificate_other: "科技总师考评结果证明", "Statement of a chief technologist's assessment";
    certificate_check_at: "核验地址", "To be checked at";
    certificate_preference: "在各类科技计划和人才计划项目中重点支持，作为职称评审、岗位竞聘的重要依据。",
        "Given preference in programmes and an important basis for titles and posts.";
    certificate_pass: "合格", "Passed";
    certificate_fail: "不合格", "Failed";
    certificate_top: "优秀", "Excellent";
    notice_of_results: "考评结果通报", "Notice of assessments";
    notice_of_results_nobody: "本单位在这次通报中没有人员。", "Nobody of yours is in this notice.";
    notice_of_results_own: "各单位只见本单位人员，组织单位只见本地人员。", "Units see their own people, organisers those of their area.";
    notice_assessment: "考评", "Assessment";
}

/// The check, the certificate and the notice.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/certificate", get(ask))
        .route("/certificate/{code}", get(check))
        .route("/matter/{id}/certificate", get(show))
        .route("/matter/{id}/notice", get(notice))
}

/// The printable certificate of an assessment.
pub fn href(assessment: &str) -> String {
    format!("{}/certificate", words::href(assessment))
}

/// The notice of a batch, as the visitor sees it.
pub fn notice_href(batch: &str) -> String {
    format!("{}/notice", words::href(batch))
}

#[derive(Debug, Default, Deserialize)]
struct Typed {
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "pages/certificate.html")]
struct CertificatePage {
    frame: Frame,
    notices: Vec<Notice>,
    body: Markup,
    check: Option<(TextField, Button)>,
}

async fn ask(frame: Frame, Query(typed): Query<Typed>) -> Response {
    if typed.code.trim().is_empty() {
        return check_page(frame, None, Markup::default(), "");
    }
    Redirect::to(&format!("/certificate/{}", url::component(typed.code.trim()))).into_response()
}

/// Whoever has a code may ask; the answer names nobody in full.
async fn check(State(state): State<AppState>, frame: Frame, Path(typed): Path<String>) -> Result<Response, Failure> {
    let t = frame.t;
    let Some(code) = certificate::parse(&typed) else {
        return Ok(check_page(frame, Some(Notice::error(t, t.certificate_mistyped())), Markup::default(), &typed));
    };
    let found = outcome::by_certificate(&mut state.desk.database.read().await?, &code).await?;
    Ok(match found {
        Some(found) => check_page(
            frame,
            Some(Notice::success(t, t.certificate_good()).called(t.certificate_checked())),
            public_facts(&found, t).into(),
            &code,
        ),
        None => check_page(frame, Some(Notice::warning(t, t.certificate_none())), Markup::default(), &code),
    })
}

fn check_page(frame: Frame, notice: Option<Notice>, body: Markup, typed: &str) -> Response {
    let t = frame.t;
    page(&CertificatePage {
        notices: notice.into_iter().collect(),
        body,
        check: Some((
            TextField::line("code", t.certificate_code()).hint(t.certificate_code_hint()).with(typed),
            Button::primary(t.certificate_submit()),
        )),
        frame: frame.titled(t.certificate_check()),
    })
}

fn public_facts(found: &Outcome, t: Texts) -> DescriptionList {
    DescriptionList::new()
        .entry(t.certificate_name(), masked(found.person_name.as_deref().unwrap_or("")))
        .entry(t.certificate_unit(), found.unit_name.clone())
        .entry(t.certificate_grade(), grade_word(&found.grade, t))
        .entry(t.certificate_year(), found.document_day.format("%Y").to_string())
        .entry(t.certificate_document(), found.document_number.clone())
}

/// A name of which only the first character is shown: `张三（演示）` is `张*（演示）`.
pub fn masked(name: &str) -> String {
    let (name, remark) = name.find('（').map_or((name, ""), |at| name.split_at(at));
    let mut characters = name.chars();
    let first = characters.next().map_or_else(String::new, String::from);
    format!("{first}{}{remark}", "*".repeat(characters.count()))
}

/// For those who see the assessment; its name is in full, since it is theirs.
async fn show(
    Call { state, frame, visitor }: Call,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let kept = matter::get(&mut tx, &visitor.actor, &id).await?.ok_or(Failure::NotFound)?;
    if kept.matter.stage != Stage::AssessmentNotified {
        return Err(Failure::NotFound);
    }
    let body = &kept.matter.body;
    let found = outcome::by_certificate(&mut tx, body.text(&CERTIFICATE)).await?.ok_or(Failure::NotFound)?;
    let is_excellent = Grade::parse(&found.grade) == Some(Grade::Excellent);
    let enterprise = found.enterprise_name.clone().unwrap_or_else(|| found.enterprise_code.clone());
    let check_at = url::outside(state.site, &headers, &format!("/certificate/{}", found.certificate));
    let facts = DescriptionList::new()
        .entry(t.certificate_name(), found.person_name.clone().unwrap_or_default())
        .entry(t.certificate_unit(), found.unit_name.clone())
        .entry(t.certificate_enterprise(), enterprise)
        .entry(t.certificate_grade(), grade_word(&found.grade, t))
        .entry(t.certificate_score(), body.text(&SCORE).to_owned())
        .entry(t.certificate_reason(), body.text(&GRADE_REASON).to_owned())
        .entry(t.certificate_document(), found.document_number.clone())
        .entry(t.certificate_day(), found.document_day.to_string())
        .entry(t.certificate_code(), found.certificate.clone())
        .entry(t.certificate_check_at(), check_at);
    let preference =
        Notice::success(t, t.certificate_preference()).called(t.certificate_top()).clause(programme::clause!("5.5"), t);
    let title = if is_excellent { t.certificate_excellent() } else { t.certificate_other() };
    Ok(page(&CertificatePage {
        notices: is_excellent.then_some(preference).into_iter().collect(),
        body: facts.into(),
        check: None,
        frame: frame.titled(title),
    }))
}

/// The notice of a batch: everybody of the visitor's scope in it. Units do not see the batch itself, so the scope of
/// outcomes decides, and a batch in which the visitor has nobody is not to be known of.
async fn notice(Call { state, frame, visitor }: Call, Path(id): Path<String>) -> Result<Response, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let found = outcome::of_batch(&mut tx, visitor.scope(), &id).await?;
    let batch = matter::find(&mut tx, &id).await?.filter(|kept| kept.matter.kind() == Kind::Batch);
    let Some(batch) = batch.filter(|_| !found.is_empty() || *visitor.scope() == Scope::Province) else {
        return Err(Failure::NotFound);
    };
    let columns = [
        Column::text(t.certificate_name()),
        Column::text(t.certificate_unit()),
        Column::text(t.certificate_enterprise()),
        Column::text(t.certificate_grade()),
        Column::text(t.certificate_code()),
    ];
    let row = |one: &Outcome| {
        let name = one.person_name.clone().unwrap_or_else(|| one.person_id.clone());
        vec![
            Cell::heading(Markup::link(href(&one.assessment_id), name)),
            Cell::new(one.unit_name.clone()),
            Cell::new(one.enterprise_name.clone().unwrap_or_else(|| one.enterprise_code.clone())),
            Cell::new(grade_word(&one.grade, t)),
            Cell::unbroken(one.certificate.clone()),
        ]
    };
    let document = found.first().map(|one| format!("{}，{}", one.document_number, one.document_day));
    let table = Table::new("notice", batch.matter.title, columns, found.iter().map(row), t.notice_of_results_nobody())
        .summary(document.unwrap_or_default());
    Ok(page(&CertificatePage {
        notices: vec![Notice::info(t, t.notice_of_results_own()).clause(programme::clause!("5.5"), t)],
        body: table.into(),
        check: None,
        frame: frame.titled(t.notice_of_results()),
    }))
}

/// A grade in the page's language.
pub fn grade_word(code: &str, t: Texts) -> String {
    let word = match Grade::parse(code) {
        Some(Grade::Excellent) => t.certificate_top(),
        Some(Grade::Pass) => t.certificate_pass(),
        Some(Grade::Fail) => t.certificate_fail(),
        None => "",
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_name_keeps_its_first_character_and_its_remark() {
        for (name, shown) in
            [("张三（演示）", "张*（演示）"), ("欧阳明月", "欧***"), ("李", "李"), ("", ""), ("（演示）", "（演示）")]
        {
            assert_eq!(masked(name), shown);
        }
    }
}
