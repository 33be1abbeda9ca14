//! Vectors of any direction, for benchmarks in which only their number decides the time.

use matching::encoder::StoredVector;

const DIMENSIONS: usize = 384;

/// A stream of numbers that is the same in every run (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    /// A vector of any direction.
    pub fn vector(&mut self) -> StoredVector {
        let numbers: Vec<f32> = (0..DIMENSIONS).map(|_| self.number()).collect();
        StoredVector::of(&numbers)
    }

    /// Between -1 and 1.
    fn number(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed >> 40) as f32 / (1u32 << 23) as f32 - 1.0
    }
}
