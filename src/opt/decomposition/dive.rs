//! A dive into the model of cuts: whole numbers are settled some at a time, the linear program solved again after each time, so
//! that what is left makes up for what was settled. It costs a few solves of a warm model and no visit of recourse.
//!
//! How near a number is to a whole one is measured by how far its rows would let it rise with the other decisions as they are:
//! a switch that a line of money needs stands at money over all the money there could be, which says nothing, but could rise
//! to money over the least that the line may be. What could be whole at no cost is settled first; then what is nearest to
//! nothing (of switches), or nearest to the whole number below or above it.

use super::block::Block;
use super::problem::WHOLE;

/// Solves of a dive at most.
const SOLVES: usize = 60;
/// Numbers settled at a time: this share of those that are not whole, in the order in which they are nearest to it.
const AT_A_TIME: f64 = 0.25;

/// A number that is not settled yet.
#[derive(Debug, Clone, Copy)]
struct Open {
    column: usize,
    /// The most that its rows let it be.
    most: f64,
    /// The whole number that it is put at, and how far that is from `most`.
    at: f64,
    away: f64,
}

impl Block<'_> {
    /// Whole numbers at the `columns` within `bounds` that are good by the model of cuts, with the decisions that go with them.
    /// A part of a number above `up` is put up, any other down. Nothing where the dive ends at numbers that keep no rows.
    pub(super) fn dive(&mut self, columns: &[usize], bounds: &[(f64, f64)], up: f64) -> Option<Vec<f64>> {
        let mut held = self.rows_of(columns);
        let found = self.dive_from(columns, &mut held, up);
        for (column, (low, high)) in columns.iter().zip(bounds) {
            self.set_number(*column, *low, *high);
        }
        found
    }

    fn dive_from(&mut self, columns: &[usize], held: &mut [Vec<(usize, f64)>], up: f64) -> Option<Vec<f64>> {
        let mut settled: Vec<bool> = columns.iter().map(|j| self.is_held(*j)).collect();
        for _ in 0..SOLVES {
            self.solve_once_more().ok()?;
            let x = self.x();
            let mut open: Vec<(usize, Open)> = Vec::new();
            for (place, &column) in columns.iter().enumerate() {
                if settled[place] {
                    continue;
                }
                let most = self.most(column, &held[place], &x).max(x[column]);
                let whole = libm::floor(most + WHOLE);
                let part = most - whole;
                let (at, away) = if part <= WHOLE {
                    (whole, 0.0)
                } else if part >= up {
                    (whole + 1.0, 1.0 - part)
                } else {
                    (whole, part)
                };
                let upper = self.master.columns[column].upper;
                open.push((place, Open { column, most, at: at.min(upper), away }));
            }
            if open.is_empty() {
                return Some(x);
            }
            open.sort_by(|a, b| {
                a.1.away.total_cmp(&b.1.away).then(b.1.most.total_cmp(&a.1.most)).then(a.0.cmp(&b.0))
            });
            // Everything that is whole by itself would only be held for nothing: what else is there to settle?
            let whole = open.iter().take_while(|(_, number)| number.away == 0.0).count();
            if whole == open.len() {
                for (place, number) in open {
                    settled[place] = true;
                    self.set_number(number.column, number.at, number.at);
                }
                continue;
            }
            let more = libm::ceil((open.len() - whole) as f64 * AT_A_TIME) as usize;
            for (place, number) in open.into_iter().skip(whole).take(more) {
                settled[place] = true;
                self.set_number(number.column, number.at, number.at);
            }
        }
        None
    }

    /// The rows of each column that are no cuts, with its coefficient.
    fn rows_of(&self, columns: &[usize]) -> Vec<Vec<(usize, f64)>> {
        let mut place = vec![usize::MAX; self.master.columns.len()];
        columns.iter().enumerate().for_each(|(number, column)| place[*column] = number);
        let mut held = vec![Vec::new(); columns.len()];
        for (number, row) in self.master.rows.iter().enumerate().filter(|(_, row)| row.cut_for.is_none()) {
            for &(column, a) in row.entries.iter().filter(|(j, _)| place[*j] != usize::MAX) {
                held[place[column]].push((number, a));
            }
        }
        held
    }

    /// The most that a column could be with all others as they are.
    fn most(&self, column: usize, held: &[(usize, f64)], x: &[f64]) -> f64 {
        let mut most = self.master.columns[column].upper;
        for &(number, a) in held {
            let row = &self.master.rows[number];
            let used: f64 = row.entries.iter().map(|&(j, a)| a * x[j]).sum();
            let side = if a > 0.0 { row.upper } else { row.lower };
            if side.is_finite() {
                most = most.min(x[column] + ((side - used) / a).max(0.0));
            }
        }
        most
    }

    fn is_held(&self, column: usize) -> bool {
        let column = &self.master.columns[column];
        column.lower == column.upper
    }

    fn set_number(&mut self, column: usize, low: f64, high: f64) {
        let own = &self.master.columns[column];
        if (own.lower, own.upper) != (low, high) {
            self.master.set_bounds(column, low, high);
        }
    }
}
