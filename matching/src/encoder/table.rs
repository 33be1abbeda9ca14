//! A static table: a vector for each term of the index, so that a text's vector is a weighted sum. Made by [`distil`](super::distil).
//!
//! The file, little-endian: `ZST1`; u32 numbers of a vector; u32 terms; u64 keys, rising; f32 weights; a byte a number,
//! vector after vector. A weight holds the term's rarity and the scale of its bytes.

use std::collections::HashMap;

use super::{EncoderError, StoredVector};
use crate::text::{glyphs, terms};

/// Marks the file and its layout.
pub(super) const MAGIC: &[u8; 4] = b"ZST1";

/// Most numbers of a vector, and most terms.
const COUNT_MAX: usize = 1 << 24;

/// Vectors by term.
pub(super) struct StaticTable {
    pub dimensions: usize,
    places: HashMap<u64, usize>,
    weights: Vec<f32>,
    numbers: Vec<i8>,
}

impl StaticTable {
    /// Reads the file.
    pub fn read(bytes: &[u8]) -> Result<Self, EncoderError> {
        let mut at = MAGIC.len();
        let mut take = |count: usize| {
            let part = bytes.get(at..at.saturating_add(count));
            let wanted = count.saturating_sub(bytes.len().saturating_sub(at));
            let part = part.ok_or(EncoderError::Short { at, wanted })?;
            at += count;
            Ok(part)
        };
        let mut count = |what| {
            let number = take(4)?.first_chunk().map_or(0, |four| u32::from_le_bytes(*four) as usize);
            if (1..=COUNT_MAX).contains(&number) {
                Ok(number)
            } else {
                Err(EncoderError::Header { what, found: number })
            }
        };
        let (dimensions, terms) = (count("dimensions")?, count("terms")?);
        let keys = take(terms * 8)?.as_chunks().0.iter().map(|eight| u64::from_le_bytes(*eight));
        let places = keys.zip(0..).collect();
        let weights = take(terms * 4)?.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
        let numbers = take(terms * dimensions)?.iter().map(|byte| byte.cast_signed()).collect();
        Ok(Self { dimensions, places, weights, numbers })
    }

    /// Writes the file; vectors are `dimensions` numbers each, already weighted, in the order of the keys, which rise.
    pub fn write(dimensions: usize, keys: &[u64], vectors: &[f32]) -> Vec<u8> {
        let stored: Vec<_> = vectors.chunks_exact(dimensions).map(StoredVector::of).collect();
        let mut bytes = MAGIC.to_vec();
        for count in [dimensions, keys.len()] {
            bytes.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
        }
        bytes.extend(keys.iter().flat_map(|key| key.to_le_bytes()));
        bytes.extend(stored.iter().flat_map(|vector| vector.scale().to_le_bytes()));
        bytes.extend(stored.iter().flat_map(StoredVector::numbers).map(|number| number.cast_unsigned()));
        bytes
    }

    /// The sum over the terms of a text, `dimensions` numbers; zeros when no term is known.
    pub fn sum(&self, text: &str) -> Vec<f32> {
        let mut sum = vec![0.0; self.dimensions];
        for term in terms(&glyphs(text)) {
            let Some(&place) = self.places.get(&term.key) else { continue };
            let numbers = &self.numbers[place * self.dimensions..(place + 1) * self.dimensions];
            sum.iter_mut().zip(numbers).for_each(|(sum, &number)| *sum += self.weights[place] * f32::from(number));
        }
        sum
    }
}
