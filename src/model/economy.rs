//! The economy beyond the enterprises: markets in which additional sales displace others, shadow prices, and
//! indicators of what processes do.

use super::id::{ChainId, ProcessId};
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

/// The worth of labour, sales and bought-in goods to the economy (the policy analysis matrix of Monke and Pearson 1989 calls
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
