//! Rules that join clusters, as they are written in `scenario.toml`: candidates, spillovers and pools.

use schemars::JsonSchema;
use serde::Deserialize;

use super::number::{CertainFile, NumberFile, TitleFile};
use super::words::Word;
use crate::model::Scope;

/// A rule for candidate clusters: those that every list given admits, all where none is given. Either-or is `at_most = 1`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteFile {
    /// Name in both languages.
    pub(crate) title: Option<TitleFile>,
    /// At most so many of them may be opened.
    pub(crate) at_most: Option<CertainFile>,
    /// At least so many of them must be opened.
    pub(crate) at_least: Option<CertainFile>,
    /// Those whose potential is below this score may not be opened.
    pub(crate) minimum_potential: Option<CertainFile>,
    /// Candidates concerned.
    pub(crate) clusters: Option<Vec<String>>,
    /// Regions whose candidates are concerned.
    pub(crate) regions: Option<Vec<String>>,
    /// Chains whose candidates are concerned.
    pub(crate) chains: Option<Vec<String>>,
}

/// A spillover in a technology group, of the clusters that every list given admits: money paid out for an intervention in one
/// of them moves a capacity in each of the others.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpilloverFile {
    /// Name in both languages.
    pub(crate) title: Option<TitleFile>,
    /// The paragraph of the law, or the policy, that it answers to.
    pub(crate) law: Option<String>,
    /// Interventions that give, in every chain of the group that has them.
    pub(crate) interventions: Vec<String>,
    /// The capacity that receives, in every chain of the group that has it.
    pub(crate) capacity: String,
    /// Units of the capacity a period, for each unit of money, 0, 1, 2, ... periods after it is paid out; any sign.
    pub(crate) profile: Vec<CertainFile>,
    /// How far it reaches: within a region, within a chain, or through the whole group, where not given.
    pub(crate) within: Option<Word<Scope>>,
    /// Regions of the group; all where not given.
    pub(crate) regions: Option<Vec<String>>,
    /// Chains of the group; all where not given.
    pub(crate) chains: Option<Vec<String>>,
    /// Clusters of the group; all where not given.
    pub(crate) clusters: Option<Vec<String>>,
}

/// A capacity that clusters share: those that every list given admits and whose chain has it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PoolFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// The paragraph of the law, or the policy, that it answers to.
    pub(crate) law: Option<String>,
    /// The capacity that is shared, in every chain of the pool that has it.
    pub(crate) capacity: String,
    /// Amount that all clusters of the pool have together today.
    pub(crate) base: NumberFile,
    /// Multipliers for each period of the year; none where not given.
    pub(crate) season: Option<Vec<CertainFile>>,
    /// Sampled multiplier of the whole; none where not given.
    pub(crate) variation: Option<NumberFile>,
    /// Regions whose clusters share it; all where not given.
    pub(crate) regions: Option<Vec<String>>,
    /// Chains whose clusters share it; all where not given.
    pub(crate) chains: Option<Vec<String>>,
    /// Clusters that share it; all where not given.
    pub(crate) clusters: Option<Vec<String>>,
}
