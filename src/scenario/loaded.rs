//! A scenario once it is loaded.

use super::change::{Changed, Override, SOURCE};
use super::diagnostic::Fault;
use super::number::Provenance;
use crate::language::Lang;
use crate::model::{Grade, Model};

/// A loaded scenario: the model, the numbers it was made from, and what is worth a warning.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The validated model.
    pub model: Model,
    /// Every number stated, with its provenance, by name.
    pub numbers: Vec<StatedNumber>,
    /// Warnings: statements that are allowed but may not be meant, in order of file and line.
    pub warnings: Vec<Fault>,
    /// Notes: how files were read that could have been meant otherwise, in order of file and line.
    pub notes: Vec<Fault>,
    /// Every file that was read, by its name in the folder, as it was read: together an exact copy of the scenario.
    pub files: Vec<(String, Vec<u8>)>,
    /// Overrides that it was loaded with.
    pub overrides: Vec<Override>,
    /// Values that stand in place of what the files state, in order of keys.
    pub changes: Vec<Changed>,
}

/// A number of the scenario and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedNumber {
    /// The name: `kutasari/price/ekspor`, `gula_kelapa/unit_cost/masak`, `budget/apbn/2027`.
    pub name: String,
    /// File and line or row.
    pub place: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A place as `values.csv row 3` or `scenario.toml line 12`, in the words of `lang`.
pub fn place_in(place: &str, lang: Lang) -> String {
    match lang {
        Lang::En => place.to_string(),
        Lang::Id if place == SOURCE => "penggantian".to_string(),
        Lang::Id => place.replace(" line ", " baris ").replace(" row ", " baris "),
    }
}

impl StatedNumber {
    /// Its place in the words of `lang`.
    pub fn place_in(&self, lang: Lang) -> String {
        place_in(&self.place, lang)
    }

    /// True if the number says where it comes from, or that it is an assumption.
    pub fn is_sourced(&self) -> bool {
        self.provenance.source.is_some() || self.provenance.grade == Some(Grade::Assumption)
    }
}
