//! A need as weighted terms.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::evidence::Field;
use crate::indicator::Indicator;
use crate::input::NeedText;
use crate::text::{Glyph, TermClass, empty_words, glyphs, terms};
use crate::weights::Weights;

/// The most characters of a need's body that are read; the rest is left out and the result says so.
pub const NEED_CHARS_MAX: usize = 20_000;

/// A need read into terms, in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// The terms; a key occurs once.
    pub terms: Vec<QueryTerm>,
    /// A text was longer than [`NEED_CHARS_MAX`].
    pub is_cut: bool,
    /// Numbers of the terms by key.
    numbers: FxHashMap<u64, usize>,
}

/// A term of a need.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryTerm {
    /// Key in the index.
    pub key: u64,
    /// Kind.
    pub class: TermClass,
    /// The term as people read it.
    pub text: Arc<str>,
    /// How often it counts: places, section and empty words taken into account.
    pub count: f64,
}

impl Query {
    /// Reads a need; of its quantities those count that `is_known` says are in the index.
    pub fn read(need: &NeedText, weights: &Weights, is_known: impl Fn(u64) -> bool) -> Self {
        let mut terms = BTreeMap::new();
        let mut is_cut = false;
        let keywords = need.keywords.iter().map(|keyword| (keyword, weights.need_keyword));
        for (text, places) in [(&need.title, weights.need_title), (&need.content, 1.0)].into_iter().chain(keywords) {
            let mut glyphs = glyphs(text);
            is_cut |= glyphs.len() > NEED_CHARS_MAX;
            glyphs.truncate(NEED_CHARS_MAX);
            add(&mut terms, &glyphs, places, weights);
        }
        for indicator in need.indicators.iter().filter(|one| one.key().is_some_and(&is_known)) {
            let places = if indicator.place.field == Field::Title { weights.need_title } else { 1.0 };
            add_indicator(&mut terms, indicator, places);
        }
        let numbers = terms.keys().copied().zip(0..).collect();
        Self { terms: terms.into_values().collect(), is_cut, numbers }
    }

    /// The number of the term with a key.
    pub(crate) fn number(&self, key: u64) -> Option<usize> {
        self.numbers.get(&key).copied()
    }

    /// Terms that say something: those counted in full at least once.
    pub fn telling_terms(&self) -> usize {
        self.terms.iter().filter(|term| term.count >= 1.0 && term.class.is_telling()).count()
    }
}

/// A quantity counts in every place where a figure of it stands.
fn add_indicator(into: &mut BTreeMap<u64, QueryTerm>, indicator: &Indicator, places: f64) {
    let Some(key) = indicator.key() else { return };
    let text = || format!("{}（指标）", indicator.name).into();
    let term = || QueryTerm { key, class: TermClass::Number, text: text(), count: 0.0 };
    into.entry(key).or_insert_with(term).count += places;
}

fn add(into: &mut BTreeMap<u64, QueryTerm>, glyphs: &[Glyph], places: f64, weights: &Weights) {
    let empty = empty_words::empty_marks(glyphs);
    let shares = empty_words::section_shares(glyphs);
    for term in terms(glyphs) {
        let touches_empty = empty[term.from..term.to].iter().any(|&mark| mark);
        let damped = if touches_empty { weights.empty_word } else { 1.0 };
        let count = places * damped * f64::from(shares[term.from]) / 100.0;
        into.entry(term.key)
            .or_insert_with(|| QueryTerm {
                key: term.key,
                class: term.class,
                text: glyphs[term.from..term.to].iter().map(|g| g.ch).collect::<String>().into(),
                count: 0.0,
            })
            .count += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(need: &NeedText, text: &str) -> f64 {
        let query = Query::read(need, &Weights::published(), |_| true);
        query.terms.iter().find(|term| *term.text == *text).map_or(0.0, |term| term.count)
    }

    #[test]
    fn the_title_counts_six_times_and_empty_words_little() {
        let need = NeedText { title: "锂电池的研发".into(), content: "锂电池".into(), ..NeedText::default() };
        assert!((count(&need, "电池") - 7.0).abs() < 1e-9);
        assert!((count(&need, "研发") - 1.8).abs() < 1e-9);
    }

    #[test]
    fn a_body_is_read_up_to_its_bound_and_the_cut_is_told() {
        let with = |chars: usize| NeedText { content: "钢".repeat(chars), ..NeedText::default() };
        let is_cut = |chars| Query::read(&with(chars), &Weights::published(), |_| true).is_cut;
        assert_eq!([NEED_CHARS_MAX - 1, NEED_CHARS_MAX, NEED_CHARS_MAX + 1].map(is_cut), [false, false, true]);
    }
}
