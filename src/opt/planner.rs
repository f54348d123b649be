//! From a planning program to a proven plan in whole rupiah.
//!
//! The steps of [`optimise`] are those of `docs/formulation.md`, section "Solving": are the rules consistent at all;
//! what happens without money; the best allocation; is it proven; whole rupiah; what the next billion would bring.

mod by_decomposition;
mod margins;
mod ties;
pub(super) mod whole_numbers;

pub use margins::RuleMargin;

use rayon::prelude::*;

use super::builder::{PlanSamples, PlanningProgram, build, frame, objective_unit};
use super::certificate::Certificate;
use super::conflict::{Conflict, check_rules};
use super::decomposition::{DecompositionError, Learned, Required, Samples as _, Way};
use super::entry::{self, Entry, Rejected};
use super::extensive::ExtensiveForm;
use super::linear::proven_in_any_units;
use super::lp::{Clock, LinearProgram, LpSolution, LpStatus, Method, carried_through, solve};
use super::program::{Row, TwoStageProgram};
use super::rupiah::{BudgetLine, Unkept, budget_lines, ledger, unkept, whole_rupiah};
use super::solve::BoundBy;
use crate::model::rule::keeps_all_but_budgets;
use crate::model::{Allocation, ClusterId, Metric, Model, SourceId, Variant, VariantFault};
use crate::sampling::SampleBlock;
use crate::units::{JUTA, MILIAR, Rupiah};

/// What [`optimise`] is asked for.
#[derive(Debug, Clone)]
pub struct PlanOptions {
    /// The metric to maximise.
    pub metric: Metric,
    /// Time limit [s] of the main solve, where there is one.
    pub seconds: Option<f64>,
    /// Allocations to fall back on at the time limit: the best of them is given.
    pub fallback: Vec<Allocation>,
    /// Whether to solve again for what more money would bring: a billion from each source, and a little more or less of
    /// every budget, floor and cap.
    pub more_money: bool,
    /// Whether to ask what each candidate that is not opened would need to enter.
    pub entry: bool,
    /// Which method to use.
    pub method: PlanMethod,
    /// Which way a decomposition goes.
    pub way: Way,
    /// What a decomposition of the same program learned before, to go on from there.
    pub learned: Option<Learned>,
    /// Whether to give back what was learned, where the time limit ended it.
    pub keep: bool,
    /// Relative gap to which a plan counts as optimal, at which a decomposition may stop; `None` for 10⁻⁶, and 10⁻⁴ where a
    /// decomposition has many models or whole numbers.
    pub gap: Option<f64>,
}

impl PlanOptions {
    /// The plan alone, by `method`, to its usual gap, without a time limit and whatever is asked beyond it.
    pub const fn new(metric: Metric, method: PlanMethod) -> Self {
        Self {
            metric,
            seconds: None,
            fallback: Vec::new(),
            more_money: false,
            entry: false,
            method,
            way: Way::Automatic,
            learned: None,
            keep: false,
            gap: None,
        }
    }
}

/// Which method makes the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanMethod {
    /// The better one, by the size of the program.
    Automatic,
    /// The program written out over all samples.
    Extensive,
    /// Taken apart, never written out.
    Decomposition,
}

/// What solved a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SolvedBy {
    /// The extensive form, by one of the solver's methods.
    Extensive(Method),
    /// The extensive form with whole numbers, by the solver's branch and cut and then one of its methods around them.
    BranchAndCut(Method),
    /// The decomposition.
    Decomposition {
        /// One model, or blocks joined by prices.
        way: Way,
        /// Iterations or rounds.
        iterations: usize,
        /// Blocks of the first stage.
        blocks: usize,
        /// Cuts at the end.
        cuts: usize,
    },
}

impl SolvedBy {
    /// Its name in reports.
    pub fn name(self) -> String {
        match self {
            SolvedBy::Extensive(method) => method.name().to_string(),
            SolvedBy::BranchAndCut(method) => format!("branch and cut, then {}", method.name()),
            SolvedBy::Decomposition { way: Way::Prices, iterations, blocks, .. } => {
                format!("decomposition, {blocks} blocks joined by prices, {iterations} rounds")
            }
            SolvedBy::Decomposition { iterations, .. } => format!("decomposition, {iterations} iterations"),
        }
    }
}

/// A step of planning, for progress reports.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PlanningStep {
    /// Building the program.
    Build,
    /// Solving every sample without money.
    WithoutPlan,
    /// Looking for the best plan.
    Solve,
    /// Looking at fresh samples.
    Fresh,
    /// Looking for what other samples would have allowed.
    Batches,
    /// Looking for what candidates that are not opened would need to enter.
    Entry,
    /// An iteration of the decomposition: what the best plan so far brings, and what none exceeds [objective unit].
    Bounds {
        /// Its number.
        iteration: usize,
        /// Incremental objective of the best plan so far; minus infinity before there is one.
        objective: f64,
        /// Valid upper bound.
        bound: f64,
    },
}

/// Why planning stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The plan is proven optimal to the gap asked for.
    Proven,
    /// No better plan could be found, but the bound stays further away than the gap asked for: the best plan known, with that
    /// bound.
    GapNotReached,
    /// The time limit was reached: the best plan known, with a valid bound.
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

    /// Why planning stopped with this relative gap, where `asked` was asked for and the clock did not end it.
    fn at(gap: f64, asked: f64) -> Self {
        if gap <= asked { Stop::Proven } else { Stop::GapNotReached }
    }
}

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum OptError {
    /// Budgets, floors and caps contradict each other: which, and the cheapest way out.
    #[error("no allocation keeps all floors, caps and budgets")]
    Infeasible(Box<Conflict>),
    /// The objective grows without end.
    #[error(
        "nothing limits {what} '{process}' of cluster '{cluster}' in period {}, so that {metric} could grow without end; \
         give it a capacity under uses",
        period + 1
    )]
    Unbounded {
        /// `channel` or `process`.
        what: &'static str,
        /// Key of the process.
        process: String,
        /// Key of the cluster.
        cluster: String,
        /// The metric that grows.
        metric: &'static str,
        /// The period (from 0; messages count from 1).
        period: usize,
    },
    /// The solver's answer could not be proven by either method.
    #[error(
        "the solver's answer could not be proven: relative gap {gap:e}, row violation {violation:e} ({status:?})"
    )]
    NotProven {
        /// Relative gap found by the certificate.
        gap: f64,
        /// Largest row violation.
        violation: f64,
        /// What the solver said.
        status: LpStatus,
    },
    /// No method could prove an answer: where the proof fails.
    #[error("no method could prove an answer: {0}")]
    NotProvenAt(Box<super::unproven::Unproven>),
    /// The decomposition stopped.
    #[error("the decomposition stopped: {0}")]
    Decomposition(DecompositionError),
    /// What was learned before is not of this program.
    #[error("what was learned before is of another program")]
    Learned,
    /// A changed case of the model is not valid.
    #[error("the changed case is not valid: {0:?}")]
    Variant(Vec<VariantFault>),
}

/// What one more billion from a source brings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextBillion {
    /// The source.
    pub source: SourceId,
    /// Rise of the objective, re-solved on the same samples [Rp or FTE-years]; nothing where no allocation keeps the rules
    /// then, since floors that are shares grow with the money.
    pub gain: Option<f64>,
}

/// What ceilings must leave room for where more money is asked about [juta Rp].
fn room_for_more(model: &Model) -> f64 {
    let largest =
        model.sources.iter().flat_map(|source| &source.amounts).map(|a| a.as_f64()).fold(0.0, f64::max);
    (largest * super::margins::REACH).max(MILIAR) / JUTA
}

/// Size of the linear program that was solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgramSize {
    /// Columns.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
    /// Non-zero coefficients.
    pub nonzeros: usize,
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
    /// What the bound rests on.
    pub bound_by: BoundBy,
    /// What solved it.
    pub solved_by: SolvedBy,
    /// The size of the program.
    pub size: ProgramSize,
    /// Budgets in exact arithmetic.
    pub budget: Vec<BudgetLine>,
    /// Rules that whole rupiah do not keep, though amounts that need not be whole do: nearly always none.
    pub unkept: Vec<Unkept>,
    /// What budgets, floors and caps are worth at the margin, where it was asked for.
    pub margins: Vec<RuleMargin>,
    /// What one more billion from each source brings.
    pub next_billion: Vec<NextBillion>,
    /// What each candidate that is not opened would need to enter, where that was asked for.
    pub rejected: Vec<Rejected>,
    /// What the decomposition learned, where that was asked for and the time limit ended it.
    pub learned: Option<Learned>,
    /// Worth of the program's first-stage rows, in its own units, as far as it is known.
    pub duals: Vec<f64>,
}

/// Plans the budget of `model` on the samples of `block`. `observe` is told of every step and returns false when time is
/// up: a decomposition then stops with the best plan known.
///
/// # Errors
/// [`OptError::Infeasible`] if floors, caps and budgets contradict each other, [`OptError::Unbounded`] if a process that
/// earns has no limit, [`OptError::NotProven`] if neither of the solver's methods gives an answer that stands up to the
/// certificate.
pub fn optimise(
    model: &Model,
    block: &SampleBlock,
    options: &PlanOptions,
    observe: &(dyn Fn(PlanningStep) -> bool + Sync),
) -> Result<ProgramPlan, OptError> {
    Ok(optimise_beside(model, block, options, observe, |_, _| ())?.0)
}

/// The same, with `beside` done beside what is solved again for more money: it gets the allocation and the worth of the
/// program's first-stage rows, once the plan is proven; it is not called at a time limit.
///
/// # Errors
/// As [`optimise`].
pub fn optimise_beside<T: Send>(
    model: &Model,
    block: &SampleBlock,
    options: &PlanOptions,
    observe: &(dyn Fn(PlanningStep) -> bool + Sync),
    beside: impl Fn(&Allocation, &[f64]) -> T + Sync,
) -> Result<(ProgramPlan, Option<T>), OptError> {
    let extensive = match options.method {
        PlanMethod::Automatic if options.learned.is_some() => false,
        PlanMethod::Automatic => {
            let planning = frame(model, options.metric, 0.0);
            let samples = PlanSamples::new(model, &planning, block);
            // Whole numbers go to the decomposition whatever the size: its bounds are our own.
            !planning.has_integers() && is_small(model, &planning, &samples)
        }
        method => method == PlanMethod::Extensive,
    };
    let by = |extensive: bool| {
        if extensive {
            by_extensive_form(model, block, options, observe, &beside)
        } else {
            by_decomposition::optimise(model, block, options, observe, &beside)
        }
    };
    let found = by(extensive).or_else(|error| {
        // What one method cannot prove the other often can: they scale a program differently.
        let another = options.method == PlanMethod::Automatic && super::unproven::is_of_proof(&error);
        let asked_for = options.learned.is_some() || options.seconds.is_some();
        if another
            && !asked_for
            && (extensive || super::unproven::can_be_written_out(model, options.metric, block))
        {
            by(!extensive).map_err(|_| error)
        } else {
            Err(error)
        }
    });
    found.map_err(|error| super::unproven::explained(error, model, options.metric, block))
}

/// Rows of an extensive form that is small enough to be written out where goods are stored or take time to make, so that
/// periods hang together (measured: Banyumas takes 2.4 s with 8 samples, 15,000 rows; a decomposition needs some twenty
/// samples before its cuts are smooth), and where every period stands alone.
const SMALL_ROWS: usize = 20_000;
const SMALL_ROWS_APART: usize = 2_000;

/// True if the program on `samples` is better written out.
pub(super) fn is_small(model: &Model, planning: &PlanningProgram, samples: &PlanSamples<'_>) -> bool {
    let joined = model.chains.iter().any(|chain| {
        chain.commodities.iter().any(|commodity| commodity.storable)
            || chain.processes.iter().any(|process| process.lead_time > 0)
    });
    let most = if joined { SMALL_ROWS } else { SMALL_ROWS_APART };
    let rows = samples.make(0).rows.len();
    planning.program.rows.len() + rows.saturating_mul(samples.count()) <= most
}

fn by_extensive_form<T: Send>(
    model: &Model,
    block: &SampleBlock,
    options: &PlanOptions,
    observe: &(dyn Fn(PlanningStep) -> bool + Sync),
    beside: &(impl Fn(&Allocation, &[f64]) -> T + Sync),
) -> Result<(ProgramPlan, Option<T>), OptError> {
    observe(PlanningStep::Build);
    let mut planning = build(model, options.metric, block);
    check_rules(model, &planning)?;
    observe(PlanningStep::WithoutPlan);
    let nothing = vec![0.0; planning.program.columns.len()];
    let without = recourse_values(&planning.program, &nothing)
        .map_err(|error| super::endless::explained(error, model, &planning))?;
    for (sample, level) in planning.program.samples.iter_mut().zip(&without) {
        sample.offset = -level;
    }
    observe(PlanningStep::Solve);
    let form = ExtensiveForm::of(&planning.program);
    let unit = gap_unit(model, options.metric);
    let asked = options.gap.unwrap_or(super::certificate::TOLERANCE);
    // The re-solves for the next billion do not wait for the plan: they share the cores with it.
    let wants_more = options.more_money && options.seconds.is_none();
    let (solved, richer) = rayon::join(
        || solve_own(model, &planning, &form, (asked, unit), options.seconds),
        || if wants_more { richer_values(model, &planning, block, unit) } else { Ok(Vec::new()) },
    );
    let ((solved, own_bound), richer) = (solved?, richer?);
    let mut decided = decide(model, &planning, &form, &solved, options)?;
    let duals = solved.solution.duals[..planning.program.rows.len()].to_vec();
    let (margins, beside) = rayon::join(
        || {
            // Of larger programs the decomposition knows the margins; here they would take hours.
            if wants_more && form.lp.rows.len() <= SMALL_ROWS {
                margins::written_margins(model, block, &planning, &solved.solution.x)
            } else {
                Vec::new()
            }
        },
        || (decided.stop != Stop::TimeLimit).then(|| beside(&decided.allocation, &duals)),
    );
    let scale = objective_unit(options.metric);
    let objective = planning.program.risk_adjusted(&decided.increments);
    let bound = f64::max(own_bound, objective);
    let gap = ties::relative_gap(objective, bound, unit);
    if decided.stop == Stop::Proven {
        decided.stop = Stop::at(gap, asked);
    }
    let known = Known { model, planning: &planning, block, unit, size: form.lp.rows.len() };
    let rejected = if options.entry { known.all(&decided, (objective, bound), observe) } else { Vec::new() };
    let next_billion = richer
        .into_iter()
        .map(|(source, value)| NextBillion { source, gain: value.map(|value| (value - objective) * scale) })
        .collect();
    let plan = ProgramPlan {
        stop: decided.stop,
        objective: objective * scale,
        bound: bound * scale,
        gap,
        gap_asked: asked,
        with: decided.increments.iter().zip(&without).map(|(g, q)| (g + q) * scale).collect(),
        without: without.iter().map(|q| q * scale).collect(),
        certificate: Certificate {
            objective: objective * scale,
            bound: bound * scale,
            gap,
            ..solved.certificate
        },
        solved_by: solved.by(),
        bound_by: solved.bound_by,
        size: form.lp.size(),
        budget: decided.budget,
        unkept: decided.unkept,
        allocation: decided.allocation,
        margins,
        next_billion,
        rejected,
        learned: None,
        duals,
    };
    Ok((plan, beside))
}

/// Least size against which relative gaps are measured, in the program's units: a money unit of the scenario, or a
/// full-time-equivalent year.
fn gap_unit(model: &Model, metric: Metric) -> f64 {
    if metric.is_money() { model.money_unit.rupiah() / JUTA } else { 1.0 }
}

/// An answer that was checked.
struct Solved {
    solution: LpSolution,
    certificate: Certificate,
    method: Method,
    bound_by: BoundBy,
}

impl LinearProgram {
    fn size(&self) -> ProgramSize {
        let nonzeros = self.rows.iter().map(|row| row.entries.len()).sum();
        ProgramSize { columns: self.columns.len(), rows: self.rows.len(), nonzeros }
    }
}

impl Solved {
    fn by(&self) -> SolvedBy {
        match self.bound_by {
            BoundBy::Certificate => SolvedBy::Extensive(self.method),
            BoundBy::Solver => SolvedBy::BranchAndCut(self.method),
        }
    }

    /// The risk-adjusted value without the tie-breaking cost of spending, in the program's units.
    fn value(&self, planning: &PlanningProgram, form: &ExtensiveForm) -> f64 {
        planning.program.risk_adjusted(&self.increments(planning, form))
    }

    /// The same by sample.
    fn increments(&self, planning: &PlanningProgram, form: &ExtensiveForm) -> Vec<f64> {
        let x = &self.solution.x;
        let tie = ties::cost(planning, x);
        form.sample_values(&planning.program, x).into_iter().map(|g| g + tie).collect()
    }
}

/// Solves the program of `form` and bounds the objective itself, without the cost of spending that breaks ties: to within the
/// relative gap `asked`, sizes below `unit` counting as that.
fn solve_own(
    model: &Model,
    planning: &PlanningProgram,
    form: &ExtensiveForm,
    (asked, unit): (f64, f64),
    seconds: Option<f64>,
) -> Result<(Solved, f64), OptError> {
    let solved = solve_proven(form, &methods(form), unit, seconds)?;
    let bound = solved.certificate.bound + ties::most_cost(planning, model);
    let close =
        |solved: &Solved, bound: f64| ties::relative_gap(solved.value(planning, form), bound, unit) <= asked;
    if solved.solution.status == LpStatus::TimeLimit || close(&solved, bound) {
        return Ok((solved, bound));
    }
    let again = |factor: f64| {
        let form = ExtensiveForm::of(&ties::scaled(planning, factor).program);
        solve_proven(&form, &methods(&form), unit, seconds)
    };
    // Where no other answer stands up to the check, the first one does, at a gap that is told.
    let Ok(own) = again(0.0) else { return Ok((solved, bound)) };
    let bound = bound.min(own.certificate.bound);
    if own.solution.status == LpStatus::TimeLimit || close(&solved, bound) {
        return Ok((solved, bound));
    }
    // The cost of spending moved the plan: a smaller one does not.
    let x = &own.solution.x[..planning.program.columns.len()];
    let factor = ties::small_factor(planning, x, own.value(planning, form), (asked, unit));
    let least = again(factor).ok();
    let close = |least: &Solved| least.solution.status == LpStatus::Optimal && close(least, bound);
    Ok((least.filter(close).unwrap_or(own), bound))
}

/// Solves by each method in turn until an answer stands up to the certificate.
fn solve_proven(
    form: &ExtensiveForm,
    methods: &[Method],
    unit: f64,
    seconds: Option<f64>,
) -> Result<Solved, OptError> {
    if form.lp.columns.iter().any(|column| column.integer) {
        return whole_numbers::solve_proven(form, methods, unit, seconds);
    }
    let mut failure =
        OptError::NotProven { gap: f64::INFINITY, violation: f64::INFINITY, status: LpStatus::Failed };
    for &method in methods {
        let mut solution = solve(&form.lp, method, seconds);
        let mut certificate = Certificate::of(&form.lp, &solution, form.constant, unit);
        let status = solution.status;
        if status == LpStatus::Optimal && !certificate.proven() {
            solution = carried_through(&form.lp, &solution);
            certificate = Certificate::of(&form.lp, &solution, form.constant, unit);
        }
        if (status == LpStatus::Optimal && certificate.proven()) || status == LpStatus::TimeLimit {
            let bound_by = BoundBy::Certificate;
            return Ok(Solved { solution, certificate, method, bound_by });
        }
        failure =
            OptError::NotProven { gap: certificate.gap, violation: certificate.primal_violation, status };
    }
    // Ceilings that are far from what is decided spoil the scale: once more in units that come from the coefficients.
    let clock = Clock { seconds, ..Clock::FREE };
    let found = proven_in_any_units(&form.lp, form.constant, unit, clock);
    found.map_or(Err(failure), |(solution, certificate, method)| {
        Ok(Solved { solution, certificate, method, bound_by: BoundBy::Certificate })
    })
}

/// The methods to try, the faster first.
fn methods(form: &ExtensiveForm) -> [Method; 3] {
    match form.lp.best_method() {
        Method::Simplex => [Method::Simplex, Method::InteriorPoint, Method::PlainSimplex],
        _ => [Method::InteriorPoint, Method::Simplex, Method::PlainSimplex],
    }
}

/// A plan in whole rupiah with its value in every sample, in the program's units.
struct Decided {
    stop: Stop,
    allocation: Allocation,
    budget: Vec<BudgetLine>,
    unkept: Vec<Unkept>,
    increments: Vec<f64>,
}

/// Turns the solver's answer into whole rupiah; at a time limit takes the best of what is known to be feasible.
fn decide(
    model: &Model,
    planning: &PlanningProgram,
    form: &ExtensiveForm,
    solved: &Solved,
    options: &PlanOptions,
) -> Result<Decided, OptError> {
    let x = &solved.solution.x;
    let spend = planning.spending(model, x);
    if solved.solution.status == LpStatus::Optimal {
        let allocation = whole_rupiah(model, planning, &spend);
        let (budget, unkept) = kept(model, planning, &allocation);
        // Rounding moves the plan by rupiah; the value is that of the solver's own recourse decisions, checked above.
        let increments = if planning.program.risk.lambda < 1.0 {
            solved.increments(planning, form)
        } else {
            // Nothing but the tail counts, so the solver leaves the other samples anyhow: run them well too.
            let mut program = planning.program.clone();
            for column in &mut program.columns {
                column.objective = 0.0;
            }
            recourse_values(&program, &x[..program.columns.len()])?
        };
        return Ok(Decided { stop: Stop::Proven, allocation, budget, unkept, increments });
    }
    let mut candidates = vec![Allocation::default()];
    if solved.certificate.primal_violation <= super::certificate::TOLERANCE {
        candidates.push(whole_rupiah(model, planning, &spend));
    }
    candidates.extend(options.fallback.iter().cloned());
    let mut best: Option<Decided> = None;
    for allocation in candidates {
        let Some(budget) = budget_lines(model, planning, &allocation) else { continue };
        if !keeps_all_but_budgets(model, &allocation) {
            continue;
        }
        let mut decisions = planning.decide(model, &allocation);
        // Effects below the response are allowed; a cluster's upkeep is not optional. Ties cost nothing here.
        let mut program = planning.program.clone();
        for column in &mut program.columns {
            column.objective = 0.0;
        }
        decisions.truncate(program.columns.len());
        let increments = recourse_values(&program, &decisions)?;
        let better = best.as_ref().is_none_or(|b| {
            planning.program.risk_adjusted(&b.increments) < planning.program.risk_adjusted(&increments)
        });
        if better {
            let unkept = Vec::new();
            best = Some(Decided { stop: Stop::TimeLimit, allocation, budget, unkept, increments });
        }
    }
    best.ok_or(OptError::NotProven {
        gap: f64::INFINITY,
        violation: solved.certificate.primal_violation,
        status: solved.solution.status,
    })
}

/// The budgets of a rounded plan, and the rules that whole rupiah do not keep, if there are any.
fn kept(
    model: &Model,
    planning: &PlanningProgram,
    allocation: &Allocation,
) -> (Vec<BudgetLine>, Vec<Unkept>) {
    (ledger(model, planning, allocation), unkept(model, planning, allocation))
}

/// The best level of every sample with first-stage decisions fixed at `x`, in the program's units, in parallel.
///
/// # Errors
/// [`OptError::NotProven`] if a recourse problem cannot be solved.
pub fn recourse_values(program: &TwoStageProgram, x: &[f64]) -> Result<Vec<f64>, OptError> {
    (0..program.samples.len())
        .into_par_iter()
        .map(|w| {
            let sample = &program.samples[w];
            let rows = sample
                .rows
                .iter()
                .map(|row| Row {
                    entries: row.second.clone(),
                    sense: row.sense,
                    rhs: row.rhs - row.first.iter().map(|&(j, a)| a * x[j]).sum::<f64>(),
                })
                .collect();
            let lp = LinearProgram { columns: sample.columns.clone(), rows }.tightened();
            let mut last = OptError::NotProven { gap: 0.0, violation: 0.0, status: LpStatus::Failed };
            for method in [Method::Simplex, Method::PlainSimplex, Method::InteriorPoint] {
                let solution = solve(&lp, method, None);
                let certificate = Certificate::of(&lp, &solution, 0.0, 1.0);
                if solution.status == LpStatus::Optimal && certificate.proven() {
                    return Ok(program.sample_value(w, x, &solution.x));
                }
                last = OptError::NotProven {
                    gap: certificate.gap,
                    violation: certificate.primal_violation,
                    status: solution.status,
                };
            }
            let found = proven_in_any_units(&lp, 0.0, 1.0, Clock::FREE);
            found.map_or(Err(last), |(solution, ..)| Ok(program.sample_value(w, x, &solution.x)))
        })
        .collect()
}

/// The optimum with a billion more from each source, spread over its years as its money is, on the same samples.
fn richer_values(
    model: &Model,
    planning: &PlanningProgram,
    block: &SampleBlock,
    unit: f64,
) -> Result<Vec<(SourceId, Option<f64>)>, OptError> {
    model
        .source_ids()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|source| {
            let model = with_next_billion(model, source)?;
            if model.could_run_dry() {
                return Ok((source, None));
            }
            let mut richer = build(&model, planning.metric, block);
            for (sample, known) in richer.program.samples.iter_mut().zip(&planning.program.samples) {
                sample.offset = known.offset;
            }
            let form = ExtensiveForm::of(&richer.program);
            match solve_proven(&form, &methods(&form), unit, None) {
                Ok(solved) => Ok((source, Some(solved.value(&richer, &form)))),
                Err(_) if contradictory(&model, planning.metric, 0.0) => Ok((source, None)),
                Err(error) => Err(error),
            }
        })
        .collect()
}

/// A program that is written out, to be asked again.
struct Known<'a> {
    model: &'a Model,
    planning: &'a PlanningProgram,
    block: &'a SampleBlock,
    unit: f64,
    size: usize,
}

impl Known<'_> {
    /// What each candidate that is not opened would need, where the plan is proven and there is time.
    fn all(
        &self,
        decided: &Decided,
        held: (f64, f64),
        observe: &(dyn Fn(PlanningStep) -> bool + Sync),
    ) -> Vec<Rejected> {
        let going = || decided.stop != Stop::TimeLimit && observe(PlanningStep::Entry);
        let asked = entry::rejected(self.model, &decided.allocation).into_iter();
        asked.map(|c| self.rejected(c, held, going())).collect()
    }

    /// What a candidate that is not opened would need to enter: the whole search again with the candidate opened. Larger
    /// programs than [`SMALL_ROWS`] are not asked: with whole numbers they would take hours.
    fn rejected(&self, cluster: ClusterId, (value, bound): (f64, f64), going: bool) -> Rejected {
        if !going || self.size > SMALL_ROWS {
            return Rejected { cluster, entry: Entry::NotComputed };
        }
        let scale = objective_unit(self.planning.metric);
        let Ok(model) = entry::opening(self.model, cluster) else {
            return Rejected { cluster, entry: Entry::NotComputed };
        };
        let mut opened = build(&model, self.planning.metric, self.block);
        for (sample, known) in opened.program.samples.iter_mut().zip(&self.planning.program.samples) {
            sample.offset = known.offset;
        }
        // Nothing is bought here, so that spending need not break ties.
        let opened = ties::scaled(&opened, 0.0);
        let form = ExtensiveForm::of(&opened.program);
        let entry = match solve_proven(&form, &methods(&form), self.unit, None) {
            Ok(solved) => {
                let at_most = solved.certificate.bound * scale;
                let at_least = Some(solved.value(&opened, &form) * scale);
                entry::needs(Required { at_least, at_most }, value * scale, bound * scale)
            }
            Err(_) => entry::barred(self.model, self.planning.metric, cluster).unwrap_or(Entry::NotComputed),
        };
        Rejected { cluster, entry }
    }
}

/// True if no allocation keeps the rules of `model`.
fn contradictory(model: &Model, metric: Metric, spare: f64) -> bool {
    matches!(check_rules(model, &frame(model, metric, spare)), Err(OptError::Infeasible(_)))
}

/// The model with one source a billion richer, in proportion to its years (equally where it has nothing).
fn with_next_billion(model: &Model, source: SourceId) -> Result<Model, OptError> {
    let money = &model.sources[source.index()];
    let (total, years) = (money.total() as f64, money.amounts.len() as f64);
    let more = |amount: &Rupiah| {
        let share = if total > 0.0 { amount.as_f64() / total } else { 1.0 / years };
        Rupiah(amount.0 + (share * MILIAR).round() as i64)
    };
    let amounts = [(source, money.amounts.iter().map(more).collect())].into();
    Variant { amounts, ..Variant::default() }.apply(model).map_err(OptError::Variant)
}
