//! Routes on which enterprises earn though the economy does not: the program would idle them, the simulator runs them.

use super::economy::Conversion;
use super::id::{ChainId, ClusterId};
use super::metric::Metric;
use super::root::ModelParts;
use super::route::{Route, RouteUnit};

/// A route of positive expected margin whose worth in a metric is not positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Idled {
    /// The cluster.
    pub cluster: ClusterId,
    /// Number of the route among the cluster's routes to channels.
    pub route: usize,
    /// Worth of a unit of its channel in the metric, with all coefficients at their means [Rp].
    pub worth: f64,
}

impl ModelParts {
    /// The routes to channels whose expected margin is positive and whose worth in `metric` is not. None where the metric is no
    /// money, nor where it is the margin itself. An indicator gets nothing of routes that do not count towards it.
    pub fn idled(&self, metric: Metric) -> Vec<Idled> {
        let differs = match metric {
            // Wages are not negative, so without displacement value added is no less than margin.
            Metric::GrossOutput | Metric::ValueAdded => !self.markets.is_empty(),
            Metric::Economic => self.shadow_prices.is_some(),
            Metric::Indicator(_) => true,
            Metric::Margin | Metric::Employment => false,
        };
        if !differs {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut unit = RouteUnit::default();
        for cluster in self.cluster_ids() {
            let routes = &self.clusters[cluster.index()].routes.channel;
            for (number, route) in routes.iter().enumerate().filter(|(_, route)| route.mean_margin > 0.0) {
                let worth = self.worth(cluster, route, metric, &mut unit);
                if worth <= 0.0 {
                    found.push(Idled { cluster, route: number, worth });
                }
            }
        }
        found
    }

    /// Worth of a unit of a route's channel in a metric that is money, at means.
    fn worth(&self, cluster: ClusterId, route: &Route, metric: Metric, unit: &mut RouteUnit) -> f64 {
        let local = &self.clusters[cluster.index()];
        let chain: ChainId = local.chain;
        unit.fill(route, self.chain_of(cluster), local, |number| self.mean(number));
        let mut worth = 0.0;
        for (step, level) in route.steps.iter().zip(&unit.levels) {
            let process = &local.processes[step.process.index()];
            let [price, cost] = [process.price, process.unit_cost].map(|number| self.mean(number));
            let wages = self.mean(process.wage) * self.mean(process.labour);
            let displaced = self
                .market_of(chain, step.process)
                .map_or(0.0, |market| self.mean(market.displacement) * self.mean(market.reference_price));
            worth += level
                * match metric {
                    Metric::GrossOutput => price - displaced,
                    Metric::ValueAdded => price - cost - displaced,
                    Metric::Economic => {
                        let shadow = self.shadow_prices.as_ref();
                        let factors = shadow
                            .map_or(Conversion { price: 1.0, cost: 1.0 }, |own| own.of(chain, step.process));
                        let ratio = shadow.map_or(0.0, |own| own.wage_ratio);
                        factors.price * price - factors.cost * cost - ratio * wages - displaced
                    }
                    Metric::Margin => price - cost - wages,
                    Metric::Employment => 0.0,
                    Metric::Indicator(id) => {
                        let counted = &self.chain_of(cluster).processes[step.process.index()].indicators;
                        let place = counted.iter().position(|own| *own == id);
                        place.map_or(0.0, |n| {
                            self.indicators[id.index()].worth(self.mean(process.indicators[n]))
                        })
                    }
                };
        }
        worth
    }
}
