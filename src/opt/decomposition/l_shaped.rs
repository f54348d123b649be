//! One model for the whole first stage: the L-shaped method with a cut for each component and group of samples, and with
//! λ > 0 for each sample, the CVaR's rows in the model.

mod asked;
mod fewest;

use std::collections::BTreeMap;

use super::super::lp::{LinearProgram, propose_integer};
use super::super::program::{Column, Row, Sense, risk_adjusted};
use super::block::{Block, Parts};
use super::branch::{self, Dive, Relaxation};
use super::cell::{Recourses, Samples};
use super::fold::folds;
use super::learned::Learned;
use super::master::{Master, MasterOutcome, MasterRow, by_ceilings};
use super::problem::{
    Decomposed, DecompositionError, DecompositionOptions, Finish, FirstStage, Iteration, Manner, Required,
    Scheme, finished,
};
use super::switch::{Switch, switches};

/// Groups of samples with a cut each where nothing is said: so many that there are about this many cells, since the
/// model grows with them.
const CELLS: usize = 600;
const FEWEST_GROUPS: usize = 3;
const MOST_GROUPS: usize = 24;
/// Iterations without progress after which rounding is to blame.
const STALLED: usize = 40;
/// Iterations without progress or bound after which the objective may be without end.
const ENDLESS: usize = 5;
/// Iterations without decisions that every sample can follow, in which the bound stays where it is, after which there is no
/// telling; of programs in scaled units.
const LOST: usize = 300;
/// Progress that counts, relative.
const PROGRESS: f64 = 1e-11;
/// A search node is solved to this share of the gap asked for.
const CLOSENESS: f64 = 0.1;
/// The solver searches the model of cuts for whole numbers with so many nodes and to this gap.
const SEARCHED: i32 = 200;
const SEARCH_GAP: f64 = 5e-4;

/// Nodes of a search for what the maximum is with something required.
const NODES_REQUIRED: usize = 60;

/// The best decisions known.
#[derive(Debug, Clone)]
struct Best {
    x: Vec<f64>,
    objective: f64,
    values: Vec<f64>,
}

/// The model and what it is a model of.
pub(super) struct LShaped<'a> {
    first: FirstStage<'a>,
    pub(super) recourses: Recourses<'a>,
    block: Block<'a>,
    manner: Manner<'a>,
    shared: Vec<f64>,
    start: Vec<f64>,
    /// Cells that have no cut yet, so that their columns are held.
    uncut: Vec<bool>,
    /// Whole numbers that the model does without: they are bounds of other columns.
    switches: BTreeMap<usize, Switch>,
    /// The row that can ask for a value, where there is one.
    value_row: Option<usize>,
    iterations: usize,
}

impl<'a> LShaped<'a> {
    pub(super) fn new(
        first: FirstStage<'a>,
        samples: &dyn Samples,
        groups: Option<usize>,
        manner: Manner<'a>,
    ) -> Result<Self, DecompositionError> {
        let lambda = first.risk.lambda;
        let count = samples.count();
        let groups = |components: usize| match groups {
            _ if lambda > 0.0 => count,
            Some(groups) => groups,
            None => CELLS.div_euclid(components.max(1)).clamp(FEWEST_GROUPS, MOST_GROUPS),
        };
        let mut recourses = Recourses::new(samples, &groups, manner.control);
        let objective: Vec<f64> =
            recourses.expected_objective(first.columns).iter().map(|c| (1.0 - lambda) * c).collect();
        let worth: Vec<f64> = if lambda > 0.0 {
            recourses.weights.fill(1.0);
            let of = |start: usize| (1.0 - lambda) * recourses.probabilities[start];
            recourses.cells.iter().map(|cell| of(cell.samples.start)).collect()
        } else {
            vec![1.0; recourses.cells.len()]
        };
        let first_rows = recourses.first_rows.clone();
        let start = start_in(first.columns, first.rows.iter().chain(&first_rows), manner)?;
        let sizes = recourses.sizes_at(&start)?;
        let parts = Parts {
            all_columns: first.columns,
            objective: &objective,
            columns: (0..first.columns.len()).collect(),
            rows: first.rows.iter().chain(&first_rows).collect(),
            cells: (0..recourses.cells.len()).collect(),
            recourses: &recourses,
            folds: &if manner.scaled {
                Vec::new()
            } else {
                folds(first, &first_rows, &recourses.first_objectives)
            },
            worth,
            sizes,
        };
        let mut block = Block::new(parts, manner);
        block.master.put_to_sleep();
        let shared: Vec<f64> = first.columns.iter().map(|column| column.objective).collect();
        if lambda > 0.0 {
            block.add_cvar(first.risk, &recourses, &shared);
        }
        let uncut = vec![true; recourses.cells.len()];
        for cell in 0..uncut.len() {
            block.master.set_bounds(block.columns.len() + cell, f64::NEG_INFINITY, 0.0);
        }
        let switches = if branch::has_many(first) { switches(first) } else { BTreeMap::new() };
        for (z, switch) in &switches {
            block.master.set_bounds(*z, 0.0, 0.0);
            for row in switch.rows {
                block.master.set_row_bounds(row, f64::NEG_INFINITY, f64::INFINITY);
            }
        }
        let (value_row, iterations) = (None, 0);
        Ok(Self { first, recourses, block, manner, shared, start, uncut, switches, value_row, iterations })
    }

    /// The same program with another first stage, its costs the same.
    pub(super) fn with_first_stage<'b>(self, first: FirstStage<'b>) -> LShaped<'b>
    where
        'a: 'b,
    {
        let mut other = LShaped { first, ..self };
        let changed = first.columns.iter().enumerate();
        changed.for_each(|(j, column)| other.block.master.set_room(j, column));
        first.rows.iter().enumerate().for_each(|(number, row)| other.set_rhs(number, row.rhs));
        other
    }

    /// Solves the model of cuts as it now is.
    pub(super) fn solve_model(&mut self) -> Result<f64, DecompositionError> {
        self.block.solve_once_more()
    }

    /// Whether the solver is taken at its word where it says that nothing keeps the model's rows.
    pub(super) fn trust(&mut self, trusting: bool) {
        self.block.master.trust(trusting);
    }

    /// True of a whole number that the model does without.
    pub(super) fn is_switch(&self, column: usize) -> bool {
        self.switches.contains_key(&column)
    }

    /// The column that a whole number switches, where the model does without the number.
    pub(super) fn switched(&self, column: usize) -> Option<usize> {
        self.switches.get(&column).map(|switch| switch.column)
    }

    /// A first-stage column as it is stated.
    pub(super) fn first_column(&self, column: usize) -> &Column {
        &self.first.columns[column]
    }

    /// The first-stage rows.
    pub(super) fn first_rows(&self) -> &[Row] {
        self.first.rows
    }

    /// The decisions at which the model stands, within their bounds.
    pub(super) fn decisions(&self) -> Vec<f64> {
        let mut x = self.block.x();
        for (z, switch) in &self.switches {
            x[*z] = switch.at(x[switch.column]);
        }
        x
    }

    pub(super) fn learned(&self, x: &[f64]) -> Learned {
        Learned {
            x: x.to_vec(),
            prices: Vec::new(),
            blocks: vec![self.block.learned()],
            proposals: Vec::new(),
        }
    }

    pub(super) fn teach(&mut self, learned: &Learned) -> Result<bool, DecompositionError> {
        let ([cuts], true) = (learned.blocks.as_slice(), learned.x.len() == self.first.columns.len()) else {
            return Ok(false);
        };
        if !self.block.teach(cuts) {
            return Ok(false);
        }
        for row in &self.block.master.rows {
            if let Some(column) = row.cut_for {
                self.uncut[column - self.block.columns.len()] = false;
            }
        }
        for (cell, uncut) in self.uncut.iter().enumerate() {
            if !uncut {
                let column = self.block.columns.len() + cell;
                self.block.master.set_bounds(column, f64::NEG_INFINITY, f64::INFINITY);
            }
        }
        self.begin_at(&learned.x);
        let visited = self.recourses.visit(&self.start, &|_| true)?;
        Ok(self.block.cuts_hold(&self.start, &visited))
    }

    /// Decisions to begin at.
    pub(super) fn begin_at(&mut self, x: &[f64]) {
        self.start = clamped(self.first.columns, x);
    }

    /// Sets the constants that are added to the samples' values.
    pub(super) fn set_offsets(&mut self, offsets: Vec<f64>) {
        if let Some(cvar) = &self.block.master.cvar {
            for (row, offset) in cvar.rows.clone().zip(&offsets) {
                self.block.master.set_row_bounds(row, -offset, f64::INFINITY);
            }
        }
        self.recourses.offsets = offsets;
    }

    /// The right-hand side of a first-stage row, from now on.
    pub(super) fn set_rhs(&mut self, row: usize, rhs: f64) {
        let own = &self.block.master.rows[row];
        let side = |old: f64| if old.is_finite() { rhs } else { old };
        let (lower, upper) = (side(own.lower), side(own.upper));
        self.block.master.set_row_bounds(row, lower, upper);
    }

    /// First-stage columns that are whole numbers.
    pub(super) fn whole_numbers(&self) -> Vec<usize> {
        (0..self.first.columns.len()).filter(|j| self.first.columns[*j].integer).collect()
    }

    /// Bounds on the maximum if one of the switches in this row must be on, by a search of few nodes.
    pub(super) fn requiring(
        &mut self,
        row: usize,
        options: &DecompositionOptions<'_>,
    ) -> Result<Option<Required>, DecompositionError> {
        let upper = self.block.master.rows[row].upper;
        self.block.master.set_row_bounds(row, 1.0, upper);
        let (first, columns) = (self.first, self.whole_numbers());
        let found = branch::search(self, first, columns, options, Some(NODES_REQUIRED));
        self.block.master.set_row_bounds(row, f64::NEG_INFINITY, upper);
        let found = found?;
        let at_least = found.best.map(|best| best.objective);
        let at_most = found.bound.max(at_least.unwrap_or(f64::NEG_INFINITY));
        Ok((at_most > f64::NEG_INFINITY).then_some(Required { at_least, at_most }))
    }

    /// The model of cuts as it now is, but for cuts that have held nothing for a while, with the whole numbers of the first
    /// stage within their own bounds.
    fn model(&self) -> LinearProgram {
        let master = &self.block.master;
        let mut columns = master.columns.clone();
        columns[..self.first.columns.len()].iter_mut().zip(self.first.columns).for_each(|(column, own)| {
            if own.integer {
                (column.lower, column.upper, column.integer) = (own.lower, own.upper, true);
            }
        });
        let mut rows = Vec::with_capacity(master.rows.len());
        for (_, row) in master.rows.iter().enumerate().filter(|(number, _)| self.block.is_fresh(*number)) {
            let mut add = |sense, rhs: f64| rows.push(Row { entries: row.entries.clone(), sense, rhs });
            if row.lower == row.upper {
                add(Sense::Equal, row.upper);
                continue;
            }
            if row.upper.is_finite() {
                add(Sense::AtMost, row.upper);
            }
            if row.lower.is_finite() {
                add(Sense::AtLeast, row.lower);
            }
        }
        LinearProgram { columns, rows }
    }

    /// Visits recourse at `x`: cuts, and what `x` is worth if every sample has a recourse.
    fn try_out(&mut self, x: &[f64]) -> Result<Option<Best>, DecompositionError> {
        let visited = self.recourses.visit(x, &|_| true)?;
        for (cell, visited) in visited.iter().enumerate() {
            if self.uncut[cell] && visited.needed.is_none() {
                self.uncut[cell] = false;
                let column = self.block.columns.len() + cell;
                self.block.master.set_bounds(column, f64::NEG_INFINITY, f64::INFINITY);
            }
        }
        self.block.add_cuts(&visited, x);
        if visited.iter().any(|visited| visited.needed.is_some()) {
            return Ok(None);
        }
        let shared: f64 = self.shared.iter().zip(x).map(|(c, x)| c * x).sum();
        let values = self.recourses.values(x, shared, &visited);
        let objective = risk_adjusted(self.first.risk, &values, &self.recourses.probabilities);
        Ok(Some(Best { x: x.to_vec(), objective, values }))
    }

    /// The constant part of the risk-adjusted value.
    fn constant(&self) -> f64 {
        let share = 1.0 - self.first.risk.lambda;
        let recourses = &self.recourses;
        recourses.probabilities.iter().zip(&recourses.offsets).map(|(p, o)| share * p * o).sum()
    }

    /// The maximum by the model of cuts, and its slope in the right-hand side of a row.
    pub(super) fn estimate(&mut self, row: usize) -> Result<Option<(f64, f64)>, DecompositionError> {
        let bound = self.block.solve()? + self.constant();
        Ok(Some((bound, self.block.master.duals()[row])))
    }

    /// The slope of the last maximum by the master in the right-hand side of a row.
    pub(super) fn slope(&self, row: usize) -> Option<f64> {
        self.block.master.duals().get(row).copied()
    }

    /// The worth of the model's last decisions; minus infinity where some sample has no recourse.
    pub(super) fn confirm(&mut self) -> Result<f64, DecompositionError> {
        let x = self.decisions();
        let visited = self.recourses.visit(&x, &|_| true)?;
        if visited.iter().any(|visited| visited.needed.is_some()) {
            return Ok(f64::NEG_INFINITY);
        }
        let shared: f64 = self.shared.iter().zip(&x).map(|(c, x)| c * x).sum();
        let values = self.recourses.values(&x, shared, &visited);
        Ok(risk_adjusted(self.first.risk, &values, &self.recourses.probabilities))
    }

    pub(super) fn run(
        &mut self,
        options: &DecompositionOptions<'_>,
    ) -> Result<Decomposed, DecompositionError> {
        let constant = self.constant();
        let mut best: Option<Best> = None;
        let mut bound = f64::INFINITY;
        if self.iterations == 0 {
            best = self.try_out(&self.start.clone())?;
        }
        let (mut since, mut lost, mut endless) = (0, 0, 0);
        loop {
            self.iterations += 1;
            let before = (best.as_ref().map_or(f64::NEG_INFINITY, |best| best.objective), bound);

            // The master bounds the maximum.
            let model = self.block.solve()? + constant;
            if !self.uncut.contains(&true) {
                bound = bound.min(model);
            }
            self.block.tidy();
            let vertex = self.decisions();

            // The point to visit: the master's vertex, or halfway to the incumbent while the bound still moves.
            let pure = before.1.is_finite() && before.1 - bound < 0.2 * (bound - before.0);
            let mut point: Vec<f64> = match &best {
                Some(best) if !pure => vertex.iter().zip(&best.x).map(|(a, b)| 0.5 * (a + b)).collect(),
                _ => vertex.clone(),
            };
            self.block.fill(&mut point);

            // The visit gives cuts and perhaps a better incumbent.
            if let Some(found) = self.try_out(&point)?
                && best.as_ref().is_none_or(|best| found.objective > best.objective)
            {
                best = Some(found);
            }

            // Whether to stop.
            let objective = best.as_ref().map_or(f64::NEG_INFINITY, |best| best.objective);
            let going = (options.progress)(Iteration { number: self.iterations, objective, bound });
            let size = objective.abs().max(options.unit);
            let closed = if bound.is_infinite() { 0.0 } else { before.1 - bound } + (objective - before.0);
            since = if closed > PROGRESS * size || objective == f64::NEG_INFINITY { 0 } else { since + 1 };
            lost = if objective.is_finite() || bound < before.1 { 0 } else { lost + 1 };
            endless = if bound.is_finite() { 0 } else { endless + 1 };
            if endless > self.manner.patience {
                return Err(DecompositionError::FirstStageUnbounded);
            }
            if self.manner.scaled && objective == f64::NEG_INFINITY {
                if !going {
                    return Err(DecompositionError::Interrupted);
                }
                if lost > LOST {
                    return Err(DecompositionError::Model);
                }
            }
            if bound.is_infinite() && since >= ENDLESS && !self.block.master.widen_box() {
                return Err(DecompositionError::FirstStageUnbounded);
            }
            let finish = finished(options, objective, bound, going, since >= STALLED);
            if let (Some(finish), Some(mut best)) = (finish, best.clone()) {
                if finish == Finish::Gap && best.x != vertex {
                    // A corner of the model is preferred to a mixture that is no better: it has fewer lines.
                    let good = bound - options.gap * size;
                    best = self.try_out(&vertex)?.filter(|found| found.objective >= good).unwrap_or(best);
                }
                return Ok(self.answer(finish, best, bound));
            }
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
            scheme: Scheme::LShaped,
            blocks: 1,
            problems: self.recourses.cells.iter().map(|cell| cell.samples.len()).sum(),
            cuts: self.block.master.rows.iter().filter(|row| row.cut_for.is_some()).count(),
        }
    }
}

impl Relaxation for LShaped<'_> {
    fn set_column_bounds(&mut self, column: usize, lower: f64, upper: f64) {
        let (column, (lower, upper)) = match self.switches.get(&column) {
            Some(switch) => (switch.column, switch.bounds(lower, upper)),
            None => (column, (lower, upper)),
        };
        self.block.master.set_bounds(column, lower, upper);
    }

    fn run(
        &mut self,
        options: &DecompositionOptions<'_>,
        _least: f64,
    ) -> Result<Decomposed, DecompositionError> {
        self.run(options)
    }

    fn suggest(&mut self, _gap: f64) -> Option<Vec<f64>> {
        propose_integer(&self.model(), SEARCHED, SEARCH_GAP)
    }

    fn dive(
        &mut self,
        columns: &[usize],
        bounds: &[(f64, f64)],
        how: Dive,
        going: &dyn Fn() -> bool,
    ) -> Option<Vec<f64>> {
        self.dive_for(columns, bounds, how, going)
    }

    fn work(&self) -> f64 {
        self.block.master.work()
    }

    fn worth_going_on(&self) -> f64 {
        // Dives come first: what the bound creeps by after them is not worth the time.
        0.1
    }

    fn closeness(&self) -> f64 {
        CLOSENESS
    }

    fn gives_up(&self) -> bool {
        self.manner.scaled
    }
}

/// Values put within their columns' bounds.
pub(super) fn clamped(columns: &[Column], x: &[f64]) -> Vec<f64> {
    columns.iter().zip(x).map(|(column, x)| x.min(column.upper).max(column.lower)).collect()
}

/// Some decisions that keep these rows.
pub(super) fn start<'r>(
    columns: &[Column],
    rows: impl Iterator<Item = &'r Row>,
) -> Result<Vec<f64>, DecompositionError> {
    start_in(columns, rows, Manner::BY_CEILINGS)
}

/// The same of a program that is put in this manner.
fn start_in<'r>(
    columns: &[Column],
    rows: impl Iterator<Item = &'r Row>,
    manner: Manner<'_>,
) -> Result<Vec<f64>, DecompositionError> {
    let free: Vec<Column> = columns.iter().map(|c| Column { objective: 0.0, ..*c }).collect();
    let scale = if manner.scaled { vec![1.0; free.len()] } else { by_ceilings(&free) };
    let mut master = Master::in_units(free, scale, 1.0, manner.scaled);
    master.add_rows(rows.map(MasterRow::of).collect());
    match master.solve_while(&manner.control) {
        MasterOutcome::Bound(_) => Ok(clamped(columns, master.x())),
        MasterOutcome::Infeasible => Err(DecompositionError::Infeasible),
        MasterOutcome::Unbounded => Err(DecompositionError::FirstStageUnbounded),
        MasterOutcome::Failed if master.stopped => Err(DecompositionError::Interrupted),
        MasterOutcome::Failed => Err(DecompositionError::Model),
    }
}
