//! Finds the row at which proofs fail.

use rayon::prelude::*;

use super::super::builder::{PlanSamples, PlanningProgram, build, frame};
use super::super::certificate::{Certificate, TOLERANCE};
use super::super::decomposition::{DecompositionError, Samples as _};
use super::super::error::OptError;
use super::super::extensive::ExtensiveForm;
use super::super::lp::{LinearProgram, LpSolution, Method, solve};
use super::super::names::names;
use super::super::program::{Row, Sense};
use super::super::smps::write::Names;
use super::NumberAt;
use super::Unproven;
use crate::control::Control;
use crate::model::{Metric, Model};
use crate::sampling::SampleBlock;

/// Rows of a program that is written out to find where its proof fails.
const ROWS: usize = 100_000;

/// True of an error that says that no answer stood up to the check.
pub(in crate::opt) fn is_of_proof(error: &OptError) -> bool {
    matches!(
        error,
        OptError::NotProven { .. }
            | OptError::Decomposition(DecompositionError::Recourse { .. } | DecompositionError::Model)
    )
}

/// True if the program on these samples is small enough to be written out.
pub(in crate::opt) fn can_be_written_out(model: &Model, metric: Metric, block: &SampleBlock) -> bool {
    let planning = frame(model, metric, 0.0);
    let samples = PlanSamples::new(model, &planning, block);
    planning.program.rows.len() + samples.make(0).rows.len() * samples.count() <= ROWS
}

/// The same error with the row at which proofs fail, where one is found.
pub(in crate::opt) fn explained(
    error: OptError,
    model: &Model,
    metric: Metric,
    block: &SampleBlock,
) -> OptError {
    if !is_of_proof(&error) || !can_be_written_out(model, metric, block) {
        return error;
    }
    let planning = build(model, metric, block);
    let named = Named { planning: &planning, names: names(model, &planning) };
    let found = named.in_a_sample().or_else(|| named.in_all());
    found.map_or(error, |found| OptError::NotProvenAt(Box::new(found)))
}

struct Named<'a> {
    planning: &'a PlanningProgram,
    names: Names,
}

impl Named<'_> {
    /// The first sample whose operations without money cannot be solved to a proof.
    fn in_a_sample(&self) -> Option<Unproven> {
        let samples = &self.planning.program.samples;
        let failing = (0..samples.len()).into_par_iter().find_map_first(|w| {
            let rows = samples[w].rows.iter().map(|row| Row {
                entries: row.second.clone(),
                sense: row.sense,
                rhs: row.rhs,
            });
            let lp = LinearProgram { columns: samples[w].columns.clone(), rows: rows.collect() }.tightened();
            let (solution, certificate) = checked(&lp);
            (!certificate.proven()).then_some((w, lp, solution, certificate))
        });
        let (w, lp, solution, certificate) = failing?;
        let row = worst(&lp, &solution.x)?;
        let name = |j: usize| self.names.second_columns.get(j).cloned();
        let of = self.names.second_rows.get(row).cloned();
        let at = Missed { row: &lp.rows[row], x: &solution.x, gap: certificate.gap };
        Some(told(of, Some(w), at, &name))
    }

    /// The worst row of the program as a whole.
    fn in_all(&self) -> Option<Unproven> {
        let program = &self.planning.program;
        let form = ExtensiveForm::of(program);
        let (solution, certificate) = checked(&form.lp);
        if certificate.proven() {
            // What failed was another question about this program: none of its rows is to blame.
            return None;
        }
        let row = worst(&form.lp, &solution.x)?;
        // Which sample's row it is, and where that sample's columns start.
        let (mut sample, mut start) = (None, program.columns.len());
        let mut of = self.names.first_rows.get(row).cloned();
        if let Some(beyond) = row.checked_sub(program.rows.len()) {
            let mut own = beyond;
            for (w, (made, first)) in program.samples.iter().zip(&form.column_starts).enumerate() {
                if own < made.rows.len() {
                    (sample, start) = (Some(w), *first);
                    break;
                }
                own -= made.rows.len();
            }
            of = sample.and_then(|_| self.names.second_rows.get(own).cloned());
        }
        let name = |j: usize| match j.checked_sub(start) {
            Some(own) if sample.is_some() => self.names.second_columns.get(own).cloned(),
            _ => self.names.first_columns.get(j).cloned(),
        };
        let at = Missed { row: &form.lp.rows[row], x: &solution.x, gap: certificate.gap };
        Some(told(of, sample, at, &name))
    }
}

/// The solver's answer that comes nearest to a proof, and its check.
fn checked(lp: &LinearProgram) -> (LpSolution, Certificate) {
    let badness = |of: &Certificate| of.primal_violation.max(of.gap);
    let by = |method| {
        let solution = solve(lp, method, &Control::unlimited());
        let certificate = Certificate::of(lp, &solution, 0.0, 1.0);
        (solution, certificate)
    };
    let mut best = by(Method::Simplex);
    for method in [Method::PlainSimplex, Method::InteriorPoint] {
        if best.1.proven() {
            break;
        }
        let other = by(method);
        if badness(&other.1) < badness(&best.1) {
            best = other;
        }
    }
    best
}

/// By how much a row is missed at `x`, relative to its largest term.
fn missed(row: &Row, x: &[f64]) -> f64 {
    let activity: f64 = row.entries.iter().map(|&(j, a)| a * x[j]).sum();
    let size: f64 = row.entries.iter().map(|&(j, a)| (a * x[j]).abs()).fold(row.rhs.abs(), f64::max);
    let beyond = match row.sense {
        Sense::AtMost => activity - row.rhs,
        Sense::AtLeast => row.rhs - activity,
        Sense::Equal => (activity - row.rhs).abs(),
    };
    beyond.max(0.0) / size.max(f64::MIN_POSITIVE)
}

/// How far apart the numbers of a row are.
fn spread(row: &Row) -> f64 {
    let sizes = || row.entries.iter().map(|(_, a)| a.abs()).filter(|a| *a > 0.0);
    sizes().fold(0.0, f64::max) / sizes().fold(f64::INFINITY, f64::min)
}

/// The row that is missed by most; where every row is kept, the one whose numbers are furthest apart.
fn worst(lp: &LinearProgram, x: &[f64]) -> Option<usize> {
    let most = |of: &dyn Fn(&Row) -> f64| {
        let numbered = (0..lp.rows.len()).filter(|i| !lp.rows[*i].entries.is_empty());
        numbered.max_by(|a, b| of(&lp.rows[*a]).total_cmp(&of(&lp.rows[*b])).then(b.cmp(a)))
    };
    most(&|row| missed(row, x))
        .filter(|row| missed(&lp.rows[*row], x) > TOLERANCE)
        .or_else(|| most(&|row| spread(row)))
}

/// A row that is missed at decisions `x`, whose relative gap is `gap`.
struct Missed<'a> {
    row: &'a Row,
    x: &'a [f64],
    gap: f64,
}

/// Says it in the scenario's keys.
fn told(
    row: Option<String>,
    sample: Option<usize>,
    at: Missed<'_>,
    name: &dyn Fn(usize) -> Option<String>,
) -> Unproven {
    let Missed { row: own, x, gap } = at;
    let number = |&(j, value): &(usize, f64)| NumberAt {
        decision: name(j).unwrap_or_else(|| format!("column {}", j + 1)),
        value,
    };
    let entries = || own.entries.iter().filter(|(_, a)| *a != 0.0);
    let by_size = |a: &&(usize, f64), b: &&(usize, f64)| a.1.abs().total_cmp(&b.1.abs());
    let nothing = NumberAt { decision: String::new(), value: 0.0 };
    Unproven {
        row: row.unwrap_or_else(|| "cvar".to_string()),
        sample,
        violation: missed(own, x),
        gap,
        smallest: entries().min_by(by_size).map_or(nothing.clone(), number),
        largest: entries().max_by(by_size).map_or(nothing, number),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::program::Column;
    use super::*;

    /// 2x + 1e−9 y ≤ 4 at x = 3: 6 is 2 beyond 4, a third of the largest term. The other row is kept.
    #[test]
    fn the_row_that_is_missed_is_told_with_its_numbers() {
        let row =
            |entries: &[(usize, f64)], rhs| Row { entries: entries.to_vec(), sense: Sense::AtMost, rhs };
        let lp = LinearProgram {
            columns: vec![Column::non_negative(1.0, 9.0); 2],
            rows: vec![row(&[(0, 1.0)], 5.0), row(&[(0, 2.0), (1, 1e-9)], 4.0)],
        };
        let x = [3.0, 0.0];
        assert_eq!(worst(&lp, &x), Some(1));
        let name = |j: usize| Some(format!("level/c/p{j}/t1"));
        let told = told(
            Some("capacity/c/k/t1".into()),
            Some(2),
            Missed { row: &lp.rows[1], x: &x, gap: 0.5 },
            &name,
        );
        assert!((told.violation - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!((told.smallest.value, told.largest.decision.as_str()), (1e-9, "level/c/p0/t1"));
        let text = told.text().in_language(crate::language::Lang::En).to_string();
        assert!(text.starts_with("row 'capacity/c/k/t1' of sample 3 is missed by 3.3e-1"), "{text}");
    }
}
