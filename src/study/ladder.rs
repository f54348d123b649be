//! A ladder of budgets: the best plan at each step, what more money brings there, and the best plans of which none takes back what an
//! earlier one gave.
//!
//! - *Free*: each step is planned for itself. All steps ask one program taken apart, so that each costs little after the first.
//! - *Nested*: what an intervention gets in a cluster and year never falls from a step to the next, and the mean of the steps' objectives
//!   is as high as possible. Small cases are planned as one program; else sequences are built upward from the lowest step and downward
//!   from the highest, and the better one is taken. The free optima bound them all.
//!
//! All plans are then evaluated by the simulator on the same fresh samples.

mod evaluated;
mod nested;

pub use evaluated::Evaluated;
pub use nested::{Nested, Way};

use std::time::Duration;

use super::budget;
use super::compare::{Ask, Case, CaseResult, CompareSettings, compare};
use super::error::StudyError;
use super::estimate::Comparison;
use super::group::places;
use super::plan::PlanSettings;
use super::stream::VALUES_KEPT;
use crate::control::Control;
use crate::language::{Lang, Text, text};
use crate::model::{Allocation, ClusterId, InterventionId, Model, Title};
use crate::opt::planner::inquiry::{BestPlan, Ground, Inquiry, Lines};
use crate::opt::{OptError, Stop};
use crate::sampling::{Purpose, Sampler};
use crate::units::{MILIAR, Rupiah};

/// Steps at least and at most.
pub const FEWEST_STEPS: usize = 2;
/// The latter.
pub const MOST_STEPS: usize = 60;

/// The settled form of a [`LadderRequest`](super::LadderRequest).
#[derive(Debug, Clone)]
pub struct LadderSettings {
    /// How plans are made, and the fresh samples of their evaluation.
    pub planning: PlanSettings,
    /// The budget of each step \[Rp\], rising.
    pub budgets: Vec<Rupiah>,
}

/// The worth of a billion more at a step, in proportion to all sources and years: a rise of the optimum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextMoney {
    /// The rise between the plans found.
    pub gain: f64,
    /// The least and the most that it can be, by the bounds of both.
    pub range: [f64; 2],
}

/// How the money of an intervention in a cluster changes from one step to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The cluster.
    pub cluster: ClusterId,
    /// The intervention.
    pub intervention: InterventionId,
    /// Its money at the step before \[Rp\].
    pub before: i64,
    /// Its money at the step \[Rp\].
    pub after: i64,
}

/// A step with its best plan.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its budget \[Rp\].
    pub budget: i64,
    /// The best plan, with its proof.
    pub plan: BestPlan,
    /// The worth of the next billion; nothing where time was up, or no plan keeps the rules with it.
    pub next: Option<NextMoney>,
    /// Interventions whose money differs from that at the step before, those that grow most first.
    pub changes: Vec<Change>,
    /// The simulator's reading.
    pub evaluated: Evaluated,
}

/// A ladder of budgets.
#[derive(Debug, Clone)]
pub struct LadderStudy {
    /// The settings asked for.
    pub settings: LadderSettings,
    /// The relative gap to which plans were searched for.
    pub gap: f64,
    /// The steps.
    pub steps: Vec<Step>,
    /// The sequence of plans that take nothing back; nothing where time was up, or where none was found.
    pub nested: Option<Nested>,
}

impl LadderStudy {
    /// True if time ended none of it.
    pub fn in_time(&self) -> bool {
        self.steps.iter().all(|step| step.plan.stop != Stop::TimeLimit) && self.nested.is_some()
    }

    /// The step with the highest net present value to the budget.
    pub fn best_step(&self) -> usize {
        let npv = |step: usize| self.steps[step].evaluated.worth.budget.npv.mean;
        (0..self.steps.len()).fold(0, |best, step| if npv(step) > npv(best) { step } else { best })
    }

    /// Steps between which and the one before the net present value to the budget changes its sign.
    pub fn turns(&self) -> Vec<usize> {
        let positive = |step: usize| self.steps[step].evaluated.worth.budget.npv.mean > 0.0;
        (1..self.steps.len()).filter(|step| positive(*step) != positive(step - 1)).collect()
    }
}

/// The budgets of so many steps from one amount to another, evenly apart.
///
/// # Errors
/// [`StudyError::Request`] where they do not rise, or there are too few or too many.
pub fn budgets(from: Rupiah, to: Rupiah, steps: usize) -> Result<Vec<Rupiah>, StudyError> {
    if !(FEWEST_STEPS..=MOST_STEPS).contains(&steps) {
        return Err(StudyError::Request(text!(
            en: "a ladder has from {FEWEST_STEPS} to {MOST_STEPS} steps, not {steps}",
            id: "tangga pagu memiliki {FEWEST_STEPS} sampai {MOST_STEPS} anak tangga, bukan {steps}",
        )));
    }
    let apart = to.0.saturating_sub(from.0);
    let last = i64::try_from(steps).unwrap_or(i64::MAX) - 1;
    if from.0 < 0 || apart < last {
        let (from, to) = (from.0, to.0);
        return Err(StudyError::Request(text!(
            en: "a ladder rises: its first budget ({from} rupiah) is not negative, and its last ({to} rupiah) at least a rupiah a step above it",
            id: "tangga pagu harus naik: pagu pertamanya ({from} rupiah) tidak negatif, dan yang terakhir ({to} rupiah) lebih tinggi sekurang-kurangnya satu rupiah per anak tangga",
        )));
    }
    let share = |step: i64| (i128::from(apart) * i128::from(step)).div_euclid(i128::from(last));
    Ok((0..=last).map(|step| Rupiah(from.0 + i64::try_from(share(step)).unwrap_or(0))).collect())
}

/// Plans step by step.
///
/// # Errors
/// [`StudyError`]; [`StudyError::Request`] where a step's budget cannot be, before anything is planned.
pub fn ladder(
    model: &Model,
    settings: &LadderSettings,
    control: &Control<'_>,
) -> Result<LadderStudy, StudyError> {
    let request = &settings.planning;
    let models = models(model, settings)?;
    let more = |total: &Rupiah| budget::scaled(model, Rupiah(total.0.saturating_add(MILIAR as i64))).ok();
    let mut richer: Vec<Option<Model>> = settings.budgets.iter().map(more).collect();
    // The program's ceilings are those of the most money that is asked about.
    let richest = richer.last().and_then(Option::as_ref).or(models.last()).unwrap_or(model).clone();
    let within = |own: &Model| own.total_budget() <= richest.total_budget() && !own.could_run_dry();
    for own in &mut richer {
        *own = own.take().filter(within);
    }
    let block = Sampler::new(model, request.seed, Purpose::Planning).block(0, request.planning);
    let limited = control.within(request.seconds.map(Duration::from_secs_f64));
    let ground = Ground::new(&richest, request.metric, true);
    let mut inquiry = Inquiry::new(&models[0], &ground, &block, Vec::new(), request.gap, None)?;

    // The best plan of each step, and with a billion more.
    let mut found: Vec<(BestPlan, Option<NextMoney>)> = Vec::new();
    for (step, own) in models.iter().enumerate() {
        inquiry.with_money(own);
        if let Some((before, _)) = found.last() {
            inquiry.begin_near(&before.allocation);
        }
        let plan = inquiry.best(&limited)?.ok_or_else(|| no_plan(settings.budgets[step]))?;
        let mut next = None;
        if let Some(more) = richer[step].as_ref().filter(|_| limited.go_on()) {
            inquiry.with_money(more);
            inquiry.begin_near(&plan.allocation);
            next = inquiry.best(&limited.unobserved())?.filter(|_| limited.go_on()).map(|more| NextMoney {
                gain: more.objective - plan.objective,
                range: [more.objective - plan.bound, more.bound - plan.objective],
            });
        }
        found.push((plan, next));
    }
    let gap = inquiry.gap();
    let plans: Vec<&BestPlan> = found.iter().map(|(plan, _)| plan).collect();
    let nested = nested::nested(
        nested::Steps { models: &models, plans: &plans, block: &block },
        &ground,
        &mut inquiry,
        request.gap,
        &limited,
    )?;
    drop(inquiry);

    // The simulator's reading of all plans on the same fresh samples.
    let mut allocations: Vec<&Allocation> = found.iter().map(|(plan, _)| &plan.allocation).collect();
    allocations.extend(nested.iter().flat_map(|nested| nested.steps.iter().map(|step| &step.allocation)));
    let mut evaluated = evaluated(&models, settings, &allocations, control)?;
    let of_nested = evaluated.split_off(models.len());
    let nested = nested.map(|nested| nested.with(of_nested));
    let steps: Vec<Step> = found
        .into_iter()
        .zip(evaluated)
        .zip(&settings.budgets)
        .map(|(((plan, next), evaluated), budget)| Step {
            budget: budget.0,
            plan,
            next,
            changes: Vec::new(),
            evaluated,
        })
        .collect();
    let changes: Vec<Vec<Change>> = (0..steps.len()).map(|step| changes(model, &steps, step)).collect();
    let steps = steps.into_iter().zip(changes).map(|(step, changes)| Step { changes, ..step }).collect();
    Ok(LadderStudy { settings: settings.clone(), gap, steps, nested })
}

/// The model of each step, after everything that can be told before the work begins.
fn models(model: &Model, settings: &LadderSettings) -> Result<Vec<Model>, StudyError> {
    let values = 2 * settings.budgets.len() * model.metrics().count();
    let most = VALUES_KEPT.div_euclid(values.max(1));
    if settings.planning.evaluation > most {
        return Err(StudyError::Request(text!(
            en: "so many steps can be evaluated on at most {most} samples",
            id: "anak tangga sebanyak itu hanya dapat dievaluasi dengan paling banyak {most} sampel",
        )));
    }
    let locked: i64 = model.locked.lines.total();
    if let Some(budget) = settings.budgets.iter().find(|budget| budget.0 < locked) {
        let (budget, locked) = (money(budget.as_f64()), money(locked as f64));
        return Err(StudyError::Request(text!(
            en: "a budget of {budget} is below what is locked already, {locked}: begin the ladder there or higher",
            id: "pagu {budget} lebih rendah daripada yang sudah terkunci, {locked}: mulailah tangga pagu dari situ atau lebih tinggi",
            budget, locked,
        )));
    }
    let mut found = Vec::with_capacity(settings.budgets.len());
    for total in &settings.budgets {
        let own = budget::scaled(model, *total).map_err(StudyError::Request)?;
        Inquiry::check(&own, settings.planning.metric).map_err(|error| match error {
            OptError::Infeasible(_) => no_plan(*total),
            other => StudyError::Opt(other),
        })?;
        found.push(own);
    }
    Ok(found)
}

fn money(rupiah: f64) -> Text {
    // The words of amounts belong to reports; here they are whole rupiah.
    let of = |lang: Lang| format!("{} rupiah", lang.number(rupiah, 0));
    Text::new(of(Lang::En), of(Lang::Id))
}

fn no_plan(budget: Rupiah) -> StudyError {
    let budget = money(budget.as_f64());
    StudyError::Request(text!(
        en: "no plan keeps the rules with a budget of {budget}: 'optimise' with this budget says which rules contradict each other; begin the ladder higher, or change them",
        id: "tidak ada rencana yang memenuhi aturan dengan pagu {budget}: 'optimise' dengan pagu ini menyebut aturan yang bertentangan; mulailah tangga pagu lebih tinggi, atau ubah aturannya",
        budget,
    ))
}

/// What the simulator says of these plans, step after step, once or twice.
fn evaluated(
    models: &[Model],
    settings: &LadderSettings,
    allocations: &[&Allocation],
    control: &Control<'_>,
) -> Result<Vec<Evaluated>, StudyError> {
    // From the highest step down: pairs say how much more the first has.
    let count = models.len();
    let case = |number: usize| Case {
        title: Title { id: String::new(), en: String::new() },
        model: &models[number % count],
        variant: 0,
        ask: Ask::Plan(allocations[number].clone()),
    };
    let cases: Vec<Case<'_>> = (0..allocations.len()).rev().map(case).collect();
    let planning = PlanSettings { learned: None, ..settings.planning.clone() };
    let asked = CompareSettings { planning, indifference: 0.0, cap: None };
    let compared = compare(&cases, &asked, control)?;
    let place = |number: usize| allocations.len() - 1 - number;
    let gain = |number: usize| {
        let before = (!number.is_multiple_of(count)).then(|| number - 1)?;
        let at = (place(number), place(before));
        compared.pairs.iter().find(|pair| (pair.first, pair.second) == at).map(|pair| pair.difference)
    };
    let gains: Vec<Option<Comparison>> = (0..cases.len()).map(gain).collect();
    let of = |(case, gain): (CaseResult, Option<Comparison>)| Evaluated {
        value: case.value,
        worth: case.worth,
        gain,
    };
    Ok(compared.cases.into_iter().rev().zip(gains).map(of).collect())
}

/// Interventions in clusters whose money differs from that at the step before; at the first step from nothing.
fn changes(model: &Model, steps: &[Step], step: usize) -> Vec<Change> {
    let nothing = Allocation::default();
    let after = &steps[step].plan.allocation;
    let before = step.checked_sub(1).map_or(&nothing, |before| &steps[before].plan.allocation);
    let mut found: Vec<Change> = places(model)
        .into_iter()
        .map(|(cluster, intervention)| {
            let lines = Lines { places: Some(vec![(cluster, intervention)]), ..Lines::default() };
            Change { cluster, intervention, before: lines.of(before), after: lines.of(after) }
        })
        .filter(|change| change.before != change.after)
        .collect();
    found.sort_by_key(|change| std::cmp::Reverse(change.after - change.before));
    found
}
