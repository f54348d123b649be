//! Any two-stage program as text for other solvers: its extensive form in free MPS, or core, time and stochastic file.
//!
//! Both minimise the negative of the program's objective, so that readers without an objective sense agree.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::language::{Lang, Text, text};
use crate::opt::extensive::ExtensiveForm;
use crate::opt::lp::LinearProgram;
use crate::opt::program::{Column, RecourseRow, Sense, TwoStageProgram};

/// The longest name that is written; longer ones are cut and listed.
const LONGEST: usize = 120;

/// Names of a program's parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// Of the whole.
    pub program: String,
    /// Of first-stage columns.
    pub first_columns: Vec<String>,
    /// Of first-stage rows.
    pub first_rows: Vec<String>,
    /// Of recourse columns, the same in every sample.
    pub second_columns: Vec<String>,
    /// Of recourse rows, the same in every sample.
    pub second_rows: Vec<String>,
}

/// The three files of SMPS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smps {
    /// The core file.
    pub core: String,
    /// The time file.
    pub time: String,
    /// The stochastic file.
    pub stoch: String,
}

/// Why a program cannot be written as SMPS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().in_language(Lang::En))]
pub enum WriteError {
    /// There is no sample.
    NoSample,
    /// Samples differ in more than their numbers.
    Shapes(usize),
}

impl WriteError {
    /// The error in both languages.
    pub fn text(&self) -> Text {
        match self {
            Self::NoSample => text!(en: "the program has no sample", id: "program tidak punya sampel"),
            Self::Shapes(sample) => text!(
                en: "sample {sample} has other columns, rows or directions than sample 1",
                id: "sampel {sample} punya kolom, baris, atau arah lain daripada sampel 1",
            ),
        }
    }
}

/// Names that free MPS can hold, one of its own for each part; with a list of those that were changed.
struct Labels {
    taken: BTreeSet<String>,
    changed: Vec<(String, String)>,
}

impl Labels {
    fn new() -> Self {
        // The objective, the right-hand side and the bounds, which no column may be called.
        let taken = ["COST", "RHS", "BND", "FIRST", "SECOND"].map(String::from).into();
        Self { taken, changed: Vec::new() }
    }

    /// `count` labels: those of `names`, or `letter` and a number where there are none.
    fn list(&mut self, names: &[String], count: usize, letter: &str) -> Vec<String> {
        (0..count)
            .map(|i| match names.get(i) {
                Some(name) if names.len() == count => self.label(name),
                _ => self.label(&format!("{letter}{}", i + 1)),
            })
            .collect()
    }

    fn label(&mut self, name: &str) -> String {
        let fits = |c: char| c.is_ascii_graphic() && c != '\'' && c != '"';
        let mut plain: String = name.chars().map(|c| if fits(c) { c } else { '_' }).take(LONGEST).collect();
        if plain.is_empty() || plain.starts_with(['*', '$']) {
            plain.insert(0, '_');
        }
        let mut label = plain.clone();
        let mut number = 2;
        while !self.taken.insert(label.clone()) {
            label = format!("{plain}~{number}");
            number += 1;
        }
        if label != name {
            self.changed.push((label.clone(), name.to_string()));
        }
        label
    }

    /// The list of changed names, as comment lines.
    fn table(&self) -> String {
        self.changed
            .iter()
            .map(|(label, name)| format!("* {label} is {}\n", name.replace(['\n', '\r'], " ")))
            .collect()
    }
}

/// A number that reads back to the same bits.
fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        "0".to_string()
    } else if (1e-5..1e15).contains(&size) {
        format!("{value}")
    } else {
        format!("{value:e}")
    }
}

/// Columns, rows and bounds in free MPS, without the header lines that come before and after.
struct Body<'a> {
    rows: Vec<(String, Sense, f64)>,
    /// With each column's entries by row.
    columns: Vec<(String, Column, Vec<(usize, f64)>)>,
    /// Right-hand side of the objective.
    constant: f64,
    name: &'a str,
}

impl Body<'_> {
    fn text(&self) -> String {
        let mut text = format!("NAME {}\nROWS\n N COST\n", self.name);
        for (row, sense, _) in &self.rows {
            let kind = match sense {
                Sense::AtMost => 'L',
                Sense::AtLeast => 'G',
                Sense::Equal => 'E',
            };
            let _ = writeln!(text, " {kind} {row}");
        }
        text.push_str("COLUMNS\n");
        let mut integer = false;
        let mut markers = 0;
        let mut marker = |text: &mut String, word: &str| {
            markers += 1;
            let _ = writeln!(text, " MARKER{markers} 'MARKER' '{word}'");
        };
        for (column, of, entries) in &self.columns {
            if of.integer != integer {
                marker(&mut text, if of.integer { "INTORG" } else { "INTEND" });
                integer = of.integer;
            }
            // The cost is written even where it is 0: a column without entries is a column too.
            let _ = writeln!(text, " {column} COST {}", number(0.0 - of.objective));
            let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
            for &(row, value) in entries {
                *sums.entry(row).or_default() += value;
            }
            for (row, value) in sums {
                let _ = writeln!(text, " {column} {} {}", self.rows[row].0, number(value));
            }
        }
        if integer {
            marker(&mut text, "INTEND");
        }
        text.push_str("RHS\n");
        if self.constant != 0.0 {
            let _ = writeln!(text, " RHS COST {}", number(self.constant));
        }
        for (row, _, rhs) in self.rows.iter().filter(|(_, _, rhs)| *rhs != 0.0) {
            let _ = writeln!(text, " RHS {row} {}", number(*rhs));
        }
        text.push_str("BOUNDS\n");
        for (column, of, _) in &self.columns {
            bounds(column, of, &mut text);
        }
        text.push_str("ENDATA\n");
        text
    }
}

/// Lines of BOUNDS for a column, without those that every reader assumes.
fn bounds(name: &str, column: &Column, text: &mut String) {
    let (lower, upper) = (column.lower, column.upper);
    let (below, above) = (lower == f64::NEG_INFINITY, upper == f64::INFINITY);
    if below && above {
        let _ = writeln!(text, " FR BND {name}");
        return;
    }
    if lower == upper {
        let _ = writeln!(text, " FX BND {name} {}", number(lower));
        return;
    }
    if below {
        let _ = writeln!(text, " MI BND {name}");
    } else if lower != 0.0 || upper < 0.0 {
        let _ = writeln!(text, " LO BND {name} {}", number(lower));
    }
    if !above {
        let _ = writeln!(text, " UP BND {name} {}", number(upper));
    } else if column.integer {
        // Some readers give integers without a bound an upper bound of 1.
        let _ = writeln!(text, " PL BND {name}");
    }
}

/// The extensive form of `program` in free MPS.
pub fn mps(program: &TwoStageProgram, names: &Names) -> String {
    let form = ExtensiveForm::of(program);
    let mut labels = Labels::new();
    let mut columns = labels.list(&names.first_columns, program.columns.len(), "x");
    let mut rows = labels.list(&names.first_rows, program.rows.len(), "first");
    for (w, sample) in program.samples.iter().enumerate() {
        let of = |list: &[String], count: usize, letter: &str| -> Vec<String> {
            let known = list.len() == count;
            (0..count)
                .map(|i| {
                    if known {
                        format!("{}/s{}", list[i], w + 1)
                    } else {
                        format!("{letter}{}/s{}", i + 1, w + 1)
                    }
                })
                .collect()
        };
        let second = of(&names.second_columns, sample.columns.len(), "y");
        columns.extend(labels.list(&second, second.len(), "y"));
        let second = of(&names.second_rows, sample.rows.len(), "row");
        rows.extend(labels.list(&second, second.len(), "row"));
    }
    // The CVaR's threshold, shortfalls and rows.
    let more = |from: usize, to: usize, first: &str, word: &str| -> Vec<String> {
        (from..to)
            .map(|i| {
                if i == from && !first.is_empty() {
                    first.to_string()
                } else {
                    format!("{word}/s{}", i - from + usize::from(first.is_empty()))
                }
            })
            .collect()
    };
    let extra = more(columns.len(), form.lp.columns.len(), "threshold", "shortfall");
    columns.extend(labels.list(&extra, extra.len(), "tail"));
    let extra = more(rows.len(), form.lp.rows.len(), "", "tail");
    rows.extend(labels.list(&extra, extra.len(), "tail"));
    let head = format!(
        "* Extensive form of a two-stage program with {} samples, lambda {} and alpha {}.\n\
         * It minimises; the program's own objective, which is maximised, is the negative of COST.\n{}",
        program.samples.len(),
        program.risk.lambda,
        program.risk.alpha,
        labels.table()
    );
    let name = plain_name(&names.program);
    head + &body(&form.lp, columns, rows, form.constant, &name).text()
}

fn plain_name(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_graphic() { c } else { '_' }).collect();
    if plain.is_empty() { "program".to_string() } else { plain }
}

fn body<'a>(
    lp: &LinearProgram,
    columns: Vec<String>,
    rows: Vec<String>,
    constant: f64,
    name: &'a str,
) -> Body<'a> {
    let mut entries: Vec<Vec<(usize, f64)>> = vec![Vec::new(); lp.columns.len()];
    for (i, row) in lp.rows.iter().enumerate() {
        for &(j, a) in &row.entries {
            entries[j].push((i, a));
        }
    }
    Body {
        rows: rows.into_iter().zip(&lp.rows).map(|(name, row)| (name, row.sense, row.rhs)).collect(),
        columns: columns.into_iter().zip(&lp.columns).zip(entries).map(|((n, c), e)| (n, *c, e)).collect(),
        constant,
        name,
    }
}

/// The entries of a recourse row by place: (is first, column).
fn entries(row: &RecourseRow) -> BTreeMap<(bool, usize), f64> {
    let mut all = BTreeMap::new();
    for (first, list) in [(true, &row.first), (false, &row.second)] {
        for &(j, a) in list {
            *all.entry((first, j)).or_default() += a;
        }
    }
    all
}

/// `program` in SMPS. Sample 1 is the core, with the first stage's own costs; every sample is a scenario that lists
/// what differs from it. The attitude to risk has no place in SMPS: it stands in a comment.
///
/// # Errors
/// [`WriteError`] if samples differ in more than numbers.
pub fn smps(program: &TwoStageProgram, names: &Names) -> Result<Smps, WriteError> {
    // SMPS states one shape; samples may differ in numbers only.
    let base = program.samples.first().ok_or(WriteError::NoSample)?;
    for (w, sample) in program.samples.iter().enumerate() {
        let same = sample.columns.len() == base.columns.len()
            && sample.rows.len() == base.rows.len()
            && sample.rows.iter().zip(&base.rows).all(|(a, b)| a.sense == b.sense)
            && sample.columns.iter().zip(&base.columns).all(|(a, b)| a.integer == b.integer);
        if !same {
            return Err(WriteError::Shapes(w + 1));
        }
    }
    let mut labels = Labels::new();
    let first = labels.list(&names.first_columns, program.columns.len(), "x");
    let first_rows = labels.list(&names.first_rows, program.rows.len(), "first");
    let second = labels.list(&names.second_columns, base.columns.len(), "y");
    let second_rows = labels.list(&names.second_rows, base.rows.len(), "row");
    let split = first.len();
    // The core is the program with the first sample; the others say what differs from it.
    let lp = LinearProgram {
        columns: program.columns.iter().chain(&base.columns).copied().collect(),
        rows: program
            .rows
            .iter()
            .cloned()
            .chain(
                base.rows.iter().map(|row| crate::opt::program::Row {
                    entries: row
                        .first
                        .iter()
                        .copied()
                        .chain(row.second.iter().map(|&(j, a)| (split + j, a)))
                        .collect(),
                    sense: row.sense,
                    rhs: row.rhs,
                }),
            )
            .collect(),
    };
    let time = format!(
        "TIME {0}\nPERIODS EXPLICIT\n FIRST\n SECOND\nROWS\n{1}{2}COLUMNS\n{3}{4}ENDATA\n",
        plain_name(&names.program),
        members(&first_rows, "FIRST"),
        members(&second_rows, "SECOND"),
        members(&first, "FIRST"),
        members(&second, "SECOND"),
    );
    let name = plain_name(&names.program);
    let all: Vec<String> = first.iter().chain(&second).cloned().collect();
    let rows: Vec<String> = first_rows.iter().chain(&second_rows).cloned().collect();
    let head =
        format!("* The negative of a two-stage program's objective, to be minimised.\n{}", labels.table());
    let core = head + &body(&lp, all, rows, base.offset, &name).text();
    let scenarios = Scenarios { program, first: &first, second: &second, rows: &second_rows };
    let mut stoch = format!(
        "* {} samples; solve with --lambda {} --alpha {}: SMPS has no place for the attitude to risk.\n\
         STOCH {name}\nSCENARIOS DISCRETE\n",
        program.samples.len(),
        program.risk.lambda,
        program.risk.alpha
    );
    for w in 0..program.samples.len() {
        scenarios.write(w, &mut stoch);
    }
    stoch.push_str("ENDATA\n");
    Ok(Smps { core, time, stoch })
}

fn members(names: &[String], period: &str) -> String {
    names.iter().map(|name| format!(" {name} {period}\n")).collect()
}

/// The writer of scenarios.
struct Scenarios<'a> {
    program: &'a TwoStageProgram,
    first: &'a [String],
    second: &'a [String],
    rows: &'a [String],
}

impl Scenarios<'_> {
    fn write(&self, w: usize, text: &mut String) {
        let (sample, base) = (&self.program.samples[w], &self.program.samples[0]);
        let _ = writeln!(text, " SC S{} 'ROOT' {} SECOND", w + 1, number(sample.probability));
        let mut own: BTreeMap<usize, f64> = BTreeMap::new();
        for &(j, c) in &sample.first_objective {
            *own.entry(j).or_default() += c;
        }
        for (j, c) in own.into_iter().filter(|(_, c)| *c != 0.0) {
            let cost = 0.0 - (self.program.columns[j].objective + c);
            let _ = writeln!(text, " {} COST {}", self.first[j], number(cost));
        }
        if sample.offset != base.offset {
            let _ = writeln!(text, " RHS COST {}", number(sample.offset));
        }
        for (j, (column, known)) in sample.columns.iter().zip(&base.columns).enumerate() {
            let name = &self.second[j];
            if column.objective != known.objective {
                let _ = writeln!(text, " {name} COST {}", number(0.0 - column.objective));
            }
            if column.lower != known.lower {
                let _ = writeln!(text, " LO BND {name} {}", bound_number(column.lower));
            }
            if column.upper != known.upper {
                let _ = writeln!(text, " UP BND {name} {}", bound_number(column.upper));
            }
        }
        for (i, (row, known)) in sample.rows.iter().zip(&base.rows).enumerate() {
            let (mine, theirs) = (entries(row), entries(known));
            let places: BTreeSet<(bool, usize)> = mine.keys().chain(theirs.keys()).copied().collect();
            for place in places {
                let value = mine.get(&place).copied().unwrap_or(0.0);
                if value != theirs.get(&place).copied().unwrap_or(0.0) {
                    let column = if place.0 { &self.first[place.1] } else { &self.second[place.1] };
                    let _ = writeln!(text, " {column} {} {}", self.rows[i], number(value));
                }
            }
            if row.rhs != known.rhs {
                let _ = writeln!(text, " RHS {} {}", self.rows[i], number(row.rhs));
            }
        }
    }
}

/// A bound that may be infinite, as readers of MPS take it.
fn bound_number(value: f64) -> String {
    if value.is_infinite() { if value > 0.0 { "1e30" } else { "-1e30" }.to_string() } else { number(value) }
}
