//! From a planning program to a proven plan in whole rupiah.
//!
//! The steps of [`optimise`] are those of `docs/formulation.md`, section "Solving": are the rules consistent at all;
//! the levels without money; the best allocation; is it proven; whole rupiah; the worth of more money. Two ways lead through
//! them, `written_out` and `by_decomposition`; `outcome` is what both answer.

mod asked;
mod branch_and_cut;
mod by_decomposition;
mod checked;
pub mod inquiry;
pub mod joint;
mod margins;
mod money;
mod outcome;
mod proven;
mod taken_apart;
mod tidy;
mod ties;
mod written_out;

pub use super::answer::{ProgramSize, SolvedBy};
pub use super::error::OptError;
pub use super::plan::{NextBillion, PlanMethod, PlanOptions, ProgramPlan, RuleMargin, Stop, Tidied};
pub use super::recourse::recourse_values;
pub use crate::control::PlanningStep;
pub use outcome::Assured;

use super::assurance::Assurance;
use super::builder::{PlanSamples, frame};
use super::size::is_small;
use super::unproven;
use crate::control::Control;
use crate::model::Model;
use crate::sampling::SampleBlock;
use outcome::{Question, put_together};

/// Plans the budget of `model` on the samples of `block`. `control` is told of every step. Once it stops the search, the
/// incumbent is given with its bound; with a time limit nothing is asked beyond the plan.
///
/// # Errors
/// [`OptError::Infeasible`] if floors, caps and budgets contradict each other, [`OptError::Unbounded`] if a process that
/// earns has no limit, [`OptError::NotProven`] if no method gives an answer that stands up to the certificate.
pub fn optimise(
    model: &Model,
    block: &SampleBlock,
    options: &PlanOptions,
    control: &Control<'_>,
) -> Result<ProgramPlan, OptError> {
    Ok(optimise_assured(model, block, options, None, control)?.0)
}

/// The same, and beside the worth of more money the plan's worth beyond its samples, where `assured` asks for it: nothing
/// at a time limit.
///
/// # Errors
/// As [`optimise`].
pub fn optimise_assured(
    model: &Model,
    block: &SampleBlock,
    options: &PlanOptions,
    assured: Option<Assured<'_>>,
    control: &Control<'_>,
) -> Result<(ProgramPlan, Option<Assurance>), OptError> {
    let question = Question { model, block, options, control };
    let planning = frame(model, options.metric, 0.0);
    let written_out = match options.method {
        PlanMethod::Automatic if options.learned.is_some() => false,
        // Whole numbers go to the decomposition whatever the size: its bounds are our own.
        PlanMethod::Automatic => {
            !planning.has_integers() && is_small(model, &planning, &PlanSamples::new(model, &planning, block))
        }
        method => method == PlanMethod::Extensive,
    };
    let by = |extensive: bool| {
        if extensive {
            let (answer, solved) = written_out::solve(question)?;
            put_together(question, answer, solved, assured)
        } else {
            by_decomposition::optimise(question, &planning, assured)
        }
    };
    let found = by(written_out).or_else(|error| {
        // What one method cannot prove the other often can: they scale a program differently.
        let another = options.method == PlanMethod::Automatic && unproven::is_of_proof(&error);
        let asked_for = options.learned.is_some() || control.is_limited();
        if another
            && !asked_for
            && (written_out || unproven::can_be_written_out(model, options.metric, block))
        {
            by(!written_out).map_err(|_| error)
        } else {
            Err(error)
        }
    });
    found.map_err(|error| unproven::explained(error, model, options.metric, block))
}
