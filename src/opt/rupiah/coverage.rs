//! The few rupiah that rounding line by line leaves the coverage of a supported cluster short of are found again.

use super::super::builder::PlanningProgram;
use super::budget_lines;
use crate::model::rule::keeps_between_lines;
use crate::model::{Allocation, AllocationLine, ClusterId, Model, Need, Shortfall, UpkeepBearer};

/// More rupiah than rounding can leave a minimum short of: what is short by more is not mended here.
const ROUNDING: f64 = 1e5;
/// Rounds of mending.
const ROUNDS: usize = 8;
/// Lines tried as givers for one shortfall.
const GIVERS: usize = 40;

/// Mends what rounding broke. What cannot be mended stays, for the caller to find out.
pub(super) fn repair(model: &Model, planning: &PlanningProgram, mut allocation: Allocation) -> Allocation {
    if !model.coverage.enforced {
        return allocation;
    }
    for _ in 0..ROUNDS {
        let mut mended_any = false;
        for found in model.coverage_shortfalls(&allocation) {
            // A rupiah moved for another may have changed it.
            let now = model.coverage_shortfalls_in(&allocation, &[found.cluster]);
            let short = now.iter().find(|short| short.owed.minimum == found.owed.minimum);
            let Some(short) = short.filter(|short| short.rupiah <= ROUNDING) else { continue };
            if let Some(better) = mended(model, planning, &allocation, short) {
                (allocation, mended_any) = (better, true);
            }
        }
        if !mended_any {
            break;
        }
    }
    allocation
}

/// The rupiah that minima are short of in all.
fn missing(short: &[Shortfall]) -> f64 {
    short.iter().map(|short| short.rupiah).sum()
}

/// The allocation with one minimum put right, from another line of the same source and year, that of the same cluster first and
/// the largest of these, else from what a source leaves. The first that keeps everything else counts.
fn mended(
    model: &Model,
    planning: &PlanningProgram,
    allocation: &Allocation,
    short: &Shortfall,
) -> Option<Allocation> {
    let lines = allocation.lines();
    let facility = |line: &AllocationLine| {
        model.chain_of(line.cluster).interventions[line.intervention.index()].facility
    };
    // An opening costs what it costs.
    let opens = |line: &AllocationLine| model.opening(line.cluster) == Some(line.intervention);
    let inside =
        |line: &AllocationLine| line.cluster == short.cluster && facility(line) == short.owed.facility;
    let rupiah = match short.owed.need {
        Need::Money(_) => short.rupiah as i64,
        // Some of it is not there yet in the last period, or is gone again.
        Need::Capacity { .. } => (4.0 * short.rupiah).ceil() as i64 + 1,
    };
    let mut takers: Vec<usize> =
        (0..lines.len()).filter(|&n| inside(&lines[n]) && !opens(&lines[n])).collect();
    takers.sort_by_key(|&n| (-lines[n].amount.0, n));
    let mut moves: Vec<Vec<(usize, i64)>> = Vec::new();
    for &taker in &takers {
        let same = |n: usize| (lines[n].source, lines[n].year) == (lines[taker].source, lines[taker].year);
        let mut givers: Vec<usize> = (0..lines.len())
            .filter(|&n| same(n) && !inside(&lines[n]) && !opens(&lines[n]) && lines[n].amount.0 > rupiah)
            .collect();
        givers.sort_by_key(|&n| (lines[n].cluster != short.cluster, -lines[n].amount.0, n));
        moves.extend(givers.into_iter().take(GIVERS).map(|giver| vec![(taker, rupiah), (giver, -rupiah)]));
        moves.push(vec![(taker, rupiah)]);
    }
    let upkeep = model
        .chains
        .iter()
        .flat_map(|chain| &chain.interventions)
        .any(|i| i.upkeep_by != UpkeepBearer::Cluster);
    let kept = keeps_between_lines(model, allocation);
    moves.into_iter().find_map(|moves| {
        let mut trial = lines.to_vec();
        for &(line, more) in &moves {
            trial[line].amount.0 += more;
        }
        let trial = Allocation::new(trial);
        let mut touched: Vec<ClusterId> = moves.iter().map(|(line, _)| lines[*line].cluster).collect();
        touched.dedup();
        let short_in = |of: &Allocation| missing(&model.coverage_shortfalls_in(of, &touched));
        let better = short_in(&trial) < short_in(allocation);
        // Moved within a source and year, money stays within its budget.
        let affordable = (moves.len() == 2 && !upkeep) || budget_lines(model, planning, &trial).is_some();
        (better && affordable && (!kept || keeps_between_lines(model, &trial))).then_some(trial)
    })
}
