//! The list at the top of a form that came back: every problem, each leading to its field.

use askama::Template;

use crate::texts;
use crate::web::form::{FieldProblem, Form};
use crate::web::texts::{Lang, Texts};

texts! {
    error_summary(count: usize): "有 {count} 处需要修改，尚未保存", "{count} to put right; nothing was saved yet";
}

/// The summary; shows nothing when there is no problem.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/error_summary.html")]
pub struct ErrorSummary {
    title: String,
    problems: Vec<FieldProblem>,
}

super::components!(ErrorSummary);

impl ErrorSummary {
    /// Nothing is wrong.
    pub fn none() -> Self {
        Self { title: String::new(), problems: Vec::new() }
    }

    /// Everything that reading the form found.
    pub fn of(form: &Form) -> Self {
        Self { title: form.texts().error_summary(form.problems().len()), problems: form.problems().to_vec() }
    }
}
