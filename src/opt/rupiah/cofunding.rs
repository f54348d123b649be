//! The few rupiah that rounding line by line leaves a co-funding rule short of are found again.

use super::super::builder::PlanningProgram;
use super::budget_lines;
use crate::model::rule::{cofunding, keeps_between_lines, whole_numbers};
use crate::model::{Allocation, AllocationLine, Cofunding, CofundingBalance, Model};

/// Rounds of mending: a rupiah moved for one rule may be missed by another.
const ROUNDS: usize = 8;

/// Mends what rounding broke. What cannot be mended stays, for the caller to find out.
pub(super) fn repair(model: &Model, planning: &PlanningProgram, mut allocation: Allocation) -> Allocation {
    for _ in 0..ROUNDS {
        let broken = model.cofunding.iter().find_map(|rule| {
            let balances = rule.balances(model, &allocation);
            let first = balances.into_iter().find(|balance| balance.short(rule.ratio) > 0)?;
            Some((rule, first))
        });
        let Some((rule, balance)) = broken else { break };
        match mended(model, planning, &allocation, rule, balance) {
            Some(better) => allocation = better,
            None => break,
        }
    }
    allocation
}

/// The rupiah that co-funding rules are short of in all.
fn missing(model: &Model, allocation: &Allocation) -> i64 {
    cofunding(model, allocation).iter().map(|violation| violation.rupiah).sum()
}

/// The allocation with one place put right: from what the source leaves, else from its largest line elsewhere in the same
/// year, else by the others spending the few rupiah less to which it cannot add. The first that keeps everything else
/// counts; if none does, the first that keeps budgets and whole numbers.
fn mended(
    model: &Model,
    planning: &PlanningProgram,
    allocation: &Allocation,
    rule: &Cofunding,
    balance: CofundingBalance,
) -> Option<Allocation> {
    let places = rule.places(model);
    let inside = |line: &AllocationLine| {
        rule.counts(model, line.source, line.cluster, line.intervention)
            .filter(|_| rule.at(places[line.cluster.index()], line.year) == balance.at)
    };
    // An opening costs what it costs.
    let opens = |line: &AllocationLine| model.opening(line.cluster) == Some(line.intervention);
    let lines = allocation.lines();
    let mut order: Vec<usize> = (0..lines.len()).filter(|&n| !opens(&lines[n])).collect();
    order.sort_by_key(|&n| (-lines[n].amount.0, n));
    let short = balance.short(rule.ratio);
    let less = (short as f64 / rule.ratio).ceil() as i64;
    let takers = || order.iter().copied().filter(|&n| inside(&lines[n]).is_some_and(|part| part > 0.0));
    let mut moves: Vec<Vec<(usize, i64)>> = takers().map(|taker| vec![(taker, short)]).collect();
    for taker in takers() {
        let same = |n: usize| (lines[n].source, lines[n].year) == (lines[taker].source, lines[taker].year);
        let givers = order.iter().copied().filter(|&n| same(n) && inside(&lines[n]).is_none());
        moves
            .extend(givers.filter(|&n| lines[n].amount.0 > short).map(|n| vec![(taker, short), (n, -short)]));
    }
    let payers = order.iter().copied().filter(|&n| inside(&lines[n]).is_some_and(|part| part < 0.0));
    moves.extend(payers.filter(|&n| lines[n].amount.0 >= less).map(|n| vec![(n, -less)]));
    let before = missing(model, allocation);
    let tried = moves.into_iter().filter_map(|moves| {
        let mut trial = lines.to_vec();
        for (line, more) in moves {
            trial[line].amount.0 += more;
        }
        let trial = Allocation::new(trial);
        let sound = whole_numbers(model, &trial).is_empty()
            && model.keeps_locked(&trial)
            && missing(model, &trial) < before
            && budget_lines(model, planning, &trial).is_some();
        sound.then_some(trial)
    });
    let mut fallback = None;
    for trial in tried {
        if keeps_between_lines(model, &trial) {
            return Some(trial);
        }
        fallback.get_or_insert(trial);
    }
    fallback
}
