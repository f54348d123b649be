//! Which rules of the scenario an allocation breaks, to the rupiah.

use crate::model::rule::{budgets, cofunding, coverage, limits, locked, sites, whole_numbers};
use crate::model::{
    Allocation, LimitBound, LimitKind, Model, Rule as ModelRule, SourceId, Variant, Violation,
};
use crate::opt::builder::Rule;
use crate::opt::rupiah::row_of;

/// The money of a source over the years of an allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceMoney {
    /// The source.
    pub source: SourceId,
    /// Its money over the horizon [Rp].
    pub amount: i64,
    /// Money that it spends [Rp].
    pub spent: i64,
    /// Upkeep that it bears [Rp].
    pub upkeep: i64,
}

impl SourceMoney {
    /// Money that it leaves unspent [Rp].
    pub fn unspent(self) -> i64 {
        (self.amount - self.spent - self.upkeep).max(0)
    }
}

/// The money that every source spends and bears, in order.
pub(super) fn money_of(model: &Model, allocation: &Allocation) -> Vec<SourceMoney> {
    let upkeep = model.borne_upkeep(allocation);
    let of = |source: SourceId| SourceMoney {
        source,
        amount: model.sources[source.index()].total(),
        spent: allocation.sum(|line| line.source == source),
        upkeep: upkeep[source.index()][..model.horizon.years].iter().sum(),
    };
    model.source_ids().map(of).collect()
}

/// The part of a budget's overrun that rounding explains [Rp]: plans are whole rupiah of solutions good to a ten-millionth.
fn forgiven(model: &Model, source: SourceId) -> i64 {
    2 + model.sources[source.index()].total().div_euclid(10_000_000)
}

/// By how much sources overspend beyond rounding, by source and year [Rp].
pub(super) fn overspent(model: &Model, allocation: &Allocation) -> Vec<(SourceId, usize, i64)> {
    let mut found = overruns(model, allocation);
    found.retain(|(source, _, over)| *over > forgiven(model, *source));
    found
}

/// By how much sources overspend, by source and year [Rp], upkeep and money carried over included. Nothing is handed on
/// from a year that overspends.
fn overruns(model: &Model, allocation: &Allocation) -> Vec<(SourceId, usize, i64)> {
    let found = budgets(model, allocation).into_iter();
    found
        .filter_map(|violation| match violation.rule {
            ModelRule::Budget(source, year) => Some((source, year, violation.rupiah)),
            _ => None,
        })
        .collect()
}

/// The variant with room for what whole rupiah of `given` break by rounding alone, so that nobody who plans around it is told
/// that this cannot be.
pub(super) fn with_room_for_rounding(model: &Model, given: &Allocation) -> Variant {
    // Budgets.
    let mut sources = model.sources.clone();
    for (source, year, over) in overruns(model, given) {
        if over <= forgiven(model, source) {
            sources[source.index()].amounts[year].0 += over;
        }
    }

    // Floors and caps.
    let mut limits = model.limits.clone();
    for limit in &mut limits {
        let spent =
            given.sum(|line| limit.covers(model, line.source, line.year, line.cluster, line.intervention));
        let bound = limit.rupiah(&sources);
        let beyond = match limit.kind {
            LimitKind::Cap => spent as f64 - bound,
            LimitKind::Floor => bound - spent as f64,
        };
        if beyond > 0.0 && beyond <= ROUNDING {
            limit.bound = LimitBound::Amount(spent as f64);
        }
    }

    // Co-funding.
    let mut cofunding = model.cofunding.clone();
    for rule in &mut cofunding {
        let rounded = rule.balances(model, given).into_iter().filter(|balance| {
            let short = balance.owed(rule.ratio) as f64 - balance.own as f64;
            // Of less money a rupiah is more than rounding.
            short > 0.0 && short <= ROUNDING && balance.others >= 100_000
        });
        let least = rounded.map(|balance| balance.own as f64 / balance.others as f64).reduce(f64::min);
        rule.ratio = least.unwrap_or(rule.ratio);
    }
    let amounts = model.source_ids().zip(sources.into_iter().map(|source| source.amounts)).collect();
    Variant { amounts, limits: Some(limits), cofunding: Some(cofunding), ..Variant::default() }
}

/// The amount by which whole rupiah may break a rule [Rp].
const ROUNDING: f64 = 2.0;

/// The rules that `allocation` breaks: whole numbers first, then rules for sites, caps, co-funding and budgets, then what
/// asks for more (floors, coverage, locked lines). Each once. Of money a rupiah is rounding, of budgets a little more.
pub fn broken(model: &Model, allocation: &Allocation) -> Vec<Rule> {
    let beyond_rounding = |violation: &Violation| violation.rupiah > 1;
    let is_cap = |violation: &Violation| match violation.rule {
        ModelRule::Limit(number) => model.limits[number].kind == LimitKind::Cap,
        _ => false,
    };
    let (caps, floors): (Vec<Violation>, Vec<Violation>) =
        limits(model, allocation).into_iter().filter(beyond_rounding).partition(is_cap);
    let mut found: Vec<Rule> = Vec::new();
    let mut add = |violations: Vec<Violation>| {
        found.extend(violations.into_iter().filter_map(|violation| row_of(violation.rule)));
    };
    add(whole_numbers(model, allocation));
    add(sites(model, allocation));
    add(caps);
    add(cofunding(model, allocation).into_iter().filter(beyond_rounding).collect());
    add(budgets(model, allocation).into_iter().filter(|violation| !rounded(model, violation)).collect());
    add(floors);
    add(coverage(model, allocation));
    let less = |violation: &Violation| matches!(violation.rule, ModelRule::Locked(..));
    add(locked(model, allocation).into_iter().filter(less).collect());
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|rule| seen.insert(*rule));
    found
}

/// True if rounding explains by how much a budget is overspent.
fn rounded(model: &Model, violation: &Violation) -> bool {
    match violation.rule {
        ModelRule::Budget(source, _) => violation.rupiah <= forgiven(model, source),
        _ => false,
    }
}
