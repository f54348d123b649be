//! A plan in the program's reading: the request for it, and everything known about it.

use super::answer::BoundBy;
use super::answer::{ProgramSize, SolvedBy};
use super::builder::Rule;
use super::certificate::Certificate;
use super::decomposition::{Learned, Scheme};
use super::entry::Rejected;
use super::margins::Margin;
use super::rupiah::{BudgetLine, Unkept};
use crate::model::{Allocation, Metric, SourceId};

/// The request for a plan.
#[derive(Debug, Clone)]
pub struct PlanOptions {
    /// The metric to maximise.
    pub metric: Metric,
    /// Allocations to fall back on at the time limit: the best of them is given.
    pub fallback: Vec<Allocation>,
    /// Whether to solve again for the worth of more money: a billion from each source, and a little more or less of every
    /// budget, floor and cap.
    pub more_money: bool,
    /// Whether to ask what each candidate that is not opened would need to enter.
    pub entry: bool,
    /// The method.
    pub method: PlanMethod,
    /// The scheme of a decomposition.
    pub scheme: Scheme,
    /// Cuts and proposals that a decomposition of the same program learned before, to go on from there.
    pub learned: Option<Learned>,
    /// Whether to give back what was learned, where the time limit ended the search.
    pub keep: bool,
    /// Relative gap to which a plan counts as optimal, at which a decomposition may stop; `None` for 10⁻⁶, and 10⁻⁴ where a
    /// decomposition has many models or whole numbers.
    pub gap: Option<f64>,
    /// Of all plans that give up no more than this share of the best one's value, one with few lines; `None` for the best plan.
    pub tidy: Option<f64>,
}

impl PlanOptions {
    /// The plan alone, by `method`, to its usual gap.
    pub const fn new(metric: Metric, method: PlanMethod) -> Self {
        Self {
            metric,
            fallback: Vec::new(),
            more_money: false,
            entry: false,
            method,
            scheme: Scheme::Automatic,
            learned: None,
            keep: false,
            gap: None,
            tidy: None,
        }
    }
}

/// The method that makes a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanMethod {
    /// The better one, by the size of the program.
    Automatic,
    /// The program written out over all samples.
    Extensive,
    /// Taken apart, never written out.
    Decomposition,
}

/// Why planning stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The plan is proven optimal to the gap asked for.
    Proven,
    /// No better plan could be found, but the bound stays further away than the gap asked for: the incumbent, with that
    /// bound.
    GapNotReached,
    /// The time limit was reached: the incumbent, with a valid bound.
    TimeLimit,
}

impl Stop {
    /// Its word in results.
    pub fn key(self) -> &'static str {
        match self {
            Stop::Proven => "optimal",
            Stop::GapNotReached => "gap_not_reached",
            Stop::TimeLimit => "time_limit",
        }
    }

    /// Why planning stopped at this relative gap, where `asked` was asked for and the time limit did not end it.
    pub(super) fn at(gap: f64, asked: f64) -> Self {
        if gap <= asked { Stop::Proven } else { Stop::GapNotReached }
    }
}

/// The worth of one more billion from a source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextBillion {
    /// The source.
    pub source: SourceId,
    /// Rise of the objective, re-solved on the same samples [Rp or FTE-years]; nothing where no allocation keeps the rules
    /// then, since floors that are shares grow with the money.
    pub gain: Option<f64>,
}

/// The worth of the amount of a budget, floor or cap at the margin: amounts in rupiah, worth in the objective's unit per
/// rupiah by which the amount is raised. A floor's worth is not above zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RuleMargin {
    /// The rule.
    pub rule: Rule,
    /// Its margin.
    pub margin: Margin,
}

/// What was given up for fewer lines. A line is a source, an intervention, a cluster and a year with money beyond what is locked.
#[derive(Debug, Clone, PartialEq)]
pub struct Tidied {
    /// The share of the best plan's value that could be given up.
    pub share: f64,
    /// Lines of the best plan, and of the plan that is given.
    pub before: usize,
    /// The latter.
    pub after: usize,
    /// No plan that gives up no more has fewer lines; nothing where no bound could be worked out.
    pub at_least: Option<usize>,
    /// The best plan.
    pub best: Allocation,
    /// Its risk-adjusted incremental objective.
    pub best_objective: f64,
    /// By how much the objective of the plan that is given is below it.
    pub given_up: f64,
    /// The amount that the share is of: the size of the best objective, or a hundredth of the budget where that is more (of
    /// employment one FTE-year).
    pub size: f64,
    /// False where time ended the search for few lines.
    pub ended: bool,
}

/// A plan in the program's reading. Money in rupiah, employment in FTE-years.
#[derive(Debug, Clone)]
pub struct ProgramPlan {
    /// Why planning stopped.
    pub stop: Stop,
    /// The allocation in whole rupiah.
    pub allocation: Allocation,
    /// Risk-adjusted incremental objective.
    pub objective: f64,
    /// An upper bound on it: of the objective itself, without the cost of spending that breaks ties.
    pub bound: f64,
    /// (bound − objective) / max(|objective|, `gap_unit`).
    pub gap: f64,
    /// The relative gap to which it counts as optimal.
    pub gap_asked: f64,
    /// Levels of every sample without a plan.
    pub without: Vec<f64>,
    /// Levels of every sample with the plan.
    pub with: Vec<f64>,
    /// The independent check.
    pub certificate: Certificate,
    /// The ground of the bound.
    pub bound_by: BoundBy,
    /// The method that solved it.
    pub solved_by: SolvedBy,
    /// The size of the program.
    pub size: ProgramSize,
    /// Budgets in exact arithmetic.
    pub budget: Vec<BudgetLine>,
    /// Rules that whole rupiah do not keep, though amounts that need not be whole do: nearly always none.
    pub unkept: Vec<Unkept>,
    /// Margins of budgets, floors and caps, where they were asked for.
    pub margins: Vec<RuleMargin>,
    /// The worth of one more billion from each source.
    pub next_billion: Vec<NextBillion>,
    /// The needs of each candidate that is not opened, where they were asked for.
    pub rejected: Vec<Rejected>,
    /// What was given up for fewer lines, where that was asked for. Then the allocation, the objective, the gap and the levels are
    /// those of the plan with few lines; how planning stopped, margins, and the next billion are those of the best plan.
    pub tidied: Option<Tidied>,
    /// Cuts and proposals of the decomposition, where they were asked for and the time limit ended it.
    pub learned: Option<Learned>,
    /// Duals of the program's first-stage rows, in its own units, as far as they are known.
    pub duals: Vec<f64>,
}

impl ProgramPlan {
    /// The worth of the next rupiah of a budget, floor or cap: the derivative of the optimum above the amount that stands.
    /// Nothing where margins were not asked for, or where there is none.
    pub fn next_rupiah(&self, rule: Rule) -> Option<f64> {
        let known = self.margins.iter().find(|known| known.rule == rule)?;
        known.margin.above.map(|slope| slope.worth)
    }
}
