//! The TOML files of a scenario as they are written: a mirror for reading and for the JSON Schema, without rules.
//!
//! The doc comments here become the descriptions in the schema and in editors. What the numbers mean and which are
//! allowed is decided in `convert`.

mod coverage;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub(crate) use coverage::{CoverageFile, MinimumFile, StatusWord};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use crate::model::{FacilityType, Level, Metric, Per, Scope, Stage, Support, Varies};
use crate::units::MoneyUnit;

/// A word from a closed list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Word<T>(pub(crate) T);

/// A closed list of words that files may use.
pub(crate) trait ClosedList: Sized + Clone {
    /// What the list is called in the schema.
    const NAME: &'static str;
    /// Its words.
    fn words() -> Vec<&'static str>;
    /// The member a word names.
    fn from_word(word: &str) -> Option<Self>;
}

macro_rules! closed_lists {
    ($($kind:ident),+) => {$(
        impl ClosedList for $kind {
            const NAME: &'static str = stringify!($kind);
            fn words() -> Vec<&'static str> {
                $kind::keys()
            }
            fn from_word(word: &str) -> Option<Self> {
                $kind::parse(word)
            }
        }
    )+};
}
closed_lists!(FacilityType, Stage, Support, Level, Metric);

impl ClosedList for Varies {
    const NAME: &'static str = "Varies";
    fn words() -> Vec<&'static str> {
        Varies::ALL.iter().map(|v| v.key()).collect()
    }
    fn from_word(word: &str) -> Option<Self> {
        Varies::ALL.into_iter().find(|v| v.key() == word)
    }
}

impl ClosedList for Scope {
    const NAME: &'static str = "Scope";
    fn words() -> Vec<&'static str> {
        vec!["region", "chain", "all"]
    }
    fn from_word(word: &str) -> Option<Self> {
        [Scope::Region, Scope::Chain, Scope::All].into_iter().find(|s| s.key() == word)
    }
}

impl ClosedList for MoneyUnit {
    const NAME: &'static str = "MoneyUnit";
    fn words() -> Vec<&'static str> {
        MoneyUnit::WORDS.iter().map(|(word, _)| *word).collect()
    }
    fn from_word(word: &str) -> Option<Self> {
        MoneyUnit::parse(word)
    }
}

/// The distributions a number may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DistName {
    Uniform,
    Triangular,
    Pert,
    Normal,
    Lognormal,
    LognormalP10P90,
    Beta,
    Discrete,
    Empirical,
}

impl ClosedList for DistName {
    const NAME: &'static str = "DistributionName";
    fn words() -> Vec<&'static str> {
        vec![
            "uniform",
            "triangular",
            "pert",
            "normal",
            "lognormal",
            "lognormal_p10_p90",
            "beta",
            "discrete",
            "empirical",
        ]
    }
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "uniform" => DistName::Uniform,
            "triangular" => DistName::Triangular,
            "pert" => DistName::Pert,
            "normal" => DistName::Normal,
            "lognormal" => DistName::Lognormal,
            "lognormal_p10_p90" => DistName::LognormalP10P90,
            "beta" => DistName::Beta,
            "discrete" => DistName::Discrete,
            "empirical" => DistName::Empirical,
            _ => return None,
        })
    }
}

/// Whether a limit is a floor or a cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitWord {
    Floor,
    Cap,
}

impl ClosedList for LimitWord {
    const NAME: &'static str = "LimitKind";
    fn words() -> Vec<&'static str> {
        vec!["floor", "cap"]
    }
    fn from_word(word: &str) -> Option<Self> {
        match word {
            "floor" => Some(LimitWord::Floor),
            "cap" => Some(LimitWord::Cap),
            _ => None,
        }
    }
}

impl ClosedList for Per {
    const NAME: &'static str = "CofundingPer";
    fn words() -> Vec<&'static str> {
        [Per::Region, Per::Cluster, Per::All].map(Per::key).to_vec()
    }
    fn from_word(word: &str) -> Option<Self> {
        [Per::Region, Per::Cluster, Per::All].into_iter().find(|per| per.key() == word)
    }
}

/// A grade of evidence, as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GradeWord(pub(crate) crate::model::Grade);

impl ClosedList for GradeWord {
    const NAME: &'static str = "Grade";
    fn words() -> Vec<&'static str> {
        crate::model::Grade::keys()
    }
    fn from_word(word: &str) -> Option<Self> {
        crate::model::Grade::parse(word).map(GradeWord)
    }
}

impl<'de, T: ClosedList> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        T::from_word(&word)
            .map(Word)
            .ok_or_else(|| serde::de::Error::custom(format!("'{word}' is none of {}", T::words().join(", "))))
    }
}

impl<T: ClosedList> JsonSchema for Word<T> {
    fn schema_name() -> Cow<'static, str> {
        T::NAME.into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": T::words() })
    }
}

/// A name in both languages.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TitleFile {
    /// Indonesian.
    pub(crate) id: String,
    /// English.
    pub(crate) en: String,
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
    /// weights), empirical (table, column).
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
    /// What a plan maximises.
    pub(crate) objective: ObjectiveFile,
    /// The attitude to risk.
    pub(crate) risk: RiskFile,
    /// Seed and sample numbers.
    pub(crate) samples: SamplesFile,
    /// Common causes on which uncertain numbers load.
    #[serde(default)]
    pub(crate) factors: BTreeMap<String, FactorFile>,
    /// What takes capacity away for a while: floods, outbreaks, breakdowns.
    #[serde(default)]
    pub(crate) events: BTreeMap<String, EventFile>,
    /// Pots of money; their amounts by year are in budgets.csv.
    pub(crate) sources: BTreeMap<String, SourceFile>,
    /// Floors and caps: by facility type, kind of support, region, chain, cluster and source.
    #[serde(default)]
    pub(crate) limits: Vec<LimitFile>,
    /// What sources must add to what others spend.
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
    /// What is to be reached; results say how likely it is.
    #[serde(default)]
    pub(crate) targets: Vec<TargetFile>,
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
}

/// Money and discounting.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoneyFile {
    /// The unit of amounts of money that say none; a price, a wage and a cost say their own.
    pub(crate) unit: Word<MoneyUnit>,
    /// Real discount rate a year.
    pub(crate) discount_rate: CertainFile,
}

/// Work.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LabourFile {
    /// Days of work that make one full-time-equivalent year.
    pub(crate) days_per_year: CertainFile,
}

/// What a plan maximises.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObjectiveFile {
    /// The metric.
    pub(crate) metric: Word<Metric>,
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

/// Something to be reached: at least so much of a metric, or of what is made or sold.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TargetFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// A metric; or give `made`, `sold` or `sales`.
    pub(crate) metric: Option<Word<Metric>>,
    /// A commodity, as CHAIN/COMMODITY: how much is made of it.
    pub(crate) made: Option<String>,
    /// A channel, as CHAIN/CHANNEL: how much it sells.
    pub(crate) sold: Option<String>,
    /// A channel, as CHAIN/CHANNEL: what its sales bring.
    pub(crate) sales: Option<String>,
    /// The cluster concerned; all together where not given.
    pub(crate) cluster: Option<String>,
    /// The calendar year concerned; the whole horizon, money discounted, where not given.
    pub(crate) year: Option<CertainFile>,
    /// The least that reaches it.
    pub(crate) at_least: CertainFile,
}

/// A pot of money.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// Level of government, or partner.
    pub(crate) level: Word<Level>,
    /// Share of a year's unspent money that may be carried into the next.
    pub(crate) carry_over: CertainFile,
    /// Shares paid out in the first, second, ... period after the year's start; they sum to at most 1.
    pub(crate) disbursement: Vec<CertainFile>,
    /// Facility types it may fund; all where not given.
    pub(crate) types: Option<Vec<Word<FacilityType>>>,
    /// Support kinds it may fund; all where not given.
    pub(crate) support: Option<Vec<Word<Support>>>,
    /// Regions it may fund; all where not given.
    pub(crate) regions: Option<Vec<String>>,
    /// Chains it may fund; all where not given.
    pub(crate) chains: Option<Vec<String>>,
    /// Clusters it may fund; all where not given.
    pub(crate) clusters: Option<Vec<String>>,
}

/// A floor or cap on what goes to the lines that every list given admits. At least one of `type`, `support`, `regions`,
/// `chains`, `clusters` and `source` is given.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitFile {
    /// Name in both languages.
    pub(crate) title: Option<TitleFile>,
    /// The paragraph of the law, or the policy, that it answers to.
    pub(crate) law: Option<String>,
    /// Floor or cap.
    pub(crate) kind: Word<LimitWord>,
    /// The facility type; all where not given.
    pub(crate) r#type: Option<Word<FacilityType>>,
    /// Support kinds concerned; all where not given.
    pub(crate) support: Option<Vec<Word<Support>>>,
    /// Regions concerned; all where not given.
    pub(crate) regions: Option<Vec<String>>,
    /// Chains concerned; all where not given.
    pub(crate) chains: Option<Vec<String>>,
    /// Clusters concerned; all where not given.
    pub(crate) clusters: Option<Vec<String>>,
    /// The source concerned; all together where not given.
    pub(crate) source: Option<String>,
    /// The calendar year concerned; the whole horizon where not given.
    pub(crate) year: Option<CertainFile>,
    /// As a share of the money of the source (and year) concerned, wherever it goes.
    pub(crate) share: Option<CertainFile>,
    /// As an amount of money.
    pub(crate) amount: Option<CertainFile>,
}

/// Co-funding: in every place, `source` spends at least `ratio` of what the sources `to` spend there on lines that it may
/// fund too and that every list given admits.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CofundingFile {
    /// Name in both languages.
    pub(crate) title: Option<TitleFile>,
    /// The paragraph of the law, or the policy, that it answers to.
    pub(crate) law: Option<String>,
    /// The source that adds.
    pub(crate) source: String,
    /// The sources whose spending it adds to; all others where not given.
    pub(crate) to: Option<Vec<String>>,
    /// At least this share of what those spend.
    pub(crate) ratio: CertainFile,
    /// Over what shares are taken together; each region for itself where not given.
    pub(crate) per: Option<Word<Per>>,
    /// True: every year is held to it; false or not given: the horizon.
    pub(crate) by_year: Option<bool>,
    /// Facility types concerned; all where not given.
    pub(crate) types: Option<Vec<Word<FacilityType>>>,
    /// Support kinds concerned; all where not given.
    pub(crate) support: Option<Vec<Word<Support>>>,
    /// Regions concerned; all where not given.
    pub(crate) regions: Option<Vec<String>>,
    /// Chains concerned; all where not given.
    pub(crate) chains: Option<Vec<String>>,
    /// Clusters concerned; all where not given.
    pub(crate) clusters: Option<Vec<String>>,
}

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
    /// What all clusters of the pool have of it together today.
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

/// `chains/*.toml`: a product chain, shared by all clusters that make the product.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "rantai chain")]
pub(crate) struct ChainFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// Wage per person-day.
    pub(crate) wage: NumberFile,
    /// What flows.
    pub(crate) commodities: BTreeMap<String, CommodityFile>,
    /// What limits processes.
    pub(crate) capacities: BTreeMap<String, CapacityFile>,
    /// Ways to carry out the stages; a process with a price is a channel.
    pub(crate) processes: BTreeMap<String, ProcessFile>,
    /// What money can buy.
    pub(crate) interventions: BTreeMap<String, InterventionFile>,
}

/// A commodity.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommodityFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// Unit of quantity.
    pub(crate) unit: String,
    /// Whether it keeps from one period to the next.
    pub(crate) storable: bool,
    /// Share of the stock lost each period; storable commodities only, where it must be stated.
    pub(crate) loss: Option<NumberFile>,
    /// Stock at the start in each cluster; 0 where not given.
    pub(crate) initial_stock: Option<NumberFile>,
    /// Made for stock until this much is on hand and in transit.
    pub(crate) base_stock: Option<CertainFile>,
    /// Made for stock until this many periods of mean use without a plan are on hand and in transit.
    pub(crate) base_stock_periods: Option<CertainFile>,
}

/// A capacity: an amount that comes anew each period and limits processes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CapacityFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// Unit of the amount.
    pub(crate) unit: String,
    /// What stands today per period, in clusters for which values.csv says nothing.
    pub(crate) base: Option<NumberFile>,
    /// Multiplier by period of the year.
    pub(crate) season: Option<Vec<CertainFile>>,
    /// Sampled multiplier.
    pub(crate) variation: Option<NumberFile>,
}

/// A process: one way to carry out a stage.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProcessFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// The stage it belongs to.
    pub(crate) stage: Word<Stage>,
    /// Unit of its level.
    pub(crate) unit: String,
    /// Commodities consumed per unit of level.
    #[serde(default)]
    pub(crate) inputs: BTreeMap<String, NumberFile>,
    /// Commodities made per unit of level.
    #[serde(default)]
    pub(crate) outputs: BTreeMap<String, NumberFile>,
    /// Capacities used per unit of level.
    #[serde(default)]
    pub(crate) uses: BTreeMap<String, NumberFile>,
    /// Bought-in inputs and services per unit of level, in money.
    pub(crate) unit_cost: NumberFile,
    /// Person-days per unit of level.
    pub(crate) labour: NumberFile,
    /// Price per unit of level; makes the process a channel.
    pub(crate) price: Option<NumberFile>,
    /// Periods until its outputs arrive; 0 where not given.
    pub(crate) lead_time: Option<CertainFile>,
}

/// An intervention: one line money can buy in a cluster.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InterventionFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// Facility type of Article 89 paragraph (6).
    pub(crate) r#type: Word<FacilityType>,
    /// Support kind of Article 89 paragraph (5).
    pub(crate) support: Word<Support>,
    /// Share of the stock lost each year; or give `lifetime`.
    pub(crate) depreciation: Option<CertainFile>,
    /// Periods for which a recurrent service works; or give `depreciation`.
    pub(crate) lifetime: Option<CertainFile>,
    /// Shares that start to work 0, 1, 2, ... periods after payment; they sum to at most 1.
    pub(crate) gestation: Vec<CertainFile>,
    /// Share of the nominal effect that comes about.
    pub(crate) effectiveness: NumberFile,
    /// Share of it that would not have come about anyway.
    pub(crate) additionality: NumberFile,
    /// Upkeep a year as a share of the stock.
    pub(crate) upkeep: NumberFile,
    /// Who bears the upkeep: `cluster`, or the key of a source.
    pub(crate) upkeep_by: String,
    /// Minimum size, in money: in each year a cluster gets nothing of it, or at least this much from all sources together.
    pub(crate) minimum: Option<CertainFile>,
    /// Whether it opens candidate clusters; false where not given. One intervention of a chain at most.
    pub(crate) opens: Option<bool>,
    /// What opening a candidate costs, in money: exactly this much in the year of opening, from all sources together.
    pub(crate) fixed_cost: Option<CertainFile>,
    /// Capacities it raises.
    #[serde(default)]
    pub(crate) raises: BTreeMap<String, RaiseFile>,
}

/// How an intervention raises a capacity: `cost` (with or without `up_to`), `pieces`, `s_shaped`, or `max` and `half`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RaiseFile {
    /// Money that buys one unit of capacity per period.
    pub(crate) cost: Option<CertainFile>,
    /// Units of capacity per period after which more money adds nothing.
    pub(crate) up_to: Option<CertainFile>,
    /// Points [spend, capacity units per period], straight lines between, from [0, 0], flat after the last.
    pub(crate) pieces: Option<Vec<Vec<f64>>>,
    /// Points as in `pieces`, but with slopes that rise somewhere: money that only tells once there is enough of it.
    pub(crate) s_shaped: Option<Vec<Vec<f64>>>,
    /// Capacity units per period that a saturating curve tends to.
    pub(crate) max: Option<CertainFile>,
    /// Spend at which a saturating curve reaches half of `max`.
    pub(crate) half: Option<CertainFile>,
    /// Whether spend and effect are stated per enterprise; false where not given.
    pub(crate) per_enterprise: Option<bool>,
    /// Whether the capacity's season applies to this part; true where not given.
    pub(crate) seasonal: Option<bool>,
    /// Whether the capacity's variation applies to this part; true where not given.
    pub(crate) varied: Option<bool>,
    /// The year that `pieces` or `s_shaped` describe.
    pub(crate) year: Option<i64>,
    /// Where `pieces` or `s_shaped` come from.
    pub(crate) source: Option<String>,
    /// How good the evidence for `pieces` or `s_shaped` is.
    pub(crate) grade: Option<Word<GradeWord>>,
}
