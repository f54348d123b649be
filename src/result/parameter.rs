//! Numbers of the model: certain ones, and uncertain ones with their distributions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::estimate::finite;
use super::words::VariesKey;
use crate::model::{self, Distribution, FactorId, Model};

/// A number of the model, in the unit of what it is a number of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum NumberDocument {
    /// The value of a certain number.
    Certain(f64),
    /// An uncertain number.
    Uncertain {
        /// Mean of its distribution.
        mean: f64,
        /// Its name in `parameters`.
        name: String,
    },
}

impl NumberDocument {
    pub(super) fn of(model: &Model, number: model::Number) -> Self {
        match number {
            model::Number::Certain(value) => NumberDocument::Certain(value),
            model::Number::Uncertain(id) => {
                let parameter = &model.parameters[id.index()];
                NumberDocument::Uncertain {
                    mean: parameter.distribution.mean(),
                    name: parameter.name.clone(),
                }
            }
        }
    }
}

/// A distribution: its name, its mean and its parameters in the order of the columns p1 to p4 of `values.csv`. An end
/// without truncation is null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum DistributionDocument {
    /// Parameters: min, max.
    Uniform(ParametersDocument),
    /// Parameters: min, mode, max.
    Triangular(ParametersDocument),
    /// Parameters: min, mode, max.
    Pert(ParametersDocument),
    /// Parameters: mean, standard deviation, min, max.
    Normal(ParametersDocument),
    /// Parameters: median, coefficient of variation.
    Lognormal(ParametersDocument),
    /// Parameters: alpha, beta, min, max.
    Beta(ParametersDocument),
    /// Values with their weights.
    Discrete {
        /// Mean.
        mean: f64,
        /// Values, ascending.
        values: Vec<f64>,
        /// Their weights [share], which sum to 1.
        weights: Vec<f64>,
    },
    /// Observations, each as likely.
    Empirical {
        /// Mean.
        mean: f64,
        /// Observations, ascending.
        values: Vec<f64>,
    },
    /// The share of a capacity that events leave.
    Event {
        /// Mean share that is left in the long run.
        mean: f64,
        /// Mean number of events [1/year].
        rate: f64,
        /// Size of the negative binomial count; null for a Poisson count.
        dispersion: Option<f64>,
        /// Share of the capacity that an event takes.
        severity: Box<DistributionDocument>,
        /// Duration of an event [periods].
        duration: Box<DistributionDocument>,
        /// Share of events that begin in each period of the year.
        starts: Vec<f64>,
    },
}

/// The mean and the parameters of a distribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParametersDocument {
    /// Mean.
    pub mean: f64,
    /// Parameters in the order of the columns p1 to p4; null for an end without truncation.
    pub parameters: Vec<Option<f64>>,
}

impl From<&Distribution> for DistributionDocument {
    fn from(of: &Distribution) -> Self {
        let mean = of.mean();
        let shape =
            || ParametersDocument { mean, parameters: of.parameters().into_iter().map(finite).collect() };
        match of {
            Distribution::Uniform { .. } => Self::Uniform(shape()),
            Distribution::Triangular { .. } => Self::Triangular(shape()),
            Distribution::Pert { .. } => Self::Pert(shape()),
            Distribution::Normal { .. } => Self::Normal(shape()),
            Distribution::Lognormal { .. } => Self::Lognormal(shape()),
            Distribution::Beta { .. } => Self::Beta(shape()),
            Distribution::Discrete { values, weights } => {
                Self::Discrete { mean, values: values.clone(), weights: weights.clone() }
            }
            Distribution::Empirical { values } => Self::Empirical { mean, values: values.clone() },
            Distribution::Event(event) => Self::Event {
                mean,
                rate: event.rate,
                dispersion: event.dispersion,
                severity: Box::new((&event.severity).into()),
                duration: Box::new((&event.duration).into()),
                starts: event.starts.clone(),
            },
        }
    }
}

/// The share of a factor in a parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoadingDocument {
    /// Name of the factor.
    pub factor: String,
    /// Correlation with it [-1 to 1].
    pub loading: f64,
}

/// An uncertain number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParameterDocument {
    /// Its name, such as `kutasari/price/ekspor`.
    pub name: String,
    /// Its distribution.
    pub distribution: DistributionDocument,
    /// How often it takes a new value.
    pub varies: VariesKey,
    /// The factors it goes with.
    pub loadings: Vec<LoadingDocument>,
}

impl ParameterDocument {
    pub(super) fn of(model: &Model, parameter: &model::Parameter) -> Self {
        let loading = |(factor, loading): &(FactorId, f64)| LoadingDocument {
            factor: model.factors[factor.index()].name.clone(),
            loading: *loading,
        };
        Self {
            name: parameter.name.clone(),
            distribution: (&parameter.distribution).into(),
            varies: parameter.varies.into(),
            loadings: parameter.loadings.iter().map(loading).collect(),
        }
    }
}

/// A factor that uncertain numbers share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactorDocument {
    /// Its name.
    pub name: String,
    /// How often it takes a new value.
    pub varies: VariesKey,
    /// Correlation with its value before (autoregression of order one).
    pub ar: f64,
}

impl From<&model::Factor> for FactorDocument {
    fn from(of: &model::Factor) -> Self {
        Self { name: of.name.clone(), varies: of.varies.into(), ar: of.ar }
    }
}
