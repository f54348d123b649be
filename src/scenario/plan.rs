//! Allocations from files: the one in force today, and plans (`allocation.csv`, `plan.json` or the folder they stand in) to
//! simulate.

mod breach;
mod document;
pub(crate) mod locked;

use std::collections::BTreeMap;
use std::path::Path;

use super::StatedNumber;
use super::diagnostic::{Fault, Faults, Place};
use super::number::provenance_of_row;
use super::policy::{shown, year_index};
use super::sheet::tell_two_ways;
use super::source_file::{LARGEST_FILE, Take, read_bytes};
use super::table::{Columns, Row, Table, read};
use super::text::decode;
use crate::model::{
    Allocation, AllocationLine, ClusterId, FacilityType, InterventionId, Level, Model, SourceId,
};
use crate::units::Rupiah;
use document::PlanFile;
pub use document::{PlanLine, PlanMoney};

/// A plan as read.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it spends.
    pub allocation: Allocation,
    /// How it was read, where that could have been meant otherwise.
    pub notes: Vec<Fault>,
    /// The scenario that it says it was made for, where it says so.
    pub made_for: Option<MadeFor>,
}

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
            place: "scenario_hash".to_string(),
            problem: format!("the plan was made for another scenario: its hash is {}", short(&self.hash)),
            expected: Some(format!("{}, the hash of this one", short(hash))),
            help: Some(
                "plan anew, or give its allocation.csv, whose lines are held against any scenario that has them".to_string(),
            ),
        }
    }
}

const PLAN_COLUMNS: Columns = Columns {
    required: &["source", "cluster", "intervention", "year", "rupiah"],
    optional: &["level", "region", "facility_type", "letter", "locked", "reference", "grade"],
    numbers: &["rupiah"],
};

/// Lines that were read, each with its place.
type Lines = Vec<(AllocationLine, Place)>;

/// Reads the plan at `path` for `model`: CSV with the columns of `allocation.csv`, JSON as `plan.json`, or a result folder
/// that holds one of them, or both and the same.
///
/// # Errors
/// Every fault found.
pub fn read_plan(path: &Path, model: &Model) -> Result<Plan, Vec<Fault>> {
    let mut faults = Faults::default();
    let (lines, whole, made_for) =
        if path.is_dir() { in_folder(path, model, &mut faults) } else { in_file(path, model, &mut faults) };
    let mut allocation = Allocation::default();
    if faults.is_empty() && fits(&lines, &whole, &mut faults) {
        allocation = Allocation::new(lines.iter().map(|(line, _)| *line).collect());
        breach::check(&lines, model, &mut faults);
        if allocation == model.today {
            allocation = with_locked(allocation, &whole, model, &mut faults);
        } else {
            locked::check_plan(&lines, &whole, model, &mut faults);
        }
    }
    let (_, notes) = faults.take_remarks();
    if faults.is_empty() { Ok(Plan { allocation, notes, made_for }) } else { Err(faults.into_sorted()) }
}

/// Today's allocation with what has been committed since, as the mix `today` holds it.
fn with_locked(today: Allocation, whole: &Place, model: &Model, faults: &mut Faults) -> Allocation {
    let missing = model.locked.missing(&today);
    if missing.is_empty() {
        return today;
    }
    let more: i64 = missing.iter().map(|(line, has)| line.amount.0 - has).sum();
    faults.note(
        whole,
        format!(
            "this is today's allocation of the scenario: {} of its lines are raised by {more} rupiah in all to what locked.csv \
             says are committed",
            missing.len()
        ),
    );
    let mut lines = today.lines().to_vec();
    lines.extend(
        missing.into_iter().map(|(line, has)| AllocationLine { amount: Rupiah(line.amount.0 - has), ..line }),
    );
    Allocation::new(lines)
}

/// True if the sum of all lines is one that can be computed with; else it is told.
fn fits(lines: &[(AllocationLine, Place)], whole: &Place, faults: &mut Faults) -> bool {
    let total: i128 = lines.iter().map(|(line, _)| i128::from(line.amount.0)).sum();
    let fits = total <= i128::from(Rupiah::MOST_IN_ALL.0);
    if !fits {
        faults.expected(
            whole,
            format!("the lines come to {total} rupiah"),
            format!("at most {} in all", Rupiah::MOST_IN_ALL.0),
        );
    }
    fits
}

/// The plan in a result folder.
fn in_folder(path: &Path, model: &Model, faults: &mut Faults) -> (Lines, Place, Option<MadeFor>) {
    let (json, table) = (path.join("plan.json"), path.join("allocation.csv"));
    let whole = Place::file(&path.display().to_string());
    match (json.exists(), table.exists()) {
        (false, false) => {
            faults.in_full(
                &whole,
                "the folder has neither plan.json nor allocation.csv",
                "a result folder of optimise or simulate, or the file itself",
                "of a result of coordinate, name one of its allocation-*.csv",
            );
            (Vec::new(), whole, None)
        }
        (true, false) => in_file(&json, model, faults),
        (false, true) => {
            let (lines, whole, _) = in_file(&table, model, faults);
            (lines, whole, document::of_manifest(&path.join("manifest.json")))
        }
        (true, true) => {
            let (lines, whole, made_for) = in_file(&json, model, faults);
            let (others, place, _) = in_file(&table, model, faults);
            let sum = |lines: &Lines| -> BTreeMap<_, i128> {
                let key = |l: &AllocationLine| (l.source, l.cluster, l.intervention, l.year);
                lines
                    .iter()
                    .filter(|(l, _)| l.amount.0 > 0)
                    .map(|(l, _)| (key(l), i128::from(l.amount.0)))
                    .collect()
            };
            if faults.is_empty() && sum(&lines) != sum(&others) {
                faults.help(
                    &place,
                    "plan.json beside it holds another plan",
                    "name the one of the two files that is meant",
                );
            }
            (lines, whole, made_for)
        }
    }
}

/// The plan in a file.
fn in_file(path: &Path, model: &Model, faults: &mut Faults) -> (Lines, Place, Option<MadeFor>) {
    let label = path.display().to_string();
    let whole = Place::file(&label);
    let text = match read_bytes(path, Take::FilesAndPipes, LARGEST_FILE) {
        Ok(bytes) => decode(bytes, &whole, faults),
        Err(error) => {
            error.tell(&whole, faults);
            None
        }
    };
    let Some(text) = text else { return (Vec::new(), whole, None) };
    // A pipe has no ending; no table begins so.
    if label.to_lowercase().ends_with(".json") || text.trim_start().starts_with('{') {
        let (lines, made_for) = in_json(&text, &whole, model, faults);
        return (lines, whole, made_for);
    }
    let mut lines = Vec::new();
    for row in &read(&label, &text, &PLAN_COLUMNS, faults).rows {
        if let Some(line) = line_of(row, model, faults) {
            check_described(&|column| row.text(column).to_string(), &|c| row.place(c), &line, model, faults);
            lines.push((line, row.place("rupiah")));
        }
    }
    twice(&lines, model, faults);
    (lines, whole, None)
}

/// The plan in the text of a plan.json.
fn in_json(text: &str, whole: &Place, model: &Model, faults: &mut Faults) -> (Lines, Option<MadeFor>) {
    let plan: PlanFile = match serde_json::from_str(text) {
        Ok(plan) => plan,
        Err(error) => {
            faults.add(whole, format!("is not a plan: {error}"));
            return (Vec::new(), None);
        }
    };
    let mut lines = Vec::new();
    for (i, line) in plan.allocation.iter().enumerate() {
        let at = |part: &str| {
            whole.at(&if part.is_empty() {
                format!("allocation[{i}]")
            } else {
                format!("allocation[{i}].{part}")
            })
        };
        let named = line.named(&at, faults);
        let Some(found) = named.and_then(|named| resolve(&named, &at, model, faults)) else { continue };
        check_described(&|part| line.described(part), &at, &found, model, faults);
        lines.push((found, at("")));
    }
    twice(&lines, model, faults);
    let made_for = plan.scenario_hash.map(|hash| MadeFor {
        file: whole.file.clone(),
        hash,
        budget: plan.budget.and_then(|b| b.total),
    });
    (lines, made_for)
}

/// A line as names.
struct Named<'a> {
    source: &'a str,
    cluster: &'a str,
    intervention: &'a str,
    year: i64,
    rupiah: f64,
}

fn line_of(row: &Row, model: &Model, faults: &mut Faults) -> Option<AllocationLine> {
    let (year, rupiah) = (row.year("year", faults), row.required_amount("rupiah", faults));
    let line = Named {
        source: row.text("source"),
        cluster: row.text("cluster"),
        intervention: row.text("intervention"),
        year: year?,
        rupiah: rupiah?.0,
    };
    resolve(&line, &|column| row.place(column), model, faults)
}

/// Turns names into ids and checks that the source may fund the line.
fn resolve(
    line: &Named<'_>,
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
    let source = find("source", "source", line.source, &sources).map(SourceId::new);
    // Clusters stand in order of their keys, and there may be thousands.
    let cluster = model.clusters.binary_search_by(|c| c.key.as_str().cmp(line.cluster));
    let cluster = cluster.map(ClusterId::new).ok();
    if cluster.is_none() {
        let clusters: Vec<&str> = model.clusters.iter().map(|c| c.key.as_str()).collect();
        find("cluster", "cluster", line.cluster, &clusters);
    }
    let intervention = cluster.and_then(|cluster| {
        let chain = model.chain_of(cluster);
        let known: Vec<&str> = chain.interventions.iter().map(|i| i.key.as_str()).collect();
        find("intervention", "intervention", line.intervention, &known).map(InterventionId::new)
    });
    let year = year_index(line.year as f64, &model.horizon)
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

/// What only describes a line must describe the line it stands in.
fn check_described(
    told: &dyn Fn(&str) -> String,
    place: &dyn Fn(&str) -> Place,
    line: &AllocationLine,
    model: &Model,
    faults: &mut Faults,
) {
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
        let found = told(column);
        if !found.is_empty() && found != is {
            faults.expected(
                &place(column),
                format!("found '{found}'"),
                format!("'{is}', as the scenario has it"),
            );
        }
    }
}

/// Tells of lines that stand there already, however their year is written.
fn twice(lines: &[(AllocationLine, Place)], model: &Model, faults: &mut Faults) {
    let mut seen: BTreeMap<_, &Place> = BTreeMap::new();
    for (line, place) in lines {
        let key = (line.source, line.cluster, line.intervention, line.year);
        let Some(first) = seen.get(&key) else {
            seen.insert(key, place);
            continue;
        };
        let words = [
            model.sources[line.source.index()].key.as_str(),
            model.clusters[line.cluster.index()].key.as_str(),
            model.chain_of(line.cluster).interventions[line.intervention.index()].key.as_str(),
        ];
        let year = model.horizon.calendar_year(line.year);
        let (here, at) = match first.line {
            Some(row) => (place.at(""), format!("row {row}")),
            None => ((*place).clone(), first.path.clone()),
        };
        faults.add(&here, format!("{} {year} stands in {at} already", words.join(" ")));
    }
}

/// The allocation in force today.
pub(crate) mod today {
    use super::{
        Allocation, Columns, Faults, Model, Place, StatedNumber, Table, fits, line_of, provenance_of_row,
        shown, twice,
    };

    /// The columns of today.csv.
    pub(crate) const COLUMNS: Columns = Columns {
        required: &["source", "cluster", "intervention", "year", "rupiah"],
        optional: &["reference", "grade"],
        numbers: &["rupiah"],
    };

    /// Reads today.csv.
    pub(crate) fn read(
        table: &Table,
        model: &Model,
        faults: &mut Faults,
        numbers: &mut Vec<StatedNumber>,
    ) -> Allocation {
        let mut lines = Vec::new();
        let before = faults.count();
        for row in &table.rows {
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
        twice(&lines, model, faults);
        if !fits(&lines, &Place::file("today.csv"), faults) {
            return Allocation::default();
        }
        // What follows from a fault told already need not be told.
        if faults.count() == before && table.whole {
            super::breach::check(&lines, model, faults);
        }
        Allocation::new(lines.into_iter().map(|(line, _)| line).collect())
    }
}
