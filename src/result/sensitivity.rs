//! `sensitivity --json` and its tables.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::allocation::allocation_lines;
use super::changes::ChangeDocument;
use super::compare::Around;
use super::estimate::{Comparison, Estimate, Title, finite};
use super::hash::scenario_hash;
use super::metric::MetricKey;
use super::model::SurveyDocument;
use super::table::{Plain, rows};
use super::words::words;
use crate::model::Model;
use crate::scenario::{PlanLine, Scenario};
use crate::stats::evidence::Worth;
use crate::stats::sobol::{Index, Indices};
use crate::study::SensitivityStudy;
use crate::study::sensitivity::{Group, Grouping, Known, NestedCheck, Output, SurveyWorth};

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SensitivitySchema {
    /// Version 1.
    #[serde(rename = "rantai.sensitivity/1")]
    One,
}

words! {
    /// How finely numbers are told apart that load on no factor.
    GroupingKey of Grouping {
        /// Each by itself.
        Number = "number",
        /// Those of one item together, whatever the place.
        Item = "item",
        /// Those of one kind together.
        Kind = "kind",
    }

    /// What can be known.
    KnownKey of Known {
        /// A number that varies once.
        Number = "number",
        /// A factor that does.
        Factor = "factor",
    }
}

/// A plan at hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanAtHandDocument {
    /// Its number, from 1.
    pub plan: usize,
    /// Its name.
    pub title: Title,
    /// The money that it spends [Rp].
    pub spent: i64,
    /// Rules that it breaks: mixes and given plans may.
    pub rules_broken: usize,
    /// What it adds to the objective over no plan.
    pub value: Estimate,
    /// The plan.
    pub allocation: Vec<PlanLine>,
}

/// Mean and spread of a result whose variance is taken apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VarianceDocument {
    /// Mean over both sample matrices [`unit`].
    pub mean: f64,
    /// Standard deviation [`unit`].
    pub sd: f64,
}

impl VarianceDocument {
    fn of(output: &Output) -> Self {
        Self { mean: output.spread.mean, sd: libm::sqrt(output.spread.variance) }
    }
}

/// The part of a group in the variance of a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IndicesDocument {
    /// Share of the variance that goes once the group is known (Saltelli et al. 2010).
    pub first: Around,
    /// Share of the variance that stays as long as only the group is unknown (Jansen 1999).
    pub total: Around,
}

impl IndicesDocument {
    fn of(indices: &Indices) -> Self {
        let around = |index: Index| Around { mean: index.value, interval: index.interval() };
        Self { first: around(indices.first), total: around(indices.total) }
    }
}

/// A group of numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupDocument {
    /// Its name: that of the number, of the item or kind, or of the factors that its numbers share.
    pub group: String,
    /// Its factors. Absent where it has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<String>,
    /// Its numbers.
    pub numbers: Vec<String>,
    /// Its part in the variance of what the plan adds over no plan; null where that does not vary.
    pub worth: Option<IndicesDocument>,
    /// Its part in the variance of what the plan adds over today's mix; null where that does not vary.
    pub over_today: Option<IndicesDocument>,
}

/// The worth of knowing something before choosing among the plans at hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorthOfKnowing {
    /// The mean gain [`unit`].
    pub mean: f64,
    /// Its 95 % confidence interval: low, high.
    pub interval: [f64; 2],
    /// Share of futures in which another plan is chosen than without knowing.
    pub switches: f64,
    /// The plan that is chosen most often there, by number; null where none ever is.
    pub instead: Option<usize>,
}

impl From<&Worth> for WorthOfKnowing {
    fn from(of: &Worth) -> Self {
        let half = of.half_width();
        Self {
            mean: of.mean,
            interval: [of.mean - half, of.mean + half],
            switches: of.switches,
            instead: of.instead.map(|plan| plan + 1),
        }
    }
}

/// A number or factor that can be known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceDocument {
    /// Its stable name.
    pub name: String,
    /// What it is.
    pub what: KnownKey,
    /// What knowing it is worth for the choice among the plans at hand (EVPPI): at least that for the choice among all plans.
    pub worth: WorthOfKnowing,
    /// What it is worth at most among all plans, in the program's reading: one-sided 95 % limit [`unit`]. Absent where it was not asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

/// The worth of knowing several numbers at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TogetherDocument {
    /// Their names.
    pub names: Vec<String>,
    /// What knowing them all is worth.
    pub worth: WorthOfKnowing,
}

/// A survey that could be made, with what it is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SurveyWorthDocument {
    /// The survey.
    pub survey: SurveyDocument,
    /// What its answers are worth for the choice among the plans at hand (EVSI).
    pub worth: WorthOfKnowing,
    /// That less its cost [Rp]; null where the objective is no money.
    pub net: Option<f64>,
}

/// The check of the largest worth by nested simulation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NestedDocument {
    /// Name of the number or factor.
    pub name: String,
    /// States that it was held at.
    pub states: usize,
    /// Futures of each state.
    pub futures: usize,
    /// Chosen on one half of the futures and valued on the other [`unit`]: too low on average.
    pub low: Around,
    /// Chosen and valued on the same futures [`unit`]: too high on average.
    pub high: Around,
}

impl NestedDocument {
    fn of(check: &NestedCheck) -> Self {
        let ends = check.ends;
        Self {
            name: check.name.clone(),
            states: check.states,
            futures: check.futures,
            low: Around::of(ends.low.mean, Z * ends.low.standard_error),
            high: Around::of(ends.high.mean, Z * ends.high.standard_error),
        }
    }
}

/// The 97.5 % quantile of the standard normal.
const Z: f64 = 1.959_963_984_540_054;

/// Which uncertain numbers matter to a plan, and what it is worth to know them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SensitivityDocument {
    /// The schema.
    pub schema: SensitivitySchema,
    /// The title of the scenario.
    pub title: Title,
    /// SHA-256 of the model.
    pub scenario_hash: String,
    /// What overrides change. Absent where they change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeDocument>,
    /// The metric that plans are valued by, less the costs that the objective subtracts.
    pub metric: MetricKey,
    /// Its unit.
    pub unit: String,
    /// Planning samples.
    pub planning: usize,
    /// Fresh samples that the worth of knowing comes from.
    pub samples: usize,
    /// Rows of each of the two sample matrices that indices come from.
    pub rows: usize,
    /// Seed of all draws.
    pub seed: u64,
    /// How finely numbers are told apart that load on no factor; those that load on a common factor are always one group.
    pub by: GroupingKey,
    /// The plans at hand; the first is the one that is studied.
    pub plans: Vec<PlanAtHandDocument>,
    /// The plan that is best without knowing anything, by number.
    pub best: usize,
    /// What the first plan adds over today's mix, paired.
    pub gain: Comparison,
    /// What the first plan adds over no plan.
    pub worth: VarianceDocument,
    /// What the first plan adds over today's mix.
    pub over_today: VarianceDocument,
    /// The groups of numbers with their parts in the variance.
    pub groups: Vec<GroupDocument>,
    /// Numbers that change over time, which nobody can know beforehand.
    pub changing: usize,
    /// What knowing everything is worth for the choice among the plans at hand (EVPI).
    pub perfect: WorthOfKnowing,
    /// Every number and factor that varies once, most worth knowing first.
    pub evidence: Vec<EvidenceDocument>,
    /// Several of the first at once; null where fewer than two are worth anything.
    pub together: Option<TogetherDocument>,
    /// The surveys of the scenario, most worth after their cost first. Absent where it states none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub surveys: Vec<SurveyWorthDocument>,
    /// The check of the largest worth; null where none is worth anything.
    pub checked: Option<NestedDocument>,
    /// What knowing everything is worth at most where the choice is among all plans, in the program's reading [`unit`]; null where no upper values
    /// were asked for.
    pub perfect_at_most: Option<Around>,
}

impl SensitivityDocument {
    /// The document of a study of `model`, that of `scenario` with what the request changes.
    pub fn of(scenario: &Scenario, model: &Model, study: &SensitivityStudy) -> Self {
        let (settings, planning) = (&study.settings, &study.settings.planning);
        Self {
            schema: SensitivitySchema::One,
            title: (&model.title).into(),
            scenario_hash: scenario_hash(model),
            changes: ChangeDocument::all(scenario),
            metric: MetricKey::of(model, planning.metric),
            unit: planning.metric.unit().to_string(),
            planning: planning.planning,
            samples: planning.evaluation,
            rows: settings.rows,
            seed: planning.seed,
            by: settings.by.into(),
            plans: plans(model, study),
            best: study.best + 1,
            gain: (&study.gain).into(),
            worth: VarianceDocument::of(&study.worth),
            over_today: VarianceDocument::of(&study.over_today),
            groups: study
                .groups
                .iter()
                .enumerate()
                .map(|(g, group)| group_of(model, study, g, group))
                .collect(),
            changing: study.changing,
            perfect: (&study.perfect).into(),
            evidence: evidence(study),
            together: study.together.map(|own| TogetherDocument {
                names: study.evidence.iter().take(own.count).map(|own| own.name.clone()).collect(),
                worth: (&own.worth).into(),
            }),
            surveys: study.surveys.iter().map(|own| survey(model, study, own)).collect(),
            checked: study.checked.as_ref().map(NestedDocument::of),
            perfect_at_most: study.upper.map(|own| Around::of(own.everything, own.half_width)),
        }
    }
}

fn plans(model: &Model, study: &SensitivityStudy) -> Vec<PlanAtHandDocument> {
    let of = |(number, plan): (usize, &crate::study::sensitivity::PlanAtHand)| PlanAtHandDocument {
        plan: number + 1,
        title: (&plan.title).into(),
        spent: plan.allocation.total(),
        rules_broken: plan.broken,
        value: (&plan.value).into(),
        allocation: allocation_lines(model, &plan.allocation),
    };
    study.plans.iter().enumerate().map(of).collect()
}

fn group_of(model: &Model, study: &SensitivityStudy, g: usize, group: &Group) -> GroupDocument {
    let indices = |output: &Output| output.indices[g].as_ref().map(IndicesDocument::of);
    GroupDocument {
        group: group.name.clone(),
        factors: group.factors.iter().map(|f| model.factors[*f].name.clone()).collect(),
        numbers: group.numbers.iter().map(|p| model.parameters[*p].name.clone()).collect(),
        worth: indices(&study.worth),
        over_today: indices(&study.over_today),
    }
}

fn evidence(study: &SensitivityStudy) -> Vec<EvidenceDocument> {
    let of = |own: &crate::study::sensitivity::Evidence| EvidenceDocument {
        name: own.name.clone(),
        what: own.what.into(),
        worth: (&own.worth).into(),
        at_most: own.upper.and_then(finite),
    };
    study.evidence.iter().map(of).collect()
}

fn survey(model: &Model, study: &SensitivityStudy, own: &SurveyWorth) -> SurveyWorthDocument {
    SurveyWorthDocument {
        survey: SurveyDocument::of(model, &model.surveys[own.survey]),
        worth: (&own.worth).into(),
        net: study.settings.planning.metric.is_money().then_some(own.net),
    }
}

words! {
    /// A result whose variance is taken apart.
    OutputKey of OutputName {
        /// What the plan adds over no plan.
        Worth = "worth",
        /// What it adds over today's mix.
        OverToday = "over_today",
    }
}

/// A result whose variance is taken apart, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputName {
    /// What the plan adds over no plan.
    Worth,
    /// What it adds over today's mix.
    OverToday,
}

rows! {
    /// A row of `sensitivity.csv`: the part of a group in the variance of a result.
    IndexRow {
        /// The result.
        output: OutputKey,
        /// The group.
        group: String,
        /// Numbers in the group.
        numbers: usize,
        /// First-order index; empty where the result does not vary.
        first: Plain,
        /// Lower end of its 95 % interval.
        first_low: Plain,
        /// Upper end of it.
        first_high: Plain,
        /// Total index.
        total: Plain,
        /// Lower end of its 95 % interval.
        total_low: Plain,
        /// Upper end of it.
        total_high: Plain,
    }

    /// A row of `evidence.csv`: what can be known, most worth first, then the surveys.
    EvidenceRow {
        /// `number`, `factor` or `survey`.
        what: String,
        /// Its stable name, or the survey's key.
        name: String,
        /// What it is worth for the choice among the plans at hand.
        worth: Plain,
        /// Lower end of the 95 % interval.
        low: Plain,
        /// Upper end of it.
        high: Plain,
        /// Share of futures in which another plan is chosen.
        switches: Plain,
        /// What it is worth at most among all plans; empty where that was not asked for.
        at_most: Plain,
        /// Cost of the survey [Rp]; empty for numbers and factors.
        cost: Plain,
        /// Worth less cost [Rp]; empty for numbers and factors, and where the objective is no money.
        net: Plain,
        /// The unit of worths.
        unit: String,
    }
}

impl IndexRow {
    /// The rows of a study.
    pub fn all(study: &SensitivityStudy) -> Vec<Self> {
        let mut list = Vec::new();
        for (name, output) in [(OutputName::Worth, &study.worth), (OutputName::OverToday, &study.over_today)]
        {
            for (group, indices) in study.groups.iter().zip(&output.indices) {
                let ends = |of: fn(&Indices) -> Index| {
                    let index = indices.as_ref().map(of);
                    let [low, high] = index.map_or([f64::NAN; 2], Index::interval);
                    [index.map_or(f64::NAN, |index| index.value), low, high].map(Plain)
                };
                let [first, first_low, first_high] = ends(|own| own.first);
                let [total, total_low, total_high] = ends(|own| own.total);
                list.push(Self {
                    output: name.into(),
                    group: group.name.clone(),
                    numbers: group.numbers.len(),
                    first,
                    first_low,
                    first_high,
                    total,
                    total_low,
                    total_high,
                });
            }
        }
        list
    }
}

impl EvidenceRow {
    /// The rows of a study of `model`.
    pub fn all(model: &Model, study: &SensitivityStudy) -> Vec<Self> {
        let metric = study.settings.planning.metric;
        let row = |what: &str, name: &str, worth: &Worth| Self {
            what: what.to_string(),
            name: name.to_string(),
            worth: Plain(worth.mean),
            low: Plain(worth.mean - worth.half_width()),
            high: Plain(worth.mean + worth.half_width()),
            switches: Plain(worth.switches),
            at_most: Plain(f64::NAN),
            cost: Plain(f64::NAN),
            net: Plain(f64::NAN),
            unit: metric.unit().to_string(),
        };
        let evidence = study.evidence.iter().map(|own| Self {
            at_most: Plain(own.upper.unwrap_or(f64::NAN)),
            ..row(KnownKey::from(own.what).word(), &own.name, &own.worth)
        });
        let surveys = study.surveys.iter().map(|own| {
            let survey = &model.surveys[own.survey];
            Self {
                cost: Plain(survey.cost.as_f64()),
                net: Plain(if metric.is_money() { own.net } else { f64::NAN }),
                ..row("survey", &survey.key, &own.worth)
            }
        });
        evidence.chain(surveys).collect()
    }
}
