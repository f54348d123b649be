//! The direction of dependencies, and the doors to other crates, as a test: Rust permits module cycles, we do not.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::root;

/// Every module with what it may import of ours.
const LAYERS: [(&str, &[&str]); 15] = [
    ("digest", &[]),
    ("language", &[]),
    ("control", &[]),
    ("units", &[]),
    ("stats", &[]),
    ("model", &["language", "units"]),
    ("scenario", &["language", "model", "units"]),
    ("sampling", &["model", "units", "stats"]),
    ("sim", &["language", "control", "model", "units", "sampling", "stats"]),
    ("opt", &["language", "control", "model", "units", "sampling", "stats"]),
    ("study", &["language", "control", "model", "units", "sampling", "stats", "sim", "opt", "scenario"]),
    (
        "result",
        &[
            "language", "digest", "control", "model", "units", "sampling", "stats", "sim", "opt", "scenario",
            "study",
        ],
    ),
    (
        "report",
        &[
            "digest", "language", "control", "model", "units", "sampling", "stats", "sim", "opt", "scenario",
            "study", "result",
        ],
    ),
    (
        "archive",
        &[
            "digest", "language", "control", "model", "units", "sampling", "stats", "sim", "opt", "scenario",
            "study", "result", "report",
        ],
    ),
    (
        "cli",
        &[
            "digest", "language", "control", "model", "units", "sampling", "stats", "sim", "opt", "scenario",
            "study", "result", "report", "archive",
        ],
    ),
];

/// Crates that only these modules may name.
const DOORS: [(&str, &[&str]); 19] = [
    ("petgraph", &["model"]),
    ("toml", &["scenario"]),
    ("rand", &["sampling"]),
    ("good_lp", &["opt"]),
    ("highs", &["opt"]),
    ("highs_sys", &["opt"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("comfy_table", &["report"]),
    ("kuva", &["report"]),
    ("rust_xlsxwriter", &["report"]),
    ("calamine", &["scenario"]),
    ("parquet", &["report"]),
    ("sobol_burley", &["sampling"]),
    ("postcard", &["archive"]),
    ("rustix", &["archive"]),
    ("signal_hook", &["main"]),
    ("unicode_normalization", &["scenario"]),
    ("unicode_security", &["scenario"]),
];

fn files(folder: &Path, list: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, list);
        } else if path.extension().is_some_and(|e| e == "rs") {
            list.push(path);
        }
    }
}

/// The top-level module a file belongs to, and its text without tests and comments.
fn sources() -> Vec<(String, PathBuf, String)> {
    let src = root().join("src");
    let mut list = Vec::new();
    files(&src, &mut list);
    list.sort();
    list.into_iter()
        .map(|path| {
            let relative = path.strip_prefix(&src).expect("inside");
            let first =
                relative.components().next().expect("named").as_os_str().to_string_lossy().into_owned();
            let module = first.trim_end_matches(".rs").to_string();
            let text = fs::read_to_string(&path).expect("source");
            let code = text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default();
            let code: String = code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .map(|line| format!("{line}\n"))
                .collect();
            (module, path, code)
        })
        .collect()
}

/// True if `code` names `crate::module`.
fn imports(code: &str, module: &str) -> bool {
    code.match_indices(&format!("crate::{module}"))
        .any(|(at, found)| !code[at + found.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[test]
fn modules_import_only_what_lies_below_them() {
    let mut wrong = Vec::new();
    for (module, path, code) in sources() {
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            assert!(["lib", "main"].contains(&module.as_str()), "{module} is in no layer");
            continue;
        };
        for (other, _) in LAYERS {
            if other != module && !allowed.contains(&other) && imports(&code, other) {
                wrong.push(format!("{} imports {other}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_crate_has_its_door() {
    let mut wrong = Vec::new();
    for (module, path, code) in sources() {
        for (name, doors) in DOORS {
            let named = code.lines().any(|line| {
                let line = line.trim_start();
                line.starts_with(&format!("use {name}::")) || line.contains(&format!(" {name}::"))
            });
            if named && !doors.contains(&module.as_str()) && module != "main" {
                wrong.push(format!("{} names {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_edges_touch_files_clock_and_environment() {
    let mut wrong = Vec::new();
    for (module, path, code) in sources() {
        let edge = ["scenario", "archive", "cli", "main"].contains(&module.as_str());
        let clock = module == "control";
        for word in ["std::fs", "std::env", "Instant::now", "SystemTime", "println!", "eprintln!"] {
            if !edge && code.contains(word) && !(clock && word == "Instant::now") {
                wrong.push(format!("{} uses {word}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_stands_in_one_small_module() {
    for (_, path, code) in sources() {
        let small = path.ends_with("opt/raw.rs") && code.lines().count() < 300;
        assert!(small || !code.contains("unsafe {"), "{} has unsafe code", path.display());
    }
}

/// A model is made by the reading of a scenario and by a variant of another one; else in tests alone.
#[test]
fn models_are_made_in_two_places() {
    let tests = [
        "model/tiny.rs",
        "sampling/tests.rs",
        "sim/fixture.rs",
        "sim/properties.rs",
        "sim/properties/accounts.rs",
        "sim/tests/economy.rs",
    ];
    let mut makers: Vec<String> = sources()
        .into_iter()
        .filter(|(_, _, code)| code.contains("Model::of_checked("))
        .map(|(_, path, _)| path.strip_prefix(root().join("src")).unwrap_or(&path).display().to_string())
        .filter(|path| !tests.contains(&path.as_str()))
        .collect();
    makers.sort();
    assert_eq!(makers, ["model/variant.rs", "scenario/convert/finish.rs"]);
    // The door for tests is for tests.
    let changed = sources().into_iter().filter(|(_, path, code)| {
        let test =
            path.components().any(|part| ["tests", "tests.rs"].iter().any(|name| part.as_os_str() == *name))
                || path.ends_with("sim/properties.rs");
        !test && code.contains(".changed(|")
    });
    assert_eq!(changed.map(|(_, path, _)| path).collect::<Vec<_>>(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn every_file_says_what_it_is_for() {
    for (_, path, _) in sources() {
        let text = fs::read_to_string(&path).expect("source");
        assert!(text.starts_with("//! "), "{} does not open with what it is for", path.display());
    }
}
