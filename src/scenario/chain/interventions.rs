//! Reads the interventions of a chain.

use super::super::file::InterventionFile;
use super::super::item::Item;
use super::super::named::Named;
use super::super::number::{Range, Unit, certain};
use super::reader::ChainReader;
use crate::language::text;
use crate::model::{Capacity, CapacityId, Decay, Intervention, Raise, UpkeepBearer};

impl ChainReader<'_> {
    pub(super) fn intervention(
        &mut self,
        name: &str,
        file: &InterventionFile,
        capacities: &[Capacity],
    ) -> Intervention {
        let path = format!("interventions.{name}");
        for (item, number, part) in [
            (Item::Effectiveness, &file.effectiveness, "effectiveness"),
            (Item::Additionality, &file.additionality, "additionality"),
            (Item::Upkeep, &file.upkeep, "upkeep"),
        ] {
            let stated = self.stated(number, &format!("{path}.{part}"));
            self.slot(item, name, Unit::Share, Some(stated));
        }
        let opens = self.commitments(name, file, &path);
        let decay = match (&file.depreciation, &file.lifetime) {
            (Some(rate), None) => Decay::Depreciation(self.structural(
                rate,
                &format!("{path}.depreciation"),
                &Unit::Share,
                Range::Share,
            )),
            (None, Some(life)) => Decay::Lifetime(self.whole(life, &format!("{path}.lifetime"), 1, 1200)),
            _ => {
                self.faults.help(
                    &self.place(&path),
                    text!(
                        en: "'{name}' must say how its stock wears out, in one way",
                        id: "'{name}' harus menyatakan penyusutan hasilnya dengan satu cara",
                    ),
                    text!(
                        en: "state either depreciation (share a year) or lifetime (periods)",
                        id: "nyatakan depreciation (bagian per tahun) atau lifetime (periode), salah satu saja",
                    ),
                );
                Decay::Depreciation(0.0)
            }
        };
        let gestation = self.shares(&file.gestation, &format!("{path}.gestation"));
        if file.raises.is_empty() && !opens {
            self.faults.help(
                &self.place(&path),
                text!(en: "'{name}' raises nothing", id: "'{name}' tidak menambah kapasitas apa pun"),
                text!(
                    en: "name at least one capacity under raises",
                    id: "sebutkan sekurang-kurangnya satu kapasitas pada raises",
                ),
            );
        }
        let names: Vec<&str> = capacities.iter().map(|k| k.key.as_str()).collect();
        let mut raises = Vec::new();
        for (capacity, raise) in &file.raises {
            let below = format!("{path}.raises.{capacity}");
            match names.iter().position(|key| key == capacity) {
                Some(index) => {
                    if let Some(response) = self.response(raise, &below, &capacities[index].unit) {
                        raises.push(Raise {
                            capacity: CapacityId::new(index),
                            response,
                            per_enterprise: raise.per_enterprise.unwrap_or(false),
                            seasonal: raise.seasonal.unwrap_or(true),
                            varied: raise.varied.unwrap_or(true),
                        });
                    }
                }
                None => self.faults.unknown(&self.place(&below), Named::Capacity, capacity, &names),
            }
        }
        Intervention {
            key: name.to_string(),
            title: file.title.title(),
            facility: file.r#type.0,
            support: file.support.0,
            decay,
            gestation,
            upkeep_by: UpkeepBearer::Cluster,
            opens,
            raises,
        }
    }

    /// Minimum size, or what opening a candidate costs; true if the intervention opens candidates.
    pub(super) fn commitments(&mut self, name: &str, file: &InterventionFile, path: &str) -> bool {
        let opens = file.opens == Some(true);
        let minimum = file.minimum.as_ref().map(|n| certain(n, self.document, &format!("{path}.minimum")));
        let cost = file.fixed_cost.as_ref().map(|n| certain(n, self.document, &format!("{path}.fixed_cost")));
        match (opens, &minimum, &cost) {
            (true, Some(minimum), _) => self.faults.help(
                &minimum.place,
                text!(
                    en: "'{name}' opens sites, which costs exactly its fixed_cost",
                    id: "'{name}' membuka calon klaster, yang biayanya tepat sebesar fixed_cost",
                ),
                text!(en: "leave minimum out", id: "hapus minimum"),
            ),
            (false, _, Some(cost)) => self.faults.help(
                &cost.place,
                text!(
                    en: "'{name}' has a fixed_cost, but does not open sites",
                    id: "'{name}' memiliki fixed_cost, tetapi tidak membuka calon klaster",
                ),
                text!(
                    en: "say opens = true, or leave fixed_cost out; the least that any other intervention takes is its minimum",
                    id: "nyatakan opens = true, atau hapus fixed_cost; jumlah terkecil untuk intervensi lain dinyatakan dengan minimum",
                ),
            ),
            _ => {}
        }
        if opens {
            self.slot(Item::FixedCost, name, Unit::Money(None), cost);
        } else {
            self.slot(Item::Minimum, name, Unit::Money(None), minimum);
        }
        opens
    }

    /// Tells of a second intervention that opens sites.
    pub(super) fn check_one_opens(&mut self, interventions: &[Intervention]) {
        let mut openers = interventions.iter().filter(|line| line.opens);
        if let (Some(first), Some(second)) = (openers.next(), openers.next()) {
            self.faults.help(
                &self.place(&format!("interventions.{}.opens", second.key)),
                text!(
                    en: "'{first}' and '{second}' both open sites",
                    id: "'{first}' dan '{second}' sama-sama membuka calon klaster",
                    first = first.key,
                    second = second.key,
                ),
                text!(
                    en: "let one intervention of a chain open them",
                    id: "dalam satu rantai cukup satu intervensi yang membukanya",
                ),
            );
        }
    }
}
