//! Why no allocation keeps every rule: a minimal set of rules that contradict each other, and the cheapest way out.
//!
//! Everything is asked of one small program: the first stage, with a price of a rupiah on every rupiah by which a rule
//! gives way (a floor lowered, a cap raised, money found for a budget). The rules contradict each other exactly if its
//! least cost is positive. That is believed only where the solver's duals prove it by weak duality in our own arithmetic
//! (a Farkas certificate); that they do not, only at decisions that keep every rule when we add them up ourselves.

use std::collections::{BTreeMap, BTreeSet};

use super::OptError;
use super::builder::{Decision, PlanningProgram, Rule, frame};
use super::certificate::{Certificate, TOLERANCE};
use super::implied::with_implied_bounds;
use super::lp::{LinearProgram, LpSolution, LpStatus, Method, carried_through, solve, solve_integer};
use super::planner::whole_numbers::fixed_at;
use super::program::{Column, Row, Sense, TwoStageProgram};
use super::solve::BoundBy;
use crate::control::Control;
use crate::model::{ClusterId, LimitBound, LimitKind, Model, Need, SiteRule};
use crate::units::JUTA;

/// Rules that are apart by less are asked about again in units of it [juta Rp]: one rupiah.
const RUPIAH: f64 = 1.0 / JUTA;

/// What the solver cannot tell from nothing, as a share of the largest amount: where it neither proves a contradiction
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

/// Rounds of settling what whole rupiah leave.
const ROUNDS: usize = 5;

/// A rule of a minimal conflicting set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clash {
    /// The rule.
    pub rule: Rule,
    /// True if giving up this rule alone leaves no contradiction at all, beside ending this one.
    pub enough: bool,
    /// True for a budget that upkeep is paid from too.
    pub upkeep: bool,
}

/// A rule that gives way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concession {
    /// The rule.
    pub rule: Rule,
    /// By how much [Rp]; 0 for a rule for sites.
    pub rupiah: i64,
    /// By how many sites; 0 for any other rule.
    pub sites: i64,
}

/// A contradiction and the cheapest way out of all there are.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// Rules that cannot be kept together, though any of them can be given up for the others to be kept: floors and caps
    /// first, then budgets, each in order.
    pub rules: Vec<Clash>,
    /// The least total of rupiah by which rules must give way, rule by rule in the same order.
    pub relaxation: Vec<Concession>,
    /// What no relaxation undercuts [Rp], a site counted as the dearest opening that its rule concerns.
    pub least: f64,
    /// What that rests on: proven by duals, or with whole numbers the word of the solver's search.
    pub least_by: BoundBy,
}

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

/// Rules that the scenario states may give way; how stocks and effects come about may not.
fn may_give_way(rule: Rule) -> bool {
    match rule {
        Rule::Budget(..)
        | Rule::Limit(_)
        | Rule::Cofunding(..)
        | Rule::Minimum(..)
        | Rule::Sites(..)
        | Rule::Locked(..)
        | Rule::Coverage(..) => true,
        Rule::Stock(..)
        | Rule::Response(..)
        | Rule::Active(..)
        | Rule::Segments(..)
        | Rule::Rise(..)
        | Rule::Opening(..)
        | Rule::OpenOnce(_)
        | Rule::Unopened(..)
        | Rule::Unsupported(..) => false,
    }
}

/// What a site more or fewer costs, by rule for sites [juta Rp]: the dearest opening it concerns, since money and sites have
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

fn is_of_sites(rule: Rule) -> bool {
    matches!(rule, Rule::Sites(..))
}

fn is_money(rule: Rule) -> bool {
    matches!(rule, Rule::Budget(..))
}

/// The first stage without what can always be made to fit: effects may be nothing, and a stock that no rule asks about
/// follows from spending. Whatever keeps the rest can be extended to all, so nothing is lost; a nation's program shrinks
/// to its spending.
pub(super) fn core(planning: &PlanningProgram) -> PlanningProgram {
    let (columns, rows) = (&planning.program.columns, &planning.program.rows);
    let mut held: Vec<Vec<(usize, f64)>> = vec![Vec::new(); columns.len()];
    for (i, row) in rows.iter().enumerate() {
        row.entries.iter().for_each(|&(j, a)| held[j].push((i, a)));
    }
    let structural: Vec<bool> = planning.rules.iter().map(|rule| !may_give_way(*rule)).collect();
    // S-shaped responses can always be at nothing, but where coverage asks for what they bring.
    let asked: BTreeSet<Decision> = rows
        .iter()
        .zip(&planning.rules)
        .filter(|(_, rule)| matches!(rule, Rule::Coverage(..)))
        .flat_map(|(row, _)| row.entries.iter().map(|(j, _)| planning.decisions[*j]))
        .collect();
    let shape = |rule: &Rule| match *rule {
        Rule::Segments(c, i, r, t) | Rule::Rise(c, i, r, t) => !asked.contains(&Decision::Effect(c, i, r, t)),
        _ => false,
    };
    let piece = |decision: &Decision| match *decision {
        Decision::Segment(c, i, r, t, _) | Decision::Past(c, i, r, t, _) => {
            !asked.contains(&Decision::Effect(c, i, r, t))
        }
        _ => false,
    };
    let mut row_left: Vec<bool> = planning.rules.iter().map(|rule| !shape(rule)).collect();
    let mut column_left: Vec<bool> = planning.decisions.iter().map(|decision| !piece(decision)).collect();
    let free = |j: usize| columns[j].lower == 0.0 && columns[j].upper == f64::INFINITY;
    loop {
        let before = (count(&row_left), count(&column_left));
        // A column that only uses up room is best at nothing.
        for j in (0..columns.len()).filter(|&j| free(j)) {
            let uses_room = |&(i, a): &(usize, f64)| match rows[i].sense {
                Sense::AtMost => structural[i] && a >= 0.0,
                Sense::AtLeast => structural[i] && a <= 0.0,
                Sense::Equal => false,
            };
            column_left[j] &= !held[j].iter().filter(|(i, _)| row_left[*i]).all(uses_room);
        }
        // Stocks stand in order of time: each that nothing later needs leaves room for the one before it.
        for i in (0..rows.len()).rev().filter(|&i| structural[i]) {
            let entries = || rows[i].entries.iter().copied().filter(|&(j, _)| column_left[j]);
            let gives = |(j, a): (usize, f64)| a <= 0.0 && columns[j].lower >= 0.0;
            if !row_left[i] || rows[i].rhs < 0.0 || rows[i].sense == Sense::AtLeast {
                continue;
            }
            if rows[i].sense == Sense::AtMost {
                row_left[i] = !entries().all(gives);
                continue;
            }
            let alone =
                |j: usize| free(j) && held[j].iter().all(|&(other, _)| other == i || !row_left[other]);
            let takes_up = entries().find(|&(j, a)| a > 0.0 && alone(j)).map(|(j, _)| j);
            if let Some(own) = takes_up.filter(|&own| entries().all(|(j, a)| j == own || gives((j, a)))) {
                (row_left[i], column_left[own]) = (false, false);
            }
        }
        if before == (count(&row_left), count(&column_left)) {
            return compact(planning, &row_left, &column_left);
        }
    }
}

fn count(left: &[bool]) -> usize {
    left.iter().filter(|left| **left).count()
}

/// The first stage with these rows and columns alone, and no samples.
fn compact(planning: &PlanningProgram, row_left: &[bool], column_left: &[bool]) -> PlanningProgram {
    let mut place = vec![None; column_left.len()];
    let left: Vec<usize> = (0..column_left.len()).filter(|&j| column_left[j]).collect();
    left.iter().enumerate().for_each(|(new, &old)| place[old] = Some(new));
    let rows: Vec<usize> = (0..row_left.len()).filter(|&i| row_left[i]).collect();
    let remaining = |row: &Row| Row {
        entries: row.entries.iter().filter_map(|&(j, a)| place[j].map(|j| (j, a))).collect(),
        ..*row
    };
    PlanningProgram {
        program: TwoStageProgram {
            columns: left.iter().map(|&j| planning.program.columns[j]).collect(),
            rows: rows.iter().map(|&i| remaining(&planning.program.rows[i])).collect(),
            samples: Vec::new(),
            risk: planning.program.risk,
        },
        decisions: left.iter().map(|&j| planning.decisions[j]).collect(),
        rules: rows.iter().map(|&i| planning.rules[i]).collect(),
        metric: planning.metric,
    }
}

/// How dear it is that a rule gives way: a floor or cap is only changed, money has to be found, and what is committed stays
/// committed where anything else will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Dearness {
    Change,
    Money,
    Commitment,
}

fn dearness(rule: Rule) -> Dearness {
    match rule {
        Rule::Budget(..) => Dearness::Money,
        Rule::Locked(..) => Dearness::Commitment,
        _ => Dearness::Change,
    }
}

/// What a rupiah costs by which the rule of this rank gives way.
fn price(dearness: Dearness, rank: usize) -> f64 {
    let dearer = match dearness {
        Dearness::Change => 0.0,
        Dearness::Money => MONEY_IS_DEARER,
        Dearness::Commitment => 2.0 * MONEY_IS_DEARER,
    };
    1.0 + dearer + NEXT_IS_DEARER * rank as f64
}

/// The first row of every rule that may give way, budgets after the others and locked lines last. A rule of several rows gives way in all
/// of them alike.
fn in_order(planning: &PlanningProgram) -> Vec<usize> {
    let mut first: BTreeMap<Rule, usize> = BTreeMap::new();
    for (i, rule) in planning.rules.iter().enumerate().filter(|(_, rule)| may_give_way(**rule)) {
        first.entry(*rule).or_insert(i);
    }
    let mut rows: Vec<usize> = first.into_values().collect();
    rows.sort_by_key(|&i| (dearness(planning.rules[i]), i));
    rows
}

/// What is known of a set of rules.
enum Finding {
    /// Some allocation keeps them all: here it is, and it was checked.
    Kept,
    /// None does, proven.
    Short(Shortage),
}

/// By how much a set of rules cannot be kept.
struct Shortage {
    /// By row, how much it gives way in the cheapest relaxation [juta Rp, or sites].
    amounts: Vec<(usize, f64)>,
    /// What no relaxation undercuts [juta Rp].
    least: f64,
    least_by: BoundBy,
    /// The rows on which the proof rests.
    support: Vec<usize>,
}

/// The first stage with a column by which each kept rule gives way.
struct Elastic {
    lp: LinearProgram,
    /// (row of the planning program, row of this one, columns by which it gives way).
    kept: Vec<(usize, usize, Vec<usize>)>,
}

/// The rules of a planning program, to be asked about.
struct Rules<'a> {
    planning: &'a PlanningProgram,
    /// (row of a limit, row of a budget of which it is a share, the share): money found for the budget moves the limit.
    shares: &'a [(usize, usize, f64)],
    /// What a site costs, by rule for sites [juta Rp].
    site_costs: &'a [f64],
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

impl Rules<'_> {
    /// True if spending nothing keeps every row.
    fn does_nothing(&self) -> bool {
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

    /// What a unit costs by which a rule gives way: a juta, or a site.
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
    fn bears_upkeep(&self, i: usize) -> bool {
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
    fn judge(&self, kept: &[usize], cheapest: bool) -> Result<Finding, OptError> {
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

    /// What becomes of rules that are kept at `x` but for the solver's tolerance, `missed` in all: asked again in units of a
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
        let fixed = fixed_at(&elastic.lp, &found.solution.x);
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

    /// A minimal set among `all` that cannot be kept: each rule is given up in turn, budgets first, and stays given up
    /// if the rest still contradict each other.
    fn minimal(&self, all: &[usize], shortage: &Shortage) -> Result<Vec<usize>, OptError> {
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
    fn relaxation(&self, all: &[usize], shortage: Shortage) -> Result<Vec<Concession>, OptError> {
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
