//! Checks that every cluster has the numbers that its chain asks for.

use super::super::chain::ChainDraft;
use super::super::diagnostic::Place;
use super::super::item::Item;
use super::super::number::{Stated, Value};
use super::super::phrase;
use super::draft::{ClusterDraft, Converter, LocalNumbers};
use crate::language::text;
use crate::model::UpkeepBearer;

/// The numbers of one cluster, its own and its chain's.
struct Numbers<'a> {
    /// Position of the cluster.
    at: usize,
    cluster: &'a ClusterDraft,
    chain: &'a ChainDraft,
    local: &'a LocalNumbers,
}

impl Numbers<'_> {
    /// The number that values.csv states for the cluster.
    fn own(&self, item: Item, key: &str) -> Option<&Stated> {
        self.local.get(&(self.at, item, key.to_string()))
    }

    /// The cluster's own number, or else its chain's.
    fn find(&self, item: Item, key: &str) -> Option<&Stated> {
        self.own(item, key).or_else(|| self.chain.defaults.get(&(item, key.to_string())))
    }
}

impl Converter<'_> {
    /// Every cluster has a number for every slot; upkeep that a source bears is certain; goods in transit are stocked.
    pub(super) fn check_each_cluster_complete(
        &mut self,
        clusters: &[ClusterDraft],
        chains: &[Option<ChainDraft>],
        local: &LocalNumbers,
    ) {
        for (at, cluster) in clusters.iter().enumerate() {
            let Some(chain) = cluster.chain.and_then(|chain| chains[chain].as_ref()) else { continue };
            let numbers = Numbers { at, cluster, chain, local };
            self.check_slots(&numbers);
            self.check_base_stocks(&numbers);
            self.check_opening(at, cluster, chain, local);
            self.check_upkeep(&numbers);
            self.check_lead_times(&numbers);
        }
    }

    /// Every slot has a number.
    fn check_slots(&mut self, numbers: &Numbers<'_>) {
        for (item, key) in numbers.chain.slots.keys() {
            let of_pool = *item == Item::Base
                && (self.pooled(numbers.at, key).is_some() || self.wrong_pools.contains(key));
            let told =
                of_pool || self.values_unread || self.wrong_rows.contains(&(numbers.at, *item, key.clone()));
            if !item.must_be_certain() && numbers.find(*item, key).is_none() && !told {
                self.faults.help(
                    &numbers.cluster.place,
                    text!(
                        en: "cluster '{cluster}' has no {item} for {kind} '{key}'",
                        id: "klaster '{cluster}' tidak memiliki {item} untuk {kind} '{key}'",
                        cluster = numbers.cluster.key,
                        item = item.word(),
                        kind = item.keys_name().text(),
                    ),
                    text!(
                        en: "add a row to values.csv, or state it in the chain for all clusters",
                        id: "tambahkan baris pada values.csv, atau nyatakan dalam berkas rantai untuk semua klaster",
                    ),
                );
            }
        }
    }

    /// A base stock is an amount or a number of periods, not both.
    fn check_base_stocks(&mut self, numbers: &Numbers<'_>) {
        for (_, key) in numbers.chain.slots.keys().filter(|(item, _)| *item == Item::BaseStock) {
            let amount = numbers.own(Item::BaseStock, key);
            let periods = numbers.own(Item::BaseStockPeriods, key);
            if let (Some(amount), Some(_)) = (amount, periods) {
                self.faults.help(
                    &amount.place,
                    text!(
                        en: "'{key}' has both base_stock and base_stock_periods in cluster '{cluster}'",
                        id: "'{key}' memiliki base_stock sekaligus base_stock_periods di klaster '{cluster}'",
                        cluster = numbers.cluster.key,
                    ),
                    phrase::keep_one(),
                );
            }
        }
    }

    /// Upkeep that a source bears is certain.
    fn check_upkeep(&mut self, numbers: &Numbers<'_>) {
        for intervention in &numbers.chain.chain.interventions {
            let upkeep = numbers.find(Item::Upkeep, &intervention.key);
            let by_source = intervention.upkeep_by != UpkeepBearer::Cluster;
            if let Some(stated) = upkeep.filter(|s| by_source && matches!(s.value, Value::Uncertain(_))) {
                self.faults.expected(
                    &stated.place,
                    text!(
                        en: "upkeep that a source bears is a distribution",
                        id: "biaya pemeliharaan yang ditanggung sumber dana berupa sebaran",
                    ),
                    text!(
                        en: "a certain number, as budgets are",
                        id: "bilangan pasti, sama seperti anggaran",
                    ),
                );
            }
        }
    }

    /// Goods in transit are stocked.
    fn check_lead_times(&mut self, numbers: &Numbers<'_>) {
        let chain = numbers.chain;
        for process in chain.chain.processes.iter().filter(|process| process.lead_time > 0) {
            let stocked = process.outputs.iter().any(|m| {
                let key = &chain.chain.commodities[m.index()].key;
                numbers
                    .find(Item::BaseStock, key)
                    .or_else(|| numbers.find(Item::BaseStockPeriods, key))
                    .is_some()
            });
            if !stocked && !process.outputs.is_empty() {
                let made = &chain.chain.commodities[process.outputs[0].index()].key;
                self.faults.help(
                    &Place::file(&format!("chains/{}.toml", chain.key))
                        .key(format!("processes.{}", process.key)),
                    text!(
                        en: "'{process}' has a lead time, so it runs only for stock, but '{made}' has no base stock",
                        id: "'{process}' memiliki waktu tunggu sehingga hanya berjalan untuk persediaan, tetapi '{made}' tidak memiliki persediaan sasaran",
                        process = process.key,
                    ),
                    text!(
                        en: "give '{made}' a base_stock or base_stock_periods",
                        id: "beri '{made}' base_stock atau base_stock_periods",
                    ),
                );
            }
        }
    }
}
