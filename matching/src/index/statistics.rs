//! How rare terms are, counted once over a collection and kept until it is indexed anew.

use std::ops::Range;

use rayon::prelude::*;

use super::counter::Counted;
use super::search::skip_below;

/// A term is frequent when at least one work in so many holds it. In generated text that is a hundred characters with half
/// of the postings of a long need; 10 beats 8 by a tenth on 500,000 works, while at 12 the bound on what they add lets too
/// many through on 50,000.
pub const DENSE_WORKS_PER_HOLDER: usize = 10;

/// The most frequent terms: their numbers fit into two bytes, and a need's weights for them into the nearest cache.
pub const DENSE_TERMS_MAX: usize = 4_096;

/// Keys in one line of memory: the last steps of a search read no other.
const LINE_KEYS: usize = 8;

/// Holders of every term in a collection.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    works: usize,
    /// Ascending.
    keys: Vec<u64>,
    /// The first of every [`LINE_KEYS`] of them.
    first_keys: Vec<u64>,
    /// Works that hold each.
    holders: Vec<u32>,
    /// Keys of frequent terms, ascending.
    dense: Vec<u64>,
}

impl Statistics {
    pub(super) fn of(works: usize, counted: &[Counted]) -> Self {
        let mut all: Vec<(u64, u32)> = counted.par_iter().flat_map_iter(Counted::holders).collect();
        // Every segment's terms ascend: such runs are merged.
        all.par_sort();
        let same = all.chunk_by(|one, other| one.0 == other.0);
        Self::with(works, same.map(|same| (same[0].0, same.iter().map(|one| one.1).sum())))
    }

    /// Of terms by ascending keys, with how many works hold each.
    fn with(works: usize, terms: impl Iterator<Item = (u64, u32)>) -> Self {
        let (keys, holders): (Vec<u64>, Vec<u32>) = terms.unzip();
        let first_keys = keys.iter().copied().step_by(LINE_KEYS).collect();
        let mut statistics = Self { works, keys, first_keys, holders, dense: Vec::new() };
        statistics.dense = statistics.most_frequent();
        statistics
    }

    /// Works that were counted.
    pub fn works(&self) -> usize {
        self.works
    }

    /// Whether a term was counted in any work.
    pub fn knows(&self, key: u64) -> bool {
        self.keys.binary_search(&key).is_ok()
    }

    /// How rare a term is.
    pub fn rarity(&self, key: u64) -> f64 {
        let holders = self.keys.binary_search(&key).map_or(0, |at| self.holders[at]);
        rarity(self.works, holders as usize)
    }

    /// How rare these terms are, which ascend. The line of keys that each could be in is looked for from the last one's on, in
    /// growing steps, so that a few terms do not cost what the collection costs; then all are looked for inside their lines
    /// together.
    pub(crate) fn rarities(&self, keys: &[u64]) -> Vec<f64> {
        let lines = self.first_keys.len();
        let mut line = 0;
        let place = |&key: &u64| {
            let further = lines.saturating_sub(line + 1);
            line += leading(further, |at| self.first_keys[line + at + 1] <= key);
            let (first, end) = (line * LINE_KEYS, (line + 1) * LINE_KEYS);
            first as u32..end.min(self.keys.len()) as u32
        };
        let mut places: Vec<Range<u32>> = keys.iter().map(place).collect();
        skip_below(&mut places, |number, at| self.keys[at] < keys[number]);
        let holders = |(place, key): (Range<u32>, &u64)| {
            let at = place.start as usize;
            if self.keys.get(at) == Some(key) { self.holders[at] } else { 0 }
        };
        places.into_iter().zip(keys).map(|known| rarity(self.works, holders(known) as usize)).collect()
    }

    /// Keys of frequent terms, ascending; their places are their numbers.
    pub(super) fn dense(&self) -> &[u64] {
        &self.dense
    }

    /// The number of a frequent term.
    pub(super) fn dense_number(&self, key: u64) -> Option<u16> {
        self.dense.binary_search(&key).ok().map(|number| number as u16)
    }

    fn most_frequent(&self) -> Vec<u64> {
        let all = self.keys.iter().zip(&self.holders);
        let mut found: Vec<(u32, u64)> = all
            .filter(|&(_, &holders)| holders as usize * DENSE_WORKS_PER_HOLDER >= self.works)
            .map(|(&key, &holders)| (holders, key))
            .collect();
        found.sort_unstable_by_key(|&(holders, key)| (std::cmp::Reverse(holders), key));
        found.truncate(DENSE_TERMS_MAX);
        let mut keys: Vec<u64> = found.into_iter().map(|(_, key)| key).collect();
        keys.sort_unstable();
        keys
    }
}

/// How many of so many places are wanted, when those come first: looked for in growing steps.
fn leading(places: usize, is_wanted: impl Fn(usize) -> bool) -> usize {
    let mut step = 1;
    while step < places && is_wanted(step) {
        step *= 2;
    }
    let (mut first, mut end) = (step / 2, places.min(step + 1));
    while first < end {
        let middle = usize::midpoint(first, end);
        if is_wanted(middle) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    first
}

/// Inverse document frequency, smoothed so that it is positive for every term and finite for an unknown one.
fn rarity(works: usize, holders: usize) -> f64 {
    ((works + 1) as f64 / (holders + 1) as f64).ln() + 1.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn terms_looked_up_together_are_as_rare_as_one_by_one(
            known in prop::collection::btree_map(0..1_000u64, 1..50u32, 0..400), asked in prop::collection::btree_set(0..1_000u64, 0..100),
        ) {
            let statistics = Statistics::with(50, known.into_iter());
            let asked: Vec<u64> = asked.into_iter().collect();
            let one_by_one: Vec<f64> = asked.iter().map(|&key| statistics.rarity(key)).collect();
            prop_assert_eq!(statistics.rarities(&asked), one_by_one);
        }
    }
}
