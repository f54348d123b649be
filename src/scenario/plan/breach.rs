//! Tells where a given allocation cannot be: money below a minimum size, openings at another amount than their fixed cost or
//! twice, money in a candidate that is not opened yet.

use super::super::diagnostic::{Faults, Place};
use crate::model::{Allocation, AllocationLine, BreachKind, Model, breaches};

/// Checks lines that were read, each with its place. A breach is told at the first line that belongs to it.
pub(super) fn check(lines: &[(AllocationLine, Place)], model: &Model, faults: &mut Faults) {
    let allocation = Allocation::new(lines.iter().map(|(line, _)| *line).collect());
    for breach in breaches(model, &allocation) {
        let about = |line: &AllocationLine| {
            line.amount.0 > 0
                && (line.cluster, line.intervention, line.year)
                    == (breach.cluster, breach.intervention, breach.year)
        };
        let Some((_, place)) = lines.iter().find(|(line, _)| about(line)) else { continue };
        let chain = model.chain_of(breach.cluster);
        let year = |y: usize| model.horizon.calendar_year(y);
        let (cluster, line) = (
            &model.clusters[breach.cluster.index()].key,
            &chain.interventions[breach.intervention.index()].key,
        );
        let gets = format!("'{line}' in '{cluster}' gets {} rupiah in {}", breach.spent.0, year(breach.year));
        match breach.kind {
            BreachKind::BelowMinimum(minimum) => faults.expected(
                place,
                gets,
                format!("0, or at least its minimum size of {} rupiah from all sources together", minimum.0),
            ),
            BreachKind::OpeningAmount(cost) => faults.expected(
                place,
                gets,
                format!("exactly {} rupiah from all sources together, the fixed cost of opening it", cost.0),
            ),
            BreachKind::OpenedTwice(first) => faults.help(
                place,
                format!("'{cluster}' is opened in {} already", year(first)),
                format!("leave out the rows of '{line}' in {}", year(breach.year)),
            ),
            BreachKind::Unopened(opened) => {
                let opener =
                    model.opening(breach.cluster).map_or("", |i| &chain.interventions[i.index()].key);
                let when = match opened {
                    Some(y) => format!("is opened only in {}", year(y)),
                    None => "is a candidate that is never opened".to_string(),
                };
                faults.help(
                    place,
                    format!("{gets}, but '{cluster}' {when}"),
                    format!(
                        "pay for '{opener}' there in {} or before, or leave the row out",
                        year(breach.year)
                    ),
                );
            }
        }
    }
}
