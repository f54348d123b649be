//! What runs together: a cluster, or clusters that pools connect, seen as one cluster over the union of their chains.

use std::borrow::Cow;

use crate::model::route::{Route, Step, merge_routes};
use crate::model::{
    CapacityId, Chain, Cluster, ClusterId, CommodityId, Model, Process, ProcessId,
};

/// One cluster of a unit.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// The cluster.
    pub(super) id: ClusterId,
    /// Number of its first process and commodity in the unit.
    pub(super) first_process: usize,
    pub(super) first_commodity: usize,
    /// Its capacities in the unit.
    pub(super) capacities: Vec<usize>,
}

/// A cluster, or a group of clusters as one.
#[derive(Debug, Clone)]
pub(super) struct Unit<'a> {
    pub(super) chain: Cow<'a, Chain>,
    pub(super) cluster: Cow<'a, Cluster>,
    /// In order; one where nothing is shared.
    pub(super) parts: Vec<Part>,
    /// How often the list of routes is gone through in a period: by-products never leave their cluster.
    pub(super) passes: usize,
}

impl<'a> Unit<'a> {
    /// All units of a model, by first cluster.
    pub(super) fn all(model: &'a Model) -> Vec<Self> {
        if model.pools.is_empty() {
            return model.cluster_ids().map(|c| Self::alone(model, c)).collect();
        }
        let unit = |group: Vec<ClusterId>| match group.as_slice() {
            [alone] => Self::alone(model, *alone),
            _ => Self::joined(model, &group),
        };
        model.operating_groups().into_iter().map(unit).collect()
    }

    fn alone(model: &'a Model, id: ClusterId) -> Self {
        let (chain, cluster) = (model.chain_of(id), &model.clusters[id.index()]);
        let capacities = (0..chain.capacities.len()).collect();
        Self {
            chain: Cow::Borrowed(chain),
            cluster: Cow::Borrowed(cluster),
            parts: vec![Part { id, first_process: 0, first_commodity: 0, capacities }],
            passes: chain.passes(),
        }
    }

    fn joined(model: &Model, group: &[ClusterId]) -> Self {
        let first = group[0];
        let mut chain = Chain {
            commodities: Vec::new(),
            capacities: Vec::new(),
            processes: Vec::new(),
            interventions: Vec::new(),
            order: Vec::new(),
            ..model.chain_of(first).clone()
        };
        let mut cluster = Cluster {
            processes: Vec::new(),
            commodities: Vec::new(),
            capacities: Vec::new(),
            interventions: Vec::new(),
            routes: crate::model::route::ClusterRoutes::default(),
            ..model.clusters[first.index()].clone()
        };
        let mut parts: Vec<Part> = Vec::new();
        let mut of_pool: Vec<Option<usize>> = vec![None; model.pools.len()];
        let mut passes = 1;
        let (mut channel, mut stock) = (Vec::new(), Vec::new());
        for &id in group {
            let (own, local) = (model.chain_of(id), &model.clusters[id.index()]);
            let (first_process, first_commodity) = (chain.processes.len(), chain.commodities.len());
            let mut capacities = Vec::new();
            for (k, capacity) in own.capacities.iter().enumerate() {
                let pool = model.pool_of(id, CapacityId::new(k));
                if let Some(known) = pool.and_then(|pool| of_pool[pool]) {
                    capacities.push(known);
                    continue;
                }
                if let Some(pool) = pool {
                    of_pool[pool] = Some(chain.capacities.len());
                }
                capacities.push(chain.capacities.len());
                chain.capacities.push(capacity.clone());
                cluster.capacities.push(local.capacities[k].clone());
            }
            let part = Part { id, first_process, first_commodity, capacities };
            chain.commodities.extend(own.commodities.iter().cloned());
            cluster.commodities.extend(local.commodities.iter().cloned());
            chain.processes.extend(own.processes.iter().map(|process| Process {
                inputs: process.inputs.iter().map(|m| part.commodity(*m)).collect(),
                outputs: process.outputs.iter().map(|m| part.commodity(*m)).collect(),
                uses: process.uses.iter().map(|k| part.capacity(*k)).collect(),
                ..process.clone()
            }));
            cluster.processes.extend(local.processes.iter().cloned());
            chain.order.extend(own.order.iter().map(|p| part.process(*p)));
            channel.extend(local.routes.channel.iter().map(|route| part.route(route)));
            stock.extend(local.routes.stock.iter().map(|route| part.route(route)));
            passes = passes.max(own.passes());
            parts.push(part);
        }
        cluster.routes = merge_routes(&chain, channel, stock);
        Self { chain: Cow::Owned(chain), cluster: Cow::Owned(cluster), parts, passes }
    }

    /// Number of the part that a process belongs to.
    pub(super) fn part_of(&self, process: ProcessId) -> usize {
        self.parts.partition_point(|part| part.first_process <= process.index()) - 1
    }

    /// The cluster and the key there of a capacity, for messages: the first cluster that has it.
    pub(super) fn capacity_named(&self, model: &Model, capacity: usize) -> (String, String) {
        let found = self.parts.iter().find_map(|part| Some((part, part.capacities.iter().position(|k| *k == capacity)?)));
        let (part, k) = found.unwrap_or((&self.parts[0], 0));
        let key = model.chain_of(part.id).capacities[k].key.clone();
        (model.clusters[part.id.index()].key.clone(), key)
    }
}

impl Part {
    fn commodity(&self, m: CommodityId) -> CommodityId {
        CommodityId::new(self.first_commodity + m.index())
    }

    fn process(&self, p: ProcessId) -> ProcessId {
        ProcessId::new(self.first_process + p.index())
    }

    fn capacity(&self, k: CapacityId) -> CapacityId {
        CapacityId::new(self.capacities[k.index()])
    }

    fn route(&self, route: &Route) -> Route {
        let mut capacities: Vec<CapacityId> = route.capacities.iter().map(|k| self.capacity(*k)).collect();
        capacities.sort_unstable();
        Route {
            root: self.process(route.root),
            target: route.target.map(|m| self.commodity(m)),
            steps: route
                .steps
                .iter()
                .map(|step| Step { process: self.process(step.process), serves: step.serves.clone() })
                .collect(),
            on_hand: route.on_hand.iter().map(|m| self.commodity(*m)).collect(),
            capacities,
            mean_margin: route.mean_margin,
            name: route.name.clone(),
        }
    }

    /// The capacity of the cluster that a capacity of the unit is.
    pub(super) fn own_capacity(&self, capacity: CapacityId) -> Option<CapacityId> {
        self.capacities.iter().position(|k| *k == capacity.index()).map(CapacityId::new)
    }
}
