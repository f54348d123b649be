//! Targets: figures that results give the chance of reaching.

use super::facility::Metric;
use super::id::{ChainId, ClusterId, CommodityId, IndicatorId, ProcessId};
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
    /// The least that reaches it, in the unit of what is counted.
    pub at_least: f64,
}
