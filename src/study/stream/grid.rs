//! The rows of a run: every series of every measure, place and year, in one fixed order.

use std::ops::Range;

use crate::model::{ChainId, ClusterId, Metric, Model};
use crate::sim::{Item, Measure};

/// Values kept at most for exact quantiles, over all rows: 192 MiB.
pub const VALUES_KEPT: usize = 24 << 20;
/// Independent samples at most for exact quantiles: of more, to keep all values takes longer than to count them, and what
/// counting loses is small beside what chance does.
pub const SAMPLES_KEPT: usize = 10_000;
/// Rows whose quantiles are sketched at most; rows over all clusters come first.
pub const SKETCHES_KEPT: usize = 16_384;

/// One series of numbers, one per sample: a plan's, or how much more it is than another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Series {
    /// The plan, by its place in the simulation.
    pub plan: usize,
    /// The plan that is subtracted, if any.
    pub minus: Option<usize>,
}

/// A row of the grid: a measure at a place and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The quantity.
    pub measure: Measure,
    /// Where; `None` is everywhere.
    pub cluster: Option<ClusterId>,
    /// When (from 0); `None` is all years of operations, money discounted.
    pub year: Option<usize>,
}

/// A row that is compared with a threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// The row; of all years it is those of commitments that count, without the tail.
    pub row: Row,
    /// The threshold, in the unit of the row.
    pub at_least: f64,
}

/// The rows, series and thresholds of which a run keeps statistics.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Series kept for every row of the grid.
    pub series: Vec<Series>,
    /// More series of a metric everywhere over the horizon.
    pub totals: Vec<(Metric, Series)>,
    /// Rows whose probability of reaching a threshold is wanted, for every series without subtraction.
    pub thresholds: Vec<Threshold>,
    /// Of how many plans, from the first, means of accounts are kept.
    pub accounts: usize,
}

/// Where each row stands: everywhere first, then cluster by cluster; by item, then sums over years and each year, then
/// series. Extra totals, thresholds and accounts, of which means are all that is asked, come last.
#[derive(Debug, Clone)]
pub struct Grid {
    pub(super) years: usize,
    /// Sums over years: of all; and, where there is a tail, of those of commitments. By sum, how many years it is of.
    pub(super) sums: Vec<usize>,
    pub(super) series: Vec<Series>,
    /// Items everywhere: metrics, displacement and indicators, then those of each chain, then pools.
    pub(super) everywhere: Vec<Measure>,
    pub(super) clusters: Vec<ClusterRows>,
    pub(super) measured: usize,
    pub(super) totals: Vec<(Metric, Series)>,
    pub(super) thresholds: Vec<(usize, f64)>,
    pub(super) weights: Vec<(f64, f64)>,
    /// Plans whose accounts are kept.
    pub(super) accounted: usize,
    /// By cluster: how many amounts its accounts add up, and its first row of them.
    pub(super) accounts: Vec<(usize, usize)>,
}

/// The rows of one cluster: metrics, displacement and indicators, those of its chain, its pools.
#[derive(Debug, Clone)]
pub(super) struct ClusterRows {
    /// Number of items that every cluster has; they come first.
    pub(super) common: usize,
    /// Items of its chain among those everywhere.
    pub(super) own: Range<usize>,
    /// Its pools among them.
    pub(super) pools: Vec<usize>,
    /// Its first row.
    pub(super) first: usize,
}

impl ClusterRows {
    pub(super) fn items(&self) -> usize {
        self.common + self.own.len() + self.pools.len()
    }

    /// Where the cluster's item stands among those everywhere.
    pub(super) fn anywhere(&self, item: usize) -> usize {
        match item.checked_sub(self.common) {
            None => item,
            Some(item) if item < self.own.len() => self.own.start + item,
            Some(item) => self.pools[item - self.own.len()],
        }
    }

    /// The cluster's item that stands there, if it is one of its own.
    pub(super) fn item(&self, everywhere: usize) -> Option<usize> {
        if everywhere < self.common {
            return Some(everywhere);
        }
        if self.own.contains(&everywhere) {
            return Some(self.common + everywhere - self.own.start);
        }
        let pool = self.pools.binary_search(&everywhere).ok()?;
        Some(self.common + self.own.len() + pool)
    }
}

impl Grid {
    /// Lays out the rows of `model`.
    pub fn new(model: &Model, wanted: &Wanted) -> Self {
        let years = model.horizon.operating_years();
        let mut sums = vec![years];
        if model.horizon.tail.years > 0 {
            sums.push(model.horizon.years);
        }
        // Items that every cluster has are the same whatever the chain.
        let common = Item::common(model).into_iter();
        let mut everywhere: Vec<Measure> =
            common.filter_map(|item| Measure::of(model, ChainId::new(0), item)).collect();
        let common = everywhere.len();
        // Where a chain's items begin, and at last where pools do.
        let mut chains = Vec::new();
        for (h, chain) in model.chains.iter().enumerate() {
            chains.push(everywhere.len());
            let id = ChainId::new(h);
            let items = Item::of_chain(chain);
            everywhere.extend(items.into_iter().filter_map(|item| Measure::of(model, id, item)));
        }
        chains.push(everywhere.len());
        everywhere.extend(model.pool_ids().map(Measure::Used));
        let per_item = (sums.len() + years) * wanted.series.len();
        let mut next = everywhere.len() * per_item;
        let clusters = model
            .cluster_ids()
            .map(|c| {
                let first = next;
                let chain = model.clusters[c.index()].chain.index();
                let pools = chains[model.chains.len()];
                let pools: Vec<usize> = model.pools_of(c).map(|pool| pools + pool.index()).collect();
                let rows = ClusterRows { common, own: chains[chain]..chains[chain + 1], pools, first };
                next += rows.items() * per_item;
                rows
            })
            .collect();
        let weight = |metric: Metric, year: usize| model.horizon.weight(metric, year);
        let mut grid = Self {
            years,
            sums,
            series: wanted.series.clone(),
            everywhere,
            clusters,
            measured: next,
            totals: wanted.totals.clone(),
            thresholds: Vec::new(),
            weights: (0..years).map(|y| (weight(Metric::GrossOutput, y), 1.0)).collect(),
            accounted: wanted.accounts,
            accounts: Vec::new(),
        };
        for threshold in &wanted.thresholds {
            for (s, series) in wanted.series.iter().enumerate() {
                if let (None, Some(row)) = (series.minus, grid.committing_place(threshold.row, s)) {
                    grid.thresholds.push((row, threshold.at_least));
                }
            }
        }
        let mut next = grid.before_accounts();
        for c in model.cluster_ids() {
            let items = model.chain_of(c).account_items().len();
            grid.accounts.push((items, next));
            next += grid.accounted * years * items;
        }
        grid
    }

    /// Rows before those of accounts.
    fn before_accounts(&self) -> usize {
        self.measured + self.totals.len() + self.thresholds.len()
    }

    /// Where an amount of a cluster's accounts stands, for a plan and year.
    pub fn account(&self, cluster: ClusterId, plan: usize, year: usize, number: usize) -> usize {
        let (items, first) = self.accounts[cluster.index()];
        first + (plan * self.years + year) * items + number
    }

    /// Number of rows, with extra totals, thresholds and accounts.
    pub fn len(&self) -> usize {
        let rows = self.accounts.iter().map(|(items, _)| self.accounted * self.years * items);
        self.before_accounts() + rows.sum::<usize>()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where the row of the `series`-th series stands; `None` if there is no such row.
    pub fn place(&self, row: Row, series: usize) -> Option<usize> {
        self.place_at(row, series, 0)
    }

    /// The same, of all years those of commitments.
    fn committing_place(&self, row: Row, series: usize) -> Option<usize> {
        self.place_at(row, series, self.sums.len() - 1)
    }

    /// The same, the `sum`-th sum where the row is of all years.
    fn place_at(&self, row: Row, series: usize, sum: usize) -> Option<usize> {
        let everywhere = self.everywhere.iter().position(|measure| *measure == row.measure)?;
        let when = match row.year {
            None => sum,
            Some(year) if year < self.years => self.sums.len() + year,
            Some(_) => return None,
        };
        let (first, item) = match row.cluster {
            None => (0, everywhere),
            Some(cluster) => {
                let rows = self.clusters.get(cluster.index())?;
                (rows.first, rows.item(everywhere)?)
            }
        };
        Some(first + (item * self.times() + when) * self.series.len() + series)
    }

    /// Rows of an item in a series: sums over years, and each year.
    pub(super) fn times(&self) -> usize {
        self.sums.len() + self.years
    }

    /// Where the `number`-th of the extra totals stands.
    pub fn total(&self, number: usize) -> usize {
        self.measured + number
    }

    /// Where the `number`-th threshold stands for the `series`-th series, counting only series without subtraction.
    pub fn threshold(&self, number: usize, series: usize) -> usize {
        let levels = self.series.iter().filter(|series| series.minus.is_none()).count();
        self.measured + self.totals.len() + number * levels + series
    }

    /// How the year `year` counts in the sum over the horizon.
    pub(super) fn weight(&self, measure: Measure, year: usize) -> f64 {
        let (money, other) = self.weights[year];
        if measure.is_money() { money } else { other }
    }

    /// Whether quantiles of all rows are exact with so many samples. Of samples in replicates as many values are kept as
    /// memory allows, since errors of quantiles come from how replicates differ.
    pub fn is_exact(&self, samples: usize, replicated: bool) -> bool {
        let values = (self.measured + self.totals.len()).saturating_mul(samples);
        values <= VALUES_KEPT && (replicated || samples <= SAMPLES_KEPT)
    }

    /// Rows whose quantiles are kept.
    pub(super) fn kept(&self, exact: bool) -> usize {
        let rows = self.measured + self.totals.len();
        if exact { rows } else { rows.min(SKETCHES_KEPT) }
    }

    /// Number of a row among those whose quantiles are kept: extra totals first, then the grid in its order.
    pub(super) fn keeper(&self, row: usize, kept: usize) -> Option<usize> {
        let totals = self.totals.len();
        let place = if row < self.measured { totals + row } else { row - self.measured };
        (place < kept && row < self.measured + totals).then_some(place)
    }
}
