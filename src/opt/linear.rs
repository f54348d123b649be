//! One linear program, with whole numbers or without, to a checked answer.
//!
//! The solver is asked by several methods in turn; its answers are refined until they stand up to the certificate
//! (Gleixner, Steffy and Wolter 2016: what an answer misses is a linear program of the same matrix, blown up until the
//! solver's tolerances are nothing), and where it gives none, [`claims`](super::claims) finds out what that means.
//! Everything here is in scaled units, see [`scaling`](super::scaling).

use super::answer::{BoundBy, Ending};
use super::certificate::{Certificate, TOLERANCE};
use super::claims::{Feasibility, feasibility, ray, whole_feasibility};
use super::implied::with_implied_bounds;
use super::lp::{LinearProgram, LpSolution, LpStatus, Method, solve, solve_integer};
use super::program::{Column, Row, Sense};
use super::scaling::{FAR, Scales, has_far_bounds, near, without_far_bounds};
use crate::control::Control;

/// An answer is refined until gap and violation are below this.
const FINE: f64 = 1e-9;
/// Rounds of refinement at most.
const ROUNDS: usize = 3;
/// Largest power of two by which a miss is blown up.
const BLOWN_UP: f64 = 40.0;

/// Why a linear or integer program has no answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NoAnswer {
    /// Proven by these duals of the rows (Farkas's); with whole numbers by a search whose every end is.
    Infeasible(Vec<f64>),
    /// Along this direction, from decisions that keep all rows.
    Unbounded(Vec<f64>),
    /// Time was up before any decisions were known.
    TimeLimit,
    /// No answer stood up to the check.
    NotProven { gap: f64, violation: f64, status: LpStatus },
}

impl NoAnswer {
    const NOTHING: Self =
        Self::NotProven { gap: f64::INFINITY, violation: f64::INFINITY, status: LpStatus::Failed };
}

/// The answer to one linear or integer program, with its check.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) x: Vec<f64>,
    /// Row duals; 0 where there are whole numbers.
    pub(super) duals: Vec<f64>,
    pub(super) certificate: Certificate,
    pub(super) method: Method,
    pub(super) bound_by: BoundBy,
    pub(super) ending: Ending,
}

/// The least size against which the gap of an objective is measured: a hundred-thousandth of the terms it is the sum of.
pub(super) fn unit(terms: impl Iterator<Item = f64>) -> f64 {
    (1e-5 * terms.map(f64::abs).sum::<f64>()).max(1e-6)
}

fn unit_at(lp: &LinearProgram, x: &[f64], constant: f64) -> f64 {
    unit(lp.columns.iter().zip(x).map(|(column, x)| column.objective * x).chain([constant]))
}

/// The size of the nearer of a column's far bounds, where it has one.
fn far_bound(column: &Column) -> f64 {
    let finite = [column.lower, column.upper].into_iter().filter(|bound| bound.is_finite());
    finite.map(f64::abs).filter(|bound| *bound > FAR).fold(f64::INFINITY, f64::min)
}

/// The attempts at a program in turn: the form in which it is put to the solver, and the method.
fn attempts(lp: &LinearProgram, known: &LinearProgram) -> Vec<(LinearProgram, Method)> {
    let best = lp.best_method();
    let other = if best == Method::Simplex { Method::InteriorPoint } else { Method::Simplex };
    // The solver's columns are scaled by ceilings: none where the units are right.
    let with = |lp: LinearProgram, ceiling: &dyn Fn(usize) -> f64| {
        let columns = lp.columns.iter().enumerate();
        let columns = columns.map(|(j, c)| Column { ceiling: ceiling(j), integer: false, ..*c }).collect();
        LinearProgram { columns, rows: lp.rows }
    };
    let near = with(without_far_bounds(lp), &|_| f64::INFINITY);
    let mut list = vec![(near.clone(), best), (near.clone(), Method::PlainSimplex)];
    if lp.columns.iter().any(has_far_bounds) {
        let far = |j: usize| far_bound(&lp.columns[j]);
        list.push((with(lp.clone(), &|_| f64::INFINITY), Method::PlainSimplex));
        list.push((with(lp.clone(), &far), Method::PlainSimplex));
        let largest = (0..lp.columns.len()).map(far).filter(|bound| bound.is_finite()).fold(1.0, f64::max);
        list.push((with(lp.clone(), &|_| largest), best));
    }
    let implied = with(lp.clone(), &|j| known.columns[j].ceiling);
    list.extend([(near, other), (implied.clone(), best), (implied, Method::PlainSimplex)]);
    list
}

/// Solves a program whose whole numbers, if any, are free to be fractions.
pub(super) fn solve_linear(
    lp: &LinearProgram,
    constant: f64,
    control: &Control<'_>,
) -> Result<Answer, NoAnswer> {
    let known = with_implied_bounds(lp);
    let mut looked = false;
    let mut best: Option<Answer> = None;
    let mut worst = NoAnswer::NOTHING;
    for (program, method) in attempts(lp, &known) {
        if !control.go_on() {
            return best.ok_or(NoAnswer::TimeLimit);
        }
        // A claim that there is no optimum is believed once proven, and looked into once only.
        let solution = solve(&program, method, control);
        let status = solution.status;
        if matches!(status, LpStatus::Infeasible | LpStatus::Unbounded) && !looked {
            looked = true;
            if let Some(none) = without_optimum(lp, control) {
                return Err(none);
            }
        }
        if !matches!(status, LpStatus::Optimal | LpStatus::TimeLimit) {
            continue;
        }
        // Every other answer is refined and checked in our own arithmetic.
        let refined = status == LpStatus::Optimal;
        let (solution, certificate) =
            refine(lp, &known, solution, constant, if refined { ROUNDS } else { 0 }, control);
        let (gap, violation) = (certificate.gap, certificate.primal_violation);
        worst = NoAnswer::NotProven { gap, violation, status };
        let ending = match status {
            LpStatus::TimeLimit => Ending::TimeLimit,
            _ if certificate.proven() => Ending::Optimal,
            _ => Ending::NotProven,
        };
        let (x, duals, bound_by) = (solution.x, solution.duals, BoundBy::Certificate);
        let answer = Answer { x, duals, certificate, method, bound_by, ending };
        let usable = violation <= TOLERANCE;
        match ending {
            Ending::Optimal => return Ok(answer),
            Ending::TimeLimit => return if usable { Ok(answer) } else { best.ok_or(NoAnswer::TimeLimit) },
            Ending::NotProven => {
                if usable && best.as_ref().is_none_or(|best| gap < best.certificate.gap) {
                    best = Some(answer);
                }
            }
        }
    }
    if !looked
        && best.as_ref().is_none_or(|best| best.certificate.gap.is_infinite())
        && let Some(none) = without_optimum(lp, control)
    {
        return Err(none);
    }
    best.ok_or(worst)
}

/// Whether a program without an optimum is infeasible or unbounded, as far as that can be proven.
fn without_optimum(lp: &LinearProgram, control: &Control<'_>) -> Option<NoAnswer> {
    match feasibility(lp, control) {
        Feasibility::Infeasible(duals) => Some(NoAnswer::Infeasible(duals)),
        Feasibility::Feasible(_) => ray(lp, control).map(NoAnswer::Unbounded),
        Feasibility::Unknown => None,
    }
}

/// Feasibility at the program as it stands, the bound with all that its rows imply.
fn certify(lp: &LinearProgram, known: &LinearProgram, solution: &LpSolution, constant: f64) -> Certificate {
    let unit = unit_at(lp, &solution.x, constant);
    let bound = Certificate::of(known, solution, constant, unit);
    Certificate { primal_violation: Certificate::primal(lp, &solution.x), ..bound }
}

/// The answer with what it misses made good, as far as that helps.
fn refine(
    lp: &LinearProgram,
    known: &LinearProgram,
    mut solution: LpSolution,
    constant: f64,
    rounds: usize,
    control: &Control<'_>,
) -> (LpSolution, Certificate) {
    let badness = |of: &Certificate| of.gap.max(of.primal_violation);
    let mut certificate = certify(lp, known, &solution, constant);
    for _ in 0..rounds {
        if badness(&certificate) <= FINE || !control.go_on() {
            break;
        }
        let Some(better) = refined(lp, &solution, control) else { break };
        let checked = certify(lp, known, &better, constant);
        if badness(&checked) >= badness(&certificate) {
            break;
        }
        (solution, certificate) = (better, checked);
    }
    (solution, certificate)
}

/// A power of two by which something of this size is about 1.
fn blown_up(size: f64) -> f64 {
    if size > 0.0 {
        libm::exp2(libm::floor(-libm::log2(size)).clamp(0.0, BLOWN_UP))
    } else {
        libm::exp2(BLOWN_UP)
    }
}

/// One round of refinement: the program of what is missed, with a slack for every inequality.
pub(super) fn refined(lp: &LinearProgram, at: &LpSolution, control: &Control<'_>) -> Option<LpSolution> {
    let mut reduced: Vec<f64> = lp.columns.iter().map(|column| column.objective).collect();
    let mut slacks = Vec::with_capacity(lp.rows.len());
    let (mut missed, mut wrong) = (0.0_f64, 0.0_f64);
    for (row, dual) in lp.rows.iter().zip(&at.duals) {
        let activity: f64 = row.entries.iter().map(|&(j, a)| a * at.x[j]).sum();
        let way = match row.sense {
            Sense::AtMost => 1.0,
            Sense::AtLeast => -1.0,
            Sense::Equal => 0.0,
        };
        // way · (activity) + slack = way · rhs
        let slack = (way * (row.rhs - activity)).max(0.0);
        missed = missed.max((row.rhs - activity - way * slack).abs());
        if way != 0.0 {
            wrong = wrong.max((-way * dual).max(if slack > 1e-12 { dual.abs() } else { 0.0 }).max(0.0));
        }
        slacks.push((way, slack, row.rhs - activity - way * slack));
        for &(j, a) in &row.entries {
            reduced[j] -= dual * a;
        }
    }
    for ((column, x), cost) in lp.columns.iter().zip(&at.x).zip(&reduced) {
        missed = missed.max(column.lower - x).max(x - column.upper);
        let room = if *cost > 0.0 { column.upper - x } else { x - column.lower };
        if room > 1e-12 {
            wrong = wrong.max(cost.abs());
        }
    }
    let (most, dearest) = (blown_up(missed), blown_up(wrong));
    let side = |bound: f64, x: f64| {
        let side = most * (bound - x);
        if side.abs() > FAR { f64::INFINITY.copysign(side) } else { side }
    };
    let mut columns: Vec<Column> = lp
        .columns
        .iter()
        .zip(&at.x)
        .zip(&reduced)
        .map(|((c, x), cost)| {
            Column::between(side(c.lower, *x), side(c.upper, *x), dearest * cost, f64::INFINITY)
        })
        .collect();
    let mut rows: Vec<Row> = lp.rows.clone();
    for ((row, (way, slack, left)), dual) in rows.iter_mut().zip(&slacks).zip(&at.duals) {
        (row.sense, row.rhs) = (Sense::Equal, most * left);
        if *way != 0.0 {
            row.entries.push((columns.len(), *way));
            let cost = -dearest * way * dual;
            columns.push(Column::between(side(0.0, *slack), f64::INFINITY, cost, f64::INFINITY));
        }
    }
    let correction = solve(&LinearProgram { columns, rows }, Method::PlainSimplex, control);
    (correction.status == LpStatus::Optimal).then(|| LpSolution {
        status: at.status,
        x: lp
            .columns
            .iter()
            .zip(&at.x)
            .zip(&correction.x)
            .map(|((c, x), more)| (x + more / most).min(c.upper).max(c.lower))
            .collect(),
        duals: at.duals.iter().zip(&correction.duals).map(|(dual, more)| dual + more / dearest).collect(),
    })
}

/// Solves a program with its whole numbers, if it has any.
pub(super) fn solve_mixed(
    lp: &LinearProgram,
    constant: f64,
    control: &Control<'_>,
) -> Result<Answer, NoAnswer> {
    if !lp.columns.iter().any(|column| column.integer) {
        return solve_linear(lp, constant, control);
    }
    let mut failure = NoAnswer::NOTHING;
    let mut found_none = false;
    let by = |ceiling: &dyn Fn(&Column) -> f64| -> Vec<Column> {
        lp.columns.iter().map(|c| Column { ceiling: ceiling(c), ..*c }).collect()
    };
    let mut programs = vec![LinearProgram {
        columns: by(&|_| f64::INFINITY).iter().map(near).collect(),
        rows: lp.rows.clone(),
    }];
    if lp.columns.iter().any(has_far_bounds) {
        programs.push(LinearProgram { columns: by(&far_bound), rows: lp.rows.clone() });
    }
    let attempts = programs.iter().flat_map(|lp| [(lp, Method::Simplex), (lp, Method::PlainSimplex)]);
    for (program, method) in attempts {
        if !control.go_on() {
            return Err(NoAnswer::TimeLimit);
        }
        let found = solve_integer(program, method, control);
        let status = found.solution.status;
        if matches!(status, LpStatus::Infeasible | LpStatus::Unbounded) {
            if status == LpStatus::Infeasible {
                found_none = true;
                failure = NoAnswer::NotProven { gap: f64::INFINITY, violation: f64::INFINITY, status };
            }
            continue;
        }
        match around(lp, &found.solution, found.bound, constant, control) {
            // A search that ended is no proof that there is an end: from whole decisions that keep every row, a direction that
            // rises for ever passes other whole decisions, its numbers being rational (Meyer 1974).
            Ok(answer) => return ray(lp, control).map_or(Ok(answer), |ray| Err(NoAnswer::Unbounded(ray))),
            Err(error) => failure = error,
        }
    }
    if matches!(failure, NoAnswer::NotProven { status: LpStatus::Failed, .. }) || found_none {
        return Err(match whole_feasibility(lp, control) {
            Feasibility::Infeasible(duals) => NoAnswer::Infeasible(duals),
            Feasibility::Feasible(_) => ray(lp, control).map_or(failure, NoAnswer::Unbounded),
            Feasibility::Unknown if !control.go_on() => NoAnswer::TimeLimit,
            // That a search found none is the solver's word.
            Feasibility::Unknown => failure,
        });
    }
    Err(failure)
}

/// Whole numbers exactly, and the rest anew around them.
fn around(
    lp: &LinearProgram,
    found: &LpSolution,
    bound: f64,
    constant: f64,
    control: &Control<'_>,
) -> Result<Answer, NoAnswer> {
    let status = found.status;
    let mut x = found.x.clone();
    let mut fixed = lp.clone();
    let mut fraction = 0.0_f64;
    for (column, value) in fixed.columns.iter_mut().zip(&mut x) {
        if column.integer {
            let whole = libm::round(*value).max(column.lower).min(column.upper);
            fraction = fraction.max((*value - whole).abs());
            *value = whole;
            (column.lower, column.upper, column.ceiling) = (whole, whole, whole.max(0.0));
        }
    }
    // What is left once time is up is soon done: one linear program with all whole numbers fixed.
    let unlimited = Control::unlimited();
    let limit = if control.go_on() { control } else { &unlimited };
    let around = solve_linear(&fixed, constant, limit).ok();
    let solution = LpSolution {
        status,
        x: around.as_ref().map_or(x, |answer| answer.x.clone()),
        duals: vec![0.0; lp.rows.len()],
    };
    let unit = unit_at(lp, &solution.x, constant);
    let check = Certificate::of(lp, &solution, constant, unit);
    let bound = (bound + constant).max(check.objective);
    let gap = (bound - check.objective) / check.objective.abs().max(unit);
    let violation =
        if around.is_some() { check.primal_violation } else { check.primal_violation.max(fraction) };
    let certificate = Certificate { bound, gap, dual_violation: 0.0, primal_violation: violation, ..check };
    if violation > TOLERANCE || status == LpStatus::Failed {
        return Err(if status == LpStatus::TimeLimit {
            NoAnswer::TimeLimit
        } else {
            NoAnswer::NotProven { gap, violation, status }
        });
    }
    let ending = match status {
        LpStatus::TimeLimit => Ending::TimeLimit,
        _ if certificate.proven() => Ending::Optimal,
        _ => Ending::NotProven,
    };
    let method = around.map_or(Method::Simplex, |answer| answer.method);
    let (x, duals, bound_by) = (solution.x, solution.duals, BoundBy::Solver);
    Ok(Answer { x, duals, certificate, method, bound_by, ending })
}

/// Solves a program in whatever units it is written: scaled, solved and put back. Objective and bound are in its own units.
pub(super) fn solve_in_any_units(lp: &LinearProgram, control: &Control<'_>) -> Result<Answer, NoAnswer> {
    let costs: Vec<f64> = lp.columns.iter().map(|column| column.objective).collect();
    let scales = Scales::of(lp, &costs);
    let unscaled = |duals: &mut [f64], objective: f64| {
        duals.iter_mut().zip(&scales.rows).for_each(|(dual, scale)| *dual *= scale / objective);
    };
    let mut answer = solve_mixed(&scales.apply(lp), 0.0, control).map_err(|none| match none {
        NoAnswer::Infeasible(mut duals) => {
            unscaled(&mut duals, 1.0);
            NoAnswer::Infeasible(duals)
        }
        other => other,
    })?;
    unscaled(&mut answer.duals, scales.objective);
    for ((x, scale), column) in answer.x.iter_mut().zip(&scales.columns).zip(&lp.columns) {
        *x = (*x * scale).min(column.upper).max(column.lower);
    }
    answer.certificate.objective /= scales.objective;
    answer.certificate.bound /= scales.objective;
    Ok(answer)
}

/// A proven answer to a program without whole numbers in whatever units it is written, where its own scaling gave none: its
/// certificate is in the program's own units, the gap measured against `unit` at least.
pub(super) fn proven_in_any_units(
    lp: &LinearProgram,
    constant: f64,
    unit: f64,
    control: &Control<'_>,
) -> Option<(LpSolution, Certificate, Method)> {
    let Answer { x, duals, method, .. } = solve_in_any_units(lp, control).ok()?;
    let solution = LpSolution { status: LpStatus::Optimal, x, duals };
    let certificate = Certificate::of(lp, &solution, constant, unit);
    certificate.proven().then_some((solution, certificate, method))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// max x + y with x + 10⁻⁸ y = 1 and y ≤ 10⁸ (1 + …): what a start that is off by a thousandth misses is made good.
    #[test]
    fn a_rough_answer_is_refined() {
        let lp = LinearProgram {
            columns: vec![Column::non_negative(3.0, f64::INFINITY), Column::non_negative(2.0, f64::INFINITY)],
            rows: vec![
                Row { entries: vec![(0, 1.0), (1, 1.0)], sense: Sense::AtMost, rhs: 4.0 },
                Row { entries: vec![(0, 1.0), (1, 3.0)], sense: Sense::AtMost, rhs: 6.0 },
            ],
        };
        // The optimum is (4, 0) with duals (3, 0).
        let rough =
            LpSolution { status: LpStatus::Optimal, x: vec![4.001, 0.0005], duals: vec![2.999, 1e-4] };
        let better = refined(&lp, &rough, &Control::unlimited()).expect("solved");
        let certificate = Certificate::of(&lp, &better, 0.0, 1.0);
        assert!(certificate.gap < 1e-12 && certificate.primal_violation < 1e-12, "{certificate:?}");
        assert!((better.x[0] - 4.0).abs() < 1e-12 && (better.duals[0] - 3.0).abs() < 1e-12, "{better:?}");
    }

    /// max 2x + 3y with x ≤ 5 and x + y ≤ 8 is 23 at (0, 8)… 24; in units of 10⁹ and 10⁻⁷ and with bounds of 10¹² it is the
    /// same.
    #[test]
    fn any_units_do() {
        for (a, b, r) in [(1.0, 1.0, 1.0), (1e9, 1e-7, 1e-9), (1e-9, 1e9, 1e9)] {
            let lp = LinearProgram {
                columns: vec![
                    Column::between(0.0, 1e12 / a, 2.0 * a, f64::INFINITY),
                    Column::between(0.0, 1e12 / b, 3.0 * b, f64::INFINITY),
                ],
                rows: vec![
                    Row { entries: vec![(0, a * r), (1, b * r)], sense: Sense::AtMost, rhs: 8.0 * r },
                    Row { entries: vec![(0, a), (1, -b)], sense: Sense::AtMost, rhs: 2.0 },
                ],
            };
            let answer = solve_in_any_units(&lp, &Control::unlimited()).expect("solved");
            assert!((answer.certificate.objective - 24.0).abs() < 1e-9, "{answer:?}");
            assert!((answer.x[1] * b - 8.0).abs() < 1e-9 && answer.ending == Ending::Optimal, "{answer:?}");
        }
    }
}
