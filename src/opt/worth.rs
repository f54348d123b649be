//! The cost of uncertainty and the gain of planning for it: EV, EEV, WS, EVPI and VSS of any two-stage program, for any
//! attitude to risk and any method of solving.
//!
//! With ρ the program's risk functional (1 − λ) mean + λ CVaR_α of values, all in the maximising sense:
//!
//! - RP, the program's optimum: max over x of ρ[G(x)].
//! - EV, the optimum of the program with every random number at its mean. It has one sample, whose ρ is its value.
//! - EEV = ρ[G(x_EV)]: what EV's first stage brings in truth. Minus infinity where it leaves a sample without recourse.
//! - WS = ρ[max over x of G_w(x)]: every sample planned for alone, by someone who knew it.
//! - EVPI = WS − RP ≥ 0 and VSS = RP − EEV ≥ 0, since ρ never falls where no sample's value falls.
//!
//! (Birge and Louveaux 1997, chapter 4, for λ = 0.) EV may lie below RP where costs or recourse matrices are random.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::program::{RecourseRow, SampleProgram, TwoStageProgram};
use super::solve::{NoRecourse, SolveError, Solved, alone, recourse_at};
use crate::language::{Text, text};
use crate::model::Risk;

/// A number, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The number in the maximising sense; infinite where the reason says so, nothing where it is not known.
    pub value: Option<f64>,
    /// Why it is infinite or missing.
    pub reason: Option<Text>,
}

impl Figure {
    fn of(value: f64) -> Self {
        Self { value: Some(value), reason: None }
    }

    fn infinite(value: f64, reason: Text) -> Self {
        Self { value: Some(value), reason: Some(reason) }
    }

    fn unknown(reason: Text) -> Self {
        Self { value: None, reason: Some(reason) }
    }

    /// The number where it is finite.
    pub fn finite(&self) -> Option<f64> {
        self.value.filter(|value| value.is_finite())
    }

    /// This less `other`, with the reasons of both.
    fn less(&self, other: &Self) -> Self {
        let reason = self.reason.clone().or_else(|| other.reason.clone());
        match (self.value, other.value) {
            (Some(a), Some(b)) if !(a.is_infinite() && b.is_infinite()) => {
                // Optima that agree to ten digits are the same, and none is proven better than to a millionth.
                let (difference, size) = (a - b, a.abs().max(b.abs()));
                let same = size.is_finite()
                    && (difference.abs() <= 1e-10 * size || (-1e-6 * size..0.0).contains(&difference));
                Self { value: Some(if same { 0.0 } else { difference }), reason }
            }
            _ => Self { value: None, reason },
        }
    }
}

/// The figures, in the maximising sense.
#[derive(Debug, Clone, PartialEq)]
pub struct Worth {
    /// The optimum at the mean of all random numbers.
    pub ev: Figure,
    /// Its first stage.
    pub ev_x: Option<Vec<f64>>,
    /// The true value of that first stage.
    pub eev: Figure,
    /// The value of knowing every sample before deciding.
    pub ws: Figure,
    /// WS − RP.
    pub evpi: Figure,
    /// RP − EEV.
    pub vss: Figure,
}

/// Works out the figures of `program`, whose own optimum is `solved`; `solve` is the method for the others.
pub fn worth(
    program: &TwoStageProgram,
    solved: &Solved,
    solve: &(dyn Fn(&TwoStageProgram) -> Result<Solved, SolveError> + Sync),
) -> Worth {
    let rp = Figure::of(solved.objective);
    let (ev, ev_x) = match mean_program(program) {
        None => {
            let why = text!(
                en: "samples differ in more than their numbers, so they have no mean",
                id: "sampel berbeda tidak hanya pada bilangannya, sehingga tidak memiliki rata-rata",
            );
            (Figure::unknown(why), None)
        }
        Some(mean) => match solve(&mean) {
            Ok(answer) => (Figure::of(answer.objective), Some(answer.x)),
            Err(SolveError::Infeasible(why)) => (
                Figure::infinite(
                    f64::NEG_INFINITY,
                    text!(
                        en: "the mean problem is infeasible: {why}",
                        id: "masalah dengan nilai rata-rata tidak layak: {why}",
                        why,
                    ),
                ),
                None,
            ),
            Err(SolveError::Unbounded(_)) => {
                let why = text!(
                    en: "the mean problem is unbounded",
                    id: "masalah dengan nilai rata-rata tak terbatas",
                );
                (Figure::infinite(f64::INFINITY, why), None)
            }
            Err(error) => (Figure::unknown(error.text()), None),
        },
    };
    let eev = match &ev_x {
        Some(x) => value_at(program, x),
        None => Figure::unknown(text!(
            en: "the mean problem has no optimal solution to try",
            id: "masalah dengan nilai rata-rata tidak memiliki penyelesaian optimal untuk dicoba",
        )),
    };
    let ws = wait_and_see(program, solve);
    Worth { evpi: ws.less(&rp), vss: rp.less(&eev), ev, ev_x, eev, ws }
}

/// The risk-adjusted value of first-stage decisions `x`.
pub fn value_at(program: &TwoStageProgram, x: &[f64]) -> Figure {
    let found = recourse_at(program, x);
    if let Some(w) = found.iter().position(|value| *value == Err(NoRecourse::Infeasible)) {
        let reason = text!(
            en: "the mean problem's first stage leaves sample {sample} without feasible recourse",
            id: "tahap pertama menurut nilai rata-rata tidak menyisakan tahap kedua yang layak pada sampel {sample}",
            sample = w + 1,
        );
        return Figure::infinite(f64::NEG_INFINITY, reason);
    }
    match found.iter().copied().collect::<Result<Vec<f64>, _>>() {
        Ok(values) => Figure::of(program.risk_adjusted(&values)),
        Err(NoRecourse::Unbounded) => {
            let why = text!(
                en: "a sample's recourse is unbounded",
                id: "tahap kedua suatu sampel tak terbatas",
            );
            Figure::infinite(f64::INFINITY, why)
        }
        Err(_) => Figure::unknown(text!(
            en: "a sample's recourse could not be proven",
            id: "tahap kedua suatu sampel tidak dapat dibuktikan",
        )),
    }
}

fn wait_and_see(
    program: &TwoStageProgram,
    solve: &(dyn Fn(&TwoStageProgram) -> Result<Solved, SolveError> + Sync),
) -> Figure {
    let values: Result<Vec<f64>, SolveError> = (0..program.samples.len())
        .into_par_iter()
        .map(|w| solve(&alone(program, w)).map(|answer| answer.objective))
        .collect();
    match values {
        Ok(values) => Figure::of(program.risk_adjusted(&values)),
        Err(SolveError::Unbounded(_)) => {
            let why = text!(
                en: "a sample alone is unbounded",
                id: "masalah untuk satu sampel saja tak terbatas",
            );
            Figure::infinite(f64::INFINITY, why)
        }
        Err(error) => Figure::unknown(text!(
            en: "a sample alone could not be solved: {error}",
            id: "masalah untuk satu sampel saja tidak dapat diselesaikan: {error}",
            error = error.text(),
        )),
    }
}

/// The program with every number of the recourse at its mean, in one sample; nothing if samples differ in their columns
/// or in the number or direction of their rows.
pub fn mean_program(program: &TwoStageProgram) -> Option<TwoStageProgram> {
    let base = program.samples.first()?;
    let mut columns = base.columns.clone();
    for column in &mut columns {
        (column.objective, column.lower, column.upper, column.ceiling) = (0.0, 0.0, 0.0, 0.0);
    }
    let mut rows: Vec<(BTreeMap<usize, f64>, BTreeMap<usize, f64>, f64)> =
        vec![(BTreeMap::new(), BTreeMap::new(), 0.0); base.rows.len()];
    let mut offset = 0.0;
    let mut costs: BTreeMap<usize, f64> = BTreeMap::new();
    for sample in &program.samples {
        let p = sample.probability;
        let alike = sample.columns.len() == columns.len()
            && sample.rows.len() == rows.len()
            && sample.columns.iter().zip(&base.columns).all(|(a, b)| a.integer == b.integer)
            && sample.rows.iter().zip(&base.rows).all(|(a, b)| a.sense == b.sense);
        if !alike {
            return None;
        }
        offset += p * sample.offset;
        for &(j, c) in &sample.first_objective {
            *costs.entry(j).or_default() += p * c;
        }
        for (mean, own) in columns.iter_mut().zip(&sample.columns) {
            mean.objective += p * own.objective;
            mean.lower += p * own.lower;
            mean.upper += p * own.upper;
            // Ceilings are of samples; the mean problem is another one, of which nothing is known.
            mean.ceiling = f64::INFINITY;
        }
        for ((first, second, rhs), own) in rows.iter_mut().zip(&sample.rows) {
            for (mean, list) in [(first, &own.first), (second, &own.second)] {
                for &(j, a) in list {
                    *mean.entry(j).or_default() += p * a;
                }
            }
            *rhs += p * own.rhs;
        }
    }
    let rows = rows
        .into_iter()
        .zip(&base.rows)
        .map(|((first, second, rhs), own)| RecourseRow {
            first: first.into_iter().collect(),
            second: second.into_iter().collect(),
            sense: own.sense,
            rhs,
        })
        .collect();
    let sample = SampleProgram {
        probability: 1.0,
        offset,
        first_objective: costs.into_iter().collect(),
        columns,
        rows,
    };
    Some(TwoStageProgram {
        columns: program.columns.clone(),
        rows: program.rows.clone(),
        samples: vec![sample],
        risk: Risk { lambda: 0.0, ..program.risk },
    })
}
