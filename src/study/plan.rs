//! A plan with everything known about it: made and proven by the optimiser, evaluated by the simulator beside named baselines.

use std::time::Duration;

use super::baseline::Baseline;
use super::error::StudyError;
use super::estimate::{Comparison, Estimate};
use super::outcome::PlanName;
use super::simulation::{self, Points, Sampling, SimulationStudy};
use super::stream::{self, Grid, Series, Span, Wanted};
use super::worth::{self, Ends, Worth, appraise};
use crate::control::Control;
use crate::control::Progress;
use crate::model::{Allocation, Metric, Model, Net};
use crate::opt::assurance::{Assurance, Draws, Effort};
use crate::opt::decomposition::Learned;
use crate::opt::planner::Assured;
use crate::opt::{PlanMethod, PlanOptions, ProgramPlan, optimise_assured};
use crate::sampling::{Purpose, Sampler};
use crate::sim::{PlanEffects, Selector, Simulation, simulate};

/// The settled form of a [`PlanRequest`].
#[derive(Debug, Clone)]
pub struct PlanSettings {
    /// The metric to maximise.
    pub metric: Metric,
    /// Samples the plan is made on.
    pub planning: usize,
    /// Fresh samples it is evaluated on.
    pub evaluation: usize,
    /// Seed of all draws.
    pub seed: u64,
    /// Time limit of planning [s], from the call on; the plan that is found by then is evaluated nevertheless.
    pub seconds: Option<f64>,
    /// How to solve it.
    pub method: PlanMethod,
    /// Relative gap at which a decomposition may stop.
    pub gap: Option<f64>,
    /// Few lines: the share of the best plan's value that may be given up for them.
    pub tidy: Option<f64>,
    /// The incumbent, cuts and prices that an earlier run on the same program learned, to go on from there.
    pub learned: Option<Learned>,
    /// Whether to give back what was learned, should the time limit end it.
    pub keep: bool,
    /// The plan and its proof alone, without what it knows about itself beyond that.
    pub quick: bool,
}

/// A baseline with its allocation and how the plan compares with it.
#[derive(Debug, Clone)]
pub struct BaselineResult {
    /// Which.
    pub baseline: Baseline,
    /// Its allocation.
    pub allocation: Allocation,
    /// Its increment over no plan, in the objective metric.
    pub increment: Estimate,
    /// The plan's gain over it, paired sample by sample.
    pub gain: Comparison,
    /// Its worth to the public, without switching values.
    pub worth: Worth,
}

/// How the two readings compare on the planning samples: levels of the objective metric, with the plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoordinationGap {
    /// Mean level in the program's reading: well run, with foresight.
    pub program: f64,
    /// Mean level in the simulator's reading: established ways of selling.
    pub simulated: f64,
}

impl CoordinationGap {
    /// The difference as a share of the program's level.
    pub fn share(&self) -> f64 {
        if self.program == 0.0 { 0.0 } else { (self.program - self.simulated) / self.program.abs() }
    }
}

/// A plan with everything known about it.
#[derive(Debug, Clone)]
pub struct PlanStudy {
    /// The program's reading.
    pub program: ProgramPlan,
    /// The settings asked for.
    pub request: PlanSettings,
    /// The simulator's reading: outcomes without and with the plan on fresh samples.
    pub evaluation: SimulationStudy,
    /// The simulator's headline: incremental objective metric.
    pub headline: Estimate,
    /// Increment of every metric.
    pub increments: Vec<(Metric, Estimate)>,
    /// Comparison with named baseline mixes.
    pub baselines: Vec<BaselineResult>,
    /// Its worth to the public.
    pub worth: Worth,
    /// With costs in the objective, the line that pays least and the one that would pay most.
    pub ends: Ends,
    /// Where the plan has fewer lines than the best one, by how much the best one gains more, paired sample by sample.
    pub given_up: Option<Comparison>,
    /// How the two readings compare.
    pub coordination: CoordinationGap,
    /// The plan's worth beyond its samples, in the program's reading; nothing where time was up or it was not asked for.
    pub assurance: Option<Assurance>,
}

impl PlanStudy {
    /// The increment per rupiah spent in the simulator's reading [Rp per Rp]: as [`per_rupiah`].
    pub fn per_rupiah(&self, model: &Model) -> Option<f64> {
        per_rupiah(model, self.request.metric, &self.program.allocation, &self.headline)
    }
}

/// The increment per rupiah of `allocation`, where `increment` is that of all of it in `metric`: present value over present
/// value, both discounted alike [Rp per Rp]. Nothing where nothing is spent or the metric is no money.
pub fn per_rupiah(
    model: &Model,
    metric: Metric,
    allocation: &Allocation,
    increment: &Estimate,
) -> Option<f64> {
    let spent = model.present_value(allocation);
    (metric.is_money() && spent > 0.0).then(|| increment.mean / spent)
}

/// Makes a plan, proves it, and evaluates it on fresh samples against the baselines.
///
/// # Errors
/// [`StudyError`].
pub fn plan(model: &Model, request: &PlanSettings, control: &Control<'_>) -> Result<PlanStudy, StudyError> {
    let planning = Sampler::new(model, request.seed, Purpose::Planning);
    let allocations = fallbacks(model);
    let fallback = allocations.iter().map(|(_, allocation)| allocation.clone()).collect();
    let options = PlanOptions {
        more_money: !request.quick,
        entry: true,
        tidy: request.tidy,
        ..plan_options(request, fallback)
    };
    let block = planning.block(0, request.planning);
    let limit = request.seconds.map(Duration::from_secs_f64);
    let limited = control.within(limit);
    let evaluation = Sampler::new(model, request.seed, Purpose::Evaluation);
    let bound = Sampler::new(model, request.seed, Purpose::Bound);
    let draws = Draws { planning: &block, bound: &bound, fresh: &evaluation };
    let effort = Effort::of(model, request.metric, &block, request.evaluation);
    let assured = (!request.quick).then_some(Assured { draws, effort });
    let (program, assurance) = optimise_assured(model, &block, &options, assured, &limited)?;

    let effects = PlanEffects::new(model, &program.allocation);
    let baseline_effects: Vec<PlanEffects> =
        allocations.iter().skip(1).map(|(_, allocation)| PlanEffects::new(model, allocation)).collect();
    let best = program.tidied.as_ref().filter(|tidied| tidied.after < tidied.before);
    let best = best.map(|tidied| PlanEffects::new(model, &tidied.best));
    let mixes = baseline_effects.iter().chain(&best).map(Some);
    let plans: Vec<Option<&PlanEffects>> = [None, Some(&effects)].into_iter().chain(mixes).collect();
    let metric = request.metric;
    let mut wanted = wanted(model, metric, allocations.len());
    if best.is_some() {
        wanted.totals.push((metric, Series { plan: plans.len() - 1, minus: Some(1) }));
    }
    // What is known by the time limit is evaluated nevertheless.
    let control = control.without_limit();
    control.report(Progress::Simulating(request.evaluation));
    let compiled = Simulation::with_accounts(model, &evaluation, &plans)?;
    let grid = Grid::new(model, &wanted);
    let span = Span::whole(request.evaluation, None);
    let all = stream::run(&compiled, &grid, span, &|n| control.passes(Progress::Samples(n)), None)?;
    let summed = all.summed(&grid, model.risk.alpha);
    let appraised: Vec<&Allocation> = std::iter::once(&program.allocation)
        .chain(allocations.iter().map(|(_, allocation)| allocation))
        .collect();
    let given_up = best.map(|_| summed.estimate(grid.total(2 * allocations.len())).into());
    let mut worths = appraise(model, &appraised, request.evaluation, request.seed, 1, &control)?.into_iter();
    let Some(own) = worths.next() else { unreachable!("as many worths as allocations") };
    let baselines = allocations
        .into_iter()
        .zip(worths)
        .enumerate()
        .map(|(b, ((baseline, allocation), worth))| {
            let (increment, gain) = (grid.total(2 * b), grid.total(2 * b + 1));
            BaselineResult {
                baseline,
                allocation,
                increment: summed.estimate(increment),
                gain: summed.estimate(gain).into(),
                worth,
            }
        })
        .collect();
    let sampling = Sampling { samples: request.evaluation, design: Points::Plain, precision: None };
    let evaluated = simulation::study(model, &grid, &all, request.seed, sampling, true);
    let increments: Vec<(Metric, Estimate)> =
        model.metrics().map(|metric| (metric, evaluated.total(PlanName::Increment, metric))).collect();
    let headline = evaluated.total(PlanName::Increment, metric);

    let evaluated = evaluated.relieved(model, &program.allocation, metric, &control)?;
    let ends = worth::ends(model, &program.allocation, metric, &program.budget, request.seed, &control)?;
    let coordination = readings(model, request, &program, &planning, &control)?;
    Ok(PlanStudy {
        program,
        request: request.clone(),
        evaluation: evaluated,
        headline,
        increments,
        baselines,
        worth: own,
        ends,
        given_up,
        coordination,
        assurance,
    })
}

/// The named baselines with their allocations.
pub(super) fn fallbacks(model: &Model) -> Vec<(Baseline, Allocation)> {
    Baseline::of(model).into_iter().map(|baseline| (baseline, baseline.allocation(model))).collect()
}

/// The options of a plan alone, which falls back on these allocations at the time limit.
pub(super) fn plan_options(request: &PlanSettings, fallback: Vec<Allocation>) -> PlanOptions {
    PlanOptions {
        fallback,
        gap: request.gap,
        learned: request.learned.clone(),
        keep: request.keep,
        ..PlanOptions::new(request.metric, request.method)
    }
}

/// Everything that is kept of the simulation of a plan and so many baselines: of each its increment, and the plan's gain over it.
fn wanted(model: &Model, metric: Metric, baselines: usize) -> Wanted {
    // Baseline b, from 1, is plan 1 + b of the simulation; "no plan" is plan 0.
    let place = |b: usize| if b == 0 { 0 } else { 1 + b };
    let totals = (0..baselines).flat_map(|b| {
        let increment = Series { plan: place(b), minus: Some(0) };
        [(metric, increment), (metric, Series { plan: 1, minus: Some(place(b)) })]
    });
    Wanted {
        series: PlanName::series(true),
        totals: totals.collect(),
        thresholds: simulation::thresholds(model),
        accounts: 2,
    }
}

/// How the two readings of a plan compare on the planning samples.
fn readings(
    model: &Model,
    request: &PlanSettings,
    program: &ProgramPlan,
    planning: &Sampler,
    control: &Control<'_>,
) -> Result<CoordinationGap, StudyError> {
    let metric = request.metric;
    let effects = PlanEffects::new(model, &program.allocation);
    let same = simulate(model, planning, request.planning, &[Some(&effects)], &|_| control.go_on())?;
    let simulated = mean(&same.first().map(|o| o.series(Selector::total(metric))).unwrap_or_default());
    // Levels of the metric alone: what the objective subtracts is added again, costs in full or what the plan obliges
    // sources to after the years of commitments.
    let subtracted = match model.net() {
        Net::Off if metric.is_money() => model.obligation(&program.allocation),
        Net::Off => 0.0,
        _ => worth::subtracted(model, &program.allocation, planning, request.planning),
    };
    Ok(CoordinationGap { program: mean(&program.with) + subtracted, simulated })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
