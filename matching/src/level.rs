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
    pub fn of(score: Score) -> Self {
        LEAST_SCORES.iter().find(|(_, least)| score >= *least).map_or(Level::None, |&(level, _)| level)
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

/// The least score of each level, highest level first, from `data/levels.tsv`.
static LEAST_SCORES: LazyLock<Vec<(Level, Score)>> = LazyLock::new(|| {
    let lines = include_str!("../data/levels.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(grade, least)| {
            let level = Level::try_from(grade.parse::<u8>().ok()?).ok()?;
            Some((level, Score::from_millionths(least.trim().parse().ok()?)))
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_begins_at_its_least_score() {
        assert_eq!(LEAST_SCORES.len(), 3);
        assert!(LEAST_SCORES.windows(2).all(|pair| pair[0] > pair[1]));
        for &(level, least) in LEAST_SCORES.iter() {
            let below = Score::from_millionths(least.millionths() - 1);
            assert_eq!(Level::of(least), level);
            assert!(Level::of(below) < level);
        }
        assert_eq!(Level::of(Score::default()), Level::None);
    }
}
