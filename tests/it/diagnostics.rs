//! Every bad scenario in `tests/bad_scenarios` gets exactly the messages written beside it.
//!
//! A case is a small TOML file: patches of the valid scenario in `base`, and the complete list of messages in order.
//! `./x bless` rewrites the messages, to be read before they are committed.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rantai::scenario::load;
use serde::Deserialize;

use crate::support::{code, copy, rantai, root, stderr};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    patch: Vec<Patch>,
    #[serde(default)]
    messages: Vec<String>,
}

/// One change to the base scenario.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    file: String,
    find: Option<String>,
    replace: Option<String>,
    write: Option<String>,
    append: Option<String>,
    bytes: Option<Vec<u8>>,
    #[serde(default)]
    delete: bool,
    #[serde(default)]
    folder: bool,
}

impl Patch {
    fn apply(&self, scenario: &Path, case: &str) {
        let path = scenario.join(&self.file);
        if self.delete || (self.folder && path.exists()) {
            if path.is_dir() {
                fs::remove_dir_all(&path).expect("removed");
            } else {
                fs::remove_file(&path).expect("removed");
            }
        }
        if self.folder {
            fs::create_dir(&path).expect("folder");
        }
        if let Some(text) = &self.write {
            fs::write(&path, text).expect("written");
        }
        if let Some(text) = &self.append {
            let old = fs::read_to_string(&path).expect("there");
            fs::write(&path, old + text).expect("written");
        }
        if let Some(bytes) = &self.bytes {
            fs::write(&path, bytes).expect("written");
        }
        if let (Some(find), Some(replace)) = (&self.find, &self.replace) {
            let old = fs::read_to_string(&path).expect("there");
            assert_eq!(old.matches(find).count(), 1, "{case}: '{find}' must stand once in {}", self.file);
            fs::write(&path, old.replace(find, replace)).expect("written");
        }
    }
}

fn cases() -> Vec<PathBuf> {
    let mut list: Vec<PathBuf> = fs::read_dir(root().join("tests/bad_scenarios"))
        .expect("cases")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    list.sort();
    list
}

#[test]
fn every_bad_scenario_gets_exactly_its_messages() {
    let bless = std::env::var_os("RANTAI_BLESS").is_some();
    let base = root().join("tests/bad_scenarios/base");
    assert!(load(&base).is_ok(), "the base scenario is valid");
    let mut wrong = String::new();
    let list = cases();
    assert!(list.len() >= 60, "only {} cases", list.len());
    for path in list {
        let name = path.file_stem().expect("named").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("case");
        let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let folder = tempfile::tempdir().expect("folder");
        copy(&base, folder.path());
        for patch in &case.patch {
            patch.apply(folder.path(), &name);
        }
        let found: Vec<String> = match load(folder.path()) {
            Ok(_) => vec!["(valid)".to_string()],
            Err(faults) => faults.iter().map(ToString::to_string).collect(),
        };
        if bless {
            let body = text.split("\nmessages = [").next().unwrap_or_default().trim_end();
            // Messages come first in the file, before the tables.
            let body = match body.strip_prefix("messages = [") {
                Some(rest) => rest.split_once("\n]\n").map_or("", |(_, rest)| rest).trim_start(),
                None => body,
            };
            let quoted: Vec<String> =
                found.iter().map(|message| format!("  {}", toml::Value::String(message.clone()))).collect();
            fs::write(&path, format!("messages = [\n{},\n]\n\n{body}\n", quoted.join(",\n")))
                .expect("blessed");
        } else if found != case.messages {
            let _ = writeln!(wrong, "{name}:\n  expected {:#?}\n  found {found:#?}", case.messages);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_bad_scenario_ends_with_exit_code_2_and_all_its_faults() {
    let folder = tempfile::tempdir().expect("folder");
    copy(&root().join("tests/bad_scenarios/base"), folder.path());
    fs::write(folder.path().join("budgets.csv"), "source,year,amount\napbd,2027,-1\napbn,2028,1\n")
        .expect("written");
    for command in ["check", "simulate", "optimise"] {
        let output = rantai(&[command, folder.path().to_str().expect("path")]);
        assert_eq!(code(&output), 2);
        let text = stderr(&output);
        assert!(output.stdout.is_empty(), "nothing on standard output");
        assert!(
            text.contains("budgets.csv, row 2") && text.contains("row 3") && text.contains("3 faults found"),
            "{text}"
        );
    }
}
