//! A new value put where its key stands: into the tree of a file, or into the cells of a row.

use serde_json::Value;

use super::super::change::SOURCE;
use super::super::diagnostic::{Faults, Place};
use super::super::edit::{Edits, NewValue};
use super::super::phrase;
use super::super::sheet::tell_two_ways;
use super::super::table::Row;
use super::keys::{Key, Keys, Target};
use super::value::{rupiah, shown};
use crate::language::text;
use crate::units::MoneyUnit;

/// Adds the edit that gives `key` its new value; false, with the fault noted, where it cannot have it.
pub(super) fn apply(keys: &Keys, key: &Key, new: &NewValue, edits: &mut Edits, faults: &mut Faults) -> bool {
    match &key.target {
        Target::Path { file, path } => {
            edits.paths.entry(file.clone()).or_default().push((path.clone(), new.clone()));
            true
        }
        Target::Row { line } => {
            edits.rows.entry(("values.csv".to_string(), *line)).or_default().number = Some(new.clone());
            true
        }
        Target::NewRow(row) => {
            edits.added.push((row.clone(), new.clone()));
            true
        }
        Target::Cell { file, line, column } => {
            let Some(text) = cell(keys.row(file, *line), new, faults) else { return false };
            let row = edits.rows.entry(((*file).to_string(), *line)).or_default();
            row.cells.push((*column, text, new.place.clone()));
            true
        }
        Target::Money { file, line, column } => {
            let Some(cells) = amount(keys.row(file, *line), column, new, faults) else { return false };
            let row = edits.rows.entry(((*file).to_string(), *line)).or_default();
            row.cells.extend(cells);
            true
        }
    }
}

/// The number of a new value that is certain, with its unit; with the fault noted where it is not.
fn certain<'v>(new: &'v NewValue, faults: &mut Faults) -> Option<(f64, Option<&'v str>)> {
    let number = match &new.value {
        Value::Number(number) => number.as_f64(),
        value => value.get("value").and_then(Value::as_f64),
    };
    let Some(number) = number else {
        let found = phrase::found_text(shown(&new.value));
        faults.expected(&new.place, found, text!(en: "a certain number", id: "bilangan pasti"));
        return None;
    };
    if let Some((_, both)) = new.doubts.first() {
        tell_two_ways(both, &new.place, faults);
        return None;
    }
    Some((number, new.value.get("unit").and_then(Value::as_str)))
}

/// The text of a cell of words or of a plain number.
fn cell(row: Option<&Row>, new: &NewValue, faults: &mut Faults) -> Option<String> {
    if let Value::String(words) = &new.value {
        return Some(words.clone());
    }
    let (number, unit) = certain(new, faults)?;
    if let Some(unit) = unit {
        let found = text!(en: "unit '{unit}' does not fit here", id: "satuan '{unit}' tidak cocok di sini");
        faults.expected(&new.place, found, text!(en: "no unit", id: "tanpa satuan"));
        return None;
    }
    Some(row.map_or_else(|| number.to_string(), |row| row.written(number)))
}

/// The cells of an amount of money: its number, its unit, and where it comes from.
fn amount(
    row: Option<&Row>,
    column: &'static str,
    new: &NewValue,
    faults: &mut Faults,
) -> Option<Vec<(&'static str, String, Place)>> {
    let (number, unit) = certain(new, faults)?;
    let write = |number: f64| row.map_or_else(|| number.to_string(), |row| row.written(number));
    let place = || new.place.clone();
    let mut cells = Vec::new();
    if column == "rupiah" {
        // These tables have whole rupiah and no unit.
        let rupiah = rupiah(&new.value, MoneyUnit::Rupiah);
        let Some(rupiah) = rupiah else {
            let unit = unit.unwrap_or_default();
            let found =
                text!(en: "unit '{unit}' does not fit here", id: "satuan '{unit}' tidak cocok di sini");
            let words: Vec<&str> = MoneyUnit::WORDS.iter().map(|(word, _)| *word).collect();
            faults.expected(&new.place, found, phrase::one_of(&words.join(", ")));
            return None;
        };
        cells.push((column, write(rupiah), place()));
    } else {
        cells.push((column, write(number), place()));
        cells.push(("unit", unit.unwrap_or_default().to_string(), place()));
    }
    cells.push(("reference", SOURCE.to_string(), place()));
    cells.push(("grade", "assumption".to_string(), place()));
    Some(cells)
}
