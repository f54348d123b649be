//! The worth of a plan to the public: what it brings, what it costs, which is more, and how sure that is.
//!
//! Benefits B are the increments of the appraisal's metric over no plan, in the simulator's reading, year by year on fresh
//! samples. Costs C are what the public pays for the plan, less what is left of it at the end. They are seen in two ways that
//! are never mixed: the *budget's*, to which all money is cost, and the *economy's*, to which only the use of resources is
//! (European Commission 2014, *Guide to cost-benefit analysis of investment projects*, section 2.9; Asian Development Bank
//! 2017, *Guidelines for the economic analysis of projects*).

mod benefits;
mod costs;
mod figures;
mod flows;
mod lines;
mod relief;
mod switching;

use super::error::StudyError;
use crate::control::Control;
use crate::model::{Allocation, ChainId, ClusterId, Metric, Model, Net};
use crate::sampling::{Purpose, Sampler};
use crate::stats::mean_and_standard_error;

pub use benefits::Gain;
pub use figures::{
    Amount, AtRate, DISCOUNT_RATES, Factor, HIGHEST_RATE, LOWEST_RATE, Rates, Ratio, SourceCost, Switching,
    View,
};
pub(super) use lines::ends;
pub use lines::{Ends, LineWorth};
pub(super) use relief::of as relief_of;
pub use relief::{Relief, SHARE as RELIEF_SHARE};

/// Samples at most that a plan is appraised on.
pub const SAMPLES: usize = 10_000;
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

/// The metric that benefits are counted in: economic value where the scenario states shadow prices, else value added.
pub fn appraisal_metric(model: &Model) -> Metric {
    if model.shadow_prices.is_some() { Metric::Economic } else { Metric::ValueAdded }
}

/// The mean cost of an allocation that a plan's objective subtracts, on the first `samples` of `sampler` \[Rp\].
pub(super) fn subtracted(model: &Model, allocation: &Allocation, sampler: &Sampler, samples: usize) -> f64 {
    match model.net() {
        Net::Off => 0.0,
        _ => mean_and_standard_error(&subtracted_by_sample(model, allocation, sampler, samples)).0,
    }
}

/// The cost of an allocation that a plan's objective subtracts, in each of the first `samples` of `sampler` \[Rp\].
pub(super) fn subtracted_by_sample(
    model: &Model,
    allocation: &Allocation,
    sampler: &Sampler,
    samples: usize,
) -> Vec<f64> {
    let net = model.net();
    if net == Net::Off {
        return vec![0.0; samples];
    }
    let costs = costs::Costs::of(model, allocation);
    let drawn = costs.drawn(model, sampler, samples);
    let nothing = vec![vec![0.0; samples]; costs.by_year().len()];
    let flows = flows::Flows::new(&nothing, costs.by_year(), (net == Net::Economy).then_some(&drawn));
    flows.costs(model.horizon.discount_rate)
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
            let flows = flows::Flows::new(&benefits.years, costs.by_year(), economy.then_some(&drawn));
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
            by_cluster: benefits.clusters,
            by_chain: benefits.chains,
        });
    }
    Ok(worth)
}
