//! Same inputs, same bytes: on 1, 2 and 4 threads, and in any order of rows.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{code, copy, measured, rantai, scenario, stderr};

/// Every file of a result folder, the manifest without its `run` block.
pub(crate) fn results(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .expect("results")
        .flatten()
        .filter(|entry| entry.path().is_file())
        .map(|entry| {
            let name = entry.file_name().into_string().expect("name");
            let mut bytes = fs::read(entry.path()).expect("file");
            if name == "manifest.json" {
                let mut manifest: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
                manifest.as_object_mut().expect("object").remove("run");
                bytes = manifest.to_string().into_bytes();
            }
            (name, bytes)
        })
        .collect()
}

fn optimise(scenario: &Path, out: &Path, threads: &str) -> BTreeMap<String, Vec<u8>> {
    let (scenario, folder) = (scenario.to_str().expect("path"), out.to_str().expect("path"));
    let mut arguments = vec![
        "optimise",
        scenario,
        "--samples",
        "4",
        "--evaluation",
        "200",
        "--threads",
        threads,
        "--out",
        folder,
    ];
    if !out.file_name().is_some_and(|name| name.to_string_lossy().starts_with("minimal")) {
        // What a plan knows beyond its proof is held to the bit on smaller ones (`assurance.rs`).
        arguments.push("--quick");
    }
    let output = rantai(&arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    results(out)
}

fn cases() -> [(&'static str, PathBuf); 2] {
    [("minimal", scenario("minimal")), ("banyumas-gula-kelapa", measured("banyumas-gula-kelapa"))]
}

#[test]
fn one_two_and_four_threads_give_the_same_bytes() {
    let folder = tempfile::tempdir().expect("folder");
    for (name, path) in cases() {
        let one = optimise(&path, &folder.path().join(format!("{name}1")), "1");
        assert!(one.len() >= 5, "{:?}", one.keys());
        for threads in ["2", "4"] {
            let more = optimise(&path, &folder.path().join(format!("{name}{threads}")), threads);
            assert!(one == more, "{name} differs on {threads} threads");
        }
    }
}

/// Rows of every table reversed, and the sections of the chain file too: the same model, the same bytes.
#[test]
fn the_order_of_rows_does_not_matter() {
    let folder = tempfile::tempdir().expect("folder");
    for (name, path) in cases() {
        // The folder's own name is part of the command in the manifest.
        let shuffled = folder.path().join("shuffled").join(name);
        copy(&path, &shuffled);
        for table in ["clusters.csv", "values.csv", "budgets.csv", "today.csv"] {
            let path = shuffled.join(table);
            let text = fs::read_to_string(&path).expect("table");
            let mut lines: Vec<&str> = text.lines().collect();
            lines[1..].reverse();
            fs::write(&path, lines.join("\n") + "\n").expect("written");
        }
        for chain in fs::read_dir(shuffled.join("chains")).expect("chains").flatten() {
            let text = fs::read_to_string(chain.path()).expect("chain");
            let cut = text.find("\n[").expect("sections");
            let (head, rest) = text.split_at(cut);
            let mut sections: Vec<&str> =
                rest.split("\n[").filter(|section| !section.trim().is_empty()).collect();
            sections.reverse();
            let reversed: String =
                sections.iter().map(|section| format!("\n[{}\n", section.trim_end())).collect();
            fs::write(chain.path(), format!("{head}\n{reversed}")).expect("written");
        }
        let straight = optimise(&path, &folder.path().join(format!("{name}-a")), "2");
        let reversed = optimise(&shuffled, &folder.path().join(format!("{name}-b")), "2");
        assert!(straight == reversed, "{name} depends on the order of rows");
    }
}
