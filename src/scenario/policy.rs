//! The policy side of a scenario: time, money, risk, factors, sources with their budgets, limits.

mod rules;

pub(crate) use rules::{Lists, MoneyRules};

use super::chain::{check_shares, title_of};
use super::diagnostic::{Faults, Place};
use super::document::Document;
use super::file::{CertainFile, ScenarioFile, SourceFile};
use super::number::{Provenance, Range, Stated, Unit, UnitRules, Value, certain, provenance_of_row};
use super::table::{Columns, Row, Table};
use super::{StatedNumber, is_key};
use crate::model::{Horizon, Risk, SampleDefaults, Source};
use crate::units::{MoneyUnit, Rupiah};

/// The settings of `scenario.toml` that need no names.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) horizon: Horizon,
    pub(crate) days_per_fte_year: f64,
    pub(crate) risk: Risk,
    pub(crate) samples: SampleDefaults,
    pub(crate) rules: UnitRules,
}

/// Reads certain numbers of `scenario.toml` and keeps their provenance.
pub(crate) struct PolicyReader<'a> {
    pub(crate) document: &'a Document,
    pub(crate) rules: UnitRules,
    pub(crate) faults: &'a mut Faults,
    pub(crate) numbers: &'a mut Vec<StatedNumber>,
}

/// What a place looks like in a list of numbers.
pub(crate) fn shown(place: &Place) -> String {
    match place.line {
        Some(line) if place.file.ends_with(".csv") => format!("{} row {line}", place.file),
        Some(line) => format!("{} line {line}", place.file),
        None => place.file.clone(),
    }
}

impl PolicyReader<'_> {
    pub(crate) fn number(&mut self, number: &CertainFile, path: &str, unit: &Unit) -> (f64, Place) {
        let stated = certain(number, self.document, path);
        let before = self.faults.count();
        let checked = self.note(path, &stated, unit, Range::NonNegative);
        // What follows from a fault told already need not be told.
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
            self.faults.expected(&place, format!("found {value}"), format!("a number from {low} to {high}"));
            return low.max(0.0);
        }
        value
    }

    pub(crate) fn whole(&mut self, number: &CertainFile, path: &str, low: u64, high: u64) -> u64 {
        let (value, place) = self.number(number, path, &Unit::None);
        if value.fract() != 0.0 || value < low as f64 || value > high as f64 {
            self.faults.expected(
                &place,
                format!("found {value}"),
                format!("a whole number from {low} to {high}"),
            );
            return low;
        }
        value as u64
    }

    /// Reads the settings.
    pub(crate) fn settings(&mut self, file: &ScenarioFile) -> Settings {
        let version = self.whole(&file.format, "format", 0, 1_000_000);
        if version != 1 {
            let place = self.document.place("format");
            self.faults.expected(
                &place,
                format!("format {version}"),
                "1, the only format this version reads",
            );
        }
        let periods_per_year =
            self.whole(&file.horizon.periods_per_year, "horizon.periods_per_year", 1, 366) as usize;
        let years = self.whole(&file.horizon.years, "horizon.years", 1, 100) as usize;
        if years * periods_per_year > 1200 {
            let place = self.document.place("horizon");
            let found = format!(
                "{years} years of {periods_per_year} periods are {} periods",
                years * periods_per_year
            );
            self.faults.expected(&place, found, "at most 1200 periods");
        }
        self.rules.periods_per_year = periods_per_year;
        let first_year = self.whole(&file.horizon.first_year, "horizon.first_year", 1900, 2200);
        let horizon = Horizon {
            years,
            periods_per_year,
            first_year: i32::try_from(first_year).unwrap_or(0),
            discount_rate: self.between(
                &file.money.discount_rate,
                "money.discount_rate",
                &Unit::Share,
                0.0,
                1.0,
            ),
        };
        let days = self.between(
            &file.labour.days_per_year,
            "labour.days_per_year",
            &Unit::Exactly("days".into()),
            1.0,
            366.0,
        );
        let alpha_place = self.document.place("risk.alpha");
        let alpha = self.between(&file.risk.alpha, "risk.alpha", &Unit::Share, 0.0, 1.0);
        if alpha >= 1.0 {
            self.faults.expected(&alpha_place, format!("found {alpha}"), "a level below 1, such as 0.9");
        }
        Settings {
            horizon,
            days_per_fte_year: days,
            risk: Risk {
                lambda: self.between(&file.risk.lambda, "risk.lambda", &Unit::Share, 0.0, 1.0),
                alpha,
            },
            samples: SampleDefaults {
                seed: self.whole(&file.samples.seed, "samples.seed", 0, 1 << 53),
                planning: self.whole(&file.samples.planning, "samples.planning", 1, 1_000_000) as usize,
                evaluation: self.whole(&file.samples.evaluation, "samples.evaluation", 2, 10_000_000)
                    as usize,
            },
            rules: self.rules,
        }
    }

    /// Autocorrelation of each factor, by key.
    pub(crate) fn factor_ar(&mut self, key: &str, number: &CertainFile) -> f64 {
        let path = format!("factors.{key}.ar");
        if !is_key(key) {
            self.key_fault("factors", key);
        }
        let place = self.document.place(&path);
        let ar = self.between(number, &path, &Unit::None, -1.0, 1.0);
        if ar.abs() >= 1.0 {
            self.faults.expected(&place, format!("found {ar}"), "a number between -1 and 1");
        }
        ar
    }

    fn key_fault(&mut self, path: &str, key: &str) {
        let place = self.document.place(&format!("{path}.{key}"));
        self.faults.expected(
            &place,
            format!("the name '{key}'"),
            "lower-case letters, digits, '_' and '-', at most 60",
        );
    }

    /// Reads a source, with no amounts yet.
    pub(crate) fn source(&mut self, key: &str, file: &SourceFile, names: &Names<'_>, years: usize) -> Source {
        let path = format!("sources.{key}");
        if !is_key(key) || key == "cluster" {
            self.key_fault("sources", key);
        }
        let disbursement: Vec<f64> = file
            .disbursement
            .iter()
            .enumerate()
            .map(|(i, n)| self.between(n, &format!("{path}.disbursement[{i}]"), &Unit::Share, 0.0, 1.0))
            .collect();
        check_shares(&disbursement, &self.document.place(&format!("{path}.disbursement")), self.faults);
        let eligible = self.eligible(
            &path,
            &Lists {
                types: file.types.as_deref(),
                support: file.support.as_deref(),
                regions: file.regions.as_deref(),
                chains: file.chains.as_deref(),
                clusters: file.clusters.as_deref(),
            },
            names,
        );
        Source {
            key: key.to_string(),
            title: title_of(&file.title),
            level: file.level.0,
            amounts: vec![Rupiah(0); years],
            carry_over: self.between(&file.carry_over, &format!("{path}.carry_over"), &Unit::Share, 0.0, 1.0),
            disbursement,
            eligible,
        }
    }
}

/// Names that eligibility lists may use.
pub(crate) struct Names<'a> {
    pub(crate) regions: Vec<&'a str>,
    pub(crate) chains: Vec<&'a str>,
    pub(crate) clusters: Vec<&'a str>,
    /// False where clusters could not be read, so that nobody knows which names of regions and clusters there are.
    pub(crate) places_known: bool,
}

/// The year (from 0) that a calendar year stands for, or what was expected.
pub(crate) fn year_index(year: f64, horizon: &Horizon) -> Result<usize, String> {
    let last = horizon.calendar_year(horizon.years - 1);
    let offset = year - f64::from(horizon.first_year);
    if offset.fract() == 0.0 && offset >= 0.0 && offset < horizon.years as f64 {
        Ok(offset as usize)
    } else {
        Err(format!("a year from {} to {last}", horizon.first_year))
    }
}

/// The columns of budgets.csv.
pub(crate) const BUDGETS: Columns = Columns {
    required: &["source", "year", "amount"],
    optional: &["unit", "reference", "grade"],
    numbers: &["amount"],
};

/// Fills in the amounts of `sources` from budgets.csv.
pub(crate) fn read_budgets(
    table: &Table,
    sources: &mut [Source],
    horizon: &Horizon,
    rules: UnitRules,
    faults: &mut Faults,
    numbers: &mut Vec<StatedNumber>,
) {
    let keys: Vec<String> = sources.iter().map(|source| source.key.clone()).collect();
    let mut seen = vec![vec![None; horizon.years]; sources.len()];
    let mut complete = table.whole;
    for row in &table.rows {
        let provenance = provenance_of_row(row, "reference", faults);
        let name = row.text("source");
        let source = keys.iter().position(|key| key == name);
        if source.is_none() {
            faults.unknown(&row.place("source"), "source", name, &keys);
        }
        let year = row.year("year", faults).and_then(|year| {
            year_index(year as f64, horizon)
                .map_err(|expected| faults.expected(&row.place("year"), format!("found {year}"), expected))
                .ok()
        });
        let amount = row
            .required_amount("amount", faults)
            .and_then(|amount| amount_of_row(row, amount, &provenance, rules, faults));
        complete &= year.is_some();
        let (Some(source), Some(year)) = (source, year) else { continue };
        if let Some(first) = seen[source][year].replace(row.place("").line) {
            let first = first.unwrap_or(0);
            faults.add(
                &row.place(""),
                format!("{name} {} stands in row {first} already", horizon.calendar_year(year)),
            );
        }
        numbers.push(StatedNumber {
            name: format!("budget/{name}/{}", horizon.calendar_year(year)),
            place: shown(&row.place("")),
            provenance,
        });
        sources[source].amounts[year] = amount.unwrap_or_default();
    }
    let total: i128 =
        sources.iter().flat_map(|source| &source.amounts).map(|amount| i128::from(amount.0)).sum();
    if total > i128::from(Rupiah::MOST_IN_ALL.0) {
        faults.expected(
            &Place::file("budgets.csv"),
            format!("the amounts come to {total} rupiah"),
            format!("at most {} in all", Rupiah::MOST_IN_ALL.0),
        );
    }
    // A year that is missing may stand in what could not be read.
    if !complete {
        return;
    }
    for (source, years) in keys.iter().zip(&seen) {
        let missing: Vec<String> = years
            .iter()
            .enumerate()
            .filter(|(_, row)| row.is_none())
            .map(|(y, _)| horizon.calendar_year(y).to_string())
            .collect();
        let which = match missing.as_slice() {
            [] => continue,
            [first, .., last] if missing.len() > 5 => {
                format!("{} years from {first} to {last}", missing.len())
            }
            few => few.join(", "),
        };
        faults.help(
            &Place::file("budgets.csv"),
            format!("source '{source}' has no row for {which}"),
            "add one for every year; amount 0 if it has no money that year",
        );
    }
}

/// The amount of column `amount` in whole rupiah, where its words or the column `unit` say in which unit it is, or neither
/// does: not both.
pub(crate) fn amount_of_row(
    row: &Row,
    (amount, in_words): (f64, bool),
    provenance: &Provenance,
    rules: UnitRules,
    faults: &mut Faults,
) -> Option<Rupiah> {
    let mut stated = Stated { provenance: provenance.clone(), ..Stated::absent(amount, row.place("amount")) };
    if in_words {
        let rupiah = MoneyUnit::Rupiah.word();
        if let Some(unit) = provenance.unit.as_deref().filter(|unit| *unit != rupiah) {
            faults.help(
                &row.place("unit"),
                format!(
                    "the amount '{}' says its size in words, and the unit is '{unit}' as well",
                    row.text("amount")
                ),
                "keep one of the two",
            );
            return None;
        }
        stated.provenance.unit = Some(rupiah.to_string());
    }
    whole_rupiah(&stated, rules, faults)
}

/// A money amount in whole rupiah.
pub(crate) fn whole_rupiah(stated: &Stated, rules: UnitRules, faults: &mut Faults) -> Option<Rupiah> {
    whole(&stated.checked(&Unit::Money(None), Range::NonNegative, rules, faults), faults)
}

/// The same of an amount that was checked already.
pub(crate) fn whole(checked: &Stated, faults: &mut Faults) -> Option<Rupiah> {
    let Value::Certain(rupiah) = checked.value else { return None };
    let amount = whole_amount(rupiah);
    // What is below 0 was told already.
    if amount.is_none() && rupiah.round() >= 0.0 {
        faults.expected(
            &checked.place,
            format!("found {rupiah} rupiah"),
            "whole rupiah, at most 1000 triliun",
        );
    }
    amount
}

/// The whole rupiah that an amount stands for. A unit such as juta may leave a fraction that is only rounding.
pub(crate) fn whole_amount(rupiah: f64) -> Option<Rupiah> {
    let whole = rupiah.round();
    let counts = (rupiah - whole).abs() <= 1e-3 && whole <= Rupiah::MAX.as_f64() && whole >= 0.0;
    counts.then_some(Rupiah(whole as i64))
}
