//! A plan by the extensive form: the program is written out over all samples and solved as one.

use rayon::prelude::*;

use super::super::answer::ProgramSize;
use super::super::builder::{PlanningProgram, build, objective_unit};
use super::super::certificate::TOLERANCE;
use super::super::conflict::check_rules;
use super::super::decomposition::Required;
use super::super::endless;
use super::super::entry::{self, Entry, Rejected};
use super::super::error::OptError;
use super::super::extensive::ExtensiveForm;
use super::super::lp::LpStatus;
use super::super::plan::{NextBillion, Stop, Tidied};
use super::super::recourse::recourse_values;
use super::super::rupiah::{budget_lines, whole_rupiah};
use super::super::size::SMALL_ROWS;
use super::checked::Proven;
use super::margins::written_margins;
use super::money::{contradictory, with_next_billion};
use super::outcome::{Answer, Decided, MoreMoney, Question, Range, SolvedProgram, Tidy};
use super::proven::{solve_own, solve_proven};
use super::tidy;
use super::ties;
use crate::control::{PlanningStep, Progress};
use crate::model::rule::keeps_all_but_budgets;
use crate::model::{Allocation, ClusterId, Model, SourceId};

/// A program that is written out and solved.
pub(super) struct WrittenOut<'a> {
    question: Question<'a>,
    planning: PlanningProgram,
    /// First-stage and recourse decisions of the optimum.
    x: Vec<f64>,
    rows: usize,
    /// The optimum with a billion more from each source, where it is asked for and known.
    richer: Vec<(SourceId, Option<f64>)>,
}

/// Solves the program that `question` asks about, written out.
///
/// # Errors
/// As [`optimise`](super::optimise).
pub(super) fn solve(question: Question<'_>) -> Result<(Answer, WrittenOut<'_>), OptError> {
    let Question { model, block, options, control } = question;

    // Are the rules consistent?
    control.report(Progress::Planning(PlanningStep::Build));
    let mut planning = build(model, options.metric, block);
    check_rules(model, &planning)?;

    // Without money.
    control.report(Progress::Planning(PlanningStep::WithoutPlan));
    let nothing = vec![0.0; planning.program.columns.len()];
    let without = recourse_values(&planning.program, &nothing)
        .map_err(|error| endless::explained(error, model, &planning))?;
    for (sample, level) in planning.program.samples.iter_mut().zip(&without) {
        sample.offset = -level;
    }

    // The best allocation. The re-solves for the next billion do not wait for it: they share the cores.
    control.report(Progress::Planning(PlanningStep::Solve));
    let form = ExtensiveForm::of(&planning.program);
    let asked = options.gap.unwrap_or(TOLERANCE);
    let (solved, richer) = rayon::join(
        || solve_own(question, &planning, &form, asked),
        || if question.wants_more_money() { richer_values(question, &planning) } else { Ok(Vec::new()) },
    );
    let ((solved, own_bound), richer) = (solved?, richer?);

    // Whole rupiah.
    let decided = decide(question, &planning, &form, &solved)?;
    let objective = planning.program.risk_adjusted(&decided.increments);
    let answer = Answer {
        objective,
        bound: f64::max(own_bound, objective),
        bound_by: solved.bound_by,
        primal_violation: solved.certificate.primal_violation,
        dual_violation: solved.certificate.dual_violation,
        duals: solved.solution.duals[..planning.program.rows.len()].to_vec(),
        gap_asked: asked,
        solved_by: solved.by(),
        size: ProgramSize::of(&form.lp),
        learned: None,
        decided,
        without,
    };
    let (x, rows) = (solved.solution.x, form.lp.rows.len());
    Ok((answer, WrittenOut { question, planning, x, rows, richer }))
}

impl SolvedProgram for WrittenOut<'_> {
    /// The whole search again for each candidate. Larger programs than [`SMALL_ROWS`] are not asked: with whole numbers
    /// they would take hours.
    fn rejected(
        &mut self,
        clusters: Vec<ClusterId>,
        range: Range,
        going: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Rejected>, OptError> {
        let entry = |cluster: ClusterId| {
            if going() && self.rows <= SMALL_ROWS { self.entry(cluster, range) } else { Entry::NotComputed }
        };
        Ok(clusters.into_iter().map(|cluster| Rejected { cluster, entry: entry(cluster) }).collect())
    }

    fn tidied(&self, question: Question<'_>, answer: &Answer, share: f64) -> (Tidied, Option<Tidy>) {
        tidy::tidied(question, answer, None, share)
    }

    /// Of larger programs than [`SMALL_ROWS`] the decomposition knows the margins; here they would take hours.
    fn more_money(self, answer: &Answer) -> Result<MoreMoney, OptError> {
        let Question { model, block, options, .. } = self.question;
        let scale = objective_unit(options.metric);
        let small = self.rows <= SMALL_ROWS;
        let margins = if small { written_margins(model, block, &self.planning, &self.x) } else { Vec::new() };
        let gain = |value: f64| (value - answer.objective) * scale;
        let next_billion = self
            .richer
            .iter()
            .map(|&(source, value)| NextBillion { source, gain: value.map(gain) })
            .collect();
        Ok(MoreMoney { margins, next_billion })
    }
}

impl WrittenOut<'_> {
    /// The needs of a candidate: the program solved again with the candidate opened.
    fn entry(&self, cluster: ClusterId, range: Range) -> Entry {
        let Question { model, block, control, .. } = self.question;
        let metric = self.planning.metric;
        let scale = objective_unit(metric);
        let Ok(model_with) = entry::opening(model, cluster) else { return Entry::NotComputed };
        let mut opened = build(&model_with, metric, block);
        for (sample, known) in opened.program.samples.iter_mut().zip(&self.planning.program.samples) {
            sample.offset = known.offset;
        }
        // Nothing is bought here, so that spending need not break ties.
        let opened = ties::scaled(&opened, 0.0);
        let form = ExtensiveForm::of(&opened.program);
        match solve_proven(&form, self.question.unit(), control) {
            Ok(solved) if solved.solution.status == LpStatus::TimeLimit => Entry::NotComputed,
            Ok(solved) => {
                let at_most = solved.certificate.bound * scale;
                let at_least = Some(solved.value(&opened, &form) * scale);
                entry::needs(Required { at_least, at_most }, range.objective * scale, range.bound * scale)
            }
            Err(_) => entry::barred(model, metric, cluster).unwrap_or(Entry::NotComputed),
        }
    }
}

/// Turns the solver's answer into whole rupiah; at a time limit takes the best of what is known to be feasible.
fn decide(
    question: Question<'_>,
    planning: &PlanningProgram,
    form: &ExtensiveForm,
    solved: &Proven,
) -> Result<Decided, OptError> {
    let model = question.model;
    let x = &solved.solution.x;
    let spend = planning.spending(model, x);
    if solved.solution.status == LpStatus::Optimal {
        // Rounding moves the plan by rupiah; the value is that of the solver's own recourse decisions, checked above.
        let increments = if planning.program.risk.lambda < 1.0 {
            solved.increments(planning, form)
        } else {
            // Nothing but the tail counts, so the solver leaves the other samples anyhow: run them well too.
            let free = ties::scaled(planning, 0.0).program;
            recourse_values(&free, &x[..free.columns.len()])?
        };
        let allocation = whole_rupiah(model, planning, &spend);
        return Ok(Decided::rounded(model, planning, allocation, increments));
    }
    let mut candidates = vec![Allocation::default()];
    if solved.certificate.primal_violation <= TOLERANCE {
        candidates.push(whole_rupiah(model, planning, &spend));
    }
    candidates.extend(question.options.fallback.iter().cloned());
    let best = best_of(model, planning, candidates)?;
    best.ok_or(OptError::NotProven {
        gap: f64::INFINITY,
        violation: solved.certificate.primal_violation,
        status: solved.solution.status,
    })
}

/// The best of those `candidates` that keep every rule.
fn best_of(
    model: &Model,
    planning: &PlanningProgram,
    candidates: Vec<Allocation>,
) -> Result<Option<Decided>, OptError> {
    // Effects below the response are allowed; a cluster's upkeep is not optional. Ties cost nothing here.
    let free = ties::scaled(planning, 0.0).program;
    let mut best: Option<Decided> = None;
    for allocation in candidates {
        let Some(budget) = budget_lines(model, planning, &allocation) else { continue };
        if !keeps_all_but_budgets(model, &allocation) {
            continue;
        }
        let mut decisions = planning.decide(model, &allocation);
        decisions.truncate(free.columns.len());
        let increments = recourse_values(&free, &decisions)?;
        let better =
            best.as_ref().is_none_or(|b| free.risk_adjusted(&b.increments) < free.risk_adjusted(&increments));
        if better {
            let (stop, unkept) = (Stop::TimeLimit, Vec::new());
            best = Some(Decided { stop, allocation, budget, unkept, increments });
        }
    }
    Ok(best)
}

/// The optimum with a billion more from each source, spread over its years as its money is, on the same samples.
fn richer_values(
    question: Question<'_>,
    planning: &PlanningProgram,
) -> Result<Vec<(SourceId, Option<f64>)>, OptError> {
    let Question { block, control, .. } = question;
    question
        .model
        .source_ids()
        .collect::<Vec<_>>()
        .into_par_iter()
        .filter(|_| control.go_on())
        .map(|source| {
            let model = with_next_billion(question.model, source)?;
            if model.could_run_dry() {
                return Ok((source, None));
            }
            let mut richer = build(&model, planning.metric, block);
            for (sample, known) in richer.program.samples.iter_mut().zip(&planning.program.samples) {
                sample.offset = known.offset;
            }
            let form = ExtensiveForm::of(&richer.program);
            match solve_proven(&form, question.unit(), &control.without_limit()) {
                Ok(solved) if solved.solution.status == LpStatus::TimeLimit => Ok((source, None)),
                Ok(solved) => Ok((source, Some(solved.value(&richer, &form)))),
                Err(_) if contradictory(&model, planning.metric, 0.0) => Ok((source, None)),
                Err(error) => Err(error),
            }
        })
        .collect()
}
