//! The recourse side of the formulation: the operations of every cluster in one sample, made when they are looked at.

use std::borrow::Cow;

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

/// A raise of a capacity: its intervention, and its effect's first-stage column by period.
#[derive(Debug, Clone)]
struct Raised {
    intervention: usize,
    seasonal: bool,
    varied: bool,
    columns: Vec<Option<usize>>,
}

/// The samples of a planning program, equally likely, none of them made before it is asked for.
#[derive(Debug)]
pub struct PlanSamples<'a> {
    model: &'a Model,
    metric: Metric,
    block: &'a SampleBlock,
    /// Ceilings of the first-stage columns.
    ceilings: Vec<f64>,
    /// By cluster and capacity.
    raised: Vec<Vec<Vec<Raised>>>,
    /// By cluster and capacity: what spills over into it.
    spilled: Vec<Vec<Vec<Spilled>>>,
    /// By cluster and intervention: the stock's first-stage column by period.
    stocks: Vec<Vec<Vec<Option<usize>>>>,
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
        let periods = model.horizon.periods();
        let mut stocks: Vec<Vec<Vec<Option<usize>>>> = Vec::new();
        let mut raised: Vec<Vec<Vec<Raised>>> = Vec::new();
        for c in model.cluster_ids() {
            let chain = model.chain_of(c);
            stocks.push(vec![vec![None; periods]; chain.interventions.len()]);
            let mut own: Vec<Vec<Raised>> = vec![Vec::new(); chain.capacities.len()];
            for (i, intervention) in chain.interventions.iter().enumerate() {
                for raise in &intervention.raises {
                    own[raise.capacity.index()].push(Raised {
                        intervention: i,
                        seasonal: raise.seasonal,
                        varied: raise.varied,
                        columns: vec![None; periods],
                    });
                }
            }
            raised.push(own);
        }
        // Place of each raise among those of its capacity.
        let place = |c: ClusterId, i: InterventionId, r: usize| {
            let chain = model.chain_of(c);
            let capacity = chain.interventions[i.index()].raises[r].capacity;
            let before = chain.interventions[..i.index()].iter().flat_map(|line| &line.raises);
            let own = chain.interventions[i.index()].raises[..r].iter();
            (capacity.index(), before.chain(own).filter(|raise| raise.capacity == capacity).count())
        };
        for (column, decision) in planning.decisions.iter().enumerate() {
            match *decision {
                Decision::Stock(c, i, t) => stocks[c.index()][i.index()][t] = Some(column),
                Decision::Effect(c, i, r, t) => {
                    let (k, number) = place(c, i, r);
                    raised[c.index()][k][number].columns[t] = Some(column);
                }
                _ => {}
            }
        }
        Self {
            model,
            metric: planning.metric,
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
    /// for what would have come anyway is kept up anyway. (N1) what a source bears is cost in full, where costs are subtracted.
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
                    UpkeepBearer::Source(source) if net => rate * model.sources[source.index()].public_cost,
                    UpkeepBearer::Source(_) => continue,
                };
                let stock = self.stocks[c.index()][i][t];
                if let (Some(stock), true) = (stock, cost > 0.0) {
                    let weight = horizon.weight(self.metric, horizon.year_of(t));
                    sample.first_objective.push((stock, -weight * cost * JUTA / objective_unit(self.metric)));
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
        let (count, periods) =
            (samples.model.chain_of(cluster).capacities.len(), samples.model.horizon.periods());
        operations.capacities =
            (0..count).map(|k| (0..periods).map(|t| operations.capacity(k, t)).collect()).collect();
        operations
    }

    fn add(&mut self, sample: &mut SampleProgram) {
        let ceilings = self.ceilings();
        let model = self.samples.model;
        let chain = model.chain_of(self.cluster);
        let local = &model.clusters[self.cluster.index()];
        let horizon = model.horizon;
        let at = |number: Number, t: usize| number.at(self.realisation, t);
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
                let weight = horizon.weight(self.samples.metric, horizon.year_of(t));
                let objective = weight * worth / objective_unit(self.samples.metric);
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

    /// Today's part of a capacity and, per unit of effect or of money that spills over, that of each decision: (base,
    /// [(decision, factor)]).
    fn capacity(&self, k: usize, t: usize) -> (f64, Vec<(usize, f64)>) {
        let model = self.samples.model;
        let local = &model.clusters[self.cluster.index()];
        let horizon = model.horizon;
        let at = |number: Number| number.at(self.realisation, t);
        let season = model.season(self.cluster, CapacityId::new(k))[t % horizon.periods_per_year];
        let variation = at(local.capacities[k].variation);
        let by_events = local.capacities[k].hazards.iter().fold(1.0, |left, hazard| left * at(*hazard));
        let mut parts = Vec::new();
        for raised in &self.samples.raised[self.cluster.index()][k] {
            let Some(column) = raised.columns[t] else { continue };
            let local = &local.interventions[raised.intervention];
            let net = at(local.effectiveness) * at(local.additionality);
            let season = if raised.seasonal { season } else { 1.0 };
            let variation = if raised.varied { variation } else { 1.0 };
            parts.push((column, by_events * season * variation * net));
        }
        for spilled in &self.samples.spilled[self.cluster.index()][k] {
            let giver = &model.clusters[spilled.from.index()].interventions[spilled.intervention.index()];
            let net = at(giver.effectiveness) * at(giver.additionality);
            let factor = by_events * season * variation * net;
            parts.extend(spilled.columns[t].iter().map(|&(column, units)| (column, factor * units)));
        }
        (by_events * season * variation * at(local.capacities[k].base), parts)
    }

    /// The use of a capacity by processes in a period: (column, amount per unit of level).
    fn uses_of(&self, k: usize, t: usize) -> Vec<(usize, f64)> {
        let model = self.samples.model;
        let local = &model.clusters[self.cluster.index()];
        let mut second = Vec::new();
        for (p, process) in model.chain_of(self.cluster).processes.iter().enumerate() {
            let column = self.levels[p][t];
            for (position, used) in process.uses.iter().enumerate() {
                if used.index() == k && column != CLOSED {
                    second.push((column, local.processes[p].uses[position].at(self.realisation, t)));
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
            for t in 0..model.horizon.periods() {
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

    /// (M1) the balance of a storable commodity; (M2) of any other, with free disposal.
    fn commodity_rows(&self, m: usize, ceilings: &[Vec<f64>], sample: &mut SampleProgram) {
        let model = self.samples.model;
        let chain = model.chain_of(self.cluster);
        let local = &model.clusters[self.cluster.index()];
        let storable = chain.commodities[m].storable;
        let initial = local.commodities[m].initial_stock.at(self.realisation, 0);
        let mut reachable = initial;
        let mut stock_before = None;
        for t in 0..model.horizon.periods() {
            // Made less used: outputs of starts that arrive now, inputs of starts now.
            let mut flows: Vec<(usize, f64)> = Vec::new();
            for (p, process) in chain.processes.iter().enumerate() {
                for (position, made) in process.outputs.iter().enumerate() {
                    let Some(start) = t.checked_sub(process.lead_time) else { continue };
                    if made.index() == m && self.levels[p][start] != CLOSED {
                        let out = local.processes[p].outputs[position].at(self.realisation, start);
                        flows.push((self.levels[p][start], out));
                        reachable += out * ceilings[p][start];
                    }
                }
                for (position, used) in process.inputs.iter().enumerate() {
                    if used.index() == m && self.levels[p][t] != CLOSED {
                        flows.push((
                            self.levels[p][t],
                            -local.processes[p].inputs[position].at(self.realisation, t),
                        ));
                    }
                }
            }
            flows.retain(|(_, a)| *a != 0.0);
            if storable {
                let kept = 1.0 - local.commodities[m].loss.at(self.realisation, t);
                let stock = sample.columns.len();
                sample.columns.push(Column::non_negative(0.0, reachable));
                let mut second: Vec<(usize, f64)> = flows.into_iter().map(|(j, a)| (j, -a)).collect();
                second.push((stock, 1.0));
                let mut rhs = 0.0;
                match stock_before.replace(stock) {
                    Some(before) => second.push((before, -kept)),
                    None => rhs = kept * initial,
                }
                sample.rows.push(RecourseRow { first: Vec::new(), second, sense: Sense::Equal, rhs });
            } else if flows.iter().any(|(_, a)| *a < 0.0) {
                let second = flows.into_iter().map(|(j, a)| (j, -a)).collect();
                let rhs = if t == 0 { initial } else { 0.0 };
                sample.rows.push(RecourseRow { first: Vec::new(), second, sense: Sense::AtMost, rhs });
            }
        }
    }

    /// For every process and period a level that some optimal operation does not exceed: what capacity allows with the
    /// largest effects money could buy or, where a process uses no capacity, what its users could ever need.
    fn ceilings(&self) -> Vec<Vec<f64>> {
        let model = self.samples.model;
        let chain = model.chain_of(self.cluster);
        let local = &model.clusters[self.cluster.index()];
        let periods = model.horizon.periods();
        let mut ceilings = vec![vec![f64::INFINITY; periods]; chain.processes.len()];
        for t in 0..periods {
            for (k, _) in chain.capacities.iter().enumerate() {
                let (base, parts) = &self.capacities[k][t];
                // What spillovers take away may not be taken.
                let most: f64 =
                    base + parts.iter().map(|&(j, a)| a.max(0.0) * self.samples.ceilings[j]).sum::<f64>();
                for (p, process) in chain.processes.iter().enumerate() {
                    for (position, used) in process.uses.iter().enumerate() {
                        let per_level = local.processes[p].uses[position].at(self.realisation, t);
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
        let periods = model.horizon.periods();
        let mut levels = 0.0;
        for (position, output) in chain.processes[p].outputs.iter().enumerate() {
            let mut need = 0.0;
            for (user, process) in
                chain.processes.iter().enumerate().filter(|(u, _)| local.processes[*u].open)
            {
                for (place, _) in process.inputs.iter().enumerate().filter(|(_, input)| *input == output) {
                    for (t, ceiling) in ceilings[user].iter().enumerate() {
                        need += local.processes[user].inputs[place].at(self.realisation, t) * ceiling;
                    }
                }
            }
            let mut kept = 1.0;
            let mut least_made = f64::INFINITY;
            for t in 0..periods {
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
