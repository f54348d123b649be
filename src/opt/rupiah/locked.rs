//! Locked lines in whole rupiah: they stay as they are, and additions of a plan are rounded beside them.

use super::super::builder::Decision;
use crate::model::{AllocationLine, Model};

/// The free part of `spend` [Rp]: the part beyond locked lines. Closed sources have none, nor have locked openings, whose cost
/// is fixed.
pub(super) fn free(model: &Model, spend: &[(Decision, f64)]) -> Vec<(Decision, f64)> {
    let locked = &model.locked;
    if locked.is_nothing() {
        return spend.to_vec();
    }
    let opened: Vec<_> = locked
        .lines
        .lines()
        .iter()
        .filter(|line| model.opening(line.cluster) == Some(line.intervention))
        .map(|line| line.cluster)
        .collect();
    let free = |&(decision, rupiah): &(Decision, f64)| {
        let Decision::Spend(s, c, i, y) = decision else { return (decision, rupiah) };
        let settled = locked.is_closed(s) || (model.opening(c) == Some(i) && opened.contains(&c));
        let beyond = (rupiah - locked.amount(s, c, i, y) as f64).max(0.0);
        (decision, if settled { 0.0 } else { beyond })
    };
    spend.iter().map(free).collect()
}

/// The locked lines of one source in one year.
pub(super) fn lines(
    model: &Model,
    of: (crate::model::SourceId, usize),
) -> impl Iterator<Item = AllocationLine> + '_ {
    model.locked.lines.lines().iter().filter(move |line| (line.source, line.year) == of).copied()
}
