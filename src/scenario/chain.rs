//! Reads a chain file: its commodities, capacities, processes and interventions, and the numbers it states for all
//! clusters. Finds what cannot be in a chain: loops without lead time, goods nobody makes, markets without a price.

mod response;

use std::collections::BTreeMap;

use super::alike::Alike;
use super::diagnostic::{Faults, Place};
use super::document::Document;
use super::file::{CertainFile, ChainFile, InterventionFile, ProcessFile, TitleFile};
use super::item::{Item, Slot};
use super::number::{Provenance, Range, Stated, Unit, UnitRules, Value, certain, from_toml};
use super::observations::Observations;
use crate::model::{
    Capacity, CapacityId, Chain, Commodity, CommodityId, Decay, Intervention, Process, Raise, Title,
    UpkeepBearer,
};

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
    /// Structural numbers with their provenance, for the list of numbers.
    pub(crate) structural: Vec<(String, Stated)>,
    /// False if the structure is at fault, so that routes cannot be worked out.
    pub(crate) sound: bool,
}

/// Reads chains; holds what all parts need.
pub(crate) struct ChainReader<'a> {
    document: &'a Document,
    rules: UnitRules,
    data: &'a Observations,
    faults: &'a mut Faults,
    slots: BTreeMap<(Item, String), Slot>,
    defaults: BTreeMap<(Item, String), Stated>,
    structural: Vec<(String, Stated)>,
}

pub(crate) fn title_of(title: &TitleFile) -> Title {
    Title { id: title.id.clone(), en: title.en.clone() }
}

/// Reads the chain `key` from its file.
pub(crate) fn read_chain(
    key: &str,
    file: &ChainFile,
    document: &Document,
    rules: UnitRules,
    data: &Observations,
    faults: &mut Faults,
) -> ChainDraft {
    let mut reader = ChainReader {
        document,
        rules,
        data,
        faults,
        slots: BTreeMap::new(),
        defaults: BTreeMap::new(),
        structural: Vec::new(),
    };
    reader.read(key, file)
}

impl ChainReader<'_> {
    fn place(&self, path: &str) -> Place {
        self.document.place(path)
    }

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
                    format!("{path} has {count} entries"),
                    format!("1 to {MOST_ENTRIES}"),
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
        let interventions: Vec<Intervention> = file
            .interventions
            .iter()
            .map(|(name, intervention)| {
                let place = self.place(&format!("interventions.{name}.upkeep_by"));
                bearers.push((intervention.upkeep_by.clone(), place));
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
                    format!("the processes {} > {first} form a loop without lead time", round.0.join(" > ")),
                    "give one of them a lead_time of at least 1",
                );
                (Vec::new(), false)
            }
        };
        let chain = Chain {
            key: key.to_string(),
            title: title_of(&file.title),
            commodities,
            capacities,
            processes,
            interventions,
            order,
        };
        sound &= self.check_connections(&chain);
        ChainDraft {
            key: key.to_string(),
            chain,
            slots: std::mem::take(&mut self.slots),
            defaults: std::mem::take(&mut self.defaults),
            bearers,
            structural: std::mem::take(&mut self.structural),
            sound,
        }
    }

    /// Tells of keys of one kind that look alike.
    fn check_alike(&mut self, file: &ChainFile) {
        let kinds: [(&str, &str, Vec<&String>); 4] = [
            ("commodities", "commodity", file.commodities.keys().collect()),
            ("capacities", "capacity", file.capacities.keys().collect()),
            ("processes", "process", file.processes.keys().collect()),
            ("interventions", "intervention", file.interventions.keys().collect()),
        ];
        for (path, what, keys) in kinds {
            let mut alike = Alike::default();
            for key in keys {
                let place = self.document.place(&format!("{path}.{key}"));
                alike.tell(what, key, &place, self.faults);
            }
        }
    }

    /// Opens a slot and, where the chain states its number, checks and keeps that.
    fn slot(&mut self, item: Item, key: &str, unit: Unit, stated: Option<Stated>) {
        if let Some(stated) = stated {
            let checked = stated.checked(&unit, item.range(), self.rules, self.faults);
            self.defaults.insert((item, key.to_string()), checked);
        }
        self.slots.insert((item, key.to_string()), Slot { unit });
    }

    fn stated(&mut self, number: &super::file::NumberFile, path: &str) -> Stated {
        from_toml(number, self.document, path, self.data, self.faults)
    }

    /// A structural number: certain, in this unit and range. A list counts as one number, which comes from where the
    /// first of its entries that says so comes from.
    fn structural(&mut self, number: &CertainFile, path: &str, unit: &Unit, range: Range) -> f64 {
        let stated = certain(number, self.document, path).checked(unit, range, self.rules, self.faults);
        let value = match stated.value {
            Value::Certain(value) => value,
            Value::Uncertain(_) => 0.0,
        };
        let name = path.split('[').next().unwrap_or(path);
        match self.structural.iter_mut().find(|(known, _)| known == name) {
            None => self.structural.push((name.to_string(), stated)),
            Some((_, known)) if known.provenance == Provenance::default() => *known = stated,
            Some(_) => {}
        }
        value
    }

    /// A structural whole number in `0..=most`.
    fn whole(&mut self, number: &CertainFile, path: &str, least: usize, most: usize) -> usize {
        let before = self.faults.count();
        let value = self.structural(number, path, &Unit::None, Range::NonNegative);
        if self.faults.count() > before {
            return least;
        }
        if value.fract() != 0.0 || value < least as f64 || value > most as f64 {
            self.faults.expected(
                &self.place(path),
                format!("found {value}"),
                format!("a whole number from {least} to {most}"),
            );
            return least;
        }
        value as usize
    }

    fn commodities(&mut self, file: &ChainFile) -> Vec<Commodity> {
        let mut list = Vec::new();
        for (name, commodity) in &file.commodities {
            let path = format!("commodities.{name}");
            let zero = |place: Place| Some(Stated::absent(0.0, place));
            let here = self.place(&path);
            let loss = match &commodity.loss {
                Some(loss) => Some(self.stated(loss, &format!("{path}.loss"))),
                None if commodity.storable => {
                    self.faults.help(
                        &here,
                        format!("'{name}' is storable but states no loss"),
                        "state loss, the share of the stock lost each period; 0 if none",
                    );
                    zero(here.clone())
                }
                None => zero(here.clone()),
            };
            if commodity.loss.is_some() && !commodity.storable {
                self.faults.help(
                    &self.place(&format!("{path}.loss")),
                    format!("'{name}' is not storable, so all that is left of it is lost"),
                    "leave loss out, or make it storable",
                );
            }
            if commodity.storable {
                self.slot(Item::Loss, name, Unit::Share, loss);
            }
            let unit = Unit::Exactly(commodity.unit.clone());
            let initial = match &commodity.initial_stock {
                Some(initial) => Some(self.stated(initial, &format!("{path}.initial_stock"))),
                None => zero(here),
            };
            if commodity.initial_stock.is_some() && !commodity.storable {
                self.faults.help(
                    &self.place(&format!("{path}.initial_stock")),
                    format!("'{name}' is not storable, so it has no stock at the start"),
                    "leave initial_stock out, or make it storable",
                );
            }
            if commodity.storable {
                self.slot(Item::InitialStock, name, unit.clone(), initial);
            }
            let amount = commodity
                .base_stock
                .as_ref()
                .map(|n| certain(n, self.document, &format!("{path}.base_stock")));
            let periods = commodity
                .base_stock_periods
                .as_ref()
                .map(|n| certain(n, self.document, &format!("{path}.base_stock_periods")));
            if amount.is_some() && periods.is_some() {
                self.faults.help(
                    &self.place(&format!("{path}.base_stock")),
                    "base_stock and base_stock_periods are both given",
                    "keep one of them",
                );
            }
            self.slot(Item::BaseStock, name, unit, amount);
            self.slot(Item::BaseStockPeriods, name, Unit::Exactly("periods".to_string()), periods);
            list.push(Commodity {
                key: name.clone(),
                title: title_of(&commodity.title),
                unit: commodity.unit.clone(),
                storable: commodity.storable,
            });
        }
        list
    }

    fn capacities(&mut self, file: &ChainFile) -> Vec<Capacity> {
        let periods = self.rules.periods_per_year;
        let mut list = Vec::new();
        for (name, capacity) in &file.capacities {
            let path = format!("capacities.{name}");
            let base = capacity.base.as_ref().map(|base| self.stated(base, &format!("{path}.base")));
            self.slot(Item::Base, name, Unit::PerPeriod(capacity.unit.clone()), base);
            let variation = match &capacity.variation {
                Some(variation) => Some(self.stated(variation, &format!("{path}.variation"))),
                None => Some(Stated::absent(1.0, self.place(&path))),
            };
            self.slot(Item::Variation, name, Unit::Exactly("multiplier".to_string()), variation);
            let season = match &capacity.season {
                None => vec![1.0; periods],
                Some(season) => {
                    let path = format!("{path}.season");
                    if season.len() != periods {
                        self.faults.expected(
                            &self.place(&path),
                            format!("the season has {} numbers", season.len()),
                            format!("{periods}, one for each period of the year"),
                        );
                    }
                    let unit = Unit::Exactly("multiplier".to_string());
                    season
                        .iter()
                        .enumerate()
                        .map(|(i, n)| self.structural(n, &format!("{path}[{i}]"), &unit, Range::NonNegative))
                        .collect()
                }
            };
            list.push(Capacity {
                key: name.clone(),
                title: title_of(&capacity.title),
                unit: capacity.unit.clone(),
                season,
            });
        }
        list
    }

    fn process(
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
        let mut flows = |item: Item,
                         part: &str,
                         list: &BTreeMap<String, super::file::NumberFile>,
                         known: &[(&str, &str)]| {
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
                        let what = if item == Item::Use { "capacity" } else { "commodity" };
                        self.faults.unknown(&self.place(&below), what, key, &names);
                    }
                }
            }
            ids
        };
        let inputs = flows(Item::Input, "inputs", &process.inputs, &commodity_keys);
        let outputs = flows(Item::Output, "outputs", &process.outputs, &commodity_keys);
        let uses = flows(Item::Use, "uses", &process.uses, &capacity_keys);
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
            title: title_of(&process.title),
            stage: process.stage.0,
            unit: process.unit.clone(),
            lead_time,
            inputs: inputs.into_iter().map(CommodityId::new).collect(),
            outputs: outputs.into_iter().map(CommodityId::new).collect(),
            uses: uses.into_iter().map(CapacityId::new).collect(),
            is_channel: process.price.is_some(),
        }
    }

    fn check_process(&mut self, name: &str, process: &ProcessFile, lead_time: usize) {
        let place = self.place(&format!("processes.{name}"));
        if process.price.is_none() && process.outputs.is_empty() {
            self.faults.help(
                &place,
                format!("'{name}' makes nothing and has no price"),
                "a channel needs a price, any other process needs outputs",
            );
        }
        if process.price.is_some() {
            if !process.outputs.is_empty() {
                self.faults.help(
                    &place,
                    format!("channel '{name}' has a price and outputs"),
                    "a channel only sells: move its outputs to a process before it",
                );
            }
            if process.inputs.is_empty() {
                self.faults.help(&place, format!("channel '{name}' sells nothing"), "give it inputs");
            }
            if lead_time > 0 {
                self.faults.help(
                    &place,
                    format!("channel '{name}' has a lead time"),
                    "put the lead time on a process before it",
                );
            }
            if process.uses.is_empty() {
                self.faults.help(
                    &place,
                    format!("channel '{name}' uses no capacity, so it could sell without end"),
                    "give it a capacity for its demand under uses",
                );
            }
        }
    }

    fn intervention(&mut self, name: &str, file: &InterventionFile, capacities: &[Capacity]) -> Intervention {
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
                    format!("'{name}' must say how its stock wears out, in one way"),
                    "state either depreciation (share a year) or lifetime (periods)",
                );
                Decay::Depreciation(0.0)
            }
        };
        let gestation = self.shares(&file.gestation, &format!("{path}.gestation"));
        if file.raises.is_empty() && !opens {
            self.faults.help(
                &self.place(&path),
                format!("'{name}' raises nothing"),
                "name at least one capacity under raises",
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
                None => self.faults.unknown(&self.place(&below), "capacity", capacity, &names),
            }
        }
        Intervention {
            key: name.to_string(),
            title: title_of(&file.title),
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
    fn commitments(&mut self, name: &str, file: &InterventionFile, path: &str) -> bool {
        let opens = file.opens == Some(true);
        let minimum = file.minimum.as_ref().map(|n| certain(n, self.document, &format!("{path}.minimum")));
        let cost = file.fixed_cost.as_ref().map(|n| certain(n, self.document, &format!("{path}.fixed_cost")));
        match (opens, &minimum, &cost) {
            (true, Some(minimum), _) => self.faults.help(
                &minimum.place,
                format!("'{name}' opens sites, which costs exactly its fixed_cost"),
                "leave minimum out",
            ),
            (false, _, Some(cost)) => self.faults.help(
                &cost.place,
                format!("'{name}' has a fixed_cost, but does not open sites"),
                "say opens = true, or leave fixed_cost out; the least that any other intervention takes is its minimum",
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
    fn check_one_opens(&mut self, interventions: &[Intervention]) {
        let mut openers = interventions.iter().filter(|line| line.opens);
        if let (Some(first), Some(second)) = (openers.next(), openers.next()) {
            self.faults.help(
                &self.place(&format!("interventions.{}.opens", second.key)),
                format!("'{}' and '{}' both open sites", first.key, second.key),
                "let one intervention of a chain open them",
            );
        }
    }

    /// A profile of shares that sum to at most 1.
    pub(crate) fn shares(&mut self, list: &[CertainFile], path: &str) -> Vec<f64> {
        let shares: Vec<f64> = list
            .iter()
            .enumerate()
            .map(|(i, n)| self.structural(n, &format!("{path}[{i}]"), &Unit::Share, Range::Share))
            .collect();
        check_shares(&shares, &self.place(path), self.faults);
        shares
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
                    format!("nobody makes '{name}'"),
                    "add it to the outputs of a process (one that buys it, if it is bought)",
                );
            }
            if !chain.processes.iter().any(|process| process.inputs.contains(&id)) {
                sound = false;
                self.faults.help(
                    &place,
                    format!("nobody uses '{name}'"),
                    "add it to the inputs of a process or channel",
                );
            }
        }
        for (k, capacity) in chain.capacities.iter().enumerate() {
            if !chain.processes.iter().any(|process| process.uses.contains(&CapacityId::new(k))) {
                self.faults.help(
                    &self.place(&format!("capacities.{}", capacity.key)),
                    format!("no process uses '{}'", capacity.key),
                    "add it to the uses of a process, or leave it out",
                );
            }
        }
        if !chain.processes.iter().any(|process| process.is_channel) {
            sound = false;
            self.faults.help(
                &self.place("processes"),
                "no process sells anything",
                "give a price to at least one channel",
            );
        }
        sound
    }
}

/// Notes shares that sum to more than 1, and empty profiles.
pub(crate) fn check_shares(shares: &[f64], place: &Place, faults: &mut Faults) {
    let sum: f64 = shares.iter().sum();
    if shares.is_empty() {
        faults.expected(place, "the list is empty", "at least one share");
    } else if sum > 1.0 + 1e-9 {
        faults.expected(place, format!("the shares sum to {sum}"), "at most 1");
    } else if shares.len() > 1200 {
        faults.expected(place, format!("the list has {} shares", shares.len()), "at most 1200");
    }
}
