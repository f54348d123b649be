//! Who takes part along a chain, and what the accounts of each are kept by: an actor for every process, prices between
//! actors, tradable shares. None of it is known to operations or to a plan: it is accounting.

use super::id::{CommodityId, ProcessId};
use super::title::Title;
use super::uncertainty::Number;

/// The key of the account of what the plan bought, which no actor may have.
pub const FACILITIES: &str = "facilities";

/// The key of the account of other producers at home, which no actor may have.
pub const OTHER_PRODUCERS: &str = "other_producers";

/// Somebody who runs processes of a chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// Key in files.
    pub key: String,
    /// Name in both languages.
    pub title: Title,
}

/// The actors of a chain and who runs which process.
#[derive(Debug, Clone, PartialEq)]
pub struct ChainAccounts {
    /// Actors, by key.
    pub actors: Vec<Actor>,
    /// By process: the place of its actor in `actors`.
    pub of_process: Vec<usize>,
}

/// What a cluster's accounts are kept by.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalAccounts {
    /// By commodity: the price at which one actor sells it to another [Rp / commodity unit], where stated.
    pub prices: Vec<Option<Number>>,
    /// By process: the tradable share of its unit cost, 0 to 1.
    pub tradable: Vec<Number>,
}

/// An amount that a cluster's accounts add up in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountItem {
    /// Sales of a channel outside the chain \[Rp\].
    Sales(ProcessId),
    /// Inputs and services that a process buys outside the chain \[Rp\].
    BoughtIn(ProcessId),
    /// The tradable part of them \[Rp\].
    Tradable(ProcessId),
    /// Inputs that a process buys from other actors \[Rp\].
    Purchases(ProcessId),
    /// Wages that a process pays \[Rp\].
    Wages(ProcessId),
    /// Work in a process [full-time-equivalent years].
    Work(ProcessId),
    /// What a process makes of a commodity that other actors buy [commodity units]; kept where several processes make it.
    Made(ProcessId, CommodityId),
    /// Purchases of a commodity by actors who make none of it \[Rp\].
    Traded(CommodityId),
    /// Upkeep that the cluster bears, below zero, as it lowers value added \[Rp\].
    Upkeep,
}
