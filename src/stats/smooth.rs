//! Regression without a given form: a sum of smooth functions of one regressor each, by penalised B-splines (Eilers and Marx 1996,
//! Statistical Science 11(2)), the penalty by generalised cross-validation (Craven and Wahba 1979).

/// Pieces of a spline over the range of its regressor.
const PIECES: usize = 24;

/// Cubic B-splines that are not zero on a piece.
const CUBIC: usize = 4;

/// Distinct values up to which a regressor counts as classes.
pub const CLASSES: usize = 12;

/// Share of the mean diagonal that is added to it, for columns that add up to one another.
const RIDGE: f64 = 1e-9;

/// Penalties that are tried, over the mean diagonal of the normal equations.
const PENALTIES: [f64; 10] = [1e-4, 1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3, 1e5, 1e8];

/// The columns that a regressor stands for: of every value few are not zero.
#[derive(Debug, Clone)]
pub struct Basis {
    columns: usize,
    /// \[value\]: first column that is not zero, and these columns' values.
    rows: Vec<(usize, [f64; CUBIC])>,
    /// True if neighbouring columns are held together by the penalty.
    smooth: bool,
}

impl Basis {
    /// A smooth function of `values`; a function of classes where there are at most [`CLASSES`] distinct ones.
    pub fn of(values: &[f64]) -> Self {
        let mut distinct = values.to_vec();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        if distinct.len() <= CLASSES {
            let place = |value: &f64| distinct.partition_point(|other| other < value);
            let rows = values.iter().map(|value| (place(value), [1.0, 0.0, 0.0, 0.0])).collect();
            // Room for the columns beside the last class, which are always zero.
            return Self { columns: distinct.len(), rows, smooth: false };
        }
        let (low, high) = (distinct[0], distinct[distinct.len() - 1]);
        let width = (high - low) / PIECES as f64;
        let row = |value: &f64| {
            let place = ((value - low) / width).clamp(0.0, PIECES as f64);
            let piece = (place.floor() as usize).min(PIECES - 1);
            (piece, cubic(place - piece as f64))
        };
        Self { columns: PIECES + CUBIC - 1, rows: values.iter().map(row).collect(), smooth: true }
    }

    /// The columns of value `k` that are not zero, with where they stand.
    fn row(&self, k: usize) -> impl Iterator<Item = (usize, f64)> {
        let (first, values) = self.rows[k];
        let filled = if self.smooth { CUBIC } else { 1 };
        values.into_iter().take(filled).enumerate().map(move |(i, value)| (first + i, value))
    }
}

/// The four uniform cubic B-splines at `t`, from 0 to 1 within a piece.
fn cubic(t: f64) -> [f64; CUBIC] {
    let rest = 1.0 - t;
    [
        rest * rest * rest / 6.0,
        (3.0 * t * t * t - 6.0 * t * t + 4.0) / 6.0,
        (-3.0 * t * t * t + 3.0 * t * t + 3.0 * t + 1.0) / 6.0,
        t * t * t / 6.0,
    ]
}

/// Normal equations of some rows: products of columns with one another, and with every response.
#[derive(Debug, Clone)]
struct Equations {
    rows: f64,
    /// \[column × column\].
    products: Vec<f64>,
    /// \[response\]\[column\].
    with: Vec<Vec<f64>>,
    /// Σ y², by response.
    squares: Vec<f64>,
}

impl Equations {
    fn of(bases: &[Basis], responses: &[Vec<f64>], rows: impl Iterator<Item = usize>) -> Self {
        let columns = bases.iter().map(|basis| basis.columns).sum();
        let mut own = Self {
            rows: 0.0,
            products: vec![0.0; columns * columns],
            with: vec![vec![0.0; columns]; responses.len()],
            squares: vec![0.0; responses.len()],
        };
        let mut filled: Vec<(usize, f64)> = Vec::new();
        for k in rows {
            own.rows += 1.0;
            fill(bases, k, &mut filled);
            for &(i, x) in &filled {
                for &(j, y) in &filled {
                    own.products[i * columns + j] += x * y;
                }
            }
            for ((with, squares), response) in own.with.iter_mut().zip(&mut own.squares).zip(responses) {
                let y = response[k];
                *squares += y * y;
                for &(i, x) in &filled {
                    with[i] += x * y;
                }
            }
        }
        own
    }

    fn columns(&self) -> usize {
        self.with.first().map_or(0, Vec::len)
    }

    /// These less some of their rows.
    fn without(&self, other: &Self) -> Self {
        let less = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>();
        Self {
            rows: self.rows - other.rows,
            products: less(&self.products, &other.products),
            with: self.with.iter().zip(&other.with).map(|(a, b)| less(a, b)).collect(),
            squares: less(&self.squares, &other.squares),
        }
    }

    /// For every response the coefficients whose penalty cross-validates best.
    fn solved(&self, bases: &[Basis]) -> Vec<Vec<f64>> {
        let columns = self.columns();
        let trace: f64 = (0..columns).map(|i| self.products[i * columns + i]).sum();
        let scale = trace / columns.max(1) as f64;
        let mut best: Vec<(f64, Vec<f64>)> = vec![(f64::INFINITY, vec![0.0; columns]); self.with.len()];
        // Where nothing is smooth, no penalty is asked for.
        let penalties: &[f64] = if bases.iter().any(|basis| basis.smooth) { &PENALTIES } else { &[0.0] };
        for penalty in penalties {
            let mut matrix = self.products.clone();
            penalise(&mut matrix, bases, penalty * scale);
            for i in 0..columns {
                matrix[i * columns + i] += RIDGE * scale;
            }
            if !factorise(&mut matrix, columns) {
                continue;
            }
            let freedom = self.freedom(&matrix);
            for ((with, squares), best) in self.with.iter().zip(&self.squares).zip(&mut best) {
                let mut own = with.clone();
                solve(&matrix, columns, &mut own);
                let left = self.left(&own, with, *squares);
                let room = (self.rows - freedom).max(1.0);
                let score = left / (room * room);
                if score < best.0 {
                    *best = (score, own);
                }
            }
        }
        best.into_iter().map(|(_, own)| own).collect()
    }

    /// Effective number of coefficients: the trace of (G + P)⁻¹ G.
    fn freedom(&self, factor: &[f64]) -> f64 {
        let columns = self.columns();
        let mut trace = 0.0;
        for i in 0..columns {
            let mut column: Vec<f64> = (0..columns).map(|j| self.products[j * columns + i]).collect();
            solve(factor, columns, &mut column);
            trace += column[i];
        }
        trace
    }

    /// Σ (y − f)² from the products.
    fn left(&self, own: &[f64], with: &[f64], squares: f64) -> f64 {
        let columns = self.columns();
        let mut left = squares;
        for (i, b) in own.iter().enumerate() {
            let row = &self.products[i * columns..][..columns];
            let fitted: f64 = row.iter().zip(own).map(|(g, b)| g * b).sum();
            left += b * (fitted - 2.0 * with[i]);
        }
        left.max(0.0)
    }
}

/// The columns of row `k` that are not zero.
fn fill(bases: &[Basis], k: usize, filled: &mut Vec<(usize, f64)>) {
    filled.clear();
    let mut first = 0;
    for basis in bases {
        filled.extend(basis.row(k).map(|(place, value)| (first + place, value)));
        first += basis.columns;
    }
}

/// Adds the squares of second differences of every smooth function's coefficients: what is left alone is a straight line.
fn penalise(matrix: &mut [f64], bases: &[Basis], weight: f64) {
    let columns: usize = bases.iter().map(|basis| basis.columns).sum();
    let mut first = 0;
    for basis in bases {
        if basis.smooth {
            for from in first..first + basis.columns - 2 {
                for (i, x) in [1.0, -2.0, 1.0].into_iter().enumerate() {
                    for (j, y) in [1.0, -2.0, 1.0].into_iter().enumerate() {
                        matrix[(from + i) * columns + from + j] += weight * x * y;
                    }
                }
            }
        }
        first += basis.columns;
    }
}

/// Cholesky's factor in the lower half, in place; false where the matrix is not positive.
fn factorise(matrix: &mut [f64], n: usize) -> bool {
    for j in 0..n {
        let row = &matrix[j * n..][..j];
        let diagonal = matrix[j * n + j] - row.iter().map(|x| x * x).sum::<f64>();
        if diagonal <= 0.0 || !diagonal.is_finite() {
            return false;
        }
        let diagonal = libm::sqrt(diagonal);
        matrix[j * n + j] = diagonal;
        let (above, below) = matrix.split_at_mut((j + 1) * n);
        let own = &above[j * n..][..j];
        for row in below.chunks_exact_mut(n) {
            let sum: f64 = row[..j].iter().zip(own).map(|(x, y)| x * y).sum();
            row[j] = (row[j] - sum) / diagonal;
        }
    }
    true
}

/// Solves with a factor of [`factorise`], in place.
fn solve(factor: &[f64], n: usize, right: &mut [f64]) {
    for i in 0..n {
        let sum: f64 = factor[i * n..][..i].iter().zip(&*right).map(|(l, x)| l * x).sum();
        right[i] = (right[i] - sum) / factor[i * n + i];
    }
    for i in (0..n).rev() {
        right[i] /= factor[i * n + i];
        let own = right[i];
        for (x, l) in right[..i].iter_mut().zip(&factor[i * n..][..i]) {
            *x -= l * own;
        }
    }
}

/// Every response predicted row by row, \[response\]\[row\], each row by a regression on the rows of the other `folds` − 1 parts:
/// the sum of a smooth function of each basis. Row k is of part k modulo `folds`.
pub fn crossed(bases: &[Basis], responses: &[Vec<f64>], folds: usize) -> Vec<Vec<f64>> {
    let rows = responses.first().map_or(0, Vec::len);
    let folds = folds.max(2);
    let all = Equations::of(bases, responses, 0..rows);
    let mut predicted = vec![vec![0.0; rows]; responses.len()];
    let mut filled = Vec::new();
    for fold in 0..folds {
        let out = Equations::of(bases, responses, (fold..rows).step_by(folds));
        let own = all.without(&out).solved(bases);
        for k in (fold..rows).step_by(folds) {
            fill(bases, k, &mut filled);
            for (predicted, own) in predicted.iter_mut().zip(&own) {
                predicted[k] = filled.iter().map(|(place, value)| value * own[*place]).sum();
            }
        }
    }
    predicted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows whose regressor runs through the quantiles of the standard normal in a scattered order.
    fn scattered(n: usize) -> Vec<f64> {
        let place = |k: usize| (k * 389) % n;
        (0..n).map(|k| super::super::normal_quantile((place(k) as f64 + 0.5) / n as f64)).collect()
    }

    /// At t = 0 and t = 1 of a piece: 1/6, 4/6, 1/6, 0 and 0, 1/6, 4/6, 1/6; everywhere they sum to 1.
    #[test]
    fn splines_are_the_uniform_cubic_ones() {
        let close = |found: [f64; 4], expected: [f64; 4]| {
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15), "{found:?}");
        };
        close(cubic(0.0), [1.0 / 6.0, 4.0 / 6.0, 1.0 / 6.0, 0.0]);
        close(cubic(1.0), [0.0, 1.0 / 6.0, 4.0 / 6.0, 1.0 / 6.0]);
        assert!((cubic(0.3).iter().sum::<f64>() - 1.0).abs() < 1e-15);
    }

    /// A straight line is found to a ten-thousandth of its spread of about 12: no second difference is penalised and no noise stands
    /// against it; what is left at its ends is the ridge.
    #[test]
    fn a_straight_line_is_found() {
        let x = scattered(500);
        let y: Vec<f64> = x.iter().map(|x| 3.0 - 2.0 * x).collect();
        let predicted = crossed(&[Basis::of(&x)], std::slice::from_ref(&y), 5);
        for (found, y) in predicted[0].iter().zip(&y) {
            assert!((found - y).abs() < 1e-3, "{found} {y}");
        }
    }

    /// Classes have the means of their other parts: with 0, 1 and values 2 and 5 without noise, those.
    #[test]
    fn classes_have_their_means() {
        let x: Vec<f64> = (0..40).map(|k| f64::from(k & 1)).collect();
        let y: Vec<f64> = x.iter().map(|x| 2.0 + 3.0 * x).collect();
        let predicted = crossed(&[Basis::of(&x)], std::slice::from_ref(&y), 5);
        for (found, y) in predicted[0].iter().zip(&y) {
            assert!((found - y).abs() < 1e-6, "{found} {y}");
        }
    }

    /// A sum of curves of two regressors: within a hundredth of its spread.
    #[test]
    fn sums_of_curves_are_found() {
        let n = 2003;
        let (x, z) = (scattered(n), scattered(n).into_iter().rev().collect::<Vec<f64>>());
        let z: Vec<f64> = (0..n).map(|k| z[(k * 7) % n]).collect();
        let y: Vec<f64> = x.iter().zip(&z).map(|(x, z)| libm::sin(*x) + 0.5 * z * z).collect();
        let predicted = crossed(&[Basis::of(&x), Basis::of(&z)], std::slice::from_ref(&y), 5);
        let error: f64 = predicted[0].iter().zip(&y).map(|(a, b)| (a - b) * (a - b)).sum::<f64>() / n as f64;
        assert!(error < 1e-3, "{error}");
    }

    /// L Lᵀ of \[\[4, 2\], \[2, 5\]\] is \[\[2, 0\], \[1, 2\]\]; with right side (8, 9) the solution is (11/8, 5/4).
    #[test]
    fn equations_are_solved() {
        let mut matrix = vec![4.0, 2.0, 2.0, 5.0];
        assert!(factorise(&mut matrix, 2));
        let mut right = vec![8.0, 9.0];
        solve(&matrix, 2, &mut right);
        assert!((right[0] - 1.375).abs() < 1e-15 && (right[1] - 1.25).abs() < 1e-15, "{right:?}");
        assert!(!factorise(&mut [1.0, 2.0, 2.0, 1.0], 2));
    }
}
