//! From payments to effects: the stock that an allocation builds up, and what it adds to capacities before anything is
//! sampled.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::stocks::stock_of;
use crate::model::{Allocation, CapacityId, Chain, Cluster, ClusterId, InterventionId, Model};

/// The stocks S\[i,c,t\] of an allocation and their nominal effects e\[i,k,c,t\] = φ(S), the same in every sample.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanEffects {
    periods: usize,
    clusters: Arc<Vec<ClusterEffects>>,
    /// By cluster: what reaches it from others.
    received: Arc<Vec<Vec<Received>>>,
    /// A capacity that is relieved, with the share of it that is added.
    relief: Option<(ClusterId, CapacityId, f64)>,
}

/// Effect on a capacity of money spent on an intervention in another cluster.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Received {
    /// The capacity.
    pub(super) capacity: CapacityId,
    /// Where the money is spent.
    pub(super) from: ClusterId,
    /// For what.
    pub(super) intervention: InterventionId,
    /// Capacity units per period, by period, of any sign: before effectiveness, season and variation.
    pub(super) effect: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq)]
struct ClusterEffects {
    /// Interventions that ever have a stock.
    funded: Vec<InterventionId>,
    /// \[intervention × period\], row-major.
    stock: Vec<f64>,
    /// Row of the first raise of each intervention in `effect`.
    first_raise: Vec<usize>,
    /// \[raise × period\], row-major.
    effect: Vec<f64>,
}

impl PlanEffects {
    /// Works out the stocks and effects of `allocation` by recursion over the periods.
    pub fn new(model: &Model, allocation: &Allocation) -> Self {
        let periods = model.horizon.periods();
        let clusters: Vec<ClusterEffects> = model
            .cluster_ids()
            .zip(model.arrived(allocation))
            .map(|(c, arrived)| {
                let (chain, cluster) = (model.chain_of(c), &model.clusters[c.index()]);
                ClusterEffects::new(chain, cluster, &arrived, periods, model.horizon.periods_per_year)
            })
            .collect();
        let received = Arc::new(received(model, allocation));
        Self { periods, clusters: Arc::new(clusters), received, relief: None }
    }

    /// The stock of an intervention in period `t` (from 0) \[Rp\].
    pub fn stock(&self, cluster: ClusterId, intervention: InterventionId, t: usize) -> f64 {
        self.clusters[cluster.index()].stock[intervention.index() * self.periods + t]
    }

    /// The nominal effect in period `t` (from 0) on the capacity of the intervention's `raise`-th entry in `raises`
    /// [capacity units per period]: before effectiveness, season and variation.
    pub fn effect(&self, cluster: ClusterId, intervention: InterventionId, raise: usize, t: usize) -> f64 {
        let effects = &self.clusters[cluster.index()];
        effects.effect[(effects.first_raise[intervention.index()] + raise) * self.periods + t]
    }

    /// Spillover effects that reach a cluster, in canonical order.
    pub(super) fn received(&self, cluster: ClusterId) -> &[Received] {
        &self.received[cluster.index()]
    }

    /// The same with one capacity of a cluster (a pool: as a whole) greater by `share` of it in every period and sample,
    /// whatever it comes from: what relief would bring.
    #[must_use]
    pub fn relieved(&self, cluster: ClusterId, capacity: CapacityId, share: f64) -> Self {
        Self { relief: Some((cluster, capacity, share)), ..self.clone() }
    }

    /// The share by which a capacity of a cluster is relieved.
    pub(super) fn relief(&self, cluster: ClusterId) -> Option<(CapacityId, f64)> {
        self.relief.filter(|(at, ..)| *at == cluster).map(|(_, capacity, share)| (capacity, share))
    }

    /// True if anything of it shows in the operations of a cluster.
    pub(super) fn reaches(&self, cluster: ClusterId) -> bool {
        !self.funded(cluster).is_empty()
            || !self.received(cluster).is_empty()
            || self.relief(cluster).is_some()
    }

    /// True if another plan does the same in a cluster.
    pub(super) fn is_the_same_in(&self, other: &Self, cluster: ClusterId) -> bool {
        let c = cluster.index();
        let own = Arc::ptr_eq(&self.clusters, &other.clusters) || self.clusters[c] == other.clusters[c];
        own && (Arc::ptr_eq(&self.received, &other.received) || self.received[c] == other.received[c])
            && self.relief(cluster) == other.relief(cluster)
    }

    /// The interventions of a cluster that have a stock in some period, in canonical order.
    pub fn funded(&self, cluster: ClusterId) -> &[InterventionId] {
        &self.clusters[cluster.index()].funded
    }
}

/// Spillover effects of `allocation` by receiving cluster, payment by payment.
fn received(model: &Model, allocation: &Allocation) -> Vec<Vec<Received>> {
    type Sums = BTreeMap<(CapacityId, ClusterId, InterventionId), Vec<f64>>;
    let mut by_cluster: Vec<Sums> = vec![BTreeMap::new(); model.clusters.len()];
    for spillover in &model.spillovers {
        let mut given: BTreeMap<(ClusterId, InterventionId), Vec<f64>> = BTreeMap::new();
        for line in allocation.lines() {
            let sum = given
                .entry((line.cluster, line.intervention))
                .or_insert_with(|| vec![0.0; model.horizon.periods()]);
            let effect = spillover.of_commitment(model, line.source, line.year);
            for (sum, units) in sum.iter_mut().zip(effect) {
                *sum += units * line.amount.as_f64();
            }
        }
        for link in &spillover.links {
            let Some(effect) = given.get(&(link.from, link.intervention)) else { continue };
            let sum = by_cluster[link.to.index()]
                .entry((link.capacity, link.from, link.intervention))
                .or_insert_with(|| vec![0.0; effect.len()]);
            for (sum, units) in sum.iter_mut().zip(effect) {
                *sum += units;
            }
        }
    }
    let list = |sums: Sums| {
        let one =
            |((capacity, from, intervention), effect)| Received { capacity, from, intervention, effect };
        sums.into_iter()
            .map(one)
            .filter(|received| received.effect.iter().any(|units| *units != 0.0))
            .collect()
    };
    by_cluster.into_iter().map(list).collect()
}

impl ClusterEffects {
    fn new(chain: &Chain, cluster: &Cluster, arrived: &[f64], periods: usize, per_year: usize) -> Self {
        let mut effects = Self {
            funded: Vec::new(),
            stock: Vec::with_capacity(arrived.len()),
            first_raise: Vec::with_capacity(chain.interventions.len()),
            effect: Vec::new(),
        };
        let mut raises = 0;
        for (i, intervention) in chain.interventions.iter().enumerate() {
            let arrived = &arrived[i * periods..(i + 1) * periods];
            effects.stock.extend(stock_of(arrived, intervention.decay, per_year));
            let stock = &effects.stock[i * periods..];
            if stock.iter().any(|s| *s > 0.0) {
                effects.funded.push(InterventionId::new(i));
            }
            effects.first_raise.push(raises);
            raises += intervention.raises.len();
            for raise in &intervention.raises {
                let scaled =
                    raise.per_enterprise.then(|| raise.response.for_enterprises(cluster.enterprises));
                let response = scaled.as_ref().unwrap_or(&raise.response);
                effects.effect.extend(stock.iter().map(|s| response.at(*s)));
            }
        }
        effects
    }
}
