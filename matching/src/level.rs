//! The four levels of relation between a need and a person, and what makes a level doubtful.

use serde::{Deserialize, Serialize};

use crate::score::Score;

/// How closely a person's works are related to a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Level {
    /// 无相关.
    None = 1,
    /// 弱相关.
    Weak = 2,
    /// 较强相关.
    Fair = 3,
    /// 强相关.
    Strong = 4,
}

impl Level {
    /// As officials read it.
    pub fn in_chinese(self) -> &'static str {
        match self {
            Level::None => "无相关",
            Level::Weak => "弱相关",
            Level::Fair => "较强相关",
            Level::Strong => "强相关",
        }
    }

    /// In English, second.
    pub fn in_english(self) -> &'static str {
        match self {
            Level::None => "not related",
            Level::Weak => "weakly related",
            Level::Fair => "fairly related",
            Level::Strong => "strongly related",
        }
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level as u8
    }
}

impl TryFrom<u8> for Level {
    type Error = String;

    fn try_from(grade: u8) -> Result<Self, Self::Error> {
        [Level::None, Level::Weak, Level::Fair, Level::Strong]
            .into_iter()
            .find(|&level| level as u8 == grade)
            .ok_or_else(|| format!("a level is 1, 2, 3 or 4, not {grade}"))
    }
}

/// Why a result rests on little: it is shown beside the level, and nobody is hidden or dropped for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The person has no works on file.
    NoWorks,
    /// The person's works hold too few words to judge by.
    ThinWorks,
    /// The need holds too few telling words.
    ShortNeed,
    /// The need was longer than is read.
    CutNeed,
    /// No term of the need occurs in the person's works.
    NothingShared,
}

impl Flag {
    /// As officials read it, with the way out.
    pub fn in_chinese(self) -> &'static str {
        match self {
            Flag::NoWorks => "证据不足：无成果记录，请补充论文、专利、项目等成果",
            Flag::ThinWorks => "证据不足：成果文字过短，请补充摘要或关键词",
            Flag::ShortNeed => "证据不足：需求文字过短，请补充技术内容与指标",
            Flag::CutNeed => "需求过长：仅读取前 20000 字，请精简",
            Flag::NothingShared => "需求与成果无共同词语",
        }
    }

    /// In English, second.
    pub fn in_english(self) -> &'static str {
        match self {
            Flag::NoWorks => "low evidence: no works on file; add papers, patents or projects",
            Flag::ThinWorks => "low evidence: the works hold few words; add abstracts or keywords",
            Flag::ShortNeed => "low evidence: the need is very short; add technical content and targets",
            Flag::CutNeed => "the need is too long: only its first 20000 characters were read",
            Flag::NothingShared => "need and works share no term",
        }
    }
}

/// What a score is made of: levels of either are measured apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Shared words alone.
    Words,
    /// Shared words and nearness of vectors.
    Meaning,
}

/// Where levels begin, and how sure they are; learnt from graded pairs ([`crate::train`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Levels {
    /// For scores of words alone: strong, fair, weak.
    pub words: [Bound; 3],
    /// For scores of words with nearness in meaning: strong, fair, weak.
    pub meaning: [Bound; 3],
}

/// Where a level begins, and the probability that people would give this level or a higher one:
/// `1 / (1 + e^-(offset + slope · ln(score + 0.05)))`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// The least score of the level.
    pub least: Score,
    /// The logarithm of the odds where the logarithm of the score is 0.
    pub offset: f64,
    /// How fast they grow; above 0.
    pub slope: f64,
}

/// Keeps the logarithm of a score of 0 finite.
const SCORE_OFFSET: f64 = 0.05;

impl Bound {
    /// What the probability of a score is computed from.
    pub(crate) fn position(score: Score) -> f64 {
        (score.value() + SCORE_OFFSET).ln()
    }

    /// The probability at a score.
    pub fn probability(&self, score: Score) -> f64 {
        1.0 / (1.0 + (-self.offset - self.slope * Self::position(score)).exp())
    }
}

impl Levels {
    /// The levels of the bounds, in their order.
    pub const ORDER: [Level; 3] = [Level::Strong, Level::Fair, Level::Weak];

    fn of(&self, basis: Basis) -> &[Bound; 3] {
        match basis {
            Basis::Words => &self.words,
            Basis::Meaning => &self.meaning,
        }
    }

    /// The level of a score: the highest one whose least score it reaches.
    pub fn level(&self, score: Score, basis: Basis) -> Level {
        let mut bounds = Self::ORDER.into_iter().zip(self.of(basis));
        bounds.find(|(_, bound)| score >= bound.least).map_or(Level::None, |(level, _)| level)
    }

    /// The probability that people would give a pair with this score this level or a higher one, as measured on graded pairs; for
    /// [`Level::None`] that they would give no higher one. Three decimals.
    pub fn probability(&self, level: Level, score: Score, basis: Basis) -> f64 {
        let at = Self::ORDER.iter().position(|&one| one == level);
        let bounds = self.of(basis);
        let exact = at.map_or_else(|| 1.0 - bounds[2].probability(score), |at| bounds[at].probability(score));
        (exact * 1e3).round() / 1e3
    }

    /// Whether higher levels begin at higher scores and probabilities grow with the score.
    pub fn is_sound(&self) -> bool {
        [&self.words, &self.meaning].into_iter().all(|bounds| {
            let are_ordered = bounds.windows(2).all(|pair| pair[0].least >= pair[1].least);
            are_ordered && bounds.iter().all(|bound| bound.slope > 0.0 && bound.offset.is_finite())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::Weights;

    #[test]
    fn each_level_begins_at_its_least_score() {
        let levels = Weights::published().levels;
        assert!(levels.is_sound());
        for basis in [Basis::Words, Basis::Meaning] {
            for (level, bound) in Levels::ORDER.into_iter().zip(levels.of(basis)) {
                let below = Score::from_millionths(bound.least.millionths() - 1);
                assert_eq!(levels.level(bound.least, basis), level);
                assert!(levels.level(below, basis) < level);
            }
            assert_eq!(levels.level(Score::default(), basis), Level::None);
        }
    }

    #[test]
    fn probabilities_grow_with_the_score_and_shrink_with_the_level() {
        let levels = Weights::published().levels;
        for basis in [Basis::Words, Basis::Meaning] {
            let probability =
                |level: Level, tenths: u64| levels.probability(level, Score::from_millionths(tenths * 100_000), basis);
            for tenths in 0..30 {
                let [weak, fair, strong] =
                    [Level::Weak, Level::Fair, Level::Strong].map(|level| probability(level, tenths));
                assert!(weak > fair && fair > strong, "{weak} {fair} {strong}");
                assert!(probability(Level::Fair, tenths + 1) > probability(Level::Fair, tenths));
                assert!((probability(Level::None, tenths) + weak - 1.0).abs() < 2e-3);
            }
        }
    }
}
