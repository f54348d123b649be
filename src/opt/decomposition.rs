//! Decomposition: a two-stage program solved without ever being written out, with valid bounds at every iteration.
//!
//! Recourse problems that no row joins are separate (by cluster, by period where nothing is stored), and so are samples:
//! `cell` takes the program apart and visits all of them in parallel, `dense` solves one. A visit gives cuts; `block` keeps
//! them as a model of expected recourse over some first-stage columns. Two ways lead on from there:
//!
//! - `whole`: one model for all (the L-shaped method of Van Slyke and Wets 1969, with a cut for each component and group
//!   of samples, and separation between the model's answer and the best known: Ben-Ameur and Neto 2007);
//! - `prices`: a model for each block of columns, joined by prices on the few rows that link blocks (Dantzig and Wolfe
//!   1960), whose cuts stay valid from round to round.
//!
//! Bounds come from duals and cuts checked in our own arithmetic; the solver is never believed.

mod block;
mod cell;
mod dense;
mod master;
mod prices;
mod whole;

pub use cell::Samples;

use super::program::{Column, Row};
use crate::model::Risk;

/// The first stage of a program, apart from its samples.
#[derive(Debug, Clone, Copy)]
pub struct FirstStage<'a> {
    /// Columns.
    pub columns: &'a [Column],
    /// Rows.
    pub rows: &'a [Row],
    /// By row: it joins parts of the first stage that would hang together by nothing else.
    pub linking: &'a [bool],
    /// The attitude to risk.
    pub risk: Risk,
}

/// Which way to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The better one, by size.
    Automatic,
    /// One model.
    Whole,
    /// A model for each block, joined by prices.
    Prices,
}

/// How the decomposition is to run.
#[derive(Clone, Copy)]
pub struct DecompositionOptions<'a> {
    /// Relative gap at which it may stop.
    pub gap: f64,
    /// Least size against which the gap is measured.
    pub unit: f64,
    /// Which way.
    pub way: Way,
    /// Groups of samples with a cut each; `None` for a number by size.
    pub groups: Option<usize>,
    /// Told of every iteration; returns false to stop.
    pub progress: &'a (dyn Fn(Iteration) -> bool + Sync),
}

/// How far an iteration got.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Iteration {
    /// Its number, from 1.
    pub number: usize,
    /// Value of the best decisions known; minus infinity before there are any.
    pub objective: f64,
    /// Valid upper bound on the maximum.
    pub bound: f64,
}

/// Why it stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// The gap is small enough.
    Gap,
    /// It was told to stop.
    Interrupted,
    /// Rounding keeps it from getting further.
    Stalled,
}

/// The answer of a decomposition.
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposed {
    /// Why it stopped.
    pub finish: Finish,
    /// First-stage decisions.
    pub x: Vec<f64>,
    /// Their risk-adjusted value, recourse worked out at just these decisions.
    pub objective: f64,
    /// Valid upper bound on the maximum.
    pub bound: f64,
    /// G_w by sample.
    pub values: Vec<f64>,
    /// Rise of the maximum per unit of right-hand side, by first-stage row, as far as the way taken knows it.
    pub duals: Vec<f64>,
    /// Iterations.
    pub iterations: usize,
    /// The way taken.
    pub way: Way,
    /// Blocks of the first stage.
    pub blocks: usize,
    /// Recourse problems.
    pub problems: usize,
    /// Cuts in the models at the end.
    pub cuts: usize,
}

impl Decomposed {
    /// (bound − objective) / max(|objective|, `unit`).
    pub fn gap(&self, unit: f64) -> f64 {
        relative_gap(self.objective, self.bound, unit)
    }
}

fn relative_gap(objective: f64, bound: f64, unit: f64) -> f64 {
    ((bound - objective) / objective.abs().max(unit)).max(0.0)
}

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecompositionError {
    /// No first-stage decisions keep all rows and leave every sample a recourse.
    #[error("no decisions keep all constraints in all samples")]
    Infeasible,
    /// The objective grows without end.
    #[error("the objective of sample {sample} grows without end")]
    Unbounded {
        /// The sample.
        sample: usize,
    },
    /// The objective grows without end in the first stage.
    #[error("the objective grows without end in the first stage")]
    FirstStageUnbounded,
    /// A recourse problem whose answer could not be proven by any method.
    #[error("the recourse problem of sample {sample} could not be solved to a proof")]
    Recourse {
        /// The sample.
        sample: usize,
    },
    /// The model of cuts could not be solved.
    #[error("the solver gave up on the model of cuts")]
    Model,
}

/// Solves the two-stage program of `first` and `samples`.
///
/// # Errors
/// [`DecompositionError`].
pub fn decompose(
    first: FirstStage<'_>,
    samples: &dyn Samples,
    options: &DecompositionOptions<'_>,
) -> Result<Decomposed, DecompositionError> {
    let way = match options.way {
        Way::Automatic if first.risk.lambda == 0.0 && first.linking.iter().any(|l| *l) => Way::Prices,
        Way::Automatic => Way::Whole,
        way => way,
    };
    match way {
        Way::Prices if first.risk.lambda == 0.0 => prices::solve(first, samples, options),
        _ => whole::solve(first, samples, options),
    }
}

/// Objective of the first-stage columns with the expected part of the samples.
fn expected_objective(columns: &[Column], recourses: &cell::Recourses) -> Vec<f64> {
    let mut objective: Vec<f64> = columns.iter().map(|column| column.objective).collect();
    for (p, list) in recourses.probabilities.iter().zip(&recourses.first_objectives) {
        for &(j, c) in list {
            objective[j] += p * c;
        }
    }
    objective
}

/// (1 − λ) mean + λ CVaR of `values` with these probabilities.
fn risk_adjusted(risk: Risk, values: &[f64], probabilities: &[f64]) -> f64 {
    super::program::risk_adjusted(risk, values, probabilities)
}
