//! The state that conversion shares: clusters, factors, events and pools as stated, before names become ids.

use std::collections::BTreeMap;

use super::super::chain::ChainDraft;
use super::super::diagnostic::{Faults, Place};
use super::super::document::Document;
use super::super::item::Item;
use super::super::loaded::StatedNumber;
use super::super::named::Named;
use super::super::number::{Stated, UnitRules, Value};
use super::super::observations::Observations;
use super::super::phrase;
use super::super::policy::{Names, shown, whole};
use crate::language::text;
use crate::model::{ChainId, Distribution, Event, ProcessId, Scope, Title, Varies};

/// A factor as stated, before its scope instances are known.
pub(super) struct FactorDraft {
    pub(super) varies: Varies,
    pub(super) ar: f64,
    pub(super) scope: Scope,
}

/// A cluster as read from clusters.csv.
pub(super) struct ClusterDraft {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) region: String,
    pub(super) region_code: Option<String>,
    pub(super) candidate: bool,
    pub(super) potential: Option<f64>,
    pub(super) position: Option<(f64, f64)>,
    pub(super) chain: Option<usize>,
    pub(super) enterprises: f64,
    pub(super) workers: f64,
    pub(super) place: Place,
}

/// Numbers that values.csv states, by cluster (position in clusters.csv order by key), item and key.
pub(super) type LocalNumbers = BTreeMap<(usize, Item, String), Stated>;

/// A kind of event as stated, before its scope instances are known.
#[derive(Debug)]
pub(super) struct EventDraft {
    pub(super) key: String,
    pub(super) event: Event,
    pub(super) hits: Vec<String>,
    pub(super) shared: Option<Scope>,
    pub(super) regions: Option<Vec<String>>,
    pub(super) chains: Option<Vec<String>>,
}

impl EventDraft {
    /// True if events of this kind reach a region and a chain.
    pub(super) fn strikes_at(&self, region: &str, chain: &str) -> bool {
        let admits = |list: &Option<Vec<String>>, name: &str| {
            list.as_ref().is_none_or(|list| list.iter().any(|known| known == name))
        };
        admits(&self.regions, region) && admits(&self.chains, chain)
    }

    /// True if events of this kind strike `capacity` there.
    pub(super) fn strikes(&self, capacity: &str, region: &str, chain: &str) -> bool {
        self.hits.iter().any(|hit| hit == capacity) && self.strikes_at(region, chain)
    }

    /// The stable name of the scope instance that strikes there; `own` is the cluster or pool that has its own where nothing
    /// is shared.
    pub(super) fn instance(&self, own: &str, region: &str, chain: &str) -> String {
        let key = &self.key;
        match self.shared {
            None => format!("event/{key}@{own}"),
            Some(Scope::Region) => format!("event/{key}@region:{region}"),
            Some(Scope::Chain) => format!("event/{key}@chain:{chain}"),
            Some(Scope::All) => format!("event/{key}"),
        }
    }
}

/// A pool as stated; the numbers are in the model's units.
#[derive(Debug)]
pub(super) struct PoolDraft {
    pub(super) key: String,
    pub(super) title: Title,
    pub(super) law: Option<String>,
    pub(super) capacity: String,
    pub(super) season: Vec<f64>,
    pub(super) base: Stated,
    pub(super) variation: Stated,
    /// Places of its clusters.
    pub(super) members: Vec<usize>,
    /// Region and chain of the first of them, and whether all lie there.
    pub(super) region: String,
    pub(super) chain: String,
    pub(super) one_region: bool,
    pub(super) one_chain: bool,
}

impl PoolDraft {
    /// True if the pool is this capacity of this cluster.
    pub(super) fn holds(&self, cluster: usize, capacity: &str) -> bool {
        self.capacity == capacity && self.members.binary_search(&cluster).is_ok()
    }

    /// The kind of part, by scope, of which the pool has several.
    pub(super) fn torn(&self, scope: Option<Scope>) -> Option<Named> {
        match scope {
            Some(Scope::Region) if !self.one_region => Some(Named::Region),
            Some(Scope::Chain) if !self.one_chain => Some(Named::Chain),
            _ => None,
        }
    }
}

/// A market as stated; the numbers are in the model's units.
#[derive(Debug)]
pub(super) struct MarketDraft {
    pub(super) key: String,
    pub(super) title: Title,
    pub(super) channels: Vec<(ChainId, ProcessId)>,
    pub(super) reference_price: Stated,
    pub(super) displacement: Stated,
}

/// The rest of the scenario, as far as reading events and pools needs it.
pub(super) struct Context<'a> {
    pub(super) document: &'a Document,
    pub(super) data: &'a Observations,
    pub(super) names: &'a Names<'a>,
    pub(super) rules: UnitRules,
    pub(super) clusters: &'a [ClusterDraft],
    pub(super) chains: &'a [Option<ChainDraft>],
}

impl Context<'_> {
    /// The chain of a cluster, if it could be read.
    pub(super) fn chain_of(&self, cluster: usize) -> Option<&ChainDraft> {
        self.chains[self.clusters[cluster].chain?].as_ref()
    }

    /// The key of a cluster's chain; empty where it could not be read.
    pub(super) fn chain_key(&self, cluster: usize) -> &str {
        self.chain_of(cluster).map_or("", |chain| chain.key.as_str())
    }
}

/// The state of a conversion: what it has gathered so far.
pub(super) struct Converter<'a> {
    pub(super) faults: &'a mut Faults,
    pub(super) numbers: Vec<StatedNumber>,
    pub(super) factors: BTreeMap<String, FactorDraft>,
    /// Factor instances by stable name.
    pub(super) instances: BTreeMap<String, (Varies, f64)>,
    /// Parameters by stable name, with the names of the factor instances they load on.
    pub(super) parameters: BTreeMap<String, (Distribution, Varies, Vec<(String, f64)>)>,
    /// Kinds of events, in order of their names.
    pub(super) events: Vec<EventDraft>,
    /// Pools, in order of their names, and the capacities of those that nobody is known to share.
    pub(super) pools: Vec<PoolDraft>,
    pub(super) wrong_pools: Vec<String>,
    /// Markets, in order of their names.
    pub(super) markets: Vec<MarketDraft>,
    /// The provisional id of each stable name, in order of appearance.
    pub(super) provisional: BTreeMap<String, usize>,
    /// Rows of values.csv that could not be read, and whether the whole table could not.
    pub(super) wrong_rows: Vec<(usize, Item, String)>,
    pub(super) values_unread: bool,
}

impl<'a> Converter<'a> {
    /// A conversion that has gathered nothing but its factors.
    pub(super) fn new(
        faults: &'a mut Faults,
        factors: BTreeMap<String, FactorDraft>,
        values_unread: bool,
    ) -> Self {
        Self {
            faults,
            numbers: Vec::new(),
            factors,
            instances: BTreeMap::new(),
            parameters: BTreeMap::new(),
            events: Vec::new(),
            pools: Vec::new(),
            wrong_pools: Vec::new(),
            markets: Vec::new(),
            provisional: BTreeMap::new(),
            wrong_rows: Vec::new(),
            values_unread,
        }
    }
}

impl Converter<'_> {
    /// Keeps a number for the list of all numbers.
    pub(super) fn note(&mut self, name: &str, stated: &Stated) {
        self.numbers.push(StatedNumber {
            name: name.to_string(),
            place: shown(&stated.place),
            provenance: stated.provenance.clone(),
        });
    }

    pub(super) fn check_certain(&mut self, item: Item, stated: &Stated) {
        if item.must_be_certain() && matches!(stated.value, Value::Uncertain(_)) {
            self.faults.expected(
                &stated.place,
                text!(en: "{item} is a distribution", id: "{item} berupa sebaran", item = item.word()),
                text!(en: "a certain number", id: "bilangan pasti"),
            );
        }
    }

    /// Checks that an amount to be committed is whole rupiah; the number is in the model's units.
    pub(super) fn check_commitment(&mut self, item: Item, checked: &Stated) {
        if item.is_commitment() {
            whole(checked, self.faults);
        }
    }

    pub(super) fn check_loadings(&mut self, stated: &Stated) {
        let known: Vec<&String> = self.factors.keys().collect();
        for (name, size) in &stated.loadings {
            match self.factors.get(name) {
                None => self.faults.unknown(&stated.place, Named::Factor, name, &known),
                Some(factor) => {
                    let random = matches!(stated.value, Value::Uncertain(_));
                    if random && stated.varies.is_some_and(|varies| varies < factor.varies) {
                        self.faults.help(
                            &stated.place,
                            text!(
                                en: "a number that varies {own} loads on factor '{name}', which varies {other}",
                                id: "bilangan dengan varies = '{own}' dimuati faktor '{name}', yang varies-nya '{other}'",
                                own = stated.varies.map_or("", Varies::key),
                                other = factor.varies.key(),
                            ),
                            text!(
                                en: "let the number vary at least as often as the factor",
                                id: "bilangan itu harus berubah sekurang-kurangnya sesering faktornya",
                            ),
                        );
                    }
                    if !(-1.0..=1.0).contains(size) {
                        self.faults.expected(
                            &stated.place,
                            text!(en: "loading {size}", id: "muatan {size}"),
                            phrase::number_from_to(-1, 1),
                        );
                    }
                }
            }
        }
    }

    /// The pool that a capacity of a cluster is part of.
    pub(super) fn pooled(&self, cluster: usize, capacity: &str) -> Option<usize> {
        self.pools.iter().position(|pool| pool.holds(cluster, capacity))
    }
}
