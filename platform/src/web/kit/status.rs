//! A state in one word. The word says it; colour and the mark before it only repeat it.

use askama::Template;

/// What a state means for its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to do: 草稿, 已归档.
    Neutral,
    /// Under way elsewhere: 审核中.
    Active,
    /// Went well: 已通过.
    Good,
    /// Somebody should look: 即将到期.
    Attention,
    /// Stopped: 已退回, 不符合.
    Bad,
}

impl Tone {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Active => "active",
            Self::Good => "good",
            Self::Attention => "attention",
            Self::Bad => "bad",
        }
    }
}

/// A status word.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/status.html")]
pub struct Status {
    word: String,
    tone: &'static str,
}

super::components!(Status);

impl Status {
    /// A word with its tone.
    pub fn new(word: impl Into<String>, tone: Tone) -> Self {
        Self { word: word.into(), tone: tone.class() }
    }
}
