//! Which rules an allocation breaks, and by how many rupiah: in integers, without any tolerance.

use std::collections::BTreeMap;

use super::super::builder::{PlanningProgram, Rule, SiteBound};
use super::ledger;
use crate::model::{Allocation, Breach, BreachKind, LimitKind, Model, SiteRule, SourceId, breaches};

/// A rule that whole rupiah do not keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unkept {
    /// The rule.
    pub rule: Rule,
    /// What is missing of a floor, minimum size, coverage, co-funding or locked line, or beyond a cap or budget [Rp]; 0 of a rule
    /// for sites. Of coverage by a capacity it is what the missing units cost.
    pub missing: i64,
}

/// Every rule that `allocation` breaks, in order.
pub(crate) fn unkept(model: &Model, planning: &PlanningProgram, allocation: &Allocation) -> Vec<Unkept> {
    let mut missing: BTreeMap<Rule, i64> = of_money(model, allocation).into_iter().collect();
    let (_, overspent) = ledger(model, planning, allocation);
    missing.extend(overspent.into_iter().map(|((s, y), over)| (Rule::Budget(s, y), over)));
    for breach in breaches(model, allocation) {
        let (rule, short) = told(&breach);
        *missing.entry(rule).or_default() += short;
    }
    for number in model.broken_site_rules(allocation) {
        missing.insert(Rule::Sites(number, broken_bound(model, &model.sites[number], allocation)), 0);
    }
    for (line, short) in locked(model, allocation) {
        missing.insert(line, short);
    }
    if model.coverage.enforced {
        for short in model.coverage_shortfalls(allocation) {
            missing.insert(Rule::Coverage(short.owed.minimum, short.cluster), short.rupiah.ceil() as i64);
        }
    }
    missing.into_iter().map(|(rule, missing)| Unkept { rule, missing }).collect()
}

/// Floors, caps and co-funding.
pub(in crate::opt) fn of_money(model: &Model, allocation: &Allocation) -> Vec<(Rule, i64)> {
    let mut found = Vec::new();
    for (number, limit) in model.limits.iter().enumerate() {
        let covers = |source: SourceId, year, at| limit.covers(model, source, year, at);
        let spent = allocation.sum(|line| covers(line.source, line.year, (line.cluster, line.intervention)));
        let bound = limit.whole(&model.sources);
        let missing = match limit.kind {
            LimitKind::Floor => bound - spent,
            LimitKind::Cap => spent - bound,
        };
        if missing > 0 {
            found.push((Rule::Limit(number), missing));
        }
    }
    for (number, rule) in model.cofunding.iter().enumerate() {
        for balance in rule.balances(model, allocation) {
            let short = balance.short(rule.ratio);
            if short > 0 {
                found.push((Rule::Cofunding(number, balance.at), short));
            }
        }
    }
    found
}

/// The rule that a breach is of, and by how much.
fn told(breach: &Breach) -> (Rule, i64) {
    let (c, i, y) = (breach.cluster, breach.intervention, breach.year);
    match breach.kind {
        BreachKind::BelowMinimum(least) => (Rule::Minimum(c, i), least.0 - breach.spent.0),
        BreachKind::OpeningAmount(cost) => (Rule::Opening(c, y), (cost.0 - breach.spent.0).abs()),
        BreachKind::OpenedTwice(_) => (Rule::OpenOnce(c), breach.spent.0),
        BreachKind::Unopened(_) => (Rule::Unopened(c, i, y), breach.spent.0),
    }
}

/// Which of its bounds a broken rule for sites is broken in: the first.
fn broken_bound(model: &Model, rule: &SiteRule, allocation: &Allocation) -> SiteBound {
    let opened: Vec<_> =
        model.opened(allocation).into_iter().filter(|(_, year)| year.is_some()).map(|(c, _)| c).collect();
    let count = rule.candidates.iter().filter(|c| opened.contains(c)).count();
    if rule.at_most.is_some_and(|most| count > most) {
        SiteBound::AtMost
    } else if rule.at_least.is_some_and(|least| count < least) {
        SiteBound::AtLeast
    } else {
        SiteBound::Potential
    }
}

/// Locked lines of which there is less than is locked, or of a closed source more.
fn locked(model: &Model, allocation: &Allocation) -> Vec<(Rule, i64)> {
    let lines = &model.locked;
    let less = lines.missing(allocation).into_iter().map(|(line, has)| (line, line.amount.0 - has));
    let closed = allocation.lines().iter().filter(|line| lines.is_closed(line.source));
    let more = closed
        .map(|line| {
            (*line, line.amount.0 - lines.amount(line.source, line.cluster, line.intervention, line.year))
        })
        .filter(|(_, more)| *more > 0);
    less.chain(more)
        .map(|(l, missing)| (Rule::Locked(l.source, l.cluster, l.intervention, l.year), missing))
        .collect()
}
