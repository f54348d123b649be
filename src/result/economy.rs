//! The economy beyond the enterprises: markets, shadow prices, indicators, and routes that the program would idle.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::estimate::Title;
use super::keys;
use super::parameter::NumberDocument;
use crate::model::{ChainId, ClusterId, Market, Metric, Model, ProcessId, ShadowPrices};
use crate::sim::Measure;
use crate::study::{PlanName, PlanStudy};

/// A market in which sales displace those of other producers at home.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MarketDocument {
    /// Its key.
    pub market: String,
    /// Its name.
    pub title: Title,
    /// Channels that sell into it, as `chain/channel`.
    pub channels: Vec<String>,
    /// Price to which displacement refers [Rp per unit of level of its channels].
    pub reference_price: NumberDocument,
    /// Share of the reference price that other producers at home lose by each unit sold.
    pub displacement: NumberDocument,
}

fn process_name(model: &Model, chain: ChainId, process: ProcessId) -> String {
    let chain = &model.chains[chain.index()];
    format!("{}/{}", chain.key, chain.processes[process.index()].key)
}

impl MarketDocument {
    pub(super) fn of(model: &Model, market: &Market) -> Self {
        Self {
            market: market.key.clone(),
            title: (&market.title).into(),
            channels: market.channels.iter().map(|&(c, p)| process_name(model, c, p)).collect(),
            reference_price: NumberDocument::of(model, market.reference_price),
            displacement: NumberDocument::of(model, market.displacement),
        }
    }
}

/// Conversion factors of a process that has its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConversionDocument {
    /// The process, as `chain/process`.
    pub process: String,
    /// Of its price.
    pub price: f64,
    /// Of its unit cost.
    pub cost: f64,
}

/// The worth of labour, sales and bought-in goods to the economy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShadowPricesDocument {
    /// Shadow wage as a share of the wage.
    pub wage_ratio: f64,
    /// Conversion factor of prices.
    pub prices: f64,
    /// Conversion factor of unit costs and upkeep.
    pub costs: f64,
    /// Processes with factors of their own; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<ConversionDocument>,
}

impl ShadowPricesDocument {
    pub(super) fn of(model: &Model, of: &ShadowPrices) -> Self {
        let own = of.own.iter().map(|&(chain, process, factors)| ConversionDocument {
            process: process_name(model, chain, process),
            price: factors.price,
            cost: factors.cost,
        });
        Self {
            wage_ratio: of.wage_ratio,
            prices: of.conversion.price,
            costs: of.conversion.cost,
            own: own.collect(),
        }
    }
}

/// Whether more of an indicator is better, or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BetterKey {
    /// More is better.
    More,
    /// Less is better.
    Less,
}

impl BetterKey {
    /// Of an indicator; nothing of any other measure.
    pub(super) fn of(model: &Model, measure: Measure) -> Option<Self> {
        match measure {
            Measure::Indicator { id, .. } => {
                Some(if model.indicators[id.index()].more_is_better { Self::More } else { Self::Less })
            }
            _ => None,
        }
    }
}

/// An indicator: a named amount for each unit of a process's level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IndicatorDocument {
    /// Its key.
    pub indicator: String,
    /// Its name.
    pub title: Title,
    /// Its unit.
    pub unit: String,
    /// Whether totals discount it, as they do money.
    pub discounted: bool,
    /// Whether more of it is better, or less.
    pub better: BetterKey,
}

impl IndicatorDocument {
    pub(super) fn all(model: &Model) -> Vec<Self> {
        let of = |own: &crate::model::Indicator| Self {
            indicator: own.key.clone(),
            title: (&own.title).into(),
            unit: own.unit.clone(),
            discounted: own.is_money,
            better: if own.more_is_better { BetterKey::More } else { BetterKey::Less },
        };
        model.indicators.iter().map(of).collect()
    }
}

/// A route on which enterprises earn, though the metric does not: the program would idle it, enterprises run it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IdledRouteDocument {
    /// The cluster.
    pub cluster: String,
    /// The route.
    pub route: String,
    /// Margin of a unit of its channel, at means [Rp].
    pub margin: f64,
    /// Worth of a unit of its channel in the metric, at means [Rp].
    pub worth: f64,
}

/// Routes that the program would idle though enterprises run them. Where they are, `objective` is an upper estimate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IdledDocument {
    /// The routes.
    pub routes: Vec<IdledRouteDocument>,
    /// Share of the simulated increment that falls in clusters with such routes, an upper estimate of what rests on them; null
    /// where the increment is zero.
    pub share_of_gain: Option<f64>,
}

/// Share of the simulated increment of a metric that falls in `clusters`.
pub(crate) fn share_of_gain(study: &PlanStudy, clusters: &[ClusterId]) -> Option<f64> {
    let metric: Metric = study.request.metric;
    let own = study.evaluation.rows.iter().filter(|row| {
        row.plan == PlanName::Increment
            && row.measure == Measure::Metric(metric)
            && row.year.is_none()
            && row.cluster.is_some_and(|c| clusters.contains(&c))
    });
    let gained: f64 = own.map(|row| row.estimate.mean).sum();
    (study.headline.mean != 0.0).then(|| gained / study.headline.mean)
}

impl IdledDocument {
    /// Of a plan; nothing where there are no such routes.
    pub(super) fn of(model: &Model, study: &PlanStudy) -> Option<Self> {
        let idled = model.idled(study.request.metric);
        let mut clusters: Vec<ClusterId> = idled.iter().map(|idled| idled.cluster).collect();
        clusters.dedup();
        let routes = idled.iter().map(|idled| {
            let route = &model.clusters[idled.cluster.index()].routes.channel[idled.route];
            IdledRouteDocument {
                cluster: keys::cluster(model, idled.cluster),
                route: route.name.clone(),
                margin: route.mean_margin,
                worth: idled.worth,
            }
        });
        let routes: Vec<IdledRouteDocument> = routes.collect();
        (!routes.is_empty()).then(|| Self { routes, share_of_gain: share_of_gain(study, &clusters) })
    }
}
