//! Any two-stage program to a checked answer, by the method asked for: the one place where methods are told apart.
//!
//! Whatever the method, the first-stage decisions are what counts: their value is worked out again, sample by sample, in
//! a recourse problem of its own, so that a probability of 10⁻¹³ before a large penalty cannot hide behind the
//! tolerances of one large program.

use rayon::prelude::*;

use super::certificate::{Certificate, TOLERANCE};
use super::decomposition::{DecompositionError, DecompositionOptions, Finish, FirstStage, Way, decompose};
use super::extensive::ExtensiveForm;
use super::implied::with_implied_bounds;
use super::lp::{LinearProgram, LpSolution, LpStatus, Method, solve, solve_integer};
use super::planner::{ProgramSize, SolvedBy};
use super::program::{Column, Row, Sense, TwoStageProgram};
use crate::model::Risk;

/// How a two-stage program is solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SolveMethod {
    /// As one large program.
    Extensive,
    /// By decomposition over samples.
    Decomposition,
}

impl SolveMethod {
    /// Its word in reports and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            SolveMethod::Extensive => "extensive",
            SolveMethod::Decomposition => "decomposition",
        }
    }
}

/// What the bound rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoundBy {
    /// Duals, checked in our own arithmetic.
    Certificate,
    /// The solver's search over whole numbers: its word.
    Solver,
}

impl BoundBy {
    /// Its word in results.
    pub fn key(self) -> &'static str {
        match self {
            BoundBy::Certificate => "certificate",
            BoundBy::Solver => "solver",
        }
    }
}

/// How a solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Feasible and optimal to the certificate's tolerance, or to the solver's bound where there are whole numbers.
    Optimal,
    /// What the solver calls optimal, but the check falls short of proof: the certificate says by how much.
    NotProven,
    /// The time limit was reached: the best that was found, with whatever bound there is.
    TimeLimit,
}

/// An answer that was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Solved {
    /// First-stage decisions.
    pub x: Vec<f64>,
    /// The value of every sample at these, with its best recourse.
    pub values: Vec<f64>,
    /// The risk-adjusted value of these.
    pub objective: f64,
    /// A bound on the optimum.
    pub bound: f64,
    /// What it rests on.
    pub bound_by: BoundBy,
    /// (bound − objective) / max(|objective|, 1).
    pub gap: f64,
    /// How the solve ended.
    pub ending: Ending,
    /// The check of the one large program's answer.
    pub certificate: Certificate,
    /// What solved it.
    pub solved_by: SolvedBy,
    /// The size of the large program.
    pub size: ProgramSize,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SolveError {
    /// No decisions keep all rows and bounds; says what was found out about it.
    #[error("the program is infeasible: {0}")]
    Infeasible(String),
    /// The objective improves without end.
    #[error(
        "the program is unbounded: its objective improves without end, along a direction that no row or bound stops"
    )]
    Unbounded,
    /// Nothing feasible was found in time.
    #[error("the time limit was reached before any feasible decisions were found")]
    TimeLimit,
    /// No answer stood up to the check.
    #[error(
        "the solver's answer could not be proven: relative gap {gap:e}, row violation {violation:e} ({status:?})"
    )]
    NotProven {
        /// Relative gap found by the certificate.
        gap: f64,
        /// Largest row violation.
        violation: f64,
        /// What the solver said.
        status: LpStatus,
    },
    /// The method is not there.
    #[error("{0}")]
    Missing(&'static str),
}

/// Solves `program` by `method`; `seconds` limits the solver's time where given (of the extensive form: a decomposition is
/// stopped through [`solve_by_decomposition`]).
///
/// # Errors
/// [`SolveError`] where there is no answer to vouch for.
pub fn solve_with(
    method: SolveMethod,
    program: &TwoStageProgram,
    seconds: Option<f64>,
) -> Result<Solved, SolveError> {
    match method {
        SolveMethod::Extensive => solve_extensive(program, seconds),
        SolveMethod::Decomposition => solve_by_decomposition(program, &|| true),
    }
}

/// Relative gap that a decomposition is asked for.
const DECOMPOSITION_GAP: f64 = 1e-9;
/// Iterations after which it ends with the gap that is left.
const DECOMPOSITION_ITERATIONS: usize = 100_000;

/// The program with ceilings that its rows imply where it has none: no feasible decision exceeds them.
fn with_implied_ceilings(program: &TwoStageProgram) -> TwoStageProgram {
    let mut known = program.clone();
    let neutral = TwoStageProgram { risk: Risk { lambda: 0.0, ..program.risk }, ..program.clone() };
    let form = ExtensiveForm::of(&neutral);
    let implied = with_implied_bounds(&form.lp);
    for (column, with) in known.columns.iter_mut().zip(&implied.columns) {
        column.ceiling = column.ceiling.min(with.ceiling);
    }
    for (sample, start) in known.samples.iter_mut().zip(&form.column_starts) {
        for (column, with) in sample.columns.iter_mut().zip(&implied.columns[*start..]) {
            column.ceiling = column.ceiling.min(with.ceiling);
        }
    }
    known
}

/// Solves `program` by decomposition over samples. `going` is asked after every iteration; once it says false and some
/// decisions are known, the best of them is given with the gap that is left.
///
/// # Errors
/// [`SolveError`] where there is no answer to vouch for.
pub fn solve_by_decomposition(
    program: &TwoStageProgram,
    going: &(dyn Fn() -> bool + Sync),
) -> Result<Solved, SolveError> {
    if program.samples.iter().any(|sample| sample.columns.iter().any(|column| column.integer)) {
        return Err(SolveError::Missing(
            "decomposition takes whole numbers in the first stage only, and this program has some in the second; say --method extensive",
        ));
    }
    let program = &with_implied_ceilings(program);
    let linking = vec![false; program.rows.len()];
    let first =
        FirstStage { columns: &program.columns, rows: &program.rows, linking: &linking, risk: program.risk };
    let options = DecompositionOptions {
        gap: DECOMPOSITION_GAP,
        unit: 1.0,
        way: Way::Whole,
        groups: None,
        progress: &|iteration| iteration.number < DECOMPOSITION_ITERATIONS && going(),
    };
    let found = decompose(first, program, &options).map_err(|error| match error {
        DecompositionError::Infeasible => SolveError::Infeasible(conflict(program)),
        DecompositionError::Unbounded { .. } | DecompositionError::FirstStageUnbounded => {
            SolveError::Unbounded
        }
        DecompositionError::Recourse { .. } | DecompositionError::Model => {
            SolveError::NotProven { gap: f64::INFINITY, violation: f64::INFINITY, status: LpStatus::Failed }
        }
    })?;
    let lp = LinearProgram { columns: program.columns.clone(), rows: program.rows.clone() };
    let answer =
        LpSolution { status: LpStatus::Optimal, x: found.x.clone(), duals: vec![0.0; lp.rows.len()] };
    let violation = Certificate::of(&lp, &answer, 0.0, 1.0).primal_violation;
    let gap = found.gap(1.0);
    let certificate = Certificate {
        objective: found.objective,
        bound: found.bound,
        primal_violation: violation,
        dual_violation: 0.0,
        gap,
    };
    let sum = |of: &dyn Fn(&super::program::SampleProgram) -> usize| -> usize {
        program.samples.iter().map(of).sum()
    };
    let entries = |rows: &[Row]| rows.iter().map(|row| row.entries.len()).sum::<usize>();
    Ok(Solved {
        x: found.x,
        values: found.values,
        objective: found.objective,
        bound: found.bound,
        bound_by: BoundBy::Certificate,
        gap,
        ending: match found.finish {
            _ if certificate.proven() => Ending::Optimal,
            Finish::Interrupted => Ending::TimeLimit,
            _ => Ending::NotProven,
        },
        certificate,
        solved_by: SolvedBy::Decomposition {
            way: found.way,
            iterations: found.iterations,
            blocks: found.blocks,
            cuts: found.cuts,
        },
        size: ProgramSize {
            columns: program.columns.len() + sum(&|sample| sample.columns.len()),
            rows: program.rows.len() + sum(&|sample| sample.rows.len()),
            nonzeros: entries(&program.rows)
                + sum(&|sample| sample.rows.iter().map(|row| row.first.len() + row.second.len()).sum()),
        },
    })
}

/// Why a linear or integer program has no answer.
#[derive(Debug, Clone, Copy, PartialEq)]
enum NoAnswer {
    Infeasible,
    Unbounded,
    NotProven { gap: f64, violation: f64, status: LpStatus },
}

/// The answer to one linear or integer program, with its check.
#[derive(Debug, Clone)]
struct Answer {
    x: Vec<f64>,
    certificate: Certificate,
    method: Method,
    bound_by: BoundBy,
    ending: Ending,
}

/// By what columns are scaled on their way to the solver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    /// Not at all: their units are the file's.
    None,
    /// By their ceilings.
    Ceilings,
    /// By their ceilings, and by what the rows imply where there are none.
    Implied,
}

/// What to try in turn.
fn attempts(lp: &LinearProgram) -> Vec<(Scale, Method)> {
    let best = lp.best_method();
    let other = if best == Method::Simplex { Method::InteriorPoint } else { Method::Simplex };
    let known = lp.columns.iter().all(|column| column.ceiling.is_finite());
    let first = if known { Scale::Ceilings } else { Scale::None };
    vec![
        (first, best),
        (first, Method::PlainSimplex),
        (Scale::Implied, best),
        (Scale::Implied, Method::PlainSimplex),
        (first, other),
    ]
}

/// A row violation that the solver's own tolerances explain, relative to the row's largest coefficient.
const SOLVER_TOLERANCE: f64 = 1e-7;

/// Largest violation of a row relative to its largest coefficient, or of a bound as it stands.
fn plain_violation(lp: &LinearProgram, x: &[f64]) -> f64 {
    let mut most = 0.0_f64;
    for (column, &value) in lp.columns.iter().zip(x) {
        most = most.max((column.lower - value).max(value - column.upper) / value.abs().max(1.0));
    }
    for row in &lp.rows {
        let activity: f64 = row.entries.iter().map(|&(j, a)| a * x[j]).sum();
        let largest = row.entries.iter().map(|&(j, a)| a.abs() * x[j].abs().max(1.0)).fold(0.0, f64::max);
        let beyond = match row.sense {
            Sense::AtMost => activity - row.rhs,
            Sense::AtLeast => row.rhs - activity,
            Sense::Equal => (activity - row.rhs).abs(),
        };
        most = most.max(beyond / largest.max(row.rhs.abs()).max(f64::MIN_POSITIVE));
    }
    most
}

/// Solves a program whose whole numbers, if any, are free to be fractions.
fn solve_linear(lp: &LinearProgram, constant: f64, seconds: Option<f64>) -> Result<Answer, NoAnswer> {
    let known = with_implied_bounds(lp);
    let mut without = 0;
    let mut best: Option<Answer> = None;
    let mut worst =
        NoAnswer::NotProven { gap: f64::INFINITY, violation: f64::INFINITY, status: LpStatus::Failed };
    for (scale, method) in attempts(lp) {
        let solution = solve(&scaled_by(scale, lp, &known), method, seconds);
        let status = solution.status;
        if matches!(status, LpStatus::Infeasible | LpStatus::Unbounded) {
            without += 1;
            // One method's word is not enough.
            if without == 2 {
                return Err(infeasible_or_unbounded(lp));
            }
            continue;
        }
        if status == LpStatus::Failed {
            continue;
        }
        let certificate = certify(lp, &known, &solution, constant);
        let (gap, violation) = (certificate.gap, certificate.primal_violation);
        worst = NoAnswer::NotProven { gap, violation, status };
        let usable = violation <= TOLERANCE || plain_violation(lp, &solution.x) <= SOLVER_TOLERANCE;
        let ending = match status {
            LpStatus::TimeLimit => Ending::TimeLimit,
            _ if certificate.proven() => Ending::Optimal,
            _ => Ending::NotProven,
        };
        let answer = Answer { x: solution.x, certificate, method, bound_by: BoundBy::Certificate, ending };
        match ending {
            Ending::Optimal => return Ok(answer),
            Ending::TimeLimit => return if usable { Ok(answer) } else { Err(worst) },
            Ending::NotProven => {
                let badness = |of: &Answer| of.certificate.gap.max(of.certificate.primal_violation);
                if usable && best.as_ref().is_none_or(|b| badness(&answer) < badness(b)) {
                    best = Some(answer);
                }
            }
        }
    }
    best.ok_or(worst)
}

/// `lp` without its whole numbers, with the ceilings by which the solver's columns are scaled.
fn scaled_by(scale: Scale, lp: &LinearProgram, known: &LinearProgram) -> LinearProgram {
    let ceiling = |j: usize| match scale {
        Scale::None => f64::INFINITY,
        Scale::Ceilings => lp.columns[j].ceiling,
        Scale::Implied => known.columns[j].ceiling,
    };
    let column = |(j, c): (usize, &Column)| Column { ceiling: ceiling(j), integer: false, ..*c };
    LinearProgram { columns: lp.columns.iter().enumerate().map(column).collect(), rows: lp.rows.clone() }
}

/// Feasibility at the program as it stands, the bound with all that its rows imply.
fn certify(lp: &LinearProgram, known: &LinearProgram, solution: &LpSolution, constant: f64) -> Certificate {
    let primal = Certificate::of(lp, solution, constant, 1.0);
    let bound = Certificate::of(known, solution, constant, 1.0);
    Certificate { primal_violation: primal.primal_violation, ..bound }
}

/// Tells a program without an optimum by whether it has a feasible answer at all.
fn infeasible_or_unbounded(lp: &LinearProgram) -> NoAnswer {
    if feasible(lp) { NoAnswer::Unbounded } else { NoAnswer::Infeasible }
}

/// True if some decisions keep all rows and bounds.
fn feasible(lp: &LinearProgram) -> bool {
    let indifferent = LinearProgram {
        columns: lp
            .columns
            .iter()
            .map(|column| Column { objective: 0.0, ceiling: f64::INFINITY, ..*column })
            .collect(),
        rows: lp.rows.clone(),
    };
    let kept = |solution: &LpSolution| {
        let violation = Certificate::of(&indifferent, solution, 0.0, 1.0).primal_violation;
        solution.status == LpStatus::Optimal && violation <= TOLERANCE
    };
    if lp.columns.iter().any(|column| column.integer) {
        return kept(&solve_integer(&indifferent, None).solution);
    }
    kept(&solve(&indifferent, Method::Simplex, None))
        || kept(&solve(&indifferent, Method::PlainSimplex, None))
}

/// Solves a program with its whole numbers, if it has any.
fn solve_mixed(lp: &LinearProgram, constant: f64, seconds: Option<f64>) -> Result<Answer, NoAnswer> {
    if !lp.columns.iter().any(|column| column.integer) {
        return solve_linear(lp, constant, seconds);
    }
    let found = solve_integer(lp, seconds);
    let status = found.solution.status;
    if matches!(status, LpStatus::Infeasible | LpStatus::Unbounded) {
        return Err(infeasible_or_unbounded(lp));
    }
    // Whole numbers exactly, and the rest anew around them.
    let mut x = found.solution.x;
    let mut fixed = lp.clone();
    let mut fraction = 0.0_f64;
    for (column, value) in fixed.columns.iter_mut().zip(&mut x) {
        if column.integer {
            let whole = libm::round(*value);
            fraction = fraction.max((*value - whole).abs());
            *value = whole;
            (column.lower, column.upper, column.ceiling) = (whole, whole, whole.max(0.0));
        }
    }
    let around = solve_linear(&fixed, constant, None).ok();
    let solution = LpSolution {
        status,
        x: around.as_ref().map_or(x, |answer| answer.x.clone()),
        duals: vec![0.0; lp.rows.len()],
    };
    let check = Certificate::of(lp, &solution, constant, 1.0);
    let bound = (found.bound + constant).max(check.objective);
    let gap = (bound - check.objective) / check.objective.abs().max(1.0);
    let violation = check.primal_violation.max(fraction);
    let certificate = Certificate { bound, gap, dual_violation: 0.0, primal_violation: violation, ..check };
    let usable = violation <= TOLERANCE || plain_violation(lp, &solution.x).max(fraction) <= SOLVER_TOLERANCE;
    if !usable || status == LpStatus::Failed {
        return Err(NoAnswer::NotProven { gap, violation, status });
    }
    let ending = match status {
        LpStatus::TimeLimit => Ending::TimeLimit,
        _ if certificate.proven() => Ending::Optimal,
        _ => Ending::NotProven,
    };
    Ok(Answer {
        x: solution.x,
        certificate,
        method: around.map_or(Method::Simplex, |answer| answer.method),
        bound_by: BoundBy::Solver,
        ending,
    })
}

/// The extensive form of `program`, solved and checked, and its first stage valued sample by sample.
fn solve_extensive(program: &TwoStageProgram, seconds: Option<f64>) -> Result<Solved, SolveError> {
    let form = ExtensiveForm::of(program);
    let answer = match solve_mixed(&form.lp, form.constant, seconds) {
        Ok(answer) => answer,
        Err(NoAnswer::Infeasible) => return Err(SolveError::Infeasible(conflict(program))),
        Err(NoAnswer::Unbounded) => return Err(SolveError::Unbounded),
        Err(NoAnswer::NotProven { status: LpStatus::TimeLimit, .. }) => return Err(SolveError::TimeLimit),
        Err(NoAnswer::NotProven { gap, violation, status }) => {
            return Err(SolveError::NotProven { gap, violation, status });
        }
    };
    let x: Vec<f64> = program
        .columns
        .iter()
        .zip(&answer.x)
        .map(|(column, value)| {
            let value = if column.integer { libm::round(*value) } else { *value };
            value.max(column.lower).min(column.upper)
        })
        .collect();
    let own = form.sample_values(program, &answer.x);
    // A sample that the last digits of x leave without recourse keeps what the large program gave it.
    let values: Vec<f64> = recourse_at(program, &x)
        .into_iter()
        .zip(own)
        .map(|(value, own)| value.map_or(own, |value| value))
        .collect();
    let objective = program.risk_adjusted(&values);
    let bound = answer.certificate.bound.max(objective);
    Ok(Solved {
        x,
        objective,
        bound,
        bound_by: answer.bound_by,
        gap: (bound - objective) / objective.abs().max(1.0),
        ending: answer.ending,
        certificate: answer.certificate,
        solved_by: SolvedBy::Extensive(answer.method),
        size: ProgramSize {
            columns: form.lp.columns.len(),
            rows: form.lp.rows.len(),
            nonzeros: form.lp.rows.iter().map(|row| row.entries.len()).sum(),
        },
        values,
    })
}

/// Why a sample has no value at some first-stage decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRecourse {
    /// No recourse keeps the sample's rows and bounds.
    Infeasible,
    /// Its recourse improves without end.
    Unbounded,
    /// The solver gave no answer to vouch for.
    Unknown,
}

/// The value of every sample at first-stage decisions `x` with its best recourse, in parallel.
pub fn recourse_at(program: &TwoStageProgram, x: &[f64]) -> Vec<Result<f64, NoRecourse>> {
    (0..program.samples.len()).into_par_iter().map(|w| sample_at(program, w, x)).collect()
}

fn sample_at(program: &TwoStageProgram, w: usize, x: &[f64]) -> Result<f64, NoRecourse> {
    let sample = &program.samples[w];
    let rows = sample
        .rows
        .iter()
        .map(|row| Row {
            entries: row.second.clone(),
            sense: row.sense,
            rhs: row.rhs - row.first.iter().map(|&(j, a)| a * x[j]).sum::<f64>(),
        })
        .collect();
    let lp = LinearProgram { columns: sample.columns.clone(), rows };
    match solve_mixed(&lp, 0.0, None) {
        Ok(answer) => Ok(program.sample_value(w, x, &answer.x)),
        Err(NoAnswer::Infeasible) => Err(NoRecourse::Infeasible),
        Err(NoAnswer::Unbounded) => Err(NoRecourse::Unbounded),
        Err(NoAnswer::NotProven { .. }) => Err(NoRecourse::Unknown),
    }
}

/// The program in which only sample `w` can happen.
pub fn alone(program: &TwoStageProgram, w: usize) -> TwoStageProgram {
    let mut sample = program.samples[w].clone();
    sample.probability = 1.0;
    TwoStageProgram {
        columns: program.columns.clone(),
        rows: program.rows.clone(),
        samples: vec![sample],
        risk: crate::model::Risk { lambda: 0.0, ..program.risk },
    }
}

/// What can be said about why nothing is feasible.
fn conflict(program: &TwoStageProgram) -> String {
    let first = LinearProgram { columns: program.columns.clone(), rows: program.rows.clone() };
    if !feasible(&first) {
        return "the rows and bounds of the first stage alone contradict each other".to_string();
    }
    if program.samples.len() > 1 {
        let known =
            (0..program.samples.len()).find(|&w| !feasible(&ExtensiveForm::of(&alone(program, w)).lp));
        return match known {
            Some(w) => {
                format!("sample {} has no feasible recourse whatever is decided in the first stage", w + 1)
            }
            None => {
                "each sample alone could be met, but no first-stage decisions leave recourse in all of them"
                    .to_string()
            }
        };
    }
    "no first-stage decisions leave a feasible recourse".to_string()
}

#[cfg(test)]
mod tests {
    use super::super::program::{RecourseRow, SampleProgram};
    use super::*;

    /// Buy x at 1, sell min(x, demand) at 3; demand 2.5 or 3.5, even odds; x whole. At x = 3: −3 + 3 (2.5 + 3)/2 =
    /// 5.25; x = 2 gives 4, x = 4 gives −4 + 9 = 5. As a fraction x = 3.5 gives −3.5 + 9 = 5.5.
    fn whole(integer: bool) -> TwoStageProgram {
        let sample = |demand: f64| SampleProgram {
            probability: 0.5,
            columns: vec![Column::between(0.0, demand, 3.0, f64::INFINITY)],
            rows: vec![RecourseRow {
                first: vec![(0, -1.0)],
                second: vec![(0, 1.0)],
                sense: Sense::AtMost,
                rhs: 0.0,
            }],
            ..SampleProgram::default()
        };
        TwoStageProgram {
            columns: vec![Column { integer, ..Column::non_negative(-1.0, f64::INFINITY) }],
            rows: Vec::new(),
            samples: vec![sample(2.5), sample(3.5)],
            risk: Risk { lambda: 0.0, alpha: 0.9 },
        }
    }

    #[test]
    fn whole_numbers_are_whole_and_their_bound_is_the_solvers() {
        let solved = solve_with(SolveMethod::Extensive, &whole(true), None).expect("solved");
        assert_eq!(solved.x, [3.0]);
        assert!((solved.objective - 5.25).abs() < 1e-9 && (solved.bound - 5.25).abs() < 1e-5, "{solved:?}");
        assert_eq!(solved.bound_by, BoundBy::Solver);
        let fraction = solve_with(SolveMethod::Extensive, &whole(false), None).expect("solved");
        assert!((fraction.objective - 5.5).abs() < 1e-9, "{fraction:?}");
        assert_eq!(fraction.bound_by, BoundBy::Certificate);
    }

    #[test]
    fn infeasible_and_unbounded_programs_are_told_apart() {
        let mut program = whole(false);
        program.rows.push(Row { entries: vec![(0, 1.0)], sense: Sense::AtMost, rhs: -1.0 });
        let error = solve_with(SolveMethod::Extensive, &program, None).expect_err("no answer");
        assert!(error.to_string().contains("first stage alone"), "{error}");
        let mut program = whole(false);
        program.samples[1].rows.push(RecourseRow {
            first: vec![],
            second: vec![(0, 1.0)],
            sense: Sense::AtLeast,
            rhs: 9.0,
        });
        let error = solve_with(SolveMethod::Extensive, &program, None).expect_err("no answer");
        assert!(error.to_string().contains("sample 2 has no feasible recourse"), "{error}");
        let mut program = whole(false);
        program.columns[0].objective = 1.0;
        assert_eq!(solve_with(SolveMethod::Extensive, &program, None), Err(SolveError::Unbounded));
    }
}
