//! The formulation: from model, samples and budgets to a two-stage program. Written once; every method gets it from
//! here. The tags (B1), (S1), ... are those of `docs/formulation.md`.
//!
//! Units inside the program: money in juta rupiah (10^6), quantities as in the scenario; employment in FTE-years.

use std::collections::BTreeMap;

mod aging;
mod calendar;
mod cofunding;
mod coverage;
mod integers;
mod locked;
mod net;
mod recourse;
mod spillover;
mod terms;
mod things;

pub(super) use integers::most_in_hand;
pub use recourse::PlanSamples;
pub use terms::{Decision, PlanningProgram, Rule, SiteBound, objective_unit};

use rayon::prelude::*;

use super::program::{Column, Sense, TwoStageProgram};
use crate::model::{
    Allocation, Decay, InterventionId, LimitKind, Metric, Model, Number, Response, UpkeepBearer,
};
use crate::sampling::SampleBlock;
use crate::units::JUTA;
use aging::RaiseAt;
use integers::ShapedResponse;
use terms::{Builder, most_money};

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

/// The first stage of the planning program of `model` for `metric`, without samples. Its ceilings hold even if every
/// source gets `spare` more [juta Rp].
pub fn frame(model: &Model, metric: Metric, spare: f64) -> PlanningProgram {
    let mut builder = Builder {
        model,
        metric,
        spare,
        columns: Vec::new(),
        decisions: Vec::new(),
        index: BTreeMap::new(),
        rows: Vec::new(),
        rules: Vec::new(),
    };
    builder.spending();
    builder.locked();
    builder.budgets();
    builder.limits();
    builder.cofunding();
    builder.minimum_sizes();
    builder.sites();
    builder.site_rules();
    builder.units();
    builder.least_lines();
    builder.grains();
    builder.stocks();
    builder.responses();
    builder.coverage();
    builder.budget_upkeep();
    PlanningProgram {
        program: TwoStageProgram {
            columns: builder.columns,
            rows: builder.rows,
            samples: Vec::new(),
            risk: model.risk,
        },
        decisions: builder.decisions,
        rules: builder.rules,
        metric,
    }
}

/// Builds the planning program of `model` for `metric` on the samples of `block`, equally likely.
pub fn build(model: &Model, metric: Metric, block: &SampleBlock) -> PlanningProgram {
    build_with(model, metric, block, 0.0)
}

/// The same, its ceilings good for `spare` more from each source [juta Rp].
pub fn build_with(model: &Model, metric: Metric, block: &SampleBlock, spare: f64) -> PlanningProgram {
    let mut planning = frame(model, metric, spare);
    let samples = PlanSamples::new(model, &planning, block);
    let made = (0..block.len()).into_par_iter().map(|w| samples.make(w)).collect();
    planning.program.samples = made;
    planning
}

impl Builder<'_> {
    /// b\[s,i,c,y\] for all that a source may fund, and u\[s,y\].
    fn spending(&mut self) {
        let years = self.model.horizon.years;
        let mut rank = 0;
        for s in self.model.source_ids() {
            let total = most_money(self.model, s) + self.spare;
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
        let locked = &self.model.locked;
        for s in self.model.source_ids().filter(|s| !(locked.closed_pay_all && locked.is_closed(*s))) {
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

    /// (B2) floors and caps.
    fn limits(&mut self) {
        for (number, limit) in self.model.limits.iter().enumerate() {
            let entries: Vec<(usize, f64)> = self
                .decisions
                .iter()
                .enumerate()
                .filter(|(_, decision)| match decision {
                    Decision::Spend(s, c, i, y) => limit.covers(self.model, *s, *y, *c, *i),
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
                    ceiling += most_money(self.model, s) + self.spare;
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
                let standings = aging::standings(self.model, c, i);
                for t in (0..horizon.periods()).filter(|&t| standings[t].is_some_and(|own| own.period == t)) {
                    let mut entries = match decay {
                        Decay::Depreciation(_) => arriving(t, t),
                        Decay::Lifetime(life) => arriving((t + 1).saturating_sub(life), t),
                    };
                    let stock = self.column(Decision::Stock(c, i, t), Column::non_negative(0.0, ceiling));
                    entries.push((stock, 1.0));
                    let before = t.checked_sub(1).and_then(|before| standings[before]);
                    if let (Decay::Depreciation(_), Some(before)) = (decay, before) {
                        let kept = before.kept * decay.kept_per_period(horizon.periods_per_year);
                        entries.push((self.index[&Decision::Stock(c, i, before.period)], -kept));
                    }
                    self.row(Rule::Stock(c, i, t), entries, Sense::Equal, 0.0);
                }
            }
        }
    }

    /// (S2) e\[i,k,c,t\] ≤ every line of the response at S\[i,c,t\]; (I2) of an S-shaped one.
    fn responses(&mut self) {
        let horizon = self.model.horizon;
        for c in self.model.cluster_ids() {
            for i in (0..self.model.chain_of(c).interventions.len()).map(InterventionId::new) {
                let standings = aging::standings(self.model, c, i);
                for r in 0..self.model.chain_of(c).interventions[i.index()].raises.len() {
                    let raise = RaiseAt { cluster: c, intervention: i, number: r };
                    let response = raise.response(self.model);
                    let periods = match &response {
                        Response::Concave { .. } => horizon.committing_periods(),
                        Response::SShaped { .. } => horizon.periods(),
                    };
                    for t in 0..periods {
                        let Some(&stock) = self.index.get(&Decision::Stock(c, i, t)) else { continue };
                        let top = response.at(self.columns[stock].ceiling * JUTA);
                        let effect =
                            self.column(Decision::Effect(c, i, r, t), Column::non_negative(0.0, top));
                        match &response {
                            Response::Concave { lines } => {
                                for &(slope, intercept) in lines {
                                    let entries = vec![(effect, 1.0), (stock, -slope * JUTA)];
                                    self.row(Rule::Response(c, i, r, t), entries, Sense::AtMost, intercept);
                                }
                            }
                            Response::SShaped { .. } => {
                                self.s_shape(
                                    ShapedResponse {
                                        cluster: c,
                                        intervention: i,
                                        raise: r,
                                        period: t,
                                        stock,
                                        effect,
                                    },
                                    &response.stretches(),
                                );
                            }
                        }
                    }
                    if let Response::Concave { lines } = &response {
                        self.pieces(raise, &standings, lines);
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
        let row_of: BTreeMap<Rule, usize> = self.rules.iter().copied().zip(0..).collect();
        for (rule, stock, rate) in additions {
            if let Some(row) = row_of.get(&rule) {
                self.rows[*row].entries.push((stock, rate));
            }
        }
    }
}

impl PlanningProgram {
    /// By first-stage row: it joins clusters that would hang together by nothing else.
    pub fn linking(&self) -> Vec<bool> {
        self.rules
            .iter()
            .map(|rule| {
                matches!(rule, Rule::Budget(..) | Rule::Limit(_) | Rule::Cofunding(..) | Rule::Sites(..))
            })
            .collect()
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
        self.decide_whole_numbers(model, allocation, &mut x);
        // Stocks and effects follow from their rows, which stand in order of time.
        for (row, rule) in self.program.rows.iter().zip(&self.rules) {
            if let Rule::Stock(c, i, t) = *rule {
                let own = index[&Decision::Stock(c, i, t)];
                x[own] = -row.entries.iter().filter(|(j, _)| *j != own).map(|&(j, a)| a * x[j]).sum::<f64>();
            }
        }
        self.decide_segments(&index, &mut x);
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
