//! Outcome tables: every metric by year, cluster, product and channel, with and without the plan.

use rayon::prelude::*;

use super::estimate::Estimate;
use super::stream::{Grid, Row, Series, Summed};
use crate::model::ChainId;
use crate::model::{ClusterId, CommodityId, Model, ProcessId};
use crate::sim::{Item, Measure};

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

    /// The series kept of a run without a plan, or with one as the simulation's second.
    pub(super) fn series(with_plan: bool) -> Vec<Series> {
        let all = [
            Series { plan: 0, minus: None },
            Series { plan: 1, minus: None },
            Series { plan: 1, minus: Some(0) },
        ];
        all[..if with_plan { 3 } else { 1 }].to_vec()
    }

    const ALL: [PlanName; 3] = [PlanName::None, PlanName::Plan, PlanName::Increment];
}

/// One row: a measure at a place and time, over all samples.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeRow {
    /// Which future.
    pub plan: PlanName,
    /// The measure.
    pub measure: Measure,
    /// Where; `None` is everywhere.
    pub cluster: Option<ClusterId>,
    /// When (from 0); `None` is the whole horizon, money discounted.
    pub year: Option<usize>,
    /// Its distribution.
    pub estimate: Estimate,
}

/// All rows in their order of report, without and, where the run had one, with the plan and the increment.
pub(super) fn outcome_rows(
    model: &Model,
    grid: &Grid,
    summed: &Summed<'_>,
    series: usize,
) -> Vec<OutcomeRow> {
    let years: Vec<Option<usize>> =
        std::iter::once(None).chain((0..model.horizon.operating_years()).map(Some)).collect();
    let mut rows: Vec<Row> = Vec::new();
    for item in Item::common(model) {
        // Clusters whose chain has nothing to do with it have no rows.
        let counts = |c: &ClusterId| {
            let chain = model.clusters[c.index()].chain;
            match item {
                Item::Displaced => model.displaces(chain),
                Item::Indicator(id) => model.counts(chain, id),
                _ => true,
            }
        };
        let Some(measure) = Measure::of(model, ChainId::new(0), item) else { continue };
        for cluster in std::iter::once(None).chain(model.cluster_ids().filter(counts).map(Some)) {
            rows.extend(years.iter().map(|year| Row { measure, cluster, year: *year }));
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
            for &cluster in &places {
                rows.extend(years.iter().map(|year| Row { measure, cluster, year: *year }));
            }
        }
    }
    for pool in model.pool_ids() {
        let members = model.pools[pool.index()].members.iter().map(|(c, _)| Some(*c));
        for cluster in std::iter::once(None).chain(members) {
            let measure = Measure::Used(pool);
            rows.extend(years.iter().map(|year| Row { measure, cluster, year: *year }));
        }
    }
    rows.par_iter()
        .flat_map_iter(|row| {
            PlanName::ALL[..series].iter().enumerate().filter_map(|(s, plan)| {
                let place = grid.place(*row, s)?;
                Some(OutcomeRow {
                    plan: *plan,
                    measure: row.measure,
                    cluster: row.cluster,
                    year: row.year,
                    estimate: summed.estimate(place),
                })
            })
        })
        .collect()
}
