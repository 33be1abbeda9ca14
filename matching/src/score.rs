//! Scores as whole numbers: equal on every machine, and their parts sum to them exactly.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A score in millionths: a cosine, raised by a work's length to the power that [`crate::weights::Weights::length_power`] leaves,
/// and by supporting works. Close matches lie around 1; there is no upper end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Score(u64);

impl Score {
    /// From millionths.
    pub const fn from_millionths(millionths: u64) -> Self {
        Self(millionths)
    }

    /// In millionths.
    pub const fn millionths(self) -> u64 {
        self.0
    }

    /// As a plain number, for files.
    pub fn value(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// From the index's unit.
    pub(crate) fn from_raw(raw: u64) -> Self {
        Self(((u128::from(raw) * 1_000_000) >> RAW_BITS) as u64)
    }

    /// The least of the index's unit that gives this score.
    pub(crate) fn least_raw(self) -> u64 {
        (u128::from(self.0) << RAW_BITS).div_ceil(1_000_000) as u64
    }
}

/// The index's unit of 1: a query weight of 1 ([`QUERY_ONE`]) times an impact of 1 (2^14).
const RAW_BITS: u32 = 34;

/// 1 in the index's unit.
pub(crate) const RAW_ONE: f64 = (1u64 << RAW_BITS) as f64;

/// The weight of a query term that stands for 1.
pub(crate) const QUERY_ONE: f64 = (1u32 << 20) as f64;

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

impl Serialize for Score {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f64::deserialize(deserializer)?;
        if !(0.0..1e6).contains(&value) {
            return Err(serde::de::Error::custom("a score lies between 0 and 1000000"));
        }
        #[expect(clippy::cast_sign_loss, reason = "checked not to be negative")]
        Ok(Self((value * 1e6).round() as u64))
    }
}

/// Cuts `whole` into shares in proportion to `parts` such that they sum to `whole` exactly: everyone gets the rounded-down
/// share, what is left goes one by one to the largest remainders, the earlier part first among equals.
pub(crate) fn apportion(whole: u64, parts: &[u64]) -> Vec<u64> {
    let sum: u128 = parts.iter().map(|&part| u128::from(part)).sum();
    if sum == 0 {
        return vec![0; parts.len()];
    }
    let product = |part: u64| u128::from(part) * u128::from(whole);
    let mut shares: Vec<u64> = parts.iter().map(|&part| (product(part) / sum) as u64).collect();
    let left = whole - shares.iter().sum::<u64>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(product(parts[at]) % sum), at));
    for &at in order.iter().take(left as usize) {
        shares[at] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shares_sum_to_the_whole(whole in 0..1u64 << 40, parts in proptest::collection::vec(0..1u64 << 40, 1..50)) {
            prop_assume!(parts.iter().any(|&part| part > 0));
            prop_assert_eq!(apportion(whole, &parts).iter().sum::<u64>(), whole);
        }

        #[test]
        fn the_least_raw_number_gives_the_score_and_the_one_before_does_not(millionths in 1..1_000_000_000u64) {
            let raw = Score::from_millionths(millionths).least_raw();
            prop_assert_eq!([raw - 1, raw].map(|raw| Score::from_raw(raw).millionths()), [millionths - 1, millionths]);
        }

        #[test]
        fn a_score_survives_a_file(millionths in 0..1_000_000_000u64) {
            let score = Score::from_millionths(millionths);
            let text = serde_json::to_string(&score).expect("writes");
            prop_assert_eq!(serde_json::from_str::<Score>(&text).expect("reads"), score);
        }
    }

    #[test]
    fn a_score_reads_with_six_decimals() {
        assert_eq!(Score::from_millionths(1_020_003).to_string(), "1.020003");
    }
}
