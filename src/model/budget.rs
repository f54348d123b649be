//! Budgets in whole rupiah: spending, upkeep and carry-over of each source, year by year.

use super::allocation::Allocation;
use super::exact::at_most;
use super::id::SourceId;
use super::root::ModelParts;

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
    /// Overspent [Rp]; 0 where the budget is kept.
    pub over: i64,
}

impl ModelParts {
    /// The budgets of all sources and years under `allocation`, to the rupiah. `upkeep` gives what a source bears in a year
    /// [Rp]. Money carried over is rounded down, and a year that overspends hands on nothing.
    pub fn budget_lines(
        &self,
        allocation: &Allocation,
        upkeep: impl Fn(SourceId, usize) -> i64,
    ) -> Vec<BudgetLine> {
        let mut lines = Vec::new();
        for source in self.source_ids() {
            let money = &self.sources[source.index()];
            let mut left = 0_i64;
            for (year, amount) in money.amounts.iter().enumerate() {
                let carried_in = at_most(money.carry_over, left);
                let spent = allocation.sum(|line| (line.source, line.year) == (source, year));
                let upkeep = upkeep(source, year);
                let rest = amount.0 + carried_in - spent - upkeep;
                left = rest.max(0);
                let over = (-rest).max(0);
                lines.push(BudgetLine {
                    source,
                    year,
                    amount: amount.0,
                    carried_in,
                    spent,
                    upkeep,
                    left,
                    over,
                });
            }
        }
        lines
    }
}
