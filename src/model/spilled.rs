//! Spillovers in a model: the effect of a commitment by period, and how far capacities could fall.

use std::collections::BTreeMap;

use super::id::{CapacityId, ClusterId, InterventionId, SourceId};
use super::root::ModelParts;
use super::spillover::Spillover;

/// Lowest value to which spillovers could take a capacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LowestCapacity {
    /// The cluster.
    pub cluster: ClusterId,
    /// The capacity.
    pub capacity: CapacityId,
    /// The period in which least is left (from 0).
    pub period: usize,
    /// The least that may stand today, before season, variation and events [capacity units per period].
    pub base: f64,
    /// The most that spending could take from it [capacity units per period].
    pub taken: f64,
}

impl LowestCapacity {
    /// True if the capacity could fall below zero, or so near to it that rounding decides.
    pub fn is_negative(&self) -> bool {
        self.taken > 0.0 && self.taken > self.base * (1.0 - 1e-9)
    }
}

impl Spillover {
    /// Effect by period of one rupiah that `source` commits in year `y`: paid out along the disbursement curve
    /// ζ, then at work along ρ. Shape \[T\], in capacity units per period per rupiah, before net effectiveness.
    pub fn of_commitment(&self, model: &ModelParts, source: SourceId, y: usize) -> Vec<f64> {
        let mut effect = vec![0.0; model.horizon.periods()];
        let start = y * model.horizon.periods_per_year;
        for (j, paid) in model.sources[source.index()].disbursement.iter().enumerate() {
            for (a, units) in self.profile.iter().enumerate() {
                if let Some(slot) = effect.get_mut(start + j + a) {
                    *slot += paid * units;
                }
            }
        }
        effect
    }
}

impl ModelParts {
    /// True if money could take some capacity below zero by spillovers. `check` refuses such a scenario; a richer one may be it.
    pub fn could_run_dry(&self) -> bool {
        let mut worst = self.spillovers.iter().filter_map(|spillover| self.lowest_capacity(spillover));
        worst.any(|lowest| lowest.is_negative())
    }

    /// The capacity of a cluster that spillovers could take down furthest, period by period, among those that `spillover`
    /// reaches: with the least base, the greatest net effectiveness, and the money of all sources spent as badly for it as
    /// eligibility, budgets and carry-over allow. Floors, caps and what the same money raises are left out of account, so that
    /// this is never too hopeful. Nothing where it reaches none.
    pub fn lowest_capacity(&self, spillover: &Spillover) -> Option<LowestCapacity> {
        let mut reached: Vec<(ClusterId, CapacityId)> =
            spillover.links.iter().map(|link| (link.to, link.capacity)).collect();
        reached.sort_unstable();
        reached.dedup();
        let lowest = reached.into_iter().map(|(cluster, capacity)| self.lowest_of(cluster, capacity));
        lowest.reduce(|worst, next| {
            let left = |of: &LowestCapacity| of.base - of.taken;
            let worse = (next.is_negative(), -left(&next)) > (worst.is_negative(), -left(&worst));
            if worse { next } else { worst }
        })
    }

    fn lowest_of(&self, cluster: ClusterId, capacity: CapacityId) -> LowestCapacity {
        let periods = self.horizon.periods();
        let years = self.horizon.years;
        let mut taken = vec![0.0; periods];
        for s in self.source_ids() {
            let source = &self.sources[s.index()];
            // By year of commitment and period: the most that a rupiah could take.
            let mut worst = vec![vec![0.0_f64; periods]; years];
            for (from, i, effect) in self.spilled_into(cluster, capacity, s) {
                let local = &self.clusters[from.index()].interventions[i.index()];
                let net = self.support(local.effectiveness).1 * self.support(local.additionality).1;
                for (worst, effect) in worst.iter_mut().flatten().zip(effect.iter().flatten()) {
                    *worst = worst.max(-net * effect);
                }
            }
            for (t, taken) in taken.iter_mut().enumerate() {
                for (y, amount) in source.amounts.iter().enumerate() {
                    // Money may wait for a worse year; what is lost on the way takes nothing.
                    let mut kept = 1.0;
                    let mut most = 0.0_f64;
                    for later in &worst[y..] {
                        most = most.max(kept * later[t]);
                        kept *= source.carry_over;
                    }
                    *taken += most * amount.as_f64();
                }
            }
        }
        let (period, taken) = taken
            .into_iter()
            .enumerate()
            .fold((0, 0.0), |most, next| if next.1 > most.1 { next } else { most });
        let base = self.support(self.clusters[cluster.index()].capacities[capacity.index()].base).0;
        LowestCapacity { cluster, capacity, period, base, taken }
    }

    /// Effect of a rupiah of `source` on a capacity of a cluster by spillovers, by the line it is spent on and
    /// \[year of commitment\]\[period\], before net effectiveness.
    fn spilled_into(
        &self,
        cluster: ClusterId,
        capacity: CapacityId,
        source: SourceId,
    ) -> Vec<(ClusterId, InterventionId, Vec<Vec<f64>>)> {
        let mut lines: BTreeMap<(ClusterId, InterventionId), Vec<Vec<f64>>> = BTreeMap::new();
        for spillover in &self.spillovers {
            let effects: Vec<Vec<f64>> =
                (0..self.horizon.years).map(|y| spillover.of_commitment(self, source, y)).collect();
            let links = spillover.into(cluster, capacity).iter();
            for link in links.filter(|link| self.may_fund(source, link.from, link.intervention)) {
                let line = lines
                    .entry((link.from, link.intervention))
                    .or_insert_with(|| vec![vec![0.0; self.horizon.periods()]; self.horizon.years]);
                for (sum, effect) in line.iter_mut().flatten().zip(effects.iter().flatten()) {
                    *sum += effect;
                }
            }
        }
        lines.into_iter().map(|((from, i), effect)| (from, i, effect)).collect()
    }
}
