//! How strongly a person is related to a need: 强相关, 较强相关, 弱相关, 无相关.

use askama::Template;
use matching::level::Level;

use crate::texts;
use crate::web::texts::{Lang, Texts};

texts! {
    level_label: "相关程度", "Relevance";
    level_low_evidence: "依据少", "Little evidence";
    level_low_evidence_why: "成果或需求文字太少，等级仅供参考", "Too few works or too short a need: take the level with care";
}

/// A level with its word and as many filled bars as its rank, readable without colour.
#[derive(Clone, Debug, Template)]
#[template(path = "kit/level.html")]
pub struct LevelBadge {
    word: &'static str,
    rank: u8,
    warning: &'static str,
    why: &'static str,
}

super::components!(LevelBadge);

impl LevelBadge {
    /// The badge of a level.
    pub fn new(level: Level, t: Texts) -> Self {
        let word = match t.lang {
            Lang::Chinese => level.in_chinese(),
            Lang::English => level.in_english(),
        };
        Self { word, rank: level.into(), warning: "", why: "" }
    }

    /// With the remark that the level rests on little evidence.
    #[must_use]
    pub fn with_low_evidence(mut self, t: Texts) -> Self {
        self.warning = t.level_low_evidence();
        self.why = t.level_low_evidence_why();
        self
    }
}
