//! Files from outside, read with limits that hold.
//!
//! A scenario or a plan may come from anyone. A pipe that nobody writes to would wait for ever, a device never ends, and a
//! file may grow while it is read. So the kind of a file is looked at before it is opened and again once it is open, and
//! bytes are counted as they arrive.

use std::fs::{File, FileType, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::Duration;

use super::diagnostic::{Faults, Place};
use crate::language::{Lang, Text, system_error, text};

/// Largest file of a scenario or plan [bytes].
pub const LARGEST_FILE: u64 = 64 << 20;
/// Largest TOML file [bytes]: as a tree it takes about a hundred times its size.
pub const LARGEST_TOML: u64 = 4 << 20;
/// Largest file of a published program [bytes].
pub const LARGEST_PROGRAM: u64 = 256 << 20;

/// How long a pipe that nobody has opened for writing is waited for, in steps of 20 ms.
const PATIENCE: u32 = 100;

/// The kinds of things that may be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// Files alone.
    Files,
    /// Files, and pipes: `--plan <(...)` and `--plan /dev/stdin`.
    FilesAndPipes,
}

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text().in_language(Lang::En))]
pub enum Unreadable {
    /// It is a folder.
    Folder,
    /// It is a pipe, a device or a socket.
    Special(Special),
    /// It has more bytes than the limit.
    TooLarge {
        /// The limit [bytes].
        limit: u64,
    },
    /// Nobody wrote to the pipe.
    Silent,
    /// The system says no.
    Io(#[from] std::io::Error),
}

impl Unreadable {
    /// The reason in words.
    pub fn text(&self) -> Text {
        match self {
            Unreadable::Folder => text!(en: "this is a folder", id: "ini adalah folder"),
            Unreadable::Special(special) => {
                text!(en: "this is {kind}", id: "ini adalah {kind}", kind = special.text())
            }
            Unreadable::TooLarge { limit } => {
                let most = limit >> 20;
                text!(en: "the file is larger than {most} MiB", id: "berkas ini lebih besar dari {most} MiB")
            }
            Unreadable::Silent => {
                text!(en: "nothing comes out of this pipe", id: "tidak ada yang keluar dari pipa ini")
            }
            Unreadable::Io(error) => cannot_be_read(error),
        }
    }

    /// The expectation, where that helps.
    pub fn expected(&self) -> Option<Text> {
        match self {
            Unreadable::Folder | Unreadable::Special(_) => Some(text!(en: "a file", id: "berkas")),
            Unreadable::TooLarge { .. } => Some(text!(en: "a smaller file", id: "berkas yang lebih kecil")),
            Unreadable::Silent => {
                Some(text!(en: "somebody who writes to it", id: "program yang menulis ke pipa ini"))
            }
            Unreadable::Io(_) => None,
        }
    }

    /// Notes the fault at `place`.
    pub(super) fn tell(&self, place: &Place, faults: &mut Faults) {
        match self.expected() {
            Some(expected) => faults.expected(place, self.text(), expected),
            None => faults.add(place, self.text()),
        }
    }
}

/// The system's reason why a file or folder cannot be read.
pub(super) fn cannot_be_read(error: &std::io::Error) -> Text {
    text!(en: "cannot be read: {why}", id: "tidak dapat dibaca: {why}", why = system_error(error))
}

/// A thing that is neither file nor folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// A pipe.
    Pipe,
    /// A device.
    Device,
    /// A socket.
    Socket,
    /// Something else that the system knows.
    Other,
}

impl Special {
    fn text(self) -> Text {
        match self {
            Special::Pipe => text!(en: "a pipe", id: "pipa"),
            Special::Device => text!(en: "a device", id: "perangkat"),
            Special::Socket => text!(en: "a socket", id: "soket"),
            Special::Other => text!(en: "no file", id: "bukan berkas"),
        }
    }
}

/// The bytes of the file at `path`, at most `limit` of them. Links are followed.
///
/// # Errors
/// [`Unreadable`] where it is no file, has more bytes, or cannot be read.
pub fn read_bytes(path: &Path, take: Take, limit: u64) -> Result<Vec<u8>, Unreadable> {
    may_be_read(std::fs::metadata(path)?.file_type(), take)?;
    let file = open(path)?;
    // Another may stand there by now.
    let kind = file.metadata()?.file_type();
    may_be_read(kind, take)?;
    drain(file, !kind.is_file(), limit)
}

/// Refuses what is no file, and no pipe where pipes are taken.
fn may_be_read(kind: FileType, take: Take) -> Result<(), Unreadable> {
    if kind.is_file() {
        return Ok(());
    }
    if kind.is_dir() {
        return Err(Unreadable::Folder);
    }
    match special(kind) {
        Special::Pipe if take == Take::FilesAndPipes => Ok(()),
        other => Err(Unreadable::Special(other)),
    }
}

#[cfg(unix)]
fn special(kind: FileType) -> Special {
    use std::os::unix::fs::FileTypeExt;
    if kind.is_fifo() {
        Special::Pipe
    } else if kind.is_char_device() || kind.is_block_device() {
        Special::Device
    } else if kind.is_socket() {
        Special::Socket
    } else {
        Special::Other
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> Special {
    Special::Other
}

/// Opens a file without waiting for somebody to write to it.
fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
    {
        use std::os::unix::fs::OpenOptionsExt;
        /// `O_NONBLOCK`.
        const AT_ONCE: i32 = if cfg!(target_os = "macos") { 0x4 } else { 0o4000 };
        options.custom_flags(AT_ONCE);
    }
    options.open(path)
}

/// Everything that comes, up to a limit. A pipe is waited for while somebody has it open for writing.
fn drain(mut file: File, is_pipe: bool, limit: u64) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 1 << 16];
    let mut waited = 0;
    loop {
        match file.read(&mut chunk) {
            Ok(0) if is_pipe && bytes.is_empty() => {
                waited += 1;
                if waited > PATIENCE {
                    return Err(Unreadable::Silent);
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            Ok(0) => return Ok(bytes),
            Ok(count) => {
                bytes.extend_from_slice(&chunk[..count]);
                if bytes.len() as u64 > limit {
                    return Err(Unreadable::TooLarge { limit });
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_counted_as_they_come() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("file");
        std::fs::write(&path, [7; 100]).expect("written");
        assert_eq!(read_bytes(&path, Take::Files, 100).expect("read"), [7; 100]);
        let error = read_bytes(&path, Take::Files, 99).expect_err("too large");
        assert!(matches!(error, Unreadable::TooLarge { limit: 99 }), "{error}");
        assert!(matches!(read_bytes(folder.path(), Take::FilesAndPipes, 9), Err(Unreadable::Folder)));
        assert!(matches!(read_bytes(&folder.path().join("none"), Take::Files, 9), Err(Unreadable::Io(_))));
    }

    /// A device never ends, whatever its size says; a link to one neither.
    #[cfg(unix)]
    #[test]
    fn devices_are_refused_by_their_kind() {
        let folder = tempfile::tempdir().expect("folder");
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/zero", &link).expect("link");
        for take in [Take::Files, Take::FilesAndPipes] {
            let error = read_bytes(&link, take, 1 << 20).expect_err("a device");
            assert!(matches!(error, Unreadable::Special(Special::Device)), "{error}");
        }
    }
}
