//! The tables of observations in `data/`: columns that empirical distributions take their values from.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::alike::Alike;
use super::diagnostic::{Faults, Place};
use super::named::Named;
use super::phrase;
use super::sheet::{Decimal, Sheet, number};
use crate::language::text;
use crate::units::TwoWays;

/// Fewest observations that make a distribution.
const FEWEST: usize = 2;

/// One table: its header and its rows with their numbers.
#[derive(Debug)]
struct Observed {
    header: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
    decimal: Decimal,
}

/// A column of a table: its values, ascending, and those cells that can be read two ways.
#[derive(Debug, Default)]
pub(crate) struct Observation {
    pub(crate) values: Vec<f64>,
    pub(crate) doubts: Vec<(Place, TwoWays)>,
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
    ) -> Option<Observation> {
        let Some(found) = self.tables.get(table) else {
            let known: Vec<&String> = self.tables.keys().collect();
            if known.is_empty() {
                let file = text!(
                    en: "a CSV file in the folder data, named like data/prices.csv",
                    id: "berkas CSV dalam folder data, dengan nama seperti data/prices.csv",
                );
                faults.expected(
                    place,
                    text!(en: "unknown table '{table}'", id: "tabel '{table}' tidak dikenal"),
                    file,
                );
            } else {
                faults.unknown(place, Named::Table, table, &known);
            }
            return None;
        };
        self.used.borrow_mut().insert(table.to_string());
        let found = found.as_ref()?;
        let Some(at) = found.header.iter().position(|name| name == column && !name.is_empty()) else {
            let known: Vec<&String> = found.header.iter().filter(|name| !name.is_empty()).collect();
            faults.unknown(place, text!(en: "column of {table}", id: "kolom {table}"), column, &known);
            return None;
        };
        let (mut values, mut doubts) = (Vec::new(), Vec::new());
        let mut whole = true;
        for (line, row) in &found.rows {
            let cell = &row[at];
            let here = || Place::file(table).on_line(*line).column(column);
            match number(cell, found.decimal) {
                Ok((value, doubt)) => {
                    values.push(value);
                    doubts.extend(doubt.map(|both| (here(), both)));
                }
                Err(_) if cell.is_empty() => {
                    whole = false;
                    let help = text!(
                        en: "leave the row out, or put columns of different length into tables of their own",
                        id: "hapus baris ini, atau pisahkan kolom yang panjangnya berbeda ke tabel tersendiri",
                    );
                    faults.help(&here(), phrase::empty_cell(), help);
                }
                Err(fault) => {
                    whole = false;
                    fault.tell(&here(), faults);
                }
            }
        }
        if whole && values.len() < FEWEST {
            faults.expected(
                &Place::file(table),
                text!(
                    en: "column '{column}' has {count} observations",
                    id: "kolom '{column}' berisi {count} pengamatan",
                    count = values.len(),
                ),
                text!(en: "at least {FEWEST}", id: "sekurang-kurangnya {FEWEST}"),
            );
            return None;
        }
        values.sort_by(f64::total_cmp);
        whole.then_some(Observation { values, doubts })
    }

    /// Tells of tables that no number uses.
    pub(crate) fn tell_unused(&self, faults: &mut Faults) {
        let used = self.used.borrow();
        for (name, table) in &self.tables {
            if table.is_some() && !used.contains(name) {
                faults.help(
                    &Place::file(name),
                    text!(
                        en: "no number takes its values from this table",
                        id: "tidak ada bilangan yang mengambil nilainya dari tabel ini",
                    ),
                    text!(
                        en: "use it with dist empirical, or take it away",
                        id: "pakai dengan dist empirical, atau hapus tabel ini",
                    ),
                );
            }
        }
    }
}

fn read(name: &str, text: &str, faults: &mut Faults) -> Option<Observed> {
    let before = faults.count();
    let mut is_header = |header: &[String], line: usize, faults: &mut Faults| {
        let place = Place::file(name).on_line(line);
        let mut alike = Alike::default();
        for (at, column) in header.iter().enumerate().filter(|(_, column)| !column.is_empty()) {
            if header[..at].contains(column) {
                faults.add(&place, phrase::twice(Named::Column, column));
            } else {
                alike.tell(Named::Column, column, &place, faults);
            }
        }
        faults.count() == before
    };
    let Some(sheet) = Sheet::read(name, text, &mut is_header, faults) else {
        if faults.count() == before {
            faults.expected(
                &Place::file(name),
                text!(en: "the table is empty", id: "tabel ini kosong"),
                text!(
                    en: "a header, and observations below it",
                    id: "kepala tabel, dengan pengamatan di bawahnya",
                ),
            );
        }
        return None;
    };
    if !sheet.whole {
        return None;
    }
    let numeric: Vec<bool> = (0..sheet.header.len()).map(|at| sheet.is_numeric(at)).collect();
    let decimal = sheet.decimal(|at| numeric[at]);
    sheet.tell_dialect(name, decimal, faults);
    Some(Observed { header: sheet.header, rows: sheet.rows, decimal })
}
