//! Routes: the complete ways in which a chain can serve a market (or build up a stock), and their merit order.
//!
//! A route names, for each commodity it needs, one source: what is on hand, or one process without lead time that makes
//! it, whose own inputs have sources in turn. `docs/simulation.md` defines them; both readings take from here which
//! processes are open at all.

use std::collections::BTreeMap;

use super::chain::Chain;
use super::cluster::{BaseStock, Cluster};
use super::id::{CapacityId, CommodityId, ProcessId};
use super::uncertainty::Number;

pub use super::path::{ClusterRoutes, ROUTES_KEPT, Route, Step};

/// Routes enumerated at most; a chain that offers more is refused.
pub const ROUTES_ENUMERATED: usize = 50_000;
/// By-products below this share of what a process makes are rounding.
const SURPLUS_DUST: f64 = 1e-12;

/// A route's needs for one unit of its channel (or one unit of the commodity made for stock), with given coefficients.
#[derive(Debug, Clone, Default)]
pub struct RouteUnit {
    /// Level of each step, aligned with the route's steps.
    pub levels: Vec<f64>,
    /// Use by capacity of the chain.
    pub capacity_use: Vec<f64>,
    /// Need from stock, by commodity of the chain.
    pub hand_need: Vec<f64>,
    /// By-products, as (commodity, quantity, step).
    pub surplus: Vec<(CommodityId, f64, usize)>,
    /// Margin [Rp]; without meaning where the route is not possible.
    pub margin: f64,
    /// False if some process of the route makes nothing of what is needed of it (a yield of zero).
    pub possible: bool,
    need: Vec<f64>,
}

impl RouteUnit {
    /// Works out `route` in `cluster`, with `value` giving each number.
    pub fn fill(&mut self, route: &Route, chain: &Chain, cluster: &Cluster, value: impl Fn(Number) -> f64) {
        self.levels.clear();
        self.surplus.clear();
        for (list, length) in [
            (&mut self.capacity_use, chain.capacities.len()),
            (&mut self.hand_need, chain.commodities.len()),
            (&mut self.need, chain.commodities.len()),
        ] {
            list.clear();
            list.resize(length, 0.0);
        }
        self.possible = true;
        self.margin = 0.0;
        for (number, step) in route.steps.iter().enumerate() {
            let process = &chain.processes[step.process.index()];
            let local = &cluster.processes[step.process.index()];
            let mut level = if number == 0 && route.target.is_none() { 1.0 } else { 0.0 };
            for &output in &step.serves {
                let made = value(local.outputs[output]);
                let commodity = process.outputs[output];
                let wanted = if number == 0 && route.target == Some(commodity) {
                    1.0
                } else {
                    self.need[commodity.index()]
                };
                if wanted > 0.0 {
                    if made <= 0.0 {
                        self.possible = false;
                        return;
                    }
                    level = f64::max(level, wanted / made);
                }
            }
            self.levels.push(level);
            for (position, &commodity) in process.outputs.iter().enumerate() {
                let made = level * value(local.outputs[position]);
                let wanted = if !step.serves.contains(&position) {
                    0.0
                } else if number == 0 && route.target == Some(commodity) {
                    1.0
                } else {
                    self.need[commodity.index()]
                };
                // The output that sets the level leaves nothing over but rounding.
                if made - wanted > SURPLUS_DUST * made && process.outputs.len() > 1 {
                    self.surplus.push((commodity, made - wanted, number));
                }
            }
            for (position, &commodity) in process.inputs.iter().enumerate() {
                self.need[commodity.index()] += level * value(local.inputs[position]);
            }
            for (position, &capacity) in process.uses.iter().enumerate() {
                self.capacity_use[capacity.index()] += level * value(local.uses[position]);
            }
            let wages = value(local.wage) * value(local.labour);
            self.margin += level * (value(local.price) - value(local.unit_cost) - wages);
        }
        for &commodity in &route.on_hand {
            self.hand_need[commodity.index()] = self.need[commodity.index()];
        }
    }
}

/// A chain with more routes than [`ROUTES_ENUMERATED`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooManyRoutes;

/// Every route of the chain that ends in `root` (serving `target` where it makes for stock), without its margin.
///
/// # Errors
/// [`TooManyRoutes`].
pub fn enumerate(
    chain: &Chain,
    root: ProcessId,
    target: Option<CommodityId>,
) -> Result<Vec<Route>, TooManyRoutes> {
    let mut found = Vec::new();
    let mut chosen: BTreeMap<CommodityId, Option<ProcessId>> = BTreeMap::new();
    // A root with a lead time delivers later: what it makes cannot serve its own route (seed grown from seed).
    if let Some(commodity) = target
        && chain.processes[root.index()].lead_time == 0
    {
        chosen.insert(commodity, Some(root));
    }
    extend(chain, root, target, &mut chosen, &mut found)?;
    Ok(found)
}

/// Chooses a source for the first commodity that has none yet, in every possible way.
fn extend(
    chain: &Chain,
    root: ProcessId,
    target: Option<CommodityId>,
    chosen: &mut BTreeMap<CommodityId, Option<ProcessId>>,
    found: &mut Vec<Route>,
) -> Result<(), TooManyRoutes> {
    let inputs_of = |process: ProcessId| chain.processes[process.index()].inputs.iter().copied();
    let open = inputs_of(root)
        .chain(chosen.values().flatten().flat_map(|&process| inputs_of(process)))
        .filter(|commodity| !chosen.contains_key(commodity))
        .min();
    let Some(commodity) = open else {
        if found.len() >= ROUTES_ENUMERATED {
            return Err(TooManyRoutes);
        }
        found.push(assemble(chain, root, target, chosen));
        return Ok(());
    };
    if chain.may_be_on_hand(commodity) {
        chosen.insert(commodity, None);
        extend(chain, root, target, chosen, found)?;
        chosen.remove(&commodity);
    }
    for (p, process) in chain.processes.iter().enumerate() {
        // The root of a stock route with a lead time delivers later: it cannot serve the route itself.
        if process.lead_time == 0 && process.outputs.contains(&commodity) {
            chosen.insert(commodity, Some(ProcessId::new(p)));
            extend(chain, root, target, chosen, found)?;
            chosen.remove(&commodity);
        }
    }
    Ok(())
}

fn assemble(
    chain: &Chain,
    root: ProcessId,
    target: Option<CommodityId>,
    chosen: &BTreeMap<CommodityId, Option<ProcessId>>,
) -> Route {
    let mut steps = Vec::new();
    let mut names = vec![chain.processes[root.index()].key.clone()];
    // From the markets upstream; the root first whatever its place in the flow.
    let upstream = chain.order.iter().rev().copied().filter(|&p| p != root);
    for process in std::iter::once(root).chain(upstream) {
        let serves: Vec<usize> = chain.processes[process.index()]
            .outputs
            .iter()
            .enumerate()
            .filter(|(_, commodity)| {
                chosen.get(commodity) == Some(&Some(process))
                    || (process == root && target == Some(**commodity))
            })
            .map(|(position, _)| position)
            .collect();
        if process == root || !serves.is_empty() {
            if process != root {
                names.push(chain.processes[process.index()].key.clone());
            }
            steps.push(Step { process, serves });
        }
    }
    let on_hand: Vec<CommodityId> =
        chosen.iter().filter(|(_, source)| source.is_none()).map(|(commodity, _)| *commodity).collect();
    for commodity in &on_hand {
        names.push(format!("[{}]", chain.commodities[commodity.index()].key));
    }
    let mut capacities: Vec<CapacityId> =
        steps.iter().flat_map(|step| chain.processes[step.process.index()].uses.iter().copied()).collect();
    capacities.sort();
    capacities.dedup();
    Route { root, target, steps, on_hand, capacities, mean_margin: 0.0, name: names.join(" < ") }
}

/// All routes of a chain, the same in each of its clusters: worked out once and shared.
#[derive(Debug, Clone, Default)]
pub struct ChainRoutes {
    channel: Vec<Route>,
    /// Stock routes by commodity.
    stock: BTreeMap<CommodityId, Vec<Route>>,
}

impl ChainRoutes {
    /// Enumerates the routes of `chain`.
    ///
    /// # Errors
    /// [`TooManyRoutes`].
    pub fn of(chain: &Chain) -> Result<Self, TooManyRoutes> {
        let mut routes = Self::default();
        for (p, process) in chain.processes.iter().enumerate() {
            if process.is_channel {
                routes.channel.extend(enumerate(chain, ProcessId::new(p), None)?);
                if routes.channel.len() > ROUTES_ENUMERATED {
                    return Err(TooManyRoutes);
                }
            }
            for &output in &process.outputs {
                if chain.may_be_on_hand(output) {
                    let made = enumerate(chain, ProcessId::new(p), Some(output))?;
                    routes.stock.entry(output).or_default().extend(made);
                }
            }
        }
        Ok(routes)
    }
}

/// Findings of [`establish`] for one cluster.
#[derive(Debug, Clone)]
pub struct Established {
    /// The routes, in order.
    pub routes: ClusterRoutes,
    /// Whether each process of the chain is open.
    pub open: Vec<bool>,
}

/// Orders the routes of `cluster` and says which processes are open: those on some channel route of positive expected
/// margin, or on a way to make for stock that costs less than a unit on hand is worth. A route is established if all its
/// processes are open, whatever its expected margin, unless the bounds of its numbers say that it earns in no sample; for
/// stock there is no test of profit. `mean` gives the mean of each number over samples and periods, `bounds` the least and
/// the greatest value that it takes in any.
pub fn establish(
    chain: &Chain,
    cluster: &Cluster,
    all: &ChainRoutes,
    mean: impl Fn(Number) -> f64,
    bounds: impl Fn(Number) -> (f64, f64),
) -> Established {
    // 1. What every route earns at means, and what it takes from hand.
    let mut unit = RouteUnit::default();
    let mut price = |route: &Route| {
        let mut route = route.clone();
        unit.fill(&route, chain, cluster, &mean);
        route.mean_margin = if unit.possible { unit.margin } else { f64::NEG_INFINITY };
        let needs: Vec<(CommodityId, f64)> =
            route.on_hand.iter().map(|&m| (m, unit.hand_need[m.index()])).collect();
        Priced { route, needs }
    };
    let possible = |priced: &Priced| priced.route.mean_margin.is_finite();
    let mut channel: Vec<Priced> = all.channel.iter().map(&mut price).filter(possible).collect();
    let has_base_stock = |m: CommodityId| cluster.commodities[m.index()].base_stock != BaseStock::None;
    let stocked = all.stock.iter().filter(|(commodity, _)| has_base_stock(**commodity));
    let mut stock: Vec<Priced> =
        stocked.flat_map(|(_, routes)| routes).map(&mut price).filter(possible).collect();

    // 2. Which processes are open.
    let open = open_processes(chain, &channel, &stock);

    // 3. Routes with a closed process, and those that can never earn, are no ways at all.
    let established = |priced: &Priced| priced.route.steps.iter().all(|step| open[step.process.index()]);
    channel.retain(|priced| {
        established(priced)
            && (priced.route.mean_margin > 0.0
                || highest_margin(&priced.route, chain, cluster, &bounds) > 0.0)
    });
    stock.retain(established);

    // 4. The best of them, in order.
    let making_cost = cheapest_making_costs(&stock, chain.commodities.len());
    let (mut kept, left_out) = keep_best(channel, &making_cost);
    kept.sort_by(|a, b| merit(a).cmp(&merit(b)));
    let mut stock: Vec<Route> = stock.into_iter().map(|priced| priced.route).collect();
    let depth = downstream_depth(chain);
    stock.sort_by(|a, b| {
        let place = |route: &Route| route.target.map_or((0, 0), |m| (depth[m.index()], m.index()));
        place(a).cmp(&place(b)).then_with(|| merit(a).cmp(&merit(b)))
    });
    Established { routes: ClusterRoutes { channel: kept, stock, left_out }, open }
}

/// A route with its expected margin, and what it takes from hand per unit at means.
struct Priced {
    route: Route,
    needs: Vec<(CommodityId, f64)>,
}

/// Whether each process is on some channel route of positive expected margin, or on a way to make for stock at less than
/// a unit on hand is worth.
fn open_processes(chain: &Chain, channel: &[Priced], stock: &[Priced]) -> Vec<bool> {
    let worth = worth_on_hand(chain.commodities.len(), channel, stock);
    let mut open = vec![false; chain.processes.len()];
    let pays = |route: &Route| route.mean_margin + route.target.map_or(0.0, |m| worth[m.index()]) > 0.0;
    for priced in channel.iter().chain(stock).filter(|priced| pays(&priced.route)) {
        for step in &priced.route.steps {
            open[step.process.index()] = true;
        }
    }
    open
}

/// The most that a unit of each commodity on hand earns at means, working back from the markets through the stocks.
fn worth_on_hand(commodities: usize, channel: &[Priced], stock: &[Priced]) -> Vec<f64> {
    let mut worth = vec![0.0_f64; commodities];
    for _ in 0..=commodities {
        let before = worth.clone();
        for Priced { route, needs } in channel.iter().chain(stock) {
            let earned = route.mean_margin + route.target.map_or(0.0, |m| before[m.index()]);
            for &(m, need) in needs.iter().filter(|(_, need)| *need > 0.0 && earned > 0.0) {
                worth[m.index()] = worth[m.index()].max(earned / need);
            }
        }
    }
    worth
}

/// A number between its least and its greatest value.
type Bounds = (f64, f64);

/// An upper bound of a channel route's margin per unit in any sample: the highest price less the least that each process
/// can cost, at whichever end of the bounds of its level that is more.
fn highest_margin(route: &Route, chain: &Chain, cluster: &Cluster, bounds: impl Fn(Number) -> Bounds) -> f64 {
    let mut needs: Vec<Bounds> = vec![(0.0, 0.0); chain.commodities.len()];
    let mut highest = 0.0;
    for (number, step) in route.steps.iter().enumerate() {
        let process = &chain.processes[step.process.index()];
        let local = &cluster.processes[step.process.index()];
        let mut level: Bounds = if number == 0 { (1.0, 1.0) } else { (0.0, 0.0) };
        for &output in &step.serves {
            let (least, most) = bounds(local.outputs[output]);
            let wanted = needs[process.outputs[output].index()];
            level.0 = f64::max(level.0, quotient(wanted.0, most));
            level.1 = f64::max(level.1, quotient(wanted.1, least));
        }
        for (input, commodity) in local.inputs.iter().zip(&process.inputs) {
            let (least, most) = bounds(*input);
            let need = &mut needs[commodity.index()];
            need.0 += product(level.0, least);
            need.1 += product(level.1, most);
        }
        let (wage, labour) = (bounds(local.wage), bounds(local.labour));
        let wages = [(wage.0, labour.0), (wage.0, labour.1), (wage.1, labour.0), (wage.1, labour.1)];
        let wages =
            wages.into_iter().map(|(wage, labour)| product(wage, labour)).fold(f64::INFINITY, f64::min);
        let earned = bounds(local.price).1 - bounds(local.unit_cost).0 - wages;
        highest += product(if earned > 0.0 { level.1 } else { level.0 }, earned);
    }
    // Bounds without end may leave no number: then nothing is known.
    if highest.is_nan() { f64::INFINITY } else { highest }
}

/// A product in which nothing of something endless is nothing.
fn product(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}

/// How much must be done for `wanted` where a unit of it makes `made`: without end where that may be nothing.
fn quotient(wanted: f64, made: f64) -> f64 {
    if wanted <= 0.0 {
        0.0
    } else if made > 0.0 {
        wanted / made
    } else {
        f64::INFINITY
    }
}

/// Sort key of the merit order: best margin first to 9 significant digits, ties by name.
fn merit(route: &Route) -> (std::cmp::Reverse<OrderedMargin>, &str) {
    (std::cmp::Reverse(OrderedMargin::of(route.mean_margin)), &route.name)
}

/// A margin rounded to 9 significant digits, in total order.
#[derive(Debug, Clone, Copy, PartialEq)]
struct OrderedMargin(f64);

impl OrderedMargin {
    fn of(margin: f64) -> Self {
        // Plus nothing: no margin at all has one sign.
        Self(format!("{margin:.8e}").parse().unwrap_or(margin) + 0.0)
    }
}

impl Eq for OrderedMargin {}

impl PartialOrd for OrderedMargin {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OrderedMargin {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The cheapest expected cost of making one unit of each commodity for stock (0 where it is never made so).
fn cheapest_making_costs(stock: &[Priced], commodities: usize) -> Vec<f64> {
    let mut cost = vec![f64::INFINITY; commodities];
    for Priced { route, .. } in stock {
        if let Some(m) = route.target {
            cost[m.index()] = cost[m.index()].min(-route.mean_margin);
        }
    }
    cost.into_iter().map(|c| if c.is_finite() { c } else { 0.0 }).collect()
}

/// Keeps the best [`ROUTES_KEPT`] routes, goods on hand valued at what it costs to make them, and always the best
/// route from scratch of every channel.
fn keep_best(routes: Vec<Priced>, making_cost: &[f64]) -> (Vec<Route>, usize) {
    if routes.len() <= ROUTES_KEPT {
        return (routes.into_iter().map(|priced| priced.route).collect(), 0);
    }
    let mut valued: Vec<(f64, Route)> = routes
        .into_iter()
        .map(|Priced { route, needs }| {
            let goods: f64 = needs.iter().map(|&(m, need)| need * making_cost[m.index()]).sum();
            (route.mean_margin - goods, route)
        })
        .collect();
    valued.sort_by(|a, b| {
        OrderedMargin::of(b.0).cmp(&OrderedMargin::of(a.0)).then_with(|| a.1.name.cmp(&b.1.name))
    });
    let mut from_scratch: Vec<ProcessId> = Vec::new();
    let total = valued.len();
    let mut kept: Vec<Route> = Vec::new();
    for (rank, (_, route)) in valued.into_iter().enumerate() {
        let first_from_scratch = route.on_hand.is_empty() && !from_scratch.contains(&route.root);
        if first_from_scratch {
            from_scratch.push(route.root);
        }
        if rank < ROUTES_KEPT || first_from_scratch {
            kept.push(route);
        }
    }
    let left_out = total - kept.len();
    (kept, left_out)
}

/// How far each commodity is from the markets: 0 where a channel takes it, else one more than its nearest use.
pub fn downstream_depth(chain: &Chain) -> Vec<usize> {
    let far = chain.commodities.len() + 1;
    let mut depth = vec![far; chain.commodities.len()];
    for _ in 0..=chain.commodities.len() {
        for process in &chain.processes {
            let after = if process.is_channel {
                0
            } else {
                process.outputs.iter().map(|m| depth[m.index()] + 1).min().unwrap_or(far)
            };
            for input in &process.inputs {
                depth[input.index()] = depth[input.index()].min(after);
            }
        }
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Margins that differ beyond 9 digits are the same, and so is nothing on either side of zero.
    #[test]
    fn margins_are_compared_to_nine_digits() {
        let of = OrderedMargin::of;
        assert_eq!(of(-0.0).cmp(&of(0.0)), std::cmp::Ordering::Equal);
        assert_eq!(of(0.1 + 0.2).cmp(&of(0.3)), std::cmp::Ordering::Equal);
        assert!(of(-2.0) < of(-1.999_999_98) && of(1.000_000_02) > of(1.0));
        assert_eq!(of(1.000_000_000_2).cmp(&of(1.0)), std::cmp::Ordering::Equal);
    }
}
