//! Reads the spillovers of technology groups: from which cluster to which, by how much and when. Refuses those that could take
//! a capacity below zero.

use super::super::diagnostic::Faults;
use super::super::document::Document;
use super::super::file::{CertainFile, ScenarioFile, SpilloverFile, TitleFile};
use super::super::loaded::StatedNumber;
use super::super::named::Named;
use super::super::number::{Unit, UnitRules};
use super::super::phrase;
use super::super::policy::{Lists, Names, PolicyReader};
use crate::language::text;
use crate::model::{
    CapacityId, ClusterId, Eligibility, InterventionId, LowestCapacity, ModelParts, Scope, Spillover,
    SpilloverLink,
};

/// Reads all spillovers; those at fault are left out and told.
pub(super) fn read(
    file: &ScenarioFile,
    document: &Document,
    rules: UnitRules,
    model: &ModelParts,
    faults: &mut Faults,
    numbers: &mut Vec<StatedNumber>,
) -> Vec<Spillover> {
    let mut regions: Vec<&str> = model.clusters.iter().map(|cluster| cluster.region.as_str()).collect();
    regions.sort_unstable();
    regions.dedup();
    let names = Names {
        regions,
        chains: model.chains.iter().map(|chain| chain.key.as_str()).collect(),
        clusters: model.clusters.iter().map(|cluster| cluster.key.as_str()).collect(),
        places_known: true,
    };
    let mut reader = Reader { policy: PolicyReader { document, rules, faults, numbers }, model, names };
    file.spillovers
        .iter()
        .enumerate()
        .filter_map(|(number, spillover)| reader.spillover(spillover, &format!("spillovers[{number}]")))
        .collect()
}

/// Refuses spillovers that the largest fundable spend could make too much for a capacity to bear.
pub(super) fn check(document: &Document, model: &ModelParts, faults: &mut Faults) {
    for (number, spillover) in model.spillovers.iter().enumerate() {
        if spillover.profile.iter().all(|units| *units >= 0.0) {
            continue;
        }
        let Some(lowest) = model.lowest_capacity(spillover).filter(LowestCapacity::is_negative) else {
            continue;
        };
        let capacity = &model.chain_of(lowest.cluster).capacities[lowest.capacity.index()];
        let horizon = model.horizon;
        faults.help(
            &document.place(&format!("spillovers[{number}].profile")),
            text!(
                en: "spending elsewhere could take {taken} {unit} from '{capacity}' of cluster '{cluster}' in period {period} of {year}, where no more than {base} {unit} is sure to stand; a capacity never falls below zero",
                id: "belanja di tempat lain dapat mengambil {taken} {unit} dari '{capacity}' di klaster '{cluster}' pada periode {period} tahun {year}, padahal yang pasti ada tidak lebih dari {base} {unit}; kapasitas tidak boleh kurang dari nol",
                taken = rounded(lowest.taken),
                capacity = capacity.key,
                cluster = model.clusters[lowest.cluster.index()].key,
                period = lowest.period % horizon.periods_per_year + 1,
                year = horizon.calendar_year(horizon.year_of(lowest.period)),
                base = rounded(lowest.base),
                unit = capacity.unit,
            ),
            text!(
                en: "raise its base, take less away in profile, or narrow the group or what sources may fund in it",
                id: "naikkan base-nya, kurangi pengambilan dalam profile, atau persempit kelompok atau yang boleh didanai di dalamnya",
            ),
        );
    }
}

/// To six significant digits, for messages.
fn rounded(x: f64) -> f64 {
    format!("{x:.5e}").parse().unwrap_or(x)
}

struct Reader<'a> {
    policy: PolicyReader<'a>,
    model: &'a ModelParts,
    names: Names<'a>,
}

impl Reader<'_> {
    fn spillover(&mut self, file: &SpilloverFile, path: &str) -> Option<Spillover> {
        // Who takes part; without a known group the rest has no meaning.
        let before = self.policy.faults.count();
        let lists = Lists {
            regions: file.regions.as_deref(),
            chains: file.chains.as_deref(),
            clusters: file.clusters.as_deref(),
            ..Lists::default()
        };
        let group = self.policy.eligible(path, &lists, &self.names);
        if self.policy.faults.count() > before {
            return None;
        }
        // The units, in which the profile is then read.
        let members = self.members(&group);
        let unit = self.unit(file, path, &members);
        self.check_interventions(file, path, &members);
        if file.profile.is_empty() {
            self.policy.faults.expected(
                &self.policy.document.place(&format!("{path}.profile")),
                phrase::empty_list(),
                text!(
                    en: "units of the capacity for each unit of money, by age in periods",
                    id: "jumlah kapasitas untuk setiap satuan uang, menurut umur dalam periode",
                ),
            );
        }
        self.check_units_of(file, path);
        let profile: Vec<f64> = file
            .profile
            .iter()
            .enumerate()
            .map(|(age, number)| {
                let unit = Unit::PerMoney(unit.clone().unwrap_or_default());
                self.policy.signed(number, &format!("{path}.profile[{age}]"), &unit)
            })
            .collect();
        if self.policy.faults.count() > before {
            return None;
        }
        // Who gives to whom.
        let links = self.links(file, &members);
        if links.is_empty() {
            self.policy.faults.help(
                &self.policy.document.place(path),
                text!(
                    en: "the spillover joins no two clusters",
                    id: "limpahan ini tidak menghubungkan dua klaster mana pun",
                ),
                text!(
                    en: "widen the group or within; money never spills over into its own cluster, nor into a pool that it draws on",
                    id: "perluas kelompoknya atau within; uang tidak melimpah ke klasternya sendiri, dan tidak pula ke kolam bersama yang dipakainya",
                ),
            );
            return None;
        }
        Some(Spillover {
            title: file.title.as_ref().map(TitleFile::title),
            law: file.law.clone(),
            profile,
            links,
        })
    }

    /// An entry without a unit is in the scenario's unit of money: not beside one that says another.
    fn check_units_of(&mut self, file: &SpilloverFile, path: &str) {
        let own = format!("/{}", self.policy.rules.money.word());
        let said = |number: &CertainFile| match number {
            CertainFile::Stated(table) => table.unit.clone(),
            CertainFile::Plain(_) => None,
        };
        let silent = |number: &CertainFile| match number {
            CertainFile::Stated(table) => table.unit.is_none() && table.value != 0.0,
            CertainFile::Plain(value) => *value != 0.0,
        };
        let Some(other) = file.profile.iter().filter_map(said).find(|unit| !unit.ends_with(&own)) else {
            return;
        };
        for (age, _) in file.profile.iter().enumerate().filter(|(_, number)| silent(number)) {
            self.policy.faults.in_full(
                &self.policy.document.place(&format!("{path}.profile[{age}]")),
                text!(
                    en: "the entry states no unit, while another of the list is in '{other}'",
                    id: "entri ini tidak menyatakan satuan, sedangkan entri lain dalam daftar memakai '{other}'",
                ),
                text!(
                    en: "a unit with every entry that is not 0",
                    id: "satuan pada setiap entri yang bukan 0",
                ),
                text!(
                    en: "without one it would be read in {money}",
                    id: "tanpa satuan, entri ini akan dibaca dalam {money}",
                    money = self.policy.rules.money.word(),
                ),
            );
        }
    }

    /// The clusters of the group.
    fn members(&self, group: &Eligibility) -> Vec<ClusterId> {
        let holds = |c: &ClusterId| {
            let cluster = &self.model.clusters[c.index()];
            group.regions.as_ref().is_none_or(|list| list.contains(&cluster.region))
                && group.chains.as_ref().is_none_or(|list| list.contains(&cluster.chain))
                && group.clusters.as_ref().is_none_or(|list| list.contains(c))
        };
        self.model.cluster_ids().filter(holds).collect()
    }

    /// The unit of the capacity, the same in all chains of the group that have it.
    fn unit(&mut self, file: &SpilloverFile, path: &str, members: &[ClusterId]) -> Option<String> {
        let mut known: Vec<&str> = Vec::new();
        let mut units: Vec<&str> = Vec::new();
        for c in members {
            for capacity in &self.model.chain_of(*c).capacities {
                known.push(&capacity.key);
                if capacity.key == file.capacity {
                    units.push(&capacity.unit);
                }
            }
        }
        known.sort_unstable();
        known.dedup();
        units.sort_unstable();
        units.dedup();
        let place = self.policy.document.place(&format!("{path}.capacity"));
        match units.as_slice() {
            [] => {
                self.policy.faults.unknown(&place, Named::Capacity, &file.capacity, &known);
                None
            }
            [unit] => Some((*unit).to_string()),
            several => {
                self.policy.faults.expected(
                    &place,
                    text!(
                        en: "'{capacity}' has several units in the group: {units}",
                        id: "'{capacity}' memiliki beberapa satuan dalam kelompok ini: {units}",
                        capacity = file.capacity,
                        units = several.join(", "),
                    ),
                    text!(
                        en: "one unit in all its chains",
                        id: "satu satuan yang sama di semua rantainya",
                    ),
                );
                None
            }
        }
    }

    fn check_interventions(&mut self, file: &SpilloverFile, path: &str, members: &[ClusterId]) {
        let here = format!("{path}.interventions");
        if file.interventions.is_empty() {
            self.policy.faults.expected(
                &self.policy.document.place(&here),
                phrase::empty_list(),
                text!(
                    en: "the interventions whose money spills over",
                    id: "intervensi yang uangnya melimpah",
                ),
            );
        }
        let mut known: Vec<&str> = members
            .iter()
            .flat_map(|c| self.model.chain_of(*c).interventions.iter().map(|line| line.key.as_str()))
            .collect();
        known.sort_unstable();
        known.dedup();
        for (number, key) in file.interventions.iter().enumerate() {
            let place = self.policy.document.place(&format!("{here}[{number}]"));
            if !known.contains(&key.as_str()) {
                self.policy.faults.unknown(&place, Named::Intervention, key, &known);
            } else if file.interventions[..number].contains(key) {
                self.policy.faults.add(&place, phrase::twice(Named::Intervention, key));
            }
        }
    }

    fn links(&self, file: &SpilloverFile, members: &[ClusterId]) -> Vec<SpilloverLink> {
        let model = self.model;
        let within = file.within.map_or(Scope::All, |word| word.0);
        let near = |a: ClusterId, b: ClusterId| {
            let (a, b) = (&model.clusters[a.index()], &model.clusters[b.index()]);
            match within {
                Scope::All => true,
                Scope::Region => a.region == b.region,
                Scope::Chain => a.chain == b.chain,
            }
        };
        let mut links = Vec::new();
        for &to in members {
            let capacities = &model.chain_of(to).capacities;
            let Some(capacity) = capacities.iter().position(|k| k.key == file.capacity) else { continue };
            let capacity = CapacityId::new(capacity);
            // A pool is reached once, through its first member, and never from its own members.
            let pool = model.pool_of(to, capacity).map(|pool| &model.pools[pool.index()]);
            let (at, capacity_there) = pool.map_or((to, capacity), |pool| pool.members[0]);
            let own = |from: ClusterId| from == to || pool.is_some_and(|pool| pool.serves(from));
            for &from in members.iter().filter(|from| !own(**from) && near(**from, to)) {
                for (i, line) in model.chain_of(from).interventions.iter().enumerate() {
                    if file.interventions.contains(&line.key) {
                        let intervention = InterventionId::new(i);
                        links.push(SpilloverLink { to: at, capacity: capacity_there, from, intervention });
                    }
                }
            }
        }
        links.sort_unstable();
        links.dedup();
        links
    }
}
