//! From a folder of files to a validated [`Model`], or every fault at once.
//!
//! `read → parse → check → convert`: this module reads files and nothing else does. `file` mirrors the TOML files,
//! `document` and `table` find structural faults, `chain`, `number` and `convert` apply the rules. Rejected scenarios
//! never become a model; what is suspicious but allowed becomes a warning.

mod alike;
mod case;
mod chain;
mod change;
mod classification;
mod convert;
mod diagnostic;
mod document;
mod edit;
mod file;
mod item;
mod loaded;
mod named;
mod number;
mod observations;
mod overrides;
mod phrase;
mod plan;
mod policy;
mod shape;
mod shares;
mod sheet;
pub mod source_file;
mod table;
mod text;
pub mod workbook_columns;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use case::{Case, read_case};
pub use change::{Change, Changed, Override, StatedKey};
pub(crate) use diagnostic::nearest;
pub use diagnostic::{Fault, Spot};
pub use loaded::{Scenario, StatedNumber, place_in};
pub use number::Provenance;
pub use plan::{LeftOutOfPlan, MadeFor, Plan, PlanLine, PlanMoney, StatedUnits, read_plan};
pub use shares::{ShareLine, read_shares};
#[cfg(feature = "cli")]
pub(crate) use sheet::amount_fault;

use crate::language::{Text, text};
use change::SOURCE;
use diagnostic::{Faults, Place};
use named::Named;
use overrides::{Resolved, blamed, resolve, stated_keys};
use shape::is_key;
use source_file::{LARGEST_FILE, LARGEST_TOML, Take, cannot_be_read, read_bytes};

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
    load_with(path, &[])
}

/// Loads the scenario in folder `path` with `overrides` in place of what its files state.
///
/// # Errors
/// Every fault found: those of the files, and those of overrides, where these were asked for.
pub fn load_with(path: &Path, overrides: &[Override]) -> Result<Scenario, Vec<Fault>> {
    let mut faults = Faults::default();
    let texts = read_folder(path, &mut faults);
    let observed = names_in(&path.join("data"), "data/", &mut Faults::default());
    let unread: BTreeSet<String> = TABLES
        .iter()
        .map(|name| (*name).to_string())
        .chain(observed.into_iter().map(|name| format!("data/{name}")))
        .filter(|name| path.join(name).exists() && !texts.contains_key(name))
        .collect();
    made(texts, &unread, overrides, faults)
}

/// The scenario of these texts with `overrides`.
fn made(
    texts: BTreeMap<String, String>,
    unread: &BTreeSet<String>,
    overrides: &[Override],
    mut faults: Faults,
) -> Result<Scenario, Vec<Fault>> {
    let Resolved { edits, changes } =
        if overrides.is_empty() { Resolved::default() } else { resolve(&texts, overrides, &mut faults) };
    let scenario = convert::convert(&texts, unread, &edits, &mut faults);
    match scenario {
        Some(scenario) if faults.is_empty() => {
            let files = texts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
            let numbers = overridden(scenario.numbers, overrides);
            Ok(Scenario { files, numbers, overrides: overrides.to_vec(), changes, ..scenario })
        }
        _ if overrides.is_empty() => Err(faults.into_sorted()),
        _ => Err(blamed(&texts, unread, overrides, faults.into_sorted())),
    }
}

/// Numbers with those that stand in place of others said to come from an override, wherever it was asked for.
fn overridden(mut numbers: Vec<StatedNumber>, overrides: &[Override]) -> Vec<StatedNumber> {
    for number in &mut numbers {
        if overrides.iter().any(|own| number.place.starts_with(own.origin.as_str())) {
            number.place = SOURCE.to_string();
        }
    }
    numbers
}

impl Scenario {
    /// The same scenario with more overrides.
    ///
    /// # Errors
    /// Every fault of them.
    pub fn with(&self, more: &[Override]) -> Result<Scenario, Vec<Fault>> {
        if more.is_empty() {
            return Ok(self.clone());
        }
        let text =
            |(name, bytes): &(String, Vec<u8>)| (name.clone(), String::from_utf8_lossy(bytes).into_owned());
        let overrides: Vec<Override> = self.overrides.iter().chain(more).cloned().collect();
        made(self.files.iter().map(text).collect(), &BTreeSet::new(), &overrides, Faults::default())
    }

    /// Every key of the scenario with the value that is computed with, in order: what overrides may change.
    pub fn keys(&self) -> Vec<StatedKey> {
        let text =
            |(name, bytes): &(String, Vec<u8>)| (name.clone(), String::from_utf8_lossy(bytes).into_owned());
        stated_keys(&self.files.iter().map(text).collect(), &self.changes)
    }
}

/// True if a scenario folder may hold something at `inside` (relative to it) that is no part of the scenario: what reading
/// passes over.
pub fn may_hold(inside: &Path) -> bool {
    let mut names = inside.components().map(|part| part.as_os_str().to_str());
    let Some(Some(first)) = names.next() else { return false };
    let lower = first.to_lowercase();
    let passed_over = [".md", ".png", ".svg"].iter().any(|ending| lower.ends_with(ending));
    if Folder::named(first).is_some() {
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
        let name = path.display().to_string();
        let found = if path.exists() {
            text!(en: "{name} is a file", id: "{name} adalah berkas")
        } else {
            text!(en: "{name} does not exist", id: "{name} tidak ada")
        };
        faults.expected(
            &Place::file(&name),
            found,
            text!(
                en: "a scenario folder with scenario.toml",
                id: "folder skenario yang berisi scenario.toml",
            ),
        );
        return texts;
    }
    let known: Vec<&str> =
        TABLES.iter().copied().chain(["scenario.toml", "chains", "data", "README.md"]).collect();
    // Tables and chains are read; documents and pictures may lie beside them.
    for name in names_in(path, "", faults) {
        let below = path.join(&name);
        let lower = name.to_lowercase();
        let is_table = TABLES.contains(&name.as_str()) || name == "scenario.toml";
        if is_table {
            read_file(&below, &name, &mut texts, faults);
        } else if let Some(folder) = Folder::named(&name) {
            read_below(&below, folder, &mut texts, faults);
        } else if !(lower.ends_with(".md")
            || lower.ends_with(".png")
            || lower.ends_with(".svg")
            || name.starts_with('.'))
        {
            faults.unknown(&Place::file(&name), Named::File, &name, &known);
        }
    }
    // What no scenario is without. A file that is there and cannot be read is told already.
    for needed in ["scenario.toml", "clusters.csv", "budgets.csv"] {
        if !texts.contains_key(needed) && !path.join(needed).exists() {
            faults.add(&Place::file(needed), text!(en: "the file is missing", id: "berkas ini tidak ada"));
        }
    }
    if !texts.keys().any(|name| name.starts_with("chains/")) && !path.join("chains").exists() {
        faults.expected(
            &Place::file("chains"),
            text!(en: "the folder is missing", id: "folder ini tidak ada"),
            text!(
                en: "one TOML file per chain in it",
                id: "satu berkas TOML di dalamnya untuk setiap rantai",
            ),
        );
    }
    texts
}

/// A folder of files of one kind within a scenario.
#[derive(Debug, Clone, Copy)]
enum Folder {
    Chains,
    Data,
}

impl Folder {
    const ALL: [Folder; 2] = [Folder::Chains, Folder::Data];

    /// The folder of this name, if it is one of them.
    fn named(name: &str) -> Option<Folder> {
        Folder::ALL.into_iter().find(|folder| folder.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Folder::Chains => "chains",
            Folder::Data => "data",
        }
    }

    /// The ending of its files.
    fn extension(self) -> &'static str {
        match self {
            Folder::Chains => ".toml",
            Folder::Data => ".csv",
        }
    }

    /// The folder with its content, in words.
    fn content(self) -> Text {
        match self {
            Folder::Chains => text!(
                en: "a folder with one TOML file per chain",
                id: "folder dengan satu berkas TOML untuk setiap rantai",
            ),
            Folder::Data => {
                text!(en: "a folder with tables of observations", id: "folder berisi tabel pengamatan")
            }
        }
    }

    /// The fault of a file that does not belong here.
    fn stray(self) -> Text {
        match self {
            Folder::Chains => text!(en: "this file is not a chain", id: "berkas ini bukan berkas rantai"),
            Folder::Data => {
                text!(en: "this file is not a table of observations", id: "berkas ini bukan tabel pengamatan")
            }
        }
    }
}

fn read_below(path: &Path, folder: Folder, texts: &mut BTreeMap<String, String>, faults: &mut Faults) {
    let name = folder.name();
    if !path.is_dir() {
        let found = text!(en: "'{name}' is a file", id: "'{name}' adalah berkas");
        faults.expected(&Place::file(name), found, folder.content());
        return;
    }
    for file in names_in(path, &format!("{name}/"), faults) {
        let label = format!("{name}/{file}");
        if file.strip_suffix(folder.extension()).is_some_and(is_key) {
            read_file(&path.join(&file), &label, texts, faults);
        } else if !file.starts_with('.') {
            faults.expected(
                &Place::file(&label),
                folder.stray(),
                text!(
                    en: "NAME{extension} with a name of lower-case letters, digits, '_' and '-'",
                    id: "NAMA{extension} dengan nama yang terdiri atas huruf kecil, angka, '_', dan '-'",
                    extension = folder.extension(),
                ),
            );
        }
    }
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
                        faults.add(
                            &Place::file(&format!("{label}{shown}")),
                            text!(en: "the file's name is not UTF-8", id: "nama berkas ini bukan UTF-8"),
                        );
                    }
                }
            }
        }
        Err(error) => {
            faults.add(&Place::file(&folder.display().to_string()), cannot_be_read(&error));
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
            Some(text) if text.trim().is_empty() => {
                faults.add(&place, text!(en: "the file is empty", id: "berkas ini kosong"));
            }
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
        faults.expected(
            place,
            text!(en: "the table has {rows} lines", id: "tabel ini memiliki {rows} baris"),
            text!(en: "at most {most} rows", id: "tidak lebih dari {most} baris data"),
        );
        false
    } else if whole > LARGEST_SCENARIO {
        let found = text!(
            en: "with this file the scenario is larger than 256 MiB",
            id: "dengan berkas ini ukuran skenario melampaui 256 MiB",
        );
        faults.expected(
            place,
            found,
            text!(en: "smaller or fewer files", id: "berkas yang lebih kecil atau lebih sedikit"),
        );
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
        SchemaOf::Case => schemars::schema_for!(case::CaseFile).to_value(),
    }
}

/// Which file a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaOf {
    /// `scenario.toml`.
    Scenario,
    /// `chains/*.toml`.
    Chain,
    /// A case file.
    Case,
}
