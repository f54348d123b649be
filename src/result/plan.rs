//! `plan.json`, and `optimise --json` but for `seconds`: everything about a plan that does not depend on the machine.

mod parts;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::allocation::allocation_lines;
use super::changes::ChangeDocument;
use super::coverage::CoverageDocument;
use super::economy::IdledDocument;
use super::estimate::{Figure, Risk, Title, finite};
use super::hash::scenario_hash;
use super::keys;
use super::limits::{CofundingDocument, LimitDocument};
use super::margin::{self, MarginDocument};
use super::metric::MetricKey;
use super::rule::RuleTeller;
use super::site::SiteDocument;
use super::words::{BoundByKey, FacilityKey, NetKey, StatusKey};
use super::worth::{EndsDocument, WorthDocument};
use crate::model::{Allocation, FacilityType, Model, Net, StandingKind};
use crate::opt::builder::Rule;
use crate::opt::certificate::TOLERANCE;
use crate::opt::solve::BoundBy;
use crate::opt::{ProgramPlan, Stop};
use crate::scenario::PlanLine;
use crate::study::PlanStudy;
pub use parts::{
    BaselineDocument, BudgetDocument, BudgetLineDocument, CertificateDocument, EvaluationDocument,
    LetterDocument, LimitWorth, MarginalValue, NextBillionDocument, ObligationDocument,
    OptimalityGapDocument, PlanSchema, ReadingsDocument, SizeDocument, SolverDocument, TidyDocument,
    UnkeptDocument, VerdictKey, VssDocument,
};

/// A plan with its proof and everything known about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanDocument {
    /// The schema.
    pub schema: PlanSchema,
    /// The title of the scenario.
    pub title: Title,
    /// SHA-256 of the model computed with, its budget scaled as `--budget` says. A plan is refused with another scenario.
    pub scenario_hash: String,
    /// What overrides change in the scenario. Absent where they change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeDocument>,
    /// The metric that is maximised.
    pub metric: MetricKey,
    /// The costs that the objective subtracts from the metric; absent where none are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net: Option<NetKey>,
    /// Its unit.
    pub unit: String,
    /// How planning ended.
    pub status: StatusKey,
    /// Risk-adjusted increment of the metric over no plan, less costs where `net` says so, in the program's reading [`unit`].
    pub objective: f64,
    /// A valid upper bound on it [`unit`]; null where none is known.
    pub bound: Option<f64>,
    /// (bound − objective) / max(|objective|, one money unit; one full-time-equivalent year for employment; a hundredth of the
    /// budget with `net`).
    pub gap: Option<f64>,
    /// The relative gap that was asked for.
    pub gap_asked: f64,
    /// What was given up for fewer lines; absent where few lines were not asked for. With it, `allocation`, `objective`, `gap` and
    /// everything that is simulated are of the plan with few lines; `status`, margins and the next billion are of the best plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tidy: Option<TidyDocument>,
    /// The origin of the bound.
    pub bound_by: BoundByKey,
    /// Planning samples.
    pub samples: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// The attitude to risk.
    pub risk: Risk,
    /// Mean level of the metric without a plan, on the planning samples [`unit`].
    pub level_without: f64,
    /// Mean level of the metric with the plan, less costs where `net` says so, on the planning samples [`unit`].
    pub level_with: f64,
    /// The independent check of the solver's answer.
    pub certificate: CertificateDocument,
    /// The solver.
    pub solver: SolverDocument,
    /// The size of the program.
    pub program_size: SizeDocument,
    /// Budgets and what the plan spends of them.
    pub budget: BudgetDocument,
    /// Upkeep that sources bear after the last budget year. Absent where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<ObligationDocument>,
    /// The allocation, line by line.
    pub allocation: Vec<PlanLine>,
    /// Rules that whole rupiah cannot keep, though amounts that need not be whole do: nearly always none.
    pub unkept: Vec<UnkeptDocument>,
    /// Candidates: opened or not, and what those that are not would need to enter. Absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<SiteDocument>,
    /// Facility types that get no money, and are neither provided before nor waived in every supported cluster.
    pub unmet_facility_types: Vec<LetterDocument>,
    /// Worth of money by source and year.
    pub marginal_value: Vec<MarginalValue>,
    /// Floors and caps.
    pub limits: Vec<LimitWorth>,
    /// Co-funding rules and how the plan keeps them. Absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cofunding: Vec<CofundingDocument>,
    /// Coverage of the clusters that the plan supports. Minima of coverage have no margin: they hold for clusters that are
    /// whole numbers of the plan.
    pub coverage: CoverageDocument,
    /// The gain of one more billion rupiah from each source, solved again.
    pub next_billion: Vec<NextBillionDocument>,
    /// How the two readings compare on the planning samples.
    pub coordination: ReadingsDocument,
    /// The worth of the plan to the public.
    pub worth: WorthDocument,
    /// With `net`, the funded line that brings least and the one outside that would bring most. Absent without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<EndsDocument>,
    /// Routes that the program would idle though enterprises run them; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idled: Option<IdledDocument>,
    /// The plan on fresh samples, in the simulator's reading.
    pub evaluation: EvaluationDocument,
    /// The value of the plan on fresh samples, in the program's reading [`unit`]; null under `--quick` or a time limit.
    pub out_of_sample: Option<Figure>,
    /// How far from optimal the plan can be; null under `--quick` or a time limit.
    pub optimality_gap: Option<OptimalityGapDocument>,
    /// Worth of knowing the future before spending, an upper estimate [`unit`]; null under `--quick` or a time limit.
    pub evpi: Option<Figure>,
    /// The gain of planning for uncertainty over planning for averages [`unit`]; null under `--quick` or a time limit.
    pub vss: Option<VssDocument>,
}

/// Facility types that get nothing from an allocation, though some cluster it supports was not provided with them before nor excused.
pub fn unmet(model: &Model, of: &Allocation) -> Vec<FacilityType> {
    FacilityType::ALL
        .iter()
        .copied()
        .filter(|facility| !is_funded(model, of, *facility) && !is_settled(model, of, *facility))
        .collect()
}

/// True if an allocation commits money to a facility type.
pub fn is_funded(model: &Model, of: &Allocation, facility: FacilityType) -> bool {
    of.sum(|line| model.chain_of(line.cluster).interventions[line.intervention.index()].facility == facility)
        > 0
}

/// True if every cluster that an allocation supports was provided with a facility type before, or is excused from it.
fn is_settled(model: &Model, of: &Allocation, facility: FacilityType) -> bool {
    let supported = model.supported(of);
    let settled = |c| {
        let standing = model.standing(c, facility).map(|standing| standing.kind);
        matches!(standing, Some(StandingKind::Provided | StandingKind::Waived))
    };
    let mut clusters = model.cluster_ids().filter(|c| supported[c.index()]).peekable();
    clusters.peek().is_some() && clusters.all(settled)
}

fn certificate(program: &ProgramPlan) -> CertificateDocument {
    let found = &program.certificate;
    let proven = program.stop == Stop::Proven
        && program.bound_by == BoundBy::Certificate
        && found.primal_violation <= TOLERANCE;
    CertificateDocument {
        primal_violation: finite(found.primal_violation),
        dual_violation: finite(found.dual_violation),
        gap: finite(found.gap),
        tolerance: TOLERANCE,
        verdict: if proven { VerdictKey::Proven } else { VerdictKey::NotProven },
    }
}

fn marginal_value(model: &Model, program: &ProgramPlan) -> Vec<MarginalValue> {
    let of = |s, y| {
        let rule = Rule::Budget(s, y);
        MarginalValue {
            source: keys::source(model, s),
            year: model.horizon.calendar_year(y),
            per_rupiah: program.next_rupiah(rule),
            margin: margin_of(program, rule),
        }
    };
    model.source_ids().flat_map(|s| (0..model.horizon.years).map(move |y| of(s, y))).collect()
}

fn margin_of(program: &ProgramPlan, rule: Rule) -> Option<MarginDocument> {
    margin::of_rule(&program.margins, rule)
}

fn limits(model: &Model, program: &ProgramPlan) -> Vec<LimitWorth> {
    let of = |number: usize| LimitWorth {
        limit: LimitDocument::of(model, number),
        worth_per_rupiah: program.next_rupiah(Rule::Limit(number)),
        margin: margin_of(program, Rule::Limit(number)),
    };
    (0..model.limits.len()).map(of).collect()
}

fn unkept(model: &Model, program: &ProgramPlan) -> Vec<UnkeptDocument> {
    let teller = RuleTeller { model, numbers: &[], scaled: false };
    let told = program.unkept.iter();
    told.map(|unkept| UnkeptDocument { rule: teller.stated(unkept.rule), missing: unkept.missing }).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

impl PlanDocument {
    /// The document of a plan.
    pub fn of(model: &Model, study: &PlanStudy) -> Self {
        let (program, request) = (&study.program, &study.request);
        let letter = |f: FacilityType| LetterDocument {
            letter: f.letter().to_string(),
            facility_type: FacilityKey::from(f),
        };
        let assurance = study.assurance.as_ref();
        Self {
            schema: PlanSchema::One,
            title: (&model.title).into(),
            scenario_hash: scenario_hash(model),
            changes: Vec::new(),
            metric: MetricKey::of(model, request.metric),
            net: (model.net() != Net::Off).then(|| model.net().into()),
            unit: request.metric.unit().to_string(),
            status: program.stop.into(),
            objective: program.objective,
            bound: finite(program.bound),
            gap: finite(program.gap),
            gap_asked: program.gap_asked,
            tidy: TidyDocument::of(study),
            bound_by: program.bound_by.into(),
            samples: request.planning,
            seed: request.seed,
            risk: model.risk.into(),
            level_without: mean(&program.without),
            level_with: mean(&program.with),
            certificate: certificate(program),
            solver: SolverDocument { name: crate::opt::lp::solver_name(), method: program.solved_by.name() },
            program_size: program.size.into(),
            budget: BudgetDocument::of(model, program),
            obligations: ObligationDocument::of(model, &program.allocation),
            allocation: allocation_lines(model, &program.allocation),
            unkept: unkept(model, program),
            sites: SiteDocument::of(model, program),
            unmet_facility_types: unmet(model, &program.allocation).into_iter().map(letter).collect(),
            marginal_value: marginal_value(model, program),
            limits: limits(model, program),
            cofunding: (model.cofunding.iter())
                .map(|rule| CofundingDocument::of(model, rule, Some(&program.allocation)))
                .collect(),
            coverage: CoverageDocument::of(model, &program.allocation),
            next_billion: (program.next_billion.iter())
                .map(|next| NextBillionDocument { source: keys::source(model, next.source), gain: next.gain })
                .collect(),
            coordination: study.coordination.into(),
            worth: WorthDocument::of(model, &study.worth),
            ends: (model.net() != Net::Off).then(|| EndsDocument::of(model, &study.ends)),
            idled: IdledDocument::of(model, study),
            evaluation: EvaluationDocument::of(model, study),
            out_of_sample: assurance.map(|of| (&of.fresh).into()),
            optimality_gap: assurance.map(|of| (&of.gap).into()),
            evpi: assurance.map(|of| (&of.evpi).into()),
            vss: assurance.map(VssDocument::of),
        }
    }
}
