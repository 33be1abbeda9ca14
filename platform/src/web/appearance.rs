//! How pages look for one visitor: language, theme, size of type. A plain form sets it, a cookie keeps it, a class on
//! `<html>` applies it; no script takes part, so it works in every browser and on the first paint.

use askama::Template;
use axum::Router;
use axum::extract::{FromRequestParts, Query};
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use super::errors::Failure;
use super::form::Form;
use super::frame::{Frame, page, page_with};
use super::kit::button::Button;
use super::kit::error_summary::ErrorSummary;
use super::kit::field::{Choices, OptionItem};
use super::texts::{Lang, Texts};
use super::{Site, local_path};
use crate::texts;

/// The cookie that keeps the choice: `zh.auto.normal`.
pub const COOKIE_NAME: &str = "zongshi_appearance";

/// How long the choice is kept.
const COOKIE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// Colours of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Light or dark as the system asks.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// Every text at 7 : 1 or more.
    Contrast,
}

impl Theme {
    /// Every theme, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Light, Self::Dark, Self::Contrast];

    /// The short name in the cookie, the form and the class `theme-…`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Contrast => "contrast",
        }
    }
}

/// Size of type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TypeSize {
    /// 15 pixels for running text.
    #[default]
    Normal,
    /// A quarter larger.
    Large,
    /// Half as large again.
    Larger,
}

impl TypeSize {
    /// Every size, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Normal, Self::Large, Self::Larger];

    /// The short name in the cookie, the form and the class `type-…`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Large => "large",
            Self::Larger => "larger",
        }
    }
}

/// A visitor's choice; unknown or missing parts fall back to the default, since a cookie is not worth an error page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appearance {
    /// Language of the page.
    pub lang: Lang,
    /// Colours.
    pub theme: Theme,
    /// Size of type.
    pub type_size: TypeSize,
}

impl Appearance {
    /// Reads the choice from the request's cookies.
    pub fn of(headers: &HeaderMap) -> Self {
        cookie(headers, COOKIE_NAME).map(Self::parse).unwrap_or_default()
    }

    /// The classes of `<html>`.
    pub fn html_class(self) -> String {
        format!("theme-{} type-{}", self.theme.code(), self.type_size.code())
    }

    fn parse(value: &str) -> Self {
        let mut parts = value.split('.');
        let lang = by_code(&Lang::ALL, Lang::code, parts.next());
        let theme = by_code(&Theme::ALL, Theme::code, parts.next());
        let type_size = by_code(&TypeSize::ALL, TypeSize::code, parts.next());
        Self { lang, theme, type_size }
    }

    fn set_cookie(self, secure: bool) -> String {
        let secure = if secure { "; Secure" } else { "" };
        format!(
            "{COOKIE_NAME}={}.{}.{}; Path=/; Max-Age={COOKIE_SECONDS}; SameSite=Lax; HttpOnly{secure}",
            self.lang.code(),
            self.theme.code(),
            self.type_size.code()
        )
    }
}

impl<S: Sync> FromRequestParts<S> for Appearance {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers))
    }
}

/// The value of one cookie of a request.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

fn by_code<T: Copy + Default>(all: &[T], code: fn(T) -> &'static str, wanted: Option<&str>) -> T {
    all.iter().copied().find(|one| Some(code(*one)) == wanted).unwrap_or_default()
}

texts! {
    appearance: "显示设置", "Display settings";
    appearance_intro: "设置只保存在这台电脑的浏览器里，保存一年。", "The settings are kept in this browser for one year.";
    appearance_language: "语言", "Language";
    appearance_theme: "配色", "Colours";
    appearance_theme_auto: "跟随系统", "As the system asks";
    appearance_theme_light: "浅色", "Light";
    appearance_theme_dark: "深色", "Dark";
    appearance_theme_contrast: "高对比度", "High contrast";
    appearance_size: "字号", "Size of type";
    appearance_size_normal: "标准", "Normal";
    appearance_size_large: "大字", "Large";
    appearance_size_larger: "特大字", "Larger";
    appearance_save: "保存设置", "Save settings";
}

/// `GET` shows the form, `POST` keeps the choice and returns to where the visitor was.
pub fn routes() -> Router<Site> {
    Router::new().route("/appearance", get(show).post(change))
}

#[derive(Template)]
#[template(path = "appearance.html")]
struct AppearancePage {
    frame: Frame,
    t: Texts,
    errors: ErrorSummary,
    language: Choices,
    theme: Choices,
    size: Choices,
    return_to: String,
    save: Button,
}

#[derive(Deserialize)]
struct Back {
    #[serde(rename = "return", default)]
    to: String,
}

async fn show(frame: Frame, now: Appearance, Query(back): Query<Back>) -> Response {
    let t = frame.t;
    let [language, theme, size] = fields(t);
    page(&AppearancePage {
        errors: ErrorSummary::none(),
        language: language.chosen(&[now.lang.code()]),
        theme: theme.chosen(&[now.theme.code()]),
        size: size.chosen(&[now.type_size.code()]),
        return_to: local_path(&back.to).to_owned(),
        save: Button::primary(t.appearance_save()),
        frame: frame.titled(t.appearance()),
        t,
    })
}

/// Fields that are absent keep their value: the language switch in the header sends the language alone.
async fn change(
    axum::extract::State(state): axum::extract::State<Site>,
    frame: Frame,
    now: Appearance,
    mut form: Form,
) -> Result<Response, Failure> {
    let t = frame.t;
    let [language, theme, size] = fields(t);
    let lang = form.choice(&language);
    let colours = form.choice(&theme);
    let type_size = form.choice(&size);
    let return_to = local_path(form.value("return")).to_owned();
    if form.has_problems() {
        let page = AppearancePage {
            errors: ErrorSummary::of(&form),
            language: language.filled(&form),
            theme: theme.filled(&form),
            size: size.filled(&form),
            return_to,
            save: Button::primary(t.appearance_save()),
            frame: frame.titled(t.appearance()),
            t,
        };
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let kept = |sent: Option<String>, code: &'static str| sent.unwrap_or_else(|| code.to_owned());
    let chosen = Appearance::parse(&format!(
        "{}.{}.{}",
        kept(lang, now.lang.code()),
        kept(colours, now.theme.code()),
        kept(type_size, now.type_size.code())
    ));
    let headers = [(LOCATION, return_to), (SET_COOKIE, chosen.set_cookie(state.https))];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

fn fields(t: Texts) -> [Choices; 3] {
    let language = Lang::ALL.map(|lang| OptionItem::new(lang.code(), lang.own_name()));
    let theme = Theme::ALL.map(|theme| OptionItem::new(theme.code(), theme_name(theme, t)));
    let size = TypeSize::ALL.map(|size| OptionItem::new(size.code(), size_name(size, t)));
    [
        Choices::radio("lang", t.appearance_language(), language),
        Choices::radio("theme", t.appearance_theme(), theme),
        Choices::radio("type", t.appearance_size(), size),
    ]
}

fn theme_name(theme: Theme, t: Texts) -> &'static str {
    match theme {
        Theme::Auto => t.appearance_theme_auto(),
        Theme::Light => t.appearance_theme_light(),
        Theme::Dark => t.appearance_theme_dark(),
        Theme::Contrast => t.appearance_theme_contrast(),
    }
}

fn size_name(size: TypeSize, t: Texts) -> &'static str {
    match size {
        TypeSize::Normal => t.appearance_size_normal(),
        TypeSize::Large => t.appearance_size_large(),
        TypeSize::Larger => t.appearance_size_larger(),
    }
}
