//! Statistics that stream: samples are simulated block by block and only what estimates need is kept, so memory does not
//! grow with the number of samples.
//!
//! Moments are put together in one fixed tree over blocks; quantiles come from all values of few samples (up to
//! [`SAMPLES_KEPT`] and [`VALUES_KEPT`]), else from sketches of the first [`SKETCHES_KEPT`] rows. A run can be cut at any
//! block and put together again to the same bytes.

mod grid;
mod kept;
mod span;
mod take;

pub use grid::{Grid, Row, SAMPLES_KEPT, SKETCHES_KEPT, Series, Threshold, VALUES_KEPT, Wanted};
pub use kept::{Accumulated, Summed};
pub use span::Span;

use std::mem;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::language::{Lang, Text, system_error, text};
use crate::sampling::BLOCK;
use crate::sim::{Bottlenecks, SimError, Simulation};
use crate::stats::moments::{Moments, Node, Tree};
use crate::stats::sketch::Sketch;
use take::{Take, Worker};

/// Blocks of one task at most.
const TASK: usize = 16;
/// Tasks of each thread between two times that what they kept is put together: raw outcomes are much to hold until then,
/// otherwise threads should seldom wait for each other.
const TASKS_OF_RAW: usize = 2;
const TASKS: usize = 8;

/// The partial result that a task hands on.
struct Done {
    /// One tree for each replicate that it touched, with its number.
    moments: Vec<(usize, Tree)>,
    raw: Vec<f64>,
}

/// Receives raw outcomes in the order of samples: number of samples, then \[sample × (plan · cell)\].
pub type Raw<'a> = &'a mut dyn FnMut(usize, &[f64]) -> std::io::Result<()>;

/// A run while it goes on.
struct Run<'a> {
    simulation: &'a Simulation<'a>,
    grid: &'a Grid,
    span: Span,
    /// Rows whose values or sketches are kept, and whether it is values.
    kept: usize,
    exact: bool,
    with_raw: bool,
    progress: &'a (dyn Fn(usize) -> bool + Sync),
    stopped: AtomicBool,
    idle: Mutex<Vec<Worker>>,
}

/// Blocks of a task, with where the values of their samples go: \[kept row\].
type Task<'v> = (Range<usize>, Vec<&'v mut [f64]>);

impl Run<'_> {
    /// Takes in the blocks of a task.
    fn task(&self, task: Task<'_>) -> Result<Done, SimError> {
        let (blocks, mut values) = task;
        let taken = self.idle.lock().map_or(None, |mut idle| idle.pop());
        let mut worker = taken.unwrap_or_else(|| {
            let sketches = if self.exact { 0 } else { self.kept };
            Worker::new(self.simulation.model(), self.simulation.plans(), sketches)
        });
        let mut done = Done { moments: Vec::new(), raw: Vec::new() };
        for block in blocks.clone() {
            if self.stopped.load(Ordering::Relaxed) {
                return Err(SimError::Interrupted);
            }
            let count = BLOCK.min(self.span.samples - block * BLOCK);
            let mut take = Take {
                grid: self.grid,
                kept: self.kept,
                count,
                rows: vec![Moments::default(); self.grid.len()],
                values: &mut values,
                from: (block - blocks.start) * BLOCK,
                raw: &mut done.raw,
            };
            take.block(self.simulation, block, &mut worker, self.with_raw)?;
            let node = Node { first: block as u64, blocks: 1, rows: take.rows };
            done.add(self.span.replicate_of(block), node);
            if !(self.progress)(count) {
                self.stopped.store(true, Ordering::Relaxed);
                return Err(SimError::Interrupted);
            }
        }
        if let Ok(mut idle) = self.idle.lock() {
            idle.push(worker);
        }
        Ok(done)
    }

    /// The next tasks from block `from` on, which moves behind them; each takes its values from what lies ahead.
    fn wave<'v>(&self, from: &mut usize, ahead: &mut [&'v mut [f64]]) -> Vec<Task<'v>> {
        let (size, end) = (task_size(self.span), self.span.end);
        (0..tasks_of_wave(self.with_raw))
            .map_while(|_| {
                let to = (*from + size - *from % size).min(end);
                let blocks = (*from < to).then_some(*from..to)?;
                *from = to;
                let samples = (blocks.len() * BLOCK).min(self.span.samples - blocks.start * BLOCK);
                let values = ahead.iter_mut().map(|ahead| {
                    let (now, later) = mem::take(ahead).split_at_mut(samples);
                    *ahead = later;
                    now
                });
                Some((blocks, values.collect()))
            })
            .collect()
    }
}

impl Done {
    /// Adds a block of a replicate.
    fn add(&mut self, replicate: usize, node: Node) {
        match self.moments.last_mut().filter(|(number, _)| *number == replicate) {
            Some((_, tree)) => tree.push(node),
            None => {
                let mut tree = Tree::default();
                tree.push(node);
                self.moments.push((replicate, tree));
            }
        }
    }
}

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
    let mut ahead: Vec<&mut [f64]> = values.iter_mut().map(Vec::as_mut_slice).collect();
    let (stopped, idle) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    let with_raw = raw.is_some();
    let going = Run { simulation, grid, span, kept, exact, with_raw, progress, stopped, idle };
    let mut from = span.first;
    while from < span.end {
        let wave = going.wave(&mut from, &mut ahead);
        // Every task is looked at in order, so that the error reported does not depend on which thread was faster.
        let results: Vec<Result<Done, SimError>> =
            wave.into_par_iter().map(|task| going.task(task)).collect();
        if going.stopped.load(Ordering::Relaxed) {
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
    for worker in going.idle.into_inner().unwrap_or_default() {
        all.gather(&worker.sketches, &worker.bottlenecks);
    }
    all.values = values;
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
#[error("{}", self.text().in_language(Lang::En))]
pub enum StreamError {
    /// The simulation stopped.
    Sim(#[from] SimError),
    /// Raw samples could not be written.
    Raw(std::io::Error),
}

impl StreamError {
    /// The error in both languages.
    pub fn text(&self) -> Text {
        match self {
            Self::Sim(error) => error.text(),
            Self::Raw(error) => raw_unwritten(error),
        }
    }
}

/// Why raw samples could not be written.
pub(super) fn raw_unwritten(error: &std::io::Error) -> Text {
    text!(
        en: "raw samples could not be written: {why}",
        id: "sampel mentah tidak dapat ditulis: {why}",
        why = system_error(error),
    )
}
