//! Counts the terms of works, work after work, for one segment.
//!
//! A term gets a number when it is first met; a mark says where it stands in the work at hand, so counting takes one look-up
//! per place and neither a sort nor a table per work. Most of the time goes into waiting for memory, so all that is known of
//! a term stands in one place.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::text::TermClass;
use crate::weights::Weights;

/// Counts whose logarithm is kept.
const LOGARITHMS: usize = 64;

/// Characters of the first plane.
const SINGLES: usize = 1 << 16;

/// No number, or no mark.
const NONE: u32 = u32::MAX;

static GAINS: LazyLock<Vec<f64>> = LazyLock::new(|| (0..LOGARITHMS).map(|count| gain_of(count as f64)).collect());

/// The counted terms of the works of a segment.
#[derive(Debug, Default)]
pub struct Counter {
    /// Terms by key. Keys are made here, nobody can choose them to collide except by writing texts for it, which slows the
    /// import of those texts alone.
    met: FxHashMap<u64, Met>,
    /// Single characters of the first plane, by character: half of all places, looked up without a table.
    singles: Vec<Met>,
    /// By number of the term.
    pub(super) keys: Vec<u64>,
    /// Terms of all works, work after work, each once in a work.
    pub(super) terms: Vec<u32>,
    /// What stands beside each: places, then the weight before rarity, `class weight · (1 + ln places)`.
    pub(super) counts: Vec<f32>,
    /// Classes of the terms of the work at hand.
    classes: Vec<TermClass>,
    /// Where the terms of each work end.
    pub(super) ends: Vec<u32>,
}

/// What is known of a term.
#[derive(Clone, Copy, Debug)]
struct Met {
    number: u32,
    /// Where it stands in `terms`; of an earlier work when that lies before the one at hand.
    mark: u32,
    /// Works that hold it.
    holders: u32,
}

impl Met {
    const NEVER: Self = Self { number: NONE, mark: NONE, holders: 0 };
}

impl Counter {
    /// Counts a term of the work at hand.
    pub fn add(&mut self, key: u64, places: f64) {
        let met = match single(key) {
            Some(character) => {
                self.singles.resize(SINGLES, Met::NEVER);
                &mut self.singles[character]
            }
            None => self.met.entry(key).or_insert(Met::NEVER),
        };
        let begin = self.ends.last().copied().unwrap_or(0);
        if met.mark != NONE && met.mark >= begin {
            self.counts[met.mark as usize] += places as f32;
            return;
        }
        if met.number == NONE {
            met.number = self.keys.len() as u32;
            self.keys.push(key);
        }
        met.mark = self.terms.len() as u32;
        met.holders += 1;
        self.terms.push(met.number);
        self.counts.push(places as f32);
        self.classes.push(TermClass::of_key(key));
    }

    /// Ends the work at hand; without weights what was added stands as it is.
    pub(super) fn end_work(&mut self, weights: Option<&Weights>) {
        let begin = self.ends.last().copied().unwrap_or(0) as usize;
        for (class, count) in self.classes.drain(..).zip(&mut self.counts[begin..]) {
            *count = weights.map_or(*count, |weights| (weights.class(class) * gain(f64::from(*count))) as f32);
        }
        self.ends.push(self.terms.len() as u32);
    }

    /// Works that hold each term, by its number.
    pub(super) fn holders(&self) -> Vec<u32> {
        let mut holders = vec![0; self.keys.len()];
        for met in self.singles.iter().chain(self.met.values()).filter(|met| met.number != NONE) {
            holders[met.number as usize] = met.holders;
        }
        holders
    }
}

/// The place of a single character of the first plane among them.
fn single(key: u64) -> Option<usize> {
    let place = key.wrapping_sub(TermClass::Single.first_key());
    (place < SINGLES as u64).then_some(place as usize)
}

/// `1 + ln count`, not below zero.
fn gain(count: f64) -> f64 {
    #[expect(clippy::cast_sign_loss, reason = "counts are not negative")]
    let whole = count as usize;
    if count.fract() == 0.0 && whole < LOGARITHMS { GAINS[whole] } else { gain_of(count) }
}

fn gain_of(count: f64) -> f64 {
    (1.0 + count.ln()).max(0.0)
}
