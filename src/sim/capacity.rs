//! Capacities of a cluster in a period: base, season, sampled variation, and what a plan adds.

use super::SimError;
use super::group::Group;
use super::stock::PlanEffects;
use crate::model::{Model, Number};

/// Fills `capacity` \[capacity of the group\] with K\[k,c,t\] = h · season · m · (base + Σ n e + spillovers), where h is what
/// events leave, a part of an intervention may opt out of season or variation, and n = effectiveness × additionality, of a
/// spillover where its money goes. `value` gives each number in period `t` (from 0): in a sample, or its mean.
///
/// # Errors
/// [`SimError::NegativeCapacity`]: capacities are never clipped.
pub(super) fn fill_capacities(
    model: &Model,
    group: &Group<'_>,
    t: usize,
    plan: Option<&PlanEffects>,
    value: impl Fn(Number) -> f64,
    capacity: &mut [f64],
) -> Result<(), SimError> {
    let cluster = &*group.cluster;
    // The base, as season, variation and events leave it.
    let season_at = |k: usize| group.season(model.horizon, k, t);
    let left_by_events =
        |k: usize| cluster.capacities[k].hazards.iter().fold(1.0, |left, hazard| left * value(*hazard));
    for (k, local) in cluster.capacities.iter().enumerate() {
        capacity[k] = season_at(k) * (left_by_events(k) * value(local.variation) * value(local.base));
    }
    // What the plan's stocks in the own clusters add, net.
    for (plan, part) in plan.iter().flat_map(|plan| group.parts.iter().map(move |part| (plan, part))) {
        for &i in plan.funded(part.id) {
            let local = &model.clusters[part.id.index()].interventions[i.index()];
            let net = value(local.effectiveness) * value(local.additionality);
            let raises = &model.chain_of(part.id).interventions[i.index()].raises;
            for (number, raise) in raises.iter().enumerate() {
                let k = part.capacities[raise.capacity.index()];
                let season = if raise.seasonal { season_at(k) } else { 1.0 };
                let variation = if raise.varied { value(cluster.capacities[k].variation) } else { 1.0 };
                let effect = plan.effect(part.id, i, number, t);
                capacity[k] += season * effect * (left_by_events(k) * variation * net);
            }
        }
    }
    // What spillovers from other clusters add or take, at the giver's effectiveness.
    let received = plan.iter().flat_map(|plan| {
        group
            .parts
            .iter()
            .flat_map(|part| plan.received(part.id).iter().map(move |received| (part, received)))
    });
    for (part, received) in received {
        let k = part.capacities[received.capacity.index()];
        let giver = &model.clusters[received.from.index()].interventions[received.intervention.index()];
        let net = value(giver.effectiveness) * value(giver.additionality);
        let variation = value(cluster.capacities[k].variation);
        capacity[k] += season_at(k) * received.effect[t] * (left_by_events(k) * variation * net);
    }
    for (plan, part) in plan.iter().flat_map(|plan| group.parts.iter().map(move |part| (plan, part))) {
        if let Some((relieved, share)) = plan.relief(part.id) {
            let k = part.capacities[relieved.index()];
            capacity[k] += share * capacity[k];
        }
    }
    // Clipping would hide a fault of the scenario.
    match capacity.iter().position(|k| k.is_nan() || *k < 0.0) {
        None => Ok(()),
        Some(k) => {
            let (cluster, capacity) = group.capacity_named(model, k);
            Err(SimError::NegativeCapacity { cluster, capacity, period: t })
        }
    }
}
