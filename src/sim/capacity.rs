//! Capacities of a cluster in a period: base, season, sampled variation, and what a plan adds.

use super::SimError;
use super::stock::PlanEffects;
use crate::model::{ClusterId, Model, Number};

/// Fills `capacity` \[capacity of the chain\] with K\[k,c,t\] = h · season · m · (base + Σ n e + spillovers), where h is what
/// events leave, a part of an intervention may opt out of season or variation, and n = effectiveness × additionality, of a
/// spillover where its money goes. `value` gives each number in period `t` (from 0): in a sample, or its mean.
///
/// # Errors
/// [`SimError::NegativeCapacity`]: capacities are never clipped.
pub(super) fn fill_capacities(
    model: &Model,
    id: ClusterId,
    t: usize,
    plan: Option<&PlanEffects>,
    value: impl Fn(Number) -> f64,
    capacity: &mut [f64],
) -> Result<(), SimError> {
    let (chain, cluster) = (model.chain_of(id), &model.clusters[id.index()]);
    let season_at = |k: usize| {
        let season = &chain.capacities[k].season;
        season.get(t % model.horizon.periods_per_year.max(1)).copied().unwrap_or(1.0)
    };
    let left_by_events =
        |k: usize| cluster.capacities[k].hazards.iter().fold(1.0, |left, hazard| left * value(*hazard));
    for (k, local) in cluster.capacities.iter().enumerate() {
        capacity[k] = season_at(k) * (left_by_events(k) * value(local.variation) * value(local.base));
    }
    for (plan, &i) in plan.iter().flat_map(|plan| plan.funded(id).iter().map(move |i| (plan, i))) {
        let local = &cluster.interventions[i.index()];
        let net = value(local.effectiveness) * value(local.additionality);
        for (number, raise) in chain.interventions[i.index()].raises.iter().enumerate() {
            let k = raise.capacity.index();
            let season = if raise.seasonal { season_at(k) } else { 1.0 };
            let variation = if raise.varied { value(cluster.capacities[k].variation) } else { 1.0 };
            capacity[k] += season * plan.effect(id, i, number, t) * (left_by_events(k) * variation * net);
        }
    }
    for received in plan.iter().flat_map(|plan| plan.received(id)) {
        let k = received.capacity.index();
        let giver = &model.clusters[received.from.index()].interventions[received.intervention.index()];
        let net = value(giver.effectiveness) * value(giver.additionality);
        let variation = value(cluster.capacities[k].variation);
        capacity[k] += season_at(k) * received.effect[t] * (left_by_events(k) * variation * net);
    }
    match capacity.iter().position(|k| k.is_nan() || *k < 0.0) {
        None => Ok(()),
        Some(k) => Err(SimError::NegativeCapacity {
            cluster: cluster.key.clone(),
            capacity: chain.capacities[k].key.clone(),
            period: t,
        }),
    }
}
