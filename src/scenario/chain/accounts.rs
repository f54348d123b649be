//! Reads who runs the processes of a chain, at which prices actors sell to one another, and how much of their costs is tradable.

use super::super::file::ChainFile;
use super::super::item::Item;
use super::super::named::Named;
use super::super::number::{Stated, Unit};
use super::super::phrase;
use super::super::shape::is_key;
use super::reader::ChainReader;
use crate::language::text;
use crate::model::{Actor, Chain, ChainAccounts, CommodityId, FACILITIES, OTHER_PRODUCERS, ProcessId, Title};

impl ChainReader<'_> {
    /// The accounts of a chain whose processes name actors; the numbers that they take become slots.
    pub(super) fn accounts(&mut self, file: &ChainFile, chain: &Chain) -> Option<ChainAccounts> {
        if file.processes.values().all(|process| process.actor.is_none()) {
            self.refuse_what_needs_actors(file);
            return None;
        }
        for (name, process) in &file.processes {
            let path = format!("processes.{name}");
            let tradable = match &process.tradable {
                Some(share) => self.stated(share, &format!("{path}.tradable")),
                None => Stated::absent(1.0, self.place(&path)),
            };
            self.slot(Item::Tradable, name, Unit::Share, Some(tradable));
        }
        for (name, commodity) in &file.commodities {
            if let Some(price) = &commodity.price {
                let stated = self.stated(price, &format!("commodities.{name}.price"));
                let unit = Unit::Money(Some(commodity.unit.clone()));
                self.slot(Item::CommodityPrice, name, unit, Some(stated));
            }
        }
        let actors = self.actors(file);
        let of_process = self.actors_of_processes(file, &actors)?;
        let accounts = ChainAccounts { actors, of_process };
        for (m, (name, commodity)) in file.commodities.iter().enumerate() {
            let traded = accounts.is_traded(chain, CommodityId::new(m));
            match &commodity.price {
                None if traded => self.tell_unpriced(chain, &accounts, CommodityId::new(m)),
                Some(_) if !traded => self.faults.warn(
                    &self.document.place(&format!("commodities.{name}.price")),
                    text!(
                        en: "no actor buys '{name}' from another, so its price has no effect",
                        id: "tidak ada pelaku yang membeli '{name}' dari pelaku lain, sehingga harganya tidak berpengaruh",
                    ),
                    Some(text!(en: "leave price out", id: "hapus price")),
                ),
                _ => {}
            }
        }
        Some(accounts)
    }

    /// Prices between actors, tradable shares and titles of actors have no effect where no process names an actor.
    fn refuse_what_needs_actors(&mut self, file: &ChainFile) {
        let prices = file.commodities.iter().filter(|(_, m)| m.price.is_some());
        let shares = file.processes.iter().filter(|(_, p)| p.tradable.is_some());
        let paths: Vec<String> = prices
            .map(|(name, _)| format!("commodities.{name}.price"))
            .chain(shares.map(|(name, _)| format!("processes.{name}.tradable")))
            .chain((!file.actors.is_empty()).then(|| "actors".to_string()))
            .collect();
        for path in paths {
            self.faults.help(
                &self.place(&path),
                text!(
                    en: "no process of the chain names an actor, so there are no accounts to keep by this",
                    id: "tidak ada proses rantai ini yang menyebut pelaku, sehingga tidak ada neraca yang memakainya",
                ),
                text!(
                    en: "give every process its actor, or leave this out",
                    id: "isi actor pada setiap proses, atau hapus bagian ini",
                ),
            );
        }
    }

    /// The actors: those with titles, or else the keys that processes name.
    fn actors(&mut self, file: &ChainFile) -> Vec<Actor> {
        let titled =
            file.actors.iter().map(|(key, actor)| Actor { key: key.clone(), title: actor.title.title() });
        let mut actors: Vec<Actor> = titled.collect();
        let named = |key: &str| file.processes.values().any(|p| p.actor.as_deref() == Some(key));
        for actor in &actors {
            if !named(&actor.key) {
                self.faults.help(
                    &self.place(&format!("actors.{}", actor.key)),
                    text!(
                        en: "no process names actor '{key}'",
                        id: "tidak ada proses yang menyebut pelaku '{key}'",
                        key = actor.key,
                    ),
                    text!(en: "let a process name it, or leave it out", id: "sebutkan pada suatu proses, atau hapus"),
                );
            }
        }
        if actors.is_empty() {
            let keys = file.processes.values().filter_map(|process| process.actor.clone());
            let plain = keys.map(|key| Actor { title: Title { id: key.clone(), en: key.clone() }, key });
            actors.extend(plain);
            actors.sort_by(|a, b| a.key.cmp(&b.key));
            actors.dedup_by(|a, b| a.key == b.key);
        }
        actors
    }

    /// By process, the place of its actor; `None` where a process has none that is known.
    fn actors_of_processes(&mut self, file: &ChainFile, actors: &[Actor]) -> Option<Vec<usize>> {
        let keys: Vec<&str> = actors.iter().map(|actor| actor.key.as_str()).collect();
        let mut found = Vec::new();
        for (name, process) in &file.processes {
            let place = self.place(&format!("processes.{name}.actor"));
            let Some(key) = &process.actor else {
                self.faults.help(
                    &self.place(&format!("processes.{name}")),
                    text!(
                        en: "'{name}' names no actor, though other processes do",
                        id: "'{name}' tidak menyebut pelaku, sedangkan proses lain menyebutnya",
                    ),
                    text!(
                        en: "say who runs it, as actor",
                        id: "nyatakan siapa yang menjalankannya, pada actor",
                    ),
                );
                continue;
            };
            match keys.iter().position(|known| known == key) {
                None => self.faults.unknown(&place, Named::Actor, key, &keys),
                Some(_) if !is_key(key) || [FACILITIES, OTHER_PRODUCERS].contains(&key.as_str()) => self.faults.expected(
                    &place,
                    phrase::the_name(key),
                    text!(
                        en: "lower-case letters, digits, '_' and '-', at most 60, and not {FACILITIES} or {OTHER_PRODUCERS}",
                        id: "huruf kecil, angka, '_', dan '-', tidak lebih dari 60 karakter, dan bukan {FACILITIES} atau {OTHER_PRODUCERS}",
                    ),
                ),
                Some(actor) => found.push(actor),
            }
        }
        (found.len() == file.processes.len()).then_some(found)
    }

    /// Tells of a commodity without price that an actor buys from another.
    fn tell_unpriced(&mut self, chain: &Chain, accounts: &ChainAccounts, commodity: CommodityId) {
        let buyer = chain.processes.iter().enumerate().find(|(p, process)| {
            process.inputs.contains(&commodity) && accounts.buys(chain, ProcessId::new(*p), commodity)
        });
        let maker = ChainAccounts::makers(chain, commodity).next();
        let (Some((buyer, process)), Some(maker)) = (buyer, maker) else { return };
        let actor = |p: ProcessId| accounts.actors[accounts.actor_of(p)].key.clone();
        let name = &chain.commodities[commodity.index()].key;
        self.faults.help(
            &self.place(&format!("commodities.{name}")),
            text!(
                en: "'{buyer}' buys '{name}' from '{maker}' (in '{process}'), but its price is not stated",
                id: "'{buyer}' membeli '{name}' dari '{maker}' (dalam '{process}'), tetapi harganya tidak dinyatakan",
                buyer = actor(ProcessId::new(buyer)),
                maker = actor(maker),
                process = process.key,
            ),
            text!(
                en: "state its price, what one actor pays another for a unit",
                id: "nyatakan price, yaitu yang dibayar pelaku kepada pelaku lain per satuan",
            ),
        );
    }
}
