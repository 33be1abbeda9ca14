//! Running text as somebody typed it: its lines stay lines, the measure stays readable.

use askama::Template;

/// A text of several paragraphs.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/prose.html")]
pub struct Prose {
    paragraphs: Vec<String>,
}

super::components!(Prose);

impl Prose {
    /// The text; each line is a paragraph.
    pub fn new(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        Self { paragraphs: lines.map(str::to_owned).collect() }
    }
}
