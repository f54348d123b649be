//! The independent check of a linear program's answer, in our own arithmetic: never the solver's word.
//!
//! Primal: every row and bound at the answer. Dual: whatever the duals y, Σ y_i b_i + Σ_j max over l_j ≤ x_j ≤ u_j of
//! (c_j − a_j'y) x_j is an upper bound on the maximum once y has the right signs (weak duality; Neumaier and
//! Shcherbina 2004 use it for safe bounds). Columns without an upper bound enter with their ceiling. Where nothing bounds a
//! column and rounding leaves its reduced cost the wrong sign, it counts for amounts up to [`REACH`]; so it does where the
//! bound is a mere placeholder. More than rounding there proves nothing.
//!
//! A row is judged by the terms that it has at the answer and by its right-hand side, never by what it could come to.

use super::lp::{LinearProgram, LpSolution};
use super::program::Sense;

/// Largest relative gap and row violation of an answer that counts as proven.
pub const TOLERANCE: f64 = 1e-6;

/// Amounts up to which what rounding leaves of a reduced cost is counted where no bound is known.
pub const REACH: f64 = 1e4;
/// Bounds beyond this say nothing about amounts.
const PLACEHOLDER: f64 = 1e9;

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Certificate {
    /// The objective at the answer, in our own arithmetic.
    pub objective: f64,
    /// A valid upper bound on the maximum, from the duals; infinite if they prove nothing.
    pub bound: f64,
    /// Largest violation of a row or bound, relative to the size of its terms.
    pub primal_violation: f64,
    /// The part of the bound that comes from reduced costs of the wrong sign, relative to the objective.
    pub dual_violation: f64,
    /// (bound − objective) / max(|objective|, 1), not below zero.
    pub gap: f64,
}

impl Certificate {
    /// Checks `solution` of `lp`. `constant` is added to objective and bound; `unit` is the least size against which
    /// the gap is measured.
    pub fn of(lp: &LinearProgram, solution: &LpSolution, constant: f64, unit: f64) -> Self {
        let x = &solution.x;
        let primal_violation = Self::primal(lp, x);
        let mut reduced: Vec<f64> = lp.columns.iter().map(|column| column.objective).collect();
        // The size of what cancels in each reduced cost: rounding is told from substance by it.
        let mut cancelled: Vec<f64> = reduced.iter().map(|cost| cost.abs()).collect();
        let mut bound = 0.0;
        for (row, &dual) in lp.rows.iter().zip(&solution.duals) {
            let dual = match row.sense {
                Sense::AtMost => dual.max(0.0),
                Sense::AtLeast => dual.min(0.0),
                Sense::Equal => dual,
            };
            bound += dual * row.rhs;
            for &(j, a) in &row.entries {
                reduced[j] -= dual * a;
                cancelled[j] += (dual * a).abs();
            }
        }
        let mut wrong = 0.0;
        for ((column, cost), size) in lp.columns.iter().zip(&reduced).zip(&cancelled) {
            if *cost == 0.0 {
                continue;
            }
            let side = if *cost > 0.0 { column.upper.min(column.ceiling) } else { column.lower };
            let part = part(*cost, side, *size);
            bound += part;
            if *cost > 0.0 && column.upper.is_infinite() && part.is_finite() {
                wrong += part;
            }
        }
        let objective: f64 =
            constant + lp.columns.iter().zip(x).map(|(column, x)| column.objective * x).sum::<f64>();
        let bound = bound + constant;
        let scale = objective.abs().max(unit);
        Self {
            objective,
            bound,
            primal_violation,
            dual_violation: wrong / scale,
            gap: ((bound - objective) / scale).max(0.0),
        }
    }

    /// Largest violation of a row or bound at `x`, relative to the size of its terms.
    pub(super) fn primal(lp: &LinearProgram, x: &[f64]) -> f64 {
        let mut most = 0.0_f64;
        for (column, &value) in lp.columns.iter().zip(x) {
            let beyond = (column.lower - value).max(value - column.upper).max(0.0);
            most = most.max(beyond / value.abs().max(1.0));
        }
        for row in &lp.rows {
            let terms = row.entries.iter().map(|&(j, a)| a * x[j]);
            most = most.max(row_violation(terms, row.sense, row.rhs));
        }
        most
    }

    /// True if the answer is feasible and optimal to [`TOLERANCE`].
    pub fn proven(&self) -> bool {
        self.primal_violation <= TOLERANCE && self.gap <= TOLERANCE
    }
}

/// A column's part of the bound: its reduced cost times the bound that it tends to.
pub(super) fn part(cost: f64, side: f64, cancelled: f64) -> f64 {
    let rounding = if side.is_finite() { 1e-12 * cancelled } else { 1e-9 * cancelled.max(1e-3) };
    if side.abs() > PLACEHOLDER && cost.abs() <= rounding {
        cost.abs() * REACH
    } else if side.is_finite() {
        cost * side
    } else {
        f64::INFINITY
    }
}

/// How far a row's `terms` are from what it asks, relative to the largest of them and its right-hand side.
pub(super) fn row_violation(terms: impl Iterator<Item = f64>, sense: Sense, rhs: f64) -> f64 {
    let (mut activity, mut size) = (0.0, rhs.abs().max(1e-6));
    for term in terms {
        activity += term;
        size = size.max(term.abs());
    }
    let beyond = match sense {
        Sense::AtMost => activity - rhs,
        Sense::AtLeast => rhs - activity,
        Sense::Equal => (activity - rhs).abs(),
    };
    if beyond.is_nan() { f64::INFINITY } else { beyond.max(0.0) / size }
}

#[cfg(test)]
mod tests {
    use super::super::lp::LpStatus;
    use super::super::program::{Column, Row};
    use super::*;

    fn program() -> LinearProgram {
        LinearProgram {
            columns: vec![Column::non_negative(3.0, 10.0), Column::non_negative(2.0, 10.0)],
            rows: vec![Row { entries: vec![(0, 1.0), (1, 1.0)], sense: Sense::AtMost, rhs: 4.0 }],
        }
    }

    fn answer(x: [f64; 2], dual: f64) -> LpSolution {
        LpSolution { status: LpStatus::Optimal, x: x.to_vec(), duals: vec![dual] }
    }

    /// max 3x + 2y, x + y ≤ 4: at (4, 0) with dual 3 the bound is 3·4 = 12, the objective.
    #[test]
    fn a_right_answer_is_proven() {
        assert!(Certificate::of(&program(), &answer([4.0, 0.0], 3.0), 0.0, 1.0).proven());
    }

    /// A vertex that is not optimal: (0, 4) with the dual 2 of that basis. Reduced cost of x is 1, its ceiling 10: the
    /// bound is 8 + 10 = 18, the objective 8.
    #[test]
    fn a_wrong_optimum_is_found_out() {
        let certificate = Certificate::of(&program(), &answer([0.0, 4.0], 2.0), 0.0, 1.0);
        assert!(!certificate.proven());
        assert!((certificate.bound - 18.0).abs() < 1e-12 && (certificate.objective - 8.0).abs() < 1e-12);
    }

    #[test]
    fn an_infeasible_answer_is_found_out() {
        let certificate = Certificate::of(&program(), &answer([4.1, 0.0], 3.0), 0.0, 1.0);
        assert!(certificate.primal_violation > 0.02 && !certificate.proven());
    }

    #[test]
    fn duals_of_the_wrong_sign_prove_nothing() {
        let certificate = Certificate::of(&program(), &answer([4.0, 0.0], -3.0), 0.0, 1.0);
        assert!(!certificate.proven() && certificate.bound >= 12.0);
    }
}
