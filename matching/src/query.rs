//! A need as weighted terms.

use std::collections::BTreeMap;

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
    /// The body was longer than [`NEED_CHARS_MAX`].
    pub is_cut: bool,
}

/// A term of a need.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryTerm {
    /// Key in the index.
    pub key: u64,
    /// Kind.
    pub class: TermClass,
    /// The term as people read it.
    pub text: String,
    /// How often it counts: places, section and empty words taken into account.
    pub count: f64,
    /// Whether it stands for a quantity that the need states a figure of.
    pub is_indicator: bool,
}

impl Query {
    /// Reads a need.
    pub fn read(need: &NeedText, weights: &Weights) -> Self {
        let mut terms = BTreeMap::new();
        let title = glyphs(&need.title);
        add(&mut terms, &title[..title.len().min(NEED_CHARS_MAX)], weights.need_title, weights);
        let body = glyphs(&need.content);
        add(&mut terms, &body[..body.len().min(NEED_CHARS_MAX)], 1.0, weights);
        for keyword in &need.keywords {
            add(&mut terms, &glyphs(keyword), weights.need_keyword, weights);
        }
        for indicator in &need.indicators {
            let places = if indicator.place.field == Field::Title { weights.need_title } else { 1.0 };
            add_indicator(&mut terms, indicator, places);
        }
        Self {
            terms: terms.into_values().collect(),
            is_cut: body.len() > NEED_CHARS_MAX || title.len() > NEED_CHARS_MAX,
        }
    }

    /// The numbers of the terms with these keys, ascending, each once.
    pub(crate) fn numbers_of(&self, keys: &[u64]) -> impl Iterator<Item = usize> {
        let mut has = vec![false; self.terms.len()];
        for key in keys {
            if let Ok(number) = self.terms.binary_search_by_key(key, |term| term.key) {
                has[number] = true;
            }
        }
        has.into_iter().enumerate().filter(|&(_, has)| has).map(|(number, _)| number)
    }

    /// Terms that say something: those counted in full at least once.
    pub fn telling_terms(&self) -> usize {
        self.terms.iter().filter(|term| term.count >= 1.0 && term.class.is_telling()).count()
    }
}

/// A quantity counts in every place where a figure of it stands.
fn add_indicator(into: &mut BTreeMap<u64, QueryTerm>, indicator: &Indicator, places: f64) {
    let Some(key) = indicator.key() else { return };
    let text = format!("{}（指标）", indicator.name);
    let term = || QueryTerm { key, class: TermClass::Number, text, count: 0.0, is_indicator: true };
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
                text: glyphs[term.from..term.to].iter().map(|g| g.ch).collect(),
                count: 0.0,
                is_indicator: false,
            })
            .count += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(need: &NeedText, text: &str) -> f64 {
        let query = Query::read(need, &Weights::published());
        query.terms.iter().find(|term| term.text == text).map_or(0.0, |term| term.count)
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
        let is_cut = |chars| Query::read(&with(chars), &Weights::published()).is_cut;
        assert_eq!([NEED_CHARS_MAX - 1, NEED_CHARS_MAX, NEED_CHARS_MAX + 1].map(is_cut), [false, false, true]);
    }
}
