//! Files beside a matter: attachments of a public notice with what was found in them, scans of a signed agreement, proofs of
//! what a term brought.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use programme::access::Role;
use programme::process::appointment::AGREEMENT_HASH;
use programme::process::line::Line;
use programme::process::listing::guards::CLEAN;
use programme::process::{Action, Body, Doer, Matter, Stage};
use store::attachment::{self, Attachment};
use store::{Tx, matter};

use super::matters::words;
use crate::clock::in_beijing;
use crate::texts;
use crate::usecases::attachments::{self, FILE_BYTES_MAX, FILES_MAX, Use, may_add, may_remove, media_type, use_of};
use crate::usecases::{acts, notices};
use crate::web::AppState;
use crate::web::errors::{Failure, bytes_in_words};
use crate::web::form::Form;
use crate::web::frame::{Frame, page_with};
use crate::web::kit::Markup;
use crate::web::kit::button::{Button, ButtonLink};
use crate::web::kit::error_summary::ErrorSummary;
use crate::web::kit::field::FileField;
use crate::web::kit::navigation::Breadcrumb;
use crate::web::kit::notice::Notice;
use crate::web::kit::table::{Cell, Column, Table};
use crate::web::session::{Visitor, role_word};
use crate::web::texts::{Lang, Texts};
use crate::web::upload::{Upload, attachment as download};

texts! {
    files_notice: "公示附件与公开前检查", "Attachments and check before publishing";
    files_notice_lead(fields: &str): "公示页面只有{fields}。附件随公示公开：上传的 .xlsx、.docx 逐项检查，隐藏工作表、批注、文档属性、页眉页脚和公开栏目以外的列都在内；查出问题的，须删去后重新上传，否则不能发布公示。",
        "The notice shows {fields} alone. Attachments go out with it: every .xlsx and .docx is looked through, hidden sheets, comments, properties, headers and columns beyond the permitted ones included. What is found stands against publishing.";
    files_scan: "签署扫描件", "Scans of the signed agreement";
    files_scan_lead: "线下签署：打印协议（每页印有本文本哈希），三方签字盖章，扫描后在此上传，再办理“签署协议”登记签署人、日期和用印情况。扫描件不能更改；传错的，再传一份，以最后一份为准。",
        "Signing offline: print the agreement (its hash stands on every page), sign and seal it, upload the scan here, then record the signature. Scans never change; of several the last counts.";
    files_proof: "成果证明材料", "Proofs of results";
    files_proof_lead: "考评期内，本人、企业和组织单位可上传合同、到账凭证、专利证书、新产品证明等，供核实成果。材料仅供看得到本考评的各方查阅，不公开。",
        "In the window of assessment, person, enterprise and organiser add contracts, payments, patents and the like. Only those who see the assessment see them.";
    files_certificate: "证书扫描件", "Scans of the certificate";
    files_certificate_lead: "核对之前，企业上传证书或名单公告的扫描件，供主管部门核对。只有看得到本事项的人看得到，不对外公开。",
        "Until it is checked, the enterprise adds scans of the certificate or of the list that names it. Only those who see the matter see them.";
    files_hash(hash: &str): "本文本哈希（SM3）：{hash}", "Hash of the text (SM3): {hash}";
    files_files: "文件", "Files";
    files_number: "序号", "No.";
    files_name: "文件名", "Name";
    files_size: "大小", "Size";
    files_sm3: "SM3", "SM3";
    files_who: "上传人", "Added by";
    files_when: "上传时间", "Added";
    files_found: "检查结果", "Found";
    files_clean: "未发现问题", "Nothing found";
    files_none: "没有文件。", "No files.";
    files_file: "选择文件", "File";
    files_file_hint(kinds: &str, size: &str, most: usize): "{kinds}，不超过 {size}，最多 {most} 个", "{kinds}, at most {size}, at most {most} files";
    files_add: "上传", "Upload";
    files_remove(name: &str): "删去“{name}”", "Remove {name}";
    files_no_file: "请选择文件", "Choose a file";
    files_checked: "公开前检查未发现问题", "Nothing stands against publishing";
    files_stands: "公开前检查发现问题，不能发布公示", "This stands against publishing";
    files_attachments: "公示附件", "Attachments";
}

/// Of matters for those who see them; of a notice for everybody.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/matter/{id}/files", get(show).post(add).layer(DefaultBodyLimit::max(FILE_BYTES_MAX + FORM_ROOM)))
        .route("/matter/{id}/files/{number}", get(fetch))
        .route("/matter/{id}/files/{number}/remove", post(remove))
        .route("/notice/{listing}/files/{number}", get(fetch_public))
}

/// What a form takes beside its file.
const FORM_ROOM: usize = 64 * 1024;

#[derive(Template)]
#[template(path = "pages/attachments.html")]
struct FilesPage {
    frame: Frame,
    breadcrumb: Breadcrumb,
    errors: ErrorSummary,
    lead: String,
    notices: Vec<Notice>,
    files: Table,
    action: String,
    add: Option<(FileField, Button)>,
    removals: Vec<(String, Button)>,
}

/// A matter that the visitor sees and that has files.
async fn seen(tx: &mut Tx, visitor: &Visitor, id: &str) -> Result<(Matter, Use), Failure> {
    let matter = matter::get(tx, &visitor.actor, id).await?.ok_or(Failure::NotFound)?.matter;
    let purpose = use_of(matter.kind()).ok_or(Failure::NotFound)?;
    Ok((matter, purpose))
}

async fn show(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let shown = page_of(&state, frame, &visitor, &id).await?;
    Ok(page_with(StatusCode::OK, &shown))
}

async fn page_of(state: &AppState, frame: Frame, visitor: &Visitor, id: &str) -> Result<FilesPage, Failure> {
    let t = frame.t;
    let mut tx = state.desk.database.read().await?;
    let (matter, purpose) = seen(&mut tx, visitor, id).await?;
    let files = attachment::of_matter(&mut tx, id).await?;
    let title = title(purpose, t);
    let (role, href) = (visitor.actor.role(), words::href(id));
    let mut found = Vec::new();
    for file in &files {
        let looked = purpose == Use::Notice && role == Role::Province;
        found.push(if looked { attachments::leaks_of(&mut tx, &state.desk, id, file).await? } else { Vec::new() });
    }
    let removable = files.iter().filter(|_| may_remove(role, matter.stage));
    let removals = removable
        .map(|file| (format!("{href}/files/{}/remove", file.number), Button::secondary(t.files_remove(&file.name))));
    let list = words::list_href(matter.kind());
    let above = [("/", t.nav_home()), (&list, &words::kind(matter.kind(), t)), (&href, &matter.title)];
    Ok(FilesPage {
        breadcrumb: Breadcrumb::new(t, &above, title),
        errors: ErrorSummary::none(),
        lead: lead(purpose, t),
        notices: notices_of(state, &mut tx, visitor, &matter, purpose, t).await?,
        removals: removals.collect(),
        files: table(&files, &found, purpose, &href, t),
        action: format!("{href}/files"),
        add: may_add(role, matter.stage).then(|| (field(purpose, t), Button::primary(t.files_add()))),
        frame: frame.titled(title),
    })
}

fn title(purpose: Use, t: Texts) -> &'static str {
    match purpose {
        Use::Notice => t.files_notice(),
        Use::Scan => t.files_scan(),
        Use::Proof => t.files_proof(),
        Use::Certificate => t.files_certificate(),
    }
}

fn lead(purpose: Use, t: Texts) -> String {
    let published = Line::default();
    let fields: Vec<&str> = published.published().map(|(label, _)| label).into();
    match purpose {
        Use::Notice => t.files_notice_lead(&fields.join("、")),
        Use::Scan => t.files_scan_lead().to_owned(),
        Use::Proof => t.files_proof_lead().to_owned(),
        Use::Certificate => t.files_certificate_lead().to_owned(),
    }
}

fn field(purpose: Use, t: Texts) -> FileField {
    let (kinds, accept) = match purpose {
        Use::Notice => (".xlsx、.docx", ".xlsx,.docx"),
        Use::Scan | Use::Certificate => ("PDF、JPG、PNG", ".pdf,.jpg,.jpeg,.png"),
        Use::Proof => ("PDF、JPG、PNG、.xlsx、.docx", ".pdf,.jpg,.jpeg,.png,.xlsx,.docx"),
    };
    let hint = t.files_file_hint(kinds, &bytes_in_words(FILE_BYTES_MAX), FILES_MAX);
    FileField::new("file", t.files_file(), accept).hint(hint).required()
}

/// Before a notice: what the very guard of publishing says. Of an agreement: which text is signed.
async fn notices_of(
    state: &AppState,
    tx: &mut Tx,
    visitor: &Visitor,
    matter: &Matter,
    purpose: Use,
    t: Texts,
) -> Result<Vec<Notice>, Failure> {
    if purpose != Use::Notice {
        let hash = matter.body.text(&AGREEMENT_HASH);
        return Ok((!hash.is_empty()).then(|| Notice::info(t, t.files_hash(hash))).into_iter().collect());
    }
    if matter.stage != Stage::ListingApproved || visitor.actor.role() != Role::Province {
        return Ok(Vec::new());
    }
    let (by, doer) = (visitor.by(state), Doer::Account(visitor.actor.clone()));
    let outcome = acts::consider(tx, &state.desk, &by, &doer, matter, Action::StartNotice, &Body::default()).await?;
    let refusals = outcome.err().unwrap_or_default();
    Ok(vec![match refusals.into_iter().find(|refusal| refusal.code == CLEAN.code) {
        Some(refusal) => Notice::error(t, t.files_stands()).body(refusal.message).clause(refusal.clause, t),
        None => Notice::success(t, t.files_checked()),
    }])
}

fn table(files: &[Attachment], found: &[Vec<String>], purpose: Use, href: &str, t: Texts) -> Table {
    let rows = files.iter().zip(found).map(|(file, found)| {
        let role = Role::parse(&file.role).map_or("", |role| role_word(role, t));
        let mut cells = vec![
            Cell::number(file.number.to_string()),
            Cell::heading(Markup::link(format!("{href}/files/{}", file.number), file.name.as_str())),
            Cell::number(bytes_in_words(usize::try_from(file.size).unwrap_or_default())),
            Cell::new(file.sm3.as_str()),
            Cell::new(format!("{role} {}", file.added_by)),
            Cell::unbroken(in_beijing(file.added).format("%Y-%m-%d %H:%M").to_string()),
        ];
        if purpose == Use::Notice {
            cells.push(Cell::new(if found.is_empty() { t.files_clean().to_owned() } else { found.join("；") }));
        }
        cells
    });
    let mut columns = vec![
        Column::number(t.files_number()),
        Column::text(t.files_name()),
        Column::number(t.files_size()),
        Column::text(t.files_sm3()),
        Column::text(t.files_who()),
        Column::text(t.files_when()),
    ];
    if purpose == Use::Notice {
        columns.push(Column::text(t.files_found()));
    }
    Table::new("files", t.files_files(), columns, rows.collect::<Vec<_>>(), t.files_none())
}

async fn add(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path(id): Path<String>,
    upload: Upload,
) -> Result<Response, Failure> {
    let (t, role) = (frame.t, visitor.actor.role());
    let (matter, purpose) = seen(&mut state.desk.database.read().await?, &visitor, &id).await?;
    if !may_add(role, matter.stage) {
        return Err(Failure::Forbidden(t.session_not_yours().to_owned()));
    }
    let Upload { mut form, file, name } = upload;
    let taken = if file.is_empty() {
        Err(t.files_no_file().to_owned())
    } else {
        attachments::add(&state.desk, &visitor.by(&state), (role, &id), &name, file).await?
    };
    match taken {
        Ok(_) => Ok(Redirect::to(&format!("{}/files", words::href(&id))).into_response()),
        Err(problem) => {
            form.refuse("file", problem);
            let mut shown = page_of(&state, frame, &visitor, &id).await?;
            shown.errors = ErrorSummary::of(&form);
            shown.add = Some((field(purpose, t).filled(&form), Button::primary(t.files_add())));
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown))
        }
    }
}

async fn remove(
    State(state): State<AppState>,
    frame: Frame,
    visitor: Visitor,
    Path((id, number)): Path<(String, i64)>,
    _form: Form,
) -> Result<Response, Failure> {
    let (matter, _) = seen(&mut state.desk.database.read().await?, &visitor, &id).await?;
    if !may_remove(visitor.actor.role(), matter.stage) {
        return Err(Failure::Forbidden(frame.t.session_not_yours().to_owned()));
    }
    attachments::remove(&state.desk, &visitor.by(&state), visitor.actor.role(), &id, number).await?;
    Ok(Redirect::to(&format!("{}/files", words::href(&id))).into_response())
}

async fn fetch(
    State(state): State<AppState>,
    visitor: Visitor,
    Path((id, number)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    let mut tx = state.desk.database.read().await?;
    seen(&mut tx, &visitor, &id).await?;
    sent(&mut tx, &id, number).await
}

/// What goes out with a notice goes to everybody.
async fn fetch_public(
    State(state): State<AppState>,
    Path((listing, number)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    let mut tx = state.desk.database.read().await?;
    notices::noticed(&mut tx, &listing).await?.ok_or(Failure::NotFound)?;
    sent(&mut tx, &listing, number).await
}

/// A file to keep; nothing that somebody uploaded is shown within the site.
async fn sent(tx: &mut Tx, id: &str, number: i64) -> Result<Response, Failure> {
    let files = attachment::of_matter(tx, id).await?;
    let file = files.into_iter().find(|file| file.number == number).ok_or(Failure::NotFound)?;
    let bytes = attachment::content(tx, id, number).await?.ok_or(Failure::NotFound)?;
    let media = media_type(&bytes).unwrap_or("application/octet-stream");
    Ok(download(media, &file.name, bytes))
}

/// The attachments of a public notice, with their hashes; nothing when there are none.
pub async fn of_notice(tx: &mut Tx, listing: &str, t: Texts) -> Result<Option<Markup>, Failure> {
    let files = attachment::of_matter(tx, listing).await?;
    let href = format!("/notice/{}/files", crate::web::url::component(listing));
    let rows = files.iter().map(|file| {
        vec![
            Cell::heading(Markup::link(format!("{href}/{}", file.number), file.name.as_str())),
            Cell::number(bytes_in_words(usize::try_from(file.size).unwrap_or_default())),
            Cell::new(file.sm3.as_str()),
        ]
    });
    let columns = [Column::text(t.files_name()), Column::number(t.files_size()), Column::text(t.files_sm3())];
    let table = Table::new("attachments", t.files_attachments(), columns, rows.collect::<Vec<_>>(), "");
    Ok((!files.is_empty()).then(|| table.into()))
}

/// The way to the files of a matter from its page.
pub fn link(id: &str, purpose: Use, t: Texts) -> ButtonLink {
    ButtonLink::secondary(title(purpose, t), format!("{}/files", words::href(id)))
}
