//! Taking files: choose what the file holds, send it, and learn everything that is wrong with it at once.
//!
//! Nothing is kept of a refused file. The annotated workbook is made from the file as it is sent again with the other
//! button, so no copy of people's data lies about on the server.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use programme::intake::{Kind, Note, Problem};
use programme::process::vocabulary::in_english;

use super::recheck;
use crate::exchange;
use crate::texts;
use crate::usecases::import::{self, Report, Target};
use crate::usecases::seal::KeySource;
use crate::web::AppState;
use crate::web::errors::{Failure, bytes_in_words};
use crate::web::frame::{Frame, page, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::Button;
use crate::web::kit::error_summary::ErrorSummary;
use crate::web::kit::field::{Choices, FileField, OptionItem};
use crate::web::kit::notice::Notice;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::Visitor;
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{UPLOAD_BYTES_MAX, Upload, XLSX, attachment};

/// Problems shown on the page; the annotated workbook has them all.
const PROBLEMS_SHOWN_MAX: usize = 200;

texts! {
    import: "数据导入", "Import";
    import_lead(workbook: &str, limit: &str): "文件整体导入：有任何问题就一条也不写入，并列出全部问题。支持 Excel 工作簿（.xlsx，最大 {workbook}）和 JSON Lines（.jsonl，最大 {limit}）。",
        "A file is taken whole: with any problem nothing is written, and all problems are listed. Excel workbooks (.xlsx, at most {workbook}) and JSON Lines (.jsonl, at most {limit}) are accepted.";
    import_kind: "文件内容", "What the file holds";
    import_file: "文件", "File";
    import_send: "导入", "Import";
    import_give_back: "核对并下载批注工作簿", "Check and download the annotated workbook";
    import_templates: "下载模板", "Templates";
    import_template: "模板", "Template";
    import_template_of(what: &str): "{what}模板.xlsx", "{what} template.xlsx";
    import_no_file: "请选择要导入的文件", "Choose a file";
    import_taken(what: &str, inserted: usize, updated: usize): "已导入{what}：新增 {inserted} 条，更新 {updated} 条",
        "Imported {what}: {inserted} new, {updated} updated";
    import_refused(count: usize): "文件有 {count} 处问题，一条也没有写入", "{count} problems; nothing was written";
    import_refused_body: "请按下表改正后重新导入；重新选择文件并点“核对并下载批注工作簿”，可得到标出问题的文件。",
        "Correct what the table lists and import again; choose the file again and use “Check and download” to have the problems marked in it.";
    import_fine(what: &str, count: usize): "核对无误：{what} {count} 条；没有写入", "Nothing wrong: {count} {what}; nothing was written";
    import_problems: "问题清单", "Problems";
    import_shown(shown: usize, count: usize): "显示前 {shown} 处，共 {count} 处", "The first {shown} of {count}";
    import_place: "位置", "Where";
    import_problem: "问题与改法", "What is wrong, what would be right";
    import_notes: "提示（不影响导入）", "Notes (they stop nothing)";
}

/// The form, the import, the templates.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/import", get(show).post(take).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX)))
        .route("/import/templates/{kind}", get(template))
}

#[derive(Template)]
#[template(path = "pages/import.html")]
struct ImportPage {
    frame: Frame,
    lead: String,
    errors: ErrorSummary,
    notice: Option<Notice>,
    /// Live matters that what was imported speaks against.
    affected: Option<Notice>,
    problems: Option<Table>,
    notes: Option<Table>,
    kind: Choices,
    file: FileField,
    send: Button,
    give_back: Button,
    templates: Table,
}

impl ImportPage {
    fn new(frame: Frame) -> Self {
        let t = frame.t;
        let (kind, file) = fields(t);
        Self {
            lead: t.import_lead(&bytes_in_words(paperwork::FILE_BYTES_MAX), &bytes_in_words(UPLOAD_BYTES_MAX)),
            errors: ErrorSummary::none(),
            notice: None,
            affected: None,
            problems: None,
            notes: None,
            kind: kind.chosen(&[Kind::Needs.code()]),
            file,
            send: Button::primary(t.import_send()),
            give_back: Button::secondary(t.import_give_back()).sending("give_back", "1"),
            templates: templates(t),
            frame: frame.titled(t.import()),
        }
    }
}

fn fields(t: Texts) -> (Choices, FileField) {
    let kinds = Kind::ALL.iter().map(|kind| OptionItem::new(kind.code(), word(*kind, t)));
    (
        Choices::radio("kind", t.import_kind(), kinds).required(),
        FileField::new("file", t.import_file(), ".xlsx,.jsonl").required(),
    )
}

fn word(kind: Kind, t: Texts) -> String {
    match t.lang {
        Lang::Chinese => kind.chinese().to_owned(),
        Lang::English => in_english(kind.code()),
    }
}

fn templates(t: Texts) -> Table {
    let rows = Kind::ALL.iter().map(|kind| {
        let link = Markup::link(format!("/import/templates/{}", kind.code()), t.import_template_of(&word(*kind, t)));
        vec![Cell::heading(word(*kind, t)), Cell::new(link)]
    });
    Table::new(
        "templates",
        t.import_templates(),
        [Column::text(t.import_kind()), Column::text(t.import_template())],
        rows,
        "",
    )
}

async fn show(frame: Frame, visitor: Visitor) -> Result<Response, Failure> {
    visitor.must_be_province(frame.t)?;
    Ok(page(&ImportPage::new(frame)))
}

async fn take(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    upload: Upload,
) -> Result<Response, Failure> {
    let t = frame.t;
    visitor.must_be_province(t)?;
    let Upload { mut form, file: bytes, .. } = upload;
    let (kind, file) = fields(t);
    let chosen = form.choice(&kind).and_then(|code| Kind::parse(&code));
    if bytes.is_empty() {
        form.refuse(file.name(), t.import_no_file());
    }
    let mut shown = ImportPage::new(frame);
    shown.kind = kind.filled(&form);
    shown.file = file.filled(&form);
    let (Some(chosen), false) = (chosen, form.has_problems()) else {
        shown.errors = ErrorSummary::of(&form);
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown));
    };
    let check_only = !form.value("give_back").is_empty();
    let keys = KeySource::Held(&state.guard.keys);
    let target = Target { database: &state.desk.database, keys, check_only };
    let report = import::import(target, &visitor.by(&state), chosen, bytes.clone()).await?;
    if check_only && !report.problems.is_empty() {
        let name = format!("{}（已批注）.xlsx", chosen.chinese());
        return Ok(attachment(XLSX, &name, exchange::give_back(&bytes, &report.problems)?));
    }
    let status = if report.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    shown.notice = Some(outcome(&report, t));
    if report.written.is_some() {
        shown.affected = recheck::told(&state, t).await?;
    }
    shown.problems = problems(&report, t);
    shown.notes = notes(&report.notes, t);
    Ok(page_with(status, &shown))
}

fn outcome(report: &Report, t: Texts) -> Notice {
    let what = word(report.kind, t);
    match &report.written {
        Some(written) => Notice::success(t, t.import_taken(&what, written.inserted, written.updated)),
        None if report.problems.is_empty() => Notice::info(t, t.import_fine(&what, report.records)),
        None => Notice::error(t, t.import_refused(report.problems.count())).body(t.import_refused_body()),
    }
}

fn problems(report: &Report, t: Texts) -> Option<Table> {
    if report.problems.is_empty() {
        return None;
    }
    let shown: Vec<&Problem> = report.problems.listed().iter().take(PROBLEMS_SHOWN_MAX).collect();
    let count = report.problems.count();
    let rows = shown.iter().map(|one| vec![Cell::unbroken(one.place.to_string()), Cell::new(one.message.clone())]);
    let columns = [Column::text(t.import_place()), Column::text(t.import_problem())];
    Some(Table::new("problems", t.import_problems(), columns, rows, "").summary(t.import_shown(shown.len(), count)))
}

fn notes(notes: &[Note], t: Texts) -> Option<Table> {
    if notes.is_empty() {
        return None;
    }
    let rows = notes.iter().map(|note| vec![Cell::unbroken(note.first.to_string()), Cell::new(note.message.clone())]);
    let columns = [Column::text(t.import_place()), Column::text(t.import_problem())];
    Some(Table::new("notes", t.import_notes(), columns, rows, ""))
}

async fn template(frame: Frame, visitor: Visitor, Path(kind): Path<String>) -> Result<Response, Failure> {
    visitor.must_be_province(frame.t)?;
    let kind = Kind::parse(&kind).ok_or(Failure::NotFound)?;
    Ok(attachment(XLSX, &frame.t.import_template_of(kind.chinese()), exchange::template(kind)?))
}
