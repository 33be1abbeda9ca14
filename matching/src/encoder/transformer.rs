//! The encoder itself: post-norm BERT layers over a batch of sequences, then one vector from each sequence's tokens.
//!
//! The tokens of all sequences stand in one matrix, so each weight is read once a batch; attention stays inside each
//! sequence. No padding: nothing is computed that is then thrown away.

#![expect(clippy::inline_always, reason = "vector code must be compiled inside what was compiled for the processor")]

use std::ops::Range;

use pulp::NullaryFnOnce;

use super::product::{Finish, PANEL, Panels, Strips, gelu, multiply, softmax, sum_of, widest};
use super::weights::{Layer, Model, Norm, Pooling};

/// What the last layer says of each sequence, `hidden` numbers a sequence.
pub(super) fn means(model: &Model, sequences: &[&[u32]]) -> Vec<f32> {
    let spans = spans(sequences);
    let mut states = embed(model, sequences);
    let mut work = Work::default();
    for layer in &model.layers {
        pass(model, layer, &spans, &mut states, &mut work);
    }
    spans
        .into_iter()
        .flat_map(|span| pool(model, &states[span.start * model.hidden..span.end * model.hidden]))
        .collect()
}

/// Memory that all layers use again.
#[derive(Default)]
struct Work {
    strips: Strips,
    /// Queries, keys and values of each token.
    projected: Vec<f32>,
    attention: Attention,
    attended: Vec<f32>,
    wide: Vec<f32>,
}

/// Memory of one head's attention.
#[derive(Default)]
struct Attention {
    strips: Strips,
    panels: Panels,
    scores: Vec<f32>,
}

/// Where each sequence's tokens stand in the batch's matrix.
fn spans(sequences: &[&[u32]]) -> Vec<Range<usize>> {
    let mut at = 0;
    let span = |sequence: &&[u32]| {
        let start = at;
        at += sequence.len();
        start..at
    };
    sequences.iter().map(span).collect()
}

fn embed(model: &Model, sequences: &[&[u32]]) -> Vec<f32> {
    let hidden = model.hidden;
    let tokens: usize = sequences.iter().map(|sequence| sequence.len()).sum();
    let mut states = vec![0.0; tokens * hidden];
    let ids = sequences.iter().flat_map(|sequence| sequence.iter().enumerate());
    for (row, (position, id)) in states.chunks_exact_mut(hidden).zip(ids) {
        model.words.read(*id as usize, row);
        let position_row = &model.position_rows[position * hidden..(position + 1) * hidden];
        row.iter_mut().zip(position_row).for_each(|(value, place)| *value += place);
    }
    widest(Normalise { rows: &mut states, norm: &model.embedding_norm, epsilon: model.epsilon });
    states
}

fn pass(model: &Model, layer: &Layer, spans: &[Range<usize>], states: &mut [f32], work: &mut Work) {
    let (hidden, tokens) = (model.hidden, states.len() / model.hidden);
    let Work { strips, projected, attention, attended, wide } = work;
    strips.fill(hidden, states.chunks_exact(hidden));
    projected.resize(tokens * 3 * hidden, 0.0);
    multiply(
        strips,
        &layer.query_key_value.weights,
        Project { bias: &layer.query_key_value.bias, width: 3 * hidden, out: projected },
    );
    attended.resize(states.len(), 0.0);
    for span in spans {
        let projected = &projected[span.start * 3 * hidden..span.end * 3 * hidden];
        attend(model, projected, &mut attended[span.start * hidden..span.end * hidden], attention);
    }
    strips.fill(hidden, attended.chunks_exact(hidden));
    multiply(strips, &layer.attention_out.weights, Add { bias: &layer.attention_out.bias, width: hidden, out: states });
    widest(Normalise { rows: states, norm: &layer.attention_norm, epsilon: model.epsilon });
    strips.fill(hidden, states.chunks_exact(hidden));
    let width = layer.widen.weights.count();
    wide.resize(tokens * width, 0.0);
    multiply(strips, &layer.widen.weights, ProjectAndBend { bias: &layer.widen.bias, width, out: wide });
    strips.fill(width, wide.chunks_exact(width));
    multiply(strips, &layer.narrow.weights, Add { bias: &layer.narrow.bias, width: hidden, out: states });
    widest(Normalise { rows: states, norm: &layer.out_norm, epsilon: model.epsilon });
}

/// `out = product + bias`, `width` numbers a row.
struct Project<'a> {
    bias: &'a [[f32; PANEL]],
    width: usize,
    out: &'a mut [f32],
}

impl Finish for Project<'_> {
    #[inline(always)]
    fn finish(&mut self, row: usize, column: usize, numbers: &[f32; PANEL], width: usize) {
        let bias = &self.bias[column / PANEL];
        let sums: [f32; PANEL] = std::array::from_fn(|at| numbers[at] + bias[at]);
        self.out[row * self.width + column..][..width].copy_from_slice(&sums[..width]);
    }
}

/// `out = gelu(product + bias)`.
struct ProjectAndBend<'a> {
    bias: &'a [[f32; PANEL]],
    width: usize,
    out: &'a mut [f32],
}

impl Finish for ProjectAndBend<'_> {
    #[inline(always)]
    fn finish(&mut self, row: usize, column: usize, numbers: &[f32; PANEL], width: usize) {
        let mut bent = *numbers;
        for (number, bias) in bent.iter_mut().zip(&self.bias[column / PANEL]) {
            *number = gelu(*number + bias);
        }
        self.out[row * self.width + column..][..width].copy_from_slice(&bent[..width]);
    }
}

/// `out += product + bias`.
struct Add<'a> {
    bias: &'a [[f32; PANEL]],
    width: usize,
    out: &'a mut [f32],
}

impl Finish for Add<'_> {
    #[inline(always)]
    fn finish(&mut self, row: usize, column: usize, numbers: &[f32; PANEL], width: usize) {
        let out = &mut self.out[row * self.width + column..][..width];
        for ((out, number), bias) in out.iter_mut().zip(numbers).zip(&self.bias[column / PANEL]) {
            *out += number + bias;
        }
    }
}

/// `out = product × scale`, in a stretch of each row.
struct Place<'a> {
    scale: f32,
    width: usize,
    out: &'a mut [f32],
}

impl Finish for Place<'_> {
    #[inline(always)]
    fn finish(&mut self, row: usize, column: usize, numbers: &[f32; PANEL], width: usize) {
        let scaled = numbers.map(|number| number * self.scale);
        self.out[row * self.width + column..][..width].copy_from_slice(&scaled[..width]);
    }
}

/// Scaled dot-product attention of every head, inside one sequence.
fn attend(model: &Model, projected: &[f32], attended: &mut [f32], work: &mut Attention) {
    let (hidden, length) = (model.hidden, attended.len() / model.hidden);
    let width = hidden / model.heads;
    let scale = 1.0 / (width as f32).sqrt();
    let Attention { strips, panels, scores } = work;
    scores.resize(length * length, 0.0);
    for head in 0..model.heads {
        let part = |kind: usize| {
            projected.chunks_exact(hidden).skip(kind).step_by(3).map(move |row| &row[head * width..][..width])
        };
        strips.fill(width, part(0));
        panels.fill(width, part(1));
        multiply(strips, panels, Place { scale, width: length, out: scores });
        widest(Softmax { rows: scores, width: length });
        strips.fill(length, scores.chunks_exact(length));
        panels.fill_across(width, part(2));
        multiply(strips, panels, Place { scale: 1.0, width: hidden, out: &mut attended[head * width..] });
    }
}

struct Softmax<'a> {
    rows: &'a mut [f32],
    width: usize,
}

impl NullaryFnOnce for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for row in self.rows.chunks_exact_mut(self.width) {
            softmax(row);
        }
    }
}

struct Normalise<'a> {
    rows: &'a mut [f32],
    norm: &'a Norm,
    epsilon: f32,
}

impl NullaryFnOnce for Normalise<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for row in self.rows.chunks_exact_mut(self.norm.scale.len()) {
            normalise(row, self.norm, self.epsilon);
        }
    }
}

#[inline(always)]
fn normalise(row: &mut [f32], norm: &Norm, epsilon: f32) {
    let width = row.len() as f32;
    let mean = sum_of(row, |value| value) / width;
    let variance = sum_of(row, |value| (value - mean) * (value - mean)) / width;
    let inverse = 1.0 / (variance + epsilon).sqrt();
    for ((value, scale), shift) in row.iter_mut().zip(&norm.scale).zip(&norm.shift) {
        *value = ((*value - mean) * inverse).mul_add(*scale, *shift);
    }
}

fn pool(model: &Model, rows: &[f32]) -> Vec<f32> {
    match model.pooling {
        Pooling::Mean => mean(rows, model.hidden),
        Pooling::First => rows[..model.hidden].to_vec(),
    }
}

fn mean(rows: &[f32], hidden: usize) -> Vec<f32> {
    let mut mean = vec![0.0; hidden];
    for row in rows.chunks_exact(hidden) {
        mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    let length = (rows.len() / hidden) as f32;
    for sum in &mut mean {
        *sum /= length;
    }
    mean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_normalised_to_the_scale_and_shift_of_its_layer() {
        let mut row = [1.0, 3.0];
        normalise(&mut row, &Norm { scale: vec![2.0, 2.0], shift: vec![10.0, 10.0] }, 0.0);
        assert_eq!(row.map(f32::to_bits), [8.0f32, 12.0].map(f32::to_bits));
    }
}
