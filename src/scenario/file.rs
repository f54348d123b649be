//! The TOML files of a scenario as they are written: a mirror for reading and for the JSON Schema, without rules.
//!
//! The doc comments here become the descriptions in the schema and in editors. What the numbers mean and which are
//! allowed is decided in `convert`.

mod chain;
mod classification;
mod coverage;
mod economy;
mod money;
mod number;
mod places;
mod words;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

pub(crate) use chain::{ChainFile, InterventionFile, ProcessFile, RaiseFile};
pub(crate) use classification::{CodeFile, LineCodeFile, NameFile};
pub(crate) use coverage::{CoverageFile, MinimumFile};
pub(crate) use economy::{BetterWord, IndicatorFile, MarketFile, ShadowPricesFile};
pub(crate) use money::{CofundingFile, LimitFile, SourceFile};
pub(crate) use number::{CertainFile, NumberFile, NumberTable, TitleFile};
pub(crate) use places::{PoolFile, SiteFile, SpilloverFile};
pub(crate) use words::{ClosedList, DistName, GradeWord, LimitWord, StatusWord, Word};

use crate::model::{Metric, Net, Scope, Varies};
use crate::units::MoneyUnit;

/// `scenario.toml`: the policy case.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "rantai scenario.toml")]
pub(crate) struct ScenarioFile {
    /// Version of the format; 1.
    pub(crate) format: CertainFile,
    /// Title in both languages.
    pub(crate) title: TitleFile,
    /// The time axis.
    pub(crate) horizon: HorizonFile,
    /// Money and discounting.
    pub(crate) money: MoneyFile,
    /// Work.
    pub(crate) labour: LabourFile,
    /// The objective of plans.
    pub(crate) objective: ObjectiveFile,
    /// The attitude to risk.
    pub(crate) risk: RiskFile,
    /// Seed and sample numbers.
    pub(crate) samples: SamplesFile,
    /// Common causes on which uncertain numbers load.
    #[serde(default)]
    pub(crate) factors: BTreeMap<String, FactorFile>,
    /// Events that take capacity away for a while: floods, outbreaks, breakdowns.
    #[serde(default)]
    pub(crate) events: BTreeMap<String, EventFile>,
    /// Pots of money; their amounts by year are in budgets.csv.
    pub(crate) sources: BTreeMap<String, SourceFile>,
    /// Floors and caps: by facility type, kind of support, region, chain, cluster and source.
    #[serde(default)]
    pub(crate) limits: Vec<LimitFile>,
    /// Co-funding: the share that sources must add to the spending of others.
    #[serde(default)]
    pub(crate) cofunding: Vec<CofundingFile>,
    /// Coverage of the ten facility types; what stands or is waived is in coverage.csv.
    pub(crate) coverage: Option<CoverageFile>,
    /// Rules for which candidate clusters may and must be opened.
    #[serde(default)]
    pub(crate) sites: Vec<SiteFile>,
    /// Technology groups: what money in one cluster does to capacities of others.
    #[serde(default)]
    pub(crate) spillovers: Vec<SpilloverFile>,
    /// Capacities that clusters share, such as skilled labour.
    #[serde(default)]
    pub(crate) pools: BTreeMap<String, PoolFile>,
    /// Markets in which additional sales displace those of other producers at home.
    #[serde(default)]
    pub(crate) markets: BTreeMap<String, MarketFile>,
    /// Shadow prices: what labour, sales and bought-in goods are worth to the economy.
    pub(crate) shadow_prices: Option<ShadowPricesFile>,
    /// Indicators: named amounts for each unit of a process's level, which chains state.
    #[serde(default)]
    pub(crate) indicators: BTreeMap<String, IndicatorFile>,
    /// Targets to be reached; results say how likely that is.
    #[serde(default)]
    pub(crate) targets: Vec<TargetFile>,
    /// Surveys that could be made before a plan is chosen; `sensitivity` says what they are worth.
    #[serde(default)]
    pub(crate) surveys: BTreeMap<String, SurveyFile>,
}

/// The time axis.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HorizonFile {
    /// Calendar year of the first year.
    pub(crate) first_year: CertainFile,
    /// Number of years.
    pub(crate) years: CertainFile,
    /// Equal periods in a year: 1, 2, 4, 12, ...
    pub(crate) periods_per_year: CertainFile,
    /// Years without commitments that follow, in which what money built works on.
    pub(crate) tail: Option<TailFile>,
}

/// Years of operations after the last year of commitments.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TailFile {
    /// Number of years.
    pub(crate) years: CertainFile,
    /// Blocks of consecutive years that the optimiser runs as one year each; each year by itself where not given. The
    /// simulation always runs every year.
    pub(crate) blocks: Option<CertainFile>,
}

/// Money and discounting.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoneyFile {
    /// The unit of amounts of money that say none; a price, a wage and a cost say their own.
    pub(crate) unit: Word<MoneyUnit>,
    /// Real discount rate a year.
    pub(crate) discount_rate: CertainFile,
    /// Price index by calendar year: nominal rupiah for one rupiah of constant prices, for every year of the horizon. Budget documents
    /// then state nominal rupiah as well.
    pub(crate) index: Option<BTreeMap<String, CertainFile>>,
}

/// Work.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LabourFile {
    /// Days of work that make one full-time-equivalent year.
    pub(crate) days_per_year: CertainFile,
}

/// The objective of plans.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObjectiveFile {
    /// The metric, or `indicator:NAME` of an indicator that is money.
    pub(crate) metric: String,
    /// The costs that are subtracted from it, of `value_added` and `economic` only: `budget`, where all money is cost, or `economy`, where the
    /// use of resources is; `off` where not given.
    pub(crate) net: Option<Word<Net>>,
}

/// The attitude to risk: (1 − lambda) mean + lambda CVaR.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RiskFile {
    /// Weight of the CVaR, 0 to 1.
    pub(crate) lambda: CertainFile,
    /// Level of the CVaR: 0.9 is the worst tenth.
    pub(crate) alpha: CertainFile,
}

/// Seed and sample numbers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SamplesFile {
    /// Seed of all draws.
    pub(crate) seed: CertainFile,
    /// Samples the plan is made on.
    pub(crate) planning: CertainFile,
    /// Fresh samples the plan is evaluated on.
    pub(crate) evaluation: CertainFile,
}

/// A common cause.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactorFile {
    /// How often it changes.
    pub(crate) varies: Word<Varies>,
    /// Autocorrelation between successive values, between -1 and 1.
    pub(crate) ar: CertainFile,
    /// Whether each region, each chain, or everything has one.
    pub(crate) scope: Word<Scope>,
}

/// Events of one kind. What they leave of a capacity in a period is the product, over those active, of 1 - severity.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventFile {
    /// Expected number a year where they strike.
    pub(crate) rate: CertainFile,
    /// Size of a negative binomial count, variance = rate + rate^2 / dispersion; a Poisson count where not given.
    pub(crate) dispersion: Option<CertainFile>,
    /// Share of the capacity that is lost while one lasts; drawn anew for each.
    pub(crate) severity: NumberFile,
    /// Periods one lasts, rounded up to whole ones, at least one; drawn anew for each.
    pub(crate) duration: NumberFile,
    /// Probabilities of starting in each period of the year, summing to 1; equal where not given.
    pub(crate) starts: Option<Vec<CertainFile>>,
    /// Capacities they take away from.
    pub(crate) hits: Vec<String>,
    /// Whether one event strikes a whole region, a whole chain or everything; each cluster has its own where not given.
    pub(crate) shared: Option<Word<Scope>>,
    /// Regions they strike; all where not given.
    pub(crate) regions: Option<Vec<String>>,
    /// Chains they strike; all where not given.
    pub(crate) chains: Option<Vec<String>>,
}

/// Something to be reached: at least or at most so much of a metric, of what is made or sold, or of an indicator.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TargetFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// A metric; or give `made`, `sold`, `sales` or `indicator`.
    pub(crate) metric: Option<Word<Metric>>,
    /// A commodity, as CHAIN/COMMODITY: how much is made of it.
    pub(crate) made: Option<String>,
    /// A channel, as CHAIN/CHANNEL: how much it sells.
    pub(crate) sold: Option<String>,
    /// A channel, as CHAIN/CHANNEL: what its sales bring.
    pub(crate) sales: Option<String>,
    /// An indicator.
    pub(crate) indicator: Option<String>,
    /// The cluster concerned; all together where not given.
    pub(crate) cluster: Option<String>,
    /// The calendar year concerned; the whole horizon, money discounted, where not given.
    pub(crate) year: Option<CertainFile>,
    /// The least that reaches it; or give `at_most`.
    pub(crate) at_least: Option<CertainFile>,
    /// The most that reaches it, where less is better.
    pub(crate) at_most: Option<CertainFile>,
}

/// A survey that could be made before a plan is chosen. It tells the mean of so many answers about the normal score of each number.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SurveyFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// Stable names of the uncertain numbers and factors that it asks about, each of which varies once.
    pub(crate) of: Vec<String>,
    /// Standard deviation of the error of one answer, on the normal score of the number: 1 is as wide as what is not known of it.
    pub(crate) error: CertainFile,
    /// Number of answers about each number.
    pub(crate) answers: CertainFile,
    /// Its cost, in money.
    pub(crate) cost: CertainFile,
}
