//! Overrides: values in place of what a scenario's files state, by key, for one run. A key stands for one value of one file
//! (`keys`); a pattern meets any number of them (`pattern`); what comes of all overrides together is a list of edits, made
//! between reading and checking (`resolve`), so that every rule of the format holds for them too.

mod apply;
mod blame;
mod keys;
mod pattern;
mod resolve;
mod value;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use blame::blamed;
pub(crate) use resolve::{Resolved, resolve};
pub(crate) use value::SOURCE;

use keys::Keys;

/// A change to what a scenario states. Keys may hold `*`, which stands for any run of characters within one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A value in place of another.
    Set {
        /// The key or pattern.
        key: String,
        /// The value as TOML has it, or in words: `0juta`, `9500 Rp/kg`, `{ dist = "uniform", min = 1, max = 2, varies = "yearly" }`.
        value: String,
    },
    /// Numbers times a factor; a distribution is scaled whole.
    Scale {
        /// The key or pattern.
        key: String,
        /// The factor, at least 0: `0.8` or `80%`.
        factor: String,
    },
    /// The money of a source comes later.
    Delay {
        /// The key of the source, or a pattern.
        source: String,
        /// Whole years.
        years: String,
    },
}

/// A change with where it was asked for, as faults name the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The change.
    pub change: Change,
    /// The option as typed, or the file.
    pub origin: String,
    /// Line of the file.
    pub line: Option<usize>,
}

/// A value that stands in place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The key.
    pub key: String,
    /// The value that the files state.
    pub from: String,
    /// The value that is computed with.
    pub to: String,
}

/// A key of a scenario, with the value that it states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedKey {
    /// The key.
    pub key: String,
    /// The value, as an override takes it.
    pub value: String,
    /// File and line or row.
    pub place: String,
}

/// Every key of a scenario's texts with what it states, in order; those that are changed with their new values.
pub(crate) fn stated_keys(texts: &BTreeMap<String, String>, changes: &[Changed]) -> Vec<StatedKey> {
    let changed: BTreeMap<&str, &str> = changes.iter().map(|c| (c.key.as_str(), c.to.as_str())).collect();
    let keys = Keys::of(texts).list.into_iter();
    keys.map(|key| StatedKey {
        value: changed
            .get(key.name.as_str())
            .map_or_else(|| value::shown(&key.today), |to| (*to).to_string()),
        place: key.place.shown().in_language(crate::language::Lang::En).to_string(),
        key: key.name,
    })
    .collect()
}
