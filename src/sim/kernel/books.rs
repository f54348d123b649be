//! Books: every cell of a year as a weighted sum of tallies, and the growth of each tally in a period.
//!
//! Weights are constant, so they are applied once, when the year ends. A tally is a sum of levels, times something that
//! varies or not; levels that cells only ever see in the same proportion to one another share a tally.

use std::collections::BTreeMap;

/// A sum of levels: plain ones, and constant multiples.
#[derive(Debug, Clone, Default)]
pub(super) struct Sum {
    pub(super) plain: Vec<usize>,
    pub(super) scaled: Vec<(f64, usize)>,
}

/// Levels added up in a period, and the tallies that grow by the sum.
#[derive(Debug, Clone, Default)]
pub(super) struct Tallies {
    pub(super) sum: Sum,
    /// Kept in cells of the year: (what the sum is multiplied by, cell).
    pub(super) in_cells: Vec<(Option<usize>, usize)>,
    /// Kept in the state of the plan.
    pub(super) in_state: Vec<(Option<usize>, usize)>,
}

/// Growth of a cell when a year ends.
#[derive(Debug, Clone)]
pub(super) struct YearSum {
    pub(super) place: usize,
    /// Whether upkeep has been taken from it during the year, so that it begins with what stands there.
    pub(super) burdened: bool,
    pub(super) of_cells: Sum,
    pub(super) of_state: Sum,
}

/// Weights of what cells are booked by: (what varies, level), cell, weight.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    entries: BTreeMap<(Option<usize>, usize), BTreeMap<usize, f64>>,
}

/// A tally: weights of levels, what their sum is multiplied by, and its weights in cells.
#[derive(Debug)]
struct Tally {
    varying: Option<usize>,
    levels: Vec<(f64, usize)>,
    cells: Vec<(usize, f64)>,
    /// The cell that is this tally.
    home: Option<usize>,
}

/// Varying factor, and weights in cells as shares of the first of them.
type Shape = (Option<usize>, Vec<(usize, u64)>);

/// A level, and its weights in cells.
type Weighed = (usize, Vec<(usize, f64)>);

/// Proportions that differ by rounding only are the same.
fn rounded(proportion: f64) -> u64 {
    const HALF: u64 = 1 << 8;
    (proportion.to_bits() + HALF) >> 9
}

fn sum(weights: impl Iterator<Item = (f64, usize)>) -> Sum {
    let mut sum = Sum::default();
    for (weight, at) in weights {
        if weight == 1.0 {
            sum.plain.push(at);
        } else {
            sum.scaled.push((weight, at));
        }
    }
    sum
}

impl Ledger {
    /// `cell` grows by weight · varying · level.
    pub(super) fn add(&mut self, cell: usize, weight: f64, varying: Option<usize>, level: usize) {
        *self.entries.entry((varying, level)).or_default().entry(cell).or_insert(0.0) += weight;
    }

    /// The varying factors.
    pub(super) fn varying(&self) -> impl Iterator<Item = usize> + '_ {
        self.entries.keys().filter_map(|(varying, _)| *varying)
    }

    /// Tallies to add up each period, and what all other cells are at the end of the year. `slot` says where a node
    /// stands, `room` gives out places in the state; cells that are `burdened` are no tallies.
    pub(super) fn books(
        &self,
        width: usize,
        burdened: &[usize],
        mut slot: impl FnMut(usize) -> usize,
        mut room: impl FnMut() -> usize,
    ) -> (Vec<Tallies>, Vec<YearSum>) {
        let tallies = self.tallies(burdened);
        let mut sums: Vec<(Vec<(u64, usize)>, Tallies)> = Vec::new();
        let mut year: Vec<(Vec<(f64, usize)>, Vec<(f64, usize)>)> = vec![Default::default(); width];
        for tally in &tallies {
            let key: Vec<(u64, usize)> =
                tally.levels.iter().map(|(weight, level)| (weight.to_bits(), *level)).collect();
            let known = sums.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
                let sum = sum(tally.levels.iter().copied());
                sums.push((key, Tallies { sum, ..Tallies::default() }));
                sums.len() - 1
            });
            let coefficient = tally.varying.map(&mut slot);
            let at = tally.home.unwrap_or_else(&mut room);
            let list = &mut sums[known].1;
            if tally.home.is_some() { &mut list.in_cells } else { &mut list.in_state }
                .push((coefficient, at));
            for &(cell, weight) in tally.cells.iter().filter(|(cell, _)| Some(*cell) != tally.home) {
                let (of_cells, of_state) = &mut year[cell];
                if tally.home.is_some() { of_cells } else { of_state }.push((weight, at));
            }
        }
        let homes: Vec<usize> = tallies.iter().filter_map(|tally| tally.home).collect();
        let others = year.into_iter().enumerate().filter(|(place, _)| !homes.contains(place));
        let others = others.map(|(place, (of_cells, of_state))| YearSum {
            place,
            burdened: burdened.contains(&place),
            of_cells: sum(of_cells.into_iter()),
            of_state: sum(of_state.into_iter()),
        });
        let others = others.collect();
        (sums.into_iter().map(|(_, tallies)| tallies).collect(), others)
    }

    fn tallies(&self, burdened: &[usize]) -> Vec<Tally> {
        let mut groups: BTreeMap<Shape, Vec<Weighed>> = BTreeMap::new();
        for ((varying, level), cells) in &self.entries {
            let cells: Vec<(usize, f64)> = cells
                .iter()
                .filter(|(_, weight)| **weight != 0.0)
                .map(|(cell, weight)| (*cell, *weight))
                .collect();
            let Some(&(_, first)) = cells.first() else { continue };
            let shape = cells.iter().map(|(cell, weight)| (*cell, rounded(weight / first))).collect();
            groups.entry((*varying, shape)).or_default().push((*level, cells));
        }
        let mut readers: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, shape) in groups.keys() {
            for (cell, _) in shape {
                *readers.entry(*cell).or_default() += 1;
            }
        }
        let tally = |((varying, shape), levels): (Shape, Vec<Weighed>)| {
            let alone =
                |(_, (cell, _)): &(usize, &(usize, u64))| readers[cell] == 1 && !burdened.contains(cell);
            let home = shape.iter().enumerate().find(alone);
            // Weights are such that the home grows by the tally itself, or the first level counts once.
            let base = home.map_or(0, |(place, _)| place);
            let unit = if home.is_some() { 1.0 } else { levels[0].1[base].1 };
            let of_first: f64 = levels[0].1[base].1 / unit;
            Tally {
                varying,
                cells: levels[0].1.iter().map(|(cell, weight)| (*cell, weight / of_first)).collect(),
                levels: levels.iter().map(|(level, cells)| (cells[base].1 / unit, *level)).collect(),
                home: home.map(|(_, (cell, _))| *cell),
            }
        };
        groups.into_iter().map(tally).collect()
    }
}
