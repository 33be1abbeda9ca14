//! Indicators: what a text states of a named quantity, such as `抗冲击韧性≥67%`, and whether a work states what a need asks for.
//!
//! Reading them out of a text is not the engine's business: it is given them with the text. Two texts state the same quantity when
//! their names end alike, the head of a Chinese name being its end (`涂层抗冲击韧性`, `抗冲击韧性`), and their units measure the same.
//! A quantity that both sides state is a term of the index like any other; one that no work states costs a need nothing.

use serde::Serialize;

use crate::evidence::Place;
use crate::text::{CharClass, TermClass, glyphs, key};

/// Characters at the end of a name by which quantities are told apart.
const NAME_END_CHARS: usize = 4;

/// A shorter name says nothing.
const NAME_CHARS_MIN: usize = 2;

/// Comparisons shown for a need and a work.
const COMPARED_MAX: usize = 20;

/// Which side of a figure satisfies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// 不低于, ≥, 达到.
    AtLeast,
    /// 不高于, ≤, 降至.
    AtMost,
    /// The text states a value or a range and no side.
    Value,
}

/// A figure of a named quantity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Indicator {
    /// What is measured, as the text names it.
    pub name: String,
    /// What the unit measures: figures of one dimension compare, whatever their units.
    #[serde(skip)]
    pub dimension: String,
    /// Which side satisfies.
    pub limit: Limit,
    /// The value, or the lower end of a range, in base units of the dimension.
    #[serde(skip)]
    pub low: f64,
    /// The value, or the upper end of a range.
    #[serde(skip)]
    pub high: f64,
    /// The text from the name to the unit, verbatim.
    pub text: String,
    /// Where the text stands.
    #[serde(flatten)]
    pub place: Place,
}

impl Indicator {
    /// The term under which the index knows the quantity; `None` when the name says too little.
    pub fn key(&self) -> Option<u64> {
        let name: Vec<char> =
            glyphs(&self.name).iter().filter(|g| g.class() != CharClass::Separator).map(|g| g.ch).collect();
        let end = &name[name.len().saturating_sub(NAME_END_CHARS)..];
        let chars = end.iter().copied().chain(['\u{1f}']).chain(self.dimension.chars());
        (name.len() >= NAME_CHARS_MIN).then(|| key(TermClass::Number, chars))
    }

    /// What this indicator of a work says to one of a need.
    fn answers(&self, asked: &Self) -> Outcome {
        let (is_met, is_opposite) = match asked.limit {
            Limit::AtLeast => (self.low >= asked.low, self.limit == Limit::AtMost),
            Limit::AtMost => (self.high <= asked.high, self.limit == Limit::AtLeast),
            Limit::Value => (self.low <= asked.high && self.high >= asked.low, false),
        };
        match (is_opposite, is_met) {
            (true, _) => Outcome::Stated,
            (false, true) => Outcome::Met,
            (false, false) if asked.limit == Limit::Value => Outcome::Stated,
            (false, false) => Outcome::Short,
        }
    }
}

/// How a work's figure stands to the one that a need asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 达到: what the work states satisfies the need.
    Met,
    /// 未达到: it falls short.
    Short,
    /// 并列: both are stated, and neither side of the need's figure is said to satisfy.
    Stated,
}

impl Outcome {
    /// As officials read it.
    pub fn in_chinese(self) -> &'static str {
        match self {
            Self::Met => "达到",
            Self::Short => "未达到",
            Self::Stated => "供比较",
        }
    }

    /// In English, second.
    pub fn in_english(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Short => "falls short",
            Self::Stated => "for comparison",
        }
    }
}

/// The same quantity on both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// What the need asks for.
    pub need: Indicator,
    /// What the work states.
    pub work: Indicator,
    /// How they stand to each other.
    pub outcome: Outcome,
}

/// The quantities that both sides state, in the order of the need, each with the figure of the work that answers it best.
pub fn compared(need: &[Indicator], work: &[Indicator]) -> Vec<Compared> {
    let stated: Vec<(u64, &Indicator)> = work.iter().filter_map(|one| Some((one.key()?, one))).collect();
    let answer = |asked: &Indicator| {
        let key = asked.key()?;
        let answers = stated.iter().filter(|(known, _)| *known == key).map(|(_, work)| (work.answers(asked), *work));
        let (outcome, work) = answers.min_by_key(|(outcome, _)| *outcome)?;
        Some(Compared { need: asked.clone(), work: work.clone(), outcome })
    };
    need.iter().filter_map(answer).take(COMPARED_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Field;

    fn indicator(name: &str, limit: Limit, (low, high): (f64, f64)) -> Indicator {
        let place = Place { field: Field::Body, from: 0, to: 0 };
        Indicator { name: name.into(), dimension: "%".into(), limit, low, high, text: String::new(), place }
    }

    fn outcome(asked: (Limit, f64, f64), stated: (Limit, f64, f64)) -> Outcome {
        let of = |(limit, low, high)| [indicator("抗冲击韧性", limit, (low, high))];
        compared(&of(asked), &of(stated))[0].outcome
    }

    #[test]
    fn quantities_are_the_same_when_names_end_alike_and_units_measure_the_same() {
        let key = |name| indicator(name, Limit::Value, (0.0, 0.0)).key();
        assert_eq!(key("涂层抗冲击韧性"), key("抗冲击韧性"));
        assert_ne!(key("抗拉强度"), key("抗压强度"));
        assert_eq!(key("径"), None);
        let pressure = Indicator { dimension: "Pa".into(), ..indicator("抗拉强度", Limit::Value, (0.0, 0.0)) };
        assert_ne!(pressure.key(), key("抗拉强度"));
    }

    #[test]
    fn a_work_meets_a_figure_on_its_side_of_the_limit() {
        use Limit::{AtLeast, AtMost, Value};
        assert_eq!(outcome((AtLeast, 0.67, 0.67), (Value, 0.67, 0.67)), Outcome::Met);
        assert_eq!(outcome((AtLeast, 0.67, 0.67), (AtLeast, 0.66, 0.66)), Outcome::Short);
        assert_eq!(outcome((AtLeast, 0.67, 0.67), (Value, 0.6, 0.7)), Outcome::Short);
        assert_eq!(outcome((AtMost, 5.0, 5.0), (AtMost, 5.0, 5.0)), Outcome::Met);
        assert_eq!(outcome((AtMost, 5.0, 5.0), (Value, 4.0, 6.0)), Outcome::Short);
        assert_eq!(outcome((AtLeast, 5.0, 5.0), (AtMost, 9.0, 9.0)), Outcome::Stated);
        assert_eq!(outcome((Value, 5.0, 5.0), (Value, 4.0, 6.0)), Outcome::Met);
        assert_eq!(outcome((Value, 5.0, 5.0), (Value, 6.0, 6.0)), Outcome::Stated);
    }

    #[test]
    fn the_figure_that_answers_best_is_shown() {
        let stated = [0.5, 0.7, 0.9].map(|value| indicator("抗冲击韧性", Limit::Value, (value, value)));
        let found = compared(&[indicator("韧性", Limit::AtLeast, (0.6, 0.6))], &stated);
        assert_eq!(found, []);
        let found = compared(&[indicator("抗冲击韧性", Limit::AtLeast, (0.6, 0.6))], &stated);
        assert_eq!(found.len(), 1);
        assert!((found[0].work.low - 0.7).abs() < 1e-9);
    }
}
