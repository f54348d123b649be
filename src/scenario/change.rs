//! Changes to what a scenario states, for one run: what is asked for, and what comes of it.

use serde::{Deserialize, Serialize};

/// What a changed number says of where it comes from.
pub(crate) const SOURCE: &str = "override";

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
