//! Rules that an allocation must keep, and the violations of a given one: in integers, without any tolerance.
//!
//! [`violations`] asks about every rule. Each family of rules has a function of its own for callers that ask about it alone:
//! the files of a scenario (today's allocation, what is locked) are held to [`whole_numbers`] only, plans to all. Coverage is a rule only
//! where it is enforced; elsewhere it is [`advised`].

use std::collections::BTreeMap;

use super::allocation::Allocation;
use super::cofunding::CofundingPlace;
use super::facility::FacilityType;
use super::funding::LimitKind;
use super::id::{ClusterId, InterventionId, SourceId};
use super::opened::commitments;
use super::root::ModelParts;
use super::site::SiteBound;

/// A rule that an allocation must keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A source spends no more in a year than its money, less the upkeep that it bears.
    Budget(SourceId, usize),
    /// A floor or cap, by its position in the model.
    Limit(usize),
    /// A source adds its share to what others spend: by position in the model, and the place and year.
    Cofunding(usize, CofundingPlace),
    /// A supported cluster gets the minimum of a facility type: by position of the minimum, and the cluster.
    Coverage(usize, ClusterId),
    /// A line has at least its locked amount.
    Locked(SourceId, ClusterId, InterventionId, usize),
    /// A closed source spends its locked amount on a line and no more.
    Closed(SourceId, ClusterId, InterventionId, usize),
    /// All sources together commit nothing in a year, or at least the minimum size.
    MinimumSize(ClusterId, InterventionId, usize),
    /// All sources together pay exactly the fixed cost of an opening.
    OpeningCost(ClusterId, InterventionId, usize),
    /// A candidate is opened once: not again in this year.
    OpenedOnce(ClusterId, InterventionId, usize),
    /// A candidate gets other money only once it is opened.
    OpenedBefore(ClusterId, InterventionId, usize),
    /// A rule for sites, by its position in the model, and its bound.
    Sites(usize, SiteBound),
    /// All sources together add whole units to what is locked in a year.
    WholeUnits(ClusterId, InterventionId, usize),
    /// A cluster has no more units over the horizon than it may.
    MostUnits(ClusterId, InterventionId),
    /// A line adds nothing to what is locked, or at least its source's least line.
    LeastLine(SourceId, ClusterId, InterventionId, usize),
    /// A line adds a multiple of its source's grain to what is locked.
    Grain(SourceId, ClusterId, InterventionId, usize),
    /// A source funds only what it may fund.
    Eligibility(SourceId, ClusterId, InterventionId, usize),
}

/// A rule that an allocation breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The rule.
    pub rule: Rule,
    /// Rupiah missing of a least amount, or beyond a greatest one; 0 of a rule for sites, which counts sites. Of coverage by a
    /// capacity it is the cost of the missing units.
    pub rupiah: i64,
    /// Rupiah that the rule counts in the allocation; 0 of a rule for sites.
    pub spent: i64,
}

/// Where a rule holds; `None` is everywhere, always, or of everyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scope {
    /// The source.
    pub source: Option<SourceId>,
    /// The year (from 0).
    pub year: Option<usize>,
    /// The cluster.
    pub cluster: Option<ClusterId>,
    /// The facility type, whose letter is that of Article 89 paragraph (6).
    pub facility: Option<FacilityType>,
}

impl Rule {
    /// Where the rule holds.
    pub fn scope(self, model: &ModelParts) -> Scope {
        let of_line = |cluster: ClusterId, i: InterventionId, year: usize| Scope {
            source: None,
            year: Some(year),
            cluster: Some(cluster),
            facility: Some(model.chain_of(cluster).interventions[i.index()].facility),
        };
        match self {
            Rule::Budget(source, year) => {
                Scope { source: Some(source), year: Some(year), ..Scope::default() }
            }
            Rule::Limit(number) => {
                let limit = &model.limits[number];
                let (source, year, facility) = (limit.source, limit.year, limit.facility());
                let cluster = match limit.of.clusters.as_deref() {
                    Some([only]) => Some(*only),
                    _ => None,
                };
                Scope { source, year, cluster, facility }
            }
            Rule::Cofunding(number, at) => {
                let rule = &model.cofunding[number];
                let by_cluster = rule.per == super::cofunding::Per::Cluster;
                let cluster = by_cluster.then(|| ClusterId::new(at.place));
                Scope { source: Some(rule.source), year: at.year, cluster, facility: None }
            }
            Rule::Coverage(number, cluster) => {
                let facility = Some(model.coverage.minima[number].facility);
                Scope { cluster: Some(cluster), facility, ..Scope::default() }
            }
            Rule::MinimumSize(c, i, y)
            | Rule::OpeningCost(c, i, y)
            | Rule::OpenedOnce(c, i, y)
            | Rule::OpenedBefore(c, i, y)
            | Rule::WholeUnits(c, i, y) => of_line(c, i, y),
            Rule::MostUnits(c, i) => Scope { year: None, ..of_line(c, i, 0) },
            Rule::Locked(s, c, i, y)
            | Rule::Closed(s, c, i, y)
            | Rule::LeastLine(s, c, i, y)
            | Rule::Grain(s, c, i, y)
            | Rule::Eligibility(s, c, i, y) => Scope { source: Some(s), ..of_line(c, i, y) },
            Rule::Sites(..) => Scope::default(),
        }
    }

    /// The money of all sources together that a rule of whole numbers is about: cluster, intervention and year.
    pub fn commitment(self) -> Option<(ClusterId, InterventionId, usize)> {
        match self {
            Rule::MinimumSize(c, i, y)
            | Rule::OpeningCost(c, i, y)
            | Rule::OpenedOnce(c, i, y)
            | Rule::OpenedBefore(c, i, y)
            | Rule::WholeUnits(c, i, y) => Some((c, i, y)),
            _ => None,
        }
    }

    /// The paragraph of the law or policy that the scenario states for the rule.
    pub fn law(self, model: &ModelParts) -> Option<&str> {
        match self {
            Rule::Limit(number) => model.limits[number].law.as_deref(),
            Rule::Cofunding(number, _) => model.cofunding[number].law.as_deref(),
            Rule::Coverage(number, _) => model.coverage.minima[number].law.as_deref(),
            _ => None,
        }
    }
}

/// Every rule that `allocation` breaks: budgets, floors and caps, co-funding, coverage, locked lines, whole numbers, sites,
/// things in units, lines, eligibility.
pub fn violations(model: &ModelParts, allocation: &Allocation) -> Vec<Violation> {
    let families = [budgets, limits, cofunding, coverage, locked, whole_numbers, things, sites, eligibility];
    families.into_iter().flat_map(|family| family(model, allocation)).collect()
}

/// True if `allocation` keeps the rules that moving money between lines of a source and year may break: all but budgets,
/// coverage and eligibility.
pub fn keeps_between_lines(model: &ModelParts, allocation: &Allocation) -> bool {
    // The first family that is broken settles it.
    let families = [limits, cofunding, locked, whole_numbers, things, sites];
    families.into_iter().all(|family| family(model, allocation).is_empty())
}

/// True if `allocation` keeps every rule but budgets and eligibility, which programs hold it to by themselves.
pub fn keeps_all_but_budgets(model: &ModelParts, allocation: &Allocation) -> bool {
    keeps_between_lines(model, allocation) && coverage(model, allocation).is_empty()
}

/// Budgets that `allocation` overspends, upkeep and carry-over included. Those of closed sources that pay whatever upkeep is
/// charged to them bind nobody.
pub fn budgets(model: &ModelParts, allocation: &Allocation) -> Vec<Violation> {
    let upkeep = model.borne_upkeep(allocation);
    let lines = model.budget_lines(allocation, |source, year| upkeep[source.index()][year]);
    let binds = |source| !(model.locked.closed_pay_all && model.locked.is_closed(source));
    lines
        .into_iter()
        .filter(|line| line.over > 0 && binds(line.source))
        .map(|line| Violation {
            rule: Rule::Budget(line.source, line.year),
            rupiah: line.over,
            spent: line.spent + line.upkeep,
        })
        .collect()
}

/// Floors and caps that `allocation` breaks.
pub fn limits(model: &ModelParts, allocation: &Allocation) -> Vec<Violation> {
    let mut found = Vec::new();
    for (number, limit) in model.limits.iter().enumerate() {
        let spent = allocation
            .sum(|line| limit.covers(model, line.source, line.year, line.cluster, line.intervention));
        let bound = limit.whole(&model.sources);
        let rupiah = match limit.kind {
            LimitKind::Floor => bound - spent,
            LimitKind::Cap => spent - bound,
        };
        if rupiah > 0 {
            found.push(Violation { rule: Rule::Limit(number), rupiah, spent });
        }
    }
    found
}

/// Co-funding that `allocation` is short of, place by place.
pub fn cofunding(model: &ModelParts, allocation: &Allocation) -> Vec<Violation> {
    let mut found = Vec::new();
    for (number, rule) in model.cofunding.iter().enumerate() {
        for balance in rule.balances(model, allocation) {
            let rupiah = balance.short(rule.ratio);
            if rupiah > 0 {
                let rule = Rule::Cofunding(number, balance.at);
                found.push(Violation { rule, rupiah, spent: balance.own });
            }
        }
    }
    found
}

/// Minima of coverage that `allocation` is short of in the clusters that it supports; none where coverage is only reported.
pub fn coverage(model: &ModelParts, allocation: &Allocation) -> Vec<Violation> {
    if model.coverage.enforced { short_coverage(model, allocation) } else { Vec::new() }
}

/// Minima of coverage that `allocation` is short of where they are only reported; none where plans are held to them.
pub fn advised(model: &ModelParts, allocation: &Allocation) -> Vec<Violation> {
    if model.coverage.enforced { Vec::new() } else { short_coverage(model, allocation) }
}

fn short_coverage(model: &ModelParts, allocation: &Allocation) -> Vec<Violation> {
    let spent = model.committed_by_type(allocation);
    model
        .coverage_shortfalls(allocation)
        .into_iter()
        .map(|short| Violation {
            rule: Rule::Coverage(short.owed.minimum, short.cluster),
            rupiah: short.rupiah.ceil() as i64,
            spent: spent.get(&(short.cluster, short.owed.facility)).copied().unwrap_or(0),
        })
        .collect()
}

/// Lines of which `allocation` has less than is locked, and lines of closed sources of which it has more.
pub fn locked(model: &ModelParts, allocation: &Allocation) -> Vec<Violation> {
    let locked = &model.locked;
    let less = locked.missing(allocation).into_iter().map(|(line, has)| Violation {
        rule: Rule::Locked(line.source, line.cluster, line.intervention, line.year),
        rupiah: line.amount.0 - has,
        spent: has,
    });
    let closed = allocation.lines().iter().filter(|line| locked.is_closed(line.source));
    let more = closed.filter_map(|line| {
        let rupiah = line.amount.0 - locked.amount(line.source, line.cluster, line.intervention, line.year);
        let rule = Rule::Closed(line.source, line.cluster, line.intervention, line.year);
        (rupiah > 0).then_some(Violation { rule, rupiah, spent: line.amount.0 })
    });
    less.chain(more).collect()
}

/// Minimum sizes and openings that `allocation` breaks, by cluster, intervention and year.
pub fn whole_numbers(model: &ModelParts, allocation: &Allocation) -> Vec<Violation> {
    let opened: BTreeMap<ClusterId, Option<usize>> = model.opened(allocation).into_iter().collect();
    let mut found = Vec::new();
    for ((cluster, intervention, year), spent) in commitments(allocation) {
        let local = &model.clusters[cluster.index()].interventions[intervention.index()];
        let mut note = |rule: Rule, rupiah: i64| found.push(Violation { rule, rupiah, spent });
        // The first year in which the cluster is opened, if it is a candidate and ever is.
        let first = opened.get(&cluster).copied();
        if model.opening(cluster) == Some(intervention) {
            if spent != local.fixed_cost.0 {
                let rupiah = (local.fixed_cost.0 - spent).abs();
                note(Rule::OpeningCost(cluster, intervention, year), rupiah);
            }
            if first.flatten().is_some_and(|first| first < year) {
                note(Rule::OpenedOnce(cluster, intervention, year), spent);
            }
            continue;
        }
        if spent < local.minimum.0 {
            note(Rule::MinimumSize(cluster, intervention, year), local.minimum.0 - spent);
        }
        if first.is_some_and(|first| first.is_none_or(|first| first > year)) {
            note(Rule::OpenedBefore(cluster, intervention, year), spent);
        }
    }
    found
}

/// Rules for sites that `allocation` breaks, bound by bound.
pub fn sites(model: &ModelParts, allocation: &Allocation) -> Vec<Violation> {
    if model.sites.is_empty() {
        return Vec::new();
    }
    let opened = model.opened(allocation).into_iter().filter(|(_, year)| year.is_some());
    let opened: Vec<ClusterId> = opened.map(|(cluster, _)| cluster).collect();
    let mut found = Vec::new();
    for number in 0..model.sites.len() {
        let bounds = [SiteBound::AtMost, SiteBound::AtLeast, SiteBound::Potential];
        let broken = bounds.into_iter().filter(|bound| sites_off(model, number, *bound, &opened) > 0);
        found.extend(broken.map(|bound| Violation { rule: Rule::Sites(number, bound), rupiah: 0, spent: 0 }));
    }
    found
}

/// Sites by which a rule for sites is broken, where the candidates `opened` are: opened beyond the most, missing of the least, or opened
/// below the potential. 0 where it is kept.
pub fn sites_off(model: &ModelParts, number: usize, bound: SiteBound, opened: &[ClusterId]) -> usize {
    let rule = &model.sites[number];
    let count = rule.candidates.iter().filter(|c| opened.contains(c)).count();
    match bound {
        SiteBound::AtMost => rule.at_most.map_or(0, |most| count.saturating_sub(most)),
        SiteBound::AtLeast => rule.at_least.map_or(0, |least| least.saturating_sub(count)),
        SiteBound::Potential => rule.below(model).iter().filter(|c| opened.contains(c)).count(),
    }
}

/// Lines of `allocation` that their source may not fund.
pub fn eligibility(model: &ModelParts, allocation: &Allocation) -> Vec<Violation> {
    let lines = allocation.lines().iter();
    lines
        .filter(|line| !model.may_fund(line.source, line.cluster, line.intervention))
        .map(|line| Violation {
            rule: Rule::Eligibility(line.source, line.cluster, line.intervention, line.year),
            rupiah: line.amount.0,
            spent: line.amount.0,
        })
        .collect()
}

impl ModelParts {
    /// True if `allocation` holds every locked line, and closed sources spend nothing else.
    pub fn keeps_locked(&self, allocation: &Allocation) -> bool {
        locked(self, allocation).is_empty()
    }

    /// True if `allocation` keeps every rule for sites.
    pub fn keeps_sites(&self, allocation: &Allocation) -> bool {
        sites(self, allocation).is_empty()
    }
}

mod things;

pub use things::things;

#[cfg(test)]
mod tests;
