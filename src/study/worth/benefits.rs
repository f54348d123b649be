//! The benefits of allocations: increments of a metric over no plan, by year and sample, and by place.

use rayon::prelude::*;

use super::StudyError;
use crate::control::{Control, Progress};
use crate::model::{Allocation, ChainId, ClusterId, Metric, Model};
use crate::sampling::{BLOCK, Sampler, block_of, blocks};
use crate::sim::{Bottlenecks, CellKey, Item, PlanEffects, SimError, Simulation, Workspace};

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
    pub(super) by_year: Vec<Vec<f64>>,
    pub(super) by_cluster: Vec<(ClusterId, Gain)>,
    pub(super) by_chain: Vec<(ChainId, Gain)>,
}

/// Σ x and Σ x² of the discounted gain at a place.
type Sums = [f64; 2];

/// The part of a block: of each allocation, gains by year and sample, sums by cluster and by chain.
struct Part {
    by_year: Vec<Vec<Vec<f64>>>,
    clusters: Vec<Vec<Sums>>,
    chains: Vec<Vec<Sums>>,
}

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
    let parts: Vec<Result<Part, SimError>> = cuts
        .par_iter()
        .map_init(Workspace::default, |space, &(first, count)| {
            if !control.passes(Progress::Samples(0)) {
                return Err(SimError::Interrupted);
            }
            part(model, &simulation, metric, (first, count), space)
        })
        .collect();
    let parts: Vec<Part> = parts.into_iter().collect::<Result<_, SimError>>()?;
    Ok((0..allocations.len()).map(|plan| together(model, &parts, plan, samples)).collect())
}

/// Gains in the samples of one block.
fn part(
    model: &Model,
    simulation: &Simulation<'_>,
    metric: Metric,
    (first, count): (usize, usize),
    space: &mut Workspace,
) -> Result<Part, SimError> {
    let layout = simulation.layout();
    let (plans, years) = (simulation.plans() - 1, layout.years());
    let weights: Vec<f64> = (0..years).map(|y| model.horizon.weight(metric, y)).collect();
    let mut part = Part {
        by_year: vec![vec![vec![0.0; count]; years]; plans],
        clusters: vec![vec![[0.0; 2]; model.clusters.len()]; plans],
        chains: vec![vec![[0.0; 2]; model.chains.len()]; plans],
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
            for (i, gain) in gains[..count].iter().enumerate() {
                add(&mut part.clusters[plan][id.index()], *gain);
                of_chains[plan][chain.index()][i] += gain;
            }
        }
    })?;
    for (plan, chains) in of_chains.iter().enumerate() {
        for (chain, gains) in chains.iter().enumerate() {
            gains[..count].iter().for_each(|gain| add(&mut part.chains[plan][chain], *gain));
        }
    }
    Ok(part)
}

fn add(sums: &mut Sums, gain: f64) {
    sums[0] += gain;
    sums[1] += gain * gain;
}

/// The benefits of one allocation, put together in the order of samples.
fn together(model: &Model, parts: &[Part], plan: usize, samples: usize) -> Benefits {
    let years = parts.first().map_or(0, |part| part.by_year[plan].len());
    let by_year =
        (0..years).map(|y| parts.iter().flat_map(|part| part.by_year[plan][y].clone()).collect()).collect();
    let gain = |sums: &dyn Fn(&Part) -> Sums| {
        let [sum, squares] = parts.iter().map(sums).fold([0.0; 2], |[a, b], [x, y]| [a + x, b + y]);
        let n = samples.max(1) as f64;
        let variance = (squares - sum * sum / n).max(0.0) / (n - 1.0).max(1.0);
        let half_width = crate::stats::confidence_half_width(libm::sqrt(variance / n), samples);
        Gain { mean: sum / n, half_width }
    };
    Benefits {
        by_year,
        by_cluster: model.cluster_ids().map(|c| (c, gain(&|part| part.clusters[plan][c.index()]))).collect(),
        by_chain: (0..model.chains.len())
            .map(|chain| (ChainId::new(chain), gain(&|part| part.chains[plan][chain])))
            .collect(),
    }
}
