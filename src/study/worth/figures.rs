//! The figures of a plan's worth.

use crate::model::SourceId;
use crate::stats::{confidence_half_width, mean_and_standard_error};

/// Real discount rates at which the net present value is told besides the scenario's own.
pub const DISCOUNT_RATES: [f64; 4] = [0.03, 0.06, 0.10, 0.12];

/// A mean with half the width of its 95 % interval [Rp].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amount {
    /// Mean.
    pub mean: f64,
    /// Half the width of its interval; 0 where it is certain.
    pub half_width: f64,
}

impl Amount {
    pub(super) fn of(values: &[f64]) -> Self {
        let (mean, error) = mean_and_standard_error(values);
        Self { mean, half_width: confidence_half_width(error, values.len()) }
    }
}

/// A ratio of means with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The ratio.
    pub ratio: f64,
    /// Its interval by Fieller (1954); nothing where the denominator cannot be told from zero.
    pub interval: Option<[f64; 2]>,
}

/// Rates of return.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    /// Rates at which the mean net present value is zero, ascending: none, one or more.
    pub rates: Vec<f64>,
    /// Ranges of rates at which the 95 % interval of the net present value holds zero, ascending; they end at
    /// [`LOWEST_RATE`] and [`HIGHEST_RATE`] at the latest.
    pub ranges: Vec<[f64; 2]>,
}

/// Rates of return are looked for from this rate a year on.
pub const LOWEST_RATE: f64 = -0.99;
/// Rates of return are looked for up to this rate a year.
pub const HIGHEST_RATE: f64 = 10.0;
/// A discount rate and what the plan is worth at it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtRate {
    /// Real rate a year.
    pub rate: f64,
    /// Net present value [Rp].
    pub npv: Amount,
    /// Mean benefits over mean costs; nothing where the costs are not above zero.
    pub bcr: Option<f64>,
    /// Share of samples in which benefits are no less than costs.
    pub pays: f64,
}

/// A factor at which the net present value is zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Factor {
    /// At this factor.
    At(f64),
    /// At none that was looked at.
    Never,
}

/// Switching values in one view.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Switching {
    /// Samples that they are looked for on.
    pub samples: usize,
    /// Factor on all prices of channels.
    pub prices: Factor,
    /// Factor on additionality, capped at 1.
    pub additionality: Factor,
    /// Factor on effectiveness, capped at 1.
    pub effectiveness: Factor,
    /// Factor on costs.
    pub costs: Factor,
    /// Periods by which all payments come later: the first at which a plan that pays does not. Nothing where there is none.
    pub delay: Option<usize>,
}

/// Worth in one view.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Present value of the benefits [Rp].
    pub benefits: Amount,
    /// Present value of the costs [Rp].
    pub costs: Amount,
    /// Net present value, benefits less costs [Rp].
    pub npv: Amount,
    /// Mean benefits over mean costs; nothing where the costs are not above zero.
    pub bcr: Option<Ratio>,
    /// Rates of return: discount rates at which the mean net present value is zero.
    pub eirr: Rates,
    /// The first year (from 0) from which on the discounted, cumulated mean is above zero.
    pub payback_year: Option<usize>,
    /// Share of samples in which benefits are no less than costs.
    pub pays: f64,
    /// The 95 % interval of that probability (Wilson 1927).
    pub pays_interval: [f64; 2],
    /// At other discount rates.
    pub at_rates: Vec<AtRate>,
    /// The least changes that take the net present value to zero, the allocation as it is; nothing where they were not asked
    /// for.
    pub switching: Option<Switching>,
}

/// Present value of what a source pays for a plan [Rp]. Benefits are those of all sources together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SourceCost {
    /// The source.
    pub source: SourceId,
    /// Its payments, at their cost to the public.
    pub paid: f64,
    /// Upkeep that it bears.
    pub upkeep: f64,
    /// The rest of its money at the end.
    pub returned: f64,
}

impl SourceCost {
    /// Its costs.
    pub fn costs(&self) -> f64 {
        self.paid + self.upkeep - self.returned
    }
}
