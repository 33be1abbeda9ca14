//! Vectors as they are kept: a byte a number and one scale, a quarter of the memory at a loss of cosine below 1e-3.

use std::sync::Arc;

/// A unit vector in bytes; clones share them.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredVector {
    scale: f32,
    numbers: Arc<[i8]>,
}

impl StoredVector {
    /// Rounds to the nearest of 255 steps; the largest number takes the last one.
    pub fn of(vector: &[f32]) -> Self {
        let largest = vector.iter().fold(0.0f32, |most, number| most.max(number.abs()));
        let scale = largest / f32::from(i8::MAX);
        let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
        Self { scale, numbers: vector.iter().map(|number| (number * inverse).round() as i8).collect() }
    }

    /// What [`Self::to_bytes`] wrote; nothing when the bytes are too few or the scale is no number.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (scale, numbers) = bytes.split_first_chunk()?;
        let scale = f32::from_le_bytes(*scale);
        let numbers = numbers.iter().map(|byte| byte.cast_signed()).collect();
        (scale.is_finite() && scale >= 0.0).then_some(Self { scale, numbers })
    }

    /// The scale as little-endian `f32`, then a byte a number.
    pub fn to_bytes(&self) -> Vec<u8> {
        let numbers = self.numbers.iter().map(|number| number.cast_unsigned());
        self.scale.to_le_bytes().into_iter().chain(numbers).collect()
    }

    /// What one step of the numbers is worth.
    pub const fn scale(&self) -> f32 {
        self.scale
    }

    /// The numbers in steps.
    pub fn numbers(&self) -> &[i8] {
        &self.numbers
    }

    /// The numbers as they were, but for the rounding.
    pub fn widened(&self) -> Vec<f32> {
        self.numbers.iter().map(|&number| f32::from(number) * self.scale).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dot(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    proptest! {
        #[test]
        fn keeping_costs_less_than_a_thousandth_of_cosine(vector in prop::collection::vec(-1.0f32..1.0, 384)) {
            let kept = StoredVector::of(&vector);
            let wide = kept.widened();
            let cosine = dot(&vector, &wide) / (dot(&vector, &vector) * dot(&wide, &wide)).sqrt();
            prop_assert!(cosine > 0.999, "{cosine}");
            prop_assert_eq!(StoredVector::from_bytes(&kept.to_bytes()), Some(kept));
        }
    }

    #[test]
    fn a_vector_of_zeros_is_kept_and_too_few_bytes_are_none() {
        assert_eq!(StoredVector::of(&[0.0; 3]).widened(), [0.0; 3]);
        assert_eq!(StoredVector::from_bytes(&[0, 0, 0]), None);
        assert_eq!(StoredVector::from_bytes(&f32::NAN.to_le_bytes()), None);
    }
}
