//! Reads the targets of `scenario.toml`: the quantity to reach, where, and by when.

use super::super::diagnostic::Faults;
use super::super::document::Document;
use super::super::file::{CertainFile, ScenarioFile, TargetFile};
use super::super::loaded::StatedNumber;
use super::super::named::Named;
use super::super::number::{Range, Unit, UnitRules, Value, certain};
use super::super::phrase;
use super::super::policy::{shown, year_index};
use crate::language::text;
use crate::model::{
    ChainId, ClusterId, CommodityId, Goal, IndicatorId, Metric, ModelParts, ProcessId, Target, TargetItem,
};

/// The key of a level, its number, and the goal that it makes.
type Asked<'a> = (&'static str, &'a CertainFile, fn(f64) -> Goal);

/// Reads all targets; those at fault are left out and told.
pub(super) fn read(
    file: &ScenarioFile,
    document: &Document,
    rules: UnitRules,
    model: &ModelParts,
    faults: &mut Faults,
    numbers: &mut Vec<StatedNumber>,
) -> Vec<Target> {
    let mut reader = TargetReader { document, rules, model, faults, numbers };
    file.targets
        .iter()
        .enumerate()
        .filter_map(|(i, target)| reader.target(target, &format!("targets[{i}]")))
        .collect()
}

struct TargetReader<'a> {
    document: &'a Document,
    rules: UnitRules,
    model: &'a ModelParts,
    faults: &'a mut Faults,
    numbers: &'a mut Vec<StatedNumber>,
}

impl TargetReader<'_> {
    fn target(&mut self, file: &TargetFile, path: &str) -> Option<Target> {
        let asked = self.asked(file, path);
        let (what, unit) = self.what(file, path)?;
        let cluster = match &file.cluster {
            None => None,
            Some(name) => {
                let known: Vec<&str> = self.model.clusters.iter().map(|c| c.key.as_str()).collect();
                let place = self.document.place(&format!("{path}.cluster"));
                let Some(found) = known.iter().position(|key| key == name) else {
                    self.faults.unknown(&place, Named::Cluster, name, &known);
                    return None;
                };
                let found = ClusterId::new(found);
                let wanted = match what {
                    TargetItem::Metric(_) | TargetItem::Indicator(_) => None,
                    TargetItem::Made(chain, _) | TargetItem::Sold(chain, _) | TargetItem::Sales(chain, _) => {
                        Some(chain)
                    }
                };
                if wanted.is_some_and(|chain| chain != self.model.clusters[found.index()].chain) {
                    let own = &self.model.chain_of(found).key;
                    self.faults.expected(
                        &place,
                        text!(
                            en: "cluster '{name}' is of another chain, '{own}'",
                            id: "klaster '{name}' termasuk rantai lain, yaitu '{own}'",
                        ),
                        text!(
                            en: "a cluster of the chain that the target is about",
                            id: "klaster dari rantai yang menjadi sasaran target ini",
                        ),
                    );
                    return None;
                }
                Some(found)
            }
        };
        let year = match &file.year {
            None => None,
            Some(year) => {
                let stated = certain(year, self.document, &format!("{path}.year"));
                let Value::Certain(value) = stated.value else { return None };
                match year_index(value, &self.model.horizon) {
                    Ok(year) => Some(year),
                    Err(expected) => {
                        self.faults.expected(&stated.place, phrase::found(value), expected);
                        return None;
                    }
                }
            }
        };
        let (key, number, goal) = asked?;
        let path = format!("{path}.{key}");
        let stated = certain(number, self.document, &path);
        self.numbers.push(StatedNumber {
            name: path,
            place: shown(&stated.place),
            provenance: stated.provenance.clone(),
        });
        let checked = stated.checked(&unit, Range::NonNegative, self.rules, self.faults);
        let Value::Certain(level) = checked.value else { return None };
        Some(Target { title: file.title.title(), what, cluster, year, goal: goal(level) })
    }

    /// The level that the target asks for: its key, its number, and the side of it that is asked for.
    fn asked<'f>(&mut self, file: &'f TargetFile, path: &str) -> Option<Asked<'f>> {
        let place = self.document.place(path);
        let one = text!(en: "exactly one of at_least, at_most", id: "tepat satu dari at_least, at_most");
        match (&file.at_least, &file.at_most) {
            (Some(least), None) => return Some(("at_least", least, Goal::AtLeast)),
            (None, Some(most)) => return Some(("at_most", most, Goal::AtMost)),
            (None, None) => {
                let found = text!(en: "no level is asked for", id: "tidak ada tingkat yang diminta");
                self.faults.expected(&place, found, one);
            }
            (Some(_), Some(_)) => {
                let found = text!(
                    en: "at_least and at_most are both given",
                    id: "at_least dan at_most sama-sama diberikan",
                );
                let help = text!(
                    en: "state two targets for two levels",
                    id: "nyatakan dua sasaran untuk dua tingkat",
                );
                self.faults.in_full(&place, found, one, help);
            }
        }
        None
    }

    /// The quantity that the target counts, with its unit.
    fn what(&mut self, file: &TargetFile, path: &str) -> Option<(TargetItem, Unit)> {
        let given = [
            file.metric.map(|_| "metric"),
            file.made.as_ref().map(|_| "made"),
            file.sold.as_ref().map(|_| "sold"),
            file.sales.as_ref().map(|_| "sales"),
            file.indicator.as_ref().map(|_| "indicator"),
        ]
        .into_iter()
        .flatten()
        .count();
        if given != 1 {
            let place = self.document.place(path);
            let found = if given == 0 {
                text!(en: "nothing is counted", id: "tidak ada yang dihitung")
            } else {
                text!(en: "several things are counted", id: "ada beberapa hal yang dihitung")
            };
            self.faults.expected(
                &place,
                found,
                text!(
                    en: "exactly one of metric, made, sold, sales, indicator",
                    id: "tepat satu dari metric, made, sold, sales, indicator",
                ),
            );
            return None;
        }
        if let Some(metric) = file.metric {
            let metric = metric.0;
            if self.model.metrics().all(|known| known != metric) {
                let known: Vec<&str> = self.model.metrics().map(Metric::key).collect();
                self.faults.expected(
                    &self.document.place(&format!("{path}.metric")),
                    text!(
                        en: "the scenario states no shadow prices, so it has no '{key}'",
                        id: "skenario ini tidak menyatakan harga bayangan, sehingga tidak memiliki '{key}'",
                        key = metric.key(),
                    ),
                    text!(en: "one of {known}", id: "salah satu dari {known}", known = known.join(", ")),
                );
                return None;
            }
            let unit =
                if metric.is_money() { Unit::Money(None) } else { Unit::Exactly(metric.unit().to_string()) };
            return Some((TargetItem::Metric(metric), unit));
        }
        if let Some(name) = &file.indicator {
            let known: Vec<&str> = self.model.indicators.iter().map(|own| own.key.as_str()).collect();
            let Some(found) = known.iter().position(|key| key == name) else {
                let place = self.document.place(&format!("{path}.indicator"));
                self.faults.unknown(&place, Named::Indicator, name, &known);
                return None;
            };
            let indicator = &self.model.indicators[found];
            let unit =
                if indicator.is_money { Unit::Money(None) } else { Unit::Exactly(indicator.unit.clone()) };
            return Some((TargetItem::Indicator(IndicatorId::new(found)), unit));
        }
        if let Some(name) = &file.made {
            let (chain, commodity) = self.item(name, &format!("{path}.made"), Named::Commodity)?;
            let unit = &self.model.chains[chain.index()].commodities[commodity].unit;
            return Some((TargetItem::Made(chain, CommodityId::new(commodity)), Unit::Exactly(unit.clone())));
        }
        if let Some(name) = &file.sold {
            let (chain, channel) = self.item(name, &format!("{path}.sold"), Named::Channel)?;
            let unit = &self.model.chains[chain.index()].processes[channel].unit;
            return Some((TargetItem::Sold(chain, ProcessId::new(channel)), Unit::Exactly(unit.clone())));
        }
        let (chain, channel) =
            self.item(file.sales.as_deref().unwrap_or_default(), &format!("{path}.sales"), Named::Channel)?;
        Some((TargetItem::Sales(chain, ProcessId::new(channel)), Unit::Money(None)))
    }

    /// The chain and the position in it that CHAIN/ITEM names.
    fn item(&mut self, name: &str, path: &str, kind: Named) -> Option<(ChainId, usize)> {
        let mut known = Vec::new();
        for (h, chain) in self.model.chains.iter().enumerate() {
            let here: Vec<(usize, &str)> = if kind == Named::Commodity {
                chain.commodities.iter().enumerate().map(|(m, c)| (m, c.key.as_str())).collect()
            } else {
                let channels = chain.processes.iter().enumerate().filter(|(_, p)| p.is_channel);
                channels.map(|(p, c)| (p, c.key.as_str())).collect()
            };
            known.extend(
                here.into_iter().map(|(at, key)| (ChainId::new(h), at, format!("{}/{key}", chain.key))),
            );
        }
        let found = known.iter().find(|(_, _, full)| full == name).map(|(chain, at, _)| (*chain, *at));
        if found.is_none() {
            let names: Vec<&String> = known.iter().map(|(_, _, full)| full).collect();
            self.faults.unknown(&self.document.place(path), kind, name, &names);
        }
        found
    }
}
