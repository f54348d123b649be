//! Reads a chain file: its commodities, capacities, processes and interventions, and the numbers it states for all
//! clusters. Refuses loops without lead time, goods that no process makes, and chains without a channel.

mod accounts;
mod goods;
mod interventions;
mod processes;
mod reader;
mod response;
mod units;

use std::collections::BTreeMap;

pub(crate) use reader::check_shares;

use super::alike::Alike;
use super::classification::{LineCodeDraft, codes_of_line};
use super::diagnostic::{Faults, Place};
use super::document::Document;
use super::file::ChainFile;
use super::item::{Item, Slot};
use super::named::Named;
use super::number::{Stated, Unit, UnitRules};
use super::observations::Observations;
use crate::language::text;
use crate::model::{CapacityId, Chain, CommodityId, Indicator, Intervention, Process};
use reader::ChainReader;

/// Most entries of one kind in a chain.
const MOST_ENTRIES: usize = 1000;

/// A chain as read: its structure, the slots that clusters have numbers for, and the numbers the chain itself states.
#[derive(Debug)]
pub(crate) struct ChainDraft {
    pub(crate) key: String,
    pub(crate) chain: Chain,
    pub(crate) slots: BTreeMap<(Item, String), Slot>,
    pub(crate) defaults: BTreeMap<(Item, String), Stated>,
    /// Who bears the upkeep of each intervention, by name: `cluster` or a source's key.
    pub(crate) bearers: Vec<(String, Place)>,
    /// Entries of the budget's classification of each intervention, with sources by name.
    pub(crate) codes: Vec<Vec<LineCodeDraft>>,
    /// Structural numbers with their provenance, for the list of numbers.
    pub(crate) structural: Vec<(String, Stated)>,
    /// False if the structure is at fault, so that routes cannot be worked out.
    pub(crate) sound: bool,
}

/// Reads the chain `key` from its file.
pub(crate) fn read_chain(
    key: &str,
    file: &ChainFile,
    document: &Document,
    rules: UnitRules,
    data: &Observations,
    indicators: &[Indicator],
    faults: &mut Faults,
) -> ChainDraft {
    let mut reader = ChainReader {
        document,
        rules,
        data,
        indicators,
        faults,
        slots: BTreeMap::new(),
        defaults: BTreeMap::new(),
        structural: Vec::new(),
    };
    reader.read(key, file)
}

impl ChainReader<'_> {
    fn read(&mut self, key: &str, file: &ChainFile) -> ChainDraft {
        for (path, count) in [
            ("commodities", file.commodities.len()),
            ("capacities", file.capacities.len()),
            ("processes", file.processes.len()),
            ("interventions", file.interventions.len()),
        ] {
            if count == 0 || count > MOST_ENTRIES {
                self.faults.expected(
                    &self.place(path),
                    text!(en: "{path} has {count} entries", id: "{path} berisi {count} entri"),
                    text!(en: "1 to {MOST_ENTRIES}", id: "1 sampai {MOST_ENTRIES}"),
                );
            }
        }
        self.check_alike(file);
        let wage = self.stated(&file.wage, "wage");
        self.slot(Item::Wage, "", Unit::Money(Some("person-day".to_string())), Some(wage));
        let commodities = self.commodities(file);
        let capacities = self.capacities(file);
        let processes: Vec<Process> = file
            .processes
            .iter()
            .map(|(name, process)| self.process(name, process, &commodities, &capacities))
            .collect();
        let mut bearers = Vec::new();
        let mut codes = Vec::new();
        let interventions: Vec<Intervention> = file
            .interventions
            .iter()
            .map(|(name, intervention)| {
                let place = self.place(&format!("interventions.{name}.upkeep_by"));
                bearers.push((intervention.upkeep_by.clone(), place));
                let path = format!("interventions.{name}.codes");
                codes.push(codes_of_line(&intervention.codes, self.document, &path, self.faults));
                self.intervention(name, intervention, &capacities)
            })
            .collect();
        self.check_one_opens(&interventions);
        let (order, mut sound) = match Chain::flow_order(&processes, commodities.len()) {
            Ok(order) => (order, true),
            Err(round) => {
                let first = round.0.first().cloned().unwrap_or_default();
                self.faults.help(
                    &self.place("processes"),
                    text!(
                        en: "the processes {round} > {first} form a loop without lead time",
                        id: "proses {round} > {first} membentuk lingkaran tanpa waktu tunggu",
                        round = round.0.join(" > "),
                    ),
                    text!(
                        en: "give one of them a lead_time of at least 1",
                        id: "beri salah satunya lead_time sekurang-kurangnya 1",
                    ),
                );
                (Vec::new(), false)
            }
        };
        let mut chain = Chain {
            key: key.to_string(),
            title: file.title.title(),
            commodities,
            capacities,
            processes,
            interventions,
            order,
            accounts: None,
        };
        sound &= self.check_connections(&chain);
        chain.accounts = self.accounts(file, &chain);
        ChainDraft {
            key: key.to_string(),
            chain,
            slots: std::mem::take(&mut self.slots),
            defaults: std::mem::take(&mut self.defaults),
            bearers,
            codes,
            structural: std::mem::take(&mut self.structural),
            sound,
        }
    }

    /// Tells of keys of one kind that look alike.
    fn check_alike(&mut self, file: &ChainFile) {
        let kinds: [(&str, Named, Vec<&String>); 5] = [
            ("actors", Named::Actor, file.actors.keys().collect()),
            ("commodities", Named::Commodity, file.commodities.keys().collect()),
            ("capacities", Named::Capacity, file.capacities.keys().collect()),
            ("processes", Named::Process, file.processes.keys().collect()),
            ("interventions", Named::Intervention, file.interventions.keys().collect()),
        ];
        for (path, kind, keys) in kinds {
            let mut alike = Alike::default();
            for key in keys {
                let place = self.document.place(&format!("{path}.{key}"));
                alike.tell(kind, key, &place, self.faults);
            }
        }
    }

    /// Checks that every commodity is made and used, every capacity used, and goods in transit stocked.
    fn check_connections(&mut self, chain: &Chain) -> bool {
        let mut sound = true;
        for (m, commodity) in chain.commodities.iter().enumerate() {
            let id = CommodityId::new(m);
            let place = self.place(&format!("commodities.{}", commodity.key));
            let name = &commodity.key;
            if !chain.processes.iter().any(|process| process.outputs.contains(&id)) {
                sound = false;
                self.faults.help(
                    &place,
                    text!(en: "nobody makes '{name}'", id: "tidak ada proses yang menghasilkan '{name}'"),
                    text!(
                        en: "add it to the outputs of a process (one that buys it, if it is bought)",
                        id: "tambahkan ke outputs suatu proses (proses pembelian, jika komoditas ini dibeli)",
                    ),
                );
            }
            if !chain.processes.iter().any(|process| process.inputs.contains(&id)) {
                sound = false;
                self.faults.help(
                    &place,
                    text!(en: "nobody uses '{name}'", id: "tidak ada proses yang memakai '{name}'"),
                    text!(
                        en: "add it to the inputs of a process or channel",
                        id: "tambahkan ke inputs suatu proses atau saluran",
                    ),
                );
            }
        }
        for (k, capacity) in chain.capacities.iter().enumerate() {
            if !chain.processes.iter().any(|process| process.uses.contains(&CapacityId::new(k))) {
                self.faults.help(
                    &self.place(&format!("capacities.{}", capacity.key)),
                    text!(
                        en: "no process uses '{capacity}'",
                        id: "tidak ada proses yang memakai '{capacity}'",
                        capacity = capacity.key,
                    ),
                    text!(
                        en: "add it to the uses of a process, or leave it out",
                        id: "tambahkan ke uses suatu proses, atau hapus",
                    ),
                );
            }
        }
        if !chain.processes.iter().any(|process| process.is_channel) {
            sound = false;
            self.faults.help(
                &self.place("processes"),
                text!(en: "no process sells anything", id: "tidak ada proses yang menjual"),
                text!(
                    en: "give a price to at least one channel",
                    id: "beri price pada sekurang-kurangnya satu saluran",
                ),
            );
        }
        sound
    }
}
