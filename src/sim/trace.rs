//! Traces: levels, capacities and goods of one sample, period by period, for explanation and for tests.

use ndarray::Array2;

use crate::model::{Chain, Model};

/// Trace of one sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// By cluster of the model.
    pub clusters: Vec<ClusterTrace>,
}

/// Trace of one cluster, by period (rows).
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterTrace {
    /// Levels q started, \[period × process\] [level units].
    pub levels: Array2<f64>,
    /// Capacities K, \[period × capacity\] [capacity units].
    pub capacity: Array2<f64>,
    /// Capacities left at the end of the period, \[period × capacity\] [capacity units].
    pub left: Array2<f64>,
    /// Goods on hand at the end of the period, \[period × commodity\] [commodity units].
    pub on_hand: Array2<f64>,
    /// Goods in transit at the end of the period, \[period × commodity\] [commodity units].
    pub in_transit: Array2<f64>,
    /// Goods lost: of stock at the start of the period, of goods that do not keep at its end,
    /// \[period × commodity\] [commodity units].
    pub lost: Array2<f64>,
}

impl Trace {
    /// An empty trace for `model`.
    pub(super) fn empty(model: &Model) -> Self {
        let periods = model.horizon.periods();
        Self {
            clusters: model.cluster_ids().map(|c| ClusterTrace::empty(model.chain_of(c), periods)).collect(),
        }
    }
}

impl ClusterTrace {
    fn empty(chain: &Chain, periods: usize) -> Self {
        let table = |columns: usize| Array2::zeros((periods, columns));
        Self {
            levels: table(chain.processes.len()),
            capacity: table(chain.capacities.len()),
            left: table(chain.capacities.len()),
            on_hand: table(chain.commodities.len()),
            in_transit: table(chain.commodities.len()),
            lost: table(chain.commodities.len()),
        }
    }
}
