//! Few lines: after the best plan is found, one that is worth nearly as much with as few lines as can be found.
//!
//! What is given up is at most the share asked for, of the best plan's value that the program found and checked. The search is that
//! of `decomposition`'s `fewest`, on a program of one model whichever way the plan was made: both value a plan alike.

use super::super::builder::{Decision, PlanSamples, PlanningProgram, frame, most_in_hand, objective_unit};
use super::super::certificate::{Certificate, TOLERANCE};
use super::super::decomposition::{
    CountedLine, Decomposition, DecompositionError, DecompositionOptions, FewerLines, Fewest, FewestQuestion,
    FirstStage, Iteration, Learned, Scheme,
};
use super::super::lp::LinearProgram;
use super::super::plan::{Stop, Tidied};
use super::super::program::{Column, risk_adjusted};
use super::super::rupiah::{unkept, whole_rupiah};
use super::outcome::{Answer, Decided, Question, Tidy};
use super::ties;
use crate::control::{PlanningStep, Progress};
use crate::model::{Allocation, AllocationLine, LimitKind, Metric, Model};
use crate::units::{JUTA, Rupiah};

/// Share of the budget below which a value counts as near zero.
const NEAR_ZERO: f64 = 0.01;
/// Gap of a search for whole numbers among given lines: it ends earlier, once the value is reached.
const GAP: f64 = 1e-4;

/// Lines with money beyond what is locked.
pub(super) fn count_lines(model: &Model, allocation: &Allocation) -> usize {
    allocation.lines().iter().filter(|line| model.locked.free(line) > 0).count()
}

/// The plan with few lines that is asked for beside the one of `answer`, with what is said about it. `learned` is what a
/// decomposition of one model learned about the program.
pub(super) fn tidied(
    question: Question<'_>,
    answer: &Answer,
    learned: Option<&Learned>,
    share: f64,
) -> (Tidied, Option<Tidy>) {
    let Question { model, options, control, .. } = question;
    let scale = objective_unit(options.metric);
    let best = &answer.decided;
    let lines = count_lines(model, &best.allocation);
    let size = size(model, options.metric, answer.objective);
    let mut told = Tidied {
        share,
        before: lines,
        after: lines,
        at_least: None,
        best: best.allocation.clone(),
        best_objective: answer.objective * scale,
        given_up: 0.0,
        size: size * scale,
        ended: best.stop != Stop::TimeLimit,
    };
    // A plan that time ended leaves none for its lines.
    if !told.ended {
        return (told, None);
    }
    control.report(Progress::Planning(PlanningStep::FewLines));
    let planning = ties::scaled(&frame(model, options.metric, 0.0), 0.0);
    let found = searched(question, &planning, answer, learned, share * size);
    told.ended = control.go_on();
    // Where the program does not stand up to being taken apart the plan stays as it is, and nothing is claimed.
    let Ok(Fewest { found, at_least }) = found else { return (told, None) };
    told.at_least = Some(at_least.min(lines));
    let Some(FewerLines { x, values }) = found else { return (told, None) };
    let even = vec![1.0 / values.len() as f64; values.len()];
    let objective = risk_adjusted(model.risk, &values, &even);
    let decided = Decided::rounded(model, &planning, allocation_of(&planning, &x), values);
    told.after = count_lines(model, &decided.allocation);
    told.given_up = (answer.objective - objective) * scale;
    let columns = planning.program.columns.iter().map(|c| Column { objective: 0.0, ..*c }).collect();
    let violation = Certificate::primal(&LinearProgram { columns, rows: planning.program.rows.clone() }, &x);
    if told.after >= lines || violation > TOLERANCE {
        told.after = lines;
        told.given_up = 0.0;
        return (told, None);
    }
    (told, Some(Tidy { decided: Decided { stop: best.stop, ..decided }, objective, violation }))
}

/// The size that a share is of: of the value, or of what is near zero beside the budget [program's units].
fn size(model: &Model, metric: Metric, value: f64) -> f64 {
    let least = if metric.is_money() { NEAR_ZERO * model.total_budget() as f64 / JUTA } else { 1.0 };
    value.abs().max(least)
}

/// Takes the program of `planning` apart as one model and searches for few lines that give up no more than `allowed`.
fn searched(
    question: Question<'_>,
    planning: &PlanningProgram,
    answer: &Answer,
    learned: Option<&Learned>,
    allowed: f64,
) -> Result<Fewest, DecompositionError> {
    let Question { model, block, options, control } = question;
    let linking = planning.linking();
    let samples = PlanSamples::new(model, planning, block);
    let first = FirstStage { risk: model.risk, ..planning.program.first_stage(&linking) };
    let begin = || -> Result<Decomposition<'_>, DecompositionError> {
        let mut parts =
            Decomposition::new(first, &samples, &DecompositionOptions::to_begin(Scheme::LShaped))?;
        parts.set_offsets(answer.without.iter().map(|level| -level).collect());
        parts.prepare_for_fewest();
        Ok(parts)
    };
    let mut parts = begin()?;
    if let Some(learned) = learned
        && !parts.teach(learned)?
    {
        parts = begin()?;
    }
    let lines = counted(model, planning);
    let broken = unkept(model, planning, &answer.decided.allocation).len();
    let whole = |x: &[f64], kept: &[bool]| {
        let mut held = planning.clone();
        let mut spend = planning.spending(model, x);
        for (line, _) in lines.iter().zip(kept).filter(|(_, kept)| !**kept) {
            held.program.columns[line.column].upper = line.locked;
            let out = planning.decisions[line.column];
            spend.iter_mut().filter(|(d, _)| *d == out).for_each(|(_, money)| *money = line.locked * JUTA);
        }
        let allocation = whole_rupiah(model, &held, &spend);
        let out = lines.iter().zip(kept).filter(|(_, kept)| !**kept);
        let reopened = out.into_iter().any(|(line, _)| {
            let Decision::Spend(s, c, i, y) = planning.decisions[line.column] else { return false };
            allocation.amount(s, c, i, y) > model.locked.amount(s, c, i, y)
        });
        let kept = !reopened && unkept(model, planning, &allocation).len() <= broken;
        kept.then(|| planning.decide(model, &allocation))
    };
    let known = planning.decide(model, &answer.decided.allocation);
    let millionth = TOLERANCE * size(model, options.metric, answer.objective);
    let progress = |_: Iteration| control.go_on();
    parts.fewest(FewestQuestion {
        lines: &lines,
        known: &known,
        enough: answer.objective - allowed - millionth,
        aim: answer.objective - allowed - 0.5 * millionth,
        whole: &whole,
        anew: model.has_grain(),
        options: DecompositionOptions {
            gap: GAP,
            unit: question.unit(),
            scheme: Scheme::LShaped,
            groups: None,
            progress: &progress,
        },
    })
}

/// Every line that can get money beyond what is locked, with the most that it can get: the money of its source by then, and no more
/// than a cap over it or what may be bought.
fn counted(model: &Model, planning: &PlanningProgram) -> Vec<CountedLine> {
    let mut lines = Vec::new();
    for (column, decision) in planning.decisions.iter().enumerate() {
        let Decision::Spend(s, c, i, y) = *decision else { continue };
        let own = &planning.program.columns[column];
        let locked = model.locked.amount(s, c, i, y) as f64 / JUTA;
        let mut most = most_in_hand(model, s, y);
        for limit in model.limits.iter().filter(|limit| limit.kind == LimitKind::Cap) {
            if limit.covers(model, s, y, c, i) {
                most = most.min(limit.rupiah(&model.sources) / JUTA);
            }
        }
        if let Some(bought) = model.most_bought(c, i) {
            most = most.min(bought as f64 / JUTA);
        }
        let most = most.min(own.upper).max(locked);
        if most - locked >= 1.0 / JUTA {
            lines.push(CountedLine { column, locked, most });
        }
    }
    lines
}

/// The allocation in whole rupiah that decisions stand for which come from one.
pub(super) fn allocation_of(planning: &PlanningProgram, x: &[f64]) -> Allocation {
    let line = |(decision, value): (&Decision, &f64)| match *decision {
        Decision::Spend(source, cluster, intervention, year) => {
            let amount = Rupiah(libm::round(value * JUTA) as i64);
            (amount.0 > 0).then_some(AllocationLine { source, cluster, intervention, year, amount })
        }
        _ => None,
    };
    Allocation::new(planning.decisions.iter().zip(x).filter_map(line).collect())
}
