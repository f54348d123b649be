//! One model for the whole first stage: the L-shaped method with a cut for each component and group of samples, and with
//! λ > 0 for each sample, the CVaR's rows in the model.

use super::block::{Block, Parts};
use super::cell::{Recourses, Samples};
use super::master::{Master, MasterRow, Solved};
use super::{
    Decomposed, DecompositionError, DecompositionOptions, Finish, FirstStage, Iteration, Way,
    expected_objective, relative_gap, risk_adjusted,
};

/// Groups of samples with a cut each where nothing is said.
const GROUPS: usize = 24;
/// Iterations without progress after which rounding is to blame.
const STALLED: usize = 40;
/// Progress that counts, relative.
const PROGRESS: f64 = 1e-11;

/// The best decisions known.
#[derive(Debug, Clone)]
struct Best {
    x: Vec<f64>,
    objective: f64,
    values: Vec<f64>,
}

/// The model and what it is a model of.
pub(super) struct Whole<'a> {
    first: FirstStage<'a>,
    recourses: Recourses,
    block: Block,
    /// Σ (1 − λ) p offset: what no decision changes.
    constant: f64,
    shared: Vec<f64>,
    start: Vec<f64>,
    iterations: usize,
}

pub(super) fn solve(
    first: FirstStage<'_>,
    samples: &dyn Samples,
    options: &DecompositionOptions<'_>,
) -> Result<Decomposed, DecompositionError> {
    let mut whole = Whole::new(first, samples, options.groups)?;
    whole.run(options)
}

impl<'a> Whole<'a> {
    fn new(
        first: FirstStage<'a>,
        samples: &dyn Samples,
        groups: Option<usize>,
    ) -> Result<Self, DecompositionError> {
        let lambda = first.risk.lambda;
        let groups = if lambda > 0.0 { samples.count() } else { groups.unwrap_or(GROUPS) };
        let mut recourses = Recourses::new(samples, groups);
        let objective: Vec<f64> =
            expected_objective(first.columns, &recourses).iter().map(|c| (1.0 - lambda) * c).collect();
        let worth: Vec<f64> = if lambda > 0.0 {
            recourses.weights.fill(1.0);
            let of = |start: usize| (1.0 - lambda) * recourses.probabilities[start];
            recourses.cells.iter().map(|cell| of(cell.samples.start)).collect()
        } else {
            vec![1.0; recourses.cells.len()]
        };
        let first_rows = recourses.first_rows.clone();
        let start = start(first.columns, first.rows.iter().chain(&first_rows))?;
        let sizes = recourses.sizes_at(&start)?;
        let mut block = Block::new(Parts {
            all_columns: first.columns,
            objective: &objective,
            columns: (0..first.columns.len()).collect(),
            rows: first.rows.iter().chain(&first_rows).collect(),
            cells: (0..recourses.cells.len()).collect(),
            recourses: &recourses,
            worth,
            sizes,
        });
        let shared: Vec<f64> = first.columns.iter().map(|column| column.objective).collect();
        if lambda > 0.0 {
            block.add_cvar(first.risk, &recourses, &shared);
        }
        let constant =
            recourses.probabilities.iter().zip(&recourses.offsets).map(|(p, o)| (1.0 - lambda) * p * o).sum();
        Ok(Self { first, recourses, block, constant, shared, start, iterations: 0 })
    }

    fn run(&mut self, options: &DecompositionOptions<'_>) -> Result<Decomposed, DecompositionError> {
        let mut point = self.start.clone();
        let mut best: Option<Best> = None;
        let mut bound = f64::INFINITY;
        let (mut pure, mut since) = (false, 0);
        // Cells that have no cut yet cannot grow without end.
        let mut uncut: Vec<bool> = vec![true; self.recourses.cells.len()];
        let first_theta = self.block.columns.len();
        for cell in 0..uncut.len() {
            self.block.master.set_bounds(first_theta + cell, f64::NEG_INFINITY, 0.0);
        }
        loop {
            self.iterations += 1;
            let visited = self.recourses.visit(&point, &|_| true)?;
            for (cell, visited) in visited.iter().enumerate() {
                if uncut[cell] && visited.needed.is_none() {
                    uncut[cell] = false;
                    let theta = first_theta + cell;
                    self.block.master.set_bounds(theta, f64::NEG_INFINITY, f64::INFINITY);
                }
            }
            let before = (best.as_ref().map_or(f64::NEG_INFINITY, |best| best.objective), bound);
            if visited.iter().all(|visited| visited.needed.is_none()) {
                let shared: f64 = self.shared.iter().zip(&point).map(|(c, x)| c * x).sum();
                let values = self.recourses.values(&point, shared, &visited);
                let objective = risk_adjusted(self.first.risk, &values, &self.recourses.probabilities);
                if best.as_ref().is_none_or(|best| objective > best.objective) {
                    best = Some(Best { x: point.clone(), objective, values });
                }
            }
            self.block.add_cuts(&visited);
            let model = self.block.solve()? + self.constant;
            if !uncut.contains(&true) {
                bound = bound.min(model);
            }
            self.block.tidy();
            let objective = best.as_ref().map_or(f64::NEG_INFINITY, |best| best.objective);
            let iteration = Iteration { number: self.iterations, objective, bound };
            let going = (options.progress)(iteration);
            let gap = relative_gap(objective, bound, options.unit);
            let size = objective.abs().max(options.unit);
            let closed = (before.1 - bound) + (objective - before.0);
            since = if closed > PROGRESS * size || objective == f64::NEG_INFINITY { 0 } else { since + 1 };
            let finish = if gap <= options.gap {
                Some(Finish::Gap)
            } else if !going {
                Some(Finish::Interrupted)
            } else if since >= STALLED {
                Some(Finish::Stalled)
            } else {
                None
            };
            if let (Some(finish), Some(best)) = (finish, &best) {
                return Ok(self.answer(finish, best.clone(), bound));
            }
            // Where the model hardly moves it is right about where to go.
            pure = before.1.is_finite() && before.1 - bound < 0.2 * (bound - objective);
            let model_x = clamped(self.first.columns, self.block.master.x());
            point = match &best {
                Some(best) if !pure => model_x.iter().zip(&best.x).map(|(a, b)| 0.5 * (a + b)).collect(),
                _ => model_x,
            };
        }
    }

    fn answer(&self, finish: Finish, best: Best, bound: f64) -> Decomposed {
        Decomposed {
            finish,
            objective: best.objective,
            bound: bound.max(best.objective),
            x: best.x,
            values: best.values,
            duals: self.block.master.duals()[..self.first.rows.len()].to_vec(),
            iterations: self.iterations,
            way: Way::Whole,
            blocks: 1,
            problems: self.recourses.cells.iter().map(|cell| cell.samples.len()).sum(),
            cuts: self.block.master.rows.iter().filter(|row| row.cut_for.is_some()).count(),
        }
    }
}

/// Values put within their columns' bounds.
pub(super) fn clamped(columns: &[super::Column], x: &[f64]) -> Vec<f64> {
    columns.iter().zip(x).map(|(column, x)| x.min(column.upper).max(column.lower)).collect()
}

/// Some decisions that keep these rows.
pub(super) fn start<'r>(
    columns: &[super::Column],
    rows: impl Iterator<Item = &'r super::Row>,
) -> Result<Vec<f64>, DecompositionError> {
    let free = columns.iter().map(|c| super::Column { objective: 0.0, ..*c }).collect();
    let mut master = Master::new(free, 1.0);
    master.add_rows(rows.map(MasterRow::of).collect());
    match master.solve() {
        Solved::Bound(_) => Ok(clamped(columns, master.x())),
        Solved::Infeasible => Err(DecompositionError::Infeasible),
        Solved::Unbounded => Err(DecompositionError::FirstStageUnbounded),
        Solved::Failed => Err(DecompositionError::Model),
    }
}
