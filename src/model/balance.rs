//! Balances of co-funding rules: the money of both sides that an allocation spends in each place.

use std::collections::BTreeMap;

use super::allocation::Allocation;
use super::cofunding::{Cofunding, CofundingBalance, CofundingPlace, Per};
use super::id::{ClusterId, InterventionId, SourceId};
use super::root::ModelParts;

impl Cofunding {
    /// Coefficient of a rupiah on this line: 1 of the source that adds, −ratio of those it adds to; `None` where it does not count.
    pub fn counts(
        &self,
        model: &ModelParts,
        source: SourceId,
        cluster: ClusterId,
        intervention: InterventionId,
    ) -> Option<f64> {
        let part = if source == self.source {
            1.0
        } else if self.to.contains(&source) {
            -self.ratio
        } else {
            return None;
        };
        let counts = self.of.admits_line(model, cluster, intervention)
            && model.may_fund(self.source, cluster, intervention);
        counts.then_some(part)
    }

    /// By cluster, the place it belongs to.
    pub fn places(&self, model: &ModelParts) -> Vec<usize> {
        let regions = model.regions();
        let place = |c: ClusterId| match self.per {
            Per::All => 0,
            Per::Cluster => c.index(),
            Per::Region => {
                let own = model.clusters[c.index()].region.as_str();
                regions.iter().position(|region| *region == own).unwrap_or(0)
            }
        };
        model.cluster_ids().map(place).collect()
    }

    /// Balances of `allocation` in every place where some line counts.
    pub fn balances(&self, model: &ModelParts, allocation: &Allocation) -> Vec<CofundingBalance> {
        let places = self.places(model);
        let mut found: BTreeMap<CofundingPlace, CofundingBalance> = BTreeMap::new();
        for line in allocation.lines() {
            if self.counts(model, line.source, line.cluster, line.intervention).is_none() {
                continue;
            }
            let at = self.at(places[line.cluster.index()], line.year);
            let balance = found.entry(at).or_insert(CofundingBalance { at, own: 0, others: 0 });
            if line.source == self.source {
                balance.own += line.amount.0;
            } else {
                balance.others += line.amount.0;
            }
        }
        found.into_values().collect()
    }
}

impl ModelParts {
    /// The regions, in order of name.
    pub fn regions(&self) -> Vec<&str> {
        let mut regions: Vec<&str> = self.clusters.iter().map(|cluster| cluster.region.as_str()).collect();
        regions.sort_unstable();
        regions.dedup();
        regions
    }
}
