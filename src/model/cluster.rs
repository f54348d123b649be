//! A cluster: a chain at a place, with its enterprises, base capacities, local prices and coefficients.

use super::actor::LocalAccounts;
use super::id::ChainId;
use super::path::ClusterRoutes;
use super::title::Title;
use super::uncertainty::Number;
use crate::units::Rupiah;

/// The level to which a commodity is made for stock (an order-up-to policy).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BaseStock {
    /// Not made for stock.
    None,
    /// This amount on hand and in transit together [commodity units].
    Amount(f64),
    /// This many periods of the commodity's mean use without a plan.
    Periods(f64),
}

/// A process with its coefficients in one cluster; lists align with those of the chain's process.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalProcess {
    /// Inputs per unit of level [commodity unit / level unit], in\[p,m\].
    pub inputs: Vec<Number>,
    /// Outputs per unit of level [commodity unit / level unit], out\[p,m\].
    pub outputs: Vec<Number>,
    /// Capacity used per unit of level [capacity unit / level unit], use\[p,k\].
    pub uses: Vec<Number>,
    /// Amounts of indicators per unit of level [indicator unit / level unit].
    pub indicators: Vec<Number>,
    /// Bought-in inputs and services [Rp / level unit].
    pub unit_cost: Number,
    /// Work [person-days / level unit].
    pub labour: Number,
    /// The cluster's wage [Rp / person-day].
    pub wage: Number,
    /// Price of a channel [Rp / level unit]; zero for other processes.
    pub price: Number,
    /// False if no route of positive expected margin contains it: closed in both readings.
    pub open: bool,
}

/// A commodity in one cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalCommodity {
    /// Share of the stock lost each period.
    pub loss: Number,
    /// Stock at the start, v\[m,0\] [commodity units].
    pub initial_stock: Number,
    /// Base-stock level.
    pub base_stock: BaseStock,
}

/// A capacity in one cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalCapacity {
    /// Base: the capacity today, base\[k,c\] [capacity units per period]; the pool's where it is part of one.
    pub base: Number,
    /// Sampled variation m, a multiplier.
    pub variation: Number,
    /// Share that each event which can hit it leaves, 0 to 1: h is their product.
    pub hazards: Vec<Number>,
}

/// An intervention in one cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalIntervention {
    /// Share of the nominal effect that comes about.
    pub effectiveness: Number,
    /// Share of it that would not have come about anyway.
    pub additionality: Number,
    /// Upkeep a year as a share of the stock.
    pub upkeep: Number,
    /// Minimum size \[Rp\]: what all sources together commit in a year is nothing or at least this; 0 where there is none.
    pub minimum: Rupiah,
    /// Fixed cost of opening the cluster \[Rp\], where the intervention opens it; else 0.
    pub fixed_cost: Rupiah,
}

/// A chain at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Key in files.
    pub key: String,
    /// Its name.
    pub title: Title,
    /// The region it lies in.
    pub region: String,
    /// Its code in an official list of regions, where stated.
    pub region_code: Option<String>,
    /// True for a candidate: it gets money only once it is opened. What stands there counts as anywhere.
    pub candidate: bool,
    /// Score of its mapped potential, not below 0, where stated.
    pub potential: Option<f64>,
    /// Latitude and longitude [degrees], where stated.
    pub position: Option<(f64, f64)>,
    /// Its chain.
    pub chain: ChainId,
    /// Number of enterprises N.
    pub enterprises: f64,
    /// Number of workers.
    pub workers: f64,
    /// Wage [Rp / person-day].
    pub wage: Number,
    /// Coefficients by process.
    pub processes: Vec<LocalProcess>,
    /// Numbers by commodity.
    pub commodities: Vec<LocalCommodity>,
    /// Numbers by capacity.
    pub capacities: Vec<LocalCapacity>,
    /// Numbers by intervention.
    pub interventions: Vec<LocalIntervention>,
    /// Its established ways of selling and of making for stock, in order.
    pub routes: ClusterRoutes,
    /// What its accounts are kept by; where its chain has actors.
    pub accounts: Option<LocalAccounts>,
}
