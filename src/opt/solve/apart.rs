//! A two-stage program by decomposition, in scaled units: first without the bounds that are far, which are mostly
//! placeholders, then with them where the answer needs them.

use super::super::answer::{BoundBy, Ending, SolvedBy};
use super::super::claims::{Feasibility, feasibility, ray, whole_feasibility};
use super::super::decomposition::{
    Decomposed, DecompositionError, DecompositionOptions, Finish, FirstStage, Scheme, decompose_as_scaled,
};
use super::super::extensive::ExtensiveForm;
use super::super::implied::with_implied_bounds;
use super::super::linear::NoAnswer;
use super::super::lp::LpStatus;
use super::super::program::{Column, TwoStageProgram};
use super::super::scaling::{FAR, has_far_bounds, near};
use super::found::Found;
use crate::control::Control;
use crate::model::Risk;

/// Relative gap that a decomposition is asked for, and the least size against which it is measured.
const GAP: f64 = 1e-9;
const UNIT: f64 = 1e-3;
/// Iterations without any bound after which it is looked into whether there is one.
const PATIENCE: usize = 30;
/// Iterations after which it ends with the gap that is left.
const ITERATIONS: usize = 100_000;

/// The program with ceilings that its rows imply where it has none: no feasible decision exceeds them.
fn with_implied_ceilings(program: &TwoStageProgram) -> TwoStageProgram {
    let mut known = program.clone();
    let neutral = TwoStageProgram { risk: Risk { lambda: 0.0, ..program.risk }, ..program.clone() };
    let form = ExtensiveForm::of(&neutral);
    let implied = with_implied_bounds(&form.lp);
    for (column, with) in known.columns.iter_mut().zip(&implied.columns) {
        column.ceiling = column.ceiling.min(with.ceiling);
    }
    for (sample, start) in known.samples.iter_mut().zip(&form.column_starts) {
        for (column, with) in sample.columns.iter_mut().zip(&implied.columns[*start..]) {
            // The dense method takes ceilings for bounds: one that is far would only cost it digits.
            let ceiling = column.ceiling.min(with.ceiling);
            column.ceiling = if ceiling > FAR { f64::INFINITY } else { ceiling };
        }
    }
    known
}

/// The program without its far bounds; as ceilings they stay.
fn without_far(program: &TwoStageProgram) -> TwoStageProgram {
    let mut bare = program.clone();
    for column in &mut bare.columns {
        *column = Column { ceiling: column.ceiling.min(column.upper), ..near(column) };
    }
    for sample in &mut bare.samples {
        sample.columns.iter_mut().for_each(|column| *column = near(column));
    }
    bare
}

/// Solves `program` by decomposition.
pub(super) fn decomposed(program: &TwoStageProgram, control: &Control<'_>) -> Result<Found, NoAnswer> {
    let known = with_implied_ceilings(program);
    let far = known.columns.iter().chain(known.samples.iter().flat_map(|s| &s.columns)).any(has_far_bounds);
    let mut last =
        NoAnswer::NotProven { gap: f64::INFINITY, violation: f64::INFINITY, status: LpStatus::Failed };
    let programs = if far { vec![without_far(&known), known] } else { vec![known] };
    for attempt in &programs {
        if !control.go_on() {
            return Err(NoAnswer::TimeLimit);
        }
        let mut tried = attempted(attempt, PATIENCE, control);
        if matches!(tried, Err(DecompositionError::FirstStageUnbounded)) {
            if let Some(none) = without_optimum(program, control) {
                return Err(none);
            }
            tried = attempted(attempt, usize::MAX, control);
        }
        match tried {
            Ok(found) => {
                let within = program.columns.iter().zip(&found.x);
                if !far || within.into_iter().all(|(c, x)| *x >= c.lower && *x <= c.upper) {
                    return Ok(found);
                }
            }
            Err(DecompositionError::Interrupted) if !control.go_on() => return Err(NoAnswer::TimeLimit),
            Err(_) => {
                if let Some(none) = without_optimum(program, control) {
                    return Err(none);
                }
                if !control.go_on() {
                    last = NoAnswer::TimeLimit;
                }
            }
        }
    }
    Err(last)
}

fn attempted(
    program: &TwoStageProgram,
    patience: usize,
    control: &Control<'_>,
) -> Result<Found, DecompositionError> {
    let linking = vec![false; program.rows.len()];
    let first =
        FirstStage { columns: &program.columns, rows: &program.rows, linking: &linking, risk: program.risk };
    let options = DecompositionOptions {
        gap: GAP,
        unit: UNIT,
        scheme: Scheme::LShaped,
        groups: None,
        progress: &|iteration| iteration.number < ITERATIONS && control.go_on(),
    };
    let Decomposed { finish, x, bound, scheme, iterations, blocks, cuts, .. } =
        decompose_as_scaled(first, program, &options, *control, patience)?;
    Ok(Found {
        x,
        recourse: None,
        bound,
        bound_by: BoundBy::Certificate,
        ending: match finish {
            Finish::Gap => Ending::Optimal,
            Finish::Interrupted if !control.go_on() => Ending::TimeLimit,
            Finish::Interrupted | Finish::Stalled => Ending::NotProven,
        },
        solved_by: SolvedBy::Decomposition { scheme, iterations, blocks, cuts },
    })
}

/// Whether a program that the decomposition gave up on is infeasible or unbounded, as far as that can be proven.
fn without_optimum(program: &TwoStageProgram, control: &Control<'_>) -> Option<NoAnswer> {
    let lp = ExtensiveForm::of(program).lp;
    let looked =
        if program.has_integers() { whole_feasibility(&lp, control) } else { feasibility(&lp, control) };
    match looked {
        Feasibility::Infeasible(duals) => Some(NoAnswer::Infeasible(duals)),
        Feasibility::Feasible(_) => ray(&lp, control).map(NoAnswer::Unbounded),
        Feasibility::Unknown => None,
    }
}
