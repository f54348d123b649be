//! Spillovers in the formulation: the commitments of other clusters that stand in a cluster's capacity rows.

use std::collections::BTreeMap;

use super::terms::{Decision, PlanningProgram};
use crate::model::{ClusterId, InterventionId, Model, SourceId};
use crate::units::JUTA;

/// The effect of money spent on an intervention in another cluster on a capacity.
#[derive(Debug, Clone)]
pub(super) struct Spilled {
    /// Where the money is spent.
    pub(super) from: ClusterId,
    /// For what.
    pub(super) intervention: InterventionId,
    /// By period: first-stage columns, and what a unit of each brings before net effectiveness, season and variation
    /// [capacity units per period per juta Rp].
    pub(super) columns: Vec<Vec<(usize, f64)>>,
}

/// The spillovers into every capacity, by cluster and capacity, in canonical order of their origin.
pub(super) fn spilled(model: &Model, planning: &PlanningProgram) -> Vec<Vec<Vec<Spilled>>> {
    let mut spilled: Vec<Vec<Vec<Spilled>>> =
        model.cluster_ids().map(|c| vec![Vec::new(); model.chain_of(c).capacities.len()]).collect();
    if model.spillovers.is_empty() {
        return spilled;
    }
    let mut commitments: BTreeMap<(ClusterId, InterventionId), Vec<(usize, SourceId, usize)>> =
        BTreeMap::new();
    for (column, decision) in planning.decisions.iter().enumerate() {
        if let Decision::Spend(s, c, i, y) = *decision {
            commitments.entry((c, i)).or_default().push((column, s, y));
        }
    }
    // By spillover, source and year of commitment: the effect by period.
    let effects: Vec<Vec<Vec<Vec<f64>>>> = model
        .spillovers
        .iter()
        .map(|spillover| {
            let of_year = |s, y| spillover.of_commitment(model, s, y);
            let of_source = |s| (0..model.horizon.years).map(|y| of_year(s, y)).collect();
            model.source_ids().map(of_source).collect()
        })
        .collect();
    let mut links: Vec<_> = model
        .spillovers
        .iter()
        .enumerate()
        .flat_map(|(number, spillover)| spillover.links.iter().map(move |link| (*link, number)))
        .collect();
    links.sort_unstable();
    for group in links.chunk_by(|a, b| a.0 == b.0) {
        let link = group[0].0;
        let Some(commitments) = commitments.get(&(link.from, link.intervention)) else { continue };
        let at = |t: usize| -> Vec<(usize, f64)> {
            let of_group = |s: SourceId, y: usize| -> f64 {
                group.iter().map(|(_, number)| effects[*number][s.index()][y][t]).sum()
            };
            let entries = commitments.iter().map(|&(column, s, y)| (column, of_group(s, y) * JUTA));
            entries.filter(|(_, units)| *units != 0.0).collect()
        };
        spilled[link.to.index()][link.capacity.index()].push(Spilled {
            from: link.from,
            intervention: link.intervention,
            columns: (0..model.horizon.periods()).map(at).collect(),
        });
    }
    spilled
}
