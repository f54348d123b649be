//! The cost of spending that breaks ties, and the bound of the objective without it.
//!
//! The program maximises F(x) − t·x with t·x the cost of spending, so that of equal optima the least spend is taken. What bounds
//! F − t·x, plus the most that t·x can come to, bounds F. Mostly that is close enough. Where budgets are far beyond what the
//! objective can use it is not: then the program is solved again without ties, which bounds F itself, and where the cost of
//! spending had moved the plan, once more with a cost small enough beside what is at stake.

use super::super::builder::Decision;
use super::super::builder::PlanningProgram;
use crate::model::Model;
use crate::units::JUTA;

/// Share of the gap asked for that the cost of spending may come to once it is made smaller.
const SHARE_OF_GAP: f64 = 0.1;

/// The cost of spending at `x` \[program's units\].
pub(super) fn cost(planning: &PlanningProgram, x: &[f64]) -> f64 {
    planning.program.columns.iter().zip(x).map(|(column, x)| -column.objective * x).sum()
}

/// The most that the cost of spending can come to \[program's units\]: each source's money on its dearest line. A source whose
/// budget binds nobody spends what is locked of it.
pub(super) fn most_cost(planning: &PlanningProgram, model: &Model) -> f64 {
    model
        .source_ids()
        .map(|source| {
            let own = planning
                .decisions
                .iter()
                .zip(&planning.program.columns)
                .filter(|(decision, _)| matches!(decision, Decision::Spend(s, ..) if *s == source));
            let (mut dearest, mut locked) = (0.0_f64, 0.0);
            for (_, column) in own {
                dearest = dearest.max(-column.objective);
                locked += column.lower;
            }
            dearest * (model.sources[source.index()].total() as f64 / JUTA).max(locked)
        })
        .sum()
}

/// The program with `factor` times the cost of spending; 0 for none.
pub(super) fn scaled(planning: &PlanningProgram, factor: f64) -> PlanningProgram {
    let mut other = planning.clone();
    for column in &mut other.program.columns {
        column.objective *= factor;
    }
    other
}

/// By how much the cost of spending must be multiplied so that, at decisions `x` which bring `value`, it is a small share of the
/// relative gap asked for. Then what is best with that cost brings no less than `value` but for that share.
pub(super) fn small_factor(planning: &PlanningProgram, x: &[f64], value: f64, gap: f64, unit: f64) -> f64 {
    let paid = cost(planning, x);
    let allowed = SHARE_OF_GAP * gap * value.abs().max(unit);
    if paid > allowed { allowed / paid } else { 1.0 }
}

/// (bound − objective) / max(|objective|, `unit`), not below zero.
pub(super) fn relative_gap(objective: f64, bound: f64, unit: f64) -> f64 {
    ((bound - objective) / objective.abs().max(unit)).max(0.0)
}
