//! Warns of prices, wages and costs that are out of all proportion to their like: where a unit or a few zeros are wrong, the
//! arithmetic is right and the answer is not.

use std::collections::BTreeMap;

use super::super::chain::ChainDraft;
use super::super::diagnostic::Place;
use super::super::item::Item;
use super::super::number::{Stated, Value};
use super::draft::{ClusterDraft, Converter, LocalNumbers};
use crate::language::{Lang, Text, text};

/// How many times its like a number is when it is told.
const FAR: f64 = 100.0;
/// Wages a day that nobody pays [Rp].
const WAGES: (f64, f64) = (1_000.0, 10_000_000.0);

/// A price, a wage or a cost as stated somewhere, on average [Rp].
#[derive(Debug, Clone)]
struct Quoted {
    rupiah: f64,
    what: Text,
    unit: Text,
    place: Place,
}

impl Quoted {
    fn text(&self) -> Text {
        per_unit(self.rupiah, &self.unit)
    }
}

/// Money per unit: whole rupiah where there are many of them.
fn per_unit(rupiah: f64, unit: &Text) -> Text {
    let places = if rupiah >= 100.0 || rupiah.fract() == 0.0 { 0 } else { 2 };
    Text::new(
        format!("Rp {rupiah:.places$} per {}", unit.in_language(Lang::En)),
        format!("Rp{} per {}", Lang::Id.number(rupiah, places), unit.in_language(Lang::Id)),
    )
}

/// The remedy for a number out of proportion.
fn check_unit() -> Text {
    text!(en: "check its unit and its zeros", id: "periksa satuan dan jumlah nolnya")
}

fn mean(stated: &Stated) -> f64 {
    match &stated.value {
        Value::Certain(value) => *value,
        Value::Uncertain(distribution) => distribution.mean(),
    }
}

impl Converter<'_> {
    /// Compares each price with those of the same goods, each wage with other wages, each cost with what the same process
    /// costs elsewhere and with prices for the same unit.
    pub(super) fn warn_of_proportion(
        &mut self,
        clusters: &[ClusterDraft],
        chains: &[ChainDraft],
        local: &LocalNumbers,
    ) {
        let mut groups: BTreeMap<(Item, String), Vec<Quoted>> = BTreeMap::new();
        let mut add = |chain: &ChainDraft, item: Item, key: &str, stated: &Stated, cluster: Option<&str>| {
            let Some((group, unit)) = like(chain, item, key) else { return };
            let what = match item {
                Item::Wage => text!(en: "wage", id: "upah"),
                Item::Price => text!(en: "price of '{key}'", id: "harga '{key}'"),
                _ => text!(en: "unit cost of '{key}'", id: "biaya per satuan '{key}'"),
            };
            let what = match cluster {
                Some(cluster) => text!(en: "{what} in '{cluster}'", id: "{what} di '{cluster}'", what),
                None => text!(
                    en: "{what} of chain '{chain}'",
                    id: "{what} dari rantai '{chain}'",
                    what,
                    chain = chain.key,
                ),
            };
            let said = Quoted { rupiah: mean(stated), what, unit, place: stated.place.clone() };
            groups.entry((item, group)).or_default().push(said);
        };
        for chain in chains {
            for ((item, key), stated) in &chain.defaults {
                add(chain, *item, key, stated, None);
            }
        }
        for ((c, item, key), stated) in local {
            let cluster = &clusters[*c];
            if let Some(chain) = cluster.chain.and_then(|chain| chains.get(chain)) {
                add(chain, *item, key, stated, Some(&cluster.key));
            }
        }
        for ((item, _), group) in groups {
            self.warn_of_group(item, group);
        }
        for chain in chains {
            self.warn_of_costs(chain);
        }
    }

    fn warn_of_group(&mut self, item: Item, mut group: Vec<Quoted>) {
        group.retain(|said| said.rupiah > 0.0 && said.rupiah.is_finite());
        group.sort_by(|a, b| a.rupiah.total_cmp(&b.rupiah).then_with(|| a.place.cmp(&b.place)));
        if item == Item::Wage {
            for said in group.iter().filter(|said| said.rupiah < WAGES.0 || said.rupiah > WAGES.1) {
                let found = text!(
                    en: "the {what} is {wage}, which nobody is paid for a day",
                    id: "{what} adalah {wage}, upah sehari yang tidak lazim",
                    what = said.what,
                    wage = said.text(),
                );
                self.faults.warn(&said.place, found, Some(check_unit()));
            }
        }
        // The lower of two in the middle: of two numbers the larger is told.
        let Some(usual) = group.get(group.len().saturating_sub(1).div_euclid(2)).cloned() else { return };
        for said in &group {
            let times = said.rupiah / usual.rupiah;
            let ratio = if times >= FAR {
                text!(en: "{times:.0} times", id: "{times:.0} kali")
            } else if times <= 1.0 / FAR {
                let part = 1.0 / times;
                text!(en: "a {part:.0}th of", id: "1/{part:.0} dari")
            } else {
                continue;
            };
            let found = text!(
                en: "the {what} is {said}, {ratio} the {other} of {usual} ({place})",
                id: "{what} adalah {said}, {ratio} {other} sebesar {usual} ({place})",
                what = said.what,
                said = said.text(),
                ratio,
                other = usual.what,
                usual = usual.text(),
                place = usual.place.shown(),
            );
            self.faults.warn(&said.place, found, Some(check_unit()));
        }
    }

    /// Costs of a chain against its highest price for the same unit.
    fn warn_of_costs(&mut self, chain: &ChainDraft) {
        let unit = |key: &str| chain.chain.processes.iter().find(|p| p.key == key).map(|p| p.unit.as_str());
        let of = |item: Item| {
            chain.defaults.iter().filter(move |((found, _), _)| *found == item).map(|((_, key), s)| (key, s))
        };
        for (key, cost) in of(Item::UnitCost) {
            let prices = of(Item::Price).filter(|(channel, _)| unit(channel) == unit(key));
            let highest = prices.map(|(_, price)| mean(price)).fold(0.0, f64::max);
            if highest > 0.0 && mean(cost) >= FAR * highest {
                let unit = Text::same(unit(key).unwrap_or_default());
                let found = text!(
                    en: "the unit cost of '{key}' is {cost}, {times:.0} times the highest price of the chain, {highest}",
                    id: "biaya per satuan '{key}' adalah {cost}, {times:.0} kali harga tertinggi dalam rantai ini, yaitu {highest}",
                    cost = per_unit(mean(cost), &unit),
                    times = mean(cost) / highest,
                    highest = per_unit(highest, &unit),
                );
                self.faults.warn(&cost.place, found, Some(check_unit()));
            }
        }
    }
}

/// The group of numbers that a number is compared with, and its unit: prices of the same goods, wages, costs of the same process.
fn like(chain: &ChainDraft, item: Item, key: &str) -> Option<(String, Text)> {
    if item == Item::Wage {
        return Some((String::new(), text!(en: "person-day", id: "hari orang kerja")));
    }
    let process = chain.chain.processes.iter().find(|process| process.key == key)?;
    let unit = process.unit.clone();
    match item {
        Item::Price => {
            let goods: Vec<&str> =
                process.inputs.iter().map(|m| chain.chain.commodities[m.index()].key.as_str()).collect();
            Some((format!("{}/{unit}", goods.join("+")), Text::same(unit)))
        }
        Item::UnitCost => Some((format!("{}/{key}", chain.key), Text::same(unit))),
        _ => None,
    }
}
