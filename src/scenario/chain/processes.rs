//! Reads the processes of a chain.

use std::collections::BTreeMap;

use super::super::file::{NumberFile, ProcessFile};
use super::super::item::Item;
use super::super::named::Named;
use super::super::number::Unit;
use super::reader::ChainReader;
use crate::language::text;
use crate::model::{Capacity, CapacityId, Commodity, CommodityId, IndicatorId, Process};

impl ChainReader<'_> {
    pub(super) fn process(
        &mut self,
        name: &str,
        process: &ProcessFile,
        commodities: &[Commodity],
        capacities: &[Capacity],
    ) -> Process {
        let path = format!("processes.{name}");
        let commodity_keys: Vec<(&str, &str)> =
            commodities.iter().map(|m| (m.key.as_str(), m.unit.as_str())).collect();
        let capacity_keys: Vec<(&str, &str)> =
            capacities.iter().map(|k| (k.key.as_str(), k.unit.as_str())).collect();
        let mut flows =
            |item: Item, part: &str, list: &BTreeMap<String, NumberFile>, known: &[(&str, &str)]| {
                let mut ids = Vec::new();
                for (key, number) in list {
                    let below = format!("{path}.{part}.{key}");
                    match known.iter().position(|(name, _)| name == key) {
                        Some(index) => {
                            let stated = self.stated(number, &below);
                            let unit = Unit::Exactly(format!("{}/{}", known[index].1, process.unit));
                            self.slot(item, &format!("{name}/{key}"), unit, Some(stated));
                            ids.push(index);
                        }
                        None => {
                            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                            let kind = if item == Item::Use { Named::Capacity } else { Named::Commodity };
                            self.faults.unknown(&self.place(&below), kind, key, &names);
                        }
                    }
                }
                ids
            };
        let inputs = flows(Item::Input, "inputs", &process.inputs, &commodity_keys);
        let outputs = flows(Item::Output, "outputs", &process.outputs, &commodity_keys);
        let uses = flows(Item::Use, "uses", &process.uses, &capacity_keys);
        let indicators = self.indicators_of(name, process);
        let unit_cost = self.stated(&process.unit_cost, &format!("{path}.unit_cost"));
        self.slot(Item::UnitCost, name, Unit::Money(Some(process.unit.clone())), Some(unit_cost));
        let labour = self.stated(&process.labour, &format!("{path}.labour"));
        self.slot(Item::Labour, name, Unit::Exactly(format!("person-day/{}", process.unit)), Some(labour));
        if let Some(price) = &process.price {
            let price = self.stated(price, &format!("{path}.price"));
            self.slot(Item::Price, name, Unit::Money(Some(process.unit.clone())), Some(price));
        }
        let lead_time = match &process.lead_time {
            Some(lead) => self.whole(lead, &format!("{path}.lead_time"), 0, 1200),
            None => 0,
        };
        self.check_process(name, process, lead_time);
        Process {
            key: name.to_string(),
            title: process.title.title(),
            stage: process.stage.0,
            unit: process.unit.clone(),
            lead_time,
            inputs: inputs.into_iter().map(CommodityId::new).collect(),
            outputs: outputs.into_iter().map(CommodityId::new).collect(),
            uses: uses.into_iter().map(CapacityId::new).collect(),
            indicators,
            is_channel: process.price.is_some(),
        }
    }

    /// The indicators that a process counts towards, with the slots of their amounts.
    fn indicators_of(&mut self, name: &str, process: &ProcessFile) -> Vec<IndicatorId> {
        let mut ids = Vec::new();
        for (key, number) in &process.indicators {
            let path = format!("processes.{name}.indicators.{key}");
            let Some(place) = self.indicators.iter().position(|known| known.key == *key) else {
                let names: Vec<&str> = self.indicators.iter().map(|known| known.key.as_str()).collect();
                self.faults.unknown(&self.place(&path), Named::Indicator, key, &names);
                continue;
            };
            let indicator = &self.indicators[place];
            let unit = if indicator.is_money {
                Unit::Money(Some(process.unit.clone()))
            } else {
                Unit::Exactly(format!("{}/{}", indicator.unit, process.unit))
            };
            let stated = self.stated(number, &path);
            self.slot(Item::Indicator, &format!("{name}/{key}"), unit, Some(stated));
            ids.push(IndicatorId::new(place));
        }
        ids
    }

    pub(super) fn check_process(&mut self, name: &str, process: &ProcessFile, lead_time: usize) {
        let place = self.place(&format!("processes.{name}"));
        if process.price.is_none() && process.outputs.is_empty() {
            self.faults.help(
                &place,
                text!(
                    en: "'{name}' makes nothing and has no price",
                    id: "'{name}' tidak menghasilkan apa pun dan tidak memiliki harga",
                ),
                text!(
                    en: "a channel needs a price, any other process needs outputs",
                    id: "saluran memerlukan price, proses lain memerlukan outputs",
                ),
            );
        }
        if process.price.is_some() {
            if !process.outputs.is_empty() {
                self.faults.help(
                    &place,
                    text!(
                        en: "channel '{name}' has a price and outputs",
                        id: "saluran '{name}' memiliki price sekaligus outputs",
                    ),
                    text!(
                        en: "a channel only sells: move its outputs to a process before it",
                        id: "saluran hanya menjual: pindahkan outputs ke proses sebelumnya",
                    ),
                );
            }
            if process.inputs.is_empty() {
                self.faults.help(
                    &place,
                    text!(en: "channel '{name}' sells nothing", id: "saluran '{name}' tidak menjual apa pun"),
                    text!(en: "give it inputs", id: "isi inputs saluran itu"),
                );
            }
            if lead_time > 0 {
                self.faults.help(
                    &place,
                    text!(
                        en: "channel '{name}' has a lead time",
                        id: "saluran '{name}' memiliki waktu tunggu",
                    ),
                    text!(
                        en: "put the lead time on a process before it",
                        id: "pindahkan lead_time ke proses sebelumnya",
                    ),
                );
            }
            if process.uses.is_empty() {
                self.faults.help(
                    &place,
                    text!(
                        en: "channel '{name}' uses no capacity, so it could sell without end",
                        id: "saluran '{name}' tidak memakai kapasitas apa pun, sehingga dapat menjual tanpa batas",
                    ),
                    text!(
                        en: "give it a capacity for its demand under uses",
                        id: "beri saluran itu kapasitas untuk permintaannya pada uses",
                    ),
                );
            }
        }
    }
}
