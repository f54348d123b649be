//! Openings in a model: which candidates an allocation opens, and in which year.

use std::collections::BTreeMap;

use super::allocation::Allocation;
use super::id::{ClusterId, InterventionId};
use super::root::ModelParts;
use super::site::SiteRule;

/// Money that all sources together commit \[Rp\], by cluster, intervention and year.
pub(crate) fn commitments(allocation: &Allocation) -> BTreeMap<(ClusterId, InterventionId, usize), i64> {
    let mut sums = BTreeMap::new();
    for line in allocation.lines() {
        *sums.entry((line.cluster, line.intervention, line.year)).or_default() += line.amount.0;
    }
    sums
}

impl SiteRule {
    /// The candidates it concerns whose potential is below what it asks.
    pub fn below(&self, model: &ModelParts) -> Vec<ClusterId> {
        let Some(minimum) = self.minimum_potential else { return Vec::new() };
        let potential = |c: &ClusterId| model.clusters[c.index()].potential.unwrap_or(0.0);
        self.candidates.iter().copied().filter(|c| potential(c) < minimum).collect()
    }
}

impl ModelParts {
    /// The candidates, in order.
    pub fn candidates(&self) -> impl Iterator<Item = ClusterId> + use<'_> {
        self.cluster_ids().filter(|c| self.clusters[c.index()].candidate)
    }

    /// The intervention that opens a candidate; nothing for any other cluster.
    pub fn opening(&self, cluster: ClusterId) -> Option<InterventionId> {
        let lines = &self.chain_of(cluster).interventions;
        let candidate = self.clusters[cluster.index()].candidate;
        lines.iter().position(|line| line.opens).filter(|_| candidate).map(InterventionId::new)
    }

    /// The first year (from 0) in which `allocation` opens each candidate.
    pub fn opened(&self, allocation: &Allocation) -> Vec<(ClusterId, Option<usize>)> {
        let sums = commitments(allocation);
        let year = |c: ClusterId| {
            let line = self.opening(c)?;
            (0..self.horizon.years).find(|y| sums.contains_key(&(c, line, *y)))
        };
        self.candidates().map(|c| (c, year(c))).collect()
    }
}
