//! Where a given allocation breaks what the model asks of it in whole numbers: minimum sizes. Budgets, floors and caps are
//! no concern of this module: they bind plans, not given allocations.

use std::collections::BTreeMap;

use super::{Allocation, ClusterId, InterventionId, Model};
use crate::units::Rupiah;

/// One way in which an allocation cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breach {
    /// An intervention gets less than its minimum size in a year, but not nothing.
    BelowMinimum {
        /// Where.
        cluster: ClusterId,
        /// For what.
        intervention: InterventionId,
        /// In which year (from 0).
        year: usize,
        /// What all sources together commit [Rp].
        spent: Rupiah,
        /// The minimum size [Rp].
        minimum: Rupiah,
    },
}

impl Breach {
    /// True if a line of the allocation for this cluster, intervention and year belongs to it.
    pub fn is_about(&self, line: (ClusterId, InterventionId, usize)) -> bool {
        match *self {
            Breach::BelowMinimum { cluster, intervention, year, .. } => line == (cluster, intervention, year),
        }
    }
}

/// What all sources together commit, by cluster, intervention and year.
pub(crate) fn commitments(allocation: &Allocation) -> BTreeMap<(ClusterId, InterventionId, usize), i64> {
    let mut sums = BTreeMap::new();
    for line in allocation.lines() {
        *sums.entry((line.cluster, line.intervention, line.year)).or_default() += line.amount.0;
    }
    sums
}

/// Every way in which `allocation` cannot be, in canonical order.
pub fn breaches(model: &Model, allocation: &Allocation) -> Vec<Breach> {
    let mut found = Vec::new();
    for ((cluster, intervention, year), spent) in commitments(allocation) {
        let minimum = model.clusters[cluster.index()].interventions[intervention.index()].minimum;
        if spent < minimum.0 {
            found.push(Breach::BelowMinimum { cluster, intervention, year, spent: Rupiah(spent), minimum });
        }
    }
    found
}
