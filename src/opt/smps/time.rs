//! The time file: which rows and columns belong to which period.

use super::core::Core;
use super::line::{Format, Line, Report, Source, lines};

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
        let plain = |name: &str| {
            let words: Vec<&str> = name.trim_matches('\'').split_whitespace().collect();
            words.join(" ").to_ascii_uppercase()
        };
        self.periods
            .iter()
            .position(|period| period == name)
            .or_else(|| self.periods.iter().position(|period| plain(period) == plain(name)))
    }
}

/// Reads a time file; faults and notes go into `report`.
pub(super) fn read(source: Source<'_>, format: Format, core: &Core, report: &mut Report) -> Time {
    let mut reader = Reader {
        file: source.name,
        core,
        report,
        starts: Vec::new(),
        periods: Vec::new(),
        rows: vec![None; core.rows.len()],
        columns: vec![None; core.columns.len()],
        explicit: false,
    };
    let mut section = String::new();
    for line in lines(source.text, format) {
        if line.header {
            section = line.word();
            if section == "ENDATA" {
                break;
            }
            if section == "PERIODS" {
                reader.explicit = line.field(1).eq_ignore_ascii_case("EXPLICIT");
            } else if !SECTIONS.contains(&section.as_str()) {
                let problem = format!("unknown section {}", line.shown());
                let help = "is this a time file? The order is CORE TIME STOCH";
                reader.report.fault(reader.file, Some(line.number), problem, &SECTIONS.join(", "), help);
            }
            continue;
        }
        match section.as_str() {
            "PERIODS" if reader.explicit => reader.periods.push(line.fields.join(" ")),
            "PERIODS" => reader.implicit(&line),
            "ROWS" | "COLUMNS" if reader.explicit => reader.member(&line, section == "ROWS"),
            "" | "TIME" | "ROWS" | "COLUMNS" => {
                let problem = format!("{} stands outside section PERIODS", line.shown());
                let help = "rows and columns are listed one by one only after PERIODS EXPLICIT";
                reader.report.fault(reader.file, Some(line.number), problem, "PERIODS before any data", help);
            }
            _ => {}
        }
    }
    reader.finish()
}

struct Reader<'a> {
    file: &'a str,
    core: &'a Core,
    report: &'a mut Report,
    /// First column and first row of each implicit period, with its line.
    starts: Vec<(usize, usize, usize)>,
    periods: Vec<String>,
    rows: Vec<Option<usize>>,
    columns: Vec<Option<usize>>,
    explicit: bool,
}

impl Reader<'_> {
    fn fault(&mut self, line: Option<usize>, problem: String, expected: &str, help: &str) {
        self.report.fault(self.file, line, problem, expected, help);
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
        let name = line.fields[2..].join(" ");
        if self.periods.contains(&name) {
            self.fault(at, format!("period '{name}' stands twice"), "a name of its own for each period", "");
        }
        self.periods.push(name);
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
        let period = line.fields.get(1..).unwrap_or_default().join(" ");
        let known = Time { periods: self.periods.clone(), ..Time::default() };
        let (index, word) =
            if is_row { (&self.core.row_index, "row") } else { (&self.core.column_index, "column") };
        let id = index.get(name).copied();
        let period_id = known.period(&period);
        if id.is_none() {
            let problem = format!("'{name}' is no {word} of the core file");
            self.fault(Some(line.number), problem, &format!("a {word} and its period"), "");
        }
        if period_id.is_none() {
            let problem = format!("period '{period}' is not in section PERIODS");
            self.fault(Some(line.number), problem, &self.periods.join(", "), "");
        }
        if let (Some(id), Some(period)) = (id, period_id) {
            if is_row {
                self.rows[id] = Some(period);
            } else {
                self.columns[id] = Some(period);
            }
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
                time.rows[i] = self.rows[i].unwrap_or(0);
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
                time.columns[j] = self.columns[j].unwrap_or(0);
            }
        }
        if self.report.faults.is_empty() {
            self.causality(&time);
        }
        time
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
