//! Whole rupiah: rounds a program's spending so that it adds up exactly and keeps every budget, floor, cap and co-funding rule, and
//! checks the budgets again in exact arithmetic.

mod budget;
mod cofunding;
mod coverage;
mod groups;
pub(in crate::opt) mod kept;
mod locked;
mod remainder;
mod settle;

pub use crate::model::BudgetLine;
pub(crate) use budget::{budget_lines, ledger};
pub use kept::Unkept;
pub(crate) use kept::{row_of, unkept};
pub use remainder::{WithAmount, largest_remainder};

use budget::available;

use super::builder::{Decision, PlanningProgram};
use crate::model::{Allocation, AllocationLine, LimitKind, Model, SourceId};
use crate::units::Rupiah;

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
    let exact = groups::exact(model, spend);
    for source in model.source_ids() {
        for year in 0..model.horizon.years {
            let wanted: Vec<(AllocationLine, f64)> = spend
                .iter()
                .filter_map(|&(decision, rupiah)| match decision {
                    Decision::Spend(s, cluster, intervention, y) if s == source && y == year => {
                        let line = AllocationLine { source, cluster, intervention, year, amount: Rupiah(0) };
                        let counts = rupiah >= 0.5 && !groups::is_exact(model, cluster, intervention);
                        counts.then_some((line, rupiah))
                    }
                    _ => None,
                })
                .collect();
            lines.extend(exact.iter().filter(|line| (line.source, line.year) == (source, year)));
            lines.extend(locked::lines(model, (source, year)));
            let sum: f64 = wanted.iter().map(|(_, rupiah)| rupiah).sum();
            let so_far = Allocation::new(lines.clone());
            let available = available(model, planning, &so_far, source, year);
            let grain = model.grain(source).0;
            let available = available.max(0);
            let mut total = (sum.round() as i64).min(available);
            if available - total <= snap(model, source) && !wanted.is_empty() {
                total = available;
            }
            // Whole grains, of which there are as many as the money there is allows.
            let near = (total + grain.div_euclid(2)).div_euclid(grain);
            let parts = largest_remainder(&wanted, near.min(available.div_euclid(grain)));
            lines.extend(
                parts
                    .into_iter()
                    .map(|line| AllocationLine { amount: Rupiah(line.amount.0 * grain), ..line }),
            );
        }
    }
    if !model.locked.is_nothing() {
        // What is added to a locked line stands beside it until here.
        lines = Allocation::new(lines).lines().to_vec();
    }
    if model.has_whole_things() {
        // A rupiah moved between two lines leaves units and grains broken: the least change that keeps all rules at once.
        return use_up(model, planning, settle::settle(model, planning, Allocation::new(lines)));
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
