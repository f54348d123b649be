//! A plan by decomposition: the program is never written out, and what is learned for the plan serves the questions that
//! follow.

use super::super::answer::{BoundBy, SolvedBy};
use super::super::assurance::Assurance;
use super::super::builder::{PlanSamples, PlanningProgram, frame};
use super::super::certificate::{Certificate, TOLERANCE};
use super::super::conflict::check_rules;
use super::super::decomposition::{
    Decomposed, Decomposition, DecompositionError, DecompositionOptions, Finish, FirstStage,
};
use super::super::endless;
use super::super::error::OptError;
use super::super::lp::{LinearProgram, LpSolution, LpStatus};
use super::super::plan::{ProgramPlan, Stop};
use super::super::program::Column;
use super::super::rupiah::{budget_lines, whole_rupiah};
use super::asked::{AskedPlan, Roomy};
use super::money::room_for_more;
use super::outcome::{Answer, Assured, Decided, Question, put_together};
use super::taken_apart::{Found, TakenApart};
use super::ties;
use crate::control::{PlanningStep, Progress};
use crate::model::rule::keeps_all_but_budgets;

/// Relative gap at which a plan counts as proven where nothing is said: with one master, and with blocks joined by prices or
/// whole numbers.
const GAP_OF_ONE: f64 = 1e-6;
const GAP_OF_MANY: f64 = 1e-4;
/// The same of a plan in whole units or least lines: the last rupiah of these is looked for without end.
const GAP_OF_THINGS: f64 = 1e-2;
/// With the cost of spending that breaks ties the search goes to this share of the gap, so that mostly it needs no other.
const WITH_TIES: f64 = 0.95;

/// Makes the plan that `question` asks for; `planning` is its first stage.
///
/// # Errors
/// As [`optimise`](super::optimise).
pub(super) fn optimise(
    question: Question<'_>,
    planning: &PlanningProgram,
    assured: Option<Assured<'_>>,
) -> Result<(ProgramPlan, Option<Assurance>), OptError> {
    let Question { model, block, options, control } = question;

    // Are the rules consistent?
    control.report(Progress::Planning(PlanningStep::Build));
    check_rules(model, planning)?;
    let linking = planning.linking();
    // Recourse leaves room for more money whether or not more is asked about: a plan must not depend on that.
    let roomy = frame(model, options.metric, room_for_more(model));
    let same = roomy.decisions == planning.decisions;
    let samples = PlanSamples::new(model, if same { &roomy } else { planning }, block);
    let roomy_samples = PlanSamples::new(model, &roomy, block);
    let roomy_linking = roomy.linking();
    let room = Roomy { planning: &roomy, linking: &roomy_linking, samples: &roomy_samples, same };

    // Take the program apart, and solve every sample without money.
    let explained = |error: DecompositionError| match error {
        DecompositionError::Unbounded { sample } => {
            let mut shown = planning.clone();
            shown.program.samples = vec![samples.make(sample)];
            endless::explained(error.into(), model, &shown)
        }
        _ => error.into(),
    };
    let first = FirstStage { risk: model.risk, ..planning.program.first_stage(&linking) };
    let start = DecompositionOptions::to_begin(options.scheme);
    let mut parts = Decomposition::new(first, &samples, &start).map_err(explained)?;
    control.report(Progress::Planning(PlanningStep::WithoutPlan));
    let nothing = vec![0.0; planning.program.columns.len()];
    let without = parts.values(&nothing, &[]).map_err(explained)?;
    parts.set_offsets(without.iter().map(|level| -level).collect());
    if let Some(learned) = &options.learned
        && !parts.teach(learned)?
    {
        return Err(OptError::Learned);
    }

    // The best allocation.
    let close = parts.is_l_shaped() && !planning.has_integers();
    let usual = match close {
        true => GAP_OF_ONE,
        false if model.has_whole_things() => GAP_OF_THINGS,
        false => GAP_OF_MANY,
    };
    let gap = options.gap.unwrap_or(usual);
    let mut plan = TakenApart { model, planning, parts, without, gap, unit: question.unit() };
    control.report(Progress::Planning(PlanningStep::Solve));
    let found = plan.search(WITH_TIES * gap, control)?;
    // What breaking ties may cost is far below the gap of a plan in whole things.
    let things = options.gap.is_none() && model.has_whole_things();
    if things || plan.is_close(&found, found.bound) || found.answer.finish == Finish::Interrupted {
        return finish(question, plan, found, room, assured);
    }

    // What breaking ties may have cost is too much, or the search is stuck: the objective by itself, from all that is known.
    let free = ties::scaled(planning, 0.0);
    let searched = plan.again(&free, &linking, &samples, &found).and_then(|mut own| {
        let best = own.search(gap, control)?;
        Ok((own, best))
    });
    // Where that stands up to no check, the first plan does, at a gap that is told.
    let Ok((own, mut best)) = searched else { return finish(question, plan, found, room, assured) };
    drop(plan);
    let bound = best.bound.min(found.bound);
    if best.answer.finish != Finish::Interrupted && !own.is_close(&found, bound) {
        // The cost of spending moved the plan: a smaller one does not.
        let value = own.value(&best);
        let factor = ties::small_factor(planning, &best.answer.x, value, gap, own.unit);
        let least = ties::scaled(planning, factor);
        let third = own
            .again(&least, &linking, &samples, &best)
            .and_then(|mut third| third.search(WITH_TIES * gap, control));
        let better = |found: &Found| own.is_close(found, bound) || own.value(found) > own.value(&best);
        if let Some(found) = third.ok().filter(better) {
            best = found;
        }
    } else if own.is_close(&found, bound) || own.value(&found) > own.value(&best) {
        best = Found { answer: Decomposed { finish: best.answer.finish, ..found.answer }, ..found };
    }
    let best = Found { bound, ..best };
    finish(question, own, best, room, assured)
}

/// Turns what a search found into whole rupiah and answers with it.
fn finish(
    question: Question<'_>,
    mut plan: TakenApart<'_>,
    search: Found,
    room: Roomy<'_>,
    assured: Option<Assured<'_>>,
) -> Result<(ProgramPlan, Option<Assurance>), OptError> {
    let found = &search.answer;
    let (model, planning) = (plan.model, plan.planning);

    // Whole rupiah; at the time limit the best of what is known to be feasible.
    let allocation = whole_rupiah(model, planning, &planning.spending(model, &found.x));
    let interrupted = found.finish == Finish::Interrupted && !plan.is_close(&search, search.bound);
    let (mut increments, mut violation) = (search.increments.clone(), violation(planning, &found.x));
    if (violation > TOLERANCE || model.has_grain()) && !interrupted {
        // The masters' numbers miss a row by more than a proof allows, or whole grains are not what they found: stocks and
        // effects follow anew from the whole rupiah, and the plan is worth what these bring.
        increments = plan.increments(&allocation)?;
        violation = self::violation(planning, &planning.decide(model, &allocation));
    }
    let mut decided = Decided::rounded(model, planning, allocation, increments);
    if interrupted {
        decided.stop = Stop::TimeLimit;
        decided = at_the_limit(&mut plan, decided, question)?;
    }
    let objective = plan.risk_adjusted(&decided.increments);
    let bound = f64::max(search.bound, objective);
    if !interrupted && !bound.is_finite() {
        let gap = ties::relative_gap(objective, bound, plan.unit);
        return Err(OptError::NotProven { gap, violation: 0.0, status: LpStatus::Failed });
    }
    let keep = question.options.keep && found.finish == Finish::Interrupted;
    let answer = Answer {
        decided,
        objective,
        bound,
        bound_by: BoundBy::Certificate,
        primal_violation: violation,
        dual_violation: 0.0,
        duals: found.duals.clone(),
        gap_asked: plan.gap,
        solved_by: SolvedBy::Decomposition {
            scheme: found.scheme,
            iterations: found.iterations,
            blocks: found.blocks,
            cuts: found.cuts,
        },
        size: plan.size(),
        learned: keep.then(|| plan.parts.learned(&found.x)),
        without: plan.without.clone(),
    };
    put_together(question, answer, AskedPlan { plan, search, room, control: *question.control }, assured)
}

/// The best of what is known to be feasible, when time is up: what the search found, and the allocations to fall back on.
fn at_the_limit(
    plan: &mut TakenApart<'_>,
    found: Decided,
    question: Question<'_>,
) -> Result<Decided, OptError> {
    let mut best = found;
    for allocation in &question.options.fallback {
        let Some(budget) = budget_lines(plan.model, plan.planning, allocation) else { continue };
        if !keeps_all_but_budgets(plan.model, allocation) {
            continue;
        }
        let increments = plan.increments(allocation)?;
        if plan.risk_adjusted(&increments) > plan.risk_adjusted(&best.increments) {
            let (allocation, unkept) = (allocation.clone(), Vec::new());
            best = Decided { stop: Stop::TimeLimit, allocation, budget, unkept, increments };
        }
    }
    Ok(best)
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
