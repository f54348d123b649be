//! Coverage owed in a model: minima that hold in a cluster less past provision, and the shortfalls of an allocation.

use std::collections::BTreeMap;

use super::allocation::{Allocation, AllocationLine};
use super::chain::{Decay, Intervention, Raise};
use super::coverage::{CoverageMinimum, MinimumSize, Standing, StandingKind, Supported};
use super::facility::FacilityType;
use super::id::{CapacityId, ClusterId, InterventionId, SourceId};
use super::response::Response;
use super::root::ModelParts;
use crate::units::Rupiah;

/// A minimum that holds in a cluster, less past provision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Owed {
    /// The minimum, by position.
    pub minimum: usize,
    /// The facility type.
    pub facility: FacilityType,
    /// Its size.
    pub need: Need,
}

/// Amount that is still owed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Need {
    /// Money committed over the horizon.
    Money(Rupiah),
    /// Capacity beyond what stands today.
    Capacity {
        /// Of the cluster's chain.
        capacity: CapacityId,
        /// Units per period in the last period.
        units: f64,
        /// Cost of a unit from its cheapest intervention [Rp]: shortfalls are measured by it.
        price: f64,
    },
}

/// A minimum that an allocation falls short of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shortfall {
    /// Where.
    pub cluster: ClusterId,
    /// The minimum.
    pub owed: Owed,
    /// By how much \[Rp, or what the missing units cost\].
    pub rupiah: f64,
}

/// Shortfalls of a capacity below these are rounding to whole rupiah \[Rp\], or the solver's tolerance (a share).
const ROUNDING: f64 = 10.0;
const TOLERANCE: f64 = 1e-6;

impl CoverageMinimum {
    /// True if it is about `cluster`.
    pub fn concerns(&self, model: &ModelParts, cluster: ClusterId) -> bool {
        let place = &model.clusters[cluster.index()];
        let holds = |list: Option<&Vec<ClusterId>>| list.is_none_or(|list| list.contains(&cluster));
        let here = self.of.chains.as_ref().is_none_or(|list| list.contains(&place.chain))
            && self.of.regions.as_ref().is_none_or(|list| list.contains(&place.region))
            && holds(self.of.clusters.as_ref());
        here && (self.amount(model, cluster).is_some() || self.capacity(model, cluster).is_some())
    }

    /// The money it asks for in `cluster` \[Rp\]; nothing where it asks for a capacity.
    pub fn amount(&self, model: &ModelParts, cluster: ClusterId) -> Option<f64> {
        match self.size {
            MinimumSize::Amount(rupiah) => Some(rupiah),
            MinimumSize::PerEnterprise(rupiah) => Some(rupiah * model.clusters[cluster.index()].enterprises),
            MinimumSize::Capacity { .. } => None,
        }
    }

    /// The capacity of `cluster` it asks for and how much of it; nothing where it asks for money, or the chain has none.
    pub fn capacity(&self, model: &ModelParts, cluster: ClusterId) -> Option<(CapacityId, f64)> {
        let MinimumSize::Capacity { capacity, units } = &self.size else { return None };
        let capacities = &model.chain_of(cluster).capacities;
        let found = capacities.iter().position(|known| known.key == *capacity)?;
        Some((CapacityId::new(found), *units))
    }
}

/// Net effect of an intervention per unit of nominal effect: effectiveness times additionality, at their means.
fn net(model: &ModelParts, cluster: ClusterId, intervention: InterventionId) -> f64 {
    let local = &model.clusters[cluster.index()].interventions[intervention.index()];
    model.mean(local.effectiveness) * model.mean(local.additionality)
}

/// The response of a raise in `cluster`.
fn response_in(model: &ModelParts, cluster: ClusterId, raise: &Raise) -> Response {
    if raise.per_enterprise {
        raise.response.for_enterprises(model.clusters[cluster.index()].enterprises)
    } else {
        raise.response.clone()
    }
}

impl ModelParts {
    /// Past provision or waiver of a type in a cluster.
    pub fn standing(&self, cluster: ClusterId, facility: FacilityType) -> Option<&Standing> {
        self.coverage.standings.get(&(cluster, facility))
    }

    /// The interventions of `facility` in `cluster` that a source may fund.
    pub fn providers(
        &self,
        cluster: ClusterId,
        facility: FacilityType,
    ) -> impl Iterator<Item = InterventionId> + use<'_> {
        let lines = &self.chain_of(cluster).interventions;
        (0..lines.len())
            .filter(move |i| lines[*i].facility == facility)
            .map(InterventionId::new)
            .filter(move |i| self.source_ids().any(|s| self.may_fund(s, cluster, *i)))
    }

    /// Effects on `capacity` in `cluster` of interventions of `facility` that a source may fund: intervention, position of the
    /// raise, net effect per unit of nominal effect.
    pub fn raised_by(
        &self,
        cluster: ClusterId,
        facility: FacilityType,
        capacity: CapacityId,
    ) -> Vec<(InterventionId, usize, f64)> {
        let mut found = Vec::new();
        for i in self.providers(cluster, facility) {
            let raises = &self.chain_of(cluster).interventions[i.index()].raises;
            let own = raises.iter().enumerate().filter(|(_, raise)| raise.capacity == capacity);
            found.extend(own.map(|(r, _)| (i, r, net(self, cluster, i))));
        }
        found
    }

    /// Minima that hold in `cluster` if it is supported, less past provision, whether plans are held to them or not.
    pub fn owed(&self, cluster: ClusterId) -> Vec<Owed> {
        let mut owed = Vec::new();
        for (number, minimum) in self.coverage.minima.iter().enumerate() {
            let kind = self.standing(cluster, minimum.facility).map(|standing| standing.kind);
            let free = matches!(kind, Some(StandingKind::Provided | StandingKind::Waived));
            if free || !minimum.concerns(self, cluster) {
                continue;
            }
            let past = match kind {
                Some(StandingKind::Partly(rupiah)) => rupiah.0,
                _ => 0,
            };
            let need = match (minimum.amount(self, cluster), minimum.capacity(self, cluster)) {
                (Some(amount), _) => {
                    // A fraction that is only rounding asks for nothing.
                    let short = (amount - 1e-3).ceil() as i64 - past;
                    (short > 0).then_some(Need::Money(Rupiah(short)))
                }
                (None, Some((capacity, units))) => {
                    let local = &self.clusters[cluster.index()].capacities[capacity.index()];
                    let short = units - self.mean(local.base);
                    (short > 1e-9 * units).then(|| Need::Capacity {
                        capacity,
                        units: short,
                        price: self.cheapest(cluster, minimum.facility, capacity),
                    })
                }
                (None, None) => None,
            };
            owed.extend(need.map(|need| Owed { minimum: number, facility: minimum.facility, need }));
        }
        owed
    }

    /// Cost of a unit of `capacity` in `cluster` from its cheapest intervention of `facility` \[Rp\]; a juta where
    /// nothing raises it.
    fn cheapest(&self, cluster: ClusterId, facility: FacilityType, capacity: CapacityId) -> f64 {
        let steepest = |(i, r, net): (InterventionId, usize, f64)| {
            let raise = &self.chain_of(cluster).interventions[i.index()].raises[r];
            net * response_in(self, cluster, raise).steepest()
        };
        let best = self.raised_by(cluster, facility, capacity).into_iter().map(steepest).fold(0.0, f64::max);
        if best > 0.0 { 1.0 / best } else { crate::units::JUTA }
    }

    /// The most that money can add to `capacity` in `cluster` through interventions of `facility` [units per period].
    fn most_raised(&self, cluster: ClusterId, facility: FacilityType, capacity: CapacityId) -> f64 {
        let most = |(i, r, net): (InterventionId, usize, f64)| {
            let raise = &self.chain_of(cluster).interventions[i.index()].raises[r];
            if net > 0.0 { net * response_in(self, cluster, raise).ceiling() } else { 0.0 }
        };
        self.raised_by(cluster, facility, capacity).into_iter().map(most).sum()
    }

    /// Minima of `cluster` that no spending can meet: no intervention of the type that a source may fund, or too
    /// little capacity whatever is spent.
    pub fn beyond_reach(&self, cluster: ClusterId) -> Vec<Owed> {
        let mut owed = self.owed(cluster);
        owed.retain(|owed| match owed.need {
            Need::Money(_) => self.providers(cluster, owed.facility).next().is_none(),
            Need::Capacity { capacity, units, .. } => {
                self.most_raised(cluster, owed.facility, capacity) < units * (1.0 - 1e-9)
            }
        });
        owed
    }

    /// Minima that plans are held to in `cluster` if it is supported; none where coverage is only reported.
    pub fn held_to(&self, cluster: ClusterId) -> Vec<Owed> {
        if self.coverage.enforced { self.owed(cluster) } else { Vec::new() }
    }

    /// True if it is a decision of its own whether `cluster` is supported: it owes something and is neither a candidate, whose
    /// opening decides it, nor bound to be supported.
    pub fn chooses_support(&self, cluster: ClusterId) -> bool {
        self.coverage.supported == Supported::Choice
            && !self.clusters[cluster.index()].candidate
            && !self.held_to(cluster).is_empty()
    }

    /// True if `cluster` is supported whatever the plan does.
    pub fn bound_to_be_supported(&self, cluster: ClusterId) -> bool {
        let all = self.coverage.stated && self.coverage.supported == Supported::All;
        all && !self.clusters[cluster.index()].candidate
    }

    /// By cluster, whether `allocation` supports it: money is committed there, or it is bound to be supported.
    pub fn supported(&self, allocation: &Allocation) -> Vec<bool> {
        let mut supported: Vec<bool> = self.cluster_ids().map(|c| self.bound_to_be_supported(c)).collect();
        for line in allocation.lines() {
            supported[line.cluster.index()] = true;
        }
        supported
    }

    /// Money that `allocation` commits, by cluster and facility type \[Rp\].
    pub fn committed_by_type(&self, allocation: &Allocation) -> BTreeMap<(ClusterId, FacilityType), i64> {
        let mut sums = BTreeMap::new();
        for line in allocation.lines() {
            let facility = self.chain_of(line.cluster).interventions[line.intervention.index()].facility;
            *sums.entry((line.cluster, facility)).or_default() += line.amount.0;
        }
        sums
    }

    /// Capacity that `allocation` adds in `cluster` in the last period of the years of commitments through interventions of `facility`: net of what would have
    /// come anyway, at the means of all numbers, before season and variation [units per period].
    pub fn capacity_added(
        &self,
        allocation: &Allocation,
        cluster: ClusterId,
        facility: FacilityType,
        capacity: CapacityId,
    ) -> f64 {
        let chain = self.chain_of(cluster);
        let mut added = 0.0;
        for (i, intervention) in chain.interventions.iter().enumerate() {
            let i = InterventionId::new(i);
            if intervention.facility != facility
                || !intervention.raises.iter().any(|raise| raise.capacity == capacity)
            {
                continue;
            }
            let lines = allocation.lines().iter().filter(|l| l.cluster == cluster && l.intervention == i);
            let stock: f64 =
                lines.map(|l| l.amount.as_f64() * self.left_at_the_end(l.source, intervention, l.year)).sum();
            for raise in intervention.raises.iter().filter(|raise| raise.capacity == capacity) {
                added += net(self, cluster, i) * response_in(self, cluster, raise).at(stock);
            }
        }
        added
    }

    /// Share of a rupiah that `source` commits in year `y` which is in the stock of an intervention in the last period of the
    /// years of commitments.
    fn left_at_the_end(&self, source: SourceId, intervention: &Intervention, y: usize) -> f64 {
        let mut arrivals = self.arrivals(source, intervention, y);
        arrivals.truncate(self.horizon.committing_periods());
        match intervention.decay {
            Decay::Depreciation(_) => {
                let kept = intervention.decay.kept_per_period(self.horizon.periods_per_year);
                arrivals.iter().fold(0.0, |stock, arriving| kept * stock + arriving)
            }
            Decay::Lifetime(life) => arrivals[arrivals.len().saturating_sub(life)..].iter().sum(),
        }
    }

    /// By how much `allocation` falls short of what is owed in `cluster` \[Rp, or what the missing units cost\]; 0 where it does
    /// not, or by no more than rounding.
    pub fn short_of(&self, allocation: &Allocation, cluster: ClusterId, owed: &Owed) -> f64 {
        match owed.need {
            Need::Money(need) => {
                let committed = allocation.sum(|line| {
                    let line_is = &self.chain_of(line.cluster).interventions[line.intervention.index()];
                    line.cluster == cluster && line_is.facility == owed.facility
                });
                (need.0 - committed).max(0) as f64
            }
            Need::Capacity { capacity, units, price } => {
                let short = units - self.capacity_added(allocation, cluster, owed.facility, capacity);
                let felt = short * price > ROUNDING.max(TOLERANCE * units * price);
                if felt { short * price } else { 0.0 }
            }
        }
    }

    /// Shortfalls of `allocation` in the clusters that it supports, whether plans are held to coverage or not.
    pub fn coverage_shortfalls(&self, allocation: &Allocation) -> Vec<Shortfall> {
        let all: Vec<ClusterId> = self.cluster_ids().collect();
        self.coverage_shortfalls_in(allocation, &all)
    }

    /// The same of these clusters alone.
    pub fn coverage_shortfalls_in(&self, allocation: &Allocation, clusters: &[ClusterId]) -> Vec<Shortfall> {
        if self.coverage.minima.is_empty() {
            return Vec::new();
        }
        // By cluster, so that each looks at its own lines alone.
        let mut own: BTreeMap<ClusterId, Vec<AllocationLine>> =
            clusters.iter().map(|c| (*c, Vec::new())).collect();
        for line in allocation.lines() {
            if let Some(lines) = own.get_mut(&line.cluster) {
                lines.push(*line);
            }
        }
        let mut found = Vec::new();
        for (cluster, lines) in own {
            let here = Allocation::new(lines);
            if here.lines().is_empty() && !self.bound_to_be_supported(cluster) {
                continue;
            }
            for owed in self.owed(cluster) {
                let rupiah = self.short_of(&here, cluster, &owed);
                if rupiah > 0.0 {
                    found.push(Shortfall { cluster, owed, rupiah });
                }
            }
        }
        found
    }

    /// True if `allocation` keeps the coverage that plans are held to.
    pub fn keeps_coverage(&self, allocation: &Allocation) -> bool {
        !self.coverage.enforced || self.coverage_shortfalls(allocation).is_empty()
    }

    /// Number of clusters that `allocation` supports, and of those among them that are short of coverage.
    pub fn short_clusters(&self, allocation: &Allocation) -> (usize, usize) {
        let supported = self.supported(allocation).into_iter().filter(|supported| *supported).count();
        let mut short: Vec<ClusterId> =
            self.coverage_shortfalls(allocation).into_iter().map(|short| short.cluster).collect();
        short.dedup();
        (supported, short.len())
    }
}
