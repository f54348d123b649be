//! Candidate clusters: opened or not, and what those that are not would need to enter; rules for sites.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::estimate::Title;
use super::keys;
use super::rule::{RuleTeller, StatedRule};
use super::table::{Plain, rows};
use crate::model::{ClusterId, Model, SiteRule};
use crate::opt::builder::Rule;
use crate::opt::{Entry, ProgramPlan};
use crate::study::PlanStudy;

/// The need of a candidate that is not opened, to enter the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum EntryDocument {
    /// Its opening would have to bring more, the same in every future, all other decisions free.
    Needs {
        /// With less than this it stays out [unit of the metric, present value].
        at_least: f64,
        /// With more than this it enters [unit of the metric, present value]; null where that is not known.
        at_most: Option<f64>,
    },
    /// Rules keep it out, whatever it brings.
    Barred {
        /// They; none where no source may open it.
        rules: Vec<StatedRule>,
    },
    /// It was not computed.
    NotComputed,
}

impl EntryDocument {
    fn of(model: &Model, entry: &Entry) -> Self {
        let teller = RuleTeller { model, numbers: &[], scaled: false };
        match entry {
            Entry::Needs { at_least, at_most } => Self::Needs { at_least: *at_least, at_most: *at_most },
            Entry::Barred(rules) => {
                Self::Barred { rules: rules.iter().map(|rule| teller.stated(*rule)).collect() }
            }
            Entry::NotComputed => Self::NotComputed,
        }
    }
}

/// A candidate under a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SiteDocument {
    /// The cluster.
    pub cluster: String,
    /// Its region.
    pub region: String,
    /// Its potential score; null where it has none.
    pub potential: Option<f64>,
    /// Cost of opening it [Rp].
    pub fixed_cost: i64,
    /// The calendar year in which it is opened; null where it is not.
    pub opened: Option<i32>,
    /// Its need to enter; null of one that is opened.
    pub entry: Option<EntryDocument>,
}

/// The cost of opening a candidate [Rp].
pub fn fixed_cost(model: &Model, cluster: ClusterId) -> i64 {
    let line = model.opening(cluster);
    line.map_or(0, |line| model.clusters[cluster.index()].interventions[line.index()].fixed_cost.0)
}

/// The need of a candidate to enter; nothing of one that is opened.
pub(crate) fn entry_of(plan: &ProgramPlan, cluster: ClusterId) -> Option<&Entry> {
    plan.rejected.iter().find(|rejected| rejected.cluster == cluster).map(|rejected| &rejected.entry)
}

impl SiteDocument {
    /// The candidates of `model` under `plan`.
    pub(super) fn of(model: &Model, plan: &ProgramPlan) -> Vec<Self> {
        let told = |(c, year): (ClusterId, Option<usize>)| {
            let cluster = &model.clusters[c.index()];
            Self {
                cluster: cluster.key.clone(),
                region: cluster.region.clone(),
                potential: cluster.potential,
                fixed_cost: fixed_cost(model, c),
                opened: year.map(|y| model.horizon.calendar_year(y)),
                entry: entry_of(plan, c).map(|entry| EntryDocument::of(model, entry)),
            }
        };
        model.opened(&plan.allocation).into_iter().map(told).collect()
    }
}

/// A rule for sites.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SiteRuleDocument {
    /// Its name; null where it has none.
    pub title: Option<Title>,
    /// The candidates it is on.
    pub candidates: Vec<String>,
    /// How many of them may be opened; null: any number.
    pub at_most: Option<usize>,
    /// How many of them must be opened; null: none.
    pub at_least: Option<usize>,
    /// Least potential of those that are opened; null: any.
    pub minimum_potential: Option<f64>,
}

impl SiteRuleDocument {
    pub(super) fn of(model: &Model, rule: &SiteRule) -> Self {
        Self {
            title: rule.title.as_ref().map(Into::into),
            candidates: keys::clusters(model, &rule.candidates),
            at_most: rule.at_most,
            at_least: rule.at_least,
            minimum_potential: rule.minimum_potential,
        }
    }
}

/// The status of the entry of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKey {
    /// Its opening would have to bring more.
    Needs,
    /// Rules keep it out.
    Barred,
    /// It was not computed.
    NotComputed,
}

rows! {
    /// A row of `sites.csv`: a candidate.
    SiteRow {
        /// The cluster.
        cluster: String,
        /// Its region.
        region: String,
        /// Its potential score.
        potential: Option<Plain>,
        /// Cost of opening it [Rp].
        fixed_cost: i64,
        /// The calendar year in which it is opened; empty where it is not.
        opened: Option<i32>,
        /// Of one that is not opened: what is known of its entry.
        entry: Option<EntryKey>,
        /// With less than this from its opening it stays out [`unit`].
        needs_at_least: Option<Plain>,
        /// With more than this from its opening it enters [`unit`].
        needs_at_most: Option<Plain>,
        /// The unit of the metric.
        unit: Option<String>,
        /// The rules that bar it.
        rules: String,
    }
}

impl SiteRow {
    /// The candidates of `model` under a plan; `words` tells a rule.
    pub fn of(model: &Model, study: &PlanStudy, words: impl Fn(Rule) -> String) -> Vec<Self> {
        let told = |(c, year): (ClusterId, Option<usize>)| {
            let cluster = &model.clusters[c.index()];
            let entry = entry_of(&study.program, c);
            let (least, most) = match entry {
                Some(Entry::Needs { at_least, at_most }) => (Some(Plain(*at_least)), at_most.map(Plain)),
                _ => (None, None),
            };
            let rules: Vec<String> = match entry {
                Some(Entry::Barred(rules)) => rules.iter().map(|rule| words(*rule)).collect(),
                _ => Vec::new(),
            };
            Self {
                cluster: cluster.key.clone(),
                region: cluster.region.clone(),
                potential: cluster.potential.map(Plain),
                fixed_cost: fixed_cost(model, c),
                opened: year.map(|y| model.horizon.calendar_year(y)),
                entry: entry.map(|entry| match entry {
                    Entry::Needs { .. } => EntryKey::Needs,
                    Entry::Barred(_) => EntryKey::Barred,
                    Entry::NotComputed => EntryKey::NotComputed,
                }),
                unit: least.map(|_| study.request.metric.unit().to_string()),
                needs_at_least: least,
                needs_at_most: most,
                rules: rules.join("; "),
            }
        };
        model.opened(&study.program.allocation).into_iter().map(told).collect()
    }
}
