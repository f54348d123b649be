//! `manifest.json`: what it says, and read back which files a result folder has, whether they are the bytes that were
//! written, and what else lies in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::SCENARIO;
use super::settings::{Settings, options};
use crate::digest::hex;
use crate::language::{Lang, Text, system_error, text};
use crate::result::{ChangeDocument, scenario_hash};
use crate::scenario::{Change, Fault, Override, Scenario, load_with};

/// The file of a result folder that lists all others.
pub const MANIFEST: &str = "manifest.json";

/// How the schema of every manifest of ours begins.
const SCHEMA: &str = "rantai.manifest/";

/// The schema of the manifests that are written.
const WRITTEN: &str = "rantai.manifest/1";

/// Largest manifest read [bytes].
const LARGEST: u64 = 64 << 20;

/// Why a manifest cannot be relied on.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text().in_language(Lang::En))]
pub enum ManifestError {
    /// There is none.
    Missing,
    /// It is a link, a device, a folder or too large.
    NotAFile,
    /// It cannot be read.
    Io(io::Error),
    /// It is another program's.
    NotOurs,
}

/// A difference between a folder and its manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().in_language(Lang::En))]
pub enum Difference {
    /// A listed file is not there, or cannot be read.
    Missing(String),
    /// A listed file has other bytes.
    Edited(String),
    /// A file or folder that is not listed.
    Unlisted(String),
}

impl ManifestError {
    /// The error in both languages, of the folder: `it has no ...`.
    pub fn text(&self) -> Text {
        match self {
            Self::Missing => text!(en: "it has no manifest.json", id: "manifest.json tidak ada di situ"),
            Self::NotAFile => text!(
                en: "its manifest.json is not a plain file of at most 64 MiB",
                id: "manifest.json di situ bukan berkas biasa yang paling besar 64 MiB",
            ),
            Self::Io(error) => text!(
                en: "its manifest.json cannot be read: {why}",
                id: "manifest.json di situ tidak dapat dibaca: {why}",
                why = system_error(error),
            ),
            Self::NotOurs => text!(
                en: "its manifest.json is not one that rantai wrote",
                id: "manifest.json di situ tidak ditulis oleh rantai",
            ),
        }
    }
}

impl Difference {
    /// The difference in both languages.
    pub fn text(&self) -> Text {
        match self {
            Self::Missing(name) => text!(en: "{name} is missing", id: "{name} tidak ada"),
            Self::Edited(name) => text!(
                en: "{name} is not the file that was written (its hash differs from manifest.json)",
                id: "{name} bukan berkas yang ditulis (hash-nya berbeda dari manifest.json)",
            ),
            Self::Unlisted(name) => text!(
                en: "{name} is not listed in manifest.json",
                id: "{name} tidak tercantum dalam manifest.json",
            ),
        }
    }
}

/// `manifest.json` as it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// `rantai.manifest/1`.
    pub schema: String,
    /// The facts that determine the result.
    #[serde(flatten)]
    pub facts: Facts,
    /// The SHA-256 of every file, by its name in the folder with `/` between folders.
    pub files: BTreeMap<String, String>,
    /// The facts that may differ between equal runs.
    pub run: RunDocument,
}

/// The facts that determine a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Version of rantai.
    pub rantai: String,
    /// The scenario as it was read.
    pub scenario: ScenarioCopy,
    /// Hash of the model as it was computed with: the scenario's, with the budget asked for.
    pub scenario_hash: String,
    /// Name and version of the solver.
    pub solver: String,
    /// The settings asked for, with everything settled.
    pub settings: Settings,
    /// The command that gives the same result inside the folder.
    pub reproduce: String,
}

/// The scenario inside a result folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScenarioCopy {
    /// Its folder.
    pub folder: String,
    /// Hash of its model, with what overrides change.
    pub hash: String,
    /// The overrides that it was read with, from which the same model comes again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Change>,
    /// What they change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeDocument>,
}

impl ScenarioCopy {
    /// The copy of a scenario as it was read.
    pub fn of(scenario: &Scenario) -> Self {
        Self {
            folder: SCENARIO.to_string(),
            hash: scenario_hash(&scenario.model),
            overrides: scenario.overrides.iter().map(|own| own.change.clone()).collect(),
            changes: ChangeDocument::all(scenario),
        }
    }
}

impl Facts {
    /// The facts of a run that `settings` asked for, on `scenario`, computed with a model of the hash `model`.
    pub fn new(settings: Settings, scenario: ScenarioCopy, model: String) -> Self {
        Self {
            rantai: env!("CARGO_PKG_VERSION").to_string(),
            scenario_hash: model,
            solver: crate::opt::lp::solver_name(),
            reproduce: format!("{}{}", settings.command_line(), options(&scenario.overrides)),
            scenario,
            settings,
        }
    }
}

/// How a run went on its machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Threads it had.
    pub threads: usize,
    /// The command as it was typed, word by word; empty for library callers.
    pub typed: Vec<String>,
    /// Wall time \[s\].
    pub seconds: f64,
}

/// A run with the copies of what it read, whose bytes depend on the order of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunDocument {
    /// How it went.
    #[serde(flatten)]
    pub run: Run,
    /// The SHA-256 of every file of the scenario's copy.
    pub scenario_files: BTreeMap<String, String>,
}

impl Document {
    pub(super) fn new(
        facts: Facts,
        files: BTreeMap<String, String>,
        run: Run,
        scenario_files: BTreeMap<String, String>,
    ) -> Self {
        Self { schema: WRITTEN.to_string(), facts, files, run: RunDocument { run, scenario_files } }
    }

    /// The text of the file, keys in alphabetical order.
    pub(super) fn text(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        format!("{value:#}\n")
    }
}

/// A manifest of ours, of this version or another.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Version of rantai that wrote it.
    pub rantai: String,
    /// Hash of the model as it was computed with.
    pub scenario_hash: String,
    /// The settings asked for; nothing where this version cannot read them.
    pub settings: Option<Settings>,
    /// The overrides that the scenario was read with.
    pub overrides: Vec<Override>,
    /// The SHA-256 of every file, by its name in the folder with `/` between folders.
    pub files: BTreeMap<String, String>,
}

/// The fields that every version's manifest has.
#[derive(Debug, Deserialize)]
struct Listed {
    schema: String,
    files: BTreeMap<String, String>,
    #[serde(default)]
    run: ListedRun,
    #[serde(default)]
    rantai: String,
    #[serde(default)]
    scenario_hash: String,
    settings: Option<serde_json::Value>,
    #[serde(default)]
    scenario: ScenarioCopy,
}

#[derive(Debug, Default, Deserialize)]
struct ListedRun {
    #[serde(default)]
    scenario_files: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads the manifest of `folder`.
    ///
    /// # Errors
    /// [`ManifestError`].
    pub fn read(folder: &Path) -> Result<Self, ManifestError> {
        let path = folder.join(MANIFEST);
        let data = path.symlink_metadata().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ManifestError::Missing,
            _ => ManifestError::Io(error),
        })?;
        if !data.is_file() || data.len() > LARGEST {
            return Err(ManifestError::NotAFile);
        }
        let bytes = fs::read(&path).map_err(ManifestError::Io)?;
        let listed: Listed = serde_json::from_slice(&bytes).map_err(|_| ManifestError::NotOurs)?;
        if !listed.schema.starts_with(SCHEMA) {
            return Err(ManifestError::NotOurs);
        }
        let mut files = listed.files;
        files.extend(listed.run.scenario_files);
        Ok(Self {
            rantai: listed.rantai,
            scenario_hash: listed.scenario_hash,
            overrides: listed
                .scenario
                .overrides
                .into_iter()
                .map(|change| Override { change, origin: MANIFEST.to_string(), line: None })
                .collect(),
            settings: listed.settings.and_then(|settings| serde_json::from_value(settings).ok()),
            files,
        })
    }

    /// The scenario in `folder` as the run read it, with what was changed.
    ///
    /// # Errors
    /// Every fault found.
    pub fn scenario(&self, folder: &Path) -> Result<Scenario, Vec<Fault>> {
        load_with(&folder.join(SCENARIO), &self.overrides)
    }

    /// Entries of `folder` that are neither listed nor the manifest: names of files, and of folders with a `/` at their end.
    /// A link or device under a listed name is something else too.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn others(&self, folder: &Path) -> io::Result<Vec<String>> {
        // Folders are listed by the files in them only.
        let mut folders = BTreeSet::new();
        for name in self.files.keys() {
            folders.extend(name.match_indices('/').map(|(at, _)| name[..at].to_string()));
        }
        let mut others = Vec::new();
        self.look(folder, "", &folders, &mut others)?;
        others.sort();
        Ok(others)
    }

    fn look(
        &self,
        folder: &Path,
        above: &str,
        folders: &BTreeSet<String>,
        others: &mut Vec<String>,
    ) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let shown = format!("{above}{}", entry.file_name().to_string_lossy());
            let name = entry.file_name().to_str().map(|name| format!("{above}{name}"));
            let kind = entry.file_type()?;
            let known = |list: &dyn Fn(&str) -> bool| name.as_deref().is_some_and(list);
            if kind.is_dir() {
                if known(&|name| folders.contains(name)) {
                    self.look(&entry.path(), &format!("{shown}/"), folders, others)?;
                } else {
                    others.push(format!("{shown}/"));
                }
            } else if !(kind.is_file() && known(&|name| name == MANIFEST || self.files.contains_key(name))) {
                others.push(shown);
            }
        }
        Ok(())
    }

    /// Compares every file of `folder` with the manifest; hidden files beside the listed ones are passed over.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn differences(&self, folder: &Path) -> io::Result<Vec<Difference>> {
        let mut found = Vec::new();
        for (name, hash) in &self.files {
            let path = folder.join(name);
            match path.symlink_metadata().and_then(|_| hash_of(&path)) {
                Err(_) => found.push(Difference::Missing(name.clone())),
                Ok(is) if is != *hash => found.push(Difference::Edited(name.clone())),
                Ok(_) => {}
            }
        }
        let hidden =
            |name: &str| name.trim_end_matches('/').rsplit('/').next().is_some_and(|n| n.starts_with('.'));
        found.extend(self.others(folder)?.into_iter().filter(|name| !hidden(name)).map(Difference::Unlisted));
        Ok(found)
    }
}

/// The SHA-256 of a plain file, in hexadecimal.
///
/// # Errors
/// Whatever reading fails with; a device, FIFO or folder is none.
pub(super) fn hash_of(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a plain file"));
    }
    let mut digest = Sha256::new();
    io::copy(&mut fs::File::open(path)?, &mut digest)?;
    Ok(hex(&digest.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(manifest: &str, files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(MANIFEST), manifest).unwrap();
        for name in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        folder
    }

    #[test]
    fn another_program_s_manifest_is_not_ours() {
        for text in ["{\"name\":\"x\"}", "[]", "no JSON", "{\"schema\":\"rantai.manifest/1\"}"] {
            let folder = folder_with(text, &[]);
            assert!(matches!(Manifest::read(folder.path()), Err(ManifestError::NotOurs)), "{text}");
        }
        let none = tempfile::tempdir().unwrap();
        assert!(matches!(Manifest::read(none.path()), Err(ManifestError::Missing)));
        fs::create_dir(none.path().join(MANIFEST)).unwrap();
        assert!(matches!(Manifest::read(none.path()), Err(ManifestError::NotAFile)));
    }

    #[test]
    fn what_is_missing_edited_or_unlisted_is_named() {
        let text = r#"{"schema":"rantai.manifest/1","files":{"a.csv":"00","s/b.csv":"00","gone":"00"}}"#;
        let folder = folder_with(text, &["a.csv", "s/b.csv", "s/c.csv", "t/d", ".DS_Store"]);
        let manifest = Manifest::read(folder.path()).unwrap();
        assert_eq!(manifest.others(folder.path()).unwrap(), [".DS_Store", "s/c.csv", "t/"]);
        let differences = manifest.differences(folder.path()).unwrap();
        let named = |name: &str| name.to_string();
        assert_eq!(
            differences,
            [
                Difference::Edited(named("a.csv")),
                Difference::Missing(named("gone")),
                Difference::Edited(named("s/b.csv")),
                Difference::Unlisted(named("s/c.csv")),
                Difference::Unlisted(named("t/")),
            ]
        );
    }
}
