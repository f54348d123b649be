//! A dive into the model of cuts: whole numbers are settled some at a time, the linear program solved again after each time, so
//! that what is left makes up for what was settled. It costs a few solves of a warm model and no visit of recourse.
//!
//! How near a number is to a whole one is measured by how far its rows would let it rise with the other decisions as they are:
//! a switch that a line of money needs stands at money over all the money there could be, which says nothing, but could rise
//! to money over the least that the line may be. What could be whole at no cost is settled first; then what is nearest to
//! nothing (of switches), or nearest to the whole number below or above it.

use std::collections::BTreeMap;

use super::branch::Relaxation;
use super::l_shaped::LShaped;
use super::problem::WHOLE;
use crate::opt::program::Sense;

/// Solves of a dive at most.
const SOLVES: usize = 100;
/// Numbers settled at a time: this share of those that are not whole, in the order in which they are nearest to it.
const AT_A_TIME: f64 = 0.5;

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

impl LShaped<'_> {
    /// Whole numbers at the `columns` within `bounds` that are good by the model of cuts, with the decisions that go with them.
    /// A part of a number above `up` is put up, any other down. Nothing where the dive ends at numbers that keep no rows.
    pub(super) fn dive_for(
        &mut self,
        columns: &[usize],
        bounds: &[(f64, f64)],
        up: f64,
        going: &dyn Fn() -> bool,
    ) -> Option<Vec<f64>> {
        let held = self.rows_of(columns);
        let found = self.dive_from(columns, &held, bounds, up, going);
        for (column, (low, high)) in columns.iter().zip(bounds) {
            self.set_column_bounds(*column, *low, *high);
        }
        found
    }

    fn dive_from(
        &mut self,
        columns: &[usize],
        held: &[Vec<(usize, f64)>],
        bounds: &[(f64, f64)],
        up: f64,
        going: &dyn Fn() -> bool,
    ) -> Option<Vec<f64>> {
        let mut settled: Vec<bool> = bounds.iter().map(|(low, high)| low == high).collect();
        // What was settled last, with the bounds that it had.
        let mut last: Vec<(usize, Open)> = Vec::new();
        for _ in 0..SOLVES {
            if !going() {
                return None;
            }
            if self.solve_model().is_err() {
                last = self.taken_back(columns, bounds, last, &mut settled)?;
                continue;
            }
            let x = self.decisions();
            let mut open = self.open_numbers(columns, held, bounds, &settled, &x, up);
            if open.is_empty() {
                return Some(x);
            }
            open.sort_by(|a, b| {
                a.1.away.total_cmp(&b.1.away).then(b.1.most.total_cmp(&a.1.most)).then(a.0.cmp(&b.0))
            });
            // Everything that is whole by itself would only be held for nothing: what else is there to settle?
            let whole = open.iter().take_while(|(_, number)| number.away == 0.0).count();
            last = if whole == open.len() {
                open
            } else {
                let more = libm::ceil((open.len() - whole) as f64 * AT_A_TIME) as usize;
                open.into_iter().skip(whole).take(more).collect()
            };
            for (place, number) in &last {
                settled[*place] = true;
                self.set_column_bounds(number.column, number.at, number.at);
            }
        }
        None
    }

    /// Takes back the half of what was settled last that was furthest from whole; a number that was settled alone is put at the
    /// other whole number beside it. Answers with what is settled still, or nothing where there is nothing left to take back.
    fn taken_back(
        &mut self,
        columns: &[usize],
        bounds: &[(f64, f64)],
        mut last: Vec<(usize, Open)>,
        settled: &mut [bool],
    ) -> Option<Vec<(usize, Open)>> {
        if let [(place, number)] = last.as_slice() {
            let other = if number.at > number.most { number.at - 1.0 } else { number.at + 1.0 };
            let (low, high) = bounds[*place];
            if other < low || other > high {
                return None;
            }
            self.set_column_bounds(number.column, other, other);
            return Some(Vec::new());
        }
        let kept = last.len().div_euclid(2);
        for (place, _) in last.split_off(kept) {
            settled[place] = false;
            let (low, high) = bounds[place];
            self.set_column_bounds(columns[place], low, high);
        }
        (!last.is_empty()).then_some(last)
    }

    /// The numbers that are not settled, by their places: what they could be, and where they would be put.
    fn open_numbers(
        &self,
        columns: &[usize],
        held: &[Vec<(usize, f64)>],
        bounds: &[(f64, f64)],
        settled: &[bool],
        x: &[f64],
        up: f64,
    ) -> Vec<(usize, Open)> {
        let free = columns.iter().enumerate().filter(|(place, _)| !settled[*place]);
        let number = |(place, &column): (usize, &usize)| {
            let most = self.most(column, &held[place], x).max(x[column]);
            let whole = libm::floor(most + WHOLE);
            let part = most - whole;
            let (at, away) = if part <= WHOLE {
                (whole, 0.0)
            } else if part >= up {
                (whole + 1.0, 1.0 - part)
            } else {
                (whole, part)
            };
            (place, Open { column, most, at: at.min(bounds[place].1), away })
        };
        free.map(number).collect()
    }

    /// The first-stage rows of each column, with its coefficient.
    fn rows_of(&self, columns: &[usize]) -> Vec<Vec<(usize, f64)>> {
        let mut place: BTreeMap<usize, usize> = BTreeMap::new();
        columns.iter().enumerate().for_each(|(number, column)| {
            place.insert(*column, number);
        });
        let mut held = vec![Vec::new(); columns.len()];
        for (number, row) in self.first_rows().iter().enumerate() {
            for (column, a) in &row.entries {
                if let Some(place) = place.get(column) {
                    held[*place].push((number, *a));
                }
            }
        }
        held
    }

    /// The most that a column could be with all others as they are.
    fn most(&self, column: usize, held: &[(usize, f64)], x: &[f64]) -> f64 {
        if self.is_switch(column) {
            return x[column];
        }
        let mut most = self.first_column(column).upper;
        for &(number, a) in held {
            let row = &self.first_rows()[number];
            let used: f64 = row.entries.iter().map(|&(j, a)| a * x[j]).sum();
            let binds = match row.sense {
                Sense::AtMost => a > 0.0,
                Sense::AtLeast => a < 0.0,
                Sense::Equal => true,
            };
            if binds {
                most = most.min(x[column] + ((row.rhs - used) / a).max(0.0));
            }
        }
        most
    }
}
