//! Named baseline mixes: what a plan is compared with, on the same money and the same futures.

use std::collections::BTreeSet;

use crate::model::rule::{Rule, whole_numbers};
use crate::model::{Allocation, AllocationLine, ClusterId, FacilityType, InterventionId, Model, SourceId};
use crate::opt::rupiah::largest_remainder;
use crate::units::Rupiah;

/// The key of a group of lines: those of all sources for an intervention in a cluster in a year.
type Group = (ClusterId, InterventionId, usize);

/// A baseline mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Baseline {
    /// No plan at all.
    None,
    /// The locked lines, and nothing else.
    Locked,
    /// Today's allocation, its proportions put on the same money.
    Today,
    /// Every facility type a source may fund gets the same; within it, every line.
    EqualTypes,
    /// Every cluster gets its share of enterprises; within it, every line the same.
    ByEnterprises,
}

impl Baseline {
    /// All baselines, in order of report.
    pub const ALL: [Baseline; 5] =
        [Baseline::None, Baseline::Locked, Baseline::Today, Baseline::EqualTypes, Baseline::ByEnterprises];

    /// Those that say something of `model`: where nothing is locked, locked lines alone are no plan at all.
    pub fn of(model: &Model) -> Vec<Baseline> {
        let something = !model.locked.lines.lines().is_empty();
        Self::ALL.into_iter().filter(|baseline| *baseline != Baseline::Locked || something).collect()
    }

    /// Its key in results.
    pub fn key(self) -> &'static str {
        match self {
            Baseline::None => "none",
            Baseline::Locked => "locked",
            Baseline::Today => "today",
            Baseline::EqualTypes => "equal_types",
            Baseline::ByEnterprises => "by_enterprises",
        }
    }

    /// Its name in Indonesian and in English.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Baseline::None => ("tanpa rencana", "no plan"),
            Baseline::Locked => ("hanya yang terikat", "locked lines alone"),
            Baseline::Today => ("alokasi saat ini", "today's allocation"),
            Baseline::EqualTypes => ("sama rata per jenis fasilitas", "equal shares over facility types"),
            Baseline::ByEnterprises => ("menurut jumlah usaha", "shares by enterprises"),
        }
    }

    /// The allocation it stands for: the whole of every source's money in every year in which it has anything to go
    /// to, less the upkeep that sources bear. Floors, caps and rules for sites do not bind a baseline. What its shares leave
    /// below a minimum size gets nothing, the furthest below first, and the rest shares that money. Shares open no
    /// candidate; today's allocation opens its own at their fixed cost, as far as its sources can pay that. Every mix but no plan
    /// holds the locked lines, and shares what they leave.
    pub fn allocation(self, model: &Model) -> Allocation {
        if self == Baseline::None {
            return Allocation::default();
        }
        if self == Baseline::Locked {
            return model.locked.lines.clone();
        }
        shared_out(model, &|source, year| self.weights(model, source, year))
    }

    /// Weights of the lines of one source in one year.
    fn weights(self, model: &Model, source: SourceId, year: usize) -> Vec<(AllocationLine, f64)> {
        let line = |cluster: ClusterId, intervention: InterventionId| AllocationLine {
            source,
            cluster,
            intervention,
            year,
            amount: Rupiah(0),
        };
        let mut fundable = model.fundable(source);
        fundable.retain(|(cluster, _)| !model.clusters[cluster.index()].candidate);
        match self {
            Baseline::None | Baseline::Locked => Vec::new(),
            Baseline::Today => model
                .today
                .lines()
                .iter()
                .filter(|l| l.source == source && l.year == year)
                .map(|l| (line(l.cluster, l.intervention), l.amount.as_f64()))
                .collect(),
            Baseline::EqualTypes => {
                let facility =
                    |c: ClusterId, i: InterventionId| model.chain_of(c).interventions[i.index()].facility;
                let count = |wanted: FacilityType| {
                    fundable.iter().filter(|&&(c, i)| facility(c, i) == wanted).count().max(1) as f64
                };
                fundable.iter().map(|&(c, i)| (line(c, i), 1.0 / count(facility(c, i)))).collect()
            }
            Baseline::ByEnterprises => fundable
                .iter()
                .map(|&(c, i)| {
                    let lines = fundable.iter().filter(|(other, _)| *other == c).count().max(1) as f64;
                    (line(c, i), model.clusters[c.index()].enterprises / lines)
                })
                .collect(),
        }
    }
}

/// The weights of the lines of one source in one year, by which its money is shared out.
pub(super) type Weights<'a> = dyn Fn(SourceId, usize) -> Vec<(AllocationLine, f64)> + 'a;

/// The allocation of all money by `weights`, as [`Baseline::allocation`] describes it.
pub(super) fn shared_out(model: &Model, weights: &Weights<'_>) -> Allocation {
    let mut left_out = BTreeSet::new();
    loop {
        let allocation = within_budgets(model, weights, &left_out);
        let found = whole_numbers(model, &allocation);
        let mut below: Vec<(f64, Group)> = Vec::new();
        for violation in &found {
            match violation.rule {
                Rule::MinimumSize(c, i, y) => {
                    let minimum = model.clusters[c.index()].interventions[i.index()].minimum;
                    below.push((violation.spent as f64 / minimum.as_f64(), (c, i, y)));
                }
                // An opening that is not paid in full is none, and what waits for it goes too.
                rule => {
                    left_out.extend(rule.commitment());
                }
            }
        }
        if found.is_empty() {
            return allocation;
        }
        below.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        left_out.extend(below.iter().take(below.len().div_ceil(2)).map(|(_, group)| *group));
    }
}

/// The allocation that leaves out these lines, whatever it leaves of the others.
fn within_budgets(model: &Model, weights: &Weights<'_>, left_out: &BTreeSet<Group>) -> Allocation {
    // Upkeep depends on what is spent: shrink the spending until both fit, from the full amounts down.
    let free = free_money(model);
    let mut money = free.clone();
    let mut allocation = spread(model, weights, &money, left_out);
    for _ in 0..50 {
        let upkeep = model.borne_upkeep(&allocation);
        let mut fits = true;
        for s in 0..model.sources.len() {
            for (y, free) in free[s].iter().enumerate() {
                let own = |line: &AllocationLine| line.source.index() == s && line.year == y;
                let spent = allocation.sum(own) - model.locked.lines.sum(own);
                let over = spent + upkeep[s][y] - free;
                if over > 0 {
                    fits = false;
                    money[s][y] = (money[s][y] - over - 1).max(0);
                }
            }
        }
        if fits {
            break;
        }
        allocation = spread(model, weights, &money, left_out);
    }
    allocation
}

/// The allocation of these amounts by their weights.
fn spread(
    model: &Model,
    weights: &Weights<'_>,
    money: &[Vec<i64>],
    left_out: &BTreeSet<Group>,
) -> Allocation {
    let mut lines = Vec::new();
    for source in model.source_ids() {
        for year in 0..model.horizon.years {
            let mut total = money[source.index()][year];
            let mut weights = weights(source, year);
            weights.retain(|(line, _)| !left_out.contains(&(line.cluster, line.intervention, year)));
            let opens = |line: &AllocationLine| model.opening(line.cluster) == Some(line.intervention);
            let fixed = |(line, rupiah): &(AllocationLine, f64)| {
                opens(line).then_some(AllocationLine { amount: Rupiah(*rupiah as i64), ..*line })
            };
            let openings: Vec<AllocationLine> = weights.iter().filter_map(fixed).collect();
            let cost = openings.iter().map(|line| line.amount.0).sum::<i64>();
            if cost <= total {
                total -= cost;
                lines.extend(openings);
                weights.retain(|(line, _)| !opens(line));
            }
            lines.extend(largest_remainder(&weights, total));
        }
    }
    lines.extend(model.locked.lines.lines());
    Allocation::new(lines)
}

/// Each source's money in each year that locked lines leave free [Rp], earlier years' carried over to lines that need it.
fn free_money(model: &Model) -> Vec<Vec<i64>> {
    let of = |source: SourceId| {
        let money = &model.sources[source.index()];
        let mut carried = 0;
        let mut free: Vec<i64> = money.amounts.iter().map(|amount| amount.0).collect();
        for (year, left) in free.iter_mut().enumerate().rev() {
            let needed = carried + model.locked.lines.sum(|line| (line.source, line.year) == (source, year));
            let missing = (needed - *left).max(0) as f64;
            *left = (*left - needed).max(0);
            carried = if missing > 0.0 && money.carry_over > 0.0 {
                (missing / money.carry_over).ceil() as i64
            } else {
                0
            };
        }
        free
    };
    model.source_ids().map(of).collect()
}
