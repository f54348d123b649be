//! The state that reading a chain shares: slots, defaults, structural numbers, and faults.

use std::collections::BTreeMap;

use super::super::diagnostic::{Faults, Place};
use super::super::document::Document;
use super::super::file::{CertainFile, NumberFile};
use super::super::item::{Item, Slot};
use super::super::number::{Provenance, Range, Stated, Unit, UnitRules, Value, certain, from_toml};
use super::super::observations::Observations;
use super::super::phrase;
use crate::language::text;
use crate::model::Indicator;

/// Reads chains; holds what all parts need.
pub(crate) struct ChainReader<'a> {
    pub(super) document: &'a Document,
    pub(super) rules: UnitRules,
    pub(super) data: &'a Observations,
    /// The indicators of the scenario.
    pub(super) indicators: &'a [Indicator],
    pub(super) faults: &'a mut Faults,
    pub(super) slots: BTreeMap<(Item, String), Slot>,
    pub(super) defaults: BTreeMap<(Item, String), Stated>,
    pub(super) structural: Vec<(String, Stated)>,
}

impl ChainReader<'_> {
    pub(super) fn place(&self, path: &str) -> Place {
        self.document.place(path)
    }

    /// Opens a slot and, where the chain states its number, checks and keeps that.
    pub(super) fn slot(&mut self, item: Item, key: &str, unit: Unit, stated: Option<Stated>) {
        if let Some(stated) = stated {
            let checked = stated.checked(&unit, item.range(), self.rules, self.faults);
            self.defaults.insert((item, key.to_string()), checked);
        }
        self.slots.insert((item, key.to_string()), Slot { unit });
    }

    pub(super) fn stated(&mut self, number: &NumberFile, path: &str) -> Stated {
        from_toml(number, self.document, path, self.data, self.faults)
    }

    /// A structural number: certain, in this unit and range. A list counts as one number, which comes from where the
    /// first of its entries that says so comes from.
    pub(super) fn structural(&mut self, number: &CertainFile, path: &str, unit: &Unit, range: Range) -> f64 {
        let stated = certain(number, self.document, path).checked(unit, range, self.rules, self.faults);
        let value = match stated.value {
            Value::Certain(value) => value,
            Value::Uncertain(_) => 0.0,
        };
        let name = path.split('[').next().unwrap_or(path);
        match self.structural.iter_mut().find(|(known, _)| known == name) {
            None => self.structural.push((name.to_string(), stated)),
            Some((_, known)) if known.provenance == Provenance::default() => *known = stated,
            Some(_) => {}
        }
        value
    }

    /// A structural whole number in `0..=most`.
    pub(super) fn whole(&mut self, number: &CertainFile, path: &str, least: usize, most: usize) -> usize {
        let before = self.faults.count();
        let value = self.structural(number, path, &Unit::None, Range::NonNegative);
        if self.faults.count() > before {
            return least;
        }
        if value.fract() != 0.0 || value < least as f64 || value > most as f64 {
            self.faults.expected(&self.place(path), phrase::found(value), phrase::whole_from_to(least, most));
            return least;
        }
        value as usize
    }

    /// A profile of shares that sum to at most 1.
    pub(super) fn shares(&mut self, list: &[CertainFile], path: &str) -> Vec<f64> {
        let shares: Vec<f64> = list
            .iter()
            .enumerate()
            .map(|(i, n)| self.structural(n, &format!("{path}[{i}]"), &Unit::Share, Range::Share))
            .collect();
        check_shares(&shares, &self.place(path), self.faults);
        shares
    }
}

/// Notes shares that sum to more than 1, and empty profiles.
pub(crate) fn check_shares(shares: &[f64], place: &Place, faults: &mut Faults) {
    let sum: f64 = shares.iter().sum();
    if shares.is_empty() {
        faults.expected(
            place,
            phrase::empty_list(),
            text!(en: "at least one share", id: "sekurang-kurangnya satu bagian"),
        );
    } else if sum > 1.0 + 1e-9 {
        faults.expected(
            place,
            text!(en: "the shares sum to {sum}", id: "jumlah semua bagian adalah {sum}"),
            phrase::at_most(1),
        );
    } else if shares.len() > 1200 {
        faults.expected(
            place,
            text!(
                en: "the list has {count} shares",
                id: "daftar ini berisi {count} bagian",
                count = shares.len(),
            ),
            phrase::at_most(1200),
        );
    }
}
