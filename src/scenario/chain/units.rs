//! Reads the units in which interventions are bought.

use super::super::file::InterventionFile;
use super::super::number::{Range, Unit as NumberUnit};
use super::super::phrase;
use super::super::policy::whole_amount;
use super::reader::ChainReader;
use crate::language::text;
use crate::model::{MostUnits, Title, Unit};

/// Units of a cluster at most: more are as many as money buys.
const MOST: f64 = 1e9;

impl ChainReader<'_> {
    /// The unit of an intervention, where it states one.
    pub(super) fn unit(&mut self, name: &str, file: &InterventionFile, path: &str) -> Option<Unit> {
        let cost_path = format!("{path}.unit_cost");
        let most = self.most_units(file, path);
        let Some(unit) = &file.unit else {
            self.check_no_unit(name, file, path);
            return None;
        };
        if file.opens == Some(true) {
            self.faults.help(
                &self.place(&format!("{path}.unit")),
                text!(
                    en: "'{name}' opens sites, which costs exactly its fixed_cost",
                    id: "'{name}' membuka calon klaster, yang biayanya tepat sebesar fixed_cost",
                ),
                text!(en: "leave unit out", id: "hapus unit"),
            );
        }
        for (key, word) in [("id", &unit.id), ("one", &unit.one), ("many", &unit.many)] {
            if word.trim().is_empty() {
                self.faults.expected(
                    &self.place(&format!("{path}.unit.{key}")),
                    text!(en: "the unit has no name", id: "satuan ini tidak bernama"),
                    text!(en: "a word, such as 'furnace'", id: "sebuah kata, misalnya 'tungku'"),
                );
            }
        }
        let Some(stated) = &file.unit_cost else {
            self.faults.expected(
                &self.place(&format!("{path}.unit")),
                text!(
                    en: "'{name}' is bought in units, and has no unit_cost",
                    id: "'{name}' dibeli per satuan, tetapi tidak memiliki unit_cost",
                ),
                text!(en: "the cost of one unit, in money", id: "harga satu satuan, dalam uang"),
            );
            return None;
        };
        let before = self.faults.count();
        let found = self.structural(stated, &cost_path, &NumberUnit::Money(None), Range::NonNegative);
        let cost = whole_amount(found).filter(|cost| cost.0 > 0);
        if cost.is_none() && self.faults.count() == before {
            self.faults.expected(
                &self.place(&cost_path),
                text!(en: "found {found} rupiah", id: "tertulis {found} rupiah"),
                text!(en: "whole rupiah, above 0", id: "rupiah bulat, lebih dari 0"),
            );
        }
        let title = |en: &str| Title { id: unit.id.clone(), en: en.to_string() };
        Some(Unit {
            one: title(&unit.one),
            many: title(&unit.many),
            cost: cost?,
            whole: file.whole.unwrap_or(true),
            most,
        })
    }

    /// The most units of a cluster.
    fn most_units(&mut self, file: &InterventionFile, path: &str) -> MostUnits {
        let (own, each) = (format!("{path}.at_most"), format!("{path}.at_most_per_enterprise"));
        match (&file.at_most, &file.at_most_per_enterprise) {
            (None, None) => MostUnits::Any,
            (Some(most), None) => {
                let before = self.faults.count();
                let units = self.structural(most, &own, &NumberUnit::None, Range::NonNegative);
                if self.faults.count() == before && (units.fract() != 0.0 || units > MOST) {
                    let whole = phrase::whole_from_to(0, MOST as usize);
                    self.faults.expected(&self.place(&own), phrase::found(units), whole);
                }
                MostUnits::InCluster(units.min(MOST) as i64)
            }
            (None, Some(most)) => {
                MostUnits::PerEnterprise(self.structural(most, &each, &NumberUnit::None, Range::NonNegative))
            }
            (Some(_), Some(_)) => {
                self.faults.help(
                    &self.place(&own),
                    text!(
                        en: "at_most and at_most_per_enterprise both limit the units of a cluster",
                        id: "at_most dan at_most_per_enterprise sama-sama membatasi jumlah satuan suatu klaster",
                    ),
                    text!(en: "keep one of the two", id: "pertahankan salah satu"),
                );
                MostUnits::Any
            }
        }
    }

    /// Tells of keys that speak of units where there are none.
    fn check_no_unit(&mut self, name: &str, file: &InterventionFile, path: &str) {
        let keys = [
            ("unit_cost", file.unit_cost.is_some()),
            ("whole", file.whole.is_some()),
            ("at_most", file.at_most.is_some()),
            ("at_most_per_enterprise", file.at_most_per_enterprise.is_some()),
        ];
        let raises = file.raises.iter().flat_map(|(capacity, raise)| {
            let of = |key: &str| format!("raises.{capacity}.{key}");
            let each = raise.each.is_some().then(|| of("each"));
            each.into_iter().chain((raise.in_units == Some(true)).then(|| of("in_units")))
        });
        let stated = keys.into_iter().filter(|(_, stated)| *stated).map(|(key, _)| key.to_string());
        for key in stated.chain(raises).collect::<Vec<_>>() {
            self.faults.help(
                &self.place(&format!("{path}.{key}")),
                text!(
                    en: "'{name}' is not bought in units",
                    id: "'{name}' tidak dibeli per satuan",
                ),
                text!(
                    en: "name its unit, as in unit = {{ id = \"tungku\", one = \"furnace\", many = \"furnaces\" }}, or leave this out",
                    id: "nyatakan satuannya sebagai unit, atau hapus baris ini",
                ),
            );
        }
    }
}
