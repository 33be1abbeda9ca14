//! Chance with a seed: the same seed gives the same province on every machine.
//!
//! Only the raw 32-bit stream of ChaCha is used, since samplers of a library may change with its version. Each part of
//! the generator has a stream of its own, so that a change to one part leaves the others as they were.

use std::fmt::Write as _;

use chrono::NaiveDate;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The parts of the generator, each with its own stream.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stream {
    Enterprises = 1,
    People = 2,
    Works = 3,
    Needs = 4,
    Holdings = 5,
    Truth = 6,
}

/// What a province grows from: chance, and the day on which its round's notice comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// Whatever number; another one gives another province.
    pub seed: u64,
    /// Ages, certificates, years of works and deadlines are laid around this day.
    pub notice_day: NaiveDate,
}

/// One stream of chance.
pub(super) struct Chance {
    stream: ChaCha8Rng,
    /// The day of the round's notice.
    pub(super) notice_day: NaiveDate,
}

impl Chance {
    pub(super) fn new(start: Start, stream: Stream) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(start.seed);
        rng.set_stream(stream as u64);
        Self { stream: rng, notice_day: start.notice_day }
    }

    /// A number from 0 to `bound - 1`; the bias of multiply-and-shift is far below what a demonstration could show.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        assert!(bound > 0, "a choice from nothing");
        ((u64::from(self.stream.next_u32()) * bound as u64) >> 32) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + i32::try_from(self.below(usize::try_from(high - low + 1).unwrap_or(1))).unwrap_or(0)
    }

    /// True in `share` of a hundred cases.
    pub(super) fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// Up to `count` different ones, in their order.
    pub(super) fn some<'a, T>(&mut self, from: &'a [T], count: usize) -> Vec<&'a T> {
        let mut places: Vec<usize> = (0..from.len()).collect();
        self.shuffle(&mut places);
        places.truncate(count);
        places.sort_unstable();
        places.into_iter().map(|place| &from[place]).collect()
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// Replaces every `[low~high]` by a figure of that range with as many decimals as `low` shows.
    pub(super) fn figures(&mut self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, range, after)) = next_range(rest) {
            filled.push_str(before);
            self.write_figure(&mut filled, range);
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    fn write_figure(&mut self, out: &mut String, (low, high): (&str, &str)) {
        let decimals = low.split_once('.').map_or(0, |(_, tail)| tail.len());
        let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
        let whole = |text: &str| (text.parse::<f64>().unwrap_or(0.0) * scale).round() as i32;
        let (low, high) = (whole(low), whole(high));
        let step = if decimals == 0 { step(high - low) } else { 1 };
        let figure = f64::from((self.between(low, high) / step * step).max(low)) / scale;
        // Writing to a String cannot fail.
        let _ = write!(out, "{figure:.decimals$}");
    }
}

/// People state round figures: 185 rather than 187, 4200 rather than 4217.
fn step(span: i32) -> i32 {
    match span {
        ..20 => 1,
        20..100 => 5,
        100..1_000 => 50,
        1_000..10_000 => 100,
        _ => 500,
    }
}

fn next_range(text: &str) -> Option<(&str, (&str, &str), &str)> {
    let (before, tail) = text.split_once('[')?;
    let (range, after) = tail.split_once(']')?;
    Some((before, range.split_once('~')?, after))
}

#[cfg(test)]
mod tests {
    use super::super::FIRST_ROUND;
    use super::*;

    #[test]
    fn figures_stay_in_their_range_and_keep_the_decimals() {
        let mut chance = Chance::new(FIRST_ROUND, Stream::Needs);
        for _ in 0..200 {
            let text = chance.figures("纯度≥[99.90~99.99]%，寿命[300~900]h");
            let figure: f64 = text["纯度≥".len()..].split('%').next().unwrap().parse().unwrap();
            assert!((99.90..=99.99).contains(&figure), "{text}");
        }
    }

    #[test]
    fn one_seed_gives_one_stream_and_streams_differ() {
        let draw = |stream| {
            (0..8)
                .map({
                    let mut c = Chance::new(FIRST_ROUND, stream);
                    move |_| c.below(1000)
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(draw(Stream::Needs), draw(Stream::Needs));
        assert_ne!(draw(Stream::Needs), draw(Stream::People));
    }
}
