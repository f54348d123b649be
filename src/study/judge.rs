//! A plan judged: the rules that it breaks, what it spends, what it is worth, and what it gains or loses against the best plan, moved line by
//! moved line.

mod effects;
mod units;

use std::time::Duration;

use super::error::StudyError;
use super::estimate::{Comparison, Estimate};
use super::plan::{PlanSettings, fallbacks, plan_options};
use super::worth::{SAMPLES, Worth, appraise};
use crate::control::Control;
use crate::model::rule::advised;
use crate::model::{Allocation, AllocationLine, BudgetLine, Model, Violation, violations};
use crate::opt::{OptError, ProgramPlan, optimise_assured};
use crate::sampling::{Purpose, Sampler};
use crate::scenario::{LeftOutOfPlan, StatedUnits};

pub use units::{StatedOff, UnitsOff};

/// The rules that a plan breaks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Broken {
    /// Rules of the scenario.
    pub violations: Vec<Violation>,
    /// Units that disagree with rupiah.
    pub units: Vec<UnitsOff>,
    /// Minima of coverage that are only advised.
    pub advised: Vec<Violation>,
}

impl Broken {
    /// The rules that `allocation` breaks, whose lines state these units.
    pub fn of(model: &Model, allocation: &Allocation, stated: &[StatedUnits]) -> Self {
        Self {
            violations: violations(model, allocation),
            units: UnitsOff::of(model, stated),
            advised: advised(model, allocation),
        }
    }

    /// Rules broken; what is only advised does not count.
    pub fn count(&self) -> usize {
        self.violations.len() + self.units.len()
    }
}

/// The settled form of a [`JudgeRequest`](super::JudgeRequest).
#[derive(Debug, Clone)]
pub struct JudgeSettings {
    /// The plan that is judged.
    pub plan: Allocation,
    /// Units that its lines state.
    pub stated: Vec<StatedUnits>,
    /// Parts of its table that were not read.
    pub left_out: LeftOutOfPlan,
    /// The plan that it is compared with; made anew where there is none.
    pub against: Option<Allocation>,
    /// How a plan is made anew, and the samples of the comparison.
    pub planning: PlanSettings,
}

impl JudgeSettings {
    /// Samples of the comparison.
    pub fn samples(&self) -> usize {
        self.planning.evaluation.min(SAMPLES)
    }
}

/// A line that the judged plan and the best one fund otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moved {
    /// The line, with the amount of the judged plan; 0 where it has none.
    pub line: AllocationLine,
    /// The amount of the best plan \[Rp\].
    pub best: i64,
    /// What the judged plan has of this line's move: its value less that with this line alone as in the best plan.
    pub effect: Comparison,
}

/// A judged plan against the best one, in the objective's metric (less the costs that the objective subtracts), paired on the same samples.
#[derive(Debug, Clone)]
pub struct Against {
    /// The best plan.
    pub best: Allocation,
    /// How it was made, where it was made anew.
    pub planned: Option<Box<ProgramPlan>>,
    /// Rules that it breaks itself.
    pub broken: usize,
    /// Its increment over no plan.
    pub increment: Estimate,
    /// Its worth to the public, without switching values.
    pub worth: Worth,
    /// The judged plan less the best.
    pub difference: Comparison,
    /// Lines that differ, each reverted alone.
    pub moved: Vec<Moved>,
    /// The rest of the difference: what lines do together.
    pub interaction: Comparison,
}

/// A plan judged.
#[derive(Debug, Clone)]
pub struct JudgeStudy {
    /// The settings asked for.
    pub settings: JudgeSettings,
    /// The rules that it breaks.
    pub broken: Broken,
    /// Its budgets, source by source and year by year.
    pub budget: Vec<BudgetLine>,
    /// Its increment over no plan, in the objective's metric (less the costs that the objective subtracts).
    pub increment: Estimate,
    /// Its worth to the public.
    pub worth: Worth,
    /// It against the best plan; nothing where no plan keeps all rules.
    pub against: Option<Against>,
}

impl JudgeStudy {
    /// True if it keeps all rules.
    pub fn keeps_all(&self) -> bool {
        self.broken.count() == 0
    }
}

/// Judges a plan.
///
/// # Errors
/// [`StudyError`]; that no plan keeps all rules is none.
pub fn judge(
    model: &Model,
    settings: &JudgeSettings,
    control: &Control<'_>,
) -> Result<JudgeStudy, StudyError> {
    let plan = &settings.plan;
    let broken = Broken::of(model, plan, &settings.stated);
    let upkeep = model.borne_upkeep(plan);
    let budget = model.budget_lines(plan, |source, year| upkeep[source.index()][year]);
    // 1. The best plan: the one given, or one made anew.
    let planned = match &settings.against {
        Some(_) => None,
        None => made_anew(model, &settings.planning, control)?.map(Box::new),
    };
    let best = settings.against.as_ref().or_else(|| planned.as_deref().map(|planned| &planned.allocation));
    // 2. What both are worth. What is known by the time limit is compared nevertheless.
    let control = control.without_limit();
    let (samples, seed) = (settings.samples(), settings.planning.seed);
    let appraised: Vec<&Allocation> = std::iter::once(plan).chain(best).collect();
    let mut worths = appraise(model, &appraised, samples, seed, 1, &control)?.into_iter();
    let Some(worth) = worths.next() else { unreachable!("as many worths as allocations") };
    // 3. The values of no plan, both plans, and the judged one with each moved line as in the best, on the same samples.
    let moves = best.map(|best| moves(plan, best)).unwrap_or_default();
    let nothing = Allocation::default();
    let reverted: Vec<Allocation> = moves.iter().map(|(line, best)| with(plan, line, *best)).collect();
    let all: Vec<&Allocation> = [&nothing, plan]
        .into_iter()
        .chain(best)
        .chain(best.map(|_| &reverted).into_iter().flatten())
        .collect();
    let sampler = Sampler::new(model, seed, Purpose::Evaluation);
    let values = effects::values(model, &sampler, &all, settings.planning.metric, samples, &control)?;
    let alpha = model.risk.alpha;
    let increment = Estimate::of(&effects::less(&values[1], &values[0]), alpha);
    let against = match (best, worths.next()) {
        (Some(best), Some(worth)) => {
            Some(against(model, best.clone(), planned.clone(), worth, &moves, &values))
        }
        _ => None,
    };
    Ok(JudgeStudy { settings: settings.clone(), broken, budget, increment, worth, against })
}

/// The plan that `optimise` makes; nothing where no plan keeps all rules.
fn made_anew(
    model: &Model,
    request: &PlanSettings,
    control: &Control<'_>,
) -> Result<Option<ProgramPlan>, StudyError> {
    let block = Sampler::new(model, request.seed, Purpose::Planning).block(0, request.planning);
    let fallback = fallbacks(model).into_iter().map(|(_, allocation)| allocation).collect();
    let options = plan_options(request, fallback);
    let limited = control.within(request.seconds.map(Duration::from_secs_f64));
    match optimise_assured(model, &block, &options, None, &limited) {
        Ok((plan, _)) => Ok(Some(plan)),
        Err(OptError::Infeasible(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The lines that two plans fund otherwise, in canonical order: with the amount of `plan`, and that of `best`.
fn moves(plan: &Allocation, best: &Allocation) -> Vec<(AllocationLine, i64)> {
    let of = |of: &Allocation, line: &AllocationLine| {
        of.amount(line.source, line.cluster, line.intervention, line.year)
    };
    // Lines of the best plan alone stand among those of the judged one with nothing.
    let only = best.lines().iter().filter(|line| of(plan, line) == 0);
    let only = only.map(|line| AllocationLine { amount: crate::units::Rupiah(0), ..*line });
    let mut all: Vec<AllocationLine> = plan.lines().iter().copied().chain(only).collect();
    all.sort_by_key(|line| (line.source, line.cluster, line.intervention, line.year));
    let moved = all.into_iter().map(|line| (line, of(best, &line)));
    moved.filter(|(line, best)| line.amount.0 != *best).collect()
}

/// `plan` with another amount on a line.
fn with(plan: &Allocation, line: &AllocationLine, amount: i64) -> Allocation {
    let change = AllocationLine { amount: crate::units::Rupiah(amount - line.amount.0), ..*line };
    Allocation::new(plan.lines().iter().copied().chain([change]).collect())
}

/// The comparison, from the values of no plan, of the judged plan, of the best one and of each move reverted.
fn against(
    model: &Model,
    best: Allocation,
    planned: Option<Box<ProgramPlan>>,
    worth: Worth,
    moves: &[(AllocationLine, i64)],
    values: &[Vec<f64>],
) -> Against {
    let [nothing, own, of_best, reverted @ ..] = values else {
        unreachable!("no plan, the judged one and the best have values")
    };
    let difference = effects::less(own, of_best);
    let mut rest = difference.clone();
    let moved = moves.iter().zip(reverted).map(|(&(line, best), reverted)| {
        let effect = effects::less(own, reverted);
        for (rest, effect) in rest.iter_mut().zip(&effect) {
            *rest -= effect;
        }
        Moved { line, best, effect: Comparison::of(&effect) }
    });
    let moved = moved.collect();
    Against {
        broken: Broken::of(model, &best, &[]).count(),
        best,
        planned,
        increment: Estimate::of(&effects::less(of_best, nothing), model.risk.alpha),
        worth,
        difference: Comparison::of(&difference),
        moved,
        interaction: Comparison::of(&rest),
    }
}
