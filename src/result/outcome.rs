//! Outcomes, targets and bottlenecks, as documents and as rows of tables.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::economy::BetterKey;
use super::estimate::{Estimate, Title};
use super::keys::{self, MeasureName, binding_of, name_of};
use super::table::{Plain, rows};
use super::words::{MeasureKey, PlanKey, StageKey};
use crate::model::{Goal, Model, Target};
use crate::sim::{Bottlenecks, Measure};
use crate::study::SimulationStudy;
use crate::study::{OutcomeRow, Reached};

/// A measure at a place and time, over all samples. Totals of money are discounted, single years are not, employment never is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeDocument {
    /// Without a plan, with the plan, or the increment.
    pub plan: PlanKey,
    /// The measure.
    pub metric: MeasureKey,
    /// The cluster; null: all.
    pub cluster: Option<String>,
    /// The chain, of a commodity or channel; else null.
    pub chain: Option<String>,
    /// The commodity, channel, pool or indicator; else null.
    pub item: Option<String>,
    /// Calendar year; null: all years, those after the last budget year included.
    pub year: Option<i32>,
    /// True of a year after the last budget year; else absent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after_budgets: bool,
    /// The unit.
    pub unit: String,
    /// Whether more of an indicator is better, or less; absent of all else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub better: Option<BetterKey>,
    /// Its distribution [`unit`].
    pub estimate: Estimate,
}

impl OutcomeDocument {
    pub(super) fn of(model: &Model, row: &OutcomeRow) -> Self {
        let MeasureName { metric, chain, item, unit } = name_of(model, row.measure);
        Self {
            plan: row.plan.into(),
            metric,
            cluster: row.cluster.map(|c| keys::cluster(model, c)),
            chain: chain.map(str::to_string),
            item: item.map(str::to_string),
            year: row.year.map(|y| model.horizon.calendar_year(y)),
            after_budgets: row.year.is_some_and(|y| model.horizon.in_tail(y)),
            unit: unit.to_string(),
            better: BetterKey::of(model, row.measure),
            estimate: (&row.estimate).into(),
        }
    }
}

/// A target of the scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TargetDocument {
    /// Its name.
    pub target: Title,
    /// The measure.
    pub metric: MeasureKey,
    /// The cluster; null: all.
    pub cluster: Option<String>,
    /// The chain, of a commodity or channel; else null.
    pub chain: Option<String>,
    /// The commodity, channel or indicator; else null.
    pub item: Option<String>,
    /// Calendar year; null: the whole horizon.
    pub year: Option<i32>,
    /// The unit.
    pub unit: String,
    /// The least that reaches it [`unit`]; absent of a target that asks for at most so much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// The most that reaches it [`unit`]; absent of a target that asks for at least so much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

impl TargetDocument {
    pub(super) fn of(model: &Model, target: &Target) -> Self {
        let MeasureName { metric, chain, item, unit } =
            name_of(model, Measure::of_target(model, target.what));
        let (at_least, at_most) = match target.goal {
            Goal::AtLeast(level) => (Some(level), None),
            Goal::AtMost(level) => (None, Some(level)),
        };
        Self {
            target: (&target.title).into(),
            metric,
            cluster: target.cluster.map(|c| keys::cluster(model, c)),
            chain: chain.map(str::to_string),
            item: item.map(str::to_string),
            year: target.year.map(|y| model.horizon.calendar_year(y)),
            unit: unit.to_string(),
            at_least,
            at_most,
        }
    }
}

/// How likely a target is reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReachedDocument {
    /// The target.
    #[serde(flatten)]
    pub target: TargetDocument,
    /// Without a plan, or with it.
    pub plan: PlanKey,
    /// Share of samples that reach it.
    pub probability: f64,
    /// Its 95 % interval: low, high.
    pub interval: [f64; 2],
}

impl ReachedDocument {
    pub(super) fn of(model: &Model, reached: &[Reached]) -> Vec<Self> {
        let told = |row: &Reached| Self {
            target: TargetDocument::of(model, &model.targets[row.target]),
            plan: row.plan.into(),
            probability: row.probability,
            interval: row.interval,
        };
        reached.iter().map(told).collect()
    }
}

/// The kind of a bottleneck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BindingKey {
    /// A capacity.
    Capacity,
    /// A commodity on hand.
    OnHand,
}

rows! {
    /// A bottleneck: something of which nothing was left at the end of a period while a route worth running needed it.
    BottleneckRow {
        /// Without a plan (`none`), or with it (`plan`).
        plan: PlanKey,
        /// The cluster.
        cluster: String,
        /// The stage whose process needed it.
        stage: StageKey,
        /// Whether it is a capacity or a commodity.
        kind: BindingKey,
        /// The capacity or commodity.
        what: String,
        /// Share of samples and periods in which that was so.
        share: Plain,
        /// Of a capacity with a plan that was made: by how much the objective's metric would rise if the capacity were greater
        /// by a tenth of itself, in every period and sample [unit of the metric].
        relief: Option<Plain>,
    }

    /// A row of `outcomes.csv`: a measure at a place and time, over all samples. `all` means all clusters or the whole
    /// horizon. An empty cell was not kept: see `quantiles` of a simulation.
    OutcomeTableRow<'a> {
        /// Without a plan, with the plan, or the increment.
        plan: PlanKey,
        /// The measure.
        metric: MeasureKey,
        /// The cluster, or `all`.
        cluster: Cow<'a, str>,
        /// The chain, of a commodity or channel.
        chain: Cow<'a, str>,
        /// The commodity, channel, pool or indicator.
        item: Cow<'a, str>,
        /// Calendar year, or `all`. Years after the last budget year are those of the tail; the document marks them `after_budgets`.
        year: String,
        /// The unit.
        unit: Cow<'a, str>,
        /// Mean [`unit`].
        mean: Plain,
        /// Standard error of the mean [`unit`].
        standard_error: Plain,
        /// Quantile 5 % [`unit`].
        q05: Plain,
        /// Quantile 25 % [`unit`].
        q25: Plain,
        /// Median [`unit`].
        q50: Plain,
        /// Quantile 75 % [`unit`].
        q75: Plain,
        /// Quantile 95 % [`unit`].
        q95: Plain,
        /// Mean of the worst (lowest) 1 − α share [`unit`].
        cvar: Plain,
        /// Standard error of `cvar` [`unit`].
        cvar_standard_error: Plain,
        /// Lower end of the 95 % interval of `q05` [`unit`].
        q05_low: Plain,
        /// Upper end of it [`unit`].
        q05_high: Plain,
        /// Lower end of the 95 % interval of `q25` [`unit`].
        q25_low: Plain,
        /// Upper end of it [`unit`].
        q25_high: Plain,
        /// Lower end of the 95 % interval of `q50` [`unit`].
        q50_low: Plain,
        /// Upper end of it [`unit`].
        q50_high: Plain,
        /// Lower end of the 95 % interval of `q75` [`unit`].
        q75_low: Plain,
        /// Upper end of it [`unit`].
        q75_high: Plain,
        /// Lower end of the 95 % interval of `q95` [`unit`].
        q95_low: Plain,
        /// Upper end of it [`unit`].
        q95_high: Plain,
    }

    /// A row of `targets.csv`: how likely a target of the scenario is reached.
    TargetRow {
        /// Without a plan (`none`), or with it (`plan`).
        plan: PlanKey,
        /// The name of the target in English.
        target: String,
        /// The measure.
        metric: MeasureKey,
        /// The cluster, or `all`.
        cluster: String,
        /// The chain, of a commodity or channel.
        chain: Option<String>,
        /// The commodity, channel or indicator.
        item: Option<String>,
        /// Calendar year, or `all`.
        year: String,
        /// The unit.
        unit: String,
        /// The least that reaches it [`unit`]; empty of a target that asks for at most so much.
        at_least: Option<Plain>,
        /// Share of samples that reach it.
        probability: Plain,
        /// Lower end of its 95 % interval.
        low: Plain,
        /// Upper end of it.
        high: Plain,
        /// The most that reaches it [`unit`]; empty of a target that asks for at least so much.
        at_most: Option<Plain>,
    }
}

/// A bottleneck: something of which nothing was left at the end of a period while a route worth running needed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BottleneckDocument {
    /// Without a plan (`none`), or with it (`plan`).
    pub plan: PlanKey,
    /// The cluster.
    pub cluster: String,
    /// The stage whose process needed it.
    pub stage: StageKey,
    /// Whether it is a capacity or a commodity.
    pub kind: BindingKey,
    /// The capacity or commodity.
    pub what: String,
    /// Share of samples and periods in which that was so.
    pub share: f64,
    /// Of a capacity with a plan that was made: by how much the objective's metric would rise if the capacity were greater by
    /// a tenth of itself, in every period and sample [unit of the metric]. Absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relief: Option<f64>,
}

impl BottleneckDocument {
    /// The bottlenecks of a study, without a plan and, where there is one, with it.
    pub fn of(model: &Model, study: &SimulationStudy) -> Vec<Self> {
        let of = |plan: PlanKey, list: &Bottlenecks| -> Vec<Self> {
            let told = list.list().into_iter().map(|b| {
                let (is_capacity, what) = binding_of(model, b.cluster, b.what);
                let relief = study.relief_of(&b).filter(|_| plan == PlanKey::Plan);
                Self {
                    plan,
                    cluster: keys::cluster(model, b.cluster),
                    stage: b.stage.into(),
                    kind: if is_capacity { BindingKey::Capacity } else { BindingKey::OnHand },
                    what: what.to_string(),
                    share: b.share,
                    relief: relief.map(|relief| relief.gain.mean),
                }
            });
            told.collect()
        };
        let mut list = of(PlanKey::None, &study.without);
        list.extend(study.with.iter().flat_map(|with| of(PlanKey::Plan, with)));
        list
    }
}

impl From<BottleneckDocument> for BottleneckRow {
    fn from(of: BottleneckDocument) -> Self {
        let BottleneckDocument { plan, cluster, stage, kind, what, share, relief } = of;
        Self { plan, cluster, stage, kind, what, share: Plain(share), relief: relief.map(Plain) }
    }
}

impl<'a> OutcomeTableRow<'a> {
    /// The row of an outcome.
    pub fn of(model: &'a Model, row: &OutcomeRow) -> Self {
        let MeasureName { metric, chain, item, unit } = name_of(model, row.measure);
        let e = &row.estimate;
        let [q05, q25, q50, q75, q95] = e.quantiles.map(Plain);
        let [q05_ends, q25_ends, q50_ends, q75_ends, q95_ends] =
            e.quantile_intervals.map(|ends| ends.map(Plain));
        Self {
            plan: row.plan.into(),
            metric,
            cluster: row.cluster.map_or("all", |c| model.clusters[c.index()].key.as_str()).into(),
            chain: chain.unwrap_or_default().into(),
            item: item.unwrap_or_default().into(),
            year: row.year.map_or_else(|| "all".to_string(), |y| model.horizon.calendar_year(y).to_string()),
            unit: unit.into(),
            mean: Plain(e.mean),
            standard_error: Plain(e.standard_error),
            q05,
            q25,
            q50,
            q75,
            q95,
            cvar: Plain(e.cvar),
            cvar_standard_error: Plain(e.cvar_standard_error),
            q05_low: q05_ends[0],
            q05_high: q05_ends[1],
            q25_low: q25_ends[0],
            q25_high: q25_ends[1],
            q50_low: q50_ends[0],
            q50_high: q50_ends[1],
            q75_low: q75_ends[0],
            q75_high: q75_ends[1],
            q95_low: q95_ends[0],
            q95_high: q95_ends[1],
        }
    }
}

impl TargetRow {
    /// The row of a target.
    pub fn of(model: &Model, reached: &Reached) -> Self {
        let target = TargetDocument::of(model, &model.targets[reached.target]);
        Self {
            plan: reached.plan.into(),
            target: target.target.en,
            metric: target.metric,
            cluster: target.cluster.unwrap_or_else(|| "all".to_string()),
            chain: target.chain,
            item: target.item,
            year: target.year.map_or_else(|| "all".to_string(), |year| year.to_string()),
            unit: target.unit,
            at_least: target.at_least.map(Plain),
            probability: Plain(reached.probability),
            low: Plain(reached.interval[0]),
            high: Plain(reached.interval[1]),
            at_most: target.at_most.map(Plain),
        }
    }
}
