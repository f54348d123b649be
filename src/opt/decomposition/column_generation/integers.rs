//! Whole numbers inside blocks: each block answers prices with whole numbers, so that the bound is that of mixtures of whole
//! answers (which is closer than the linear one), and a search fixes what mixtures leave undecided (branch and price:
//! Barnhart et al. 1998).

use std::collections::BTreeMap;

use super::super::super::lp::{LinearProgram, propose_integer};
use super::super::super::program::{Column, Row, Sense};
use super::super::branch::Relaxation;
use super::super::problem::{Decomposed, DecompositionError, DecompositionOptions};
use super::blocks::{ColumnGeneration, WholeNumbers};

/// Closeness to which a node is solved, as a share of the gap asked for: mixtures hardly move beyond.
const CLOSENESS: f64 = 0.4;
/// The solver chooses among proposals with a search of so many nodes.
const SEARCHED: i32 = 200;

impl ColumnGeneration<'_> {
    /// First-stage columns that are whole numbers.
    pub(in super::super) fn whole_numbers(&self) -> Vec<usize> {
        (0..self.first.columns.len()).filter(|j| self.first.columns[*j].integer).collect()
    }

    /// True if some whole number is of no block, so that prices cannot choose it.
    pub(in super::super) fn has_stray_whole_numbers(&self) -> bool {
        self.global.iter().any(|j| self.first.columns[*j].integer)
    }

    /// True if nothing is left to decide but by linear programs.
    pub(super) fn settled(&self) -> bool {
        self.whole.iter().all(WholeNumbers::fixed)
    }

    /// Lets the mix have those proposals whose whole numbers are within the bounds that hold now.
    pub(in super::super) fn admit(&mut self) {
        for (number, proposal) in self.proposals.iter().enumerate() {
            let demanded = self.demand.as_ref().filter(|demand| demand.block == proposal.block);
            let admitted = self.whole[proposal.block].admit(&proposal.x)
                && demanded.is_none_or(|demand| demand.met(&proposal.x));
            if admitted != self.admitted[number] {
                self.admitted[number] = admitted;
                let upper = if admitted { f64::INFINITY } else { 0.0 };
                self.mix.set_bounds(self.first_proposal + number, 0.0, upper);
            }
        }
    }

    /// The proposals with one choice of whole numbers for each block that are worth most together.
    pub(super) fn choose_among_proposals(&self, gap: f64, nodes: i32) -> Option<Vec<f64>> {
        // A share of each admitted proposal, gathered by the whole numbers that it has.
        let mut columns: Vec<Column> = self.global.iter().map(|j| self.first.columns[*j]).collect();
        let linking = self.linking.len();
        let mut rows: Vec<Vec<(usize, f64)>> = vec![Vec::new(); linking];
        for (row, own) in rows.iter_mut().zip(&self.mix.rows) {
            row.extend(own.entries.iter().filter(|(j, _)| *j < self.global.len()));
        }
        let mut patterns: Vec<BTreeMap<Vec<i64>, Vec<usize>>> = vec![BTreeMap::new(); self.blocks.len()];
        for (number, proposal) in self.proposals.iter().enumerate() {
            if self.admitted[number] {
                let pattern = self.whole[proposal.block].pattern(&proposal.x);
                let list = patterns[proposal.block].entry(pattern).or_default();
                list.push(columns.len());
                for (row, a) in proposal.used.iter().enumerate().filter(|(_, a)| **a != 0.0) {
                    rows[row].push((columns.len(), *a));
                }
                columns.push(Column::between(0.0, 1.0, proposal.value, 1.0));
            }
        }
        // The linking rows over these shares.
        let mut all: Vec<Row> = Vec::new();
        for (entries, own) in rows.into_iter().zip(&self.mix.rows) {
            let mut add = |sense, rhs| all.push(Row { entries: entries.clone(), sense, rhs });
            if own.lower == own.upper {
                add(Sense::Equal, own.upper);
                continue;
            }
            if own.upper.is_finite() {
                add(Sense::AtMost, own.upper);
            }
            if own.lower.is_finite() {
                add(Sense::AtLeast, own.lower);
            }
        }
        // One choice of whole numbers a block: a switch for each, on where its proposals sum to one.
        let mut chosen: Vec<Vec<(usize, Vec<i64>)>> = Vec::new();
        for patterns in patterns {
            let mut one = Vec::new();
            let mut list = Vec::new();
            for (pattern, proposals) in patterns {
                let switch = columns.len();
                columns.push(Column { integer: true, ..Column::between(0.0, 1.0, 0.0, 1.0) });
                let mut entries: Vec<(usize, f64)> = proposals.into_iter().map(|j| (j, 1.0)).collect();
                entries.push((switch, -1.0));
                all.push(Row { entries, sense: Sense::Equal, rhs: 0.0 });
                one.push((switch, 1.0));
                list.push((switch, pattern));
            }
            all.push(Row { entries: one, sense: Sense::Equal, rhs: 1.0 });
            chosen.push(list);
        }
        // The whole numbers of the choices that are on.
        let answer = propose_integer(&LinearProgram { columns, rows: all }, nodes, gap)?;
        let mut x = vec![0.0; self.first.columns.len()];
        for ((block, whole), list) in self.blocks.iter().zip(&self.whole).zip(&chosen) {
            let (_, pattern) = list.iter().find(|(switch, _)| answer[*switch] > 0.5)?;
            for (place, value) in whole.places.iter().zip(pattern) {
                x[block.columns[*place]] = *value as f64;
            }
        }
        Some(x)
    }
}

impl Relaxation for ColumnGeneration<'_> {
    fn set_column_bounds(&mut self, column: usize, lower: f64, upper: f64) {
        let (block, place) = self.place_of[column];
        let Some(whole) = self.whole.get_mut(block) else { return };
        let Ok(number) = whole.places.binary_search(&place) else { return };
        if whole.bounds[number] != (lower, upper) {
            whole.bounds[number] = (lower, upper);
            self.blocks[block].master.set_bounds(place, lower, upper);
        }
    }

    fn run(
        &mut self,
        options: &DecompositionOptions<'_>,
        least: f64,
    ) -> Result<Decomposed, DecompositionError> {
        self.least = least;
        self.admit();
        let begun = self.rounds > 0;
        let penalty = self.penalty;
        let found = self.run(options);
        self.least = f64::NEG_INFINITY;
        if begun && self.penalty > penalty {
            // Where whole numbers lacked much, what rows lack became too dear to count with elsewhere.
            self.set_penalty(penalty);
        }
        found
    }

    fn suggest(&mut self, gap: f64) -> Option<Vec<f64>> {
        self.choose_among_proposals(0.2 * gap, SEARCHED)
    }

    fn closeness(&self) -> f64 {
        CLOSENESS
    }
}
