//! Values of plans sample by sample, on whatever draws a question needs.

use crate::control::{Control, Progress};
use crate::language::text;
use crate::model::{Allocation, Metric, Model, Net};
use crate::sampling::Sampler;
use crate::sim::{PlanEffects, Simulation};
use crate::study::error::StudyError;
use crate::study::stream::{self, Grid, Series, Span, VALUES_KEPT, Wanted};
use crate::study::worth::subtracted_by_sample;

/// What each plan adds to `metric` over no plan, less the costs that the objective subtracts, in the first `samples` samples of
/// `sampler`: \[plan\]\[sample\].
pub(super) fn values(
    model: &Model,
    sampler: &Sampler,
    plans: &[&Allocation],
    metric: Metric,
    samples: usize,
    control: &Control<'_>,
) -> Result<Vec<Vec<f64>>, StudyError> {
    let wanted = Wanted {
        series: Vec::new(),
        totals: (0..plans.len()).map(|plan| (metric, Series { plan: plan + 1, minus: Some(0) })).collect(),
        thresholds: Vec::new(),
        accounts: 0,
    };
    let grid = Grid::new(model, &wanted);
    if !grid.is_exact(samples, true) {
        let most = VALUES_KEPT.div_euclid(plans.len().max(1));
        return Err(StudyError::Request(text!(
            en: "this takes {samples} samples, more than the {most} that are kept: fewer rows or coarser groups are needed",
            id: "ini memerlukan {samples} sampel, lebih dari {most} yang dapat disimpan: diperlukan baris lebih sedikit atau kelompok lebih kasar",
        )));
    }
    let effects: Vec<PlanEffects> = plans.iter().map(|plan| PlanEffects::new(model, plan)).collect();
    let all: Vec<Option<&PlanEffects>> = std::iter::once(None).chain(effects.iter().map(Some)).collect();
    let simulation = Simulation::new(model, sampler, &all)?;
    let span = Span::whole(samples, Some(samples));
    control.report(Progress::Simulating(samples));
    let progress = |n: usize| control.passes(Progress::Samples(n));
    let mut found = stream::run(&simulation, &grid, span, &progress, None)?.values;
    if model.net() != Net::Off {
        for (own, plan) in found.iter_mut().zip(plans) {
            let costs = subtracted_by_sample(model, plan, sampler, samples);
            own.iter_mut().zip(costs).for_each(|(value, cost)| *value -= cost);
        }
    }
    Ok(found)
}
