//! Reads the coverage of the ten facility types: the minima of `scenario.toml`, and the facilities that `coverage.csv` says are
//! provided or waived.

use std::collections::BTreeMap;

use super::super::diagnostic::{Faults, Place};
use super::super::document::Document;
use super::super::file::{MinimumFile, ScenarioFile, StatusWord, TitleFile};
use super::super::loaded::StatedNumber;
use super::super::named::Named;
use super::super::number::{Unit, UnitRules, provenance_of_row, word};
use super::super::phrase;
use super::super::policy::{Lists, Names, PolicyReader, amount_of_row, shown};
use super::super::table::{Columns, Row};
use crate::language::{Text, text};
use crate::model::{
    Coverage, CoverageMinimum, FacilityType, MinimumSize, ModelParts, Standing, StandingKind, Supported,
};
use crate::units::Rupiah;

/// The columns of coverage.csv.
pub(super) const COLUMNS: Columns = Columns {
    required: &["cluster", "type", "status"],
    optional: &["amount", "unit", "reason", "reference", "grade"],
    numbers: &["amount"],
    left_out: &[],
};

/// The model so far, and the faults and numbers that reading the rule adds to.
pub(super) struct CoverageReader<'a> {
    pub(super) document: &'a Document,
    pub(super) rules: UnitRules,
    pub(super) model: &'a ModelParts,
    pub(super) faults: &'a mut Faults,
    pub(super) numbers: &'a mut Vec<StatedNumber>,
}

impl CoverageReader<'_> {
    /// Reads the coverage rule; what is at fault is left out and told.
    pub(super) fn read(&mut self, file: &ScenarioFile, rows: &[Row]) -> Coverage {
        let stated = file.coverage.as_ref();
        let minima = stated.map_or(&[][..], |coverage| &coverage.minimum);
        let minima = minima
            .iter()
            .enumerate()
            .filter_map(|(n, minimum)| self.minimum(minimum, &format!("coverage.minimum[{n}]")))
            .collect();
        Coverage {
            stated: stated.is_some(),
            enforced: stated.is_some_and(|coverage| coverage.enforce.unwrap_or(true)),
            supported: stated
                .and_then(|coverage| coverage.supported.as_ref())
                .map_or(Supported::Choice, |word| word.0),
            minima,
            standings: self.standings(rows),
        }
    }

    fn policy(&mut self) -> PolicyReader<'_> {
        PolicyReader {
            document: self.document,
            rules: self.rules,
            faults: self.faults,
            numbers: self.numbers,
        }
    }

    fn minimum(&mut self, file: &MinimumFile, path: &str) -> Option<CoverageMinimum> {
        let before = self.faults.count();
        let model = self.model;
        let names = Names {
            regions: model.regions(),
            chains: model.chains.iter().map(|chain| chain.key.as_str()).collect(),
            clusters: model.clusters.iter().map(|cluster| cluster.key.as_str()).collect(),
            places_known: true,
        };
        let lists = Lists {
            regions: file.regions.as_deref(),
            chains: file.chains.as_deref(),
            clusters: file.clusters.as_deref(),
            ..Lists::default()
        };
        let of = self.policy().eligible(path, &lists, &names);
        let size = self.size(file, path)?;
        if self.faults.count() > before {
            return None;
        }
        let title = file.title.as_ref().map(TitleFile::title);
        let minimum = CoverageMinimum { title, law: file.law.clone(), facility: file.r#type.0, size, of };
        if !model.cluster_ids().any(|c| minimum.concerns(model, c)) {
            self.faults.help(
                &self.document.place(path),
                text!(
                    en: "the minimum is about no cluster",
                    id: "minimum ini tidak mengenai klaster mana pun",
                ),
                text!(
                    en: "widen its regions, chains or clusters, or name a capacity that their chains have",
                    id: "perluas regions, chains, atau clusters-nya, atau sebutkan kapasitas yang ada pada rantainya",
                ),
            );
            return None;
        }
        if let MinimumSize::Capacity { capacity, .. } = &minimum.size {
            let pooled = model.cluster_ids().filter(|c| minimum.concerns(model, *c)).find_map(|c| {
                let (own, _) = minimum.capacity(model, c)?;
                Some((c, model.pool_of(c, own)?))
            });
            if let Some((c, pool)) = pooled {
                self.faults.help(
                    &self.document.place(&format!("{path}.capacity")),
                    text!(
                        en: "'{capacity}' of cluster '{cluster}' is pool '{pool}', which no cluster has to itself",
                        id: "'{capacity}' di klaster '{cluster}' adalah kolam bersama '{pool}', yang tidak dimiliki satu klaster sendiri",
                        cluster = model.clusters[c.index()].key,
                        pool = model.pools[pool.index()].key,
                    ),
                    text!(
                        en: "ask for an amount of money, or for another capacity",
                        id: "mintalah sejumlah uang, atau kapasitas lain",
                    ),
                );
                return None;
            }
        }
        Some(minimum)
    }

    fn size(&mut self, file: &MinimumFile, path: &str) -> Option<MinimumSize> {
        let money = Unit::Money(None);
        let at = |part: &str| format!("{path}.{part}");
        let size = match (&file.amount, &file.amount_per_enterprise, &file.capacity, &file.units) {
            (Some(amount), None, None, None) => {
                MinimumSize::Amount(self.above_zero(amount, &at("amount"), &money)?)
            }
            (None, Some(amount), None, None) => {
                let path = at("amount_per_enterprise");
                MinimumSize::PerEnterprise(self.above_zero(amount, &path, &money)?)
            }
            (None, None, Some(capacity), Some(units)) => {
                let unit = self.unit_of(file, capacity, path)?;
                let units = self.above_zero(units, &at("units"), &Unit::PerPeriod(unit))?;
                MinimumSize::Capacity { capacity: capacity.clone(), units }
            }
            _ => {
                self.faults.expected(
                    &self.document.place(path),
                    text!(en: "the minimum has no clear size", id: "besaran minimum ini tidak jelas"),
                    text!(
                        en: "one of amount, amount_per_enterprise, or capacity together with units",
                        id: "salah satu dari amount, amount_per_enterprise, atau capacity bersama units",
                    ),
                );
                return None;
            }
        };
        Some(size)
    }

    fn above_zero(
        &mut self,
        number: &super::super::file::CertainFile,
        path: &str,
        unit: &Unit,
    ) -> Option<f64> {
        let before = self.faults.count();
        let (value, place) = self.policy().number(number, path, unit);
        if self.faults.count() > before {
            return None;
        }
        if value == 0.0 {
            self.faults.expected(&place, phrase::found(0), phrase::above_zero());
            return None;
        }
        Some(value)
    }

    /// The unit of a capacity in the chains that a minimum is about.
    fn unit_of(&mut self, file: &MinimumFile, capacity: &str, path: &str) -> Option<String> {
        let place = self.document.place(&format!("{path}.capacity"));
        let listed = |key: &String| file.chains.as_ref().is_none_or(|list| list.contains(key));
        let chains: Vec<_> = self.model.chains.iter().filter(|chain| listed(&chain.key)).collect();
        let mut known: Vec<&str> =
            chains.iter().flat_map(|c| c.capacities.iter().map(|k| k.key.as_str())).collect();
        known.sort_unstable();
        known.dedup();
        let mut units: Vec<(&str, &str)> = Vec::new();
        for chain in &chains {
            match chain.capacities.iter().find(|known| known.key == capacity) {
                Some(found) => units.push((&chain.key, &found.unit)),
                None if file.chains.is_some() && known.contains(&capacity) => self.faults.help(
                    &place,
                    text!(
                        en: "chain '{chain}' has no capacity '{capacity}'",
                        id: "rantai '{chain}' tidak memiliki kapasitas '{capacity}'",
                        chain = chain.key,
                    ),
                    text!(
                        en: "leave the chain out of chains, or name a capacity that it has",
                        id: "hapus rantai itu dari chains, atau sebutkan kapasitas yang dimilikinya",
                    ),
                ),
                None => {}
            }
        }
        let Some(&(first, unit)) = units.first() else {
            if !chains.is_empty() {
                self.faults.unknown(&place, Named::Capacity, capacity, &known);
            }
            return None;
        };
        if let Some((other, their)) = units.iter().find(|(_, their)| *their != unit) {
            self.faults.help(
                &place,
                text!(
                    en: "'{capacity}' is in {unit} in chain '{first}' and in {their} in chain '{other}'",
                    id: "satuan '{capacity}' adalah {unit} di rantai '{first}' dan {their} di rantai '{other}'",
                ),
                text!(
                    en: "state a minimum for each, with chains",
                    id: "nyatakan minimum untuk masing-masing dengan chains",
                ),
            );
            return None;
        }
        Some(unit.to_string())
    }

    fn standings(&mut self, rows: &[Row]) -> BTreeMap<(crate::model::ClusterId, FacilityType), Standing> {
        let keys: Vec<&str> = self.model.clusters.iter().map(|cluster| cluster.key.as_str()).collect();
        let mut standings = BTreeMap::new();
        let mut seen: BTreeMap<(&str, &str), Option<usize>> = BTreeMap::new();
        for row in rows {
            let (name, kind) = (row.text("cluster"), row.text("type"));
            if let Some(first) = seen.get(&(name, kind)) {
                let first = first.unwrap_or(0);
                self.faults
                    .add(&row.place(""), phrase::already(&Text::same(format!("{name} {kind}")), first));
                continue;
            }
            seen.insert((name, kind), row.place("").line);
            let cluster = keys.binary_search(&name).ok().map(crate::model::ClusterId::new);
            if cluster.is_none() {
                self.faults.unknown(&row.place("cluster"), Named::Cluster, name, &keys);
            }
            let facility = self.needed::<FacilityType>(row, "type");
            let status = self.needed::<StatusWord>(row, "status");
            let standing = self.standing(row, status);
            if let (Some(cluster), Some(facility), Some(standing)) = (cluster, facility, standing) {
                standings.insert((cluster, facility), standing);
            }
        }
        standings
    }

    fn needed<T: super::super::file::ClosedList>(&mut self, row: &Row, column: &str) -> Option<T> {
        if row.text(column).is_empty() {
            let words = T::words().join(", ");
            self.faults.expected(&row.place(column), phrase::empty_cell(), phrase::one_of(&words));
            return None;
        }
        word::<T>(row, column, self.faults)
    }

    fn standing(&mut self, row: &Row, status: Option<StatusWord>) -> Option<Standing> {
        let provenance = provenance_of_row(row, "reference", self.faults);
        let amount = self.past(row, &provenance);
        let text = |column: &str| Some(row.text(column).to_string()).filter(|text| !text.is_empty());
        let reason = text("reason");
        let kind = match status? {
            StatusWord::Provided => match amount {
                None => StandingKind::Provided,
                Some(rupiah) => StandingKind::Partly(rupiah),
            },
            StatusWord::Waived => {
                if reason.is_none() {
                    self.faults.expected(
                        &row.place("reason"),
                        phrase::empty_cell(),
                        text!(
                            en: "the reason why the facility is waived",
                            id: "alasan pengecualian jenis fasilitas ini",
                        ),
                    );
                }
                if !row.text("amount").is_empty() {
                    self.faults.help(
                        &row.place("amount"),
                        text!(
                            en: "what is waived has no amount",
                            id: "yang dikecualikan tidak memiliki jumlah uang",
                        ),
                        text!(
                            en: "leave the cell empty, or say that the amount is provided",
                            id: "kosongkan sel ini, atau nyatakan jumlah itu dengan status provided",
                        ),
                    );
                }
                StandingKind::Waived
            }
        };
        Some(Standing { kind, reason, reference: provenance.source, grade: provenance.grade })
    }

    /// Past provision in money.
    fn past(&mut self, row: &Row, provenance: &super::super::Provenance) -> Option<Rupiah> {
        let amount = row.amount("amount", self.faults);
        if amount.is_none() && !row.text("unit").is_empty() && row.text("amount").is_empty() {
            self.faults.help(
                &row.place("unit"),
                text!(en: "a unit without an amount", id: "ada satuan tanpa jumlah uang"),
                text!(
                    en: "give the amount, or leave the cell empty",
                    id: "isi jumlahnya, atau kosongkan sel ini",
                ),
            );
        }
        let amount = amount?;
        let place: Place = row.place("amount");
        if amount.number == 0.0 {
            self.faults.help(
                &place,
                text!(
                    en: "past provision of 0 is none",
                    id: "fasilitas terdahulu senilai 0 berarti tidak ada",
                ),
                text!(
                    en: "leave the row out, or leave the cell empty where the minimum is met in full",
                    id: "hapus baris ini, atau kosongkan selnya jika minimum sudah terpenuhi seluruhnya",
                ),
            );
            return None;
        }
        self.numbers.push(StatedNumber {
            name: format!("coverage/{}/{}", row.text("cluster"), row.text("type")),
            place: shown(&row.place("")),
            provenance: provenance.clone(),
        });
        amount_of_row(row, amount, provenance, self.rules, self.faults)
    }
}

/// Tells of clusters in which something is owed that nothing can meet: a warning each, or faults where they are bound to be
/// supported.
pub(super) fn check_reach(document: &Document, model: &ModelParts, faults: &mut Faults) {
    for c in model.cluster_ids() {
        let mut beyond: Vec<FacilityType> = Vec::new();
        for owed in model.beyond_reach(c) {
            let cluster = &model.clusters[c.index()];
            // A fault where the plan has no choice.
            let bound =
                model.coverage.enforced && model.coverage.supported == Supported::All && !cluster.candidate;
            if bound {
                faults.help(
                    &document.place(&format!("coverage.minimum[{}]", owed.minimum)),
                    text!(
                        en: "cluster '{cluster}' is bound to be supported, but nothing that a source may fund there reaches the minimum of {facility}",
                        id: "klaster '{cluster}' wajib didukung, tetapi tidak ada yang boleh didanai di sana yang mencapai minimum {facility}",
                        cluster = cluster.key,
                        facility = owed.facility.key(),
                    ),
                    text!(
                        en: "offer an intervention of the type and a source for it, or say in coverage.csv that it is provided or waived",
                        id: "sediakan intervensi jenis fasilitas itu beserta sumber dananya, atau nyatakan dalam coverage.csv sebagai provided atau waived",
                    ),
                );
            }
            beyond.push(owed.facility);
        }
        beyond.sort_unstable();
        beyond.dedup();
        if beyond.is_empty() {
            continue;
        }
        // A warning for the whole cluster, with the consequence.
        let cluster = &model.clusters[c.index()];
        let types: Vec<String> = beyond.iter().map(|f| format!("({}) {}", f.letter(), f.key())).collect();
        let what = match (model.coverage.enforced, cluster.candidate) {
            (true, true) => {
                text!(en: "so it can never be opened", id: "sehingga klaster ini tidak pernah dapat dibuka")
            }
            (true, false) => text!(
                en: "so it can never be supported",
                id: "sehingga klaster ini tidak pernah dapat didukung",
            ),
            (false, _) => text!(
                en: "so it will fall short wherever it is supported",
                id: "sehingga cakupannya akan kurang jika klaster ini didukung",
            ),
        };
        let found = text!(
            en: "cluster '{cluster}': nothing that a source may fund there reaches the minimum of {types}, {what}",
            id: "klaster '{cluster}': tidak ada yang boleh didanai di sana yang mencapai minimum {types}, {what}",
            cluster = cluster.key,
            types = types.join(", "),
            what,
        );
        let help = text!(
            en: "offer it, or say in coverage.csv that it is provided or waived",
            id: "sediakan intervensinya, atau nyatakan dalam coverage.csv sebagai provided atau waived",
        );
        faults.warn(&document.place("coverage.minimum"), found, Some(help));
    }
}
