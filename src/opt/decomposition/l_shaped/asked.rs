//! Amounts asked for after a program was solved: sums of columns held between bounds, and the least and the most of a sum among
//! decisions that are worth enough.
//!
//! The model of cuts has a row that asks for the value. What makes the sum extreme on the model bounds it from outside, by duals in
//! our own arithmetic. It is worth too little as long as the model thinks too well of it: its visit gives cuts, and so does the point
//! between it and the best decisions that is worth just enough, which bounds the sum from inside since the value is concave (Kelley
//! 1960, with the interior point of Elzinga and Moore 1975 held at the optimum). Whole numbers are found by branch and bound, each node so.

use std::ops::Range;

use super::super::branch::Relaxation;
use super::super::extreme::{End, Extreme, ExtremeQuestion};
use super::super::master::MasterRow;
use super::super::problem::{DecompositionError, Iteration, WHOLE};
use super::{Best, LShaped};

/// Visits of recourse for one node, and nodes of one question.
const VISITS: usize = 40;
const NODES: usize = 400;
/// Work of a question at most, in that of the solver for one row or column and iteration; what a visit of a recourse problem counts
/// for; and so for each whole number that a node holds.
const WORK: f64 = 3e8;
const WORK_OF_VISIT: f64 = 5e3;
/// Share of the value by which decisions are to be worth more than enough.
const MARGIN: f64 = 5e-7;
/// Share of the value by which decisions may be worth less than enough: what sums of samples are off by.
const ROUNDED: f64 = 1e-11;
/// Share of a row's largest term by which decisions may miss it.
const SLACK: f64 = 1e-9;
/// Known decisions are tried in whole amounts, the furthest first, so many at most.
const TRIED: usize = 6;

/// A part of the search: bounds of whole numbers, and how far the sum can go there.
struct Node {
    bounds: Vec<(f64, f64)>,
    outer: f64,
}

/// How a node ended.
enum Ended {
    /// It has no decisions that are worth enough.
    Empty,
    /// A whole number that is none yet.
    Branch { place: usize, value: f64 },
    /// Its outer value stands: it is near enough, or there is no telling more.
    Settled,
}

struct Asking<'s, 'a, 'q> {
    whole: &'s mut LShaped<'a>,
    question: ExtremeQuestion<'q>,
    value_row: usize,
    /// Objective of all columns of the model.
    worth: Vec<f64>,
    /// The weight of the sum in the model, so that sums are about as large as values.
    price: f64,
    integers: Vec<usize>,
    anchor: Best,
    /// Decisions that are worth enough, with their sums.
    found: Vec<(f64, Vec<f64>)>,
    work: f64,
}

impl LShaped<'_> {
    /// Adds a row for each of `groups`, the sum of its columns, which holds nothing yet; to be called before there are cuts.
    pub(in super::super) fn add_sum_rows(&mut self, groups: &[Vec<usize>]) -> Range<usize> {
        let start = self.block.master.rows.len();
        let row = |columns: &Vec<usize>| MasterRow {
            entries: columns.iter().map(|j| (*j, 1.0)).collect(),
            lower: f64::NEG_INFINITY,
            upper: f64::INFINITY,
            cut_for: None,
        };
        self.block.add_fixed_rows(groups.iter().map(row).collect());
        start..self.block.master.rows.len()
    }

    /// Holds the sum of a row between bounds, from now on.
    pub(in super::super) fn hold_row(&mut self, row: usize, lower: f64, upper: f64) {
        self.block.master.set_row_bounds(row, lower, upper);
    }

    /// Holds a column between bounds, from now on.
    pub(in super::super) fn hold_column(&mut self, column: usize, lower: f64, upper: f64) {
        self.block.master.set_bounds(column, lower, upper);
    }

    /// Begins the next search with decisions that keep all rows, so that it has some from the start; false where `x` breaks one.
    pub(in super::super) fn begin_again_at(&mut self, x: &[f64]) -> bool {
        let master = &self.block.master;
        let within = |row: &MasterRow| {
            let used: f64 = row.entries.iter().map(|&(j, a)| a * x[j]).sum();
            let slack = SLACK * row.entries.iter().map(|&(j, a)| (a * x[j]).abs()).fold(1.0, f64::max);
            used >= row.lower - slack && used <= row.upper + slack
        };
        let own = master.rows.iter().take_while(|row| row.cut_for.is_none());
        let first = self.first.columns.iter().zip(x);
        let bounded = first.into_iter().all(|(column, x)| *x >= column.lower && *x <= column.upper);
        let keeps = bounded
            && own.into_iter().filter(|row| row.entries.iter().all(|(j, _)| *j < x.len())).all(within);
        if keeps {
            self.start = x.to_vec();
            self.iterations = 0;
        }
        keeps
    }

    /// The least or the most of a sum.
    pub(in super::super) fn extreme(
        &mut self,
        question: ExtremeQuestion<'_>,
    ) -> Result<Extreme, DecompositionError> {
        let value_row = self.value_row.ok_or(DecompositionError::Model)?;
        let anchor = self.try_out(question.known)?.ok_or(DecompositionError::Infeasible)?;
        let worth: Vec<f64> = self.block.master.columns.iter().map(|column| column.objective).collect();
        let largest = question.columns.iter().map(|j| self.first.columns[*j].ceiling).fold(1.0, f64::max);
        let integers = self.whole_numbers();
        let mut asking = Asking {
            value_row,
            price: anchor.objective.abs().max(question.options.unit) / largest,
            integers,
            found: vec![(sum(question.columns, &anchor.x), anchor.x.clone())],
            anchor,
            work: 0.0,
            worth: worth.clone(),
            question,
            whole: self,
        };
        let outer = asking.search();
        let answer = outer.and_then(|outer| asking.settled(outer));
        // The program is as it was, but for what was learned.
        self.block.master.set_objective(&worth);
        self.block.master.set_row_bounds(value_row, f64::NEG_INFINITY, f64::INFINITY);
        for column in self.whole_numbers() {
            let own = self.first.columns[column];
            self.set_column_bounds(column, own.lower, own.upper);
        }
        answer
    }
}

fn sum(columns: &[usize], x: &[f64]) -> f64 {
    columns.iter().map(|j| x[*j]).sum()
}

impl Asking<'_, '_, '_> {
    fn going(&self) -> bool {
        let told = Iteration { number: 0, objective: self.question.enough, bound: self.anchor.objective };
        self.work < WORK && (self.question.options.progress)(told)
    }

    /// By how much decisions are to be worth more than enough, so that whole amounts are worth enough too.
    fn margin(&self) -> f64 {
        MARGIN * self.question.enough.abs().max(self.question.options.unit)
    }

    /// True of decisions that are worth enough, but for what sums are off by.
    fn is_enough(&self, value: f64) -> bool {
        value >= self.question.enough - ROUNDED * self.question.enough.abs().max(self.question.options.unit)
    }

    /// The value that decisions are brought to.
    fn aim(&self) -> f64 {
        self.question.enough + self.margin()
    }

    /// The furthest sum that is known.
    fn inner(&self) -> f64 {
        let further = |a: f64, b: f64| if self.question.end.is_further(b, a) { b } else { a };
        self.found.iter().map(|(sum, _)| *sum).fold(self.found[0].0, further)
    }

    /// True if `outer` is no further than what is known, but for what need not be known.
    fn is_close(&self, outer: f64) -> bool {
        match self.question.end {
            End::Least => self.inner() - outer <= self.question.close,
            End::Most => outer - self.inner() <= self.question.close,
        }
    }

    /// The nearer of two outer values.
    fn nearer(&self, a: f64, b: f64) -> f64 {
        if self.question.end.is_further(a, b) { b } else { a }
    }

    /// Searches node after node, the one that may go furthest first; the outer value.
    fn search(&mut self) -> Result<f64, DecompositionError> {
        let far = match self.question.end {
            End::Least => f64::NEG_INFINITY,
            End::Most => f64::INFINITY,
        };
        let own: Vec<(f64, f64)> = self
            .integers
            .iter()
            .map(|j| (self.whole.first_column(*j).lower, self.whole.first_column(*j).upper))
            .collect();
        if !self.integers.is_empty() {
            // With the whole numbers of the best decisions there is a way from these to any that are worth enough.
            let at = |j: &usize| (libm::round(self.anchor.x[*j]), libm::round(self.anchor.x[*j]));
            let bounds: Vec<(f64, f64)> = self.integers.iter().map(at).collect();
            self.node(&mut Node { bounds, outer: far })?;
            self.work = 0.0;
        }
        let mut open = vec![Node { bounds: own, outer: far }];
        let mut settled: Option<f64> = None;
        for _ in 0..NODES {
            let Some(at) = self.furthest(&open) else { break };
            if self.is_close(open[at].outer) || !self.going() {
                break;
            }
            let mut node = open.swap_remove(at);
            match self.node(&mut node)? {
                Ended::Empty => {}
                Ended::Settled => {
                    settled = Some(settled.map_or(node.outer, |known| self.further(known, node.outer)));
                }
                Ended::Branch { place, value } => {
                    let (low, high) = node.bounds[place];
                    for part in [(low, libm::floor(value)), (libm::floor(value) + 1.0, high)] {
                        let mut bounds = node.bounds.clone();
                        bounds[place] = part;
                        open.push(Node { bounds, outer: node.outer });
                    }
                }
            }
        }
        let left = open.iter().map(|node| node.outer).chain(settled);
        Ok(left.fold(self.inner(), |known, outer| self.further(known, outer)))
    }

    fn further(&self, a: f64, b: f64) -> f64 {
        if self.question.end.is_further(a, b) { a } else { b }
    }

    fn furthest(&self, open: &[Node]) -> Option<usize> {
        let mut best: Option<usize> = None;
        for (at, node) in open.iter().enumerate() {
            // Of equals the last, which is the deepest.
            if best.is_none_or(|best| !self.question.end.is_further(open[best].outer, node.outer)) {
                best = Some(at);
            }
        }
        best
    }

    /// Brings a node's sum from outside and from inside together, as far as its whole numbers allow.
    fn node(&mut self, node: &mut Node) -> Result<Ended, DecompositionError> {
        for _ in 0..VISITS {
            if !self.going() {
                return Ok(Ended::Settled);
            }
            for (column, (lower, upper)) in self.integers.clone().into_iter().zip(&node.bounds) {
                self.whole.set_column_bounds(column, *lower, *upper);
            }
            let Some(outer) = self.relaxed()? else {
                let empty = self.whole.block.master.is_proven_infeasible();
                self.release();
                return Ok(if empty { Ended::Empty } else { Ended::Settled });
            };
            node.outer = self.nearer(node.outer, outer);
            if self.is_close(node.outer) {
                return Ok(Ended::Settled);
            }
            let x = self.whole.decisions();
            let value = self.value(&x)?.map(|found| found.objective);
            let worth_enough = value.is_some_and(|value| self.is_enough(value));
            if let Some(low) = value.filter(|value| *value < self.aim()) {
                self.between(&x, low)?;
            }
            match self.fraction(&x, &node.bounds) {
                // Nothing of this node goes further than what its model says, and that is worth enough.
                None if worth_enough => {
                    self.keep(x);
                    return Ok(Ended::Settled);
                }
                Some((place, value)) if worth_enough || self.is_close(node.outer) => {
                    return Ok(Ended::Branch { place, value });
                }
                _ => {}
            }
        }
        let x = self.whole.decisions();
        Ok(match self.fraction(&x, &node.bounds) {
            Some((place, value)) => Ended::Branch { place, value },
            None => Ended::Settled,
        })
    }

    /// The outer value of the model of cuts; nothing where the solver finds no decisions that are worth enough. The row that asks for
    /// the value stays as it is.
    fn relaxed(&mut self) -> Result<Option<f64>, DecompositionError> {
        let sign = if self.question.end == End::Most { 1.0 } else { -1.0 };
        let mut objective = vec![0.0; self.worth.len()];
        self.question.columns.iter().for_each(|j| objective[*j] = sign * self.price);
        let asked = self.question.enough - self.whole.constant();
        let block = &mut self.whole.block;
        block.master.set_objective(&objective);
        block.master.set_row_bounds(self.value_row, asked, f64::INFINITY);
        let before = block.master.work();
        let solved = block.solve();
        self.work += block.master.work() - before;
        match solved {
            Ok(_) => {
                let least = block.master.least_at_value(self.value_row, &self.worth);
                self.release();
                Ok(Some(-sign * least / self.price))
            }
            Err(DecompositionError::Infeasible) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Asks for no value any more, and drops cuts that hold nothing.
    fn release(&mut self) {
        let block = &mut self.whole.block;
        block.master.set_row_bounds(self.value_row, f64::NEG_INFINITY, f64::INFINITY);
        block.tidy();
    }

    /// The value of decisions, whose visit gives cuts.
    fn value(&mut self, x: &[f64]) -> Result<Option<Best>, DecompositionError> {
        let problems: usize = self.whole.recourses.cells.iter().map(|cell| cell.samples.len()).sum();
        self.work += WORK_OF_VISIT * problems as f64;
        self.whole.try_out(x)
    }

    /// Between the best decisions and `x`, which is worth `low`, tries what is worth just enough; with other whole numbers there is
    /// nothing between.
    fn between(&mut self, x: &[f64], low: f64) -> Result<(), DecompositionError> {
        let same = |j: &usize| (x[*j] - self.anchor.x[*j]).abs() <= WHOLE;
        let aim = self.aim();
        let room = self.anchor.objective - aim;
        if !self.integers.iter().all(same) || room <= 0.0 || self.anchor.objective <= low {
            return Ok(());
        }
        // A little nearer to the best, since visits round.
        let way = 0.999_999 * room / (self.anchor.objective - low);
        let mut point: Vec<f64> = self.anchor.x.iter().zip(x).map(|(a, b)| a + way * (b - a)).collect();
        self.whole.block.fill(&mut point);
        if let Some(found) = self.value(&point)?
            && found.objective >= aim - 0.5 * self.margin()
        {
            self.keep(found.x);
        }
        Ok(())
    }

    fn keep(&mut self, x: Vec<f64>) {
        let sum = sum(self.question.columns, &x);
        if self.question.end.is_further(sum, self.inner()) {
            self.found.push((sum, x));
        }
    }

    /// The whole number that is furthest from one, if any is.
    fn fraction(&self, x: &[f64], bounds: &[(f64, f64)]) -> Option<(usize, f64)> {
        let off = |value: f64| (value - libm::round(value)).abs();
        let free = |place: &usize| bounds[*place].0 < bounds[*place].1;
        let worst = (0..self.integers.len())
            .filter(free)
            .max_by(|a, b| off(x[self.integers[*a]]).total_cmp(&off(x[self.integers[*b]])));
        let place = worst.filter(|place| off(x[self.integers[*place]]) > WHOLE)?;
        Some((place, x[self.integers[place]]))
    }

    /// The furthest decisions that are worth enough in whole amounts.
    fn settled(&mut self, outer: f64) -> Result<Extreme, DecompositionError> {
        let mut known = std::mem::take(&mut self.found);
        let best = known.remove(0);
        known.reverse();
        known.truncate(TRIED);
        known.push(best);
        let last = known.len() - 1;
        for (number, (_, x)) in known.into_iter().enumerate() {
            let whole = (self.question.whole)(&x);
            // The best decisions stand as they are given.
            let whole = if number == last { Some(x) } else { whole };
            let Some(x) = whole else { continue };
            let Some(found) = self.value(&x)? else { continue };
            if self.is_enough(found.objective) || number == last {
                let inner = sum(self.question.columns, &found.x);
                let outer = self.further(inner, outer);
                return Ok(Extreme { value: found.objective, x: found.x, inner, outer });
            }
        }
        Err(DecompositionError::Infeasible)
    }
}
