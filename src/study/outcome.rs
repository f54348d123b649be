//! Outcome tables: every metric by year, cluster, product and channel, with and without the plan.

use rayon::prelude::*;

use super::estimate::Estimate;
use crate::model::ChainId;
use crate::model::{ClusterId, CommodityId, Metric, Model, ProcessId};
use crate::sim::{Measure, Outcomes, Place, Selector};

/// Which future a row speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlanName {
    /// Without any plan.
    None,
    /// With the plan.
    Plan,
    /// The difference, sample by sample.
    Increment,
}

impl PlanName {
    /// Its key in results.
    pub fn key(self) -> &'static str {
        match self {
            PlanName::None => "none",
            PlanName::Plan => "plan",
            PlanName::Increment => "increment",
        }
    }
}

/// One row: a measure at a place and time, over all samples.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeRow {
    /// Which future.
    pub plan: PlanName,
    /// What is measured.
    pub measure: Measure,
    /// Where; `None` is everywhere.
    pub cluster: Option<ClusterId>,
    /// When (from 0); `None` is the whole horizon, money discounted.
    pub year: Option<usize>,
    /// Its distribution.
    pub estimate: Estimate,
}

/// All rows of `without` and, where given, of `with` and the increment.
pub fn outcome_rows(model: &Model, without: &Outcomes, with: Option<&Outcomes>) -> Vec<OutcomeRow> {
    let mut selectors: Vec<(Measure, Option<ClusterId>, Option<usize>)> = Vec::new();
    let years: Vec<Option<usize>> = std::iter::once(None).chain((0..model.horizon.years).map(Some)).collect();
    for &metric in Metric::ALL {
        for place in std::iter::once(None).chain(model.cluster_ids().map(Some)) {
            selectors.extend(years.iter().map(|year| (Measure::Metric(metric), place, *year)));
        }
    }
    for (h, chain) in model.chains.iter().enumerate() {
        let id = ChainId::new(h);
        let places: Vec<Option<ClusterId>> = std::iter::once(None)
            .chain(model.cluster_ids().filter(|c| model.clusters[c.index()].chain == id).map(Some))
            .collect();
        let made = (0..chain.commodities.len()).map(|m| Measure::Made(id, CommodityId::new(m)));
        let channels =
            (0..chain.processes.len()).filter(|p| chain.processes[*p].is_channel).map(ProcessId::new);
        let sold = channels.flat_map(|p| [Measure::Quantity(id, p), Measure::Sales(id, p)]);
        for measure in made.chain(sold) {
            for place in &places {
                selectors.extend(years.iter().map(|year| (measure, *place, *year)));
            }
        }
    }
    selectors
        .par_iter()
        .map(|&(measure, cluster, year)| {
            let place = cluster.map_or(Place::Everywhere, Place::Cluster);
            let selector = Selector { measure, place, year };
            let row = |plan, values| OutcomeRow {
                plan,
                measure,
                cluster,
                year,
                estimate: Estimate::of(values, model.risk.alpha),
            };
            let base = without.series(selector);
            let mut rows = Vec::new();
            if let Some(with) = with {
                let planned = with.series(selector);
                let increment = planned.iter().zip(&base).map(|(a, b)| a - b).collect();
                rows.push(row(PlanName::Plan, planned));
                rows.push(row(PlanName::Increment, increment));
            }
            rows.insert(0, row(PlanName::None, base));
            rows
        })
        .collect::<Vec<_>>()
        .into_iter()
        .flatten()
        .collect()
}
