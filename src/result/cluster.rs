//! A cluster of the model with its numbers.
//!
//! A nation has a hundred thousand of them, and all are hashed: fields stand in alphabetical order of their keys, so that a
//! cluster's own text is the canonical one ([`super::hash`]).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chain::RouteDocument;
use super::parameter::NumberDocument;
use crate::model::{
    BaseStock, Chain, Cluster, CommodityId, LocalAccounts, LocalIntervention, LocalProcess, Model, Number,
};

/// Coefficients by commodity, capacity or indicator.
type Coefficients = BTreeMap<String, NumberDocument>;

/// A process in a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LocalProcessDocument {
    /// Amount of each indicator [its unit per unit of level]; absent where there are none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub indicators: Coefficients,
    /// Input of each commodity [its unit per unit of level].
    pub inputs: Coefficients,
    /// Labour [person-days per unit of level].
    pub labour: NumberDocument,
    /// Whether the cluster runs it.
    pub open: bool,
    /// Output of each commodity [its unit per unit of level].
    pub outputs: Coefficients,
    /// Price [Rp per unit of level]; null where it does not sell.
    pub price: Option<NumberDocument>,
    /// Bought-in inputs and services [Rp per unit of level].
    pub unit_cost: NumberDocument,
    /// Use of each capacity [its unit per unit of level].
    pub uses: Coefficients,
}

/// A capacity in a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LocalCapacityDocument {
    /// Capacity that stands [its unit per period].
    pub base: NumberDocument,
    /// Shares that events leave of it.
    pub events: Vec<NumberDocument>,
    /// Multiple of the base.
    pub variation: NumberDocument,
}

/// A commodity in a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LocalCommodityDocument {
    /// Stock that is made for [its unit]; null where none is stated so.
    pub base_stock: Option<f64>,
    /// The same in periods of use; null where none is stated so.
    pub base_stock_periods: Option<f64>,
    /// Stock at the beginning [its unit].
    pub initial_stock: NumberDocument,
    /// Share of the stock that is lost in a period.
    pub loss: NumberDocument,
}

/// An intervention in a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LocalInterventionDocument {
    /// Share of what is bought that would not have come about anyway.
    pub additionality: NumberDocument,
    /// Share of what is bought that works.
    pub effectiveness: NumberDocument,
    /// Cost of opening the cluster [Rp]; of a candidate's opening only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_cost: Option<i64>,
    /// Least amount in a year from all sources together, if any [Rp].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// Upkeep [share of the stock per year].
    pub upkeep: NumberDocument,
}

/// What a cluster's accounts are kept by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LocalAccountsDocument {
    /// Price at which one actor sells a commodity to another [Rp per unit], by commodity.
    pub commodity_price: Coefficients,
    /// Tradable share of the unit cost, by process.
    pub tradable: Coefficients,
}

/// A cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterDocument {
    /// What its accounts are kept by, where its chain names actors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<LocalAccountsDocument>,
    /// True of a candidate, which is funded only if it is opened; else absent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub candidate: bool,
    /// Capacities by key.
    pub capacities: BTreeMap<String, LocalCapacityDocument>,
    /// Key of its chain.
    pub chain: String,
    /// Its key.
    pub cluster: String,
    /// Commodities by key.
    pub commodities: BTreeMap<String, LocalCommodityDocument>,
    /// Enterprises.
    pub enterprises: f64,
    /// Interventions by key.
    pub interventions: BTreeMap<String, LocalInterventionDocument>,
    /// Its name in Indonesian.
    pub name: String,
    /// Passes that a period takes over its routes.
    pub passes: usize,
    /// Latitude and longitude [degrees]; null where not stated.
    pub position: Option<[f64; 2]>,
    /// Its potential score, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub potential: Option<f64>,
    /// Processes by key.
    pub processes: BTreeMap<String, LocalProcessDocument>,
    /// Its region.
    pub region: String,
    /// The code of its region; absent where none is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region_code: Option<String>,
    /// Routes to channels, in the order in which they are run.
    pub routes: Vec<RouteDocument>,
    /// Routes that make for stock, in the order in which they are run.
    pub stock_routes: Vec<RouteDocument>,
    /// Wage [Rp per person-day].
    pub wage: NumberDocument,
    /// Workers.
    pub workers: f64,
}

fn keyed<T>(keys: impl Iterator<Item = String>, values: impl Iterator<Item = T>) -> BTreeMap<String, T> {
    keys.zip(values).collect()
}

fn coefficients(model: &Model, keys: impl Iterator<Item = String>, values: &[Number]) -> Coefficients {
    keyed(keys, values.iter().map(|x| NumberDocument::of(model, *x)))
}

fn processes(model: &Model, chain: &Chain, cluster: &Cluster) -> BTreeMap<String, LocalProcessDocument> {
    let commodity = |m: &CommodityId| chain.commodities[m.index()].key.clone();
    let capacity = |k: &crate::model::CapacityId| chain.capacities[k.index()].key.clone();
    let indicator = |i: &crate::model::IndicatorId| model.indicators[i.index()].key.clone();
    let of = |(process, local): (&crate::model::Process, &LocalProcess)| LocalProcessDocument {
        indicators: coefficients(model, process.indicators.iter().map(indicator), &local.indicators),
        inputs: coefficients(model, process.inputs.iter().map(commodity), &local.inputs),
        labour: NumberDocument::of(model, local.labour),
        open: local.open,
        outputs: coefficients(model, process.outputs.iter().map(commodity), &local.outputs),
        price: process.is_channel.then(|| NumberDocument::of(model, local.price)),
        unit_cost: NumberDocument::of(model, local.unit_cost),
        uses: coefficients(model, process.uses.iter().map(capacity), &local.uses),
    };
    keyed(
        chain.processes.iter().map(|p| p.key.clone()),
        chain.processes.iter().zip(&cluster.processes).map(of),
    )
}

fn capacities(model: &Model, chain: &Chain, cluster: &Cluster) -> BTreeMap<String, LocalCapacityDocument> {
    let local = cluster.capacities.iter().map(|k| LocalCapacityDocument {
        base: NumberDocument::of(model, k.base),
        events: k.hazards.iter().map(|h| NumberDocument::of(model, *h)).collect(),
        variation: NumberDocument::of(model, k.variation),
    });
    keyed(chain.capacities.iter().map(|k| k.key.clone()), local)
}

fn commodities(model: &Model, chain: &Chain, cluster: &Cluster) -> BTreeMap<String, LocalCommodityDocument> {
    let local = cluster.commodities.iter().map(|m| {
        let (base_stock, base_stock_periods) = match m.base_stock {
            BaseStock::None => (None, None),
            BaseStock::Amount(amount) => (Some(amount), None),
            BaseStock::Periods(periods) => (None, Some(periods)),
        };
        LocalCommodityDocument {
            base_stock,
            base_stock_periods,
            initial_stock: NumberDocument::of(model, m.initial_stock),
            loss: NumberDocument::of(model, m.loss),
        }
    });
    keyed(chain.commodities.iter().map(|m| m.key.clone()), local)
}

fn interventions(
    model: &Model,
    chain: &Chain,
    cluster: &Cluster,
) -> BTreeMap<String, LocalInterventionDocument> {
    let of = |(line, local): (&crate::model::Intervention, &LocalIntervention)| LocalInterventionDocument {
        additionality: NumberDocument::of(model, local.additionality),
        effectiveness: NumberDocument::of(model, local.effectiveness),
        fixed_cost: (cluster.candidate && line.opens).then_some(local.fixed_cost.0),
        minimum: (local.minimum.0 > 0).then_some(local.minimum.0),
        upkeep: NumberDocument::of(model, local.upkeep),
    };
    let keys = chain.interventions.iter().map(|i| i.key.clone());
    keyed(keys, chain.interventions.iter().zip(&cluster.interventions).map(of))
}

fn accounts(model: &Model, chain: &Chain, kept: &LocalAccounts) -> LocalAccountsDocument {
    let prices = chain.commodities.iter().zip(&kept.prices);
    let stated = prices.filter_map(|(m, price)| Some((m.key.clone(), NumberDocument::of(model, (*price)?))));
    let processes = chain.processes.iter().map(|p| p.key.clone());
    LocalAccountsDocument {
        commodity_price: stated.collect(),
        tradable: coefficients(model, processes, &kept.tradable),
    }
}

impl ClusterDocument {
    pub(super) fn of(model: &Model, cluster: &Cluster) -> Self {
        let chain = &model.chains[cluster.chain.index()];
        Self {
            accounts: cluster.accounts.as_ref().map(|kept| accounts(model, chain, kept)),
            candidate: cluster.candidate,
            capacities: capacities(model, chain, cluster),
            chain: chain.key.clone(),
            cluster: cluster.key.clone(),
            commodities: commodities(model, chain, cluster),
            enterprises: cluster.enterprises,
            interventions: interventions(model, chain, cluster),
            name: cluster.title.id.clone(),
            passes: chain.passes(),
            position: cluster.position.map(|(latitude, longitude)| [latitude, longitude]),
            potential: cluster.potential,
            processes: processes(model, chain, cluster),
            region: cluster.region.clone(),
            region_code: cluster.region_code.clone(),
            routes: cluster.routes.channel.iter().map(|r| RouteDocument::of(chain, r)).collect(),
            stock_routes: cluster.routes.stock.iter().map(|r| RouteDocument::of(chain, r)).collect(),
            wage: NumberDocument::of(model, cluster.wage),
            workers: cluster.workers,
        }
    }
}
