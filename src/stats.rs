//! Statistics: the normal distribution, quantiles of beta distributions, moments, quantiles, tails and intervals.
//!
//! Knows nothing of the model. Elementary functions come from the `libm` crate, so that bits are the same everywhere.

use std::cell::Cell;

pub mod beta;
pub mod bins;
pub mod evidence;
pub mod lanes;
pub mod moments;
pub mod normal;
pub mod order;
pub mod sequence;
pub mod sketch;
pub mod smooth;
pub mod sobol;

pub use beta::BetaQuantile;
pub use normal::{normal_cdf, normal_quantile};

/// Mean and its standard error, summed in order; the error is 0 for fewer than two values.
pub fn mean_and_standard_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    if values.is_empty() {
        return (0.0, 0.0);
    }
    let mean = values.iter().sum::<f64>() / n;
    if values.len() < 2 {
        return (mean, 0.0);
    }
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, libm::sqrt(squares / (n - 1.0) / n))
}

/// The quantile `p` of ascending values, linear between order statistics (type 7 of Hyndman and Fan 1996).
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = p.clamp(0.0, 1.0) * last as f64;
    let below = (place.floor() as usize).min(last);
    let above = (below + 1).min(last);
    let share = place - below as f64;
    if share == 0.0 { sorted[below] } else { sorted[below] + share * (sorted[above] - sorted[below]) }
}

/// Mean of the lowest 1 − α share of ascending, equally likely values, the value at the quantile split
/// (Rockafellar and Uryasev 2002, for distributions with atoms).
pub fn cvar_lowest(sorted: &[f64], alpha: f64) -> f64 {
    if sorted.is_empty() {
        return 0.0;
    }
    let share = ((1.0 - alpha) * sorted.len() as f64).clamp(0.0, sorted.len() as f64);
    // Whole values below the quantile, but for rounding in 1 − α.
    let whole = ((share + 1e-9).floor() as usize).min(sorted.len());
    let part = (share - whole as f64).max(0.0);
    if whole == 0 {
        return sorted[0];
    }
    let sum: f64 = sorted[..whole].iter().sum::<f64>() + if part > 1e-9 { part * sorted[whole] } else { 0.0 };
    sum / (whole as f64 + if part > 1e-9 { part } else { 0.0 })
}

/// Half the width of a mean's 95 % confidence interval from its standard error and the number of values, by Student's
/// t with n − 1 degrees of freedom.
pub fn confidence_half_width(standard_error: f64, n: usize) -> f64 {
    if n < 2 {
        return 0.0;
    }
    standard_error * student_t_975(n - 1)
}

/// The 95 % interval of a probability from the share found in `n` independent trials (Wilson 1927).
pub fn wilson_interval(share: f64, n: usize) -> [f64; 2] {
    let (n, z) = (n.max(1) as f64, 1.959_963_984_540_054);
    let centre = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * libm::sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n));
    [(centre - half).max(0.0), (centre + half).min(1.0)]
}

/// The upper end of a mean's one-sided 95 % confidence interval from its standard error and the number of values, by
/// Student's t with n − 1 degrees of freedom. The mean itself for fewer than two values.
pub fn one_sided_limit(mean: f64, standard_error: f64, n: usize) -> f64 {
    if n < 2 { mean } else { mean + standard_error * student_t(0.95, n - 1) }
}

/// The 97.5 % quantile of Student's t with `df` degrees of freedom.
fn student_t_975(df: usize) -> f64 {
    thread_local! {
        // The rows of a run ask for the same one after the other, and it takes longer than all else of a small row.
        static LAST: Cell<(usize, f64)> = const { Cell::new((0, f64::NAN)) };
    }
    let (known, quantile) = LAST.get();
    if df == known && df > 0 {
        return quantile;
    }
    let quantile = student_t(0.975, df);
    LAST.set((df, quantile));
    quantile
}

/// The quantile `p` of Student's t with `df` degrees of freedom.
fn student_t(p: f64, df: usize) -> f64 {
    use statrs::distribution::{ContinuousCDF, StudentsT};
    // Beyond this many the normal quantile is the same to 7 digits.
    if df > 10_000_000 {
        normal_quantile(p)
    } else {
        StudentsT::new(0.0, 1.0, df as f64).map_or_else(|_| normal_quantile(p), |t| t.inverse_cdf(p))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known values: t with 9, 29 and 199 degrees of freedom at 97.5 %.
    #[test]
    fn student_quantiles_are_right() {
        for (df, t) in [
            (1, 12.706_204_736),
            (6, 2.446_911_851),
            (9, 2.262_157_163),
            (29, 2.045_229_642),
            (199, 1.971_956_544),
        ] {
            assert!((student_t_975(df) - t).abs() < 1e-6, "{df}: {}", student_t_975(df));
        }
    }

    /// t at 95 % with 19 degrees of freedom is 1.729132812: twenty values of mean 3 and standard error 0.5 stay below
    /// 3.864566406 with 95 % confidence.
    #[test]
    fn one_sided_limits_are_by_student() {
        assert!((one_sided_limit(3.0, 0.5, 20) - 3.864_566_406).abs() < 1e-6);
        assert_eq!(one_sided_limit(3.0, 0.0, 1), 3.0);
    }

    /// 0, 10, 20, 50 with counts 50, 30, 15, 5 as gains: the worst tenth of the negatives is 5 of −50 and 5 of −20,
    /// mean −35 (as losses, 35).
    #[test]
    fn the_tail_splits_the_atom_at_the_quantile() {
        let mut gains = vec![-50.0; 5];
        gains.extend(vec![-20.0; 15]);
        gains.extend(vec![-10.0; 30]);
        gains.extend(vec![0.0; 50]);
        assert!((cvar_lowest(&gains, 0.9) + 35.0).abs() < 1e-12);
        assert!((cvar_lowest(&gains, 0.0) - gains.iter().sum::<f64>() / 100.0).abs() < 1e-12);
        // 1 − 0.95 of 30 values is one and a half of them.
        let ascending: Vec<f64> = (0..30).map(f64::from).collect();
        assert!((cvar_lowest(&ascending, 0.95) - (0.0 + 0.5 * 1.0) / 1.5).abs() < 1e-9);
    }

    #[test]
    fn quantiles_lie_between_order_statistics() {
        let values = [1.0, 2.0, 4.0, 8.0, 16.0];
        assert_eq!(quantile(&values, 0.0), 1.0);
        assert_eq!(quantile(&values, 0.5), 4.0);
        assert_eq!(quantile(&values, 1.0), 16.0);
        assert!((quantile(&values, 0.95) - (8.0 + 0.8 * 8.0)).abs() < 1e-12);
    }

    /// 15 of 100: Wilson's interval is 0.0931 to 0.2328; none of 20: 0 to 0.1611.
    #[test]
    fn wilson_intervals_are_the_known_ones() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 5e-5, "{a} is not {b}");
        let [low, high] = wilson_interval(0.15, 100);
        close(low, 0.0931);
        close(high, 0.2328);
        let [low, high] = wilson_interval(0.0, 20);
        assert_eq!(low, 0.0);
        close(high, 0.1611);
    }

    #[test]
    fn the_standard_error_is_that_of_the_mean() {
        let (mean, error) = mean_and_standard_error(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(mean, 2.5);
        assert!((error - (5.0_f64 / 3.0 / 4.0).sqrt()).abs() < 1e-15);
        assert_eq!(mean_and_standard_error(&[7.0]), (7.0, 0.0));
    }
}
