//! Faults in a scenario: file, line or row, what was found, what was expected, and how to mend it, in both languages.
//!
//! Loading never stops at the first fault; it collects them all. The words are the scenario's own.

use std::fmt;

use super::phrase;
use super::shape::shape_of;
use crate::language::{Lang, Text, text};

/// The part of a file, of a line or of a row that a fault is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Spot {
    /// All of it.
    #[default]
    Whole,
    /// A column of a table: its name, or its number where it has none.
    Column(String),
    /// A key, by its path.
    Key(String),
}

impl Spot {
    /// The key at `path`; the whole where that is empty.
    pub fn key(path: impl Into<String>) -> Self {
        let path = path.into();
        if path.is_empty() { Spot::Whole } else { Spot::Key(path) }
    }

    /// The spot as messages call it; empty where it is the whole.
    pub fn in_language(&self, lang: Lang) -> String {
        match self {
            Spot::Whole => String::new(),
            Spot::Column(column) => format!("{} {column}", lang.pick("kolom", "column")),
            Spot::Key(path) => path.clone(),
        }
    }
}

/// One fault found in a scenario.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// File, relative to the scenario's folder.
    pub file: String,
    /// Line (TOML) or row (tables; the header is row 1), where there is one.
    pub line: Option<usize>,
    /// The key or column, where there is one.
    pub place: Spot,
    /// The problem found.
    pub problem: Text,
    /// The expectation, where that helps.
    pub expected: Option<Text>,
    /// How to mend it.
    pub help: Option<Text>,
}

impl Fault {
    /// The whole fault as one sentence in `lang`.
    pub fn in_language(&self, lang: Lang) -> String {
        let mut sentence = self.file.clone();
        if let Some(line) = self.line {
            sentence += &format!(", {}", line_text(&self.file, line).in_language(lang));
        }
        if self.place != Spot::Whole {
            sentence += &format!(", {}", self.place.in_language(lang));
        }
        sentence += &format!(": {}", self.problem.in_language(lang));
        if let Some(expected) = &self.expected {
            let word = lang.pick("yang diharapkan:", "expected");
            sentence += &format!("; {word} {}", expected.in_language(lang));
        }
        if let Some(help) = &self.help {
            sentence += &format!("; {}", help.in_language(lang));
        }
        sentence
    }
}

/// The fault in English.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(Lang::En))
    }
}

/// A line of a file: a row where the file is a table.
pub(crate) fn line_text(file: &str, line: usize) -> Text {
    if file.ends_with(".csv") || file.contains(".xlsx") {
        text!(en: "row {line}", id: "baris {line}")
    } else {
        text!(en: "line {line}", id: "baris {line}")
    }
}

/// Where a fault lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: Option<usize>,
    pub(crate) spot: Spot,
    /// True where a fault is known already and what follows from it is not worth telling.
    pub(crate) suspect: bool,
}

impl Place {
    /// A place that is a whole file.
    pub(crate) fn file(file: &str) -> Self {
        Self { file: file.to_string(), ..Self::default() }
    }

    /// A line or row of this file.
    pub(crate) fn on_line(&self, line: usize) -> Self {
        Self { line: Some(line), ..self.clone() }
    }

    /// The whole of this file, line or row.
    pub(crate) fn whole(&self) -> Self {
        Self { spot: Spot::Whole, ..self.clone() }
    }

    /// A column of this row.
    pub(crate) fn column(&self, column: impl fmt::Display) -> Self {
        Self { spot: Spot::Column(column.to_string()), ..self.clone() }
    }

    /// A key of this file or line, by its path.
    pub(crate) fn key(&self, path: impl Into<String>) -> Self {
        Self { spot: Spot::key(path), ..self.clone() }
    }

    /// The place as it stands in a list of numbers.
    pub(crate) fn shown(&self) -> Text {
        match self.line {
            Some(line) => {
                let line = line_text(&self.file, line);
                text!(en: "{file} {line}", id: "{file} {line}", file = self.file, line)
            }
            None => Text::same(self.file.clone()),
        }
    }
}

/// The faults found so far, and what is allowed but worth knowing.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Fault>,
    warnings: Vec<Fault>,
    notes: Vec<Fault>,
}

impl Faults {
    /// Notes a fault.
    pub(crate) fn add(&mut self, place: &Place, problem: impl Into<Text>) {
        self.push(place, problem.into(), None, None);
    }

    /// Notes a fault, with what was expected.
    pub(crate) fn expected(&mut self, place: &Place, problem: impl Into<Text>, expected: impl Into<Text>) {
        self.push(place, problem.into(), Some(expected.into()), None);
    }

    /// Notes a fault, with how to mend it.
    pub(crate) fn help(&mut self, place: &Place, problem: impl Into<Text>, help: impl Into<Text>) {
        self.push(place, problem.into(), None, Some(help.into()));
    }

    /// Notes a fault, with what was expected and how to mend it.
    pub(crate) fn in_full(
        &mut self,
        place: &Place,
        problem: impl Into<Text>,
        expected: impl Into<Text>,
        help: impl Into<Text>,
    ) {
        self.push(place, problem.into(), Some(expected.into()), Some(help.into()));
    }

    /// Warns of what is allowed but may not be meant, with how to mend it where that helps.
    pub(crate) fn warn(&mut self, place: &Place, problem: impl Into<Text>, help: Option<Text>) {
        self.warnings.push(fault_at(place, problem.into(), None, help));
    }

    /// Notes how something was read that could have been meant otherwise.
    pub(crate) fn note(&mut self, place: &Place, problem: impl Into<Text>) {
        self.notes.push(fault_at(place, problem.into(), None, None));
    }

    /// The warnings and the notes so far, each in order of file and line, each once. They are taken out.
    pub(crate) fn take_remarks(&mut self) -> (Vec<Fault>, Vec<Fault>) {
        let sorted = |list: &mut Vec<Fault>| {
            let mut list = std::mem::take(list);
            list.sort();
            list.dedup();
            list
        };
        (sorted(&mut self.warnings), sorted(&mut self.notes))
    }

    /// Notes an unknown name: says what is known, and which known name is nearest.
    pub(crate) fn unknown<S: AsRef<str>>(
        &mut self,
        place: &Place,
        kind: impl Into<Text>,
        found: &str,
        known: &[S],
    ) {
        let expected = match known.len() {
            0 => None,
            1..=24 => Some(list_of(known)),
            all => {
                let first = list_of(&known[..20]);
                Some(text!(
                    en: "{first} and {more} more",
                    id: "{first} dan {more} lainnya",
                    first,
                    more = all - 20,
                ))
            }
        };
        let help = alike(found, known)
            .map(|name| {
                text!(
                    en: "'{name}' looks like it but is written with other characters: copy it from where it is defined",
                    id: "'{name}' tampak sama, tetapi ditulis dengan karakter lain: salin dari tempat nama itu didefinisikan",
                )
            })
            .or_else(|| {
                nearest(found, known)
                    .map(|name| text!(en: "did you mean '{name}'?", id: "maksud Anda '{name}'?"))
            });
        let kind = kind.into();
        let problem = text!(en: "unknown {kind} '{found}'", id: "{kind} '{found}' tidak dikenal", kind);
        self.push(place, problem, expected, help);
    }

    fn push(&mut self, place: &Place, problem: Text, expected: Option<Text>, help: Option<Text>) {
        if !place.suspect {
            self.list.push(fault_at(place, problem, expected, help));
        }
    }

    /// How many there are so far.
    pub(crate) fn count(&self) -> usize {
        self.list.len()
    }

    /// True if nothing is wrong so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All faults in order of file and line, each once.
    pub(crate) fn into_sorted(self) -> Vec<Fault> {
        let mut list = self.list;
        list.sort();
        list.dedup();
        list
    }
}

fn fault_at(place: &Place, problem: Text, expected: Option<Text>, help: Option<Text>) -> Fault {
    Fault { file: place.file.clone(), line: place.line, place: place.spot.clone(), problem, expected, help }
}

/// The known name that looks like `found` but for marks that hardly show, if any.
fn alike<'a, S: AsRef<str>>(found: &str, known: &'a [S]) -> Option<&'a str> {
    // Other letters in their place are for `nearest`.
    let shape = shape_of(found);
    let plain = |text: &str| text.is_ascii() && !text.contains("  ");
    known
        .iter()
        .map(AsRef::as_ref)
        .find(|name| *name != found && !(plain(name) && plain(found)) && shape_of(name) == shape)
}

/// Names in one line: `one of a, b, c`, or just the name where there is one.
fn list_of<S: AsRef<str>>(names: &[S]) -> Text {
    let joined: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    if joined.len() == 1 { Text::same(joined[0]) } else { phrase::one_of(&joined.join(", ")) }
}

/// The known name nearest to `found`, if any is near.
pub(crate) fn nearest<'a, S: AsRef<str>>(found: &str, known: &'a [S]) -> Option<&'a str> {
    let lower = found.to_lowercase();
    known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.as_ref().to_lowercase()), name.as_ref()))
        .filter(|(distance, name)| {
            *distance <= 1 + name.chars().count().min(found.chars().count()).div_euclid(3)
        })
        .min_by_key(|(distance, name)| (*distance, name.to_string()))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_only_when_it_is_near() {
        let known = ["storable", "unit", "loss"];
        assert_eq!(nearest("storeable", &known), Some("storable"));
        assert_eq!(nearest("Unit", &known), Some("unit"));
        assert_eq!(nearest("zebra", &known), None);
    }
}
