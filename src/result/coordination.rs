//! `coordination.json`, and `coordinate --json` but for `seconds`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::allocation::allocation_lines;
use super::changes::ChangeDocument;
use super::estimate::{Comparison, Estimate, Risk, Title, finite};
use super::hash::scenario_hash;
use super::keys;
use super::metric::MetricKey;
use super::rule::{RuleTeller, StatedRule};
use super::table::{Plain, rows};
use super::words::{BoundByKey, LevelKey, words};
use crate::model::{ClusterId, Model};
use crate::opt::builder::Rule;
use crate::scenario::PlanLine;
use crate::study::coordination::{By, CoordinationStudy, Cut, LeftOut, SourceMoney, Way, WayResult};

words! {
    /// A way of planning.
    WayKey of Way {
        /// All sources together.
        Joint = "joint",
        /// Every party for itself, the others at today's allocation; the union of their plans is valued.
        Alone = "alone",
        /// One party after the other, each with what the earlier ones decided.
        Sequence = "sequence",
    }

    /// Who decides for itself.
    ByKey of By {
        /// Every source.
        Source = "source",
        /// All sources of a level together.
        Level = "level",
    }
}

/// The kind of a rule of openings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OpeningKey {
    /// An opening costs exactly its fixed cost.
    Opening,
    /// A candidate is opened only once.
    OpenedTwice,
    /// No money in a candidate before it is opened.
    Unopened,
}

/// A rule of openings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpeningRule {
    /// Its kind.
    pub kind: OpeningKey,
    /// The candidate.
    pub cluster: String,
}

/// A rule that a way of planning breaks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum WayRule {
    /// A rule of openings.
    Opening(OpeningRule),
    /// A rule of the scenario, as in a conflict.
    Stated(Box<StatedRule>),
}

impl WayRule {
    fn of(teller: &RuleTeller<'_>, rule: Rule) -> Self {
        let opening = |kind: OpeningKey, c: ClusterId| {
            WayRule::Opening(OpeningRule { kind, cluster: keys::cluster(teller.model, c) })
        };
        match rule {
            Rule::Opening(c, _) => opening(OpeningKey::Opening, c),
            Rule::OpenOnce(c) => opening(OpeningKey::OpenedTwice, c),
            Rule::Unopened(c, ..) => opening(OpeningKey::Unopened, c),
            rule => WayRule::Stated(Box::new(teller.stated(rule))),
        }
    }
}

/// The joint plan's proof.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JointPlan {
    /// Its value in the program's reading [`unit`].
    pub objective: f64,
    /// An upper bound on that [`unit`]; null where none is known.
    pub bound: Option<f64>,
    /// The relative gap between them.
    pub gap: Option<f64>,
    /// The origin of the bound.
    pub bound_by: BoundByKey,
}

/// Planned jointly less planned alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ValueOfCoordination {
    /// In the program's reading, on the planning samples [`unit`].
    pub program: f64,
    /// The most it can be by the joint plan's bound [`unit`]; null where there is none.
    pub program_at_most: Option<f64>,
    /// `program` as a share of the joint objective.
    pub share: f64,
    /// In the simulator's reading, on fresh samples [`unit`].
    pub simulated: Comparison,
}

/// The money of a source under a way of planning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceSpending {
    /// The source.
    pub source: String,
    /// Its level.
    pub level: LevelKey,
    /// Its money over the horizon [Rp].
    pub amount: i64,
    /// Money that it spends [Rp].
    pub spent: i64,
    /// Upkeep that it bears [Rp].
    pub upkeep: i64,
    /// Money that it leaves [Rp].
    pub unspent: i64,
}

/// The result of a way of planning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WayDocument {
    /// Which.
    pub way: WayKey,
    /// Risk-adjusted increment over no plan in the program's reading, on the planning samples [`unit`].
    pub objective: f64,
    /// The joint plan's lead over it there [`unit`].
    pub lost: f64,
    /// The most that can be by the joint plan's bound [`unit`]; null where there is none.
    pub lost_at_most: Option<f64>,
    /// `lost` as a share of the joint objective.
    pub lost_share: f64,
    /// Increment over no plan in the simulator's reading, on fresh samples [`unit`].
    pub increment: Estimate,
    /// The joint plan's lead over it there, paired [`unit`].
    pub lost_simulated: Comparison,
    /// Money spent [Rp].
    pub spent: i64,
    /// Money left [Rp].
    pub unspent: i64,
    /// Money by source.
    pub by_source: Vec<SourceSpending>,
    /// Rules that it breaks. Where there are any, its value does not compare with the joint plan's.
    pub rules_broken: Vec<WayRule>,
    /// The allocation, line by line.
    pub allocation: Vec<PlanLine>,
}

/// A line of the union that was cut because lines together break a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CutDocument {
    /// The source.
    pub source: String,
    /// The cluster.
    pub cluster: String,
    /// The intervention.
    pub intervention: String,
    /// Calendar year.
    pub year: i32,
    /// Its amount before [Rp].
    pub from: i64,
    /// Its amount after [Rp].
    pub to: i64,
    /// The rule.
    pub rule: WayRule,
}

/// A rule that a party could not keep while the others stay what they are, so that it planned without it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOutDocument {
    /// The way of planning.
    pub way: WayKey,
    /// The party: key of a source or level.
    pub party: String,
    /// The rule.
    pub rule: WayRule,
}

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CoordinationSchema {
    /// Version 1.
    #[serde(rename = "rantai.coordination/1")]
    One,
}

/// The value of coordination: the ways of planning compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoordinationDocument {
    /// The schema.
    pub schema: CoordinationSchema,
    /// The title of the scenario.
    pub title: Title,
    /// SHA-256 of the model computed with.
    pub scenario_hash: String,
    /// What overrides change in the scenario. Absent where they change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeDocument>,
    /// The metric that is maximised.
    pub metric: MetricKey,
    /// Its unit.
    pub unit: String,
    /// Planning samples.
    pub samples: usize,
    /// Fresh samples.
    pub evaluation: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// The attitude to risk.
    pub risk: Risk,
    /// Who decides for itself.
    pub by: ByKey,
    /// The parties, in the order of the sequence.
    pub order: Vec<String>,
    /// Money of all sources over the horizon [Rp].
    pub budget: i64,
    /// The joint plan's proof.
    pub joint: JointPlan,
    /// Planned jointly less planned alone.
    pub value_of_coordination: ValueOfCoordination,
    /// The ways: joint, alone, sequence.
    pub ways: Vec<WayDocument>,
    /// Lines of the union that were cut.
    pub cuts: Vec<CutDocument>,
    /// Rules that parties planned without.
    pub rules_left_out: Vec<LeftOutDocument>,
}

rows! {
    /// A row of `coordination.csv`: a way of planning, all sources together (`all`) or one source. Figures stand in the rows of
    /// all together.
    CoordinationRow {
        /// The way of planning.
        way: WayKey,
        /// The source, or `all`.
        source: String,
        /// Its level.
        level: Option<LevelKey>,
        /// Its money over the horizon [Rp].
        amount: i64,
        /// Money that it spends [Rp].
        spent: i64,
        /// Upkeep that it bears [Rp].
        upkeep: i64,
        /// Money that it leaves [Rp].
        unspent: i64,
        /// Risk-adjusted increment over no plan in the program's reading [unit of the metric].
        objective: Option<Plain>,
        /// The joint plan's lead over it there [unit of the metric].
        lost: Option<Plain>,
        /// The same as a share of the joint objective.
        lost_share: Option<Plain>,
        /// Mean increment over no plan in the simulator's reading [unit of the metric].
        increment: Option<Plain>,
        /// Lower end of its 95 % interval.
        increment_low: Option<Plain>,
        /// Upper end of it.
        increment_high: Option<Plain>,
        /// Mean of what the joint plan brings beyond it there [unit of the metric].
        lost_simulated: Option<Plain>,
        /// Lower end of its 95 % interval.
        lost_low: Option<Plain>,
        /// Upper end of it.
        lost_high: Option<Plain>,
    }

    /// A row of `cuts.csv`: a line of the union that was cut because lines together break a rule.
    CutRow {
        /// The source.
        source: String,
        /// The cluster.
        cluster: String,
        /// The intervention.
        intervention: String,
        /// Calendar year.
        year: i32,
        /// Its amount before [Rp].
        from: i64,
        /// Its amount after [Rp].
        to: i64,
        /// The rule in words.
        rule: String,
    }
}

/// Money that a way of planning leaves unspent [Rp].
pub(crate) fn unspent(found: &WayResult) -> i64 {
    found.money.iter().map(|own| own.unspent()).sum()
}

impl SourceSpending {
    fn of(model: &Model, own: &SourceMoney) -> Self {
        let source = &model.sources[own.source.index()];
        Self {
            source: source.key.clone(),
            level: source.level.into(),
            amount: own.amount,
            spent: own.spent,
            upkeep: own.upkeep,
            unspent: own.unspent(),
        }
    }
}

fn way(teller: &RuleTeller<'_>, study: &CoordinationStudy, found: &WayResult) -> WayDocument {
    let (lost, at_most) = study.lost(found.way);
    WayDocument {
        way: found.way.into(),
        objective: found.objective,
        lost,
        lost_at_most: finite(at_most),
        lost_share: study.lost_share(found.way),
        increment: (&found.increment).into(),
        lost_simulated: (&found.lost).into(),
        spent: found.allocation.total(),
        unspent: unspent(found),
        by_source: found.money.iter().map(|own| SourceSpending::of(teller.model, own)).collect(),
        rules_broken: found.broken.iter().map(|rule| WayRule::of(teller, *rule)).collect(),
        allocation: allocation_lines(teller.model, &found.allocation),
    }
}

fn cut(teller: &RuleTeller<'_>, cut: &Cut) -> CutDocument {
    let (model, line) = (teller.model, &cut.line);
    CutDocument {
        source: keys::source(model, line.source),
        cluster: keys::cluster(model, line.cluster),
        intervention: keys::intervention(model, line.cluster, line.intervention),
        year: model.horizon.calendar_year(line.year),
        from: line.amount.0,
        to: cut.to,
        rule: WayRule::of(teller, cut.rule),
    }
}

impl CoordinationDocument {
    /// The document of a comparison; `teller` tells the rules of its scenario.
    pub fn of(teller: &RuleTeller<'_>, study: &CoordinationStudy) -> Self {
        let (model, request) = (teller.model, &study.request);
        let (lost, at_most) = study.lost(Way::Alone);
        let left_out = |of: &LeftOut| LeftOutDocument {
            way: of.way.into(),
            party: study.parties[of.party].key.clone(),
            rule: WayRule::of(teller, of.rule),
        };
        Self {
            schema: CoordinationSchema::One,
            title: (&model.title).into(),
            scenario_hash: scenario_hash(model),
            changes: Vec::new(),
            metric: MetricKey::of(model, request.metric),
            unit: request.metric.unit().to_string(),
            samples: request.planning,
            evaluation: request.evaluation,
            seed: request.seed,
            risk: model.risk.into(),
            by: request.by.into(),
            order: study.parties.iter().map(|party| party.key.clone()).collect(),
            budget: model.total_budget(),
            joint: JointPlan {
                objective: study.joint.objective,
                bound: finite(study.joint.bound),
                gap: finite(study.joint.gap),
                bound_by: study.joint.bound_by.into(),
            },
            value_of_coordination: ValueOfCoordination {
                program: lost,
                program_at_most: finite(at_most),
                share: study.lost_share(Way::Alone),
                simulated: (&study.of(Way::Alone).lost).into(),
            },
            ways: study.ways.iter().map(|found| way(teller, study, found)).collect(),
            cuts: study.cuts.iter().map(|own| cut(teller, own)).collect(),
            rules_left_out: study.left_out.iter().map(left_out).collect(),
        }
    }
}

impl CoordinationRow {
    /// The rows of a comparison: for each way all sources together, then one by one.
    pub fn of(model: &Model, study: &CoordinationStudy) -> Vec<Self> {
        let mut list = Vec::new();
        for found in &study.ways {
            list.push(Self::together(model, study, found));
            list.extend(found.money.iter().map(|own| Self::alone(model, found, own)));
        }
        list
    }

    fn together(model: &Model, study: &CoordinationStudy, found: &WayResult) -> Self {
        let (increment, lost) = (&found.increment, &found.lost);
        let figure = |value: f64| Some(Plain(value));
        Self {
            way: found.way.into(),
            source: "all".to_string(),
            level: None,
            amount: model.total_budget(),
            spent: found.allocation.total(),
            upkeep: found.money.iter().map(|own| own.upkeep).sum(),
            unspent: unspent(found),
            objective: figure(found.objective),
            lost: figure(study.lost(found.way).0),
            lost_share: figure(study.lost_share(found.way)),
            increment: figure(increment.mean),
            increment_low: figure(increment.mean - increment.half_width),
            increment_high: figure(increment.mean + increment.half_width),
            lost_simulated: figure(lost.mean),
            lost_low: figure(lost.mean - lost.half_width),
            lost_high: figure(lost.mean + lost.half_width),
        }
    }

    fn alone(model: &Model, found: &WayResult, own: &SourceMoney) -> Self {
        let SourceSpending { source, level, amount, spent, upkeep, unspent } = SourceSpending::of(model, own);
        Self {
            way: found.way.into(),
            source,
            level: Some(level),
            amount,
            spent,
            upkeep,
            unspent,
            objective: None,
            lost: None,
            lost_share: None,
            increment: None,
            increment_low: None,
            increment_high: None,
            lost_simulated: None,
            lost_low: None,
            lost_high: None,
        }
    }
}

impl CutRow {
    /// The rows of the cuts of a comparison; `words` tells a rule.
    pub fn of(model: &Model, study: &CoordinationStudy, words: impl Fn(Rule) -> String) -> Vec<Self> {
        let told = |Cut { line, to, rule }: &Cut| Self {
            source: keys::source(model, line.source),
            cluster: keys::cluster(model, line.cluster),
            intervention: keys::intervention(model, line.cluster, line.intervention),
            year: model.horizon.calendar_year(line.year),
            from: line.amount.0,
            to: *to,
            rule: words(*rule),
        };
        study.cuts.iter().map(told).collect()
    }
}
