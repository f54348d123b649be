//! The value of many allocations on the same samples: a metric over all clusters and the whole horizon, sample by sample.

use rayon::prelude::*;

use crate::control::{Control, Progress};
use crate::model::{Allocation, Metric, Model};
use crate::sampling::{BLOCK, Sampler, block_of, blocks};
use crate::sim::{Bottlenecks, CellKey, Item, PlanEffects, SimError, Simulation, Workspace};
use crate::study::error::StudyError;
use crate::study::worth::subtracted_by_sample;

/// Allocations simulated together: a kernel for hundreds would not fit its caches.
const TOGETHER: usize = 32;

/// The level of `metric` with each of `allocations`, in present value, less the costs that the objective subtracts: by allocation, one number for
/// each of the first `samples` of `sampler`.
pub(super) fn values(
    model: &Model,
    sampler: &Sampler,
    allocations: &[&Allocation],
    metric: Metric,
    samples: usize,
    control: &Control<'_>,
) -> Result<Vec<Vec<f64>>, StudyError> {
    control.report(Progress::Simulating(samples * allocations.len().div_ceil(TOGETHER)));
    let mut all = Vec::with_capacity(allocations.len());
    for together in allocations.chunks(TOGETHER) {
        let effects: Vec<PlanEffects> =
            together.iter().map(|allocation| PlanEffects::new(model, allocation)).collect();
        let plans: Vec<Option<&PlanEffects>> = effects.iter().map(Some).collect();
        let simulation = Simulation::new(model, sampler, &plans)?;
        let cuts: Vec<(usize, usize)> = blocks(samples).collect();
        let parts: Vec<Result<Vec<Vec<f64>>, SimError>> = cuts
            .par_iter()
            .map_init(Workspace::default, |space, &(first, count)| {
                if !control.passes(Progress::Samples(count)) {
                    return Err(SimError::Interrupted);
                }
                part(model, &simulation, metric, (first, count), space)
            })
            .collect();
        let mut found = vec![Vec::with_capacity(samples); together.len()];
        // In the order of samples, whichever thread was faster.
        for part in parts {
            for (all, part) in found.iter_mut().zip(part?) {
                all.extend(part);
            }
        }
        for (values, allocation) in found.iter_mut().zip(together) {
            let costs = subtracted_by_sample(model, allocation, sampler, samples);
            values.iter_mut().zip(costs).for_each(|(value, cost)| *value -= cost);
        }
        all.extend(found);
    }
    Ok(all)
}

/// The levels of one block, by plan.
fn part(
    model: &Model,
    simulation: &Simulation<'_>,
    metric: Metric,
    block: (usize, usize),
    space: &mut Workspace,
) -> Result<Vec<Vec<f64>>, SimError> {
    let ((first, count), layout, plans) = (block, simulation.layout(), simulation.plans());
    let mut sums = vec![[0.0; BLOCK]; plans];
    let mut bottlenecks: Vec<Bottlenecks> = (0..plans).map(|_| Bottlenecks::none(model)).collect();
    simulation.block(block_of(first).0, count, space, &mut bottlenecks, |cluster, results| {
        let from = layout.cells_of(cluster).start;
        for year in 0..layout.years() {
            let weight = model.horizon.weight(metric, year);
            let Some(cell) = layout.cell(CellKey { cluster, year, item: Item::Metric(metric) }) else {
                continue;
            };
            for (sums, result) in sums.iter_mut().zip(results) {
                for (sum, level) in sums.iter_mut().zip(&result.cell(cell - from)[..count]) {
                    *sum += weight * level;
                }
            }
        }
    })?;
    Ok(sums.into_iter().map(|sums| sums[..count].to_vec()).collect())
}

/// The differences of paired values.
pub(super) fn less(values: &[f64], others: &[f64]) -> Vec<f64> {
    values.iter().zip(others).map(|(value, other)| value - other).collect()
}
