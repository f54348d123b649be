//! Statistics that stream: samples are simulated block by block and only what estimates need is kept, so memory does not
//! grow with the number of samples.
//!
//! Moments are put together in one fixed tree over blocks; quantiles come from all values of few samples (up to
//! [`SAMPLES_KEPT`] and [`VALUES_KEPT`]), else from sketches of the first [`SKETCHES_KEPT`] rows. A run can be cut at any
//! block and put together again to the same bytes.

use std::mem;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{ChainId, ClusterId, Metric, Model};
use crate::sampling::{BLOCK, LANES, Lanes};
use crate::sim::{Bottlenecks, ClusterResult, Item, Measure, SimError, Simulation, Workspace};
use crate::stats::moments::{Moments, Node, Tree};
use crate::stats::sketch::Sketch;

/// Values kept at most for exact quantiles, over all rows: 192 MiB.
pub const VALUES_KEPT: usize = 24 << 20;
/// Independent samples at most for exact quantiles: of more, to keep all values takes longer than to count them, and what
/// counting loses is small beside what chance does.
pub const SAMPLES_KEPT: usize = 10_000;
/// Rows whose quantiles are sketched at most; rows over all clusters come first.
pub const SKETCHES_KEPT: usize = 16_384;
/// Blocks of one task at most.
const TASK: usize = 16;
/// Tasks of each thread between two times that what they kept is put together: raw outcomes are much to hold until then,
/// otherwise threads should seldom wait for each other.
const TASKS_OF_RAW: usize = 2;
const TASKS: usize = 8;

/// One series of numbers, one per sample: a plan's, or how much more it is than another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Series {
    /// The plan, by its place in the simulation.
    pub plan: usize,
    /// What is subtracted, if anything.
    pub minus: Option<usize>,
}

/// A row of the grid: a measure at a place and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// What.
    pub measure: Measure,
    /// Where; `None` is everywhere.
    pub cluster: Option<ClusterId>,
    /// When (from 0); `None` is the whole horizon, money discounted.
    pub year: Option<usize>,
}

/// A row that is compared with a threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// The row.
    pub row: Row,
    /// What it is to reach.
    pub at_least: f64,
}

/// What a run keeps statistics of.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Series kept for every row of the grid.
    pub series: Vec<Series>,
    /// More series of a metric everywhere over the horizon.
    pub totals: Vec<(Metric, Series)>,
    /// Rows whose probability of reaching a threshold is wanted, for every series without subtraction.
    pub thresholds: Vec<Threshold>,
}

/// Where each row stands: everywhere first, then cluster by cluster; by item, then the horizon and each year, then
/// series.
#[derive(Debug, Clone)]
pub struct Grid {
    years: usize,
    series: Vec<Series>,
    /// Items everywhere: metrics, then those of each chain, then pools.
    everywhere: Vec<Measure>,
    clusters: Vec<ClusterRows>,
    measured: usize,
    totals: Vec<(Metric, Series)>,
    thresholds: Vec<(usize, f64)>,
    weights: Vec<(f64, f64)>,
}

/// The rows of one cluster: metrics, those of its chain, its pools.
#[derive(Debug, Clone)]
struct ClusterRows {
    /// Items of its chain among those everywhere.
    own: Range<usize>,
    /// Its pools among them.
    pools: Vec<usize>,
    /// Its first row.
    first: usize,
}

impl ClusterRows {
    fn items(&self) -> usize {
        Metric::COUNT + self.own.len() + self.pools.len()
    }

    /// Where the cluster's item stands among those everywhere.
    fn anywhere(&self, item: usize) -> usize {
        match item.checked_sub(Metric::COUNT) {
            None => item,
            Some(item) if item < self.own.len() => self.own.start + item,
            Some(item) => self.pools[item - self.own.len()],
        }
    }

    /// The cluster's item that stands there, if it is one of its own.
    fn item(&self, everywhere: usize) -> Option<usize> {
        if everywhere < Metric::COUNT {
            return Some(everywhere);
        }
        if self.own.contains(&everywhere) {
            return Some(Metric::COUNT + everywhere - self.own.start);
        }
        let pool = self.pools.binary_search(&everywhere).ok()?;
        Some(Metric::COUNT + self.own.len() + pool)
    }
}

impl Grid {
    /// Lays out the rows of `model`.
    pub fn new(model: &Model, wanted: &Wanted) -> Self {
        let years = model.horizon.years;
        let mut everywhere: Vec<Measure> = Metric::ALL.iter().copied().map(Measure::Metric).collect();
        // Where a chain's items begin, and at last where pools do.
        let mut chains = Vec::new();
        for (h, chain) in model.chains.iter().enumerate() {
            chains.push(everywhere.len());
            let id = ChainId::new(h);
            let items = Item::of_chain(chain);
            everywhere.extend(items.into_iter().filter_map(|item| match item {
                Item::Metric(_) => None,
                Item::Made(m) => Some(Measure::Made(id, m)),
                Item::Quantity(p) => Some(Measure::Quantity(id, p)),
                Item::Sales(p) => Some(Measure::Sales(id, p)),
                Item::Used(pool) => Some(Measure::Used(pool)),
            }));
        }
        chains.push(everywhere.len());
        everywhere.extend(model.pool_ids().map(Measure::Used));
        let per_item = (1 + years) * wanted.series.len();
        let mut next = everywhere.len() * per_item;
        let clusters = model
            .cluster_ids()
            .map(|c| {
                let first = next;
                let chain = model.clusters[c.index()].chain.index();
                let pools = chains[model.chains.len()];
                let pools: Vec<usize> = model.pools_of(c).map(|pool| pools + pool.index()).collect();
                let rows = ClusterRows { own: chains[chain]..chains[chain + 1], pools, first };
                next += rows.items() * per_item;
                rows
            })
            .collect();
        let weight = |metric: Metric, year: usize| model.horizon.weight(metric, year);
        let mut grid = Self {
            years,
            series: wanted.series.clone(),
            everywhere,
            clusters,
            measured: next,
            totals: wanted.totals.clone(),
            thresholds: Vec::new(),
            weights: (0..years).map(|y| (weight(Metric::GrossOutput, y), 1.0)).collect(),
        };
        for threshold in &wanted.thresholds {
            for (s, series) in wanted.series.iter().enumerate() {
                if let (None, Some(row)) = (series.minus, grid.place(threshold.row, s)) {
                    grid.thresholds.push((row, threshold.at_least));
                }
            }
        }
        grid
    }

    /// Number of rows, with extra totals and thresholds.
    pub fn len(&self) -> usize {
        self.measured + self.totals.len() + self.thresholds.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where the row of the `series`-th series stands; `None` if there is no such row.
    pub fn place(&self, row: Row, series: usize) -> Option<usize> {
        let everywhere = self.everywhere.iter().position(|measure| *measure == row.measure)?;
        let when = match row.year {
            None => 0,
            Some(year) if year < self.years => 1 + year,
            Some(_) => return None,
        };
        let (first, item) = match row.cluster {
            None => (0, everywhere),
            Some(cluster) => {
                let rows = self.clusters.get(cluster.index())?;
                (rows.first, rows.item(everywhere)?)
            }
        };
        Some(first + (item * (1 + self.years) + when) * self.series.len() + series)
    }

    /// Where the `number`-th of the extra totals stands.
    pub fn total(&self, number: usize) -> usize {
        self.measured + number
    }

    /// Where the `number`-th threshold stands for the `series`-th series, counting only series without subtraction.
    pub fn threshold(&self, number: usize, series: usize) -> usize {
        let levels = self.series.iter().filter(|series| series.minus.is_none()).count();
        self.measured + self.totals.len() + number * levels + series
    }

    /// How the year `year` counts in the sum over the horizon.
    fn weight(&self, measure: Measure, year: usize) -> f64 {
        let (money, other) = self.weights[year];
        match measure {
            Measure::Metric(metric) if metric.is_money() => money,
            Measure::Sales(..) => money,
            _ => other,
        }
    }

    /// Whether quantiles of all rows are exact with so many samples. Of samples in replicates as many values are kept as
    /// memory allows, since errors of quantiles come from how replicates differ.
    pub fn is_exact(&self, samples: usize, replicated: bool) -> bool {
        let values = (self.measured + self.totals.len()).saturating_mul(samples);
        values <= VALUES_KEPT && (replicated || samples <= SAMPLES_KEPT)
    }

    /// Rows whose quantiles are kept.
    fn kept(&self, exact: bool) -> usize {
        let rows = self.measured + self.totals.len();
        if exact { rows } else { rows.min(SKETCHES_KEPT) }
    }

    /// Number of a row among those whose quantiles are kept: extra totals first, then the grid in its order.
    fn keeper(&self, row: usize, kept: usize) -> Option<usize> {
        let totals = self.totals.len();
        let place = if row < self.measured { totals + row } else { row - self.measured };
        (place < kept && row < self.measured + totals).then_some(place)
    }
}

/// What a run, or a part of one, keeps of its samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accumulated {
    /// Moments by row, per replicate if the run has replicates.
    pub moments: Vec<Tree>,
    /// All values of each kept row, in the order of samples; or
    pub values: Vec<Vec<f64>>,
    /// their sketches.
    pub sketches: Vec<Sketch>,
    /// What bound, per plan.
    pub bottlenecks: Vec<Bottlenecks>,
}

/// Which samples a run takes, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Samples of the whole run.
    pub samples: usize,
    /// Blocks of this part of it.
    pub first: usize,
    /// The block after the last.
    pub end: usize,
    /// Samples of a replicate, whole blocks; `None` for independent samples.
    pub replicate: Option<usize>,
}

impl Span {
    /// All blocks of a run.
    pub fn whole(samples: usize, replicate: Option<usize>) -> Self {
        Self { samples, first: 0, end: samples.div_ceil(BLOCK), replicate }
    }

    /// Part `i` of `k` (from 1) of a plain run.
    pub fn shard(samples: usize, i: usize, k: usize) -> Self {
        let blocks = samples.div_ceil(BLOCK);
        let cut = |i: usize| (blocks * i).div_euclid(k.max(1));
        Self { samples, first: cut(i - 1), end: cut(i), replicate: None }
    }

    /// Samples of this part.
    pub fn samples_within(self) -> usize {
        (self.end * BLOCK).min(self.samples).saturating_sub(self.first * BLOCK)
    }

    fn replicate_of(self, block: usize) -> usize {
        self.replicate.map_or(0, |samples| (block * BLOCK).div_euclid(samples))
    }
}

/// Everything a worker needs to take in blocks.
struct Worker {
    space: Workspace,
    /// \[plan\]\[item everywhere\]\[horizon, then years\].
    everywhere: Vec<Lanes>,
    /// One cluster's horizon sums, \[plan\]\[item\].
    horizon: Vec<Lanes>,
    sketches: Vec<Sketch>,
    bottlenecks: Vec<Bottlenecks>,
}

impl Worker {
    fn new(model: &Model, plans: usize, sketches: usize) -> Self {
        Self {
            space: Workspace::default(),
            everywhere: Vec::new(),
            horizon: Vec::new(),
            sketches: vec![Sketch::default(); sketches],
            bottlenecks: (0..plans).map(|_| Bottlenecks::none(model)).collect(),
        }
    }
}

/// What a task hands on.
struct Done {
    /// One tree for each replicate that it touched, with its number.
    moments: Vec<(usize, Tree)>,
    raw: Vec<f64>,
}

/// Receives raw outcomes in the order of samples: number of samples, then \[sample × (plan · cell)\].
pub type Raw<'a> = &'a mut dyn FnMut(usize, &[f64]) -> std::io::Result<()>;

/// Runs the blocks of `span` and keeps what `grid` asks for. `progress` is told how many samples a finished block held
/// and returns false to interrupt; `raw`, where given, receives every outcome of every sample.
///
/// # Errors
/// [`SimError`] of the simulation; failures of `raw` come as [`StreamError::Raw`].
pub fn run(
    simulation: &Simulation<'_>,
    grid: &Grid,
    span: Span,
    progress: &(dyn Fn(usize) -> bool + Sync),
    mut raw: Option<Raw<'_>>,
) -> Result<Accumulated, StreamError> {
    let (model, plans) = (simulation.model(), simulation.plans());
    let exact = grid.is_exact(span.samples, span.replicate.is_some());
    let kept = grid.kept(exact);
    let replicates = span.replicate.map_or(1, |size| span.samples.div_ceil(size.max(1)));
    let mut all = Accumulated {
        moments: vec![Tree::default(); replicates],
        values: Vec::new(),
        sketches: vec![Sketch::default(); if exact { 0 } else { kept }],
        bottlenecks: (0..plans).map(|_| Bottlenecks::none(model)).collect(),
    };
    let mut values = vec![vec![0.0; span.samples_within()]; if exact { kept } else { 0 }];
    // \[kept row\]: where the values of samples that are still to come go.
    let mut ahead: Vec<&mut [f64]> = values.iter_mut().map(Vec::as_mut_slice).collect();
    let stopped = AtomicBool::new(false);
    let idle: Mutex<Vec<Worker>> = Mutex::new(Vec::new());
    let with_raw = raw.is_some();
    let task = |(blocks, mut values): (Range<usize>, Vec<&mut [f64]>)| -> Result<Done, SimError> {
        let taken = idle.lock().map_or(None, |mut idle| idle.pop());
        let mut worker = taken.unwrap_or_else(|| Worker::new(model, plans, if exact { 0 } else { kept }));
        let mut done = Done { moments: Vec::new(), raw: Vec::new() };
        for block in blocks.clone() {
            if stopped.load(Ordering::Relaxed) {
                return Err(SimError::Interrupted);
            }
            let count = BLOCK.min(span.samples - block * BLOCK);
            let mut take = Take {
                grid,
                kept,
                count,
                rows: vec![Moments::default(); grid.len()],
                values: &mut values,
                from: (block - blocks.start) * BLOCK,
                raw: &mut done.raw,
            };
            take.block(simulation, block, &mut worker, with_raw)?;
            let node = Node { first: block as u64, blocks: 1, rows: take.rows };
            let replicate = span.replicate_of(block);
            match done.moments.last_mut().filter(|(number, _)| *number == replicate) {
                Some((_, tree)) => tree.push(node),
                None => {
                    let mut tree = Tree::default();
                    tree.push(node);
                    done.moments.push((replicate, tree));
                }
            }
            if !progress(count) {
                stopped.store(true, Ordering::Relaxed);
                return Err(SimError::Interrupted);
            }
        }
        if let Ok(mut idle) = idle.lock() {
            idle.push(worker);
        }
        Ok(done)
    };
    let (size, tasks) = (task_size(span), tasks_of_wave(raw.is_some()));
    let mut from = span.first;
    while from < span.end {
        let wave: Vec<(Range<usize>, Vec<&mut [f64]>)> = (0..tasks)
            .map_while(|_| {
                let to = (from + size - from % size).min(span.end);
                let blocks = (from < to).then_some(from..to)?;
                from = to;
                let samples = (blocks.len() * BLOCK).min(span.samples - blocks.start * BLOCK);
                let values = ahead.iter_mut().map(|ahead| {
                    let (now, later) = mem::take(ahead).split_at_mut(samples);
                    *ahead = later;
                    now
                });
                Some((blocks, values.collect()))
            })
            .collect();
        // Every task is looked at in order, so that the error reported does not depend on which thread was faster.
        let results: Vec<Result<Done, SimError>> = wave.into_par_iter().map(task).collect();
        if stopped.load(Ordering::Relaxed) {
            return Err(SimError::Interrupted.into());
        }
        let results: Vec<Done> = results.into_iter().collect::<Result<_, SimError>>()?;
        for done in results {
            for (replicate, tree) in done.moments {
                all.moments[replicate].append(tree);
            }
            if let Some(raw) = &mut raw {
                let width = plans * simulation.layout().len();
                let samples = done.raw.len().checked_div(width).unwrap_or(0);
                raw(samples, &done.raw).map_err(StreamError::Raw)?;
            }
        }
    }
    all.values = values;
    all.gather(idle.into_inner().unwrap_or_default());
    Ok(all)
}

/// Tasks between two times that what they kept is put together.
fn tasks_of_wave(raw: bool) -> usize {
    rayon::current_num_threads() * if raw { TASKS_OF_RAW } else { TASKS }
}

/// Blocks of a task. Tasks are aligned groups of blocks; how many does not change the tree they add up to.
fn task_size(span: Span) -> usize {
    let threads = rayon::current_num_threads();
    let share = (span.end - span.first).div_ceil(4 * threads).clamp(1, TASK);
    if share.is_power_of_two() { share } else { share.next_power_of_two() >> 1 }
}

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The simulation stopped.
    #[error(transparent)]
    Sim(#[from] SimError),
    /// Raw samples could not be written.
    #[error("raw samples could not be written: {0}")]
    Raw(std::io::Error),
}

/// Takes in one block.
struct Take<'a, 'v> {
    grid: &'a Grid,
    kept: usize,
    count: usize,
    rows: Vec<Moments>,
    /// \[kept row\]: where the task's values go, if they are kept; the block's from `from` on.
    values: &'a mut [&'v mut [f64]],
    from: usize,
    raw: &'a mut Vec<f64>,
}

impl Take<'_, '_> {
    fn block(
        &mut self,
        simulation: &Simulation<'_>,
        block: usize,
        worker: &mut Worker,
        with_raw: bool,
    ) -> Result<(), SimError> {
        let (grid, plans) = (self.grid, simulation.plans());
        let Worker { space, everywhere, horizon, sketches, bottlenecks } = worker;
        let per_plan = grid.everywhere.len() * (1 + grid.years);
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
            for when in 0..=grid.years {
                let row = (item * (1 + grid.years) + when) * grid.series.len();
                let of_plan = |plan: usize| &everywhere[plan * per_plan + item * (1 + grid.years) + when];
                self.series(row, of_plan, sketches);
            }
        }
        for (number, (metric, series)) in grid.totals.iter().enumerate() {
            let of_plan = |plan: usize| &everywhere[plan * per_plan + *metric as usize * (1 + grid.years)];
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
        let per_plan = grid.everywhere.len() * (1 + grid.years);
        horizon.clear();
        horizon.resize(results.len() * items, [0.0; LANES]);
        for (plan, result) in results.iter().enumerate() {
            for item in 0..items {
                let place = rows.anywhere(item);
                let sums = &mut everywhere[plan * per_plan + place * (1 + grid.years)..][..=grid.years];
                let whole = &mut horizon[plan * items + item];
                for year in 0..grid.years {
                    let lanes = result.cell(year * items + item);
                    let weight = grid.weight(grid.everywhere[place], year);
                    for ((sum, whole), lane) in sums[1 + year].iter_mut().zip(whole.iter_mut()).zip(lanes) {
                        *sum += lane;
                        *whole += weight * lane;
                    }
                }
                for (sum, whole) in sums[0].iter_mut().zip(whole.iter()) {
                    *sum += whole;
                }
            }
        }
        for item in 0..items {
            let row = rows.first + item * (1 + grid.years) * grid.series.len();
            self.series(row, |plan| &horizon[plan * items + item], sketches);
            for year in 0..grid.years {
                let row = row + (1 + year) * grid.series.len();
                let of_plan = |plan: usize| -> &[f64] { results[plan].cell(year * items + item) };
                self.series(row, of_plan, sketches);
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

impl Accumulated {
    /// Adds what workers counted.
    fn gather(&mut self, workers: Vec<Worker>) {
        for worker in workers {
            for (sketch, more) in self.sketches.iter_mut().zip(&worker.sketches) {
                sketch.merge(more);
            }
            for (bottlenecks, more) in self.bottlenecks.iter_mut().zip(&worker.bottlenecks) {
                bottlenecks.merge(more);
            }
        }
    }

    /// Adds the part of the run that follows this one.
    pub fn append(&mut self, other: Self) {
        for (tree, more) in self.moments.iter_mut().zip(other.moments) {
            tree.append(more);
        }
        for (values, more) in self.values.iter_mut().zip(other.values) {
            values.extend(more);
        }
        for (sketch, more) in self.sketches.iter_mut().zip(&other.sketches) {
            sketch.merge(more);
        }
        for (bottlenecks, more) in self.bottlenecks.iter_mut().zip(&other.bottlenecks) {
            bottlenecks.merge(more);
        }
    }

    /// What the run says about its rows.
    pub fn summed<'a>(&'a self, grid: &'a Grid, alpha: f64) -> Summed<'a> {
        Summed { all: self, grid, alpha, moments: self.moments.iter().map(Tree::total).collect() }
    }
}

/// Estimates of a finished run.
#[derive(Debug)]
pub struct Summed<'a> {
    all: &'a Accumulated,
    grid: &'a Grid,
    alpha: f64,
    /// By replicate, then row.
    moments: Vec<Vec<Moments>>,
}

impl Summed<'_> {
    /// The estimate of a row.
    pub fn estimate(&self, row: usize) -> super::Estimate {
        use super::estimate::Kept;
        let rows: Vec<Moments> =
            self.moments.iter().map(|rows| rows.get(row).copied().unwrap_or_default()).collect();
        let kept = match self.grid.keeper(row, self.all.values.len().max(self.all.sketches.len())) {
            Some(keeper) if !self.all.values.is_empty() => Kept::Values(&self.all.values[keeper]),
            Some(keeper) => Kept::Sketch(&self.all.sketches[keeper]),
            None => Kept::Nothing,
        };
        match rows.as_slice() {
            [moments] => super::Estimate::from_moments(*moments, &kept, self.alpha),
            replicates => super::Estimate::from_replicates(replicates, &kept, self.alpha),
        }
    }

    /// Samples in all.
    pub fn samples(&self) -> u64 {
        self.moments.iter().filter_map(|rows| rows.first()).map(|moments| moments.n).sum()
    }
}
