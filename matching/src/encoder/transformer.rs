//! The encoder itself: post-norm BERT layers over a batch of sequences, then one vector from each sequence's tokens.
//!
//! The tokens of all sequences stand in one matrix, so each weight is read once a batch; attention stays inside each
//! sequence. No padding: nothing is computed that is then thrown away.

#![expect(clippy::inline_always, reason = "vector code must be compiled inside what was compiled for the processor")]

use std::ops::Range;

use pulp::NullaryFnOnce;
use rayon::prelude::*;

use super::product::{Finish, PANEL, Panels, STRIP, Strips, gelu, multiply, softmax, sum_of, widest};
use super::weights::{Layer, Linear, Model, Norm, Pooling};

/// What the last layer says of each sequence, `hidden` numbers a sequence.
///
/// The rows of the batch are worked on in so many stretches, each on a thread that is free: every row is reckoned by itself,
/// so their number changes nothing but the time.
pub(super) fn means(model: &Model, sequences: &[&[u32]], stretches: usize) -> Vec<f32> {
    let hidden = model.hidden;
    let spans = spans(sequences);
    let mut states = embed(model, sequences);
    let tokens = states.len() / hidden;
    let rows = tokens.div_ceil(stretches).next_multiple_of(STRIP);
    let mut work: Vec<Work> = (0..tokens.div_ceil(rows)).map(|_| Work::default()).collect();
    let mut projected = vec![0.0; 3 * states.len()];
    for layer in &model.layers {
        let stretches = states.par_chunks(rows * hidden).zip(projected.par_chunks_mut(3 * rows * hidden));
        stretches.zip(&mut work).for_each(|((states, projected), work)| project(model, layer, states, projected, work));
        let stretches = states.par_chunks_mut(rows * hidden).zip(&mut work).enumerate();
        stretches.for_each(|(at, (states, work))| {
            attend(model, &spans, at * rows, &projected, states.len(), work);
            go_on(model, layer, states, work);
        });
    }
    spans.into_iter().flat_map(|span| pool(model, &states[span.start * hidden..span.end * hidden])).collect()
}

/// Memory of a stretch that all layers use again.
#[derive(Default)]
struct Work {
    strips: Strips,
    panels: Panels,
    /// How much each token of a sequence is to those of the stretch.
    scores: Vec<f32>,
    attended: Vec<f32>,
    wide: Vec<f32>,
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

/// Queries, keys and values of each token.
fn project(model: &Model, layer: &Layer, states: &[f32], projected: &mut [f32], work: &mut Work) {
    let Linear { weights, bias } = &layer.query_key_value;
    work.strips.fill(model.hidden, states.chunks_exact(model.hidden));
    multiply(&work.strips, weights, Project { bias, width: 3 * model.hidden, out: projected });
}

/// The layer from what was attended to on.
fn go_on(model: &Model, layer: &Layer, states: &mut [f32], work: &mut Work) {
    let hidden = model.hidden;
    let Work { strips, attended, wide, .. } = work;
    strips.fill(hidden, attended.chunks_exact(hidden));
    multiply(strips, &layer.attention_out.weights, Add { bias: &layer.attention_out.bias, width: hidden, out: states });
    widest(Normalise { rows: states, norm: &layer.attention_norm, epsilon: model.epsilon });
    strips.fill(hidden, states.chunks_exact(hidden));
    let width = layer.widen.weights.count();
    wide.resize(states.len() / hidden * width, 0.0);
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

/// Scaled dot-product attention of every head for the tokens of a stretch that begins here and has so many numbers, each inside
/// its sequence.
fn attend(model: &Model, spans: &[Range<usize>], first: usize, projected: &[f32], numbers: usize, work: &mut Work) {
    let hidden = model.hidden;
    work.attended.resize(numbers, 0.0);
    for span in spans {
        let rows = span.start.max(first)..span.end.min(first + numbers / hidden);
        if !rows.is_empty() {
            let sequence = &projected[3 * hidden * span.start..3 * hidden * span.end];
            attend_inside(model, sequence, rows.start - span.start..rows.end - span.start, rows.start - first, work);
        }
    }
}

/// Attention for some tokens of one sequence, which stand from row `to` of the stretch on.
fn attend_inside(model: &Model, sequence: &[f32], rows: Range<usize>, to: usize, work: &mut Work) {
    let hidden = model.hidden;
    let width = hidden / model.heads;
    let length = sequence.len() / (3 * hidden);
    let scale = 1.0 / (width as f32).sqrt();
    let Work { strips, panels, scores, attended, .. } = work;
    let attended = &mut attended[to * hidden..][..rows.len() * hidden];
    scores.resize(rows.len() * length, 0.0);
    for head in 0..model.heads {
        let part = |tokens: &Range<usize>, kind: usize| {
            let tokens = sequence[3 * hidden * tokens.start..3 * hidden * tokens.end].chunks_exact(3 * hidden);
            tokens.map(move |token| &token[kind * hidden + head * width..][..width])
        };
        strips.fill(width, part(&rows, 0));
        panels.fill(width, part(&(0..length), 1));
        multiply(strips, panels, Place { scale, width: length, out: scores });
        widest(Softmax { rows: scores, width: length });
        strips.fill(length, scores.chunks_exact(length));
        panels.fill_across(width, part(&(0..length), 2));
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
