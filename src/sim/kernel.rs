//! The fast simulation kernel: every cluster compiled to a flat program that runs on a block of samples side by side.
//!
//! `sim/period.rs` is the plain reference; tests hold the two equal on random models. The kernel folds constants, shares
//! terms, works each out no more often than it can change, and takes decisions by selecting values instead of branching.

mod books;
mod expression;
mod program;
mod route;
mod run;
mod steps;
mod vector;

use rayon::prelude::*;

use super::SimError;
use super::bottleneck::{Bottlenecks, Counts};
use super::outcome::OutcomeLayout;
use super::policy::Targets;
use super::stock::PlanEffects;
use crate::model::{ClusterId, Model};
use crate::sampling::{Common, LANES, Sampler};
use program::Program;
use run::{Halt, Run, Workspace, run};

/// All clusters of a model compiled for a list of plans.
#[derive(Debug)]
pub(super) struct Kernel<'a> {
    model: &'a Model,
    sampler: &'a Sampler,
    programs: Vec<Program>,
    plans: usize,
}

/// Memory to run in: one for each worker.
#[derive(Debug, Default)]
pub(super) struct KernelSpace(Workspace);

/// What a cluster did under one plan in a block.
#[derive(Debug, Clone, Copy)]
pub struct ClusterResult<'s> {
    /// \[year × cell\]\[lane\], flat.
    cells: &'s [f64],
}

impl<'s> ClusterResult<'s> {
    /// A cell of the cluster, numbered through its years, in every sample of the block.
    pub fn cell(self, cell: usize) -> &'s [f64] {
        &self.cells[cell * LANES..(cell + 1) * LANES]
    }
}

impl<'a> Kernel<'a> {
    /// Compiles every cluster of `model`.
    ///
    /// # Errors
    /// Those of the run at means that settles base stocks.
    pub(super) fn new(
        model: &'a Model,
        sampler: &'a Sampler,
        layout: &OutcomeLayout,
        plans: &[Option<&PlanEffects>],
    ) -> Result<Self, SimError> {
        let targets = Targets::new(model)?;
        let ids: Vec<ClusterId> = model.cluster_ids().collect();
        let programs =
            ids.par_iter().map(|id| Program::new(model, sampler, *id, &targets, layout, plans)).collect();
        Ok(Self { model, sampler, programs, plans: plans.len() })
    }

    /// Runs one cluster on the block of `common`, of whose samples the first `count` matter, and hands the cells under
    /// all plans to `take`, and adds what bound to `bottlenecks`.
    ///
    /// # Errors
    /// [`SimError::NegativeCapacity`], [`SimError::Unbounded`].
    pub(super) fn run_cluster(
        &self,
        id: ClusterId,
        common: &Common,
        count: usize,
        space: &mut KernelSpace,
        bottlenecks: &mut [Bottlenecks],
        take: impl FnOnce(&[ClusterResult<'_>]),
    ) -> Result<(), SimError> {
        let program = &self.programs[id.index()];
        let horizon = self.model.horizon;
        let span = Run {
            sampler: self.sampler,
            common,
            years: horizon.years,
            periods_per_year: horizon.periods_per_year,
            count,
        };
        run(program, span, &mut space.0).map_err(|halt| self.error(program, halt))?;
        let results: Vec<ClusterResult<'_>> = (0..self.plans)
            .map(|plan| ClusterResult { cells: space.0.cells(program, horizon.years, plan).as_flattened() })
            .collect();
        take(&results);
        for plan in 0..self.plans {
            let mut counts = Counts::of(self.model.chain_of(id));
            for (watch, seen) in program.watches.iter().zip(space.0.seen(program, plan)) {
                for (stage, what) in &watch.counts {
                    counts.add(*stage, *what, seen);
                }
            }
            bottlenecks[plan].add_cluster(id.index(), &counts);
        }
        Ok(())
    }

    fn error(&self, program: &Program, halt: Halt) -> SimError {
        let (chain, cluster) = (self.model.chain_of(program.id), &self.model.clusters[program.id.index()]);
        match halt {
            Halt::Negative { capacity, period } => SimError::NegativeCapacity {
                cluster: cluster.key.clone(),
                capacity: chain.capacities[capacity].key.clone(),
                period,
            },
            Halt::Unbounded { route, period } => {
                SimError::unbounded(chain, cluster, &cluster.routes.channel[route], period)
            }
        }
    }
}
