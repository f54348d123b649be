//! The core file: a linear program in MPS, free or fixed, of which the other two files tell what is random and when.

use std::collections::BTreeMap;

use super::line::{Format, Line, Report, Source, any_number, lines, number};

/// Words that open a section of a core file.
const SECTIONS: [&str; 9] =
    ["NAME", "OBJSENSE", "OBJSENS", "ROWS", "COLUMNS", "RHS", "RANGES", "BOUNDS", "ENDATA"];
/// Bounds of at least this size are none, as writers without an infinity mean them.
const ENDLESS: f64 = 1e20;

/// A bound as stated, infinite where it means none.
pub(super) fn bound(value: f64) -> f64 {
    if value.abs() >= ENDLESS { value.signum() * f64::INFINITY } else { value }
}

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

/// A column of the core.
#[derive(Debug, Clone)]
pub(super) struct CoreColumn {
    pub(super) name: String,
    pub(super) integer: bool,
    pub(super) lower: f64,
    pub(super) upper: f64,
    /// Coefficients by row.
    pub(super) entries: BTreeMap<usize, f64>,
    lower_stated: bool,
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
    pub(super) rhs_name: Option<String>,
    ranges_name: Option<String>,
    pub(super) bounds_name: Option<String>,
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
    };
    let mut section = String::new();
    for line in lines(source.text, format) {
        if line.header {
            section = line.word();
            if section == "ENDATA" {
                break;
            }
            reader.header(&line, &section);
        } else {
            reader.data(&line, &section);
        }
    }
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
}

impl Reader<'_> {
    fn fault(&mut self, line: &Line<'_>, problem: String, expected: &str, help: &str) {
        self.report.fault(self.file, Some(line.number), problem, expected, help);
    }

    fn note(&mut self, line: &Line<'_>, problem: String) {
        self.report.note(self.file, Some(line.number), problem);
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
        match section {
            "NAME" => self.core.name = line.fields[1..].join(" "),
            "OBJSENSE" | "OBJSENS" if line.fields.len() > 1 => self.objective_sense(line, 1),
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
        match line.field(field).to_ascii_uppercase().as_str() {
            "MAX" | "MAXIMIZE" | "MAXIMISE" => self.core.maximise = true,
            "MIN" | "MINIMIZE" | "MINIMISE" => self.core.maximise = false,
            _ => self.fault(line, format!("objective sense {}", line.shown()), "MAX or MIN", ""),
        }
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
        if self.core.row_index.contains_key(&name) {
            self.fault(line, format!("row '{name}' stands twice"), "each row once", "take one line away");
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
    }

    fn column(&mut self, line: &Line<'_>) {
        let bare = |i: usize| line.field(i).trim_matches('\'').to_ascii_uppercase();
        if bare(1) == "MARKER" && !self.core.row_index.contains_key("MARKER") {
            match bare(line.fields.len() - 1).as_str() {
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
                    lower: 0.0,
                    upper: f64::INFINITY,
                    entries: BTreeMap::new(),
                    lower_stated: false,
                });
                id
            }
        };
        for i in [1, 3] {
            if let Some((row, value)) = self.pair(line, i)
                && self.core.columns[id].entries.insert(row, value).is_some()
            {
                let row = self.core.rows[row].name.clone();
                let problem = format!("column '{name}' has row '{row}' twice");
                self.fault(line, problem, "each row once in a column", "add the two numbers up in one line");
            }
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
        let value = number(line.field(i + 1));
        if value.is_none() {
            self.fault(line, format!("'{}' is not a number", line.field(i + 1)), "a finite number", "");
        }
        Some((row?, value?))
    }

    /// Where the pairs of a line of RHS or RANGES start, if its set is the first of the section.
    fn set(&mut self, line: &Line<'_>, section: &'static str) -> Option<usize> {
        let start = match line.fields.len() {
            3 | 5 => 1,
            2 | 4 => 0,
            _ => {
                let problem = format!("{section} line {}", line.shown());
                self.fault(line, problem, "a name, then one or two pairs of row and number", "");
                return None;
            }
        };
        let name = if start == 1 { line.field(0) } else { "" };
        let known = if section == "RHS" { &mut self.core.rhs_name } else { &mut self.core.ranges_name };
        let first = known.get_or_insert_with(|| name.to_string()).clone();
        if first != name {
            self.note(line, format!("{section} '{name}' is left out: the first, '{first}', counts"));
            return None;
        }
        Some(start)
    }

    fn right_hand_side(&mut self, line: &Line<'_>) {
        let Some(start) = self.set(line, "RHS") else { return };
        for i in [start, start + 2] {
            if let Some((row, value)) = self.pair(line, i) {
                self.core.rows[row].rhs = value;
            }
        }
    }

    fn range(&mut self, line: &Line<'_>) {
        let Some(start) = self.set(line, "RANGES") else { return };
        for i in [start, start + 2] {
            let Some((row, value)) = self.pair(line, i) else { continue };
            if self.core.rows[row].kind == Kind::Free {
                let problem = format!("a range on the free row '{}'", self.core.rows[row].name);
                self.fault(line, problem, "a row of type L, G or E", "take it away: the row binds nothing");
            } else {
                self.core.rows[row].range = Some(value);
            }
        }
    }

    fn bound(&mut self, line: &Line<'_>) {
        const WITH: [&str; 5] = ["UP", "LO", "FX", "UI", "LI"];
        const WITHOUT: [&str; 4] = ["FR", "MI", "PL", "BV"];
        let word = line.word();
        if word == "SC" {
            let problem = format!("bound {}: semi-continuous columns are not read", line.shown());
            self.fault(
                line,
                problem,
                "UP, LO, FX, FR, MI, PL, BV, UI or LI",
                "write it as a column below its bound times a binary",
            );
            return;
        }
        let rest = &line.fields[1..];
        let known = |name: &str| self.core.column_index.contains_key(name);
        let (set, column, value) = match rest.len() {
            3 => (rest[0].as_ref(), rest[1].as_ref(), rest[2].as_ref()),
            2 if WITH.contains(&word.as_str()) => ("", rest[0].as_ref(), rest[1].as_ref()),
            2 if known(&rest[0]) && !known(&rest[1]) => ("", rest[0].as_ref(), rest[1].as_ref()),
            2 => (rest[0].as_ref(), rest[1].as_ref(), ""),
            1 => ("", rest[0].as_ref(), ""),
            _ => ("", "", ""),
        };
        let with = WITH.contains(&word.as_str());
        if (!with && !WITHOUT.contains(&word.as_str())) || column.is_empty() || (with && value.is_empty()) {
            let problem = format!("bound {}", line.shown());
            let expected =
                "UP, LO, FX, FR, MI, PL, BV, UI or LI, then a name, a column and, where it has one, a number";
            self.fault(line, problem, expected, "");
            return;
        }
        let first = self.core.bounds_name.get_or_insert_with(|| set.to_string()).clone();
        if first != set {
            self.note(line, format!("BOUNDS '{set}' is left out: the first, '{first}', counts"));
            return;
        }
        let Some(&id) = self.core.column_index.get(column) else {
            let problem = format!("column '{column}' is not in section COLUMNS");
            self.fault(line, problem, "a column of section COLUMNS", "");
            return;
        };
        let value = if with { any_number(value) } else { Some(0.0) };
        match value {
            Some(value) => self.set_bound(line, &word, id, value),
            None => self.fault(line, format!("bound {}", line.shown()), "a number at its end", ""),
        }
    }

    fn set_bound(&mut self, line: &Line<'_>, word: &str, id: usize, value: f64) {
        let value = bound(value);
        let column = &mut self.core.columns[id];
        column.integer |= matches!(word, "BV" | "UI" | "LI");
        let mut opened = false;
        match word {
            "LO" | "LI" => (column.lower, column.lower_stated) = (value, true),
            "UP" | "UI" => {
                column.upper = value;
                opened = value < 0.0 && !column.lower_stated;
                if opened {
                    column.lower = f64::NEG_INFINITY;
                }
            }
            "FX" => (column.lower, column.upper, column.lower_stated) = (value, value, true),
            "FR" => {
                (column.lower, column.upper) = (f64::NEG_INFINITY, f64::INFINITY);
                column.lower_stated = true;
            }
            "MI" => (column.lower, column.lower_stated) = (f64::NEG_INFINITY, true),
            "PL" => column.upper = f64::INFINITY,
            // BV
            _ => (column.lower, column.upper, column.lower_stated) = (0.0, 1.0, true),
        }
        if opened {
            let name = column.name.clone();
            self.note(line, format!("'{name}' has an upper bound below 0 and no lower bound: it has none"));
        }
    }

    fn finish(&mut self) {
        for section in ["ROWS", "COLUMNS"] {
            if self.report.faults.is_empty() && !self.seen.iter().any(|seen| seen == section) {
                let problem = format!("there is no section {section}");
                self.report.fault(
                    self.file,
                    None,
                    problem,
                    "ROWS and COLUMNS",
                    "is this a core file in MPS?",
                );
            }
        }
        if self.core.objective.is_none()
            && self.report.faults.is_empty()
            && self.seen.iter().any(|seen| seen == "ROWS")
        {
            let problem = "there is no objective".to_string();
            self.report.fault(self.file, None, problem, "a row of type N", "add ' N  COST' to section ROWS");
        }
        for column in &self.core.columns {
            if column.lower > column.upper
                || column.lower == f64::INFINITY
                || column.upper == f64::NEG_INFINITY
            {
                let (name, lower, upper) = (&column.name, column.lower, column.upper);
                let problem = format!("column '{name}' lies between {lower} and {upper}");
                self.report.fault(
                    self.file,
                    None,
                    problem,
                    "a lower bound not above the upper",
                    "see BOUNDS",
                );
            }
        }
    }
}
