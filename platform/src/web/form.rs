//! The form kit: urlencoded fields in, typed values and every problem at once out.
//!
//! One description of a field (`kit::field`) both shows it and reads it, so label, bound and message cannot drift apart.
//! Reading never stops at the first problem and never repairs beyond trimming and line ends; the form comes back with
//! what was typed, status 422 and a summary that links to each field.
//!
//! ```text
//! let title = form.text(&fields.title);
//! let until = form.date(&fields.until);
//! if form.has_problems() { return page_with(UNPROCESSABLE_ENTITY, &Page { errors: ErrorSummary::of(&form), … }) }
//! ```

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use chrono::NaiveDate;

use super::appearance::Appearance;
use super::errors::Failure;
use super::kit::field::{Choices, TextField};
use super::kit::hidden::CSRF_FIELD;
use super::security::CsrfToken;
use super::texts::{Lang, Texts};
use crate::texts;

/// The largest form: a need's longest text in percent-encoded Chinese fits several times.
pub const FORM_BYTES_MAX: usize = 512 * 1024;

/// The most fields, repeated ones counted each.
pub const FORM_FIELDS_MAX: usize = 2_000;

texts! {
    form_required(label: &str): "请填写{label}", "Enter: {label}";
    form_choose(label: &str): "请选择{label}", "Choose: {label}";
    form_too_long(label: &str, max: usize, found: usize): "{label}最多 {max} 个字，现为 {found} 个字，请缩短",
        "{label}: at most {max} characters, found {found}; shorten it";
    form_control_characters(label: &str): "{label}含有无法显示的字符，请删除后重新填写",
        "{label} holds characters that cannot be shown; remove them";
    form_not_a_choice(label: &str): "{label}不在可选范围内，请重新选择", "{label}: not one of the choices, choose again";
    form_not_a_date(label: &str, found: &str): "{label}应为日期，例如 2025-03-01，现为“{found}”",
        "{label}: a date such as 2025-03-01 is expected, found {found}";
    form_not_a_number(label: &str, found: &str, min: i64, max: i64): "{label}应为 {min} 到 {max} 的整数，现为“{found}”",
        "{label}: a whole number from {min} to {max} is expected, found {found}";
}

/// Something wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name.
    pub field: String,
    /// What is wrong and what would be right, in the page's language.
    pub message: String,
}

/// The fields of one submitted form, and what was found wrong while reading them.
#[derive(Debug)]
pub struct Form {
    values: BTreeMap<String, Vec<String>>,
    problems: Vec<FieldProblem>,
    t: Texts,
}

impl Form {
    /// A form from decoded fields, unproven: for forms by `GET`, such as filters.
    pub fn from_fields(fields: impl IntoIterator<Item = (String, String)>, t: Texts) -> Self {
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in fields {
            values.entry(name).or_default().push(value);
        }
        Self { values, problems: Vec::new(), t }
    }

    /// A form whose token has been compared with the visitor's; for fields that came by multipart.
    pub fn genuine(
        fields: impl IntoIterator<Item = (String, String)>,
        token: Option<&CsrfToken>,
        t: Texts,
    ) -> Result<Self, Failure> {
        let form = Self::from_fields(fields, t);
        let genuine = token.is_some_and(|token| token.is(form.value(CSRF_FIELD)));
        if genuine { Ok(form) } else { Err(Failure::Stale) }
    }

    /// The first value sent under this name, as typed; empty when there is none.
    pub fn value(&self, name: &str) -> &str {
        self.values(name).first().map_or("", String::as_str)
    }

    /// Every value sent under this name.
    pub fn values(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// The language of the messages.
    pub fn texts(&self) -> Texts {
        self.t
    }

    /// What is wrong, in the order in which the fields were read.
    pub fn problems(&self) -> &[FieldProblem] {
        &self.problems
    }

    /// Whether the form has to be shown again.
    pub fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// The message at this field, empty when it is right.
    pub fn problem_at(&self, name: &str) -> &str {
        self.problems.iter().find(|problem| problem.field == name).map_or("", |problem| problem.message.as_str())
    }

    /// Adds a problem that only the caller can know, such as a name that is taken.
    pub fn refuse(&mut self, field: &str, message: impl Into<String>) {
        self.problems.push(FieldProblem { field: field.to_owned(), message: message.into() });
    }

    /// The text of a field, trimmed and with plain line ends; empty when it is empty or wrong.
    pub fn text(&mut self, field: &TextField) -> String {
        let text = self.value(field.name()).replace("\r\n", "\n").trim().to_owned();
        match fault_of(field, &text, self.t) {
            Some(message) => {
                self.refuse(field.name(), message);
                String::new()
            }
            None => text,
        }
    }

    /// A secret as typed, without trimming.
    pub fn secret(&mut self, field: &TextField) -> String {
        let text = self.value(field.name()).to_owned();
        match fault_of(field, &text, self.t) {
            Some(message) => {
                self.refuse(field.name(), message);
                String::new()
            }
            None => text,
        }
    }

    /// A field that has to mean something: `parse` says what is wrong in a sentence.
    pub fn parsed<T, E: ToString>(&mut self, field: &TextField, parse: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        let text = self.text(field);
        if text.is_empty() {
            return None;
        }
        parse(&text).map_err(|error| self.refuse(field.name(), error.to_string())).ok()
    }

    /// A date, as a date field sends it: `2025-03-01`.
    pub fn date(&mut self, field: &TextField) -> Option<NaiveDate> {
        let t = self.t;
        self.parsed(field, |text| {
            NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| t.form_not_a_date(field.label(), text))
        })
    }

    /// A whole number within bounds, both included.
    pub fn whole_number(&mut self, field: &TextField, bounds: RangeInclusive<i64>) -> Option<i64> {
        let t = self.t;
        self.parsed(field, |text| {
            let refused = || t.form_not_a_number(field.label(), text, *bounds.start(), *bounds.end());
            text.parse().ok().filter(|number| bounds.contains(number)).ok_or_else(refused)
        })
    }

    /// The one choice of a select or of radio buttons.
    pub fn choice(&mut self, field: &Choices) -> Option<String> {
        self.choices(field).into_iter().next()
    }

    /// The choices of check boxes.
    pub fn choices(&mut self, field: &Choices) -> Vec<String> {
        let sent: Vec<String> = self.values(field.name()).iter().filter(|value| !value.is_empty()).cloned().collect();
        if sent.is_empty() && field.is_required() {
            self.refuse(field.name(), self.t.form_choose(field.label()));
        }
        if sent.iter().any(|value| !field.offers(value)) {
            self.refuse(field.name(), self.t.form_not_a_choice(field.label()));
            return Vec::new();
        }
        sent
    }
}

fn fault_of(field: &TextField, text: &str, t: Texts) -> Option<String> {
    let chars = text.chars().count();
    if text.is_empty() {
        return field.is_required().then(|| t.form_required(field.label()));
    }
    if chars > field.chars_max() {
        return Some(t.form_too_long(field.label(), field.chars_max(), chars));
    }
    let breaks = |c: char| field.has_lines() && matches!(c, '\n' | '\t');
    let hidden = |c: char| (c.is_control() && !breaks(c)) || c == char::REPLACEMENT_CHARACTER;
    text.contains(hidden).then(|| t.form_control_characters(field.label()))
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let t = Texts::new(Appearance::of(request.headers()).lang);
        let token = request.extensions().get::<CsrfToken>().cloned();
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, FORM_BYTES_MAX).await.map_err(|_| Failure::TooLarge(FORM_BYTES_MAX))?;
        Self::genuine(decoded(parts, bytes, state).await?, token.as_ref(), t)
    }
}

async fn decoded<S: Send + Sync>(
    parts: axum::http::request::Parts,
    bytes: Bytes,
    state: &S,
) -> Result<Vec<(String, String)>, Failure> {
    let request = Request::from_parts(parts, bytes.into());
    let axum::Form(fields) = axum::Form::from_request(request, state).await.map_err(|_| Failure::Malformed)?;
    let fields: Vec<(String, String)> = fields;
    if fields.len() > FORM_FIELDS_MAX { Err(Failure::Malformed) } else { Ok(fields) }
}
