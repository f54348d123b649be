//! The costs of an allocation, year by year: payments and the upkeep that sources bear, at the cost of a rupiah to the public,
//! less what is left at the end.

use std::collections::BTreeMap;

use super::figures::SourceCost;
use crate::model::stocks::stock_of;
use crate::model::{Allocation, ClusterId, InterventionId, Metric, Model, SourceId, UpkeepBearer};
use crate::sampling::{BLOCK, Sampler};

/// Costs of a source by year of operations, not discounted [Rp].
#[derive(Debug, Clone, PartialEq)]
struct OfSource {
    paid: Vec<f64>,
    upkeep: Vec<f64>,
    returned: Vec<f64>,
}

/// The costs of an allocation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Costs {
    sources: Vec<OfSource>,
    /// Payments for private goods by period, less what is left of them at the end [Rp].
    private: BTreeMap<(ClusterId, InterventionId), Vec<f64>>,
    periods_per_year: usize,
}

impl Costs {
    pub(super) fn of(model: &Model, allocation: &Allocation) -> Self {
        let horizon = model.horizon;
        let (periods, per_year) = (horizon.periods(), horizon.periods_per_year);
        let years = periods.div_ceil(per_year.max(1));
        let none = OfSource { paid: vec![0.0; years], upkeep: vec![0.0; years], returned: vec![0.0; years] };
        let mut costs = Self {
            sources: vec![none; model.sources.len()],
            private: BTreeMap::new(),
            periods_per_year: per_year,
        };
        let Some(last) = periods.checked_sub(1) else { return costs };
        for line in allocation.lines() {
            let intervention = &model.chain_of(line.cluster).interventions[line.intervention.index()];
            let theta = model.sources[line.source.index()].public_cost;
            let own = &mut costs.sources[line.source.index()];
            // 1. Payments along the source's disbursement curve.
            let committed = line.amount.as_f64();
            let paid = model.payments(line.source, line.year).into_iter().map(|share| committed * share);
            let paid: Vec<f64> = paid.collect();
            for (t, rupiah) in paid.iter().enumerate() {
                own.paid[horizon.year_of(t)] += theta * rupiah;
            }
            // 2. The value that is left at the end.
            let left = committed * model.left_at_end(line.source, intervention, line.year);
            own.returned[horizon.year_of(last)] += theta * left;
            // 3. Private goods apart: of these the economy bears the additional part alone.
            if intervention.private {
                let list = costs.private.entry((line.cluster, line.intervention));
                let list = list.or_insert_with(|| vec![0.0; periods]);
                for (sum, rupiah) in list.iter_mut().zip(&paid) {
                    *sum += rupiah;
                }
                list[last] -= left;
            }
        }
        costs.bear_upkeep(model, allocation);
        costs
    }

    /// Upkeep that sources bear, of all that stands, whoever paid for it.
    fn bear_upkeep(&mut self, model: &Model, allocation: &Allocation) {
        let horizon = model.horizon;
        let (periods, per_year) = (horizon.periods(), horizon.periods_per_year);
        for (cluster, arrived) in model.cluster_ids().zip(model.arrived(allocation)) {
            for (i, intervention) in model.chain_of(cluster).interventions.iter().enumerate() {
                let UpkeepBearer::Source(source) = intervention.upkeep_by else { continue };
                let rate = model.mean(model.clusters[cluster.index()].interventions[i].upkeep);
                let theta = model.sources[source.index()].public_cost;
                let stock = stock_of(&arrived[i * periods..(i + 1) * periods], intervention.decay, per_year);
                for (t, stock) in stock.into_iter().enumerate() {
                    self.sources[source.index()].upkeep[horizon.year_of(t)] +=
                        theta * rate * stock / per_year as f64;
                }
            }
        }
    }

    /// All costs by year, to the budget [Rp].
    pub(super) fn by_year(&self) -> Vec<f64> {
        let years = self.sources.first().map_or(0, |source| source.paid.len());
        (0..years)
            .map(|y| self.sources.iter().map(|of| of.paid[y] + of.upkeep[y] - of.returned[y]).sum())
            .collect()
    }

    /// The part of the budget's costs that is no cost to the economy, by year and sample [Rp]: of private goods all but the
    /// additional part is a transfer. Empty where nothing is private.
    pub(super) fn drawn(&self, model: &Model, sampler: &Sampler, samples: usize) -> Vec<Vec<f64>> {
        if self.private.is_empty() {
            return Vec::new();
        }
        let years = self.by_year().len();
        let mut drawn = vec![Vec::with_capacity(samples); years];
        for first in (0..samples).step_by(BLOCK) {
            let count = BLOCK.min(samples - first);
            let block = sampler.block(first, count);
            for i in 0..count {
                let realisation = block.realisation(i);
                let mut transfers = vec![0.0; years];
                for ((c, i), paid) in &self.private {
                    let additional = model.clusters[c.index()].interventions[i.index()].additionality;
                    for (t, rupiah) in paid.iter().enumerate().filter(|(_, rupiah)| **rupiah != 0.0) {
                        let share = 1.0 - additional.at(realisation, t);
                        transfers[t.div_euclid(self.periods_per_year)] += share * rupiah;
                    }
                }
                for (list, transfer) in drawn.iter_mut().zip(transfers) {
                    list.push(transfer);
                }
            }
        }
        drawn
    }

    /// Present values by source.
    pub(super) fn by_source(&self, model: &Model) -> Vec<SourceCost> {
        let present = |years: &[f64]| -> f64 {
            let weight = |y: usize| model.horizon.weight(Metric::ValueAdded, y);
            years.iter().enumerate().map(|(y, rupiah)| weight(y) * rupiah).sum()
        };
        let cost = |(s, of): (usize, &OfSource)| SourceCost {
            source: SourceId::new(s),
            paid: present(&of.paid),
            upkeep: present(&of.upkeep),
            returned: present(&of.returned),
        };
        self.sources.iter().enumerate().map(cost).collect()
    }
}
