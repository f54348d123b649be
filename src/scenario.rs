//! From a folder of files to a validated [`Model`], or every fault at once.
//!
//! `read → parse → check → convert`: this module reads files and nothing else does. `file` mirrors the TOML files,
//! `document` and `table` find structural faults, `chain`, `number` and `convert` apply the rules. Rejected scenarios
//! never become a model; what is suspicious but allowed becomes a warning.

mod alike;
mod chain;
mod convert;
mod diagnostic;
mod document;
mod file;
mod item;
mod number;
mod observations;
mod plan;
mod policy;
mod shape;
mod sheet;
pub mod source_file;
mod table;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use diagnostic::Fault;
pub use number::Provenance;
pub use plan::{MadeFor, Plan, PlanLine, PlanMoney, read_plan};

use crate::model::Model;
use diagnostic::{Faults, Place};
use source_file::{LARGEST_FILE, LARGEST_TOML, Take, read_bytes};

/// A loaded scenario: the model, the numbers it was made from, and what is worth a warning.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The validated model.
    pub model: Model,
    /// Every number stated, with its provenance, by name.
    pub numbers: Vec<StatedNumber>,
    /// What is allowed but may not be meant, in order of file and line.
    pub warnings: Vec<Fault>,
    /// How files were read that could have been meant otherwise, in order of file and line.
    pub notes: Vec<Fault>,
    /// Every file that was read, by its name in the folder, as it was read: what makes an exact copy of the scenario.
    pub files: Vec<(String, Vec<u8>)>,
}

/// A number of the scenario and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedNumber {
    /// What the number is: `kutasari/price/ekspor`, `gula_kelapa/unit_cost/masak`, `budget/apbn/2027`.
    pub name: String,
    /// File and line or row.
    pub place: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl StatedNumber {
    /// True if the number says where it comes from, or that it is an assumption.
    pub fn is_sourced(&self) -> bool {
        self.provenance.source.is_some() || self.provenance.grade == Some(crate::model::Grade::Assumption)
    }
}

/// Loads the scenario in folder `path`.
///
/// # Errors
/// Every fault found, in order of file and line.
///
/// ```no_run
/// let scenario = rantai::scenario::load(std::path::Path::new("scenarios/minimal")).expect("valid");
/// println!("{} clusters", scenario.model.clusters.len());
/// ```
pub fn load(path: &Path) -> Result<Scenario, Vec<Fault>> {
    let mut faults = Faults::default();
    let texts = read_folder(path, &mut faults);
    let observed = names_in(&path.join("data"), "data/", &mut Faults::default());
    let unread: BTreeSet<String> = TABLES
        .iter()
        .map(|name| (*name).to_string())
        .chain(observed.into_iter().map(|name| format!("data/{name}")))
        .filter(|name| path.join(name).exists() && !texts.contains_key(name))
        .collect();
    let scenario = convert::convert(&texts, &unread, &mut faults);
    match scenario {
        Some(scenario) if faults.is_empty() => {
            let files = texts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
            Ok(Scenario { files, ..scenario })
        }
        _ => Err(faults.into_sorted()),
    }
}

/// True if a scenario folder may hold something at `inside` (relative to it) that is no part of the scenario: what reading
/// passes over.
pub fn may_hold(inside: &Path) -> bool {
    let mut names = inside.components().map(|part| part.as_os_str().to_str());
    let Some(Some(first)) = names.next() else { return false };
    let lower = first.to_lowercase();
    let passed_over = [".md", ".png", ".svg"].iter().any(|ending| lower.ends_with(ending));
    if FOLDERS.iter().any(|kind| kind.name == first) {
        return names.next().flatten().is_some_and(|name| name.starts_with('.'));
    }
    first.starts_with('.') || (passed_over && first != "README.md")
}

/// The tables of a scenario folder.
const TABLES: [&str; 6] =
    ["clusters.csv", "values.csv", "budgets.csv", "today.csv", "locked.csv", "coverage.csv"];

/// Texts of all files by their name relative to the folder. Unknown files and unreadable ones are faults.
fn read_folder(path: &Path, faults: &mut Faults) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    if !path.is_dir() {
        let what = if path.exists() { "is a file" } else { "does not exist" };
        let name = path.display().to_string();
        faults.expected(
            &Place::file(&name),
            format!("{name} {what}"),
            "a scenario folder with scenario.toml",
        );
        return texts;
    }
    let known: Vec<&str> =
        TABLES.iter().copied().chain(["scenario.toml", "chains", "data", "README.md"]).collect();
    for name in names_in(path, "", faults) {
        let below = path.join(&name);
        let lower = name.to_lowercase();
        let is_table = TABLES.contains(&name.as_str()) || name == "scenario.toml";
        if is_table {
            read_file(&below, &name, &mut texts, faults);
        } else if let Some(kind) = FOLDERS.iter().find(|kind| kind.name == name) {
            read_below(&below, kind, &mut texts, faults);
        } else if !(lower.ends_with(".md")
            || lower.ends_with(".png")
            || lower.ends_with(".svg")
            || name.starts_with('.'))
        {
            faults.unknown(&Place::file(&name), "file", &name, &known);
        }
    }
    for needed in ["scenario.toml", "clusters.csv", "budgets.csv"] {
        if !texts.contains_key(needed) && !path.join(needed).exists() {
            faults.add(&Place::file(needed), "the file is missing");
        }
    }
    if !texts.keys().any(|name| name.starts_with("chains/")) && !path.join("chains").exists() {
        faults.expected(&Place::file("chains"), "the folder is missing", "one TOML file per chain in it");
    }
    texts
}

/// A folder of files of one kind within a scenario.
struct Folder {
    name: &'static str,
    extension: &'static str,
    /// What one of its files is.
    holds: &'static str,
    /// What the folder is.
    is: &'static str,
}

const FOLDERS: [Folder; 2] = [
    Folder {
        name: "chains",
        extension: ".toml",
        holds: "a chain",
        is: "a folder with one TOML file per chain",
    },
    Folder {
        name: "data",
        extension: ".csv",
        holds: "a table of observations",
        is: "a folder with tables of observations",
    },
];

fn read_below(path: &Path, kind: &Folder, texts: &mut BTreeMap<String, String>, faults: &mut Faults) {
    let name = kind.name;
    if !path.is_dir() {
        faults.expected(&Place::file(name), format!("'{name}' is a file"), kind.is);
        return;
    }
    for file in names_in(path, &format!("{name}/"), faults) {
        let label = format!("{name}/{file}");
        if file.strip_suffix(kind.extension).is_some_and(is_key) {
            read_file(&path.join(&file), &label, texts, faults);
        } else if !file.starts_with('.') {
            faults.expected(
                &Place::file(&label),
                format!("this file is not {}", kind.holds),
                format!("NAME{} with a name of lower-case letters, digits, '_' and '-'", kind.extension),
            );
        }
    }
}

/// True for what may be a key: short, lower-case letters, digits, `_` and `-`.
pub(crate) fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 60
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
}

fn names_in(folder: &Path, label: &str, faults: &mut Faults) -> Vec<String> {
    let mut names = Vec::new();
    match std::fs::read_dir(folder) {
        Ok(entries) => {
            for entry in entries.flatten() {
                match entry.file_name().into_string() {
                    Ok(name) => names.push(name),
                    Err(name) => {
                        let shown = name.to_string_lossy().into_owned();
                        faults.add(&Place::file(&format!("{label}{shown}")), "the file's name is not UTF-8");
                    }
                }
            }
        }
        Err(error) => {
            faults.add(&Place::file(&folder.display().to_string()), format!("cannot be read: {error}"));
        }
    }
    names.sort();
    names
}

/// Most bytes of all files together.
const LARGEST_SCENARIO: usize = 256 << 20;
/// Most clusters: those that `generate` makes at most.
const MOST_CLUSTERS: usize = 100_000;
/// Most rows of a table.
const MOST_ROWS: usize = 1_000_000;

fn read_file(path: &Path, label: &str, texts: &mut BTreeMap<String, String>, faults: &mut Faults) {
    let place = Place::file(label);
    let limit = if label.ends_with(".toml") { LARGEST_TOML } else { LARGEST_FILE };
    match read_bytes(path, Take::Files, limit) {
        Err(error) => error.tell(&place, faults),
        Ok(bytes) => match text::decode(bytes, &place, faults) {
            None => {}
            Some(text) if text.trim().is_empty() => faults.add(&place, "the file is empty"),
            Some(text) if is_within_limits(&text, &place, texts, faults) => {
                texts.insert(label.to_string(), text);
            }
            Some(_) => {}
        },
    }
}

/// True if a file has no more rows than can be held, and fits beside those read before; else it is told.
fn is_within_limits(
    text: &str,
    place: &Place,
    texts: &BTreeMap<String, String>,
    faults: &mut Faults,
) -> bool {
    let count = |sign: u8| text.bytes().filter(|byte| *byte == sign).count();
    let most = if place.file == "clusters.csv" { MOST_CLUSTERS } else { MOST_ROWS };
    // The header is a line too.
    let rows = count(b'\n').max(count(b'\r'));
    let whole = text.len() + texts.values().map(String::len).sum::<usize>();
    if place.file.ends_with(".csv") && rows > most + 1 {
        faults.expected(place, format!("the table has {rows} lines"), format!("at most {most} rows"));
        false
    } else if whole > LARGEST_SCENARIO {
        let found = "with this file the scenario is larger than 256 MiB";
        faults.expected(place, found, "smaller or fewer files");
        false
    } else {
        true
    }
}

/// The JSON Schema of a scenario file: `scenario` or `chain`.
pub fn json_schema(which: SchemaOf) -> serde_json::Value {
    match which {
        SchemaOf::Scenario => schemars::schema_for!(file::ScenarioFile).to_value(),
        SchemaOf::Chain => schemars::schema_for!(file::ChainFile).to_value(),
    }
}

/// Which file a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaOf {
    /// `scenario.toml`.
    Scenario,
    /// `chains/*.toml`.
    Chain,
}
