//! Case files: a scenario changed, by name, and what is asked of it, in one small TOML file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::change::{Change, Override};
use super::diagnostic::{Fault, Faults, Place};
use super::document::Document;
use super::file::TitleFile;
use super::phrase;
use super::sheet::amount_fault;
use super::source_file::{LARGEST_TOML, Take, read_bytes};
use super::text::decode;
use crate::language::text;
use crate::model::Title;
use crate::units::{Rupiah, parse_amount};

/// A case file: what is changed, and the money, the plan or the mix that is asked about.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "rantai case")]
pub(crate) struct CaseFile {
    /// Name in both languages.
    title: TitleFile,
    /// Values in place of those that the scenario states, by key or pattern: `"price/*/ekspor" = "9500 Rp/kg"`.
    #[serde(default)]
    set: BTreeMap<String, String>,
    /// Factors by which numbers are multiplied, by key or pattern: `"price/*/ekspor_*" = 0.8`.
    #[serde(default)]
    scale: BTreeMap<String, String>,
    /// Whole years by which the money of sources comes later, by source: `apbn_tp = 1`.
    #[serde(default)]
    delay: BTreeMap<String, String>,
    /// Total to which every source and year is scaled in proportion, such as `"40miliar"`.
    budget: Option<String>,
    /// A plan: allocation.csv, plan.json or a result folder, from the folder of the case file.
    plan: Option<String>,
    /// A mix: today, equal, by_enterprises, by_bottleneck, all_in:TYPE, optimised, or a CSV of shares, from the folder of the
    /// case file.
    mix: Option<String>,
}

/// Tables and keys of a case file whose values are taken as they are written.
const VERBATIM: [&str; 4] = ["set", "scale", "delay", "budget"];

/// A case: a scenario changed, and what is asked of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its name.
    pub title: Title,
    /// The file that states it.
    pub file: PathBuf,
    /// What it changes.
    pub overrides: Vec<Override>,
    /// Total to which every source and year is scaled.
    pub budget: Option<Rupiah>,
    /// A plan.
    pub plan: Option<PathBuf>,
    /// A mix, as it is written.
    pub mix: Option<String>,
}

/// Reads the case file at `path`; faults call it `label`.
///
/// # Errors
/// Every fault found.
pub fn read_case(path: &Path, label: &str) -> Result<Case, Vec<Fault>> {
    let mut faults = Faults::default();
    let place = Place::file(label);
    let text = match read_bytes(path, Take::Files, LARGEST_TOML) {
        Err(error) => {
            error.tell(&place, &mut faults);
            None
        }
        Ok(bytes) => decode(bytes, &place, &mut faults),
    };
    let read =
        text.and_then(|text| Document::read_verbatim::<CaseFile>(label, &text, &VERBATIM, &mut faults));
    let case = read.and_then(|(document, file)| case_of(path, &document, file, &mut faults));
    match case {
        Some(case) if faults.is_empty() => Ok(case),
        _ => Err(faults.into_sorted()),
    }
}

fn case_of(path: &Path, document: &Document, file: CaseFile, faults: &mut Faults) -> Option<Case> {
    let mut overrides = Vec::new();
    let mut add = |table: &str, key: &str, change: Change| {
        let place = document.place(&format!("{table}.{key}"));
        overrides.push(Override { change, origin: place.file, line: place.line });
    };
    for (key, value) in file.set {
        add("set", &key.clone(), Change::Set { key, value });
    }
    for (key, factor) in file.scale {
        add("scale", &key.clone(), Change::Scale { key, factor: unquoted(&factor) });
    }
    for (source, years) in file.delay {
        add("delay", &source.clone(), Change::Delay { source, years: unquoted(&years) });
    }
    let budget = file.budget.map(|words| {
        let words = unquoted(&words);
        parse_amount(&words).map_err(|fault| faults.add(&document.place("budget"), amount_fault(&fault)))
    });
    if file.plan.is_some() && file.mix.is_some() {
        faults.help(
            &document.place("mix"),
            text!(en: "'plan' and 'mix' are both given", id: "'plan' dan 'mix' diisi keduanya"),
            phrase::keep_one(),
        );
    }
    let budget = budget.transpose().ok()?;
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    Some(Case {
        title: file.title.title(),
        file: path.to_path_buf(),
        overrides,
        budget,
        plan: file.plan.map(|plan| folder.join(plan)),
        mix: file.mix,
    })
}

/// Words without the quotes around them, if there are any.
fn unquoted(words: &str) -> String {
    let words = words.trim();
    let bare = ['"', '\''].into_iter().find_map(|sign| words.strip_prefix(sign)?.strip_suffix(sign));
    bare.unwrap_or(words).to_string()
}
