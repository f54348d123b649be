//! Programs without an optimum: infeasible by a certificate, unbounded along a ray, or not known. The solver's
//! status is never passed on; it only says where to look.
//!
//! Infeasible: the program that minimises the sum of all violations always has an answer, and where that is not zero its
//! duals y are Farkas's: Σ y_i b_i + Σ_j max over l_j ≤ x_j ≤ u_j of (−y'A_j) x_j < 0, so that no x within its bounds keeps
//! the rows. The sum is worked out here. Unbounded: decisions that keep every row and bound, and a direction that keeps
//! them all from there on while the objective rises; both are checked here.

use super::certificate::{Certificate, REACH, TOLERANCE};
use super::lp::{LinearProgram, LpStatus, Method, solve};
use super::program::{Column, Row, Sense};
use super::scaling::without_far_bounds;
use crate::control::Control;

/// A contradiction must be this large a share of what adds up to it.
const CLEAR: f64 = 1e-10;
/// A direction may break a row by this share of its terms.
const ALONG: f64 = 1e-9;
/// And must gain this share of its costs' sizes.
const GAIN: f64 = 1e-7;
/// Parts of a search over whole numbers that are looked at before it is given up.
const PARTS: usize = 400;

/// Whether a linear program, its whole numbers free to be fractions, has decisions that keep it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Feasibility {
    /// These keep every row and bound.
    Feasible(Vec<f64>),
    /// None do: by these duals of the rows, which were checked.
    Infeasible(Vec<f64>),
    /// Not known.
    Unknown,
}

/// Looks for decisions that keep all rows and bounds, or a proof that there are none. `lp` is in scaled units.
pub(super) fn feasibility(lp: &LinearProgram, control: &Control<'_>) -> Feasibility {
    if lp.columns.iter().any(|column| column.lower > column.upper) {
        return Feasibility::Infeasible(vec![0.0; lp.rows.len()]);
    }
    let elastic = elastic(lp);
    let near = without_far_bounds(&elastic);
    for (program, method) in [
        (&near, Method::Simplex),
        (&near, Method::PlainSimplex),
        (&elastic, Method::Simplex),
        (&elastic, Method::PlainSimplex),
        (&elastic, Method::InteriorPoint),
    ] {
        if !control.go_on() {
            break;
        }
        let solution = solve(program, method, control);
        if !matches!(solution.status, LpStatus::Optimal) {
            continue;
        }
        let mut x = solution.x;
        x.truncate(lp.columns.len());
        for (x, column) in x.iter_mut().zip(&lp.columns) {
            *x = x.min(column.upper).max(column.lower);
        }
        if violation(lp, &x) <= TOLERANCE {
            return Feasibility::Feasible(x);
        }
        if contradicts(lp, &solution.duals) {
            return Feasibility::Infeasible(solution.duals);
        }
    }
    Feasibility::Unknown
}

/// Largest violation of a row or bound of `lp`, relative to the size of the row's terms.
pub(super) fn violation(lp: &LinearProgram, x: &[f64]) -> f64 {
    Certificate::primal(lp, x)
}

/// The program that minimises the sum of all rows' violations: it is always feasible.
fn elastic(lp: &LinearProgram) -> LinearProgram {
    let mut columns: Vec<Column> = lp
        .columns
        .iter()
        .map(|column| Column { objective: 0.0, ceiling: f64::INFINITY, integer: false, ..*column })
        .collect();
    let mut rows = lp.rows.clone();
    for row in &mut rows {
        let mut slack = |sign: f64| {
            row.entries.push((columns.len(), sign));
            columns.push(Column::non_negative(-1.0, f64::INFINITY));
        };
        if row.sense != Sense::AtLeast {
            slack(-1.0);
        }
        if row.sense != Sense::AtMost {
            slack(1.0);
        }
    }
    LinearProgram { columns, rows }
}

/// True if `duals` prove that no decisions within their bounds keep the rows.
fn contradicts(lp: &LinearProgram, duals: &[f64]) -> bool {
    let mut weights = vec![0.0; lp.columns.len()];
    let mut cancelled = vec![0.0; lp.columns.len()];
    let (mut sum, mut size) = (0.0, 0.0);
    let largest = duals.iter().fold(0.0_f64, |most, dual| most.max(dual.abs()));
    for (row, dual) in lp.rows.iter().zip(duals) {
        let dual = match row.sense {
            Sense::AtMost => dual.max(0.0),
            Sense::AtLeast => dual.min(0.0),
            Sense::Equal => *dual,
        };
        // Duals that are rounding would only add columns without end.
        if dual.abs() <= 1e-12 * largest {
            continue;
        }
        sum += dual * row.rhs;
        size += (dual * row.rhs).abs();
        for &(j, a) in &row.entries {
            weights[j] -= dual * a;
            cancelled[j] += (dual * a).abs();
        }
    }
    for ((column, weight), cancelled) in lp.columns.iter().zip(&weights).zip(&cancelled) {
        let side = if *weight > 0.0 { column.upper } else { column.lower };
        let rounding = weight.abs() <= 1e-11 * cancelled;
        let part = match (side.is_finite(), rounding) {
            // What is left of a cancellation counts for decisions within reach.
            (_, true) if side.abs() > REACH => weight.abs() * REACH,
            (true, _) => weight * side,
            (false, _) => return false,
        };
        sum += part;
        size += part.abs();
    }
    sum < -CLEAR * size && sum < -1e-3 * TOLERANCE * largest
}

/// A direction along which `lp`, its whole numbers free, keeps every row and bound and its objective rises: checked.
pub(super) fn ray(lp: &LinearProgram, control: &Control<'_>) -> Option<Vec<f64>> {
    let side = |bound: f64, way: f64| if bound.is_finite() { 0.0 } else { way };
    let columns = lp
        .columns
        .iter()
        .map(|c| Column::between(side(c.lower, -1.0), side(c.upper, 1.0), c.objective, f64::INFINITY))
        .collect();
    let rows = lp.rows.iter().map(|row| Row { rhs: 0.0, ..row.clone() }).collect();
    let cone = LinearProgram { columns, rows };
    if cone.columns.iter().all(|column| column.lower == 0.0 && column.upper == 0.0) {
        return None;
    }
    [Method::Simplex, Method::PlainSimplex].into_iter().find_map(|method| {
        let mut direction = solve(&cone, method, control);
        if direction.status != LpStatus::Optimal {
            return None;
        }
        for (d, column) in direction.x.iter_mut().zip(&cone.columns) {
            *d = if d.abs() < 1e-11 { 0.0 } else { d.max(column.lower).min(column.upper) };
        }
        is_ray(&cone, &direction.x).then_some(direction.x)
    })
}

fn is_ray(cone: &LinearProgram, direction: &[f64]) -> bool {
    let kept = cone.rows.iter().all(|row| {
        let terms = row.entries.iter().map(|&(j, a)| a * direction[j]);
        let (sum, size) = terms.fold((0.0, 0.0), |(sum, size), term| (sum + term, size + term.abs()));
        let beyond = match row.sense {
            Sense::AtMost => sum,
            Sense::AtLeast => -sum,
            Sense::Equal => sum.abs(),
        };
        beyond <= ALONG * size
    });
    let gains = cone.columns.iter().zip(direction).map(|(column, d)| column.objective * d);
    let (gain, size) = gains.fold((0.0, 0.0), |(sum, size), part| (sum + part, size + part.abs()));
    let dearest = cone.columns.iter().fold(0.0_f64, |most, column| most.max(column.objective.abs()));
    kept && gain > GAIN * size && gain > 1e-9 * dearest
}

/// Whether `lp` has decisions with its whole numbers whole: a search whose every end is checked, unless it is too long.
pub(super) fn whole_feasibility(lp: &LinearProgram, control: &Control<'_>) -> Feasibility {
    let mut open = vec![lp.clone()];
    for _ in 0..PARTS {
        let Some(part) = open.pop() else { return Feasibility::Infeasible(Vec::new()) };
        match feasibility(&part, control) {
            Feasibility::Unknown => return Feasibility::Unknown,
            Feasibility::Infeasible(_) => {}
            Feasibility::Feasible(x) => {
                let away = |j: &usize| (x[*j] - libm::round(x[*j])).abs();
                let whole = (0..x.len()).filter(|j| lp.columns[*j].integer);
                let Some(furthest) =
                    whole.filter(|j| away(j) > TOLERANCE).max_by(|a, b| away(a).total_cmp(&away(b)))
                else {
                    return Feasibility::Feasible(x);
                };
                for (lower, upper) in
                    [(f64::NEG_INFINITY, libm::floor(x[furthest])), (libm::ceil(x[furthest]), f64::INFINITY)]
                {
                    let mut side = part.clone();
                    let column = &mut side.columns[furthest];
                    (column.lower, column.upper) = (column.lower.max(lower), column.upper.min(upper));
                    open.push(side);
                }
            }
        }
    }
    Feasibility::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(entries: &[(usize, f64)], sense: Sense, rhs: f64) -> Row {
        Row { entries: entries.to_vec(), sense, rhs }
    }

    /// x + y ≤ 1 and x + y ≥ 2 contradict each other; with 1.5 instead of 2 and x ≤ 1 they do still; with 1 they do not.
    #[test]
    fn a_contradiction_is_proven_and_nothing_else() {
        let with = |least: f64| LinearProgram {
            columns: vec![Column::between(f64::NEG_INFINITY, 1.0, 1.0, f64::INFINITY); 2],
            rows: vec![
                row(&[(0, 1.0), (1, 1.0)], Sense::AtMost, 1.0),
                row(&[(0, 1.0), (1, 1.0)], Sense::AtLeast, least),
            ],
        };
        assert!(matches!(feasibility(&with(2.0), &Control::unlimited()), Feasibility::Infeasible(_)));
        assert!(matches!(feasibility(&with(1.001), &Control::unlimited()), Feasibility::Infeasible(_)));
        assert!(matches!(feasibility(&with(1.0), &Control::unlimited()), Feasibility::Feasible(_)));
        assert!(!contradicts(&with(1.0), &[1.0, -1.0]) && contradicts(&with(2.0), &[1.0, -1.0]));
        // Duals of no use prove nothing.
        assert!(!contradicts(&with(2.0), &[1.0, 0.0]));
    }

    /// max x with x − y ≤ 1: (1, 1) for ever; with y ≤ 7 there is an end.
    #[test]
    fn a_ray_is_found_where_there_is_one() {
        let with = |top: f64| LinearProgram {
            columns: vec![
                Column::non_negative(1.0, f64::INFINITY),
                Column::between(0.0, top, 0.0, f64::INFINITY),
            ],
            rows: vec![row(&[(0, 1.0), (1, -1.0)], Sense::AtMost, 1.0)],
        };
        let found = ray(&with(f64::INFINITY), &Control::unlimited()).expect("a ray");
        assert!((found[0] - 1.0).abs() < 1e-9 && (found[1] - 1.0).abs() < 1e-9, "{found:?}");
        assert_eq!(ray(&with(7.0), &Control::unlimited()), None);
    }

    /// 2x + 2y = 3 has answers, none of them whole.
    #[test]
    fn a_program_without_whole_answers_is_searched_to_the_end() {
        let column = Column { integer: true, ..Column::between(0.0, 4.0, 1.0, f64::INFINITY) };
        let with = |rhs: f64| LinearProgram {
            columns: vec![column; 2],
            rows: vec![row(&[(0, 2.0), (1, 2.0)], Sense::Equal, rhs)],
        };
        assert!(matches!(feasibility(&with(3.0), &Control::unlimited()), Feasibility::Feasible(_)));
        assert!(matches!(whole_feasibility(&with(3.0), &Control::unlimited()), Feasibility::Infeasible(_)));
        assert!(matches!(whole_feasibility(&with(4.0), &Control::unlimited()), Feasibility::Feasible(_)));
    }
}
