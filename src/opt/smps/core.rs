//! The core file: a linear program in MPS, free or fixed, of which the other two files tell what is random and when.

mod bounds;
mod sets;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub(super) use bounds::{End, bound};

use super::line::{Format, Line, Report, Source, number};
use super::phrase::{column_and_pairs, in_no_section, means_nothing, unknown_section};
use super::section::Lines;
use crate::language::{Text, text};
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
    fn fault(&mut self, line: &Line<'_>, problem: Text, expected: Text, help: Option<Text>) {
        self.report.fault(self.file, Some(line.number), problem, expected, help);
    }

    fn note(&mut self, line: &Line<'_>, problem: Text) {
        self.report.note(self.file, Some(line.number), problem);
    }

    /// Tells that a line says again what line `first` says.
    fn again(&mut self, line: &Line<'_>, first: usize, what: Text, expected: Text) {
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
                "TIME" | "PERIODS" | "STOCH" | "INDEP" | "BLOCKS" | "SCENARIOS" => text!(
                    en: "this looks like another of the three files: the order is CORE TIME STOCH",
                    id: "ini tampaknya berkas lain dari ketiga berkas: urutannya CORE TIME STOCH",
                ),
                _ => text!(
                    en: "data lines begin with a blank",
                    id: "baris data diawali spasi",
                ),
            };
            let problem = unknown_section(line);
            self.fault(line, problem, Text::same(SECTIONS.join(", ")), Some(help));
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
                self.note(line, means_nothing(&name, section));
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
                let expected = text!(en: "ROWS before any data", id: "ROWS sebelum data apa pun");
                self.fault(line, in_no_section(line), expected, None);
            }
            // An unknown section has been told.
            _ => {}
        }
    }

    fn objective_sense(&mut self, line: &Line<'_>, field: usize) {
        let expected = text!(en: "MAX or MIN", id: "MAX atau MIN");
        let maximise = match line.field(field).to_ascii_uppercase().as_str() {
            "MAX" | "MAXIMIZE" | "MAXIMISE" => true,
            "MIN" | "MINIMIZE" | "MINIMISE" => false,
            _ => {
                let problem = text!(
                    en: "objective sense {shown}",
                    id: "arah fungsi tujuan {shown}",
                    shown = line.shown(),
                );
                self.fault(line, problem, expected, None);
                return;
            }
        };
        if let Some(first) = self.sense
            && self.core.maximise != maximise
        {
            let what = text!(
                en: "the other sense of the objective stands",
                id: "arah fungsi tujuan yang berlawanan sudah tertulis",
            );
            self.again(line, first, what, expected);
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
                let expected =
                    text!(en: "a type N, L, G or E and a name", id: "jenis N, L, G, atau E dan nama");
                self.fault(line, row_line(line), expected, None);
                return;
            }
        };
        if line.fields.len() != 2 {
            let expected = text!(en: "a type and a name without blanks", id: "jenis dan nama tanpa spasi");
            self.fault(line, row_line(line), expected, None);
            return;
        }
        let name = line.field(1).to_string();
        let id = self.core.rows.len();
        if let Some(&known) = self.core.row_index.get(&name) {
            let what = text!(en: "row '{name}' stands", id: "baris '{name}' sudah ada");
            let expected = text!(en: "each row once", id: "setiap baris satu kali");
            self.again(line, self.row_lines[known], what, expected);
            return;
        }
        self.core.row_index.insert(name.clone(), id);
        if kind == Kind::Free {
            match self.core.objective {
                None => self.core.objective = Some(id),
                Some(first) => {
                    let objective = &self.core.rows[first].name;
                    let text = text!(
                        en: "free row '{name}' binds nothing: the objective is '{objective}'",
                        id: "baris bebas '{name}' tidak mengikat apa pun: fungsi tujuannya '{objective}'",
                    );
                    self.note(line, text);
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
                    let problem = text!(en: "marker '{other}'", id: "penanda '{other}'");
                    let expected = text!(en: "'INTORG' or 'INTEND'", id: "'INTORG' atau 'INTEND'");
                    let help = text!(en: "other markers are not read", id: "penanda lain tidak dibaca");
                    self.fault(line, problem, expected, Some(help));
                }
            }
            return;
        }
        if line.fields.len() != 3 && line.fields.len() != 5 {
            let problem = text!(en: "column {shown}", id: "kolom {shown}", shown = line.shown());
            self.fault(line, problem, column_and_pairs(), None);
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
                let row = &self.core.rows[row].name;
                let problem = text!(
                    en: "column '{name}' has row '{row}' in line {first} already",
                    id: "kolom '{name}' sudah memuat baris '{row}' pada baris ke-{first}",
                );
                let expected =
                    text!(en: "each row once in a column", id: "setiap baris satu kali dalam kolom");
                let help = text!(
                    en: "add the two numbers up in one line",
                    id: "jumlahkan kedua bilangan itu dalam satu baris",
                );
                self.fault(line, problem, expected, Some(help));
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
            let problem = text!(
                en: "row '{row}' is not in section ROWS",
                id: "baris '{row}' tidak ada di bagian ROWS",
                row = line.field(i),
            );
            let expected = text!(en: "a row of section ROWS", id: "baris di bagian ROWS");
            self.fault(line, problem, expected, None);
        }
        let expected = text!(en: "a finite number", id: "bilangan terhingga");
        let value = self.report.number(self.file, line.number, line.field(i + 1), expected);
        Some((row?, value?))
    }

    /// Where the pairs of a line of RHS or RANGES start, and the name of its set.
    fn set<'l>(&mut self, line: &'l Line<'_>, section: &'static str) -> Option<(usize, &'l str)> {
        match line.fields.len() {
            3 | 5 => Some((1, line.field(0))),
            2 | 4 => Some((0, "")),
            _ => {
                let problem = text!(
                    en: "{section} line {shown}",
                    id: "baris {section} {shown}",
                    shown = line.shown(),
                );
                let expected = text!(
                    en: "a name, then one or two pairs of row and number",
                    id: "nama, lalu satu atau dua pasangan baris dan bilangan",
                );
                self.fault(line, problem, expected, None);
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
                let row = &self.core.rows[row].name;
                let what = text!(
                    en: "row '{row}' has a right-hand side",
                    id: "baris '{row}' sudah memiliki ruas kanan",
                );
                let expected = text!(
                    en: "one right-hand side for each row",
                    id: "satu ruas kanan untuk setiap baris",
                );
                self.again(line, first, what, expected);
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
                let row = &self.core.rows[row].name;
                let problem = text!(
                    en: "a range on the free row '{row}'",
                    id: "rentang pada baris bebas '{row}'",
                );
                let expected = text!(en: "a row of type L, G or E", id: "baris berjenis L, G, atau E");
                let help = text!(
                    en: "take it away: the row binds nothing",
                    id: "hapus rentang itu: baris tersebut tidak mengikat apa pun",
                );
                self.fault(line, problem, expected, Some(help));
            } else if let Some(first) = self.range_lines.insert(row, line.number) {
                let row = &self.core.rows[row].name;
                let what = text!(en: "row '{row}' has a range", id: "baris '{row}' sudah memiliki rentang");
                let expected = text!(en: "one range for each row", id: "satu rentang untuk setiap baris");
                self.again(line, first, what, expected);
            } else {
                self.core.rows[row].range = Some(value);
            }
        }
    }

    fn finish(&mut self) {
        for section in ["ROWS", "COLUMNS"] {
            if self.report.faults.is_empty() && !self.seen.iter().any(|seen| seen == section) {
                let problem = text!(en: "there is no section {section}", id: "bagian {section} tidak ada");
                let expected = text!(en: "ROWS and COLUMNS", id: "ROWS dan COLUMNS");
                let help = text!(
                    en: "is this a core file in MPS?",
                    id: "apakah ini berkas inti dalam format MPS?",
                );
                self.report.fault(self.file, None, problem, expected, Some(help));
            }
        }
        if self.core.objective.is_none()
            && self.report.faults.is_empty()
            && self.seen.iter().any(|seen| seen == "ROWS")
        {
            let problem = text!(en: "there is no objective", id: "fungsi tujuan tidak ada");
            let expected = text!(en: "a row of type N", id: "baris berjenis N");
            let help = text!(
                en: "add ' N  COST' to section ROWS",
                id: "tambahkan ' N  COST' di bagian ROWS",
            );
            self.report.fault(self.file, None, problem, expected, Some(help));
        }
        for (section, sets) in
            [("RHS", &self.rhs_sets), ("RANGES", &self.range_sets), ("BOUNDS", &self.bound_sets)]
        {
            sets.tell(self.file, section, self.report);
        }
        for (id, row) in self.core.rows.iter().enumerate() {
            if !row.is_finite_at(row.rhs) {
                let problem = text!(
                    en: "the range of row '{row}' ends beyond the largest number",
                    id: "rentang baris '{row}' berakhir melampaui bilangan terbesar",
                    row = row.name,
                );
                let expected = text!(en: "a smaller range", id: "rentang yang lebih kecil");
                let line = self.range_lines.get(&id).copied();
                self.report.fault(self.file, line, problem, expected, None);
            }
        }
        self.core.rhs_names = self.rhs_sets.names();
        self.close_bounds();
    }
}

/// A line of ROWS, as messages call it.
fn row_line(line: &Line<'_>) -> Text {
    text!(en: "row {shown}", id: "baris {shown}", shown = line.shown())
}

/// A word without its quotes, in capitals.
fn bare(word: &str) -> String {
    word.trim_matches('\'').to_ascii_uppercase()
}

/// True for the word that makes a line of COLUMNS a marker.
fn is_marker(word: &str) -> bool {
    bare(word) == "MARKER"
}
