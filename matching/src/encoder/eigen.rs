//! Principal axes by Jacobi's rotations: slow for large matrices, exact, and the same on every machine.

/// Rotations over all pairs; convergence is quadratic, fewer than ten are ever needed.
const SWEEPS_MAX: usize = 30;

/// The first `count` principal axes of weighted, centred vectors, the widest first, each of length 1 and with its largest
/// number positive. Cost: vectors × width², then about ten times width³.
pub(super) fn principal_axes(vectors: &[Vec<f64>], weights: &[f64], count: usize) -> Vec<Vec<f64>> {
    let (variances, axes) = eigen(covariance(vectors, weights));
    let mut order: Vec<usize> = (0..variances.len()).collect();
    order.sort_by(|&a, &b| variances[b].total_cmp(&variances[a]).then(a.cmp(&b)));
    order.into_iter().take(count).map(|at| with_largest_positive(axes[at].clone())).collect()
}

fn covariance(vectors: &[Vec<f64>], weights: &[f64]) -> Vec<Vec<f64>> {
    let width = vectors.first().map_or(0, Vec::len);
    let mut sums = vec![vec![0.0; width]; width];
    for (vector, weight) in vectors.iter().zip(weights) {
        for (row, number) in sums.iter_mut().zip(vector) {
            let factor = weight * number;
            row.iter_mut().zip(vector).for_each(|(sum, other)| *sum += factor * other);
        }
    }
    sums
}

/// Eigenvalues and eigenvectors (as rows) of a symmetric matrix.
fn eigen(mut matrix: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let width = matrix.len();
    let unit = |at: usize| (0..width).map(|other| f64::from(u8::from(other == at))).collect();
    let mut axes: Vec<Vec<f64>> = (0..width).map(unit).collect();
    let scale: f64 = matrix.iter().flatten().map(|number| number * number).sum();
    for _ in 0..SWEEPS_MAX {
        let beside: f64 = (0..width).flat_map(|p| (0..p).map(move |q| (p, q))).map(|(p, q)| matrix[p][q].powi(2)).sum();
        if beside <= scale * 1e-24 {
            break;
        }
        for p in 0..width {
            for q in p + 1..width {
                rotate(&mut matrix, &mut axes, p, q);
            }
        }
    }
    ((0..width).map(|at| matrix[at][at]).collect(), axes)
}

/// Makes the number at (p, q) zero.
fn rotate(matrix: &mut [Vec<f64>], axes: &mut [Vec<f64>], p: usize, q: usize) {
    let off = matrix[p][q];
    if off == 0.0 {
        return;
    }
    let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * off);
    let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    for row in matrix.iter_mut() {
        (row[p], row[q]) = (cosine * row[p] - sine * row[q], sine * row[p] + cosine * row[q]);
    }
    turn_rows(matrix, p, q, cosine, sine);
    turn_rows(axes, p, q, cosine, sine);
}

fn turn_rows(rows: &mut [Vec<f64>], p: usize, q: usize, cosine: f64, sine: f64) {
    let (before, after) = rows.split_at_mut(q);
    for (one, other) in before[p].iter_mut().zip(&mut after[0]) {
        (*one, *other) = (cosine * *one - sine * *other, sine * *one + cosine * *other);
    }
}

fn with_largest_positive(mut axis: Vec<f64>) -> Vec<f64> {
    let largest = axis.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or_default();
    if largest < 0.0 {
        for number in &mut axis {
            *number = -*number;
        }
    }
    axis
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axes_of_a_known_ellipse_are_found_widest_first() {
        // Points on two directions at right angles, three times as far along the first.
        let vectors = [[3.0, 3.0, 0.0], [-3.0, -3.0, 0.0], [1.0, -1.0, 0.0], [-1.0, 1.0, 0.0]].map(Vec::from);
        let axes = principal_axes(&vectors, &[1.0; 4], 2);
        let root = std::f64::consts::FRAC_1_SQRT_2;
        for (axis, expected) in axes.iter().zip([[root, root, 0.0], [root, -root, 0.0]]) {
            let dot: f64 = axis.iter().zip(expected).map(|(a, b)| a * b).sum();
            assert!((dot.abs() - 1.0).abs() < 1e-12, "{axis:?}");
        }
    }

    #[test]
    fn axes_stand_at_right_angles_and_have_length_one() {
        let vector = |at: usize| (0..12).map(|k| ((at * 7 + k * k * 3) % 11) as f64 - 5.0).collect();
        let vectors: Vec<Vec<f64>> = (0..40).map(vector).collect();
        let axes = principal_axes(&vectors, &[0.5; 40], 12);
        for (at, one) in axes.iter().enumerate() {
            for (place, other) in axes.iter().enumerate() {
                let dot: f64 = one.iter().zip(other).map(|(a, b)| a * b).sum();
                assert!((dot - f64::from(u8::from(at == place))).abs() < 1e-9, "{at} {place} {dot}");
            }
        }
    }
}
