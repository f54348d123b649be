//! Which uncertain numbers matter: their part in the variance of what a plan is worth, and what it would be worth to know them before
//! choosing among the plans at hand.
//!
//! - *Part in the variance*: first-order indices of Saltelli et al. (2010) and total ones of Jansen (1999), on two independent
//!   sample matrices, of groups of numbers that are independent of one another (see [`Grouping`]).
//! - *Worth of knowing* (EVPPI): of each number that is drawn once and of each factor that is, by cross-fitted regression
//!   (Strong, Oakley and Brennan 2014); of surveys (EVSI) with the error and the number of answers that the scenario states.
//!   Numbers that change from year to year are no evidence that one could buy. The largest is checked by nested simulation.

mod evidence;
mod groups;
mod values;

pub use evidence::{Evidence, Known, NestedCheck, SurveyWorth, Together, Upper};
pub use groups::{Group, Grouping, MOST, groups};

use super::baseline::Baseline;
use super::compare::{Case, Planned, planned};
use super::error::StudyError;
use super::estimate::{Comparison, Estimate};
use super::plan::PlanSettings;
use crate::control::Control;
use crate::language::text;
use crate::model::rule::violations;
use crate::model::{Allocation, Model, Title};
use crate::sampling::{Design, Purpose, Sampler};
use crate::stats::evidence::{self as stats, Worth};
use crate::stats::sobol::{self, Indices, Spread};
use evidence::{Knowable, changing, check, upper};
use values::values;

/// Samples that the worth of knowing needs at least.
pub const LEAST: usize = 128;

/// Rows that each of the two sample matrices has at most where nothing is said.
pub const ROWS: usize = 1024;

/// The settled form of a [`SensitivityRequest`](super::SensitivityRequest).
#[derive(Debug, Clone)]
pub struct SensitivitySettings {
    /// How plans are made; the worth of knowing is of its `evaluation` samples.
    pub planning: PlanSettings,
    /// How finely numbers are told apart.
    pub by: Grouping,
    /// Rows of each of the two sample matrices, whole blocks.
    pub rows: usize,
    /// Of how many numbers, from the first of the list, upper values are worked out.
    pub upper: usize,
}

/// A plan at hand.
#[derive(Debug, Clone)]
pub struct PlanAtHand {
    /// Its name.
    pub title: Title,
    /// The plan.
    pub allocation: Allocation,
    /// Rules of the scenario that it breaks.
    pub broken: usize,
    /// What it adds to the objective over no plan.
    pub value: Estimate,
}

/// A result whose variance is taken apart.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its mean and variance over both matrices.
    pub spread: Spread,
    /// The indices of every group, in their order; nothing where it does not vary.
    pub indices: Vec<Option<Indices>>,
}

/// Which numbers matter.
#[derive(Debug, Clone)]
pub struct SensitivityStudy {
    /// The settings asked for.
    pub settings: SensitivitySettings,
    /// The plans at hand; the first is the one that is studied.
    pub plans: Vec<PlanAtHand>,
    /// The plan that is best without knowing anything.
    pub best: usize,
    /// What the first plan adds over today's mix, paired.
    pub gain: Comparison,
    /// The groups of numbers.
    pub groups: Vec<Group>,
    /// The variance of what the first plan adds over no plan.
    pub worth: Output,
    /// The variance of its gain over today's mix.
    pub over_today: Output,
    /// The worth of knowing everything, for the choice among the plans at hand.
    pub perfect: Worth,
    /// Every number and factor that can be known, most worth first.
    pub evidence: Vec<Evidence>,
    /// Several of the first at once.
    pub together: Option<Together>,
    /// The surveys of the scenario, most worth after their cost first.
    pub surveys: Vec<SurveyWorth>,
    /// The check of the largest; nothing where none is worth anything.
    pub checked: Option<NestedCheck>,
    /// Knowing everything, among all plans; nothing where no upper values were asked for.
    pub upper: Option<Upper>,
    /// Numbers that change over time.
    pub changing: usize,
}

/// Says which numbers matter to `cases`, plans of one model; the first is the one that is studied.
///
/// # Errors
/// [`StudyError`].
pub fn sensitivity(
    model: &Model,
    cases: &[Case<'_>],
    settings: &SensitivitySettings,
    control: &Control<'_>,
) -> Result<SensitivityStudy, StudyError> {
    let planning = &settings.planning;
    enough(model, settings)?;
    let made: Vec<Planned> =
        cases.iter().map(|case| planned(case, planning, control)).collect::<Result<_, _>>()?;
    let today = Baseline::Today.allocation(model);
    let studied = &made.first().ok_or_else(no_plan)?.allocation;
    let plans: Vec<&Allocation> = made.iter().map(|own| &own.allocation).collect();
    if settings.upper > 0 && !violations(model, studied).is_empty() {
        return Err(StudyError::Request(text!(
            en: "upper values are of plans that keep all rules; the plan that is studied breaks some",
            id: "nilai atas berlaku bagi rencana yang mematuhi semua aturan; rencana yang ditelaah melanggar sebagian",
        )));
    }
    let control = &control.without_limit();

    // The variance of what the plan adds over no plan and over today's.
    let groups = groups(model, settings.by);
    let (worth, over_today) = taken_apart(model, [studied, &today], &groups, settings, control)?;

    // Everybody's values in the same futures.
    let sampler = Sampler::new(model, planning.seed, Purpose::Evaluation);
    let with_today: Vec<&Allocation> = plans.iter().copied().chain([&today]).collect();
    let mut found = values(model, &sampler, &with_today, planning.metric, planning.evaluation, control)?;
    let of_today = found.pop().unwrap_or_default();
    let gain: Vec<f64> = found[0].iter().zip(&of_today).map(|(own, today)| own - today).collect();
    let best = stats::best(&found);

    // The worth of knowing.
    let knowable = Knowable::of(model, &sampler, planning.evaluation);
    let mut list = knowable.evidence(model, &found, control)?;
    let together = knowable.together(&found, &list);
    let surveys = knowable.surveys(model, &found, planning.seed, control)?;
    let checked = match list.first().filter(|own| own.worth.mean > 0.0) {
        Some(first) => check(model, first, &plans, best, planning, control)?,
        None => None,
    };
    let upper = upper(model, studied, &mut list, settings.upper, planning, control)?;

    let at_hand = |((case, made), values): ((&Case<'_>, &Planned), &Vec<f64>)| PlanAtHand {
        title: case.title.clone(),
        broken: violations(model, &made.allocation).len(),
        allocation: made.allocation.clone(),
        value: Estimate::of(values, model.risk.alpha),
    };
    Ok(SensitivityStudy {
        settings: settings.clone(),
        plans: cases.iter().zip(&made).zip(&found).map(at_hand).collect(),
        best,
        gain: Comparison::of(&gain),
        groups,
        worth,
        over_today,
        perfect: stats::evpi(&found),
        evidence: list,
        together,
        surveys,
        checked,
        upper,
        changing: changing(model),
    })
}

/// Plans, numbers and samples that suffice.
fn enough(model: &Model, settings: &SensitivitySettings) -> Result<(), StudyError> {
    let found = settings.planning.evaluation;
    if found < LEAST {
        return Err(StudyError::Request(text!(
            en: "{found} samples are too few to value evidence: at least {LEAST} are needed",
            id: "{found} sampel terlalu sedikit untuk menilai bukti: sekurang-kurangnya diperlukan {LEAST}",
        )));
    }
    if model.parameters.is_empty() {
        return Err(StudyError::Request(text!(
            en: "no number of the scenario is uncertain: there is nothing to be sensitive to",
            id: "tidak ada bilangan skenario yang tak pasti: tidak ada yang dapat memengaruhi hasil",
        )));
    }
    Ok(())
}

fn no_plan() -> StudyError {
    StudyError::Request(text!(
        en: "no plan is at hand: name at least one",
        id: "belum ada rencana: sebutkan sekurang-kurangnya satu",
    ))
}

/// The indices of every group, of what the first plan adds and of its gain over the second.
fn taken_apart(
    model: &Model,
    plans: [&Allocation; 2],
    groups: &[Group],
    settings: &SensitivitySettings,
    control: &Control<'_>,
) -> Result<(Output, Output), StudyError> {
    let (rows, seed) = (settings.rows, settings.planning.seed);
    let design = Design::Swapped { rows, groups: groups.iter().map(Group::places).collect() };
    let sampler = Sampler::with_design(model, seed, Purpose::Evaluation, &design);
    let samples = rows * (groups.len() + 2);
    let found = values(model, &sampler, &plans, settings.planning.metric, samples, control)?;
    let gains: Vec<f64> = found[0].iter().zip(&found[1]).map(|(own, other)| own - other).collect();
    Ok((output(&found[0], rows), output(&gains, rows)))
}

/// Takes a result apart whose runs of `rows` rows follow one another: both matrices, then a run for each group.
fn output(of: &[f64], rows: usize) -> Output {
    let mut runs = of.chunks(rows.max(1));
    let (a, b) = (runs.next().unwrap_or_default(), runs.next().unwrap_or_default());
    Output { spread: Spread::of(a, b), indices: runs.map(|own| sobol::indices(a, b, own)).collect() }
}
