//! Whole numbers in the first stage: branch and bound over the decomposed program. Cuts hold for every node, so that each
//! node starts from all that is known; the best node comes first, and every node's bound is the decomposition's own.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::lp::propose_integer;
use super::whole::Whole;
use super::{Decomposed, DecompositionError, DecompositionOptions, Finish, Iteration, relative_gap};

/// How far from whole a number may be.
const WHOLE: f64 = 1e-6;
/// Nodes after which the search ends with the gap that is left.
const NODES: usize = 20_000;

/// A node is solved to this share of the gap asked for, or, where it is only to be branched on, of how much better it may be
/// than what is known.
const CLOSER: f64 = 0.1;
/// Every so many nodes the nearest whole numbers are tried, once some are known.
const ROUNDED: usize = 16;
/// At the start the solver proposes whole numbers for the model of cuts at most so often, from searches of so many nodes and
/// to this gap, as long as each closes this share of what is left.
const PROPOSALS: usize = 12;
const SEARCHED: i32 = 200;
const SEARCH_GAP: f64 = 5e-4;
const WORTH_ANOTHER: f64 = 0.1;

/// How closely a node is to be solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// To its optimum.
    Closely,
    /// Well enough to branch on.
    Roughly,
}

/// Bounds of the whole numbers in a part of the search, and the most that it can bring.
#[derive(Debug, Clone)]
struct Node {
    bounds: Vec<(f64, f64)>,
    bound: f64,
}

/// The search.
struct Search<'s, 'a, 'o> {
    whole: &'s mut Whole<'a>,
    options: &'s DecompositionOptions<'o>,
    /// Columns that are whole numbers.
    columns: Vec<usize>,
    best: Option<Decomposed>,
    /// Whole numbers that were tried, by their bits.
    tried: BTreeSet<Vec<u64>>,
    number: usize,
    interrupted: bool,
}

impl Search<'_, '_, '_> {
    fn objective(&self) -> f64 {
        self.best.as_ref().map_or(f64::NEG_INFINITY, |best| best.objective)
    }

    /// Solves the program with whole numbers free within `bounds`; nothing where that is infeasible. Where it is only to be
    /// branched on, it need not be known much better than what is known is from `bounds`' best.
    fn relaxed(
        &mut self,
        bounds: &[(f64, f64)],
        limit: f64,
        how: How,
    ) -> Result<Option<Decomposed>, DecompositionError> {
        for (column, (low, high)) in self.columns.iter().zip(bounds) {
            self.whole.set_column_bounds(*column, *low, *high);
        }
        let (objective, progress) = (self.objective(), self.options.progress);
        let number = self.number;
        let stopped = AtomicBool::new(false);
        let options = DecompositionOptions {
            gap: CLOSER * self.options.gap,
            progress: &|iteration| {
                let going =
                    progress(Iteration { number: number + iteration.number, objective, bound: limit });
                stopped.fetch_or(!going, Ordering::Relaxed);
                let enough = how == How::Roughly
                    && iteration.bound - iteration.objective <= CLOSER * (iteration.bound - objective);
                // A node that cannot be better than what is known need not be solved to the end.
                going && iteration.bound > objective && !enough
            },
            ..*self.options
        };
        let found = match self.whole.run(&options) {
            Ok(found) => Some(found),
            Err(DecompositionError::Infeasible) => None,
            Err(error) => return Err(error),
        };
        self.interrupted |= stopped.load(Ordering::Relaxed);
        self.number += found.as_ref().map_or(0, |found| found.iterations);
        Ok(found)
    }

    /// Tries the nearest whole numbers to `x` within `bounds`; false if they were tried before.
    fn round(&mut self, x: &[f64], bounds: &[(f64, f64)], limit: f64) -> Result<bool, DecompositionError> {
        let values: Vec<f64> = self
            .columns
            .iter()
            .zip(bounds)
            .map(|(column, (low, high))| libm::round(x[*column]).max(*low).min(*high))
            .collect();
        if !self.tried.insert(values.iter().map(|value| value.to_bits()).collect()) {
            return Ok(false);
        }
        let fixed: Vec<(f64, f64)> = values.iter().map(|value| (*value, *value)).collect();
        if let Some(mut found) = self.relaxed(&fixed, limit, How::Closely)?
            && found.objective > self.objective()
        {
            for (column, value) in self.columns.iter().zip(&values) {
                found.x[*column] = *value;
            }
            self.best = Some(found);
        }
        Ok(true)
    }

    /// Lets the solver search the model of cuts for whole numbers and tries what it proposes, as long as that closes some of
    /// what is left to `most`, the bound without whole numbers: each trial brings cuts where the model was wrong.
    fn propose(&mut self, bounds: &[(f64, f64)], most: f64) -> Result<(), DecompositionError> {
        for _ in 0..PROPOSALS {
            let before = self.objective();
            let done = relative_gap(before, most, self.options.unit) <= self.options.gap;
            if self.interrupted || done {
                break;
            }
            let Some(x) = propose_integer(&self.whole.model(), SEARCHED, SEARCH_GAP) else { break };
            let new = self.round(&x, bounds, most)?;
            if !new || self.objective() - before < WORTH_ANOTHER * (most - before) {
                break;
            }
        }
        Ok(())
    }

    /// The whole number furthest from being one.
    fn furthest(&self, x: &[f64]) -> Option<usize> {
        let mut most = (WHOLE, None);
        for (place, column) in self.columns.iter().enumerate() {
            let away = (x[*column] - libm::round(x[*column])).abs();
            if away > most.0 {
                most = (away, Some(place));
            }
        }
        most.1
    }
}

/// Solves the program of `whole`, its first-stage `columns` whole numbers within `bounds`.
pub(super) fn solve(
    whole: &mut Whole<'_>,
    columns: Vec<usize>,
    bounds: Vec<(f64, f64)>,
    options: &DecompositionOptions<'_>,
) -> Result<Decomposed, DecompositionError> {
    let root = bounds.clone();
    let mut search =
        Search { whole, options, columns, best: None, tried: BTreeSet::new(), number: 0, interrupted: false };
    let mut open = vec![Node { bounds, bound: f64::INFINITY }];
    let mut bound = f64::INFINITY;
    // The most that parts of the search can bring that need no branching: their whole numbers are whole.
    let mut settled = f64::NEG_INFINITY;
    let mut nodes = 0;
    let finish = loop {
        // The node that can bring most; of equals the first.
        let mut next: Option<usize> = None;
        for (number, node) in open.iter().enumerate() {
            if next.is_none_or(|n: usize| node.bound > open[n].bound) {
                next = Some(number);
            }
        }
        let left = next.map_or(f64::NEG_INFINITY, |next| open[next].bound);
        bound = bound.min(left.max(search.objective()).max(settled));
        let Some(next) = next else { break Finish::Gap };
        if relative_gap(search.objective(), bound, options.unit) <= options.gap {
            break Finish::Gap;
        }
        if search.interrupted && search.best.is_some() {
            break Finish::Interrupted;
        }
        if nodes == NODES {
            break Finish::Stalled;
        }
        let node = open.remove(next);
        let how = if search.best.is_some() { How::Roughly } else { How::Closely };
        let Some(mut found) = search.relaxed(&node.bounds, bound, how)? else { continue };
        let mut most = found.bound.min(node.bound);
        if most > search.objective() && how == How::Roughly && search.furthest(&found.x).is_none() {
            let Some(closely) = search.relaxed(&node.bounds, bound, How::Closely)? else { continue };
            (most, found) = (most.min(closely.bound), closely);
        }
        if most <= search.objective() {
            nodes += 1;
            continue;
        }
        let furthest = search.furthest(&found.x);
        if nodes.is_multiple_of(ROUNDED) || furthest.is_none() || search.best.is_none() {
            search.round(&found.x, &node.bounds, bound)?;
        }
        if nodes == 0 {
            search.propose(&root, most)?;
        }
        nodes += 1;
        let Some(place) = furthest else {
            settled = settled.max(most);
            continue;
        };
        let value = found.x[search.columns[place]];
        let (low, high) = node.bounds[place];
        for side in [(low, libm::floor(value)), (libm::ceil(value), high)] {
            let mut bounds = node.bounds.clone();
            bounds[place] = side;
            open.push(Node { bounds, bound: most });
        }
    };
    if search.best.is_none() {
        return Err(DecompositionError::Infeasible);
    }
    let number = search.number;
    search.best.map_or(Err(DecompositionError::Infeasible), |best| {
        Ok(Decomposed { finish, bound: bound.max(best.objective), iterations: number, ..best })
    })
}
