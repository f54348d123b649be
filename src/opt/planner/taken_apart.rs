//! The planning program, taken apart: what a search of it finds, in the objective's own terms.

use super::super::answer::ProgramSize;
use super::super::builder::{PlanSamples, PlanningProgram, objective_unit};
use super::super::decomposition::{
    Decomposed, Decomposition, DecompositionError, DecompositionOptions, FirstStage, Iteration, Learned,
    Scheme,
};
use super::super::error::OptError;
use super::super::program::risk_adjusted;
use super::ties;
use crate::control::{Control, PlanningStep, Progress};
use crate::model::{Allocation, Model};

/// The planning program, taken apart.
pub(super) struct TakenApart<'a> {
    pub(super) model: &'a Model,
    pub(super) planning: &'a PlanningProgram,
    pub(super) parts: Decomposition<'a>,
    /// Levels by sample without money.
    pub(super) without: Vec<f64>,
    /// The relative gap asked for.
    pub(super) gap: f64,
    /// Least size against which gaps are measured, in the program's units.
    pub(super) unit: f64,
}

/// The answer of a search, without the cost of spending that breaks ties.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) answer: Decomposed,
    /// Increments by sample.
    pub(super) increments: Vec<f64>,
    /// Bound on the objective itself.
    pub(super) bound: f64,
}

impl<'a> TakenApart<'a> {
    /// Takes the program of `planning` apart, which has other costs of spending, to go on from what was found and learned.
    pub(super) fn again<'b>(
        &self,
        planning: &'b PlanningProgram,
        linking: &'b [bool],
        samples: &PlanSamples<'_>,
        found: &Found,
    ) -> Result<TakenApart<'b>, OptError>
    where
        'a: 'b,
    {
        let first = FirstStage { risk: self.model.risk, ..planning.program.first_stage(linking) };
        // Cuts know nothing of the cost of spending; what answers were worth does.
        let learned = Learned { proposals: Vec::new(), ..self.parts.learned(&found.answer.x) };
        let fresh = || parts_of(first, samples, &self.without, self.parts.scheme());
        let parts = taught(fresh()?, &learned, &fresh)?;
        let (model, without) = (self.model, self.without.clone());
        Ok(TakenApart { model, planning, parts, without, gap: self.gap, unit: self.unit })
    }

    /// Searches for the best plan, to within `gap` of the bound.
    pub(super) fn search(&mut self, gap: f64, control: &Control<'_>) -> Result<Found, OptError> {
        let answer = self.solve(gap, control)?;
        let tie = ties::cost(self.planning, &answer.x);
        let increments = answer.values.iter().map(|g| g + tie).collect();
        let bound = answer.bound + ties::most_cost(self.planning, self.model);
        Ok(Found { answer, increments, bound })
    }

    /// Solves the program as it now is.
    pub(super) fn solve(&mut self, gap: f64, control: &Control<'_>) -> Result<Decomposed, OptError> {
        let scale = objective_unit(self.planning.metric);
        let progress = |iteration: Iteration| {
            control.passes(Progress::Planning(PlanningStep::Bounds {
                iteration: iteration.number,
                objective: iteration.objective * scale,
                bound: iteration.bound * scale,
            }))
        };
        Ok(self.parts.solve(&self.options(gap, &progress))?)
    }

    /// The options of a search to `gap`.
    pub(super) fn options<'p>(
        &self,
        gap: f64,
        progress: &'p (dyn Fn(Iteration) -> bool + Sync),
    ) -> DecompositionOptions<'p> {
        let unit = self.unit;
        DecompositionOptions { gap, unit, scheme: Scheme::Automatic, groups: None, progress }
    }

    /// True if what was found is within the gap asked for of `bound`.
    pub(super) fn is_close(&self, found: &Found, bound: f64) -> bool {
        ties::relative_gap(self.value(found), bound, self.unit) <= self.gap
    }

    /// The risk-adjusted value of what was found.
    pub(super) fn value(&self, found: &Found) -> f64 {
        self.risk_adjusted(&found.increments)
    }

    /// The risk-adjusted value of increments of equally likely samples.
    pub(super) fn risk_adjusted(&self, increments: &[f64]) -> f64 {
        let even = vec![1.0 / increments.len() as f64; increments.len()];
        risk_adjusted(self.model.risk, increments, &even)
    }

    /// Increments of an allocation over no plan, by sample.
    pub(super) fn increments(&mut self, allocation: &Allocation) -> Result<Vec<f64>, OptError> {
        let decisions = self.planning.decide(self.model, allocation);
        Ok(self.parts.values(&decisions, &[])?)
    }

    /// The size of the program.
    pub(super) fn size(&self) -> ProgramSize {
        let [columns, rows, nonzeros] = self.parts.size();
        let first = &self.planning.program;
        let own: usize = first.rows.iter().map(|row| row.entries.len()).sum();
        ProgramSize {
            columns: columns + first.columns.len(),
            rows: rows + first.rows.len(),
            nonzeros: nonzeros + own,
        }
    }
}

/// Takes a program apart whose samples have these levels without money.
pub(super) fn parts_of<'p>(
    first: FirstStage<'p>,
    samples: &PlanSamples<'_>,
    without: &[f64],
    scheme: Scheme,
) -> Result<Decomposition<'p>, DecompositionError> {
    let mut parts = Decomposition::new(first, samples, &DecompositionOptions::to_begin(scheme))?;
    parts.set_offsets(without.iter().map(|level| -level).collect());
    Ok(parts)
}

/// The decomposition `parts` with what was learned of its program before, if that holds for it; else a fresh one. Cuts that do
/// not hold would be believed: nothing is kept of them.
pub(super) fn taught<'p>(
    mut parts: Decomposition<'p>,
    learned: &Learned,
    fresh: &dyn Fn() -> Result<Decomposition<'p>, DecompositionError>,
) -> Result<Decomposition<'p>, DecompositionError> {
    if parts.teach(learned)? { Ok(parts) } else { fresh() }
}
