//! Matrix products and the vector code around them, as wide as the processor, in safe Rust.
//!
//! `pulp` picks the widest instructions once a call; every sum is taken in one fixed order with fused multiply-add, so the
//! same numbers come out of every processor, any batch and any number of threads. `faer` was tried and turned down: twice
//! the code to compile, and its sums depend on where in a batch a row stands.

#![expect(clippy::inline_always, reason = "vector code must be compiled inside what was compiled for the processor")]

use pulp::{Arch, NullaryFnOnce, Simd, WithSimd};

/// Columns of the right-hand matrix that are worked on at once.
pub(super) const PANEL: usize = 32;

/// Rows of the left-hand matrix that are worked on at once; with [`PANEL`] columns they fill 24 of 32 wide registers.
pub(super) const STRIP: usize = 12;

/// Runs the work compiled for the widest instructions of this processor. All it calls must be `#[inline(always)]`.
pub(super) fn widest<T: NullaryFnOnce>(task: T) -> T::Output {
    Arch::new().dispatch(task)
}

/// Vectors of one length, `N` side by side in the order in which products read them; the last `N` are filled up with zeros.
///
/// As the left-hand side of a product the vectors are rows ([`Strips`]), as the right-hand side columns ([`Panels`]).
#[derive(Default)]
pub(super) struct Packed<const N: usize> {
    count: usize,
    depth: usize,
    numbers: Vec<[f32; N]>,
}

/// A left-hand matrix.
pub(super) type Strips = Packed<STRIP>;

/// A right-hand matrix.
pub(super) type Panels = Packed<PANEL>;

impl<const N: usize> Packed<N> {
    /// Takes `depth` numbers of each vector.
    pub fn of<'a>(depth: usize, vectors: impl ExactSizeIterator<Item = &'a [f32]>) -> Self {
        let mut packed = Self { count: 0, depth: 0, numbers: Vec::new() };
        packed.fill(depth, vectors);
        packed
    }

    /// Number of vectors.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Takes other vectors, the memory is used again.
    pub fn fill<'a>(&mut self, depth: usize, vectors: impl ExactSizeIterator<Item = &'a [f32]>) {
        self.clear(depth, vectors.len());
        for (at, vector) in vectors.enumerate() {
            let block = &mut self.numbers[at / N * depth..][..depth];
            block.iter_mut().zip(vector).for_each(|(numbers, number)| numbers[at % N] = *number);
        }
    }

    /// Takes `count` vectors that stand across the rows: each row holds the next number of every vector.
    pub fn fill_across<'a>(&mut self, count: usize, rows: impl ExactSizeIterator<Item = &'a [f32]>) {
        let depth = rows.len();
        self.clear(depth, count);
        for (at, row) in rows.enumerate() {
            for (block, numbers) in row.chunks(N).enumerate() {
                self.numbers[block * depth + at][..numbers.len()].copy_from_slice(numbers);
            }
        }
    }

    fn clear(&mut self, depth: usize, count: usize) {
        (self.depth, self.count) = (depth, count);
        self.numbers.clear();
        self.numbers.resize(count.div_ceil(N) * depth, [0.0; N]);
    }
}

/// What becomes of each finished stretch of a product's row; implementations are `#[inline(always)]`.
pub(super) trait Finish {
    /// Takes `width` numbers of row `row`, from column `column`, a multiple of [`PANEL`].
    fn finish(&mut self, row: usize, column: usize, numbers: &[f32; PANEL], width: usize);
}

/// Multiplies and hands on each finished stretch of a row.
pub(super) fn multiply(left: &Strips, right: &Panels, finish: impl Finish) {
    assert_eq!(left.depth, right.depth, "the matrices do not fit");
    Arch::new().dispatch(Multiply { left, right, finish });
}

struct Multiply<'a, F> {
    left: &'a Strips,
    right: &'a Panels,
    finish: F,
}

impl<F: Finish> WithSimd for Multiply<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let depth = self.left.depth;
        for (panel_at, panel) in self.right.numbers.chunks_exact(depth).enumerate() {
            let column = panel_at * PANEL;
            let width = PANEL.min(self.right.count - column);
            for (strip_at, strip) in self.left.numbers.chunks_exact(depth).enumerate() {
                let row = strip_at * STRIP;
                let mut tile = [[0.0; PANEL]; STRIP];
                fill_tile(simd, strip, panel, &mut tile);
                for (at, numbers) in tile.iter().take(self.left.count - row).enumerate() {
                    self.finish.finish(row + at, column, numbers, width);
                }
            }
        }
    }
}

#[inline(always)]
fn fill_tile<S: Simd>(simd: S, strip: &[[f32; STRIP]], panel: &[[f32; PANEL]], tile: &mut [[f32; PANEL]; STRIP]) {
    for pair in 0..PANEL / (2 * S::F32_LANES) {
        if S::REGISTER_COUNT >= 32 {
            fill_rows::<S, 0, 12>(simd, strip, panel, pair, tile);
        } else {
            fill_rows::<S, 0, 6>(simd, strip, panel, pair, tile);
            fill_rows::<S, 6, 6>(simd, strip, panel, pair, tile);
        }
    }
}

/// Two registers of columns by `ROWS` rows, all sums held in registers.
#[inline(always)]
fn fill_rows<S: Simd, const FIRST: usize, const ROWS: usize>(
    simd: S,
    strip: &[[f32; STRIP]],
    panel: &[[f32; PANEL]],
    pair: usize,
    tile: &mut [[f32; PANEL]; STRIP],
) {
    let mut sums = [[simd.splat_f32s(0.0); 2]; ROWS];
    for (left, right) in strip.iter().zip(panel) {
        let (right, _) = S::as_simd_f32s(right);
        let right = [right[2 * pair], right[2 * pair + 1]];
        for (sum, number) in sums.iter_mut().zip(&left[FIRST..FIRST + ROWS]) {
            let number = simd.splat_f32s(*number);
            sum[0] = simd.mul_add_f32s(number, right[0], sum[0]);
            sum[1] = simd.mul_add_f32s(number, right[1], sum[1]);
        }
    }
    for (row, sum) in tile[FIRST..FIRST + ROWS].iter_mut().zip(sums) {
        let (row, _) = S::as_mut_simd_f32s(row);
        row[2 * pair] = sum[0];
        row[2 * pair + 1] = sum[1];
    }
}

/// Partial sums that are taken side by side.
const LANES: usize = 16;

/// Sum of `term(x)` over the numbers, in one fixed order.
#[inline(always)]
pub(super) fn sum_of(numbers: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0; LANES];
    let (whole, rest) = numbers.as_chunks::<LANES>();
    for chunk in whole {
        lanes.iter_mut().zip(chunk).for_each(|(sum, number)| *sum += term(*number));
    }
    lanes.iter_mut().zip(rest).for_each(|(sum, number)| *sum += term(*number));
    lanes.iter().sum()
}

/// Scaled to sum 1 after `eˣ`.
#[inline(always)]
pub(super) fn softmax(numbers: &mut [f32]) {
    let mut most = [f32::NEG_INFINITY; LANES];
    let (whole, rest) = numbers.as_chunks::<LANES>();
    let larger = |most: f32, number: f32| if number > most { number } else { most };
    for chunk in whole {
        most.iter_mut().zip(chunk).for_each(|(most, number)| *most = larger(*most, *number));
    }
    let most = most.iter().chain(rest).copied().fold(f32::NEG_INFINITY, larger);
    for number in numbers.iter_mut() {
        *number = exp(*number - most);
    }
    let inverse = 1.0 / sum_of(numbers, |number| number);
    for number in numbers {
        *number *= inverse;
    }
}

/// 1.5 × 2²³: adding it to a small number leaves the nearest whole number in the last bits.
const ROUNDER: f32 = 12_582_912.0;

/// `eˣ` to about 2 units in the last place for −87 ≤ x ≤ 88 (Cephes `expf`: powers of two and a polynomial of degree 6).
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    let x = x.clamp(-87.0, 88.0);
    let rounded = x.mul_add(std::f32::consts::LOG2_E, ROUNDER);
    let power = rounded - ROUNDER;
    let rest = power.mul_add(2.121_944_4e-4, power.mul_add(-0.693_359_4, x));
    let mut sum = 1.987_569_1e-4f32;
    for coefficient in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        sum = sum.mul_add(rest, coefficient);
    }
    let mantissa = sum.mul_add(rest * rest, rest + 1.0);
    // The whole number stands in the last bits of `rounded`; shifted into the exponent it is the power of two.
    mantissa * f32::from_bits((rounded.to_bits() << 23).wrapping_add(1.0f32.to_bits()))
}

/// Gaussian error linear unit; the error function of Abramowitz and Stegun 7.1.26 (absolute error below 1.5e-7).
#[inline(always)]
pub(super) fn gelu(x: f32) -> f32 {
    let z = (x * std::f32::consts::FRAC_1_SQRT_2).abs();
    let t = 1.0 / 0.327_591_1f32.mul_add(z, 1.0);
    let mut sum = 1.061_405_4f32;
    for coefficient in [-1.453_152_1, 1.421_413_8, -0.284_496_72, 0.254_829_6] {
        sum = sum.mul_add(t, coefficient);
    }
    let error = 1.0 - sum * t * exp(-z * z);
    0.5 * x * (1.0 + error.copysign(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_and_gelu_agree_with_reference_values() {
        for step in -800..=400i16 {
            let x = f32::from(step) / 10.0;
            let expected = f64::from(x).exp();
            assert!((f64::from(exp(x)) / expected - 1.0).abs() < 5e-7, "exp({x})");
        }
        let known = [(-3.0, -0.004_049_7), (-1.0, -0.158_655_26), (0.0, 0.0), (0.5, 0.345_731_23), (2.0, 1.954_499_7)];
        for (x, expected) in known {
            assert!((gelu(x) - expected).abs() < 1e-6, "gelu({x})");
        }
    }

    #[test]
    fn softmax_sums_to_one_even_for_large_scores() {
        let mut row = [1000.0, 999.0, -1000.0];
        softmax(&mut row);
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(row[0] > row[1] && row[2] < 1e-30);
    }

    fn number(row: usize, column: usize) -> f32 {
        ((row * 31 + column * 17) % 23) as f32 - 11.0
    }

    struct Keep {
        columns: usize,
        out: Vec<f32>,
    }

    impl Finish for &mut Keep {
        fn finish(&mut self, row: usize, column: usize, numbers: &[f32; PANEL], width: usize) {
            self.out[row * self.columns + column..][..width].copy_from_slice(&numbers[..width]);
        }
    }

    #[test]
    fn a_product_of_any_shape_is_the_sum_of_products() {
        for (rows, depth, columns) in [(1, 1, 1), (11, 7, 31), (12, 5, 32), (13, 33, 33), (25, 64, 65)] {
            let left: Vec<f32> = (0..rows * depth).map(|at| number(at / depth, at % depth)).collect();
            let right: Vec<f32> = (0..depth * columns).map(|at| number(at / columns, at % columns)).collect();
            let mut panels = Panels::default();
            panels.fill_across(columns, right.chunks_exact(columns));
            let mut keep = Keep { columns, out: vec![f32::NAN; rows * columns] };
            multiply(&Strips::of(depth, left.chunks_exact(depth)), &panels, &mut keep);
            for (at, found) in keep.out.iter().enumerate() {
                let expected: f32 = (0..depth).map(|k| number(at / columns, k) * number(k, at % columns)).sum();
                // Whole numbers this small are exact.
                assert!((*found - expected).abs() < 0.5, "{rows}×{depth}×{columns} at {at}");
            }
        }
    }
}
