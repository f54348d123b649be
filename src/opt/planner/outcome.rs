//! The answers that both ways of planning give, and the one place where a plan is put together from them.

use super::super::answer::{BoundBy, ProgramSize, SolvedBy};
use super::super::assurance::{Assurance, Draws, Effort, assess};
use super::super::builder::{PlanningProgram, objective_unit};
use super::super::certificate::{Certificate, TOLERANCE};
use super::super::decomposition::Learned;
use super::super::entry::{self, Rejected};
use super::super::error::OptError;
use super::super::lp::LpStatus;
use super::super::plan::{NextBillion, PlanOptions, ProgramPlan, RuleMargin, Stop, Tidied};
use super::super::rupiah::{BudgetLine, Unkept, ledger, unkept};
use super::money::gap_unit;
use super::ties;
use crate::control::{Control, PlanningStep, Progress};
use crate::model::{Allocation, ClusterId, Model};
use crate::sampling::SampleBlock;

/// A planning question: the model, the samples, the options and the control.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) model: &'a Model,
    pub(super) block: &'a SampleBlock,
    pub(super) options: &'a PlanOptions,
    pub(super) control: &'a Control<'a>,
}

impl Question<'_> {
    /// Least size against which relative gaps are measured, in the program's units.
    pub(super) fn unit(&self) -> f64 {
        gap_unit(self.model, self.options.metric)
    }

    /// True if the worth of more money is asked for and time does not run.
    pub(super) fn wants_more_money(&self) -> bool {
        self.options.more_money && !self.control.is_limited()
    }
}

/// The draws and the effort of an assurance.
#[derive(Debug, Clone, Copy)]
pub struct Assured<'a> {
    /// Where samples come from.
    pub draws: Draws<'a>,
    /// How many are drawn.
    pub effort: Effort,
}

/// A plan in whole rupiah with its value in every sample, in the program's units.
#[derive(Debug)]
pub(super) struct Decided {
    pub(super) stop: Stop,
    pub(super) allocation: Allocation,
    pub(super) budget: Vec<BudgetLine>,
    pub(super) unkept: Vec<Unkept>,
    /// Increments over no plan, by sample.
    pub(super) increments: Vec<f64>,
}

impl Decided {
    /// The plan of `allocation` with its budgets and the rules that whole rupiah do not keep.
    pub(super) fn rounded(
        model: &Model,
        planning: &PlanningProgram,
        allocation: Allocation,
        increments: Vec<f64>,
    ) -> Self {
        let budget = ledger(model, planning, &allocation);
        let unkept = unkept(model, planning, &allocation);
        Self { stop: Stop::Proven, allocation, budget, unkept, increments }
    }
}

/// A plan with few lines, in the program's units.
pub(super) struct Tidy {
    pub(super) decided: Decided,
    pub(super) objective: f64,
    /// Largest violation of a row or bound at it.
    pub(super) violation: f64,
}

/// The answer of a search, in the program's units.
pub(super) struct Answer {
    pub(super) decided: Decided,
    /// Levels by sample without money.
    pub(super) without: Vec<f64>,
    /// Risk-adjusted increment of the plan.
    pub(super) objective: f64,
    /// A bound on it, not below it.
    pub(super) bound: f64,
    pub(super) bound_by: BoundBy,
    /// Largest violations of primal and dual feasibility that the check found.
    pub(super) primal_violation: f64,
    pub(super) dual_violation: f64,
    /// Duals of first-stage rows.
    pub(super) duals: Vec<f64>,
    pub(super) gap_asked: f64,
    pub(super) solved_by: SolvedBy,
    pub(super) size: ProgramSize,
    pub(super) learned: Option<Learned>,
}

impl Answer {
    /// Objective and bound.
    pub(super) fn range(&self) -> Range {
        Range { objective: self.objective, bound: self.bound }
    }
}

/// A plan's value and a bound on every plan's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub(super) objective: f64,
    pub(super) bound: f64,
}

/// The worth of more money.
#[derive(Debug, Default)]
pub(super) struct MoreMoney {
    pub(super) margins: Vec<RuleMargin>,
    pub(super) next_billion: Vec<NextBillion>,
}

/// A program that was solved and can be asked further: both ways of planning answer these questions.
pub(super) trait SolvedProgram: Sized + Send {
    /// The needs of each of `clusters`, candidates that the plan does not open, where the plan and the best lie in `range`.
    /// Once `going` says no, the rest is not computed.
    fn rejected(
        &mut self,
        clusters: Vec<ClusterId>,
        range: Range,
        going: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Rejected>, OptError>;

    /// A plan with few lines beside the one of `answer`, which gives up no more than `share` of its value.
    fn tidied(&self, question: Question<'_>, answer: &Answer, share: f64) -> (Tidied, Option<Tidy>);

    /// The worth of more money beside the plan of `answer`.
    fn more_money(self, answer: &Answer) -> Result<MoreMoney, OptError>;
}

/// Asks a solved program everything that was asked for beyond the plan, and puts the plan together.
pub(super) fn put_together(
    question: Question<'_>,
    mut answer: Answer,
    mut solved: impl SolvedProgram,
    assured: Option<Assured<'_>>,
) -> Result<(ProgramPlan, Option<Assurance>), OptError> {
    let Question { model, options, control, .. } = question;
    let scale = objective_unit(options.metric);
    let Range { objective, bound } = answer.range();
    let gap = ties::relative_gap(objective, bound, question.unit());
    let in_time = answer.decided.stop != Stop::TimeLimit;
    if in_time {
        answer.decided.stop = Stop::at(gap, answer.gap_asked);
        if answer.primal_violation > TOLERANCE {
            // Nothing is claimed of decisions that break a row, whatever their value.
            let (violation, status) = (answer.primal_violation, LpStatus::Optimal);
            return Err(OptError::NotProven { gap, violation, status });
        }
    }

    // Few lines.
    let tidied = options.tidy.map(|share| solved.tidied(question, &answer, share));
    let (tidied, tidy) = tidied.unzip();
    let tidy = tidy.flatten();
    let allocation = tidy.as_ref().map_or(&answer.decided.allocation, |tidy| &tidy.decided.allocation);

    // What rejected candidates would need.
    let mut rejected = Vec::new();
    if options.entry {
        let going = || in_time && control.passes(Progress::Planning(PlanningStep::Entry));
        rejected = solved.rejected(entry::rejected(model, allocation), answer.range(), &going)?;
    }

    // The worth of more money, and the plan on other samples, share the cores.
    let assurance = || {
        let Some(Assured { draws, effort }) = assured.filter(|_| in_time) else { return Ok(None) };
        assess(model, options.metric, allocation, &answer.duals, draws, effort, control)
    };
    let more_money =
        || if question.wants_more_money() { solved.more_money(&answer) } else { Ok(MoreMoney::default()) };
    let (more, assurance) = rayon::join(more_money, assurance);
    let (MoreMoney { margins, next_billion }, assurance) = (more?, assurance?);

    if let Some(Tidy { decided, objective, violation }) = tidy {
        (answer.decided, answer.objective, answer.primal_violation) = (decided, objective, violation);
    }
    let Range { objective, bound } = answer.range();
    let gap = ties::relative_gap(objective, bound, question.unit());
    let Answer { decided, without, .. } = answer;
    let plan = ProgramPlan {
        stop: decided.stop,
        objective: objective * scale,
        bound: bound * scale,
        gap,
        gap_asked: answer.gap_asked,
        with: decided.increments.iter().zip(&without).map(|(g, q)| (g + q) * scale).collect(),
        without: without.iter().map(|q| q * scale).collect(),
        certificate: Certificate {
            objective: objective * scale,
            bound: bound * scale,
            gap,
            primal_violation: answer.primal_violation,
            dual_violation: answer.dual_violation,
        },
        bound_by: answer.bound_by,
        solved_by: answer.solved_by,
        size: answer.size,
        budget: decided.budget,
        unkept: decided.unkept,
        allocation: decided.allocation,
        margins,
        next_billion,
        rejected,
        tidied,
        learned: answer.learned,
        duals: answer.duals,
    };
    Ok((plan, assurance))
}
