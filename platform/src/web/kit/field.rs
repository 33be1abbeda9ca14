//! Fields of forms: label, hint, error and control tied together, and the bound that reading enforces.
//!
//! A field is described once; `filled` puts back what was typed and the problem found while reading.

use askama::Template;
use chrono::NaiveDate;

use crate::web::form::Form;

/// The longest line of text when a field states no bound of its own.
pub const LINE_CHARS_MAX: usize = 200;

/// The longest running text when a field states no bound of its own.
pub const AREA_CHARS_MAX: usize = 5_000;

/// A label, hint and error above a control.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/field_head.html")]
struct Head {
    name: &'static str,
    label: String,
    hint: String,
    error: String,
    required: bool,
    group: bool,
}

impl Head {
    fn new(name: &'static str, label: String) -> Self {
        Self { name, label, hint: String::new(), error: String::new(), required: false, group: false }
    }

    /// The value of `aria-describedby`: ids of hint and error, as far as they are shown.
    fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("f-{}-hint", self.name));
        }
        if !self.error.is_empty() {
            ids.push(format!("f-{}-error", self.name));
        }
        ids.join(" ")
    }
}

/// One line or several lines of text, a number, a date, a secret.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/text_field.html")]
pub struct TextField {
    head: Head,
    value: String,
    kind: &'static str,
    rows: u32,
    chars_max: usize,
    input_mode: &'static str,
    autocomplete: &'static str,
    width: &'static str,
}

/// Radio buttons, check boxes or a select.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/choices.html")]
pub struct Choices {
    head: Head,
    kind: &'static str,
    options: Vec<OptionItem>,
}

/// One of the choices of a field.
#[derive(Clone, Debug)]
pub struct OptionItem {
    value: String,
    label: String,
    hint: String,
    chosen: bool,
}

/// A file to send; its form needs `enctype="multipart/form-data"`.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/file_field.html")]
pub struct FileField {
    head: Head,
    accept: &'static str,
}

super::components!(Head, TextField, Choices, FileField);

macro_rules! described {
    ($field:ty) => {
        impl $field {
            /// A sentence under the label: what is expected, in which form.
            #[must_use]
            pub fn hint(mut self, hint: impl Into<String>) -> Self {
                self.head.hint = hint.into();
                self
            }

            /// Has to be filled in.
            #[must_use]
            pub fn required(mut self) -> Self {
                self.head.required = true;
                self
            }

            /// The field with this problem shown at it.
            #[must_use]
            pub fn with_error(mut self, message: impl Into<String>) -> Self {
                self.head.error = message.into();
                self
            }

            /// The name under which the form sends it.
            pub fn name(&self) -> &'static str {
                self.head.name
            }

            /// The label, for messages.
            pub fn label(&self) -> &str {
                &self.head.label
            }

            /// Whether it has to be filled in.
            pub fn is_required(&self) -> bool {
                self.head.required
            }
        }
    };
}
described!(TextField);
described!(Choices);
described!(FileField);

impl TextField {
    /// One line of text.
    pub fn line(name: &'static str, label: impl Into<String>) -> Self {
        Self {
            head: Head::new(name, label.into()),
            value: String::new(),
            kind: "text",
            rows: 0,
            chars_max: LINE_CHARS_MAX,
            input_mode: "",
            autocomplete: "off",
            width: "",
        }
    }

    /// Several lines of text.
    pub fn area(name: &'static str, label: impl Into<String>, rows: u32) -> Self {
        Self { kind: "", rows, chars_max: AREA_CHARS_MAX, ..Self::line(name, label) }
    }

    /// A date, sent as `2025-03-01`; browsers without a date field show a line of text.
    pub fn date(name: &'static str, label: impl Into<String>) -> Self {
        Self { kind: "date", chars_max: 10, width: "input-short", ..Self::line(name, label) }
    }

    /// A whole number; a line of text, since number fields change by the mouse wheel unnoticed.
    pub fn number(name: &'static str, label: impl Into<String>) -> Self {
        Self { chars_max: 18, input_mode: "numeric", width: "input-short", ..Self::line(name, label) }
    }

    /// A secret; never shown again after a problem. `autocomplete` as browsers know it: `current-password`.
    pub fn password(name: &'static str, label: impl Into<String>, autocomplete: &'static str) -> Self {
        Self { kind: "password", autocomplete, ..Self::line(name, label) }
    }

    /// Words to look for.
    pub fn search(name: &'static str, label: impl Into<String>) -> Self {
        Self { kind: "search", ..Self::line(name, label) }
    }

    /// What browsers may fill in: `username`.
    #[must_use]
    pub fn autocomplete(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    /// The bound of its length.
    #[must_use]
    pub fn at_most(mut self, chars_max: usize) -> Self {
        self.chars_max = chars_max;
        self
    }

    /// As narrow as a number or a date.
    #[must_use]
    pub fn short(mut self) -> Self {
        self.width = "input-short";
        self
    }

    /// The field with this text in it.
    #[must_use]
    pub fn with(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// The field as it was submitted, with its problem.
    #[must_use]
    pub fn filled(self, form: &Form) -> Self {
        let typed = if self.kind == "password" { "" } else { form.value(self.head.name) };
        let error = form.problem_at(self.head.name).to_owned();
        self.readable(typed).with(typed).with_error(error)
    }

    /// Browsers show nothing of a wrong date in a date field: it comes back as a line of text.
    fn readable(mut self, typed: &str) -> Self {
        if self.kind == "date" && !typed.is_empty() && typed.parse::<NaiveDate>().is_err() {
            self.kind = "text";
        }
        self
    }

    /// Whether it takes several lines.
    pub fn has_lines(&self) -> bool {
        self.rows > 0
    }

    /// The bound of its length, in characters.
    pub fn chars_max(&self) -> usize {
        self.chars_max
    }
}

impl OptionItem {
    /// A choice that is sent as `value` and shown as `label`.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new(), chosen: false }
    }

    /// A sentence under the choice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl Choices {
    /// Exactly one of few, all visible.
    pub fn radio(name: &'static str, label: impl Into<String>, options: impl IntoIterator<Item = OptionItem>) -> Self {
        Self::new(name, label, "radio", options)
    }

    /// Any number of few.
    pub fn checkboxes(
        name: &'static str,
        label: impl Into<String>,
        options: impl IntoIterator<Item = OptionItem>,
    ) -> Self {
        Self::new(name, label, "checkbox", options)
    }

    /// One of many.
    pub fn select(name: &'static str, label: impl Into<String>, options: impl IntoIterator<Item = OptionItem>) -> Self {
        let mut field = Self::new(name, label, "select", options);
        field.head.group = false;
        field
    }

    /// The field with these values chosen.
    #[must_use]
    pub fn chosen(mut self, values: &[&str]) -> Self {
        for option in &mut self.options {
            option.chosen = values.contains(&option.value.as_str());
        }
        self
    }

    /// The field as it was submitted, with its problem.
    #[must_use]
    pub fn filled(self, form: &Form) -> Self {
        let sent: Vec<&str> = form.values(self.head.name).iter().map(String::as_str).collect();
        let error = form.problem_at(self.head.name).to_owned();
        self.chosen(&sent).with_error(error)
    }

    /// Whether `value` is one of the choices.
    pub fn offers(&self, value: &str) -> bool {
        self.options.iter().any(|option| option.value == value)
    }

    fn new(
        name: &'static str,
        label: impl Into<String>,
        kind: &'static str,
        options: impl IntoIterator<Item = OptionItem>,
    ) -> Self {
        let mut head = Head::new(name, label.into());
        head.group = true;
        Self { head, kind, options: options.into_iter().collect() }
    }
}

impl FileField {
    /// A file whose name ends in one of `accept`: `.xlsx,.jsonl`.
    pub fn new(name: &'static str, label: impl Into<String>, accept: &'static str) -> Self {
        Self { head: Head::new(name, label.into()), accept }
    }

    /// The field with the problem found in the form; browsers never put a file back.
    #[must_use]
    pub fn filled(self, form: &Form) -> Self {
        let error = form.problem_at(self.head.name).to_owned();
        self.with_error(error)
    }
}
