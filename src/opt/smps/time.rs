//! The time file: which rows and columns belong to which period.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::core::Core;
use super::line::{Format, Line, Report, Source};
use super::phrase::{means_nothing, no_column, no_row, unknown_section};
use super::section::Lines;
use crate::language::{Text, text};

/// Words that open a section of a time file.
const SECTIONS: [&str; 5] = ["TIME", "PERIODS", "ROWS", "COLUMNS", "ENDATA"];

/// Periods of rows and columns. Those after the second are told apart here, and merged into it later.
#[derive(Debug, Clone, Default)]
pub(super) struct Time {
    /// Names of the periods, in order.
    pub(super) periods: Vec<String>,
    /// Period by column.
    pub(super) columns: Vec<usize>,
    /// Period by row; the objective's means nothing.
    pub(super) rows: Vec<usize>,
}

impl Time {
    /// The period of this name: exactly, else whatever its capitals and blanks.
    pub(super) fn period(&self, name: &str) -> Option<usize> {
        period(&self.periods, name)
    }
}

fn period(periods: &[String], name: &str) -> Option<usize> {
    let plain = |name: &str| {
        let words: Vec<&str> = name.trim_matches('\'').split_whitespace().collect();
        words.join(" ").to_ascii_uppercase()
    };
    let exact = periods.iter().position(|period| period == name);
    exact.or_else(|| {
        let name = plain(name);
        periods.iter().position(|period| plain(period) == name)
    })
}

/// Reads a time file; faults and notes go into `report`.
pub(super) fn read(source: Source<'_>, format: Format, core: &Core, report: &mut Report) -> Time {
    let mut reader = Reader {
        file: source.name,
        core,
        report,
        starts: Vec::new(),
        periods: Vec::new(),
        period_lines: Vec::new(),
        rows: vec![None; core.rows.len()],
        columns: vec![None; core.columns.len()],
        explicit: false,
        seen: None,
    };
    let mut lines = Lines::new(source.text, format, &SECTIONS);
    let mut section = String::new();
    while let Some(line) = lines.next(|fields| reader.is_data(&section, fields)) {
        if line.header {
            reader.header(&line, &section);
            section = line.word();
            continue;
        }
        match section.as_str() {
            "PERIODS" if reader.explicit => {
                reader.add_period(line.fields.join(" "), line.number);
            }
            "PERIODS" => reader.implicit(&line),
            "ROWS" | "COLUMNS" if reader.explicit => reader.member(&line, section == "ROWS"),
            "" | "TIME" | "NAME" | "ROWS" | "COLUMNS" => reader.outside(&line),
            _ => {}
        }
    }
    lines.tell(source.name, reader.report);
    reader.finish()
}

/// A period with the line that gives it.
type Member = Option<(usize, usize)>;

struct Reader<'a> {
    file: &'a str,
    core: &'a Core,
    report: &'a mut Report,
    /// First column and first row of each implicit period, with its line.
    starts: Vec<(usize, usize, usize)>,
    periods: Vec<String>,
    period_lines: Vec<usize>,
    rows: Vec<Member>,
    columns: Vec<Member>,
    explicit: bool,
    /// The line of PERIODS.
    seen: Option<usize>,
}

impl Reader<'_> {
    fn fault(&mut self, line: Option<usize>, problem: Text, expected: Text, help: Option<Text>) {
        self.report.fault(self.file, line, problem, expected, help);
    }

    /// Refuses data that belong to no list of periods.
    fn outside(&mut self, line: &Line<'_>) {
        let problem = text!(
            en: "{shown} stands outside section PERIODS",
            id: "{shown} berada di luar bagian PERIODS",
            shown = line.shown(),
        );
        let expected = text!(en: "PERIODS before any data", id: "PERIODS sebelum data apa pun");
        let help = text!(
            en: "rows and columns are listed one by one only after PERIODS EXPLICIT",
            id: "baris dan kolom hanya didaftar satu per satu setelah PERIODS EXPLICIT",
        );
        self.fault(Some(line.number), problem, expected, Some(help));
    }

    /// True if a line that starts with a section's word has the shape of data in `section`.
    fn is_data(&self, section: &str, fields: &[Cow<'_, str>]) -> bool {
        let known = |index: &BTreeMap<String, usize>, i: usize| {
            fields.get(i).is_some_and(|field| index.contains_key(field.as_ref()))
        };
        let (rows, columns) = (&self.core.row_index, &self.core.column_index);
        let has_period =
            || fields.get(1..).is_some_and(|words| period(&self.periods, &words.join(" ")).is_some());
        match section {
            "PERIODS" if !self.explicit => fields.len() >= 3 && known(columns, 0) && known(rows, 1),
            "ROWS" => self.explicit && known(rows, 0) && has_period(),
            "COLUMNS" => self.explicit && known(columns, 0) && has_period(),
            _ => false,
        }
    }

    fn header(&mut self, line: &Line<'_>, before: &str) {
        let (word, at) = (line.word(), line.number);
        match word.as_str() {
            "PERIODS" => {
                if let Some(first) = self.seen {
                    let what = text!(en: "section PERIODS stands", id: "bagian PERIODS sudah ada");
                    let expected = text!(en: "one section PERIODS", id: "satu bagian PERIODS");
                    self.report.again(self.file, at, first, what, expected);
                }
                self.seen = Some(at);
                let kind = line.field(1).to_ascii_uppercase();
                self.explicit = kind == "EXPLICIT";
                if !["", "LP", "IMPLICIT", "EXPLICIT"].contains(&kind.as_str()) {
                    self.report.note(self.file, Some(at), means_nothing(line.field(1), "PERIODS"));
                }
            }
            "NAME" if before.is_empty() => {
                let text = text!(
                    en: "NAME is taken for TIME, which opens a time file",
                    id: "NAME dibaca sebagai TIME, yang membuka berkas waktu",
                );
                self.report.note(self.file, Some(at), text);
            }
            known if SECTIONS.contains(&known) => {}
            _ => {
                let help = text!(
                    en: "is this a time file? The order is CORE TIME STOCH",
                    id: "apakah ini berkas waktu? Urutannya CORE TIME STOCH",
                );
                let expected = Text::same(SECTIONS.join(", "));
                self.fault(Some(at), unknown_section(line), expected, Some(help));
            }
        }
    }

    fn add_period(&mut self, name: String, line: usize) {
        if let Some(known) = period(&self.periods, &name) {
            let known_as = &self.periods[known];
            let what = text!(en: "period '{known_as}' stands", id: "periode '{known_as}' sudah ada");
            let expected = text!(
                en: "a name of its own for each period",
                id: "nama tersendiri untuk setiap periode",
            );
            let first = self.period_lines[known];
            self.report.again(self.file, line, first, what, expected);
        }
        self.periods.push(name);
        self.period_lines.push(line);
    }

    /// First column, first row and name of a period. The row may be the objective, which belongs to every period.
    fn implicit(&mut self, line: &Line<'_>) {
        let at = Some(line.number);
        if line.fields.len() < 3 {
            let problem = text!(en: "period {shown}", id: "periode {shown}", shown = line.shown());
            let expected = text!(
                en: "its first column, its first row and its name",
                id: "kolom pertamanya, baris pertamanya, dan namanya",
            );
            self.fault(at, problem, expected, None);
            return;
        }
        let column = self.core.column_index.get(line.field(0)).copied();
        let row = self.core.row_index.get(line.field(1)).copied();
        if column.is_none() {
            let expected = text!(en: "the first column of the period", id: "kolom pertama periode itu");
            self.fault(at, no_column(line.field(0)), expected, None);
        }
        if row.is_none() {
            let expected = text!(en: "the first row of the period", id: "baris pertama periode itu");
            self.fault(at, no_row(line.field(1)), expected, None);
        }
        self.add_period(line.fields[2..].join(" "), line.number);
        let (Some(column), Some(row)) = (column, row) else { return };
        if let Some(&(last_column, last_row, _)) = self.starts.last()
            && (column <= last_column || row < last_row)
        {
            let problem = text!(
                en: "period {shown} starts before the one above it",
                id: "periode {shown} dimulai sebelum periode di atasnya",
                shown = line.shown(),
            );
            let expected = text!(en: "periods in order of time", id: "periode menurut urutan waktu");
            self.fault(at, problem, expected, Some(order_of_time()));
        }
        self.starts.push((column, row, line.number));
    }

    /// A row or column with its period.
    fn member(&mut self, line: &Line<'_>, is_row: bool) {
        let name = line.field(0);
        let name_of_period = line.fields.get(1..).unwrap_or_default().join(" ");
        let index = if is_row { &self.core.row_index } else { &self.core.column_index };
        let id = index.get(name).copied();
        let period_id = period(&self.periods, &name_of_period);
        if id.is_none() {
            let (problem, expected) = if is_row {
                (no_row(name), text!(en: "a row and its period", id: "baris dan periodenya"))
            } else {
                (no_column(name), text!(en: "a column and its period", id: "kolom dan periodenya"))
            };
            self.fault(Some(line.number), problem, expected, None);
        }
        if period_id.is_none() {
            let problem = text!(
                en: "period '{name_of_period}' is not in section PERIODS",
                id: "periode '{name_of_period}' tidak ada di bagian PERIODS",
            );
            self.fault(Some(line.number), problem, Text::same(self.periods.join(", ")), None);
        }
        if let (Some(id), Some(period)) = (id, period_id) {
            let list = if is_row { &mut self.rows } else { &mut self.columns };
            if let Some((_, first)) = list[id] {
                let what = if is_row {
                    text!(en: "row '{name}' has a period", id: "baris '{name}' sudah memiliki periode")
                } else {
                    text!(en: "column '{name}' has a period", id: "kolom '{name}' sudah memiliki periode")
                };
                let expected = text!(en: "one period for each", id: "satu periode untuk masing-masing");
                self.report.again(self.file, line.number, first, what, expected);
                return;
            }
            list[id] = Some((period, line.number));
        }
    }

    fn finish(mut self) -> Time {
        if self.periods.len() < 2 {
            let problem = match self.periods.len() {
                1 => text!(en: "there is 1 period", id: "hanya ada 1 periode"),
                count => text!(en: "there are {count} periods", id: "ada {count} periode"),
            };
            let expected = text!(
                en: "two periods: what is decided before and after chance",
                id: "dua periode: yang diputuskan sebelum dan sesudah ketidakpastian terungkap",
            );
            self.fault(None, problem, expected, Some(text!(en: "see PERIODS", id: "lihat PERIODS")));
        }
        let at = |id: usize, start: fn(&(usize, usize, usize)) -> usize, starts: &[(usize, usize, usize)]| {
            starts.iter().rposition(|s| start(s) <= id).unwrap_or(0)
        };
        let mut time = Time {
            periods: self.periods.clone(),
            columns: (0..self.core.columns.len()).map(|j| at(j, |s| s.0, &self.starts)).collect(),
            rows: (0..self.core.rows.len()).map(|i| at(i, |s| s.1, &self.starts)).collect(),
        };
        if self.explicit {
            self.listed(&mut time);
        }
        self.before_the_first();
        if self.report.faults.is_empty() {
            self.causality(&time);
        }
        time
    }

    /// Takes the periods of rows and columns from their lists; what is in none is a fault.
    fn listed(&mut self, time: &mut Time) {
        let objective = self.core.objective;
        for (i, row) in self.core.rows.iter().enumerate() {
            if self.rows[i].is_none() && Some(i) != objective {
                let problem = text!(
                    en: "row '{row}' has no period",
                    id: "baris '{row}' tidak memiliki periode",
                    row = row.name,
                );
                let expected = text!(en: "a line in section ROWS", id: "satu baris di bagian ROWS");
                self.report.fault(self.file, None, problem, expected, None);
            }
            time.rows[i] = self.rows[i].map_or(0, |(period, _)| period);
        }
        for (j, column) in self.core.columns.iter().enumerate() {
            if self.columns[j].is_none() {
                let problem = text!(
                    en: "column '{column}' has no period",
                    id: "kolom '{column}' tidak memiliki periode",
                    column = column.name,
                );
                let expected = text!(en: "a line in section COLUMNS", id: "satu baris di bagian COLUMNS");
                self.report.fault(self.file, None, problem, expected, None);
            }
            time.columns[j] = self.columns[j].map_or(0, |(period, _)| period);
        }
    }

    /// Columns and rows that stand before the first period's belong to it.
    fn before_the_first(&mut self) {
        let Some(&(column, row, line)) = self.starts.first() else { return };
        let period = &self.periods[0];
        if column > 0 {
            let name = &self.core.columns[column - 1].name;
            let text = text!(
                en: "columns up to '{name}' stand before period '{period}' and are taken into it",
                id: "kolom sampai dengan '{name}' mendahului periode '{period}' dan dimasukkan ke dalamnya",
            );
            self.report.note(self.file, Some(line), text);
        }
        let binds = |i: &usize| self.core.rows[*i].kind != super::core::Kind::Free;
        if let Some(last) = (0..row).rev().find(binds) {
            let name = &self.core.rows[last].name;
            let text = text!(
                en: "rows up to '{name}' stand before period '{period}' and are taken into it",
                id: "baris sampai dengan '{name}' mendahului periode '{period}' dan dimasukkan ke dalamnya",
            );
            self.report.note(self.file, Some(line), text);
        }
    }

    /// A row of the first period holds no later column: nothing is known then.
    fn causality(&mut self, time: &Time) {
        for (j, column) in self.core.columns.iter().enumerate() {
            for (&i, _) in column.entries.iter().filter(|(_, value)| **value != 0.0) {
                let bound = self.core.rows[i].kind != super::core::Kind::Free;
                if bound && time.rows[i] == 0 && time.columns[j] > 0 {
                    let (row, period) = (&self.core.rows[i].name, &time.periods[time.columns[j]]);
                    let problem = text!(
                        en: "row '{row}' belongs to the first period but holds column '{column}' of '{period}'",
                        id: "baris '{row}' termasuk periode pertama tetapi memuat kolom '{column}' dari '{period}'",
                        row, period, column = column.name,
                    );
                    let expected = text!(
                        en: "rows of the first period over its own columns",
                        id: "baris periode pertama yang hanya memuat kolom periode itu sendiri",
                    );
                    self.report.fault(self.file, None, problem, expected, Some(order_of_time()));
                }
            }
        }
    }
}

/// How rows and columns are told apart by period where the time file names only the first of each.
fn order_of_time() -> Text {
    text!(
        en: "rows and columns of the core file stand in order of time; else say PERIODS EXPLICIT",
        id: "baris dan kolom berkas inti tersusun menurut waktu; jika tidak, gunakan PERIODS EXPLICIT",
    )
}
