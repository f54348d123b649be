//! Reads the tables of places: clusters.csv and values.csv.

use std::collections::BTreeMap;

use super::super::alike::Alike;
use super::super::chain::ChainDraft;
use super::super::classification::region_code;
use super::super::item::{Item, item_name};
use super::super::loaded::StatedNumber;
use super::super::named::Named;
use super::super::number::{UnitRules, from_row, provenance_of_row};
use super::super::observations::Observations;
use super::super::phrase;
use super::super::policy::shown;
use super::super::shape::is_key;
use super::super::table::Row;
use super::draft::{ClusterDraft, Converter, LocalNumbers};
use crate::language::{Text, text};

/// Names that begin the stable names of other things.
const RESERVED: [&str; 4] = ["all", "budget", "event", "factor"];

impl Converter<'_> {
    /// Reads clusters.csv into canonical order.
    pub(super) fn read_clusters(&mut self, rows: &[Row], chains: &[&str]) -> Vec<ClusterDraft> {
        let mut clusters: Vec<ClusterDraft> = Vec::new();
        let mut first_rows: BTreeMap<String, usize> = BTreeMap::new();
        let (mut regions, mut names) = (Alike::default(), Alike::default());
        for row in rows {
            let key = row.text("cluster").to_string();
            if !is_key(&key) || RESERVED.contains(&key.as_str()) {
                let found = phrase::the_name(&key);
                self.faults.expected(
                    &row.place("cluster"),
                    found,
                    text!(
                        en: "lower-case letters, digits, '_' and '-', at most 60, and not {reserved}",
                        id: "huruf kecil, angka, '_', dan '-', tidak lebih dari 60 karakter, dan bukan {reserved}",
                        reserved = RESERVED.join(", "),
                    ),
                );
            }
            // A second row of a key is told and left out, so that later parts see each cluster once.
            if let Some(line) = first_rows.get(&key) {
                self.faults.add(&row.place("cluster"), phrase::already(&Named::Cluster.with(&key), *line));
                continue;
            }
            first_rows.insert(key.clone(), row.place("").line.unwrap_or(0));
            let chain = chains.iter().position(|chain| *chain == row.text("chain"));
            if chain.is_none() {
                self.faults.unknown(&row.place("chain"), Named::Chain, row.text("chain"), chains);
            }
            for column in ["name", "region"] {
                if row.text(column).is_empty() {
                    self.faults.expected(
                        &row.place(column),
                        phrase::empty_cell(),
                        text!(en: "a name", id: "nama"),
                    );
                }
            }
            regions.tell(Named::Region, row.text("region"), &row.place("region"), self.faults);
            names.tell(Named::ClusterName, row.text("name"), &row.place("name"), self.faults);
            // Counts are whole; one at fault is replaced, so that rates per enterprise can still be checked.
            let enterprises = row.required_number("enterprises", self.faults).unwrap_or(1.0);
            let workers = row.required_number("workers", self.faults).unwrap_or(0.0);
            for (column, count) in [("enterprises", enterprises), ("workers", workers)] {
                if count.fract() != 0.0 {
                    self.faults.expected(
                        &row.place(column),
                        phrase::found(count),
                        text!(en: "a whole number", id: "bilangan bulat"),
                    );
                }
            }
            if enterprises <= 0.0 {
                self.faults.expected(
                    &row.place("enterprises"),
                    phrase::found(enterprises),
                    phrase::above_zero(),
                );
            }
            if workers < 0.0 {
                self.faults.expected(&row.place("workers"), phrase::found(workers), phrase::not_below_zero());
            }
            let provenance = provenance_of_row(row, "source", self.faults);
            self.numbers.push(StatedNumber {
                name: format!("{key}/enterprises"),
                place: shown(&row.place("")),
                provenance,
            });
            let (candidate, potential) = self.site(row);
            let region_code = region_code(row, self.faults);
            clusters.push(ClusterDraft {
                region_code,
                candidate,
                potential,
                position: self.position(row),
                key,
                name: row.text("name").to_string(),
                region: row.text("region").to_string(),
                chain,
                enterprises,
                workers,
                place: row.place(""),
            });
        }
        clusters.sort_by(|a, b| a.key.cmp(&b.key));
        clusters
    }

    pub(super) fn position(&mut self, row: &Row) -> Option<(f64, f64)> {
        let mut angle = |column: &str, most: f64| {
            let degrees = row.decimal(column, self.faults)?;
            if degrees.abs() > most {
                self.faults.expected(
                    &row.place(column),
                    phrase::found(degrees),
                    text!(en: "degrees from -{most} to {most}", id: "derajat dari -{most} sampai {most}"),
                );
            }
            Some(degrees)
        };
        let (latitude, longitude) = (angle("latitude", 90.0), angle("longitude", 180.0));
        if row.text("latitude").is_empty() != row.text("longitude").is_empty() {
            self.faults.help(
                &row.place("latitude"),
                text!(
                    en: "a position needs both latitude and longitude",
                    id: "letak memerlukan latitude dan longitude",
                ),
                text!(en: "give both or neither", id: "isi keduanya atau kosongkan keduanya"),
            );
        }
        latitude.zip(longitude)
    }

    /// Reads values.csv.
    pub(super) fn read_values(
        &mut self,
        rows: &[Row],
        clusters: &[ClusterDraft],
        drafts: &[Option<ChainDraft>],
        rules: UnitRules,
        data: &Observations,
    ) -> LocalNumbers {
        let cluster_keys: Vec<&str> = clusters.iter().map(|c| c.key.as_str()).collect();
        let items: Vec<&str> = Item::ALL.iter().map(|item| item.word()).collect();
        let mut local = LocalNumbers::new();
        let mut first_rows: BTreeMap<(usize, Item, String), Option<usize>> = BTreeMap::new();
        for row in rows {
            let stated = from_row(row, data, self.faults);
            // In order of keys, and there may be thousands.
            let cluster = cluster_keys.binary_search(&row.text("cluster")).ok();
            if cluster.is_none() && !clusters.is_empty() {
                self.faults.unknown(
                    &row.place("cluster"),
                    Named::Cluster,
                    row.text("cluster"),
                    &cluster_keys,
                );
            }
            let item = Item::parse(row.text("item"));
            if item.is_none() {
                self.faults.unknown(&row.place("item"), Named::Item, row.text("item"), &items);
            }
            let (Some(cluster), Some(item)) = (cluster, item) else { continue };
            let Some(draft) = clusters[cluster].chain.and_then(|chain| drafts[chain].as_ref()) else {
                continue;
            };
            let key = row.text("key").to_string();
            let Some(slot) = draft.slots.get(&(item, key.clone())) else {
                let known: Vec<&str> =
                    draft.slots.keys().filter(|(i, _)| *i == item).map(|(_, key)| key.as_str()).collect();
                self.faults.unknown(&row.place("key"), item.keys_name(), &key, &known);
                continue;
            };
            let id = (cluster, item, key.clone());
            let Some(stated) = stated else {
                // The row is there, only wrong: what is missing because of it need not be told.
                self.wrong_rows.push(id);
                continue;
            };
            if let Some(first) = first_rows.insert(id.clone(), row.place("").line) {
                let what = format!("{} {}", cluster_keys[cluster], item_name(item, &key));
                self.faults.add(&row.place(""), phrase::already(&Text::same(what), first.unwrap_or(0)));
                continue;
            }
            self.check_loadings(&stated);
            self.check_certain(item, &stated);
            let checked = stated.checked(&slot.unit, item.range(), rules, self.faults);
            self.check_commitment(item, &checked);
            self.note(&format!("{}/{}", cluster_keys[cluster], item_name(item, &key)), &checked);
            local.insert(id, checked);
        }
        local
    }
}
