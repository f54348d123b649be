//! `check --json`: the model as computed with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chain::ChainDocument;
use super::cluster::ClusterDocument;
use super::coverage::{CoverageOutlook, StatedCoverage};
use super::estimate::{Horizon, Risk, Title};
use super::fault::{self, FaultDocument};
use super::hash::scenario_hash;
use super::keys;
use super::law::LawLine;
use super::limits::{CofundingDocument, LimitDocument, SourceDocument};
use super::outcome::TargetDocument;
use super::parameter::{FactorDocument, ParameterDocument};
use super::plan::allocation_lines;
use super::prices::{self, PriceLine};
use super::site::SiteRuleDocument;
use super::words::MetricKey;
use crate::language::Lang;
use crate::model::{Model, PoolId, Spillover, SpilloverLink};
use crate::scenario::{PlanLine, Scenario};

/// How samples are drawn where a command says nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SampleSettings {
    /// Seed of the draws.
    pub seed: u64,
    /// Planning samples.
    pub planning: usize,
    /// Fresh samples.
    pub evaluation: usize,
}

/// A link of a spillover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SpilloverLinkDocument {
    /// The cluster that gives.
    pub from: String,
    /// The intervention that it comes from.
    pub intervention: String,
    /// The cluster that gains or loses.
    pub to: String,
    /// The capacity that it changes.
    pub capacity: String,
}

/// A spillover in a technology group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpilloverDocument {
    /// Its name; null where it has none.
    pub title: Option<Title>,
    /// The law that it states; null where it states none.
    pub law: Option<String>,
    /// Its effect by years after the money comes to work [capacity units per period / Rp].
    pub profile: Vec<f64>,
    /// Its links.
    pub links: Vec<SpilloverLinkDocument>,
}

impl SpilloverDocument {
    fn of(model: &Model, spillover: &Spillover) -> Self {
        let link = |link: &SpilloverLink| SpilloverLinkDocument {
            from: keys::cluster(model, link.from),
            intervention: keys::intervention(model, link.from, link.intervention),
            to: keys::cluster(model, link.to),
            capacity: model.chain_of(link.to).capacities[link.capacity.index()].key.clone(),
        };
        Self {
            title: spillover.title.as_ref().map(Into::into),
            law: spillover.law.clone(),
            profile: spillover.profile.clone(),
            links: spillover.links.iter().map(link).collect(),
        }
    }
}

/// A capacity that clusters share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PoolDocument {
    /// Its key.
    pub pool: String,
    /// Its name.
    pub title: Title,
    /// The law that it states; null where it states none.
    pub law: Option<String>,
    /// The capacity.
    pub capacity: Option<String>,
    /// Its season: a multiple of the base for each period of the year.
    pub season: Vec<f64>,
    /// The clusters that share it.
    pub clusters: Vec<String>,
}

impl PoolDocument {
    fn of(model: &Model, id: PoolId) -> Self {
        let pool = &model.pools[id.index()];
        Self {
            pool: pool.key.clone(),
            title: (&pool.title).into(),
            law: pool.law.clone(),
            capacity: model.pooled(id).map(|capacity| capacity.key.clone()),
            season: pool.season.clone(),
            clusters: pool.members.iter().map(|(c, _)| keys::cluster(model, *c)).collect(),
        }
    }
}

/// The model as computed with: everything that determines results, in canonical order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelDocument {
    /// The title of the scenario.
    pub title: Title,
    /// The time axis.
    pub horizon: Horizon,
    /// The unit of money in its files; results are in rupiah.
    pub money_unit: String,
    /// Working days of a full-time-equivalent year.
    pub days_per_fte_year: f64,
    /// The metric that is maximised.
    pub objective: MetricKey,
    /// The attitude to risk.
    pub risk: Risk,
    /// How samples are drawn.
    pub samples: SampleSettings,
    /// Factors that uncertain numbers share.
    pub factors: Vec<FactorDocument>,
    /// Uncertain numbers.
    pub parameters: Vec<ParameterDocument>,
    /// Product chains.
    pub chains: Vec<ChainDocument>,
    /// Clusters with all their numbers.
    pub clusters: Vec<ClusterDocument>,
    /// Sources of money.
    pub sources: Vec<SourceDocument>,
    /// Floors and caps.
    pub limits: Vec<LimitDocument>,
    /// Co-funding rules; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cofunding: Vec<CofundingDocument>,
    /// Coverage; absent where nothing is stated of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<StatedCoverage>,
    /// Rules for sites; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<SiteRuleDocument>,
    /// Spillovers; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spillovers: Vec<SpilloverDocument>,
    /// Pools; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<PoolDocument>,
    /// Today's allocation.
    pub today: Vec<PlanLine>,
    /// Locked lines; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locked: Vec<PlanLine>,
    /// Targets.
    pub targets: Vec<TargetDocument>,
}

impl ModelDocument {
    /// The document of a model.
    pub fn of(model: &Model) -> Self {
        Self {
            parameters: model.parameters.iter().map(|p| ParameterDocument::of(model, p)).collect(),
            clusters: model.clusters.iter().map(|c| ClusterDocument::of(model, c)).collect(),
            ..Self::frame(model)
        }
    }

    /// The model without its clusters and their numbers, which are as many as a nation has.
    pub(super) fn frame(model: &Model) -> Self {
        Self {
            title: (&model.title).into(),
            horizon: Horizon::of(model),
            money_unit: model.money_unit.word().to_string(),
            days_per_fte_year: model.days_per_fte_year,
            objective: model.objective.into(),
            risk: model.risk.into(),
            samples: SampleSettings {
                seed: model.samples.seed,
                planning: model.samples.planning,
                evaluation: model.samples.evaluation,
            },
            factors: model.factors.iter().map(Into::into).collect(),
            parameters: Vec::new(),
            chains: model.chains.iter().map(|c| ChainDocument::of(model, c)).collect(),
            clusters: Vec::new(),
            sources: model.sources.iter().map(|s| SourceDocument::of(model, s)).collect(),
            limits: (0..model.limits.len()).map(|number| LimitDocument::of(model, number)).collect(),
            cofunding: model.cofunding.iter().map(|rule| CofundingDocument::of(model, rule, None)).collect(),
            coverage: StatedCoverage::of(model),
            sites: model.sites.iter().map(|rule| SiteRuleDocument::of(model, rule)).collect(),
            spillovers: model.spillovers.iter().map(|own| SpilloverDocument::of(model, own)).collect(),
            pools: model.pool_ids().map(|id| PoolDocument::of(model, id)).collect(),
            today: allocation_lines(model, &model.today),
            locked: allocation_lines(model, &model.locked.lines),
            targets: model.targets.iter().map(|target| TargetDocument::of(model, target)).collect(),
        }
    }
}

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
    /// The document of a scenario with its law trace.
    pub fn of(scenario: &Scenario, law_trace: Vec<LawLine>, lang: Lang) -> Self {
        let model = &scenario.model;
        let unsourced = scenario.numbers.iter().filter(|number| !number.is_sourced());
        Self {
            schema: CheckSchema::One,
            hash: scenario_hash(model),
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
