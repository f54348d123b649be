//! Who gains along the chain: the accounts of each actor, as FAO's value-chain analysis keeps them (Bellù, L. G. 2013, *Value
//! Chain Analysis for Policy Making*, FAO, EASYPol 129), without the plan, with it, and the difference.
//!
//! Amounts are means over samples of what was booked in each sample, so prices and levels may move together.

use std::collections::BTreeMap;

use super::outcome::PlanName;
use super::pam::{MatrixRow, Pam, Prices, economic_factors};
use super::stream::{Grid, Row, Summed};
use crate::model::{
    AccountItem, Chain, ChainAccounts, ChainId, ClusterId, CommodityId, Metric, Model, ProcessId, Stage,
    UpkeepBearer,
};
use crate::sim::Measure;

/// Who an account is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// An actor of the chain, in one of its stages.
    Actor(usize, Stage),
    /// What the plan bought: upkeep that the cluster bears, which is no actor's alone.
    Facilities,
    /// Other producers at home, who lose what sales into a market displace.
    Others,
}

/// Amounts of an account.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Amounts {
    /// Sales outside the chain; of other producers, negative, the sales that they lose \[Rp\].
    pub sales: f64,
    /// Sales to other actors \[Rp\].
    pub sold_on: f64,
    /// Inputs and services bought outside the chain; of facilities their upkeep \[Rp\].
    pub bought_in: f64,
    /// Inputs bought from other actors \[Rp\].
    pub purchases: f64,
    /// Wages \[Rp\].
    pub wages: f64,
    /// Work [full-time-equivalent years].
    pub work: f64,
}

impl Amounts {
    /// Sales outside the chain and to other actors \[Rp\].
    pub fn output(self) -> f64 {
        self.sales + self.sold_on
    }

    /// Output less all that is bought \[Rp\].
    pub fn value_added(self) -> f64 {
        self.output() - self.bought_in - self.purchases
    }

    /// Value added less wages \[Rp\].
    pub fn margin(self) -> f64 {
        self.value_added() - self.wages
    }

    /// Adds `money` times the money and `work` times the work of `other`.
    fn add(&mut self, other: Self, money: f64, work: f64) {
        self.sales += money * other.sales;
        self.sold_on += money * other.sold_on;
        self.bought_in += money * other.bought_in;
        self.purchases += money * other.purchases;
        self.wages += money * other.wages;
        self.work += work * other.work;
    }
}

/// The account of a holder at a place and time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AccountRow {
    /// Which future.
    pub plan: PlanName,
    /// The chain.
    pub chain: ChainId,
    /// Where; `None` is all clusters of the chain.
    pub cluster: Option<ClusterId>,
    /// Whose.
    pub holder: Holder,
    /// When (from 0); `None` is all years of operations, money discounted.
    pub year: Option<usize>,
    /// What.
    pub amounts: Amounts,
}

/// The accounts of all chains that name actors, and their policy analysis matrices.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Accounts {
    /// Accounts by chain, cluster (all first), holder, year (the horizon first) and future.
    pub rows: Vec<AccountRow>,
    /// Matrices by chain, and of all together at last, by future.
    pub matrices: Vec<MatrixRow>,
}

/// Accounts by holder.
type Book = BTreeMap<Holder, Amounts>;

/// Accounts of a place under one plan: by year.
type Years = Vec<Book>;

/// Means of a cluster's amounts in a year.
struct Means<'a> {
    items: &'a [AccountItem],
    values: Vec<f64>,
    /// Sales of other producers at home that are displaced.
    displaced: f64,
}

impl Means<'_> {
    fn get(&self, item: AccountItem) -> f64 {
        self.items.binary_search(&item).map_or(0.0, |place| self.values[place])
    }
}

/// A chain whose accounts are kept.
struct Kept<'a> {
    model: &'a Model,
    id: ChainId,
    chain: &'a Chain,
    accounts: &'a ChainAccounts,
    items: Vec<AccountItem>,
}

impl<'a> Kept<'a> {
    fn all(model: &'a Model) -> impl Iterator<Item = Kept<'a>> {
        model.chains.iter().enumerate().filter_map(move |(h, chain)| {
            let accounts = chain.accounts.as_ref()?;
            Some(Self { model, id: ChainId::new(h), chain, accounts, items: accounts.items(chain) })
        })
    }

    fn processes(&self) -> impl Iterator<Item = ProcessId> + use<> {
        (0..self.chain.processes.len()).map(ProcessId::new)
    }

    fn holder(&self, p: ProcessId) -> Holder {
        Holder::Actor(self.accounts.actor_of(p), self.chain.processes[p.index()].stage)
    }

    /// Everybody who has an account, with nothing on it.
    fn holders(&self) -> Book {
        let bears = |i: &crate::model::Intervention| i.upkeep_by == UpkeepBearer::Cluster;
        let facilities = self.chain.interventions.iter().any(bears).then_some(Holder::Facilities);
        let others = self.model.displaces(self.id).then_some(Holder::Others);
        let holders = self.processes().map(|p| self.holder(p)).chain(facilities).chain(others);
        holders.map(|holder| (holder, Amounts::default())).collect()
    }

    /// The accounts of a cluster in a year.
    fn book(&self, means: &Means<'_>) -> Book {
        let mut book = self.holders();
        let mut add = |holder: Holder, amounts: Amounts| {
            book.entry(holder).or_default().add(amounts, 1.0, 1.0);
        };
        for p in self.processes() {
            let amounts = Amounts {
                sales: means.get(AccountItem::Sales(p)),
                sold_on: 0.0,
                bought_in: means.get(AccountItem::BoughtIn(p)),
                purchases: means.get(AccountItem::Purchases(p)),
                wages: means.get(AccountItem::Wages(p)),
                work: means.get(AccountItem::Work(p)),
            };
            add(self.holder(p), amounts);
        }
        for (commodity, paid) in self.items.iter().filter_map(|item| match item {
            AccountItem::Traded(commodity) => Some((*commodity, means.get(*item))),
            _ => None,
        }) {
            for (maker, share) in self.sellers(means, commodity) {
                add(self.holder(maker), Amounts { sold_on: share * paid, ..Amounts::default() });
            }
        }
        let upkeep = -means.get(AccountItem::Upkeep);
        if upkeep != 0.0 {
            add(Holder::Facilities, Amounts { bought_in: upkeep, ..Amounts::default() });
        }
        if means.displaced != 0.0 {
            add(Holder::Others, Amounts { sales: -means.displaced, ..Amounts::default() });
        }
        book
    }

    /// Who sold a commodity: its makers by what each made of it in the year, alike where none was made.
    fn sellers(&self, means: &Means<'_>, commodity: CommodityId) -> Vec<(ProcessId, f64)> {
        let makers: Vec<ProcessId> = ChainAccounts::makers(self.chain, commodity).collect();
        let made: Vec<f64> = makers.iter().map(|p| means.get(AccountItem::Made(*p, commodity))).collect();
        let (all, alike) = (made.iter().sum::<f64>(), 1.0 / makers.len().max(1) as f64);
        let share = |made: f64| if all > 0.0 { made / all } else { alike };
        makers.into_iter().zip(made).map(|(p, made)| (p, share(made))).collect()
    }

    /// The policy analysis matrix of a cluster in a year.
    fn matrix(&self, means: &Means<'_>) -> Pam {
        let mut pam = Pam::default();
        let mut add = |process: Option<ProcessId>, private: Prices, wages: f64| {
            let by = economic_factors(self.model, self.id, process);
            let social = Prices {
                revenue: by.price * private.revenue,
                tradable: by.cost * private.tradable,
                factors: by.cost * private.factors + by.wage * wages,
            };
            let private = Prices { factors: private.factors + wages, ..private };
            pam = pam.plus(Pam { private, social });
        };
        for p in self.processes() {
            let tradable = means.get(AccountItem::Tradable(p));
            let other = means.get(AccountItem::BoughtIn(p)) - tradable;
            let revenue = means.get(AccountItem::Sales(p));
            add(Some(p), Prices { revenue, tradable, factors: other }, means.get(AccountItem::Wages(p)));
        }
        let upkeep = -means.get(AccountItem::Upkeep);
        add(None, Prices { tradable: upkeep, ..Prices::default() }, 0.0);
        // What others lose is no concern of the chain's actors, but of the economy.
        pam.social.revenue -= means.displaced;
        pam
    }
}

/// The amounts of a cluster that a finished run kept, by plan and year.
struct Run<'a> {
    grid: &'a Grid,
    summed: &'a Summed<'a>,
}

impl Run<'_> {
    /// Means of the accounts of `kept` in cluster `c`.
    fn means<'k>(&self, kept: &'k Kept<'_>, c: ClusterId, plan: usize, year: usize) -> Means<'k> {
        let mean = |number: usize| self.summed.mean(self.grid.account(c, plan, year, number));
        // Series 0 is no plan and series 1 the plan, as plans are.
        let row = Row { measure: Measure::Displaced, cluster: Some(c), year: Some(year) };
        let displaced = self.grid.place(row, plan).map_or(0.0, |row| self.summed.mean(row));
        Means { items: &kept.items, values: (0..kept.items.len()).map(mean).collect(), displaced }
    }
}

/// Adds the accounts of `other` year by year.
fn add_years(sum: &mut Years, other: &Years) {
    for (sum, other) in sum.iter_mut().zip(other) {
        for (holder, amounts) in other {
            sum.entry(*holder).or_default().add(*amounts, 1.0, 1.0);
        }
    }
}

impl Accounts {
    /// The accounts that a finished run kept.
    pub(super) fn of(model: &Model, grid: &Grid, summed: &Summed<'_>, with_plan: bool) -> Self {
        let plans = 1 + usize::from(with_plan);
        let years = model.horizon.operating_years();
        let run = Run { grid, summed };
        let mut of = Self::default();
        let mut everywhere = vec![Pam::default(); plans];
        for kept in Kept::all(model) {
            let mut all: Vec<Years> = vec![vec![kept.holders(); years]; plans];
            let mut matrices = vec![Pam::default(); plans];
            let mut clusters: Vec<(ClusterId, Vec<Years>)> = Vec::new();
            for c in model.cluster_ids().filter(|c| model.clusters[c.index()].chain == kept.id) {
                let mut own: Vec<Years> = vec![Vec::new(); plans];
                for (plan, year) in (0..plans).flat_map(|plan| (0..years).map(move |year| (plan, year))) {
                    let means = run.means(&kept, c, plan, year);
                    own[plan].push(kept.book(&means));
                    let weight = model.horizon.weight(Metric::ValueAdded, year);
                    matrices[plan] = matrices[plan].plus(kept.matrix(&means).times(weight));
                }
                for (all, own) in all.iter_mut().zip(&own) {
                    add_years(all, own);
                }
                clusters.push((c, own));
            }
            of.tell(model, kept.id, None, &all);
            for (c, own) in &clusters {
                of.tell(model, kept.id, Some(*c), own);
            }
            of.tell_matrices(Some(kept.id), &matrices);
            for (sum, matrix) in everywhere.iter_mut().zip(&matrices) {
                *sum = sum.plus(*matrix);
            }
        }
        if !of.rows.is_empty() {
            of.tell_matrices(None, &everywhere);
        }
        of
    }

    /// True if no chain names actors.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds the rows of a place: by plan, its accounts by year.
    fn tell(&mut self, model: &Model, chain: ChainId, cluster: Option<ClusterId>, plans: &[Years]) {
        let holders: Vec<Holder> = plans
            .first()
            .and_then(|years| years.first())
            .map(|b| b.keys().copied().collect())
            .unwrap_or_default();
        for holder in holders {
            let of_year = |plan: &Years, year: usize| plan[year].get(&holder).copied().unwrap_or_default();
            let years = model.horizon.operating_years();
            let when: Vec<Option<usize>> = std::iter::once(None).chain((0..years).map(Some)).collect();
            for year in when {
                let levels: Vec<Amounts> = plans
                    .iter()
                    .map(|plan| match year {
                        Some(year) => of_year(plan, year),
                        None => (0..years).fold(Amounts::default(), |mut sum, y| {
                            let weight = |metric| model.horizon.weight(metric, y);
                            sum.add(of_year(plan, y), weight(Metric::ValueAdded), weight(Metric::Employment));
                            sum
                        }),
                    })
                    .collect();
                let mut add = |plan, amounts| {
                    self.rows.push(AccountRow { plan, chain, cluster, holder, year, amounts });
                };
                add(PlanName::None, levels[0]);
                if let [without, with] = levels.as_slice() {
                    let mut gain = *with;
                    gain.add(*without, -1.0, -1.0);
                    add(PlanName::Plan, *with);
                    add(PlanName::Increment, gain);
                }
            }
        }
    }

    /// Adds the matrices of a chain, by plan.
    fn tell_matrices(&mut self, chain: Option<ChainId>, plans: &[Pam]) {
        let mut add = |plan, matrix| self.matrices.push(MatrixRow { plan, chain, matrix });
        add(PlanName::None, plans[0]);
        if let [without, with] = plans {
            add(PlanName::Plan, *with);
            add(PlanName::Increment, with.plus(without.times(-1.0)));
        }
    }

    /// The account of a chain's holder over the horizon, in all clusters, in the order of holders.
    pub fn totals(&self, chain: ChainId, plan: PlanName) -> impl Iterator<Item = &AccountRow> {
        self.rows.iter().filter(move |row| {
            row.chain == chain && row.plan == plan && row.cluster.is_none() && row.year.is_none()
        })
    }
}

#[cfg(test)]
mod tests;
