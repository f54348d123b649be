//! A model with one kind of its numbers scaled, or with money that comes later: for switching values, with the allocation
//! as it is.

use std::collections::BTreeMap;

use super::cluster::Cluster;
use super::id::ParameterId;
use super::root::{Model, ModelParts};
use super::uncertainty::{Distribution, Number};

/// A kind of number that is scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scaling {
    /// Prices of channels, and the reference prices of markets.
    Prices,
    /// Additionality, at most 1.
    Additionality,
    /// Effectiveness, at most 1.
    Effectiveness,
}

impl Scaling {
    /// The most that a number of this kind can be.
    pub fn most(self) -> f64 {
        match self {
            Scaling::Prices => f64::INFINITY,
            Scaling::Additionality | Scaling::Effectiveness => 1.0,
        }
    }
}

/// Every number of a kind, by cluster.
fn numbers(clusters: &mut [Cluster], of: Scaling) -> impl Iterator<Item = &mut Number> {
    clusters.iter_mut().flat_map(move |cluster| {
        let prices = cluster.processes.iter_mut().filter(move |_| of == Scaling::Prices);
        let shares = cluster.interventions.iter_mut().filter(move |_| of != Scaling::Prices);
        let prices = prices.map(|process| &mut process.price);
        prices.chain(shares.map(move |line| match of {
            Scaling::Additionality => &mut line.additionality,
            _ => &mut line.effectiveness,
        }))
    })
}

impl Model {
    /// The uncertain numbers of this kind, in order.
    pub fn uncertain_numbers(&self, of: Scaling) -> Vec<ParameterId> {
        let mut found: Vec<ParameterId> = Vec::new();
        for number in numbers(&mut self.clusters.clone(), of) {
            if let Number::Uncertain(id) = *number {
                found.push(id);
            }
        }
        let markets = self.markets.iter().filter(|_| of == Scaling::Prices);
        found.extend(markets.filter_map(|market| match market.reference_price {
            Number::Uncertain(id) => Some(id),
            Number::Certain(_) => None,
        }));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The model with every number of a kind times `factor`, no more than the kind allows. `distributions` are those that
    /// its uncertain numbers then have. Ways of selling stay established in their order.
    #[must_use]
    pub fn scaled(
        &self,
        of: Scaling,
        factor: f64,
        distributions: BTreeMap<ParameterId, Distribution>,
    ) -> Self {
        let mut changed = ModelParts::clone(self);
        let markets = changed.markets.iter_mut().filter(|_| of == Scaling::Prices);
        let numbers =
            numbers(&mut changed.clusters, of).chain(markets.map(|market| &mut market.reference_price));
        for number in numbers {
            if let Number::Certain(value) = number {
                *value = (*value * factor).min(of.most());
            }
        }
        for (id, distribution) in distributions {
            changed.parameters[id.index()].distribution = distribution;
        }
        Self::of_checked(changed)
    }

    /// The model in which every source pays so many periods later.
    #[must_use]
    pub fn delayed(&self, periods: usize) -> Self {
        let mut changed = ModelParts::clone(self);
        for source in &mut changed.sources {
            let late = std::iter::repeat_n(0.0, periods);
            source.disbursement = late.chain(source.disbursement.iter().copied()).collect();
        }
        Self::of_checked(changed)
    }
}

impl Distribution {
    /// The distribution of `factor` times the number, `factor` above 0; an event has none.
    #[must_use]
    pub fn times(&self, factor: f64) -> Option<Self> {
        let scaled = |values: &[f64]| values.iter().map(|value| factor * value).collect();
        Some(match self {
            Distribution::Uniform { min, max } => {
                Distribution::Uniform { min: factor * min, max: factor * max }
            }
            Distribution::Triangular { min, mode, max } => {
                Distribution::Triangular { min: factor * min, mode: factor * mode, max: factor * max }
            }
            Distribution::Pert { min, mode, max } => {
                Distribution::Pert { min: factor * min, mode: factor * mode, max: factor * max }
            }
            Distribution::Normal { mean, sd, min, max } => Distribution::Normal {
                mean: factor * mean,
                sd: factor * sd,
                min: factor * min,
                max: factor * max,
            },
            Distribution::Lognormal { median, cv } => {
                Distribution::Lognormal { median: factor * median, cv: *cv }
            }
            Distribution::Beta { alpha, beta, min, max } => {
                Distribution::Beta { alpha: *alpha, beta: *beta, min: factor * min, max: factor * max }
            }
            Distribution::Discrete { values, weights } => {
                Distribution::Discrete { values: scaled(values), weights: weights.clone() }
            }
            Distribution::Empirical { values } => Distribution::Empirical { values: scaled(values) },
            Distribution::Event(_) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every shape times 1.5 has 1.5 times its mean and support.
    #[test]
    fn a_scaled_distribution_has_a_scaled_mean_and_support() {
        let shapes = [
            Distribution::Uniform { min: 1.0, max: 3.0 },
            Distribution::Triangular { min: 1.0, mode: 1.5, max: 3.0 },
            Distribution::Pert { min: 1.0, mode: 1.5, max: 3.0 },
            Distribution::Normal { mean: 2.0, sd: 0.5, min: 0.0, max: f64::INFINITY },
            Distribution::Lognormal { median: 2.0, cv: 0.3 },
            Distribution::Beta { alpha: 2.0, beta: 3.0, min: 1.0, max: 2.0 },
            Distribution::Discrete { values: vec![1.0, 4.0], weights: vec![0.25, 0.75] },
            Distribution::Empirical { values: vec![1.0, 2.0, 2.0] },
        ];
        for shape in shapes {
            let scaled = shape.times(1.5).expect("no event");
            assert!(scaled.validate().is_ok());
            assert!((scaled.mean() - 1.5 * shape.mean()).abs() < 1e-12 * shape.mean());
            let (low, high) = shape.support();
            assert_eq!(scaled.support(), (1.5 * low, 1.5 * high));
        }
    }
}
