//! `simulate --json` and `merge --json`, and a part of a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::allocation::allocation_lines;
use super::changes::ChangeDocument;
use super::coverage::CoverageDocument;
use super::estimate::finite;
use super::hash::scenario_hash;
use super::outcome::{BottleneckDocument, OutcomeDocument, ReachedDocument};
use super::plan::ObligationDocument;
use super::violation::ViolationDocument;
use super::worth::WorthDocument;
use crate::model::{Allocation, Model};
use crate::scenario::PlanLine;
use crate::study::simulation::Points;
use crate::study::{Part, Sampling, SimulationStudy};

/// How samples are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SamplerKey {
    /// Independent samples.
    Plain,
    /// Latin hypercube sampling.
    Lhs,
    /// Scrambled Sobol points.
    Sobol,
}

/// A precision that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrecisionDocument {
    /// Half the width of the 95 % interval of the headline, as a share of the level with the plan.
    pub share: f64,
    /// Samples that it needs by the pilot; null where no number is enough.
    pub needed: Option<f64>,
    /// Samples at most.
    pub cap: usize,
    /// Whether it needs more than that.
    pub capped: bool,
    /// Samples of the pilot.
    pub pilot: usize,
}

/// How samples were taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SamplingDocument {
    /// How they are spread.
    pub sampler: SamplerKey,
    /// Independent randomisations; null for plain samples.
    pub replicates: Option<usize>,
    /// The precision that settled their number; null where the number was given.
    pub until: Option<PrecisionDocument>,
}

impl From<Sampling> for SamplingDocument {
    fn from(of: Sampling) -> Self {
        let (sampler, replicates) = match of.design {
            Points::Plain => (SamplerKey::Plain, None),
            Points::LatinHypercube { replicates } => (SamplerKey::Lhs, Some(replicates)),
            Points::Sobol { replicates } => (SamplerKey::Sobol, Some(replicates)),
        };
        let until = of.precision.map(|precision| PrecisionDocument {
            share: precision.share,
            needed: finite(precision.needed),
            cap: precision.cap,
            capped: precision.needed > precision.cap as f64,
            pilot: precision.pilot,
        });
        Self { sampler, replicates, until }
    }
}

/// How quantiles and tails are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuantileKey {
    /// From all values.
    Exact,
    /// From counts by bin.
    Sketch,
}

/// How quantiles and tails were found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuantilesDocument {
    /// From all values, or from counts.
    pub method: QuantileKey,
    /// Largest relative error that counts instead of values cause; 0 if exact.
    pub relative_error: f64,
    /// Rows of which no quantiles are kept, since there are too many.
    pub rows_without: usize,
}

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SimulationSchema {
    /// Version 1.
    #[serde(rename = "rantai.simulation/1")]
    One,
}

/// Outcomes without and with a plan, on the same futures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SimulationDocument {
    /// The schema.
    pub schema: SimulationSchema,
    /// SHA-256 of the model computed with.
    pub scenario_hash: String,
    /// What overrides change in the scenario. Absent where they change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeDocument>,
    /// Samples.
    pub samples: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// How they were taken.
    pub sampling: SamplingDocument,
    /// How quantiles and tails were found.
    pub quantiles: QuantilesDocument,
    /// Every measure by place and year.
    pub outcomes: Vec<OutcomeDocument>,
    /// How likely targets of the scenario are reached.
    pub targets: Vec<ReachedDocument>,
    /// Bottlenecks.
    pub bottlenecks: Vec<BottleneckDocument>,
    /// The rules that the given plan breaks; coverage that is only advised comes last. Absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<ViolationDocument>,
    /// Coverage of the plan that is given; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<CoverageDocument>,
    /// The worth of the plan that is given to the public; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worth: Option<WorthDocument>,
    /// Upkeep that sources bear for the plan after the last budget year. Absent where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<ObligationDocument>,
}

impl SimulationDocument {
    /// The document of a run, and of `plan` where it had one; the rules that it breaks and what overrides change are left to the caller, who knows what was read.
    pub fn of(model: &Model, plan: Option<&Allocation>, study: &SimulationStudy) -> Self {
        let exact = study.quantile_error == 0.0;
        Self {
            schema: SimulationSchema::One,
            scenario_hash: scenario_hash(model),
            changes: Vec::new(),
            samples: study.sampling.samples,
            seed: study.seed,
            sampling: study.sampling.into(),
            quantiles: QuantilesDocument {
                method: if exact { QuantileKey::Exact } else { QuantileKey::Sketch },
                relative_error: study.quantile_error,
                rows_without: study.rows_without_quantiles,
            },
            outcomes: study.rows.iter().map(|row| OutcomeDocument::of(model, row)).collect(),
            targets: ReachedDocument::of(model, &study.reached),
            bottlenecks: BottleneckDocument::of(model, study),
            violations: Vec::new(),
            coverage: plan.map(|plan| CoverageDocument::of(model, plan)),
            worth: study.worth.as_ref().map(|worth| WorthDocument::of(model, worth)),
            obligations: plan.map(|plan| ObligationDocument::of(model, plan)).unwrap_or_default(),
        }
    }
}

/// The command of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShardCommand {
    /// `simulate`.
    Simulate,
}

/// A part of a run, as `simulate --shard --json` prints it; what it kept is in `part.bin`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShardDocument {
    /// `simulate`.
    pub command: ShardCommand,
    /// Its number and how many there are: `I/K`.
    pub shard: String,
    /// Samples of the whole run.
    pub samples: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// How they are taken.
    pub sampling: SamplingDocument,
    /// The plan that was given; null without one.
    pub plan: Option<Vec<PlanLine>>,
    /// True where every outcome of every sample is written; else absent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub raw: bool,
}

impl ShardDocument {
    /// The document of a part.
    pub fn of(model: &Model, plan: Option<&Allocation>, part: &Part, raw: bool) -> Self {
        let (i, k) = part.shard;
        Self {
            command: ShardCommand::Simulate,
            shard: format!("{i}/{k}"),
            samples: part.sampling.samples,
            seed: part.seed,
            sampling: part.sampling.into(),
            raw,
            plan: plan.map(|plan| allocation_lines(model, plan)),
        }
    }
}
