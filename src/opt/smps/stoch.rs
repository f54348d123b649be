//! The stochastic file: what is random, as independent elements (single numbers, blocks of numbers, or scenarios).

use std::collections::BTreeMap;

use super::core::{Core, Kind};
use super::line::{Format, Line, Report, Source, lines, number};
use super::time::Time;

/// Words that open a section of a stochastic file.
const SECTIONS: [&str; 5] = ["STOCH", "INDEP", "BLOCKS", "SCENARIOS", "ENDATA"];
/// Probabilities that miss 1 by more than this are refused.
const TOLERANCE: f64 = 1e-6;
/// Probabilities that miss 1 by more than rounding are brought to 1 with a note.
const ROUNDING: f64 = 1e-12;

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

/// One outcome of an element: a probability, and the numbers it sets.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Outcome {
    pub(super) probability: f64,
    pub(super) changes: BTreeMap<Target, f64>,
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

/// What a section holds.
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

/// Reads a stochastic file; faults and notes go into `report`.
pub(super) fn read(
    source: Source<'_>,
    format: Format,
    core: &Core,
    time: &Time,
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
        scenarios: BTreeMap::new(),
        lenient: false,
    };
    let mut section = Section::Nothing;
    for line in lines(source.text, format) {
        if line.header {
            if line.word() == "ENDATA" {
                break;
            }
            section = reader.header(&line);
            continue;
        }
        match section {
            Section::Discrete | Section::Uniform | Section::Normal => reader.independent(&line, section),
            Section::Blocks if line.word() == "BL" => reader.block(&line),
            Section::Scenarios if line.word() == "SC" => reader.scenario(&line),
            Section::Blocks | Section::Scenarios => reader.entry(&line),
            Section::Nothing => {
                let problem = format!("{} stands in no section", line.shown());
                reader.fault(Some(line.number), problem, "INDEP, BLOCKS or SCENARIOS", "");
            }
            Section::Unknown => {}
        }
    }
    reader.finish()
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
    /// Scenarios by name: their place among the outcomes of their element.
    scenarios: BTreeMap<String, usize>,
    /// A name that is no column was taken for the right-hand side.
    lenient: bool,
}

impl Reader<'_> {
    fn fault(&mut self, line: Option<usize>, problem: String, expected: &str, help: &str) {
        self.report.fault(self.file, line, problem, expected, help);
    }

    fn header(&mut self, line: &Line<'_>) -> Section {
        let word = line.word();
        let kind = line.field(1).to_ascii_uppercase();
        let section = match (word.as_str(), kind.as_str()) {
            ("STOCH", _) => return Section::Nothing,
            ("INDEP", "DISCRETE" | "") => Section::Discrete,
            ("INDEP", "UNIFORM") => Section::Uniform,
            ("INDEP", "NORMAL") => Section::Normal,
            ("BLOCKS", "DISCRETE" | "") => Section::Blocks,
            ("SCENARIOS", _) => Section::Scenarios,
            ("INDEP" | "BLOCKS", _) => {
                let problem = format!("{word} with distribution '{kind}'");
                let help = "other laws can be written as DISCRETE or SCENARIOS with sampled values";
                self.fault(
                    Some(line.number),
                    problem,
                    "INDEP DISCRETE, UNIFORM or NORMAL, BLOCKS DISCRETE",
                    help,
                );
                return Section::Unknown;
            }
            ("SIMPLE" | "ROBUST" | "PLINQUAD" | "CHANCE" | "ICC" | "NODES" | "DISTRIB", _) => {
                let problem = format!("section {word} is not read");
                let expected = "a two-stage program with INDEP, BLOCKS or SCENARIOS";
                self.fault(Some(line.number), problem, expected, "");
                return Section::Unknown;
            }
            _ => {
                let problem = format!("unknown section {}", line.shown());
                let help =
                    "is this a stochastic file? The order is CORE TIME STOCH; data lines begin with a blank";
                self.fault(Some(line.number), problem, &SECTIONS.join(", "), help);
                return Section::Unknown;
            }
        };
        let words: Vec<String> = line.fields.iter().skip(1).map(|f| f.to_ascii_uppercase()).collect();
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

    /// The number of the core that two names (and a bound's type) mean.
    fn target(&mut self, line: &Line<'_>, bound: &str, first: &str, second: &str) -> Option<Target> {
        let column = |name: &str| self.core.column_index.get(name).copied();
        if !bound.is_empty() {
            let Some(j) = column(second) else {
                let problem = format!("'{second}' is no column of the core file");
                self.fault(Some(line.number), problem, "a bound's type, its set and a column", "");
                return None;
            };
            return match bound {
                "UP" => Some(Target::Upper(j)),
                "LO" => Some(Target::Lower(j)),
                "FX" => Some(Target::Fixed(j)),
                _ => {
                    let problem = format!("a random bound of type {bound}");
                    self.fault(Some(line.number), problem, "UP, LO or FX", "");
                    None
                }
            };
        }
        let Some(i) = self.core.row_index.get(second).copied() else {
            let problem = format!("'{second}' is no row of the core file");
            self.fault(Some(line.number), problem, "a column (or the right-hand side) and a row", "");
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
        let known = self.core.rhs_name.as_deref().unwrap_or("RHS");
        if name.eq_ignore_ascii_case(known) || name.to_ascii_uppercase().starts_with("RHS") {
            return true;
        }
        let near =
            self.core.columns.iter().find(|column| strsim::damerau_levenshtein(&column.name, name) <= 1);
        if let Some(column) = near {
            let problem = format!("'{name}' is neither a column nor the right-hand side");
            let help = format!("is '{}' meant, or '{known}'?", column.name);
            self.fault(Some(line.number), problem, "a column, or the name of the right-hand side", &help);
            return false;
        }
        if !self.lenient {
            self.lenient = true;
            let text = format!(
                "'{name}' is no column and is taken to be the right-hand side, '{known}' in the core"
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
            Target::Lower(j) | Target::Fixed(j) => self.core.columns[j].lower,
            Target::Upper(j) => self.core.columns[j].upper,
        }
    }

    fn number(&mut self, line: &Line<'_>, text: &str, what: &str) -> Option<f64> {
        let value = number(text);
        if value.is_none() {
            self.fault(Some(line.number), format!("'{text}' is not a number"), what, "");
        }
        value
    }

    fn probability(&mut self, line: &Line<'_>, text: &str) -> Option<f64> {
        let value = self.number(line, text, "a probability")?;
        if !(0.0..=1.0 + TOLERANCE).contains(&value) {
            self.fault(Some(line.number), format!("probability {value}"), "a number from 0 to 1", "");
            return None;
        }
        Some(value)
    }

    /// The period named by these fields; empty means none is stated.
    fn period(&mut self, line: &Line<'_>, name: &str) -> Option<usize> {
        if name.is_empty() {
            return None;
        }
        let period = self.time.period(name);
        if period.is_none() {
            let expected = format!("one of {}", self.time.periods.join(", "));
            self.fault(Some(line.number), format!("'{name}' is no period of the time file"), &expected, "");
        }
        period
    }

    /// The element of this name, new if need be.
    fn element(&mut self, name: &str, line: usize, period: Option<usize>) -> usize {
        if let Some(&id) = self.index.get(name) {
            self.elements[id].period = self.elements[id].period.max(period);
            return id;
        }
        let id = self.elements.len();
        self.index.insert(name.to_string(), id);
        let law = Law::Discrete(Vec::new());
        self.elements.push(Element { name: name.to_string(), law, line, period });
        id
    }

    /// True if a line's first field is a bound's type.
    fn bound<'l>(&self, line: &'l Line<'_>) -> &'l str {
        let word = line.field(0);
        let is_type = ["UP", "LO", "FX", "FR", "MI", "PL", "BV", "UI", "LI"].contains(&word);
        let entry =
            self.core.column_index.contains_key(word) && self.core.row_index.contains_key(line.field(1));
        let column = self.core.column_index.contains_key(line.field(2));
        if is_type && !entry && column { word } else { "" }
    }

    /// column row value \[period\] probability; for UNIFORM lower and upper, for NORMAL mean and variance.
    fn independent(&mut self, line: &Line<'_>, section: Section) {
        let bound = self.bound(line);
        let skip = usize::from(!bound.is_empty());
        let count = line.fields.len();
        if count < skip + 4 {
            let problem = format!("{} has {count} fields", line.shown());
            let expected = match section {
                Section::Uniform => "column, row, lower end, period if wanted, upper end",
                Section::Normal => "column, row, mean, period if wanted, variance",
                _ => "column, row, value, period if wanted, probability",
            };
            self.fault(Some(line.number), problem, expected, "");
            return;
        }
        let (first, second) = (line.field(skip), line.field(skip + 1));
        let target = self.target(line, bound, first, second);
        let value = self.number(line, line.field(skip + 2), "a value");
        let period = self.period(line, &line.fields[skip + 3..count - 1].join(" "));
        let last = line.field(count - 1);
        let last = if section == Section::Discrete {
            self.probability(line, last)
        } else {
            self.number(line, last, "the law's second parameter")
        };
        let (Some(target), Some(value), Some(last)) = (target, value, last) else { return };
        let name = format!("{bound}{}{first}/{second}", if bound.is_empty() { "" } else { "/" });
        let known = self.index.contains_key(&name);
        let id = self.element(&name, line.number, period);
        let (core, change) = (self.core_value(target), self.change);
        if section == Section::Discrete {
            let changes = BTreeMap::from([(target, change.apply(core, value))]);
            if let Law::Discrete(outcomes) = &mut self.elements[id].law {
                outcomes.push(Outcome { probability: last, changes });
                return;
            }
        }
        if known {
            let problem = format!("'{first}' in '{second}' has a law already");
            self.fault(Some(line.number), problem, "one law for each number", "");
            return;
        }
        self.elements[id].law = if section == Section::Uniform {
            if last < value {
                let problem = format!("uniform between {value} and {last}");
                self.fault(Some(line.number), problem, "the lower end before the upper", "");
            }
            Law::Uniform(target, change.apply(core, value), change.apply(core, last))
        } else {
            if last < 0.0 {
                let problem = format!("normal with variance {last}");
                self.fault(Some(line.number), problem, "a variance of at least 0", "");
            }
            let spread = if change == Change::Multiply { core.abs() } else { 1.0 };
            Law::Normal(target, change.apply(core, value), libm::sqrt(last.max(0.0)) * spread)
        };
    }

    /// BL block \[period\] probability: one more outcome of a block. It starts as the block's first outcome.
    fn block(&mut self, line: &Line<'_>) {
        self.block = None;
        let count = line.fields.len();
        if count < 3 {
            let expected = "BL, the block's name, its period if wanted, a probability";
            self.fault(Some(line.number), format!("block {}", line.shown()), expected, "");
            return;
        }
        // Blanks in names: the longest end that is a period is the period.
        let middle = &line.fields[2..count - 1];
        let start =
            (0..middle.len()).find(|&i| self.time.period(&middle[i..].join(" ")).is_some()).unwrap_or(0);
        let mut name = line.field(1).to_string();
        for word in &middle[..start] {
            name = format!("{name} {word}");
        }
        let period = self.period(line, &middle[start..].join(" "));
        let Some(probability) = self.probability(line, line.field(count - 1)) else { return };
        let id = self.element(&format!("block/{name}"), line.number, period);
        self.block = Some(id);
        if let Law::Discrete(outcomes) = &mut self.elements[id].law {
            let changes = outcomes.first().map(|first| first.changes.clone()).unwrap_or_default();
            outcomes.push(Outcome { probability, changes });
        }
    }

    /// SC name parent probability \[period\]: starts as its parent; ROOT is the core.
    fn scenario(&mut self, line: &Line<'_>) {
        self.block = None;
        let count = line.fields.len();
        if count < 4 {
            let expected = "SC, a name, the scenario it branches from or 'ROOT', a probability, the period it branches in";
            self.fault(Some(line.number), format!("scenario {}", line.shown()), expected, "");
            return;
        }
        let (name, parent) = (line.field(1).to_string(), line.field(2).trim_matches('\''));
        // Some writers put the period before the probability.
        let (probability, period) =
            if number(line.field(3)).is_none() && number(line.field(count - 1)).is_some() {
                (line.field(count - 1), line.fields[3..count - 1].join(" "))
            } else {
                (line.field(3), line.fields[4..].join(" "))
            };
        let period = self.period(line, &period);
        let probability = self.probability(line, probability);
        let id = self.element("scenarios", line.number, period);
        let known = self.scenarios.get(parent).copied();
        if known.is_none() && !parent.eq_ignore_ascii_case("ROOT") {
            let problem = format!("scenario '{name}' branches from '{parent}', which is not known");
            self.fault(Some(line.number), problem, "'ROOT' or a scenario above", "");
        }
        if self.scenarios.contains_key(&name) {
            let problem = format!("scenario '{name}' stands twice");
            self.fault(Some(line.number), problem, "a name of its own for each scenario", "");
        }
        let Law::Discrete(outcomes) = &mut self.elements[id].law else { return };
        let changes = known.and_then(|at| outcomes.get(at)).map(|o| o.changes.clone()).unwrap_or_default();
        self.scenarios.insert(name, outcomes.len());
        outcomes.push(Outcome { probability: probability.unwrap_or(0.0), changes });
        self.block = Some(id);
    }

    /// column row value \[row value\]: what the last block or scenario sets.
    fn entry(&mut self, line: &Line<'_>) {
        let bound = self.bound(line);
        let skip = usize::from(!bound.is_empty());
        let count = line.fields.len() - skip;
        if count != 3 && (count != 5 || skip == 1) {
            let problem = format!("entry {}", line.shown());
            self.fault(Some(line.number), problem, "a column, then one or two pairs of row and number", "");
            return;
        }
        let first = line.field(skip);
        for at in [1, 3] {
            if at + 1 >= count {
                break;
            }
            let target = self.target(line, bound, first, line.field(skip + at));
            let value = self.number(line, line.field(skip + at + 1), "a value");
            let (Some(target), Some(value)) = (target, value) else { continue };
            let Some(id) = self.block else {
                let problem = format!("{} belongs to no block or scenario", line.shown());
                self.fault(Some(line.number), problem, "a line BL or SC before it", "");
                return;
            };
            let value = self.change.apply(self.core_value(target), value);
            if let Law::Discrete(outcomes) = &mut self.elements[id].law
                && let Some(outcome) = outcomes.last_mut()
            {
                outcome.changes.insert(target, value);
            }
        }
    }

    fn finish(mut self) -> Vec<Element> {
        let mut elements = std::mem::take(&mut self.elements);
        let mut taken: BTreeMap<Target, usize> = BTreeMap::new();
        for (id, element) in elements.iter_mut().enumerate() {
            self.sum(element);
            self.first_stage(element);
            self.later(element);
            for target in targets(&element.law) {
                if let Some(other) = taken.insert(target, id)
                    && other != id
                {
                    let problem = format!("{} is random in two places", self.words(target));
                    let help = "one number belongs to one INDEP entry, one block or the scenarios";
                    self.fault(Some(element.line), problem, "each number once", help);
                }
            }
        }
        if self.index.contains_key("scenarios") && elements.len() > 1 {
            let help = "list the joint scenarios, or write the rest as BLOCKS";
            self.fault(None, "SCENARIOS beside INDEP or BLOCKS".to_string(), "one or the other", help);
        }
        elements
    }

    /// Brings the probabilities of an element to 1, or refuses them.
    fn sum(&mut self, element: &mut Element) {
        let Law::Discrete(outcomes) = &mut element.law else { return };
        let sum: f64 = outcomes.iter().map(|outcome| outcome.probability).sum();
        let name = element.name.clone();
        let shown = libm::round(sum * 1e12) / 1e12;
        if (sum - 1.0).abs() > TOLERANCE {
            let problem = format!("the probabilities of '{name}' sum to {shown}");
            let help = "see the lines of this name from here on; up to a millionth off they are brought to 1";
            self.fault(Some(element.line), problem, "1", help);
        } else {
            if (sum - 1.0).abs() > ROUNDING {
                let text = format!("the probabilities of '{name}' sum to {shown} and are divided by that");
                self.report.note(self.file, Some(element.line), text);
            }
            for outcome in outcomes.iter_mut() {
                outcome.probability /= sum;
            }
        }
    }

    /// Nothing of the first stage but its costs may be random: it is decided before chance.
    fn first_stage(&mut self, element: &Element) {
        for target in targets(&element.law) {
            let early = match target {
                Target::Entry(_, i) | Target::Rhs(i) => self.time.rows.get(i) == Some(&0),
                Target::Lower(j) | Target::Upper(j) | Target::Fixed(j) => {
                    self.time.columns.get(j) == Some(&0)
                }
                Target::Cost(_) | Target::Constant => false,
            };
            let same = match &element.law {
                Law::Discrete(outcomes) => outcomes
                    .iter()
                    .filter_map(|outcome| outcome.changes.get(&target))
                    .all(|value| *value == self.core_value(target)),
                _ => false,
            };
            if early && !same {
                let problem = format!("{} belongs to the first period and is random", self.words(target));
                let help = "what is decided in the first period is decided before chance";
                self.fault(Some(element.line), problem, "random numbers of later periods", help);
            }
        }
    }

    /// Chance after the second period would make more than two stages.
    fn later(&mut self, element: &Element) {
        if self.time.periods.len() <= 2 {
            return;
        }
        let of = |list: &[usize], id: usize| list.get(id).copied().unwrap_or(0);
        let latest = targets(&element.law)
            .into_iter()
            .map(|target| match target {
                Target::Entry(j, i) => of(&self.time.rows, i).max(of(&self.time.columns, j)),
                Target::Rhs(i) => of(&self.time.rows, i),
                Target::Cost(j) | Target::Lower(j) | Target::Upper(j) | Target::Fixed(j) => {
                    of(&self.time.columns, j)
                }
                Target::Constant => 0,
            })
            .max()
            .unwrap_or(0);
        let known = element.period.unwrap_or(latest);
        if known > 1 {
            let problem = format!(
                "'{}' becomes known in period '{}', after the second: the program has more than two stages",
                element.name, self.time.periods[known]
            );
            let help = "later periods are merged into the second only where all that is random is known in the second";
            self.fault(Some(element.line), problem, "chance in the second period alone", help);
        }
    }

    fn words(&self, target: Target) -> String {
        let column = |j: usize| &self.core.columns[j].name;
        match target {
            Target::Entry(j, i) => {
                format!("the coefficient of '{}' in '{}'", column(j), self.core.rows[i].name)
            }
            Target::Cost(j) => format!("the cost of '{}'", column(j)),
            Target::Rhs(i) => format!("the right-hand side of '{}'", self.core.rows[i].name),
            Target::Constant => "the constant of the objective".to_string(),
            Target::Lower(j) | Target::Upper(j) | Target::Fixed(j) => format!("a bound of '{}'", column(j)),
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
