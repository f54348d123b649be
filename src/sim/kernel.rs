//! The fast simulation kernel: every cluster (those that share a pool together) compiled to a flat program that runs on a block
//! of samples side by side.
//!
//! `sim/period.rs` is the plain reference; tests hold the two equal on random models. The kernel folds constants, shares
//! terms, works each out no more often than it can change, and takes decisions by selecting values instead of branching.

mod books;
mod capacity;
mod cells;
mod coefficients;
mod draft;
mod expression;
mod good;
mod liveness;
mod needs;
mod places;
mod plan;
mod program;
mod route;
mod run;
mod steps;
mod vector;
mod watch;

use rayon::prelude::*;

use super::SimError;
use super::bottleneck::{Bottlenecks, Counts};
use super::group::Group;
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
    groups: Vec<Group<'a>>,
    programs: Vec<Program>,
    /// By group and plan: its number among the plans that differ in the group.
    distinct: Vec<Vec<usize>>,
    /// Cells of a year, by cluster: but for accounts, and with them.
    widths: Vec<[usize; 2]>,
}

/// Memory to run in: one for each worker.
#[derive(Debug, Default)]
pub(super) struct KernelSpace(Workspace);

/// Cells of a cluster under one plan in a block.
#[derive(Debug, Clone, Copy)]
pub struct ClusterResult<'s> {
    /// \[year × cell\]\[lane\] of all that runs together, flat.
    cells: &'s [f64],
    /// Cells of a year: all of them, the cluster's but for accounts, and the first of these.
    stride: usize,
    width: usize,
    first: usize,
}

impl<'s> ClusterResult<'s> {
    /// A cell of the cluster, numbered through its years, in every sample of the block.
    pub fn cell(self, cell: usize) -> &'s [f64] {
        let at = if self.stride == self.width {
            cell
        } else {
            cell.div_euclid(self.width) * self.stride + self.first + cell % self.width
        };
        &self.cells[at * LANES..(at + 1) * LANES]
    }

    /// An amount of the cluster's accounts in a year, in every sample of the block: its number in
    /// [`Chain::account_items`](crate::model::Chain::account_items).
    pub fn account(self, year: usize, number: usize) -> &'s [f64] {
        let at = year * self.stride + self.first + self.width + number;
        &self.cells[at * LANES..(at + 1) * LANES]
    }
}

impl<'a> Kernel<'a> {
    /// Compiles every cluster of `model`, with its accounts where they are asked for.
    ///
    /// # Errors
    /// Those of the run at means that settles base stocks.
    pub(super) fn new(
        model: &'a Model,
        sampler: &'a Sampler,
        layout: &OutcomeLayout,
        accounts: bool,
        plans: &[Option<&PlanEffects>],
    ) -> Result<Self, SimError> {
        let booked = if accounts { OutcomeLayout::with_accounts(model) } else { layout.clone() };
        let targets = Targets::new(model)?;
        let groups = Group::all(model);
        let (programs, distinct) = groups
            .par_iter()
            .map(|group| {
                let (different, numbers) = distinct(group, plans);
                (Program::new(model, sampler, group, &targets, &booked, &different), numbers)
            })
            .unzip();
        let width = |c| [layout, &booked].map(|layout| layout.cluster(c).width());
        let widths = model.cluster_ids().map(width).collect();
        Ok(Self { model, sampler, groups, programs, distinct, widths })
    }

    /// Number of groups to run: clusters, or clusters that share a pool.
    pub(super) fn groups(&self) -> usize {
        self.groups.len()
    }

    /// Runs one group on the block of `common`, of whose samples the first `count` matter, and hands the cells of
    /// every cluster under all plans to `take`, and adds what bound to `bottlenecks`.
    ///
    /// # Errors
    /// [`SimError::NegativeCapacity`], [`SimError::Unbounded`].
    pub(super) fn run_group(
        &self,
        number: usize,
        common: &Common,
        count: usize,
        space: &mut KernelSpace,
        bottlenecks: &mut [Bottlenecks],
        mut take: impl FnMut(ClusterId, &[ClusterResult<'_>]),
    ) -> Result<(), SimError> {
        let (group, program) = (&self.groups[number], &self.programs[number]);
        let distinct = &self.distinct[number];
        let horizon = self.model.horizon;
        let span = Run {
            sampler: self.sampler,
            common,
            years: horizon.operating_years(),
            periods_per_year: horizon.periods_per_year,
            count,
        };
        run(program, span, &mut space.0).map_err(|halt| self.error(group, halt))?;
        let mut first = 0;
        for part in &group.parts {
            let [width, whole] = self.widths[part.id.index()];
            let results: Vec<ClusterResult<'_>> = distinct
                .iter()
                .map(|plan| {
                    let cells = space.0.cells(program, horizon.operating_years(), *plan).as_flattened();
                    ClusterResult { cells, stride: program.width, width, first }
                })
                .collect();
            take(part.id, &results);
            first += whole;
        }
        for (bottlenecks, plan) in bottlenecks.iter_mut().zip(distinct) {
            let mut counts: Vec<Counts> =
                group.parts.iter().map(|part| Counts::of(self.model.chain_of(part.id))).collect();
            for (watch, seen) in program.watches.iter().zip(space.0.seen(program, *plan)) {
                for (part, stage, what) in &watch.counts {
                    counts[*part].add(*stage, *what, seen);
                }
            }
            for (part, counts) in group.parts.iter().zip(&counts) {
                bottlenecks.add_cluster(part.id.index(), counts);
            }
        }
        Ok(())
    }

    fn error(&self, group: &Group<'_>, halt: Halt) -> SimError {
        match halt {
            Halt::Negative { capacity, period } => {
                let (cluster, capacity) = group.capacity_named(self.model, capacity);
                SimError::NegativeCapacity { cluster, capacity, period }
            }
            Halt::Unbounded { route, period } => {
                SimError::unbounded(self.model, group, &group.cluster.routes.channel[route], period)
            }
        }
    }
}

/// The plans that differ in a group, and the number of each plan among them: a plan that does nothing in it is no plan there,
/// and plans that do the same are run once.
fn distinct<'p>(
    group: &Group<'_>,
    plans: &[Option<&'p PlanEffects>],
) -> (Vec<Option<&'p PlanEffects>>, Vec<usize>) {
    let ids = || group.parts.iter().map(|part| part.id);
    let mut different: Vec<Option<&PlanEffects>> = Vec::new();
    let numbers = plans.iter().map(|plan| {
        let own = plan.filter(|plan| ids().any(|id| plan.reaches(id)));
        let known = different.iter().position(|known| match (known, own) {
            (Some(known), Some(own)) => ids().all(|id| known.is_the_same_in(own, id)),
            (None, None) => true,
            _ => false,
        });
        known.unwrap_or_else(|| {
            different.push(own);
            different.len() - 1
        })
    });
    let numbers = numbers.collect();
    (different, numbers)
}
