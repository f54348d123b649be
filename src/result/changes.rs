//! What overrides change in a scenario, and the keys that they may name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::hash::scenario_hash;
use crate::scenario::{Changed, Scenario};

/// A value that stands in place of what the scenario states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeDocument {
    /// The key.
    pub key: String,
    /// The value that the scenario's files state.
    pub from: String,
    /// The value that was computed with.
    pub to: String,
}

impl ChangeDocument {
    /// All changes of a scenario, in order of keys.
    pub fn all(scenario: &Scenario) -> Vec<Self> {
        scenario.changes.iter().map(Self::of).collect()
    }

    fn of(changed: &Changed) -> Self {
        Self { key: changed.key.clone(), from: changed.from.clone(), to: changed.to.clone() }
    }
}

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum KeysSchema {
    /// Version 1.
    #[serde(rename = "rantai.keys/1")]
    One,
}

/// A key with the value that it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeyDocument {
    /// The key.
    pub key: String,
    /// The value, as an override takes it.
    pub value: String,
    /// File, and line or row.
    pub place: String,
}

/// Every key of a scenario, with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeysDocument {
    /// The schema.
    pub schema: KeysSchema,
    /// SHA-256 of the model.
    pub hash: String,
    /// The keys, in order.
    pub keys: Vec<KeyDocument>,
    /// What overrides change. Absent where they change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeDocument>,
}

impl KeysDocument {
    /// The keys of a scenario.
    pub fn of(scenario: &Scenario) -> Self {
        let keys = scenario.keys().into_iter();
        Self {
            schema: KeysSchema::One,
            hash: scenario_hash(&scenario.model),
            keys: keys.map(|key| KeyDocument { key: key.key, value: key.value, place: key.place }).collect(),
            changes: ChangeDocument::all(scenario),
        }
    }
}
