//! Paths of routes: the processes, stocks and capacities that one complete way to serve a market goes through.

use super::id::{CapacityId, CommodityId, ProcessId};

/// Routes kept per cluster; where a chain offers more, the best are kept and `check` says what was left out.
pub const ROUTES_KEPT: usize = 500;

/// One process of a route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// The process.
    pub process: ProcessId,
    /// Which of its outputs (positions in the process's list) serve the route; the others are by-products.
    pub serves: Vec<usize>,
}

/// One complete way to serve a channel, or to make a commodity for stock.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// The channel, or the process that makes the commodity for stock.
    pub root: ProcessId,
    /// The commodity made for stock; `None` for a channel's route.
    pub target: Option<CommodityId>,
    /// Processes from the root upstream; every process comes after all that need its outputs.
    pub steps: Vec<Step>,
    /// Commodities taken from what is on hand.
    pub on_hand: Vec<CommodityId>,
    /// Capacities that its processes use.
    pub capacities: Vec<CapacityId>,
    /// Margin per unit of the channel at means [Rp / level unit], or minus the cost per unit made for stock.
    pub mean_margin: f64,
    /// Readable name, the tie-breaker of the merit order.
    pub name: String,
}

/// The routes of one cluster, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClusterRoutes {
    /// Routes of channels over open processes that may earn in some sample, in merit order: best expected margin first, of
    /// either sign.
    pub channel: Vec<Route>,
    /// Routes over open processes that make for stock: most downstream commodity first, then by expected cost.
    pub stock: Vec<Route>,
    /// Channel routes that may earn and were left out because there were more than [`ROUTES_KEPT`].
    pub left_out: usize,
}
