//! The part of `plan.json` that matters for simulating it, with the types that write it too.
//!
//! A reader keeps numbers as they are written (`50.000` is not 50), a writer has them as numbers: the line is generic in them.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::super::diagnostic::{Fault, Faults, Place, Spot};
use super::super::phrase;
use super::super::sheet::tell_two_ways;
use super::super::table::calendar_year;
use super::line::LineNames;
use crate::language::text;
use crate::units::{Written, value_of, written};

/// The scenario that a plan was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeFor {
    /// File that says so.
    pub file: String,
    /// Hash of its model.
    pub hash: String,
    /// Its budget in all [Rp], which may have been scaled for the plan.
    pub budget: Option<i64>,
}

impl MadeFor {
    /// The fault that it was made for a scenario other than the one of this hash.
    pub fn of_another(&self, hash: &str) -> Fault {
        let short = |hash: &str| hash.chars().take(12).collect::<String>();
        Fault {
            file: self.file.clone(),
            line: None,
            place: Spot::Key("scenario_hash".to_string()),
            problem: text!(
                en: "the plan was made for another scenario: its hash is {made_for}",
                id: "rencana ini dibuat untuk skenario lain: hash-nya {made_for}",
                made_for = short(&self.hash),
            ),
            expected: Some(text!(
                en: "{own}, the hash of this one",
                id: "{own}, yaitu hash skenario ini",
                own = short(hash),
            )),
            help: Some(text!(
                en: "plan anew, or give its allocation.csv, whose lines are held against any scenario that has them",
                id: "susun rencana baru, atau berikan allocation.csv-nya, yang baris-barisnya dapat dipakai pada skenario mana pun yang memilikinya",
            )),
        }
    }
}

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
    /// Units that the money buys; only of what is bought in units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<f64>,
    /// The unit in English; only of what is bought in units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Cost of a unit [Rp]; only of what is bought in units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<i64>,
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
    pub(super) fn named(&self, place: &dyn Fn(&str) -> Place, faults: &mut Faults) -> Option<LineNames<'_>> {
        let year = calendar_year(self.year.get());
        if year.is_none() {
            let found = phrase::found(&self.year);
            faults.expected(&place("year"), found, phrase::four_digit_year());
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
            faults.expected(&place("rupiah"), phrase::found(&self.rupiah), phrase::whole_rupiah());
        }
        Some(LineNames {
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
