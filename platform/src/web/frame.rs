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
    /// `aria-current`: `page` for this very page, `true` for the entry under which it is found, empty for others.
    pub(super) current: &'static str,
}

/// Pages found under an entry whose address is not the beginning of theirs.
const FOUND_UNDER: [(&str, &str); 12] = [
    ("/matter", "/matters"),
    ("/needs", "/matters"),
    ("/listing", "/matters"),
    ("/captures", "/matters"),
    ("/enterprises", "/matters"),
    ("/figures", "/statistics"),
    ("/offices", "/accounts"),
    ("/recheck", "/"),
    ("/gaps", "/"),
    ("/qualifications", "/"),
    ("/city-support", "/"),
    ("/people", "/"),
];

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
        self.navigation = nav_links(&viewer.navigation, path);
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
    let doors: Vec<NavItem> = doors.into_iter().map(|(href, label)| NavItem::new(href, label)).collect();
    nav_links(&doors, path)
}

/// The entries, the nearest one above `path` marked.
fn nav_links(items: &[NavItem], path: &str) -> Vec<NavLink> {
    let above = |items: &[NavItem], path: &str| {
        let hrefs = items.iter().map(|item| item.href.clone());
        hrefs.filter(|href| is_at_or_below(path, href)).max_by_key(String::len)
    };
    let elsewhere = || {
        let (_, entry) = FOUND_UNDER.iter().find(|(page, _)| is_at_or_below(path, page))?;
        above(items, entry)
    };
    let marked = above(items, path).or_else(elsewhere);
    let current = |href: &str| match marked.as_deref() {
        Some(marked) if marked == href => {
            if href == path {
                "page"
            } else {
                "true"
            }
        }
        _ => "",
    };
    items
        .iter()
        .map(|item| NavLink { href: item.href.clone(), label: item.label.clone(), current: current(&item.href) })
        .collect()
}

/// The first page has nothing below it.
fn is_at_or_below(path: &str, href: &str) -> bool {
    path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || href != "/" && rest.starts_with('/'))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(hrefs: &[&str], path: &str) -> Vec<(String, &'static str)> {
        let items: Vec<NavItem> = hrefs.iter().map(|href| NavItem::new(*href, "")).collect();
        let marked = nav_links(&items, path).into_iter().filter(|link| !link.current.is_empty());
        marked.map(|link| (link.href, link.current)).collect()
    }

    #[test]
    fn one_entry_is_marked_the_nearest_above_the_page() {
        let unit = ["/", "/matters", "/people", "/people/namesakes"];
        let of = |path| marked(&unit, path);
        assert_eq!(of("/"), [("/".to_owned(), "page")]);
        assert_eq!(of("/people/namesakes"), [("/people/namesakes".to_owned(), "page")]);
        assert_eq!(of("/people/X-1"), [("/people".to_owned(), "true")]);
        assert_eq!(of("/matter/need-000001"), [("/matters".to_owned(), "true")]);
        assert_eq!(of("/peoples"), []);
    }

    #[test]
    fn a_page_with_an_entry_of_its_own_is_marked_there() {
        assert_eq!(marked(&["/", "/matters", "/captures"], "/captures/x"), [("/captures".to_owned(), "true")]);
        assert_eq!(marked(&["/", "/matters"], "/captures/x"), [("/matters".to_owned(), "true")]);
        assert_eq!(marked(&["/statistics"], "/recheck"), []);
    }
}
