//! Lines of the three files: fields in free and fixed MPS, numbers, and the faults found on the way.

use std::borrow::Cow;
use std::fmt;

use crate::language::{Lang, Text, text};
use crate::units::decimal::{NotFinite, finite};

/// One fault in a file: where, what was found, what was expected, how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file, as the caller named it.
    pub file: String,
    /// The line, from 1, where there is one.
    pub line: Option<usize>,
    /// The fault.
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
            sentence += &format!(", {} {line}", lang.pick("baris", "line"));
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

/// A file's name, for messages, and its text.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// How messages name it.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// How fields are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Fields stand between blanks; names hold none.
    Free,
    /// Fields stand in columns 2-3, 5-12, 15-22, 25-36, 40-47 and 50-61; names may hold blanks.
    Fixed,
}

/// Faults and notes from reading one file.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) faults: Vec<Fault>,
    /// Readings that a person should know of.
    pub(super) notes: Vec<Fault>,
}

impl Report {
    /// Notes a fault.
    pub(super) fn fault(
        &mut self,
        file: &str,
        line: Option<usize>,
        problem: Text,
        expected: Text,
        help: Option<Text>,
    ) {
        self.faults.push(Fault { file: file.to_string(), line, problem, expected: Some(expected), help });
    }

    /// The number that `text` writes; what is none is a fault.
    pub(super) fn number(&mut self, file: &str, line: usize, text: &str, expected: Text) -> Option<f64> {
        match number(text) {
            Ok(value) => Some(value),
            Err(why) => {
                let problem = text!(en: "'{text}' {why}", id: "'{text}' {why}", why = not_finite(why));
                self.fault(file, Some(line), problem, expected, None);
                None
            }
        }
    }

    /// Tells that line `line` says again what line `first` says: `what`, a clause that "in line N already" can follow.
    pub(super) fn again(&mut self, file: &str, line: usize, first: usize, what: Text, expected: Text) {
        let problem = text!(
            en: "{what} in line {first} already",
            id: "{what} pada baris ke-{first}",
            what,
        );
        let help = text!(
            en: "take one of the lines {first} and {line} away",
            id: "hapus salah satu dari baris ke-{first} dan ke-{line}",
        );
        self.fault(file, Some(line), problem, expected, Some(help));
    }

    /// Notes how something was taken.
    pub(super) fn note(&mut self, file: &str, line: Option<usize>, problem: Text) {
        self.notes.push(Fault { file: file.to_string(), line, problem, expected: None, help: None });
    }
}

/// Why a text is no number that can be taken, as a clause after that text.
pub(super) fn not_finite(why: NotFinite) -> Text {
    let id = match why {
        NotFinite::NoNumber => "bukan bilangan",
        NotFinite::Endless => "bukan bilangan terhingga",
        NotFinite::TooLarge => "melampaui bilangan terbesar yang dapat disimpan, 1.8e308",
        NotFinite::TooSmall => "lebih dekat ke 0 daripada bilangan terkecil yang dapat disimpan, 2.2e-308",
    };
    Text::new(why.to_string(), id)
}

/// A line that is neither blank nor a comment.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) number: usize,
    /// True if it opens a section.
    pub(super) header: bool,
    pub(super) fields: Vec<Cow<'a, str>>,
}

impl Line<'_> {
    /// Field `i`, empty if there is none.
    pub(super) fn field(&self, i: usize) -> &str {
        self.fields.get(i).map_or("", |field| field.as_ref())
    }

    /// The header's word in capitals.
    pub(super) fn word(&self) -> String {
        self.field(0).to_ascii_uppercase()
    }

    /// The whole line, for messages.
    pub(super) fn shown(&self) -> String {
        let text = self.fields.join(" ");
        let short: String = text.chars().take(60).collect();
        if short.len() < text.len() { format!("'{short}...'") } else { format!("'{short}'") }
    }
}

/// The fields of a line in fixed columns, empty ones left out.
pub(super) fn fixed_fields(line: &str) -> Vec<Cow<'_, str>> {
    // By the end of a field's place, so that a field written a little too far left or right is not lost.
    const ENDS: [usize; 5] = [4, 14, 24, 39, 49];
    let place = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    let mut from = 0;
    let mut fields = Vec::new();
    for end in ENDS.iter().map(|end| place(*end)).chain([line.len()]) {
        let field = line.get(from..end).unwrap_or_default().trim();
        if !field.is_empty() {
            fields.push(Cow::Borrowed(field));
        }
        from = end;
    }
    fields
}

/// A finite number as MPS writes it; Fortran's exponent D is taken.
pub(super) fn number(text: &str) -> Result<f64, NotFinite> {
    match finite(text) {
        Err(NotFinite::NoNumber) => finite(&text.replace(['d', 'D'], "e")),
        read => read,
    }
}

/// True if the fields of every indented line stand where fixed MPS has them.
fn looks_fixed(text: &str) -> bool {
    let starts = |line: &str, at: usize| {
        let mut chars = line.chars().skip(at - 1);
        let (before, first) = (chars.next(), chars.next());
        first.is_none() || (before == Some(' ') && first != Some(' '))
    };
    let mut lines = text.lines().map(str::trim_end).filter(|line| line.starts_with(' ')).peekable();
    lines.peek().is_some() && lines.all(|line| starts(line, 4) && starts(line, 14) && !line.contains('\t'))
}

/// Reads a file as free MPS and, if that finds faults, as fixed MPS. The second reading counts if it finds none, or
/// fewer in a file that looks like fixed MPS.
pub(super) fn either<T>(text: &str, read: impl Fn(Format, &mut Report) -> T) -> (T, Report) {
    let mut free = Report::default();
    let value = read(Format::Free, &mut free);
    if free.faults.is_empty() {
        return (value, free);
    }
    let mut fixed = Report::default();
    let other = read(Format::Fixed, &mut fixed);
    let fewer = fixed.faults.len() < free.faults.len() && looks_fixed(text);
    if fixed.faults.is_empty() || fewer { (other, fixed) } else { (value, free) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_columns_keep_blanks_in_names() {
        let line = "    MY COL    ROW ONE              1.5   ROW TWO             2";
        assert_eq!(fixed_fields(line), ["MY COL", "ROW ONE", "1.5", "ROW TWO", "2"]);
        assert_eq!(fixed_fields(" UP BND       X 1                217"), ["UP", "BND", "X 1", "217"]);
    }

    #[test]
    fn numbers_of_fortran_are_numbers() {
        assert_eq!(number("1.5D+02"), Ok(150.0));
        assert_eq!(number("-.5"), Ok(-0.5));
        assert_eq!(number("1D-400"), Err(NotFinite::TooSmall));
        assert_eq!(number("nan"), Err(NotFinite::NoNumber));
        assert_eq!(number("inf"), Err(NotFinite::Endless));
        assert_eq!(number("x"), Err(NotFinite::NoNumber));
    }
}
