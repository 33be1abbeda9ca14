//! The weights of a transformer encoder, in the form that products want them.

use super::blocks;
use super::product::{PANEL, Panels};

/// A linear layer: `input · weights + bias`.
pub(super) struct Linear {
    /// As many columns as numbers come out.
    pub weights: Panels,
    /// One number a column, filled up with zeros.
    pub bias: Vec<[f32; PANEL]>,
}

impl Linear {
    /// `weights` row by row, a row for each number that comes out, as models are stored.
    pub fn new(weights: &[f32], bias: &[f32]) -> Self {
        let depth = weights.len() / bias.len();
        let filled_up = |numbers: &[f32]| std::array::from_fn(|at| numbers.get(at).copied().unwrap_or_default());
        let bias = bias.chunks(PANEL).map(filled_up).collect();
        Self { weights: Panels::of(depth, weights.chunks_exact(depth)), bias }
    }
}

/// Scale and shift of a layer normalisation.
pub(super) struct Norm {
    pub scale: Vec<f32>,
    pub shift: Vec<f32>,
}

/// One encoder layer; query, key and value stand in one product.
pub(super) struct Layer {
    pub query_key_value: Linear,
    pub attention_out: Linear,
    pub attention_norm: Norm,
    pub widen: Linear,
    pub narrow: Linear,
    pub out_norm: Norm,
}

/// All weights of an encoder.
pub(super) struct Model {
    /// Numbers of a token's state.
    pub hidden: usize,
    /// Attention heads.
    pub heads: usize,
    /// Tokens that fit, the special ones included.
    pub positions: usize,
    /// What is added to a variance.
    pub epsilon: f32,
    pub words: Table,
    /// `positions` rows of `hidden` numbers, the row of token type 0 already added.
    pub position_rows: Vec<f32>,
    pub embedding_norm: Norm,
    pub layers: Vec<Layer>,
    pub pooling: Pooling,
}

/// How a text's vector comes from the states of its tokens.
pub(super) enum Pooling {
    /// Their mean.
    Mean,
    /// The state of the first token.
    First,
}

/// The rows of the words.
pub(super) enum Table {
    /// 4-bit blocks, widened only when read.
    Packed {
        /// The blocks.
        bytes: Vec<u8>,
        /// Bytes of a row.
        row_bytes: usize,
    },
    /// Plain numbers.
    Wide(Vec<f32>),
}

impl Table {
    /// Writes row `row` to `out`, whose length is the table's width.
    pub fn read(&self, row: usize, out: &mut [f32]) {
        match self {
            Self::Packed { bytes, row_bytes } => blocks::widen(&bytes[row * row_bytes..(row + 1) * row_bytes], out),
            Self::Wide(numbers) => out.copy_from_slice(&numbers[row * out.len()..(row + 1) * out.len()]),
        }
    }
}
