//! Coverage as the scenario states it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{ClusterId, CoverageMinimum, FacilityType, MinimumSize, Model, Standing, StandingKind};
use crate::result::estimate::Title;
use crate::result::keys;
use crate::result::limits::EligibleLists;
use crate::result::words::{FacilityKey, GradeKey, SupportedKey};

/// A minimum of coverage: `amount`, `amount_per_enterprise`, or `units` of a `capacity`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StatedMinimum {
    /// Its facility type.
    pub facility_type: FacilityKey,
    /// Money in every cluster [Rp].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<f64>,
    /// Money for each enterprise [Rp].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_per_enterprise: Option<f64>,
    /// The capacity of an output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<String>,
    /// Units of it per period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<f64>,
    /// Its name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// The law that it states, where it states any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<String>,
    /// Clusters that it is on.
    #[serde(flatten)]
    pub lists: EligibleLists,
}

/// Whether a facility type was provided or is waived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StandingKey {
    /// Provided before: in full, or to an amount.
    Provided,
    /// Waived.
    Waived,
}

/// A facility type of a cluster that was provided before or is waived.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StandingDocument {
    /// The cluster.
    pub cluster: String,
    /// The facility type.
    pub facility_type: FacilityKey,
    /// Whether it was provided or is waived.
    pub status: StandingKey,
    /// The amount provided [Rp]; null: in full, or waived.
    pub amount: Option<i64>,
    /// The reason that is stated.
    pub reason: Option<String>,
    /// The reference that is stated.
    pub reference: Option<String>,
    /// The grade that is stated.
    pub grade: Option<GradeKey>,
}

/// Coverage as the scenario states it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StatedCoverage {
    /// Whether minima are stated.
    pub stated: bool,
    /// Whether plans are held to them.
    pub enforced: bool,
    /// Which clusters are supported.
    pub supported: SupportedKey,
    /// Minima.
    pub minima: Vec<StatedMinimum>,
    /// Past provision and waivers.
    pub standings: Vec<StandingDocument>,
}

fn minimum(model: &Model, of: &CoverageMinimum) -> StatedMinimum {
    let mut told = StatedMinimum {
        facility_type: of.facility.into(),
        amount: None,
        amount_per_enterprise: None,
        capacity: None,
        units: None,
        title: of.title.as_ref().map(Into::into),
        law: of.law.clone(),
        lists: EligibleLists::of(model, &of.of),
    };
    match &of.size {
        MinimumSize::Amount(rupiah) => told.amount = Some(*rupiah),
        MinimumSize::PerEnterprise(rupiah) => told.amount_per_enterprise = Some(*rupiah),
        MinimumSize::Capacity { capacity, units } => {
            (told.capacity, told.units) = (Some(capacity.clone()), Some(*units));
        }
    }
    told
}

fn standing(model: &Model, cluster: ClusterId, facility: FacilityType, of: &Standing) -> StandingDocument {
    let (status, amount) = match of.kind {
        StandingKind::Provided => (StandingKey::Provided, None),
        StandingKind::Partly(rupiah) => (StandingKey::Provided, Some(rupiah.0)),
        StandingKind::Waived => (StandingKey::Waived, None),
    };
    StandingDocument {
        cluster: keys::cluster(model, cluster),
        facility_type: facility.into(),
        status,
        amount,
        reason: of.reason.clone(),
        reference: of.reference.clone(),
        grade: of.grade.map(Into::into),
    }
}

impl StatedCoverage {
    /// The statements of the scenario, where there are any.
    pub(in crate::result) fn of(model: &Model) -> Option<Self> {
        let coverage = &model.coverage;
        (coverage.stated || !coverage.standings.is_empty()).then(|| Self {
            stated: coverage.stated,
            enforced: coverage.enforced,
            supported: coverage.supported.into(),
            minima: coverage.minima.iter().map(|own| minimum(model, own)).collect(),
            standings: coverage
                .standings
                .iter()
                .map(|(&(cluster, facility), own)| standing(model, cluster, facility, own))
                .collect(),
        })
    }
}
