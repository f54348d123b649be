//! Amounts that several sources make up together: after rounding line by line, the few rupiah that a minimum size lacks are
//! found again.

use std::collections::BTreeMap;

use super::super::builder::PlanningProgram;
use super::budget_lines;
use crate::model::{Allocation, AllocationLine, ClusterId, InterventionId, Model};

/// What all sources together commit to an intervention in a cluster in a year.
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

/// The least that a group with money gets.
fn least(model: &Model, (c, i, _): Group) -> i64 {
    model.clusters[c.index()].interventions[i.index()].minimum.0
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

/// Finds `short` rupiah for a group: from another line of one of its sources in the same year, of the same facility type
/// if there is one, else from what a source leaves.
fn fill(model: &Model, planning: &PlanningProgram, lines: &mut [AllocationLine], group: Group, short: i64) {
    let facility = |line: &AllocationLine| {
        model.chain_of(line.cluster).interventions[line.intervention.index()].facility
    };
    let totals = totals(lines);
    let own: Vec<usize> = (0..lines.len()).filter(|&n| group_of(&lines[n]) == group).collect();
    let mut ways: Vec<(bool, i64, usize, Option<usize>)> = Vec::new();
    for &taker in &own {
        for (giver, line) in lines.iter().enumerate() {
            let theirs = group_of(line);
            let same_money = (line.source, line.year) == (lines[taker].source, lines[taker].year);
            if same_money
                && theirs != group
                && line.amount.0 > short
                && totals[&theirs] - short >= least(model, theirs)
            {
                let another_type = facility(line) != facility(&lines[taker]);
                ways.push((another_type, -line.amount.0, taker, Some(giver)));
            }
        }
        ways.push((true, i64::MAX, taker, None));
    }
    ways.sort_unstable();
    for (_, _, taker, giver) in ways {
        let mut trial = lines.to_vec();
        trial[taker].amount.0 += short;
        if let Some(giver) = giver {
            trial[giver].amount.0 -= short;
        }
        if budget_lines(model, planning, &Allocation::new(trial.clone())).is_some() {
            lines.copy_from_slice(&trial);
            return;
        }
    }
}
