//! A planning program that is taken apart once and asked one question after another: the best plan for other amounts of money, the
//! best plan with sums of lines held between bounds, the least and the most that lines can get among plans that are nearly as good.
//!
//! Cuts say what decisions are worth, whatever money there is and whatever lines are held: every answer makes the next question cheaper.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::builder::{Decision, PlanSamples, PlanningProgram, Rule, frame, objective_unit};
use super::super::certificate::TOLERANCE;
use super::super::conflict::check_rules;
use super::super::decomposition::{
    Decomposition, DecompositionError, DecompositionOptions, End, ExtremeQuestion, Finish, FirstStage,
    Learned, Scheme,
};
use super::super::endless;
use super::super::error::OptError;
use super::super::plan::Stop;
use super::super::rupiah::{unkept, whole_rupiah};
use super::money::gap_unit;
use super::taken_apart::{Found, TakenApart};
use super::tidy::allocation_of;
use super::ties;
use crate::control::{Control, PlanningStep, Progress};
use crate::model::{Allocation, AllocationLine, ClusterId, InterventionId, Metric, Model, SourceId};
use crate::sampling::SampleBlock;
use crate::units::{JUTA, Rupiah};

/// Relative gap at which answers count as proven where nothing is said, and that of plans in whole things: differences between answers
/// are matters of per cent.
pub const GAP: f64 = 1e-4;
const GAP_OF_THINGS: f64 = 1e-2;

/// Some lines, whose money is summed: those of which every list that is there holds the place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {
    /// Of these sources.
    pub sources: Option<Vec<SourceId>>,
    /// Of these interventions in these clusters.
    pub places: Option<Vec<(ClusterId, InterventionId)>>,
    /// In these years, from 0.
    pub years: Option<Vec<usize>>,
}

impl Lines {
    /// True of a line.
    pub fn hold(&self, s: SourceId, c: ClusterId, i: InterventionId, y: usize) -> bool {
        self.sources.as_ref().is_none_or(|own| own.contains(&s))
            && self.places.as_ref().is_none_or(|own| own.contains(&(c, i)))
            && self.years.as_ref().is_none_or(|own| own.contains(&y))
    }

    /// The money of `allocation` on them \[Rp\].
    pub fn of(&self, allocation: &Allocation) -> i64 {
        let own = |line: &&AllocationLine| self.hold(line.source, line.cluster, line.intervention, line.year);
        allocation.lines().iter().filter(own).map(|line| line.amount.0).sum()
    }

    pub(super) fn columns(&self, planning: &PlanningProgram) -> Vec<usize> {
        let own = |decision: &Decision| match *decision {
            Decision::Spend(s, c, i, y) => self.hold(s, c, i, y),
            _ => false,
        };
        (0..planning.decisions.len()).filter(|j| own(&planning.decisions[*j])).collect()
    }
}

/// The program that questions are put to: its ceilings are good for all money up to that of the model it is made of.
#[derive(Debug, Clone)]
pub struct Ground {
    planning: PlanningProgram,
    linking: Vec<bool>,
}

impl Ground {
    /// The program of `model`, the one with most money, for `metric`. With `ties` spending costs a little, so that of equal plans the
    /// one that spends least is found; questions about amounts are put to a program without.
    pub fn new(model: &Model, metric: Metric, ties: bool) -> Self {
        let planning = frame(model, metric, 0.0);
        let planning = if ties { planning } else { ties::scaled(&planning, 0.0) };
        let linking = planning.linking();
        Self { planning, linking }
    }
}

/// A best plan as an answer, in whole rupiah. Money in rupiah, employment in FTE-years.
#[derive(Debug, Clone)]
pub struct BestPlan {
    /// Why the search stopped.
    pub stop: Stop,
    /// The plan.
    pub allocation: Allocation,
    /// Its risk-adjusted incremental objective, worked out at its whole rupiah.
    pub objective: f64,
    /// No plan that was allowed brings more.
    pub bound: f64,
    /// (bound − objective) over the size of the objective.
    pub gap: f64,
    /// Rules that whole rupiah do not keep, though amounts that need not be whole do.
    pub unkept: usize,
    /// Decisions, and duals of rows, in the program's own units.
    pub decisions: Vec<f64>,
    /// The latter.
    pub duals: Vec<f64>,
}

/// How much some lines can get among plans that give up no more than a share of the best one's value.
#[derive(Debug, Clone)]
pub struct Reach {
    /// The amount that a plan has which is worth enough \[Rp\].
    pub inner: i64,
    /// No plan that is worth enough goes further \[Rp\].
    pub outer: f64,
    /// The plan.
    pub allocation: Allocation,
    /// Its risk-adjusted incremental objective.
    pub objective: f64,
}

/// The plans among which an amount is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Among<'a> {
    /// A plan that brings enough, and mostly more.
    pub known: &'a Allocation,
    /// The objective that is enough.
    pub enough: f64,
    /// Inner and outer values are brought this close, if that does not take too long \[Rp\].
    pub close: f64,
}

/// A program that is asked.
pub struct Inquiry<'a> {
    plan: TakenApart<'a>,
    /// The rows of the sums that can be held.
    rows: Range<usize>,
    sums: Vec<Lines>,
    /// Bounds of columns that are held apart from their own.
    held: BTreeMap<usize, (f64, f64)>,
}

impl<'a> Inquiry<'a> {
    /// Takes the program of `ground` apart on the samples of `block`; `model` is one whose money it is good for. Sums of `sums` can be
    /// held. `before` is what another inquiry on the same samples learned.
    ///
    /// # Errors
    /// [`OptError::Infeasible`] if no plan keeps the rules of `model`, [`OptError`].
    pub fn new(
        model: &'a Model,
        ground: &'a Ground,
        block: &SampleBlock,
        sums: Vec<Lines>,
        gap: Option<f64>,
        before: Option<&Inquiry<'_>>,
    ) -> Result<Self, OptError> {
        let planning = &ground.planning;
        let samples = PlanSamples::new(model, planning, block);
        let first = FirstStage { risk: model.risk, ..planning.program.first_stage(&ground.linking) };
        let explained = |error| {
            let mut shown = planning.clone();
            if let DecompositionError::Unbounded { sample } = error {
                shown.program.samples = vec![samples.make(sample)];
                return endless::explained(OptError::from(error), model, &shown);
            }
            OptError::from(error)
        };
        let columns: Vec<Vec<usize>> = sums.iter().map(|lines| lines.columns(planning)).collect();
        let begin = || -> Result<_, OptError> {
            let mut parts =
                Decomposition::new(first, &samples, &DecompositionOptions::to_begin(Scheme::LShaped))
                    .map_err(explained)?;
            let without = match before {
                Some(before) => before.plan.without.clone(),
                None => parts.values(&vec![0.0; planning.program.columns.len()], &[]).map_err(explained)?,
            };
            parts.set_offsets(without.iter().map(|level| -level).collect());
            let rows = parts.prepare_to_ask(&columns);
            Ok((parts, without, rows))
        };
        let (mut parts, mut without, mut rows) = begin()?;
        if let Some(before) = before {
            let x = vec![0.0; planning.program.columns.len()];
            let learned = Learned { proposals: Vec::new(), ..before.plan.parts.learned(&x) };
            if !parts.teach(&learned)? {
                // Cuts that do not hold would be believed: nothing is kept of them.
                (parts, without, rows) = begin()?;
            }
        }
        let usual = if model.has_whole_things() { GAP_OF_THINGS } else { GAP };
        let unit = gap_unit(model, planning.metric);
        let plan = TakenApart { model, planning, parts, without, gap: gap.unwrap_or(usual), unit };
        Ok(Self { plan, rows, sums, held: BTreeMap::new() })
    }

    /// The metric that is maximised.
    pub fn metric(&self) -> Metric {
        self.plan.planning.metric
    }

    /// The gap to which answers are worked out.
    pub fn gap(&self) -> f64 {
        self.plan.gap
    }

    /// The levels of every sample without a plan [Rp or FTE-years].
    pub fn without(&self) -> Vec<f64> {
        let scale = objective_unit(self.plan.planning.metric);
        self.plan.without.iter().map(|level| level * scale).collect()
    }

    /// From now on money and limits are those of `model`, which differs from the first in amounts alone.
    pub fn with_money(&mut self, model: &'a Model) {
        self.plan.model = model;
        self.plan.unit = gap_unit(model, self.plan.planning.metric);
        for (row, rule) in self.plan.planning.rules.iter().enumerate() {
            match *rule {
                Rule::Budget(s, y) => {
                    let amount = model.sources[s.index()].amounts[y].as_f64();
                    self.plan.parts.set_rhs(row, amount / JUTA);
                }
                Rule::Limit(number) => {
                    let amount = model.limits[number].rupiah(&model.sources);
                    self.plan.parts.set_rhs(row, amount / JUTA);
                }
                _ => {}
            }
        }
    }

    /// Holds a sum, by its number, between bounds \[Rp\] from now on.
    pub fn hold(&mut self, sum: usize, least: Option<i64>, most: Option<i64>) {
        let juta = |amount: i64| amount as f64 / JUTA;
        let (lower, upper) = (least.map_or(f64::NEG_INFINITY, juta), most.map_or(f64::INFINITY, juta));
        self.plan.parts.hold(self.rows.start + sum, lower, upper);
    }

    /// Holds every line of every source at no less or no more than in an allocation from now on. To be asked of programs without whole
    /// numbers, where it takes no rows.
    pub fn hold_each(&mut self, least: Option<&Allocation>, most: Option<&Allocation>) {
        self.release_each();
        let planning = self.plan.planning;
        let amount = |of: &Allocation, column: usize| match planning.decisions[column] {
            Decision::Spend(s, c, i, y) => Some(of.amount(s, c, i, y) as f64 / JUTA),
            _ => None,
        };
        for (column, own) in planning.program.columns.iter().enumerate() {
            let lower = least.and_then(|of| amount(of, column)).map_or(own.lower, |held| held.max(own.lower));
            let upper = most.and_then(|of| amount(of, column)).map_or(own.upper, |held| held.min(own.upper));
            if (lower, upper) != (own.lower, own.upper) {
                let upper = upper.max(lower);
                self.plan.parts.hold_column(column, lower, upper);
                self.held.insert(column, (lower, upper));
            }
        }
    }

    /// Holds no line any more.
    pub fn release_each(&mut self) {
        for (column, _) in std::mem::take(&mut self.held) {
            let own = &self.plan.planning.program.columns[column];
            self.plan.parts.hold_column(column, own.lower, own.upper);
        }
    }

    /// True if the program has whole numbers.
    pub fn has_integers(&self) -> bool {
        self.plan.planning.has_integers()
    }

    /// Holds no sum any more.
    pub fn release(&mut self) {
        (0..self.sums.len()).for_each(|sum| self.hold(sum, None, None));
    }

    /// Begins the next search near a plan that is known, where whole numbers do not forbid it: at the plan, or at as much of it as the
    /// money that there now is allows.
    pub fn begin_near(&mut self, known: &Allocation) {
        let plan = &mut self.plan;
        if plan.planning.has_integers() {
            return;
        }
        let x = decided(plan, known);
        let share = (plan.model.total_budget() as f64 / known.total().max(1) as f64).min(1.0);
        let within = |x: &[f64]| self.held.iter().all(|(j, (low, high))| x[*j] >= *low && x[*j] <= *high);
        if !(within(&x) && plan.parts.begin_again_at(&x)) && share < 1.0 {
            let less = |line: &AllocationLine| {
                let amount = Rupiah((line.amount.as_f64() * share).floor() as i64);
                AllocationLine { amount, ..*line }
            };
            let less = Allocation::new(known.lines().iter().map(less).collect());
            let x = decided(plan, &less);
            if within(&x) {
                plan.parts.begin_again_at(&x);
            }
        }
    }

    /// The best plan with money and sums as they now are; nothing where no plan keeps them.
    ///
    /// # Errors
    /// [`OptError`].
    pub fn best(&mut self, control: &Control<'_>) -> Result<Option<BestPlan>, OptError> {
        control.report(Progress::Planning(PlanningStep::Solve));
        let gap = self.plan.gap;
        match self.plan.search(gap, control) {
            Ok(found) => self.in_rupiah(&found).map(Some),
            Err(OptError::Decomposition(DecompositionError::Infeasible)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn in_rupiah(&mut self, found: &Found) -> Result<BestPlan, OptError> {
        let plan = &mut self.plan;
        let (model, scale) = (plan.model, objective_unit(plan.planning.metric));
        let own = frame(model, plan.planning.metric, 0.0);
        let allocation = whole_rupiah(model, &own, &plan.planning.spending(model, &found.answer.x));
        let increments = plan.increments(&allocation)?;
        let objective = plan.risk_adjusted(&increments);
        let bound = found.bound.max(objective);
        let gap = ties::relative_gap(objective, bound, plan.unit);
        let stop = match found.answer.finish {
            Finish::Interrupted if gap > plan.gap => Stop::TimeLimit,
            // Whole rupiah move a plan that is worth little by more than the gap.
            _ if gap <= plan.gap + TOLERANCE => Stop::Proven,
            _ => Stop::GapNotReached,
        };
        Ok(BestPlan {
            stop,
            unkept: unkept(model, &own, &allocation).len(),
            allocation,
            objective: objective * scale,
            bound: bound * scale,
            gap,
            decisions: found.answer.x.clone(),
            duals: found.answer.duals.clone(),
        })
    }

    /// The risk-adjusted increment of an allocation over no plan.
    ///
    /// # Errors
    /// [`OptError`].
    pub fn value(&mut self, allocation: &Allocation) -> Result<f64, OptError> {
        let increments = self.plan.increments(allocation)?;
        Ok(self.plan.risk_adjusted(&increments) * objective_unit(self.plan.planning.metric))
    }

    /// The increment of an allocation over no plan, sample by sample.
    ///
    /// # Errors
    /// [`OptError`].
    pub fn increments(&mut self, allocation: &Allocation) -> Result<Vec<f64>, OptError> {
        let scale = objective_unit(self.plan.planning.metric);
        Ok(self.plan.increments(allocation)?.into_iter().map(|increment| increment * scale).collect())
    }

    /// How far `lines` can go towards `end` among plans that bring enough.
    ///
    /// # Errors
    /// [`OptError`].
    pub fn reach(
        &mut self,
        lines: &Lines,
        end: End,
        among: Among<'_>,
        control: &Control<'_>,
    ) -> Result<Reach, OptError> {
        let plan = &mut self.plan;
        let (model, planning, scale) = (plan.model, plan.planning, objective_unit(plan.planning.metric));
        let Among { known, enough, close } = among;
        let own = frame(model, planning.metric, 0.0);
        let broken = unkept(model, &own, known).len();
        let whole = |x: &[f64]| {
            let allocation = whole_rupiah(model, &own, &planning.spending(model, x));
            let kept = unkept(model, &own, &allocation).len() <= broken;
            kept.then(|| planning.decide(model, &allocation))
        };
        // Values are kept to a millionth: the best plan itself must be worth enough, however it is rounded.
        let enough = enough / scale;
        let enough = enough - TOLERANCE * enough.abs().max(plan.unit);
        let columns = lines.columns(planning);
        let decided = planning.decide(model, known);
        let progress = |_| control.go_on();
        let found = plan.parts.extreme(ExtremeQuestion {
            columns: &columns,
            end,
            known: &decided,
            enough,
            close: close / JUTA,
            whole: &whole,
            options: DecompositionOptions {
                gap: plan.gap,
                unit: plan.unit,
                scheme: Scheme::LShaped,
                groups: None,
                progress: &progress,
            },
        })?;
        let allocation = allocation_of(planning, &found.x);
        Ok(Reach {
            inner: lines.of(&allocation),
            outer: found.outer * JUTA,
            allocation,
            objective: found.value * scale,
        })
    }

    /// Whether any plan keeps the rules of `model`, before work begins.
    ///
    /// # Errors
    /// [`OptError::Infeasible`] with what contradicts what.
    pub fn check(model: &Model, metric: Metric) -> Result<(), OptError> {
        check_rules(model, &frame(model, metric, 0.0))
    }
}

/// Decisions of an allocation, where carry-over is what the money that there now is leaves.
fn decided(plan: &TakenApart<'_>, allocation: &Allocation) -> Vec<f64> {
    let planning = plan.planning;
    let mut x = planning.decide(plan.model, allocation);
    for (rule, row) in planning.rules.iter().zip(&planning.program.rows) {
        let Rule::Budget(s, y) = *rule else { continue };
        let Some(carry) = planning.decisions.iter().position(|own| *own == Decision::Carry(s, y)) else {
            continue;
        };
        let used: f64 = row.entries.iter().filter(|(j, _)| *j != carry).map(|&(j, a)| a * x[j]).sum();
        x[carry] = (plan.model.sources[s.index()].amounts[y].as_f64() / JUTA - used).max(0.0);
    }
    x
}
