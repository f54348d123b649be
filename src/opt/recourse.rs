//! The value of given first-stage decisions: every sample's recourse by the solver, checked.

use rayon::prelude::*;

use super::certificate::Certificate;
use super::error::OptError;
use super::linear::proven_in_any_units;
use super::lp::{LinearProgram, LpStatus, Method, solve};
use super::program::{Row, TwoStageProgram};
use crate::control::Control;

/// The best level of every sample with first-stage decisions fixed at `x`, in the program's units, in parallel.
///
/// # Errors
/// [`OptError::NotProven`] if a recourse problem cannot be solved.
pub fn recourse_values(program: &TwoStageProgram, x: &[f64]) -> Result<Vec<f64>, OptError> {
    (0..program.samples.len())
        .into_par_iter()
        .map(|w| {
            let sample = &program.samples[w];
            let rows = sample
                .rows
                .iter()
                .map(|row| Row {
                    entries: row.second.clone(),
                    sense: row.sense,
                    rhs: row.rhs - row.first.iter().map(|&(j, a)| a * x[j]).sum::<f64>(),
                })
                .collect();
            let lp = LinearProgram { columns: sample.columns.clone(), rows }.tightened();
            let mut last = OptError::NotProven { gap: 0.0, violation: 0.0, status: LpStatus::Failed };
            for method in [Method::Simplex, Method::PlainSimplex, Method::InteriorPoint] {
                let solution = solve(&lp, method, &Control::unlimited());
                let certificate = Certificate::of(&lp, &solution, 0.0, 1.0);
                if solution.status == LpStatus::Optimal && certificate.proven() {
                    return Ok(program.sample_value(w, x, &solution.x));
                }
                last = OptError::NotProven {
                    gap: certificate.gap,
                    violation: certificate.primal_violation,
                    status: solution.status,
                };
            }
            let found = proven_in_any_units(&lp, 0.0, 1.0, &Control::unlimited());
            found.map_or(Err(last), |(solution, ..)| Ok(program.sample_value(w, x, &solution.x)))
        })
        .collect()
}
