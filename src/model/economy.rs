//! What the economy sees besides the enterprises: markets in which additional sales displace others, shadow prices, and
//! indicators of what processes do.

use super::facility::Metric;
use super::id::{ChainId, IndicatorId, ProcessId};
use super::root::Model;
use super::title::Title;
use super::uncertainty::Number;

/// A market: channels whose sales displace those of other producers at home.
#[derive(Debug, Clone, PartialEq)]
pub struct Market {
    /// Key in files.
    pub key: String,
    /// Its name.
    pub title: Title,
    /// Channels that sell into it, by chain; each channel sells into one market at most.
    pub channels: Vec<(ChainId, ProcessId)>,
    /// Price to which displacement refers [Rp / level unit of its channels].
    pub reference_price: Number,
    /// Share of the reference price that other producers at home lose by each unit sold, 0 to 1.
    pub displacement: Number,
}

/// Factors that turn what enterprises pay and are paid into what it is worth to the economy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conversion {
    /// Of a channel's price.
    pub price: f64,
    /// Of bought-in inputs and services.
    pub cost: f64,
}

/// What labour, sales and bought-in goods are worth to the economy (the policy analysis matrix of Monke and Pearson 1989 calls
/// them social prices).
#[derive(Debug, Clone, PartialEq)]
pub struct ShadowPrices {
    /// Shadow wage as a share of the wage.
    pub wage_ratio: f64,
    /// Conversion factors of the scenario; upkeep is converted as bought-in costs are.
    pub conversion: Conversion,
    /// Conversion factors of processes that have their own, by chain and process.
    pub own: Vec<(ChainId, ProcessId, Conversion)>,
}

impl ShadowPrices {
    /// The conversion factors of a process.
    pub fn of(&self, chain: ChainId, process: ProcessId) -> Conversion {
        let own = self.own.binary_search_by(|(c, p, _)| (*c, *p).cmp(&(chain, process)));
        own.map_or(self.conversion, |place| self.own[place].2)
    }
}

/// A named amount for each unit of a process's level, such as fuelwood, CO2, or days of women's work.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Key in files.
    pub key: String,
    /// Its name.
    pub title: Title,
    /// Its unit; `Rp` where it is money.
    pub unit: String,
    /// True if it is money, which totals discount.
    pub is_money: bool,
    /// True if more of it is better, false if less is.
    pub more_is_better: bool,
}

impl Model {
    /// The metrics that the scenario has what it needs for: economic value takes shadow prices.
    pub fn metrics(&self) -> impl Iterator<Item = Metric> + use<> {
        let economic = self.shadow_prices.is_some();
        Metric::ALL.iter().copied().filter(move |metric| economic || *metric != Metric::Economic)
    }

    /// All indicator ids in order.
    pub fn indicator_ids(&self) -> impl Iterator<Item = IndicatorId> + use<> {
        (0..self.indicators.len()).map(IndicatorId::new)
    }

    /// The market that a channel sells into, if any.
    pub fn market_of(&self, chain: ChainId, channel: ProcessId) -> Option<&Market> {
        self.markets.iter().find(|market| market.channels.binary_search(&(chain, channel)).is_ok())
    }

    /// True if some process of the chain counts towards the indicator.
    pub fn counts(&self, chain: ChainId, indicator: IndicatorId) -> bool {
        self.chains[chain.index()].processes.iter().any(|process| process.indicators.contains(&indicator))
    }

    /// True if some channel of the chain sells into a market.
    pub fn displaces(&self, chain: ChainId) -> bool {
        self.markets.iter().any(|market| market.channels.iter().any(|(own, _)| *own == chain))
    }
}
