//! From a cluster (or clusters that share a pool) to a flat program over sets of lanes: what is drawn, what is worked out
//! when, which routes run in which order, and what is booked.

use std::collections::{BTreeMap, BTreeSet};

use super::super::bottleneck::Binding;
use super::super::outcome::{ClusterCells, Item, OutcomeLayout};
use super::super::policy::Targets;
use super::super::stock::PlanEffects;
use super::super::unit::{Part, Unit as Operations};
use super::books::{Ledger, Tallies, YearSum};
use super::expression::{Ex, Op, Sign, Terms, key_of};
use super::route::{Group, Need, Needs};
use super::steps::{Kind, Step, Steps, in_pairs, in_runs};
use crate::model::route::Route;
use crate::model::{
    Chain, Cluster, CommodityId, Metric, Model, ParameterId, ProcessId, Stage, UpkeepBearer, Varies,
};
use crate::sampling::Sampler;

/// By-products below this share of what a process makes are rounding (as in `model::route`).
const SURPLUS_DUST: f64 = 1e-12;

/// A sum of levels: plain ones, and constant multiples.
#[derive(Debug, Clone, Default)]
pub(super) struct Sum {
    pub(super) plain: Vec<usize>,
    pub(super) scaled: Vec<(f64, usize)>,
}

/// A by-product of a route.
#[derive(Debug, Clone, Copy)]
pub(super) struct ByProduct {
    pub(super) commodity: usize,
    pub(super) amount: usize,
    pub(super) lead: usize,
}

/// A route, ready to run.
#[derive(Debug, Clone)]
pub(super) struct RouteProgram {
    /// Runs in the lanes of this mark; `None` is all.
    pub(super) active: Option<usize>,
    /// True if something that it surely needs limits it.
    pub(super) bounded: bool,
    pub(super) by_products: Vec<ByProduct>,
    /// The level it ran at, as an offset in the state of a plan.
    pub(super) level: usize,
    /// Number among the cluster's routes of its kind, for messages.
    pub(super) number: usize,
    /// What a stock route makes.
    pub(super) stock: Option<StockProgram>,
}

/// What a stock route is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct StockProgram {
    pub(super) commodity: usize,
    pub(super) target: f64,
    pub(super) lead: usize,
    /// Where it notes that it fell short, as an offset in the state of a plan.
    pub(super) short: usize,
}

/// A commodity that may be on hand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Good {
    pub(super) commodity: usize,
    /// Offset of what is on hand, then of each slot of goods in transit.
    pub(super) hand: usize,
    pub(super) transit: usize,
    pub(super) loss: usize,
    pub(super) initial: usize,
    pub(super) keeps: bool,
}

/// A capacity: base · variation · what events leave, times the season.
#[derive(Debug, Clone)]
pub(super) struct CapacityProgram {
    /// What of it varies.
    pub(super) varied: usize,
    /// What that is multiplied by, by period of the year.
    pub(super) times: Vec<f64>,
}

/// What a plan adds: (capacity, effect by period, net multiplier).
pub(super) type Raised = (usize, Vec<f64>, usize);

/// Upkeep borne by a cluster.
#[derive(Debug, Clone)]
pub(super) struct Upkeep {
    /// Money by period.
    pub(super) money: Vec<f64>,
    /// The share of it that is due.
    pub(super) share: usize,
    /// Cells of the cluster's value added and margin.
    pub(super) places: [usize; 2],
}

/// What a plan changes in a cluster.
#[derive(Debug, Clone, Default)]
pub(super) struct PlanProgram {
    pub(super) raises: Vec<Raised>,
    /// Upkeep borne by a cluster.
    pub(super) upkeep: Vec<Upkeep>,
    /// Capacities of which what there is must be written down before the first route asks.
    pub(super) fills: Vec<usize>,
    /// By capacity: where in the file what is left of it stands.
    pub(super) left: Vec<usize>,
    /// What channel routes need when they run for the first time in a period, and when they run again.
    pub(super) first: Vec<Needs>,
    pub(super) again: Vec<Needs>,
    /// What stock routes need.
    pub(super) stock: Vec<Needs>,
}

/// A bottleneck to look for: something of which nothing is left while somebody wants it.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    /// What may have run out, as an offset in the state of a plan.
    pub(super) left: usize,
    /// Channel routes want it where this union of marks stands; `None` is always.
    pub(super) wanted: Option<usize>,
    /// Stock routes that want it: where they note that they fell short, and where only what they need per unit is above
    /// zero does it count.
    pub(super) short: Vec<(usize, Option<usize>)>,
    /// Goods that channel routes want are looked at when selling ends; what was found is kept in this mark. Everything
    /// else is looked at when the period ends.
    pub(super) noted: Option<usize>,
    /// Where it is counted: number of the part, stage, and what it is there.
    pub(super) counts: Vec<(usize, Stage, Binding)>,
}

/// The program of one cluster.
#[derive(Debug, Clone)]
pub(super) struct Program {
    /// Numbers drawn once, yearly and each period; their sets of lanes stand in this order at the file's start.
    pub(super) drawn: [Vec<ParameterId>; 3],
    pub(super) constants: Vec<(usize, f64)>,
    pub(super) steps: [Vec<Steps>; 3],
    pub(super) capacities: Vec<CapacityProgram>,
    /// True if some of them could fall below zero without a plan.
    pub(super) may_be_negative: bool,
    pub(super) goods: Vec<Good>,
    pub(super) slots: usize,
    pub(super) passes: usize,
    pub(super) channel: Vec<RouteProgram>,
    pub(super) stock: Vec<RouteProgram>,
    pub(super) tallies: Vec<Tallies>,
    pub(super) year_sums: Vec<YearSum>,
    pub(super) plans: Vec<PlanProgram>,
    pub(super) watches: Vec<Watch>,
    /// Values whose lanes above zero are marked, and in which mark: those that no step marks.
    pub(super) marked: Vec<(usize, usize)>,
    /// Unions of marks, kept behind them.
    pub(super) unions: Vec<(usize, Vec<usize>)>,
    /// How many marks there are with unions and those of goods noted.
    pub(super) marks: usize,
    /// Where a route's level stands while it runs again, as an offset in the state of a plan.
    pub(super) more: usize,
    /// Vectors before the states, and of each plan's state.
    pub(super) shared: usize,
    pub(super) state: usize,
    /// Cells of a year, part by part.
    pub(super) width: usize,
    /// Places of value added and margin among them, which bear upkeep.
    pub(super) upkeep_places: Vec<usize>,
}

/// A route's coefficients as expressions: what [`crate::model::route::RouteUnit`] is for single numbers.
struct Unit {
    levels: Vec<Ex>,
    needs: BTreeMap<CommodityId, Ex>,
    uses: BTreeMap<usize, Ex>,
    surplus: Vec<(CommodityId, Ex, usize)>,
    margin: Ex,
    /// Above zero where the route is possible.
    possible: Ex,
}

/// What is known while a program is put together.
struct Compiler<'a> {
    chain: &'a Chain,
    cluster: &'a Cluster,
    terms: Terms<'a>,
}

impl Compiler<'_> {
    fn unit(&mut self, route: &Route) -> Unit {
        // Sums are taken in the order in which terms became known: wages first.
        self.terms.number(self.cluster.processes[route.root.index()].wage);
        let zero = Ex::Constant(0.0);
        let one = Ex::Constant(1.0);
        let mut unit = Unit {
            levels: Vec::new(),
            needs: BTreeMap::new(),
            uses: BTreeMap::new(),
            surplus: Vec::new(),
            margin: zero,
            possible: one,
        };
        for (number, step) in route.steps.iter().enumerate() {
            let process = &self.chain.processes[step.process.index()];
            let local = &self.cluster.processes[step.process.index()];
            let wanted_of = |unit: &Unit, commodity: CommodityId| {
                if number == 0 && route.target == Some(commodity) {
                    one
                } else {
                    unit.needs.get(&commodity).copied().unwrap_or(zero)
                }
            };
            let mut level = if number == 0 && route.target.is_none() { one } else { zero };
            for &output in &step.serves {
                let made = self.terms.number(local.outputs[output]);
                let wanted = wanted_of(&unit, process.outputs[output]);
                // Not possible where nothing is made of what is wanted.
                let makes = self.terms.select(made, one, zero);
                let idle = self.terms.select(wanted, zero, one);
                let works = self.terms.max(makes, idle);
                unit.possible = self.terms.mul(unit.possible, works);
                let divisor = self.terms.select(made, made, one);
                let ratio = self.terms.div(wanted, divisor);
                level = if level == zero { ratio } else { self.terms.max(level, ratio) };
            }
            unit.levels.push(level);
            for (position, &commodity) in process.outputs.iter().enumerate() {
                if process.outputs.len() < 2 {
                    continue;
                }
                let output = self.terms.number(local.outputs[position]);
                let made = self.terms.mul(level, output);
                let wanted = if step.serves.contains(&position) { wanted_of(&unit, commodity) } else { zero };
                let rest = self.terms.sub(made, wanted);
                let dust = self.terms.mul(Ex::Constant(SURPLUS_DUST), made);
                let clear = self.terms.sub(rest, dust);
                let surplus = self.terms.select(clear, rest, zero);
                if surplus != zero {
                    unit.surplus.push((commodity, surplus, number));
                }
            }
            for (position, &commodity) in process.inputs.iter().enumerate() {
                let input = self.terms.number(local.inputs[position]);
                let more = self.terms.mul(level, input);
                let before = unit.needs.get(&commodity).copied().unwrap_or(zero);
                let sum = self.terms.add(before, more);
                unit.needs.insert(commodity, sum);
            }
            for (position, &capacity) in process.uses.iter().enumerate() {
                let used = self.terms.number(local.uses[position]);
                let more = self.terms.mul(level, used);
                let before = unit.uses.get(&capacity.index()).copied().unwrap_or(zero);
                let sum = self.terms.add(before, more);
                unit.uses.insert(capacity.index(), sum);
            }
            let earned = self.value_added(step.process.index());
            let labour = self.terms.number(local.labour);
            let wage = self.terms.number(local.wage);
            let wages = self.terms.mul(wage, labour);
            let margin = self.terms.sub(earned, wages);
            let more = self.terms.mul(level, margin);
            unit.margin = self.terms.add(unit.margin, more);
        }
        unit
    }

    /// What cells grow by for each unit of a process, `part` of the unit, whose cells these are and where they begin.
    fn booked_by(
        &mut self,
        p: ProcessId,
        model: &Model,
        unit: &Operations<'_>,
        part: &Part,
        (cells, first_cell): (&ClusterCells, usize),
    ) -> Vec<(usize, Ex)> {
        let (process, local) = (&self.chain.processes[p.index()], &self.cluster.processes[p.index()]);
        let mut list = Vec::new();
        let mut add = |item: Item, amount: Ex| {
            if let Some(place) = cells.place(item) {
                list.push((first_cell + place, amount));
            }
        };
        let wage = self.terms.number(local.wage);
        let minus_wage = self.terms.sub(Ex::Constant(0.0), wage);
        let minus_cost = self.terms.number(local.unit_cost);
        let minus_cost = self.terms.sub(Ex::Constant(0.0), minus_cost);
        let labour = self.terms.number(local.labour);
        let wages = self.terms.mul(minus_wage, labour);
        let work = self.terms.mul(Ex::Constant(1.0 / model.days_per_fte_year), labour);
        add(Item::Metric(Metric::ValueAdded), minus_cost);
        add(Item::Metric(Metric::Margin), minus_cost);
        add(Item::Metric(Metric::Margin), wages);
        add(Item::Metric(Metric::Employment), work);
        for (output, made) in process.outputs.iter().zip(&local.outputs) {
            add(Item::Made(part.own_commodity(*output)), self.terms.number(*made));
        }
        for (k, used) in process.uses.iter().zip(&local.uses) {
            if let Some(pool) = unit.pools[k.index()] {
                add(Item::Used(pool), self.terms.number(*used));
            }
        }
        if process.is_channel {
            let price = self.terms.number(local.price);
            for metric in [Metric::GrossOutput, Metric::ValueAdded, Metric::Margin] {
                add(Item::Metric(metric), price);
            }
            let channel = part.own_process(p);
            add(Item::Quantity(channel), Ex::Constant(1.0));
            add(Item::Sales(channel), price);
        }
        list
    }

    /// The product of two expressions as multiples of nodes, and of nothing.
    fn product(&mut self, a: Ex, b: Ex) -> Vec<(f64, Option<usize>)> {
        let ex = |node: Option<usize>| node.map_or(Ex::Constant(1.0), Ex::Node);
        let mut list = Vec::new();
        for (of_a, a_times) in self.terms.parts(a) {
            for (of_b, b_times) in self.terms.parts(b) {
                let product = self.terms.mul(ex(of_a), ex(of_b));
                let parts = self.terms.parts(product).into_iter();
                list.extend(parts.map(|(node, times)| (a_times * b_times * times, node)));
            }
        }
        list
    }

    /// Price less unit cost of a process.
    fn value_added(&mut self, process: usize) -> Ex {
        let local = &self.cluster.processes[process];
        let (price, cost) = (self.terms.number(local.price), self.terms.number(local.unit_cost));
        self.terms.sub(price, cost)
    }
}

/// Gives out places in the file and in a plan's state.
#[derive(Debug, Default)]
struct Places {
    next: usize,
}

impl Places {
    fn one(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }
}

/// A route with its unit, what it is active by, and where its level stands.
struct Drafted<'r> {
    number: usize,
    route: &'r Route,
    unit: Unit,
    active: Ex,
    level: usize,
}

impl Drafted<'_> {
    /// Everything limited that it may need: (offset of what is left, amount per unit).
    fn needs(&self, left: &[usize], goods: &[Option<usize>]) -> Vec<(usize, Ex)> {
        let uses = self.unit.uses.iter().map(|(k, amount)| (Some(left[*k]), *amount));
        let taken = self.route.on_hand.iter().map(|m| {
            let amount = self.unit.needs.get(m).copied().unwrap_or(Ex::Constant(0.0));
            (goods[m.index()], amount)
        });
        uses.chain(taken)
            .filter_map(|(at, amount)| at.map(|at| (at, amount)))
            .filter(|(_, amount)| *amount != Ex::Constant(0.0))
            .collect()
    }
}

fn drafted(drafts: Vec<(usize, Unit, Ex, usize)>, routes: &[Route]) -> Vec<Drafted<'_>> {
    let one = |(number, unit, active, level): (usize, Unit, Ex, usize)| Drafted {
        number,
        route: &routes[number],
        unit,
        active,
        level,
    };
    drafts.into_iter().map(one).collect()
}

/// Slots of expressions in the file.
struct Slots {
    nodes: Vec<Option<usize>>,
    constants: BTreeMap<u64, usize>,
    first_constant: usize,
}

impl Slots {
    fn of(&mut self, ex: Ex) -> usize {
        match ex {
            Ex::Node(node) => self.nodes[node].unwrap_or(0),
            Ex::Constant(value) => {
                let next = self.first_constant + self.constants.len();
                *self.constants.entry(value.to_bits()).or_insert(next)
            }
        }
    }
}

impl Program {
    /// Compiles a unit under `plans`.
    #[expect(
        clippy::too_many_lines,
        reason = "one pass from expressions to places, in the order they depend on"
    )]
    pub(super) fn new(
        model: &Model,
        sampler: &Sampler,
        unit: &Operations<'_>,
        targets: &Targets,
        layout: &OutcomeLayout,
        plans: &[Option<&PlanEffects>],
    ) -> Self {
        let (chain, cluster) = (&*unit.chain, &*unit.cluster);
        let targets = targets.of_unit(unit);
        // By part: its cells, and the first of them in a year.
        let mut width = 0;
        let mut cells: Vec<(&ClusterCells, usize)> = Vec::new();
        for part in &unit.parts {
            let own = layout.cluster(part.id);
            cells.push((own, width));
            width += own.width();
        }
        let mut compiler = Compiler { chain, cluster, terms: Terms::new(model) };
        let zero = Ex::Constant(0.0);

        // Expressions, and places in the state of a plan.
        let mut state = Places::default();
        let left: Vec<usize> = chain.capacities.iter().map(|_| state.one()).collect();
        let slots = 1 + chain.processes.iter().map(|p| p.lead_time).max().unwrap_or(0);
        let mut hand: Vec<Option<usize>> = Vec::new();
        let mut goods = Vec::new();
        for (m, local) in cluster.commodities.iter().enumerate() {
            if !chain.may_be_on_hand(CommodityId::new(m)) {
                hand.push(None);
                continue;
            }
            let at = state.one();
            let transit = state.next;
            state.next += slots;
            hand.push(Some(at));
            let keeps = chain.commodities[m].storable;
            let initial = if keeps { compiler.terms.number(local.initial_stock) } else { zero };
            goods.push((m, at, transit, compiler.terms.number(local.loss), initial, keeps));
        }
        let draft = |compiler: &mut Compiler<'_>, state: &mut Places, routes: &'_ [Route], sells: bool| {
            let mut drafts = Vec::new();
            for (number, route) in routes.iter().enumerate() {
                let unit = compiler.unit(route);
                let active = if sells {
                    compiler.terms.select(unit.possible, unit.margin, zero)
                } else {
                    unit.possible
                };
                if matches!(active, Ex::Constant(x) if x <= 0.0) {
                    continue;
                }
                drafts.push((number, unit, active, state.one()));
            }
            drafts
        };
        let (channel_routes, stock_routes) = (&cluster.routes.channel, &cluster.routes.stock);
        let channel = draft(&mut compiler, &mut state, channel_routes, true);
        let channel = drafted(channel, channel_routes);
        let stock = draft(&mut compiler, &mut state, stock_routes, false);
        let stock = drafted(stock, stock_routes);
        let shorts: Vec<usize> = stock.iter().map(|_| state.one()).collect();

        let capacities: Vec<(Ex, f64, bool)> = cluster
            .capacities
            .iter()
            .map(|local| {
                let mut varied = compiler.terms.number(local.variation);
                for hazard in local.hazards.iter().rev() {
                    let hazard = compiler.terms.number(*hazard);
                    varied = compiler.terms.mul(hazard, varied);
                }
                let base = compiler.terms.number(local.base);
                let sign = compiler.terms.sign(varied).min(compiler.terms.sign(base));
                let (varied, times): (Ex, f64) = match base {
                    Ex::Constant(base) => (varied, base),
                    Ex::Node(_) => (compiler.terms.mul(varied, base), 1.0),
                };
                (varied, times, sign == Sign::Any)
            })
            .collect();
        let horizon = model.horizon;
        let season = |k: usize, t: usize| {
            let season = &chain.capacities[k].season;
            season.get(t % horizon.periods_per_year.max(1)).copied().unwrap_or(1.0)
        };
        let mut plan_drafts = Vec::new();
        for plan in plans {
            let (mut raises, mut upkeep) = (Vec::new(), Vec::new());
            let funded = plan.iter().flat_map(|plan| {
                let of_part = |(number, part)| (*plan, number, part);
                unit.parts.iter().enumerate().map(of_part)
            });
            let funded = funded.flat_map(|(plan, number, part)| {
                plan.funded(part.id).iter().map(move |i| (plan, number, part, *i))
            });
            for (plan, part_number, part, i) in funded {
                let id = part.id;
                let intervention = &model.chain_of(id).interventions[i.index()];
                let local = &model.clusters[id.index()].interventions[i.index()];
                let effectiveness = compiler.terms.number(local.effectiveness);
                let additionality = compiler.terms.number(local.additionality);
                let net = compiler.terms.mul(effectiveness, additionality);
                for (number, raise) in intervention.raises.iter().enumerate() {
                    let k = part.capacities[raise.capacity.index()];
                    let mut factor = net;
                    let capacity = &cluster.capacities[k];
                    let variation = raise.varied.then_some(capacity.variation);
                    for multiplier in variation.iter().chain(&capacity.hazards) {
                        let multiplier = compiler.terms.number(*multiplier);
                        factor = compiler.terms.mul(multiplier, factor);
                    }
                    let effect = |t: usize| {
                        let season = if raise.seasonal { season(k, t) } else { 1.0 };
                        season * plan.effect(id, i, number, t)
                    };
                    raises.push((k, (0..horizon.periods()).map(effect).collect::<Vec<f64>>(), factor));
                }
                if intervention.upkeep_by == UpkeepBearer::Cluster {
                    let share = compiler.terms.number(local.upkeep);
                    let money = |t: usize| plan.stock(id, i, t) / horizon.periods_per_year as f64;
                    let money: Vec<f64> = (0..horizon.periods()).map(money).collect();
                    upkeep.push((money, share, part_number));
                }
            }
            let mut received = Vec::new();
            for (plan, part) in plan.iter().flat_map(|plan| unit.parts.iter().map(move |part| (plan, part))) {
                received.extend(plan.received(part.id).iter().map(|received| (part, received)));
            }
            for (part, received) in received {
                let k = part.capacities[received.capacity.index()];
                let giver =
                    &model.clusters[received.from.index()].interventions[received.intervention.index()];
                let effectiveness = compiler.terms.number(giver.effectiveness);
                let additionality = compiler.terms.number(giver.additionality);
                let mut factor = compiler.terms.mul(effectiveness, additionality);
                let capacity = &cluster.capacities[k];
                for multiplier in std::iter::once(&capacity.variation).chain(&capacity.hazards) {
                    let multiplier = compiler.terms.number(*multiplier);
                    factor = compiler.terms.mul(multiplier, factor);
                }
                let effect = |t: usize| season(k, t) * received.effect[t];
                raises.push((k, (0..horizon.periods()).map(effect).collect::<Vec<f64>>(), factor));
            }
            plan_drafts.push((raises, upkeep));
        }

        // What is booked.
        let mut ledger = Ledger::default();
        let place = |part: usize, metric: Metric| {
            let (cells, first): (&ClusterCells, usize) = cells[part];
            first + cells.place(Item::Metric(metric)).unwrap_or(0)
        };
        for p in 0..chain.processes.len() {
            let id = ProcessId::new(p);
            let number = unit.part_of(id);
            let of_unit = compiler.booked_by(id, model, unit, &unit.parts[number], cells[number]);
            for draft in channel.iter().chain(&stock) {
                let steps = draft.route.steps.iter().zip(&draft.unit.levels);
                for (_, level) in steps.filter(|(step, _)| step.process.index() == p) {
                    for &(cell, amount) in &of_unit {
                        for (weight, varying) in compiler.product(amount, *level) {
                            ledger.add(cell, weight, varying, draft.level);
                        }
                    }
                }
            }
        }

        // What to watch for as bottlenecks.
        let mut watched: BTreeMap<WatchKey, WatchDraft> = BTreeMap::new();
        let mut sites: BTreeMap<(usize, Stage, Binding), Site> = BTreeMap::new();
        for (draft, short) in
            channel.iter().map(|d| (d, None)).chain(stock.iter().zip(shorts.iter().copied().map(Some)))
        {
            let number = unit.part_of(draft.route.root);
            let part = &unit.parts[number];
            for step in &draft.route.steps {
                let process = &chain.processes[step.process.index()];
                let mut note = |what: Binding, at: usize, amount: Option<&Ex>| {
                    let Some(&amount) = amount.filter(|amount| **amount != zero) else { return };
                    let site = sites.entry((number, process.stage, what)).or_insert_with(|| Site::at(at));
                    match short {
                        None => {
                            site.active.push(compiler.terms.select(amount, draft.active, zero));
                        }
                        Some(short) => site.short.push((short, amount)),
                    }
                };
                for k in &process.uses {
                    if let Some(own) = part.own_capacity(*k) {
                        note(Binding::Capacity(own), left[k.index()], draft.unit.uses.get(&k.index()));
                    }
                }
                for m in process.inputs.iter().filter(|m| draft.route.on_hand.contains(m)) {
                    if let Some(at) = hand[m.index()] {
                        note(Binding::OnHand(part.own_commodity(*m)), at, draft.unit.needs.get(m));
                    }
                }
            }
        }
        for ((part, stage, what), site) in sites {
            let always = site.active.iter().any(|active| compiler.terms.sign(*active) == Sign::Positive);
            let wanted: Option<BTreeSet<usize>> = (!always).then(|| {
                let node = |active: &Ex| match active {
                    Ex::Node(node) => Some(*node),
                    Ex::Constant(_) => None,
                };
                site.active.iter().filter_map(node).collect()
            });
            let good = matches!(what, Binding::OnHand(_));
            let short: Vec<(usize, (u64, u64))> =
                site.short.iter().map(|&(at, amount)| (at, key_of(amount))).collect();
            watched
                .entry((good && !site.active.is_empty(), site.left, wanted.clone(), short))
                .or_insert_with(|| WatchDraft { wanted, short: site.short, counts: Vec::new() })
                .counts
                .push((part, stage, what));
        }

        // Inverses of what routes need.
        let mut inverse_of = |draft: &Drafted<'_>| -> Vec<GroupDraft> {
            let mut groups: BTreeMap<Option<usize>, GroupDraft> = BTreeMap::new();
            for (left, amount) in draft.needs(&left, &hand) {
                let sure = compiler.terms.sign(amount) == Sign::Positive;
                let (multiple, node) = compiler.terms.multiple(amount);
                let group = groups.entry(node).or_insert_with(|| GroupDraft {
                    common: node.map(|node| (Ex::Node(node), compiler.terms.inverse(Ex::Node(node)))),
                    needs: Vec::new(),
                    sure: false,
                });
                group.sure |= sure;
                group.needs.push(Need { left, amount: multiple, first: false });
            }
            groups.into_values().collect()
        };
        let mut channel_needs: Vec<_> = channel.iter().map(&mut inverse_of).collect();
        let mut touched = vec![false; chain.capacities.len()];
        for need in channel_needs.iter_mut().flatten().flat_map(|group| &mut group.needs) {
            if let Some(touched) = touched.get_mut(need.left).filter(|touched| !**touched) {
                *touched = true;
                need.first = true;
            }
        }
        let stock_needs: Vec<_> = stock.iter().map(&mut inverse_of).collect();

        // What is needed beyond the terms themselves.
        let mut kept = vec![false; compiler.terms.nodes.len()];
        let mut keep = |ex: Ex| {
            if let Ex::Node(node) = ex {
                kept[node] = true;
            }
        };
        for (amount, inverse) in channel_needs.iter().chain(&stock_needs).flatten().filter_map(|g| g.common) {
            keep(amount);
            keep(inverse);
        }
        for draft in channel.iter().chain(&stock) {
            draft.unit.surplus.iter().for_each(|(_, amount, _)| keep(*amount));
        }
        ledger.varying().for_each(|node| keep(Ex::Node(node)));
        for (varied, ..) in &capacities {
            keep(*varied);
        }
        for (_, _, _, loss, initial, _) in &goods {
            keep(*loss);
            keep(*initial);
        }
        for (raises, upkeep) in &plan_drafts {
            for (_, _, net) in raises {
                keep(*net);
            }
            for (_, share, _) in upkeep {
                keep(*share);
            }
        }
        for draft in watched.values() {
            draft.short.iter().for_each(|(_, amount)| keep(*amount));
        }
        // What is only marked where it is above zero.
        let mut wanted: BTreeSet<usize> =
            watched.values().flat_map(|draft| draft.wanted.iter().flatten()).copied().collect();
        wanted.extend(channel.iter().chain(&stock).filter_map(|draft| match draft.active {
            Ex::Node(node) if compiler.terms.sign(draft.active) != Sign::Positive => Some(node),
            _ => None,
        }));
        let wanted: Vec<usize> = wanted.into_iter().collect();
        let mut read = kept.clone();
        for node in wanted.iter().flat_map(|node| compiler.terms.nodes[*node].op.reads()) {
            read[node] = true;
        }
        let read = compiler.terms.needed(read);
        let only_marked = |node: usize| {
            let sum = matches!(compiler.terms.nodes[node].op, Op::Affine(sum) if sum.terms().len() > 1);
            sum && !read[node] && wanted.binary_search(&node).is_ok()
        };
        for node in &wanted {
            kept[*node] = true;
        }
        let needed = compiler.terms.needed(kept);

        // Places in the file: numbers drawn, constants, terms.
        let terms = &compiler.terms;
        let mut drawn: [Vec<(ParameterId, usize)>; 3] = Default::default();
        for (node, term) in terms.nodes.iter().enumerate() {
            if let (Op::Parameter(id), true) = (term.op, needed[node]) {
                drawn[term.pace as usize].push((id, node));
            }
        }
        let mut file = Places::default();
        let mut nodes: Vec<Option<usize>> = vec![None; terms.nodes.len()];
        for list in &mut drawn {
            list.sort_by_key(|(id, _)| (sampler.fill_order(*id), *id));
            for (_, node) in list {
                nodes[*node] = Some(file.one());
            }
        }
        for (node, term) in terms.nodes.iter().enumerate() {
            if !matches!(term.op, Op::Parameter(_)) && needed[node] && !only_marked(node) {
                nodes[node] = Some(file.one());
            }
        }
        let mut slot = Slots { nodes, constants: BTreeMap::new(), first_constant: file.next };
        let mut steps: [BTreeMap<usize, (Kind, Vec<usize>, Step)>; 3] = Default::default();
        for (node, term) in terms.nodes.iter().enumerate().filter(|(node, _)| needed[*node]) {
            let (mut factors, mut constant) = ([1.0; 3], 0.0);
            let (kind, from) = match term.op {
                Op::Parameter(_) => continue,
                Op::Affine(affine) => {
                    let mut terms = affine.terms().to_vec();
                    // Of two, one that is multiplied by nothing comes first.
                    if let [(_, first), (_, 1.0)] = terms.as_slice()
                        && *first != 1.0
                    {
                        terms.reverse();
                    }
                    constant = affine.constant;
                    for (factor, (_, multiple)) in factors.iter_mut().zip(&terms) {
                        *factor = *multiple;
                    }
                    let at = |place: usize| Ex::Node(terms.get(place).unwrap_or(&terms[0]).0);
                    let kind = match terms.len() {
                        1 if constant == 0.0 => Kind::Scale,
                        1 if factors[0] == 1.0 => Kind::Shift,
                        1 => Kind::One,
                        2 if factors[0] == 1.0 => Kind::Plus,
                        2 => Kind::Two,
                        _ => Kind::Three,
                    };
                    (kind, [at(0), at(1), at(2)])
                }
                Op::Mul(a, b) => (Kind::Mul, [Ex::Node(a), Ex::Node(b), Ex::Node(b)]),
                Op::Inverse(a) => (Kind::Inverse, [Ex::Node(a); 3]),
                Op::Max(a, b) => (Kind::Max, [a, b, b]),
                Op::Select(a, b, c) => (Kind::Select, [a, b, c]),
            };
            let mut reads = term.op.reads();
            reads.sort_unstable();
            reads.dedup();
            let from = from.map(|ex| slot.of(ex));
            let (kind, to) = match (kind, wanted.binary_search(&node)) {
                (Kind::Plus, Ok(mark)) if only_marked(node) => (Kind::PlusAbove, mark),
                (Kind::Two, Ok(mark)) if only_marked(node) => (Kind::TwoAbove, mark),
                (Kind::Three, Ok(mark)) if only_marked(node) => (Kind::ThreeAbove, mark),
                _ => (kind, slot.of(Ex::Node(node))),
            };
            let step = Step { from, to, also: to, factors, constant };
            steps[term.pace as usize].insert(node, (kind, reads, step));
        }
        let steps = steps.map(|steps| in_pairs(in_runs(&steps)));
        let activity = |slot: &mut Slots, active: Ex| match active {
            Ex::Constant(_) => None,
            Ex::Node(_) if terms.sign(active) == Sign::Positive => None,
            Ex::Node(_) => Some(slot.of(active)),
        };
        let groups_of = |slot: &mut Slots, needs: &[GroupDraft]| -> Vec<Group> {
            let group = |group: &GroupDraft| Group {
                common: group.common.map(|(amount, inverse)| (slot.of(amount), slot.of(inverse))),
                needs: group.needs.clone(),
            };
            needs.iter().map(group).collect()
        };
        let channel_groups: Vec<Vec<Group>> =
            channel_needs.iter().map(|needs| groups_of(&mut slot, needs)).collect();
        let stock_groups: Vec<Vec<Group>> =
            stock_needs.iter().map(|needs| groups_of(&mut slot, needs)).collect();
        let mut route_of = |draft: &Drafted<'_>, needs: &[GroupDraft], short: Option<usize>| {
            let lead = chain.processes[draft.route.root.index()].lead_time;
            RouteProgram {
                bounded: needs.iter().any(|group| group.sure),
                active: match draft.active {
                    Ex::Node(node) => wanted.binary_search(&node).ok(),
                    Ex::Constant(_) => None,
                },
                by_products: draft
                    .unit
                    .surplus
                    .iter()
                    .map(|&(m, amount, step)| ByProduct {
                        commodity: m.index(),
                        amount: slot.of(amount),
                        lead: chain.processes[draft.route.steps[step].process.index()].lead_time,
                    })
                    .collect(),
                level: draft.level,
                number: draft.number,
                stock: draft.route.target.zip(short).map(|(m, short)| StockProgram {
                    commodity: m.index(),
                    target: targets[m.index()],
                    lead,
                    short,
                }),
            }
        };
        let channel_programs: Vec<RouteProgram> =
            channel.iter().zip(&channel_needs).map(|(draft, needs)| route_of(draft, needs, None)).collect();
        let stock_programs: Vec<RouteProgram> = stock
            .iter()
            .zip(&stock_needs)
            .zip(&shorts)
            .map(|((draft, needs), short)| route_of(draft, needs, Some(*short)))
            .collect();
        let upkeep_places: Vec<usize> = (0..unit.parts.len())
            .flat_map(|part| [place(part, Metric::ValueAdded), place(part, Metric::Margin)])
            .collect();
        let (tallies, year_sums) =
            ledger.books(width, &upkeep_places, |node| slot.of(Ex::Node(node)), || state.one());
        let checked = capacities.iter().any(|(_, _, may_be_negative)| *may_be_negative);
        // What varies of a capacity is drawn or worked out anew each period.
        let anew: Vec<bool> = capacities
            .iter()
            .map(|(varied, ..)| match varied {
                Ex::Constant(_) => false,
                Ex::Node(node) => terms.nodes[*node].pace == Varies::EachPeriod,
            })
            .collect();
        let capacities: Vec<CapacityProgram> = capacities
            .iter()
            .enumerate()
            .map(|(k, &(varied, times, _))| CapacityProgram {
                varied: slot.of(varied),
                times: (0..horizon.periods_per_year.max(1)).map(|t| times * season(k, t)).collect(),
            })
            .collect();
        let goods: Vec<Good> = goods
            .into_iter()
            .map(|(commodity, hand, transit, loss, initial, keeps)| Good {
                commodity,
                hand,
                transit,
                loss: slot.of(loss),
                initial: slot.of(initial),
                keeps,
            })
            .collect();
        let plan_drafts: Vec<(Vec<Raised>, Vec<Upkeep>)> = plan_drafts
            .into_iter()
            .map(|(raises, upkeep)| {
                let raises: Vec<Raised> =
                    raises.into_iter().map(|(k, effect, net)| (k, effect, slot.of(net))).collect();
                let upkeep = upkeep.into_iter().map(|(money, share, part)| Upkeep {
                    money,
                    share: slot.of(share),
                    places: [place(part, Metric::ValueAdded), place(part, Metric::Margin)],
                });
                (raises, upkeep.collect())
            })
            .collect();
        let marked: Vec<(usize, usize)> = wanted
            .iter()
            .enumerate()
            .filter(|(_, node)| !only_marked(**node))
            .map(|(mark, node)| (slot.of(Ex::Node(*node)), mark))
            .collect();
        let mut marks = Places { next: wanted.len() };
        let mut unions: Vec<(usize, Vec<usize>)> = Vec::new();
        let watches = watched
            .into_iter()
            .map(|((noted, left, ..), draft)| Watch {
                left,
                wanted: draft.wanted.map(|nodes| {
                    let mark = |node: usize| wanted.binary_search(&node).ok();
                    let list: Vec<usize> = nodes.into_iter().filter_map(mark).collect();
                    let known = unions.iter().find(|(_, known)| *known == list).map(|(at, _)| *at);
                    known.unwrap_or_else(|| {
                        let at = marks.one();
                        unions.push((at, list));
                        at
                    })
                }),
                short: draft.short.iter().map(|&(at, amount)| (at, activity(&mut slot, amount))).collect(),
                noted: noted.then(|| marks.one()),
                counts: draft.counts,
            })
            .collect::<Vec<_>>();
        let constants: Vec<(usize, f64)> =
            slot.constants.iter().map(|(bits, at)| (*at, f64::from_bits(*bits))).collect();
        let more = state.one();
        let shared = slot.first_constant + constants.len();

        // Under the last plan what is left of a capacity may stand where what varies of it was, if nobody else reads
        // that: the less memory a period goes through, the more of it stays in the processor's nearest cache.
        let mut read: BTreeSet<usize> = BTreeSet::new();
        let groups = channel_groups.iter().chain(&stock_groups).flatten();
        read.extend(groups.filter_map(|group| group.common).flat_map(|(amount, inverse)| [amount, inverse]));
        for route in channel_programs.iter().chain(&stock_programs) {
            read.extend(route.by_products.iter().map(|by_product| by_product.amount));
        }
        read.extend(goods.iter().flat_map(|good| [good.loss, good.initial]));
        let booked = tallies.iter().flat_map(|tallies| tallies.in_cells.iter().chain(&tallies.in_state));
        read.extend(booked.filter_map(|(coefficient, _)| *coefficient));
        for (raises, upkeep) in &plan_drafts {
            read.extend(raises.iter().map(|(_, _, net)| *net));
            read.extend(upkeep.iter().map(|upkeep| upkeep.share));
        }
        read.extend(watches.iter().flat_map(|watch| watch.short.iter().filter_map(|(_, needs)| *needs)));
        let alone = |k: usize| {
            let of = |other: usize| capacities[other].varied;
            anew[k] && !read.contains(&of(k)) && (0..capacities.len()).all(|o| o == k || of(o) != of(k))
        };
        let last = plan_drafts.len().saturating_sub(1);
        let plans = plan_drafts
            .into_iter()
            .enumerate()
            .map(|(number, (raises, upkeep))| {
                let base = shared + number * (state.next + horizon.years * width);
                let left: Vec<usize> = (0..capacities.len())
                    .map(|k| if number == last && alone(k) { capacities[k].varied } else { base + left[k] })
                    .collect();
                let fills: Vec<bool> = (0..capacities.len())
                    .map(|k| checked || !touched[k] || raises.iter().any(|(raised, ..)| *raised == k))
                    .collect();
                let place = |at: usize| left.get(at).copied().unwrap_or(base + at);
                let list = |groups: &[Vec<Group>], first: bool| -> Vec<Needs> {
                    let written = |k: usize| !first || fills[k];
                    groups.iter().map(|groups| Needs::new(groups, place, written)).collect()
                };
                PlanProgram {
                    first: list(&channel_groups, true),
                    again: if unit.passes > 1 { list(&channel_groups, false) } else { Vec::new() },
                    stock: list(&stock_groups, false),
                    fills: (0..fills.len()).filter(|k| fills[*k]).collect(),
                    left,
                    raises,
                    upkeep,
                }
            })
            .collect();
        Self {
            drawn: drawn.map(|list| list.into_iter().map(|(id, _)| id).collect()),
            shared,
            constants,
            steps,
            capacities,
            may_be_negative: checked,
            goods,
            slots,
            passes: unit.passes,
            channel: channel_programs,
            stock: stock_programs,
            tallies,
            year_sums,
            plans,
            watches,
            marked,
            unions,
            marks: marks.next,
            more,
            state: state.next,
            width,
            upkeep_places,
        }
    }
}

/// Needs with a common factor, before places are given out.
struct GroupDraft {
    /// The factor and its inverse.
    common: Option<(Ex, Ex)>,
    needs: Vec<Need>,
    /// True if some amount is surely above zero.
    sure: bool,
}

/// Where a bottleneck may be: what is left there, and who wants it.
struct Site {
    left: usize,
    /// Above zero where a channel route wants it.
    active: Vec<Ex>,
    /// Where stock routes note that they fell short, and what they need per unit.
    short: Vec<(usize, Ex)>,
}

impl Site {
    fn at(left: usize) -> Self {
        Self { left, active: Vec::new(), short: Vec::new() }
    }
}

/// Sites that are looked at in the same way are looked at once.
type WatchKey = (bool, usize, Option<BTreeSet<usize>>, Vec<(usize, (u64, u64))>);

/// A watch whose places are not given out yet.
struct WatchDraft {
    /// Nodes above zero where a channel route wants it; `None` is always.
    wanted: Option<BTreeSet<usize>>,
    short: Vec<(usize, Ex)>,
    counts: Vec<(usize, Stage, Binding)>,
}
