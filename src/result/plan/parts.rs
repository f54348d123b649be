//! The parts of a plan's document.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Allocation, Metric, Model};
use crate::opt::ProgramPlan;
use crate::opt::assurance::{Assurance, OptimalityGap};
use crate::opt::rupiah::BudgetLine;
use crate::result::estimate::{Comparison, Estimate, Figure, finite};
use crate::result::keys;
use crate::result::limits::LimitDocument;
use crate::result::margin::MarginDocument;
use crate::result::metric::MetricKey;
use crate::result::outcome::ReachedDocument;
use crate::result::rule::StatedRule;
use crate::result::words::{BaselineKey, FacilityKey};
use crate::result::worth::WorthDocument;
use crate::scenario::PlanMoney;
use crate::study::{BaselineResult, CoordinationGap, PlanStudy, per_rupiah};

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PlanSchema {
    /// Version 1.
    #[serde(rename = "rantai.plan/1")]
    One,
}

/// The verdict of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum VerdictKey {
    /// The plan is proven optimal to the gap asked for.
    #[serde(rename = "proven")]
    Proven,
    /// It is not, or the bound is the solver's.
    #[serde(rename = "not proven")]
    NotProven,
}

/// The check of an answer in our own arithmetic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CertificateDocument {
    /// Largest relative violation of a row or bound.
    pub primal_violation: Option<f64>,
    /// Largest relative violation of the dual.
    pub dual_violation: Option<f64>,
    /// Relative gap between the objective and the bound of the duals.
    pub gap: Option<f64>,
    /// Tolerance of all three.
    pub tolerance: f64,
    /// The verdict.
    pub verdict: VerdictKey,
}

/// The solver of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SolverDocument {
    /// Its name and version.
    pub name: String,
    /// The method, in words.
    pub method: String,
}

/// The size of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SizeDocument {
    /// Columns.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
    /// Nonzeros.
    pub nonzeros: usize,
}

impl From<crate::opt::planner::ProgramSize> for SizeDocument {
    fn from(of: crate::opt::planner::ProgramSize) -> Self {
        Self { columns: of.columns, rows: of.rows, nonzeros: of.nonzeros }
    }
}

/// The budget of a source in a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetLineDocument {
    /// The source.
    pub source: String,
    /// Calendar year.
    pub year: i32,
    /// Its money of the year [Rp].
    pub amount: i64,
    /// Money carried over from the year before [Rp].
    pub carried_in: i64,
    /// Money that the plan spends [Rp].
    pub spent: i64,
    /// Upkeep that it bears [Rp].
    pub upkeep: i64,
    /// Money left [Rp].
    pub left: i64,
}

impl BudgetLineDocument {
    fn of(model: &Model, line: &BudgetLine) -> Self {
        Self {
            source: keys::source(model, line.source),
            year: model.horizon.calendar_year(line.year),
            amount: line.amount,
            carried_in: line.carried_in,
            spent: line.spent,
            upkeep: line.upkeep,
            left: line.left,
        }
    }
}

/// Upkeep that a source bears after the last budget year, for which there is no budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObligationDocument {
    /// The source.
    pub source: String,
    /// Calendar year.
    pub year: i32,
    /// Upkeep that it bears [Rp].
    pub upkeep: i64,
    /// Its present value to the public, by which objectives in money are lowered: times the weight of the year and the cost to
    /// the public of a rupiah of the source [Rp].
    pub cost: f64,
}

impl ObligationDocument {
    /// The obligations of an allocation, by source and year.
    pub(in crate::result) fn of(model: &Model, allocation: &Allocation) -> Vec<Self> {
        let list = model.obligations(allocation).into_iter().map(|of| Self {
            source: keys::source(model, of.source),
            year: model.horizon.calendar_year(of.year),
            upkeep: of.upkeep,
            cost: of.cost,
        });
        list.collect()
    }
}

/// Budgets and what the plan spends of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetDocument {
    /// The money.
    #[serde(flatten)]
    pub money: PlanMoney,
    /// Money that the plan spends [Rp].
    pub spent: i64,
    /// The same in present value: each year's commitments at the weight that benefits of that year have [Rp].
    pub spent_present_value: f64,
    /// Money that is committed already [Rp]; absent where none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<i64>,
    /// By source and year.
    pub lines: Vec<BudgetLineDocument>,
}

impl BudgetDocument {
    pub(super) fn of(model: &Model, program: &ProgramPlan) -> Self {
        Self {
            money: PlanMoney { total: Some(model.total_budget()) },
            spent: program.allocation.total(),
            spent_present_value: model.present_value(&program.allocation),
            locked: keys::any_locked(model).then(|| model.locked.lines.total()),
            lines: program.budget.iter().map(|line| BudgetLineDocument::of(model, line)).collect(),
        }
    }
}

/// A rule that whole rupiah cannot keep.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnkeptDocument {
    /// The rule, as in a conflict.
    #[serde(flatten)]
    pub rule: StatedRule,
    /// By how much it is missed [Rp].
    pub missing: i64,
}

/// A facility type with its letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LetterDocument {
    /// The letter of Article 89 paragraph (6).
    pub letter: String,
    /// The facility type.
    pub facility_type: FacilityKey,
}

/// Worth of the money of a source in a year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MarginalValue {
    /// The source.
    pub source: String,
    /// Calendar year.
    pub year: i32,
    /// Worth of the next rupiah [unit of the metric per Rp]; null where it is not known.
    pub per_rupiah: Option<f64>,
    /// The last and the next rupiah in full; null under `--quick` or a time limit.
    pub margin: Option<MarginDocument>,
}

/// A floor or cap with its worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LimitWorth {
    /// The floor or cap.
    #[serde(flatten)]
    pub limit: LimitDocument,
    /// Worth of raising it by a rupiah [unit of the metric per Rp]; null where it is not known.
    pub worth_per_rupiah: Option<f64>,
    /// The last and the next rupiah in full; null under `--quick` or a time limit.
    pub margin: Option<MarginDocument>,
}

/// The gain of one more billion rupiah from a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NextBillionDocument {
    /// The source.
    pub source: String,
    /// The gain [unit of the metric]; null where no allocation would keep all rules, since floors that are shares grow with
    /// it, or where so much money could take a capacity below zero by spillovers.
    pub gain: Option<f64>,
}

/// A plan with few lines beside the best one. A line is a source, an intervention, a cluster and a year with money beyond what is
/// locked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TidyDocument {
    /// The share of the best plan's objective that may be given up, of a hundredth of the budget where that is more (of employment
    /// one full-time-equivalent year).
    pub share: f64,
    /// Lines of the best plan.
    pub lines_before: usize,
    /// Lines of this plan.
    pub lines_after: usize,
    /// Proven: no plan that gives up no more has fewer lines. Null where no bound could be worked out.
    pub lines_at_least: Option<usize>,
    /// Whether the search for few lines came to its end before the time limit.
    pub complete: bool,
    /// Objective of the best plan, in the program's reading [`unit`].
    pub best_objective: f64,
    /// By how much the objective of this plan is below it, in the program's reading [`unit`].
    pub given_up: f64,
    /// The same as a share of what `share` is of.
    pub given_up_share: f64,
    /// By how much the best plan's increment is above this plan's in the simulator's reading, on fresh samples, paired [`unit`];
    /// `wins` is the share of samples in which it is. Null where this plan is the best one.
    pub simulated: Option<Comparison>,
}

impl TidyDocument {
    /// What a plan gives up for fewer lines; nothing where few lines were not asked for.
    pub(super) fn of(study: &PlanStudy) -> Option<Self> {
        let tidied = study.program.tidied.as_ref()?;
        Some(Self {
            share: tidied.share,
            lines_before: tidied.before,
            lines_after: tidied.after,
            lines_at_least: tidied.at_least,
            complete: tidied.ended,
            best_objective: tidied.best_objective,
            given_up: tidied.given_up,
            given_up_share: tidied.given_up / tidied.size,
            simulated: study.given_up.as_ref().map(Into::into),
        })
    }
}

/// Levels of the metric with the plan in both readings, on the planning samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReadingsDocument {
    /// Mean level in the program's reading: well run, with foresight.
    pub program_level: f64,
    /// Mean level in the simulator's reading: established ways of selling.
    pub simulated_level: f64,
    /// Their difference as a share of the program's level.
    pub gap: f64,
}

impl From<CoordinationGap> for ReadingsDocument {
    fn from(of: CoordinationGap) -> Self {
        Self { program_level: of.program, simulated_level: of.simulated, gap: of.share() }
    }
}

/// A mix that the plan is compared with. Mixes keep minimum sizes, hold what is locked and open no candidate but today's; floors,
/// caps, coverage, units, least lines, grains and rules for sites do not bind them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BaselineDocument {
    /// Which.
    pub baseline: BaselineKey,
    /// Money that it spends [Rp].
    pub spent: i64,
    /// Its increment over no plan [unit of the metric].
    pub increment: Estimate,
    /// The increment of each rupiah, as `per_rupiah` of the plan.
    pub per_rupiah: Option<f64>,
    /// The gain of the plan over it, paired [unit of the metric].
    pub gain: Comparison,
    /// In how many of the clusters that it supports it is short of coverage.
    pub clusters_short_of_coverage: usize,
    /// Whether it keeps the rules for sites.
    pub keeps_site_rules: bool,
    /// Its worth to the public.
    pub worth: WorthDocument,
}

impl BaselineDocument {
    fn of(model: &Model, metric: Metric, of: &BaselineResult) -> Self {
        Self {
            baseline: of.baseline.into(),
            spent: of.allocation.total(),
            increment: (&of.increment).into(),
            per_rupiah: per_rupiah(model, metric, &of.allocation, &of.increment),
            gain: (&of.gain).into(),
            clusters_short_of_coverage: model.short_clusters(&of.allocation).1,
            keeps_site_rules: model.keeps_sites(&of.allocation),
            worth: WorthDocument::of(model, &of.worth),
        }
    }
}

/// A plan on fresh samples, in the simulator's reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EvaluationDocument {
    /// Fresh samples.
    pub samples: usize,
    /// The metric that is maximised.
    pub metric: MetricKey,
    /// The increment over no plan [unit of the metric].
    pub increment: Estimate,
    /// The increment of each rupiah spent: `increment` over `spent_present_value`, present value over present value [Rp per Rp];
    /// null for employment or where nothing is spent.
    pub per_rupiah: Option<f64>,
    /// The increment of every metric [its unit].
    pub increments: BTreeMap<MetricKey, Estimate>,
    /// How likely targets of the scenario are reached.
    pub targets: Vec<ReachedDocument>,
    /// Mixes that the plan is compared with.
    pub baselines: Vec<BaselineDocument>,
}

impl EvaluationDocument {
    pub(super) fn of(model: &Model, study: &PlanStudy) -> Self {
        let metric = study.request.metric;
        Self {
            samples: study.request.evaluation,
            metric: MetricKey::of(model, metric),
            increment: (&study.headline).into(),
            per_rupiah: study.per_rupiah(model),
            increments: study
                .increments
                .iter()
                .map(|(metric, of)| (MetricKey::of(model, *metric), of.into()))
                .collect(),
            targets: ReachedDocument::of(model, &study.evaluation.reached),
            baselines: study.baselines.iter().map(|of| BaselineDocument::of(model, metric, of)).collect(),
        }
    }
}

/// How far from optimal a plan can be, by the bound of Mak, Morton and Wood (Operations Research Letters 24, 1999).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OptimalityGapDocument {
    /// Mean gap over the batches [unit of the metric].
    pub mean: f64,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// With 95 % confidence no plan is better by more [unit of the metric].
    pub upper_95: Option<f64>,
    /// The same as a share of the value on fresh samples.
    pub relative: Option<f64>,
    /// Batches.
    pub batches: usize,
    /// Samples of each.
    pub batch_samples: usize,
}

impl From<&OptimalityGap> for OptimalityGapDocument {
    fn from(of: &OptimalityGap) -> Self {
        Self {
            mean: of.mean,
            standard_error: finite(of.standard_error),
            upper_95: finite(of.limit),
            relative: finite(of.relative),
            batches: of.batches,
            batch_samples: of.batch,
        }
    }
}

/// The value of the stochastic solution: what planning for uncertainty earned over planning for averages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VssDocument {
    /// The estimate.
    #[serde(flatten)]
    pub figure: Figure,
    /// The promise of a plan for averages [unit of the metric].
    pub promise_of_averages: f64,
}

impl VssDocument {
    pub(super) fn of(assurance: &Assurance) -> Self {
        Self { figure: (&assurance.vss).into(), promise_of_averages: assurance.mean_promise }
    }
}
