//! How strongly a person is related to a need: 强相关, 较强相关, 弱相关, 无相关.

use askama::Template;
use matching::level::Level;

use crate::texts;
use crate::web::texts::{Lang, Texts};

texts! {
    level_label: "相关程度", "Relevance";
    level_probability(percent: &str): "概率 {percent}%", "probability {percent} %";
    level_probability_why: "概率：按人工分级数据校准，评审人给出该等级或更高等级（无相关时为不给更高等级）的可能性",
        "Probability, calibrated on graded pairs, that people would give this level or a higher one (for not related: no higher one)";
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
    probability: String,
    calibrated: &'static str,
}

super::components!(LevelBadge);

impl LevelBadge {
    /// The badge of a level.
    pub fn new(level: Level, t: Texts) -> Self {
        let word = match t.lang {
            Lang::Chinese => level.in_chinese(),
            Lang::English => level.in_english(),
        };
        Self { word, rank: level.into(), warning: "", why: "", probability: String::new(), calibrated: "" }
    }

    /// With the probability of the level.
    #[must_use]
    pub fn with_probability(mut self, probability: f64, t: Texts) -> Self {
        self.probability = t.level_probability(&format!("{:.0}", probability * 100.0));
        self.calibrated = t.level_probability_why();
        self
    }

    /// With the remark that the level rests on little evidence.
    #[must_use]
    pub fn with_low_evidence(mut self, t: Texts) -> Self {
        self.warning = t.level_low_evidence();
        self.why = t.level_low_evidence_why();
        self
    }
}
