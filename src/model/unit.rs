//! Things that are bought in units, and the least that a line of a source may be.

use super::cluster::Cluster;
use super::id::{ClusterId, InterventionId};
use super::locked::Locked;
use super::root::ModelParts;
use super::title::Title;
use crate::units::Rupiah;

/// The most units that a cluster may have bought over the horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MostUnits {
    /// As many as money buys.
    Any,
    /// So many in each cluster.
    InCluster(i64),
    /// So many for each enterprise of the cluster: take-up.
    PerEnterprise(f64),
}

/// A unit in which an intervention is bought.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// One of them, in both languages.
    pub one: Title,
    /// Several of them; in Indonesian as one.
    pub many: Title,
    /// Cost of one \[Rp\]; above zero.
    pub cost: Rupiah,
    /// True if only whole units are bought: in each cluster and year all sources together add a whole number of them to what
    /// is locked. Else volumes are reported and nothing more.
    pub whole: bool,
    /// The most that a cluster may have bought over the horizon, what is locked included.
    pub most: MostUnits,
}

impl Unit {
    /// The most units of it that a cluster may have bought over the horizon; nothing where as many as money buys.
    pub fn most_in(&self, cluster: &Cluster) -> Option<i64> {
        match self.most {
            MostUnits::Any => None,
            MostUnits::InCluster(units) => Some(units),
            // A take-up of 0.1 of 30 enterprises is 3 units, though 0.1 · 30 is rounded to less.
            MostUnits::PerEnterprise(each) => Some(libm::floor(each * cluster.enterprises + 1e-9) as i64),
        }
    }

    /// The units that an amount buys.
    pub fn of(&self, rupiah: i64) -> f64 {
        rupiah as f64 / self.cost.as_f64()
    }

    /// The name of so many of them.
    pub fn named(&self, units: f64) -> &Title {
        if units == 1.0 { &self.one } else { &self.many }
    }
}

impl ModelParts {
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
        let units = unit.most_in(&self.clusters[cluster.index()])?;
        Some(units.saturating_mul(unit.cost.0))
    }

    /// True if lines on an intervention of a cluster need not be multiples of their source's grain: what is bought in units, and
    /// an opening, costs what it costs.
    pub fn is_exempt_from_grain(&self, cluster: ClusterId, intervention: InterventionId) -> bool {
        self.whole_unit(cluster, intervention).is_some() || self.opening(cluster) == Some(intervention)
    }

    /// True if some source has a grain.
    pub fn has_grain(&self) -> bool {
        self.sources.iter().any(|source| source.grain.0 > 1)
    }

    /// True if anything is bought in whole units, or some source has a least line or a grain.
    pub fn has_whole_things(&self) -> bool {
        let units = self.chains.iter().flat_map(|chain| &chain.interventions);
        let whole = units.filter_map(|line| line.unit.as_ref()).any(|unit| unit.whole);
        whole || self.has_grain() || self.sources.iter().any(|source| source.least_line.0 > 0)
    }
}

impl Locked {
    /// Locked amount of an intervention in a cluster and year, over all sources \[Rp\].
    pub fn of_group(&self, cluster: ClusterId, intervention: InterventionId, year: usize) -> i64 {
        let key = (cluster, intervention, year);
        self.lines.sum(|line| (line.cluster, line.intervention, line.year) == key)
    }
}
