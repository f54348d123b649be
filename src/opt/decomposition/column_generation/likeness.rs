//! The first prices: those of a likeness of the program, made of some of its blocks with their part of what links them.

use rayon::prelude::*;

use super::super::super::program::Row;
use super::super::block::{Block, Parts};
use super::super::problem::{DecompositionError, Manner};
use super::blocks::ColumnGeneration;

/// Blocks of the likeness that the first prices come from, its iterations and the gap that is good enough.
const LIKENESS: usize = 24;
const LIKENESS_ITERATIONS: usize = 30;
const LIKENESS_GAP: f64 = 1e-4;

impl ColumnGeneration<'_> {
    /// ColumnGeneration from a likeness of the program: some of its blocks, evenly chosen, with their part of what links them.
    pub(super) fn likely_prices(&mut self) -> Result<Vec<f64>, DecompositionError> {
        let count = self.blocks.len();
        let few = LIKENESS.min(count);
        let mut chosen: Vec<bool> = vec![false; count];
        for number in 0..few {
            chosen[(number * count).div_euclid(few)] = true;
        }
        let touched: Vec<Vec<usize>> = (0..self.linking.len())
            .map(|row| (0..count).filter(|b| self.uses[*b].iter().any(|(r, _, _)| *r == row)).collect())
            .collect();
        for blocks in &touched {
            // Every row is to be met by some block that is chosen.
            let met = blocks.iter().filter(|block| chosen[**block]).count();
            for block in blocks.iter().take(2_usize.saturating_sub(met)) {
                chosen[*block] = true;
            }
        }
        let mut columns: Vec<usize> = self.global.clone();
        columns
            .extend((0..count).filter(|b| chosen[*b]).flat_map(|b| self.blocks[b].columns.iter().copied()));
        columns.sort_unstable();
        let rows: Vec<Row> = self
            .linking
            .iter()
            .zip(&touched)
            .map(|(row, blocks)| {
                let row = &self.first.rows[*row];
                let met = blocks.iter().filter(|block| chosen[**block]).count();
                let share = if blocks.is_empty() { 1.0 } else { met as f64 / blocks.len() as f64 };
                // What must be done anyhow is done where it is done; the likeness has its part of what that leaves.
                let least = |counts: &dyn Fn(usize) -> bool| -> f64 {
                    let must =
                        |(j, _): &&(usize, f64)| self.first.columns[*j].lower.is_finite() && counts(*j);
                    row.entries.iter().filter(must).map(|&(j, a)| a * self.first.columns[j].lower).sum()
                };
                let here = least(&|j| columns.binary_search(&j).is_ok());
                Row { rhs: (row.rhs - least(&|_| true)) * share + here, ..row.clone() }
            })
            .collect();
        let local = self.first.rows.iter().zip(self.first.linking).filter(|(_, l)| !**l).map(|(row, _)| row);
        let within = |row: &&Row| row.entries.first().is_some_and(|(j, _)| columns.binary_search(j).is_ok());
        let first_rows = self.recourses.first_rows.clone();
        let all: Vec<&Row> = rows.iter().chain(local.chain(&first_rows).filter(within)).collect();
        let cells: Vec<usize> = (0..self.block_of_cell.len())
            .filter(|cell| chosen.get(self.block_of_cell[*cell]).is_some_and(|chosen| *chosen))
            .collect();
        let worth = vec![1.0; cells.len()];
        let sizes = cells.iter().map(|cell| self.sizes[*cell]).collect();
        let parts = Parts {
            all_columns: self.first.columns,
            objective: &self.objective,
            columns,
            rows: all,
            cells,
            recourses: &self.recourses,
            folds: &self.folds,
            worth,
            sizes,
        };
        let mut likeness = Block::new(parts, Manner::BY_CEILINGS);
        match self.solve_likeness(&mut likeness, &chosen) {
            // What must be done may not fit into a part of the program: then prices begin at nothing.
            Err(DecompositionError::Infeasible) => return Ok(vec![0.0; self.linking.len()]),
            done => done?,
        }
        Ok(likeness.master.duals()[..self.linking.len()].to_vec())
    }

    /// The L-shaped method on the likeness, as far as its prices need; what is learned there the blocks learn too.
    fn solve_likeness(
        &mut self,
        likeness: &mut Block<'_>,
        chosen: &[bool],
    ) -> Result<(), DecompositionError> {
        let mut x = vec![0.0; self.first.columns.len()];
        let mut best: Option<(f64, Vec<f64>)> = None;
        let (mut bound, mut pure) = (f64::INFINITY, true);
        for number in 0..LIKENESS_ITERATIONS {
            let wanted = |cell: usize| chosen.get(self.block_of_cell[cell]).is_some_and(|chosen| *chosen);
            let visited = self.recourses.visit(&x, &wanted)?;
            let own_x = |columns: &[usize]| columns.iter().map(|j| x[*j]).collect::<Vec<f64>>();
            likeness.add_cuts(&visited, &own_x(&likeness.columns));
            if number > 0 {
                let blocks = self.blocks.par_iter_mut().zip(chosen).filter(|(_, chosen)| **chosen);
                blocks.for_each(|(block, _)| block.add_cuts(&visited, &own_x(&block.columns)));
            }
            let own: f64 = likeness.columns.iter().zip(&likeness.objective).map(|(j, c)| c * x[*j]).sum();
            let value = own + visited.iter().map(|visited| visited.value).sum::<f64>();
            if visited.iter().all(|visited| visited.needed.is_none())
                && best.as_ref().is_none_or(|(most, _)| value > *most)
                && number > 0
            {
                best = Some((value, x.clone()));
            }
            let before = bound;
            bound = bound.min(likeness.solve()?);
            if let Some((value, _)) = &best {
                let gap = bound - value;
                if gap <= LIKENESS_GAP * value.abs() {
                    break;
                }
                pure = before - bound < 0.2 * gap;
            }
            let mut found = likeness.x();
            if let (Some((_, best)), false) = (&best, pure) {
                found
                    .iter_mut()
                    .zip(&likeness.columns)
                    .for_each(|(value, j)| *value = 0.5 * (best[*j] + *value));
                likeness.fill(&mut found);
            }
            for (j, value) in likeness.columns.iter().zip(found) {
                x[*j] = value;
            }
        }
        Ok(())
    }
}
