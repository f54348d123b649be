//! The model as computed with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::allocation::allocation_lines;
use super::chain::ChainDocument;
use super::cluster::ClusterDocument;
use super::coverage::StatedCoverage;
use super::economy::{IndicatorDocument, MarketDocument, ShadowPricesDocument};
use super::estimate::{Horizon, Risk, Title};
use super::keys;
use super::limits::{CofundingDocument, LimitDocument, SourceDocument};
use super::metric::MetricKey;
use super::outcome::TargetDocument;
use super::parameter::{FactorDocument, ParameterDocument};
use super::site::SiteRuleDocument;
use super::words::NetKey;
use crate::model::{Model, Net, PoolId, Spillover, SpilloverLink, Survey, Surveyed};
use crate::scenario::PlanLine;

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

/// A survey that could be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SurveyDocument {
    /// Its key.
    pub survey: String,
    /// Its name.
    pub title: Title,
    /// Names of the numbers and factors that it asks about.
    pub of: Vec<String>,
    /// Standard deviation of the error of one answer, on the number's normal score.
    pub error: f64,
    /// Answers about each number.
    pub answers: u64,
    /// Its cost [Rp].
    pub cost: i64,
}

impl SurveyDocument {
    /// The document of a survey of `model`.
    pub(super) fn of(model: &Model, survey: &Survey) -> Self {
        let name = |of: &Surveyed| match of {
            Surveyed::Number(id) => model.parameters[id.index()].name.clone(),
            Surveyed::Factor(id) => model.factors[id.index()].name.clone(),
        };
        Self {
            survey: survey.key.clone(),
            title: (&survey.title).into(),
            of: survey.of.iter().map(name).collect(),
            error: survey.error,
            answers: survey.answers,
            cost: survey.cost.0,
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
    /// Price index by year, nominal rupiah for one of constant prices; absent where none is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_index: Option<Vec<f64>>,
    /// Working days of a full-time-equivalent year.
    pub days_per_fte_year: f64,
    /// The metric that is maximised.
    pub objective: MetricKey,
    /// The costs that are subtracted from it; absent where none are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net: Option<NetKey>,
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
    /// Markets in which sales displace others; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markets: Vec<MarketDocument>,
    /// Shadow prices; absent where none are stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow_prices: Option<ShadowPricesDocument>,
    /// Indicators; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indicators: Vec<IndicatorDocument>,
    /// Today's allocation.
    pub today: Vec<PlanLine>,
    /// Locked lines; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locked: Vec<PlanLine>,
    /// Targets.
    pub targets: Vec<TargetDocument>,
    /// Surveys that could be made; absent where none are stated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub surveys: Vec<SurveyDocument>,
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
            price_index: model.price_index.clone(),
            days_per_fte_year: model.days_per_fte_year,
            objective: MetricKey::of(model, model.objective),
            net: (model.net != Net::Off).then(|| model.net.into()),
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
            markets: model.markets.iter().map(|market| MarketDocument::of(model, market)).collect(),
            shadow_prices: model.shadow_prices.as_ref().map(|own| ShadowPricesDocument::of(model, own)),
            indicators: IndicatorDocument::all(model),
            today: allocation_lines(model, &model.today),
            locked: allocation_lines(model, &model.locked.lines),
            targets: model.targets.iter().map(|target| TargetDocument::of(model, target)).collect(),
            surveys: model.surveys.iter().map(|own| SurveyDocument::of(model, own)).collect(),
        }
    }
}
