//! Values that a form carries unseen.

use askama::Template;

use crate::web::security::CsrfToken;

/// The name of the field that carries the forms' token.
pub const CSRF_FIELD: &str = "csrf";

/// A hidden field.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/hidden.html")]
pub struct Hidden {
    name: &'static str,
    value: String,
}

super::components!(Hidden);

impl Hidden {
    /// A hidden field with this value.
    pub fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: value.into() }
    }

    /// The field that proves that a form came from our page; empty, and so refused, when there is no token.
    pub fn csrf(token: Option<&CsrfToken>) -> Self {
        Self::new(CSRF_FIELD, token.map(CsrfToken::value).unwrap_or_default())
    }
}
