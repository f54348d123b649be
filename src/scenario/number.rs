//! Numbers of a scenario: their distributions, units, ranges and provenance, whether they stand in TOML or in a table.

mod parameters;
mod row;
mod toml_table;
mod unit;

pub(crate) use parameters::parameters_of;
pub(crate) use row::{from_row, provenance_of_row, word};
pub(crate) use toml_table::{certain, from_toml};
pub(crate) use unit::{Unit, UnitRules};

use super::diagnostic::{Faults, Place};
use super::phrase;
use super::sheet::tell_two_ways;
use crate::language::{Text, text};
use crate::model::{Distribution, Grade, Scope, Varies};
use crate::units::TwoWays;

/// Where a number comes from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Provenance {
    /// The unit stated with it.
    pub unit: Option<String>,
    /// The year it describes.
    pub year: Option<i64>,
    /// Where it comes from.
    pub source: Option<String>,
    /// How good the evidence is.
    pub grade: Option<Grade>,
}

/// A value as stated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Certain(f64),
    Uncertain(Distribution),
}

/// A number as stated, with everything said about it.
#[derive(Debug, Clone)]
pub(crate) struct Stated {
    pub(crate) value: Value,
    pub(crate) varies: Option<Varies>,
    pub(crate) loadings: Vec<(String, f64)>,
    pub(crate) shared: Option<Scope>,
    pub(crate) provenance: Provenance,
    pub(crate) place: Place,
    /// Its parts that can be read two ways: a fault where money or a count is meant.
    pub(crate) doubts: Vec<(Place, TwoWays)>,
}

/// The smallest size of a number that is not zero.
const SMALLEST: f64 = 1e-12;

/// The largest size of a number.
const LARGEST: f64 = 1e15;

/// The values a number may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Range {
    /// Zero or more.
    NonNegative,
    /// A share, 0 to 1.
    Share,
    /// A share below 1.
    ShareBelowOne,
    /// Anything.
    Any,
}

/// A value multiplied by the factor of its unit.
fn scaled(value: &Value, factor: f64) -> Value {
    let f = |x: f64| x * factor;
    match value {
        Value::Certain(x) => Value::Certain(f(*x)),
        Value::Uncertain(distribution) => Value::Uncertain(match distribution {
            Distribution::Uniform { min, max } => Distribution::Uniform { min: f(*min), max: f(*max) },
            Distribution::Triangular { min, mode, max } => {
                Distribution::Triangular { min: f(*min), mode: f(*mode), max: f(*max) }
            }
            Distribution::Pert { min, mode, max } => {
                Distribution::Pert { min: f(*min), mode: f(*mode), max: f(*max) }
            }
            Distribution::Normal { mean, sd, min, max } => {
                Distribution::Normal { mean: f(*mean), sd: f(*sd), min: f(*min), max: f(*max) }
            }
            Distribution::Lognormal { median, cv } => Distribution::Lognormal { median: f(*median), cv: *cv },
            Distribution::Beta { alpha, beta, min, max } => {
                Distribution::Beta { alpha: *alpha, beta: *beta, min: f(*min), max: f(*max) }
            }
            Distribution::Discrete { values, weights } => Distribution::Discrete {
                values: values.iter().map(|x| f(*x)).collect(),
                weights: weights.clone(),
            },
            Distribution::Empirical { values } => {
                Distribution::Empirical { values: values.iter().map(|x| f(*x)).collect() }
            }
            // The share that events leave has no unit.
            Distribution::Event(event) => Distribution::Event(event.clone()),
        }),
    }
}

impl Stated {
    /// A certain number nobody stated: the documented meaning of leaving it out.
    pub(crate) fn absent(value: f64, place: Place) -> Self {
        Self {
            value: Value::Certain(value),
            varies: None,
            loadings: Vec::new(),
            shared: None,
            provenance: Provenance {
                grade: Some(Grade::Assumption),
                source: Some("the format's meaning of leaving this out".to_string()),
                ..Provenance::default()
            },
            place,
            doubts: Vec::new(),
        }
    }

    /// The same number in the model's units, after checking unit, range, distribution and how it varies.
    pub(crate) fn checked(&self, unit: &Unit, range: Range, rules: UnitRules, faults: &mut Faults) -> Stated {
        let (stated, can_be) = self.checked_value(unit, range, rules, faults);
        if can_be {
            self.check_variation(faults);
        }
        stated
    }

    /// [`checked`](Self::checked) but for how it varies; false where unit or distribution cannot be.
    fn checked_value(
        &self,
        unit: &Unit,
        range: Range,
        rules: UnitRules,
        faults: &mut Faults,
    ) -> (Stated, bool) {
        let mut stated = self.clone();
        let said = self.provenance.unit.as_deref().map(str::trim).filter(|unit| !unit.is_empty());
        let nothing = self.value == Value::Certain(0.0) && said.is_none() && unit.is_price();
        let factor =
            rules.factor(unit, said).or_else(|expected| if nothing { Ok(1.0) } else { Err(expected) });
        match (factor, said) {
            (Ok(factor), _) => stated.value = scaled(&self.value, factor),
            (Err(expected), Some(found)) => {
                faults.expected(
                    &self.place,
                    text!(en: "unit '{found}' does not fit here", id: "satuan '{found}' tidak cocok di sini"),
                    expected,
                );
                stated.place.suspect = true;
                return (stated, false);
            }
            (Err(expected), None) => {
                let found = text!(
                    en: "a price, a wage or a cost is stated without its unit",
                    id: "harga, upah, atau biaya dinyatakan tanpa satuannya",
                );
                faults.in_full(
                    &self.place,
                    found,
                    expected,
                    text!(
                        en: "state it with the number, as unit",
                        id: "nyatakan satuan bersama bilangannya, pada unit",
                    ),
                );
                stated.place.suspect = true;
                return (stated, false);
            }
        }
        if unit.counts() && !self.doubts.is_empty() {
            for (place, both) in &self.doubts {
                tell_two_ways(both, place, faults);
            }
            stated.place.suspect = true;
            return (stated, false);
        }
        let (low, high) = match &stated.value {
            Value::Certain(x) => (*x, *x),
            Value::Uncertain(distribution) => {
                if let Err(why) = distribution.validate() {
                    faults.add(
                        &self.place,
                        text!(
                            en: "this {name} distribution cannot be: {why}",
                            id: "sebaran {name} ini tidak mungkin: {why}",
                            name = distribution.name(),
                            why,
                        ),
                    );
                    return (stated, false);
                }
                distribution.support()
            }
        };
        self.check_range(low, high, range, faults);
        (stated, true)
    }

    /// [`checked`](Self::checked) for a number that is drawn anew for each event, and so does not say how it varies.
    pub(crate) fn checked_for_events(
        &self,
        unit: &Unit,
        range: Range,
        rules: UnitRules,
        faults: &mut Faults,
    ) -> Stated {
        if self.varies.is_some() || !self.loadings.is_empty() || self.shared.is_some() {
            faults.help(
                &self.place,
                text!(
                    en: "a number of an event is drawn anew for each event",
                    id: "bilangan suatu kejadian ditarik baru untuk setiap kejadian",
                ),
                text!(
                    en: "leave out varies, loadings and shared",
                    id: "hapus varies, loadings, dan shared",
                ),
            );
        }
        self.checked_value(unit, range, rules, faults).0
    }

    fn check_range(&self, low: f64, high: f64, range: Range, faults: &mut Faults) {
        // Beyond these sizes arithmetic with other numbers loses its meaning.
        let absurd = |x: f64| x.is_finite() && x != 0.0 && !(SMALLEST..=LARGEST).contains(&x.abs());
        if let Some(x) = [low, high].into_iter().find(|x| absurd(*x)) {
            let expected = text!(
                en: "0, or a size from {SMALLEST:e} to {LARGEST:e} (in rupiah where it is money)",
                id: "0, atau besaran dari {SMALLEST:e} sampai {LARGEST:e} (dalam rupiah jika berupa uang)",
            );
            faults.expected(&self.place, text!(en: "found {x:e}", id: "tertulis {x:e}"), expected);
            return;
        }
        let found = match &self.value {
            Value::Certain(x) => phrase::found(x),
            Value::Uncertain(distribution) => {
                let hint = if matches!(distribution, Distribution::Normal { .. }) && low == f64::NEG_INFINITY
                {
                    text!(
                        en: " (a normal distribution needs min, in tables p3, to be cut off there)",
                        id: " (sebaran normal memerlukan min, dalam tabel p3, agar terpotong di sana)",
                    )
                } else {
                    Text::same("")
                };
                text!(
                    en: "this {name} distribution reaches from {low} to {high}{hint}",
                    id: "sebaran {name} ini terbentang dari {low} sampai {high}{hint}",
                    name = distribution.name(),
                    hint,
                )
            }
        };
        match range {
            Range::NonNegative if low < 0.0 => faults.expected(&self.place, found, phrase::not_below_zero()),
            Range::Share if low < 0.0 || high > 1.0 => {
                faults.expected(
                    &self.place,
                    found,
                    text!(en: "a share between 0 and 1", id: "bagian antara 0 dan 1"),
                );
            }
            Range::ShareBelowOne if low < 0.0 || high >= 1.0 => {
                faults.expected(
                    &self.place,
                    found,
                    text!(en: "a share from 0 to below 1", id: "bagian dari 0 sampai kurang dari 1"),
                );
            }
            _ => {}
        }
    }

    fn check_variation(&self, faults: &mut Faults) {
        let uncertain = matches!(self.value, Value::Uncertain(_));
        if uncertain && self.varies.is_none() {
            faults.expected(
                &self.place,
                text!(
                    en: "a distribution does not say how it varies",
                    id: "sebaran ini tidak menyatakan seberapa sering bilangannya berubah",
                ),
                text!(
                    en: "varies as one of once, yearly, each_period",
                    id: "varies dengan isi salah satu dari once, yearly, each_period",
                ),
            );
        }
        if !uncertain && (self.varies.is_some() || !self.loadings.is_empty() || self.shared.is_some()) {
            faults.warn(
                &self.place,
                text!(
                    en: "a certain number neither varies, loads on a factor nor is shared: what it says of that has no effect",
                    id: "bilangan pasti tidak berubah, tidak dimuati faktor, dan tidak dipakai bersama: keterangan tentang itu tidak berpengaruh",
                ),
                Some(text!(
                    en: "give it a distribution, or leave varies, loadings and shared out",
                    id: "beri bilangan ini sebaran, atau hapus varies, loadings, dan shared",
                )),
            );
            return;
        }
        let squares: f64 = self.loadings.iter().map(|(_, a)| a * a).sum();
        if squares > 1.0 + 1e-12 {
            faults.expected(
                &self.place,
                text!(
                    en: "the squares of the loadings sum to {squares}",
                    id: "jumlah kuadrat semua muatan adalah {squares}",
                ),
                phrase::at_most(1),
            );
        }
    }
}
