//! Indices of sensitivity by variance: how much of a result's variance a group of inputs makes, alone and with all others.
//!
//! Inputs come in groups that are independent of one another. Two independent sample matrices A and B have the same number of
//! rows; AB is A with the columns of one group taken from B. With f the result and V its variance over both matrices,
//!
//! - the first-order index is Σ (f(B) − m) (f(AB) − f(A)) / N V (Saltelli et al. 2010, Computer Physics Communications 181(2), table 2 (b));
//! - the total index is Σ (f(A) − f(AB))² / 2 N V (Jansen 1999, Computer Physics Communications 117).
//!
//! Taking the mean m from f(B) changes nothing of what is estimated, and much of its error where f is far from zero. Errors are
//! those of a ratio of means: the variance of what each row adds, less the index times what it adds to V.

use super::mean_and_standard_error;
use super::normal::normal_quantile;

/// An index with its error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Index {
    /// The estimate; chance may put it slightly outside 0 to 1.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
}

impl Index {
    /// Its 95 % interval.
    pub fn interval(self) -> [f64; 2] {
        let half = normal_quantile(0.975) * self.standard_error;
        [self.value - half, self.value + half]
    }
}

/// The indices of one group of inputs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Indices {
    /// Share of the variance that goes once the group is known: first order.
    pub first: Index,
    /// Share of the variance that stays as long as only the group is unknown: total.
    pub total: Index,
}

/// Mean and variance of a result over both matrices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The variance.
    pub variance: f64,
}

impl Spread {
    /// Of the results of the rows of A and of B.
    pub fn of(a: &[f64], b: &[f64]) -> Self {
        let n = (a.len() + b.len()).max(1) as f64;
        let mean = a.iter().chain(b).sum::<f64>() / n;
        let squares: f64 = a.iter().chain(b).map(|value| (value - mean) * (value - mean)).sum();
        Self { mean, variance: squares / n }
    }

    /// True where the result does not vary beyond rounding: there are no shares of nothing.
    pub fn is_none(&self) -> bool {
        libm::sqrt(self.variance) <= 1e-12 * self.mean.abs() || self.variance <= 0.0
    }
}

/// The indices of the group whose columns `swapped` has from B; `None` where the result does not vary. The three have the results
/// of as many rows.
pub fn indices(a: &[f64], b: &[f64], swapped: &[f64]) -> Option<Indices> {
    let spread = Spread::of(a, b);
    if spread.is_none() {
        return None;
    }
    let Spread { mean, variance } = spread;
    let of = |row: &dyn Fn(f64, f64, f64) -> f64| {
        let rows: Vec<f64> = a.iter().zip(b).zip(swapped).map(|((a, b), ab)| row(*a, *b, *ab)).collect();
        let value = rows.iter().sum::<f64>() / rows.len().max(1) as f64 / variance;
        let moved = |((row, a), b): ((&f64, &f64), &f64)| {
            let own = 0.5 * ((a - mean) * (a - mean) + (b - mean) * (b - mean));
            row - value * own
        };
        let moved: Vec<f64> = rows.iter().zip(a).zip(b).map(moved).collect();
        let (_, error) = mean_and_standard_error(&moved);
        Index { value, standard_error: error / variance }
    };
    Some(Indices {
        first: of(&|a, b, ab| (b - mean) * (ab - a)),
        total: of(&|a, _, ab| 0.5 * (a - ab) * (a - ab)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// f = x1 with two inputs, rows x1 = (1, 3) in A and (3, 1) in B: mean 2, variance 1. Swapping x1 gives f(B): first order
    /// ((3 − 2)(3 − 1) + (1 − 2)(1 − 3)) / 2 = 2 on these two rows, total (4 + 4) / 4 = 2. Swapping x2 gives f(A): both 0.
    #[test]
    fn worked_by_hand() {
        let (a, b) = ([1.0, 3.0], [3.0, 1.0]);
        let own = indices(&a, &b, &b).expect("varies");
        assert_eq!((own.first.value, own.total.value), (2.0, 2.0));
        let other = indices(&a, &b, &a).expect("varies");
        assert_eq!((other.first.value, other.total.value), (0.0, 0.0));
        assert_eq!(other.total.interval(), [0.0, 0.0]);
    }

    #[test]
    fn what_does_not_vary_has_no_indices() {
        assert_eq!(indices(&[5.0; 4], &[5.0; 4], &[5.0; 4]), None);
        assert_eq!(indices(&[], &[], &[]), None);
    }
}
