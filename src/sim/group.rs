//! Groups that run together: a cluster, or clusters that pools connect, seen as one cluster over the union of their chains.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::model::route::{ClusterRoutes, Route, RouteUnit, Step, downstream_depth};
use crate::model::{
    Capacity, CapacityId, Chain, Cluster, ClusterId, CommodityId, Horizon, Model, PoolId, Process, ProcessId,
};

/// One cluster of a group.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// The cluster.
    pub(super) id: ClusterId,
    /// Number of its first process and commodity in the group.
    pub(super) first_process: usize,
    pub(super) first_commodity: usize,
    /// Its capacities in the group.
    pub(super) capacities: Vec<usize>,
}

/// A cluster, or a group of clusters as one.
#[derive(Debug, Clone)]
pub(super) struct Group<'a> {
    pub(super) chain: Cow<'a, Chain>,
    /// Of a group it has no interventions: these are its clusters' own.
    pub(super) cluster: Cow<'a, Cluster>,
    /// By capacity: the pool that it is, if it is one.
    pub(super) pools: Vec<Option<PoolId>>,
    /// In order; one where nothing is shared.
    pub(super) parts: Vec<Part>,
    /// Passes through the list of routes in a period: by-products never leave their cluster.
    pub(super) passes: usize,
}

impl<'a> Group<'a> {
    /// All groups of a model, by first cluster.
    pub(super) fn all(model: &'a Model) -> Vec<Self> {
        let of = |ids: Vec<ClusterId>| match ids.as_slice() {
            [alone] => Self::alone(model, *alone),
            _ => Self::joined(model, &ids),
        };
        model.operating_groups().into_iter().map(of).collect()
    }

    fn alone(model: &'a Model, id: ClusterId) -> Self {
        let (chain, cluster) = (model.chain_of(id), &model.clusters[id.index()]);
        let capacities: Vec<usize> = (0..chain.capacities.len()).collect();
        Self {
            chain: Cow::Borrowed(chain),
            cluster: Cow::Borrowed(cluster),
            pools: vec![None; capacities.len()],
            parts: vec![Part { id, first_process: 0, first_commodity: 0, capacities }],
            passes: chain.passes(),
        }
    }

    fn joined(model: &Model, ids: &[ClusterId]) -> Self {
        let first = ids[0];
        let mut chain = Chain {
            commodities: Vec::new(),
            capacities: Vec::new(),
            processes: Vec::new(),
            interventions: Vec::new(),
            order: Vec::new(),
            accounts: None,
            ..model.chain_of(first).clone()
        };
        let mut cluster = Cluster {
            processes: Vec::new(),
            commodities: Vec::new(),
            capacities: Vec::new(),
            interventions: Vec::new(),
            routes: ClusterRoutes::default(),
            accounts: None,
            ..model.clusters[first.index()].clone()
        };
        let mut pools: Vec<Option<PoolId>> = Vec::new();
        let mut parts: Vec<Part> = Vec::new();
        // Chains side by side; a pool's capacity once, at its first member.
        for &id in ids {
            let (own, local) = (model.chain_of(id), &model.clusters[id.index()]);
            let (first_process, first_commodity) = (chain.processes.len(), chain.commodities.len());
            let mut capacities = Vec::new();
            for (k, capacity) in own.capacities.iter().enumerate() {
                let pool = model.pool_of(id, CapacityId::new(k));
                let known = pool.and_then(|pool| pools.iter().position(|known| *known == Some(pool)));
                capacities.push(known.unwrap_or(chain.capacities.len()));
                if known.is_none() {
                    let season = model.season(id, CapacityId::new(k)).to_vec();
                    chain.capacities.push(Capacity { season, ..capacity.clone() });
                    cluster.capacities.push(local.capacities[k].clone());
                    pools.push(pool);
                }
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
            parts.push(part);
        }
        // Routes over the union, in one order.
        let passes = parts.iter().map(|part| model.chain_of(part.id).passes()).max().unwrap_or(1);
        let mut group = Self { chain: Cow::Owned(chain), cluster: Cow::Owned(cluster), pools, parts, passes };
        let routes = ClusterRoutes {
            channel: group.channel_routes(model),
            stock: group.stock_routes(model),
            left_out: 0,
        };
        group.cluster.to_mut().routes = routes;
        group
    }

    /// The routes of all parts in one order. Each cluster keeps its own; which cluster comes next is decided by what its
    /// next route earns at means for the share it takes of a pool, the more the sooner, then by cluster. A route that takes
    /// of no pool is nobody else's concern and comes at once.
    fn channel_routes(&self, model: &Model) -> Vec<Route> {
        let mut waiting: Vec<std::vec::IntoIter<(Option<f64>, Route)>> = self
            .parts
            .iter()
            .map(|part| {
                let own = model.clusters[part.id.index()].routes.channel.iter();
                let routes = own.map(|route| part.route(route));
                routes.map(|route| (self.earned_by_share(model, &route), route)).collect::<Vec<_>>()
            })
            .map(Vec::into_iter)
            .collect();
        let mut order = Vec::new();
        loop {
            // Routes that use no pool come at once.
            for routes in &mut waiting {
                while let Some((None, _)) = routes.as_slice().first() {
                    order.extend(routes.next().map(|(_, route)| route));
                }
            }
            // The first of those that earn most.
            let next = waiting
                .iter()
                .enumerate()
                .filter_map(|(number, routes)| Some((number, routes.as_slice().first()?.0?)))
                .reduce(
                    |best, next| if next.1.total_cmp(&best.1) == Ordering::Greater { next } else { best },
                );
            let Some((number, _)) = next else { return order };
            order.extend(waiting[number].next().map(|(_, route)| route));
        }
    }

    /// Margin of a route at means per share of a pool's capacity today, for the pool of which it takes the greatest share, to 9
    /// significant digits; `None` where it uses no pool. Where the group has one pool, or a pool holds nothing, a unit of
    /// it stands for the whole, which changes no order of one.
    fn earned_by_share(&self, model: &Model, route: &Route) -> Option<f64> {
        let mut unit = RouteUnit::default();
        unit.fill(route, &self.chain, &self.cluster, |number| model.mean(number));
        let one = self.pools.iter().flatten().count() == 1;
        let taken = self.pools.iter().enumerate().filter(|(_, pool)| pool.is_some()).map(|(k, _)| {
            let local = &self.cluster.capacities[k];
            let holds = if one { 1.0 } else { model.mean(local.base) * model.mean(local.variation) };
            unit.capacity_use[k] / if holds > 0.0 { holds } else { 1.0 }
        });
        let most = taken.fold(0.0, f64::max);
        let earned = unit.margin / most;
        // Plus nothing: no earnings at all have one sign.
        (most > 0.0).then(|| format!("{earned:.8e}").parse().unwrap_or(earned) + 0.0)
    }

    /// Routes that make for stock, of all parts: the most downstream commodity first, then by cluster in its own order.
    fn stock_routes(&self, model: &Model) -> Vec<Route> {
        let mut routes: Vec<(usize, Route)> = Vec::new();
        for part in &self.parts {
            let depth = downstream_depth(model.chain_of(part.id));
            let own = model.clusters[part.id.index()].routes.stock.iter();
            routes.extend(own.map(|route| (route.target.map_or(0, |m| depth[m.index()]), part.route(route))));
        }
        routes.sort_by_key(|(depth, _)| *depth);
        routes.into_iter().map(|(_, route)| route).collect()
    }

    /// The season of a capacity in period `t`: a factor, 1 where there is none.
    pub(super) fn season(&self, horizon: Horizon, k: usize, t: usize) -> f64 {
        let season = &self.chain.capacities[k].season;
        season.get(t % horizon.periods_per_year.max(1)).copied().unwrap_or(1.0)
    }

    /// Number of the part that a process belongs to.
    pub(super) fn part_of(&self, process: ProcessId) -> usize {
        self.parts.partition_point(|part| part.first_process <= process.index()) - 1
    }

    /// The cluster and the key there of a capacity, for messages: the first cluster that has it.
    pub(super) fn capacity_named(&self, model: &Model, capacity: usize) -> (String, String) {
        let of_part = |part: &Part| part.own_capacity(CapacityId::new(capacity)).map(|k| (part.id, k));
        let (id, k) = self.parts.iter().find_map(of_part).unwrap_or((self.parts[0].id, CapacityId::new(0)));
        let key = model.chain_of(id).capacities[k.index()].key.clone();
        (model.clusters[id.index()].key.clone(), key)
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
        Route {
            root: self.process(route.root),
            target: route.target.map(|m| self.commodity(m)),
            steps: route
                .steps
                .iter()
                .map(|step| Step { process: self.process(step.process), serves: step.serves.clone() })
                .collect(),
            on_hand: route.on_hand.iter().map(|m| self.commodity(*m)).collect(),
            capacities: route.capacities.iter().map(|k| self.capacity(*k)).collect(),
            mean_margin: route.mean_margin,
            name: route.name.clone(),
        }
    }

    /// The cluster's own number of one of its commodities in the group.
    pub(super) fn own_commodity(&self, commodity: CommodityId) -> CommodityId {
        CommodityId::new(commodity.index() - self.first_commodity)
    }

    /// The cluster's own number of one of its processes in the group.
    pub(super) fn own_process(&self, process: ProcessId) -> ProcessId {
        ProcessId::new(process.index() - self.first_process)
    }

    /// The capacity of the cluster that a capacity of the group is, if it has it.
    pub(super) fn own_capacity(&self, capacity: CapacityId) -> Option<CapacityId> {
        self.capacities.iter().position(|k| *k == capacity.index()).map(CapacityId::new)
    }
}
