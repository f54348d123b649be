//! Mixes as tables: shares of the money by facility type, cluster and year.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::diagnostic::{Fault, Faults, Place};
use super::named::Named;
use super::phrase;
use super::policy::year_index;
use super::source_file::{LARGEST_FILE, Take, read_bytes};
use super::table::{Columns, read};
use super::text::decode;
use crate::language::text;
use crate::model::{FacilityType, Model};

/// A share of the money: of a facility type, in a cluster and a year, everywhere and always where these are not given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShareLine {
    /// Key of the facility type.
    pub facility_type: String,
    /// Key of the cluster; absent for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Calendar year; absent for every year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i64>,
    /// The share, at least 0; shares count in proportion to each other.
    pub share: f64,
}

const COLUMNS: Columns = Columns {
    required: &["type", "share"],
    optional: &["cluster", "year"],
    numbers: &["share"],
    left_out: &[],
};

/// Reads the shares at `path` for `model`.
///
/// # Errors
/// Every fault found.
pub fn read_shares(path: &Path, model: &Model) -> Result<Vec<ShareLine>, Vec<Fault>> {
    let mut faults = Faults::default();
    let label = path.display().to_string();
    let whole = Place::file(&label);
    let text = match read_bytes(path, Take::Files, LARGEST_FILE) {
        Err(error) => {
            error.tell(&whole, &mut faults);
            None
        }
        Ok(bytes) => decode(bytes, &whole, &mut faults),
    };
    let rows = text.map(|text| read(&label, &text, &COLUMNS, &mut faults).rows).unwrap_or_default();
    let mut lines = Vec::new();
    for row in &rows {
        let facility = row.text("type");
        if FacilityType::parse(facility).is_none() {
            faults.unknown(&row.place("type"), Named::Word, facility, &FacilityType::keys());
        }
        let cluster = Some(row.text("cluster").to_string()).filter(|key| !key.is_empty());
        let known: Vec<&str> = model.clusters.iter().map(|cluster| cluster.key.as_str()).collect();
        if let Some(key) = cluster.as_ref().filter(|key| !known.contains(&key.as_str())) {
            faults.unknown(&row.place("cluster"), Named::Cluster, key, &known);
        }
        let year = if row.text("year").is_empty() { None } else { row.year("year", &mut faults) };
        if let Some(Err(expected)) = year.map(|year| year_index(year as f64, &model.horizon)) {
            faults.expected(&row.place("year"), phrase::found(row.text("year")), expected);
        }
        let share = row.decimal("share", &mut faults).unwrap_or(0.0);
        if share < 0.0 {
            faults.expected(&row.place("share"), phrase::found(share), phrase::not_below_zero());
        }
        lines.push(ShareLine { facility_type: facility.to_string(), cluster, year, share });
    }
    if faults.is_empty() && lines.iter().all(|line| line.share == 0.0) {
        let found = text!(en: "there is no share above 0", id: "tidak ada bagian di atas 0");
        faults.add(&whole, found);
    }
    if faults.is_empty() { Ok(lines) } else { Err(faults.into_sorted()) }
}
