//! Where a result is written before it is placed: a hidden folder beside its place, known to be ours by a file in it and to
//! be in use by a lock on it.
//!
//! `.rantai-XXXX/` holds `manifest.json` (whose it is), `new/NAME` (what is being written), `old/NAME` (what it replaces, while
//! the system cannot exchange the two) and `placing` (everything is written; what is left to do is to move it). Every change
//! of names is made while [`Staged`] is held, so that an interrupt waits for it and finds nothing half done.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::FolderError;
use super::names::{NEW, OLD, PLACING};
use super::placing;
use super::target::Resolved;

/// How the name of every staging folder begins.
const PREFIX: &str = ".rantai-";
/// Random characters of such a name.
const RANDOM: usize = 12;
/// The file that says whose a staging folder is.
const MARK: &str = "manifest.json";
const MARK_TEXT: &str = "{ \"schema\": \"rantai.staging/1\", \"what\": \"a result that rantai is writing; the next rantai that writes \
                         beside it removes what is left of it\" }\n";

/// Everything that a process has staged, for an interrupt to take away.
#[derive(Debug, Clone, Default)]
pub struct Staged(Arc<Mutex<Vec<Held>>>);

/// One staging folder, with the folders made to hold its result.
#[derive(Debug)]
pub(super) struct Held {
    staging: PathBuf,
    made: Vec<PathBuf>,
}

impl Held {
    /// Takes the staging folder away, and the folders made for it where nothing stands in them.
    fn remove(&self) {
        let _ = fs::remove_dir_all(&self.staging);
        for folder in self.made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

impl Staged {
    /// Waits for a result that is being placed, takes away all that is staged, and lets nothing be written or placed any
    /// more: whoever tries waits for the end of the process.
    pub fn abandon(&self) {
        let mut held = self.hold();
        for one in held.drain(..) {
            one.remove();
        }
        // The lock is never given back, so that whoever waits for it waits until the process ends.
        std::mem::forget(held);
    }

    pub(super) fn hold(&self) -> MutexGuard<'_, Vec<Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The staging folder of one result.
#[derive(Debug)]
pub(super) struct Staging {
    staged: Staged,
    path: PathBuf,
    pub(super) target: Resolved,
    // Held as long as the folder is in use; the system gives it up when the process ends, however it ends.
    _lock: Option<fs::File>,
}

impl Staging {
    /// Makes the folders that `target` stands in and a staging folder beside it, and mends and sweeps what earlier runs left
    /// there.
    pub(super) fn begin(target: Resolved, staged: &Staged) -> Result<Self, FolderError> {
        let failed = |error: io::Error| FolderError::Io { path: target.shown.clone(), error };
        let mut held = staged.hold();
        let mut made = Vec::new();
        let begun = make_all(&target.missing, &mut made).and_then(|()| make(&target.parent));
        let (path, lock) = match begun {
            Ok(begun) => begun,
            Err(error) => {
                made.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
                return Err(failed(error));
            }
        };
        held.push(Held { staging: path.clone(), made });
        sweep(&target.parent, &path);
        drop(held);
        Ok(Self { staged: staged.clone(), path, target, _lock: lock })
    }

    /// Where what replaces the target is written.
    pub(super) fn new_path(&self) -> PathBuf {
        self.path.join(NEW).join(&self.target.name)
    }

    /// Where what is replaced waits.
    pub(super) fn old_path(&self) -> PathBuf {
        self.path.join(OLD).join(&self.target.name)
    }

    /// Notes that everything is written, so that whoever finds this folder may finish placing it.
    pub(super) fn is_whole(&self) -> io::Result<()> {
        fs::create_dir_all(self.path.join(OLD))?;
        fs::write(self.path.join(PLACING), "")
    }

    pub(super) fn staged(&self) -> &Staged {
        &self.staged
    }

    /// Takes the staging folder away after its result was placed.
    pub(super) fn placed(&self, held: &mut Vec<Held>) -> Result<(), FolderError> {
        let removed = fs::remove_dir_all(&self.path);
        held.retain(|one| one.staging != self.path);
        removed.map_err(|error| FolderError::Left {
            path: self.target.shown.clone(),
            left: self.path.display().to_string(),
            error,
        })
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let mut held = self.staged.hold();
        held.iter().filter(|one| one.staging == self.path).for_each(Held::remove);
        held.retain(|one| one.staging != self.path);
    }
}

fn make_all(folders: &[PathBuf], made: &mut Vec<PathBuf>) -> io::Result<()> {
    for folder in folders {
        match fs::create_dir(folder) {
            Ok(()) => made.push(folder.clone()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Makes a staging folder in `parent`.
fn make(parent: &Path) -> io::Result<(PathBuf, Option<fs::File>)> {
    let mut tries = 0;
    loop {
        let path = tempfile::Builder::new().prefix(PREFIX).rand_bytes(RANDOM).tempdir_in(parent)?.keep();
        match claim(&path) {
            Ok(lock) => return Ok((path, lock)),
            // Another run's sweep took it before it was locked.
            Err(error) if error.kind() == io::ErrorKind::NotFound && tries < 16 => tries += 1,
            Err(error) => {
                let _ = fs::remove_dir_all(&path);
                return Err(error);
            }
        }
    }
}

/// Locks a new staging folder and says in it whose it is. Without a lock, where the system has none, it is never swept.
fn claim(path: &Path) -> io::Result<Option<fs::File>> {
    let lock = match fs::File::open(path) {
        Ok(folder) => match folder.try_lock() {
            Ok(()) => Some(folder),
            // A sweep holds it and is about to remove it: as good as gone.
            Err(fs::TryLockError::WouldBlock) => return Err(io::ErrorKind::NotFound.into()),
            Err(fs::TryLockError::Error(_)) => None,
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(error),
        Err(_) => None,
    };
    fs::write(path.join(MARK), MARK_TEXT)?;
    fs::create_dir(path.join(NEW))?;
    Ok(lock)
}

/// Mends and removes staging folders in `parent` that are ours, by their mark and owner, and in use by no one, by their lock.
fn sweep(parent: &Path, own: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let path = entry.path();
        let ours = name.to_str().is_some_and(|name| {
            name.strip_prefix(PREFIX)
                .is_some_and(|rest| rest.len() == RANDOM && rest.chars().all(|c| c.is_ascii_alphanumeric()))
        });
        let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if !ours || !folder || path == own || !one_owner(&path, own) {
            continue;
        }
        let Ok(lock) = fs::File::open(&path) else { continue };
        // The lock is free only where no process is at work in the folder.
        if lock.try_lock().is_ok() && is_staging(&path) && placing::mend(&path, parent).is_ok() {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// True if a folder holds what a staging folder holds, and nothing else.
fn is_staging(path: &Path) -> bool {
    let names: Vec<_> =
        fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect();
    let known = names.iter().all(|name| [MARK, PLACING, NEW, OLD].iter().any(|known| name == known));
    let marked = fs::read(path.join(MARK)).is_ok_and(|text| MARK_TEXT.as_bytes().starts_with(&text));
    known && (names.is_empty() || marked)
}

#[cfg(unix)]
fn one_owner(path: &Path, own: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    matches!((path.symlink_metadata(), own.symlink_metadata()), (Ok(a), Ok(b)) if a.uid() == b.uid())
}

#[cfg(not(unix))]
fn one_owner(_: &Path, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::folder::target::resolve;

    fn hidden(folder: &Path) -> usize {
        let names = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.file_name());
        names.filter(|name| name.to_string_lossy().starts_with(PREFIX)).count()
    }

    #[test]
    fn litter_is_swept_but_neither_another_run_s_folder_nor_what_is_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let staged = Staged::default();
        let running = Staging::begin(resolve(&at("a")).unwrap(), &staged).unwrap();
        // A killed run's: whole, just made, and cut off while its mark was being written.
        for (name, mark) in
            [("litter000001", Some(MARK_TEXT)), ("litter000002", None), ("litter000003", Some("{ \"sch"))]
        {
            let path = at(&format!("{PREFIX}{name}"));
            fs::create_dir(&path).unwrap();
            if let Some(mark) = mark {
                fs::write(path.join(MARK), mark).unwrap();
                fs::create_dir_all(path.join(NEW).join("out/scenario")).unwrap();
            }
        }
        // Not ours: another name, another file, no mark, a file, a link.
        let others = ["notes", "private00001", "private00002", "private00003"];
        for name in others {
            fs::create_dir(at(&format!("{PREFIX}{name}"))).unwrap();
        }
        fs::write(at(".rantai-notes/manifest.json"), MARK_TEXT).unwrap();
        fs::write(at(".rantai-private00001/thesis.tex"), "x").unwrap();
        fs::write(at(".rantai-private00002/manifest.json"), "mine").unwrap();
        fs::create_dir(at(".rantai-private00003/new")).unwrap();
        fs::write(at(".rantai-afile0000000"), "x").unwrap();
        let next = Staging::begin(resolve(&at("b")).unwrap(), &staged).unwrap();
        assert_eq!(hidden(folder.path()), 2 + others.len() + 1);
        assert!(running.path.exists() && next.path.exists() && at(".rantai-afile0000000").exists());
        drop((running, next));
        assert_eq!(hidden(folder.path()), others.len() + 1);
    }

    #[test]
    fn what_is_abandoned_is_gone_with_the_folders_made_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let staged = Staged::default();
        let out = folder.path().join("new/deep/out");
        let staging = Staging::begin(resolve(&out).unwrap(), &staged).unwrap();
        fs::write(staging.new_path(), "x").unwrap();
        staged.abandon();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        // Everything is held: dropping it would wait for the end of the process.
        std::mem::forget(staging);
    }
}
