//! The benefits of allocations: increments of a metric over no plan, by year and sample, and by place.

use rayon::prelude::*;

use crate::control::{Control, Progress};
use crate::model::{Allocation, ChainId, ClusterId, Metric, Model};
use crate::sampling::{BLOCK, Sampler, block_of, blocks};
use crate::sim::{Bottlenecks, CellKey, Item, PlanEffects, SimError, Simulation, Workspace};
use crate::stats::confidence_half_width;
use crate::stats::moments::{Moments, Node, Tree};
use crate::study::error::StudyError;

/// Mean gain at a place, present value, with half the width of its 95 % interval [Rp].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gain {
    /// Mean.
    pub mean: f64,
    /// Half the width of its interval.
    pub half_width: f64,
}

/// The benefits of an allocation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Benefits {
    /// By year of operations and sample, not discounted.
    pub(super) years: Vec<Vec<f64>>,
    pub(super) clusters: Vec<(ClusterId, Gain)>,
    pub(super) chains: Vec<(ChainId, Gain)>,
}

/// The part of a block: of each allocation, gains by year and sample, and moments of the discounted gain of every cluster,
/// then of every chain.
struct Part {
    by_year: Vec<Vec<Vec<f64>>>,
    places: Vec<Vec<Moments>>,
}

/// Parts put together in the order of samples.
#[derive(Clone, Default)]
struct Together {
    by_year: Vec<Vec<f64>>,
    places: Tree,
}

/// Blocks of each thread between two times that parts are put together: a nation's clusters are too many to hold a part
/// of every block.
const BLOCKS: usize = 4;

/// The benefits of each of `allocations` on the same samples.
pub(super) fn of(
    model: &Model,
    sampler: &Sampler,
    allocations: &[&Allocation],
    metric: Metric,
    samples: usize,
    control: &Control<'_>,
) -> Result<Vec<Benefits>, StudyError> {
    let effects: Vec<PlanEffects> =
        allocations.iter().map(|allocation| PlanEffects::new(model, allocation)).collect();
    let plans: Vec<Option<&PlanEffects>> = std::iter::once(None).chain(effects.iter().map(Some)).collect();
    let simulation = Simulation::new(model, sampler, &plans)?;
    let cuts: Vec<(usize, usize)> = blocks(samples).collect();
    let mut all = vec![Together::default(); allocations.len()];
    for wave in cuts.chunks(BLOCKS * rayon::current_num_threads()) {
        let parts: Vec<Result<Part, SimError>> = wave
            .par_iter()
            .map_init(Workspace::default, |space, &(first, count)| {
                if !control.passes(Progress::Samples(0)) {
                    return Err(SimError::Interrupted);
                }
                part(model, &simulation, metric, first, count, space)
            })
            .collect();
        for (&(first, _), part) in wave.iter().zip(parts) {
            let Part { by_year, places } = part?;
            for ((all, years), rows) in all.iter_mut().zip(by_year).zip(places) {
                all.add(block_of(first).0, years, rows);
            }
        }
    }
    Ok(all.into_iter().map(|all| all.benefits(model)).collect())
}

impl Together {
    /// Adds the next block.
    fn add(&mut self, block: usize, years: Vec<Vec<f64>>, rows: Vec<Moments>) {
        self.by_year.resize(years.len(), Vec::new());
        for (all, year) in self.by_year.iter_mut().zip(years) {
            all.extend(year);
        }
        self.places.push(Node { first: block as u64, blocks: 1, rows });
    }

    fn benefits(self, model: &Model) -> Benefits {
        let moments = self.places.total();
        let gain = |moments: &Moments| {
            let half_width = confidence_half_width(moments.standard_error(), moments.n as usize);
            Gain { mean: moments.mean, half_width }
        };
        let (clusters, chains) = moments.split_at(model.clusters.len().min(moments.len()));
        Benefits {
            years: self.by_year,
            clusters: model.cluster_ids().zip(clusters.iter().map(gain)).collect(),
            chains: (0..).map(ChainId::new).zip(chains.iter().map(gain)).collect(),
        }
    }
}

/// Gains in the samples of one block.
fn part(
    model: &Model,
    simulation: &Simulation<'_>,
    metric: Metric,
    first: usize,
    count: usize,
    space: &mut Workspace,
) -> Result<Part, SimError> {
    let layout = simulation.layout();
    let (plans, years) = (simulation.plans() - 1, layout.years());
    let weights: Vec<f64> = (0..years).map(|y| model.horizon.weight(metric, y)).collect();
    let mut part = Part {
        by_year: vec![vec![vec![0.0; count]; years]; plans],
        places: vec![vec![Moments::default(); model.clusters.len()]; plans],
    };
    let mut of_chains = vec![vec![[0.0; BLOCK]; model.chains.len()]; plans];
    let mut bottlenecks: Vec<Bottlenecks> = (0..=plans).map(|_| Bottlenecks::none(model)).collect();
    simulation.block(block_of(first).0, count, space, &mut bottlenecks, |id, results| {
        let from = layout.cells_of(id).start;
        let chain = model.clusters[id.index()].chain;
        let mut gains = vec![[0.0; BLOCK]; plans];
        for (year, weight) in weights.iter().enumerate() {
            let Some(cell) = layout.cell(CellKey { cluster: id, year, item: Item::Metric(metric) }) else {
                continue;
            };
            let without = &results[0].cell(cell - from)[..count];
            for plan in 0..plans {
                let with = &results[plan + 1].cell(cell - from)[..count];
                for (i, (with, without)) in with.iter().zip(without).enumerate() {
                    part.by_year[plan][year][i] += with - without;
                    gains[plan][i] += weight * (with - without);
                }
            }
        }
        for (plan, gains) in gains.iter().enumerate() {
            part.places[plan][id.index()] = Moments::of(&gains[..count]);
            for (sum, gain) in of_chains[plan][chain.index()].iter_mut().zip(gains) {
                *sum += gain;
            }
        }
    })?;
    for (places, chains) in part.places.iter_mut().zip(&of_chains) {
        places.extend(chains.iter().map(|gains| Moments::of(&gains[..count])));
    }
    Ok(part)
}
