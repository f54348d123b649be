//! A chain file, `chains/*.toml`, as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::classification::LineCodeFile;
use super::number::{CertainFile, NumberFile, TitleFile};
use super::words::{GradeWord, Word};
use crate::model::{FacilityType, Stage, Support};

/// `chains/*.toml`: a product chain, shared by all clusters that make the product.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "rantai chain")]
pub(crate) struct ChainFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// Wage per person-day.
    pub(crate) wage: NumberFile,
    /// Actors whom processes name, with their titles; where none is given, processes name actors by plain keys.
    #[serde(default)]
    pub(crate) actors: BTreeMap<String, ActorFile>,
    /// Commodities, which flow.
    pub(crate) commodities: BTreeMap<String, CommodityFile>,
    /// Capacities, which limit processes.
    pub(crate) capacities: BTreeMap<String, CapacityFile>,
    /// Ways to carry out the stages; a process with a price is a channel.
    pub(crate) processes: BTreeMap<String, ProcessFile>,
    /// Interventions, which money can buy.
    pub(crate) interventions: BTreeMap<String, InterventionFile>,
}

/// An actor: somebody who runs processes of the chain.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActorFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
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
    /// Price per unit at which one actor sells it to another, in money; for accounts only, no decision knows it.
    pub(crate) price: Option<NumberFile>,
}

/// A capacity: an amount that comes anew each period and limits processes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CapacityFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// Unit of the amount.
    pub(crate) unit: String,
    /// Amount per period today, in clusters for which values.csv says nothing.
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
    /// Who runs it; with it the chain keeps accounts, and every process must name its actor.
    pub(crate) actor: Option<String>,
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
    /// Amounts of indicators of scenario.toml per unit of level.
    #[serde(default)]
    pub(crate) indicators: BTreeMap<String, NumberFile>,
    /// Bought-in inputs and services per unit of level, in money.
    pub(crate) unit_cost: NumberFile,
    /// Share of `unit_cost` spent on what is traded across the border, 0 to 1; 1 where not given. For accounts only.
    pub(crate) tradable: Option<NumberFile>,
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
    /// Entries of the budgets' own classification under which it stands, in order of their levels, after those of the source.
    #[serde(default)]
    pub(crate) codes: Vec<LineCodeFile>,
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
    /// Whether it gives enterprises private goods; false where not given. To the economy only the additional part of their
    /// cost is a use of resources, the rest a transfer.
    pub(crate) private: Option<bool>,
    /// Whether its money is lent and repaid; false where not given. Its losses are its depreciation; interest is no upkeep.
    pub(crate) revolving: Option<bool>,
    /// Share of what is lent out at the end that comes back; of revolving money only, 1 where not given.
    pub(crate) recovery: Option<CertainFile>,
    /// Share of the stock at the end that can be sold; 0 where not given.
    pub(crate) resale: Option<CertainFile>,
    /// Minimum size, in money: in each year a cluster gets nothing of it, or at least this much from all sources together.
    pub(crate) minimum: Option<CertainFile>,
    /// Whether it opens candidate clusters; false where not given. One intervention of a chain at most.
    pub(crate) opens: Option<bool>,
    /// Cost of opening a candidate, in money: exactly this much in the year of opening, from all sources together.
    pub(crate) fixed_cost: Option<CertainFile>,
    /// The unit in which it is bought, in both languages.
    pub(crate) unit: Option<UnitFile>,
    /// Cost of one unit, in money: whole rupiah.
    pub(crate) unit_cost: Option<CertainFile>,
    /// Whether only whole units are bought; true where not given. Where false, volumes are reported and nothing more.
    pub(crate) whole: Option<bool>,
    /// Units that a cluster may have bought over the horizon at most.
    pub(crate) at_most: Option<CertainFile>,
    /// Units for each enterprise of a cluster at most, over the horizon.
    pub(crate) at_most_per_enterprise: Option<CertainFile>,
    /// Capacities it raises.
    #[serde(default)]
    pub(crate) raises: BTreeMap<String, RaiseFile>,
}

/// The name of a unit.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnitFile {
    /// Indonesian.
    pub(crate) id: String,
    /// One of them in English.
    pub(crate) one: String,
    /// Several of them in English.
    pub(crate) many: String,
}

/// How an intervention raises a capacity: `cost` or `each` (with or without `up_to`), `pieces`, `s_shaped`, or `max` and
/// `half`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RaiseFile {
    /// Units of capacity per period that each unit bought adds; instead of `cost`.
    pub(crate) each: Option<CertainFile>,
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
    /// Whether the spend of `pieces`, `s_shaped` and `half` is stated in units bought instead of money; false where not given.
    pub(crate) in_units: Option<bool>,
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
