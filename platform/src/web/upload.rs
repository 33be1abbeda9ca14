//! Forms with a file: bounded, with the same token and the same fields as any other form.

use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::appearance::Appearance;
use super::errors::Failure;
use super::form::{FORM_FIELDS_MAX, Form};
use super::kit::hidden::CSRF_FIELD;
use super::security::CsrfToken;
use super::texts::Texts;
use super::url;

/// The largest upload, form fields included: 50,000 people with their works fit.
pub const UPLOAD_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A form that came with a file.
#[derive(Debug)]
pub struct Upload {
    /// The other fields.
    pub form: Form,
    /// The file's bytes; empty when none was chosen.
    pub file: Vec<u8>,
    /// The file's name as the browser states it.
    pub name: String,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let t = Texts::new(Appearance::of(request.headers()).lang);
        let token = request.extensions().get::<CsrfToken>().cloned();
        let mut parts = Multipart::from_request(request, state).await.map_err(|_| Failure::Malformed)?;
        let (mut fields, mut file, mut name) = (Vec::new(), Vec::new(), String::new());
        while let Some(part) = parts.next_field().await.map_err(refused)? {
            let field = part.name().unwrap_or_default().to_owned();
            if let Some(stated) = part.file_name() {
                stated.clone_into(&mut name);
                file = part.bytes().await.map_err(refused)?.to_vec();
            } else if fields.len() < FORM_FIELDS_MAX {
                fields.push((field, part.text().await.map_err(refused)?));
            } else {
                return Err(Failure::Malformed);
            }
        }
        let form = Form::from_fields(fields, t);
        let genuine = token.is_some_and(|token| token.is(form.value(CSRF_FIELD)));
        if genuine { Ok(Self { form, file, name }) } else { Err(Failure::Stale) }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn refused(error: MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Failure::TooLarge(UPLOAD_BYTES_MAX)
    } else {
        Failure::Malformed
    }
}

/// The media type of workbooks.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The media type of plain text.
pub const TEXT: &str = "text/plain; charset=utf-8";

/// The media type of JSON Lines.
pub const JSONL: &str = "application/jsonl; charset=utf-8";

/// The media type of calendars (RFC 5545).
pub const ICS: &str = "text/calendar; charset=utf-8";

/// A file to keep, under a name in any script (RFC 6266).
pub fn attachment(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename*=UTF-8''{}", url::component(name));
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response()
}
