//! The worth of a plan to the public, as documents tell it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::keys;
use super::words::MetricKey;
use crate::model::Model;
use crate::study::worth::{
    Amount, AtRate, Ends, Factor, Gain, LineWorth, Rates, Ratio, Switching, View, Worth,
};

/// A mean in present value with its 95 % confidence interval [Rp].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorthFigure {
    /// Mean.
    pub mean: f64,
    /// 95 % confidence interval of the mean: low, high.
    pub interval: [f64; 2],
}

impl WorthFigure {
    fn new(mean: f64, half_width: f64) -> Self {
        Self { mean, interval: [mean - half_width, mean + half_width] }
    }
}

impl From<Amount> for WorthFigure {
    fn from(of: Amount) -> Self {
        Self::new(of.mean, of.half_width)
    }
}

impl From<Gain> for WorthFigure {
    fn from(of: Gain) -> Self {
        Self::new(of.mean, of.half_width)
    }
}

/// Mean benefits over mean costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RatioDocument {
    /// The ratio [Rp per Rp].
    pub ratio: f64,
    /// Its 95 % confidence interval (Fieller 1954); null where the costs cannot be told from zero.
    pub interval: Option<[f64; 2]>,
}

impl From<Ratio> for RatioDocument {
    fn from(of: Ratio) -> Self {
        Self { ratio: of.ratio, interval: of.interval }
    }
}

/// Internal rates of return, real, a year, looked for from −0.99 to 10.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RatesDocument {
    /// Discount rates at which the mean net present value is zero, ascending: none where there is none, more than one where
    /// its sign changes more than once [share per year].
    pub rates: Vec<f64>,
    /// Ranges of rates at which the 95 % interval of the net present value holds zero, ascending: low, high [share per year].
    pub ranges: Vec<[f64; 2]>,
}

impl From<&Rates> for RatesDocument {
    fn from(of: &Rates) -> Self {
        Self { rates: of.rates.clone(), ranges: of.ranges.clone() }
    }
}

/// A probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProbabilityDocument {
    /// Share of samples.
    pub share: f64,
    /// Its 95 % confidence interval (Wilson 1927): low, high.
    pub interval: [f64; 2],
}

/// Worth at another discount rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AtRateDocument {
    /// Real discount rate [share per year].
    pub rate: f64,
    /// Net present value [Rp].
    pub npv: WorthFigure,
    /// Mean benefits over mean costs; null where the costs are not above zero.
    pub bcr: Option<f64>,
    /// Share of samples in which benefits are no less than costs.
    pub probability_pays: f64,
}

impl From<&AtRate> for AtRateDocument {
    fn from(of: &AtRate) -> Self {
        Self { rate: of.rate, npv: of.npv.into(), bcr: of.bcr, probability_pays: of.pays }
    }
}

/// The least changes that take the mean net present value to zero, with the allocation as it is. Null where no change does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SwitchingDocument {
    /// Samples that they are known from.
    pub samples: usize,
    /// Factor on all prices of channels, from 0.001 to 10.
    pub prices: Option<f64>,
    /// Factor on additionality, which stays at 1 at most, from 0.001 to 10.
    pub additionality: Option<f64>,
    /// Factor on effectiveness, which stays at 1 at most, from 0.001 to 10.
    pub effectiveness: Option<f64>,
    /// Factor on costs.
    pub costs: Option<f64>,
    /// Periods by which all payments come later: the first at which a plan that pays no longer does.
    pub delay: Option<usize>,
}

impl From<&Switching> for SwitchingDocument {
    fn from(of: &Switching) -> Self {
        let factor = |factor: Factor| match factor {
            Factor::At(factor) => Some(factor),
            Factor::Never => None,
        };
        Self {
            samples: of.samples,
            prices: factor(of.prices),
            additionality: factor(of.additionality),
            effectiveness: factor(of.effectiveness),
            costs: factor(of.costs),
            delay: of.delay,
        }
    }
}

/// Worth in one view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ViewDocument {
    /// Benefits: the increment of the metric over no plan [Rp].
    pub benefits: WorthFigure,
    /// Costs: payments and the upkeep that sources bear, less what is left at the end [Rp].
    pub costs: WorthFigure,
    /// Net present value: benefits less costs [Rp].
    pub npv: WorthFigure,
    /// Mean benefits over mean costs; null where the costs are not above zero.
    pub bcr: Option<RatioDocument>,
    /// Internal rates of return; economic ones where the metric is `economic`.
    pub eirr: RatesDocument,
    /// First calendar year from which on the discounted, cumulated mean is above zero; null where there is none.
    pub payback_year: Option<i32>,
    /// How likely benefits are no less than costs.
    pub probability_pays: ProbabilityDocument,
    /// At other discount rates.
    pub by_discount_rate: Vec<AtRateDocument>,
    /// The least changes that take it to zero; null where they were not looked for.
    pub switching_values: Option<SwitchingDocument>,
}

impl ViewDocument {
    fn of(model: &Model, of: &View) -> Self {
        Self {
            benefits: of.benefits.into(),
            costs: of.costs.into(),
            npv: of.npv.into(),
            bcr: of.bcr.map(Into::into),
            eirr: (&of.eirr).into(),
            payback_year: of.payback_year.map(|year| model.horizon.calendar_year(year)),
            probability_pays: ProbabilityDocument { share: of.pays, interval: of.pays_interval },
            by_discount_rate: of.at_rates.iter().map(Into::into).collect(),
            switching_values: of.switching.as_ref().map(Into::into),
        }
    }
}

/// Costs of a source in present value, at the cost of its rupiah to the public [Rp].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SourceCostDocument {
    /// The source.
    pub source: String,
    /// Its payments [Rp].
    pub paid: f64,
    /// Upkeep that it bears [Rp].
    pub upkeep: f64,
    /// The rest of its money at the end: lent money that comes back, and assets that can be sold [Rp].
    pub returned: f64,
    /// Its costs: `paid` and `upkeep` less `returned` [Rp].
    pub costs: f64,
}

/// Gain of a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterGainDocument {
    /// The cluster.
    pub cluster: String,
    /// Its gain [Rp].
    pub gain: WorthFigure,
}

/// Gain of a chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChainGainDocument {
    /// The chain.
    pub chain: String,
    /// Its gain [Rp].
    pub gain: WorthFigure,
}

/// The worth of a plan, in the simulator's reading on fresh samples, in present value. The two views are never mixed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorthDocument {
    /// The metric of the benefits.
    pub metric: MetricKey,
    /// Fresh samples.
    pub samples: usize,
    /// The scenario's discount rate [share per year].
    pub discount_rate: f64,
    /// To the budget: all money is cost.
    pub budget: ViewDocument,
    /// To the economy: only the use of resources is.
    pub economy: ViewDocument,
    /// Costs by source, to the budget.
    pub by_source: Vec<SourceCostDocument>,
    /// Gains by cluster.
    pub by_cluster: Vec<ClusterGainDocument>,
    /// Gains by chain.
    pub by_chain: Vec<ChainGainDocument>,
}

impl WorthDocument {
    /// The document of a plan's worth.
    pub fn of(model: &Model, of: &Worth) -> Self {
        let source = |cost: &crate::study::worth::SourceCost| SourceCostDocument {
            source: keys::source(model, cost.source),
            paid: cost.paid,
            upkeep: cost.upkeep,
            returned: cost.returned,
            costs: cost.costs(),
        };
        Self {
            metric: of.metric.into(),
            samples: of.samples,
            discount_rate: model.horizon.discount_rate,
            budget: ViewDocument::of(model, &of.budget),
            economy: ViewDocument::of(model, &of.economy),
            by_source: of.by_source.iter().map(source).collect(),
            by_cluster: (of.by_cluster.iter())
                .map(|&(cluster, gain)| ClusterGainDocument {
                    cluster: model.clusters[cluster.index()].key.clone(),
                    gain: gain.into(),
                })
                .collect(),
            by_chain: (of.by_chain.iter())
                .map(|&(chain, gain)| ChainGainDocument {
                    chain: model.chains[chain.index()].key.clone(),
                    gain: gain.into(),
                })
                .collect(),
        }
    }
}

/// A line with its worth by itself: what the plan would lose without it, or gain with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LineWorthDocument {
    /// The source.
    pub source: String,
    /// The cluster.
    pub cluster: String,
    /// The intervention.
    pub intervention: String,
    /// Calendar year.
    pub year: i32,
    /// The amount that it is judged by: of a funded line all that is not locked [Rp].
    pub rupiah: i64,
    /// Mean benefits of the amount in present value [Rp].
    pub benefits: f64,
    /// Mean costs of the amount in present value [Rp].
    pub costs: f64,
    /// Benefits for a rupiah of costs.
    pub ratio: f64,
    /// Benefits less costs [Rp].
    pub npv: WorthFigure,
}

impl LineWorthDocument {
    fn of(model: &Model, of: &LineWorth) -> Self {
        let line = &of.line;
        Self {
            source: keys::source(model, line.source),
            cluster: keys::cluster(model, line.cluster),
            intervention: model.chain_of(line.cluster).interventions[line.intervention.index()].key.clone(),
            year: model.horizon.calendar_year(line.year),
            rupiah: line.amount.0,
            benefits: of.benefits,
            costs: of.costs,
            ratio: of.ratio(),
            npv: of.net.into(),
        }
    }
}

/// The ends of what a plan funds that maximises benefits less costs, each line judged by itself in the simulator's reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EndsDocument {
    /// Of the funded lines that no rule asks for, the one that brings least for a rupiah; null where there is none.
    pub last: Option<LineWorthDocument>,
    /// Of the lines that rules and what is left of budgets allow, the one that would bring most for a rupiah; null where
    /// there is none.
    pub next: Option<LineWorthDocument>,
}

impl EndsDocument {
    /// The document of a plan's ends.
    pub fn of(model: &Model, of: &Ends) -> Self {
        let told = |line: &LineWorth| LineWorthDocument::of(model, line);
        Self { last: of.last.as_ref().map(told), next: of.next.as_ref().map(told) }
    }
}
