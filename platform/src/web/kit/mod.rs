//! The components that pages are made of: a struct of finished values and a template each.
//!
//! A page's template shows a component with `{{ component }}`; a component inside another is [`Markup`], made from a
//! component or from text that is escaped, so unescaped text cannot get onto a page. `/gallery` shows every component in
//! every state, rendered by these same templates. Turned down: askama's macros, whose arguments have neither names nor types.

pub mod button;
pub mod card;
pub mod confirm;
pub mod contributions;
pub mod details;
pub mod error_summary;
pub mod evidence;
pub mod field;
pub mod findings;
pub mod hidden;
pub mod level;
pub mod navigation;
pub mod notice;
pub mod progress;
pub mod prose;
pub mod status;
pub mod table;
pub mod timeline;
pub mod toolbar;

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

/// HTML that came from a component or from escaped text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// A component, rendered.
    ///
    /// # Panics
    /// Never for our templates: rendering into a string fails only when a value's `Display` does.
    pub fn of(component: &impl Template) -> Self {
        Self(component.render().expect("a component renders into a string"))
    }

    /// Text, escaped.
    pub fn text(text: impl fmt::Display) -> Self {
        Self::of(&Plain { text: text.to_string() })
    }

    /// A link with escaped text.
    pub fn link(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self::of(&Link { href: href.into(), label: label.into() })
    }

    /// Several pieces in a row, which breaks where it has to.
    pub fn joined(pieces: impl IntoIterator<Item = Self>) -> Self {
        Self::of(&Joined { pieces: pieces.into_iter().collect() })
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

impl From<&str> for Markup {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Markup {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

#[derive(Template)]
#[template(source = "{{ text }}", ext = "html")]
struct Plain {
    text: String,
}

#[derive(Template)]
#[template(source = r#"<span class="row">{% for piece in pieces %}{{ piece }}{% endfor %}</span>"#, ext = "html")]
struct Joined {
    pieces: Vec<Markup>,
}

#[derive(Template)]
#[template(source = r#"<a href="{{ href }}">{{ label }}</a>"#, ext = "html")]
struct Link {
    href: String,
    label: String,
}

/// Components render to HTML: shown in a template they are not escaped again, put into [`Markup`] they stay HTML.
macro_rules! components {
    ($($component:ty),+ $(,)?) => {
        $(
            impl askama::filters::HtmlSafe for $component {}

            impl From<$component> for $crate::web::kit::Markup {
                fn from(component: $component) -> Self {
                    Self::of(&component)
                }
            }
        )+
    };
}
pub(crate) use components;
