//! Decomposition: a two-stage program solved without ever being written out, with valid bounds at every iteration.
//!
//! Recourse problems that no row joins are separate (by cluster, by period where nothing is stored), and so are samples:
//! `cell` takes the program apart and visits all of them in parallel, `dense` solves one. A visit gives cuts; `block` keeps
//! them as a model of expected recourse over some first-stage columns. Two schemes lead on from there:
//!
//! - `l_shaped`: one master for all (the L-shaped method of Van Slyke and Wets 1969, with a cut for each component and group
//!   of samples, and separation between the model's answer and the best known: Ben-Ameur and Neto 2007);
//! - `column_generation`: a master for each block of columns, joined by prices on the few rows that link blocks (Dantzig and Wolfe
//!   1960), whose cuts stay valid from round to round.
//!
//! Whole numbers in the first stage are found by branch and bound over either scheme (`branch`); with prices blocks answer with
//! whole numbers (`choice`), and nodes are bounded by mixtures of such answers.
//!
//! Bounds come from duals and cuts checked in our own arithmetic; the solver is never believed.

mod block;
mod branch;
mod cell;
mod choice;
mod column_generation;
mod counted;
mod dense;
mod dive;
mod extreme;
mod fold;
mod l_shaped;
mod learned;
pub(super) mod master;
mod parted;
mod problem;
mod switch;

pub use cell::Samples;
pub use counted::{CountedLine, FewerLines, Fewest, FewestQuestion};
pub use extreme::{End, Extreme, ExtremeQuestion};
pub use learned::{Learned, LearnedCut, Proposal};
pub use problem::{
    Decomposed, DecompositionError, DecompositionOptions, Finish, FirstStage, Iteration, Required, Scheme,
};

use std::ops::Range;

use super::program::Column;
use crate::control::Control;
use column_generation::ColumnGeneration;
use l_shaped::LShaped;
use problem::Manner;

/// A program taken apart: it is solved, changed a little and solved again, and what was learned stays.
pub struct Decomposition<'a> {
    inner: Inner<'a>,
    first: FirstStage<'a>,
    /// Whole numbers are held where they are.
    fixed: bool,
}

enum Inner<'a> {
    LShaped(Box<LShaped<'a>>),
    ColumnGeneration(Box<ColumnGeneration<'a>>),
}

/// First-stage columns above which blocks are worth their prices. Columns between bounds, as the pieces of stocks, do not count:
/// they have no row and mostly stand at a bound, so that they cost one master next to nothing.
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
        let counts =
            |column: &&Column| column.integer || column.lower.is_infinite() || column.upper.is_infinite();
        let prices = match options.scheme {
            Scheme::Automatic => linked && first.columns.iter().filter(counts).count() > many,
            Scheme::ColumnGeneration => linked,
            Scheme::LShaped => false,
        };
        let joined = if prices { Some(ColumnGeneration::new(first, samples, options.groups)?) } else { None };
        let inner = match joined.filter(|joined| !joined.has_stray_whole_numbers()) {
            Some(joined) => Inner::ColumnGeneration(Box::new(joined)),
            None => {
                Inner::LShaped(Box::new(LShaped::new(first, samples, options.groups, Manner::BY_CEILINGS)?))
            }
        };
        Ok(Self { inner, first, fixed: false })
    }

    /// G_w of every sample at first-stage decisions `x`, recourse worked out and checked.
    ///
    /// # Errors
    /// [`DecompositionError::Infeasible`] where some sample has no recourse.
    pub fn values(&mut self, x: &[f64], objective: &[Column]) -> Result<Vec<f64>, DecompositionError> {
        let recourses = match &mut self.inner {
            Inner::LShaped(whole) => &mut whole.recourses,
            Inner::ColumnGeneration(prices) => &mut prices.recourses,
        };
        let visited = recourses.visit(x, &|_| true)?;
        if visited.iter().any(|visited| visited.needed.is_some()) {
            return Err(DecompositionError::Infeasible);
        }
        let shared = objective.iter().zip(x).map(|(column, x)| column.objective * x).sum();
        Ok(recourses.values(x, shared, &visited))
    }

    /// Sets the start: good first-stage decisions, and duals of first-stage rows (which may be empty).
    pub fn begin_at(&mut self, x: &[f64], duals: &[f64]) {
        match &mut self.inner {
            Inner::LShaped(whole) => whole.begin_at(x),
            Inner::ColumnGeneration(prices) => prices.begin_at(x, duals),
        }
    }

    /// Everything learned so far, `x` being the incumbent.
    pub fn learned(&self, x: &[f64]) -> Learned {
        match &self.inner {
            Inner::LShaped(whole) => whole.learned(x),
            Inner::ColumnGeneration(prices) => prices.learned(x),
        }
    }

    /// Takes in what was learned about the same program before. False if it cannot have been this program: it has other
    /// parts, or a cut lies below what the decisions are truly worth.
    ///
    /// # Errors
    /// [`DecompositionError`] where recourse problems cannot be solved.
    pub fn teach(&mut self, learned: &Learned) -> Result<bool, DecompositionError> {
        match &mut self.inner {
            Inner::LShaped(whole) => whole.teach(learned),
            Inner::ColumnGeneration(prices) => prices.teach(learned),
        }
    }

    /// The scheme that it follows.
    pub fn scheme(&self) -> Scheme {
        if self.is_l_shaped() { Scheme::LShaped } else { Scheme::ColumnGeneration }
    }

    /// The same program with another first stage: its columns may have other ceilings and bounds, its rows other right-hand
    /// sides; everything else, costs too, is the same. Cuts, bases and samples taken apart stay.
    pub fn with_first_stage<'b>(self, first: FirstStage<'b>) -> Decomposition<'b>
    where
        'a: 'b,
    {
        let inner = match self.inner {
            Inner::LShaped(whole) => Inner::LShaped(Box::new(whole.with_first_stage(first))),
            Inner::ColumnGeneration(prices) => {
                Inner::ColumnGeneration(Box::new(prices.with_first_stage(first)))
            }
        };
        Decomposition { inner, first, fixed: self.fixed }
    }

    /// True if it is one master, false if blocks are joined by prices.
    pub fn is_l_shaped(&self) -> bool {
        matches!(self.inner, Inner::LShaped(_))
    }

    /// Columns, rows and coefficients of all recourse problems together.
    pub fn size(&self) -> [usize; 3] {
        match &self.inner {
            Inner::LShaped(whole) => whole.recourses.size,
            Inner::ColumnGeneration(prices) => prices.recourses.size,
        }
    }

    /// Adds these constants to the samples' values.
    pub fn set_offsets(&mut self, offsets: Vec<f64>) {
        match &mut self.inner {
            Inner::LShaped(whole) => whole.set_offsets(offsets),
            Inner::ColumnGeneration(prices) => prices.set_offsets(offsets),
        }
    }

    /// Changes the right-hand side of a first-stage row (of a linking one, where blocks are joined by prices).
    pub fn set_rhs(&mut self, row: usize, rhs: f64) {
        match &mut self.inner {
            Inner::LShaped(whole) => whole.set_rhs(row, rhs),
            Inner::ColumnGeneration(prices) => prices.set_rhs(row, rhs),
        }
    }

    /// Fixes the whole numbers of the first stage at their values in `x`, so that what follows is a linear program's. With one
    /// master those that are `relaxed` need not be whole from now on.
    pub fn fix_whole_numbers(&mut self, x: &[f64], relaxed: &[bool]) {
        self.fixed = true;
        match &mut self.inner {
            Inner::LShaped(whole) => {
                let (free, columns): (Vec<usize>, Vec<usize>) =
                    whole.whole_numbers().into_iter().partition(|column| relaxed[*column]);
                branch::fix(whole.as_mut(), &columns, x);
                for column in free {
                    let Column { lower, upper, .. } = self.first.columns[column];
                    branch::Relaxation::set_column_bounds(whole.as_mut(), column, lower, upper);
                }
            }
            Inner::ColumnGeneration(prices) => {
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
            Inner::LShaped(whole) => whole.estimate(row),
            Inner::ColumnGeneration(prices) => prices.estimate(row),
        };
        match found {
            Ok(found) => Ok(found),
            Err(DecompositionError::Infeasible) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The slope of the last estimate in the right-hand side of another row, with one master.
    pub fn slope(&self, row: usize) -> Option<f64> {
        match &self.inner {
            Inner::LShaped(whole) => whole.slope(row),
            Inner::ColumnGeneration(_) => None,
        }
    }

    /// The value of the decisions that the last estimate rests on, recourse worked out at just these.
    ///
    /// # Errors
    /// [`DecompositionError`].
    pub fn confirm(&mut self) -> Result<f64, DecompositionError> {
        match &mut self.inner {
            Inner::LShaped(whole) => whole.confirm(),
            Inner::ColumnGeneration(prices) => Ok(prices.confirm()),
        }
    }

    /// Bounds on the maximum if one of the switches in this first-stage row, Σ x ≤ 1, must be on; nothing if no decisions
    /// keep the rows then. The other whole numbers are free. Everything is afterwards as it
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
            Inner::LShaped(whole) => whole.requiring(row, options),
            Inner::ColumnGeneration(prices) => prices.requiring(row, options),
        }
    }

    /// Adds what [`fewest`](Self::fewest) needs to a program with one model that has learned nothing yet.
    pub fn prepare_for_fewest(&mut self) {
        if let Inner::LShaped(whole) = &mut self.inner {
            whole.add_value_row();
        }
    }

    /// Decisions that are worth enough with as few lines as can be found, and a bound on how few there could be. The program has one
    /// model, is [prepared](Self::prepare_for_fewest), and not to be used afterwards.
    ///
    /// # Errors
    /// [`DecompositionError`].
    pub fn fewest(&mut self, question: FewestQuestion<'_>) -> Result<Fewest, DecompositionError> {
        match &mut self.inner {
            Inner::LShaped(whole) => whole.fewest(question),
            Inner::ColumnGeneration(_) => Err(DecompositionError::Model),
        }
    }

    /// Makes a program with one model that has learned nothing yet ready for questions about amounts: a row that asks for the value, and
    /// one for the sum of each of `groups` of columns; the numbers of the latter. With blocks joined by prices there are none.
    pub fn prepare_to_ask(&mut self, groups: &[Vec<usize>]) -> Range<usize> {
        match &mut self.inner {
            Inner::LShaped(whole) => {
                whole.add_value_row();
                whole.add_sum_rows(groups)
            }
            Inner::ColumnGeneration(_) => 0..0,
        }
    }

    /// Holds the sum of a [prepared](Self::prepare_to_ask) row between bounds, from now on.
    pub fn hold(&mut self, row: usize, lower: f64, upper: f64) {
        if let Inner::LShaped(whole) = &mut self.inner {
            whole.hold_row(row, lower, upper);
        }
    }

    /// Holds a first-stage column that is no whole number between bounds, from now on, with one master.
    pub fn hold_column(&mut self, column: usize, lower: f64, upper: f64) {
        if let Inner::LShaped(whole) = &mut self.inner {
            whole.hold_column(column, lower, upper);
        }
    }

    /// Begins the next search at these decisions, if they keep all rows as these now are; false where they do not, or blocks are joined by
    /// prices.
    pub fn begin_again_at(&mut self, x: &[f64]) -> bool {
        match &mut self.inner {
            Inner::LShaped(whole) => whole.begin_again_at(x),
            Inner::ColumnGeneration(_) => false,
        }
    }

    /// The least or the most that a sum of columns can be among decisions that are worth enough. The program has one model and is
    /// [prepared](Self::prepare_to_ask); afterwards it is as it was, but for what was learned.
    ///
    /// # Errors
    /// [`DecompositionError`].
    pub fn extreme(&mut self, question: ExtremeQuestion<'_>) -> Result<Extreme, DecompositionError> {
        match &mut self.inner {
            Inner::LShaped(whole) => whole.extreme(question),
            Inner::ColumnGeneration(_) => Err(DecompositionError::Model),
        }
    }

    /// Solves it as it now is.
    ///
    /// # Errors
    /// [`DecompositionError`].
    pub fn solve(&mut self, options: &DecompositionOptions<'_>) -> Result<Decomposed, DecompositionError> {
        let search = !self.fixed;
        match &mut self.inner {
            Inner::LShaped(whole) => {
                let columns = whole.whole_numbers();
                if search && !columns.is_empty() {
                    return branch::solve(whole.as_mut(), self.first, columns, options);
                }
                whole.run(options)
            }
            Inner::ColumnGeneration(prices) => {
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
    control: Control<'a>,
    patience: usize,
) -> Result<Decomposed, DecompositionError> {
    let manner = Manner { scaled: true, control, patience };
    let inner = Inner::LShaped(Box::new(LShaped::new(first, samples, options.groups, manner)?));
    Decomposition { inner, first, fixed: false }.solve(options)
}
