//! Warns of prices, wages and costs that are out of all proportion to their like: where a unit or a few zeros are wrong, the
//! arithmetic is right and the answer is not.

use std::collections::BTreeMap;

use super::super::chain::ChainDraft;
use super::super::diagnostic::Place;
use super::super::item::Item;
use super::super::number::{Stated, Value};
use super::super::policy::shown;
use super::{ClusterDraft, Converter, LocalNumbers};

/// How many times its like a number is when it is told.
const FAR: f64 = 100.0;
/// Wages a day that nobody pays [Rp].
const WAGES: (f64, f64) = (1_000.0, 10_000_000.0);

/// A price, a wage or a cost as stated somewhere, on average [Rp].
#[derive(Debug, Clone)]
struct Said {
    rupiah: f64,
    what: String,
    unit: String,
    place: Place,
}

impl Said {
    fn text(&self) -> String {
        format!("Rp {} per {}", plain(self.rupiah), self.unit)
    }
}

/// Whole rupiah where there are many of them.
fn plain(rupiah: f64) -> String {
    if rupiah >= 100.0 || rupiah.fract() == 0.0 { format!("{rupiah:.0}") } else { format!("{rupiah:.2}") }
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
        let mut groups: BTreeMap<(Item, String), Vec<Said>> = BTreeMap::new();
        let mut add = |chain: &ChainDraft, item: Item, key: &str, stated: &Stated, cluster: Option<&str>| {
            let Some((group, unit)) = like(chain, item, key) else { return };
            let what = match (item, cluster) {
                (Item::Wage, _) => "wage".to_string(),
                (_, _) => format!("{} of '{key}'", item.word().replace('_', " ")),
            };
            let what = match cluster {
                Some(cluster) => format!("{what} in '{cluster}'"),
                None => format!("{what} of chain '{}'", chain.key),
            };
            let said = Said { rupiah: mean(stated), what, unit, place: stated.place.clone() };
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

    fn warn_of_group(&mut self, item: Item, mut group: Vec<Said>) {
        group.retain(|said| said.rupiah > 0.0 && said.rupiah.is_finite());
        group.sort_by(|a, b| a.rupiah.total_cmp(&b.rupiah).then_with(|| a.place.cmp(&b.place)));
        let help = Some("check its unit and its zeros");
        if item == Item::Wage {
            for said in group.iter().filter(|said| said.rupiah < WAGES.0 || said.rupiah > WAGES.1) {
                let found = format!("the {} is {}, which nobody is paid for a day", said.what, said.text());
                self.faults.warn(&said.place, found, help);
            }
        }
        // The lower of two in the middle: of two numbers the larger is told.
        let Some(usual) = group.get(group.len().saturating_sub(1).div_euclid(2)).cloned() else { return };
        for said in &group {
            let times = said.rupiah / usual.rupiah;
            let ratio = if times >= FAR {
                format!("{times:.0} times")
            } else if times <= 1.0 / FAR {
                format!("a {:.0}th of", 1.0 / times)
            } else {
                continue;
            };
            let found = format!(
                "the {} is {}, {ratio} the {} of {} ({})",
                said.what,
                said.text(),
                usual.what,
                usual.text(),
                shown(&usual.place)
            );
            self.faults.warn(&said.place, found, help);
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
                let unit = unit(key).unwrap_or_default();
                let found = format!(
                    "the unit cost of '{key}' is Rp {} per {unit}, {:.0} times the highest price of the chain, Rp {} per {unit}",
                    plain(mean(cost)),
                    mean(cost) / highest,
                    plain(highest)
                );
                self.faults.warn(&cost.place, found, Some("check its unit and its zeros"));
            }
        }
    }
}

/// What a number is compared with, and the unit it is for: prices of the same goods, wages, costs of the same process.
fn like(chain: &ChainDraft, item: Item, key: &str) -> Option<(String, String)> {
    if item == Item::Wage {
        return Some((String::new(), "person-day".to_string()));
    }
    let process = chain.chain.processes.iter().find(|process| process.key == key)?;
    let unit = process.unit.clone();
    match item {
        Item::Price => {
            let goods: Vec<&str> =
                process.inputs.iter().map(|m| chain.chain.commodities[m.index()].key.as_str()).collect();
            Some((format!("{}/{unit}", goods.join("+")), unit))
        }
        Item::UnitCost => Some((format!("{}/{key}", chain.key), unit)),
        _ => None,
    }
}
