//! The assurance of a plan beyond the samples it was made on, in the program's reading: its value on fresh samples, a bound
//! on how far from optimal it is, what planning for uncertainty earned, and what knowing the future would.
//!
//! With G_w(b) the increment that allocation b brings in sample w and ρ the attitude to risk, (1 − λ) mean + λ CVaR_α:
//!
//! - *Value on fresh samples*: ρ[G(b)] over samples of the purpose `evaluation`, which the plan has not seen.
//! - *Optimality gap* (Mak, Morton and Wood 1999): the optimum v* is at most the expected optimum of a program with fewer
//!   samples. On each of at least twenty batches of the purpose `bound` a valid upper bound of the batch's optimum is
//!   worked out, less the plan's value on the same batch; the mean plus Student's t times its standard error is an upper
//!   limit on v* − ρ[G(b)] with 95 % confidence. With λ > 0 the program maximises over (b, η) an expectation (Rockafellar
//!   and Uryasev 2000), and the plan's value is taken with an η fixed beforehand, so that it is not biased upwards.
//! - *Value of the stochastic solution* (Birge 1982): ρ[G(b)] less ρ[G(b̄)] on the same fresh samples, b̄ the plan for a
//!   single sample with every number at its mean over the planning samples.
//! - *Expected value of perfect information* about b: ρ of the best that each fresh sample would have allowed, had it been
//!   known, less ρ[G(b)] on the same samples. Bounds stand for the best, so it is an upper estimate.
//!
//! Errors of CVaRs come from the values' influence, (1 − λ) G + λ (η − (η − G)⁺ / (1 − α)) at the samples' own quantile η.

use rayon::prelude::*;

use super::builder::{PlanSamples, PlanningProgram, frame, objective_unit};
use super::certificate::Certificate;
use super::decomposition::{
    Decomposition, DecompositionOptions, FirstStage, Samples as _, Scheme, values_at,
};
use super::error::OptError;
use super::extensive::ExtensiveForm;
use super::lp::{Method, solve};
use super::size::is_small;
use crate::control::{Control, PlanningStep, Progress};
use crate::model::{Allocation, Metric, Model, Risk};
use crate::sampling::{BLOCK, SampleBlock, Sampler};
use crate::stats::{confidence_half_width, mean_and_standard_error, one_sided_limit, quantile};

/// Batches of the bound: Mak, Morton and Wood advise at least twenty, so that means are near normal.
pub const BATCHES: usize = 20;
/// Relative gap to which the programs of batches and single samples are solved: what is left counts against the plan.
const BATCH_GAP: f64 = 2e-3;

/// Rounds of prices that a batch or a single sample gets.
const ROUNDS: usize = 1;

/// How much to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Fresh samples.
    pub fresh: usize,
    /// Samples in each of the twenty batches.
    pub batch: usize,
    /// Fresh samples that are planned for alone.
    pub alone: usize,
}

/// Rows of programs of single samples that are looked at in all.
const ROWS_ALONE: usize = 300_000;

impl Effort {
    /// The effort for a plan made on `planning` samples: fresh samples as many as those and at least 200, batches of a
    /// tenth, and single samples as many as those, but fewer where each is a large program (large portfolios differ less
    /// from sample to sample).
    pub fn of(model: &Model, metric: Metric, planning: &SampleBlock, evaluation: usize) -> Self {
        let tail = if model.risk.lambda > 0.0 { (2.0 / (1.0 - model.risk.alpha)).ceil() as usize } else { 1 };
        let frame = frame(model, metric, 0.0);
        let rows = PlanSamples::new(model, &frame, planning).make(0).rows.len() + frame.program.rows.len();
        Self {
            fresh: evaluation.clamp(2, planning.len().max(200)),
            batch: planning.len().div_euclid(10).clamp(2, 40).max(tail),
            alone: ROWS_ALONE.div_euclid(rows.max(1)).min(planning.len()).clamp(5, 40).min(evaluation.max(2)),
        }
    }
}

/// A number with its error, in the objective's unit [Rp or FTE-years].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// The number.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Half the width of its 95 % confidence interval.
    pub half_width: f64,
    /// Samples it rests on.
    pub samples: usize,
}

impl Figure {
    /// The mean of independent values.
    fn mean(values: &[f64], scale: f64) -> Self {
        let (mean, error) = mean_and_standard_error(values);
        let half_width = confidence_half_width(error, values.len());
        Self {
            value: mean * scale,
            standard_error: error * scale,
            half_width: half_width * scale,
            samples: values.len(),
        }
    }
}

/// A bound on v* − ρ[G(b)], in the objective's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OptimalityGap {
    /// Mean over the batches of upper bound less the plan's value.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// One-sided 95 % confidence limit on the gap.
    pub limit: f64,
    /// The same as a share of the plan's value on fresh samples.
    pub relative: f64,
    /// Batches.
    pub batches: usize,
    /// Samples in each.
    pub batch: usize,
}

/// The assurance of a plan beyond its samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assurance {
    /// ρ[G(b)] on fresh samples.
    pub fresh: Figure,
    /// How far from optimal the plan is at most.
    pub gap: OptimalityGap,
    /// Expected value of perfect information: an upper estimate.
    pub evpi: Figure,
    /// Value of the stochastic solution.
    pub vss: Figure,
    /// The promise of the plan for averages on its one sample: compare with its value on fresh ones.
    pub mean_promise: f64,
}

/// The value of an expectation whose best η gives the risk-adjusted value: linear in the distribution.
fn influence(risk: Risk, value: f64, eta: f64) -> f64 {
    let shortfall = (eta - value).max(0.0);
    (1.0 - risk.lambda) * value + risk.lambda * (eta - shortfall / (1.0 - risk.alpha))
}

/// The quantile that CVaR_α of equally likely values looks at; zero where risk plays no part.
fn tail_quantile(risk: Risk, values: &[f64]) -> f64 {
    if risk.lambda == 0.0 {
        return 0.0;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile(&sorted, 1.0 - risk.alpha)
}

/// The influence of each value at their own quantile; its mean is the risk-adjusted value.
fn influences(risk: Risk, values: &[f64]) -> Vec<f64> {
    let eta = tail_quantile(risk, values);
    values.iter().map(|value| influence(risk, *value, eta)).collect()
}

/// The program on one set of samples, as far as the questions here need it.
struct Questions<'a> {
    model: &'a Model,
    /// Without the cost of spending that breaks ties.
    planning: PlanningProgram,
    /// The plan, and no plan.
    x: Vec<f64>,
    nothing: Vec<f64>,
    /// Worth of first-stage rows under the plan.
    duals: &'a [f64],
    unit: f64,
}

/// The plan's increments on a block of samples, and an upper bound on any plan's there.
struct Found {
    increments: Vec<f64>,
    bound: f64,
    /// Good decisions, from the decomposition or the relaxation.
    decisions: Vec<f64>,
}

impl Questions<'_> {
    /// Increments of several first-stage decisions over none, by decision and sample.
    fn increments(&self, block: &SampleBlock, decisions: &[&[f64]]) -> Result<Vec<Vec<f64>>, OptError> {
        let samples = PlanSamples::new(self.model, &self.planning, block);
        let all: Vec<&[f64]> =
            std::iter::once(self.nothing.as_slice()).chain(decisions.iter().copied()).collect();
        let mut values = values_at(&samples, &all)?;
        let without = values.remove(0);
        for values in &mut values {
            values.iter_mut().zip(&without).for_each(|(value, without)| *value -= without);
        }
        Ok(values)
    }

    /// The plan's value and the best there is on the samples of `block`.
    fn ask(&self, block: &SampleBlock) -> Result<Found, OptError> {
        let samples = PlanSamples::new(self.model, &self.planning, block);
        let values = values_at(&samples, &[&self.nothing, &self.x])?;
        let [without, with] = values.as_slice() else { unreachable!("two were asked for") };
        let increments: Vec<f64> = with.iter().zip(without).map(|(with, without)| with - without).collect();
        let offsets: Vec<f64> = without.iter().map(|level| -level).collect();
        let whole_numbers = self.planning.program.has_integers();
        if !whole_numbers && is_small(self.model, &self.planning, &samples) {
            let mut program = self.planning.program.clone();
            program.samples = (0..samples.count()).map(|w| samples.make(w)).collect();
            for (sample, offset) in program.samples.iter_mut().zip(&offsets) {
                sample.offset = *offset;
            }
            let form = ExtensiveForm::of(&program);
            let mut best = (f64::INFINITY, Vec::new());
            let methods = match form.lp.best_method() {
                Method::Simplex => [Method::Simplex, Method::InteriorPoint],
                _ => [Method::InteriorPoint, Method::Simplex],
            };
            for method in methods {
                let solution = solve(&form.lp, method, &Control::unlimited());
                let certificate = Certificate::of(&form.lp, &solution, form.constant, self.unit);
                if certificate.bound < best.0 {
                    best = (certificate.bound, solution.x);
                }
                if certificate.proven() {
                    break;
                }
            }
            let (bound, x) = best;
            let decisions = x.into_iter().take(self.planning.program.columns.len()).collect();
            return Ok(Found { increments, bound, decisions });
        }
        let linking = self.planning.linking();
        let first = FirstStage {
            columns: &self.planning.program.columns,
            rows: &self.planning.program.rows,
            linking: &linking,
            risk: self.model.risk,
        };
        let whole = std::sync::atomic::AtomicBool::new(true);
        let options = DecompositionOptions {
            gap: BATCH_GAP,
            unit: self.unit,
            scheme: Scheme::Automatic,
            groups: None,
            // With blocks joined by prices a round is long, and the plan's own prices make a good bound at once.
            progress: &|iteration| {
                whole.load(std::sync::atomic::Ordering::Relaxed) || iteration.number < ROUNDS
            },
        };
        let mut parts = Decomposition::new(first, &samples, &options)?;
        whole.store(parts.is_l_shaped(), std::sync::atomic::Ordering::Relaxed);
        parts.set_offsets(offsets);
        parts.begin_at(&self.x, self.duals);
        let found = parts.solve(&options)?;
        Ok(Found { increments, bound: found.bound, decisions: found.x })
    }
}

/// Where the samples come from.
#[derive(Debug, Clone, Copy)]
pub struct Draws<'a> {
    /// The samples that the plan was made on.
    pub planning: &'a SampleBlock,
    /// Samples of the bound.
    pub bound: &'a Sampler,
    /// Fresh samples.
    pub fresh: &'a Sampler,
}

/// Looks at `allocation` beyond the samples it was made on; `duals` are the worth of first-stage rows where they are known
/// (they make the bounds come sooner). Nothing once `control` stops it.
///
/// # Errors
/// [`OptError`] where a program cannot be solved to a proof.
pub fn assess(
    model: &Model,
    metric: Metric,
    allocation: &Allocation,
    duals: &[f64],
    draws: Draws<'_>,
    effort: Effort,
    control: &Control<'_>,
) -> Result<Option<Assurance>, OptError> {
    let mut planning = frame(model, metric, 0.0);
    let x = planning.decide(model, allocation);
    for column in &mut planning.program.columns {
        column.objective = 0.0;
    }
    let scale = objective_unit(metric);
    let unit = if metric.is_money() { model.money_unit.rupiah() / scale } else { 1.0 };
    let nothing = vec![0.0; planning.program.columns.len()];
    let questions = Questions { model, planning, x, nothing, duals, unit };
    let risk = model.risk;
    if !control.passes(Progress::Planning(PlanningStep::Fresh)) {
        return Ok(None);
    }
    // The plan for averages, and what it and the plan bring on fresh samples.
    let averages = draws.planning.mean();
    let mean_plan = questions.ask(&averages)?;
    let (mut plan, mut mean) = (Vec::new(), Vec::new());
    for (first, count) in crate::sampling::blocks(effort.fresh) {
        let block = draws.fresh.block(first, count);
        let values = questions.increments(&block, &[&questions.x, &mean_plan.decisions])?;
        let [own, averaged] = values.as_slice() else { unreachable!("two were asked for") };
        plan.extend_from_slice(own);
        mean.extend_from_slice(averaged);
        debug_assert!(count <= BLOCK);
        if !control.passes(Progress::Planning(PlanningStep::Fresh)) {
            return Ok(None);
        }
    }
    let fresh = Figure::mean(&influences(risk, &plan), scale);
    let paired: Vec<f64> =
        influences(risk, &plan).iter().zip(influences(risk, &mean)).map(|(a, b)| a - b).collect();
    let vss = Figure::mean(&paired, scale);

    // What each of the first fresh samples would have allowed.
    control.report(Progress::Planning(PlanningStep::Batches));
    let alone = effort.alone.min(effort.fresh);
    let best: Vec<Option<f64>> = (0..alone)
        .into_par_iter()
        .map(|w| {
            if !control.passes(Progress::Planning(PlanningStep::Batches)) {
                return Ok(None);
            }
            // Of one sample the risk-adjusted value is the value.
            Ok(Some(questions.ask(&draws.fresh.block(w, 1))?.bound))
        })
        .collect::<Result<_, OptError>>()?;
    let Some(best) = best.into_iter().collect::<Option<Vec<f64>>>() else { return Ok(None) };
    let known = influences(risk, &best);
    let own = influences(risk, &plan[..alone]);
    let evpi = Figure::mean(&known.iter().zip(&own).map(|(a, b)| a - b).collect::<Vec<f64>>(), scale);

    let eta = tail_quantile(risk, &plan);
    let gaps: Vec<Option<f64>> = (0..BATCHES)
        .into_par_iter()
        .map(|number| {
            if !control.passes(Progress::Planning(PlanningStep::Batches)) {
                return Ok(None);
            }
            let found = questions.ask(&draws.bound.block(number * effort.batch, effort.batch))?;
            let values: f64 = found.increments.iter().map(|value| influence(risk, *value, eta)).sum();
            Ok(Some(found.bound - values / effort.batch as f64))
        })
        .collect::<Result<_, OptError>>()?;
    let Some(gaps) = gaps.into_iter().collect::<Option<Vec<f64>>>() else { return Ok(None) };
    let (gap, error) = mean_and_standard_error(&gaps);
    let limit = one_sided_limit(gap, error, gaps.len()).max(0.0) * scale;
    Ok(Some(Assurance {
        fresh,
        gap: OptimalityGap {
            mean: gap * scale,
            standard_error: error * scale,
            limit,
            relative: limit / fresh.value.abs().max(unit * scale),
            batches: BATCHES,
            batch: effort.batch,
        },
        evpi,
        vss,
        mean_promise: mean_plan.bound * scale,
    }))
}
