//! Whole rupiah: rounds a program's spending so that it adds up exactly and keeps every budget, floor, cap and co-funding rule, and
//! checks the budgets again in exact arithmetic.

mod cofunding;
mod coverage;
mod groups;
pub(in crate::opt) mod kept;
mod locked;
mod settle;

pub use kept::Unkept;
pub(crate) use kept::{row_of, unkept};

pub use crate::model::BudgetLine;

use std::collections::BTreeMap;

use super::builder::{Decision, PlanningProgram, Rule};
use crate::model::exact::at_most;
use crate::model::{Allocation, AllocationLine, LimitKind, Model, SourceId};
use crate::units::{JUTA, Rupiah};

/// Within this share of an exhausted budget the program meant to exhaust it: the solver's tolerance.
const SNAP: f64 = 1e-7;

/// The solver's tolerance for the money of a source [Rp].
fn snap(model: &Model, source: SourceId) -> i64 {
    1 + (model.sources[source.index()].total() as f64 * SNAP) as i64
}

/// Rounds `spend` [Rp] to whole rupiah by largest remainder within each source and year.
pub(crate) fn whole_rupiah(
    model: &Model,
    planning: &PlanningProgram,
    spend: &[(Decision, f64)],
) -> Allocation {
    let mut lines: Vec<AllocationLine> = Vec::new();
    let spend = &locked::free(model, spend);
    let openings = groups::openings(model, spend);
    for source in model.source_ids() {
        for year in 0..model.horizon.years {
            let wanted: Vec<(AllocationLine, f64)> = spend
                .iter()
                .filter_map(|&(decision, rupiah)| match decision {
                    Decision::Spend(s, cluster, intervention, y) if s == source && y == year => {
                        let line = AllocationLine { source, cluster, intervention, year, amount: Rupiah(0) };
                        let counts = rupiah >= 0.5 && model.opening(cluster) != Some(intervention);
                        counts.then_some((line, rupiah))
                    }
                    _ => None,
                })
                .collect();
            lines.extend(openings.iter().filter(|line| (line.source, line.year) == (source, year)));
            lines.extend(locked::lines(model, (source, year)));
            let sum: f64 = wanted.iter().map(|(_, rupiah)| rupiah).sum();
            let so_far = Allocation::new(lines.clone());
            let available = available(model, planning, &so_far, source, year);
            let mut total = (sum.round() as i64).min(available.max(0));
            if available - total <= snap(model, source) && !wanted.is_empty() {
                total = available.max(0);
            }
            lines.extend(largest_remainder(&wanted, total));
        }
    }
    if !model.locked.is_nothing() {
        // What is added to a locked line stands beside it until here.
        lines = Allocation::new(lines).lines().to_vec();
    }
    let mended = groups::repair(model, planning, repair_limits(model, lines));
    let mended = coverage::repair(model, planning, cofunding::repair(model, planning, mended));
    use_up(model, planning, settle::settle(model, planning, mended))
}

/// A rest of a source and year below this is what rounding left [Rp].
const REST: i64 = 1_000;
/// Lines that are tried for it, the largest first.
const TAKERS: usize = 8;

/// The allocation with the few rupiah that rounding left of a source and year put on the largest line that may take them
/// without breaking a rule.
fn use_up(model: &Model, planning: &PlanningProgram, allocation: Allocation) -> Allocation {
    let mut best = allocation;
    if !unkept(model, planning, &best).is_empty() {
        return best;
    }
    // Year after year: what one year leaves may be carried into the next.
    for place in 0..ledger(model, planning, &best).len() {
        let BudgetLine { source, year, left, .. } = ledger(model, planning, &best)[place];
        if left <= 0 || left >= REST || model.locked.is_closed(source) {
            continue;
        }
        let own = best.lines().iter().filter(|line| (line.source, line.year) == (source, year));
        let opens = |line: &AllocationLine| model.opening(line.cluster) == Some(line.intervention);
        let mut takers: Vec<AllocationLine> = own.filter(|line| !opens(line)).copied().collect();
        takers.sort_by_key(|line| std::cmp::Reverse(line.amount));
        let taken = takers.into_iter().take(TAKERS).find_map(|line| {
            let more = AllocationLine { amount: Rupiah(left), ..line };
            let next = Allocation::new(best.lines().iter().copied().chain([more]).collect());
            unkept(model, planning, &next).is_empty().then_some(next)
        });
        best = taken.unwrap_or(best);
    }
    best
}

/// Parts of `total` in proportion to `wanted`, whole, adding up exactly; ties in canonical order.
pub fn largest_remainder<L: Copy>(wanted: &[(L, f64)], total: i64) -> Vec<L>
where
    L: WithAmount,
{
    let sum: f64 = wanted.iter().map(|(_, rupiah)| rupiah).sum();
    if sum <= 0.0 || total <= 0 {
        return Vec::new();
    }
    let exact: Vec<f64> = wanted.iter().map(|(_, rupiah)| rupiah / sum * total as f64).collect();
    let mut parts: Vec<i64> = exact.iter().map(|part| part.floor() as i64).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&a, &b| {
        let fraction = |i: usize| exact[i] - exact[i].floor();
        fraction(b).total_cmp(&fraction(a)).then(a.cmp(&b))
    });
    let mut missing = total - parts.iter().sum::<i64>();
    for &i in order.iter().cycle().take(2 * order.len()) {
        if missing > 0 {
            parts[i] += 1;
            missing -= 1;
        } else if missing < 0 && parts[i] > 0 {
            parts[i] -= 1;
            missing += 1;
        }
    }
    wanted.iter().zip(parts).map(|((line, _), part)| line.with_amount(part)).collect()
}

/// What can be given an amount of rupiah.
pub trait WithAmount {
    /// The same with this amount.
    #[must_use]
    fn with_amount(self, rupiah: i64) -> Self;
}

impl WithAmount for AllocationLine {
    fn with_amount(self, rupiah: i64) -> Self {
        AllocationLine { amount: Rupiah(rupiah), ..self }
    }
}

/// Moves the few rupiah that rounding put on the wrong side of a floor or cap.
fn repair_limits(model: &Model, mut lines: Vec<AllocationLine>) -> Allocation {
    for limit in &model.limits {
        let counted = |line: &AllocationLine| {
            limit.covers(model, line.source, line.year, line.cluster, line.intervention)
        };
        // An opening costs what it costs.
        let opens = |line: &AllocationLine| model.opening(line.cluster) == Some(line.intervention);
        let covered =
            |line: &AllocationLine| counted(line) && !opens(line) && !model.locked.is_closed(line.source);
        let free = |line: &AllocationLine| model.locked.free(line);
        let spent: i64 = lines.iter().filter(|line| counted(line)).map(|line| line.amount.0).sum();
        let bound = limit.whole(&model.sources);
        match limit.kind {
            LimitKind::Cap => {
                let over = spent - bound;
                if let (true, Some(line)) =
                    (over > 0, lines.iter_mut().filter(|line| covered(line)).max_by_key(|line| free(line)))
                {
                    line.amount.0 -= over.min(free(line));
                }
            }
            LimitKind::Floor => {
                let short = bound - spent;
                let taker = (0..lines.len()).filter(|&n| covered(&lines[n])).max_by_key(|&n| lines[n].amount);
                let giver = taker.and_then(|taker| {
                    (0..lines.len())
                        .filter(|&n| {
                            !counted(&lines[n])
                                && !opens(&lines[n])
                                && (lines[n].source, lines[n].year)
                                    == (lines[taker].source, lines[taker].year)
                                && free(&lines[n]) > short
                        })
                        .max_by_key(|&n| free(&lines[n]))
                });
                if let (true, Some(taker), Some(giver)) = (short > 0, taker, giver) {
                    lines[taker].amount.0 += short;
                    lines[giver].amount.0 -= short;
                }
            }
        }
    }
    Allocation::new(lines)
}

/// What of each budget's row are stocks, with what a juta of them costs: by source and year, where there are any.
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

/// What `source` has left to commit in `year`, after what `allocation` spends in years before and upkeep so far.
fn available(
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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq)]
    struct Part(i64);
    impl WithAmount for Part {
        fn with_amount(self, rupiah: i64) -> Self {
            Part(rupiah)
        }
    }

    #[test]
    fn parts_add_up_to_the_rupiah() {
        let wanted = [(Part(0), 1.0), (Part(0), 1.0), (Part(0), 1.0)];
        assert_eq!(largest_remainder(&wanted, 100), vec![Part(34), Part(33), Part(33)]);
        let wanted: Vec<(Part, f64)> = (1..40).map(|i| (Part(0), 1.0 / f64::from(i))).collect();
        let total: i64 = largest_remainder(&wanted, 40_000_000_001).iter().map(|p| p.0).sum();
        assert_eq!(total, 40_000_000_001);
    }
}
