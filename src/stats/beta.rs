//! Quantiles of beta distributions as a function of the standard normal score, from a table.
//!
//! Inverting the incomplete beta function costs microseconds, a draw should cost nanoseconds. The quantile as a function
//! of the score, x(z) = F⁻¹(Φ(z)), is smooth and flat at the ends, so cubic Hermite interpolation with the exact
//! derivative φ(z) / f(x) between few nodes is accurate to [`BetaQuantile::ERROR`] of the range.

use statrs::function::beta::{beta_reg, ln_beta};

use super::normal::{normal_cdf, normal_density};

/// Scores beyond ±REACH are taken at it: they come once in 10^16 draws.
const REACH: f64 = 8.25;
/// Intervals of the table.
const INTERVALS: usize = 1024;

/// The tabulated quantile of a beta distribution on 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct BetaQuantile {
    /// Value and derivative at each node.
    nodes: Vec<(f64, f64)>,
}

impl BetaQuantile {
    /// Largest error of a quantile, as a share of the range, for shapes from 0.3 to 50 (checked by the tests).
    pub const ERROR: f64 = 1e-8;

    /// Tabulates the quantile for shapes `alpha` and `beta`.
    pub fn new(alpha: f64, beta: f64) -> Self {
        let width = 2.0 * REACH / INTERVALS as f64;
        let log_beta = ln_beta(alpha, beta);
        let mut start = 0.5;
        let nodes = (0..=INTERVALS)
            .map(|n| {
                let z = -REACH + width * n as f64;
                // Solve in the nearer tail, where probabilities keep their digits.
                let x = if z <= 0.0 {
                    invert(alpha, beta, log_beta, normal_cdf(z), start)
                } else {
                    1.0 - invert(beta, alpha, log_beta, normal_cdf(-z), 1.0 - start)
                };
                start = x;
                let density =
                    libm::exp((alpha - 1.0) * libm::log(x) + (beta - 1.0) * libm::log1p(-x) - log_beta);
                let slope =
                    if density > 0.0 && density.is_finite() { normal_density(z) / density } else { 0.0 };
                (x, slope * width)
            })
            .collect();
        let mut table = Self { nodes };
        table.keep_monotone();
        table
    }

    /// Limits slopes so that the interpolant never falls (Fritsch and Carlson 1980).
    fn keep_monotone(&mut self) {
        for n in 0..INTERVALS {
            let rise = (self.nodes[n + 1].0 - self.nodes[n].0).max(0.0);
            self.nodes[n].1 = self.nodes[n].1.min(3.0 * rise);
            self.nodes[n + 1].1 = self.nodes[n + 1].1.min(3.0 * rise);
        }
    }

    /// The quantile at the standard normal score `z`, in 0 to 1.
    pub fn at_score(&self, z: f64) -> f64 {
        let place = (z.clamp(-REACH, REACH) + REACH) * (INTERVALS as f64 / (2.0 * REACH));
        let n = (place as usize).min(INTERVALS - 1);
        let t = place - n as f64;
        let ((x0, d0), (x1, d1)) = (self.nodes[n], self.nodes[n + 1]);
        let rise = x1 - x0;
        let x = x0 + t * (d0 + t * ((3.0 * rise - 2.0 * d0 - d1) + t * (d0 + d1 - 2.0 * rise)));
        x.clamp(0.0, 1.0)
    }
}

/// Solves I_x(alpha, beta) = p for p ≤ 1/2 by Newton's method on the logarithms, kept inside a bracket.
fn invert(alpha: f64, beta: f64, log_beta: f64, p: f64, start: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    // Near zero F(x) ≈ x^alpha / (alpha B): a start that is right where p is tiny.
    let tail = libm::exp((libm::log(p) + libm::log(alpha) + log_beta) / alpha);
    let mut x = if start > 0.0 && start < 1.0 && p > 1e-6 { start } else { tail.min(0.999) };
    if x <= 0.0 {
        return 0.0;
    }
    let target = libm::log(p);
    for _ in 0..200 {
        let probability = beta_reg(alpha, beta, x);
        if probability < p {
            low = x;
        } else {
            high = x;
        }
        let log_density = (alpha - 1.0) * libm::log(x) + (beta - 1.0) * libm::log1p(-x) - log_beta;
        let step = if probability > 0.0 {
            (libm::log(probability) - target) * probability / (libm::exp(log_density) * x)
        } else {
            f64::NAN
        };
        let next = x * libm::exp(-step);
        let next = if next.is_finite() && next > low && next < high {
            next
        } else if low > 0.0 && high / low > 4.0 {
            libm::sqrt(low * high)
        } else {
            0.5 * (low + high)
        };
        if (next - x).abs() <= 1e-16 * x || high - low <= 1e-16 * high {
            return next;
        }
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    /// F(x(z)) must give back Φ(z): the error in x is that in probability over the density. Checked between nodes, for
    /// shapes from 0.3 to 50.
    #[test]
    fn the_table_is_as_accurate_as_it_says() {
        let shapes = [0.3, 0.7, 1.0, 1.5, 2.0, 4.0, 5.0, 12.0, 50.0];
        for alpha in shapes {
            for beta in shapes {
                let table = BetaQuantile::new(alpha, beta);
                let log_beta = ln_beta(alpha, beta);
                let mut before = 0.0;
                for step in 0..=3000 {
                    let z = -6.0 + 12.0 * (f64::from(step) + 0.37) / 3001.0;
                    let x = table.at_score(z);
                    assert!(
                        (0.0..=1.0).contains(&x) && x >= before,
                        "{alpha} {beta} at {z}: {x} after {before}"
                    );
                    before = x;
                    let exact = if z <= 0.0 {
                        invert(alpha, beta, log_beta, normal_cdf(z), x)
                    } else {
                        1.0 - invert(beta, alpha, log_beta, normal_cdf(-z), 1.0 - x)
                    };
                    assert!(
                        (x - exact).abs() < BetaQuantile::ERROR,
                        "{alpha} {beta} at {z}: {x} is not {exact}"
                    );
                }
            }
        }
    }

    /// Beta(2, 5): q05 0.0628498917084, q50 0.264449983296, q95 0.581803409252 (40-digit arithmetic).
    #[test]
    fn known_quantiles_come_out() {
        let table = BetaQuantile::new(2.0, 5.0);
        for (z, x) in [
            (-1.644_853_626_951_473, 0.062_849_891_708_4),
            (0.0, 0.264_449_983_296),
            (1.644_853_626_951_472, 0.581_803_409_252),
        ] {
            assert!((table.at_score(z) - x).abs() < 1e-9);
        }
    }
}
