//! The tables of observations in `data/`: columns that empirical distributions take their values from.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::diagnostic::{Faults, Place};
use super::table::parse_number;

/// Fewest observations that make a distribution.
const FEWEST: usize = 2;

/// One table: its header and its rows with their numbers.
#[derive(Debug)]
struct Observed {
    header: Vec<String>,
    rows: Vec<(Option<usize>, csv::StringRecord)>,
}

/// All tables in `data/`, by their name in the folder (`data/prices.csv`).
#[derive(Debug, Default)]
pub(crate) struct Observations {
    /// `None` for a table that could not be read, which is told already.
    tables: BTreeMap<String, Option<Observed>>,
    used: RefCell<BTreeSet<String>>,
}

impl Observations {
    /// Reads every table whose text is in `texts`; `unread` names those that are there but could not be.
    pub(crate) fn read(
        texts: &BTreeMap<String, String>,
        unread: &BTreeSet<String>,
        faults: &mut Faults,
    ) -> Self {
        let mut tables: BTreeMap<String, Option<Observed>> =
            unread.iter().filter(|name| name.starts_with("data/")).map(|name| (name.clone(), None)).collect();
        for (name, text) in texts.iter().filter(|(name, _)| name.starts_with("data/")) {
            tables.insert(name.clone(), read(name, text, faults));
        }
        Self { tables, used: RefCell::default() }
    }

    /// The observations in `column` of `table`, ascending. `None`, with the faults noted, where they cannot be had.
    pub(crate) fn column(
        &self,
        table: &str,
        column: &str,
        place: &Place,
        faults: &mut Faults,
    ) -> Option<Vec<f64>> {
        let Some(found) = self.tables.get(table) else {
            let known: Vec<&String> = self.tables.keys().collect();
            if known.is_empty() {
                let file = "a CSV file in the folder data, named like data/prices.csv";
                faults.expected(place, format!("unknown table '{table}'"), file);
            } else {
                faults.unknown(place, "table", table, &known);
            }
            return None;
        };
        self.used.borrow_mut().insert(table.to_string());
        let found = found.as_ref()?;
        let Some(at) = found.header.iter().position(|name| name == column) else {
            faults.unknown(place, &format!("column of {table}"), column, &found.header);
            return None;
        };
        let mut values = Vec::new();
        let mut whole = true;
        for (line, record) in &found.rows {
            let cell = record.get(at).unwrap_or_default();
            match parse_number(cell) {
                Ok(value) => values.push(value),
                Err(why) => {
                    whole = false;
                    let here = Place { line: *line, ..Place::file(table) }.at(&format!("column {column}"));
                    if cell.is_empty() {
                        let help =
                            "leave the row out, or put columns of different length into tables of their own";
                        faults.help(&here, "the cell is empty", help);
                    } else {
                        faults.add(&here, why);
                    }
                }
            }
        }
        if whole && values.len() < FEWEST {
            faults.expected(
                &Place::file(table),
                format!("column '{column}' has {} observations", values.len()),
                format!("at least {FEWEST}"),
            );
            return None;
        }
        values.sort_by(f64::total_cmp);
        whole.then_some(values)
    }

    /// Tells of tables that no number uses.
    pub(crate) fn tell_unused(&self, faults: &mut Faults) {
        let used = self.used.borrow();
        for (name, table) in &self.tables {
            if table.is_some() && !used.contains(name) {
                faults.help(
                    &Place::file(name),
                    "no number takes its values from this table",
                    "use it with dist empirical, or take it away",
                );
            }
        }
    }
}

fn read(name: &str, text: &str, faults: &mut Faults) -> Option<Observed> {
    let whole = Place::file(name);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut header = Vec::new();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                faults.add(&whole, format!("is not a CSV table: {error}"));
                return None;
            }
        };
        let line = record.position().and_then(|position| usize::try_from(position.line()).ok());
        if header.is_empty() {
            header = record.iter().map(str::to_string).collect();
            let place = Place { line, ..whole.clone() };
            if let Some(twice) = (1..header.len()).find(|i| header[..*i].contains(&header[*i])) {
                faults.add(&place, format!("column '{}' comes twice", header[twice]));
                return None;
            }
        } else if record.len() != header.len() {
            faults.expected(
                &Place { line, ..whole.clone() },
                format!("the row has {} cells", record.len()),
                format!("{} as in the header", header.len()),
            );
            return None;
        } else {
            rows.push((line, record));
        }
    }
    Some(Observed { header, rows })
}
