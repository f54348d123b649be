//! The result folder: written beside its final place and moved there whole, so that it is never half there, and replacing
//! only what is a result itself. Single files go the same way.

mod error;
mod files;
mod names;
mod placing;
mod staging;
mod target;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::manifest::{Document, Facts, MANIFEST, Run, hash_of};
use crate::digest::sha256;
pub use error::{FolderError, Holding, Kind};
pub use files::Files;
pub use staging::Staged;
use staging::Staging;
pub use target::{Kept, Wanted};
use target::{is_ours, replaces_folder, resolve};

/// A result folder being written.
#[derive(Debug)]
pub struct ResultFolder {
    staging: Staging,
    force: bool,
    kept: Vec<Kept>,
    files: Vec<(String, String)>,
    copies: Vec<(String, String)>,
}

impl ResultFolder {
    /// Begins a folder that will stand at `wanted.out`: checks that it may, that it can be written, and mends and sweeps what
    /// killed runs left beside it. To be called before the work is done.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn begin(wanted: &Wanted<'_>, staged: &Staged) -> Result<Self, FolderError> {
        let target = resolve(wanted.out)?;
        replaces_folder(&target, wanted)?;
        let staging = Staging::begin(target, staged)?;
        // Mending may have put a folder there.
        replaces_folder(&staging.target, wanted)?;
        let folder = Self {
            staging,
            force: wanted.force,
            kept: wanted.kept.to_vec(),
            files: Vec::new(),
            copies: Vec::new(),
        };
        folder.change("", |path| fs::create_dir(path))?;
        Ok(folder)
    }

    /// Changes names in the folder being written while no interrupt can.
    fn change<T>(&self, name: &str, work: impl FnOnce(&Path) -> io::Result<T>) -> Result<T, FolderError> {
        let path = self.staging.new_path();
        let path = if name.is_empty() { path } else { path.join(name) };
        let _held = self.staging.staged().hold();
        work(&path).map_err(|error| self.failed(name, error))
    }

    fn failed(&self, name: &str, error: io::Error) -> FolderError {
        let shown = PathBuf::from(&self.staging.target.shown);
        let path = if name.is_empty() { shown } else { shown.join(name) };
        FolderError::Io { path: path.display().to_string(), error }
    }

    /// Writes a file of the folder and notes its hash.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let mut file = self.create(name)?;
        file.write_all(bytes).map_err(|error| self.failed(name, error))?;
        self.files.push((name.to_string(), sha256(bytes)));
        Ok(())
    }

    /// Writes a copy of a file that was read and notes its hash among what may differ between equal runs: the order of rows
    /// in a table changes its bytes, but nothing that is computed from it.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn copy(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        self.write(name, bytes)?;
        self.copies.extend(self.files.pop());
        Ok(())
    }

    /// Creates a file of the folder, to be written by the caller and noted with [`ResultFolder::note`].
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn create(&self, name: &str) -> Result<fs::File, FolderError> {
        self.change(name, |path| {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::File::create(path)
        })
    }

    /// Notes the hash of a file that was written into the folder directly.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn note(&mut self, name: &str) -> Result<(), FolderError> {
        let hash = hash_of(&self.staging.new_path().join(name)).map_err(|error| self.failed(name, error))?;
        self.files.push((name.to_string(), hash));
        Ok(())
    }

    /// The error of a file of the folder that the caller writes.
    pub fn error(&self, name: &str, error: io::Error) -> FolderError {
        self.failed(name, error)
    }

    /// Adds `manifest.json` (`facts`, each file's SHA-256, and `run`, the only part that may differ between equal
    /// runs) and moves the folder to its place.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn finish(mut self, facts: Facts, run: Run) -> Result<(), FolderError> {
        let files = std::mem::take(&mut self.files).into_iter().collect();
        let copies = std::mem::take(&mut self.copies).into_iter().collect();
        let text = Document::new(facts, files, run, copies).text();
        self.create(MANIFEST)?.write_all(text.as_bytes()).map_err(|error| self.failed(MANIFEST, error))?;
        self.place()
    }

    /// Moves the folder to its place as it is, without a manifest, in one step that an interrupt waits for.
    ///
    /// # Errors
    /// [`FolderError`]; then what was there is there still.
    pub fn place(self) -> Result<(), FolderError> {
        let target = &self.staging.target;
        let (new, old) = (self.staging.new_path(), self.staging.old_path());
        let failed = |error: io::Error| self.failed("", error);
        let mut held = self.staging.staged().hold();
        let wanted = Wanted { out: Path::new(&target.shown), force: self.force, kept: &self.kept };
        if !replaces_folder(target, &wanted)? {
            placing::to_new_place(&new, &target.path).map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => FolderError::Exists(target.shown.clone()),
                _ => failed(error),
            })?;
        } else if placing::exchange(&new, &target.path).map_err(failed)? {
            // What was replaced stands where the new one was written. Had someone added to it meanwhile, it comes back.
            if let Err(error) = is_ours(&new, &target.shown) {
                placing::exchange(&new, &target.path).map_err(failed)?;
                drop(held);
                return Err(error);
            }
        } else {
            // Noted as whole first, so that the next run can finish the move if this one is killed in between.
            self.staging.is_whole().map_err(failed)?;
            placing::in_two_steps(&new, &target.path, &old).map_err(failed)?;
        }
        self.staging.placed(&mut held)
    }
}
