//! Moving what is whole to its place, so that there is no moment without a result.
//!
//! A folder that replaces one is exchanged with it in one step. Where the file system cannot exchange, the old one is moved
//! aside and the new one to its place; a run that is killed between the two leaves both, and the next one that writes
//! beside them mends it. A file replaces another by its name. Several files are first all noted as whole, then placed one by
//! one; what a killed run did not get to is placed by the next one, unless the place was written to since.

use std::fs;
use std::io;
use std::path::Path;

use super::names::{NEW, OLD, PLACING};
use super::target::same;

/// Moves a file or folder to a place where nothing stands. A place that was taken meanwhile is an error.
pub(super) fn to_new_place(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            Err(error) if cannot(error) => {}
            done => return done.map_err(Into::into),
        }
    }
    // Without the flag the look and the move are two steps: a place taken in between is replaced.
    if to.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}

/// Exchanges two folders in one step; false where the system cannot.
pub(super) fn exchange(a: &Path, b: &Path) -> io::Result<bool> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
            Ok(()) => Ok(true),
            Err(error) if cannot(error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    {
        let _ = (a, b);
        Ok(false)
    }
}

/// True for what a kernel or file system without these flags answers.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn cannot(error: rustix::io::Errno) -> bool {
    use rustix::io::Errno;
    [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP].contains(&error)
}

/// Moves what stands at `target` aside and `new` to its place; what was there is put back if that fails.
pub(super) fn in_two_steps(new: &Path, target: &Path, old: &Path) -> io::Result<()> {
    fs::rename(target, old)?;
    to_new_place(new, target).inspect_err(|_| {
        let _ = to_new_place(old, target);
    })
}

/// Finishes what a killed run was placing from its staging folder into `parent`, or puts back what it had moved aside.
pub(super) fn mend(staging: &Path, parent: &Path) -> io::Result<()> {
    let whole = staging.join(PLACING).exists();
    for name in names(&staging.join(OLD)).into_iter().chain(names(&staging.join(NEW))) {
        let (new, old, target) =
            (staging.join(NEW).join(&name), staging.join(OLD).join(&name), parent.join(&name));
        let there = |path: &Path| path.symlink_metadata().is_ok();
        if there(&target) {
            // A file whose old name is still that of the file of before: nobody wrote to it since.
            if whole && new.is_file() && there(&old) && same(&old, &target) {
                fs::rename(&new, &target)?;
            }
        } else if whole && there(&new) {
            // Nothing stands there, and the new one is whole: the move that the run did not get to.
            to_new_place(&new, &target)?;
        } else if there(&old) {
            // There is no whole new one, so that the old one comes back.
            to_new_place(&old, &target)?;
        }
    }
    Ok(())
}

fn names(folder: &Path) -> Vec<std::ffi::OsString> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A staging folder with these files, beside `out`.
    fn staging(files: &[&str]) -> tempfile::TempDir {
        let parent = tempfile::tempdir().unwrap();
        for name in files {
            let path = parent.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, *name).unwrap();
        }
        fs::create_dir_all(parent.path().join("s/new")).unwrap();
        fs::create_dir_all(parent.path().join("s/old")).unwrap();
        parent
    }

    fn content(parent: &Path, name: &str) -> Option<String> {
        fs::read_to_string(parent.join(name)).ok()
    }

    #[test]
    fn a_run_killed_between_two_renames_is_mended_forward() {
        let parent = staging(&["s/new/out/f", "s/old/out/f", "s/placing"]);
        mend(&parent.path().join("s"), parent.path()).unwrap();
        assert_eq!(content(parent.path(), "out/f").as_deref(), Some("s/new/out/f"));
    }

    #[test]
    fn what_was_moved_aside_comes_back_where_nothing_whole_replaces_it() {
        let parent = staging(&["s/new/out/f", "s/old/out/f"]);
        mend(&parent.path().join("s"), parent.path()).unwrap();
        assert_eq!(content(parent.path(), "out/f").as_deref(), Some("s/old/out/f"));
    }

    #[test]
    fn what_stands_at_the_place_is_left_alone() {
        let parent = staging(&["s/new/out/f", "s/old/out/f", "s/placing", "out/f"]);
        mend(&parent.path().join("s"), parent.path()).unwrap();
        assert_eq!(content(parent.path(), "out/f").as_deref(), Some("out/f"));
    }

    /// Of three files one was placed: the second has its old file still, the third was written to by someone else since.
    #[test]
    fn files_of_a_set_are_placed_unless_written_to_since() {
        let parent = staging(&["a", "b", "c", "s/new/b", "s/new/c", "s/old/c", "s/placing"]);
        let at = |name: &str| parent.path().join(name);
        fs::hard_link(at("b"), at("s/old/b")).unwrap();
        mend(&at("s"), parent.path()).unwrap();
        assert_eq!(content(parent.path(), "b").as_deref(), Some("s/new/b"));
        assert_eq!(content(parent.path(), "c").as_deref(), Some("c"));
    }

    #[test]
    fn two_steps_put_the_old_back_when_the_second_fails() {
        let parent = staging(&["out/f"]);
        let at = |name: &str| parent.path().join(name);
        assert!(in_two_steps(&at("s/new/none"), &at("out"), &at("s/old/out")).is_err());
        assert_eq!(content(parent.path(), "out/f").as_deref(), Some("out/f"));
        fs::create_dir(at("s/new/out")).unwrap();
        in_two_steps(&at("s/new/out"), &at("out"), &at("s/old/out")).unwrap();
        assert!(at("out").is_dir() && content(parent.path(), "out/f").is_none());
    }

    #[test]
    fn a_place_that_was_taken_meanwhile_is_not_overwritten() {
        let parent = staging(&["s/new/x", "x"]);
        let at = |name: &str| parent.path().join(name);
        let error = to_new_place(&at("s/new/x"), &at("x")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(content(parent.path(), "x").as_deref(), Some("x"));
    }
}
