//! Allocations from files: the one in force today, and plans (`allocation.csv` or `plan.json`) to simulate.

mod breach;
pub(crate) mod locked;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::StatedNumber;
use super::diagnostic::{Fault, Faults, Place};
use super::number::provenance_of_row;
use super::policy::{shown, year_index};
use super::source_file::{LARGEST_FILE, Take, read_bytes};
use super::table::{Columns, Row, read};
use crate::model::{
    Allocation, AllocationLine, ClusterId, FacilityType, InterventionId, Level, Model, SourceId,
};
use crate::units::Rupiah;

/// A line of an allocation, as names.
#[derive(Debug, Clone, Deserialize)]
struct LineFile {
    source: String,
    cluster: String,
    intervention: String,
    year: f64,
    rupiah: f64,
}

/// The part of `plan.json` that matters for simulating it.
#[derive(Debug, Clone, Deserialize)]
pub struct PlanFile {
    allocation: Vec<LineFile>,
}

const PLAN_COLUMNS: Columns = Columns {
    required: &["source", "cluster", "intervention", "year", "rupiah"],
    optional: &["level", "region", "facility_type", "letter", "locked", "reference", "grade"],
};

/// Reads the plan in file `path` for `model`: CSV with the columns of `allocation.csv`, or JSON as `plan.json`.
///
/// # Errors
/// Every fault found.
pub fn read_plan(path: &Path, model: &Model) -> Result<Allocation, Vec<Fault>> {
    let mut faults = Faults::default();
    let label = path.display().to_string();
    let whole = Place::file(&label);
    let text = match read_bytes(path, Take::FilesAndPipes, LARGEST_FILE) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => {
                faults.help(&whole, "the file is not UTF-8", "save it with the encoding UTF-8");
                return Err(faults.into_sorted());
            }
        },
        Err(error) => {
            error.tell(&whole, &mut faults);
            return Err(faults.into_sorted());
        }
    };
    let mut lines = Vec::new();
    // A pipe has no ending; no table begins so.
    if label.to_lowercase().ends_with(".json") || text.trim_start().starts_with('{') {
        match serde_json::from_str::<PlanFile>(&text) {
            Ok(plan) => {
                for (i, line) in plan.allocation.iter().enumerate() {
                    let place = whole.at(&format!("allocation[{i}]"));
                    let found = resolve(line, &|_| place.clone(), model, &mut faults);
                    lines.extend(found.map(|found| (found, place)));
                }
            }
            Err(error) => faults.add(&whole, format!("is not a plan: {error}")),
        }
    } else {
        let rows = read(&label, &text, &PLAN_COLUMNS, &mut faults);
        for row in &rows {
            let line = line_of(row, model, &mut faults);
            if let Some(line) = line {
                check_described(row, &line, model, &mut faults);
                lines.push((line, row.place("rupiah")));
            }
        }
        twice(&rows, &["source", "cluster", "intervention", "year"], &mut faults);
    }
    if faults.is_empty() {
        breach::check(&lines, model, &mut faults);
        locked::check_plan(&lines, &whole, model, &mut faults);
    }
    let lines = lines.into_iter().map(|(line, _)| line).collect();
    if faults.is_empty() { Ok(Allocation::new(lines)) } else { Err(faults.into_sorted()) }
}

fn line_of(row: &Row, model: &Model, faults: &mut Faults) -> Option<AllocationLine> {
    let (year, rupiah) = (row.required_number("year", faults), row.required_number("rupiah", faults));
    let line = LineFile {
        source: row.text("source").to_string(),
        cluster: row.text("cluster").to_string(),
        intervention: row.text("intervention").to_string(),
        year: year?,
        rupiah: rupiah?,
    };
    resolve(&line, &|column| row.place(column), model, faults)
}

/// Turns names into ids and checks that the source may fund the line.
fn resolve(
    line: &LineFile,
    place: &dyn Fn(&str) -> Place,
    model: &Model,
    faults: &mut Faults,
) -> Option<AllocationLine> {
    let sources: Vec<&str> = model.sources.iter().map(|s| s.key.as_str()).collect();
    let mut find = |column: &str, what: &str, name: &str, known: &[&str]| {
        let found = known.iter().position(|key| *key == name);
        if found.is_none() {
            faults.unknown(&place(column), what, name, known);
        }
        found
    };
    let source = find("source", "source", &line.source, &sources).map(SourceId::new);
    // Clusters stand in order of their keys, and there may be thousands.
    let cluster = model.clusters.binary_search_by(|c| c.key.as_str().cmp(&line.cluster));
    let cluster = cluster.map(ClusterId::new).ok();
    if cluster.is_none() {
        let clusters: Vec<&str> = model.clusters.iter().map(|c| c.key.as_str()).collect();
        find("cluster", "cluster", &line.cluster, &clusters);
    }
    let intervention = cluster.and_then(|cluster| {
        let chain = model.chain_of(cluster);
        let known: Vec<&str> = chain.interventions.iter().map(|i| i.key.as_str()).collect();
        find("intervention", "intervention", &line.intervention, &known).map(InterventionId::new)
    });
    let year = year_index(line.year, &model.horizon)
        .map_err(|expected| faults.expected(&place("year"), format!("found {}", line.year), expected))
        .ok();
    let whole = line.rupiah.fract() == 0.0 && line.rupiah >= 0.0 && line.rupiah <= Rupiah::MAX.as_f64();
    if !whole {
        faults.expected(&place("rupiah"), format!("found {}", line.rupiah), "whole rupiah, 0 or more");
    }
    let (source, cluster, intervention, year) = (source?, cluster?, intervention?, year?);
    if model.chain_of(cluster).interventions[intervention.index()].opens
        && !model.clusters[cluster.index()].candidate
    {
        faults.help(
            &place("intervention"),
            format!("'{}' is no candidate, so '{}' is not offered there", line.cluster, line.intervention),
            "leave the row out, or say candidate = yes in clusters.csv",
        );
    } else if !model.may_fund(source, cluster, intervention) {
        faults.help(
            &place("source"),
            format!("'{}' may not fund '{}' in '{}'", line.source, line.intervention, line.cluster),
            "see its types, support, regions, chains and clusters in scenario.toml",
        );
    }
    whole.then_some(AllocationLine {
        source,
        cluster,
        intervention,
        year,
        amount: Rupiah(line.rupiah as i64),
    })
}

/// Columns that only describe must describe the line they stand in.
fn check_described(row: &Row, line: &AllocationLine, model: &Model, faults: &mut Faults) {
    let facility: FacilityType =
        model.chain_of(line.cluster).interventions[line.intervention.index()].facility;
    let level: Level = model.sources[line.source.index()].level;
    let locked = model.locked.amount(line.source, line.cluster, line.intervention, line.year);
    for (column, is) in [
        ("level", level.key().to_string()),
        ("region", model.clusters[line.cluster.index()].region.clone()),
        ("facility_type", facility.key().to_string()),
        ("letter", facility.letter().to_string()),
        ("locked", locked.to_string()),
    ] {
        let found = row.text(column);
        if !found.is_empty() && found != is {
            faults.expected(
                &row.place(column),
                format!("found '{found}'"),
                format!("'{is}', as the scenario has it"),
            );
        }
    }
}

fn twice(rows: &[Row], columns: &[&str], faults: &mut Faults) {
    let mut seen: BTreeMap<Vec<&str>, Option<usize>> = BTreeMap::new();
    for row in rows {
        let key: Vec<&str> = columns.iter().map(|column| row.text(column)).collect();
        if let Some(first) = seen.get(&key) {
            faults.add(
                &row.place(""),
                format!("{} stands in row {} already", key.join(" "), first.unwrap_or(0)),
            );
        } else {
            seen.insert(key, row.place("").line);
        }
    }
}

/// The allocation in force today.
pub(crate) mod today {
    use super::{
        Allocation, Columns, Faults, Model, Row, StatedNumber, line_of, provenance_of_row, shown, twice,
    };

    /// The columns of today.csv.
    pub(crate) const COLUMNS: Columns = Columns {
        required: &["source", "cluster", "intervention", "year", "rupiah"],
        optional: &["reference", "grade"],
    };

    /// Reads today.csv.
    pub(crate) fn read(
        rows: &[Row],
        model: &Model,
        faults: &mut Faults,
        numbers: &mut Vec<StatedNumber>,
    ) -> Allocation {
        let mut lines = Vec::new();
        let before = faults.count();
        for row in rows {
            let provenance = provenance_of_row(row, "reference", faults);
            numbers.push(StatedNumber {
                name: format!(
                    "today/{}/{}/{}/{}",
                    row.text("source"),
                    row.text("cluster"),
                    row.text("intervention"),
                    row.text("year")
                ),
                place: shown(&row.place("")),
                provenance,
            });
            lines.extend(line_of(row, model, faults).map(|line| (line, row.place("rupiah"))));
        }
        twice(rows, &["source", "cluster", "intervention", "year"], faults);
        // What follows from a fault told already need not be told.
        if faults.count() == before {
            super::breach::check(&lines, model, faults);
        }
        Allocation::new(lines.into_iter().map(|(line, _)| line).collect())
    }
}
