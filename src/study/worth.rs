//! The worth of a plan to the public: what it brings, what it costs, which is more, and how sure that is.
//!
//! Benefits B are the increments of the appraisal's metric over no plan, in the simulator's reading, year by year on fresh
//! samples. Costs C are what the public pays for the plan, less what is left of it at the end. They are seen in two ways that
//! are never mixed: the *budget's*, to which all money is cost, and the *economy's*, to which only the use of resources is
//! (European Commission 2014, *Guide to cost-benefit analysis of investment projects*, section 2.9; Asian Development Bank
//! 2017, *Guidelines for the economic analysis of projects*).

mod benefits;
mod costs;
mod flows;
mod switching;

use super::error::StudyError;
use crate::control::Control;
use crate::model::{Allocation, ChainId, ClusterId, Metric, Model, Net, SourceId};
use crate::sampling::{Purpose, Sampler};

pub use benefits::Gain;
pub use flows::{Amount, AtRate, HIGHEST_RATE, LOWEST_RATE, Rates, Ratio};
pub use switching::{Factor, Switching};

/// Samples at most that a plan is appraised on.
pub const SAMPLES: usize = 10_000;
/// Real discount rates at which the net present value is told besides the scenario's own.
pub const DISCOUNT_RATES: [f64; 4] = [0.03, 0.06, 0.10, 0.12];

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
    /// What it pays out, at its cost to the public.
    pub paid: f64,
    /// Upkeep that it bears.
    pub upkeep: f64,
    /// What is left of its money at the end.
    pub returned: f64,
}

impl SourceCost {
    /// Its costs.
    pub fn costs(&self) -> f64 {
        self.paid + self.upkeep - self.returned
    }
}

/// The worth of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Worth {
    /// The metric of the benefits.
    pub metric: Metric,
    /// Fresh samples that it is known from.
    pub samples: usize,
    /// To the budget, all money is cost.
    pub budget: View,
    /// To the economy, only the use of resources is.
    pub economy: View,
    /// Costs by source.
    pub by_source: Vec<SourceCost>,
    /// Gains by cluster.
    pub by_cluster: Vec<(ClusterId, Gain)>,
    /// Gains by chain.
    pub by_chain: Vec<(ChainId, Gain)>,
}

/// The metric that benefits are counted in.
pub fn appraisal_metric(_model: &Model) -> Metric {
    Metric::ValueAdded
}

/// The mean cost of an allocation that a plan's objective subtracts, on the first `samples` of `sampler` \[Rp\].
pub(super) fn subtracted(model: &Model, allocation: &Allocation, sampler: &Sampler, samples: usize) -> f64 {
    let net = model.net();
    if net == Net::Off {
        return 0.0;
    }
    let costs = costs::Costs::of(model, allocation);
    let drawn = costs.drawn(model, sampler, samples);
    let nothing = vec![vec![0.0; samples]; costs.by_year().len()];
    let flows = flows::Flows::new(&nothing, costs.by_year(), (net == Net::Economy).then_some(&drawn));
    flows.means(model.horizon.discount_rate).1
}

/// Appraises allocations of `model` on the same `samples` fresh samples (at most [`SAMPLES`]), each over no plan.
/// `switching` says for how many of them, from the first, switching values are looked for.
///
/// # Errors
/// [`StudyError::Sim`].
pub fn appraise(
    model: &Model,
    allocations: &[&Allocation],
    samples: usize,
    seed: u64,
    switching: usize,
    control: &Control<'_>,
) -> Result<Vec<Worth>, StudyError> {
    let samples = samples.min(SAMPLES);
    let metric = appraisal_metric(model);
    let sampler = Sampler::new(model, seed, Purpose::Evaluation);
    let benefits = benefits::of(model, &sampler, allocations, metric, samples, control)?;
    let rate = model.horizon.discount_rate;
    let mut worth = Vec::new();
    for (number, (allocation, benefits)) in allocations.iter().zip(benefits).enumerate() {
        let costs = costs::Costs::of(model, allocation);
        let drawn = costs.drawn(model, &sampler, samples);
        let mut views = [false, true].map(|economy| {
            let flows = flows::Flows::new(&benefits.by_year, costs.by_year(), economy.then_some(&drawn));
            flows.view(rate)
        });
        if number < switching {
            let found = switching::of(model, allocation, metric, seed, samples, control)?;
            for (view, found) in views.iter_mut().zip(found) {
                view.switching = Some(found);
            }
        }
        let [budget, economy] = views;
        worth.push(Worth {
            metric,
            samples,
            budget,
            economy,
            by_source: costs.by_source(model),
            by_cluster: benefits.by_cluster,
            by_chain: benefits.by_chain,
        });
    }
    Ok(worth)
}
