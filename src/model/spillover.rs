//! Spillovers in a technology group (Article 89 paragraph (2) c): what money paid out in one cluster adds to, or takes from,
//! a capacity of others, at every age of the money.

use super::id::{CapacityId, ClusterId, InterventionId};
use super::title::Title;

/// One way of a spillover: from an intervention of one cluster to a capacity of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpilloverLink {
    /// The cluster that takes from it or gains by it.
    pub to: ClusterId,
    /// The capacity there.
    pub capacity: CapacityId,
    /// The cluster in which the money is paid out; never `to`.
    pub from: ClusterId,
    /// For which intervention.
    pub intervention: InterventionId,
}

/// A spillover of a technology group: for every rupiah paid out, `profile[a]` units of capacity per period a periods later,
/// times the net effectiveness of the intervention where the money goes. Season, variation and events of the receiving
/// capacity multiply it as they do its base.
#[derive(Debug, Clone, PartialEq)]
pub struct Spillover {
    /// Name in both languages, where it has one.
    pub title: Option<Title>,
    /// The rule it answers to: a paragraph of the law or a policy, where it says so.
    pub law: Option<String>,
    /// ρ\[a\], by age of the money in periods [capacity units per period per rupiah]; any sign.
    pub profile: Vec<f64>,
    /// Who gives to whom, in order.
    pub links: Vec<SpilloverLink>,
}

impl Spillover {
    /// The links that reach a capacity of a cluster.
    pub fn into(&self, cluster: ClusterId, capacity: CapacityId) -> &[SpilloverLink] {
        let from = self.links.partition_point(|link| (link.to, link.capacity) < (cluster, capacity));
        let to = self.links.partition_point(|link| (link.to, link.capacity) <= (cluster, capacity));
        &self.links[from..to]
    }
}
