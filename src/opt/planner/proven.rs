//! Programs that are written out: solved by one of the solver's methods after another until an answer stands up to the
//! certificate, ties broken and the objective bounded without their cost.

use super::super::answer::BoundBy;
use super::super::builder::PlanningProgram;
use super::super::certificate::Certificate;
use super::super::error::OptError;
use super::super::extensive::ExtensiveForm;
use super::super::linear::proven_in_any_units;
use super::super::lp::{LpStatus, Method, carried_through, solve};
use super::branch_and_cut;
use super::checked::Proven;
use super::outcome::Question;
use super::ties;
use crate::control::Control;

/// Solves the program of `form` and bounds the objective itself, without the cost of spending that breaks ties: to within the
/// relative gap `asked`, sizes below `unit` counting as that.
pub(super) fn solve_own(
    question: Question<'_>,
    planning: &PlanningProgram,
    form: &ExtensiveForm,
    asked: f64,
) -> Result<(Proven, f64), OptError> {
    let (unit, control) = (question.unit(), question.control);
    let solved = solve_proven(form, unit, control)?;
    let bound = solved.certificate.bound + ties::most_cost(planning, question.model);
    let close =
        |solved: &Proven, bound: f64| ties::relative_gap(solved.value(planning, form), bound, unit) <= asked;
    if solved.solution.status == LpStatus::TimeLimit || close(&solved, bound) {
        return Ok((solved, bound));
    }
    let again = |factor: f64| {
        let form = ExtensiveForm::of(&ties::scaled(planning, factor).program);
        solve_proven(&form, unit, control)
    };
    // Where no other answer stands up to the check, the first one does, at a gap that is told.
    let Ok(own) = again(0.0) else { return Ok((solved, bound)) };
    let bound = bound.min(own.certificate.bound);
    if own.solution.status == LpStatus::TimeLimit || close(&solved, bound) {
        return Ok((solved, bound));
    }
    // The cost of spending moved the plan: a smaller one does not.
    let x = &own.solution.x[..planning.program.columns.len()];
    let factor = ties::small_factor(planning, x, own.value(planning, form), asked, unit);
    let least = again(factor).ok();
    let close = |least: &Proven| least.solution.status == LpStatus::Optimal && close(least, bound);
    Ok((least.filter(close).unwrap_or(own), bound))
}

/// Solves by each method in turn until an answer stands up to the certificate.
pub(super) fn solve_proven(
    form: &ExtensiveForm,
    unit: f64,
    control: &Control<'_>,
) -> Result<Proven, OptError> {
    let methods = methods(form);
    if form.lp.columns.iter().any(|column| column.integer) {
        return branch_and_cut::solve_proven(form, &methods, unit, control);
    }
    let mut failure = OptError::unproven(LpStatus::Failed);
    for method in methods {
        let mut solution = solve(&form.lp, method, control);
        let mut certificate = Certificate::of(&form.lp, &solution, form.constant, unit);
        let status = solution.status;
        if status == LpStatus::Optimal && !certificate.proven() {
            solution = carried_through(&form.lp, &solution);
            certificate = Certificate::of(&form.lp, &solution, form.constant, unit);
        }
        if (status == LpStatus::Optimal && certificate.proven()) || status == LpStatus::TimeLimit {
            let bound_by = BoundBy::Certificate;
            return Ok(Proven { solution, certificate, method, bound_by });
        }
        failure =
            OptError::NotProven { gap: certificate.gap, violation: certificate.primal_violation, status };
    }
    // Ceilings that are far from what is decided spoil the scale: once more in units that come from the coefficients.
    let found = proven_in_any_units(&form.lp, form.constant, unit, control);
    found.map_or(Err(failure), |(solution, certificate, method)| {
        Ok(Proven { solution, certificate, method, bound_by: BoundBy::Certificate })
    })
}

/// The methods to try, the faster first.
fn methods(form: &ExtensiveForm) -> [Method; 3] {
    match form.lp.best_method() {
        Method::Simplex => [Method::Simplex, Method::InteriorPoint, Method::PlainSimplex],
        _ => [Method::InteriorPoint, Method::Simplex, Method::PlainSimplex],
    }
}
