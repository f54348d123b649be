//! Faults in a scenario: file, line or row, what was found, what was expected, and how to mend it.
//!
//! Loading never stops at the first fault; it collects them all. The words are the scenario's own.

use std::fmt;

use super::shape::shape_of;

/// One fault found in a scenario.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// File, relative to the scenario's folder.
    pub file: String,
    /// Line (TOML) or row (tables; the header is row 1), where there is one.
    pub line: Option<usize>,
    /// Path of the key, or name of the column, where there is one.
    pub place: String,
    /// What was found.
    pub problem: String,
    /// What was expected, where that helps.
    pub expected: Option<String>,
    /// How to mend it.
    pub help: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            let word = if self.file.ends_with(".csv") { "row" } else { "line" };
            write!(f, ", {word} {line}")?;
        }
        if !self.place.is_empty() {
            write!(f, ", {}", self.place)?;
        }
        write!(f, ": {}", self.problem)?;
        if let Some(expected) = &self.expected {
            write!(f, "; expected {expected}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "; {help}")?;
        }
        Ok(())
    }
}

/// Where a fault lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: Option<usize>,
    pub(crate) path: String,
    /// True where a fault is known already and what follows from it is not worth telling.
    pub(crate) suspect: bool,
}

impl Place {
    /// A place that is a whole file.
    pub(crate) fn file(file: &str) -> Self {
        Self { file: file.to_string(), ..Self::default() }
    }

    /// The same place with another column or key.
    pub(crate) fn at(&self, path: &str) -> Self {
        Self { path: path.to_string(), ..self.clone() }
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
    pub(crate) fn add(&mut self, place: &Place, problem: impl Into<String>) {
        self.push(place, problem.into(), None, None);
    }

    /// Notes a fault, with what was expected.
    pub(crate) fn expected(
        &mut self,
        place: &Place,
        problem: impl Into<String>,
        expected: impl Into<String>,
    ) {
        self.push(place, problem.into(), Some(expected.into()), None);
    }

    /// Notes a fault, with how to mend it.
    pub(crate) fn help(&mut self, place: &Place, problem: impl Into<String>, help: impl Into<String>) {
        self.push(place, problem.into(), None, Some(help.into()));
    }

    /// Notes a fault, with what was expected and how to mend it.
    pub(crate) fn in_full(
        &mut self,
        place: &Place,
        problem: impl Into<String>,
        expected: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(place, problem.into(), Some(expected.into()), Some(help.into()));
    }

    /// Warns of what is allowed but may not be meant, with how to mend it where that helps.
    pub(crate) fn warn(&mut self, place: &Place, problem: impl Into<String>, help: Option<&str>) {
        self.warnings.push(fault_at(place, problem.into(), None, help.map(str::to_string)));
    }

    /// Notes how something was read that could have been meant otherwise.
    pub(crate) fn note(&mut self, place: &Place, problem: impl Into<String>) {
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
    pub(crate) fn unknown<S: AsRef<str>>(&mut self, place: &Place, what: &str, found: &str, known: &[S]) {
        let expected = match known.len() {
            0 => None,
            1..=24 => Some(list_of(known)),
            more => Some(format!("{} and {} more", list_of(&known[..20]), more - 20)),
        };
        let help = alike(found, known)
            .map(|name| {
                format!("'{name}' looks like it but is written with other characters: copy it from where it is defined")
            })
            .or_else(|| nearest(found, known).map(|name| format!("did you mean '{name}'?")));
        self.push(place, format!("unknown {what} '{found}'"), expected, help);
    }

    fn push(&mut self, place: &Place, problem: String, expected: Option<String>, help: Option<String>) {
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

fn fault_at(place: &Place, problem: String, expected: Option<String>, help: Option<String>) -> Fault {
    Fault { file: place.file.clone(), line: place.line, place: place.path.clone(), problem, expected, help }
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
fn list_of<S: AsRef<str>>(names: &[S]) -> String {
    let joined: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    if joined.len() == 1 { joined[0].to_string() } else { format!("one of {}", joined.join(", ")) }
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
