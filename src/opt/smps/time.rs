//! The time file: which rows and columns belong to which period.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::core::Core;
use super::line::{Format, Line, Report, Source};
use super::section::Lines;

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
            "" | "TIME" | "NAME" | "ROWS" | "COLUMNS" => {
                let problem = format!("{} stands outside section PERIODS", line.shown());
                let help = "rows and columns are listed one by one only after PERIODS EXPLICIT";
                reader.report.fault(reader.file, Some(line.number), problem, "PERIODS before any data", help);
            }
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
    fn fault(&mut self, line: Option<usize>, problem: String, expected: &str, help: &str) {
        self.report.fault(self.file, line, problem, expected, help);
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
                    self.report.again(self.file, at, first, "section PERIODS stands", "one section PERIODS");
                }
                self.seen = Some(at);
                let kind = line.field(1).to_ascii_uppercase();
                self.explicit = kind == "EXPLICIT";
                if !["", "LP", "IMPLICIT", "EXPLICIT"].contains(&kind.as_str()) {
                    let text = format!("'{}' after PERIODS means nothing", line.field(1));
                    self.report.note(self.file, Some(at), text);
                }
            }
            "NAME" if before.is_empty() => {
                let text = "NAME is taken for TIME, which opens a time file".to_string();
                self.report.note(self.file, Some(at), text);
            }
            known if SECTIONS.contains(&known) => {}
            _ => {
                let problem = format!("unknown section {}", line.shown());
                let help = "is this a time file? The order is CORE TIME STOCH";
                self.fault(Some(at), problem, &SECTIONS.join(", "), help);
            }
        }
    }

    fn add_period(&mut self, name: String, line: usize) {
        if let Some(known) = period(&self.periods, &name) {
            let what = format!("period '{}' stands", self.periods[known]);
            let first = self.period_lines[known];
            self.report.again(self.file, line, first, &what, "a name of its own for each period");
        }
        self.periods.push(name);
        self.period_lines.push(line);
    }

    /// First column, first row and name of a period. The row may be the objective, which belongs to every period.
    fn implicit(&mut self, line: &Line<'_>) {
        let at = Some(line.number);
        if line.fields.len() < 3 {
            let problem = format!("period {}", line.shown());
            self.fault(at, problem, "its first column, its first row and its name", "");
            return;
        }
        let column = self.core.column_index.get(line.field(0)).copied();
        let row = self.core.row_index.get(line.field(1)).copied();
        if column.is_none() {
            let problem = format!("'{}' is no column of the core file", line.field(0));
            self.fault(at, problem, "the first column of the period", "");
        }
        if row.is_none() {
            let problem = format!("'{}' is no row of the core file", line.field(1));
            self.fault(at, problem, "the first row of the period", "");
        }
        self.add_period(line.fields[2..].join(" "), line.number);
        let (Some(column), Some(row)) = (column, row) else { return };
        if let Some(&(last_column, last_row, _)) = self.starts.last()
            && (column <= last_column || row < last_row)
        {
            let problem = format!("period {} starts before the one above it", line.shown());
            let help = "rows and columns of the core file stand in order of time; else say PERIODS EXPLICIT";
            self.fault(at, problem, "periods in order of time", help);
        }
        self.starts.push((column, row, line.number));
    }

    /// A row or column with its period.
    fn member(&mut self, line: &Line<'_>, is_row: bool) {
        let name = line.field(0);
        let name_of_period = line.fields.get(1..).unwrap_or_default().join(" ");
        let (index, word) =
            if is_row { (&self.core.row_index, "row") } else { (&self.core.column_index, "column") };
        let id = index.get(name).copied();
        let period_id = period(&self.periods, &name_of_period);
        if id.is_none() {
            let problem = format!("'{name}' is no {word} of the core file");
            self.fault(Some(line.number), problem, &format!("a {word} and its period"), "");
        }
        if period_id.is_none() {
            let problem = format!("period '{name_of_period}' is not in section PERIODS");
            self.fault(Some(line.number), problem, &self.periods.join(", "), "");
        }
        if let (Some(id), Some(period)) = (id, period_id) {
            let list = if is_row { &mut self.rows } else { &mut self.columns };
            if let Some((_, first)) = list[id] {
                let what = format!("{word} '{name}' has a period");
                self.report.again(self.file, line.number, first, &what, "one period for each");
                return;
            }
            list[id] = Some((period, line.number));
        }
    }

    fn finish(mut self) -> Time {
        if self.periods.len() < 2 {
            let count = self.periods.len();
            let problem = format!(
                "there {} {count} period{}",
                if count == 1 { "is" } else { "are" },
                if count == 1 { "" } else { "s" }
            );
            self.fault(None, problem, "two periods: what is decided before and after chance", "see PERIODS");
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
            let objective = self.core.objective;
            for (i, row) in self.core.rows.iter().enumerate() {
                if self.rows[i].is_none() && Some(i) != objective {
                    self.report.fault(
                        self.file,
                        None,
                        format!("row '{}' has no period", row.name),
                        "a line in section ROWS",
                        "",
                    );
                }
                time.rows[i] = self.rows[i].map_or(0, |(period, _)| period);
            }
            for (j, column) in self.core.columns.iter().enumerate() {
                if self.columns[j].is_none() {
                    self.report.fault(
                        self.file,
                        None,
                        format!("column '{}' has no period", column.name),
                        "a line in section COLUMNS",
                        "",
                    );
                }
                time.columns[j] = self.columns[j].map_or(0, |(period, _)| period);
            }
        }
        self.before_the_first();
        if self.report.faults.is_empty() {
            self.causality(&time);
        }
        time
    }

    /// Columns and rows that stand before the first period's belong to it.
    fn before_the_first(&mut self) {
        let Some(&(column, row, line)) = self.starts.first() else { return };
        let period = &self.periods[0];
        if column > 0 {
            let name = &self.core.columns[column - 1].name;
            let text = format!("columns up to '{name}' stand before period '{period}' and are taken into it");
            self.report.note(self.file, Some(line), text);
        }
        let binds = |i: &usize| self.core.rows[*i].kind != super::core::Kind::Free;
        if let Some(last) = (0..row).rev().find(binds) {
            let name = &self.core.rows[last].name;
            let text = format!("rows up to '{name}' stand before period '{period}' and are taken into it");
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
                    let problem = format!(
                        "row '{row}' belongs to the first period but holds column '{}' of '{period}'",
                        column.name
                    );
                    let help =
                        "rows and columns of the core file stand in order of time; else say PERIODS EXPLICIT";
                    self.report.fault(
                        self.file,
                        None,
                        problem,
                        "rows of the first period over its own columns",
                        help,
                    );
                }
            }
        }
    }
}
