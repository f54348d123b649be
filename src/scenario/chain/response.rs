//! Reads how an intervention raises a capacity: one of five kinds of response.

use super::super::diagnostic::Place;
use super::super::file::{CertainFile, RaiseFile};
use super::super::number::{Provenance, Range, Stated, Unit};
use super::super::phrase;
use super::super::sheet::tell_two_ways;
use super::reader::ChainReader;
use crate::language::{Text, text};
use crate::model::Response;
use crate::units::Rupiah;

impl ChainReader<'_> {
    /// The response that a raise states, in one of its five ways; `cost` is that of a unit, where it is bought in units.
    pub(super) fn response(
        &mut self,
        raise: &RaiseFile,
        path: &str,
        unit: &str,
        cost: Option<Rupiah>,
    ) -> Option<Response> {
        let place = self.place(path);
        self.check_documented(raise, &place);
        let points = (&raise.pieces, &raise.s_shaped);
        let linear = (&raise.cost, &raise.each, &raise.up_to);
        let in_units = raise.in_units == Some(true);
        // What is stated in units was told already to need one.
        let cost_of_one = cost.map_or(1.0, Rupiah::as_f64);
        // Points and halves in units are read as if a unit were a rupiah.
        let spend = if in_units { 1.0 } else { self.rules.money.rupiah() };
        let found = match (points, linear, (&raise.max, &raise.half)) {
            ((None, None), (Some(cost), None, up_to), (None, None)) if !in_units => {
                self.linear(cost, up_to.as_ref(), path, unit)
            }
            ((None, None), (None, Some(each), up_to), (None, None)) if !in_units => {
                return self.by_unit(each, up_to.as_ref(), path, unit).map(|of| of.for_units(cost_of_one));
            }
            ((Some(points), None), (None, None, None), (None, None)) => {
                self.points(raise, points, &format!("{path}.pieces"), spend, Response::pieces)
            }
            ((None, Some(points)), (None, None, None), (None, None)) => {
                self.points(raise, points, &format!("{path}.s_shaped"), spend, Response::s_shaped)
            }
            ((None, None), (None, None, None), (Some(max), Some(half))) => self.saturating(
                max,
                half,
                if in_units { &Unit::None } else { &Unit::Money(None) },
                path,
                unit,
            ),
            _ => {
                self.faults.expected(
                    &place,
                    text!(
                        en: "the response is not one of the five kinds",
                        id: "tanggapan ini bukan salah satu dari lima jenis yang ada",
                    ),
                    text!(
                        en: "either cost or each (with or without up_to), or pieces, or s_shaped, or max and half",
                        id: "cost atau each (dengan atau tanpa up_to), atau pieces, atau s_shaped, atau max bersama half",
                    ),
                );
                None
            }
        };
        found.map(|of| if in_units { of.for_units(cost_of_one) } else { of })
    }

    /// So much capacity for each unit bought, up to a limit if there is one, as if a unit were a rupiah.
    fn by_unit(
        &mut self,
        each: &CertainFile,
        up_to: Option<&CertainFile>,
        path: &str,
        unit: &str,
    ) -> Option<Response> {
        let effect = Unit::PerPeriod(unit.to_string());
        let adds = self.structural(each, &format!("{path}.each"), &effect, Range::NonNegative);
        let adds = self.positive(adds, "each", path);
        let up_to = self.up_to(up_to, path, unit)?;
        Some(Response::linear(1.0 / adds?, up_to))
    }

    /// The limit of a linear response.
    fn up_to(&mut self, up_to: Option<&CertainFile>, path: &str, unit: &str) -> Option<f64> {
        let Some(up_to) = up_to else { return Some(f64::INFINITY) };
        let effect = Unit::PerPeriod(unit.to_string());
        let value = self.structural(up_to, &format!("{path}.up_to"), &effect, Range::NonNegative);
        self.positive(value, "up_to", path)
    }

    /// Tells of a raise that documents points which it does not have.
    fn check_documented(&mut self, raise: &RaiseFile, place: &Place) {
        let points = raise.pieces.is_some() || raise.s_shaped.is_some();
        if !points && (raise.year.is_some() || raise.source.is_some() || raise.grade.is_some()) {
            self.faults.help(
                place,
                text!(
                    en: "year, source and grade of a raise document its pieces or s_shaped points, and it has none",
                    id: "year, source, dan grade pada raises menerangkan titik pieces atau s_shaped, padahal titik itu tidak ada",
                ),
                text!(
                    en: "give them with the number itself, as in cost = {{ value = ..., source = ... }}",
                    id: "tuliskan bersama bilangannya, misalnya cost = {{ value = ..., source = ... }}",
                ),
            );
        }
    }

    /// A cost for each unit of capacity, up to a limit if there is one.
    fn linear(
        &mut self,
        cost: &CertainFile,
        up_to: Option<&CertainFile>,
        path: &str,
        unit: &str,
    ) -> Option<Response> {
        let per_unit = Unit::Money(Some(unit.to_string()));
        let value = self.cost(cost, &format!("{path}.cost"), &Unit::Money(None), &per_unit);
        let cost = self.positive(value, "cost", path);
        let up_to = self.up_to(up_to, path, unit)?;
        Some(Response::linear(cost?, up_to))
    }

    /// A saturating response: its maximum, and the spend at which half of it is reached.
    fn saturating(
        &mut self,
        max: &CertainFile,
        half: &CertainFile,
        spend: &Unit,
        path: &str,
        unit: &str,
    ) -> Option<Response> {
        let effect = Unit::PerPeriod(unit.to_string());
        let max = self.structural(max, &format!("{path}.max"), &effect, Range::NonNegative);
        let half = self.structural(half, &format!("{path}.half"), spend, Range::NonNegative);
        let (max, half) = (self.positive(max, "max", path), self.positive(half, "half", path));
        Some(Response::saturating(max?, half?))
    }

    /// A number of the raise at `path` that must be above 0.
    fn positive(&mut self, value: f64, what: &str, path: &str) -> Option<f64> {
        if value > 0.0 {
            return Some(value);
        }
        let found = text!(en: "{what} is {value}", id: "{what} bernilai {value}");
        self.faults.expected(&self.document.place(path), found, phrase::above_zero());
        None
    }

    /// A cost per unit of capacity: money, with or without the capacity's unit said after it.
    fn cost(&mut self, number: &CertainFile, path: &str, money: &Unit, per_unit: &Unit) -> f64 {
        // A cost names its unit: what names none is measured against the full one, and refused.
        let with_per = match number {
            CertainFile::Stated(table) => table.unit.as_ref().is_none_or(|unit| unit.contains('/')),
            CertainFile::Plain(_) => true,
        };
        self.structural(number, path, if with_per { per_unit } else { money }, Range::NonNegative)
    }

    /// A response stated by its points, which the raise documents.
    fn points(
        &mut self,
        raise: &RaiseFile,
        pieces: &[Vec<f64>],
        path: &str,
        unit_of_spend: f64,
        response: impl Fn(&[(f64, f64)]) -> Result<Response, Text>,
    ) -> Option<Response> {
        let place = self.place(path);
        let provenance = Provenance {
            unit: None,
            year: raise.year,
            source: raise.source.clone(),
            grade: raise.grade.map(|word| word.0.0),
        };
        let stated = Stated { provenance, ..Stated::absent(0.0, place.clone()) };
        self.structural.push((path.to_string(), stated));
        let mut doubts = Vec::new();
        self.document.doubts(path, &mut doubts);
        for (place, both) in &doubts {
            tell_two_ways(both, place, self.faults);
        }
        if !doubts.is_empty() {
            return None;
        }
        let mut points = Vec::new();
        for (i, piece) in pieces.iter().enumerate() {
            match piece.as_slice() {
                [spend, effect] if *spend >= 0.0 && *effect >= 0.0 => {
                    points.push((spend * unit_of_spend, *effect));
                }
                _ => {
                    self.faults.expected(
                        &self.place(&format!("{path}[{i}]")),
                        text!(en: "found {piece:?}", id: "tertulis {piece:?}"),
                        text!(
                            en: "a point [spend, effect], neither below 0",
                            id: "titik [belanja, hasil], keduanya 0 atau lebih",
                        ),
                    );
                    return None;
                }
            }
        }
        match response(&points) {
            Ok(response) => Some(response),
            Err(why) => {
                self.faults.add(&place, why);
                None
            }
        }
    }
}
