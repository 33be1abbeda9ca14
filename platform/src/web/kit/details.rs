//! Named values of a record, and text that opens on demand.

use askama::Template;

use super::Markup;

/// Names and values of a record.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "kit/description_list.html")]
pub struct DescriptionList {
    entries: Vec<(String, Markup)>,
}

/// A line that opens to more; works without script.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/details.html")]
pub struct Details {
    summary: String,
    body: Markup,
}

super::components!(DescriptionList, Details);

impl DescriptionList {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more name with its value.
    #[must_use]
    pub fn entry(mut self, name: impl Into<String>, value: impl Into<Markup>) -> Self {
        self.entries.push((name.into(), value.into()));
        self
    }
}

impl Details {
    /// The line and what it opens to.
    pub fn new(summary: impl Into<String>, body: impl Into<Markup>) -> Self {
        Self { summary: summary.into(), body: body.into() }
    }
}
