//! Questions to the model about what the economy sees: which metrics there are, which market a channel sells into, and which
//! chains count towards an indicator.

use super::economy::Market;
use super::id::{ChainId, IndicatorId, ProcessId};
use super::metric::Metric;
use super::root::ModelParts;

impl ModelParts {
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
