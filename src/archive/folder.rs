//! The result folder: written beside its final place and moved there whole, so that it is never half there, and replacing
//! only what is a result itself. Single files go the same way.

mod files;
mod placing;
mod staging;
mod target;

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::manifest::{Document, Facts, MANIFEST, Run, hash_of};
use crate::digest::sha256;
pub use files::Files;
pub use staging::Staged;
use staging::Staging;
pub use target::{Kept, Wanted};
use target::{is_ours, replaces_folder, resolve};

/// Why a result cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Something is there already.
    #[error("{0} exists")]
    Exists(String),
    /// What is there is not a result of ours, or holds more than one, so that it is not replaced.
    #[error("{path} is not a result folder of rantai alone ({why}), so it is not replaced")]
    NotOurs {
        /// The folder.
        path: String,
        /// What it has or has not.
        why: String,
    },
    /// What is there is, or holds, what the command reads.
    #[error("{path} is, or holds, {what} ({held}), so it is not replaced")]
    Holds {
        /// The folder.
        path: String,
        /// What it holds.
        what: Holding,
        /// Where that is.
        held: String,
    },
    /// It would be a part of a scenario.
    #[error(
        "{path} lies in the scenario folder {scenario}, which would then hold what does not belong to it"
    )]
    InScenario {
        /// The place asked for.
        path: String,
        /// The scenario's folder.
        scenario: String,
    },
    /// A link stands there.
    #[error("{0} is a link, which is not replaced")]
    Link(String),
    /// A file system begins there.
    #[error("{0} is a mount point, which cannot be replaced")]
    MountPoint(String),
    /// Something other than a folder stands where a folder is to be.
    #[error("{path} is {kind}, not a result folder, so it is not replaced")]
    NotAFolder {
        /// The place.
        path: String,
        /// What stands there.
        kind: Kind,
    },
    /// Something other than a file stands where a file is to be.
    #[error("{path} is {kind}, not a file")]
    NotAFile {
        /// The place.
        path: String,
        /// What stands there.
        kind: Kind,
    },
    /// The result is in its place, but what it replaced cannot be removed.
    #[error("{path} is written, but what it replaced cannot be removed from {left}: {error}")]
    Left {
        /// The result.
        path: String,
        /// Where what it replaced is.
        left: String,
        /// What went wrong.
        error: io::Error,
    },
    /// A file operation failed.
    #[error("{path} cannot be written: {error}")]
    Io {
        /// The file or folder.
        path: String,
        /// What went wrong.
        error: io::Error,
    },
}

/// What must not be lost when a folder is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// The scenario that is read.
    Scenario,
    /// The plan that is read.
    Plan,
    /// A part of a run that is merged.
    Part,
    /// The result that is gone on from.
    Resumed,
    /// The working directory.
    WorkingDirectory,
}

impl fmt::Display for Holding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Holding::Scenario => "the scenario that is read",
            Holding::Plan => "the plan that is read",
            Holding::Part => "a part that is merged",
            Holding::Resumed => "the result that is gone on from",
            Holding::WorkingDirectory => "the working directory",
        })
    }
}

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A device that takes one character after the other, such as a terminal.
    Device,
    /// A FIFO.
    Fifo,
    /// A disk, a socket, or something else that is not written to.
    Other,
}

impl Kind {
    fn of(data: &fs::Metadata) -> Self {
        if data.is_file() {
            return Kind::File;
        }
        if data.is_dir() {
            return Kind::Folder;
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt;
            if data.file_type().is_char_device() {
                return Kind::Device;
            }
            if data.file_type().is_fifo() {
                return Kind::Fifo;
            }
        }
        Kind::Other
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::File => "a file",
            Kind::Folder => "a folder",
            Kind::Device => "a device",
            Kind::Fifo => "a FIFO",
            Kind::Other => "a disk, socket or other special file",
        })
    }
}

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
            self.staging.is_whole().map_err(failed)?;
            placing::in_two_steps(&new, &target.path, &old).map_err(failed)?;
        }
        self.staging.placed(&mut held)
    }
}
