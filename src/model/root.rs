//! The model itself: a valid value chain with its money, rules and uncertain numbers.

use std::ops::Deref;

use super::allocation::Allocation;
use super::chain::{Chain, Intervention};
use super::classification::BudgetCode;
use super::cluster::Cluster;
use super::cofunding::Cofunding;
use super::coverage::Coverage;
use super::economy::{Indicator, Market, ShadowPrices};
use super::facility::Net;
use super::funding::{Limit, Source};
use super::horizon::Horizon;
use super::id::{ClusterId, SourceId};
use super::locked::Locked;
use super::metric::Metric;
use super::pool::Pool;
use super::settings::{Risk, SampleDefaults};
use super::site::SiteRule;
use super::spillover::Spillover;
use super::survey::Survey;
use super::target::Target;
use super::title::Title;
use super::uncertainty::{Factor, Number, Parameter};
use super::unit::LinesAsked;
use crate::units::MoneyUnit;

/// The valid value-chain model, to read and never to change: its parts are fields of it (`model.clusters`).
///
/// It is made by the reading of a scenario, and by a [`super::Variant`] of another one.
#[derive(Debug, Clone)]
pub struct Model(ModelParts);

impl Model {
    /// The model of parts that were checked together: for the two ways to make one, and for tests.
    pub(crate) fn of_checked(parts: ModelParts) -> Self {
        Self(parts)
    }

    /// The model with its parts changed, unchecked: for tests alone, which the build of the library for them cannot tell apart.
    #[doc(hidden)]
    #[must_use]
    pub fn changed(&self, change: impl FnOnce(&mut ModelParts)) -> Self {
        let mut parts = self.0.clone();
        change(&mut parts);
        Self(parts)
    }
}

impl Deref for Model {
    type Target = ModelParts;

    fn deref(&self) -> &ModelParts {
        &self.0
    }
}

/// The parts of a value-chain model: everything both readings (simulation and program) compute with.
#[derive(Debug, Clone)]
pub struct ModelParts {
    /// Title in both languages.
    pub title: Title,
    /// Time axis and discounting.
    pub horizon: Horizon,
    /// The unit in which the scenario's files write money; results are always in rupiah.
    pub money_unit: MoneyUnit,
    /// Price index by year of commitments, where stated: nominal rupiah for one rupiah of constant prices.
    pub price_index: Option<Vec<f64>>,
    /// Days of work that make one full-time-equivalent year [days].
    pub days_per_fte_year: f64,
    /// The metric that a plan maximises.
    pub objective: Metric,
    /// The costs that a plan's objective subtracts.
    pub net: Net,
    /// Those that are asked for in place of the scenario's.
    pub net_asked: Option<Net>,
    /// Least line and grain of every source that are asked for instead of its own; no part of the scenario.
    pub lines_asked: LinesAsked,
    /// Attitude to risk.
    pub risk: Risk,
    /// Seed and sample numbers.
    pub samples: SampleDefaults,
    /// Factors, one per scope instance, by name.
    pub factors: Vec<Factor>,
    /// Uncertain numbers, one per scope instance, by name.
    pub parameters: Vec<Parameter>,
    /// Product chains, by key.
    pub chains: Vec<Chain>,
    /// Clusters, by key.
    pub clusters: Vec<Cluster>,
    /// Funding sources, by key.
    pub sources: Vec<Source>,
    /// Floors and caps.
    pub limits: Vec<Limit>,
    /// Co-funding rules: shares that sources add to the spending of others.
    pub cofunding: Vec<Cofunding>,
    /// Coverage of the ten facility types.
    pub coverage: Coverage,
    /// Rules for which candidates may and must be opened.
    pub sites: Vec<SiteRule>,
    /// Spillovers: effects of money in one cluster on capacities of others.
    pub spillovers: Vec<Spillover>,
    /// Capacities that clusters share.
    pub pools: Vec<Pool>,
    /// Markets in which sales displace others.
    pub markets: Vec<Market>,
    /// Shadow prices, where the scenario states any.
    pub shadow_prices: Option<ShadowPrices>,
    /// Indicators.
    pub indicators: Vec<Indicator>,
    /// The allocation in force today.
    pub today: Allocation,
    /// Money committed before any plan.
    pub locked: Locked,
    /// Targets; results give the chance of reaching each.
    pub targets: Vec<Target>,
    /// Surveys that could be made, by key; plans know nothing of them.
    pub surveys: Vec<Survey>,
}

impl ModelParts {
    /// The costs that a plan's objective subtracts: those asked for, else the scenario's.
    pub fn net(&self) -> Net {
        self.net_asked.unwrap_or(self.net)
    }

    /// The entries of the budget's classification under which money of `source` for `intervention` stands: those of the source, then
    /// those of the intervention.
    pub fn codes<'m>(
        &'m self,
        source: SourceId,
        intervention: &'m Intervention,
    ) -> impl Iterator<Item = &'m BudgetCode> {
        let own = intervention.codes.iter().filter(move |line| line.is_of(source)).map(|line| &line.code);
        self.sources[source.index()].codes.iter().chain(own)
    }

    /// The chain of a cluster.
    pub fn chain_of(&self, cluster: ClusterId) -> &Chain {
        &self.chains[self.clusters[cluster.index()].chain.index()]
    }

    /// All cluster ids in order.
    pub fn cluster_ids(&self) -> impl Iterator<Item = ClusterId> + use<> {
        (0..self.clusters.len()).map(ClusterId::new)
    }

    /// All source ids in order.
    pub fn source_ids(&self) -> impl Iterator<Item = SourceId> + use<> {
        (0..self.sources.len()).map(SourceId::new)
    }

    /// The mean of a number over samples and periods.
    pub fn mean(&self, number: Number) -> f64 {
        match number {
            Number::Certain(value) => value,
            Number::Uncertain(id) => self.parameters[id.index()].distribution.mean(),
        }
    }

    /// The least and greatest value of a number in any sample.
    pub fn support(&self, number: Number) -> (f64, f64) {
        match number {
            Number::Certain(value) => (value, value),
            Number::Uncertain(id) => self.parameters[id.index()].distribution.support(),
        }
    }

    /// All money of all sources and years [Rp].
    pub fn total_budget(&self) -> i64 {
        self.sources.iter().map(Source::total).sum()
    }

    /// Present value of `allocation` [Rp]: each year's money at the weight of that year's benefits.
    pub fn present_value(&self, allocation: &Allocation) -> f64 {
        let weight = |y: usize| self.horizon.weight(Metric::ValueAdded, y);
        allocation.lines().iter().map(|line| line.amount.as_f64() * weight(line.year)).sum()
    }

    /// Arrivals in the stock of an intervention, by period, for one rupiah that `source` commits in year `y`:
    /// paid out along the disbursement curve ζ, then put to work along the gestation profile r. What falls past the
    /// last year of operations is lost. Shape \[T\], in rupiah per rupiah.
    pub fn arrivals(&self, source: SourceId, intervention: &Intervention, y: usize) -> Vec<f64> {
        let periods = self.horizon.periods();
        let start = y * self.horizon.periods_per_year;
        let mut arrivals = vec![0.0; periods];
        for (j, paid) in self.sources[source.index()].disbursement.iter().enumerate() {
            for (a, share) in intervention.gestation.iter().enumerate() {
                if let Some(slot) = arrivals.get_mut(start + j + a) {
                    *slot += paid * share;
                }
            }
        }
        arrivals
    }
}
