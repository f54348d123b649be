//! From ids to the keys that files use.

use super::words::MeasureKey;
use crate::model::{AllocationLine, Chain, ClusterId, CommodityId, InterventionId, Metric, Model, SourceId};
use crate::sim::{Binding, Measure};

pub(super) fn source(model: &Model, id: SourceId) -> String {
    model.sources[id.index()].key.clone()
}

pub(super) fn cluster(model: &Model, id: ClusterId) -> String {
    model.clusters[id.index()].key.clone()
}

pub(super) fn clusters(model: &Model, ids: &[ClusterId]) -> Vec<String> {
    ids.iter().map(|id| cluster(model, *id)).collect()
}

pub(super) fn intervention(model: &Model, c: ClusterId, id: InterventionId) -> String {
    model.chain_of(c).interventions[id.index()].key.clone()
}

pub(super) fn commodities(chain: &Chain, ids: &[CommodityId]) -> Vec<String> {
    ids.iter().map(|id| chain.commodities[id.index()].key.clone()).collect()
}

/// How much of a line is locked [Rp].
pub(super) fn locked(model: &Model, line: &AllocationLine) -> i64 {
    model.locked.amount(line.source, line.cluster, line.intervention, line.year)
}

/// True if the scenario buys anything in units.
pub(super) fn any_units(model: &Model) -> bool {
    model.chains.iter().flat_map(|chain| &chain.interventions).any(|line| line.unit.is_some())
}

/// True if the scenario locks anything.
pub(super) fn any_locked(model: &Model) -> bool {
    !model.locked.lines.lines().is_empty()
}

/// The words for a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MeasureName<'m> {
    /// The measure.
    pub(crate) metric: MeasureKey,
    /// The chain, where it is of one.
    pub(crate) chain: Option<&'m str>,
    /// The commodity, channel, pool or indicator, where it is of one.
    pub(crate) item: Option<&'m str>,
    /// The unit.
    pub(crate) unit: &'m str,
}

/// The words for `measure`.
pub(crate) fn name_of(model: &Model, measure: Measure) -> MeasureName<'_> {
    match measure {
        Measure::Metric(Metric::Indicator(id)) | Measure::Indicator { id, .. } => {
            let indicator = &model.indicators[id.index()];
            let (item, unit) = (Some(indicator.key.as_str()), indicator.unit.as_str());
            MeasureName { metric: MeasureKey::Indicator, chain: None, item, unit }
        }
        Measure::Metric(metric) => {
            MeasureName { metric: metric.into(), chain: None, item: None, unit: metric.unit() }
        }
        Measure::Made(chain, m) => {
            let chain = &model.chains[chain.index()];
            let commodity = &chain.commodities[m.index()];
            let (item, unit) = (Some(commodity.key.as_str()), commodity.unit.as_str());
            MeasureName { metric: MeasureKey::Made, chain: Some(&chain.key), item, unit }
        }
        Measure::Quantity(chain, p) => {
            let chain = &model.chains[chain.index()];
            let process = &chain.processes[p.index()];
            let (item, unit) = (Some(process.key.as_str()), process.unit.as_str());
            MeasureName { metric: MeasureKey::Sold, chain: Some(&chain.key), item, unit }
        }
        Measure::Sales(chain, p) => {
            let chain = &model.chains[chain.index()];
            let item = Some(chain.processes[p.index()].key.as_str());
            MeasureName { metric: MeasureKey::Sales, chain: Some(&chain.key), item, unit: "Rp" }
        }
        Measure::Displaced => {
            MeasureName { metric: MeasureKey::Displaced, chain: None, item: None, unit: "Rp" }
        }
        Measure::Used(pool) => {
            let unit = model.pooled(pool).map_or("", |capacity| capacity.unit.as_str());
            let item = Some(model.pools[pool.index()].key.as_str());
            MeasureName { metric: MeasureKey::Used, chain: None, item, unit }
        }
    }
}

/// The key of a bottleneck, and whether it is a capacity.
pub(super) fn binding_of(model: &Model, cluster: ClusterId, what: Binding) -> (bool, &str) {
    let chain = model.chain_of(cluster);
    match what {
        Binding::Capacity(k) => (true, &chain.capacities[k.index()].key),
        Binding::OnHand(m) => (false, &chain.commodities[m.index()].key),
    }
}
