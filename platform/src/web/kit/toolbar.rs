//! The row above a list: search and filters as a form by `GET`, so that a filtered list has an address.

use askama::Template;

use super::Markup;
use super::button::Button;
use super::hidden::Hidden;
use crate::texts;
use crate::web::texts::{Lang, Texts};

texts! {
    toolbar_apply: "查询", "Search";
    toolbar_clear: "清除条件", "Clear";
}

/// Search and filters.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/toolbar.html")]
pub struct Toolbar {
    label: String,
    action: String,
    fields: Vec<Markup>,
    hidden: Vec<Hidden>,
    apply: Button,
    clear: &'static str,
    actions: Markup,
}

super::components!(Toolbar);

impl Toolbar {
    /// Fields of the form that goes to `action`; the label names the form to those who listen.
    pub fn new(
        t: Texts,
        label: impl Into<String>,
        action: impl Into<String>,
        fields: impl IntoIterator<Item = Markup>,
    ) -> Self {
        Self {
            label: label.into(),
            action: action.into(),
            fields: fields.into_iter().collect(),
            hidden: Vec::new(),
            apply: Button::secondary(t.toolbar_apply()),
            clear: t.toolbar_clear(),
            actions: Markup::default(),
        }
    }

    /// Carries a value along, such as the order of the list.
    #[must_use]
    pub fn keeping(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.hidden.push(Hidden::new(name, value));
        self
    }

    /// Acts on the whole list: a new record, a download.
    #[must_use]
    pub fn actions(mut self, actions: impl Into<Markup>) -> Self {
        self.actions = actions.into();
        self
    }
}
