//! `compare --json` and the tables of a comparison.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::allocation::allocation_lines;
use super::changes::ChangeDocument;
use super::estimate::{Comparison, Estimate, Title, finite};
use super::hash::scenario_hash;
use super::metric::MetricKey;
use super::table::{Plain, rows};
use crate::model::Model;
use crate::scenario::{PlanLine, Scenario};
use crate::study::CompareStudy;
use crate::study::compare::{CaseResult, Decision, Pair};
use crate::study::worth::Amount;

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CompareSchema {
    /// Version 1.
    #[serde(rename = "rantai.comparison/1")]
    One,
}

/// What the samples say of two cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKey {
    /// The first is better by more than the indifference.
    First,
    /// The second is.
    Second,
    /// They differ by no more than the indifference.
    Equal,
    /// Not decided.
    Open,
}

impl From<Decision> for DecisionKey {
    fn from(of: Decision) -> Self {
        match of {
            Decision::First => Self::First,
            Decision::Second => Self::Second,
            Decision::Equal => Self::Equal,
            Decision::Open => Self::Open,
        }
    }
}

/// A mean with its interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Around {
    /// The mean.
    pub mean: f64,
    /// Its 95 % confidence interval: low, high.
    pub interval: [f64; 2],
}

impl Around {
    pub(super) fn of(mean: f64, half: f64) -> Self {
        Self { mean, interval: [mean - half, mean + half] }
    }
}

/// What a plan adds to a metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MetricIncrement {
    /// The metric.
    pub metric: MetricKey,
    /// Its unit.
    pub unit: String,
    /// The increment over no plan.
    pub increment: Estimate,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseDocument {
    /// Its number, from 1.
    pub case: usize,
    /// Its name.
    pub title: Title,
    /// SHA-256 of the model that it was computed with.
    pub scenario_hash: String,
    /// What it changes in the scenario. Absent where it changes nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeDocument>,
    /// Its money in all [Rp].
    pub budget: i64,
    /// The money that its plan spends [Rp].
    pub spent: i64,
    /// Rules that its plan breaks: mixes and given plans may.
    pub rules_broken: usize,
    /// By how much the best plan may exceed it at most on the planning samples, proven [`unit`]; null where the plan was not made here.
    pub at_most_better: Option<f64>,
    /// What the plan adds to the objective over no plan in the same case.
    pub value: Estimate,
    /// What it adds to every metric.
    pub increments: Vec<MetricIncrement>,
    /// Net present value to the budget, where all money is cost [Rp].
    pub npv_budget: Around,
    /// Net present value to the economy, where the use of resources is [Rp].
    pub npv_economy: Around,
    /// Share of samples in which it is best; ties are split.
    pub best: f64,
    /// Its 95 % interval.
    pub best_interval: [f64; 2],
    /// Mean of what the best case of each sample has more [`unit`].
    pub regret: Around,
    /// Its plan.
    pub allocation: Vec<PlanLine>,
}

/// Two cases, the first less the second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PairDocument {
    /// Number of the first case.
    pub first: usize,
    /// Number of the second.
    pub second: usize,
    /// The difference, paired sample by sample.
    pub difference: Comparison,
    /// Its interval that holds for all pairs together, and at every look.
    pub interval: [f64; 2],
    /// What that interval decides.
    pub decision: DecisionKey,
}

/// A case in which the plan of another case does better than its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BeatenDocument {
    /// Number of the case.
    pub case: usize,
    /// Number of the case whose plan does better.
    pub by: usize,
    /// By how much, in the scenario of the first.
    pub gain: Comparison,
}

/// Cases compared on common random numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CompareDocument {
    /// The schema.
    pub schema: CompareSchema,
    /// The title of the scenario.
    pub title: Title,
    /// SHA-256 of the model of the scenario.
    pub scenario_hash: String,
    /// What overrides change in all cases. Absent where they change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeDocument>,
    /// The metric that cases are compared by.
    pub metric: MetricKey,
    /// Its unit.
    pub unit: String,
    /// Planning samples.
    pub planning: usize,
    /// Fresh samples that cases were compared on.
    pub samples: usize,
    /// Samples at most, where the comparison went on until every difference was decided.
    pub cap: Option<usize>,
    /// Seed of all draws.
    pub seed: u64,
    /// Differences up to this do not matter [`unit`].
    pub indifference: f64,
    /// Probability that any of the differences is decided wrongly.
    pub error: f64,
    /// Whether every difference is decided.
    pub decided: bool,
    /// The cases.
    pub cases: Vec<CaseDocument>,
    /// Every pair of them.
    pub pairs: Vec<PairDocument>,
    /// Cases whose own plan is beaten. Absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beaten: Vec<BeatenDocument>,
}

/// A case with the scenario and the model that it was computed with.
#[derive(Debug, Clone, Copy)]
pub struct ToldCase<'a> {
    /// The scenario with what the case changes.
    pub scenario: &'a Scenario,
    /// Its model, with the case's budget.
    pub model: &'a Model,
}

impl CompareDocument {
    /// The document of a comparison of `told` cases on `scenario`.
    pub fn of(scenario: &Scenario, told: &[ToldCase<'_>], study: &CompareStudy) -> Self {
        let (model, settings) = (&scenario.model, &study.settings);
        let metric = settings.planning.metric;
        let cases = study.cases.iter().zip(told).enumerate();
        Self {
            schema: CompareSchema::One,
            title: (&model.title).into(),
            scenario_hash: scenario_hash(model),
            changes: ChangeDocument::all(scenario),
            metric: MetricKey::of(model, metric),
            unit: metric.unit().to_string(),
            planning: settings.planning.planning,
            samples: study.samples,
            cap: settings.cap,
            seed: settings.planning.seed,
            indifference: settings.indifference,
            error: crate::study::compare::ERROR,
            decided: study.decided,
            cases: cases.map(|(number, (case, told))| case_of(number, case, *told, scenario)).collect(),
            pairs: study.pairs.iter().map(pair).collect(),
            beaten: study
                .beaten
                .iter()
                .map(|own| BeatenDocument { case: own.case + 1, by: own.by + 1, gain: (&own.gain).into() })
                .collect(),
        }
    }
}

fn pair(of: &Pair) -> PairDocument {
    PairDocument {
        first: of.first + 1,
        second: of.second + 1,
        difference: (&of.difference).into(),
        interval: of.interval,
        decision: of.decision.into(),
    }
}

fn case_of(number: usize, case: &CaseResult, told: ToldCase<'_>, whole: &Scenario) -> CaseDocument {
    let model = told.model;
    let figure = |of: Amount| Around::of(of.mean, of.half_width);
    // What all cases change stands in the document itself.
    let changes = ChangeDocument::all(told.scenario);
    let common = ChangeDocument::all(whole);
    CaseDocument {
        case: number + 1,
        title: (&case.title).into(),
        scenario_hash: scenario_hash(model),
        changes: changes.into_iter().filter(|change| !common.contains(change)).collect(),
        budget: case.budget,
        spent: case.allocation.total(),
        rules_broken: case.broken,
        at_most_better: case.bound.and_then(finite),
        value: (&case.value).into(),
        increments: case
            .increments
            .iter()
            .map(|(metric, estimate)| MetricIncrement {
                metric: MetricKey::of(model, *metric),
                unit: metric.unit().to_string(),
                increment: estimate.into(),
            })
            .collect(),
        npv_budget: figure(case.worth.budget.npv),
        npv_economy: figure(case.worth.economy.npv),
        best: case.best.share,
        best_interval: case.best.share_interval,
        regret: Around::of(case.best.regret, case.best.regret_half_width),
        allocation: allocation_lines(model, &case.allocation),
    }
}

rows! {
    /// A row of `comparison.csv`: a measure of a case.
    CaseRow {
        /// Number of the case, from 1.
        case: usize,
        /// Its name in English.
        title: String,
        /// `budget`, `spent`, `value`, a metric, `npv_budget`, `npv_economy`, `best` or `regret`.
        measure: String,
        /// Mean, or the amount.
        mean: Plain,
        /// Lower end of the 95 % interval; empty where there is none.
        low: Plain,
        /// Upper end of it.
        high: Plain,
        /// The unit.
        unit: String,
    }

    /// A row of `differences.csv`: two cases, the first less the second.
    DifferenceRow {
        /// Number of the first case.
        first: usize,
        /// Number of the second.
        second: usize,
        /// Mean difference of the objective.
        difference: Plain,
        /// Lower end of its own 95 % interval.
        low: Plain,
        /// Upper end of it.
        high: Plain,
        /// Lower end of the interval that holds for all pairs together.
        low_together: Plain,
        /// Upper end of it.
        high_together: Plain,
        /// Share of samples in which the first is better.
        wins: Plain,
        /// What the interval for all pairs decides.
        decision: DecisionKey,
    }
}

impl CaseRow {
    /// The rows of a comparison.
    pub fn all(model: &Model, study: &CompareStudy) -> Vec<Self> {
        let metric = study.settings.planning.metric;
        let mut list = Vec::new();
        for (number, case) in study.cases.iter().enumerate() {
            let mut add = |measure: &str, unit: &str, [mean, low, high]: [f64; 3]| {
                list.push(Self {
                    case: number + 1,
                    title: case.title.en.clone(),
                    measure: measure.to_string(),
                    mean: Plain(mean),
                    low: Plain(low),
                    high: Plain(high),
                    unit: unit.to_string(),
                });
            };
            let around = |mean: f64, half: f64| [mean, mean - half, mean + half];
            add("budget", "Rp", [case.budget as f64, f64::NAN, f64::NAN]);
            add("spent", "Rp", [case.allocation.total() as f64, f64::NAN, f64::NAN]);
            add("value", metric.unit(), around(case.value.mean, case.value.half_width));
            for (own, estimate) in &case.increments {
                let key = MetricKey::of(model, *own);
                add(key.word(), own.unit(), around(estimate.mean, estimate.half_width));
            }
            for (measure, npv) in
                [("npv_budget", case.worth.budget.npv), ("npv_economy", case.worth.economy.npv)]
            {
                add(measure, "Rp", around(npv.mean, npv.half_width));
            }
            let [low, high] = case.best.share_interval;
            add("best", "share", [case.best.share, low, high]);
            add("regret", metric.unit(), around(case.best.regret, case.best.regret_half_width));
        }
        list
    }
}

impl DifferenceRow {
    /// The rows of a comparison.
    pub fn all(study: &CompareStudy) -> Vec<Self> {
        let row = |pair: &Pair| {
            let (mean, half) = (pair.difference.mean, pair.difference.half_width);
            Self {
                first: pair.first + 1,
                second: pair.second + 1,
                difference: Plain(mean),
                low: Plain(mean - half),
                high: Plain(mean + half),
                low_together: Plain(pair.interval[0]),
                high_together: Plain(pair.interval[1]),
                wins: Plain(pair.difference.wins),
                decision: pair.decision.into(),
            }
        };
        study.pairs.iter().map(row).collect()
    }
}
