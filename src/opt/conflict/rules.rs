//! A minimal set of rules that contradict each other, and the cheapest relaxation in whole rupiah.

use std::collections::BTreeMap;

use super::super::builder::{PlanningProgram, Rule};
use super::super::error::OptError;
use super::super::lp::LpStatus;
use super::super::program::Sense;
use super::Concession;
use super::elastic::{Finding, Rules, Shortage, dearness};
use super::reduced::may_give_way;
use crate::units::JUTA;

/// Rounds of settling what whole rupiah leave.
const ROUNDS: usize = 5;

fn is_of_sites(rule: Rule) -> bool {
    matches!(rule, Rule::Sites(..))
}

/// The first row of every rule that may give way, budgets after the others and locked lines last. A rule of several rows gives way in all
/// of them alike.
pub(super) fn in_order(planning: &PlanningProgram) -> Vec<usize> {
    let mut first: BTreeMap<Rule, usize> = BTreeMap::new();
    for (i, rule) in planning.rules.iter().enumerate().filter(|(_, rule)| may_give_way(**rule)) {
        first.entry(*rule).or_insert(i);
    }
    let mut rows: Vec<usize> = first.into_values().collect();
    rows.sort_by_key(|&i| (dearness(planning.rules[i]), i));
    rows
}

impl Rules<'_> {
    /// A minimal set among `all` that cannot be kept: each rule is given up in turn, budgets first, and stays given up
    /// if the rest still contradict each other.
    pub(super) fn minimal(&self, all: &[usize], shortage: &Shortage) -> Result<Vec<usize>, OptError> {
        let mut kept = self.narrowed(all.to_vec(), &shortage.support)?;
        let candidates = kept.clone();
        self.give_up(&candidates, &mut kept)?;
        Ok(kept)
    }

    /// Gives up those of `candidates` without which the rest of `kept` still contradict each other, the last first: many at
    /// once where that is possible, which comes to the same.
    fn give_up(&self, candidates: &[usize], kept: &mut Vec<usize>) -> Result<(), OptError> {
        let rest: Vec<usize> = kept.iter().copied().filter(|i| !candidates.contains(i)).collect();
        if rest.len() == kept.len() {
            return Ok(());
        }
        if !rest.is_empty()
            && let Finding::Short(shortage) = self.judge(&rest, false)?
        {
            *kept = self.narrowed(rest, &shortage.support)?;
        } else if candidates.len() > 1 {
            let (first, last) = candidates.split_at(candidates.len().div_euclid(2));
            self.give_up(last, kept)?;
            self.give_up(first, kept)?;
        }
        Ok(())
    }

    /// The part of `rules` on which a proof rests, if it holds by itself; else all of them.
    fn narrowed(&self, rules: Vec<usize>, support: &[usize]) -> Result<Vec<usize>, OptError> {
        let part: Vec<usize> = rules.iter().copied().filter(|i| support.contains(i)).collect();
        if part.len() < rules.len() && matches!(self.judge(&part, false)?, Finding::Short(_)) {
            return Ok(part);
        }
        Ok(rules)
    }

    /// The cheapest relaxation in whole rupiah, with which every rule can be kept: checked.
    pub(super) fn relaxation(&self, all: &[usize], shortage: Shortage) -> Result<Vec<Concession>, OptError> {
        let mut relaxed = self.planning.clone();
        let mut total: BTreeMap<usize, i64> = BTreeMap::new();
        let mut left = shortage;
        for _ in 0..ROUNDS {
            let unit = |i: usize| if is_of_sites(self.planning.rules[i]) { 1.0 } else { JUTA };
            // Up to a whole rupiah or site, but not for the sake of rounding: one rupiah where there is nothing else.
            let up = |(i, juta): (usize, f64)| libm::ceil(juta * unit(i) - 1e-2).max(0.0);
            let most = left.amounts.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
            let all_nothing = left.amounts.iter().all(|&amount| up(amount) == 0.0);
            for &(i, juta) in &left.amounts {
                let least = f64::from(u8::from(all_nothing && most.is_some_and(|(most, _)| most == i)));
                let whole = up((i, juta)).max(least);
                give_way(&mut relaxed, i, whole / unit(i), self.shares);
                *total.entry(i).or_default() += whole as i64;
            }
            // Whole rupiah of budgets move shares of them by less than a rupiah: what that leaves is settled again.
            match (Rules { planning: &relaxed, ..*self }).judge(all, true)? {
                Finding::Kept => {
                    let whole = |i: usize| total.get(&i).copied().unwrap_or(0);
                    let given = all.iter().filter(|&&i| whole(i) > 0);
                    return Ok(given
                        .map(|&i| {
                            let (rule, by) = (self.planning.rules[i], whole(i));
                            let (rupiah, sites) = if is_of_sites(rule) { (0, by) } else { (by, 0) };
                            Concession { rule, rupiah, sites }
                        })
                        .collect());
                }
                Finding::Short(more) => left = more,
            }
        }
        Err(OptError::NotProven { gap: left.least, violation: left.least, status: LpStatus::Optimal })
    }
}

/// Moves the right-hand side of row `i` by `juta`, and with a budget the limits that are shares of it.
fn give_way(planning: &mut PlanningProgram, i: usize, juta: f64, shares: &[(usize, usize, f64)]) {
    let rule = planning.rules[i];
    for (row, _) in planning.program.rows.iter_mut().zip(&planning.rules).filter(|(_, own)| **own == rule) {
        row.rhs += if row.sense == Sense::AtLeast { -juta } else { juta };
    }
    for &(limit, _, share) in shares.iter().filter(|(_, budget, _)| *budget == i) {
        planning.program.rows[limit].rhs += share * juta;
    }
}
