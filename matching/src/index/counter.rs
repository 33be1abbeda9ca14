//! Counts the terms of works for one segment.
//!
//! Every place of a term is written down as it comes; sorted by term, the places of a term stand together, work after work.
//! A table of all terms would wait for memory at every place, since a segment has a million of them; sorting digit by digit
//! goes through memory in order, `O(n)` for `n` places. Long texts are counted piece by piece, so no more than
//! [`PLACES_MAX`] places stand there at a time and those of one work, with 12 bytes each and as many to sort half of them.

use std::ops::Range;
use std::sync::LazyLock;

use crate::text::{PLANE_BITS, TermClass};
use crate::weights::Weights;

/// Counts whose logarithm is kept.
const LOGARITHMS: usize = 64;

/// Places after which works are counted.
const PLACES_MAX: usize = 1 << 24;

/// Bigrams and single characters.
const SHORT_CLASSES: usize = 2;

/// Bits of a digit: the nearest caches hold where each of its values goes next.
const DIGIT_BITS: usize = 11;

static GAINS: LazyLock<Vec<f64>> = LazyLock::new(|| (0..LOGARITHMS).map(|count| gain_of(count as f64)).collect());

/// The terms of the works of a segment, as they come.
#[derive(Debug, Default)]
pub struct Counter {
    /// The work at hand, counted from the first of the segment.
    owner: usize,
    /// Bigrams and single characters of the first plane, nearly all of a Chinese text.
    short: [Vec<Place<u32>>; SHORT_CLASSES],
    /// Everything else.
    long: Vec<Place<u64>>,
    /// The works before these.
    counted: Vec<Counted>,
}

/// A place of a term.
#[derive(Clone, Copy, Debug, Default)]
struct Place<K> {
    key: K,
    count: f32,
    owner: u16,
}

/// The terms of the works of a segment, counted.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) works: usize,
    /// Ascending.
    pub(super) keys: Vec<u64>,
    /// Where what is held of each term ends.
    pub(super) ends: Vec<u32>,
    /// Works that hold a term, ascending for each.
    pub(super) owners: Vec<u16>,
    /// The weight of a term in a work before rarity, `class weight · (1 + ln places)`; the impact where that is given.
    pub(super) counts: Vec<f32>,
}

impl Counter {
    /// Counts a term of the work at hand.
    pub fn add(&mut self, key: u64, places: f64) {
        let (count, owner) = (places as f32, self.owner as u16);
        match short(key) {
            Some((class, key)) => self.short[class].push(Place { key, count, owner }),
            None => self.long.push(Place { key, count, owner }),
        }
    }

    /// Ends the work at hand; its terms count by these weights, without any as they were added.
    pub(super) fn end_work(&mut self, weights: Option<&Weights>) {
        self.owner += 1;
        if self.long.len() + self.short.iter().map(Vec::len).sum::<usize>() > PLACES_MAX {
            self.count(weights);
        }
    }

    /// What was counted in all works.
    pub(super) fn counted(mut self, weights: Option<&Weights>) -> Counted {
        self.count(weights);
        match <[Counted; 1]>::try_from(self.counted) {
            // Bigrams beyond the first plane stand behind the others: there are nearly never any.
            Ok([counted]) if counted.keys.is_sorted() => counted,
            Ok(one) => Counted::merged(&one),
            Err(several) => Counted::merged(&several),
        }
    }

    fn count(&mut self, weights: Option<&Weights>) {
        let mut counted = Counted { works: self.owner, ..Counted::default() };
        for (class, places) in self.short.iter_mut().enumerate() {
            counted.add(&sorted(std::mem::take(places)), |key| long(class, key), weights);
        }
        counted.add(&sorted(std::mem::take(&mut self.long)), |key| key, weights);
        self.counted.push(counted);
    }
}

impl Counted {
    /// Where what is held of a term stands.
    pub(super) fn held(&self, term: usize) -> Range<usize> {
        let start = term.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[term] as usize
    }

    /// Works that hold a term, and its count in each.
    pub(super) fn of_term(&self, term: usize) -> impl Iterator<Item = (u16, f32)> {
        let held = self.held(term);
        self.owners[held.clone()].iter().copied().zip(self.counts[held].iter().copied())
    }

    /// Every term with how many works hold it.
    pub(super) fn holders(&self) -> impl Iterator<Item = (u64, u32)> {
        self.keys.iter().enumerate().map(|(term, &key)| (key, self.held(term).len() as u32))
    }

    /// Adds sorted places.
    fn add<K: Copy + PartialEq>(&mut self, places: &[Place<K>], key: impl Fn(K) -> u64, weights: Option<&Weights>) {
        for same in places.chunk_by(|one, other| one.key == other.key) {
            let key = key(same[0].key);
            let class = TermClass::of_key(key);
            for of_work in same.chunk_by(|one, other| one.owner == other.owner) {
                let places = of_work.iter().map(|place| place.count).sum::<f32>();
                self.owners.push(of_work[0].owner);
                self.counts.push(weights.map_or(places, |weights| weighed(class, places, weights)));
            }
            self.keys.push(key);
            self.ends.push(self.owners.len() as u32);
        }
    }

    /// Pieces as one, the later works in the later ones.
    #[expect(
        clippy::stable_sort_primitive,
        reason = "the terms of a piece ascend, and the stable sort merges such runs"
    )]
    fn merged(pieces: &[Self]) -> Self {
        let terms = |(number, piece): (usize, &Self)| {
            piece.keys.iter().enumerate().map(move |(term, &key)| (key, number, term)).collect::<Vec<_>>()
        };
        let mut terms: Vec<(u64, usize, usize)> = pieces.iter().enumerate().flat_map(terms).collect();
        terms.sort();
        let mut merged = Self { works: pieces.last().map_or(0, |last| last.works), ..Self::default() };
        for same in terms.chunk_by(|one, other| one.0 == other.0) {
            for &(_, piece, term) in same {
                let held = pieces[piece].held(term);
                merged.owners.extend(&pieces[piece].owners[held.clone()]);
                merged.counts.extend(&pieces[piece].counts[held]);
            }
            merged.keys.push(same[0].0);
            merged.ends.push(merged.owners.len() as u32);
        }
        merged
    }
}

/// The class of a bigram or single character of the first plane, and a short key that orders it among its like.
fn short(key: u64) -> Option<(usize, u32)> {
    let class = TermClass::of_key(key) as usize;
    let short = ((key >> TermClass::CHAR_BITS) as u32) << PLANE_BITS | (key & PLANE) as u32;
    (class < SHORT_CLASSES && long(class, short) == key).then_some((class, short))
}

/// The key again.
fn long(class: usize, short: u32) -> u64 {
    let (first, last) = (u64::from(short) >> PLANE_BITS, u64::from(short) & PLANE);
    TermClass::ALL[class].first_key() | first << TermClass::CHAR_BITS | last
}

/// The last character of the first plane.
const PLANE: u64 = (1 << PLANE_BITS) - 1;

/// The places by key, those of a key in the order in which they came.
fn sorted<K: Copy + Default + Into<u64>>(mut places: Vec<Place<K>>) -> Vec<Place<K>> {
    let mut next = vec![Place::default(); places.len()];
    for shift in (0..8 * size_of::<K>()).step_by(DIGIT_BITS) {
        let digit = |place: &Place<K>| (place.key.into() >> shift) as usize % (1 << DIGIT_BITS);
        let mut goes_to = [0; 1 << DIGIT_BITS];
        for place in &places {
            goes_to[digit(place)] += 1;
        }
        if goes_to.contains(&places.len()) {
            continue;
        }
        let mut sum = 0;
        for count in &mut goes_to {
            sum += std::mem::replace(count, sum);
        }
        for place in &places {
            let to = &mut goes_to[digit(place)];
            next[*to] = *place;
            *to += 1;
        }
        std::mem::swap(&mut places, &mut next);
    }
    places
}

/// The weight of a term that stands so often in a work, before rarity.
pub(super) fn weighed(class: TermClass, places: f32, weights: &Weights) -> f32 {
    (weights.class(class) * gain(f64::from(places))) as f32
}

/// `1 + ln count`, not below zero.
fn gain(count: f64) -> f64 {
    #[expect(clippy::cast_sign_loss, reason = "counts are not negative")]
    let whole = count as usize;
    if whole < LOGARITHMS && count.fract() == 0.0 { GAINS[whole] } else { gain_of(count) }
}

fn gain_of(count: f64) -> f64 {
    (1.0 + count.ln()).max(0.0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::text::term;

    /// Few of each kind, so that terms come again; characters of the first plane and beyond it.
    fn some_key() -> impl Strategy<Value = u64> {
        let character = prop::sample::select(vec!['一', '钢', '龥', '\u{20000}', '\u{323AF}']);
        let class = prop::sample::select(TermClass::ALL.to_vec());
        (class, character.clone(), character).prop_map(|(class, first, last)| {
            let first = (class != TermClass::Single).then_some(first);
            term::key(class, first.into_iter().chain([last]))
        })
    }

    proptest! {
        #[test]
        fn places_are_counted_by_term_and_work(
            works in prop::collection::vec(prop::collection::vec((some_key(), 1..4u8), 0..20), 0..10), piece in 1..5usize,
        ) {
            let mut counter = Counter::default();
            let mut expected: BTreeMap<(u64, u16), f32> = BTreeMap::new();
            for (owner, places) in (0..).zip(&works) {
                for &(key, count) in places {
                    counter.add(key, f64::from(count));
                    *expected.entry((key, owner)).or_default() += f32::from(count);
                }
                counter.end_work(None);
                if owner % piece as u16 == 0 {
                    counter.count(None);
                }
            }
            let counted = counter.counted(None);
            let terms = counted.keys.iter().enumerate();
            let found: Vec<_> =
                terms.flat_map(|(term, &key)| counted.of_term(term).map(move |(owner, count)| ((key, owner), count))).collect();
            prop_assert_eq!(counted.works, works.len());
            prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
        }
    }
}
