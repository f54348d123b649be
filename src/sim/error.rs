//! Why a simulation stops before its end.

use super::group::Group;
use crate::language::{Lang, Text, text};
use crate::model::Model;
use crate::model::route::Route;

/// Why a simulation stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().in_language(Lang::En))]
pub enum SimError {
    /// A capacity fell below zero: an intervention or a variation takes more away than there is.
    NegativeCapacity {
        /// Key of the cluster.
        cluster: String,
        /// Key of the capacity.
        capacity: String,
        /// The period (from 0; messages count from 1).
        period: usize,
    },
    /// A channel could sell without end: no capacity it uses and no commodity it takes from hand limits it.
    Unbounded {
        /// Key of the cluster.
        cluster: String,
        /// Key of the channel.
        channel: String,
        /// The period (from 0; messages count from 1).
        period: usize,
    },
    /// The caller asked to stop.
    Interrupted,
}

impl SimError {
    /// The error in both languages.
    pub fn text(&self) -> Text {
        match self {
            Self::NegativeCapacity { cluster, capacity, period } => text!(
                en: "capacity '{capacity}' of cluster '{cluster}' falls below zero in period {at}",
                id: "kapasitas '{capacity}' di klaster '{cluster}' turun di bawah nol pada periode {at}",
                capacity, cluster, at = period + 1,
            ),
            Self::Unbounded { cluster, channel, period } => text!(
                en: "nothing limits channel '{channel}' of cluster '{cluster}' in period {at}",
                id: "tidak ada yang membatasi saluran '{channel}' di klaster '{cluster}' pada periode {at}",
                channel, cluster, at = period + 1,
            ),
            Self::Interrupted => text!(en: "the simulation was interrupted", id: "simulasi dihentikan"),
        }
    }

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
