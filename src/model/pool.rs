//! Pools: one capacity that clusters share, such as skilled labour (Article 89 paragraph (2) b).

use super::id::{CapacityId, ClusterId};
use super::title::Title;

/// A capacity that several clusters share. The entry of every member for it carries the pool's base, variation and events, the
/// same numbers in all of them. What interventions of any member add is added once; so is what spills over, which stands at the
/// first member and never comes from a member.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// Key in files.
    pub key: String,
    /// Its name.
    pub title: Title,
    /// The rule it answers to: a paragraph of the law or a policy, where it says so.
    pub law: Option<String>,
    /// Multiplier for each period of the year, in place of those of the chains.
    pub season: Vec<f64>,
    /// Clusters with their capacity that is the pool's, by cluster; at least two.
    pub members: Vec<(ClusterId, CapacityId)>,
}

impl Pool {
    /// True if the capacity of the cluster is the pool's.
    pub fn holds(&self, cluster: ClusterId, capacity: CapacityId) -> bool {
        self.members.binary_search(&(cluster, capacity)).is_ok()
    }

    /// True if the cluster draws on the pool.
    pub fn serves(&self, cluster: ClusterId) -> bool {
        self.members.binary_search_by(|(member, _)| member.cmp(&cluster)).is_ok()
    }
}
