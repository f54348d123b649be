//! The union of plans that were made apart: where its lines together break a rule they are cut in proportion, and every cut
//! is noted. What asks for more (floors, sites that must be opened) cannot be mended by cutting and stays broken.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::{broken, overspent};
use crate::model::rule::whole_numbers;
use crate::model::{
    Allocation, AllocationLine, ClusterId, Decay, InterventionId, LimitKind, Model, SourceId, UpkeepBearer,
};
use crate::opt::builder::{Rule, SiteBound};
use crate::opt::rupiah::{largest_remainder, row_of};
use crate::units::Rupiah;

/// Who, where, for what, when.
type Key = (SourceId, ClusterId, InterventionId, usize);

/// After so many cuts the lines of a rule that is still broken are cut to nothing, so that there is an end.
const IN_PROPORTION: usize = 300;
/// After so many nothing more is cut.
const ALL: usize = 2_000;

/// A line of the union that was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// The line as it was.
    pub line: AllocationLine,
    /// The amount that is left of it [Rp].
    pub to: i64,
    /// The rule that it broke with others.
    pub rule: Rule,
}

/// Cuts `union` until it breaks no rule that cutting can mend; gives what is left, and the cuts in the order in which they were
/// made.
pub(super) fn settled(model: &Model, union: &Allocation) -> (Allocation, Vec<Cut>) {
    let key = |line: &AllocationLine| (line.source, line.cluster, line.intervention, line.year);
    let amounts = union.lines().iter().map(|line| (key(line), line.amount.0)).collect();
    let mut union = Union { model, amounts, cuts: Vec::new() };
    let mut beyond_mending: BTreeSet<Rule> = BTreeSet::new();
    for number in 0..ALL {
        let allocation = union.allocation();
        let next = broken(model, &allocation).into_iter().find(|rule| !beyond_mending.contains(rule));
        let Some(rule) = next else { break };
        if !union.cut(rule, &allocation, number >= IN_PROPORTION) {
            beyond_mending.insert(rule);
        }
    }
    (union.allocation(), union.cuts)
}

struct Union<'m> {
    model: &'m Model,
    amounts: BTreeMap<Key, i64>,
    cuts: Vec<Cut>,
}

impl Union<'_> {
    fn allocation(&self) -> Allocation {
        let line = |(key, amount): (&Key, &i64)| {
            let (source, cluster, intervention, year) = *key;
            AllocationLine { source, cluster, intervention, year, amount: Rupiah(*amount) }
        };
        Allocation::new(self.amounts.iter().map(line).collect())
    }

    fn locked(&self, key: Key) -> i64 {
        let (s, c, i, y) = key;
        self.model.locked.amount(s, c, i, y)
    }

    fn opens(&self, key: Key) -> bool {
        let (_, c, i, _) = key;
        self.model.opening(c) == Some(i)
    }

    /// Cuts a line to `to`, but never below what is locked of it. True if that changed it.
    fn set(&mut self, key: Key, to: i64, rule: Rule) -> bool {
        let to = to.max(self.locked(key)).max(0);
        let Some(amount) = self.amounts.get_mut(&key).filter(|amount| **amount > to) else { return false };
        let (source, cluster, intervention, year) = key;
        let line = AllocationLine { source, cluster, intervention, year, amount: Rupiah(*amount) };
        *amount = to;
        // A rule that cuts a line again goes on with its cut, unless another rule came between.
        let same =
            |cut: &&mut Cut| (cut.line.source, cut.line.cluster, cut.line.intervention, cut.line.year) == key;
        match self.cuts.iter_mut().rev().find(same).filter(|cut| cut.rule == rule) {
            Some(cut) => cut.to = to,
            None => self.cuts.push(Cut { line, to, rule }),
        }
        true
    }

    /// Cuts every line that `keep` admits to `to`. True if any changed.
    fn set_all(&mut self, to: i64, rule: Rule, keep: impl Fn(Key) -> bool) -> bool {
        let keys: Vec<Key> = self.amounts.keys().copied().filter(|key| keep(*key)).collect();
        let mut changed = false;
        for key in keys {
            changed |= self.set(key, to, rule);
        }
        changed
    }

    /// Cuts lines in proportion until Σ weight · amount is at most `most`: openings, which cost what they cost, only where
    /// nothing else is left to be cut, and then to nothing. True if any changed.
    fn cut_to(&mut self, lines: &[(Key, f64)], most: f64, rule: Rule, to_nothing: bool) -> bool {
        let (mut free, mut fixed) = (0.0, 0.0);
        for &(key, weight) in lines {
            let (amount, locked) = (self.amounts[&key] as f64, self.locked(key) as f64);
            let kept = if self.opens(key) { amount } else { locked };
            fixed += weight * kept;
            free += weight * (amount - kept);
        }
        let share = if free > 0.0 && !to_nothing { ((most - fixed) / free).clamp(0.0, 1.0) } else { 0.0 };
        let mut changed = false;
        let (openings, others): (Vec<Key>, Vec<Key>) =
            lines.iter().map(|(key, _)| *key).partition(|key| self.opens(*key));
        for key in others {
            let (amount, locked) = (self.amounts[&key], self.locked(key));
            let left = locked + ((amount - locked) as f64 * share).floor() as i64;
            changed |= self.set(key, left, rule);
        }
        if !changed {
            for key in openings {
                changed |= self.set(key, 0, rule);
            }
        }
        changed
    }

    /// What several add to what is locked comes to whole units.
    fn cut_to_units(
        &mut self,
        group: (ClusterId, InterventionId, usize),
        to_nothing: bool,
        rule: Rule,
    ) -> bool {
        let Some(unit) = self.model.whole_unit(group.0, group.1) else { return false };
        let own = |key: &Key| (key.1, key.2, key.3) == group;
        let free: Vec<(AllocationLine, f64)> = self
            .allocation()
            .lines()
            .iter()
            .filter(|line| own(&(line.source, line.cluster, line.intervention, line.year)))
            .map(|line| {
                let locked = self.locked((line.source, line.cluster, line.intervention, line.year));
                (*line, (line.amount.0 - locked) as f64)
            })
            .filter(|(_, free)| *free > 0.0)
            .collect();
        let sum: f64 = free.iter().map(|(_, free)| free).sum();
        let units = if to_nothing { 0 } else { libm::floor(unit.of(sum as i64)) as i64 };
        if units == 0 {
            let keys: Vec<Key> = self.amounts.keys().copied().filter(own).collect();
            let mut changed = false;
            for key in keys {
                changed |= self.set(key, self.locked(key), rule);
            }
            return changed;
        }
        let mut changed = false;
        for line in largest_remainder(&free, units * unit.cost.0) {
            let key = (line.source, line.cluster, line.intervention, line.year);
            changed |= self.set(key, self.locked(key) + line.amount.0, rule);
        }
        changed
    }

    /// Cuts what breaks `rule` together. True if anything changed.
    fn cut(&mut self, rule: Rule, allocation: &Allocation, to_nothing: bool) -> bool {
        let model = self.model;
        let lines = |counts: &dyn Fn(Key) -> Option<f64>| -> Vec<(Key, f64)> {
            let keys = self.amounts.iter().filter(|(_, amount)| **amount > 0).map(|(key, _)| *key);
            keys.filter_map(|key| counts(key).map(|weight| (key, weight))).collect()
        };
        match rule {
            // A commitment that may not be is given up whole.
            Rule::Minimum(..) | Rule::OpenOnce(_) | Rule::Unopened(..) => {
                let mut changed = false;
                for broken in whole_numbers(model, allocation).into_iter().map(|violation| violation.rule) {
                    if row_of(broken) == Some(rule) {
                        let of = broken.commitment();
                        changed |= self.set_all(0, rule, |(_, c, i, y)| Some((c, i, y)) == of);
                    }
                }
                changed
            }
            Rule::Opening(cluster, year) => self.cut_opening(cluster, year, rule),
            Rule::Units(cluster, intervention, year) => {
                self.cut_to_units((cluster, intervention, year), to_nothing, rule)
            }
            Rule::MostUnits(cluster, intervention) => {
                let own = lines(&|(_, c, i, _)| ((c, i) == (cluster, intervention)).then_some(1.0));
                let most = model.most_bought(cluster, intervention).unwrap_or(i64::MAX);
                self.cut_to(&own, most as f64, rule, to_nothing)
            }
            Rule::LeastLine(s, c, i, y) => self.set((s, c, i, y), self.locked((s, c, i, y)), rule),
            Rule::Grain(s, c, i, y) => {
                let (key, grain) = ((s, c, i, y), model.grain(s).0);
                let (amount, locked) = (self.amounts[&key], self.locked(key));
                let left = if to_nothing { 0 } else { (amount - locked).div_euclid(grain) * grain };
                self.set(key, locked + left, rule)
            }
            Rule::Sites(number, bound) => self.close(number, bound, allocation, rule),
            // A cap: every line under it gives way in proportion.
            Rule::Limit(number) if model.limits[number].kind == LimitKind::Cap => {
                let limit = &model.limits[number];
                let own = lines(&|(s, c, i, y)| limit.covers(model, s, y, c, i).then_some(1.0));
                self.cut_to(&own, limit.rupiah(&model.sources).floor(), rule, to_nothing)
            }
            // Co-funding: what others spend is cut to what the own money covers.
            Rule::Cofunding(number, at) => {
                let owed = &model.cofunding[number];
                let places = owed.places(model);
                let others = lines(&|(s, c, i, y)| {
                    let counts = owed.counts(model, s, c, i).filter(|part| *part < 0.0);
                    counts.filter(|_| owed.at(places[c.index()], y) == at).map(|_| 1.0)
                });
                let balance = owed.balances(model, allocation).into_iter().find(|balance| balance.at == at);
                let own = balance.map_or(0, |balance| balance.own);
                self.cut_to(&others, (own as f64 / owed.ratio).floor(), rule, to_nothing)
            }
            // A budget: lines give way by what they charge to it, upkeep included.
            Rule::Budget(source, year) => {
                let over = overspent(model, allocation);
                let over = over.iter().find(|(s, y, _)| (*s, *y) == (source, year)).map_or(0, |over| over.2);
                let own = lines(&|(s, c, i, y)| {
                    let pays = f64::from(u8::from((s, y) == (source, year)));
                    let weight = pays + charged(model, (s, c, i, y), source, year);
                    (weight > 0.0).then_some(weight)
                });
                let all: f64 = own.iter().map(|(key, weight)| weight * self.amounts[key] as f64).sum();
                self.cut_to(&own, all - over as f64, rule, to_nothing)
            }
            _ => false,
        }
    }

    /// An opening that several pay for comes to exactly its fixed cost, or to nothing where they pay too little.
    fn cut_opening(&mut self, cluster: ClusterId, year: usize, rule: Rule) -> bool {
        let Some(opening) = self.model.opening(cluster) else { return false };
        let cost = self.model.clusters[cluster.index()].interventions[opening.index()].fixed_cost.0;
        let paid: Vec<(AllocationLine, f64)> = self
            .allocation()
            .lines()
            .iter()
            .filter(|line| (line.cluster, line.intervention, line.year) == (cluster, opening, year))
            .map(|line| (*line, line.amount.as_f64()))
            .collect();
        let sum: i64 = paid.iter().map(|(line, _)| line.amount.0).sum();
        if sum < cost {
            return self.set_all(0, rule, |(_, c, i, y)| (c, i, y) == (cluster, opening, year));
        }
        let mut changed = false;
        for line in largest_remainder(&paid, cost) {
            let key = (line.source, line.cluster, line.intervention, line.year);
            changed |= self.set(key, line.amount.0, rule);
        }
        changed
    }

    /// Of too many openings that of the least potential is cut to nothing, the last by name of equals; those below the
    /// potential that a rule asks for all are.
    fn close(&mut self, number: usize, bound: SiteBound, allocation: &Allocation, rule: Rule) -> bool {
        let model = self.model;
        let asked = &model.sites[number];
        let opened = model.opened(allocation);
        let is_open = |c: &ClusterId| opened.iter().any(|(other, year)| other == c && year.is_some());
        let mut open: Vec<ClusterId> = asked.candidates.iter().copied().filter(is_open).collect();
        let potential = |c: ClusterId| model.clusters[c.index()].potential.unwrap_or(0.0);
        let closed: Vec<ClusterId> = match bound {
            SiteBound::AtLeast => return false,
            SiteBound::Potential => asked.below(model),
            SiteBound::AtMost => {
                open.sort_by(|a, b| potential(*a).total_cmp(&potential(*b)).then(b.cmp(a)));
                let too_many = open.len().saturating_sub(asked.at_most.unwrap_or(usize::MAX));
                open.into_iter().take(too_many).collect()
            }
        };
        self.set_all(0, rule, |(_, c, i, _)| closed.contains(&c) && model.opening(c) == Some(i))
    }
}

/// Upkeep that one rupiah of a line charges to the budget of `bearer` in `year` [Rp].
fn charged(model: &Model, key: Key, bearer: SourceId, year: usize) -> f64 {
    let (s, c, i, y) = key;
    let intervention = &model.chain_of(c).interventions[i.index()];
    if intervention.upkeep_by != UpkeepBearer::Source(bearer) {
        return 0.0;
    }
    let periods = model.horizon.periods_per_year;
    let rate = model.mean(model.clusters[c.index()].interventions[i.index()].upkeep) / periods as f64;
    let arrivals = model.arrivals(s, intervention, y);
    let mut stock = 0.0;
    let mut sum = 0.0;
    for t in 0..(year + 1) * periods {
        stock = match intervention.decay {
            Decay::Depreciation(_) => intervention.decay.kept_per_period(periods) * stock + arrivals[t],
            Decay::Lifetime(life) => arrivals[(t + 1).saturating_sub(life)..=t].iter().sum(),
        };
        if model.horizon.year_of(t) == year {
            sum += rate * stock;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::model::{Cofunding, Eligibility, Number, Per};

    /// The minimal scenario with a second source like its first, named t, of half the money.
    fn model() -> Model {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/minimal");
        let model = crate::scenario::load(&folder).expect("bundled scenarios are valid").model;
        let mut other = model.sources[0].clone();
        other.key = "t".to_string();
        other.amounts.iter_mut().for_each(|amount| amount.0 /= 2);
        model.changed(|parts| parts.sources.push(other))
    }

    /// Lines as (source, cluster, intervention, year, juta).
    fn union(lines: &[(usize, usize, usize, usize, i64)]) -> Allocation {
        let line = |&(s, c, i, year, juta): &(usize, usize, usize, usize, i64)| AllocationLine {
            source: SourceId::new(s),
            cluster: ClusterId::new(c),
            intervention: InterventionId::new(i),
            year,
            amount: Rupiah(juta * 1_000_000),
        };
        Allocation::new(lines.iter().map(line).collect())
    }

    fn told(cuts: &[Cut]) -> Vec<(usize, usize, i64, i64, Rule)> {
        let one = |cut: &Cut| {
            (cut.line.source.index(), cut.line.cluster.index(), cut.line.amount.0, cut.to, cut.rule)
        };
        cuts.iter().map(one).collect()
    }

    /// Of a minimum of 30 juta two sources put 20 and 5 into one cluster, 20 and 20 into the other: the first gets nothing.
    #[test]
    fn what_stays_below_a_minimum_size_is_cut_to_nothing() {
        let model = model().changed(|parts| {
            for cluster in &mut parts.clusters {
                cluster.interventions[0].minimum = Rupiah(30_000_000);
            }
        });
        let all = union(&[(0, 0, 0, 0, 20), (1, 0, 0, 0, 5), (0, 1, 0, 0, 20), (1, 1, 0, 0, 20)]);
        let (left, cuts) = settled(&model, &all);
        let rule = Rule::Minimum(ClusterId::new(0), InterventionId::new(0));
        assert_eq!(told(&cuts), [(0, 0, 20_000_000, 0, rule), (1, 0, 5_000_000, 0, rule)]);
        assert_eq!(left.total(), 40_000_000);
    }

    /// t adds half of what the other spends in all, and has 10: of 40 and 60 the other keeps a fifth. The cut makes room for nothing
    /// else.
    #[test]
    fn money_to_which_nobody_adds_is_cut_in_proportion() {
        let rule = Cofunding {
            title: None,
            law: None,
            source: SourceId::new(1),
            to: vec![SourceId::new(0)],
            ratio: 0.5,
            per: Per::All,
            of: Eligibility::default(),
            by_year: false,
        };
        let model = model().changed(|parts| parts.cofunding.push(rule));
        let (left, cuts) = settled(&model, &union(&[(0, 0, 0, 0, 40), (0, 1, 0, 0, 60), (1, 0, 1, 0, 10)]));
        let at = crate::model::CofundingPlace { place: 0, year: None };
        let rule = Rule::Cofunding(0, at);
        assert_eq!(told(&cuts), [(0, 0, 40_000_000, 8_000_000, rule), (0, 1, 60_000_000, 12_000_000, rule)]);
        assert!(broken(&model, &left).is_empty());
    }

    /// A tenth of the stock of equipment each year is upkeep on t, which has 50 juta a year and spends 48 on certificates in 2027:
    /// 100 of equipment charge it 10, so that 58 must come down to 50. Both lines keep 50/58. In 2028 they charge 8.6 of 50.
    #[test]
    fn upkeep_that_others_charge_is_cut_with_what_it_leaves_no_room_for() {
        let model = model().changed(|parts| {
            parts.chains[0].interventions[0].upkeep_by = UpkeepBearer::Source(SourceId::new(1));
            for cluster in &mut parts.clusters {
                cluster.interventions[0].upkeep = Number::Certain(0.1);
            }
        });
        let (left, cuts) = settled(&model, &union(&[(0, 0, 0, 0, 100), (1, 1, 1, 0, 48)]));
        let rule = Rule::Budget(SourceId::new(1), 0);
        let kept = [100.0, 48.0].map(|juta: f64| (juta * 1e6 * 50.0 / 58.0).floor() as i64);
        assert_eq!(told(&cuts), [(0, 0, 100_000_000, kept[0], rule), (1, 1, 48_000_000, kept[1], rule)]);
        assert!(broken(&model, &left).is_empty());
        // What is locked is never cut: the other line gives all it can.
        let model = model.changed(|parts| parts.locked.lines = union(&[(0, 0, 0, 0, 100)]));
        let (left, _) = settled(&model, &union(&[(0, 0, 0, 0, 100), (1, 1, 1, 0, 48)]));
        assert_eq!(left.total(), 140_000_000);
    }
}
