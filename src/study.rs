//! The use cases: simulate a plan, make a plan and say how sure it is. The only place where `sim` meets `opt`.
//!
//! Everything here is pure: the same model and settings give the same results on any number of threads. Progress and
//! interruption go through [`Observer`].

pub mod baseline;
pub mod budget;
pub mod estimate;
pub mod outcome;

pub use baseline::Baseline;
pub use estimate::{Comparison, Estimate, paired};
pub use outcome::{OutcomeRow, PlanName, outcome_rows};

use crate::model::{Allocation, Metric, Model};
use crate::opt::{OptError, PlanOptions, ProgramPlan, optimise};
use crate::sampling::{Purpose, Sampler};
use crate::sim::{Outcomes, PlanEffects, Selector, SimError, simulate};

/// What a study tells its caller while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// A step of planning has begun.
    Planning(crate::opt::planner::PlanningStep),
    /// A simulation of this many samples has begun.
    Simulating(usize),
    /// So many more samples are simulated.
    Samples(usize),
}

/// Receives progress; returns false to interrupt.
pub type Observer<'a> = &'a (dyn Fn(Progress) -> bool + Sync);

/// What can go wrong in a study.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The simulator stopped.
    #[error(transparent)]
    Sim(#[from] SimError),
    /// The optimiser stopped.
    #[error(transparent)]
    Opt(#[from] OptError),
}

/// Outcomes without and with a plan on common random numbers.
#[derive(Debug, Clone)]
pub struct SimulationStudy {
    /// Samples simulated.
    pub samples: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// Without any plan.
    pub without: Outcomes,
    /// With the plan, where there is one.
    pub with: Option<Outcomes>,
}

/// Simulates `samples` futures without and, where given, with `plan`, on the same draws.
///
/// # Errors
/// [`StudyError::Sim`].
pub fn simulate_plan(
    model: &Model,
    plan: Option<&Allocation>,
    samples: usize,
    seed: u64,
    observer: Observer<'_>,
) -> Result<SimulationStudy, StudyError> {
    let sampler = Sampler::new(model, seed, Purpose::Evaluation);
    let effects = plan.map(|plan| PlanEffects::new(model, plan));
    let mut plans = vec![None];
    plans.extend(effects.as_ref().map(Some));
    observer(Progress::Simulating(samples));
    let mut outcomes =
        simulate(model, &sampler, 0, samples, &plans, &|n| observer(Progress::Samples(n)))?.into_iter();
    let without = outcomes.next().ok_or(SimError::Interrupted)?;
    Ok(SimulationStudy { samples, seed, without, with: outcomes.next() })
}

/// What [`plan`] is asked for.
#[derive(Debug, Clone)]
pub struct PlanRequest {
    /// The metric to maximise.
    pub metric: Metric,
    /// Samples the plan is made on.
    pub planning: usize,
    /// Fresh samples it is evaluated on.
    pub evaluation: usize,
    /// Seed of all draws.
    pub seed: u64,
    /// Time limit of the solve [s].
    pub seconds: Option<f64>,
}

/// A baseline with its allocation and how the plan compares with it.
#[derive(Debug, Clone)]
pub struct BaselineResult {
    /// Which.
    pub baseline: Baseline,
    /// What it spends.
    pub allocation: Allocation,
    /// What it brings over no plan, in the objective metric.
    pub increment: Estimate,
    /// The plan's gain over it, paired sample by sample.
    pub gain: Comparison,
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
    /// What was asked for.
    pub request: PlanRequest,
    /// The simulator's reading: outcomes without and with the plan on fresh samples.
    pub evaluation: SimulationStudy,
    /// The simulator's headline: incremental objective metric.
    pub headline: Estimate,
    /// Increment of every metric.
    pub increments: Vec<(Metric, Estimate)>,
    /// Comparison with named baseline mixes.
    pub baselines: Vec<BaselineResult>,
    /// How the two readings compare.
    pub coordination: CoordinationGap,
}

/// Makes a plan, proves it, and evaluates it on fresh samples against the baselines.
///
/// # Errors
/// [`StudyError`].
pub fn plan(model: &Model, request: &PlanRequest, observer: Observer<'_>) -> Result<PlanStudy, StudyError> {
    let planning = Sampler::new(model, request.seed, Purpose::Planning);
    let allocations: Vec<(Baseline, Allocation)> =
        Baseline::ALL.into_iter().map(|baseline| (baseline, baseline.allocation(model))).collect();
    let options = PlanOptions {
        metric: request.metric,
        seconds: request.seconds,
        fallback: allocations.iter().map(|(_, allocation)| allocation.clone()).collect(),
        next_billion: true,
    };
    let block = planning.block(0, request.planning);
    let program = optimise(model, &block, &options, &|step| {
        observer(Progress::Planning(step));
    })?;

    let evaluation = Sampler::new(model, request.seed, Purpose::Evaluation);
    let effects = PlanEffects::new(model, &program.allocation);
    let baseline_effects: Vec<PlanEffects> =
        allocations.iter().skip(1).map(|(_, allocation)| PlanEffects::new(model, allocation)).collect();
    let plans: Vec<Option<&PlanEffects>> =
        [None, Some(&effects)].into_iter().chain(baseline_effects.iter().map(Some)).collect();
    observer(Progress::Simulating(request.evaluation));
    let mut outcomes =
        simulate(model, &evaluation, 0, request.evaluation, &plans, &|n| observer(Progress::Samples(n)))?
            .into_iter();
    let (Some(without), Some(with)) = (outcomes.next(), outcomes.next()) else {
        return Err(SimError::Interrupted.into());
    };
    let objective = Selector::total(request.metric);
    let base = without.series(objective);
    let planned = with.series(objective);
    let mut baselines = vec![compare(allocations[0].clone(), &base, &base, &planned, model)];
    for ((baseline, allocation), outcome) in allocations.into_iter().skip(1).zip(outcomes) {
        baselines.push(compare((baseline, allocation), &outcome.series(objective), &base, &planned, model));
    }
    let increments = Metric::ALL
        .iter()
        .map(|&metric| {
            let select = Selector::total(metric);
            let difference: Vec<f64> =
                with.series(select).iter().zip(without.series(select)).map(|(a, b)| a - b).collect();
            (metric, Estimate::of(difference, model.risk.alpha))
        })
        .collect();
    let headline = Estimate::of(planned.iter().zip(&base).map(|(a, b)| a - b).collect(), model.risk.alpha);

    let same = simulate(model, &planning, 0, request.planning, &[Some(&effects)], &|_| true)?;
    let simulated = mean(&same.first().map(|o| o.series(objective)).unwrap_or_default());
    let coordination = CoordinationGap { program: mean(&program.with), simulated };
    Ok(PlanStudy {
        program,
        request: request.clone(),
        evaluation: SimulationStudy {
            samples: request.evaluation,
            seed: request.seed,
            without,
            with: Some(with),
        },
        headline,
        increments,
        baselines,
        coordination,
    })
}

fn compare(
    (baseline, allocation): (Baseline, Allocation),
    level: &[f64],
    without: &[f64],
    planned: &[f64],
    model: &Model,
) -> BaselineResult {
    let increment = level.iter().zip(without).map(|(a, b)| a - b).collect();
    BaselineResult {
        baseline,
        allocation,
        increment: Estimate::of(increment, model.risk.alpha),
        gain: paired(planned, level),
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
