//! One block of samples, simulated and taken in.

use super::grid::{Grid, Series};
use crate::model::{ClusterId, Model};
use crate::sampling::{LANES, Lanes};
use crate::sim::{Bottlenecks, ClusterResult, SimError, Simulation, Workspace};
use crate::stats::moments::Moments;
use crate::stats::sketch::Sketch;

/// Everything a worker needs to take in blocks.
pub(super) struct Worker {
    space: Workspace,
    /// \[plan\]\[item everywhere\]\[sums, then years\].
    everywhere: Vec<Lanes>,
    /// One cluster's sums over years, \[plan\]\[item\]\[sum\].
    horizon: Vec<Lanes>,
    pub(super) sketches: Vec<Sketch>,
    pub(super) bottlenecks: Vec<Bottlenecks>,
}

impl Worker {
    pub(super) fn new(model: &Model, plans: usize, sketches: usize) -> Self {
        Self {
            space: Workspace::default(),
            everywhere: Vec::new(),
            horizon: Vec::new(),
            sketches: vec![Sketch::default(); sketches],
            bottlenecks: (0..plans).map(|_| Bottlenecks::none(model)).collect(),
        }
    }
}

/// Takes in one block.
pub(super) struct Take<'a, 'v> {
    pub(super) grid: &'a Grid,
    pub(super) kept: usize,
    pub(super) count: usize,
    pub(super) rows: Vec<Moments>,
    /// \[kept row\]: where the task's values go, if they are kept; the block's from `from` on.
    pub(super) values: &'a mut [&'v mut [f64]],
    pub(super) from: usize,
    pub(super) raw: &'a mut Vec<f64>,
}

impl Take<'_, '_> {
    /// Simulates block `block` and takes it in.
    pub(super) fn block(
        &mut self,
        simulation: &Simulation<'_>,
        block: usize,
        worker: &mut Worker,
        with_raw: bool,
    ) -> Result<(), SimError> {
        let (grid, plans) = (self.grid, simulation.plans());
        let Worker { space, everywhere, horizon, sketches, bottlenecks } = worker;
        let per_plan = grid.everywhere.len() * grid.times();
        everywhere.clear();
        everywhere.resize(plans * per_plan, [0.0; LANES]);
        let layout = simulation.layout();
        let raw_from = self.raw.len();
        if with_raw {
            self.raw.resize(raw_from + self.count * plans * layout.len(), 0.0);
        }
        simulation.block(block, self.count, space, bottlenecks, |id, results| {
            if with_raw {
                for (plan, result) in results.iter().enumerate() {
                    for (cell, place) in layout.cells_of(id).enumerate() {
                        for (i, value) in result.cell(cell)[..self.count].iter().enumerate() {
                            self.raw[raw_from + (i * plans + plan) * layout.len() + place] = *value;
                        }
                    }
                }
            }
            self.cluster(id, results, everywhere, horizon, sketches);
        })?;
        for item in 0..grid.everywhere.len() {
            for when in 0..grid.times() {
                let row = (item * grid.times() + when) * grid.series.len();
                let of_plan = |plan: usize| &everywhere[plan * per_plan + item * grid.times() + when];
                self.series(row, of_plan, sketches);
            }
        }
        for (number, (metric, series)) in grid.totals.iter().enumerate() {
            let of_plan = |plan: usize| &everywhere[plan * per_plan + *metric as usize * grid.times()];
            self.one(grid.total(number), *series, of_plan, sketches);
        }
        Ok(())
    }

    fn cluster(
        &mut self,
        id: ClusterId,
        results: &[ClusterResult<'_>],
        everywhere: &mut [Lanes],
        horizon: &mut Vec<Lanes>,
        sketches: &mut [Sketch],
    ) {
        let grid = self.grid;
        let rows = &grid.clusters[id.index()];
        let items = rows.items();
        let (times, sums) = (grid.times(), grid.sums.len());
        let per_plan = grid.everywhere.len() * times;
        horizon.clear();
        horizon.resize(results.len() * items * sums, [0.0; LANES]);
        // Each plan's sums over the horizon, in year order, and its part of what is counted everywhere.
        for (plan, result) in results.iter().enumerate() {
            for item in 0..items {
                let place = rows.anywhere(item);
                let anywhere = &mut everywhere[plan * per_plan + place * times..][..times];
                let own = &mut horizon[(plan * items + item) * sums..][..sums];
                for year in 0..grid.years {
                    let lanes = result.cell(year * items + item);
                    let weight = grid.weight(grid.everywhere[place], year);
                    for (sum, lane) in anywhere[sums + year].iter_mut().zip(lanes) {
                        *sum += lane;
                    }
                    for (whole, _) in own.iter_mut().zip(&grid.sums).filter(|(_, count)| year < **count) {
                        for (whole, lane) in whole.iter_mut().zip(lanes) {
                            *whole += weight * lane;
                        }
                    }
                }
                for (sum, whole) in anywhere.iter_mut().zip(own.iter()) {
                    for (sum, whole) in sum.iter_mut().zip(whole) {
                        *sum += whole;
                    }
                }
            }
        }
        // The series of every row: sums over the horizon first, then the years.
        for item in 0..items {
            let row = rows.first + item * times * grid.series.len();
            for sum in 0..sums {
                let row = row + sum * grid.series.len();
                self.series(row, |plan| &horizon[(plan * items + item) * sums + sum], sketches);
            }
            for year in 0..grid.years {
                let row = row + (sums + year) * grid.series.len();
                let of_plan = |plan: usize| -> &[f64] { results[plan].cell(year * items + item) };
                self.series(row, of_plan, sketches);
            }
        }
        let (amounts, _) = grid.accounts[id.index()];
        for (plan, result) in results.iter().enumerate().take(grid.accounted) {
            for (year, number) in (0..grid.years).flat_map(|y| (0..amounts).map(move |n| (y, n))) {
                let row = grid.account(id, plan, year, number);
                self.rows[row] = Moments::of(&result.account(year, number)[..self.count]);
            }
        }
    }

    /// All series of one measure at one place and time.
    fn series<'v, V: AsRef<[f64]> + ?Sized + 'v>(
        &mut self,
        first: usize,
        of_plan: impl Fn(usize) -> &'v V,
        sketches: &mut [Sketch],
    ) {
        let grid = self.grid;
        for (s, series) in grid.series.iter().enumerate() {
            self.one(first + s, *series, &of_plan, sketches);
        }
    }

    fn one<'v, V: AsRef<[f64]> + ?Sized + 'v>(
        &mut self,
        row: usize,
        series: Series,
        of_plan: impl Fn(usize) -> &'v V,
        sketches: &mut [Sketch],
    ) {
        let level = of_plan(series.plan).as_ref();
        match series.minus {
            None => self.values(row, &level[..self.count], sketches),
            Some(minus) => {
                let mut difference = [0.0; LANES];
                for ((lane, level), other) in difference.iter_mut().zip(level).zip(of_plan(minus).as_ref()) {
                    *lane = level - other;
                }
                self.values(row, &difference[..self.count], sketches);
            }
        }
    }

    /// Takes in the values of a row.
    fn values(&mut self, row: usize, values: &[f64], sketches: &mut [Sketch]) {
        self.rows[row] = Moments::of(values);
        if let Some(keeper) = self.grid.keeper(row, self.kept) {
            match self.values.get_mut(keeper) {
                Some(kept) => kept[self.from..self.from + values.len()].copy_from_slice(values),
                None => sketches[keeper].add(values),
            }
        }
        for (number, (_, at_least)) in
            self.grid.thresholds.iter().enumerate().filter(|(_, (watched, _))| *watched == row)
        {
            let mut reached = [0.0; LANES];
            for (reached, value) in reached.iter_mut().zip(values) {
                *reached = if value >= at_least { 1.0 } else { 0.0 };
            }
            let place = self.grid.measured + self.grid.totals.len() + number;
            self.rows[place] = Moments::of(&reached[..self.count]);
        }
    }
}
