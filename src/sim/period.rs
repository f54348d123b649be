//! One cluster, or clusters that share a pool, through all periods of a sample: the plain reference for how enterprises
//! run.
//!
//! Each period: (1) coefficients and capacities take effect, stocks shrink, goods in transit arrive; (2) routes run in
//! merit order; (3) commodities with a base stock are made up to it; (4) what keeps is stock, the rest is lost. All plans
//! go through a sample side by side, because a route's coefficients are the same under each of them.

use super::SimError;
use super::accounts::accounts_by;
use super::bottleneck::{Binding, Tally};
use super::capacity::fill_capacities;
use super::fit::{ALL, DUST, most, take_needs};
use super::group::{Group, Part};
use super::outcome::{ClusterCells, Item, OutcomeLayout};
use super::policy::Targets;
use super::stock::PlanEffects;
use super::trace::ClusterTrace;
use crate::model::route::{Route, RouteUnit};
use crate::model::{
    AccountItem, Chain, ChainId, Cluster, CommodityId, Market, Metric, Model, Number, ProcessId, Realisation,
    UpkeepBearer, Varies,
};

/// Everything about a group that is fixed over samples, plans and periods.
struct Site<'a> {
    model: &'a Model,
    group: &'a Group<'a>,
    chain: &'a Chain,
    cluster: &'a Cluster,
    targets: Vec<f64>,
    /// By part: its cells, and where they begin.
    cells: Vec<(&'a ClusterCells, usize)>,
    passes: usize,
    /// Length of the ring of goods in transit: the longest lead time and the present.
    slots: usize,
    last: usize,
}

impl Site<'_> {
    /// The chain of a part.
    fn chain_of(&self, part: usize) -> ChainId {
        self.model.clusters[self.group.parts[part].id.index()].chain
    }

    /// The market that a process of the group sells into.
    fn displaced(&self, process: ProcessId) -> Option<&Market> {
        let part = self.group.part_of(process);
        self.model.market_of(self.chain_of(part), self.group.parts[part].own_process(process))
    }
}

/// A route with its needs per unit in the period at hand.
struct RoutePlan<'a> {
    route: &'a Route,
    unit: RouteUnit,
    /// Pace at which its coefficients change; `None` if they never do.
    varies: Option<Varies>,
}

/// Runs one group, sample after sample, under several plans at once.
pub(super) struct GroupRun<'a> {
    site: Site<'a>,
    channel: Vec<RoutePlan<'a>>,
    stock: Vec<RoutePlan<'a>>,
    states: Vec<State>,
}

impl<'a> GroupRun<'a> {
    /// Makes the group ready to run under `plans` plans at once.
    pub(super) fn new(
        model: &'a Model,
        group: &'a Group<'a>,
        targets: &Targets,
        layout: &'a OutcomeLayout,
        plans: usize,
    ) -> Self {
        let (chain, cluster) = (&*group.chain, &*group.cluster);
        let mut from = 0;
        let cells = group.parts.iter().map(|part| {
            let cells = layout.cluster(part.id);
            let first = from;
            from += cells.width() * model.horizon.operating_years();
            (cells, first)
        });
        let site = Site {
            model,
            group,
            chain,
            cluster,
            targets: targets.of_group(group),
            cells: cells.collect(),
            passes: group.passes,
            slots: 1 + chain.processes.iter().map(|p| p.lead_time).max().unwrap_or(0),
            last: model.horizon.periods().saturating_sub(1),
        };
        let ready = |routes: &'a [Route]| -> Vec<RoutePlan<'a>> {
            let plan = |route| {
                let mut unit = RouteUnit::default();
                // Fills certain routes for good, and makes the lists long enough for the others.
                unit.fill(route, chain, cluster, |number| model.mean(number));
                RoutePlan { route, unit, varies: fastest_change(model, cluster, route) }
            };
            routes.iter().map(plan).collect()
        };
        let channel = ready(&cluster.routes.channel);
        let stock = ready(&cluster.routes.stock);
        let states = (0..plans).map(|_| State::new(&site)).collect();
        Self { site, channel, stock, states }
    }

    /// Runs `sample` through all periods under each of `plans` (as many as the run was made for). A trace follows the
    /// first of them.
    ///
    /// # Errors
    /// [`SimError::NegativeCapacity`], [`SimError::Unbounded`].
    pub(super) fn run(
        &mut self,
        sample: Realisation<'_>,
        plans: &[Option<&PlanEffects>],
        mut trace: Option<&mut [ClusterTrace]>,
    ) -> Result<(), SimError> {
        let site = &self.site;
        for state in &mut self.states {
            state.start(site, sample);
        }
        for t in 0..=site.last {
            let per_year = site.model.horizon.periods_per_year;
            for plan in self.channel.iter_mut().chain(&mut self.stock) {
                // Coefficients that stay as they were are not worked out again.
                if plan.varies.is_some_and(|v| t == 0 || v.index(t, per_year) != v.index(t - 1, per_year)) {
                    plan.unit.fill(plan.route, site.chain, site.cluster, |number| number.at(sample, t));
                }
            }
            for (state, plan) in self.states.iter_mut().zip(plans) {
                // 1. Capacities; stocks shrink and goods due arrive.
                let value = |number: Number| number.at(sample, t);
                fill_capacities(site.model, site.group, t, *plan, value, &mut state.capacity)?;
                state.left.copy_from_slice(&state.capacity);
                state.shrink_and_arrive(site, sample, t);
                // 2. Sales. 3. Production for stock.
                state.sell(site, &self.channel, t)?;
                state.make_for_stock(site, &self.stock, t);
                // 4. Bottlenecks, losses and books.
                state.note_bottlenecks(site, &self.channel, &self.stock);
                state.close(site);
                state.book(site, sample, t);
                state.book_upkeep(site, *plan, sample, t);
            }
            if let (Some(trace), Some(state)) = (trace.as_deref_mut(), self.states.first()) {
                state.record(site, trace, t);
            }
        }
        Ok(())
    }

    /// The cells of a part of the sample run last under the `plan`-th plan, \[year × cell\].
    pub(super) fn cells(&self, plan: usize, part: usize) -> &[f64] {
        let (cells, from) = self.site.cells[part];
        &self.states[plan].cells[from..from + cells.width() * self.site.model.horizon.operating_years()]
    }

    /// Bottlenecks of a part under the `plan`-th plan in all samples run.
    pub(super) fn tally(&self, plan: usize, part: usize) -> &Tally {
        &self.states[plan].tallies[part]
    }
}

/// Pace of the fastest of a route's coefficients.
fn fastest_change(model: &Model, cluster: &Cluster, route: &Route) -> Option<Varies> {
    let of_step = |p: ProcessId| {
        let local = &cluster.processes[p.index()];
        let lists = local.inputs.iter().chain(&local.outputs).chain(&local.uses);
        lists.chain([&local.unit_cost, &local.labour, &local.wage, &local.price])
    };
    let numbers = route.steps.iter().flat_map(|step| of_step(step.process));
    numbers
        .filter_map(|number| match number {
            Number::Certain(_) => None,
            Number::Uncertain(id) => Some(model.parameters[id.index()].varies),
        })
        .max()
}

/// State of a group in a sample under one plan.
struct State {
    /// By commodity.
    hand: Vec<f64>,
    /// Goods in transit, \[slot × commodity\]: what arrives in period t waits in slot t mod slots.
    transit: Vec<f64>,
    /// By capacity: of the period, and left of it.
    capacity: Vec<f64>,
    left: Vec<f64>,
    /// By process, of the period.
    levels: Vec<f64>,
    /// By commodity, of the period.
    lost: Vec<f64>,
    /// Of the sample, part by part \[year × cell\].
    cells: Vec<f64>,
    /// Stock routes that fell short in the period.
    short: Vec<usize>,
    /// Of all samples, by part.
    tallies: Vec<Tally>,
}

impl State {
    fn new(site: &Site<'_>) -> Self {
        let commodities = site.chain.commodities.len();
        Self {
            hand: vec![0.0; commodities],
            transit: vec![0.0; commodities * site.slots],
            capacity: vec![0.0; site.chain.capacities.len()],
            left: vec![0.0; site.chain.capacities.len()],
            levels: vec![0.0; site.chain.processes.len()],
            lost: vec![0.0; commodities],
            cells: vec![
                0.0;
                site.cells
                    .iter()
                    .map(|(cells, _)| cells.width() * site.model.horizon.operating_years())
                    .sum()
            ],
            short: Vec::new(),
            tallies: site.group.parts.iter().map(|_| Tally::new(site.chain)).collect(),
        }
    }

    /// Begins a sample: the stated stocks, nothing in transit, nothing booked.
    fn start(&mut self, site: &Site<'_>, sample: Realisation<'_>) {
        for (m, local) in site.cluster.commodities.iter().enumerate() {
            let keeps = site.chain.commodities[m].storable;
            self.hand[m] = if keeps { local.initial_stock.at(sample, 0) } else { 0.0 };
        }
        self.transit.fill(0.0);
        self.cells.fill(0.0);
    }

    /// Step 1: stocks shrink by their loss, goods due arrive.
    fn shrink_and_arrive(&mut self, site: &Site<'_>, sample: Realisation<'_>, t: usize) {
        self.levels.fill(0.0);
        let due = (t % site.slots) * self.hand.len();
        for (m, local) in site.cluster.commodities.iter().enumerate() {
            self.lost[m] = self.hand[m] * local.loss.at(sample, t);
            self.hand[m] += self.transit[due + m] - self.lost[m];
            self.transit[due + m] = 0.0;
        }
    }

    /// Step 2: channel routes in merit order, again and again while by-products may feed one another.
    fn sell(&mut self, site: &Site<'_>, routes: &[RoutePlan<'_>], t: usize) -> Result<(), SimError> {
        for _ in 0..site.passes {
            for RoutePlan { route, unit, .. } in routes {
                if !(unit.possible && unit.margin > 0.0) {
                    continue;
                }
                let level = most(route, unit, &self.left, &self.hand);
                if level.is_infinite() {
                    return Err(SimError::unbounded(site.model, site.group, route, t));
                }
                self.start_route(site, route, unit, level, t);
            }
        }
        // Goods are looked at when selling ends: production for stock may use up more of them.
        for RoutePlan { route, unit, .. } in routes.iter().filter(|r| r.unit.possible && r.unit.margin > 0.0)
        {
            self.note_goods(site, route, unit);
        }
        Ok(())
    }

    /// Notes the goods that `route` wants and of which none are left on hand.
    fn note_goods(&mut self, site: &Site<'_>, route: &Route, unit: &RouteUnit) {
        let part = site.group.part_of(route.root);
        for &m in &route.on_hand {
            if unit.hand_need[m.index()] > 0.0 && self.hand[m.index()] <= 0.0 {
                self.tallies[part].note(site.chain, route, Binding::OnHand(m));
            }
        }
    }

    /// Notes the capacities that `route` wants and of which nothing is left.
    fn note_capacities(&mut self, site: &Site<'_>, route: &Route, unit: &RouteUnit) {
        let part = site.group.part_of(route.root);
        for &k in &route.capacities {
            if unit.capacity_use[k.index()] > 0.0 && self.left[k.index()] <= 0.0 {
                self.tallies[part].note(site.chain, route, Binding::Capacity(k));
            }
        }
    }

    /// At the end of the period: the capacities that routes worth running, and stock routes that fell short, used up.
    fn note_bottlenecks(&mut self, site: &Site<'_>, channel: &[RoutePlan<'_>], stock: &[RoutePlan<'_>]) {
        for RoutePlan { route, unit, .. } in channel.iter().filter(|r| r.unit.possible && r.unit.margin > 0.0)
        {
            self.note_capacities(site, route, unit);
        }
        for number in std::mem::take(&mut self.short) {
            let RoutePlan { route, unit, .. } = &stock[number];
            self.note_capacities(site, route, unit);
            self.note_goods(site, route, unit);
        }
        self.tallies.iter_mut().for_each(Tally::close_period);
    }

    /// Step 3: each commodity with a base stock is made until on hand and in transit reach it.
    fn make_for_stock(&mut self, site: &Site<'_>, routes: &[RoutePlan<'_>], t: usize) {
        for (number, RoutePlan { route, unit, .. }) in routes.iter().enumerate() {
            let lead = site.chain.processes[route.root.index()].lead_time;
            let Some(m) = route.target else { continue };
            if !unit.possible || t >= site.last || t + lead > site.last {
                continue;
            }
            // Missing to the base stock; less than rounding is nothing.
            let target = site.targets[m.index()];
            let missing = target - self.hand[m.index()] - self.in_transit(m);
            if missing <= DUST * target {
                continue;
            }
            // As much of it as capacities and goods allow.
            let bound = most(route, unit, &self.left, &self.hand);
            if bound < missing * ALL {
                self.short.push(number);
            }
            let level = f64::min(bound, missing);
            self.start_route(site, route, unit, level, t);
            if level > 0.0 {
                self.deliver(site, m, level, t, lead);
            }
        }
    }

    /// Starts the processes of a route: takes what they need, passes on their by-products.
    fn start_route(&mut self, site: &Site<'_>, route: &Route, unit: &RouteUnit, level: f64, t: usize) {
        if level <= 0.0 {
            return;
        }
        take_needs(route, unit, level, &mut self.left, &mut self.hand);
        for (step, per_unit) in route.steps.iter().zip(&unit.levels) {
            self.levels[step.process.index()] += level * per_unit;
        }
        for &(commodity, per_unit, number) in &unit.surplus {
            let process = route.steps[number].process;
            let lead = site.chain.processes[process.index()].lead_time;
            self.deliver(site, commodity, level * per_unit, t, lead);
        }
    }

    /// Goods on hand at once, or in transit until their period.
    fn deliver(&mut self, site: &Site<'_>, commodity: CommodityId, amount: f64, t: usize, lead: usize) {
        if lead == 0 {
            self.hand[commodity.index()] += amount;
        } else {
            self.transit[((t + lead) % site.slots) * self.hand.len() + commodity.index()] += amount;
        }
    }

    fn in_transit(&self, commodity: CommodityId) -> f64 {
        self.transit.iter().skip(commodity.index()).step_by(self.hand.len()).sum()
    }

    /// Step 4: what does not keep is lost.
    fn close(&mut self, site: &Site<'_>) {
        for (m, commodity) in site.chain.commodities.iter().enumerate() {
            if !commodity.storable {
                self.lost[m] += self.hand[m];
                self.hand[m] = 0.0;
            }
        }
    }

    /// Books what the period's processes made, sold, cost and paid in wages.
    fn book(&mut self, site: &Site<'_>, sample: Realisation<'_>, t: usize) {
        let year = site.model.horizon.year_of(t);
        let all = &mut self.cells;
        for (p, level) in self.levels.iter().copied().enumerate().filter(|(_, level)| *level > 0.0) {
            let (process, local) = (&site.chain.processes[p], &site.cluster.processes[p]);
            let part = site.group.part_of(ProcessId::new(p));
            let own = &site.group.parts[part];
            let (cells, first) = site.cells[part];
            let mut add = |item: Item, amount: f64| {
                if let Some(place) = cells.place(item) {
                    all[first + year * cells.width() + place] += amount;
                }
            };
            let wage = local.wage.at(sample, t);
            let sales = if process.is_channel { level * local.price.at(sample, t) } else { 0.0 };
            let work = level * local.labour.at(sample, t);
            let cost = level * local.unit_cost.at(sample, t);
            // What other producers at home lose is no concern of the enterprise.
            let displaced = site.displaced(ProcessId::new(p)).map_or(0.0, |market| {
                level * market.displacement.at(sample, t) * market.reference_price.at(sample, t)
            });
            add(Item::Metric(Metric::GrossOutput), sales - displaced);
            add(Item::Metric(Metric::ValueAdded), sales - cost - displaced);
            add(Item::Metric(Metric::Margin), sales - cost - wage * work);
            add(Item::Displaced, displaced);
            if let Some(shadow) = &site.model.shadow_prices {
                let factors = shadow.of(site.chain_of(part), own.own_process(ProcessId::new(p)));
                let labour = shadow.wage_ratio * (wage * work);
                let economic = factors.price * sales - factors.cost * cost - labour - displaced;
                add(Item::Metric(Metric::Economic), economic);
            }
            for (indicator, amount) in process.indicators.iter().zip(&local.indicators) {
                add(Item::Indicator(*indicator), level * amount.at(sample, t));
            }
            add(Item::Metric(Metric::Employment), work / site.model.days_per_fte_year);
            for (output, made) in process.outputs.iter().zip(&local.outputs) {
                add(Item::Made(own.own_commodity(*output)), level * made.at(sample, t));
            }
            for (k, used) in process.uses.iter().zip(&local.uses) {
                if let Some(pool) = site.group.pools[k.index()] {
                    add(Item::Used(pool), level * used.at(sample, t));
                }
            }
            if process.is_channel {
                let channel = own.own_process(ProcessId::new(p));
                add(Item::Quantity(channel), level);
                add(Item::Sales(channel), sales);
            }
            if cells.keeps_accounts() {
                for (item, amount) in
                    accounts_by(site.model, own, own.own_process(ProcessId::new(p)), |n| n.at(sample, t))
                {
                    add(Item::Account(item), level * amount);
                }
            }
        }
    }

    /// Books a period's share of the yearly upkeep that the cluster bears, used or not: times the sampled additionality, for what
    /// would have come anyway is kept up anyway.
    fn book_upkeep(
        &mut self,
        site: &Site<'_>,
        plan: Option<&PlanEffects>,
        sample: Realisation<'_>,
        t: usize,
    ) {
        let Some(plan) = plan else { return };
        let model = site.model;
        for (&Part { id, .. }, (cells, first)) in site.group.parts.iter().zip(&site.cells) {
            let year = first + model.horizon.year_of(t) * cells.width();
            for &i in plan.funded(id) {
                if model.chain_of(id).interventions[i.index()].upkeep_by != UpkeepBearer::Cluster {
                    continue;
                }
                let local = &model.clusters[id.index()].interventions[i.index()];
                let share = local.upkeep.at(sample, t) * local.additionality.at(sample, t);
                let upkeep = share * plan.stock(id, i, t) / model.horizon.periods_per_year as f64;
                let economic = model.shadow_prices.as_ref().map_or(1.0, |shadow| shadow.conversion.cost);
                for (item, factor) in [
                    (Item::Metric(Metric::ValueAdded), 1.0),
                    (Item::Metric(Metric::Margin), 1.0),
                    (Item::Metric(Metric::Economic), economic),
                    (Item::Account(AccountItem::Upkeep), 1.0),
                ] {
                    if let Some(place) = cells.place(item) {
                        self.cells[year + place] -= factor * upkeep;
                    }
                }
            }
        }
    }

    /// Writes the period into the traces of the model's clusters.
    fn record(&self, site: &Site<'_>, traces: &mut [ClusterTrace], t: usize) {
        let write = |table: &mut ndarray::Array2<f64>, values: &[f64]| {
            for (cell, value) in table.row_mut(t).iter_mut().zip(values) {
                *cell = *value;
            }
        };
        for part in &site.group.parts {
            let trace = &mut traces[part.id.index()];
            let of = |list: &[f64]| -> Vec<f64> { part.capacities.iter().map(|k| list[*k]).collect() };
            write(&mut trace.levels, &self.levels[part.first_process..]);
            write(&mut trace.capacity, &of(&self.capacity));
            write(&mut trace.left, &of(&self.left));
            write(&mut trace.on_hand, &self.hand[part.first_commodity..]);
            write(&mut trace.lost, &self.lost[part.first_commodity..]);
            for (m, cell) in trace.in_transit.row_mut(t).iter_mut().enumerate() {
                *cell = self.in_transit(CommodityId::new(part.first_commodity + m));
            }
        }
    }
}
