//! Which rules of the scenario an allocation breaks, to the rupiah.

use super::super::baseline::borne_upkeep;
use crate::model::exact::at_most;
use crate::model::{Allocation, Breach, BreachKind, LimitBound, LimitKind, Model, SourceId, breaches};
use crate::opt::builder::{Rule, SiteBound};

/// The money of a source over the years of an allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceMoney {
    /// The source.
    pub source: SourceId,
    /// Its money over the horizon [Rp].
    pub amount: i64,
    /// What it spends [Rp].
    pub spent: i64,
    /// Upkeep that it bears [Rp].
    pub upkeep: i64,
}

impl SourceMoney {
    /// What it leaves unspent [Rp].
    pub fn unspent(self) -> i64 {
        (self.amount - self.spent - self.upkeep).max(0)
    }
}

/// What every source spends and bears, in order.
pub(super) fn money_of(model: &Model, allocation: &Allocation) -> Vec<SourceMoney> {
    let upkeep = borne_upkeep(model, allocation);
    let of = |source: SourceId| SourceMoney {
        source,
        amount: model.sources[source.index()].total(),
        spent: allocation.sum(|line| line.source == source),
        upkeep: upkeep[source.index()].iter().sum(),
    };
    model.source_ids().map(of).collect()
}

/// What of a budget's overrun rounding explains [Rp]: plans are whole rupiah of solutions that are good to a ten-millionth.
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
    let upkeep = borne_upkeep(model, allocation);
    let mut found = Vec::new();
    for source in model.source_ids() {
        let money = &model.sources[source.index()];
        let mut left = 0_i64;
        for (year, amount) in money.amounts.iter().enumerate() {
            let carried = at_most(money.carry_over, left);
            let spent = allocation.sum(|line| (line.source, line.year) == (source, year));
            left = amount.0 + carried - spent - upkeep[source.index()][year];
            if left < 0 {
                found.push((source, year, -left));
            }
            left = left.max(0);
        }
    }
    found
}

/// Makes room in `model` for what whole rupiah of `given` break by rounding alone, so that nobody who plans around it is told that
/// this cannot be.
pub(super) fn make_room_for_rounding(model: &mut Model, given: &Allocation) {
    for (source, year, over) in overruns(model, given) {
        if over <= forgiven(model, source) {
            model.sources[source.index()].amounts[year].0 += over;
        }
    }
    for number in 0..model.limits.len() {
        let limit = &model.limits[number];
        let spent =
            given.sum(|line| limit.covers(model, line.source, line.year, (line.cluster, line.intervention)));
        let bound = limit.rupiah(&model.sources);
        let beyond = match limit.kind {
            LimitKind::Cap => spent as f64 - bound,
            LimitKind::Floor => bound - spent as f64,
        };
        if beyond > 0.0 && beyond <= ROUNDING {
            model.limits[number].bound = LimitBound::Amount(spent as f64);
        }
    }
    for number in 0..model.cofunding.len() {
        let rule = &model.cofunding[number];
        let rounded = rule.balances(model, given).into_iter().filter(|balance| {
            let short = balance.owed(rule.ratio) as f64 - balance.own as f64;
            // Of less money a rupiah is more than rounding.
            short > 0.0 && short <= ROUNDING && balance.others >= 100_000
        });
        let least = rounded.map(|balance| balance.own as f64 / balance.others as f64).reduce(f64::min);
        model.cofunding[number].ratio = least.unwrap_or(rule.ratio);
    }
}

/// What whole rupiah may break a rule by [Rp].
const ROUNDING: f64 = 2.0;

/// The rule that a breach is of.
pub(super) fn rule_of(breach: &Breach) -> Rule {
    let (c, i, y) = (breach.cluster, breach.intervention, breach.year);
    match breach.kind {
        BreachKind::BelowMinimum(_) => Rule::Minimum(c, i),
        BreachKind::OpeningAmount(_) => Rule::Opening(c, y),
        BreachKind::OpenedTwice(_) => Rule::OpenOnce(c),
        BreachKind::Unopened(_) => Rule::Unopened(c, i, y),
    }
}

/// The rules for sites that an allocation breaks, bound by bound.
fn site_rules(model: &Model, allocation: &Allocation) -> Vec<Rule> {
    if model.sites.is_empty() {
        return Vec::new();
    }
    let opened: Vec<_> =
        model.opened(allocation).into_iter().filter(|(_, year)| year.is_some()).map(|(c, _)| c).collect();
    let mut found = Vec::new();
    for (number, rule) in model.sites.iter().enumerate() {
        let count = rule.candidates.iter().filter(|c| opened.contains(c)).count();
        let mut note = |broken: bool, bound| found.extend(broken.then_some(Rule::Sites(number, bound)));
        note(rule.at_most.is_some_and(|most| count > most), SiteBound::AtMost);
        note(rule.at_least.is_some_and(|least| count < least), SiteBound::AtLeast);
        note(rule.below(model).iter().any(|c| opened.contains(c)), SiteBound::Potential);
    }
    found
}

/// The rules that `allocation` breaks: whole numbers first, then rules for sites, caps, co-funding and budgets, then what
/// asks for more (floors, coverage, locked lines). Each once.
pub fn broken(model: &Model, allocation: &Allocation) -> Vec<Rule> {
    let mut found: Vec<Rule> = breaches(model, allocation).iter().map(rule_of).collect();
    found.extend(site_rules(model, allocation));
    let mut floors = Vec::new();
    for (number, limit) in model.limits.iter().enumerate() {
        let spent = allocation
            .sum(|line| limit.covers(model, line.source, line.year, (line.cluster, line.intervention)));
        let bound = limit.rupiah(&model.sources);
        match limit.kind {
            LimitKind::Cap if spent as f64 > bound + 1.0 => found.push(Rule::Limit(number)),
            LimitKind::Floor if (spent as f64) < bound - 1.0 => floors.push(Rule::Limit(number)),
            _ => {}
        }
    }
    for (number, rule) in model.cofunding.iter().enumerate() {
        let balances = rule.balances(model, allocation);
        let short = balances.iter().filter(|b| b.short(rule.ratio) > 1);
        found.extend(short.map(|balance| Rule::Cofunding(number, balance.at)));
    }
    found.extend(overspent(model, allocation).into_iter().map(|(s, y, _)| Rule::Budget(s, y)));
    found.append(&mut floors);
    if model.coverage.enforced {
        let short = model.coverage_shortfalls(allocation);
        found.extend(short.iter().map(|short| Rule::Coverage(short.owed.minimum, short.cluster)));
    }
    let missing = model.locked.missing(allocation);
    found.extend(missing.iter().map(|(l, _)| Rule::Locked(l.source, l.cluster, l.intervention, l.year)));
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|rule| seen.insert(*rule));
    found
}
