//! Every bad scenario in `tests/bad_scenarios` gets exactly the messages written beside it.
//!
//! A case is a small TOML file: patches of the valid scenario in `base`, and the complete list of messages in order, in
//! English (`messages`) and in Indonesian (`pesan`). `./x bless` rewrites both, to be read before they are committed.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rantai::language::Lang;
use rantai::scenario::{Fault, load};
use serde::Deserialize;

use crate::support::{code, copy, rantai, root, stderr};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    patch: Vec<Patch>,
    #[serde(default)]
    messages: Vec<String>,
    #[serde(default)]
    pesan: Vec<String>,
}

impl Case {
    fn read(path: &Path) -> (String, String, Case) {
        let name = path.file_stem().expect("named").to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("case");
        let case = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, text, case)
    }

    /// The messages that loading the patched scenario gives, in both languages.
    fn found(&self, name: &str) -> Found {
        let folder = tempfile::tempdir().expect("folder");
        copy(&root().join("tests/bad_scenarios/base"), folder.path());
        for patch in &self.patch {
            patch.apply(folder.path(), name);
        }
        let (faults, remarks) = match load(folder.path()) {
            Ok(scenario) => (Vec::new(), [scenario.warnings, scenario.notes].concat()),
            Err(faults) => (faults, Vec::new()),
        };
        Found { faults, remarks }
    }
}

/// The faults of a case; where it is valid after all, what is worth a remark.
struct Found {
    faults: Vec<Fault>,
    remarks: Vec<Fault>,
}

impl Found {
    fn messages(&self, lang: Lang) -> Vec<String> {
        if self.faults.is_empty() {
            return vec!["(valid)".to_string()];
        }
        self.faults.iter().map(|fault| fault.in_language(lang)).collect()
    }
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

/// A case with these messages in place of its own. They come first in the file, before the tables.
fn blessed(text: &str, found: &Found) -> String {
    let body = match text.find("[[patch]]") {
        Some(start) => &text[start..],
        None => "",
    };
    let comment: String =
        text.lines().take_while(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    let list = |key: &str, lang: Lang| {
        let quoted: Vec<String> = found
            .messages(lang)
            .into_iter()
            .map(|message| format!("  {}", toml::Value::String(message)))
            .collect();
        format!("{key} = [\n{},\n]\n", quoted.join(",\n"))
    };
    format!("{comment}{}{}\n{}\n", list("messages", Lang::En), list("pesan", Lang::Id), body.trim_end())
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
        let (name, text, case) = Case::read(&path);
        let found = case.found(&name);
        if bless {
            fs::write(&path, blessed(&text, &found)).expect("blessed");
            continue;
        }
        for (lang, expected) in [(Lang::En, &case.messages), (Lang::Id, &case.pesan)] {
            let found = found.messages(lang);
            if found != *expected {
                let _ = writeln!(wrong, "{name}:\n  expected {expected:#?}\n  found {found:#?}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Words that no Indonesian sentence has.
const ENGLISH: [&str; 41] = [
    "all", "already", "an", "and", "are", "as", "at", "be", "but", "by", "cannot", "each", "every",
    "expected", "for", "found", "from", "has", "have", "is", "it", "line", "mean", "missing", "must", "no",
    "not", "of", "one", "or", "other", "row", "so", "than", "that", "the", "this", "unknown", "with",
    "without", "you",
];

/// The words of an Indonesian message that are its own: what stands in quotes is a name, a file's text, or a word of the
/// format; so is what has signs in it.
fn own_words(message: &str) -> Vec<String> {
    let mut own = String::new();
    let mut quote = None;
    for c in message.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None => own.push(c),
        }
    }
    let trimmed = own.split_whitespace().map(|word| word.trim_matches([',', ';', ':', '.', '(', ')', '?']));
    trimmed.filter(|word| word.chars().all(char::is_alphabetic)).map(str::to_lowercase).collect()
}

#[test]
fn no_indonesian_message_speaks_english() {
    // Words of the format that stand without quotes, as in a list of what is known.
    let of_the_format = ["mean", "all", "no", "to", "each"];
    let mut wrong = Vec::new();
    let said: Vec<Fault> = cases()
        .iter()
        .flat_map(|path| {
            let (name, _, case) = Case::read(path);
            let found = case.found(&name);
            found.faults.into_iter().chain(found.remarks)
        })
        .collect();
    assert!(said.len() > 300, "only {} messages", said.len());
    for fault in &said {
        let message = fault.in_language(Lang::Id);
        let foreign: Vec<String> = own_words(&message)
            .into_iter()
            .filter(|word| ENGLISH.contains(&word.as_str()) && !of_the_format.contains(&word.as_str()))
            .collect();
        if !foreign.is_empty() {
            wrong.push(format!("{foreign:?} in {message}"));
        }
        if fault.problem.in_language(Lang::Id) == fault.problem.in_language(Lang::En) {
            wrong.push(format!("the same in both languages: {message}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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

#[test]
fn faults_are_told_in_the_language_asked_for() {
    let folder = tempfile::tempdir().expect("folder");
    copy(&root().join("tests/bad_scenarios/base"), folder.path());
    fs::write(folder.path().join("budgets.csv"), "source,year,amount\napbd,2027,-1\napbn,2028,1\n")
        .expect("written");
    for command in ["check", "simulate", "optimise", "coordinate"] {
        let output = rantai(&[command, folder.path().to_str().expect("path"), "--lang", "id", "--json"]);
        assert_eq!(code(&output), 2);
        let text = stderr(&output);
        assert!(
            text.contains("budgets.csv, baris 2, kolom amount: tertulis -1")
                && text.contains("3 kesalahan ditemukan"),
            "{text}"
        );
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let first = &value["faults"][1];
        assert_eq!(first["place"], "kolom amount", "{value:#}");
        assert_eq!(first["expected"], "0 atau lebih", "{value:#}");
    }
}
