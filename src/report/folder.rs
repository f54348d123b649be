//! The result folder: written beside its final place and moved there whole, so that it is never half there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Why a result folder cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Something is there already.
    #[error("{0} exists; add --force to replace it, or give another --out")]
    Exists(String),
    /// What is there is not a result of ours, so that --force does not replace it.
    #[error(
        "{0} is not a result folder of rantai (it has no manifest.json), so it is not replaced; give another --out"
    )]
    NotOurs(String),
    /// A file operation failed.
    #[error("{path}: {error}")]
    Io {
        /// The file or folder.
        path: String,
        /// What went wrong.
        error: io::Error,
    },
}

/// A result folder being written.
#[derive(Debug)]
pub struct ResultFolder {
    target: PathBuf,
    staging: tempfile::TempDir,
    force: bool,
    files: Vec<(String, String)>,
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> FolderError + '_ {
    move |error| FolderError::Io { path: path.display().to_string(), error }
}

/// The SHA-256 of `bytes`, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl ResultFolder {
    /// Checks that a result may be written to `target`, before the work is done.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn check(target: &Path, force: bool) -> Result<(), FolderError> {
        let name = target.display().to_string();
        if target.symlink_metadata().is_err() {
            return Ok(());
        }
        if !force {
            return Err(FolderError::Exists(name));
        }
        let empty = fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
        if empty || target.join("manifest.json").is_file() { Ok(()) } else { Err(FolderError::NotOurs(name)) }
    }

    /// Begins a folder that will stand at `target`.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn begin(target: &Path, force: bool) -> Result<Self, FolderError> {
        Self::check(target, force)?;
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&parent).map_err(failed(&parent))?;
        let staging =
            tempfile::Builder::new().prefix(".rantai-").tempdir_in(&parent).map_err(failed(&parent))?;
        Ok(Self { target: target.to_path_buf(), staging, force, files: Vec::new() })
    }

    /// Where the folder is being written: to be removed if the process is interrupted.
    pub fn staging(&self) -> &Path {
        self.staging.path()
    }

    /// Writes a file of the folder and notes its hash.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let path = self.staging.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed(parent))?;
        }
        fs::write(&path, bytes).map_err(failed(&path))?;
        self.files.push((name.to_string(), sha256(bytes)));
        Ok(())
    }

    /// Notes the hash of a file that was written into the folder directly.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn note(&mut self, name: &str) -> Result<(), FolderError> {
        let path = self.staging.path().join(name);
        let mut file = fs::File::open(&path).map_err(failed(&path))?;
        let mut digest = Sha256::new();
        io::copy(&mut file, &mut digest).map_err(failed(&path))?;
        let hash = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        self.files.push((name.to_string(), hash));
        Ok(())
    }

    /// Adds `manifest.json` (`facts`, each file's SHA-256, and `run`, the only part that may differ between equal
    /// runs) and moves the folder to its place.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn finish(mut self, facts: Value, run: &Value) -> Result<(), FolderError> {
        self.files.sort();
        let files: serde_json::Map<String, Value> =
            self.files.iter().map(|(name, hash)| (name.clone(), json!(hash))).collect();
        let mut manifest = facts;
        manifest["files"] = Value::Object(files);
        manifest["run"] = run.clone();
        let text = format!("{manifest:#}\n");
        let path = self.staging.path().join("manifest.json");
        fs::write(&path, text).map_err(failed(&path))?;
        self.place()
    }

    /// Moves the folder to its place as it is, without a manifest.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn place(self) -> Result<(), FolderError> {
        Self::check(&self.target, self.force)?;
        let made = self.staging.keep();
        let old = made.with_extension("old");
        let replaced = self.target.symlink_metadata().is_ok();
        let moved = if replaced { fs::rename(&self.target, &old) } else { Ok(()) };
        let moved = moved.and_then(|()| fs::rename(&made, &self.target));
        if let Err(error) = moved {
            // Put back what was there: a folder is replaced whole or not at all.
            if replaced && !self.target.exists() {
                let _ = fs::rename(&old, &self.target);
            }
            let _ = fs::remove_dir_all(&made);
            return Err(failed(&self.target)(error));
        }
        if replaced {
            fs::remove_dir_all(&old).map_err(failed(&old))?;
        }
        make_readable(&self.target);
        Ok(())
    }
}

/// A staging folder is private to its owner; a result is as open as any new folder.
fn make_readable(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o755));
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Writes a single file whole or not at all. `staged` is told where it is being written, to be removed if the process is
/// interrupted.
///
/// # Errors
/// [`FolderError`].
pub fn write_file(
    target: &Path,
    force: bool,
    staged: &dyn Fn(&Path),
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), FolderError> {
    if target.symlink_metadata().is_ok() && (!force || target.is_dir()) {
        return Err(FolderError::Exists(target.display().to_string()));
    }
    let parent = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    fs::create_dir_all(&parent).map_err(failed(&parent))?;
    let mut file =
        tempfile::Builder::new().prefix(".rantai-").tempfile_in(&parent).map_err(failed(&parent))?;
    staged(file.path());
    {
        let mut buffered = io::BufWriter::new(file.as_file_mut());
        write(&mut buffered).and_then(|()| io::Write::flush(&mut buffered)).map_err(failed(target))?;
    }
    make_readable_file(file.path());
    file.persist(target).map_err(|error| failed(target)(error.error))?;
    Ok(())
}

fn make_readable_file(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o644));
    }
    #[cfg(not(unix))]
    let _ = path;
}
