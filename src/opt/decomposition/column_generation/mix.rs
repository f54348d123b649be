//! The mix of proposals: the small program that joins blocks, and what is read off it.

use rayon::prelude::*;

use super::super::super::program::Column;
use super::super::master::{MasterOutcome, MasterRow};
use super::super::problem::DecompositionError;
use super::blocks::ColumnGeneration;

impl ColumnGeneration<'_> {
    /// The mix: linking rows, one row of shares for each block, columns of no block, and columns that fill what rows lack
    /// at a high price.
    pub(super) fn set_up_mix(&mut self) {
        let mut rows: Vec<MasterRow> = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        let mut entries: Vec<Vec<(usize, f64)>> = Vec::new();
        for &j in &self.global {
            columns.push(self.first.columns[j]);
            entries.push(Vec::new());
        }
        for (number, row) in self.linking.iter().enumerate() {
            let row = &self.first.rows[*row];
            for (place, j) in self.global.iter().enumerate() {
                for (_, a) in row.entries.iter().filter(|(other, _)| other == j) {
                    entries[place].push((number, *a));
                }
            }
            rows.push(MasterRow { entries: Vec::new(), ..MasterRow::of(row) });
        }
        let from = columns.len();
        for (number, row) in rows.iter().enumerate() {
            let scale = row.lower.abs().min(row.upper.abs()).clamp(1.0, 1e9);
            for (wanted, sign) in [(row.lower.is_finite(), 1.0), (row.upper.is_finite(), -1.0)] {
                if wanted {
                    columns.push(Column::non_negative(-self.penalty, scale));
                    entries.push(vec![(number, sign)]);
                }
            }
        }
        self.artificial = from..columns.len();
        self.first_proposal = columns.len();
        rows.extend(self.blocks.iter().map(|_| MasterRow {
            entries: Vec::new(),
            lower: 1.0,
            upper: 1.0,
            cut_for: None,
        }));
        self.mix.add_rows(rows);
        self.mix.add_columns(columns, &entries);
    }

    /// Rows that can hold a block to what it took of the linking rows; they hold nothing until [`ColumnGeneration::polish`].
    pub(super) fn set_up_rations(&mut self) {
        for (block, uses) in self.blocks.iter_mut().zip(&self.uses) {
            let mut by_row: std::collections::BTreeMap<usize, Vec<(usize, f64)>> =
                std::collections::BTreeMap::new();
            for &(row, place, a) in uses {
                by_row.entry(row).or_default().push((place, a));
            }
            let rows = by_row.values().map(|entries| MasterRow {
                entries: entries.clone(),
                lower: f64::NEG_INFINITY,
                upper: f64::INFINITY,
                cut_for: None,
            });
            self.rations.push((block.master.rows.len(), by_row.keys().copied().collect()));
            block.add_fixed_rows(rows.collect());
        }
    }

    /// Gives every block that is a mixture the corner of its model that takes as much of the linking rows, where that is
    /// worth as much: fewer lines for the same money.
    pub(super) fn polish(&mut self, best: &mut [Vec<f64>], allowed: f64) -> Result<(), DecompositionError> {
        // What each block takes of the linking rows.
        let taken: Vec<Vec<f64>> = self
            .uses
            .iter()
            .zip(best.iter())
            .map(|(uses, x)| {
                let mut sums = vec![0.0; self.linking.len()];
                for &(row, place, a) in uses {
                    sums[row] += a * x[place];
                }
                sums
            })
            .collect();
        let (rows, rations) = (&self.mix.rows, &self.rations);
        // The corner of each block's model that takes as much; its rows are set free again.
        let corners: Vec<Option<Vec<f64>>> = self
            .blocks
            .par_iter_mut()
            .zip(&taken)
            .zip(rations)
            .map(|((block, taken), (from, of))| {
                for (number, row) in of.iter().enumerate() {
                    let kept = |side: f64, open: f64| if side.is_finite() { taken[*row] } else { open };
                    let lower = kept(rows[*row].lower, f64::NEG_INFINITY);
                    let upper = kept(rows[*row].upper, f64::INFINITY);
                    block.master.set_row_bounds(from + number, lower, upper);
                }
                let objective = block.objective.clone();
                block.master.set_objective(&objective);
                let corner = block.solve().ok().map(|_| block.x());
                for number in 0..of.len() {
                    block.master.set_row_bounds(from + number, f64::NEG_INFINITY, f64::INFINITY);
                }
                corner
            })
            .collect();
        // A corner is taken where its true value loses no more than its share of what is allowed.
        let old: Vec<Option<Vec<f64>>> = best.iter().map(|x| Some(x.clone())).collect();
        let old_values = self.visit(&old)?;
        let values = self.visit(&corners)?;
        self.waiting.clear();
        let share = allowed / self.blocks.len() as f64;
        for (block, corner) in corners.into_iter().enumerate() {
            let old_value = old_values[block].unwrap_or(f64::NEG_INFINITY);
            if let (Some(x), Some(value)) = (corner, values[block])
                && value >= old_value - share
            {
                best[block] = x;
            }
        }
        Ok(())
    }

    /// Raises the penalty of what rows lack: it must exceed every true price of the rows.
    pub(super) fn raise_penalty(&mut self) {
        self.set_penalty(10.0 * self.penalty);
    }

    pub(super) fn set_penalty(&mut self, penalty: f64) {
        self.penalty = penalty;
        let mut objective: Vec<f64> = self.mix.columns.iter().map(|column| column.objective).collect();
        objective[self.artificial.clone()].fill(-self.penalty);
        self.mix.set_objective(&objective);
    }

    /// Adds what was visited to the mix.
    pub(super) fn propose(&mut self) {
        let (mut columns, mut entries) = (Vec::new(), Vec::new());
        for proposal in self.waiting.drain(..) {
            let mut own: Vec<(usize, f64)> = vec![(self.linking.len() + proposal.block, 1.0)];
            own.extend(proposal.used.iter().copied().enumerate().filter(|(_, a)| *a != 0.0));
            columns.push(Column::non_negative(proposal.value, 1.0));
            entries.push(own);
            self.of_block[proposal.block].push(self.proposals.len());
            self.proposals.push(proposal);
            self.admitted.push(true);
        }
        self.mix.add_columns(columns, &entries);
        self.admit();
    }

    /// The best proposal of a block at these prices: what it is worth there, and its decisions.
    pub(super) fn best_proposal(&self, block: usize, prices: &[f64]) -> Option<(f64, &[f64])> {
        let mut best: Option<(f64, &[f64])> = None;
        for number in self.of_block[block].iter().filter(|number| self.admitted[**number]) {
            let proposal = &self.proposals[*number];
            let paid: f64 = proposal.used.iter().zip(prices).map(|(a, price)| a * price).sum();
            let worth = proposal.value - paid;
            if best.is_none_or(|(most, _)| worth > most) {
                best = Some((worth, &proposal.x));
            }
        }
        best
    }

    /// The best mix of proposals: its decisions by block, and whether it keeps all linking rows.
    pub(super) fn best_mix(&mut self) -> Result<(Vec<Vec<f64>>, bool), DecompositionError> {
        match self.mix.solve() {
            MasterOutcome::Bound(_) => {}
            MasterOutcome::Infeasible => return Err(DecompositionError::Infeasible),
            MasterOutcome::Unbounded => return Err(DecompositionError::FirstStageUnbounded),
            MasterOutcome::Failed => return Err(DecompositionError::Model),
        }
        let x = self.mix.x();
        let mut blocks: Vec<Vec<f64>> =
            self.blocks.iter().map(|block| vec![0.0; block.columns.len()]).collect();
        let mut shares = vec![0.0; self.blocks.len()];
        for (proposal, share) in self.proposals.iter().zip(&x[self.first_proposal..]) {
            shares[proposal.block] += share.max(0.0);
        }
        for (proposal, share) in self.proposals.iter().zip(&x[self.first_proposal..]) {
            let share = share.max(0.0) / shares[proposal.block].max(1e-9);
            if share > 0.0 {
                for (sum, value) in blocks[proposal.block].iter_mut().zip(&proposal.x) {
                    *sum += share * value;
                }
            }
        }
        for ((x, block), whole) in blocks.iter_mut().zip(&self.blocks).zip(&self.whole) {
            block.fill(x);
            if whole.are_whole(x) {
                whole.places.iter().for_each(|place| x[*place] = libm::round(x[*place]));
            }
        }
        let kept = x[self.artificial.clone()].iter().all(|filled| *filled <= 1e-7);
        Ok((blocks, kept))
    }

    /// The gain of the mix's decisions over the mix of values, shown by a visit (recourse is concave).
    pub(super) fn gained(&self, values: &[Option<f64>]) -> f64 {
        let mut mixed = vec![0.0; self.blocks.len()];
        for (proposal, share) in self.proposals.iter().zip(&self.mix.x()[self.first_proposal..]) {
            mixed[proposal.block] += share * proposal.value;
        }
        values
            .iter()
            .zip(mixed)
            .map(|(value, mixed)| {
                value.map_or(0.0, |value| if value.is_finite() { value - mixed } else { 0.0 })
            })
            .sum()
    }
}
