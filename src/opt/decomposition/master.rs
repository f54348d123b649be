//! A linear program that grows and is solved again and again: the models of recourse made of cuts, and the choice among
//! proposals. Maximises; every bound it gives is worked out from the duals in our own arithmetic.

mod asleep;

use std::ops::Range;

use super::super::claims::{Feasibility, feasibility};
use super::super::lp::LinearProgram;
use super::super::program::{Column, Row, Sense};
use super::super::raw::{Basis, Ended, Session, Sparse, whole};
use crate::control::Control;
use asleep::{Asleep, Line};

/// A row: lower ≤ Σ entries ≤ upper.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct MasterRow {
    pub(in super::super) entries: Vec<(usize, f64)>,
    pub(in super::super) lower: f64,
    pub(in super::super) upper: f64,
    /// The row is a cut for this column: column − gradient · x ≤ constant.
    pub(in super::super) cut_for: Option<usize>,
}

impl MasterRow {
    pub(in super::super) fn of(row: &Row) -> Self {
        let (lower, upper) = match row.sense {
            Sense::AtMost => (f64::NEG_INFINITY, row.rhs),
            Sense::AtLeast => (row.rhs, f64::INFINITY),
            Sense::Equal => (row.rhs, row.rhs),
        };
        Self { entries: row.entries.clone(), lower, upper, cut_for: None }
    }
}

/// Largest scaled cost: the solver's ratio test gives up on dual values far beyond.
const LARGEST_COST: f64 = 1_048_576.0;
/// Iterations that the beginning of a solve counts for.
const BEGINNING: usize = 50;
/// A price of value below this is none.
const NO_PRICE: f64 = 1e-9;
/// Beyond this nothing is a decision; in scaled units.
const LARGEST_BOX: f64 = 1e18;
const LARGEST_SCALED_BOX: f64 = 1e12;

/// The CVaR in a model: duals of its rows are a density within caps that adds up to λ.
#[derive(Debug, Clone)]
pub(in super::super) struct Cvar {
    pub(in super::super) eta: usize,
    pub(in super::super) rows: Range<usize>,
    pub(in super::super) caps: Vec<f64>,
    pub(in super::super) lambda: f64,
}

impl Cvar {
    /// Puts duals (not above zero) right: within their caps, adding up to −λ.
    fn mend(&self, duals: &mut [f64]) {
        let mut missing = self.lambda;
        for (dual, cap) in duals.iter_mut().zip(&self.caps) {
            *dual = dual.clamp(-cap, 0.0);
            missing += *dual;
        }
        for (dual, cap) in duals.iter_mut().zip(&self.caps) {
            let change = missing.clamp(*dual, cap + *dual);
            *dual -= change;
            missing -= change;
        }
    }
}

/// The program, its scales and the solver that keeps the basis.
#[derive(Debug)]
pub(in super::super) struct Master {
    pub(in super::super) columns: Vec<Column>,
    pub(in super::super) rows: Vec<MasterRow>,
    /// A column's value is this many times what the solver sees.
    scale: Vec<f64>,
    row_scale: Vec<f64>,
    objective_scale: f64,
    /// The same as long as no cost is too large.
    wanted_scale: f64,
    session: Session,
    x: Vec<f64>,
    duals: Vec<f64>,
    pub(in super::super) cvar: Option<Cvar>,
    /// Columns without a bound are kept within this size, if it is set: the solver sees it, bounds do not.
    box_size: f64,
    /// Its units are right as they are, and nothing that the solver says is believed.
    scaled: bool,
    /// The last solve failed because it was told to stop.
    pub(super) stopped: bool,
    /// The solver is believed where it says that nothing keeps the rows.
    trusting: bool,
    /// Rows that bound nothing until they are broken.
    asleep: Asleep,
    /// The work of all solves so far.
    work: f64,
}

/// How a solve ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) enum MasterOutcome {
    /// Solved; a bound on the maximum from the duals.
    Bound(f64),
    Infeasible,
    Unbounded,
    Failed,
}

fn power_of_two(size: f64) -> f64 {
    if size > 0.0 && size.is_finite() {
        libm::exp2(libm::round(libm::log2(size)).clamp(-60.0, 60.0))
    } else {
        1.0
    }
}

/// Units of columns by their ceilings.
pub(super) fn by_ceilings(columns: &[Column]) -> Vec<f64> {
    let size = |column: &Column| if column.ceiling.is_finite() { column.ceiling } else { 1.0 };
    columns.iter().map(|column| power_of_two(size(column))).collect()
}

impl Master {
    /// A program with these columns and no rows. `size` is about how large its objective is.
    pub(in super::super) fn new(columns: Vec<Column>, size: f64) -> Self {
        let scale = by_ceilings(&columns);
        Self::in_units(columns, scale, size, false)
    }

    /// The same in units of `scale`; `scaled` says that rows and costs are right in these.
    pub(super) fn in_units(columns: Vec<Column>, scale: Vec<f64>, size: f64, scaled: bool) -> Self {
        let mut master = Self {
            columns: Vec::new(),
            rows: Vec::new(),
            scale: Vec::new(),
            row_scale: Vec::new(),
            objective_scale: 1024.0 / power_of_two(size),
            wanted_scale: 1024.0 / power_of_two(size),
            session: Session::new(),
            x: Vec::new(),
            duals: Vec::new(),
            cvar: None,
            box_size: f64::INFINITY,
            scaled,
            stopped: false,
            trusting: false,
            asleep: Asleep::default(),
            work: 0.0,
        };
        let none = vec![Vec::new(); columns.len()];
        master.add_columns_in(columns, scale, &none);
        master.send_costs();
        master
    }

    /// Adds columns with their entries in the rows that are there.
    pub(in super::super) fn add_columns(&mut self, columns: Vec<Column>, entries: &[Vec<(usize, f64)>]) {
        let scale = by_ceilings(&columns);
        self.add_columns_in(columns, scale, entries);
    }

    fn add_columns_in(&mut self, columns: Vec<Column>, scale: Vec<f64>, entries: &[Vec<(usize, f64)>]) {
        let mut sparse = Sparse::default();
        for (list, scale) in entries.iter().zip(&scale) {
            sparse.begin();
            for &(row, a) in list {
                sparse.push(row, a * scale * self.row_scale[row]);
            }
        }
        let (mut costs, mut lower, mut upper) = (Vec::new(), Vec::new(), Vec::new());
        for (column, scale) in columns.iter().zip(&scale) {
            costs.push(-column.objective * scale * self.objective_scale);
            lower.push(column.lower / scale);
            upper.push(column.upper / scale);
        }
        self.session.add_columns(&costs, &lower, &upper, &sparse);
        for (number, list) in entries.iter().enumerate() {
            for &(row, a) in list {
                self.rows[row].entries.push((self.columns.len() + number, a));
            }
        }
        self.columns.extend(columns);
        self.scale.extend(scale);
    }

    /// Adds rows.
    pub(in super::super) fn add_rows(&mut self, rows: Vec<MasterRow>) {
        let mut sparse = Sparse::default();
        let (mut lower, mut upper) = (Vec::new(), Vec::new());
        for row in &rows {
            let largest = row.entries.iter().map(|&(j, a)| (a * self.scale[j]).abs()).fold(0.0_f64, f64::max);
            let factor = 1.0 / power_of_two(largest);
            sparse.begin();
            for &(j, a) in &row.entries {
                sparse.push(j, a * self.scale[j] * factor);
            }
            lower.push(row.lower * factor);
            upper.push(row.upper * factor);
            self.row_scale.push(factor);
        }
        self.session.add_rows(&lower, &upper, &sparse);
        self.rows.extend(rows);
    }

    /// Removes rows for which `drop` says so.
    pub(in super::super) fn drop_rows(&mut self, drop: &[bool]) {
        let gone: Vec<i32> = (0..drop.len()).filter(|row| drop[*row]).map(whole).collect();
        if gone.is_empty() {
            return;
        }
        self.session.delete_rows(&gone);
        let kept = |row: usize| !drop.get(row).copied().unwrap_or(false);
        let mut number = 0..;
        self.rows.retain(|_| kept(number.next().unwrap_or(0)));
        let mut number = 0..;
        self.row_scale.retain(|_| kept(number.next().unwrap_or(0)));
    }

    /// Sets the objective of the first columns.
    pub(in super::super) fn set_objective(&mut self, objective: &[f64]) {
        for (column, c) in self.columns.iter_mut().zip(objective) {
            column.objective = *c;
        }
        self.send_costs();
    }

    /// Sends all costs to the solver, at a scale at which none is too large for it.
    fn send_costs(&mut self) {
        let largest = self
            .columns
            .iter()
            .zip(&self.scale)
            .map(|(c, scale)| (c.objective * scale).abs())
            .fold(0.0, f64::max);
        self.objective_scale = self.wanted_scale.min(LARGEST_COST / power_of_two(largest));
        let costs: Vec<f64> = self
            .columns
            .iter()
            .zip(&self.scale)
            .map(|(column, scale)| -column.objective * scale * self.objective_scale)
            .collect();
        if !costs.is_empty() {
            self.session.set_costs(&costs);
        }
    }

    /// Sets the bounds of a column.
    pub(in super::super) fn set_bounds(&mut self, column: usize, lower: f64, upper: f64) {
        (self.columns[column].lower, self.columns[column].upper) = (lower, upper);
        let scale = self.scale[column];
        let (lower, upper) = (lower.max(-self.box_size), upper.min(self.box_size));
        self.session.set_column_bounds(column, lower / scale, upper / scale);
    }

    /// Gives a column the bounds and the ceiling of `other`; its units stay.
    pub(super) fn set_room(&mut self, column: usize, other: &Column) {
        let own = &mut self.columns[column];
        own.ceiling = other.ceiling;
        if (own.lower, own.upper) != (other.lower, other.upper) {
            self.set_bounds(column, other.lower, other.upper);
        }
    }

    /// Keeps columns that nothing bounds within a box, a thousand times the last one: a model of few cuts may grow without
    /// end where the program does not. False if the box is as large as it gets.
    pub(in super::super) fn widen_box(&mut self) -> bool {
        if self.box_size.is_infinite() {
            let sides = self.rows.iter().flat_map(|row| [row.lower, row.upper]);
            let bounds = self.columns.iter().flat_map(|column| [column.lower, column.upper]);
            let largest = sides
                .chain(bounds)
                .filter(|side| side.is_finite())
                .fold(1.0_f64, |most, side| most.max(side.abs()));
            self.box_size = 10.0 * largest;
        } else if self.box_size < if self.scaled { LARGEST_SCALED_BOX } else { LARGEST_BOX } {
            self.box_size *= 1e3;
        } else {
            return false;
        }
        for (j, column) in self.columns.iter().enumerate() {
            if column.lower.is_infinite() || column.upper.is_infinite() {
                let (lower, upper) = (column.lower.max(-self.box_size), column.upper.min(self.box_size));
                self.session.set_column_bounds(j, lower / self.scale[j], upper / self.scale[j]);
            }
        }
        true
    }

    /// Sets the bounds of a row.
    pub(in super::super) fn set_row_bounds(&mut self, row: usize, lower: f64, upper: f64) {
        (self.rows[row].lower, self.rows[row].upper) = (lower, upper);
        let factor = self.row_scale[row];
        self.session.set_row_bounds(row, lower * factor, upper * factor);
    }

    /// Values of the columns at the last solve.
    pub(in super::super) fn x(&self) -> &[f64] {
        &self.x
    }

    /// Row duals of the last solve: rise of the maximum per unit of the row's bound.
    pub(in super::super) fn duals(&self) -> &[f64] {
        &self.duals
    }

    /// The objective at the last solve's values.
    pub(in super::super) fn objective(&self) -> f64 {
        self.columns.iter().zip(&self.x).map(|(column, x)| column.objective * x).sum()
    }

    /// Solves for the first time by interior point with crossover, which leaves a basis for what follows.
    pub(in super::super) fn solve_large(&mut self) -> MasterOutcome {
        self.session.option("solver", "ipx");
        self.session.option("presolve", "on");
        let solved = self.solve();
        self.session.option("solver", "simplex");
        self.session.option("presolve", "off");
        solved
    }

    /// Solves from the last basis, from scratch if that fails: without and with presolve, in the end by interior point.
    pub(in super::super) fn solve(&mut self) -> MasterOutcome {
        self.solve_while(&Control::unlimited())
    }

    /// The same until `control` stops it. Rows that sleep wake where they are broken, and the model is solved again.
    pub(super) fn solve_while(&mut self, control: &Control<'_>) -> MasterOutcome {
        loop {
            let solved = self.solve_awake(control);
            let woken = match solved {
                MasterOutcome::Bound(_) => self.wake_broken(),
                MasterOutcome::Unbounded => self.wake_all(),
                MasterOutcome::Failed => !self.stopped && self.wake_all(),
                // Fewer rows cannot be kept either.
                MasterOutcome::Infeasible => false,
            };
            if !woken {
                return solved;
            }
        }
    }

    /// Puts the lines to sleep that lie between others of their column.
    pub(super) fn put_to_sleep(&mut self) {
        let free = |row: &MasterRow| row.cut_for.is_none() && row.lower.is_infinite();
        let rows = self.rows.iter().enumerate().filter(|(_, row)| free(row));
        self.asleep = Asleep::between(rows.filter_map(|(number, row)| Line::of(number, &row.entries)));
        for row in self.asleep.rows() {
            self.session.set_row_bounds(row, f64::NEG_INFINITY, f64::INFINITY);
        }
    }

    /// Wakes rows that the last answer breaks; false if it breaks none.
    fn wake_broken(&mut self) -> bool {
        let (rows, x, factors) = (&self.rows, &self.x, &self.row_scale);
        let over = |row: usize| {
            let own: &MasterRow = &rows[row];
            let activity: f64 = own.entries.iter().map(|&(j, a)| a * x[j]).sum();
            (activity - own.upper) * factors[row]
        };
        let woken = self.asleep.wake_broken(over);
        self.awaken(&woken)
    }

    /// Gives these rows their bounds; false if there are none.
    fn awaken(&mut self, woken: &[usize]) -> bool {
        for &row in woken {
            let (own, factor) = (&self.rows[row], self.row_scale[row]);
            self.session.set_row_bounds(row, own.lower * factor, own.upper * factor);
        }
        !woken.is_empty()
    }

    fn wake_all(&mut self) -> bool {
        let woken = self.asleep.wake_all();
        self.awaken(&woken)
    }

    fn solve_awake(&mut self, control: &Control<'_>) -> MasterOutcome {
        if self.columns.is_empty() {
            // Nothing to decide.
            (self.x, self.duals) = (Vec::new(), vec![0.0; self.rows.len()]);
            let kept = self.rows.iter().all(|row| row.lower <= 0.0 && row.upper >= 0.0);
            return if kept { MasterOutcome::Bound(0.0) } else { MasterOutcome::Infeasible };
        }
        self.stopped = false;
        for attempt in 0..4 {
            match attempt {
                0 => {}
                1 => self.session.forget(),
                2 => {
                    self.session.forget();
                    self.session.option("presolve", "on");
                }
                _ => {
                    self.session.forget();
                    self.session.option("solver", "ipx");
                }
            }
            let ended = self.session.run_while(&mut self.x, &mut self.duals, control);
            let size = self.columns.len() + self.rows.len();
            self.work += (BEGINNING + self.session.iterations()) as f64 * size as f64;
            if attempt == 3 {
                self.session.option("solver", "simplex");
            }
            if attempt >= 2 {
                self.session.option("presolve", "off");
            }
            if ended == Ended::Optimal {
                for (x, scale) in self.x.iter_mut().zip(&self.scale) {
                    *x *= scale;
                }
                for (dual, factor) in self.duals.iter_mut().zip(&self.row_scale) {
                    *dual *= -factor / self.objective_scale;
                }
                return MasterOutcome::Bound(self.bound());
            }
            if ended == Ended::Interrupted {
                self.stopped = true;
                return MasterOutcome::Failed;
            }
            if self.trusting && ended == Ended::Infeasible {
                return MasterOutcome::Infeasible;
            }
            if attempt >= 1 && ended == Ended::Infeasible && (!self.scaled || self.is_infeasible(control)) {
                return MasterOutcome::Infeasible;
            }
            if attempt >= 1 && ended == Ended::Unbounded {
                return if self.widen_box() { self.solve_awake(control) } else { MasterOutcome::Unbounded };
            }
        }
        MasterOutcome::Failed
    }

    /// The basis of the last solve.
    pub(super) fn basis(&self) -> Basis {
        self.session.basis()
    }

    /// Begins the next solve from a basis that was this model's before rows were added.
    pub(super) fn begin_from(&mut self, basis: &Basis) {
        self.session.begin_from(basis);
    }

    /// From now on the solver is taken at its word where it says that nothing keeps the rows, or no more: for trials, of which
    /// nothing is claimed, that saves a solve from scratch and keeps the basis.
    pub(super) fn trust(&mut self, trusting: bool) {
        self.trusting = trusting;
    }

    /// The work of all solves so far: of each its iterations, and some for beginning, times columns and rows. The same on every
    /// machine.
    pub(super) fn work(&self) -> f64 {
        self.work
    }

    /// True if it is proven that nothing keeps the rows.
    fn is_infeasible(&self, control: &Control<'_>) -> bool {
        let columns = self.columns.iter().map(|column| Column { integer: false, ..*column }).collect();
        let mut rows = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let mut add = |sense, rhs: f64| rows.push(Row { entries: row.entries.clone(), sense, rhs });
            if row.upper.is_finite() {
                add(Sense::AtMost, row.upper);
            }
            if row.lower.is_finite() {
                add(Sense::AtLeast, row.lower);
            }
        }
        let found = feasibility(&LinearProgram { columns, rows }, control);
        matches!(found, Feasibility::Infeasible(_))
    }

    /// A lower bound on what the last solve made least, −objective · x, where row `value_row` asks for Σ `value` · x: from its duals.
    /// With μ the dual of that row the program μ value + objective has no such row, and its duals are the others: it is
    /// bounded as any other, in units of μ.
    pub(super) fn least_at_value(&mut self, value_row: usize, value: &[f64]) -> f64 {
        let own: Vec<f64> = self.columns.iter().map(|column| column.objective).collect();
        let duals = self.duals.clone();
        let asked = self.rows[value_row].lower;
        let price = -duals[value_row];
        let least = if price > NO_PRICE {
            for ((column, own), value) in self.columns.iter_mut().zip(&own).zip(value) {
                column.objective = value + own / price;
            }
            self.duals.iter_mut().for_each(|dual| *dual /= price);
            self.duals[value_row] = 0.0;
            price * (asked - self.bound())
        } else {
            // The value costs nothing: rules alone hold it, and what models the value says nothing.
            let cvar = self.cvar.take();
            let ours = self.rows.iter().zip(&mut self.duals).enumerate();
            for (number, (row, dual)) in ours {
                let of_value = cvar.as_ref().is_some_and(|cvar| cvar.rows.contains(&number));
                if row.cut_for.is_some() || of_value || number == value_row {
                    *dual = 0.0;
                }
            }
            let bound = self.bound();
            self.cvar = cvar;
            -bound
        };
        for (column, own) in self.columns.iter_mut().zip(own) {
            column.objective = own;
        }
        self.duals = duals;
        least
    }

    /// True if it is proven that nothing keeps the rows within the columns' bounds.
    pub(super) fn is_proven_infeasible(&self) -> bool {
        self.is_infeasible(&Control::unlimited())
    }

    /// A bound on the maximum by weak duality, from the last duals put right: those of cuts are shared out so that each
    /// cut column's cost is met exactly, which makes them a mixture of valid cuts whatever the solver's tolerances.
    fn bound(&mut self) -> f64 {
        let mut reduced: Vec<f64> = self.columns.iter().map(|column| column.objective).collect();
        let mut cancelled: Vec<f64> = reduced.iter().map(|cost| cost.abs()).collect();
        let mut shares = vec![0.0; self.columns.len()];
        let mut last_cut = vec![usize::MAX; self.columns.len()];
        let mut bound = 0.0;
        if let Some(cvar) = &self.cvar {
            cvar.mend(&mut self.duals[cvar.rows.clone()]);
        }
        for (number, (row, dual)) in self.rows.iter().zip(&mut self.duals).enumerate() {
            if let Some(column) = row.cut_for {
                *dual = dual.max(0.0);
                shares[column] += *dual;
                last_cut[column] = number;
                continue;
            }
            let side = if *dual > 0.0 { row.upper } else { row.lower };
            if !side.is_finite() {
                *dual = 0.0;
            }
            if *dual != 0.0 {
                bound += *dual * side;
                for &(j, a) in &row.entries {
                    reduced[j] -= *dual * a;
                    cancelled[j] += (*dual * a).abs();
                }
            }
        }
        let wanted: Vec<f64> = reduced.iter().map(|cost| cost.max(0.0)).collect();
        for (number, (row, dual)) in self.rows.iter().zip(&mut self.duals).enumerate() {
            let Some(column) = row.cut_for else { continue };
            *dual = if shares[column] > 0.0 {
                *dual / shares[column] * wanted[column]
            } else if last_cut[column] == number {
                wanted[column]
            } else {
                0.0
            };
            if *dual == 0.0 {
                continue;
            }
            bound += *dual * row.upper;
            for &(j, a) in &row.entries {
                if j != column {
                    reduced[j] -= *dual * a;
                    cancelled[j] += (*dual * a).abs();
                }
            }
        }
        for (j, column) in self.columns.iter().enumerate() {
            if last_cut[j] != usize::MAX || self.cvar.as_ref().is_some_and(|cvar| cvar.eta == j) {
                // What a cut column costs is met by its cuts, η's by the density; what is left is rounding.
                continue;
            }
            let cost = reduced[j];
            let side = if cost > 0.0 { column.upper.min(column.ceiling) } else { column.lower };
            if self.scaled && cost != 0.0 {
                bound += super::super::certificate::part(cost, side, cancelled[j]);
            } else if side.is_finite() {
                bound += cost * side;
            } else if cost.abs() > 1e-9 * column.objective.abs().max(1e-3) {
                return f64::INFINITY;
            }
        }
        bound
    }
}
