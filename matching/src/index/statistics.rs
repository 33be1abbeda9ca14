//! How rare terms are, counted once over a collection and kept until it is indexed anew.

use rayon::prelude::*;

use super::counter::Counter;

/// A term is frequent when at least one work in so many holds it. In generated text that is a hundred characters with half
/// of the postings of a long need; at one in 12 the bound on what they add lets nearly everybody through.
pub const DENSE_WORKS_PER_HOLDER: usize = 8;

/// The most frequent terms: their numbers fit into two bytes, and a need's weights for them into the nearest cache.
pub const DENSE_TERMS_MAX: usize = 4_096;

/// Holders of every term in a collection.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    works: usize,
    /// Ascending.
    keys: Vec<u64>,
    /// Works that hold each.
    holders: Vec<u32>,
    /// Keys of frequent terms, ascending.
    dense: Vec<u64>,
}

impl Statistics {
    pub(super) fn of(works: usize, counted: &[Counter]) -> Self {
        let holders = |counted: &'_ Counter| counted.keys.iter().copied().zip(counted.holders()).collect::<Vec<_>>();
        let mut all: Vec<(u64, u32)> = counted.par_iter().flat_map_iter(holders).collect();
        all.par_sort_unstable();
        let mut statistics = Self { works, ..Self::default() };
        for same in all.chunk_by(|one, other| one.0 == other.0) {
            statistics.keys.push(same[0].0);
            statistics.holders.push(same.iter().map(|one| one.1).sum());
        }
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

    /// How rare these terms are, which ascend: each is looked for from where the last one stood, in growing steps, so that a
    /// few terms do not cost what the collection costs, and all of them no more than a walk through it.
    pub(super) fn rarities(&self, keys: &[u64]) -> Vec<f64> {
        let mut at = 0;
        let rarity = |&key: &u64| {
            at += below(&self.keys[at..], key);
            let holders = if self.keys.get(at) == Some(&key) { self.holders[at] } else { 0 };
            rarity(self.works, holders as usize)
        };
        keys.iter().map(rarity).collect()
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

/// How many of these keys, which ascend, are below one.
fn below(keys: &[u64], key: u64) -> usize {
    let mut step = 1;
    while step < keys.len() && keys[step] < key {
        step *= 2;
    }
    let first = step / 2;
    first + keys[first..keys.len().min(step + 1)].partition_point(|&other| other < key)
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
            known in prop::collection::btree_map(0..200u64, 1..50u32, 0..100), asked in prop::collection::btree_set(0..200u64, 0..100),
        ) {
            let (keys, holders) = known.into_iter().unzip();
            let statistics = Statistics { works: 50, keys, holders, dense: Vec::new() };
            let asked: Vec<u64> = asked.into_iter().collect();
            let one_by_one: Vec<f64> = asked.iter().map(|&key| statistics.rarity(key)).collect();
            prop_assert_eq!(statistics.rarities(&asked), one_by_one);
        }
    }
}
