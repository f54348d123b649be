//! Why a simulation stops before its end.

use super::group::Group;
use crate::model::Model;
use crate::model::route::Route;

/// Why a simulation stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SimError {
    /// A capacity fell below zero: an intervention or a variation takes more away than there is.
    #[error("capacity '{capacity}' of cluster '{cluster}' falls below zero in period {}", period + 1)]
    NegativeCapacity {
        /// Key of the cluster.
        cluster: String,
        /// Key of the capacity.
        capacity: String,
        /// The period (from 0; messages count from 1).
        period: usize,
    },
    /// A channel could sell without end: no capacity it uses and no commodity it takes from hand limits it.
    #[error("nothing limits channel '{channel}' of cluster '{cluster}' in period {}", period + 1)]
    Unbounded {
        /// Key of the cluster.
        cluster: String,
        /// Key of the channel.
        channel: String,
        /// The period (from 0; messages count from 1).
        period: usize,
    },
    /// The caller asked to stop.
    #[error("the simulation was interrupted")]
    Interrupted,
}

impl SimError {
    /// The channel at the root of `route` could sell without end.
    pub(super) fn unbounded(model: &Model, group: &Group<'_>, route: &Route, period: usize) -> Self {
        let part = &group.parts[group.part_of(route.root)];
        Self::Unbounded {
            cluster: model.clusters[part.id.index()].key.clone(),
            channel: group.chain.processes[route.root.index()].key.clone(),
            period,
        }
    }
}
