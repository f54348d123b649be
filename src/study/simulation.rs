//! Simulating a scenario: how many samples, how they are spread, in how many parts, and what they say.

use serde::{Deserialize, Serialize};

use super::accounts::Accounts;
use super::error::StudyError;
use super::estimate::{Estimate, sample_size};
use super::outcome::{OutcomeRow, PlanName, outcome_rows};
use super::stream::{self, Accumulated, Grid, Raw, Row, Span, Threshold, Wanted};
use super::worth::{Relief, Worth, appraise, relief_of};
use crate::control::Control;
use crate::control::Progress;
use crate::language::{Text, text};
use crate::model::{Allocation, Metric, Model, ParameterId};
use crate::sampling::{
    BLOCK, Design, Place as Draw, Purpose, SOBOL_DIMENSIONS, SOBOL_POINTS, Sampler, blocks,
};
use crate::sim::{Binding, Bottleneck, Bottlenecks, Measure, PlanEffects, Selector, Simulation, simulate};
use crate::stats::sketch::Sketch;
use crate::stats::wilson_interval;

/// Samples of the pilot that settles how many samples to take and which numbers matter most.
pub const PILOT: usize = 1024;
/// Samples taken at most to reach a precision, unless the caller says otherwise.
pub const UNTIL_CAP: usize = 1_000_000;
/// Samples taken at least.
const UNTIL_LEAST: usize = 256;

/// How samples are spread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Points {
    /// Independent samples.
    #[default]
    Plain,
    /// Latin hypercube sampling in so many independent replicates.
    LatinHypercube {
        /// Independent randomisations.
        replicates: usize,
    },
    /// Scrambled Sobol points for the most influential draws, in so many independent replicates.
    Sobol {
        /// Independent randomisations.
        replicates: usize,
    },
}

/// How many samples to take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Samples {
    /// So many.
    Number(usize),
    /// As many as the headline's 95 % interval needs to be this narrow.
    Until {
        /// Half the width of the interval over the level with the plan.
        share: f64,
        /// Samples at most.
        cap: usize,
    },
}

/// The settled form of a [`SimulationRequest`](super::SimulationRequest).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SimulationSettings {
    /// How many samples.
    pub samples: Samples,
    /// Seed of the draws.
    pub seed: u64,
    /// How they are spread.
    pub points: Points,
}

/// A precision asked for, with the samples that it needs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Precision {
    /// Half the width of the headline's 95 % interval over the level with the plan, as asked for.
    pub share: f64,
    /// Samples that it needs by the pilot, before the cap.
    pub needed: f64,
    /// Samples at most.
    pub cap: usize,
    /// Samples of the pilot.
    pub pilot: usize,
}

/// The samples of a run, settled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    /// How many.
    pub samples: usize,
    /// How they are spread.
    pub design: Points,
    /// Where they were settled by a precision.
    pub precision: Option<Precision>,
}

impl Sampling {
    /// Samples of a replicate, if there are replicates.
    fn replicate(self) -> Option<usize> {
        match self.design {
            Points::Plain => None,
            Points::LatinHypercube { replicates } | Points::Sobol { replicates } => {
                self.samples.checked_div(replicates)
            }
        }
    }
}

/// How often a target is reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// Number of the target in the model.
    pub target: usize,
    /// Under which plan.
    pub plan: PlanName,
    /// Share of samples that reach it.
    pub probability: f64,
    /// Its 95 % interval: Wilson's (1927) for independent samples, Student's over replicates.
    pub interval: [f64; 2],
}

/// Outcomes without and with a plan on common random numbers.
#[derive(Debug, Clone)]
pub struct SimulationStudy {
    /// How the samples were taken.
    pub sampling: Sampling,
    /// Seed of the draws.
    pub seed: u64,
    /// Every measure by place and year.
    pub rows: Vec<OutcomeRow>,
    /// The bottlenecks without a plan.
    pub without: Bottlenecks,
    /// The bottlenecks with the plan, where there is one.
    pub with: Option<Bottlenecks>,
    /// How often targets are reached.
    pub reached: Vec<Reached>,
    /// Who gains along the chains that name actors.
    pub accounts: Accounts,
    /// Largest relative error of quantiles and tails that comes from keeping counts instead of values; 0 if exact.
    pub quantile_error: f64,
    /// Rows without quantiles, because there are too many.
    pub rows_without_quantiles: usize,
    /// The worth of the plan to the public, where there is one and it was asked for.
    pub worth: Option<Worth>,
    /// The worth of relieving each capacity that binds with the plan, in the objective's metric, where it was asked for.
    pub relief: Vec<Relief>,
    /// Totals over all clusters and years, by series and metric.
    totals: Vec<(PlanName, Metric, Estimate)>,
}

impl SimulationStudy {
    /// The same with the worth of `plan`, where there is one, on the first of its samples.
    ///
    /// # Errors
    /// [`StudyError::Sim`].
    pub fn appraised(
        self,
        model: &Model,
        plan: Option<&Allocation>,
        control: &Control<'_>,
    ) -> Result<Self, StudyError> {
        let Some(plan) = plan else { return Ok(self) };
        let worth = appraise(model, &[plan], self.sampling.samples, self.seed, 1, control)?.pop();
        Ok(Self { worth, ..self })
    }

    /// The same with the worth of relieving each capacity that binds with `plan`, in `metric`.
    ///
    /// # Errors
    /// [`StudyError::Sim`].
    pub(super) fn relieved(
        self,
        model: &Model,
        plan: &Allocation,
        metric: Metric,
        control: &Control<'_>,
    ) -> Result<Self, StudyError> {
        let Some(with) = &self.with else { return Ok(self) };
        let (samples, seed) = (self.sampling.samples, self.seed);
        let relief = relief_of(model, plan, metric, with, samples, seed, control)?;
        Ok(Self { relief, ..self })
    }

    /// The worth of relieving a bottleneck with the plan, where it is a capacity and that was asked for.
    pub fn relief_of(&self, of: &Bottleneck) -> Option<&Relief> {
        let Binding::Capacity(capacity) = of.what else { return None };
        self.relief.iter().find(|relief| (relief.cluster, relief.capacity) == (of.cluster, capacity))
    }

    /// The distribution of a metric over all clusters and years.
    pub fn total(&self, plan: PlanName, metric: Metric) -> Estimate {
        let found = self.totals.iter().find(|(p, m, _)| *p == plan && *m == metric);
        found.map_or_else(|| Estimate::of(&[], 0.0), |(_, _, estimate)| *estimate)
    }
}

/// A part of a run: what it kept of its samples, and which these were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The samples of the whole run.
    pub sampling: Sampling,
    /// Seed of the draws.
    pub seed: u64,
    /// Which part of how many (from 1).
    pub shard: (usize, usize),
    /// The accumulated statistics.
    pub kept: Accumulated,
}

/// The thresholds that the model's targets ask for.
pub(super) fn thresholds(model: &Model) -> Vec<Threshold> {
    let threshold = |target: &crate::model::Target| Threshold {
        row: Row {
            measure: Measure::of_target(model, target.what),
            cluster: target.cluster,
            year: target.year,
        },
        at_least: target.at_least,
    };
    model.targets.iter().map(threshold).collect()
}

fn wanted(model: &Model, with_plan: bool) -> Wanted {
    Wanted {
        series: PlanName::series(with_plan),
        totals: Vec::new(),
        thresholds: thresholds(model),
        accounts: 1 + usize::from(with_plan),
    }
}

/// Simulates a model without and, where given, with `plan`, on the same draws. `raw`, where given, receives every
/// outcome of every sample.
///
/// # Errors
/// [`StudyError::Sim`], [`StudyError::Raw`]; [`StudyError::Request`] where the samples asked for cannot be.
pub fn simulate_plan(
    model: &Model,
    plan: Option<&Allocation>,
    request: &SimulationSettings,
    control: &Control<'_>,
    raw: Option<Raw<'_>>,
) -> Result<SimulationStudy, StudyError> {
    let part = part_of(model, plan, request, (1, 1), control, raw)?;
    study_of(model, plan.is_some(), &part).appraised(model, plan, control)
}

/// Simulates part `i` of `k` (from 1) of a run.
///
/// # Errors
/// As [`simulate_plan`].
pub fn part_of(
    model: &Model,
    plan: Option<&Allocation>,
    request: &SimulationSettings,
    shard: (usize, usize),
    control: &Control<'_>,
    raw: Option<Raw<'_>>,
) -> Result<Part, StudyError> {
    let (i, k) = shard;
    let effects = plan.map(|plan| PlanEffects::new(model, plan));
    let mut plans = vec![None];
    plans.extend(effects.as_ref().map(Some));
    let sampling = settle(model, &plans, request)?;
    if k > 1 && sampling.design != Points::Plain {
        return Err(StudyError::Request(text!(
            en: "a run is split into parts only with plain sampling: take plain samples, or run it as a whole",
            id: "simulasi hanya dapat dibagi dengan pengambilan sampel biasa: pakai sampel biasa, atau jalankan seluruhnya sekaligus",
        )));
    }
    let design = design_of(model, &plans, request.seed, sampling)?;
    let sampler = Sampler::with_design(model, request.seed, Purpose::Evaluation, &design);
    let simulation = Simulation::with_accounts(model, &sampler, &plans)?;
    let grid = Grid::new(model, &wanted(model, plan.is_some()));
    let span = match sampling.replicate() {
        None => Span::shard(sampling.samples, i, k),
        size => Span::whole(sampling.samples, size),
    };
    control.report(Progress::Simulating(span.samples_within()));
    let kept = stream::run(&simulation, &grid, span, &|n| control.passes(Progress::Samples(n)), raw)?;
    Ok(Part { sampling, seed: request.seed, shard, kept })
}

/// The number (from 0) of the first sample of part `i` of `k` of a run.
///
/// # Errors
/// As [`simulate_plan`].
pub fn first_sample(
    model: &Model,
    plan: Option<&Allocation>,
    request: &SimulationSettings,
    shard: (usize, usize),
) -> Result<usize, StudyError> {
    let (i, k) = shard;
    let effects = plan.map(|plan| PlanEffects::new(model, plan));
    let mut plans = vec![None];
    plans.extend(effects.as_ref().map(Some));
    let sampling = settle(model, &plans, request)?;
    Ok(Span::shard(sampling.samples, i, k).first * BLOCK)
}

/// The study that a whole run gives.
pub fn study_of(model: &Model, with_plan: bool, part: &Part) -> SimulationStudy {
    let grid = Grid::new(model, &wanted(model, with_plan));
    study(model, &grid, &part.kept, part.seed, part.sampling, with_plan)
}

pub(super) fn study(
    model: &Model,
    grid: &Grid,
    kept: &Accumulated,
    seed: u64,
    sampling: Sampling,
    with_plan: bool,
) -> SimulationStudy {
    let summed = kept.summed(grid, model.risk.alpha);
    let rows = outcome_rows(model, grid, &summed, if with_plan { 3 } else { 1 });
    let totals = rows
        .iter()
        .filter_map(|row| match row.measure {
            Measure::Metric(metric) if row.cluster.is_none() && row.year.is_none() => {
                Some((row.plan, metric, row.estimate))
            }
            _ => None,
        })
        .collect();
    let plans = [PlanName::None, PlanName::Plan];
    let reached = (0..model.targets.len())
        .flat_map(|target| {
            plans[..=usize::from(with_plan)].iter().enumerate().map(move |(s, p)| (target, s, *p))
        })
        .map(|(target, series, plan)| {
            let estimate = summed.estimate(grid.threshold(target, series));
            let probability = estimate.mean;
            let interval = match sampling.design {
                Points::Plain => wilson_interval(probability, sampling.samples),
                _ => [probability - estimate.half_width, probability + estimate.half_width],
            };
            Reached { target, plan, probability, interval }
        })
        .collect();
    let mut bottlenecks = kept.bottlenecks.iter();
    let exact = grid.is_exact(sampling.samples, sampling.replicate().is_some());
    SimulationStudy {
        sampling,
        seed,
        without: bottlenecks.next().cloned().unwrap_or_default(),
        with: bottlenecks.next().filter(|_| with_plan).cloned(),
        quantile_error: if exact { 0.0 } else { Sketch::ERROR },
        rows_without_quantiles: rows.iter().filter(|row| row.estimate.cvar.is_nan()).count(),
        rows,
        reached,
        accounts: Accounts::of(model, grid, &summed, with_plan),
        worth: None,
        relief: Vec::new(),
        totals,
    }
}

/// Settles how many samples a run takes.
fn settle(
    model: &Model,
    plans: &[Option<&PlanEffects>],
    request: &SimulationSettings,
) -> Result<Sampling, StudyError> {
    let refuse = |why: Text| Err(StudyError::Request(why));
    let (samples, precision) = match request.samples {
        Samples::Number(samples) => (samples, None),
        Samples::Until { .. } if request.points != Points::Plain => {
            return refuse(text!(
                en: "a precision to reach needs plain sampling: with lhs or sobol, say how many samples to take",
                id: "ketelitian yang harus dicapai memerlukan pengambilan sampel biasa: dengan lhs atau sobol, sebutkan banyaknya sampel",
            ));
        }
        Samples::Until { share, cap } => {
            // A pilot's spread says how many samples the precision takes; whole blocks are run.
            let sampler = Sampler::new(model, request.seed, Purpose::Pilot);
            let pilot = simulate(model, &sampler, PILOT, plans, &|_| true)?;
            let series: Vec<Vec<f64>> =
                pilot.iter().map(|outcome| outcome.series(Selector::total(model.objective))).collect();
            let headline: Vec<f64> = match series.as_slice() {
                [base, planned, ..] => planned.iter().zip(base).map(|(a, b)| a - b).collect(),
                [base] => base.clone(),
                [] => Vec::new(),
            };
            let level = Estimate::of(series.last().map_or(&[], Vec::as_slice), model.risk.alpha).mean;
            let needed = sample_size(&headline, share * level.abs());
            let blocks = (needed.min(cap as f64) as usize).max(UNTIL_LEAST).div_ceil(BLOCK);
            ((blocks * BLOCK).min(cap), Some(Precision { share, needed, cap, pilot: PILOT }))
        }
    };
    // Replicates must be whole blocks, and Sobol points a power of two: only then are they balanced.
    let sampling = Sampling { samples, design: request.points, precision };
    let (Points::LatinHypercube { replicates } | Points::Sobol { replicates }) = request.points else {
        return Ok(sampling);
    };
    let whole = replicates * BLOCK;
    if replicates < 2 || !samples.is_multiple_of(whole.max(1)) {
        return refuse(text!(
            en: "{samples} samples in {replicates} replicates: with lhs and sobol take a multiple of {whole}, so that \
                 each replicate (two at least) holds whole blocks of {BLOCK}",
            id: "{samples} sampel dalam {replicates} ulangan: dengan lhs dan sobol ambil kelipatan {whole}, agar \
                 tiap ulangan (sedikitnya dua) berisi blok utuh yang terdiri atas {BLOCK} sampel",
        ));
    }
    let size = samples.div_euclid(replicates);
    if matches!(request.points, Points::Sobol { .. }) && (size > SOBOL_POINTS || !size.is_power_of_two()) {
        let better = replicates * size.next_power_of_two().min(SOBOL_POINTS);
        return refuse(text!(
            en: "{samples} samples in {replicates} replicates are {size} Sobol points each: take a power of two of at \
                 most {SOBOL_POINTS}, such as {better} samples",
            id: "{samples} sampel dalam {replicates} ulangan berarti {size} titik Sobol per ulangan: ambil pangkat dua, paling \
                 banyak {SOBOL_POINTS}, misalnya {better} sampel",
        ));
    }
    Ok(sampling)
}

/// The design of the draws: for Sobol points, with the most influential draws of a pilot.
fn design_of(
    model: &Model,
    plans: &[Option<&PlanEffects>],
    seed: u64,
    sampling: Sampling,
) -> Result<Design, StudyError> {
    let replicate = sampling.replicate().unwrap_or(0);
    Ok(match sampling.design {
        Points::Plain => Design::Plain,
        Points::LatinHypercube { .. } => Design::LatinHypercube { replicate },
        Points::Sobol { .. } => Design::Sobol { replicate, places: most_influential(model, plans, seed)? },
    })
}

/// The draws that go with the headline most closely in a pilot, by the square of their correlation with it: at most as
/// many as there are Sobol dimensions. Ties go by place.
fn most_influential(
    model: &Model,
    plans: &[Option<&PlanEffects>],
    seed: u64,
) -> Result<Vec<(Draw, u64)>, StudyError> {
    let sampler = Sampler::new(model, seed, Purpose::Pilot);
    let outcomes = simulate(model, &sampler, PILOT, plans, &|_| true)?;
    let series: Vec<Vec<f64>> =
        outcomes.iter().map(|outcome| outcome.series(Selector::total(model.objective))).collect();
    let headline = series.last().cloned().unwrap_or_default();
    let mean = headline.iter().sum::<f64>() / headline.len().max(1) as f64;
    let (years, per_year) = (model.horizon.operating_years(), model.horizon.periods_per_year);
    // The first period of each index of a draw.
    let starts = |varies: crate::model::Varies| -> Vec<usize> {
        let mut starts: Vec<usize> = Vec::new();
        for t in 0..years * per_year {
            if varies.index(t, per_year) == starts.len() {
                starts.push(t);
            }
        }
        starts
    };
    let mut draws: Vec<(Draw, u64, usize)> = Vec::new();
    for (f, factor) in model.factors.iter().enumerate() {
        let indices = starts(factor.varies).into_iter().enumerate();
        draws.extend(indices.map(|(index, t)| (Draw::Factor(f), index as u64, t)));
    }
    for (p, parameter) in model.parameters.iter().enumerate() {
        if !matches!(parameter.distribution, crate::model::Distribution::Event(_)) {
            let indices = starts(parameter.varies).into_iter().enumerate();
            draws.extend(indices.map(|(index, t)| (Draw::Parameter(p), index as u64, t)));
        }
    }
    // Σ x, Σ x², Σ x y of each draw.
    let mut sums = vec![[0.0; 3]; draws.len()];
    for (first, count) in blocks(PILOT) {
        let block = sampler.block(first, count);
        for i in 0..count {
            let factors = sampler.factors(first + i);
            let realisation = block.realisation(i);
            let y = headline.get(first + i).copied().unwrap_or(0.0) - mean;
            for ((draw, _, t), sums) in draws.iter().zip(&mut sums) {
                let x = match draw {
                    Draw::Factor(f) => factors[*f][*t],
                    Draw::Parameter(p) => realisation.value(ParameterId::new(*p), *t),
                };
                sums[0] += x;
                sums[1] += x * x;
                sums[2] += x * y;
            }
        }
    }
    let n = PILOT as f64;
    let strength = |[x, squares, product]: [f64; 3]| {
        let variance = squares - x * x / n;
        if variance > 0.0 { product * product / variance } else { 0.0 }
    };
    let mut ranked: Vec<(f64, Draw, u64)> =
        draws.iter().zip(sums).map(|((draw, index, _), sums)| (strength(sums), *draw, *index)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    ranked.truncate(SOBOL_DIMENSIONS);
    Ok(ranked.into_iter().map(|(_, draw, index)| (draw, index)).collect())
}
