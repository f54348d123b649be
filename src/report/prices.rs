//! Every price, wage and unit cost in full rupiah, as `check` echoes it: whoever wrote a number sees what it was read as.

use std::fmt::Write;

use super::language::Lang;
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
        for line in priced_items(chain) {
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
                PriceKey::Wage => lang.pick("upah", "wage"),
                PriceKey::Price => lang.pick("harga", "price"),
                PriceKey::UnitCost => lang.pick("biaya", "unit cost"),
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
