//! What happened to a record, and where it is now: with whom, until when.

use askama::Template;

use super::status::Tone;
use crate::texts;
use crate::web::texts::{Lang, Texts};

texts! {
    whereabouts: "当前进展", "Where it is";
    whereabouts_with: "承办", "With";
    whereabouts_until: "截止", "Until";
}

/// One event of a record's history.
#[derive(Clone, Debug)]
pub struct Event {
    /// When, in words: `2025-03-01 14:05`.
    pub at: String,
    /// When, for machines: `2025-03-01T14:05:00+08:00`.
    pub machine_time: String,
    /// What was done.
    pub what: String,
    /// Who did it: name and organisation.
    pub who: String,
    /// Reason, opinion or clause; may be empty.
    pub remark: String,
}

/// The history of a record, newest first.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/timeline.html")]
pub struct Timeline {
    label: String,
    events: Vec<Event>,
}

/// "Where is it, with whom, until when", in one line.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/whereabouts.html")]
pub struct Whereabouts {
    t: Texts,
    stage: String,
    with: String,
    until: String,
    remaining: String,
    tone: &'static str,
}

super::components!(Timeline, Whereabouts);

impl Timeline {
    /// Events in the order in which they are to be shown.
    pub fn new(label: impl Into<String>, events: Vec<Event>) -> Self {
        Self { label: label.into(), events }
    }
}

impl Whereabouts {
    /// The stage and the office or person that has it.
    pub fn new(t: Texts, stage: impl Into<String>, with: impl Into<String>) -> Self {
        let tone = Tone::Active.class();
        Self { t, stage: stage.into(), with: with.into(), until: String::new(), remaining: String::new(), tone }
    }

    /// The last day, and what is left in words; the tone warns when little is left.
    #[must_use]
    pub fn until(mut self, date: impl Into<String>, remaining: impl Into<String>, tone: Tone) -> Self {
        self.until = date.into();
        self.remaining = remaining.into();
        self.tone = tone.class();
        self
    }
}
