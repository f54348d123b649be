//! Why a result cannot be written, and what stands in its way.

use std::fmt;
use std::fs;
use std::io;

/// Why a result cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Something is there already.
    #[error("{0} exists")]
    Exists(String),
    /// The folder there is not a result of ours, or holds more than one, so that it is not replaced.
    #[error("{path} is not a result folder of rantai alone ({why}), so it is not replaced")]
    NotOurs {
        /// The folder.
        path: String,
        /// The reason: what it has or has not.
        why: String,
    },
    /// The folder there is, or holds, what the command reads.
    #[error("{path} is, or holds, {what} ({held}), so it is not replaced")]
    Holds {
        /// The folder.
        path: String,
        /// The thing that it holds.
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
        /// The kind of thing that stands there.
        kind: Kind,
    },
    /// Something other than a file stands where a file is to be.
    #[error("{path} is {kind}, not a file")]
    NotAFile {
        /// The place.
        path: String,
        /// The kind of thing that stands there.
        kind: Kind,
    },
    /// The result is in its place, but what it replaced cannot be removed.
    #[error("{path} is written, but what it replaced cannot be removed from {left}: {error}")]
    Left {
        /// The result.
        path: String,
        /// Where what it replaced is.
        left: String,
        /// The error of removing it.
        error: io::Error,
    },
    /// A file operation failed.
    #[error("{path} cannot be written: {error}")]
    Io {
        /// The file or folder.
        path: String,
        /// The error of the file operation.
        error: io::Error,
    },
}

/// Something that must not be lost when a folder is replaced.
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

/// The kind of thing that stands at a place.
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
    pub(super) fn of(data: &fs::Metadata) -> Self {
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
