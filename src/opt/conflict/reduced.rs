//! The part of the first stage on which rules can contradict each other.

use std::collections::BTreeSet;

use super::super::builder::{Decision, PlanningProgram, Rule};
use super::super::program::{Row, Sense, TwoStageProgram};

/// Rules that the scenario states may give way; how stocks and effects come about may not.
pub(super) fn may_give_way(rule: Rule) -> bool {
    match rule {
        Rule::Budget(..)
        | Rule::Limit(_)
        | Rule::Cofunding(..)
        | Rule::Minimum(..)
        | Rule::Sites(..)
        | Rule::Locked(..)
        | Rule::MostUnits(..)
        | Rule::LeastLine(..)
        | Rule::Coverage(..) => true,
        Rule::Stock(..)
        | Rule::Response(..)
        | Rule::Active(..)
        | Rule::Segments(..)
        | Rule::Rise(..)
        | Rule::Opening(..)
        | Rule::OpenOnce(_)
        | Rule::Unopened(..)
        | Rule::Units(..)
        | Rule::LineActive(..)
        | Rule::Grain(..)
        | Rule::Unsupported(..) => false,
    }
}

/// The first stage without what can always be made to fit: effects may be nothing, and a stock that no rule asks about
/// follows from spending. Whatever keeps the rest can be extended to all, so nothing is lost; a nation's program shrinks
/// to its spending.
pub(in super::super) fn core(planning: &PlanningProgram) -> PlanningProgram {
    let (columns, rows) = (&planning.program.columns, &planning.program.rows);
    let mut held: Vec<Vec<(usize, f64)>> = vec![Vec::new(); columns.len()];
    for (i, row) in rows.iter().enumerate() {
        row.entries.iter().for_each(|&(j, a)| held[j].push((i, a)));
    }
    let structural: Vec<bool> = planning.rules.iter().map(|rule| !may_give_way(*rule)).collect();
    // S-shaped responses can always be at nothing, but where coverage asks for what they bring.
    let asked: BTreeSet<Decision> = rows
        .iter()
        .zip(&planning.rules)
        .filter(|(_, rule)| matches!(rule, Rule::Coverage(..)))
        .flat_map(|(row, _)| row.entries.iter().map(|(j, _)| planning.decisions[*j]))
        .collect();
    let shape = |rule: &Rule| match *rule {
        Rule::Segments(c, i, r, t) | Rule::Rise(c, i, r, t) => !asked.contains(&Decision::Effect(c, i, r, t)),
        _ => false,
    };
    let piece = |decision: &Decision| match *decision {
        Decision::Segment(c, i, r, t, _) | Decision::Past(c, i, r, t, _) => {
            !asked.contains(&Decision::Effect(c, i, r, t))
        }
        _ => false,
    };
    let mut row_left: Vec<bool> = planning.rules.iter().map(|rule| !shape(rule)).collect();
    let mut column_left: Vec<bool> = planning.decisions.iter().map(|decision| !piece(decision)).collect();
    let free = |j: usize| columns[j].lower == 0.0 && columns[j].upper == f64::INFINITY;
    loop {
        let before = (count(&row_left), count(&column_left));
        // A column that only uses up room is best at nothing.
        for j in (0..columns.len()).filter(|&j| free(j)) {
            let uses_room = |&(i, a): &(usize, f64)| match rows[i].sense {
                Sense::AtMost => structural[i] && a >= 0.0,
                Sense::AtLeast => structural[i] && a <= 0.0,
                Sense::Equal => false,
            };
            column_left[j] &= !held[j].iter().filter(|(i, _)| row_left[*i]).all(uses_room);
        }
        // Stocks stand in order of time: each that nothing later needs leaves room for the one before it.
        for i in (0..rows.len()).rev().filter(|&i| structural[i]) {
            let entries = || rows[i].entries.iter().copied().filter(|&(j, _)| column_left[j]);
            let gives = |(j, a): (usize, f64)| a <= 0.0 && columns[j].lower >= 0.0;
            if !row_left[i] || rows[i].rhs < 0.0 || rows[i].sense == Sense::AtLeast {
                continue;
            }
            if rows[i].sense == Sense::AtMost {
                row_left[i] = !entries().all(gives);
                continue;
            }
            let alone =
                |j: usize| free(j) && held[j].iter().all(|&(other, _)| other == i || !row_left[other]);
            let takes_up = entries().find(|&(j, a)| a > 0.0 && alone(j)).map(|(j, _)| j);
            if let Some(own) = takes_up.filter(|&own| entries().all(|(j, a)| j == own || gives((j, a)))) {
                (row_left[i], column_left[own]) = (false, false);
            }
        }
        if before == (count(&row_left), count(&column_left)) {
            return compact(planning, &row_left, &column_left);
        }
    }
}

fn count(left: &[bool]) -> usize {
    left.iter().filter(|left| **left).count()
}

/// The first stage with these rows and columns alone, and no samples.
fn compact(planning: &PlanningProgram, row_left: &[bool], column_left: &[bool]) -> PlanningProgram {
    let mut place = vec![None; column_left.len()];
    let left: Vec<usize> = (0..column_left.len()).filter(|&j| column_left[j]).collect();
    left.iter().enumerate().for_each(|(new, &old)| place[old] = Some(new));
    let rows: Vec<usize> = (0..row_left.len()).filter(|&i| row_left[i]).collect();
    let remaining = |row: &Row| Row {
        entries: row.entries.iter().filter_map(|&(j, a)| place[j].map(|j| (j, a))).collect(),
        ..*row
    };
    PlanningProgram {
        program: TwoStageProgram {
            columns: left.iter().map(|&j| planning.program.columns[j]).collect(),
            rows: rows.iter().map(|&i| remaining(&planning.program.rows[i])).collect(),
            samples: Vec::new(),
            risk: planning.program.risk,
        },
        decisions: left.iter().map(|&j| planning.decisions[j]).collect(),
        rules: rows.iter().map(|&i| planning.rules[i]).collect(),
        metric: planning.metric,
    }
}
