//! Some works, indexed on their own: lists of works for most terms, rows of terms for the frequent ones.

use std::hint;
use std::ops::Range;

use super::counter::Counted;
use super::length_above;
use super::search::skip_below;
use super::statistics::Statistics;

/// The most works in a segment: their numbers inside it fit into two bytes.
pub const SEGMENT_WORKS_MAX: usize = 1 << 16;

/// Keys among which the last steps of a search go on.
const BLOCK_KEYS: usize = 64;

/// What memory hands over at a time.
const LINE_BYTES: usize = 64;

/// The impact that stands for 1.
pub const IMPACT_ONE: f64 = 16_384.0;

/// A segment.
#[derive(Debug, Default)]
pub(super) struct Segment {
    /// Number of the first work in the index.
    pub(super) first_work: usize,
    /// Keys of terms with lists, ascending.
    keys: Vec<u64>,
    /// The first of every [`BLOCK_KEYS`] of them: where to look for a key is found here, nearer than among all.
    first_keys: Vec<u64>,
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
    /// What each work's counts are multiplied by: [`IMPACT_ONE`] over the power of its length.
    factors: Vec<f64>,
}

/// A work in the list of a term.
#[derive(Clone, Copy, Debug, Default)]
struct Posting {
    /// Counted from the first of the segment.
    owner: u16,
    impact: u16,
}

impl Segment {
    pub(super) fn build(counted: &Counted, length_power: Option<f64>, statistics: &Statistics) -> Self {
        let impacts = Impacts::of(counted, length_power, statistics);
        let place = |key: &u64| counted.keys.binary_search(key).ok();
        let frequent = statistics.dense().iter().map(place).zip(0..);
        let frequent: Vec<(usize, u16)> = frequent.filter_map(|(term, number)| Some((term?, number))).collect();
        let mut segment = Self::default();
        segment.add_rows(&impacts, &frequent);
        segment.add_lists(&impacts, &frequent);
        segment.factors = impacts.factors;
        segment
    }

    fn add_lists(&mut self, impacts: &Impacts, frequent: &[(usize, u16)]) {
        let counted = impacts.counted;
        self.postings.reserve_exact(counted.owners.len() - self.row_terms.len());
        let mut next = frequent.iter().map(|one| one.0).peekable();
        for (term, &key) in counted.keys.iter().enumerate() {
            if next.next_if_eq(&term).is_none() {
                self.keys.push(key);
                self.starts.push(self.postings.len() as u32);
                self.postings.extend(impacts.of_term(term).map(|(owner, impact)| Posting { owner, impact }));
            }
        }
        self.starts.push(self.postings.len() as u32);
        self.first_keys = self.keys.iter().copied().step_by(BLOCK_KEYS).collect();
    }

    /// Makes the rows; the numbers of frequent terms ascend as their keys do.
    fn add_rows(&mut self, impacts: &Impacts, frequent: &[(usize, u16)]) {
        let mut lengths = vec![0; impacts.counted.works];
        for (owner, _) in frequent.iter().flat_map(|one| impacts.counted.of_term(one.0)) {
            lengths[usize::from(owner)] += 1;
        }
        let mut all = 0;
        let ends = lengths.iter().map(|length| {
            all += length;
            all
        });
        self.row_starts = std::iter::once(0).chain(ends).collect();
        (self.row_terms, self.row_impacts) = (vec![0; all as usize], vec![0; all as usize]);
        let mut next = self.row_starts.clone();
        for &(term, number) in frequent {
            for (owner, impact) in impacts.of_term(term) {
                let next = &mut next[usize::from(owner)];
                self.row_terms[*next as usize] = number;
                self.row_impacts[*next as usize] = impact;
                *next += 1;
            }
        }
        let length =
            |work| length_above(self.row_impacts[self.row(work)].iter().map(|&impact| u64::from(impact))) as u32;
        self.row_lengths = (0..lengths.len()).map(length).collect();
    }

    pub(super) fn works(&self) -> usize {
        self.row_lengths.len()
    }

    /// Adds what terms with these lists and weights give to each work.
    pub(super) fn add_listed(&self, lists: &[Range<u32>], weights: &[u32], scores: &mut [u64]) {
        let held = lists.iter().zip(weights).filter(|(list, _)| !list.is_empty());
        let held: Vec<(&[Posting], u32)> = held.map(|(list, &weight)| (self.postings(list), weight)).collect();
        // A full segment has as many scores as two bytes have values: no place needs to be checked.
        if let Ok(all) = <&mut [u64; SEGMENT_WORKS_MAX]>::try_from(&mut *scores) {
            in_turn(&held, |owner, part| all[usize::from(owner)] += part);
        } else {
            in_turn(&held, |owner, part| scores[usize::from(owner)] += part);
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

    /// What a work's term of this count and rarity adds to a weight of 1.
    pub(super) fn impact(&self, work: usize, count: f32, rarity: f64) -> u16 {
        impact(count, rarity, self.factors[work])
    }

    /// The lists of terms; empty for one without.
    pub(super) fn lists(&self, wanted: &[u64]) -> Vec<Range<u32>> {
        let mut blocks = vec![0..self.first_keys.len() as u32; wanted.len()];
        skip_below(&mut blocks, |number, at| self.first_keys[at] <= wanted[number]);
        let keys = |block: Range<u32>| {
            let first = block.start.saturating_sub(1) * BLOCK_KEYS as u32;
            first..(first + BLOCK_KEYS as u32).min(self.keys.len() as u32)
        };
        let mut places: Vec<Range<u32>> = blocks.into_iter().map(keys).collect();
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

/// Gives what each posting adds, list after list. A list is sent for while the one before it is read: its lines of memory
/// then come all at once instead of one after the other, which takes a quarter off the whole.
fn in_turn(lists: &[(&[Posting], u32)], mut give: impl FnMut(u16, u64)) {
    let upcoming = lists.iter().skip(1).map(|&(list, _)| list).chain([&[][..]]);
    for (&(list, weight), next) in lists.iter().zip(upcoming) {
        send_for(next);
        for &Posting { owner, impact } in list {
            give(owner, product(weight, impact));
        }
    }
}

/// Reads one posting of every line of memory.
fn send_for(list: &[Posting]) {
    hint::black_box(
        list.iter().step_by(LINE_BYTES / size_of::<Posting>()).fold(0, |read, posting| read ^ posting.owner),
    );
}

pub(crate) fn product(weight: u32, impact: u16) -> u64 {
    u64::from(weight) * u64::from(impact)
}

/// Counted terms with what turns their counts into impacts.
struct Impacts<'a> {
    counted: &'a Counted,
    /// By term.
    rarities: Vec<f64>,
    /// By work.
    factors: Vec<f64>,
}

impl<'a> Impacts<'a> {
    fn of(counted: &'a Counted, length_power: Option<f64>, statistics: &Statistics) -> Self {
        let Some(power) = length_power else {
            return Self { counted, rarities: vec![1.0; counted.keys.len()], factors: vec![1.0; counted.works] };
        };
        let rarities = statistics.rarities(&counted.keys);
        let mut squares = vec![0.0; counted.works];
        for (term, rarity) in rarities.iter().enumerate() {
            for (owner, count) in counted.of_term(term) {
                squares[usize::from(owner)] += (f64::from(count) * rarity).powi(2);
            }
        }
        let factor = |square: f64| IMPACT_ONE / square.sqrt().powf(power).max(f64::MIN_POSITIVE);
        Self { counted, rarities, factors: squares.into_iter().map(factor).collect() }
    }

    /// Works that hold a term, ascending, and its impact in each.
    fn of_term(&self, term: usize) -> impl Iterator<Item = (u16, u16)> {
        let (held, rarity) = (self.counted.of_term(term), self.rarities[term]);
        held.map(move |(owner, count)| (owner, impact(count, rarity, self.factors[usize::from(owner)])))
    }
}

/// A whole impact, at least 1 so that nothing that is held is lost.
fn impact(count: f32, rarity: f64, factor: f64) -> u16 {
    #[expect(clippy::cast_sign_loss, reason = "impacts are not negative, and the cast stops at the largest")]
    let rounded = (f64::from(count) * rarity * factor + 0.5) as u16;
    rounded.max(1)
}
