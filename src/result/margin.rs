//! The worth of the last and the next rupiah of budgets, floors and caps.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::keys;
use super::rule::money_key;
use super::table::{Plain, Whole, rows};
use super::words::FacilityKey;
use crate::model::{LimitKind, Model};
use crate::opt::builder::Rule;
use crate::opt::margins::{Margin, Slope};
use crate::opt::planner::RuleMargin;

/// A one-sided derivative of the optimum, in the unit of the metric per rupiah by which the amount is raised, whole numbers
/// held where they are. It is not below zero for a budget or cap, and not above zero for a floor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SlopeDocument {
    /// The derivative [unit of the metric per Rp].
    pub per_rupiah: f64,
    /// The amount to which it holds [Rp].
    pub holds_to: f64,
    /// True where it was looked no further than `holds_to`.
    pub holds_beyond: bool,
}

impl From<Slope> for SlopeDocument {
    fn from(of: Slope) -> Self {
        Self { per_rupiah: of.worth, holds_to: of.holds_to, holds_beyond: of.open }
    }
}

/// The margin of a budget or limit. A side is null where there is no derivative (no last rupiah of nothing; no plan keeps the
/// rules with more, or with less) or none that can be told from what the solver leaves open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MarginDocument {
    /// The amount at which it is taken [Rp].
    pub amount: f64,
    /// The worth of the last rupiah.
    pub last: Option<SlopeDocument>,
    /// The worth of the next rupiah.
    pub next: Option<SlopeDocument>,
}

impl From<&Margin> for MarginDocument {
    fn from(of: &Margin) -> Self {
        Self { amount: of.amount, last: of.below.map(Into::into), next: of.above.map(Into::into) }
    }
}

/// The margin of a rule, where it was computed.
pub(super) fn of_rule(margins: &[RuleMargin], rule: Rule) -> Option<MarginDocument> {
    margins.iter().find(|known| known.rule == rule).map(|known| (&known.margin).into())
}

/// The kind of a rule with a margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarginKey {
    /// A budget.
    Budget,
    /// A floor.
    Floor,
    /// A cap.
    Cap,
}

rows! {
    /// A row of `margins.csv`: a budget, floor or cap. Worths are changes of the optimum per rupiah by which the amount is
    /// raised, so a floor's are not above zero. An empty cell is not defined.
    MarginRow {
        /// Whether it is a budget, a floor or a cap.
        rule: MarginKey,
        /// Its source; empty: all together.
        source: Option<String>,
        /// Calendar year; empty: the whole horizon.
        year: Option<i32>,
        /// Its facility type; empty where it is on all.
        facility_type: Option<FacilityKey>,
        /// Its amount [Rp].
        rupiah: Whole,
        /// The worth of the last rupiah [unit of the metric per Rp].
        last_rupiah: Option<Plain>,
        /// The amount from which that holds [Rp].
        holds_from: Option<Whole>,
        /// `true` where it was looked no further down.
        holds_below: Option<bool>,
        /// The worth of the next rupiah [unit of the metric per Rp].
        next_rupiah: Option<Plain>,
        /// The amount to which that holds [Rp].
        holds_to: Option<Whole>,
        /// `true` where it was looked no further up.
        holds_beyond: Option<bool>,
        /// The key under which the rule is written, such as `limits[0]`.
        key: String,
    }
}

impl MarginRow {
    /// The rows of `margins`.
    pub fn of(model: &Model, margins: &[RuleMargin]) -> Vec<Self> {
        margins.iter().filter_map(|known| Self::row(model, known)).collect()
    }

    fn row(model: &Model, known: &RuleMargin) -> Option<Self> {
        let (rule, source, year, facility) = match known.rule {
            Rule::Budget(s, y) => (MarginKey::Budget, Some(s), Some(y), None),
            Rule::Limit(number) => {
                let limit = &model.limits[number];
                let kind = match limit.kind {
                    LimitKind::Floor => MarginKey::Floor,
                    LimitKind::Cap => MarginKey::Cap,
                };
                (kind, limit.source, limit.year, limit.facility())
            }
            _ => return None,
        };
        let (last, next) = (known.margin.below, known.margin.above);
        Some(Self {
            rule,
            source: source.map(|s| keys::source(model, s)),
            year: year.map(|y| model.horizon.calendar_year(y)),
            facility_type: facility.map(Into::into),
            rupiah: Whole(known.margin.amount),
            last_rupiah: last.map(|slope| Plain(slope.worth)),
            holds_from: last.map(|slope| Whole(slope.holds_to)),
            holds_below: last.map(|slope| slope.open),
            next_rupiah: next.map(|slope| Plain(slope.worth)),
            holds_to: next.map(|slope| Whole(slope.holds_to)),
            holds_beyond: next.map(|slope| slope.open),
            key: money_key(model, known.rule),
        })
    }
}
