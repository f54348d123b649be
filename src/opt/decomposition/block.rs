//! A model of recourse made of cuts: the first-stage columns that hang together, their rows, and for every cell of
//! recourse problems a column that its cuts hold down.

use super::super::program::{Column, Row};
use super::cell::{Recourses, Visited};
use super::fold::Fold;
use super::learned::LearnedCut;
use super::master::{Cvar, Master, MasterOutcome, MasterRow, by_ceilings};
use super::parted::Parted;
use super::problem::{DecompositionError, Manner};
use crate::control::Control;
use crate::model::Risk;

/// Visits after which a cut that holds nothing may go.
const IDLE: u32 = 12;
/// Visits within which a cut counts as fresh.
const FRESH: u32 = 2;
/// Cuts per column that are kept whatever their age.
const KEPT: usize = 3;

/// A part of a program's first stage with its model of recourse.
pub(super) struct Block<'a> {
    /// First-stage columns, ascending: the first columns of the model.
    pub(super) columns: Vec<usize>,
    /// Numbers of its cells; cell number i has model column `columns.len() + i`.
    pub(super) cells: Vec<usize>,
    /// Objective of the first-stage columns, that of the samples included.
    pub(super) objective: Vec<f64>,
    pub(super) master: Master,
    /// Place of each cell's first-stage columns in the block.
    places: Vec<Vec<usize>>,
    /// Stocks of whose pieces the model does without.
    folds: Vec<Fold>,
    /// Numbers of the folds that each cell depends on.
    folds_of: Vec<Vec<usize>>,
    /// Rows that are no cuts.
    fixed_rows: usize,
    /// Solves since a row last held something.
    idle: Vec<u32>,
    /// The parts of its last search for whole numbers.
    pub(super) parted: Parted,
    /// Asked inside long steps.
    control: Control<'a>,
}

/// The parts of a block.
pub(super) struct Parts<'a> {
    pub(super) all_columns: &'a [Column],
    /// Objective of all first-stage columns, that of the samples included.
    pub(super) objective: &'a [f64],
    pub(super) columns: Vec<usize>,
    pub(super) rows: Vec<&'a Row>,
    pub(super) cells: Vec<usize>,
    pub(super) recourses: &'a Recourses<'a>,
    /// Stocks of whose pieces the model does without.
    pub(super) folds: &'a [Fold],
    /// The worth of a unit of each cell's column, and about how large its values are, by cell of the block.
    pub(super) worth: Vec<f64>,
    pub(super) sizes: Vec<f64>,
}

impl<'g> Block<'g> {
    pub(super) fn new(parts: Parts<'_>, manner: Manner<'g>) -> Self {
        // The block's columns, then an estimate of the recourse for each cell.
        let objective: Vec<f64> = parts.columns.iter().map(|j| parts.objective[*j]).collect();
        let mut model: Vec<Column> = parts
            .columns
            .iter()
            .zip(&objective)
            .map(|(j, c)| Column { objective: *c, ..parts.all_columns[*j] })
            .collect();
        model.extend(
            parts.worth.iter().zip(&parts.sizes).map(|(worth, size)| Column {
                lower: f64::NEG_INFINITY,
                ..Column::non_negative(*worth, *size)
            }),
        );
        // Units in which the numbers are of one size; columns that are scaled already keep theirs.
        let size = parts.worth.iter().zip(&parts.sizes).map(|(worth, size)| worth * size).fold(0.0, f64::max);
        let largest = parts.sizes.iter().copied().fold(0.0, f64::max);
        let mut scale = by_ceilings(&model);
        if manner.scaled {
            scale[..parts.columns.len()].fill(1.0);
        }
        let mut master =
            Master::in_units(model, scale, if size > 0.0 { size } else { largest }, manner.scaled);
        // Rows and cells in the block's own numbering of columns.
        let local = |j: usize| parts.columns.binary_search(&j).unwrap_or(usize::MAX);
        let rows: Vec<MasterRow> = parts
            .rows
            .iter()
            .map(|row| {
                let mut own = MasterRow::of(row);
                own.entries.iter_mut().for_each(|entry| entry.0 = local(entry.0));
                own.entries.retain(|entry| entry.0 != usize::MAX);
                own
            })
            .collect();
        master.add_rows(rows);
        let places: Vec<Vec<usize>> = parts
            .cells
            .iter()
            .map(|cell| {
                let component = parts.recourses.cells[*cell].component;
                parts.recourses.first[component].iter().map(|j| local(*j)).collect()
            })
            .collect();
        // Pieces of stocks leave the model: their columns are nothing, and their rows hold nothing.
        let here = |fold: &&Fold| local(fold.stock) != usize::MAX;
        let folds: Vec<Fold> = parts.folds.iter().filter(here).map(|fold| fold.renumbered(&local)).collect();
        let mut fold_of = vec![usize::MAX; parts.columns.len()];
        for (number, fold) in folds.iter().enumerate() {
            for piece in &fold.pieces {
                fold_of[*piece] = number;
                master.set_bounds(*piece, 0.0, 0.0);
            }
        }
        for row in 0..master.rows.len() {
            if master.rows[row].entries.iter().any(|(j, _)| fold_of[*j] != usize::MAX) {
                master.set_row_bounds(row, f64::NEG_INFINITY, f64::INFINITY);
            }
        }
        let folds_of = places
            .iter()
            .map(|places| {
                let mut own: Vec<usize> = places.iter().map(|j| fold_of[*j]).collect();
                own.retain(|number| *number != usize::MAX);
                own.sort_unstable();
                own.dedup();
                own
            })
            .collect();
        let fixed_rows = master.rows.len();
        Self {
            columns: parts.columns,
            cells: parts.cells,
            objective,
            places,
            folds,
            folds_of,
            fixed_rows,
            idle: vec![0; fixed_rows],
            parted: Parted::default(),
            master,
            control: manner.control,
        }
    }

    /// True of a row that is no cut, or of a cut that held something lately.
    pub(super) fn is_fresh(&self, row: usize) -> bool {
        row < self.fixed_rows || self.idle.get(row).is_none_or(|idle| *idle <= FRESH)
    }

    /// Adds rows that are no cuts, before there are any.
    pub(super) fn add_fixed_rows(&mut self, rows: Vec<MasterRow>) {
        self.master.add_rows(rows);
        self.fixed_rows = self.master.rows.len();
        self.idle.resize(self.fixed_rows, 0);
    }

    /// Adds the columns and rows of a CVaR over all samples: s_w − η + G_w ≥ 0 (Rockafellar and Uryasev 2000). Cells must be
    /// of one sample each, their columns unweighted.
    pub(super) fn add_cvar(&mut self, risk: Risk, recourses: &Recourses<'_>, shared: &[f64]) {
        let count = recourses.probabilities.len();
        let size = self.columns.len() + self.cells.len();
        let scale = self.master.columns[self.columns.len()..].iter().map(|c| c.ceiling).fold(1.0, f64::max);
        let eta = size;
        let mut columns =
            vec![Column { lower: f64::NEG_INFINITY, ..Column::non_negative(risk.lambda, scale) }];
        let caps: Vec<f64> =
            recourses.probabilities.iter().map(|p| risk.lambda * p / (1.0 - risk.alpha)).collect();
        columns.extend(caps.iter().map(|cap| Column::non_negative(-cap, scale)));
        let none = vec![Vec::new(); columns.len()];
        self.master.add_columns(columns, &none);
        let mut entries: Vec<Vec<(usize, f64)>> =
            (0..count).map(|w| vec![(eta + 1 + w, 1.0), (eta, -1.0)]).collect();
        for (number, cell) in self.cells.iter().enumerate() {
            entries[recourses.cells[*cell].samples.start].push((self.columns.len() + number, 1.0));
        }
        let mut rows = Vec::new();
        for (w, mut entries) in entries.into_iter().enumerate() {
            let mut first: Vec<f64> = self.columns.iter().map(|j| shared[*j]).collect();
            for &(j, c) in &recourses.first_objectives[w] {
                if let Ok(place) = self.columns.binary_search(&j) {
                    first[place] += c;
                }
            }
            entries.extend(first.into_iter().enumerate().filter(|(_, c)| *c != 0.0));
            rows.push(MasterRow {
                entries,
                lower: -recourses.offsets[w],
                upper: f64::INFINITY,
                cut_for: None,
            });
        }
        let from = self.master.rows.len();
        self.master.cvar = Some(Cvar { eta, rows: from..from + count, caps, lambda: risk.lambda });
        self.idle.resize(from + count, 0);
        self.fixed_rows = from + count;
        self.master.add_rows(rows);
    }

    /// Fills the pieces of the stocks in `x`, decisions of the block's columns.
    pub(super) fn fill(&self, x: &mut [f64]) {
        self.folds.iter().for_each(|fold| fold.fill(x));
    }

    /// Adds the cuts that a visit of all cells found at `x`, decisions of the block's columns.
    pub(super) fn add_cuts(&mut self, visited: &[Visited], x: &[f64]) {
        let mut rows = Vec::new();
        let mut slopes = vec![0.0; self.columns.len()];
        for (number, cell) in self.cells.iter().enumerate() {
            let found = &visited[*cell];
            let mut folded = |gradient: &[f64]| self.folded(number, gradient, x, &mut slopes);
            if let Some((constant, gradient)) = &found.needed {
                let (more, entries) = folded(gradient);
                rows.push(MasterRow {
                    entries,
                    lower: -(constant + more),
                    upper: f64::INFINITY,
                    cut_for: None,
                });
                continue;
            }
            if found.values.is_empty() {
                continue;
            }
            let column = self.columns.len() + number;
            let (more, mut entries) = folded(&found.gradient);
            for (_, g) in &mut entries {
                *g = -*g;
            }
            entries.push((column, 1.0));
            rows.push(MasterRow {
                entries,
                lower: f64::NEG_INFINITY,
                upper: found.constant + more,
                cut_for: Some(column),
            });
        }
        self.idle.resize(self.master.rows.len() + rows.len(), 0);
        self.master.add_rows(rows);
    }

    /// A cell's cut without pieces of stocks, which are tangents at `x`: what they add to its constant, and its entries. `slopes` is room
    /// for a number by column, all nothing before and after.
    fn folded(
        &self,
        cell: usize,
        gradient: &[f64],
        x: &[f64],
        slopes: &mut [f64],
    ) -> (f64, Vec<(usize, f64)>) {
        let places = &self.places[cell];
        places.iter().zip(gradient).for_each(|(j, g)| slopes[*j] = *g);
        let mut constant = 0.0;
        for fold in self.folds_of[cell].iter().map(|number| &self.folds[*number]) {
            let (at_nothing, slope) = fold.tangent(slopes, x);
            fold.pieces.iter().for_each(|piece| slopes[*piece] = 0.0);
            constant += at_nothing;
            slopes[fold.stock] += slope;
        }
        let stocks = self.folds_of[cell].iter().map(|number| self.folds[*number].stock);
        let mut touched: Vec<usize> = places.iter().copied().chain(stocks).collect();
        touched.sort_unstable();
        touched.dedup();
        let mut entries = Vec::new();
        for j in touched {
            if slopes[j] != 0.0 {
                entries.push((j, slopes[j]));
                slopes[j] = 0.0;
            }
        }
        (constant, entries)
    }

    /// The cuts that are known.
    pub(super) fn learned(&self) -> Vec<LearnedCut> {
        let first = self.columns.len();
        self.master.rows[self.fixed_rows..]
            .iter()
            .map(|row| LearnedCut {
                cell: row.cut_for.map(|column| (column - first) as u32),
                entries: row
                    .entries
                    .iter()
                    .filter(|(j, _)| Some(*j) != row.cut_for)
                    .map(|&(j, a)| (j as u32, a))
                    .collect(),
                side: if row.cut_for.is_some() { row.upper } else { row.lower },
            })
            .collect()
    }

    /// Adds cuts that were learned before; nothing, and false, if they are not of this block.
    pub(super) fn teach(&mut self, cuts: &[LearnedCut]) -> bool {
        let (first, cells) = (self.columns.len(), self.cells.len());
        // The model has no pieces of stocks: a cut with some would bound what it does not know.
        let mut known = vec![true; first];
        for piece in self.folds.iter().flat_map(|fold| &fold.pieces) {
            known[*piece] = false;
        }
        let is_known = |j: u32| known.get(j as usize).copied().unwrap_or(false);
        let fits = cuts.iter().all(|cut| {
            cut.cell.is_none_or(|cell| (cell as usize) < cells)
                && cut.entries.iter().all(|(j, a)| is_known(*j) && a.is_finite())
                && cut.side.is_finite()
        });
        if !fits {
            return false;
        }
        let rows: Vec<MasterRow> = cuts
            .iter()
            .map(|cut| {
                let mut entries: Vec<(usize, f64)> =
                    cut.entries.iter().map(|&(j, a)| (j as usize, a)).collect();
                let cut_for = cut.cell.map(|cell| first + cell as usize);
                entries.extend(cut_for.map(|column| (column, 1.0)));
                let (lower, upper) = match cut_for {
                    Some(_) => (f64::NEG_INFINITY, cut.side),
                    None => (cut.side, f64::INFINITY),
                };
                MasterRow { entries, lower, upper, cut_for }
            })
            .collect();
        self.idle.resize(self.master.rows.len() + rows.len(), 0);
        self.master.add_rows(rows);
        true
    }

    /// True if no cut lies below what a visit found at the block's decisions `x`.
    pub(super) fn cuts_hold(&self, x: &[f64], visited: &[Visited]) -> bool {
        let first = self.columns.len();
        self.master.rows[self.fixed_rows..].iter().all(|row| {
            let Some(column) = row.cut_for else { return true };
            let found = &visited[self.cells[column - first]];
            let gradient: f64 =
                row.entries.iter().filter(|(j, _)| *j != column).map(|&(j, a)| a * x[j]).sum();
            let most = row.upper - gradient;
            most >= found.value - 1e-6 * found.value.abs().max(most.abs()).max(1e-6)
        })
    }

    /// Solves the model; its bound.
    pub(super) fn solve(&mut self) -> Result<f64, DecompositionError> {
        self.grow_older();
        self.solve_once_more()
    }

    /// Begins one more visit of the master, however often it is solved within.
    pub(super) fn grow_older(&mut self) {
        self.idle.iter_mut().for_each(|idle| *idle += 1);
    }

    /// Solves the model within the same visit; its bound.
    pub(super) fn solve_once_more(&mut self) -> Result<f64, DecompositionError> {
        match self.master.solve_while(&self.control) {
            MasterOutcome::Bound(bound) => {
                for (idle, dual) in self.idle.iter_mut().zip(self.master.duals()) {
                    if *dual != 0.0 {
                        *idle = 0;
                    }
                }
                Ok(bound)
            }
            MasterOutcome::Infeasible => Err(DecompositionError::Infeasible),
            MasterOutcome::Unbounded => Err(DecompositionError::FirstStageUnbounded),
            MasterOutcome::Failed if self.master.stopped => Err(DecompositionError::Interrupted),
            MasterOutcome::Failed => Err(DecompositionError::Model),
        }
    }

    /// Lets go of cuts that have held nothing for long, if there are many. Each cell keeps its last one.
    pub(super) fn tidy(&mut self) {
        let cuts = self.master.rows.len() - self.fixed_rows;
        if cuts < KEPT * (self.columns.len() + self.cells.len()) {
            return;
        }
        let mut last = vec![usize::MAX; self.master.columns.len()];
        for (number, row) in self.master.rows.iter().enumerate() {
            if let Some(column) = row.cut_for {
                last[column] = number;
            }
        }
        let drop: Vec<bool> = self
            .master
            .rows
            .iter()
            .enumerate()
            .map(|(number, row)| {
                row.cut_for.is_some_and(|column| self.idle[number] > IDLE && last[column] != number)
            })
            .collect();
        self.master.drop_rows(&drop);
        self.parted.drop_rows(&drop);
        let mut number = 0..;
        self.idle.retain(|_| !number.next().is_some_and(|n: usize| drop[n]));
    }

    /// Values of the block's first-stage columns at the last solve, put within their bounds.
    pub(super) fn x(&self) -> Vec<f64> {
        let columns = &self.master.columns[..self.columns.len()];
        let within =
            columns.iter().zip(self.master.x()).map(|(column, x)| x.min(column.upper).max(column.lower));
        let mut x = within.collect::<Vec<f64>>();
        self.fill(&mut x);
        x
    }
}
