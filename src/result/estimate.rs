//! Numbers over samples, and what several documents share: titles, the horizon, the attitude to risk.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{self, Model};
use crate::opt::assurance;
use crate::study;

/// The value, or nothing where it is infinite or no number: JSON has neither.
pub(super) fn finite(value: f64) -> Option<f64> {
    Some(value).filter(|value| value.is_finite())
}

fn finite_ends(interval: [f64; 2]) -> [Option<f64>; 2] {
    interval.map(finite)
}

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Title {
    /// In Indonesian.
    pub id: String,
    /// In English.
    pub en: String,
}

impl From<&model::Title> for Title {
    fn from(title: &model::Title) -> Self {
        Self { id: title.id.clone(), en: title.en.clone() }
    }
}

/// The time axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Horizon {
    /// Calendar year of the first year.
    pub first_year: i32,
    /// Years in which money is committed.
    pub years: usize,
    /// Periods in a year.
    pub periods_per_year: usize,
    /// Real discount rate [share per year].
    pub discount_rate: f64,
    /// Years of operations that follow without commitments; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tail: Option<Tail>,
}

/// Years of operations after the last year of commitments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tail {
    /// Years.
    pub years: usize,
    /// Blocks in which the program runs them; as many as there are years where it runs each by itself.
    pub blocks: usize,
}

impl Horizon {
    pub(super) fn of(model: &Model) -> Self {
        let horizon = &model.horizon;
        Self {
            first_year: horizon.first_year,
            years: horizon.years,
            periods_per_year: horizon.periods_per_year,
            discount_rate: horizon.discount_rate,
            tail: (horizon.tail.years > 0)
                .then_some(Tail { years: horizon.tail.years, blocks: horizon.tail.blocks }),
        }
    }
}

/// The attitude to risk: the objective is (1 − λ) mean + λ CVaR.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Risk {
    /// Weight λ of the CVaR [share].
    pub lambda: f64,
    /// Level α of the CVaR [share].
    pub alpha: f64,
}

impl From<model::Risk> for Risk {
    fn from(risk: model::Risk) -> Self {
        Self { lambda: risk.lambda, alpha: risk.alpha }
    }
}

/// A distribution over samples, in the unit of what is estimated. A value is null where the run did not keep it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// Mean.
    pub mean: f64,
    /// Standard error of the mean.
    pub standard_error: Option<f64>,
    /// 95 % confidence interval of the mean: low, high.
    pub interval: [Option<f64>; 2],
    /// Quantile 5 %.
    pub q05: Option<f64>,
    /// Quantile 25 %.
    pub q25: Option<f64>,
    /// Median.
    pub q50: Option<f64>,
    /// Quantile 75 %.
    pub q75: Option<f64>,
    /// Quantile 95 %.
    pub q95: Option<f64>,
    /// 95 % confidence intervals of the five quantiles, in their order: low, high.
    pub quantile_intervals: [[Option<f64>; 2]; 5],
    /// Mean of the worst (lowest) 1 − α share of samples.
    pub cvar: Option<f64>,
    /// Standard error of `cvar`.
    pub cvar_standard_error: Option<f64>,
    /// Share of samples below zero.
    pub below_zero: Option<f64>,
}

impl From<&study::Estimate> for Estimate {
    fn from(of: &study::Estimate) -> Self {
        let [q05, q25, q50, q75, q95] = of.quantiles.map(finite);
        Self {
            mean: of.mean,
            standard_error: finite(of.standard_error),
            interval: finite_ends([of.mean - of.half_width, of.mean + of.half_width]),
            q05,
            q25,
            q50,
            q75,
            q95,
            quantile_intervals: of.quantile_intervals.map(finite_ends),
            cvar: finite(of.cvar),
            cvar_standard_error: finite(of.cvar_standard_error),
            below_zero: finite(of.below_zero),
        }
    }
}

/// A difference of two plans, paired sample by sample, in the unit of the metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// Mean difference.
    pub mean: f64,
    /// Standard error of the mean.
    pub standard_error: Option<f64>,
    /// 95 % confidence interval of the mean: low, high.
    pub interval: [Option<f64>; 2],
    /// Share of samples in which the difference is above zero.
    pub share_of_samples_better: f64,
}

impl From<&study::Comparison> for Comparison {
    fn from(of: &study::Comparison) -> Self {
        Self {
            mean: of.mean,
            standard_error: finite(of.standard_error),
            interval: finite_ends([of.mean - of.half_width, of.mean + of.half_width]),
            share_of_samples_better: of.wins,
        }
    }
}

/// A number estimated in the program's reading, in the unit of the metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// Its 95 % confidence interval: low, high.
    pub interval: [Option<f64>; 2],
    /// Samples it rests on.
    pub samples: usize,
}

impl From<&assurance::Figure> for Figure {
    fn from(of: &assurance::Figure) -> Self {
        Self {
            value: of.value,
            standard_error: finite(of.standard_error),
            interval: finite_ends([of.value - of.half_width, of.value + of.half_width]),
            samples: of.samples,
        }
    }
}
