//! Lines told apart: heads of sections and data.
//!
//! By the book a head starts in the first column and data do not. Published files indent heads, write data without an
//! indent, and call rows and columns by the words of sections. So a line is a head if it starts with a section's word
//! and has not the shape of data in the section it stands in; the reader, who knows that shape, is asked.

use std::borrow::Cow;

use super::line::{Format, Line, Report, fixed_fields};
use crate::language::{Text, text};

/// Words that open a section in some file of MPS or SMPS.
const WORDS: [&str; 25] = [
    "NAME",
    "OBJSENSE",
    "OBJSENS",
    "OBJNAME",
    "ROWS",
    "COLUMNS",
    "RHS",
    "RANGES",
    "BOUNDS",
    "SOS",
    "QUADOBJ",
    "QSECTION",
    "ENDATA",
    "TIME",
    "PERIODS",
    "STOCH",
    "INDEP",
    "BLOCKS",
    "SCENARIOS",
    "SIMPLE",
    "CHANCE",
    "ICC",
    "NODES",
    "DISTRIB",
    "ROBUST",
];

/// The lines of a file, one after the other.
pub(super) struct Lines<'a> {
    rest: std::iter::Enumerate<std::str::Lines<'a>>,
    format: Format,
    /// The words that open a section of this file.
    own: &'static [&'static str],
    /// The first indented head: its line and word; and how many there are.
    indented: Option<(usize, String)>,
    indents: usize,
    /// Line of ENDATA.
    end: Option<usize>,
}

impl<'a> Lines<'a> {
    /// The lines of `text`, a file whose sections are opened by the words `own`.
    pub(super) fn new(text: &'a str, format: Format, own: &'static [&'static str]) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { rest: text.lines().enumerate(), format, own, indented: None, indents: 0, end: None }
    }

    /// The next line that is neither blank nor a comment; nothing at the end of the file and from ENDATA on. `is_data`
    /// says of the fields of a line that starts with a section's word whether they are data where they stand.
    pub(super) fn next(&mut self, is_data: impl Fn(&[Cow<'_, str>]) -> bool) -> Option<Line<'a>> {
        if self.end.is_some() {
            return None;
        }
        loop {
            let (i, line) = self.rest.next()?;
            let number = i + 1;
            let line = line.trim_end();
            if is_nothing(line) {
                continue;
            }
            let indented = line.starts_with([' ', '\t']);
            let words: Vec<Cow<'a, str>> = line.split_whitespace().map(Cow::Borrowed).collect();
            let fields = match self.format {
                Format::Fixed if indented && !line.contains('\t') => fixed_fields(line),
                _ => words.clone(),
            };
            let first = words.first().map_or("", AsRef::as_ref);
            let opens = |list: &[&str]| list.iter().any(|word| word.eq_ignore_ascii_case(first));
            let word = if indented { opens(self.own) } else { opens(&WORDS) };
            // A word alone in the first column is a section that is not known.
            let header = if word { !is_data(&fields) } else { !indented && words.len() == 1 };
            if !header {
                return Some(Line { number, header, fields });
            }
            if indented {
                self.indents += 1;
                self.indented.get_or_insert_with(|| (number, first.to_string()));
            }
            if first.eq_ignore_ascii_case("ENDATA") {
                self.end = Some(number);
                return None;
            }
            return Some(Line { number, header, fields: words });
        }
    }

    /// Tells of indented heads and of what stands after ENDATA.
    pub(super) fn tell(mut self, file: &str, report: &mut Report) {
        if let Some((line, word)) = &self.indented {
            let more = match self.indents - 1 {
                0 => Text::same(""),
                more => text!(en: " ({more} more like it)", id: " (dan {more} lagi yang serupa)"),
            };
            let text = text!(
                en: "'{word}' is indented and taken to open a section{more}",
                id: "'{word}' menjorok ke dalam dan dianggap membuka bagian{more}",
                more,
            );
            report.note(file, Some(*line), text);
        }
        let Some(end) = self.end else { return };
        if let Some((i, _)) = self.rest.find(|(_, line)| !is_nothing(line.trim_end())) {
            let text = text!(
                en: "nothing is read from here on: ENDATA in line {end} ends the file",
                id: "mulai di sini tidak ada yang dibaca: ENDATA pada baris ke-{end} mengakhiri berkas",
            );
            report.note(file, Some(i + 1), text);
        }
    }
}

/// True for a blank line or a comment.
fn is_nothing(line: &str) -> bool {
    line.trim_start().is_empty() || line.starts_with('*')
}
