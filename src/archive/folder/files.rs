//! Single files, and several that belong together: all placed, or none. A device or FIFO is written to as it is, and the
//! target of a link is what is written.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::{FolderError, Kind};
use super::placing;
use super::staging::{Staged, Staging};
use super::target::{Resolved, Wanted, outside_scenarios, resolve};

/// Links followed at most.
const LINKS: usize = 40;

/// Files being written.
#[derive(Debug)]
pub struct Files {
    items: Vec<Item>,
    force: bool,
}

#[derive(Debug)]
enum Item {
    /// A plain file, written beside its place.
    Staged(Staging),
    /// A device or FIFO.
    Stream(fs::File, PathBuf),
}

impl Files {
    /// Begins files that will stand at each `out` of `wanted`; what they may not be is told before the work is done.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn begin(wanted: &[Wanted<'_>], staged: &Staged) -> Result<Self, FolderError> {
        let mut items = Vec::new();
        for one in wanted {
            items.push(begin(one, staged)?);
        }
        Ok(Self { items, force: wanted.iter().all(|one| one.force) })
    }

    /// Writes file `number` by what `write` writes.
    ///
    /// # Errors
    /// [`FolderError`]; a reader of a FIFO that left early is one of kind [`io::ErrorKind::BrokenPipe`].
    pub fn write(
        &mut self,
        number: usize,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), FolderError> {
        let failed = |path: String| move |error: io::Error| FolderError::Io { path, error };
        let run = |file: &mut fs::File| {
            let mut buffered = io::BufWriter::new(file);
            write(&mut buffered).and_then(|()| buffered.flush())
        };
        match &mut self.items[number] {
            Item::Stream(file, path) => run(file).map_err(failed(path.display().to_string())),
            Item::Staged(staging) => {
                // Only creating the file is kept from interrupts; writing it may take long.
                let made = {
                    let _held = staging.staged().hold();
                    fs::File::create(staging.new_path())
                };
                made.and_then(|mut file| run(&mut file)).map_err(failed(staging.target.shown.clone()))
            }
        }
    }

    /// Moves all files to their places.
    ///
    /// # Errors
    /// [`FolderError`]; then the places are as they were.
    pub fn place(self) -> Result<(), FolderError> {
        let items: Vec<&Staging> = self
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Staged(staging) => Some(staging),
                Item::Stream(..) => None,
            })
            .collect();
        let Some(first) = items.first() else { return Ok(()) };
        let mut held = first.staged().hold();
        let several = items.len() > 1;
        // Prepare all, so that little can fail once the first is placed.
        for staging in &items {
            judge(&staging.target, self.force)?;
            let failed = |error: io::Error| FolderError::Io { path: staging.target.shown.clone(), error };
            keep_mode(&staging.target.path, &staging.new_path()).map_err(failed)?;
            if several {
                set_aside(staging).map_err(failed)?;
            }
        }
        // Place one by one; the first that fails takes those before it back.
        for (done, staging) in items.iter().enumerate() {
            let (new, target) = (staging.new_path(), &staging.target.path);
            let there = target.symlink_metadata().is_ok();
            let moved = if there { fs::rename(&new, target) } else { placing::to_new_place(&new, target) };
            if let Err(error) = moved {
                for staging in &items[..done] {
                    undo(staging);
                }
                drop(held);
                return Err(FolderError::Io { path: staging.target.shown.clone(), error });
            }
        }
        for staging in &items {
            staging.placed(&mut held)?;
        }
        drop(held);
        Ok(())
    }
}

/// Keeps the file that is replaced under a second name until all of its set are placed, and notes that the new one is whole.
fn set_aside(staging: &Staging) -> io::Result<()> {
    staging.is_whole()?;
    let (target, old) = (&staging.target.path, staging.old_path());
    if target.symlink_metadata().is_err() {
        return Ok(());
    }
    // Some file systems have no second names: a copy then.
    fs::hard_link(target, &old).or_else(|_| fs::copy(target, &old).map(drop))
}

/// Puts back what was there before.
fn undo(staging: &Staging) {
    let (target, old) = (&staging.target.path, staging.old_path());
    let _ = if old.exists() { fs::rename(&old, target) } else { fs::remove_file(target) };
}

/// A file that replaces another is as open as that.
fn keep_mode(old: &Path, new: &Path) -> io::Result<()> {
    match old.metadata() {
        Ok(data) => fs::set_permissions(new, data.permissions()),
        Err(_) => Ok(()),
    }
}

fn begin(wanted: &Wanted<'_>, staged: &Staged) -> Result<Item, FolderError> {
    let shown = wanted.out.display().to_string();
    let failed = |error: io::Error| FolderError::Io { path: shown.clone(), error };
    // What stands there is looked at as the system names it: a device, or a FIFO, may have no name of its own.
    if let Ok(data) = fs::metadata(wanted.out) {
        match Kind::of(&data) {
            Kind::Device | Kind::Fifo => {
                let stream = fs::OpenOptions::new().write(true).open(wanted.out).map_err(failed)?;
                return Ok(Item::Stream(stream, wanted.out.to_path_buf()));
            }
            Kind::File => {}
            kind => return Err(FolderError::NotAFile { path: shown, kind }),
        }
    }
    if wanted.out.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(FolderError::NotAFile { path: shown, kind: Kind::Folder });
    }
    let target = follow(wanted.out)?;
    judge(&target, wanted.force)?;
    let staging = Staging::begin(target, staged)?;
    // Mending may have put a file there.
    judge(&staging.target, wanted.force)?;
    Ok(Item::Staged(staging))
}

/// The place that `out` leads to through links, whether or not anything stands there.
fn follow(out: &Path) -> Result<Resolved, FolderError> {
    let mut target = resolve(out)?;
    let shown = target.shown.clone();
    for _ in 0..LINKS {
        let Ok(link) = fs::read_link(&target.path) else { return Ok(target) };
        target = Resolved { shown: shown.clone(), ..resolve(&target.parent.join(link))? };
    }
    Err(FolderError::Link(shown))
}

/// Refuses what must not be replaced.
fn judge(target: &Resolved, force: bool) -> Result<(), FolderError> {
    outside_scenarios(target)?;
    match target.path.symlink_metadata() {
        Err(_) => Ok(()),
        Ok(data) if !data.is_file() => {
            Err(FolderError::NotAFile { path: target.shown.clone(), kind: Kind::of(&data) })
        }
        Ok(_) if !force => Err(FolderError::Exists(target.shown.clone())),
        Ok(_) => Ok(()),
    }
}
