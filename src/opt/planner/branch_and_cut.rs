//! Plans with whole numbers as one large program: the solver's branch and cut, then everything that can be checked in our
//! own arithmetic. The bound is what the solver's search says, and results say so.

use super::super::answer::BoundBy;
use super::super::certificate::{Certificate, TOLERANCE};
use super::super::error::OptError;
use super::super::extensive::ExtensiveForm;
use super::super::lp::{LpSolution, LpStatus, Method, solve, solve_integer};
use super::checked::Proven;
use crate::control::Control;

/// The resolution of the solver's word about a level, as a share of it.
const RESOLUTION: f64 = 1e-9;

/// Solves a program with whole numbers. Its duals are those of the program with the whole numbers fixed at the answer.
///
/// # Errors
/// [`OptError::NotProven`] if the answer is not feasible, or not optimal for its own whole numbers by the certificate.
pub(super) fn solve_proven(
    form: &ExtensiveForm,
    methods: &[Method],
    unit: f64,
    control: &Control<'_>,
) -> Result<Proven, OptError> {
    let found = solve_integer(&form.lp, Method::Simplex, control);
    let status = found.solution.status;
    let mut failure = OptError::unproven(status);
    if !matches!(status, LpStatus::Optimal | LpStatus::TimeLimit) {
        return Err(failure);
    }
    let bound = found.bound + form.constant;
    let fixed = form.lp.with_whole_numbers_at(&found.solution.x);
    for &method in methods {
        let around = solve(&fixed, method, &Control::unlimited());
        let own = Certificate::of(&fixed, &around, form.constant, unit);
        if around.status != LpStatus::Optimal || !own.proven() {
            failure = OptError::NotProven { gap: own.gap, violation: own.primal_violation, status };
            continue;
        }
        // Rows and bounds of the program as it stands; the whole numbers are whole by being fixed.
        let as_it_stands = Certificate::of(&form.lp, &around, form.constant, unit);
        // Increments are differences of levels: what the solver cannot tell from nothing in these is no gap.
        let told = bound - own.objective > RESOLUTION * form.constant.abs();
        let bound = if told { bound } else { own.objective };
        let certificate = Certificate {
            bound,
            gap: (bound - own.objective) / own.objective.abs().max(unit),
            primal_violation: as_it_stands.primal_violation,
            ..own
        };
        // Further from the bound than it should be, it is still the best that is known: its gap is told.
        if status == LpStatus::TimeLimit || certificate.primal_violation <= TOLERANCE {
            let solution = LpSolution { status, ..around };
            return Ok(Proven { solution, certificate, method, bound_by: BoundBy::Solver });
        }
        failure =
            OptError::NotProven { gap: certificate.gap, violation: certificate.primal_violation, status };
    }
    if status == LpStatus::TimeLimit {
        // Nothing usable in time: what is known otherwise may do, below a bound that is the solver's.
        let certificate =
            Certificate { bound, ..Certificate::of(&form.lp, &found.solution, form.constant, unit) };
        let method = Method::Simplex;
        return Ok(Proven { solution: found.solution, certificate, method, bound_by: BoundBy::Solver });
    }
    Err(failure)
}
