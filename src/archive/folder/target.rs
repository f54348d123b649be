//! Where a result may go: the place without links and `..`, and what must never be replaced there.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::{FolderError, Holding, Kind};
use crate::archive::manifest::{MANIFEST, Manifest};
use crate::scenario::may_hold;

/// Something that a command must not lose: nothing that holds it is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its kind.
    pub what: Holding,
    /// Where it is.
    pub path: PathBuf,
}

impl Kept {
    /// Something at `path` that must not be lost.
    pub fn new(what: Holding, path: &Path) -> Self {
        Self { what, path: path.to_path_buf() }
    }
}

/// Where a result goes, and what keeps it from going elsewhere.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The path asked for.
    pub out: &'a Path,
    /// True to replace what is there, if it is a result.
    pub force: bool,
    /// Paths that the command reads, and the working directory: none of them is replaced.
    pub kept: &'a [Kept],
}

/// A place without links, `.` and `..`, but for its own name, which may be a link.
#[derive(Debug, Clone)]
pub(super) struct Resolved {
    /// The absolute path.
    pub(super) path: PathBuf,
    /// The folder it stands in.
    pub(super) parent: PathBuf,
    /// Its name.
    pub(super) name: OsString,
    /// Folders that are not there yet, outermost first.
    pub(super) missing: Vec<PathBuf>,
    /// The path as asked for.
    pub(super) shown: String,
}

/// Finds out where `out` is.
pub(super) fn resolve(out: &Path) -> Result<Resolved, FolderError> {
    let shown = out.display().to_string();
    let failed = |error: io::Error| FolderError::Io { path: shown.clone(), error };
    let (parent, name) = match out.file_name() {
        Some(name) => (out.parent().unwrap_or(Path::new("")).to_path_buf(), name.to_os_string()),
        None => {
            // `.`, `..` or the root: a folder that is there, under its true name.
            let whole = out.canonicalize().map_err(failed)?;
            let name = whole.file_name().ok_or(FolderError::Holds {
                path: shown.clone(),
                what: Holding::WorkingDirectory,
                held: "/".to_string(),
            })?;
            (whole.parent().unwrap_or(Path::new("/")).to_path_buf(), name.to_os_string())
        }
    };
    // Climb to the nearest folder that is there, noting the names below it.
    let mut there = if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent };
    let mut below = Vec::new();
    let base = loop {
        match there.canonicalize() {
            Ok(base) => break base,
            Err(error) if error.kind() == io::ErrorKind::NotFound && there.symlink_metadata().is_err() => {
                // A folder to be made; a `..` after one that is not there means nothing.
                let Some(name) = there.file_name() else { return Err(failed(error)) };
                below.push(name.to_os_string());
                let above = there.parent().unwrap_or(Path::new("")).to_path_buf();
                there = if above.as_os_str().is_empty() { PathBuf::from(".") } else { above };
            }
            Err(error) => return Err(failed(error)),
        }
    };
    if !base.is_dir() {
        return Err(failed(io::Error::from(io::ErrorKind::NotADirectory)));
    }
    // Descend again: these folders are to be made, outermost first.
    let mut parent = base;
    let mut missing = Vec::new();
    for name in below.into_iter().rev() {
        parent.push(name);
        missing.push(parent.clone());
    }
    Ok(Resolved { path: parent.join(&name), parent, name, missing, shown })
}

/// True if both are one file or folder, whatever their names.
pub(super) fn same(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        matches!((a.metadata(), b.metadata()), (Ok(a), Ok(b)) if (a.dev(), a.ino()) == (b.dev(), b.ino()))
    }
    #[cfg(not(unix))]
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Refuses a place inside a scenario folder where a scenario must not hold it, or where it is a part of one.
pub(super) fn outside_scenarios(target: &Resolved) -> Result<(), FolderError> {
    for above in target.parent.ancestors() {
        if above.join("scenario.toml").symlink_metadata().is_err() {
            continue;
        }
        let inside = target.path.strip_prefix(above).unwrap_or(&target.path);
        if !may_hold(inside) {
            return Err(FolderError::InScenario {
                path: target.shown.clone(),
                scenario: above.display().to_string(),
            });
        }
    }
    Ok(())
}

/// Refuses a folder that is, or holds, what the command reads or stands in.
fn holds_nothing_kept(target: &Resolved, kept: &[Kept]) -> Result<(), FolderError> {
    for one in kept {
        let mut places = vec![one.path.clone()];
        if one.what == Holding::Scenario {
            places.extend(links_in(&one.path));
        }
        for place in places {
            let Ok(place) = place.canonicalize() else { continue };
            if place.ancestors().any(|above| above == target.path || same(above, &target.path)) {
                return Err(FolderError::Holds {
                    path: target.shown.clone(),
                    what: one.what,
                    held: one.path.display().to_string(),
                });
            }
        }
    }
    Ok(())
}

/// The files of a scenario that are links: what they lead to is read too.
fn links_in(scenario: &Path) -> Vec<PathBuf> {
    let mut links = Vec::new();
    for folder in [scenario.to_path_buf(), scenario.join("chains"), scenario.join("data")] {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        links.extend(entries.map(|entry| entry.path()).filter(|path| path.is_symlink()));
    }
    links
}

/// True if a folder stands at the place of `target` that a result may replace; false if nothing does.
///
/// # Errors
/// Whatever must not be replaced.
pub(super) fn replaces_folder(target: &Resolved, wanted: &Wanted<'_>) -> Result<bool, FolderError> {
    outside_scenarios(target)?;
    let Ok(data) = target.path.symlink_metadata() else { return Ok(false) };
    let path = || target.shown.clone();
    if data.is_symlink() {
        return Err(if wanted.force { FolderError::Link(path()) } else { FolderError::Exists(path()) });
    }
    holds_nothing_kept(target, wanted.kept)?;
    if !wanted.force {
        return Err(FolderError::Exists(path()));
    }
    if !data.is_dir() {
        return Err(FolderError::NotAFolder { path: path(), kind: Kind::of(&data) });
    }
    is_ours(&target.path, &target.shown)?;
    may_be_moved(target, &data)?;
    Ok(true)
}

/// Refuses a folder that holds anything but what a manifest of ours lists.
pub(super) fn is_ours(folder: &Path, shown: &str) -> Result<(), FolderError> {
    let unread = |error: io::Error| FolderError::Io { path: shown.to_string(), error };
    if fs::read_dir(folder).map_err(unread)?.next().is_none() {
        return Ok(());
    }
    let manifest = Manifest::read(folder)
        .map_err(|why| FolderError::NotOurs { path: shown.to_string(), why: why.to_string() })?;
    let others = manifest.others(folder).map_err(unread)?;
    if others.is_empty() {
        return Ok(());
    }
    Err(FolderError::NotOurs {
        path: shown.to_string(),
        why: format!("it also holds what its {MANIFEST} does not list: {}", listed(&others)),
    })
}

/// Names shown at most.
const SHOWN: usize = 10;

/// Names in a sentence; a list that is cut says how many are left out.
fn listed(names: &[String]) -> String {
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Refuses what the system would not let us move aside, before the work is done.
#[cfg(unix)]
fn may_be_moved(target: &Resolved, data: &fs::Metadata) -> Result<(), FolderError> {
    use std::os::unix::fs::MetadataExt;
    let failed = |error: io::Error| FolderError::Io { path: target.shown.clone(), error };
    // Another device than the parent's: a file system begins here.
    if target.parent.metadata().map_err(failed)?.dev() != data.dev() {
        return Err(FolderError::MountPoint(target.shown.clone()));
    }
    let needed = rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK;
    rustix::fs::access(&target.path, needed).map_err(|error| failed(error.into()))
}

#[cfg(not(unix))]
fn may_be_moved(_: &Resolved, _: &fs::Metadata) -> Result<(), FolderError> {
    Ok(())
}
