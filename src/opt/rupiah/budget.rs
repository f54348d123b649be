//! The budgets of an allocation in exact arithmetic.

use std::collections::BTreeMap;

use super::super::builder::{Decision, PlanningProgram, Rule};
use crate::model::exact::at_most;
use crate::model::{Allocation, Model, SourceId};
use crate::units::JUTA;

/// The money of one source in one year, in whole rupiah.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetLine {
    /// The source.
    pub source: SourceId,
    /// The year (from 0).
    pub year: usize,
    /// New money [Rp].
    pub amount: i64,
    /// Carried in from the year before [Rp].
    pub carried_in: i64,
    /// Committed [Rp].
    pub spent: i64,
    /// Upkeep that the source bears [Rp].
    pub upkeep: i64,
    /// Left unspent [Rp].
    pub left: i64,
}

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

/// By source and year [Rp].
type Amounts = Vec<((SourceId, usize), i64)>;

/// The budgets of all sources and years in whole rupiah, and by how much each is overspent, where it is: to the rupiah, upkeep
/// rounded up and money carried over rounded down. Nothing is handed on from a year that overspends.
pub(crate) fn ledger(
    model: &Model,
    planning: &PlanningProgram,
    allocation: &Allocation,
) -> (Vec<BudgetLine>, Amounts) {
    let upkeep = upkeep(model, planning, allocation);
    let (mut lines, mut overspent) = (Vec::new(), Vec::new());
    for source in model.source_ids() {
        let money = &model.sources[source.index()];
        let mut left = 0_i64;
        for (year, amount) in money.amounts.iter().enumerate() {
            let carried_in = at_most(money.carry_over, left);
            let spent = allocation.sum(|line| line.source == source && line.year == year);
            let upkeep = upkeep.get(&(source, year)).copied().unwrap_or(0);
            left = amount.0 + carried_in - spent - upkeep;
            if left < 0 {
                overspent.push(((source, year), -left));
            }
            left = left.max(0);
            lines.push(BudgetLine { source, year, amount: amount.0, carried_in, spent, upkeep, left });
        }
    }
    (lines, overspent)
}

/// The budgets of all sources and years in whole rupiah; `None` if any is overspent.
pub(crate) fn budget_lines(
    model: &Model,
    planning: &PlanningProgram,
    allocation: &Allocation,
) -> Option<Vec<BudgetLine>> {
    let (lines, overspent) = ledger(model, planning, allocation);
    overspent.is_empty().then_some(lines)
}
