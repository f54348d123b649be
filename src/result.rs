//! Results as typed documents: everything that a study says, in keys and never in ids.
//!
//! One type for each JSON document and one for each row of a table. Their doc comments are the descriptions of the JSON
//! Schemas (`rantai schema`) and of `docs/results.md`. Money is in rupiah [Rp], of the price level of the scenario, if
//! nothing else is said. A key that is absent says that the scenario has nothing of its kind; null says that a value is not
//! defined or was not computed.

pub mod accounts;
pub mod allocation;
pub mod budget_document;
pub mod catalogue;
pub mod chain;
pub mod changes;
pub mod check;
pub mod classification;
pub mod cluster;
pub mod compare;
pub mod conflict;
pub mod coordination;
pub mod coverage;
pub mod economy;
pub mod estimate;
pub mod fault;
pub mod hash;
pub mod judge;
mod keys;
pub mod ladder;
pub mod law;
pub mod limits;
pub mod made;
pub mod margin;
pub mod menu;
pub mod metric;
pub mod model;
pub mod outcome;
pub mod parameter;
pub mod plan;
pub mod prices;
pub mod program;
pub mod rule;
pub mod samples;
pub mod sensitivity;
pub mod simulation;
pub mod site;
pub mod table;
pub mod violation;
pub mod words;
pub mod worth;

pub use allocation::allocation_lines;
pub use budget_document::BudgetTable;
pub use catalogue::{CATALOGUE, Entry, schema};
pub use changes::{ChangeDocument, KeysDocument};
pub use check::CheckDocument;
pub use compare::CompareDocument;
pub use conflict::ConflictDocument;
pub use coordination::CoordinationDocument;
pub use coverage::CoverageDocument;
pub use fault::{ErrorKey, FailureDocument, FaultDocument};
pub use hash::{is_hash_of, scenario_hash};
pub use judge::JudgementDocument;
pub use ladder::LadderDocument;
pub use menu::MenuDocument;
pub use model::ModelDocument;
pub use plan::PlanDocument;
pub use program::ProgramDocument;
pub use rule::RuleTeller;
pub use samples::SamplesDocument;
pub use sensitivity::SensitivityDocument;
pub use simulation::{SamplingDocument, ShardDocument, SimulationDocument};
pub use table::Row;
pub use violation::ViolationDocument;
pub use worth::WorthDocument;

#[cfg(feature = "parquet")]
pub(crate) use keys::{MeasureName, name_of};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A document with the time that making it took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timed<T> {
    /// The document.
    #[serde(flatten)]
    pub document: T,
    /// Wall time of the whole command [s]: the only key that differs between equal runs. Files leave it out.
    pub seconds: f64,
}

/// A document as JSON, its keys in order.
pub fn value<T: Serialize>(document: &T) -> Value {
    match serde_json::to_value(document) {
        Ok(value) => value,
        Err(error) => unreachable!("a document without a text for a key: {error}"),
    }
}

/// A document as the text that files hold and `--json` prints: indented, keys in order, with a line break at the end.
pub fn text<T: Serialize>(document: &T) -> String {
    format!("{:#}\n", value(document))
}
