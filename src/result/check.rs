//! `check --json`: a scenario as it was read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::changes::ChangeDocument;
use super::coverage::CoverageOutlook;
use super::fault::{self, FaultDocument};
use super::hash::scenario_hash;
use super::law::LawLine;
use super::model::ModelDocument;
use super::prices::{self, PriceLine};
use crate::language::Lang;
use crate::scenario::Scenario;

/// A number without a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnsourcedNumber {
    /// Its name.
    pub name: String,
    /// File, and line or row.
    pub place: String,
}

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CheckSchema {
    /// Version 1.
    #[serde(rename = "rantai.check/1")]
    One,
}

/// A valid scenario as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckDocument {
    /// The schema.
    pub schema: CheckSchema,
    /// SHA-256 of the model: the same for any order of rows or files that says the same.
    pub hash: String,
    /// What overrides change in the scenario. Absent where they change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeDocument>,
    /// Warnings: allowed, but perhaps not meant.
    pub warnings: Vec<FaultDocument>,
    /// How files were read that could have been meant otherwise.
    pub notes: Vec<FaultDocument>,
    /// Every wage, unit cost and price in every cluster.
    pub prices: Vec<PriceLine>,
    /// Numbers that the scenario states.
    pub numbers: usize,
    /// Those that neither name a source nor say that they are assumptions.
    pub numbers_without_source: Vec<UnsourcedNumber>,
    /// The ten facility types of every cluster: what is asked, what stands and what is on offer.
    pub coverage: Vec<CoverageOutlook>,
    /// The law trace, as `law_trace.csv` but without a plan and with lines and rows.
    pub law_trace: Vec<LawLine>,
    /// Everything computed with, coefficients and routes in their order included.
    pub model: ModelDocument,
}

impl CheckDocument {
    /// The document of a scenario with its law trace; warnings and notes in `lang`.
    pub fn of(scenario: &Scenario, law_trace: Vec<LawLine>, lang: Lang) -> Self {
        let model = &scenario.model;
        let unsourced = scenario.numbers.iter().filter(|number| !number.is_sourced());
        Self {
            schema: CheckSchema::One,
            hash: scenario_hash(model),
            changes: ChangeDocument::all(scenario),
            warnings: fault::each(&scenario.warnings, lang),
            notes: fault::each(&scenario.notes, lang),
            prices: prices::lines(model),
            numbers: scenario.numbers.len(),
            numbers_without_source: unsourced
                .map(|number| UnsourcedNumber { name: number.name.clone(), place: number.place.clone() })
                .collect(),
            coverage: CoverageOutlook::of(model),
            law_trace,
            model: ModelDocument::of(model),
        }
    }
}
