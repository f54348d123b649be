//! Faults of a given allocation: money below a minimum size, openings at another amount than their fixed cost or twice, money
//! in a candidate that is not opened yet.

use super::super::diagnostic::{Faults, Place};
use crate::model::rule::{Rule, whole_numbers};
use crate::model::{Allocation, AllocationLine, Model};

/// Checks lines that were read, each with its place. A fault is told at the first line that belongs to it.
pub(super) fn check(lines: &[(AllocationLine, Place)], model: &Model, faults: &mut Faults) {
    let allocation = Allocation::new(lines.iter().map(|(line, _)| *line).collect());
    let opened = model.opened(&allocation);
    for violation in whole_numbers(model, &allocation) {
        let Some((c, i, y)) = violation.rule.commitment() else { continue };
        let about = |line: &AllocationLine| {
            line.amount.0 > 0 && (line.cluster, line.intervention, line.year) == (c, i, y)
        };
        let Some((_, place)) = lines.iter().find(|(line, _)| about(line)) else { continue };
        let chain = model.chain_of(c);
        let year = |y: usize| model.horizon.calendar_year(y);
        let local = &model.clusters[c.index()].interventions[i.index()];
        let first = opened.iter().find(|(candidate, _)| *candidate == c).and_then(|(_, first)| *first);
        let (cluster, line) = (&model.clusters[c.index()].key, &chain.interventions[i.index()].key);
        let gets = format!("'{line}' in '{cluster}' gets {} rupiah in {}", violation.spent, year(y));
        match violation.rule {
            Rule::OpeningCost(..) => faults.expected(
                place,
                gets,
                format!(
                    "exactly {} rupiah from all sources together, the fixed cost of opening it",
                    local.fixed_cost.0
                ),
            ),
            Rule::OpenedOnce(..) => faults.help(
                place,
                format!("'{cluster}' is opened in {} already", first.map_or(0, year)),
                format!("leave out the rows of '{line}' in {}", year(y)),
            ),
            Rule::OpenedBefore(..) => {
                let opener = model.opening(c).map_or("", |i| &chain.interventions[i.index()].key);
                let when = match first {
                    Some(y) => format!("is opened only in {}", year(y)),
                    None => "is a candidate that is never opened".to_string(),
                };
                faults.help(
                    place,
                    format!("{gets}, but '{cluster}' {when}"),
                    format!("pay for '{opener}' there in {} or before, or leave the row out", year(y)),
                );
            }
            _ => faults.expected(
                place,
                gets,
                format!(
                    "0, or at least its minimum size of {} rupiah from all sources together",
                    local.minimum.0
                ),
            ),
        }
    }
}
