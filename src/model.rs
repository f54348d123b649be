//! The validated, immutable value-chain model that a scenario loads to, in canonical order.
//!
//! A [`Model`] in hand is valid: `sim` and `opt` do not validate again and address everything by id. Collections are
//! sorted by key, so nothing depends on the order of rows or files. The symbols named in the field docs are those of
//! `docs/formulation.md`. This module knows no files, draws no numbers and solves nothing.

pub mod allocation;
pub mod breach;
pub mod chain;
pub mod cluster;
pub mod cofunding;
pub mod coverage;
pub mod exact;
pub mod facility;
pub mod funding;
pub mod id;
pub mod locked;
pub mod pool;
pub mod response;
pub mod route;
pub mod site;
pub mod spillover;
pub mod uncertainty;

pub use allocation::{Allocation, AllocationLine};
pub use breach::{Breach, BreachKind, breaches};
pub use chain::{Capacity, Chain, Commodity, Decay, Intervention, Process, Raise, UpkeepBearer};
pub use cluster::{BaseStock, Cluster, LocalCapacity, LocalCommodity, LocalIntervention, LocalProcess};
pub use cofunding::{Cofunding, CofundingBalance, CofundingPlace, Per};
pub use coverage::{
    Coverage, CoverageMinimum, MinimumSize, Need, Owed, Shortfall, Standing, StandingKind, Supported,
};
pub use facility::{FacilityType, Grade, Level, Metric, Stage, Support};
pub use funding::{Eligibility, Limit, LimitBound, LimitKind, Source};
pub use id::{
    CapacityId, ChainId, ClusterId, CommodityId, FactorId, InterventionId, ParameterId, PoolId, ProcessId,
    SourceId,
};
pub use locked::Locked;
pub use pool::Pool;
pub use response::Response;
pub use site::SiteRule;
pub use spillover::{LowestCapacity, Spillover, SpilloverLink};
pub use uncertainty::{Distribution, Event, Factor, Number, Parameter, Realisation, Scope, Varies};

use crate::units::MoneyUnit;

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// Indonesian.
    pub id: String,
    /// English.
    pub en: String,
}

/// The time axis: `years` of `periods_per_year` equal periods, counted from 0 in code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon {
    /// Number of years Y.
    pub years: usize,
    /// Periods in a year P.
    pub periods_per_year: usize,
    /// Calendar year of the first year.
    pub first_year: i32,
    /// Real discount rate r a year.
    pub discount_rate: f64,
}

impl Horizon {
    /// Number of periods T.
    pub fn periods(&self) -> usize {
        self.years * self.periods_per_year
    }

    /// The year (from 0) of period `t` (from 0).
    pub fn year_of(&self, t: usize) -> usize {
        t.checked_div(self.periods_per_year).unwrap_or(0)
    }

    /// The calendar year of year `y` (from 0).
    pub fn calendar_year(&self, y: usize) -> i32 {
        self.first_year + i32::try_from(y).unwrap_or(0)
    }

    /// The weight (1 + r)^−y of year `y` (from 0); 1 for employment, which is never weighted.
    pub fn weight(&self, metric: Metric, y: usize) -> f64 {
        if metric.is_money() {
            (0..y).fold(1.0, |weight, _| weight / (1.0 + self.discount_rate))
        } else {
            1.0
        }
    }
}

/// The attitude to risk: the plan maximises (1 − λ) mean + λ CVaR_α, the mean of the worst 1 − α share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risk {
    /// Weight λ of the CVaR, 0 to 1.
    pub lambda: f64,
    /// Level α: 0.9 is the worst tenth.
    pub alpha: f64,
}

/// How many samples to take and from which seed, where the caller does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleDefaults {
    /// The seed of all draws.
    pub seed: u64,
    /// Samples the plan is made on.
    pub planning: usize,
    /// Fresh samples the plan is evaluated on.
    pub evaluation: usize,
}

/// What a target is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetItem {
    /// A metric.
    Metric(Metric),
    /// How much of a commodity is made.
    Made(ChainId, CommodityId),
    /// How much a channel sells.
    Sold(ChainId, ProcessId),
    /// What a channel sells for.
    Sales(ChainId, ProcessId),
}

/// Something to be reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// What it is called.
    pub title: Title,
    /// What is counted.
    pub what: TargetItem,
    /// Where; `None` is everywhere.
    pub cluster: Option<ClusterId>,
    /// In which year (from 0); `None` is the whole horizon, money discounted.
    pub year: Option<usize>,
    /// The least that reaches it, in the unit of what is counted.
    pub at_least: f64,
}

/// The value-chain model: everything both readings (simulation and program) compute with.
#[derive(Debug, Clone)]
pub struct Model {
    /// Title in both languages.
    pub title: Title,
    /// Time axis and discounting.
    pub horizon: Horizon,
    /// The unit in which the scenario's files write money; results are always in rupiah.
    pub money_unit: MoneyUnit,
    /// Days of work that make one full-time-equivalent year [days].
    pub days_per_fte_year: f64,
    /// What a plan maximises.
    pub objective: Metric,
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
    /// What sources must add to what others spend.
    pub cofunding: Vec<Cofunding>,
    /// Coverage of the ten facility types.
    pub coverage: Coverage,
    /// Rules for which candidates may and must be opened.
    pub sites: Vec<SiteRule>,
    /// What money in one cluster does to capacities of others.
    pub spillovers: Vec<Spillover>,
    /// Capacities that clusters share.
    pub pools: Vec<Pool>,
    /// The allocation in force today.
    pub today: Allocation,
    /// What is committed already, whatever is planned.
    pub locked: Locked,
    /// What is to be reached; results say how likely it is.
    pub targets: Vec<Target>,
}

impl Model {
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

    /// True if `source` may pay for `intervention` in `cluster`. What opens candidates is not offered anywhere else.
    pub fn may_fund(&self, source: SourceId, cluster: ClusterId, intervention: InterventionId) -> bool {
        let place = &self.clusters[cluster.index()];
        let line = &self.chain_of(cluster).interventions[intervention.index()];
        let eligible = &self.sources[source.index()].eligible;
        (place.candidate || !line.opens) && eligible.admits_line(self, cluster, intervention)
    }

    /// Every (cluster, intervention) pair that `source` may fund, in canonical order.
    pub fn fundable(&self, source: SourceId) -> Vec<(ClusterId, InterventionId)> {
        self.cluster_ids()
            .flat_map(|c| (0..self.chain_of(c).interventions.len()).map(move |i| (c, InterventionId::new(i))))
            .filter(|&(c, i)| self.may_fund(source, c, i))
            .collect()
    }

    /// All money of all sources and years [Rp].
    pub fn total_budget(&self) -> i64 {
        self.sources.iter().map(Source::total).sum()
    }

    /// What `allocation` commits, each year at the weight that benefits of that year have: its present value [Rp].
    pub fn present_value(&self, allocation: &Allocation) -> f64 {
        let weight = |y: usize| self.horizon.weight(Metric::ValueAdded, y);
        allocation.lines().iter().map(|line| line.amount.as_f64() * weight(line.year)).sum()
    }

    /// Arrivals in the stock of an intervention, by period, for one rupiah that `source` commits in year `y`:
    /// paid out along the disbursement curve ζ, then put to work along the gestation profile r. What falls past the
    /// horizon is lost. Shape \[T\], in rupiah per rupiah.
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
