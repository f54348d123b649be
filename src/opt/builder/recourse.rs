//! The recourse side of the formulation: the operations of every cluster in one sample, made when they are looked at.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::aging::{RaiseAt, TailEffects, standings};
use super::calendar::Calendar;
use super::net::{self, Cost};
use super::spillover::{Spilled, spilled};
use super::terms::{Decision, PlanningProgram, objective_unit};
use crate::model::{
    CapacityId, ClusterId, Conversion, InterventionId, Metric, Model, Net, Number, ProcessId, Realisation,
    UpkeepBearer,
};
use crate::opt::decomposition::Samples;
use crate::opt::program::{Column, RecourseRow, SampleProgram, Sense};
use crate::sampling::SampleBlock;
use crate::units::JUTA;

/// A raise of a capacity: its intervention, and its effect by slot as first-stage columns, each with what a unit of it brings.
#[derive(Debug, Clone)]
struct Raised {
    intervention: usize,
    seasonal: bool,
    varied: bool,
    columns: Vec<Vec<(usize, f64)>>,
}

/// The samples of a planning program, equally likely, none of them made before it is asked for.
#[derive(Debug)]
pub struct PlanSamples<'a> {
    model: &'a Model,
    metric: Metric,
    calendar: Calendar,
    block: &'a SampleBlock,
    /// Ceilings of the first-stage columns.
    ceilings: Vec<f64>,
    /// By cluster and capacity.
    raised: Vec<Vec<Vec<Raised>>>,
    /// By cluster and capacity: what spills over into it.
    spilled: Vec<Vec<Vec<Spilled>>>,
    /// By cluster and intervention: the stock by period, as a share of a first-stage column.
    stocks: Vec<Vec<Vec<Option<(usize, f64)>>>>,
    /// Costs of commitments, where the objective subtracts them.
    costs: Vec<Cost>,
    /// Constants added to the samples' values, where given.
    offsets: Vec<f64>,
}

impl Samples for PlanSamples<'_> {
    fn count(&self) -> usize {
        self.block.len()
    }

    fn sample(&self, w: usize) -> Cow<'_, SampleProgram> {
        Cow::Owned(self.make(w))
    }
}

impl<'a> PlanSamples<'a> {
    /// The samples of `block` for the planning program `planning` of `model`.
    pub fn new(model: &'a Model, planning: &PlanningProgram, block: &'a SampleBlock) -> Self {
        let calendar = Calendar::new(model.horizon, planning.metric);
        let index: BTreeMap<Decision, usize> = planning.decisions.iter().copied().zip(0..).collect();
        let mut stocks: Vec<Vec<Vec<Option<(usize, f64)>>>> = Vec::new();
        let mut raised: Vec<Vec<Vec<Raised>>> = Vec::new();
        for c in model.cluster_ids() {
            let chain = model.chain_of(c);
            let mut own_stocks = Vec::new();
            let mut own: Vec<Vec<Raised>> = vec![Vec::new(); chain.capacities.len()];
            for (number, intervention) in chain.interventions.iter().enumerate() {
                let i = InterventionId::new(number);
                let standings = standings(model, c, i);
                let column = |period: usize| index.get(&Decision::Stock(c, i, period)).copied();
                let stock = standings.iter().map(|standing| {
                    standing.and_then(|standing| Some((column(standing.period)?, standing.kept)))
                });
                own_stocks.push(stock.collect());
                for (r, raise) in intervention.raises.iter().enumerate() {
                    let at = RaiseAt { cluster: c, intervention: i, number: r };
                    let tail = TailEffects::of(model, at, &standings, &index);
                    let at = |t: usize| match &tail {
                        Some(tail) if model.horizon.in_tail(model.horizon.year_of(t)) => tail.at(t),
                        _ => {
                            index.get(&Decision::Effect(c, i, r, t)).map(|&j| (j, 1.0)).into_iter().collect()
                        }
                    };
                    own[raise.capacity.index()].push(Raised {
                        intervention: number,
                        seasonal: raise.seasonal,
                        varied: raise.varied,
                        columns: (0..calendar.len()).map(|t| mean_of(calendar.periods(t), &at)).collect(),
                    });
                }
            }
            stocks.push(own_stocks);
            raised.push(own);
        }
        Self {
            model,
            metric: planning.metric,
            calendar,
            block,
            ceilings: planning.program.columns.iter().map(|column| column.ceiling).collect(),
            raised,
            spilled: spilled(model, planning),
            stocks,
            costs: net::costs(model, planning),
            offsets: Vec::new(),
        }
    }

    /// The same with something added to each sample's value.
    #[must_use]
    pub fn with_offsets(self, offsets: Vec<f64>) -> Self {
        Self { offsets, ..self }
    }

    /// The recourse problem of one sample: operations of every cluster.
    pub fn make(&self, w: usize) -> SampleProgram {
        let realisation = self.block.realisation(w);
        let mut sample = SampleProgram {
            probability: 1.0 / self.block.len() as f64,
            offset: self.offsets.get(w).copied().unwrap_or(0.0),
            ..SampleProgram::default()
        };
        let mut operations: Vec<Operations<'_>> = Vec::new();
        for c in self.model.cluster_ids() {
            operations.push(Operations::new(self, c, realisation));
        }
        for pool in &self.model.pools {
            share(&mut operations, &pool.members);
        }
        for (c, operations) in self.model.cluster_ids().zip(&mut operations) {
            self.upkeep(c, realisation, &mut sample);
            operations.add(&mut sample);
        }
        for pool in &self.model.pools {
            pool_rows(&operations, &pool.members, &mut sample);
        }
        let costs = self.costs.iter().map(|cost| cost.in_sample(self.model, realisation));
        sample.first_objective.extend(costs.filter(|(_, cost)| *cost != 0.0));
        sample
    }

    /// (O1) upkeep that the cluster bears lowers its value added, margin and economic value: times the sampled additionality,
    /// for what would have come anyway is kept up anyway. (O3) what a source bears after the years of commitments, which no
    /// budget holds, lowers every objective in money: in full, times the cost to the public of the source. (N1) where costs are
    /// subtracted, so does what it bears before.
    fn upkeep(&self, c: ClusterId, realisation: Realisation<'_>, sample: &mut SampleProgram) {
        let (model, horizon) = (self.model, self.model.horizon);
        let factor = match self.metric {
            Metric::GrossOutput | Metric::Employment => 0.0,
            Metric::ValueAdded | Metric::Margin => 1.0,
            Metric::Economic => model.shadow_prices.as_ref().map_or(1.0, |own| own.conversion.cost),
        };
        let net = model.net() != Net::Off;
        for (i, intervention) in model.chain_of(c).interventions.iter().enumerate() {
            let local = &model.clusters[c.index()].interventions[i];
            for t in 0..horizon.periods() {
                let rate = local.upkeep.at(realisation, t) / horizon.periods_per_year as f64;
                let cost = match intervention.upkeep_by {
                    UpkeepBearer::Cluster => factor * rate * local.additionality.at(realisation, t),
                    UpkeepBearer::Source(source)
                        if self.metric.is_money() && (net || horizon.in_tail(horizon.year_of(t))) =>
                    {
                        rate * model.sources[source.index()].public_cost
                    }
                    UpkeepBearer::Source(_) => continue,
                };
                if let (Some((stock, kept)), true) = (self.stocks[c.index()][i][t], cost > 0.0) {
                    let weight = horizon.weight(self.metric, horizon.year_of(t));
                    let cost = -kept * weight * cost * JUTA / objective_unit(self.metric);
                    // A stock of the budget years may stand for those of the tail.
                    match sample.first_objective.last_mut() {
                        Some((last, sum)) if *last == stock => *sum += cost,
                        _ => sample.first_objective.push((stock, cost)),
                    }
                }
            }
        }
    }
}

/// The operations of one cluster in one sample: rows (K1), (M1), (M2) and objective (O2).
struct Operations<'a> {
    samples: &'a PlanSamples<'a>,
    cluster: ClusterId,
    realisation: Realisation<'a>,
    /// By capacity and period: today's part, and per unit of effect that of each raise, (first-stage column, factor).
    capacities: Vec<Vec<(f64, Vec<(usize, f64)>)>>,
    /// Column of q\[p,t\] by process and period, for open processes.
    levels: Vec<Vec<usize>>,
}

/// The mean over `periods` of what each brings, each column once, in order of columns.
fn mean_of(periods: &[(usize, f64)], at: &dyn Fn(usize) -> Vec<(usize, f64)>) -> Vec<(usize, f64)> {
    let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
    for &(t, share) in periods {
        for (column, brings) in at(t) {
            *sums.entry(column).or_default() += share * brings;
        }
    }
    sums.into_iter().collect()
}

/// Flows of a commodity in a slot.
#[derive(Debug, Default)]
struct Flows {
    /// Made less used: (column, amount per unit of level), each column once.
    entries: Vec<(usize, f64)>,
    /// The most that can be made.
    made: f64,
}

impl Flows {
    fn add(&mut self, column: usize, amount: f64) {
        match self.entries.iter_mut().find(|(known, _)| *known == column) {
            Some((_, sum)) => *sum += amount,
            None => self.entries.push((column, amount)),
        }
    }
}

/// Gives every member of a pool the pool's capacity: the base, which all carry alike, once, and all that raises it.
fn share(operations: &mut [Operations<'_>], members: &[(ClusterId, CapacityId)]) {
    let Some((first, k)) = members.first() else { return };
    let mut pooled = operations[first.index()].capacities[k.index()].clone();
    for (c, k) in &members[1..] {
        for ((_, all), (_, parts)) in pooled.iter_mut().zip(&operations[c.index()].capacities[k.index()]) {
            all.extend_from_slice(parts);
        }
    }
    for (c, k) in members {
        operations[c.index()].capacities[k.index()].clone_from(&pooled);
    }
}

/// (K3) Σ over members of a pool of Σ_p use\[p,k,t\] q\[p,t\] − Σ raises − Σ spillovers ≤ the pool's capacity today: (K1) for all
/// of them together.
fn pool_rows(operations: &[Operations<'_>], members: &[(ClusterId, CapacityId)], sample: &mut SampleProgram) {
    let Some((first, k)) = members.first() else { return };
    for (t, (rhs, parts)) in operations[first.index()].capacities[k.index()].iter().enumerate() {
        let second: Vec<(usize, f64)> =
            members.iter().flat_map(|(c, k)| operations[c.index()].uses_of(k.index(), t)).collect();
        if !second.is_empty() {
            let first = parts.iter().map(|&(j, a)| (j, -a)).filter(|(_, a)| *a != 0.0).collect();
            sample.rows.push(RecourseRow { first, second, sense: Sense::AtMost, rhs: *rhs });
        }
    }
}

/// Marks a process that is closed.
const CLOSED: usize = usize::MAX;

impl<'a> Operations<'a> {
    fn new(samples: &'a PlanSamples<'a>, cluster: ClusterId, realisation: Realisation<'a>) -> Self {
        let mut operations =
            Self { samples, cluster, realisation, capacities: Vec::new(), levels: Vec::new() };
        let (count, periods) = (samples.model.chain_of(cluster).capacities.len(), samples.calendar.len());
        operations.capacities =
            (0..count).map(|k| (0..periods).map(|t| operations.capacity(k, t)).collect()).collect();
        operations
    }

    fn add(&mut self, sample: &mut SampleProgram) {
        let ceilings = self.ceilings();
        let model = self.samples.model;
        let chain = model.chain_of(self.cluster);
        let local = &model.clusters[self.cluster.index()];
        let calendar = &self.samples.calendar;
        let at = |number: Number, t: usize| number.at(self.realisation, calendar.draws(t));
        let shadow = model.shadow_prices.as_ref();
        let wage_ratio = shadow.map_or(0.0, |shadow| shadow.wage_ratio);
        // (O2) weighted metric of each level.
        for (p, process) in local.processes.iter().enumerate() {
            let mut columns = Vec::new();
            let id = ProcessId::new(p);
            let market = model.market_of(local.chain, id);
            let converted =
                shadow.map_or(Conversion { price: 1.0, cost: 1.0 }, |own| own.of(local.chain, id));
            for (t, ceiling) in ceilings[p].iter().enumerate() {
                if !process.open {
                    columns.push(CLOSED);
                    continue;
                }
                let (price, cost) = (at(process.price, t), at(process.unit_cost, t));
                let labour = at(process.labour, t);
                let displaced =
                    market.map_or(0.0, |market| at(market.displacement, t) * at(market.reference_price, t));
                let worth = match self.samples.metric {
                    Metric::GrossOutput => price - displaced,
                    Metric::ValueAdded => price - cost - displaced,
                    Metric::Margin => price - cost - at(local.wage, t) * labour,
                    Metric::Employment => labour / model.days_per_fte_year,
                    Metric::Economic => {
                        let wages = at(local.wage, t) * labour;
                        converted.price * price - converted.cost * cost - wage_ratio * wages - displaced
                    }
                };
                let objective = calendar.weight(t) * worth / objective_unit(self.samples.metric);
                columns.push(sample.columns.len());
                sample.columns.push(Column::non_negative(objective, *ceiling));
            }
            self.levels.push(columns);
        }
        self.capacity_rows(sample);
        for m in 0..chain.commodities.len() {
            self.commodity_rows(m, &ceilings, sample);
        }
    }

    /// Today's part of a capacity in slot `t` and, per unit of effect or of money that spills over, that of each decision:
    /// (base, [(decision, factor)]). Effects of years in a block are averaged by their weights.
    fn capacity(&self, k: usize, t: usize) -> (f64, Vec<(usize, f64)>) {
        let model = self.samples.model;
        let local = &model.clusters[self.cluster.index()];
        let horizon = model.horizon;
        let draws = self.samples.calendar.draws(t);
        let periods = self.samples.calendar.periods(t);
        let at = |number: Number| number.at(self.realisation, draws);
        let season = model.season(self.cluster, CapacityId::new(k))[draws % horizon.periods_per_year];
        let variation = at(local.capacities[k].variation);
        let by_events = local.capacities[k].hazards.iter().fold(1.0, |left, hazard| left * at(*hazard));
        let mut parts: Vec<(usize, f64)> = Vec::new();
        for raised in &self.samples.raised[self.cluster.index()][k] {
            let local = &local.interventions[raised.intervention];
            let net = at(local.effectiveness) * at(local.additionality);
            let season = if raised.seasonal { season } else { 1.0 };
            let variation = if raised.varied { variation } else { 1.0 };
            let factor = by_events * season * variation * net;
            for &(column, brings) in &raised.columns[t] {
                // Where raises bring shares of a whole stock, it stands in a row once.
                match parts.iter_mut().find(|(known, _)| *known == column) {
                    Some((_, sum)) => *sum += factor * brings,
                    None => parts.push((column, factor * brings)),
                }
            }
        }
        for spilled in &self.samples.spilled[self.cluster.index()][k] {
            let giver = &model.clusters[spilled.from.index()].interventions[spilled.intervention.index()];
            let net = at(giver.effectiveness) * at(giver.additionality);
            let factor = by_events * season * variation * net;
            // A commitment may be felt in several years of a block, and stands in a row once.
            let mut columns: BTreeMap<usize, f64> = BTreeMap::new();
            for &(u, share) in periods {
                for &(column, units) in &spilled.columns[u] {
                    *columns.entry(column).or_default() += share * units;
                }
            }
            parts.extend(columns.into_iter().map(|(column, units)| (column, factor * units)));
        }
        (by_events * season * variation * at(local.capacities[k].base), parts)
    }

    /// The use of a capacity by processes in a period: (column, amount per unit of level).
    fn uses_of(&self, k: usize, t: usize) -> Vec<(usize, f64)> {
        let model = self.samples.model;
        let local = &model.clusters[self.cluster.index()];
        let draws = self.samples.calendar.draws(t);
        let mut second = Vec::new();
        for (p, process) in model.chain_of(self.cluster).processes.iter().enumerate() {
            let column = self.levels[p][t];
            for (position, used) in process.uses.iter().enumerate() {
                if used.index() == k && column != CLOSED {
                    second.push((column, local.processes[p].uses[position].at(self.realisation, draws)));
                }
            }
        }
        second.retain(|(_, a)| *a != 0.0);
        second
    }

    /// (K1) Σ_p use\[p,k,t\] q\[p,t\] − Σ raises − Σ spillovers ≤ today's capacity. Pools are [`pool_rows`].
    fn capacity_rows(&self, sample: &mut SampleProgram) {
        let model = self.samples.model;
        for k in 0..model.chain_of(self.cluster).capacities.len() {
            if model.pool_of(self.cluster, CapacityId::new(k)).is_some() {
                continue;
            }
            for t in 0..self.samples.calendar.len() {
                let second = self.uses_of(k, t);
                if second.is_empty() {
                    continue;
                }
                let (rhs, parts) = &self.capacities[k][t];
                let first = parts.iter().map(|&(j, a)| (j, -a)).filter(|(_, a)| *a != 0.0).collect();
                sample.rows.push(RecourseRow { first, second, sense: Sense::AtMost, rhs: *rhs });
            }
        }
    }

    /// (M1) the balance of a storable commodity; (M2) of any other, with free disposal. In a block of several years goods
    /// stored at its end are those at its start, and what is stored may be thrown away.
    fn commodity_rows(&self, m: usize, ceilings: &[Vec<f64>], sample: &mut SampleProgram) {
        let model = self.samples.model;
        let calendar = &self.samples.calendar;
        let local = &model.clusters[self.cluster.index()].commodities[m];
        let initial = local.initial_stock.at(self.realisation, 0);
        let flows: Vec<Flows> = (0..calendar.len()).map(|t| self.flows(m, t, ceilings)).collect();
        if !model.chain_of(self.cluster).commodities[m].storable {
            for (t, flows) in flows.into_iter().enumerate() {
                if flows.entries.iter().any(|(_, a)| *a < 0.0) {
                    let second = flows.entries.into_iter().map(|(j, a)| (j, -a)).collect();
                    let rhs = if t == 0 { initial } else { 0.0 };
                    sample.rows.push(RecourseRow { first: Vec::new(), second, sense: Sense::AtMost, rhs });
                }
            }
            return;
        }
        // No more is ever stored than was there and has been made; of goods that go round, than is made in a round, since
        // nothing is kept for longer.
        let stock = sample.columns.len();
        let mut reachable = initial;
        for (t, own) in flows.iter().enumerate() {
            reachable += own.made;
            let ceiling = match calendar.cycle(t) {
                None => reachable,
                Some(cycle) => flows[cycle].iter().map(|flows| flows.made).sum(),
            };
            sample.columns.push(Column::non_negative(0.0, ceiling));
        }
        for (t, flows) in flows.into_iter().enumerate() {
            let kept = 1.0 - local.loss.at(self.realisation, calendar.draws(t));
            let mut second: Vec<(usize, f64)> = flows.entries.into_iter().map(|(j, a)| (j, -a)).collect();
            let mut rhs = 0.0;
            match calendar.before(t, 1) {
                // A year of one period in a block: what is stored is what was.
                Some(before) if before == t => second.push((stock + t, 1.0 - kept)),
                Some(before) => second.extend([(stock + t, 1.0), (stock + before, -kept)]),
                None => {
                    second.push((stock + t, 1.0));
                    rhs = kept * initial;
                }
            }
            let sense = if calendar.cycle(t).is_some() { Sense::AtMost } else { Sense::Equal };
            sample.rows.push(RecourseRow { first: Vec::new(), second, sense, rhs });
        }
    }

    /// Flows of a commodity in slot `t`: outputs of starts that arrive then, inputs of starts then.
    fn flows(&self, m: usize, t: usize, ceilings: &[Vec<f64>]) -> Flows {
        let model = self.samples.model;
        let calendar = &self.samples.calendar;
        let local = &model.clusters[self.cluster.index()];
        let mut flows = Flows::default();
        for (p, process) in model.chain_of(self.cluster).processes.iter().enumerate() {
            let own = &local.processes[p];
            let arriving =
                calendar.before(t, process.lead_time).filter(|start| self.levels[p][*start] != CLOSED);
            for (position, _) in process.outputs.iter().enumerate().filter(|(_, made)| made.index() == m) {
                let Some(start) = arriving else { continue };
                let out = own.outputs[position].at(self.realisation, calendar.draws(start));
                flows.add(self.levels[p][start], out);
                flows.made += out * ceilings[p][start];
            }
            for (position, _) in process.inputs.iter().enumerate().filter(|(_, used)| used.index() == m) {
                if self.levels[p][t] != CLOSED {
                    let used = own.inputs[position].at(self.realisation, calendar.draws(t));
                    flows.add(self.levels[p][t], -used);
                }
            }
        }
        flows.entries.retain(|(_, a)| *a != 0.0);
        flows
    }

    /// For every process and period a level that some optimal operation does not exceed: what capacity allows with the
    /// largest effects money could buy or, where a process uses no capacity, what its users could ever need.
    fn ceilings(&self) -> Vec<Vec<f64>> {
        let model = self.samples.model;
        let chain = model.chain_of(self.cluster);
        let local = &model.clusters[self.cluster.index()];
        let calendar = &self.samples.calendar;
        let periods = calendar.len();
        let mut ceilings = vec![vec![f64::INFINITY; periods]; chain.processes.len()];
        for t in 0..periods {
            for (k, _) in chain.capacities.iter().enumerate() {
                let (base, parts) = &self.capacities[k][t];
                // What spillovers take away may not be taken.
                let most: f64 =
                    base + parts.iter().map(|&(j, a)| a.max(0.0) * self.samples.ceilings[j]).sum::<f64>();
                for (p, process) in chain.processes.iter().enumerate() {
                    for (position, used) in process.uses.iter().enumerate() {
                        let per_level =
                            local.processes[p].uses[position].at(self.realisation, calendar.draws(t));
                        if used.index() == k && per_level > 0.0 {
                            ceilings[p][t] = ceilings[p][t].min(most / per_level);
                        }
                    }
                }
            }
        }
        for _ in 0..chain.processes.len() {
            for p in 0..chain.processes.len() {
                if ceilings[p].iter().any(|ceiling| ceiling.is_infinite()) {
                    let need = self.most_needed(p, &ceilings);
                    for ceiling in &mut ceilings[p] {
                        *ceiling = ceiling.min(need);
                    }
                }
            }
        }
        ceilings
    }

    /// The most that all users of a process's outputs could need of it over the whole horizon, in its levels, with what
    /// is lost in store on the way. Finite once its users' ceilings are.
    fn most_needed(&self, p: usize, ceilings: &[Vec<f64>]) -> f64 {
        let model = self.samples.model;
        let chain = model.chain_of(self.cluster);
        let local = &model.clusters[self.cluster.index()];
        let calendar = &self.samples.calendar;
        let mut levels = 0.0;
        for (position, output) in chain.processes[p].outputs.iter().enumerate() {
            let mut need = 0.0;
            for (user, process) in
                chain.processes.iter().enumerate().filter(|(u, _)| local.processes[*u].open)
            {
                for (place, _) in process.inputs.iter().enumerate().filter(|(_, input)| *input == output) {
                    for (t, ceiling) in ceilings[user].iter().enumerate() {
                        let per_level = local.processes[user].inputs[place];
                        need += per_level.at(self.realisation, calendar.draws(t)) * ceiling;
                    }
                }
            }
            let mut kept = 1.0;
            let mut least_made = f64::INFINITY;
            for t in (0..calendar.len()).map(|t| calendar.draws(t)) {
                if chain.commodities[output.index()].storable {
                    kept *= 1.0 - local.commodities[output.index()].loss.at(self.realisation, t);
                }
                let made = local.processes[p].outputs[position].at(self.realisation, t);
                if made > 0.0 {
                    least_made = least_made.min(made);
                }
            }
            if need > 0.0 && least_made.is_finite() {
                levels += need / (least_made * kept);
            }
        }
        levels
    }
}
