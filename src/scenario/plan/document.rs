//! The part of `plan.json` that matters for simulating it, with the types that write it too.
//!
//! A reader keeps numbers as they are written (`50.000` is not 50), a writer has them as numbers: the line is generic in them.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::super::diagnostic::{Faults, Place};
use super::super::table::calendar_year;
use super::{MadeFor, Named, tell_two_ways};
use crate::units::{Written, value_of, written};

/// A line of an allocation, as names. Only source, cluster, intervention, year and rupiah say what is spent; the other keys
/// describe the line, and are held against the scenario where a plan is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(expecting = "struct LineFile")]
#[schemars(rename = "PlanLine")]
pub struct PlanLine<N = i64> {
    /// The source.
    pub source: String,
    /// Its level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// The cluster.
    pub cluster: String,
    /// Its region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The facility type of the intervention.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facility_type: Option<String>,
    /// The letter of Article 89 paragraph (6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
    /// The intervention.
    pub intervention: String,
    /// Calendar year.
    pub year: N,
    /// Money spent [Rp], whole.
    pub rupiah: N,
    /// How much of that is committed already [Rp]; only where the scenario locks any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<N>,
}

/// The money that a plan was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(expecting = "struct BudgetFile")]
pub struct PlanMoney {
    /// Money of all sources over the horizon [Rp].
    pub total: Option<i64>,
}

/// A plan as it is read.
#[derive(Debug, Deserialize)]
pub(super) struct PlanFile {
    pub(super) scenario_hash: Option<String>,
    pub(super) budget: Option<PlanMoney>,
    pub(super) allocation: Vec<PlanLine<Box<RawValue>>>,
}

impl PlanLine<Box<RawValue>> {
    /// The line with its numbers, or nothing, with the faults noted.
    pub(super) fn named(&self, place: &dyn Fn(&str) -> Place, faults: &mut Faults) -> Option<Named<'_>> {
        let year = calendar_year(self.year.get());
        if year.is_none() {
            let found = format!("found {}", self.year);
            faults.expected(&place("year"), found, "a year of four digits, such as 2027");
        }
        let rupiah = match written(self.rupiah.get()) {
            Written::One { text, .. } => value_of(&text).ok(),
            Written::TwoWays(both) => {
                tell_two_ways(&both, &place("rupiah"), faults);
                return None;
            }
            Written::Nothing => None,
        };
        if rupiah.is_none() {
            faults.expected(&place("rupiah"), format!("found {}", self.rupiah), "whole rupiah, 0 or more");
        }
        Some(Named {
            source: &self.source,
            cluster: &self.cluster,
            intervention: &self.intervention,
            year: year?,
            rupiah: rupiah?,
        })
    }

    /// The cell that the line states under this key; empty where it states none.
    pub(super) fn described(&self, part: &str) -> String {
        let text = match part {
            "level" => self.level.as_deref(),
            "region" => self.region.as_deref(),
            "facility_type" => self.facility_type.as_deref(),
            "letter" => self.letter.as_deref(),
            "locked" => self.locked.as_deref().map(RawValue::get),
            _ => None,
        };
        text.unwrap_or_default().to_string()
    }
}

/// The scenario that a result folder was made for, as its manifest states it, if that can be read.
pub(super) fn of_manifest(path: &Path) -> Option<MadeFor> {
    #[derive(Deserialize)]
    struct Settings {
        budget: Option<i64>,
    }
    #[derive(Deserialize)]
    struct Manifest {
        scenario_hash: String,
        settings: Option<Settings>,
    }
    let manifest: Manifest = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    let budget = manifest.settings.and_then(|settings| settings.budget);
    Some(MadeFor { file: path.display().to_string(), hash: manifest.scenario_hash, budget })
}
