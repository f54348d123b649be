//! An answer of the solver to a program that is written out, with its check.

use super::super::answer::{BoundBy, SolvedBy};
use super::super::builder::PlanningProgram;
use super::super::certificate::Certificate;
use super::super::extensive::ExtensiveForm;
use super::super::lp::{LpSolution, Method};
use super::ties;

/// An answer that was checked.
pub(super) struct Proven {
    pub(super) solution: LpSolution,
    pub(super) certificate: Certificate,
    pub(super) method: Method,
    pub(super) bound_by: BoundBy,
}

impl Proven {
    pub(super) fn by(&self) -> SolvedBy {
        match self.bound_by {
            BoundBy::Certificate => SolvedBy::Extensive(self.method),
            BoundBy::Solver => SolvedBy::BranchAndCut(self.method),
        }
    }

    /// The risk-adjusted value without the tie-breaking cost of spending, in the program's units.
    pub(super) fn value(&self, planning: &PlanningProgram, form: &ExtensiveForm) -> f64 {
        planning.program.risk_adjusted(&self.increments(planning, form))
    }

    /// The same by sample.
    pub(super) fn increments(&self, planning: &PlanningProgram, form: &ExtensiveForm) -> Vec<f64> {
        let x = &self.solution.x;
        let tie = ties::cost(planning, x);
        form.sample_values(&planning.program, x).into_iter().map(|g| g + tie).collect()
    }
}
