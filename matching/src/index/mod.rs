//! The inverted index over single works: for every term the works that hold it, with what it adds to their score.
//!
//! A work's part of the score is finished when the index is built: `impact = class weight · (1 + ln tf) · idf / length^p`, stored in two bytes.
//! Scoring is then one multiplication and one addition in whole numbers for every posting, so the sum does not depend on the
//! order in which it was taken or on the number of threads.
//!
//! Most postings belong to a few hundred characters that stand in every tenth work or more, and they decide little. They
//! are kept work by work ([`segment`]), and a need first takes the postings of its other terms alone: [`Index::partial`]. What
//! the frequent terms can add to a work is at most the product of two lengths (Cauchy and Schwarz), so whoever stays below
//! what is needed with that bound is left out, and only the others are scored in full: [`Index::complete`]. The result is
//! the same as scoring everything.
//!
//! Cost: building reads every text once, `O(P)` for `P` places of terms ([`counter`]); a posting takes 4 bytes,
//! a term 12 and a work 16 bytes in each segment. Works are held in segments of at most [`SEGMENT_WORKS_MAX`]; added works become segments
//! of their own and leave the others alone. How rare a term is, is counted when the index is built and stands until it is
//! built anew ([`Statistics`]), so that adding changes no score.

mod counter;
mod scores;
mod search;
mod segment;
mod statistics;

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::text::TermClass;
use crate::weights::Weights;
use counter::Counted;
pub use counter::Counter;
pub use scores::Scores;
use segment::Segment;
pub(crate) use segment::product;
pub use segment::{IMPACT_ONE, SEGMENT_WORKS_MAX};
pub use statistics::{DENSE_TERMS_MAX, DENSE_WORKS_PER_HOLDER, Statistics};

/// The index.
#[derive(Clone, Debug, Default)]
pub struct Index {
    statistics: Arc<Statistics>,
    segments: Vec<Arc<Segment>>,
    works: usize,
    additions: usize,
}

/// The weighted terms of a need as one index knows them.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The weights of terms with lists.
    listed: Vec<u32>,
    /// For every segment the lists of those terms.
    lists: Vec<Vec<Range<u32>>>,
    /// The weight of every frequent term, by its number.
    dense: Vec<u32>,
    /// At least the length of `dense`.
    dense_length: u64,
}

impl Index {
    /// Indexes works and counts how rare terms are among them; `read` gives the texts of a work by its number.
    pub fn build(works: usize, weights: &Weights, read: impl Fn(usize, &mut Counter) + Sync) -> Self {
        Self::of(works, Some(weights), &read)
    }

    /// Indexes works by impacts that are given: `read` adds each term of a work once, with its impact, a whole number that
    /// two bytes hold.
    pub fn of_impacts(works: usize, read: impl Fn(usize, &mut Counter) + Sync) -> Self {
        Self::of(works, None, &read)
    }

    fn of(works: usize, weights: Option<&Weights>, read: &(impl Fn(usize, &mut Counter) + Sync)) -> Self {
        let counted = count(works, weights, read);
        let mut index = Self::empty(Arc::new(Statistics::of(works, &counted)));
        index.append(counted, weights);
        index
    }

    /// An index without works whose terms are as rare as these statistics say.
    pub fn empty(statistics: Arc<Statistics>) -> Self {
        Self { statistics, ..Self::default() }
    }

    /// Adds works behind the others: costs what they cost, scores of the others stay. `read` gives the texts of a new work,
    /// counted from 0.
    pub fn add(&mut self, works: usize, weights: &Weights, read: impl Fn(usize, &mut Counter) + Sync) {
        self.additions += 1;
        let counted = count(works, Some(weights), &read);
        self.append(counted, Some(weights));
    }

    fn append(&mut self, counted: Vec<Counted>, weights: Option<&Weights>) {
        let power = weights.map(|weights| weights.length_power);
        let statistics = &self.statistics;
        let built: Vec<Segment> =
            counted.into_par_iter().map(|counted| Segment::build(&counted, power, statistics)).collect();
        for mut segment in built {
            segment.first_work = self.works;
            self.works += segment.works();
            self.segments.push(Arc::new(segment));
        }
    }

    /// How many works are indexed.
    pub fn works(&self) -> usize {
        self.works
    }

    /// How often works were added.
    pub fn additions(&self) -> usize {
        self.additions
    }

    /// How rare terms are.
    pub fn statistics(&self) -> &Arc<Statistics> {
        &self.statistics
    }

    /// Whether any work holds a term.
    pub fn knows(&self, key: u64) -> bool {
        self.statistics.knows(key)
    }

    /// How rare a term is among the works: the weight of a need's term.
    pub fn rarity(&self, key: u64) -> f64 {
        self.statistics.rarity(key)
    }

    /// How rare terms are whose keys ascend.
    pub(crate) fn rarities(&self, keys: &[u64]) -> Vec<f64> {
        self.statistics.rarities(keys)
    }

    /// Weighted terms, each key once and each weight below 2^21, made ready to be asked for.
    pub fn ask(&self, terms: &[(u64, u32)]) -> Asked {
        let mut asked = Asked { dense: vec![0; self.statistics.dense().len()], ..Asked::default() };
        let mut keys = Vec::new();
        for &(key, weight) in terms {
            if let Some(number) = self.statistics.dense_number(key) {
                asked.dense[usize::from(number)] = weight;
            } else {
                asked.listed.push(weight);
                keys.push(key);
            }
        }
        asked.dense_length = length_above(asked.dense.iter().map(|&weight| u64::from(weight)));
        asked.lists = self.segments.iter().map(|segment| segment.lists(&keys)).collect();
        asked
    }

    /// What the terms with lists add to every work.
    pub fn partial(&self, asked: &Asked) -> Scores {
        let mut partial = Scores::zeros(self.works);
        for (segment, lists) in self.segments.iter().zip(&asked.lists) {
            let here = &mut partial[segment.first_work..][..segment.works()];
            segment.add_listed(lists, &asked.listed, here);
        }
        partial
    }

    /// The score of one work from what [`Index::partial`] found for it.
    pub fn complete(&self, asked: &Asked, work: usize, partial: u64) -> u64 {
        let segment = &self.segments[self.segment_of(work)];
        partial + segment.dense_part(&asked.dense, work - segment.first_work)
    }

    /// The works that could have a score of at least `least`: all that have one, and some that have not.
    pub fn reaching(&self, asked: &Asked, partial: &[u64], least: u64) -> Vec<usize> {
        let mut found = Vec::new();
        for segment in &self.segments {
            let here = &partial[segment.first_work..][..segment.works()];
            segment.add_reaching(asked.dense_length, here, least, &mut found);
        }
        found
    }

    /// The scores of all works for weighted terms, by work number.
    pub fn score(&self, terms: &[(u64, u32)]) -> Vec<u64> {
        let asked = self.ask(terms);
        let partial = self.partial(&asked);
        (0..).zip(&*partial).map(|(work, &partial)| self.complete(&asked, work, partial)).collect()
    }

    /// The impact of a term that stands so often in a work, reckoned as when the work was indexed by these weights. `rarity` is
    /// that of the term.
    pub fn impact(&self, work: usize, term: TermClass, places: f32, rarity: f64, weights: &Weights) -> u16 {
        let segment = &self.segments[self.segment_of(work)];
        segment.impact(work - segment.first_work, counter::weighed(term, places, weights), rarity)
    }

    fn segment_of(&self, work: usize) -> usize {
        self.segments.partition_point(|segment| segment.first_work <= work) - 1
    }
}

/// Counts the terms of works, segment by segment.
fn count(works: usize, weights: Option<&Weights>, read: &(impl Fn(usize, &mut Counter) + Sync)) -> Vec<Counted> {
    let starts: Vec<usize> = (0..works).step_by(SEGMENT_WORKS_MAX).collect();
    let read_segment = |start: usize| {
        let mut counter = Counter::default();
        for work in start..works.min(start + SEGMENT_WORKS_MAX) {
            read(work, &mut counter);
            counter.end_work(weights);
        }
        counter.counted(weights)
    };
    starts.into_par_iter().map(read_segment).collect()
}

/// A whole number not below the Euclidean length of these numbers, each below 2^21.
fn length_above(numbers: impl Iterator<Item = u64>) -> u64 {
    let squares: u64 = numbers.map(|number| number * number).sum();
    let root = squares.isqrt();
    if root * root == squares { root } else { root + 1 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::term;

    type Texts = Vec<Vec<(u64, f64)>>;

    fn key(number: u32) -> u64 {
        term::key(TermClass::Single, char::from_u32(0x4E00 + number).into_iter())
    }

    fn published() -> Weights {
        Weights::published()
    }

    fn some_texts(works: std::ops::Range<usize>) -> impl Strategy<Value = Texts> {
        // Few terms are frequent and many rare, as in a language.
        let number = (0..6u32, 0..6u32, 0..6u32).prop_map(|(one, two, three)| one * two * three);
        let term = (number, 1..4u32).prop_map(|(number, count)| (key(number), f64::from(count)));
        prop::collection::vec(prop::collection::vec(term, 0..30), works)
    }

    fn reader(texts: &Texts) -> impl Fn(usize, &mut Counter) + Sync {
        |work, counter| texts[work].iter().for_each(|&(key, places)| counter.add(key, places))
    }

    fn some_terms() -> impl Strategy<Value = Vec<(u64, u32)>> {
        let terms = prop::collection::btree_map(0..220u32, 1..1u32 << 20, 0..60);
        terms.prop_map(|terms| terms.into_iter().map(|(number, weight)| (key(number), weight)).collect())
    }

    proptest! {
        #[test]
        fn every_work_that_reaches_a_score_is_found(texts in some_texts(0..80), terms in some_terms(), least in 0..1u64 << 36) {
            let index = Index::build(texts.len(), &published(), reader(&texts));
            let asked = index.ask(&terms);
            let partial = index.partial(&asked);
            let found = index.reaching(&asked, &partial, least);
            for (work, score) in index.score(&terms).into_iter().enumerate() {
                prop_assert!(score < least || found.contains(&work));
            }
        }

        #[test]
        fn the_impacts_of_a_work_s_terms_sum_to_its_score(texts in some_texts(1..80), terms in some_terms()) {
            let index = Index::build(texts.len(), &published(), reader(&texts));
            for (work, score) in index.score(&terms).into_iter().enumerate() {
                let places = |key| texts[work].iter().filter(|place| place.0 == key).map(|place| place.1 as f32).sum();
                let impact = |key| index.impact(work, TermClass::of_key(key), places(key), index.rarity(key), &published());
                let held = terms.iter().filter(|(key, _)| texts[work].iter().any(|place| place.0 == *key));
                prop_assert_eq!(held.map(|&(key, weight)| product(weight, impact(key))).sum::<u64>(), score);
            }
        }

        #[test]
        fn added_works_score_as_if_built_at_once_with_the_same_statistics(
            texts in some_texts(1..80), first in any::<prop::sample::Index>(), terms in some_terms(),
        ) {
            let first = first.index(texts.len());
            let statistics = Index::build(first, &published(), reader(&texts)).statistics;
            let mut at_once = Index::empty(Arc::clone(&statistics));
            at_once.add(texts.len(), &published(), reader(&texts));
            let mut in_pieces = Index::empty(statistics);
            in_pieces.add(first, &published(), reader(&texts));
            let read = reader(&texts);
            in_pieces.add(texts.len() - first, &published(), |work, counter| read(first + work, counter));
            prop_assert_eq!(at_once.score(&terms), in_pieces.score(&terms));
        }
    }

    #[test]
    fn works_beyond_a_segment_begin_another_and_are_found() {
        let scores = |works: usize| {
            let index =
                Index::build(works, &published(), |work, counter| counter.add(key(u32::from(work + 1 == works)), 1.0));
            (index.segments.len(), index.score(&[(key(1), 1)]).iter().position(|&score| score > 0))
        };
        let bound = SEGMENT_WORKS_MAX;
        let expected = [(1, Some(bound - 2)), (1, Some(bound - 1)), (2, Some(bound))];
        assert_eq!([bound - 1, bound, bound + 1].map(scores), expected);
    }
}
