//! Whole numbers in the first stage: branch and bound over the decomposed program. Cuts hold for every node, so that each
//! node starts from all that is known; the best node comes first, and every node's bound is the decomposition's own.

use super::whole::Whole;
use super::{Decomposed, DecompositionError, DecompositionOptions, Finish, Iteration, relative_gap};

/// How far from whole a number may be.
const WHOLE: f64 = 1e-6;
/// Nodes after which the search ends with the gap that is left.
const NODES: usize = 20_000;

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
    number: usize,
    interrupted: bool,
}

impl Search<'_, '_, '_> {
    fn objective(&self) -> f64 {
        self.best.as_ref().map_or(f64::NEG_INFINITY, |best| best.objective)
    }

    /// Solves the program with whole numbers free within `bounds`; nothing where that is infeasible.
    fn relaxed(
        &mut self,
        bounds: &[(f64, f64)],
        limit: f64,
    ) -> Result<Option<Decomposed>, DecompositionError> {
        for (column, (low, high)) in self.columns.iter().zip(bounds) {
            self.whole.set_column_bounds(*column, *low, *high);
        }
        let (objective, progress) = (self.objective(), self.options.progress);
        let number = self.number;
        let stopped = std::sync::atomic::AtomicBool::new(false);
        let options = DecompositionOptions {
            gap: 0.1 * self.options.gap,
            progress: &|iteration| {
                let going =
                    progress(Iteration { number: number + iteration.number, objective, bound: limit });
                stopped.fetch_or(!going, std::sync::atomic::Ordering::Relaxed);
                // A node that cannot be better than what is known need not be solved to the end.
                going && iteration.bound > objective
            },
            ..*self.options
        };
        let found = match self.whole.run(&options) {
            Ok(found) => Some(found),
            Err(DecompositionError::Infeasible) => None,
            Err(error) => return Err(error),
        };
        self.interrupted |= stopped.load(std::sync::atomic::Ordering::Relaxed);
        self.number += found.as_ref().map_or(0, |found| found.iterations);
        Ok(found)
    }

    /// Tries the nearest whole numbers to `x`.
    fn round(&mut self, x: &[f64], bounds: &[(f64, f64)], limit: f64) -> Result<(), DecompositionError> {
        let fixed: Vec<(f64, f64)> = self
            .columns
            .iter()
            .zip(bounds)
            .map(|(column, (low, high))| {
                let value = libm::round(x[*column]).max(*low).min(*high);
                (value, value)
            })
            .collect();
        if let Some(mut found) = self.relaxed(&fixed, limit)?
            && found.objective > self.objective()
        {
            for (column, (value, _)) in self.columns.iter().zip(&fixed) {
                found.x[*column] = *value;
            }
            self.best = Some(found);
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
    let mut search = Search { whole, options, columns, best: None, number: 0, interrupted: false };
    let mut open = vec![Node { bounds, bound: f64::INFINITY }];
    let mut bound = f64::INFINITY;
    let mut nodes = 0;
    let finish = loop {
        // The node that can bring most; of equals the first.
        let mut next: Option<usize> = None;
        for (number, node) in open.iter().enumerate() {
            if next.is_none_or(|n: usize| node.bound > open[n].bound) {
                next = Some(number);
            }
        }
        let Some(next) = next else {
            bound = bound.min(search.objective());
            break Finish::Gap;
        };
        bound = bound.min(open[next].bound.max(search.objective()));
        if relative_gap(search.objective(), bound, options.unit) <= options.gap {
            break Finish::Gap;
        }
        if search.interrupted && search.best.is_some() {
            break Finish::Interrupted;
        }
        if nodes == NODES {
            break Finish::Stalled;
        }
        nodes += 1;
        let node = open.remove(next);
        let Some(found) = search.relaxed(&node.bounds, bound)? else { continue };
        let most = found.bound.min(node.bound);
        if most <= search.objective() {
            continue;
        }
        search.round(&found.x, &node.bounds, bound)?;
        if let Some(place) = search.furthest(&found.x) {
            let value = found.x[search.columns[place]];
            let (low, high) = node.bounds[place];
            for side in [(low, libm::floor(value)), (libm::ceil(value), high)] {
                let mut bounds = node.bounds.clone();
                bounds[place] = side;
                open.push(Node { bounds, bound: most });
            }
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
