//! `menu --json` and the tables of a menu.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::allocation::allocation_lines;
use super::changes::ChangeDocument;
use super::estimate::{Comparison, Title};
use super::hash::scenario_hash;
use super::ladder::Bracketed;
use super::metric::MetricKey;
use super::table::{Plain, rows};
use crate::model::Model;
use crate::opt::decomposition::End;
use crate::opt::planner::inquiry::Reach;
use crate::scenario::{PlanLine, Scenario};
use crate::study::MenuStudy;
use crate::study::group::Kind;
use crate::study::menu::{Entry, Priced, Reading, SwapResult, plans};

/// The schema's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MenuSchema {
    /// Version 1.
    #[serde(rename = "rantai.menu/1")]
    One,
}

/// What the lines of a group have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// The facility type.
    Type,
    /// The cluster.
    Cluster,
    /// The region.
    Region,
    /// The intervention and the cluster.
    Line,
    /// Whatever was asked for.
    Named,
}

impl From<Kind> for GroupKind {
    fn from(of: Kind) -> Self {
        match of {
            Kind::Type => Self::Type,
            Kind::Cluster => Self::Cluster,
            Kind::Region => Self::Region,
            Kind::Line => Self::Line,
            Kind::Named => Self::Named,
        }
    }
}

/// An end of what a group can get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndKey {
    /// The least.
    Least,
    /// The most.
    Most,
}

impl From<End> for EndKey {
    fn from(of: End) -> Self {
        match of {
            End::Least => Self::Least,
            End::Most => Self::Most,
        }
    }
}

/// The least or the most that a group can get.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReachDocument {
    /// The amount that the plan below gives it \[Rp\].
    pub inner: i64,
    /// No plan that is worth enough goes further, proven \[Rp\].
    pub outer: f64,
    /// Risk-adjusted objective of the plan \[`unit`\].
    pub objective: f64,
    /// The plan.
    pub allocation: Vec<PlanLine>,
}

/// A group of lines, of all sources and years.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EntryDocument {
    /// What its lines have in common.
    pub kind: GroupKind,
    /// Key of the facility type, cluster or region, or `intervention:cluster`.
    pub key: String,
    /// Its name.
    pub title: Title,
    /// Its money in the best plan \[Rp\].
    pub now: i64,
    /// The least.
    pub least: ReachDocument,
    /// The most.
    pub most: ReachDocument,
}

/// The best plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BestDocument {
    /// How the search ended: `optimal`, `gap_not_reached` or `time_limit`.
    pub status: String,
    /// Its risk-adjusted objective on the planning samples \[`unit`\].
    pub objective: f64,
    /// No plan brings more, proven \[`unit`\].
    pub bound: f64,
    /// (bound - objective) over the size of the objective.
    pub gap: f64,
    /// The money that it spends \[Rp\].
    pub spent: i64,
    /// The plan.
    pub allocation: Vec<PlanLine>,
}

/// How far a better plan may be on other samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StatisticalGap {
    /// One-sided 95 % confidence limit on what a better plan may gain \[`unit`\].
    pub limit: f64,
    /// The same as a share of the size that `within` is of.
    pub share: f64,
    /// True if plans of the menu give up less than that: it then says more of the samples than of the policy.
    pub is_above_within: bool,
}

/// How the rest of the plan answers to a swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadingKey {
    /// Every other intervention in a cluster and year keeps its money.
    Held,
    /// Everything else is planned anew.
    Replanned,
}

impl From<Reading> for ReadingKey {
    fn from(of: Reading) -> Self {
        match of {
            Reading::Held => Self::Held,
            Reading::Replanned => Self::Replanned,
        }
    }
}

/// The price of a swap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PriceDocument {
    /// How the rest of the plan answers.
    pub reading: ReadingKey,
    /// The objective that is forgone beside the best plan, with what the bounds allow \[`unit`\].
    pub price: Bracketed,
    /// Risk-adjusted objective of the plan with the swap \[`unit`\].
    pub objective: f64,
    /// No plan with the swap brings more, proven \[`unit`\].
    pub bound: f64,
    /// The gain of the best plan over it in the simulator's reading, paired on fresh samples \[`unit`\].
    pub simulated: Option<Comparison>,
    /// Share of fresh samples in which the plan with the swap does better.
    pub reverses: f64,
    /// The plan.
    pub allocation: Vec<PlanLine>,
}

/// A swap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SwapDocument {
    /// The lines that get more.
    pub to: String,
    /// So much \[Rp\].
    pub amount: i64,
    /// The lines that get as much less.
    pub from: String,
    /// Money of the former in the best plan \[Rp\].
    pub to_now: i64,
    /// Money of the latter \[Rp\].
    pub from_now: i64,
    /// Its prices; empty where the lines that give have too little, rules forbid it, or time was up.
    pub prices: Vec<PriceDocument>,
}

/// How little and how much every group can get in plans that are nearly as good as the best.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MenuDocument {
    /// The schema.
    pub schema: MenuSchema,
    /// The title of the scenario.
    pub title: Title,
    /// SHA-256 of the model that was computed with.
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
    /// Fresh samples of swaps.
    pub evaluation: usize,
    /// Seed of all draws.
    pub seed: u64,
    /// The relative gap to which plans were searched for.
    pub gap_asked: f64,
    /// Share of the best plan's value that a plan may give up.
    pub within: f64,
    /// The value that plans must bring \[`unit`\].
    pub enough: f64,
    /// The best plan.
    pub best: BestDocument,
    /// How far a better plan may be on other samples; null where it was not asked for, or time was up.
    pub statistical_gap: Option<StatisticalGap>,
    /// Whether time ended none of it.
    pub in_time: bool,
    /// The groups.
    pub groups: Vec<EntryDocument>,
    /// The swaps.
    pub swaps: Vec<SwapDocument>,
}

impl MenuDocument {
    /// The document of a menu.
    pub fn of(scenario: &Scenario, model: &Model, study: &MenuStudy) -> Self {
        let planning = &study.settings.planning;
        let size = study.size(model);
        let best = &study.best;
        Self {
            schema: MenuSchema::One,
            title: (&model.title).into(),
            scenario_hash: scenario_hash(model),
            changes: ChangeDocument::all(scenario),
            metric: MetricKey::of(model, planning.metric),
            unit: planning.metric.unit().to_string(),
            planning: planning.planning,
            evaluation: planning.evaluation,
            seed: planning.seed,
            gap_asked: study.gap,
            within: study.settings.within,
            enough: study.enough,
            best: BestDocument {
                status: best.stop.key().to_string(),
                objective: best.objective,
                bound: best.bound,
                gap: best.gap,
                spent: best.allocation.total(),
                allocation: allocation_lines(model, &best.allocation),
            },
            statistical_gap: study.statistical.as_ref().map(|gap| StatisticalGap {
                limit: gap.limit,
                share: gap.limit / size,
                is_above_within: study.below_statistical(model) == Some(true),
            }),
            in_time: study.in_time,
            groups: study.entries.iter().map(|entry| entry_of(model, entry)).collect(),
            swaps: study.swaps.iter().map(|swap| swap_of(model, swap)).collect(),
        }
    }
}

fn entry_of(model: &Model, entry: &Entry) -> EntryDocument {
    let reach = |of: &Reach| ReachDocument {
        inner: of.inner,
        outer: of.outer,
        objective: of.objective,
        allocation: allocation_lines(model, &of.allocation),
    };
    EntryDocument {
        kind: entry.group.kind.into(),
        key: entry.group.key.clone(),
        title: (&entry.group.title).into(),
        now: entry.now,
        least: reach(&entry.least),
        most: reach(&entry.most),
    }
}

fn swap_of(model: &Model, of: &SwapResult) -> SwapDocument {
    let price = |priced: &Priced| PriceDocument {
        reading: priced.reading.into(),
        price: Bracketed { value: priced.price, range: priced.range },
        objective: priced.objective,
        bound: priced.bound,
        simulated: priced.simulated.as_ref().map(Comparison::from),
        reverses: priced.reverses,
        allocation: allocation_lines(model, &priced.allocation),
    };
    SwapDocument {
        to: of.swap.to.key.clone(),
        amount: of.swap.amount.0,
        from: of.swap.from.key.clone(),
        to_now: of.now[0],
        from_now: of.now[1],
        prices: of.priced.iter().map(price).collect(),
    }
}

rows! {
    /// A row of `menu.csv`: an end of what a group can get.
    MenuRow {
        /// What the lines of the group have in common.
        kind: GroupKind,
        /// Key of the group.
        key: String,
        /// `least` or `most`.
        end: EndKey,
        /// Money of the group in the best plan \[Rp\].
        now: i64,
        /// The amount that a plan has which is worth enough \[Rp\].
        inner: i64,
        /// No plan that is worth enough goes further, proven \[Rp\].
        outer: Plain,
        /// Objective of that plan.
        objective: Plain,
        /// Unit of the objective.
        unit: String,
    }

    /// A row of `menu_plans.csv`: a line of a plan of the menu.
    MenuPlanRow {
        /// What the lines of the group have in common.
        kind: GroupKind,
        /// Key of the group that gets least or most in it.
        key: String,
        /// `least` or `most`.
        end: EndKey,
        /// Key of the source.
        source: String,
        /// Key of the cluster.
        cluster: String,
        /// Key of the intervention.
        intervention: String,
        /// The year.
        year: i64,
        /// The amount \[Rp\].
        rupiah: i64,
    }

    /// A row of `swaps.csv`: the price of a swap.
    SwapRow {
        /// The lines that get more.
        to: String,
        /// So much \[Rp\].
        amount: i64,
        /// The lines that get as much less.
        from: String,
        /// `held` or `replanned`.
        reading: ReadingKey,
        /// The objective that is forgone, between the plans found.
        price: Plain,
        /// The least that it can be, proven.
        price_at_least: Plain,
        /// The most that it can be, proven.
        price_at_most: Plain,
        /// The same in the simulator's reading: mean gain of the best plan on fresh samples.
        simulated: Plain,
        /// Lower end of its 95 % interval.
        simulated_low: Plain,
        /// Upper end of it.
        simulated_high: Plain,
        /// Share of fresh samples in which the swap does better.
        reverses: Plain,
        /// Unit of the objective.
        unit: String,
    }
}

impl MenuRow {
    /// The rows of a menu.
    pub fn all(study: &MenuStudy) -> Vec<Self> {
        let unit = study.settings.planning.metric.unit();
        let row = |entry: &Entry, end: End| {
            let reach = if end == End::Least { &entry.least } else { &entry.most };
            Self {
                kind: entry.group.kind.into(),
                key: entry.group.key.clone(),
                end: end.into(),
                now: entry.now,
                inner: reach.inner,
                outer: Plain(reach.outer),
                objective: Plain(reach.objective),
                unit: unit.to_string(),
            }
        };
        plans(study).into_iter().map(|(entry, end, _)| row(entry, end)).collect()
    }
}

impl MenuPlanRow {
    /// The rows of a menu.
    pub fn all(model: &Model, study: &MenuStudy) -> Vec<Self> {
        let of = |(entry, end, allocation): (&Entry, End, &crate::model::Allocation)| {
            let (kind, key) = (entry.group.kind, entry.group.key.clone());
            let row = move |line: PlanLine| Self {
                kind: kind.into(),
                key: key.clone(),
                end: end.into(),
                source: line.source,
                cluster: line.cluster,
                intervention: line.intervention,
                year: line.year,
                rupiah: line.rupiah,
            };
            allocation_lines(model, allocation).into_iter().map(row).collect::<Vec<_>>()
        };
        plans(study).into_iter().flat_map(of).collect()
    }
}

impl SwapRow {
    /// The rows of a menu.
    pub fn all(study: &MenuStudy) -> Vec<Self> {
        let unit = study.settings.planning.metric.unit();
        let row = |(of, priced): (&SwapResult, &Priced)| {
            let (mean, half) =
                priced.simulated.map_or((f64::NAN, f64::NAN), |gain| (gain.mean, gain.half_width));
            Self {
                to: of.swap.to.key.clone(),
                amount: of.swap.amount.0,
                from: of.swap.from.key.clone(),
                reading: priced.reading.into(),
                price: Plain(priced.price),
                price_at_least: Plain(priced.range[0]),
                price_at_most: Plain(priced.range[1]),
                simulated: Plain(mean),
                simulated_low: Plain(mean - half),
                simulated_high: Plain(mean + half),
                reverses: Plain(priced.reverses),
                unit: unit.to_string(),
            }
        };
        let all = study.swaps.iter().flat_map(|swap| swap.priced.iter().map(move |priced| (swap, priced)));
        all.map(row).collect()
    }
}
