//! Reads certain numbers of `scenario.toml`, each in its range, and keeps where they come from.

use super::super::diagnostic::{Faults, Place};
use super::super::document::Document;
use super::super::file::CertainFile;
use super::super::loaded::StatedNumber;
use super::super::number::{Provenance, Range, Stated, Unit, UnitRules, Value, certain};
use super::super::phrase;
use crate::language::{Lang, Text, text};
use crate::model::Horizon;

/// Reads certain numbers of `scenario.toml` and keeps their provenance.
pub(crate) struct PolicyReader<'a> {
    pub(crate) document: &'a Document,
    pub(crate) rules: UnitRules,
    pub(crate) faults: &'a mut Faults,
    pub(crate) numbers: &'a mut Vec<StatedNumber>,
}

/// The place of a number in a list of numbers.
pub(crate) fn shown(place: &Place) -> String {
    place.shown().in_language(Lang::En).to_string()
}

impl PolicyReader<'_> {
    pub(crate) fn number(&mut self, number: &CertainFile, path: &str, unit: &Unit) -> (f64, Place) {
        let stated = certain(number, self.document, path);
        let before = self.faults.count();
        let checked = self.note(path, &stated, unit, Range::NonNegative);
        // Consequences of a fault that is told already are left out.
        let suspect = stated.place.suspect || self.faults.count() > before;
        (checked, Place { suspect, ..stated.place })
    }

    fn note(&mut self, name: &str, stated: &Stated, unit: &Unit, range: Range) -> f64 {
        let checked = stated.checked(unit, range, self.rules, self.faults);
        // The analyst's own choices need no source: format, time axis, risk, seeds and sample numbers.
        let choice =
            ["format", "horizon", "risk", "samples"].iter().any(|own| name.split('.').next() == Some(own));
        // A list counts as one number, which comes from where the first of its entries that says so comes from.
        let list = name.ends_with(']');
        let name = if list { name.rfind('[').map_or(name, |at| &name[..at]) } else { name };
        let known = self.numbers.iter_mut().find(|known| known.name == name);
        match known {
            Some(known) if known.provenance == Provenance::default() => {
                known.provenance = stated.provenance.clone();
            }
            Some(_) => {}
            None if choice => {}
            None => self.numbers.push(StatedNumber {
                name: name.to_string(),
                place: shown(&stated.place),
                provenance: stated.provenance.clone(),
            }),
        }
        match checked.value {
            Value::Certain(value) => value,
            Value::Uncertain(_) => 0.0,
        }
    }

    /// A number of any sign.
    pub(crate) fn signed(&mut self, number: &CertainFile, path: &str, unit: &Unit) -> f64 {
        let stated = certain(number, self.document, path);
        self.note(path, &stated, unit, Range::Any)
    }

    pub(crate) fn between(
        &mut self,
        number: &CertainFile,
        path: &str,
        unit: &Unit,
        low: f64,
        high: f64,
    ) -> f64 {
        let stated = certain(number, self.document, path);
        let place = stated.place.clone();
        // Units and words are checked on the size, so that the range below tells of a negative number in its own words.
        let found = match stated.value {
            Value::Certain(found) => found,
            Value::Uncertain(_) => 0.0,
        };
        let magnitude = Stated { value: Value::Certain(found.abs()), ..stated };
        let before = self.faults.count();
        let size = self.note(path, &magnitude, unit, Range::NonNegative);
        if self.faults.count() > before {
            return low.max(0.0);
        }
        let value = if found < 0.0 { -size } else { size };
        if value < low || value > high {
            self.faults.expected(&place, phrase::found(value), phrase::number_from_to(low, high));
            return low.max(0.0);
        }
        value
    }

    pub(crate) fn whole(&mut self, number: &CertainFile, path: &str, low: u64, high: u64) -> u64 {
        let (value, place) = self.number(number, path, &Unit::None);
        if value.fract() != 0.0 || value < low as f64 || value > high as f64 {
            self.faults.expected(&place, phrase::found(value), phrase::whole_from_to(low, high));
            return low;
        }
        value as u64
    }
}

/// The year (from 0) that a calendar year stands for, or what was expected.
pub(crate) fn year_index(year: f64, horizon: &Horizon) -> Result<usize, Text> {
    let last = horizon.calendar_year(horizon.years - 1);
    let offset = year - f64::from(horizon.first_year);
    if offset.fract() == 0.0 && offset >= 0.0 && offset < horizon.years as f64 {
        Ok(offset as usize)
    } else {
        Err(text!(
            en: "a year from {first} to {last}",
            id: "tahun dari {first} sampai {last}",
            first = horizon.first_year,
        ))
    }
}
