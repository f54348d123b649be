//! Rules of sources of money in results: what a floor, a cap or another rule is on, in words.

use super::language::Lang;
use crate::model::{Allocation, Eligibility, FacilityType, Limit, Model, Support};

/// `A`, `A or B`, `A, B or C`.
pub(super) fn either(list: &[String], lang: Lang) -> String {
    match list.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {} {last}", rest.join(", "), lang.pick("atau", "or")),
    }
}

/// `(b) production as facilities and infrastructure in region R`, `everything in cluster C`.
pub(super) fn admitted(model: &Model, of: &Eligibility, lang: Lang) -> String {
    let facility = |facility: &FacilityType| format!("({}) {}", facility.letter(), lang.facility(*facility));
    let support = |support: &Support| lang.pick(support.name_id(), support.name_en()).to_string();
    let mut text = match &of.types {
        Some(types) => either(&types.iter().map(facility).collect::<Vec<_>>(), lang),
        None => lang.pick("semua belanja", "everything").to_string(),
    };
    let mut more = |id: &str, en: &str, names: Option<Vec<String>>| {
        if let Some(names) = names {
            text.push_str(&format!(" {} {}", lang.pick(id, en), either(&names, lang)));
        }
    };
    more("berupa", "as", of.support.as_ref().map(|list| list.iter().map(support).collect()));
    let chains = of
        .chains
        .as_ref()
        .map(|list| list.iter().map(|h| lang.title(&model.chains[h.index()].title).to_string()).collect());
    more("rantai", "of chain", chains);
    let clusters = of
        .clusters
        .as_ref()
        .map(|list| list.iter().map(|c| lang.title(&model.clusters[c.index()].title).to_string()).collect());
    more("di klaster", "in cluster", clusters);
    more("di wilayah", "in region", of.regions.clone());
    text
}

/// The lines that a limit is on, in words.
pub(super) fn limited(model: &Model, limit: &Limit, lang: Lang) -> String {
    admitted(model, &limit.of, lang)
}

/// The name of a limit, else the lines that it is on.
pub(super) fn named(model: &Model, limit: &Limit, lang: Lang) -> String {
    limit
        .title
        .as_ref()
        .map_or_else(|| limited(model, limit, lang), |title| format!("'{}'", lang.title(title)))
}

/// True if an allocation spends just what a floor or cap states, but for what whole rupiah and the solver leave open.
pub(super) fn is_reached(model: &Model, allocation: &Allocation, limit: &Limit) -> bool {
    let spent =
        allocation.sum(|line| limit.covers(model, line.source, line.year, line.cluster, line.intervention));
    let stated = limit.rupiah(&model.sources);
    (spent as f64 - stated).abs() <= 1.0 + 1e-6 * stated
}

/// The words for a next billion with which floors that are shares of it cannot be kept.
pub(super) fn nothing_keeps(lang: Lang) -> &'static str {
    lang.pick(
        "tidak ada alokasi yang memenuhi semua aturan, karena batas bawah berupa bagian ikut naik",
        "no allocation would keep all rules, since floors that are shares grow with it",
    )
}
