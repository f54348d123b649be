//! A menu of plans that are nearly as good as the best: how little and how much every type, cluster, region and line can get in them, and
//! what any swap of money costs.
//!
//! Every least and most has an inner value, which a plan has that is worth enough, and an outer one, beyond which no such plan goes.

mod swap;

pub use swap::{Priced, Reading, Swap, SwapResult};

use std::time::Duration;

use super::error::StudyError;
use super::group::{Group, Kind, groups};
use super::plan::PlanSettings;
use crate::control::Control;
use crate::language::text;
use crate::model::{Allocation, Metric, Model};
use crate::opt::Stop;
use crate::opt::assurance::{Draws, Effort, OptimalityGap, assess};
use crate::opt::decomposition::End;
use crate::opt::planner::inquiry::{Among, BestPlan, Ground, Inquiry, Lines, Reach};
use crate::sampling::{Purpose, SampleBlock, Sampler};

/// Share of the budget to which the inner and the outer value of an amount are brought together, if that does not take too long.
pub const CLOSE: f64 = 1e-3;
/// Share of the budget below which a value counts as near zero.
const NEAR_ZERO: f64 = 0.01;

/// The settled form of a [`MenuRequest`](super::MenuRequest).
#[derive(Debug, Clone)]
pub struct MenuSettings {
    /// How plans are made, and the fresh samples of swaps; `quick` leaves the statistical gap out.
    pub planning: PlanSettings,
    /// Share of the best plan's value that a plan may give up.
    pub within: f64,
    /// Which groups are looked at.
    pub by: Vec<Kind>,
    /// Swaps to be priced.
    pub swaps: Vec<Swap>,
}

/// How much a group can get.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The group.
    pub group: Group,
    /// Its money in the best plan \[Rp\].
    pub now: i64,
    /// The least.
    pub least: Reach,
    /// The most.
    pub most: Reach,
}

/// A menu.
#[derive(Debug, Clone)]
pub struct MenuStudy {
    /// The settings asked for.
    pub settings: MenuSettings,
    /// The relative gap to which plans were searched for.
    pub gap: f64,
    /// The best plan.
    pub best: BestPlan,
    /// The value that plans must bring.
    pub enough: f64,
    /// By how much a better plan may exceed the best on other samples; nothing where it was not asked for or time was up.
    pub statistical: Option<OptimalityGap>,
    /// The groups.
    pub entries: Vec<Entry>,
    /// The swaps.
    pub swaps: Vec<SwapResult>,
    /// True if time ended none of it.
    pub in_time: bool,
}

impl MenuStudy {
    /// The amount that the share is of \[objective's unit\].
    pub fn size(&self, model: &Model) -> f64 {
        size(model, self.settings.planning.metric, self.best.objective)
    }

    /// True if plans may give up less than a better plan may gain on other samples: then the menu says more of the samples than of
    /// the policy.
    pub fn below_statistical(&self, model: &Model) -> Option<bool> {
        let gap = self.statistical.as_ref()?;
        Some(self.settings.within * self.size(model) < gap.limit)
    }
}

/// The size that a share is of: of the value, or of what is near zero beside the budget.
fn size(model: &Model, metric: Metric, value: f64) -> f64 {
    let least = if metric.is_money() { NEAR_ZERO * model.total_budget() as f64 } else { 1.0 };
    value.abs().max(least)
}

/// Makes the menu.
///
/// # Errors
/// [`StudyError`].
pub fn menu(model: &Model, settings: &MenuSettings, control: &Control<'_>) -> Result<MenuStudy, StudyError> {
    let request = &settings.planning;
    check(settings)?;
    Inquiry::check(model, request.metric)?;
    let block = Sampler::new(model, request.seed, Purpose::Planning).block(0, request.planning);
    let limited = control.within(request.seconds.map(Duration::from_secs_f64));
    let listed: Vec<Group> = settings.by.iter().flat_map(|kind| groups(model, *kind)).collect();

    // The best plan, and how sure it is.
    let ground = Ground::new(model, request.metric, true);
    let mut first = Inquiry::new(model, &ground, &block, Vec::new(), request.gap, None)?;
    let best = first.best(&limited)?.ok_or_else(nothing_found)?;
    let statistical =
        if request.quick { None } else { statistical(model, settings, &block, &best, &limited)? };

    // The same program without the cost of spending, with sums that swaps hold.
    let free = Ground::new(model, request.metric, false);
    let sums = swap::sums(model, &settings.swaps);
    let mut inquiry = Inquiry::new(model, &free, &block, sums, request.gap, Some(&first))?;
    drop(first);
    let metric = request.metric;
    let enough = best.objective - settings.within * size(model, metric, best.objective);
    let close = CLOSE * model.total_budget() as f64;
    let mut entries = Vec::new();
    for group in listed {
        let lines = group.lines();
        let among = Among { known: &best.allocation, enough, close };
        let mut reach = |end: End| inquiry.reach(&lines, end, among, &limited.unobserved());
        let (least, most) = (reach(End::Least)?, reach(End::Most)?);
        let entry = Entry { now: lines.of(&best.allocation), group, least, most };
        entries.push(within_reason(model, entry, &lines));
        control.report(crate::control::Progress::Planning(crate::control::PlanningStep::Solve));
    }
    let swaps = swap::priced(model, request, &settings.swaps, &best, &mut inquiry, control, &limited)?;
    let in_time = best.stop != Stop::TimeLimit && limited.go_on();
    Ok(MenuStudy {
        settings: settings.clone(),
        gap: inquiry.gap(),
        enough,
        statistical,
        entries,
        swaps,
        in_time,
        best,
    })
}

fn check(settings: &MenuSettings) -> Result<(), StudyError> {
    let share = settings.within;
    if !(0.0..=1.0).contains(&share) {
        return Err(StudyError::Request(text!(
            en: "what plans of a menu may give up is a share from 0 to 1, such as 0.01; found {share}",
            id: "yang boleh dilepas rencana dalam menu adalah bagian dari 0 sampai 1, misalnya 0.01; tertulis {share}",
        )));
    }
    if settings.by.is_empty() && settings.swaps.is_empty() {
        return Err(StudyError::Request(text!(
            en: "a menu is by something, or prices a swap",
            id: "menu disusun menurut sesuatu, atau menghitung harga suatu pertukaran",
        )));
    }
    Ok(())
}

fn nothing_found() -> StudyError {
    StudyError::Request(text!(
        en: "no plan keeps all rules: 'optimise' says which contradict each other",
        id: "tidak ada rencana yang memenuhi semua aturan: 'optimise' menyebut yang bertentangan",
    ))
}

fn statistical(
    model: &Model,
    settings: &MenuSettings,
    block: &SampleBlock,
    best: &BestPlan,
    control: &Control<'_>,
) -> Result<Option<OptimalityGap>, StudyError> {
    let request = &settings.planning;
    let fresh = Sampler::new(model, request.seed, Purpose::Evaluation);
    let bound = Sampler::new(model, request.seed, Purpose::Bound);
    let draws = Draws { planning: block, bound: &bound, fresh: &fresh };
    let effort = Effort::of(model, request.metric, block, request.evaluation);
    let found = assess(model, request.metric, &best.allocation, &best.duals, draws, effort, control)?;
    Ok(found.map(|found| found.gap))
}

/// Outer values that time left far away, brought to what rules alone allow: no less than what is locked, and no more than all money.
fn within_reason(model: &Model, entry: Entry, lines: &Lines) -> Entry {
    let locked = lines.of(&model.locked.lines) as f64;
    let all = (model.total_budget() as f64).max(locked);
    let inner = |reach: &Reach| reach.inner as f64;
    let least = Reach { outer: entry.least.outer.max(locked.min(inner(&entry.least))), ..entry.least };
    let most = Reach { outer: entry.most.outer.min(all.max(inner(&entry.most))), ..entry.most };
    Entry { least, most, ..entry }
}

/// The plans of a menu with their names: of each entry the least, then the most.
pub fn plans(study: &MenuStudy) -> Vec<(&Entry, End, &Allocation)> {
    let both = |entry| {
        let of: &Entry = entry;
        [(of, End::Least, &of.least.allocation), (of, End::Most, &of.most.allocation)]
    };
    study.entries.iter().flat_map(both).collect()
}
