//! Violations of the rules for whole things: units, least lines, grains.

use std::collections::BTreeMap;

use super::{Rule, Violation};
use crate::model::allocation::Allocation;
use crate::model::id::{ClusterId, InterventionId};
use crate::model::opened::commitments;
use crate::model::root::ModelParts;

/// Units, least lines and grains that `allocation` breaks.
pub fn things(model: &ModelParts, allocation: &Allocation) -> Vec<Violation> {
    if !model.has_whole_things() && !model.has_most_units() {
        return Vec::new();
    }
    let mut found = units(model, allocation);
    found.extend(lines(model, allocation));
    found
}

/// Amounts that are no whole number of units beyond what is locked, and more units than a cluster may have.
fn units(model: &ModelParts, allocation: &Allocation) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut totals: BTreeMap<(ClusterId, InterventionId), i64> = BTreeMap::new();
    for ((c, i, y), spent) in commitments(allocation) {
        *totals.entry((c, i)).or_default() += spent;
        let Some(unit) = model.whole_unit(c, i) else { continue };
        let over = (spent - model.locked.of_group(c, i, y)).rem_euclid(unit.cost.0);
        if over > 0 {
            // Off by what is missing of the next unit, or by what is beyond the last, whichever is less.
            let rupiah = over.min(unit.cost.0 - over);
            found.push(Violation { rule: Rule::WholeUnits(c, i, y), rupiah, spent });
        }
    }
    for ((c, i), spent) in totals {
        let most = model.most_bought(c, i).unwrap_or(i64::MAX);
        if spent > most {
            found.push(Violation { rule: Rule::MostUnits(c, i), rupiah: spent - most, spent });
        }
    }
    found
}

/// Lines that are less than their source's least, or no multiple of its grain, beyond what is locked.
fn lines(model: &ModelParts, allocation: &Allocation) -> Vec<Violation> {
    let mut found = Vec::new();
    for line in allocation.lines().iter().filter(|line| !model.locked.is_closed(line.source)) {
        let least = model.least_line(line.source).0;
        let (s, c, i, y) = (line.source, line.cluster, line.intervention, line.year);
        let free = model.locked.free(line);
        let mut note = |rule, rupiah| found.push(Violation { rule, rupiah, spent: line.amount.0 });
        if free > 0 && free < least {
            note(Rule::LeastLine(s, c, i, y), least - free);
        }
        let grain = model.grain(line.source).0;
        let over = free.rem_euclid(grain);
        if free > 0 && over > 0 && !model.is_exempt_from_grain(c, i) {
            note(Rule::Grain(s, c, i, y), over.min(grain - over));
        }
    }
    found
}

impl ModelParts {
    /// True if some intervention may be bought so often only.
    fn has_most_units(&self) -> bool {
        let lines = self.chains.iter().flat_map(|chain| &chain.interventions);
        lines
            .filter_map(|line| line.unit.as_ref())
            .any(|unit| unit.most != super::super::unit::MostUnits::Any)
    }
}
