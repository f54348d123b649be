//! The stochastic file: what is random, as independent elements (single numbers, blocks of numbers, or scenarios).

mod data;
mod finish;

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::core::{Core, Kind};
use super::line::{Format, Line, Report, Source, number};
use super::phrase::{in_no_section, means_nothing, no_column, no_row, unknown_section};
use super::section::Lines;
use super::time::Time;
use crate::language::{Text, text};

/// Words that open a section of a stochastic file.
const SECTIONS: [&str; 5] = ["STOCH", "INDEP", "BLOCKS", "SCENARIOS", "ENDATA"];
/// A number of the core that chance may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// Coefficient of a column in a row.
    Entry(usize, usize),
    /// Cost of a column.
    Cost(usize),
    /// Right-hand side of a row.
    Rhs(usize),
    /// Right-hand side of the objective.
    Constant,
    /// Lower bound of a column.
    Lower(usize),
    /// Upper bound of a column.
    Upper(usize),
    /// Both bounds of a column.
    Fixed(usize),
}

impl Target {
    /// The numbers it stands for: a fixed column is both of its bounds.
    fn parts(self) -> Vec<Target> {
        match self {
            Target::Fixed(j) => vec![Target::Lower(j), Target::Upper(j)],
            other => vec![other],
        }
    }
}

/// One outcome of an element: a probability, and the numbers it sets.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Outcome {
    pub(super) probability: f64,
    pub(super) changes: BTreeMap<Target, f64>,
    /// Its first line.
    line: usize,
}

/// How an element behaves.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Law {
    /// Finitely many outcomes, whose probabilities sum to 1.
    Discrete(Vec<Outcome>),
    /// Uniform between two numbers.
    Uniform(Target, f64, f64),
    /// Normal with mean and standard deviation.
    Normal(Target, f64, f64),
}

/// Something random that is independent of every other element.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Element {
    /// A stable name: the address of its draws.
    pub(super) name: String,
    pub(super) law: Law,
    /// Its first line.
    line: usize,
    /// The period in which it becomes known, where the file says so.
    period: Option<usize>,
}

/// How a value changes the core's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Replace,
    Add,
    Multiply,
}

impl Change {
    fn apply(self, core: f64, value: f64) -> f64 {
        match self {
            Change::Replace => value,
            Change::Add => core + value,
            Change::Multiply => core * value,
        }
    }
}

/// The contents of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Nothing,
    Discrete,
    Uniform,
    Normal,
    Blocks,
    Scenarios,
    /// Told already: its lines are passed over.
    Unknown,
}

/// Reads a stochastic file; faults and notes go into `report`. With `normalise`, probabilities that miss 1 by more than
/// rounding are brought to 1 too, up to a limit.
pub(super) fn read(
    source: Source<'_>,
    format: Format,
    core: &Core,
    time: &Time,
    normalise: bool,
    report: &mut Report,
) -> Vec<Element> {
    let mut reader = Reader {
        file: source.name,
        core,
        time,
        report,
        change: Change::Replace,
        elements: Vec::new(),
        index: BTreeMap::new(),
        block: None,
        set_here: BTreeMap::new(),
        scenarios: BTreeMap::new(),
        right_hand_sides: BTreeMap::new(),
        unknown_periods: BTreeMap::new(),
        lenient: false,
        opened: false,
        lost: false,
    };
    let mut lines = Lines::new(source.text, format, &SECTIONS);
    let mut section = Section::Nothing;
    while let Some(line) = lines.next(|fields| reader.is_data(section, fields)) {
        if line.header {
            section = reader.header(&line);
            continue;
        }
        match section {
            Section::Discrete | Section::Uniform | Section::Normal => reader.independent(&line, section),
            Section::Blocks if reader.opens(&line, "BL") => reader.block(&line),
            Section::Scenarios if reader.opens(&line, "SC") => reader.scenario(&line),
            Section::Blocks | Section::Scenarios => reader.entry(&line),
            Section::Nothing if !reader.lost => {
                reader.lost = true;
                let expected = text!(
                    en: "INDEP, BLOCKS or SCENARIOS",
                    id: "INDEP, BLOCKS, atau SCENARIOS",
                );
                reader.fault(Some(line.number), in_no_section(&line), expected, None);
            }
            Section::Nothing | Section::Unknown => {}
        }
    }
    lines.tell(source.name, reader.report);
    reader.finish(normalise)
}

struct Reader<'a> {
    file: &'a str,
    core: &'a Core,
    time: &'a Time,
    report: &'a mut Report,
    change: Change,
    elements: Vec<Element>,
    /// Elements by name.
    index: BTreeMap<String, usize>,
    /// The element whose last outcome takes the lines that follow.
    block: Option<usize>,
    /// The settings of the last outcome, with their lines.
    set_here: BTreeMap<Target, usize>,
    /// Scenarios by name: their place among the outcomes of their element, and their line.
    scenarios: BTreeMap<String, (usize, usize)>,
    /// Whether a name that is no column means the right-hand side.
    right_hand_sides: BTreeMap<String, bool>,
    /// Names of periods that the time file does not know: first line, and how many lines have it.
    unknown_periods: BTreeMap<String, (usize, usize)>,
    /// A name that is no column was taken for the right-hand side.
    lenient: bool,
    /// A section was opened.
    opened: bool,
    /// Data before any section have been told.
    lost: bool,
}

impl Reader<'_> {
    fn fault(&mut self, line: Option<usize>, problem: Text, expected: Text, help: Option<Text>) {
        self.report.fault(self.file, line, problem, expected, help);
    }

    /// True if a line that starts with a section's word has the shape of data in `section`.
    fn is_data(&self, section: Section, fields: &[Cow<'_, str>]) -> bool {
        let field = |i: usize| fields.get(i).map_or("", AsRef::as_ref);
        let pair = self.core.row_index.contains_key(field(1)) && number(field(2)).is_ok();
        match section {
            Section::Discrete | Section::Uniform | Section::Normal => pair && fields.len() >= 4,
            Section::Blocks | Section::Scenarios => pair && matches!(fields.len(), 3 | 5),
            Section::Nothing | Section::Unknown => false,
        }
    }

    /// True if a line starts with `word`, which opens an outcome, and is no entry of a column of that name.
    fn opens(&self, line: &Line<'_>, word: &str) -> bool {
        let entry = self.core.column_index.contains_key(line.field(0))
            && self.core.row_index.contains_key(line.field(1))
            && number(line.field(2)).is_ok()
            && matches!(line.fields.len(), 3 | 5);
        line.word() == word && !entry
    }

    fn header(&mut self, line: &Line<'_>) -> Section {
        const MODIFIERS: [&str; 3] = ["ADD", "MULTIPLY", "REPLACE"];
        let word = line.word();
        let mut words: Vec<String> = line.fields.iter().skip(1).map(|f| f.to_ascii_uppercase()).collect();
        let opens = !std::mem::replace(&mut self.opened, true);
        if word == "NAME" && opens {
            let text = text!(
                en: "NAME is taken for STOCH, which opens a stochastic file",
                id: "NAME dibaca sebagai STOCH, yang membuka berkas stokastik",
            );
            self.report.note(self.file, Some(line.number), text);
        }
        if words.first().is_some_and(|first| MODIFIERS.contains(&first.as_str())) {
            words.insert(0, "DISCRETE".to_string());
        }
        let kind = words.first().cloned().unwrap_or_default();
        let section = match (word.as_str(), kind.as_str()) {
            ("STOCH", _) => return Section::Nothing,
            ("NAME", _) if opens => return Section::Nothing,
            ("INDEP", "DISCRETE" | "") => Section::Discrete,
            ("INDEP", "UNIFORM") => Section::Uniform,
            ("INDEP", "NORMAL") => Section::Normal,
            ("BLOCKS", "DISCRETE" | "") => Section::Blocks,
            ("SCENARIOS", _) => Section::Scenarios,
            _ => {
                self.unread(line, &word, &kind);
                return Section::Unknown;
            }
        };
        let known = |word: &&String| MODIFIERS.contains(&word.as_str());
        let strange = words.iter().skip(1).find(|word| !known(word));
        let strange =
            strange.or_else(|| words.first().filter(|kind| word == "SCENARIOS" && *kind != "DISCRETE"));
        if let Some(strange) = strange {
            self.report.note(self.file, Some(line.number), means_nothing(strange, &word));
        }
        self.change = if words.iter().any(|word| word == "ADD") {
            Change::Add
        } else if words.iter().any(|word| word == "MULTIPLY") {
            Change::Multiply
        } else {
            Change::Replace
        };
        self.block = None;
        section
    }

    /// Refuses the head of a section that is not read.
    fn unread(&mut self, line: &Line<'_>, word: &str, kind: &str) {
        let (problem, expected, help) = match word {
            "INDEP" | "BLOCKS" => (
                text!(
                    en: "{word} with distribution '{kind}'",
                    id: "{word} dengan distribusi '{kind}'",
                ),
                text!(
                    en: "INDEP DISCRETE, UNIFORM or NORMAL, BLOCKS DISCRETE",
                    id: "INDEP DISCRETE, UNIFORM, atau NORMAL, BLOCKS DISCRETE",
                ),
                Some(text!(
                    en: "other laws can be written as DISCRETE or SCENARIOS with sampled values",
                    id: "distribusi lain dapat ditulis sebagai DISCRETE atau SCENARIOS dengan nilai hasil penarikan sampel",
                )),
            ),
            "SIMPLE" | "ROBUST" | "PLINQUAD" | "CHANCE" | "ICC" | "NODES" | "DISTRIB" => (
                text!(en: "section {word} is not read", id: "bagian {word} tidak dibaca"),
                text!(
                    en: "a two-stage program with INDEP, BLOCKS or SCENARIOS",
                    id: "program dua tahap dengan INDEP, BLOCKS, atau SCENARIOS",
                ),
                None,
            ),
            _ => (
                unknown_section(line),
                Text::same(SECTIONS.join(", ")),
                Some(text!(
                    en: "is this a stochastic file? The order is CORE TIME STOCH; data lines begin with a blank",
                    id: "apakah ini berkas stokastik? Urutannya CORE TIME STOCH; baris data diawali spasi",
                )),
            ),
        };
        self.fault(Some(line.number), problem, expected, help);
    }

    /// The number of the core that two names (and a bound's type) mean.
    fn target(&mut self, line: &Line<'_>, bound: &str, first: &str, second: &str) -> Option<Target> {
        let column = |name: &str| self.core.column_index.get(name).copied();
        if !bound.is_empty() {
            let Some(j) = column(second) else {
                let expected = text!(
                    en: "a bound's type, its set and a column",
                    id: "jenis batas, himpunannya, dan kolom",
                );
                self.fault(Some(line.number), no_column(second), expected, None);
                return None;
            };
            return match bound {
                "UP" => Some(Target::Upper(j)),
                "LO" => Some(Target::Lower(j)),
                "FX" => Some(Target::Fixed(j)),
                _ => {
                    let problem =
                        text!(en: "a random bound of type {bound}", id: "batas acak berjenis {bound}");
                    let expected = text!(en: "UP, LO or FX", id: "UP, LO, atau FX");
                    self.fault(Some(line.number), problem, expected, None);
                    None
                }
            };
        }
        let Some(i) = self.core.row_index.get(second).copied() else {
            let expected = text!(
                en: "a column (or the right-hand side) and a row",
                id: "kolom (atau ruas kanan) dan baris",
            );
            self.fault(Some(line.number), no_row(second), expected, None);
            return None;
        };
        let objective = Some(i) == self.core.objective;
        if self.core.rows[i].kind == Kind::Free && !objective {
            return None;
        }
        if let Some(j) = column(first) {
            return Some(if objective { Target::Cost(j) } else { Target::Entry(j, i) });
        }
        if !self.is_right_hand_side(line, first) {
            return None;
        }
        Some(if objective { Target::Constant } else { Target::Rhs(i) })
    }

    /// True if a name that is no column means the right-hand side: by the core's name, by RHS, or by no likeness to any
    /// column.
    fn is_right_hand_side(&mut self, line: &Line<'_>, name: &str) -> bool {
        if let Some(&known) = self.right_hand_sides.get(name) {
            return known;
        }
        let is = self.may_be_right_hand_side(line, name);
        self.right_hand_sides.insert(name.to_string(), is);
        is
    }

    fn may_be_right_hand_side(&mut self, line: &Line<'_>, name: &str) -> bool {
        let names = &self.core.rhs_names;
        let known = names.first().map_or("RHS", String::as_str);
        if names.iter().any(|known| name.eq_ignore_ascii_case(known))
            || name.to_ascii_uppercase().starts_with("RHS")
        {
            return true;
        }
        let near =
            self.core.columns.iter().find(|column| strsim::damerau_levenshtein(&column.name, name) <= 1);
        if let Some(column) = near {
            let problem = text!(
                en: "'{name}' is neither a column nor the right-hand side",
                id: "'{name}' bukan kolom dan bukan ruas kanan",
            );
            let expected = text!(
                en: "a column, or the name of the right-hand side",
                id: "kolom, atau nama ruas kanan",
            );
            let help = text!(
                en: "is '{column}' meant, or '{known}'?",
                id: "apakah yang dimaksud '{column}', atau '{known}'?",
                known, column = column.name,
            );
            self.fault(Some(line.number), problem, expected, Some(help));
            return false;
        }
        if !self.lenient {
            self.lenient = true;
            let text = text!(
                en: "'{name}' is no column and is taken to be the right-hand side, '{known}' in the core",
                id: "'{name}' bukan kolom dan dianggap ruas kanan, yaitu '{known}' di berkas inti",
            );
            self.report.note(self.file, Some(line.number), text);
        }
        true
    }

    fn core_value(&self, target: Target) -> f64 {
        let entry = |j: usize, i: usize| self.core.columns[j].entries.get(&i).copied().unwrap_or(0.0);
        match target {
            Target::Entry(j, i) => entry(j, i),
            Target::Cost(j) => self.core.objective.map_or(0.0, |i| entry(j, i)),
            Target::Rhs(i) => self.core.rows[i].rhs,
            Target::Constant => self.core.objective.map_or(0.0, |i| self.core.rows[i].rhs),
            Target::Lower(j) | Target::Fixed(j) => self.core.columns[j].lower.value,
            Target::Upper(j) => self.core.columns[j].upper.value,
        }
    }
}

/// Every number an element may change.
pub(super) fn targets(law: &Law) -> Vec<Target> {
    match law {
        Law::Discrete(outcomes) => {
            let mut all: Vec<Target> = outcomes.iter().flat_map(|o| o.changes.keys().copied()).collect();
            all.sort_unstable();
            all.dedup();
            all
        }
        Law::Uniform(target, ..) | Law::Normal(target, ..) => vec![*target],
    }
}
