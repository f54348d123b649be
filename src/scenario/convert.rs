//! From texts to the model: names become ids, local numbers meet the chain's, everything lands in canonical order.

mod assemble;
mod coverage;
mod event;
mod local;
mod pool;
mod proportion;
mod site;
mod spillover;
mod target;

use std::collections::{BTreeMap, BTreeSet};

use super::chain::{ChainDraft, read_chain};
use super::diagnostic::{Faults, Place};
use super::document::Document;
use super::file::{ChainFile, ScenarioFile};
use super::item::{Item, item_name};
use super::number::{Stated, UnitRules, Value};
use super::observations::Observations;
use super::plan::{locked, today};
use super::policy::{BUDGETS, Names, PolicyReader, read_budgets, shown, whole};
use super::table::{Columns, Table, read};
use super::{Scenario, StatedNumber};
use crate::model::route::{ChainRoutes, Established, establish};
use crate::model::{Chain, Distribution, Model, Scope, Source, SourceId, UpkeepBearer, Varies};
use crate::units::MoneyUnit;
use assemble::settle_ids;

const CLUSTERS: Columns = Columns {
    required: &["cluster", "name", "region", "chain", "enterprises", "workers"],
    optional: &["candidate", "potential", "latitude", "longitude", "year", "source", "grade"],
    numbers: &["enterprises", "workers", "potential", "latitude", "longitude"],
};

const VALUES: Columns = Columns {
    required: &["cluster", "item", "key", "p1"],
    optional: &["dist", "p2", "p3", "p4", "varies", "factor", "loading", "unit", "year", "source", "grade"],
    numbers: &["p1", "p2", "p3", "p4", "loading"],
};

/// A factor as stated, before its scope instances are known.
struct FactorDraft {
    varies: Varies,
    ar: f64,
    scope: Scope,
}

/// A cluster as read from clusters.csv.
struct ClusterDraft {
    key: String,
    name: String,
    region: String,
    candidate: bool,
    potential: Option<f64>,
    position: Option<(f64, f64)>,
    chain: Option<usize>,
    enterprises: f64,
    workers: f64,
    place: Place,
}

/// What conversion has gathered so far.
struct Converter<'a> {
    faults: &'a mut Faults,
    numbers: Vec<StatedNumber>,
    factors: BTreeMap<String, FactorDraft>,
    /// Factor instances by stable name.
    instances: BTreeMap<String, (Varies, f64)>,
    /// Parameters by stable name, with the names of the factor instances they load on.
    parameters: BTreeMap<String, (Distribution, Varies, Vec<(String, f64)>)>,
    /// Kinds of events, in order of their names.
    events: Vec<event::EventDraft>,
    /// Pools, in order of their names, and the capacities of those that nobody is known to share.
    pools: Vec<pool::PoolDraft>,
    wrong_pools: Vec<String>,
    /// The provisional id of each stable name, in order of appearance.
    provisional: BTreeMap<String, usize>,
    /// Rows of values.csv that could not be read, and whether the whole table could not.
    wrong_rows: Vec<(usize, Item, String)>,
    values_unread: bool,
}

/// Checks everything and, if nothing is wrong, builds the model.
/// `unread` names the files that are there but could not be read.
#[expect(clippy::too_many_lines, reason = "the whole story of loading, one named step after the other")]
pub(crate) fn convert(
    texts: &BTreeMap<String, String>,
    unread: &BTreeSet<String>,
    faults: &mut Faults,
) -> Option<Scenario> {
    let scenario_file = texts
        .get("scenario.toml")
        .and_then(|text| Document::read::<ScenarioFile>("scenario.toml", text, faults));
    let chain_files: Vec<(String, Option<(Document, ChainFile)>)> = texts
        .iter()
        .filter_map(|(label, text)| {
            let key = label.strip_prefix("chains/")?.strip_suffix(".toml")?;
            Some((key.to_string(), Document::read::<ChainFile>(label, text, faults)))
        })
        .collect();
    let table = |name: &str, columns: &Columns, faults: &mut Faults| match texts.get(name) {
        Some(text) => read(name, text, columns, faults),
        // Of a table that must be there, what follows from its absence is not told.
        None => Table {
            rows: Vec::new(),
            whole: !unread.contains(name) && !["clusters.csv", "budgets.csv"].contains(&name),
        },
    };
    let cluster_table = table("clusters.csv", &CLUSTERS, faults);
    let value_table = table("values.csv", &VALUES, faults);
    let budget_table = table("budgets.csv", &BUDGETS, faults);
    let today_table = table("today.csv", &today::COLUMNS, faults);
    let locked_table = table("locked.csv", &locked::COLUMNS, faults);
    let coverage_table = table("coverage.csv", &coverage::COLUMNS, faults);
    let data = Observations::read(texts, unread, faults);
    let (document, file) = scenario_file?;
    // Without clusters, or where some could not be read, nothing that names one can be judged.
    let no_clusters = cluster_table.rows.is_empty() || !cluster_table.whole;

    let mut numbers = Vec::new();
    let rules = UnitRules { money: file.money.unit.0, periods_per_year: 1 };
    let mut policy = PolicyReader { document: &document, rules, faults, numbers: &mut numbers };
    let settings = policy.settings(&file);
    let mut factors = BTreeMap::new();
    for (key, factor) in &file.factors {
        let ar = policy.factor_ar(key, &factor.ar);
        factors.insert(key.clone(), FactorDraft { varies: factor.varies.0, ar, scope: factor.scope.0 });
    }
    let mut converter = Converter {
        faults,
        numbers: Vec::new(),
        factors,
        instances: BTreeMap::new(),
        parameters: BTreeMap::new(),
        events: Vec::new(),
        pools: Vec::new(),
        wrong_pools: Vec::new(),
        provisional: BTreeMap::new(),
        wrong_rows: Vec::new(),
        values_unread: !value_table.whole,
    };
    let mut drafts: Vec<Option<ChainDraft>> = chain_files
        .iter()
        .map(|(key, read)| {
            read.as_ref().map(|(document, file)| {
                read_chain(key, file, document, settings.rules, &data, converter.faults)
            })
        })
        .collect();
    let chain_keys: Vec<&str> = chain_files.iter().map(|(key, _)| key.as_str()).collect();
    converter.check_chain_numbers(&drafts);
    let mut clusters = converter.read_clusters(&cluster_table.rows, &chain_keys);
    if no_clusters {
        clusters.clear();
    }
    let local = converter.read_values(&value_table.rows, &clusters, &drafts, settings.rules, &data);

    let mut regions: Vec<&str> = clusters.iter().map(|c| c.region.as_str()).collect();
    regions.sort_unstable();
    regions.dedup();
    let cluster_keys: Vec<&str> = clusters.iter().map(|c| c.key.as_str()).collect();
    let names =
        Names { regions, chains: chain_keys.clone(), clusters: cluster_keys, places_known: !no_clusters };
    let mut policy = PolicyReader {
        document: &document,
        rules: settings.rules,
        faults: converter.faults,
        numbers: &mut numbers,
    };
    let mut sources: Vec<Source> = file
        .sources
        .iter()
        .map(|(key, source)| policy.source(key, source, &names, settings.horizon.years))
        .collect();
    let source_keys: Vec<&str> = file.sources.keys().map(String::as_str).collect();
    if sources.is_empty() {
        let place = document.place("sources");
        policy.faults.help(
            &place,
            "no source of money is defined",
            "define at least one under [sources.NAME]",
        );
    }
    let money_rules = policy.money_rules(&file, &source_keys, &names, &settings.horizon);
    read_budgets(
        &budget_table,
        &mut sources,
        &settings.horizon,
        settings.rules,
        converter.faults,
        &mut numbers,
    );
    let all_chains = drafts.iter().all(Option::is_some);
    let events =
        event::EventReader { document: &document, data: &data, names: &names, rules: settings.rules };
    for (key, event) in &file.events {
        let draft = converter.event(key, event, &events, &clusters, &drafts);
        converter.events.extend(draft);
    }
    let pools = pool::PoolReader {
        document: &document,
        data: &data,
        names: &names,
        rules: settings.rules,
        clusters: &clusters,
        chains: &drafts,
    };
    for (key, pool) in &file.pools {
        let draft = converter.pool(key, pool, &pools);
        converter.pools.extend(draft);
    }
    converter.check_rows_of_pools(&clusters, &local);
    // A chain that could not be read may be the one that uses a table.
    if all_chains && converter.wrong_rows.is_empty() && !converter.values_unread {
        data.tell_unused(converter.faults);
    }
    for draft in drafts.iter_mut().flatten() {
        converter.settle_bearers(draft, &source_keys);
    }
    converter.check_each_cluster_complete(&clusters, &drafts, &local);
    if cluster_table.rows.is_empty() && texts.contains_key("clusters.csv") && converter.faults.is_empty() {
        converter.faults.add(&Place::file("clusters.csv"), "the table has no clusters");
    }
    if no_clusters {
        return None;
    }
    if !converter.faults.is_empty() && drafts.iter().any(|d| d.as_ref().is_none_or(|d| !d.sound)) {
        return None;
    }
    converter.finish(
        &file,
        &document,
        settings,
        drafts.into_iter().flatten().collect(),
        &clusters,
        &local,
        sources,
        money_rules,
        &today_table,
        &locked_table,
        &coverage_table,
        numbers,
    )
}

/// Numbers that values.csv states, by cluster (position in clusters.csv order by key), item and key.
type LocalNumbers = BTreeMap<(usize, Item, String), Stated>;

impl Converter<'_> {
    /// Notes the provenance of what chains state, and checks their factors and certain numbers.
    fn check_chain_numbers(&mut self, drafts: &[Option<ChainDraft>]) {
        for draft in drafts.iter().flatten() {
            for ((item, key), stated) in &draft.defaults {
                let name = format!("{}/{}", draft.key, item_name(*item, key));
                self.note(&name, stated);
                self.check_loadings(stated);
                self.check_certain(*item, stated);
                self.check_commitment(*item, stated);
            }
            for (path, stated) in &draft.structural {
                self.note(&format!("{}/{path}", draft.key), stated);
            }
        }
    }

    fn note(&mut self, name: &str, stated: &Stated) {
        self.numbers.push(StatedNumber {
            name: name.to_string(),
            place: shown(&stated.place),
            provenance: stated.provenance.clone(),
        });
    }

    fn check_certain(&mut self, item: Item, stated: &Stated) {
        if item.must_be_certain() && matches!(stated.value, Value::Uncertain(_)) {
            self.faults.expected(
                &stated.place,
                format!("{} is a distribution", item.word()),
                "a certain number",
            );
        }
    }

    /// Checks that an amount to be committed is whole rupiah; the number is in the model's units.
    fn check_commitment(&mut self, item: Item, checked: &Stated) {
        if item.is_commitment() {
            whole(checked, self.faults);
        }
    }

    fn check_loadings(&mut self, stated: &Stated) {
        let known: Vec<&String> = self.factors.keys().collect();
        for (name, size) in &stated.loadings {
            match self.factors.get(name) {
                None => self.faults.unknown(&stated.place, "factor", name, &known),
                Some(factor) => {
                    let random = matches!(stated.value, Value::Uncertain(_));
                    if random && stated.varies.is_some_and(|varies| varies < factor.varies) {
                        self.faults.help(
                            &stated.place,
                            format!(
                                "a number that varies {} loads on factor '{name}', which varies {}",
                                stated.varies.map_or("", Varies::key),
                                factor.varies.key()
                            ),
                            "let the number vary at least as often as the factor",
                        );
                    }
                    if !(-1.0..=1.0).contains(size) {
                        self.faults.expected(
                            &stated.place,
                            format!("loading {size}"),
                            "a number from -1 to 1",
                        );
                    }
                }
            }
        }
    }

    /// Says who bears upkeep, once the sources are known.
    fn settle_bearers(&mut self, draft: &mut ChainDraft, sources: &[&str]) {
        for (intervention, (name, place)) in draft.chain.interventions.iter_mut().zip(&draft.bearers) {
            if name == "cluster" {
                continue;
            }
            match sources.iter().position(|source| source == name) {
                Some(source) => intervention.upkeep_by = UpkeepBearer::Source(SourceId::new(source)),
                None => {
                    let known: Vec<&str> =
                        std::iter::once("cluster").chain(sources.iter().copied()).collect();
                    self.faults.unknown(place, "bearer of upkeep", name, &known);
                }
            }
        }
    }

    /// Every cluster has a number for every slot; upkeep that a source bears is certain; goods in transit are stocked.
    fn check_each_cluster_complete(
        &mut self,
        clusters: &[ClusterDraft],
        drafts: &[Option<ChainDraft>],
        local: &LocalNumbers,
    ) {
        for (c, cluster) in clusters.iter().enumerate() {
            let Some(draft) = cluster.chain.and_then(|chain| drafts[chain].as_ref()) else { continue };
            let find = |item: Item, key: &str| {
                local
                    .get(&(c, item, key.to_string()))
                    .or_else(|| draft.defaults.get(&(item, key.to_string())))
            };
            for (item, key) in draft.slots.keys() {
                let of_pool =
                    *item == Item::Base && (self.pooled(c, key).is_some() || self.wrong_pools.contains(key));
                let told =
                    of_pool || self.values_unread || self.wrong_rows.contains(&(c, *item, key.clone()));
                if !item.must_be_certain() && find(*item, key).is_none() && !told {
                    self.faults.help(
                        &cluster.place,
                        format!(
                            "cluster '{}' has no {} for {} '{key}'",
                            cluster.key,
                            item.word(),
                            item.key_kind()
                        ),
                        "add a row to values.csv, or state it in the chain for all clusters",
                    );
                }
            }
            for (key, ()) in
                draft.slots.keys().filter(|(item, _)| *item == Item::BaseStock).map(|(_, key)| (key, ()))
            {
                let amount = local.get(&(c, Item::BaseStock, key.clone()));
                let periods = local.get(&(c, Item::BaseStockPeriods, key.clone()));
                if let (Some(amount), Some(_)) = (amount, periods) {
                    self.faults.help(
                        &amount.place,
                        format!(
                            "'{key}' has both base_stock and base_stock_periods in cluster '{}'",
                            cluster.key
                        ),
                        "keep one of them",
                    );
                }
            }
            self.check_opening(c, cluster, draft, local);
            for intervention in &draft.chain.interventions {
                let upkeep = find(Item::Upkeep, &intervention.key);
                let by_source = intervention.upkeep_by != UpkeepBearer::Cluster;
                if let Some(stated) = upkeep.filter(|s| by_source && matches!(s.value, Value::Uncertain(_))) {
                    self.faults.expected(
                        &stated.place,
                        "upkeep that a source bears is a distribution",
                        "a certain number, as budgets are",
                    );
                }
            }
            for process in draft.chain.processes.iter().filter(|process| process.lead_time > 0) {
                let stocked = process.outputs.iter().any(|m| {
                    let key = &draft.chain.commodities[m.index()].key;
                    find(Item::BaseStock, key).or_else(|| find(Item::BaseStockPeriods, key)).is_some()
                });
                if !stocked && !process.outputs.is_empty() {
                    let made = &draft.chain.commodities[process.outputs[0].index()].key;
                    self.faults.help(
                        &Place::file(&format!("chains/{}.toml", draft.key))
                            .at(&format!("processes.{}", process.key)),
                        format!(
                            "'{}' has a lead time, so it runs only for stock, but '{made}' has no base stock",
                            process.key
                        ),
                        format!("give '{made}' a base_stock or base_stock_periods"),
                    );
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the last step joins everything read before it")]
    fn finish(
        mut self,
        file: &ScenarioFile,
        document: &Document,
        settings: super::policy::Settings,
        drafts: Vec<ChainDraft>,
        clusters: &[ClusterDraft],
        local: &LocalNumbers,
        sources: Vec<Source>,
        money_rules: super::policy::MoneyRules,
        today_table: &Table,
        locked_table: &Table,
        coverage_table: &Table,
        mut numbers: Vec<StatedNumber>,
    ) -> Option<Scenario> {
        let mut places = Vec::new();
        for (c, draft) in clusters.iter().enumerate() {
            if let Some(chain) = draft.chain {
                let cluster = self.cluster(c, draft, chain, &drafts[chain], local);
                places.push(cluster);
            }
        }
        self.warn_of_proportion(clusters, &drafts, local);
        let (factors, parameters, ids) = self.settle_uncertainty();
        for cluster in &mut places {
            settle_ids(cluster, &ids);
        }
        for key in self.factors.keys() {
            let used = factors
                .iter()
                .any(|f| f.name == format!("factor/{key}") || f.name.starts_with(&format!("factor/{key}@")));
            if !used {
                self.faults.warn(
                    &document.place(&format!("factors.{key}")),
                    format!("no random number loads on factor '{key}', so it has no effect"),
                    Some("let a number load on it, or leave it out"),
                );
            }
        }
        let mut model = Model {
            title: super::chain::title_of(&file.title),
            horizon: settings.horizon,
            money_unit: MoneyUnit::parse(file.money.unit.0.word()).unwrap_or(MoneyUnit::Rupiah),
            days_per_fte_year: settings.days_per_fte_year,
            objective: file.objective.metric.0,
            risk: settings.risk,
            samples: settings.samples,
            factors,
            parameters,
            chains: drafts.into_iter().map(|draft| draft.chain).collect(),
            clusters: places,
            sources,
            limits: Vec::new(),
            cofunding: Vec::new(),
            coverage: crate::model::Coverage::default(),
            sites: Vec::new(),
            spillovers: Vec::new(),
            pools: Vec::new(),
            today: crate::model::Allocation::default(),
            locked: crate::model::Locked::default(),
            targets: Vec::new(),
        };
        model.pools = self.settled_pools(&model);
        self.check_sources(&model);
        (model.limits, model.cofunding) = money_rules.checked(file, document, &model, self.faults);
        model.targets = target::read(file, document, settings.rules, &model, self.faults, &mut numbers);
        model.sites = site::read(file, document, settings.rules, &model, self.faults, &mut numbers);
        self.warn_of_sites(&model, clusters);
        self.coverage(file, document, settings.rules, coverage_table, &mut model, &mut numbers);
        model.spillovers = spillover::read(file, document, settings.rules, &model, self.faults, &mut numbers);
        spillover::check(document, &model, self.faults);
        model.today = today::read(today_table, &model, self.faults, &mut numbers);
        model.locked.lines = locked::read(locked_table, &model, self.faults, &mut numbers);
        self.establish_routes(&mut model, clusters);
        numbers.append(&mut self.numbers);
        numbers.sort_by(|a, b| a.name.cmp(&b.name));
        let (warnings, notes) = self.faults.take_remarks();
        let files = Vec::new();
        self.faults.is_empty().then_some(Scenario { model, numbers, warnings, notes, files })
    }

    /// Reads the coverage rule, and tells of what it asks that nothing can meet.
    fn coverage(
        &mut self,
        file: &ScenarioFile,
        document: &Document,
        rules: UnitRules,
        table: &Table,
        model: &mut Model,
        numbers: &mut Vec<StatedNumber>,
    ) {
        let before = self.faults.count();
        let faults = &mut *self.faults;
        let mut reader = coverage::CoverageReader { document, rules, model, faults, numbers };
        let coverage = reader.read(file, &table.rows);
        model.coverage = coverage;
        // What follows from a fault told already need not be told.
        if self.faults.count() == before && table.whole {
            coverage::check_reach(document, model, self.faults);
        }
    }

    fn check_sources(&mut self, model: &Model) {
        for (s, source) in model.sources.iter().enumerate() {
            if model.fundable(SourceId::new(s)).is_empty() {
                self.faults.help(
                    &Place::file("scenario.toml").at(&format!("sources.{}", source.key)),
                    format!("no intervention may use the budget of '{}'", source.key),
                    "widen its types, support, regions, chains or clusters",
                );
            }
        }
    }

    /// Works out every cluster's routes, and warns of what is closed or left out.
    fn establish_routes(&mut self, model: &mut Model, clusters: &[ClusterDraft]) {
        let mut of_chain: Vec<Option<ChainRoutes>> = Vec::new();
        for chain in &model.chains {
            match ChainRoutes::of(chain) {
                Ok(routes) => of_chain.push(Some(routes)),
                Err(_) => {
                    self.faults.help(
                        &Place::file(&format!("chains/{}.toml", chain.key)),
                        format!(
                            "the chain offers more than {} ways to serve its markets",
                            crate::model::route::ROUTES_ENUMERATED
                        ),
                        "merge processes that hardly differ",
                    );
                    of_chain.push(None);
                }
            }
        }
        for c in 0..model.clusters.len() {
            let chain_id = model.clusters[c].chain.index();
            let Some(routes) = &of_chain[chain_id] else { continue };
            let chain = &model.chains[chain_id];
            let Established { routes, open } =
                establish(chain, &model.clusters[c], routes, |n| model.mean(n), |n| model.support(n));
            self.warn_of_closed(chain, &clusters[c], &open);
            if routes.left_out > 0 {
                let found = format!(
                    "cluster '{}': {} of its routes are left out, the best {} are kept",
                    model.clusters[c].key,
                    routes.left_out,
                    routes.channel.len()
                );
                self.faults.warn(&clusters[c].place, found, None);
            }
            let cluster = &mut model.clusters[c];
            for (process, open) in cluster.processes.iter_mut().zip(open) {
                process.open = open;
            }
            cluster.routes = routes;
        }
    }

    fn warn_of_closed(&mut self, chain: &Chain, cluster: &ClusterDraft, open: &[bool]) {
        let closed: Vec<&str> = chain
            .processes
            .iter()
            .zip(open)
            .filter(|(_, open)| !**open)
            .map(|(process, _)| process.key.as_str())
            .collect();
        if !closed.is_empty() {
            let found = format!(
                "cluster '{}': closed, since no route of positive expected margin contains them: {}",
                cluster.key,
                closed.join(", ")
            );
            self.faults.warn(&cluster.place, found, None);
        }
    }
}
