//! The simulator: enterprises that know today's prices and follow their established ways of selling.
//!
//! Every cluster goes through the same four steps each period (`sim/period.rs` and `docs/simulation.md`), on
//! the samples that `sampling` draws. It is one of the two readings of operations; the other, the linear program, knows
//! nothing of it, so that each checks the other. Work is cut into fixed blocks of samples, so that results do not depend
//! on the number of threads.

mod accounts;
mod bottleneck;
mod capacity;
mod error;
mod fit;
#[cfg(test)]
pub(crate) mod fixture;
mod group;
mod kernel;
mod outcome;
mod period;
mod policy;
#[cfg(test)]
pub(crate) mod properties;
mod stock;
#[cfg(test)]
mod tests;
mod trace;

pub use bottleneck::{Binding, Bottleneck, Bottlenecks};
pub use error::SimError;
pub use kernel::ClusterResult;
pub use outcome::{CellKey, Item, Measure, OutcomeLayout, Outcomes, Place, Selector};
pub use policy::Targets;
pub use stock::PlanEffects;
pub use trace::{ClusterTrace, Trace};

use std::sync::atomic::{AtomicBool, Ordering};

use ndarray::Array2;
use rayon::prelude::*;

use crate::model::{ClusterId, Model};
use crate::sampling::{SampleBlock, Sampler, block_of, blocks};
use group::Group;
use kernel::{Kernel, KernelSpace};
use period::GroupRun;

/// A model made ready to be simulated under a list of plans (`None` is no plan), all on the same samples.
#[derive(Debug)]
pub struct Simulation<'a> {
    model: &'a Model,
    sampler: &'a Sampler,
    layout: OutcomeLayout,
    kernel: Kernel<'a>,
    plans: usize,
}

/// Memory for one worker of a [`Simulation`].
#[derive(Debug, Default)]
pub struct Workspace(KernelSpace);

impl<'a> Simulation<'a> {
    /// Compiles `model` for `plans`.
    ///
    /// # Errors
    /// [`SimError::NegativeCapacity`] or [`SimError::Unbounded`] of the run at means that settles base stocks.
    pub fn new(
        model: &'a Model,
        sampler: &'a Sampler,
        plans: &[Option<&PlanEffects>],
    ) -> Result<Self, SimError> {
        Self::compiled(model, sampler, plans, false)
    }

    /// [`new`](Self::new) with the accounts of all clusters whose chains have actors: see [`ClusterResult::account`].
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_accounts(
        model: &'a Model,
        sampler: &'a Sampler,
        plans: &[Option<&PlanEffects>],
    ) -> Result<Self, SimError> {
        Self::compiled(model, sampler, plans, true)
    }

    fn compiled(
        model: &'a Model,
        sampler: &'a Sampler,
        plans: &[Option<&PlanEffects>],
        accounts: bool,
    ) -> Result<Self, SimError> {
        let layout = OutcomeLayout::new(model);
        let kernel = Kernel::new(model, sampler, &layout, accounts, plans)?;
        Ok(Self { model, sampler, layout, kernel, plans: plans.len() })
    }

    /// Order of the cells.
    pub fn layout(&self) -> &OutcomeLayout {
        &self.layout
    }

    /// Number of plans.
    pub fn plans(&self) -> usize {
        self.plans
    }

    /// The model.
    pub fn model(&self) -> &'a Model {
        self.model
    }

    /// Simulates the first `count` samples of `block`, cluster by cluster, those that share a pool together. `visit` is given each cluster with its
    /// cells under all plans, in their order; what bound is added to `bottlenecks`, one for each plan.
    ///
    /// # Errors
    /// [`SimError::NegativeCapacity`], [`SimError::Unbounded`].
    pub fn block(
        &self,
        block: usize,
        count: usize,
        space: &mut Workspace,
        bottlenecks: &mut [Bottlenecks],
        mut visit: impl FnMut(ClusterId, &[ClusterResult<'_>]),
    ) -> Result<(), SimError> {
        let common = self.sampler.common(block);
        for group in 0..self.kernel.groups() {
            self.kernel.run_group(group, &common, count, &mut space.0, bottlenecks, &mut visit)?;
        }
        for bottlenecks in bottlenecks {
            bottlenecks.add_cases(count * self.model.horizon.periods());
        }
        Ok(())
    }
}

/// Simulates samples 0 to `count` under each of `plans` (`None` is no plan), all on the same samples, and keeps every
/// outcome of every sample: for tests and small numbers of samples.
///
/// Gives the outcomes of each plan, in the order of `plans`. `progress` is told how many samples a finished block held,
/// from any thread and in any order; it returns false to interrupt. The same arguments give the same bytes on any
/// number of threads.
///
/// # Errors
/// [`SimError::Interrupted`]; otherwise the error of the first block that failed.
pub fn simulate(
    model: &Model,
    sampler: &Sampler,
    count: usize,
    plans: &[Option<&PlanEffects>],
    progress: &(dyn Fn(usize) -> bool + Sync),
) -> Result<Vec<Outcomes>, SimError> {
    let simulation = Simulation::new(model, sampler, plans)?;
    let layout = simulation.layout();
    let block = |space: &mut Workspace, first: usize, length: usize| {
        let mut outcomes: Vec<BlockOutcome> =
            plans.iter().map(|_| BlockOutcome::new(model, layout, length)).collect();
        let mut bottlenecks: Vec<Bottlenecks> = plans.iter().map(|_| Bottlenecks::none(model)).collect();
        simulation.block(block_of(first).0, length, space, &mut bottlenecks, |id, results| {
            for (outcome, result) in outcomes.iter_mut().zip(results) {
                for (cell, place) in layout.cells_of(id).enumerate() {
                    for (i, value) in result.cell(cell)[..length].iter().enumerate() {
                        outcome.rows[i * layout.len() + place] = *value;
                    }
                }
            }
        })?;
        for (outcome, bottlenecks) in outcomes.iter_mut().zip(bottlenecks) {
            outcome.bottlenecks = bottlenecks;
        }
        Ok(outcomes)
    };
    collect(model, layout, count, plans.len(), progress, block)
}

/// [`simulate`] by the plain reference: one sample, one plan, one number at a time. Slower; for tests and
/// for measuring what the kernel gains.
///
/// # Errors
/// As [`simulate`].
pub fn simulate_plainly(
    model: &Model,
    sampler: &Sampler,
    count: usize,
    plans: &[Option<&PlanEffects>],
    progress: &(dyn Fn(usize) -> bool + Sync),
) -> Result<Vec<Outcomes>, SimError> {
    let targets = Targets::new(model)?;
    let layout = OutcomeLayout::new(model);
    let block = |_: &mut Workspace, first: usize, length: usize| {
        run_block(model, &targets, &layout, &sampler.block(first, length), plans)
    };
    collect(model, &layout, count, plans.len(), progress, block)
}

/// Runs all blocks and puts their outcomes together, in their order.
fn collect(
    model: &Model,
    layout: &OutcomeLayout,
    count: usize,
    plans: usize,
    progress: &(dyn Fn(usize) -> bool + Sync),
    block: impl Fn(&mut Workspace, usize, usize) -> Result<Vec<BlockOutcome>, SimError> + Sync,
) -> Result<Vec<Outcomes>, SimError> {
    let stopped = AtomicBool::new(false);
    let cuts: Vec<(usize, usize)> = blocks(count).collect();
    let run = |space: &mut Workspace, &(first, length): &(usize, usize)| {
        if stopped.load(Ordering::Relaxed) {
            return Err(SimError::Interrupted);
        }
        let result = block(space, first, length)?;
        if !progress(length) {
            stopped.store(true, Ordering::Relaxed);
            return Err(SimError::Interrupted);
        }
        Ok(result)
    };
    let done: Vec<Result<Vec<BlockOutcome>, SimError>> =
        cuts.par_iter().map_init(Workspace::default, run).collect();
    // Every block is looked at in order, so that the error reported does not depend on which thread was faster.
    if stopped.into_inner() {
        return Err(SimError::Interrupted);
    }
    let mut by_plan: Vec<(Vec<f64>, Bottlenecks)> =
        (0..plans).map(|_| (Vec::with_capacity(count * layout.len()), Bottlenecks::none(model))).collect();
    for block in done {
        for ((rows, bottlenecks), outcome) in by_plan.iter_mut().zip(block?) {
            rows.extend_from_slice(&outcome.rows);
            bottlenecks.merge(&outcome.bottlenecks);
        }
    }
    let table = |rows: Vec<f64>| {
        let rows = Array2::from_shape_vec((count, layout.len()), rows);
        rows.unwrap_or_else(|_| Array2::zeros((0, layout.len())))
    };
    Ok(by_plan
        .into_iter()
        .map(|(rows, bottlenecks)| Outcomes { layout: layout.clone(), table: table(rows), bottlenecks })
        .collect())
}

/// Everything that happens in one sample under one plan (`None` is no plan).
///
/// # Errors
/// [`SimError::NegativeCapacity`], [`SimError::Unbounded`].
pub fn trace(
    model: &Model,
    sampler: &Sampler,
    sample: usize,
    plan: Option<&PlanEffects>,
) -> Result<Trace, SimError> {
    let targets = Targets::new(model)?;
    let layout = OutcomeLayout::new(model);
    let block = sampler.block(sample, 1);
    let mut trace = Trace::empty(model);
    for group in Group::all(model) {
        GroupRun::new(model, &group, &targets, &layout, 1).run(
            block.realisation(0),
            &[plan],
            Some(&mut trace.clusters),
        )?;
    }
    Ok(trace)
}

/// One plan's outcomes on one block of samples.
struct BlockOutcome {
    /// \[sample × cell\], row-major.
    rows: Vec<f64>,
    bottlenecks: Bottlenecks,
}

impl BlockOutcome {
    fn new(model: &Model, layout: &OutcomeLayout, length: usize) -> Self {
        Self { rows: vec![0.0; length * layout.len()], bottlenecks: Bottlenecks::none(model) }
    }
}

fn run_block(
    model: &Model,
    targets: &Targets,
    layout: &OutcomeLayout,
    block: &SampleBlock,
    plans: &[Option<&PlanEffects>],
) -> Result<Vec<BlockOutcome>, SimError> {
    let mut outcomes: Vec<BlockOutcome> =
        plans.iter().map(|_| BlockOutcome::new(model, layout, block.len())).collect();
    for group in Group::all(model) {
        let mut run = GroupRun::new(model, &group, targets, layout, plans.len());
        for i in 0..block.len() {
            run.run(block.realisation(i), plans, None)?;
            for (plan, outcome) in outcomes.iter_mut().enumerate() {
                for (number, part) in group.parts.iter().enumerate() {
                    let cells = run.cells(plan, number);
                    let from = i * layout.len() + layout.cluster(part.id).first();
                    outcome.rows[from..from + cells.len()].copy_from_slice(cells);
                }
            }
        }
        for (plan, outcome) in outcomes.iter_mut().enumerate() {
            for (number, part) in group.parts.iter().enumerate() {
                let counts = run.tally(plan, number).counts_of(model.chain_of(part.id), part);
                outcome.bottlenecks.add_cluster(part.id.index(), &counts);
            }
        }
    }
    for outcome in &mut outcomes {
        outcome.bottlenecks.add_cases(block.len() * model.horizon.periods());
    }
    Ok(outcomes)
}
