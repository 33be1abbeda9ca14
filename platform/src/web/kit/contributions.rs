//! A score and what it is made of: one line a contribution, its value, and a bar of its share.

use askama::Template;

use crate::texts;
use crate::web::texts::{Lang, Texts};

texts! {
    contributions_part: "构成", "Part";
    contributions_why: "来由", "Where it comes from";
    contributions_value: "得分", "Points";
    contributions_total: "合计", "Total";
}

#[derive(Clone, Debug)]
struct Part {
    label: String,
    detail: String,
    value: String,
    share: u32,
    negative: bool,
}

/// The parts of a score in their order; the values add up to the total.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/contributions.html")]
pub struct Contributions {
    t: Texts,
    caption: String,
    parts: Vec<Part>,
    total: String,
}

super::components!(Contributions);

impl Contributions {
    /// Parts as (name, where it comes from, value). Shown in millionths, which scores are counted in, so the
    /// printed parts add up; bars relative to the largest part.
    pub fn new(t: Texts, caption: impl Into<String>, parts: &[(String, String, f64)], total: f64) -> Self {
        let largest = parts.iter().map(|(_, _, value)| value.abs()).fold(0.0, f64::max);
        let parts = parts.iter().map(|(label, detail, value)| part(label, detail, *value, largest)).collect();
        Self { t, caption: caption.into(), parts, total: shown(total) }
    }
}

fn part(label: &str, detail: &str, value: f64, largest: f64) -> Part {
    #[expect(clippy::cast_sign_loss, reason = "a share lies between 0 and 100")]
    let share = if largest > 0.0 { (value.abs() / largest * 100.0).round() as u32 } else { 0 };
    Part { label: label.to_owned(), detail: detail.to_owned(), value: shown(value), share, negative: value < 0.0 }
}

/// Six digits and a real minus sign, which is as wide as a digit.
fn shown(value: f64) -> String {
    format!("{value:.6}").replace('-', "−")
}
