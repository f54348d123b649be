//! The independent check of a linear program's answer, in our own arithmetic: never the solver's word.
//!
//! Primal: every row and bound at the answer. Dual: whatever the duals y, Σ y_i b_i + Σ_j max over l_j ≤ x_j ≤ u_j of
//! (c_j − a_j'y) x_j is an upper bound on the maximum once y has the right signs (weak duality; Neumaier and
//! Shcherbina 2004 use it for safe bounds). Columns without an upper bound enter with their ceiling.

use super::lp::{LinearProgram, LpSolution};
use super::program::Sense;

/// Largest relative gap and row violation of an answer that counts as proven.
pub const TOLERANCE: f64 = 1e-6;

/// What the check found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Certificate {
    /// The objective at the answer, in our own arithmetic.
    pub objective: f64,
    /// A valid upper bound on the maximum, from the duals; infinite if they prove nothing.
    pub bound: f64,
    /// Largest violation of a row or bound, relative to the size of its terms.
    pub primal_violation: f64,
    /// What reduced costs of the wrong sign add to the bound, relative to the objective.
    pub dual_violation: f64,
    /// (bound − objective) / max(|objective|, 1), not below zero.
    pub gap: f64,
}

impl Certificate {
    /// Checks `solution` of `lp`. `constant` is added to objective and bound; `unit` is the least size against which
    /// the gap is measured.
    pub fn of(lp: &LinearProgram, solution: &LpSolution, constant: f64, unit: f64) -> Self {
        let x = &solution.x;
        let mut primal_violation = 0.0_f64;
        for (column, &value) in lp.columns.iter().zip(x) {
            let size = 1.0_f64.max(value.abs());
            let beyond = (column.lower - value).max(value - column.upper).max(0.0);
            primal_violation = primal_violation.max(beyond / size);
        }
        let mut reduced: Vec<f64> = lp.columns.iter().map(|column| column.objective).collect();
        // The size of what cancels in each reduced cost: rounding is told from substance by it.
        let mut cancelled: Vec<f64> = reduced.iter().map(|cost| cost.abs()).collect();
        let mut bound = 0.0;
        for (row, &dual) in lp.rows.iter().zip(&solution.duals) {
            let activity: f64 = row.entries.iter().map(|&(j, a)| a * x[j]).sum();
            let size: f64 = row.entries.iter().map(|&(j, a)| (a * x[j]).abs()).fold(row.rhs.abs(), f64::max);
            let beyond = match row.sense {
                Sense::AtMost => activity - row.rhs,
                Sense::AtLeast => row.rhs - activity,
                Sense::Equal => (activity - row.rhs).abs(),
            };
            primal_violation = primal_violation.max(beyond.max(0.0) / size.max(1e-6));
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
            let top = column.upper.min(column.ceiling);
            // Rounding alone must not make a bound infinite where no ceiling is known.
            let rounding = 1e-9 * size.max(1e-3);
            if *cost > 0.0 {
                if top.is_finite() {
                    bound += cost * top;
                } else if *cost > rounding {
                    bound = f64::INFINITY;
                }
                if column.upper.is_infinite() {
                    wrong += if top.is_finite() { cost * top } else { 0.0 };
                }
            } else if column.lower.is_finite() {
                bound += cost * column.lower;
            } else if *cost < -rounding {
                bound = f64::INFINITY;
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

    /// True if the answer is feasible and optimal to [`TOLERANCE`].
    pub fn proven(&self) -> bool {
        self.primal_violation <= TOLERANCE && self.gap <= TOLERANCE
    }
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
