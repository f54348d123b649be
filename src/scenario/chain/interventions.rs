//! Reads the interventions of a chain.

use super::super::file::InterventionFile;
use super::super::item::Item;
use super::super::named::Named;
use super::super::number::{Range, Unit, certain};
use super::reader::ChainReader;
use crate::language::text;
use crate::model::{Capacity, CapacityId, Decay, Intervention, Raise, Remains, UpkeepBearer};

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
        // How money is committed, how its stock wears out, what remains and when it arrives.
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
        let unit = self.unit(name, file, &path);
        let cost = unit.as_ref().map(|unit| unit.cost);
        let remains = self.remains(name, file, &path);
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
        // The capacities it raises, each by a response of its own.
        let names: Vec<&str> = capacities.iter().map(|k| k.key.as_str()).collect();
        let mut raises = Vec::new();
        for (capacity, raise) in &file.raises {
            let below = format!("{path}.raises.{capacity}");
            match names.iter().position(|key| key == capacity) {
                Some(index) => {
                    if let Some(response) = self.response(raise, &below, &capacities[index].unit, cost) {
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
            codes: Vec::new(), // Until their sources are known.
            decay,
            gestation,
            upkeep_by: UpkeepBearer::Cluster,
            remains,
            private: file.private.unwrap_or(false),
            unit,
            opens,
            raises,
        }
    }

    /// The value that is left of a stock at the end.
    fn remains(&mut self, name: &str, file: &InterventionFile, path: &str) -> Remains {
        let (recovery, resale) = (format!("{path}.recovery"), format!("{path}.resale"));
        if file.revolving != Some(true) {
            if let Some(stated) = &file.recovery {
                self.structural(stated, &recovery, &Unit::Share, Range::Share);
                self.faults.help(
                    &self.place(&recovery),
                    text!(
                        en: "'{name}' has a recovery, but its money is not lent",
                        id: "'{name}' memiliki recovery, tetapi uangnya tidak dipinjamkan",
                    ),
                    text!(
                        en: "say revolving = true, or leave recovery out; what an asset can be sold for is its resale",
                        id: "nyatakan revolving = true, atau hapus recovery; nilai jual aset dinyatakan dengan resale",
                    ),
                );
            }
            let share = file.resale.as_ref();
            let share = share.map(|stated| self.structural(stated, &resale, &Unit::Share, Range::Share));
            return Remains::Resale(share.unwrap_or(0.0));
        }
        if let Some(stated) = &file.resale {
            self.structural(stated, &resale, &Unit::Share, Range::Share);
            self.faults.help(
                &self.place(&resale),
                text!(
                    en: "the money of '{name}' is lent: it is repaid, not sold",
                    id: "uang '{name}' dipinjamkan: uang itu dikembalikan, bukan dijual",
                ),
                text!(
                    en: "leave resale out; the share that comes back is recovery",
                    id: "hapus resale; bagian yang kembali dinyatakan dengan recovery",
                ),
            );
        }
        if file.lifetime.is_some() {
            self.faults.help(
                &self.place(&format!("{path}.lifetime")),
                text!(
                    en: "the money of '{name}' is lent and repaid, so it has no lifetime",
                    id: "uang '{name}' dipinjamkan dan dikembalikan, jadi tidak memiliki lifetime",
                ),
                text!(
                    en: "state the share that is lost each year as depreciation",
                    id: "nyatakan bagian yang hilang per tahun sebagai depreciation",
                ),
            );
        }
        let share = file.recovery.as_ref();
        let share = share.map(|stated| self.structural(stated, &recovery, &Unit::Share, Range::Share));
        Remains::Revolving(share.unwrap_or(1.0))
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
