//! Outcomes: the cells of every sample in one flat table, and the sums that studies take of them.

use ndarray::Array2;

use super::bottleneck::Bottlenecks;
use crate::model::{
    AccountItem, Chain, ChainId, ClusterId, CommodityId, Horizon, IndicatorId, Metric, Model, PoolId,
    ProcessId, TargetItem,
};

/// The figure that a cell counts in its cluster and year, not discounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A metric [Rp, or full-time-equivalent years].
    Metric(Metric),
    /// Production of a commodity, by-products and goods still in transit included [commodity units].
    Made(CommodityId),
    /// Quantity that a channel sold: its level [level units].
    Quantity(ProcessId),
    /// Sales of a channel \[Rp\].
    Sales(ProcessId),
    /// Use of a pool [capacity units].
    Used(PoolId),
    /// Sales of other producers at home that the cluster's sales displace [Rp].
    Displaced,
    /// An indicator [its unit].
    Indicator(IndicatorId),
    /// An amount of the cluster's accounts, where they are kept: see [`OutcomeLayout::with_accounts`].
    Account(AccountItem),
}

impl Item {
    /// Everything counted in a cluster whatever its chain: metrics, displacement, indicators, in the order of its cells.
    pub fn common(model: &Model) -> Vec<Item> {
        let metrics = model.metrics().map(Item::Metric);
        let displaced = (!model.markets.is_empty()).then_some(Item::Displaced);
        metrics.chain(displaced).chain(model.indicator_ids().map(Item::Indicator)).collect()
    }

    /// The other things counted in a cluster of `chain` but its pools and accounts, which come last, in the order of its cells.
    pub fn of_chain(chain: &Chain) -> Vec<Item> {
        let made = (0..chain.commodities.len()).map(|m| Item::Made(CommodityId::new(m)));
        let channels = || {
            let processes = chain.processes.iter().enumerate();
            processes.filter(|(_, process)| process.is_channel).map(|(p, _)| ProcessId::new(p))
        };
        made.chain(channels().map(Item::Quantity)).chain(channels().map(Item::Sales)).collect()
    }
}

/// The key of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellKey {
    /// The cluster.
    pub cluster: ClusterId,
    /// The year (from 0).
    pub year: usize,
    /// The figure counted.
    pub item: Item,
}

/// Order of the cells: by cluster, then year, then metrics, displacement, indicators, commodities, quantities and sales by
/// channel, pools, accounts.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeLayout {
    horizon: Horizon,
    clusters: Vec<ClusterCells>,
    len: usize,
}

/// The cells of one cluster.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ClusterCells {
    first: usize,
    chain: ChainId,
    common: Common,
    commodities: usize,
    channels: Vec<ProcessId>,
    pools: Vec<PoolId>,
    /// In order; empty where accounts are not kept.
    accounts: Vec<AccountItem>,
}

/// Cells that every cluster has.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Common {
    metrics: usize,
    displaced: usize,
    indicators: usize,
}

impl Common {
    fn len(self) -> usize {
        self.metrics + self.displaced + self.indicators
    }
}

impl ClusterCells {
    /// Cells a year.
    pub(super) fn width(&self) -> usize {
        self.before_accounts() + self.accounts.len()
    }

    /// Cells of a year before those of accounts.
    fn before_accounts(&self) -> usize {
        self.common.len() + self.commodities + 2 * self.channels.len() + self.pools.len()
    }

    /// True if accounts are among the cells.
    pub(super) fn keeps_accounts(&self) -> bool {
        !self.accounts.is_empty()
    }

    /// Position of the first cell in a row of the table.
    pub(super) fn first(&self) -> usize {
        self.first
    }

    /// Place of an item among the cells of a year.
    pub(super) fn place(&self, item: Item) -> Option<usize> {
        let channel = |p: ProcessId| self.channels.binary_search(&p).ok();
        let own = self.common.len();
        match item {
            // The metric that not every scenario has is the last.
            Item::Metric(metric) => Some(metric as usize).filter(|place| *place < self.common.metrics),
            Item::Displaced => (self.common.displaced > 0).then_some(self.common.metrics),
            Item::Indicator(i) => (i.index() < self.common.indicators)
                .then(|| self.common.metrics + self.common.displaced + i.index()),
            Item::Made(m) => (m.index() < self.commodities).then(|| own + m.index()),
            Item::Quantity(p) => channel(p).map(|c| own + self.commodities + c),
            Item::Sales(p) => channel(p).map(|c| own + self.commodities + self.channels.len() + c),
            Item::Used(pool) => {
                let before = self.before_accounts() - self.pools.len();
                self.pools.binary_search(&pool).ok().map(|number| before + number)
            }
            Item::Account(item) => {
                self.accounts.binary_search(&item).ok().map(|number| self.before_accounts() + number)
            }
        }
    }

    fn items(&self) -> impl Iterator<Item = Item> + '_ {
        let metrics = Metric::ALL.iter().copied().take(self.common.metrics).map(Item::Metric);
        let displaced = (self.common.displaced > 0).then_some(Item::Displaced);
        let indicators = (0..self.common.indicators).map(|i| Item::Indicator(IndicatorId::new(i)));
        let common = metrics.chain(displaced).chain(indicators);
        let made = (0..self.commodities).map(|m| Item::Made(CommodityId::new(m)));
        let quantities = self.channels.iter().copied().map(Item::Quantity);
        let sales = self.channels.iter().copied().map(Item::Sales);
        let used = self.pools.iter().copied().map(Item::Used);
        let accounts = self.accounts.iter().copied().map(Item::Account);
        common.chain(made).chain(quantities).chain(sales).chain(used).chain(accounts)
    }
}

impl OutcomeLayout {
    /// The layout of a model's outcomes, but for accounts.
    pub fn new(model: &Model) -> Self {
        Self::laid_out(model, false)
    }

    /// The layout with the accounts of the clusters whose chains have actors.
    pub fn with_accounts(model: &Model) -> Self {
        Self::laid_out(model, true)
    }

    fn laid_out(model: &Model, with_accounts: bool) -> Self {
        let mut len = 0;
        let common = Common {
            metrics: model.metrics().count(),
            displaced: usize::from(!model.markets.is_empty()),
            indicators: model.indicators.len(),
        };
        let clusters = model
            .cluster_ids()
            .map(|c| {
                let chain = model.chain_of(c);
                let processes = chain.processes.iter().enumerate();
                let channels = processes.filter(|(_, p)| p.is_channel).map(|(p, _)| ProcessId::new(p));
                let cells = ClusterCells {
                    first: len,
                    chain: model.clusters[c.index()].chain,
                    common,
                    commodities: chain.commodities.len(),
                    channels: channels.collect(),
                    pools: model.pools_of(c).collect(),
                    accounts: if with_accounts { chain.account_items() } else { Vec::new() },
                };
                len += cells.width() * model.horizon.operating_years();
                cells
            })
            .collect();
        Self { horizon: model.horizon, clusters, len }
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True if there are no cells at all.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The position of a cell; `None` if the cluster's chain has no such item or the horizon no such year.
    pub fn cell(&self, key: CellKey) -> Option<usize> {
        let cells = self.clusters.get(key.cluster.index())?;
        let place = cells.place(key.item)?;
        (key.year < self.horizon.operating_years()).then(|| cells.first + key.year * cells.width() + place)
    }

    /// Years that have cells.
    pub fn years(&self) -> usize {
        self.horizon.operating_years()
    }

    /// The keys of all cells, in their order.
    pub fn keys(&self) -> impl Iterator<Item = CellKey> + '_ {
        self.clusters.iter().enumerate().flat_map(move |(c, cells)| {
            (0..self.horizon.operating_years()).flat_map(move |year| {
                cells.items().map(move |item| CellKey { cluster: ClusterId::new(c), year, item })
            })
        })
    }

    /// Where the cells of a cluster stand, in their order.
    pub fn cells_of(&self, id: ClusterId) -> std::ops::Range<usize> {
        let cells = &self.clusters[id.index()];
        cells.first..cells.first + cells.width() * self.horizon.operating_years()
    }

    pub(super) fn cluster(&self, id: ClusterId) -> &ClusterCells {
        &self.clusters[id.index()]
    }

    /// The cells that a selector adds up, with their weights, in order.
    fn terms(&self, selector: Selector) -> Vec<(usize, f64)> {
        let (item, of_chain) = match selector.measure {
            Measure::Metric(metric) => (Item::Metric(metric), None),
            Measure::Made(chain, m) => (Item::Made(m), Some(chain)),
            Measure::Quantity(chain, p) => (Item::Quantity(p), Some(chain)),
            Measure::Sales(chain, p) => (Item::Sales(p), Some(chain)),
            Measure::Used(pool) => (Item::Used(pool), None),
            Measure::Displaced => (Item::Displaced, None),
            Measure::Indicator { id, .. } => (Item::Indicator(id), None),
        };
        let mut terms = Vec::new();
        for (c, cells) in self.clusters.iter().enumerate() {
            let there = match selector.place {
                Place::Everywhere => true,
                Place::Chain(chain) => chain == cells.chain,
                Place::Cluster(cluster) => cluster.index() == c,
            };
            if !there || of_chain.is_some_and(|chain| chain != cells.chain) {
                continue;
            }
            for year in
                (0..self.horizon.operating_years()).filter(|y| selector.year.is_none_or(|year| year == *y))
            {
                let weight = match selector.measure {
                    _ if selector.year.is_some() => 1.0,
                    measure if measure.is_money() => self.horizon.weight(Metric::GrossOutput, year),
                    _ => 1.0,
                };
                let key = CellKey { cluster: ClusterId::new(c), year, item };
                terms.extend(self.cell(key).map(|cell| (cell, weight)));
            }
        }
        terms
    }
}

/// A figure to add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// A metric.
    Metric(Metric),
    /// Production of a chain's commodity [commodity units].
    Made(ChainId, CommodityId),
    /// Quantity that a chain's channel sold [level units].
    Quantity(ChainId, ProcessId),
    /// Sales of a chain's channel \[Rp\].
    Sales(ChainId, ProcessId),
    /// Use of a pool [capacity units].
    Used(PoolId),
    /// Sales of other producers at home that are displaced [Rp].
    Displaced,
    /// An indicator [its unit].
    Indicator {
        /// The indicator.
        id: IndicatorId,
        /// True if it is money.
        is_money: bool,
    },
}

impl Measure {
    /// The measure of an indicator of `model`.
    pub fn indicator(model: &Model, id: IndicatorId) -> Self {
        Measure::Indicator { id, is_money: model.indicators[id.index()].is_money }
    }

    /// The measure that an item of a cluster of `chain` is; none of an amount of accounts, which are told as accounts.
    pub fn of(model: &Model, chain: ChainId, item: Item) -> Option<Self> {
        Some(match item {
            Item::Metric(metric) => Measure::Metric(metric),
            Item::Made(m) => Measure::Made(chain, m),
            Item::Quantity(p) => Measure::Quantity(chain, p),
            Item::Sales(p) => Measure::Sales(chain, p),
            Item::Used(pool) => Measure::Used(pool),
            Item::Displaced => Measure::Displaced,
            Item::Indicator(id) => Measure::indicator(model, id),
            Item::Account(_) => return None,
        })
    }

    /// The measure that a target of `model` is about.
    pub fn of_target(model: &Model, item: TargetItem) -> Self {
        match item {
            TargetItem::Metric(metric) => Measure::Metric(metric),
            TargetItem::Made(chain, m) => Measure::Made(chain, m),
            TargetItem::Sold(chain, p) => Measure::Quantity(chain, p),
            TargetItem::Sales(chain, p) => Measure::Sales(chain, p),
            TargetItem::Indicator(id) => Measure::indicator(model, id),
        }
    }

    /// True for money, which totals over the horizon discount.
    pub fn is_money(self) -> bool {
        match self {
            Measure::Metric(metric) => metric.is_money(),
            Measure::Sales(..) | Measure::Displaced => true,
            Measure::Made(..) | Measure::Quantity(..) | Measure::Used(_) => false,
            Measure::Indicator { is_money, .. } => is_money,
        }
    }
}

/// Where to add it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In all clusters.
    Everywhere,
    /// In the clusters of a chain.
    Chain(ChainId),
    /// In one cluster.
    Cluster(ClusterId),
}

/// One number per sample: a measure at a place, in one year (unweighted) or over the horizon, where money is weighted
/// by (1 + r)^−y and nothing else is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selector {
    /// The quantity.
    pub measure: Measure,
    /// Where.
    pub place: Place,
    /// In which year (from 0), or over the whole horizon.
    pub year: Option<usize>,
}

impl Selector {
    /// A metric everywhere over the whole horizon.
    pub fn total(metric: Metric) -> Self {
        Self { measure: Measure::Metric(metric), place: Place::Everywhere, year: None }
    }

    /// The same at another place.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// The same in one year (from 0), unweighted.
    #[must_use]
    pub fn in_year(self, year: usize) -> Self {
        Self { year: Some(year), ..self }
    }
}

/// The outcomes of one plan (or of none) on a run of samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcomes {
    /// Order of the cells.
    pub layout: OutcomeLayout,
    /// \[sample × cell\], in the units of the cells' items, not discounted.
    pub table: Array2<f64>,
    /// Limits that bound.
    pub bottlenecks: Bottlenecks,
}

impl Outcomes {
    /// One number per sample, in sample order; a selector that matches nothing gives zeros.
    pub fn series(&self, selector: Selector) -> Vec<f64> {
        let terms = self.layout.terms(selector);
        let sum =
            |row: ndarray::ArrayView1<'_, f64>| terms.iter().fold(0.0, |sum, &(cell, w)| sum + w * row[cell]);
        self.table.rows().into_iter().map(sum).collect()
    }
}
