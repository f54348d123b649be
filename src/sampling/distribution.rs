//! Distributions made ready to draw from: inverse transforms, exact, inside their support, one draw per value.

use crate::model::Distribution;
use crate::stats::{BetaQuantile, normal_cdf, normal_quantile};

/// One draw, as a uniform number or as its standard normal score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Draw {
    /// Strictly between 0 and 1.
    Uniform(f64),
    /// A standard normal.
    Score(f64),
}

/// A distribution's quantile function.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantile(Kind);

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Uniform { min: f64, max: f64 },
    Triangular { min: f64, mode: f64, max: f64 },
    Beta { table: BetaQuantile, min: f64, max: f64 },
    Normal { mean: f64, sd: f64 },
    Truncated { mean: f64, sd: f64, min: f64, max: f64 },
    Lognormal { mu: f64, sigma: f64 },
    Discrete { values: Vec<f64>, below: Vec<f64> },
}

impl Quantile {
    /// Prepares `distribution`, which must be valid.
    pub fn new(distribution: &Distribution) -> Self {
        Self(match distribution {
            Distribution::Uniform { min, max } => Kind::Uniform { min: *min, max: *max },
            Distribution::Triangular { min, mode, max } => {
                Kind::Triangular { min: *min, mode: *mode, max: *max }
            }
            Distribution::Pert { min, mode, max } => {
                let (alpha, beta) = Distribution::pert_shapes(*min, *mode, *max);
                Kind::Beta { table: BetaQuantile::new(alpha, beta), min: *min, max: *max }
            }
            Distribution::Beta { alpha, beta, min, max } => {
                Kind::Beta { table: BetaQuantile::new(*alpha, *beta), min: *min, max: *max }
            }
            Distribution::Normal { mean, sd, min, max } if min.is_infinite() && max.is_infinite() => {
                Kind::Normal { mean: *mean, sd: *sd }
            }
            Distribution::Normal { mean, sd, min, max } => {
                Kind::Truncated { mean: *mean, sd: *sd, min: *min, max: *max }
            }
            Distribution::Lognormal { median, cv } => {
                let (mu, sigma) = Distribution::lognormal_log_parameters(*median, *cv);
                Kind::Lognormal { mu, sigma }
            }
            Distribution::Discrete { values, weights } => {
                let mut sum = 0.0;
                let below = weights
                    .iter()
                    .map(|weight| {
                        sum += weight;
                        sum
                    })
                    .collect();
                Kind::Discrete { values: values.clone(), below }
            }
        })
    }

    /// The value of a draw.
    pub fn at(&self, draw: Draw) -> f64 {
        match &self.0 {
            Kind::Uniform { min, max } => min + (max - min) * draw.uniform(),
            Kind::Triangular { min, mode, max } => triangular(*min, *mode, *max, draw.uniform()),
            Kind::Beta { table, min, max } => min + (max - min) * table.at_score(draw.score()),
            Kind::Normal { mean, sd } => mean + sd * draw.score(),
            Kind::Truncated { mean, sd, min, max } => {
                let (a, b) = ((min - mean) / sd, (max - mean) / sd);
                (mean + sd * truncated_score(a, b, draw.uniform())).clamp(*min, *max)
            }
            Kind::Lognormal { mu, sigma } => libm::exp(mu + sigma * draw.score()),
            Kind::Discrete { values, below } => {
                let u = draw.uniform();
                let place = below.partition_point(|sum| *sum <= u).min(values.len() - 1);
                values[place]
            }
        }
    }
}

fn triangular(min: f64, mode: f64, max: f64, u: f64) -> f64 {
    let range = max - min;
    let left = (mode - min) / range;
    let value = if u < left {
        min + libm::sqrt(u * range * (mode - min))
    } else {
        max - libm::sqrt((1.0 - u) * range * (max - mode))
    };
    value.clamp(min, max)
}

/// The standard normal truncated to a..b at probability u, worked out in the tail where differences keep their digits.
fn truncated_score(a: f64, b: f64, u: f64) -> f64 {
    if a > 0.0 {
        // Mirrored: the lower tail of −b..−a.
        return -truncated_score(-b, -a, 1.0 - u);
    }
    let (low, high) = (normal_cdf(a), normal_cdf(b));
    let p = low + u * (high - low);
    // Rounding at the very ends must not leave (0, 1).
    normal_quantile(p.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0)).clamp(a, b)
}
