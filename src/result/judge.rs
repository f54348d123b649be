//! A plan judged: the rules that it breaks, what it spends, what it is worth, and how it compares with the best plan line by line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::allocation::allocation_lines;
use super::changes::ChangeDocument;
use super::estimate::{Comparison, Estimate, finite};
use super::hash::scenario_hash;
use super::keys;
use super::metric::MetricKey;
use super::rule::RuleTeller;
use super::table::{Plain, rows as table_rows};
use super::violation::ViolationDocument;
use super::words::StatusKey;
use super::worth::WorthDocument;
use crate::model::{AllocationLine, BudgetLine, ClusterId, Model};
use crate::opt::ProgramPlan;
use crate::scenario::PlanLine;
use crate::study::JudgeStudy;
use crate::study::judge::{Against, Moved};

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum JudgementSchema {
    /// Version 1.
    #[serde(rename = "rantai.judgement/1")]
    One,
}

/// The money of a source in a year under the judged plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SpendingDocument {
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
    /// Money that it spends and does not have [Rp].
    pub over: i64,
}

impl SpendingDocument {
    fn of(model: &Model, line: &BudgetLine) -> Self {
        Self {
            source: keys::source(model, line.source),
            year: model.horizon.calendar_year(line.year),
            amount: line.amount,
            carried_in: line.carried_in,
            spent: line.spent,
            upkeep: line.upkeep,
            left: line.left,
            over: line.over,
        }
    }
}

/// How the best plan was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedDocument {
    /// How planning ended.
    pub status: StatusKey,
    /// Its objective, in the program's reading [Rp or FTE-years].
    pub objective: f64,
    /// An upper bound on the objective of any plan.
    pub bound: f64,
    /// Relative gap between the two.
    pub gap: f64,
}

impl From<&ProgramPlan> for PlannedDocument {
    fn from(of: &ProgramPlan) -> Self {
        Self { status: of.stop.into(), objective: of.objective, bound: of.bound, gap: of.gap }
    }
}

/// A line that the judged plan and the best one fund otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MovedDocument {
    /// The source.
    pub source: String,
    /// The cluster.
    pub cluster: String,
    /// The intervention.
    pub intervention: String,
    /// Calendar year.
    pub year: i32,
    /// Money of the judged plan [Rp].
    pub rupiah: i64,
    /// Money of the best plan [Rp].
    pub best_rupiah: i64,
    /// The first less the second [Rp].
    pub difference: i64,
    /// What the judged plan gains by this move: its value less that with this line alone as in the best plan. Below zero the move costs.
    pub effect: Comparison,
}

impl MovedDocument {
    fn of(model: &Model, of: &Moved) -> Self {
        let line = &of.line;
        Self {
            source: keys::source(model, line.source),
            cluster: keys::cluster(model, line.cluster),
            intervention: keys::intervention(model, line.cluster, line.intervention),
            year: model.horizon.calendar_year(line.year),
            rupiah: line.amount.0,
            best_rupiah: of.best,
            difference: line.amount.0 - of.best,
            effect: (&of.effect).into(),
        }
    }
}

/// The judged plan against the best one: in the objective's metric, less the costs that the objective subtracts, paired sample by sample.
/// `difference` is the sum of the effects of `moved` and `interaction`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgainstDocument {
    /// How the best plan was made; null where one was given.
    pub planned: Option<PlannedDocument>,
    /// Rules that the best plan breaks itself.
    pub violations: usize,
    /// Money that it spends [Rp].
    pub rupiah: i64,
    /// Its increment over no plan.
    pub increment: Estimate,
    /// Its worth to the public.
    pub worth: WorthDocument,
    /// The judged plan less the best.
    pub difference: Comparison,
    /// Lines that differ, each reverted alone.
    pub moved: Vec<MovedDocument>,
    /// The rest of the difference: what the moves do together beyond what each does alone.
    pub interaction: Comparison,
}

impl AgainstDocument {
    fn of(model: &Model, of: &Against) -> Self {
        Self {
            planned: of.planned.as_deref().map(Into::into),
            violations: of.broken,
            rupiah: of.best.total(),
            increment: (&of.increment).into(),
            worth: WorthDocument::of(model, &of.worth),
            difference: (&of.difference).into(),
            moved: of.moved.iter().map(|moved| MovedDocument::of(model, moved)).collect(),
            interaction: (&of.interaction).into(),
        }
    }
}

/// Parts of the plan's table that were not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotReadDocument {
    /// Columns for notes.
    pub columns: Vec<String>,
    /// Rows of sums.
    pub rows: Vec<usize>,
}

/// A plan judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JudgementDocument {
    /// The schema.
    pub schema: JudgementSchema,
    /// SHA-256 of the model computed with.
    pub scenario_hash: String,
    /// What overrides change in the scenario. Absent where they change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeDocument>,
    /// Whether the plan keeps all rules that plans are held to.
    pub keeps_all_rules: bool,
    /// The metric of the comparison.
    pub objective: MetricKey,
    /// Samples that a plan is made on.
    pub planning_samples: usize,
    /// Fresh samples of the comparison: those asked for, 10,000 at most.
    pub samples: usize,
    /// Seed of all draws.
    pub seed: u64,
    /// The judged plan.
    pub allocation: Vec<PlanLine>,
    /// Parts of its table that were not read.
    pub left_out: NotReadDocument,
    /// The rules that it breaks; what is only advised comes last.
    pub violations: Vec<ViolationDocument>,
    /// What it spends, by source and year.
    pub spending: Vec<SpendingDocument>,
    /// Its increment over no plan, in the objective's metric, less the costs that the objective subtracts.
    pub increment: Estimate,
    /// Its worth to the public.
    pub worth: WorthDocument,
    /// It against the best plan; null where no plan keeps all rules, so that there is none.
    pub against: Option<AgainstDocument>,
}

impl JudgementDocument {
    /// The document of a judgement on a plan of the teller's model.
    pub fn of(teller: &RuleTeller<'_>, study: &JudgeStudy) -> Self {
        let (settings, model) = (&study.settings, teller.model);
        Self {
            schema: JudgementSchema::One,
            scenario_hash: scenario_hash(model),
            changes: Vec::new(),
            keeps_all_rules: study.keeps_all(),
            objective: MetricKey::of(model, settings.planning.metric),
            planning_samples: settings.planning.planning,
            samples: settings.samples(),
            seed: settings.planning.seed,
            allocation: allocation_lines(model, &settings.plan),
            left_out: NotReadDocument {
                columns: settings.left_out.columns.clone(),
                rows: settings.left_out.rows.clone(),
            },
            violations: ViolationDocument::all(teller, &study.broken, &opened(model, study)),
            spending: study.budget.iter().map(|line| SpendingDocument::of(model, line)).collect(),
            increment: (&study.increment).into(),
            worth: WorthDocument::of(model, &study.worth),
            against: study.against.as_ref().map(|against| AgainstDocument::of(model, against)),
        }
    }
}

/// The candidates that the judged plan opens.
fn opened(model: &Model, study: &JudgeStudy) -> Vec<ClusterId> {
    let opened = model.opened(&study.settings.plan).into_iter();
    opened.filter(|(_, year)| year.is_some()).map(|(cluster, _)| cluster).collect()
}

table_rows! {
    /// A line of the judged plan, of the best plan, or of both.
    JudgedRow {
        /// The source.
        source: String,
        /// The cluster.
        cluster: String,
        /// The letter of Article 89 paragraph (6).
        letter: String,
        /// The intervention.
        intervention: String,
        /// Calendar year.
        year: i32,
        /// Money of the judged plan [Rp].
        rupiah: i64,
        /// Money of the best plan [Rp]; empty where there is none.
        best_rupiah: Option<i64>,
        /// The first less the second [Rp].
        difference: Option<i64>,
        /// What the judged plan gains by this line alone being moved, in the unit of the objective: the value of the plan less that with the
        /// line as in the best plan; empty where it is the same.
        effect: Plain,
        /// Lower end of its 95 % confidence interval.
        effect_low: Plain,
        /// Upper end of it.
        effect_high: Plain,
    }
}

impl JudgedRow {
    /// Every line of the judged plan and of the best, in the order of lines.
    pub fn all(model: &Model, study: &JudgeStudy) -> Vec<Self> {
        let plan = &study.settings.plan;
        let moved = study.against.as_ref().map_or(&[][..], |against| &against.moved);
        let key = |line: &AllocationLine| (line.source, line.cluster, line.intervention, line.year);
        // Lines of the best plan alone are all moved.
        let only = moved.iter().filter(|moved| moved.line.amount.0 == 0).map(|moved| moved.line);
        let mut lines: Vec<AllocationLine> = plan.lines().iter().copied().chain(only).collect();
        lines.sort_by_key(key);
        let row = |line: &AllocationLine| {
            let own = moved.iter().find(|moved| key(&moved.line) == key(line));
            let best = match (own, &study.against) {
                (Some(moved), _) => Some(moved.best),
                (None, Some(_)) => Some(line.amount.0),
                (None, None) => None,
            };
            let effect = own.map(|moved| moved.effect);
            let number = |value: Option<f64>| Plain(value.and_then(finite).unwrap_or(f64::NAN));
            let facility = model.chain_of(line.cluster).interventions[line.intervention.index()].facility;
            Self {
                source: keys::source(model, line.source),
                cluster: keys::cluster(model, line.cluster),
                letter: facility.letter().to_string(),
                intervention: keys::intervention(model, line.cluster, line.intervention),
                year: model.horizon.calendar_year(line.year),
                rupiah: line.amount.0,
                best_rupiah: best,
                difference: best.map(|best| line.amount.0 - best),
                effect: number(effect.map(|effect| effect.mean)),
                effect_low: number(effect.map(|effect| effect.mean - effect.half_width)),
                effect_high: number(effect.map(|effect| effect.mean + effect.half_width)),
            }
        };
        lines.iter().map(row).collect()
    }
}
