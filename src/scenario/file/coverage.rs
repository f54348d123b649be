//! Coverage of the ten facility types as it is written in `scenario.toml`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::number::{CertainFile, TitleFile};
use super::words::Word;
use crate::model::{FacilityType, Supported};

/// Coverage of the ten facility types of Article 89 paragraph (6): every cluster that gets money gets a minimum of each, unless
/// coverage.csv says that it has been provided or is waived.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CoverageFile {
    /// True or not given: plans are held to it; false: it is reported only.
    pub(crate) enforce: Option<bool>,
    /// Whether the plan chooses which clusters are supported, the default, or all of them are.
    pub(crate) supported: Option<Word<Supported>>,
    /// The minima.
    #[serde(default)]
    pub(crate) minimum: Vec<MinimumFile>,
}

/// A minimum of one facility type: `amount`, `amount_per_enterprise`, or `capacity` with `units`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MinimumFile {
    /// Name in both languages.
    pub(crate) title: Option<TitleFile>,
    /// The paragraph or policy it answers to, where that is more than the letter of Article 89 paragraph (6).
    pub(crate) law: Option<String>,
    /// The facility type.
    pub(crate) r#type: Word<FacilityType>,
    /// Money committed to the type in the cluster over the horizon.
    pub(crate) amount: Option<CertainFile>,
    /// The same for each enterprise of the cluster.
    pub(crate) amount_per_enterprise: Option<CertainFile>,
    /// A capacity of which so many `units` stand in the last period, today's base included; in every chain that has it.
    pub(crate) capacity: Option<String>,
    /// Units of the capacity per period.
    pub(crate) units: Option<CertainFile>,
    /// Regions whose clusters it is about; all where not given.
    pub(crate) regions: Option<Vec<String>>,
    /// Chains whose clusters it is about; all where not given.
    pub(crate) chains: Option<Vec<String>>,
    /// Clusters it is about; all where not given.
    pub(crate) clusters: Option<Vec<String>>,
}
