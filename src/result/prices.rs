//! Every price, wage and unit cost in full rupiah.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Chain, ChainId, Cluster, Model, Number};

/// The kind of a number of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceKey {
    /// The wage of a person-day.
    Wage,
    /// Bought-in inputs and services of a process.
    UnitCost,
    /// The price that a channel sells at.
    Price,
}

/// A wage, unit cost or price in a cluster, as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PriceLine {
    /// The cluster.
    pub cluster: String,
    /// Its chain.
    pub chain: String,
    /// Whether it is a wage, a unit cost or a price.
    pub item: PriceKey,
    /// The process or channel; empty for a wage.
    pub key: String,
    /// Its mean [Rp per unit].
    pub rupiah: f64,
    /// The unit.
    pub per: String,
    /// Whether it is certain.
    pub certain: bool,
}

/// A wage, unit cost or price of a chain, and how to find it in a cluster.
pub(crate) struct PricedItem<'m> {
    /// Its kind.
    pub(crate) item: PriceKey,
    /// The process or channel; empty for a wage.
    pub(crate) key: &'m str,
    /// The unit.
    pub(crate) unit: &'m str,
    /// The number in a cluster.
    pub(crate) of: Box<dyn Fn(&Cluster) -> Number + 'm>,
}

/// The wage of a chain, then unit costs and prices in the order of the chain.
pub(crate) fn priced_items(chain: &Chain) -> Vec<PricedItem<'_>> {
    let wage = Box::new(|cluster: &Cluster| cluster.wage);
    let mut items = vec![PricedItem { item: PriceKey::Wage, key: "", unit: "person-day", of: wage }];
    for p in &chain.order {
        let process = &chain.processes[p.index()];
        let (key, unit, at) = (process.key.as_str(), process.unit.as_str(), p.index());
        let cost = Box::new(move |cluster: &Cluster| cluster.processes[at].unit_cost);
        items.push(PricedItem { item: PriceKey::UnitCost, key, unit, of: cost });
        if process.is_channel {
            let price = Box::new(move |cluster: &Cluster| cluster.processes[at].price);
            items.push(PricedItem { item: PriceKey::Price, key, unit, of: price });
        }
    }
    items
}

/// The clusters of a chain.
pub(crate) fn clusters_of(model: &Model, chain: ChainId) -> impl Iterator<Item = &Cluster> {
    model.clusters.iter().filter(move |cluster| cluster.chain == chain)
}

/// Every one in every cluster.
pub(super) fn lines(model: &Model) -> Vec<PriceLine> {
    let mut list = Vec::new();
    for (h, chain) in model.chains.iter().enumerate() {
        let items = priced_items(chain);
        for cluster in clusters_of(model, ChainId::new(h)) {
            list.extend(items.iter().map(|item| {
                let number = (item.of)(cluster);
                PriceLine {
                    cluster: cluster.key.clone(),
                    chain: chain.key.clone(),
                    item: item.item,
                    key: item.key.to_string(),
                    rupiah: model.mean(number),
                    per: item.unit.to_string(),
                    certain: matches!(number, Number::Certain(_)),
                }
            }));
        }
    }
    list
}
