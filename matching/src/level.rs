//! The four levels of relation between a need and a person, and what makes a level doubtful.

use std::sync::LazyLock;

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
    /// The level of a score: the highest one whose least score it reaches.
    pub fn of(score: Score, basis: Basis) -> Self {
        BOUNDS
            .iter()
            .find(|bound| bound.basis == basis && score >= bound.least)
            .map_or(Level::None, |bound| bound.level)
    }

    /// The chance that people would give a pair with this score this level or a higher one, as measured on graded pairs.
    pub fn chance(self, score: Score, basis: Basis) -> f64 {
        let bound = BOUNDS.iter().find(|bound| bound.basis == basis && bound.level == self);
        bound.map_or(1.0, |bound| 1.0 / (1.0 + (-bound.offset - bound.slope * (score.value() + 0.05).ln()).exp()))
    }

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

/// Where a level begins, and how sure it is.
#[derive(Clone, Copy, Debug)]
struct Bound {
    basis: Basis,
    level: Level,
    least: Score,
    offset: f64,
    slope: f64,
}

/// From `data/levels.tsv`, the highest level of each basis first.
static BOUNDS: LazyLock<Vec<Bound>> = LazyLock::new(|| {
    let lines = include_str!("../data/levels.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(bound).collect()
});

fn bound(line: &str) -> Option<Bound> {
    let mut fields = line.split('\t');
    let basis = match fields.next()? {
        "words" => Basis::Words,
        "meaning" => Basis::Meaning,
        _ => return None,
    };
    let level = Level::try_from(fields.next()?.parse::<u8>().ok()?).ok()?;
    let least = Score::from_millionths(fields.next()?.parse().ok()?);
    let (offset, slope) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Bound { basis, level, least, offset, slope })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_begins_at_its_least_score() {
        assert_eq!(BOUNDS.len(), 6);
        for basis in [Basis::Words, Basis::Meaning] {
            let bounds: Vec<Bound> = BOUNDS.iter().copied().filter(|bound| bound.basis == basis).collect();
            assert_eq!(bounds.iter().map(|bound| u8::from(bound.level)).collect::<Vec<_>>(), [4, 3, 2]);
            assert!(bounds.windows(2).all(|pair| pair[0].least > pair[1].least));
            for bound in bounds {
                let below = Score::from_millionths(bound.least.millionths() - 1);
                assert_eq!(Level::of(bound.least, basis), bound.level);
                assert!(Level::of(below, basis) < bound.level);
            }
            assert_eq!(Level::of(Score::default(), basis), Level::None);
        }
    }

    #[test]
    fn chances_grow_with_the_score_and_shrink_with_the_level() {
        for basis in [Basis::Words, Basis::Meaning] {
            let chance = |level: Level, tenths: u64| level.chance(Score::from_millionths(tenths * 100_000), basis);
            for tenths in 0..30 {
                let levels = [Level::None, Level::Weak, Level::Fair, Level::Strong].map(|level| chance(level, tenths));
                assert!(levels.windows(2).all(|pair| pair[0] > pair[1]), "{levels:?}");
                assert!(chance(Level::Fair, tenths + 1) > chance(Level::Fair, tenths));
            }
        }
    }
}
