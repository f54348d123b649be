//! The last rupiah: where rounding leaves a rule broken that mending line by line did not mend, the least change of the lines is
//! looked for with which every rule is kept, in whole rupiah. The whole numbers of the plan stay what they are.
//!
//! The change is a small program of its own in units of a rupiah, so that the solver's tolerances, which are shares of budgets,
//! are far below one. Each rule may give way at a price, dearest of all a budget: what cannot be kept is then missed by the
//! least. Nothing of the answer is believed: the rules are counted again in integers.

use std::collections::BTreeMap;

use super::super::builder::{Decision, PlanningProgram, Rule};
use super::super::conflict::core;
use super::super::lp::{LinearProgram, LpStatus, Method, propose_integer, solve};
use super::super::program::{Column, Row, Sense};
use super::kept::{Unkept, unkept};
use super::ledger;
use crate::control::Control;
use crate::model::{Allocation, AllocationLine, Model};
use crate::units::{JUTA, Rupiah};

/// Rounds of settling.
const ROUNDS: usize = 4;
/// The cost of a rupiah on a line that had none, beside a rupiah more or less on one that had.
const NEW_LINE: f64 = 20.0;
/// Nodes of the search for whole rupiah where the linear program has none.
const NODES: i32 = 500;
const NEAR_WHOLE: f64 = 1e-6;
const GAP: f64 = 1e-3;
/// Rupiah by which a line may move further than the linear program moves it.
const FURTHER: f64 = 16.0;

/// The allocation with the least change by which it keeps every rule to the rupiah; where none is found, what breaks them least.
pub(super) fn settle(model: &Model, planning: &PlanningProgram, allocation: Allocation) -> Allocation {
    let mut best = allocation;
    let mut broken = unkept(model, planning, &best);
    for _ in 0..ROUNDS {
        if broken.is_empty() {
            break;
        }
        let Some(next) = changed(model, planning, &best) else { break };
        let left = unkept(model, planning, &next);
        if weight(&left) >= weight(&broken) {
            break;
        }
        (best, broken) = (next, left);
    }
    best
}

/// How badly rules are broken: what may not give way first.
fn weight(broken: &[Unkept]) -> (i64, i64) {
    let sum = |of: &dyn Fn(Rule) -> bool| {
        broken.iter().filter(|unkept| of(unkept.rule)).map(|unkept| unkept.missing.max(1)).sum()
    };
    (sum(&|rule| price(rule).is_none_or(|price| price > RULE)), sum(&|_| true))
}

const RULE: f64 = 1e3;
const SIZE: f64 = 1e5;
const MONEY: f64 = 1e6;

/// The price of a rupiah by which a rule gives way; nothing where it may not.
fn price(rule: Rule) -> Option<f64> {
    match rule {
        Rule::Limit(_) | Rule::Cofunding(..) | Rule::Coverage(..) => Some(RULE),
        Rule::Minimum(..) | Rule::LeastLine(..) | Rule::MostUnits(..) => Some(SIZE),
        Rule::Budget(..) => Some(MONEY),
        _ => None,
    }
}

/// A decision as the change program sees it: columns by which it grows and shrinks, and what a unit of these is of it.
#[derive(Debug, Clone, Copy)]
struct Moves {
    up: Option<usize>,
    down: Option<usize>,
    unit: f64,
}

/// The lines after the least change, as the solver sees it.
fn changed(model: &Model, planning: &PlanningProgram, allocation: &Allocation) -> Option<Allocation> {
    let core = core(planning);
    let known = planning.decide(model, allocation);
    let place: BTreeMap<Decision, usize> = planning.decisions.iter().copied().zip(0..).collect();
    let x: Vec<f64> = core
        .decisions
        .iter()
        .map(|decision| match decision {
            // What a year leaves is decided anew.
            Decision::Carry(..) => 0.0,
            decision => place.get(decision).map_or(0.0, |j| known[*j]),
        })
        .collect();
    let mut lp = LinearProgram::default();
    let moves: Vec<Moves> = core
        .decisions
        .iter()
        .zip(&core.program.columns)
        .zip(&x)
        .map(|((decision, column), x)| moves_of(model, allocation, *decision, column, *x, &mut lp.columns))
        .collect();
    let budgets = left_over(model, planning, allocation);
    let mut elastic: BTreeMap<Rule, usize> = BTreeMap::new();
    for (row, rule) in core.program.rows.iter().zip(&core.rules) {
        let mut entries = Vec::new();
        for &(j, a) in &row.entries {
            let a = a * moves[j].unit * JUTA;
            entries.extend(moves[j].up.map(|up| (up, a)));
            entries.extend(moves[j].down.map(|down| (down, -a)));
        }
        if entries.is_empty() {
            continue;
        }
        let used: f64 = row.entries.iter().map(|&(j, a)| a * x[j]).sum();
        let mut rhs = (row.rhs - used) * JUTA;
        match rule {
            Rule::Budget(s, y) => rhs = budgets.get(&(*s, *y)).copied().unwrap_or(rhs),
            Rule::Limit(number) => rhs = limit_left(model, allocation, *number),
            // Moves are in grains: their row says nothing more.
            Rule::Grain(..) => continue,
            Rule::Units(..) => rhs = libm::round(rhs),
            _ if whole(row, &core.decisions) => rhs = libm::round(rhs),
            // The decisions as they are follow from each other, but for rounding.
            _ if price(*rule).is_none() => {
                rhs = match row.sense {
                    Sense::AtMost => rhs.max(0.0),
                    Sense::AtLeast => rhs.min(0.0),
                    Sense::Equal => 0.0,
                }
            }
            _ => {}
        }
        if let Some(price) = price(*rule) {
            let give = *elastic.entry(*rule).or_insert_with(|| {
                lp.columns.push(Column::non_negative(-price, SCALE));
                lp.columns.len() - 1
            });
            entries.push((give, if row.sense == Sense::AtLeast { 1.0 } else { -1.0 }));
        }
        lp.rows.push(Row { entries, sense: row.sense, rhs });
    }
    let change = answer(&lp, &moves)?;
    let mut lines = allocation.lines().to_vec();
    for (decision, moves) in core.decisions.iter().zip(&moves) {
        let Decision::Spend(source, cluster, intervention, year) = *decision else { continue };
        let by = |column: Option<usize>| column.map_or(0.0, |j| change[j]);
        let more = libm::round((by(moves.up) - by(moves.down)) * moves.unit * JUTA) as i64;
        if more != 0 {
            lines.push(AllocationLine { source, cluster, intervention, year, amount: Rupiah(more) });
        }
    }
    Some(Allocation::new(lines))
}

/// About how many rupiah change: what the solver's columns are measured in.
const SCALE: f64 = 1024.0;

/// Adds the columns by which a decision changes.
fn moves_of(
    model: &Model,
    allocation: &Allocation,
    decision: Decision,
    column: &Column,
    x: f64,
    columns: &mut Vec<Column>,
) -> Moves {
    let mut add = |column: Column| {
        columns.push(column);
        Some(columns.len() - 1)
    };
    match decision {
        Decision::Spend(s, c, i, y) => {
            // In rupiah, or in grains where the source has one.
            let grain = if model.is_exempt_from_grain(c, i) { 1 } else { model.grain(s).0 };
            let unit = grain as f64 / JUTA;
            if model.locked.is_closed(s) {
                return Moves { up: None, down: None, unit };
            }
            let own = allocation.amount(s, c, i, y);
            let free = (own - model.locked.amount(s, c, i, y)).max(0).div_euclid(grain) as f64;
            let dear = if own > 0 { 1.0 } else { NEW_LINE };
            let whole = |column: Column| Column { integer: true, ..column };
            // A line that is held at what is locked gets nothing.
            let may_grow = column.upper * JUTA > own as f64;
            let up = if may_grow { add(whole(Column::non_negative(-dear, SCALE))) } else { None };
            let down = add(whole(Column::between(0.0, free, -1.0, SCALE)));
            Moves { up, down, unit }
        }
        // Not the amount but the change of what follows from spending: above and below what it is.
        Decision::Carry(..) | Decision::Stock(..) | Decision::Segment(..) => {
            let unit = 1.0 / JUTA;
            let bound = |bound: f64| (bound - x) * JUTA;
            let up = add(Column::between(bound(column.lower).min(0.0), bound(column.upper), 0.0, SCALE));
            Moves { up, down: None, unit }
        }
        Decision::Effect(..) => {
            let up = add(Column::between(-x, f64::INFINITY, 0.0, (1e-6 * x).max(1e-6)));
            Moves { up, down: None, unit: 1.0 }
        }
        Decision::Active(..)
        | Decision::Past(..)
        | Decision::Open(..)
        | Decision::Support(_)
        | Decision::Units(..)
        | Decision::Grains(..)
        | Decision::Line(..) => Moves { up: None, down: None, unit: 1.0 },
    }
}

/// True if whole rupiah make a whole left side.
fn whole(row: &Row, decisions: &[Decision]) -> bool {
    row.entries.iter().all(|&(j, a)| match decisions[j] {
        Decision::Spend(..) => a == 1.0 || a == -1.0,
        Decision::Active(..)
        | Decision::Open(..)
        | Decision::Support(_)
        | Decision::Units(..)
        | Decision::Line(..) => true,
        _ => false,
    })
}

/// The slack of a limit \[Rp\]: in whole rupiah, also where it is a share.
fn limit_left(model: &Model, allocation: &Allocation, number: usize) -> f64 {
    let limit = &model.limits[number];
    let spent =
        allocation.sum(|line| limit.covers(model, line.source, line.year, line.cluster, line.intervention));
    (limit.whole(&model.sources) - spent) as f64
}

/// The slack of each source in each year, apart from money carried over [Rp]. A rupiah is kept back
/// where upkeep is rounded up or a share of what is left is rounded down.
fn left_over(
    model: &Model,
    planning: &PlanningProgram,
    allocation: &Allocation,
) -> BTreeMap<(crate::model::SourceId, usize), f64> {
    let lines = ledger(model, planning, allocation);
    let bears: Vec<bool> =
        model.source_ids().map(|s| lines.iter().any(|line| line.source == s && line.upkeep > 0)).collect();
    lines
        .iter()
        .map(|line| {
            let kappa = model.sources[line.source.index()].carry_over;
            let carries = line.year > 0 && kappa > 0.0 && kappa < 1.0;
            let kept_back = i64::from(bears[line.source.index()]) + i64::from(carries);
            ((line.source, line.year), (line.amount - line.spent - line.upkeep - kept_back) as f64)
        })
        .collect()
}

/// The best change: of the linear program where its rupiah are whole; else of a search among the lines that it moves, of which
/// there are few, then among all.
fn answer(lp: &LinearProgram, moves: &[Moves]) -> Option<Vec<f64>> {
    let mut relaxed = lp.clone();
    relaxed.columns.iter_mut().for_each(|column| column.integer = false);
    let found = [Method::Simplex, Method::PlainSimplex]
        .into_iter()
        .map(|method| solve(&relaxed, method, &Control::unlimited()))
        .find(|solution| solution.status == LpStatus::Optimal)?;
    let near = |(column, x): (&Column, &f64)| {
        !column.integer || (x - libm::round(*x)).abs() <= NEAR_WHOLE * x.abs().max(1.0)
    };
    if lp.columns.iter().zip(&found.x).all(near) {
        return Some(found.x);
    }
    propose_integer(&among_moved(lp, moves, &found.x), NODES, GAP).or_else(|| propose_integer(lp, NODES, GAP))
}

/// The program in which only lines move that move in `x`, by no more than [`FURTHER`] beyond that.
fn among_moved(lp: &LinearProgram, moves: &[Moves], x: &[f64]) -> LinearProgram {
    let mut few = lp.clone();
    for Moves { up, down, .. } in moves {
        let own: Vec<usize> = up.iter().chain(down).copied().filter(|j| lp.columns[*j].integer).collect();
        let moved = own.iter().map(|j| x[*j]).fold(0.0, f64::max);
        let most = if moved > NEAR_WHOLE { libm::ceil(moved) + FURTHER } else { 0.0 };
        for j in own {
            let column = &mut few.columns[j];
            column.upper = column.upper.min(most);
        }
    }
    few
}
