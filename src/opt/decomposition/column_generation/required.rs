//! Bounds on the maximum under a demand: one of some switches of a block must be on.
//!
//! Above: Σ of the blocks' bounds + prices · right-hand sides bounds the maximum at any prices, whatever rows a block has of
//! its own (the Lagrangian bound). So at the prices of the maximum only the block concerned is asked again, with its row an
//! equation. Below: among the answers that blocks have given, and of that block those that have the whole number, the best choice
//! is looked for and mixed; mixtures of answers with the same whole numbers are worth at least what they are mixed of.

use super::super::choice::Question;
use super::super::problem::{DecompositionError, DecompositionOptions, Required};
use super::blocks::{Base, CHOICE, ColumnGeneration, Demand, SETTLE};

/// Nodes that the search for the best choice may take: it is made for each block that must have something.
const NODES: i32 = 30;

impl ColumnGeneration<'_> {
    /// True if all whole numbers are within the bounds that the program states.
    pub(super) fn at_the_root(&self) -> bool {
        self.blocks.iter().zip(&self.whole).all(|(block, whole)| {
            whole.places.iter().zip(&whole.bounds).all(|(place, (low, high))| {
                let stated = &self.first.columns[block.columns[*place]];
                (*low, *high) == (stated.lower, stated.upper)
            })
        })
    }

    /// Lets all whole numbers be what the program states.
    fn free(&mut self) {
        for number in 0..self.blocks.len() {
            let bounds: Vec<(f64, f64)> = self.whole[number]
                .places
                .iter()
                .map(|place| &self.first.columns[self.blocks[number].columns[*place]])
                .map(|column| (column.lower, column.upper))
                .collect();
            self.bind(number, bounds);
        }
    }

    /// Binds the whole numbers of a block.
    fn bind(&mut self, number: usize, bounds: Vec<(f64, f64)>) {
        let (block, whole) = (&mut self.blocks[number], &mut self.whole[number]);
        for ((place, old), new) in whole.places.iter().zip(&whole.bounds).zip(&bounds) {
            if old != new {
                block.master.set_bounds(*place, new.0, new.1);
            }
        }
        whole.bounds = bounds;
    }

    /// The block of a row that is its own, and which of its rows it is.
    fn own_row(&self, row: usize) -> Option<(usize, usize)> {
        let block_of = |row: usize| {
            let entry = self.first.rows[row].entries.first().filter(|_| !self.first.linking[row]);
            entry.map(|(j, _)| self.place_of[*j].0)
        };
        let block = block_of(row).filter(|block| *block < self.blocks.len())?;
        Some((block, (0..row).filter(|other| block_of(*other) == Some(block)).count()))
    }

    /// The bound of the whole program at the better of the prices known, whole numbers free.
    fn base(&mut self, tolerance: f64) -> Result<Base, DecompositionError> {
        if let Some(base) = &self.base {
            return Ok(base.clone());
        }
        let question = Question { tolerance, again: false, partly: false };
        let mut best: Option<Base> = None;
        let mut known = vec![self.last_best.clone()];
        known.extend((!self.root_best.is_empty()).then(|| self.root_best.clone()));
        for prices in known {
            let (bound, answers) = self.ask(&prices, question)?;
            if best.as_ref().is_none_or(|best| bound < best.bound) {
                best = Some(Base { prices, bound, own: answers.into_iter().map(|(own, _)| own).collect() });
            }
        }
        let best = best.ok_or(DecompositionError::Model)?;
        self.base = Some(best.clone());
        Ok(best)
    }

    /// Bounds on the maximum if one of the switches in this row of a block must be on.
    pub(in super::super) fn requiring(
        &mut self,
        row: usize,
        options: &DecompositionOptions<'_>,
    ) -> Result<Option<Required>, DecompositionError> {
        let Some((block, local)) = self.own_row(row) else { return Err(DecompositionError::Model) };
        self.free();
        self.admit();
        let size = self.sizes.iter().sum::<f64>().max(options.unit);
        let worth = self.base.as_ref().map_or(size, |base| base.bound.abs().max(options.unit));
        let tolerance = CHOICE * options.gap * worth / self.blocks.len() as f64;
        let base = self.base(tolerance)?;
        let entries = &self.first.rows[row].entries;
        let places = entries.iter().map(|(j, _)| self.place_of[*j].1).collect();
        let upper = self.blocks[block].master.rows[local].upper;
        self.blocks[block].master.set_row_bounds(local, 1.0, upper);
        self.demand = Some(Demand { block, places });
        self.admit();
        let found = self.within(block, &base, options, tolerance);
        self.demand = None;
        self.blocks[block].master.set_row_bounds(local, f64::NEG_INFINITY, upper);
        self.free();
        self.admit();
        found
    }

    /// The same with the demand in place.
    fn within(
        &mut self,
        block: usize,
        base: &Base,
        options: &DecompositionOptions<'_>,
        tolerance: f64,
    ) -> Result<Option<Required>, DecompositionError> {
        let question = Question { tolerance, again: false, partly: false };
        let mut at_most = f64::INFINITY;
        for _ in 0..SETTLE {
            let mut objective = self.blocks[block].objective.clone();
            for &(row, place, a) in &self.uses[block] {
                objective[place] -= base.prices[row] * a;
            }
            self.blocks[block].master.set_objective(&objective);
            let whole = &self.whole[block];
            let answer = self.blocks[block].choose(&whole.places, &whole.bounds, question);
            let (own, x) = match answer {
                Err(DecompositionError::Infeasible) => return Ok(None),
                answer => answer?,
            };
            at_most = at_most.min(base.bound - base.own[block] + own);
            let known = self.best_proposal(block, &base.prices);
            if known.is_some_and(|(worth, _)| own - worth <= 10.0 * tolerance) {
                break;
            }
            let mut at = vec![None; self.blocks.len()];
            at[block] = Some(x);
            self.visit(&at)?;
            self.propose();
        }
        let at_least = self.best_choice(options)?;
        let at_most = at_most.max(at_least.unwrap_or(f64::NEG_INFINITY));
        Ok(Some(Required { at_least, at_most }))
    }

    /// The value of the best choice among admitted proposals, where any keeps all rows.
    fn best_choice(&mut self, options: &DecompositionOptions<'_>) -> Result<Option<f64>, DecompositionError> {
        let Some(chosen) = self.choose_among_proposals(options.gap, NODES) else { return Ok(None) };
        for number in 0..self.blocks.len() {
            let columns = &self.blocks[number].columns;
            let values = self.whole[number].places.iter().map(|place| chosen[columns[*place]]);
            let bounds = values.map(|value| (value, value)).collect();
            self.bind(number, bounds);
        }
        self.admit();
        match self.best_mix() {
            Ok((_, kept)) => Ok(kept.then(|| self.mix.objective() + self.constant)),
            Err(DecompositionError::Infeasible) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
