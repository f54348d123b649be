//! The check of a visit: value, bound and cut from the problem's own coefficients, and the general solver where
//! the dense method has no answer that stands up to that.

use super::super::super::linear::{NoAnswer, solve_in_any_units};
use super::super::super::lp::LinearProgram;
use super::super::super::program::{Column, Row, Sense};
use super::{FEASIBLE, NOBODY, Outcome, Recourse, Visit};
use crate::control::Control;

/// Amounts, in sizes of the problem, up to which what rounding leaves of a reduced cost is counted where no bound is known.
const REACH: f64 = 1e2;

impl Recourse {
    /// The problem as a linear program, in the tableau's units, and the row that each of its rows is a side of.
    fn written_out(&self, visit: &Visit) -> (LinearProgram, Vec<usize>) {
        let columns = (0..self.columns)
            .map(|j| Column::between(visit.lower[j], visit.upper[j], self.objective[j], f64::INFINITY))
            .collect();
        let (mut rows, mut of) = (Vec::new(), Vec::new());
        for (row, coefficients) in self.coefficients.chunks_exact(self.columns.max(1)).enumerate() {
            let entries: Vec<(usize, f64)> =
                coefficients.iter().copied().enumerate().filter(|(_, a)| *a != 0.0).collect();
            let (low, high) = (visit.lower[self.columns + row], visit.upper[self.columns + row]);
            let mut add = |sense, rhs: f64| {
                rows.push(Row { entries: entries.clone(), sense, rhs });
                of.push(row);
            };
            if low == high {
                add(Sense::Equal, low);
                continue;
            }
            if low.is_finite() {
                add(Sense::AtLeast, low);
            }
            if high.is_finite() {
                add(Sense::AtMost, high);
            }
        }
        (LinearProgram { columns, rows }, of)
    }

    /// The answer of the general solver, cold; checked like our own.
    pub(super) fn ask_solver(&self, visit: &mut Visit, control: &Control<'_>) -> Outcome {
        let (lp, of) = self.written_out(visit);
        let by_row = |duals: &[f64]| {
            let mut list = vec![0.0; self.rows];
            of.iter().zip(duals).for_each(|(row, dual)| list[*row] += dual);
            list
        };
        match solve_in_any_units(&lp, control) {
            Ok(answer) => {
                visit.row_duals = by_row(&answer.duals);
                visit.decisions = answer.x;
                self.check(visit)
            }
            Err(NoAnswer::Infeasible(duals)) => {
                let duals = by_row(&duals);
                self.refuted_by(&duals, visit)
            }
            Err(NoAnswer::Unbounded(_)) => Outcome::Unbounded,
            Err(NoAnswer::TimeLimit) => Outcome::Interrupted,
            Err(_) => Outcome::Failed,
        }
    }

    /// Works out value, bound and cut with the problem's own coefficients, from decisions and row duals.
    pub(super) fn check(&self, visit: &mut Visit) -> Outcome {
        let (rows, columns) = (self.rows, self.columns);
        let mut missed = 0.0_f64;
        for (variable, decision) in visit.decisions.iter_mut().enumerate() {
            let within = decision.min(visit.upper[variable]).max(visit.lower[variable]);
            missed = missed.max((*decision - within).abs());
            *decision = within;
        }
        for (row, coefficients) in self.coefficients.chunks_exact(columns.max(1)).enumerate() {
            let activity: f64 = coefficients.iter().zip(&visit.decisions).map(|(a, y)| a * y).sum();
            let (low, high) = (visit.lower[columns + row], visit.upper[columns + row]);
            missed = missed.max(low - activity).max(activity - high);
        }
        visit.value = self.objective.iter().zip(&visit.decisions).map(|(c, y)| c * y).sum();
        for (row, dual) in visit.row_duals.iter_mut().enumerate() {
            let side = if *dual > 0.0 { visit.upper[columns + row] } else { visit.lower[columns + row] };
            *dual = if side.is_finite() { *dual } else { 0.0 };
        }
        visit.reduced.clear();
        visit.reduced.extend_from_slice(&self.objective);
        for (dual, coefficients) in visit.row_duals.iter().zip(self.coefficients.chunks_exact(columns.max(1)))
        {
            if *dual != 0.0 {
                for (cost, a) in visit.reduced.iter_mut().zip(coefficients) {
                    *cost -= dual * a;
                }
            }
        }
        visit.gradient.fill(0.0);
        (visit.bound, visit.constant) = (0.0, 0.0);
        let largest = self.objective.iter().fold(0.0_f64, |most, c| most.max(c.abs()));
        for variable in 0..columns + rows {
            let dual = if variable < columns {
                visit.reduced[variable]
            } else {
                visit.row_duals[variable - columns]
            };
            let side = if dual > 0.0 { visit.upper[variable] } else { visit.lower[variable] };
            if dual != 0.0 && side.is_infinite() {
                if dual.abs() > 1e-9 * largest {
                    return Outcome::Failed;
                }
                // Rounding where no bound is known: it counts for amounts within reach.
                visit.bound += dual.abs() * REACH * self.size;
                visit.constant += dual.abs() * REACH * self.size;
                continue;
            }
            if dual != 0.0 {
                self.add_side(variable, dual > 0.0, dual, visit);
                visit.bound += dual * side;
            }
        }
        for (decision, scale) in visit.decisions.iter_mut().zip(&self.scale) {
            *decision *= scale;
        }
        let gap = visit.bound - visit.value;
        let size = largest * self.size;
        if missed <= 1e3 * FEASIBLE * self.size && gap.abs() <= 1e-9 * size.max(visit.value.abs()) {
            Outcome::Solved
        } else {
            Outcome::Failed
        }
    }

    /// Adds `times` the side of a variable, as a function of the first stage, to the cut.
    fn add_side(&self, variable: usize, upper: bool, times: f64, visit: &mut Visit) {
        let by = if upper { visit.upper_by[variable] } else { visit.lower_by[variable] };
        if by == NOBODY {
            let side = if upper { visit.upper[variable] } else { visit.lower[variable] };
            visit.constant += times * side;
            return;
        }
        let limit = self.limits[by as usize];
        visit.constant += times * limit.rhs;
        for (j, a) in &self.entries[limit.from as usize..limit.to as usize] {
            visit.gradient[*j as usize] -= times * a;
        }
    }

    /// The lower bound of a variable is above its upper: first-stage decisions must keep upper − lower ≥ 0.
    pub(super) fn crossed(&self, variable: usize, visit: &mut Visit) {
        visit.gradient.fill(0.0);
        visit.constant = 0.0;
        self.add_side(variable, true, 1.0, visit);
        self.add_side(variable, false, -1.0, visit);
    }

    /// A basic variable cannot get within its bounds. The tableau's row says which rows' duals prove it.
    pub(super) fn farkas(&self, leaving: usize, below: bool, visit: &mut Visit) -> Outcome {
        let (columns, sign) = (self.columns, if below { 1.0 } else { -1.0 });
        let mut duals = vec![0.0; self.rows];
        let row = &self.tableau[leaving * columns..(leaving + 1) * columns];
        for (variable, coefficient) in self.nonbasic.iter().zip(row) {
            if let Some(row) = (*variable as usize).checked_sub(columns) {
                duals[row] = sign * coefficient;
            }
        }
        if let Some(row) = (self.basic[leaving] as usize).checked_sub(columns) {
            duals[row] = -sign;
        }
        let largest = duals.iter().fold(0.0_f64, |most, dual| most.max(dual.abs()));
        duals.iter_mut().filter(|dual| dual.abs() <= 1e-13 * largest).for_each(|dual| *dual = 0.0);
        self.refuted_by(&duals, visit)
    }

    /// With r = A y the activities, Σ d_i r_i − Σ (d'A)_j y_j = 0 whatever `duals` d are: the most that this can be with every
    /// variable within its bounds must be at least 0, which first-stage decisions must see to. Checked to be broken now.
    fn refuted_by(&self, duals: &[f64], visit: &mut Visit) -> Outcome {
        let (rows, columns) = (self.rows, self.columns);
        let mut weights = vec![0.0; columns];
        let mut cancelled = vec![0.0; columns];
        for (dual, coefficients) in duals.iter().zip(self.coefficients.chunks_exact(columns.max(1))) {
            if *dual != 0.0 {
                for ((weight, sum), a) in weights.iter_mut().zip(&mut cancelled).zip(coefficients) {
                    *weight -= dual * a;
                    *sum += (dual * a).abs();
                }
            }
        }
        visit.gradient.fill(0.0);
        visit.constant = 0.0;
        let (mut most, mut size) = (0.0, 0.0);
        for variable in 0..columns + rows {
            let weight = if variable < columns { weights[variable] } else { duals[variable - columns] };
            if weight == 0.0 {
                continue;
            }
            let side = if weight > 0.0 { visit.upper[variable] } else { visit.lower[variable] };
            let rounding = variable < columns && weight.abs() <= 1e-11 * cancelled[variable];
            let part = if side.is_finite() {
                self.add_side(variable, weight > 0.0, weight, visit);
                weight * side
            } else if rounding {
                visit.constant += weight.abs() * REACH * self.size;
                weight.abs() * REACH * self.size
            } else {
                return Outcome::Failed;
            };
            most += part;
            size += f64::abs(part);
        }
        if most < -1e-12 * size { Outcome::Infeasible } else { Outcome::Failed }
    }
}
