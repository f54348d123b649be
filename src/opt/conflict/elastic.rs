//! The elastic program: every rule gives way for a price, and whether rules can be kept together is read off its optimum.

use std::collections::{BTreeMap, BTreeSet};

use super::super::answer::BoundBy;
use super::super::builder::{Decision, PlanningProgram, Rule};
use super::super::certificate::{Certificate, TOLERANCE};
use super::super::error::OptError;
use super::super::implied::with_implied_bounds;
use super::super::lp::{LinearProgram, LpSolution, LpStatus, Method, carried_through, solve, solve_integer};
use super::super::program::{Column, Row, Sense};
use super::reduced::may_give_way;
use crate::control::Control;
use crate::units::JUTA;

/// Rules that are apart by less are asked about again in units of it [juta Rp]: one rupiah.
const RUPIAH: f64 = 1.0 / JUTA;

/// The solver's resolution, as a share of the largest amount: where it neither proves a contradiction
/// nor comes closer to keeping every rule, the rules are kept.
const RESOLUTION: f64 = 1e-8;

/// Rules that are apart by less are no contradiction \[Rp\]: a rupiah less what sums of prices are off by; and what sums of amounts
/// cannot tell from nothing, as a share of the largest. What whole rupiah then miss, plans name.
const KEPT: f64 = 0.98;
const SUMS: f64 = 1e-15;
/// About how many rupiah away from decisions that are as close as the solver can tell those are that keep every rule.
const CLOSE: f64 = 1024.0;

/// A rupiah of budget costs this much more than a rupiah of a floor or cap. Money has to be found, a rule only changed:
/// among ways out that cost the same (to a millionth), floors and caps give way first.
const MONEY_IS_DEARER: f64 = 1e-6;

/// Each next rule costs this much more, so that ties go by order and not by the solver's mood.
const NEXT_IS_DEARER: f64 = 1e-9;

fn is_money(rule: Rule) -> bool {
    matches!(rule, Rule::Budget(..))
}

/// How dear it is that a rule gives way: a floor or cap is only changed, money has to be found, and what is committed stays
/// committed where anything else will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dearness {
    Change,
    Money,
    Commitment,
}

pub(super) fn dearness(rule: Rule) -> Dearness {
    match rule {
        Rule::Budget(..) => Dearness::Money,
        Rule::Locked(..) => Dearness::Commitment,
        _ => Dearness::Change,
    }
}

/// The price of a rupiah by which the rule of this rank gives way.
fn price(dearness: Dearness, rank: usize) -> f64 {
    let dearer = match dearness {
        Dearness::Change => 0.0,
        Dearness::Money => MONEY_IS_DEARER,
        Dearness::Commitment => 2.0 * MONEY_IS_DEARER,
    };
    1.0 + dearer + NEXT_IS_DEARER * rank as f64
}

/// The finding about a set of rules.
pub(super) enum Finding {
    /// Some allocation keeps them all: here it is, and it was checked.
    Kept,
    /// None does, proven.
    Short(Shortage),
}

/// By how much a set of rules cannot be kept.
pub(super) struct Shortage {
    /// By row, how much it gives way in the cheapest relaxation [juta Rp, or sites].
    pub(super) amounts: Vec<(usize, f64)>,
    /// Lower bound on every relaxation's total [juta Rp].
    pub(super) least: f64,
    pub(super) least_by: BoundBy,
    /// The rows on which the proof rests.
    pub(super) support: Vec<usize>,
}

/// The first stage with a column by which each kept rule gives way.
struct Elastic {
    lp: LinearProgram,
    /// (row of the planning program, row of this one, columns by which it gives way).
    kept: Vec<(usize, usize, Vec<usize>)>,
}

/// The rules of a planning program, to be asked about.
pub(super) struct Rules<'a> {
    pub(super) planning: &'a PlanningProgram,
    /// (row of a limit, row of a budget of which it is a share, the share): money found for the budget moves the limit.
    pub(super) shares: &'a [(usize, usize, f64)],
    /// The cost of a site, by rule for sites [juta Rp].
    pub(super) site_costs: &'a [f64],
}

impl Rules<'_> {
    /// True if spending nothing keeps every row.
    pub(super) fn does_nothing(&self) -> bool {
        self.nothing_keeps_structure()
            && self.planning.program.rows.iter().all(|row| missed_at_zero(row) <= 0.0)
    }

    fn nothing_keeps_structure(&self) -> bool {
        let program = &self.planning.program;
        program.columns.iter().all(|column| column.lower <= 0.0 && column.upper >= 0.0)
            && program
                .rows
                .iter()
                .zip(&self.planning.rules)
                .all(|(row, rule)| may_give_way(*rule) || missed_at_zero(row) <= 0.0)
    }

    /// The cost of a unit by which a rule gives way: a juta, or a site.
    fn unit_cost(&self, rule: Rule) -> f64 {
        match rule {
            Rule::Sites(number, _) => self.site_costs[number],
            _ => 1.0,
        }
    }

    /// The most that a rupiah costs by which one of the `kept` rules gives way.
    fn dearest(&self, kept: &[usize]) -> f64 {
        let dearest = kept.iter().map(|&i| dearness(self.planning.rules[i])).max();
        price(dearest.unwrap_or(Dearness::Change).max(Dearness::Money), kept.len())
    }

    /// True if a budget's row holds stocks: their upkeep is paid from it.
    pub(super) fn bears_upkeep(&self, i: usize) -> bool {
        let stock = |j: usize| matches!(self.planning.decisions[j], Decision::Stock(..));
        is_money(self.planning.rules[i])
            && self.planning.program.rows[i].entries.iter().any(|&(j, _)| stock(j))
    }

    /// The program in which the `kept` rules give way for a price and the other rules do not exist.
    fn elastic(&self, kept: &[usize]) -> Elastic {
        let program = &self.planning.program;
        // Doing nothing is a way out, so no rule need give way by more than it costs.
        let most = if self.nothing_keeps_structure() {
            let cost = |i: usize| self.unit_cost(self.planning.rules[i]) * missed_at_zero(&program.rows[i]);
            2.0 * kept.iter().map(|&i| cost(i)).sum::<f64>()
        } else {
            f64::INFINITY
        };
        let mut lp = LinearProgram {
            columns: program.columns.iter().map(|c| Column { objective: 0.0, ..*c }).collect(),
            rows: Vec::new(),
        };
        let ranks: BTreeMap<Rule, usize> = kept.iter().map(|&i| self.planning.rules[i]).zip(0..).collect();
        let mut elastic: Vec<(usize, usize, Vec<usize>)> = Vec::new();
        let mut gives: BTreeMap<Rule, Vec<usize>> = BTreeMap::new();
        for (i, (row, rule)) in program.rows.iter().zip(&self.planning.rules).enumerate() {
            let rank = ranks.get(rule);
            if may_give_way(*rule) && rank.is_none() {
                continue;
            }
            let mut row = row.clone();
            if let Some(&rank) = rank {
                let signs: &[f64] = match row.sense {
                    Sense::AtLeast => &[1.0],
                    Sense::AtMost => &[-1.0],
                    Sense::Equal => &[1.0, -1.0],
                };
                let columns = gives.entry(*rule).or_insert_with(|| {
                    let first = lp.columns.len();
                    let unit = self.unit_cost(*rule);
                    let price = unit * price(dearness(*rule), rank);
                    lp.columns.extend(signs.iter().map(|_| Column::non_negative(-price, most / unit)));
                    let own: Vec<usize> = (first..lp.columns.len()).collect();
                    elastic.push((i, lp.rows.len(), own.clone()));
                    own
                });
                row.entries.extend(columns.iter().copied().zip(signs.iter().copied()));
            }
            lp.rows.push(row);
        }
        let place = |i: usize| elastic.iter().find(|(row, ..)| *row == i);
        for &(limit, budget, share) in self.shares {
            if let (Some((_, row, _)), Some((.., columns))) = (place(limit), place(budget)) {
                lp.rows[*row].entries.extend(columns.iter().map(|&j| (j, -share)));
            }
        }
        Elastic { lp, kept: elastic }
    }

    /// Whether the `kept` rules can be kept together; if not and `cheapest` is asked for, the amounts are proven to be
    /// the cheapest too.
    pub(super) fn judge(&self, kept: &[usize], cheapest: bool) -> Result<Finding, OptError> {
        let elastic = self.elastic(kept);
        let known = without_ceilings(&elastic.lp, self.planning.program.columns.len());
        if elastic.lp.columns.iter().any(|column| column.integer) {
            return self.judge_whole_numbers(kept, &elastic, &known);
        }
        let largest = kept.iter().map(|&i| self.planning.program.rows[i].rhs.abs()).fold(0.0, f64::max);
        let mut closest =
            OptError::NotProven { gap: f64::INFINITY, violation: f64::INFINITY, status: LpStatus::Failed };
        for method in [Method::Simplex, Method::PlainSimplex, Method::InteriorPoint] {
            let mut solution = solve(&elastic.lp, method, &Control::unlimited());
            // The gap is measured against a juta at least: a millionth of it is a rupiah.
            let mut certificate = Certificate::of(&known, &solution, 0.0, 1.0);
            if solution.status == LpStatus::Optimal && certificate.primal_violation > TOLERANCE {
                solution = carried_through(&known, &solution);
                certificate = Certificate::of(&known, &solution, 0.0, 1.0);
            }
            // What is proven is the cost; the rupiah are no fewer than that at the dearest price.
            let least = -certificate.bound / self.dearest(kept);
            if least > RUPIAH && (!cheapest || certificate.proven()) {
                return Ok(Finding::Short(self.shortage(&elastic, &solution, least)));
            }
            let holds = solution.status == LpStatus::Optimal && certificate.primal_violation <= TOLERANCE;
            let missed = self.missed(kept, &solution.x);
            if least <= RUPIAH && holds && missed <= RUPIAH.max(RESOLUTION * largest) {
                return Ok(self.to_the_rupiah(&elastic, &solution.x, missed, cheapest));
            }
            closest = OptError::NotProven {
                gap: certificate.gap,
                violation: certificate.primal_violation,
                status: solution.status,
            };
        }
        Err(closest)
    }

    /// Judges rules that are kept at `x` but for the solver's tolerance, `missed` in all: once more in units of a
    /// rupiah around `x`, where the tolerance is far below one (iterative refinement: Gleixner, Steffy and Wolter 2016). Where
    /// that says nothing they are kept.
    fn to_the_rupiah(&self, elastic: &Elastic, x: &[f64], missed: f64, cheapest: bool) -> Finding {
        let own = self.planning.program.columns.len();
        let kept: Vec<usize> = elastic.kept.iter().map(|(i, ..)| *i).collect();
        let largest = kept.iter().map(|&i| self.planning.program.rows[i].rhs.abs()).fold(0.0, f64::max);
        let nothing = KEPT.max(SUMS * largest * JUTA);
        if missed * JUTA <= nothing {
            return Finding::Kept;
        }
        let around = self.around(elastic, x);
        let known = without_ceilings(&around, own);
        let mut close = around.clone();
        close.columns.iter_mut().for_each(|column| column.ceiling = CLOSE);
        for method in [Method::Simplex, Method::PlainSimplex] {
            let solution = solve(&close, method, &Control::unlimited());
            let certificate = Certificate::of(&known, &solution, 0.0, 1.0);
            if solution.status != LpStatus::Optimal {
                continue;
            }
            let least = -certificate.bound / self.dearest(&kept);
            if least > nothing && (!cheapest || certificate.gap <= TOLERANCE) {
                let juta = |x: &f64| x / JUTA;
                let solution = LpSolution { x: solution.x.iter().map(juta).collect(), ..solution };
                return Finding::Short(self.shortage(elastic, &solution, least / JUTA));
            }
        }
        Finding::Kept
    }

    /// The elastic program in rupiah beyond the whole rupiah next to `x`, no rule given way.
    fn around(&self, elastic: &Elastic, x: &[f64]) -> LinearProgram {
        let decisions = &self.planning.decisions;
        let of_money = |j: usize| matches!(decisions[j], Decision::Spend(..) | Decision::Carry(..));
        let base: Vec<f64> = (0..elastic.lp.columns.len())
            .map(|j| {
                let column = &elastic.lp.columns[j];
                match decisions.get(j) {
                    None => 0.0,
                    Some(_) if of_money(j) => libm::round(x[j].max(column.lower) * JUTA) / JUTA,
                    Some(_) => x[j].max(column.lower).min(column.upper),
                }
            })
            .collect();
        let columns = elastic.lp.columns.iter().zip(&base).map(|(column, base)| Column {
            lower: (column.lower - base) * JUTA,
            upper: (column.upper - base) * JUTA,
            ceiling: (column.ceiling - base) * JUTA,
            ..*column
        });
        let rows = elastic.lp.rows.iter().map(|row| {
            let used: f64 = row.entries.iter().map(|&(j, a)| a * base[j]).sum();
            let rupiah = (row.rhs - used) * JUTA;
            let whole = row.rhs * JUTA == libm::round(row.rhs * JUTA)
                && row.entries.iter().all(|&(j, a)| j >= decisions.len() || (of_money(j) && a.abs() == 1.0));
            Row { rhs: if whole { libm::round(rupiah) } else { rupiah }, ..row.clone() }
        });
        LinearProgram { columns: columns.collect(), rows: rows.collect() }
    }

    /// [`judge`](Self::judge) where there are whole numbers. That the rules can be kept is believed at whole numbers that
    /// keep them when we add up ourselves; that they cannot is the word of the solver's search.
    fn judge_whole_numbers(
        &self,
        kept: &[usize],
        elastic: &Elastic,
        known: &LinearProgram,
    ) -> Result<Finding, OptError> {
        let largest = kept.iter().map(|&i| self.planning.program.rows[i].rhs.abs()).fold(0.0, f64::max);
        let found = solve_integer(&elastic.lp, Method::Simplex, &Control::unlimited());
        let fixed = elastic.lp.with_whole_numbers_at(&found.solution.x);
        let least = -found.bound / self.dearest(kept);
        let status = found.solution.status;
        let mut closest = OptError::NotProven { gap: f64::INFINITY, violation: f64::INFINITY, status };
        for method in [Method::Simplex, Method::PlainSimplex, Method::InteriorPoint] {
            let mut solution = solve(&fixed, method, &Control::unlimited());
            let mut violation = Certificate::of(&elastic.lp, &solution, 0.0, 1.0).primal_violation;
            if solution.status == LpStatus::Optimal && violation > TOLERANCE {
                solution = carried_through(&fixed, &solution);
                violation = Certificate::of(&elastic.lp, &solution, 0.0, 1.0).primal_violation;
            }
            let cost = -Certificate::of(known, &solution, 0.0, 1.0).objective;
            let gap = (cost + found.bound).max(0.0) / cost.abs().max(1.0);
            closest = OptError::NotProven { gap, violation, status };
            if status != LpStatus::Optimal || solution.status != LpStatus::Optimal || violation > TOLERANCE {
                continue;
            }
            if self.missed(kept, &solution.x) <= RUPIAH.max(RESOLUTION * largest) {
                return Ok(Finding::Kept);
            }
            if least > RUPIAH && gap <= TOLERANCE {
                let shortage = self.shortage(elastic, &solution, least);
                return Ok(Finding::Short(Shortage {
                    least_by: BoundBy::Solver,
                    support: kept.to_vec(),
                    ..shortage
                }));
            }
        }
        Err(closest)
    }

    fn shortage(&self, elastic: &Elastic, solution: &LpSolution, least: f64) -> Shortage {
        let given = |columns: &[usize]| columns.iter().map(|&j| solution.x[j].max(0.0)).sum::<f64>();
        // A dual of the wrong sign is none.
        let counts = |row: &Row, dual: f64| match row.sense {
            Sense::AtMost => dual > 0.0,
            Sense::AtLeast => dual < 0.0,
            Sense::Equal => dual != 0.0,
        };
        Shortage {
            amounts: elastic.kept.iter().map(|(i, _, columns)| (*i, given(columns))).collect(),
            least,
            least_by: BoundBy::Certificate,
            support: elastic
                .kept
                .iter()
                .filter(|(i, row, _)| counts(&self.planning.program.rows[*i], solution.duals[*row]))
                .map(|(i, ..)| *i)
                .collect(),
        }
    }

    /// By how much the kept rules are broken in all at `x`, no decision below zero [juta Rp].
    fn missed(&self, kept: &[usize], x: &[f64]) -> f64 {
        let rules: BTreeSet<Rule> = kept.iter().map(|&i| self.planning.rules[i]).collect();
        let columns = &self.planning.program.columns;
        let mut x: Vec<f64> = columns.iter().zip(x).map(|(c, x)| x.max(c.lower).min(c.upper)).collect();
        // Many lines may be locked, and the solver be a hair below each: they are what they are.
        for (row, rule) in self.planning.program.rows.iter().zip(&self.planning.rules) {
            if let (Rule::Locked(..), [(j, _)]) = (rule, row.entries.as_slice())
                && rules.contains(rule)
                && x[*j] >= row.rhs * (1.0 - TOLERANCE)
            {
                x[*j] = x[*j].max(row.rhs);
            }
        }
        let value = |j: usize| x[j];
        let rows = self.planning.program.rows.iter().zip(&self.planning.rules);
        rows.filter(|(_, rule)| rules.contains(rule))
            .map(|(row, _)| missed_by(row, row.entries.iter().map(|&(j, a)| a * value(j)).sum()))
            .sum()
    }
}

/// By how much a row is broken where its left side comes to `activity`.
fn missed_by(row: &Row, activity: f64) -> f64 {
    match row.sense {
        Sense::AtMost => (activity - row.rhs).max(0.0),
        Sense::AtLeast => (row.rhs - activity).max(0.0),
        Sense::Equal => (activity - row.rhs).abs(),
    }
}

fn missed_at_zero(row: &Row) -> f64 {
    missed_by(row, 0.0)
}

/// The program for the certificate: the ceilings of the first `own` columns rest on budgets that may give way, so they
/// are worked out anew from the rows.
fn without_ceilings(lp: &LinearProgram, own: usize) -> LinearProgram {
    let mut bare = lp.clone();
    for column in bare.columns.iter_mut().take(own) {
        column.ceiling = f64::INFINITY;
    }
    with_implied_bounds(&bare)
}
