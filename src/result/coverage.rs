//! Coverage of the ten facility types: what every cluster owes, what it has been provided with, what a plan adds, and who
//! provides it.

mod rows;
mod stated;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::estimate::Title;
use super::table::{Plain, rows as table_rows};
use super::words::{FacilityKey, GradeKey};
use crate::model::{Allocation, ClusterId, FacilityType, InterventionId, Model, Need};
pub use rows::{CoverageRow, CoverageState, rows};
pub use stated::StatedCoverage;

/// How a facility type stands in a cluster under a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateKey {
    /// The plan and what stands together reach the minimum.
    Met,
    /// Less than the minimum.
    Short,
    /// Past provision meets it in full.
    ProvidedBefore,
    /// Not asked for, for a reason.
    Waived,
    /// No minimum is stated for it.
    NoMinimum,
}

impl From<CoverageState> for StateKey {
    fn from(state: CoverageState) -> Self {
        match state {
            CoverageState::Met => StateKey::Met,
            CoverageState::Short => StateKey::Short,
            CoverageState::Provided => StateKey::ProvidedBefore,
            CoverageState::Waived => StateKey::Waived,
            CoverageState::NoMinimum => StateKey::NoMinimum,
        }
    }
}

/// How a facility type stands in a cluster before any plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutlookKey {
    /// The minimum is reached already.
    Met,
    /// A plan owes it.
    Owed,
    /// Past provision meets it in full.
    ProvidedBefore,
    /// Not asked for, for a reason.
    Waived,
    /// No minimum is stated for it.
    NoMinimum,
}

/// A minimum of a facility type in a cluster, or the type where none is stated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoverageHead {
    /// The letter of Article 89 paragraph (6).
    pub letter: String,
    /// The facility type.
    pub facility_type: FacilityKey,
    /// The name of the minimum; null where it has none.
    pub title: Option<Title>,
    /// The law that it answers to: what it states itself, and the letter.
    pub law: String,
    /// The capacity, where an output is asked for; else null.
    pub capacity: Option<String>,
    /// `Rp`, or the unit of the capacity.
    pub unit: String,
    /// The minimum [`unit`]; null where none is stated.
    pub minimum: Option<f64>,
    /// The amount that stands without a plan [`unit`]; null where it is not known.
    pub before: Option<f64>,
    /// Why it was provided before or is waived, as the scenario states it; else null.
    pub reason: Option<String>,
    /// The reference that the scenario states for that.
    pub reference: Option<String>,
    /// The grade that the scenario states for that.
    pub grade: Option<GradeKey>,
}

/// A line of a plan that provides a facility type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provider {
    /// The source.
    pub source: String,
    /// The intervention.
    pub intervention: String,
    /// The money it commits [Rp].
    pub rupiah: i64,
}

/// A facility type of a cluster under a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoverageType {
    /// The minimum, or the type.
    #[serde(flatten)]
    pub head: CoverageHead,
    /// The amount that the plan adds [`unit`].
    pub plan: f64,
    /// Money that the plan commits to the type in the cluster [Rp].
    pub committed: i64,
    /// How it stands.
    pub status: StateKey,
    /// Who provides it.
    pub provided_by: Vec<Provider>,
}

/// An intervention on offer with the sources that may fund it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Offer {
    /// The intervention.
    pub intervention: String,
    /// The sources that may fund it.
    pub sources: Vec<String>,
}

/// A facility type of a cluster before any plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoverageOutlook {
    /// The cluster.
    pub cluster: String,
    /// The minimum, or the type.
    #[serde(flatten)]
    pub head: CoverageHead,
    /// How it stands.
    pub status: OutlookKey,
    /// The interventions on offer.
    pub offered_by: Vec<Offer>,
}

/// The coverage of a supported cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterCoverage {
    /// The cluster.
    pub cluster: String,
    /// How many of the ten types are provided.
    pub provided: usize,
    /// How many are waived.
    pub waived: usize,
    /// Letters of those that are neither.
    pub missing: Vec<String>,
    /// The types one by one, as in `coverage.csv`; where the scenario says anything of coverage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<CoverageType>>,
}

/// The coverage of an allocation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoverageDocument {
    /// Whether the scenario states minima.
    pub stated: bool,
    /// Whether plans are held to them.
    pub enforced: bool,
    /// Clusters that the allocation supports.
    pub supported_clusters: usize,
    /// How many of them are short of a minimum.
    pub short_clusters: usize,
    /// They one by one.
    pub clusters: Vec<ClusterCoverage>,
}

table_rows! {
    /// A row of `coverage.csv`: a minimum of a facility type in a supported cluster or, where none is stated, the type.
    CoverageTableRow {
        /// The cluster.
        cluster: String,
        /// Its region.
        region: String,
        /// The letter of Article 89 paragraph (6).
        letter: String,
        /// The facility type.
        facility_type: FacilityKey,
        /// The law that the minimum answers to.
        law: String,
        /// The capacity, where an output is asked for.
        capacity: Option<String>,
        /// `Rp`, or the unit of the capacity.
        unit: String,
        /// The minimum [`unit`]; empty where none is stated.
        minimum: Option<Plain>,
        /// The amount that stood before [`unit`]; empty where it is not known.
        before: Option<Plain>,
        /// The amount that the plan adds [`unit`].
        plan: Plain,
        /// Money that the plan commits to the type in the cluster [Rp].
        committed_rupiah: i64,
        /// How it stands.
        status: StateKey,
        /// Why it was provided before or is waived, as the scenario states it.
        reason: Option<String>,
        /// The reference that the scenario states for that.
        reference: Option<String>,
        /// The grade that the scenario states for that.
        grade: Option<GradeKey>,
        /// Who provides it: `source/intervention=rupiah;...`.
        provided_by: String,
    }
}

/// The letter of the law that lists a facility type, in English.
pub fn law_of_letter(facility: FacilityType) -> String {
    format!("PP 7/2021, Article 89 paragraph (6) letter {}", facility.letter())
}

/// The law that a minimum answers to: what it says itself, and the letter.
fn law(facility: FacilityType, own: Option<&String>) -> String {
    let paragraph = law_of_letter(facility);
    own.map_or(paragraph.clone(), |own| format!("{own}; {paragraph}"))
}

/// The need that a minimum leaves in a cluster: money, or units of a capacity.
pub fn need(model: &Model, minimum: usize, cluster: ClusterId) -> Option<Need> {
    model.owed(cluster).into_iter().find(|owed| owed.minimum == minimum).map(|owed| owed.need)
}

/// Interventions on offer of a type in a cluster, with the keys of the sources that may fund them.
pub fn offered(
    model: &Model,
    cluster: ClusterId,
    facility: FacilityType,
) -> Vec<(InterventionId, Vec<&str>)> {
    let payers = |i: InterventionId| {
        let may = model.source_ids().filter(|s| model.may_fund(*s, cluster, i));
        may.map(|s| model.sources[s.index()].key.as_str()).collect()
    };
    model.providers(cluster, facility).map(|i| (i, payers(i))).collect()
}

impl CoverageHead {
    fn of(model: &Model, row: &CoverageRow<'_>) -> Self {
        let own = row.minimum.map(|n| &model.coverage.minima[n]);
        Self {
            letter: row.facility.letter().to_string(),
            facility_type: row.facility.into(),
            title: own.and_then(|own| own.title.as_ref()).map(Into::into),
            law: law(row.facility, own.and_then(|own| own.law.as_ref())),
            capacity: row.capacity.map(str::to_string),
            unit: row.unit.to_string(),
            minimum: row.asked,
            before: row.before,
            reason: row.standing.and_then(|standing| standing.reason.clone()),
            reference: row.standing.and_then(|standing| standing.reference.clone()),
            grade: row.standing.and_then(|standing| standing.grade).map(Into::into),
        }
    }
}

impl CoverageType {
    fn of(model: &Model, row: &CoverageRow<'_>) -> Self {
        let provider = |(source, line, rupiah): &(&str, &str, i64)| Provider {
            source: (*source).to_string(),
            intervention: (*line).to_string(),
            rupiah: *rupiah,
        };
        Self {
            head: CoverageHead::of(model, row),
            plan: row.added,
            committed: row.committed,
            status: row.state.into(),
            provided_by: row.providers.iter().map(provider).collect(),
        }
    }
}

/// How many of the ten types are provided, waived and neither, in a cluster's rows.
pub(crate) struct CoverageCount {
    /// Provided.
    pub(crate) provided: usize,
    /// Waived.
    pub(crate) waived: usize,
    /// Neither.
    pub(crate) missing: Vec<FacilityType>,
}

impl CoverageCount {
    pub(crate) fn of(rows: &[&CoverageRow<'_>]) -> Self {
        let mut count = Self { provided: 0, waived: 0, missing: Vec::new() };
        for &facility in FacilityType::ALL {
            let own: Vec<_> = rows.iter().filter(|row| row.facility == facility).collect();
            if own.iter().all(|row| row.is_provided()) {
                count.provided += 1;
            } else if own.iter().any(|row| row.state == CoverageState::Waived) {
                count.waived += 1;
            } else {
                count.missing.push(facility);
            }
        }
        count
    }
}

impl CoverageDocument {
    /// The coverage of the clusters that `allocation` supports.
    pub fn of(model: &Model, allocation: &Allocation) -> Self {
        let supported = model.supported(allocation);
        let all = rows(model, allocation, |c| supported[c.index()]);
        // Where nothing is asked for or said, the allocation says it all.
        let says = model.coverage.stated || !model.coverage.standings.is_empty();
        let clusters = model.cluster_ids().filter(|c| supported[c.index()]).map(|c| {
            let own: Vec<&CoverageRow<'_>> = all.iter().filter(|row| row.cluster == c).collect();
            let CoverageCount { provided, waived, missing } = CoverageCount::of(&own);
            ClusterCoverage {
                cluster: model.clusters[c.index()].key.clone(),
                provided,
                waived,
                missing: missing.iter().map(|f| f.letter().to_string()).collect(),
                types: says.then(|| own.iter().map(|row| CoverageType::of(model, row)).collect()),
            }
        });
        let (supported_clusters, short_clusters) = model.short_clusters(allocation);
        Self {
            stated: model.coverage.stated,
            enforced: model.coverage.enforced,
            supported_clusters,
            short_clusters,
            clusters: clusters.collect(),
        }
    }
}

impl CoverageOutlook {
    /// The ten types of every cluster before any plan.
    pub fn of(model: &Model) -> Vec<Self> {
        let told = |row: &CoverageRow<'_>| {
            let lines = &model.chain_of(row.cluster).interventions;
            let owed = || model.owed(row.cluster).iter().any(|owed| Some(owed.minimum) == row.minimum);
            let offer = |(i, sources): (InterventionId, Vec<&str>)| Offer {
                intervention: lines[i.index()].key.clone(),
                sources: sources.into_iter().map(str::to_string).collect(),
            };
            Self {
                cluster: model.clusters[row.cluster.index()].key.clone(),
                head: CoverageHead::of(model, row),
                status: match row.state {
                    // Without a plan nothing is met or short yet.
                    CoverageState::Met | CoverageState::Short if owed() => OutlookKey::Owed,
                    CoverageState::Met | CoverageState::Short => OutlookKey::Met,
                    CoverageState::Provided => OutlookKey::ProvidedBefore,
                    CoverageState::Waived => OutlookKey::Waived,
                    CoverageState::NoMinimum => OutlookKey::NoMinimum,
                },
                offered_by: offered(model, row.cluster, row.facility).into_iter().map(offer).collect(),
            }
        };
        rows(model, &Allocation::default(), |_| true).iter().map(told).collect()
    }
}

impl CoverageTableRow {
    /// The rows of the clusters that `allocation` supports.
    pub fn of(model: &Model, allocation: &Allocation) -> Vec<Self> {
        let supported = model.supported(allocation);
        let all = rows(model, allocation, |c| supported[c.index()]);
        let told = |row: &CoverageRow<'_>| {
            let head = CoverageHead::of(model, row);
            let cluster = &model.clusters[row.cluster.index()];
            let by = row.providers.iter().map(|(source, line, rupiah)| format!("{source}/{line}={rupiah}"));
            Self {
                cluster: cluster.key.clone(),
                region: cluster.region.clone(),
                letter: head.letter,
                facility_type: head.facility_type,
                law: head.law,
                capacity: head.capacity,
                unit: head.unit,
                minimum: head.minimum.map(Plain),
                before: head.before.map(Plain),
                plan: Plain(row.added),
                committed_rupiah: row.committed,
                status: row.state.into(),
                reason: head.reason,
                reference: head.reference,
                grade: head.grade,
                provided_by: by.collect::<Vec<_>>().join(";"),
            }
        };
        all.iter().map(told).collect()
    }
}
