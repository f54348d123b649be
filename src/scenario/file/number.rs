//! Titles and numbers as they are written in TOML files.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::words::{DistName, GradeWord, Word};
use crate::model::{Scope, Title, Varies};

/// A name in both languages.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TitleFile {
    /// Indonesian.
    pub(crate) id: String,
    /// English.
    pub(crate) en: String,
}

impl TitleFile {
    /// The title in the model.
    pub(crate) fn title(&self) -> Title {
        Title { id: self.id.clone(), en: self.en.clone() }
    }
}

/// A number that must be certain: plain, or a table that also says unit, year, source and grade.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum CertainFile {
    /// Just the number.
    Plain(f64),
    /// The number with where it comes from.
    Stated(CertainTable),
}

/// A certain number with where it comes from.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CertainTable {
    /// The number.
    pub(crate) value: f64,
    /// Its unit, checked against what the place expects.
    pub(crate) unit: Option<String>,
    /// The year it describes.
    pub(crate) year: Option<i64>,
    /// Where it comes from.
    pub(crate) source: Option<String>,
    /// How good the evidence is.
    pub(crate) grade: Option<Word<GradeWord>>,
}

/// A number that may be uncertain: plain, or a table with a value or a distribution.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum NumberFile {
    /// Just the number.
    Plain(f64),
    /// A number or distribution with what is known about it.
    Stated(Box<NumberTable>),
}

/// A number or distribution with what is known about it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberTable {
    /// A certain value; leave out where `dist` is given.
    pub(crate) value: Option<f64>,
    /// The distribution: uniform (min, max), triangular and pert (min, mode, max), normal (mean, sd, optional min and
    /// max), lognormal (median and cv, or p10 and p90), beta (alpha, beta, optional min and max), discrete (values,
    /// weights), empirical (table, column, optional scale).
    pub(crate) dist: Option<Word<DistName>>,
    /// Least value.
    pub(crate) min: Option<f64>,
    /// Most likely value.
    pub(crate) mode: Option<f64>,
    /// Greatest value.
    pub(crate) max: Option<f64>,
    /// Mean before truncation.
    pub(crate) mean: Option<f64>,
    /// Standard deviation before truncation.
    pub(crate) sd: Option<f64>,
    /// Median.
    pub(crate) median: Option<f64>,
    /// Coefficient of variation: standard deviation divided by mean.
    pub(crate) cv: Option<f64>,
    /// Value that one in ten stays below.
    pub(crate) p10: Option<f64>,
    /// Value that nine in ten stay below.
    pub(crate) p90: Option<f64>,
    /// First shape of a beta distribution.
    pub(crate) alpha: Option<f64>,
    /// Second shape of a beta distribution.
    pub(crate) beta: Option<f64>,
    /// Possible values, ascending.
    pub(crate) values: Option<Vec<f64>>,
    /// Probabilities of the values, summing to 1.
    pub(crate) weights: Option<Vec<f64>>,
    /// Table of observations, such as `data/prices.csv`.
    pub(crate) table: Option<String>,
    /// Column of the table that holds them.
    pub(crate) column: Option<String>,
    /// Factor by which observations are multiplied, above 0; 1 where not given.
    pub(crate) scale: Option<f64>,
    /// How often a distribution is drawn anew.
    pub(crate) varies: Option<Word<Varies>>,
    /// Factors it loads on, with loadings whose squares sum to at most 1.
    pub(crate) loadings: Option<BTreeMap<String, f64>>,
    /// How widely one draw is shared; each cluster draws its own where this is not given.
    pub(crate) shared: Option<Word<Scope>>,
    /// Its unit, checked against what the place expects.
    pub(crate) unit: Option<String>,
    /// The year it describes.
    pub(crate) year: Option<i64>,
    /// Where it comes from.
    pub(crate) source: Option<String>,
    /// How good the evidence is.
    pub(crate) grade: Option<Word<GradeWord>>,
}
