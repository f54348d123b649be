//! Any two-stage program to a checked answer, by the method asked for: the one place where methods are told apart.
//!
//! Whatever the method, the first-stage decisions are what counts: their value is worked out again, sample by sample, in
//! a recourse problem of its own, so that a probability of 10⁻¹³ before a large penalty cannot hide behind the
//! tolerances of one large program. Every row of the first stage and of every sample is judged at just these decisions.
//!
//! The program is solved in scaled units (see `scaling.rs`): what units a file is written in changes nothing.

mod apart;
mod found;
mod units;

pub use self::found::Ray;

use self::found::Found;
use self::units::InUnits;
pub use super::answer::{BoundBy, Ending};
use super::certificate::{Certificate, TOLERANCE, row_violation};
use super::extensive::ExtensiveForm;
use super::linear::{Answer, NoAnswer, solve_in_any_units, solve_mixed, unit};
use super::lp::{LinearProgram, LpStatus};

use super::answer::{ProgramSize, SolvedBy};
use super::program::{Row, TwoStageProgram};
use crate::control::Control;
use crate::language::{Lang, Text, text};

use rayon::prelude::*;

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
    /// The ground of the bound.
    pub bound_by: BoundBy,
    /// (bound − objective) relative to the objective, or to a hundred-thousandth of the terms that it is the sum of.
    pub gap: f64,
    /// How the solve ended.
    pub ending: Ending,
    /// The check of the one large program's answer.
    pub certificate: Certificate,
    /// The method that solved it.
    pub solved_by: SolvedBy,
    /// The size of the large program.
    pub size: ProgramSize,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.text().in_language(Lang::En))]
pub enum SolveError {
    /// No decisions keep all rows and bounds; says what was found out about it.
    Infeasible(Text),
    /// The objective improves without end.
    Unbounded(Box<Ray>),
    /// Nothing feasible was found in time.
    TimeLimit,
    /// No answer stood up to the check.
    NotProven {
        /// Relative gap found by the certificate.
        gap: f64,
        /// Largest row violation.
        violation: f64,
        /// The solver's status.
        status: LpStatus,
    },
    /// Decomposition takes no whole numbers in the second stage.
    WholeRecourse,
}

impl SolveError {
    /// The error in both languages.
    pub fn text(&self) -> Text {
        match self {
            Self::Infeasible(why) => {
                text!(en: "the program is infeasible: {why}", id: "program tidak layak: {why}", why)
            }
            Self::Unbounded(_) => text!(
                en: "the program is unbounded: its objective improves without end, along a direction that no row or bound stops",
                id: "program tak terbatas: tujuannya membaik tanpa akhir, sepanjang arah yang tidak dihentikan baris atau batas mana pun",
            ),
            Self::TimeLimit => text!(
                en: "the time limit was reached before any feasible decisions were found",
                id: "batas waktu tercapai sebelum ada keputusan layak yang ditemukan",
            ),
            Self::NotProven { gap, violation, status } => text!(
                en: "the program could not be solved to a proof: no decisions were found that keep every row ({ended}; relative gap {gap:e}, \
                     row violation {violation:e}); it may be infeasible, unbounded or badly scaled, none of which could be proven either",
                id: "program tidak dapat diselesaikan sampai terbukti: tidak ditemukan keputusan yang memenuhi setiap baris ({ended}; selisih relatif {gap:e}, \
                     pelanggaran baris {violation:e}); mungkin program tidak layak, tak terbatas, atau berskala buruk, dan itu pun tidak dapat dibuktikan",
                gap, violation, ended = status.text(),
            ),
            Self::WholeRecourse => text!(
                en: "decomposition takes whole numbers in the first stage only, and this program has some in the second",
                id: "dekomposisi hanya menerima bilangan bulat pada tahap pertama, sedangkan program ini memilikinya pada tahap kedua",
            ),
        }
    }
}

/// Solves `program` by `method`. Once `control` stops it and some decisions are known, the best of them are given with the gap
/// that is left.
///
/// # Errors
/// [`SolveError`] where there is no answer to vouch for.
pub fn solve_with(
    method: SolveMethod,
    program: &TwoStageProgram,
    control: &Control<'_>,
) -> Result<Solved, SolveError> {
    let inside = |sample: &super::program::SampleProgram| sample.columns.iter().any(|column| column.integer);
    if method == SolveMethod::Decomposition && program.samples.iter().any(inside) {
        return Err(SolveError::WholeRecourse);
    }
    let units = InUnits::of(program);
    let by = |method| match match method {
        SolveMethod::Extensive => extensive(&units.program, control),
        SolveMethod::Decomposition => apart::decomposed(&units.program, control),
    } {
        Ok(found) => settle(&units, found, control),
        Err(NoAnswer::Infeasible(_)) => Err(SolveError::Infeasible(conflict(&units.program, control))),
        Err(NoAnswer::Unbounded(ray)) => Err(SolveError::Unbounded(Box::new(units.ray(program, &ray)))),
        Err(NoAnswer::TimeLimit) => Err(SolveError::TimeLimit),
        Err(NoAnswer::NotProven { gap, violation, status }) => {
            Err(SolveError::NotProven { gap, violation, status })
        }
    };
    let found = by(method);
    let open = match &found {
        Ok(solved) => solved.ending == Ending::NotProven,
        Err(error) => matches!(error, SolveError::NotProven { .. }),
    };
    if method == SolveMethod::Decomposition && open && control.go_on() {
        // What a decomposition cannot prove may be proven written out; the answer says by what it was solved.
        return match (by(SolveMethod::Extensive), found) {
            (Ok(solved), Ok(found)) if solved.ending != Ending::Optimal => {
                Ok(if solved.gap < found.gap { solved } else { found })
            }
            (Err(_), Ok(found)) => Ok(found),
            (written_out, _) => written_out,
        };
    }
    found
}

/// The extensive form of `program`, solved and checked.
fn extensive(program: &TwoStageProgram, control: &Control<'_>) -> Result<Found, NoAnswer> {
    let form = ExtensiveForm::of(program);
    let Answer { x, certificate, method, bound_by, ending, .. } =
        solve_mixed(&form.lp, form.constant, control)?;
    let recourse = program.samples.iter().zip(&form.column_starts);
    Ok(Found {
        recourse: Some(recourse.map(|(s, start)| x[*start..start + s.columns.len()].to_vec()).collect()),
        x: x[..program.columns.len()].to_vec(),
        bound: certificate.bound,
        bound_by,
        ending,
        solved_by: SolvedBy::Extensive(method),
    })
}

/// Values the first stage sample by sample, judges every row at the final decisions, and puts everything into the program's
/// own units.
fn settle(units: &InUnits, found: Found, control: &Control<'_>) -> Result<Solved, SolveError> {
    let program = &units.program;
    let x: Vec<f64> = program
        .columns
        .iter()
        .zip(&found.x)
        .map(|(column, value)| {
            let value = if column.integer { libm::round(*value) } else { *value };
            value.max(column.lower).min(column.upper)
        })
        .collect();
    // What is left once time is up is worked out nevertheless where it is soon done: without it there is no value.
    let unlimited = Control::unlimited();
    let control = if found.ending == Ending::TimeLimit { &unlimited } else { control };
    let samples: Vec<(f64, f64, f64)> = (0..program.samples.len())
        .into_par_iter()
        .map(|w| {
            let own = found.recourse.as_ref().map(|recourse| &recourse[w]);
            let y = match (recourse(program, w, &x, control), own) {
                (Ok(y), Some(own)) if program.sample_value(w, &x, own) > program.sample_value(w, &x, &y) => {
                    // Of two answers that keep the rows the better one.
                    if sample_violation(program, w, &x, own) <= TOLERANCE { own.clone() } else { y }
                }
                (Ok(y), _) => y,
                (Err(_), Some(own)) => own.clone(),
                (Err(_), None) => return (f64::NEG_INFINITY, 0.0, f64::INFINITY),
            };
            let size = program.samples[w].probability * objective_terms(program, w, &x, &y);
            (program.sample_value(w, &x, &y), size, sample_violation(program, w, &x, &y))
        })
        .collect();
    let first = LinearProgram { columns: program.columns.clone(), rows: program.rows.clone() };
    let violation = samples.iter().fold(Certificate::primal(&first, &x), |most, sample| most.max(sample.2));
    let values: Vec<f64> = samples.iter().map(|sample| sample.0).collect();
    let objective = program.risk_adjusted(&values);
    let size = objective.abs().max(unit(samples.iter().map(|sample| sample.1)));
    if violation > TOLERANCE {
        if found.ending == Ending::TimeLimit {
            return Err(SolveError::TimeLimit);
        }
        let gap = (found.bound - objective) / size;
        return Err(SolveError::NotProven { gap, violation, status: LpStatus::Optimal });
    }
    // Rounding: a bound below what decisions bring that keep every row.
    let bound = found.bound.max(objective);
    let gap = (bound - objective) / size;
    let certificate = Certificate { objective, bound, primal_violation: violation, dual_violation: 0.0, gap };
    let ending = match found.ending {
        _ if certificate.proven() => Ending::Optimal,
        Ending::TimeLimit => Ending::TimeLimit,
        _ => Ending::NotProven,
    };
    let back = |value: f64| value / units.scales.objective;
    let first_of = |x: &[f64]| x.iter().zip(&units.scales.columns).map(|(x, scale)| x * scale).collect();
    Ok(Solved {
        x: first_of(&x),
        values: values.into_iter().map(back).collect(),
        objective: back(objective),
        bound: back(bound),
        bound_by: found.bound_by,
        gap,
        ending,
        certificate: Certificate { objective: back(objective), bound: back(bound), ..certificate },
        solved_by: found.solved_by,
        size: size_of(program),
    })
}

/// Sum of the sizes of the terms of a sample's value.
fn objective_terms(program: &TwoStageProgram, w: usize, x: &[f64], y: &[f64]) -> f64 {
    let sample = &program.samples[w];
    let own = |columns: &[super::program::Column], x: &[f64]| -> f64 {
        columns.iter().zip(x).map(|(column, x)| (column.objective * x).abs()).sum()
    };
    let random: f64 = sample.first_objective.iter().map(|&(j, c)| (c * x[j]).abs()).sum();
    own(&program.columns, x) + own(&sample.columns, y) + random + sample.offset.abs()
}

/// Largest violation of a row or bound of sample `w`, relative to the largest term of its row and its right-hand side.
fn sample_violation(program: &TwoStageProgram, w: usize, x: &[f64], y: &[f64]) -> f64 {
    let sample = &program.samples[w];
    let bounds = LinearProgram { columns: sample.columns.clone(), rows: Vec::new() };
    sample.rows.iter().fold(Certificate::primal(&bounds, y), |most, row| {
        let first = row.first.iter().map(|&(j, a)| a * x[j]);
        let second = row.second.iter().map(|&(j, a)| a * y[j]);
        most.max(row_violation(first.chain(second), row.sense, row.rhs))
    })
}

fn size_of(program: &TwoStageProgram) -> ProgramSize {
    let sum = |of: &dyn Fn(&super::program::SampleProgram) -> usize| -> usize {
        program.samples.iter().map(of).sum()
    };
    let risky = if program.risk.lambda > 0.0 { program.samples.len() } else { 0 };
    let entries: usize = program.rows.iter().map(|row| row.entries.len()).sum();
    ProgramSize {
        columns: program.columns.len() + sum(&|sample| sample.columns.len()) + risky.min(1) + risky,
        rows: program.rows.len() + sum(&|sample| sample.rows.len()) + risky,
        nonzeros: entries
            + sum(&|sample| sample.rows.iter().map(|row| row.first.len() + row.second.len()).sum()),
    }
}

/// Why a sample has no value at some first-stage decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRecourse {
    /// No recourse keeps the sample's rows and bounds: proven.
    Infeasible,
    /// Its recourse improves without end: proven.
    Unbounded,
    /// No answer to vouch for was found.
    Unknown,
}

impl From<NoAnswer> for NoRecourse {
    fn from(none: NoAnswer) -> Self {
        match none {
            NoAnswer::Infeasible(_) => Self::Infeasible,
            NoAnswer::Unbounded(_) => Self::Unbounded,
            _ => Self::Unknown,
        }
    }
}

/// The value of every sample at first-stage decisions `x` with its best recourse, in parallel.
pub fn recourse_at(program: &TwoStageProgram, x: &[f64]) -> Vec<Result<f64, NoRecourse>> {
    (0..program.samples.len())
        .into_par_iter()
        .map(|w| {
            let (lp, broken) = recourse_program(program, w, x);
            if broken {
                return Err(NoRecourse::Infeasible);
            }
            let answer = solve_in_any_units(&lp, &Control::unlimited())?;
            Ok(program.sample_value(w, x, &answer.x))
        })
        .collect()
}

/// The best recourse of sample `w` at `x`, in scaled units.
fn recourse(
    program: &TwoStageProgram,
    w: usize,
    x: &[f64],
    control: &Control<'_>,
) -> Result<Vec<f64>, NoRecourse> {
    let (lp, _) = recourse_program(program, w, x);
    Ok(solve_mixed(&lp, 0.0, control)?.x)
}

/// The recourse problem of sample `w` at `x`, and whether a row that has no recourse is broken.
fn recourse_program(program: &TwoStageProgram, w: usize, x: &[f64]) -> (LinearProgram, bool) {
    let sample = &program.samples[w];
    let mut broken = false;
    let mut rows = Vec::with_capacity(sample.rows.len());
    for row in &sample.rows {
        let terms = row.first.iter().map(|&(j, a)| a * x[j]);
        if row.second.iter().all(|(_, a)| *a == 0.0) {
            broken |= row_violation(terms, row.sense, row.rhs) > TOLERANCE;
            continue;
        }
        rows.push(Row { entries: row.second.clone(), sense: row.sense, rhs: row.rhs - terms.sum::<f64>() });
    }
    (LinearProgram { columns: sample.columns.clone(), rows }, broken)
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

/// The part of a program that is infeasible, in words.
fn conflict(program: &TwoStageProgram, control: &Control<'_>) -> Text {
    use super::claims::{Feasibility, whole_feasibility};
    let none = |lp: &LinearProgram| matches!(whole_feasibility(lp, control), Feasibility::Infeasible(_));
    let first = LinearProgram { columns: program.columns.clone(), rows: program.rows.clone() };
    if none(&first) {
        return text!(
            en: "the rows and bounds of the first stage alone contradict each other",
            id: "baris dan batas tahap pertama saja sudah saling bertentangan",
        );
    }
    if program.samples.len() > 1 {
        let known = (0..program.samples.len()).find(|&w| none(&ExtensiveForm::of(&alone(program, w)).lp));
        return match known {
            Some(w) => text!(
                en: "sample {at} has no feasible recourse whatever is decided in the first stage",
                id: "sampel {at} tidak punya tahap kedua yang layak, apa pun keputusan tahap pertama",
                at = w + 1,
            ),
            None => text!(
                en: "no first-stage decisions leave recourse in all samples, though no sample alone is impossible",
                id: "tidak ada keputusan tahap pertama yang layak di semua sampel, walaupun tiap sampel sendiri mungkin",
            ),
        };
    }
    text!(
        en: "no first-stage decisions leave a feasible recourse",
        id: "tidak ada keputusan tahap pertama yang menyisakan tahap kedua yang layak",
    )
}

#[cfg(test)]
mod tests {
    use super::super::program::{Column, RecourseRow, SampleProgram, Sense};
    use super::*;
    use crate::model::Risk;

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
        let solved = solve_with(SolveMethod::Extensive, &whole(true), &Control::unlimited()).expect("solved");
        assert_eq!(solved.x, [3.0]);
        assert!((solved.objective - 5.25).abs() < 1e-9 && (solved.bound - 5.25).abs() < 1e-5, "{solved:?}");
        assert_eq!(solved.bound_by, BoundBy::Solver);
        let fraction =
            solve_with(SolveMethod::Extensive, &whole(false), &Control::unlimited()).expect("solved");
        assert!((fraction.objective - 5.5).abs() < 1e-9, "{fraction:?}");
        assert_eq!(fraction.bound_by, BoundBy::Certificate);
    }

    #[test]
    fn infeasible_and_unbounded_programs_are_told_apart() {
        let mut program = whole(false);
        program.rows.push(Row { entries: vec![(0, 1.0)], sense: Sense::AtMost, rhs: -1.0 });
        let error =
            solve_with(SolveMethod::Extensive, &program, &Control::unlimited()).expect_err("no answer");
        assert!(error.to_string().contains("first stage alone"), "{error}");
        let mut program = whole(false);
        program.samples[1].rows.push(RecourseRow {
            first: vec![],
            second: vec![(0, 1.0)],
            sense: Sense::AtLeast,
            rhs: 9.0,
        });
        let error =
            solve_with(SolveMethod::Extensive, &program, &Control::unlimited()).expect_err("no answer");
        assert!(error.to_string().contains("sample 2 has no feasible recourse"), "{error}");
        let mut program = whole(false);
        program.columns[0].objective = 1.0;
        for method in [SolveMethod::Extensive, SolveMethod::Decomposition] {
            let found = solve_with(method, &program, &Control::unlimited());
            let Err(SolveError::Unbounded(ray)) = found else { panic!("{found:?}") };
            // Buying more for ever.
            assert!(ray.x[0] > 0.0 && ray.recourse.iter().all(|y| y[0].abs() < 1e-9), "{ray:?}");
        }
    }
}
