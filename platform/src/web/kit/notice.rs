//! A message on the page: what happened, why, by which clause, what to do.

use askama::Template;
use programme::clause::Clause;

use super::Markup;
use crate::texts;
use crate::web::texts::{Lang, Texts};

texts! {
    notice_info: "提示", "Note";
    notice_success: "已完成", "Done";
    notice_warning: "注意", "Attention";
    notice_error: "未完成", "Not done";
    notice_clause(clause: &str): "依据：{clause}", "Under: {clause}";
}

/// A message in a box; its kind is said in a word.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/notice.html")]
pub struct Notice {
    kind: &'static str,
    word: &'static str,
    title: String,
    body: Markup,
    clause: String,
}

super::components!(Notice);

impl Notice {
    /// Something to know.
    pub fn info(t: Texts, title: impl Into<String>) -> Self {
        Self::new("info", t.notice_info(), title)
    }

    /// Something was done.
    pub fn success(t: Texts, title: impl Into<String>) -> Self {
        Self::new("success", t.notice_success(), title)
    }

    /// Something to look at before going on.
    pub fn warning(t: Texts, title: impl Into<String>) -> Self {
        Self::new("warning", t.notice_warning(), title)
    }

    /// Something was refused.
    pub fn error(t: Texts, title: impl Into<String>) -> Self {
        Self::new("error", t.notice_error(), title)
    }

    /// Another word than the kind's own, where the kind alone would say something else.
    #[must_use]
    pub fn called(mut self, word: &'static str) -> Self {
        self.word = word;
        self
    }

    /// More about it: text or components.
    #[must_use]
    pub fn body(mut self, body: impl Into<Markup>) -> Self {
        self.body = body.into();
        self
    }

    /// The clause that it rests on.
    #[must_use]
    pub fn clause(mut self, clause: Clause, t: Texts) -> Self {
        let name = if t.lang == Lang::Chinese { clause.chinese() } else { clause.id() };
        self.clause = t.notice_clause(name);
        self
    }

    fn new(kind: &'static str, word: &'static str, title: impl Into<String>) -> Self {
        Self { kind, word, title: title.into(), body: Markup::default(), clause: String::new() }
    }
}
