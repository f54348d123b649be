//! Units of a scenario's numbers, and their factors to the model's units.

use super::super::phrase;
use crate::language::{Text, text};
use crate::units::MoneyUnit;

/// The unit a number is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Money, per this unit if any.
    Money(Option<String>),
    /// Exactly this unit.
    Exactly(String),
    /// An amount of this unit each period.
    PerPeriod(String),
    /// An amount of this unit each period, per unit of money.
    PerMoney(String),
    /// A share of something.
    Share,
    /// No unit.
    None,
}

impl Unit {
    /// True where the number is money or counts something, so that three digits after a point may be thousands. Shares,
    /// multipliers and amounts of one thing for each unit of another are not meant.
    pub(super) fn counts(&self) -> bool {
        match self {
            Unit::Money(_) | Unit::PerPeriod(_) | Unit::None => true,
            Unit::Exactly(unit) => unit != "multiplier" && !unit.contains('/'),
            Unit::PerMoney(_) | Unit::Share => false,
        }
    }

    /// True for money for each unit of something: a price, a wage or a cost, whose unit nothing else settles.
    pub(super) fn is_price(&self) -> bool {
        matches!(self, Unit::Money(Some(_)))
    }

    /// The units that fit money for something, or something for money, and the factor of each to rupiah.
    fn prices(&self) -> Vec<(String, f64)> {
        let words = MoneyUnit::WORDS.iter();
        match self {
            Unit::Money(Some(per)) => words.map(|(word, m)| (format!("{word}/{per}"), m.rupiah())).collect(),
            Unit::PerMoney(unit) => {
                words.map(|(word, m)| (format!("{unit}/{word}"), 1.0 / m.rupiah())).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Units in quotes, one or the other.
fn either<'a>(units: impl Iterator<Item = &'a str>) -> Text {
    phrase::either(&units.map(|unit| Text::same(format!("'{unit}'"))).collect::<Vec<_>>())
}

/// The units that a scenario sets for all its numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnitRules {
    pub(crate) money: MoneyUnit,
    pub(crate) periods_per_year: usize,
}

impl UnitRules {
    /// The factor that turns a number stated in `stated` into the model's unit (rupiah, per period), or what was
    /// expected.
    pub(crate) fn factor(&self, unit: &Unit, stated: Option<&str>) -> Result<f64, Text> {
        let Some(stated) = stated.map(str::trim).filter(|text| !text.is_empty()) else {
            return match unit {
                Unit::Money(None) => Ok(self.money.rupiah()),
                Unit::PerMoney(_) => Ok(1.0 / self.money.rupiah()),
                unit if unit.is_price() => Err(either(unit.prices().iter().map(|(word, _)| word.as_str()))),
                _ => Ok(1.0),
            };
        };
        match unit {
            Unit::Money(None) => MoneyUnit::parse(stated)
                .map(MoneyUnit::rupiah)
                .ok_or_else(|| either(MoneyUnit::WORDS.iter().map(|(word, _)| *word))),
            Unit::Money(Some(_)) | Unit::PerMoney(_) => {
                let known = unit.prices();
                let found = known.iter().find(|(word, _)| word == stated).map(|(_, factor)| *factor);
                found.ok_or_else(|| either(known.iter().map(|(word, _)| word.as_str())))
            }
            Unit::Exactly(unit) if stated == unit => Ok(1.0),
            Unit::Exactly(unit) => Err(Text::same(format!("'{unit}'"))),
            Unit::PerPeriod(unit) => self.per_period(unit, stated),
            Unit::Share => match stated {
                "share" => Ok(1.0),
                "%" => Ok(0.01),
                _ => Err(either(["share", "%"].into_iter())),
            },
            Unit::None => Err(text!(en: "no unit", id: "tanpa satuan")),
        }
    }

    fn per_period(&self, unit: &str, stated: &str) -> Result<f64, Text> {
        let periods = self.periods_per_year as f64;
        let mut known = vec![
            (unit.to_string(), 1.0),
            (format!("{unit}/period"), 1.0),
            (format!("{unit}/year"), 1.0 / periods),
        ];
        match self.periods_per_year {
            4 => known.push((format!("{unit}/quarter"), 1.0)),
            12 => known.push((format!("{unit}/month"), 1.0)),
            2 => known.push((format!("{unit}/half-year"), 1.0)),
            _ => {}
        }
        known
            .iter()
            .find(|(name, _)| name == stated)
            .map(|(_, factor)| *factor)
            .ok_or_else(|| either(known.iter().map(|(name, _)| name.as_str())))
    }
}
