//! Three digits as one number: the weight before every preference, a preference before every score.
//!
//! 同等条件下优先 (方案二（一）1（2）、二（三）1（3）): equal conditions are equal weights, the band of relevance. A preference
//! therefore decides between equal weights alone, and the score between what is equal in both. A sum of values keeps
//! the order of the sums of its digits because each unit is larger than all lower digits of a plan together.

use super::problem::{Edge, Instance};
use crate::score::Score;

/// What a pair or a plan is worth: `weight × scale.weight + preference × scale.preference + millionths of score`.
pub type Value = i128;

/// The units of a [`Value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// One of weight; larger than the preferences and scores of any plan together.
    pub weight: Value,
    /// One of preference; larger than the scores of any plan together.
    pub preference: Value,
}

impl Scale {
    /// Twice as large as order asks for, so that the difference of two plans gives back its digits by rounding.
    pub(super) fn of(instance: &Instance) -> Self {
        let posts: Value = instance.needs().iter().map(|need| Value::from(need.posts)).sum();
        let preference_most = instance.edges().iter().map(|edge| edge.preference).max().map_or(0, Value::from);
        let score_most = instance.edges().iter().map(|edge| edge.score.millionths()).max().map_or(0, Value::from);
        let preference = 2 * score_most * posts + 1;
        Self { weight: (2 * preference_most * posts + 1) * preference, preference }
    }

    /// One number for the three of an edge.
    pub(super) fn value(self, edge: &Edge) -> Value {
        let (weight, preference) = (Value::from(edge.weight), Value::from(edge.preference));
        weight * self.weight + preference * self.preference + Value::from(edge.score.millionths())
    }

    /// The difference of two plans, digit by digit.
    pub(super) fn loss(self, value: Value) -> Loss {
        let (weight, rest) = rounded(value, self.weight);
        let (preference, score) = rounded(rest, self.preference);
        let digit =
            |value| i64::try_from(value).expect("a digit of a plan is a sum of at most a million small numbers");
        Loss { weight: digit(weight), preference: digit(preference), score: digit(score) }
    }
}

/// The nearest whole number of units, and the rest that may be negative.
fn rounded(value: Value, unit: Value) -> (Value, Value) {
    let count = (value + unit / 2).div_euclid(unit);
    (count, value - count * unit)
}

/// What a change takes from the totals of a best plan. The first digit that is not 0 is above 0; the digits after it
/// may well be below, since a change that costs weight can gain preference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loss {
    /// From the total weight.
    pub weight: i64,
    /// From the total preference.
    pub preference: i64,
    /// From the total score, in millionths.
    pub score: i64,
}

impl Loss {
    /// The first digit that changes; those after it do not matter beside it.
    pub fn in_chinese(&self) -> String {
        match *self {
            Self { weight: 0, preference: 0, score: 0 } => "各项合计均不变".into(),
            Self { weight: 0, preference: 0, score } => {
                let score = Score::from_millionths(score.unsigned_abs());
                format!("等级分、优先分合计不变，得分合计将减少 {score}")
            }
            Self { weight: 0, preference, .. } => format!("等级分合计不变，优先分合计将减少 {preference}"),
            Self { weight, .. } => format!("等级分合计将减少 {weight}"),
        }
    }
}

/// The digits of a pair as sentences give them; a preference or score of 0 goes without saying.
pub(super) fn edge_in_chinese(edge: &Edge) -> String {
    let preference = (edge.preference > 0).then(|| format!("优先分 {}", edge.preference));
    let score = (edge.score > Score::default()).then(|| format!("得分 {}", edge.score));
    [Some(format!("等级分 {}", edge.weight)), preference, score].into_iter().flatten().collect::<Vec<_>>().join("、")
}
