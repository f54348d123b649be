//! Things that are bought in units, and the least that a line of a source may be.

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
    /// The most units of it that a cluster of so many enterprises may have bought over the horizon; nothing where as many as
    /// money buys.
    pub fn most_in(&self, enterprises: f64) -> Option<i64> {
        match self.most {
            MostUnits::Any => None,
            MostUnits::InCluster(units) => Some(units),
            // A take-up of 0.1 of 30 enterprises is 3 units, though 0.1 · 30 is rounded to less.
            MostUnits::PerEnterprise(each) => Some(libm::floor(each * enterprises + 1e-9) as i64),
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

/// Sizes of lines that are asked for, for every source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinesAsked {
    /// Least line \[Rp\].
    pub least_line: Option<Rupiah>,
    /// Grain \[Rp\].
    pub grain: Option<Rupiah>,
}
