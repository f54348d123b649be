//! Confidence sequences: intervals for a mean that hold at every number of samples at once, so that one may look as often as one
//! likes and stop when one likes.

/// Half the width of the interval around the mean of `n` values, `sd` their standard deviation, that holds for all `n` from
/// about `first` on with probability 1 − `alpha`: the normal mixture of Robbins (1970, Ann. Math. Statist. 41, 1397), tightest
/// near `first` (Howard, Ramdas, McAuliffe and Sekhon 2021, Ann. Statist. 49, 1055). For values that are not normal it holds as
/// the central limit theorem does.
pub fn half_width(sd: f64, n: usize, alpha: f64, first: usize) -> f64 {
    if n == 0 {
        return f64::INFINITY;
    }
    let log = -2.0 * libm::log(alpha);
    let mixture = first.max(1) as f64 / (log + libm::log(1.0 + log));
    let (n, whole) = (n as f64, n as f64 + mixture);
    sd * libm::sqrt(whole * (libm::log(whole / mixture) + log)) / n
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With n = 100, mixture 100 / (5.99 + ln 6.99) = 12.60: sqrt(112.6 (ln 8.936 + 5.991)) / 100 = 0.3035.
    #[test]
    fn worked_by_hand() {
        assert!((half_width(1.0, 100, 0.05, 100) - 0.3035).abs() < 5e-4);
        assert!((half_width(2.0, 100, 0.05, 100) - 0.607).abs() < 1e-3);
        assert_eq!(half_width(1.0, 0, 0.05, 100), f64::INFINITY);
    }
}
