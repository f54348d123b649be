//! Parts of a run: packed into a result folder, read back, and put together to the whole.

use std::fs;
use std::path::Path;

use super::SCENARIO;
use super::manifest::Manifest;
use super::settings::Settings;
use crate::model::Allocation;
use crate::result::scenario_hash;
use crate::scenario::{Fault, PlanLine, Scenario, load, read_plan};
use crate::study::Part;

/// The file of a result folder that holds a part.
pub const PART: &str = "part.bin";

/// Differences told one by one in an error; the rest are counted.
const TOLD: usize = 10;

/// Why parts cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// A folder holds no part.
    #[error("{folder} is not a part of a run: {why}")]
    NoPart {
        /// The folder.
        folder: String,
        /// The reason: what it has not.
        why: String,
    },
    /// A part is of another version.
    #[error("{folder} was made by rantai {version}, this is {}: make all parts with one version", env!("CARGO_PKG_VERSION"))]
    Version {
        /// The folder.
        folder: String,
        /// The version.
        version: String,
    },
    /// A file of a part was changed.
    #[error("{folder} is not the part that was written: {differences}; make the part anew")]
    Changed {
        /// The folder.
        folder: String,
        /// In what.
        differences: String,
    },
    /// The packed part is of another layout.
    #[error("{folder}/{PART} cannot be read: {error}")]
    Layout {
        /// The folder.
        folder: String,
        /// The decoder's error.
        error: postcard::Error,
    },
    /// The parts are not those of one run.
    #[error("{}", .0.join("\n       "))]
    NotOneRun(Vec<String>),
    /// The scenario in a part is another.
    #[error("{0}/{SCENARIO} is not the scenario that the part was made from")]
    Scenario(String),
    /// The scenario or plan in a part is invalid.
    #[error("the scenario or plan in a part is not valid")]
    Invalid(Vec<Fault>),
    /// It cannot be packed.
    #[error("the part cannot be packed: {0}")]
    Packing(postcard::Error),
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
}

impl Found {
    fn read(folder: &Path) -> Result<Self, PartError> {
        let name = folder.display().to_string();
        let no_part = |why: String| PartError::NoPart { folder: name.clone(), why };
        let manifest = Manifest::read(folder).map_err(|why| no_part(why.to_string()))?;
        if manifest.rantai != env!("CARGO_PKG_VERSION") {
            return Err(PartError::Version { folder: name, version: manifest.rantai });
        }
        if !manifest.files.contains_key(PART) {
            return Err(no_part(format!("its manifest.json lists no {PART}")));
        }
        // Every file counts: the scenario and the plan are read from the part too.
        let differences = manifest.differences(folder).map_err(|error| no_part(error.to_string()))?;
        if !differences.is_empty() {
            let mut told: Vec<String> = differences.iter().take(TOLD).map(ToString::to_string).collect();
            if differences.len() > TOLD {
                told.push(format!("and {} more", differences.len() - TOLD));
            }
            return Err(PartError::Changed { folder: name, differences: told.join("; ") });
        }
        let packed = fs::read(folder.join(PART))
            .map_err(|error| no_part(format!("{PART} cannot be read ({error})")))?;
        let part = postcard::from_bytes(&packed)
            .map_err(|error| PartError::Layout { folder: name.clone(), error })?;
        Ok(Self { part, hash: manifest.scenario_hash, settings: manifest.settings, name })
    }

    fn plan(&self) -> Option<&Vec<PlanLine>> {
        match &self.settings {
            Some(Settings::Simulate(run)) => run.plan.as_ref(),
            _ => None,
        }
    }
}

/// Says what keeps parts from being one run.
fn check(parts: &[Found]) -> Result<(), PartError> {
    let Some(first) = parts.first() else {
        return Err(PartError::NotOneRun(vec!["no parts were given".to_string()]));
    };
    // Every part against the first: scenario, plan, samples, split.
    let mut faults = Vec::new();
    let total = first.part.shard.1;
    for found in parts {
        let (a, b) = (&first.part, &found.part);
        let differs = if found.hash != first.hash {
            Some("is of another scenario")
        } else if found.plan() != first.plan() {
            Some("is of another plan")
        } else if a.seed != b.seed || a.sampling != b.sampling {
            Some("has another seed or number of samples")
        } else if b.shard.1 != total {
            Some("is of a run split otherwise")
        } else {
            None
        };
        if let Some(why) = differs {
            faults.push(format!("{} {why} than {}", found.name, first.name));
        }
    }
    // Each part of the split exactly once; told only of parts that are of one run.
    if faults.is_empty() {
        for i in 1..=total {
            let names: Vec<&str> =
                parts.iter().filter(|p| p.part.shard.0 == i).map(|p| p.name.as_str()).collect();
            match names.as_slice() {
                [_] => {}
                [] => faults.push(format!("part {i}/{total} is missing")),
                _ => faults.push(format!(
                    "part {i}/{total} is given {} times: {}",
                    names.len(),
                    names.join(", ")
                )),
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
    let none = || PartError::NotOneRun(vec!["no parts were given".to_string()]);
    let (folder, first) = folders.first().zip(parts.first()).ok_or_else(none)?;
    let folder = folder.as_ref();
    let scenario = load(&folder.join(SCENARIO)).map_err(PartError::Invalid)?;
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
