//! Targets: figures that results give the chance of reaching.

use super::id::{ChainId, ClusterId, CommodityId, IndicatorId, ProcessId};
use super::metric::Metric;
use super::title::Title;

/// The figure a target is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetItem {
    /// A metric.
    Metric(Metric),
    /// Production of a commodity.
    Made(ChainId, CommodityId),
    /// Quantity that a channel sells.
    Sold(ChainId, ProcessId),
    /// Sales of a channel [Rp].
    Sales(ChainId, ProcessId),
    /// An indicator.
    Indicator(IndicatorId),
}

/// The level that a target asks for, in the unit of what it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// At least so much.
    AtLeast(f64),
    /// At most so much: of figures of which less is better.
    AtMost(f64),
}

impl Goal {
    /// The level, whichever side of it is asked for.
    pub fn level(self) -> f64 {
        match self {
            Goal::AtLeast(level) | Goal::AtMost(level) => level,
        }
    }

    /// True if `value` reaches it; the level itself does.
    pub fn is_met(self, value: f64) -> bool {
        match self {
            Goal::AtLeast(least) => value >= least,
            Goal::AtMost(most) => value <= most,
        }
    }
}

/// A figure to be reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Name in both languages.
    pub title: Title,
    /// The figure counted.
    pub what: TargetItem,
    /// Where; `None` is everywhere.
    pub cluster: Option<ClusterId>,
    /// In which year (from 0); `None` is all years of commitments, money discounted.
    pub year: Option<usize>,
    /// The level that is asked for.
    pub goal: Goal,
}
