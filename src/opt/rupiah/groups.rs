//! Amounts that several sources make up together: an opening comes to exactly its fixed cost, and after rounding line by line
//! the few rupiah that a minimum size lacks are found again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::builder::{Decision, PlanningProgram};
use super::{budget_lines, largest_remainder};
use crate::model::{Allocation, AllocationLine, ClusterId, InterventionId, Model};
use crate::units::Rupiah;

/// The total that all sources commit to an intervention in a cluster in a year.
type Group = (ClusterId, InterventionId, usize);

fn group_of(line: &AllocationLine) -> Group {
    (line.cluster, line.intervention, line.year)
}

fn totals(lines: &[AllocationLine]) -> BTreeMap<Group, i64> {
    let mut totals = BTreeMap::new();
    for line in lines {
        *totals.entry(group_of(line)).or_default() += line.amount.0;
    }
    totals
}

/// The least that a group with money gets; of an opening, all it gets.
fn least(model: &Model, group: Group) -> i64 {
    let (c, i, _) = group;
    let local = &model.clusters[c.index()].interventions[i.index()];
    if model.opening(c) == Some(i) { local.fixed_cost.0 } else { local.minimum.0 }
}

/// True if all sources together pay an exact amount: of an opening, and of what is bought in whole units.
pub(super) fn is_exact(model: &Model, cluster: ClusterId, intervention: InterventionId) -> bool {
    model.opening(cluster) == Some(intervention) || model.whole_unit(cluster, intervention).is_some()
}

/// The lines in `spend` [Rp] that come to exact amounts: each opening to its fixed cost, each group bought in units to the nearest
/// number of them.
pub(super) fn exact(model: &Model, spend: &[(Decision, f64)]) -> Vec<AllocationLine> {
    let mut groups: BTreeMap<Group, Vec<(AllocationLine, f64)>> = BTreeMap::new();
    for &(decision, rupiah) in spend {
        let Decision::Spend(source, cluster, intervention, year) = decision else { continue };
        if rupiah >= 0.5 && is_exact(model, cluster, intervention) {
            let line = AllocationLine { source, cluster, intervention, year, amount: Rupiah(0) };
            groups.entry(group_of(&line)).or_default().push((line, rupiah));
        }
    }
    let total = |(c, i, y): Group, wanted: &[(AllocationLine, f64)]| match model.whole_unit(c, i) {
        None => least(model, (c, i, y)),
        Some(unit) => {
            let sum: f64 = wanted.iter().map(|(_, rupiah)| rupiah).sum();
            libm::round(sum / unit.cost.as_f64()) as i64 * unit.cost.0
        }
    };
    groups.into_iter().flat_map(|(group, wanted)| largest_remainder(&wanted, total(group, &wanted))).collect()
}

/// Brings every group of lines back to what it must come to. What cannot be mended stays, for the caller to find out.
pub(super) fn repair(model: &Model, planning: &PlanningProgram, allocation: Allocation) -> Allocation {
    let mut lines = allocation.lines().to_vec();
    for (group, sum) in totals(&lines) {
        let short = least(model, group) - sum;
        if short > 0 {
            fill(model, planning, &mut lines, group, short);
        }
    }
    Allocation::new(lines)
}

/// A change of lines: by position, how many rupiah more.
type Moves = Vec<(usize, i64)>;

/// Finds `short` rupiah for a group: from another line of one of its sources in the same year, of the same facility type
/// if there is one, else from what a source leaves. A line whose group cannot do without is made good from another source,
/// and so on, the shortest chain first.
fn fill(model: &Model, planning: &PlanningProgram, lines: &mut [AllocationLine], group: Group, short: i64) {
    let facility = |line: &AllocationLine| {
        model.chain_of(line.cluster).interventions[line.intervention.index()].facility
    };
    let totals = totals(lines);
    let settle = |moves: &Moves| -> Option<Vec<AllocationLine>> {
        let mut trial = lines.to_vec();
        for &(line, more) in moves {
            trial[line].amount.0 += more;
        }
        let allocation = Allocation::new(trial.clone());
        let kept = model.keeps_locked(&allocation) && budget_lines(model, planning, &allocation).is_some();
        kept.then_some(trial)
    };
    let mut waiting: VecDeque<(Group, Moves)> = VecDeque::from([(group, Vec::new())]);
    let mut seen = BTreeSet::from([group]);
    while let Some((needs, moves)) = waiting.pop_front() {
        let takers: Vec<usize> = (0..lines.len()).filter(|&n| group_of(&lines[n]) == needs).collect();
        // What ends the chain, the best first; then what makes it longer.
        let mut ends: Vec<(bool, i64, Moves)> = Vec::new();
        let mut longer: Vec<(Group, Moves)> = Vec::new();
        for &taker in &takers {
            let with = |more: Moves| [&moves[..], &[(taker, short)], &more[..]].concat();
            ends.push((true, i64::MAX, with(Vec::new())));
            for (giver, line) in lines.iter().enumerate() {
                let theirs = group_of(line);
                let same_money = (line.source, line.year) == (lines[taker].source, lines[taker].year);
                if !same_money || line.amount.0 <= short || seen.contains(&theirs) {
                    continue;
                }
                let given = with(vec![(giver, -short)]);
                if totals[&theirs] - short >= least(model, theirs) {
                    ends.push((facility(line) != facility(&lines[taker]), -line.amount.0, given));
                } else {
                    longer.push((theirs, given));
                }
            }
        }
        ends.sort();
        if let Some(settled) = ends.iter().find_map(|(_, _, moves)| settle(moves)) {
            lines.copy_from_slice(&settled);
            return;
        }
        for (theirs, given) in longer {
            if seen.insert(theirs) {
                waiting.push_back((theirs, given));
            }
        }
    }
}
