//! The economy beyond the enterprises, as it is written in `scenario.toml`: shadow prices, markets and indicators.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::number::{CertainFile, NumberFile, TitleFile};
use super::words::{ClosedList, Word};

/// The worth of labour, sales and bought-in goods to the economy; the metric `economic` exists where this is given.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShadowPricesFile {
    /// Shadow wage as a share of the wage, 0 to 2.
    pub(crate) wage_ratio: CertainFile,
    /// Conversion factor of prices, 0 to 10; 1 where not given.
    pub(crate) prices: Option<CertainFile>,
    /// Conversion factor of unit costs and upkeep, 0 to 10; 1 where not given.
    pub(crate) costs: Option<CertainFile>,
    /// Conversion factor of the price of single channels, by CHAIN/CHANNEL; `prices` where not given.
    #[serde(default)]
    pub(crate) price_of: BTreeMap<String, CertainFile>,
    /// Conversion factor of the unit cost of single processes, by CHAIN/PROCESS; `costs` where not given.
    #[serde(default)]
    pub(crate) cost_of: BTreeMap<String, CertainFile>,
}

/// A market in which additional sales displace those of other producers at home.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MarketFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// Channels that sell into it, as CHAIN/CHANNEL; a channel sells into one market at most.
    pub(crate) channels: Vec<String>,
    /// Price to which displacement refers, per unit of level of the channels.
    pub(crate) reference_price: NumberFile,
    /// Share of the reference price that other producers at home lose by each unit sold, 0 to 1.
    pub(crate) displacement: NumberFile,
}

/// An indicator: a named amount for each unit of a process's level, stated by processes under `indicators`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IndicatorFile {
    /// Name in both languages.
    pub(crate) title: TitleFile,
    /// Its unit, such as `kg CO2e`; `Rp` where it is money.
    pub(crate) unit: String,
    /// Whether more of it is better, or less.
    pub(crate) better: Word<BetterWord>,
}

/// Whether more of an indicator is better, or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BetterWord {
    More,
    Less,
}

impl ClosedList for BetterWord {
    const NAME: &'static str = "Better";
    fn words() -> Vec<&'static str> {
        vec!["more", "less"]
    }
    fn from_word(word: &str) -> Option<Self> {
        match word {
            "more" => Some(BetterWord::More),
            "less" => Some(BetterWord::Less),
            _ => None,
        }
    }
}
