//! Some works, indexed on their own: lists of works for most terms, rows of terms for the frequent ones.

use std::ops::Range;

use super::counter::Counter;
use super::length_above;
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
    /// Works of the lists, counted from the first of the segment, ascending inside a list.
    owners: Vec<u16>,
    impacts: Vec<u16>,
    /// Where the row of each work begins, and the end of the last one.
    row_starts: Vec<u32>,
    /// Numbers of frequent terms in the rows, ascending inside a row.
    row_terms: Vec<u16>,
    row_impacts: Vec<u16>,
    /// At least the Euclidean length of each row's impacts.
    row_lengths: Vec<u32>,
}

/// Of a term in no list.
const NO_LIST: u32 = u32::MAX;

/// Where the postings of a counted term go: frequent ones to rows, the others to a list.
#[derive(Clone, Copy)]
struct Destiny {
    rarity: f64,
    /// Number among the frequent terms.
    dense: Option<u16>,
    /// Number among the lists, or [`NO_LIST`].
    list: u32,
}

impl Segment {
    pub(super) fn build(counted: &Counter, length_power: Option<f64>, statistics: &Statistics) -> Self {
        let (keys, mut destinies) = destinies(counted, statistics);
        if length_power.is_none() {
            for destiny in &mut destinies {
                destiny.rarity = 1.0;
            }
        }
        let mut segment = Self { keys, starts: list_starts(counted, &destinies), ..Self::default() };
        let listed = segment.starts.last().copied().unwrap_or(0) as usize;
        (segment.owners, segment.impacts) = (vec![0; listed], vec![0; listed]);
        let mut free: Vec<u32> = segment.starts.clone();
        let (mut begin, mut row) = (0, Vec::new());
        segment.row_starts.push(0);
        for (owner, &end) in counted.ends.iter().enumerate() {
            let work = begin..end as usize;
            let (terms, counts) = (&counted.terms[work.clone()], &counted.counts[work]);
            let factor = length_power.map_or(1.0, |power| factor(terms, counts, &destinies, power));
            for (&term, &count) in terms.iter().zip(counts) {
                let destiny = destinies[term as usize];
                let impact = fixed(f64::from(count) * destiny.rarity * factor);
                if let Some(number) = destiny.dense {
                    row.push((number, impact));
                } else {
                    let at = &mut free[destiny.list as usize];
                    segment.owners[*at as usize] = owner as u16;
                    segment.impacts[*at as usize] = impact;
                    *at += 1;
                }
            }
            segment.push_row(&mut row);
            begin = end as usize;
        }
        segment
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
                self.postings(list).for_each(|(owner, impact)| all[usize::from(owner)] += product(weight, impact));
            }
        } else {
            for (list, &weight) in lists.iter().zip(weights) {
                self.postings(list).for_each(|(owner, impact)| scores[usize::from(owner)] += product(weight, impact));
            }
        }
    }

    fn postings(&self, list: &Range<u32>) -> impl Iterator<Item = (u16, u16)> {
        let list = list.start as usize..list.end as usize;
        self.owners[list.clone()].iter().copied().zip(self.impacts[list].iter().copied())
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

    pub(super) fn listed_impact(&self, list: &Range<u32>, work: usize) -> u16 {
        let list = list.start as usize..list.end as usize;
        let at = self.owners[list.clone()].binary_search(&(work as u16));
        at.map_or(0, |at| self.impacts[list][at])
    }

    /// The list of a term; empty for one without.
    pub(super) fn list(&self, key: u64) -> Range<u32> {
        self.keys.binary_search(&key).map_or(0..0, |at| self.starts[at]..self.starts[at + 1])
    }

    fn row(&self, work: usize) -> Range<usize> {
        self.row_starts[work] as usize..self.row_starts[work + 1] as usize
    }
}

fn product(weight: u32, impact: u16) -> u64 {
    u64::from(weight) * u64::from(impact)
}

/// The keys that get lists, ascending, and for every counted term where it goes.
fn destinies(counted: &Counter, statistics: &Statistics) -> (Vec<u64>, Vec<Destiny>) {
    let mut sorted: Vec<(u64, u32)> = counted.keys.iter().copied().zip(0..).collect();
    sorted.sort_unstable();
    let rarities = statistics.rarities(&sorted.iter().map(|&(key, _)| key).collect::<Vec<_>>());
    let mut destinies = vec![Destiny { rarity: 0.0, dense: None, list: NO_LIST }; sorted.len()];
    let mut listed = Vec::with_capacity(sorted.len());
    for ((key, term), rarity) in sorted.into_iter().zip(rarities) {
        let dense = statistics.dense_number(key);
        let list = if dense.is_some() { NO_LIST } else { listed.len() as u32 };
        destinies[term as usize] = Destiny { rarity, dense, list };
        listed.extend(dense.is_none().then_some(key));
    }
    (listed, destinies)
}

fn list_starts(counted: &Counter, destinies: &[Destiny]) -> Vec<u32> {
    let lists = destinies.iter().filter(|destiny| destiny.dense.is_none()).count();
    let mut starts = vec![0; lists + 1];
    for &term in &counted.terms {
        let destiny = destinies[term as usize];
        if destiny.dense.is_none() {
            starts[destiny.list as usize + 1] += 1;
        }
    }
    for list in 0..lists {
        starts[list + 1] += starts[list];
    }
    starts
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
