//! A plan by decomposition: the program is never written out, and what is learned for the plan serves the questions that
//! follow (what happens without money, what one more billion would bring).

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::builder::{PlanSamples, PlanningProgram, Rule, frame, objective_unit};
use super::super::certificate::Certificate;
use super::super::decomposition::{
    Decomposed, Decomposition, DecompositionError, DecompositionOptions, Finish, FirstStage, Required, Way,
};
use super::super::entry::{self, Entry, Rejected};
use super::super::lp::{LinearProgram, LpSolution, LpStatus};
use super::super::margins::Asked;
use super::super::program::{Column, risk_adjusted};
use super::super::rupiah::{budget_lines, whole_rupiah};
use super::super::solve::BoundBy;
use super::margins::{RuleMargin, margins_of};
use super::{
    Decided, NextBillion, OptError, PlanOptions, PlanningStep, ProgramPlan, ProgramSize, SolvedBy, Stop,
    budget_of, check_rules, contradictory, keeps_limits, room_for_more, tie_break_cost, with_next_billion,
};
use crate::model::{Allocation, ClusterId, Model, Source};
use crate::sampling::SampleBlock;
use crate::units::{JUTA, MILIAR};

/// Relative gap at which a plan counts as proven where nothing is said: one model, and blocks joined by prices or whole
/// numbers.
const GAP_OF_ONE: f64 = 1e-6;
const GAP_OF_MANY: f64 = 1e-4;
/// What one more billion brings is known to this share of it.
const NEXT_BILLION_ERROR: f64 = 0.002;

impl From<DecompositionError> for OptError {
    fn from(error: DecompositionError) -> Self {
        Self::Decomposition(error)
    }
}

/// The planning program, taken apart.
struct Plan<'a> {
    model: &'a Model,
    planning: &'a PlanningProgram,
    parts: Decomposition<'a>,
    /// Levels by sample without money.
    without: Vec<f64>,
    gap: f64,
    /// Least size against which gaps are measured, in the program's units.
    unit: f64,
}

/// What more money would bring.
#[derive(Debug, Default)]
struct More {
    margins: Vec<RuleMargin>,
    next_billion: Vec<NextBillion>,
}

impl Plan<'_> {
    fn risk_adjusted(&self, increments: &[f64]) -> f64 {
        let even = vec![1.0 / increments.len() as f64; increments.len()];
        risk_adjusted(self.model.risk, increments, &even)
    }

    fn solve(
        &mut self,
        gap: f64,
        observe: &(dyn Fn(PlanningStep) -> bool + Sync),
        scale: f64,
    ) -> Result<Decomposed, OptError> {
        let stopped = AtomicBool::new(false);
        let progress = |iteration: super::super::decomposition::Iteration| {
            let going = observe(PlanningStep::Bounds {
                iteration: iteration.number,
                objective: iteration.objective * scale,
                bound: iteration.bound * scale,
            });
            stopped.fetch_or(!going, Ordering::Relaxed);
            !stopped.load(Ordering::Relaxed)
        };
        let options = DecompositionOptions {
            gap,
            unit: self.unit,
            way: Way::Automatic,
            groups: None,
            progress: &progress,
        };
        Ok(self.parts.solve(&options)?)
    }

    /// Values of an allocation over no plan, by sample.
    fn increments(&mut self, allocation: &Allocation) -> Result<Vec<f64>, OptError> {
        let decisions = self.planning.decide(self.model, allocation);
        Ok(self.parts.values(&decisions, &[])?)
    }

    /// Right-hand sides of budgets and limits with these sources.
    fn set_money(&mut self, sources: &[Source]) {
        for (row, rule) in self.planning.rules.iter().enumerate() {
            match *rule {
                Rule::Budget(s, y) => {
                    self.parts.set_rhs(row, sources[s.index()].amounts[y].as_f64() / JUTA);
                }
                Rule::Limit(number) => {
                    self.parts.set_rhs(row, self.model.limits[number].rupiah(sources) / JUTA);
                }
                _ => {}
            }
        }
    }

    /// What more money would bring: at the margin of every rule, and a billion from each source.
    fn more_money(&mut self, found: &Decomposed, objective: f64, scale: f64) -> Result<More, OptError> {
        let mut next_billion = self.next_billion(objective)?;
        for next in &mut next_billion {
            next.gain = next.gain.map(|gain| gain * scale);
        }
        // Margins are those of the program with its whole numbers as they are.
        self.parts.fix_whole_numbers(&found.x);
        let rhs = self.planning.program.rows.iter().map(|row| row.rhs).collect();
        let level = self.without.iter().map(|level| level.abs()).sum::<f64>() / self.without.len() as f64;
        let mut asked = Asked::new(&mut self.parts, rhs, (objective, level), self.unit);
        let margins = margins_of(self.planning, &found.x, &mut asked, (objective, scale));
        Ok(More { margins, next_billion })
    }

    /// What each candidate that is not opened would need to enter, where the plan brings `value` and none more than `bound`
    /// \[program's units\]; what is asked once time is up is not known.
    fn rejected(
        &mut self,
        rejected: Vec<ClusterId>,
        (value, bound): (f64, f64),
        going: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Rejected>, OptError> {
        let scale = objective_unit(self.planning.metric);
        let tie = tie_break_cost(self.planning, self.model);
        let progress = |_| going();
        let options = DecompositionOptions {
            gap: self.gap,
            unit: self.unit,
            way: Way::Automatic,
            groups: None,
            progress: &progress,
        };
        let mut found = Vec::new();
        for cluster in rejected {
            let required = match entry::row_of(self.planning, cluster) {
                _ if !going() => {
                    found.push(Rejected { cluster, entry: Entry::NotComputed });
                    continue;
                }
                Some(row) => self.parts.requiring(row, &options)?,
                None => None,
            };
            let known = required.map(|required| Required {
                at_least: required.at_least.map(|value| value * scale),
                at_most: (required.at_most + tie) * scale,
            });
            let barred = || entry::barred(self.model, self.planning.metric, cluster);
            let entry = match known {
                Some(known) if known.at_least.is_some() => entry::needs(known, value * scale, bound * scale),
                Some(known) => barred().unwrap_or_else(|| entry::needs(known, value * scale, bound * scale)),
                None => barred().unwrap_or(Entry::NotComputed),
            };
            found.push(Rejected { cluster, entry });
        }
        Ok(found)
    }

    /// What one more billion from each source brings, in the program's units.
    fn next_billion(&mut self, objective: f64) -> Result<Vec<NextBillion>, OptError> {
        let mut gains = Vec::new();
        let error = NEXT_BILLION_ERROR * MILIAR / JUTA / objective.abs().max(self.unit);
        let gap = self.gap.min(error).max(1e-9);
        for source in self.model.source_ids() {
            let sources = with_next_billion(self.model, source);
            if !self.model.spillovers.is_empty() {
                let richer = Model { sources: sources.clone(), ..self.model.clone() };
                if richer.could_run_dry() {
                    gains.push(NextBillion { source, gain: None });
                    continue;
                }
            }
            self.set_money(&sources);
            let richer = match self.solve(gap, &|_| true, 1.0) {
                Ok(richer) => richer,
                Err(error) => {
                    let model = Model { sources, ..self.model.clone() };
                    if !contradictory(&model, self.planning.metric, room_for_more(self.model)) {
                        return Err(error);
                    }
                    gains.push(NextBillion { source, gain: None });
                    continue;
                }
            };
            let tie = tie_cost(self.planning, &richer.x);
            let increments: Vec<f64> = richer.values.iter().map(|g| g - tie).collect();
            gains.push(NextBillion { source, gain: Some(self.risk_adjusted(&increments) - objective) });
        }
        self.set_money(&self.model.sources.clone());
        Ok(gains)
    }

    /// The best of what is known to be feasible, when time is up.
    fn at_the_limit(&mut self, found: Decided, fallback: &[Allocation]) -> Result<Decided, OptError> {
        let mut best = found;
        for allocation in fallback {
            let Some(budget) = budget_lines(self.model, self.planning, allocation) else { continue };
            if !keeps_limits(self.model, allocation) {
                continue;
            }
            let increments = self.increments(allocation)?;
            if self.risk_adjusted(&increments) > self.risk_adjusted(&best.increments) {
                best = Decided { stop: Stop::TimeLimit, allocation: allocation.clone(), budget, increments };
            }
        }
        Ok(best)
    }
}

/// What the tie-breaking cost of spending comes to at `x`.
fn tie_cost(planning: &PlanningProgram, x: &[f64]) -> f64 {
    planning.program.columns.iter().zip(x).map(|(column, x)| column.objective * x).sum()
}

/// Largest violation of a first-stage row or bound at `x`, or distance from a whole number, in our own arithmetic.
fn violation(planning: &PlanningProgram, x: &[f64]) -> f64 {
    let columns = planning.program.columns.iter().map(|c| Column { objective: 0.0, ..*c }).collect();
    let lp = LinearProgram { columns, rows: planning.program.rows.clone() };
    let duals = vec![0.0; lp.rows.len()];
    let answer = LpSolution { status: LpStatus::Optimal, x: x.to_vec(), duals };
    let fraction = lp.columns.iter().zip(x).filter(|(column, _)| column.integer);
    let fraction = fraction.map(|(_, value)| (value - libm::round(*value)).abs()).fold(0.0, f64::max);
    Certificate::of(&lp, &answer, 0.0, 1.0).primal_violation.max(fraction)
}

/// Makes the plan.
pub(super) fn optimise<T: Send>(
    model: &Model,
    block: &SampleBlock,
    options: &PlanOptions,
    observe: &(dyn Fn(PlanningStep) -> bool + Sync),
    beside: impl FnOnce(&Allocation, &[f64]) -> T + Send,
) -> Result<(ProgramPlan, Option<T>), OptError> {
    observe(PlanningStep::Build);
    let spare = if options.more_money { room_for_more(model) } else { 0.0 };
    let planning = frame(model, options.metric, spare);
    check_rules(model, &planning)?;
    let linking = planning.linking();
    let first = FirstStage {
        columns: &planning.program.columns,
        rows: &planning.program.rows,
        linking: &linking,
        risk: model.risk,
    };
    let samples = PlanSamples::new(model, &planning, block);
    let start =
        DecompositionOptions { gap: 0.0, unit: 1.0, way: options.way, groups: None, progress: &|_| true };
    let explained = |error: DecompositionError| match error {
        DecompositionError::Unbounded { sample } => {
            let mut shown = planning.clone();
            shown.program.samples = vec![samples.make(sample)];
            super::super::endless::explained(error.into(), model, &shown)
        }
        _ => error.into(),
    };
    let mut parts = Decomposition::new(first, &samples, &start).map_err(explained)?;
    observe(PlanningStep::WithoutPlan);
    let nothing = vec![0.0; planning.program.columns.len()];
    let without = parts.values(&nothing, &[]).map_err(explained)?;
    parts.set_offsets(without.iter().map(|level| -level).collect());
    if let Some(learned) = &options.learned
        && !parts.teach(learned)?
    {
        return Err(OptError::Learned);
    }
    let money = model.money_unit.rupiah() / JUTA;
    let close = parts.is_whole() && !planning.has_integers();
    let gap = options.gap.unwrap_or(if close { GAP_OF_ONE } else { GAP_OF_MANY });
    let unit = if options.metric.is_money() { money } else { 1.0 };
    let mut plan = Plan { model, planning: &planning, parts, without, gap, unit };
    observe(PlanningStep::Solve);
    let scale = objective_unit(options.metric);
    let found = plan.solve(gap, observe, scale)?;
    finish(&mut plan, options, &found, (scale, observe), beside)
}

fn finish<T: Send>(
    plan: &mut Plan<'_>,
    options: &PlanOptions,
    found: &Decomposed,
    (scale, observe): (f64, &(dyn Fn(PlanningStep) -> bool + Sync)),
    beside: impl FnOnce(&Allocation, &[f64]) -> T + Send,
) -> Result<(ProgramPlan, Option<T>), OptError> {
    let (model, planning) = (plan.model, plan.planning);
    let allocation = whole_rupiah(model, planning, &planning.spending(model, &found.x));
    let budget = budget_of(model, planning, &allocation)?;
    let tie = tie_cost(planning, &found.x);
    let increments: Vec<f64> = found.values.iter().map(|g| g - tie).collect();
    let stop = if found.finish == Finish::Interrupted { Stop::TimeLimit } else { Stop::Proven };
    let mut decided = Decided { stop, allocation, budget, increments };
    if stop == Stop::TimeLimit {
        decided = plan.at_the_limit(decided, &options.fallback)?;
    }
    let objective = plan.risk_adjusted(&decided.increments);
    // The program maximised the objective less the tie-breaking cost of spending: the bound takes that back.
    let bound = f64::max(found.bound + tie_break_cost(planning, model), objective);
    let gap = (bound - objective) / objective.abs().max(plan.unit);
    // What breaking ties may have cost is no fault of the proof: where hardly anything can be gained it is most of the gap.
    let proof = found.gap(plan.unit);
    if found.finish == Finish::Stalled && proof > plan.gap.max(super::super::certificate::TOLERANCE) {
        return Err(OptError::NotProven { gap: proof, violation: 0.0, status: LpStatus::Failed });
    }
    let certificate = Certificate {
        objective: objective * scale,
        bound: bound * scale,
        primal_violation: violation(planning, &found.x),
        dual_violation: 0.0,
        gap,
    };
    let more_money = options.more_money && options.seconds.is_none();
    let rejected = if options.entry {
        let asked = entry::rejected(model, &decided.allocation);
        let going = || stop == Stop::Proven && observe(PlanningStep::Entry);
        plan.rejected(asked, (objective, bound), &going)?
    } else {
        Vec::new()
    };
    let (more, beside) = rayon::join(
        || if more_money { plan.more_money(found, objective, scale) } else { Ok(More::default()) },
        || (stop == Stop::Proven).then(|| beside(&decided.allocation, &found.duals)),
    );
    let more = more?;
    let [columns, rows, nonzeros] = plan.parts.size();
    let first_nonzeros: usize = planning.program.rows.iter().map(|row| row.entries.len()).sum();
    let made = ProgramPlan {
        stop: decided.stop,
        allocation: decided.allocation,
        objective: objective * scale,
        bound: bound * scale,
        gap,
        with: decided.increments.iter().zip(&plan.without).map(|(g, q)| (g + q) * scale).collect(),
        without: plan.without.iter().map(|q| q * scale).collect(),
        certificate,
        bound_by: BoundBy::Certificate,
        solved_by: SolvedBy::Decomposition {
            way: found.way,
            iterations: found.iterations,
            blocks: found.blocks,
            cuts: found.cuts,
        },
        size: ProgramSize {
            columns: columns + planning.program.columns.len(),
            rows: rows + planning.program.rows.len(),
            nonzeros: nonzeros + first_nonzeros,
        },
        budget: decided.budget,
        margins: more.margins,
        next_billion: more.next_billion,
        rejected,
        learned: (options.keep && found.finish == Finish::Interrupted).then(|| plan.parts.learned(&found.x)),
        duals: found.duals.clone(),
    };
    Ok((made, beside))
}
