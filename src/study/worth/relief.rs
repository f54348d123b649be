//! The worth of relief: how much more a plan would bring if a capacity that binds were greater.

use std::collections::BTreeMap;

use super::benefits;
use super::figures::Amount;
use super::flows::Flows;
use crate::control::Control;
use crate::model::{Allocation, CapacityId, ClusterId, Metric, Model};
use crate::sampling::{Purpose, Sampler};
use crate::sim::{Binding, Bottlenecks, PlanEffects};
use crate::study::error::StudyError;

/// The share of a capacity by which it is relieved.
pub const SHARE: f64 = 0.1;
/// Samples at most.
const SAMPLES: usize = 256;
/// Capacities looked at, at most: those that bind most often.
const MOST: usize = 512;
/// Capacities looked at together.
const TOGETHER: usize = 64;

/// The worth of relieving one capacity of a cluster (of a pool: of all of it).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Relief {
    /// The cluster.
    pub cluster: ClusterId,
    /// The capacity.
    pub capacity: CapacityId,
    /// By how much the metric rises in present value if the capacity is greater by [`SHARE`] of itself in every period and
    /// sample, with the allocation as it is [Rp or FTE-years].
    pub gain: Amount,
}

/// The worth of relieving each capacity that binds under `allocation`, in the simulator's reading on the first of its fresh
/// samples; in the order of clusters and capacities.
///
/// # Errors
/// [`StudyError::Sim`].
pub(in crate::study) fn of(
    model: &Model,
    allocation: &Allocation,
    metric: Metric,
    bottlenecks: &Bottlenecks,
    samples: usize,
    seed: u64,
    control: &Control<'_>,
) -> Result<Vec<Relief>, StudyError> {
    let mut shares: BTreeMap<(ClusterId, CapacityId), f64> = BTreeMap::new();
    for bottleneck in bottlenecks.list() {
        if let Binding::Capacity(capacity) = bottleneck.what {
            let share = shares.entry((bottleneck.cluster, capacity)).or_default();
            *share = share.max(bottleneck.share);
        }
    }
    let mut bound: Vec<((ClusterId, CapacityId), f64)> = shares.into_iter().collect();
    bound.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    bound.truncate(MOST);
    bound.sort_by_key(|(place, _)| *place);

    let sampler = Sampler::new(model, seed, Purpose::Evaluation);
    let effects = PlanEffects::new(model, allocation);
    let samples = samples.min(SAMPLES);
    let mut found = Vec::with_capacity(bound.len());
    for places in bound.chunks(TOGETHER) {
        let mut plans = vec![effects.clone()];
        plans.extend(places.iter().map(|((c, k), _)| effects.relieved(*c, *k, SHARE)));
        let gains = benefits::of_effects(model, &sampler, &plans, metric, samples, control)?;
        let present = |benefits: &benefits::Benefits| {
            // Employment is never weighted.
            let rate = if metric.is_money() { model.horizon.discount_rate } else { 0.0 };
            Flows::new(&benefits.years, Vec::new(), None).benefits(rate)
        };
        let mut gains = gains.iter().map(present);
        let base = gains.next().unwrap_or_default();
        for ((place, _), with) in places.iter().zip(gains) {
            let more: Vec<f64> = with.iter().zip(&base).map(|(with, base)| with - base).collect();
            found.push(Relief { cluster: place.0, capacity: place.1, gain: Amount::of(&more) });
        }
    }
    Ok(found)
}
