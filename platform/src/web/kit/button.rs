//! Buttons change something and stand in a form; links that look like buttons lead somewhere.

use askama::Template;

/// A button that submits its form.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/button.html")]
pub struct Button {
    label: String,
    class: &'static str,
    name: &'static str,
    value: String,
    disabled: bool,
}

/// A link in the look of a button.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/button_link.html")]
pub struct ButtonLink {
    label: String,
    class: &'static str,
    href: String,
}

super::components!(Button, ButtonLink);

const PRIMARY: &str = "button button-primary";
const SECONDARY: &str = "button";
const DANGER: &str = "button button-danger";

impl Button {
    /// The one act that the page is for; at most one on a page.
    pub fn primary(label: impl Into<String>) -> Self {
        Self::new(label, PRIMARY)
    }

    /// Any other act.
    pub fn secondary(label: impl Into<String>) -> Self {
        Self::new(label, SECONDARY)
    }

    /// An act that cannot be undone.
    pub fn danger(label: impl Into<String>) -> Self {
        Self::new(label, DANGER)
    }

    /// Sends `name=value` with the form: which of several buttons was pressed.
    #[must_use]
    pub fn sending(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.name = name;
        self.value = value.into();
        self
    }

    /// Cannot be pressed; the page says elsewhere why not.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }

    fn new(label: impl Into<String>, class: &'static str) -> Self {
        Self { label: label.into(), class, name: "", value: String::new(), disabled: false }
    }
}

impl ButtonLink {
    /// Leads to the page that this page is for, such as a form for a new record.
    pub fn primary(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), class: PRIMARY, href: href.into() }
    }

    /// Leads anywhere else: downloads, the way back.
    pub fn secondary(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), class: SECONDARY, href: href.into() }
    }
}
