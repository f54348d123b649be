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
//! Whole numbers in the first stage are found by branch and bound over either way (`branch`); with prices blocks answer with
//! whole numbers (`choice`), and nodes are bounded by mixtures of such answers.
//!
//! Bounds come from duals and cuts checked in our own arithmetic; the solver is never believed.

mod block;
mod branch;
mod cell;
mod choice;
mod dense;
pub(super) mod master;
mod prices;
mod whole;

pub use block::LearnedCut;
pub(super) use cell::Joined;
pub use cell::Samples;
pub use prices::Proposal;

use serde::{Deserialize, Serialize};

use super::program::{Column, Row};
use crate::control::Control;
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
    if objective.is_infinite() {
        return f64::INFINITY;
    }
    ((bound - objective) / objective.abs().max(unit)).max(0.0)
}

/// Why to stop with these (objective, bound), if there is a reason.
fn finished(
    options: &DecompositionOptions<'_>,
    (objective, bound): (f64, f64),
    going: bool,
    stalled: bool,
) -> Option<Finish> {
    if relative_gap(objective, bound, options.unit) <= options.gap {
        Some(Finish::Gap)
    } else if !going {
        Some(Finish::Interrupted)
    } else {
        stalled.then_some(Finish::Stalled)
    }
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
    /// It was told to stop before any decisions were known.
    #[error("it was told to stop before any decisions were known")]
    Interrupted,
}

/// How a program is put to the methods.
#[derive(Clone, Copy)]
struct Manner<'a> {
    /// Its units are right as they are: nothing is scaled by ceilings, and nothing that the solver says is believed.
    scaled: bool,
    /// Asked inside long steps.
    control: Control<'a>,
    /// Iterations without any bound after which it is given up as endless.
    patience: usize,
}

impl Manner<'_> {
    /// That of planning programs, whose ceilings say how large amounts are.
    const BY_CEILINGS: Self = Self { scaled: false, control: Control::unlimited(), patience: usize::MAX };
}

/// What a decomposition has learned about a program: enough to go on from there another day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// The best decisions known.
    pub x: Vec<f64>,
    /// Prices of linking rows, where blocks are joined by prices.
    pub prices: Vec<f64>,
    /// Cuts by block.
    pub blocks: Vec<Vec<LearnedCut>>,
    /// Proposals with their values, where blocks are joined by prices.
    pub proposals: Vec<Proposal>,
}

impl Learned {
    /// True if every number in it is one. A file may hold others, whatever its hash.
    pub fn is_finite(&self) -> bool {
        let all = |list: &[f64]| list.iter().all(|x| x.is_finite());
        all(&self.x)
            && all(&self.prices)
            && self.blocks.iter().flatten().all(LearnedCut::is_finite)
            && self.proposals.iter().all(Proposal::is_finite)
    }
}

/// What the maximum lies between once something is required.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Required {
    /// What decisions are known to bring, where any are known.
    pub at_least: Option<f64>,
    /// Valid upper bound.
    pub at_most: f64,
}

/// A program taken apart: it is solved, changed a little and solved again, and what was learned stays.
pub struct Decomposition<'a> {
    inner: Inner<'a>,
    first: FirstStage<'a>,
    /// Whole numbers are held where they are.
    fixed: bool,
}

enum Inner<'a> {
    Whole(Box<whole::Whole<'a>>),
    Prices(Box<prices::Prices<'a>>),
}

/// First-stage columns above which blocks are worth their prices.
const MANY_COLUMNS: usize = 6_000;
/// The same where some are whole numbers.
const MANY_WHOLE: usize = 6_000;

impl<'a> Decomposition<'a> {
    /// Takes the two-stage program of `first` and `samples` apart.
    ///
    /// # Errors
    /// [`DecompositionError::Infeasible`] if nothing keeps the first stage's rows; [`DecompositionError`] where recourse
    /// problems cannot be solved.
    pub fn new(
        first: FirstStage<'a>,
        samples: &dyn Samples,
        options: &DecompositionOptions<'_>,
    ) -> Result<Self, DecompositionError> {
        let switches = |column: &Column| !column.integer || (column.lower >= 0.0 && column.upper <= 1.0);
        let linked = first.risk.lambda == 0.0
            && first.linking.iter().any(|linking| *linking)
            && first.columns.iter().all(switches);
        let many = if first.columns.iter().any(|column| column.integer) { MANY_WHOLE } else { MANY_COLUMNS };
        let prices = match options.way {
            Way::Automatic => linked && first.columns.len() > many,
            Way::Prices => linked,
            Way::Whole => false,
        };
        let joined = if prices { Some(prices::Prices::new(first, samples, options.groups)?) } else { None };
        let inner = match joined.filter(|joined| !joined.has_stray_whole_numbers()) {
            Some(joined) => Inner::Prices(Box::new(joined)),
            None => Inner::Whole(Box::new(whole::Whole::new(
                first,
                samples,
                options.groups,
                Manner::BY_CEILINGS,
            )?)),
        };
        Ok(Self { inner, first, fixed: false })
    }

    /// G_w of every sample at first-stage decisions `x`, recourse worked out and checked.
    ///
    /// # Errors
    /// [`DecompositionError::Infeasible`] where some sample has no recourse.
    pub fn values(&mut self, x: &[f64], objective: &[Column]) -> Result<Vec<f64>, DecompositionError> {
        let recourses = match &mut self.inner {
            Inner::Whole(whole) => &mut whole.recourses,
            Inner::Prices(prices) => &mut prices.recourses,
        };
        let visited = recourses.visit(x, &|_| true)?;
        if visited.iter().any(|visited| visited.needed.is_some()) {
            return Err(DecompositionError::Infeasible);
        }
        let shared = objective.iter().zip(x).map(|(column, x)| column.objective * x).sum();
        Ok(recourses.values(x, shared, &visited))
    }

    /// What is known beforehand: good first-stage decisions, and the worth of first-stage rows (which may be empty).
    pub fn begin_at(&mut self, x: &[f64], duals: &[f64]) {
        match &mut self.inner {
            Inner::Whole(whole) => whole.begin_at(x),
            Inner::Prices(prices) => prices.begin_at(x, duals),
        }
    }

    /// What has been learned so far, `x` the best decisions known.
    pub fn learned(&self, x: &[f64]) -> Learned {
        match &self.inner {
            Inner::Whole(whole) => whole.learned(x),
            Inner::Prices(prices) => prices.learned(x),
        }
    }

    /// Takes in what was learned about the same program before. False if it cannot have been this program: it has other
    /// parts, or a cut lies below what the decisions are truly worth.
    ///
    /// # Errors
    /// [`DecompositionError`] where recourse problems cannot be solved.
    pub fn teach(&mut self, learned: &Learned) -> Result<bool, DecompositionError> {
        match &mut self.inner {
            Inner::Whole(whole) => whole.teach(learned),
            Inner::Prices(prices) => prices.teach(learned),
        }
    }

    /// True if it is one model, false if blocks are joined by prices.
    pub fn is_whole(&self) -> bool {
        matches!(self.inner, Inner::Whole(_))
    }

    /// Columns, rows and coefficients of all recourse problems together.
    pub fn size(&self) -> [usize; 3] {
        match &self.inner {
            Inner::Whole(whole) => whole.recourses.size,
            Inner::Prices(prices) => prices.recourses.size,
        }
    }

    /// Adds these constants to the samples' values.
    pub fn set_offsets(&mut self, offsets: Vec<f64>) {
        match &mut self.inner {
            Inner::Whole(whole) => whole.set_offsets(offsets),
            Inner::Prices(prices) => prices.set_offsets(offsets),
        }
    }

    /// Changes the right-hand side of a first-stage row (of a linking one, where blocks are joined by prices).
    pub fn set_rhs(&mut self, row: usize, rhs: f64) {
        match &mut self.inner {
            Inner::Whole(whole) => whole.set_rhs(row, rhs),
            Inner::Prices(prices) => prices.set_rhs(row, rhs),
        }
    }

    /// Fixes the whole numbers of the first stage at their values in `x`, so that what follows is a linear program's.
    pub fn fix_whole_numbers(&mut self, x: &[f64]) {
        self.fixed = true;
        match &mut self.inner {
            Inner::Whole(whole) => {
                let columns = whole.whole_numbers();
                branch::fix(whole.as_mut(), &columns, x);
            }
            Inner::Prices(prices) => {
                let columns = prices.whole_numbers();
                branch::fix(prices.as_mut(), &columns, x);
                prices.admit();
            }
        }
    }

    /// The maximum and its slope in the right-hand side of a row, by what is known now: with one model an upper estimate,
    /// with blocks joined by prices a lower one. Nothing where no decisions are known to keep the rows.
    ///
    /// # Errors
    /// [`DecompositionError`].
    pub fn estimate(&mut self, row: usize) -> Result<Option<(f64, f64)>, DecompositionError> {
        let found = match &mut self.inner {
            Inner::Whole(whole) => whole.estimate(row),
            Inner::Prices(prices) => prices.estimate(row),
        };
        match found {
            Ok(found) => Ok(found),
            Err(DecompositionError::Infeasible) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What the decisions that the last estimate rests on are worth, recourse worked out at just these.
    ///
    /// # Errors
    /// [`DecompositionError`].
    pub fn confirm(&mut self) -> Result<f64, DecompositionError> {
        match &mut self.inner {
            Inner::Whole(whole) => whole.confirm(),
            Inner::Prices(prices) => Ok(prices.confirm()),
        }
    }

    /// What the maximum lies between if one of the whole numbers of this first-stage row, Σ x ≤ 1 over yes and no, must be
    /// one; nothing if no decisions keep the rows then. The other whole numbers are free. Everything is afterwards as it
    /// was, but for what was learned.
    ///
    /// With one model it is a search as for the maximum, of few nodes. With blocks joined by prices it is what the row's own
    /// block can do at the prices of the maximum (Σ of the blocks' bounds + prices · money is valid at any prices, so
    /// only one block has to be asked again), and the best choice among the answers that blocks have given so far.
    ///
    /// # Errors
    /// [`DecompositionError`].
    pub fn requiring(
        &mut self,
        row: usize,
        options: &DecompositionOptions<'_>,
    ) -> Result<Option<Required>, DecompositionError> {
        match &mut self.inner {
            Inner::Whole(whole) => whole.requiring(row, options),
            Inner::Prices(prices) => prices.requiring(row, options),
        }
    }

    /// Solves it as it now is.
    ///
    /// # Errors
    /// [`DecompositionError`].
    pub fn solve(&mut self, options: &DecompositionOptions<'_>) -> Result<Decomposed, DecompositionError> {
        let search = !self.fixed;
        match &mut self.inner {
            Inner::Whole(whole) => {
                let columns = whole.whole_numbers();
                if search && !columns.is_empty() {
                    return branch::solve(whole.as_mut(), self.first, columns, options);
                }
                whole.run(options)
            }
            Inner::Prices(prices) => {
                let columns = prices.whole_numbers();
                if search && !columns.is_empty() {
                    return branch::solve(prices.as_mut(), self.first, columns, options);
                }
                prices.run(options)
            }
        }
    }
}

/// G_w of every sample at each of several first-stage decisions, without any objective that all samples share.
///
/// # Errors
/// [`DecompositionError::Infeasible`] where some sample has no recourse; [`DecompositionError`] where recourse problems
/// cannot be solved.
pub fn values_at(samples: &dyn Samples, decisions: &[&[f64]]) -> Result<Vec<Vec<f64>>, DecompositionError> {
    // As many groups as keep every thread busy where there is one component.
    let mut recourses =
        cell::Recourses::new(samples, &|_| samples.count().div_ceil(GROUP_OF_VALUES), Control::unlimited());
    decisions
        .iter()
        .map(|x| {
            let visited = recourses.visit(x, &|_| true)?;
            if visited.iter().any(|visited| visited.needed.is_some()) {
                return Err(DecompositionError::Infeasible);
            }
            Ok(recourses.values(x, 0.0, &visited))
        })
        .collect()
}

/// Samples in a group where only values are asked for.
const GROUP_OF_VALUES: usize = 8;

/// Solves the two-stage program of `first` and `samples`.
///
/// # Errors
/// [`DecompositionError`].
pub fn decompose(
    first: FirstStage<'_>,
    samples: &dyn Samples,
    options: &DecompositionOptions<'_>,
) -> Result<Decomposed, DecompositionError> {
    Decomposition::new(first, samples, options)?.solve(options)
}

/// Solves a program whose units are right as they are, as one model, until `control` stops it; gives it up as unbounded
/// after `patience` iterations without any bound.
pub(super) fn decompose_as_scaled<'a>(
    first: FirstStage<'a>,
    samples: &dyn Samples,
    options: &DecompositionOptions<'_>,
    (control, patience): (Control<'a>, usize),
) -> Result<Decomposed, DecompositionError> {
    let manner = Manner { scaled: true, control, patience };
    let inner = Inner::Whole(Box::new(whole::Whole::new(first, samples, options.groups, manner)?));
    Decomposition { inner, first, fixed: false }.solve(options)
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
