//! Reads the price index: what a rupiah of constant prices is in nominal rupiah, year by year.

use super::super::file::ScenarioFile;
use super::super::number::{Unit, certain};
use super::super::phrase;
use super::super::table::calendar_year;
use super::reader::{PolicyReader, year_index};
use crate::language::text;
use crate::model::Horizon;

/// The greatest index: prices a hundred times those of the scenario.
const MOST: f64 = 100.0;

impl PolicyReader<'_> {
    /// The index by year of commitments, where one is stated.
    pub(super) fn price_index(&mut self, file: &ScenarioFile, horizon: &Horizon) -> Option<Vec<f64>> {
        let stated = file.money.index.as_ref()?;
        let place = self.document.place("money.index");
        let mut index: Vec<Option<f64>> = vec![None; horizon.years];
        // Which years there are is unknown where the time axis is at fault.
        let axis = [("first_year", &file.horizon.first_year), ("years", &file.horizon.years)];
        let unknown = axis
            .iter()
            .any(|(key, number)| certain(number, self.document, &format!("horizon.{key}")).place.suspect);
        for (year, number) in stated {
            let path = format!("money.index.{year}");
            let own = self.document.place(&path);
            let before = self.faults.count();
            // A multiplier: 1.025 is no thousand.
            let unit = Unit::Exactly("multiplier".to_string());
            let value = self.between(number, &path, &unit, 0.0, MOST);
            if self.faults.count() == before && value <= 0.0 {
                self.faults.expected(&own, phrase::found(value), phrase::above_zero());
            }
            let at = match calendar_year(year) {
                Some(calendar) => year_index(calendar as f64, horizon),
                None => Err(phrase::four_digit_year()),
            };
            match at {
                Ok(at) => index[at] = Some(value),
                Err(expected) if !unknown => {
                    self.faults.expected(&own, phrase::found_text(year), expected);
                }
                Err(_) => {}
            }
        }
        let missing: Vec<String> = (0..horizon.years)
            .filter(|y| index[*y].is_none())
            .map(|y| horizon.calendar_year(y).to_string())
            .collect();
        if !missing.is_empty() && !unknown {
            let (first, last) = (horizon.first_year, horizon.last_year());
            self.faults.expected(
                &place,
                text!(
                    en: "no index for {years}",
                    id: "tidak ada indeks untuk {years}",
                    years = missing.join(", "),
                ),
                text!(
                    en: "one for each year from {first} to {last}, as in index = {{ {first} = 1.0, ... }}",
                    id: "satu untuk setiap tahun dari {first} sampai {last}, misalnya index = {{ {first} = 1.0, ... }}",
                ),
            );
        }
        Some(index.into_iter().map(|value| value.unwrap_or(1.0)).collect())
    }
}
