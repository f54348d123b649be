//! The part of `plan.json` that matters for simulating it. Numbers are kept as they are written: `50.000` is not 50.

use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::diagnostic::{Faults, Place};
use super::super::table::calendar_year;
use super::{MadeFor, Named, tell_two_ways};
use crate::units::{Written, value_of, written};

/// A line of an allocation, as names.
#[derive(Debug, Deserialize)]
pub(super) struct LineFile {
    source: String,
    cluster: String,
    intervention: String,
    year: Box<RawValue>,
    rupiah: Box<RawValue>,
    // What only describes the line.
    level: Option<String>,
    region: Option<String>,
    facility_type: Option<String>,
    letter: Option<String>,
    locked: Option<Box<RawValue>>,
}

/// A plan.
#[derive(Debug, Deserialize)]
pub(super) struct PlanFile {
    pub(super) scenario_hash: Option<String>,
    pub(super) budget: Option<BudgetFile>,
    pub(super) allocation: Vec<LineFile>,
}

/// The money it was made with.
#[derive(Debug, Deserialize)]
pub(super) struct BudgetFile {
    pub(super) total: Option<i64>,
}

impl LineFile {
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

    /// What it says of itself under this key; empty where it says nothing.
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

/// What the manifest of a result folder says it was made for, if it can be read.
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
