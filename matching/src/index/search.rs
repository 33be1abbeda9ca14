//! Many binary searches at once.

use std::ops::Range;

/// Moves the start of each range over the places that are below what is searched there; in every range those come first.
/// `is_below` is told the number of the range and a place.
///
/// All searches go on together, step by step: what they read in one step does not depend on each other, so the processor
/// waits for many places of memory at a time instead of for one after the other.
pub(super) fn skip_below(ranges: &mut [Range<u32>], is_below: impl Fn(usize, usize) -> bool) {
    let longest = ranges.iter().map(ExactSizeIterator::len).max().unwrap_or(0) as u32;
    let mut step = (longest + 1).next_power_of_two() / 2;
    while step > 0 {
        for (number, range) in ranges.iter_mut().enumerate() {
            let next = range.start + step;
            if next <= range.end && is_below(number, next as usize - 1) {
                range.start = next;
            }
        }
        step /= 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn searches_together_find_what_each_finds_alone(
            mut all in prop::collection::vec(0..50u16, 0..80), searches in prop::collection::vec((0..80u32, 0..80u32, 0..50u16), 0..10),
        ) {
            all.sort_unstable();
            let within = |at: u32| at.min(all.len() as u32);
            let mut ranges: Vec<Range<u32>> =
                searches.iter().map(|&(one, other, _)| within(one.min(other))..within(one.max(other))).collect();
            let alone = |(range, &(.., wanted)): (&Range<u32>, &(u32, u32, u16))| {
                range.start + all[range.start as usize..range.end as usize].partition_point(|&one| one < wanted) as u32
            };
            let expected: Vec<u32> = ranges.iter().zip(&searches).map(alone).collect();
            skip_below(&mut ranges, |number, at| all[at] < searches[number].2);
            prop_assert_eq!(ranges.iter().map(|range| range.start).collect::<Vec<_>>(), expected);
        }
    }
}
