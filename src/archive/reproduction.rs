//! A result run again from its manifest, and compared with what was written, byte by byte.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::SCENARIO;
use super::folder::{ResultFolder, Staged, Wanted};
use super::learned::CUTS;
use super::manifest::{Manifest, ManifestError, Run};
use super::part::PART;
use super::runner::{
    Place, RunError, SimulationJob, run_compare, run_coordination, run_judge, run_ladder, run_menu, run_plan,
    run_sensitivity, run_simulation,
};
use super::settings::{Settings, SimulationRun};
use crate::control::Control;
use crate::language::{Lang, Text, system_error, text};
use crate::result::scenario_hash;
use crate::scenario::{Fault, Scenario};
use crate::study::{Study, StudyError};

/// Why a result cannot be run again.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text().in_language(Lang::En))]
pub enum ReproductionError {
    /// The folder is none of ours.
    Manifest {
        /// The folder.
        folder: String,
        /// The fault of the manifest.
        error: ManifestError,
    },
    /// Its settings are those of another version.
    Settings {
        /// The folder.
        folder: String,
        /// The version.
        version: String,
    },
    /// It went on from what another run had learned, which it does not hold.
    Resumed(String),
    /// The scenario or plan in it is invalid.
    Invalid(Vec<Fault>),
    /// The scenario in it is another.
    Scenario(String),
    /// The run failed.
    Run(#[from] RunError),
    /// A file cannot be read or written.
    Io {
        /// The file or folder.
        path: String,
        /// The error of the file operation.
        error: io::Error,
    },
}

impl ReproductionError {
    /// The error in both languages.
    pub fn text(&self) -> Text {
        match self {
            Self::Manifest { folder, error } => text!(
                en: "{folder} is not a result folder of rantai: {why}",
                id: "{folder} bukan folder hasil rantai: {why}",
                folder, why = error.text(),
            ),
            Self::Settings { folder, version } => {
                let ours = env!("CARGO_PKG_VERSION");
                text!(
                    en: "{folder} was made by rantai {version} with settings that this version, {ours}, cannot read",
                    id: "{folder} dibuat dengan rantai {version} dengan pengaturan yang tidak dapat dibaca versi ini, {ours}",
                )
            }
            Self::Resumed(folder) => text!(
                en: "{folder} went on from what an earlier run had learned, and that run is not in it",
                id: "{folder} melanjutkan yang dipelajari perencanaan sebelumnya, yang tidak tersimpan di dalamnya",
            ),
            Self::Invalid(_) => text!(
                en: "the scenario or plan in the result folder is not valid",
                id: "skenario atau rencana di dalam folder hasil tidak sah",
            ),
            Self::Scenario(folder) => text!(
                en: "{folder}/{SCENARIO} is not the scenario that the result was made from",
                id: "{folder}/{SCENARIO} bukan skenario asal hasil itu",
            ),
            Self::Run(error) => error.text(),
            Self::Io { path, error } => text!(
                en: "{path} cannot be read or written: {why}",
                id: "{path} tidak dapat dibaca atau ditulis: {why}",
                path, why = system_error(error),
            ),
        }
    }

    /// Why the run ended without a result, if that is what happened.
    pub fn study(&self) -> Option<&StudyError> {
        match self {
            Self::Run(RunError::Study(error)) => Some(error),
            _ => None,
        }
    }
}

/// The verdict on a result that was run again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reproduction {
    /// `rantai.reproduction/1`.
    pub schema: String,
    /// The folder.
    pub folder: String,
    /// Version of rantai that made it.
    pub made_by: String,
    /// Version of rantai that ran it again.
    pub run_by: String,
    /// Whether every file is the same, byte by byte.
    pub equal: bool,
    /// Whether the run was ended by a time limit, so that where it stopped depends on the machine.
    pub by_clock: bool,
    /// Every file of the folder that the run makes.
    pub files: BTreeMap<String, Compared>,
}

/// A file compared with the one made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Compared {
    /// The same bytes.
    Equal,
    /// Other bytes.
    Differs {
        /// The first byte that differs, from 0.
        byte: usize,
        /// The line it stands in, from 1.
        line: usize,
        /// True if the file is not the one that the manifest lists: it was edited after it was written.
        edited: bool,
    },
    /// Listed in the manifest, and not in the folder.
    Missing,
    /// In the folder, and not made again.
    NotMade,
    /// Made again, and not in the folder.
    New,
}

/// Runs the result in `folder` again and compares.
///
/// # Errors
/// [`ReproductionError`].
pub fn reproduce(folder: &Path, control: &Control<'_>) -> Result<Reproduction, ReproductionError> {
    let name = folder.display().to_string();
    let manifest = Manifest::read(folder)
        .map_err(|error| ReproductionError::Manifest { folder: name.clone(), error })?;
    let settings = manifest.settings.clone().ok_or_else(|| ReproductionError::Settings {
        folder: name.clone(),
        version: manifest.rantai.clone(),
    })?;
    let scenario = manifest.scenario(folder).map_err(ReproductionError::Invalid)?;
    let io_error = |path: &Path, error| ReproductionError::Io { path: path.display().to_string(), error };
    // Run again into a folder of its own, which is gone at the end.
    let space = tempfile::tempdir().map_err(|error| io_error(&std::env::temp_dir(), error))?;
    let again = space.path().join("result");
    let wanted = Wanted { out: &again, force: false, kept: &[] };
    let begun = ResultFolder::begin(&wanted, &Staged::default()).map_err(RunError::from)?;
    let run = || Run { threads: rayon::current_num_threads(), typed: Vec::new(), seconds: 0.0 };
    let place = Place { folder: Some(begun), run: &run };
    let by_clock = run_again(folder, &manifest, &settings, &scenario, place, control)?;
    // Compare every file of either manifest but the scenario's copy, whose bytes depend on the order of rows.
    let made = Manifest::read(&again)
        .map_err(|error| ReproductionError::Manifest { folder: again.display().to_string(), error })?;
    let mut files = BTreeMap::new();
    for file in made.files.keys().chain(manifest.files.keys()) {
        if !file.starts_with(&format!("{SCENARIO}/")) && !files.contains_key(file) {
            let listed = manifest.files.get(file).map(String::as_str);
            let compared = compare(&folder.join(file), &again.join(file), listed)
                .map_err(|error| io_error(&folder.join(file), error))?;
            files.insert(file.clone(), compared);
        }
    }
    Ok(Reproduction {
        schema: "rantai.reproduction/1".to_string(),
        folder: name,
        made_by: manifest.rantai,
        run_by: env!("CARGO_PKG_VERSION").to_string(),
        equal: files.values().all(|file| *file == Compared::Equal),
        by_clock,
        files,
    })
}

/// Runs what the settings ask for into `place`. True if a time limit ended the result that was kept.
fn run_again(
    folder: &Path,
    manifest: &Manifest,
    settings: &Settings,
    scenario: &Scenario,
    place: Place<'_>,
    control: &Control<'_>,
) -> Result<bool, ReproductionError> {
    let name = || folder.display().to_string();
    let same_model = |model| {
        if scenario_hash(model) == manifest.scenario_hash {
            Ok(())
        } else {
            Err(ReproductionError::Scenario(name()))
        }
    };
    match settings {
        Settings::Optimise(run) if run.resumed => Err(ReproductionError::Resumed(name())),
        Settings::Optimise(run) => {
            let model = run.request.model(&scenario.model).map_err(RunError::from)?;
            same_model(&model)?;
            let mut settings = run.request.settled(&model);
            // The first run kept what it learned only where it wrote the file.
            settings.keep = manifest.files.contains_key(CUTS);
            run_plan(scenario, &model, &settings, place, control)?;
            Ok(run.status == crate::opt::Stop::TimeLimit.key())
        }
        Settings::Coordinate(request) => {
            let model = request.model(&scenario.model).map_err(RunError::from)?;
            same_model(&model)?;
            run_coordination(scenario, &model, &request.settled(&model), place, control)?;
            Ok(false)
        }
        Settings::Judge(run) => {
            let model = run.request.model(&scenario.model).map_err(RunError::from)?;
            same_model(&model)?;
            let settings = run.request.settled(&model).map_err(RunError::from)?;
            run_judge(scenario, &model, &settings, place, control)?;
            Ok(run.status.as_deref() == Some(crate::opt::Stop::TimeLimit.key()))
        }
        Settings::Compare(request) => {
            same_model(&request.model(&scenario.model).map_err(RunError::from)?)?;
            run_compare(scenario, request, place, control)?;
            Ok(false)
        }
        Settings::Ladder(request) => {
            let model = request.model(&scenario.model).map_err(RunError::from)?;
            same_model(&model)?;
            let found = run_ladder(scenario, &model, request, place, control)?;
            Ok(!found.study.in_time())
        }
        Settings::Menu(request) => {
            let model = request.model(&scenario.model).map_err(RunError::from)?;
            same_model(&model)?;
            let found = run_menu(scenario, &model, request, place, control)?;
            Ok(!found.study.in_time)
        }
        Settings::Sensitivity(request) => {
            same_model(&request.model(&scenario.model).map_err(RunError::from)?)?;
            run_sensitivity(scenario, request, place, control)?;
            Ok(false)
        }
        Settings::Simulate(run) => {
            same_model(&scenario.model)?;
            let job = job(folder, manifest, run, scenario)?;
            run_simulation(scenario, &job, place, control)?;
            Ok(false)
        }
    }
}

fn job(
    folder: &Path,
    manifest: &Manifest,
    run: &SimulationRun,
    scenario: &Scenario,
) -> Result<SimulationJob, ReproductionError> {
    let unknown = || ReproductionError::Settings {
        folder: folder.display().to_string(),
        version: manifest.rantai.clone(),
    };
    let model = &scenario.model;
    let request = run.request().ok_or_else(unknown)?;
    // The plan of the manifest: the table may have been edited, and is compared.
    let plan = request.allocation(model).map_err(RunError::from)?;
    let shard = if manifest.files.contains_key(PART) { Some(run.part().ok_or_else(unknown)?) } else { None };
    Ok(SimulationJob { settings: request.settled(model), plan, trace: run.trace, raw: run.raw, shard })
}

/// Compares a file that was kept with the one made again.
fn compare(kept: &Path, made: &Path, listed: Option<&str>) -> io::Result<Compared> {
    let there = |path: &Path| match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    Ok(match (there(kept)?, there(made)?) {
        (None, Some(_)) if listed.is_none() => Compared::New,
        (None, _) => Compared::Missing,
        (Some(_), None) => Compared::NotMade,
        (Some(kept), Some(made)) if kept == made => Compared::Equal,
        (Some(kept), Some(made)) => {
            let same = kept.iter().zip(&made).take_while(|(a, b)| a == b).count();
            Compared::Differs {
                byte: same,
                line: 1 + kept[..same].iter().filter(|byte| **byte == b'\n').count(),
                edited: listed.is_some_and(|hash| hash != crate::digest::sha256(&kept)),
            }
        }
    })
}
