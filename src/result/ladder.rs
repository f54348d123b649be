//! `ladder --json` and the tables of a ladder of budgets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::allocation::allocation_lines;
use super::changes::ChangeDocument;
use super::compare::Around;
use super::estimate::{Comparison, Estimate, Title};
use super::hash::scenario_hash;
use super::metric::MetricKey;
use super::table::{Plain, rows};
use crate::model::{Allocation, Model};
use crate::opt::planner::inquiry::Lines;
use crate::scenario::{PlanLine, Scenario};
use crate::study::LadderStudy;
use crate::study::ladder::{Change, Evaluated, Nested, Step, Way};
use crate::study::worth::Amount;

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum LadderSchema {
    /// Version 1.
    #[serde(rename = "rantai.ladder/1")]
    One,
}

/// A value that was found with a range that is proven.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bracketed {
    /// The value between the plans that were found.
    pub value: f64,
    /// The least and the most that it can be, by the bounds.
    pub range: [f64; 2],
}

/// How the money of an intervention in a cluster changes from the step before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LineChange {
    /// Key of the cluster.
    pub cluster: String,
    /// Key of the intervention.
    pub intervention: String,
    /// Key of its facility type.
    pub facility_type: String,
    /// Its money at the step before, all sources and years \[Rp\].
    pub before: i64,
    /// Its money at the step \[Rp\].
    pub after: i64,
}

/// What the simulator says of a plan on fresh samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepEvaluation {
    /// What the plan adds to the objective over no plan.
    pub value: Estimate,
    /// What it adds beyond the plan of the step before; null at the first step.
    pub gain: Option<Comparison>,
    /// Net present value to the budget, where all money is cost \[Rp\].
    pub npv_budget: Around,
    /// Net present value to the economy, where the use of resources is \[Rp\].
    pub npv_economy: Around,
}

/// A step with the plan that is best for its budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepDocument {
    /// Its number, from 1.
    pub step: usize,
    /// Its budget \[Rp\].
    pub budget: i64,
    /// The money that its plan spends \[Rp\].
    pub spent: i64,
    /// How the search ended: `optimal`, `gap_not_reached` or `time_limit`.
    pub status: String,
    /// Risk-adjusted objective of the plan on the planning samples \[`unit`\].
    pub objective: f64,
    /// No plan brings more, proven \[`unit`\].
    pub bound: f64,
    /// (bound - objective) over the size of the objective.
    pub gap: f64,
    /// Rules that whole rupiah do not keep, though amounts that need not be whole do.
    pub rules_unkept: usize,
    /// What a billion more brings, in proportion to all sources and years \[`unit`\]; null where that is not known.
    pub next_billion: Option<Bracketed>,
    /// The simulator's reading.
    pub evaluation: StepEvaluation,
    /// Interventions whose money differs from that at the step before (at the first step: from nothing), those that grow most first.
    pub changes: Vec<LineChange>,
    /// The plan.
    pub allocation: Vec<PlanLine>,
}

/// A step of the plans that take nothing back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NestedStepDocument {
    /// Its number, from 1.
    pub step: usize,
    /// The money that its plan spends \[Rp\].
    pub spent: i64,
    /// Risk-adjusted objective of the plan on the planning samples \[`unit`\].
    pub objective: f64,
    /// Rules that the plan breaks by some rupiah: nearly always none.
    pub rules_broken: usize,
    /// The simulator's reading.
    pub evaluation: StepEvaluation,
    /// The plan.
    pub allocation: Vec<PlanLine>,
}

/// How the plans that take nothing back were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WayKey {
    /// All steps as one program.
    Joint,
    /// Upward and downward from the best plan of a step.
    FromStep,
}

/// Plans of which none takes back what an earlier one gave an intervention in a cluster and year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NestedDocument {
    /// How they were found.
    pub way: WayKey,
    /// The step from which they were built; null for `joint`.
    pub from_step: Option<usize>,
    /// Mean of the steps' objectives, which is made as high as possible \[`unit`\].
    pub mean: f64,
    /// No such plans have a higher mean, proven \[`unit`\].
    pub bound: f64,
    /// What a step loses by it in the mean, beside the plans that are best for each budget \[`unit`\].
    pub price: Bracketed,
    /// The steps.
    pub steps: Vec<NestedStepDocument>,
}

/// A ladder of budgets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LadderDocument {
    /// The schema.
    pub schema: LadderSchema,
    /// The title of the scenario.
    pub title: Title,
    /// SHA-256 of the model of the scenario.
    pub scenario_hash: String,
    /// What overrides change. Absent where they change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeDocument>,
    /// The metric that plans maximise.
    pub metric: MetricKey,
    /// Its unit.
    pub unit: String,
    /// Planning samples.
    pub planning: usize,
    /// Fresh samples of the evaluation.
    pub evaluation: usize,
    /// Seed of all draws.
    pub seed: u64,
    /// The relative gap to which plans were searched for.
    pub gap_asked: f64,
    /// The steps, from the lowest budget.
    pub steps: Vec<StepDocument>,
    /// The step with the highest net present value to the budget.
    pub highest_npv: usize,
    /// Steps at which the net present value to the budget has another sign than at the step before.
    pub npv_turns: Vec<usize>,
    /// The plans that take nothing back; null where time was up or none were found.
    pub nested: Option<NestedDocument>,
}

impl LadderDocument {
    /// The document of a ladder.
    pub fn of(scenario: &Scenario, model: &Model, study: &LadderStudy) -> Self {
        let planning = &study.settings.planning;
        Self {
            schema: LadderSchema::One,
            title: (&model.title).into(),
            scenario_hash: scenario_hash(model),
            changes: ChangeDocument::all(scenario),
            metric: MetricKey::of(model, planning.metric),
            unit: planning.metric.unit().to_string(),
            planning: planning.planning,
            evaluation: planning.evaluation,
            seed: planning.seed,
            gap_asked: study.gap,
            steps: study.steps.iter().enumerate().map(|(at, step)| step_of(model, at, step)).collect(),
            highest_npv: study.best_step() + 1,
            npv_turns: study.turns().into_iter().map(|step| step + 1).collect(),
            nested: study.nested.as_ref().map(|nested| nested_of(model, nested)),
        }
    }
}

fn evaluation_of(of: &Evaluated) -> StepEvaluation {
    let figure = |of: Amount| Around::of(of.mean, of.half_width);
    StepEvaluation {
        value: (&of.value).into(),
        gain: of.gain.as_ref().map(Comparison::from),
        npv_budget: figure(of.worth.budget.npv),
        npv_economy: figure(of.worth.economy.npv),
    }
}

fn step_of(model: &Model, at: usize, step: &Step) -> StepDocument {
    let plan = &step.plan;
    StepDocument {
        step: at + 1,
        budget: step.budget,
        spent: plan.allocation.total(),
        status: plan.stop.key().to_string(),
        objective: plan.objective,
        bound: plan.bound,
        gap: plan.gap,
        rules_unkept: plan.unkept,
        next_billion: step.next.map(|next| Bracketed { value: next.gain, range: next.range }),
        evaluation: evaluation_of(&step.evaluated),
        changes: step.changes.iter().map(|change| change_of(model, *change)).collect(),
        allocation: allocation_lines(model, &plan.allocation),
    }
}

fn change_of(model: &Model, change: Change) -> LineChange {
    let intervention = &model.chain_of(change.cluster).interventions[change.intervention.index()];
    LineChange {
        cluster: model.clusters[change.cluster.index()].key.clone(),
        intervention: intervention.key.clone(),
        facility_type: intervention.facility.key().to_string(),
        before: change.before,
        after: change.after,
    }
}

fn nested_of(model: &Model, nested: &Nested) -> NestedDocument {
    let (value, range) = nested.price();
    let steps = nested.steps.iter().enumerate().filter_map(|(at, step)| {
        Some(NestedStepDocument {
            step: at + 1,
            spent: step.allocation.total(),
            objective: step.objective,
            rules_broken: step.broken,
            evaluation: evaluation_of(step.evaluated.as_ref()?),
            allocation: allocation_lines(model, &step.allocation),
        })
    });
    let (way, from_step) = match nested.way {
        Way::Joint => (WayKey::Joint, None),
        Way::From(step) => (WayKey::FromStep, Some(step + 1)),
    };
    NestedDocument {
        way,
        from_step,
        mean: nested.mean,
        bound: nested.bound,
        price: Bracketed { value, range },
        steps: steps.collect(),
    }
}

rows! {
    /// A row of `ladder.csv`: a measure of a step.
    LadderRow {
        /// Number of the step, from 1.
        step: usize,
        /// Its budget \[Rp\].
        budget: i64,
        /// `free` for the plan that is best for the budget, `nested` for the one that takes nothing back.
        sequence: String,
        /// `spent`, `objective`, `next_billion`, `value`, `gain`, `npv_budget` or `npv_economy`.
        measure: String,
        /// Mean, or the amount.
        mean: Plain,
        /// Lower end of the 95 % interval; of `objective` and `next_billion` the least that is proven. Empty where there is none.
        low: Plain,
        /// Upper end of it.
        high: Plain,
        /// The unit.
        unit: String,
    }

    /// A row of `ladder_lines.csv`: an intervention in a cluster at a step.
    LadderLineRow {
        /// Number of the step, from 1.
        step: usize,
        /// Its budget \[Rp\].
        budget: i64,
        /// `free` or `nested`.
        sequence: String,
        /// Key of the cluster.
        cluster: String,
        /// Key of the intervention.
        intervention: String,
        /// Key of its facility type.
        facility_type: String,
        /// Its money, all sources and years \[Rp\].
        rupiah: i64,
        /// That less its money at the step before; at the first step all of it \[Rp\].
        change: i64,
    }
}

/// The sequences with their words.
fn sequences(study: &LadderStudy) -> Vec<(&'static str, Vec<&Allocation>, Vec<&Evaluated>)> {
    let free = study.steps.iter().map(|step| (&step.plan.allocation, &step.evaluated)).unzip();
    let (plans, evaluated): (Vec<_>, Vec<_>) = free;
    let mut all = vec![("free", plans, evaluated)];
    if let Some(nested) = &study.nested {
        let own = nested.steps.iter().filter_map(|step| Some((&step.allocation, step.evaluated.as_ref()?)));
        let (plans, evaluated): (Vec<_>, Vec<_>) = own.unzip();
        all.push(("nested", plans, evaluated));
    }
    all
}

impl LadderRow {
    /// The rows of a ladder.
    pub fn all(study: &LadderStudy) -> Vec<Self> {
        let metric = study.settings.planning.metric;
        let mut list = Vec::new();
        for (word, plans, evaluated) in sequences(study) {
            for (number, step) in study.steps.iter().enumerate() {
                let (plan, evaluated) = (plans[number], evaluated[number]);
                let mut add = |measure: &str, unit: &str, [mean, low, high]: [f64; 3]| {
                    list.push(Self {
                        step: number + 1,
                        budget: step.budget,
                        sequence: word.to_string(),
                        measure: measure.to_string(),
                        mean: Plain(mean),
                        low: Plain(low),
                        high: Plain(high),
                        unit: unit.to_string(),
                    });
                };
                let around = |mean: f64, half: f64| [mean, mean - half, mean + half];
                add("spent", "Rp", [plan.total() as f64, f64::NAN, f64::NAN]);
                match (word, &study.nested) {
                    ("nested", Some(nested)) => {
                        let own = nested.steps[number].objective;
                        add("objective", metric.unit(), [own, own, f64::NAN]);
                    }
                    _ => {
                        let own = &step.plan;
                        add("objective", metric.unit(), [own.objective, own.objective, own.bound]);
                        if let Some(next) = step.next {
                            let [low, high] = next.range;
                            add("next_billion", metric.unit(), [next.gain, low, high]);
                        }
                    }
                }
                add("value", metric.unit(), around(evaluated.value.mean, evaluated.value.half_width));
                if let Some(gain) = evaluated.gain {
                    add("gain", metric.unit(), around(gain.mean, gain.half_width));
                }
                let (budget, economy) = (evaluated.worth.budget.npv, evaluated.worth.economy.npv);
                add("npv_budget", "Rp", around(budget.mean, budget.half_width));
                add("npv_economy", "Rp", around(economy.mean, economy.half_width));
            }
        }
        list
    }
}

impl LadderLineRow {
    /// The rows of a ladder: every intervention in a cluster that has money at any step.
    pub fn all(model: &Model, study: &LadderStudy) -> Vec<Self> {
        let mut list = Vec::new();
        for (word, plans, _) in sequences(study) {
            for place in crate::study::group::places(model) {
                let lines = Lines { places: Some(vec![place]), ..Lines::default() };
                let money: Vec<i64> = plans.iter().map(|plan| lines.of(plan)).collect();
                if money.iter().all(|rupiah| *rupiah == 0) {
                    continue;
                }
                let (cluster, intervention) = place;
                let own = &model.chain_of(cluster).interventions[intervention.index()];
                for (number, rupiah) in money.iter().enumerate() {
                    list.push(Self {
                        step: number + 1,
                        budget: study.steps[number].budget,
                        sequence: word.to_string(),
                        cluster: model.clusters[cluster.index()].key.clone(),
                        intervention: own.key.clone(),
                        facility_type: own.facility.key().to_string(),
                        rupiah: *rupiah,
                        change: rupiah - number.checked_sub(1).map_or(0, |before| money[before]),
                    });
                }
            }
        }
        list
    }
}
