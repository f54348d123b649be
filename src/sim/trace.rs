//! Traces: everything that happened in one sample, period by period, for explanation and for tests.

use ndarray::Array2;

use crate::model::{Chain, Model};

/// What happened in one sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// By cluster of the model.
    pub clusters: Vec<ClusterTrace>,
}

/// What happened in one cluster, by period (rows).
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterTrace {
    /// Levels q started, \[period × process\] [level units].
    pub levels: Array2<f64>,
    /// Capacities K, \[period × capacity\] [capacity units].
    pub capacity: Array2<f64>,
    /// What was left of them at the end of the period, \[period × capacity\] [capacity units].
    pub left: Array2<f64>,
    /// What is on hand at the end of the period, \[period × commodity\] [commodity units].
    pub on_hand: Array2<f64>,
    /// What is in transit at the end of the period, \[period × commodity\] [commodity units].
    pub in_transit: Array2<f64>,
    /// What was lost: of stock at the start of the period, of what does not keep at its end,
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
