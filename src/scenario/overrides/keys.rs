//! Everything that a scenario states, by key: where it stands and what it says today. The one place that knows which key is which
//! value of which file.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::super::convert::Tables;
use super::super::diagnostic::{Faults, Place};
use super::super::document::{Leaf, Shape, stated};
use super::super::edit::Edits;
use super::super::file::{ChainFile, ClosedList, DistName, ScenarioFile};
use super::super::item::{Item, item_name};
use super::super::number::parameters_of;
use super::super::table::{Row, Table};
use crate::units::MoneyUnit;

/// The cell or value that a key stands for.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// A value of a TOML file.
    Path { file: String, path: String },
    /// The number of a row of values.csv.
    Row { line: usize },
    /// A row that values.csv does not have: cluster, item, key.
    NewRow([String; 3]),
    /// A cell of a table.
    Cell { file: &'static str, line: usize, column: &'static str },
    /// An amount of money with its unit, of a table whose amounts have the column `column`.
    Money { file: &'static str, line: usize, column: &'static str },
}

/// A key with what it states today.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) name: String,
    /// The name by which results know the number, where that differs.
    pub(super) alias: Option<String>,
    pub(super) shape: Shape,
    pub(super) today: Value,
    pub(super) place: Place,
    pub(super) target: Target,
}

/// All keys of a scenario, in order of their names.
pub(super) struct Keys {
    pub(super) list: Vec<Key>,
    /// The tables, to write new cells as their files do.
    pub(super) tables: Tables,
    /// The unit of money that says none.
    pub(super) money: MoneyUnit,
}

impl Keys {
    /// The keys of a scenario's texts. What cannot be read has none; the fault is told elsewhere.
    pub(super) fn of(texts: &BTreeMap<String, String>) -> Self {
        let mut found = Vec::new();
        let tables = Tables::read(texts, &BTreeSet::new(), &Edits::default(), &mut Faults::default());
        let clusters: BTreeSet<&str> = tables.clusters.rows.iter().map(|row| row.text("cluster")).collect();
        let mut money = MoneyUnit::Rupiah;
        for (file, text) in texts {
            if file == "scenario.toml" {
                for leaf in stated::<ScenarioFile>(file, text) {
                    if leaf.path == "money.unit" {
                        money = leaf.value.as_str().and_then(MoneyUnit::parse).unwrap_or(money);
                    }
                    found.push(of_path(file, leaf.path.clone(), None, leaf));
                }
            } else if let Some(chain) =
                file.strip_prefix("chains/").and_then(|name| name.strip_suffix(".toml"))
            {
                // A chain with the name of a cluster is told apart from it.
                let place =
                    if clusters.contains(chain) { format!("chain:{chain}") } else { chain.to_string() };
                found.extend(
                    stated::<ChainFile>(file, text).into_iter().map(|leaf| of_chain(file, &place, leaf)),
                );
            }
        }
        of_tables(&tables, &mut found);
        let mut seen = BTreeSet::new();
        found.retain(|key| seen.insert(key.name.clone()));
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Self { list: found, tables, money }
    }

    /// Adds the keys of `patterns` that name a number of a cluster for which its chain's holds so far.
    pub(super) fn add_unstated<'p>(&mut self, patterns: impl Iterator<Item = &'p str>) {
        for pattern in patterns.filter(|pattern| !pattern.contains('*')) {
            let known = |key: &Key| key.name == pattern || key.alias.as_deref() == Some(pattern);
            if self.list.iter().any(known) {
                continue;
            }
            if let Some(key) = self.unstated(pattern)
                && let Err(at) = self.list.binary_search_by(|known| known.name.cmp(&key.name))
            {
                self.list.insert(at, key);
            }
        }
    }

    /// The key of a number that a cluster does not state itself.
    fn unstated(&self, pattern: &str) -> Option<Key> {
        let mut parts = pattern.splitn(3, '/');
        let (first, second, key) = (parts.next()?, parts.next()?, parts.next().unwrap_or_default());
        let (item, place) = match (Item::parse(first), Item::parse(second)) {
            (Some(item), _) => (item, second),
            (None, Some(item)) => (item, first),
            (None, None) => return None,
        };
        let row = self.tables.clusters.rows.iter().find(|row| row.text("cluster") == place)?;
        let of_chain = |chain: &str| {
            let (name, _) = names(item, chain, key);
            self.list.binary_search_by(|known| known.name.cmp(&name)).ok().map(|at| &self.list[at])
        };
        let chain = row.text("chain");
        let stated = of_chain(&format!("chain:{chain}")).or_else(|| of_chain(chain))?;
        let (name, alias) = names(item, place, key);
        let mut today = stated.today.clone();
        if let Value::Object(map) = &mut today {
            // What a cluster states for itself is not shared.
            map.remove("shared");
        }
        let target = Target::NewRow([place, item.word(), key].map(str::to_string));
        Some(Key { name, alias, shape: Shape::Number, today, place: stated.place.clone(), target })
    }

    /// The row of a table in which a key stands.
    pub(super) fn row(&self, file: &str, line: usize) -> Option<&Row> {
        let table = match file {
            "clusters.csv" => &self.tables.clusters,
            "values.csv" => &self.tables.values,
            "budgets.csv" => &self.tables.budgets,
            "today.csv" => &self.tables.today,
            "locked.csv" => &self.tables.locked,
            _ => &self.tables.coverage,
        };
        table.rows.iter().find(|row| row.place("").line == Some(line))
    }
}

fn of_path(file: &str, name: String, alias: Option<String>, leaf: Leaf) -> Key {
    let target = Target::Path { file: file.to_string(), path: leaf.path };
    Key { name, alias, shape: leaf.shape, today: leaf.value, place: leaf.place, target }
}

/// The key of a chain's value: a number that clusters may override is called as theirs is.
fn of_chain(file: &str, chain: &str, leaf: Leaf) -> Key {
    match item_of(&leaf.path) {
        Some((item, key)) => {
            let (name, alias) = names(item, chain, &key);
            of_path(file, name, alias, leaf)
        }
        None => {
            let name = format!("chains.{chain}.{}", leaf.path);
            let alias = Some(format!("{chain}/{}", leaf.path));
            of_path(file, name, alias, leaf)
        }
    }
}

/// `price/utara/ekspor`, and `utara/price/ekspor` as results say it.
fn names(item: Item, place: &str, key: &str) -> (String, Option<String>) {
    let name = format!("{}/{place}/{key}", item.word());
    (name.trim_end_matches('/').to_string(), Some(format!("{place}/{}", item_name(item, key))))
}

/// The item of a chain file's path, and its key.
fn item_of(path: &str) -> Option<(Item, String)> {
    let parts: Vec<&str> = path.splitn(4, '.').collect();
    let (item, key) = match parts.as_slice() {
        ["wage"] => (Item::Wage, String::new()),
        ["processes", process, "inputs", of] => (Item::Input, format!("{process}/{of}")),
        ["processes", process, "outputs", of] => (Item::Output, format!("{process}/{of}")),
        ["processes", process, "uses", of] => (Item::Use, format!("{process}/{of}")),
        ["processes", process, "indicators", of] => (Item::Indicator, format!("{process}/{of}")),
        ["commodities", key, "price"] => (Item::CommodityPrice, (*key).to_string()),
        ["commodities" | "capacities" | "processes" | "interventions", key, word] => {
            (Item::parse(word).filter(|item| is_own(parts[0], *item))?, (*key).to_string())
        }
        _ => return None,
    };
    Some((item, key))
}

/// True if things in this table of a chain file state such a number under its word.
fn is_own(table: &str, item: Item) -> bool {
    match item {
        Item::Loss | Item::InitialStock | Item::BaseStock | Item::BaseStockPeriods => table == "commodities",
        Item::Base | Item::Variation => table == "capacities",
        Item::Price | Item::UnitCost | Item::Labour | Item::Tradable => table == "processes",
        Item::Effectiveness | Item::Additionality | Item::Upkeep | Item::Minimum | Item::FixedCost => {
            table == "interventions"
        }
        Item::Wage | Item::Input | Item::Output | Item::Use | Item::Indicator | Item::CommodityPrice => false,
    }
}

fn of_tables(tables: &Tables, found: &mut Vec<Key>) {
    for row in &tables.values.rows {
        let Some(item) = Item::parse(row.text("item")) else { continue };
        let (name, alias) = names(item, row.text("cluster"), row.text("key"));
        let target = Target::Row { line: line(row) };
        let today = number_of(row).unwrap_or(Value::Null);
        found.push(Key { name, alias, shape: Shape::Number, today, place: row.place(""), target });
    }
    for row in &tables.clusters.rows {
        for column in ["enterprises", "workers", "potential", "latitude", "longitude"] {
            found.extend(cell(row, "clusters.csv", column, Shape::Number));
        }
        for column in ["name", "region", "region_code", "chain", "candidate"] {
            found.extend(cell(row, "clusters.csv", column, Shape::Words));
        }
    }
    for row in &tables.budgets.rows {
        let (source, year) = (row.text("source"), row.text("year"));
        let name = format!("sources.{source}.{year}");
        found.extend(money(row, "budgets.csv", "amount", name, Some(format!("budget/{source}/{year}"))));
    }
    for (table, file, kind) in
        [(&tables.today, "today.csv", "today"), (&tables.locked, "locked.csv", "locked")]
    {
        found.extend(table.rows.iter().filter_map(|row| {
            let line = ["source", "cluster", "intervention", "year"].map(|column| row.text(column)).join("/");
            money(row, file, "rupiah", format!("{kind}/{line}"), None)
        }));
    }
    of_coverage(&tables.coverage, found);
}

fn of_coverage(table: &Table, found: &mut Vec<Key>) {
    for row in &table.rows {
        let of = format!("coverage/{}/{}", row.text("cluster"), row.text("type"));
        for column in ["status", "reason"] {
            found.extend(
                words(row, "coverage.csv", column).map(|key| Key { name: format!("{of}/{column}"), ..key }),
            );
        }
        found.extend(money(row, "coverage.csv", "amount", format!("{of}/amount"), None));
    }
}

fn line(row: &Row) -> usize {
    row.place("").line.unwrap_or(0)
}

/// The key of a cell of clusters.csv, where it states something.
fn cell(row: &Row, file: &'static str, column: &'static str, shape: Shape) -> Option<Key> {
    let cluster = row.text("cluster");
    let name = format!("{column}/{cluster}");
    let alias = Some(format!("{cluster}/{column}"));
    let key = words(row, file, column)?;
    let today = match shape {
        Shape::Number => Value::from(row.read(row.text(column)).ok()?.0),
        _ => key.today,
    };
    Some(Key { name, alias, shape, today, ..key })
}

/// A cell with words, not yet named, where it has some.
fn words(row: &Row, file: &'static str, column: &'static str) -> Option<Key> {
    let text = row.text(column);
    (!text.is_empty()).then(|| Key {
        name: String::new(),
        alias: None,
        shape: Shape::Words,
        today: Value::from(text),
        place: row.place(column),
        target: Target::Cell { file, line: line(row), column },
    })
}

/// The key of an amount of money.
fn money(
    row: &Row,
    file: &'static str,
    column: &'static str,
    name: String,
    alias: Option<String>,
) -> Option<Key> {
    let amount = row.amount(column, &mut Faults::default())?;
    let unit = if amount.in_words { MoneyUnit::Rupiah.word() } else { row.text("unit") };
    let today = stated_in(amount.number, unit);
    let target = Target::Money { file, line: line(row), column };
    Some(Key { name, alias, shape: Shape::Number, today, place: row.place(column), target })
}

/// A number with its unit, if it has one.
pub(super) fn stated_in(number: f64, unit: &str) -> Value {
    if unit.is_empty() {
        return Value::from(number);
    }
    Value::Object(Map::from_iter([
        ("value".to_string(), Value::from(number)),
        ("unit".to_string(), Value::from(unit)),
    ]))
}

/// The number of a row of values.csv as TOML has it. `None` where it cannot be read.
fn number_of(row: &Row) -> Option<Value> {
    let numbers = |text: &str| -> Option<Vec<f64>> {
        text.split(';').map(|part| row.read(part.trim()).ok().map(|(number, _)| number)).collect()
    };
    let word = row.text("dist");
    let mut map = Map::new();
    if word.is_empty() || word == "constant" {
        let value = row.read(row.text("p1")).ok()?.0;
        map.insert("value".to_string(), Value::from(value));
    } else {
        let name = DistName::from_word(word)?;
        // The tenths of a lognormal tell it from its median by themselves.
        let shown = if name == DistName::LognormalP10P90 { "lognormal" } else { word };
        map.insert("dist".to_string(), Value::from(shown));
        let (needed, optional) = parameters_of(name);
        for (parameter, column) in needed.iter().chain(optional).zip(["p1", "p2", "p3", "p4"]) {
            let text = row.text(column);
            let value = match name {
                _ if text.is_empty() => continue,
                DistName::Empirical => Value::from(text),
                DistName::Discrete => Value::from(numbers(text)?),
                _ => Value::from(row.read(text).ok()?.0),
            };
            map.insert((*parameter).to_string(), value);
        }
    }
    let factors: Vec<&str> =
        row.text("factor").split(';').map(str::trim).filter(|name| !name.is_empty()).collect();
    if !factors.is_empty() {
        let sizes = numbers(row.text("loading"))?;
        let loadings =
            factors.into_iter().zip(sizes).map(|(name, size)| (name.to_string(), Value::from(size)));
        map.insert("loadings".to_string(), Value::Object(loadings.collect()));
    }
    for column in ["varies", "unit"] {
        if !row.text(column).is_empty() {
            map.insert(column.to_string(), Value::from(row.text(column)));
        }
    }
    Some(Value::Object(map))
}
