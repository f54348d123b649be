//! Realised numbers of samples, and one sample in full.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::changes::ChangeDocument;
use super::hash::scenario_hash;
use super::table::{Plain, rows};
use super::words::{PlanKey, words};
use crate::model::{Model, ParameterId};
use crate::sampling::{Purpose, Sampler, blocks};

words! {
    /// The purpose of draws; each purpose has draws of its own.
    PurposeKey of Purpose {
        /// Planning.
        Planning = "planning",
        /// The bound on the gap to the optimum.
        Bound = "bound",
        /// Evaluation on fresh samples.
        Evaluation = "evaluation",
        /// The pilot of a simulation.
        Pilot = "pilot",
    }
}

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SamplesSchema {
    /// Version 1.
    #[serde(rename = "rantai.samples/1")]
    One,
}

/// Realised numbers of samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SamplesDocument {
    /// The schema.
    pub schema: SamplesSchema,
    /// SHA-256 of the model.
    pub scenario_hash: String,
    /// What overrides change in the scenario. Absent where they change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeDocument>,
    /// Samples.
    pub samples: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// The purpose of the draws.
    pub purpose: PurposeKey,
    /// Names of the uncertain numbers.
    pub names: Vec<String>,
    /// Names of the factors.
    pub factors: Vec<String>,
    /// Periods.
    pub periods: usize,
    /// The value in force, as [sample][name][period].
    pub values: Vec<Vec<Vec<f64>>>,
}

impl SamplesDocument {
    /// The first `count` samples of `sampler`.
    pub fn of(model: &Model, sampler: &Sampler, purpose: Purpose, seed: u64, count: usize) -> Self {
        let mut values = Vec::with_capacity(count);
        for (first, length) in blocks(count) {
            let block = sampler.block(first, length);
            for i in 0..length {
                let realisation = block.realisation(i);
                let of_name = |p: usize| -> Vec<f64> {
                    (0..sampler.periods()).map(|t| realisation.value(ParameterId::new(p), t)).collect()
                };
                values.push((0..sampler.parameter_names().len()).map(of_name).collect());
            }
        }
        Self {
            schema: SamplesSchema::One,
            scenario_hash: scenario_hash(model),
            changes: Vec::new(),
            samples: count,
            seed,
            purpose: purpose.into(),
            names: sampler.parameter_names().to_vec(),
            factors: sampler.factor_names().to_vec(),
            periods: sampler.periods(),
            values,
        }
    }
}

/// A part of the state of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TraceKey {
    /// Level of a process.
    Level,
    /// Capacity.
    Capacity,
    /// The rest of a capacity.
    Left,
    /// Stock of a commodity.
    OnHand,
    /// The amount of a commodity in transit.
    InTransit,
    /// The amount of a commodity that is lost.
    Lost,
}

rows! {
    /// A row of what `sample` writes: the value of a number or factor in a period of a sample.
    SampleRow<'a> {
        /// The sample, from 1.
        sample: usize,
        /// The number or factor.
        name: Cow<'a, str>,
        /// The period, from 1.
        period: usize,
        /// The value in force.
        value: Plain,
    }

    /// A row of `trace.csv`: a part of the state of a cluster in a period of one sample.
    TraceRow<'a> {
        /// The sample, from 1.
        sample: usize,
        /// Without a plan (`none`), or with it (`plan`).
        plan: PlanKey,
        /// The cluster.
        cluster: Cow<'a, str>,
        /// The period, from 1.
        period: usize,
        /// The part.
        what: TraceKey,
        /// The process, capacity or commodity.
        name: Cow<'a, str>,
        /// The unit.
        unit: Cow<'a, str>,
        /// The value [`unit`].
        value: Plain,
    }
}
