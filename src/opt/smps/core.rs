//! The core file: a linear program in MPS, free or fixed, of which the other two files tell what is random and when.

mod bounds;
mod sets;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub(super) use bounds::{End, bound};

use super::line::{Format, Line, Report, Source, number};
use super::section::Lines;
use crate::units::decimal::NotFinite;
use sets::Sets;

/// Words that open a section of a core file.
const SECTIONS: [&str; 9] =
    ["NAME", "OBJSENSE", "OBJSENS", "ROWS", "COLUMNS", "RHS", "RANGES", "BOUNDS", "ENDATA"];

/// How a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An objective, or a row that binds nothing.
    Free,
    AtMost,
    AtLeast,
    Equal,
}

/// A row of the core.
#[derive(Debug, Clone)]
pub(super) struct CoreRow {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) rhs: f64,
    pub(super) range: Option<f64>,
}

impl CoreRow {
    /// True if both ends of the row are numbers at right-hand side `rhs`.
    pub(super) fn is_finite_at(&self, rhs: f64) -> bool {
        let range = self.range.unwrap_or(0.0);
        (rhs + range).is_finite() && (rhs - range).is_finite()
    }
}

/// A column of the core.
#[derive(Debug, Clone)]
pub(super) struct CoreColumn {
    pub(super) name: String,
    pub(super) integer: bool,
    /// Its first line, if it stands between the markers INTORG and INTEND.
    marked: Option<usize>,
    pub(super) lower: End,
    pub(super) upper: End,
    /// Coefficients by row.
    pub(super) entries: BTreeMap<usize, f64>,
}

/// The deterministic program.
#[derive(Debug, Clone, Default)]
pub(super) struct Core {
    pub(super) name: String,
    pub(super) maximise: bool,
    pub(super) rows: Vec<CoreRow>,
    pub(super) row_index: BTreeMap<String, usize>,
    pub(super) columns: Vec<CoreColumn>,
    pub(super) column_index: BTreeMap<String, usize>,
    /// The first row of kind N.
    pub(super) objective: Option<usize>,
    /// The name of the right-hand side, if it has one.
    pub(super) rhs_names: Vec<String>,
}

/// Reads a core file; faults and notes go into `report`.
pub(super) fn read(source: Source<'_>, format: Format, report: &mut Report) -> Core {
    let mut reader = Reader {
        file: source.name,
        core: Core::default(),
        integer: false,
        report,
        seen: Vec::new(),
        lost: false,
        sense: None,
        rhs_sets: Sets::default(),
        range_sets: Sets::default(),
        bound_sets: Sets::default(),
        row_lines: Vec::new(),
        entry_lines: BTreeMap::new(),
        rhs_lines: BTreeMap::new(),
        range_lines: BTreeMap::new(),
    };
    let mut lines = Lines::new(source.text, format, &SECTIONS);
    let mut section = String::new();
    while let Some(line) = lines.next(|fields| reader.is_data(&section, fields)) {
        if line.header {
            section = line.word();
            reader.header(&line, &section);
        } else {
            reader.data(&line, &section);
        }
    }
    lines.tell(source.name, reader.report);
    reader.finish();
    reader.core
}

struct Reader<'a> {
    file: &'a str,
    core: Core,
    /// Between the markers INTORG and INTEND.
    integer: bool,
    report: &'a mut Report,
    seen: Vec<String>,
    /// Data before any section has been told.
    lost: bool,
    /// Where the sense of the objective was said.
    sense: Option<usize>,
    rhs_sets: Sets,
    range_sets: Sets,
    bound_sets: Sets,
    /// First lines of rows, of coefficients by column and row, of right-hand sides and of ranges.
    row_lines: Vec<usize>,
    entry_lines: BTreeMap<(usize, usize), usize>,
    rhs_lines: BTreeMap<usize, usize>,
    range_lines: BTreeMap<usize, usize>,
}

impl Reader<'_> {
    fn fault(&mut self, line: &Line<'_>, problem: String, expected: &str, help: &str) {
        self.report.fault(self.file, Some(line.number), problem, expected, help);
    }

    fn note(&mut self, line: &Line<'_>, problem: String) {
        self.report.note(self.file, Some(line.number), problem);
    }

    /// Tells that a line says again what line `first` says.
    fn again(&mut self, line: &Line<'_>, first: usize, what: &str, expected: &str) {
        self.report.again(self.file, line.number, first, what, expected);
    }

    /// True if a line that starts with a section's word has the shape of data in `section`.
    fn is_data(&self, section: &str, fields: &[Cow<'_, str>]) -> bool {
        let field = |i: usize| fields.get(i).map_or("", AsRef::as_ref);
        let figure = |i: usize| !matches!(number(field(i)), Err(NotFinite::NoNumber | NotFinite::Endless));
        let row = |i: usize| self.core.row_index.contains_key(field(i));
        match (section, fields.len()) {
            ("COLUMNS", 3 | 5) => figure(2) || is_marker(field(1)),
            ("RHS" | "RANGES", 3 | 5) => figure(2),
            ("RHS" | "RANGES", 2 | 4) => figure(1) && (row(0) || field(0).eq_ignore_ascii_case(section)),
            _ => false,
        }
    }

    fn header(&mut self, line: &Line<'_>, section: &str) {
        if !SECTIONS.contains(&section) {
            let help = match section {
                "TIME" | "PERIODS" | "STOCH" | "INDEP" | "BLOCKS" | "SCENARIOS" => {
                    "this looks like another of the three files: the order is CORE TIME STOCH"
                }
                _ => "data lines begin with a blank",
            };
            self.fault(line, format!("unknown section {}", line.shown()), &SECTIONS.join(", "), help);
            return;
        }
        self.seen.push(section.to_string());
        let name = line.fields[1..].join(" ");
        match section {
            "NAME" => self.core.name = name,
            "OBJSENSE" | "OBJSENS" if !name.is_empty() => self.objective_sense(line, 1),
            "RHS" => self.rhs_sets.head(name, line.number),
            "RANGES" => self.range_sets.head(name, line.number),
            "BOUNDS" => self.bound_sets.head(name, line.number),
            _ if !name.is_empty() => {
                self.note(line, format!("'{name}' after {section} means nothing"));
            }
            _ => {}
        }
    }

    fn data(&mut self, line: &Line<'_>, section: &str) {
        match section {
            "OBJSENSE" | "OBJSENS" => self.objective_sense(line, 0),
            "ROWS" => self.row(line),
            "COLUMNS" => self.column(line),
            "RHS" => self.right_hand_side(line),
            "RANGES" => self.range(line),
            "BOUNDS" => self.bound(line),
            "" | "NAME" if !self.lost => {
                self.lost = true;
                self.fault(
                    line,
                    format!("{} stands in no section", line.shown()),
                    "ROWS before any data",
                    "",
                );
            }
            // An unknown section has been told.
            _ => {}
        }
    }

    fn objective_sense(&mut self, line: &Line<'_>, field: usize) {
        let maximise = match line.field(field).to_ascii_uppercase().as_str() {
            "MAX" | "MAXIMIZE" | "MAXIMISE" => true,
            "MIN" | "MINIMIZE" | "MINIMISE" => false,
            _ => {
                self.fault(line, format!("objective sense {}", line.shown()), "MAX or MIN", "");
                return;
            }
        };
        if let Some(first) = self.sense
            && self.core.maximise != maximise
        {
            self.again(line, first, "the other sense of the objective stands", "MAX or MIN");
        }
        self.core.maximise = maximise;
        self.sense.get_or_insert(line.number);
    }

    fn row(&mut self, line: &Line<'_>) {
        let kind = match line.word().as_str() {
            "N" => Kind::Free,
            "L" => Kind::AtMost,
            "G" => Kind::AtLeast,
            "E" => Kind::Equal,
            _ => {
                self.fault(line, format!("row {}", line.shown()), "a type N, L, G or E and a name", "");
                return;
            }
        };
        if line.fields.len() != 2 {
            self.fault(line, format!("row {}", line.shown()), "a type and a name without blanks", "");
            return;
        }
        let name = line.field(1).to_string();
        let id = self.core.rows.len();
        if let Some(&known) = self.core.row_index.get(&name) {
            self.again(line, self.row_lines[known], &format!("row '{name}' stands"), "each row once");
            return;
        }
        self.core.row_index.insert(name.clone(), id);
        if kind == Kind::Free {
            match self.core.objective {
                None => self.core.objective = Some(id),
                Some(first) => {
                    let objective = self.core.rows[first].name.clone();
                    self.note(
                        line,
                        format!("free row '{name}' binds nothing: the objective is '{objective}'"),
                    );
                }
            }
        }
        self.core.rows.push(CoreRow { name, kind, rhs: 0.0, range: None });
        self.row_lines.push(line.number);
    }

    fn column(&mut self, line: &Line<'_>) {
        if is_marker(line.field(1)) && !self.core.row_index.contains_key("MARKER") {
            match bare(line.field(line.fields.len() - 1)).as_str() {
                "INTORG" => self.integer = true,
                "INTEND" => self.integer = false,
                other => {
                    let problem = format!("marker '{other}'");
                    self.fault(line, problem, "'INTORG' or 'INTEND'", "other markers are not read");
                }
            }
            return;
        }
        if line.fields.len() != 3 && line.fields.len() != 5 {
            let problem = format!("column {}", line.shown());
            self.fault(line, problem, "a column, then one or two pairs of row and number", "");
            return;
        }
        let name = line.field(0).to_string();
        let id = match self.core.column_index.get(&name) {
            Some(&id) => id,
            None => {
                let id = self.core.columns.len();
                self.core.column_index.insert(name.clone(), id);
                self.core.columns.push(CoreColumn {
                    name: name.clone(),
                    integer: self.integer,
                    marked: self.integer.then_some(line.number),
                    lower: End::default(0.0),
                    upper: End::default(f64::INFINITY),
                    entries: BTreeMap::new(),
                });
                id
            }
        };
        for i in [1, 3] {
            let Some((row, value)) = self.pair(line, i) else { continue };
            if let Some(first) = self.entry_lines.insert((id, row), line.number) {
                let what = format!("column '{name}' has row '{}'", self.core.rows[row].name);
                let problem = format!("{what} in line {first} already");
                self.fault(line, problem, "each row once in a column", "add the two numbers up in one line");
                continue;
            }
            self.core.columns[id].entries.insert(row, value);
        }
    }

    /// The row and the number in fields `i` and `i + 1`, if they are there.
    fn pair(&mut self, line: &Line<'_>, i: usize) -> Option<(usize, f64)> {
        if line.fields.len() <= i {
            return None;
        }
        let row = self.core.row_index.get(line.field(i)).copied();
        if row.is_none() {
            let problem = format!("row '{}' is not in section ROWS", line.field(i));
            self.fault(line, problem, "a row of section ROWS", "");
        }
        let value = self.report.number(self.file, line.number, line.field(i + 1), "a finite number");
        Some((row?, value?))
    }

    /// Where the pairs of a line of RHS or RANGES start, and the name of its set.
    fn set<'l>(&mut self, line: &'l Line<'_>, section: &'static str) -> Option<(usize, &'l str)> {
        match line.fields.len() {
            3 | 5 => Some((1, line.field(0))),
            2 | 4 => Some((0, "")),
            _ => {
                let problem = format!("{section} line {}", line.shown());
                self.fault(line, problem, "a name, then one or two pairs of row and number", "");
                None
            }
        }
    }

    fn right_hand_side(&mut self, line: &Line<'_>) {
        let Some((start, name)) = self.set(line, "RHS") else { return };
        if !self.rhs_sets.counts(name, line.number) {
            return;
        }
        for i in [start, start + 2] {
            let Some((row, value)) = self.pair(line, i) else { continue };
            if let Some(first) = self.rhs_lines.insert(row, line.number) {
                let what = format!("row '{}' has a right-hand side", self.core.rows[row].name);
                self.again(line, first, &what, "one right-hand side for each row");
                continue;
            }
            self.core.rows[row].rhs = value;
        }
    }

    fn range(&mut self, line: &Line<'_>) {
        let Some((start, name)) = self.set(line, "RANGES") else { return };
        if !self.range_sets.counts(name, line.number) {
            return;
        }
        for i in [start, start + 2] {
            let Some((row, value)) = self.pair(line, i) else { continue };
            if self.core.rows[row].kind == Kind::Free {
                let problem = format!("a range on the free row '{}'", self.core.rows[row].name);
                self.fault(line, problem, "a row of type L, G or E", "take it away: the row binds nothing");
            } else if let Some(first) = self.range_lines.insert(row, line.number) {
                let what = format!("row '{}' has a range", self.core.rows[row].name);
                self.again(line, first, &what, "one range for each row");
            } else {
                self.core.rows[row].range = Some(value);
            }
        }
    }

    fn finish(&mut self) {
        for section in ["ROWS", "COLUMNS"] {
            if self.report.faults.is_empty() && !self.seen.iter().any(|seen| seen == section) {
                let problem = format!("there is no section {section}");
                let help = "is this a core file in MPS?";
                self.report.fault(self.file, None, problem, "ROWS and COLUMNS", help);
            }
        }
        if self.core.objective.is_none()
            && self.report.faults.is_empty()
            && self.seen.iter().any(|seen| seen == "ROWS")
        {
            let problem = "there is no objective".to_string();
            self.report.fault(self.file, None, problem, "a row of type N", "add ' N  COST' to section ROWS");
        }
        for (section, sets) in
            [("RHS", &self.rhs_sets), ("RANGES", &self.range_sets), ("BOUNDS", &self.bound_sets)]
        {
            sets.tell(self.file, section, self.report);
        }
        for (id, row) in self.core.rows.iter().enumerate() {
            if !row.is_finite_at(row.rhs) {
                let problem = format!("the range of row '{}' ends beyond the largest number", row.name);
                let line = self.range_lines.get(&id).copied();
                self.report.fault(self.file, line, problem, "a smaller range", "");
            }
        }
        self.core.rhs_names = self.rhs_sets.names();
        self.close_bounds();
    }
}

/// A word without its quotes, in capitals.
fn bare(word: &str) -> String {
    word.trim_matches('\'').to_ascii_uppercase()
}

/// True for the word that makes a line of COLUMNS a marker.
fn is_marker(word: &str) -> bool {
    bare(word) == "MARKER"
}
