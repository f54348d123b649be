//! Reads pools, the capacities that clusters share: who draws on them, what they hold, and which events strike them.

use super::super::file::{NumberFile, PoolFile};
use super::super::item::Item;
use super::super::named::Named;
use super::super::number::{Range, Stated, Unit, Value, from_toml};
use super::super::phrase;
use super::super::policy::{Lists, PolicyReader};
use super::super::shape::is_key;
use super::draft::{ClusterDraft, Context, Converter, LocalNumbers, PoolDraft};
use crate::language::{Text, text};
use crate::model::{CapacityId, ClusterId, ModelParts, Pool};

/// The season of a pool, of as many periods as the year has.
fn season(file: &PoolFile, path: &str, policy: &mut PolicyReader<'_>) -> Vec<f64> {
    let periods = policy.rules.periods_per_year;
    let Some(season) = &file.season else { return vec![1.0; periods] };
    let path = format!("{path}.season");
    if season.len() != periods {
        policy.faults.expected(
            &policy.document.place(&path),
            text!(
                en: "the season has {count} numbers",
                id: "season berisi {count} bilangan",
                count = season.len(),
            ),
            phrase::one_a_period(periods),
        );
    }
    let unit = Unit::Exactly("multiplier".to_string());
    let numbers = season.iter().enumerate();
    numbers.map(|(i, number)| policy.number(number, &format!("{path}[{i}]"), &unit).0).collect()
}

impl Converter<'_> {
    /// Reads one pool, with its faults noted; `None` where nobody knows who shares it.
    pub(super) fn pool(&mut self, key: &str, file: &PoolFile, context: &Context<'_>) -> Option<PoolDraft> {
        let path = format!("pools.{key}");
        if !is_key(key) {
            self.faults.expected(
                &context.document.place(&path),
                phrase::the_name(key),
                phrase::shape_of_keys(),
            );
        }
        let lists = Lists {
            regions: file.regions.as_deref(),
            chains: file.chains.as_deref(),
            clusters: file.clusters.as_deref(),
            ..Lists::default()
        };
        let mut numbers = std::mem::take(&mut self.numbers);
        let mut policy = PolicyReader {
            document: context.document,
            rules: context.rules,
            faults: self.faults,
            numbers: &mut numbers,
        };
        let names_known = policy.faults.count();
        let group = policy.eligible(&path, &lists, context.names);
        let names_known = policy.faults.count() == names_known;
        let season = season(file, &path, &mut policy);
        self.numbers = numbers;
        // Members are only known if every name is, and if every chain could be read.
        let readable = context.chains.iter().all(Option::is_some) && !context.clusters.is_empty();
        let mut members = Vec::new();
        let mut unit = None;
        if names_known && readable {
            let holds = |c: &usize| {
                let cluster = &context.clusters[*c];
                let chain = cluster.chain.map(crate::model::ChainId::new);
                group.regions.as_ref().is_none_or(|list| list.contains(&cluster.region))
                    && group.chains.as_ref().is_none_or(|list| chain.is_some_and(|h| list.contains(&h)))
                    && group.clusters.as_ref().is_none_or(|list| list.contains(&ClusterId::new(*c)))
            };
            let admitted: Vec<usize> = (0..context.clusters.len()).filter(holds).collect();
            (members, unit) = self.members(file, &path, context, &admitted);
        }
        let unit = unit.map_or(Unit::None, Unit::PerPeriod);
        let known = matches!(unit, Unit::PerPeriod(_));
        let base = self.number_of_pool(&file.base, &format!("{path}.base"), known.then_some(&unit), context);
        let variation = match &file.variation {
            Some(variation) => {
                let unit = Unit::Exactly("multiplier".to_string());
                self.number_of_pool(variation, &format!("{path}.variation"), Some(&unit), context)
            }
            None => Stated::absent(1.0, context.document.place(&path)),
        };
        let region = members.first().map_or("", |c| context.clusters[*c].region.as_str());
        let chain = members.first().map_or("", |c| context.chain_key(*c));
        let draft = PoolDraft {
            key: key.to_string(),
            title: file.title.title(),
            law: file.law.clone(),
            capacity: file.capacity.clone(),
            season,
            base,
            variation,
            region: region.to_string(),
            chain: chain.to_string(),
            one_region: members.iter().all(|c| context.clusters[*c].region == region),
            one_chain: members.iter().all(|c| context.chain_key(*c) == chain),
            members,
        };
        if !draft.members.is_empty() {
            self.check_chains_say_nothing_else(file, &draft, &path, context);
            self.check_factors_of_pool(&draft);
            self.check_events_of_pool(&draft, context);
            self.check_overlap(&draft, &path, context);
        }
        if draft.members.is_empty() {
            self.wrong_pools.push(file.capacity.clone());
            return None;
        }
        // One at fault is kept, so that what follows from its fault need not be told, and other faults are.
        Some(draft)
    }

    /// The clusters of the pool among those that its lists admit, and the unit of its capacity. None where they cannot be.
    fn members(
        &mut self,
        file: &PoolFile,
        path: &str,
        context: &Context<'_>,
        admitted: &[usize],
    ) -> (Vec<usize>, Option<String>) {
        // Who has the capacity, and in which units.
        let mut known: Vec<&str> = Vec::new();
        let mut units: Vec<&str> = Vec::new();
        let mut members = Vec::new();
        for &c in admitted {
            for capacity in context.chain_of(c).iter().flat_map(|chain| &chain.chain.capacities) {
                known.push(&capacity.key);
                if capacity.key == file.capacity {
                    units.push(&capacity.unit);
                    members.push(c);
                }
            }
        }
        known.sort_unstable();
        known.dedup();
        units.sort_unstable();
        units.dedup();
        let place = context.document.place(&format!("{path}.capacity"));
        // A pool needs two clusters and one unit.
        match (units.as_slice(), members.as_slice()) {
            ([], _) if admitted.is_empty() => {
                self.faults.help(
                    &context.document.place(path),
                    text!(en: "the pool has no cluster", id: "kolam bersama ini tidak memiliki klaster"),
                    text!(
                        en: "widen its regions, chains or clusters: it needs two at least",
                        id: "perluas regions, chains, atau clusters-nya: sekurang-kurangnya diperlukan dua klaster",
                    ),
                );
            }
            ([], _) => self.faults.unknown(&place, Named::Capacity, &file.capacity, &known),
            ([_], [alone]) => {
                let cluster = &context.clusters[*alone].key;
                self.faults.help(
                    &context.document.place(path),
                    text!(
                        en: "of the clusters of the pool only '{cluster}' has '{capacity}'",
                        id: "dari klaster-klaster kolam bersama ini hanya '{cluster}' yang memiliki '{capacity}'",
                        capacity = file.capacity,
                    ),
                    text!(
                        en: "widen its regions, chains or clusters, or leave the pool out: what one cluster has alone is its own base of '{capacity}'",
                        id: "perluas regions, chains, atau clusters-nya, atau hapus kolam bersama ini: yang dimiliki satu klaster saja adalah base '{capacity}' klaster itu sendiri",
                        capacity = file.capacity,
                    ),
                );
            }
            ([unit], _) => return (members, Some((*unit).to_string())),
            (several, _) => self.faults.expected(
                &place,
                text!(
                    en: "'{capacity}' has several units in the pool: {units}",
                    id: "'{capacity}' memiliki beberapa satuan dalam kolam bersama ini: {units}",
                    capacity = file.capacity,
                    units = several.join(", "),
                ),
                text!(en: "one unit in all its chains", id: "satu satuan yang sama di semua rantainya"),
            ),
        }
        (Vec::new(), None)
    }

    /// A number that is one for several places, so that it says nothing of being shared.
    pub(super) fn number_for_all(
        &mut self,
        number: &NumberFile,
        path: &str,
        for_all: Text,
        context: &Context<'_>,
    ) -> Stated {
        let stated = from_toml(number, context.document, path, context.data, self.faults);
        self.note(path, &stated);
        self.check_loadings(&stated);
        if stated.shared.is_some() {
            self.faults.help(&stated.place, for_all, text!(en: "leave out shared", id: "hapus shared"));
        }
        stated
    }

    /// The base or variation of a pool; its unit is not checked where nobody knows it.
    fn number_of_pool(
        &mut self,
        number: &NumberFile,
        path: &str,
        unit: Option<&Unit>,
        context: &Context<'_>,
    ) -> Stated {
        let for_all = text!(
            en: "a number of a pool is one for all its clusters",
            id: "bilangan kolam bersama berlaku sama untuk semua klasternya",
        );
        let stated = self.number_for_all(number, path, for_all, context);
        let own = Unit::Exactly(stated.provenance.unit.clone().unwrap_or_default());
        stated.checked(unit.unwrap_or(&own), Range::NonNegative, context.rules, self.faults)
    }

    /// Seasons, variations and rows of values.csv that would say something of what is the pool's.
    fn check_chains_say_nothing_else(
        &mut self,
        file: &PoolFile,
        draft: &PoolDraft,
        path: &str,
        context: &Context<'_>,
    ) {
        let mut chains: Vec<usize> =
            draft.members.iter().filter_map(|c| context.clusters[*c].chain).collect();
        chains.sort_unstable();
        chains.dedup();
        for chain in chains.into_iter().filter_map(|chain| context.chains[chain].as_ref()) {
            let capacity = chain.chain.capacities.iter().find(|capacity| capacity.key == draft.capacity);
            let seasonal = capacity.is_some_and(|capacity| capacity.season.iter().any(|x| *x != 1.0));
            let default = chain.defaults.get(&(Item::Variation, draft.capacity.clone()));
            let varied = default.is_some_and(|stated| stated.value != Value::Certain(1.0));
            for (part, says, silent) in
                [("season", seasonal, file.season.is_none()), ("variation", varied, file.variation.is_none())]
            {
                if says && silent {
                    self.faults.help(
                        &context.document.place(path),
                        text!(
                            en: "chain '{chain}' states a {part} of '{capacity}', which the pool takes the place of and says none",
                            id: "rantai '{chain}' menyatakan {part} untuk '{capacity}', sedangkan kolam bersama yang menggantikannya tidak",
                            chain = chain.key,
                            capacity = draft.capacity,
                        ),
                        text!(
                            en: "state the pool's own {part} (multipliers of 1 if it has none)",
                            id: "nyatakan {part} kolam bersama itu sendiri (pengali 1 jika tidak ada)",
                        ),
                    );
                }
            }
        }
    }

    /// Rows of values.csv about what is a pool's.
    pub(super) fn check_rows_of_pools(&mut self, clusters: &[ClusterDraft], local: &LocalNumbers) {
        let pools = std::mem::take(&mut self.pools);
        for ((c, item, capacity), stated) in local {
            if !matches!(item, Item::Base | Item::Variation) {
                continue;
            }
            if let Some(pool) = pools.iter().find(|pool| pool.holds(*c, capacity)) {
                self.faults.help(
                    &stated.place,
                    text!(
                        en: "'{capacity}' of cluster '{cluster}' is pool '{pool}', whose {item} stands in scenario.toml",
                        id: "'{capacity}' di klaster '{cluster}' adalah kolam bersama '{pool}', yang {item}-nya dinyatakan dalam scenario.toml",
                        cluster = clusters[*c].key,
                        pool = pool.key,
                        item = item.word(),
                    ),
                    text!(
                        en: "leave the row out, or leave the cluster out of the pool",
                        id: "hapus baris ini, atau keluarkan klaster itu dari kolam bersama",
                    ),
                );
            }
        }
        self.pools = pools;
    }

    /// A factor of each region or chain is one for a pool only if all its clusters lie in one.
    fn check_factors_of_pool(&mut self, draft: &PoolDraft) {
        for stated in [&draft.base, &draft.variation] {
            for (name, _) in &stated.loadings {
                let Some(factor) = self.factors.get(name) else { continue };
                if let Some(word) = draft.torn(Some(factor.scope)) {
                    self.faults.help(
                        &stated.place,
                        text!(
                            en: "factor '{name}' is another one in every {word}, and the clusters of pool '{pool}' lie in several",
                            id: "faktor '{name}' berbeda di setiap {word}, sedangkan klaster kolam bersama '{pool}' terletak di beberapa {word}",
                            pool = draft.key,
                            word = word.text(),
                        ),
                        text!(
                            en: "load on a factor whose scope is all",
                            id: "pakai faktor dengan scope = \"all\"",
                        ),
                    );
                }
            }
        }
    }

    /// An event strikes the whole pool or leaves all of it alone.
    fn check_events_of_pool(&mut self, draft: &PoolDraft, context: &Context<'_>) {
        for event in &self.events {
            let strikes = |c: &&usize| {
                event.strikes(&draft.capacity, &context.clusters[**c].region, context.chain_key(**c))
            };
            let struck = draft.members.iter().filter(strikes).count();
            if struck == 0 {
                continue;
            }
            let place = context.document.place(&format!("events.{}.hits", event.key));
            if struck < draft.members.len() {
                self.faults.help(
                    &place,
                    text!(
                        en: "these events strike {struck} of the {all} clusters of pool '{pool}', whose '{capacity}' is one",
                        id: "kejadian ini mengenai {struck} dari {all} klaster kolam bersama '{pool}', padahal '{capacity}' di sana satu kesatuan",
                        all = draft.members.len(),
                        pool = draft.key,
                        capacity = draft.capacity,
                    ),
                    text!(
                        en: "let their regions and chains hold all of its clusters or none, or leave the capacity out of hits",
                        id: "atur regions dan chains agar memuat semua klasternya atau tidak satu pun, atau hapus kapasitas itu dari hits",
                    ),
                );
            } else if let Some(word) = draft.torn(event.shared) {
                self.faults.help(
                    &place,
                    text!(
                        en: "these events are other ones in every {word}, and the clusters of pool '{pool}' lie in several",
                        id: "kejadian ini berbeda di setiap {word}, sedangkan klaster kolam bersama '{pool}' terletak di beberapa {word}",
                        pool = draft.key,
                        word = word.text(),
                    ),
                    text!(
                        en: "give the pool an event of its own, with shared = \"all\", or leave the capacity out of hits",
                        id: "beri kolam bersama itu kejadian tersendiri dengan shared = \"all\", atau hapus kapasitas itu dari hits",
                    ),
                );
            }
        }
    }

    /// A capacity of a cluster is part of one pool at most.
    fn check_overlap(&mut self, draft: &PoolDraft, path: &str, context: &Context<'_>) {
        for other in &self.pools {
            let twice = draft.members.iter().find(|c| other.holds(**c, &draft.capacity));
            if let Some(cluster) = twice {
                self.faults.help(
                    &context.document.place(path),
                    text!(
                        en: "'{capacity}' of cluster '{cluster}' is part of pool '{pool}' already",
                        id: "'{capacity}' di klaster '{cluster}' sudah termasuk kolam bersama '{pool}'",
                        capacity = draft.capacity,
                        cluster = context.clusters[*cluster].key,
                        pool = other.key,
                    ),
                    text!(
                        en: "let regions, chains or clusters tell the two apart",
                        id: "bedakan keduanya dengan regions, chains, atau clusters",
                    ),
                );
            }
        }
    }

    /// The pools of the model.
    pub(super) fn settled_pools(&self, model: &ModelParts) -> Vec<Pool> {
        let of = |draft: &PoolDraft| {
            let member = |c: &usize| {
                let capacities = &model.chain_of(ClusterId::new(*c)).capacities;
                let capacity = capacities.iter().position(|k| k.key == draft.capacity)?;
                Some((ClusterId::new(*c), CapacityId::new(capacity)))
            };
            Pool {
                key: draft.key.clone(),
                title: draft.title.clone(),
                law: draft.law.clone(),
                season: draft.season.clone(),
                members: draft.members.iter().filter_map(member).collect(),
            }
        };
        self.pools.iter().map(of).collect()
    }
}
