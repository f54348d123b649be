//! Numbers and factors ready to be drawn, and numbers that are held at given scores: what is asked where the worth of knowing a
//! number is.

use super::block::{LANES, Lanes};
use super::design::Points;
use super::distribution::Quantile;
use crate::model::Varies;
use crate::stats::lanes::{Scratch, normal_quantiles};

/// A factor, ready to be drawn.
#[derive(Debug, Clone)]
pub(super) struct PreparedFactor {
    pub(super) points: Points,
    pub(super) varies: Varies,
    pub(super) ar: f64,
}

/// An uncertain number, ready to be drawn.
#[derive(Debug, Clone)]
pub(super) struct PreparedParameter {
    pub(super) points: Points,
    pub(super) law: Law,
    pub(super) varies: Varies,
    pub(super) loadings: Vec<(usize, f64)>,
    /// √(1 − Σ a²), the weight of what is the number's own.
    pub(super) own: f64,
}

/// The way from draws to a number.
#[derive(Debug, Clone)]
pub(super) enum Law {
    Quantile(Quantile),
    /// Share that events leave; its paths are worked out once per block.
    Event(usize),
}

/// A number that is held, as it would be drawn: what its score says of the factors that it loads on.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) drawn: PreparedParameter,
    pub(super) scores: Points,
}

impl Held {
    /// Moves the factors of a block to where they lie given the score that is held: of jointly normal draws (F, ε) with
    /// z = Σ a F + √(1 − Σ a²) ε, F + a (z* − z) has the distribution of F given z = z*.
    pub(super) fn condition(&self, block: usize, factors: &mut [Vec<Lanes>], scratch: &mut Scratch) {
        let (mut score, mut wanted) = ([0.0; LANES], [0.0; LANES]);
        self.drawn.score(block, factors, &mut score, scratch);
        self.scores.uniforms(block, 0, &mut wanted);
        normal_quantiles(&mut wanted, scratch);
        for &(f, a) in &self.drawn.loadings {
            if let Some(first) = factors[f].first_mut() {
                for ((factor, wanted), score) in first.iter_mut().zip(&wanted).zip(&score) {
                    *factor += a * (wanted - score);
                }
            }
        }
    }
}

impl PreparedParameter {
    /// The scores of a number that is drawn once.
    pub(super) fn score(
        &self,
        block: usize,
        factors: &[Vec<Lanes>],
        lanes: &mut Lanes,
        scratch: &mut Scratch,
    ) {
        self.points.uniforms(block, 0, lanes);
        normal_quantiles(lanes, scratch);
        if self.loadings.is_empty() {
            return;
        }
        for lane in lanes.iter_mut() {
            *lane *= self.own;
        }
        for &(f, a) in &self.loadings {
            if let Some(first) = factors[f].first() {
                for (lane, factor) in lanes.iter_mut().zip(first) {
                    *lane += a * factor;
                }
            }
        }
    }
}
