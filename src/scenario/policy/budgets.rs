//! Amounts of money in tables, in whole rupiah, and the budgets of sources by year.

use super::super::diagnostic::{Faults, Place};
use super::super::loaded::StatedNumber;
use super::super::named::Named;
use super::super::number::{Provenance, Range, Stated, Unit, UnitRules, Value, provenance_of_row};
use super::super::phrase;
use super::super::table::{CellAmount, Columns, Row, Table};
use super::reader::{PolicyReader, shown, year_index};
use crate::language::{Text, text};
use crate::model::{Horizon, Source};
use crate::units::{MoneyUnit, Rupiah};

/// The columns of budgets.csv.
pub(crate) const BUDGETS: Columns = Columns {
    required: &["source", "year", "amount"],
    optional: &["unit", "reference", "grade"],
    numbers: &["amount"],
    left_out: &[],
};

/// The row that states the budget of each source in each year, if any does.
type Seen = Vec<Vec<Option<usize>>>;

/// Fills in the amounts of `sources` from budgets.csv.
pub(crate) fn read_budgets(
    table: &Table,
    sources: &mut [Source],
    horizon: &Horizon,
    policy: &mut PolicyReader<'_>,
) {
    let PolicyReader { rules, faults, numbers, .. } = policy;
    let keys: Vec<String> = sources.iter().map(|source| source.key.clone()).collect();
    let mut seen: Seen = vec![vec![None; horizon.years]; sources.len()];
    let mut complete = table.whole;
    for row in &table.rows {
        let provenance = provenance_of_row(row, "reference", faults);
        let name = row.text("source");
        let source = keys.iter().position(|key| key == name);
        if source.is_none() {
            faults.unknown(&row.place("source"), Named::Source, name, &keys);
        }
        let year = row.year("year", faults).and_then(|year| {
            year_index(year as f64, horizon)
                .map_err(|expected| faults.expected(&row.place("year"), phrase::found(year), expected))
                .ok()
        });
        let amount = row
            .required_amount("amount", faults)
            .and_then(|amount| amount_of_row(row, amount, &provenance, *rules, faults));
        complete &= year.is_some();
        let (Some(source), Some(year)) = (source, year) else { continue };
        if let Some(first) = seen[source][year].replace(row.place("").line.unwrap_or(0)) {
            faults.add(
                &row.place(""),
                phrase::already(&Text::same(format!("{name} {}", horizon.calendar_year(year))), first),
            );
        }
        numbers.push(StatedNumber {
            name: format!("budget/{name}/{}", horizon.calendar_year(year)),
            place: shown(&row.place("")),
            provenance,
        });
        sources[source].amounts[year] = amount.unwrap_or_default();
    }
    check_total(sources, faults);
    // A year that is missing may stand in what could not be read.
    if complete {
        check_years(&keys, &seen, horizon, faults);
    }
}

/// All amounts together are a sum that can be computed with.
fn check_total(sources: &[Source], faults: &mut Faults) {
    let total: i128 =
        sources.iter().flat_map(|source| &source.amounts).map(|amount| i128::from(amount.0)).sum();
    if total > i128::from(Rupiah::MOST_IN_ALL.0) {
        faults.expected(
            &Place::file("budgets.csv"),
            text!(
                en: "the amounts come to {total}",
                id: "semua jumlah mencapai {total}",
                total = phrase::rupiah(total),
            ),
            phrase::at_most_in_all(Rupiah::MOST_IN_ALL.0),
        );
    }
}

/// Every source has a row for every year.
fn check_years(keys: &[String], seen: &Seen, horizon: &Horizon, faults: &mut Faults) {
    for (source, years) in keys.iter().zip(seen) {
        let missing: Vec<String> = years
            .iter()
            .enumerate()
            .filter(|(_, row)| row.is_none())
            .map(|(y, _)| horizon.calendar_year(y).to_string())
            .collect();
        let which = match missing.as_slice() {
            [] => continue,
            [first, .., last] if missing.len() > 5 => {
                text!(
                    en: "{count} years from {first} to {last}",
                    id: "{count} tahun dari {first} sampai {last}",
                    count = missing.len(),
                )
            }
            few => Text::same(few.join(", ")),
        };
        faults.help(
            &Place::file("budgets.csv"),
            text!(
                en: "source '{source}' has no row for {which}",
                id: "sumber dana '{source}' tidak memiliki baris untuk {which}",
                which,
            ),
            text!(
                en: "add one for every year; amount 0 if it has no money that year",
                id: "tambahkan satu baris untuk setiap tahun; isi 0 pada amount jika tidak ada dana pada tahun itu",
            ),
        );
    }
}

/// The amount of column `amount` in whole rupiah, where its words or the column `unit` say in which unit it is, or neither
/// does: not both.
pub(crate) fn amount_of_row(
    row: &Row,
    amount: CellAmount,
    provenance: &Provenance,
    rules: UnitRules,
    faults: &mut Faults,
) -> Option<Rupiah> {
    let mut stated =
        Stated { provenance: provenance.clone(), ..Stated::absent(amount.number, row.place("amount")) };
    if amount.in_words {
        let rupiah = MoneyUnit::Rupiah.word();
        if let Some(unit) = provenance.unit.as_deref().filter(|unit| *unit != rupiah) {
            faults.help(
                &row.place("unit"),
                text!(
                    en: "the amount '{amount}' says its size in words, and the unit is '{unit}' as well",
                    id: "jumlah '{amount}' sudah menyatakan besarannya dengan kata, padahal satuannya '{unit}' juga diisi",
                    amount = row.text("amount"),
                ),
                text!(en: "keep one of the two", id: "pertahankan salah satu"),
            );
            return None;
        }
        stated.provenance.unit = Some(rupiah.to_string());
    }
    whole_rupiah(&stated, rules, faults)
}

/// A money amount in whole rupiah.
fn whole_rupiah(stated: &Stated, rules: UnitRules, faults: &mut Faults) -> Option<Rupiah> {
    whole(&stated.checked(&Unit::Money(None), Range::NonNegative, rules, faults), faults)
}

/// An amount in whole rupiah that was checked already.
pub(crate) fn whole(checked: &Stated, faults: &mut Faults) -> Option<Rupiah> {
    let Value::Certain(rupiah) = checked.value else { return None };
    let amount = whole_amount(rupiah);
    // An amount below 0 is told already.
    if amount.is_none() && rupiah.round() >= 0.0 {
        faults.expected(
            &checked.place,
            text!(en: "found {rupiah} rupiah", id: "tertulis {rupiah} rupiah"),
            text!(
                en: "whole rupiah, at most 1000 triliun",
                id: "rupiah bulat, tidak lebih dari 1000 triliun",
            ),
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
