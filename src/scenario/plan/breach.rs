//! Tells where a given allocation cannot be: money below a minimum size.

use super::super::diagnostic::{Faults, Place};
use crate::model::{Allocation, AllocationLine, Breach, Model, breaches};

/// Checks lines that were read, each with its place. A breach is told at the first line that belongs to it.
pub(super) fn check(lines: &[(AllocationLine, Place)], model: &Model, faults: &mut Faults) {
    let allocation = Allocation::new(lines.iter().map(|(line, _)| *line).collect());
    for breach in breaches(model, &allocation) {
        let about = |line: &AllocationLine| breach.is_about((line.cluster, line.intervention, line.year));
        let Some((_, place)) = lines.iter().find(|(line, _)| line.amount.0 > 0 && about(line)) else {
            continue;
        };
        match breach {
            Breach::BelowMinimum { cluster, intervention, year, spent, minimum } => faults.expected(
                place,
                format!(
                    "'{}' in '{}' gets {} rupiah in {}",
                    model.chain_of(cluster).interventions[intervention.index()].key,
                    model.clusters[cluster.index()].key,
                    spent.0,
                    model.horizon.calendar_year(year)
                ),
                format!("0, or at least its minimum size of {} rupiah from all sources together", minimum.0),
            ),
        }
    }
}
