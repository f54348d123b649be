//! The budgets of an allocation in exact arithmetic.

use std::collections::BTreeMap;

use super::super::builder::{Decision, PlanningProgram, Rule};
use crate::model::exact::at_most;
use crate::model::{Allocation, BudgetLine, Model, SourceId};
use crate::units::JUTA;

/// The stocks in each budget's row with the upkeep of a juta of them: by source and year, where there are any.
fn borne(planning: &PlanningProgram) -> BTreeMap<(SourceId, usize), Vec<(usize, f64)>> {
    let stock = |(j, _): &(usize, f64)| matches!(planning.decisions[*j], Decision::Stock(..));
    let rows = planning.rules.iter().zip(&planning.program.rows);
    let budgets = rows.filter_map(|(rule, row)| match rule {
        Rule::Budget(source, year) => {
            Some(((*source, *year), row.entries.iter().copied().filter(stock).collect::<Vec<_>>()))
        }
        _ => None,
    });
    budgets.filter(|(_, stocks)| !stocks.is_empty()).collect()
}

/// Upkeep that sources bear for what `allocation` has built \[Rp, rounded up\], by source and year, where there is any.
fn upkeep(
    model: &Model,
    planning: &PlanningProgram,
    allocation: &Allocation,
) -> BTreeMap<(SourceId, usize), i64> {
    let borne = borne(planning);
    if borne.is_empty() {
        return BTreeMap::new();
    }
    let x = planning.decide(model, allocation);
    let rupiah = |stocks: &Vec<(usize, f64)>| {
        let juta: f64 = stocks.iter().map(|&(j, a)| a * x[j]).sum();
        (juta * JUTA - 1e-6).ceil().max(0.0) as i64
    };
    borne.iter().map(|(at, stocks)| (*at, rupiah(stocks))).collect()
}

/// The money that `source` can still commit in `year`, after the spending of `allocation` in years before and upkeep so far.
pub(super) fn available(
    model: &Model,
    planning: &PlanningProgram,
    allocation: &Allocation,
    source: SourceId,
    year: usize,
) -> i64 {
    let money = &model.sources[source.index()];
    let upkeep = upkeep(model, planning, allocation);
    let mut left = 0_i64;
    for y in 0..=year {
        let spent = allocation.sum(|line| line.source == source && line.year == y);
        let carried = at_most(money.carry_over, left.max(0));
        left = money.amounts[y].0 + carried - spent - upkeep.get(&(source, y)).copied().unwrap_or(0);
    }
    left
}

/// The budgets of all sources and years in whole rupiah, with the upkeep that the rows of the program charge.
pub(crate) fn ledger(model: &Model, planning: &PlanningProgram, allocation: &Allocation) -> Vec<BudgetLine> {
    let upkeep = upkeep(model, planning, allocation);
    model.budget_lines(allocation, |source, year| upkeep.get(&(source, year)).copied().unwrap_or(0))
}

/// The budgets of all sources and years in whole rupiah; `None` if any is overspent.
pub(crate) fn budget_lines(
    model: &Model,
    planning: &PlanningProgram,
    allocation: &Allocation,
) -> Option<Vec<BudgetLine>> {
    let lines = ledger(model, planning, allocation);
    lines.iter().all(|line| line.over == 0).then_some(lines)
}
