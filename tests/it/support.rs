//! What several tests need: the scenarios, the binary, copies of folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rantai::model::{Model, Variant};

/// The project's folder.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A bundled scenario.
pub(crate) fn scenario(name: &str) -> PathBuf {
    root().join("scenarios").join(name)
}

/// A bundled scenario as it was when speed was first measured: its plans are not in whole things and come sooner.
pub(crate) fn measured(name: &str) -> PathBuf {
    root().join("benches/scenarios").join(name)
}

/// Runs the binary with these arguments, in English and without colour.
pub(crate) fn rantai(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rantai"))
        .args(arguments)
        .env("LANG", "C")
        .env_remove("LC_ALL")
        .env("NO_COLOR", "1")
        .output()
        .expect("the binary runs")
}

/// A changed case of a model.
#[track_caller]
pub(crate) fn varied(model: &Model, variant: &Variant) -> Model {
    variant.apply(model).expect("a valid case")
}

/// Standard output as text.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Standard error as text.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The exit code.
pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

/// Copies a folder with its sub-folders.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("folder");
    for entry in fs::read_dir(from).expect("readable").flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            fs::copy(&source, &target).expect("copied");
        }
    }
}

/// A number or distribution of TOML with its unit.
pub(crate) fn per(number: &str, unit: &str) -> String {
    match number.trim().strip_suffix('}') {
        Some(table) => format!("{table}, unit = \"{unit}\" }}"),
        None => format!("{{ value = {number}, unit = \"{unit}\" }}"),
    }
}
