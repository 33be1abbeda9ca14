//! Makes a static table from an encoder and a collection of texts: each term is encoded by itself, the vectors are centred,
//! turned to their principal axes and cut, and a term weighs the less the more often it occurs.
//!
//! The recipe is that of model2vec (encode the vocabulary, PCA) with smooth inverse frequency (Arora and others, 2017). What
//! a sum of single terms cannot know is order and context; what it gives is thousands of texts a second.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::eigen::principal_axes;
use super::table::StaticTable;
use super::{Encoder, Side};
use crate::text::{glyphs, terms};

/// Numbers of a vector, unless the encoder gives fewer.
pub const DIMENSIONS: usize = 256;

/// A rarer term has no vector: it is mostly a slip of the pen, and most texts hold known terms enough.
pub const OCCURRENCES_MIN: usize = 2;

/// Most terms of a table, the most frequent ones.
pub const TERMS_MAX: usize = 100_000;

/// Share of all terms at which a term weighs half.
const HALF_WEIGHT_SHARE: f64 = 1e-3;

/// Terms that are encoded between two reports.
const TERMS_AT_ONCE: usize = 1_024;

/// What a table was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distilled {
    /// The file, for [`Encoder::from_bytes`].
    pub bytes: Vec<u8>,
    /// Terms that have a vector.
    pub terms: usize,
    /// Numbers of a vector.
    pub dimensions: usize,
}

/// Makes the table; nothing when no term occurs [`OCCURRENCES_MIN`] times, or when `on_done`, which is told the terms done and
/// the terms in all, breaks off. Time: encoding the terms, then the cube of the encoder's dimensions.
pub fn distil(
    encoder: &Encoder,
    texts: &[&str],
    on_done: &dyn Fn(usize, usize) -> ControlFlow<()>,
) -> Option<Distilled> {
    let vocabulary = vocabulary(texts);
    if vocabulary.is_empty() {
        return None;
    }
    let width = encoder.dimensions();
    let mut vectors = Vec::with_capacity(vocabulary.len() * width);
    for chunk in vocabulary.chunks(TERMS_AT_ONCE) {
        let words: Vec<&str> = chunk.iter().map(|entry| entry.words.as_str()).collect();
        vectors.extend(encoder.encode(&words, Side::Passage).into_numbers());
        if on_done(vectors.len() / width, vocabulary.len()).is_break() {
            return None;
        }
    }
    let total: usize = vocabulary.iter().map(|entry| entry.count).sum();
    let weight = |entry: &Entry| HALF_WEIGHT_SHARE / (HALF_WEIGHT_SHARE + entry.count as f64 / total as f64);
    let weights: Vec<f64> = vocabulary.iter().map(weight).collect();
    let dimensions = width.min(DIMENSIONS);
    let turned = turned(&vectors, width, dimensions, &weights);
    let keys: Vec<u64> = vocabulary.iter().map(|entry| entry.key).collect();
    Some(Distilled { bytes: StaticTable::write(dimensions, &keys, &turned), terms: keys.len(), dimensions })
}

struct Entry {
    key: u64,
    words: String,
    count: usize,
}

/// The terms that have a vector, by key.
fn vocabulary(texts: &[&str]) -> Vec<Entry> {
    let mut entries: BTreeMap<u64, Entry> = BTreeMap::new();
    for text in texts {
        let glyphs = glyphs(text);
        for term in terms(&glyphs) {
            let words = || glyphs[term.from..term.to].iter().map(|glyph| glyph.ch).collect();
            entries.entry(term.key).or_insert_with(|| Entry { key: term.key, words: words(), count: 0 }).count += 1;
        }
    }
    let mut entries: Vec<Entry> = entries.into_values().filter(|entry| entry.count >= OCCURRENCES_MIN).collect();
    entries.sort_by_key(|entry| (std::cmp::Reverse(entry.count), entry.key));
    entries.truncate(TERMS_MAX);
    entries.sort_by_key(|entry| entry.key);
    entries
}

/// The vectors less their mean, along the first `dimensions` principal axes, each times its weight.
fn turned(vectors: &[f32], width: usize, dimensions: usize, weights: &[f64]) -> Vec<f32> {
    let mean = weighted_mean(vectors, width, weights);
    let centred: Vec<Vec<f64>> = vectors
        .chunks_exact(width)
        .map(|vector| vector.iter().zip(&mean).map(|(number, mean)| f64::from(*number) - mean).collect())
        .collect();
    let axes = principal_axes(&centred, weights, dimensions);
    let along = |vector: &[f64], weight: f64| -> Vec<f32> {
        let dot = |axis: &Vec<f64>| axis.iter().zip(vector).map(|(a, v)| a * v).sum::<f64>() * weight;
        axes.iter().map(|axis| dot(axis) as f32).collect()
    };
    centred.iter().zip(weights).flat_map(|(vector, &weight)| along(vector, weight)).collect()
}

fn weighted_mean(vectors: &[f32], width: usize, weights: &[f64]) -> Vec<f64> {
    let mut mean = vec![0.0; width];
    for (vector, weight) in vectors.chunks_exact(width).zip(weights) {
        mean.iter_mut().zip(vector).for_each(|(sum, number)| *sum += weight * f64::from(*number));
    }
    let total: f64 = weights.iter().sum();
    mean.iter().map(|sum| sum / total).collect()
}
