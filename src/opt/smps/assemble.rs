//! From the three files to a two-stage program: scenarios enumerated or drawn, costs negated once where the file
//! minimises.

use std::collections::BTreeMap;

use super::core::{Core, CoreRow, Kind, bound};
use super::stoch::{Element, Law, Target, targets};
use super::time::Time;
use crate::model::Risk;
use crate::opt::program::{Column, RecourseRow, Row, SampleProgram, Sense, TwoStageProgram};
use crate::sampling::{Purpose, Stream};
use crate::stats::normal_quantile;

/// The rows that one row of the core becomes: (sense, shift), with right-hand side value + shift. A range makes two rows.
fn parts(row: &CoreRow) -> Vec<(Sense, f64)> {
    match (row.kind, row.range) {
        (Kind::Free, _) => Vec::new(),
        (Kind::AtMost, None) => vec![(Sense::AtMost, 0.0)],
        (Kind::AtLeast, None) => vec![(Sense::AtLeast, 0.0)],
        (Kind::Equal, None) => vec![(Sense::Equal, 0.0)],
        (Kind::AtMost, Some(r)) => vec![(Sense::AtMost, 0.0), (Sense::AtLeast, -r.abs())],
        (Kind::AtLeast, Some(r)) => vec![(Sense::AtLeast, 0.0), (Sense::AtMost, r.abs())],
        (Kind::Equal, Some(r)) => vec![(Sense::AtLeast, r.min(0.0)), (Sense::AtMost, r.max(0.0))],
    }
}

/// Where a number of the core stands in the program of a sample.
#[derive(Debug, Clone, Copy)]
enum Slot {
    Rhs(usize, f64),
    First(usize, usize),
    Second(usize, usize),
    FirstCost(usize, f64),
    SecondCost(usize),
    Offset,
    Lower(usize),
    Upper(usize),
}

/// The core split into stages, with the place of every random number in a sample's program.
pub(super) struct Layout {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
    pub(super) first_columns: Vec<String>,
    pub(super) first_rows: Vec<String>,
    pub(super) second_columns: Vec<String>,
    pub(super) second_rows: Vec<String>,
    base: SampleProgram,
    slots: BTreeMap<Target, Vec<Slot>>,
    /// 1 where the file maximises, −1 where it minimises.
    sign: f64,
}

impl Layout {
    pub(super) fn new(core: &Core, time: &Time, elements: &[Element]) -> Self {
        let sign = if core.maximise { 1.0 } else { -1.0 };
        let mut random: Vec<Target> = elements.iter().flat_map(|element| targets(&element.law)).collect();
        random.sort_unstable();
        random.dedup();
        let mut layout = Self {
            columns: Vec::new(),
            rows: Vec::new(),
            first_columns: Vec::new(),
            first_rows: Vec::new(),
            second_columns: Vec::new(),
            second_rows: Vec::new(),
            base: SampleProgram { probability: 1.0, ..SampleProgram::default() },
            slots: BTreeMap::new(),
            sign,
        };
        let places = layout.add_columns(core, time);
        let mut by_row: Vec<Vec<(usize, f64)>> = vec![Vec::new(); core.rows.len()];
        for (j, column) in core.columns.iter().enumerate() {
            for (&i, &value) in &column.entries {
                by_row[i].push((j, value));
            }
        }
        for target in &random {
            // A random coefficient that the core leaves out is 0 there.
            if let Target::Entry(j, i) = *target
                && !core.columns[j].entries.contains_key(&i)
            {
                by_row[i].push((j, 0.0));
            }
        }
        for (i, row) in core.rows.iter().enumerate() {
            layout.add_row(i, row, time.rows[i] == 0, &by_row[i], &places);
        }
        if let Some(objective) = core.objective {
            layout.base.offset = -sign * core.rows[objective].rhs;
        }
        layout.slots.insert(Target::Constant, vec![Slot::Offset]);
        let wanted = |target: &Target| random.binary_search(target).is_ok();
        layout.slots.retain(|target, _| wanted(target));
        layout
    }

    /// Columns of both stages; gives the place of each: (is first, position).
    fn add_columns(&mut self, core: &Core, time: &Time) -> Vec<(bool, usize)> {
        let mut places = Vec::with_capacity(core.columns.len());
        for (j, column) in core.columns.iter().enumerate() {
            let cost = core.objective.and_then(|i| column.entries.get(&i)).copied().unwrap_or(0.0);
            let new = Column {
                lower: column.lower.value,
                upper: column.upper.value,
                integer: column.integer,
                ..Column::non_negative(self.sign * cost, f64::INFINITY)
            };
            let first = time.columns[j] == 0;
            let (list, names) = if first {
                (&mut self.columns, &mut self.first_columns)
            } else {
                (&mut self.base.columns, &mut self.second_columns)
            };
            let at = list.len();
            list.push(new);
            names.push(column.name.clone());
            places.push((first, at));
            if first {
                self.slots.insert(Target::Cost(j), vec![Slot::FirstCost(at, cost)]);
            } else {
                self.slots.insert(Target::Cost(j), vec![Slot::SecondCost(at)]);
                self.slots.insert(Target::Lower(j), vec![Slot::Lower(at)]);
                self.slots.insert(Target::Upper(j), vec![Slot::Upper(at)]);
                self.slots.insert(Target::Fixed(j), vec![Slot::Lower(at), Slot::Upper(at)]);
            }
        }
        places
    }

    fn add_row(
        &mut self,
        i: usize,
        row: &CoreRow,
        first: bool,
        entries: &[(usize, f64)],
        places: &[(bool, usize)],
    ) {
        for (number, (sense, shift)) in parts(row).into_iter().enumerate() {
            let name = if number == 0 { row.name.clone() } else { format!("{}/range", row.name) };
            let rhs = row.rhs + shift;
            if first {
                // Later columns can only stand here with 0.
                let own = entries.iter().filter(|(j, _)| places[*j].0);
                let entries = own.map(|&(j, a)| (places[j].1, a)).collect();
                self.rows.push(Row { entries, sense, rhs });
                self.first_rows.push(name);
                continue;
            }
            let at = self.base.rows.len();
            let mut new = RecourseRow { first: Vec::new(), second: Vec::new(), sense, rhs };
            for &(j, a) in entries {
                let (is_first, column) = places[j];
                let list = if is_first { &mut new.first } else { &mut new.second };
                let slot = if is_first { Slot::First(at, list.len()) } else { Slot::Second(at, list.len()) };
                list.push((column, a));
                self.slots.entry(Target::Entry(j, i)).or_default().push(slot);
            }
            self.slots.entry(Target::Rhs(i)).or_default().push(Slot::Rhs(at, shift));
            self.base.rows.push(new);
            self.second_rows.push(name);
        }
    }

    /// The program of a sample in which `changes` hold.
    fn sample(&self, probability: f64, changes: &BTreeMap<Target, f64>) -> SampleProgram {
        let mut sample = SampleProgram { probability, ..self.base.clone() };
        for (target, &value) in changes {
            for slot in self.slots.get(target).map_or(&[][..], Vec::as_slice) {
                match *slot {
                    Slot::Rhs(row, shift) => sample.rows[row].rhs = value + shift,
                    Slot::First(row, at) => sample.rows[row].first[at].1 = value,
                    Slot::Second(row, at) => sample.rows[row].second[at].1 = value,
                    Slot::FirstCost(column, core) => {
                        sample.first_objective.push((column, self.sign * (value - core)));
                    }
                    Slot::SecondCost(column) => sample.columns[column].objective = self.sign * value,
                    Slot::Offset => sample.offset = -self.sign * value,
                    Slot::Lower(column) => sample.columns[column].lower = bound(value),
                    Slot::Upper(column) => sample.columns[column].upper = bound(value),
                }
            }
        }
        sample
    }
}

/// How many scenarios the outcomes of all elements make together; nothing if an element is continuous.
pub(super) fn scenario_count(elements: &[Element]) -> Option<f64> {
    elements.iter().try_fold(1.0, |product, element| match &element.law {
        Law::Discrete(outcomes) => Some(product * outcomes.len() as f64),
        _ => None,
    })
}

/// The power of ten of the least likely combination of outcomes that can happen.
pub(super) fn smallest_exponent(elements: &[Element]) -> f64 {
    let least = |element: &Element| match &element.law {
        Law::Discrete(outcomes) => outcomes
            .iter()
            .map(|outcome| outcome.probability)
            .filter(|probability| *probability > 0.0)
            .fold(1.0, f64::min),
        _ => 1.0,
    };
    elements.iter().map(|element| libm::log10(least(element))).sum()
}

/// Every combination of outcomes; the last element changes fastest.
pub(super) fn enumerate(layout: &Layout, elements: &[Element]) -> Vec<SampleProgram> {
    let laws: Vec<&Vec<_>> = elements
        .iter()
        .filter_map(|element| match &element.law {
            Law::Discrete(outcomes) => Some(outcomes),
            _ => None,
        })
        .collect();
    let mut places = vec![0; laws.len()];
    let mut samples = Vec::new();
    loop {
        let mut changes = BTreeMap::new();
        let mut probability = 1.0;
        for (outcomes, &at) in laws.iter().zip(&places) {
            probability *= outcomes[at].probability;
            changes.extend(outcomes[at].changes.iter().map(|(target, value)| (*target, *value)));
        }
        if probability > 0.0 {
            samples.push(layout.sample(probability, &changes));
        }
        let Some(next) = (0..places.len()).rev().find(|&e| places[e] + 1 < laws[e].len()) else { break };
        places[next] += 1;
        for place in &mut places[next + 1..] {
            *place = 0;
        }
    }
    samples
}

/// `count` equally likely samples, each element drawn from a stream of its own.
pub(super) fn draw(layout: &Layout, elements: &[Element], count: usize, seed: u64) -> Vec<SampleProgram> {
    (0..count)
        .map(|w| {
            let mut changes = BTreeMap::new();
            for element in elements {
                let share =
                    Stream::new(seed, Purpose::Planning, &format!("smps/{}", element.name), w).share();
                match &element.law {
                    Law::Uniform(target, lower, upper) => {
                        changes.insert(*target, lower + share * (upper - lower));
                    }
                    Law::Normal(target, mean, deviation) => {
                        changes.insert(*target, mean + deviation * normal_quantile(share));
                    }
                    Law::Discrete(outcomes) => {
                        let mut left = share;
                        let chosen = outcomes.iter().find(|outcome| {
                            left -= outcome.probability;
                            left < 0.0
                        });
                        if let Some(outcome) = chosen.or(outcomes.last()) {
                            changes.extend(outcome.changes.iter().map(|(t, value)| (*t, *value)));
                        }
                    }
                }
            }
            layout.sample(1.0 / count as f64, &changes)
        })
        .collect()
}

/// The program over these samples.
pub(super) fn program(layout: &Layout, samples: Vec<SampleProgram>, risk: Risk) -> TwoStageProgram {
    TwoStageProgram { columns: layout.columns.clone(), rows: layout.rows.clone(), samples, risk }
}
