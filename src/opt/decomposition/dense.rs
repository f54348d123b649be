//! A recourse problem as a dense condensed tableau, solved by the dual simplex method from its last basis.
//!
//! Recourse problems are small and there are very many of them; between two visits only their right-hand sides move. Every
//! row's activity is a variable of its own (a logical), so that right-hand sides are bounds and nothing but bounds depends
//! on first-stage decisions; a row with a single entry is a bound of its column and takes no room. Basic variables are
//! linear in the nonbasic ones, x_B = T x_N, with no constant. The dual simplex method with bound flipping
//! (Koberstein 2005, sections 3.2 and 6.2) restores feasibility after bounds have moved.
//!
//! A variable without a bound on the side that its cost asks for is put far away until the method brings it in; a bound
//! that is a placeholder does the same. Values that went through such amounts have lost their digits, so they are worked out
//! anew from the tableau at the end, which has not; tolerances are those of the amounts that are left.
//!
//! No basis is believed: [`Recourse::visit`] works out the primal value, and from the duals a bound by weak duality, with
//! the problem's own coefficients; the bound as a function of the first stage is the cut (`proof`).

mod proof;
mod tableau;

use self::tableau::{eliminate, equilibrate, multiply};
use super::super::program::{SampleProgram, Sense};
use crate::control::Control;

/// Bounds may be missed by this share of the problem's largest bound.
const FEASIBLE: f64 = 1e-11;
/// Smallest pivot, in scaled coefficients.
const PIVOT: f64 = 1e-9;
/// Where no bound of a variable is known, it begins at this many times the largest that is.
const FAR: f64 = 1e6;
/// Bounds beyond this many times the problem's size say nothing about it.
const PLACEHOLDER: f64 = 1e6;
/// Values that went through amounts so many times as large as what is left are worked out anew.
const WORN: f64 = 1e5;
/// Steps between two looks at the clock.
const LOOKS: u32 = 32;
/// Pivots after which a tableau is worked out anew from the coefficients.
const STALE: u32 = 2_000;

/// A side of a variable that a row of the sample sets: value = rhs − Σ entries · x.
#[derive(Debug, Clone, Copy)]
struct Limit {
    variable: u32,
    upper: bool,
    rhs: f64,
    /// Its entries among those of the problem.
    from: u32,
    to: u32,
}

/// How a visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Solved and checked.
    Solved,
    /// No recourse keeps the rows: the cut left behind says which first-stage decisions have none.
    Infeasible,
    /// No finite optimum.
    Unbounded,
    /// The answer did not stand up to the check.
    Failed,
    /// Time was up.
    Interrupted,
}

/// The results of a visit, in room that is reused from one to the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Visit {
    /// The value that the recourse decisions found bring.
    pub(super) value: f64,
    /// A bound on it, from the duals.
    pub(super) bound: f64,
    /// The bound as a function of the first stage: constant, and gradient by the component's first-stage columns. After
    /// an infeasible visit: first-stage decisions need constant + gradient · x ≥ 0.
    pub(super) constant: f64,
    pub(super) gradient: Vec<f64>,
    /// Recourse decisions, by column of the component.
    pub(super) decisions: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    /// Which limit sets a side of a variable.
    lower_by: Vec<u32>,
    upper_by: Vec<u32>,
    value_of: Vec<f64>,
    row_duals: Vec<f64>,
    reduced: Vec<f64>,
    /// Where a variable stands that has no bound.
    far: f64,
    /// The largest amount that values went through since they were worked out.
    through: f64,
    candidates: Vec<(f64, u32)>,
    row: Vec<f64>,
}

impl Visit {
    /// Room for problems that depend on so many first-stage columns.
    pub(super) fn of(first: usize) -> Self {
        Self { gradient: vec![0.0; first], ..Self::default() }
    }
}

const NOBODY: u32 = u32::MAX;

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// A variable left the basis.
    Done,
    /// The row cannot be mended: its variable is below (or above) its bounds whatever the others do.
    Stuck(bool),
}

/// One recourse problem: the part of one sample that one component of the program is.
#[derive(Debug, Clone)]
pub(super) struct Recourse {
    rows: usize,
    columns: usize,
    /// Coefficients \[row × column\], scaled.
    coefficients: Box<[f64]>,
    /// Objective and bounds by column, scaled.
    objective: Box<[f64]>,
    fixed_lower: Box<[f64]>,
    fixed_upper: Box<[f64]>,
    /// Column scales: a decision is this many times its scaled value.
    scale: Box<[f64]>,
    limits: Box<[Limit]>,
    entries: Box<[(u32, f64)]>,
    /// Largest bound that is not a mere ceiling.
    size: f64,
    /// Tableau \[row × column\], reduced costs, and which variables stand where: columns first, then rows.
    tableau: Box<[f64]>,
    costs: Box<[f64]>,
    basic: Box<[u32]>,
    nonbasic: Box<[u32]>,
    /// Nonbasic ones at their upper bound.
    at_upper: Box<[bool]>,
    pivots: u32,
}

/// Rows and columns of one component in one sample.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) sample: &'a SampleProgram,
    /// Columns of the sample, ascending.
    pub(super) columns: &'a [usize],
    /// Rows of the sample.
    pub(super) rows: &'a [usize],
    /// Place of each of the sample's columns in the component.
    pub(super) place: &'a [usize],
    /// First-stage columns, ascending.
    pub(super) first: &'a [usize],
}

impl Recourse {
    /// Sets up the problem at its slack basis.
    pub(super) fn new(part: Part<'_>) -> Self {
        let columns = part.columns.len();
        let inner: Vec<usize> =
            part.rows.iter().copied().filter(|r| part.sample.rows[*r].second.len() > 1).collect();
        let rows = inner.len();
        let mut coefficients = vec![0.0; rows * columns];
        for (i, r) in inner.iter().enumerate() {
            for &(j, a) in &part.sample.rows[*r].second {
                coefficients[i * columns + part.place[j]] += a;
            }
        }
        let (row_scale, scale) = equilibrate(&mut coefficients, rows, columns);
        let own = |j: usize| &part.sample.columns[part.columns[j]];
        let objective: Box<[f64]> = (0..columns).map(|j| own(j).objective * scale[j]).collect();
        let mut problem = Self {
            rows,
            columns,
            fixed_lower: (0..columns).map(|j| own(j).lower / scale[j]).collect(),
            fixed_upper: (0..columns).map(|j| own(j).upper.min(own(j).ceiling) / scale[j]).collect(),
            tableau: coefficients.clone().into(),
            coefficients: coefficients.into(),
            costs: objective.clone(),
            objective,
            limits: Box::default(),
            entries: Box::default(),
            size: 0.0,
            basic: (columns..columns + rows).map(|v| v as u32).collect(),
            nonbasic: (0..columns).map(|v| v as u32).collect(),
            at_upper: vec![false; columns].into(),
            scale: scale.into(),
            pivots: 0,
        };
        problem.set_limits(part, &inner, &row_scale);
        problem
    }

    fn set_limits(&mut self, part: Part<'_>, inner: &[usize], row_scale: &[f64]) {
        let mut limits = Vec::new();
        let mut entries: Vec<(u32, f64)> = Vec::new();
        let mut next_inner = 0;
        for r in part.rows {
            let row = &part.sample.rows[*r];
            // value of the variable = factor · (rhs − T x)
            let (variable, factor) = match row.second.as_slice() {
                [(j, a)] => (part.place[*j], 1.0 / (a * self.scale[part.place[*j]])),
                _ => {
                    debug_assert_eq!(inner.get(next_inner), Some(r));
                    next_inner += 1;
                    (self.columns + next_inner - 1, row_scale[next_inner - 1])
                }
            };
            let from = entries.len() as u32;
            for &(j, a) in &row.first {
                if let Ok(place) = part.first.binary_search(&j) {
                    entries.push((place as u32, a * factor));
                }
            }
            let to = entries.len() as u32;
            let limit = |upper| Limit { variable: variable as u32, upper, rhs: row.rhs * factor, from, to };
            let upper = factor > 0.0;
            match row.sense {
                Sense::AtMost => limits.push(limit(upper)),
                Sense::AtLeast => limits.push(limit(!upper)),
                Sense::Equal => limits.extend([limit(true), limit(false)]),
            }
        }
        let mut sides: Vec<f64> =
            limits.iter().map(|limit| limit.rhs.abs()).filter(|side| *side > 0.0).collect();
        sides.sort_unstable_by(f64::total_cmp);
        let middle = sides.get(sides.len().div_euclid(2)).copied().unwrap_or(0.0);
        let credible = sides.iter().rev().find(|side| **side <= PLACEHOLDER * middle);
        self.size = credible.copied().unwrap_or(0.0);
        for (lower, upper) in self.fixed_lower.iter().zip(&self.fixed_upper) {
            if lower.is_finite() {
                self.size = self.size.max(lower.abs());
            }
            // Ceilings may be far above what rows allow: they say nothing about the problem's size unless alone.
            if self.size == 0.0 && upper.is_finite() {
                self.size = upper.abs();
            }
        }
        if self.size == 0.0 {
            self.size = 1.0;
        }
        self.limits = limits.into();
        self.entries = entries.into();
    }

    /// Back to the slack basis and the problem's own coefficients.
    pub(super) fn reset(&mut self) {
        self.tableau.copy_from_slice(&self.coefficients);
        self.costs.copy_from_slice(&self.objective);
        for (place, variable) in self.basic.iter_mut().enumerate() {
            *variable = (self.columns + place) as u32;
        }
        for (place, variable) in self.nonbasic.iter_mut().enumerate() {
            *variable = place as u32;
        }
        self.at_upper.fill(false);
        self.pivots = 0;
    }

    /// Solves the problem at first-stage decisions `x` (by the component's first-stage columns) and checks the answer.
    /// It ends early once `control` stops it.
    pub(super) fn visit(&mut self, x: &[f64], visit: &mut Visit, control: &Control<'_>) -> Outcome {
        if !control.go_on() {
            return Outcome::Interrupted;
        }
        self.bounds(x, visit);
        if self.pivots > STALE {
            self.reset();
        }
        let mut outcome = self.attempt(visit, control);
        if outcome == Outcome::Failed || (outcome != Outcome::Solved && self.pivots > 0) {
            // What a worn tableau says is not believed: once more from the beginning.
            self.reset();
            outcome = self.attempt(visit, control);
        }
        if matches!(outcome, Outcome::Failed | Outcome::Unbounded) {
            outcome = self.ask_solver(visit, control);
        }
        if outcome != Outcome::Solved {
            self.reset();
        }
        outcome
    }

    fn attempt(&mut self, visit: &mut Visit, control: &Control<'_>) -> Outcome {
        match self.simplex(visit, control) {
            Outcome::Solved => {
                self.read_basis(visit);
                self.check(visit)
            }
            other => other,
        }
    }

    /// The bounds of all variables at `x`, and who sets them.
    fn bounds(&self, x: &[f64], visit: &mut Visit) {
        let all = self.columns + self.rows;
        visit.lower.clear();
        visit.lower.extend_from_slice(&self.fixed_lower);
        visit.lower.resize(all, f64::NEG_INFINITY);
        visit.upper.clear();
        visit.upper.extend_from_slice(&self.fixed_upper);
        visit.upper.resize(all, f64::INFINITY);
        for by in [&mut visit.lower_by, &mut visit.upper_by] {
            by.clear();
            by.resize(all, NOBODY);
        }
        for (number, limit) in self.limits.iter().enumerate() {
            let entries = &self.entries[limit.from as usize..limit.to as usize];
            let value = entries.iter().fold(limit.rhs, |value, (j, a)| value - a * x[*j as usize]);
            let variable = limit.variable as usize;
            if limit.upper {
                if value < visit.upper[variable] {
                    (visit.upper[variable], visit.upper_by[variable]) = (value, number as u32);
                }
            } else if value > visit.lower[variable] {
                (visit.lower[variable], visit.lower_by[variable]) = (value, number as u32);
            }
        }
    }

    /// Where a nonbasic variable stands.
    fn stands(&self, place: usize, visit: &Visit) -> f64 {
        let variable = self.nonbasic[place] as usize;
        let (low, high) = (visit.lower[variable], visit.upper[variable]);
        let far = visit.far;
        match (self.at_upper[place], low.is_finite(), high.is_finite()) {
            (true, _, true) => high,
            (true, true, false) => low + far,
            (true, false, false) => far,
            (false, true, _) => low,
            (false, false, true) => high - far,
            (false, false, false) => -far,
        }
    }

    /// The dual simplex method from the last basis.
    fn simplex(&mut self, visit: &mut Visit, control: &Control<'_>) -> Outcome {
        let (rows, columns) = (self.rows, self.columns);
        let placeholder = PLACEHOLDER * self.size;
        let bounds = visit.lower.iter().chain(&visit.upper).filter(|bound| bound.abs() <= placeholder);
        visit.far = FAR * bounds.fold(self.size, |most, bound| most.max(bound.abs()));
        let tolerance = FEASIBLE * self.size;
        // Columns whose bounds cross have no recourse at all.
        for variable in 0..rows + columns {
            let (low, high) = (visit.lower[variable], visit.upper[variable]);
            let own = 1e-8 * low.abs().max(high.abs()).max(1e-9 * self.size);
            if low > high + tolerance.min(own) {
                self.crossed(variable, visit);
                return Outcome::Infeasible;
            }
        }

        // Nonbasic variables stand where their costs want them, which makes the basis dual feasible.
        let dust = 1e-13 * self.objective.iter().fold(0.0_f64, |most, c| most.max(c.abs()));
        for place in 0..columns {
            let cost = self.costs[place];
            let variable = self.nonbasic[place] as usize;
            // Free choice where the cost is zero: the side that is a bound.
            self.at_upper[place] = if cost.abs() > dust {
                cost > 0.0
            } else {
                self.at_upper[place] && visit.upper[variable].is_finite()
                    || visit.lower[variable].is_infinite()
            };
        }
        self.work_out(visit);

        // Pivots, until no basic variable misses a bound.
        let most = 200 + 40 * (rows + columns) as u32;
        let careful = most.div_euclid(2);
        for step in 0..most {
            if step % LOOKS == LOOKS - 1 && !control.go_on() {
                return Outcome::Interrupted;
            }
            let Some((leaving, low)) = self.leaving(visit, tolerance, step > careful) else {
                // Where much larger amounts came and went, digits went with them.
                if visit.through > WORN * self.size_of_values(visit) {
                    self.work_out(visit);
                    if self.leaving(visit, tolerance, false).is_some() {
                        continue;
                    }
                }
                return if self.beyond(visit) { Outcome::Unbounded } else { Outcome::Solved };
            };
            match self.step(leaving, low, step > careful, visit) {
                Step::Done => {}
                Step::Stuck(below) => return self.farkas(leaving, below, visit),
            }
        }
        Outcome::Failed
    }

    /// Values of the basic variables, worked out from the tableau.
    fn work_out(&self, visit: &mut Visit) {
        visit.value_of.clear();
        visit.value_of.resize(self.rows, 0.0);
        let mut standing = std::mem::take(&mut visit.row);
        standing.clear();
        standing.extend((0..self.columns).map(|place| self.stands(place, visit)));
        multiply(&self.tableau, self.columns, &standing, &mut visit.value_of);
        visit.through = standing.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        visit.row = standing;
    }

    /// The largest amount at which a variable stands, the problem's size at least.
    fn size_of_values(&self, visit: &Visit) -> f64 {
        let nonbasic = (0..self.columns).map(|place| self.stands(place, visit).abs());
        let basic = visit.value_of.iter().map(|value| value.abs());
        nonbasic.chain(basic).fold(self.size, f64::max)
    }

    /// The basic variable furthest out of its bounds, and whether it is below.
    fn leaving(&self, visit: &Visit, tolerance: f64, first: bool) -> Option<(usize, bool)> {
        let (mut found, mut worst) = (None, tolerance);
        for (place, (variable, value)) in self.basic.iter().zip(&visit.value_of).enumerate() {
            let variable = *variable as usize;
            let (below, above) = (visit.lower[variable] - value, value - visit.upper[variable]);
            let miss = below.max(above);
            if miss > worst {
                found = Some((place, below > above));
                if first {
                    break;
                }
                worst = miss;
            }
        }
        found
    }

    /// One step of the dual simplex method.
    fn step(&mut self, leaving: usize, below: bool, careful: bool, visit: &mut Visit) -> Step {
        let columns = self.columns;
        let row = &self.tableau[leaving * columns..(leaving + 1) * columns];
        let variable = self.basic[leaving] as usize;
        let target = if below { visit.lower[variable] } else { visit.upper[variable] };
        // How much the leaving variable must rise.
        let mut missing = target - visit.value_of[leaving];
        let sign = if below { 1.0 } else { -1.0 };
        visit.candidates.clear();
        for (place, coefficient) in row.iter().enumerate() {
            let way = sign * if self.at_upper[place] { -coefficient } else { *coefficient };
            if way > PIVOT {
                let range = self.range(place, visit);
                if range > 0.0 {
                    visit.candidates.push((self.costs[place].abs() / way, place as u32));
                }
            }
        }
        let tight = 1e-12 * self.objective.iter().fold(0.0_f64, |most, c| most.max(c.abs()));
        let entering = loop {
            // The least ratio; among nearly equal ones the largest coefficient.
            let least = visit.candidates.iter().fold(f64::INFINITY, |least, (ratio, _)| least.min(*ratio));
            if least.is_infinite() {
                return Step::Stuck(below);
            }
            let within = if careful { least } else { least + tight };
            let mut best = (0.0, 0);
            for (number, (ratio, place)) in visit.candidates.iter().enumerate() {
                let size = row[*place as usize].abs();
                if *ratio <= within && size > best.0 {
                    best = (size, number);
                }
            }
            let place = visit.candidates[best.1].1 as usize;
            let range = self.range(place, visit);
            let gain = best.0 * range;
            // As long as it stays short of what is missing it goes from bound to bound and another is looked for.
            if gain < missing.abs() && visit.candidates.len() > 1 {
                visit.candidates.swap_remove(best.1);
                let change = if self.at_upper[place] { -range } else { range };
                visit.through = visit.through.max(range);
                self.at_upper[place] = !self.at_upper[place];
                for (value, row) in visit.value_of.iter_mut().zip(self.tableau.chunks_exact(columns)) {
                    *value += row[place] * change;
                }
                missing = target - visit.value_of[leaving];
            } else if gain < missing.abs() * (1.0 - 1e-9) && range.is_finite() && visit.candidates.len() == 1
            {
                return Step::Stuck(below);
            } else {
                break place;
            }
        };
        let pivot = row[entering];
        let change = missing / pivot;
        let entered = self.stands(entering, visit) + change;
        for (value, row) in visit.value_of.iter_mut().zip(self.tableau.chunks_exact(columns)) {
            *value += row[entering] * change;
        }
        visit.value_of[leaving] = entered;
        self.pivot(leaving, entering, &mut visit.row);
        self.at_upper[entering] = !below;
        Step::Done
    }

    /// How far a nonbasic variable can go from bound to bound.
    fn range(&self, place: usize, visit: &Visit) -> f64 {
        let variable = self.nonbasic[place] as usize;
        (visit.upper[variable] - visit.lower[variable]).max(0.0)
    }

    fn pivot(&mut self, leaving: usize, entering: usize, row: &mut Vec<f64>) {
        let columns = self.columns;
        let inverse = 1.0 / self.tableau[leaving * columns + entering];
        row.clear();
        row.extend(self.tableau[leaving * columns..(leaving + 1) * columns].iter().map(|a| -a * inverse));
        row[entering] = inverse;
        eliminate(&mut self.tableau, columns, leaving, entering, row);
        let cost = self.costs[entering];
        if cost != 0.0 {
            for (c, a) in self.costs.iter_mut().zip(row.iter()) {
                *c += cost * a;
            }
            self.costs[entering] = cost * inverse;
        }
        self.tableau[leaving * columns..(leaving + 1) * columns].copy_from_slice(row);
        std::mem::swap(&mut self.basic[leaving], &mut self.nonbasic[entering]);
        self.pivots += 1;
    }

    /// True if a variable stands where only the lack of a bound put it.
    fn beyond(&self, visit: &Visit) -> bool {
        (0..self.columns).any(|place| {
            let variable = self.nonbasic[place] as usize;
            let (low, high) = (visit.lower[variable], visit.upper[variable]);
            let worth = self.costs[place].abs()
                > 1e-9 * self.objective.iter().fold(0.0_f64, |most, c| most.max(c.abs()));
            worth && if self.at_upper[place] { high.is_infinite() } else { low.is_infinite() }
        })
    }

    /// Decisions and row duals of the basis.
    fn read_basis(&self, visit: &mut Visit) {
        let (rows, columns) = (self.rows, self.columns);
        visit.decisions.clear();
        visit.decisions.resize(columns, 0.0);
        visit.row_duals.clear();
        visit.row_duals.resize(rows, 0.0);
        for place in 0..columns {
            let variable = self.nonbasic[place] as usize;
            if variable < columns {
                visit.decisions[variable] = self.stands(place, visit);
            } else {
                visit.row_duals[variable - columns] = self.costs[place];
            }
        }
        for (place, value) in visit.value_of.iter().enumerate() {
            let variable = self.basic[place] as usize;
            if variable < columns {
                visit.decisions[variable] = *value;
            }
        }
    }
}
