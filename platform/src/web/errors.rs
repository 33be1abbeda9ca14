//! Answers other than the wished-for page: not found, not allowed, too large, a fault; all in the look of the site.
//!
//! A handler returns a [`Failure`]; a layer turns it into a page, because only there language, theme and visitor are
//! known. A fault's details go to the log once, with the request number that the page shows, and stay off the page.

use std::any::Any;
use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::frame::{Frame, page_with};
use super::kit::button::ButtonLink;
use super::security::random_hex;
use super::texts::{Lang, Texts};
use crate::texts;

const REQUEST_NUMBER: HeaderName = HeaderName::from_static("x-request-id");

/// Bytes of chance in a request number: enough to find one line in a log, short enough to read out by telephone.
const REQUEST_NUMBER_BYTES: usize = 4;

/// Names one request in the log and on an error page.
#[derive(Clone, Debug)]
pub struct RequestNumber(pub String);

/// Why there is no page.
#[derive(Debug)]
pub enum Failure {
    /// There is no such page, or the visitor is not allowed to know of it.
    NotFound,
    /// The visitor may know but not act; the sentence says why, in the page's language.
    Forbidden(String),
    /// The form's token is missing or old.
    Stale,
    /// The request is larger than this many bytes.
    TooLarge(usize),
    /// The request is not something a browser sends for this page.
    Malformed,
    /// Anything else: a fault of ours.
    Fault(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

impl Failure {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden(_) | Self::Stale => StatusCode::FORBIDDEN,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

texts! {
    error_not_found: "没有找到这个页面", "Page not found";
    error_not_found_body: "网址可能有误，内容可能已经移走，或者不在您的查看范围内。请核对网址，或从首页重新进入。",
        "The address may be wrong, the content may have moved, or it is not yours to see. Check the address or start from the first page.";
    error_link: "链接无效或已失效", "The link is not valid or no longer valid";
    error_link_body: "链接可能复制不全，已过答复截止日，或者单位重新生成了链接。请核对收到的链接，或请所在单位重新发送；不答复既不算同意，也不算谢绝。",
        "It may be cut short, past its last day, or replaced by a newer one. Check it, or ask your unit to send it again; no answer is neither yes nor no.";
    error_forbidden: "您不能进行这项操作", "You may not do this";
    error_stale: "页面已过期，没有保存", "The page had expired; nothing was saved";
    error_stale_body: "请返回上一页，刷新后重新提交；如果仍然出现，请确认浏览器允许本站使用 Cookie。",
        "Go back, reload the page and submit again. If this comes back, allow cookies for this site.";
    error_too_large: "提交的内容太大，没有保存", "Too large; nothing was saved";
    error_too_large_body(limit: &str): "上限为 {limit}。请缩短文字或拆分文件后重新提交。",
        "The limit is {limit}. Shorten the text or split the file and submit again.";
    error_malformed: "无法读懂这次请求", "The request could not be read";
    error_malformed_body: "请返回上一页重新提交；如果使用了程序或脚本，请核对请求格式。",
        "Go back and submit again; if a program sent this, check its format.";
    error_method: "这个网址不接受这种请求", "This address does not take such a request";
    error_fault: "系统出错，这次操作没有完成", "Something went wrong; nothing was completed";
    error_fault_body: "请稍后重试。如果再次出现，请把下面的请求编号告诉管理员。",
        "Try again later. If it comes back, tell the administrator the request number below.";
    error_request_number(number: &str): "请求编号 {number}", "Request number {number}";
    error_home: "返回首页", "To the first page";
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    body: String,
    number: String,
    home: ButtonLink,
}

/// Numbers a request; the number is in the answer's `x-request-id` and, when something fails, on the page and in the log.
pub async fn number_requests(mut request: Request, next: Next) -> Response {
    let number = random_hex::<REQUEST_NUMBER_BYTES>();
    request.extensions_mut().insert(RequestNumber(number.clone()));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&number) {
        response.headers_mut().insert(REQUEST_NUMBER, value);
    }
    response
}

/// Turns failures into pages, also those that axum itself answers with a bare status.
pub async fn show_failures(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let frame = Frame::of(&parts);
    let method = parts.method.clone();
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let Some((title, text)) = explanation(&mut response, &frame) else { return response };
    if method == Method::HEAD {
        return response;
    }
    let t = frame.t;
    let number = t.error_request_number(&frame.request_number);
    let home = ButtonLink::secondary(t.error_home(), "/");
    let page = page_with(response.status(), &ErrorPage { frame: frame.titled(title), body: text, number, home });
    let (page_parts, page_body) = page.into_parts();
    response.headers_mut().extend(page_parts.headers);
    *response.body_mut() = page_body;
    response
}

/// Title and text of the error page, or nothing when the answer is a page already.
fn explanation(response: &mut Response, frame: &Frame) -> Option<(&'static str, String)> {
    let t = frame.t;
    if let Some(failure) = response.extensions_mut().remove::<Arc<Failure>>() {
        return Some(words(&failure, frame));
    }
    let is_page = response.headers().get(CONTENT_TYPE).is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    match response.status() {
        _ if is_page => None,
        StatusCode::METHOD_NOT_ALLOWED => Some((t.error_method(), t.error_malformed_body().to_owned())),
        StatusCode::PAYLOAD_TOO_LARGE => Some((t.error_too_large(), t.error_malformed_body().to_owned())),
        status if status.is_client_error() => Some((t.error_malformed(), t.error_malformed_body().to_owned())),
        _ => None,
    }
}

fn words(failure: &Failure, frame: &Frame) -> (&'static str, String) {
    let t = frame.t;
    match failure {
        // Whoever has only a link cannot start from the first page.
        Failure::NotFound if frame.path.starts_with("/answer/") => (t.error_link(), t.error_link_body().to_owned()),
        Failure::NotFound => (t.error_not_found(), t.error_not_found_body().to_owned()),
        Failure::Forbidden(why) => (t.error_forbidden(), why.clone()),
        Failure::Stale => (t.error_stale(), t.error_stale_body().to_owned()),
        Failure::TooLarge(limit) => (t.error_too_large(), t.error_too_large_body(&bytes_in_words(*limit))),
        Failure::Malformed => (t.error_malformed(), t.error_malformed_body().to_owned()),
        Failure::Fault(error) => {
            tracing::error!(request = frame.request_number, path = frame.path, "{error:#}");
            (t.error_fault(), t.error_fault_body().to_owned())
        }
    }
}

/// A limit as a person would say it: `512 KB`, `10 MB`.
pub fn bytes_in_words(bytes: usize) -> String {
    const KB: usize = 1024;
    if bytes >= KB * KB { format!("{} MB", bytes / (KB * KB)) } else { format!("{} KB", bytes / KB) }
}

/// The answer when a handler panicked: a fault like any other.
#[expect(clippy::needless_pass_by_value, reason = "the shape that tower-http asks for")]
pub fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let said = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
    Failure::Fault(anyhow::anyhow!("a handler panicked: {}", said.unwrap_or("no message"))).into_response()
}
