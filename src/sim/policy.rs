//! The base-stock policy: how much of each commodity a cluster keeps on hand and in transit.

use super::SimError;
use super::capacity::fill_capacities;
use super::fit::{most, take_needs};
use super::group::Group;
use crate::model::route::{Route, RouteUnit};
use crate::model::{BaseStock, Chain, ClusterId, LocalCommodity, Model, Number};

/// Base-stock levels by cluster and commodity, the same in every sample and with every plan.
///
/// A level is an amount, or a number of periods of *mean use without a plan*. Mean use is worked out on one run with
/// every number at its mean and seasons on, without a plan, in which every commodity that may be on hand is there
/// without limit: routes run in their order against the period's capacities, and what they take from hand is use. What
/// is made for stock is then made anew to replace the use of the period, most downstream commodity first and with the
/// capacities that are left, so that use is passed on to the goods on hand that stocks are made from. Use is averaged
/// over the periods of the horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct Targets {
    by_cluster: Vec<Vec<f64>>,
}

impl Targets {
    /// Works out the levels of all clusters.
    ///
    /// # Errors
    /// [`SimError::NegativeCapacity`] or [`SimError::Unbounded`] of the run at means.
    pub fn new(model: &Model) -> Result<Self, SimError> {
        let mut by_cluster = vec![Vec::new(); model.clusters.len()];
        for group in Group::all(model) {
            let mut targets = targets_of(model, &group)?.into_iter();
            for part in &group.parts {
                let commodities = model.chain_of(part.id).commodities.len();
                by_cluster[part.id.index()] = targets.by_ref().take(commodities).collect();
            }
        }
        Ok(Self { by_cluster })
    }

    /// The levels of all clusters of a group, by its commodities.
    pub(super) fn of_group(&self, group: &Group<'_>) -> Vec<f64> {
        group.parts.iter().flat_map(|part| self.of(part.id)).copied().collect()
    }

    /// The levels of a cluster by commodity [commodity units]; 0 where nothing is made for stock.
    pub fn of(&self, cluster: ClusterId) -> &[f64] {
        &self.by_cluster[cluster.index()]
    }
}

fn targets_of(model: &Model, group: &Group<'_>) -> Result<Vec<f64>, SimError> {
    let commodities = &group.cluster.commodities;
    let by_use = |local: &LocalCommodity| matches!(local.base_stock, BaseStock::Periods(_));
    let mean_use =
        if commodities.iter().any(by_use) { mean_use(model, group)? } else { vec![0.0; commodities.len()] };
    let level = |(local, mean_use): (&LocalCommodity, f64)| match local.base_stock {
        BaseStock::None => 0.0,
        BaseStock::Amount(amount) => amount,
        BaseStock::Periods(periods) => periods * mean_use,
    };
    Ok(commodities.iter().zip(mean_use).map(level).collect())
}

/// Mean use from hand per period without a plan, by commodity: see [`Targets`].
fn mean_use(model: &Model, group: &Group<'_>) -> Result<Vec<f64>, SimError> {
    let (chain, cluster) = (&*group.chain, &*group.cluster);
    let mean = |number: Number| model.mean(number);
    let units_of = |routes: &[Route]| -> Vec<RouteUnit> {
        let unit = |route| {
            let mut unit = RouteUnit::default();
            unit.fill(route, chain, cluster, mean);
            unit
        };
        routes.iter().map(unit).collect()
    };
    let (channel, stock) = (units_of(&cluster.routes.channel), units_of(&cluster.routes.stock));
    let mut run = MeanRun::new(chain);
    let mut total = vec![0.0; chain.commodities.len()];
    // At means every year is alike: one year's average is the horizon's.
    let periods = model.horizon.periods_per_year;
    for t in 0..periods {
        fill_capacities(model, group, t, None, mean, &mut run.left)?;
        run.used.fill(0.0);
        run.made.fill(0.0);
        for (route, unit) in cluster.routes.channel.iter().zip(&channel) {
            if unit.possible && unit.margin > 0.0 {
                let level = most(route, unit, &run.left, &run.hand);
                if level.is_infinite() {
                    return Err(SimError::unbounded(model, group, route, t));
                }
                run.run(route, unit, level);
            }
        }
        for (route, unit) in cluster.routes.stock.iter().zip(&stock) {
            let Some(m) = route.target.filter(|_| unit.possible) else { continue };
            let bound = most(route, unit, &run.left, &run.hand);
            let level = f64::min(bound, run.used[m.index()] - run.made[m.index()]);
            if level > 0.0 {
                run.made[m.index()] += level;
                run.run(route, unit, level);
            }
        }
        for (sum, used) in total.iter_mut().zip(&run.used) {
            *sum += used;
        }
    }
    Ok(total.into_iter().map(|sum| sum / periods.max(1) as f64).collect())
}

/// One period of the run at means.
struct MeanRun {
    /// Goods on hand: without limit.
    hand: Vec<f64>,
    left: Vec<f64>,
    used: Vec<f64>,
    made: Vec<f64>,
}

impl MeanRun {
    fn new(chain: &Chain) -> Self {
        let commodities = chain.commodities.len();
        Self {
            hand: vec![f64::INFINITY; commodities],
            left: vec![0.0; chain.capacities.len()],
            used: vec![0.0; commodities],
            made: vec![0.0; commodities],
        }
    }

    fn run(&mut self, route: &Route, unit: &RouteUnit, level: f64) {
        take_needs(route, unit, level, &mut self.left, &mut self.hand);
        for &m in &route.on_hand {
            self.used[m.index()] += level * unit.hand_need[m.index()];
        }
    }
}
