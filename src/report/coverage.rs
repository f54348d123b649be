//! Coverage of the ten facility types in results: what every cluster owes, what it has been provided with, what a plan adds,
//! and who provides it.

mod check;

use std::fmt::Write as _;

use super::language::Lang;
use crate::model::{Allocation, ClusterId, CoverageMinimum, FacilityType, MinimumSize, Model};
use crate::result::coverage::{CoverageCount, CoverageRow, rows};
use crate::study::PlanStudy;
pub(super) use check::describe;
pub use check::in_full;

/// The demand of a minimum in words: `Rp 20.0 million`, `3,000 kg of workshop a period`.
pub(super) fn size(model: &Model, minimum: &CoverageMinimum, lang: Lang) -> String {
    match &minimum.size {
        MinimumSize::Amount(rupiah) => lang.money(*rupiah),
        MinimumSize::PerEnterprise(rupiah) => {
            format!("{} {}", lang.money(*rupiah), lang.pick("per usaha", "an enterprise"))
        }
        MinimumSize::Capacity { capacity, units } => {
            let all = model.chains.iter().flat_map(|chain| &chain.capacities);
            let known = all.into_iter().find(|known| known.key == *capacity);
            let (unit, title) = known.map_or(("", ""), |k| (k.unit.as_str(), lang.title(&k.title)));
            units_of(*units, unit, title, lang)
        }
    }
}

/// `3,000 kg of workshop a period`.
fn units_of(units: f64, unit: &str, title: &str, lang: Lang) -> String {
    let places = if (units - libm::round(units)).abs() < 1e-6 { 0 } else { 2 };
    let number = lang.number(units, places);
    match lang {
        Lang::Id => format!("{number} {unit} {title} per periode"),
        Lang::En => format!("{number} {unit} of {title} a period"),
    }
}

/// The law that a minimum answers to: what it says itself, and the letter.
pub(super) fn law(facility: FacilityType, own: Option<&String>, lang: Lang) -> String {
    let letter = facility.letter();
    let paragraph = match lang {
        Lang::Id => format!("PP 7/2021 Pasal 89 ayat (6) huruf {letter}"),
        Lang::En => format!("PP 7/2021, Article 89 paragraph (6) letter {letter}"),
    };
    own.map_or(paragraph.clone(), |own| format!("{own}; {paragraph}"))
}

/// Clusters listed in a summary at most.
const LISTED: usize = 12;

/// Says in a summary how many of the ten types the clusters of an allocation have, those that miss most first.
pub(super) fn summary(model: &Model, allocation: &Allocation, lang: Lang, out: &mut String) {
    let supported = model.supported(allocation);
    let all = rows(model, allocation, |c| supported[c.index()]);
    let mut list: Vec<(usize, ClusterId, String)> = Vec::new();
    for c in model.cluster_ids().filter(|c| supported[c.index()]) {
        let own: Vec<&CoverageRow<'_>> = all.iter().filter(|row| row.cluster == c).collect();
        let CoverageCount { provided, waived, missing } = CoverageCount::of(&own);
        let letters: Vec<String> = missing.iter().map(|f| f.letter().to_string()).collect();
        let mut told = format!(
            "{}: {provided} {}",
            lang.title(&model.clusters[c.index()].title),
            lang.pick("dari 10", "of 10")
        );
        if waived > 0 {
            let _ = write!(told, ", {waived} {}", lang.pick("dikecualikan", "waived"));
        }
        if !letters.is_empty() {
            let _ = write!(told, "; {} {}", lang.pick("tanpa", "without"), letters.join(", "));
        }
        list.push((missing.len(), c, told));
    }
    if list.is_empty() {
        return;
    }
    let title = lang.pick(
        "Cakupan kesepuluh jenis fasilitas di klaster yang didukung, ayat (6) (rincian: coverage.csv)",
        "Coverage of the ten facility types in supported clusters, paragraph (6) (in full: coverage.csv)",
    );
    let _ = writeln!(out, "\n {title}:");
    if !model.coverage.stated {
        let _ = writeln!(out, "   {}", check::none_stated(lang));
    }
    list.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (.., told) in list.iter().take(LISTED) {
        let _ = writeln!(out, "   {told}");
    }
    if list.len() > LISTED {
        let more = lang.pick("klaster lain", "more clusters");
        let _ = writeln!(out, "   {} {more}", list.len() - LISTED);
    }
    let (count, short) = model.short_clusters(allocation);
    if !model.coverage.minima.is_empty() {
        let said = match (short, lang) {
            (0, Lang::Id) => format!("Semua {count} klaster yang didukung memenuhi minimum cakupan."),
            (0, Lang::En) => format!("All {count} supported clusters reach their minima of coverage."),
            (_, Lang::Id) => {
                format!("Di {short} dari {count} klaster yang didukung minimum cakupan belum tercapai.")
            }
            (_, Lang::En) => {
                format!("In {short} of {count} supported clusters a minimum of coverage is not reached.")
            }
        };
        let _ = writeln!(out, "   {said}");
    }
}

/// Says in a plan's summary in how many of their clusters mixes break the coverage that plans are held to.
pub(super) fn mixes(model: &Model, study: &PlanStudy, lang: Lang, out: &mut String) {
    if !model.coverage.enforced {
        return;
    }
    let breaking: Vec<String> = study
        .baselines
        .iter()
        .filter_map(|b| {
            let (supported, short) = model.short_clusters(&b.allocation);
            let (id, en) = b.baseline.names();
            let of = lang.pick("dari", "of");
            (short > 0).then(|| format!("{} ({short} {of} {supported})", lang.pick(id, en)))
        })
        .collect();
    if !breaking.is_empty() {
        let told = lang.pick(
            "Tidak terikat cakupan, dan tidak memenuhinya di klaster yang didukungnya",
            "Not held to coverage, and short of it in clusters that they support",
        );
        let _ = writeln!(out, " {told}: {}.", breaking.join(", "));
    }
}

/// So much of a need's capacity, in words.
pub(super) fn capacity_words(
    model: &Model,
    cluster: ClusterId,
    capacity: crate::model::CapacityId,
    units: f64,
    lang: Lang,
) -> String {
    let known = &model.chain_of(cluster).capacities[capacity.index()];
    units_of(units, &known.unit, lang.title(&known.title), lang)
}
