//! What stands around every page's content: title, language, theme, visitor, navigation, footer.

use std::convert::Infallible;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::appearance::Appearance;
use super::assets;
use super::errors::{Failure, RequestNumber};
use super::kit::hidden::Hidden;
use super::security::CsrfToken;
use super::session::LOGIN_PATH;
use super::texts::{Lang, Texts};
use crate::texts;

texts! {
    product: "总师通", "Zongshi";
    product_subtitle: "黑龙江省科技总师选派工作平台", "Chief technologist programme, Heilongjiang";
    frame_skip: "跳到正文", "Skip to content";
    frame_navigation: "主导航", "Main navigation";
    frame_account: "账户与显示", "Account and display";
    frame_sign_in: "登录", "Sign in";
    frame_sign_out: "退出登录", "Sign out";
    frame_notices: "公示与公布", "Public notices";
    frame_footer: "政策依据：黑龙江省“科技总师”选派工作实施方案（2025-2027年）",
        "Policy: Heilongjiang implementation plan for chief technologists (2025-2027)";
}

/// One entry of the main navigation.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Where it leads.
    pub href: String,
    /// Its word.
    pub label: String,
}

impl NavItem {
    /// An entry that leads to `href`.
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into() }
    }
}

/// Who is signed in, as the header shows it; the session's layer puts it into the request's extensions.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The person's name.
    pub name: String,
    /// Role and organisation, in the page's language: `哈尔滨市科技局`.
    pub role: String,
    /// What this role may open.
    pub navigation: Vec<NavItem>,
}

/// An entry as the layout shows it.
pub(super) struct NavLink {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) current: bool,
}

/// The finished values of `layout.html`. Taken by handlers as an argument, then given a title.
pub struct Frame {
    /// Texts in the visitor's language; pages hold a copy as `t`.
    pub t: Texts,
    /// Title of the page, without the product's name.
    pub title: String,
    /// Path and query of this page, for forms that return here.
    pub path: String,
    /// Number of this request.
    pub request_number: String,
    /// Hidden field that every form of the page includes as `{{ frame.csrf }}`.
    pub csrf: Hidden,
    pub(super) html_class: String,
    pub(super) navigation: Vec<NavLink>,
    pub(super) viewer: Option<(String, String)>,
    pub(super) other_lang: Lang,
    pub(super) refresh_seconds: Option<u32>,
    pub(super) style: &'static str,
    pub(super) script: &'static str,
    pub(super) icon: &'static str,
}

impl Frame {
    /// Reads what is known of the visitor from a request.
    pub(super) fn of(parts: &Parts) -> Self {
        let appearance = Appearance::of(&parts.headers);
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let viewer = parts.extensions.get::<Viewer>();
        let frame = Self {
            t: Texts::new(appearance.lang),
            title: String::new(),
            request_number: parts.extensions.get::<RequestNumber>().map(|number| number.0.clone()).unwrap_or_default(),
            csrf: Hidden::csrf(parts.extensions.get::<CsrfToken>()),
            html_class: appearance.html_class(),
            navigation: Vec::new(),
            viewer: None,
            other_lang: if appearance.lang == Lang::Chinese { Lang::English } else { Lang::Chinese },
            refresh_seconds: None,
            style: assets::href("zongshi.css"),
            script: assets::href("zongshi.js"),
            icon: assets::href("icon.svg"),
            path,
        };
        match viewer {
            Some(viewer) => frame.seen_by(viewer, parts.uri.path()),
            None => Self { navigation: of_strangers(parts.uri.path(), frame.t), ..frame },
        }
    }

    /// The frame with this visitor's name and navigation, as seen from `path`.
    #[must_use]
    pub(super) fn seen_by(mut self, viewer: &Viewer, path: &str) -> Self {
        self.navigation = viewer.navigation.iter().map(|item| nav_link(item, path)).collect();
        self.viewer = Some((viewer.name.clone(), viewer.role.clone()));
        self
    }

    /// The frame with the page's title, which is also the text of its `h1`.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The frame of a page that shows a running job: reloaded after this many seconds, by script without a flicker.
    #[must_use]
    pub fn refreshed_after(mut self, seconds: u32) -> Self {
        self.refresh_seconds = Some(seconds);
        self
    }
}

impl<S: Sync> FromRequestParts<S> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}

/// What opens without an account, and the way in.
fn of_strangers(path: &str, t: Texts) -> Vec<NavLink> {
    let doors = [
        ("/notice", t.notices()),
        ("/published", t.notices_published()),
        ("/progress", t.progress()),
        ("/objection", t.notice_track()),
        ("/certificate", t.certificate_check()),
        (LOGIN_PATH, t.frame_sign_in()),
    ];
    doors.into_iter().map(|(href, label)| nav_link(&NavItem::new(href, label), path)).collect()
}

fn nav_link(item: &NavItem, path: &str) -> NavLink {
    let below = path.strip_prefix(item.href.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let current = if item.href == "/" { path == "/" } else { below };
    NavLink { href: item.href.clone(), label: item.label.clone(), current }
}

/// A page as an answer with status 200.
pub fn page(template: &impl Template) -> Response {
    page_with(StatusCode::OK, template)
}

/// A page as an answer with this status; forms come back with 422.
pub fn page_with(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => Failure::from(anyhow::Error::new(error).context("render a page")).into_response(),
    }
}
