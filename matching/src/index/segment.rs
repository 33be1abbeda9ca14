//! Some works, indexed on their own: lists of works for most terms, rows of terms for the frequent ones.

use std::ops::Range;

use super::counter::Counter;
use super::length_above;
use super::search::skip_below;
use super::statistics::Statistics;

/// The most works in a segment: their numbers inside it fit into two bytes.
pub const SEGMENT_WORKS_MAX: usize = 1 << 16;

/// The impact that stands for 1.
pub const IMPACT_ONE: f64 = 16_384.0;

/// A segment.
#[derive(Debug, Default)]
pub(super) struct Segment {
    /// Number of the first work in the index.
    pub(super) first_work: usize,
    /// Keys of terms with lists, ascending.
    keys: Vec<u64>,
    /// Where the list of each term begins, and the end of the last one.
    starts: Vec<u32>,
    /// The lists, one after the other; works ascend inside a list.
    postings: Vec<Posting>,
    /// Where the row of each work begins, and the end of the last one.
    row_starts: Vec<u32>,
    /// Numbers of frequent terms in the rows, ascending inside a row.
    row_terms: Vec<u16>,
    row_impacts: Vec<u16>,
    /// At least the Euclidean length of each row's impacts.
    row_lengths: Vec<u32>,
}

/// A work in the list of a term.
#[derive(Clone, Copy, Debug, Default)]
struct Posting {
    /// Counted from the first of the segment.
    owner: u16,
    impact: u16,
}

/// Where the postings of a counted term go: frequent ones to rows, the others to a list.
#[derive(Clone, Copy)]
struct Destiny {
    rarity: f64,
    /// Number among the frequent terms.
    dense: Option<u16>,
    /// Where the next posting goes in the lists.
    next: u32,
}

impl Segment {
    pub(super) fn build(counted: &Counter, length_power: Option<f64>, statistics: &Statistics) -> Self {
        let mut segment = Self::default();
        let mut destinies = segment.add_lists(counted, statistics);
        if length_power.is_none() {
            for destiny in &mut destinies {
                destiny.rarity = 1.0;
            }
        }
        let (mut begin, mut row) = (0, Vec::new());
        segment.row_starts.push(0);
        for (owner, &end) in counted.ends.iter().enumerate() {
            let work = begin..end as usize;
            let (terms, counts) = (&counted.terms[work.clone()], &counted.counts[work]);
            let factor = length_power.map_or(1.0, |power| factor(terms, counts, &destinies, power));
            for (&term, &count) in terms.iter().zip(counts) {
                let destiny = &mut destinies[term as usize];
                let impact = fixed(f64::from(count) * destiny.rarity * factor);
                if let Some(number) = destiny.dense {
                    row.push((number, impact));
                } else {
                    segment.postings[destiny.next as usize] = Posting { owner: owner as u16, impact };
                    destiny.next += 1;
                }
            }
            segment.push_row(&mut row);
            begin = end as usize;
        }
        segment
    }

    /// Makes room for the lists; the result says for every counted term where its postings go.
    fn add_lists(&mut self, counted: &Counter, statistics: &Statistics) -> Vec<Destiny> {
        let mut sorted: Vec<(u64, u32, u32)> = counted
            .keys
            .iter()
            .zip(0..)
            .zip(counted.holders())
            .map(|((&key, term), holders)| (key, term, holders))
            .collect();
        sorted.sort_unstable();
        let rarities = statistics.rarities(&sorted.iter().map(|&(key, ..)| key).collect::<Vec<_>>());
        let mut destinies = vec![Destiny { rarity: 0.0, dense: None, next: 0 }; sorted.len()];
        let mut next = 0;
        for ((key, term, holders), rarity) in sorted.into_iter().zip(rarities) {
            let dense = statistics.dense_number(key);
            destinies[term as usize] = Destiny { rarity, dense, next };
            if dense.is_none() {
                self.keys.push(key);
                self.starts.push(next);
                next += holders;
            }
        }
        self.starts.push(next);
        self.postings = vec![Posting::default(); next as usize];
        destinies
    }

    fn push_row(&mut self, row: &mut Vec<(u16, u16)>) {
        row.sort_unstable();
        self.row_lengths.push(length_above(row.iter().map(|&(_, impact)| u64::from(impact))) as u32);
        for (number, impact) in row.drain(..) {
            self.row_terms.push(number);
            self.row_impacts.push(impact);
        }
        self.row_starts.push(self.row_terms.len() as u32);
    }

    pub(super) fn works(&self) -> usize {
        self.row_lengths.len()
    }

    /// Adds what terms with these lists and weights give to each work.
    pub(super) fn add_listed(&self, lists: &[Range<u32>], weights: &[u32], scores: &mut [u64]) {
        // A full segment has as many scores as two bytes have values: no place needs to be checked.
        if let Ok(all) = <&mut [u64; SEGMENT_WORKS_MAX]>::try_from(&mut *scores) {
            for (list, &weight) in lists.iter().zip(weights) {
                for &Posting { owner, impact } in self.postings(list) {
                    all[usize::from(owner)] += product(weight, impact);
                }
            }
        } else {
            for (list, &weight) in lists.iter().zip(weights) {
                for &Posting { owner, impact } in self.postings(list) {
                    scores[usize::from(owner)] += product(weight, impact);
                }
            }
        }
    }

    fn postings(&self, list: &Range<u32>) -> &[Posting] {
        &self.postings[list.start as usize..list.end as usize]
    }

    /// What frequent terms with these weights give to a work.
    pub(super) fn dense_part(&self, weights: &[u32], work: usize) -> u64 {
        let row = self.row(work);
        let pairs = self.row_terms[row.clone()].iter().zip(&self.row_impacts[row]);
        pairs.map(|(&number, &impact)| product(weights[usize::from(number)], impact)).sum()
    }

    /// Adds the works whose partial score and the most that frequent terms can add reach `least`.
    pub(super) fn add_reaching(&self, dense_length: u64, partial: &[u64], least: u64, found: &mut Vec<usize>) {
        let bounds =
            partial.iter().zip(&self.row_lengths).map(|(&partial, &row)| partial + dense_length * u64::from(row));
        found.extend(bounds.enumerate().filter(|&(_, bound)| bound >= least).map(|(work, _)| self.first_work + work));
    }

    pub(super) fn dense_impact(&self, number: u16, work: usize) -> u16 {
        let row = self.row(work);
        let at = self.row_terms[row.clone()].binary_search(&number);
        at.map_or(0, |at| self.row_impacts[row][at])
    }

    /// The impact of a work in each of these lists; 0 where it is not.
    pub(super) fn listed_impacts(&self, lists: impl Iterator<Item = Range<u32>>, work: usize) -> Vec<u16> {
        let work = work as u16;
        let mut places: Vec<Range<u32>> = lists.collect();
        skip_below(&mut places, |_, at| self.postings[at].owner < work);
        let own = |place| self.postings(place).first().filter(|posting| posting.owner == work);
        places.iter().map(|place| own(place).map_or(0, |posting| posting.impact)).collect()
    }

    /// The lists of terms; empty for one without.
    pub(super) fn lists(&self, wanted: &[u64]) -> Vec<Range<u32>> {
        let mut places = vec![0..self.keys.len() as u32; wanted.len()];
        skip_below(&mut places, |number, at| self.keys[at] < wanted[number]);
        let list = |(place, key): (Range<u32>, &u64)| {
            let at = place.start as usize;
            if self.keys.get(at) == Some(key) { self.starts[at]..self.starts[at + 1] } else { 0..0 }
        };
        places.into_iter().zip(wanted).map(list).collect()
    }

    fn row(&self, work: usize) -> Range<usize> {
        self.row_starts[work] as usize..self.row_starts[work + 1] as usize
    }
}

pub(super) fn product(weight: u32, impact: u16) -> u64 {
    u64::from(weight) * u64::from(impact)
}

/// What a work's weights are multiplied by: [`IMPACT_ONE`] over the power of its length.
fn factor(terms: &[u32], counts: &[f32], destinies: &[Destiny], length_power: f64) -> f64 {
    let weights = terms.iter().zip(counts).map(|(&term, &count)| f64::from(count) * destinies[term as usize].rarity);
    let length = weights.map(|weight| weight * weight).sum::<f64>().sqrt();
    IMPACT_ONE / length.powf(length_power).max(f64::MIN_POSITIVE)
}

/// Rounded to a whole impact, at least 1 so that nothing that is held is lost.
fn fixed(impact: f64) -> u16 {
    #[expect(clippy::cast_sign_loss, reason = "impacts are not negative, and the cast stops at the largest")]
    let rounded = (impact + 0.5) as u16;
    rounded.max(1)
}
