//! Lines that just pay and lines that just do not, of a plan that maximises benefits less costs.
//!
//! A line is a source, an intervention, a cluster and a year. It *pays* if the plan without it alone is worth less. Both
//! questions are asked in the simulator's reading, on the same fresh samples.

use super::benefits;
use super::costs::Costs;
use super::figures::Amount;
use super::flows::Flows;
use crate::control::Control;
use crate::model::rule::{Violation, violations};
use crate::model::{Allocation, AllocationLine, BudgetLine, InterventionId, Metric, Model, Net};
use crate::sampling::{Purpose, Sampler};
use crate::study::error::StudyError;
use crate::units::Rupiah;

/// Samples that all candidates are compared on, and that the best of them are told from.
const SAMPLES: [usize; 2] = [128, 2_048];
/// Candidates that are looked at again on more samples.
const BEST: usize = 8;
/// Candidates looked at together.
const TOGETHER: usize = 64;
/// The share of a source's money that a line outside the plan is tried with, where the minimum asks for no more.
const TRIAL: i64 = 100;

/// A line with its worth by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineWorth {
    /// The line, with the amount that it is judged by.
    pub line: AllocationLine,
    /// Mean benefits of the amount, in present value [Rp].
    pub benefits: f64,
    /// Mean costs of it, in present value [Rp].
    pub costs: f64,
    /// Benefits less costs [Rp].
    pub net: Amount,
}

impl LineWorth {
    /// Benefits for a rupiah of costs.
    pub fn ratio(&self) -> f64 {
        self.benefits / self.costs
    }
}

/// The ends of what a plan with net objective funds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ends {
    /// Of the lines that no rule asks for, the one that pays least for a rupiah.
    pub last: Option<LineWorth>,
    /// Of the lines that rules and what is left of budgets would allow, the one that would pay most for a rupiah.
    pub next: Option<LineWorth>,
}

/// The ends of `allocation`, whose budgets are `budget`. Nothing where costs are no part of the objective.
///
/// # Errors
/// [`StudyError::Sim`].
pub(in crate::study) fn ends(
    model: &Model,
    allocation: &Allocation,
    metric: Metric,
    budget: &[BudgetLine],
    seed: u64,
    control: &Control<'_>,
) -> Result<Ends, StudyError> {
    if model.net() == Net::Off {
        return Ok(Ends::default());
    }
    let judge = Judge { model, allocation, metric, seed, control };
    let broken = violations(model, allocation);
    let funded = judge.funded(&broken);
    let open = judge.open(budget, &broken);
    Ok(Ends {
        last: judge.extreme(funded, LineWorth::ratio)?,
        next: judge.extreme(open, |line| -line.ratio())?,
    })
}

/// Judges changes of one line.
struct Judge<'a> {
    model: &'a Model,
    allocation: &'a Allocation,
    metric: Metric,
    seed: u64,
    control: &'a Control<'a>,
}

/// A line with the amount that it is judged by, and whether the plan has it.
#[derive(Clone, Copy)]
struct Candidate {
    line: AllocationLine,
    funded: bool,
}

impl Judge<'_> {
    /// The plan with a candidate's amount taken away or added.
    fn changed(&self, candidate: Candidate) -> Allocation {
        let Candidate { line, funded } = candidate;
        let sign = if funded { -1 } else { 1 };
        let change = AllocationLine { amount: Rupiah(sign * line.amount.0), ..line };
        Allocation::new(self.allocation.lines().iter().copied().chain([change]).collect())
    }

    /// True if a change breaks no rule further than the plan does.
    fn keeps_rules(&self, candidate: Candidate, broken: &[Violation]) -> bool {
        let known = |found: &Violation| {
            broken.iter().any(|known| known.rule == found.rule && found.rupiah <= known.rupiah)
        };
        violations(self.model, &self.changed(candidate)).iter().all(known)
    }

    /// The lines that the plan funds of its own accord: what is not locked, and what no rule asks for.
    fn funded(&self, broken: &[Violation]) -> Vec<Candidate> {
        let lines = self.allocation.lines().iter();
        let free = lines.map(|line| Candidate {
            line: AllocationLine { amount: Rupiah(self.model.locked.free(line)), ..*line },
            funded: true,
        });
        free.filter(|of| of.line.amount.0 > 0 && self.keeps_rules(*of, broken)).collect()
    }

    /// The lines outside the plan that rules and what is left of budgets allow.
    fn open(&self, budget: &[BudgetLine], broken: &[Violation]) -> Vec<Candidate> {
        let model = self.model;
        let mut found = Vec::new();
        for BudgetLine { source, year, left, .. } in budget.iter().filter(|line| line.left > 0) {
            let trial = model.sources[source.index()].total().div_euclid(TRIAL).max(1);
            for cluster in model.cluster_ids() {
                let opening = model.opening(cluster);
                let interventions = model.chain_of(cluster).interventions.len();
                for intervention in (0..interventions).map(InterventionId::new) {
                    let outside = self.allocation.amount(*source, cluster, intervention, *year) == 0;
                    if !outside || opening == Some(intervention) {
                        continue;
                    }
                    let least = model.clusters[cluster.index()].interventions[intervention.index()].minimum.0;
                    let amount = Rupiah(trial.min(*left).max(least));
                    let line = AllocationLine { source: *source, cluster, intervention, year: *year, amount };
                    let candidate = Candidate { line, funded: false };
                    if amount.0 <= *left && self.keeps_rules(candidate, broken) {
                        found.push(candidate);
                    }
                }
            }
        }
        found
    }

    /// The candidate of which `key` is least: on few samples, then the first of them on more.
    fn extreme(
        &self,
        candidates: Vec<Candidate>,
        key: impl Fn(&LineWorth) -> f64,
    ) -> Result<Option<LineWorth>, StudyError> {
        let mut best = candidates;
        let mut found = Vec::new();
        for samples in SAMPLES {
            let mut ranked: Vec<(Candidate, LineWorth)> = Vec::with_capacity(best.len());
            for some in best.chunks(TOGETHER) {
                ranked.extend(some.iter().copied().zip(self.worth(some, samples)?));
            }
            // A rupiah that costs nothing has no ratio.
            ranked.retain(|(_, worth)| worth.costs > 0.0);
            ranked.sort_by(|a, b| key(&a.1).total_cmp(&key(&b.1)));
            ranked.truncate(BEST);
            best = ranked.iter().map(|(candidate, _)| *candidate).collect();
            found = ranked;
        }
        Ok(found.first().map(|(_, worth)| *worth))
    }

    /// The worth of each candidate's amount.
    fn worth(&self, candidates: &[Candidate], samples: usize) -> Result<Vec<LineWorth>, StudyError> {
        let model = self.model;
        let sampler = Sampler::new(model, self.seed, Purpose::Evaluation);
        let changed: Vec<Allocation> = candidates.iter().map(|candidate| self.changed(*candidate)).collect();
        let all: Vec<&Allocation> = std::iter::once(self.allocation).chain(&changed).collect();
        let benefits = benefits::of(model, &sampler, &all, self.metric, samples, self.control)?;
        let rate = model.horizon.discount_rate;
        let mut flows = all.iter().zip(&benefits).map(|(allocation, benefits)| {
            let costs = Costs::of(model, allocation);
            let drawn = costs.drawn(model, &sampler, samples);
            let economy = model.net() == Net::Economy;
            let flows = Flows::new(&benefits.years, costs.by_year(), economy.then_some(&drawn));
            (flows.benefits(rate), flows.costs(rate))
        });
        let Some(base) = flows.next() else { return Ok(Vec::new()) };
        let worth = candidates.iter().zip(flows).map(|(candidate, with)| {
            // What the amount brings: the plan with it less the plan without it.
            let sign = if candidate.funded { -1.0 } else { 1.0 };
            let more = |with: &[f64], base: &[f64]| -> Vec<f64> {
                with.iter().zip(base).map(|(with, base)| sign * (with - base)).collect()
            };
            let (benefits, costs) = (more(&with.0, &base.0), more(&with.1, &base.1));
            let net: Vec<f64> = benefits.iter().zip(&costs).map(|(benefit, cost)| benefit - cost).collect();
            LineWorth {
                line: candidate.line,
                benefits: Amount::of(&benefits).mean,
                costs: Amount::of(&costs).mean,
                net: Amount::of(&net),
            }
        });
        Ok(worth.collect())
    }
}
