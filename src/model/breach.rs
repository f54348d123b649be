//! Where a given allocation breaks what the model asks of it in whole numbers: minimum sizes, and that candidates are opened,
//! at their fixed cost and once, before they get other money. Budgets, floors, caps and rules for sites are no concern of
//! this module: they bind plans, not given allocations.

use std::collections::BTreeMap;

use super::{Allocation, ClusterId, InterventionId, Model};
use crate::units::Rupiah;

/// One way in which an allocation cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    /// Where.
    pub cluster: ClusterId,
    /// For what.
    pub intervention: InterventionId,
    /// In which year (from 0).
    pub year: usize,
    /// What all sources together commit [Rp].
    pub spent: Rupiah,
    /// What is wrong with it.
    pub kind: BreachKind,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BreachKind {
    /// Less than the minimum size [Rp], but not nothing.
    BelowMinimum(Rupiah),
    /// An opening at another amount than its fixed cost [Rp].
    OpeningAmount(Rupiah),
    /// A candidate is opened again, after this year (from 0).
    OpenedTwice(usize),
    /// A candidate gets money before it is opened: in this year (from 0), or never.
    Unopened(Option<usize>),
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
    let opened: BTreeMap<ClusterId, Option<usize>> = model.opened(allocation).into_iter().collect();
    let mut found = Vec::new();
    for ((cluster, intervention, year), spent) in commitments(allocation) {
        let local = &model.clusters[cluster.index()].interventions[intervention.index()];
        let mut note = |kind: BreachKind| {
            found.push(Breach { cluster, intervention, year, spent: Rupiah(spent), kind });
        };
        let first = opened.get(&cluster).copied();
        if model.opening(cluster) == Some(intervention) {
            if spent != local.fixed_cost.0 {
                note(BreachKind::OpeningAmount(local.fixed_cost));
            }
            if let Some(Some(first)) = first.filter(|first| first.is_some_and(|first| first < year)) {
                note(BreachKind::OpenedTwice(first));
            }
            continue;
        }
        if spent < local.minimum.0 {
            note(BreachKind::BelowMinimum(local.minimum));
        }
        if let Some(first) = first.filter(|first| first.is_none_or(|first| first > year)) {
            note(BreachKind::Unopened(first));
        }
    }
    found
}
