//! Why a result cannot be written, and what stands in its way.

use std::fmt;
use std::fs;
use std::io;

use crate::language::{Lang, Text, system_error, text};

/// Why a result cannot be written.
#[derive(Debug)]
pub enum FolderError {
    /// Something is there already.
    Exists(String),
    /// The folder there is not a result of ours, or holds more than one, so that it is not replaced.
    NotOurs {
        /// The folder.
        path: String,
        /// The reason: what it has or has not.
        why: String,
    },
    /// The folder there is, or holds, what the command reads.
    Holds {
        /// The folder.
        path: String,
        /// The thing that it holds.
        what: Holding,
        /// Where that is.
        held: String,
    },
    /// It would be a part of a scenario.
    InScenario {
        /// The place asked for.
        path: String,
        /// The scenario's folder.
        scenario: String,
    },
    /// A link stands there.
    Link(String),
    /// A file system begins there.
    MountPoint(String),
    /// Something other than a folder stands where a folder is to be.
    NotAFolder {
        /// The place.
        path: String,
        /// The kind of thing that stands there.
        kind: Kind,
    },
    /// Something other than a file stands where a file is to be.
    NotAFile {
        /// The place.
        path: String,
        /// The kind of thing that stands there.
        kind: Kind,
    },
    /// The result is in its place, but what it replaced cannot be removed.
    Left {
        /// The result.
        path: String,
        /// Where what it replaced is.
        left: String,
        /// The error of removing it.
        error: io::Error,
    },
    /// A file operation failed.
    Io {
        /// The file or folder.
        path: String,
        /// The error of the file operation.
        error: io::Error,
    },
}

impl FolderError {
    /// The error in words.
    pub fn text(&self) -> Text {
        match self {
            FolderError::Exists(path) => text!(en: "{path} exists", id: "{path} sudah ada"),
            FolderError::NotOurs { path, why } => text!(
                en: "{path} is not a result folder of rantai alone ({why}), so it is not replaced",
                id: "{path} bukan folder hasil rantai semata ({why}), sehingga tidak diganti",
            ),
            FolderError::Holds { path, what, held } => text!(
                en: "{path} is, or holds, {what} ({held}), so it is not replaced",
                id: "{path} adalah, atau memuat, {what} ({held}), sehingga tidak diganti",
                path, held, what = what.text(),
            ),
            FolderError::InScenario { path, scenario } => text!(
                en: "{path} lies in the scenario folder {scenario}, which would then hold what does not belong to it",
                id: "{path} terletak dalam folder skenario {scenario}, yang akan memuat sesuatu yang bukan bagiannya",
            ),
            FolderError::Link(path) => text!(
                en: "{path} is a link, which is not replaced",
                id: "{path} adalah tautan, yang tidak diganti",
            ),
            FolderError::MountPoint(path) => text!(
                en: "{path} is a mount point, which cannot be replaced",
                id: "{path} adalah titik kait (mount point), yang tidak dapat diganti",
            ),
            FolderError::NotAFolder { path, kind } => text!(
                en: "{path} is {kind}, not a result folder, so it is not replaced",
                id: "{path} adalah {kind}, bukan folder hasil, sehingga tidak diganti",
                path, kind = kind.text(),
            ),
            FolderError::NotAFile { path, kind } => text!(
                en: "{path} is {kind}, not a file",
                id: "{path} adalah {kind}, bukan berkas biasa",
                path, kind = kind.text(),
            ),
            FolderError::Left { path, left, error } => text!(
                en: "{path} is written, but what it replaced cannot be removed from {left}: {why}",
                id: "{path} sudah ditulis, tetapi yang digantikannya tidak dapat dihapus dari {left}: {why}",
                path, left, why = system_error(error),
            ),
            FolderError::Io { path, error } => text!(
                en: "{path} cannot be written: {why}",
                id: "{path} tidak dapat ditulis: {why}",
                path, why = system_error(error),
            ),
        }
    }
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().in_language(Lang::En))
    }
}

impl std::error::Error for FolderError {}

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

impl Holding {
    fn text(self) -> Text {
        let (en, id) = match self {
            Holding::Scenario => ("the scenario that is read", "skenario yang dibaca"),
            Holding::Plan => ("the plan that is read", "rencana yang dibaca"),
            Holding::Part => ("a part that is merged", "bagian yang digabung"),
            Holding::Resumed => ("the result that is gone on from", "hasil yang dilanjutkan"),
            Holding::WorkingDirectory => ("the working directory", "folder kerja"),
        };
        Text::new(en, id)
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

impl Kind {
    fn text(self) -> Text {
        let (en, id) = match self {
            Kind::File => ("a file", "berkas"),
            Kind::Folder => ("a folder", "folder"),
            Kind::Device => ("a device", "perangkat"),
            Kind::Fifo => ("a FIFO", "FIFO"),
            Kind::Other => ("a disk, socket or other special file", "diska, soket, atau berkas khusus lain"),
        };
        Text::new(en, id)
    }
}
