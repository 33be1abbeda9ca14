//! What keeps pages from being used against their visitors: headers, the forms' token, the refusal of foreign posts.
//!
//! The token is bound to a cookie that other sites cannot read, nor send with a post. `SameSite=Strict` was turned down: a
//! link from a mail would come without the cookie, get a new token, and make the forms in other tabs stale. A session that
//! wants its own token puts another [`CsrfToken`] into the request's extensions.

use std::fmt;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use programme::seal::hex;
use subtle::ConstantTimeEq;

use super::Site;
use super::appearance::cookie;
use super::errors::Failure;

const TOKEN_COOKIE: &str = "zongshi_form";
const TOKEN_BYTES: usize = 16;

/// Scripts, styles and pictures come from this site alone, nothing stands inline, nobody frames a page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers of every answer. `same-origin` instead of `no-referrer`: with the latter browsers hide the origin of a post.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// The secret that a form has to send back as `csrf`.
#[derive(Clone)]
pub struct CsrfToken(String);

impl CsrfToken {
    /// A token with this value; a session gives its own.
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The value for the hidden field.
    pub fn value(&self) -> &str {
        &self.0
    }

    /// Whether a form sent this token, compared in constant time.
    pub fn is(&self, sent: &str) -> bool {
        self.0.as_bytes().ct_eq(sent.as_bytes()).into()
    }
}

impl fmt::Debug for CsrfToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CsrfToken(…)")
    }
}

/// Gives every visitor a token, in a cookie and in the request's extensions.
pub async fn give_token(State(state): State<Site>, mut request: Request, next: Next) -> Response {
    let known = cookie(request.headers(), TOKEN_COOKIE).filter(|value| is_token(value)).map(str::to_owned);
    let is_new = known.is_none();
    let token = known.unwrap_or_else(random_hex::<TOKEN_BYTES>);
    request.extensions_mut().insert(CsrfToken(token.clone()));
    let mut response = next.run(request).await;
    if is_new {
        let secure = if state.https { "; Secure" } else { "" };
        let set = format!("{TOKEN_COOKIE}={token}; Path=/; SameSite=Lax; HttpOnly{secure}");
        if let Ok(value) = HeaderValue::from_str(&set) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

fn is_token(value: &str) -> bool {
    value.len() == TOKEN_BYTES * 2 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Sets the security headers; pages are not stored by caches unless the handler says otherwise.
pub async fn set_headers(State(state): State<Site>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if state.https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// Refuses a change that a page of another site asked for. Old browsers say nothing of a post's origin: the token decides.
pub async fn refuse_foreign_posts(request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && is_foreign(request.headers(), request.uri()) {
        Failure::Stale.into_response()
    } else {
        next.run(request).await
    }
}

fn is_foreign(headers: &HeaderMap, uri: &Uri) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if text(HeaderName::from_static("sec-fetch-site")).is_some_and(|site| site != "same-origin" && site != "none") {
        return true;
    }
    let own = text(header::HOST).or_else(|| uri.authority().map(axum::http::uri::Authority::as_str));
    let from = text(header::ORIGIN).and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    from.is_some() && from != own
}

/// `BYTES` bytes of the system's chance in hexadecimal.
///
/// # Panics
/// When the system gives no chance: without it no secret is one.
pub fn random_hex<const BYTES: usize>() -> String {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).expect("the system's source of chance answers");
    hex(&bytes)
}
