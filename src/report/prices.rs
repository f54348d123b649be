//! Every price, wage and unit cost in full rupiah, as `check` echoes it: whoever wrote a number sees what it was read as.

use std::fmt::Write;

use serde_json::{Value, json};

use super::language::Lang;
use crate::model::{Chain, ChainId, Cluster, Model, Number};

/// Most groups of clusters that are named one by one.
const MOST_GROUPS: usize = 4;
/// Most clusters of a group that are named.
const MOST_NAMES: usize = 6;

/// A price, a wage or a unit cost in all clusters of a chain.
struct Line<'m> {
    item: &'static str,
    key: &'m str,
    unit: &'m str,
    of: Box<dyn Fn(&Cluster) -> Number + 'm>,
}

/// The lines of a chain: its wage, then unit costs and prices in the order of the chain.
fn lines(chain: &Chain) -> Vec<Line<'_>> {
    let mut lines =
        vec![Line { item: "wage", key: "", unit: "person-day", of: Box::new(|cluster| cluster.wage) }];
    for p in &chain.order {
        let process = &chain.processes[p.index()];
        let (key, unit, at) = (process.key.as_str(), process.unit.as_str(), p.index());
        lines.push(Line {
            item: "unit_cost",
            key,
            unit,
            of: Box::new(move |cluster| cluster.processes[at].unit_cost),
        });
        if process.is_channel {
            lines.push(Line {
                item: "price",
                key,
                unit,
                of: Box::new(move |cluster| cluster.processes[at].price),
            });
        }
    }
    lines
}

fn clusters_of(model: &Model, chain: ChainId) -> impl Iterator<Item = &Cluster> {
    model.clusters.iter().filter(move |cluster| cluster.chain == chain)
}

/// An amount in full: `Rp 42.000 per kg`.
fn in_full(rupiah: f64, unit: &str, lang: Lang) -> String {
    let places = if rupiah.fract() == 0.0 || rupiah.abs() >= 1000.0 { 0 } else { 2 };
    format!("{}{} per {unit}", lang.rupiah_sign(), lang.number(rupiah, places))
}

/// Adds them to what `check` prints: for each line what it is in which clusters. Uncertain ones stand with their means.
pub(super) fn describe(model: &Model, lang: Lang, out: &mut String) {
    let _ = writeln!(
        out,
        "\n{}",
        lang.pick(
            "Upah, biaya, dan harga dalam rupiah penuh (yang tak pasti: rata-rata, ditandai ~):",
            "Wages, costs and prices in full rupiah (uncertain ones: their means, marked ~):"
        )
    );
    for (h, chain) in model.chains.iter().enumerate() {
        for line in lines(chain) {
            let mut groups: Vec<(f64, bool, Vec<&str>)> = Vec::new();
            for cluster in clusters_of(model, ChainId::new(h)) {
                let number = (line.of)(cluster);
                let (mean, certain) = (model.mean(number), matches!(number, Number::Certain(_)));
                match groups.iter_mut().find(|(value, sure, _)| *value == mean && *sure == certain) {
                    Some((_, _, names)) => names.push(&cluster.key),
                    None => groups.push((mean, certain, vec![&cluster.key])),
                }
            }
            let word = match line.item {
                "wage" => lang.pick("upah", "wage"),
                "price" => lang.pick("harga", "price"),
                _ => lang.pick("biaya", "unit cost"),
            };
            let name =
                if line.key.is_empty() { chain.key.clone() } else { format!("{}/{}", chain.key, line.key) };
            let _ = writeln!(out, "  {word} {name}: {}", told(groups, line.unit, lang));
        }
    }
}

/// The values of a line, with the clusters that have each where there are several.
fn told(mut groups: Vec<(f64, bool, Vec<&str>)>, unit: &str, lang: Lang) -> String {
    groups.sort_by(|a, b| a.0.total_cmp(&b.0));
    let amount = |(value, certain, _): &(f64, bool, Vec<&str>)| {
        format!("{}{}", if *certain { "" } else { "~" }, in_full(*value, unit, lang))
    };
    let names = |(_, _, names): &(f64, bool, Vec<&str>)| {
        if names.len() > MOST_NAMES {
            format!("{} {}", names.len(), lang.pick("klaster", "clusters"))
        } else {
            names.join(", ")
        }
    };
    match groups.as_slice() {
        [] => lang.pick("(tidak ada klaster)", "(no cluster)").to_string(),
        [one] => amount(one),
        few if few.len() <= MOST_GROUPS => {
            let each: Vec<String> =
                few.iter().map(|group| format!("{} ({})", amount(group), names(group))).collect();
            each.join("; ")
        }
        [lowest, .., highest] => {
            format!(
                "{} ({}) {} {} ({}), {} {}",
                amount(lowest),
                names(lowest),
                lang.pick("sampai", "to"),
                amount(highest),
                names(highest),
                groups.len(),
                lang.pick("nilai yang berbeda: lihat --json", "different values: see --json")
            )
        }
    }
}

/// The same for `check --json`: every one in every cluster.
pub(super) fn json(model: &Model) -> Value {
    let mut list = Vec::new();
    for (h, chain) in model.chains.iter().enumerate() {
        let lines = lines(chain);
        for cluster in clusters_of(model, ChainId::new(h)) {
            for line in &lines {
                let number = (line.of)(cluster);
                list.push(json!({
                    "cluster": cluster.key,
                    "chain": chain.key,
                    "item": line.item,
                    "key": line.key,
                    "rupiah": model.mean(number),
                    "per": line.unit,
                    "certain": matches!(number, Number::Certain(_)),
                }));
            }
        }
    }
    json!(list)
}
