//! The formulation: from model, samples and budgets to a two-stage program. Written once; every method gets it from
//! here. The tags (B1), (S1), ... are those of `docs/formulation.md`.
//!
//! Units inside the program: money in juta rupiah (10^6), quantities as in the scenario; employment in FTE-years.

use std::collections::BTreeMap;

use super::program::{Column, RecourseRow, Row, SampleProgram, Sense, TwoStageProgram};
use crate::model::{
    Allocation, ClusterId, Decay, InterventionId, LimitKind, Metric, Model, Number, Realisation, SourceId,
    UpkeepBearer,
};
use crate::sampling::SampleBlock;
use crate::units::JUTA;

/// Spending costs this much per rupiah in the program, so that among equal optima the least spend is taken; each next
/// line in canonical order a little more, so that ties go by name. Too little to outweigh any real gain: a plan that
/// earns a rupiah for every million it spends still spends.
const LEAST_SPEND: f64 = 1e-7;

/// The cost of spending in the objective's unit per juta rupiah, for the line of this rank.
fn least_spend(metric: Metric, rank: usize) -> f64 {
    // A full-time-equivalent year is worth some ten juta, hence the smaller figure for employment.
    let size = if metric.is_money() { LEAST_SPEND } else { LEAST_SPEND * 1e-2 };
    size * (1.0 + 1e-4 * rank as f64)
}

/// A first-stage decision, in the domain's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// b\[s,i,c,y\]: money committed [juta Rp].
    Spend(SourceId, ClusterId, InterventionId, usize),
    /// u\[s,y\]: money carried into the next year [juta Rp].
    Carry(SourceId, usize),
    /// S\[i,c,t\]: stock [juta Rp].
    Stock(ClusterId, InterventionId, usize),
    /// e\[i,k,c,t\]: effect of the intervention's raise at this position [capacity units per period].
    Effect(ClusterId, InterventionId, usize, usize),
}

/// A first-stage constraint, in the domain's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// (B1) the budget of a source in a year.
    Budget(SourceId, usize),
    /// (B2) a floor or cap, by its position in the model.
    Limit(usize),
    /// (S1) how a stock comes about.
    Stock(ClusterId, InterventionId, usize),
    /// (S2) a line of a response.
    Response(ClusterId, InterventionId, usize, usize),
}

/// The program with the domain keys of its first-stage columns and rows.
#[derive(Debug, Clone)]
pub struct PlanningProgram {
    /// The two-stage program; offsets are zero, so that G_w is the level Q(b,w), not yet the increment.
    pub program: TwoStageProgram,
    /// What each first-stage column is.
    pub decisions: Vec<Decision>,
    /// What each first-stage row is.
    pub rules: Vec<Rule>,
    /// The metric that is maximised.
    pub metric: Metric,
}

/// Money of the objective in the program's units: rupiah in juta, employment as it is.
pub fn objective_unit(metric: Metric) -> f64 {
    if metric.is_money() { JUTA } else { 1.0 }
}

/// The most that a source could ever spend [juta Rp].
fn most_money(model: &Model, source: SourceId) -> f64 {
    model.sources[source.index()].total() as f64 / JUTA
}

/// What builds the program.
struct Builder<'a> {
    model: &'a Model,
    metric: Metric,
    columns: Vec<Column>,
    decisions: Vec<Decision>,
    index: BTreeMap<Decision, usize>,
    rows: Vec<Row>,
    rules: Vec<Rule>,
}

/// Builds the planning program of `model` for `metric` on the samples of `block`, equally likely.
pub fn build(model: &Model, metric: Metric, block: &SampleBlock) -> PlanningProgram {
    let mut builder = Builder {
        model,
        metric,
        columns: Vec::new(),
        decisions: Vec::new(),
        index: BTreeMap::new(),
        rows: Vec::new(),
        rules: Vec::new(),
    };
    builder.spending();
    builder.budgets();
    builder.limits();
    builder.stocks();
    builder.responses();
    builder.budget_upkeep();
    let probability = 1.0 / block.len() as f64;
    let samples = (0..block.len()).map(|w| builder.sample(probability, block.realisation(w))).collect();
    PlanningProgram {
        program: TwoStageProgram { columns: builder.columns, rows: builder.rows, samples, risk: model.risk },
        decisions: builder.decisions,
        rules: builder.rules,
        metric,
    }
}

impl Builder<'_> {
    fn column(&mut self, decision: Decision, column: Column) -> usize {
        let id = self.columns.len();
        self.columns.push(column);
        self.decisions.push(decision);
        self.index.insert(decision, id);
        id
    }

    fn row(&mut self, rule: Rule, entries: Vec<(usize, f64)>, sense: Sense, rhs: f64) {
        self.rows.push(Row { entries, sense, rhs });
        self.rules.push(rule);
    }

    /// b\[s,i,c,y\] for all that a source may fund, and u\[s,y\].
    fn spending(&mut self) {
        let years = self.model.horizon.years;
        let mut rank = 0;
        for s in self.model.source_ids() {
            let total = most_money(self.model, s);
            for (c, i) in self.model.fundable(s) {
                for y in 0..years {
                    let cost = -least_spend(self.metric, rank);
                    self.column(Decision::Spend(s, c, i, y), Column::non_negative(cost, total));
                    rank += 1;
                }
            }
            for y in 0..years {
                self.column(Decision::Carry(s, y), Column::non_negative(0.0, total));
            }
        }
    }

    /// (B1) Σ b\[s,·,y\] + upkeep it bears + u\[s,y\] ≤ amount\[s,y\] + κ u\[s,y−1\]; upkeep is added once stocks exist.
    fn budgets(&mut self) {
        for s in self.model.source_ids() {
            let source = &self.model.sources[s.index()];
            for (y, amount) in source.amounts.iter().enumerate() {
                let mut entries: Vec<(usize, f64)> = self
                    .decisions
                    .iter()
                    .enumerate()
                    .filter(
                        |(_, d)| matches!(d, Decision::Spend(of, _, _, in_year) if *of == s && *in_year == y),
                    )
                    .map(|(j, _)| (j, 1.0))
                    .collect();
                entries.push((self.index[&Decision::Carry(s, y)], 1.0));
                if y > 0 && source.carry_over > 0.0 {
                    entries.push((self.index[&Decision::Carry(s, y - 1)], -source.carry_over));
                }
                self.row(Rule::Budget(s, y), entries, Sense::AtMost, amount.as_f64() / JUTA);
            }
        }
    }

    /// (B2) floors and caps by facility type.
    fn limits(&mut self) {
        for (number, limit) in self.model.limits.iter().enumerate() {
            let entries: Vec<(usize, f64)> = self
                .decisions
                .iter()
                .enumerate()
                .filter(|(_, decision)| match decision {
                    Decision::Spend(s, c, i, y) => {
                        let facility = self.model.chain_of(*c).interventions[i.index()].facility;
                        limit.covers(*s, *y, facility)
                    }
                    _ => false,
                })
                .map(|(j, _)| (j, 1.0))
                .collect();
            let sense = match limit.kind {
                LimitKind::Floor => Sense::AtLeast,
                LimitKind::Cap => Sense::AtMost,
            };
            self.row(Rule::Limit(number), entries, sense, limit.rupiah(&self.model.sources) / JUTA);
        }
    }

    /// (S1) S\[i,c,t\] = kept · S\[i,c,t−1\] + arrivals, or the arrivals of the last lifetime.
    fn stocks(&mut self) {
        let horizon = self.model.horizon;
        for c in self.model.cluster_ids() {
            for i in (0..self.model.chain_of(c).interventions.len()).map(InterventionId::new) {
                let intervention = &self.model.chain_of(c).interventions[i.index()];
                let mut lines: Vec<(usize, Vec<f64>)> = Vec::new();
                let mut ceiling = 0.0;
                for s in self.model.source_ids().filter(|s| self.model.may_fund(*s, c, i)) {
                    ceiling += most_money(self.model, s);
                    for y in 0..horizon.years {
                        let arrivals = self.model.arrivals(s, intervention, y);
                        lines.push((self.index[&Decision::Spend(s, c, i, y)], arrivals));
                    }
                }
                let arriving = |from: usize, to: usize| -> Vec<(usize, f64)> {
                    lines
                        .iter()
                        .map(|(j, arrivals)| (*j, -arrivals[from..=to].iter().sum::<f64>()))
                        .filter(|(_, a)| *a != 0.0)
                        .collect()
                };
                let decay = intervention.decay;
                let mut begun = false;
                for t in 0..horizon.periods() {
                    let mut entries = match decay {
                        Decay::Depreciation(_) => arriving(t, t),
                        Decay::Lifetime(life) => arriving((t + 1).saturating_sub(life), t),
                    };
                    begun |= !entries.is_empty();
                    if !begun {
                        continue;
                    }
                    let stock = self.column(Decision::Stock(c, i, t), Column::non_negative(0.0, ceiling));
                    entries.push((stock, 1.0));
                    let before = t.checked_sub(1).and_then(|t| self.index.get(&Decision::Stock(c, i, t)));
                    if let (Decay::Depreciation(_), Some(&before)) = (decay, before) {
                        entries.push((before, -decay.kept_per_period(horizon.periods_per_year)));
                    }
                    self.row(Rule::Stock(c, i, t), entries, Sense::Equal, 0.0);
                }
            }
        }
    }

    /// (S2) e\[i,k,c,t\] ≤ every line of the response at S\[i,c,t\].
    fn responses(&mut self) {
        for c in self.model.cluster_ids() {
            let enterprises = self.model.clusters[c.index()].enterprises;
            for i in (0..self.model.chain_of(c).interventions.len()).map(InterventionId::new) {
                for (r, raise) in self.model.chain_of(c).interventions[i.index()].raises.iter().enumerate() {
                    let response = if raise.per_enterprise {
                        raise.response.for_enterprises(enterprises)
                    } else {
                        raise.response.clone()
                    };
                    for t in 0..self.model.horizon.periods() {
                        let Some(&stock) = self.index.get(&Decision::Stock(c, i, t)) else { continue };
                        let top = response.at(self.columns[stock].ceiling * JUTA);
                        let effect =
                            self.column(Decision::Effect(c, i, r, t), Column::non_negative(0.0, top));
                        for &(slope, intercept) in &response.lines {
                            let entries = vec![(effect, 1.0), (stock, -slope * JUTA)];
                            self.row(Rule::Response(c, i, r, t), entries, Sense::AtMost, intercept);
                        }
                    }
                }
            }
        }
    }

    /// (B1), upkeep that a source bears: it uses up the budget of the year.
    fn budget_upkeep(&mut self) {
        let horizon = self.model.horizon;
        let mut additions = Vec::new();
        for (&decision, &stock) in &self.index {
            let Decision::Stock(c, i, t) = decision else { continue };
            let intervention = &self.model.chain_of(c).interventions[i.index()];
            let local = &self.model.clusters[c.index()].interventions[i.index()];
            if let (UpkeepBearer::Source(s), Number::Certain(rate)) = (intervention.upkeep_by, local.upkeep) {
                let rule = Rule::Budget(s, horizon.year_of(t));
                additions.push((rule, stock, rate / horizon.periods_per_year as f64));
            }
        }
        for (rule, stock, rate) in additions {
            if let Some(row) = self.rules.iter().position(|known| *known == rule) {
                self.rows[row].entries.push((stock, rate));
            }
        }
    }

    /// The recourse problem of one sample: operations of every cluster.
    fn sample(&self, probability: f64, realisation: Realisation<'_>) -> SampleProgram {
        let mut sample = SampleProgram { probability, ..SampleProgram::default() };
        for c in self.model.cluster_ids() {
            self.upkeep(c, realisation, &mut sample);
            Operations::new(self, c, realisation).add(&mut sample);
        }
        sample
    }

    /// (O1) upkeep that the cluster bears lowers its value added and margin.
    fn upkeep(&self, c: ClusterId, realisation: Realisation<'_>, sample: &mut SampleProgram) {
        if !matches!(self.metric, Metric::ValueAdded | Metric::Margin) {
            return;
        }
        let horizon = self.model.horizon;
        for (i, intervention) in self.model.chain_of(c).interventions.iter().enumerate() {
            if intervention.upkeep_by != UpkeepBearer::Cluster {
                continue;
            }
            let local = &self.model.clusters[c.index()].interventions[i];
            for t in 0..horizon.periods() {
                let rate = local.upkeep.at(realisation, t) / horizon.periods_per_year as f64;
                let stock = self.index.get(&Decision::Stock(c, InterventionId::new(i), t));
                if let (Some(&stock), true) = (stock, rate > 0.0) {
                    let weight = horizon.weight(self.metric, horizon.year_of(t));
                    sample.first_objective.push((stock, -weight * rate * JUTA / objective_unit(self.metric)));
                }
            }
        }
    }
}

/// The operations of one cluster in one sample: rows (K1), (M1), (M2) and objective (O2).
struct Operations<'a> {
    builder: &'a Builder<'a>,
    cluster: ClusterId,
    realisation: Realisation<'a>,
    /// Column of q\[p,t\] by process and period, for open processes.
    levels: Vec<Vec<usize>>,
}

/// Marks a process that is closed.
const CLOSED: usize = usize::MAX;

impl<'a> Operations<'a> {
    fn new(builder: &'a Builder<'a>, cluster: ClusterId, realisation: Realisation<'a>) -> Self {
        Self { builder, cluster, realisation, levels: Vec::new() }
    }

    fn add(&mut self, sample: &mut SampleProgram) {
        let ceilings = self.ceilings();
        let model = self.builder.model;
        let chain = model.chain_of(self.cluster);
        let local = &model.clusters[self.cluster.index()];
        let horizon = model.horizon;
        let at = |number: Number, t: usize| number.at(self.realisation, t);
        // (O2) weighted metric of each level.
        for (p, process) in local.processes.iter().enumerate() {
            let mut columns = Vec::new();
            for (t, ceiling) in ceilings[p].iter().enumerate() {
                if !process.open {
                    columns.push(CLOSED);
                    continue;
                }
                let (price, cost) = (at(process.price, t), at(process.unit_cost, t));
                let labour = at(process.labour, t);
                let worth = match self.builder.metric {
                    Metric::GrossOutput => price,
                    Metric::ValueAdded => price - cost,
                    Metric::Margin => price - cost - at(local.wage, t) * labour,
                    Metric::Employment => labour / model.days_per_fte_year,
                };
                let weight = horizon.weight(self.builder.metric, horizon.year_of(t));
                let objective = weight * worth / objective_unit(self.builder.metric);
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

    /// Today's part of a capacity and, per unit of effect, that of each raise: (base, [(decision, factor)]).
    fn capacity(&self, k: usize, t: usize) -> (f64, Vec<(usize, f64)>) {
        let model = self.builder.model;
        let chain = model.chain_of(self.cluster);
        let local = &model.clusters[self.cluster.index()];
        let horizon = model.horizon;
        let at = |number: Number| number.at(self.realisation, t);
        let season = chain.capacities[k].season[t % horizon.periods_per_year];
        let variation = at(local.capacities[k].variation);
        let by_events = local.capacities[k].hazards.iter().fold(1.0, |left, hazard| left * at(*hazard));
        let mut parts = Vec::new();
        for (i, intervention) in chain.interventions.iter().enumerate() {
            for (r, raise) in intervention.raises.iter().enumerate() {
                let decision = Decision::Effect(self.cluster, InterventionId::new(i), r, t);
                if let (true, Some(&column)) =
                    (raise.capacity.index() == k, self.builder.index.get(&decision))
                {
                    let net =
                        at(local.interventions[i].effectiveness) * at(local.interventions[i].additionality);
                    let season = if raise.seasonal { season } else { 1.0 };
                    let variation = if raise.varied { variation } else { 1.0 };
                    parts.push((column, by_events * season * variation * net));
                }
            }
        }
        (by_events * season * variation * at(local.capacities[k].base), parts)
    }

    /// (K1) Σ_p use\[p,k,t\] q\[p,t\] − Σ raises ≤ today's capacity.
    fn capacity_rows(&self, sample: &mut SampleProgram) {
        let model = self.builder.model;
        let chain = model.chain_of(self.cluster);
        let local = &model.clusters[self.cluster.index()];
        for k in 0..chain.capacities.len() {
            for t in 0..model.horizon.periods() {
                let mut second = Vec::new();
                for (p, process) in chain.processes.iter().enumerate() {
                    let column = self.levels[p][t];
                    for (position, used) in process.uses.iter().enumerate() {
                        if used.index() == k && column != CLOSED {
                            second.push((column, local.processes[p].uses[position].at(self.realisation, t)));
                        }
                    }
                }
                second.retain(|(_, a)| *a != 0.0);
                if second.is_empty() {
                    continue;
                }
                let (rhs, parts) = self.capacity(k, t);
                let first = parts.into_iter().map(|(j, a)| (j, -a)).filter(|(_, a)| *a != 0.0).collect();
                sample.rows.push(RecourseRow { first, second, sense: Sense::AtMost, rhs });
            }
        }
    }

    /// (M1) the balance of a storable commodity; (M2) of any other, with free disposal.
    fn commodity_rows(&self, m: usize, ceilings: &[Vec<f64>], sample: &mut SampleProgram) {
        let model = self.builder.model;
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
        let model = self.builder.model;
        let chain = model.chain_of(self.cluster);
        let local = &model.clusters[self.cluster.index()];
        let periods = model.horizon.periods();
        let mut ceilings = vec![vec![f64::INFINITY; periods]; chain.processes.len()];
        for t in 0..periods {
            for (k, _) in chain.capacities.iter().enumerate() {
                let (base, parts) = self.capacity(k, t);
                let most: f64 =
                    base + parts.iter().map(|&(j, a)| a * self.builder.columns[j].ceiling).sum::<f64>();
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
        let model = self.builder.model;
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

impl PlanningProgram {
    /// By first-stage row: it joins clusters that would hang together by nothing else.
    pub fn linking(&self) -> Vec<bool> {
        self.rules.iter().map(|rule| matches!(rule, Rule::Budget(..) | Rule::Limit(_))).collect()
    }

    /// First-stage decisions that carry out `allocation`: spend as given, and what follows from it. Carry-over is what
    /// each year leaves.
    pub fn decide(&self, model: &Model, allocation: &Allocation) -> Vec<f64> {
        let mut x = vec![0.0; self.decisions.len()];
        let index: BTreeMap<Decision, usize> = self.decisions.iter().copied().zip(0..).collect();
        for line in allocation.lines() {
            let decision = Decision::Spend(line.source, line.cluster, line.intervention, line.year);
            if let Some(&j) = index.get(&decision) {
                x[j] += line.amount.as_f64() / JUTA;
            }
        }
        // Stocks and effects follow from their rows, which stand in order of time.
        for (row, rule) in self.program.rows.iter().zip(&self.rules) {
            if let Rule::Stock(c, i, t) = *rule {
                let own = index[&Decision::Stock(c, i, t)];
                x[own] = -row.entries.iter().filter(|(j, _)| *j != own).map(|&(j, a)| a * x[j]).sum::<f64>();
            }
        }
        let mut lowest: BTreeMap<usize, f64> = BTreeMap::new();
        for (row, rule) in self.program.rows.iter().zip(&self.rules) {
            if let Rule::Response(c, i, r, t) = *rule {
                let own = index[&Decision::Effect(c, i, r, t)];
                let others: f64 = row.entries.iter().filter(|(j, _)| *j != own).map(|&(j, a)| a * x[j]).sum();
                let most = lowest.entry(own).or_insert(f64::INFINITY);
                *most = most.min(row.rhs - others);
            }
        }
        for (j, effect) in lowest {
            x[j] = effect.max(0.0);
        }
        for s in model.source_ids() {
            for y in 0..model.horizon.years {
                let carry = index[&Decision::Carry(s, y)];
                if let Some(row) = self.rules.iter().position(|rule| *rule == Rule::Budget(s, y)) {
                    let row = &self.program.rows[row];
                    let used: f64 =
                        row.entries.iter().filter(|(j, _)| *j != carry).map(|&(j, a)| a * x[j]).sum();
                    x[carry] = (row.rhs - used).max(0.0);
                }
            }
        }
        x
    }
}
