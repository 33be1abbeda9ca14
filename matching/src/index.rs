//! The inverted index over single works: for every term the works that hold it, with what it adds to their score.
//!
//! A work's part of the score is finished when the index is built: `impact = class weight · (1 + ln tf) · idf / length^p`, stored in two bytes.
//! Scoring is then one multiplication and one addition in whole numbers for every posting, so the sum does not depend on the
//! order in which it was taken or on the number of threads.
//!
//! Cost: building reads every text once, `O(P log P)` for `P` postings; a posting takes 4 bytes (2 for the work inside its
//! segment, 2 for the impact), a term 12 bytes in each segment. Scoring one need takes the postings of its terms. Works are
//! held in segments of at most [`SEGMENT_WORKS_MAX`]: new works become a new segment and leave the others alone.

use std::collections::HashMap;

use rayon::prelude::*;

/// The most works in a segment: their numbers inside it fit into two bytes.
pub const SEGMENT_WORKS_MAX: usize = 1 << 16;

/// The impact that stands for 1.
pub const IMPACT_ONE: f64 = 16_384.0;

/// A work as counted terms: keys in ascending order, each with its weight before rarity, `class weight · (1 + ln count)`.
pub type CountedTerms = Vec<(u64, f32)>;

/// The index.
#[derive(Clone, Debug, Default)]
pub struct Index {
    segments: Vec<Segment>,
    works: usize,
}

/// Some works, indexed on their own.
#[derive(Clone, Debug, Default)]
struct Segment {
    first_work: usize,
    works: usize,
    /// Keys of terms, ascending.
    keys: Vec<u64>,
    /// Where the postings of each term begin, and the end of the last one.
    starts: Vec<u32>,
    /// Works of the postings, counted from `first_work`, ascending inside a term.
    owners: Vec<u16>,
    impacts: Vec<u16>,
}

impl Index {
    /// Indexes works; `counted` gives the terms of a work by its number.
    pub fn build(works: usize, length_power: f64, counted: impl Fn(usize) -> CountedTerms + Sync) -> Self {
        let all: Vec<CountedTerms> = (0..works).into_par_iter().map(&counted).collect();
        let mut holders: HashMap<u64, u32> = HashMap::new();
        for &(key, _) in all.iter().flatten() {
            *holders.entry(key).or_default() += 1;
        }
        let rarity = |key: u64| rarity(works, holders.get(&key).copied().unwrap_or(0) as usize);
        let segments = all
            .par_chunks(SEGMENT_WORKS_MAX)
            .enumerate()
            .map(|(number, chunk)| Segment::build(number * SEGMENT_WORKS_MAX, chunk, length_power, &rarity))
            .collect();
        Self { segments, works }
    }

    /// How many works are indexed.
    pub fn works(&self) -> usize {
        self.works
    }

    /// How rare a term is among the works: the weight of a need's term.
    pub fn rarity(&self, key: u64) -> f64 {
        rarity(self.works, self.segments.iter().map(|segment| segment.postings(key).len()).sum())
    }

    /// The scores of all works for weighted terms, by work number.
    pub fn score(&self, terms: &[(u64, u32)]) -> Vec<u64> {
        self.segments.iter().flat_map(|segment| segment.score(terms)).collect()
    }

    /// What each of the weighted terms adds to the score of one work; the parts sum to the same number as in [`Index::score`].
    pub fn parts(&self, terms: &[(u64, u32)], work: usize) -> Vec<u64> {
        let Some(segment) = self.segments.get(work / SEGMENT_WORKS_MAX) else {
            return vec![0; terms.len()];
        };
        let owner = (work - segment.first_work) as u16;
        let part = |&(key, weight): &(u64, u32)| u64::from(weight) * u64::from(segment.impact(key, owner));
        terms.iter().map(part).collect()
    }
}

/// Inverse document frequency, smoothed so that it is positive for every term and finite for an unknown one.
fn rarity(works: usize, holders: usize) -> f64 {
    ((works + 1) as f64 / (holders + 1) as f64).ln() + 1.0
}

impl Segment {
    fn build(
        first_work: usize,
        works: &[CountedTerms],
        length_power: f64,
        rarity: &(impl Fn(u64) -> f64 + Sync),
    ) -> Self {
        let mut postings: Vec<(u64, u16, u16)> = works
            .par_iter()
            .enumerate()
            .flat_map_iter(|(owner, counted)| {
                let impacts = impacts(counted, length_power, rarity);
                impacts.into_iter().map(move |(key, impact)| (key, owner as u16, impact))
            })
            .collect();
        postings.par_sort_unstable();
        let mut segment = Self { first_work, works: works.len(), ..Self::default() };
        for (at, &(key, owner, impact)) in postings.iter().enumerate() {
            if segment.keys.last() != Some(&key) {
                segment.keys.push(key);
                segment.starts.push(at as u32);
            }
            segment.owners.push(owner);
            segment.impacts.push(impact);
        }
        segment.starts.push(postings.len() as u32);
        segment
    }

    fn postings(&self, key: u64) -> std::ops::Range<usize> {
        match self.keys.binary_search(&key) {
            Ok(at) => self.starts[at] as usize..self.starts[at + 1] as usize,
            Err(_) => 0..0,
        }
    }

    fn score(&self, terms: &[(u64, u32)]) -> Vec<u64> {
        let mut scores = vec![0; self.works];
        for &(key, weight) in terms {
            let range = self.postings(key);
            for (&owner, &impact) in self.owners[range.clone()].iter().zip(&self.impacts[range]) {
                scores[usize::from(owner)] += u64::from(weight) * u64::from(impact);
            }
        }
        scores
    }

    fn impact(&self, key: u64, owner: u16) -> u16 {
        let range = self.postings(key);
        match self.owners[range.clone()].binary_search(&owner) {
            Ok(at) => self.impacts[range][at],
            Err(_) => 0,
        }
    }
}

/// The impacts of a work's terms.
fn impacts(counted: &CountedTerms, length_power: f64, rarity: &impl Fn(u64) -> f64) -> Vec<(u64, u16)> {
    let weights: Vec<(u64, f64)> = counted.iter().map(|&(key, count)| (key, f64::from(count) * rarity(key))).collect();
    let length = weights.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
    let divisor = length.powf(length_power).max(f64::MIN_POSITIVE);
    let impact = |weight: f64| (weight / divisor * IMPACT_ONE).round().clamp(1.0, f64::from(u16::MAX));
    #[expect(clippy::cast_sign_loss, reason = "clamped between 1 and the largest impact")]
    let fixed = |(key, weight)| (key, impact(weight) as u16);
    weights.into_iter().map(fixed).collect()
}
