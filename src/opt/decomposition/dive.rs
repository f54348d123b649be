//! A dive into the model of cuts: whole numbers are settled some at a time, the linear program solved again after each time, so
//! that what is left makes up for what was settled. It costs a few solves of a warm model and no visit of recourse.
//!
//! How near a number is to a whole one is measured by how far its rows would let it rise with the other decisions as they are:
//! a switch that a line of money needs stands at money over all the money there could be, which says nothing, but could rise
//! to money over the least that the line may be. What could be whole at no cost is settled first; then what is nearest to
//! nothing (of switches), or nearest to the whole number below or above it.

use std::collections::{BTreeMap, BTreeSet};

use super::branch::{Dive, Relaxation};
use super::l_shaped::LShaped;
use super::problem::WHOLE;
use crate::opt::program::Sense;

/// Solves of a dive at most.
const SOLVES: usize = 400;
/// Numbers taken back at the first dead end.
const BACK: usize = 4;
/// Numbers settled at a time: this share of those that are not whole, in the order in which they are nearest to it; after a dead
/// end so many times what was left of the last time.
const AT_A_TIME: f64 = 0.5;
const GROWTH: f64 = 1.5;

/// What was settled so far.
#[derive(Debug)]
struct Trail<'a> {
    columns: &'a [usize],
    bounds: &'a [(f64, f64)],
    settled: Vec<bool>,
    /// In the order in which it was settled.
    order: Vec<Open>,
    /// So many of these at the last time; 0 once the last was put at the other whole number.
    last: usize,
    /// So many are taken back at a dead end.
    back: usize,
    /// The most that are settled at a time.
    most: f64,
}

/// A number that is not settled yet, by its place among the columns.
#[derive(Debug, Clone, Copy)]
struct Open {
    place: usize,
    /// The most that its rows let it be.
    most: f64,
    /// The whole number that it is put at, and how far that is from `most`.
    at: f64,
    away: f64,
    switch: bool,
}

impl LShaped<'_> {
    /// Whole numbers at the `columns` within `bounds` that are good by the model of cuts, with the decisions that go with them.
    /// A part of a number above `how.up` is put up, any other down. Nothing where the dive ends at numbers that keep no rows.
    pub(super) fn dive_for(
        &mut self,
        columns: &[usize],
        bounds: &[(f64, f64)],
        how: Dive,
        going: &dyn Fn() -> bool,
    ) -> Option<Vec<f64>> {
        let held = self.rows_of(columns);
        self.trust(true);
        let found = self.dive_from(columns, &held, bounds, how, going);
        self.trust(false);
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
        how: Dive,
        going: &dyn Fn() -> bool,
    ) -> Option<Vec<f64>> {
        let related = self.related(columns);
        let mut trail = Trail {
            columns,
            bounds,
            settled: bounds.iter().map(|(low, high)| low == high).collect(),
            order: Vec::new(),
            last: 0,
            back: BACK,
            most: f64::INFINITY,
        };
        for _ in 0..SOLVES {
            if !going() || self.work() > how.most_work {
                return None;
            }
            if self.solve_model().is_err() {
                trail.most = (trail.last as f64 / 2.0).max(1.0);
                if !self.take_back(&mut trail, &related) {
                    return None;
                }
                continue;
            }
            trail.most *= GROWTH;
            let x = self.decisions();
            let mut open = self.open_numbers(&trail, held, &x, how.up);
            if open.is_empty() {
                return Some(x);
            }
            // Everything that is whole by itself would only be held for nothing: what else is there to settle? Things before
            // switches: how many there are is worth more than who pays for them.
            if open.iter().any(|number| number.away > 0.0) {
                open.retain(|number| number.away > 0.0);
                if open.iter().any(|number| !number.switch) {
                    open.retain(|number| !number.switch);
                }
                open.sort_by(|a, b| {
                    a.away.total_cmp(&b.away).then(b.most.total_cmp(&a.most)).then(a.place.cmp(&b.place))
                });
                open.truncate(libm::ceil((open.len() as f64 * AT_A_TIME).min(trail.most)) as usize);
            }
            trail.last = open.len();
            for number in open {
                trail.settled[number.place] = true;
                self.set_column_bounds(columns[number.place], number.at, number.at);
                trail.order.push(number);
            }
        }
        None
    }

    /// Takes back the half of what was settled last that was furthest from whole. A number that was settled alone is put at the
    /// other whole number beside it; where neither keeps the rows, what was settled before it is taken back: what shares equations
    /// with it, and of the rest the last, twice as much each time. False where there is nothing left to take back.
    fn take_back(&mut self, trail: &mut Trail<'_>, related: &[BTreeSet<usize>]) -> bool {
        let Some(&number) = trail.order.last() else { return false };
        let from = match trail.last {
            0 => {
                // The number that would not do stays, at its nearest whole number: what stands in its way goes.
                let stays = trail.order.len() - 1;
                if stays == 0 {
                    return false;
                }
                self.set_column_bounds(trail.columns[number.place], number.at, number.at);
                let near = &related[number.place];
                let shares = |other: &Open| near.iter().any(|row| related[other.place].contains(row));
                let is_any = trail.order[..stays].iter().any(shares);
                let last = if is_any { trail.back.div_euclid(2 * BACK) } else { trail.back };
                trail.back *= 2;
                let from = stays.saturating_sub(last);
                self.release(trail, |place, own| place < stays && (place >= from || shares(own)));
                return true;
            }
            1 => {
                let other = if number.at > number.most { number.at - 1.0 } else { number.at + 1.0 };
                let (low, high) = trail.bounds[number.place];
                if other >= low && other <= high {
                    self.set_column_bounds(trail.columns[number.place], other, other);
                }
                trail.last = 0;
                return true;
            }
            last => trail.order.len() - last + last.div_euclid(2),
        };
        trail.last = trail.last.div_euclid(2);
        self.release(trail, |place, _| place >= from);
        true
    }

    /// Takes back what was settled of which `is` says so, by its place in the order.
    fn release(&mut self, trail: &mut Trail<'_>, is: impl Fn(usize, &Open) -> bool) {
        let mut kept = Vec::with_capacity(trail.order.len());
        for (place, number) in std::mem::take(&mut trail.order).into_iter().enumerate() {
            if is(place, &number) {
                trail.settled[number.place] = false;
                let (low, high) = trail.bounds[number.place];
                self.set_column_bounds(trail.columns[number.place], low, high);
            } else {
                kept.push(number);
            }
        }
        trail.order = kept;
    }

    /// The equations that each whole number is in, itself or by the money that it switches.
    fn related(&self, columns: &[usize]) -> Vec<BTreeSet<usize>> {
        let mut equations: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (number, row) in self.first_rows().iter().enumerate().filter(|(_, row)| row.sense == Sense::Equal)
        {
            for (column, _) in &row.entries {
                equations.entry(*column).or_default().push(number);
            }
        }
        let own = |column: &usize| self.switched(*column).unwrap_or(*column);
        let of = |column: usize| equations.get(&column).into_iter().flatten().copied().collect();
        columns.iter().map(|column| of(own(column))).collect()
    }

    /// The numbers that are not settled: what they could be, and where they would be put.
    fn open_numbers(&self, trail: &Trail<'_>, held: &[Vec<(usize, f64)>], x: &[f64], up: f64) -> Vec<Open> {
        let free = trail.columns.iter().enumerate().filter(|(place, _)| !trail.settled[*place]);
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
            Open { place, most, at: at.min(trail.bounds[place].1), away, switch: self.is_switch(column) }
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
