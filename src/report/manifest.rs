//! `manifest.json` read back: which files a result folder has, whether they are the bytes that were written, and what
//! else lies in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::folder::hex;

/// The file of a result folder that lists all others.
pub const MANIFEST: &str = "manifest.json";

/// The key of the `run` block that lists copies of what was read.
pub(super) const COPIES: &str = "scenario_files";

/// How the schema of every manifest of ours begins.
const SCHEMA: &str = "rantai.manifest/";

/// Largest manifest read [bytes].
const LARGEST: u64 = 64 << 20;

/// Why a manifest cannot be relied on.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// There is none.
    #[error("it has no manifest.json")]
    Missing,
    /// It is a link, a device, a folder or too large.
    #[error("its manifest.json is not a plain file of at most 64 MiB")]
    NotAFile,
    /// It cannot be read.
    #[error("its manifest.json cannot be read: {0}")]
    Io(io::Error),
    /// It is another program's.
    #[error("its manifest.json is not one that rantai wrote")]
    NotOurs,
}

/// What differs between a folder and its manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// A listed file is not there, or cannot be read.
    #[error("{0} is missing")]
    Missing(String),
    /// A listed file has other bytes.
    #[error("{0} is not the file that was written (its hash differs from manifest.json)")]
    Edited(String),
    /// A file or folder that is not listed.
    #[error("{0} is not listed in manifest.json")]
    Unlisted(String),
}

/// A manifest of ours.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// All that it says.
    pub value: Value,
    /// The SHA-256 of every file, by its name in the folder with `/` between folders.
    pub files: BTreeMap<String, String>,
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
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| ManifestError::NotOurs)?;
        let ours = value["schema"].as_str().is_some_and(|schema| schema.starts_with(SCHEMA));
        let files = value["files"].as_object().filter(|_| ours).ok_or(ManifestError::NotOurs)?;
        let copies = value["run"][COPIES].as_object();
        let files: Option<BTreeMap<String, String>> = files
            .iter()
            .chain(copies.into_iter().flatten())
            .map(|(name, hash)| hash.as_str().map(|hash| (name.clone(), hash.to_string())))
            .collect();
        let files = files.ok_or(ManifestError::NotOurs)?;
        Ok(Self { value, files })
    }

    /// What lies in `folder` and is neither listed nor the manifest: names of files, and of folders with a `/` at their end.
    /// A link or device under a listed name is something else too.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn others(&self, folder: &Path) -> io::Result<Vec<String>> {
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
