//! From texts to the model: names become ids, local numbers meet the chain's, everything lands in canonical order.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::{ChainDraft, read_chain};
use super::diagnostic::{Faults, Place};
use super::document::Document;
use super::file::{ChainFile, ScenarioFile};
use super::item::{Item, item_name};
use super::number::{Stated, UnitRules, Value, from_row, provenance_of_row};
use super::plan::today;
use super::policy::{BUDGETS, Names, PolicyReader, read_budgets, shown};
use super::table::{Columns, Row, read};
use super::{Scenario, StatedNumber, is_key};
use crate::model::route::{ChainRoutes, Established, establish};
use crate::model::{
    BaseStock, Chain, ChainId, Cluster, Distribution, Factor, FactorId, LocalCapacity, LocalCommodity,
    LocalIntervention, LocalProcess, Model, Number, Parameter, ParameterId, Scope, Source, SourceId, Title,
    UpkeepBearer, Varies,
};
use crate::units::MoneyUnit;

const CLUSTERS: Columns = Columns {
    required: &["cluster", "name", "region", "chain", "enterprises", "workers"],
    optional: &["latitude", "longitude", "year", "source", "grade"],
};

const VALUES: Columns = Columns {
    required: &["cluster", "item", "key", "p1"],
    optional: &["dist", "p2", "p3", "p4", "varies", "factor", "loading", "unit", "year", "source", "grade"],
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
    warnings: Vec<String>,
    factors: BTreeMap<String, FactorDraft>,
    /// Factor instances by stable name.
    instances: BTreeMap<String, (Varies, f64)>,
    /// Parameters by stable name, with the names of the factor instances they load on.
    parameters: BTreeMap<String, (Distribution, Varies, Vec<(String, f64)>)>,
    /// Stable names in order of appearance: what provisional parameter ids stand for.
    provisional: Vec<String>,
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
        None => Vec::new(),
    };
    let cluster_rows = table("clusters.csv", &CLUSTERS, faults);
    let value_rows = table("values.csv", &VALUES, faults);
    let budget_rows = table("budgets.csv", &BUDGETS, faults);
    let today_rows = table("today.csv", &today::COLUMNS, faults);
    let (document, file) = scenario_file?;
    // Without clusters nothing that names one can be judged.
    let no_clusters = cluster_rows.is_empty();

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
        warnings: Vec::new(),
        factors,
        instances: BTreeMap::new(),
        parameters: BTreeMap::new(),
        provisional: Vec::new(),
        wrong_rows: Vec::new(),
        values_unread: value_rows.is_empty() && unread.contains("values.csv"),
    };
    let mut drafts: Vec<Option<ChainDraft>> = chain_files
        .iter()
        .map(|(key, read)| {
            read.as_ref()
                .map(|(document, file)| read_chain(key, file, document, settings.rules, converter.faults))
        })
        .collect();
    let chain_keys: Vec<&str> = chain_files.iter().map(|(key, _)| key.as_str()).collect();
    converter.check_chain_numbers(&drafts);
    let clusters = converter.read_clusters(&cluster_rows, &chain_keys);
    let local = converter.read_values(&value_rows, &clusters, &drafts, settings.rules);

    let mut regions: Vec<&str> = clusters.iter().map(|c| c.region.as_str()).collect();
    regions.sort_unstable();
    regions.dedup();
    let cluster_keys: Vec<&str> = clusters.iter().map(|c| c.key.as_str()).collect();
    let names = Names { regions, chains: chain_keys.clone(), clusters: cluster_keys };
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
    let limits = policy.limits(&file, &source_keys, &settings.horizon);
    read_budgets(
        &budget_rows,
        &mut sources,
        &settings.horizon,
        settings.rules,
        converter.faults,
        &mut numbers,
    );
    for draft in drafts.iter_mut().flatten() {
        converter.settle_bearers(draft, &source_keys);
    }
    converter.check_each_cluster_complete(&clusters, &drafts, &local);
    if no_clusters && texts.contains_key("clusters.csv") && converter.faults.is_empty() {
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
        settings,
        drafts.into_iter().flatten().collect(),
        &clusters,
        &local,
        sources,
        limits,
        &today_rows,
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

    fn check_loadings(&mut self, stated: &Stated) {
        let known: Vec<&String> = self.factors.keys().collect();
        for (name, size) in &stated.loadings {
            match self.factors.get(name) {
                None => self.faults.unknown(&stated.place, "factor", name, &known),
                Some(factor) => {
                    if stated.varies.is_some_and(|varies| varies < factor.varies) {
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

    /// Reads clusters.csv into canonical order.
    fn read_clusters(&mut self, rows: &[Row], chains: &[&str]) -> Vec<ClusterDraft> {
        let mut clusters: Vec<ClusterDraft> = Vec::new();
        for row in rows {
            let key = row.text("cluster").to_string();
            if !is_key(&key) || key == "factor" || key == "all" || key == "budget" {
                let found = format!("the name '{key}'");
                self.faults.expected(
                    &row.place("cluster"),
                    found,
                    "lower-case letters, digits, '_' and '-', at most 60, and not factor, all or budget",
                );
            }
            if let Some(first) = clusters.iter().find(|c| c.key == key) {
                let line = first.place.line.unwrap_or(0);
                self.faults
                    .add(&row.place("cluster"), format!("cluster '{key}' stands in row {line} already"));
                continue;
            }
            let chain = chains.iter().position(|chain| *chain == row.text("chain"));
            if chain.is_none() {
                self.faults.unknown(&row.place("chain"), "chain", row.text("chain"), chains);
            }
            for column in ["name", "region"] {
                if row.text(column).is_empty() {
                    self.faults.expected(&row.place(column), "the cell is empty", "a name");
                }
            }
            let enterprises = row.required_number("enterprises", self.faults).unwrap_or(1.0);
            let workers = row.required_number("workers", self.faults).unwrap_or(0.0);
            if enterprises <= 0.0 {
                self.faults.expected(
                    &row.place("enterprises"),
                    format!("found {enterprises}"),
                    "more than 0",
                );
            }
            if workers < 0.0 {
                self.faults.expected(&row.place("workers"), format!("found {workers}"), "nothing below 0");
            }
            let provenance = provenance_of_row(row, "source", self.faults);
            self.numbers.push(StatedNumber {
                name: format!("{key}/enterprises"),
                place: shown(&row.place("")),
                provenance,
            });
            clusters.push(ClusterDraft {
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

    fn position(&mut self, row: &Row) -> Option<(f64, f64)> {
        let mut angle = |column: &str, most: f64| {
            let degrees = row.number(column, self.faults)?;
            if degrees.abs() > most {
                self.faults.expected(
                    &row.place(column),
                    format!("found {degrees}"),
                    format!("degrees from -{most} to {most}"),
                );
            }
            Some(degrees)
        };
        let (latitude, longitude) = (angle("latitude", 90.0), angle("longitude", 180.0));
        if row.text("latitude").is_empty() != row.text("longitude").is_empty() {
            self.faults.help(
                &row.place("latitude"),
                "a position needs both latitude and longitude",
                "give both or neither",
            );
        }
        latitude.zip(longitude)
    }

    /// Reads values.csv.
    fn read_values(
        &mut self,
        rows: &[Row],
        clusters: &[ClusterDraft],
        drafts: &[Option<ChainDraft>],
        rules: UnitRules,
    ) -> LocalNumbers {
        let cluster_keys: Vec<&str> = clusters.iter().map(|c| c.key.as_str()).collect();
        let items: Vec<&str> = Item::ALL.iter().map(|item| item.word()).collect();
        let mut local = LocalNumbers::new();
        let mut first_rows: BTreeMap<(usize, Item, String), Option<usize>> = BTreeMap::new();
        for row in rows {
            let stated = from_row(row, self.faults);
            let cluster = cluster_keys.iter().position(|key| *key == row.text("cluster"));
            if cluster.is_none() && !clusters.is_empty() {
                self.faults.unknown(&row.place("cluster"), "cluster", row.text("cluster"), &cluster_keys);
            }
            let item = Item::parse(row.text("item"));
            if item.is_none() {
                self.faults.unknown(&row.place("item"), "item", row.text("item"), &items);
            }
            let (Some(cluster), Some(item)) = (cluster, item) else { continue };
            let Some(draft) = clusters[cluster].chain.and_then(|chain| drafts[chain].as_ref()) else {
                continue;
            };
            let key = row.text("key").to_string();
            let Some(slot) = draft.slots.get(&(item, key.clone())) else {
                let known: Vec<&str> =
                    draft.slots.keys().filter(|(i, _)| *i == item).map(|(_, key)| key.as_str()).collect();
                self.faults.unknown(&row.place("key"), item.key_kind(), &key, &known);
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
                self.faults
                    .add(&row.place(""), format!("{what} stands in row {} already", first.unwrap_or(0)));
                continue;
            }
            self.check_loadings(&stated);
            self.check_certain(item, &stated);
            let checked = stated.checked(&slot.unit, item.range(), rules, self.faults);
            self.note(&format!("{}/{}", cluster_keys[cluster], item_name(item, &key)), &checked);
            local.insert(id, checked);
        }
        local
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
                let told = self.values_unread || self.wrong_rows.contains(&(c, *item, key.clone()));
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

    /// The model's number for a stated one in a cluster.
    fn number(
        &mut self,
        stated: &Stated,
        local: bool,
        item: Item,
        key: &str,
        cluster: &ClusterDraft,
        chain: &str,
    ) -> Number {
        let distribution = match &stated.value {
            Value::Certain(value) => return Number::Certain(*value),
            Value::Uncertain(distribution) => distribution,
        };
        let what = item_name(item, key);
        let name = match stated.shared.filter(|_| !local) {
            None => format!("{}/{what}", cluster.key),
            Some(Scope::Region) => format!("region:{}/{chain}/{what}", cluster.region),
            Some(Scope::Chain) => format!("chain:{chain}/{what}"),
            Some(Scope::All) => format!("all/{what}"),
        };
        let loadings: Vec<(String, f64)> = stated
            .loadings
            .iter()
            .filter_map(|(factor, size)| {
                let draft = self.factors.get(factor)?;
                let instance = match draft.scope {
                    Scope::All => format!("factor/{factor}"),
                    Scope::Region => format!("factor/{factor}@region:{}", cluster.region),
                    Scope::Chain => format!("factor/{factor}@chain:{chain}"),
                };
                self.instances.insert(instance.clone(), (draft.varies, draft.ar));
                Some((instance, *size))
            })
            .filter(|(_, size)| *size != 0.0)
            .collect();
        let varies = stated.varies.unwrap_or(Varies::Once);
        let parameter = (distribution.clone(), varies, loadings);
        match self.parameters.get(&name) {
            Some(known) if *known != parameter => self.faults.help(
                &stated.place,
                format!("'{name}' is shared, but is stated differently elsewhere"),
                "state the same distribution, or share it less widely",
            ),
            _ => {
                self.parameters.insert(name.clone(), parameter);
            }
        }
        let id = self.provisional.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.provisional.push(name);
            self.provisional.len() - 1
        });
        Number::Uncertain(ParameterId::new(id))
    }

    /// A cluster of the model, with provisional parameter ids and no routes yet.
    fn cluster(
        &mut self,
        c: usize,
        draft: &ClusterDraft,
        chain_id: usize,
        chain: &ChainDraft,
        local: &LocalNumbers,
    ) -> Cluster {
        let mut get = |item: Item, key: &str| {
            let own = local.get(&(c, item, key.to_string()));
            match own.or_else(|| chain.defaults.get(&(item, key.to_string()))) {
                Some(stated) => self.number(stated, own.is_some(), item, key, draft, &chain.key),
                None => Number::Certain(0.0),
            }
        };
        let structure = &chain.chain;
        let processes = structure
            .processes
            .iter()
            .map(|process| {
                let name = &process.key;
                let mut flow = |item: Item, keys: Vec<&str>| -> Vec<Number> {
                    keys.into_iter().map(|key| get(item, &format!("{name}/{key}"))).collect()
                };
                let commodity = |m: &crate::model::CommodityId| structure.commodities[m.index()].key.as_str();
                let inputs = flow(Item::Input, process.inputs.iter().map(commodity).collect());
                let outputs = flow(Item::Output, process.outputs.iter().map(commodity).collect());
                let uses = flow(
                    Item::Use,
                    process.uses.iter().map(|k| structure.capacities[k.index()].key.as_str()).collect(),
                );
                LocalProcess {
                    inputs,
                    outputs,
                    uses,
                    unit_cost: get(Item::UnitCost, name),
                    labour: get(Item::Labour, name),
                    price: if process.is_channel { get(Item::Price, name) } else { Number::Certain(0.0) },
                    open: true,
                }
            })
            .collect();
        let stock_level = |item: Item, key: &str| {
            let own = local.get(&(c, item, key.to_string()));
            let other = if item == Item::BaseStock { Item::BaseStockPeriods } else { Item::BaseStock };
            let overridden = local.contains_key(&(c, other, key.to_string()));
            let stated =
                own.or_else(|| chain.defaults.get(&(item, key.to_string())).filter(|_| !overridden))?;
            match stated.value {
                Value::Certain(value) if value > 0.0 => Some(value),
                _ => None,
            }
        };
        let commodities = structure
            .commodities
            .iter()
            .map(|m| LocalCommodity {
                loss: get(Item::Loss, &m.key),
                initial_stock: get(Item::InitialStock, &m.key),
                base_stock: match (
                    stock_level(Item::BaseStock, &m.key),
                    stock_level(Item::BaseStockPeriods, &m.key),
                ) {
                    (Some(amount), _) => BaseStock::Amount(amount),
                    (None, Some(periods)) => BaseStock::Periods(periods),
                    (None, None) => BaseStock::None,
                },
            })
            .collect();
        let capacities = structure
            .capacities
            .iter()
            .map(|k| LocalCapacity { base: get(Item::Base, &k.key), variation: get(Item::Variation, &k.key) })
            .collect();
        let interventions = structure
            .interventions
            .iter()
            .map(|i| LocalIntervention {
                effectiveness: get(Item::Effectiveness, &i.key),
                additionality: get(Item::Additionality, &i.key),
                upkeep: get(Item::Upkeep, &i.key),
            })
            .collect();
        Cluster {
            key: draft.key.clone(),
            title: Title { id: draft.name.clone(), en: draft.name.clone() },
            region: draft.region.clone(),
            position: draft.position,
            chain: ChainId::new(chain_id),
            enterprises: draft.enterprises,
            workers: draft.workers,
            wage: get(Item::Wage, ""),
            processes,
            commodities,
            capacities,
            interventions,
            routes: crate::model::route::ClusterRoutes::default(),
        }
    }

    /// Factors and parameters in canonical order, and the final id of each provisional parameter.
    fn settle_uncertainty(&mut self) -> (Vec<Factor>, Vec<Parameter>, Vec<ParameterId>) {
        let factors: Vec<Factor> = self
            .instances
            .iter()
            .map(|(name, (varies, ar))| Factor { name: name.clone(), varies: *varies, ar: *ar })
            .collect();
        let factor_id =
            |name: &String| FactorId::new(factors.iter().position(|f| f.name == *name).unwrap_or(0));
        let parameters: Vec<Parameter> = self
            .parameters
            .iter()
            .map(|(name, (distribution, varies, loadings))| Parameter {
                name: name.clone(),
                distribution: distribution.clone(),
                varies: *varies,
                loadings: loadings.iter().map(|(factor, size)| (factor_id(factor), *size)).collect(),
            })
            .collect();
        let ids = self
            .provisional
            .iter()
            .map(|name| ParameterId::new(parameters.binary_search_by(|p| p.name.cmp(name)).unwrap_or(0)))
            .collect();
        (factors, parameters, ids)
    }

    #[expect(clippy::too_many_arguments, reason = "the last step joins everything read before it")]
    fn finish(
        mut self,
        file: &ScenarioFile,
        settings: super::policy::Settings,
        drafts: Vec<ChainDraft>,
        clusters: &[ClusterDraft],
        local: &LocalNumbers,
        sources: Vec<Source>,
        limits: Vec<crate::model::Limit>,
        today_rows: &[Row],
        mut numbers: Vec<StatedNumber>,
    ) -> Option<Scenario> {
        let mut places = Vec::new();
        for (c, draft) in clusters.iter().enumerate() {
            if let Some(chain) = draft.chain {
                let cluster = self.cluster(c, draft, chain, &drafts[chain], local);
                places.push(cluster);
            }
        }
        let (factors, parameters, ids) = self.settle_uncertainty();
        for cluster in &mut places {
            settle_ids(cluster, &ids);
        }
        for key in self.factors.keys() {
            let used = factors
                .iter()
                .any(|f| f.name == format!("factor/{key}") || f.name.starts_with(&format!("factor/{key}@")));
            if !used {
                self.faults.help(
                    &Place::file("scenario.toml").at(&format!("factors.{key}")),
                    format!("nothing loads on factor '{key}'"),
                    "let a number load on it, or leave it out",
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
            limits,
            today: crate::model::Allocation::default(),
        };
        self.check_sources(&model);
        model.today = today::read(today_rows, &model, self.faults, &mut numbers);
        self.establish_routes(&mut model);
        numbers.append(&mut self.numbers);
        numbers.sort_by(|a, b| a.name.cmp(&b.name));
        self.faults.is_empty().then_some(Scenario { model, numbers, warnings: self.warnings })
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
    fn establish_routes(&mut self, model: &mut Model) {
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
                establish(chain, &model.clusters[c], routes, |n| model.mean(n));
            self.warn_of_closed(chain, &model.clusters[c].key, &open);
            if routes.left_out > 0 {
                self.warnings.push(format!(
                    "cluster '{}': {} of its routes are left out, the best {} are kept",
                    model.clusters[c].key,
                    routes.left_out,
                    routes.channel.len()
                ));
            }
            let cluster = &mut model.clusters[c];
            for (process, open) in cluster.processes.iter_mut().zip(open) {
                process.open = open;
            }
            cluster.routes = routes;
        }
    }

    fn warn_of_closed(&mut self, chain: &Chain, cluster: &str, open: &[bool]) {
        let closed: Vec<&str> = chain
            .processes
            .iter()
            .zip(open)
            .filter(|(_, open)| !**open)
            .map(|(process, _)| process.key.as_str())
            .collect();
        if !closed.is_empty() {
            self.warnings.push(format!(
                "cluster '{cluster}': closed, since no route of positive expected margin contains them: {}",
                closed.join(", ")
            ));
        }
    }
}

/// Replaces provisional parameter ids by final ones.
fn settle_ids(cluster: &mut Cluster, ids: &[ParameterId]) {
    let settle = |number: &mut Number| {
        if let Number::Uncertain(id) = number {
            *id = ids[id.index()];
        }
    };
    settle(&mut cluster.wage);
    for process in &mut cluster.processes {
        process.inputs.iter_mut().chain(&mut process.outputs).chain(&mut process.uses).for_each(settle);
        [&mut process.unit_cost, &mut process.labour, &mut process.price].into_iter().for_each(settle);
    }
    for commodity in &mut cluster.commodities {
        settle(&mut commodity.loss);
        settle(&mut commodity.initial_stock);
    }
    for capacity in &mut cluster.capacities {
        settle(&mut capacity.base);
        settle(&mut capacity.variation);
    }
    for intervention in &mut cluster.interventions {
        settle(&mut intervention.effectiveness);
        settle(&mut intervention.additionality);
        settle(&mut intervention.upkeep);
    }
}
