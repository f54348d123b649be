//! What of a model is bought in units, and the least and the grain of lines.

use super::id::{ClusterId, InterventionId, SourceId};
use super::locked::Locked;
use super::root::ModelParts;
use super::unit::Unit;
use crate::units::Rupiah;

impl ModelParts {
    /// The least line of a source \[Rp\]: the one asked for, else its own; 0 where there is none.
    pub fn least_line(&self, source: SourceId) -> Rupiah {
        self.lines_asked.least_line.unwrap_or(self.sources[source.index()].least_line)
    }

    /// The grain of a source \[Rp\]: the one asked for, else its own; 1 where there is none.
    pub fn grain(&self, source: SourceId) -> Rupiah {
        Rupiah(self.lines_asked.grain.unwrap_or(self.sources[source.index()].grain).0.max(1))
    }

    /// The unit in which an intervention is bought in a cluster, where it is.
    pub fn unit(&self, cluster: ClusterId, intervention: InterventionId) -> Option<&Unit> {
        self.chain_of(cluster).interventions[intervention.index()].unit.as_ref()
    }

    /// The unit of an intervention of which only whole ones are bought in a cluster.
    pub fn whole_unit(&self, cluster: ClusterId, intervention: InterventionId) -> Option<&Unit> {
        self.unit(cluster, intervention).filter(|unit| unit.whole)
    }

    /// The most that all sources together may commit to an intervention in a cluster over the horizon, where units say so \[Rp\].
    pub fn most_bought(&self, cluster: ClusterId, intervention: InterventionId) -> Option<i64> {
        let unit = self.unit(cluster, intervention)?;
        let units = unit.most_in(self.clusters[cluster.index()].enterprises)?;
        Some(units.saturating_mul(unit.cost.0))
    }

    /// True if lines on an intervention of a cluster need not be multiples of their source's grain: what is bought in units, and
    /// an opening, costs what it costs.
    pub fn is_exempt_from_grain(&self, cluster: ClusterId, intervention: InterventionId) -> bool {
        self.whole_unit(cluster, intervention).is_some() || self.opening(cluster) == Some(intervention)
    }

    /// True if some source has a grain.
    pub fn has_grain(&self) -> bool {
        self.source_ids().any(|source| self.grain(source).0 > 1)
    }

    /// True if anything is bought in whole units, or some source has a least line or a grain.
    pub fn has_whole_things(&self) -> bool {
        let units = self.chains.iter().flat_map(|chain| &chain.interventions);
        let whole = units.filter_map(|line| line.unit.as_ref()).any(|unit| unit.whole);
        whole || self.has_grain() || self.source_ids().any(|source| self.least_line(source).0 > 0)
    }
}

impl Locked {
    /// Locked amount of an intervention in a cluster and year, over all sources \[Rp\].
    pub fn of_group(&self, cluster: ClusterId, intervention: InterventionId, year: usize) -> i64 {
        let key = (cluster, intervention, year);
        self.lines.sum(|line| (line.cluster, line.intervention, line.year) == key)
    }
}
