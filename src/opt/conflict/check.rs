//! Whether the rules of a program contradict each other, and if so, how.

use super::super::builder::{PlanningProgram, Rule, frame};
use super::super::error::OptError;
use super::elastic::{Finding, Rules};
use super::reduced::core;
use super::rules::in_order;
use super::{Clash, Conflict};
use crate::model::{ClusterId, LimitBound, LimitKind, Model, Need, SiteRule};
use crate::units::JUTA;

/// Checks that some allocation keeps every rule of `planning`, the program of `model`.
///
/// # Errors
/// [`OptError::Infeasible`] with what contradicts what, [`OptError::NotProven`] if neither can be proven.
pub fn check_rules(model: &Model, planning: &PlanningProgram) -> Result<(), OptError> {
    // With whole numbers, what a group of lines can ever get must not stand in the way of money found.
    let generous = planning.has_integers().then(|| frame(model, planning.metric, ample(model)));
    let whole = generous.as_ref().unwrap_or(planning);
    if !model.locked.is_nothing() && kept_around_locked_lines(model, &core(whole)) {
        return Ok(());
    }
    let planning = &core(&whole.with_locked_rows(model));
    let all: Vec<usize> = in_order(planning);
    let rules = Rules { planning, shares: &shares(model, planning), site_costs: &site_costs(model) };
    if rules.does_nothing() {
        return Ok(());
    }
    let Finding::Short(shortage) = rules.judge(&all, true)? else { return Ok(()) };
    let minimal = rules.minimal(&all, &shortage)?;
    let mut clashes = Vec::new();
    for &i in &minimal {
        let others: Vec<usize> = all.iter().copied().filter(|&other| other != i).collect();
        let enough = matches!(rules.judge(&others, false)?, Finding::Kept);
        clashes.push(Clash { rule: planning.rules[i], enough, upkeep: rules.bears_upkeep(i) });
    }
    let (least, least_by) = (shortage.least * JUTA, shortage.least_by);
    let relaxation = rules.relaxation(&all, shortage)?;
    Err(OptError::Infeasible(Box::new(Conflict { rules: clashes, relaxation, least, least_by })))
}

/// True if some decisions keep every rule with locked lines as the bounds of columns that they are. Nothing is said where the
/// answer does not stand up: then locked lines are rules, to be asked about like others.
fn kept_around_locked_lines(model: &Model, planning: &PlanningProgram) -> bool {
    let rules = Rules { planning, shares: &shares(model, planning), site_costs: &site_costs(model) };
    matches!(rules.judge(&in_order(planning), false), Ok(Finding::Kept))
}

/// The cost of a site more or fewer, by rule for sites [juta Rp]: the dearest opening it concerns, since money and sites have
/// no rate of exchange but that.
fn site_costs(model: &Model) -> Vec<f64> {
    let cost = |c: &ClusterId| {
        model.opening(*c).map_or(0, |i| model.clusters[c.index()].interventions[i.index()].fixed_cost.0)
    };
    let dearest = |rule: &SiteRule| rule.candidates.iter().map(cost).max().unwrap_or(0).max(1) as f64 / JUTA;
    model.sites.iter().map(dearest).collect()
}

/// More than any line needs in a cheapest way out [juta Rp]: what floors and coverage ask, and the largest minimum size or opening.
fn ample(model: &Model) -> f64 {
    let floors = model.limits.iter().filter(|limit| limit.kind == LimitKind::Floor);
    let floors: f64 = floors.map(|limit| limit.rupiah(&model.sources)).sum();
    let lines = model.clusters.iter().flat_map(|cluster| &cluster.interventions);
    let largest = lines.map(|line| line.minimum.0.max(line.fixed_cost.0)).max().unwrap_or(0);
    let owed = model.cluster_ids().flat_map(|c| model.held_to(c));
    let coverage: f64 = owed
        .map(|owed| match owed.need {
            Need::Money(rupiah) => rupiah.as_f64(),
            Need::Capacity { units, price, .. } => units * price,
        })
        .sum();
    2.0 * (floors + coverage + largest as f64) / JUTA
}

fn shares(model: &Model, planning: &PlanningProgram) -> Vec<(usize, usize, f64)> {
    let mut shares = Vec::new();
    for (i, rule) in planning.rules.iter().enumerate() {
        let Rule::Limit(number) = *rule else { continue };
        let limit = &model.limits[number];
        let LimitBound::Share(share) = limit.bound else { continue };
        for (b, rule) in planning.rules.iter().enumerate() {
            if matches!(*rule, Rule::Budget(s, y) if limit.concerns(s, y)) {
                shares.push((i, b, share));
            }
        }
    }
    shares
}
