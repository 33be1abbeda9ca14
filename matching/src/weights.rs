//! The weights of ranking, by words and by meaning: every number that decides a score or a level, with its reason.
//!
//! The published ones lie in `data/weights.json`, as [`crate::train`] learnt them from graded pairs, starting from weights that
//! were chosen by cross-validation over needs (`docs/decisions/`, 0001, 0007 and 0008), not by hand on single cases.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::input::WorkKind;
use crate::level::{Bound, Levels};
use crate::score::Score;
use crate::text::TermClass;
use crate::train::Trained;

/// What a score is made from. Shares are in thousandths so that all arithmetic stays whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Weight of single Chinese characters next to bigrams.
    pub single: f64,
    /// Weight of Latin names next to bigrams.
    pub latin: f64,
    /// Weight of numbers next to bigrams: most are years and amounts.
    pub number: f64,
    /// How often a word in the title of a need counts, the body counting once.
    pub need_title: f64,
    /// How often a keyword of a need counts.
    pub need_keyword: f64,
    /// Share that a term keeps when it touches an empty word of the need.
    pub empty_word: f64,
    /// How often a word in the title of a work counts, its abstract counting once.
    pub work_title: f64,
    /// How often a keyword of a work counts.
    pub work_keyword: f64,
    /// Power of a work's length by which its terms are divided: 1 is the cosine, 0 would let long texts win by length.
    pub length_power: f64,
    /// Share of the next best work that is added to the best one; each further work counts the same share of the one before.
    pub support_permille: u32,
    /// All further works together add at most this share of the best one, however many they are.
    pub support_cap_permille: u32,
    /// Share that directions in the person's own words keep next to a work.
    pub directions_permille: u32,
    /// What two texts of one meaning get beside their shared words, when vectors are there.
    pub meaning: f64,
    /// The year from which the age of works counts, a parameter of the round; without one age costs nothing.
    #[serde(skip)]
    pub reference_year: Option<i32>,
    /// What a year of age takes off a work.
    pub age_permille_per_year: u32,
    /// The least that age leaves.
    pub age_floor_permille: u32,
    /// Where the levels of scores begin.
    pub levels: Levels,
}

impl Weights {
    /// The name of the published weights' version: it goes into the hash of a run.
    pub const VERSION: &str = "words-and-meaning-3";

    /// The published weights.
    pub fn published() -> Self {
        PUBLISHED.weights.clone()
    }

    /// The weights that training starts from, and stays with where graded pairs do not show a better one.
    pub fn start() -> Self {
        let level = |least, offset| Bound { least: Score::from_millionths(least), offset, slope: 1.0 };
        let bounds = [level(1_000_000, -1.0), level(700_000, 0.0), level(100_000, 2.0)];
        Self {
            single: 1.0,
            latin: 1.0,
            number: 0.3,
            need_title: 6.0,
            need_keyword: 6.0,
            empty_word: 0.3,
            work_title: 2.0,
            work_keyword: 2.0,
            length_power: 0.8,
            support_permille: 600,
            support_cap_permille: 800,
            directions_permille: 600,
            meaning: 0.7,
            reference_year: None,
            age_permille_per_year: 10,
            age_floor_permille: 850,
            levels: Levels { words: bounds, meaning: bounds },
        }
    }

    /// Whether an index and its entries built with the other weights serve these too.
    pub(crate) fn index_as(&self, other: &Self) -> bool {
        let built = |one: &Self| {
            let floats = [one.work_title, one.work_keyword, one.length_power].map(f64::to_bits);
            let shares = [one.directions_permille, one.age_permille_per_year, one.age_floor_permille];
            (floats, shares, one.reference_year)
        };
        built(self) == built(other)
    }

    /// What makes these weights useless, if anything: a number out of its range.
    pub(crate) fn unsound(&self) -> Option<String> {
        let most_ten = [
            ("single", self.single),
            ("latin", self.latin),
            ("number", self.number),
            ("need_title", self.need_title),
            ("need_keyword", self.need_keyword),
            ("empty_word", self.empty_word),
            ("work_title", self.work_title),
            ("work_keyword", self.work_keyword),
            ("length_power", self.length_power),
            ("meaning", self.meaning),
        ];
        let wrong = most_ten.into_iter().find(|(_, value)| !(0.0..=10.0).contains(value));
        let shares = [self.support_permille, self.support_cap_permille, self.directions_permille];
        match wrong {
            Some((name, value)) => Some(format!("{name} is {value}, it lies between 0 and 10")),
            None if shares.into_iter().any(|share| share > 1000) => Some("a share is over 1000 thousandths".to_owned()),
            None if !self.levels.is_sound() => {
                Some("the levels are not in order, or a slope is not above 0".to_owned())
            }
            None => None,
        }
    }

    /// The weight of a kind of term.
    pub fn class(&self, class: TermClass) -> f64 {
        match class {
            TermClass::Bigram => 1.0,
            TermClass::Single => self.single,
            TermClass::Latin => self.latin,
            TermClass::Number => self.number,
        }
    }

    /// What a work of this kind and year keeps of its score. Kinds differ little: what a work says decides, not its form;
    /// awards and standards name a field broadly. A missing year or kind costs nothing.
    pub fn work_permille(&self, kind: Option<WorkKind>, year: Option<i32>) -> u32 {
        let kind = match kind {
            None | Some(WorkKind::Patent | WorkKind::Project | WorkKind::Achievement) => 1000,
            Some(WorkKind::Paper) => 980,
            Some(WorkKind::Award | WorkKind::Standard) => 950,
        };
        let years = year.zip(self.reference_year);
        let years = years.map_or(0, |(year, now)| u32::try_from(now.saturating_sub(year)).unwrap_or(0));
        let age = 1000u32.saturating_sub(years.saturating_mul(self.age_permille_per_year)).max(self.age_floor_permille);
        kind * age / 1000
    }
}

/// What training gave, with what it was measured by.
pub static PUBLISHED: LazyLock<Trained> =
    LazyLock::new(|| Trained::read(include_str!("../data/weights.json")).expect("the published weights are tested"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_takes_a_little_off_down_to_its_floor() {
        let weights = Weights { reference_year: Some(2025), ..Weights::published() };
        let kept = |year| weights.work_permille(None, year);
        assert_eq!(
            [Some(2026), Some(2025), Some(2024), Some(2010), Some(2009), None].map(kept),
            [1000, 1000, 990, 850, 850, 1000]
        );
        assert_eq!(Weights::published().work_permille(None, Some(1990)), 1000);
    }
}
