//! Pages through the front door: the real router, called in process.

mod appearance;
mod assets;
mod colours;
mod errors;
mod form;
mod gallery;
pub mod light;
mod security;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use platform::web::{Site, public_router};
use tower::ServiceExt;

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// One header as text, empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("headers are text"))
    }
}

/// A visitor with a cookie jar, in front of a router.
pub struct Visitor {
    router: Router,
    cookies: Vec<(String, String)>,
}

impl Visitor {
    pub fn new() -> Self {
        Self::of(public_router(Site::default()))
    }

    pub fn of(router: Router) -> Self {
        Self { router, cookies: Vec::new() }
    }

    /// A visitor who chose this appearance: `zh.dark.large`.
    pub fn who_chose(appearance: &str) -> Self {
        let mut visitor = Self::new();
        visitor.cookies.push(("zongshi_appearance".into(), appearance.into()));
        visitor
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// Posts fields with the token of the forms, as a page's form would.
    pub async fn post(&mut self, path: &str, fields: &str) -> Answer {
        if self.token().is_empty() {
            self.get("/gallery").await;
        }
        let body = format!("csrf={}&{fields}", self.token());
        self.post_raw(path, body).await
    }

    pub async fn post_raw(&mut self, path: &str, body: String) -> Answer {
        let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.headers_mut().insert(COOKIE, cookies.join("; ").parse().expect("cookies are text"));
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        self.keep_cookies(&parts.headers);
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole body");
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    fn token(&self) -> &str {
        self.cookies.iter().find(|(name, _)| name == "zongshi_form").map_or("", |(_, value)| value)
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for header in headers.get_all(SET_COOKIE) {
            let pair = header.to_str().expect("cookies are text").split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie is a pair");
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.into(), value.into()));
        }
    }
}
