//! Rules of the program that an allocation breaks, and by how many rupiah: in integers, without any tolerance.

use std::collections::BTreeMap;

use super::super::builder::{PlanningProgram, Rule};
use super::ledger;
use crate::model::rule::{self, cofunding, coverage, limits, locked, sites, things, whole_numbers};
use crate::model::{Allocation, Model};

/// A rule that whole rupiah do not keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unkept {
    /// The rule.
    pub rule: Rule,
    /// The shortfall of a floor, minimum size, coverage, co-funding or locked line, or the excess over a cap or budget [Rp]; 0
    /// of a rule for sites. Of coverage by a capacity it is the cost of the missing units.
    pub missing: i64,
}

/// Every rule that `allocation` breaks, in order. Upkeep is charged to budgets as the rows of `planning` do.
pub(crate) fn unkept(model: &Model, planning: &PlanningProgram, allocation: &Allocation) -> Vec<Unkept> {
    let mut missing: BTreeMap<Rule, i64> = BTreeMap::new();
    let mut add = |rule: Rule, rupiah: i64| *missing.entry(rule).or_default() += rupiah;
    for line in ledger(model, planning, allocation).into_iter().filter(|line| line.over > 0) {
        add(Rule::Budget(line.source, line.year), line.over);
    }
    // Of a rule for sites the first of its bounds that is broken is told.
    let mut of_sites = sites(model, allocation);
    of_sites.dedup_by_key(|violation| match violation.rule {
        rule::Rule::Sites(number, _) => Some(number),
        _ => None,
    });
    let families = [limits, cofunding, coverage, locked, whole_numbers, things];
    let others = families.into_iter().flat_map(|family| family(model, allocation));
    for violation in others.chain(of_sites) {
        if let Some(rule) = row_of(violation.rule) {
            add(rule, violation.rupiah);
        }
    }
    missing.into_iter().map(|(rule, missing)| Unkept { rule, missing }).collect()
}

/// The rule of the program that holds an allocation to a rule of the model; none for eligibility, since a line that a source
/// may not fund has no column.
pub(crate) fn row_of(rule: rule::Rule) -> Option<Rule> {
    Some(match rule {
        rule::Rule::Budget(s, y) => Rule::Budget(s, y),
        rule::Rule::Limit(number) => Rule::Limit(number),
        rule::Rule::Cofunding(number, at) => Rule::Cofunding(number, at),
        rule::Rule::Coverage(number, c) => Rule::Coverage(number, c),
        rule::Rule::Locked(s, c, i, y) | rule::Rule::Closed(s, c, i, y) => Rule::Locked(s, c, i, y),
        rule::Rule::MinimumSize(c, i, _) => Rule::Minimum(c, i),
        rule::Rule::OpeningCost(c, _, y) => Rule::Opening(c, y),
        rule::Rule::OpenedOnce(c, ..) => Rule::OpenOnce(c),
        rule::Rule::OpenedBefore(c, i, y) => Rule::Unopened(c, i, y),
        rule::Rule::Sites(number, bound) => Rule::Sites(number, bound),
        rule::Rule::WholeUnits(c, i, y) => Rule::Units(c, i, y),
        rule::Rule::MostUnits(c, i) => Rule::MostUnits(c, i),
        rule::Rule::LeastLine(s, c, i, y) => Rule::LeastLine(s, c, i, y),
        rule::Rule::Grain(s, c, i, y) => Rule::Grain(s, c, i, y),
        rule::Rule::Eligibility(..) => return None,
    })
}
