//! Every price, wage and unit cost in full rupiah, as `check` echoes it: whoever wrote a number sees what it was read as.

use super::language::{Lang, Text};
use super::page::{Cell, Section, Table, both, words};
use crate::model::{ChainId, Model, Number};
use crate::result::prices::{PriceKey, clusters_of, priced_items};

/// Most groups of clusters that are named one by one.
const MOST_GROUPS: usize = 4;
/// Most clusters of a group that are named.
const MOST_NAMES: usize = 6;

/// An amount in full: `Rp 42.000 per kg`.
fn in_full(rupiah: f64, unit: &str, lang: Lang) -> String {
    let places = if rupiah.fract() == 0.0 || rupiah.abs() >= 1000.0 { 0 } else { 2 };
    format!("{}{} per {unit}", lang.rupiah_sign(), lang.number(rupiah, places))
}

/// The section of `check`: for each line what it is in which clusters. Uncertain ones stand with their means.
pub(super) fn section(model: &Model) -> Section {
    let mut section = Section::new(words("Wages, costs and prices", "Upah, biaya, dan harga"));
    section.say(words(
        "In full rupiah; of uncertain ones their means, marked ~.",
        "Dalam rupiah penuh; untuk yang tak pasti rata-ratanya, ditandai ~.",
    ));
    let heads = vec![words("number", "bilangan"), words("of", "dari"), Text::same("rupiah")];
    let mut table = Table::new(heads, 3);
    for (h, chain) in model.chains.iter().enumerate() {
        for line in priced_items(chain) {
            // Clusters with the same value share a group.
            let mut groups: Vec<(f64, bool, Vec<&str>)> = Vec::new();
            for cluster in clusters_of(model, ChainId::new(h)) {
                let number = (line.of)(cluster);
                let (mean, certain) = (model.mean(number), matches!(number, Number::Certain(_)));
                match groups.iter_mut().find(|(value, sure, _)| *value == mean && *sure == certain) {
                    Some((_, _, names)) => names.push(&cluster.key),
                    None => groups.push((mean, certain, vec![&cluster.key])),
                }
            }
            groups.sort_by(|a, b| a.0.total_cmp(&b.0));
            let word = match line.item {
                PriceKey::Wage => words("wage", "upah"),
                PriceKey::Price => words("price", "harga"),
                PriceKey::UnitCost => words("unit cost", "biaya"),
            };
            let name =
                if line.key.is_empty() { chain.key.clone() } else { format!("{}/{}", chain.key, line.key) };
            let told = both(|lang| told(&groups, line.unit, lang));
            table.row(vec![Cell::Words(word), Cell::name(name), Cell::Words(told)]);
        }
    }
    section.table(table);
    section
}

/// The values of a line, with the clusters that have each where there are several.
fn told(groups: &[(f64, bool, Vec<&str>)], unit: &str, lang: Lang) -> String {
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
    match groups {
        [] => lang.pick("(tidak ada klaster)", "(no cluster)").to_string(),
        [one] => amount(one),
        few if few.len() <= MOST_GROUPS => {
            let each: Vec<String> =
                few.iter().map(|group| format!("{} ({})", amount(group), names(group))).collect();
            each.join("; ")
        }
        [lowest, .., highest] => {
            let [low, high] = [lowest, highest].map(amount);
            let ([few, many], count) = ([lowest, highest].map(names), groups.len());
            match lang {
                Lang::Id => {
                    format!("{low} ({few}) sampai {high} ({many}), {count} nilai yang berbeda: lihat --json")
                }
                Lang::En => {
                    format!("{low} ({few}) to {high} ({many}), {count} different values: see --json")
                }
            }
        }
    }
}
