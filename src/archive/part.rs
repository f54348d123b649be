//! Parts of a run: packed into a result folder, read back, and put together to the whole.

use std::fs;
use std::path::Path;

use super::SCENARIO;
use super::manifest::{Difference, Manifest};
use super::settings::Settings;
use crate::language::{Lang, Text, system_error, text};
use crate::model::Allocation;
use crate::result::scenario_hash;
use crate::scenario::{Fault, Override, PlanLine, Scenario, load_with, read_plan};
use crate::study::Part;

/// The file of a result folder that holds a part.
pub const PART: &str = "part.bin";

/// Differences told one by one in an error; the rest are counted.
const TOLD: usize = 10;

/// Why parts cannot be put together.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text().in_language(Lang::En))]
pub enum PartError {
    /// A folder holds no part.
    NoPart {
        /// The folder.
        folder: String,
        /// The reason: what it has not.
        why: Text,
    },
    /// A part is of another version.
    Version {
        /// The folder.
        folder: String,
        /// The version.
        version: String,
    },
    /// A file of a part was changed.
    Changed {
        /// The folder.
        folder: String,
        /// In what.
        differences: Text,
    },
    /// The packed part is of another layout.
    Layout {
        /// The folder.
        folder: String,
        /// The decoder's error.
        error: postcard::Error,
    },
    /// The parts are not those of one run.
    NotOneRun(Vec<Text>),
    /// The scenario in a part is another.
    Scenario(String),
    /// The scenario or plan in a part is invalid.
    Invalid(Vec<Fault>),
    /// It cannot be packed.
    Packing(postcard::Error),
}

impl PartError {
    /// The error in both languages.
    pub fn text(&self) -> Text {
        match self {
            Self::NoPart { folder, why } => text!(
                en: "{folder} is not a part of a run: {why}",
                id: "{folder} bukan bagian dari suatu simulasi: {why}",
                folder, why,
            ),
            Self::Version { folder, version } => {
                let ours = env!("CARGO_PKG_VERSION");
                text!(
                    en: "{folder} was made by rantai {version}, this is {ours}: make all parts with one version",
                    id: "{folder} dibuat dengan rantai {version}, sedangkan ini {ours}: buat semua bagian dengan satu versi",
                )
            }
            Self::Changed { folder, differences } => text!(
                en: "{folder} is not the part that was written: {differences}; make the part anew",
                id: "{folder} bukan bagian yang ditulis: {differences}; buat bagian itu lagi",
                folder, differences,
            ),
            Self::Layout { folder, error } => Text::new(
                format!("{folder}/{PART} cannot be read: {error}"),
                format!("{folder}/{PART} tidak dapat dibaca: isinya rusak atau susunannya lain"),
            ),
            Self::NotOneRun(faults) => Text::join(faults, &Text::same("\n       ")),
            Self::Scenario(folder) => text!(
                en: "{folder}/{SCENARIO} is not the scenario that the part was made from",
                id: "{folder}/{SCENARIO} bukan skenario asal bagian itu",
            ),
            Self::Invalid(_) => text!(
                en: "the scenario or plan in a part is not valid",
                id: "skenario atau rencana di dalam suatu bagian tidak sah",
            ),
            Self::Packing(error) => {
                Text::new(format!("the part cannot be packed: {error}"), "bagian itu tidak dapat disimpan")
            }
        }
    }
}

/// The bytes of the file.
///
/// # Errors
/// [`PartError::Packing`].
pub fn pack(part: &Part) -> Result<Vec<u8>, PartError> {
    postcard::to_stdvec(part).map_err(PartError::Packing)
}

/// A run put together from its parts, with the scenario and the plan that they hold.
#[derive(Debug)]
pub struct Whole {
    /// The scenario.
    pub scenario: Scenario,
    /// The plan, if there is one.
    pub plan: Option<Allocation>,
    /// All that was kept.
    pub part: Part,
}

/// One part as read back.
struct Found {
    name: String,
    part: Part,
    hash: String,
    settings: Option<Settings>,
    overrides: Vec<Override>,
}

impl Found {
    fn read(folder: &Path) -> Result<Self, PartError> {
        let name = folder.display().to_string();
        let no_part = |why: Text| PartError::NoPart { folder: name.clone(), why };
        let manifest = Manifest::read(folder).map_err(|why| no_part(why.text()))?;
        if manifest.rantai != env!("CARGO_PKG_VERSION") {
            return Err(PartError::Version { folder: name, version: manifest.rantai });
        }
        if !manifest.files.contains_key(PART) {
            return Err(no_part(text!(
                en: "its manifest.json lists no {PART}",
                id: "manifest.json di situ tidak mencantumkan {PART}",
            )));
        }
        // Every file counts: the scenario and the plan are read from the part too.
        let differences = manifest.differences(folder).map_err(|error| no_part(system_error(&error)))?;
        if !differences.is_empty() {
            let mut told: Vec<Text> = differences.iter().take(TOLD).map(Difference::text).collect();
            if differences.len() > TOLD {
                let more = differences.len() - TOLD;
                told.push(text!(en: "and {more} more", id: "dan {more} lagi"));
            }
            let differences = Text::join(&told, &Text::same("; "));
            return Err(PartError::Changed { folder: name, differences });
        }
        let packed = fs::read(folder.join(PART)).map_err(|error| {
            let why = system_error(&error);
            no_part(text!(en: "{PART} cannot be read ({why})", id: "{PART} tidak dapat dibaca ({why})", why))
        })?;
        let part = postcard::from_bytes(&packed)
            .map_err(|error| PartError::Layout { folder: name.clone(), error })?;
        Ok(Self {
            part,
            hash: manifest.scenario_hash,
            settings: manifest.settings,
            overrides: manifest.overrides,
            name,
        })
    }

    fn plan(&self) -> Option<&Vec<PlanLine>> {
        match &self.settings {
            Some(Settings::Simulate(run)) => run.plan.as_ref(),
            _ => None,
        }
    }
}

fn none_given() -> Text {
    text!(en: "no parts were given", id: "tidak ada bagian yang disebut")
}

/// Says what keeps parts from being one run.
fn check(parts: &[Found]) -> Result<(), PartError> {
    let Some(first) = parts.first() else {
        return Err(PartError::NotOneRun(vec![none_given()]));
    };
    // Every part against the first: scenario, plan, samples, split.
    let mut faults = Vec::new();
    let total = first.part.shard.1;
    for found in parts {
        let (a, b) = (&first.part, &found.part);
        let (name, other) = (&found.name, &first.name);
        let differs = if found.hash != first.hash {
            Some(text!(
                en: "{name} is of another scenario than {other}",
                id: "{name} berasal dari skenario lain daripada {other}",
            ))
        } else if found.plan() != first.plan() {
            Some(text!(
                en: "{name} is of another plan than {other}",
                id: "{name} berasal dari rencana lain daripada {other}",
            ))
        } else if a.seed != b.seed || a.sampling != b.sampling {
            Some(text!(
                en: "{name} has another seed or number of samples than {other}",
                id: "bilangan awal acak atau banyaknya sampel {name} berbeda dari {other}",
            ))
        } else if b.shard.1 != total {
            Some(text!(
                en: "{name} is of a run split otherwise than {other}",
                id: "{name} berasal dari simulasi yang dibagi dengan cara lain daripada {other}",
            ))
        } else {
            None
        };
        faults.extend(differs);
    }
    // Each part of the split exactly once; told only of parts that are of one run.
    if faults.is_empty() {
        for i in 1..=total {
            let names: Vec<&str> =
                parts.iter().filter(|p| p.part.shard.0 == i).map(|p| p.name.as_str()).collect();
            match names.as_slice() {
                [_] => {}
                [] => faults.push(text!(
                    en: "part {i}/{total} is missing",
                    id: "bagian {i}/{total} belum ada",
                )),
                _ => {
                    let (times, list) = (names.len(), names.join(", "));
                    faults.push(text!(
                        en: "part {i}/{total} is given {times} times: {list}",
                        id: "bagian {i}/{total} disebut {times} kali: {list}",
                    ));
                }
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(PartError::NotOneRun(faults)) }
}

/// Puts the parts in `folders` together, in any order.
///
/// # Errors
/// [`PartError`].
pub fn merge(folders: &[impl AsRef<Path>]) -> Result<Whole, PartError> {
    let mut parts: Vec<Found> =
        folders.iter().map(|path| Found::read(path.as_ref())).collect::<Result<_, _>>()?;
    check(&parts)?;
    // In the order of samples, whatever the order of the folders: sums then come out to the same bits.
    parts.sort_by_key(|found| found.part.shard.0);
    let none = || PartError::NotOneRun(vec![none_given()]);
    let (folder, first) = folders.first().zip(parts.first()).ok_or_else(none)?;
    let folder = folder.as_ref();
    let scenario = load_with(&folder.join(SCENARIO), &first.overrides).map_err(PartError::Invalid)?;
    // The manifest's hash is of the model, not of the files: the copy must give that model.
    if scenario_hash(&scenario.model) != first.hash {
        return Err(PartError::Scenario(folder.display().to_string()));
    }
    let plan = match first.plan() {
        None => None,
        Some(_) => {
            let read = read_plan(&folder.join("allocation.csv"), &scenario.model);
            Some(read.map_err(PartError::Invalid)?.allocation)
        }
    };
    let mut parts = parts.into_iter().map(|found| found.part);
    let mut whole = Part { shard: (1, 1), ..parts.next().ok_or_else(none)? };
    for part in parts {
        whole.kept.append(part.kept);
    }
    Ok(Whole { scenario, plan, part: whole })
}
