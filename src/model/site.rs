//! Sites: candidate clusters that get money only once they are opened, and rules for which of them may be. The mapping of
//! potential of Article 89 paragraph (4) is their score.

use super::breach::commitments;
use super::{Allocation, ClusterId, InterventionId, Model, Title};

/// A rule for the candidates it concerns.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteRule {
    /// What it is called, where it has a name.
    pub title: Option<Title>,
    /// The candidates it concerns, in order; at least one.
    pub candidates: Vec<ClusterId>,
    /// At most so many of them may be opened.
    pub at_most: Option<usize>,
    /// At least so many of them must be opened.
    pub at_least: Option<usize>,
    /// Those whose potential is below may not be opened.
    pub minimum_potential: Option<f64>,
}

impl SiteRule {
    /// The candidates it concerns whose potential is below what it asks.
    pub fn below(&self, model: &Model) -> Vec<ClusterId> {
        let Some(minimum) = self.minimum_potential else { return Vec::new() };
        let potential = |c: &ClusterId| model.clusters[c.index()].potential.unwrap_or(0.0);
        self.candidates.iter().copied().filter(|c| potential(c) < minimum).collect()
    }
}

impl Model {
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

    /// The rules for sites that `allocation` breaks, by position.
    pub fn broken_site_rules(&self, allocation: &Allocation) -> Vec<usize> {
        if self.sites.is_empty() {
            return Vec::new();
        }
        let opened: Vec<ClusterId> = self
            .opened(allocation)
            .into_iter()
            .filter(|(_, year)| year.is_some())
            .map(|(cluster, _)| cluster)
            .collect();
        let broken = |rule: &SiteRule| {
            let count = rule.candidates.iter().filter(|c| opened.contains(c)).count();
            rule.at_most.is_some_and(|most| count > most)
                || rule.at_least.is_some_and(|least| count < least)
                || rule.below(self).iter().any(|c| opened.contains(c))
        };
        (0..self.sites.len()).filter(|n| broken(&self.sites[*n])).collect()
    }
}
