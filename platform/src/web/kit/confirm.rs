//! Asking before an act that cannot be undone: a page of its own, so that it works without script, can be printed, and
//! says what will happen.

use askama::Template;

use super::Markup;
use super::button::Button;
use super::hidden::Hidden;
use crate::texts;
use crate::web::texts::{Lang, Texts};

texts! {
    confirm_cancel: "不，返回", "No, go back";
}

/// The question, what follows from it, and the two ways on.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/confirm.html")]
pub struct Confirm {
    question: String,
    consequences: Markup,
    action: String,
    csrf: Hidden,
    hidden: Vec<Hidden>,
    act: Button,
    cancel: &'static str,
    cancel_href: String,
}

super::components!(Confirm);

impl Confirm {
    /// Asks `question`; `act` posts to `action`, the other way leads to `cancel_href`.
    pub fn new(
        t: Texts,
        question: impl Into<String>,
        action: impl Into<String>,
        csrf: &Hidden,
        act: Button,
        cancel_href: impl Into<String>,
    ) -> Self {
        Self {
            question: question.into(),
            consequences: Markup::default(),
            action: action.into(),
            csrf: csrf.clone(),
            hidden: Vec::new(),
            act,
            cancel: t.confirm_cancel(),
            cancel_href: cancel_href.into(),
        }
    }

    /// What will happen, in sentences or named values.
    #[must_use]
    pub fn consequences(mut self, consequences: impl Into<Markup>) -> Self {
        self.consequences = consequences.into();
        self
    }

    /// Carries a value to the act, such as the row version that was shown.
    #[must_use]
    pub fn keeping(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.hidden.push(Hidden::new(name, value));
        self
    }
}
