//! The third party's page (3.2a): what it was engaged for, the pseudonymised files, and the way its signed result comes back.
//!
//! The key of signatures is not here: it goes another way than the data, handed over by the province. The verdict on a result
//! is that of the command line, the same function with the same sentences.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use programme::access::Role;
use programme::clause;
use programme::process::Matter;
use programme::process::round::MATCHER;

use crate::texts;
use crate::usecases::third_party::{self, PROBLEMS_LISTED_MAX};
use crate::web::errors::Failure;
use crate::web::frame::{Frame, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::Button;
use crate::web::kit::error_summary::ErrorSummary;
use crate::web::kit::field::{Choices, FileField, OptionItem, TextField};
use crate::web::kit::notice::Notice;
use crate::web::kit::prose::Prose;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{JSONL, UPLOAD_BYTES_MAX, Upload, attachment};
use crate::web::{AppState, url};

/// The page; the role's own, so the first page and the navigation lead here.
pub const PATH: &str = "/matcher";

/// Hexadecimal digits of an HMAC-SM3.
const SIGNATURE_CHARS: usize = 64;

texts! {
    matcher: "委托匹配", "Matching on behalf of the province";
    matcher_lead: "受省科技厅委托，用化名数据匹配并提交签名结果。数据不含姓名、单位、出生日期和证件号；每次下载和提交都记入审计。",
        "You match pseudonymised data on behalf of the provincial science department and send back a signed result. The data holds no names, units, dates of birth or identity numbers. Every download and every result is recorded in the audit trail.";
    matcher_engagements: "委托批次", "Your engagements";
    matcher_round: "批次", "Round";
    matcher_engaged: "受托机构", "Engaged party";
    matcher_files: "化名数据", "Pseudonymised data";
    matcher_needs: "需求", "Needs";
    matcher_people: "人员", "People";
    matcher_manifest: "清单和校验值", "Manifest with checksums";
    matcher_none: "目前没有委托。省科技厅登记委托并完成个人信息保护影响评估后，批次显示在这里。",
        "You have no engagement at present. A round appears here once the province has recorded the engagement and completed the impact assessment on personal information.";
    matcher_result: "提交结果", "Submit a result";
    matcher_result_file: "结果文件（run.trec）", "Result file (run.trec)";
    matcher_result_hint: "一行一个：需求化名 Q0 人员化名 名次 得分 名称", "One candidate a line: need Q0 person rank score name, with the pseudonyms of need and person";
    matcher_signature: "签名", "Signature";
    matcher_signature_hint: "用 matcher.key 对结果文件计算的 HMAC-SM3，64 位十六进制；密钥由省科技厅另行送达",
        "HMAC-SM3 of the result file under the key in matcher.key, as 64 hexadecimal digits; the province delivers the key separately";
    matcher_send: "核对并提交", "Check and submit";
    matcher_no_file: "请选择结果文件", "Choose the result file";
    matcher_taken(run: i64): "结果已采用，存为第 {run} 次匹配运算", "The result was accepted and kept as matching run {run}";
    matcher_taken_body: "签名相符，化名和规则核查通过；推送须由省科技厅逐项确认。", "The signature matches, and pseudonyms and rules were checked. The province still confirms every push one by one.";
    matcher_refused(count: usize): "结果没有采用：{count} 处问题，整份退回", "The result was not accepted: {count} problems; the whole file is returned";
}

/// `GET /matcher` shows and hands out, `POST /matcher` takes a result.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route(PATH, get(show))
        .route(PATH, post(take).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX)))
        .route("/matcher/{round}/{file}", get(download))
}

#[derive(Template)]
#[template(path = "pages/matcher.html")]
struct MatcherPage {
    frame: Frame,
    t: Texts,
    errors: ErrorSummary,
    notice: Option<Notice>,
    engagements: Table,
    form: Option<(Choices, FileField, TextField, Button)>,
}

async fn show(State(state): State<AppState>, frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    let rounds = engagements(&state, &visitor).await?;
    Ok(page_with(StatusCode::OK, &page_of(frame, &rounds)))
}

async fn engagements(state: &AppState, visitor: &Visitor) -> Result<Vec<Matter>, Failure> {
    visitor.must_be(Role::Matcher)?;
    Ok(third_party::engagements(&mut state.desk.database.read().await?).await?)
}

fn page_of(frame: Frame, rounds: &[Matter]) -> MatcherPage {
    let t = frame.t;
    let (round, file, signature) = fields(rounds, t);
    MatcherPage {
        errors: ErrorSummary::none(),
        notice: None,
        engagements: table(rounds, t),
        form: (!rounds.is_empty()).then(|| (round, file, signature, Button::primary(t.matcher_send()))),
        frame: frame.titled(t.matcher()),
        t,
    }
}

fn fields(rounds: &[Matter], t: Texts) -> (Choices, FileField, TextField) {
    let options = rounds.iter().map(|round| OptionItem::new(round.id.clone(), round.title.clone()));
    let newest = rounds.last().map_or("", |round| &round.id);
    (
        Choices::radio("round", t.matcher_round(), options).required().chosen(&[newest]),
        FileField::new("result", t.matcher_result_file(), ".trec,.txt").hint(t.matcher_result_hint()).required(),
        TextField::line("signature", t.matcher_signature())
            .hint(t.matcher_signature_hint())
            .at_most(SIGNATURE_CHARS)
            .required(),
    )
}

fn table(rounds: &[Matter], t: Texts) -> Table {
    let rows = rounds.iter().map(|round| {
        let file = |name: &str, label: &str| {
            Markup::link(format!("{PATH}/{}/{name}", url::component(&round.id)), label.to_owned())
        };
        let files = [
            file("needs.jsonl", t.matcher_needs()),
            file("people.jsonl", t.matcher_people()),
            file("manifest.json", t.matcher_manifest()),
        ];
        vec![
            Cell::heading(round.title.as_str()),
            Cell::new(round.body.text(&MATCHER)),
            Cell::new(Markup::joined(files)),
        ]
    });
    let columns = [t.matcher_round(), t.matcher_engaged(), t.matcher_files()].map(Column::text);
    Table::new("engagements", t.matcher_engagements(), columns, rows, t.matcher_none())
}

async fn download(
    State(state): State<AppState>,
    visitor: Visitor,
    Path((round, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    visitor.must_be(Role::Matcher)?;
    let keys = &state.guard.keys;
    let Ok(package) = third_party::export(&state.desk, &visitor.by(&state), keys, &round).await? else {
        return Err(Failure::NotFound);
    };
    let data = package.data().into_iter().find(|(name, _)| *name == file);
    let (name, text) = data.ok_or(Failure::NotFound)?;
    Ok(attachment(JSONL, name, text.as_bytes().to_vec()))
}

async fn take(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    upload: Upload,
) -> Result<Response, Failure> {
    let rounds = engagements(&state, &visitor).await?;
    let t = frame.t;
    let Upload { mut form, file: bytes, .. } = upload;
    let (round, file, signature) = fields(&rounds, t);
    let (chosen, signed) = (form.choice(&round), form.text(&signature));
    if bytes.is_empty() {
        form.refuse(file.name(), t.matcher_no_file());
    }
    let mut shown = page_of(frame, &rounds);
    shown.form =
        Some((round.filled(&form), file.filled(&form), signature.filled(&form), Button::primary(t.matcher_send())));
    let (Some(chosen), false) = (chosen, form.has_problems()) else {
        shown.errors = ErrorSummary::of(&form);
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown));
    };
    let (by, keys) = (visitor.by(&state), &state.guard.keys);
    let verdict = third_party::import(&state.desk, &by, keys, &chosen, &bytes, signed.as_bytes()).await?;
    let status = if verdict.is_ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    shown.notice = Some(told(verdict, t));
    Ok(page_with(status, &shown))
}

fn told(verdict: Result<i64, Vec<String>>, t: Texts) -> Notice {
    match verdict {
        Ok(run) => Notice::success(t, t.matcher_taken(run)).body(t.matcher_taken_body()).clause(clause!("3.2a"), t),
        Err(problems) => {
            let listed = problems.iter().take(PROBLEMS_LISTED_MAX).map(String::as_str).collect::<Vec<_>>().join("\n");
            Notice::error(t, t.matcher_refused(problems.len())).body(Markup::from(Prose::new(&listed)))
        }
    }
}
