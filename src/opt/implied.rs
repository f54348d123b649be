//! Bounds that rows imply: where a column has no bound of its own, the rows and the other columns' bounds often give one.
//!
//! They turn duals into a finite bound on the optimum (see [`certificate`](super::certificate)); the solver never sees
//! them.

use super::lp::LinearProgram;
use super::program::{Row, Sense};

/// Passes over the rows at most.
const PASSES: usize = 20;

/// The lower and upper bounds of every column, those that are missing filled from the rows where these imply one.
fn bounds(lp: &LinearProgram) -> (Vec<f64>, Vec<f64>) {
    let mut lower: Vec<f64> = lp.columns.iter().map(|column| column.lower).collect();
    let mut upper: Vec<f64> = lp.columns.iter().map(|column| column.upper.min(column.ceiling)).collect();
    for _ in 0..PASSES {
        let mut found = false;
        for row in &lp.rows {
            if row.sense != Sense::AtLeast {
                found |= tighten(row, 1.0, &mut lower, &mut upper);
            }
            if row.sense != Sense::AtMost {
                found |= tighten(row, -1.0, &mut lower, &mut upper);
            }
        }
        if !found {
            break;
        }
    }
    (lower, upper)
}

/// Reads a row times `sign` as Σ a x ≤ b: each a x is at most b less the least that the others come to.
fn tighten(row: &Row, sign: f64, lower: &mut [f64], upper: &mut [f64]) -> bool {
    let least = |j: usize, a: f64, lower: &[f64], upper: &[f64]| {
        if a > 0.0 { a * lower[j] } else { a * upper[j] }
    };
    let (mut sum, mut size) = (0.0, (sign * row.rhs).abs());
    let mut endless = None;
    for &(j, a) in row.entries.iter().filter(|(_, a)| *a != 0.0) {
        let part = least(j, sign * a, lower, upper);
        if part.is_finite() {
            sum += part;
            size = size.max(part.abs());
        } else if endless.replace(j).is_some() {
            return false;
        }
    }
    let mut found = false;
    for &(j, a) in row.entries.iter().filter(|(_, a)| *a != 0.0) {
        if endless.is_some_and(|other| other != j) {
            continue;
        }
        let a = sign * a;
        let own = least(j, a, lower, upper);
        let others = if own.is_finite() { sum - own } else { sum };
        // A little more than the row says, so that rounding never cuts.
        let most = (sign * row.rhs - others + 1e-9 * size) / a;
        if a > 0.0 && upper[j].is_infinite() && most.is_finite() {
            (upper[j], found) = (most, true);
        } else if a < 0.0 && lower[j].is_infinite() && most.is_finite() {
            (lower[j], found) = (most, true);
        }
    }
    found
}

/// The same program with the bounds its rows imply, for the certificate alone.
pub(super) fn with_implied_bounds(lp: &LinearProgram) -> LinearProgram {
    let (lower, upper) = bounds(lp);
    let mut known = lp.clone();
    for ((column, lower), upper) in known.columns.iter_mut().zip(lower).zip(upper) {
        if column.lower.is_infinite() && lower.is_finite() {
            column.lower = lower;
        }
        if column.ceiling.is_infinite() && upper.is_finite() {
            column.ceiling = upper;
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::super::program::Column;
    use super::*;

    /// x ≤ 4 by its bound; y − x ≤ 1 holds y to 5; z + y = 2 with y in 0..5 holds z to −3..2; nothing holds w above.
    #[test]
    fn rows_pass_bounds_on() {
        let free = || Column::between(f64::NEG_INFINITY, f64::INFINITY, 0.0, f64::INFINITY);
        let row = |entries: &[(usize, f64)], sense, rhs| Row { entries: entries.to_vec(), sense, rhs };
        let lp = LinearProgram {
            columns: vec![
                Column::between(0.0, 4.0, 1.0, f64::INFINITY),
                Column::non_negative(1.0, f64::INFINITY),
                free(),
                free(),
            ],
            rows: vec![
                row(&[(2, 1.0), (1, 1.0)], Sense::Equal, 2.0),
                row(&[(1, 1.0), (0, -1.0)], Sense::AtMost, 1.0),
                row(&[(3, 1.0), (2, -1.0)], Sense::AtLeast, 0.0),
            ],
        };
        let known = with_implied_bounds(&lp);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
        assert!(near(known.columns[1].ceiling, 5.0) && near(known.columns[2].ceiling, 2.0), "{known:?}");
        assert!(near(known.columns[2].lower, -3.0) && near(known.columns[3].lower, -3.0), "{known:?}");
        assert!(known.columns[3].ceiling.is_infinite());
    }
}
