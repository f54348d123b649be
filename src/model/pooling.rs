//! Pools in a model: the capacities they stand for, and the clusters that they connect.

use std::collections::BTreeMap;

use super::chain::Capacity;
use super::id::{CapacityId, ClusterId, PoolId};
use super::root::ModelParts;

impl ModelParts {
    /// All pools.
    pub fn pool_ids(&self) -> impl Iterator<Item = PoolId> + use<> {
        (0..self.pools.len()).map(PoolId::new)
    }

    /// The pool that a capacity of a cluster is part of.
    pub fn pool_of(&self, cluster: ClusterId, capacity: CapacityId) -> Option<PoolId> {
        self.pools.iter().position(|pool| pool.holds(cluster, capacity)).map(PoolId::new)
    }

    /// The pools that a cluster draws on.
    pub fn pools_of(&self, cluster: ClusterId) -> impl Iterator<Item = PoolId> + '_ {
        self.pool_ids().filter(move |pool| self.pools[pool.index()].serves(cluster))
    }

    /// The capacity that a pool is, as the chain of its first member states it: for its unit.
    pub fn pooled(&self, pool: PoolId) -> Option<&Capacity> {
        let (cluster, capacity) = self.pools[pool.index()].members.first()?;
        Some(&self.chain_of(*cluster).capacities[capacity.index()])
    }

    /// Multipliers of a capacity of a cluster for each period of the year: its pool's, or its chain's.
    pub fn season(&self, cluster: ClusterId, capacity: CapacityId) -> &[f64] {
        match self.pool_of(cluster, capacity) {
            Some(pool) => &self.pools[pool.index()].season,
            None => &self.chain_of(cluster).capacities[capacity.index()].season,
        }
    }

    /// The clusters that must run together, since pools connect them: by first member, each in order.
    pub fn operating_groups(&self) -> Vec<Vec<ClusterId>> {
        let mut leader: Vec<usize> = (0..self.clusters.len()).collect();
        // Union-find over the clusters of each pool; the smallest cluster leads.
        let find = |leader: &[usize], mut c: usize| {
            while leader[c] != c {
                c = leader[c];
            }
            c
        };
        for pool in &self.pools {
            for pair in pool.members.windows(2) {
                let (a, b) = (find(&leader, pair[0].0.index()), find(&leader, pair[1].0.index()));
                leader[a.max(b)] = a.min(b);
            }
        }
        // Members by leader, in order.
        let mut groups: BTreeMap<usize, Vec<ClusterId>> = BTreeMap::new();
        for c in self.cluster_ids() {
            groups.entry(find(&leader, c.index())).or_default().push(c);
        }
        groups.into_values().collect()
    }
}
