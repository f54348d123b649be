//! The law trace: every constraint and every figure with what it answers to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::table::{Plain, rows};

/// The kind of a row of the law trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LawKey {
    /// The budget of a source in a year.
    Budget,
    /// Money carried over to the next year.
    CarryOver,
    /// Disbursement of commitments.
    Disbursement,
    /// Eligibility of lines for a source.
    Eligibility,
    /// A floor or cap.
    Limit,
    /// A co-funding rule.
    Cofunding,
    /// A locked line.
    Locked,
    /// A pool that clusters share.
    Pool,
    /// A spillover in a technology group.
    Spillover,
    /// A candidate cluster.
    Site,
    /// A rule for sites.
    SiteRule,
    /// A cluster that is supported in full or not at all.
    Support,
    /// A minimum of coverage.
    Coverage,
    /// A waiver of a facility type.
    Waiver,
    /// Past provision of a facility type.
    PastProvision,
    /// An intervention with its facility type and kind of support.
    Intervention,
    /// A minimum size.
    MinimumSize,
    /// A process and its stage.
    Stage,
    /// A capacity.
    Capacity,
    /// A commodity.
    Commodity,
    /// The grouping of enterprises by a common product chain.
    Cluster,
    /// A setting of the objective.
    Objective,
    /// A figure.
    Figure,
}

/// A constraint or figure with what it answers to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LawLine {
    /// Its kind.
    pub kind: LawKey,
    /// Its key: stable, and the same in both languages.
    pub key: String,
    /// The constraint or figure, in words.
    pub rule: String,
    /// Paragraphs of PP 7/2021, Article 89 that it answers to; empty where it answers to policy alone.
    pub article: String,
    /// The policy that it answers to: what it states itself, where its number comes from, or where the scenario states it.
    pub policy: String,
    /// File, and line or row; empty where it is written nowhere.
    pub place: String,
    /// The unit of `asked` and `stands`; empty where it has none.
    pub unit: String,
    /// The amount asked [`unit`].
    pub asked: Option<f64>,
    /// The amount of a plan [`unit`]; null without one.
    pub stands: Option<f64>,
    /// Whether it binds in a plan; null without one, and of figures.
    pub binding: Option<bool>,
}

/// `yes` or `no`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum YesNo {
    /// Yes.
    Yes,
    /// No.
    No,
}

rows! {
    /// A row of `law_trace.csv`: a constraint or figure with what it answers to.
    LawRow {
        /// Its kind.
        kind: LawKey,
        /// Its key: stable, and the same in both languages.
        key: String,
        /// The constraint or figure, in words.
        rule: String,
        /// Paragraphs of PP 7/2021, Article 89 that it answers to; empty where it answers to policy alone.
        article: String,
        /// The policy that it answers to: what it states itself, where its number comes from, or where the scenario states it.
        policy: String,
        /// The file; lines and rows are left out, since results do not depend on their order.
        place: String,
        /// The unit of `asked` and `stands`.
        unit: String,
        /// The amount asked [`unit`].
        asked: Option<Plain>,
        /// The amount of the plan [`unit`].
        stands: Option<Plain>,
        /// Whether it binds in the plan.
        binding: Option<YesNo>,
    }
}

/// The file of a place: a row's number depends on the order of rows, and results do not.
pub(crate) fn file_of(place: &str) -> &str {
    place.split(' ').next().unwrap_or_default()
}
