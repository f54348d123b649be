//! Pools: one capacity that clusters share, such as skilled labour (Article 89 paragraph (2) b).

use std::collections::BTreeMap;

use super::id::{CapacityId, ClusterId};
use super::{Model, Title};

/// A capacity that several clusters share. Every member's entry for it carries the pool's base, variation and events, the
/// same numbers in all of them, and all their chains state the same season; what interventions of any member add, and what
/// spills over into any of them, is added once.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// Key in files.
    pub key: String,
    /// Its name.
    pub title: Title,
    /// The rule it answers to: a paragraph of the law or a policy, where it says so.
    pub law: Option<String>,
    /// Clusters with their capacity that is the pool's, by cluster; at least two.
    pub members: Vec<(ClusterId, CapacityId)>,
}

impl Model {
    /// The pool that a capacity of a cluster is part of.
    pub fn pool_of(&self, cluster: ClusterId, capacity: CapacityId) -> Option<usize> {
        self.pools.iter().position(|pool| pool.members.contains(&(cluster, capacity)))
    }

    /// Every member of the pool that a capacity is part of; the capacity alone where it is in none.
    pub fn sharers(&self, cluster: ClusterId, capacity: CapacityId) -> Vec<(ClusterId, CapacityId)> {
        match self.pool_of(cluster, capacity) {
            Some(pool) => self.pools[pool].members.clone(),
            None => vec![(cluster, capacity)],
        }
    }

    /// The clusters that must run together, since pools connect them: by first member, each in order.
    pub fn operating_groups(&self) -> Vec<Vec<ClusterId>> {
        let mut leader: Vec<usize> = (0..self.clusters.len()).collect();
        fn find(leader: &[usize], mut c: usize) -> usize {
            while leader[c] != c {
                c = leader[c];
            }
            c
        }
        for pool in &self.pools {
            for pair in pool.members.windows(2) {
                let (a, b) = (find(&leader, pair[0].0.index()), find(&leader, pair[1].0.index()));
                leader[a.max(b)] = a.min(b);
            }
        }
        let mut groups: BTreeMap<usize, Vec<ClusterId>> = BTreeMap::new();
        for c in self.cluster_ids() {
            groups.entry(find(&leader, c.index())).or_default().push(c);
        }
        groups.into_values().collect()
    }
}
