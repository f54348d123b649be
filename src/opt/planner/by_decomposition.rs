//! A plan by decomposition: the program is never written out, and what is learned for the plan serves the questions that
//! follow (what happens without money, what one more billion would bring).

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::builder::{PlanSamples, PlanningProgram, Rule, frame, objective_unit};
use super::super::certificate::Certificate;
use super::super::decomposition::{
    Decomposed, Decomposition, DecompositionError, DecompositionOptions, Finish, FirstStage, Learned,
    Required, Way,
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
    check_rules, contradictory, gap_unit, kept, room_for_more, ties, with_next_billion,
};
use crate::model::{Allocation, ClusterId, Model, Source};
use crate::sampling::SampleBlock;
use crate::units::{JUTA, MILIAR};

/// Relative gap at which a plan counts as proven where nothing is said: one model, and blocks joined by prices or whole
/// numbers.
const GAP_OF_ONE: f64 = 1e-6;
const GAP_OF_MANY: f64 = 1e-4;
/// With the cost of spending that breaks ties the search goes to this share of the gap, so that mostly it needs no other.
const WITH_TIES: f64 = 0.95;
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

/// What a search found, in the objective's own terms: without the cost of spending that breaks ties.
#[derive(Debug, Clone)]
struct Found {
    answer: Decomposed,
    /// Increments by sample.
    increments: Vec<f64>,
    /// Bound on the objective itself.
    bound: f64,
}

impl<'a> Plan<'a> {
    /// Takes the program of `planning` apart, to go on from what is known: levels without money, and what was learned.
    fn anew<'b>(
        &self,
        planning: &'b PlanningProgram,
        linking: &'b [bool],
        samples: &PlanSamples<'_>,
        learned: Learned,
    ) -> Result<Plan<'b>, OptError>
    where
        'a: 'b,
    {
        let first = first_stage(self.model, planning, linking);
        // Cuts know nothing of the cost of spending; what answers were worth does.
        let learned = Learned { proposals: Vec::new(), ..learned };
        let parts = taken_apart(first, samples, &self.without, (way_of(&self.parts), Some(&learned)))?;
        let (model, without) = (self.model, self.without.clone());
        Ok(Plan { model, planning, parts, without, gap: self.gap, unit: self.unit })
    }

    /// Searches for the best plan, to within `gap` of the bound.
    fn search(
        &mut self,
        gap: f64,
        observe: &(dyn Fn(PlanningStep) -> bool + Sync),
        scale: f64,
    ) -> Result<Found, OptError> {
        let answer = self.solve(gap, observe, scale)?;
        let tie = ties::cost(self.planning, &answer.x);
        let increments = answer.values.iter().map(|g| g + tie).collect();
        let bound = answer.bound + ties::most_cost(self.planning, self.model);
        Ok(Found { answer, increments, bound })
    }

    /// True if what was found is within the gap asked for of `bound`.
    fn is_close(&self, found: &Found, bound: f64) -> bool {
        ties::relative_gap(self.risk_adjusted(&found.increments), bound, self.unit) <= self.gap
    }

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

    fn size(&self) -> ProgramSize {
        let [columns, rows, nonzeros] = self.parts.size();
        let first = &self.planning.program;
        let own: usize = first.rows.iter().map(|row| row.entries.len()).sum();
        ProgramSize {
            columns: columns + first.columns.len(),
            rows: rows + first.rows.len(),
            nonzeros: nonzeros + own,
        }
    }

    fn value(&self, found: &Found) -> f64 {
        self.risk_adjusted(&found.increments)
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
        let tie = ties::most_cost(self.planning, self.model);
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
            let model = with_next_billion(self.model, source)?;
            if model.could_run_dry() {
                gains.push(NextBillion { source, gain: None });
                continue;
            }
            self.set_money(&model.sources);
            let richer = match self.solve(gap, &|_| true, 1.0) {
                Ok(richer) => richer,
                Err(error) => {
                    if !contradictory(&model, self.planning.metric, room_for_more(self.model)) {
                        return Err(error);
                    }
                    gains.push(NextBillion { source, gain: None });
                    continue;
                }
            };
            let tie = ties::cost(self.planning, &richer.x);
            let increments: Vec<f64> = richer.values.iter().map(|g| g + tie).collect();
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
            if !crate::model::rule::keeps_all_but_budgets(self.model, allocation) {
                continue;
            }
            let increments = self.increments(allocation)?;
            if self.risk_adjusted(&increments) > self.risk_adjusted(&best.increments) {
                let (allocation, unkept) = (allocation.clone(), Vec::new());
                best = Decided { stop: Stop::TimeLimit, allocation, budget, unkept, increments };
            }
        }
        Ok(best)
    }
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

/// The way that a decomposition goes.
fn way_of(parts: &Decomposition<'_>) -> Way {
    if parts.is_whole() { Way::Whole } else { Way::Prices }
}

/// Takes a program apart whose samples have these levels without money, by this way, with what was learned of it before, if that
/// holds for it.
fn taken_apart<'p>(
    first: FirstStage<'p>,
    samples: &PlanSamples<'_>,
    without: &[f64],
    (way, learned): (Way, Option<&Learned>),
) -> Result<Decomposition<'p>, DecompositionError> {
    let start = DecompositionOptions { gap: 0.0, unit: 1.0, way, groups: None, progress: &|_| true };
    let fresh = || -> Result<Decomposition<'p>, DecompositionError> {
        let mut parts = Decomposition::new(first, samples, &start)?;
        parts.set_offsets(without.iter().map(|level| -level).collect());
        Ok(parts)
    };
    let mut parts = fresh()?;
    match learned {
        // Cuts that do not hold would be believed: nothing is kept of them.
        Some(learned) if !parts.teach(learned)? => fresh(),
        _ => Ok(parts),
    }
}

/// The program with ceilings that leave room for more money, to ask about it: apart from the plan's own, which is as tight as the
/// budgets are whether more is asked or not.
struct Roomy<'p, 's> {
    planning: &'p PlanningProgram,
    linking: &'p [bool],
    samples: &'p PlanSamples<'s>,
    /// Its decisions are those of the plan's program, so that what was learned of that holds for it.
    same: bool,
}

impl Roomy<'_, '_> {
    /// What more money would bring to the plan of `allocation`; `plan` is given up for it.
    fn more_money(
        &self,
        plan: Plan<'_>,
        search: &Found,
        allocation: &Allocation,
        (objective, scale): (f64, f64),
    ) -> Result<More, OptError> {
        let Plan { model, parts, without, gap, unit, .. } = plan;
        let learned = self.same.then(|| Learned { proposals: Vec::new(), ..parts.learned(&search.answer.x) });
        let way = way_of(&parts);
        // Two programs taken apart are not kept beside each other.
        drop(parts);
        let first = first_stage(model, self.planning, self.linking);
        let mut parts = taken_apart(first, self.samples, &without, (way, learned.as_ref()))?;
        let mut answer = search.answer.clone();
        if learned.is_none() {
            answer.x = self.planning.decide(model, allocation);
            parts.begin_at(&answer.x, &[]);
        }
        let mut rich = Plan { model, planning: self.planning, parts, without, gap, unit };
        rich.more_money(&answer, objective, scale)
    }
}

fn first_stage<'p>(model: &Model, planning: &'p PlanningProgram, linking: &'p [bool]) -> FirstStage<'p> {
    let program = &planning.program;
    FirstStage { columns: &program.columns, rows: &program.rows, linking, risk: model.risk }
}

/// Makes the plan.
pub(super) fn optimise<T: Send>(
    model: &Model,
    block: &SampleBlock,
    options: &PlanOptions,
    observe: &(dyn Fn(PlanningStep) -> bool + Sync),
    beside: &(impl Fn(&Allocation, &[f64]) -> T + Sync),
) -> Result<(ProgramPlan, Option<T>), OptError> {
    observe(PlanningStep::Build);
    let planning = frame(model, options.metric, 0.0);
    check_rules(model, &planning)?;
    let linking = planning.linking();
    let first = first_stage(model, &planning, &linking);
    // Recourse leaves room for more money whether or not more is asked about: a plan must not depend on that.
    let roomy = frame(model, options.metric, room_for_more(model));
    let same = roomy.decisions == planning.decisions;
    let samples = PlanSamples::new(model, if same { &roomy } else { &planning }, block);
    let roomy_samples = PlanSamples::new(model, &roomy, block);
    let roomy_linking = roomy.linking();
    let room = Roomy { planning: &roomy, linking: &roomy_linking, samples: &roomy_samples, same };
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
    let close = parts.is_whole() && !planning.has_integers();
    let gap = options.gap.unwrap_or(if close { GAP_OF_ONE } else { GAP_OF_MANY });
    let unit = gap_unit(model, options.metric);
    let mut plan = Plan { model, planning: &planning, parts, without, gap, unit };
    observe(PlanningStep::Solve);
    let scale = objective_unit(options.metric);
    let found = plan.search(WITH_TIES * gap, observe, scale)?;
    if plan.is_close(&found, found.bound) || found.answer.finish == Finish::Interrupted {
        return finish(plan, &room, options, &found, (scale, observe), beside);
    }
    // What breaking ties may have cost is too much, or the search is stuck: the objective by itself, from all that is known.
    let free = ties::scaled(&planning, 0.0);
    let learned = plan.parts.learned(&found.answer.x);
    let searched = plan.anew(&free, &linking, &samples, learned).and_then(|mut own| {
        let best = own.search(gap, observe, scale)?;
        Ok((own, best))
    });
    // Where that stands up to no check, the first plan does, at a gap that is told.
    let Ok((own, mut best)) = searched else {
        return finish(plan, &room, options, &found, (scale, observe), beside);
    };
    drop(plan);
    let bound = best.bound.min(found.bound);
    if best.answer.finish != Finish::Interrupted && !own.is_close(&found, bound) {
        // The cost of spending moved the plan: a smaller one does not.
        let value = own.risk_adjusted(&best.increments);
        let factor = ties::small_factor(&planning, &best.answer.x, value, (gap, unit));
        let least = ties::scaled(&planning, factor);
        let learned = own.parts.learned(&best.answer.x);
        let third = own
            .anew(&least, &linking, &samples, learned)
            .and_then(|mut third| third.search(WITH_TIES * gap, observe, scale));
        let better = |found: &Found| own.is_close(found, bound) || own.value(found) > own.value(&best);
        if let Some(found) = third.ok().filter(better) {
            best = found;
        }
    } else if own.is_close(&found, bound) || own.value(&found) > own.value(&best) {
        best = Found { answer: Decomposed { finish: best.answer.finish, ..found.answer }, ..found };
    }
    let best = Found { bound, ..best };
    finish(own, &room, options, &best, (scale, observe), beside)
}

fn finish<T: Send>(
    mut plan: Plan<'_>,
    room: &Roomy<'_, '_>,
    options: &PlanOptions,
    search: &Found,
    (scale, observe): (f64, &(dyn Fn(PlanningStep) -> bool + Sync)),
    beside: &(impl Fn(&Allocation, &[f64]) -> T + Sync),
) -> Result<(ProgramPlan, Option<T>), OptError> {
    let found = &search.answer;
    let (model, planning) = (plan.model, plan.planning);
    let allocation = whole_rupiah(model, planning, &planning.spending(model, &found.x));
    let (budget, unkept) = kept(model, planning, &allocation);
    let interrupted = found.finish == Finish::Interrupted && !plan.is_close(search, search.bound);
    let stop = if interrupted { Stop::TimeLimit } else { Stop::Proven };
    let mut decided = Decided { stop, allocation, budget, unkept, increments: search.increments.clone() };
    if interrupted {
        decided = plan.at_the_limit(decided, &options.fallback)?;
    }
    let objective = plan.risk_adjusted(&decided.increments);
    let bound = f64::max(search.bound, objective);
    let gap = ties::relative_gap(objective, bound, plan.unit);
    if !interrupted {
        decided.stop = Stop::at(gap, plan.gap);
    }
    if !interrupted && !bound.is_finite() {
        return Err(OptError::NotProven { gap, violation: 0.0, status: LpStatus::Failed });
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
        let going = || !interrupted && observe(PlanningStep::Entry);
        plan.rejected(asked, (objective, bound), &going)?
    } else {
        Vec::new()
    };
    let (size, gap_asked, without) = (plan.size(), plan.gap, plan.without.clone());
    let learned = (options.keep && found.finish == Finish::Interrupted).then(|| plan.parts.learned(&found.x));
    let (more, beside) = rayon::join(
        || {
            if more_money {
                room.more_money(plan, search, &decided.allocation, (objective, scale))
            } else {
                Ok(More::default())
            }
        },
        || (!interrupted).then(|| beside(&decided.allocation, &found.duals)),
    );
    let more = more?;
    let made = ProgramPlan {
        stop: decided.stop,
        allocation: decided.allocation,
        objective: objective * scale,
        bound: bound * scale,
        gap,
        gap_asked,
        with: decided.increments.iter().zip(&without).map(|(g, q)| (g + q) * scale).collect(),
        without: without.iter().map(|q| q * scale).collect(),
        certificate,
        bound_by: BoundBy::Certificate,
        solved_by: SolvedBy::Decomposition {
            way: found.way,
            iterations: found.iterations,
            blocks: found.blocks,
            cuts: found.cuts,
        },
        size,
        budget: decided.budget,
        unkept: decided.unkept,
        margins: more.margins,
        next_billion: more.next_billion,
        rejected,
        learned,
        duals: found.duals.clone(),
    };
    Ok((made, beside))
}
