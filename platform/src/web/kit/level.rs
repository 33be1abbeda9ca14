//! How strongly a person is related to a need: 强相关, 较强相关, 弱相关, 无相关.

use askama::Template;

use crate::texts;
use crate::web::texts::{Lang, Texts};

texts! {
    level_strong: "强相关", "Strong";
    level_fairly: "较强相关", "Fairly strong";
    level_weak: "弱相关", "Weak";
    level_none: "无相关", "Not related";
    level_label: "相关程度", "Relevance";
    level_low_evidence: "依据少", "Little evidence";
    level_low_evidence_why: "成果或需求文字太少，等级仅供参考", "Too few works or too short a need: take the level with care";
}

/// A relevance level; the numbers are those of `qrels.tsv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 无相关.
    None = 1,
    /// 弱相关.
    Weak = 2,
    /// 较强相关.
    Fairly = 3,
    /// 强相关.
    Strong = 4,
}

impl Level {
    /// Its word.
    pub fn word(self, t: Texts) -> &'static str {
        match self {
            Self::None => t.level_none(),
            Self::Weak => t.level_weak(),
            Self::Fairly => t.level_fairly(),
            Self::Strong => t.level_strong(),
        }
    }
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
        Self { word: level.word(t), rank: level as u8, warning: "", why: "" }
    }

    /// With the remark that the level rests on little evidence.
    #[must_use]
    pub fn with_low_evidence(mut self, t: Texts) -> Self {
        self.warning = t.level_low_evidence();
        self.why = t.level_low_evidence_why();
        self
    }
}
