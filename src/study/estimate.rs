//! What a sample of futures says about a number: mean with its error, quantiles, the worst tail, paired gains.

use crate::stats::{confidence_half_width, cvar_lowest, mean_and_standard_error, quantile};

/// The distribution of a number over samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Mean.
    pub mean: f64,
    /// Standard error of the mean.
    pub standard_error: f64,
    /// Half the width of the mean's 95 % confidence interval.
    pub half_width: f64,
    /// Quantiles 5, 25, 50, 75 and 95 %.
    pub quantiles: [f64; 5],
    /// Mean of the worst (lowest) 1 − α share.
    pub cvar: f64,
    /// Share of samples below zero.
    pub below_zero: f64,
}

/// The quantiles of an [`Estimate`].
pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

impl Estimate {
    /// Estimates from one value per sample; `alpha` is the level of the CVaR.
    pub fn of(mut values: Vec<f64>, alpha: f64) -> Self {
        let (mean, standard_error) = mean_and_standard_error(&values);
        let half_width = confidence_half_width(standard_error, values.len());
        let below = values.iter().filter(|value| **value < 0.0).count();
        let below_zero = below as f64 / values.len().max(1) as f64;
        values.sort_by(f64::total_cmp);
        Self {
            mean,
            standard_error,
            half_width,
            quantiles: QUANTILES.map(|p| quantile(&values, p)),
            cvar: cvar_lowest(&values, alpha),
            below_zero,
        }
    }
}

/// A paired gain: the mean difference on common random numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Mean gain.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Half the width of its 95 % confidence interval.
    pub half_width: f64,
    /// Share of samples in which there is a gain.
    pub wins: f64,
}

/// The gain of `a` over `b`, sample by sample.
pub fn paired(a: &[f64], b: &[f64]) -> Comparison {
    let gains: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let (mean, standard_error) = mean_and_standard_error(&gains);
    let wins = gains.iter().filter(|gain| **gain > 0.0).count() as f64 / gains.len().max(1) as f64;
    Comparison { mean, standard_error, half_width: confidence_half_width(standard_error, gains.len()), wins }
}
