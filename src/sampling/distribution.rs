//! Distributions made ready to draw from: inverse transforms, exact, inside their support, one draw per value, many
//! lanes at once.

use crate::model::Distribution;
use crate::stats::lanes::{Scratch, exponentials, normal_quantiles};
use crate::stats::{BetaQuantile, normal_cdf};

/// Form in which a draw comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draw {
    /// A uniform number, strictly between 0 and 1.
    Uniform,
    /// A standard normal score.
    Score,
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
    Truncated(Truncated),
    Lognormal { mu: f64, sigma: f64 },
    Discrete { values: Vec<f64>, below: Vec<f64> },
    Empirical { values: Vec<f64> },
}

/// A truncated normal, worked out in the tail where differences of probabilities keep their digits.
#[derive(Debug, Clone, PartialEq)]
struct Truncated {
    mean: f64,
    sd: f64,
    min: f64,
    max: f64,
    /// Probability below the lower end and between the ends, of the normal or of its mirror image.
    below: f64,
    mass: f64,
    mirrored: bool,
}

impl Truncated {
    fn new(mean: f64, sd: f64, min: f64, max: f64) -> Self {
        let (a, b) = ((min - mean) / sd, (max - mean) / sd);
        let mirrored = a > 0.0;
        let (a, b) = if mirrored { (-b, -a) } else { (a, b) };
        let below = normal_cdf(a);
        Self { mean, sd, min, max, below, mass: normal_cdf(b) - below, mirrored }
    }
}

impl Quantile {
    /// Prepares `distribution`, which must be valid. An event is no distribution of a single number: `None`.
    pub fn new(distribution: &Distribution) -> Option<Self> {
        Some(Self(match distribution {
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
                Kind::Truncated(Truncated::new(*mean, *sd, *min, *max))
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
            Distribution::Empirical { values } => Kind::Empirical { values: values.clone() },
            Distribution::Event(_) => return None,
        }))
    }

    /// The form of draws that [`Quantile::apply`] turns into values directly.
    pub fn wants(&self) -> Draw {
        match self.0 {
            Kind::Beta { .. } | Kind::Normal { .. } | Kind::Lognormal { .. } => Draw::Score,
            _ => Draw::Uniform,
        }
    }

    /// Replaces draws, which come as `given`, by their values.
    pub fn apply(&self, lanes: &mut [f64], given: Draw, scratch: &mut Scratch) {
        match (given, self.wants()) {
            (Draw::Uniform, Draw::Score) => normal_quantiles(lanes, scratch),
            (Draw::Score, Draw::Uniform) => lanes.iter_mut().for_each(|z| *z = normal_cdf(*z)),
            _ => {}
        }
        match &self.0 {
            Kind::Uniform { min, max } => each(lanes, |u| min + (max - min) * u),
            Kind::Triangular { min, mode, max } => triangular(lanes, *min, *mode, *max),
            Kind::Beta { table, min, max } => each(lanes, |z| min + (max - min) * table.at_score(z)),
            Kind::Normal { mean, sd } => each(lanes, |z| mean + sd * z),
            Kind::Truncated(normal) => truncated(lanes, normal, scratch),
            Kind::Lognormal { mu, sigma } => exponentials(lanes, *mu, *sigma),
            Kind::Discrete { values, below } => each(lanes, |u| {
                let place = below.partition_point(|sum| *sum <= u).min(values.len() - 1);
                values[place]
            }),
            Kind::Empirical { values } => each(lanes, |u| {
                let place = (u * values.len() as f64) as usize;
                values[place.min(values.len() - 1)]
            }),
        }
    }
}

fn each(lanes: &mut [f64], value: impl Fn(f64) -> f64) {
    for lane in lanes {
        *lane = value(*lane);
    }
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn triangular(lanes: &mut [f64], min: f64, mode: f64, max: f64) {
    let range = max - min;
    let left = (mode - min) / range;
    let (rise, fall) = (range * (mode - min), range * (max - mode));
    for lane in lanes {
        let u = *lane;
        let (low, high) = (min + (u * rise).sqrt(), max - ((1.0 - u) * fall).sqrt());
        let value = if u < left { low } else { high };
        let value = if value < min { min } else { value };
        *lane = if value > max { max } else { value };
    }
}

fn truncated(lanes: &mut [f64], normal: &Truncated, scratch: &mut Scratch) {
    for lane in lanes.iter_mut() {
        let u = if normal.mirrored { 1.0 - *lane } else { *lane };
        // Rounding at the very ends must not leave (0, 1).
        *lane = (normal.below + u * normal.mass).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0);
    }
    normal_quantiles(lanes, scratch);
    let sd = if normal.mirrored { -normal.sd } else { normal.sd };
    for lane in lanes {
        *lane = (normal.mean + sd * *lane).clamp(normal.min, normal.max);
    }
}
