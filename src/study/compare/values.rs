//! The values of cases sample by sample, all plans of one scenario on the same draws.

use crate::control::{Control, Progress};
use crate::language::text;
use crate::model::{Allocation, Metric, Model, Net};
use crate::sampling::{BLOCK, Sampler};
use crate::sim::{PlanEffects, Simulation};
use crate::study::error::StudyError;
use crate::study::stream::{self, Grid, Series, Span, VALUES_KEPT, Wanted};
use crate::study::worth::subtracted_by_sample;

/// A scenario with the plans that are simulated on it together.
pub(super) struct Group<'a> {
    model: &'a Model,
    sampler: &'a Sampler,
    simulation: Simulation<'a>,
    grid: Grid,
    metric: Metric,
    metrics: Vec<Metric>,
    /// Numbers of the cases whose plans these are.
    plans: Vec<usize>,
    allocations: Vec<Allocation>,
}

impl<'a> Group<'a> {
    /// Makes `model` ready for the plans of the cases `plans`.
    pub(super) fn new<'p>(
        model: &'a Model,
        sampler: &'a Sampler,
        plans: Vec<usize>,
        of: &dyn Fn(usize) -> &'p Allocation,
        metric: Metric,
    ) -> Result<Self, StudyError> {
        let allocations: Vec<Allocation> = plans.iter().map(|plan| of(*plan).clone()).collect();
        let effects: Vec<PlanEffects> = allocations.iter().map(|of| PlanEffects::new(model, of)).collect();
        let all: Vec<Option<&PlanEffects>> = std::iter::once(None).chain(effects.iter().map(Some)).collect();
        let simulation = Simulation::new(model, sampler, &all)?;
        let metrics: Vec<Metric> = model.metrics().collect();
        let series = |plan: usize| Series { plan: plan + 1, minus: Some(0) };
        let totals =
            (0..plans.len()).flat_map(|plan| metrics.iter().map(move |metric| (*metric, series(plan))));
        let totals = totals.collect();
        let wanted = Wanted { series: Vec::new(), totals, thresholds: Vec::new(), accounts: 0 };
        let grid = Grid::new(model, &wanted);
        Ok(Self { model, sampler, simulation, grid, metric, metrics, plans, allocations })
    }

    /// Rows of values that it keeps.
    fn rows(&self) -> usize {
        self.plans.len() * self.metrics.len()
    }
}

/// The values so far, by scenario.
pub(super) struct Values {
    groups: Vec<GroupValues>,
    samples: usize,
}

struct GroupValues {
    plans: Vec<usize>,
    metrics: Vec<Metric>,
    metric: usize,
    /// Increments over no plan: \[plan · metric\]\[sample\].
    increments: Vec<Vec<f64>>,
    /// Costs that the objective subtracts: \[plan\]\[sample\]; empty where it subtracts none.
    costs: Vec<Vec<f64>>,
}

impl Values {
    /// No values yet.
    pub(super) fn new(groups: &[Group<'_>]) -> Self {
        let of = |group: &Group<'_>| GroupValues {
            plans: group.plans.clone(),
            metrics: group.metrics.clone(),
            metric: group.metrics.iter().position(|metric| *metric == group.metric).unwrap_or(0),
            increments: vec![Vec::new(); group.rows()],
            costs: Vec::new(),
        };
        Self { groups: groups.iter().map(of).collect(), samples: 0 }
    }

    /// Goes on until there are `samples` of every value.
    pub(super) fn take(
        &mut self,
        groups: &[Group<'_>],
        samples: usize,
        control: &Control<'_>,
    ) -> Result<(), StudyError> {
        let rows = groups.iter().map(Group::rows).max().unwrap_or(1).max(1);
        let most = VALUES_KEPT.div_euclid(rows);
        if samples > most {
            return Err(StudyError::Request(text!(
                en: "so many cases can be compared on at most {most} samples",
                id: "sebanyak itu kasus hanya dapat dibandingkan dengan paling banyak {most} sampel",
            )));
        }
        // Whole blocks come first; a last one that is not whole is taken anew when there are more.
        let first = self.samples.div_euclid(BLOCK);
        for (group, values) in groups.iter().zip(&mut self.groups) {
            let span = Span { samples, first, end: samples.div_ceil(BLOCK), replicate: Some(samples) };
            let progress = |n: usize| control.passes(Progress::Samples(n));
            let all = stream::run(&group.simulation, &group.grid, span, &progress, None)?;
            for (known, more) in values.increments.iter_mut().zip(all.values) {
                known.truncate(first * BLOCK);
                known.extend(more);
            }
            if group.model.net() != Net::Off {
                let costs = |of: &Allocation| subtracted_by_sample(group.model, of, group.sampler, samples);
                values.costs = group.allocations.iter().map(costs).collect();
            }
        }
        self.samples = samples;
        Ok(())
    }

    /// Samples that were taken.
    pub(super) fn samples(&self) -> usize {
        self.samples
    }

    /// True if the plan of this case was simulated on this scenario.
    pub(super) fn has(&self, variant: usize, case: usize) -> bool {
        self.groups[variant].plans.contains(&case)
    }

    /// The objective's increment of a case's plan on a scenario, sample by sample.
    pub(super) fn of(&self, variant: usize, case: usize) -> Vec<f64> {
        let group = &self.groups[variant];
        let plan = group.place(case);
        let own = &group.increments[plan * group.metrics.len() + group.metric];
        match group.costs.get(plan) {
            Some(costs) => own.iter().zip(costs).map(|(gain, cost)| gain - cost).collect(),
            None => own.clone(),
        }
    }

    /// The increment of a metric, sample by sample.
    pub(super) fn increment(&self, variant: usize, case: usize, metric: Metric) -> &[f64] {
        let group = &self.groups[variant];
        let at = group.metrics.iter().position(|own| *own == metric).unwrap_or(0);
        &group.increments[group.place(case) * group.metrics.len() + at]
    }
}

impl GroupValues {
    fn place(&self, case: usize) -> usize {
        self.plans.iter().position(|plan| *plan == case).unwrap_or(0)
    }
}
