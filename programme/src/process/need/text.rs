//! The text of a need: what is signed for by its hash, what matching reads, how definite it is (2.3.1(2)).

use std::collections::BTreeMap;

use super::{
    BUDGET_YUAN, CONDITIONS, CONFIDENTIAL, DRAFT, INDUSTRY, KEYWORDS, PLACE, POSTS, PRESENT_STATE, PROBLEM, TARGETS,
    TITLE, TRIED, WANTED_BY,
};
use crate::process::field::{Body, Field};
use crate::process::matter::Matter;
use crate::process::talks;
use crate::process::vocabulary::Stage;
use crate::quality::{Draft, Experience, Meter, Words, meter};
use crate::record::Need;
use crate::seal::seal;

/// The record that matching reads: everything but the confidential part, under headings.
pub fn record(matter: &Matter) -> Need {
    let body = &matter.body;
    let sections = [&PROBLEM, &PRESENT_STATE, &TARGETS, &TRIED, &CONDITIONS, &PLACE];
    let written = sections.iter().filter(|field| body.has(field));
    let content: Vec<String> = written.map(|field| format!("{}：{}", field.chinese, body.text(field))).collect();
    let industry = body.text(&INDUSTRY);
    Need {
        id: matter.parties.need.clone().unwrap_or_else(|| matter.id.clone()),
        title: body.text(&TITLE).to_owned(),
        content: content.join("\n"),
        keywords: body.list(&KEYWORDS).to_vec(),
        industry: (!industry.is_empty()).then(|| industry.to_owned()),
        enterprise: None,
        posts: body.whole(&POSTS).and_then(|posts| u32::try_from(posts).ok()).unwrap_or(1),
    }
}

/// What the enterprise wrote, and nothing else: what agreements refer to.
pub fn text(body: &Body) -> Body {
    Body(DRAFT.iter().filter_map(|field| Some((field.key.to_owned(), body.get(field)?.clone()))).collect())
}

/// SM3 of what the enterprise wrote.
pub fn text_hash(body: &Body) -> String {
    seal(&written(&text(body)))
}

pub(super) fn written(text: &Body) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// What the quality meter says of a need (2.3.1(2)); among the pairs, those whose talks failed say what went wrong before.
pub fn quality(body: &Body, pairs: &[Matter]) -> Meter {
    let keywords = body.list(&KEYWORDS).join("；");
    let draft = Draft {
        title: body.text(&TITLE),
        problem: body.text(&PROBLEM),
        present_state: body.text(&PRESENT_STATE),
        targets: body.text(&TARGETS),
        tried: body.text(&TRIED),
        deadline: body.text(&WANTED_BY),
        budget_fen: body.whole(&BUDGET_YUAN).map(|yuan| yuan.saturating_mul(100)),
        budget_note: "",
        place: body.text(&PLACE),
        conditions: body.text(&CONDITIONS),
        industry: body.text(&INDUSTRY),
        keywords: &keywords,
        confidential: body.text(&CONFIDENTIAL),
    };
    let mut failures: BTreeMap<&str, u32> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.stage == Stage::PairFailed) {
        for reason in pair.body.list(&talks::FAILURE) {
            *failures.entry(reason).or_default() += 1;
        }
    }
    let earlier: Vec<Experience<'_>> =
        failures.into_iter().map(|(failure, count)| Experience { failure, count }).collect();
    meter(&draft, Words::embedded(), &earlier)
}

/// A kept text, as [`SUBMITTED`] and [`SUBMITTED_BEFORE`] hold it.
pub fn submitted(body: &Body, field: &Field) -> Option<Body> {
    serde_json::from_str(body.text(field)).ok()
}
